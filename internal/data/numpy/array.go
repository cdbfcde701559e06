// Package numpy reads NumPy's files: npy, npz, and pickles, without ever running the code in them. It also draws the
// permutations of NumPy's older random generator.
package numpy

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"

	"backprop/internal/file"
)

// An Array has numbers in 1 to 4 dimensions. Within this package it may also have any number of dimensions, or words.
type Array struct {
	Shape []int
	Type  string // byte order, kind and width as NumPy writes them: |u1, <f4, >i8
	width int    // bytes in an element
	data  []byte // row-major
}

// newArray returns an array of numbers without data; dtype is the type as NumPy writes it.
func newArray(dtype string) (*Array, error) {
	if !regexp.MustCompile(`^[<>=|]([ui][1248]|f[248]|b1)$`).MatchString(dtype) {
		return nil, fmt.Errorf("array of type %q: expected whole numbers or floats (u1 … u8, i1 … i8, f2, f4, f8)", dtype)
	}
	return &Array{Type: dtype, width: int(dtype[2] - '0')}, nil
}

// Bytes returns an array of bytes.
func Bytes(shape []int, data []byte) *Array { return &Array{shape, "|u1", 1, data} }

// Len is the number of elements.
func (a *Array) Len() int { return len(a.data) / a.width }

func (a *Array) element(i int) []byte { return a.data[i*a.width : (i+1)*a.width] }

// at returns element i, counted in row-major order.
func (a *Array) at(i int) float64 {
	u := uint64(0)
	for k, b := range a.element(i) {
		if a.Type[0] == '>' {
			u = u<<8 | uint64(b)
		} else {
			u |= uint64(b) << (8 * k)
		}
	}
	switch {
	case a.Type[1:] == "f2":
		return float16(uint16(u))
	case a.Type[1:] == "f4":
		return float64(math.Float32frombits(uint32(u)))
	case a.Type[1:] == "f8":
		return math.Float64frombits(u)
	case a.Type[1] == 'i':
		unused := 64 - 8*a.width
		return float64(int64(u<<unused) >> unused)
	}
	return float64(u)
}

// float16 is the number with these 16 bits: a sign, five of the exponent and ten of the fraction.
func float16(bits uint16) float64 {
	exponent, fraction := int(bits>>10&31), float64(bits&1023)/1024
	x := math.Ldexp(1+fraction, exponent-15)
	switch {
	case exponent == 0:
		x = math.Ldexp(fraction, -14)
	case exponent == 31 && fraction == 0:
		x = math.Inf(1)
	case exponent == 31:
		x = math.NaN()
	}
	if bits>>15 == 1 {
		x = -x
	}
	return x
}

// Values returns all elements in row-major order.
func (a *Array) Values() []float64 {
	v := make([]float64, a.Len())
	for i := range v {
		v[i] = a.at(i)
	}
	return v
}

// HasNegativeBytes reports whether the array has signed bytes, some of them below 0.
func (a *Array) HasNegativeBytes() bool {
	return a.Type[1:] == "i1" && slices.ContainsFunc(a.data, func(b byte) bool { return b > 127 })
}

// toRowMajor brings the data of an array from column-major order, whose first index runs fastest, into row-major order.
func (a *Array) toRowMajor() {
	data, index := make([]byte, 0, len(a.data)), make([]int, len(a.Shape))
	for range a.Len() {
		at, stride := 0, 1
		for d, n := range a.Shape {
			at += index[d] * stride
			stride *= n
		}
		data = append(data, a.element(at)...)
		for d := len(index) - 1; d >= 0; d-- { // count index up
			index[d]++
			if index[d] < a.Shape[d] {
				break
			}
			index[d] = 0
		}
	}
	a.data = data
}

// bytes returns the array's numbers times factor as bytes, or nil unless all of them then are whole numbers from 0 to
// 255.
func (a *Array) bytes(factor float64) []byte {
	if a.Type[1:] == "u1" && factor == 1 {
		return a.data
	}
	tolerance := 0.0
	switch {
	case factor != 255:
	case a.Type[1:] == "f2":
		tolerance = 255.0 / (1 << 12)
	default:
		tolerance = 1e-4 // k/255 may have been rounded to a float32
	}
	list := make([]byte, 0, a.Len())
	for i := range a.Len() {
		x := a.at(i) * factor
		k := math.Round(x)
		isByte := k >= 0 && k <= 255 && math.Abs(x-k) <= tolerance
		if !isByte {
			return nil
		}
		list = append(list, byte(k))
	}
	return list
}

// A Split has the inputs and labels of one split; nil if there are none.
type Split struct{ Inputs, Labels *Array }

// Splits are the training, validation and test set. Each has as many labels as inputs, and all splits have the
// same shape, except for the first dimension, the number of samples.
type Splits [3]Split

// SplitNames are what the splits are called in errors.
var SplitNames = [3]string{"training set", "validation set", "test set"}

// check returns an error if the splits do not belong together.
func (s Splits) check() error {
	train := s[0]
	if train.Inputs == nil || len(train.Inputs.Shape) < 2 {
		return errors.New("no array of images or samples to train on, n×h×w or n×d")
	}
	for k, name := range SplitNames {
		x, y := s[k].Inputs, s[k].Labels
		switch {
		case x == nil:
		case y == nil:
			return fmt.Errorf("%s: %d samples need as many labels", name, x.Shape[0])
		case y.Shape[0] != x.Shape[0]:
			return fmt.Errorf("%s: %d samples need as many labels; there are %d%s", name, x.Shape[0], y.Shape[0],
				transposeAdvice(x.Shape, y.Shape))
		case !slices.Equal(x.Shape[1:], train.Inputs.Shape[1:]) || !slices.Equal(y.Shape[1:], train.Labels.Shape[1:]):
			return fmt.Errorf("%s: arrays %s and %s differ in shape from the training arrays, %s and %s",
				name, file.ShapeText(x.Shape), file.ShapeText(y.Shape),
				file.ShapeText(train.Inputs.Shape), file.ShapeText(train.Labels.Shape))
		}
	}
	return nil
}

// transposeAdvice says which array to transpose, if its first dimension is not the number of samples; else it returns
// "".
func transposeAdvice(x, y []int) string {
	switch {
	case x[len(x)-1] == y[0]:
		return fmt.Sprintf(", and the array of samples is %s: turn it around, so that samples come first", file.ShapeText(x))
	case len(y) == 2 && y[1] == x[0]:
		return fmt.Sprintf(", and the array of labels is %s: turn it around (y.T)", file.ShapeText(y))
	}
	return ""
}

// Bytes returns the inputs of each split as bytes, if they are bytes, or were before they were divided by dividedBy:
// 255 or 256. Otherwise dividedBy is 0.
func (s Splits) Bytes() (inputs [3][]byte, dividedBy float64) {
	for _, factor := range []float64{1, 256, 255} {
		if inputs, ok := s.bytes(factor); ok {
			return inputs, factor
		}
	}
	return [3][]byte{}, 0
}

// bytes returns the inputs times factor as bytes; ok is false unless all of them then are whole numbers from 0 to 255.
func (s Splits) bytes(factor float64) (inputs [3][]byte, ok bool) {
	for k, split := range s {
		if split.Inputs == nil {
			continue
		}
		inputs[k] = split.Inputs.bytes(factor)
		if inputs[k] == nil {
			return inputs, false
		}
	}
	return inputs, true
}
