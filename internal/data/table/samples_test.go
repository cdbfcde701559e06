package table

import (
	"fmt"
	"strings"
	"testing"

	"backprop/internal/filetest"
)

// TestImages: inputs are kept as pixels if in both tables all are whole numbers from 0 to 255, as many as in a square.
func TestImages(t *testing.T) {
	rows := func(pixel string) string {
		return filetest.PixelRow("x", true, 7) + strings.Replace(filetest.PixelRow("y", true, 7), ",7,", ","+pixel+",", 1)
	}
	for _, c := range []struct {
		train, test string
		want        bool
	}{
		{rows("255"), rows("0"), true}, {rows("0.5"), rows("1"), false}, {rows("256"), rows("1"), false},
		{rows("-1"), rows("1"), false}, {rows("1"), rows("0.5"), false}, {rows("?"), rows("0"), false},
	} {
		d, err := interpret(c.train, c.test, Options{Label: "first"})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []Samples{d.Train, d.Test} {
			if p.N != 2 || p.Dim != 64 || (len(p.Pixels) == 128) != c.want || (len(p.Values) == 128) == c.want ||
				fmt.Sprint(p.Labels, p.Lines) != "[0 1] [1 2]" {
				t.Errorf("%q, %q: got %d×%d, %d pixels, %d values, labels %v, lines %v; want 2×64, images: %v", c.train, c.test,
					p.N, p.Dim, len(p.Pixels), len(p.Values), p.Labels, p.Lines, c.want)
			}
		}
	}
	words := strings.NewReplacer("x,0", "x,u", "y,0", "y,u").Replace(rows("1"))
	d, err := interpret(words, "", Options{Label: "first"})
	if err != nil || d.Train.Pixels != nil || len(d.Train.Values) != 128 || d.Train.Values[0] != 1 {
		t.Errorf("63 numbers and a word: got error %v, %+v; want no pixels", err, d)
	}
	for pixels, want := range map[int]int{0: 0, 1: 0, 49: 0, 63: 0, 64: 8, 65: 0, 80: 0, 81: 9, 784: 28} {
		if got := ImageSide(pixels); got != want {
			t.Errorf("%d pixels: got images of side %d, want %d", pixels, got, want)
		}
	}
}
