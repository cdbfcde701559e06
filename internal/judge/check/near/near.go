// Package near compares numbers that are known to a limited number of digits, and matrices of them.
package near

import (
	"math"
	"strconv"
	"strings"
)

// A Num is a number and the most it may be off by, because the numbers it was made of were written
// with so many digits and no more.
type Num struct{ V, E float64 }

// Exactness is how far numbers written with all their digits are trusted, as a part of themselves.
const Exactness = 1e-12

// Times is the product of two numbers.
func (a Num) Times(b Num) Num {
	return Num{a.V * b.V, math.Abs(a.V)*b.E + math.Abs(b.V)*a.E + a.E*b.E}
}

// Plus is the sum of two numbers.
func (a Num) Plus(b Num) Num { return Num{a.V + b.V, a.E + b.E} }

// Scaled is a number times one that is exact.
func (a Num) Scaled(by float64) Num { return Num{a.V * by, a.E * math.Abs(by)} }

// Through is f of a number, and as far off as f is at the ends of what the number may be.
func (a Num) Through(f func(float64) float64) Num {
	v := f(a.V)
	return Num{v, max(math.Abs(f(a.V+a.E)-v), math.Abs(f(a.V-a.E)-v))}
}

// A Matrix has a sample in each row, or is a W with a column for each neuron. A nil one is what
// comes of operands that do not fit together.
type Matrix struct {
	Rows, Cols int
	At         []Num // row by row
}

// New is a matrix of zeros.
func New(rows, cols int) *Matrix { return &Matrix{rows, cols, make([]Num, rows*cols)} }

// Of is a matrix of numbers, row by row.
func Of(rows, cols int, at []Num) *Matrix { return &Matrix{rows, cols, at} }

// Get is one element.
func (m *Matrix) Get(i, j int) Num { return m.At[i*m.Cols+j] }

// Transposed is the matrix with rows and columns exchanged.
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

// TransposedIf is the matrix, transposed if so.
func (m *Matrix) TransposedIf(yes bool) *Matrix {
	if yes {
		return m.Transposed()
	}
	return m
}

// dot is the product of two matrices.
func Dot(a, b *Matrix) *Matrix {
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

// each joins two matrices element by element. A single row, a single column or a single number is
// repeated as often as it takes, as NumPy does.
func Each(a, b *Matrix, f func(x, y Num) Num) *Matrix {
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

// Mapped is f of every element.
func (m *Matrix) Mapped(f func(Num) Num) *Matrix {
	if m == nil {
		return nil
	}
	c := New(m.Rows, m.Cols)
	for i, x := range m.At {
		c.At[i] = f(x)
	}
	return c
}

// Scaled is the matrix times a number.
func (m *Matrix) Scaled(by float64) *Matrix {
	return m.Mapped(func(x Num) Num { return x.Scaled(by) })
}

// Plus is the sum of two matrices.
func (m *Matrix) Plus(b *Matrix) *Matrix { return Each(m, b, Num.Plus) }

// An Axis is what a sum runs along, or a softmax.
type Axis int

const (
	AlongRows    Axis = iota // each row by itself
	AlongColumns             // each column by itself
	Overall                  // all elements at once
	Nowhere                  // no sum at all
)

// Sums adds up along an axis.
func (m *Matrix) Sums(along Axis) *Matrix {
	switch {
	case m == nil || along == Nowhere:
		return m
	case along == Overall:
		return m.Sums(AlongRows).Sums(AlongColumns)
	case along == AlongRows:
		return m.Transposed().Sums(AlongColumns).Transposed()
	}
	s := New(1, m.Cols)
	for i, x := range m.At {
		s.At[i%m.Cols] = s.At[i%m.Cols].Plus(x)
	}
	return s
}

// Softmax is eᶻ divided by the sum of all eᶻ along an axis.
func (m *Matrix) Softmax(along Axis) *Matrix {
	switch {
	case m == nil:
		return nil
	case along == AlongColumns:
		return m.Transposed().Softmax(AlongRows).Transposed()
	case along == Overall:
		flat := &Matrix{1, len(m.At), m.At}
		return &Matrix{m.Rows, m.Cols, flat.Softmax(AlongRows).At}
	}
	p := New(m.Rows, m.Cols)
	for i := range m.Rows {
		softmaxRow(p.At[i*m.Cols:(i+1)*m.Cols], m.At[i*m.Cols:(i+1)*m.Cols])
	}
	return p
}

// softmaxRow is softmax of one row; ∂pⱼ/∂zₖ = pⱼ(1 − pⱼ) where k = j, else −pⱼpₖ.
func softmaxRow(p, z []Num) {
	top, sum := math.Inf(-1), 0.0
	for _, x := range z {
		top = max(top, x.V)
	}
	for j, x := range z {
		p[j].V = math.Exp(x.V - top)
		sum += p[j].V
	}
	spread, widest := 0.0, 0.0
	for j, x := range z {
		p[j].V /= sum
		spread += p[j].V * x.E
		widest = max(widest, x.E)
	}
	for j, x := range z {
		first := p[j].V * ((1-2*p[j].V)*x.E + spread)
		p[j].E = first*(1+2*widest) + Exactness*p[j].V
	}
}

// Finite says that every element is a number, and is known to be somewhere.
func (m *Matrix) Finite() bool {
	for _, x := range m.At {
		if sum := x.V + x.E; math.IsNaN(sum) || math.IsInf(sum, 0) {
			return false
		}
	}
	return true
}

// A Precision is what an array's numbers are written with: so many digits after the point, and so many
// from the first that is not 0, at the most.
type Precision struct {
	Decimals, Digits int
	Each             []int // digits after the point of each number
}

// With is the Precision of numbers like these and one more, which is written so. The 0 of 1.0 is
// put there by the language, and tells nothing.
func (p Precision) With(text string) Precision {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(strings.TrimLeft(text, "+-")), "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if fraction == "0" {
		fraction = ""
	}
	shift, _ := strconv.Atoi(exponent)
	decimals, digits := len(fraction)-shift, len(strings.TrimLeft(whole+fraction, "0"))
	return Precision{max(p.Decimals, decimals), max(p.Digits, digits), append(p.Each, decimals)}
}

// HalfUnit is half a unit of the last digit of number i, which is v. Numbers are rounded to as many
// digits after the point as are written, and programs leave zeros at the end away: one or two may
// be missing, or all after the point. Or all have so many digits in all; the coarser counts.
func (p Precision) HalfUnit(i int, v float64) float64 {
	decimals := max(p.Each[i], p.Decimals-2)
	if p.Each[i] <= 0 {
		decimals = p.Decimals
	}
	half := 0.5 * math.Pow(10, -float64(decimals))
	if v != 0 {
		first := math.Floor(math.Log10(math.Abs(v)))
		half = max(half, 0.5*math.Pow(10, first-float64(p.Digits-1)))
	}
	return half
}

// IsVector says that at most one dimension is more than 1.
func IsVector(shape ...int) bool {
	long := 0
	for _, n := range shape {
		if n > 1 {
			long++
		}
	}
	return long <= 1
}

// SameShape says that two matrices have one shape; a vector may lie either way.
func SameShape(a, b *Matrix) bool {
	switch {
	case a == nil || b == nil || len(a.At) != len(b.At):
		return false
	case a.Rows == b.Rows:
		return true
	}
	return IsVector(a.Rows, a.Cols) && IsVector(b.Rows, b.Cols)
}

// Agrees says that two numbers are the same, as far as both are known.
func (a Num) Agrees(b Num) bool { return math.Abs(a.V-b.V) <= a.E+b.E+1e-300 }

// Agrees says that numbers are what they should be, as far as their digits go.
func (m *Matrix) Agrees(should *Matrix) bool {
	if !SameShape(m, should) || !should.Finite() {
		return false
	}
	for i, x := range m.At {
		if !x.Agrees(should.At[i]) {
			return false
		}
	}
	return true
}
