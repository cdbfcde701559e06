// Package lab trains small networks with a mistake in them, shows what instruments there are to find it with, and
// judges the answers.
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

// A Program trains a network with a mistake in it.
type Program struct {
	Number int     // of the mistake
	Hidden int     // neurons in the hidden layer
	Batch  int     // samples in a mini-batch
	Rate   float64 // η
	Lambda float64 // λ of the weight decay
	Epochs int
	Seed   uint64
}

// marks are by which the mistakes are known, and not read.
var marks = []string{"035c220d", "97101253", "325d2323", "3be2e14a", "366c1392"}

// names are all mistakes that there can be.
var names = []string{"bias", "decay", "early", "layer", "mean", "prime", "sign", "transpose"}

// mark is what stands for a mistake in a program.
func mark(number int, name string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "program %d: %s", number, name))
	return hex.EncodeToString(sum[:4])
}

// slip is the mistake of a program; "" of one without a number.
func (p Program) slip() string {
	for _, name := range names {
		if p.Number > 0 && p.Number <= len(marks) && mark(p.Number, name) == marks[p.Number-1] {
			return name
		}
	}
	return ""
}

// A run is a network in training.
type run struct {
	Program
	slip   string
	net    *grade.Network
	learn  samples
	others samples // that it does not learn from
	random *rand.Rand
}

// samples are some x, and the y that belong to them.
type samples struct{ xs, ys [][]float64 }

// start makes samples, three arms of a spiral, and a network with its first weights.
func (p Program) start(slip string) *run {
	r := &run{Program: p, slip: slip, random: rand.New(rand.NewPCG(p.Seed, 5))}
	for i := range 300 {
		c, t := i%3, 0.2+0.8*r.random.Float64()
		angle := 3*t + 2*math.Pi*float64(c)/3 + 0.3*r.random.NormFloat64()
		to := &r.learn
		if i >= 150 {
			to = &r.others
		}
		y := make([]float64, 3)
		y[c] = 1
		to.xs = append(to.xs, []float64{1 + 2*t*math.Cos(angle), 1 + 2*t*math.Sin(angle)})
		to.ys = append(to.ys, y)
	}
	matrix := func(n, m int) [][]float64 {
		w := make([][]float64, n)
		for i := range w {
			w[i] = make([]float64, m)
			for j := range w[i] {
				w[i][j] = r.random.NormFloat64() * 1.5 / math.Sqrt(float64(n))
			}
		}
		return w
	}
	r.net = &grade.Network{W1: matrix(2, p.Hidden), B1: make([]float64, p.Hidden), W2: matrix(p.Hidden, 3),
		B2: make([]float64, 3), Softmax: true}
	return r
}

// gradient is the mean gradient of samples, with the mistake if it is in there.
func (r *run) gradient(s samples) *grade.Network {
	_, g := r.net.Slope(s.xs, s.ys, func(delta2 []float64, w2 [][]float64, z1 []float64) []float64 {
		switch r.slip {
		case "prime":
			return grade.Dot(delta2, w2, true)
		case "transpose":
			return grade.Back(delta2, turned(w2), z1)
		}
		return grade.Back(delta2, w2, z1)
	})
	switch r.slip {
	case "sign":
		g.Shift(g.Copy(), -2)
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

// turned is a matrix whose numbers, in their order, have been taken for those of its transpose.
func turned(w [][]float64) [][]float64 {
	all, out := slices.Concat(w...), make([][]float64, len(w))
	for i := range w {
		for j := range w[i] {
			out[i] = append(out[i], all[j*len(w)+i])
		}
	}
	return out
}

// step is one step with a mini-batch.
func (r *run) step(s samples) {
	g, decay := r.gradient(s), r.net.Copy()
	switch r.slip {
	case "early":
		changed := r.net.Copy()
		changed.Shift(g, -r.Rate)
		_, g = r.net.Slope(s.xs, s.ys, func(delta2 []float64, _ [][]float64, z1 []float64) []float64 {
			return grade.Back(delta2, changed.W2, z1)
		})
	case "mean":
		g.Shift(g.Copy(), float64(len(s.xs)-1))
	case "decay":
		decay.Shift(r.net, -2)
	}
	clear(decay.B1)
	clear(decay.B2)
	g.Shift(decay, r.Lambda/float64(len(r.learn.xs)))
	r.net.Shift(g, -r.Rate)
}

// epoch uses every sample once.
func (r *run) epoch() {
	for batch := range slices.Chunk(r.random.Perm(len(r.learn.xs)), r.Batch) {
		var s samples
		for _, i := range batch {
			s.xs, s.ys = append(s.xs, r.learn.xs[i]), append(s.ys, r.learn.ys[i])
		}
		r.step(s)
	}
}

// known is how many of 100 samples that it has not learned from are taken for what they are, and their cost.
func (r *run) known() (percent int, cost float64) {
	for s, x := range r.others.xs {
		z2 := r.net.Outputs(x)
		if slices.Index(z2, slices.Max(z2)) == slices.Index(r.others.ys[s], 1) {
			percent++
		}
	}
	cost, _ = r.net.Slope(r.others.xs, r.others.ys, grade.Back)
	return 100 * percent / len(r.others.xs), cost
}

// Run trains, and shows the curve, the gradient check and the step check.
func (p Program) Run() { p.show(os.Stdout) }

// show is Run for any writer.
func (p Program) show(out io.Writer) {
	if p.Hidden < 1 || p.Batch < 1 || p.Batch > 150 || p.Epochs < 1 {
		fmt.Fprintln(out, "Hidden, Batch and Epochs are to be 1 or more, and Batch 150 at the most.")
		return
	}
	fmt.Fprintf(out, "Program %d: 150 samples of 3 classes, %d hidden neurons with σ, softmax,\n"+
		"batch %d, η = %v, λ = %v\n\n", p.Number, p.Hidden, p.Batch, p.Rate, p.Lambda)
	p.curve(out)
	p.start(p.slip()).checks(out)
}

// curve trains with the mistake and without, and draws both costs.
func (p Program) curve(out io.Writer) {
	with, without := p.start(p.slip()), p.start("")
	fmt.Fprintln(out, "The curve, of 150 samples that are not learned from: cost, and how many are known; of this\n"+
		"program, and of one that is the same but right")
	fmt.Fprintf(out, "epoch   %9s   known   %-20s   %10s   known\n", "cost", "", "right cost")
	every := max(p.Epochs/10, 1)
	for e := 0; e <= p.Epochs; e++ {
		if e%every == 0 {
			a, cost := with.known()
			b, should := without.known()
			fmt.Fprintf(out, "%5d   %9.4f   %3d %%   %-20s   %10.4f   %3d %%   "+
				"%s\n", e, cost, a, bar(cost), should, b, bar(should))
		}
		with.epoch()
		without.epoch()
	}
	fmt.Fprintln(out)
}

// bar is a cost as a bar; of 2 and more it is full.
func bar(cost float64) string {
	if !(cost < 2) {
		cost = 2
	}
	return strings.Repeat("█", int(cost*10))
}
