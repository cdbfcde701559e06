package check

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// question is one of two samples, up to the last answer.
const question = `"activation": "tanh", "output": "sigmoid", "cost": "mse", "rate": 0.5, "l2": 0.3, "N": 5,
"X": [[0.5, 0.1], [0.7, -0.3]], "Y": [[0.01, 0.99, 0.5], [0.5, 0.2, 0.1]], "W1": [[0.15, -0.25], [0.2, 0.3]],
"b1": [0.35, 0.4], "W2": [[0.4, 0.5, -0.3], [0.45, -0.55, 0.2]], "b2": [0.6, 0.7, -0.8]`

// twoSamples is the task of the question.
func twoSamples() task {
	return task{sizes: []int{2, 2, 3}, n: 2, N: 5, activation: "tanh", output: "sigmoid", cost: "mse", rate: 0.5,
		l2: 0.3,
		x:  rows{{0.5, 0.1}, {0.7, -0.3}}, y: rows{{0.01, 0.99, 0.5}, {0.5, 0.2, 0.1}},
		w: []rows{nil, {{0.15, -0.25}, {0.2, 0.3}}, {{0.4, 0.5, -0.3}, {0.45, -0.55, 0.2}}},
		b: []rows{nil, {{0.35, 0.4}}, {{0.6, 0.7, -0.8}}}}
}

// scaled is a quantity times a number.
func (q quantities) scaled(name string, by float64) {
	q[name] = filled(len(q[name]), len(q[name][0]), func(i, j int) float64 { return q[name][i][j] * by })
}

// TestTwoAtOnce: of two mistakes in one quantity both are named, and so are two in quantities of which only the
// last is written.
func TestTwoAtOnce(t *testing.T) {
	task := twoSamples()
	for _, c := range []struct {
		first    mistake
		quantity string
		by       float64
		want     string
	}{
		{mistake{code: "no-derivative", at: "delta1"}, "delta1", -1, "no-derivative+sign"},
		{mistake{code: "no-half", at: "delta2"}, "delta2", -1, "no-half+sign"},
		{mistake{code: "transpose", at: "dW1"}, "dW1", 2, "no-mean+transpose"},
		{mistake{code: "other-cost", at: "C"}, "C", 2, "no-half+other-cost"},
		{mistake{code: "updated-first", at: "delta1"}, "delta1", -1, "sign+updated-first"},
		{mistake{code: "no-bias", at: "Z1"}, "Z1", -1, "no-bias+sign"},
	} {
		q, _ := task.make(c.first)
		q.scaled(c.quantity, c.by)
		delete(q, "newW1")
		v := verdictOn(Judge(parsed(t, q.text(task, style{}))), c.quantity)
		got := strings.Split(v.Mistake, "+")
		slices.Sort(got)
		if strings.Join(got, "+") != c.want || !strings.Contains(v.Text, "two things at once: ") {
			t.Errorf("%s: %+v\n%s", c.want, v, printed(t, Judge(parsed(t, q.text(task, style{})))))
		}
	}
	q, _ := task.make(mistake{code: "no-derivative", at: "delta1"})
	q.scaled("dW1", -1)
	v := verdictOn(JudgePlainly(parsed(t, q.only("dW1").text(task, style{}))), "dW1")
	if v.Mistake != "sign+no-derivative" || !strings.Contains(v.Text, "(in delta1, which is not in the file)") {
		t.Errorf("two places: %+v", v)
	}
}

// TestAlternatives: of mistakes that give the same numbers, the first is named by its code, and the others in words. A
// sum over two samples is twice their mean.
func TestAlternatives(t *testing.T) {
	q, _ := twoSamples().make(mistake{})
	q.scaled("C", 2)
	v := verdictOn(Judge(parsed(t, q.text(twoSamples(), style{}))), "C")
	const want = "Another mistake gives the same numbers: your C is a sum over the samples, where the mean belongs: it " +
		"is 2 times too large."
	if v.Mistake != "no-half" || !slices.Equal(v.Also, []string{"no-mean"}) || !strings.HasSuffix(v.Text, want) {
		t.Errorf("%+v", v)
	}
	// At z = 0, σ′ is ¼. So δ₂ is ¼(a − y) = ¼, and W₂·δ₂ without its g′ is as large as W₂·(a − y) with it.
	v = verdictOn(Judge(parsed(t, `{"activation": "sigmoid", "output": "sigmoid", "cost": "mse",
		"X": [[0, 0]], "Y": [[-0.5]], "W1": [[0, 0], [0, 0]], "b1": [0, 0], "W2": [[0.5], [0.25]], "b2": [-0.375], "delta2": [[0.25]],
		"delta1": [[0.125, 0.0625]]}`)), "delta1")
	if v.Mistake != "no-derivative" || !slices.Contains(v.Also, "output-gap") ||
		!strings.Contains(v.Text, ". Other mistakes give the same numbers: A2 − Y goes back into this layer, and delta2 "+
			"belongs there; or: ") {
		t.Errorf("%+v", v)
	}
}

// TestReadings: numbers that are meant otherwise are right, and one line says how they have been read.
func TestReadings(t *testing.T) {
	task := twoSamples()
	right, _ := task.make(mistake{})
	decay := 0.0
	for l := 1; l < 3; l++ {
		for _, row := range task.w[l] {
			for _, w := range row {
				decay += task.l2 / (2 * 5) * w * w
			}
		}
	}
	scaleAll := func(by map[string]float64) func(q quantities) {
		return func(q quantities) {
			for name := range q {
				for kind, factor := range by {
					if strings.TrimRight(name, "0123456789") == kind {
						q.scaled(name, factor)
					}
				}
			}
		}
	}
	for name, c := range map[string]struct {
		change func(q quantities)
		style  style
		line   string
	}{
		"as the program": {func(quantities) {}, style{}, "samples as rows, W in×out, δ of each sample, gradients as means, " +
			"dW without (λ/N)·W"},
		"columns":  {func(quantities) {}, style{columns: true, outIn: true}, "samples as columns, W out×in, δ of each"},
		"δ/n":      {func(quantities) {}, style{overN: true}, "δ divided by n, gradients as means"},
		"sums":     {func(quantities) {}, style{sums: true}, "δ of each sample, gradients as sums"},
		"L2 in dW": {func(quantities) {}, style{withL2: true}, "dW with (λ/N)·W"},
		"L2 in C":  {func(q quantities) { q["C"] = rows{{q["C"][0][0] + decay}} }, style{}, "C with the L2 term"},
		"mean over outputs": {func(q quantities) {
			delete(q, "newW1")
			delete(q, "newW2")
			scaleAll(map[string]float64{"C": 1. / 3, "delta": 1. / 3, "dW": 1. / 3, "db": 1. / 3,
				"newb": math.NaN()})(q)
			delete(q, "newb1")
			delete(q, "newb2")
		}, style{}, "C as a mean over the outputs too"},
		"without ½ too": {func(q quantities) {
			scaleAll(map[string]float64{"C": 2. / 3, "delta": 2. / 3, "dW": 2. / 3, "db": 2. / 3})(q)
			for _, name := range []string{"newW1", "newW2", "newb1", "newb2"} {
				delete(q, name)
			}
		}, style{}, "C as a mean over the outputs too, without ½"},
	} {
		q := quantities{}
		for key, m := range right {
			q[key] = m
		}
		c.change(q)
		r := Judge(parsed(t, q.text(task, c.style)))
		if !r.Right() || !strings.HasPrefix(r.Conventions, "2 samples; read "+
			"as: ") || !strings.Contains(r.Conventions, c.line) {
			t.Errorf("%s: want %q\n%s", name, c.line, printed(t, r))
		}
	}
	// Of what is not there, or what one sample cannot tell, nothing is said.
	for text, want := range map[string]string{
		mazur: "1 sample; read as: samples as rows, W in×out",
		"{" + question + `, "Z1": [[0.445, 0.305], [0.395, 0.135]]}`: "2 samples; read as: samples as rows, W in×out",
	} {
		if r := Judge(parsed(t, text)); !r.Right() || r.Conventions != want {
			t.Errorf("%q, want %q\n%s", r.Conventions, want, printed(t, r))
		}
	}
}

// TestSumCost: who adds up the cost over the samples throughout has made no mistake.
func TestSumCost(t *testing.T) {
	task := twoSamples()
	task.rate, task.l2 = 1, 0 // η times the sum is twice the step
	q, _ := task.make(mistake{})
	for name := range q {
		if name == "C" || strings.HasPrefix(name, "dW") || strings.HasPrefix(name, "db") {
			q.scaled(name, 2)
		}
	}
	task.rate = 0.5
	r := Judge(parsed(t, q.text(task, style{})))
	if !r.Right() || !strings.Contains(r.Conventions, "C as a sum over the samples") {
		t.Error(printed(t, r))
	}
	q.scaled("C", 0.5) // with C as a mean it is one
	r = Judge(parsed(t, q.text(task, style{})))
	if v := r.FirstMistake(); v == nil || v.Quantity != "dW2" || v.Mistake != "no-mean" {
		t.Error(printed(t, r))
	}
}

// TestSoftmaxOutput: A counted after the softmax is right where output says linear, and Y may be classes.
func TestSoftmaxOutput(t *testing.T) {
	for _, task := range tasks() {
		if task.output != "softmax" {
			continue
		}
		q, _ := task.make(mistake{})
		text := strings.Replace(q.text(task, style{}), `"softmax"`, `"linear"`, 1)
		r := Judge(parsed(t, text))
		if !r.Right() || !strings.Contains(r.Conventions, "A after the softmax") {
			t.Error(printed(t, r))
		}
		if task.n > 1 {
			classes := rows{nil}
			for _, row := range task.y {
				classes[0] = append(classes[0], float64(slices.Index(row, 1)))
			}
			q["Y"] = classes
			if r := Judge(parsed(t, q.text(task, style{}))); !r.Right() {
				t.Error(printed(t, r))
			}
		}
	}
}

// TestCut: digits that are all cut off are right; among rounded ones a cut one is wrong, and said to be near.
func TestCut(t *testing.T) {
	task := twoSamples()
	q, _ := task.make(mistake{})
	for name, m := range q {
		if !strings.Contains("X Y W1 W2 b1 b2", name) {
			q[name] = filled(len(m), len(m[0]), func(i, j int) float64 { return math.Trunc(m[i][j]*1e4) / 1e4 })
		}
	}
	r := Judge(parsed(t, q.text(task, style{digits: 4})))
	if !r.Right() || !strings.Contains(r.Conventions, "digits cut off") {
		t.Error(printed(t, r))
	}
	r = Judge(parsed(t, strings.Replace(mazur, "0.75136507", "0.75136506", 1)))
	if v := verdictOn(r, "A2"); v.Verdict != Wrong || !strings.Contains(v.Text, "in the last digit only") {
		t.Errorf("%+v", v)
	}
}

// TestFewCut: that digits are cut off is believed of three numbers that are right then, not of two. The hidden layer is
// tanh of 0.445, 0.305, 0.395 and 0.135, which is 0.41778…, 0.29588…, 0.37566… and 0.13418….
func TestFewCut(t *testing.T) {
	for answer, want := range map[string]bool{
		`"A1": [[0.417, 0.295], [0.375, 0.134]]`:                          true,
		`"X": [[0.5, 0.1]], "Y": [[0.5, 0.2, 0.1]], "A1": [0.417, 0.295]`: false,
	} {
		text := "{" + question + ", " + answer + "}"
		if strings.Contains(answer, `"X"`) {
			_, after, _ := strings.Cut(question, `"W1"`)
			text = `{"activation": "tanh", "output": "sigmoid", "cost": "mse", ` + answer + `, "W1"` + after + "}"
		}
		if r := Judge(parsed(t, text)); r.Right() != want || strings.Contains(r.Conventions, "digits cut off") != want {
			t.Errorf("%s", printed(t, r))
		}
	}
}

// TestMixed: numbers with all their digits are exact, and one that is rounded among them is right too.
func TestMixed(t *testing.T) {
	task := twoSamples()
	q, _ := task.make(mistake{})
	exact := fmt.Sprintf(`"C": %v`, q["C"][0][0])
	for other, want := range map[string]string{`"C": 0.2367`: Right, `"C": 0.2366`: Wrong, `"C": 0.25`: Wrong} {
		r := Judge(parsed(t, strings.Replace(q.text(task, style{}), exact, other, 1)))
		if v := verdictOn(r, "C"); v.Verdict != want || strings.Contains(r.Conventions,
			"some arrays rounded") != (want == Right) {
			t.Errorf("%s: %+v\n%s", other, v, r.Conventions)
		}
	}
}

// TestShapes: an answer of a wrong shape is told with both shapes and what was probably transposed.
func TestShapes(t *testing.T) {
	for answer, want := range map[string]string{
		`"Z1": [1, 2, 3, 4]`: "Z1 = X·W1 + b1: your Z1 is a list of 4, and should be 2×2; X is 2×2 and W1 is " +
			"2×2.",
		`"Z1": [[1, 2], [3, 4], [5, 6]]`: "Z1 = X·W1 + b1: your Z1 is 3×2, and should be 2×2; X is 2×2 and W1 is 2×2.",
		`"dW2": [[1, 2], [3, 4], [5, 6]]`: "dW2 = (1/n) A1ᵀ·delta2: your dW2 is 3×2, and should be 2×3; probably A1 " +
			"and delta2 are " +
			"multiplied in the other order, or the result is transposed.",
		`"db2": [1, 2]`: "db2 = (1/n) Σ delta2 over the samples: your db2 is a list of 2, and should be a list of 3.",
		`"C": [1, 2]`:   "C = (1/n) Σ ½(A2 − Y)²: your C is a list of 2, and should be a single number.",
		`"delta1": [[1, 2, 3], [4, 5, 6]]`: "delta1 = (delta2·W2ᵀ) ⊙ tanh′(Z1): your delta1 is 2×3, and should be " +
			"2×2; delta2 is " +
			"2×3 and W2 is 2×3.",
	} {
		r := Judge(parsed(t, "{"+question+", "+answer+"}"))
		if v := r.FirstMistake(); v == nil || v.Mistake != "shape" || v.Text != want {
			t.Errorf("%s: %+v; want %s", answer, v, want)
		}
	}
}

// TestEvidence: a mistake is not named where a number of few digits could as well be any other, and one that is
// written with more is.
func TestEvidence(t *testing.T) {
	for written, want := range map[string]string{"0.6": "unknown", "0.597": "no-half", "0.5967": "no-half",
		"-0.6": "unknown", "-0.59674": "no-half+sign"} {
		r := Judge(parsed(t, strings.Replace(mazur, "0.298371109", written, 1)))
		if v := verdictOn(r, "C"); v.Mistake != want {
			t.Errorf("%s: %+v", written, v)
		}
	}
}

// TestUnknown: where no mistake fits, the first number that is off is computed, number by number.
func TestUnknown(t *testing.T) {
	for answer, want := range map[string]string{
		`"Z1": [[0.445, 0.305], [0.9, 0.135]]`: "Z1 = X·W1 + b1: 1 of 4 numbers are off. Row 2, column 1: you have " +
			"0.9, and it should be 0.395 = 0.7·0.15 + (−0.3)·0.2 + 0.35.",
		`"Z1": [[0.445, 0.305], [0.395, 0.135]], "A1": [[0.417809, 0.295883], [0.375657, 0.1]]`: "A1 = tanh(Z1): 1 of 4 " +
			"numbers are off. Row 2, column 2: you have 0.1, and it should be 0.134186 = tanh(0.135).",
		`"C": 0.1234567`: "C = (1/n) Σ ½(A2 − Y)²: C: you have 0.1234567, and it should be 0.236739 = " +
			"0.5·(½·(0.711003 − " +
			"0.01)² + ½·(0.67834 − 0.99)² + ½·(0.296054 − 0.5)² + ½·(0.692248 − 0.5)² + 0.139934 from 2 more).",
		`"delta2": [[0.5, 1.5, 2.5], [3.5, 4.5, 5.5]], "db2": [1, 2, 3]`: "db2 = (1/n) Σ delta2 over the samples: 3 of 3 " +
			"numbers are off. Number 1: you have 1, and it should be 2 = 0.5·(0.5 + 3.5), given your delta2.",
		`"newW2": [[1.5, 2.5, 3.5], [1, 2, 3]], "dW2": [[1.5, 2.5, 3.5], [1, 2, 3]]`: "newW2 = W2 − η (dW2 + (λ/N) W2): 6 " +
			"of 6 numbers are off. Row 1, column 1: you have 1.5, and it should be -0.362 = 0.4 − 0.5·(1.5 + 0.06·0.4), " +
			"given your dW2.",
	} {
		r := JudgePlainly(parsed(t, "{"+question+", "+answer+"}"))
		found := slices.ContainsFunc(r.Verdicts,
			func(v Verdict) bool { return v.Mistake == "unknown" && v.Text == want })
		if !found {
			t.Errorf("%s:\n%+v;\nwant %s", answer, r.FirstMistake(), want)
		}
	}
}

// TestEquations: each quantity's equation is told as the arrays lie in the file.
func TestEquations(t *testing.T) {
	for style, want := range map[style]string{
		{}: "Z1 = X·W1 + b1; A1 = tanh(Z1); Z2 = A1·W2 + b2; A2 = sigmoid(Z2); C = (1/n) Σ ½(A2 − Y)²; delta2 = (A2 " +
			"− Y) ⊙ sigmoid′(Z2); delta1 = (delta2·W2ᵀ) ⊙ tanh′(Z1); dW2 = (1/n) A1ᵀ·delta2; db2 = (1/n) Σ delta2 over the " +
			"samples; dW1 = " +
			"(1/n) Xᵀ·delta1; db1 = (1/n) Σ delta1 over the samples; newW2 = W2 − η (dW2 + (λ/N) W2); newb2 = b2 − " +
			"η db2; newW1 = " +
			"W1 − η (dW1 + (λ/N) W1); newb1 = b1 − η db1",
		{columns: true, outIn: true}: "Z1 = W1·X + b1; A1 = tanh(Z1); Z2 = W2·A1 + b2; A2 = sigmoid(Z2); C = (1/n) " +
			"Σ ½(A2 − Y)²; " +
			"delta2 = (A2 − Y) ⊙ sigmoid′(Z2); delta1 = (W2ᵀ·delta2) ⊙ tanh′(Z1); dW2 = (1/n) delta2·A1ᵀ; db2 = " +
			"(1/n) Σ delta2 " +
			"over the samples; dW1 = (1/n) delta1·Xᵀ; db1 = (1/n) Σ delta1 over the samples; newW2 = W2 − η (dW2 + " +
			"(λ/N) W2); newb2 " +
			"= b2 − η db2; newW1 = W1 − η (dW1 + (λ/N) W1); newb1 = b1 − η db1",
		{outIn: true}: "Z1 = X·W1ᵀ + b1; A1 = tanh(Z1); Z2 = A1·W2ᵀ + b2; A2 = sigmoid(Z2); C = (1/n) Σ ½(A2 − Y)²; " +
			"delta2 = (A2 − Y) ⊙ sigmoid′(Z2); delta1 = (delta2·W2) ⊙ tanh′(Z1); dW2 = (1/n) delta2ᵀ·A1; db2 = (1/n) Σ " +
			"delta2 over the " +
			"samples; dW1 = (1/n) delta1ᵀ·X; db1 = (1/n) Σ delta1 over the samples; newW2 = W2 − η (dW2 + (λ/N) " +
			"W2); newb2 = b2 − η " +
			"db2; newW1 = W1 − η (dW1 + (λ/N) W1); newb1 = b1 − η db1",
	} {
		var got []string
		task := twoSamples()
		task.x = rows{{0.5, 0.1}, {0.7, -0.3}, {0.2, 0.1}} // three samples, so that it shows how X lies
		task.y, task.n = append(task.y, []float64{0, 1, 0}), 3
		q, _ := task.make(mistake{})
		for name, m := range q {
			if !strings.Contains("X Y W1 W2 b1 b2", name) && name != "Z1" {
				q[name] = filled(len(m), len(m[0]), func(i, j int) float64 { return 7 + math.Sqrt(float64(i+3*j+2)) })
			}
		}
		q.scaled("Z1", 1+1e-6) // so that which W is transposed shows in nothing but its shape and Z1
		for _, v := range Judge(parsed(t, q.text(task, style))).Verdicts {
			equation, _, _ := strings.Cut(v.Text, ": ")
			got = append(got, equation)
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("%+v:\n%s; want\n%s", style, strings.Join(got, "; "), want)
		}
	}
}

// TestTerms: of a number that is off, the right one is told as the sum that it is. The sums are easily done by hand:
// 0.5·(−0.25) + 0.1·0.3 + 0.4 is 0.305.
func TestTerms(t *testing.T) {
	for _, c := range []struct {
		name, want string
		style      style
	}{
		{"Z1", "0.305 = 0.5·(−0.25) + 0.1·0.3 + 0.4", style{}}, {"A1", "0.295882 = tanh(0.305)", style{}},
		{"C", "0.236739 = 0.5·(½·(0.711003 − 0.01)² + ½·(0.67834 − 0.99)² + ½·(0.296054 − 0.5)² + " +
			"½·(0.692248 − 0.5)² + 0.139934 from 2 more)", style{}},
		{"delta2", "-0.0425035 = (0.296054 − 0.5)·0.208406", style{}},
		{"delta1", "0.0855142 = (0.144041·0.45 + (−0.0680025)·(−0.55) + (−0.0425035)·0.2)·0.912454", style{}},
		{"dW1", "0.010614 = 0.5·(0.5·0.0855142 + 0.7·(−0.030756))", style{}},
		{"dW1", "-0.00438605 = 0.5·(0.5·0.0855142 + 0.7·(−0.030756)) + 0.06·(−0.25)", style{withL2: true}},
		{"db1", "0.0273791 = 0.5·(0.0855142 + (−0.030756))", style{}},
		{"newW1", "-0.247807 = -0.25 − 0.5·(0.010614 + 0.06·(−0.25))", style{}},
		{"newb1", "0.38631 = 0.4 − 0.5·0.0273791", style{}},
	} {
		q, _ := twoSamples().make(mistake{})
		m := q[c.name]
		q[c.name] = filled(len(m), len(m[0]), func(i, j int) float64 {
			if i == 0 && j == len(m[0])-1 {
				return m[i][j] + 0.1234
			}
			return m[i][j]
		})
		r := Judge(parsed(t, q.text(twoSamples(), c.style)))
		if v := verdictOn(r, c.name); !strings.HasSuffix(v.Text, " and it should be "+c.want+".") {
			t.Errorf("%s, want %s", v.Text, c.want)
		}
	}
}

// TestHalved: δ of a squared error without its ½ is twice as large, and half as large where the 2 is taken away twice;
// hints say first where to look, and then how.
func TestHalved(t *testing.T) {
	for by, want := range map[string]string{
		"[0.276997124, -0.0761964732]": "it is twice what it should be: the ½",
		"[0.069249281, -0.0190491183]": "it is half of what it should be: the 2",
		"[-0.138498562, 0.0380982366]": "wrong sign: it is y − a where a − y belongs",
		"[0.74136507, -0.217071535]":   "sigmoid′(Z2) is missing",
	} {
		text, _, _ := strings.Cut(strings.Replace(mazur, "[0.138498562, -0.0380982366]", by, 1), ",\n\"dW2")
		if v := verdictOn(Judge(parsed(t, text+"}")), "delta2"); !strings.Contains(v.Text, want) ||
			slices.Contains(v.Also, v.Mistake) {
			t.Errorf("delta2 %s: %+v, want %q", by, v, want)
		}
	}
	if Hint("unknown", 1) != "Compute the first number that is off by hand, term by term." ||
		!strings.HasPrefix(Hint("unknown", 2), "Take its row and its column") {
		t.Errorf("%s %s", Hint("unknown", 1), Hint("unknown", 2))
	}
}

// TestExtremes: where a probability is 0 or 1 as far as a computer can tell, C is computed from what it is made of.
func TestExtremes(t *testing.T) {
	for settings, want := range map[string]string{
		`"output": "linear", "cost": "ce", "A1": [[1000, -1000]], "C": 2000`: Right,
		`"output": "softmax", "cost": "ce", "A1": [[1, 0]], "C": 2000`:       Right,
		`"output": "softmax", "cost": "ce", "A1": [[1, 0]], "C": 1000`:       Wrong,
		`"output": "sigmoid", "cost": "bce", "A1": [[1, 0]], "C": 2000`:      Right,
		`"output": "sigmoid", "cost": "bce", "A1": [[1, 0]], "C": 1999`:      Wrong,
	} {
		r := Judge(parsed(t, `{"X": [[1]], "W1": [[1000, -1000]], "b1": [0, 0], "Y": [[0, 1]], `+settings+"}"))
		if v := verdictOn(r, "C"); v.Verdict != want {
			t.Errorf("%s: %+v", settings, v)
		}
	}
}

// TestSteps: what goes wrong in the last step alone.
func TestSteps(t *testing.T) {
	task := twoSamples()
	right, _ := task.make(mistake{})
	for code, change := range map[string]func(w, dw, w2 float64) float64{
		"not-updated": func(w, dw, w2 float64) float64 { return w },
		"step-only":   func(w, dw, w2 float64) float64 { return -0.5 * (dw + 0.06*w) },
		"mean-twice":  func(w, dw, w2 float64) float64 { return w - 0.5*(dw/2+0.06*w) },
		"transpose":   func(w, dw, w2 float64) float64 { return w - 0.5*(w2+0.06*w) },
		"ascent":      func(w, dw, w2 float64) float64 { return w + 0.5*dw - 0.5*0.06*w },
	} {
		q := quantities{}
		for name, m := range right {
			q[name] = m
		}
		q["newW1"] = filled(2, 2, func(i, j int) float64 {
			return change(task.w[1][i][j], q["dW1"][i][j],
				q["dW1"][j][i])
		})
		if v := verdictOn(Judge(parsed(t, q.text(task, style{}))), "newW1"); v.Mistake != code {
			t.Errorf("%s: %+v", code, v)
		}
	}
	q, _ := task.make(mistake{})
	q["newW1"] = filled(2, 2, func(i,
		j int) float64 {
		return task.w[1][i][j] - 0.5*(q["dW1"][i][j]*2+0.06*task.w[1][i][j])
	})
	for _, name := range []string{"dW1", "dW2", "db1", "db2"} {
		q.scaled(name, 2)
	}
	if v := verdictOn(Judge(parsed(t, q.text(task, style{}))), "newW1"); !slices.Contains(v.Also,
		"no-mean") { // times 2 is divided by η too
		t.Errorf("sums: %+v", v)
	}
}
