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
			largest = max(largest, off)
			if !(math.Abs(x-wantX) <= 1e-12 && off <= c.noise) {
				t.Errorf("%s: sample %d is (%v, %v), want (%v, %v ± %v)", c.name, i, x, set.Targets[i], wantX, wantY, c.noise)
			}
		}
		if set.N != 20 || largest < c.noise/2 {
			t.Errorf("%s: got %d samples, noise of up to %v; want 20, %v", c.name, set.N, largest, c.noise)
		}
	}
}

// rms returns the root mean square of some numbers, and the size of the largest.
func rms(numbers []float64) (rms, largest float64) {
	sum := 0.0
	for _, x := range numbers {
		sum, largest = sum+x*x, max(largest, math.Abs(x))
	}
	return math.Sqrt(sum / float64(len(numbers))), largest
}

// TestSine: the training samples are at equal distances, the test samples about 0.1 beside them; all have noise of 0.2.
func TestSine(t *testing.T) {
	curve := func(x float64) float64 { return 0.2 + 0.05*(x+10) + 0.4*math.Sin(x+10) }
	d := Sine(1)
	if d.Train.N != 30 || d.Test.N != 30 {
		t.Fatalf("got %d and %d samples, want 30", d.Train.N, d.Test.N)
	}
	var noise, testNoise, distance []float64
	for i, x := range d.Train.Values {
		if want := -10 + 20*float64(i)/29; !(math.Abs(x-want) <= 1e-12) {
			t.Errorf("sample %d is at %v, want %v", i, x, want)
		}
		testX := d.Test.Values[i]
		noise = append(noise, d.Train.Targets[i]-curve(x))
		testNoise = append(testNoise, d.Test.Targets[i]-curve(testX))
		distance = append(distance, testX-x)
	}
	for _, c := range []struct {
		name    string
		numbers []float64
		want    float64
	}{{"noise in training", noise, 0.2}, {"noise in the test set", testNoise, 0.2}, {"distance", distance, 0.1}} {
		if got, largest := rms(c.numbers); !(0.7*c.want <= got && got <= 1.3*c.want && largest <= 4*c.want) {
			t.Errorf("%s: got a root mean square of %v, at most %v; want about %v", c.name, got, largest, c.want)
		}
	}
}

// TestLinearAndCurved: what the formulas leave of the targets is noise of 0.1, and inputs are uniform between −1 and 1.
func TestLinearAndCurved(t *testing.T) {
	sums := func(x []float64) []float64 {
		return []float64{0.5 + 2*x[0] - 3*x[1] + x[2], -1 + 0.5*x[0] + 0.25*x[1] + 2*x[2]}
	}
	curved := func(x []float64) []float64 {
		return []float64{0.5 + x[0] - 2*x[1] + 3*math.Pow(x[0], 3)*x[1]*x[1]}
	}
	for _, c := range []struct {
		name    string
		set     dataset.Set
		n       int
		formula func(x []float64) []float64
	}{
		{"Linear", Linear(1).Train, 60, sums}, {"Curved, training", Curved(1).Train, 200, curved},
		{"Curved, test", Curved(1).Test, 200, curved},
	} {
		var noise []float64
		for i := range c.set.N {
			for _, want := range c.formula(c.set.Row(i)) {
				noise = append(noise, c.set.Targets[len(noise)]-want)
			}
		}
		if got, _ := rms(noise); c.set.N != c.n || len(noise) != len(c.set.Targets) || !(0.085 <= got && got <= 0.115) {
			t.Errorf("%s: got %d samples, noise of %v; want %d, 0.1", c.name, c.set.N, got, c.n)
		}
		mean := 0.0
		for _, x := range c.set.Values {
			mean += x / float64(len(c.set.Values))
		}
		got, largest := rms(c.set.Values)
		if !(math.Abs(mean) <= 0.1 && math.Abs(got*got-1./3) <= 0.05 && largest <= 1) {
			t.Errorf("%s: got inputs of mean %v, mean square %v, up to %v; want 0, ⅓, 1", c.name, mean, got*got, largest)
		}
	}
}
