// Decimal marks: whether a table has a decimal point or a decimal comma.

package cells

import (
	"fmt"
	"strings"

	"backprop/internal/data/field"
)

// A spelling says how those numbers of a column are written that have a point or a comma.
type spelling struct {
	first                        [field.UnclearComma + 1]entry // of each form
	unclearPoints, unclearCommas []int32                       // rows with numbers whose mark may group thousands
}

// note records how a number is written. Once a column has shown that a mark is decimal, later numbers with this mark
// are clear.
func (s *spelling) note(form field.Form, f string, line, row int) {
	if s.first[form].line == 0 {
		s.first[form] = entry{text: strings.Clone(f), line: line}
	}
	if form == field.UnclearPoint && s.first[field.DecimalPoint].line == 0 {
		s.unclearPoints = append(s.unclearPoints, int32(row))
	}
	if form == field.UnclearComma && s.first[field.DecimalComma].line == 0 {
		s.unclearCommas = append(s.unclearCommas, int32(row))
	}
}

// An example is a number in a table that shows which mark is decimal, or leaves it open.
type example struct {
	entry
	col int
}

func (e example) exists() bool { return e.line > 0 }

// value says where in the file a number is, and what its value is if the given mark is decimal.
func (e entry) value(decimal field.Form) string {
	n := parseWord(e.text)
	return fmt.Sprintf("%.40q in line %d is %s", e.text, e.line, Text(field.Value(n.x, n.form, decimal)))
}

// examples holds the first number of each form.
type examples [field.UnclearComma + 1]example

func (all *examples) add(form field.Form, e entry, col int) {
	if e.line > 0 && (!all[form].exists() || e.line < all[form].line) {
		all[form] = example{e, col}
	}
}

// examples looks through the columns of numbers that are not ignored. all has the first number of each form; money has
// the first sum of money of each form.
func (t *Table) examples(plans []plan, ignored []bool) (all, money examples) {
	for j, p := range plans {
		if !p.numeric || ignored[j] {
			continue
		}
		for form, e := range t.Cols[j].spelling.first {
			all.add(field.Form(form), e, j)
		}
		for k, w := range p.words {
			if !w.ok {
				continue
			}
			all.add(w.form, t.Cols[j].words[k], j)
			if field.IsCurrency(p.unit) {
				money.add(w.form, t.Cols[j].words[k], j)
			}
		}
	}
	return all, money
}

// findDecimal finds out which mark is decimal in a table: DecimalPoint or DecimalComma; Plain if the value of no number
// depends on the mark.
func (t *Table) findDecimal(plans []plan, h Hints) (decimal field.Form, err error) {
	all, money := t.examples(plans, h.Ignored)
	point, comma := all[field.DecimalPoint], all[field.DecimalComma]
	unclearPoint, unclearComma := all[field.UnclearPoint], all[field.UnclearComma]
	// Sums of money do not have three digits after the decimal mark.
	moneyPoint, moneyComma := money[field.UnclearPoint].exists(), money[field.UnclearComma].exists()
	pointGroups, commaGroups := moneyPoint && !moneyComma, moneyComma && !moneyPoint
	switch {
	case point.exists() && comma.exists():
		return field.Plain, fmt.Errorf("line %d, %s: %.40q has a decimal comma, and %.40q in line %d, %s a decimal point; "+
			"write all numbers of the table in one way, or leave one of the columns out with -ignore",
			comma.line, t.Title(comma.col), comma.text, point.text, point.line, t.Title(point.col))
	case comma.exists():
		decimal = field.DecimalComma
	case point.exists():
		decimal = field.DecimalPoint
	case h.Decimal != field.Plain:
		decimal = h.Decimal
	case !unclearPoint.exists() && !unclearComma.exists():
		return field.Plain, nil
	case pointGroups:
		decimal = field.DecimalComma
	case commaGroups, t.separator == ',', t.separator == '\t' && !unclearComma.exists():
		decimal = field.DecimalPoint
	case unclearComma.exists():
		return field.Plain, t.unclearError(unclearComma, "comma")
	default:
		return field.Plain, t.unclearError(unclearPoint, "point")
	}
	t.noteDecimal(decimal, comma, unclearPoint, unclearComma)
	return decimal, nil
}

// unclearError returns the error about a table whose numbers do not show which mark is decimal; e is one of them.
func (t *Table) unclearError(e example, mark string) error {
	x := parseWord(e.text).x
	return fmt.Errorf("line %d, %s: %.40q can be %s or %s, and no number of the table shows which; write one of them "+
		"so that it does (with one more digit after a decimal %s, or without the mark), or leave the column out "+
		"with -ignore", e.line, t.Title(e.col), e.text, Text(x), Text(field.Thousands(x)), mark)
}

// noteDecimal notes, with an example, how numbers were read, unless all are written like 1234.5.
func (t *Table) noteDecimal(decimal field.Form, comma, unclearPoint, unclearComma example) {
	if !comma.exists() {
		comma = unclearComma
	}
	note := ""
	switch pointDecimal := decimal == field.DecimalPoint; {
	case pointDecimal && unclearComma.exists():
		note = "numbers have a comma between thousands: " + unclearComma.value(decimal)
	case pointDecimal:
		return
	case comma.exists() && unclearPoint.exists():
		note = "numbers have a decimal comma, and a point between thousands: " + comma.value(decimal) + ", and " +
			unclearPoint.value(decimal)
	case comma.exists():
		note = "numbers have a decimal comma: " + comma.value(decimal)
	case unclearPoint.exists():
		note = "numbers have a point between thousands: " + unclearPoint.value(decimal)
	default:
		return
	}
	t.Notes = append(t.Notes, note)
}

// groupThousands corrects the unclear numbers of a column if their mark turned out to group thousands.
func (t *Table) groupThousands(j int, decimal field.Form) {
	s := &t.Cols[j].spelling
	var rows []int32
	switch decimal {
	case field.DecimalComma:
		rows = s.unclearPoints
	case field.DecimalPoint:
		rows = s.unclearCommas
	}
	for _, i := range rows {
		k := int(i)*len(t.Cols) + j
		t.numbers[k] = field.Thousands(t.numbers[k])
	}
	s.unclearPoints, s.unclearCommas = nil, nil
}
