package check

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"backprop/internal/judge/check/convention"
	"backprop/internal/judge/check/formula"
)

// Numbers that are meant otherwise than in this program are right, and one line says how they have been read.
func TestJudgeFindsTheConvention(t *testing.T) {
	task := twoSamples()
	right, _ := task.solve(mistake{})
	squares := 0.0
	for _, w := range task.w {
		for _, row := range w {
			for _, v := range row {
				squares += v * v
			}
		}
	}
	withoutStep := func(factor float64) func(q quantities) {
		return func(q quantities) {
			for name := range right {
				switch kind := kindOf(name); {
				case strings.HasPrefix(kind, "new"):
					delete(q, name)
				case kind == "C" || kind == "delta" || kind == "dW" || kind == "db":
					q.scale(name, factor)
				}
			}
		}
	}
	for _, c := range []struct {
		name   string
		change func(q quantities)
		style  style
		want   string
	}{
		{"this program", nil, style{},
			"samples as rows, W in×out, δ of each sample, gradients as means, dW without (λ/N)·W"},
		{"columns", nil, style{columns: true, outIn: true}, "samples as columns, W out×in, δ of each"},
		{"δ/n", nil, style{overN: true}, "δ divided by n, gradients as means"},
		{"sums", nil, style{sums: true}, "δ of each sample, gradients as sums"},
		{"L2 in dW", nil, style{withL2: true}, "dW with (λ/N)·W"},
		{"L2 in C", func(q quantities) { q["C"] = rows{{q["C"][0][0] + task.l2/(2*5)*squares}} }, style{},
			"C with the L2 term"},
		{"mean over the 3 outputs", withoutStep(1. / 3), style{}, "C as a mean over the outputs too"},
		{"the same without ½", withoutStep(2. / 3), style{}, "C as a mean over the outputs too, without ½"},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := maps.Clone(right)
			if c.change != nil {
				c.change(q)
			}
			r := judged(t, q.text(task, c.style))
			if !r.isRight() || !strings.HasPrefix(r.Conventions, "2 samples; read as: ") ||
				!strings.Contains(r.Conventions, c.want) {
				t.Errorf("want all right, read as %q; got\n%s", c.want, printed(t, r))
			}
		})
	}
}

// Of conventions that fit equally well, the one that comes first in convention.All is taken: δ of two samples and two
// outputs is halved by n, not by the outputs. As Y is 0, δ would be A.
func TestJudgeTakesTheFirstOfEqualConventions(t *testing.T) {
	r := judged(t, `{"output": "linear", "cost": "mse", "X": [[1, 0, 0], [0, 1, 0]], "W1": [[1, 2], [3, 4], [0, 0]],
		"b1": [0, 0], "Y": [[0, 0], [0, 0]], "delta1": [[0.5, 1], [1.5, 2]]}`)
	const want = "2 samples; read as: samples as rows, W in×out, δ divided by n"
	if !r.isRight() || r.Conventions != want {
		t.Errorf("want all right, %s; got\n%s", want, printed(t, r))
	}
}

// Two differences from this program's conventions are likelier than a mistake: a cost of ½·1² + ½·2², not divided by n,
// is taken for a sum, although the gradient, which is 0 like the inputs, is the same as a mean.
func TestJudgePrefersTwoDifferencesToAMistake(t *testing.T) {
	r := judged(t, `{"output": "linear", "cost": "mse", "X": [[0], [0]], "W1": [[1]], "b1": [1], "Y": [[0], [3]],
		"C": 2.500000, "dW1": [[0]]}`)
	if !r.isRight() || !strings.Contains(r.Conventions, "gradients as sums, C as a sum over the samples") {
		t.Errorf("want all right, with sums; got\n%s", printed(t, r))
	}
}

// The least penalty is that of a homework in which one mistake explains all that is wrong.
func TestLeastPenalty(t *testing.T) {
	task := twoSamples()
	right, _ := task.solve(mistake{})
	inBoth, _ := task.solve(mistake{code: "no-mean", at: "dW*"})
	differences := func(c *convention.Convention) { c.DeltaOverN, c.L2InGradients = true, true }
	own := func(*convention.Convention) {}
	for _, c := range []struct {
		name, text string
		change     func(*convention.Convention)
		wrong      int
	}{
		{"all is right", mazur, own, 0},
		{"one wrong quantity", homeworks["bea.json"], own, 1},
		{"one mistake in two quantities", inBoth.text(task, style{}), own, 2},
		{"two differences", right.text(task, style{overN: true, withL2: true}), differences, 0},
	} {
		h := parsed(t, c.text)
		by := convention.Own(h)[0]
		c.change(&by)
		j := &judge{Submission: formula.NewSubmission(h, by), homework: h}
		j.judgeAll(func(int) bool { return true })
		got, want := leastPenalty(by, j.wrong), j.nameMistakes(func(int) bool { return true })
		if got != want || j.wrong != c.wrong {
			t.Errorf("%s: got the least penalty %d with %d wrong, want %d with %d", c.name, got, j.wrong, want, c.wrong)
		}
	}
}

// Adding up the cost over the samples throughout is no mistake; gradients as sums of a mean cost are one.
func TestJudgeAcceptsASumAsTheCost(t *testing.T) {
	task := twoSamples()
	task.rate, task.l2 = 1, 0
	q, _ := task.solve(mistake{})
	for _, name := range []string{"C", "dW1", "dW2", "db1", "db2"} {
		q.scale(name, 2)
	}
	task.rate = 0.5 // half of η times twice the gradient is the same step
	r := judged(t, q.text(task, style{}))
	if !r.isRight() || !strings.Contains(r.Conventions, "C as a sum over the samples") {
		t.Errorf("want all right, with C as a sum; got\n%s", printed(t, r))
	}
	q.scale("C", 0.5)
	r = judged(t, q.text(task, style{}))
	if v := r.FirstMistake(); v == nil || v.Quantity != "dW2" || v.Mistake != "no-mean" {
		t.Errorf("want no-mean in dW2; got\n%s", printed(t, r))
	}
}

// A after the softmax is right even if output says linear, and Y may be a list of classes.
func TestJudgeAcceptsSoftmaxAndClasses(t *testing.T) {
	for _, task := range tasks() {
		if task.output != "softmax" {
			continue
		}
		q, _ := task.solve(mistake{})
		r := judged(t, strings.Replace(q.text(task, style{}), `"softmax"`, `"linear"`, 1))
		if !r.isRight() || !strings.Contains(r.Conventions, "A after the softmax") {
			t.Errorf("%v: want all right, with A after the softmax; got\n%s", task, printed(t, r))
		}
		if task.n == 1 {
			continue
		}
		classes := rows{nil}
		for _, row := range task.y {
			classes[0] = append(classes[0], float64(slices.Index(row, 1)))
		}
		q["Y"] = classes
		if r := judged(t, q.text(task, style{})); !r.isRight() {
			t.Errorf("%v with classes %v: want all right; got\n%s", task, classes, printed(t, r))
		}
	}
}

// Square W can be read in two ways. A number whose last digit is off does not tip the scale: in Mazur's network, W₂ is
// not transposed in δ₁, and A₂ should be 0.7514; if W were out×in, A₂ would be 0.7569, and δ₁ right.
func TestALastDigitDoesNotTurnW(t *testing.T) {
	question, _, _ := strings.Cut(mazur, `"Z1"`)
	for _, a2 := range []string{"0.7514", "0.7515", "0.752"} {
		r := judged(t, question+`"A2": [[`+a2+`, 0.7729]], "delta2": [[0.1385, -0.0381]], "delta1": [[0.00923, 0.01162]]}`)
		if v := verdictOn(r, "delta1"); v.Mistake != "transpose" || !strings.Contains(r.Conventions, "W in×out") {
			t.Errorf("A2 %s: got %+v and %q, want delta1 transposed, and W in×out", a2, v, r.Conventions)
		}
	}
}

// Digits may be cut off in all answers; among rounded ones a number that is cut off is wrong, and said to be near.
func TestJudgeAcceptsDigitsCutOffEverywhere(t *testing.T) {
	task := twoSamples()
	q, _ := task.solve(mistake{})
	for name, m := range q {
		if !isQuestion(name) {
			q[name] = filled(len(m), len(m[0]), func(i, j int) float64 { return math.Trunc(m[i][j]*1e4) / 1e4 })
		}
	}
	r := judged(t, q.text(task, style{digits: 4}))
	if !r.isRight() || !strings.Contains(r.Conventions, "digits cut off") {
		t.Errorf("want all right, with digits cut off; got\n%s", printed(t, r))
	}
	r = judged(t, strings.Replace(mazur, "0.75136507", "0.75136506", 1))
	if v := verdictOn(r, "A2"); v.Verdict != Wrong || !strings.Contains(v.Text, "Only the last digit is off") {
		t.Errorf("one last digit: got %+v, want wrong in the last digit only", v)
	}
}

// That digits are cut off is believed if it makes three numbers right, not two. The hidden layer is tanh of 0.445,
// 0.305, 0.395 and 0.135: 0.41778…, 0.29588…, 0.37566… and 0.13418….
func TestJudgeBelievesThreeNumbersCutOff(t *testing.T) {
	_, weights, _ := strings.Cut(question, `"W1"`)
	oneSample := `"activation": "tanh", "output": "sigmoid", "cost": "mse", "X": [[0.5, 0.1]], ` +
		`"Y": [[0.5, 0.2, 0.1]], "W1"` + weights
	for text, want := range map[string]bool{
		question + `, "A1": [[0.417, 0.295], [0.375, 0.134]]`: true,
		oneSample + `, "A1": [0.417, 0.295]`:                  false,
	} {
		r := judged(t, "{"+text+"}")
		if r.isRight() != want || strings.Contains(r.Conventions, "digits cut off") != want {
			t.Errorf("want right, with digits cut off: %v; got\n%s", want, printed(t, r))
		}
	}
}

// Among numbers with all their digits, one that is rounded is right too.
func TestJudgeAcceptsARoundedNumberAmongExactOnes(t *testing.T) {
	task := twoSamples()
	q, _ := task.solve(mistake{})
	exact := fmt.Sprintf(`"C": %v`, q["C"][0][0])
	for other, want := range map[string]string{`"C": 0.2367`: Right, `"C": 0.2366`: Wrong, `"C": 0.25`: Wrong} {
		r := judged(t, strings.Replace(q.text(task, style{}), exact, other, 1))
		isRounded := strings.Contains(r.Conventions, "some arrays rounded")
		if v := verdictOn(r, "C"); v.Verdict != want || isRounded != (want == Right) {
			t.Errorf("%s: got %+v and %q, want %s", other, v, r.Conventions, want)
		}
	}
}
