package table

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"backprop/internal/filetest"
)

// TestUnsurePair: in the table to test with, "-" and "none" are what they are in the one to train on.
func TestUnsurePair(t *testing.T) {
	for _, c := range []struct{ train, test, want string }{
		{"a,k,y\n1,none,u\n2,Gar,v\n3,none,u\n4,Shed,v\n", "a,k,y\n1,none,u\n2,none,v\n",
			`[1 0 0 1 2 0 0 1] [0 1] label: column 3 "y"; inputs: a (number), k (3 words); column 2 "k": "none" is taken for ` +
				`a word`},
		{"a,y\n1,+\n2,-\n3,+\n", "a,y\n5,-\n6,-\n",
			`[5 6] [1 1] label: column 2 "y"; inputs: a (number); column 2 "y": "-" is taken for a word`},
		{"a,k,y\n1,p,u\n2,q,v\n3,p,u\n", "a,k,y\n-,-,u\n2,q,v\n",
			`[NaN 0 0 2 0 1] [0 1] label: column 3 "y"; inputs: a (number), k (2 words)`},
		{"a,y\n1,u\n2,v\n3,u\n", "a,y\n5,u\n6,None\n",
			`x_test.csv: line 3, column 2 "y": the label is missing; fill it in or remove the line`},
	} {
		test, err := Read(strings.NewReader(c.test), "x_test.csv", all)
		if err != nil {
			t.Fatal(err)
		}
		d, err := Interpret(tableOf(t, c.train), test, Options{})
		got := fmt.Sprint(err)
		if err == nil {
			got = fmt.Sprintf("%v %v %s", d.Test.Values, d.Test.Labels, plainLabel(d.Notes))
		}
		if got != c.want {
			t.Errorf("%q and %q: %s, want %s", c.train, c.test, got, c.want)
		}
	}
}

// values are n fields with k different ones, the first of which is from.
func values(n, k, from int) (fields []string) {
	for i := range n {
		fields = append(fields, fmt.Sprint(from+i%k))
	}
	return fields
}

func tableOf(t *testing.T, file string) *Table {
	t.Helper()
	tab, err := Read(strings.NewReader(file), "x.csv", all)
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

// rowsOf are the lines of a table whose first column has these fields, and whose second has zeros.
func rowsOf(fields []string) string { return strings.Join(fields, ",0\n") + ",0\n" }

// TestIsClass: classes are words or whole numbers that come again, two at least and 100 at most, in twice as many
// lines.
func TestIsClass(t *testing.T) {
	for _, c := range []struct {
		n, k int
		want bool
	}{{4, 1, false}, {2, 2, true}, {3, 3, false}, {6, 3, true}, {7, 4, false}, {8, 4, true}, {200, 100, true},
		{300, 100, true}, {300, 101, false}} {
		if got := analysisOf(t, rowsOf(values(c.n, c.k, -3))).isClass(0); got != c.want {
			t.Errorf("%d values in %d lines are classes: %v", c.k, c.n, got)
		}
	}
	filetest.Holds(t, "has classes", func(file string) bool { return analysisOf(t, file).isClass(0) },
		[]string{"u,0\nu,0\nv,0\nv,0\n", "u,0\nu,0\n1,0\n?,0\n"}, []string{"0.5,0\n1,0\n1,0\n1,0\n", "u,0\n?,0\nu,0\nu,0\n"})
}

// TestIsID: what only numbers the samples is known by its name, if no value comes twice, or by its counting.
func TestIsID(t *testing.T) {
	filetest.Holds(t, "numbers the samples", func(name string) bool {
		return analysisOf(t,
			name+",a\n7,1\n5,2\n9,3\n").isID(0)
	},
		[]string{"id", "ID", "Index", "no", "NR", "rownames", "Unnamed: 0", "#", "PassengerId", "x_id", "x id", "userID"},
		[]string{"paid", "x", "index2", "ACID", "RAPID"})
	for _, c := range []struct {
		file string
		j    int
		want bool
	}{
		{"id,a\n7,1\n5,2\n7,3\n", 0, false}, {"a,id\n1,7\n2,5\n3,9\n", 1, true}, {"id,a\n7,1\n5,2\n?,3\n", 0, false},
		{"id,a\nu,1\nv,2\nw,3\n", 0, true}, {"id,a\n0.5,1\n1,2\n2,3\n", 0, false}, // fractions number nothing
		{",a\n0,5\n1,5\n2,5\n", 0, true}, {",a\n1,5\n2,5\n3,5\n", 0, true}, {",a\n2,5\n3,5\n4,5\n", 0, false},
		{",a\n7,5\n5,5\n9,5\n", 0, false}, {",a\n0,5\n1,5\n", 0, false},
		{",a\n1,5\n2,5\n4,5\n", 0, false}, {"0,5\n1,5\n2,5\n", 0, true}, {"1,5\n2,5\n3,5\n", 0, true},
		{"5,0\n5,1\n5,2\n", 1, false}, {"x,a\n0,5\n1,5\n2,5\n", 0, false},
		{"1,5\n2,5\n?,5\n", 0, false}, {"a,\n7,1\n5,2\n9,3\n", 1, true},
	} {
		if got := analysisOf(t, c.file).isID(c.j); got != c.want {
			t.Errorf("column %d of %q numbers the samples: %v", c.j+1, c.file, got)
		}
	}
}

// TestNumbersRows: from 20 rows on, words in more than 9 of 10 of them, or whole numbers in at least so many.
func TestNumbersRows(t *testing.T) {
	fraction, missing := values(20, 20, 0), values(20, 20, 0)
	fraction[3], missing[2], missing[3], missing[4] = "2.5", "?", "?", "?"
	words := func(n, k int) (list []string) {
		for i := range n {
			list = append(list, fmt.Sprint("w", i%k))
		}
		return list
	}
	for _, c := range []struct {
		name   string
		fields []string
		want   int
	}{
		{"19 rows", values(19, 19, 0), 0}, {"20 rows", values(20, 20, 0), 20}, {"18 of 20", values(20, 18, 5), 18},
		{"17 of 20", values(20, 17, 5), 0},
		{"17 of 20, far apart", append(values(19, 16, 5), "1000"), 0},
		{"18 of 20, far apart", append(values(19, 17, 5), "1000"), 18},
		{"a measurement", fraction, 0}, {"three are missing", missing, 0},
		{"two are missing", slices.Concat(missing[:2], []string{"77"}, missing[3:]), 18},
		{"18 words of 20", words(20, 18), 0}, {"19 words of 20", words(20, 19), 19}, {"19 words", words(19, 19), 0},
	} {
		tab := analysisOf(t, rowsOf(c.fields))
		of := Column{Kind: Number}
		if of.From, of.To = tab.extent(0); tab.Cols[0].WordCount > 0 {
			of = Column{Kind: Words, Words: tab.Distinct(0)}
		}
		if got := tab.rowNumbers(0, of); got != c.want {
			t.Errorf("%s: %d values number the rows; want %d", c.name, got, c.want)
		}
		if got := tab.rowNumbers(0, Column{Kind: LeftOut, From: of.From, To: of.To}); got != 0 {
			t.Errorf("%s, left out: %d", c.name, got)
		}
	}
}

// TestImageSide: images are squares of 8×8 pixels at least.
func TestImageSide(t *testing.T) {
	for pixels, want := range map[int]int{0: 0, 1: 0, 49: 0, 63: 0, 64: 8, 65: 0, 80: 0, 81: 9, 784: 28} {
		if got := ImageSide(pixels); got != want {
			t.Errorf("%d pixels: side %d; want %d", pixels, got, want)
		}
	}
}

// TestFindLabel: where the label is, and the words where it is not.
func TestFindLabel(t *testing.T) {
	for _, c := range []struct{ file, label, want string }{
		{"a,b\n1,2\n3,4\n", "first", "1"}, {"a,b\n1,2\n3,4\n", "last", "2"}, {"a,b\n1,2\n3,4\n", "1", "1"},
		{"a,b\n1,2\n3,4\n", "2", "2"}, {"a,b\n1,2\n3,4\n", "A", "1"},
		{"a,b\n1,2\n3,4\n", "", "2"}, {"a,b,c\n1,2,\n3,4,\n", "", "2"}, {"a,b,c,d\n1,2,,\n3,4,,\n", "last", "2"},
		{"a,b,c\n1,2,?\n3,4,1\n", "last", "3"},
		{"a,b\n1,2\n3,4\n", "0", "-label 0: no such column; there are a, b"},
		{"a,b\n1,2\n3,4\n", "3", "-label 3: no such column; there are a, b"},
		{"1,2\n3,4\n", "0", "-label 0: the table has no header; give first, last or a number from 1 to 2"},
		{"1,2\n3,4\n", "a", "-label a: the table has no header; give first, last or a number from 1 to 2"},
		{"y,class,z\n1,2,3\n1,2,3\n", "", "2"}, {"y,x,z\n1,2,3\n1,2,3\n", "", "1"},
		{"Label,target,z\n1,2,3\n1,2,3\n", "", "1"},
		{"1,u,2\n3,v,4\n1,u,2\n3,v,4\n", "", "2"}, {"u,1,u\nv,3,v\nu,1,u\nv,3,v\n", "", "3"},
		{"1,u,5\n1,v,6\n2,w,7\n2,x,8\n", "", "1"}, {"1,7,5\n1,7,5\n2,7,6\n2,7,6\n", "", "3"},
		{"1,5,x\n1,6,7\n2,7,8\n2,8,9\n2,8,3\n2,8,4\n", "", "1"}, {"5,0\n6,0\n7,0\n", "", "2"}, {"x,5\n1,6\n", "", "1"},
		{"a,b\n1,\n2,\n", "last", "1"},
	} {
		tab := analysisOf(t, c.file)
		err := tab.findLabel(Options{Label: c.label})
		got := fmt.Sprint(tab.label + 1)
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("-label %q of %q: %s; want %s", c.label, c.file, got, c.want)
		}
	}
	for _, name := range strings.Fields("label labels target species variety survived diagnosis outcome quality " +
		"saleprice median_house_value medv price class category digit y") {
		tab := analysisOf(t, "a,"+strings.ToUpper(name)+",b\n1,2,3\n1,2,3\n")
		if err := tab.findLabel(Options{}); err != nil || tab.label != 1 {
			t.Errorf("%s is column %d, %v", name, tab.label+1, err)
		}
	}
}

// TestLabelWords: labels that cannot be learned are told in their words.
func TestLabelWords(t *testing.T) {
	words := func(n int) string { // so many labels, twice each
		b := strings.Builder{}
		b.WriteString("a,label\n")
		for i := range 2 * n {
			fmt.Fprintf(&b, "%d,w%d\n", i*i%97, i%n)
		}
		return b.String()
	}
	const learn = ", which cannot be learned; name another column with -label"
	const codes = "which are the same number; write them alike if they are one class, else as words "
	for _, c := range []struct{ file, test, want string }{
		{"a,k\n1,x\n2,y\n", "", ""}, {words(1000), "", ""}, {words(1001), "",
			`x.csv: column 2 "label" has 1001 different labels in 2002 lines` + learn},
		{"a,k\n1,x\n2,y\n3,z\n", "", `x.csv: column 2 "k" has 3 different labels in 3 lines` + learn},
		{"a,k\n1,x\n2,x\n", "", `x.csv: column 2 "k" has 1 different label in 2 lines` + learn},
		{"a,k\n1,7\n2,7\n3,7\n", "",
			`x.csv: column 2 "k" is the same in all 3 lines: there is nothing to learn; name another column with -label`},
		{"a,k\n1,7\n2,7\n2,x\n2,7\n", "",
			`x.csv: column 2 "k" has "x" in line 4, and numbers in the others; correct it, or write all labels as words`},
		{"1,x\n2,7\n3,7\n4,7\n", "",
			`x.csv: column 2 has "x" in line 1, and numbers in the others; correct it, or write all labels as words; ` +
				"line 1 is taken for a sample; if it is the header, write the numbers in it so that they are none (y2019)"},
		{"a,k\n1,1\n2,01\n3,2\n4,2\n", "", `x.csv: column 2 "k" has the labels "01" and "1", ` + codes + `("n01")`},
		{"a,k\n1,01\n2,02\n3,2\n4,3\n5,01\n6,3\n", "", `x.csv: column 2 "k" has the labels "02" and "2", ` + codes +
			`("n02")`},
		{"a,k\n1,07\n2,7\n3,7\n", "", `x.csv: column 2 "k" has the labels "07" and "7", ` + codes + `("n07")`},
		{"a,k\n1,0.5\n2,07\n3,7\n", "", ""}, // numbers to predict may be written in any way
		{"a,k\n1,x\n2,\n3,x\n", "", `x.csv: column 2 "k" has no label in line 3; fill it in or remove the line`},
		{"a,k\n1,x\n2,y\n3,\n4,?\n", "", `x.csv: line 4, column 2 "k": the label is missing; fill it in or remove the line`},
		{"a,k\n1,x\n2,y\n", "a,k\n1,x\n2,z\n",
			`x_test.csv: line 3, column 2 "k": "z" is not among the labels to train on (x, y)`},
		{"a,k\n1,0.5\n2,1\n3,2\n", "a,k\n1,1\n2,u\n",
			`x_test.csv: line 3, column 2 "k": "u" is not a number to predict; leave out -regress, or name another column ` +
				`with -label`},
		{"a,k\n1,x\n2,y\n", "a,k\n1,x\nu,y\n", `x_test.csv: line 3, column 1 "a": "u" is not a number`},
		{"a,k\n1,x\n2,y\n", "b,k\n1,x\n2,y\n", "x_test.csv: line 1: its columns differ from those of x.csv"},
		{"a,k\n1,x\n2,y\n", "1,2,x\n1,3,y\n", "x_test.csv: 3 columns, where x.csv has 2"},
		{"a,b,c,k\n1,u,2,x\n2,3,2,y\n5,4,1,y\n", "",
			`x.csv: line 2, column 2 "b": "u" is not a number, but the column has numbers; correct it, or leave the field ` +
				`empty if it is unknown`},
		{"id,a,b,k\n5,,u,x\n6,,u,y\n", "", ""},
		{"id,a,e,k\n5,,,x\n6,,,y\n", "",
			`x.csv: no column is left to learn from: column 1 "id" (numbers the samples), column 2 "a" (empty), column 3 "e" ` +
				`(empty)`},
	} {
		if _, _, err := notes(t, c.file, c.test, ""); err != nil && err.Error() != c.want || err == nil && c.want != "" {
			t.Errorf("%.60q: %v; want %s", c.file, err, c.want)
		}
	}
}

// TestNotes: what is told of a table that is taken, in its order.
func TestNotes(t *testing.T) {
	for _, c := range []struct{ file, test, want string }{
		{"a,k\n1,x\n2,y\n", "", `label: column 2 "k"; inputs: a (number)`},
		{"a ,k \n1 ,x\n2 ,y \n", "", `label: column 2 "k"; inputs: a (number)`},
		{"a,a\n1 ,2 \n2,1\n1,1\n", "", `label: column 2 "a"; inputs: a (number)`},
		{"1,x\n2,y\n", "", `label: column 2; inputs: column 1 (number)`},
		{"id,a,k\n1,5,x\n2,3,y\n3,4,x\n", "", `label: column 3 "k"; inputs: id (number), a (number)`},
		{"a,k\n1,0.5\n2,1\n3,2\n", "", `label: column 2 "k", a number to predict; inputs: a (number)`},
		{"a,b,k\n1,u,x\n2,v,y\n3,u,y\n", "a,b\n1,2\n3,4\n",
			`label: column 3 "k"; x_test.csv has no labels and is not used; inputs: a (number), b (2 words)`},
		{"a,b,k\n1,u,x\n2,v,y\n3,u,y\n", "1,w,x\n2,,x\n", `label: column 3 "k"; inputs: a (number), b (2 words); ` +
			`x_test.csv: column 2: 1 word never seen in training (such as "w"), counted as none of its words`},
		{"a,b,k\n1,?,x\n,2,y\n5,,y\n", "",
			`label: column 3 "k"; missing, and replaced by the training mean (with -scale standard): column 1 "a" (1), ` +
				`column 2 "b" (2); ` +
				`inputs: a (number), b (number); the same in all rows, which nothing can be learned from: column 2 "b"`},
		{"a,b,k\n1,u,x\n2,?,y\n3,u,y\n", "", `label: column 3 "k"; inputs: a (number), b (1 word)`},
		{"id,a,b,k\n1,4,u,x\n2,,u,y\n", "",
			`label: column 4 "k"; left out: column 1 "id" (numbers the samples); missing, and replaced by the training mean ` +
				`(with -scale standard): column 2 "a" (1); ` +
				`inputs: a (number), b (1 word); the same in all rows, which nothing can be learned from: column 2 "a", column ` +
				`3 "b"`},
		{"z,k\n01,x\nA,y\n1,x\nA,y\n", "",
			`label: column 2 "k"; inputs: z (2 words); the same number, and so one word: column 1 "z" ("01" and "1")`},
		{"grade,2019,2020\nx,7,9\ny,8,9\nx,7,8\ny,6,1\nx,1,9\ny,5,1\n", "",
			`label: column 1 "grade"; inputs: 2019 (number), 2020 (number); line 1 is taken for the header, with the numbers ` +
				`in it`},
	} {
		if got, _, err := notes(t, c.file, c.test, ""); err != nil || plainLabel(got) != c.want {
			t.Errorf("%q: %v\n%s; want\n%s", c.file, err, got, c.want)
		}
	}
	// Words, up to 50 of them, are inputs.
	for n, want := range map[int]string{50: `label: column 2 "k"; inputs: a (50 words), b (number)`,
		51: `label: column 2 "k"; left out: column 1 "a" (51 different words); inputs: b (number)`} {
		file := "a,k,b\n"
		for i := range 2 * n {
			file += fmt.Sprintf("w%d,%s,%d\n", i%n, []string{"x", "y"}[i%2], i%7)
		}
		d, err := Interpret(tableOf(t, file), nil, Options{Label: "k"})
		if err != nil || d.Notes != want {
			t.Errorf("%d words: %v, %s; want %s", n, err, d.Notes, want)
		}
	}
	// Numbers that nobody knows for such are named.
	file := "a,k,b\n"
	for i := range 60 {
		file += fmt.Sprintf("<%d,%s,%d\n", i, []string{"x", "y"}[i%2], i%7)
	}
	d, err := Interpret(tableOf(t, file), nil, Options{Label: "k"})
	if want := `left out: column 1 "a" (60 different words that look like numbers or dates, as "<0"); `; err != nil ||
		!strings.Contains(d.Notes, want) {
		t.Errorf("%v, %s; want %s", err, d.Notes, want)
	}
	// The names to leave out are such that -ignore takes them.
	file = "\"a,b\",c,,k\n"
	for i := range 20 {
		file += fmt.Sprintf("%d,w%d,%d,%s\n", 7*i, i, 9*i, []string{"x", "y"}[i%2])
	}
	want := `nearly as many values as rows: column 1 "a,b" (20), column 2 "c" (20), column 3 (20); -ignore 1,c,3 ` +
		`leaves out what only numbers them`
	if got, _, err := notes(t, file, "", ""); err != nil || !strings.HasSuffix(got, "; "+want) {
		t.Errorf("%v: %s; want %s", err, got, want)
	}
}

// TestIgnoreWords: what -ignore does not find is told.
func TestIgnoreWords(t *testing.T) {
	const file, bare = "a,b,k\n1,2,x\n2,4,y\n", "1,2,x\n2,4,y\n"
	for _, c := range []struct{ file, ignore, want string }{
		{file, "a", "inputs: b (number)"}, {file, "B", "inputs: a (number)"}, {file, "1", "inputs: b (number)"},
		{bare, "1", "inputs: column 2 (number)"}, {bare, "2", "inputs: column 1 (number)"},
		{file, "0", "x.csv: -ignore 0: no such column; there are a, b, k"},
		{file, "4", "x.csv: -ignore 4: no such column; there are a, b, k"},
		{bare, "4", "x.csv: -ignore 4: the table has no header; give numbers from 1 to 3"},
		{bare, "a", "x.csv: -ignore a: the table has no header; give numbers from 1 to 3"},
		{"2,b,k\n9,1,x\n7,2,y\n8,4,x\n9,5,x\n8,5,y\n", "2",
			"inputs: b (number); line 1 is taken for the header, with the numbers in it"},
		{file, "3", `left out: column 3 "k" (ignored); inputs: a (number)`},
		{file, "a b", `x.csv: no column is left to learn from: column 1 "a" (ignored), column 2 "b" (ignored)`},
	} {
		got := ""
		if d, err := Interpret(tableOf(t, c.file), nil, Options{Ignore: strings.Fields(c.ignore)}); err != nil {
			got = err.Error()
		} else {
			got = d.Notes
		}
		if !strings.HasSuffix(got, c.want) || strings.Contains(c.want, ".csv") && got != c.want {
			t.Errorf("-ignore %s: %s; want %s", c.ignore, got, c.want)
		}
	}
}

// TestDescribe: inputs are named while they are 16 at most, and then counted.
func TestDescribe(t *testing.T) {
	number, words := Column{Name: "n", Kind: Number}, Column{Kind: Words, Words: []string{"u", "v"}}
	of := func(numbers, texts int) string {
		columns := slices.Concat([]Column{{Kind: Label}}, slices.Repeat([]Column{number}, numbers),
			slices.Repeat([]Column{words}, texts), []Column{{Kind: LeftOut}})
		columns[1].Name = "m" // the first of them
		return describe(columns)
	}
	for _, c := range []struct{ got, want string }{
		{of(1, 2), "m (number), column 3 (2 words), column 4 (2 words)"},
		{of(16, 0), "m (number)" + strings.Repeat(", n (number)", 15)},
		{of(17, 0), "17 numbers (m … n)"}, {of(0, 17), "17 columns of words"},
		{of(1, 16), "1 number (m) and 16 columns of words"},
	} {
		if c.got != c.want {
			t.Errorf("%s; want %s", c.got, c.want)
		}
	}
	columns := []Column{{Name: "k", Kind: Label}, number, {Name: "c", Kind: Words, Words: []string{"u", "v"}},
		{Name: "x", Kind: LeftOut}}
	if n, names := Inputs(columns), InputNames(columns); n != 3 || !slices.Equal(names, []string{"n", "c=u", "c=v"}) ||
		InputNames(unnamed(columns)) != nil {
		t.Errorf("%d inputs %q", n, names)
	}
}

// TestSamples: numbers in the range of bytes are images where they are square in both tables; else they are numbers
// in both.
func TestSamples(t *testing.T) {
	rows := func(pixel string) string {
		return filetest.PixelRow("x", true, 7) + strings.Replace(filetest.PixelRow("y", true, 7), ",7,", ","+pixel+",", 1)
	}
	for _, c := range []struct {
		train, test string
		images      bool
	}{
		{rows("255"), rows("0"), true}, {rows("0.5"), rows("1"), false}, {rows("256"), rows("1"), false},
		{rows("-1"), rows("1"), false},
		{strings.Replace(rows("1"), ",7,", ",.5,", 1), rows("1"), false}, {rows("1"), rows("0.5"), false},
		{rows("?"), rows("0"), false},
	} {
		_, d, err := notes(t, c.train, c.test, "first")
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []Samples{d.Train, d.Test} {
			if p.N != 2 || p.Dim != 64 || (len(p.Pixels) == 128) != c.images || (len(p.Values) == 128) == c.images ||
				fmt.Sprint(p.Labels) != "[0 1]" {
				t.Errorf("%q, %q: %d×%d, %d pixels, %d values, labels %v", c.train, c.test, p.N, p.Dim, len(p.Pixels),
					len(p.Values), p.Labels)
			}
		}
	}
	// A column of words makes no image, whatever it holds.
	words := strings.NewReplacer("x,0", "x,u", "y,0", "y,u").Replace(rows("1"))
	if _, d, err := notes(t, words, "", "first"); err != nil || d.Train.Pixels != nil || len(d.Train.Values) != 128 ||
		d.Train.Dim != 64 || d.Train.Values[0] != 1 {
		t.Errorf("words: %v, %+v", err, d)
	}
}
