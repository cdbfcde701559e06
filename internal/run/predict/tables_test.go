package predict

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"backprop/internal/data/dataset"
	"backprop/internal/data/newdata"
	"backprop/internal/data/table"
	"backprop/internal/model/layers"
	"backprop/internal/model/modelfile"
)

// TestEchoed: a row is written as it was up to 100 columns, and as its number beyond.
func TestEchoed(t *testing.T) {
	for n, want := range map[int]int{100: 100, 101: 0} {
		p := &tablePredictor{predictor: predictor{out: &printer{}, Options: Options{JSON: true}}}
		p.begin(&newdata.Reader{Header: make([]string, n)})
		if len(p.header) != want {
			t.Errorf("of %d columns %d are written", n, len(p.header))
		}
	}
}

// TestTwice: a name that is twice in a header has its own field each time, in another order too, and in JSON a key of
// its own.
func TestTwice(t *testing.T) {
	known := []table.Column{{Name: "a", Kind: table.Number, To: 9}}
	open := func(file string) (*newdata.Reader, newdata.Row) {
		rows, err := newdata.NewReader(strings.NewReader(file), known)
		if err != nil {
			t.Fatal(err)
		}
		row, err := rows.Next()
		if err != nil {
			t.Fatal(err)
		}
		return rows, row
	}
	p := &tablePredictor{predictor: predictor{out: &printer{}, model: &modelfile.Model{}, Options: Options{JSON: true}}}
	first, _ := open("a,z,z,z (2),z\n1,2,3,4,5\n")
	p.begin(first)
	if want := []string{"a", "z", "z (2)", "z (2) (2)", "z (3)"}; !slices.Equal(p.keys, want) {
		t.Errorf("keys %q, want %q", p.keys, want)
	}
	rows, row := open("z,a,z\n6,7,8\n")
	p.begin(rows)
	if got := p.fields(rows, row); !slices.Equal(got, []string{"7", "6", "8", "", ""}) {
		t.Errorf("fields %q", got)
	}
}

// TestTableTerminal: on a terminal, what would move its cursor is not written; the rows stay what they were.
func TestTableTerminal(t *testing.T) {
	b := &printer{}
	p := &tablePredictor{predictor: predictor{out: b, Options: Options{Rows: b, Terminal: true}}, csv: csv.NewWriter(b)}
	row := []string{"a\x1b[2J", "b"}
	p.writeCSV(row)
	if strings.Contains(b.String(), "\x1b") || row[0] != "a\x1b[2J" {
		t.Errorf("%q is written; the row is %q", b.String(), row)
	}
	b.Reset()
	p.Terminal = false
	p.writeCSV(row)
	if b.Len() > 0 {
		t.Errorf("to a file %q at once", b.String())
	}
	p.flush()
	if b.String() != "a\x1b[2J,b\n" {
		t.Errorf("to a file %q", b.String())
	}
}

// TestScorer: what is said of answers beside labels, of classes and of numbers, by hand.
func TestScorer(t *testing.T) {
	classes, numbers := &modelfile.Model{Classes: []string{"a", "b"}}, &modelfile.Model{}
	type row struct {
		label  string
		answer []float64
	}
	for _, c := range []struct {
		m    *modelfile.Model
		rows []row
		want string
	}{
		{classes, []row{{"a", []float64{0.9, 0.1}}, {"b", []float64{0.9, 0.1}}, {"b", []float64{0.2, 0.8}}},
			"2 of 3 rows right, 66.67 %"},
		{classes, []row{{"a", []float64{0.9, 0.1}}, {"", nil}, {"None", nil}, {"c", []float64{1, 0}}},
			"1 of 1 row right, 100.00 %; 2 without a label; 1 with a label that the model does not know"},
		{classes, []row{{"c", []float64{1, 0}}},
			"no row has a label that the model knows; 1 with a label that the model does not know"},
		{&modelfile.Model{Classes: []string{"+", "-"}}, []row{{"-", []float64{0.1, 0.9}}, {"none", nil}},
			"1 of 1 row right, 100.00 %; 1 without a label"},
		{classes, nil, "no row has a label that the model knows"},
		// 1, 2 and 6 lie 4, 1 and 9 from their mean of 3, squared; the answers 0, 0 and 4 from them.
		{numbers, []row{{"1", []float64{1}}, {"2", []float64{2}}, {"6", []float64{4}}}, "RMSE 1.1547, R² 0.7143 on 3 rows"},
		{numbers, []row{{"0.5", []float64{1}}, {"1.5", []float64{1.5}}}, "RMSE 0.353553, R² 0.5000 on 2 rows"},
		{numbers, []row{{"2", []float64{5}}, {"x", []float64{1}}, {"-", nil}},
			"RMSE 3 on 1 row; 1 without a label; 1 with a label that the model does not know"},
	} {
		s := &scorer{model: c.m}
		for _, r := range c.rows {
			s.add(r.label, r.answer)
		}
		if got := s.sentence(); got != c.want {
			t.Errorf("%v: %q, want %q", c.rows, got, c.want)
		}
	}
}

// TestKnownColumns: of a model that does not say which columns it learned from, the names of its inputs tell, and
// without names they are numbers.
func TestKnownColumns(t *testing.T) {
	m := &modelfile.Model{Layers: []layers.Layer{layers.New(2, 1)}, Names: []string{"a", "b"}}
	if c := knownColumns(m); len(c) != 2 || c[1].Name != "b" {
		t.Errorf("of an older model: %v", c)
	}
	m.Names = nil
	if c := knownColumns(m); len(c) != 2 || c[0].Name != "" {
		t.Errorf("of a model without names: %v", c)
	}
	m.Names = []string{"age", "colour=blue", "colour=red", "port=a"}
	if c := knownColumns(m); len(c) != 3 || strings.Join(c[1].Words, "+") != "blue+red" || c[2].Name != "port" {
		t.Errorf("words of an older model: %v", c)
	}
}

// tableModel is a model of two numbers, a and b, with a label of classes or of a number to predict.
func tableModel(classes ...string) *modelfile.Model {
	return &modelfile.Model{Path: "m", Classes: classes, Answer: layers.Softmax, Layers: []layers.Layer{layers.New(2, 2)},
		In: dataset.Scale{Shift: []float64{1, 0}, Factor: []float64{2, 1}},
		Columns: []table.Column{{Name: "a", Kind: table.Number, To: 9}, {Name: "b", Kind: table.Number, To: 9},
			{Name: "y", Kind: table.Label}}}
}

// twoNumbers is a network with the outputs x₀ + 10x₁ and x₀.
func twoNumbers(x []float64) []float64 { return []float64{x[0] + 10*x[1], x[0]} }

// TestTables: the answers to tables, by hand. Inputs are 2(a − 1) and b, and numbers come back as 2 outputs + 5; so the
// outputs of the first row of one.csv are 2 + 5 and 2, and its answers 19 and 9.
func TestTables(t *testing.T) {
	writeFiles(t, map[string]string{
		"one.csv": "a,b,y\n2,0.5,1\n,1,30\n", "two.csv": "b;a\n0,5;3\n", "bad.csv": "a,b\nred,1\n2,1e300\n2,0\n",
		"classes.csv": "a,b,y\n1,0.25,no\n1,-1,no\n1.5,0,maybe\n", "png.csv": "\x89PNG\r\n", "jpeg.csv": "\xff\xd8\xff\xe0",
		"many.csv": "a,b\n" + strings.Repeat("x,1\n", 12), "bare.csv": "3,6\n",
		"half.csv": "a,b,y\n2,0.5,1\n1,0,\n", "label.csv": "a,b,y\n2,0.5,1\n",
		"named.csv": "a,b\n2,0\n",
		"ten.csv":   "a,b\n" + strings.Repeat("x,1\n", 10)})
	numbers, classes, outputs := tableModel(), tableModel("no", "yes"), tableModel("no", "yes")
	numbers.Out = dataset.Scale{Shift: []float64{5, 5}, Factor: []float64{0.5, 0.5}}
	old := tableModel() // which does not say its columns
	old.Columns, old.Names = nil, []string{"a", "b"}
	outputs.Answer = layers.Number
	outputs.Out = numbers.Out // which is for numbers only
	pixels := tableModel("no", "yes")
	pixels.Width, pixels.Height = 2, 1
	const missing = "one.csv: a: 1 value missing, counted as in training: 0 after scaling\n"
	const picture = ".csv: is a picture, and m takes 2 numbers and not the pixels of a picture: a table (CSV) was expected"
	reported := ""
	for line := 2; line < 12; line++ {
		reported += fmt.Sprintf("many.csv: line %d, column 1 \"a\": \"x\" is not a number\n", line)
	}
	for _, c := range []struct {
		m                           *modelfile.Model
		json                        bool
		files, printed, told, wrong string
	}{
		// The errors are 18 and −5, and the labels lie 14.5 from their mean: √(349/2), and 1 − 349/420.5.
		{numbers, false, "one.csv", "a,b,y,predicted,predicted 2\n2,0.5,1,19,9\n,1,30,25,5\n",
			missing + "one.csv: RMSE 13.2098, R² 0.1700 on 2 rows\n", ""},
		{numbers, true, "one.csv two.csv",
			`file "one.csv"; row 1; columns {"a":2,"b":0.5,"y":1}; predicted 19; all [19,9]; ` +
				"\n" + `file "one.csv"; row 2; columns {"a":"","b":1,"y":30}; predicted 25; all [25,5]; ` + "\n" +
				`file "two.csv"; row 1; columns {"a":3,"b":"0,5","y":""}; predicted 23; all [23,13]; ` + "\n",
			missing + "one.csv: RMSE 13.2098, R² 0.1700 on 2 rows\n", ""},
		{numbers, false, "one.csv two.csv", "file,a,b,y,predicted,predicted 2\none.csv,2,0.5,1,19,9\none.csv,,1,30,25,5\n" +
			"two.csv,3,\"0,5\",,23,13\n", missing + "one.csv: RMSE 13.2098, R² 0.1700 on 2 rows\n", ""},
		{numbers, false, "two.csv", "b;a;predicted;predicted 2\n0,5;3;23;13\n", "", ""},
		{classes, false, "classes.csv", "a,b,y,predicted,p(no),p(yes)\n1,0.25,no,no,2.5,0\n1,-1,no,yes,-10,0\n" +
			"1.5,0,maybe,no,1,1\n", "classes.csv: b: 1 number out of the range seen in training, 0 to 9\n" +
			"classes.csv: 1 of 2 rows right, 50.00 %; 1 with a label that the model does not know\n", ""},
		{outputs, false, "two.csv", "b;a;predicted;output(no);output(yes)\n0,5;3;no;9;4\n", "", ""},
		{outputs, true, "two.csv",
			`file "two.csv"; row 1; columns {"b":"0,5","a":3}; class "no"; outputs {"no":9,"yes":4}; ` +
				"\n", "", ""},
		{classes, true, "two.csv", `file "two.csv"; row 1; columns {"b":"0,5","a":3}; class "no"; ` +
			`probabilities {"no":9,"yes":4}; ` + "\n", "", ""},
		{classes, false, "bad.csv", "a,b,predicted,p(no),p(yes)\n2,0,no,2,2\n",
			"bad.csv: line 2, column 1 \"a\": \"red\" is " +
				"not a number\nbad.csv: line 3, column 2 \"b\": \"1e300\" is too large to compute with\n",
			"2 rows could not be read, and have no answer"},
		{classes, false, "many.csv", "a,b,predicted,p(no),p(yes)\n", reported + "many.csv: and 2 more rows like these\n",
			"12 rows could not be read, and have no answer"},
		{classes, false, "ten.csv", "a,b,predicted,p(no),p(yes)\n", strings.ReplaceAll(reported, "many", "ten"),
			"10 rows could not be read, and have no answer"},
		{numbers, false,
			"half.csv", "a,b,y,predicted,predicted 2\n2,0.5,1,19,9\n1,0,,5,5\n",
			"half.csv: RMSE 18 on 1 row; 1 without a label\n", ""},
		{numbers, false, "label.csv", "a,b,y,predicted,predicted 2\n2,0.5,1,19,9\n", "label.csv: RMSE 18 on 1 row\n", ""},
		{old, false, "named.csv bare.csv", "file,a,b,predicted,predicted 2\nnamed.csv,2,0,2,2\nbare.csv,3,6,64,4\n", "", ""},
		{numbers, false, "two.csv bare.csv", "file;b;a;predicted;predicted 2\ntwo.csv;0,5;3;23;13\nbare.csv;6;3;133;13\n",
			"", ""},
		{classes, false, "png.csv", "", "", "png" + picture},
		{pixels, false, "jpeg.csv two.csv bad.csv", "file;b;a;predicted;p(no);p(yes)\ntwo.csv;0,5;3;no;9;4\n" +
			"bad.csv;0;2;no;2;2\n", "jpeg" + picture + "\nbad.csv: line 2, column 1 \"a\": \"red\" is not a number\n" +
			"bad.csv: line 3, column 2 \"b\": \"1e300\" is too large to compute with\n",
			"1 of 3 tables and 2 rows could not be read, and have no answer"},
	} {
		printed, told, wrong := answered(t, c.m, twoNumbers, Options{JSON: c.json}, c.files)
		if printed != c.printed || told != c.told || wrong != c.wrong {
			t.Errorf("%s: printed\n%q\ntold\n%q\nerror %q\nwant\n%q\n%q\n%q", c.files, printed, told, wrong, c.printed, c.told,
				c.wrong)
		}
	}
}

// TestInfiniteAnswer: an answer that is no number is none.
func TestInfiniteAnswer(t *testing.T) {
	writeFiles(t, map[string]string{"a.csv": "a,b\n1,2\n"})
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		printed, told, _ := answered(t, tableModel(), func([]float64) []float64 { return []float64{0, v} },
			Options{}, "a.csv")
		if printed != "a,b,predicted,predicted 2\n" ||
			told != "a.csv: line 2: the answer of m is infinite or not a number\n" {
			t.Errorf("printed %q, told %q", printed, told)
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
	answers := make(chanWriter, 9)
	go func() {
		defer w.Close()
		for _, c := range [][2]string{{"a,b\n1,0.5\n", "a,b,predicted,predicted 2\n1,0.5,5,0\n"}, {"2,1\n", "2,1,12,2\n"}} {
			row, want := c[0], c[1]
			io.WriteString(w, row)
			select {
			case answer := <-answers:
				if answer != want {
					t.Errorf("%q is answered with %q, want %q", row, answer, want)
				}
			case <-time.After(20 * time.Second):
				t.Errorf("%q is not answered", row)
			}
		}
	}()
	o := Options{Files: []string{"-"}, Rows: answers, Tell: func(string, ...any) {}}
	if err := Run(t.Context(), tableModel(), twoNumbers, o, &printer{}); err != nil {
		t.Error(err)
	}
}

// TestManyColumns: rows of many columns are written as their numbers, from 1, bad ones counted too.
func TestManyColumns(t *testing.T) {
	m := tableModel()
	header, row := "a,b", "1,2"
	for i := range 99 {
		header, row = header+fmt.Sprint(",c", i), row+",0"
	}
	writeFiles(t, map[string]string{"a.csv": header + "\n" + row + "\nx" + row[1:] + "\n" + row + "\n"})
	for asJSON, want := range map[bool]string{false: "row,predicted,predicted 2\n1,20,0\n3,20,0\n",
		true: `file "a.csv"; row 1; predicted 20; all [20,0]; ` + "\n" + `file "a.csv"; row 3; predicted 20; all [20,0]; ` +
			"\n"} {
		if printed, _, _ := answered(t, m, twoNumbers, Options{JSON: asJSON}, "a.csv"); printed != want {
			t.Errorf("printed %q, want %q", printed, want)
		}
	}
}

// TestNumbersInJSON: fields that JSON would read as numbers are numbers, the others are text.
func TestNumbersInJSON(t *testing.T) {
	keys, values := []string{"a", "b", "c", "d", "e", "f", "g"}, []string{"1", " -2.5e3 ", "01", "", "true", "-x", "9"}
	const want = `{"a":1,"b":-2.5e3,"c":"01","d":"","e":"true","f":"-x","g":9}`
	if got := string(orderedObject(keys, values)); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
