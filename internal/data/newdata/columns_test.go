package newdata

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"backprop/internal/data/table"
)

// all is a limit that no test comes near.
var all = table.Limit{Bytes: 1 << 40, Cells: 1 << 40, Inputs: 1 << 40}

// learned is the columns of a table to learn from: id,a,colour,b,kind.
var learned = []table.Column{{Name: "id", Kind: table.LeftOut}, {Name: "a", Kind: table.Number, To: 9},
	{Name: "colour", Kind: table.Words, Words: []string{"blue", "red"}}, {Name: "b", Kind: table.Number, To: 9},
	{Name: "kind", Kind: table.Label}}

// three is the columns of a table without a header: two numbers and the label.
var three = []table.Column{{Kind: table.Number, To: 9}, {Kind: table.Number, To: 9}, {Kind: table.Label}}

// unnamed returns the same columns as of a table without a header.
func unnamed(columns []table.Column) []table.Column {
	columns = slices.Clone(columns)
	for k := range columns {
		columns[k].Name = ""
	}
	return columns
}

// allRows reads a table with a Reader. For each row it says the line, the inputs and the label; for each row that is
// refused the error, after the line and !; and at the end, the notes.
func allRows(r io.Reader, known []table.Column) string {
	rows, err := NewReader(r, known)
	if err != nil {
		return err.Error()
	}
	var list []string
	for {
		row, err := rows.Next()
		var rowError RowError
		switch {
		case err == nil:
			list = append(list, strings.TrimSpace(fmt.Sprint(row.Line, row.Inputs, " ", row.Label)))
		case errors.As(err, &rowError):
			list = append(list, fmt.Sprintf("%d! %v", rowError.Line, err))
		case err == io.EOF:
			return strings.Join(append(list, rows.Notes()...), "; ")
		default:
			return strings.Join(append(list, err.Error()), "; ")
		}
	}
}

// A rowsCase is a table, and what allRows makes of it.
type rowsCase struct {
	name  string
	known []table.Column
	file  string
	want  string
}

func (c rowsCase) run(t *testing.T) {
	t.Run(c.name, func(t *testing.T) {
		if got := allRows(strings.NewReader(c.file), c.known); got != c.want {
			t.Errorf("%q: got\n%s\nwant\n%s", c.file, got, c.want)
		}
	})
}

// TestColumnsByName: with a header, columns may be in any order, among others, and in capital letters. All that the
// model needs must be there, and none twice.
func TestColumnsByName(t *testing.T) {
	twins := []table.Column{{Name: "a", Kind: table.Number, To: 9}, {Name: "a", Kind: table.Number, To: 9},
		{Name: "A", Kind: table.Number, To: 9}, {Name: "k", Kind: table.Label}}
	fp := []table.Column{{Name: "f", Kind: table.Number, To: 99}, {Name: "p", Kind: table.Label}}
	const several = ", and the model takes one; rename those that are not meant"
	const missing = " is missing, and the model needs it; there are "
	for _, c := range []rowsCase{
		{"any order and case", learned, "kind,B,junk,colour,a\ny,4,?,red,3\n", "2 [3 0 1 4] y"},
		{"the same name before a similar one", learned, "A,a,colour,b\n1,2,red,3\n", "2 [2 0 1 3]"},
		{"blanks around names and fields", learned, " a , colour,b \n 1 ,red , 2\n", "2 [1 0 1 2]"},
		{"below a title", learned, "Report\nid,a,colour,b,kind\n1,3,red,4,y\n",
			"3 [3 0 1 4] y; line 1 stands above the table and is left out"},
		{"the header again", fp, "f,p\n12,1\nf,p\n13,2\n", "2 [12] 1; 4 [13] 2; 1 line like the header left out"},
		{"a header alone", fp, "f,p\n", "there is a header, and no row below it"},
		{"an input without a name", append([]table.Column{{Kind: table.Number, To: 9}}, learned[3:]...), ",b,kind\n3,4,x\n",
			"2 [3 4] x"},
		{"a label without a name", []table.Column{{Name: "a", Kind: table.Number}, {Kind: table.Label}}, ",a\nx,u\n",
			`2! line 2, column 2 "a": "u" is not a number`},
		{"an error below a column without a name", []table.Column{{Name: "a", Kind: table.Number},
			{Kind: table.Words, Words: []string{"x"}}}, "a,\n1,\xff\n", `2! line 2, column 2: "\xff" is not UTF-8`},

		{"names that were twice in training", twins, "A,k,a,a\n1,y,2,3\n", "2 [2 3 1] y"},
		{"names that were twice, apart", twins, "a,A,k,a\n1,2,y,3\n", "2 [1 3 2] y"},
		{"names that were twice, in another case", twins, "a,a,a,k\n1,2,3,y\n", "2 [1 2 3] y"},
		{"one of two is missing", twins, "A,k,a\n1,y,2\n", `line 1: the column "a"` + missing + `["A" "k" "a"]`},
		{"an input twice", fp, "f,f,p\n1,2,3\n", `line 1: there are several columns "f"` + several},
		{"the label twice", fp, "f,p,p\n1,2,3\n", `line 1: there are several columns "p"` + several},
		{"an input twice but for a blank", fp, "f,\"f \",p\n1,2,3\n", `line 1: there are several columns "f"` + several},
		{"an input twice in another case", fp, "F,\"F \",p\n1,2,3\n", `line 1: there are several columns "F"` + several},
		{"an input, and similar names", fp, "F,P,p,f,F\n1,2,3,4,5\n", "2 [4] 3"},
		{"another column twice", fp, "f,x,x,p\n12,2,3,4\n", "2 [12] 4"},

		{"two are missing", learned, "x,colour\n1,red\n", `line 1: the column "a", "b"` + missing + `["x" "colour"]`},
		{"label and left-out column are no inputs", learned, "id,kind,z\n7,red,3\n",
			`line 1: the column "a", "colour", "b"` + missing + `["id" "kind" "z"]`},
		{"other names above rows as in training", learned, "n,x,y,z,k\n7,1,red,2,x\n",
			`line 1: the column "a", "colour", "b"` + missing + `["n" "x" "y" "z" "k"]`},
		{"other names above other rows", learned, "n,x\n7,1\n", "line 1: 2 fields, and no header with the names of the " +
			"columns that the model needs (a, colour, b); without a header it takes rows of 3 or 4 or 5 fields, in the order " +
			"of the table that it learned from"},
		{"other names and nothing else", learned, "n,x,y,z,k\n", "1! line 1, column 2: \"x\" is not a number"},

		{"a model without names", three, "x,y,k\n1,2,u\n3,4,v\n", "2 [1 2] u; 3 [3 4] v"},
		{"a model without names, one number", three[1:], "x,k\n1,u\n", "2 [1] u"},
		{"a model without names, no label", three, "x,y\n1,2\n", "2 [1 2]"},
		{"a model without names, words", unnamed(learned[2:]), "c,b,k\nred,2,u\n", "2 [0 1 2] u"},
		{"a model without names, above a longer row", three, "x,y\n1,2,3\n",
			"1! line 1, column 1: \"x\" is not a number; 2! line 2: 3 fields, where the lines before have 2"},
	} {
		c.run(t)
	}
}

// TestColumnsByOrder: without a header, the fields show which columns a row has: all, or all but the label or those
// that training left out. If they do not show it, nothing is guessed.
func TestColumnsByOrder(t *testing.T) {
	four := []table.Column{{Name: "id", Kind: table.LeftOut}, {Name: "a", Kind: table.Number, To: 9},
		{Name: "b", Kind: table.Number, To: 9}, {Name: "kind", Kind: table.Label}}
	leftOut := slices.Repeat([]table.Column{{Kind: table.LeftOut}}, 3)
	six, comma := append(leftOut, three...), append(slices.Clone(three), table.Column{Kind: table.LeftOut})
	five := []table.Column{{Kind: table.Number, To: 999}, {Kind: table.Number, To: 9},
		{Kind: table.Words, Words: []string{"x"}}, {Kind: table.Words, Words: []string{"y"}}, {Kind: table.Label}}
	words := five[2:4]
	const order = " fields, in the order of the table that it learned from"
	const without = " and no header with the names of the columns that the model needs; without a header it takes rows of "
	const count = "line 1, a count of rows and columns, is left out"
	for _, c := range []rowsCase{
		{"all columns", four, "7,1,2,x\n", "1 [1 2] x"},
		{"no left-out column", four, "1,2,x\n", "1 [1 2] x"},
		{"inputs alone", four, "1,2\n", "1 [1 2]"},
		{"all but the label", learned, "7,1,red,2\n", "1 [1 0 1 2]"},
		{"all but the left-out column", learned, "1,red,2,x\n", "1 [1 0 1 2] x"},
		{"left-out column or label", four, "7,1,2\n", "line 1: 3 fields and no header: they can be id, a, b, or a, b, " +
			"kind; write the names above them, or give all 4 columns that there were in training"},
		{"left-out column or label, no names", unnamed(four), "7,1,2\n", "line 1: 3 fields and no header: they can be " +
			"column 1, column 2, column 3, or column 2, column 3, column 4; write the names above them, or give all 4 columns " +
			"that there were in training"},
		{"lines that end in a comma, as in training", comma, "1,2,x,\n", "1 [1 2] x"},
		{"a comma more than columns that are there", six, "1,2,x,\n", "1 [1 2] x"},
		{"commas more than columns in training", six, "1,2,x,,,,\n",
			"line 1: 7 fields," + without + "2 or 3 or 5 or 6" + order},
		{"one comma more than in training", three, "1,2,x,\n", "line 1: 4 fields," + without + "2 or 3" + order},
		{"too few fields", three, "7\n", "line 1: 1 field," + without + "2 or 3" + order},
		{"nothing", learned, "", "the table is empty"},
		{"blank lines", learned, "\n\n", "the table is empty"},
		{"not text", learned, "a,\x00", "line 1 is not text: it has a zero byte"},

		{"a bad second row", three, "1,2,x\n1,u,x\n", "1 [1 2] x; 2! line 2, column 2: \"u\" is not a number"},
		{"a bad first row", three, "u,2,x\n1,2\n3,4,x\n",
			"1! line 1, column 1: \"u\" is not a number; 2! line 2: 2 fields, where the lines before have 3; 3 [3 4] x"},
		{"two bad rows", three, "u,2,x\n1,v,x\n",
			"1! line 1, column 1: \"u\" is not a number; 2! line 2, column 2: \"v\" is not a number"},
		{"a bad row alone", three, "u,2,x\n", "1! line 1, column 1: \"u\" is not a number"},

		{"scikit-learn's count", three, "2,2,setosa,virginica\n5.1,3.5,0\n7,3.2,1\n",
			"2 [5.1 3.5] 0; 3 [7 3.2] 1; " + count},
		{"a wrong count", three, "4,2,setosa,virginica\n5.1,3.5,0\n7,3.2,1\n", "2 [5.1 3.5] 0; 3 [7 3.2] 1; line 1 " +
			"is left out as a count of rows and columns, and there are 2 rows and not 4: is it a header, or a row?"},
		{"words alone, below names", words, "p,q\nx,y\n", "2 [1 1]"},
		{"a row like a count", five, "150,4,x,y,z\n1,2,x,y,k\n", "1 [150 4 1 1] z; 2 [1 2 1 1] k"},
		{"a shorter row like a count", five, "150,4,x,y\n1,2,x,y\n", "1 [150 4 1 1]; 2 [1 2 1 1]"},
		{"a count above other rows", three, "4,2,setosa,virginica\n5.1,3.5,0,1\n",
			"line 1: 4 fields," + without + "2 or 3" + order},
	} {
		c.run(t)
	}
}

// TestNextDoesNotWait: if the first line is plainly data, the second is not waited for, since the program behind a pipe
// may want the answer first. An error comes after the rows before it.
func TestNextDoesNotWait(t *testing.T) {
	fails := iotest.ErrReader(errors.New("the pipe broke"))
	for first, want := range map[string]string{
		"a,colour,b\n": "the pipe broke",
		"1,red,2\n":    "1 [1 0 1 2]; the pipe broke",
		"u,red,2\n":    `1! line 1, column 1: "u" is not a number; the pipe broke`,
	} {
		if got := allRows(io.MultiReader(strings.NewReader(first), fails), learned); got != want {
			t.Errorf("%q, and an error: got %s, want %s", first, got, want)
		}
	}
	next := strings.NewReader("2,red,3\n")
	rows, err := NewReader(io.MultiReader(strings.NewReader("1,red,2\n"), next), learned)
	if err != nil {
		t.Fatal(err)
	}
	row, err := rows.Next()
	waits := next.Len() == 0
	if err != nil || waits || row.Line != 1 || !slices.Equal(row.Fields, []string{"1", "red", "2"}) {
		t.Errorf("1,red,2: got %+v, error %v, it waits: %v; want the row at once", row, err, waits)
	}
}

// TestPosition: columns are found by their names in this table or, in another case or without a header, in training.
func TestPosition(t *testing.T) {
	for file, positions := range map[string]map[string]int{
		"kind,b,colour,a\n": {"kind": 0, "KIND": 0, "b": 1, "a": 3, "id": -1, "": -1, "x": -1},
		"1,red,2\n":         {"kind": -1, "b": 2},
	} {
		rows, err := NewReader(strings.NewReader(file), learned)
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range positions {
			if got := rows.Position(name); got != want {
				t.Errorf("%q: got %q in column %d, want %d", file, name, got, want)
			}
		}
	}
}
