package cells

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"backprop/internal/data/field"
	"backprop/internal/filetest"
)

// all is a limit that no test comes near.
var all = Limit{1 << 40, 1 << 40, 1 << 40}

// inUTF16 is text as Excel writes it.
func inUTF16(s string, order binary.AppendByteOrder) string {
	var b []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + s)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}

// TestEndlessRecord: a quote that is never closed does not fill the memory, and is found by where it
// was opened.
func TestEndlessRecord(t *testing.T) {
	const begin = "a,kind\n1,x\n2,y\n3,\"x\n"
	yes := strings.NewReader(strings.Repeat("yes\n", 10<<20))
	n := filetest.Allocated(func() {
		if _, err := Read(io.MultiReader(strings.NewReader(begin), yes), "x", all); !filetest.Says(err, "after line 3",
			"16 million bytes", "quote") {
			t.Error(err)
		}
	})
	if n > 400<<20 || yes.Len() < 20<<20 {
		t.Errorf("allocated %d bytes, and left %d", n, yes.Len())
	}
	if _, err := Read(strings.NewReader(begin+"4,y\n5,x\n"), "x", all); !filetest.Says(err, "line 4: ",
		"goes wrong in line 6") {
		t.Error(err)
	}
	// Long as a whole is no fault.
	row := "1," + strings.Repeat("x", 1<<20) + "\n2,y\n"
	if _, err := Read(strings.NewReader("a,kind\n"+strings.Repeat(row, 20)), "x", all); err != nil {
		t.Error(err)
	}
}

// records are a text's records, each with its line.
func records(r io.Reader) string {
	var list []string
	for c := NewReader(r, false); ; {
		l, err := c.Read()
		if err == io.EOF {
			return strings.Join(list, " ")
		} else if err != nil {
			return strings.Join(append(list, err.Error()), " ")
		}
		list = append(list, fmt.Sprintf("%d%q", l.Number, l.Fields))
	}
}

// TestRecords: what separates the fields, what is left out before them, and what is wrong with a text.
func TestRecords(t *testing.T) {
	const like = `; fields with quotes in them are written "like ""this"""`
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", ""}, {"one character", "a", `1["a"]`}, {"two", "ab", `1["ab"]`},
		{"a mark of UTF-8 alone", "\ufeff", ""},
		{"commas", "a,b;c\td|e\n", `1["a,b" "c\td|e"]`}, {"more tabs than commas", "a\tb,c\td\n", `1["a" "b,c" "d"]`},
		{"as many", "a\tb,c\n", `1["a\tb" "c"]`}, {"tabs, and quotes and blanks in the fields", "a\t b\"c\n",
			`1["a" " b\"c"]`},
		{"blanks before fields", "a, b,\" c\"\n", `1["a" "b" " c"]`},
		{"semicolons in quotes are none", "\"a;b\",\"c;d\"\n", `1["a;b" "c;d"]`},
		{"tabs in quotes are none", "\"a\tb\tc\",d\n", `1["a\tb\tc" "d"]`}, {"no separator", "a\n", `1["a"]`},
		{"none in the first line", "a\nb;c\n", `1["a"] 2["b;c"]`},
		{"upright lines", "a|b|1,5\n", `1["a" "b" "1,5"]`}, {"drawn ones", "|a|b|\n", `1["|a|b|"]`},
		{"as many commas", "a|b,c\n", `1["a|b" "c"]`}, {"a mark twice", "\ufeff\ufeffa,b\n", `1["a" "b"]`},
		{"one semicolon", "a,b,c;d\n", `1["a,b,c" "d"]`},
		{"decimal commas stay", "1,5;-2,25e3;1,234,5;a,b;x\n", `1["1,5" "-2,25e3" "1,234,5" "a,b" "x"]`},
		{"none between commas", "\"1,5\",2\n", `1["1,5" "2"]`},
		{"sep=,", "sep=,\na;b,c\n", `2["a;b" "c"]`}, {"sep=;", "sep=;\na,b;c\n", `2["a,b" "c"]`},
		{"sep=tab", "SEP=\t\na,b\tc\n", `2["a,b" "c"]`},
		{"sep=|", "sep=|\na,b|c\n", `2["a,b" "c"]`}, {"another is none", "sep=:\na:b,c\n", `1["sep=:"] 2["a:b" "c"]`},
		{"sep with more", "sep=,,\na,b\n", `1["sep=" "" ""] 2["a" "b"]`},
		{"sep and no more", "sep=;", `1["sep=;"]`}, {"two of them", "sep=,\nsep=|\na|b\n", `3["a" "b"]`},
		{"from Windows", "sep=|\r\na|b\r\n", `2["a" "b"]`},
		{"remarks", "#\n# a; b\na,b\n", `3["a" "b"]`}, {"a remark like a row", "# a,b\nc,d\n", `1["# a" "b"] 2["c" "d"]`},
		{"a remark behind the first line", "a,b\n# c\n", `1["a" "b"] 2["# c"]`},
		{"only a remark", "# a\n", `1["# a"]`}, {"blank lines and a remark", "\n\n# a\nb,c\n", `3["# a"] 4["b" "c"]`},
		{"a line in quotes before the separator", "\"a\nb\";c,d\n", `1["a\nb" "c,d"]`},
		{"lines in quotes", "a,\"b\nc\"\nd,e\n", `1["a" "b\nc"] 3["d" "e"]`},
		{"a zero byte", "\n\nc,\x00\n", `line 3 is not text: it has a zero byte`},
		{"at the beginning", "\x00a\n", "line 1 is not text: it has a zero byte"},
		{"quotes within", "a,b\nc,d\"e\n", `1["a" "b"] line 2, character 4: bare " in non-quoted-field` + like},
		{"behind quotes", "a,b\nc,\"d\" e\n", `1["a" "b"] line 2, character 5: extraneous or missing " in quoted-field` +
			like},
		{"many lines later", "a,b\nc,\"d\ne\nf\"g,h\n",
			`1["a" "b"] line 2: the record that begins here goes wrong in line 4, character 2: extraneous or missing " in ` +
				`quoted-field` + like},
	} {
		if got := records(strings.NewReader(c.text)); got != c.want {
			t.Errorf("%s: %q gives\n%s; want\n%s", c.name, c.text, got, c.want)
		}
		if got := records(iotest.OneByteReader(strings.NewReader(c.text))); got != c.want {
			t.Errorf("%s, byte by byte: %q gives\n%s; want\n%s", c.name, c.text, got, c.want)
		}
	}
	name := strings.Repeat("a", 1<<16-1)
	for text, want := range map[string]string{name + ";b": fmt.Sprintf("1[%q \"b\"]", name),
		inUTF16(name+";b", binary.LittleEndian): fmt.Sprintf("1[%q \"b\"]", name)} {
		if got := records(strings.NewReader(text)); got != want {
			t.Errorf("a long name gives %.20s … %s", got, got[len(got)-20:])
		}
	}
	broken := iotest.ErrReader(errors.New("the pipe broke"))
	if got := records(io.MultiReader(strings.NewReader("a,b\nc"), broken)); got != `1["a" "b"] the pipe broke` {
		t.Errorf("a pipe that breaks: %s", got)
	}
}

// TestPipe: a pipe that has given its first line is not waited for.
func TestPipe(t *testing.T) {
	for _, text := range []string{"a,b\n", "sep=;\na;b\n", "# c\na,b\n", "\ufeffa,b\n",
		inUTF16("a,b\n", binary.LittleEndian), inUTF16("a,b\n", binary.LittleEndian) + "c"} {
		waits := false
		c := NewReader(io.MultiReader(strings.NewReader(text), readerFunc(func([]byte) (int, error) {
			waits = true
			return 0, io.EOF
		})), false)
		if l, err := c.Read(); err != nil || waits || !slices.Equal(l.Fields, []string{"a", "b"}) {
			t.Errorf("%q: %q, %v, it waits: %v", text, l.Fields, err, waits)
		}
	}
}

// endless is text without an end of a line.
type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	return len(b), nil
}

// TestLongestRecord: a record may have as many bytes as are said, and no more.
func TestLongestRecord(t *testing.T) {
	for n, want := range map[int64]error{16 << 20: nil, 16<<20 + 1: errLong} {
		if _, err := io.Copy(io.Discard, struct{ io.Reader }{&lineReader{r: io.LimitReader(endless{}, n)}}); err != want {
			t.Errorf("%d bytes: %v; want %v", n, err, want)
		}
	}
}

// TestReadWords: a table is at least two lines of two fields; what is wrong with one is told in its words.
func TestReadWords(t *testing.T) {
	const none = ", which is not a table: expected numbers or words separated by comma, semicolon, tab or |, and one of " +
		"them the label"
	const utf8 = " is not UTF-8, which text is expected to be; save the table as UTF-8 (as Excel's \"CSV UTF-8\", " +
		"or by iconv -f latin1 -t utf8)"
	wide := func(n int) string { return strings.Repeat(strings.Repeat("1,", n-1)+"1\n", 2) }
	for _, c := range []struct{ file, want string }{
		{"1,2\n3,4\n", ""}, {"a,b\n1,2\n3,4\n", ""}, {wide(65536), ""},
		{wide(65537), "line 2: 65537 fields: a table with more than 65536 columns cannot be learned from"},
		{"", "line 1: 0 lines of 0 fields" + none}, {"a,b,c\n", "line 1: 0 lines of 3 fields" + none},
		{"1\n2\n3\n", "line 1: 3 lines of 1 field" + none},
		{"a,b\n1,2\n", "line 1: there is one row in the table, and at least two were expected; write it twice if it is the " +
			"only sample"},
		{"a,b\n1,2\n\n1,2,3\n", "line 4: 3 fields, where the other lines have 2"},
		{"1,2\n1,2,3\n", "line 1: 2 fields, where the other lines have 3"},
		{"a,b,c\n\n1,2\n", "line 3: 2 fields, where line 1 has 3"},
		{"a,\xff\n1,2\n3,4\n", `line 1, column 2: "\xff"` + utf8},
		{"a,b\n1,2\n3,\xff\n", `line 3, column 2 "b": "\xff"` + utf8},
		{"1,2\n3,4\n5,6\n7,8\n", ""},
		{"1,2\n3,4\n5,6\n7,8\n9,9\n",
			"line 5: the table has more than 6 numbers, too many to hold in memory; take fewer of its lines"},
		{"1,2\n3,4\n5,.5\n7,8\n9,9\n",
			"line 5: the table has more than 6 numbers, too many to hold in memory; take fewer of its lines"},
	} {
		most := MaxCells // 4 GB
		if int64(most) != 4<<30/8 {
			t.Fatalf("%d cells may be held", most)
		}
		if len(c.file) < 100 {
			MaxCells = 6
		}
		_, err := Read(strings.NewReader(c.file), "x", all)
		if MaxCells = most; err != nil && err.Error() != c.want || err == nil && c.want != "" {
			t.Errorf("%.60q: %v; want %s", c.file, err, c.want)
		}
	}
}

// TestFields: what a field is: a number, a code, a word, or none.
func TestFields(t *testing.T) {
	filetest.Holds(t, "is a code", isCode, []string{"01", "00", "1234567890123456"},
		[]string{"0", "7", "-01", "0.5", "0x1", "123456789012345", "123456789012345.5"})
	for _, f := range []string{"", "?", "NA", "n/a", "NaN", "Null", "none", "-"} {
		if !field.MayBeMissing(f) || field.IsNumber(f) {
			t.Errorf("%q is not missing", f)
		}
	}
	filetest.Holds(t, "is a number", field.IsNumber, []string{"1", "-1e3", ".5"},
		[]string{"inf", "-Inf", "1e999", "1,2,3", "2024_01", "0x10", "0x1p4", "x"})
	filetest.Holds(t, "is missing", field.MayBeMissing, nil, []string{"1", "inf", "x", "nan "})
	kept := func(file string) bool {
		tab := tableOf(t, file)
		if tab.At(1, 1) != 2 || (tab.bytes == nil) != (tab.numbers != nil) {
			t.Errorf("%q: %v in place of 2, or kept twice", file, tab.At(1, 1))
		}
		return tab.bytes != nil
	}
	filetest.Holds(t, "is kept as bytes", kept, []string{"0,255\n1,2\n"},
		[]string{"0,256\n1,2\n", "0,01\n1,2\n", "0,-1\n1,2\n", "0,.5\n1,2\n", "0,\n1,2\n"})
	// So many ways of writing are remembered, more than there can be classes.
	codes := ""
	for i := range 1100 {
		codes += fmt.Sprintf("0%d,7\n", i)
	}
	if tab := tableOf(t, codes); len(tab.Cols[0].codes) != 1001 || tab.SameCode(0) != nil {
		t.Errorf("%d codes, %q", len(tab.Cols[0].codes), tab.SameCode(0))
	}
	tab, err := Read(strings.NewReader("1, b\n1e21,a\n-0.25,b\n?,\n07,-\n"), "x", all)
	tab.Resolve(Hints{Ignored: make([]bool, len(tab.Cols))})
	got := ""
	for i := range tab.N {
		got += fmt.Sprintf("%q%q ", tab.Word(i, 0), tab.Word(i, 1))
	}
	if want := `"1""b" "1000000000000000000000""a" "-0.25""b" """" "7""-" `; err != nil || got != want {
		t.Errorf("%v: %s; want %s", err, got, want)
	}
}

// TestUnsure: "-" and "none" are words where there are other words, and else nothing.
func TestUnsure(t *testing.T) {
	for _, c := range []struct{ column, want string }{
		{"+ - + -", `"+""-""+""-" 4 words from line 1, 0 missing from 0`},
		{"- + ? None", `"-""+""""None" 3 words from line 2, 1 missing from 3`},
		{"none b None -", `"none""b""None""-" 4 words from line 2, 0 missing from 0`},
		{"1 - 2 ?", `"1""""2""" 0 words from line 0, 2 missing from 2`},
		{"? none 3 4", `"""""3""4" 0 words from line 0, 2 missing from 1`},
		{"- none - -", `"""""""" 0 words from line 0, 4 missing from 1`},
		{"1 2 3 4 5 - x", `"1""2""3""4""5""""x" 1 words from line 7, 1 missing from 6`}, // x is a slip
		{"1 - x y", `"1""-""x""y" 3 words from line 3, 0 missing from 0`},
	} {
		file := ""
		for f := range strings.FieldsSeq(c.column) {
			file += f + ",7\n"
		}
		tab := tableOf(t, file)
		tab.Resolve(Hints{Ignored: make([]bool, len(tab.Cols))})
		got := ""
		for i := range tab.N {
			got += fmt.Sprintf("%q", tab.Word(i, 0))
		}
		k := &tab.Cols[0]
		if got += fmt.Sprintf(" %d words from line %d, %d missing from %d", k.WordCount, k.FirstWordLine, k.MissingCount,
			k.FirstMissingLine); got != c.want {
			t.Errorf("%s: %s, want %s", c.column, got, c.want)
		}
	}
}

// TestLinesAhead: so many lines are looked at for a header and no more: 32,768 of two fields, the first among them.
func TestLinesAhead(t *testing.T) {
	for rows, want := range map[int]string{32766: "", 32767: "line 1 is taken for the header, with the numbers in it"} {
		tab, err := Read(strings.NewReader("a,9999\n"+strings.Repeat("u,1\n", rows)+"a,2\n"), "x", all)
		if err != nil || strings.Join(tab.Notes, "; ") != want {
			t.Errorf("the word comes again in line %d: %v, %s; want %s", rows+2, err, tab.Notes, want)
		}
	}
}

// TestHeadersOfPeople: a first line of words that stand again is a sample, and one of years or wavelengths a header.
func TestHeadersOfPeople(t *testing.T) {
	const header, sample = "line 1 is taken for the header, with the numbers in it",
		"line 1 is taken for a sample, since its words stand again below it"
	for _, c := range []struct {
		name, file, want string
		rows             int
	}{
		{"words alone", "p,x,e\nq,x,e\np,y,f\nq,y,f\n", sample, 4},
		{"and a line like the first", "p,x,e\nq,x,e\np,x,e\nq,y,f\n", sample, 4},
		{"names above words", "cap,ring,class\np,x,e\nq,x,e\np,y,f\n", "", 3},
		{"one name stands again", "cap,ring,class\np,x,e\nq,ring,e\np,y,f\n", "", 3},
		{"the header again", "cap,ring\np,x\ncap,ring\np,y\n", "line 3 is the header again, and is left out", 2},
		{"in capital letters", "cap,ring\np,x\nCap,RING \np,y\n", "line 3 is the header again, and is left out", 2},
		{"years", "2019,2020,2021\n9.8,1,8\n9.6,7,9\n9,8,8.5\n9,3,4\n8,2,5\n", header, 5},
		{"wavelengths, and words below one", "400,402.5,405,407.5\n1,2,1,u\n2,2,1,v\n1,1,3,u\n2,1,2,v\n1,1,2,u\n", header, 5},
		{"fractions and a name", "0.5,1,1.5,class\n9,7,8,u\n9,7,9,v\n9,8,8,u\n9,8,9,v\n9,7,8,u\n", header, 5},
		{"fractions and a word that comes again", "0.5,1,1.5,u\n9,7,8,u\n9,7,9,v\n9,8,8,u\n9,8,9,v\n9,7,8,u\n", "", 6},
		{"too few lines", "2019,2020,2021\n9.8,1,8\n9.6,7,9\n9,8,8.5\n9,3,4\n", "", 5},
		{"no equal steps", "2019,2020,2022\n9.8,1,8\n9.6,7,9\n9,8,8.5\n9,3,4\n8,2,5\n", "", 6},
		{"not far enough", "10,11,12\n9.8,1,8\n9.6,7,9\n9,8,8.5\n9,3,4\n8,2,5\n", "", 6},
		{"rows that all count on", "11,12,13\n1,2,3\n1,2,3\n1,2,3\n1,2,3\n1,2,3\n", "", 6},
	} {
		tab := tableOf(t, c.file)
		if got := strings.Join(tab.Notes, "; "); got != c.want || tab.N != c.rows ||
			(tab.Names == nil) != (c.rows == strings.Count(c.file, "\n")) {
			t.Errorf("%s: %d rows, names %q, %s; want %d, %s", c.name, tab.N, tab.Names, got, c.rows, c.want)
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

// TestStray: words are stray among more than four times as many numbers, or one word among more numbers than lines
// with it.
func TestHasStrayWord(t *testing.T) {
	stray := func(fields string) bool {
		tab := tableOf(t, rowsOf(strings.Fields(fields)))
		return tab.HasStrayWord(0)
	}
	filetest.Holds(t, "has a stray word", stray, []string{"1 2 3 4 x", "1 1 1 x x", "1 1 1 1 1 1 1 1 1 x y", "1 1 ? x"},
		[]string{"1 2 3 4 5", "1 1 x x", "1 1 1 x y", "1 1 1 1 1 1 1 1 x y", "1 x", "1 2 ? ? x x", "? ? ? ? x", "x y z"})
}

// TestDistinct: numbers come in their order and then words in theirs, whatever they begin with.
func TestDistinct(t *testing.T) {
	for range 20 {
		if got := tableOf(t,
			rowsOf(strings.Fields("10 9 1x # -2 inf 9 a 10.0"))).Distinct(0); fmt.Sprint(got) != "[-2 9 10 # 1x a inf]" {
			t.Fatalf("they come as %v", got)
		}
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

// TestHalfCharacters: in UTF-16 they are refused with their line, as what is not UTF-8 is.
func TestHalfCharacters(t *testing.T) {
	text := "\xff\xfe"
	for _, r := range "a,kind\n1,x\n2,#y\n3,x\n" {
		if r == '#' {
			text += "\x3d\xd8"
		} else {
			text += string([]byte{byte(r), 0})
		}
	}
	if _, err := Read(strings.NewReader(text), "t", all); err == nil || !strings.Contains(err.Error(), "line 3") {
		t.Errorf("%v", err)
	}
}

// TestNotUTF8: names that only their bytes tell apart are refused, where they stand.
func TestNotUTF8(t *testing.T) {
	for file, want := range map[string][]string{
		"a,kind\n1,gr\xfcn\n2,gr\xf6n\n3,gr\xfcn\n": {"line 2", `column 2 "kind"`, `"gr\xfcn"`, "UTF-8"},
		"gr\xf6\xdfe,kind\n1,a\n2,b\n3,a\n":         {"line 1", "column 1", "UTF-8"},
		"1,a\n2,b\xff\n3,a\n":                       {"line 2", "column 2", "UTF-8"},
	} {
		if _, err := Read(strings.NewReader(file), "x", all); !filetest.Says(err, want...) {
			t.Errorf("%q: %v; want %q", file, err, want)
		}
	}
}

// TestHeaderAgainAndAgain: lines that are the header again take no memory, however many there are.
func TestHeaderAgainAndAgain(t *testing.T) {
	const times = 300_000
	file := "a,b\n1,2\n3,4\n" + strings.Repeat("a,b\n", times)
	var tab *Table
	var err error
	n := filetest.Allocated(func() { tab, err = Read(strings.NewReader(file), "x.csv", all) })
	if err != nil || tab.N != 2 || !strings.HasPrefix(fmt.Sprint(tab.Notes), "[300000 lines are the header again") ||
		!strings.Contains(fmt.Sprint(tab.Notes), "(the first is line 4)") {
		t.Fatal(err, tab)
	}
	if n > 8*times+1<<20 && !filetest.PoolsForget() { // the fields of each line, and nothing beside them
		t.Errorf("%d bytes allocated", n)
	}
}
