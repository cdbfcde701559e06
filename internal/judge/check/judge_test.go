package check

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"backprop/internal/judge/check/homework"
)

// TestMain lets memory grow before it is collected, which would take a third of the time.
func TestMain(m *testing.M) {
	debug.SetGCPercent(800)
	os.Exit(m.Run())
}

// A choice remembers which pairs of properties have been tried together. All cases would take minutes; they are tried
// if BACKPROP_FULL is set.
type choice map[[2]string]bool

// takes reports whether a case with these properties is to be tried: if two of them have not been tried together yet.
func (c choice) takes(properties ...string) bool {
	isNew := os.Getenv("BACKPROP_FULL") != ""
	for i, a := range properties {
		for _, b := range properties[:i] {
			isNew = isNew || !c[[2]string{a, b}]
			c[[2]string{a, b}] = true
		}
	}
	return isNew
}

// properties say what kind of task it is.
func (t task) properties() []string {
	return []string{t.activation + " " + t.output + " " + t.cost, fmt.Sprint("layers ", t.sizes),
		fmt.Sprint("samples ", t.n)}
}

// properties say what mistake it is, and where.
func (f mistake) properties(t task) []string {
	layer := "layers before"
	if strings.HasSuffix(f.at, strconv.Itoa(len(t.sizes)-1)) {
		layer = "last layer"
	}
	return []string{f.code + " in " + kindOf(f.at), layer, fmt.Sprint("variant ", f.variant)}
}

// tasks are steps of all kinds: costs, one and two hidden layers, one sample and several, square matrices and others.
func tasks() (all []task) {
	kinds := [][3]string{{"sigmoid", "sigmoid", "mse"}, {"tanh", "linear", "mse"}, {"sigmoid", "softmax", "ce"},
		{"tanh", "linear", "ce"}, {"relu", "sigmoid", "bce"}, {"tanh", "sigmoid", "bce"}}
	for i, k := range kinds {
		for j, sizes := range [][]int{{2, 3, 2}, {3, 3, 3}, {2, 4, 3, 2}, {3, 3, 3, 3}} {
			for _, n := range []int{1, 3, 4} {
				l2 := 0.0
				if j%2 == 1 {
					l2 = 0.5
				}
				all = append(all, newTask(uint64(10*i+j), sizes, n, k[0], k[1], k[2], l2))
			}
		}
	}
	return all
}

// mistakesIn are all mistakes in all quantities of a task.
func mistakesIn(t task) (all []mistake) {
	for _, in := range []struct {
		kind  string
		codes []string
	}{
		{"Z", []string{"transpose", "no-bias", "sign", "elementwise", "wrong-layer", "no-activation"}},
		{"A", []string{"softmax-axis", "softmax-missing", "no-activation"}},
		{"C", []string{"no-half", "no-mean", "mean-twice", "other-cost", "softmax-missing", "softmax-axis", "log-base"}},
		{"delta", []string{"sign", "no-half", "other-cost", "softmax-missing", "softmax-axis", "transpose",
			"no-derivative", "derivative-at-a", "formula-at-z", "derivative-of-next-layer", "updated-first",
			"wrong-layer", "elementwise", "all-zero", "output-gap"}},
		{"dW", []string{"no-mean", "mean-twice", "sign", "transpose", "wrong-layer", "elementwise", "all-zero",
			"last-sample"}},
		{"db", []string{"no-mean", "mean-twice", "sign", "bias-sum-axis", "all-zero", "last-sample"}},
		{"newW", []string{"ascent", "rate-missing", "l2-sign", "l2-not-over-N", "l2-missing", "no-mean"}},
		{"newb", []string{"ascent", "rate-missing", "l2-on-biases", "no-mean"}},
	} {
		for l := 1; l < len(t.sizes); l++ {
			where := at(in.kind, l)
			if in.kind == "C" {
				where = in.kind
			}
			for _, code := range in.codes {
				for variant := range 2 {
					all = append(all, mistake{code, where, variant})
				}
			}
			if in.kind == "C" {
				break
			}
		}
	}
	return all
}

// differ reports whether a quantity has other numbers in a than in b.
func differ(a, b quantities, name string) bool {
	for i, row := range a[name] {
		for j, x := range row {
			if math.Abs(x-b[name][i][j]) > 1e-9*math.Abs(x) {
				return true
			}
		}
	}
	return false
}

// judged is the report on a homework in JSON.
func judged(t testing.TB, text string) *Report {
	t.Helper()
	return Judge(parsed(t, text))
}

// parsed reads a homework in JSON.
func parsed(t testing.TB, text string) *homework.Homework {
	t.Helper()
	h, err := homework.Parse("mine.json", []byte(text), homework.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// printed is a report as a terminal shows it.
func printed(t testing.TB, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.Print(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// verdictOn is the verdict on one quantity.
func verdictOn(r *Report, quantity string) Verdict {
	for _, v := range r.Verdicts {
		if v.Quantity == quantity {
			return v
		}
	}
	return Verdict{}
}

// names reports whether a verdict names a mistake, or says that it gives the same numbers.
func names(v Verdict, code string) bool { return v.Mistake == code || slices.Contains(v.Also, code) }

// notOnly says how a report differs from one that names a single mistake; "" if it does not.
func notOnly(r *Report, f mistake) string {
	for _, v := range r.Verdicts {
		switch {
		case v.Quantity == f.at && v.Verdict != Wrong:
			return v.Quantity + " is not noticed"
		case v.Quantity == f.at && !names(v, f.code):
			return fmt.Sprintf("%s has the code %s", v.Quantity, v.Mistake)
		case v.Quantity != f.at && v.Verdict != Right && v.Verdict != FromYours:
			return fmt.Sprintf("%s is %s", v.Quantity, v.Verdict)
		}
	}
	return ""
}

// A trial is a task that is solved with a mistake, and how the homework is written down.
type trial struct {
	task         task
	mistake      mistake
	right, wrong quantities
	style        style
}

func (a trial) String() string { return fmt.Sprintf("%v; %+v; %+v", a.task, a.mistake, a.style) }

// trials are chosen among all tasks and mistakes, if the mistake shows in the numbers.
var trials = sync.OnceValue(func() (chosen []trial) {
	var all []trial
	for k, task := range tasks() {
		right, _ := task.solve(mistake{})
		for m, f := range mistakesIn(task) {
			if wrong, ok := task.solve(f); ok && differ(right, wrong, f.at) {
				all = append(all, trial{task, f, right, wrong, styles[(k+m)%len(styles)]})
			}
		}
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	cases := choice{}
	for _, a := range all {
		if cases.takes(slices.Concat(a.task.properties(), a.mistake.properties(a.task), []string{fmt.Sprint(a.style)})...) {
			chosen = append(chosen, a)
		}
	}
	return chosen
})

// styles are ways to write a homework down.
var styles = []style{{}, {columns: true, outIn: true}, {outIn: true, flat: true}, {columns: true}}

// A homework with one mistake gets its code at its quantity; what follows from it is right from these numbers.
func TestJudgeNamesEachMistake(t *testing.T) {
	elsewhere := []string{"l2-twice", "not-updated", "other-activation", "shape", "step-only", "unknown"}
	tried := map[string]int{}
	for _, a := range trials() {
		tried[a.mistake.code]++
		r := judged(t, a.wrong.text(a.task, a.style))
		if problem := notOnly(r, a.mistake); problem != "" {
			t.Errorf("%v: got %s, want this mistake alone\n%s", a, problem, printed(t, r))
		}
		for _, v := range r.Verdicts {
			if v.Mistake != "" && slices.Contains(v.Also, v.Mistake) {
				t.Errorf("%v: got the same mistake twice: %+v", a, v)
			}
			follows := differ(a.right, a.wrong, v.Quantity) && v.Quantity != a.mistake.at
			if follows != (v.Verdict == FromYours) || follows && !strings.Contains(v.Text, "right, from your ") {
				t.Errorf("%v: got %+v, want a verdict that it follows: %v", a, v, follows)
			}
		}
	}
	for _, code := range Codes() {
		isTriedElsewhere := slices.Contains(elsewhere, code)
		if !isTriedElsewhere && tried[code] < 5 {
			t.Errorf("%s is tried %d times, want 5 or more", code, tried[code])
		}
	}
}

// Mistakes are named in homeworks of four digits too, at least nine of ten.
func TestJudgeNamesMistakesInFourDigits(t *testing.T) {
	known := 0
	for _, a := range trials() {
		if notOnly(judged(t, a.wrong.text(a.task, style{digits: 4})), a.mistake) == "" {
			known++
		}
	}
	if total := len(trials()); known < total*9/10 {
		t.Errorf("%d of %d mistakes are named in four digits, want nine of ten", known, total)
	}
}

// A mistake is named even if the file has only the quantity in which it is made. Then δ₁ computed from A − Y cannot be
// told from δ₁ computed from a δ₂ without its g′.
func TestJudgeNamesAMistakeInTheOnlyAnswer(t *testing.T) {
	for _, a := range trials() {
		if a.mistake.code == "output-gap" {
			a.mistake.code = "other-cost"
		}
		r := JudgePlainly(parsed(t, a.wrong.only(a.mistake.at).text(a.task, style{})))
		if v := verdictOn(r, a.mistake.at); !names(v, a.mistake.code) {
			t.Errorf("%v: got %+v", a, v)
		}
	}
}

// A mistake that is made in every layer is named in each where it shows, and never taken for a convention.
func TestJudgeNamesAMistakeInEveryLayer(t *testing.T) {
	cases := choice{}
	for k, task := range tasks() {
		right, _ := task.solve(mistake{})
		for m, f := range []mistake{{code: "no-mean", at: "dW*db*"}, {code: "no-mean", at: "dW*"},
			{code: "mean-twice", at: "dW*db*"}, {code: "no-derivative", at: "delta*"}, {code: "ascent", at: "newW*newb*"},
			{code: "rate-missing", at: "newW*newb*"}, {code: "updated-first", at: "delta*"}, {code: "no-bias", at: "Z*"},
			{code: "sign", at: "delta*"}, {code: "derivative-at-a", at: "delta*"}, {code: "l2-on-biases", at: "newb*"},
			{code: "l2-sign", at: "newW*"}, {code: "bias-sum-axis", at: "db*"}, {code: "transpose", at: "delta*"}} {
			wrong, ok := task.solve(f)
			style := styles[(k+m)%len(styles)]
			style.overN = f.code == "mean-twice" && k%2 == 0 // δ is divided by n, and the gradient again
			if !ok || !cases.takes(append(task.properties(), f.code+" in "+f.at, fmt.Sprint(style))...) {
				continue
			}
			shows := false
			for name := range right {
				shows = shows || strings.Contains(f.at, kindOf(name)+"*") && differ(right, wrong, name)
			}
			r := judged(t, wrong.text(task, style))
			misnamed := func(v Verdict) bool { return v.Verdict == Wrong && !names(v, f.code) }
			if shows == r.Right() || slices.ContainsFunc(r.Verdicts, misnamed) {
				t.Errorf("%v, %+v, %+v: want the mistake named: %v; got\n%s", task, f, style, shows, printed(t, r))
			}
		}
	}
}

// W that is reshaped where it should be transposed is recognised, in the order in which its numbers lie in the file.
func TestJudgeNamesAReshapedMatrix(t *testing.T) {
	for k, task := range tasks() {
		right, _ := task.solve(mistake{})
		for variant, style := range []style{{}, {outIn: true}} {
			q, ok := task.solve(mistake{"reshaped", "delta1", variant})
			if !ok || !differ(right, q, "delta1") || k%3 != 0 {
				continue
			}
			r := judged(t, q.text(task, style))
			isSquare := task.sizes[1] == task.sizes[2] // then it may also be W as it is
			if problem := notOnly(r, mistake{code: "transpose", at: "delta1"}); problem != "" ||
				!isSquare && !strings.Contains(verdictOn(r, "delta1").Text, "W2 is reshaped") {
				t.Errorf("%v, %+v: got %s, want a reshaped W2\n%s", task, style, problem, printed(t, r))
			}
		}
	}
}

// The slope of another activation is named: a(1−a) where tanh is asked for, computed with a few lines of Python.
func TestJudgeNamesTheSlopeOfAnotherActivation(t *testing.T) {
	r := judged(t, `{"activation": "tanh", "output": "linear", "cost": "mse", "X": [[1, 2]], "Y": [[0]],
		"W1": [[0.5, -0.2], [0.1, 0.3]], "b1": [0, 0.1], "W2": [[2], [-1]], "b2": [0],
		"A1": [[0.604367777, 0.462117157]], "A2": [[0.746618397]], "delta2": [[0.746618397]],
		"delta1": [[0.357043918, -0.185583120]]}`)
	v := verdictOn(r, "delta1")
	if v.Mistake != "other-activation" || !strings.Contains(v.Text, "a(1−a), which belongs to sigmoid") {
		t.Errorf("got %+v, want other-activation", v)
	}
}

// Mistakes in the last step alone are named.
func TestJudgeNamesMistakesInTheUpdate(t *testing.T) {
	task := twoSamples()
	right, _ := task.solve(mistake{})
	const rate, decay = 0.5, 0.3 / 5
	for code, step := range map[string]func(w, dw, dwTransposed float64) float64{
		"not-updated": func(w, _, _ float64) float64 { return w },
		"step-only":   func(w, dw, _ float64) float64 { return -rate * (dw + decay*w) },
		"mean-twice":  func(w, dw, _ float64) float64 { return w - rate*(dw/2+decay*w) },
		"transpose":   func(w, _, dwTransposed float64) float64 { return w - rate*(dwTransposed+decay*w) },
		"ascent":      func(w, dw, _ float64) float64 { return w + rate*dw - rate*decay*w },
	} {
		q := maps.Clone(right)
		q["newW1"] = filled(2, 2, func(i, j int) float64 {
			return step(task.w[1][i][j], q["dW1"][i][j], q["dW1"][j][i])
		})
		if v := verdictOn(judged(t, q.text(task, style{})), "newW1"); v.Mistake != code {
			t.Errorf("got %+v, want %s", v, code)
		}
	}
	// Gradients are sums here, and the step does not divide them by n: since η = 1/n, η may be missing too.
	q := maps.Clone(right)
	for _, name := range []string{"dW1", "dW2", "db1", "db2"} {
		q.scale(name, 2)
	}
	q["newW1"] = filled(2, 2, func(i, j int) float64 {
		return task.w[1][i][j] - rate*(q["dW1"][i][j]+decay*task.w[1][i][j])
	})
	if v := verdictOn(judged(t, q.text(task, style{})), "newW1"); !slices.Contains(v.Also, "no-mean") {
		t.Errorf("got %+v, want no-mean beside another", v)
	}
}

// Of two mistakes in one quantity both are named, and so are two in quantities of which only the last is in the file.
func TestJudgeNamesTwoMistakesAtOnce(t *testing.T) {
	task := twoSamples()
	for _, c := range []struct {
		first    mistake
		quantity string
		factor   float64
		want     string
	}{
		{mistake{code: "no-derivative", at: "delta1"}, "delta1", -1, "no-derivative+sign"},
		{mistake{code: "no-half", at: "delta2"}, "delta2", -1, "no-half+sign"},
		{mistake{code: "transpose", at: "dW1"}, "dW1", 2, "no-mean+transpose"},
		{mistake{code: "other-cost", at: "C"}, "C", 2, "no-half+other-cost"},
		{mistake{code: "updated-first", at: "delta1"}, "delta1", -1, "sign+updated-first"},
		{mistake{code: "no-bias", at: "Z1"}, "Z1", -1, "no-bias+sign"},
	} {
		q, _ := task.solve(c.first)
		q.scale(c.quantity, c.factor)
		delete(q, "newW1")
		r := judged(t, q.text(task, style{}))
		v := verdictOn(r, c.quantity)
		codes := slices.Sorted(strings.SplitSeq(v.Mistake, "+"))
		if strings.Join(codes, "+") != c.want || !strings.Contains(v.Text, "two things at once: ") {
			t.Errorf("got %+v, want %s\n%s", v, c.want, printed(t, r))
		}
	}
	q, _ := task.solve(mistake{code: "no-derivative", at: "delta1"})
	q.scale("dW1", -1)
	v := verdictOn(JudgePlainly(parsed(t, q.only("dW1").text(task, style{}))), "dW1")
	if v.Mistake != "sign+no-derivative" || !strings.Contains(v.Text, "(in delta1, which is not in the file)") {
		t.Errorf("in two quantities: got %+v, want sign+no-derivative", v)
	}
}

// Right homeworks get no complaint, however they are written down.
func TestJudgeAcceptsEveryStyle(t *testing.T) {
	cases := choice{}
	for k, task := range tasks() {
		q, _ := task.solve(mistake{})
		for bits := range 1 << 6 {
			is := func(k int) bool { return bits>>k&1 == 1 }
			v := style{columns: is(0), outIn: is(1), flat: is(2), overN: is(3), sums: is(4) && !is(3), withL2: is(5)}
			if v.sums && v.withL2 {
				continue
			}
			v.digits = []int{0, 4, 6}[(k+bits)/7%3]
			kind := task.properties()
			if !cases.takes(kind[0]+kind[1], kind[2], fmt.Sprint("columns ", is(0)), fmt.Sprint("out×in ", is(1)),
				fmt.Sprint("flat ", is(2)), fmt.Sprint("sums ", v.overN, v.sums, v.withL2), fmt.Sprint("digits ", v.digits)) {
				continue
			}
			if r := judged(t, q.text(task, v)); !r.Right() {
				t.Fatalf("%v, %+v: want all right; got\n%s", task, v, printed(t, r))
			}
		}
	}
}

// Numbers that come of no mistake get none of the codes.
func TestJudgeNamesNoMistakeInRandomNumbers(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	all := tasks()
	for k := range 60 {
		task := all[rng.IntN(len(all))]
		q, _ := task.solve(mistake{})
		names := []string{"Z1", "A1", "Z2", "A2", "C", "delta2", "delta1", "dW2", "db2", "dW1", "db1", "newW2", "newb1"}
		name := names[rng.IntN(len(names))]
		q[name] = filled(len(q[name]), len(q[name][0]), func(int, int) float64 { return rng.NormFloat64() })
		r := judged(t, q.text(task, style{digits: []int{0, 5}[k%2]}))
		if v := verdictOn(r, name); v.Verdict != Wrong || v.Mistake != "unknown" {
			t.Errorf("%v: random numbers in %s are %s %s, want an unknown mistake\n%s", task, name, v.Verdict, v.Mistake,
				printed(t, r))
		}
	}
}

// A mistake is not named if a number of few digits could as well be any other; it is if the number has more.
func TestJudgeNeedsEvidenceForAMistake(t *testing.T) {
	for written, want := range map[string]string{"0.6": "unknown", "0.597": "no-half", "0.5967": "no-half",
		"-0.6": "unknown", "-0.59674": "no-half+sign"} {
		r := judged(t, strings.Replace(mazur, "0.298371109", written, 1))
		if v := verdictOn(r, "C"); v.Mistake != want {
			t.Errorf("a cost of %s: got %+v, want %s", written, v, want)
		}
	}
}

// Where a probability is 0 or 1 as far as a computer can tell, C is computed from what it is made of.
func TestJudgeComputesExtremeCosts(t *testing.T) {
	for settings, want := range map[string]string{
		`"output": "linear", "cost": "ce", "A1": [[1000, -1000]], "C": 2000`: Right,
		`"output": "softmax", "cost": "ce", "A1": [[1, 0]], "C": 2000`:       Right,
		`"output": "softmax", "cost": "ce", "A1": [[1, 0]], "C": 1000`:       Wrong,
		`"output": "sigmoid", "cost": "bce", "A1": [[1, 0]], "C": 2000`:      Right,
		`"output": "sigmoid", "cost": "bce", "A1": [[1, 0]], "C": 1999`:      Wrong,
	} {
		r := judged(t, `{"X": [[1]], "W1": [[1000, -1000]], "b1": [0, 0], "Y": [[0, 1]], `+settings+"}")
		if v := verdictOn(r, "C"); v.Verdict != want {
			t.Errorf("%s: got %+v, want %s", settings, v, want)
		}
	}
}

// mazur is the first step of Mazur's "A Step by Step Backpropagation Example" (2015), with his numbers
// as he printed them, W in×out. The biases are not trained.
const mazur = `{"activation": "sigmoid", "output": "sigmoid", "cost": "mse", "rate": 0.5,
"X": [0.05, 0.10], "Y": [0.01, 0.99],
"W1": [[0.15, 0.25], [0.20, 0.30]], "b1": 0.35,
"W2": [[0.40, 0.50], [0.45, 0.55]], "b2": [0.60, 0.60],
"Z1": [0.3775, 0.3925], "A1": [0.593269992, 0.596884378],
"Z2": [1.105905967, 1.224921404], "A2": [0.75136507, 0.772928465],
"C": 0.298371109,
"delta2": [0.138498562, -0.0380982366],
"dW2": [[0.082167041, -0.02260254], [0.08266763, -0.02274024]],
"newW2": [[0.35891648, 0.511301270], [0.408666186, 0.561370121]],
"newW1": [[0.149780716, 0.24975114], [0.19956143, 0.29950229]]}`

// Published numbers are right, and each of them is wrong with another third decimal.
func TestJudgeChecksPublishedNumbers(t *testing.T) {
	if r := judged(t, mazur); !r.Right() {
		t.Errorf("want all right; got\n%s", printed(t, r))
	}
	for _, number := range []string{"0.593269992", "0.75136507", "0.772928465", "0.298371109", "0.149780716",
		"0.511301270"} {
		digit := "9"
		if number[4] == '9' {
			digit = "3"
		}
		r := judged(t, strings.Replace(mazur, number, number[:4]+digit+number[5:], 1))
		if r.Right() {
			t.Errorf("%s with another third decimal: want it wrong; got\n%s", number, printed(t, r))
		}
	}
}

// A report is right if something is judged and nothing is wrong.
func TestReportIsRightIfNothingIsWrong(t *testing.T) {
	for want, lists := range map[bool][][]string{
		true:  {{Right}, {FromYours}, {Missing, Right}},
		false: {{}, {Missing}, {Wrong}, {Right, Wrong}, {unreadable}},
	} {
		for _, verdicts := range lists {
			r := &Report{}
			for _, v := range verdicts {
				r.Verdicts = append(r.Verdicts, Verdict{Verdict: v})
			}
			if r.Right() != want {
				t.Errorf("verdicts %v: right is %v, want %v", verdicts, !want, want)
			}
		}
	}
}
