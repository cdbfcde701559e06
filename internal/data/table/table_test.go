package table

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"backprop/internal/filetest"
)

// all is a limit that no test comes near.
var all = Limit{Bytes: 1 << 40, Cells: 1 << 40, Inputs: 1 << 40}

// interpret reads x.csv to train on and, unless test is "", x_test.csv, and interprets them.
func interpret(train, test string, o Options) (*Data, error) {
	x, err := Read(strings.NewReader(train), "x.csv", all)
	var xTest *Table
	if err == nil && test != "" {
		xTest, err = Read(strings.NewReader(test), "x_test.csv", all)
	}
	if err != nil {
		return nil, err
	}
	return Interpret(x, xTest, o)
}

// notesOf returns the notes on a table or, if it is refused, the error.
func notesOf(file string, o Options) string {
	d, err := interpret(file, "", o)
	if err != nil {
		return err.Error()
	}
	return d.Notes
}

// analysisOf returns a table of which nothing is decided yet.
func analysisOf(t *testing.T, file string) *analysis {
	t.Helper()
	tab, err := Read(strings.NewReader(file), "x.csv", all)
	if err != nil {
		t.Fatal(err)
	}
	return &analysis{Table: tab, ignored: make([]bool, len(tab.Cols)), label: -1}
}

// rowsOf returns a table whose first column has these fields, and whose second has zeros.
func rowsOf(fields []string) string { return strings.Join(fields, ",0\n") + ",0\n" }

// labelled returns a table with a column a of these fields, and classes x and y by turns.
func labelled(fields ...string) string {
	s := "a,k\n"
	for i, f := range fields {
		s += f + "," + []string{"x", "y"}[i%2] + "\n"
	}
	return s
}

// summary describes the training samples: their number, the inputs of the first, of images four pixels; and all labels
// with the classes, or all targets.
func summary(d *Data) string {
	p := d.Train
	answers := fmt.Sprint(p.Targets)
	if d.Classes != nil {
		answers = fmt.Sprint(p.Labels, " ", d.Classes)
	}
	if p.Pixels != nil {
		return fmt.Sprint(p.N, " images ", p.Pixels[:4], " ", answers)
	}
	return fmt.Sprint(p.N, " rows ", p.Values[:p.Dim], " ", answers)
}

// passengers returns a table of 60 passengers, as Kaggle has of the Titanic.
func passengers() string {
	s := "PassengerId,Survived,Name,Sex,Age,Ticket\n"
	for i := range 60 {
		s += fmt.Sprintf("%d,%d,\"Braund, Mr. %d\",%s,%s,A/5 %d\n", i+1, i%2, i, []string{"female", "male"}[i%2],
			[]string{"", "22", "35.5"}[(i+1)%3], 1000+7*i)
	}
	return strings.Replace(s, ",22,", ",0,", 1)
}

// TestInterpret: tables as they are found become inputs and labels without any flags.
func TestInterpret(t *testing.T) {
	row := filetest.PixelRow
	for _, c := range []struct{ name, file, want, note string }{
		{"flowers", "Id,SepalLength,SepalWidth,Species\n1,5.1,3.5,setosa\n2,7,3.2,virginica\n3,4.9,3,setosa\n" +
			"4,6.4,3.2,virginica\n", "4 rows [5.1 3.5] [0 1 0 1] [setosa virginica]",
			`label: column 4 "Species"; left out: column 1 "Id" (numbers the samples)`},
		{"scikit-learn's flowers", "4,2,setosa,virginica\n5.1,3.5,0\n7,3.2,1\n4.9,3,0\n6.4,3.2,1\n",
			"4 rows [5.1 3.5] [0 1 0 1] [0 1]", "label: column 3"},
		{"written by pandas", ",0,1,2,target\n0,5.1,3.5,1,-1\n1,7,3.2,1,1\n2,4.9,3,1,-1\n3,1,2,3,-1\n",
			"4 rows [5.1 3.5 1] [0 1 0 0] [-1 1]", `label: column 5 "target"; left out: column 1 (numbers the samples)`},
		{"wine, semicolons and quotes",
			"\"fixed; acidity\";\"citric, acid\";\"quality\"\n7.4;0.7;5\n7.8;0.88;6\n7.8;0.76;5\n7.8;0.7;6\n",
			"4 rows [7.4 0.7] [0 1 0 1] [5 6]", `label: column 3 "quality"; inputs: fixed; acidity (number), citric, acid`},
		{"tabs", "a\tb\tc, d\n1\t\tx y\n3\t4\tz\n3\t4\tz\n", "3 rows [1 NaN] [0 1 1] [x y z]",
			`missing, and replaced by the training mean (with -scale standard): column 2 "b" (1)`},
		{"houses", "Id,Area,Street,Alley,SalePrice\n1,8450,Pave,NA,208500\n2,9600,Grvl,NA,181500\n3,NA,Pave,NA,223500\n",
			"3 rows [8450 0 1] [208500 181500 223500]", `a number to predict; left out: column 1 "Id" (numbers the samples), ` +
				`column 4 "Alley" (empty); missing, and replaced by the training mean (with -scale standard): column 2 "Area" (1)`},
		{"passengers", passengers(), "60 rows [1 0 0] [0 1 0", `left out: column 1 "PassengerId" (numbers the samples), ` +
			`column 3 "Name" (60 different words), column 6 "Ticket" (60 different words)`},
		{"animals, with a column of names", "bear,1,4,0\ncat,1,4,0\ncarp,0,0,1\ntuna,0,0,1\n",
			"4 rows [1 0 0 0 1 4] [0 0 1 1] [0 1]", "label: column 4"},
		{"words alone, with a header", "class,cap,odor\ne,b,y\np,x,x\np,x,x\n", "3 rows [1 0 0 1] [0 1 1] [e p]",
			`label: column 1 "class"`},
		{"words alone, without a header", "e,b,y\np,x,x\np,b,y\ne,x,x\n", "4 rows [1 0 1 0] [1 0 1 0] [x y]",
			"label: column 3"},
		{"a line end in quotes", "a,b,label\n1,\"x\ny\",0\n2,z,1\n", "2 rows [1 1 0] [0 1] [0 1]", `label: column 3 "label"`},
		{"classes in the order of numbers", "1.5,10\n2.5,9\n1.5,10\n2.5,9\n", "4 rows [1.5] [1 0 1 0] [9 10]", ""},
		{"numbers to predict", "x,z\n1,0.5\n2,1\n3,2\n", "3 rows [1] [0.5 1 2]", "a number to predict"},
		{"numbers that are names of classes", "a,drive\n1,4WD\n2,2WD\n3,4WD\n4,2WD\n", "4 rows [1] [1 0 1 0] [2WD 4WD]", ""},
		{"Kaggle's digits", filetest.PixelHeader() + row("7", true, 200) + row("3", true, 100) + row("3", true, 100),
			"3 images [0 200 7 0] [1 0 0] [3 7]", `label: column 1 "label"`},
		{"digits, label first", row("7", true, 200) + row("3", true, 100) + row("7", true, 3) + row("3", true, 100),
			"4 images [0 200 7 0] [1 0 1 0] [3 7]", "label: column 1"},
		{"digits, label last", row("7", false, 16) + row("3", false, 10) + row("7", false, 16) + row("3", false, 10),
			"4 images [0 16 7 0] [1 0 1 0] [3 7]", "label: column 65"},
		{"digits, labels in words", row("seven", false, 16) + row("three", false, 10) + row("seven", false, 1),
			"3 images [0 16 7 0] [0 1 0] [seven three]", "label: column 65"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := interpret(c.file, "", Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := summary(d); !strings.HasPrefix(got, c.want) || !strings.Contains(d.Notes, c.note) {
				t.Errorf("got %s\n%s\nwant %s\n%s", got, d.Notes, c.want, c.note)
			}
		})
	}
}

// TestTestTable: a test table is read like the training table: with its words, units and decimal mark, and a marker
// such as "-" is a word or a missing value as it was there.
func TestTestTable(t *testing.T) {
	const units = "f;p\n51,5 m²;119.710 €\n12 m²;868.215 €\n89 m²;1 €\n"
	for _, c := range []struct{ name, train, test, want string }{
		{"a marker among words", "a,k,y\n1,none,u\n2,Gar,v\n3,none,u\n4,Shed,v\n", "a,k,y\n1,none,u\n2,none,v\n",
			`[1 0 0 1 2 0 0 1] [0 1] []`},
		{"a marker as a label", "a,y\n1,+\n2,-\n3,+\n", "a,y\n5,-\n6,-\n", `[5 6] [1 1] []`},
		{"a marker that was no word", "a,k,y\n1,p,u\n2,q,v\n3,p,u\n", "a,k,y\n-,-,u\n2,q,v\n", `[NaN 0 0 2 0 1] [0 1] []`},
		{"new words", "a,c,y\n1,p,u\n2,q,v\n3,p,u\n", "a,c,y\n1,z,u\n2,,v\n2,q,u\n", "[1 0 0 2 0 0 2 0 1] [0 1 0] []"},
		{"units and decimal commas", units, "f;p\n1.234 m²;2.345 €\n5 m²;7 €\n", "[1234 5] [] [2345 7]"},
		{"another unit", units, "f;p\n1.234 km;2.345 €\n5 m²;7 €\n",
			`x_test.csv: line 2, column 1 "f": "1.234 km" is not a number`},
		{"two decimal marks", units, "f;p\n1,5 m²;2.345 €\n5.5 m²;7 €\n", `x_test.csv: line 2, column 1 "f": "1,5 m²" has ` +
			`a decimal comma, and "5.5 m²" in line 3, column 1 "f" a decimal point; write all numbers of the table in one ` +
			`way, or leave one of the columns out with -ignore`},
		{"a word among numbers", "a,k\n1,x\n2,y\n", "a,k\n1,x\nu,y\n",
			`x_test.csv: line 3, column 1 "a": "u" is not a number`},
		{"other names", "a,k\n1,x\n2,y\n", "b,k\n1,x\n2,y\n",
			"x_test.csv: line 1: its columns differ from those of x.csv"},
		{"more columns", "a,k\n1,x\n2,y\n", "1,2,x\n1,3,y\n", "x_test.csv: 3 columns, where x.csv has 2"},
		{"no header", "a,k\n1,x\n2,y\n", "5,x\n6,x\n", "[5 6] [0 0] []"},
		{"no labels", "a,b,k\n1,u,x\n2,v,y\n3,u,y\n", "a,b\n1,2\n3,4\n", "[] [] []"},
		{"a missing label", "a,y\n1,u\n2,v\n3,u\n", "a,y\n5,u\n6,None\n",
			`x_test.csv: line 3, column 2 "y": the label is missing; fill it in or remove the line`},
		{"another label", "a,k\n1,x\n2,y\n", "a,k\n1,x\n2,z\n",
			`x_test.csv: line 3, column 2 "k": "z" is not among the labels to train on (x, y)`},
		{"a word as a number to predict", "a,k\n1,0.5\n2,1\n3,2\n", "a,k\n1,1\n2,u\n", `x_test.csv: line 3, column 2 "k": ` +
			`"u" is not a number to predict; leave out -regress, or name another column with -label`},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := interpret(c.train, c.test, Options{})
			got := fmt.Sprint(err)
			if err == nil {
				got = fmt.Sprint(d.Test.Values, d.Test.Labels, d.Test.Targets)
			}
			if got != c.want {
				t.Errorf("%q, tested with %q: got\n%s\nwant\n%s", c.train, c.test, got, c.want)
			}
		})
	}
}

// TestInputNames: an input is called by its column, one of a word also by the word; without a header, by nothing.
func TestInputNames(t *testing.T) {
	columns := []Column{{Name: "k", Kind: Label}, {Name: "n", Kind: Number},
		{Name: "c", Kind: Words, Words: []string{"u", "v"}}, {Name: "x", Kind: LeftOut}}
	if got, want := InputNames(columns), []string{"n", "c=u", "c=v"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := Inputs(columns); got != 3 {
		t.Errorf("got %d inputs, want 3", got)
	}
	for k := range columns {
		columns[k].Name = ""
	}
	if got := InputNames(columns); got != nil {
		t.Errorf("without a header: got %q, want none", got)
	}
}

// TestTooManyInputs: each word of a column is an input, so that a small file could turn into huge samples.
func TestTooManyInputs(t *testing.T) {
	for most, want := range map[int64]string{6: "", 5: "x.csv: 2 samples of 3 inputs are too many"} {
		tab, err := Read(strings.NewReader("a,b,k\nu,1,x\nv,2,y\n"), "x.csv", Limit{Bytes: 99, Cells: 99, Inputs: most})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = Interpret(tab, nil, Options{}); (err == nil) != (want == "") || err != nil && !filetest.Says(err, want) {
			t.Errorf("at most %d inputs: got error %v, want %q", most, err, want)
		}
	}
}

func FuzzInterpret(f *testing.F) {
	f.Add([]byte("a,b,label\n1,\"x\ny\",0\n2,z,1\n"))
	f.Add([]byte(filetest.PixelHeader() + filetest.PixelRow("7", true, 200)))
	f.Add([]byte("4,2,setosa,virginica\n5.1,3.5,0\n7,,1\n4.9,?,0\n6.4,3.2,1\n"))
	f.Add([]byte("1,5;2,5;ja\r\n2;3,25;nein\r\n"))
	f.Add([]byte("Report 2023\n\nf;p;when;k\n51,5 m²;119.710 €;02.01.2023;Yes\n2.089 m²;$1;.;yes\n12 m²;-9999 €;-;YES\n"))
	f.Add([]byte("a,b,k\r\"1,234\",50%,x\r\"12,345\",0,y\ra,b,k\r"))
	f.Add([]byte("sep=;\n# seen\na;2019;kind\n1;007;x\n2;7;y\n3;3;x\n"))
	f.Add([]byte("\xff\xfea\x00,\x00k\x00\n\x001\x00,\x00x\x00\n\x002\x00,\x00\x3d\xd8\x00\xde\n\x00")) // UTF-16 with 😀
	f.Fuzz(func(t *testing.T, b []byte) {
		n := filetest.Allocated(func() {
			for label, regress := range map[string]bool{"": false, "first": false, "last": true} {
				tab, err := Read(bytes.NewReader(b), "x", all)
				if err != nil {
					return
				}
				test, _ := Read(bytes.NewReader(b), "x", all)
				d, err := Interpret(tab, test, Options{Label: label, Regress: regress})
				if err != nil {
					continue
				}
				p := d.Train
				if p.N != tab.N || p.Dim < 1 || len(p.Pixels)+len(p.Values) != p.N*p.Dim || len(p.Labels)+len(p.Targets) != p.N {
					t.Fatalf("%+v from %q", p, b)
				}
				if !slices.Equal(p.Labels, d.Test.Labels) || (d.Classes == nil) != (p.Labels == nil) ||
					d.Classes != nil && len(d.Classes) < 2 {
					t.Fatalf("labels %d of %q, test %d, from %q", p.Labels, d.Classes, d.Test.Labels, b)
				}
			}
		})
		if len(b) < 1<<16 && n > 64<<20 {
			t.Errorf("allocated %d bytes for %d", n, len(b))
		}
	})
}
