package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"backprop/internal/compute/exact"
	"backprop/internal/compute/kernel"
	"backprop/internal/compute/sparse"
)

// guard stands around every slice that a kernel is given: a NaN with a payload.
var guard = math.Float64frombits(0x7ff8_dead_beef_cafe)

// guarded returns n random numbers (n zeros where rng is nil) between guard words, off
// from any alignment by offset elements, and a check that the guards still stand.
func guarded(n, offset int, rng *rand.Rand) (x []float64, check func(*testing.T)) {
	const margin = 40
	all := make([]float64, n+2*margin+offset)
	for i := range all {
		all[i] = guard
	}
	x = all[margin+offset:][:n:n]
	for i := range x {
		x[i] = 0
		if rng != nil {
			x[i] = rng.Float64()*4 - 2
		}
	}
	return x, func(t *testing.T) {
		t.Helper()
		for i, v := range all {
			if (i < margin+offset || i >= margin+offset+n) && math.Float64bits(v) != math.Float64bits(guard) {
				t.Fatalf("guard word %d of a slice of %d was overwritten with %v", i-margin-offset, n, v)
			}
		}
	}
}

// sameBits compares to the bit, but for which NaN it is.
func sameBits(t *testing.T, got, want []float64, what string) {
	t.Helper()
	for i := range want {
		if math.Float64bits(got[i]) != math.Float64bits(want[i]) && !(math.IsNaN(got[i]) && math.IsNaN(want[i])) {
			t.Fatalf("%s: element %d is %v, the plain loop gives %v", what, i, got[i], want[i])
		}
	}
}

// eachKernel runs f with every kernel that this machine has.
func eachKernel(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	defer kernel.Use(kernel.Name())
	for _, name := range []string{"go", "avx2", "avx512", "neon"} {
		t.Run("kernel="+name, func(t *testing.T) {
			if err := kernel.Use(name); err != nil {
				t.Skip(err)
			}
			f(t)
		})
	}
}

// plainProduct is the definition that every product is tested against.
func plainProduct(c, a, b Matrix, at, bt bool, lo, hi int) {
	terms := a.Cols
	if at {
		terms = a.Rows
	}
	for i := range c.Rows {
		for j := lo; j < hi; j++ {
			for k := range terms {
				x, y := 0.0, 0.0
				if at {
					x = a.Row(k)[i]
				} else {
					x = a.Row(i)[k]
				}
				if bt {
					y = b.Row(j)[k]
				} else {
					y = b.Row(k)[j]
				}
				c.Row(i)[j] = math.FMA(x, y, c.Row(i)[j])
			}
		}
	}
}

// products are the three, and how plainProduct is told of them.
var products = []struct {
	name   string
	f      func(c, a, b Matrix)
	at, bt bool
}{{"AddMul", AddMul, false, false}, {"AddMulBT", AddMulBT, false, true}, {"AddMulAT", AddMulAT, true, false}}

// testProducts compares the three products of one shape with the definition. Strides
// are odd, so that rows lie at every alignment.
func testProducts(t *testing.T, m, n, k, lo, hi int, rng *rand.Rand, poison bool) {
	t.Helper()
	for _, p := range products {
		matrix := func(rows, cols int) (Matrix, func(*testing.T)) {
			stride := cols + rng.IntN(9)
			x, check := guarded(max(0, (rows-1)*stride+cols), rng.IntN(8), rng)
			if poison && rows*cols > 0 {
				for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0} {
					x[rng.IntN(rows)*stride+rng.IntN(cols)] = v
				}
			}
			return view(rows, cols, stride, x), check
		}
		c, checkC := matrix(m, n)
		a, checkA := matrix(m, k)
		if p.at {
			a, checkA = matrix(k, m)
		}
		b, checkB := matrix(k, n)
		if p.bt {
			b, checkB = matrix(n, k)
		}
		want := view(m, n, c.Stride, append([]float64(nil), c.Data...))
		plainProduct(want, a, b, p.at, p.bt, lo, hi)
		if lo < hi {
			part := b
			if part = b.Columns(lo, hi); p.bt {
				part = b.Slice(lo, hi)
			}
			p.f(c.Columns(lo, hi), a, part)
		}
		sameBits(t, c.Data, want.Data, fmt.Sprintf("%s %d×%d×%d columns %d to %d", p.name, m, n, k, lo, hi))
		checkA(t)
		checkB(t)
		checkC(t)
	}
}

// TestProductsTileEdges goes over every size around the edges of every tile, with a few
// depths, and with part of the columns.
func TestProductsTileEdges(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(1, 1))
		_, tileRows, tileCols := kernel.Tiles()
		for m := 1; m <= 2*tileRows+13; m++ {
			for n := 1; n <= 2*tileCols+1; n++ {
				for _, k := range []int{0, 1, 2, 7} {
					lo := rng.IntN(n)
					testProducts(t, m, n, k, lo, lo+rng.IntN(n-lo+1), rng, n%3 == 0)
				}
			}
		}
	})
}

// TestProductsDepth goes over every number of terms, across the edge of a k-block, with
// few rows and columns and with so many that blocks are copied.
func TestProductsDepth(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(2, 2))
		_, tileRows, tileCols := kernel.Tiles()
		for k := range 301 {
			m, n := 1+rng.IntN(2*tileRows), 1+rng.IntN(2*tileCols)
			testProducts(t, m, n, k, 0, n, rng, k%5 == 0)
			if k%50 == 7 {
				testProducts(t, packRows+m, n, k, 0, n, rng, k%5 == 0)
				testProducts(t, mBlock+m, n, k, 0, n, rng, k%5 == 0)
				testProducts(t, mBlock+m, packCols+n, k, 0, packCols+n, rng, k%5 == 0)
			}
		}
	})
}

func FuzzProducts(f *testing.F) {
	f.Add(uint8(6), uint8(32), uint16(256), uint64(1))
	f.Add(uint8(150), uint8(220), uint16(210), uint64(3))
	f.Add(uint8(7), uint8(33), uint16(257), uint64(2))
	f.Fuzz(func(t *testing.T, m, n uint8, k uint16, seed uint64) {
		rng := rand.New(rand.NewPCG(seed, 3))
		rows, cols, terms := int(m)%200+1, int(n)%(packCols+40)+1, int(k)%500
		defer kernel.Use(kernel.Name())
		for _, name := range kernel.Names() {
			kernel.Use(name)
			lo := rng.IntN(cols)
			testProducts(t, rows, cols, terms, lo, cols, rng, seed%2 == 0)
		}
	})
}

// ulps is the distance of two numbers in units in the last place.
func ulps(a, b float64) uint64 {
	order := func(x float64) int64 {
		if i := int64(math.Float64bits(x)); i >= 0 {
			return i
		} else {
			return math.MinInt64 - i
		}
	}
	d := order(a) - order(b)
	if d < 0 {
		d = -d
	}
	return uint64(d)
}

// specials are where an exponential goes wrong first.
var specials = []float64{0, math.Copysign(0, -1), 1, -1, 5e-324, -5e-324, 1e-300, -1e-300, 0.5 * math.Ln2, -0.5 * math.Ln2,
	709.782712893384, 709.782712893385, 710, 711, 1000, 1e300, -708.3964185322641, -708.4, -744.4400719213812,
	-745.1332191019412, -745.2, -746, -747, -1000, -1e300, math.Inf(1), math.Inf(-1), math.NaN(), 1e-17, -1e-17, 40, -40, 20, 19.1}

func spread(rng *rand.Rand, n int) []float64 {
	x := append([]float64(nil), specials...)
	for len(x) < n {
		switch len(x) % 3 {
		case 0:
			x = append(x, rng.Float64()*1460-748) // the whole range
		case 1:
			x = append(x, rng.Float64()*40-20)
		default:
			x = append(x, math.Ldexp(rng.Float64()*2-1, -rng.IntN(60)))
		}
	}
	return x
}

// libraryExp is math.Exp, whose assembly overflows a little early.
func libraryExp(x float64) float64 {
	if x > 709 {
		return math.Exp(x-1) * math.E
	}
	return math.Exp(x)
}

// TestExp checks the plain Go functions against the library's, over the whole range.
func TestExp(t *testing.T) {
	for _, x := range spread(rand.New(rand.NewPCG(4, 4)), 300000) {
		want := libraryExp(x)
		if got := exact.Exp(x); ulps(got, want) > 2 && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Fatalf("exp(%v) = %v, want %v within 2 units in the last place", x, got, want)
		}
		want = math.Tanh(x)
		if got := exact.Tanh(x); ulps(got, want) > 4 && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Fatalf("tanh(%v) = %v, want %v within 4 units in the last place", x, got, want)
		}
		want = 1 / (1 + libraryExp(-x))
		if got := exact.Sigmoid(x); ulps(got, want) > 3 && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Fatalf("sigmoid(%v) = %v, want %v within 3 units in the last place", x, got, want)
		}
		x = max(math.Abs(x), 0x1p-1022) // math.Log's assembly is wrong below
		want = math.Log(x)
		if got := exact.Log(x); ulps(got, want) > 2 && math.Abs(got-want) > 2e-16 && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Fatalf("log(%v) = %v, want %v within 2 units in the last place", x, got, want)
		}
	}
}

// TestExpKernels: every kernel's exp, sigmoid and tanh are the plain Go ones to the bit.
func TestExpKernels(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(5, 5))
		for _, f := range []struct {
			name        string
			fast, plain func([]float64)
		}{{"exp", kernel.Exp, each(exact.Exp)}, {"sigmoid", kernel.Sigmoid, each(exact.Sigmoid)}, {"tanh", kernel.Tanh, each(exact.Tanh)}} {
			source := spread(rng, 5000)
			for n := range 70 {
				got, check := guarded(n, n%8, nil)
				copy(got, source[n*60:])
				want := append([]float64(nil), got...)
				f.plain(want)
				f.fast(got)
				sameBits(t, got, want, f.name)
				check(t)
			}
			want := append([]float64(nil), source...)
			f.plain(want)
			f.fast(source)
			sameBits(t, source, want, f.name)
		}
	})
}

func each(f func(float64) float64) func([]float64) {
	return func(x []float64) {
		for i, v := range x {
			x[i] = f(v)
		}
	}
}

// BenchmarkProducts: GFLOP/s of each product, on the shapes of training.
func BenchmarkProducts(b *testing.B) {
	rng := rand.New(rand.NewPCG(6, 6))
	for _, s := range []struct {
		product int // of products
		m, n, k int // C is m×n, k terms
	}{
		{0, 10, 30, 784}, {2, 784, 30, 10},
		{0, 32, 128, 784}, {2, 784, 128, 32}, {1, 32, 128, 10},
		{0, 128, 800, 784}, {2, 784, 800, 128}, {1, 128, 800, 10},
		{0, 128, 512, 512}, {1, 128, 512, 512}, {2, 512, 512, 128},
		{0, 1024, 1024, 1024},
	} {
		p := products[s.product]
		for _, impl := range kernel.Names() {
			b.Run(fmt.Sprintf("op=%s/shape=%dx%dx%d/impl=%s", p.name, s.m, s.n, s.k, impl), func(b *testing.B) {
				defer kernel.Use(kernel.Name())
				kernel.Use(impl)
				A, B, C := NewMatrix(s.m, s.k), NewMatrix(s.k, s.n), NewMatrix(s.m, s.n)
				if p.at {
					A = NewMatrix(s.k, s.m)
				}
				if p.bt {
					B = NewMatrix(s.n, s.k)
				}
				exact.Uniform(A.Data, 1, rng)
				exact.Uniform(B.Data, 1, rng)
				b.ReportAllocs()
				for b.Loop() {
					p.f(C, A, B)
				}
				flops := 2 * float64(s.m) * float64(s.n) * float64(s.k) * float64(b.N)
				b.ReportMetric(flops/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
			})
		}
	}
}

// BenchmarkPeak is the most that the machine can do: a tile whose operands never leave
// the first-level cache, so that only the multiply–adds count.
func BenchmarkPeak(b *testing.B) {
	const k = 4096
	x := make([]float64, 64)
	for _, impl := range kernel.Names() {
		b.Run("impl="+impl, func(b *testing.B) {
			defer kernel.Use(kernel.Name())
			kernel.Use(impl)
			tiles, rows, cols := kernel.Tiles()
			if tiles == nil {
				tiles = loops
			}
			c := make([]float64, rows*cols)
			for b.Loop() {
				tiles(c, cols, kernel.Operand{Data: x}, x, 0, rows, cols, k)
			}
			b.ReportMetric(2*k*float64(len(c)*b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
		})
	}
}

// TestShapesPanic: products of shapes that do not go together are a programmer's mistake, and are named in the order in
// which they are written; so are lists of which only some rows are taken.
func TestShapesPanic(t *testing.T) {
	m := NewMatrix
	for want, product := range map[string]func(){
		"matrix: 1×2 += 3×4 · 5×6":    func() { AddMul(m(1, 2), m(3, 4), m(5, 6)) },
		"matrix: 3×4 += 3×4 · 5×4":    func() { AddMul(m(3, 4), m(3, 4), m(5, 4)) },
		"matrix: 3×4 += 3×5 · 5×6":    func() { AddMul(m(3, 4), m(3, 5), m(5, 6)) },
		"matrix: 2×4 += 3×5 · 5×4":    func() { AddMul(m(2, 4), m(3, 5), m(5, 4)) },
		"matrix: 3×4 += 3×5 · (4×6)ᵀ": func() { AddMulBT(m(3, 4), m(3, 5), m(4, 6)) },
		"matrix: 3×4 += 3×5 · (3×5)ᵀ": func() { AddMulBT(m(3, 4), m(3, 5), m(3, 5)) },
		"matrix: 2×4 += 3×5 · (4×5)ᵀ": func() { AddMulBT(m(2, 4), m(3, 5), m(4, 5)) },
		"matrix: 5×4 += (3×5)ᵀ · 2×4": func() { AddMulAT(m(5, 4), m(3, 5), m(2, 4)) },
		"matrix: 5×4 += (3×5)ᵀ · 3×6": func() { AddMulAT(m(5, 4), m(3, 5), m(3, 6)) },
		"matrix: 3×4 += (3×5)ᵀ · 3×4": func() { AddMulAT(m(3, 4), m(3, 5), m(3, 4)) },
		"matrix: (lists)ᵀ · B takes all rows of the lists, not a slice of them": func() {
			a := m(2, 4)
			a.lists = &sparse.Lists{Rows: 3}
			AddMulAT(m(4, 4), a, m(2, 4))
		},
	} {
		func() {
			defer func() {
				if got := recover(); got != want {
					t.Errorf("%v, want %q", got, want)
				}
			}()
			product()
		}()
	}
}
