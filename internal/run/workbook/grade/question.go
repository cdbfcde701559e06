package grade

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/judge/check"
	"backprop/internal/judge/check/homework"
)

// A question is a network and samples. With one layer that is W1, and W2 is not there.
type question struct {
	*Network
	xs, ys       [][]float64
	rate, lambda float64
	n            int
}

// ask makes a question with numbers of two digits.
func ask(seed uint64, softmax bool, samples int, sizes ...int) question {
	random := rand.New(rand.NewPCG(seed, 7))
	matrix := func(n, m int) (out [][]float64) {
		for range n {
			out = append(out, each(make([]float64, m), func(int, float64) float64 {
				return math.Round(random.NormFloat64()*100)/100 + 0.005
			}))
		}
		return out
	}
	q := question{Network: &Network{Softmax: softmax}, rate: 0.3, xs: matrix(samples, sizes[0])}
	q.W1, q.B1 = matrix(sizes[0], sizes[1]), matrix(1, sizes[1])[0]
	if len(sizes) > 2 {
		q.W2, q.B2 = matrix(sizes[1], sizes[2]), matrix(1, sizes[2])[0]
	}
	for range samples {
		y := make([]float64, sizes[len(sizes)-1])
		y[random.IntN(len(y))] = 1
		q.ys = append(q.ys, y)
	}
	return q
}

// array is numbers as the judge takes them; text is what is wrong with them.
func array(numbers any) (a homework.Array, text string) {
	switch n := numbers.(type) {
	case float64:
		a.Values = []float64{n}
	case []float64:
		a.Shape, a.Values = []int{len(n)}, slices.Clone(n)
	case [][]float64:
		for i, row := range n {
			if len(row) != len(n[0]) {
				return a, fmt.Sprintf("has %d numbers in row %d, and %d in row 1", len(row), i+1, len(n[0]))
			}
			a.Values = append(a.Values, row...)
		}
		if len(n) > 0 {
			a.Shape = []int{len(n), len(n[0])}
		}
	}
	if len(a.Values) == 0 {
		text = "is empty: no numbers are given back"
	}
	return a, text
}

// judge judges answers, and what is given beside the question and is right.
func (q question) judge(answers map[string]any) *Mistake {
	s := homework.Settings{Activation: "sigmoid", Output: "sigmoid", Cost: "mse", Rate: q.rate, L2: q.lambda, N: q.n}
	if q.Softmax {
		s.Output, s.Cost = "softmax", "ce"
	}
	all := map[string]any{"X": q.xs, "Y": q.ys, "W1": q.W1, "b1": q.B1}
	if q.W2 != nil {
		all["W2"], all["b2"] = q.W2, q.B2
	}
	for name, numbers := range answers {
		all[name] = numbers
	}
	arrays := map[string]homework.Array{}
	for name, numbers := range all {
		a, text := array(numbers)
		if text != "" {
			return &Mistake{"shape", "your " + name + " " + text + "."}
		}
		arrays[name] = a
	}
	h, err := homework.FromArrays("yours", arrays, s)
	if err != nil {
		return &Mistake{"not-a-number", strings.TrimPrefix(err.Error(), "yours: ") + "."}
	}
	v := check.JudgePlainly(h).FirstMistake()
	if v == nil {
		return nil
	}
	return &Mistake{v.Mistake, strings.ReplaceAll(v.Text, ", which is not in the file", ", on the way there")}
}

// A way is a wrong way to do something, and what comes of it.
type way struct {
	code, what string
	gives      []float64
}

// A comparison is of numbers with what they should be, and with what comes of wrong ways.
type comparison struct {
	equation   string
	have, want []float64
	where      func(i int) string
	ways       []way
}

// mistake is what is wrong with the numbers; nil if nothing is.
func (c comparison) mistake() *Mistake {
	if near(c.have, c.want) {
		return nil
	}
	if m := c.known(); m != nil {
		return m
	}
	if len(c.have) != len(c.want) {
		return &Mistake{"shape", fmt.Sprintf("%s: you have %d numbers, and it should be "+
			"%d.", c.equation, len(c.have), len(c.want))}
	}
	return &Mistake{"unknown", c.equation + c.first()}
}

// known is the mistake if it is one of the wrong ways.
func (c comparison) known() *Mistake {
	for _, w := range c.ways {
		if !near(c.have, c.want) && near(c.have, w.gives) {
			return &Mistake{w.code, c.equation + ": " + w.what + c.first()}
		}
	}
	return nil
}

// first is the first number that is off.
func (c comparison) first() string {
	for i, v := range c.want {
		if i < len(c.have) && !near(c.have[i:i+1], c.want[i:i+1]) {
			return fmt.Sprintf(". %s you have %s, and it should be %s.", c.where(i), number(c.have[i]), number(v))
		}
	}
	return "."
}

// near says that numbers are the same but for rounding.
func near(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool {
		return x == y || math.Abs(x-y) <= 1e-9*max(math.Abs(x), math.Abs(y), 1e-3)
	})
}

// number is a number in few digits.
func number(v float64) string {
	return strings.Replace(strconv.FormatFloat(v, 'g', 6, 64), "-", "−", 1)
}

// flat is all of a matrix in one list.
func flat(m [][]float64) []float64 { return slices.Concat(m...) }
