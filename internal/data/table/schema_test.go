package table

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestStrayWord: a word among numbers is an error that names its line and column, wherever it
// stands: it makes no other column the label.
func TestStrayWord(t *testing.T) {
	const rows, pixels = 40, 64
	for at := range pixels + 1 {
		var b strings.Builder
		for i := range rows {
			for j := range pixels + 1 {
				switch {
				case i == 20 && j == at:
					b.WriteString("x")
				case j == pixels:
					fmt.Fprint(&b, i%10)
				default:
					fmt.Fprint(&b, (i*7+j*j)%17)
				}
				b.WriteString([]string{",", "\n"}[j/pixels])
			}
		}
		tab, err := Read(strings.NewReader(b.String()), "digits.csv", 1<<20)
		if err == nil {
			_, err = Interpret(tab, nil, Options{})
		}
		if !contains(err, "line 21", fmt.Sprintf("column %d", at+1), `"x"`) {
			t.Errorf("a word in column %d: %v", at+1, err)
		}
	}
}

// TestNotUTF8: names that only their bytes tell apart are refused, where they stand.
func TestNotUTF8(t *testing.T) {
	for file, want := range map[string][]string{
		"a,kind\n1,gr\xfcn\n2,gr\xf6n\n3,gr\xfcn\n": {"line 2", `column 2 "kind"`, `"gr\xfcn"`, "UTF-8"},
		"gr\xf6\xdfe,kind\n1,a\n2,b\n3,a\n":         {"line 1", "column 1", "UTF-8"},
		"1,a\n2,b\xff\n3,a\n":                       {"line 2", "column 2", "UTF-8"},
	} {
		if _, err := Read(strings.NewReader(file), "x", 1<<20); !contains(err, want...) {
			t.Errorf("%q: %v; want %q", file, err, want)
		}
	}
}

// TestIgnore: columns are left out by name, in any case, or by number, and a wrong name is told.
func TestIgnore(t *testing.T) {
	const file = "Date,a,b,kind\n2024,1,2,x\n2025,2,3,y\n2026,1,4,x\n2027,2,5,y\n"
	for _, c := range []struct {
		ignore []string
		want   string
	}{
		{nil, "Date (number), a (number), b (number)"},
		{[]string{"date"}, "a (number), b (number)"},
		{[]string{"1", "B"}, "a (number)"},
		{[]string{"c"}, "-ignore c: no such column; there are Date, a, b, kind"},
		{[]string{"5"}, "-ignore 5: no such column"},
		{[]string{"kind"}, "-ignore kind: it is the label"},
		{[]string{"Date", "a", "b"}, "no column is left"},
	} {
		tab, err := Read(strings.NewReader(file), "x.csv", 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if d, err := Interpret(tab, nil, Options{Ignore: c.ignore}); err != nil {
			got = err.Error()
		} else {
			got = "x.csv: " + describe(d.Columns)
			if !strings.HasSuffix(d.Notes, "inputs: "+describe(d.Columns)) || d.Train.Dim != Inputs(d.Columns) {
				t.Errorf("-ignore %q: notes %q, %d inputs", c.ignore, d.Notes, d.Train.Dim)
			}
		}
		if !strings.HasPrefix(got, "x.csv: "+c.want) {
			t.Errorf("-ignore %q: %s; want %s", c.ignore, got, c.want)
		}
	}
}

// TestRowNumbers: a column with nearly as many values as rows is pointed at, measurements are not.
func TestRowNumbers(t *testing.T) {
	var b strings.Builder
	b.WriteString("ticket,weight,age,name,kind\n")
	for i := range 40 {
		fmt.Fprintf(&b, "%d,%g,%d,n%d,%s\n", 1000+i*i, float64(i*i)/7, 20+i%9, i, []string{"x", "y"}[i%2])
	}
	tab, err := Read(strings.NewReader(b.String()), "x.csv", 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	d, err := Interpret(tab, nil, Options{})
	want := `nearly as many values as rows: column 1 "ticket" (40), column 4 "name" (40); -ignore ticket,name leaves out`
	if err != nil || !strings.Contains(d.Notes, want) {
		t.Errorf("%v: %s; want %s", err, d.Notes, want)
	}
}

// TestUnknownTestWords: words of a table to test with that training did not have are told.
func TestUnknownTestWords(t *testing.T) {
	const train = "a,colour,kind\n1,red,x\n2,blue,y\n3,red,x\n"
	note, d, err := notes(t, train, "a,colour,kind\n1,zebra,x\n2,,y\n3,lion,x\n2,red,x\n", "")
	want := `x_test.csv: column 2 "colour": 2 words never seen in training (such as "lion"), counted as none of its words`
	if err != nil || !strings.Contains(note, want) || fmt.Sprint(d.Test.Values) != "[1 0 0 2 0 0 3 0 0 2 0 1]" {
		t.Errorf("%v: %s, %v; want %s", err, note, d, want)
	}
	if note, _, err := notes(t, train, train, ""); err != nil || strings.Contains(note, "never seen") {
		t.Errorf("%v: %s", err, note)
	}
}

// TestConstant: a column that is always the same is told, but not of images.
func TestConstant(t *testing.T) {
	note, _, err := notes(t, "a,b,c,kind\n5,1,u,x\n5,2,u,y\n5,1,u,x\n", "", "")
	if want := `the same in all rows, which nothing can be learned from: column 1 "a", column 3 "c"`; err != nil || !strings.Contains(note, want) {
		t.Errorf("%v: %s; want %s", err, note, want)
	}
	if note, _, err := notes(t, pixelHeader()+pixelRow("7", true, 200)+pixelRow("3", true, 100)+pixelRow("3", true, 1), "", ""); err != nil || strings.Contains(note, "the same") {
		t.Errorf("%v: %s", err, note)
	}
}

// learned is the columns of a table to learn from: id,a,colour,y,kind.
var learned = []Column{{Name: "id", Kind: Left}, {Name: "a", Kind: Number, To: 9},
	{Name: "colour", Kind: Words, Words: []string{"blue", "red"}}, {Name: "b", Kind: Number, To: 9}, {Name: "kind", Kind: Label}}

// TestReadAgain: a table is read as the one before it was: by names in any order, or by places, with
// its words and its classes.
func TestReadAgain(t *testing.T) {
	const want = "[3 0 1 4 5 0 0 6] [1 0]"
	const red = `colour: 1 word never seen in training (such as "green")`
	for _, c := range []struct{ file, label, want, note, err string }{
		{"id,a,colour,b,kind\n1,3,red,4,y\n2,5,green,6,x\n", "", want, red, ""},
		{"kind,b,colour,a\ny,4,red,3\nx,6,green,5\n", "", want, red, ""},
		{"B,Colour,A,Kind\n4,red,3,y\n6,,5,x\n", "", want, "colour: 1 value missing", ""},
		{"1,3,red,4,y\n2,5,green,6,x\n", "", want, "label: column 5", ""},
		{"3,red,4,y\n5,green,6,x\n", "", want, "label: column 4", ""},
		{"b,colour,a,class\n4,red,3,y\n6,green,5,x\n", "class", want, `label: column 4 "class"`, ""},
		{"b,colour,a,class\n4,red,3,y\n6,green,5,x\n", "last", want, `label: column 4 "class"`, ""},
		{"b,colour,a,class\n4,red,3,y\n6,green,5,x\n", "4", want, `label: column 4 "class"`, ""},
		{"b,colour,a\n4,red,3\n", "", "", "", `the label is missing, in training column 5 "kind"; name its column with -label`},
		{"b,colour,a\n4,red,3\n", "class", "", "", "-label class: no such column; there are 3: b, colour, a"},
		{"b,colour,kind\n4,red,y\n", "", "", "", `line 1: the column "a" is missing`},
		{"b,colour,a,kind\n4,red,3,z\n", "", "", "", `line 2, column 4 "kind": class "z" is none of the 2 that the model knows (x, y)`},
		{"b,colour,a,kind\n4,red,3,?\n", "", "", "", `line 2, column 4 "kind": the label is missing`},
		{"b,colour,a,kind\n4,red,much,y\n", "", "", "", `line 2, column 3 "a": "much" is not a number`},
		{"b,colour,a,kind\n", "", "", "", "no row"},
	} {
		p, note, err := ReadAgain(strings.NewReader(c.file), 1<<20, Options{Label: c.label, Known: learned, Classes: []string{"x", "y"}})
		if got := fmt.Sprint(p.Values, p.Labels); c.err == "" && (err != nil || got != c.want || p.N != 2 || p.Dim != 4 || !strings.Contains(note, c.note)) ||
			c.err != "" && !contains(err, c.err) {
			t.Errorf("%q: %s, %v, %s; want %s, %s%s", c.file, got, err, note, c.want, c.note, c.err)
		}
	}
	numbers := []Column{{Kind: Number}, {Kind: Label}}
	p, _, err := ReadAgain(strings.NewReader("1,2.5\n2,3\n"), 1<<20, Options{Known: numbers})
	if got := fmt.Sprint(p.Values, p.Targets); err != nil || got != "[1 2] [2.5 3]" {
		t.Errorf("numbers to predict: %s, %v", got, err)
	}
	if _, _, err := ReadAgain(strings.NewReader("1,2.5\n2,3\n"), 5, Options{Known: numbers}); !contains(err, "more than 5 bytes") {
		t.Errorf("too long: %v", err)
	}
	if _, _, err := ReadAgain(strings.NewReader("1,x\n"), 9, Options{Known: numbers, Classes: []string{"x"}, Regress: true}); !contains(err, "-regress") {
		t.Errorf("-regress: %v", err)
	}
	// Images stay bytes while they are.
	pixels := append([]Column{{Kind: Label}}, slices.Repeat([]Column{{Kind: Number}}, 64)...)
	for last, bytes := range map[string]bool{"100": true, "0.5": false, "256": false, "-1": false, "?": false} {
		file := pixelRow("1", true, 200) + strings.Replace(pixelRow("0", true, 7), ",7,", ","+last+",", 1)
		p, _, err := ReadAgain(strings.NewReader(file), 1<<20, Options{Known: pixels, Classes: []string{"0", "1"}})
		if err != nil || (p.Pixels != nil) != bytes || (p.Values != nil) == bytes || len(p.Pixels)+len(p.Values) != 128 || !bytes && p.Values[1] != 200 {
			t.Errorf("%s: %v, %d bytes, %d numbers", last, err, len(p.Pixels), len(p.Values))
		}
	}
}

// TestPlaces: without a header, fields tell which of the columns are there; where they cannot, it is
// not guessed.
func TestPlaces(t *testing.T) {
	twins := []Column{{Name: "id", Kind: Left}, {Name: "a", Kind: Number}, {Name: "b", Kind: Number}, {Name: "kind", Kind: Label}}
	for _, c := range []struct {
		known        []Column
		row, in, err string
		label        string
	}{
		{twins, "7,1,2,x", "[1 2]", "", "x"},
		{twins, "1,2,x", "[1 2]", "", "x"},
		{twins, "7,1,2", "", "3 fields and no header: they can be id, a, b, or a, b, kind; write the names above them, or give all 4 columns", ""},
		{twins, "1,2", "[1 2]", "", ""},
		{twins, "1", "", "it takes 2 or 3 or 4 of them", ""},
		{learned, "7,1,red,2", "[1 0 1 2]", "", ""},
		{learned, "1,red,2,x", "[1 0 1 2]", "", "x"},
		{twins[1:], "1,2", "[1 2]", "", ""},
	} {
		rows, err := NewRows(strings.NewReader(c.row+"\n"), c.known)
		if c.err != "" {
			if !contains(err, "line 1: ", c.err) {
				t.Errorf("%s: %v; want %s", c.row, err, c.err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.row, err)
			continue
		}
		if row, err := rows.Next(); err != nil || fmt.Sprint(row.Inputs) != c.in || row.Label != c.label {
			t.Errorf("%s: %v, label %q, %v; want %s, %q", c.row, row.Inputs, row.Label, err, c.in, c.label)
		}
	}
}
