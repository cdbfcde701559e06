package table

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"backprop/internal/filetest"
)

// withoutGuess removes from notes why the label was guessed.
func withoutGuess(notes string) string {
	return regexp.MustCompile(` \([^()]*, -label names another\)`).ReplaceAllString(notes, "")
}

// hasNote reports whether notes have the one that is wanted or, if that is "", none that contains text.
func hasNote(notes, wanted, text string) bool {
	return strings.Contains(notes, "inputs: ") && strings.Contains(notes, wanted) &&
		strings.Contains(notes, text) == (wanted != "")
}

// TestNotes: the notes say what the label and the inputs are, what was left out or replaced, and what looks wrong.
func TestNotes(t *testing.T) {
	for _, c := range []struct{ name, file, test, want string }{
		{"nothing special", "a,k\n1,x\n2,y\n", "", `label: column 2 "k"; inputs: a (number)`},
		{"blanks around fields", "a ,k \n1 ,x\n2 ,y \n", "", `label: column 2 "k"; inputs: a (number)`},
		{"a name twice", "a,a\n1 ,2 \n2,1\n1,1\n", "", `label: column 2 "a"; inputs: a (number)`},
		{"no header", "1,x\n2,y\n", "", `label: column 2; inputs: column 1 (number)`},
		{"a number to predict", "a,k\n1,0.5\n2,1\n3,2\n", "", `label: column 2 "k", a number to predict; inputs: a (number)`},
		{"a test table without labels", "a,b,k\n1,u,x\n2,v,y\n3,u,y\n", "a,b\n1,2\n3,4\n",
			`label: column 3 "k"; x_test.csv has no labels and is not used; inputs: a (number), b (2 words)`},
		{"a new word", "a,b,k\n1,u,x\n2,v,y\n3,u,y\n", "1,w,x\n2,,x\n", `label: column 3 "k"; inputs: a (number), ` +
			`b (2 words); x_test.csv: column 2: 1 word never seen in training (such as "w"), counted as none of its words`},
		{"two new words", "a,b,k\n1,u,x\n2,v,y\n3,u,y\n", "1,w,x\n2,z,x\n", `label: column 3 "k"; inputs: a (number), ` +
			`b (2 words); x_test.csv: column 2: 2 words never seen in training (such as "z"), counted as none of its words`},
		{"a column of one number", "a,b,k\n1,?,x\n,2,y\n5,,y\n", "", `label: column 3 "k"; missing, and replaced by the ` +
			`training mean (with -scale standard): column 1 "a" (1), column 2 "b" (2); inputs: a (number), b (number); ` +
			`the same in all rows, so nothing can be learned from them: column 2 "b"`},
		{"a word or a missing value", "a,b,k\n1,u,x\n2,?,y\n3,u,y\n", "",
			`label: column 3 "k"; inputs: a (number), b (1 word)`},
		{"an ID, and columns that are constant", "id,a,b,k\n1,4,u,x\n2,,u,y\n", "", `label: column 4 "k"; left out: ` +
			`column 1 "id" (numbers the samples); missing, and replaced by the training mean (with -scale standard): ` +
			`column 2 "a" (1); inputs: a (number), b (1 word); the same in all rows, so nothing can be learned from them: ` +
			`column 2 "a", column 3 "b"`},
		{"dates", "when,a,k\n2023-01-02,1,x\n2023-01-02,2,y\n2023-01-03,3,x\n", "", `label: column 3 "k"; left out: ` +
			`column 1 "when" (dates); a date itself cannot be learned from, but columns made of it can: the ` +
			`weekday, the month, the hour; inputs: a (number)`},
		{"a marker among numbers", "# ,k\n.,x\n.,y\n.,x\n4.5,y\n", "", `label: column 2 "k"; missing, and replaced by the ` +
			`training mean (with -scale standard): column 1 "#" (3); taken for missing: "." (3) in column 1 "#"; ` +
			`inputs: # (number); the same in all rows, so nothing can be learned from them: column 1 "#"`},
		{"a marker and a unit", "a,b,k\nunknown,1,x\n2.5 m,2,y\n3 m,3,x\n", "", `label: column 3 "k"; missing, and ` +
			`replaced by the training mean (with -scale standard): column 1 "a" (1); taken for missing: "unknown" (1) in ` +
			`column 1 "a"; read as numbers: column 1 "a" (m); inputs: a (number), b (number)`},
		{"markers that are words", "a,b,k\nunknown,1,-\nu,2,+\nunknown,3,-\n", "", `label: column 3 "k"; inputs: ` +
			`a (2 words), b (number); column 1 "a": "unknown" is taken for a word; column 3 "k": "-" is taken for a word`},
		{"01 and 1 among words", "z,k\n01,x\nA,y\n1,x\nA,y\n", "", `label: column 2 "k"; inputs: z (2 words); the same ` +
			`number, so they count as one word: column 1 "z" ("01" and "1")`},
		{"a note of Read", "a,b,k\n1,5,x\n2,6,y\na,b,k\n3,7,x\n", "", `label: column 3 "k"; inputs: a (number), ` +
			`b (number); line 4 is the header again, and is left out`},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := interpret(c.file, c.test, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := withoutGuess(d.Notes); got != c.want {
				t.Errorf("%q: got\n%s\nwant\n%s", c.file, got, c.want)
			}
		})
	}
	row := filetest.PixelRow
	images := filetest.PixelHeader() + row("7", true, 200) + row("3", true, 100) + row("3", true, 1)
	if got := notesOf(images, Options{}); !strings.Contains(got, "inputs: ") || strings.Contains(got, "the same") {
		t.Errorf("pixels that are always 0: got %s, want no note on them", got)
	}
}

// TestPlaceholders: numbers such as -999, which people write for a missing value, spoil the scale of a column.
func TestPlaceholders(t *testing.T) {
	const far, below, among = "far from all others, as if it stood for a missing value: ",
		"the only number below 0, as if it stood for a missing value: ",
		"the only number among words, as if it stood for a missing value: "
	for _, c := range []struct{ numbers, want string }{ // "" if the numbers are nothing special
		{"4.7 -9999 8.8 24 -9999 8", far + `column 1 "a" (-9999, 2 times, where the others are 4.7 to 24)`},
		{"4.7 -999 8.8 24 5 8", far + `column 1 "a" (-999, 1 time, where the others are 4.7 to 24)`},
		{"4.7 9999 8.8 24 9999 8", far + `column 1 "a" (9999, 2 times, where the others are 4.7 to 24)`},
		{"1 99 5 99 3 2", far + `column 1 "a" (99, 2 times, where the others are 1 to 5)`},
		{"1 -9 5 -9 3 2", far + `column 1 "a" (-9, 2 times, where the others are 1 to 5)`},
		{"1.5 1e20 5 4 3 2", far + `column 1 "a" (1e+20, 1 time, where the others are 1.5 to 5)`},
		{"1.5 -3.6e6 5 4 3 2", far + `column 1 "a" (-3600000, 1 time, where the others are 1.5 to 5)`},
		{"1 99 5 4 3 2", ""}, {"1 -9 5 4 3 2", ""}, {"4.7 9999 8.8 24 5 8", ""}, // once
		{"4.7 -1000 8.8 24 5 8", ""}, {"1.5 3000000 5 4 3 2", ""}, // unusual, and not far enough
		{"-9999 -5000 0.5 5000 1 2", ""}, {"-99 -98 -97.5 -90 -80 0", ""}, {"1 99 50 99 3 2", ""}, // near the others
		{"-99 0 0 99 99 -99", ""}, {"-9999 -9999.0 -9999", ""},
		{"7 -1 5 -1 3 2", below + `column 1 "a" (-1, 2 times, where the others are 2 to 7)`},
		{"5 -1 1 -1", below + `column 1 "a" (-1, 2 times, where the others are 1 to 5)`},
		{"7 -1 5 0 3 -1", ""}, {"7 -1 5 1 3 2", ""}, {"4 -1 2 -1 3 2", ""}, {"7 -1 5 -1 3 -2", ""}, {"-1 -1 -1", ""},
	} {
		got := notesOf(labelled(strings.Fields(c.numbers)...), Options{})
		if !hasNote(got, c.want, "stood for") {
			t.Errorf("%s: got %s, want %q", c.numbers, got, c.want)
		}
	}
	for _, c := range []struct{ name, file, want string }{
		{"in a number to predict", "a,t\nu,.5\nv,-999\nu,1.5\nv,2\n", far +
			`column 2 "t" (-999, 1 time, where the others are 0.5 to 2)`},
		{"in classes", "a,k\n1,0\n2,1\n3,0\n4,1\n5,-999\n6,-999\n",
			far + `column 2 "k" (-999, 2 times, where the others are 0 to 1)`},
		{"among words", "a,k\n1,x\n2,-999\n3,y\n4,x\n5,y\n", among + `column 2 "k" (-999, 1 time)`},
		{"-1 among words", "a,k\nx,1\n-1,2\ny,1\n-1,2\n", among + `column 1 "a" (-1, 2 times)`},
		{"7 among words", "a,k\n1,x\n2,7\n3,y\n4,x\n5,y\n", ""},
		{"two numbers among words", "a,k\n1,x\n2,99\n3,-1\n4,x\n5,y\n", ""},
		{"one word and a number", "a,k\n1,x\n2,99\n3,x\n4,x\n5,99\n", ""},
	} {
		got := notesOf(c.file, Options{})
		if !hasNote(got, c.want, "stood for") {
			t.Errorf("%s: got %s, want %q", c.name, got, c.want)
		}
	}
}

// TestSpellings: words that differ only in how they are spelled are perhaps meant to be one.
func TestSpellings(t *testing.T) {
	const note = "words that differ only in capital letters, spaces or punctuation count as different: "
	for _, c := range []struct{ words, want string }{
		{"Yes|no|yes|No|YES", `"No", "no" and "YES", "Yes", "yes" in column 2 "k"`},
		{"New York|New\u00a0York|B", `"New York", "New\u00a0York" in column 2 "k"`},
		{"e-mail|Email|yes.|yes|'yes'", `"'yes'", "yes", "yes." and "Email", "e-mail" in column 2 "k"`},
		{"a-b-c|abc|a b c", `"a b c", "a-b-c", "abc" in column 2 "k"`},
		{"Mu\u0308nchen|M\u00fcnchen|Bonn", `"Mu\u0308nchen", "M\u00fcnchen" in column 2 "k"`},
		{"Yes|no|Nein", ""},
		{"K\u00f6ln|K\u00e4ln|A+|A-|<5|>5|1-2|12|.|..", ""},
	} {
		file := "a,k\n"
		for i, w := range strings.Split(c.words+"|"+c.words, "|") {
			file += fmt.Sprintf("%d,%s\n", i, w)
		}
		got := notesOf(file, Options{Label: "k"})
		if !hasNote(got, c.want, note) {
			t.Errorf("%s: got %s, want %q", c.words, got, c.want)
		}
	}
	got := notesOf("a,b,k\n1,u,Yes\n2,U,no\n3,u,yes\n4,v,No\n5,v,YES\n6,u,no\n", Options{})
	want := note + `"U", "u" in column 2 "b", "No", "no" and "YES", "Yes", "yes" in column 3 "k"`
	if !strings.Contains(got, want) {
		t.Errorf("in two columns: got %s, want %s", got, want)
	}
}

// TestNumberLike: if four of five words, and eight at least, look like numbers or dates, they are perhaps meant so.
func TestNumberLike(t *testing.T) {
	for words, want := range map[string]string{
		"<1 <2 ~3 4x 5x 6y <7 >8 <9 u":        "<1",
		"u v <1 <2 ~3 4x 5x 6y <7 >8":         "<1",
		"<1 <2 ~3 4x 5x 6y <7 u":              "",
		"<1 <2 ~3 4x 5x 6y <7 >8 u v w":       "",
		"1-2 2-3 3-4 4-5 5-6 6-7 7-8 8-9 9-1": "",
		"a1 a2 a3 a4 a5 a6 a7 a8 a9":          "",
		"1 2 3 4 5 6 7 8 9":                   "",
	} {
		if got := numberLike(strings.Fields(words)); got != want {
			t.Errorf("%s: got %q, want %q", words, got, want)
		}
	}
	got := notesOf(labelled(strings.Fields("<1 <2 ~3 4x 5x 6y <7 >8 <9 u")...), Options{})
	want := `look like numbers or dates, and are taken for words: column 1 "a" (as "4x")`
	if !strings.Contains(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestSingleRowClasses: of ten rows or more, some are held out, and a class of one row cannot be learned and tested.
func TestSingleRowClasses(t *testing.T) {
	nine := labelled(numbered("%d", 9, 9, 1)...)
	const note = "with a single row, which cannot be both learned and tested: "
	for _, c := range []struct{ name, file, want string }{
		{"one class", nine + "10,z\n", note + `"z"`},
		{"six classes", nine + "1,b\n2,c\n3,d\n4,e\n5,f\n6,g\n", note + `"b", "c", "d", "e", "f", "g"`},
		{"seven classes", nine + "1,b\n2,c\n3,d\n4,e\n5,f\n6,g\n7,h\n", note + `"b", "c", "d", "e", "f", and 2 more`},
		{"none", nine + "10,x\n", ""},
		{"of nine rows", strings.TrimSuffix(nine, "9,x\n") + "10,z\n", ""},
	} {
		got := notesOf(c.file, Options{})
		if !hasNote(got, c.want, note) {
			t.Errorf("%s: got %s, want %q", c.name, got, c.want)
		}
	}
}

// TestRowNumbers: of 20 rows or more, a column numbers the rows if nine in ten of its values, whole numbers or words,
// are different.
func TestRowNumbers(t *testing.T) {
	fraction, missing := numbered("%d", 20, 20, 0), numbered("%d", 20, 20, 0)
	fraction[3], missing[2], missing[3], missing[4] = "2.5", "?", "?", "?"
	for _, c := range []struct {
		name   string
		fields []string
		want   int
	}{
		{"19 rows", numbered("%d", 19, 19, 0), 0},
		{"20 rows", numbered("%d", 20, 20, 0), 20},
		{"18 numbers in 20 rows", numbered("%d", 20, 18, 5), 18},
		{"17 numbers in 20 rows", numbered("%d", 20, 17, 5), 0},
		{"17 numbers in 20 rows, far apart", append(numbered("%d", 19, 16, 5), "1000"), 0},
		{"18 numbers in 20 rows, far apart", append(numbered("%d", 19, 17, 5), "1000"), 18},
		{"a fraction", fraction, 0},
		{"three missing", missing, 0},
		{"two missing", slices.Concat(missing[:2], []string{"77"}, missing[3:]), 18},
		{"18 words in 20 rows", numbered("w%d", 20, 18, 0), 0},
		{"19 words in 20 rows", numbered("w%d", 20, 19, 0), 19},
		{"19 words in 19 rows", numbered("w%d", 19, 19, 0), 0},
	} {
		tab := analysisOf(t, rowsOf(c.fields))
		of := Column{Kind: Number}
		of.From, of.To = tab.extent(0)
		if tab.Cols[0].WordCount > 0 {
			of = Column{Kind: Words, Words: tab.Distinct(0)}
		}
		if got := tab.rowNumbers(0, of); got != c.want {
			t.Errorf("%s: got %d, want %d", c.name, got, c.want)
		}
		if got := tab.rowNumbers(0, Column{Kind: LeftOut, From: of.From, To: of.To}); got != 0 {
			t.Errorf("%s, left out: got %d, want 0", c.name, got)
		}
		of.Unit = "m"
		if tab.rowNumbers(0, of) != 0 {
			t.Errorf("%s, with a unit: got %d, want 0", c.name, tab.rowNumbers(0, of))
		}
	}
	file := "\"a,b\",c,,weight,k\n"
	for i := range 20 {
		file += fmt.Sprintf("%d,w%d,%d,%g,%s\n", 7*i, i, 9*i, float64(i*i)/7, []string{"x", "y"}[i%2])
	}
	got := notesOf(file, Options{Label: "k"})
	want := `; nearly as many values as rows: column 1 "a,b" (20), column 2 "c" (20), column 3 (20); -ignore 1,c,3 ` +
		`leaves out what only numbers the rows`
	if !strings.HasSuffix(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
	one := labelled(numbered("%d", 20, 20, 3)...)
	if got = notesOf(one, Options{}); !strings.Contains(got, "inputs: ") || strings.Contains(got, "nearly") {
		t.Errorf("the only input: got %s, want no note on it", got)
	}
}

// TestDescribe: up to 16 inputs are named, and more are counted.
func TestDescribe(t *testing.T) {
	describeOf := func(numbers, words int) string {
		columns := slices.Concat([]Column{{Kind: Label}}, slices.Repeat([]Column{{Name: "n", Kind: Number}}, numbers),
			slices.Repeat([]Column{{Kind: Words, Words: []string{"u", "v"}}}, words), []Column{{Kind: LeftOut}})
		columns[1].Name = "m"
		return describe(columns)
	}
	for _, c := range []struct{ got, want string }{
		{describeOf(1, 2), "m (number), column 3 (2 words), column 4 (2 words)"},
		{describeOf(16, 0), "m (number)" + strings.Repeat(", n (number)", 15)},
		{describeOf(17, 0), "17 numbers (m … n)"}, {describeOf(0, 17), "17 columns of words"},
		{describeOf(1, 16), "1 number (m) and 16 columns of words"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}
