package table

import (
	"fmt"
	"math"
	"strings"
)

// Samples are n samples of d inputs.
type Samples struct {
	N, Dim  int
	Pixels  []byte    // n×d: the inputs, if the rows of both tables can be square images; else nil
	Values  []float64 // n×d: the inputs otherwise, NaN if one is missing
	Labels  []int32   // n: the class of each sample; nil for numbers to predict
	Targets []float64 // n×k: the numbers to predict
	Lines   []int32   // n: the line of the file in which each begins
}

// addSamples fills in Train and Test from the training table and, if there is one, the test table.
func (d *Data) addSamples(tables []*analysis) error {
	samples, features := []*Samples{&d.Train, &d.Test}, features(d.Columns)
	images := ImageSide(len(features)) > 0
	for k, t := range tables {
		if err := t.addLabels(d.Classes, samples[k]); err != nil {
			return fmt.Errorf("%s: %w", t.File, err)
		}
		bytes, err := t.areBytes(features)
		if err != nil {
			return fmt.Errorf("%s: %w", t.File, err)
		}
		images = images && bytes
	}
	for k, t := range tables {
		t.addInputs(features, samples[k], images)
	}
	return nil
}

// addLabels fills in the labels, or the targets if there are no classes.
func (t *analysis) addLabels(classes []string, s *Samples) error {
	columns := append([]int{t.label}, t.more...)
	for _, j := range columns {
		switch c := t.Cols[j]; {
		case c.MissingCount > 0:
			return fmt.Errorf("line %d, %s: the label is missing; fill it in or remove the line", c.FirstMissingLine, t.Title(j))
		case classes == nil && c.WordCount > 0 && t.more != nil:
			return fmt.Errorf("line %d, %s: %.40q is not a number, and several labels are numbers to predict; name the columns "+
				"of numbers alone, or this one alone", c.FirstWordLine, t.Title(j), t.FirstWord(j))
		case classes == nil && c.WordCount > 0:
			return fmt.Errorf("line %d, %s: %.40q is not a number to predict; leave out -regress, "+
				"or name another column with -label", c.FirstWordLine, t.Title(j), t.FirstWord(j))
		}
	}
	index := map[string]int32{}
	for k, w := range classes {
		index[w] = int32(k)
	}
	for i := range t.N {
		if classes == nil {
			for _, j := range columns {
				s.Targets = append(s.Targets, t.At(i, j))
			}
			continue
		}
		k, ok := index[t.Word(i, t.label)]
		if !ok {
			return fmt.Errorf("line %d, %s: %q is not among the labels to train on (%s)",
				t.Line(i), t.Title(t.label), t.Word(i, t.label), strings.Join(classes, ", "))
		}
		s.Labels = append(s.Labels, k)
	}
	return nil
}

// ImageSide returns the side of a square image with this many pixels; 0 if they make no square, or one smaller than
// 8×8.
func ImageSide(pixels int) int {
	if side := int(math.Sqrt(float64(pixels))); side >= 8 && side*side == pixels {
		return side
	}
	return 0
}

// areBytes reports whether all inputs are whole numbers from 0 to 255. A word in a column of numbers is an error.
func (t *analysis) areBytes(features []feature) (bool, error) {
	bytes := true
	for _, f := range features {
		if c := t.Cols[f.col]; f.word == "" && c.WordCount > 0 {
			return false, fmt.Errorf("line %d, %s: %.40q is not a number", c.FirstWordLine, t.Title(f.col), t.FirstWord(f.col))
		}
		for i := 0; bytes && i < t.N && !t.IsBytes(); i++ {
			x := t.At(i, f.col) // NaN if it is a word
			bytes = x >= 0 && x <= 255 && x == math.Trunc(x)
		}
	}
	return bytes, nil
}

// addInputs fills in the inputs. A word becomes 1 in its input, and 0 in those of the other words.
func (t *analysis) addInputs(features []feature, s *Samples, images bool) {
	s.N, s.Dim = t.N, len(features)
	if images {
		s.Pixels = make([]byte, 0, s.N*s.Dim)
	} else {
		s.Values = make([]float64, 0, s.N*s.Dim)
	}
	for i := range t.N {
		s.Lines = append(s.Lines, int32(t.Line(i)))
		for _, f := range features {
			switch {
			case images:
				s.Pixels = append(s.Pixels, byte(t.At(i, f.col)))
			case f.word == "":
				s.Values = append(s.Values, t.At(i, f.col))
			case f.word == t.Word(i, f.col):
				s.Values = append(s.Values, 1)
			default:
				s.Values = append(s.Values, 0)
			}
		}
	}
}
