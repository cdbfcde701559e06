package main

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// A plainNet is a network written out in scalars, with math's own functions: it shares no
// line with the program. w[l][i][j] goes from input i to neuron j of layer l, v is its
// velocity; the last i is the bias.
type plainNet struct {
	w, v                 [][][]float64
	hidden, output, cost string
}

func plainOf(net *Network) *plainNet {
	p := &plainNet{cost: net.Cost.Name}
	for _, l := range net.Layers {
		p.hidden, p.output = p.output, l.G.Name
		var w, v [][]float64
		l.W.EachRow(func(row []float64) { w = append(w, append([]float64{}, row...)) })
		w = append(w, append([]float64{}, l.B...))
		for range w {
			v = append(v, make([]float64, len(l.B)))
		}
		p.w, p.v = append(p.w, w), append(p.v, v)
	}
	if len(net.Layers) > 1 {
		p.hidden = net.Layers[0].G.Name
	}
	return p
}

// plainG is g(z) and g′(z).
func plainG(name string, z float64) (a, prime float64) {
	switch name {
	case "relu":
		if z > 0 {
			return z, 1
		}
		return 0, 0
	case "sigmoid":
		a = 1 / (1 + math.Exp(-z))
		return a, a * (1 - a)
	case "tanh":
		return math.Tanh(z), 1 - math.Tanh(z)*math.Tanh(z)
	}
	return z, 1
}

// step is gradient descent on samples x with targets y, one sum after the other.
func (p *plainNet) step(x, y [][]float64, rate []float64, decay, momentum float64) (cost float64) {
	n, last := float64(len(x)), len(p.w)-1
	grad := make([][][]float64, len(p.w))
	for l := range p.w {
		grad[l] = make([][]float64, len(p.w[l]))
		for i := range grad[l] {
			grad[l][i] = make([]float64, len(p.w[l][i]))
		}
	}
	for s := range x {
		a, prime := [][]float64{x[s]}, [][]float64{nil}
		for l, w := range p.w {
			name := p.hidden
			if l == last {
				name = p.output
			}
			out, slope := make([]float64, len(w[0])), make([]float64, len(w[0]))
			for j := range out {
				z := w[len(w)-1][j]
				for i, v := range a[l] {
					z += v * w[i][j]
				}
				out[j], slope[j] = plainG(name, z)
			}
			a, prime = append(a, out), append(prime, slope)
		}
		out, delta := a[last+1], make([]float64, len(a[last+1]))
		sum := 0.0
		for _, v := range out {
			sum += math.Exp(v)
		}
		for j, v := range out {
			switch p.cost {
			case "ce":
				cost -= y[s][j] * math.Log(math.Exp(v)/sum) / n
				delta[j] = (math.Exp(v)/sum - y[s][j]) * prime[last+1][j]
			case "bce":
				cost -= (y[s][j]*math.Log(v) + (1-y[s][j])*math.Log(1-v)) / n
				delta[j] = (v - y[s][j]) / (v * (1 - v)) * prime[last+1][j]
			case "mse":
				cost += (v - y[s][j]) * (v - y[s][j]) / 2 / n
				delta[j] = (v - y[s][j]) * prime[last+1][j]
			}
		}
		for l := last; l >= 0; l-- {
			before := make([]float64, len(a[l]))
			for i := range p.w[l] {
				for j, d := range delta {
					if i == len(a[l]) {
						grad[l][i][j] += d / n
						continue
					}
					grad[l][i][j] += a[l][i] * d / n
					if l > 0 {
						before[i] += d * p.w[l][i][j] * prime[l][i]
					}
				}
			}
			delta = before
		}
	}
	for l := range p.w {
		for i := range p.w[l] {
			for j := range p.w[l][i] {
				g := grad[l][i][j]
				if i < len(p.w[l])-1 {
					g += decay * p.w[l][i][j]
				}
				p.v[l][i][j] = momentum*p.v[l][i][j] - rate[l]*g
				p.w[l][i][j] += p.v[l][i][j]
			}
		}
	}
	return cost
}

// compare reports the first parameter of net that is not that of p.
func (p *plainNet) compare(t *testing.T, net *Network, what string) {
	t.Helper()
	for l, layer := range net.Layers {
		for i, row := range p.w[l] {
			for j, want := range row {
				got := layer.B[j]
				if i < layer.W.Rows {
					got = layer.W.Row(i)[j]
				}
				if !(math.Abs(got-want) <= 1e-13*max(1, math.Abs(want))) {
					t.Fatalf("%s: layer %d, input %d of %d, neuron %d: %v, by scalars %v", what, l+1, i+1, layer.W.Rows, j+1, got, want)
				}
			}
		}
	}
}

// plainRows is n rows of a fill from number at, as slices.
func plainRows(fill FillBatch, in, out, at, n int) (x, y [][]float64) {
	X, Y := NewMatrix(n, in), NewMatrix(n, out)
	fill(X, Y, at, 0, n)
	X.EachRow(func(row []float64) { x = append(x, row) })
	Y.EachRow(func(row []float64) { y = append(y, row) })
	return x, y
}

// TestStep takes steps of every activation, cost and depth, by a Trainer with one and with three
// goroutines, and in scalars.
func TestStep(t *testing.T) {
	const batch, samples, l2 = 6, 22, 2.0 // the last mini-batch is smaller
	for _, hidden := range []string{"relu", "sigmoid", "tanh", "linear"} {
		for _, pair := range [][2]string{{"linear", "ce"}, {"sigmoid", "ce"}, {"sigmoid", "bce"}, {"linear", "mse"}, {"tanh", "mse"}} {
			for _, sizes := range [][]int{{5, 3}, {5, 19, 3}, {5, 9, 17, 3}, {5, 90, 90, 3}} {
				what := fmt.Sprint(sizes, hidden, pair)
				p, cost := plainOf(newTrainer(sizes, hidden, pair[0], pair[1], batch, samples).Net), 0.0
				for at := 0; at < samples; at += batch {
					n := min(batch, samples-at)
					x, y := plainRows(noise(3), 5, 3, at, n)
					cost += p.step(x, y, []float64{.1, .1, .1}, l2/samples, 0) * float64(n) / samples
				}
				var hashes []string
				for _, workers := range []int{1, 3} {
					trainer := newTrainer(sizes, hidden, pair[0], pair[1], batch, samples)
					trainer.L2, trainer.Workers = l2, workers
					r, err := trainer.Epoch(noise(3), nil)
					if err != nil || math.Abs(r.Cost-cost) > 1e-13*cost {
						t.Fatalf("%s: the epoch's cost is %v (%v), by scalars %v", what, r.Cost, err, cost)
					}
					p.compare(t, trainer.Net, what)
					hashes = append(hashes, hash(trainer.Net))
				}
				if hashes[0] != hashes[1] {
					t.Errorf("%s: one goroutine and three do not give the same bits", what)
				}
			}
		}
	}
}

// TestUpdate: two epochs with momentum, L2 and a rate for each layer, against scalars.
func TestUpdate(t *testing.T) {
	trainer := newTrainer([]int{5, 4, 3}, "tanh", "linear", "ce", 6, 18)
	trainer.Momentum, trainer.L2, trainer.Rate = 0.9, 2, []float64{0.3, 0.2}
	p := plainOf(trainer.Net)
	for range 2 {
		for at := 0; at < 18; at += 6 {
			x, y := plainRows(noise(3), 5, 3, at, 6)
			p.step(x, y, trainer.Rate, trainer.L2/18, 0.9)
		}
		if _, err := trainer.Epoch(noise(3), nil); err != nil {
			t.Fatal(err)
		}
	}
	p.compare(t, trainer.Net, "momentum")
}

// stepOn takes one step of a network on its own: the mini-batch X, Y is all there is.
func stepOn(net *Network, x, y Matrix, rate float64) {
	t := &Trainer{Net: net, N: x.Rows, Batch: x.Rows, Workers: 1, Rate: slices.Repeat([]float64{rate}, len(net.Layers))}
	t.Epoch(func(in, out Matrix, at, lo, hi int) {
		for i := lo; i < hi; i++ {
			copy(in.Row(i), x.Row(at+i))
			copy(out.Row(i), y.Row(at+i))
		}
	}, nil)
}
