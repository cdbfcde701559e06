// Read reads a whole labelled table at once.

package newdata

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/data/cells"
	"backprop/internal/data/field"
	"backprop/internal/data/table"
)

// Read reads a whole labelled table with the columns o.Known, to test a network on it or to train it further. A Reader
// makes the inputs, so that the network gets the same inputs as with -predict. o.Label says where the label is, unless
// it has the same name as in training. Errors begin with the line.
func Read(in io.Reader, limit table.Limit, o table.Options) (samples table.Samples, notes string, err error) {
	if o.Regress && o.Classes != nil {
		return samples, "", errors.New("-regress: the model tells classes apart; leave the flag out")
	}
	limited := &io.LimitedReader{R: in, N: limit.Bytes + 1}
	samples, notes, err = readAll(limited, min(limit.Inputs, int64(cells.MaxCells)), o)
	if limited.N == 0 {
		err = cells.TooLong(limit.Bytes)
	}
	return samples, notes, err
}

// readAll reads a table whose rows have at most most inputs in all.
func readAll(in io.Reader, most int64, o table.Options) (samples table.Samples, notes string, err error) {
	r, err := NewReader(in, o.Known)
	if err != nil {
		return samples, "", err
	}
	if err := r.applyLabelFlag(o.Label); err != nil {
		return samples, "", err
	}
	samples.Dim = table.Inputs(o.Known)
	hasWords := slices.ContainsFunc(o.Known, func(c table.Column) bool { return c.Kind == table.Words })
	asPixels := table.ImageSide(samples.Dim) > 0 && !hasWords
	for {
		row, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return samples, "", err
		}
		samples.N++
		if int64(samples.N)*int64(samples.Dim) > most {
			return samples, "", fmt.Errorf("line %d: the table has more than %d numbers, too many to hold in memory; "+
				"take fewer of its lines", row.Line, most)
		}
		if err := r.appendLabels(&samples, row, o.Classes); err != nil {
			return samples, "", err
		}
		asPixels = asPixels && !slices.ContainsFunc(row.Inputs, func(x float64) bool { return !isByte(x) })
		appendInputs(&samples, row.Inputs, asPixels)
		samples.Lines = append(samples.Lines, int32(row.Line))
	}
	if samples.N == 0 {
		return samples, "", errors.New("there is no row in the table")
	}
	var titles []string
	for _, k := range r.labels {
		titles = append(titles, r.title(k))
	}
	label := "label: " + strings.Join(titles, ", and ")
	return samples, strings.Join(append([]string{label}, r.Notes()...), "; "), r.checkSize()
}

// applyLabelFlag finds the labels of samples: in the columns that -label names, as many as the model predicts, or else
// by their names in training.
func (r *Reader) applyLabelFlag(wanted string) error {
	names := strings.Split(wanted, ",")
	switch {
	case len(r.labels) == 1:
		names = []string{wanted} // the name may have a comma in it
	case wanted == "" && len(r.labels) > 1:
		names = make([]string, len(r.labels))
	}
	if len(names) != len(r.labels) {
		return fmt.Errorf("-label %s: the model has learned %s; name as many, or leave the flag out", wanted,
			cells.Plural(len(r.labels), "column"))
	}
	for i, k := range r.labels {
		if err := r.applyLabelName(k, strings.TrimSpace(names[i])); err != nil {
			return err
		}
	}
	return nil
}

// applyLabelName finds the label that is known column k: by a name, a number from 1, "first" or "last"; or, if wanted
// is "", where NewReader has found it already.
func (r *Reader) applyLabelName(k int, wanted string) error {
	number, err := strconv.Atoi(wanted)
	isNumber := err == nil && number >= 1 && number <= r.width
	switch j := r.Position(wanted); {
	case wanted == "":
	case j >= 0:
		r.position[k] = j
	case isNumber:
		r.position[k] = number - 1
	case wanted == "first":
		r.position[k] = 0
	case wanted == "last":
		r.position[k] = r.width - 1
	default:
		return fmt.Errorf("-label %s: no such column; there are %d: %.300s", wanted, r.width, strings.Join(r.Header, ", "))
	}
	if r.position[k] < 0 {
		return fmt.Errorf("line 1: the label is missing, in training column %d %q; name its column with -label, "+
			"or ask for answers with -predict", k+1, r.known[k].Name)
	}
	return nil
}

// appendLabels adds a row's class, or, if there are no classes, its numbers to predict.
func (r *Reader) appendLabels(samples *table.Samples, row Row, classes []string) error {
	for i, label := range append([]string{row.Label}, row.OtherLabels...) {
		title := r.title(r.labels[i])
		if IsMissingLabel(label, classes) {
			return fmt.Errorf("line %d, %s: the label is missing; fill it in or remove the line", row.Line, title)
		}
		if classes == nil {
			y, _, ok := field.ParseNumber(label)
			if !ok {
				return fmt.Errorf("line %d, %s: %.40q is not a number to predict", row.Line, title, label)
			}
			samples.Targets = append(samples.Targets, y)
			continue
		}
		class := slices.Index(classes, label)
		if class < 0 {
			return fmt.Errorf("line %d, %s: class %.40q is not one of the %d that the model knows (%.200s)",
				row.Line, title, label, len(classes), strings.Join(classes, ", "))
		}
		samples.Labels = append(samples.Labels, int32(class))
	}
	return nil
}

// isByte reports whether a number can be kept as a byte.
func isByte(x float64) bool { return x >= 0 && x <= 255 && x == math.Trunc(x) }

// appendInputs adds a row's inputs: as pixels, as long as the inputs of all rows so far are bytes.
func appendInputs(samples *table.Samples, inputs []float64, asPixels bool) {
	if asPixels {
		for _, x := range inputs {
			samples.Pixels = append(samples.Pixels, byte(x))
		}
		return
	}
	for _, p := range samples.Pixels { // the rows before were bytes, and this one is not
		samples.Values = append(samples.Values, float64(p))
	}
	samples.Pixels = nil
	samples.Values = append(samples.Values, inputs...)
}
