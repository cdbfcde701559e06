package workbook

import (
	"bytes"
	"fmt"
	"go/format"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/digits"
	"backprop/internal/filetest"
	"backprop/internal/run/workbook/grade"
)

// dir is where each test writes its workbook: the same folder for all, so that Go compiles its packages once.
var dir string

func TestMain(m *testing.M) {
	home, err := os.MkdirTemp("", "workbook")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	dir = filepath.Join(home, "book")
	status := m.Run()
	os.RemoveAll(home)
	os.Exit(status)
}

// writeNew writes a workbook into dir, which is empty before.
func writeNew(t *testing.T, o Options) {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(dir, o); err != nil {
		t.Fatal(err)
	}
}

// quickOptions ask for the solutions, and for digits that are soon learned: the same 250 eight times.
var quickOptions = func() Options {
	pixels, labels := digits.Draw(1, 0, 250)
	return Options{Solutions: true, Pixels: bytes.Repeat(pixels, 8), Labels: slices.Repeat(labels, 8)}
}()

// runGo runs go in dir, without network.
func runGo(arguments ...string) (output string, ok bool) {
	command := exec.Command("go", arguments...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off", "GOTOOLCHAIN=local")
	text, err := command.CombinedOutput()
	return string(text), err == nil
}

// read and put read and write a file in dir.
func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func put(t *testing.T, name, text string) {
	t.Helper()
	filetest.Write(t, dir, map[string][]byte{name: []byte(text)})
}

// exerciseFiles are the twelve exercises, and the file with the answers about the bugs.
func exerciseFiles(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "[01][0-9]_*.go"))
	if err != nil || len(paths) != 12 {
		t.Fatalf("got %d exercises, want 12 (%v)", len(paths), err)
	}
	for i := range paths {
		paths[i] = filepath.Base(paths[i])
	}
	return append(paths, "bugs/answers.go")
}

func expect(t *testing.T, output string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(output, text) {
			t.Errorf("%q is not in\n%s", text, output)
		}
	}
}

// A new workbook compiles; nothing in it is done, and nothing is wrong. Its files are formatted and short; those with
// exercises are marked as not done, and those with solutions are not.
func TestNewWorkbook(t *testing.T) {
	writeNew(t, quickOptions)
	output, ok := runGo("test")
	expect(t, output, "0 of 12 done, next: 01_sigmoid.go", "0 of 5 bugs named")
	if ok || strings.Contains(output, "not right") || strings.Contains(output, ".go:") {
		t.Errorf("go test succeeds: %v, and prints\n%s", ok, output)
	}
	if output, ok := runGo("vet", "./..."); !ok {
		t.Errorf("go vet: %s", output)
	}
	for _, name := range exerciseFiles(t) {
		for _, path := range []string{name, "solutions/" + name} {
			text := read(t, path)
			formatted, err := format.Source([]byte(text))
			if err != nil || string(formatted) != text || strings.Count(text, "\n") > 60 {
				t.Errorf("%s: not formatted, or too long (%v)\n%s", path, err, text)
			}
			undone := strings.Contains(text, "// not done yet")
			if undone != (path == name) || strings.Contains(text, "solution:") {
				t.Errorf("%s: says that it is not done: %v\n%s", path, undone, text)
			}
		}
	}
}

// With the solutions in place of the exercises all is done, and the digits are read; from the second time on, they are
// not learned again. With BACKPROP_FULL they are the digits that the program draws for the folder.
func TestSolutions(t *testing.T) {
	o := quickOptions
	if os.Getenv("BACKPROP_FULL") != "" {
		o = Options{Solutions: true}
	}
	writeNew(t, o)
	for _, name := range exerciseFiles(t) {
		if !testing.Short() || name != "10_digits.go" {
			put(t, name, read(t, "solutions/"+name))
		}
	}
	output, ok := runGo("test")
	if testing.Short() {
		expect(t, output, "11 of 12 done, next: 10_digits.go")
		return
	}
	expect(t, output, "12 of 12 done", "5 of 5 bugs", "XOR", "10_digits.go reads ", "ok  \tworkbook")
	again, okAgain := runGo("test")
	expect(t, again, "12 of 12 done", "10_digits.go reads ")
	if !ok || !okAgain || strings.Contains(again, "learning") {
		t.Errorf("go test succeeds: %v, and again: %v\n%s", ok, okAgain, again)
	}
}

// A mistake in the file of an exercise is recognised in the folder as it is in package grade, which has the table of
// the common mistakes. When it is made again, the hint is another one.
func TestMistakesInTheFiles(t *testing.T) {
	writeNew(t, quickOptions)
	want := map[string]string{}
	for _, m := range []struct{ file, old, new, code string }{
		{"01_sigmoid.go", "math.Exp(-z)", "math.Exp(z)", "minus-lost"},
		{"02_forward.go", "w[i][j]", "w[j][i]", "transpose"},
		{"03_output.go", "(a - y[j]) / 2", "(a - y[j])", "no-half"},
		{"04_back.go", "w2[i][j]", "w2[j][i]", "transpose"},
		{"05_gradients.go", "zeros(len(a), len(delta))", "zeros(len(delta), len(a))", "shape"},
		{"06_step.go", "gradients(a1, delta2)", "gradients(z1, delta2)", "no-activation"},
		{"07_batch.go", "-rate", "-rate/n", "mean-twice"},
		{"08_check.go", "w[i][j] = old\n", "", "not-restored"},
		{"09_train.go", "for len(order) > 0 {", "for len(order) >= batch {", "rest-dropped"},
		{"11_momentum.go", "mu*v[i][j] -", "mu*v[i][j] +", "ascent"},
		{"12_decay.go", "/float64(n)", "", "l2-not-over-N"},
	} {
		solution := read(t, "solutions/"+m.file)
		wrong := strings.ReplaceAll(solution, m.old, m.new)
		if wrong == solution {
			t.Fatalf("%s: %q is not in it", m.file, m.old)
		}
		put(t, m.file, wrong)
		want[m.file] = m.code
	}
	told := regexp.MustCompile(`(?s)(\d\d_\w+\.go) is not right yet \(([^)]+)\):\n.*?\n    Hint: (.*?)\n\n`)
	var hints [2]map[string]string
	for try := range hints {
		output, _ := runGo("test", "-run", "Workbook")
		codes := map[string]string{}
		hints[try] = map[string]string{}
		for _, m := range told.FindAllStringSubmatch(output, -1) {
			codes[m[1]], hints[try][m[1]] = m[2], m[3]
		}
		if !maps.Equal(codes, want) {
			t.Errorf("try %d: got %v\nwant %v\n%s", try+1, codes, want, output)
		}
	}
	for file, first := range hints[0] {
		if second := hints[1][file]; first == second {
			t.Errorf("%s: the second hint is the first: %s", file, first)
		}
	}
}

// Writing a workbook again keeps what the learner has changed, and the real digits; it brings back what is missing.
func TestWriteAgain(t *testing.T) {
	writeNew(t, Options{})
	put(t, "02_forward.go", "package workbook // mine")
	put(t, "bugs/answers.go", "package bugs // mine")
	put(t, "notes.txt", "my notes")
	put(t, "04_back.go", strings.ReplaceAll(read(t, "04_back.go"), "\n", "\r\n")) // as on Windows, which is no change
	os.Remove(filepath.Join(dir, "03_output.go"))
	changed := []string{"02_forward.go", "bugs/answers.go"}
	w, err := Write(dir, Options{Solutions: true})
	if err != nil || !slices.Equal(w.Kept, changed) || !slices.Contains(w.New, "03_output.go") ||
		slices.Contains(w.New, "02_forward.go") || !slices.IsSorted(w.New) {
		t.Errorf("kept %v, want %v; new are %v (%v)", w.Kept, changed, w.New, err)
	}
	for name, want := range map[string]string{"02_forward.go": "// mine", "bugs/answers.go": "// mine",
		"notes.txt": "my notes", "03_output.go": "not done yet", "04_back.go": "not done yet",
		"solutions/bugs/answers.go": "Bug1 = \"", "solutions/network.go": "type Network"} {
		if text := read(t, name); !strings.Contains(text, want) {
			t.Errorf("%s: %q is not in %q", name, want, text)
		}
	}
	drawn := read(t, grade.Digits)
	if _, err := Write(dir, Options{Pixels: make([]byte, 784*2000), Labels: make([]int32, 2000)}); err != nil {
		t.Fatal(err)
	}
	real := read(t, grade.Digits)
	if _, err := Write(dir, Options{}); err != nil || real == drawn || read(t, grade.Digits) != real {
		t.Errorf("got %d bytes of digits, %d once real ones were given, and then %d (%v)", len(drawn), len(real),
			len(read(t, grade.Digits)), err)
	}
	for _, record := range []string{"", "no JSON", "null"} { // then everything that differs counts as changed by the learner
		put(t, grade.Record, record)
		if w, err = Write(dir, Options{}); err != nil || !slices.Equal(w.Kept, changed) {
			t.Errorf("with %q as record, kept %v, want %v (%v)", record, w.Kept, changed, err)
		}
	}
}

// A file that is as an older version wrote it is renewed.
func TestWriteRenewsOldFiles(t *testing.T) {
	writeNew(t, Options{})
	const old, begin = "package workbook // as an older version wrote it\n", `"05_gradients.go": [`
	put(t, grade.Record, strings.Replace(read(t, grade.Record), begin, begin+`"`+grade.Sum([]byte(old))+`",`, 1))
	put(t, "05_gradients.go", old)
	w, err := Write(dir, Options{})
	if text := read(t, "05_gradients.go"); err != nil || len(w.Kept) > 0 || !strings.Contains(text, "func Gradients") {
		t.Errorf("kept %v, want none (%v)\n%s", w.Kept, err, text)
	}
}

// Sources in internal that only an older version has are removed, unless the learner has changed them; nothing else is.
func TestWriteRemovesOldSources(t *testing.T) {
	writeNew(t, Options{Solutions: true})
	const old = "package grade // of an older version\n"
	sum, begin := `["`+grade.Sum([]byte(old))+`"]`, "{\n"
	for _, name := range []string{"internal/grade/parts.go", "internal/grade/mine.go", "parts.go", "internal/../up.go"} {
		put(t, name, old)
		begin += fmt.Sprintf("%q: %s,", name, sum)
	}
	put(t, "internal/grade/mine.go", old+"// changed\n")
	put(t, grade.Record, strings.Replace(read(t, grade.Record), "{\n", begin, 1))
	if _, err := Write(dir, Options{}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"internal/grade/parts.go": false, "internal/grade/mine.go": true,
		"parts.go": true, "up.go": true, "solutions/network.go": true, "internal/grade/grade.go": true} {
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != want {
			t.Errorf("%s: got %v, want it to be there: %v", name, err, want)
		}
	}
	for _, name := range []string{"internal/grade/mine.go", "parts.go", "up.go"} {
		os.Remove(filepath.Join(dir, name))
	}
}

// A folder with other files, a file, and data that are no digits are refused, and nothing is written.
func TestWriteRefuses(t *testing.T) {
	home := t.TempDir()
	filetest.Write(t, home, map[string][]byte{"letter.txt": []byte("Dear")})
	letter := filepath.Join(home, "letter.txt")
	const noDigits = "the workbook takes digits: images of 28×28 pixels with labels from 0 to 9"
	for _, c := range []struct {
		path, want string
		o          Options
	}{
		{home, "has other things in it (letter.txt) and is no workbook; name a folder that is new or empty", Options{}},
		{letter, "letter.txt is a file; name a folder for the workbook, new or empty", Options{}},
		{filepath.Join(letter, "book"), "letter.txt", Options{}},
		{"book", noDigits, Options{Pixels: make([]byte, 785), Labels: make([]int32, 1)}},
		{"book", noDigits, Options{Pixels: make([]byte, 784*2000)}},
		{"book", noDigits, Options{Pixels: make([]byte, 784), Labels: []int32{10}}},
		{"book", noDigits, Options{Pixels: make([]byte, 784), Labels: []int32{-1}}},
		{"book", "takes 2000 digits or more, of which 1000 are to be read; here are 1999",
			Options{Pixels: make([]byte, 784*1999), Labels: make([]int32, 1999)}},
	} {
		if c.path == "book" {
			c.path = filepath.Join(home, "book")
		}
		if _, err := Write(c.path, c.o); !filetest.Says(err, c.want) {
			t.Errorf("%s, %d pixels: got %v, want %q", c.path, len(c.o.Pixels), err, c.want)
		}
	}
	if names := filetest.List(t, home); len(names) != 1 {
		t.Errorf("the folder has %q, want only the letter", names)
	}
}
