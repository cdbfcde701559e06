package check

import (
	"bytes"
	"fmt"
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
			"no-derivative", "derivative-at-a", "formula-at-z", "half-slope", "derivative-of-next-layer", "updated-first",
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
				if code == "derivative-of-next-layer" && (&solver{task: t}).activationOf(l+1) == "linear" {
					continue // a slope of 1 everywhere is none
				}
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
	if err := r.print(&b); err != nil {
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
			if r := judged(t, q.text(task, v)); !r.isRight() {
				t.Fatalf("%v, %+v: want all right; got\n%s", task, v, printed(t, r))
			}
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
	if r := judged(t, mazur); !r.isRight() {
		t.Errorf("want all right; got\n%s", printed(t, r))
	}
	for _, number := range []string{"0.593269992", "0.75136507", "0.772928465", "0.298371109", "0.149780716",
		"0.511301270"} {
		digit := "9"
		if number[4] == '9' {
			digit = "3"
		}
		r := judged(t, strings.Replace(mazur, number, number[:4]+digit+number[5:], 1))
		if r.isRight() {
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
			if r.isRight() != want {
				t.Errorf("verdicts %v: right is %v, want %v", verdicts, !want, want)
			}
		}
	}
}
