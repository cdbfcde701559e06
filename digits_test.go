package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"
	"os"
	"runtime"
	"slices"
	"testing"
)

// The same seed gives these bytes on every machine. Whoever changes how digits are
// drawn changes what all published runs on them were trained on, and this constant.
const digitsSHA256 = "f8c246a55aab7f1160fc0c8527d81817a105fd0e5e860ef27a3fb274eba5c0d7"

func digitsHash(sets ...Set) string {
	h := sha256.New()
	for _, s := range sets {
		h.Write(s.Pixels)
		binary.Write(h, binary.LittleEndian, s.Labels)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

func TestDigitsSameBitsOnEveryMachine(t *testing.T) {
	d := generateDigits(1, 500, 100)
	if got := digitsHash(d.Train, d.Test); got != digitsSHA256 {
		t.Errorf("SHA-256 of 600 digits of seed 1 is %s, want %s", got, digitsSHA256)
	}
}

func TestDigitsDoNotDependOnProcessors(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := generateDigits(7, 101, 53)
	for _, procs := range []int{2, 3, 8} {
		runtime.GOMAXPROCS(procs)
		d := generateDigits(7, 101, 53)
		if digitsHash(d.Train, d.Test) != digitsHash(one.Train, one.Test) {
			t.Errorf("GOMAXPROCS=%d gives other digits than 1", procs)
		}
	}
}

func TestDigitsShape(t *testing.T) {
	d := generateDigits(3, 1003, 250)
	if d.Width*d.Height != 784 || len(d.Classes) != 10 {
		t.Errorf("%d×%d images of %d classes", d.Width, d.Height, len(d.Classes))
	}
	for _, s := range []Set{d.Train, d.Test} {
		if s.Dim != 784 || len(s.Pixels) != s.N*784 || len(s.Labels) != s.N {
			t.Fatalf("N %d, Dim %d, %d pixels, %d labels", s.N, s.Dim, len(s.Pixels), len(s.Labels))
		}
		var count [10]int
		for _, l := range s.Labels {
			count[l]++
		}
		if least, most := slices.Min(count[:]), slices.Max(count[:]); most-least > 1 {
			t.Errorf("classes are not equally frequent: %v", count)
		}
		if inOrder := slices.IsSorted(s.Labels[:10]) && slices.IsSorted(s.Labels[10:20]); inOrder {
			t.Errorf("labels are not shuffled: %v…", s.Labels[:20])
		}
	}
	if d.Train.N != 1003 || d.Test.N != 250 {
		t.Errorf("%d and %d samples, want 1003 and 250", d.Train.N, d.Test.N)
	}
	if empty := generateDigits(3, 0, 0); empty.Train.N+empty.Test.N != 0 {
		t.Error("0 samples asked for, some given")
	}
}

// Images are made as MNIST's are: black margins, ink that reaches full white without
// filling the box, the longer side of 20 pixels, and the centre of mass in the middle.
func TestDigitsLookLikeMNIST(t *testing.T) {
	s := generateDigits(5, 3000, 0).Train
	for i := range s.N {
		var mass, mx, my, grey float64
		left, right, top, bottom := 28, -1, 28, -1
		img := s.Pixels[i*784 : (i+1)*784]
		for at, v := range img {
			x, y := at%28, at/28
			mass += float64(v)
			mx += float64(v) * float64(x)
			my += float64(v) * float64(y)
			if v > 0 {
				left, right, top, bottom = min(left, x), max(right, x), min(top, y), max(bottom, y)
			}
			if v > 0 && v < 255 {
				grey++
			}
		}
		w, h := right-left+1, bottom-top+1
		if max(w, h) > 20 || max(w, h) < 19 {
			t.Errorf("sample %d, a %d, is %d×%d pixels, want a longer side of 20", i, s.Labels[i], w, h)
		}
		if cx, cy := mx/mass, my/mass; max(cx, cy) > 14.6 || min(cx, cy) < 13.4 {
			t.Errorf("sample %d, a %d, has its centre of mass in pixel %.2f, %.2f, want 14, 14", i, s.Labels[i], cx, cy)
		}
		if ink := mass / 255; ink < 12 || ink > 300 {
			t.Errorf("sample %d, a %d, has ink for %.0f pixels, want 12 to 300", i, s.Labels[i], ink)
		}
		if slices.Max(img) < 200 || grey < 20 {
			t.Errorf("sample %d, a %d: brightest pixel %d, %.0f grey ones", i, s.Labels[i], slices.Max(img), grey)
		}
	}
}

// No sample of the test part, or of another seed, is one of the training part; and
// samples of one class differ.
func TestDigitsDisjoint(t *testing.T) {
	d, other := generateDigits(1, 2000, 2000), generateDigits(2, 2000, 0)
	seen := map[string]bool{}
	for _, s := range []Set{d.Train, d.Test, other.Train} {
		for i := range s.N {
			p := string(s.Pixels[i*784 : (i+1)*784])
			if seen[p] {
				t.Fatalf("sample %d, a %d, occurs twice", i, s.Labels[i])
			}
			seen[p] = true
		}
	}
	if bytes.Equal(d.Train.Pixels, d.Test.Pixels) {
		t.Error("both parts are the same")
	}
}

// DIGITS_SHEET=sheet.png go test -run Sheet . draws ten of each digit, to be looked at.
func TestDigitsSheet(t *testing.T) {
	name := os.Getenv("DIGITS_SHEET")
	if name == "" {
		t.Skip("DIGITS_SHEET names no file to draw into")
	}
	s := generateDigits(1, 100, 0).Train
	sheet := image.NewGray(image.Rect(0, 0, 280, 280))
	var column [10]int
	for i, label := range s.Labels {
		for y := range 28 {
			at := sheet.PixOffset(28*column[label], 28*int(label)+y)
			copy(sheet.Pix[at:], s.Pixels[i*784+y*28:][:28])
		}
		column[label]++
	}
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, sheet); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkGenerateDigits(b *testing.B) {
	for b.Loop() {
		generateDigits(1, 1000, 0)
	}
	b.ReportMetric(1000*float64(b.N)/b.Elapsed().Seconds(), "images/s")
}
