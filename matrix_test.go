package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"backprop/internal/compute/exact"
	"backprop/internal/compute/kernel"
	"backprop/internal/compute/sparse"
	"backprop/internal/data/dataset"
)

// guard is what lies around the operands of a product: a NaN that no arithmetic gives.
var guard = math.Float64frombits(0x7ff8_dead_beef_cafe)

// guarded returns n random numbers between guards, and a check that the guards are still there. offset shifts the
// numbers in memory, so that they are not aligned.
func guarded(n, offset int, rng *rand.Rand) (x []float64, check func(*testing.T)) {
	const margin = 40
	all := slices.Repeat([]float64{guard}, n+2*margin+offset)
	begin := margin + offset
	x = all[begin:][:n:n]
	exact.Uniform(x, 2, rng)
	return x, func(t *testing.T) {
		t.Helper()
		for i, v := range all {
			if (i < begin || i >= begin+n) && math.Float64bits(v) != math.Float64bits(guard) {
				t.Fatalf("element %d of a slice of %d was overwritten with %v", i-begin, n, v)
			}
		}
	}
}

// sameBits compares numbers bit by bit; only all NaN count as the same.
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

// plainProduct computes columns lo ≤ j < hi of C += A·B as it is defined, a sum in ascending order for each element.
// Of A and B it takes the transposed if aT and bT say so.
func plainProduct(c, a, b Matrix, aT, bT bool, lo, hi int) {
	if aT {
		a = transposed(a)
	}
	if !bT {
		b = transposed(b)
	}
	for i := range c.Rows {
		for j := lo; j < hi; j++ {
			sum, column := c.Row(i)[j], b.Row(j)
			for k, v := range a.Row(i) {
				sum = math.FMA(v, column[k], sum)
			}
			c.Row(i)[j] = sum
		}
	}
}

// transposed is m with rows and columns exchanged.
func transposed(m Matrix) Matrix {
	t := NewMatrix(m.Cols, m.Rows)
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			t.Row(j)[i] = v
		}
	}
	return t
}

var products = []struct {
	name   string
	f      func(c, a, b Matrix)
	aT, bT bool // which of the operands it takes transposed
}{{"AddMul", AddMul, false, false}, {"AddMulBT", AddMulBT, false, true}, {"AddMulAT", AddMulAT, true, false}}

// testProducts compares columns lo to hi of the three products of one shape with the definition. The strides are not
// multiples of 8, so that rows have every alignment. extremes puts NaN, ±∞ and 0 among the numbers.
func testProducts(t *testing.T, m, n, k, lo, hi int, rng *rand.Rand, extremes bool) {
	t.Helper()
	for _, p := range products {
		matrix := func(rows, cols int, transposed bool) (Matrix, func(*testing.T)) {
			if transposed {
				rows, cols = cols, rows
			}
			stride := cols + rng.IntN(9)
			x, check := guarded(max(0, (rows-1)*stride+cols), rng.IntN(8), rng)
			if extremes && rows*cols > 0 {
				for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0} {
					x[rng.IntN(rows)*stride+rng.IntN(cols)] = v
				}
			}
			return view(rows, cols, stride, x), check
		}
		c, checkC := matrix(m, n, false)
		a, checkA := matrix(m, k, p.aT)
		b, checkB := matrix(k, n, p.bT)
		want := view(m, n, c.Stride, slices.Clone(c.Data))
		plainProduct(want, a, b, p.aT, p.bT, lo, hi)
		if lo < hi {
			columns := b.Columns(lo, hi)
			if p.bT {
				columns = b.Slice(lo, hi)
			}
			p.f(c.Columns(lo, hi), a, columns)
		}
		sameBits(t, c.Data, want.Data, fmt.Sprintf("%s %d×%d×%d columns %d to %d", p.name, m, n, k, lo, hi))
		checkA(t)
		checkB(t)
		checkC(t)
	}
}

// tileRows is how many rows a tile has in every kernel that has tiles.
const tileRows = 6

// TestProductsTileEdges: the products are right for every size around that of a kernel's tile, where part of a tile
// is left over, and for some of the columns.
func TestProductsTileEdges(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(1, 1))
		_, tileCols := kernel.Tiles()
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

// TestProductsDepth: the products are right for every number of terms up to more than a block, with few rows and
// columns and with so many that blocks are copied.
func TestProductsDepth(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(2, 2))
		_, tileCols := kernel.Tiles()
		for k := range 301 {
			m, n := 1+rng.IntN(2*tileRows), 1+rng.IntN(2*tileCols)
			testProducts(t, m, n, k, 0, n, rng, k%5 == 0)
			if k%100 == 57 {
				testProducts(t, packRows+m, n, k, 0, n, rng, k%5 == 0)
				testProducts(t, mBlock+m, n, k, 0, n, rng, k%5 == 0)
				testProducts(t, mBlock+m, packCols+n, k, 0, packCols+n, rng, k%5 == 0)
			}
		}
	})
}

// FuzzProducts compares the products of any shape with the definition, with every kernel.
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
	order := func(x float64) int64 { // neighbouring numbers have neighbouring values
		if bits := int64(math.Float64bits(x)); bits >= 0 {
			return bits
		} else {
			return math.MinInt64 - bits
		}
	}
	d := order(a) - order(b)
	return uint64(max(d, -d))
}

// specials are numbers that exp and the functions made of it easily get wrong: around 0, around ½ ln 2, where eˣ
// overflows (709.78), becomes subnormal (−708.4) and 0 (−745.1), and what is no number.
var specials = []float64{0, math.Copysign(0, -1), 1, -1, 5e-324, -5e-324, 1e-300, -1e-300, 1e-17, -1e-17,
	0.5 * math.Ln2, -0.5 * math.Ln2, 19.1, 20, 40, -40,
	709.782712893384, 709.782712893385, 710, 711, 1000, 1e300, -708.3964185322641, -708.4, -744.4400719213812,
	-745.1332191019412, -745.2, -746, -747, -1000, -1e300, math.Inf(1), math.Inf(-1), math.NaN(),
	math.Copysign(math.NaN(), -1)}

// spread returns n numbers: the specials, then random ones from the whole range of exp, around 0, and tiny ones.
func spread(rng *rand.Rand, n int) []float64 {
	x := slices.Clone(specials)
	for len(x) < n {
		switch len(x) % 3 {
		case 0:
			x = append(x, rng.Float64()*1460-748)
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

// TestExp: over the whole range, exp, tanh, sigmoid and log are the library's but for a few units in the last place.
func TestExp(t *testing.T) {
	sigmoid := func(x float64) float64 { return 1 / (1 + libraryExp(-x)) }
	for _, f := range []struct {
		name          string
		ours, library func(float64) float64
		within        uint64
	}{{"exp", exact.Exp, libraryExp, 2}, {"tanh", exact.Tanh, math.Tanh, 4}, {"sigmoid", exact.Sigmoid, sigmoid, 3},
		{"log", exact.Log, math.Log, 2}} {
		for _, x := range spread(rand.New(rand.NewPCG(4, 4)), 300000) {
			if f.name == "log" {
				x = max(math.Abs(x), 0x1p-1022) // math.Log's assembly is wrong below
			}
			got, want := f.ours(x), f.library(x)
			tiny := f.name == "log" && math.Abs(got-want) <= 2e-16
			if ulps(got, want) > f.within && !tiny && !(math.IsNaN(got) && math.IsNaN(want)) {
				t.Fatalf("%s(%v) = %v, want %v within %d units in the last place", f.name, x, got, want, f.within)
			}
		}
	}
}

// TestExpReluKernels: in vectors of every length, exp, sigmoid, tanh, relu and relu's slope of every kernel have the
// bits of the plain Go functions. NaN of either sign stays NaN, so that a training that diverges shows it.
func TestExpReluKernels(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		source := spread(rand.New(rand.NewPCG(5, 5)), 5000)
		vectors := [][]float64{source}
		for n := range 70 {
			vectors = append(vectors, source[n%8:][:n], source[n*60:][:n]) // specials, and others
		}
		for _, x := range vectors {
			for _, f := range []struct {
				name   string
				kernel func([]float64)
				plain  func(float64) float64
			}{{"exp", kernel.Exp, exact.Exp}, {"sigmoid", kernel.Sigmoid, exact.Sigmoid},
				{"tanh", kernel.Tanh, exact.Tanh}, {"relu", kernel.Relu, exact.Relu}} {
				got, want := slices.Clone(x), slices.Clone(x)
				f.kernel(got)
				for i, v := range want {
					want[i] = f.plain(v)
				}
				sameBits(t, got, want, f.name)
			}
			a, got, want := slices.Clone(x), make([]float64, len(x)), make([]float64, len(x))
			kernel.Relu(a)
			for i, v := range a {
				got[i] = float64(i) - 3.5
				if v != 0 {
					want[i] = got[i]
				}
			}
			kernel.ReluPrime(got, a)
			sameBits(t, got, want, "relu's slope")
		}
	})
}

// BenchmarkProducts measures GFLOP/s of each product, on the shapes of training.
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
				if p.aT {
					A = NewMatrix(s.k, s.m)
				}
				if p.bT {
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

// BenchmarkPeak measures the most that the processor can do: a tile whose operands never leave the first-level cache,
// so that only the multiply–adds count.
func BenchmarkPeak(b *testing.B) {
	const k = 4096
	x := make([]float64, 64)
	for _, impl := range kernel.Names() {
		b.Run("impl="+impl, func(b *testing.B) {
			defer kernel.Use(kernel.Name())
			kernel.Use(impl)
			tiles, cols := kernel.Tiles()
			if tiles == nil {
				tiles = loops
			}
			c := make([]float64, tileRows*cols)
			for b.Loop() {
				tiles(c, cols, kernel.Operand{Data: x}, x, 0, tileRows, cols, k)
			}
			b.ReportMetric(2*k*float64(len(c)*b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
		})
	}
}

// TestProductsPanicOnWrongShapes: a product of shapes that do not fit panics and names them, as it does for lists of
// which AddMulAT would take only some rows.
func TestProductsPanicOnWrongShapes(t *testing.T) {
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
					t.Errorf("the product panics with %v, want %q", got, want)
				}
			}()
			product()
		}()
	}
}

// withZeros returns a random matrix in which about one of every n numbers is not 0; none for n = 0. Its padding is
// not 0.
func withZeros(rows, cols, n int, rng *rand.Rand) Matrix {
	m := NewMatrix(rows, cols)
	exact.Uniform(m.Data, 2, rng)
	m.EachRow(func(row []float64) {
		for j := range row {
			if n == 0 || rng.IntN(n) != 0 {
				row[j] = 0
			}
		}
	})
	return m
}

// listsOf returns the lists of m's nonzero elements.
func listsOf(m Matrix) *sparse.Lists {
	a := new(sparse.Lists)
	a.Reset(m.Rows, m.Cols)
	for i := range m.Rows {
		a.SetRow(i, m.Row(i))
	}
	return a
}

// matrixOf returns the matrix whose nonzero elements are in the lists.
func matrixOf(a *sparse.Lists) Matrix {
	m := NewMatrix(a.Rows, a.Cols)
	for i := range a.Rows {
		for p := a.Cut[0][i]; p < a.Cut[len(a.Cut)-1][i]; p++ {
			m.Row(i)[a.Col[p]] = a.Val[p]
		}
	}
	return m
}

// TestSparseKeepsExtremes: lists and their transposed keep NaN, ±∞ and the smallest number at every place in a row of
// any length, with every kernel, and drop −0. Without NaN, a training that diverges would not show it.
func TestSparseKeepsExtremes(t *testing.T) {
	extremes := []float64{math.NaN(), math.Copysign(math.NaN(), -1), math.Inf(1), math.Inf(-1), 5e-324, -5e-324, -1}
	eachKernel(t, func(t *testing.T) {
		for cols := 1; cols < 40; cols++ {
			want := NewMatrix(cols, cols)
			x := NewMatrix(cols, cols)
			for i := range cols {
				for j := range cols {
					x.Row(i)[j] = math.Copysign(0, -1)
				}
				want.Row(i)[i] = extremes[i%len(extremes)]
				x.Row(i)[i] = want.Row(i)[i]
			}
			lists := listsOf(x)
			for what, got := range map[string]*sparse.Lists{"lists": lists, "the transposed": lists.Transposed()} {
				if len(got.Col) != cols {
					t.Errorf("%s of %v: %d elements, want %d", what, x, len(got.Col), cols)
				}
				sameBits(t, matrixOf(got).Data, want.Data, fmt.Sprintf("%s of %v", what, x))
			}
		}
	})
}

// testSparse compares products whose A has lists, or is mostly 0, with the dense products of the same numbers. One of
// every so many numbers is not 0. A is some columns of a wider matrix. The transposed lists, which AddMulAT may need,
// are made by the product or before it.
func testSparse(t *testing.T, m, n, k, every int, rng *rand.Rand) {
	t.Helper()
	dense := withZeros(m, k+11, every, rng).Columns(8, 8+k)
	listed, marked := dense, dense
	listed.lists = listsOf(dense)
	marked.mostlyZero = true
	for _, p := range []struct {
		name         string
		f            func(c, a, b Matrix)
		a, dense     Matrix
		transposed   bool // the transposed lists are made before
		rows, br, bc int  // of C, and the shape of B
	}{
		{"AddMul", AddMul, listed, dense, false, m, k, n},
		{"AddMul of the last rows", AddMul, listed.Slice(m/2, m), dense.Slice(m/2, m), false, m - m/2, k, n},
		{"AddMulBT", AddMulBT, marked, dense, false, m, n, k},
		{"AddMulAT", AddMulAT, listed, dense, false, k, m, n},
		{"AddMulAT with the transposed", AddMulAT, listed, dense, true, k, m, n},
	} {
		b, c := NewMatrix(p.br, p.bc), NewMatrix(p.rows, n)
		exact.Uniform(b.Data, 1, rng)
		exact.Uniform(c.Data, 1, rng)
		want := view(c.Rows, c.Cols, c.Stride, slices.Clone(c.Data))
		listed.lists.DropTransposed()
		if p.transposed {
			listed.lists.Transposed()
		}
		p.f(c, p.a, b)
		p.f(want, p.dense, b)
		for i := range p.rows {
			sameBits(t, c.Row(i), want.Row(i), fmt.Sprintf("%s %d×%d×%d, row %d", p.name, m, n, k, i))
		}
	}
}

// TestSparseProducts: products that skip zeros have the bits of those that do not, with every kernel and many shapes.
func TestSparseProducts(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(7, 4))
		for n := range 150 {
			testSparse(t, rng.IntN(40), n, rng.IntN(4*sparse.Panel), n%7, rng)
		}
		testSparse(t, 2*sparse.Panel+3, 200, 784, 5, rng)
		testSparse(t, 3, 20, 784, 1, rng)
	})
}

// FuzzSparse compares products that skip zeros with those that do not, with every kernel.
func FuzzSparse(f *testing.F) {
	f.Add(uint8(10), uint8(30), uint16(784), uint8(5), uint64(1))
	f.Add(uint8(128), uint8(200), uint16(100), uint8(1), uint64(2))
	f.Fuzz(func(t *testing.T, m, n uint8, k uint16, every uint8, seed uint64) {
		rng := rand.New(rand.NewPCG(seed, 5))
		defer kernel.Use(kernel.Name())
		for _, name := range kernel.Names() {
			kernel.Use(name)
			testSparse(t, int(m), int(n), int(k)%1000, int(every)%10, rng)
		}
	})
}

// BenchmarkSparse measures GFLOP/s of the terms that are computed, on the shapes of training, and how long it takes to
// list the nonzero pixels.
func BenchmarkSparse(b *testing.B) {
	const turns = 20 // mini-batches, so that the processor does not learn the branches by heart
	images, x := imagesForBenchmark(b).Train, NewMatrix(turns*128, 784)
	for i := range x.Rows {
		gather(&images, x.Row(i), []int32{int32(i)}, dataset.EvenScale(784, 1.0/255))
	}
	for _, s := range []struct{ m, n int }{{10, 30}, {10, 16}, {32, 64}, {32, 128}, {128, 400}, {128, 800}} {
		batches, lists, terms := make([]Matrix, turns), new(sparse.Lists), 0
		for i := range batches {
			batches[i] = x.Slice(i*s.m, (i+1)*s.m)
			batches[i].lists = listsOf(batches[i])
			batches[i].first = 0
			terms += len(batches[i].lists.Col)
		}
		w, z := NewMatrix(784, s.n), NewMatrix(s.m, s.n)
		exact.Uniform(w.Data, 1, rand.New(rand.NewPCG(7, 7)))
		for _, impl := range kernel.Names() {
			for _, op := range []struct {
				name string
				f    func(i int)
			}{
				{"AddMul", func(i int) { AddMul(z, batches[i], w) }},
				{"AddMulAT", func(i int) { batches[i].lists.DropTransposed(); AddMulAT(w, batches[i], z) }},
				{"SetRow", func(i int) {
					lists.Reset(s.m, 784)
					for r := range s.m {
						lists.SetRow(r, x.Row(i*s.m+r))
					}
				}},
			} {
				b.Run(fmt.Sprintf("op=%s/shape=%dx%dx784/impl=%s", op.name, s.m, s.n, impl), func(b *testing.B) {
					defer kernel.Use(kernel.Name())
					kernel.Use(impl)
					b.ReportAllocs()
					i := 0
					for b.Loop() {
						op.f(i % turns)
						i++
					}
					if op.name != "SetRow" {
						flops := 2 * float64(terms) / turns * float64(s.n) * float64(b.N)
						b.ReportMetric(flops/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
					}
				})
			}
		}
	}
}
