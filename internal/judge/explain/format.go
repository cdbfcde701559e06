// How numbers, sums and matrices look.

package explain

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"backprop/internal/file"
)

// lineWidth is the number of characters in a line.
const lineWidth = 80

// lines is text with line breaks that a Printer leaves as they are.
type lines string

func (r Rows) String() string { return fmt.Sprintf("%d×%d", len(r), len(r[0])) }

// subscript returns n in subscript digits.
func subscript(n int) string {
	digits := []rune(fmt.Sprint(n))
	for i, r := range digits {
		digits[i] = r - '0' + '₀'
	}
	return string(digits)
}

// decimal returns v with n digits after the point, or in scientific notation if that shows more digits.
func decimal(v float64, n int) string {
	switch a := math.Abs(v); {
	case v == math.Trunc(v) && a < 1e6:
		return fmt.Sprintf("%.0f", v)
	case a < 1e-3 || a >= 1e5:
		return strings.Replace(fmt.Sprintf("%.*e", max(1, n-5), v), "e-0", "e-", 1)
	}
	return fmt.Sprintf("%.*f", n, v)
}

// short returns v with six digits, for use within a line.
func short(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }

// bracketed is short, with brackets around a negative number, for use after a sign.
func bracketed(v float64) string {
	if v < 0 {
		return "(" + short(v) + ")"
	}
	return short(v)
}

// factor puts brackets around a formula if it is a sum, so that it can be multiplied.
func factor(formula string) string {
	depth := 0
	for _, r := range formula {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case depth == 0 && (r == '−' || r == '+'):
			return "(" + formula + ")"
		}
	}
	return formula
}

// A term is one term of a sum.
type term struct {
	value float64
	text  string
}

func product(a, b float64) term { return term{a * b, bracketed(a) + "·" + bracketed(b)} }

// sum returns a formula with its terms and its result, broken into lines. If there are more than four terms, it shows
// the three largest, and adds the others up to one number.
func sum(formula string, terms []term, result float64) lines {
	const most = 4
	if len(terms) > most {
		slices.SortStableFunc(terms, func(a, b term) int { return cmp.Compare(math.Abs(b.value), math.Abs(a.value)) })
		rest := 0.0
		for _, t := range terms[most-1:] {
			rest += t.value
		}
		others := len(terms) - (most - 1)
		terms = append(terms[:most-1], term{rest, fmt.Sprintf("%s from %d more", bracketed(rest), others)})
	}
	text, width := "  "+formula, 2+utf8.RuneCountInString(formula)
	add := func(sign, number string) {
		piece := sign + number
		n := utf8.RuneCountInString(piece)
		if width+n > lineWidth {
			text += "\n   "
			width = 3
		}
		text += piece
		width += n
	}
	add(" = ", terms[0].text)
	for _, t := range terms[1:] {
		add(" + ", t.text)
	}
	computed, size := 0.0, 0.0
	for _, t := range terms {
		computed += t.value
		size += math.Abs(t.value)
	}
	add(" = ", outcome(computed, result, size))
	return lines(text)
}

// outcome writes what comes out of the numbers before it and, if the program's own number differs by more than
// rounding, that number too. size is the size of the numbers that were added.
func outcome(computed, program, size float64) string {
	if math.Abs(computed-program) <= 1e-9*max(size, math.Abs(program)) {
		return decimal(program, 9)
	}
	return decimal(computed, 9) + "; the program has " + decimal(program, 9)
}

// columnWidth is the width of a column: of 12 characters if they fit into a line, else of 9.
func (s selection) columnWidth() int {
	if len(s.indices) <= 4 {
		return 12
	}
	return 9
}

// label returns the label beside row k of the selection, or above column k.
func (s selection) label(k int) string {
	i := s.indices[k]
	if s.kind == "" {
		return "  "
	}
	if i >= len(s.names) || s.names[i] == "" {
		return fmt.Sprintf("%s %d", s.kind, i+1)
	}
	name := file.Clean(s.names[i])
	if _, err := strconv.ParseFloat(name, 64); err == nil && s.kind == "output" {
		name = "class " + name // class 4 is not output 4
	}
	if r := []rune(name); len(r) > s.columnWidth() {
		name = string(r[:s.columnWidth()-1]) + "…"
	}
	return name
}

// matrix prints the selected rows and columns of m, below its name, formula, shape and place in the code.
func (e *explainer) matrix(name, formula string, m Rows, rows, cols selection, place string) {
	head, shape := fmt.Sprintf("%s = %s", name, formula), m.String()
	if rows.indices == nil {
		rows.indices, shape = []int{0}, fmt.Sprint(len(m[0]))
	}
	if len(rows.indices) < len(m) || len(cols.indices) < len(m[0]) {
		shape += fmt.Sprintf(", %d×%d of it shown", len(rows.indices), len(cols.indices))
	}
	if place != "" {
		place = "   [" + place + "]"
	}
	tail := "   " + shape + place
	if utf8.RuneCountInString(head+tail) > lineWidth {
		tail = "\n" + tail
	}
	e.Printf("\n%s%s\n", head, lines(tail))

	labelWidth, width := 0, cols.columnWidth()
	for k := range rows.indices {
		labelWidth = max(labelWidth, utf8.RuneCountInString(rows.label(k)))
	}
	e.Printf("  %*s", labelWidth, "")
	for k := range cols.indices {
		e.Printf("  %*s", width, cols.label(k))
	}
	e.Printf("\n")
	for k, i := range rows.indices {
		e.Printf("  %-*s", labelWidth, rows.label(k))
		for _, j := range cols.indices {
			e.Printf("  %*s", width, decimal(m[i][j], width-3))
		}
		e.Printf("\n")
	}
}
