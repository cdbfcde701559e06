package workbook

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// unpack returns the digits of a file, each as its label and its pixels.
func unpack(t *testing.T, file string) (digits [][]byte) {
	t.Helper()
	z, err := gzip.NewReader(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(z)
	if err != nil || len(all)%785 != 0 {
		t.Fatalf("got %d bytes, want 785 for each digit (%v)", len(all), err)
	}
	return slices.Collect(slices.Chunk(all, 785))
}

// Of the digits that are given at most 10,000 go into the file.
func TestDigitFileOfGivenDigits(t *testing.T) {
	for n, want := range map[int]int{2000: 2000, 2500: 2500, 10001: 10000} {
		o := Options{Pixels: make([]byte, 784*n), Labels: make([]int32, n)}
		for i := range o.Labels {
			o.Labels[i], o.Pixels[784*i], o.Pixels[784*i+783] = int32(i%10), byte(i), 7
		}
		file, err := digitFile(o)
		if err != nil {
			t.Fatal(err)
		}
		digits := unpack(t, file)
		if d := digits[13]; len(digits) != want || d[0] != 3 || d[1] != 13 || d[784] != 7 {
			t.Errorf("%d given: got %d, of which number 13 is a %d with %d and %d; want %d, and 3, 13, 7", n, len(digits),
				d[0], d[1], d[784], want)
		}
	}
}

// The drawn digits are the same on all machines, and in 3 MB: whoever shares a folder shares its results.
func TestDigitFileOfDrawnDigits(t *testing.T) {
	file, err := digitFile(Options{})
	if err != nil {
		t.Fatal(err)
	}
	digits := unpack(t, file)
	var counts [10]int
	for _, d := range digits {
		counts[d[0]]++
	}
	if len(digits) != 6000 || slices.Min(counts[:]) < 400 || len(file) > 3<<20 {
		t.Errorf("got %d digits in %d bytes, %v of each; want 6000, with 400 of each or more", len(digits), len(file), counts)
	}
	const want = "2c3401aefde31263"
	if got := fmt.Sprintf("%x", sha256.Sum256(bytes.Join(digits, nil))); got[:16] != want {
		t.Errorf("the digits have the hash %s, want %s", got[:16], want)
	}
}

// By hand: an image with two pixels of ink is at a squared distance of 2·10² from its own mean, which has none, of
// 1·10² from the mean of the 1, which has the first, and farther from all others.
func TestRelativeDistance(t *testing.T) {
	image := make([]byte, area)
	image[0], image[1] = 10, 10
	var means [10][area]float64
	means[1][0] = 10
	for c := 2; c < 10; c++ {
		means[c][5] = 10
	}
	for label, want := range map[int32]float64{0: 2, 1: 0.5, 2: 3} {
		if got := relativeDistance(image, label, &means); got != want {
			t.Errorf("label %d: got %v, want %v", label, got, want)
		}
	}
}
