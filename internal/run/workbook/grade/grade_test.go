package grade

import (
	"bytes"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"backprop/internal/filetest"
	book "backprop/internal/run/workbook/files"
)

// A learner works in a new folder, and has done all exercises but the digits.
type learner struct{ mine, lent Functions }

func newLearner(t *testing.T) *learner {
	t.Chdir(t.TempDir())
	l := &learner{}
	l.mine = solutions(&l.lent)
	return l
}

func (l *learner) write(t *testing.T, name, text string) {
	t.Helper()
	filetest.Write(t, ".", map[string][]byte{name: []byte(text)})
}

// grade returns what is printed about the folder.
func (l *learner) grade() (text string, done bool) {
	var out bytes.Buffer
	done = Workbook(&out, l.mine, func(f Functions) { l.lent = f })
	return out.String(), done
}

func TestWorkbookWithoutDigits(t *testing.T) {
	text, done := newLearner(t).grade()
	begin := "10_digits.go: the digits cannot be read (open internal/digits.gz: no such file or directory):\n" +
		"write the workbook again, into the same folder.\n\n" +
		"09_train.go has learned XOR: 0,0 → 0.0"
	xor := regexp.MustCompile(`XOR: 0,0 → 0\.0\d 0,1 → 0\.9\d 1,0 → 0\.9\d 1,1 → 0\.0\d\n`)
	const end = "[██████████████████████··]  11 of 12 done, next: 10_digits.go\n"
	if done || !strings.HasPrefix(text, begin) || !xor.MatchString(text) || !strings.HasSuffix(text, end) {
		t.Errorf("done is %v, and the text\n%s\nwant it to begin\n%s\nand to end\n%s", done, text, begin, end)
	}
}

// A mistake is told with its hint; made again, with the second hint. An exercise that calls one that is not right is
// told so, and the digits wait for both.
func TestWorkbookTellsMistakes(t *testing.T) {
	l := newLearner(t)
	l.mine.Back = func(d []float64, w [][]float64, z []float64) []float64 { return make([]float64, len(z)) }
	l.mine.Sigmoid = func(z float64) (a, slope float64) { return book.Sigmoid(-z) }
	l.write(t, "04_back.go", "package workbook\n\n// Sigmoid(z)\nvar _ = 2 * Sigmoid(z)\n")
	for _, hint := range []string{"Hint: What should σ be for a very large z, and what is yours?",
		"Hint: There is a minus in e⁻ᶻ.", "Hint: There is a minus in e⁻ᶻ."} {
		text, done := l.grade()
		for _, want := range []string{"01_sigmoid.go is not right yet (minus-lost):\n    a = 1", "\n    " + hint + "\n\n",
			"04_back.go is not right yet (capital):\n    It calls Sigmoid, which is not right yet.\n    Hint: ",
			"10_digits.go: this uses your own code, so it waits for 01_sigmoid.go, 04_back.go.\n\n",
			"[██████████████████······]  9 of 12 done, next: 01_sigmoid.go\n"} {
			if done || !strings.Contains(text, want) {
				t.Errorf("done is %v, and %q is not in\n%s", done, want, text)
			}
		}
	}
	wrong := l.mine.Sigmoid
	for _, other := range []func(z float64) (a, slope float64){book.Sigmoid,
		func(z float64) (a, slope float64) { return z, 1 }} {
		l.mine.Sigmoid = other
		if text, _ := l.grade(); !strings.Contains(text, "04_back.go.\n") {
			t.Errorf("the digits do not wait for 04_back.go:\n%s", text)
		}
		l.mine.Sigmoid = wrong
		if text, _ := l.grade(); !strings.Contains(text, "Hint: What should σ") {
			t.Errorf("after the exercise was right, or wrong in another way, the hints do not begin again:\n%s", text)
		}
	}
}

// An exercise whose file is as it was written into the folder is not done, and nothing is said about it. The line
// endings of Windows are no change.
func TestWorkbookSkipsUnchangedFiles(t *testing.T) {
	l := newLearner(t)
	l.write(t, "01_sigmoid.go", "as it was\r\n")
	l.write(t, Record, fmt.Sprintf(`{"01_sigmoid.go": ["another version", %q]}`, Sum([]byte("as it was\n"))))
	text, _ := l.grade()
	if strings.Contains(text, "01_sigmoid.go is not") || !strings.Contains(text, "10 of 12 done, next: 01_sigmoid.go") {
		t.Errorf("got\n%s", text)
	}
	if got := Sum([]byte("abc")); got != "ba7816bf8f01cfea414140de" { // as SHA-256 begins in FIPS 180
		t.Errorf("the sum of abc is %s, so folders of earlier versions are not recognised", got)
	}
}

// Learning the digits takes long, so its result, good or bad, is used again until a file changes.
func TestWorkbookRemembersTheDigits(t *testing.T) {
	l := newLearner(t)
	digits := func(n int) string {
		var text []byte
		images, labels := digitImages(n)
		for i, image := range images {
			text = append(append(text, byte(labels[i])), image...)
		}
		return string(filetest.Gzipped(text))
	}
	l.write(t, Digits, digits(1020))
	learned := 0
	l.mine.LearnDigits = func(images [][]byte, labels []int) func([]byte) int {
		learned++
		return digitLearner{scale: 255, read: func(image []byte) int { return bytes.IndexByte(image, 255) }}.learn(&l.lent,
			images, labels)
	}
	for range 2 {
		text, done := l.grade()
		read := strings.Contains(text, "10_digits.go reads 100.0 % of 1000 digits that it has not seen.\n")
		if !done || learned != 1 || !read || !strings.HasSuffix(text, "]  12 of 12 done: all of them!\n") {
			t.Errorf("done is %v, learned %d times:\n%s", done, learned, text)
		}
	}
	l.write(t, "10_digits.go", "package workbook // changed")
	text, _ := l.grade()
	if learned != 2 || !strings.HasPrefix(text, "10_digits.go is learning from 20 digits …\n\n") {
		t.Errorf("after a file has changed, learned %d times, want 2:\n%s", learned, text)
	}
	l.mine.LearnDigits = func(images [][]byte, labels []int) func([]byte) int { learned++; return nil }
	l.write(t, "10_digits.go", "package workbook // changed again")
	for range 2 {
		text, done := l.grade()
		if done || learned != 3 || !strings.Contains(text, "10_digits.go: the function is still nil.") {
			t.Errorf("done is %v, learned %d times, want 3:\n%s", done, learned, text)
		}
	}
}

// A learner's function that is right is the one that later exercises call.
func TestOthersCallRightFunctions(t *testing.T) {
	l := newLearner(t)
	l.grade()
	mine, lent := reflect.ValueOf(l.mine), reflect.ValueOf(l.lent)
	for _, name := range []string{"Sigmoid", "Forward", "Output", "Back", "Gradients", "BatchStep", "Train"} {
		if lent.FieldByName(name).Pointer() != mine.FieldByName(name).Pointer() {
			t.Errorf("%s is not the learner's", name)
		}
	}
}

// Calls of exercises by their own names are found, unless they are in comments or the exercise is right.
func TestUnfinishedCall(t *testing.T) {
	for _, c := range []struct {
		text string
		done []string
		want string
	}{
		{"var _ = 2 * Sigmoid(z)", nil, "Sigmoid"},
		{"var _ = 2 * Sigmoid(z)", []string{"01_sigmoid.go"}, ""},
		{"// Sigmoid(z)\nvar _ = sigmoid(z)", nil, ""},
		{"var a, b = Sigmoid(z)\nvar _ = Train(a)", []string{"01_sigmoid.go"}, "Train"},
		{"func Back() { Back() }", nil, ""},
	} {
		l := newLearner(t)
		l.write(t, "04_back.go", c.text)
		g := grader{done: map[string]bool{}}
		for _, file := range c.done {
			g.done[file] = true
		}
		if got := g.unfinishedCall("04_back.go"); got != c.want {
			t.Errorf("%q, done %q: got %q, want %q", c.text, c.done, got, c.want)
		}
	}
}

// A program that does not end, or that panics, is told as a mistake.
func TestEndlessAndStopped(t *testing.T) {
	list := make([]int, 2)
	forward, err := os.ReadFile("../files/02_forward.go")
	before, _, found := strings.Cut(string(forward), "w[i][j]\n")
	if err != nil || !found {
		t.Fatalf("the sum is not in the exercise (%v)", err)
	}
	line := strconv.Itoa(1 + strings.Count(before, "\n"))
	for _, c := range []struct {
		code, text string
		run        func()
	}{
		{"endless", "After 1ms it was still running.", func() { select {} }},
		{"shape", "The program stopped: index out of range [", func() { list[len(os.Args)+5] = 1 }},
		{"not-made", "The program stopped: index out of range [", func() { list[2:][len(os.Args)] = 1 }},
		{"past-end", "The program stopped: slice bounds out of range [:", func() { list = list[:len(os.Args)+5] }},
		{"shape", "The program stopped in line " + line + " of 02_forward.go: index out of range [1] with length 1.",
			func() { book.Forward([]float64{1, 2}, [][]float64{{1}}, []float64{0}) }},
		{"stopped", "The program stopped: no.", func() { panic("no") }},
	} {
		t.Run(c.code, func(t *testing.T) {
			limit := time.Minute
			if c.code == "endless" {
				limit = time.Millisecond
			}
			m := checkWithin(exercise{"02_forward.go", func(*grader) *Mistake { c.run(); return nil }, nil, limit}, nil)
			if m == nil || m.Code != c.code || !strings.HasPrefix(m.Text, c.text) {
				t.Errorf("got %+v, want %s: %s", m, c.code, c.text)
			}
		})
	}
}

// Lines have at most 96 characters, with the indent; a longer word has a line of its own.
func TestWrap(t *testing.T) {
	word, long := strings.Repeat("é", 47), strings.Repeat("x", 99)
	for _, c := range []struct{ text, want string }{
		{"", "  "},
		{" a  b\nc ", "  a b c"},
		{word + " " + word[:92], "  " + word + " " + word[:92]},
		{word + " " + word, "  " + word + "\n  " + word},
		{long + " y", "  " + long + "\n  y"},
	} {
		if got := Wrap(c.text, "  "); got != c.want {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}

func TestBar(t *testing.T) {
	for _, c := range []struct {
		done, full int
		text       string
	}{{0, 0, "0 of 5"}, {2, 9, "2 of 5"}, {5, 24, "5 of 5"}} {
		want := "[" + strings.Repeat("█", c.full) + strings.Repeat("·", 24-c.full) + "]  " + c.text
		if got := Bar(c.done, 5); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
