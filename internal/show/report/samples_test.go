package report

import (
	"fmt"
	"testing"

	"backprop/internal/data/dataset"
)

// letters is n classes, a, b, c …
func letters(n int) (names []string) {
	for i := range n {
		names = append(names, string(rune('a'+i)))
	}
	return names
}

// TestStrips: the first ten samples of each class, side by side, of up to 40 classes.
func TestStrips(t *testing.T) {
	r := &Report{Width: 2, Height: 2, Classes: letters(3),
		Train: dataset.Set{Pixels: []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 200}, Labels: []int32{2, 0, 2}}}
	got := ""
	for _, s := range r.sampleStrips() {
		img := decoded(t, s.Image, "src")
		got += fmt.Sprintf("%s %d×%d of %d: %s; ", s.Class, s.Width, s.Height, s.N, gray(img))
	}
	if want := "a 2×2 of 1: [[5 6] [7 8]]; c 4×2 of 2: [[1 2 9 10] [3 4 11 200]]; "; got != want {
		t.Errorf("%s; want %s", got, want)
	}
	r = &Report{Width: 1, Height: 1, Classes: letters(41)}
	for i := range 60 { // 11 of class 38, 9 of 39, and the rest of 40
		r.Train.Labels = append(r.Train.Labels, []int32{38, 39, 40}[min(i/11, 1)+min(i/20, 1)])
		r.Train.Pixels = append(r.Train.Pixels, 20)
	}
	strips := r.sampleStrips()
	if len(strips) != 2 || strips[0].N != 10 || strips[0].Width != 10 || strips[1].N != 9 {
		t.Errorf("%d strips: %+v", len(strips), strips)
	}
	if r.Classes = nil; r.sampleStrips() != nil {
		t.Error("there are strips without classes")
	}
}

// TestGrid: the first images in rows of three, a black pixel between them.
func TestGrid(t *testing.T) {
	r := &Report{Width: 2, Height: 2, Classes: letters(3), Train: dataset.Set{Labels: []int32{2, 0, 1, 1, 0}}}
	for i := range 20 {
		r.Train.Pixels = append(r.Train.Pixels, byte(17+i))
	}
	for examples, want := range map[int]string{
		1: " c 8×2 of 1 [[17 18 0 0 0 0 0 0] [19 20 0 0 0 0 0 0]]",
		3: " c a b 8×2 of 3 [[17 18 0 21 22 0 25 26] [19 20 0 23 24 0 27 28]]",
		9: " c a b b a 8×5 of 5 [[17 18 0 21 22 0 25 26] [19 20 0 23 24 0 27 28] [0 0 0 0 0 0 0 0] [29 30 0 33 34 0 0 0] " +
			"[31 32 0 35 36 0 0 0]]",
	} {
		r.Examples = examples
		g := r.grid()
		if got := fmt.Sprintf("%s %d×%d of %d %s", g.Class, g.Width, g.Height, g.N,
			gray(decoded(t, g.Image, "src"))); got != want {
			t.Errorf("%d examples are\n%s\nwant\n%s", examples, got, want)
		}
	}
}
