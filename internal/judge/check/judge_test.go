package check

import (
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
)

// TestMain lets memory grow before it is looked through, which would take a third of the time.
func TestMain(m *testing.M) {
	debug.SetGCPercent(800)
	os.Exit(m.Run())
}

// A choice is of the cases that are tried: those in which two properties meet that have not met before. All would
// take minutes; they are tried where BACKPROP_FULL is set.
type choice map[[2]string]bool

// takes says whether a case with these properties is tried.
func (c choice) takes(properties ...string) bool {
	found := os.Getenv("BACKPROP_FULL") != ""
	for i, a := range properties {
		for _, b := range properties[:i] {
			found = found || !c[[2]string{a, b}]
		}
	}
	if found {
		for i, a := range properties {
			for _, b := range properties[:i] {
				c[[2]string{a, b}] = true
			}
		}
	}
	return found
}

// properties are what kind of task it is.
func (t task) properties() []string {
	return []string{t.activation + " " + t.output + " " + t.cost, fmt.Sprint("layers ", t.sizes),
		fmt.Sprint("samples ", t.n)}
}

// properties are what mistake it is, and where.
func (f mistake) properties(t task) []string {
	kind, layer := strings.TrimRight(f.at, "0123456789"), "layers before"
	if strings.HasSuffix(f.at, strconv.Itoa(len(t.sizes)-1)) {
		layer = "last layer"
	}
	return []string{f.code + " in " + kind, layer, fmt.Sprint("variant ", f.variant)}
}

// tasks are steps of all kinds: costs, one and two hidden layers, one sample and a batch, square and
// other shapes.
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

// mistakes are all mistakes in all quantities of a task.
func mistakes(t task) (all []mistake) {
	codes := map[string][]string{
		"Z": {"transpose", "no-bias", "sign", "elementwise", "wrong-layer", "no-activation"},
		"A": {"softmax-axis", "softmax-missing", "no-activation"},
		"C": {"no-half", "no-mean", "mean-twice", "other-cost", "softmax-missing", "softmax-axis", "log-base"},
		"delta": {"sign", "no-half", "other-cost", "softmax-missing", "softmax-axis", "transpose", "no-derivative",
			"derivative-at-a", "formula-at-z", "derivative-of-next-layer", "updated-first", "wrong-layer",
			"elementwise", "all-zero", "output-gap"},
		"dW":   {"no-mean", "mean-twice", "sign", "transpose", "wrong-layer", "elementwise", "all-zero", "last-sample"},
		"db":   {"no-mean", "mean-twice", "sign", "bias-sum-axis", "all-zero", "last-sample"},
		"newW": {"ascent", "rate-missing", "l2-sign", "l2-not-over-N", "l2-missing", "no-mean"},
		"newb": {"ascent", "rate-missing", "l2-on-biases", "no-mean"},
	}
	for _, kind := range []string{"Z", "A", "C", "delta", "dW", "db", "newW", "newb"} {
		for l := 1; l < len(t.sizes); l++ {
			where := at(kind, l)
			if kind == "C" {
				where = kind
			}
			for _, code := range codes[kind] {
				for variant := range 2 {
					all = append(all, mistake{code, where, variant})
				}
			}
			if kind == "C" {
				break
			}
		}
	}
	return all
}

// differ says that two homeworks have other numbers at a quantity.
func differ(a, b quantities, name string) bool {
	x, y := a[name], b[name]
	for i := range x {
		for j := range x[i] {
			if d := math.Abs(x[i][j] - y[i][j]); d > 1e-9*math.Abs(x[i][j]) {
				return true
			}
		}
	}
	return false
}

// verdictOn is what a report says of a quantity.
func verdictOn(r *Report, quantity string) Verdict {
	for _, v := range r.Verdicts {
		if v.Quantity == quantity {
			return v
		}
	}
	return Verdict{}
}

// A trial is a task with a mistake that shows, and how the homework is written down.
type trial struct {
	task         task
	mistake      mistake
	right, wrong quantities
	style        style
}

// trials are those that are chosen of all.
var trials = sync.OnceValue(func() (chosen []trial) {
	var all []trial
	for k, task := range tasks() {
		right, _ := task.make(mistake{})
		for m, f := range mistakes(task) {
			if wrong, ok := task.make(f); ok && differ(right, wrong, f.at) {
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

// TestEveryMistake: a homework with one mistake gets its code at its quantity, and nothing else is wrong.
func TestEveryMistake(t *testing.T) {
	named := map[string]int{}
	for _, a := range trials() {
		r := Judge(parsed(t, a.wrong.text(a.task, a.style)))
		if problem := onlyMistake(r, a.mistake); problem != "" {
			t.Errorf("%v, %+v, %+v: %s\n%s", a.task, a.mistake, a.style, problem, printed(t, r))
		}
		named[a.mistake.code]++
		for _, v := range r.Verdicts {
			follows := differ(a.right, a.wrong, v.Quantity) && v.Quantity != a.mistake.at
			if v.Mistake != "" && slices.Contains(v.Also, v.Mistake) {
				t.Errorf("%v, %+v: named twice: %+v", a.task, a.mistake, v)
			}
			if follows != (v.Verdict == FromYours) || follows && !strings.Contains(v.Text, "right, from your ") {
				t.Errorf("%v, %+v: %+v", a.task, a.mistake, v)
			}
		}
	}
	for _, code := range []string{"transpose", "sign", "no-derivative", "derivative-at-a", "derivative-of-next-layer",
		"no-mean", "mean-twice", "no-half", "other-cost", "updated-first", "wrong-layer", "no-bias", "bias-sum-axis",
		"softmax-axis", "softmax-missing", "elementwise", "ascent", "l2-sign", "l2-on-biases", "l2-not-over-N",
		"rate-missing", "no-activation", "formula-at-z", "l2-missing", "all-zero", "log-base", "output-gap",
		"last-sample"} {
		if named[code] < 5 || Hint(code, 1) == "" || Hint(code, 2) == "" {
			t.Errorf("%s: tried %d times, hints %q, %q", code, named[code], Hint(code, 1), Hint(code, 2))
		}
	}
}

// TestReshaped: W reshaped where it should be transposed, in the order in which its numbers lie in the file.
func TestReshaped(t *testing.T) {
	for k, task := range tasks() {
		right, _ := task.make(mistake{})
		for variant, v := range []style{{}, {outIn: true}} {
			f := mistake{"reshaped", "delta1", variant}
			q, ok := task.make(f)
			if !ok || !differ(right, q, "delta1") || k%3 != 0 {
				continue
			}
			f.code = "transpose"
			r := Judge(parsed(t, q.text(task, v)))
			if problem := onlyMistake(r, f); problem != "" {
				t.Errorf("%v, %+v: %s\n%s", task, v, problem, printed(t, r))
			}
			if text := verdictOn(r, "delta1").Text; !strings.Contains(text, "W2 is reshaped") && task.sizes[1] != task.sizes[2] {
				t.Errorf("%v, %+v: %s", task, v, text)
			}
		}
	}
}

// TestOtherActivation: the slope of another activation, written with a as both are: a(1−a) for tanh, computed
// with a few lines of Python.
func TestOtherActivation(t *testing.T) {
	r := Judge(parsed(t, `{"activation": "tanh", "output": "linear", "cost": "mse", "X": [[1, 2]], "Y": [[0]],
		"W1": [[0.5, -0.2], [0.1, 0.3]], "b1": [0, 0.1], "W2": [[2], [-1]], "b2": [0],
		"A1": [[0.604367777, 0.462117157]], "A2": [[0.746618397]], "delta2": [[0.746618397]],
		"delta1": [[0.357043918, -0.185583120]]}`))
	v := verdictOn(r, "delta1")
	if v.Mistake != "other-activation" || !strings.Contains(v.Text, "a(1−a), which belongs to sigmoid") {
		t.Errorf("%+v", v)
	}
}

// onlyMistake says what is not as it should be in a report on a homework with one mistake.
func onlyMistake(r *Report, f mistake) string {
	for _, v := range r.Verdicts {
		switch {
		case v.Quantity == f.at && v.Verdict != Wrong:
			return "not noticed"
		case v.Quantity == f.at && v.Mistake != f.code && !slices.Contains(v.Also, f.code):
			return "another code"
		case v.Quantity != f.at && v.Verdict != Right && v.Verdict != FromYours:
			return fmt.Sprintf("%s is %s", v.Quantity, v.Verdict)
		}
	}
	return ""
}

// TestRight: right homeworks get no complaint, however they are written down.
func TestRight(t *testing.T) {
	cases := choice{}
	for k, task := range tasks() {
		q, _ := task.make(mistake{})
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
			if r := Judge(parsed(t, q.text(task, v))); !r.Right() {
				t.Fatalf("%v, %+v:\n%s", task, v, printed(t, r))
			}
		}
	}
}

// TestRandomNumbers: numbers that come of no mistake get none of the codes.
func TestRandomNumbers(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	count := 0
	all := tasks()
	for count < 60 {
		task := all[rng.IntN(len(all))]
		q, _ := task.make(mistake{})
		names := []string{"Z1", "A1", "Z2", "A2", "C", "delta2", "delta1", "dW2", "db2", "dW1", "db1", "newW2", "newb1"}
		name := names[rng.IntN(len(names))]
		for i := range q[name] {
			for j := range q[name][i] {
				q[name][i][j] = rng.NormFloat64()
			}
		}
		r := Judge(parsed(t, q.text(task, style{digits: []int{0, 5}[count%2]})))
		if v := verdictOn(r, name); v.Verdict != Wrong || v.Mistake != "unknown" {
			t.Errorf("%v: random numbers in %s are %s %s\n%s", task, name, v.Verdict, v.Mistake, printed(t, r))
		}
		count++
	}
}

// TestRounded: mistakes are named in homeworks of four digits too.
func TestRounded(t *testing.T) {
	total, known := len(trials()), 0
	for _, a := range trials() {
		r := Judge(parsed(t, a.wrong.text(a.task, style{digits: 4})))
		if onlyMistake(r, a.mistake) == "" {
			known++
		} else if v := verdictOn(r, a.mistake.at); v.Verdict == Wrong && !strings.Contains(v.Mistake, a.mistake.code) {
			t.Logf("%v, %+v: %s (%s)", a.task, a.mistake, onlyMistake(r, a.mistake), v.Mistake)
		}
	}
	t.Logf("%d of %d", known, total)
	if known < total*9/10 {
		t.Errorf("%d of %d mistakes are named in four digits", known, total)
	}
}
