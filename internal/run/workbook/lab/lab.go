// Package lab trains small networks with a bug in them, and prints a learning curve, a gradient check and a step check
// with which to find the bug. It also judges the answers.
package lab

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"

	"backprop/internal/run/workbook/grade"
)

// A Program trains a network with a bug.
type Program struct {
	Number int     // 1 to 5; chooses the bug
	Hidden int     // neurons in the hidden layer
	Batch  int     // samples in a mini-batch
	Rate   float64 // η
	Lambda float64 // λ of the weight decay
	Epochs int
	Seed   uint64
}

// bugs are the names of all possible bugs.
var bugs = []string{"bias", "decay", "early", "layer", "mean", "prime", "sign", "transpose"}

// hashes has a hash of each program's bug, so that a learner who looks here does not read the answer.
var hashes = []string{"035c220d", "97101253", "325d2323", "3be2e14a", "366c1392"}

func hash(number int, bug string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "program %d: %s", number, bug))
	return hex.EncodeToString(sum[:4])
}

// bug returns the name of the program's bug; "" if no program has its number.
func (p Program) bug() string {
	if p.Number < 1 || p.Number > len(hashes) {
		return ""
	}
	i := slices.IndexFunc(bugs, func(name string) bool { return hash(p.Number, name) == hashes[p.Number-1] })
	return bugs[i]
}

// Run trains, and prints the learning curve, the gradient check and the step check.
func (p Program) Run() { p.print(os.Stdout) }

func (p Program) print(out io.Writer) {
	if p.Hidden < 1 || p.Batch < 1 || p.Batch > 150 || p.Epochs < 1 {
		fmt.Fprintln(out, "Hidden, Batch and Epochs must be 1 or more, and Batch at most 150.")
		return
	}
	fmt.Fprintf(out, "Program %d: 150 samples of 3 classes, %d hidden neurons with σ, softmax,\n"+
		"batch %d, η = %v, λ = %v\n\n", p.Number, p.Hidden, p.Batch, p.Rate, p.Lambda)
	p.printCurve(out)
	p.start(p.bug()).printChecks(out)
}

// printCurve trains with and without the bug, and draws both costs.
func (p Program) printCurve(out io.Writer) {
	with, without := p.start(p.bug()), p.start("")
	fmt.Fprintln(out, "The curve, for 150 samples that are not trained on: the cost, and how many are recognised,\n"+
		"in this program, and in the same one without the bug")
	fmt.Fprintf(out, "epoch   %9s   right   %-20s   %10s   right\n", "cost", "", "no bug")
	every := max(p.Epochs/10, 1)
	for e := 0; e <= p.Epochs; e++ {
		if e%every == 0 {
			percent, cost := with.test()
			rightPercent, rightCost := without.test()
			fmt.Fprintf(out, "%5d   %9.4f   %3d %%   %-20s   %10.4f   %3d %%   %s\n",
				e, cost, percent, bar(cost), rightCost, rightPercent, bar(rightCost))
		}
		with.epoch()
		without.epoch()
	}
	fmt.Fprintln(out)
}

// bar draws a cost. For costs of 2 and more, the bar is full.
func bar(cost float64) string {
	if math.IsNaN(cost) || cost > 2 {
		cost = 2
	}
	return strings.Repeat("█", int(cost*10))
}

// A run is a network in training.
type run struct {
	Program
	bug      string // "" for none
	net      *grade.Network
	training samples
	unseen   samples // samples that the network is not trained on
	random   *rand.Rand
}

// samples are inputs, and the targets that belong to them.
type samples struct{ xs, ys [][]float64 }

// start makes 150 samples of each kind, on the three arms of a spiral, and a network with its first weights.
func (p Program) start(bug string) *run {
	r := &run{Program: p, bug: bug, random: rand.New(rand.NewPCG(p.Seed, 5))}
	for i := range 300 {
		class, radius := i%3, 0.2+0.8*r.random.Float64()
		angle := 3*radius + 2*math.Pi*float64(class)/3 + 0.3*r.random.NormFloat64()
		to := &r.training
		if i >= 150 {
			to = &r.unseen
		}
		y := make([]float64, 3)
		y[class] = 1
		to.xs = append(to.xs, []float64{1 + 2*radius*math.Cos(angle), 1 + 2*radius*math.Sin(angle)})
		to.ys = append(to.ys, y)
	}
	matrix := func(rows, columns int) [][]float64 {
		w := make([][]float64, rows)
		for i := range w {
			w[i] = make([]float64, columns)
			for j := range w[i] {
				w[i][j] = r.random.NormFloat64() * 1.5 / math.Sqrt(float64(rows))
			}
		}
		return w
	}
	r.net = &grade.Network{W1: matrix(2, p.Hidden), B1: make([]float64, p.Hidden), W2: matrix(p.Hidden, 3),
		B2: make([]float64, 3), Softmax: true}
	return r
}

// test returns how many percent of the unseen samples are recognised, and their cost.
func (r *run) test() (percent int, cost float64) {
	right := 0
	for s, x := range r.unseen.xs {
		z2 := r.net.Outputs(x)
		if slices.Index(z2, slices.Max(z2)) == slices.Index(r.unseen.ys[s], 1) {
			right++
		}
	}
	cost, _ = r.net.Gradient(r.unseen.xs, r.unseen.ys, grade.Back)
	return 100 * right / len(r.unseen.xs), cost
}

// epoch uses every training sample once.
func (r *run) epoch() {
	for numbers := range slices.Chunk(r.random.Perm(len(r.training.xs)), r.Batch) {
		var batch samples
		for _, i := range numbers {
			batch.xs, batch.ys = append(batch.xs, r.training.xs[i]), append(batch.ys, r.training.ys[i])
		}
		r.step(batch)
	}
}

// step takes one step with a mini-batch, with the bug if it is a bug in the step.
func (r *run) step(s samples) {
	g, decay := r.gradient(s), r.net.Copy()
	switch r.bug {
	case "early":
		updated := r.net.Copy()
		updated.AddTimes(g, -r.Rate)
		_, g = r.net.Gradient(s.xs, s.ys, func(delta2 []float64, _ [][]float64, z1 []float64) []float64 {
			return grade.Back(delta2, updated.W2, z1)
		})
	case "mean":
		g.AddTimes(g.Copy(), float64(len(s.xs)-1)) // n times the mean is the sum
	case "decay":
		decay.AddTimes(r.net, -2) // the negative
	}
	clear(decay.B1)
	clear(decay.B2)
	g.AddTimes(decay, r.Lambda/float64(len(r.training.xs)))
	r.net.AddTimes(g, -r.Rate)
}

// gradient computes the mean gradient of samples, with the bug if it is a bug in the gradient.
func (r *run) gradient(s samples) *grade.Network {
	_, g := r.net.Gradient(s.xs, s.ys, func(delta2 []float64, w2 [][]float64, z1 []float64) []float64 {
		switch r.bug {
		case "prime":
			return grade.TimesTransposed(delta2, w2)
		case "transpose":
			return grade.Back(delta2, readAsTransposed(w2), z1)
		}
		return grade.Back(delta2, w2, z1)
	})
	switch r.bug {
	case "sign":
		g.AddTimes(g.Copy(), -2) // the negative
	case "bias":
		clear(g.B1)
		clear(g.B2)
	case "layer":
		clear(g.B1)
		for _, row := range g.W1 {
			clear(row)
		}
	}
	return g
}

// readAsTransposed returns the matrix that results if the numbers of w, in their order, are read as the numbers of wᵀ.
func readAsTransposed(w [][]float64) [][]float64 {
	numbers, out := slices.Concat(w...), make([][]float64, len(w))
	for i := range w {
		for j := range w[i] {
			out[i] = append(out[i], numbers[j*len(w)+i])
		}
	}
	return out
}
