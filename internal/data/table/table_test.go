package table

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"backprop/internal/filetest"
)

// summary is the training set in a line: how many, the first sample's inputs, labels and classes.
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

func passengers() (s string) {
	for i := range 60 {
		ticket := strconv.Itoa(1000 + 7*i)
		if i%3 == 0 {
			ticket = "A/5 " + ticket
		}
		s += fmt.Sprintf("%d,%d,\"Braund, Mr. %d\",%s,%s,%s\n", i+1, i%2, i, []string{"female", "male"}[i%2],
			[]string{"", "22", "35.5"}[(i+1)%3], ticket)
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
		{"flowers with header",
			"Id,SepalLength,SepalWidth,Species\n1,5.1,3.5,setosa\n2,7,3.2,virginica\n3,4.9,3,setosa\n4,6.4,3.2,virginica\n",
			"", false,
			"4+0 [5.1 3.5] [0 1 0 1] [setosa virginica]",
			`label: column 4 "Species"; left out: column 1 "Id" (numbers the samples)`},
		{"flowers without", "5.1,3.5,setosa\n7,3.2,virginica\n4.9,3,setosa\n\n", "", false,
			"3+0 [5.1 3.5] [0 1 0] [setosa virginica]", "label: column 3"},
		{"scikit-learn's own", "4,2,setosa,virginica\n5.1,3.5,0\n7,3.2,1\n4.9,3,0\n6.4,3.2,1\n", "", false,
			"4+0 [5.1 3.5] [0 1 0 1] [0 1]", "label: column 3"},
		{"pandas", ",0,1,2,target\n0,5.1,3.5,1,-1\n1,7,3.2,1,1\n2,4.9,3,1,-1\n3,1,2,3,-1\n", "", false,
			"4+0 [5.1 3.5 1] [0 1 0 0] [-1 1]", `label: column 5 "target"; left out: column 1 (numbers the samples)`},
		{"wine, semicolons and quotes",
			"\"fixed; acidity\";\"citric, acid\";\"quality\"\n7.4;0.7;5\n7.8;0.88;6\n7.8;0.76;5\n7.8;0.7;6\n", "", false,
			"4+0 [7.4 0.7] [0 1 0 1] [5 6]", ""},
		{"decimal comma", "1,5;2,5;ja\n2;3,25;nein\n1;1;ja\n", "", false, "3+0 [1.5 2.5] [0 1 0] [ja nein]", ""},
		{"tabs", "a\tb\tc, d\n1\t\tx y\n3\t4\tz\n3\t4\tz\n", "", false, "3+0 [1 NaN] [0 1 1] [x y z]",
			`missing, and replaced by the training mean (with -scale standard): column 2 "b" (1)`},
		{"from Windows", "\ufeffx,y\r\n1.5,0\r\n2.5,1\r\n", "", false, "2+0 [1.5] [0 1] [0 1]", ""},
		{"houses", "Id,Area,Street,Alley,SalePrice\n1,8450,Pave,NA,208500\n2,9600,Grvl,NA,181500\n3,NA,Pave,NA,223500\n",
			"", false,
			"3+0 [8450 0 1] [208500 181500 223500]",
			`a number to predict; left out: column 1 "Id" (numbers the samples), column 4 "Alley" (empty); missing, and ` +
				`replaced by the training mean (with -scale standard): column 2 "Area" (1)`},
		{"a number to predict that is whole", "x,n\n1,0\n2,1\n3,0\n4,1\n", "", true, "4+0 [1] [0 1 0 1]", ""},
		{"numbers to predict, found", "x,z\n1,0.5\n2,1\n3,2\n", "", false, "3+0 [1] [0.5 1 2]", "a number to predict"},
		{"UCI wines: first can be a class, last cannot", "1,14.2,1065\n1,13.2,1050\n2,13.1,1185\n2,14.3,1480\n", "", false,
			"4+0 [14.2 1065] [0 0 1 1] [1 2]", "label: column 1"},
		{"letters: the only words", "T,2,8\nI,5,12\nT,4,11\n", "", false, "3+0 [2 8] [1 0 1] [I T]", "label: column 1"},
		{"label by name", "a,Kind,z\n1,2,3.5\n2,3,4.5\n3,2,5.5\n4,3,5.5\n", "kind", false, "4+0 [1 3.5] [0 1 0 1] [2 3]", ""},
		{"label by number", "a,b,c\n1,2,3.5\n2,3,4.5\n3,2,5.5\n4,3,5.5\n", "2", false, "4+0 [1 3.5] [0 1 0 1] [2 3]", ""},
		{"label first", "0,1.5\n1,2.5\n", "first", false, "2+0 [1.5] [0 1] [0 1]", ""},
		{"label last, lines that end in commas", "1.5,0,\n2.5,1,\n", "last", false, "2+0 [1.5] [0 1] [0 1]",
			"column 3 (empty)"},
		{"classes in the order of numbers", "1.5,10\n2.5,9\n1.5,10\n2.5,9\n", "", false, "4+0 [1.5] [1 0 1 0] [9 10]", ""},
		{"XOR", "0,0,0\n0,1,1\n1,0,1\n1,1,0\n", "", false, "4+0 [0 0] [0 1 1 0] [0 1]", ""},
		{"only words, no header", "p,x,x\ne,b,y\np,x,x\n", "first", false, "3+0 [0 1 1 0] [1 0 1] [e p]", ""},
		{"only words, header", "class,cap,odor\ne,b,y\np,x,x\np,x,x\n", "", false, "3+0 [1 0 0 1] [0 1 1] [e p]", ""},
		{"a quoted line break", "a,b,label\n1,\"x\ny\",0\n2,z,1\n", "", false, "2+0 [1 1 0] [0 1] [0 1]", ""},
		{"passengers", "PassengerId,Survived,Name,Sex,Age,Ticket\n" + passengers(), "", false, "60+0 [1 0 0] [0 1 0",
			`left out: column 1 "PassengerId" (numbers the samples), column 3 "Name" (60 different words), column 6 "Ticket" ` +
				`(60 different words)`},
		{"animals: a column of names", "bear,1,4,0\ncat,1,4,0\ncarp,0,0,1\ntuna,0,0,1\n", "", false,
			"4+0 [1 0 0 0 1 4] [0 0 1 1] [0 1]", "label: column 4"},
		{"Kaggle's digits", filetest.PixelHeader() + filetest.PixelRow("7", true, 200) + filetest.PixelRow("3", true, 100) +
			filetest.PixelRow("3", true, 100),
			"", false, "3+0 [0 200 7 0]… [1 0 0] [3 7]", ""},
		{"digits, label first", filetest.PixelRow("7", true, 200) + filetest.PixelRow("3", true, 100) +
			filetest.PixelRow("7", true, 3) +
			filetest.PixelRow("3", true, 100), "", false, "4+0 [0 200 7 0]… [1 0 1 0] [3 7]", "label: column 1"},
		{"digits, label last", filetest.PixelRow("7", false, 16) + filetest.PixelRow("3", false, 10) +
			filetest.PixelRow("7", false, 16) +
			filetest.PixelRow("3", false, 10), "", false, "4+0 [0 16 7 0]… [1 0 1 0] [3 7]", "label: column 65"},
		{"digits in words", filetest.PixelRow("seven", false, 16) + filetest.PixelRow("three", false, 10) +
			filetest.PixelRow("seven", false, 1), "",
			false, "3+0 [0 16 7 0]… [0 1 0] [seven three]", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			tab, err := Read(strings.NewReader(c.file), "x.csv", all)
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
		{"one column", "1\n2\n3\n", "", false, []string{"line 1", "separated"}},
		{"one line", "a,b,c\n", "", false, []string{"line 1", "separated"}},
		{"nothing to learn from", words, "", false, []string{`column 1 "a" (60 different words)`}},
		{"blank", "\n\n", "", false, []string{"line 1"}},
		{"binary", "a,b\x00\x01", "", false, []string{"not text"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var d *Data
			tab, err := Read(strings.NewReader(c.file), "bad.csv", all)
			if err == nil {
				if d, err = Interpret(tab, nil, Options{Label: c.label, Regress: c.regress}); err != nil &&
					!filetest.Says(err, "bad.csv: ") {
					t.Errorf("%v does not name the file", err)
				}
			}
			if !filetest.Says(err, c.want...) {
				t.Errorf("got %+v, %v; want an error of one line with %q", d, err, c.want)
			}
		})
	}
	if _, err := Read(strings.NewReader("1,2\n1,2\n"), "x", bytesLimit(5)); !filetest.Says(err, "more than 5 bytes",
		"many times") {
		t.Errorf("too long: %v", err)
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add([]byte("a,b,label\n1,\"x\ny\",0\n2,z,1\n"))
	f.Add([]byte(filetest.PixelHeader() + filetest.PixelRow("7", true, 200)))
	f.Add([]byte("4,2,setosa,virginica\n5.1,3.5,0\n7,,1\n4.9,?,0\n6.4,3.2,1\n"))
	f.Add([]byte("1,5;2,5;ja\r\n2;3,25;nein\r\n"))
	f.Add([]byte("Report 2023\n\nf;p;when;k\n51,5 m²;119.710 €;02.01.2023;Yes\n2.089 m²;$1;.;yes\n12 m²;-9999 €;-;YES\n"))
	f.Add([]byte("a,b,k\r\"1,234\",50%,x\r\"12,345\",0,y\ra,b,k\r"))
	f.Add([]byte("sep=;\n# seen\na;2019;kind\n1;007;x\n2;7;y\n3;3;x\n"))
	f.Add([]byte(inUTF16("a,kind\n1,x\n2,😀\n", binary.LittleEndian)))
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
				if !slices.Equal(p.Labels, d.Test.Labels) || (d.Classes == nil) != (p.Labels == nil) || d.Classes != nil &&
					len(d.Classes) < 2 {
					t.Fatalf("labels %d of %q, test %d, from %q", p.Labels, d.Classes, d.Test.Labels, b)
				}
			}
		})
		if len(b) < 1<<16 && n > 64<<20 {
			t.Errorf("allocated %d bytes for %d", n, len(b))
		}
	})
}

// notes are what a table says of itself; test may be "".
func notes(t *testing.T, file, test string, label string) (string, *Data, error) {
	t.Helper()
	var tables [2]*Table
	for i, text := range []string{file, test} {
		if text == "" {
			continue
		}
		var err error
		if tables[i], err = Read(strings.NewReader(text), []string{"x.csv", "x_test.csv"}[i], all); err != nil {
			return "", nil, err
		}
	}
	d, err := Interpret(tables[0], tables[1], Options{Label: label})
	if err != nil {
		return "", nil, err
	}
	return d.Notes, d, nil
}

// TestNumberedHeader: a header may have years among its names; a first line of data may have words.
func TestNumberedHeader(t *testing.T) {
	small := "de,0.5,1,x\nfr,1,2,y\nde,3,1,x\nfr,-1,4,y\nde,1,1,y\nfr,2,1,x\n"
	large := "x,2000,2030\ny,2020,1990\nx,2010,2018\nx,2040,2025\ny,2001,2003\ny,2005,2044\n"
	numbers := "1,5,0.5\n2,7,1\n3,6,2\n4,5,1\n5,9,0.1\n6,8,0.7\n"
	const header, sample = "line 1 is taken for the header", "line 1 is taken for a sample"
	for _, c := range []struct {
		name, file, label string
		rows              int
		note, err         string
	}{
		{"years between words", "country,2019,2020,grade\n" + small, "", 6, header, ""},
		{"years, and a word above numbers", "2019,2020,price\n" + numbers, "", 6, header, ""},
		{"one word above words", "grade,2019,2020\n" + strings.ReplaceAll(large, "20", "7"), "1", 6, header, ""},
		{"the same, with such numbers below: who knows?", "grade,2019,2020\n" + large, "3", 7, sample, ""},
		{"data whose words come again", "de,5,9,x\n" + small, "", 7, "", ""},
		{"data, one word of which comes again", "it,5,9,x\n" + small, "", 7, "", ""},
		{"data with fractions", "it,0.25,9,z\n" + small, "", 7, "", ""},
		{"data with a number twice", "it,9,9,z\n" + small, "", 7, "", ""},
		{"data of few lines, one class once", "5,u,no\n1,v,yes\n2,v,yes\n3,v,yes\n", "", 4, sample, ""},
		{"a stray word in the first line", "oops,6,1\n" + numbers, "", 0, "", `line 1, column 1: "oops" is not a number`},
		{"a stray label there", "3,6,oops\n" + numbers, "", 0, "", `has "oops" in line 1`},
	} {
		note, d, err := notes(t, c.file, "", c.label)
		if c.err != "" {
			if !filetest.Says(err, c.err, sample, "y2019") {
				t.Errorf("%s: %v; want %s", c.name, err, c.err)
			}
			continue
		}
		if err != nil || d.Train.N != c.rows || !strings.Contains(note, c.note) || c.note == "" &&
			strings.Contains(note, "line 1") ||
			(d.Inputs != nil) != (c.note == header) {
			t.Errorf("%s: %v, %d rows, names %q, notes %s; want %d, %s", c.name, err, d.Train.N, d.Inputs, note, c.rows, c.note)
		}
	}
}

// TestCodes: labels that differ only in how a number is written are told and not merged; words are
// told and merged; one way of writing is as good as another.
func TestCodes(t *testing.T) {
	for _, c := range []struct{ file, note, err string }{
		{"a,k\n5,01\n6,2\n7,1\n5,2\n7,01\n", "", `column 2 "k" has the labels "01" and "1", which are the same number`},
		{"a,k\n5,1\n6,2\n7,01\n5,2\n", "", `"01" and "1"`},
		{"a,k\n5,001\n6,2\n7,01\n5,2\n", "", `"001" and "01"`},
		{"a,k\n5,9007199254740992\n6,9007199254740993\n7,9007199254740992\n8,9007199254740993\n", "",
			`"9007199254740992" and "9007199254740993"`},
		{"a,k\n5,01\n6,02\n7,01\n5,02\n", "label", ""},
		{"a,k\n5,1\n6,2.0\n7,1.0\n5,2\n", "label", ""},
		{"z,k\n01,x\nA1,y\n1,x\nA1,y\n", `the same number, and so one word: column 1 "z" ("01" and "1")`, ""},
		{"z,k\n01,x\nA1,y\n01,x\nA1,y\n", "label", ""},
	} {
		note, _, err := notes(t, c.file, "", "")
		if c.err != "" && !filetest.Says(err, c.err) || c.err == "" &&
			(err != nil || !strings.Contains(note, c.note) || c.note == "label" && strings.Contains(note, "same")) {
			t.Errorf("%q: %v, notes %s; want %s%s", c.file, err, note, c.err, c.note)
		}
	}
}

// TestBeforeTable: encodings and first lines that are no part of a table are read over, and lines
// keep their numbers.
func TestBeforeTable(t *testing.T) {
	const file = "width;colour;kind\n1,5;grün;😀\n2;rot;b\n3;grün;😀\n"
	const want = "3+0 [1.5 1 0] [1 0 1] [b 😀]"
	for _, c := range []struct{ name, file string }{
		{"plain", file}, {"UTF-8 with a mark", "\ufeff" + file},
		{"UTF-16", inUTF16(file, binary.LittleEndian)}, {"UTF-16, the other way", inUTF16(file, binary.BigEndian)},
		{"sep", "sep=;\n" + file}, {"sep from Windows", "sep=;\r\n" + strings.ReplaceAll(file, "\n", "\r\n")},
		{"UTF-16 and sep", inUTF16("sep=;\r\n"+file, binary.LittleEndian)},
		{"remarks", "# it's a table, isn't it\n#\n" + file}, {"blank lines", "\n\n" + file},
	} {
		tab, err := Read(strings.NewReader(c.file), "x.csv", all)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d, err := Interpret(tab, nil, Options{}); err != nil || summary(d) != want {
			t.Errorf("%s: %v, %+v; want %s", c.name, err, d, want)
		}
		if _, err := Read(strings.NewReader(strings.Replace(c.file, "rot;b", "b", 1)), "x.csv", all); c.name == "remarks" &&
			!filetest.Says(err, "line 5: 2 fields") {
			t.Errorf("%s: a line too short: %v", c.name, err)
		}
	}
	// A header that begins with # is one.
	if note, d, err := notes(t, "# a,b,kind\n1,2,x\n2,3,y\n4,5,x\n", "", ""); err != nil ||
		fmt.Sprint(d.Inputs) != "[# a b]" {
		t.Errorf("%v, %s", err, note)
	}
	if _, err := Read(strings.NewReader("sep=|\na|k\n1|x\n2|y\n3|x\n"), "x.csv", all); err != nil {
		t.Error(err)
	}
}

// inUTF16 is text as Excel writes it.
func inUTF16(s string, order binary.AppendByteOrder) string {
	var b []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + s)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}
