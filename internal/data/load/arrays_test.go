package load

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"

	"backprop/internal/data/numpy"
	"backprop/internal/filetest"
)

// floats is an array of numbers.
func floats(t *testing.T, shape string, values ...float64) *numpy.Array {
	t.Helper()
	var b []byte
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	file := filetest.NPY("<f8", shape, b)
	a, err := numpy.ReadNPY(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestArrayLabels: labels that are whole numbers are classes, below 0 and large ones too; what is no class is told, and
// what may be an amount.
func TestArrayLabels(t *testing.T) {
	nan := math.NaN()
	amounts := make([]float64, 24)
	for i := range amounts {
		amounts[i] = float64(i * 5 % 12)
	}
	for _, c := range []struct {
		name   string
		labels []float64
		want   string // classes, labels, targets, and the note
	}{
		{"from 0", []float64{0, 1, 0, 1}, "[0 1] [0 1 0 1] [] "},
		{"signs", []float64{-1, 1, 1, -1}, "[-1 1] [0 1 1 0] [] "},
		{"codes", []float64{10115, 999, 999, 10115}, "[999 10115] [1 0 0 1] [] "},
		{"0 and a code", []float64{0, 5000, 5000, 0}, "[0 5000] [0 1 1 0] [] "},
		{"three of four", []float64{-1, 1, 5, -1}, "[] [] [-1 1 5 -1] "},
		{"too many of them", []float64{1003, 1001, 1002, 1000}, "[] [] [1003 1001 1002 1000] "},
		{"fractions", []float64{-1, 1, 1.5, -1}, "[] [] [-1 1 1.5 -1] "},
		{"one-hot", []float64{0, 1, 1, 0, 0, 1, 1, 0}, "[0 1] [1 0 1 0] [] "},
		{"a row of zeros", []float64{0, 1, 1, 0, 0, 0, 1, 0},
			"[] [] [0 1 1 0 0 0 1 0] labels are 2 numbers a sample, to predict, and no classes: of sample 2, 0 of them are 1"},
		{"two ones", []float64{1, 1, 1, 0, 0, 1, 1, 0},
			"[] [] [1 1 1 0 0 1 1 0] labels are 2 numbers a sample, to predict, and no classes: of sample 0, 2 of them are 1"},
		{"numbers", []float64{.5, 1, 1, 0, 0, 1, 1, 0},
			"[] [] [0.5 1 1 0 0 1 1 0] labels are 2 numbers a sample, to predict"},
		{"none", []float64{0, nan, 0, 1}, "label 1 is NaN"},
		{"from 1", []float64{1, 2, 1, 2}, "[0 1 2] [1 2 1 2] [] no sample to train on has the class 0"},
		{"amounts", amounts, "the labels are whole numbers from 0 to 11, each learned as a class of its own: if they are " +
			"amounts, -regress learns a number to predict"},
	} {
		n := min(4, len(c.labels))
		if c.name == "amounts" {
			n = len(c.labels)
		}
		shape := fmt.Sprintf("(%d, %d)", n, len(c.labels)/n)
		x := floats(t, fmt.Sprintf("(%d, 1)", n), make([]float64, n)...)
		d, err := Arrays(numpy.Splits{{Inputs: x, Labels: floats(t, shape, c.labels...)}}, numpy.SplitNames, false)
		got := ""
		if err != nil {
			got = strings.TrimPrefix(err.Error(), "training set: ")
		} else if got = d.Note; n == 4 {
			got = fmt.Sprint(d.Classes, d.Train.Labels, d.Train.Targets, " ", d.Note)
		}
		if got != c.want {
			t.Errorf("%s: %s; want %s", c.name, got, c.want)
		}
	}
	x := floats(t, "(2, 1)", 0, 1)
	splits := numpy.Splits{{Inputs: x, Labels: floats(t, "(2,)", -1, 1)}, {},
		{Inputs: x, Labels: floats(t, "(2,)", 1, -1)}}
	if d, err := Arrays(splits, numpy.SplitNames, false); err != nil || fmt.Sprint(d.Test.Labels) != "[1 0]" {
		t.Errorf("%v: %v", err, d)
	}
	splits[2].Labels = floats(t, "(2,)", 1, 0)
	_, err := Arrays(splits, numpy.SplitNames, false)
	if !filetest.Says(err, "test set: label 1 is 0, which is not among those to train on (-1, 1)") {
		t.Error(err)
	}
}

// TestArrayNotes: what in the inputs may be wrong is told, and samples in the order of their labels are not taken for a
// set whose last ones can be held out.
func TestArrayNotes(t *testing.T) {
	ten := func(x float64) (list []float64) {
		for range 10 {
			list = append(list, x)
		}
		return list
	}
	inputs := func(first ...float64) []float64 { return append(first, ten(1)[len(first):]...) }
	mixed, sorted := []float64{0, 1, 0, 1, 1, 0, 1, 0, 1, 0}, []float64{0, 0, 0, 0, 0, 1, 1, 1, 1, 1}
	for _, c := range []struct {
		name      string
		x, labels []float64
		ordered   bool
		note      string
	}{
		{"nothing", inputs(1.5), mixed, true, ""},
		{"missing", inputs(math.NaN(), math.NaN(), 2), mixed, true,
			"2 inputs are missing (NaN), and replaced by the training mean (with -scale standard)"},
		{"a code for it", inputs(-999, -999, 2.123456789012), mixed, true,
			"far from all others, as if it stood for a missing value: input 1 (-999, 2 times, where the others are 1 to 2.123)"},
		{"sorted", inputs(1.5), sorted, false,
			"the samples lie in the order of their labels: what is held out is drawn by -seed"},
		{"sorted numbers", inputs(1.5), []float64{.5, 1, 2, 3, 4, 5, 6, 7, 8, 9}, false,
			"the samples lie in the order of their labels: what is held out is drawn by -seed"},
		{"numbers", inputs(1.5), []float64{.5, 1, 2, 3, 4, 5, 6, 7, 9, 8}, true, ""},
	} {
		x := floats(t, "(10, 1)", c.x...)
		d, err := Arrays(numpy.Splits{{Inputs: x, Labels: floats(t, "(10,)", c.labels...)}}, numpy.SplitNames, false)
		if err != nil || d.Ordered != c.ordered || d.Note != c.note {
			t.Errorf("%s: %v, ordered %v, %s; want %v, %s", c.name, err, d.Ordered, d.Note, c.ordered, c.note)
		}
	}
	// Of 64 pixels 43 are light, which is more than two thirds, or 42.
	for light, want := range map[int]bool{42: false, 43: true} {
		image := make([]byte, 64)
		for i := range light {
			image[i] = 128
		}
		pixels := numpy.Bytes([]int{2, 8, 8}, append(image, image...))
		d, err := Arrays(numpy.Splits{{Inputs: pixels, Labels: floats(t, "(2,)", 0, 1)}}, numpy.SplitNames, false)
		if err != nil || strings.HasPrefix(d.Note, "the images are dark on a light ground") != want {
			t.Errorf("%d of 64: %v, %s", light, err, d.Note)
		}
	}
}

// TestIndexesAndCodes: labels up to 999 count the classes from 0; a larger one makes them codes.
func TestIndexesAndCodes(t *testing.T) {
	for largest, want := range map[float64]string{999: "1000 classes, [0 999]", 1000: "2 classes, [0 1]"} {
		x := floats(t, "(2, 1)", 1, 2)
		d, err := Arrays(numpy.Splits{{Inputs: x, Labels: floats(t, "(2,)", 0, largest)}}, numpy.SplitNames, false)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%d classes, %v", len(d.Classes), d.Train.Labels); got != want {
			t.Errorf("%g: %s; want %s", largest, got, want)
		}
	}
}

// TestArrayPixels: which inputs are kept as bytes, and are images; and what is told of others.
func TestArrayPixels(t *testing.T) {
	quarters := make([]float64, 128)
	for i := range quarters {
		quarters[i] = float64(i) / 256
	}
	read := func(dtype, shape string, data []byte) *numpy.Array {
		file := filetest.NPY(dtype, shape, data)
		a, err := numpy.ReadNPY(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	negative := bytes.Repeat([]byte{1, 255}, 64)
	for _, c := range []struct {
		name   string
		inputs *numpy.Array
		want   string // size, pixels, values, and the note or the error
	}{
		{"by 256", floats(t, "(2, 64)", quarters...),
			"8×8 128 0 pixels in the file are divided by 256, and are kept as bytes"},
		{"bytes and no images", numpy.Bytes([]int{2, 65}, make([]byte, 130)), "0×0 130 0 "},
		{"numbers and no images", floats(t, "(2, 2)", 0, 1, 2, 3), "0×0 0 4 "},
		{"negative images", read("|i1", "(2, 8, 8)", negative), "training set: images in signed bytes, some below 0: " +
			"pixels go from 0 to 255; save them as uint8 (x.astype('uint8') where bytes above 127 have become negative)"},
		{"negative rows", read("|i1", "(2, 64)", negative), "0×0 0 128 inputs are signed bytes, some below 0, and so " +
			"numbers and no pixels; if they are images, save them as uint8"},
		{"negative numbers", read("|i1", "(2, 2)", []byte{1, 2, 3, 255}), "0×0 0 4 "},
	} {
		d, err := Arrays(numpy.Splits{{Inputs: c.inputs, Labels: floats(t, "(2,)", 0, 1)}}, numpy.SplitNames, false)
		got := fmt.Sprint(err)
		if err == nil {
			got = fmt.Sprintf("%d×%d %d %d %s", d.Height, d.Width, len(d.Train.Pixels), len(d.Train.Values), d.Note)
		}
		if got != c.want {
			t.Errorf("%s: %s; want %s", c.name, got, c.want)
		}
	}
}
