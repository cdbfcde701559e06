package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"image"
	"image/color"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/data/load"
	"backprop/internal/filetest"
	"backprop/internal/run/recipes"
	"backprop/internal/run/settings"
)

// documents returns the paths of README.md and the pages in docs.
func documents(t *testing.T) []string {
	t.Helper()
	list := []string{"README.md"}
	for _, pattern := range []string{"docs/*.md", "docs/*/*.md"} {
		more, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, more...)
	}
	if len(list) < 13 {
		t.Fatalf("%d documents, want at least 13", len(list))
	}
	return list
}

// readText returns the content of a file.
func readText(t *testing.T, path string) string {
	t.Helper()
	return string(readFile(t, path))
}

// A block is the text between two fences.
type block struct {
	line     int // of its first line in the page
	language string
	lines    []string
	notRun   bool   // a comment before it says why
	file     string // the file that it shows, according to a comment before it
}

// blocks splits a page into its blocks and its prose, in which the lines of blocks are empty.
func blocks(page string) (list []block, prose string) {
	var b *block
	notRun, file := false, ""
	for i, line := range strings.Split(page, "\n") {
		fence, isFence := strings.CutPrefix(line, "```")
		switch {
		case isFence && b == nil:
			b, line = &block{line: i + 2, language: fence, notRun: notRun, file: file}, ""
		case isFence:
			list, b, line = append(list, *b), nil, ""
		case b != nil:
			b.lines, line = append(b.lines, line), ""
		case strings.TrimSpace(line) != "":
			notRun = strings.HasPrefix(line, "<!-- not run: ")
			file = ""
			if name, ok := strings.CutPrefix(line, "<!-- file: "); ok {
				file = strings.TrimSuffix(name, " -->")
			}
		}
		prose += line + "\n"
	}
	return list, prose
}

// A docCommand is a line of a block that runs this program, and the output that the page shows below it.
type docCommand struct {
	line int
	args []string
	file string // that its output is written to, if any
	want []string
}

// commands returns the commands of a block. Its other lines are the output of the command before them.
func (b block) commands() (list []docCommand) {
	for i, line := range b.lines {
		if line = strings.TrimPrefix(line, "$ "); line == "go run ." || strings.HasPrefix(line, "go run . ") {
			args, file := shellWords(strings.TrimPrefix(line, "go run ."))
			list = append(list, docCommand{line: b.line + i, args: args, file: file})
		} else if len(list) > 0 && strings.TrimSpace(line) != "" {
			last := &list[len(list)-1]
			last.want = append(last.want, line)
		}
	}
	return list
}

// shellWords splits a command line as a shell does: into words, in quotes or not, up to a comment, and one output file.
func shellWords(line string) (args []string, file string) {
	for _, w := range regexp.MustCompile(`#.*|"[^"]*"|[^\s"]+`).FindAllString(line, -1) {
		if strings.HasPrefix(w, "#") {
			break
		}
		args = append(args, strings.Trim(w, `"`))
	}
	if k := slices.Index(args, ">"); k >= 0 && k == len(args)-2 {
		args, file = args[:k], args[k+1]
	}
	return args, file
}

// inTutorials reports whether a page is about a tutorial.
func inTutorials(path string) bool { return filepath.Base(filepath.Dir(path)) == "tutorials" }

// runsInFull reports whether all commands of a page are run whole, which takes minutes.
func runsInFull(path string) bool { return inTutorials(path) && os.Getenv("FIGURES") != "" }

// fewSamples is how many samples a shortened command trains on.
const fewSamples = 300

// TestDocsCommands: every command of the documents works, and prints what the page shows below it. Commands without
// output are run for one epoch with few samples, unless FIGURES is set: then the tutorials' commands are run whole, and
// output that a page shows apart from its command is looked for too.
func TestDocsCommands(t *testing.T) {
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	few := load.Digits(1, fewSamples, 60)
	runs := 0
	for _, path := range documents(t) {
		list, _ := blocks(readText(t, path))
		for _, b := range list {
			runs += len(b.commands())
		}
		t.Run(path, func(t *testing.T) {
			t.Chdir(folderForDocs(t, root, few))
			var seen []string
			for _, b := range list {
				if b.file != "" {
					filetest.Write(t, ".", map[string][]byte{b.file: []byte(strings.Join(b.lines, "\n"))})
				}
				for _, c := range b.commands() {
					if _, err := parse(c.args, io.Discard); err != nil {
						t.Errorf("%s:%d: %v", path, c.line, err)
					} else if !b.notRun {
						seen = append(seen, c.run(t, path)...)
					}
				}
			}
			if runsInFull(path) {
				checkShownApart(t, path, list, seen)
			}
		})
	}
	if runs < 40 {
		t.Errorf("%d commands in the documents, want at least 40", runs)
	}
}

// checkShownApart checks that the lines of blocks without a command are among those that the page's commands printed.
func checkShownApart(t *testing.T, path string, list []block, seen []string) {
	t.Helper()
	for _, b := range list {
		if b.language != "" || b.notRun || len(b.commands()) > 0 {
			continue
		}
		for i, line := range b.lines {
			if line = steady(line); line != "" && line != "…" && !slices.Contains(seen, line) {
				t.Errorf("%s:%d: no command of the page prints %q", path, b.line+i, line)
			}
		}
	}
}

// folderForDocs makes a folder with the files that the documents' commands read: small data and, in the folder whole,
// what MNIST_DIR and DIGITS_CSV name.
func folderForDocs(t *testing.T, root string, few *dataset.Dataset) string {
	t.Helper()
	dir := t.TempDir()
	writeMNIST(t, filepath.Join(dir, "mnist"), few.Train, few.Test)
	one := few.Test.Pixels[:784]
	iris := readText(t, filepath.Join(root, "docs/iris.csv"))
	lines := strings.Split(iris, "\n")
	filetest.Write(t, dir, map[string][]byte{
		"seven.jpg": picture(one), "sheet.png": picture(one, one), "scans/1.png": picture(one),
		"docs/iris.csv": []byte(iris), "new.csv": []byte(strings.Join(append(lines[:3:3], lines[60], lines[120]), "\n")),
		"digits.csv.gz": smallDigits(), "whole/there": nil,
	})
	for name, from := range map[string]string{"mnist": "MNIST_DIR", "digits.csv.gz": "DIGITS_CSV"} {
		if path := os.Getenv(from); path != "" {
			if !filepath.IsAbs(path) {
				path = filepath.Join(root, path)
			}
			if err := os.Symlink(path, filepath.Join(dir, "whole", name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

// picture returns a PNG of 28×28 images side by side on white paper, enlarged six times.
func picture(digits ...[]byte) []byte {
	img := image.NewGray(image.Rect(0, 0, 170*len(digits), 170))
	for y := range 170 {
		for x := range 170 * len(digits) {
			ink := byte(0)
			if x%170 < 168 && y < 168 {
				ink = digits[x/170][y/6*28+x%170/6]
			}
			img.SetGray(x, y, color.Gray{Y: 255 - ink})
		}
	}
	return encodePNG(img)
}

// smallDigits returns a table in the form of scikit-learn's 8×8 digits.
func smallDigits() []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	for i := range 120 {
		for range 64 {
			fmt.Fprintf(&b, "%d,", rng.IntN(17))
		}
		fmt.Fprintln(&b, i%10)
	}
	return b.Bytes()
}

// run runs a command and compares what it prints with what the page shows. It returns the printed lines, without what
// changes; nil if the command was shortened.
func (c docCommand) run(t *testing.T, path string) []string {
	t.Helper()
	args, whole := c.args, len(c.want) > 0 || runsInFull(path)
	for i, a := range args {
		if name := filepath.Base(a); whole && (name == "mnist" || name == "digits.csv.gz") {
			args = slices.Clone(args)
			args[i] = "whole/" + name
			if _, err := os.Stat(args[i]); err != nil {
				t.Logf("%s:%d: not compared: MNIST_DIR or DIGITS_CSV does not name the data", path, c.line)
				whole, args = false, c.args
				break
			}
		}
	}
	whole = whole && !testing.Short()
	if !whole {
		args = shortened(t, c.args)
	}
	status, stdout, stderr := ends(args...)
	if c.file != "" {
		filetest.Write(t, ".", map[string][]byte{c.file: []byte(stdout)})
	}
	var got []string
	for line := range strings.Lines(stdout + stderr) {
		if line = steady(line); line != "" {
			got = append(got, line)
		}
	}
	asks := slices.Contains(c.args, "-is") // a wrong guess has status 1
	if status != 0 && !asks && !strings.Contains(strings.Join(c.want, "\n"), "\nbackprop: ") {
		t.Errorf("%s:%d: %q ends with %d: %s", path, c.line, args, status, stderr)
	}
	if !whole {
		return nil
	}
	if len(c.want) > 0 {
		c.compare(t, path, got)
	}
	return got
}

// shortened returns the arguments of a training for one epoch with few samples; those of other commands it leaves as
// they are.
func shortened(t *testing.T, args []string) []string {
	t.Helper()
	cfg, err := parse(args, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	args = slices.Clone(args)
	if cfg.OnlyPrints() || cfg.Recipe.DrawsOnly || slices.Contains(args, "-h") {
		return args
	}
	if cfg.Data == "" && cfg.Load == "" && (cfg.Recipe.Name == "" || cfg.Recipe.Needs != "") {
		args = append(args, "-data", "mnist")
	}
	if cfg.Valid.Of(fewSamples) >= fewSamples {
		args = append(args, "-valid", "20")
	}
	if !cfg.Gradcheck && cfg.Explain.Name == "" && (cfg.Load == "" || cfg.ContinuesTraining()) {
		args = append(args, "-epochs", "1")
	}
	return args
}

// changing matches what differs from run to run or from machine to machine.
var changing = regexp.MustCompile(`^machine .*|( [0-9,]+ +)?\d+\.\d\d s$|\b\d+ at a time|(\.go):\d+`)

// steady returns a line without what changes, and with single spaces.
func steady(line string) string {
	return strings.Join(strings.Fields(changing.ReplaceAllString(strings.TrimSpace(line), "$2")), " ")
}

// compare compares the printed lines with those of the page, in which … stands for any number of lines.
func (c docCommand) compare(t *testing.T, path string, got []string) {
	t.Helper()
	at, anywhere := 0, false
	for i, line := range c.want {
		line = steady(line)
		switch {
		case line == "":
			continue
		case line == "…":
			anywhere = true
			continue
		}
		k := at
		for anywhere && k < len(got) && got[k] != line {
			k++
		}
		if k == len(got) || got[k] != line {
			t.Errorf("%s:%d: %q does not print line %d here, %q:\n%s", path, c.line, c.args, i+1, line,
				strings.Join(got, "\n"))
			return
		}
		at, anywhere = k+1, false
	}
	if at < len(got) && !anywhere {
		t.Errorf("%s:%d: %q goes on with %q", path, c.line, c.args, got[at])
	}
}

// Names.

// A programText is what names in the documents are looked up in.
type programText struct {
	words    map[string]bool // of all source files
	declared map[string]bool // Name, Type.method and package.Name
	packages map[string]bool
	tests    []string
	files    map[string]bool
}

// readSource reads all source files of the program.
func readSource(t *testing.T) programText {
	t.Helper()
	s := programText{map[string]bool{}, map[string]bool{}, map[string]bool{}, nil, map[string]bool{}}
	word := regexp.MustCompile(`\pL[\pL\d_]*`)
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && d.Name() == ".git" {
				return filepath.SkipDir
			}
			return err
		}
		s.files[filepath.ToSlash(path)] = true
		switch filepath.Ext(path) {
		case ".go", ".s", ".js", ".html":
		default:
			return nil
		}
		text := readText(t, path)
		if path != "docs_test.go" { // which also has names of what is not there
			for _, w := range word.FindAllString(text, -1) {
				s.words[w] = true
			}
		}
		if filepath.Ext(path) == ".go" {
			s.declare(t, path, text)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// declare adds what a Go file declares.
func (s *programText) declare(t *testing.T, path, text string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), path, text, 0)
	if err != nil {
		t.Fatal(err)
	}
	s.packages[f.Name.Name] = true
	add := func(name string) {
		s.declared[name], s.declared[f.Name.Name+"."+name] = true, true
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				add(d.Name.Name)
				if strings.HasSuffix(path, "_test.go") {
					s.tests = append(s.tests, d.Name.Name)
				}
				continue
			}
			add(receiver(d) + "." + d.Name.Name)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					add(spec.Name.Name)
				case *ast.ValueSpec:
					for _, id := range spec.Names {
						add(id.Name)
					}
				}
			}
		}
	}
}

var (
	isFile = regexp.MustCompile(`^(\w[\w/-]*\.(go|s|js|md)|(internal|docs|testdata)/[\w/.-]*)$`)
	isName = regexp.MustCompile(`^[A-Za-z]\w*(\.[A-Za-z]\w*)?(\(\))?$`)
)

// theirs are names in the documents that belong to other programs, formats and files.
var theirs = strings.Fields(`math.FMA math.Exp network2.py network2.save network2.load np.exp node_modules PATH bin
	mnist.npz mnist.pkl.gz digits.csv.gz optdigits.tra doc_string rjp rho colour a b`)

// wrong says what is wrong with a name in backquotes; "" if nothing is.
func (s programText) wrong(span string) string {
	switch first, _, _ := strings.Cut(span, " "); {
	case slices.Contains(theirs, span):
	case strings.HasPrefix(span, "go run . "):
		args, _ := shellWords(strings.TrimPrefix(span, "go run . "))
		if _, err := parse(args, io.Discard); err != nil && !errors.Is(err, flag.ErrHelp) {
			return err.Error()
		}
	case regexp.MustCompile(`\bgo test\b`).MatchString(span):
		return s.wrongTest(span)
	case regexp.MustCompile(`^-[a-z]`).MatchString(first):
		for _, w := range strings.Fields(span) {
			if name := regexp.MustCompile(`^-([a-z][a-z0-9-]*)`).FindStringSubmatch(w); name != nil && !isFlag(name[1]) {
				return "there is no such flag"
			}
		}
	case isFile.MatchString(span):
		inside := slices.ContainsFunc(slices.Collect(maps.Keys(s.files)), func(f string) bool {
			return strings.HasPrefix(f, strings.TrimSuffix(span, "/")+"/")
		})
		if !s.files[span] && !inside {
			return "there is no such file"
		}
	case isName.MatchString(span):
		name := strings.TrimSuffix(span, "()")
		before, after, dotted := strings.Cut(name, ".")
		capital := regexp.MustCompile(`[a-z][A-Z]`).MatchString(name)
		switch {
		case s.declared[name]:
		case dotted && (s.declared[before] || s.packages[before] && after != ""), capital && !s.words[name]:
			return "nothing of that name is declared"
		case !dotted && !s.words[name]:
			return "the program does not know the word"
		}
	}
	return ""
}

// isFlag reports whether the program has a flag.
func isFlag(name string) bool {
	return name == "h" || settings.New(choices()).Flags.Lookup(name) != nil
}

// wrongTest says what is wrong with a go test command: that it names no test; "" if nothing is.
func (s programText) wrongTest(line string) string {
	for _, m := range regexp.MustCompile(`-(?:run|bench|fuzz) '?([^\s']+)`).FindAllStringSubmatch(line, -1) {
		name, _, _ := strings.Cut(m[1], "/")
		re, err := regexp.Compile(name)
		if err != nil {
			return err.Error()
		}
		if name != "^$" && !slices.ContainsFunc(s.tests, re.MatchString) {
			return "no test is called " + name
		}
	}
	return ""
}

// TestDocsNames: every name in the documents exists: names in backquotes, the tests in go test commands, and links.
func TestDocsNames(t *testing.T) {
	s := readSource(t)
	names := 0
	for _, path := range documents(t) {
		list, prose := blocks(readText(t, path))
		var head []string // of the table around the line
		for i, line := range strings.Split(prose, "\n") {
			if cells := strings.Split(line, "|"); len(cells) < 3 {
				head = nil
			} else if head == nil {
				head = cells
			}
			for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(checkable(path, head, line), -1) {
				names++
				wrong := s.wrong(m[1])
				if wrong == "" && len(head) > 2 && isName.MatchString(m[1]) {
					wrong = elsewhere(t, path, line, m[1])
				}
				if wrong != "" {
					t.Errorf("%s:%d: `%s`: %s", path, i+1, m[1], wrong)
				}
			}
			checkLinks(t, path, i+1, line)
		}
		for _, b := range list {
			for i, line := range b.lines {
				line, _, _ = strings.Cut(line, " #")
				if wrong := s.wrongTest(line); strings.Contains(line, "go test ") && wrong != "" {
					t.Errorf("%s:%d: %s", path, b.line+i, wrong)
				}
			}
		}
	}
	if names < 200 {
		t.Errorf("%d names in the documents, want at least 200", names)
	}
}

// elsewhere says if a name is not in the only Go file that its row of a table links to; else it returns "".
func elsewhere(t *testing.T, path, row, name string) string {
	t.Helper()
	to := regexp.MustCompile(`\]\(([\w./]+\.go)\)`).FindAllStringSubmatch(row, -1)
	if len(to) != 1 {
		return ""
	}
	b, err := os.ReadFile(filepath.Join(filepath.Dir(path), to[0][1]))
	if name = name[strings.LastIndex(name, ".")+1:]; err == nil && !bytes.Contains(b, []byte(name)) {
		return "it is not in " + to[0][1]
	}
	return ""
}

var bareName = regexp.MustCompile("`" + strings.Trim(isName.String(), "^$") + "`")

// checkable returns the part of a line that is about this program. The tutorials' pages have names of other programs
// too: there, bare names are this program's only in a table's column "ours".
func checkable(path string, head []string, line string) string {
	if !inTutorials(path) {
		return line
	}
	ours := slices.IndexFunc(head, func(cell string) bool { return strings.TrimSpace(cell) == "ours" })
	if cells := strings.Split(line, "|"); ours >= 0 && ours < len(cells) {
		return cells[ours]
	}
	return bareName.ReplaceAllString(line, "")
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"`)

// checkLinks checks the links of a line that lead to files and to headings in them.
func checkLinks(t *testing.T, path string, line int, text string) {
	t.Helper()
	for _, m := range link.FindAllStringSubmatch(text, -1) {
		to, anchor, _ := strings.Cut(m[1]+m[2], "#")
		if strings.Contains(to, "://") {
			continue
		}
		file := path
		if to != "" {
			file = filepath.Join(filepath.Dir(path), filepath.FromSlash(to))
		}
		if _, err := os.Stat(file); err != nil {
			t.Errorf("%s:%d: the link leads nowhere: %s", path, line, to)
		} else if anchor != "" && !slices.Contains(anchors(readText(t, file)), anchor) {
			t.Errorf("%s:%d: no heading %s in %s", path, line, anchor, file)
		}
	}
}

// anchors returns the headings of a page, as links name them.
func anchors(page string) (list []string) {
	for _, m := range regexp.MustCompile(`(?m)^#+ +(.*)$`).FindAllStringSubmatch(page, -1) {
		name := regexp.MustCompile(`[^\pL\d _-]`).ReplaceAllString(strings.ToLower(m[1]), "")
		list = append(list, strings.ReplaceAll(name, " ", "-"))
	}
	return list
}

// Figures.

// TestDocsTables: the section of each table of results has a command that makes it again, and published figures in a
// table are those of the recipe.
func TestDocsTables(t *testing.T) {
	tables := 0
	for _, path := range documents(t) {
		page := readText(t, path)
		parts := strings.Split("\n"+page, "\n#")
		if inTutorials(path) { // the command is at the top of the page
			parts = []string{page}
		}
		for _, part := range parts {
			for _, rows := range tablesOf(part) {
				checkPublished(t, path, rows)
				if !isOfResults(rows) {
					continue
				}
				tables++
				if !regexp.MustCompile(`go run \.|go test |docs/\w+\.py`).MatchString(part) {
					t.Errorf("%s: no command makes the table that begins with %q", path, rows[0])
				}
			}
		}
	}
	if tables < 6 {
		t.Errorf("%d tables of results, want at least 6", tables)
	}
}

// tablesOf returns the tables of a text, without the line below their heads.
func tablesOf(text string) (tables [][][]string) {
	open := false
	for line := range strings.SplitSeq(text, "\n") {
		if !strings.HasPrefix(line, "|") {
			open = false
			continue
		}
		if !open {
			tables = append(tables, nil)
			open = true
		}
		if !strings.HasPrefix(line, "| ---") {
			cells := strings.Split(strings.Trim(line, "| "), " | ")
			tables[len(tables)-1] = append(tables[len(tables)-1], cells)
		}
	}
	return tables
}

// isOfResults reports whether most cells after the first column are numbers.
func isOfResults(rows [][]string) bool {
	numbers, all := 0, 0
	for _, row := range rows[1:] {
		for _, cell := range row[1:] {
			all++
			if regexp.MustCompile(`^−?\d`).MatchString(cell) {
				numbers++
			}
		}
	}
	return 2*numbers > all
}

// checkPublished compares the column "published" of a table with the figures of the recipes in its rows.
func checkPublished(t *testing.T, path string, rows [][]string) {
	t.Helper()
	column := slices.Index(rows[0], "published")
	for _, row := range rows[1:] {
		k := slices.IndexFunc(row, func(c string) bool { return regexp.MustCompile("^`[a-z]+`").MatchString(c) })
		if column < 0 || k < 0 || column >= len(row) {
			continue
		}
		name, _, _ := strings.Cut(row[k][1:], "`")
		r := recipes.Find(name)
		if r == nil {
			t.Errorf("%s: there is no recipe %s", path, name)
			continue
		}
		accuracy := r.Printed.Accuracy
		if n := len(r.Curve); n > 0 {
			accuracy = r.Curve[n-1].Accuracy
		}
		said, _, _ := strings.Cut(row[column], " %")
		if v, err := strconv.ParseFloat(said, 64); accuracy == 0 && err == nil {
			t.Errorf("%s: %s has no published accuracy, and the page has %v", path, name, v)
		} else if accuracy != 0 && fmt.Sprintf("%.2f", v) != fmt.Sprintf("%.2f", 100*accuracy) {
			t.Errorf("%s: %s was published with %.2f %%, and the page has %q", path, name, 100*accuracy, row[column])
		}
	}
}

// The tutorials' charts.

var update = flag.Bool("update", false, "with FIGURES, write the figures of docs/tutorials")

// figures are the charts in docs/tutorials, with the command whose report has them, and their title there.
var figures = []struct{ file, command, title string }{
	{"derivation-loss.svg", "-recipe derivation -data mnist", "Loss"},
	{"digits-sweep.svg", "-recipe digits -data digits.csv.gz", "The sweep of l2"},
	{"digits-loss.svg", "-recipe digits -data digits.csv.gz", "Loss"},
	{"nielsen-accuracy.svg", "-recipe nielsen -data mnist", "Accuracy"},
	{"perceptron-and.svg", "-recipe perceptron", "AND: one threshold unit"},
	{"perceptron-xor.svg", "-recipe perceptron", "XOR: the lines of the network’s hidden units"},
	{"matrix-cost.svg", "-recipe matrix -data mnist", "cost_over_epoch"},
	{"activations-hill.svg", "-recipe activations", "4. Both, multiplied"},
	{"activations-slopes.svg", "-recipe activations", "Sigmoid and tanh, with derivatives"},
	{"unit-rising.svg", "-recipe unit", "rising line: Data and fit"},
	{"unit-square.svg", "-recipe unit", "x², two units: Data and fit"},
	{"sine-error.svg", "-recipe sine", "Error of the prediction"},
	{"sine-fit.svg", "-recipe sine", "Data and fit"},
	{"sine-units.svg", "-recipe sine", "Outputs of the hidden units, layer 1"},
}

// TestDocsFigures: each figure is an XML file that a page shows, and is what its command draws. Only the figures of the
// two quick recipes are drawn, unless FIGURES is set; -update writes them.
func TestDocsFigures(t *testing.T) {
	pages, reports := "", map[string]string{}
	for _, path := range documents(t) {
		pages += readText(t, path)
	}
	for _, f := range figures {
		path := filepath.Join("docs", "tutorials", f.file)
		quick := f.command == "-recipe perceptron" || f.command == "-recipe activations"
		if quick || os.Getenv("FIGURES") != "" {
			if reports[f.command] == "" {
				reports[f.command] = reportOf(t, f.command)
			}
			now := chartFile(t, reports[f.command], f.title)
			if *update {
				filetest.Write(t, filepath.Dir(path), map[string][]byte{f.file: []byte(now)})
			}
			if readText(t, path) != now {
				t.Errorf("%s is not what %s draws: FIGURES=1 go test -run TestDocsFigures -update . writes it", path, f.command)
			}
		}
		if !strings.Contains(pages, "("+f.file+")") {
			t.Errorf("no page shows %s", path)
		}
		if err := xml.Unmarshal([]byte(readText(t, path)), new(struct{})); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// reportOf returns the report of a command.
func reportOf(t *testing.T, command string) string {
	t.Helper()
	page := filepath.Join(t.TempDir(), "out.html")
	args := strings.Fields(command + " -report " + page)
	for i, a := range args {
		if from := map[string]string{"mnist": "MNIST_DIR", "digits.csv.gz": "DIGITS_CSV"}[a]; from != "" {
			args[i] = os.Getenv(from)
		}
	}
	if status, _, stderr := ends(args...); status != 0 {
		t.Fatalf("%s: %s", command, stderr)
	}
	return readText(t, page)
}

// chartFile returns the chart with the given title as a file of its own: with the colours of the page, and without what
// responds to a pointer.
func chartFile(t *testing.T, page, title string) string {
	t.Helper()
	_, style, _ := strings.Cut(page, "<style>")
	style, _, _ = strings.Cut(style, "</style>")
	rules := "svg { background: var(--card) }\n"
	for line := range strings.Lines(style) {
		if regexp.MustCompile(`^(:root|  |}|@media screen|svg text|svg \.label|\.frame|\.path|\.s\d|\.dot \{|\.many)`).
			MatchString(line) && !strings.Contains(line, ".ink") {
			rules += line
		}
	}
	for _, svg := range regexp.MustCompile(`(?s)<svg [^>]*class="chart".*?</svg>`).FindAllString(page, -1) {
		if !strings.Contains(svg, "<title>"+title+"</title>") {
			continue
		}
		head := `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 440 280" width="440" role="img">`
		svg = regexp.MustCompile(`^<svg [^>]*>`).ReplaceAllString(svg, head+"\n<style>\n"+rules+"</style>")
		svg = regexp.MustCompile(` (id|data-x)="[^"]*"`).ReplaceAllString(svg, "")
		svg = regexp.MustCompile(`(<path [^>]*)><title>[^<]*</title></path>`).ReplaceAllString(svg, "$1/>")
		dots := regexp.MustCompile(`<path class="dot"[^>]*/>`)
		return regexp.MustCompile(`(?s)<g class="[^"]*many.*?</g>`).ReplaceAllStringFunc(svg, func(g string) string {
			return dots.ReplaceAllString(g, "") // which are invisible
		}) + "\n"
	}
	t.Fatalf("the page has no chart %q", title)
	return ""
}
