// Package approx computes with numbers that are known to a limited number of digits, and with matrices of them.
package approx

import (
	"math"
	"strconv"
	"strings"
)

// A Number is a value and a bound on its error. A number that a learner has rounded is known to within half a unit of
// its last digit; what is computed from such numbers inherits their errors.
type Number struct{ Value, Error float64 }

// Exactness is the relative error of a number that is written with all its digits.
const Exactness = 1e-12

// Times is a·b.
func (a Number) Times(b Number) Number {
	return Number{a.Value * b.Value, math.Abs(a.Value)*b.Error + math.Abs(b.Value)*a.Error + a.Error*b.Error}
}

// Plus is a + b.
func (a Number) Plus(b Number) Number { return Number{a.Value + b.Value, a.Error + b.Error} }

// Scaled is a times an exact factor.
func (a Number) Scaled(factor float64) Number {
	return Number{a.Value * factor, a.Error * math.Abs(factor)}
}

// Apply is f(a). Its error is the larger of the two differences at the ends of the interval in which a lies, which is
// exact if f is monotonic.
func (a Number) Apply(f func(float64) float64) Number {
	v := f(a.Value)
	return Number{v, max(math.Abs(f(a.Value+a.Error)-v), math.Abs(f(a.Value-a.Error)-v))}
}

// Agrees reports whether two numbers can be the same, given their errors.
func (a Number) Agrees(b Number) bool { return math.Abs(a.Value-b.Value) <= a.Error+b.Error }

// A Matrix has a row for each sample; a matrix of weights has a column for each neuron. A nil matrix is the
// result of an operation on matrices whose shapes do not fit.
type Matrix struct {
	Rows, Cols int
	At         []Number // row by row
}

// New makes a matrix of zeros.
func New(rows, cols int) *Matrix { return Of(rows, cols, make([]Number, rows*cols)) }

// Of makes a matrix of the given numbers, row by row, without copying them.
func Of(rows, cols int, at []Number) *Matrix { return &Matrix{rows, cols, at} }

// Get returns one element.
func (m *Matrix) Get(i, j int) Number { return m.At[i*m.Cols+j] }

// Transposed is mᵀ.
func (m *Matrix) Transposed() *Matrix {
	if m == nil {
		return nil
	}
	t := New(m.Cols, m.Rows)
	for i := range m.Rows {
		for j := range m.Cols {
			t.At[j*m.Rows+i] = m.Get(i, j)
		}
	}
	return t
}

// TransposedIf is mᵀ if transpose is true, else m.
func (m *Matrix) TransposedIf(transpose bool) *Matrix {
	if transpose {
		return m.Transposed()
	}
	return m
}

// LastRow is the last row, as a matrix of one row.
func (m *Matrix) LastRow() *Matrix {
	if m == nil {
		return nil
	}
	return Of(1, m.Cols, m.At[len(m.At)-m.Cols:])
}

// Product is the matrix product a·b.
func Product(a, b *Matrix) *Matrix {
	if a == nil || b == nil || a.Cols != b.Rows {
		return nil
	}
	p := New(a.Rows, b.Cols)
	for i := range a.Rows {
		row := p.At[i*b.Cols : (i+1)*b.Cols]
		for k := range a.Cols {
			x := a.Get(i, k)
			for j, y := range b.At[k*b.Cols : (k+1)*b.Cols] {
				row[j] = row[j].Plus(x.Times(y))
			}
		}
	}
	return p
}

// Combine applies f element by element. As in NumPy, a single row, column or number is repeated as needed.
func Combine(a, b *Matrix, f func(x, y Number) Number) *Matrix {
	if a == nil || b == nil {
		return nil
	}
	rows, cols := max(a.Rows, b.Rows), max(a.Cols, b.Cols)
	for _, m := range []*Matrix{a, b} {
		if m.Rows != rows && m.Rows != 1 || m.Cols != cols && m.Cols != 1 {
			return nil
		}
	}
	c := New(rows, cols)
	for i := range rows {
		for j := range cols {
			c.At[i*cols+j] = f(a.Get(min(i, a.Rows-1), min(j, a.Cols-1)), b.Get(min(i, b.Rows-1), min(j, b.Cols-1)))
		}
	}
	return c
}

// Map applies f to every element.
func (m *Matrix) Map(f func(Number) Number) *Matrix {
	if m == nil {
		return nil
	}
	c := New(m.Rows, m.Cols)
	for i, x := range m.At {
		c.At[i] = f(x)
	}
	return c
}

// Scaled is the matrix times an exact factor.
func (m *Matrix) Scaled(factor float64) *Matrix {
	return m.Map(func(x Number) Number { return x.Scaled(factor) })
}

// Plus is m + b.
func (m *Matrix) Plus(b *Matrix) *Matrix { return Combine(m, b, Number.Plus) }

// An Axis says over which elements a sum or a softmax runs.
type Axis int

const (
	PerRow    Axis = iota // over each row
	PerColumn             // over each column
	Whole                 // over the whole matrix
	None                  // there is no sum
)

// Sum adds up the elements of each row, of each column, or all.
func (m *Matrix) Sum(axis Axis) *Matrix {
	switch {
	case m == nil || axis == None:
		return m
	case axis == Whole:
		return m.Sum(PerRow).Sum(PerColumn)
	case axis == PerRow:
		return m.Transposed().Sum(PerColumn).Transposed()
	}
	s := New(1, m.Cols)
	for i, x := range m.At {
		s.At[i%m.Cols] = s.At[i%m.Cols].Plus(x)
	}
	return s
}

// Softmax divides each eᶻ by the sum of all eᶻ in its row, its column, or the matrix.
func (m *Matrix) Softmax(axis Axis) *Matrix {
	switch {
	case m == nil:
		return nil
	case axis == PerColumn:
		return m.Transposed().Softmax(PerRow).Transposed()
	case axis == Whole:
		return Of(m.Rows, m.Cols, Of(1, len(m.At), m.At).Softmax(PerRow).At)
	}
	p := New(m.Rows, m.Cols)
	for i := range m.Rows {
		softmaxRow(p.At[i*m.Cols:(i+1)*m.Cols], m.At[i*m.Cols:(i+1)*m.Cols])
	}
	return p
}

// softmaxRow is softmax of one row. The errors follow from ∂pⱼ/∂zₖ, which is pⱼ(1 − pⱼ) for k = j and −pⱼpₖ
// otherwise; a term for the second derivatives is added.
func softmaxRow(p, z []Number) {
	top, sum := math.Inf(-1), 0.0
	for _, x := range z {
		top = max(top, x.Value)
	}
	for j, x := range z {
		p[j].Value = math.Exp(x.Value - top)
		sum += p[j].Value
	}
	meanError, largestError := 0.0, 0.0
	for j, x := range z {
		p[j].Value /= sum
		meanError += p[j].Value * x.Error
		largestError = max(largestError, x.Error)
	}
	for j, x := range z {
		v := p[j].Value
		p[j].Error = v*((1-2*v)*x.Error+meanError)*(1+2*largestError) + Exactness*v
	}
}

// IsFinite reports whether every value and every error is finite.
func (m *Matrix) IsFinite() bool {
	for _, x := range m.At {
		if sum := x.Value + x.Error; math.IsNaN(sum) || math.IsInf(sum, 0) {
			return false
		}
	}
	return true
}

// Agrees reports whether m can be equal to expected, given the errors of both.
func (m *Matrix) Agrees(expected *Matrix) bool {
	if !SameShape(m, expected) || !expected.IsFinite() {
		return false
	}
	for i, x := range m.At {
		if !x.Agrees(expected.At[i]) {
			return false
		}
	}
	return true
}

// SameShape reports whether two matrices have the same shape. A vector may be a row or a column.
func SameShape(a, b *Matrix) bool {
	switch {
	case a == nil || b == nil || len(a.At) != len(b.At):
		return false
	case a.Rows == b.Rows:
		return true
	}
	return IsVector(a.Rows, a.Cols) && IsVector(b.Rows, b.Cols)
}

// IsVector reports whether at most one dimension is larger than 1.
func IsVector(shape ...int) bool {
	long := 0
	for _, n := range shape {
		if n > 1 {
			long++
		}
	}
	return long <= 1
}

// A Precision says how many digits the numbers of an array are written with.
type Precision struct {
	Decimals   int   // digits after the point, at most
	Digits     int   // significant digits, at most
	DecimalsOf []int // digits after the point, of each number
}

// With returns the precision of these numbers and one more, which is written as text. The 0 in 1.0 does not count,
// because programming languages add it.
func (p Precision) With(text string) Precision {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(strings.TrimLeft(text, "+-")), "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if fraction == "0" {
		fraction = ""
	}
	shift, _ := strconv.Atoi(exponent)
	decimals, digits := len(fraction)-shift, len(strings.TrimLeft(whole+fraction, "0"))
	return Precision{max(p.Decimals, decimals), max(p.Digits, digits), append(p.DecimalsOf, decimals)}
}

// HalfUnit returns half a unit of the last digit of number i, whose value is v.
//
// Numbers are usually rounded to the same number of decimals, but programs do not print zeros at the end. So a
// number may lack one or two decimals that others have, or all of them. Or numbers are rounded to the same number
// of significant digits. The coarser of the two counts.
func (p Precision) HalfUnit(i int, v float64) float64 {
	decimals := max(p.DecimalsOf[i], p.Decimals-2)
	if p.DecimalsOf[i] <= 0 {
		decimals = p.Decimals
	}
	first := math.Floor(math.Log10(math.Abs(v))) // the place of the first digit; −∞ for 0
	return 0.5 * max(math.Pow(10, -float64(decimals)), math.Pow(10, first-float64(p.Digits-1)))
}
