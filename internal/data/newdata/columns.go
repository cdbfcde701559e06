// Columns: which field of a row belongs to which column of the training table.

package newdata

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/data/cells"
	"backprop/internal/data/field"
	"backprop/internal/data/heading"
	"backprop/internal/data/table"
)

// NewReader begins to read a table with the known columns. If there is a header, they may be in any order; otherwise
// they must be in the order of training: all of them, all but the label, or the inputs alone. NewReader reads the
// second line only if the first alone does not show whether it is a header, since the program behind a pipe may send
// one line and then wait.
func NewReader(in io.Reader, known []table.Column) (*Reader, error) {
	r := &Reader{known: known, counts: make([]mismatches, len(known))}
	for k, c := range known {
		if c.Kind == table.Label {
			r.labels = append(r.labels, k)
		}
	}
	r.decimal.form = table.DecimalOf(known)
	oneColumn := table.Inputs(known) == 1 && r.decimal.form == field.DecimalComma
	r.cells = cells.NewReader(in, oneColumn)
	r.cells.SkipTitle, r.Comma = table.Inputs(known) > 1, r.cells.Separator
	return r, r.findColumns()
}

// findColumns finds the known columns by the first line, or the first two.
func (r *Reader) findColumns() error {
	line, err := r.cells.Read()
	if err == io.EOF {
		return errors.New("the table is empty")
	} else if err != nil {
		return err
	}
	first := line.Fields
	r.queue = []cells.Line{line}
	r.position = r.byName(first)
	if found, _ := r.findInputs(); found > 0 {
		return r.useHeader(first)
	}
	err = r.findByOrder(first)
	if err == nil && r.isData(first, r.position) {
		return nil
	}
	line, r.err = r.cells.Read()
	if r.err != nil {
		return err // Next returns r.err after the first line
	}
	second := line.Fields
	r.queue = append(r.queue, line)
	switch {
	case heading.IsCountLine(first, second):
		r.size = sizeLine{r.queue[0].Number, first[0]}
		r.queue = r.queue[1:]
		return r.findByOrder(second)
	case err != nil || r.isData(first, r.position) || len(first) != len(second):
		return err
	}
	if err := r.findByOrder(second); err != nil || !r.isData(second, r.position) {
		return r.findByOrder(first)
	}
	if !r.hasNames() {
		r.Header, r.queue = first, r.queue[1:]
		return nil
	}
	r.position = r.byName(first)
	return r.useHeader(first) // useHeader says what is missing
}

// hasNames reports whether the training table had a header.
func (r *Reader) hasNames() bool {
	return slices.ContainsFunc(r.known, func(c table.Column) bool { return c.Name != "" })
}

// byName returns the position of each known column in a header; −1 for a column that is not there or is not needed.
// Several columns of the same name are taken in order.
func (r *Reader) byName(header []string) []int {
	names, hasNames := trimmed(header), r.hasNames()
	position, taken := make([]int, len(r.known)), make([]bool, len(names))
	for k, c := range r.known {
		position[k] = -1
		if c.Kind == table.LeftOut || !hasNames {
			continue
		}
		same := sameName(names, c.Name)
		for j, name := range names {
			if !taken[j] && same(name) {
				position[k], taken[j] = j, true
				break
			}
		}
	}
	return position
}

// sameName returns a function that reports whether a name is the one wanted. If one of the names equals wanted exactly,
// only such a name will do; otherwise capital and small letters count as the same.
func sameName(names []string, wanted string) func(name string) bool {
	if slices.Contains(names, wanted) {
		return func(name string) bool { return name == wanted }
	}
	return func(name string) bool { return strings.EqualFold(name, wanted) }
}

func trimmed(fields []string) (list []string) {
	for _, f := range fields {
		list = append(list, strings.TrimSpace(f))
	}
	return list
}

// findInputs returns how many columns of inputs the table has, and the names of those that it lacks.
func (r *Reader) findInputs() (found int, missing []string) {
	for k, c := range r.known {
		switch {
		case c.Kind != table.Number && c.Kind != table.Words:
		case r.position[k] >= 0:
			found++
		default:
			missing = append(missing, strconv.Quote(c.Name))
		}
	}
	return found, missing
}

// useHeader takes the first line as the header, which has to name each input, and none twice.
func (r *Reader) useHeader(first []string) error {
	line := r.queue[0].Number
	if _, missing := r.findInputs(); missing != nil {
		return fmt.Errorf("line %d: the column %.200s is missing, and the model needs it; there are %.300q",
			line, strings.Join(missing, ", "), first)
	}
	names := trimmed(first)
	var known []string
	for _, c := range r.known {
		known = append(known, c.Name)
	}
	for k, c := range r.known {
		if j := r.position[k]; j >= 0 && c.Kind != table.LeftOut && isRepeated(names, known, names[j]) {
			return fmt.Errorf("line %d: there are several columns %q, and the model takes one; rename those that are not meant",
				line, first[j])
		}
	}
	r.Header, r.width, r.queue = first, len(first), r.queue[1:]
	return nil
}

// isRepeated reports whether a header has a name more often than the training table had.
func isRepeated(header, known []string, name string) bool {
	same, n := sameName(known, name), 0
	for _, h := range header {
		if same(h) {
			n++
		}
	}
	for _, k := range known {
		if strings.EqualFold(k, name) {
			n--
		}
	}
	return n > 0
}

// A reading is a way to read rows without a header: the position of each known column, and how many fields such a row
// has.
type reading struct {
	position []int
	width    int
}

// readings returns the ways to read rows without a header: they have all known columns, all but the label, all but
// those that training left out, or only the inputs.
func (r *Reader) readings() (list []reading) {
	for _, without := range [][]string{nil, {table.Label}, {table.LeftOut}, {table.Label, table.LeftOut}} {
		way := reading{position: make([]int, len(r.known))}
		for k, c := range r.known {
			way.position[k] = -1
			if !slices.Contains(without, c.Kind) {
				way.position[k] = way.width
				way.width++
			}
		}
		isSame := func(other reading) bool { return slices.Equal(way.position, other.position) }
		if !slices.ContainsFunc(list, isSame) {
			list = append(list, way)
		}
	}
	return list
}

// findByOrder finds the known columns in a row of a table without a header. If several readings have as many fields as
// the row, the fields must show which one is meant.
func (r *Reader) findByOrder(row []string) error {
	r.width = len(row)
	var candidates, fitting [][]int
	choose := func(width int) {
		for _, way := range r.readings() {
			if way.width == width {
				candidates = append(candidates, way.position)
			}
		}
	}
	choose(len(row))
	if candidates == nil && len(row) <= len(r.known) { // each line may end in commas
		n := len(row)
		for n > 1 && strings.TrimSpace(row[n-1]) == "" {
			n--
		}
		choose(n)
	}
	if candidates == nil {
		return r.widthError(len(row))
	}
	for _, position := range candidates {
		if r.isData(row, position) {
			fitting = append(fitting, position)
		}
	}
	r.position = append(fitting, candidates...)[0]
	if len(fitting) < 2 {
		return nil
	}
	return fmt.Errorf("line %d: %s and no header: they can be %.100s, or %.100s; write the names above them, "+
		"or give all %d columns that there were in training", r.queue[0].Number, cells.Plural(len(row), "field"),
		r.names(fitting[0]), r.names(fitting[1]), len(r.known))
}

// widthError returns the error about n fields in a row without a header, which are too few or too many. It says how
// many there may be.
func (r *Reader) widthError(n int) error {
	var widths []int
	names := ""
	for _, way := range r.readings() {
		widths = append(widths, way.width)
		if r.hasNames() {
			names = fmt.Sprintf(" (%.200s)", r.names(way.position)) // the last reading, of the inputs alone, remains
		}
	}
	slices.Sort(widths)
	allowed := strings.Trim(strings.ReplaceAll(fmt.Sprint(slices.Compact(widths)), " ", " or "), "[]")
	return fmt.Errorf("line %d: %s, and no header with the names of the columns that the model needs%s; "+
		"without a header it takes rows of %s fields, in the order of the table that it learned from",
		r.queue[0].Number, cells.Plural(n, "field"), names, allowed)
}

// names returns the names of the columns that a reading has.
func (r *Reader) names(position []int) string {
	var names []string
	for k := range r.known {
		if position[k] >= 0 {
			names = append(names, r.knownName(k))
		}
	}
	return strings.Join(names, ", ")
}

// knownName returns the name that known column k had in training.
func (r *Reader) knownName(k int) string {
	return cmp.Or(r.known[k].Name, fmt.Sprintf("column %d", k+1))
}

// isData reports whether a row can be data with the known columns in these positions, and not a header: it has numbers
// where training had them, or at least one word that occurred there.
func (r *Reader) isData(row []string, position []int) bool {
	hasNumber, hasWord := false, false
	for k := range r.known {
		c := &r.known[k]
		if position[k] < 0 {
			continue
		}
		f := strings.TrimSpace(row[position[k]])
		switch c.Kind {
		case table.Number:
			hasNumber = true
			if _, _, ok := scanNumber(c, f); !ok && !field.MayBeMissing(f) {
				return false
			}
		case table.Words:
			hasWord = hasWord || slices.Contains(c.Words, f)
		}
	}
	return hasNumber || hasWord
}

// Position returns the position of a column of another table by its name; −1 if this one does not have it.
func (r *Reader) Position(name string) int {
	if j := slices.Index(r.Header, name); j >= 0 {
		return j
	}
	for k, c := range r.known {
		if c.Name != "" && strings.EqualFold(c.Name, name) {
			return r.position[k]
		}
	}
	return -1
}
