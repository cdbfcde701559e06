package dataset

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"backprop/internal/data/table"
)

var nan = math.NaN()

// TestFitScale: each kind by hand, for a column of 1, 3, 5 and a missing number, one that is always 7, and one that is
// empty; for pixels by their depth.
func TestFitScale(t *testing.T) {
	columns := Set{N: 4, Dim: 3, Values: []float64{1, 7, nan, 5, 7, nan, nan, 7, nan, 3, 7, nan}}
	pixels := func(most byte) Set { return Set{N: 2, Dim: 2, Pixels: []byte{0, 1, most, 1}} }
	root := math.Sqrt(8.0 / 3) // of the mean of 4, 4 and 0
	for _, c := range []struct {
		kind          string
		s             Set
		shift, factor []float64
	}{
		{"none", columns, []float64{0, 0, 0}, []float64{1, 1, 1}},
		{"unit", columns, []float64{1, 7, 0}, []float64{0.25, 0, 0}},
		{"standard", columns, []float64{3, 7, 0}, []float64{1 / root, 0, 0}},
		{"4", columns, []float64{0, 0, 0}, []float64{0.25, 0.25, 0.25}},
		{"unit", pixels(1), []float64{0, 0}, []float64{1, 1}},
		{"unit", pixels(2), []float64{0, 0}, []float64{1.0 / 16, 1.0 / 16}},
		{"unit", pixels(16), []float64{0, 0}, []float64{1.0 / 16, 1.0 / 16}},
		{"unit", pixels(17), []float64{0, 0}, []float64{1.0 / 255, 1.0 / 255}},
		{"standard", pixels(4), []float64{2, 1}, []float64{0.5, 1}}, // what is always 1 may change by itself
	} {
		got, err := FitScale(c.kind, c.s)
		if err != nil || !slices.Equal(got.Shift, c.shift) || !slices.Equal(got.Factor, c.factor) {
			t.Errorf("%s of %v: got %+v, error %v; want %v, %v", c.kind, c.s, got, err, c.shift, c.factor)
		}
	}
	got, err := fitTargets("standard", Set{N: 2, Targets: []float64{1, 9, 3, 9}})
	if err != nil || !slices.Equal(got.Shift, []float64{2, 9}) || !slices.Equal(got.Factor, []float64{1, 1}) {
		t.Errorf("numbers to predict: got %+v, error %v; want shifts 2 and 9, factors 1", got, err)
	}
	for _, kind := range []string{"", "0", "-1", "x", "Inf", "NaN", "1e-310"} {
		want := fmt.Sprintf("unknown scale %q: expected none, unit, standard or a number to divide by", kind)
		if _, err := FitScale(kind, columns); fmt.Sprint(err) != want {
			t.Errorf("got error %v, want %s", err, want)
		}
	}
}

// TestFitScalesErrors: a column whose numbers are too far apart, or too close together, is called by its name in the
// table or, without a header, by its number.
func TestFitScalesErrors(t *testing.T) {
	d := &Dataset{Name: "d", Train: Set{N: 2, Dim: 4, Values: []float64{1, 0, 1, -1e308, 2, 1, 0, 1e308},
		Targets: []float64{0, 5e-324}},
		Columns: []table.Column{{Name: "u", Kind: table.Number}, {Name: "gone", Kind: "left out"},
			{Name: "w", Kind: table.Words, Words: []string{"a", "b"}}, {Name: "y", Kind: table.Label},
			{Name: "v", Kind: table.Number}}}
	const why = " cannot be scaled: its numbers are too large or too small"
	input := "-scale unit: d: column 5 \"v\" (from -1e+308 to 1e+308)" + why
	if _, _, err := d.FitScales("unit"); fmt.Sprint(err) != input {
		t.Errorf("got error %v, want %s", err, input)
	}
	d.Train.Values[3], d.Train.Values[7] = 0, 1
	target := "-scale standard: d: column 4 \"y\" (from 0 to 5e-324)" + why
	if _, _, err := d.FitScales(""); fmt.Sprint(err) != target {
		t.Errorf("got error %v, want %s", err, target)
	}
	d.Columns = nil
	bare := "-scale unit: d: column 1 (from 0 to 5e-324)" + why
	if _, _, err := d.FitScales("unit"); fmt.Sprint(err) != bare {
		t.Errorf("got error %v, want %s", err, bare)
	}
}

// TestFitScales: inputs are scaled, and numbers to predict too; classes are not.
func TestFitScales(t *testing.T) {
	d := &Dataset{Train: Set{N: 2, Dim: 1, Values: []float64{1, 2}}}
	d.Train.Targets = []float64{2, 6}
	in, out, err := d.FitScales("unit")
	if err != nil || in.Shift[0] != 1 || out.Shift[0] != 2 || out.Factor[0] != 0.25 {
		t.Errorf("got %+v, %+v, error %v; want shifts 1 and 2, factor ¼ for what is predicted", in, out, err)
	}
	d.Classes = []string{"a"}
	if _, out, _ = d.FitScales("unit"); out.Factor != nil {
		t.Errorf("of classes: got %+v, want none", out)
	}
}

// TestEven: a scale is even if all its factors are the same and it shifts nothing.
func TestEven(t *testing.T) {
	for _, c := range []struct {
		scale Scale
		want  bool
	}{
		{EvenScale(3, 0.5), true}, {Scale{[]float64{0, 0}, []float64{1, 2}}, false},
		{Scale{[]float64{0, 1}, []float64{2, 2}}, false}, {Scale{[]float64{0, -1}, []float64{2, 2}}, false},
	} {
		if got := c.scale.Even(); got != c.want {
			t.Errorf("%+v is even: got %v, want %v", c.scale, got, c.want)
		}
	}
}

// TestScaleOf: without -scale, pixels are scaled to the unit range, and tables by mean and deviation.
func TestScaleOf(t *testing.T) {
	images, tables := &Dataset{Train: Set{Pixels: []byte{1}}}, &Dataset{}
	if images.ScaleOf("") != "unit" || tables.ScaleOf("") != "standard" || images.ScaleOf("none") != "none" {
		t.Errorf("got %s of images, %s of tables, %s with -scale none; want unit, standard, none", images.ScaleOf(""),
			tables.ScaleOf(""), images.ScaleOf("none"))
	}
}
