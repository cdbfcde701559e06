package predict

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"backprop/internal/data/dataset"
	"backprop/internal/data/table"
	"backprop/internal/filetest"
	"backprop/internal/model/layers"
	"backprop/internal/model/modelfile"
)

// tableModel returns a model of two numbers, a and b, which predicts two numbers or classes.
func tableModel(classes ...string) *modelfile.Model {
	return &modelfile.Model{Path: "m", Classes: classes, Answer: layers.Softmax, Layers: []layers.Layer{layers.New(2, 2)},
		In: dataset.Scale{Shift: []float64{1, 0}, Factor: []float64{2, 1}},
		Columns: []table.Column{{Name: "a", Kind: table.Number, To: 9}, {Name: "b", Kind: table.Number, To: 9},
			{Name: "y", Kind: table.Label}}}
}

// twoNumbers is a network with the outputs x₀ + 10x₁ and x₀.
func twoNumbers(x []float64) []float64 { return []float64{x[0] + 10*x[1], x[0]} }

// TestTables: the answers to tables, by hand. The inputs are 2(a − 1) and b, and numbers come back as 2 outputs + 5:
// the outputs of the first row of one.csv are 2 + 5 and 2, and its answers 19 and 9.
func TestTables(t *testing.T) {
	writeFiles(t, map[string]string{
		"one.csv": "a,b,y\n2,0.5,1\n,1,30\n", "two.csv": "b;a\n0,5;3\n", "bad.csv": "a,b\nred,1\n2,1e300\n2,0\n",
		"classes.csv": "a,b,y\n1,0.25,no\n1,-1,no\n1.5,0,maybe\n", "png.csv": "\x89PNG\r\n", "jpeg.csv": "\xff\xd8\xff\xe0",
		"many.csv": "a,b\n" + strings.Repeat("x,1\n", 12), "ten.csv": "a,b\n" + strings.Repeat("x,1\n", 10),
		"half.csv": "a,b,y\n2,0.5,1\n1,0,\n", "label.csv": "a,b,y\n2,0.5,1\n", "named.csv": "a,b\n2,0\n",
		"most.csv": "a,b\n1,1e100\n", "bare.csv": "3,6\n", "other.csv": "c\n1\n", "no.csv": "a,b,y\nx,1,2\n"})
	numbers, classes, outputs, pixels := tableModel(), tableModel("no", "yes"), tableModel("no", "yes"),
		tableModel("no", "yes")
	numbers.Out = dataset.Scale{Shift: []float64{5, 5}, Factor: []float64{0.5, 0.5}}
	outputs.Answer, outputs.Out = layers.Number, numbers.Out // which is for numbers only
	pixels.Width, pixels.Height = 1, 2
	old := tableModel() // which does not say its columns
	old.Columns, old.Names = nil, []string{"a", "b"}
	unnamed, single := tableModel(), tableModel()
	unnamed.Columns, single.Layers = nil, []layers.Layer{layers.New(2, 1)}

	const missing = "one.csv: a: 1 value missing, counted as in training: 0 after scaling\n"
	// The errors are 18 and −5, and the labels lie 14.5 from their mean: √(349/2), and 1 − 349/420.5.
	const oneScore = "one.csv: RMSE 13.2098, R² 0.1700 on 2 rows\n"
	const picture = ".csv: is a picture, and m takes 2 numbers and not the pixels of a picture: a table (CSV) was expected"
	const badRows = "bad.csv: line 2, column 1 \"a\": \"red\" is not a number\n" +
		"bad.csv: line 3, column 2 \"b\": \"1e300\" is too large to compute with\n"
	const otherColumns = "other.csv: line 1: 1 field, and no header with the names of the columns that the model needs " +
		"(a, b); without a header it takes rows of 2 or 3 fields, in the order of the table that it learned from"
	tenRows := ""
	for line := 2; line < 12; line++ {
		tenRows += fmt.Sprintf("ten.csv: line %d, column 1 \"a\": \"x\" is not a number\n", line)
	}
	for _, c := range []struct {
		name                       string
		model                      *modelfile.Model
		asJSON                     bool
		files, printed, told, fail string
	}{
		{"numbers", numbers, false, "one.csv", "a,b,y,predicted,predicted 2\n2,0.5,1,19,9\n,1,30,25,5\n",
			missing + oneScore, ""},
		{"two tables, JSON", numbers, true, "one.csv two.csv",
			`file "one.csv"; row 1; columns {"a":2,"b":0.5,"y":1}; predicted 19; all [19,9]; ` + "\n" +
				`file "one.csv"; row 2; columns {"a":"","b":1,"y":30}; predicted 25; all [25,5]; ` + "\n" +
				`file "two.csv"; row 1; columns {"a":3,"b":"0,5","y":""}; predicted 23; all [23,13]; ` + "\n",
			missing + oneScore, ""},
		{"two tables", numbers, false, "one.csv two.csv", "file,a,b,y,predicted,predicted 2\n" +
			"one.csv,2,0.5,1,19,9\none.csv,,1,30,25,5\ntwo.csv,3,\"0,5\",,23,13\n", missing + oneScore, ""},
		{"decimal commas", numbers, false, "two.csv", "b;a;predicted;predicted 2\n0,5;3;23;13\n", "", ""},
		{"a table without names", numbers, false, "two.csv bare.csv",
			"file;b;a;predicted;predicted 2\ntwo.csv;0,5;3;23;13\nbare.csv;6;3;133;13\n", "", ""},
		{"a label missing", numbers, false, "half.csv", "a,b,y,predicted,predicted 2\n2,0.5,1,19,9\n1,0,,5,5\n",
			"half.csv: RMSE 18 on 1 row; 1 without a label\n", ""},
		{"one row", numbers, false, "label.csv", "a,b,y,predicted,predicted 2\n2,0.5,1,19,9\n",
			"label.csv: RMSE 18 on 1 row\n", ""},
		{"an old model", old, false, "named.csv bare.csv",
			"file,a,b,predicted,predicted 2\nnamed.csv,2,0,2,2\nbare.csv,3,6,64,4\n", "", ""},
		{"an old model, columns in another order", old, false, "named.csv two.csv bare.csv",
			"file,a,b,predicted,predicted 2\nnamed.csv,2,0,2,2\ntwo.csv,3,\"0,5\",9,4\nbare.csv,3,6,64,4\n", "", ""},
		{"an old model, a row without a header", old, false, "two.csv bare.csv", // bare.csv has a, then b
			"file;b;a;predicted;predicted 2\ntwo.csv;0,5;3;9;4\nbare.csv;6;3;64;4\n", "", ""},
		{"a model without names", unnamed, false, "named.csv two.csv bare.csv", // only the order tells a from b
			"file,a,b,predicted,predicted 2\nnamed.csv,2,0,2,2\ntwo.csv,3,\"0,5\",29,-1\nbare.csv,3,6,64,4\n", "", ""},
		{"a single number, JSON", single, true, "named.csv", `file "named.csv"; row 1; columns {"a":2,"b":0}; predicted 2; ` +
			"\n", "", ""},
		{"classes", classes, false, "classes.csv", "a,b,y,predicted,p(no),p(yes)\n1,0.25,no,no,2.5,0\n" +
			"1,-1,no,yes,-10,0\n1.5,0,maybe,no,1,1\n", "classes.csv: b: 1 number out of the range seen in training, 0 to 9\n" +
			"classes.csv: 1 of 2 rows right, 50.00 %; 1 with a label that the model does not know\n", ""},
		{"outputs that are no probabilities", outputs, false, "two.csv",
			"b;a;predicted;output(no);output(yes)\n0,5;3;no;9;4\n", "", ""},
		{"outputs that are no probabilities, JSON", outputs, true, "two.csv",
			`file "two.csv"; row 1; columns {"b":"0,5","a":3}; class "no"; outputs {"no":9,"yes":4}; ` + "\n", "", ""},
		{"classes, JSON", classes, true, "two.csv", `file "two.csv"; row 1; columns {"b":"0,5","a":3}; class "no"; ` +
			`probabilities {"no":9,"yes":4}; ` + "\n", "", ""},
		{"bad rows", classes, false, "bad.csv", "a,b,predicted,p(no),p(yes)\n2,0,no,2,2\n", badRows,
			"2 rows could not be read, and have no answer"},
		{"the largest number to compute with", numbers, false, "most.csv",
			"a,b,predicted,predicted 2\n1,1e100,2e+101,5\n",
			"most.csv: b: 1 number out of the range seen in training, 0 to 9\n", ""},
		{"many bad rows", classes, false, "many.csv", "a,b,predicted,p(no),p(yes)\n",
			strings.ReplaceAll(tenRows, "ten", "many") + "many.csv: and 2 more rows like these\n",
			"12 rows could not be read, and have no answer"},
		{"ten bad rows", classes, false, "ten.csv", "a,b,predicted,p(no),p(yes)\n", tenRows,
			"10 rows could not be read, and have no answer"},
		{"a picture", classes, false, "png.csv", "", "", "png" + picture},
		{"a picture and bad rows", pixels, false, "jpeg.csv two.csv bad.csv", "file;b;a;predicted;p(no);p(yes)\n" +
			"two.csv;0,5;3;no;9;4\nbad.csv;0;2;no;2;2\n", "jpeg" + picture + "\n" + badRows,
			"1 of 3 tables and 2 rows could not be read, and have no answer"},
		{"bad rows with labels", numbers, false, "no.csv", "a,b,y,predicted,predicted 2\n",
			"no.csv: line 2, column 1 \"a\": \"x\" is not a number\n", "1 row could not be read, and have no answer"},
		{"other columns", numbers, false, "other.csv", "", "", otherColumns},
		{"other columns than the pixels", pixels, false, "other.csv", "", "",
			otherColumns + "; it has learned from pictures of 1×2 pixels, and answers PNG and JPEG too"},
	} {
		t.Run(c.name, func(t *testing.T) {
			network := func(x []float64) []float64 { return twoNumbers(x)[:c.model.Outputs()] }
			printed, told, fail := answered(t.Context(), c.model, network, Options{JSON: c.asJSON}, c.files)
			if printed != c.printed || told != c.told || fail != c.fail {
				t.Errorf("got\n%s\ntold\n%s\nand failed with %q\nwant\n%s\n%s\n%q", printed, told, fail, c.printed, c.told,
					c.fail)
			}
		})
	}
}

// TestKnownColumns: if a model does not say which columns it has learned from, the names of its inputs tell; without
// names they are numbers.
func TestKnownColumns(t *testing.T) {
	number := table.Column{Kind: table.Number, From: math.Inf(-1), To: math.Inf(1)}
	a, b, age := number, number, number
	a.Name, b.Name, age.Name = "a", "b", "age"
	for _, c := range []struct {
		names []string
		want  []table.Column
	}{
		{nil, []table.Column{number, number}}, {[]string{"a", "b"}, []table.Column{a, b}},
		{[]string{"colour=blue", "colour=red", "port=a", "age"}, []table.Column{
			{Name: "colour", Kind: table.Words, Words: []string{"blue", "red"}},
			{Name: "port", Kind: table.Words, Words: []string{"a"}}, age}},
	} {
		m := &modelfile.Model{Layers: []layers.Layer{layers.New(2, 1)}, Names: c.names}
		if got := knownColumns(m); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%q: got %v, want %v", c.names, got, c.want)
		}
	}
}

// TestInfiniteAnswer: an answer that is not a finite number is none.
func TestInfiniteAnswer(t *testing.T) {
	writeFiles(t, map[string]string{"a.csv": "a,b\n1,2\n"})
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		printed, told, _ := answered(t.Context(), tableModel(), func([]float64) []float64 { return []float64{0, v} },
			Options{}, "a.csv")
		if printed != "a,b,predicted,predicted 2\n" ||
			told != "a.csv: line 2: the answer of m is infinite or not a number\n" {
			t.Errorf("%v: got %q, told %q", v, printed, told)
		}
	}
}

// TestStandardInput: a row that is piped in is answered before the next one has to be there.
func TestStandardInput(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stdin := os.Stdin
	os.Stdin = r
	defer func() { os.Stdin = stdin }()
	answers := make(filetest.ChanWriter, 9)
	go func() {
		defer w.Close()
		for _, c := range []struct{ row, want string }{
			{"a,b\n1,0.5\n", "a,b,predicted,predicted 2\n1,0.5,5,0\n"}, {"2,1\n", "2,1,12,2\n"},
		} {
			io.WriteString(w, c.row)
			select {
			case got := <-answers:
				if got != c.want {
					t.Errorf("%q: got %q, want %q", c.row, got, c.want)
				}
			case <-time.After(20 * time.Second):
				t.Errorf("%q: got no answer", c.row)
			}
		}
	}()
	o := Options{Files: []string{"-"}, Rows: answers, Tell: func(string, ...any) {}}
	if err := Run(t.Context(), tableModel(), twoNumbers, o, &printer{}); err != nil {
		t.Error(err)
	}
	err = Run(t.Context(), tableModel(), twoNumbers, o, &printer{}) // it has come to its end
	if want := "standard input: the file is empty"; fmt.Sprint(err) != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestWaitingLines: lines wait until there are many, but not on a terminal. If they cannot be written, that is the
// error of a table that could be read, and no other table is begun after one that could not.
func TestWaitingLines(t *testing.T) {
	writeFiles(t, map[string]string{"a.csv": "a,b\n1,2\n", "bad.csv": "c\n"})
	lost := errors.New("lost")
	for _, c := range []struct {
		files    string
		terminal bool
		lost     error
		told     int
		want     string // in the error
	}{
		{"a.csv", false, nil, 0, "<nil>"}, {"a.csv", true, nil, 0, "<nil>"}, {"a.csv", false, lost, 0, "lost"},
		{"bad.csv bad.csv", false, nil, 2, "2 of 2 tables could not be read, and have no answer"},
		{"bad.csv bad.csv", false, lost, 0, "bad.csv: line 1"},
	} {
		out, told := &printer{JSON: true, lost: c.lost}, 0
		o := Options{Files: strings.Fields(c.files), JSON: true, Terminal: c.terminal, Rows: out,
			Tell: func(string, ...any) { told++ }}
		err := Run(t.Context(), tableModel(), twoNumbers, o, out)
		if !strings.HasPrefix(fmt.Sprint(err), c.want) || told != c.told || out.held == c.terminal {
			t.Errorf("%s, terminal %v: got %v, told %d times, lines wait: %v; want %+v", c.files, c.terminal, err, told,
				out.held, c)
		}
	}
}
