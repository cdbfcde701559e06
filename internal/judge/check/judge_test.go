package check

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// some says that a case is among those that are tried: all would take minutes, and the few that are
// tried have every mistake in them. Set stride to 1 to try all.
func some(k, m int) bool {
	const stride = 7
	return (k+m)%stride == 0
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

// faults are all mistakes at all quantities of a task where they can be made.
func faults(t task) (all []fault) {
	codes := map[string][]string{
		"Z": {"transpose", "no-bias", "sign", "elementwise", "wrong-layer", "no-activation"},
		"A": {"softmax-axis", "softmax-missing", "no-activation"},
		"C": {"no-half", "no-mean", "mean-twice", "other-cost", "softmax-missing", "softmax-axis"},
		"delta": {"sign", "no-half", "other-cost", "softmax-missing", "softmax-axis", "transpose", "no-derivative",
			"derivative-at-a", "formula-at-z", "derivative-of-next-layer", "updated-first", "wrong-layer",
			"elementwise", "all-zero"},
		"dW":   {"no-mean", "mean-twice", "sign", "transpose", "wrong-layer", "elementwise", "all-zero"},
		"db":   {"no-mean", "mean-twice", "sign", "bias-sum-axis", "all-zero"},
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
					all = append(all, fault{code, where, variant})
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
func differ(a, b made, name string) bool {
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

// looks are ways to write a homework down.
var looks = []look{{}, {columns: true, outIn: true}, {outIn: true, flat: true}, {columns: true}}

// TestEveryMistake: a homework with one mistake gets its code at its quantity, and nothing else is wrong.
func TestEveryMistake(t *testing.T) {
	named := map[string]int{}
	for k, task := range tasks() {
		right, _ := task.make(fault{})
		for m, f := range faults(task) {
			if !some(k, m) {
				continue
			}
			wrong, ok := task.make(f)
			if !ok || !differ(right, wrong, f.at) {
				continue
			}
			v := looks[(k+m)%len(looks)]
			r := Judge(parsed(t, wrong.text(task, v)))
			if problem := onlyMistake(r, f); problem != "" {
				t.Errorf("%v, %+v, %+v: %s\n%s", task, f, v, problem, printed(t, r))
			}
			named[f.code]++
			for _, v := range r.Verdicts {
				follows := differ(right, wrong, v.Quantity) && v.Quantity != f.at
				if follows != (v.Verdict == FromYours) || follows && !strings.Contains(v.Text, "right, from your ") {
					t.Errorf("%v, %+v: %+v", task, f, v)
				}
			}
		}
	}
	for _, code := range strings.Fields("transpose sign no-derivative derivative-at-a derivative-of-next-layer " +
		"no-mean " +
		"mean-twice no-half other-cost updated-first wrong-layer no-bias bias-sum-axis softmax-axis softmax-missing " +
		"elementwise " +
		"ascent l2-sign l2-on-biases l2-not-over-N rate-missing no-activation formula-at-z l2-missing all-zero") {
		if named[code] < 5 || Hint(code, 1) == "" || Hint(code, 2) == "" {
			t.Errorf("%s: tried %d times, hints %q, %q", code, named[code], Hint(code, 1), Hint(code, 2))
		}
	}
}

// TestReshaped: W reshaped where it should be transposed, in the order in which its numbers lie in the file.
func TestReshaped(t *testing.T) {
	for k, task := range tasks() {
		right, _ := task.make(fault{})
		for variant, v := range []look{{}, {outIn: true}} {
			f := fault{"reshaped", "delta1", variant}
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

// onlyMistake says what is not as it should be in a report on a homework with one mistake.
func onlyMistake(r *Report, f fault) string {
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
	for k, task := range tasks() {
		q, _ := task.make(fault{})
		for bits := range 1 << 6 {
			if !some(k, bits) {
				continue
			}
			is := func(k int) bool { return bits>>k&1 == 1 }
			v := look{columns: is(0), outIn: is(1), flat: is(2), overN: is(3), sums: is(4) && !is(3), withL2: is(5)}
			if v.sums && v.withL2 {
				continue
			}
			v.digits = []int{0, 4, 6}[(k+bits)/7%3]
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
	for count < 100 {
		task := all[rng.IntN(len(all))]
		q, _ := task.make(fault{})
		names := []string{"Z1", "A1", "Z2", "A2", "C", "delta2", "delta1", "dW2", "db2", "dW1", "db1", "newW2", "newb1"}
		name := names[rng.IntN(len(names))]
		for i := range q[name] {
			for j := range q[name][i] {
				q[name][i][j] = rng.NormFloat64()
			}
		}
		r := Judge(parsed(t, q.text(task, look{digits: []int{0, 5}[count%2]})))
		if v := verdictOn(r, name); v.Verdict != Wrong || v.Mistake != "unknown" {
			t.Errorf("%v: random numbers in %s are %s %s\n%s", task, name, v.Verdict, v.Mistake, printed(t, r))
		}
		count++
	}
}

// TestRounded: mistakes are named in homeworks of four digits too.
func TestRounded(t *testing.T) {
	total, known := 0, 0
	for k, task := range tasks() {
		right, _ := task.make(fault{})
		for m, f := range faults(task) {
			wrong, ok := task.make(f)
			if !ok || !differ(right, wrong, f.at) || !some(k, m) {
				continue
			}
			total++
			r := Judge(parsed(t, wrong.text(task, look{digits: 4})))
			if onlyMistake(r, f) == "" {
				known++
			} else if v := verdictOn(r, f.at); v.Verdict == Wrong && !strings.Contains(v.Mistake, f.code) {
				t.Logf("%v, %+v: %s (%s)", task, f, onlyMistake(r, f), v.Mistake)
			}
		}
	}
	t.Logf("%d of %d", known, total)
	if known < total*9/10 {
		t.Errorf("%d of %d mistakes are named in four digits", known, total)
	}
}
