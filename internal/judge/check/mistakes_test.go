package check

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

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
			if shows == r.isRight() || slices.ContainsFunc(r.Verdicts, misnamed) {
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

// One of the two factors of the sigmoid's slope is not enough: a₁ = σ(0) = ½ and σ(1) = 0.731058579, δ₂ = a₂ − y = 1
// with a linear output, and W₂ = (2, −1).
func TestJudgeNamesHalfASlope(t *testing.T) {
	for delta1, want := range map[string]string{"[[1, -0.731058579]]": "you used a alone",
		"[[1, -0.268941421]]": "you used 1−a alone"} {
		r := judged(t, `{"activation": "sigmoid", "output": "linear", "cost": "mse", "X": [[1]], "Y": [[-0.731058579]],
			"W1": [[0, 1]], "b1": [0, 0], "W2": [[2], [-1]], "b2": [0], "A1": [[0.5, 0.731058579]], "A2": [[0.268941421]],
			"delta2": [[1]], "delta1": `+delta1+`}`)
		if v := verdictOn(r, "delta1"); v.Mistake != "half-slope" || !strings.Contains(v.Text, want) {
			t.Errorf("%s: got %+v, want half-slope, %s", delta1, v, want)
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
	if v.Mistake != "other-activation" || !strings.Contains(v.Text, "a(1−a) with A1, the slope of sigmoid") {
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
		if strings.Join(codes, "+") != c.want || !strings.Contains(v.Text, "two mistakes at once: ") {
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
