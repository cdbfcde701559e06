package numpy

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"
)

// TestArrayTypes: numbers of each type are read as NumPy means them, in either order of bytes.
func TestArrayTypes(t *testing.T) {
	for _, c := range []struct {
		dtype, data string
		want        []float64
	}{
		{"|u1", "\x00\xff", []float64{0, 255}}, {"|i1", "\x7f\xff", []float64{127, -1}}, {"|b1", "\x00\x01", []float64{0, 1}},
		{"<u2", "\x01\x02\xff\xff", []float64{513, 65535}}, {">u2", "\x01\x02", []float64{258}},
		{"<i2", "\xfe\xff", []float64{-2}},
		{">i2", "\xff\xfe", []float64{-2}}, {"<u4", "\x00\x00\x00\x80", []float64{1 << 31}},
		{"<i4", "\x00\x00\x00\x80", []float64{-1 << 31}},
		{"=u8", "\x01\x00\x00\x00\x01\x00\x00\x00", []float64{1<<32 + 1}},
		{">i8", "\xff\xff\xff\xff\xff\xff\xff\xfd", []float64{-3}},
		{"<u8", "\x00\x00\x00\x00\x00\x00\x00\x80", []float64{1 << 63}},
		// Halves as IEEE 754 has them: 1, the largest, the smallest, the smallest normal one, a third, 0 and below.
		{"<f2", "\x00\x3c\xff\x7b\x01\x00\x00\x04\x55\x35\x00\x00\x00\xfc",
			[]float64{1, 65504, 0x1p-24, 0x1p-14, 0.333251953125, 0, math.Inf(-1)}}, {">f2", "\xc0\x00", []float64{-2}},
		{"<f4", "\x00\x00\xc0\x3f", []float64{1.5}}, {">f4", "\xbf\x80\x00\x00", []float64{-1}},
		{"<f8", "\x00\x00\x00\x00\x00\x00\xf8\x3f", []float64{1.5}},
		{">f8", "\xc0\x00\x00\x00\x00\x00\x00\x00", []float64{-2}},
	} {
		a, err := newArray(c.dtype)
		if err != nil {
			t.Fatal(err)
		}
		a.data = []byte(c.data)
		if a.Len() != len(c.want) || !slices.Equal(a.Values(), c.want) || a.Type != c.dtype {
			t.Errorf("%s %q: got %v, want %v", c.dtype, c.data, a.Values(), c.want)
		}
	}
	for _, dtype := range []string{"|O", "<f3", "<u3", "u1", "<f4 ", "<c8", "|S1", "<b4", "f", ""} {
		want := fmt.Sprintf("array of type %q: expected whole numbers or floats (u1 … u8, i1 … i8, f2, f4, f8)", dtype)
		if _, err := newArray(dtype); fmt.Sprint(err) != want {
			t.Errorf("%s: got %v, want %s", dtype, err, want)
		}
	}
	if a := Bytes([]int{1, 2}, []byte("ab")); a.Len() != 2 || a.at(1) != 'b' || a.Type != "|u1" ||
		!slices.Equal(a.Shape, []int{1, 2}) {
		t.Errorf("got %+v, want the bytes a and b", a)
	}
}

// TestHasNegativeBytes: of signed bytes, 128 and more stand for −128 and more.
func TestHasNegativeBytes(t *testing.T) {
	for _, c := range []struct {
		dtype string
		data  []byte
		want  bool
	}{{"|i1", []byte{0, 127}, false}, {"|i1", []byte{0, 128}, true}, {"|u1", []byte{128}, false}} {
		a, err := newArray(c.dtype)
		if err != nil {
			t.Fatal(err)
		}
		a.data = c.data
		if a.HasNegativeBytes() != c.want {
			t.Errorf("%s % x: got %v, want %v", c.dtype, c.data, !c.want, c.want)
		}
	}
}

// float32s returns an array of samples of one number each.
func float32s(v ...float64) *Array {
	a := &Array{[]int{len(v), 1}, "<f4", 4, nil}
	for _, x := range v {
		a.data = binary.LittleEndian.AppendUint32(a.data, math.Float32bits(float32(x)))
	}
	return a
}

// TestSplitsBytes: pixels that were divided by 256 or 255, and rounded to float32, become bytes again; nothing else
// does.
func TestSplitsBytes(t *testing.T) {
	all, by255, by256 := make([]float64, 256), make([]float64, 256), make([]float64, 256)
	for k := range 256 {
		all[k], by255[k], by256[k] = float64(k), float64(k)/255, float64(k)/256
	}
	for _, c := range []struct {
		name        string
		train, test *Array
		want        float64
	}{
		{"bytes as they are", Bytes([]int{2, 1}, []byte{7, 255}), nil, 1}, {"whole numbers", float32s(all...), nil, 1},
		{"by 255", float32s(by255...), nil, 255}, {"by 256", float32s(by256...), nil, 256},
		{"by 256, all that there are", float32s(by256...), float32s(0.5), 256},
		{"0 and 1 may be bytes", float32s(0, 1), nil, 1}, {"a half can be 128 of 256", float32s(0.5), nil, 256},
		{"one split by 255, one by 256", float32s(by255...), float32s(0.5), 0},
		{"bytes, and a test set by 256", Bytes([]int{1, 1}, []byte{7}), float32s(0.5), 0},
		{"the test set alone is not", float32s(by256...), float32s(-1), 0},
		{"beyond", float32s(256), nil, 0}, {"below", float32s(-1), nil, 0}, {"1 of 255 with 0.5", float32s(0.5, 1), nil, 0},
		{"off by 1/5000 of a byte", float32s(1.0002 / 255), nil, 0},
		{"off by 1/20000, as rounding may", float32s(1.00005 / 255), nil, 255},
		{"off by 1/20000 of 256", float32s(1.00005 / 256), nil, 0}, {"no number", float32s(math.NaN()), nil, 0},
	} {
		inputs, by := Splits{{Inputs: c.train}, {}, {Inputs: c.test}}.Bytes()
		if by != c.want || (inputs[0] != nil) != (by > 0) || (inputs[2] != nil) != (by > 0 && c.test != nil) {
			t.Errorf("%s: got a division by %v, want %v", c.name, by, c.want)
		}
		for k, b := range inputs[0] {
			if len(inputs[0]) == 256 && int(b) != k || len(inputs[0]) != c.train.Len() {
				t.Errorf("%s: got %d for byte %d", c.name, b, k)
			}
		}
	}
}

// TestSplitsCheck: the message says which split does not fit to which, with the shapes.
func TestSplitsCheck(t *testing.T) {
	of := func(shape ...int) *Array { return &Array{Shape: shape} }
	const shapes = " differ in shape from the training arrays, "
	for _, c := range []struct {
		splits Splits
		want   string
	}{
		{Splits{{of(3, 2), of(3)}, {of(1, 2), of(1)}, {of(2, 2), of(2)}}, "<nil>"},
		{Splits{{of(3, 8, 9), of(3, 1)}, {}, {of(1, 8, 9), of(1, 1)}}, "<nil>"},
		{Splits{{nil, of(3)}}, "no array of images or samples to train on, n×h×w or n×d"},
		{Splits{{of(3), of(3)}}, "no array of images or samples to train on, n×h×w or n×d"},
		{Splits{{of(3, 2), nil}}, "training set: 3 samples need as many labels"},
		{Splits{{of(3, 2), of(3)}, {of(4, 2), of(3)}}, "validation set: 4 samples need as many labels; there are 3"},
		{Splits{{of(3, 2), of(3)}, {}, {of(4, 2), of(5)}}, "test set: 4 samples need as many labels; there are 5"},
		{Splits{{of(3, 7), of(7)}}, "training set: 3 samples need as many labels; there are 7, and the array of " +
			"samples is 3×7: turn it around, so that samples come first"},
		{Splits{{of(7, 2), of(3, 7)}},
			"training set: 7 samples need as many labels; there are 3, and the array of labels is " +
				"3×7: turn it around (y.T)"},
		{Splits{{of(3, 2), of(3)}, {}, {of(4, 3), of(4)}}, "test set: arrays 4×3 and 4" + shapes + "3×2 and 3"},
		{Splits{{of(3, 2), of(3)}, {of(4, 2), of(4, 1)}}, "validation set: arrays 4×2 and 4×1" + shapes + "3×2 and 3"},
	} {
		if err := c.splits.check(); fmt.Sprint(err) != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}
