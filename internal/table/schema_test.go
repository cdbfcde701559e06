package table

import (
	"fmt"
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
