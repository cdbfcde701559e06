// Training: what practice adds to plain gradient descent: momentum and Adam in place of
// equation (4), learning rates that change, dropout, max-norm. Each is one function, which
// names the paper whose equation it is.
package main

import "math"

// Options are the parts of a Trainer that are zero in plain gradient descent.
type Options struct {
	Momentum        float64             // μ
	Nesterov        bool                // look ahead: the form of momentum by Nesterov
	Adam            bool                // in place of (4)
	Schedule        func(s int) float64 // what multiplies η in step s; nil for 1
	Dropout         []float64           // the part of the inputs, and of each hidden layer, that is left out
	MaxNorm         float64             // c: ‖w_j‖ ≤ c for each neuron j; 0 for no limit
	Seed            uint64              // of dropout
	ExpensiveInputs bool                // they cost much to make, so that goroutines share in it
	Bug             *slip               // a mistake to make in every step; nil for none

	take func(w *worker, s, at int, fill FillBatch) // a step: Trainer.step, but with Bug
}

// state is what they keep from step to step, shaped as the layers.
type state struct {
	velocity []Layer     // V of momentum, M of Adam
	square   []Layer     // V of Adam
	grad     []Layer     // the gradient, where it is wanted by itself
	norm     [][]float64 // of each layer's neurons
}

// prepareOptions allocates what the options need, in b too.
func (t *Trainer) prepareOptions(b *batch) {
	if t.take = t.step; t.Bug != nil {
		t.take = t.Bug.step(t)
	}
	for l, layer := range t.Net.Layers {
		in, out := layer.W.Rows, layer.W.Cols
		if t.Momentum != 0 || t.Adam {
			t.velocity = append(t.velocity, newLayer(in, out, layer.G))
		}
		if t.Adam {
			t.square = append(t.square, newLayer(in, out, layer.G))
			t.grad = append(t.grad, newLayer(in, out, layer.G))
		}
		if t.Dropout != nil && l > 0 {
			b.in[l] = NewMatrix(t.Batch, in)
		}
		if t.MaxNorm > 0 {
			t.norm = append(t.norm, make([]float64, out))
		}
	}
}

// Optimisers.

// update changes worker w's neurons of layer l in step s: where there is more to do than to
// descend, so few at a time that their weights stay in the second-level cache from one pass
// over them to the next.
func (t *Trainer) update(w *worker, l, s int) {
	x, all, delta := w.batch.in[l], w.layers[l], w.columns(w.batch.delta[l])
	first, _ := w.share(t.Net.Layers[l].W.Cols, 8)
	if last := len(t.Net.Layers) - 1; l == last && w.of > 1 {
		x, delta, first = x.Columns(w.lo, w.hi), w.delta.Top(x.Rows), 0
		copy(delta.Data, w.batch.delta[l].Data[:x.Rows*delta.Stride])
	}
	if all.W.Rows == 0 {
		return
	}
	block := delta.Cols
	if t.Momentum != 0 || t.Adam || t.MaxNorm > 0 {
		block = max(32, 1<<15/x.Cols&^31)
	}
	if x.sparse() && block < delta.Cols { // each of its terms will be used for all blocks
		x.lists.prepareTransposed()
	}
	rate := t.rate(l, s)
	decay := rate * t.L2 / float64(t.N)
	for lo := 0; lo < delta.Cols; lo += block {
		hi := min(lo+block, delta.Cols)
		layer, delta := all.neurons(lo, hi), delta.Columns(lo, hi)
		switch {
		case t.Adam:
			m, v, g := w.velocity[l].neurons(lo, hi), w.square[l].neurons(lo, hi), w.grad[l].neurons(lo, hi)
			layer.adam(m, v, g, rate, t.L2/float64(t.N), s, x, delta)
		case t.Momentum != 0:
			layer.momentum(w.velocity[l].neurons(lo, hi), t.Momentum, t.Nesterov, rate, decay, x, delta)
		default:
			layer.descend(rate, decay, x, delta)
		}
		if t.MaxNorm > 0 {
			maxNorm(layer.W, t.MaxNorm, t.norm[l][first+lo:first+hi])
		}
	}
}

// momentum is, in place of (4), V ← μV − ηg, W ← W + V (Polyak 1964), with
// g = ∂C/∂W + (λ/N)W. Nesterov's form goes on by what the velocity will be:
// W ← W + μV − ηg with the new V (Bengio, Boulanger-Lewandowski and Pascanu 2013,
// "Advances in optimizing recurrent networks").
func (l Layer) momentum(v Layer, mu float64, nesterov bool, rate, decay float64, x, delta Matrix) {
	delta.Scale(-rate / float64(delta.Rows))
	for i := range v.W.Rows {
		w, v := l.W.Padded(i), v.W.Padded(i)
		for j, old := range v {
			old = float64(mu * old)
			v[j] = old - float64(decay*w[j])
			if nesterov { // −ηg is the new V − the old μV
				w[j] -= old
			}
		}
	}
	ScaleBy(v.B, mu)
	ahead := 1.0
	if nesterov {
		AddScaled(l.B, -1, v.B)
		ahead = 1 + mu
	}
	v.gradient(x, delta)
	for i := range v.W.Rows {
		AddScaled(l.W.Padded(i), ahead, v.W.Padded(i))
	}
	AddScaled(l.B, ahead, v.B)
}

// adam is, in place of (4), Adam (Kingma and Ba 2015, algorithm 1), with g = ∂C/∂W + (λ/N)W:
//
//	M ← β₁M + (1−β₁)g        V ← β₂V + (1−β₂)g²
//	W ← W − η·M̂ / (√V̂ + ε)    M̂ = M/(1−β₁ᵗ)   V̂ = V/(1−β₂ᵗ)   t = s+1
func (l Layer) adam(m, v, g Layer, rate, decay float64, s int, x, delta Matrix) {
	const beta1, beta2, epsilon = 0.9, 0.999, 1e-8
	delta.Scale(1 / float64(delta.Rows))
	g.W.Clear()
	clear(g.B)
	g.gradient(x, delta)
	eta, root := rate/(1-power(beta1, s+1)), 1/math.Sqrt(1-power(beta2, s+1))
	move := func(w, m, v, g []float64, decay float64) {
		m, v, g = m[:len(w)], v[:len(w)], g[:len(w)]
		for j := range w {
			g := g[j] + float64(decay*w[j])
			m[j] = float64(beta1*m[j]) + float64((1-beta1)*g)
			v[j] = float64(beta2*v[j]) + float64((1-beta2)*g*g)
			w[j] -= float64(eta*m[j]) / (float64(root*math.Sqrt(v[j])) + epsilon)
		}
	}
	for i := range g.W.Rows {
		move(l.W.Padded(i), m.W.Padded(i), v.W.Padded(i), g.W.Padded(i), decay)
	}
	move(l.B, m.B, v.B, g.B, 0)
}

// power is xⁿ: math.Pow may differ between machines.
func power(x float64, n int) float64 {
	p := 1.0
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			p *= x
		}
		x *= x
	}
	return p
}

// Learning rates.

// rate is η of layer l in step s.
func (t *Trainer) rate(l, s int) float64 {
	if t.Schedule == nil {
		return t.Rate[l]
	}
	return t.Rate[l] * t.Schedule(s)
}

// cosineSchedule falls from 1 to 0 within so many steps, ½(1 + cos(π·s/steps))
// (Loshchilov and Hutter 2017, equation 5, without restarts).
func cosineSchedule(steps int) func(s int) float64 {
	return func(s int) float64 {
		_, cos := sinCosPi(min(1, float64(s)/float64(steps)))
		return (1 + cos) / 2
	}
}

// stepSchedule multiplies by factor after every so many steps.
func stepSchedule(steps int, factor float64) func(s int) float64 {
	return func(s int) float64 { return power(factor, s/steps) }
}

// sinCosPi is sin πx and cos πx for |x| ≤ 1, by Taylor's series for |x| ≤ ½. math.Sin and
// math.Cos may differ between machines.
func sinCosPi(x float64) (sin, cos float64) {
	if math.Abs(x) > 0.5 {
		sin, cos = sinCosPi(math.Copysign(1, x) - x)
		return sin, -cos
	}
	z := math.Pi * x
	y := -z * z
	sin, cos = 1, 1
	for n := 22.0; n > 0; n -= 2 {
		sin = math.FMA(sin, y/(n*(n+1)), 1)
		cos = math.FMA(cos, y/(n*(n-1)), 1)
	}
	return z * sin, cos
}

// Dropout.

// drop is Y = M ⊙ X for worker w's columns of what layer l puts out, l = −1 for the inputs,
// where m_ij is 0 with the probability p, and else 1/(1−p), so that the expectation stays
// (Srivastava et al. 2014, section 10, whose p is what is kept). In step s, M is always the
// same: forward and backward pass draw it anew instead of keeping it.
func (t *Trainer) drop(w *worker, s, l int, y, x Matrix) {
	first, _ := w.share(x.Cols, 8)
	y, x = w.columns(y), w.columns(x)
	for i := range x.Rows {
		dropRow(y.Padded(i), x.Padded(i), t.Dropout[l+1], t.dropKey(s, l, i), first)
	}
}

// dropOutputs makes of layer l's outputs the inputs of the next, and dropErrors does the
// same to δ on its way back.
func (t *Trainer) dropOutputs(w *worker, s, l int) {
	if t.Dropout != nil {
		t.drop(w, s, l, w.batch.in[l+1], w.batch.a[l])
	}
}
func (t *Trainer) dropErrors(w *worker, s, l int) {
	if t.Dropout != nil {
		t.drop(w, s, l, w.batch.delta[l], w.batch.delta[l])
	}
}

// dropInputs leaves out inputs in rows lo ≤ i < hi.
func (t *Trainer) dropInputs(x Matrix, s, lo, hi int) {
	if t.Dropout == nil || t.Dropout[0] == 0 {
		return
	}
	if x.sparse() {
		least, keep := uint64(t.Dropout[0]*(1<<32)), 1/(1-t.Dropout[0])
		key, row := uint64(0), -1
		x.lists.filter(func(i, j int, v float64) float64 {
			if i != row {
				key, row = t.dropKey(s, -1, i), i
			}
			if dropBits(key, j) < least {
				return 0
			}
			return keep * v
		})
		return
	}
	for i := lo; i < hi; i++ {
		dropRow(x.Padded(i), x.Padded(i), t.Dropout[0], t.dropKey(s, -1, i), 0)
	}
}

// dropKey is what the random numbers for a row begin with.
func (t *Trainer) dropKey(s, l, i int) uint64 {
	return mix(mix(mix(t.Seed+purposeDropout<<32)+uint64(s)) + uint64(l+1)<<32 + uint64(i))
}

// dropRow is y = m ⊙ x; x begins at column first, which is even. A column has 32 random
// bits, from half of a hash of its number: so that any goroutine can draw any of them.
func dropRow(y, x []float64, p float64, key uint64, first int) {
	least, keep := uint64(p*(1<<32)), 1/(1-p)
	y = y[:len(x)]
	for j := range x {
		m := math.Float64bits(keep)
		if dropBits(key, first+j) < least {
			m = 0
		}
		y[j] = math.Float64frombits(m) * x[j]
	}
}

// dropBits is the 32 random bits of column j.
func dropBits(key uint64, j int) uint64 {
	return mix(key+uint64(j)/2*0x9e3779b97f4a7c15) >> (32 * (j % 2)) & (1<<32 - 1)
}

// mix is the hash that ends SplitMix64 (Steele, Lea and Flood 2014).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Max-norm.

// maxNorm shortens each neuron's weights, a column of W, to ‖w_j‖ ≤ c (Srivastava et al.
// 2014, section 5.1). norm has room for a number a column.
func maxNorm(w Matrix, c float64, norm []float64) {
	clear(norm)
	i := 0
	for ; i+4 <= w.Rows; i += 4 { // a sum is loaded and stored once for four terms
		w0, w1, w2, w3 := w.Row(i)[:len(norm)], w.Row(i + 1)[:len(norm)], w.Row(i + 2)[:len(norm)], w.Row(i + 3)[:len(norm)]
		for j, sum := range norm {
			sum += float64(w0[j] * w0[j])
			sum += float64(w1[j] * w1[j])
			sum += float64(w2[j] * w2[j])
			norm[j] = sum + float64(w3[j]*w3[j])
		}
	}
	for ; i < w.Rows; i++ {
		for j, v := range w.Row(i) {
			norm[j] += float64(v * v)
		}
	}
	over := false
	for j, n := range norm {
		norm[j] = 1
		if n > c*c && !math.IsInf(n, 1) { // an infinite one stays, so that it shows
			norm[j], over = c/math.Sqrt(n), true
		}
	}
	for i := 0; i < w.Rows && over; i++ {
		row := w.Row(i)
		for j, f := range norm {
			row[j] *= f
		}
	}
}
