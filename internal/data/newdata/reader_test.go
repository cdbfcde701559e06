package newdata

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"backprop/internal/data/cells"
	"backprop/internal/data/table"
	"backprop/internal/filetest"
)

// allRows is what NewReader makes of a table: a line for each row, for each error, and for each note.
func allRows(r io.Reader, known []table.Column) string {
	rows, err := NewReader(r, known)
	if err != nil {
		return err.Error()
	}
	var list []string
	for {
		row, err := rows.Next()
		if bad := (RowError{}); err == io.EOF {
			break
		} else if errors.As(err, &bad) {
			list = append(list, fmt.Sprintf("%d! %v", bad.Line, err))
			continue
		} else if err != nil {
			return strings.Join(append(list, err.Error()), "; ")
		}
		list = append(list, strings.TrimSpace(fmt.Sprint(row.Line, row.Inputs, " ", row.Label)))
	}
	return strings.Join(append(list, rows.Notes()...), "; ")
}

// unnamed are columns of a table without a header.
func unnamed(columns []table.Column) []table.Column {
	columns = slices.Clone(columns)
	for k := range columns {
		columns[k].Name = ""
	}
	return columns
}

// TestRows: which columns of a table are which, what a network gets of each row, and what is told of the others.
func TestRows(t *testing.T) {
	twins := []table.Column{{Name: "a", Kind: table.Number, To: 9}, {Name: "a", Kind: table.Number, To: 9},
		{Name: "A", Kind: table.Number, To: 9},
		{Name: "k", Kind: table.Label}}
	three := []table.Column{{Kind: table.Number, To: 9}, {Kind: table.Number, To: 9}, {Kind: table.Label}}
	comma := append(slices.Clone(three), table.Column{Kind: table.LeftOut})
	colours := []table.Column{{Name: "c", Kind: table.Words, Words: []string{"1", "?", "red"}},
		{Name: "k", Kind: table.Label}}
	five := []table.Column{{Kind: table.Number, To: 999}, {Kind: table.Number, To: 9},
		{Kind: table.Words, Words: []string{"x"}},
		{Kind: table.Words, Words: []string{"y"}}, {Kind: table.Label}}
	const fields = "and no header with the names of the columns that the model needs"
	const without = "without a header it takes rows of "
	const order = " fields, in the order of the table that it learned from"
	for _, c := range []struct {
		name  string
		known []table.Column
		file  string
		want  string
	}{
		{"empty", learned, "", "the table is empty"},
		{"blank", learned, "\n\n", "the table is empty"},
		{"not text", learned, "a,\x00", "line 1 is not text: it has a zero byte"},
		{"names in any order and case", learned, "kind,B,junk,colour,a\ny,4,?,red,3\n", "2 [3 0 1 4] y"},
		{"the very name before one that is like it", learned, "A,a,colour,b\n1,2,red,3\n", "2 [2 0 1 3]"},
		{"blanks about names and fields", learned, " a , colour,b \n 1 ,red , 2\n", "2 [1 0 1 2]"},
		{"twins", twins, "A,k,a,a\n1,y,2,3\n", "2 [2 3 1] y"},
		{"twins apart", twins, "a,A,k,a\n1,2,y,3\n", "2 [1 3 2] y"},
		{"three of one name in another case", twins, "a,a,a,k\n1,2,3,y\n", "2 [1 2 3] y"},
		{"a twin is missing", twins, "A,k,a\n1,y,2\n",
			`line 1: the column "a" is missing, and the model needs it; there are ["A" "k" "a"]`},
		{"two are missing", learned, "x,colour\n1,red\n",
			`line 1: the column "a", "b" is missing, and the model needs it; there are ["x" "colour"]`},
		{"names of the label and of what was left out are none", learned, "id,kind,z\n7,red,3\n",
			`line 1: the column "a", "colour", "b" is missing, ` +
				`and the model needs it; there are ["id" "kind" "z"]`},
		{"other names above such rows", learned, "n,x,y,z,k\n7,1,red,2,x\n",
			`line 1: the column "a", "colour", "b" is missing, and the model needs it; ` +
				`there are ["n" "x" "y" "z" "k"]`},
		{"other names above other rows", learned, "n,x\n7,1\n", "line 1: 2 fields, " + fields + " (a, colour, b); " +
			without + "3 or 4 or 5" + order},
		{"other names and nothing else", learned, "n,x,y,z,k\n", "1! line 1, column 2: \"x\" is not a number"},
		{"names of a model without", three, "x,y,k\n1,2,u\n3,4,v\n", "2 [1 2] u; 3 [3 4] v"},
		{"names of a model without, no label", three, "x,y\n1,2\n", "2 [1 2]"},
		{"names above a row that is longer", three, "x,y\n1,2,3\n",
			"1! line 1, column 1: \"x\" is not a number; 2! line 2: 3 fields, where the lines before have 2"},
		{"counts as scikit-learn writes them", three, "2,2,setosa,virginica\n5.1,3.5,0\n7,3.2,1\n",
			"2 [5.1 3.5] 0; 3 [7 3.2] 1; line 1, a count of rows and columns, is left out"},
		{"counts that are none", three, "4,2,setosa,virginica\n5.1,3.5,0\n7,3.2,1\n", "2 [5.1 3.5] 0; 3 [7 3.2] 1; line 1 " +
			"is left out as a count of rows and columns, and there are 2 rows and not 4: is it a header, or a row?"},
		{"what can be a row is no count", five, "150,4,x,y,z\n1,2,x,y,k\n", "1 [150 4 1 1] z; 2 [1 2 1 1] k"},
		{"a row that only begins like counts", five, "150,4,x,y\n1,2,x,y\n", "1 [150 4 1 1]; 2 [1 2 1 1]"},
		{"words, and names above them", unnamed(colours), "colour,kind\nred,u\n", "2 [0 0 1] u"},
		{"who knows which?", append([]table.Column{{Kind: table.LeftOut}}, three...), "7,1,2\n",
			"line 1: 3 fields and no header: they can be column 1, column 2, column 3, " +
				"or column 2, column 3, column 4; write the names above them, or give all 4 columns that there were in training"},
		{"counts, and other rows", three, "4,2,setosa,virginica\n5.1,3.5,0,1\n",
			"line 1: 4 fields, " + fields + "; " + without + "2 or 3" + order},
		{"no header, a bad second row", three, "1,2,x\n1,u,x\n", "1 [1 2] x; 2! line 2, column 2: \"u\" is not a number"},
		{"a bad first row", three, "u,2,x\n1,2\n3,4,x\n",
			"1! line 1, column 1: \"u\" is not a number; 2! line 2: 2 fields, where the lines before have 3; 3 [3 4] x"},
		{"two bad rows", three, "u,2,x\n1,v,x\n",
			"1! line 1, column 1: \"u\" is not a number; 2! line 2, column 2: \"v\" is not a number"},
		{"one bad row", three, "u,2,x\n", "1! line 1, column 1: \"u\" is not a number"},
		{"missing in the first row", three, "?,2,x\n",
			"1 [NaN 2] x; column 1: 1 value missing, counted as in training: 0 after scaling"},
		{"lines that end in commas, as in training", comma, "1,2,x,\n", "1 [1 2] x"},
		{"with a comma more than the columns that are there", append(slices.Repeat([]table.Column{{Kind: table.LeftOut}}, 3),
			three...),
			"1,2,x,\n", "1 [1 2] x"},
		{"with commas more than there were columns",
			append(slices.Repeat([]table.Column{{Kind: table.LeftOut}}, 3), three...),
			"1,2,x,,,,\n", "line 1: 7 fields, " + fields + "; " + without + "2 or 3 or 5 or 6" + order},
		{"not in training", three, "1,2,x,\n", "line 1: 4 fields, " + fields + "; " + without + "2 or 3" + order},
		{"one field", three, "7\n", "line 1: 1 field, " + fields + "; " + without + "2 or 3" + order},
		{"in range", learned, "a,b,colour\n0,9,red\n", "2 [0 0 1 9]"},
		{"out of range", learned, "a,b,colour\n-0.5,9.5,red\n9.5,1,red\n",
			"2 [-0.5 0 1 9.5]; 3 [9.5 0 1 1]; a: 2 numbers out of the range seen in training, 0 to 9; " +
				"b: 1 number out of the range seen in training, 0 to 9"},
		{"missing", learned, "a,b,colour\nNA,1,red\n,2,\n",
			"2 [NaN 0 1 1]; 3 [NaN 0 0 2]; a: 2 values missing, counted as in training: 0 after scaling; " +
				"colour: 1 value missing, counted as none of its words"},
		{"unknown", unnamed(learned), "1,green,2\n1,red,2\n1,pink,2\n", "1 [1 0 0 2]; 2 [1 0 1 2]; 3 [1 0 0 2]; " +
			`column 3: 2 words never seen in training (such as "pink"), counted as none of its words`},
		{"of bad rows nothing is counted", learned, "a,colour,b\n99,green,x\n1,red,2\n",
			`2! line 2, column 3 "b": "x" is not a number; 3 [1 0 1 2]`},
		{"not UTF-8", learned, "a,colour,b\n1,r\xf6t,3\n1,red,2\n",
			`2! line 2, column 2 "colour": "r\xf6t" is not UTF-8; 3 [1 0 1 2]`},
		{"infinite", learned, "a,colour,b\n1e999,red,3\n", `2! line 2, column 1 "a": "1e999" is not a number`},
		{"what was left out may be anything", learned, "id,a,colour,b\n\xff,1,red,3\n", "2 [1 0 1 3]"},
		{"a column without a name", []table.Column{{Name: "a", Kind: table.Number}, {Kind: table.Label}}, ",a\nx,u\n",
			`2! line 2, column 2 "a": "u" is not a number`},
		{"words that elsewhere are nothing", []table.Column{{Name: "a", Kind: table.Number, To: 9},
			{Name: "k", Kind: table.Words, Words: []string{"+", "-"}}},
			"a,k\n-,-\n1,none\n", "2 [NaN 0 1]; 3 [1 0 0]; a: 1 value missing, counted as in training: 0 after scaling; " +
				"k: 1 value missing, counted as none of its words"},
		{"numbers as words", colours, "c,k\n1.0,01\n?,red\nred,?\n2,\n",
			`2 [1 0 0] 1; 3 [0 0 0] red; 4 [0 0 1]; 5 [0 0 0]; ` +
				`c: 1 word never seen in training (such as "2"), counted as none of its words; ` +
				`c: 1 value missing, counted as none of its words`},
	} {
		if got := allRows(strings.NewReader(c.file), c.known); got != c.want {
			t.Errorf("%s: %q gives\n%s\nwant\n%s", c.name, c.file, got, c.want)
		}
	}
}

// TestRowsOfAPipe: where the first line is plainly data, the second is not waited for; a failure comes after the
// rows that came before it.
func TestRowsOfAPipe(t *testing.T) {
	fails := iotest.ErrReader(errors.New("the pipe broke"))
	for first, want := range map[string]string{
		"a,colour,b\n": "the pipe broke", "1,red,2\n": "1 [1 0 1 2]; the pipe broke",
		"u,red,2\n": `1! line 1, column 1: "u" is not a number; the pipe broke`,
	} {
		if got := allRows(io.MultiReader(strings.NewReader(first), fails), learned); got != want {
			t.Errorf("%q: %s; want %s", first, got, want)
		}
	}
	waits := false
	pipe := io.MultiReader(strings.NewReader("1,red,2\n"), readerFunc(func([]byte) (int, error) {
		waits = true
		return 0,
			io.EOF
	}))
	rows, err := NewReader(pipe, learned)
	if row, err2 := rows.Next(); err != nil || err2 != nil || waits || row.Line != 1 ||
		!slices.Equal(row.Fields, []string{"1", "red", "2"}) {
		t.Errorf("%v, %v, %+v; it waits for the second line: %v", err, err2, row, waits)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

// TestReject: a row that the network refuses is told with the field that is why, and is not counted.
func TestReject(t *testing.T) {
	rows, err := NewReader(strings.NewReader("kind,b,colour,a\nx,77,green,5\n"), learned)
	if err != nil {
		t.Fatal(err)
	}
	row, err := rows.Next()
	if err != nil || rows.counts[2] != (mismatches{unknown: 1, example: "green"}) || rows.counts[3].outOfRange != 1 {
		t.Fatal(err, rows.counts)
	}
	for input, want := range map[int]string{0: `line 2, column 4 "a": "5" is odd`,
		1: `line 2, column 3 "colour": "green" is odd`,
		2: `line 2, column 3 "colour": "green" is odd`, 3: `line 2, column 2 "b": "77" is odd`, -1: "line 2: is odd",
		4: "line 2: is odd"} {
		bad := RowError{}
		if err := rows.Reject(row, input, "is odd"); fmt.Sprint(err) != want || !errors.As(err, &bad) || bad.Line != 2 {
			t.Errorf("input %d: %v; want %s", input, err, want)
		}
	}
	if rows.Notes() != nil {
		t.Errorf("it is counted: %q", rows.Notes())
	}
	for name, want := range map[string]int{"kind": 0, "KIND": 0, "b": 1, "a": 3, "id": -1, "": -1, "x": -1} {
		if got := rows.Position(name); got != want {
			t.Errorf("%q is column %d; want %d", name, got, want)
		}
	}
	for file, want := range map[string]bool{"a,b,colour,Kind\n": true, "a,b,colour\n": false} {
		if rows, err := NewReader(strings.NewReader(file), learned); err != nil || rows.HasLabel() != want {
			t.Errorf("%q: %v, it has the label: %v", file, err, !want)
		}
	}
	if rows, err := NewReader(strings.NewReader("1,red,2\n"), learned); err != nil || rows.Position("kind") != -1 ||
		rows.Position("b") != 2 {
		t.Errorf("%v: places %d and %d", err, rows.Position("kind"), rows.Position("b"))
	}
	first := []table.Column{{Name: "k", Kind: table.Label}, {Name: "a", Kind: table.Number}}
	if rows, err := NewReader(strings.NewReader("k,a\n"), first); err != nil || !rows.HasLabel() {
		t.Errorf("%v: no label where it is the first column", err)
	}
	if rows, err := NewReader(strings.NewReader("1\n"), []table.Column{{Kind: table.Number}}); err != nil ||
		rows.HasLabel() {
		t.Errorf("%v: a label where there is no such column", err)
	}
}

// readTable is a table read with -label: the inputs, the labels and the notes, or what is wrong.
func readTable(file, label string, limit int64, known []table.Column, classes ...string) string {
	if len(classes) == 0 {
		classes = nil // numbers to predict
	}
	p, note, err := Read(strings.NewReader(file), bytesLimit(limit),
		table.Options{Label: label, Known: known, Classes: classes})
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(p.N, "×", p.Dim, " ", p.Pixels, p.Values, p.Labels, p.Targets, " ", note)
}

// TestReadWords: the label is where -label says or where it was; what is wrong with a line is told in its words.
func TestReadWords(t *testing.T) {
	const three = "u,v,w\nx,1,y\n"
	known := []table.Column{{Name: "v", Kind: table.Number, To: 9}, {Name: "w", Kind: table.Label}}
	numbers := []table.Column{{Kind: table.Number, To: 9}, {Kind: table.Label}}
	const missing = "line 1: the label is missing, in training column 2 \"w\"; name its column with -label, or ask " +
		"for answers with -predict"
	for _, c := range []struct {
		file, label string
		known       []table.Column
		classes     string
		want        string
	}{
		{three, "", known, "x y", "1×1 [] [1] [1] [] label: column 3 \"w\""},
		{three, "w", known, "x y", "1×1 [] [1] [1] [] label: column 3 \"w\""},
		{three, "W", known, "x y", "1×1 [] [1] [1] [] label: column 3 \"w\""},
		{three, "u", known, "x y", "1×1 [] [1] [0] [] label: column 1 \"u\""},
		{three, "first", known, "x y", "1×1 [] [1] [0] [] label: column 1 \"u\""},
		{three, "last", known, "x y", "1×1 [] [1] [1] [] label: column 3 \"w\""},
		{three, "1", known, "x y", "1×1 [] [1] [0] [] label: column 1 \"u\""},
		{three, "3", known, "x y", "1×1 [] [1] [1] [] label: column 3 \"w\""},
		{three, "0", known, "x y", "-label 0: no such column; there are 3: u, v, w"},
		{three, "4", known, "x y", "-label 4: no such column; there are 3: u, v, w"},
		{"u,v\nx,1\n", "", known, "x y", missing}, {"u,v\nx,1\n", "w", known, "x y",
			"-label w: no such column; there are 2: u, v"},
		{"v,w\n1,z\n", "", known, "x y", `line 2, column 2 "w": class "z" is not one of the 2 that the model knows (x, y)`},
		{"v,w\n1,x\n1,-\n", "", known, "x y", `line 3, column 2 "w": the label is missing; fill it in or remove the line`},
		{"v,w\n1,-\n1,+\n", "", known, "+ -", `2×1 [] [1 1] [1 0] [] label: column 2 "w"`},
		{"v,w\n1,x\n1,x,x\n", "", known, "x y", "line 3: 3 fields, where the lines before have 2"},
		{"v,w\n", "", known, "x y", "there is no row in the table"}, {"", "", known, "x y", "the table is empty"},
		{"10,x\n?,y\n", "", numbers, "x y",
			"2×1 [] [10 NaN] [0 1] [] label: column 2; column 1: 1 value missing, counted as in training: 0 after scaling; " +
				"column 1: 1 number out of the range seen in training, 0 to 9"},
		{"1,2\n3,4.50\n", "", numbers, "", "2×1 [] [1 3] [] [2 4.5] label: column 2"},
		{"1,2\n3,x\n", "", numbers, "", `line 2, column 2: "x" is not a number to predict`},
		{"1\n3\n", "", numbers, "",
			"line 1: the label is missing, in training column 2 \"\"; name its column with -label, or ask for answers " +
				"with -predict"},
	} {
		if got := readTable(c.file, c.label, int64(len(c.file)), c.known, strings.Fields(c.classes)...); got != c.want {
			t.Errorf("%q, -label %q:\n%s; want\n%s", c.file, c.label, got, c.want)
		}
	}
	if got := readTable("1,2\n", "", 3,
		numbers); got != "unpacks to more than 3 bytes, many times its size: no table does that" {
		t.Error(got)
	}
	// Images are bytes until one of them is not, and words make none.
	pixels := append(slices.Repeat([]table.Column{{Kind: table.Number, To: 255}}, 64), table.Column{Kind: table.Label})
	words := slices.Clone(pixels)
	words[0] = table.Column{Kind: table.Words, Words: []string{"0"}}
	row := func(first string) string { return first + strings.Repeat(",3", 63) + ",x\n" }
	pixel := func(first string) string { return first + strings.Repeat(" 3", 63) }
	for _, c := range []struct {
		file  string
		known []table.Column
		want  string
	}{
		{row("0") + row("255"), pixels, "[" + pixel("0") + " " + pixel("255") + "] []"},
		{row("7") + row("7.5") + row("8"), pixels, "[] [" + pixel("7") + " " + pixel("7.5") + " " + pixel("8") + "]"},
		{row("0"), words, "[] [" + pixel("1") + "]"},
	} {
		if got := readTable(c.file, "", 1000, c.known, "x"); !strings.Contains(got, "×64 "+c.want+" [0") {
			t.Errorf("%s gives %s; want %s", c.file, got, c.want)
		}
	}
	most := cells.MaxCells
	defer func() { cells.MaxCells = most }()
	cells.MaxCells = 4
	two := append([]table.Column{{Kind: table.Number}}, numbers...)
	if got, want := readTable("0,1,2\n0,3,4\n", "", 100, two), "2×2 [] [0 1 0 3] [] [2 4] label: column 3"; got != want {
		t.Errorf("4 cells: %s; want %s", got, want)
	}
	if got, want := readTable("0,1,2\n0,3,4\n0,5,6\n", "", 100, two),
		"line 3: the table has more than 4 numbers, too many to hold in memory; take fewer of its lines"; got != want {
		t.Errorf("6 cells: %s; want %s", got, want)
	}
}

// TestUnnamedColumn: a column without a name, among others that have one, is read as what it was.
func TestUnnamedColumn(t *testing.T) {
	text := ",b,kind\n"
	for i := range 12 {
		text += fmt.Sprintf("%d,%d,%s\n", i*i, i%5, []string{"x", "y"}[i%2])
	}
	tab, err := table.Read(strings.NewReader(text), "t", all)
	if err != nil {
		t.Fatal(err)
	}
	d, err := table.Interpret(tab, tab, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Inputs) != 2 {
		t.Skipf("inputs %q: the column is left out", d.Inputs)
	}
	p, _, err := Read(strings.NewReader(text), all, table.Options{Known: d.Columns, Classes: d.Classes})
	if err != nil || p.N != 12 || p.Dim != 2 {
		t.Errorf("%v: %d samples of %d inputs", err, p.N, p.Dim)
	}
}

// learned is the columns of a table to learn from: id,a,colour,y,kind.
var learned = []table.Column{{Name: "id", Kind: table.LeftOut}, {Name: "a", Kind: table.Number, To: 9},
	{Name: "colour", Kind: table.Words, Words: []string{"blue", "red"}}, {Name: "b", Kind: table.Number, To: 9},
	{Name: "kind", Kind: table.Label}}

// TestRead: a table is read as the one before it was: by names in any order, or by places, with
// its words and its classes.
func TestRead(t *testing.T) {
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
		{"b,colour,a\n4,red,3\n", "", "", "",
			`the label is missing, in training column 5 "kind"; name its column with -label`},
		{"b,colour,a\n4,red,3\n", "class", "", "", "-label class: no such column; there are 3: b, colour, a"},
		{"b,colour,kind\n4,red,y\n", "", "", "", `line 1: the column "a" is missing`},
		{"b,colour,a,kind\n4,red,3,z\n", "", "", "",
			`line 2, column 4 "kind": class "z" is not one of the 2 that the model knows (x, y)`},
		{"b,colour,a,kind\n4,red,3,?\n", "", "", "", `line 2, column 4 "kind": the label is missing`},
		{"b,colour,a,kind\n4,red,much,y\n", "", "", "", `line 2, column 3 "a": "much" is not a number`},
		{"b,colour,a,kind\n", "", "", "", "no row"},
	} {
		p, note, err := Read(strings.NewReader(c.file), all, table.Options{Label: c.label, Known: learned,
			Classes: []string{"x", "y"}})
		if got := fmt.Sprint(p.Values, p.Labels); c.err == "" &&
			(err != nil || got != c.want || p.N != 2 || p.Dim != 4 || !strings.Contains(note, c.note)) ||
			c.err != "" && !filetest.Says(err, c.err) {
			t.Errorf("%q: %s, %v, %s; want %s, %s%s", c.file, got, err, note, c.want, c.note, c.err)
		}
	}
	numbers := []table.Column{{Kind: table.Number}, {Kind: table.Label}}
	if _, _, err := Read(strings.NewReader("3,1,a,b\n1,2.5\n2,3\n"), all,
		table.Options{Known: numbers}); !filetest.Says(err,
		"line 1 looks like a count", "2 rows, not 3") {
		t.Errorf("a count that is none: %v", err)
	}
	p, _, err := Read(strings.NewReader("1,2.5\n2,3\n"), all, table.Options{Known: numbers})
	if got := fmt.Sprint(p.Values, p.Targets); err != nil || got != "[1 2] [2.5 3]" {
		t.Errorf("numbers to predict: %s, %v", got, err)
	}
	if _, _, err := Read(strings.NewReader("1,2.5\n2,3\n"), bytesLimit(5),
		table.Options{Known: numbers}); !filetest.Says(err,
		"more than 5 bytes") {
		t.Errorf("too long: %v", err)
	}
	if _, _, err := Read(strings.NewReader("1,x\n"), bytesLimit(9),
		table.Options{Known: numbers, Classes: []string{"x"}, Regress: true}); !filetest.Says(err, "-regress") {
		t.Errorf("-regress: %v", err)
	}
	// Images stay bytes while they are.
	pixels := append([]table.Column{{Kind: table.Label}}, slices.Repeat([]table.Column{{Kind: table.Number}}, 64)...)
	for last, bytes := range map[string]bool{"100": true, "0.5": false, "256": false, "-1": false, "?": false} {
		file := filetest.PixelRow("1", true, 200) + strings.Replace(filetest.PixelRow("0", true, 7), ",7,", ","+last+",", 1)
		p, _, err := Read(strings.NewReader(file), all, table.Options{Known: pixels, Classes: []string{"0", "1"}})
		if err != nil || (p.Pixels != nil) != bytes || (p.Values != nil) == bytes || len(p.Pixels)+len(p.Values) != 128 ||
			!bytes && p.Values[1] != 200 {
			t.Errorf("%s: %v, %d bytes, %d numbers", last, err, len(p.Pixels), len(p.Values))
		}
	}
}

// TestPlaces: without a header, fields tell which of the columns are there; where they cannot, it is
// not guessed.
func TestPlaces(t *testing.T) {
	twins := []table.Column{{Name: "id", Kind: table.LeftOut}, {Name: "a", Kind: table.Number},
		{Name: "b", Kind: table.Number}, {Name: "kind", Kind: table.Label}}
	for _, c := range []struct {
		known        []table.Column
		row, in, err string
		label        string
	}{
		{twins, "7,1,2,x", "[1 2]", "", "x"},
		{twins, "1,2,x", "[1 2]", "", "x"},
		{twins, "7,1,2", "", "3 fields and no header: they can be id, a, b, or a, b, kind; write the names above " +
			"them, or give all 4 columns", ""},
		{twins, "1,2", "[1 2]", "", ""},
		{twins, "1", "", "it takes rows of 2 or 3 or 4 fields", ""},
		{learned, "7,1,red,2", "[1 0 1 2]", "", ""},
		{learned, "1,red,2,x", "[1 0 1 2]", "", "x"},
		{twins[1:], "1,2", "[1 2]", "", ""},
	} {
		rows, err := NewReader(strings.NewReader(c.row+"\n"), c.known)
		if c.err != "" {
			if !filetest.Says(err, "line 1: ", c.err) {
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

// FuzzRead: whatever two tables there are, the second is read as the first was, or refused: as many
// inputs for each row as the network has, and a label that it knows.
func FuzzRead(f *testing.F) {
	flowers := "width,colour,height,kind\n5.1,red,3,rose\n4.9,blue,?,iris\n6,red,2,rose\n5,red,1,iris\n"
	f.Add(flowers, "kind,height,colour,width\nrose,3,green,5.1\n")
	f.Add(flowers, "5.1,red,3,rose\n4.9,blue,,iris\n")
	f.Add(flowers, "5.1,red,3\n")
	f.Add("1,2,0\n3,4,1\n5,6,0\n", "a,b,c\n1,2,0\n")
	f.Add("f;p;k\n51,5 m²;119.710;u\n2.089 m²;7;v\n12 m²;1;u\n", "f,k,p\n51.5,u,\"1,234\"\n1.234,v,2\n")
	f.Add("2019,2020,kind\n1,2,x\n3,4,y\n5,6,x\n", "7,8,x\n")
	f.Add(filetest.PixelHeader()+filetest.PixelRow("7", true, 200)+filetest.PixelRow("1", true, 20),
		filetest.PixelRow("7", true, 200))
	f.Fuzz(func(t *testing.T, first, second string) {
		tab, err := table.Read(strings.NewReader(first), "x", all)
		if err != nil {
			return
		}
		for label, regress := range map[string]bool{"": false, "first": false, "last": true} {
			d, err := table.Interpret(tab, tab, table.Options{Label: label, Regress: regress})
			if err != nil {
				continue
			}
			o := table.Options{Known: d.Columns, Classes: d.Classes, Regress: regress && d.Classes == nil}
			p, notes, err := Read(strings.NewReader(second), bytesLimit(int64(len(second))), o)
			switch {
			case err != nil:
			case p.N < 1 || p.Dim != d.Train.Dim || len(p.Pixels)+len(p.Values) != p.N*p.Dim ||
				len(p.Labels)+len(p.Targets) != p.N:
				t.Errorf("%d samples of %d inputs, %q; %q and then %q", p.N, p.Dim, notes, first, second)
			case len(p.Labels) > 0 && int(slices.Max(p.Labels)) >= len(d.Classes):
				t.Errorf("label %d of %d classes", slices.Max(p.Labels), len(d.Classes))
			}
			rows, err := NewReader(strings.NewReader(second), d.Columns)
			for bad := (RowError{}); err == nil || errors.As(err, &bad); {
				var row Row
				if row, err = rows.Next(); err == nil && len(row.Inputs) != table.Inputs(d.Columns) {
					t.Errorf("%d inputs, want %d", len(row.Inputs), table.Inputs(d.Columns))
				}
			}
		}
	})
}

// all is a limit that no test comes near.
var all = table.Limit{Bytes: 1 << 40, Cells: 1 << 40, Inputs: 1 << 40}

// bytesLimit is a limit of bytes alone.
func bytesLimit[N int | int64](n N) table.Limit {
	return table.Limit{Bytes: int64(n), Cells: 1 << 40, Inputs: 1 << 40}
}
