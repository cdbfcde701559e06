package synthetic

import (
	"math"
	"testing"

	"backprop/internal/data/dataset"
)

// TestLinesAndParabola: 20 points lie at equal distances and, but for noise of at most the given size, on the curve.
func TestLinesAndParabola(t *testing.T) {
	for _, c := range []struct {
		name      string
		data      func(seed uint64) *dataset.Dataset
		lo, noise float64
		curve     func(x float64) float64
	}{
		{"rising", Rising, 0, 0.4, func(x float64) float64 { return 0.1 * x }},
		{"falling", Falling, 0, 0.2, func(x float64) float64 { return 1 - 0.1*x }},
		{"parabola", Parabola, -10, 0.2, func(x float64) float64 { return 0.01 * x * x }},
	} {
		set, largest := c.data(1).Train, 0.0
		for i, x := range set.Values {
			wantX, wantY := c.lo+(10-c.lo)*float64(i)/19, c.curve(x)
			off := math.Abs(set.Targets[i] - wantY)
			if largest = max(largest, off); math.Abs(x-wantX) > 1e-12 || off > c.noise {
				t.Errorf("%s: sample %d is (%v, %v), want (%v, %v ± %v)", c.name, i, x, set.Targets[i], wantX, wantY, c.noise)
			}
		}
		if set.N != 20 || largest < c.noise/2 {
			t.Errorf("%s: got %d samples, noise of up to %v; want 20, %v", c.name, set.N, largest, c.noise)
		}
	}
}

// TestSine: the training samples are at equal distances and the test samples beside them; all have noise of 0.2.
func TestSine(t *testing.T) {
	d := Sine(1)
	for i, x := range d.Train.Values {
		if want := -10 + 20*float64(i)/29; math.Abs(x-want) > 1e-12 || math.Abs(d.Test.Values[i]-x) > 0.5 {
			t.Errorf("sample %d is at %v, of the test set at %v; want %v and near it", i, x, d.Test.Values[i], want)
		}
		for _, s := range []dataset.Set{d.Train, d.Test} {
			v := s.Values[i]
			if f := 0.2 + 0.05*(v+10) + 0.4*math.Sin(v+10); math.Abs(s.Targets[i]-f) > 0.8 || s.Targets[i] == f {
				t.Errorf("sample %d: got %v at %v, want %v and noise", i, s.Targets[i], v, f)
			}
		}
	}
	if d.Train.N != 30 || d.Test.N != 30 {
		t.Errorf("got %d and %d samples, want 30", d.Train.N, d.Test.N)
	}
	rms := func(what string, want float64, of func(i int) float64) {
		sum := 0.0
		for i := range 30 {
			sum += of(i) * of(i) / 30
		}
		if got := math.Sqrt(sum); got < 0.7*want || got > 1.3*want {
			t.Errorf("%s: got a standard deviation of %v, want about %v", what, got, want)
		}
	}
	noise := func(s dataset.Set) func(i int) float64 {
		return func(i int) float64 {
			return s.Targets[i] - (0.2 + 0.05*(s.Values[i]+10) + 0.4*math.Sin(s.Values[i]+10))
		}
	}
	rms("noise in training", 0.2, noise(d.Train))
	rms("noise in the test set", 0.2, noise(d.Test))
	rms("distance of test samples", 0.1, func(i int) float64 { return d.Test.Values[i] - d.Train.Values[i] })
}

// TestLinearAndCurved: what the formulas leave of the targets is noise of 0.1, and inputs are uniform between −1 and 1.
func TestLinearAndCurved(t *testing.T) {
	noise := func(what string, s *dataset.Set, n int, of func(x []float64) []float64) {
		square, first, second := 0.0, 0.0, 0.0
		for i := range s.N {
			x := s.Values[i*s.Dim:][:s.Dim]
			for j, want := range of(x) {
				e := s.Targets[i*len(of(x))+j] - want
				square += e * e / float64(len(s.Targets))
			}
			for j, v := range x {
				if first, second = first+v/float64(len(s.Values)), second+v*v/float64(len(s.Values)); math.Abs(v) > 1 {
					t.Errorf("%s: input %d is %v, want at most 1", what, j, v)
				}
			}
		}
		rms := math.Sqrt(square)
		if s.N != n || rms < 0.085 || rms > 0.115 || math.Abs(first) > 0.1 || math.Abs(second-1./3) > 0.05 {
			t.Errorf("%s: got %d samples with noise of %v, inputs of mean %v and mean square %v; want %d, 0.1, 0, ⅓", what, s.N,
				rms, first, second, n)
		}
	}
	d := Linear(1)
	noise("sums", &d.Train, 60, func(x []float64) []float64 {
		return []float64{0.5 + 2*x[0] - 3*x[1] + x[2], -1 + 0.5*x[0] + 0.25*x[1] + 2*x[2]}
	})
	d = Curved(1)
	curved := func(x []float64) []float64 {
		return []float64{0.5 + x[0] - 2*x[1] + 3*math.Pow(x[0], 3)*x[1]*x[1]}
	}
	noise("training", &d.Train, 200, curved)
	noise("test", &d.Test, 200, curved)
}
