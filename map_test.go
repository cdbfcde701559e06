package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A declared thing is where it stands and what its comment says.
type declared struct {
	file string
	line int
	doc  string
}

// declarations are the functions, methods and types of the files beside this one.
func declarations(t *testing.T) map[string]declared {
	t.Helper()
	set, all := token.NewFileSet(), map[string]declared{}
	for _, path := range programFiles(t) {
		f, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				name := d.Name.Name
				if d.Recv != nil {
					of := d.Recv.List[0].Type
					if star, ok := of.(*ast.StarExpr); ok {
						of = star.X
					}
					if id, ok := of.(*ast.Ident); ok {
						name = id.Name + "." + name
					}
				}
				all[name] = declared{path, set.Position(d.Pos()).Line, d.Doc.Text()}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if s, ok := s.(*ast.TypeSpec); ok {
						all[s.Name.Name] = declared{path, set.Position(s.Pos()).Line, d.Doc.Text() + s.Doc.Text()}
					}
				}
			}
		}
	}
	return all
}

// programFiles are the files beside this one that are not tests.
func programFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(files, func(path string) bool { return strings.HasSuffix(path, "_test.go") })
}

// bearsNumber says that a function's comment has an equation's number; that of the costs is
// in the comment of their type.
func bearsNumber(all map[string]declared, name, number string) bool {
	return strings.Contains(all[name].doc, "("+number+")")
}

// TestMap: every function that -explain and the README name is there, at that line, and is
// about the equation whose number stands beside it; and every such number is one of those
// at the top of backprop.go.
func TestMap(t *testing.T) {
	all := declarations(t)
	top, err := os.ReadFile("backprop.go")
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(string(top), "\npackage main")
	numbers := regexp.MustCompile(`(?m)^//\t.*\((\d)\)`).FindAllStringSubmatch(head, -1)
	if len(numbers) != 4 {
		t.Fatalf("%d equations at the top of backprop.go, want 4", len(numbers))
	}
	place := regexp.MustCompile(`\[(?:\((\d)\) )?([\w.]+), (\w+\.go):(\d+)\]`)
	places := 0
	digits := " -data " + smallMNIST(t, 100, 20)
	for _, flags := range []string{"-explain mazur", "-explain xor",
		"-explain -momentum 0.9 -hidden 9,9 -activation tanh -dropout 0.1,0.1" + digits,
		"-explain -optimizer adam -hidden 9 -cost mse" + digits} {
		text, err := tryRun(strings.Fields(flags)...)
		if err != nil {
			t.Fatal(flags, err)
		}
		for _, m := range place.FindAllStringSubmatch(text, -1) {
			places++
			is, ok := all[m[2]]
			if line, _ := strconv.Atoi(m[4]); !ok || is.file != m[3] || is.line != line {
				t.Errorf("%s: %s is said to be at %s:%s, and is at %s:%d", flags, m[2], m[3], m[4], is.file, is.line)
			}
			if m[1] != "" && !bearsNumber(all, m[2], m[1]) {
				t.Errorf("%s: %s says nothing of equation (%s)", flags, m[2], m[1])
			}
		}
		for _, m := range regexp.MustCompile(`\((\d)\)`).FindAllStringSubmatch(text, -1) {
			if n, _ := strconv.Atoi(m[1]); n < 1 || n > 4 {
				t.Errorf("%s: there is no equation (%d)", flags, n)
			}
		}
	}
	if places < 25 {
		t.Errorf("%d places in what -explain prints: the pattern misses them", places)
	}
}

// TestMapReadme: so is every name in the README's table from equation to function, and
// every file it names.
func TestMapReadme(t *testing.T) {
	all := declarations(t)
	b, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := string(b)
	part := section(readme, "\n### From equation to function", "\n### ")
	names := 0
	for _, line := range strings.Split(part, "\n") {
		number := regexp.MustCompile(`\| \((\d)\) \|`).FindStringSubmatch(line)
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(line, -1) {
			name := m[1]
			names++
			if strings.HasSuffix(name, ".go") || strings.Contains(name, "/") {
				if _, err := os.Stat(name); err != nil {
					t.Errorf("the README names a file that is not there: %s", name)
				}
				continue
			}
			if _, ok := all[name]; !ok && !strings.HasPrefix(name, "-") {
				t.Errorf("the README names %s, and there is no such function or type", name)
			}
			if number != nil && !bearsNumber(all, name, number[1]) {
				t.Errorf("the README has %s beside equation (%s), of which its comment says nothing", name, number[1])
			}
		}
	}
	if names < 15 {
		t.Errorf("%d names in the README's map", names)
	}
	for _, m := range regexp.MustCompile(`([\w.]+), (\w+\.go):(\d+)`).FindAllStringSubmatch(readme, -1) {
		if line, _ := strconv.Atoi(m[3]); all[m[1]].file != m[2] || all[m[1]].line != line {
			t.Errorf("the README has %s, which is at %s:%d", m[0], all[m[1]].file, all[m[1]].line)
		}
	}
}

// TestTablesComplete: of the program's own activations and costs nothing is left out that the explanation, the gradient
// check and the report need. A kink must be marked: g′, or ∂C/∂a, jumps there, and -gradcheck leaves it out.
func TestTablesComplete(t *testing.T) {
	type field struct {
		name    string
		missing bool
	}
	complain := func(of string, fields ...field) {
		for _, f := range fields {
			if f.missing {
				t.Errorf("%s in backprop.go: the field %s is missing", of, f.name)
			}
		}
	}
	const near = 1e-9
	jumps := func(below, above float64) bool { return math.Abs(above-below) > 1e-6 }
	for _, g := range activations {
		slope, a := []float64{1, 1}, []float64{-near, near}
		g.F(a)
		g.Prime(slope, a)
		complain("activation "+g.Name, field{"Slope", g.Slope == ""}, field{"Script", slices.Contains(g.Script[:], "")},
			field{"Kink", !g.Kink && jumps(slope[0], slope[1])})
	}
	linear := activations[slices.IndexFunc(activations, Activation.straight)]
	for _, c := range costs {
		below, above := make([]float64, 2), make([]float64, 2)
		c.Eval(linear, []float64{0.5 - near, 0.5}, []float64{0.5, 0.5}, below)
		c.Eval(linear, []float64{0.5 + near, 0.5}, []float64{0.5, 0.5}, above)
		complain("cost "+c.Name, field{"Title", c.Title == ""}, field{"Formula", c.Formula == ""},
			field{"Gradient", c.Gradient == ""}, field{"Script", c.Script == ""},
			field{"Kink", !c.Kink && jumps(below[0], above[0])})
	}
}

// readingOrder lists the program's files so that each uses only those before it.
var readingOrder = []string{"matrix", "backprop", "optimise", "team", "trainer", "bug", "data", "setup", "evaluate",
	"inspect", "model", "watch", "hooks", "main"}

// TestEachFileUsesOnlyThoseBefore: whoever reads the files in order meets nothing that comes later.
func TestEachFileUsesOnlyThoseBefore(t *testing.T) {
	set := token.NewFileSet()
	var files []*ast.File
	for _, name := range readingOrder {
		f, err := parser.ParseFile(set, name+".go", nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	if all := programFiles(t); len(all) != len(files) {
		t.Errorf("the reading order has %d files, the folder %d: %q", len(files), len(all), all)
	}
	// Names from other packages stay unknown, which does not matter here.
	info := types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Error: func(error) {}}
	program, _ := config.Check("main", set, files, &info)
	place := func(p token.Pos) int {
		return slices.Index(readingOrder, strings.TrimSuffix(set.Position(p).Filename, ".go"))
	}
	for use, object := range info.Uses {
		if object.Pkg() == program && place(object.Pos()) > place(use.Pos()) {
			t.Errorf("%v uses %s, which is in %s", set.Position(use.Pos()), object.Name(), set.Position(object.Pos()).Filename)
		}
	}
}
