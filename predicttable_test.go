package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"backprop/internal/file"
	"backprop/internal/model/layers"
	"backprop/internal/model/modelfile"
	"backprop/internal/show/console"
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
		fmt.Fprintf(&b, "%d,%s,%s,%d,%s\n", i+1, width, []string{"red", "blue", "white"}[(i/3)%3], 10+i*i%11-8*k, []string{"rose", "lily", "iris"}[k])
	}
	return b.String()
}

// predicted runs -predict and takes its CSV apart; answers in the form of a table with semicolons come with decimal points.
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

// flowerModel is a folder with a model that has learned flowers, and these.
func flowerModel(t *testing.T) (dir, model string) {
	dir = t.TempDir()
	model = filepath.Join(dir, "m")
	writeFiles(t, dir, map[string][]byte{"flowers.csv": []byte(flowers(60))})
	mustRun(t, "-data", filepath.Join(dir, "flowers.csv"), "-hidden", "8", "-epochs", "20", "-save", model)
	return dir, model
}

// TestPredictTable: each row's own columns, the class, and a probability of each class, which are
// those of the network's equations on the numbers that the model file has.
func TestPredictTable(t *testing.T) {
	dir, model := flowerModel(t)
	rows, stderr, err := predicted(t, "-load", model, "-predict", filepath.Join(dir, "flowers.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(rows[0], ","), "Id,width,colour,Height,kind,predicted,p(iris),p(lily),p(rose)"; got != want || len(rows) != 61 {
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

// TestPredictTableColumns: columns are found by their names, in any order; without a header by
// their places; the label need not be there, and what else is there does not matter.
func TestPredictTableColumns(t *testing.T) {
	dir, model := flowerModel(t)
	all := "Id,width,colour,Height,kind\n3,6,red,4,iris\n4,7.5,white,12,rose\n"
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write([]byte(all))
	z.Close()
	cases := []struct{ name, file, header string }{
		{"all", all, "Id,width,colour,Height,kind"},
		{"other order, no label, one more", "note,HEIGHT,width,colour\nx,4,6,red\n,12,7.5,white\n", "note,HEIGHT,width,colour"},
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
		writeFiles(t, dir, map[string][]byte{"new.csv": []byte(c.file)})
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
			t.Errorf("%s: header %s", c.name, got)
		}
		if labels := strings.Contains(c.file, "rose") || c.name == "zipped"; strings.Contains(stderr, "right") != labels {
			t.Errorf("%s: stderr %q", c.name, stderr)
		}
	}
}

// TestPredictTableOdd: what was not so in training is counted; a row that cannot be taken is
// named, and the others are answered; tables that do not fit are refused.
func TestPredictTableOdd(t *testing.T) {
	dir, model := flowerModel(t)
	path := filepath.Join(dir, "new.csv")
	for _, c := range []struct {
		file   string
		rows   int
		err    string
		stderr []string
	}{
		{"width,colour,Height\n1,green,3\n?,red,3\n1e6,,-50\n", 3, "", []string{
			`colour: 1 word never seen in training (such as "green")`, "width: 1 value missing", "width: 1 number out of the range seen in training, 0 to 16",
			"Height: 1 number out of", "colour: 1 value missing"}},
		{"width,colour,Height\n1,red,3\nx,red,3\n1,red\n2,red,4\n", 2, "2 rows could not be read",
			[]string{`new.csv: line 3, column 1 "width": "x" is not a number`, "new.csv: line 4: 2 fields, where the lines before have 3"}},
		{"width,colour,Height,kind\n1,red,3,rose\n1e308,red,-1e308,rose\n", 1, "1 row could not be read",
			[]string{`new.csv: line 3, column 1 "width": "1e308" is too large to compute with`, "of 1 row right"}},
		{"width,colour,kind\n1,red,rose\n", 0, `new.csv: line 1: the column "Height" is missing`, nil},
		{"a,b,c\n1,red,3\n", 0, `new.csv: line 1: the column "width", "colour", "Height" is missing`, nil},
		{"1,red\n2,red\n", 0, "2 fields, and no header", nil},
		{"width,colour,Height\n1,red,3\n1,\"red,3\n", 1, "new.csv: line", nil},
		{"", 0, "empty", nil},
		{"width,colour,Height,kind\n1,red,3,?\n1,red,3,tulip\n", 2, "", []string{"no row has a label", "1 without", "1 with a label that"}},
	} {
		writeFiles(t, dir, map[string][]byte{"new.csv": []byte(c.file)})
		rows, stderr, err := predicted(t, "-load", model, "-predict", path)
		if max(len(rows)-1, 0) != c.rows || (err != nil) != (c.err != "") || c.err != "" && !contains(err, c.err) {
			t.Errorf("%q: %d rows, %v; want %d, %s", c.file, len(rows)-1, err, c.rows, c.err)
		}
		for _, want := range c.stderr {
			if !strings.Contains(stderr, want) {
				t.Errorf("%q: stderr %s; want %s", c.file, stderr, want)
			}
		}
	}
	writeFiles(t, dir, map[string][]byte{"p.png": []byte("\x89PNG\r\n\x1a\n0000")})
	if _, _, err := predicted(t, "-load", model, "-predict", filepath.Join(dir, "p.png")); !contains(err, "is a picture", "table") {
		t.Errorf("a picture: %v", err)
	}
}

// TestPredictTableMany: several files under one header, a folder, a pattern, standard input, and
// lines of JSON.
func TestPredictTableMany(t *testing.T) {
	dir, model := flowerModel(t)
	in := filepath.Join(dir, "in")
	writeFiles(t, in, map[string][]byte{"new2.csv": []byte("colour,Height,width\nred,4,6\n"),
		"new10.csv": []byte("width,colour,Height,extra\n6,red,4,7\n"), "readme.md": []byte("no table")})
	want := [][]string{{filepath.Join(in, "new2.csv"), "red", "4", "6"}, {filepath.Join(in, "new10.csv"), "red", "4", "6"}}
	for _, args := range [][]string{{in}, {filepath.Join(in, "*.csv")}, {want[0][0], want[1][0]}} {
		rows, _, err := predicted(t, append([]string{"-load", model, "-predict"}, args...)...)
		if err != nil || len(rows) != 3 || strings.Join(rows[0][:4], ",") != "file,colour,Height,width" ||
			!slices.Equal(rows[1][:4], want[0]) || !slices.Equal(rows[2][:4], want[1]) || !slices.Equal(rows[1][4:], rows[2][4:]) {
			t.Errorf("%q: %v, %v; want %v", args, rows, err, want)
		}
	}
	for arg, want := range map[string]string{filepath.Join(dir, "*.tsv"): "no file", t.TempDir(): "no table"} {
		if _, _, err := predicted(t, "-load", model, "-predict", arg); !contains(err, want) {
			t.Errorf("%s: %v", arg, err)
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
	if lines[0]["row"] != 1.0 || columns["Height"] != 4.0 || columns["colour"] != "red" || math.Abs(sum-1) > 1e-9 || lines[0]["class"] == nil {
		t.Errorf("%v", lines[0])
	}
}

// TestPredictNumbers: numbers to predict come in their own unit, and models without the names of
// their columns take them in their order.
func TestPredictNumbers(t *testing.T) {
	path := numbers(t)
	dir := filepath.Dir(path)
	model := filepath.Join(dir, "m")
	done := mustRun(t, "-data", path, "-regress", "-hidden", "16", "-epochs", "60", "-test", "0", "-save", model)
	rows, stderr, err := predicted(t, "-load", model, "-predict", path)
	if err != nil || strings.Join(rows[0], ",") != "a,b,y,predicted" || len(rows) != 41 {
		t.Fatal(rows[0], err)
	}
	square, spread := 0.0, 0.0
	for i, row := range rows[1:] {
		got, _ := strconv.ParseFloat(row[3], 64)
		y := float64(i)*0.25 - 1
		square += (got - y) * (got - y)
		spread += (y - 3.875) * (y - 3.875)
	}
	rmse := math.Sqrt(square / 40)
	if want := done[len(done)-1]["train_rmse"].(float64); math.Abs(rmse-want) > 1e-9 {
		t.Errorf("RMSE %v; the training said %v", rmse, want)
	}
	if want := fmt.Sprintf("RMSE %.6g, R² %.4f on 40 rows", rmse, 1-square/spread); !strings.Contains(stderr, want) {
		t.Errorf("stderr %s; want %s", stderr, want)
	}
}

// TestPredictTableWithout: of several tables, those that cannot be read do not keep the others from
// their answers; a table without a header has its fields under the first one's names.
func TestPredictTableWithout(t *testing.T) {
	dir, model := flowerModel(t)
	path := func(name string) string { return filepath.Join(dir, name) }
	writeFiles(t, dir, map[string][]byte{"a.csv": []byte("Height,width,colour\n4,6,red\n"), "b.csv": []byte("6,red,4\n"),
		"c.csv": []byte("HEIGHT,colour,WIDTH\n4,red,6\n"), "bad.csv": []byte("a,b\nc,d\n")})
	rows, stderr, err := predicted(t, "-load", model, "-predict", path("none1.csv"), path("a.csv"), path("b.csv"), path("bad.csv"), path("c.csv"), path("none2.csv"))
	if !contains(err, "3 of 6 tables could not be read, and have no answer") || exitCode(err, io.Discard) != 1 || len(rows) != 4 {
		t.Fatal(err, rows)
	}
	for _, row := range rows[1:] {
		if !slices.Equal(row[1:], rows[1][1:]) || strings.Join(row[1:4], ",") != "4,6,red" {
			t.Errorf("%v is not %v", row, rows[1])
		}
	}
	for _, want := range []string{"none1.csv: there is no such file\n", "none2.csv: there is no such file\n", "bad.csv: line 1: "} {
		if strings.Count(stderr, want) != 1 || strings.Count(stderr, "none1.csv") != 1 {
			t.Errorf("%s is not once in %s", want, stderr)
		}
	}
	if err := run(context.Background(), []string{"-load", model, "-predict", path("none1.csv")}, io.Discard, io.Discard); err == nil || err.Error() != path("none1.csv")+": there is no such file" {
		t.Error(err)
	}
}

// TestPredictTableAtOnce: a row that is written to a pipe is answered before the next comes.
func TestPredictTableAtOnce(t *testing.T) {
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

// TestPredictTableForeign: what is in a table moves no cursor where its answers go to a terminal, stays
// as it is in a file, and fills no screen.
func TestPredictTableForeign(t *testing.T) {
	dir := t.TempDir()
	data, model, long := filepath.Join(dir, "t.csv"), filepath.Join(dir, "m"), strings.Repeat("n", 100000)
	table := "a," + long + ",no\x1b[31mte,kind\n"
	for i := range 30 {
		table += fmt.Sprintf("%d,%s,%d,%s\n", i%7, []string{"u", "v"}[i%2], i%5, []string{"x\x1b]0;evil\x07", "y"}[i%2])
	}
	writeFiles(t, dir, map[string][]byte{"t.csv": []byte(table), "new.csv": []byte(strings.Replace(table, "0,u", "0,w", 1))})
	mustRun(t, "-data", data, "-hidden", "3", "-epochs", "1", "-save", model)
	for _, terminal := range []bool{false, true} {
		var stdout, stderr bytes.Buffer
		out := &console.Printer{W: bufio.NewWriter(&stdout), Terminal: terminal}
		if err := runTo(context.Background(), []string{"-load", model, "-predict", filepath.Join(dir, "new.csv")}, out, &stderr); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(stdout.String(), "no\x1b[31mte") == terminal || strings.ContainsAny(stdout.String(), "\x1b\x07") == terminal ||
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

// TestPredictNotFinite: an answer that is infinite or not a number is none, with -json too.
func TestPredictNotFinite(t *testing.T) {
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
	err = file.Write(model, m.Write)
	if err != nil {
		t.Fatal(err)
	}
	writeFiles(t, dir, map[string][]byte{"new.csv": []byte("a,b,y\n1e90,1e90,2\n1e300,1,2\n")})
	for _, args := range [][]string{{}, {"-json"}} {
		var stderr bytes.Buffer
		err := run(context.Background(), append(args, "-load", model, "-predict", filepath.Join(dir, "new.csv")), io.Discard, &stderr)
		if !contains(err, "2 rows could not be read") {
			t.Errorf("%q: %v", args, err)
		}
		for _, want := range []string{"line 2: the answer of " + model + " is infinite or not a number", `line 3, column 1 "a": "1e300" is too large`} {
			if s := stderr.String(); !strings.Contains(s, want) || strings.Contains(s, "-lr") || strings.Contains(s, "out of the range") {
				t.Errorf("%q: %s; want %s", args, stderr.String(), want)
			}
		}
	}
}

// TestPredictBadRows: of each table ten bad rows are told, and how many more there are; no table stays open.
func TestPredictBadRows(t *testing.T) {
	dir, model := flowerModel(t)
	for _, c := range []struct {
		bad  int
		more string
	}{{9, ""}, {10, ""}, {11, "1"}, {23, "13"}} {
		path := filepath.Join(dir, fmt.Sprint(c.bad, ".csv"))
		writeFiles(t, dir, map[string][]byte{filepath.Base(path): []byte("Id,width,colour,Height\n1,2,red,5\n" + strings.Repeat("1,2,red\n", c.bad))})
		_, stderr, _ := predicted(t, "-load", model, "-predict", path, path)
		want := ""
		if c.more != "" {
			want = "backprop: " + path + ": and " + c.more + " more rows like these\n"
		}
		if lines := strings.Count(stderr, path+": line "); lines != 2*min(c.bad, 10) || strings.Count(stderr, " more rows") != 2*len(want[:min(len(want), 1)]) ||
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

// TestPredictForeign: a model from elsewhere, with weights alone, answers a table; -scale standard cannot be found
// out from them.
func TestPredictForeign(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string][]byte{"t.csv": []byte("3,4\n-1,0.5\n"),
		"m": foreign("F64", []string{"weight"}, [][]int{{1, 2}}, func(i int) float64 { return float64(10 * (i + 1)) })}) // 10·a + 20·b
	args := []string{"-load", filepath.Join(dir, "m"), "-predict", filepath.Join(dir, "t.csv"), "-cost", "mse", "-scale"}
	rows, _, err := predicted(t, append(args, "none")...)
	if err != nil || fmt.Sprint(rows) != "[[row predicted] [1 110] [2 0]]" {
		t.Errorf("%q, %v; want 110 and 0", rows, err)
	}
	if _, _, err := predicted(t, append(args, "standard")...); !contains(err, "-scale standard needs -data to find the mean") || exitCode(err, io.Discard) != 2 {
		t.Error(err)
	}
}

// TestPredictTableEvents: what -json says of a row: its file and number, its columns under their names, numbers as such,
// and the answer.
func TestPredictTableEvents(t *testing.T) {
	dir, model := flowerModel(t)
	writeFiles(t, dir, map[string][]byte{"a.csv": []byte("Height,width,colour,Id\n4,6,red,x7\n1,2,blue,\n"), "b.csv": []byte("red,6,4\n")})
	numbersModel := filepath.Join(dir, "n")
	writeFiles(t, dir, map[string][]byte{"n.csv": []byte("a,b,y\n1,2,3\n2,3,5\n4,1,5\n3,3,6\n")})
	mustRun(t, "-data", filepath.Join(dir, "n.csv"), "-regress", "-test", "0", "-hidden", "none", "-epochs", "5", "-save", numbersModel)
	a, n := filepath.Join(dir, "a.csv"), filepath.Join(dir, "n.csv")
	for _, c := range []struct{ model, file, want string }{
		{model, a, `{"event":"predict","file":` + jsonText(a) + `,"row":1,"columns":{"Height":4,"width":6,"colour":"red","Id":"x7"},"class":"`},
		{model, a, `{"event":"predict","file":` + jsonText(a) + `,"row":2,"columns":{"Height":1,"width":2,"colour":"blue","Id":""},"class":"`},
		{numbersModel, n, `{"event":"predict","file":` + jsonText(n) + `,"row":3,"columns":{"a":4,"b":1,"y":5},"predicted":`},
	} {
		out, err := tryRun("-load", c.model, "-predict", c.file, "-json")
		if err != nil || !strings.Contains(out, c.want) || !strings.Contains(out, `,"probabilities":{"iris":0.`) && c.model == model {
			t.Errorf("%v: %s\nwant %s", err, out, c.want)
		}
	}
	none := filepath.Join(dir, "none.png")
	digits := filepath.Join(dir, "digits")
	mustRun(t, "-data", squares(t, 1), "-hidden", "4", "-epochs", "1", "-save", digits)
	out, err := tryRun("-load", digits, "-predict", none, "-json")
	if want := `{"event":"predict","file":` + jsonText(none) + `,"error":"there is no such file"}` + "\n"; err == nil || out != want {
		t.Errorf("%v: %s, want %s", err, out, want)
	}
	if _, err := tryRun("-load", digits, "-predict", filepath.Join(dir, "none*.png")); fmt.Sprint(err) != filepath.Join(dir, "none*.png")+": no file has such a name" {
		t.Errorf("a pattern: %v", err)
	}
}
