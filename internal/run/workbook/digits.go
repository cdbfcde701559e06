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

// How many digits a workbook brings: drawn ones, of which the untidy are left out, or real ones.
const (
	drawn = 8000
	tidy  = 6000
	real  = 10000
	area  = digits.Side * digits.Side
)

// digitFile is the digits of a workbook, each with its label before it, packed.
func digitFile(o Options) (string, error) {
	pixels, labels := o.Pixels, o.Labels
	switch {
	case labels == nil && pixels == nil:
		return drawnFile(), nil
	case len(pixels) != area*len(labels) || slices.ContainsFunc(labels, func(l int32) bool { return l < 0 || l > 9 }):
		return "", errors.New("the workbook takes digits: images of 28×28 pixels with labels from 0 to 9, like MNIST's")
	case len(labels) < 2000:
		return "", fmt.Errorf("the workbook takes 2000 digits or more, of which 1000 are to be read; here are "+
			"%d", len(labels))
	}
	n := min(real, len(labels))
	return packed(pixels[:area*n], labels[:n]), nil
}

// drawnFile is the file of drawn digits; the same each time.
var drawnFile = sync.OnceValue(func() string { return packed(tidier(digits.Draw(1, 0, drawn))) })

// packed is digits as they stand in the file.
func packed(pixels []byte, labels []int32) string {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	for i, label := range labels {
		_, _ = z.Write([]byte{byte(label)}) // into memory, which does not fail
		_, _ = z.Write(pixels[area*i:][:area])
	}
	_ = z.Close()
	return out.String()
}

// tidier leaves out the digits that are most like the mean of other digits, for the drawn ones are hard: so that
// a network of 30 neurons comes as far with them as with MNIST's.
func tidier(pixels []byte, labels []int32) ([]byte, []int32) {
	means, count := [10][area]float64{}, [10]float64{}
	for i, label := range labels {
		count[label]++
		for k, p := range pixels[area*i:][:area] {
			means[label][k] += float64(p)
		}
	}
	for c := range means {
		for k := range means[c] {
			means[c][k] /= count[c]
		}
	}
	untidy := make([]float64, len(labels))
	for i, label := range labels {
		untidy[i] = likeness(pixels[area*i:][:area], label, &means)
	}
	sorted := slices.Sorted(slices.Values(untidy))
	var kept []byte
	var of []int32
	for i, label := range labels {
		if untidy[i] < sorted[tidy] {
			kept, of = append(kept, pixels[area*i:][:area]...), append(of, label)
		}
	}
	return kept, of
}

// likeness is how far an image is from its own digit's mean, beside how far it is from the nearest other one.
func likeness(image []byte, label int32, means *[10][area]float64) float64 {
	own, other := 0.0, math.Inf(1)
	for c := range means {
		sum := 0.0
		for k, p := range image {
			d := float64(p) - means[c][k]
			sum += float64(d * d) // rounded, so that all machines choose the same
		}
		if c == int(label) {
			own = sum
		} else {
			other = min(other, sum)
		}
	}
	return own / other
}
