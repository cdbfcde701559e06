package predict

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/newdata"
	"backprop/internal/data/table"
	"backprop/internal/model/modelfile"
)

// TestRepeatedNames: columns of the same name keep their own fields, in a second table of another order too, and have
// keys of their own in JSON.
func TestRepeatedNames(t *testing.T) {
	columns := []table.Column{{Name: "a", Kind: table.Number, To: 9}}
	read := func(file string) (*newdata.Reader, newdata.Row) {
		rows, err := newdata.NewReader(strings.NewReader(file), columns)
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
	first, _ := read("a,z,z,z (2),z\n1,2,3,4,5\n")
	p.begin(first)
	if want := []string{"a", "z", "z (2)", "z (2) (2)", "z (3)"}; !slices.Equal(p.keys, want) {
		t.Errorf("got the keys %q, want %q", p.keys, want)
	}
	second, row := read("z,a,z\n6,7,8\n")
	p.begin(second)
	if got, want := p.fields(second, row), []string{"7", "6", "8", "", ""}; !slices.Equal(got, want) {
		t.Errorf("got the fields %q, want %q", got, want)
	}
}

// TestCSVOnATerminal: each line is shown at once, without what would move the cursor; a file gets it as it is.
func TestCSVOnATerminal(t *testing.T) {
	for _, terminal := range []bool{true, false} {
		out := &printer{}
		p := &tablePredictor{predictor: predictor{out: out, Options: Options{Terminal: terminal}}, csv: csv.NewWriter(out)}
		p.writeCSV([]string{"a\x1b[2J", "b"})
		if shown := out.Len() > 0; shown != terminal || strings.Contains(out.String(), "\x1b") {
			t.Errorf("terminal %v: got %q at once", terminal, out)
		}
		p.flush()
		if !terminal && out.String() != "a\x1b[2J,b\n" {
			t.Errorf("in a file: got %q", out)
		}
	}
}

// TestManyColumns: beyond 100 columns, only the row's number is written, from 1, where unreadable rows count too.
func TestManyColumns(t *testing.T) {
	const more = 99 // columns besides a and b
	header, zeros := "a,b", strings.Repeat(",0", more)
	for i := range more {
		header += fmt.Sprint(",c", i)
	}
	hundred, _, _ := strings.Cut(header, fmt.Sprint(",c", more-1))
	writeFiles(t, map[string]string{"101.csv": header + "\n1,2" + zeros + "\nx,2" + zeros + "\n1,2" + zeros + "\n",
		"100.csv": hundred + "\n1,2" + zeros[2:] + "\n"})
	for _, c := range []struct {
		file   string
		asJSON bool
		want   string
	}{
		{"101.csv", false, "row,predicted,predicted 2\n1,20,0\n3,20,0\n"},
		{"101.csv", true, `file "101.csv"; row 1; predicted 20; all [20,0]; ` + "\n" +
			`file "101.csv"; row 3; predicted 20; all [20,0]; ` + "\n"},
		{"100.csv", false, hundred + ",predicted,predicted 2\n1,2" + zeros[2:] + ",20,0\n"},
	} {
		if got, _, _ := answered(t.Context(), tableModel(), twoNumbers, Options{JSON: c.asJSON}, c.file); got != c.want {
			t.Errorf("%s: got %q, want %q", c.file, got, c.want)
		}
	}
}

// TestOrderedObject: a field that is a number in JSON's sense is one there, and any other is text.
func TestOrderedObject(t *testing.T) {
	keys, values := []string{"a", "b", "c", "d", "e", "f", "g"}, []string{"1", " -2.5e3 ", "01", "", "true", "-x", "9"}
	const want = `{"a":1,"b":-2.5e3,"c":"01","d":"","e":"true","f":"-x","g":9}`
	if got := string(orderedObject(keys, values)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
