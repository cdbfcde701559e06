package digits

import (
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
const digitsSHA256 = "3ee5bbe8ff4d899de74b9f11d66b4f94d8e20c8368b2112531d03eaa559b401a"

// A part is what Draw gives.
type part struct {
	pixels []byte
	labels []int32
}

func drawn(seed, number uint64, n int) part {
	pixels, labels := Draw(seed, number, n)
	return part{pixels, labels}
}

func (p part) image(i int) []byte { return p.pixels[i*784:][:784] }

func hash(parts ...part) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p.pixels)
		binary.Write(h, binary.LittleEndian, p.labels)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

func TestSameBitsOnEveryMachine(t *testing.T) {
	if got := hash(drawn(1, 1, 500), drawn(1, 2, 100)); got != digitsSHA256 {
		t.Errorf("SHA-256 of 600 digits of seed 1 is %s, want %s", got, digitsSHA256)
	}
}

func TestDoesNotDependOnProcessors(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := hash(drawn(7, 1, 101), drawn(7, 2, 53))
	for _, procs := range []int{2, 3, 8} {
		runtime.GOMAXPROCS(procs)
		if hash(drawn(7, 1, 101), drawn(7, 2, 53)) != one {
			t.Errorf("GOMAXPROCS=%d gives other digits than 1", procs)
		}
	}
}

func TestShape(t *testing.T) {
	for i, n := range []int{1003, 250} {
		p := drawn(3, uint64(i+1), n)
		if len(p.pixels) != n*784 || len(p.labels) != n {
			t.Fatalf("%d digits asked for: %d pixels, %d labels", n, len(p.pixels), len(p.labels))
		}
		var count [10]int
		for _, l := range p.labels {
			count[l]++
		}
		if least, most := slices.Min(count[:]), slices.Max(count[:]); most-least > 1 {
			t.Errorf("classes are not equally frequent: %v", count)
		}
		if inOrder := slices.IsSorted(p.labels[:10]) && slices.IsSorted(p.labels[10:20]); inOrder {
			t.Errorf("labels are not shuffled: %v…", p.labels[:20])
		}
	}
	if empty := drawn(3, 1, 0); len(empty.pixels)+len(empty.labels) != 0 {
		t.Error("0 digits asked for, some given")
	}
}

// Images are made as MNIST's are: black margins, ink that reaches full white without
// filling the box, the longer side of 20 pixels, and the centre of mass in the middle.
func TestLooksLikeMNIST(t *testing.T) {
	p := drawn(5, 1, 3000)
	for i, digit := range p.labels {
		var mass, mx, my, grey float64
		left, right, top, bottom := 28, -1, 28, -1
		img := p.image(i)
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
			t.Errorf("sample %d, a %d, is %d×%d pixels, want a longer side of 20", i, digit, w, h)
		}
		if cx, cy := mx/mass, my/mass; max(cx, cy) > 14.6 || min(cx, cy) < 13.4 {
			t.Errorf("sample %d, a %d, has its centre of mass in pixel %.2f, %.2f, want 14, 14", i, digit, cx, cy)
		}
		if ink := mass / 255; ink < 12 || ink > 300 {
			t.Errorf("sample %d, a %d, has ink for %.0f pixels, want 12 to 300", i, digit, ink)
		}
		if slices.Max(img) < 200 || grey < 20 {
			t.Errorf("sample %d, a %d: brightest pixel %d, %.0f grey ones", i, digit, slices.Max(img), grey)
		}
	}
}

// No sample of the test set, or of another seed, is one of the training set; and
// samples of one class differ.
func TestDisjoint(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range []part{drawn(1, 1, 2000), drawn(1, 2, 2000), drawn(2, 1, 2000)} {
		for i, digit := range p.labels {
			image := string(p.image(i))
			if seen[image] {
				t.Fatalf("sample %d, a %d, occurs twice", i, digit)
			}
			seen[image] = true
		}
	}
}

// DIGITS_SHEET=/tmp/sheet.png go test -run Sheet ./internal/data/digits draws ten of each digit,
// to be looked at.
func TestSheet(t *testing.T) {
	name := os.Getenv("DIGITS_SHEET")
	if name == "" {
		t.Skip("DIGITS_SHEET names no file to draw into")
	}
	p := drawn(1, 1, 100)
	sheet := image.NewGray(image.Rect(0, 0, 280, 280))
	var column [10]int
	for i, label := range p.labels {
		for y := range 28 {
			at := sheet.PixOffset(28*column[label], 28*int(label)+y)
			copy(sheet.Pix[at:], p.image(i)[y*28:][:28])
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

func BenchmarkDraw(b *testing.B) {
	for b.Loop() {
		Draw(1, 1, 1000)
	}
	b.ReportMetric(1000*float64(b.N)/b.Elapsed().Seconds(), "images/s")
}
