package report

import (
	"fmt"
	"slices"
	"testing"

	"backprop/internal/data/dataset"
)

func describeStrip(t *testing.T, s strip) string {
	t.Helper()
	return fmt.Sprintf("%s %d×%d of %d %s", s.Class, s.Width, s.Height, s.N, brightness(decodeImage(t, s.Image, "src")))
}

func TestSampleStripsShowTheSamplesOfEachClassSideBySide(t *testing.T) {
	r := &Report{Width: 2, Height: 2, Classes: letters(3),
		Train: dataset.Set{Pixels: []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 200}, Labels: []int32{2, 0, 2}}}
	var got []string
	for _, s := range r.sampleStrips() {
		got = append(got, describeStrip(t, s))
	}
	if want := []string{"a 2×2 of 1 [[5 6] [7 8]]", "c 4×2 of 2 [[1 2 9 10] [3 4 11 200]]"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	r.Classes = nil
	if r.sampleStrips() != nil {
		t.Error("numbers to predict: there are strips")
	}
}

// Ten samples of 40 classes are shown: here there are 11 of class 38, 9 of class 39 and 40 of class 40, the last.
func TestSampleStripsShowTenSamplesOfFortyClasses(t *testing.T) {
	r := &Report{Width: 1, Height: 1, Classes: letters(41)}
	r.Train.Labels = slices.Concat(slices.Repeat([]int32{38}, 11), slices.Repeat([]int32{39}, 9),
		slices.Repeat([]int32{40}, 40))
	r.Train.Pixels = make([]byte, 60)
	strips := r.sampleStrips()
	if len(strips) != 2 || strips[0].N != 10 || strips[0].Width != 10 || strips[1].N != 9 {
		t.Errorf("got %+v, want ten samples of class 38, and nine of class 39", strips)
	}
}

// Rows of three have a black pixel between the images.
func TestGridShowsTheFirstImagesInRowsOfThree(t *testing.T) {
	r := &Report{Width: 2, Height: 2, Classes: letters(3), Train: dataset.Set{Labels: []int32{2, 0, 1, 1, 0}}}
	for i := range 20 {
		r.Train.Pixels = append(r.Train.Pixels, byte(17+i))
	}
	for examples, want := range map[int]string{
		1: " c 8×2 of 1 [[17 18 0 0 0 0 0 0] [19 20 0 0 0 0 0 0]]",
		3: " c a b 8×2 of 3 [[17 18 0 21 22 0 25 26] [19 20 0 23 24 0 27 28]]",
		9: " c a b b a 8×5 of 5 [[17 18 0 21 22 0 25 26] [19 20 0 23 24 0 27 28] [0 0 0 0 0 0 0 0] " +
			"[29 30 0 33 34 0 0 0] [31 32 0 35 36 0 0 0]]",
	} {
		r.Examples = examples
		if got := describeStrip(t, *r.grid()); got != want {
			t.Errorf("%d examples: got\n%s\nwant\n%s", examples, got, want)
		}
	}
}

// White is the greatest value that training images may have: 1, 16 or 255.
func TestGray(t *testing.T) {
	for _, c := range []struct {
		train, pixels []byte
		want          string
	}{
		{[]byte{0, 1}, []byte{0, 1}, "[[0 255]]"},
		{[]byte{1, 2}, []byte{1, 2}, "[[15 31]]"},
		{[]byte{8, 16}, []byte{8, 16}, "[[127 255]]"},
		{[]byte{1, 17}, []byte{1, 17}, "[[1 17]]"},
		{[]byte{0, 16}, []byte{15, 17}, "[[239 255]]"}, // brighter than all in training
	} {
		r := &Report{Width: 2, Height: 1, Train: dataset.Set{Pixels: c.train}}
		shown := dataset.Set{Pixels: append([]byte{9, 9}, c.pixels...)}
		if got := brightness(r.gray(shown, 1)); got != c.want {
			t.Errorf("%v, after training on %v: got %s, want %s", c.pixels, c.train, got, c.want)
		}
	}
}
