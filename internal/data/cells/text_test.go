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
)

// inUTF16 returns text as Excel writes it: in UTF-16, with a byte order mark.
func inUTF16(s string, order binary.AppendByteOrder) string {
	var b []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + s)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}

// records returns the records of a text, each with its line, or the error at which they end.
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

// TestRecords: the separator is found, marks and remarks above the table are left out, and lines keep their numbers.
// All this must be the same if the text comes byte by byte.
func TestRecords(t *testing.T) {
	const advice = `; fields with quotes in them are written "like ""this"""`
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"one character", "a", `1["a"]`},
		{"a UTF-8 mark alone", "\ufeff", ""},
		{"two UTF-8 marks", "\ufeff\ufeffa,b\n", `1["a" "b"]`},
		{"UTF-16, little-endian", inUTF16("ä,😀\n", binary.LittleEndian), `1["ä" "😀"]`},
		{"UTF-16, big-endian, and sep", inUTF16("sep=;\r\nä;😀\r\n", binary.BigEndian), `2["ä" "😀"]`},

		{"commas", "a,b;c\td|e\n", `1["a,b" "c\td|e"]`},
		{"decimal commas between semicolons", "1,5;-2,25e3;1,234,5;a,b;x\n", `1["1,5" "-2,25e3" "1,234,5" "a,b" "x"]`},
		{"more tabs than commas", "a\tb,c\td\n", `1["a" "b,c" "d"]`},
		{"as many tabs as commas", "a\tb,c\n", `1["a\tb" "c"]`},
		{"quotes and blanks between tabs", "a\t b\"c\n", `1["a" " b\"c"]`},
		{"blanks after commas", "a, b,\" c\"\n", `1["a" "b" " c"]`},
		{"upright lines", "a|b|1,5\n", `1["a" "b" "1,5"]`},
		{"upright lines as in Markdown", "|a|b|\n", `1["|a|b|"]`},
		{"as many upright lines as commas", "a|b,c\n", `1["a|b" "c"]`},
		{"semicolons in quotes", "\"a;b\",\"c;d\"\n", `1["a;b" "c;d"]`},
		{"tabs in quotes", "\"a\tb\tc\",d\n", `1["a\tb\tc" "d"]`},
		{"a line end in quotes before the separator", "\"a\nb\";c,d\n", `1["a\nb" "c,d"]`},
		{"a line end in quotes", "a,\"b\nc\"\nd,e\n", `1["a" "b\nc"] 3["d" "e"]`},

		{"no separator in the first line", "a\nb;c\n", `1["a"] 2["b;c"]`},

		{"sep=;", "sep=;\na,b;c\n", `2["a,b" "c"]`},
		{"sep=tab", "SEP=\t\na,b\tc\n", `2["a,b" "c"]`},
		{"sep=|", "sep=|\na,b|c\n", `2["a,b" "c"]`},
		{"sep from Windows", "sep=|\r\na|b\r\n", `2["a" "b"]`},
		{"two seps", "sep=,\nsep=|\na|b\n", `3["a" "b"]`},
		{"another sep is a row", "sep=:\na:b,c\n", `1["sep=:"] 2["a:b" "c"]`},
		{"sep with more behind it is a row", "sep=,,\na,b\n", `1["sep=" "" ""] 2["a" "b"]`},
		{"sep and no line end", "sep=;", `1["sep=;"]`},

		{"remarks", "#\n# a; b\na,b\n", `3["a" "b"]`},
		{"a remark with as many separators is a row", "# a,b\nc,d\n", `1["# a" "b"] 2["c" "d"]`},
		{"a remark below the first line is a row", "a,b\n# c\n", `1["a" "b"] 2["# c"]`},
		{"a remark alone is a row", "# a\n", `1["# a"]`},
		{"a remark below blank lines is a row", "\n\n# a\nb,c\n", `3["# a"] 4["b" "c"]`},

		{"a zero byte", "\n\nc,\x00\n", `line 3 is not text: it has a zero byte`},
		{"a zero byte at the beginning", "\x00a\n", "line 1 is not text: it has a zero byte"},
		{"a quote in a field", "a,b\nc,d\"e\n", `1["a" "b"] line 2, character 4: bare " in non-quoted-field` + advice},
		{"text after a quote", "a,b\nc,\"d\" e\n",
			`1["a" "b"] line 2, character 5: extraneous or missing " in quoted-field` + advice},
		{"text after a quote, lines later", "a,b\nc,\"d\ne\nf\"g,h\n", `1["a" "b"] line 2: the record that begins here ` +
			`goes wrong in line 4, character 2: extraneous or missing " in quoted-field` + advice},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := records(strings.NewReader(c.text)); got != c.want {
				t.Errorf("%q: got\n%s\nwant\n%s", c.text, got, c.want)
			}
			if got := records(iotest.OneByteReader(strings.NewReader(c.text))); got != c.want {
				t.Errorf("%q, byte by byte: got\n%s\nwant\n%s", c.text, got, c.want)
			}
		})
	}
	broken := iotest.ErrReader(errors.New("the pipe broke"))
	got, want := records(io.MultiReader(strings.NewReader("a,b\nc"), broken)), `1["a" "b"] the pipe broke`
	if got != want {
		t.Errorf("a pipe that breaks: got %s, want %s", got, want)
	}
}

// TestLinesBelowTheFirst: if the first line is a title or a list, the separator is found in the lines below, as far as
// they have arrived. Formats that are not CSV are refused by name.
func TestLinesBelowTheFirst(t *testing.T) {
	long := strings.Repeat("a", bufferSize-1)
	for _, c := range []struct{ name, text, want string }{
		{"in three lines, none in the first", "a\nb;c\nd;e\n", `1["a"] 2["b" "c"] 3["d" "e"]`},
		{"none in the first two of three lines", "a\nb\nc;d\n", `1["a"] 2["b"] 3["c" "d"]`},
		{"a title with commas", "a, b\nc;d\ne;f\n", `1["a, b"] 2["c" "d"] 3["e" "f"]`},
		{"fields with lists", "a,b\nc,d;e\nf,g;h\n", `1["a" "b"] 2["c" "d;e"] 3["f" "g;h"]`},
		{"a list in one field only", "a,b,c\nd,e;f\ng,h\n", `1["a" "b" "c"] 2["d" "e;f"] 3["g" "h"]`},
		{"a long name before the separator", long + ";b", fmt.Sprintf(`1[%q "b"]`, long)},
		{"a long name in UTF-16", inUTF16(long+";b", binary.LittleEndian), fmt.Sprintf(`1[%q "b"]`, long)},
		{"Weka's", "% seen\n@RELATION r\n@attribute a numeric\n@data\n1,x\n",
			"is a table in ARFF, the format of Weka, which this program does not read; save it as CSV"},
		{"JSON", "[{\"a\":1,\"b\":2},\n{\"a\":3,\"b\":4}]\n", "is JSON, which this program does not read; save it as CSV"},
	} {
		if got := records(strings.NewReader(c.text)); got != c.want {
			t.Errorf("%s: got %.200s, want %.200s", c.name, got, c.want)
		}
	}
}

// TestReadDoesNotWait: a program behind a pipe may wait for the answer to its first line before it writes another.
func TestReadDoesNotWait(t *testing.T) {
	for _, text := range []string{"a,b\n", "sep=;\na;b\n", "# c\na,b\n", "\ufeffa,b\n",
		inUTF16("a,b\n", binary.LittleEndian), inUTF16("a,b\n", binary.LittleEndian) + "c"} {
		next := strings.NewReader("c,d\n")
		l, err := NewReader(io.MultiReader(strings.NewReader(text), next), false).Read()
		waits := next.Len() == 0
		if err != nil || waits || !slices.Equal(l.Fields, []string{"a", "b"}) {
			t.Errorf("%q: got %q, error %v, it waits: %v; want a, b at once", text, l.Fields, err, waits)
		}
	}
}

// TestColumnOfNumbers: in a table of one column, where the program allows for it, commas are decimal and separate
// nothing.
func TestColumnOfNumbers(t *testing.T) {
	for _, c := range []struct {
		text      string
		separator rune
		oneColumn bool
	}{
		{"x\n0,5\n1\n", ';', true}, {"0,5\n-1,25 \n", ';', true}, {"x\n0,5\n1,2", ';', true}, {"x\n1\n2\n", ';', false},
		{"+1\n", ';', false}, {"x\n", ',', false}, {"x,y\n1,2\n", ',', false}, {"0,5\nx\n", ',', false},
		{"0,5,1\n", ',', false}, {"x\n0.5\n", ',', false}, {"1;2\n", ';', false}, {"x\n1\n2,5x", ';', false},
	} {
		r := NewReader(strings.NewReader(c.text), true)
		if r.Separator != c.separator || r.OneColumn != c.oneColumn {
			t.Errorf("%q: got separator %q, one column %v; want %q, %v", c.text, r.Separator, r.OneColumn, c.separator,
				c.oneColumn)
		}
	}
}

// TestTitle: lines above a table in which only the first field is filled are left out, and the user is told; a short
// header or row is not taken for a title.
func TestTitle(t *testing.T) {
	const title = "line 1 stands above the table and is left out"
	for _, c := range []tableCase{
		{"a title", "Report\na,b\n1,2\n3,4\n", "1 3 | 2 4; " + title},
		{"with commas, and a blank line", "Report,,\n2023,,\n\na,b,k\n1,2,x\n3,4,y\n",
			`1 3 | 2 4 | "x" "y"; lines 1 to 2 stand above the table and are left out`},
		{"above a line of separators", "Report;;\n;;\na;b;k\n1;2;x\n3;4;y\n",
			`1 3 | 2 4 | "x" "y"; lines 1 to 2 stand above the table and are left out`},
		{"with a comma, above semicolons", "Report, 2023\na;b\n1,5;2\n3,5;4\n",
			`1.5 3.5 | 2 4; ` + title + `; numbers have a decimal comma: "1,5" in line 3 is 1.5`},
		{"above a table without a header", "Report\n1,2\n3,4\n", "1 3 | 2 4; " + title},
		{"of twenty lines", strings.Repeat("Report\n", 19) + "a,b\n1,2\n3,4\n",
			"1 3 | 2 4; lines 1 to 19 stand above the table and are left out"},
		{"of more lines", strings.Repeat("Report\n", 20) + "a,b\n1,2\n3,4\n",
			"line 21: 2 fields, where the other lines have 1"},
		{"a name alone is a header", "a,\n5,1\n6,2\n", "5 6 | 1 2"},
		{"a missing value is no title", "?,\na,b\n6,2\n", `"a" 6 | "b" 2`},
		{"a word above missing values is a row", "a,b\ny,\n5,1\n6,2\n", `"y" 5 6 |  1 2`},
		{"a number is no title", "5,\n6,\na,b\n", `5 6 "a" |   "b"`},
	} {
		c.run(t)
	}
}
