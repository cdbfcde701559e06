package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"

	"backprop/internal/compute/exact"
)

// A memory holds one operand of a kernel.
type memory []byte

// place returns a copy of x at the end of the memory, or at its beginning.
func place[T any](m memory, x []T, atEnd bool) []T {
	room := unsafe.Slice((*T)(unsafe.Pointer(&m[0])), len(m)/int(unsafe.Sizeof(*new(T))))
	if atEnd {
		room = room[len(room)-len(x):]
	}
	copy(room, x)
	return room[:len(x):len(x)]
}

// randomNumbers returns n numbers from −2 to 2.
func randomNumbers(n int, rng *rand.Rand) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = 4*rng.Float64() - 2
	}
	return x
}

func randomBytes(n int, rng *rand.Rand) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

// sameBits compares to the bit, but for which NaN it is.
func sameBits(t *testing.T, got, want []float64, what string) {
	t.Helper()
	for i := range want {
		if math.Float64bits(got[i]) != math.Float64bits(want[i]) && !(math.IsNaN(got[i]) && math.IsNaN(want[i])) {
			t.Fatalf("%s: element %d of %d: got %v, want %v", what, i, len(want), got[i], want[i])
		}
	}
}

// eachKernel runs a test with each kernel that this machine can run.
func eachKernel(t *testing.T, test func(t *testing.T, k set)) {
	defer Use(Name())
	for _, k := range sets {
		Use(k.name)
		t.Run(k.name, func(t *testing.T) { test(t, k) })
	}
}

// TestUse: a kernel is chosen by its name, the fastest is the default, and plain Go is always there.
func TestUse(t *testing.T) {
	if names := Names(); Name() != names[0] || names[len(names)-1] != "go" {
		t.Errorf("got %q active, of %q; want the first active, and go the last", Name(), names)
	}
	eachKernel(t, func(t *testing.T, k set) {
		if err := Use(k.name); err != nil || Name() != k.name || Check(k.name) != nil {
			t.Errorf("got %q active, error %v", Name(), err)
		}
		if tiles, cols := Tiles(); (tiles == nil) != (k.name == "go") || cols < 8 || Gather() == nil {
			t.Errorf("got tiles %v, of %d columns", tiles != nil, cols)
		}
		want := fmt.Sprintf(`this machine has no kernel "abacus"; it can run %q`, Names())
		if err := Use("abacus"); fmt.Sprint(err) != want || fmt.Sprint(Check("abacus")) != want || Name() != k.name {
			t.Errorf("got error %v, and %q active; want %s", err, Name(), want)
		}
	})
}

// TestFunctions: on slices of every length, functions have the bits of package exact and of plain loops, and touch
// nothing outside.
func TestFunctions(t *testing.T) {
	const bytes = 1 << 12 // of the largest slice
	first, second, third, fourth := newMemory(t, bytes), newMemory(t, bytes), newMemory(t, bytes), newMemory(t, bytes)
	eachKernel(t, func(t *testing.T, k set) {
		rng := rand.New(rand.NewPCG(25, 1))
		for n := range 150 {
			for _, atEnd := range []bool{false, true} {
				x := randomNumbers(n, rng)
				for i := range x {
					x[i] *= []float64{1, 1, 30, 400}[rng.IntN(4)] // tanh, sigmoid and exp reach their ends
				}
				for name, f := range map[string]struct {
					kernel func([]float64)
					exact  func(float64) float64
				}{
					"exp": {Exp, exact.Exp}, "sigmoid": {Sigmoid, exact.Sigmoid}, "tanh": {Tanh, exact.Tanh},
					"relu": {Relu, exact.Relu},
				} {
					got, want := place(first, x, atEnd), make([]float64, n)
					f.kernel(got)
					for i, v := range x {
						want[i] = f.exact(v)
					}
					sameBits(t, got, want, name)
				}

				delta, a := randomNumbers(n, rng), randomNumbers(n, rng)
				want := slices.Clone(delta)
				for i := range a {
					a[i] = max(0, a[i])
					if a[i] == 0 {
						want[i] = 0
					}
				}
				got := place(first, delta, atEnd)
				ReluPrime(got, place(second, a, atEnd))
				sameBits(t, got, want, "relu's slope")

				row, shift, factor := randomBytes(n, rng), randomNumbers(n, rng), randomNumbers(n, rng)
				for i := range row {
					want[i] = (float64(row[i]) - shift[i]) * factor[i]
				}
				row = place(fourth, row, atEnd)
				Prefetch(row)
				Convert(got, row, place(second, shift, atEnd), place(third, factor, atEnd))
				sameBits(t, got, want, "convert")
			}
		}
	})
}

// TestShortOperandsPanic: if one operand is shorter than the first, nothing is read behind its end, or written.
func TestShortOperandsPanic(t *testing.T) {
	eachKernel(t, func(t *testing.T, k set) {
		for short := range 4 {
			x, n := make([]float64, 16), [...]int{16, 16, 16, 16}
			n[short]--
			func() {
				defer func() { recover() }()
				x[0] = 1
				if short == 3 {
					ReluPrime(x, make([]float64, n[3]))
				} else {
					Convert(x, make([]byte, n[0]), make([]float64, n[1]), make([]float64, n[2]))
				}
				t.Errorf("operand %d: got no panic", short+2)
			}()
			if x[0] != 1 {
				t.Errorf("operand %d: got %v written", short+2, x)
			}
		}
	})
}

// TestTiles: products of every size up to two tiles and one row have the bits of three loops, and touch nothing
// outside their operands, nor between the rows of c.
func TestTiles(t *testing.T) {
	const bytes = 1 << 15 // of the largest slice
	memC, memA, memB := newMemory(t, bytes), newMemory(t, bytes), newMemory(t, bytes)
	eachKernel(t, func(t *testing.T, kernel set) {
		if kernel.tiles == nil {
			t.Skip("it has no tiles")
		}
		rng := rand.New(rand.NewPCG(21, 1))
		for m := 1; m <= 2*6+1; m++ { // a tile has six rows
			for n := 1; n <= kernel.cols; n++ {
				k, atEnd := 1+rng.IntN(5), rng.IntN(3) > 0
				ldc, ldb := n+rng.IntN(3), n+rng.IntN(3)
				want, b := randomNumbers((m-1)*ldc+n, rng), randomNumbers((k-1)*ldb+n, rng)
				a := Operand{randomNumbers(m*k, rng), k, 1}
				if rng.IntN(2) == 0 {
					a.Row, a.Col = 1, m
				}
				got, placedA := place(memC, want, atEnd), Operand{place(memA, a.Data, atEnd), a.Row, a.Col}
				kernel.tiles(got, ldc, placedA, place(memB, b, atEnd), ldb, m, n, k)
				for i := range m {
					for j := range n {
						for p := range k {
							want[i*ldc+j] = math.FMA(a.At(i, p), b[p*ldb+j], want[i*ldc+j])
						}
					}
				}
				sameBits(t, got, want, fmt.Sprintf("m = %d, n = %d, k = %d", m, n, k))
			}
		}
	})
}

// TestListProducts: products with lists that are empty, long, in any order and not one after the other have the bits of
// three loops, and touch nothing outside. Columns go around the edges of the blocks that kernels take at a time.
func TestListProducts(t *testing.T) {
	const bytes = 1 << 16 // of the largest slice
	memNear, memFar, memVal := newMemory(t, bytes), newMemory(t, bytes), newMemory(t, bytes)
	memFrom, memTo, memCol := newMemory(t, bytes), newMemory(t, bytes), newMemory(t, bytes)
	eachKernel(t, func(t *testing.T, k set) {
		rng := rand.New(rand.NewPCG(23, 1))
		for n := 8; n <= 136; n += 8 {
			for try := range 24 {
				f, scatters := k.gather, try%2 > 0
				if scatters {
					f = k.scatter
				}
				if f == nil {
					continue
				}
				rows, inner, atEnd := 1+rng.IntN(12), 1+rng.IntN(20), try%3 > 0
				ldn, ldf := n+rng.IntN(9), n+rng.IntN(9)
				near, far := randomNumbers((rows-1)*ldn+n, rng), randomNumbers((inner-1)*ldf+n, rng)
				if try%5 == 0 {
					far[rng.IntN(len(far))], near[rng.IntN(len(near))] = math.NaN(), math.Inf(1)
				}
				from, to, col := make([]int32, rows), make([]int32, rows), []int32{0}
				for _, i := range rng.Perm(rows) {
					from[i] = int32(len(col))
					for range rng.IntN(3) * rng.IntN(10) {
						col = append(col, int32(rng.IntN(inner)))
					}
					to[i] = int32(len(col))
				}
				val := randomNumbers(len(col), rng)

				gotNear, gotFar := place(memNear, near, atEnd), place(memFar, far, atEnd)
				f(gotNear, ldn, place(memFrom, from, atEnd), place(memTo, to, atEnd), place(memCol, col, atEnd),
					place(memVal, val, atEnd), gotFar, ldf, n)
				for i := range rows {
					for p := from[i]; p < to[i]; p++ {
						c, b := near[i*ldn:][:n], far[int(col[p])*ldf:][:n]
						if scatters {
							c, b = b, c
						}
						for j := range n {
							c[j] = math.FMA(val[p], b[j], c[j])
						}
					}
				}
				what := fmt.Sprintf("%d rows, %d columns, scatter %v: ", rows, n, scatters)
				sameBits(t, gotNear, near, what+"near")
				sameBits(t, gotFar, far, what+"far")
			}
		}
	})
}

// TestListProductsOfNothing: without rows, elements or columns nothing is changed, and no address of an empty slice is
// taken.
func TestListProductsOfNothing(t *testing.T) {
	eachKernel(t, func(t *testing.T, k set) {
		for _, f := range []ListFunc{Gather(), Scatter()} {
			if f == nil {
				continue
			}
			eight := []float64{1, 2, 3, 4, 5, 6, 7, 8}
			near, far := slices.Clone(eight), slices.Clone(eight)
			f(near, 8, nil, nil, []int32{0}, []float64{1}, far, 8, 8)
			f(near, 8, []int32{0}, []int32{0}, nil, nil, far, 8, 8)
			f(near, 8, []int32{1}, []int32{1}, []int32{0}, []float64{1}, far, 8, 8)
			f(near, 8, []int32{0}, []int32{1}, []int32{0}, []float64{1}, far, 8, 0)
			if !slices.Equal(near, eight) || !slices.Equal(far, eight) {
				t.Errorf("got near %v, far %v; want %v", near, far, eight)
			}
		}
	})
}

// TestList: the nonzero elements of a row are listed with their columns, for every number of them in every place of
// four, without a byte more than the row can need.
func TestList(t *testing.T) {
	memCol, memVal, memX := newMemory(t, 1<<12), newMemory(t, 1<<12), newMemory(t, 1<<12)
	eachKernel(t, func(t *testing.T, k set) {
		rng := rand.New(rand.NewPCG(26, 1))
		for n := range 80 {
			x := randomNumbers(n, rng)
			var wantCol []int32
			var wantVal []float64
			for i := range x {
				if rng.IntN(2) == 0 {
					x[i] = math.Copysign(0, x[i])
					continue
				}
				wantCol, wantVal = append(wantCol, int32(5+i)), append(wantVal, x[i])
			}
			col, val := place(memCol, make([]int32, n), true), place(memVal, make([]float64, n), true)
			got := List(col, val, place(memX, x, true), 5)
			if col, val = col[:got], val[:got]; !slices.Equal(col, wantCol) || !slices.Equal(val, wantVal) {
				t.Fatalf("list of %v: got columns %v, values %v; want %v, %v", x, col, val, wantCol, wantVal)
			}
		}
	})
}

// TestExpand: pixels become columns and values, whether there is room to write eight at a time or not.
func TestExpand(t *testing.T) {
	memCol, memVal, memPixels := newMemory(t, 1<<12), newMemory(t, 1<<12), newMemory(t, 1<<12)
	eachKernel(t, func(t *testing.T, k set) {
		rng := rand.New(rand.NewPCG(27, 1))
		for n := range 80 {
			pixels := randomBytes(3*n, rng)
			wantCol, wantVal := make([]int32, n), make([]float64, n)
			for p := range n {
				wantCol[p] = int32(pixels[2*p]) + 256*int32(pixels[2*p+1])
				wantVal[p] = float64(pixels[2*n+p]) * 0.5
			}
			for room := range 17 { // elements that each slice has behind its last, while the other two have enough
				for _, r := range [][3]int{{room, 8, 16}, {8, room, 16}, {8, 8, room}} {
					col := place(memCol, make([]int32, n+r[0]), true)[:n]
					val := place(memVal, make([]float64, n+r[1]), true)[:n]
					placed := place(memPixels, make([]byte, 3*n+r[2]), true)[:3*n]
					copy(placed, pixels)
					Expand(col, val, placed, 0.5)
					if !slices.Equal(col, wantCol) || !slices.Equal(val, wantVal) {
						t.Fatalf("%d pixels, room %d: got %v, %v; want %v, %v", n, r, col, val, wantCol, wantVal)
					}
				}
			}
		}
	})
}
