package workbook

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"backprop/internal/data/digits"
)

const (
	drawn = 8000  // how many digits are drawn
	tidy  = 6000  // how many of the drawn digits are used
	real  = 10000 // the most real digits that are used
	area  = digits.Side * digits.Side
)

// digitFile returns the file with the digits of a workbook: packed with gzip, each digit as its label and its pixels.
func digitFile(o Options) (string, error) {
	pixels, labels := o.Pixels, o.Labels
	notDigit := func(label int32) bool { return label < 0 || label > 9 }
	switch {
	case labels == nil && pixels == nil:
		return drawnFile(), nil
	case len(pixels) != area*len(labels) || slices.ContainsFunc(labels, notDigit):
		return "", errors.New("the workbook takes digits: images of 28×28 pixels with labels from 0 to 9, like MNIST's")
	case len(labels) < 2000:
		return "", fmt.Errorf("the workbook takes 2000 digits or more, of which 1000 are to be read; here are "+
			"%d", len(labels))
	}
	n := min(real, len(labels))
	return packed(pixels[:area*n], labels[:n]), nil
}

// drawnFile returns the file with drawn digits, which are always the same.
var drawnFile = sync.OnceValue(func() string { return packed(tidiest(digits.Draw(1, 0, drawn))) })

// packed returns digits in the form of the file.
func packed(pixels []byte, labels []int32) string {
	var out bytes.Buffer
	z := gzip.NewWriter(&out) // writing into memory does not fail
	for i, label := range labels {
		_, _ = z.Write([]byte{byte(label)})
		_, _ = z.Write(pixels[area*i:][:area])
	}
	_ = z.Close()
	return out.String()
}

// tidiest leaves out the digits that are most like other digits. Drawn digits are harder to read than MNIST's; once
// these are left out, a network of 30 neurons reads about as many of either.
func tidiest(pixels []byte, labels []int32) (tidyPixels []byte, tidyLabels []int32) {
	var means [10][area]float64
	var counts [10]float64
	for i, label := range labels {
		counts[label]++
		for k, p := range pixels[area*i:][:area] {
			means[label][k] += float64(p)
		}
	}
	for c := range means {
		for k := range means[c] {
			means[c][k] /= counts[c]
		}
	}
	untidiness := make([]float64, len(labels))
	for i, label := range labels {
		untidiness[i] = relativeDistance(pixels[area*i:][:area], label, &means)
	}
	limit := slices.Sorted(slices.Values(untidiness))[tidy]
	for i, label := range labels {
		if untidiness[i] < limit {
			tidyPixels, tidyLabels = append(tidyPixels, pixels[area*i:][:area]...), append(tidyLabels, label)
		}
	}
	return tidyPixels, tidyLabels
}

// relativeDistance returns the squared distance of an image from the mean of its own digit, divided by its squared
// distance from the nearest mean of another digit.
func relativeDistance(image []byte, label int32, means *[10][area]float64) float64 {
	own, other := 0.0, math.Inf(1)
	for c := range means {
		sum := 0.0
		for k, p := range image {
			d := float64(p) - means[c][k]
			sum += float64(d * d) // the conversion prevents FMA, so that all machines choose the same digits
		}
		if c == int(label) {
			own = sum
		} else {
			other = min(other, sum)
		}
	}
	return own / other
}
