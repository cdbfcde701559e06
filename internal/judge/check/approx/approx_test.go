package approx

import (
	"fmt"
	"math"
	"testing"
)

// near reports whether two numbers are the same but for rounding.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(1, math.Abs(b)) }

// matrixOf makes a matrix of rows, with the same error in all elements.
func matrixOf(err float64, rows ...[]float64) *Matrix {
	m := New(len(rows), len(rows[0]))
	for i, row := range rows {
		for j, v := range row {
			m.At[i*m.Cols+j] = Number{v, err}
		}
	}
	return m
}

// checkMatrix compares a matrix with the given rows and, unless it is negative, the error of all elements.
func checkMatrix(t *testing.T, name string, got *Matrix, err float64, rows ...[]float64) {
	t.Helper()
	want := matrixOf(err, rows...)
	if got == nil || got.Rows != want.Rows || got.Cols != want.Cols {
		t.Fatalf("%s: got %v, want %v", name, got, rows)
	}
	for i, x := range got.At {
		if !near(x.Value, want.At[i].Value) || err >= 0 && !near(x.Error, err) {
			t.Errorf("%s: element %d: got %v, want %v", name, i, x, want.At[i])
		}
	}
}

// The error of a result is as large as the errors of the operands can make it, by hand.
func TestErrorsOfNumbersAddUp(t *testing.T) {
	a, b := Number{2, 0.1}, Number{-3, 0.2}
	square := func(x float64) float64 { return x * x }
	for _, c := range []struct {
		name      string
		got, want Number
	}{
		{"a·b", a.Times(b), Number{-6, 0.72}}, // between 1.9·2.8 and 2.1·3.2 = 6.72
		{"a + b", a.Plus(b), Number{-1, 0.3}},
		{"−2·a", a.Scaled(-2), Number{-4, 0.2}},
		{"a²", a.Apply(square), Number{4, 0.41}}, // 2.1² = 4.41, 1.9² = 3.61
		{"b²", b.Apply(square), Number{9, 1.24}}, // 3.2² = 10.24
	} {
		if !near(c.got.Value, c.want.Value) || !near(c.got.Error, c.want.Error) {
			t.Errorf("%s = %v, want %v", c.name, c.got, c.want)
		}
	}
}

// Numbers agree if they can be the same, given their errors.
func TestNumbersAgreeWithinTheirErrors(t *testing.T) {
	for _, c := range []struct {
		a, b Number
		want bool
	}{
		{Number{1, 0.25}, Number{1.5, 0.25}, true}, {Number{1, 0.25}, Number{1.5, 0.2}, false},
		{Number{1.5, 0.5}, Number{1, 0}, true}, {Number{0, 0}, Number{0, 0}, true}, {Number{0, 0}, Number{1e-9, 0}, false},
	} {
		if got := c.a.Agrees(c.b); got != c.want {
			t.Errorf("%v agrees with %v: got %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

// Operations on small matrices, by hand, with the errors of their elements.
func TestMatrixOperations(t *testing.T) {
	m := matrixOf(0.5, []float64{1, 2, 3}, []float64{4, 5, 6})
	checkMatrix(t, "transposed", m.Transposed(), 0.5, []float64{1, 4}, []float64{2, 5}, []float64{3, 6})
	checkMatrix(t, "not transposed", m.TransposedIf(false), 0.5, []float64{1, 2, 3}, []float64{4, 5, 6})
	checkMatrix(t, "transposed if", m.TransposedIf(true), 0.5, []float64{1, 4}, []float64{2, 5}, []float64{3, 6})
	checkMatrix(t, "last row", m.LastRow(), 0.5, []float64{4, 5, 6})
	checkMatrix(t, "scaled", m.Scaled(-2), 1, []float64{-2, -4, -6}, []float64{-8, -10, -12})
	checkMatrix(t, "plus a row", m.Plus(matrixOf(0.25, []float64{10, 20, 30})), 0.75, []float64{11, 22, 33},
		[]float64{14, 25, 36})
	checkMatrix(t, "a column plus", matrixOf(0, []float64{10}, []float64{20}).Plus(m), 0.5, []float64{11, 12, 13},
		[]float64{24, 25, 26})
	checkMatrix(t, "plus a number", m.Plus(matrixOf(0, []float64{1})), 0.5, []float64{2, 3, 4}, []float64{5, 6, 7})
	checkMatrix(t, "sum of rows", m.Sum(PerRow), 1.5, []float64{6}, []float64{15})
	checkMatrix(t, "sum of columns", m.Sum(PerColumn), 1, []float64{5, 7, 9})
	checkMatrix(t, "sum of all", m.Sum(Whole), 3, []float64{21})
	checkMatrix(t, "no sum", m.Sum(None), 0.5, []float64{1, 2, 3}, []float64{4, 5, 6})
	exact := matrixOf(0, []float64{1, 0}, []float64{2, -1}, []float64{0, 3})
	checkMatrix(t, "product", Product(matrixOf(0, []float64{1, 2, 3}, []float64{4, 5, 6}), exact), 0, []float64{5, 7},
		[]float64{14, 13})
	checkMatrix(t, "product's error", Product(m, matrixOf(0, []float64{1}, []float64{-1}, []float64{2})), 2, []float64{5},
		[]float64{11})
}

// An operation on shapes that do not fit, or on no matrix, gives none.
func TestOperationsOnShapesThatDoNotFit(t *testing.T) {
	var none *Matrix
	m := New(2, 3)
	for name, got := range map[string]*Matrix{
		"product": Product(m, m), "product with none": Product(none, m), "product by none": Product(m, none),
		"sum of shapes": m.Plus(m.Transposed()), "plus none": m.Plus(none), "none plus": none.Plus(m),
		"two columns": m.Plus(matrixOf(0, []float64{1, 2}, []float64{3, 4})),
		"transposed":  none.Transposed(), "scaled": none.Scaled(2), "last row": none.LastRow(), "sum": none.Sum(PerRow),
		"softmax": none.Softmax(PerRow),
	} {
		if got != nil {
			t.Errorf("%s: got %v, want none", name, got)
		}
	}
}

// The probabilities for z = 0 and ln 3 are ¼ and ¾: per row, per column, or of all.
func TestSoftmaxAlongAnAxis(t *testing.T) {
	l := math.Log(3)
	z := matrixOf(0, []float64{700, 700 + l}, []float64{700 + l, 700 + l})
	checkMatrix(t, "rows", z.Softmax(PerRow), -1, []float64{0.25, 0.75}, []float64{0.5, 0.5})
	checkMatrix(t, "columns", z.Softmax(PerColumn), -1, []float64{0.25, 0.5}, []float64{0.75, 0.5})
	wide := matrixOf(0, []float64{0, l, l}, []float64{l, 0, 0})
	checkMatrix(t, "wide rows", wide.Softmax(PerRow), -1, []float64{1. / 7, 3. / 7, 3. / 7}, []float64{0.6, 0.2, 0.2})
	checkMatrix(t, "all", wide.Softmax(Whole), -1, []float64{1. / 12, 0.25, 0.25}, []float64{0.25, 1. / 12, 1. / 12})
}

// Whatever errors z has within its bounds, p is within its own, which are at most 15 % wider than needed.
func TestSoftmaxErrorIsABound(t *testing.T) {
	z := []Number{{0.3, 0.02}, {-0.5, 0.01}, {1.1, 0.03}}
	p := Of(1, 3, z).Softmax(PerRow)
	largest := make([]float64, 3)
	for corner := range 8 {
		moved := make([]float64, 3)
		sum := 0.0
		for j, x := range z {
			moved[j] = math.Exp(x.Value + x.Error*float64(corner>>j&1*2-1))
			sum += moved[j]
		}
		for j := range z {
			largest[j] = max(largest[j], math.Abs(moved[j]/sum-p.At[j].Value))
		}
	}
	for j, x := range p.At {
		if x.Error < largest[j] || x.Error > 1.15*largest[j] {
			t.Errorf("p%d: got %v, want an error of at least %v and little more", j, x, largest[j])
		}
	}
}

// Matrices agree if their shapes do and all numbers, which must be finite; a vector may be a row or a column.
func TestMatricesAgree(t *testing.T) {
	row, column := matrixOf(0.1, []float64{1, 2}), matrixOf(0, []float64{1}, []float64{2.05})
	square := matrixOf(0, []float64{1, 2}, []float64{3, 4})
	four := matrixOf(0, []float64{1, 2, 3, 4})
	for _, c := range []struct {
		name            string
		a, b            *Matrix
		sameShape, want bool
	}{
		{"a row and a column", row, column, true, true}, {"columns", column, column, true, true},
		{"other numbers", row, matrixOf(0, []float64{1, 2.2}), true, false},
		{"a square and a row", square, four, false, false}, {"a row and a square", four, square, false, false},
		{"three and two", matrixOf(0, []float64{1, 2, 3}), row, false, false},
		{"2×3 and 3×2", New(2, 3), New(3, 2), false, false},
		{"none", row, nil, false, false}, {"none first", nil, row, false, false},
		{"infinite", row, matrixOf(0, []float64{1, math.Inf(1)}), true, false},
		{"of any error", row, matrixOf(math.Inf(1), []float64{1, 2}), true, false},
		{"not a number", row, matrixOf(0, []float64{math.NaN(), 2}), true, false},
	} {
		if got := SameShape(c.a, c.b); got != c.sameShape {
			t.Errorf("%s: the same shape: got %v, want %v", c.name, got, c.sameShape)
		}
		if got := c.a.Agrees(c.b); got != c.want {
			t.Errorf("%s: agree: got %v, want %v", c.name, got, c.want)
		}
	}
}

// A vector has at most one dimension that is larger than 1.
func TestIsVector(t *testing.T) {
	for _, c := range []struct {
		shape []int
		want  bool
	}{{nil, true}, {[]int{3}, true}, {[]int{1, 3}, true}, {[]int{3, 1}, true}, {[]int{1, 1}, true}, {[]int{2, 2}, false}} {
		if got := IsVector(c.shape...); got != c.want {
			t.Errorf("IsVector(%v) = %v, want %v", c.shape, got, c.want)
		}
	}
}

// Decimals and significant digits are counted in numbers as they are written.
func TestPrecisionCountsWrittenDigits(t *testing.T) {
	for text, want := range map[string]string{
		"0.25": "{2 2 [2]}", "-12.5": "{1 3 [1]}", "+0.050": "{3 2 [3]}", "1.0": "{0 1 [0]}", "1200": "{0 4 [0]}",
		"2.5e-3": "{4 2 [4]}", "1E2": "{0 1 [-2]}", "0": "{0 0 [0]}", "3.00": "{2 3 [2]}",
	} {
		if got := fmt.Sprint(Precision{}.With(text)); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
	if got, want := fmt.Sprint(Precision{}.With("0.125").With("17.5")), "{3 3 [3 1]}"; got != want {
		t.Errorf("0.125 and 17.5: got %s, want %s", got, want)
	}
}

// Half a unit of the last digit that counts: of the decimals or of the significant digits, the coarser, by hand.
func TestHalfUnitOfTheCoarserDigit(t *testing.T) {
	for _, c := range []struct {
		p    Precision
		v    float64
		want float64
	}{
		{Precision{2, 9, []int{2}}, 0.25, 0.005},
		{Precision{4, 9, []int{1}}, 0.5, 0.005}, // it may lack two zeros at the end, not three
		{Precision{4, 9, []int{0}}, 1, 0.00005}, // or all of them
		{Precision{4, 9, []int{3}}, 0.125, 0.0005},
		{Precision{0, 3, []int{0}}, 12345, 50}, // 12300
		{Precision{6, 3, []int{6}}, 0.0123, 0.00005},
		{Precision{6, 3, []int{6}}, -0.0123, 0.00005},
		{Precision{6, 3, []int{6}}, 0, 0.0000005},
	} {
		if got := c.p.HalfUnit(0, c.v); !near(got/c.want, 1) {
			t.Errorf("%v in %+v: got %v, want %v", c.v, c.p, got, c.want)
		}
	}
}
