package newdata

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/cells"
	"backprop/internal/data/table"
	"backprop/internal/filetest"
)

// readTable reads a table and says how many samples of how many inputs it has, the inputs as pixels or values, the
// labels, the numbers to predict, and the notes; or the error. Without classes, there are numbers to predict.
func readTable(file, label string, known []table.Column, classes ...string) string {
	samples, notes, err := Read(strings.NewReader(file), all,
		table.Options{Label: label, Known: known, Classes: classes})
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(samples.N, "×", samples.Dim, " ", samples.Pixels, samples.Values, samples.Labels, samples.Targets,
		" ", notes)
}

// TestRead: a table is read as the training table was, with its words and classes, by names or by order. An error says
// what is wrong with which line.
func TestRead(t *testing.T) {
	xy, signs := []string{"x", "y"}, []string{"+", "-"}
	number := []table.Column{{Kind: table.Number, To: 9}, {Kind: table.Label}}
	const two = "2×4 [] [3 0 1 4 5 0 0 6] [1 0] [] label: "
	const green = `; colour: 1 word never seen in training (such as "green"), counted as none of its words`
	for _, c := range []struct {
		name, file string
		known      []table.Column
		classes    []string
		want       string
	}{
		{"by name", "kind,b,colour,a\ny,4,red,3\nx,6,green,5\n", learned, xy, two + `column 1 "kind"` + green},
		{"by order", "1,3,red,4,y\n2,5,green,6,x\n", learned, xy, two + "column 5" + green},
		{"by order, without the ID", "3,red,4,y\n5,green,6,x\n", learned, xy, two + "column 4" + green},
		{"numbers to predict", "1,2\n3,4.50\n", number, nil, "2×1 [] [1 3] [] [2 4.5] label: column 2"},
		{"a class called -", "1,-\n1,+\n", number, signs, "2×1 [] [1 1] [1 0] [] label: column 2"},
		{"a missing input, and one out of range", "10,x\n?,y\n", number, xy, "2×1 [] [10 NaN] [0 1] [] label: column 2; " +
			"column 1: 1 value missing, counted as in training: 0 after scaling; " +
			"column 1: 1 number out of the range seen in training, 0 to 9"},

		{"an unknown class", "1,z\n", number, xy,
			`line 1, column 2: class "z" is not one of the 2 that the model knows (x, y)`},
		{"a missing label", "a,colour,b,kind\n1,red,2,x\n1,red,2,?\n", learned, xy,
			`line 3, column 4 "kind": the label is missing; fill it in or remove the line`},
		{"a marker that is no class", "1,x\n1,-\n", number, xy,
			`line 2, column 2: the label is missing; fill it in or remove the line`},
		{"a word to predict", "1,2\n3,x\n", number, nil, `line 2, column 2: "x" is not a number to predict`},
		{"no column of labels", "1\n3\n", number, nil, `line 1: the label is missing, in training column 2 ""; name its ` +
			"column with -label, or ask for answers with -predict"},
		{"a missing column", "b,colour,kind\n4,red,y\n", learned, xy,
			`line 1: the column "a" is missing, and the model needs it; there are ["b" "colour" "kind"]`},
		{"a word among numbers", "b,colour,a,kind\n4,red,much,y\n", learned, xy,
			`line 2, column 3 "a": "much" is not a number`},
		{"a longer row", "1,x\n1,x,x\n", number, xy, "line 2: 3 fields, where the lines before have 2"},
		{"a header alone", "a,colour,b,kind\n", learned, xy, "there is no row in the table"},
		{"nothing", "", learned, xy, "the table is empty"},
		{"a wrong count", "3,1,a,b\n1,2.5\n2,3\n", number, nil,
			"line 1 looks like a count of rows and columns, but there are 2 rows, not 3; correct it, or remove the line"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := readTable(c.file, "", c.known, c.classes...); got != c.want {
				t.Errorf("%q: got\n%s\nwant\n%s", c.file, got, c.want)
			}
		})
	}
	_, _, err := Read(strings.NewReader("1,x\n"), all, table.Options{Known: number, Classes: xy, Regress: true})
	if want := "-regress: the model tells classes apart; leave the flag out"; fmt.Sprint(err) != want {
		t.Errorf("-regress: got error %v, want %s", err, want)
	}
}

// TestReadLabel: -label names the column of labels, by name, number, first or last; without it, the name is that of
// training.
func TestReadLabel(t *testing.T) {
	known := []table.Column{{Name: "v", Kind: table.Number, To: 9}, {Name: "w", Kind: table.Label}}
	const u, w = `1×1 [] [1] [0] [] label: column 1 "u"`, `1×1 [] [1] [1] [] label: column 3 "w"`
	for label, want := range map[string]string{
		"": w, "w": w, "W": w, "last": w, "3": w, "u": u, "first": u, "1": u,
		"0": "-label 0: no such column; there are 3: u, v, w", "4": "-label 4: no such column; there are 3: u, v, w",
	} {
		if got := readTable("u,v,w\nx,1,y\n", label, known, "x", "y"); got != want {
			t.Errorf("-label %q: got %s, want %s", label, got, want)
		}
	}
	for label, want := range map[string]string{
		"": `line 1: the label is missing, in training column 2 "w"; name its column with -label, or ask for answers with ` +
			"-predict",
		"w": "-label w: no such column; there are 2: u, v",
	} {
		if got := readTable("u,v\nx,1\n", label, known, "x", "y"); got != want {
			t.Errorf("-label %q of a table without it: got %s, want %s", label, got, want)
		}
	}
	const comma = `2×1 [] [1 2] [] [3 4] label: column 2 "y, in m"`
	if got := readTable("v,\"y, in m\"\n1,3\n2,4\n", "y, in m", known); got != comma {
		t.Errorf("a name with a comma: got %s, want %s", got, comma)
	}
}

// TestSeveralLabels: a model may predict several numbers; then there is no single label to score by.
func TestSeveralLabels(t *testing.T) {
	known := learnedFrom(t, "a,b,c\n1,2.5,5\n2,3,6\n3,4,7\n", table.Options{Label: "c,b"})
	const both = `2×1 [] [1 2] [] [2 4 3 5] label: column 3 "b", and column 2 "c"`
	for label, want := range map[string]string{
		"": both, "b,c": both, "b, c": both, "3,2": both,
		"b":   "-label b: the model has learned 2 columns; name as many, or leave the flag out",
		"b,x": "-label x: no such column; there are 3: a, c, b",
	} {
		if got := readTable("a,c,b\n1,4,2\n2,5,3\n", label, known); got != want {
			t.Errorf("-label %q: got %s, want %s", label, got, want)
		}
	}
	const missing = `line 3, column 2 "c": the label is missing; fill it in or remove the line`
	if got := readTable("a,c,b\n1,4,2\n2,?,3\n", "", known); got != missing {
		t.Errorf("one is missing: got %s, want %s", got, missing)
	}
	rows, err := NewReader(strings.NewReader("a,c,b\n1,4,2\n"), known)
	if err != nil {
		t.Fatal(err)
	}
	if row, err := rows.Next(); err != nil || row.Label != "2" || fmt.Sprint(row.OtherLabels) != "[4]" {
		t.Errorf("got %+v, error %v; want label 2, other labels [4]", row, err)
	}
}

// TestReadPixels: inputs are pixels as long as all are bytes, and as many as in a square; an input for a word is none.
func TestReadPixels(t *testing.T) {
	pixels := append(slices.Repeat([]table.Column{{Kind: table.Number, To: 255}}, 64), table.Column{Kind: table.Label})
	words := slices.Clone(pixels)
	words[0] = table.Column{Kind: table.Words, Words: []string{"0"}}
	row := func(first string) string { return first + strings.Repeat(",3", 63) + ",x\n" }
	image := func(first string) string { return first + strings.Repeat(" 3", 63) }
	for _, c := range []struct {
		file  string
		known []table.Column
		want  string // pixels and values
	}{
		{row("0") + row("255"), pixels, "[" + image("0") + " " + image("255") + "] []"},
		{row("7") + row("7.5") + row("8"), pixels, "[] [" + image("7") + " " + image("7.5") + " " + image("8") + "]"},
		{row("256"), pixels, "[] [" + image("256") + "]"},
		{row("-1"), pixels, "[] [" + image("-1") + "]"},
		{row("?"), pixels, "[] [" + image("NaN") + "]"},
		{row("0"), words, "[] [" + image("1") + "]"},
	} {
		if got := readTable(c.file, "", c.known, "x"); !strings.Contains(got, "×64 "+c.want+" [0") {
			t.Errorf("%s: got %s, want %s", c.file, got, c.want)
		}
	}
}

// TestReadLimits: a table that is larger than its file or the memory allows is refused.
func TestReadLimits(t *testing.T) {
	number := []table.Column{{Kind: table.Number}, {Kind: table.Label}}
	for limit, want := range map[int64]string{8: "<nil>",
		7: "unpacks to more than 7 bytes, many times its size: no table does that"} {
		_, _, err := Read(strings.NewReader("1,2\n3,4\n"), table.Limit{Bytes: limit, Inputs: 9}, table.Options{Known: number})
		if fmt.Sprint(err) != want {
			t.Errorf("8 bytes, limit %d: got error %v, want %s", limit, err, want)
		}
	}
	const tooMany = "line 3: the table has more than 2 numbers, too many to hold in memory; take fewer of its lines"
	limit := table.Limit{Bytes: 99, Inputs: 2}
	_, _, err := Read(strings.NewReader("1,2\n3,4\n5,6\n"), limit, table.Options{Known: number})
	if fmt.Sprint(err) != tooMany {
		t.Errorf("3 inputs, limit 2: got error %v, want %s", err, tooMany)
	}
	defer func(most int) { cells.MaxCells = most }(cells.MaxCells)
	cells.MaxCells = 2
	if got := readTable("1,2\n3,4\n5,6\n", "", number); got != tooMany {
		t.Errorf("3 inputs, MaxCells 2: got %s, want %s", got, tooMany)
	}
	if got, want := readTable("1,2\n3,4\n", "", number), "2×1 [] [1 3] [] [2 4] label: "; !strings.HasPrefix(got, want) {
		t.Errorf("2 inputs, MaxCells 2: got %s, want %s …", got, want)
	}
	two := []table.Column{{Kind: table.Number}, {Kind: table.Number}, {Kind: table.Label}}
	if got, want := readTable("1,2,3\n4,5,6\n", "", two), strings.Replace(tooMany, "3", "2", 1); got != want {
		t.Errorf("4 inputs in two lines, MaxCells 2: got %s, want %s", got, want)
	}
}

// FuzzRead: whatever the two tables are, the second is read as the first was, or refused. Each row has as many inputs
// as the network, and a label that it knows.
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
			p, notes, err := Read(strings.NewReader(second), all, o)
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
