package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"backprop/internal/compute/exact"
)

// TestUse: each kernel can be chosen by its name, plain Go is always there and the last, and another name is an error.
func TestUse(t *testing.T) {
	defer Use(Name())
	if names := Names(); Name() != names[0] || names[len(names)-1] != "go" {
		t.Errorf("%q is active, of %q", Name(), names)
	}
	for _, name := range Names() {
		if err := Use(name); err != nil || Name() != name || Check(name) != nil {
			t.Errorf("%s: %q is active: %v", name, Name(), err)
		}
		if tiles, rows, cols := Tiles(); (tiles == nil) != (name == "go") || rows < 1 || cols < 8 || Gather() == nil {
			t.Errorf("%s: tiles of %d×%d: %v", name, rows, cols, tiles != nil)
		}
	}
	want := fmt.Sprintf(`this machine has no kernel "abacus"; it can run %q`, Names())
	if err := Use("abacus"); fmt.Sprint(err) != want || fmt.Sprint(Check("abacus")) != want || Name() != "go" {
		t.Errorf("%v, and %s is active; want %s", err, Name(), want)
	}
}

// TestFunctions: of every kernel, the functions have the bits of package exact, and of plain loops.
func TestFunctions(t *testing.T) {
	defer Use(Name())
	rng := rand.New(rand.NewPCG(25, 1))
	for _, name := range Names() {
		Use(name)
		for n := range 30 {
			x := drawn(n, rng)
			for i := range x {
				x[i] *= []float64{1, 1, 30, 400}[rng.IntN(4)]
			}
			for _, f := range []struct {
				all func([]float64)
				one func(float64) float64
			}{{Exp, exact.Exp}, {Sigmoid, exact.Sigmoid}, {Tanh, exact.Tanh}, {Relu, exact.Relu}} {
				got, want := slices.Clone(x), slices.Clone(x)
				f.all(got)
				for i, v := range want {
					want[i] = f.one(v)
				}
				sameBits(t, got, want, name)
			}
			a, delta := drawn(n, rng), drawn(n, rng)
			Relu(a)
			want := slices.Clone(delta)
			for i := range a {
				if a[i] == 0 {
					want[i] = 0
				}
			}
			ReluPrime(delta, a)
			sameBits(t, delta, want, name+": relu's slope")

			row, shift, factor := make([]byte, n), drawn(n, rng), drawn(n, rng)
			for i := range row {
				row[i] = byte(rng.Uint32())
				want[i] = (float64(row[i]) - shift[i]) * factor[i]
			}
			Prefetch(row)
			Convert(a, row, shift, factor)
			sameBits(t, a, want, name+": convert")
		}
	}
}

// TestListFunctions: what is not 0 is listed with its column, pixels become numbers, and products with no rows, with
// empty lists or of no columns change nothing.
func TestListFunctions(t *testing.T) {
	defer Use(Name())
	for _, name := range Names() {
		Use(name)
		col, val := make([]int32, 9), make([]float64, 9)
		n := List(col, val, []float64{0, 3, math.Copysign(0, -1), -4, 0, 5}, 100)
		if n != 3 || !slices.Equal(col[:3], []int32{101, 103, 105}) || !slices.Equal(val[:3], []float64{3, -4, 5}) {
			t.Errorf("%s: %d listed: %v, %v", name, n, col, val)
		}
		Expand(col[:2], val[:2], []byte{7, 1, 2, 0, 10, 255}, 0.5)
		if !slices.Equal(col[:2], []int32{256 + 7, 2}) || !slices.Equal(val[:2], []float64{5, 127.5}) {
			t.Errorf("%s: pixels become %v, %v", name, col, val)
		}
		for _, f := range []ListFunc{Gather(), Scatter()} {
			if f == nil {
				continue
			}
			near, far := []float64{1, 2, 3, 4, 5, 6, 7, 8}, []float64{1, 2, 3, 4, 5, 6, 7, 8}
			f(near, 8, nil, nil, []int32{0}, []float64{1}, far, 8, 8)
			f(near, 8, []int32{0}, []int32{0}, nil, nil, far, 8, 8)
			f(near, 8, []int32{1}, []int32{1}, []int32{0}, []float64{1}, far, 8, 8)
			f(near, 8, []int32{0}, []int32{1}, []int32{0}, []float64{1}, far, 8, 0)
			if near[0]+far[0]+near[7]+far[7] != 18 {
				t.Errorf("%s: %v, %v", name, near, far)
			}
		}
	}
}
