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

// digitsSHA256 is the hash of 600 digits. Whoever changes how digits are drawn changes this constant, and what all
// published runs on them were trained on.
const digitsSHA256 = "3ee5bbe8ff4d899de74b9f11d66b4f94d8e20c8368b2112531d03eaa559b401a"

// Samples are what Draw returns.
type samples struct {
	pixels []byte
	labels []int32
}

func drawSamples(seed, number uint64, n int) samples {
	pixels, labels := Draw(seed, number, n)
	return samples{pixels, labels}
}

func (s samples) image(i int) []byte { return s.pixels[i*784:][:784] }

func hash(parts ...samples) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p.pixels)
		binary.Write(h, binary.LittleEndian, p.labels)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// TestDrawGivesTheSameBitsEverywhere: the same seed gives the same digits on every machine.
func TestDrawGivesTheSameBitsEverywhere(t *testing.T) {
	if got := hash(drawSamples(1, 1, 500), drawSamples(1, 2, 100)); got != digitsSHA256 {
		t.Errorf("got the SHA-256 %s for 600 digits of seed 1, want %s", got, digitsSHA256)
	}
}

// TestDrawDoesNotDependOnProcessors: digits are drawn side by side, and each has its own random numbers.
func TestDrawDoesNotDependOnProcessors(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := hash(drawSamples(7, 1, 101), drawSamples(7, 2, 53))
	for _, procs := range []int{2, 3, 8} {
		runtime.GOMAXPROCS(procs)
		if hash(drawSamples(7, 1, 101), drawSamples(7, 2, 53)) != one {
			t.Errorf("GOMAXPROCS=%d: got other digits than with 1", procs)
		}
	}
}

// TestDrawBalancesAndShufflesLabels: all digits are as frequent as can be, and in no order.
func TestDrawBalancesAndShufflesLabels(t *testing.T) {
	for i, n := range []int{1003, 250} {
		p := drawSamples(3, uint64(i+1), n)
		if len(p.pixels) != n*784 || len(p.labels) != n {
			t.Fatalf("%d digits: got %d pixels, %d labels", n, len(p.pixels), len(p.labels))
		}
		var count [10]int
		for _, l := range p.labels {
			count[l]++
		}
		if least, most := slices.Min(count[:]), slices.Max(count[:]); most-least > 1 {
			t.Errorf("got classes of sizes %v, want them equally frequent", count)
		}
		if inOrder := slices.IsSorted(p.labels[:10]) && slices.IsSorted(p.labels[10:20]); inOrder {
			t.Errorf("got labels in order: %v …", p.labels[:20])
		}
	}
	if empty := drawSamples(3, 1, 0); len(empty.pixels)+len(empty.labels) != 0 {
		t.Errorf("0 digits: got %d pixels, %d labels", len(empty.pixels), len(empty.labels))
	}
}

// TestDigitsLookLikeMNIST: black margins, ink that reaches full white without filling the box, a longer side of 20
// pixels, and the centre of mass in the middle.
func TestDigitsLookLikeMNIST(t *testing.T) {
	p := drawSamples(5, 1, 3000)
	for i, digit := range p.labels {
		var mass, mx, my, grey float64
		left, right, top, bottom := 28, -1, 28, -1
		img := p.image(i)
		for i, v := range img {
			x, y := i%28, i/28
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
			t.Errorf("sample %d, a %d, got its centre of mass in pixel %.2f, %.2f, want 14, 14", i, digit, cx, cy)
		}
		if ink := mass / 255; ink < 12 || ink > 300 {
			t.Errorf("sample %d, a %d, has ink for %.0f pixels, want 12 to 300", i, digit, ink)
		}
		if slices.Max(img) < 200 || grey < 20 {
			t.Errorf("sample %d, a %d: brightest pixel %d, %.0f grey ones", i, digit, slices.Max(img), grey)
		}
	}
}

// TestDrawNeverRepeatsAnImage: no image of the test set, or of another seed, is in the training set, which would make
// the test too easy.
func TestDrawNeverRepeatsAnImage(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range []samples{drawSamples(1, 1, 2000), drawSamples(1, 2, 2000), drawSamples(2, 1, 2000)} {
		for i, digit := range p.labels {
			image := string(p.image(i))
			if seen[image] {
				t.Fatalf("got sample %d, a %d, twice", i, digit)
			}
			seen[image] = true
		}
	}
}

// TestSheet draws ten of each digit, to be looked at: DIGITS_SHEET=/tmp/sheet.png go test -run Sheet
// ./internal/data/digits
func TestSheet(t *testing.T) {
	name := os.Getenv("DIGITS_SHEET")
	if name == "" {
		t.Skip("DIGITS_SHEET names no file to draw into")
	}
	p := drawSamples(1, 1, 100)
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
