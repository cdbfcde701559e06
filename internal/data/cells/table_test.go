package cells

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"backprop/internal/filetest"
)

// all is a limit that no test comes near.
var all = Limit{1 << 40, 1 << 40, 1 << 40}

func tableOf(t *testing.T, file string) *Table {
	t.Helper()
	tab, err := Read(strings.NewReader(file), "x.csv", all)
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

// rowsOf returns a table whose first column has these fields, and whose second has zeros.
func rowsOf(fields []string) string { return strings.Join(fields, ",0\n") + ",0\n" }

// words returns the cells of a column as text.
func words(tab *Table, j int) (list []string) {
	for i := range tab.N {
		list = append(list, tab.Word(i, j))
	}
	return list
}

// TestReadErrors: a table is at least two rows of two columns, all of the same length and in UTF-8; an error says what
// is wrong in which line.
func TestReadErrors(t *testing.T) {
	const none = ", which is not a table: expected numbers or words separated by comma, semicolon, tab or |, and one of " +
		"them the label"
	const utf8 = " is not UTF-8, which text is expected to be; save the table as UTF-8 (as Excel's \"CSV UTF-8\", " +
		"or by iconv -f latin1 -t utf8)"
	wide := func(n int) string { return strings.Repeat(strings.Repeat("1,", n-1)+"1\n", 2) }
	halfCharacter := strings.Replace(inUTF16("a,kind\n1,x\n2,#y\n3,x\n", binary.LittleEndian), "#\x00", "\x3d\xd8", 1)
	for _, c := range []struct{ name, file, want string }{
		{"two rows", "1,2\n3,4\n", ""},
		{"65536 columns", wide(65536), ""},
		{"65537 columns", wide(65537), "line 2: 65537 fields: a table with more than 65536 columns cannot be learned from"},
		{"nothing", "", "line 1: 0 lines of 0 fields" + none},
		{"blank lines", "\n\n", "line 1: 0 lines of 0 fields" + none},
		{"a header alone", "a,b,c\n", "line 1: 0 lines of 3 fields" + none},
		{"one column", "1\n2\n3\n", "line 1: 3 lines of 1 field" + none},
		{"one row of one column", "a\n1\n", "line 1: 1 line of 1 field" + none},
		{"one row", "a,b\n1,2\n", "line 1: there is one row in the table, and at least two were expected; write it " +
			"twice if it is the only sample"},
		{"a longer row", "a,b\n1,2\n\n1,2,3\n", "line 4: 3 fields, where the other lines have 2"},
		{"a longer second row", "1,2\n1,2,3\n", "line 1: 2 fields, where the other lines have 3"},
		{"a longer header", "a,b,c\n\n1,2\n", "line 3: 2 fields, where line 1 has 3"},
		{"a name not in UTF-8", "a,\xff\n1,2\n3,4\n", `line 1, column 2: "\xff"` + utf8},
		{"a word not in UTF-8", "a,b\n1,2\n3,\xff\n", `line 3, column 2 "b": "\xff"` + utf8},
		{"without a header", "1,2\n3,\xff\n", `line 2, column 2: "\xff"` + utf8},
		{"half a character in UTF-16", halfCharacter, `line 3, column 2 "kind": "\xffy"` + utf8},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if _, err := Read(strings.NewReader(c.file), "x", all); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("%.60q: got error\n%s\nwant\n%s", c.file, got, c.want)
			}
		})
	}
	const tooLong = "unpacks to more than 7 bytes, many times its size: no table does that"
	if _, err := Read(strings.NewReader("1,2\n3,4\n"), "x", Limit{7, 100, 100}); fmt.Sprint(err) != tooLong {
		t.Errorf("8 bytes, limit 7: got error %v, want %s", err, tooLong)
	}
	if _, err := Read(strings.NewReader("1,2\n3,4\n"), "x", Limit{8, 100, 100}); err != nil {
		t.Errorf("8 bytes, limit 8: %v", err)
	}
}

// TestMaxCells: a table takes no more than 4 GB, even as float64.
func TestMaxCells(t *testing.T) {
	if got, want := MaxCells*8, 4<<30; got != want {
		t.Errorf("the cells take up to %d bytes, want %d", got, want)
	}
	defer func(most int) { MaxCells = most }(MaxCells)
	MaxCells = 6
	const tooMany = "line 5: the table has more than 6 numbers, too many to hold in memory; take fewer of its lines"
	for file, want := range map[string]string{"1,2\n3,4\n5,6\n7,8\n": "<nil>", "1,2\n3,4\n5,6\n7,8\n9,9\n": tooMany,
		"1,2\n3,4\n5,.5\n7,8\n9,9\n": tooMany} {
		if _, err := Read(strings.NewReader(file), "x", all); fmt.Sprint(err) != want {
			t.Errorf("%q: got error %v, want %s", file, err, want)
		}
	}
}

// TestSmallNumbersAreBytes: a table of whole numbers from 0 to 255 takes an eighth of the memory.
func TestSmallNumbersAreBytes(t *testing.T) {
	isBytes := func(file string) bool {
		tab := tableOf(t, file)
		if got := tab.At(1, 1); got != 2 {
			t.Errorf("%q: got %v in the last cell, want 2", file, got)
		}
		if tab.bytes != nil && tab.numbers != nil {
			t.Errorf("%q: cells are kept twice", file)
		}
		return tab.IsBytes()
	}
	filetest.Holds(t, "is kept in bytes", isBytes, []string{"0,255\n1,2\n"},
		[]string{"0,256\n1,2\n", "0,01\n1,2\n", "0,-1\n1,2\n", "0,.5\n1,2\n", "0,\n1,2\n", "0,x\n1,2\n"})
}

// TestWord: cells are numbers, words or missing; a number has one text, however it was written.
func TestWord(t *testing.T) {
	tab := tableOf(t, "1, b\n1e21,a\n-0.25,b\n?,\n07,-\n")
	tab.Resolve(Hints{Ignored: make([]bool, 2)})
	if got, want := fmt.Sprintf("%q", words(tab, 0)), `["1" "1000000000000000000000" "-0.25" "" "7"]`; got != want {
		t.Errorf("numbers: got %s, want %s", got, want)
	}
	if got, want := fmt.Sprintf("%q", words(tab, 1)), `["b" "a" "b" "" "-"]`; got != want {
		t.Errorf("words: got %s, want %s", got, want)
	}
	if got := tab.DifferentWords(1); got != 3 {
		t.Errorf("got %d different words, want 3: a, b, -", got)
	}
}

// TestHasStrayWord: words are stray among more than four times as many numbers; a single one, among more numbers than
// it has lines.
func TestHasStrayWord(t *testing.T) {
	hasStray := func(fields string) bool { return tableOf(t, rowsOf(strings.Fields(fields))).HasStrayWord(0) }
	filetest.Holds(t, "has a stray word", hasStray,
		[]string{"1 2 3 4 x", "1 1 1 x x", "1 1 1 1 1 1 1 1 1 x y", "1 1 ? x"},
		[]string{"1 2 3 4 5", "1 1 x x", "1 1 1 x y", "1 1 1 1 1 1 1 1 x y", "1 x", "1 2 ? ? x x", "? ? ? ? x", "x y z"})
}

// TestDistinct: numbers come by size, and then words in alphabetical order.
func TestDistinct(t *testing.T) {
	tab := tableOf(t, rowsOf(strings.Fields("10 9 1x # -2 inf 9 a 10.0 ?")))
	for range 20 { // as a map gives them in another order each time
		if got, want := fmt.Sprint(tab.Distinct(0)), "[-2 9 10 # 1x a inf]"; got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	}
}

// TestFirstLine: the first line is a header, a sample, or a count of rows and columns; and a header that comes again,
// as in files that were joined, is left out. What is not certain is noted. Package heading tests the decision itself.
func TestFirstLine(t *testing.T) {
	const numbered, again = "line 1 is taken for the header, with the numbers in it",
		"line 4 is the header again, and is left out"
	for _, c := range []tableCase{
		{"a header", "a,b\n1,2\n3,4\n", "1 3 | 2 4"},
		{"no header", "5,6\nx,2\n", `5 "x" | 6 2`},
		{"a header with years", "2019,2020,2021\n9.8,1,8\n9.6,7,9\n9,8,8.5\n9,3,4\n8,2,5\n",
			"9.8 9.6 9 9 8 | 1 7 8 3 2 | 8 9 8.5 4 5; " + numbered},
		{"words that recur", "p,x\nq,x\nq,y\np,y\n",
			`"p" "q" "q" "p" | "x" "x" "y" "y"; line 1 is taken for a sample, since its words stand again below it`},
		{"words that recur in a later line", "\np,x\nq,x\nq,y\np,y\n",
			`"p" "q" "q" "p" | "x" "x" "y" "y"; line 2 is taken for a sample, since its words stand again below it`},

		{"the header again", "a,b\n1,2\n3,4\na,b\n5,6\n", "1 3 5 | 2 4 6; " + again},
		{"the header again, in capital letters", "a,b\n1,2\n3,4\nA,B \n5,6\n", "1 3 5 | 2 4 6; " + again},
		{"the header again, among words", "a,b\nr,s\nq,s\na,b\nr,t\n", `"r" "q" "r" | "s" "s" "t"; ` + again},
		{"the header twice again", "a,b\nr,s\nq,s\na,b\nr,t\na,b\n",
			`"r" "q" "r" | "s" "s" "t"; 2 lines are the header again, and are left out (the first is line 4)`},
		{"a row that is partly like the header", "a,b\nr,s\na,s\nr,t\n", `"r" "a" "r" | "s" "s" "t"`},

		{"a count", "3,2,u,v\n5,6,0\n7,8,1\n9,1,0\n",
			"5 7 9 | 6 8 1 | 0 1 0; line 1, a count of rows and columns, is left out"},
		{"a wrong count", "4,2,u,v\n5,6,0\n7,8,1\n9,1,0\n",
			"line 1 looks like a count of rows and columns, but there are 3 rows, not 4; correct it, or remove the line"},
		{"a header like a count", "2,3,first,last\n1,2,3,4\n5,6,7,8\n9,8,7,6\n1,5,7,8\n3,4,5,7\n",
			"1 5 9 1 3 | 2 6 8 5 4 | 3 7 7 7 5 | 4 8 6 8 7; " + numbered},
		{"a sample like a count", "9,3,u,v\n1,2,u,v\n5,6,u,w\n",
			`1 5 9 | 2 6 3 | "u" "u" "u" | "v" "w" "v"; line 1 is taken for a sample` + HeaderAdvice},
	} {
		c.run(t)
	}
	tab := tableOf(t, "a,,c\n1,2,3\n\n3,4,5\n")
	if got, want := tab.Title(0)+", "+tab.Title(1), `column 1 "a", column 2`; got != want {
		t.Errorf("titles: got %s, want %s", got, want)
	}
	if tab.Line(0) != 2 || tab.Line(1) != 4 {
		t.Errorf("rows begin in lines %d and %d, want 2 and 4", tab.Line(0), tab.Line(1))
	}
}

// TestLinesAhead: a header is looked for in as many lines as have 65,536 fields: 32,768 of two fields.
func TestLinesAhead(t *testing.T) {
	const header = "line 1 is taken for the header, with the numbers in it"
	for rows, want := range map[int]string{32766: "", 32767: header} {
		tab := tableOf(t, "a,9999\n"+strings.Repeat("u,1\n", rows)+"a,2\n")
		if got := strings.Join(tab.Notes, "; "); got != want {
			t.Errorf("the first word comes again in line %d: got notes %q, want %q", rows+2, got, want)
		}
	}
}

// TestManyHeaders: lines that are the header again take no memory, however many there are.
func TestManyHeaders(t *testing.T) {
	const times = 300_000
	file := "a,b\n1,2\n3,4\n" + strings.Repeat("a,b\n", times)
	var tab *Table
	n := filetest.Allocated(func() { tab = tableOf(t, file) })
	const want = "[300000 lines are the header again, and are left out (the first is line 4)]"
	if got := fmt.Sprint(tab.Notes); got != want || tab.N != 2 {
		t.Errorf("got %d rows and notes %s, want 2 and %s", tab.N, got, want)
	}
	if n > 8*times+1<<20 && !filetest.PoolsForget() { // the fields of each line, and nothing else
		t.Errorf("%d bytes allocated", n)
	}
}
