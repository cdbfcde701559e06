package load

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/data/numpy"
	"backprop/internal/filetest"
)

// array returns the array in a .npy file of this type and shape.
func array(t *testing.T, dtype, shape string, data []byte) *numpy.Array {
	t.Helper()
	file := filetest.NPY(dtype, shape, data)
	a, err := numpy.ReadNPY(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// floats returns an array of numbers.
func floats(t *testing.T, shape string, values ...float64) *numpy.Array {
	t.Helper()
	var b []byte
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return array(t, "<f8", shape, b)
}

// arrays makes a data set from arrays to train on.
func arrays(inputs, labels *numpy.Array) (*dataset.Dataset, error) {
	return Arrays(numpy.Splits{{Inputs: inputs, Labels: labels}}, numpy.SplitNames, false)
}

// TestArrayLabels: labels that are whole numbers, or one-hot, are classes; others are numbers to predict. What may be
// meant otherwise is noted.
func TestArrayLabels(t *testing.T) {
	const targets = "labels are 2 numbers a sample, to predict"
	for _, c := range []struct {
		name   string
		labels []float64 // of four samples
		want   string    // classes, labels, targets, and the note
	}{
		{"from 0", []float64{0, 1, 0, 1}, "[0 1] [0 1 0 1] [] "},
		{"from 1", []float64{1, 2, 1, 2}, "[0 1 2] [1 2 1 2] [] no sample to train on has the class 0"},
		{"signs", []float64{-1, 1, 1, -1}, "[-1 1] [0 1 1 0] [] "},
		{"codes", []float64{10115, 999, 999, 10115}, "[999 10115] [1 0 0 1] [] "},
		{"0 and a code", []float64{0, 5000, 5000, 0}, "[0 5000] [0 1 1 0] [] "},
		{"three of four are different", []float64{-1, 1, 5, -1}, "[] [] [-1 1 5 -1] "},
		{"all are different", []float64{1003, 1001, 1002, 1000}, "[] [] [1003 1001 1002 1000] "},
		{"fractions", []float64{-1, 1, 1.5, -1}, "[] [] [-1 1 1.5 -1] "},
		{"one-hot", []float64{0, 1, 1, 0, 0, 1, 1, 0}, "[0 1] [1 0 1 0] [] "},
		{"one-hot, a class without samples", []float64{0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0},
			"[0 1 2] [1 0 1 0] [] no sample to train on has the class 2"},
		{"a row of zeros", []float64{0, 1, 1, 0, 0, 0, 1, 0},
			"[] [] [0 1 1 0 0 0 1 0] " + targets + ", and no classes: of sample 2, 0 of them are 1"},
		{"a row of ones", []float64{1, 1, 1, 0, 0, 1, 1, 0},
			"[] [] [1 1 1 0 0 1 1 0] " + targets + ", and no classes: of sample 0, 2 of them are 1"},
		{"two numbers a sample", []float64{.5, 1, 1, 0, 0, 1, 1, 0}, "[] [] [0.5 1 1 0 0 1 1 0] " + targets},
		{"one class", []float64{3, 3, 3, 3}, "training set: all 4 labels are 3: there is nothing to tell apart"},
		{"not a number", []float64{0, math.NaN(), 0, 1}, "training set: label 1 is NaN"},
		{"infinite", []float64{0, 1, math.Inf(1), 1}, "training set: label 2 is +Inf"},
	} {
		labels := floats(t, fmt.Sprintf("(4, %d)", len(c.labels)/4), c.labels...)
		d, err := arrays(floats(t, "(4, 1)", 5, 7, 6, 8), labels)
		got := fmt.Sprint(err)
		if err == nil {
			got = fmt.Sprint(d.Classes, d.Train.Labels, d.Train.Targets, " ", d.Note)
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	if _, err := arrays(floats(t, "(1, 1)", 5), floats(t, "(1,)", 1)); !filetest.Says(err, "there is only one sample") {
		t.Errorf("one sample: got error %v", err)
	}
}

// TestLabelsOfSeveralSets: labels of the test set mean what they mean in the training set.
func TestLabelsOfSeveralSets(t *testing.T) {
	for _, c := range []struct {
		name        string
		train, test [2]float64
		want        string // the labels and targets of the test set
	}{
		{"codes", [2]float64{-1, 1}, [2]float64{1, -1}, "[1 0] []"},
		{"another code", [2]float64{-1, 1}, [2]float64{1, 0},
			"test set: label 1 is 0, which is not among those to train on (-1, 1)"},
		{"indexes", [2]float64{0, 1}, [2]float64{1, 1}, "[1 1] []"},
		{"another index", [2]float64{0, 1}, [2]float64{0, 2}, "test set: label 1 is 2, but the training labels go from " +
			"0 to 1: they do not belong together"},
		{"fractions for classes", [2]float64{0, 1}, [2]float64{0, 0.5},
			"test set: labels are not of the same kind as the training labels"},
		{"numbers to predict", [2]float64{0, 0.5}, [2]float64{2, 1.5}, "[] [2 1.5]"},
	} {
		x := floats(t, "(2, 1)", 0, 1)
		d, err := Arrays(numpy.Splits{{Inputs: x, Labels: floats(t, "(2,)", c.train[:]...)}, {},
			{Inputs: x, Labels: floats(t, "(2,)", c.test[:]...)}}, numpy.SplitNames, false)
		got := fmt.Sprint(err)
		if err == nil {
			got = fmt.Sprint(d.Test.Labels, d.Test.Targets)
		}
		if got != c.want {
			t.Errorf("%s: %v, then %v: got %s, want %s", c.name, c.train, c.test, got, c.want)
		}
	}
}

// TestIndexesAndCodes: labels up to 999 count the classes from 0; a larger one makes them codes.
func TestIndexesAndCodes(t *testing.T) {
	for largest, want := range map[float64]string{999: "1000 classes, [0 999]", 1000: "2 classes, [0 1]"} {
		d, err := arrays(floats(t, "(2, 1)", 1, 2), floats(t, "(2,)", 0, largest))
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%d classes, %v", len(d.Classes), d.Train.Labels); got != want {
			t.Errorf("0 and %g: got %s, want %s", largest, got, want)
		}
	}
}

// TestClassesThatMayBeAmounts: more than ten whole numbers are perhaps amounts, except for images.
func TestClassesThatMayBeAmounts(t *testing.T) {
	for classes, want := range map[int]string{10: "", 11: "the labels are whole numbers from 0 to 10, each learned as a " +
		"class of its own: if they are amounts, -regress learns a number to predict"} {
		labels := make([]float64, 2*classes)
		for i := range labels {
			labels[i] = float64(i * 7 % classes)
		}
		n := len(labels)
		y := floats(t, fmt.Sprintf("(%d,)", n), labels...)
		d, err := arrays(floats(t, fmt.Sprintf("(%d, 1)", n), make([]float64, n)...), y)
		if err != nil || d.Note != want {
			t.Errorf("%d classes: got error %v, note %q; want %q", classes, err, d.Note, want)
		}
		images := numpy.Bytes([]int{n, 8, 8}, make([]byte, 64*n))
		if d, err = arrays(images, y); err != nil || d.Note != "" {
			t.Errorf("%d classes of images: got error %v, note %q; want none", classes, err, d.Note)
		}
	}
}

// TestArrayNotes: missing inputs and what may stand for them are noted; samples in the order of their labels are not
// held out from the end.
func TestArrayNotes(t *testing.T) {
	inputs := func(first ...float64) []float64 { return append(first, slices.Repeat([]float64{1}, 10-len(first))...) }
	mixed, sorted := []float64{0, 1, 0, 1, 1, 0, 1, 0, 1, 0}, []float64{0, 0, 0, 0, 0, 1, 1, 1, 1, 1}
	const inOrder = "the samples are sorted by their labels, so those held out are drawn at random (-seed)"
	for _, c := range []struct {
		name           string
		inputs, labels []float64
		ordered        bool
		note           string
	}{
		{"nothing special", inputs(1.5), mixed, true, ""},
		{"missing", inputs(math.NaN(), math.NaN(), 2), mixed, true,
			"2 inputs are missing (NaN), and replaced by the training mean (with -scale standard)"},
		{"a placeholder", inputs(-999, -999, 2.123456789012), mixed, true, "far from all others, as if it stood for a " +
			"missing value: input 1 (-999, 2 times, where the others are 1 to 2.123)"},
		{"sorted by class", inputs(1.5), sorted, false, inOrder},
		{"sorted by number", inputs(1.5), []float64{.5, 1, 2, 3, 4, 5, 6, 7, 8, 9}, false, inOrder},
		{"not sorted by number", inputs(1.5), []float64{.5, 1, 2, 3, 4, 5, 6, 7, 9, 8}, true, ""},
		{"infinite", inputs(1, math.Inf(-1)), mixed, false, "training set: sample 1 has an infinite input"},
	} {
		d, err := arrays(floats(t, "(10, 1)", c.inputs...), floats(t, "(10,)", c.labels...))
		if err != nil {
			d = &dataset.Dataset{Note: err.Error()}
		}
		if d.Ordered != c.ordered || d.Note != c.note {
			t.Errorf("%s: got ordered %v, %s; want %v, %s", c.name, d.Ordered, d.Note, c.ordered, c.note)
		}
	}
	list := func(n int) []float64 { // four samples of n inputs
		same := func(x float64) []float64 { return slices.Repeat([]float64{x}, n) }
		return slices.Concat(same(-999), same(-999), same(1), same(2))
	}
	for n, want := range map[int]string{4: "input 3 (-999, 2 times, where the others are 1 to 2), input 4 (",
		5: "input 3 (-999, 2 times, where the others are 1 to 2), and 2 more"} {
		d, err := arrays(floats(t, fmt.Sprintf("(4, %d)", n), list(n)...), floats(t, "(4,)", 0, 1, 0, 1))
		if err != nil || !strings.Contains(d.Note, want) {
			t.Errorf("placeholders in %d inputs: got error %v, note %q; want %s", n, err, d.Note, want)
		}
	}
}

// TestDarkOnLight: digits that are dark on a light ground are learned badly. Of 64 pixels, 43 are more than two thirds.
func TestDarkOnLight(t *testing.T) {
	for light, want := range map[int]bool{42: false, 43: true} {
		image := append(bytes.Repeat([]byte{128}, light), bytes.Repeat([]byte{127}, 64-light)...)
		d, err := arrays(numpy.Bytes([]int{2, 8, 8}, append(image, image...)), floats(t, "(2,)", 0, 1))
		if err != nil || strings.HasPrefix(d.Note, "the images are dark on a light ground") != want {
			t.Errorf("%d of 64 pixels are light: got error %v, note %q; want the note: %v", light, err, d.Note, want)
		}
	}
}

// TestArrayPixels: inputs that are bytes, or bytes divided by a number, are kept as pixels, and as many as in a square
// are images.
func TestArrayPixels(t *testing.T) {
	quarters := make([]float64, 128)
	for i := range quarters {
		quarters[i] = float64(i) / 256
	}
	negative := bytes.Repeat([]byte{1, 255}, 64)
	for _, c := range []struct {
		name   string
		inputs *numpy.Array
		want   string // image size, numbers of pixels and of values, and the note or the error
	}{
		{"divided by 256", floats(t, "(2, 64)", quarters...),
			"8×8 128 0 pixels in the file are divided by 256, and are kept as bytes"},
		{"bytes and no images", numpy.Bytes([]int{2, 65}, make([]byte, 130)), "0×0 130 0 "},
		{"numbers and no images", floats(t, "(2, 2)", 0, 1, 2, 3), "0×0 0 4 "},
		{"images in signed bytes", array(t, "|i1", "(2, 8, 8)", negative), "training set: images in signed bytes, some " +
			"below 0: pixels go from 0 to 255; save them as uint8 (x.astype('uint8') where bytes above 127 have " +
			"become negative)"},
		{"as many signed bytes as in a square", array(t, "|i1", "(2, 64)", negative), "0×0 0 128 inputs are signed bytes, " +
			"some below 0, so they are numbers and not pixels; if they are images, save them as uint8"},
		{"signed bytes and no images", array(t, "|i1", "(2, 2)", []byte{1, 2, 3, 255}), "0×0 0 4 "},
	} {
		d, err := arrays(c.inputs, floats(t, "(2,)", 0, 1))
		got := fmt.Sprint(err)
		if err == nil {
			got = fmt.Sprintf("%d×%d %d %d %s", d.Height, d.Width, len(d.Train.Pixels), len(d.Train.Values), d.Note)
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}
