// Again: tables read whole, as another before them was.

package table

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// ReadAgain reads a table, by which a network that has learned from another is tested, or goes on
// learning: its samples as NewRows gives them, so that all that is asked of a network is asked alike.
// Errors begin with the line. An empty o.Label is the label of the other table.
func ReadAgain(r io.Reader, limit int64, o Options) (p Part, notes string, err error) {
	if o.Regress && o.Classes != nil {
		return p, "", errors.New("-regress: the model tells classes apart; leave the flag out")
	}
	l := &io.LimitedReader{R: r, N: limit + 1}
	rows, err := NewRows(l, o.Known)
	if err == nil {
		err = rows.takeLabel(o.Label)
	}
	p.Dim = Inputs(o.Known)
	images := Side(p.Dim) > 0 && !slices.ContainsFunc(o.Known, func(c Column) bool { return c.Kind == Words })
	for err == nil {
		var row Row
		if row, err = rows.Next(); err == nil {
			if p.N++; p.N*p.Dim > maxCells {
				err = fmt.Errorf("line %d: the table goes on beyond %d numbers, more than is held in memory; "+
					"take fewer of its lines", row.Line, maxCells)
			} else if err = p.takeLabel(rows, row, o.Classes); err == nil {
				images = images && areBytes(row.Inputs)
				p.takeInputs(row.Inputs, images)
			}
		}
	}
	switch {
	case l.N == 0:
		err = tooLong(limit)
	case err == io.EOF && p.N == 0:
		err = errors.New("there is no row in the table")
	case err == io.EOF:
		err = nil
		notes = strings.Join(append([]string{"label: " + rows.title(rows.label())}, rows.Remarks()...), "; ")
	}
	return p, notes, err
}

// label is which of the known columns is the label.
func (t *Rows) label() int {
	return slices.IndexFunc(t.known, func(c Column) bool { return c.Kind == Label })
}

// takeLabel finds the label, in the column that want names or else the known one.
func (t *Rows) takeLabel(want string) error {
	k := t.label()
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
func (p *Part) takeLabel(rows *Rows, row Row, classes []string) error {
	at := fmt.Sprintf("line %d, %s", row.Line, rows.title(rows.label()))
	if NoLabel(row.Label, classes) {
		return fmt.Errorf("%s: the label is missing; fill it in or remove the line", at)
	}
	if classes == nil {
		y, ok := number(row.Label)
		if p.Targets = append(p.Targets, y); !ok {
			return fmt.Errorf("%s: %.40q is not a number to predict", at, row.Label)
		}
		return nil
	}
	c := slices.Index(classes, row.Label)
	if p.Labels = append(p.Labels, int32(c)); c < 0 {
		return fmt.Errorf("%s: class %.40q is none of the %d that the model knows (%.200s)",
			at, row.Label, len(classes), strings.Join(classes, ", "))
	}
	return nil
}

// areBytes says whether numbers can be kept as bytes.
func areBytes(list []float64) bool {
	return !slices.ContainsFunc(list, func(x float64) bool { return !(x >= 0 && x <= 255 && x == float64(byte(x))) })
}

// takeInputs appends the inputs of a row, as bytes as long as all are.
func (p *Part) takeInputs(list []float64, images bool) {
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
