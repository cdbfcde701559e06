// Whole: a table read whole, to test a network by it or to train it further.

package again

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/data/cells"
	"backprop/internal/data/field"
	"backprop/internal/data/table"
)

// Read reads a table whole, by which a network that has learned from another is tested, or goes on
// learning: its samples as NewRows gives them, so that all that is asked of a network is asked alike.
// Errors begin with the line. An empty o.Label is the label of the other table.
func Read(r io.Reader, limit table.Limit, o table.Options) (p table.Part, notes string, err error) {
	if o.Regress && o.Classes != nil {
		return p, "", errors.New("-regress: the model tells classes apart; leave the flag out")
	}
	l := &io.LimitedReader{R: r, N: limit.Bytes + 1}
	t, err := NewRows(l, o.Known)
	if err == nil {
		err = t.takeLabel(o.Label)
	}
	p.Dim = table.Inputs(o.Known)
	most := min(limit.Inputs, int64(cells.MaxCells))
	areWords := func(c table.Column) bool { return c.Kind == table.Words }
	images := table.Side(p.Dim) > 0 && !slices.ContainsFunc(o.Known, areWords)
	for err == nil {
		var row Row
		if row, err = t.Next(); err == nil {
			if p.N++; int64(p.N)*int64(p.Dim) > most {
				err = fmt.Errorf("line %d: the table has more than %d numbers, too many to hold in memory; "+
					"take fewer of its lines", row.Line, most)
			} else if err = takeLabel(&p, t, row, o.Classes); err == nil {
				images = images && areBytes(row.Inputs)
				p.Lines = append(p.Lines, int32(row.Line))
				takeInputs(&p, row.Inputs, images)
			}
		}
	}
	switch {
	case l.N == 0:
		err = cells.TooLong(limit.Bytes)
	case err == io.EOF && p.N == 0:
		err = errors.New("there is no row in the table")
	case err == io.EOF:
		err = t.miscounted()
		label := "label: "
		for i, k := range t.labels() {
			label += []string{"", ", and "}[min(i, 1)] + t.title(k)
		}
		notes = strings.Join(append([]string{label}, t.Remarks()...), "; ")
	}
	return p, notes, err
}

// label is which of the known columns is the label, or the first of several; −1 if none is.
func (t *Rows) label() int {
	return slices.IndexFunc(t.known, func(c table.Column) bool { return c.Kind == table.Label })
}

// labels are the known columns that are labels.
func (t *Rows) labels() (list []int) {
	for k, c := range t.known {
		if c.Kind == table.Label {
			list = append(list, k)
		}
	}
	return list
}

// takeLabel finds the labels: in the columns that want names, as many as were learned, or else the known ones.
func (t *Rows) takeLabel(want string) error {
	labels, names := t.labels(), []string{want}
	if len(labels) > 1 && want == "" {
		names = make([]string, len(labels))
	} else if len(labels) > 1 {
		names = strings.Split(want, ",")
	}
	if len(names) != len(labels) {
		return fmt.Errorf("-label %s: the model has learned %s; name as many, or leave the flag out", want,
			cells.Plural(len(labels), "column"))
	}
	for i, k := range labels {
		if err := t.takeLabelAt(k, strings.TrimSpace(names[i])); err != nil {
			return err
		}
	}
	return nil
}

// takeLabelAt finds the label that is known column k.
func (t *Rows) takeLabelAt(k int, want string) error {
	if j := t.Place(want); want != "" && j >= 0 {
		t.at[k] = j
	} else if n, err := strconv.Atoi(want); err == nil && n >= 1 && n <= t.width {
		t.at[k] = n - 1
	} else if want == "first" {
		t.at[k] = 0
	} else if want == "last" {
		t.at[k] = t.width - 1
	} else if want != "" {
		return fmt.Errorf("-label %s: no such column; there are %d: %.300s", want, t.width, strings.Join(t.Header, ", "))
	}
	if t.at[k] < 0 {
		return fmt.Errorf("line 1: the label is missing, in training column %d %q; name its column with -label, "+
			"or ask for answers with -predict", k+1, t.known[k].Name)
	}
	return nil
}

// takeLabel appends the label of a row.
func takeLabel(p *table.Part, t *Rows, row Row, classes []string) error {
	if classes == nil {
		return takeTargets(p, t, row)
	}
	if NoLabel(row.Label, classes) {
		return t.noLabel(row, 0)
	}
	c := slices.Index(classes, row.Label)
	if p.Labels = append(p.Labels, int32(c)); c < 0 {
		return fmt.Errorf("line %d, %s: class %.40q is not one of the %d that the model knows (%.200s)",
			row.Line, t.title(t.label()), row.Label, len(classes), strings.Join(classes, ", "))
	}
	return nil
}

// noLabel is the error where one of the labels is missing.
func (t *Rows) noLabel(row Row, i int) error {
	return fmt.Errorf("line %d, %s: the label is missing; fill it in or remove the line", row.Line, t.title(t.labels()[i]))
}

// takeTargets appends the numbers to predict of a row.
func takeTargets(p *table.Part, t *Rows, row Row) error {
	for i, label := range append([]string{row.Label}, row.More...) {
		if NoLabel(label, nil) {
			return t.noLabel(row, i)
		}
		y, _, ok := field.Scan(label)
		if p.Targets = append(p.Targets, y); !ok {
			return fmt.Errorf("line %d, %s: %.40q is not a number to predict", row.Line, t.title(t.labels()[i]), label)
		}
	}
	return nil
}

// areBytes says whether numbers can be kept as bytes.
func areBytes(list []float64) bool {
	return !slices.ContainsFunc(list, func(x float64) bool { return !(x >= 0 && x <= 255 && x == float64(byte(x))) })
}

// takeInputs appends the inputs of a row, as bytes as long as all are.
func takeInputs(p *table.Part, list []float64, images bool) {
	if !images {
		for _, b := range p.Pixels {
			p.Values = append(p.Values, float64(b))
		}
		p.Pixels, p.Values = nil, append(p.Values, list...)
		return
	}
	for _, x := range list {
		p.Pixels = append(p.Pixels, byte(x))
	}
}
