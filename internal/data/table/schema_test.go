package table

import (
	"fmt"
	"strings"
	"testing"

	"backprop/internal/filetest"
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
		tab, err := Read(strings.NewReader(b.String()), "digits.csv", all)
		if err == nil {
			_, err = Interpret(tab, nil, Options{})
		}
		if !filetest.Says(err, "line 21", fmt.Sprintf("column %d", at+1), `"x"`) {
			t.Errorf("a word in column %d: %v", at+1, err)
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
		{[]string{"kind"}, "Date (number), a (number)"},
		{[]string{"Date", "a", "b"}, "no column is left"},
	} {
		tab, err := Read(strings.NewReader(file), "x.csv", all)
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
	tab, err := Read(strings.NewReader(b.String()), "x.csv", all)
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
	if want := `the same in all rows, which nothing can be learned from: column 1 "a", column 3 "c"`; err != nil ||
		!strings.Contains(note, want) {
		t.Errorf("%v: %s; want %s", err, note, want)
	}
	if note, _, err := notes(t, filetest.PixelHeader()+filetest.PixelRow("7", true, 200)+filetest.PixelRow("3", true,
		100)+filetest.PixelRow("3", true, 1),
		"", ""); err != nil || strings.Contains(note, "the same") {
		t.Errorf("%v: %s", err, note)
	}
}
