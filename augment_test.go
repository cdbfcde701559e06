package main

import (
	"bytes"
	"math"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/data/distort"
)

// disc is an image of 28×28 pixels with a soft disc around (12, 14).
func disc() []byte {
	p := make([]byte, 28*28)
	for i := range p {
		p[i] = byte(255 * min(1, max(0, 7-math.Hypot(float64(i/28)-12, float64(i%28)-14))))
	}
	return p
}

func TestDistortTable(t *testing.T) {
	table := &dataset.Dataset{Name: "a table", Train: dataset.Set{N: 1, Dim: 2, Values: []float64{1, 2}}}
	if _, err := newDistorter(distort.Strengths{Shift: 1}, table, dataset.EvenScale(2, 1), 1); !contains(err, "a table") {
		t.Errorf("a table is distorted: %v", err)
	}
	values := &dataset.Dataset{Name: "values", Width: 2, Height: 1, Train: table.Train} // images, but not of bytes
	if _, err := newDistorter(distort.Strengths{Shift: 1}, values, dataset.EvenScale(2, 1), 1); !contains(err, "values") {
		t.Errorf("images of numbers are distorted: %v", err)
	}
}

// TestDistortSameBits: an image depends on the seed, the epoch and its number alone, not on
// the goroutine or the kernel; and to make it allocates nothing.
func TestDistortSameBits(t *testing.T) {
	data := &dataset.Dataset{Width: 28, Height: 28, Train: dataset.Set{N: 3, Dim: 784, Pixels: bytes.Repeat(disc(), 3)}}
	eachKernel(t, func(t *testing.T) {
		a, err := newDistorter(distort.Strengths{Shift: 1, Affine: 1, Elastic: 1}, data, dataset.EvenScale(784, 1.0/255), 3)
		if err != nil {
			t.Fatal(err)
		}
		a.epoch = 4
		together, alone := NewMatrix(3, 784), NewMatrix(3, 784)
		a.gather(together, 0, []int32{2, 0, 1})
		for i, r := range []int32{2, 0, 1} {
			a.gather(alone, i, []int32{r})
		}
		if got, want := hashOfRows(together), hashOfRows(alone); got != want {
			t.Errorf("together %s, one by one %s", got, want)
		}
		if got, want := hashOfRows(together)[:16], "028690df65eb191b"; got != want {
			t.Errorf("images %s, on every machine %s", got, want)
		}
		a.epoch = 5
		if a.gather(alone, 0, []int32{2, 0, 1}); hashOfRows(alone) == hashOfRows(together) {
			t.Error("epochs 4 and 5 give the same images")
		}
		if n := testing.AllocsPerRun(20, func() { a.gather(together, 0, []int32{2, 0, 1}) }); n > 0.5 && !poolsForget() {
			t.Errorf("%v allocations", n)
		}
	})
}

// TestDistortScaled: a distorted image is scaled as the inputs are: (v − shift)·factor.
func TestDistortScaled(t *testing.T) {
	data := &dataset.Dataset{Width: 28, Height: 28, Train: dataset.Set{N: 1, Dim: 784, Pixels: disc()}}
	plain, scaled := NewMatrix(1, 784), NewMatrix(1, 784)
	in := dataset.EvenScale(784, 0.5)
	for j := range in.Shift {
		in.Shift[j] = float64(j)
	}
	for x, scale := range map[*Matrix]dataset.Scale{&plain: dataset.EvenScale(784, 1), &scaled: in} {
		d, err := newDistorter(distort.Strengths{Shift: 1}, data, scale, 3)
		if err != nil {
			t.Fatal(err)
		}
		d.gather(*x, 0, []int32{0})
	}
	for j, v := range plain.Row(0) {
		if got, want := scaled.Row(0)[j], (v-float64(j))*0.5; got != want {
			t.Fatalf("pixel %d is %v, want %v", j, got, want)
		}
	}
}

func hashOfRows(m Matrix) string {
	return hash(&Network{Layers: []Layer{{W: m, B: make([]float64, m.Cols)}}})
}

// BenchmarkDistort: images a second, on one core.
func BenchmarkDistort(b *testing.B) {
	data := &dataset.Dataset{Width: 28, Height: 28, Train: dataset.Set{N: 1, Dim: 784, Pixels: disc()}}
	for _, d := range []distort.Strengths{{Shift: 1}, {Affine: 1}, {Elastic: 1}} {
		b.Run("kind="+d.String(), func(b *testing.B) {
			a, _ := newDistorter(d, data, dataset.EvenScale(784, 1.0/255), 1)
			x := NewMatrix(1, 784)
			for b.Loop() {
				a.gather(x, 0, []int32{0})
			}
		})
	}
}
