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

// A question is a network and samples, from which the learner's function computes something. A network with a single
// layer has only W1 and B1.
type question struct {
	*Network
	xs, ys       [][]float64
	rate, lambda float64
	n            int // training samples
}

// newQuestion draws random numbers with three decimal places, always the same for the same sizes. These are the sizes
// of the layers, inputs first.
func newQuestion(softmax bool, samples int, sizes ...int) question {
	random := rand.New(rand.NewPCG(7, 7))
	list := func(n int) []float64 {
		return apply(make([]float64, n), func(int, float64) float64 {
			return math.Round(random.NormFloat64()*100)/100 + 0.005
		})
	}
	matrix := func(rows, columns int) (m [][]float64) {
		for range rows {
			m = append(m, list(columns))
		}
		return m
	}
	q := question{Network: &Network{Softmax: softmax}, rate: 0.3, xs: matrix(samples, sizes[0])}
	q.W1, q.B1 = matrix(sizes[0], sizes[1]), list(sizes[1])
	if len(sizes) > 2 {
		q.W2, q.B2 = matrix(sizes[1], sizes[2]), list(sizes[2])
	}
	for range samples {
		y := make([]float64, sizes[len(sizes)-1])
		y[random.IntN(len(y))] = 1
		q.ys = append(q.ys, y)
	}
	return q
}

// checkAnswers compares the learner's answers with the equations, and recognises common mistakes. answers may also
// contain numbers that were given to the learner.
func (q question) checkAnswers(answers map[string]any) *Mistake {
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
		array, problem := arrayOf(numbers)
		if problem != "" {
			return &Mistake{"shape", "your " + name + " " + problem + "."}
		}
		arrays[name] = array
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

// arrayOf converts numbers for the checker; problem says what is wrong with their shape.
func arrayOf(numbers any) (array homework.Array, problem string) {
	switch n := numbers.(type) {
	case float64:
		array.Values = []float64{n}
	case []float64:
		array.Shape, array.Values = []int{len(n)}, slices.Clone(n)
	case [][]float64:
		for i, row := range n {
			if len(row) != len(n[0]) {
				return array, fmt.Sprintf("has %d numbers in row %d, and %d in row 1", len(row), i+1, len(n[0]))
			}
			array.Values = append(array.Values, row...)
		}
		if len(n) > 0 {
			array.Shape = []int{len(n), len(n[0])}
		}
	}
	if len(array.Values) == 0 {
		problem = "is empty: no numbers are given back"
	}
	return array, problem
}

// A wrongWay is a common mistake, and the numbers that result from it.
type wrongWay struct {
	code, what string
	result     []float64
}

// A comparison compares the learner's numbers with the right ones, and with the results of common mistakes.
type comparison struct {
	equation   string
	have, want []float64
	where      func(i int) string // says where number i is
	wrongWays  []wrongWay
}

// mistake returns what is wrong with the numbers, or nil.
func (c comparison) mistake() *Mistake {
	if near(c.have, c.want) {
		return nil
	}
	if m := c.knownMistake(); m != nil {
		return m
	}
	return &Mistake{"unknown", c.equation + c.firstDifference()}
}

// knownMistake returns the mistake if it is one of the wrong ways.
func (c comparison) knownMistake() *Mistake {
	for _, w := range c.wrongWays {
		if !near(c.have, c.want) && near(c.have, w.result) {
			return &Mistake{w.code, c.equation + ": " + w.what + c.firstDifference()}
		}
	}
	return nil
}

// firstDifference ends a sentence, and adds another one about the first number that is wrong.
func (c comparison) firstDifference() string {
	for i, v := range c.want {
		if i < len(c.have) && !near(c.have[i:i+1], c.want[i:i+1]) {
			return fmt.Sprintf(". %s you have %s, and it should be %s.", c.where(i), number(c.have[i]), number(v))
		}
	}
	return "."
}

// near reports whether numbers are those that are wanted, except for rounding. Infinite numbers are not.
func near(have, want []float64) bool {
	return slices.EqualFunc(have, want, func(x, y float64) bool { return math.Abs(x-y) <= 1e-9*max(math.Abs(y), 1e-3) })
}

// number formats a number with six digits.
func number(v float64) string {
	return strings.ReplaceAll(strconv.FormatFloat(v, 'g', 6, 64), "-", "−")
}
