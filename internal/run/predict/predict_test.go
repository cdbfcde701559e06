package predict

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/data/newdata"
	"backprop/internal/data/table"
	"backprop/internal/model/layers"
	"backprop/internal/model/modelfile"
)

// A printer keeps what is printed.
type printer struct{ bytes.Buffer }

func (p *printer) Printf(format string, args ...any) { fmt.Fprintf(p, format, args...) }
func (p *printer) Line(event any)                    { json.NewEncoder(p).Encode(event) }
func (p *printer) Event(name string, pairs ...any)   {}
func (p *printer) Hold()                             {}
func (p *printer) Flush() error                      { return nil }

// TestAnswerTo: a picture's pixels, from 0 to 255, come to the network as its own did: from 0 to their depth, and
// scaled.
func TestAnswerTo(t *testing.T) {
	p := predictor{answer: func(inputs []float64) []float64 { return inputs }, m: &modelfile.Model{Depth: 16,
		In: dataset.Scale{Shift: []float64{1, 0}, Factor: []float64{2, 0.5}}}}
	if got := p.answerTo([]byte{255, 51}); !slices.Equal(got, []float64{(16 - 1) * 2, 3.2 * 0.5}) {
		t.Errorf("%v, want 30 and 1.6", got)
	}
}

// TestPictureLine: the two classes with the greatest outputs, of equal ones the first; probabilities are in percent,
// and outputs are called so, in -json too.
func TestPictureLine(t *testing.T) {
	for _, c := range []struct {
		plain      bool
		a          []float64
		text, json string
	}{
		{false, []float64{0.0125, 0.9, 0.0875}, "f     two        90.00 %  three (8.75 %)\n",
			`"class":"two","probability":0.9,"second":"three","second_probability":0.0875,`},
		{true, []float64{1.25, 0.9, -0.5}, "f     one         1.2500  two (0.9000)\n",
			`"class":"one","output":1.25,"second":"two","second_output":0.9,`},
		{false, []float64{0.25, 0.5, 0.25}, "f     two        50.00 %  one (25.00 %)\n",
			`"class":"two","probability":0.5,"second":"one","second_probability":0.25,`},
		{true, []float64{2, 2, 2}, "f     one         2.0000  two (2.0000)\n",
			`"class":"one","output":2,"second":"two","second_output":2,`},
		{false, []float64{0, 0.5, 0.5}, "f     two        50.00 %  three (50.00 %)\n", `"second":"three"`},
	} {
		for _, asJSON := range []bool{false, true} {
			b := &printer{}
			p := &picturePredictor{nameWidth: 4, classWidth: 5, plain: c.plain}
			p.predictor = predictor{m: &modelfile.Model{Classes: []string{"one", "two", "three"}}, out: b,
				o: Options{JSON: asJSON}}
			e := answerEvent{Event: "predict", File: "f", Index: 1, Of: 1, Line: 1}
			p.decide(&e, c.a)
			p.line(e)
			head := map[bool]string{true: "     output", false: "probability"}[c.plain]
			if want := "file  class  " + head + "  second\n" + c.text; !asJSON && b.String() != want || asJSON &&
				!strings.Contains(b.String(), c.json) {
				t.Errorf("%v: %s; want %s, %s", c.a, b, want, c.json)
			}
		}
	}
}

// TestEchoed: a row is written as it was up to 100 columns, and as its number beyond.
func TestEchoed(t *testing.T) {
	for n, want := range map[int]int{100: 100, 101: 0} {
		p := &tablePredictor{predictor: predictor{out: &printer{}, o: Options{JSON: true}}}
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
	p := &tablePredictor{predictor: predictor{out: &printer{}, m: &modelfile.Model{}, o: Options{JSON: true}}}
	first, _ := open("a,z,z,z (2),z\n1,2,3,4,5\n")
	p.begin(first)
	if want := []string{"a", "z", "z (2)", "z (2) (2)", "z (3)"}; !slices.Equal(p.keys, want) {
		t.Errorf("keys %q, want %q", p.keys, want)
	}
	if got := p.own(open("z,a,z\n6,7,8\n")); !slices.Equal(got, []string{"7", "6", "8", "", ""}) {
		t.Errorf("fields %q", got)
	}
}

// TestTableTerminal: on a terminal, what would move its cursor is not written; the rows stay what they were.
func TestTableTerminal(t *testing.T) {
	b := &printer{}
	p := &tablePredictor{predictor: predictor{out: b, o: Options{Rows: b, Terminal: true}}, csv: csv.NewWriter(b)}
	row := []string{"a\x1b[2J", "b"}
	p.write(row)
	if strings.Contains(b.String(), "\x1b") || row[0] != "a\x1b[2J" {
		t.Errorf("%q is written; the row is %q", b.String(), row)
	}
	b.Reset()
	p.o.Terminal = false
	p.write(row)
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
		{numbers, []row{{"2", []float64{5}}, {"x", []float64{1}}, {"-", nil}},
			"RMSE 3 on 1 row; 1 without a label; 1 with a label that the model does not know"},
	} {
		s := &scorer{m: c.m}
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
