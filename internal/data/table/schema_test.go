package table

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"backprop/internal/filetest"
)

// TestIgnore: -ignore takes names in any case, before numbers, and names the columns if there is no such one.
func TestIgnore(t *testing.T) {
	const file, bare = "Date,a,b,kind\n2024,1,2,x\n2025,2,3,y\n2026,1,4,x\n2027,2,5,y\n", "1,2,x\n2,4,y\n"
	const numbers = "2,b,k\n9,1,x\n7,2,y\n8,4,x\n9,5,x\n8,5,y\n"
	for _, c := range []struct{ file, ignore, want string }{
		{file, "", "inputs: Date (number), a (number), b (number)"},
		{file, "date", "inputs: a (number), b (number)"},
		{file, "1 B", "inputs: a (number)"},
		{file, "kind", `left out: column 4 "kind" (ignored); inputs: Date (number), a (number)`},
		{numbers, "2", "inputs: b (number); line 1 is taken for the header, with the numbers in it"},
		{bare, "1", "inputs: column 2 (number)"},
		{file, "0", "x.csv: -ignore 0: no such column; there are Date, a, b, kind"},
		{file, "5", "x.csv: -ignore 5: no such column; there are Date, a, b, kind"},
		{bare, "4", "x.csv: -ignore 4: the table has no header; give numbers from 1 to 3"},
		{bare, "a", "x.csv: -ignore a: the table has no header; give numbers from 1 to 3"},
		{"a,b,k\n1,2,x\n2,4,y\n", "a b",
			`x.csv: no column is left to learn from: column 1 "a" (ignored), column 2 "b" (ignored)`},
	} {
		if got := notesOf(c.file, Options{Ignore: strings.Fields(c.ignore)}); !strings.HasSuffix(got, c.want) {
			t.Errorf("-ignore %q of %q: got %s, want %s", c.ignore, c.file, got, c.want)
		}
	}
}

// TestColumnsThatCannotBeInputs: a word among numbers is a mistake, and is refused with its place; columns that tell
// nothing are left out.
func TestColumnsThatCannotBeInputs(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"a word among numbers", "a,b,c,k\n1,u,2,x\n2,3,2,y\n5,4,1,y\n", `line 2, column 2 "b": "u" is not a number, but ` +
			`the column has numbers; correct it, or leave the field empty if it is unknown`},
		{"a number that is too large", "a,k\n1,0\n2,1\n1e999,1\n4,1\n", `line 4, column 1 "a": "1e999" is not a ` +
			`number, but the column has numbers; correct it, or leave the field empty if it is unknown`},
		{"a word in the first line", "oops,6,1\n1,5,0.5\n2,7,1\n3,6,2\n4,5,1\n5,9,0.1\n6,8,0.7\n", `line 1, column 1: ` +
			`"oops" is not a number, but the column has numbers; correct it, or leave the field empty if it is unknown; ` +
			"line 1 is taken for a sample; if it is the header, write the numbers in it so that they are none (y2019)"},
		{"an ID and empty columns", "id,a,e,k\n5,,,x\n6,,,y\n", `no column is left to learn from: column 1 "id" (numbers ` +
			`the samples), column 2 "a" (empty), column 3 "e" (empty)`},
		{"names", "a,k\n" + rowsOf(numbered("n%d", 60, 60, 0)) + "n0,1\n",
			`no column is left to learn from: column 1 "a" (60 different words)`},
	} {
		if got := notesOf(c.file, Options{}); got != "x.csv: "+c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	// Words are inputs if they are 50 at most; of others, the note says what they may be.
	for _, c := range []struct {
		format string
		n      int
		want   string
	}{
		{"w%d", 50, `label: column 2 "k"; inputs: a (50 words)`},
		{"w%d", 51, `label: column 2 "k"; left out: column 1 "a" (51 different words); inputs: `},
		{"<%d", 51, `left out: column 1 "a" (51 different words that look like numbers or dates, as "<0"); inputs: `},
	} {
		file := labelled(numbered(c.format, 2*c.n, c.n, 0)...)
		file = strings.NewReplacer(",x", ",x,5", ",y", ",y,6", ",k", ",k,b").Replace(file)
		if got := notesOf(file, Options{Label: "k"}); !strings.Contains(got, c.want) {
			t.Errorf("%d words like %s: got %s, want %s", c.n, c.format, got, c.want)
		}
	}
}

// TestStrayWord: wherever a word is among numbers, it is refused, and its column does not become the label instead.
func TestStrayWord(t *testing.T) {
	for at := range 3 {
		lines := strings.Fields("1,3,0 2,4,1 3,3,0 2,5,1 3,4,0 1,5,1")
		fields := strings.Split(lines[3], ",")
		fields[at] = "x"
		lines[3] = strings.Join(fields, ",")
		file := strings.Join(lines, "\n")
		want := fmt.Sprintf("column %d", at+1)
		if _, err := interpret(file, "", Options{}); !filetest.Says(err, "line 4", want, `"x"`) {
			t.Errorf("a word in %s: got error %v, want one with its place", want, err)
		}
	}
}

// TestIsID: a column only numbers the samples if its name says so and no value comes twice, or if it counts from 0 or 1
// and has no name.
func TestIsID(t *testing.T) {
	isID := func(name string) bool { return analysisOf(t, name+",a\n7,1\n5,2\n9,3\n").isID(0) }
	filetest.Holds(t, "is the name of an ID", isID,
		[]string{"id", "ID", "Index", "no", "NR", "rownames", "Unnamed: 0", "#", "PassengerId", "x_id", "x id", "userID"},
		[]string{"paid", "x", "index2", "ACID", "RAPID"})
	for _, c := range []struct {
		name, file string
		column     int
		want       bool
	}{
		{"a value twice", "id,a\n7,1\n5,2\n7,3\n", 0, false}, {"the last column", "a,id\n1,7\n2,5\n3,9\n", 1, true},
		{"one is missing", "id,a\n7,1\n5,2\n?,3\n", 0, false}, {"words", "id,a\nu,1\nv,2\nw,3\n", 0, true},
		{"fractions", "id,a\n0.5,1\n1,2\n2,3\n", 0, false}, {"another name", "x,a\n0,5\n1,5\n2,5\n", 0, false},
		{"no name, from 0", ",a\n0,5\n1,5\n2,5\n", 0, true}, {"no name, from 1", ",a\n1,5\n2,5\n3,5\n", 0, true},
		{"no name, from 2", ",a\n2,5\n3,5\n4,5\n", 0, false}, {"no name, not in order", ",a\n7,5\n5,5\n9,5\n", 0, false},
		{"no name, two rows", ",a\n0,5\n1,5\n", 0, false}, {"no name, a gap", ",a\n1,5\n2,5\n4,5\n", 0, false},
		{"no name, the last column", "a,\n7,1\n5,2\n9,3\n", 1, true},
		{"no header, from 0", "0,5\n1,5\n2,5\n", 0, true}, {"no header, from 1", "1,5\n2,5\n3,5\n", 0, true},
		{"no header, one is missing", "1,5\n2,5\n?,5\n", 0, false},
		{"no header, the second column", "5,0\n5,1\n5,2\n", 1, false},
	} {
		if got := analysisOf(t, c.file).isID(c.column); got != c.want {
			t.Errorf("%s: column %d of %q is an ID: got %v, want %v", c.name, c.column+1, c.file, got, c.want)
		}
	}
	got := notesOf("id,a,k\n1,5,x\n2,3,y\n3,4,x\n", Options{})
	if !strings.Contains(got, "inputs: id (number), a (number)") {
		t.Errorf("in a table of three columns: got %s, want it as an input", got)
	}
}

// TestColumnsInModelFile: a model's file says how the numbers of the training table were written, and nothing that was
// not found out.
func TestColumnsInModelFile(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"f;p\n51,5 m²;119.710 €\n12 m²;868.215 €\n89 m²;1 €\n",
			`[{"name":"f","kind":"number","from":12,"to":89,"unit":"m²","decimal":","},{"name":"p","kind":"label","unit":"€","decimal":","}]`},
		{"f,k\n1.5,x\n2,y\n3,x\n",
			`[{"name":"f","kind":"number","from":1.5,"to":3,"decimal":"."},{"name":"k","kind":"label"}]`},
		{"f,k\n1,x\n2,y\n3,x\n", `[{"name":"f","kind":"number","from":1,"to":3},{"name":"k","kind":"label"}]`},
		{"c,e,k\nu,,1\nv,,2\nu,,1\nu,,2\n",
			`[{"name":"c","kind":"words","words":["u","v"]},{"name":"e","kind":"left out","why":"empty"},{"name":"k","kind":"label"}]`},
	} {
		d, err := interpret(c.file, "", Options{Label: "last"})
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := json.Marshal(d.Columns); string(got) != c.want {
			t.Errorf("%q: got\n%s\nwant\n%s", c.file, got, c.want)
		}
	}
}
