package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"backprop/internal/compute/exact"
	"backprop/internal/data/dataset"
	"backprop/internal/data/table"
	"backprop/internal/file/output"
	"backprop/internal/filetest"
	"backprop/internal/judge/scores"
	"backprop/internal/model/layers"
	"backprop/internal/model/modelfile"
	"backprop/internal/run/settings"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// flowers is a table with words, numbers, gaps, a column that numbers the rows, and labels.
func flowers(rows int) string {
	var b strings.Builder
	b.WriteString("Id,width,colour,Height,kind\n")
	for i := range rows {
		k := i % 3
		width := fmt.Sprint(float64(i%7) + 5*float64(k))
		if i == 8 {
			width = ""
		}
		fmt.Fprintf(&b, "%d,%s,%s,%d,%s\n", i+1, width, []string{"red", "blue", "white"}[(i/3)%3], 10+i*i%11-8*k,
			[]string{"rose", "lily", "iris"}[k])
	}
	return b.String()
}

// predicted runs -predict and parses the CSV that it prints. Numbers with decimal commas, between semicolons, get
// decimal points.
func predicted(t *testing.T, args ...string) (rows [][]string, stderr string, err error) {
	t.Helper()
	var out, errs bytes.Buffer
	err = run(context.Background(), args, &out, &errs)
	text := out.String()
	semicolons := strings.Contains(text, ";")
	if semicolons {
		text = strings.ReplaceAll(text, ",", ".")
	}
	r := csv.NewReader(strings.NewReader(text))
	if semicolons {
		r.Comma = ';'
	}
	rows, csvErr := r.ReadAll()
	if csvErr != nil {
		t.Fatalf("%q: %v", args, csvErr)
	}
	return rows, errs.String(), err
}

// flowerModel is a folder with flowers.csv, and a model that has learned it.
func flowerModel(t *testing.T) (dir, model string) {
	dir = t.TempDir()
	model = filepath.Join(dir, "m")
	filetest.Write(t, dir, map[string][]byte{"flowers.csv": []byte(flowers(60))})
	mustRun(t, "-data", filepath.Join(dir, "flowers.csv"), "-hidden", "8", "-epochs", "20", "-save", model)
	return dir, model
}

// TestPredictTable: -predict adds to each row the class and a probability of each class, which are those of the
// network's equations on the numbers in the model file.
func TestPredictTable(t *testing.T) {
	dir, model := flowerModel(t)
	rows, stderr, err := predicted(t, "-load", model, "-predict", filepath.Join(dir, "flowers.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(rows[0], ","),
		"Id,width,colour,Height,kind,predicted,p(iris),p(lily),p(rose)"; got != want || len(rows) != 61 {
		t.Errorf("%d rows under %s; want 61 under %s", len(rows), got, want)
	}
	m, err := modelfile.Read(model)
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for i, row := range rows[1:] {
		x := make([]float64, 5) // width, blue, red, white, height: as in training
		x[0], _ = strconv.ParseFloat(row[1], 64)
		x[1+slices.Index([]string{"blue", "red", "white"}, row[2])] = 1
		x[4], _ = strconv.ParseFloat(row[3], 64)
		for j := range x {
			x[j] = (x[j] - m.In.Shift[j]) * m.In.Factor[j]
		}
		if row[1] == "" {
			x[0] = 0
		}
		p := byHand(m.Layers, x)
		best := 0
		for k := range p {
			if got, _ := strconv.ParseFloat(row[6+k], 64); math.Abs(got-p[k]) > 1e-12 {
				t.Fatalf("row %d: %v; by hand %v", i+1, row, p)
			}
			if p[k] > p[best] {
				best = k
			}
		}
		if row[5] != []string{"iris", "lily", "rose"}[best] {
			t.Errorf("row %d: %v; by hand %v", i+1, row, p)
		}
		if row[5] == row[4] {
			right++
		}
	}
	want := fmt.Sprintf("%d of 60 rows right, %.2f %%", right, float64(right)/0.6)
	if !strings.Contains(stderr, want) || !strings.Contains(stderr, "width: 1 value missing") {
		t.Errorf("stderr %s; want %s", stderr, want)
	}
}

// byHand is softmax(W₂·relu(W₁·x + b₁) + b₂) in plain loops.
func byHand(network []layers.Layer, x []float64) []float64 {
	for l, layer := range network {
		next := slices.Clone(layer.B)
		for j := range next {
			for i, v := range x {
				next[j] += v * layer.Row(i)[j]
			}
			if l < len(network)-1 {
				next[j] = max(next[j], 0)
			}
		}
		x = next
	}
	sum := 0.0
	for i := range x {
		x[i] = math.Exp(x[i])
		sum += x[i]
	}
	for i := range x {
		x[i] /= sum
	}
	return x
}

// TestPredictTableFindsColumns: columns are found by their names in any order, without a header by their places; the
// label may be missing, and other columns do not matter.
func TestPredictTableFindsColumns(t *testing.T) {
	dir, model := flowerModel(t)
	all := "Id,width,colour,Height,kind\n3,6,red,4,iris\n4,7.5,white,12,rose\n"
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write([]byte(all))
	z.Close()
	cases := []struct{ name, file, header string }{
		{"all", all, "Id,width,colour,Height,kind"},
		{"other order, no label, one more", "note,HEIGHT,width,colour\nx,4,6,red\n,12,7.5,white\n",
			"note,HEIGHT,width,colour"},
		{"semicolons", "width;colour;Height\n6,0;red;4\n7,5;white;12\n", "width,colour,Height"},
		{"no header", "3,6,red,4,iris\n4,7.5,white,12,rose\n", "row"},
		{"no header, no label", "3,6,red,4\n4,7.5,white,12\n", "row"},
		{"no header, inputs alone", "6,red,4\n7.5,white,12\n", "row"},
		{"one row", "width,colour,Height\n7.5,white,12\n", "width,colour,Height"},
		{"zipped", zipped.String(), "Id,width,colour,Height,kind"},
	}
	answers := func(rows [][]string) (list []string) {
		for _, row := range rows[1:] {
			list = append(list, strings.Join(row[len(row)-4:], ","))
		}
		return list
	}
	path := filepath.Join(dir, "new.csv")
	var want []string
	for _, c := range cases {
		filetest.Write(t, dir, map[string][]byte{"new.csv": []byte(c.file)})
		rows, stderr, err := predicted(t, "-load", model, "-predict", path)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if want == nil {
			want = answers(rows)
		}
		if got := answers(rows); !slices.Equal(got, want) && !slices.Equal(got, want[1:]) || got == nil {
			t.Errorf("%s: %v; want %v", c.name, got, want)
		}
		if got := strings.Join(rows[0], ","); got != c.header+",predicted,p(iris),p(lily),p(rose)" {
			t.Errorf("%s: header %s, want %s and the answers", c.name, got, c.header)
		}
		if labels := strings.Contains(c.file, "rose") || c.name == "zipped"; strings.Contains(stderr, "right") != labels {
			t.Errorf("%s: stderr %q; want how many are right: %v", c.name, stderr, labels)
		}
	}
}

// TestPredictTableReportsWhatDiffers: what was not so in training is counted; a row that cannot be read is named, and
// the others are answered; a table that does not fit is refused.
func TestPredictTableReportsWhatDiffers(t *testing.T) {
	dir, model := flowerModel(t)
	path := filepath.Join(dir, "new.csv")
	for _, c := range []struct {
		file   string
		rows   int
		err    string
		stderr []string
	}{
		{"width,colour,Height\n1,green,3\n?,red,3\n1e6,,-50\n", 3, "", []string{
			`colour: 1 word never seen in training (such as "green")`, "width: 1 value missing",
			"width: 1 number out of the range seen in training, 0 to 16",
			"Height: 1 number out of", "colour: 1 value missing"}},
		{"width,colour,Height\n1,red,3\nx,red,3\n1,red\n2,red,4\n", 2, "2 rows could not be read",
			[]string{`new.csv: line 3, column 1 "width": "x" is not a number`,
				"new.csv: line 4: 2 fields, where the lines before have 3"}},
		{"width,colour,Height,kind\n1,red,3,rose\n1e308,red,-1e308,rose\n", 1, "1 row could not be read",
			[]string{`new.csv: line 3, column 1 "width": "1e308" is too large to compute with`, "of 1 row right"}},
		{"width,colour,kind\n1,red,rose\n", 0, `new.csv: line 1: the column "Height" is missing`, nil},
		{"a,b,c\n1,red,3\n", 0, `new.csv: line 1: the column "width", "colour", "Height" is missing`, nil},
		{"1,red\n2,red\n", 0, "2 fields, and no header", nil},
		{"width,colour,Height\n1,red,3\n1,\"red,3\n", 1, "new.csv: line", nil},
		{"", 0, "empty", nil},
		{"width,colour,Height,kind\n1,red,3,?\n1,red,3,tulip\n", 2, "",
			[]string{"no row has a label", "1 without", "1 with a label that"}},
	} {
		filetest.Write(t, dir, map[string][]byte{"new.csv": []byte(c.file)})
		rows, stderr, err := predicted(t, "-load", model, "-predict", path)
		if max(len(rows)-1, 0) != c.rows || (err != nil) != (c.err != "") || c.err != "" && !filetest.Says(err, c.err) {
			t.Errorf("%q: %d rows, %v; want %d, %s", c.file, len(rows)-1, err, c.rows, c.err)
		}
		for _, want := range c.stderr {
			if !strings.Contains(stderr, want) {
				t.Errorf("%q: stderr %s; want %s", c.file, stderr, want)
			}
		}
	}
	filetest.Write(t, dir, map[string][]byte{"p.png": []byte("\x89PNG\r\n\x1a\n0000")})
	if _, _, err := predicted(t, "-load", model, "-predict", filepath.Join(dir, "p.png")); !filetest.Says(err,
		"is a picture",
		"table") {
		t.Errorf("a picture: %v; want that it is one, and no table", err)
	}
}

// TestPredictTableSources: several files under one header, a folder, a pattern, standard input, and answers as lines of
// JSON.
func TestPredictTableSources(t *testing.T) {
	dir, model := flowerModel(t)
	in := filepath.Join(dir, "in")
	filetest.Write(t, in, map[string][]byte{"new2.csv": []byte("colour,Height,width\nred,4,6\n"),
		"new10.csv": []byte("width,colour,Height,extra\n6,red,4,7\n"), "readme.md": []byte("no table")})
	want := [][]string{{filepath.Join(in, "new2.csv"), "red", "4", "6"}, {filepath.Join(in, "new10.csv"), "red", "4", "6"}}
	for _, args := range [][]string{{in}, {filepath.Join(in, "*.csv")}, {want[0][0], want[1][0]}} {
		rows, _, err := predicted(t, append([]string{"-load", model, "-predict"}, args...)...)
		if err != nil || len(rows) != 3 || strings.Join(rows[0][:4], ",") != "file,colour,Height,width" ||
			!slices.Equal(rows[1][:4], want[0]) || !slices.Equal(rows[2][:4], want[1]) ||
			!slices.Equal(rows[1][4:], rows[2][4:]) {
			t.Errorf("-predict %q: %v, %v; want %v", args, rows, err, want)
		}
	}
	for arg, want := range map[string]string{filepath.Join(dir, "*.tsv"): "no file", t.TempDir(): "no table"} {
		if _, _, err := predicted(t, "-load", model, "-predict", arg); !filetest.Says(err, want) {
			t.Errorf("-predict %s: %v; want %q", arg, err, want)
		}
	}
	f, err := os.Open(filepath.Join(in, "new2.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	defer func(old *os.File) { os.Stdin = old }(os.Stdin)
	os.Stdin = f
	lines, _, err := program(context.Background(), io.Discard, "-load", model, "-predict", "-")
	if err != nil || len(lines) != 1 {
		t.Fatal(lines, err)
	}
	p, columns := lines[0]["probabilities"].(map[string]any), lines[0]["columns"].(map[string]any)
	sum := p["iris"].(float64) + p["lily"].(float64) + p["rose"].(float64)
	if lines[0]["row"] != 1.0 || columns["Height"] != 4.0 || columns["colour"] != "red" || math.Abs(sum-1) > 1e-9 ||
		lines[0]["class"] == nil {
		t.Errorf("got %v; want row 1, the columns as they are, and probabilities that add up to 1", lines[0])
	}
}

// TestPredictTablesWithoutTheUnreadable: of several tables, those that cannot be read do not keep the others from their
// answers; a table without a header has its fields under the names of the first one.
func TestPredictTablesWithoutTheUnreadable(t *testing.T) {
	dir, model := flowerModel(t)
	path := func(name string) string { return filepath.Join(dir, name) }
	filetest.Write(t, dir, map[string][]byte{"a.csv": []byte("Height,width,colour\n4,6,red\n"),
		"b.csv": []byte("6,red,4\n"),
		"c.csv": []byte("HEIGHT,colour,WIDTH\n4,red,6\n"), "bad.csv": []byte("a,b\nc,d\n")})
	rows, stderr, err := predicted(t, "-load", model, "-predict", path("none1.csv"), path("a.csv"), path("b.csv"),
		path("bad.csv"), path("c.csv"), path("none2.csv"))
	if !filetest.Says(err, "3 of 6 tables could not be read, and have no answer") || exitCode(err, io.Discard) != 1 ||
		len(rows) != 4 {
		t.Fatal(err, rows)
	}
	for _, row := range rows[1:] {
		if !slices.Equal(row[1:], rows[1][1:]) || strings.Join(row[1:4], ",") != "4,6,red" {
			t.Errorf("row %v, want %v", row, rows[1])
		}
	}
	for _, want := range []string{"none1.csv: there is no such file\n", "none2.csv: there is no such file\n",
		"bad.csv: line 1: "} {
		if strings.Count(stderr, want) != 1 || strings.Count(stderr, "none1.csv") != 1 {
			t.Errorf("stderr %s; want %q once", stderr, want)
		}
	}
	if err := run(context.Background(), []string{"-load", model, "-predict", path("none1.csv")}, io.Discard,
		io.Discard); err == nil || err.Error() != path("none1.csv")+": there is no such file" {
		t.Errorf("%v; want that there is no such file", err)
	}
}

// TestPredictAnswersEachRowOfAPipe: a row that is written to a pipe is answered before the next comes, with a header
// and without.
func TestPredictAnswersEachRowOfAPipe(t *testing.T) {
	_, model := flowerModel(t)
	for _, c := range []struct{ begin, first, row, second string }{
		{"width,colour,Height\n", "6,red,4\n", "7,white,5\n", "7,white,5,"}, {"", "6,red,4\n", "7,white,5\n", "2,"},
	} {
		in, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		answers, stdout := io.Pipe()
		old := os.Stdin
		os.Stdin = in
		done := make(chan error)
		go func() {
			err := run(context.Background(), []string{"-load", model, "-predict", "-"}, stdout, io.Discard)
			stdout.Close()
			done <- err
		}()
		lines := bufio.NewScanner(answers)
		io.WriteString(write, c.begin+c.first)
		for range 2 { // the header, and the row
			if !lines.Scan() {
				t.Fatal("no answer")
			}
		}
		io.WriteString(write, c.row)
		if !lines.Scan() || !strings.HasPrefix(lines.Text(), c.second) {
			t.Errorf("the answer to the second row is %q", lines.Text())
		}
		write.Close()
		if err := <-done; err != nil {
			t.Error(err)
		}
		os.Stdin = old
		in.Close()
	}
}

// TestPredictWritesInBulk: the answers to a file with many rows are not written one by one.
func TestPredictWritesInBulk(t *testing.T) {
	dir, model := flowerModel(t)
	table := flowers(1000)
	filetest.Write(t, dir, map[string][]byte{"many.csv": []byte(table)})
	for _, form := range []string{"-json=false", "-json"} {
		writes, bytes := 0, 0
		count := writerFunc(func(b []byte) (int, error) {
			writes, bytes = writes+1, bytes+len(b)
			return len(b), nil
		})
		err := run(context.Background(), []string{"-load", model, "-predict", filepath.Join(dir, "many.csv"), form}, count,
			io.Discard)
		if most := 10 + bytes/4000; err != nil || writes > most || bytes < 40_000 {
			t.Errorf("%s: %v, %d bytes in %d writes, want %d at the most", form, err, bytes, writes, most)
		}
	}
}

// TestPredictTableWithoutRows: of a header alone it is said that there is no row, and nothing of labels.
func TestPredictTableWithoutRows(t *testing.T) {
	dir, model := flowerModel(t)
	path := filepath.Join(dir, "none.csv")
	filetest.Write(t, dir, map[string][]byte{"none.csv": []byte("width,colour,Height,kind\n")})
	stdout, stderr, err := try("-load", model, "-predict", path)
	const wantOut = "width,colour,Height,kind,predicted,p(iris),p(lily),p(rose)\n"
	if want := "backprop: " + path + ": there is a header, and no row below it\n"; err != nil || stdout != wantOut ||
		stderr != want {
		t.Errorf("%v, prints %q and %q; want %q and %q", err, stdout, stderr, wantOut, want)
	}
}

// TestPredictTableCannotControlTheTerminal: control characters of a table are replaced where its answers go to a
// terminal, and stay as they are in a file; a long name does not fill the screen.
func TestPredictTableCannotControlTheTerminal(t *testing.T) {
	dir := t.TempDir()
	data, model, long := filepath.Join(dir, "t.csv"), filepath.Join(dir, "m"), strings.Repeat("n", 100000)
	table := "a," + long + ",no\x1b[31mte,kind\n"
	for i := range 30 {
		table += fmt.Sprintf("%d,%s,%d,%s\n", i%7, []string{"u", "v"}[i%2], i%5, []string{"x\x1b]0;evil\x07", "y"}[i%2])
	}
	filetest.Write(t, dir, map[string][]byte{"t.csv": []byte(table),
		"new.csv": []byte(strings.Replace(table, "0,u", "0,w", 1))})
	mustRun(t, "-data", data, "-hidden", "3", "-epochs", "1", "-save", model)
	for _, terminal := range []bool{false, true} {
		var stdout, stderr bytes.Buffer
		out := &console.Printer{W: bufio.NewWriter(&stdout), Terminal: terminal}
		if err := runTo(context.Background(), []string{"-load", model, "-predict", filepath.Join(dir, "new.csv")}, out,
			&stderr); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(stdout.String(), "no\x1b[31mte") == terminal ||
			strings.ContainsAny(stdout.String(), "\x1b\x07") == terminal ||
			strings.Contains(stdout.String(), "no?[31mte") != terminal {
			t.Errorf("terminal %v: %q", terminal, strings.ReplaceAll(stdout.String(), long, "n…"))
		}
		for line := range strings.Lines(stderr.String()) {
			if len(line) > 600 {
				t.Errorf("%d bytes on standard error: %.100q", len(line), line)
			}
		}
		if !strings.Contains(stderr.String(), "nnn … ") {
			t.Errorf("no word was unknown: %s", stderr.String())
		}
	}
}

// TestPredictRefusesInfiniteAnswers: an answer that is infinite or not a number is reported as an error and not
// printed, with -json too.
func TestPredictRefusesInfiniteAnswers(t *testing.T) {
	path := numbers(t)
	dir := filepath.Dir(path)
	model := filepath.Join(dir, "m")
	mustRun(t, "-data", path, "-regress", "-hidden", "4", "-epochs", "1", "-save", model)
	m, err := modelfile.Read(model)
	if err != nil {
		t.Fatal(err)
	}
	for i := range m.Layers[1].W {
		m.Layers[1].W[i] = 1e300
	}
	err = output.Write(model, m.Write)
	if err != nil {
		t.Fatal(err)
	}
	filetest.Write(t, dir, map[string][]byte{"new.csv": []byte("a,b,y\n1e90,1e90,2\n1e300,1,2\n")})
	for _, args := range [][]string{{}, {"-json"}} {
		var stderr bytes.Buffer
		err := run(context.Background(), append(args, "-load", model, "-predict", filepath.Join(dir, "new.csv")),
			io.Discard, &stderr)
		if !filetest.Says(err, "2 rows could not be read") {
			t.Errorf("%q: %v", args, err)
		}
		for _, want := range []string{"line 2: the answer of " + model + " is infinite or not a number",
			`line 3, column 1 "a": "1e300" is too large`} {
			if s := stderr.String(); !strings.Contains(s, want) || strings.Contains(s, "-lr") ||
				strings.Contains(s, "out of the range") {
				t.Errorf("%q: %s; want %s", args, stderr.String(), want)
			}
		}
	}
}

// TestPredictReportsTenBadRows: of each table ten bad rows are reported, and how many more there are; no table stays
// open.
func TestPredictReportsTenBadRows(t *testing.T) {
	dir, model := flowerModel(t)
	for _, c := range []struct {
		bad  int
		more string
	}{{9, ""}, {10, ""}, {11, "1"}, {23, "13"}} {
		path := filepath.Join(dir, fmt.Sprint(c.bad, ".csv"))
		filetest.Write(t, dir, map[string][]byte{filepath.Base(path): []byte("Id,width,colour,Height\n1,2,red,5\n" +
			strings.Repeat("1,2,red\n", c.bad))})
		_, stderr, _ := predicted(t, "-load", model, "-predict", path, path)
		want := ""
		if c.more != "" {
			want = "backprop: " + path + ": and " + c.more + " more rows like these\n"
		}
		if lines := strings.Count(stderr, path+": line "); lines != 2*min(c.bad, 10) ||
			strings.Count(stderr, " more rows") != 2*len(want[:min(len(want), 1)]) ||
			!strings.Contains(stderr, want) {
			t.Errorf("%d bad rows: %s; want %d, and twice %q", c.bad, stderr, 2*min(c.bad, 10), want)
		}
	}
	links, err := filepath.Glob("/proc/self/fd/*")
	if err != nil || links == nil {
		t.Skip("the open files are not listed here")
	}
	for _, link := range links {
		if to, _ := os.Readlink(link); strings.HasPrefix(to, dir) {
			t.Errorf("%s is open still", to)
		}
	}
}

// TestPredictWithWeightsAlone: a model file with weights alone answers a table; -scale standard cannot be found out
// from them.
func TestPredictWithWeightsAlone(t *testing.T) {
	dir := t.TempDir()
	filetest.Write(t, dir, map[string][]byte{"t.csv": []byte("3,4\n-1,0.5\n"),
		// 10·a + 20·b
		"m": foreign("F64", []string{"weight"}, [][]int{{1, 2}}, func(i int) float64 { return float64(10 * (i + 1)) })})
	args := []string{"-load", filepath.Join(dir, "m"), "-predict", filepath.Join(dir, "t.csv"), "-cost", "mse", "-scale"}
	for scale, want := range map[string]string{"none": "[[row predicted] [1 110] [2 0]]",
		"2": "[[row predicted] [1 55] [2 0]]"} { // of half the inputs
		if rows, _, err := predicted(t, append(args, scale)...); err != nil || fmt.Sprint(rows) != want {
			t.Errorf("-scale %s: %q, %v; want %s", scale, rows, err, want)
		}
	}
	if _, _, err := predicted(t, append(args, "standard")...); !filetest.Says(err,
		"-scale standard needs -data to find the mean") || exitCode(err, io.Discard) != 2 {
		t.Errorf("-scale standard: %v; want status 2 and that -data is needed", err)
	}
}

// TestPredictJSON: -json has for each row its file and number, its columns under their names, numbers as such, and the
// answer.
func TestPredictJSON(t *testing.T) {
	dir, model := flowerModel(t)
	filetest.Write(t, dir, map[string][]byte{"a.csv": []byte("Height,width,colour,Id\n4,6,red,x7\n1,2,blue,\n"),
		"b.csv": []byte("red,6,4\n")})
	numbersModel := filepath.Join(dir, "n")
	filetest.Write(t, dir, map[string][]byte{"n.csv": []byte("a,b,y\n1,2,3\n2,3,5\n4,1,5\n3,3,6\n")})
	mustRun(t, "-data", filepath.Join(dir, "n.csv"), "-regress", "-test", "0", "-hidden", "none", "-epochs", "5",
		"-save", numbersModel)
	a, n := filepath.Join(dir, "a.csv"), filepath.Join(dir, "n.csv")
	for _, c := range []struct{ model, file, want string }{
		{model, a, `{"event":"predict","file":` + jsonText(a) +
			`,"row":1,"columns":{"Height":4,"width":6,"colour":"red","Id":"x7"},"class":"`},
		{model, a, `{"event":"predict","file":` + jsonText(a) +
			`,"row":2,"columns":{"Height":1,"width":2,"colour":"blue","Id":""},"class":"`},
		{numbersModel, n, `{"event":"predict","file":` + jsonText(n) + `,"row":3,"columns":{"a":4,"b":1,"y":5},"predicted":`},
	} {
		out, err := tryRun("-load", c.model, "-predict", c.file, "-json")
		if err != nil || !strings.Contains(out, c.want) || !strings.Contains(out, `,"probabilities":{"iris":0.`) &&
			c.model == model {
			t.Errorf("%v: %s\nwant %s", err, out, c.want)
		}
	}
	none := filepath.Join(dir, "none.png")
	digits := filepath.Join(dir, "digits")
	mustRun(t, "-data", squares(t, 1), "-hidden", "4", "-epochs", "1", "-save", digits)
	out, err := tryRun("-load", digits, "-predict", none, "-json")
	if want := `{"event":"predict","file":` + jsonText(none) + `,"error":"there is no such file"}` + "\n"; err == nil ||
		out != want {
		t.Errorf("%v: %s, want %s", err, out, want)
	}
	if _, err := tryRun("-load", digits, "-predict", filepath.Join(dir,
		"none*.png")); fmt.Sprint(err) != filepath.Join(dir, "none*.png")+": no file has a name like this" {
		t.Errorf("a pattern: %v", err)
	}
}

// sidesTable is a table in which x alone decides the class, and y is noise; few rows are "rare".
func sidesTable(t *testing.T) string {
	var b strings.Builder
	b.WriteString("x,y,kind\n")
	for i := range 120 {
		x, kind := float64(i%30)/10-1.5, "common"
		if i%30 >= 24 {
			kind = "rare"
		}
		fmt.Fprintf(&b, "%g,%d,%s\n", x, i*i*7%11, kind)
	}
	dir := t.TempDir()
	filetest.Write(t, dir, map[string][]byte{"sides.csv": []byte(b.String())})
	return filepath.Join(dir, "sides.csv")
}

// TestScoresOfNumbers: RMSE, R², MAE and the baseline of a number to predict are those of its answers, by hand;
// training, -predict and -load -data agree on them, and the answers come in the unit of the data.
func TestScoresOfNumbers(t *testing.T) {
	path := numbers(t)
	dir := filepath.Dir(path)
	model, page := filepath.Join(dir, "m"), filepath.Join(dir, "out.html")
	trained := mustRun(t, "-data", path, "-regress", "-hidden", "8", "-epochs", "40", "-test", "0", "-save", model)
	loaded := mustRun(t, "-load", model, "-data", path, "-test", "0", "-report", page)
	rows, stderr, err := predicted(t, "-load", model, "-predict", path)
	if err != nil || strings.Join(rows[0], ",") != "a,b,y,predicted" || len(rows) != 41 {
		t.Fatalf("%v, %d rows under %q; want 41 under a, b, y and predicted", err, len(rows), rows[0])
	}
	mae, square, spread := 0.0, 0.0, 0.0
	for i, row := range rows[1:] {
		got, y := mustParse(t, row[3]), float64(i)*0.25-1 // of which the mean is 3.875
		mae += math.Abs(got-y) / 40
		square += (got - y) * (got - y)
		spread += (y - 3.875) * (y - 3.875)
	}
	rmse, r2 := math.Sqrt(square/40), 1-square/spread
	if got := trained[len(trained)-1]["train_rmse"].(float64); math.Abs(got-rmse) > 1e-9 {
		t.Errorf("the training's RMSE is %v; by hand %v", got, rmse)
	}
	for name, want := range map[string]float64{"test_rmse": rmse, "test_mae": mae, "test_r2": r2,
		"baseline_rmse": math.Sqrt(spread / 40)} {
		if got, _ := loaded[len(loaded)-1][name].(float64); math.Abs(got-want) > 1e-9 {
			t.Errorf("%s is %v; by hand %v", name, got, want)
		}
	}
	mustContain(t, stderr, fmt.Sprintf("RMSE %.6g, R² %.4f on 40 rows", rmse, r2))
	mustContain(t, string(readFile(t, page)), "How much each input counts", "baseline RMSE", "test MAE")
}

// TestWhichTestSetsAreJudged: a table's test set is judged, of pixels too; that of images where it is asked for; not
// that of a tutorial or of one training of a sweep; those of folds always.
func TestWhichTestSetsAreJudged(t *testing.T) {
	for _, c := range []struct {
		what string
		set  func(x *training)
		want bool
	}{
		{"numbers", func(*training) {}, true},
		{"bytes of a table", func(x *training) { x.data.Columns, x.data.Train.Values = make([]table.Column, 1), nil }, true},
		{"images", func(x *training) { x.data.Train.Values = nil }, false},
		{"images, with -json", func(x *training) { x.data.Train.Values, x.cfg.Json = nil, true }, true},
		{"images, with -report", func(x *training) { x.data.Train.Values, x.cfg.Report = nil, "r" }, true},
		{"images, with weights", func(x *training) { x.data.Train.Values, x.cfg.ClassWeight = nil, "balanced" }, true},
		{"images in folds", func(x *training) { x.data.Train.Values, x.cfg.Folds = nil, 3 }, true},
		{"a tutorial", func(x *training) { x.cfg.Recipe.Name = "sine" }, false},
		{"one of several", func(x *training) { x.cfg.Nested = true }, false},
		{"one of several folds", func(x *training) { x.cfg.Nested, x.cfg.Folds = true, 3 }, true},
		{"no test set", func(x *training) { x.data.Test.N = 0 }, false},
	} {
		x, _, _ := experimentOn(t, goodTable(), "-hidden", "2")
		c.set(x)
		if got := x.quality(nil) != nil; got != c.want {
			t.Errorf("%s: judged %v, want %v", c.what, got, c.want)
		}
	}
}

// TestImportanceWithClassWeights: where classes have weights, the importance of an input is how far the mean of the
// recalls falls: accuracy is not what such a training aims at.
func TestImportanceWithClassWeights(t *testing.T) {
	// x alone tells the classes apart: without it, half of each is right.
	path := sidesTable(t)
	args := []string{"-data", path, "-label", "kind", "-hidden", "8", "-epochs", "100", "-test", "0.5", "-classweight",
		"balanced"}
	done := only(events(t, args...), "done")[0]
	first := done["importance"].([]any)[0].(map[string]any)
	if done["importance_of"] != "the mean recall of the classes" || first["input"] != "x" ||
		math.Abs(first["mean"].(float64)-0.5) > 0.15 {
		t.Errorf("%v of %v; want x, 0.5 of the mean recall", first, done["importance_of"])
	}
}

// TestClassWeight: a weight multiplies a sample's cost and δ, as that many copies of it would; balanced weights are
// n/(k·n_c), here 5/(2·4) and 5/(2·1).
func TestClassWeight(t *testing.T) {
	d := &dataset.Dataset{Classes: []string{"a", "b=c"}, Train: dataset.Set{N: 5, Labels: []int32{0, 0, 0, 0, 1}}}
	for text, want := range map[string][2]float64{"b=c=3": {1, 3}, "a=0.5,b=c=2": {0.5, 2}, "balanced": {0.625, 2.5},
		"Balanced": {0.625, 2.5}} {
		cfg := settings.New(choices())
		cfg.ClassWeight = text
		for _, plain := range costs {
			cost, err := weighted(cfg, plain, d)
			if err != nil {
				t.Fatal(err)
			}
			for class, w := range want {
				var z, delta [2][2]float64
				z[0], z[1] = [2]float64{0.3, -0.7}, [2]float64{0.3, -0.7}
				y := make([]float64, 2)
				y[class] = 1
				g := named(activations, "sigmoid")
				a, b := plain.Eval(g, z[0][:], y, delta[0][:]), cost.Eval(g, z[1][:], y, delta[1][:])
				if b != a*w || delta[1][0] != delta[0][0]*w || delta[1][1] != delta[0][1]*w || cost.Name != plain.Name {
					t.Errorf("%s, %s, class %d: cost %v and δ %v; without weights %v and %v", text, plain.Name, class, b, delta[1],
						a, delta[0])
				}
			}
		}
	}
	cfg := settings.New(choices())
	cfg.ClassWeight = "balanced"
	if _, err := weighted(cfg, costs[0], &dataset.Dataset{Name: "houses"}); !filetest.Says(err,
		"is for classes, and houses has numbers to predict") {
		t.Errorf("numbers to predict: %v; want that weights are for classes", err)
	}
}

// judged returns the scores, on test, of a network without hidden layers and scaling, which answers x·W.
func judged(t *testing.T, d *dataset.Dataset, test dataset.Set, w []float64, args ...string) (*training,
	*event.Quality) {
	t.Helper()
	x, _, _ := experimentOn(t, d, append([]string{"-data", "x", "-json", "-hidden", "none", "-scale", "none", "-test",
		"0"}, args...)...)
	x.data.Test = test
	l := x.trainer.Net.Layers[0]
	for i := range l.W.Rows {
		copy(l.W.Row(i), w[i*l.W.Cols:(i+1)*l.W.Cols])
	}
	return x, x.quality(nil)
}

// TestImportance: the importance of an input is how far the score falls when its values are exchanged, the mean of five
// draws, by plain loops; the most important is first, and one without weights has none.
func TestImportance(t *testing.T) {
	for _, c := range []struct {
		args, of string
		classes  int
		w        []float64
	}{
		{"-regress -cost mse", "R²", 0, []float64{0, 0.5, 2}},
		{"", "the accuracy", 2, []float64{0, 0, 0, 0.8, 0, 2}},
		{"-classweight balanced", "the mean recall of the classes", 2, []float64{0, 0, 0, 0.8, 0, 2}},
	} {
		d := madeTable(60, 3, c.classes, func(x []float64, _ *rand.Rand) float64 {
			y := 0.8*x[1] + 2*x[2]
			if c.classes == 0 {
				return y
			}
			return boolean(y > 0)
		})
		x, q := judged(t, d, d.Train, c.w, strings.Fields(c.args)...)
		k, n := max(c.classes, 1), 60
		score := func(in []float64) float64 {
			square, spread, mean, right, there := 0.0, 0.0, 0.0, [2]float64{}, [2]float64{}
			for i := range n {
				a := make([]float64, k)
				for j := range 3 {
					for o := range a {
						a[o] += in[3*i+j] * c.w[j*k+o]
					}
				}
				if c.classes == 0 {
					square += (a[0] - d.Train.Targets[i]) * (a[0] - d.Train.Targets[i])
					mean += d.Train.Targets[i] / float64(n)
					continue
				}
				y := d.Train.Labels[i]
				there[y]++
				right[y] += boolean((a[1] > a[0]) == (y == 1))
			}
			for _, y := range d.Train.Targets {
				spread += (y - mean) * (y - mean)
			}
			switch c.of {
			case "R²":
				return 1 - square/spread
			case "the accuracy":
				return (right[0] + right[1]) / float64(n)
			}
			return (right[0]/there[0] + right[1]/there[1]) / 2
		}
		for at, name := range []string{"input 3", "input 2", "input 1"} {
			j, falls, mean, square := 2-at, [5]float64{}, 0.0, 0.0
			for draw := range falls {
				in := slices.Clone(d.Train.Values)
				for i, from := range exact.Stream(x.cfg.Seed, exact.ForImportance, j*5+draw).Perm(n) {
					in[3*i+j] = d.Train.Values[3*from+j]
				}
				falls[draw] = score(d.Train.Values) - score(in)
				mean += falls[draw] / 5
			}
			for _, f := range falls {
				square += (f - mean) * (f - mean)
			}
			got := q.Importance[at]
			if len(q.Importance) != 3 || got.Input != name || math.Abs(got.Mean-mean) > 1e-9 ||
				math.Abs(got.Deviation-math.Sqrt(square/4)) > 1e-9 ||
				q.ImportanceOf != c.of || j == 0 && got.Mean != 0 {
				t.Errorf("%s: %v of %s; by hand %s %v ± %v", c.args, q.Importance, q.ImportanceOf, name, mean, math.Sqrt(square/4))
			}
		}
	}
}

// TestScoresOfClasses: what is printed of a test set, by hand from the answers to its rows: the baseline of the
// commonest class in training; precision, recall and F1 of each class, and their means; and for two classes the area
// under the ROC curve, which is how often a sample of the second has the higher probability of it.
func TestScoresOfClasses(t *testing.T) {
	two := strings.NewReplacer("iris", "lily").Replace(flowers(90))
	for table, commonest := range map[string]string{flowers(90): "iris", two: "lily"} { // of equally many, the first
		rows := strings.SplitAfter(table, "\n")
		dir := t.TempDir()
		filetest.Write(t, dir, map[string][]byte{"f.train.csv": []byte(strings.Join(rows[:61], "")),
			"f.test.csv": []byte(rows[0] + strings.Join(rows[61:], ""))})
		train, test, model := filepath.Join(dir, "f.train.csv"), filepath.Join(dir, "f.test.csv"), filepath.Join(dir, "m")
		args := []string{"-data", train, "-hidden", "6", "-epochs", "4"}
		all := mustRun(t, append(args, "-save", model)...)
		done := all[len(all)-1]
		answers, _, err := predicted(t, "-load", model, "-predict", test)
		if err != nil {
			t.Fatal(err)
		}
		classes := map[string][3]float64{} // right, said, there
		count := func(class string, k int) {
			c := classes[class]
			c[k]++
			classes[class] = c
		}
		right, pairs, above := 0.0, 0.0, 0.0
		n, last := float64(len(answers)-1), len(answers[0])-1
		for _, a := range answers[1:] {
			is, said := a[4], a[5]
			count(is, 2)
			if is == said {
				right++
				count(is, 0)
			}
			count(said, 1)
			for _, b := range answers[1:] {
				p, q := mustParse(t, a[last]), mustParse(t, b[last])
				if a[4] == "rose" && b[4] != "rose" {
					pairs++
					if p > q {
						above++
					} else if p == q {
						above += 0.5
					}
				}
			}
		}
		want := map[string]float64{"test_accuracy": right / n, "baseline_accuracy": classes[commonest][2] / n}
		if table == two {
			want["roc_auc"] = above / pairs
		} else if done["roc_auc"] != nil {
			t.Error("three classes have an area under the ROC curve")
		}
		for name, v := range want {
			if got, ok := done[name].(float64); !ok || !near(got, v) {
				t.Errorf("%s is %v, by hand %v", name, done[name], v)
			}
		}
		text := command(t, args...)
		mean, weighted := [3]float64{}, [3]float64{}
		for _, e := range done["classes"].([]any) {
			e := e.(map[string]any)
			c := classes[e["class"].(string)]
			p, r := c[0]/max(c[1], 1), c[0]/c[2]
			f := 0.0
			if p+r > 0 {
				f = 2 * p * r / (p + r)
			}
			for k, v := range []float64{p, r, f} {
				if got := e[[]string{"precision", "recall", "f1"}[k]].(float64); !near(got, v) {
					t.Errorf("%s: %v, by hand %v", e["class"], e, v)
				}
				mean[k] += v / float64(len(classes))
				weighted[k] += v * c[2] / n
			}
			mustContain(t, text, fmt.Sprintf("%-13s  %9.4f  %9.4f  %9.4f  %9.0f\n", e["class"], p, r, f, c[2]))
		}
		mustContain(t, text, fmt.Sprintf("mean           %9.4f  %9.4f  %9.4f  %9.0f\n", mean[0], mean[1], mean[2], n),
			fmt.Sprintf("weighted mean  %9.4f  %9.4f  %9.4f  %9.0f\n", weighted[0], weighted[1], weighted[2], n),
			fmt.Sprintf("baseline        %.2f %% by always answering %s, the commonest in training\n",
				100*classes[commonest][2]/n, commonest))
	}
}

// TestFolds: every sample is tested in one fold; mean and sample standard deviation are those of the lines of the
// folds; the number of workers changes nothing.
func TestFolds(t *testing.T) {
	args := []string{"-data", sidesTable(t), "-label", "kind", "-hidden", "5", "-epochs", "30", "-folds", "5"}
	lines := mustRun(t, append(args, "-workers", "2")...)
	var accuracy []float64
	mean, square, tested := 0.0, 0.0, 0.0
	for _, e := range only(lines, "fold") {
		accuracy = append(accuracy, e["test_accuracy"].(float64))
		mean += e["test_accuracy"].(float64) / 5
		tested += e["test"].(float64)
	}
	for _, a := range accuracy {
		square += (a - mean) * (a - mean)
	}
	sum := only(lines, "folds")[0]
	if len(accuracy) != 5 || tested != 120 || !near(sum["mean_test_accuracy"].(float64), mean) ||
		!near(sum["deviation"].(float64), math.Sqrt(square/4)) {
		t.Errorf("%v of %v", sum, accuracy)
	}
	one := command(t, append(args, "-workers", "1")...)
	if two := strings.NewReplacer("2 at a time", "1 at a time", "2 workers",
		"1 worker").Replace(command(t, append(args, "-workers", "2")...)); one != two {
		t.Errorf("one worker prints\n%s\ntwo\n%s", one, two)
	}
	mustContain(t, one, fmt.Sprintf("test accuracy   %.2f ± %.2f %% (mean ± standard deviation of 5 folds)\n", 100*mean,
		100*math.Sqrt(square/4)),
		"network   2-5-2 relu", "120 samples in 5 folds, 1 at a time\n          each fold: 96 to train on, 24 to test\n",
		"label: column 3", "training  30 epochs", "1 worker\n\nfold  train cost", "baseline        80.00 ± ", "ROC AUC  ",
		"mean recall  ")
	// 24 of 120 are rare, in folds of as many samples each.
	if base, _ := sum["mean_baseline_accuracy"].(float64); !near(base, 0.8) || sum["recall_deviation"] == nil ||
		lines[0]["event"] != "start" {
		t.Errorf("%v, want a mean baseline of 0.8", sum)
	}
}

// TestFoldsNoBetterThanGuessing: folds that come to no more than guessing say so; folds of numbers have MAE and R²
// beside RMSE, and the baseline of a fold is the RMSE of the mean of the others.
func TestFoldsNoBetterThanGuessing(t *testing.T) {
	var b strings.Builder
	b.WriteString("x,y,outcome\n")
	for i := range 300 {
		fmt.Fprintf(&b, "%d,%d,%s\n", i*i*31%97, i*37%101, []string{"stayed", "left"}[int(boolean(i%15 == 0))])
	}
	dir := t.TempDir()
	filetest.Write(t, dir, map[string][]byte{"t.csv": []byte(b.String())})
	args := []string{"-data", filepath.Join(dir, "t.csv"), "-folds", "5", "-epochs", "3", "-hidden", "3"}
	want := "the folds end no better than guessing: 93.33 % of the test samples are right, and always answering " +
		"stayed gives 93.33 %"
	_, _, stderr := ends(args...)
	if text := strings.Join(strings.Fields(stderr), " "); text != "backprop: warning: "+want {
		t.Errorf("%q, want %q", text, want)
	}
	for line := range strings.Lines(stderr) {
		if len(line) > 81 {
			t.Errorf("%d characters: %s", len(line), line)
		}
	}
	if all := only(mustRun(t, args...), "warning"); len(all) != 1 || all[0]["text"] != want {
		t.Errorf("%v, want one with %q", all, want)
	}
	of, y, base := (&dataset.Set{N: 40}).Folds(4, exact.Stream(1, exact.ForFolds,
		0)), func(i int) float64 { return float64(i)*0.25 - 1 }, 0.0
	for k := range 4 {
		mean, square := 0.0, 0.0
		for i := range 40 {
			if of[i] != k {
				mean += y(i) / 30
			}
		}
		for i := range 40 {
			if of[i] == k {
				square += (y(i) - mean) * (y(i) - mean) / 10
			}
		}
		base += math.Sqrt(square) / 4
	}
	args = []string{"-data", numbers(t), "-folds", "4", "-regress", "-hidden", "8", "-epochs", "60"}
	sum := only(mustRun(t, args...), "folds")[0]
	if got, _ := sum["mean_baseline_rmse"].(float64); !near(got, base) {
		t.Errorf("baseline RMSE %v, by hand %v", got, base)
	}
	mustContain(t, command(t, args...), fmt.Sprintf("test MAE        %s ± ",
		text.Significant(sum["mean_test_mae"].(float64), 5)),
		fmt.Sprintf("test R²         %.4f ± %.4f\n", sum["mean_test_r2"], sum["test_r2_deviation"]), "baseline RMSE   ")
	// Numbers that the inputs say nothing of.
	b.Reset()
	for i := range 60 {
		fmt.Fprintf(&b, "%d,%d\n", i*37%101, i*i*31%97)
	}
	filetest.Write(t, dir, map[string][]byte{"n.csv": []byte(b.String())})
	all := mustRun(t, "-data", filepath.Join(dir, "n.csv"), "-folds", "3", "-regress", "-hidden", "3", "-epochs", "2",
		"-optimizer", "sgd")
	sum = only(all, "folds")[0]
	want = fmt.Sprintf("the folds end no better than guessing: test RMSE %s, and always answering the mean gives %s",
		text.Significant(sum["mean_test_rmse"].(float64), 4), text.Significant(sum["mean_baseline_rmse"].(float64), 4))
	if warned := only(all, "warning"); len(warned) != 1 || warned[0]["text"] != want {
		t.Errorf("%v, want %q", warned, want)
	}
}

// TestFoldsThatFail: an interruption says after how many folds it came, and a fold that fails is named.
func TestFoldsThatFail(t *testing.T) {
	args := []string{"-data", numbers(t), "-folds", "3", "-regress", "-hidden", "2", "-epochs", "200000", "-workers", "1"}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := run(ctx, args, io.Discard, io.Discard); fmt.Sprint(err) != "interrupted after 0 of 3 folds" ||
		exitCode(err, io.Discard) != 130 {
		t.Errorf("%v; want status 130 after 0 of 3 folds", err)
	}
	_, err := tryRun("-data", numbers(t), "-folds", "3", "-regress", "-hidden", "2", "-epochs", "2", "-lr", "1e300")
	if !filetest.Says(err, "fold 1: ", "try a smaller -lr (it is 1e+300)") || exitCode(err, io.Discard) != 1 {
		t.Errorf("a fold that diverges: %v; want status 1 and fold 1", err)
	}
}

// TestTableFlags: which columns are inputs, by -label, -ignore and -regress, and what is said of columns and classes
// that are not there.
func TestTableFlags(t *testing.T) {
	dir := t.TempDir()
	filetest.Write(t, dir, map[string][]byte{"t.csv": []byte(flowers(60))})
	path := filepath.Join(dir, "t.csv")
	for _, c := range []struct{ flags, want string }{
		{"", "[5 6 3]"}, // width, three colours and Height; Id numbers the rows
		{"-ignore width", "[4 6 3]"}, {"-ignore 3,Height", "[1 6 3]"}, {"-activation ReLU -ignore colour", "[2 6 3]"},
		{"-label colour -ignore Id,kind", "[2 6 3]"}, {"-regress -label Height", "[7 6 1]"},
		{"-ignore nothing", "-ignore nothing: no such column; there are Id, width, colour, Height, kind"},
		{"-ignore kind -label kind", "-ignore kind: it is the label; name another one with -label"},
		{"-ignore Id,width,colour,Height", "no column is left to learn from"},
		{"-label smell", "-label smell: no such column; there are Id, width, colour, Height, kind"},
		{"-label 9", "-label 9: no such column"}, {"-label width", `line 10, column 2 "width": the label is missing`},
		{"-regress -label kind", `line 2, column 5 "kind": "rose" is not a number to predict`},
		{"-classweight thorn=2", `there is no class "thorn"; there are iris, lily, rose`},
		{"-classweight rose=-1", "a weight is a number from 0"}, {"-classweight rose", "CLASS=WEIGHT"},
		{"-classweight rose=1e308", "from 0 to a million"}, {"-classweight rose=2,iris=1,rose=3", "rose appears twice"},
		{"-classweight rose=0,iris=0,lily=0", "all classes have the weight 0"}, {"-classweight=", "-classweight is empty"},
		{"-epoch 3", "there is no flag -epoch; did you mean -epochs?"},
		{"-recipe nielsen", "it is a table of 60 samples with 5 inputs, not images; -recipe nielsen needs MNIST"},
	} {
		out, _, err := try(append([]string{"-data", path, "-hidden", "6", "-epochs", "1", "-json"},
			strings.Fields(c.flags)...)...)
		if err == nil {
			err = errors.New(strings.ReplaceAll(between(out, `"layers":`, `]`), ",", " ") + "]")
		}
		if !filetest.Says(err, c.want) {
			t.Errorf("%s: %v; want %s", c.flags, err, c.want)
		}
	}
}

// between is the part of a text after from and before to.
func between(text, from, to string) string {
	_, text, _ = strings.Cut(text, from)
	text, _, _ = strings.Cut(text, to)
	return text
}

// TestTableEpochs: a small table takes many epochs, of which about twenty are printed, and all with -json.
func TestTableEpochs(t *testing.T) {
	path := sidesTable(t)
	text, table := command(t, "-data", path, "-hidden", "3"), 0
	for line := range strings.Lines(text) {
		if strings.HasSuffix(line, " s\n") && strings.Contains(line, " / ") {
			table++
		}
	}
	mustContain(t, text, "\n    1  ", "\n   20  ", "\n  400  ")
	if all := only(events(t, "-data", path, "-hidden", "3"), "epoch"); table != 21 || len(all) != 400 {
		t.Errorf("%d epochs are printed, %d with -json; want 21, 400", table, len(all))
	}
}

// TestTestFlagWithoutEffect: -test is said to change nothing where the data have a test set of their own.
func TestTestFlagWithoutEffect(t *testing.T) {
	dir := smallMNIST(t, 60, 20)
	const said = "the data have a test set, so that -test changes nothing"
	mustContain(t, command(t, "-data", dir, "-epochs", "1", "-test", "7"), said, "60 to train on, 20 to test")
	if text := command(t, "-data", dir, "-epochs", "1"); strings.Contains(text, said) {
		t.Errorf("without -test it prints %q:\n%s", said, text)
	}
}

// TestDefaultsLearnTinyTables: XOR and AND, of which a table has each row once or several times, are learned with the
// defaults, whatever the seed; of the smallest, all rows are for training.
func TestDefaultsLearnTinyTables(t *testing.T) {
	tables := map[string]string{"XOR": "0,0,n\n0,1,y\n1,0,y\n1,1,n\n", "AND": "0,0,n\n0,1,n\n1,0,n\n1,1,y\n"}
	for name, rows := range tables {
		for copies, seeds := range map[int]int{1: 10, 2: 3, 8: 1, 16: 1, 32: 1} {
			dir := t.TempDir()
			filetest.Write(t, dir, map[string][]byte{"t.csv": []byte("p,q,both\n" + strings.Repeat(rows, copies))})
			path := filepath.Join(dir, "t.csv")
			for seed := range seeds {
				all := events(t, "-data", path, "-seed", fmt.Sprint(seed+1))
				epochs := only(all, "epoch")
				if start := only(all, "start")[0]; epochs[len(epochs)-1]["train_accuracy"] != 1.0 ||
					copies < 3 && start["train"] != float64(4*copies) {
					t.Errorf("%d copies of %s, seed %d: %v, %v", copies, name, seed+1, start, epochs[len(epochs)-1])
				}
			}
		}
	}
}

// TestFoldSizes: how many folds there can be, how many samples each has to train on, to validate and to test, and which
// flags do not go with them.
func TestFoldSizes(t *testing.T) {
	path := sidesTable(t)
	rows := strings.SplitAfter(string(readFile(t, path)), "\n")
	dir := filepath.Dir(path)
	for _, n := range []int{4, 5, 6} {
		filetest.Write(t, dir, map[string][]byte{fmt.Sprint(n, ".csv"): []byte(strings.Join(rows[:n+1], ""))})
	}
	for _, c := range []struct{ flags, want string }{
		{"sides.csv -folds 5", "96 0 24"}, {"sides.csv -folds 5 -test 20", "80 0 20"},
		{"sides.csv -folds 5 -valid 10", "86 10 24"}, {"sides.csv -folds 5 -valid 10 -test 20", "70 10 20"},
		{"4.csv -label x -regress -folds 2", "2 0 2"}, {"6.csv -label x -regress -folds 3", "4 0 2"},
		{"4.csv -label x -regress -folds 3", "-folds 3 of 4 samples: there have to be twice as many"},
		{"5.csv -label x -regress -folds 3", "-folds 3 of 5 samples: there have to be twice as many"},
		{"sides.csv -folds 0", "-folds 0: expected 2 to 1000"},
		{"sides.csv -folds 1", "-folds 1: expected 2 to 1000"},
		{"sides.csv -folds -5", "-folds -5: expected 2 to 1000"},
		{"sides.csv -folds 1001", "-folds 1001: expected 2 to 1000"},
		{"sides.csv -folds 1000", "-folds 1000 of 120 samples: there have to be twice as many"},
		{"sides.csv -folds 61", "-folds 61 of 120 samples: there have to be twice as many"},
		{"sides.csv -folds 5 -sweep lr=1,2 -valid 0.2", "-sweep does not go with it"},
		{"sides.csv -folds 5 -recipe unit", "which has several trainings"},
		{"sides.csv -folds 5 -save m", "keeps no network: -save does not go with it"},
		{"sides.csv -folds 5 -save m -resume", "-save does not go with it"},
		{"sides.csv -folds 5 -load m", "-load does not go with it"},
		{"sides.csv -folds 5 -save m -export m.onnx", "-save does not go with it"},
		{"sides.csv -folds 5 -report r", "-report does not go with it"},
		{"sides.csv -folds 5 -gradcheck", "-gradcheck does not go with it"},
		{"sides.csv -folds 5 -export m.onnx", "-export does not go with it"},
	} {
		words := strings.Fields(c.flags)
		args := append([]string{"-data", filepath.Join(dir, words[0]), "-epochs", "1"}, words[1:]...)
		lines, _, err := program(t.Context(), io.Discard, args...)
		got := fmt.Sprint(err)
		if err == nil {
			got = fmt.Sprint(lines[0]["train"], lines[0]["valid"], lines[0]["test"])
			for _, e := range only(lines, "fold") {
				if fmt.Sprint(e["train"], " 0 ", e["test"]) != got && !strings.Contains(c.flags, "-valid") {
					t.Errorf("%s: %v; want folds of %s", c.flags, e, got)
				}
			}
		} else if exitCode(err, io.Discard) != 2 {
			t.Errorf("%s: status %d, want 2", c.flags, exitCode(err, io.Discard))
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: %s; want %s", c.flags, got, c.want)
		}
	}
}

// TestFoldLines: the table says of each fold what -json says: how many of how many were right, or the RMSE; below it
// stand the mean of the folds and their standard deviation.
func TestFoldLines(t *testing.T) {
	args := []string{"-data", sidesTable(t), "-label", "kind", "-hidden", "4", "-epochs", "2", "-folds", "4"}
	lines, text := only(mustRun(t, args...), "fold"), command(t, args...)
	for _, e := range lines {
		n := e["test"].(float64)
		mustContain(t, text, fmt.Sprintf("\n%4.0f  %10.5f  %10.5f  %16s\n", e["fold"], e["train_cost"], e["test_cost"],
			fmt.Sprintf("%.0f / %.0f", e["test_accuracy"].(float64)*n, n)))
	}
	mustContain(t, text, "\nfold  train cost   test cost     test accuracy\n")
	if len(lines) != 4 || lines[3]["fold"] != 4.0 {
		t.Errorf("%v, want 4 folds", lines)
	}
	// RMSE by hand from R²: Σ (a − y)² is (1 − R²) · Σ (y − ȳ)².
	args = []string{"-data", numbers(t), "-folds", "4", "-regress", "-hidden", "3", "-epochs", "5"}
	all := mustRun(t, args...)
	of, text := (&dataset.Set{N: 40}).Folds(4, exact.Stream(1, exact.ForFolds, 0)), command(t, args...)
	var rmse []float64
	mean, square := 0.0, 0.0
	for k, e := range only(all, "fold") {
		sum, spread := 0.0, 0.0
		for pass := range 2 {
			for i, f := range of {
				y := float64(i)*0.25 - 1
				if f == k && pass == 0 {
					sum += y / 10
				} else if f == k {
					spread += (y - sum) * (y - sum)
				}
			}
		}
		v := math.Sqrt((1 - e["test_r2"].(float64)) * spread / 10)
		if got, _ := e["test_rmse"].(float64); math.Abs(got-v) > 1e-9 || e["test_accuracy"] != nil {
			t.Errorf("fold %d: %v, by hand RMSE %v", k+1, e, v)
		}
		rmse, mean = append(rmse, v), mean+v/4
		mustContain(t, text, fmt.Sprintf("\n%4d  %10.5f  %10.5f  %16s\n", k+1, e["train_cost"], e["test_cost"],
			fmt.Sprintf("%#.5g", v)))
	}
	for _, v := range rmse {
		square += (v - mean) * (v - mean)
	}
	sum, sd := only(all, "folds")[0], math.Sqrt(square/3)
	if got, _ := sum["mean_test_rmse"].(float64); math.Abs(got-mean) > 1e-9 ||
		math.Abs(sum["deviation"].(float64)-sd) > 1e-9 || sum["folds"] != 4.0 {
		t.Errorf("%v; by hand %v ± %v", sum, mean, sd)
	}
	mustContain(t, text, "\nfold  train cost   test cost         test RMSE\n",
		fmt.Sprintf("\ntest RMSE       %.5g ± %.2g (mean ± standard deviation of 4 folds)\n", mean, sd))
}

// TestColumnNamesWithCommas: a column whose name has a comma in it can be named in a list, between quotation marks.
func TestColumnNamesWithCommas(t *testing.T) {
	dir := t.TempDir()
	filetest.Write(t, dir, map[string][]byte{"t.csv": []byte("\"a, in m\",b,kind\n1,2,x\n2,3,y\n3,4,x\n4,5,y\n")})
	lines := mustRun(t, "-data", filepath.Join(dir, "t.csv"), "-epochs", "1", "-hidden", "2", "-ignore", `"a, in m"`)
	if got := fmt.Sprint(lines[0]["layers"]); got != "[1 2 2]" {
		t.Errorf("layers %s, want one input", got)
	}
	lines = mustRun(t, "-data", filepath.Join(dir, "t.csv"), "-epochs", "1", "-hidden", "2", "-label", `b,"a, in m"`,
		"-regress")
	if got := fmt.Sprint(lines[0]["layers"]); got != "[2 2 2]" {
		t.Errorf("layers %s, want the two words' inputs and two numbers to predict", got)
	}
}

// TestDivergedEvent: a run that diverges ends with a line of JSON that says so, when, and what to do.
func TestDivergedEvent(t *testing.T) {
	lines, _, err := program(context.Background(), io.Discard, "-data", numbers(t), "-regress", "-lr", "1e300",
		"-hidden", "3")
	last := lines[len(lines)-1]
	if exitCode(err, io.Discard) != 1 || last["event"] != "failed" || last["epoch"] != 1.0 ||
		last["cause"] != "diverged" ||
		!strings.Contains(fmt.Sprint(last["text"]), "made the weights too large") ||
		!strings.Contains(fmt.Sprint(last["remedy"]), "smaller -lr") {
		t.Errorf("%v, last line %v; want an event \"failed\", its cause and its remedy", err, last)
	}
}

// TestInterruptedWhileJudging: an interruption while the last weights are judged ends the run, and no scores are given.
func TestInterruptedWhileJudging(t *testing.T) {
	d := madeTable(60, 3, 2, func(x []float64, _ *rand.Rand) float64 { return boolean(x[0] > 0) })
	x, _ := judged(t, d, d.Train, []float64{0, 0, 0, 0.8, 0, 2})
	asked := 0
	q := x.quality(func() bool { asked++; return asked > 3 })
	if q == nil || q.Importance != nil || asked != 4 {
		t.Errorf("%+v after %d questions", q, asked)
	}
	x.done = event.Done{}
	x.conclude(func() bool { return true })
	if x.done.Hash != "" {
		t.Error("judged all the same")
	}
}

// TestLinearModelBesideTheNetwork: beside a network for a table stands the linear model, trained on the same rows; of
// numbers it comes to the straight line that least squares have in closed form. It is left out where there is nothing
// to compare.
func TestLinearModelBesideTheNetwork(t *testing.T) {
	var b strings.Builder
	b.WriteString("x,y,kind\n")
	for i := range 40 {
		fmt.Fprintf(&b, "%v,%v,%s\n", float64(i)*0.25+float64(i*i%7)/20, 3-float64(i*2)+float64(i*i*31%17), "ab"[i/20:i/20+1])
	}
	dir := t.TempDir()
	filetest.Write(t, dir, map[string][]byte{"t.csv": []byte(b.String())})
	path, page := filepath.Join(dir, "t.csv"), filepath.Join(dir, "page.html")
	args := strings.Fields("-data " + path + " -regress -label y -ignore kind -hidden 3 -l2 0 -batch 0 -epochs 600 " +
		"-lr 0.1")
	cfg, err := parse(args, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	data, err := loadData(t.Context(), cfg, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	x, y := data.Train.Values, data.Train.Targets
	cov, spread := 0.0, 0.0
	for i := range x {
		cov += (x[i] - scores.Mean(x)) * (y[i] - scores.Mean(y))
		spread += (x[i] - scores.Mean(x)) * (x[i] - scores.Mean(x))
	}
	square := 0.0
	for i, y1 := range data.Test.Targets {
		off := scores.Mean(y) + cov/spread*(data.Test.Values[i]-scores.Mean(x)) - y1
		square += off * off / float64(data.Test.N)
	}
	done := only(mustRun(t, args...), "done")[0]
	if got, _ := done["linear_rmse"].(float64); math.Abs(got-math.Sqrt(square)) > 1e-3*math.Sqrt(square) {
		t.Errorf("RMSE %v of the linear model, and by least squares %v", got, math.Sqrt(square))
	}
	printed := command(t, append(args, "-report", page)...)
	line := "linear RMSE     " + text.Significant(done["linear_rmse"].(float64), 6) +
		" by the same command with -hidden none\n"
	mustContain(t, printed, line)
	mustContain(t, string(readFile(t, page)), "linear RMSE", text.Significant(done["linear_rmse"].(float64), 6))
	classes := strings.Fields("-data " + path + " -ignore y -hidden 3 -epochs 2 -folds 4")
	mustContain(t, command(t, classes...), "by the same command with -hidden none")
	for _, fold := range only(mustRun(t, classes...), "fold") {
		if fold["linear_accuracy"] == nil {
			t.Errorf("%v has no linear model", fold)
		}
	}
	model := filepath.Join(dir, "m")
	command(t, append(args, "-save", model)...)
	for _, flags := range []string{"-data " + path + " -load " + model, strings.Join(args, " ") + " -hidden none",
		strings.Join(args, " ") + " -test 0"} {
		if got := command(t, strings.Fields(flags)...); strings.Contains(got, "linear RMSE") {
			t.Errorf("%s: there is a linear model beside it:\n%s", flags, got)
		}
	}
}

// TestInterruptedInTheLinearModel: Ctrl-C while the linear model is trained ends the run as at any other time, without
// its last lines.
func TestInterruptedInTheLinearModel(t *testing.T) {
	cfg, err := parse([]string{"-data", "docs/iris.csv", "-epochs", "2", "-hidden", "3"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	data, err := loadData(t.Context(), cfg, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	x, err := newTraining(cfg, data)
	if err != nil || x.linear == nil {
		t.Fatal(x, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	x.linear.shown = func(int) bool {
		cancel()
		return false
	}
	var printed strings.Builder
	out := &console.Printer{W: bufio.NewWriter(&printed)}
	if err := x.train(ctx, out, &console.Progress{}); !errors.Is(err, errInterrupted) {
		t.Errorf("%v, want that it was interrupted", err)
	}
	out.Flush()
	if !strings.Contains(printed.String(), "/ 30") || strings.Contains(printed.String(), "baseline") {
		t.Errorf("it prints\n%s", &printed)
	}
}
