package newdata

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"backprop/internal/data/table"
)

// learnedFrom is the columns of a table to train on, as a model's file keeps them.
func learnedFrom(t *testing.T, file string, o table.Options) (columns []table.Column) {
	t.Helper()
	tab, err := table.Read(strings.NewReader(file), "x", all)
	if err != nil {
		t.Fatal(err)
	}
	d, err := table.Interpret(tab, nil, o)
	if err != nil {
		t.Fatal(err)
	}
	kept, _ := json.Marshal(d.Columns)
	if err := json.Unmarshal(kept, &columns); err != nil {
		t.Fatal(err)
	}
	return columns
}

// TestWrittenAsInTraining: numbers are read by the rule of training, with its units; a row that shows another rule
// is believed before one is read that could be two numbers, and refused after it.
func TestWrittenAsInTraining(t *testing.T) {
	comma := learnedFrom(t, "f;p\n51,5 m²;119.710 €\n12 m²;868.215 €\n2.089 m²;1 €\n",
		table.Options{Label: "p", Regress: true})
	point := learnedFrom(t, "f,p\n51.5,119.71\n12,868.5\n2089,1\n", table.Options{})
	ints := learnedFrom(t, "f,p\n51,119.71\n12,868.5\n2089,1\n", table.Options{})
	ints[0].Decimal, ints[1].Decimal = "", "" // as an older model keeps it
	const other = "has a decimal point, and the numbers before do not"
	const missing = "; there is a header, and no row below it"
	for _, c := range []struct {
		name  string
		known []table.Column
		file  string
		want  string
	}{
		{"as in training", comma, "f;p\n51,5 m²;119.710 €\n1.234 m²;2\n", "2 [51.5] 119710; 3 [1234] 2"},
		{"without the unit", comma, "f;p\n51,5;119.710\n", `2 [51.5] 119710; f: 1 number without a unit, taken for m²`},
		{"another unit", comma, "f;p\n5 km;1\n6 m²;2\n",
			`2! line 2, column 1 "f": "5 km" is not a number in m², as in training; 3 [6] 2; ` +
				`f: 1 number out of the range seen in training, 12 to 2089`},
		{"points from the first row on", comma, "f,p\n51.5,119.710\n1.234,2\n",
			"2 [51.5] 119.71; 3 [1.234] 2; f: 2 numbers without a unit, taken for m²; f: 1 number out of the range seen " +
				"in training, 12 to 2089"},
		{"points too late", comma, "f,p\n1.234,1\n51.5,2\n60,3\n", `2 [1234] 1; 3! line 3, column 1 "f": "51.5" ` + other +
			` (as "1.234" in line 2); write all in one way; 4 [60] 3; f: 2 numbers without a unit, taken for m²`},
		{"both in one table", comma, "f;p\n51,5;1\n51.5;2\n", `2 [51.5] 1; 3! line 3, column 1 "f": "51.5" ` + other +
			`; write all in one way; f: 1 number without a unit, taken for m²`},
		{"in a label", comma, "f;p\n51;119.710\n", `2 [51] 119710; f: 1 number without a unit, taken for m²`},
		{"points, and commas from the first row on", point, "f;p\n51,5;119,710\n", "2 [51.5] 119.71"},
		{"thousands", point, "f,p\n\"1,234\",1\n", "2 [1234] 1"},
		{"with three digits", point, "f;p\n12.345;1\n", "2 [12.345] 1"},
		{"an older model", ints, "f;p\n51,5;1\n1,234;2\n12.345;3\n",
			"2 [51.5] 1; 3 [1.234] 2; 4 [12345] 3; f: 1 number out of the range seen in training, 12 to 2089; f: 1 number"},
		{"an older model, and a number that can be two", ints, "f;p\n1,234;2\n13,5;3\n",
			`2! line 2, column 1 "f": "1,234" can be 1.234 or 1234; ` +
				`write it with one digit more behind a decimal comma, or without it; 3 [13.5] 3`},
		{"an older model, and points", ints, "f;p\n12.345;2\n", "2 [12.345] 2"},
		{"an older model, between commas", ints, "f,p\n\"1,234\",2\n", "2 [1234] 2"},
		{"the header again", point, "f,p\n12,1\nf,p\n13,2\n", "2 [12] 1; 4 [13] 2; 1 line like the header left out"},
		{"what is owed, and no pennies", point, "f,p\n(51.5),1\n\"51,-\",2\n50-,3\n",
			"2 [-51.5] 1; 3 [51] 2; 4 [-50] 3; f: " +
				"2 numbers out of the range seen in training, 12 to 2089"},
		{"a title", learned, "Report\nid,a,colour,b,kind\n1,3,red,4,y\n",
			"3 [3 0 1 4] y; line 1 stands above the table and is left out"},
		{"a header alone", point, "f,p\n", missing[2:]},
		{"a column twice", point, "f,f,p\n1,2,3\n",
			`line 1: there are several columns "f", and the model takes one; rename those that are not meant`},
		{"a label twice", point, "f,p,p\n1,2,3\n",
			`line 1: there are several columns "p", and the model takes one; rename those that are not meant`},
		{"a column twice but for a blank", point, "f,\"f \",p\n1,2,3\n",
			`line 1: there are several columns "f", and the model takes one; rename those that are not meant`},
		{"a column twice but for its letters' size", point, "F,P,p,f,F\n1,2,3,4,5\n",
			"2 [4] 3; f: 1 number out of the range seen in training, 12 to 2089"},
		{"only in other letters", point, "F,\"F \",p\n1,2,3\n",
			`line 1: there are several columns "F", and the model takes one; rename those that are not meant`},
		{"another twice", point, "f,x,x,p\n12,2,3,4\n", "2 [12] 4"},
		{"no number", point, "f,p\n2024_01,1\n0x10,2\n12,3\n",
			`2! line 2, column 1 "f": "2024_01" is not a number; 3! line 3, column 1 "f": "0x10" is not a number; 4 [12] 3`},
	} {
		got := allRows(strings.NewReader(c.file), c.known)
		if c.name == "an older model" { // and the rest of the note
			got, _, _ = strings.Cut(got, "; f: ")
			c.want, _, _ = strings.Cut(c.want, "; f: ")
		}
		if got != c.want {
			t.Errorf("%s: %q gives\n%s\nwant\n%s", c.name, c.file, got, c.want)
		}
	}
}

// TestForm: the form of a table is told, so that answers can be written in it.
func TestForm(t *testing.T) {
	comma := learnedFrom(t, "f;p\n51,5;1\n12;2,5\n", table.Options{})
	point := learnedFrom(t, "f,p\n51.5,1\n12,2.5\n", table.Options{})
	for _, c := range []struct {
		known []table.Column
		file  string
		want  string
	}{{comma, "f;p\n51,5;1\n", ";,"}, {comma, "f;p\n51;1\n", ";,"}, {comma, "f,p\n51.5,1\n", ",."},
		{point, "f,p\n51,1\n", ",."},
		{point, "f;p\n51,5;1\n", ";,"}, {point, "f\tp\n51.5\t1\n", "\t."}} {
		rows, err := NewReader(strings.NewReader(c.file), c.known)
		if err != nil {
			t.Fatal(err)
		}
		row, err := rows.Next()
		if got := string(rows.Comma) + string(rows.Decimal()); err != nil || got != c.want ||
			row.Fields[0] != strings.FieldsFunc(c.file, func(r rune) bool {
				return strings.ContainsRune("\n\t;", r) || r == ',' && !strings.Contains(c.file, ";")
			})[2] {
			t.Errorf("%q: %v, %q, fields %q; want %q", c.file, err, got, row.Fields, c.want)
		}
	}
}

// TestSingleColumn: where a model takes one number and has learned decimal commas, those of a table of one column
// separate nothing; others do.
func TestSingleColumn(t *testing.T) {
	comma := learnedFrom(t, "x;y\n0,5;1,5\n1,5;2,5\n2,5;4\n", table.Options{})
	point := learnedFrom(t, "x,y\n0.5,1.5\n1.5,2.5\n2.5,4\n", table.Options{})
	const column = "; its commas are decimal, as in training, and separate nothing"
	for _, c := range []struct {
		name, file, want string
		known            []table.Column
		comma            rune
	}{
		{"under its name", "x\n0,5\n1,25\n2\n", "2 [0.5]; 3 [1.25]; 4 [2]" + column, comma, ';'},
		{"without a name", "0,5\n1,25\n", "1 [0.5]; 2 [1.25]" + column, comma, ';'},
		{"whole numbers", "x\n1\n2\n", "2 [1]; 3 [2]", comma, ';'},
		{"points", "x\n0.5\n1.5\n", "2 [0.5]; 3 [1.5]", comma, ','},
		{"two columns of points", "x,y\n0.5,1\n1.5,2\n", "2 [0.5] 1; 3 [1.5] 2", comma, ','},
		{"two columns, and no names", "0.5,1\n1.5,2\n", "1 [0.5] 1; 2 [1.5] 2", comma, ','},
		{"the model has learned points", "0,5\n1,2\n", "1 [0] 5; 2 [1] 2", point, ','},
	} {
		rows, err := NewReader(strings.NewReader(c.file), c.known)
		if err != nil || rows.Comma != c.comma {
			t.Errorf("%s: %v, %q between fields; want %q", c.name, err, rows.Comma, c.comma)
		}
		got, _, _ := strings.Cut(allRows(strings.NewReader(c.file), c.known), "; x: ")
		if got != c.want {
			t.Errorf("%s: %q gives %s; want %s", c.name, c.file, got, c.want)
		}
	}
}

// TestTwoLabels: several numbers to predict are read, and have no single label to score by.
func TestTwoLabels(t *testing.T) {
	known := learnedFrom(t, "a,b,c\n1,2.5,5\n2,3,6\n3,4,7\n", table.Options{Label: "c,b"})
	for label, want := range map[string]string{
		"":    `2×1 [] [1 2] [] [2 4 3 5] label: column 3 "b", and column 2 "c"`,
		"b,c": `2×1 [] [1 2] [] [2 4 3 5] label: column 3 "b", and column 2 "c"`,
		"3,2": `2×1 [] [1 2] [] [2 4 3 5] label: column 3 "b", and column 2 "c"`,
		"b":   "-label b: the model has learned 2 columns; name as many, or leave the flag out",
		"b,x": "-label x: no such column; there are 3: a, c, b",
	} {
		if got := readTable("a,c,b\n1,4,2\n2,5,3\n", label, 1000, known); got != want {
			t.Errorf("-label %s: %s; want %s", label, got, want)
		}
	}
	if got, want := readTable("a,c,b\n1,4,2\n2,?,3\n", "", 1000, known),
		`line 3, column 2 "c": the label is missing; fill it in or remove the line`; got != want {
		t.Error(got)
	}
	rows, err := NewReader(strings.NewReader("a,c,b\n1,4,2\n"), known)
	if err != nil {
		t.Fatal(err)
	}
	if row, err := rows.Next(); err != nil || rows.HasLabel() || row.Label != "2" || fmt.Sprint(row.OtherLabels) != "[4]" {
		t.Errorf("%v: %+v, one label %v", err, row, rows.HasLabel())
	}
	if got := allRows(strings.NewReader("1\n2\n"), known); got != "1 [1]; 2 [2]" {
		t.Error(got)
	}
}

// TestLabelWithComma: a single label may have a comma in its name.
func TestLabelWithComma(t *testing.T) {
	known := []table.Column{{Name: "a", Kind: table.Number}, {Name: "y", Kind: table.Label}}
	const want = `2×1 [] [1 2] [] [3 4] label: column 2 "y, in m"`
	got := readTable("a,\"y, in m\"\n1,3\n2,4\n", "y, in m", 1000, known)
	if got, _, _ = strings.Cut(got, "; a: "); got != want {
		t.Errorf("%s; want %s", got, want)
	}
}
