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
	if a.Rows != x.Rows || a.Cols != x.Cols || len(a.Cut) != 1+(x.Cols+sparse.Panel-1)/sparse.Panel || len(a.Col) != len(a.Val) {
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
		var a, at sparse.Lists
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
			a.Transpose(&at)
			a.Transpose(&at)
			checkSparse(t, &at, y)
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
		listed.lists.Forget()
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
				{"AddMulAT", func(i int) { batches[i].lists.Forget(); AddMulAT(w, batches[i], z) }},
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
