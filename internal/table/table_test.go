package table

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// contains says whether an error names everything that it should.
func contains(err error, words ...string) bool {
	for _, w := range words {
		if err == nil || !strings.Contains(err.Error(), w) {
			return false
		}
	}
	return err != nil && !strings.Contains(err.Error(), "\n")
}

// allocated is how many bytes f allocates.
func allocated(f func()) uint64 {
	var a, b runtime.MemStats
	runtime.ReadMemStats(&a)
	f()
	runtime.ReadMemStats(&b)
	return b.TotalAlloc - a.TotalAlloc
}

// summary is the training part in a line: how many, the first sample's inputs, labels and classes.
func summary(d *Data) string {
	p := d.Train
	in := fmt.Sprint(p.Values[:min(len(p.Values), p.Dim)])
	if p.Pixels != nil {
		in = fmt.Sprint(p.Pixels[:p.Dim])
	}
	if p.Dim == 64 {
		in = fmt.Sprint(p.Pixels[:4], "…")
	}
	out := fmt.Sprint(p.Targets)
	if p.Labels != nil {
		out = fmt.Sprint(p.Labels, d.Classes)
	}
	return fmt.Sprintf("%d+%d %s %s", p.N, d.Test.N, in, out)
}

// pixelRow is a line of a table of 8×8 images: a label, first or last, and pixels that begin and end with 0.
func pixelRow(label string, first bool, p int) string {
	row := strings.Repeat(fmt.Sprintf("0,%d,7,0,", p), 16)
	if first {
		return label + "," + strings.TrimSuffix(row, ",") + "\n"
	}
	return row + label + "\n"
}

func pixelHeader() string {
	h := "label"
	for i := range 64 {
		h += fmt.Sprintf(",%dx%d", i/8+1, i%8+1)
	}
	return h + "\n"
}

func passengers() (s string) {
	for i := range 60 {
		ticket := strconv.Itoa(1000 + 7*i)
		if i%3 == 0 {
			ticket = "A/5 " + ticket
		}
		s += fmt.Sprintf("%d,%d,\"Braund, Mr. %d\",%s,%s,%s\n", i+1, i%2, i, []string{"female", "male"}[i%2], []string{"", "22", "35.5"}[(i+1)%3], ticket)
	}
	return strings.Replace(s, ",22,", ",0,", 1)
}

// TestTable: what the columns of tables as people have them are taken for.
func TestTable(t *testing.T) {
	cases := []struct {
		name, file string
		label      string
		regress    bool
		want, note string
	}{
		{"flowers with header", "Id,SepalLength,SepalWidth,Species\n1,5.1,3.5,setosa\n2,7,3.2,virginica\n3,4.9,3,setosa\n4,6.4,3.2,virginica\n", "", false,
			"4+0 [5.1 3.5] [0 1 0 1] [setosa virginica]", `label: column 4 "Species"; left out: column 1 "Id" (numbers the samples)`},
		{"flowers without", "5.1,3.5,setosa\n7,3.2,virginica\n4.9,3,setosa\n\n", "", false,
			"3+0 [5.1 3.5] [0 1 0] [setosa virginica]", "label: column 3"},
		{"scikit-learn's own", "4,2,setosa,virginica\n5.1,3.5,0\n7,3.2,1\n4.9,3,0\n6.4,3.2,1\n", "", false,
			"4+0 [5.1 3.5] [0 1 0 1] [0 1]", "label: column 3"},
		{"pandas", ",0,1,2,target\n0,5.1,3.5,1,-1\n1,7,3.2,1,1\n2,4.9,3,1,-1\n3,1,2,3,-1\n", "", false,
			"4+0 [5.1 3.5 1] [0 1 0 0] [-1 1]", `label: column 5 "target"; left out: column 1 (numbers the samples)`},
		{"wine, semicolons and quotes", "\"fixed; acidity\";\"citric, acid\";\"quality\"\n7.4;0.7;5\n7.8;0.88;6\n7.8;0.76;5\n7.8;0.7;6\n", "", false,
			"4+0 [7.4 0.7] [0 1 0 1] [5 6]", ""},
		{"decimal comma", "1,5;2,5;ja\n2;3,25;nein\n1;1;ja\n", "", false, "3+0 [1.5 2.5] [0 1 0] [ja nein]", ""},
		{"tabs", "a\tb\tc, d\n1\t\tx y\n3\t4\tz\n3\t4\tz\n", "", false, "3+0 [1 NaN] [0 1 1] [x y z]", `missing numbers count as 0 after scaling: column 2 "b" (1)`},
		{"from Windows", "\ufeffx,y\r\n1.5,0\r\n2.5,1\r\n", "", false, "2+0 [1.5] [0 1] [0 1]", ""},
		{"houses", "Id,Area,Street,Alley,SalePrice\n1,8450,Pave,NA,208500\n2,9600,Grvl,NA,181500\n3,NA,Pave,NA,223500\n", "", false,
			"3+0 [8450 0 1] [208500 181500 223500]", `a number to predict; left out: column 1 "Id" (numbers the samples), column 4 "Alley" (empty); missing numbers count as 0 after scaling: column 2 "Area" (1)`},
		{"a number to predict that is whole", "x,n\n1,0\n2,1\n3,0\n4,1\n", "", true, "4+0 [1] [0 1 0 1]", ""},
		{"numbers to predict, found", "x,z\n1,0.5\n2,1\n3,2\n", "", false, "3+0 [1] [0.5 1 2]", "a number to predict"},
		{"UCI wines: first can be a class, last cannot", "1,14.2,1065\n1,13.2,1050\n2,13.1,1185\n2,14.3,1480\n", "", false, "4+0 [14.2 1065] [0 0 1 1] [1 2]", "label: column 1"},
		{"letters: the only words", "T,2,8\nI,5,12\nT,4,11\n", "", false, "3+0 [2 8] [1 0 1] [I T]", "label: column 1"},
		{"label by name", "a,Kind,z\n1,2,3.5\n2,3,4.5\n3,2,5.5\n4,3,5.5\n", "kind", false, "4+0 [1 3.5] [0 1 0 1] [2 3]", ""},
		{"label by number", "a,b,c\n1,2,3.5\n2,3,4.5\n3,2,5.5\n4,3,5.5\n", "2", false, "4+0 [1 3.5] [0 1 0 1] [2 3]", ""},
		{"label first", "0,1.5\n1,2.5\n", "first", false, "2+0 [1.5] [0 1] [0 1]", ""},
		{"label last, lines that end in commas", "1.5,0,\n2.5,1,\n", "last", false, "2+0 [1.5] [0 1] [0 1]", "column 3 (empty)"},
		{"classes in the order of numbers", "1.5,10\n2.5,9\n1.5,10\n2.5,9\n", "", false, "4+0 [1.5] [1 0 1 0] [9 10]", ""},
		{"XOR", "0,0,0\n0,1,1\n1,0,1\n1,1,0\n", "", false, "4+0 [0 0] [0 1 1 0] [0 1]", ""},
		{"only words, no header", "p,x,x\ne,b,y\np,x,x\n", "first", false, "3+0 [0 1 1 0] [1 0 1] [e p]", ""},
		{"only words, header", "class,cap,odor\ne,b,y\np,x,x\np,x,x\n", "", false, "3+0 [1 0 0 1] [0 1 1] [e p]", ""},
		{"a quoted line break", "a,b,label\n1,\"x\ny\",0\n2,z,1\n", "", false, "2+0 [1 1 0] [0 1] [0 1]", ""},
		{"passengers", "PassengerId,Survived,Name,Sex,Age,Ticket\n" + passengers(), "", false, "60+0 [1 0 0] [0 1 0", `left out: column 1 "PassengerId" (numbers the samples), column 3 "Name" (60 different words), column 6 "Ticket" (60 different words)`},
		{"animals: a column of names", "bear,1,4,0\ncat,1,4,0\ncarp,0,0,1\ntuna,0,0,1\n", "", false, "4+0 [1 0 0 0 1 4] [0 0 1 1] [0 1]", "label: column 4"},
		{"Kaggle's digits", pixelHeader() + pixelRow("7", true, 200) + pixelRow("3", true, 100) + pixelRow("3", true, 100), "", false, "3+0 [0 200 7 0]… [1 0 0] [3 7]", ""},
		{"digits, label first", pixelRow("7", true, 200) + pixelRow("3", true, 100) + pixelRow("7", true, 3) + pixelRow("3", true, 100), "", false, "4+0 [0 200 7 0]… [1 0 1 0] [3 7]", "label: column 1"},
		{"digits, label last", pixelRow("7", false, 16) + pixelRow("3", false, 10) + pixelRow("7", false, 16) + pixelRow("3", false, 10), "", false, "4+0 [0 16 7 0]… [1 0 1 0] [3 7]", "label: column 65"},
		{"digits in words", pixelRow("seven", false, 16) + pixelRow("three", false, 10) + pixelRow("seven", false, 1), "", false, "3+0 [0 16 7 0]… [0 1 0] [seven three]", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			tab, err := Read(strings.NewReader(c.file), "x.csv", int64(len(c.file)))
			if err != nil {
				t.Fatal(err)
			}
			d, err := Interpret(tab, nil, Options{Label: c.label, Regress: c.regress})
			if err != nil {
				t.Fatal(err)
			}
			if got := summary(d); !strings.HasPrefix(got, c.want) || !strings.Contains(d.Notes, c.note) {
				t.Errorf("got %s\nwant %s\nnote %s\nwant %s", got, c.want, d.Notes, c.note)
			}
			if strings.Contains(c.name, "igits") && d.Train.Pixels == nil {
				t.Error("pixels are not kept as bytes")
			}
		})
	}
}

// TestTableBad: what is wrong with a table is named with its line and column.
func TestTableBad(t *testing.T) {
	words := "a,b\n"
	for i := range 60 {
		words += fmt.Sprintf("name %d,%d\n", i, i%2)
	}
	cases := []struct {
		name, file string
		label      string
		regress    bool
		want       []string
	}{
		{"ragged", "a,b\n1,2\n1,2,3\n", "", false, []string{"line 3", "3 fields"}},
		{"ragged header", "a,b,c\n1,2\n", "", false, []string{"line 2", "2 fields", "3"}},
		{"quotes", "a,b\n1,2\n1,\"2\n1,\"2\"x\n", "", false, []string{"line", "character"}},
		{"a word among numbers", "age,b\n1,0\n2,1\nold,1\n4,1\n", "", false, []string{"line 4", `column 1 "age"`, `"old"`}},
		{"infinite", "age,b\n1,0\n2,1\n1e999,1\n4,1\n", "", false, []string{"line 4", `column 1 "age"`, "1e999"}},
		{"no label", "a,b\n1,0\n2,1\n3,?\n", "", false, []string{"line 4", `column 2 "b"`, "missing"}},
		{"words to predict", "a,b\n1,x\n2,y\n3,x\n", "", true, []string{"line 2", `column 2 "b"`, `"x"`}},
		{"one class", "a,b\n1,x\n2,x\n3,x\n", "", false, []string{`column 2 "b"`, "1 different"}},
		{"all different", "a,b\n1,x\n2,y\n3,z\n", "", false, []string{`column 2 "b"`, "3 different", "-label"}},
		{"no such label", "a,b\n1,x\n2,y\n3,z\n", "c", false, []string{"-label c", "a, b"}},
		{"label number too large", "1,x\n2,y\n3,z\n", "3", false, []string{"-label 3", "1 to 2"}},
		{"thousands", "sum,b\n1,0\n2,1\n\"1,234\",1\n4,1\n", "", false, []string{"line 4", `column 1 "sum"`, `"1,234"`}},
		{"one column", "1\n2\n3\n", "", false, []string{"line 1", "separated"}},
		{"one line", "a,b,c\n", "", false, []string{"line 1", "separated"}},
		{"nothing to learn from", words, "", false, []string{`column 1 "a" (60 different words)`}},
		{"blank", "\n\n", "", false, []string{"line 1"}},
		{"binary", "a,b\x00\x01", "", false, []string{"no text"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var d *Data
			tab, err := Read(strings.NewReader(c.file), "bad.csv", int64(len(c.file)))
			if err == nil {
				if d, err = Interpret(tab, nil, Options{Label: c.label, Regress: c.regress}); err != nil && !contains(err, "bad.csv: ") {
					t.Errorf("%v does not name the file", err)
				}
			}
			if !contains(err, c.want...) {
				t.Errorf("got %+v, %v; want an error of one line with %q", d, err, c.want)
			}
		})
	}
	if _, err := Read(strings.NewReader("1,2\n1,2\n"), "x", 5); !contains(err, "more than 5 bytes", "many times") {
		t.Errorf("too long: %v", err)
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add([]byte("a,b,label\n1,\"x\ny\",0\n2,z,1\n"))
	f.Add([]byte(pixelHeader() + pixelRow("7", true, 200)))
	f.Add([]byte("4,2,setosa,virginica\n5.1,3.5,0\n7,,1\n4.9,?,0\n6.4,3.2,1\n"))
	f.Add([]byte("1,5;2,5;ja\r\n2;3,25;nein\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		n := allocated(func() {
			tab, err := Read(bytes.NewReader(b), "x", int64(len(b)))
			if err != nil {
				return
			}
			if len(tab.small)+len(tab.cells) != tab.n*len(tab.cols) {
				t.Fatalf("%d + %d cells of %d×%d", len(tab.small), len(tab.cells), tab.n, len(tab.cols))
			}
			for label, regress := range map[string]bool{"": false, "first": false, "last": true} {
				d, err := Interpret(tab, tab, Options{Label: label, Regress: regress})
				if err != nil {
					continue
				}
				p := d.Train
				if p.N != tab.n || p.Dim < 1 || len(p.Pixels)+len(p.Values) != p.N*p.Dim || len(p.Labels)+len(p.Targets) != p.N {
					t.Fatalf("%+v from %q", p, b)
				}
				if !slices.Equal(p.Labels, d.Test.Labels) || (d.Classes == nil) != (p.Labels == nil) || d.Classes != nil && len(d.Classes) < 2 {
					t.Fatalf("labels %d of %q, test %d, from %q", p.Labels, d.Classes, d.Test.Labels, b)
				}
			}
		})
		if len(b) < 1<<16 && n > 64<<20 {
			t.Errorf("allocated %d bytes for %d", n, len(b))
		}
	})
}
