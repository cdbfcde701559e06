// Optimise: additions to plain gradient descent. Momentum and Adam replace equation (4); a schedule changes its η;
// dropout changes the forward and backward passes; max-norm comes after (4). The comments name the papers.

package main

import (
	"math"

	"backprop/internal/compute/exact"
)

// Optimisers.

// momentum replaces (4) by V ← μV − ηg, W ← W + V (Polyak 1964), with g = ∂C/∂W + (λ/N)W. Nesterov's
// form looks one step ahead: W ← W + μV − ηg with the new V (Bengio, Boulanger-Lewandowski and Pascanu
// 2013, "Advances in optimizing recurrent networks").
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

// adam replaces (4) by Adam (Kingma and Ba 2015, algorithm 1), with g = ∂C/∂W + (λ/N)W; here decay is λ/N, without η:
//
//	M ← β₁M + (1−β₁)g        V ← β₂V + (1−β₂)g²
//	W ← W − η·M̂ / (√V̂ + ε)    M̂ = M/(1−β₁ᵗ)   V̂ = V/(1−β₂ᵗ)   t = s+1
func (l Layer) adam(m, v, g Layer, rate, decay float64, s int, x, delta Matrix) {
	const beta1, beta2, epsilon = 0.9, 0.999, 1e-8
	delta.Scale(1 / float64(delta.Rows))
	g.W.Clear()
	clear(g.B)
	g.gradient(x, delta)
	eta, root := rate/(1-exact.Power(beta1, s+1)), 1/math.Sqrt(1-exact.Power(beta2, s+1))
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

// Learning rates.

// cosineSchedule falls from 1 to 0 over the given number of steps, ½(1 + cos(π·s/steps)) (Loshchilov
// and Hutter 2017, equation 5, without restarts).
func cosineSchedule(steps int) func(s int) float64 {
	return func(s int) float64 {
		_, cos := exact.SinCosPi(min(1, float64(s)/float64(steps)))
		return (1 + cos) / 2
	}
}

// stepSchedule starts at 1 and multiplies by factor each time the given number of steps has passed.
func stepSchedule(steps int, factor float64) func(s int) float64 {
	return func(s int) float64 { return exact.Power(factor, s/steps) }
}

// Dropout.

// dropRow computes y = m ⊙ x: m_j is 0 with probability p, else 1/(1−p). x begins at column first, an even number. The
// 32 random bits of a column are half of a hash that it shares with its neighbour, so any goroutine can draw it.
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

// dropBits returns the 32 random bits of column j.
func dropBits(key uint64, j int) uint64 {
	return exact.Mix(key+uint64(j)/2*0x9e3779b97f4a7c15) >> (32 * (j % 2)) & (1<<32 - 1)
}

// Max-norm.

// maxNorm shortens each neuron's weights, a column of W, to ‖w_j‖ ≤ c (Srivastava et al.
// 2014, section 5.1). norm is working memory: for each column first ‖w_j‖², then the factor that shortens it.
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
		if n > c*c && !math.IsInf(n, 1) { // an infinite norm stays, so that divergence shows
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
