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

// A declaration is where a function, method or type is declared, and its comment.
type declaration struct {
	file string
	line int
	doc  string
}

// declarations returns the functions, methods and types of the files at the top, by name.
func declarations(t *testing.T) map[string]declaration {
	t.Helper()
	set, all := token.NewFileSet(), map[string]declaration{}
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
					name = receiver(d) + "." + name
				}
				all[name] = declaration{path, set.Position(d.Pos()).Line, d.Doc.Text()}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if s, ok := s.(*ast.TypeSpec); ok {
						all[s.Name.Name] = declaration{path, set.Position(s.Pos()).Line, d.Doc.Text() + s.Doc.Text()}
					}
				}
			}
		}
	}
	return all
}

// receiver returns the name of the type whose method d is.
func receiver(d *ast.FuncDecl) string {
	typ := d.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if generic, ok := typ.(*ast.IndexExpr); ok {
		typ = generic.X
	}
	return typ.(*ast.Ident).Name
}

// programFiles returns the files at the top that are not tests.
func programFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(files, func(path string) bool { return strings.HasSuffix(path, "_test.go") })
}

// isAbout reports whether a function's comment has the number of an equation.
func (d declaration) isAbout(number string) bool { return strings.Contains(d.doc, "("+number+")") }

// TestExplainPlaces: every function that -explain names is at the line that it gives, and its comment has the number of
// the equation beside it, which is one of the four at the top of backprop.go.
func TestExplainPlaces(t *testing.T) {
	all := declarations(t)
	head, _, _ := strings.Cut(readText(t, "backprop.go"), "\npackage main")
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
		text := command(t, strings.Fields(flags)...)
		for _, m := range place.FindAllStringSubmatch(text, -1) {
			places++
			is, ok := all[m[2]]
			if line, _ := strconv.Atoi(m[4]); !ok || is.file != m[3] || is.line != line {
				t.Errorf("%s: %s is said to be at %s:%s, and is at %s:%d", flags, m[2], m[3], m[4], is.file, is.line)
			}
			if m[1] != "" && !is.isAbout(m[1]) {
				t.Errorf("%s: the comment of %s does not name equation (%s)", flags, m[2], m[1])
			}
		}
		for _, m := range regexp.MustCompile(`\((\d)\)`).FindAllStringSubmatch(text, -1) {
			if n, _ := strconv.Atoi(m[1]); n < 1 || n > 4 {
				t.Errorf("%s: there is no equation (%d)", flags, n)
			}
		}
	}
	if places < 25 {
		t.Errorf("-explain prints %d places, want at least 25", places)
	}
}

// TestReadmePlaces: every function and file in the README's table from equation to function exists, and the function's
// comment has the number of the equation.
func TestReadmePlaces(t *testing.T) {
	all, readme := declarations(t), readText(t, "README.md")
	part := section(readme, "\n### From equation to function", "\n### ")
	names := 0
	for _, line := range strings.Split(part, "\n") {
		number := regexp.MustCompile(`\| \((\d)\) \|`).FindStringSubmatch(line)
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(line, -1) {
			name := m[1]
			names++
			if strings.HasSuffix(name, ".go") || strings.Contains(name, "/") {
				if _, err := os.Stat(name); err != nil {
					t.Errorf("README.md: there is no file %s", name)
				}
				continue
			}
			if _, ok := all[name]; !ok && !strings.HasPrefix(name, "-") {
				t.Errorf("README.md: there is no function or type %s", name)
			}
			if number != nil && !all[name].isAbout(number[1]) {
				t.Errorf("README.md: the comment of %s does not name equation (%s)", name, number[1])
			}
		}
	}
	if names < 15 {
		t.Errorf("README.md: %d names in the table, want at least 15", names)
	}
	for _, m := range regexp.MustCompile(`([\w.]+), (\w+\.go):(\d+)`).FindAllStringSubmatch(readme, -1) {
		if line, _ := strconv.Atoi(m[3]); all[m[1]].file != m[2] || all[m[1]].line != line {
			t.Errorf("README.md: %s is at %s:%d", m[0], all[m[1]].file, all[m[1]].line)
		}
	}
}

// TestTablesComplete: the activations and costs in backprop.go have every field that -explain, -gradcheck and the
// report need. Kink must be set where g′ or ∂C/∂a jumps, because -gradcheck leaves these places out.
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

// readingOrder lists the files at the top so that each uses only those before it.
var readingOrder = []string{"matrix", "backprop", "optimise", "team", "trainer", "bug", "data", "setup", "evaluate",
	"inspect", "model", "watch", "hooks", "main"}

// TestEachFileUsesOnlyThoseBefore: who reads the files in order meets nothing that comes later.
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

// TestPackageComments: each package has one comment, so that go doc begins with it; at the top it is the manual, in
// main.go. In other files, a blank line stands between the first comment and the package clause.
func TestPackageComments(t *testing.T) {
	with, all := map[string][]string{}, map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.PackageClauseOnly|parser.ParseComments)
		if err == nil && f.Doc != nil {
			with[filepath.Dir(path)] = append(with[filepath.Dir(path)], path)
		}
		all[filepath.Dir(path)] = true
		return err
	})
	if err != nil || !slices.Equal(with["."], []string{"main.go"}) {
		t.Errorf("%v, error %v: want the manual in main.go alone", with["."], err)
	}
	for dir := range all {
		if len(with[dir]) != 1 {
			t.Errorf("%s has the comments of %q, want one", dir, with[dir])
		}
	}
}
