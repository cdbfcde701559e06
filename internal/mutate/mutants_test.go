package main

import (
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// read returns the source of a file with this text.
func read(t *testing.T, text string) *source {
	t.Helper()
	file := filepath.Join(t.TempDir(), "f.go")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	s, err := readSource(file)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestReadSource: every bug that slips from the hand is found, and nothing else. Each line of the functions begins with
// the number of mutants in it.
func TestReadSource(t *testing.T) {
	const text = `package p

import f "fmt"

const most = 3

func g(a, b int, c []int) int {
	x, y := -a, 1.5
	if a < b {
		f.Println(a, b)
	}
	switch {
	case a == 10:
		a--
	}
	defer f.Print("1")
	c[0] += max(a, b)
	return a & b << 0.0
}
`
	want := []string{
		"5: 4 for 3", "5: 2 for 3",
		"8: (1.5 * 10) for 1.5",
		"9: !(a < b) for a < b", "9: <= for < in a < b",
		"10: without f.Println(a, b)", "10: arguments a and b swapped",
		"13: != for == in a == 10", "13: 11 for 10", "13: 9 for 10",
		"14: without a--",
		"16: without defer f.Print(\"1\")",
		"17: without c[0] += max(a, b)", "17: 1 for 0",
	}
	var got []string
	for _, m := range read(t, text).mutants {
		got = append(got, fmt.Sprintf("%d: %s", m.line, m.what))
		covered := map[int]int{13: 12}[m.line]
		if covered != 0 && m.covered != covered || covered == 0 && m.covered != m.line {
			t.Errorf("line %d: got line %d for its coverage; that of a case is the line of its switch", m.line, m.covered)
		}
		if (m.function == nil) != (m.line == 5) {
			t.Errorf("line %d: got function %v", m.line, m.function)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestWrongOperators: each comparison takes or leaves out its border, and each other operator becomes its opposite.
func TestWrongOperators(t *testing.T) {
	for code, want := range map[string]string{
		"a < b": "a <= b", "a <= b": "a < b", "a > b": "a >= b", "a >= b": "a > b", "a == b": "a != b", "a != b": "a == b",
		"a + b": "a - b", "a - b": "a + b", "a * b": "a / b", "a / b": "a * b", "a && b": "a || b", "a || b": "a && b",
		"a % b": "", "a &^ b": "", "-a": "", "!a": "",
		"f(a, b)": "f(b, a)", "f(a, a)": "", "min(a, b)": "", "math.FMA(a, b, b)": "",
		"math.FMA(a, a, b)": "math.FMA(a, b, a)",
	} {
		s := read(t, "package p\nvar x = "+code+"\n")
		got := ""
		for _, m := range s.mutants {
			_, got, _ = strings.Cut(string(s.text[:m.from])+m.new+string(s.text[m.to:]), "x = ")
		}
		if strings.TrimSpace(got) != want {
			t.Errorf("%s: got %q, want %q", code, got, want)
		}
	}
}

// TestWithMutants: each mutant stands in a copy of its function's body, in front of the body; lines keep their numbers.
func TestWithMutants(t *testing.T) {
	s := read(t, "package p\n\nfunc f(x bool) bool {\n\treturn x == !x\n}\n\nfunc g() {\n\tf(true)\n}\n")
	for i, m := range s.mutants {
		m.number = 7 + i
	}
	want := `package p

func f(x bool) bool {
if mutantHere == 7 {
//line mutant7/f.go:3

	return x != !x

panic("no return")
}
//line f.go:3

	return x == !x
}

func g() {
if mutantHere == 8 {
//line mutant8/f.go:7

	@

return
}
//line f.go:7

	f(true)
}
`
	want = strings.Replace(want, "@", "", 1) // where the mutant leaves out the statement
	if got := string(s.withMutants()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestReadProfile: the lines of a block are known from its first to its last, and whether they were run.
func TestReadProfile(t *testing.T) {
	profile := filepath.Join(t.TempDir(), "covered.out")
	os.WriteFile(profile, []byte("mode: set\nm/a/f.go:3.10,5.2 2 1\nm/a/f.go:7.10,8.2 2 0\nm/g.go:2.1,2.9 1 1\n"), 0o666)
	got, err := readProfile(profile)
	want := map[place]bool{{"a/f.go", 3}: true, {"a/f.go", 4}: true, {"a/f.go", 5}: true, {"a/f.go", 7}: false,
		{"a/f.go", 8}: false, {"g.go", 2}: true}
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
}

// TestBatches: a mutant is tried with the tests that run its line, one in a declaration with all; slow tests wait until
// quick ones have not noticed it.
func TestBatches(t *testing.T) {
	here := map[place]bool{{"a/f.go", 3}: true, {"a/f.go", 5}: false}
	tests := suite{"./a": {{"quick", time.Second, here}, {"elsewhere", time.Second, nil}, {"slow", 2 * time.Second, here},
		{"slower", 9 * time.Second, here}, {"last", 10 * time.Second, here}}}
	for _, c := range []struct {
		function *ast.FuncDecl
		line     int
		want     string
	}{
		{&ast.FuncDecl{}, 3, "[[quick slow] [slower] [last]]"},
		{&ast.FuncDecl{}, 4, "[[quick slow] [slower] [last]]"}, // it is in no block
		{&ast.FuncDecl{}, 5, "[]"},
		{nil, 4, "[[quick elsewhere slow] [slower] [last]]"},
	} {
		got := [][]string{}
		for _, batch := range tests.batches("./a", "a/f.go", &mutant{function: c.function, covered: c.line}) {
			names := []string{}
			for _, test := range batch {
				names = append(names, test.name)
			}
			got = append(got, names)
		}
		if fmt.Sprint(got) != c.want {
			t.Errorf("line %d, in a function: %v: got %v, want %s", c.line, c.function != nil, got, c.want)
		}
	}
}

func TestWhatFailed(t *testing.T) {
	for out, want := range map[string]string{
		"x\n    --- FAIL: TestSum (0.00s)\n": "TestSum", "panic: test timed out after 1s\n": "the clock",
		"signal: killed": "one of 3",
	} {
		if got := whatFailed([]byte(out), 3); got != want {
			t.Errorf("%q: got %s, want %s", out, got, want)
		}
	}
}
