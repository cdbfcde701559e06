package grade

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"backprop/internal/judge/check"
)

// TestHints: every code that is told has two hints, and they differ.
func TestHints(t *testing.T) {
	codes := check.Codes()
	for _, file := range []string{"grade.go", "parts.go", "question.go", "whole.go"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?:Mistake|\[\]way\{)?\{"([a-z0-9-]+)",`).FindAllSubmatch(text, -1) {
			codes = append(codes, string(m[1]))
		}
	}
	if len(codes) < 60 {
		t.Fatal(codes)
	}
	for _, code := range codes {
		for _, e := range exercises {
			one, two := hint(e.file, code, 1), hint(e.file, code, 2)
			if own := ownHints[code]; own[0] == "" && one == "" && !slices.Contains(only(code), e.file[:2]) {
				continue // a code of another exercise alone
			}
			if one == "" || two == "" || one == two || hint(e.file, code, 3) != two {
				t.Errorf("%s %s: %q, %q", e.file, code, one, two)
			}
		}
		if len(only(code)) == 0 && ownHints[code][0] == "" && check.Hint(code, 1) == "" {
			t.Errorf("%s has no hint", code)
		}
	}
}

// only are the exercises for which a code has a hint of its own.
func only(code string) (all []string) {
	for key := range ownHints {
		if number, rest, ok := strings.Cut(key, " "); ok && rest == code {
			all = append(all, number)
		}
	}
	return all
}

// TestEndlessAndStopped: a program that does not end is told, and one that stops, with its place.
func TestEndlessAndStopped(t *testing.T) {
	never := exercise{"02_forward.go", func(*grader) *Mistake { select {} }, nil, time.Millisecond}
	if m := checkWithin(never, nil); m == nil || m.Code != "endless" {
		t.Error(m)
	}
	list := make([]int, 2)
	for code, f := range map[string]func(){
		"shape":    func() { list[len(os.Args)+5] = 1 },
		"not-made": func() { list[2:][len(os.Args)] = 1 },
		"past-end": func() { list = list[:len(os.Args)+5] },
		"stopped":  func() { panic("no") },
	} {
		stops := exercise{"02_forward.go", func(*grader) *Mistake { f(); return nil }, nil, time.Minute}
		if m := checkWithin(stops, nil); m == nil || m.Code != code || !strings.HasPrefix(m.Text, "The program stopped: ") {
			t.Error(m)
		}
	}
}

// pictures are n of them with labels; the pixel of the label's number is ink.
func pictures(n int) (images [][]byte, labels []int) {
	for i := range n {
		image := make([]byte, 784)
		image[i%10] = 255
		images, labels = append(images, image), append(labels, i%10)
	}
	return images, labels
}

// learner is exercise 10 with parts that can be wrong.
type learner struct {
	scale      float64
	drop       int  // so many digits are left out
	shared     bool // one y for all
	silent     bool // does not train
	unread     bool // gives no function
	misread    bool
	wide, hide bool
	nearly     bool // reads 90 % only
}

// learn is LearnDigits.
func (l learner) learn(calls *Functions) func(images [][]byte, labels []int) func([]byte) int {
	return func(images [][]byte, labels []int) func([]byte) int {
		var xs, ys [][]float64
		y := make([]float64, 10)
		for i, image := range images[l.drop:] {
			if !l.shared {
				y = make([]float64, 10)
			}
			y[labels[i+l.drop]] = 1
			x := make([]float64, 784)
			for k, p := range image {
				x[k] = float64(p) / l.scale
			}
			if l.wide {
				x = x[:700]
			}
			xs, ys = append(xs, x), append(ys, y)
		}
		net := &Network{W1: make([][]float64, 784), B1: make([]float64, 10), W2: make([][]float64, 10),
			B2: make([]float64, 10), Softmax: true}
		for i := range net.W1 {
			net.W1[i] = make([]float64, 10)
			if i < 10 && !l.hide {
				net.W1[i][i] = 9
			}
		}
		for i := range net.W2 {
			net.W2[i] = make([]float64, 10)
			net.W2[i][i] = 9
		}
		if !l.silent {
			calls.Train(net, xs, ys, 1, 10, 0.1)
		}
		switch {
		case l.unread:
			return nil
		case l.nearly:
			return func(image []byte) int { return slices.Index(image, 255) % 9 }
		case l.misread || l.hide:
			return func([]byte) int { return 3 }
		}
		return func(image []byte) int { return slices.Index(image, 255) }
	}
}

// TestDigitMistakes: what is said of each mistake in exercise 10, with a network that knows its digits already.
func TestDigitMistakes(t *testing.T) {
	images, labels := pictures(200)
	for _, c := range []struct {
		l    learner
		code string
	}{
		{learner{scale: 255}, ""},
		{learner{scale: 1, misread: true}, "unscaled"},
		{learner{scale: 255, drop: 1, misread: true}, "not-all"},
		{learner{scale: 4, misread: true}, "unscaled"},
		{learner{scale: 255, shared: true, misread: true}, "not-one-hot"},
		{learner{scale: 255, silent: true}, "no-train"},
		{learner{scale: 255, silent: true, unread: true}, notDone},
		{learner{scale: 255, unread: true}, "no-read"},
		{learner{scale: 255, misread: true}, "badly-read"},
		{learner{scale: 255, nearly: true}, "badly-read"},
		{learner{scale: 255, wide: true, misread: true}, "shape"},
		{learner{scale: 255, hide: true}, "below-90"},
	} {
		var now Functions
		g := &grader{shared: lentFunctions(), lend: func(f Functions) { now = f }}
		g.mine.LearnDigits = c.l.learn(&now)
		right, m := g.learnDigits(images, labels, 100)
		if c.code == "" && (m != nil || right != 100) || c.code != "" && (m == nil || m.Code != c.code) {
			t.Errorf("%+v: %d right, %+v", c.l, right, m)
		}
	}
}

// TestReadDigits: files that are whole, cut off, short, or not there.
func TestReadDigits(t *testing.T) {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	for i := range 1100 {
		z.Write(append([]byte{byte(i % 10)}, make([]byte, 784)...))
	}
	z.Close()
	dir := t.TempDir()
	path := func(name string, text []byte) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, text, 0o644); err != nil {
			t.Fatal(err)
		}
		return name
	}
	images, labels, err := readDigits(path("whole", out.Bytes()))
	if err != nil || len(images) != 1100 || labels[13] != 3 {
		t.Error(len(images), err)
	}
	cut, text := path("cut", out.Bytes()[:out.Len()/2]), path("text", []byte("hello"))
	for _, name := range []string{cut, text, filepath.Join(dir, "none")} {
		if _, _, err := readDigits(name); err == nil {
			t.Error(name, "is read")
		}
	}
}
