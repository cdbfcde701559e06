package main

import (
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
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
	if at {
		a = turned(a)
	}
	if !bt {
		b = turned(b)
	}
	for i := range c.Rows {
		for j := lo; j < hi; j++ {
			sum, y := c.Row(i)[j], b.Row(j)
			for k, x := range a.Row(i) {
				sum = math.FMA(x, y[k], sum)
			}
			c.Row(i)[j] = sum
		}
	}
}

// turned is a matrix with rows and columns exchanged.
func turned(m Matrix) Matrix {
	t := NewMatrix(m.Cols, m.Rows)
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			t.Row(j)[i] = v
		}
	}
	return t
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
			if k%100 == 57 {
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
var specials = []float64{0, math.Copysign(0, -1), 1, -1, 5e-324, -5e-324, 1e-300, -1e-300, 0.5 * math.Ln2,
	-0.5 * math.Ln2,
	709.782712893384, 709.782712893385, 710, 711, 1000, 1e300, -708.3964185322641, -708.4, -744.4400719213812,
	-745.1332191019412, -745.2, -746, -747, -1000, -1e300, math.Inf(1), math.Inf(-1), math.NaN(), 1e-17, -1e-17, 40, -40,
	20, 19.1}

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
		}{{"exp", kernel.Exp, each(exact.Exp)}, {"sigmoid", kernel.Sigmoid, each(exact.Sigmoid)},
			{"tanh", kernel.Tanh, each(exact.Tanh)}} {
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

// sprinkled is a rows×cols matrix of which about every one in so many is not 0 (none, for 0),
// its rows padded with what does not matter.
func sprinkled(rows, cols, one int, rng *rand.Rand) Matrix {
	m := NewMatrix(rows, cols)
	exact.Uniform(m.Data, 2, rng)
	m.EachRow(func(row []float64) {
		for j := range row {
			if one == 0 || rng.IntN(one) != 0 {
				row[j] = 0
			}
		}
	})
	return m
}

// sparsed is m as a Sparse.
func sparsed(m Matrix) *sparse.Lists {
	a := new(sparse.Lists)
	a.Reset(m.Rows, m.Cols)
	for i := range m.Rows {
		a.SetRow(i, m.Row(i))
	}
	return a
}

// checkSparse says whether a is x, to the bit, with every cut in its place.
func checkSparse(t *testing.T, a *sparse.Lists, x Matrix) {
	t.Helper()
	if a.Rows != x.Rows || a.Cols != x.Cols || len(a.Cut) != 1+(x.Cols+sparse.Panel-1)/sparse.Panel ||
		len(a.Col) != len(a.Val) {
		t.Fatalf("%d×%d, %d cuts, %d columns, %d values, of %v", a.Rows, a.Cols, len(a.Cut), len(a.Col), len(a.Val), x)
	}
	p := int32(0)
	for i := range x.Rows {
		for j, v := range x.Row(i) {
			if j%sparse.Panel == 0 && a.Cut[j/sparse.Panel][i] != p {
				t.Fatalf("row %d is cut at %d before column %d, want %d", i, a.Cut[j/sparse.Panel][i], j, p)
			}
			if v == 0 {
				continue
			}
			if int(p) >= len(a.Col) || a.Col[p] != int32(j) || math.Float64bits(a.Val[p]) != math.Float64bits(v) {
				t.Fatalf("term %d is not %v of row %d, column %d", p, v, i, j)
			}
			p++
		}
		if end := a.Cut[len(a.Cut)-1][i]; x.Cols > 0 && end != p {
			t.Fatalf("row %d ends at %d, want %d", i, end, p)
		}
	}
	if int(p) != len(a.Col) {
		t.Fatalf("%d terms, want %d", len(a.Col), p)
	}
}

// TestSparseRows: lists, and those of the transposed, are what is not 0, at every length, with
// every kernel, also where a Sparse was used before.
func TestSparseRows(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(7, 1))
		var a sparse.Lists
		for cols := range 3*sparse.Panel + 9 {
			x := sprinkled(rng.IntN(2*sparse.Panel+5), cols, cols%6, rng)
			if rows := x.Rows; rows > 0 && cols > 0 {
				for _, v := range []float64{math.NaN(), math.Copysign(0, -1), math.Inf(-1), 5e-324} {
					x.Row(rng.IntN(rows))[rng.IntN(cols)] = v
				}
			}
			for range 2 {
				a.Reset(x.Rows, x.Cols)
				for i := range x.Rows {
					a.SetRow(i, x.Row(i))
				}
			}
			checkSparse(t, &a, x)
			y := NewMatrix(x.Cols, x.Rows)
			for i := range x.Rows {
				for j, v := range x.Row(i) {
					y.Row(j)[i] = v
				}
			}
			checkSparse(t, a.Transposed(), y) // in memory that earlier sizes have used
		}
	})
}

// testLists compares gather and scatter with the plain loops that they stand for: rows lists of
// up to length terms each, over the rows of a matrix of n columns that is used most of.
func testLists(t *testing.T, rows, others, n, length int, rng *rand.Rand) {
	t.Helper()
	var from, to []int32
	const margin = 3 // terms before, between and behind the lists, which are nobody's
	var at []int
	total := margin
	for range rows {
		k := rng.IntN(min(length, others) + 1)
		if rng.IntN(4) == 0 {
			k = 0
		}
		from, to = append(from, int32(total)), append(to, int32(total+k))
		at = append(at, total)
		total += k + rng.IntN(2)*margin
	}
	val, checkVal := guarded(total+margin, rng.IntN(8), nil)
	col := make([]int32, total+margin)
	for p := range col {
		val[p], col[p] = guard, math.MinInt32
	}
	for i := range from {
		k := int(to[i] - from[i])
		for q, j := range slices.Sorted(slices.Values(rng.Perm(others)[:k])) {
			val[at[i]+q], col[at[i]+q] = rng.Float64()*4-2, int32(j)
		}
	}
	wasFrom, wasTo, wasCol := slices.Clone(from), slices.Clone(to), slices.Clone(col)
	wasVal := slices.Clone(val)
	ldn, ldf := n+rng.IntN(9), n+rng.IntN(9)
	for _, gather := range []bool{true, false} {
		f := kernel.Gather()
		if !gather {
			if f = kernel.Scatter(); f == nil {
				continue
			}
		}
		near, checkNear := guarded(max(0, (rows-1)*ldn+n), rng.IntN(8), rng)
		far, checkFar := guarded(max(0, (others-1)*ldf+n), rng.IntN(8), rng)
		wantNear, wantFar := slices.Clone(near), slices.Clone(far)
		for i := range from {
			for p := from[i]; p < to[i]; p++ {
				for j := range n {
					x, y := &wantNear[i*ldn+j], &wantFar[int(col[p])*ldf+j]
					if !gather {
						x, y = y, x
					}
					*x = math.FMA(val[p], *y, *x)
				}
			}
		}
		f(near, ldn, from, to, col, val, far, ldf, n)
		what := fmt.Sprintf("gather=%v, %d lists, %d rows of %d columns", gather, rows, others, n)
		sameBits(t, near, wantNear, what+", near")
		sameBits(t, far, wantFar, what+", far")
		sameBits(t, val, wasVal, what+", val")
		if !slices.Equal(from, wasFrom) || !slices.Equal(to, wasTo) || !slices.Equal(col, wasCol) {
			t.Fatalf("%s: the lists were changed", what)
		}
		checkNear(t)
		checkFar(t)
		checkVal(t)
	}
}

// TestSparseLists goes over every width, with few and many lists, empty ones and long ones.
func TestSparseLists(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(7, 2))
		for n := 8; n <= 208; n += 8 {
			for rows := range 21 {
				testLists(t, rows, 1+rng.IntN(90), n, []int{0, 1, 3, 8, 70}[rng.IntN(5)], rng)
			}
		}
	})
}

// TestSparseList: the list of a short row, with guards around what it is made of.
func TestSparseList(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(7, 3))
		for n := range 40 {
			for set := range 64 {
				x, checkX := guarded(n, set%8, rng)
				var want []int32
				for j := range x {
					if set>>(j%6)&1 == 0 {
						x[j] = 0
					} else {
						want = append(want, int32(100+j))
					}
				}
				val, checkVal := guarded(n+4, (set+3)%8, nil)
				col := make([]int32, n+5)
				col[n+4] = 77
				if got := kernel.List(col[:n+4], val, x, 100); got != len(want) || !slices.Equal(col[:got], want) {
					t.Fatalf("of %v, %d are listed, in columns %v", x, got, col[:n])
				}
				for p, j := range want {
					if val[p] != x[j-100] {
						t.Fatalf("of %v, %v is listed for column %d", x, val[p], j)
					}
				}
				checkX(t)
				checkVal(t)
				if col[n+4] != 77 {
					t.Fatal("a column behind the end was written")
				}
			}
		}
	})
}

// testSparse compares the sparse products with the dense ones of the same matrices, to the bit: A's
// lists, their transposed, also where it is there already, and columns of A beside others.
func testSparse(t *testing.T, m, n, k, one int, rng *rand.Rand) {
	t.Helper()
	whole := sprinkled(m, k+11, one, rng)
	x := whole.Columns(8, 8+k)
	listed := x
	listed.lists = sparsed(x)
	some := x
	some.mostlyZero = true
	for _, p := range []struct {
		name         string
		f, dense     func(c, a, b Matrix)
		a            Matrix
		rows, br, bc int
	}{
		{"AddMul", AddMul, AddMul, listed, m, k, n},
		{"AddMulBT", AddMulBT, AddMulBT, some, m, n, k},
		{"AddMulAT", AddMulAT, AddMulAT, listed, k, m, n},
		{"AddMulAT again", func(c, a, b Matrix) { a.lists.Transposed(); AddMulAT(c, a, b) }, AddMulAT, listed, k, m, n},
	} {
		b, c := NewMatrix(p.br, p.bc), NewMatrix(p.rows, n)
		exact.Uniform(b.Data, 1, rng)
		exact.Uniform(c.Data, 1, rng)
		want := view(c.Rows, c.Cols, c.Stride, slices.Clone(c.Data))
		dense := p.a
		dense.lists, dense.mostlyZero = nil, false
		listed.lists.DropTransposed()
		p.f(c, p.a, b)
		p.dense(want, dense, b)
		for i := range p.rows {
			sameBits(t, c.Row(i), want.Row(i), fmt.Sprintf("%s %d×%d×%d, row %d", p.name, m, n, k, i))
		}
	}
}

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

func FuzzSparse(f *testing.F) {
	f.Add(uint8(10), uint8(30), uint16(784), uint8(5), uint64(1))
	f.Add(uint8(128), uint8(200), uint16(100), uint8(1), uint64(2))
	f.Fuzz(func(t *testing.T, m, n uint8, k uint16, one uint8, seed uint64) {
		rng := rand.New(rand.NewPCG(seed, 5))
		defer kernel.Use(kernel.Name())
		for _, name := range kernel.Names() {
			kernel.Use(name)
			testSparse(t, int(m), int(n), int(k)%1000, int(one)%10, rng)
			testLists(t, int(m)%30, 1+int(k)%100, (int(n)+8)&^7, int(one), rng)
		}
	})
}

// sparsePictures are n pictures with values from 0 to 1, of MNIST's training set where MNIST_DIR is
// set, else as many random pixels in the middle of the picture.
func sparsePictures(b *testing.B, n int) Matrix {
	x := NewMatrix(n, 784)
	dir := os.Getenv("MNIST_DIR")
	if dir == "" {
		rng := rand.New(rand.NewPCG(7, 6))
		x.EachRow(func(row []float64) {
			for j := range row {
				if y, x := j/28-14, j%28-14; x*x+y*y < 100 && rng.IntN(2) == 0 {
					row[j] = rng.Float64()
				}
			}
		})
		return x
	}
	file, err := os.Open(filepath.Join(dir, "train-images-idx3-ubyte.gz"))
	if err != nil {
		b.Skip(err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		b.Fatal(err)
	}
	bytes := make([]byte, 16+784*n)
	if _, err := io.ReadFull(z, bytes); err != nil {
		b.Fatal(err)
	}
	for i := range n {
		for j := range x.Row(i) {
			x.Row(i)[j] = float64(bytes[16+i*784+j]) / 255
		}
	}
	return x
}

// BenchmarkSparse: GFLOP/s of the terms that are computed, on the shapes of training; and how
// long it takes to list what is not 0.
func BenchmarkSparse(b *testing.B) {
	const turns = 20 // batches, so that no branch is learned by heart
	for _, s := range []struct{ m, n int }{{10, 30}, {10, 16}, {32, 64}, {32, 128}, {128, 400}, {128, 800}} {
		x, batches, t := sparsePictures(b, turns*s.m), make([]Matrix, turns), new(sparse.Lists)
		terms := 0
		for i := range batches {
			batches[i] = x.Slice(i*s.m, (i+1)*s.m)
			batches[i].lists = sparsed(batches[i])
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
					t.Reset(s.m, 784)
					for r := range s.m {
						t.SetRow(r, x.Row(i*s.m+r))
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
