package newdata

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"backprop/internal/data/table"
)

// learnedFrom returns the columns of a training table, as they come back from a model's file.
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
	text, _ := json.Marshal(d.Columns)
	if err := json.Unmarshal(text, &columns); err != nil {
		t.Fatal(err)
	}
	return columns
}

// TestFields: fields become inputs as they did in training; what differs from training is counted, but not if its row
// is refused.
func TestFields(t *testing.T) {
	colours := []table.Column{{Name: "c", Kind: table.Words, Words: []string{"1", "?", "red"}},
		{Name: "k", Kind: table.Label}}
	signs := []table.Column{{Name: "a", Kind: table.Number, To: 9},
		{Name: "k", Kind: table.Words, Words: []string{"+", "-"}}}
	for _, c := range []rowsCase{
		{"in the range of training", learned, "a,b,colour\n0,9,red\n", "2 [0 0 1 9]"},
		{"out of the range", learned, "a,b,colour\n-0.5,9.5,red\n9.5,1,red\n",
			"2 [-0.5 0 1 9.5]; 3 [9.5 0 1 1]; a: 2 numbers out of the range seen in training, 0 to 9; " +
				"b: 1 number out of the range seen in training, 0 to 9"},
		{"missing", learned, "a,b,colour\nNA,1,red\n,2,\n",
			"2 [NaN 0 1 1]; 3 [NaN 0 0 2]; a: 2 values missing, counted as in training: 0 after scaling; " +
				"colour: 1 value missing, counted as none of its words"},
		{"missing in the first row, without a header", three, "?,2,x\n",
			"1 [NaN 2] x; column 1: 1 value missing, counted as in training: 0 after scaling"},
		{"new words", unnamed(learned), "1,green,2\n1,red,2\n1,pink,2\n", "1 [1 0 0 2]; 2 [1 0 1 2]; 3 [1 0 0 2]; " +
			`column 3: 2 words never seen in training (such as "pink"), counted as none of its words`},
		{"a row that is refused is not counted", learned, "a,colour,b\n99,green,x\n1,red,2\n",
			`2! line 2, column 3 "b": "x" is not a number; 3 [1 0 1 2]`},
		{"not numbers", learned, "a,colour,b\n2024_01,red,1\n0x10,red,2\n1e999,red,3\n", `2! line 2, column 1 "a": ` +
			`"2024_01" is not a number; 3! line 3, column 1 "a": "0x10" is not a number; ` +
			`4! line 4, column 1 "a": "1e999" is not a number`},
		{"not in UTF-8", learned, "a,colour,b\n1,r\xf6t,3\n1,red,2\n",
			`2! line 2, column 2 "colour": "r\xf6t" is not UTF-8; 3 [1 0 1 2]`},
		{"a left-out column may have anything", learned, "id,a,colour,b\n\xff,1,red,3\n", "2 [1 0 1 3]"},
		{"a word that is missing elsewhere", signs, "a,k\n-,-\n1,none\n", "2 [NaN 0 1]; 3 [1 0 0]; a: 1 value missing, " +
			"counted as in training: 0 after scaling; k: 1 value missing, counted as none of its words"},
		{"numbers as words", colours, "c,k\n1.0,01\n?,red\nred,?\n2,\n", `2 [1 0 0] 1; 3 [0 0 0] red; 4 [0 0 1]; ` +
			`5 [0 0 0]; c: 1 word never seen in training (such as "2"), counted as none of its words; ` +
			`c: 1 value missing, counted as none of its words`},
		{"numbers as words, in quotes", colours, "c,k\n\"1,0\",x\n", `2 [0 0 0] x; ` +
			`c: 1 word never seen in training (such as "1,0"), counted as none of its words`},
		{"numbers as words, decimal comma", colours, "c;k\n1,0;x\n", `2 [1 0 0] x`},
		{"negative amounts, and no pennies", learned, "a,colour,b\n(5.5),red,1\n\"5,-\",red,2\n5-,red,3\n",
			"2 [-5.5 0 1 1]; 3 [5 0 1 2]; 4 [-5 0 1 3]; a: 2 numbers out of the range seen in training, 0 to 9"},
	} {
		c.run(t)
	}
}

// TestDecimalMarkOfTraining: numbers are read with the decimal mark and the units of training. If a row shows another
// mark, it is believed before a number was read that could be two numbers, and refused after it.
func TestDecimalMarkOfTraining(t *testing.T) {
	comma := learnedFrom(t, "f;p\n51,5 m²;119.710 €\n12 m²;868.215 €\n2.089 m²;1 €\n",
		table.Options{Label: "p", Regress: true})
	point := learnedFrom(t, "f,p\n51.5,119.71\n12,868.5\n2089,1\n", table.Options{})
	old := learnedFrom(t, "f,p\n51,119.71\n12,868.5\n2089,1\n", table.Options{})
	old[0].Decimal, old[1].Decimal = "", "" // as in the file of an older model
	const other = "has a decimal point, and the numbers before do not"
	const unitless, outside = "f: 1 number without a unit, taken for m²",
		"f: 1 number out of the range seen in training, 12 to 2089"
	for _, c := range []rowsCase{
		{"as in training", comma, "f;p\n51,5 m²;119.710 €\n1.234 m²;2\n", "2 [51.5] 119710; 3 [1234] 2"},
		{"without the unit", comma, "f;p\n51,5;119.710\n", "2 [51.5] 119710; " + unitless},
		{"another unit", comma, "f;p\n5 km;1\n6 m²;2\n",
			`2! line 2, column 1 "f": "5 km" is not a number in m², as in training; 3 [6] 2; ` + outside},
		{"points in the first row", comma, "f,p\n51.5,119.710\n1.234,2\n",
			"2 [51.5] 119.71; 3 [1.234] 2; f: 2 numbers without a unit, taken for m²; " + outside},
		{"points after a number that can be two", comma, "f,p\n1.234,1\n51.5,2\n60,3\n", `2 [1234] 1; ` +
			`3! line 3, column 1 "f": "51.5" ` + other + ` (as "1.234" in line 2); write them all the same way; 4 [60] 3; ` +
			"f: 2 numbers without a unit, taken for m²"},
		{"points after a comma", comma, "f;p\n51,5;1\n51.5;2\n",
			`2 [51.5] 1; 3! line 3, column 1 "f": "51.5" ` + other + `; write them all the same way; ` + unitless},
		{"a comma after points", point, "f;p\n51.5;1\n51,5;2\n", `2 [51.5] 1; ` +
			`3! line 3, column 1 "f": "51,5" has a decimal comma, and the numbers before do not; write them all the same way`},
		{"a comma in a label after points", point, "f;p\n51.5;1\n52;2,5\n", `2 [51.5] 1; ` +
			`3! line 3, column 2 "p": "2,5" has a decimal comma, and the numbers before do not; write them all the same way`},
		{"three digits in a label", comma, "f;p\n51;119.710\n", "2 [51] 119710; " + unitless},
		{"commas in the first row", point, "f;p\n51,5;119,710\n", "2 [51.5] 119.71"},
		{"thousands", point, "f,p\n\"1,234\",1\n", "2 [1234] 1"},
		{"three digits", point, "f;p\n12.345;1\n", "2 [12.345] 1"},
		{"an older model, a comma", old, "f;p\n51,5;1\n1,234;2\n12.345;3\n",
			"2 [51.5] 1; 3 [1.234] 2; 4 [12345] 3; f: 2 numbers out of the range seen in training, 12 to 2089"},
		{"an older model, a number that can be two", old, "f;p\n1,234;2\n13,5;3\n", `2! line 2, column 1 "f": ` +
			`"1,234" can be 1.234 or 1234; write it with one more digit after a decimal comma, or without the comma; ` +
			`3 [13.5] 3`},
		{"an older model, three digits after a point", old, "f;p\n12.345;2\n", "2 [12.345] 2"},
		{"an older model, thousands in quotes", old, "f,p\n\"1,234\",2\n", "2 [1234] 2"},
	} {
		c.run(t)
	}
}

// TestCommaAndDecimal: the separator and the decimal mark of a table are known after its first row, so that answers can
// be written in the same way.
func TestCommaAndDecimal(t *testing.T) {
	comma := learnedFrom(t, "f;p\n51,5;1\n12;2,5\n", table.Options{})
	point := learnedFrom(t, "f,p\n51.5,1\n12,2.5\n", table.Options{})
	for _, c := range []struct {
		known      []table.Column
		file, want string // separator, decimal mark, and the first field as it is
	}{
		{comma, "f;p\n51,5;1\n", ";,51,5"}, {comma, "f;p\n51;1\n", ";,51"}, {comma, "f,p\n51.5,1\n", ",.51.5"},
		{point, "f,p\n51,1\n", ",.51"}, {point, "f;p\n51,5;1\n", ";,51,5"}, {point, "f\tp\n51.5\t1\n", "\t.51.5"},
	} {
		rows, err := NewReader(strings.NewReader(c.file), c.known)
		if err != nil {
			t.Fatal(err)
		}
		row, err := rows.Next()
		if err != nil {
			t.Fatal(err)
		}
		if got := string(rows.Comma) + string(rows.Decimal()) + row.Fields[0]; got != c.want {
			t.Errorf("%q: got %q, want %q", c.file, got, c.want)
		}
	}
}

// TestSingleInput: if a model has one input and learned decimal commas, the commas in a table of one column separate
// nothing.
func TestSingleInput(t *testing.T) {
	comma := learnedFrom(t, "x;y\n0,5;1,5\n1,5;2,5\n2,5;4\n", table.Options{})
	point := learnedFrom(t, "x,y\n0.5,1.5\n1.5,2.5\n2.5,4\n", table.Options{})
	const note = "; its commas are decimal, as in training, and do not separate fields"
	for _, c := range []struct {
		name, file, want string
		known            []table.Column
		comma            rune
	}{
		{"with a header", "x\n0,5\n1,25\n2\n", "2 [0.5]; 3 [1.25]; 4 [2]" + note, comma, ';'},
		{"without a header", "0,5\n1,25\n", "1 [0.5]; 2 [1.25]" + note, comma, ';'},
		{"whole numbers", "x\n1\n2\n", "2 [1]; 3 [2]", comma, ';'},
		{"points", "x\n0.5\n1.5\n", "2 [0.5]; 3 [1.5]", comma, ','},
		{"two columns", "x,y\n0.5,1\n1.5,2\n", "2 [0.5] 1; 3 [1.5] 2", comma, ','},
		{"two columns without a header", "0.5,1\n1.5,2\n", "1 [0.5] 1; 2 [1.5] 2", comma, ','},
		{"a name above two columns", "x\n0.5,1\n", "2! line 2: 2 fields, where the lines before have 1", point, ','},
		{"points in training", "0,5\n1,2\n", "1 [0] 5; 2 [1] 2; x: 1 number out of the range seen in training, 0.5 to 2.5",
			point, ','},
	} {
		rowsCase{c.name, c.known, c.file, c.want}.run(t)
		if rows, err := NewReader(strings.NewReader(c.file), c.known); err != nil || rows.Comma != c.comma {
			t.Errorf("%s: got separator %q, error %v; want %q", c.name, rows.Comma, err, c.comma)
		}
	}
}

// TestReject: a row that the network refuses is told with the field that is the reason, and is not counted.
func TestReject(t *testing.T) {
	rows, err := NewReader(strings.NewReader("kind,b,colour,a\nx,77,green,5\n"), learned)
	if err != nil {
		t.Fatal(err)
	}
	row, err := rows.Next()
	if err != nil || len(rows.Notes()) != 2 {
		t.Fatalf("got error %v, notes %q; want notes on 77 and green", err, rows.Notes())
	}
	for input, want := range map[int]string{
		0: `line 2, column 4 "a": "5" is odd`, 1: `line 2, column 3 "colour": "green" is odd`,
		2: `line 2, column 3 "colour": "green" is odd`, 3: `line 2, column 2 "b": "77" is odd`,
		-1: "line 2: is odd", 4: "line 2: is odd",
	} {
		var rowError RowError
		err := rows.Reject(row, input, "is odd")
		if fmt.Sprint(err) != want || !errors.As(err, &rowError) || rowError.Line != 2 {
			t.Errorf("input %d: got error %v, want %s", input, err, want)
		}
	}
	if rows.Notes() != nil {
		t.Errorf("the row is counted: %q", rows.Notes())
	}
}

// TestHasLabel: answers can be scored if the model has a single label and the table has it.
func TestHasLabel(t *testing.T) {
	two := []table.Column{{Name: "a", Kind: table.Number}, {Name: "k", Kind: table.Label}, {Name: "l", Kind: table.Label}}
	for _, c := range []struct {
		file  string
		known []table.Column
		want  bool
	}{
		{"a,b,colour,Kind\n", learned, true}, {"a,b,colour\n", learned, false}, {"kind,a,b,colour\n", learned, true},
		{"1\n", []table.Column{{Kind: table.Number}}, false}, {"a,k,l\n", two, false},
	} {
		rows, err := NewReader(strings.NewReader(c.file), c.known)
		if err != nil || rows.HasLabel() != c.want {
			t.Errorf("%q: got error %v, has the label: %v; want %v", c.file, err, rows.HasLabel(), c.want)
		}
	}
}
