package table

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"backprop/internal/filetest"
)

// taken is what a table is taken for: inputs of the first sample, labels or targets, classes, and notes.
func taken(file string, o Options) string {
	tab, err := Read(strings.NewReader(file), "x.csv", all)
	if err != nil {
		return err.Error()
	}
	d, err := Interpret(tab, nil, o)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(d.Train.Values[:d.Train.Dim], d.Train.Labels, d.Train.Targets, d.Classes, " ", d.Notes)
}

// TestGuess: the label that nobody has named is found by its name, else as the only column of words, else as the last;
// how is said, with the flag that changes it, unless the name says it.
func TestGuess(t *testing.T) {
	const words, last, name = " (the only column of words, -label names another)",
		" (the last column, -label names another)", " (by its name, -label names another)"
	for _, c := range []struct{ name, file, want string }{
		{"a word beside y", "x,y,colour\n1,5,r\n2,6,b\n3,5,r\n4,6,b\n", `label: column 3 "colour"` + words},
		{"coordinates", "x,y,z\n1,5,.5\n2,6,1\n3,5,2\n4,6,4\n", `label: column 3 "z", a number to predict` + last},
		{"y as the last", "x,y\n1,.5\n2,6\n3,5\n", `label: column 2 "y", a number to predict` + name},
		{"y as the first", "y,x,z\n1,5,.5\n0,6,1\n1,5,2\n0,6,4\n", `label: column 1 "y"` + name},
		{"y among others", "a,Y,b\n1,5,.5\n2,6,1\n3,5,2\n4,6,4\n", `label: column 2 "Y"` + name},
		{"two columns of words beside y", "a,y,b\nu,5,r\nv,6,b\nu,5,r\nv,6,b\n", `label: column 2 "y"` + name},
		{"y of words", "a,y,b\n1,u,7\n2,v,8\n3,u,9\n4,v,7\n", `label: column 2 "y"` + name},
		{"words first", "cultivar,alcohol,proline\nA,13.1,1100\nB,12.2,505\nA,13,990\nB,12,480\n",
			`label: column 1 "cultivar"` + words},
		{"without a header", "A,13.1,1100\nB,12.2,505\nA,13,990\nB,12,480\n", "label: column 1" + words},
		{"a name that says it", "price,kind\n1.5,u\n2,v\n3,u\n4,v\n", `label: column 1 "price", a number to predict` + name},
		{"a name that says it surely", "target,kind\n1.5,u\n2,v\n3,u\n4,v\n",
			`label: column 1 "target", a number to predict; `},
		{"two names", "target,label\n1.5,u\n2,v\n3,u\n4,v\n", `label: column 2 "label"` + name},
		{"a name, and y as the last", "class,a,y\n1,5,0\n2,6,1\n1,7,0\n2,8,1\n", `label: column 1 "class"` + name},
		{"a name as the only column of words", "a,class\n1.5,u\n2,v\n3,u\n4,v\n", `label: column 2 "class"; `},
		{"names that never come again are no label", "name,a,b\nAnn,1,.5\nBob,2,1\nCy,3,2\nDee,4,3\n",
			`label: column 3 "b", a number to predict` + last},
		{"two columns of words", "u,v,w\na,p,1\nb,q,2\na,q,3\nb,p,1\n", `label: column 3 "w"`},
		{"dates are no words", "k,when\n1,2023-01-02\n2,2023-01-02\n1,2023-01-03\n2,2023-01-03\n",
			"no column is left to learn from"},
		{"numbers with a unit are no words", "d,k\n5 km,1\n7 km,2\n5 km,1\n7 km,2\n", `label: column 2 "k"` + last},
	} {
		_, got, _ := strings.Cut(taken(c.file, Options{}), " label: ")
		if got = "label: " + got; strings.HasPrefix(c.want, "no ") {
			got = strings.TrimPrefix(taken(c.file, Options{}), "x.csv: ")
		}
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %q gives\n%s; want\n%s", c.name, c.file, got, c.want)
		}
	}
	// A column that is to be left out is not guessed.
	if got := taken("a,b,k\n1,5,x\n2,6,y\n3,5,x\n", Options{Ignore: []string{"k"}}); !strings.Contains(got,
		`label: column 2 "b"`+last) {
		t.Error(got)
	}
}

// TestNamesBeforeNumbers: -label and -ignore take a name before a number, and that before first and last.
func TestNamesBeforeNumbers(t *testing.T) {
	const file = "0,1,2,3\n.5,1.5,a,7.1\n.1,1.2,b,7.4\n.6,1.9,a,7.3\n.2,1.1,b,7.2\n.7,1.6,a,7.9\n"
	const words = "2,3,first,last\n1,.5,3,4\n5,6,7,8\n9,8,7,6\n1,5,7,8\n3,4,5,7\n"
	for _, c := range []struct{ file, label, ignore, want string }{
		{file, "2", "", `label: column 3 "2";`}, {file, "4", "", `label: column 4 "3", a number`}, {file, "3", "2",
			`left out: column 3 "2" (ignored)`},
		{file, "", "2", `left out: column 3 "2" (ignored)`}, {file, "2", "2",
			"x.csv: -ignore 2: it is the label; name another one with -label"},
		{words, "first", "", `label: column 3 "first"`}, {words, "last", "", `label: column 4 "last"`}, {words, "1", "",
			`label: column 1 "2"`},
		{"A,a,k\n1,2,3.5\n2,3,4\n3,5,5\n", "a", "", `label: column 2 "a"`}, {"A,a,k\n1,2,3.5\n2,3,4\n3,5,5\n", "K", "",
			`label: column 3 "k"`},
	} {
		o := Options{Label: c.label}
		if c.ignore != "" {
			o.Ignore = []string{c.ignore}
		}
		if got := taken(c.file, o); !strings.Contains(got, c.want) {
			t.Errorf("-label %s -ignore %s of %q: %s; want %s", c.label, c.ignore, c.file, got, c.want)
		}
	}
}

// TestTwoTargets: several numbers to predict stand in -label with commas between them; a name with a comma comes first.
func TestTwoTargets(t *testing.T) {
	const file = "a,b,c,\"b,c\"\n1,2.5,5 km,9\n2,3,6 km,8\n3,4,7 km,9\n"
	for label, want := range map[string]string{
		"b,c":      `[1 2.5 5] [1 0 1] [] [8 9] label: column 4 "b,c"; `,
		"2,c":      `[1 9] [] [2.5 5 3 6 4 7] [] label: column 2 "b", a number to predict, and column 3 "c" (km); `,
		"c, 1":     `[2.5 9] [] [5 1 6 2 7 3] [] label: column 3 "c", a number to predict (km), and column 1 "a"; `,
		"last,2":   `[1 5] [] [9 2.5 8 3 9 4] [] label: column 4 "b,c", a number to predict, and column 2 "b"; `,
		"b,x":      "x.csv: -label x: no such column; there are a, b, c, b,c",
		"b,2":      `x.csv: -label b,2: column 2 "b" appears twice`,
		"b,":       "x.csv: -label b,: there is no name on one side of a comma",
		"a,b,c,d,": "x.csv: -label d: no such column; there are a, b, c, b,c",
	} {
		if got := taken(file, Options{Label: label}); !strings.HasPrefix(got, want) {
			t.Errorf("-label %s: %s; want %s", label, got, want)
		}
	}
	if got, want := taken("a,b,c\n1,u,3\n2,v,4\n", Options{Label: "c,b"}),
		`x.csv: line 2, column 2 "b": "u" is not a number, and `+
			"several labels are numbers to predict; name the columns of numbers alone, or this one alone"; got != want {
		t.Error(got)
	}
	if got := taken("a,b,c\n1,2,3\n2,3,4\n", Options{Label: "b,c",
		Ignore: []string{"c"}}); got != "x.csv: -ignore c: it is the label; name another one with -label" {
		t.Error(got)
	}
}

// TestCounts: classes that are many whole numbers may be amounts, and -regress is named; digits are ten.
func TestCounts(t *testing.T) {
	table := func(n int) string {
		s := "a,k\n"
		for i := range 3 * n {
			s += fmt.Sprintf("%d.5,%d\n", i, i*7%n)
		}
		return s
	}
	const note = ", 11 whole numbers from 0 to 10, each learned as a class of its own: if they are amounts, " +
		"-regress learns a number to predict"
	if got := taken(table(11), Options{}); !strings.Contains(got, note) {
		t.Error(got)
	}
	for _, got := range []string{taken(table(10), Options{}), taken(table(11), Options{Regress: true}),
		taken(strings.ReplaceAll(table(11), ",1\n", ",w\n"), Options{})} {
		if strings.Contains(got, "amounts") {
			t.Error(got)
		}
	}
}

// TestOdd: what in a column may be wrong is named, and what is not is not.
func TestOdd(t *testing.T) {
	const far = "far from all others, as if it stood for a missing value: "
	const capital = "words that differ in capital letters, spaces or punctuation alone count as different: "
	numbers := func(list string) string {
		s := "a,k\n"
		for i, f := range strings.Fields(list) {
			s += f + "," + []string{"x", "y"}[i%2] + "\n"
		}
		return s
	}
	words := func(list string) string { // each twice
		s := "a,k\n"
		for i, f := range strings.Split(list+"|"+list, "|") {
			s += fmt.Sprintf("%d,%s\n", i, f)
		}
		return s
	}
	for _, c := range []struct{ file, want, not string }{
		{numbers("4.7 -9999 8.8 24 -9999 8"), far + `column 1 "a" (-9999, 2 times, where the others are 4.7 to 24)`, ""},
		{numbers("4.7 -999 8.8 24 5 8"), far + `column 1 "a" (-999, 1 time, where the others are 4.7 to 24)`, ""},
		{numbers("4.7 9999 8.8 24 9999 8"), far + `column 1 "a" (9999, 2 times,`, ""},
		{numbers("4.7 9999 8.8 24 5 8"), "", "far"}, {numbers("4.7 -1000 8.8 24 5 8"), "", "far"},
		{numbers("-9999 -5000 0.5 5000 1 2"), "", "far"},
		{numbers("-9999 -9999.0 -9999"), "", "far"}, {numbers("-99 -98 -97.5 -90 -80 0"), "", "far"},
		{"a,t\nu,.5\nv,-999\nu,1.5\nv,2\n", far + `column 2 "t" (-999, 1 time,`, ""},
		{"a,b,k\n1,u,Yes\n2,U,no\n3,u,yes\n4,v,No\n5,v,YES\n6,u,no\n", capital +
			`"U", "u" in column 2 "b", "No", "no" and "YES", "Yes", "yes" in column 3 "k"`, ""},
		{"a,k\n1,Yes\n2,no\n3,Yes\n", "", "capital"},
		{words("New York|New\u00a0York|B"), capital + "\"New York\", \"New\\u00a0York\" in column 2 \"k\"", ""},
		{words("e-mail|Email|yes.|yes|'yes'"), capital + `"'yes'", "yes", "yes." and "Email", "e-mail" in column 2 "k"`, ""},
		{words("Mu\u0308nchen|M\u00fcnchen|Bonn"), capital + `"Mu\u0308nchen", "M\u00fcnchen" in`, ""},
		{words("K\u00f6ln|K\u00e4ln|A+|A-|<5|>5|1-2|12|.|.."), "[12 . .. 1-2 ", "capital"},
		{numbers("1 99 5 99 3 2"), far + `column 1 "a" (99, 2 times, where the others are 1 to 5)`, ""},
		{numbers("1 -9 5 -9 3 2"), far + `column 1 "a" (-9, 2 times, where the others are 1 to 5)`, ""},
		{numbers("1 -9 5 4 3 2"), "", "far"}, {numbers("1 99 5 4 3 2"), "", "far"}, {numbers("1 99 50 99 3 2"), "", "far"},
		{numbers("1.5 1e20 5 4 3 2"), far + `column 1 "a" (1e+20, 1 time, where the others are 1.5 to 5)`, ""},
		{numbers("1.5 3000000 5 4 3 2"), "", "far"},
		{numbers("7 -1 5 -1 3 2"), "below 0 alone, as if it stood for a missing value: " +
			`column 1 "a" (-1, 2 times, where the others are 2 to 7)`, ""},
		{numbers("7 -1 5 0 3 -1"), "", "below 0"}, {numbers("7 -1 5 1 3 2"), "", "below 0"},
		{numbers("3 -1 2 -1 3 2"), "", "below 0"}, {numbers("7 -1 5 -1 3 -2"), "", "below 0"},
		{"a,k\n1,0\n2,1\n3,0\n4,1\n5,-999\n6,-999\n", far + `column 2 "k" (-999, 2 times, where the others are 0 to 1)`, ""},
		{"a,k\n1,x\n2,-999\n3,y\n4,x\n5,y\n",
			`a number among words, as if it stood for a missing value: column 2 "k" (-999, 1 time)`, ""},
		{"a,k\n1,x\n2,7\n3,y\n4,x\n5,y\n", "", "among words"}, {"a,k\n1,x\n2,99\n3,-1\n4,x\n5,y\n", "", "among words"},
		{"a,k\n1,x\n2,99\n3,x\n4,x\n5,99\n", "", "among words"},
		{numbers("<1 <2 ~3 4x 5x 6y <7 >8 <9 u"),
			`look like numbers or dates, and are taken for words: column 1 "a" (as "4x")`, ""},
		{numbers("<1 <2 ~3 4x 5x 6y <7 u"), "", "look like"}, {numbers("<1 <2 ~3 4x 5x 6y <7 >8 u v w"), "", "look like"},
		{numbers("1-2 2-3 3-4 4-5 5-6 6-7 7-8 8-9 9-10"), "", "look like"},
		{numbers("a1 a2 a3 a4 a5 a6 a7 a8 a9"), "", "look like"},
		{tens + "10,z\n", `of one row alone, which cannot be both learned and tested: "z"`, ""}, {tens[:len(tens)-4] +
			"10,z\n", "", "one row"},
		{tens + "10,x\n", "", "one row"}, {tens + "1,b\n2,c\n3,d\n4,e\n5,f\n6,g\n7,h\n",
			`tested: "b", "c", "d", "e", "f", and 2 more`, ""},
		{"x,y\n" + strings.ReplaceAll(values100, "k", ""), "", "numbers them"},
		{"a,x,k\n" + strings.ReplaceAll(values100, "k", ",u"), "", "nearly"},
		{"# ,k\n.,x\n.,y\n.,x\n4.5,y\n", `taken for missing: "." (3) in column 1 "#"`, ""},
		{"a,b,k\nunknown,1,x\n2.5 m,2,y\n3 m,3,x\n",
			`taken for missing: "unknown" (1) in column 1 "a"; read as numbers: column 1 "a" (m)`, ""},
		{"a,k\nunknown,x\nu,y\nunknown,x\n", `column 1 "a": "unknown" is taken for a word`, "taken for missing"},
		{"when,a,k\n2023-01-02,1,x\n2023-01-02,2,y\n2023-01-03,3,x\n",
			`left out: column 1 "when" (dates); of dates, columns of the weekday, the month or the hour can be made, and ` +
				`learned from`, ""},
		{"a,k\n1,x\n2,#N/A\n3,y\n4,x\n", `x.csv: line 3, column 2 "k": the label is missing`, ""},
		{"a,k\n1,x\n2,<NA>\n3,y\n4,x\n", "the label is missing", ""},
		{"a,b,k\n1,5,x\n2,6,y\na,b,k\n3,7,x\n", "line 4 is the header again, and is left out", ""},
		{"a,drive\n1,4WD\n2,2WD\n3,4WD\n4,2WD\n", "[2WD 4WD]", ""},
		{"a,drive\n1,1st\n2,2nd\n3,1st\n4,2nd\n", "[1st 2nd]", ""},
	} {
		got := taken(c.file, Options{})
		if !strings.Contains(got, c.want) || c.not != "" && strings.Contains(got, c.not) {
			t.Errorf("%.80q gives\n%s; want %s, and not %q", c.file, got, c.want, c.not)
		}
	}
	if got := taken("a,when\n1,2023-01-02\n2,2023-01-02\n3,2023-01-03\n", Options{Label: "when"}); !strings.HasPrefix(got,
		`x.csv: column 2 "when" holds dates, which are neither classes nor numbers to predict; name another column with `+
			`-label`) {
		t.Error(got)
	}
}

// tens is nine rows of two classes.
const tens = "a,k\n1,x\n2,y\n3,x\n4,y\n5,x\n6,y\n7,x\n8,y\n9,x\n"

// values100 is 25 rows of a square and a k.
var values100 = func() (s string) {
	for i := range 25 {
		s += fmt.Sprintf("%d,%d.5k\n", i+1, i*i)
	}
	return s
}()

// TestHowWritten: what was found out about the numbers of a table is kept with its columns, and only what was found
// out.
func TestHowWritten(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"f;p\n51,5 m²;119.710 €\n12 m²;868.215 €\n89 m²;1 €\n",
			`[{"name":"f","kind":"number","from":12,"to":89,"unit":"m²","decimal":","},{"name":"p","kind":"label","unit":"€","decimal":","}]`},
		{"f,k\n1.5,x\n2,y\n3,x\n",
			`[{"name":"f","kind":"number","from":1.5,"to":3,"decimal":"."},{"name":"k","kind":"label"}]`},
		{"f,k\n1,x\n2,y\n3,x\n", `[{"name":"f","kind":"number","from":1,"to":3},{"name":"k","kind":"label"}]`},
	} {
		d, err := Interpret(tableOf(t, c.file), nil, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := json.Marshal(d.Columns); string(got) != c.want {
			t.Errorf("%q: %s; want %s", c.file, got, c.want)
		}
	}
	// A table to test with is read in the same way.
	train := "f;p\n51,5 m²;119.710 €\n12 m²;868.215 €\n89 m²;1 €\n"
	note, d, err := notes(t, train, "f;p\n1.234 m²;2.345 €\n5 m²;7 €\n", "")
	if err != nil || fmt.Sprint(d.Test.Values, d.Test.Targets) != "[1234 5] [2345 7]" {
		t.Errorf("%v, %s: %v", err, note, d)
	}
	if _, _, err = notes(t, train, "f;p\n1.234 km;2.345 €\n5 m²;7 €\n", ""); !filetest.Says(err,
		`x_test.csv: line 2, column 1 "f": "1.234 km" is not a number`) {
		t.Error(err)
	}
	if _, _, err = notes(t, train, "f;p\n1,5 m²;2.345 €\n5.5 m²;7 €\n", ""); !filetest.Says(err, "x_test.csv: line 2",
		"decimal comma", "decimal point") {
		t.Error(err)
	}
}

// TestTooManyInputs: more inputs of all samples together than a table of its size can be believed to have are refused.
func TestTooManyInputs(t *testing.T) {
	file := "a,b,k\n"
	for i := range 40 {
		file += fmt.Sprintf("w%d,%d,%s\n", i, i, []string{"x", "y"}[i%2])
	}
	for most, want := range map[int64]string{40 * 41: "", 40*41 - 1: "x.csv: 40 samples of 41 inputs are more than"} {
		tab, err := Read(strings.NewReader(file), "x.csv", Limit{Bytes: 1000, Cells: 1000, Inputs: most})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = Interpret(tab, nil, Options{}); want == "" && err != nil || want != "" && !filetest.Says(err, want) {
			t.Errorf("%d inputs: %v", most, err)
		}
	}
}
