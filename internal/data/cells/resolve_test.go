package cells

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"backprop/internal/data/field"
	"backprop/internal/filetest"
)

// resolved is what a table is after Resolve: its columns' words as far as Word tells them, units, and notes.
func resolved(file string, h Hints) string {
	tab, err := Read(strings.NewReader(file), "x.csv", all)
	if err != nil {
		return err.Error()
	}
	if h.Ignored == nil {
		h.Ignored = make([]bool, len(tab.Cols))
	}
	if _, err := tab.Resolve(h); err != nil {
		return err.Error()
	}
	var columns []string
	for j, c := range tab.Cols {
		var fields []string
		for i := range tab.N {
			f := tab.Word(i, j)
			if x := tab.At(i, j); x != x && f != "" {
				f = fmt.Sprintf("%q", f)
			}
			fields = append(fields, f)
		}
		columns = append(columns, strings.Join(fields, " "))
		if c.Unit != "" {
			columns[j] += " in " + c.Unit
		}
		if c.Dates {
			columns[j] += " dates"
		}
	}
	return strings.Join(append([]string{strings.Join(columns, " | ")}, tab.Notes...), "; ")
}

// TestDecimal: one rule a table says which character is decimal, found from all its numbers; where none shows it, or
// two show different ones, the table is refused with the place.
func TestRule(t *testing.T) {
	const decimal, groups = "numbers have a decimal comma: ", "numbers have a comma between thousands: "
	const both = "numbers have a decimal comma, and a point between thousands: "
	const open = ", and no number of the table shows which; write a number of the table so that it does " +
		"(with one digit more behind a decimal %s, or without it), or leave the column out with -ignore"
	for _, c := range []struct{ name, file, want string }{
		{"what is owed, of which the first is told", "a;b\n7;(1.234,50 €)\n9-;8,00 €\n", "7 -9 | -1234.5 8 in €; " + decimal +
			`"(1.234,50 €)" in line 2 is -1234.5; ` +
			`numbers in brackets, or with the minus behind them, are negative: "9-" in line 3 is -9`},
		{"points, and nothing to decide", "a,b\n1.5,1.234\n2.5,2.345\n", "1.5 2.5 | 1.234 2.345"},
		{"three digits after a point between commas", "a,b\n1.234,7\n2.345,8\n", "1.234 2.345 | 7 8"},
		{"the same between tabs", "a\tb\n1.234\t7\n2.345\t8\n", "1.234 2.345 | 7 8"},
		{"the same between semicolons", "a;b\n1.234;7\n2.345;8\n", `line 2, column 1 "a": "1.234" can be 1.234 or 1234` +
			fmt.Sprintf(open, "point")},
		{"three digits after a comma", "a;b\n7;210,107\n8;1,234\n",
			`line 2, column 2 "b": "210,107" can be 210.107 or 210107` + fmt.Sprintf(open, "comma")},
		{"the same between tabs", "a\tb\n7\t210,107\n8\t1,234\n",
			`line 2, column 2 "b": "210,107" can be 210.107 or 210107` + fmt.Sprintf(open, "comma")},
		{"the same in quotes", "a,b\n7,\"210,107\"\n8,\"1,234\"\n", "7 8 | 210107 1234; " + groups +
			`"210,107" in line 2 is 210107`},
		{"the other column shows a comma", "a;b\n51,5;119.710\n12;868.215\n", "51.5 12 | 119710 868215; " + both +
			`"51,5" in line 2 is 51.5, and "119.710" in line 2 is 119710`},
		{"a later row shows a comma", "a;b\n119.710;1\n868;2\n1.234,5;3\n", "119710 868 1234.5 | 1 2 3; " + both +
			`"1.234,5" in line 4 is 1234.5, and "119.710" in line 2 is 119710`},
		{"zeros are kept apart", "a;b\n119.000;0,5\n119;1,5\n", "119000 119 | 0.5 1.5; " + both +
			`"0,5" in line 2 is 0.5, and "119.000" in line 2 is 119000`},
		{"the other column shows a point", "a;b\n1.5;1,234\n12;868,215\n", "1.5 12 | 1234 868215; " + groups +
			`"1,234" in line 2 is 1234`},
		{"two points show that they group", "a;b\n1.234.567;119.710\n12;868.215\n", "1234567 12 | 119710 868215; " + both +
			`"1.234.567" in line 2 is 1234567, and "119.710" in line 2 is 119710`},
		{"decimal commas", "a;b\n1,5;x\n2,25e1;y\n3;x\n", `1.5 22.5 3 | "x" "y" "x"; ` + decimal + `"1,5" in line 2 is 1.5`},
		{"decimal commas between tabs", "a\tb\n1,5\tx\n2,25\ty\n", `1.5 2.25 | "x" "y"; ` + decimal +
			`"1,5" in line 2 is 1.5`},
		{"decimal commas in quotes", "a,b\n\"0,117\",\"27,839\"\n\"-1,026\",\"1,5\"\n", "0.117 -1.026 | 27.839 1.5; " +
			decimal + `"0,117" in line 2 is 0.117`},
		{"thousands and points in quotes", "a,b\n\"1,234\",0.5\n\"12,345\",1.5\n", "1234 12345 | 0.5 1.5; " + groups +
			`"1,234" in line 2 is 1234`},
		{"commas and points", "a;b\n51,5;3.25\n12;1.75\n",
			`line 2, column 1 "a": "51,5" has a decimal comma, and "3.25" in line 2, column 2 "b" a decimal point; ` +
				"write all numbers of the table in one way, or leave one of the columns out with -ignore"},
		{"euros have no three digits behind the comma", "a;b\n1;119.710 €\n2;868.215 €\n",
			"1 2 | 119710 868215 in €; numbers have a point between thousands: " + `"119.710 €" in line 2 is 119710`},
		{"nor have dollars", "a;b\n1;$119,710\n2;$868,215\n", "1 2 | 119710 868215 in $; " + groups +
			`"$119,710" in line 2 is 119710`},
		{"but a number that shows it counts more", "a;b\n1,5;$119,710\n2;$868,215\n", "1.5 2 | 119.71 868.215 in $; " +
			decimal + `"1,5" in line 2 is 1.5`},
		{"without a header", "51,5;119.710\n12;868.215\n", "51.5 12 | 119710 868215; " + both +
			`"51,5" in line 1 is 51.5, and "119.710" in line 1 is 119710`},
		{"only the comma, in the first line", "51,5;7\n12;8\n", "51.5 12 | 7 8; " + decimal + `"51,5" in line 1 is 51.5`},
		{"only thousands there", "7,\"1,234\"\n8,\"2,345\"\n", "7 8 | 1234 2345; " + groups + `"1,234" in line 1 is 1234`},
		{"nothing shows it there", "7;1,234\n8;2,345\n", `line 1, column 2: "1,234" can be 1.234 or 1234` +
			fmt.Sprintf(open, "comma")},
		{"euros there", "7;1.234 €\n8;2.345 €\n",
			`7 8 | 1234 2345 in €; numbers have a point between thousands: "1.234 €" in line 1 is 1234`},
		{"commas and points there", "1,5;2.5\n2;3.5\n",
			`line 1, column 1: "1,5" has a decimal comma, and "2.5" in line 1, column 2 a decimal point; ` +
				"write all numbers of the table in one way, or leave one of the columns out with -ignore"},
		{"blanks about fields", "a;b\n7 ;1\n119.710 ;2,5\n868.215;3\n", "7 119710 868215 | 1 2.5 3; " + both +
			`"2,5" in line 3 is 2.5, and "119.710" in line 3 is 119710`},
		{"words show nothing", "a;b\nv1,5;3.25\n1,5 2,5;1.75\n", `"v1,5" "1,5 2,5" | 3.25 1.75`},
		{"nor does a column with words", "a;b\n1,5;3.25\nx;1.75\ny;0.5\n", `1.5 "x" "y" | 3.25 1.75 0.5`},
		{"lists in quotes stay words among words", "a,b\n\"28,12\",1\n\"28,12,7\",2\n16,3\n\"A\",4\n",
			`"28,12" "28,12,7" 16 "A" | 1 2 3 4`},
	} {
		if got := resolved(c.file, Hints{}); got != c.want {
			t.Errorf("%s: %q gives\n%s; want\n%s", c.name, c.file, got, c.want)
		}
	}
	// A column that is left out shows nothing.
	if got := resolved("a;b\n51,5;3.25\n12;1.75\n", Hints{Ignored: []bool{true, false}}); got != "51.5 12 | 3.25 1.75" {
		t.Error(got)
	}
	// A table to test with is read by the rule of the one to train on, unless it shows another itself.
	was := []KnownColumn{{Numeric: true, Unit: "€"}, {Words: []string{"-"}}}
	for _, c := range []struct {
		file string
		rule field.Form
		want string
	}{
		{"a;b\n1.234;x\n5 €;-\n", field.DecimalComma,
			`1234 5 in € | "x" "-"; numbers have a point between thousands: "1.234" in line 2 is 1234`},
		{"a;b\n1.234;x\n5 €;-\n", field.DecimalPoint, `1.234 5 in € | "x" "-"`},
		{"a;b\n1.234;x\n5.5 €;-\n", field.DecimalComma, `1.234 5.5 in € | "x" "-"`},
		{"a;b\n1.234;x\n5 $;-\n", field.DecimalPoint, `1.234 "5 $" | "x" "-"`},
	} {
		if got := resolved(c.file, Hints{Decimal: c.rule, Columns: was}); got != c.want {
			t.Errorf("%q by the rule %d: %s; want %s", c.file, c.rule, got, c.want)
		}
	}
}

// TestUnits: a column with one unit is of numbers; one with two, or with words, is of words.
func TestUnits(t *testing.T) {
	for _, c := range []struct{ name, column, want string }{
		{"areas", "51 m²|89 m²", "51 89 in m²"}, {"with thousands", "1,114 sqft|709 sqft|2,000 sqft",
			"1114 709 2000 in sqft"},
		{"percent", "0.5%|2%", "0.5 2 in %"}, {"dollars", "$5|-$7.50", "5 -7.5 in $"},
		{"missing", "5 km||unknown|-|7 km", "5    7 in km"}, {"zero needs none", "5 km|0|7 km", "5 0 7 in km"},
		{"two units", "5 km|500 m", `"5 km" "500 m"`}, {"one word among many", "5 km|6 km|7 km|x", `5 6 7 "x" in km`},
		{"words", "5 km|x|y|z", `"5 km" "x" "y" "z"`},
		{"one without, of many", "5 km|6 km|7|8 km|9 km", "line 3, column 1: 7 has no unit, and the others have " +
			"\"km\"; write it like them, or leave the field empty if it is unknown"},
		{"one with, of many", "5|6|7 km|8|9", `5 6 "7 km" 8 9`},
		{"all the same", "5 km|5 km", "5 5 in km"}, {"codes", "12A|13B|14C", `"12A" "13B" "14C"`},
		{"a marker at any share", ".|.|.|4.5|.", "   4.5 "}, {"among words it is one", ".|x|y", `"." "x" "y"`},
		{"dates", "2023-01-02|2023-01-03", `"2023-01-02" "2023-01-03" dates`}, {"what is owed", "(5)|7", "-5 7"},
		{"in dollars", "$7|($1,234.50)", "7 -1234.5 in $"},
		{"with the minus behind", "5.50-|x|7|8", `-5.5 "x" 7 8`},
		{"words in brackets", "(5)|x|y", `"(5)" "x" "y"`}, {"no pennies", "5,- €|7,- €", "5 7 in €"},
		{"dates and a marker", "2023-01-02|-|2023-01-03", `"2023-01-02"  "2023-01-03" dates`},
		{"days as numbers", "20230102|20230103", "20230102 20230103 dates"},
		{"the same day", "20230102|20230102", "20230102 20230102"},
		{"a date and a word", "2023-01-02|x", `"2023-01-02" "x"`}, {"a date and a number", "2023-01-02|5", `"2023-01-02" 5`},
	} {
		file := ""
		for f := range strings.SplitSeq(c.column, "|") {
			file += `"` + f + "\",7\n"
		}
		got, _, _ := strings.Cut(resolved(file, Hints{}), " | ")
		got, _, _ = strings.Cut(got, "; numbers have")
		if got != c.want {
			t.Errorf("%s: %s gives %s; want %s", c.name, c.column, got, c.want)
		}
	}
	// A stray word is found again, and what is missing in front of it.
	tab := tableOf(t, "?,7\n-,7\n1 m,7\n2 m,7\n3 m,7\nx,7\n4 m,7\n5 m,7\nnone,7\n6 m,7\n")
	tab.Resolve(Hints{Ignored: make([]bool, 2)})
	if c := tab.Cols[0]; c.WordCount != 1 || c.FirstWordLine != 6 || !tab.HasStrayWord(0) || tab.FirstWord(0) != "x" ||
		c.MissingCount != 3 ||
		c.FirstMissingLine != 1 ||
		fmt.Sprint(c.Markers) != `["-" (1) "none" (1)]` {
		t.Errorf("%+v", c)
	}
	for file, want := range map[string]int{"1 m,7\n2 km,7\n": 2, "1 m,7\n2 km,7\n3 l,7\n4 h,7\n": 4,
		"1 m,7\n2 km,7\n3 l,7\n4 h,7\n5 V,7\n": 0,
		"1 m,7\nx,7\n":                         0, "1 m,7\n2 m,7\n": 0, "1 m,7\n2 km,7\nx,7\n": 0} {
		tab := tableOf(t, file)
		if tab.Resolve(Hints{Ignored: make([]bool, 2)}); tab.Cols[0].UnitCount != want {
			t.Errorf("%q: %d units; want %d", file, tab.Cols[0].UnitCount, want)
		}
	}
	// Many words are no numbers because some are.
	var b strings.Builder
	for i := range 300 {
		fmt.Fprintf(&b, "%d km,7\nname %d,8\n", i, i)
	}
	if got := resolved(b.String(), Hints{}); !strings.HasPrefix(got, `"0 km" "name 0" "1 km"`) {
		t.Errorf("%.60s", got)
	}
}

// TestRestoreWords: a label of few numbers with a unit can be one of words, which money and percent cannot.
func TestRestoreWords(t *testing.T) {
	for file, want := range map[string]string{"4WD,1\n2WD,2\n4WD,3\n2WD,4\n": "[4WD 2WD 4WD 2WD]",
		"4%,1\n2%,2\n4%,3\n2%,4\n":     "[4 2 4 2]",
		"4 m,1\n2 m,2\n3 m,3\n5 m,4\n": "[4 2 3 5]", "4WD,1\n2WD,2\n4 WD,3\n2WD,4\n": "[4 2 4 2]",
		"4WD,1\n,2\n4WD,3\n2WD,4\n": "[4WD  4WD 2WD]"} {
		tab := tableOf(t, file)
		if _, err := tab.Resolve(Hints{Ignored: make([]bool, 2)}); err != nil {
			t.Fatal(err)
		}
		tab.RestoreWords(0)
		var got []string
		for i := range tab.N {
			got = append(got, tab.Word(i, 0))
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%q: %v; want %s", file, got, want)
		}
	}
}

// TestAboveTable: titles, headers that come again, and counts of rows are left out and said; what is none is not.
func TestAboveTable(t *testing.T) {
	const title, again = "line 1 stands above the table and is left out", "line 4 is the header again, and is left out"
	for _, c := range []struct{ name, file, want string }{
		{"a title", "Report\na,b\n1,2\n3,4\n", "1 3 | 2 4; " + title},
		{"with commas, and a blank line", "Report,,\n2023,,\n\na,b,k\n1,2,x\n3,4,y\n",
			`1 3 | 2 4 | "x" "y"; lines 1 to 2 stand above the table and are left out`},
		{"above decimal commas", "Report\n\na;b\n1,5;2\n3,5;4\n", `1.5 3.5 | 2 4; ` + title +
			`; numbers have a decimal comma: "1,5" in line 4 is 1.5`},
		{"with a comma, above semicolons", "Report, 2023\na;b\n1,5;2\n3,5;4\n", `1.5 3.5 | 2 4; ` + title +
			`; numbers have a decimal comma: "1,5" in line 3 is 1.5`},
		{"above separators alone", "Report;;\n;;\na;b;k\n1;2;x\n3;4;y\n",
			`1 3 | 2 4 | "x" "y"; lines 1 to 2 stand above the table and are left out`},
		{"above a table without a header", "Report\n1,2\n3,4\n", "1 3 | 2 4; " + title},
		{"missing values are no title", "a,b\ny,\n5,1\n6,2\n", `"y" 5 6 |  1 2`}, {"nor is a header of one name",
			"a,\n5,1\n6,2\n", "5 6 | 1 2"},
		{"nor is a number", "5,\n6,\na,b\n", `5 6 "a" |   "b"`},
		{"the header again", "a,b\n1,2\n3,4\na,b\n5,6\n", ""},
		{"the header again among words", "a,b\nr,s\nq,s\na,b\nr,t\n", `"r" "q" "r" | "s" "s" "t"; ` + again},
		{"twice", "a,b\nr,s\nq,s\na,b\nr,t\na,b\n",
			`"r" "q" "r" | "s" "s" "t"; 2 lines are the header again, and are left out (the first is line 4)`},
		{"a count of rows", "3,2,u,v\n5,6,0\n7,8,1\n9,1,0\n",
			"5 7 9 | 6 8 1 | 0 1 0; line 1, a count of rows and columns, is left out"},
		{"a wrong count", "4,2,u,v\n5,6,0\n7,8,1\n9,1,0\n",
			"line 1 looks like a count of rows and columns, but there are 3 rows, not 4; correct it, or remove the line"},
		{"numbers in a header", "2,3,first,last\n1,2,3,4\n5,6,7,8\n9,8,7,6\n1,5,7,8\n3,4,5,7\n",
			"1 5 9 1 3 | 2 6 8 5 4 | 3 7 7 7 5 | 4 8 6 8 7; line 1 is taken for the header, with the numbers in it"},
		{"a sample", "9,3,u,v\n1,2,u,v\n5,6,u,w\n",
			`1 5 9 | 2 6 3 | "u" "u" "u" | "v" "w" "v"; line 1 is taken for a sample` + HeaderAdvice},
		{"old Macs", "a,b\r1,2\r3,4\r", "1 3 | 2 4"},
		{"an old Mac's below another's header", "a,b\r\n1,2\r3,4\r\n5,6\n", "1 3 5 | 2 4 6"},
		{"an old Mac's with a line feed at its end", "a,b\r1,2\r3,\"4\"\r5,6\n", "1 3 5 | 2 4 6"},
		{"old Macs, with tabs and a quote that is a unit", "a\tb\n1\t5\" x\r3\ty\n", `1 3 | "5\" x" "y"`},
		{"a carriage return in quotes", "a,b\n1,\"x\ry\"\n3,z\n", `1 3 | "x\ry" "z"`},
		{"Weka's", "% seen\n@RELATION r\n@attribute a numeric\n@data\n1,x\n",
			"is a table in ARFF, the format of Weka, which this program does not read; save it as CSV"},
		{"JSON", "[{\"a\":1,\"b\":2},\n{\"a\":3,\"b\":4}]\n", "is JSON, which this program does not read; save it as CSV"},
		{"lists in fields", "id,g\n1,a;b\n2,c;d\n3,e;f\n", `1 2 3 | "a;b" "c;d" "e;f"`},
	} {
		if c.want == "" {
			c.want = "1 3 5 | 2 4 6; " + again
		}
		if got := resolved(c.file, Hints{}); got != c.want {
			t.Errorf("%s: %q gives\n%s; want\n%s", c.name, c.file, got, c.want)
		}
	}
}

// TestBounds: what no table has is refused before there is room for it.
func TestBounds(t *testing.T) {
	many := func(s string, n int) io.Reader { return strings.NewReader(strings.Repeat(s, n)) }
	for name, c := range map[string]struct {
		r     io.Reader
		limit Limit
		want  string
		most  uint64
	}{
		"a line of commas":    {many(",", 16<<20), all, "the record after line 0 has more than 65536 fields", 40 << 20},
		"quotes on each line": {many("\"\n\",", 4<<20), all, "the record after line 0 has more than 65536 fields", 40 << 20},
		"a packed table": {many("1.5,-1\n", 4<<20), LimitOf(100_000, 1<<40, true),
			"line 624290: the table unpacks to more than 1248576 numbers", 100 << 20},
	} {
		n := filetest.Allocated(func() {
			if _, err := Read(c.r, "x", c.limit); err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("%s: %v; want %s", name, err, c.want)
			}
		})
		if n > c.most && !filetest.PoolsForget() { // the race detector keeps what else is thrown away
			t.Errorf("%s: %d bytes allocated", name, n)
		}
	}
	// Within quotes a comma is none, however many there are.
	long := "a,b\n1,\"" + strings.Repeat("x,", 200_000) + "\"\n2,y\n"
	if _, err := Read(strings.NewReader(long), "x", all); err != nil {
		t.Error(err)
	}
	if _, err := Read(io.MultiReader(many("1,2\n", 100_000), many("\x00", 1)), "x",
		all); fmt.Sprint(err) != "line 100001 is not text: it has a zero byte" {
		t.Error(err)
	}
	tab, err := Read(bytes.NewReader([]byte("1,2\n3,4\n")), "x", Limit{Bytes: 100, Cells: 100, Inputs: 6})
	if err != nil || tab.CheckInputs(3) != nil || tab.CheckInputs(4) == nil {
		t.Errorf("%v: 6 inputs %v, 8 inputs %v", err, tab.CheckInputs(3), tab.CheckInputs(4))
	}
	if got, want := LimitOf(1000, 1<<40, false), (Limit{1 << 40, 1 << 40, 1<<20 + 16000}); got != want {
		t.Errorf("%v; want %v", got, want)
	}
}

// TestLineEndsInPieces: a line end is one wherever a text is cut in two on its way.
func TestLineEndsInPieces(t *testing.T) {
	const file = "a,b\r\n1,\"x\r\ny\"\r3,\"u\rv\"\n"
	for k := range len(file) {
		r := NewReader(io.MultiReader(strings.NewReader(file[:k]), strings.NewReader(file[k:])), false)
		var got []string
		for l, err := r.Read(); err == nil; l, err = r.Read() {
			got = append(got, fmt.Sprintf("%d%q", l.Number, l.Fields))
		}
		if want := `1["a" "b"] 2["1" "x\ny"] 4["3" "u\rv"]`; strings.Join(got, " ") != want {
			t.Errorf("cut at %d: %s, want %s", k, got, want)
		}
	}
}
