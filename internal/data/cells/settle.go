// Settle: what the numbers of a table are, once all are there: which character is decimal, which unit
// a column has, and which of its fields are words, dates, or values that are not there.

package cells

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"backprop/internal/data/field"
)

// A Was is what a column was in the table to train on.
type Was struct {
	Number bool
	Unit   string
	Words  []string
}

// A Settling is what is known of a table before it is settled.
type Settling struct {
	Skip []bool     // columns that are left out, and so tell nothing
	Rule field.Form // that of the table to train on, Plain where there is none
	Was  []Was      // its columns; nil of the table to train on
}

// signs are the first numbers of each form in a column, and the rows where a number can be two.
type signs struct {
	seen [field.Comma3 + 1]entry
	rows [2][]int32 // of Point3, of Comma3
}

// take takes a number that is not plain. Where a column has shown that a character is decimal, those
// behind it that could group thousands do not.
func (s *signs) take(form field.Form, f string, line, row int) {
	if s.seen[form].line == 0 {
		s.seen[form] = entry{strings.Clone(f), 1, line}
	}
	if form >= field.Point3 && s.seen[form-field.Point3+field.Point].line == 0 {
		s.rows[form-field.Point3] = append(s.rows[form-field.Point3], int32(row))
	}
}

// A plan is what a column will be.
type plan struct {
	numeric bool
	unit    string
	words   []reading // one for each word; nil where all stay
}

// A reading is a word read as a number.
type reading struct {
	x    float64
	form field.Form
	unit string
	ok   bool
}

// read reads a word as a number with or without a unit.
func read(w string) (r reading) {
	plain, negative := field.Plainly(w)
	if r.x, r.form, r.ok = field.Scan(plain); !r.ok {
		if number, unit := field.CutUnit(plain); unit != "" {
			r.x, r.form, r.ok = field.Scan(number)
			r.unit = unit
		}
	}
	if negative {
		r.x = -r.x
	}
	return r
}

// Settle decides, and says which character is decimal; Plain where no number has one.
func (t *Table) Settle(s Settling) (rule field.Form, err error) {
	if t.settled {
		return t.rule, nil
	}
	plans := make([]plan, len(t.Cols))
	for j := range t.Cols {
		if s.Was != nil {
			plans[j] = t.planAs(j, s.Was[j])
		} else {
			plans[j] = t.plan(j)
		}
	}
	if rule, err = t.findRule(plans, s); err != nil {
		return rule, err
	}
	for j, p := range plans {
		if s.Was == nil && !s.Skip[j] {
			if err = t.bare(j, p); err != nil {
				return rule, err
			}
		}
		t.scale(j, rule)
		t.convert(j, p, rule)
		was := func(word string) bool { return slices.Contains(s.Was[j].Words, word) }
		if s.Was == nil {
			among := !p.numeric && t.Cols[j].Texts > 0 && !t.Cols[j].Dates
			was = func(string) bool { return among }
		}
		t.settleUnsure(j, was)
	}
	t.settled, t.rule = true, rule
	return rule, nil
}

// planAs is the plan for a column that was known before.
func (t *Table) planAs(j int, was Was) (p plan) {
	p.numeric, p.unit = was.Number, was.Unit
	for _, w := range t.Cols[j].words {
		if !was.Number {
			break
		}
		r := read(w.text)
		r.ok = r.ok && (r.unit == "" || r.unit == was.Unit)
		p.words = append(p.words, r)
	}
	return p
}

// plan finds out whether a column is of numbers: all fields but a few are, with one unit or none.
func (t *Table) plan(j int) (p plan) {
	const most = 100 // words among which there must be numbers, and units
	c := &t.Cols[j]
	plain := t.N - c.Texts - c.Missing - c.unsures
	if c.Texts == 0 {
		c.Dates = t.areDays(j, plain)
		return plan{numeric: plain > 0}
	}
	bad, units := 0, map[string]int{}
	if plain > 0 {
		units[""] = plain
	}
	for k, w := range c.words {
		r := read(w.text)
		if r.ok {
			units[r.unit] += w.n
		} else {
			bad += w.n
		}
		if 2*bad > plain+c.Texts || k == most && (len(units) > most/2 || 2*bad > c.Texts) {
			break
		}
		p.words = append(p.words, r)
	}
	if len(p.words) < len(c.words) {
		p.words = nil
		c.Dates = plain == 0 && c.areDates()
		return p
	}
	for unit, n := range units {
		if n > units[p.unit] || n == units[p.unit] && unit < p.unit {
			p.unit = unit
		}
	}
	others := plain + c.Texts - units[p.unit]
	if p.unit != "" && others == plain && t.areZero(j) {
		others = 0
	}
	strays := 0
	for k := range p.words {
		if r := &p.words[k]; !r.ok || r.unit != p.unit {
			r.ok = false
			strays++
		}
	}
	n := units[p.unit]
	p.numeric = n > 0 && (others == 0 || n > 4*others || n > others && strays < 2)
	if !p.numeric {
		p.words = nil
		c.Dates = plain == 0 && c.areDates()
		if bad == 0 && len(units) > 1 && len(units) < 5 {
			c.Alike = len(units)
		}
	}
	return p
}

// areZero says whether all numbers in a column are 0, which needs no unit.
func (t *Table) areZero(j int) bool {
	for i := range t.N {
		if x := t.At(i, j); x != 0 && x == x {
			return false
		}
	}
	return true
}

// areDays says whether the numbers of a column are days, written as 20240131.
func (t *Table) areDays(j, numbers int) bool {
	different := 0
	var last float64
	for i := 0; i < t.N && numbers > 1 && t.cells != nil; i++ {
		x := t.At(i, j)
		if x == x && !field.IsDay(x) {
			return false
		}
		if x == x && x != last {
			different, last = different+1, x
		}
	}
	return different > 1
}

// areDates says whether all words of a column are dates.
func (c *Column) areDates() bool {
	var written field.Calendar
	for _, w := range c.words {
		if !written.IsDate(w.text) {
			return false
		}
	}
	return true
}

// A witness is a number that shows, or leaves open, which character is decimal, and its column.
type witness struct {
	entry
	j int
}

// witnesses are the first of each form in the columns of numbers; money is where these are sums of
// money, which have no three digits behind the decimal character.
func (t *Table) witnesses(plans []plan, skip []bool) (seen, money [field.Comma3 + 1]witness) {
	for j, p := range plans {
		if !p.numeric || skip[j] {
			continue
		}
		take := func(to *[field.Comma3 + 1]witness, form field.Form, e entry) {
			if e.line > 0 && (to[form].line == 0 || e.line < to[form].line) {
				to[form] = witness{e, j}
			}
		}
		for form, e := range t.Cols[j].signs.seen {
			take(&seen, field.Form(form), e)
		}
		for k, r := range p.words {
			if !r.ok {
				continue
			}
			take(&seen, r.form, t.Cols[j].words[k])
			if field.IsMoney(p.unit) {
				take(&money, r.form, t.Cols[j].words[k])
			}
		}
	}
	return seen, money
}

// findRule finds the one rule of a table: which character is decimal.
func (t *Table) findRule(plans []plan, s Settling) (rule field.Form, err error) {
	seen, money := t.witnesses(plans, s.Skip)
	p, c, p3, c3 := seen[field.Point], seen[field.Comma], seen[field.Point3], seen[field.Comma3]
	open := c3
	if open.line == 0 {
		open = p3
	}
	switch {
	case p.line > 0 && c.line > 0:
		return field.Plain, fmt.Errorf("line %d, %s: %.40q has a decimal comma, and %.40q in line %d, %s a decimal point; "+
			"write all numbers of the table in one way, or leave one of the columns out with -ignore",
			c.line, t.Title(c.j), c.text, p.text, p.line, t.Title(p.j))
	case c.line > 0:
		rule = field.Comma
	case p.line > 0:
		rule = field.Point
	case s.Rule != field.Plain:
		rule = s.Rule
	case open.line == 0:
	case money[field.Point3].line > 0 && money[field.Comma3].line == 0:
		rule = field.Comma
	case money[field.Comma3].line > 0 && money[field.Point3].line == 0, t.comma == ',', t.comma == '\t' && c3.line == 0:
		rule = field.Point
	default:
		return field.Plain, t.unclear(open)
	}
	t.noteRule(rule, c, p3, c3)
	return rule, nil
}

// unclear is the error where no number shows which character is decimal.
func (t *Table) unclear(w witness) error {
	r, char := read(w.text), "comma"
	if r.form == field.Point3 {
		char = "point"
	}
	return fmt.Errorf("line %d, %s: %.40q can be %s or %s, and no number of the table shows which; write a number of "+
		"the table so that it does (with one digit more behind a decimal %s, or without it), or leave the column out "+
		"with -ignore", w.line, t.Title(w.j), w.text, Text(r.x), Text(field.Grouped(r.x)), char)
}

// noteRule says how the numbers were read, where that had to be decided.
func (t *Table) noteRule(rule field.Form, comma, point3, comma3 witness) {
	is := func(w witness) string {
		r := read(w.text)
		return fmt.Sprintf("%.40q in line %d is %s", w.text, w.line, Text(field.Under(rule, r.x, r.form)))
	}
	if comma.line == 0 {
		comma = comma3
	}
	switch {
	case rule == field.Comma && comma.line > 0 && point3.line > 0:
		t.Notes = append(t.Notes, "numbers have a decimal comma, and a point between thousands: "+is(comma)+
			", and "+is(point3))
	case rule == field.Comma && comma.line > 0:
		t.Notes = append(t.Notes, "numbers have a decimal comma: "+is(comma))
	case rule == field.Comma && point3.line > 0:
		t.Notes = append(t.Notes, "numbers have a point between thousands: "+is(point3))
	case rule == field.Point && comma3.line > 0:
		t.Notes = append(t.Notes, "numbers have a comma between thousands: "+is(comma3))
	}
}

// scale makes thousands of the numbers whose comma or point groups by the rule.
func (t *Table) scale(j int, rule field.Form) {
	s := &t.Cols[j].signs
	var rows []int32
	switch rule {
	case field.Comma:
		rows = s.rows[0]
	case field.Point:
		rows = s.rows[1]
	}
	for _, i := range rows {
		k := int(i)*len(t.Cols) + j
		t.cells[k] = field.Grouped(t.cells[k])
	}
	s.rows = [2][]int32{}
}

// convert makes numbers of the words that are some.
func (t *Table) convert(j int, p plan, rule field.Form) {
	c := &t.Cols[j]
	if !p.numeric || !slices.ContainsFunc(p.words, func(r reading) bool { return r.ok }) {
		return
	}
	cells, old := make([]float64, len(p.words)), c.words
	c.Unit, c.words, c.index, c.Texts, c.FirstText = p.unit, nil, nil, 0, 0
	if len(old) <= mostRestored {
		c.spelled = old
	}
	t.noteNegative(old, p, rule)
	for k, r := range p.words {
		cells[k] = field.Under(rule, r.x, r.form)
		if w := old[k]; !r.ok {
			cells[k] = c.word(w.text, w.line)
			c.words[len(c.words)-1].n = w.n
			if c.Texts += w.n; c.FirstText == 0 || w.line < c.FirstText {
				c.FirstText = w.line
			}
		}
	}
	for i := j; i < len(t.cells); i += len(t.Cols) {
		if k := math.Float64bits(t.cells[i]) &^ nanBits; t.cells[i] != t.cells[i] && k > 0 && k < unsureBit {
			t.cells[i] = cells[k-1]
		}
	}
}

// noteNegative says, of the first such number, what is negative without a sign before it.
func (t *Table) noteNegative(words []entry, p plan, rule field.Form) {
	const note = "numbers in brackets, or with the minus behind them, are negative: "
	for k, r := range p.words {
		if _, negative := field.Plainly(words[k].text); !negative || !r.ok {
			continue
		}
		if !slices.ContainsFunc(t.Notes, func(n string) bool { return strings.HasPrefix(n, note) }) {
			t.Notes = append(t.Notes, fmt.Sprintf("%s%.40q in line %d is %s", note, words[k].text, words[k].line,
				Text(field.Under(rule, r.x, r.form))))
		}
		return
	}
}

// mostRestored is the number of words up to which a label may stay one of words.
const mostRestored = 100

// Restore makes words again of the numbers with a unit, where these can be classes, as 2WD and 4WD.
func (t *Table) Restore(j int) {
	c := &t.Cols[j]
	index := map[float64]int{}
	for k, w := range c.spelled {
		index[read(w.text).x] = k
	}
	n := len(c.spelled)
	if n == 0 || c.Texts > 0 || len(index) < n || n > max(2, t.N/2) || c.Unit == "" || field.IsShare(c.Unit) {
		return
	}
	for i := j; i < len(t.cells); i += len(t.Cols) {
		if _, ok := index[t.cells[i]]; !ok && t.cells[i] == t.cells[i] {
			return
		}
	}
	c.index = map[string]int{}
	for k, w := range c.spelled {
		c.index[w.text], c.Texts = k, c.Texts+w.n
	}
	for i := j; i < len(t.cells); i += len(t.Cols) {
		if t.cells[i] == t.cells[i] {
			t.cells[i] = math.Float64frombits(nanBits | uint64(index[t.cells[i]]+1))
		}
	}
	c.FirstText, c.words, c.Unit = c.spelled[0].line, c.spelled, ""
}

// bare reports a number without the unit that the others have.
func (t *Table) bare(j int, p plan) error {
	c := &t.Cols[j]
	if !p.numeric || p.unit == "" || t.N == c.Texts+c.Missing+c.unsures || t.areZero(j) {
		return nil
	}
	for i := range t.N {
		if x := t.At(i, j); x == x {
			return fmt.Errorf("line %d, %s: %s has no unit, and the others have %q; write it like them, or leave the field "+
				"empty if it is unknown", c.firstNumber, t.Title(j), Text(x), p.unit)
		}
	}
	return nil
}

// settleUnsure decides what "-" and "none" are: words where is says so, else values that are not there.
func (t *Table) settleUnsure(j int, is func(word string) bool) {
	c := &t.Cols[j]
	if c.unsure == nil {
		return
	}
	kept := make([]float64, len(c.unsure))
	for k, u := range c.unsure {
		if is(u.text) {
			if c.Texts += u.n; c.Texts == u.n {
				c.FirstText = u.line
			}
			kept[k] = c.word(u.text, u.line)
			c.words[len(c.words)-1].n = u.n
			continue
		}
		kept[k] = math.Float64frombits(nanBits)
		if c.Missing == 0 || u.line < c.FirstMissing {
			c.FirstMissing = u.line
		}
		c.Missing += u.n
		c.Marked = append(c.Marked, fmt.Sprintf("%q (%d)", u.text, u.n))
	}
	for i := j; i < len(t.cells); i += len(t.Cols) {
		if k := math.Float64bits(t.cells[i]) &^ nanBits; t.cells[i] != t.cells[i] && k >= unsureBit {
			t.cells[i] = kept[k-unsureBit]
		}
	}
	c.unsure, c.unsures = nil, 0
}
