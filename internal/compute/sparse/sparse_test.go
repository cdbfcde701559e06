package sparse

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"backprop/internal/compute/kernel"
)

// eachKernel runs a test with every kernel of this machine.
func eachKernel(t *testing.T, test func(t *testing.T)) {
	defer kernel.Use(kernel.Name())
	for _, name := range kernel.Names() {
		t.Run(name, func(t *testing.T) {
			kernel.Use(name)
			test(t)
		})
	}
}

// A dense matrix has its rows in plain slices.
type dense [][]float64

// random returns a dense matrix in which one of every n numbers is not 0; none for n = 0.
func random(rows, cols, n int, rng *rand.Rand) dense {
	m := make(dense, rows)
	for i := range m {
		m[i] = make([]float64, cols)
		for j := range m[i] {
			if n > 0 && rng.IntN(n) == 0 {
				m[i][j] = rng.Float64()*4 - 2
			}
		}
	}
	return m
}

func (m dense) transposed(cols int) dense {
	t := make(dense, cols)
	for j := range t {
		for i := range m {
			t[j] = append(t[j], m[i][j])
		}
	}
	return t
}

// set makes a the lists of m.
func (a *Lists) set(m dense, cols int) {
	a.Reset(len(m), cols)
	for i, row := range m {
		a.SetRow(i, row)
	}
}

// check compares the size, the cuts and the elements of lists with the matrix that they stand for.
func check(t *testing.T, what string, a *Lists, m dense, cols int) {
	t.Helper()
	if a.Rows != len(m) || a.Cols != cols || len(a.Cut) != (cols+2*Panel-1)/Panel {
		t.Fatalf("%s: got %d×%d with %d cuts, want %d×%d", what, a.Rows, a.Cols, len(a.Cut), len(m), cols)
	}
	var col []int32
	var val []float64
	for i, row := range m {
		for j, v := range row {
			if j%Panel == 0 && int(a.Cut[j/Panel][i]) != len(col) {
				t.Fatalf("%s, row %d: got column %d reached at %d, want %d", what, i, j, a.Cut[j/Panel][i], len(col))
			}
			if v != 0 {
				col, val = append(col, int32(j)), append(val, v)
			}
		}
		if end := a.Cut[len(a.Cut)-1][i]; cols > 0 && int(end) != len(col) {
			t.Fatalf("%s, row %d: got its end at %d, want %d", what, i, end, len(col))
		}
	}
	if !slices.Equal(a.Col, col) || !slices.Equal(a.Val, val) {
		t.Fatalf("%s: got columns %v, values %v; want %v, %v", what, a.Col, a.Val, col, val)
	}
}

// TestLists: lists hold the nonzero elements, also in memory that another matrix has used before, and so do those of
// the transposed matrix, which are made once and kept until they are dropped.
func TestLists(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(1, 1))
		var a Lists
		for cols := range 3*Panel + 5 {
			m := random(rng.IntN(2*Panel+3), cols, cols%5, rng)
			a.set(m, cols)
			what := fmt.Sprintf("%d×%d", len(m), cols)
			check(t, what, &a, m, cols)
			check(t, what+", transposed", a.Transposed(), m.transposed(cols), len(m))
		}
		first := a.Transposed()
		first.Val = append(first.Val[:0], 9)
		if got := a.Transposed(); got.Val[0] != 9 {
			t.Error("got the transposed lists made a second time")
		}
		a.DropTransposed()
		if len(a.Transposed().Val) != len(a.Val) {
			t.Error("got the old transposed lists after DropTransposed")
		}
		new(Lists).DropTransposed() // there is none
		if col, val := new(Lists).extend(5); len(col) != 5 || len(val) != 5 || cap(col) < 13 || cap(val) < 13 {
			t.Errorf("got room for %d and %d elements, want 5 and 8 more", cap(col), cap(val))
		}
	})
}

// TestFilter: each element is replaced, with its row and column known, and those that become 0 are dropped.
func TestFilter(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	for _, cols := range []int{1, Panel, 2*Panel + 7} {
		m := random(9, cols, 2, rng)
		var a Lists
		a.set(m, cols)
		f := func(i, j int, v float64) float64 { return v * float64((i+2*j)%3) }
		for i, row := range m {
			for j := range row {
				row[j] = f(i, j, row[j])
			}
		}
		a.Filter(f)
		check(t, fmt.Sprintf("%d columns", cols), &a, m, cols)
	}
}

// TestProducts compares the products with plain loops that take the same terms in the same order, to the bit.
func TestProducts(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(3, 1))
		for try := range 120 {
			n, k, first := rng.IntN(40), 1+rng.IntN(3*Panel), rng.IntN(5)
			cols := []int{1, 7, 8, 30, 64, 65, 127, 128, 200}[try%9]
			a := random(n+first, k, 1+try%4, rng)
			var lists Lists
			lists.set(a, k)
			wide := (cols + 7) &^ 7
			ldc, ldb := wide+8*rng.IntN(2), wide+8*rng.IntN(2)

			b, c := numbers(k*ldb, rng), numbers(n*ldc, rng)
			want := product(c, ldc, a[first:], b, ldb, wide)
			lists.AddMul(c, ldc, n, cols, b, ldb, first)
			same(t, fmt.Sprintf("AddMul, %d×%d×%d", n, k, cols), c, want)

			for _, made := range []bool{false, true} { // the transposed, before the product
				lists.DropTransposed()
				if made {
					lists.Transposed()
				}
				b, c := numbers(len(a)*ldb, rng), numbers(k*ldc, rng)
				want := product(c, ldc, a.transposed(k), b, ldb, wide)
				lists.AddMulAT(c, ldc, cols, b, ldb)
				same(t, fmt.Sprintf("AddMulAT, %d×%d×%d, %v", k, len(a), cols, made), c, want)
				scatters := kernel.Scatter() != nil && cols < 128 && !made
				if lists.hasTransposed() == scatters && len(a) > 0 {
					t.Errorf("%d columns: got transposed lists %v, want %v", cols, scatters, !scatters)
				}
			}
		}
	})
}

// product returns C + A·B, in plain loops.
func product(c []float64, ldc int, a dense, b []float64, ldb, cols int) []float64 {
	sum := slices.Clone(c)
	for i, row := range a {
		for k, v := range row {
			for j := 0; v != 0 && j < cols; j++ {
				sum[i*ldc+j] = math.FMA(v, b[k*ldb+j], sum[i*ldc+j])
			}
		}
	}
	return sum
}

func numbers(n int, rng *rand.Rand) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = rng.Float64()*4 - 2
	}
	return x
}

func same(t *testing.T, what string, got, want []float64) {
	t.Helper()
	for i := range want {
		if math.Float64bits(got[i]) != math.Float64bits(want[i]) {
			t.Fatalf("%s: got %v for element %d, want %v", what, got[i], i, want[i])
		}
	}
}

// TestImages: images come back times a factor or scaled pixel by pixel, in any order, and also at the end of an epoch,
// after which there is nothing to prefetch.
func TestImages(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(4, 1))
		for _, dim := range []int{1, 8, Panel, Panel + 1, 5*Panel - 3} {
			const n = 11
			x := make([]byte, n*dim)
			for i := range x {
				if rng.IntN(5) == 0 {
					x[i] = byte(1 + rng.IntN(255))
				}
			}
			x[0] = 0 // of a single pixel, most are 0 as well
			images := NewImages(x, dim)
			if images == nil {
				t.Fatalf("%d pixels: got no lists", dim)
			}
			if room := cap(images.bytes) - len(images.bytes); room != 16 {
				t.Errorf("%d pixels: got room for %d bytes more, want the 16 that kernels may read", dim, room)
			}
			order := []int32{3, 0, 10, 7, 7, 1}
			for _, from := range []int{0, 2, 3} {
				want := make(dense, 3)
				for i := range want {
					for _, v := range x[int(order[from+i])*dim:][:dim] {
						want[i] = append(want[i], float64(v)*0.5)
					}
				}
				var lists Lists
				images.Fill(&lists, order[from:], 3, 0.5)
				check(t, fmt.Sprintf("%d pixels from %d", dim, from), &lists, want, dim)
			}
			shift, factor, row := numbers(dim, rng), numbers(dim, rng), make([]float64, dim)
			for r := range n {
				want := make([]float64, dim)
				for j, v := range x[r*dim:][:dim] {
					want[j] = (float64(v) - shift[j]) * factor[j]
				}
				images.FillRow(row, int32(r), shift, factor)
				same(t, fmt.Sprintf("row %d", r), row, want)
			}
		}
	})
}

// TestNewImagesOnlyWhereTheyPay: lists, of three bytes a nonzero pixel, are made if they are not longer than the
// images, and columns fit into two bytes.
func TestNewImagesOnlyWhereTheyPay(t *testing.T) {
	third := bytes.Repeat([]byte{0, 0, 7}, 20)
	if NewImages(third, 30) == nil {
		t.Error("a third of the pixels is not 0: got no lists")
	}
	third[0] = 1
	if NewImages(third, 30) != nil {
		t.Error("more than a third of the pixels is not 0: got lists")
	}
	if NewImages(nil, 30) != nil || NewImages(make([]byte, 1<<16+1), 1<<16+1) != nil {
		t.Error("no images, or columns of more than two bytes: got lists")
	}
	if NewImages(make([]byte, 1<<16), 1<<16) == nil {
		t.Error("a black image of 65,536 pixels: got no lists")
	}
}
