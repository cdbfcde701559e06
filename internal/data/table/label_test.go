package table

import (
	"fmt"
	"strings"
	"testing"

	"backprop/internal/filetest"
)

// TestGuessLabel: without -label, the label is found by its name, else as the only column of words, else as the last
// column. The user is told how, unless the name alone says it.
func TestGuessLabel(t *testing.T) {
	const words, last, name = " (the only column of words, -label names another)",
		" (the last column, -label names another)", " (by its name, -label names another)"
	for _, c := range []struct{ name, file, want string }{
		{"a name", "a,class\n1.5,u\n2,v\n3,u\n4,v\n", `label: column 2 "class"; `},
		{"a sure name beside words", "target,kind\n1.5,u\n2,v\n3,u\n4,v\n",
			`label: column 1 "target", a number to predict; `},
		{"a likely name beside words", "price,kind\n1.5,u\n2,v\n3,u\n4,v\n",
			`label: column 1 "price", a number to predict` + name},
		{"a likely name beside y as the last", "class,a,y\n1,5,0\n2,6,1\n1,7,0\n2,8,1\n", `label: column 1 "class"` + name},
		{"a likely name beside y as the first", "y,class,z\n1,2,3\n1,3,5\n2,2,4\n2,3,4\n", `label: column 2 "class"; `},
		{"two names", "target,label\n1.5,u\n2,v\n3,u\n4,v\n", `label: column 2 "label"` + name},
		{"y as the last", "x,y\n1,.5\n2,6\n3,5\n", `label: column 2 "y", a number to predict` + name},
		{"y as the first", "y,x,z\n1,5,.5\n0,6,1\n1,5,2\n0,6,4\n", `label: column 1 "y"` + name},
		{"y among others", "a,Y,b\n1,5,.5\n2,6,1\n3,5,2\n4,6,4\n", `label: column 2 "Y"` + name},
		{"y of words", "a,y,b\n1,u,7\n2,v,8\n3,u,9\n4,v,7\n", `label: column 2 "y"` + name},
		{"y between two columns of words", "a,y,b\nu,5,r\nv,6,b\nu,5,r\nv,6,b\n", `label: column 2 "y"` + name},
		{"y beside one column of words", "x,y,colour\n1,5,r\n2,6,b\n3,5,r\n4,6,b\n", `label: column 3 "colour"` + words},
		{"y as a coordinate", "x,y,z\n1,5,.5\n2,6,1\n3,5,2\n4,6,4\n", `label: column 3 "z", a number to predict` + last},
		{"one column of words", "cultivar,alcohol,proline\nA,13.1,1100\nB,12.2,505\nA,13,990\nB,12,480\n",
			`label: column 1 "cultivar"` + words},
		{"one column of words, no header", "A,13.1,1100\nB,12.2,505\nA,13,990\nB,12,480\n", "label: column 1" + words},
		{"a word and a number", "a,b\n5,6\nu,7\n", `label: column 1 "a"` + words},
		{"two columns of words", "u,v,w\na,p,1\nb,q,2\na,q,3\nb,p,1\n", `label: column 3 "w"`},
		{"words that never recur", "name,a,b\nAnn,1,.5\nBob,2,1\nCy,3,2\nDee,4,3\n",
			`label: column 3 "b", a number to predict` + last},
		{"numbers with a unit", "d,k\n5 km,1\n7 km,2\n5 km,1\n7 km,2\n", `label: column 2 "k"` + last},
		{"dates", "k,when\n1,2023-01-02\n2,2023-01-02\n1,2023-01-03\n2,2023-01-03\n",
			"x.csv: no column is left to learn from"},
		{"an empty last column", "a,b,c\n1,2,\n3,4.5,\n5,5,\n", `label: column 2 "b"`},
		{"no header: the first can be classes, the last cannot", "1,14.2,1065\n1,13.2,1050\n2,13.1,1185\n2,14.3,1480\n",
			"label: column 1 (the first can be classes and the last cannot, -label names another)"},
		{"no header: the same, and words that never recur", "1,u,5\n1,v,6\n2,w,7\n2,x,8\n", "label: column 1 (the first"},
		{"no header: both can be classes", "1,7,5\n1,7,5\n2,7,6\n2,7,6\n", "label: column 3" + last},
		{"no header: words, and the first can be classes", "1,u,5\n1,v,6\n2,u,7\n2,v,8\n", "label: column 2" + words},
		{"a header: the first can be classes", "a,b,c\n1,14.2,1065\n1,13.2,1050\n2,13.1,1185\n2,14.3,1480\n",
			`label: column 3 "c"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := notesOf(c.file, Options{}); !strings.HasPrefix(got, c.want) {
				t.Errorf("%q: got\n%s\nwant\n%s", c.file, got, c.want)
			}
		})
	}
	got, want := notesOf("a,b,k\n1,5,x\n2,6,y\n3,5,x\n", Options{Ignore: []string{"k"}}), `label: column 2 "b"`+last
	if !strings.HasPrefix(got, want) {
		t.Errorf("-ignore k: got %s, want %s", got, want)
	}
	for _, name := range strings.Fields("label labels target species variety survived diagnosis outcome quality " +
		"saleprice median_house_value medv price class category digit y") {
		tab := analysisOf(t, "a,"+strings.ToUpper(name)+",b\n1,2,3\n1,2,3\n")
		if err := tab.findLabel(Options{}); err != nil || tab.label != 1 {
			t.Errorf("a column called %s: got column %d, error %v; want column 2", name, tab.label+1, err)
		}
	}
}

// TestNamedLabel: -label and -ignore take a name before a number, and that before first and last.
func TestNamedLabel(t *testing.T) {
	const ab, bare = "a,b\n1,2\n3,4\n", "1,2\n3,4\n"
	const numbers = "0,1,2,3\n.5,1.5,a,7.1\n.1,1.2,b,7.4\n.6,1.9,a,7.3\n.2,1.1,b,7.2\n.7,1.6,a,7.9\n"
	const places = "2,3,first,last\n1,.5,3,4\n5,6,7,8\n9,8,7,6\n1,5,7,8\n3,4,5,7\n"
	for _, c := range []struct{ file, label, want string }{
		{ab, "a", "1"}, {ab, "A", "1"}, {ab, "1", "1"}, {ab, "2", "2"}, {ab, "first", "1"}, {ab, "last", "2"},
		{"A,a,k\n1,2,3\n2,3,4\n", "a", "2"}, {"A,a,k\n1,2,3\n2,3,4\n", "K", "3"},
		{"\"b,c\",b,c\n1,2,3\n3,4,5\n", "b,c", "1"},
		{numbers, "2", "3"}, {numbers, "4", "4"}, {places, "first", "3"}, {places, "last", "4"}, {places, "1", "1"},
		{"a,b,c,d\n1,2,,\n3,4,,\n", "last", "2"}, {"a,b,c\n1,2,?\n3,4,1\n", "last", "3"}, {"a,b\n1,\n2,\n", "last", "1"},
		{ab, "0", "-label 0: no such column; there are a, b"}, {ab, "3", "-label 3: no such column; there are a, b"},
		{bare, "0", "-label 0: the table has no header; give first, last or a number from 1 to 2"},
		{bare, "a", "-label a: the table has no header; give first, last or a number from 1 to 2"},
	} {
		tab := analysisOf(t, c.file)
		err := tab.findLabel(Options{Label: c.label})
		got := fmt.Sprint(tab.label + 1)
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("-label %s of %q: got %s, want %s", c.label, c.file, got, c.want)
		}
	}
	for label, want := range map[string]string{"3": `left out: column 3 "2" (ignored)`,
		"2": "x.csv: -ignore 2: it is the label; name another one with -label"} {
		if got := notesOf(numbers, Options{Label: label, Ignore: []string{"2"}}); !strings.Contains(got, want) {
			t.Errorf("-label %s -ignore 2: got %s, want %s", label, got, want)
		}
	}
}

// TestSeveralLabels: -label takes several numbers to predict, with commas between them. A name with commas comes first.
func TestSeveralLabels(t *testing.T) {
	const file = "a,b,c,\"b,c\"\n1,2.5,5 km,9\n2,3,6 km,8\n3,4,7 km,9\n"
	for _, c := range []struct{ label, want string }{
		{"b,c", `3 rows [1 2.5 5] [1 0 1] [8 9] label: column 4 "b,c"; `},
		{"2,c", `3 rows [1 9] [2.5 5 3 6 4 7] label: column 2 "b", a number to predict, and column 3 "c" (km); `},
		{"c, 1", `3 rows [2.5 9] [5 1 6 2 7 3] label: column 3 "c", a number to predict (km), and column 1 "a"; `},
		{"last,2", `3 rows [1 5] [9 2.5 8 3 9 4] label: column 4 "b,c", a number to predict, and column 2 "b"; `},
		{"b,x", "x.csv: -label x: no such column; there are a, b, c, b,c"},
		{"b,2", `x.csv: -label b,2: column 2 "b" appears twice`},
		{"b,", "x.csv: -label b,: there is no name on one side of a comma"},
	} {
		d, err := interpret(file, "", Options{Label: c.label})
		got := fmt.Sprint(err)
		if err == nil {
			got = summary(d) + " " + d.Notes
		}
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("-label %s: got %s, want %s", c.label, got, c.want)
		}
	}
	const words = `x.csv: line 2, column 2 "b": "u" is not a number, and several labels are numbers to predict; name ` +
		"the columns of numbers alone, or this one alone"
	if got := notesOf("a,b,c\n1,u,3\n2,v,4\n", Options{Label: "c,b"}); got != words {
		t.Errorf("a label of words: got %s, want %s", got, words)
	}
	const ignored = "x.csv: -ignore b: it is the label; name another one with -label"
	if got := notesOf(file, Options{Label: "a,b", Ignore: []string{"b"}}); got != ignored {
		t.Errorf("an ignored label: got %s, want %s", got, ignored)
	}
}

// TestIsClass: classes are two to a hundred words or whole numbers, each in two rows on average.
func TestIsClass(t *testing.T) {
	for _, c := range []struct {
		rows, values int
		want         bool
	}{{4, 1, false}, {2, 2, true}, {3, 3, false}, {6, 3, true}, {7, 4, false}, {8, 4, true}, {200, 100, true},
		{300, 100, true}, {300, 101, false}} {
		if got := analysisOf(t, rowsOf(numbered("%d", c.rows, c.values, -3))).isClass(0); got != c.want {
			t.Errorf("%d values in %d rows are classes: got %v, want %v", c.values, c.rows, got, c.want)
		}
	}
	filetest.Holds(t, "has classes", func(file string) bool { return analysisOf(t, file).isClass(0) },
		[]string{"u,0\nu,0\nv,0\nv,0\n", "u,0\nu,0\n1,0\n?,0\n"}, []string{"0.5,0\n1,0\n1,0\n1,0\n", "u,0\n?,0\nu,0\nu,0\n"})
}

// numbered returns n fields of the given format, with numbers from first on, of which so many are different.
func numbered(format string, n, different, first int) (fields []string) {
	for i := range n {
		fields = append(fields, fmt.Sprintf(format, first+i%different))
	}
	return fields
}

// TestLabelErrors: labels that cannot be learned are refused, and the message says why.
func TestLabelErrors(t *testing.T) {
	words := func(n int) string { // so many labels, twice each
		return "label,a\n" + rowsOf(numbered("w%d", 2*n, n, 0))
	}
	const learn = ", which cannot be learned; name another column with -label"
	const codes = "which are the same number; write them alike if they are one class, else as words "
	for _, c := range []struct{ name, file, want string }{
		{"1001 labels", words(1001), `column 1 "label" has 1001 different labels in 2002 lines` + learn},
		{"all different", "a,k\n1,x\n2,y\n3,z\n", `column 2 "k" has 3 different labels in 3 lines` + learn},
		{"one label", "a,k\n1,x\n2,x\n", `column 2 "k" has 1 different label in 2 lines` + learn},
		{"one number", "a,k\n1,7\n2,7\n3,7\n",
			`column 2 "k" is the same in all 3 lines: there is nothing to learn; name another column with -label`},
		{"a word among numbers", "a,k\n1,7\n2,7\n2,x\n2,7\n",
			`column 2 "k" has "x" in line 4, and numbers in the others; correct it, or write all labels as words`},
		{"a word above numbers", "1,x\n2,7\n3,7\n4,7\n",
			`column 2 has "x" in line 1, and numbers in the others; correct it, or write all labels as words; ` +
				"line 1 is taken for a sample; if it is the header, write the numbers in it so that they are none (y2019)"},
		{"1 and 01", "a,k\n1,1\n2,01\n3,2\n4,2\n", `column 2 "k" has the labels "01" and "1", ` + codes + `("n01")`},
		{"07 and 7 alone", "a,k\n1,07\n2,7\n3,7\n", `column 2 "k" has the labels "07" and "7", ` + codes + `("n07")`},
		{"one label, one missing", "a,k\n1,x\n2,\n3,x\n",
			`column 2 "k" has no label in line 3; fill it in or remove the line`},
		{"missing labels", "a,k\n1,x\n2,y\n3,\n4,?\n",
			`line 4, column 2 "k": the label is missing; fill it in or remove the line`},
		{"an error value of Excel", "a,k\n1,x\n2,#N/A\n3,y\n4,x\n",
			`line 3, column 2 "k": the label is missing; fill it in or remove the line`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := notesOf(c.file, Options{}); got != "x.csv: "+c.want {
				t.Errorf("%.60q: got\n%s\nwant\n%s", c.file, got, c.want)
			}
		})
	}
	for name, file := range map[string]string{"1000 labels": words(1000), "two rows, two labels": "a,k\n1,x\n2,y\n",
		"07 and 7 among numbers to predict": "a,k\n1,0.5\n2,07\n3,7\n"} {
		if _, err := interpret(file, "", Options{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	const regress = `x.csv: line 2, column 2 "b": "x" is not a number to predict; leave out -regress, or name another ` +
		"column with -label"
	if got := notesOf("a,b\n1,x\n2,y\n3,x\n", Options{Regress: true}); got != regress {
		t.Errorf("-regress: got %s, want %s", got, regress)
	}
	const dates = `x.csv: column 2 "when" holds dates, which are neither classes nor numbers to predict; name another ` +
		"column with -label"
	if got := notesOf("a,when\n1,2023-01-02\n2,2023-01-02\n3,2023-01-03\n", Options{Label: "when"}); got != dates {
		t.Errorf("-label when: got %s, want %s", got, dates)
	}
}

// TestLabelsThatMayBeAmounts: more than ten whole numbers are perhaps amounts, and the user is told of -regress.
func TestLabelsThatMayBeAmounts(t *testing.T) {
	file := func(classes int) string {
		s := "a,k\n"
		for i := range 3 * classes {
			s += fmt.Sprintf("%d.5,%d\n", i, i*7%classes)
		}
		return s
	}
	const note = ", 11 whole numbers from 0 to 10, each learned as a class of its own: if they are amounts, " +
		"-regress learns a number to predict"
	for _, c := range []struct {
		name, file string
		regress    bool
		want       bool
	}{
		{"eleven", file(11), false, true},
		{"ten", file(10), false, false},
		{"with -regress", file(11), true, false},
		{"seven and four words", strings.NewReplacer(",7\n", ",u\n", ",8\n", ",v\n", ",9\n", ",w\n", ",10\n", ",x\n").
			Replace(file(11)), false, false},
	} {
		d, err := interpret(c.file, "", Options{Regress: c.regress})
		if err != nil || strings.Contains(d.Notes, note) != c.want || !c.want && strings.Contains(d.Notes, "amounts") {
			t.Errorf("%s: got error %v, %+v; want the note: %v", c.name, err, d, c.want)
		}
		if c.regress && (d.Classes != nil || len(d.Train.Targets) != 33) {
			t.Errorf("%s: got classes %q, %d targets; want 33 targets", c.name, d.Classes, len(d.Train.Targets))
		}
	}
}
