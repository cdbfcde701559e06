package cells

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"backprop/internal/filetest"
)

// TestLongestRecord: a record of 16 MiB is read, and one byte more is refused.
func TestLongestRecord(t *testing.T) {
	for n, want := range map[int]error{16 << 20: nil, 16<<20 + 1: errLong} {
		l := &lineReader{r: strings.NewReader(strings.Repeat("x", n))}
		if _, err := io.Copy(io.Discard, l); err != want {
			t.Errorf("%d bytes: got error %v, want %v", n, err, want)
		}
	}
	row := "1," + strings.Repeat("x", 1<<20) + "\n2,y\n"
	if _, err := Read(strings.NewReader("a,kind\n"+strings.Repeat(row, 20)), "x", all); err != nil {
		t.Errorf("20 records of 1 MiB: %v", err)
	}
}

// TestOpenQuote: a quote that is never closed does not fill the memory, and the error says where it was opened.
func TestOpenQuote(t *testing.T) {
	const begin = "a,kind\n1,x\n2,y\n3,\"x\n"
	yes := strings.NewReader(strings.Repeat("yes\n", 10<<20))
	n := filetest.Allocated(func() {
		_, err := Read(io.MultiReader(strings.NewReader(begin), yes), "x", all)
		if !filetest.Says(err, "after line 3", "16 million bytes", "quote") {
			t.Errorf("got error %v", err)
		}
	})
	if n > 400<<20 || yes.Len() < 20<<20 {
		t.Errorf("allocated %d bytes, and read all but %d", n, yes.Len())
	}
	if _, err := Read(strings.NewReader(begin+"4,y\n5,x\n"), "x", all); !filetest.Says(err, "line 4: ",
		"goes wrong in line 6") {
		t.Errorf("in a short table: got error %v", err)
	}
}

// TestHugeTables: what no table has is refused before the memory is full.
func TestHugeTables(t *testing.T) {
	for _, c := range []struct {
		name, repeated string
		times          int
		limit          Limit
		want           string
		allocated      uint64 // at most
	}{
		{"a line of commas", ",", 16 << 20, all, "the record after line 0 has more than 65536 fields", 40 << 20},
		{"quotes on each line", "\"\n\",", 4 << 20, all, "the record after line 0 has more than 65536 fields", 40 << 20},
		{"a packed table", "1.5,-1\n", 4 << 20, LimitOf(100_000, 1<<40, true),
			"line 624290: the table unpacks to more than 1248576 numbers", 100 << 20},
	} {
		r := strings.NewReader(strings.Repeat(c.repeated, c.times))
		n := filetest.Allocated(func() {
			if _, err := Read(r, "x", c.limit); err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("%s: got error %v, want %s", c.name, err, c.want)
			}
		})
		if n > c.allocated && !filetest.PoolsForget() { // the race detector keeps what else is thrown away
			t.Errorf("%s: %d bytes allocated, want at most %d", c.name, n, c.allocated)
		}
	}
}

// TestSeparatorsInQuotes: in a long record too, separators in quotes are text, and those outside count.
func TestSeparatorsInQuotes(t *testing.T) {
	commas := strings.Repeat("x,", 300_000)
	tabs := strings.ReplaceAll(commas, ",", "\t")
	const tooMany = "the record after line 2 has more than 65536 fields: a table with that many columns cannot be " +
		"learned from"
	for _, c := range []struct{ name, file, want string }{
		{"commas in quotes", "a,b\n1,\"" + commas + "\"\n2,y\n", "<nil>"},
		{"commas", "a,b\n1,\"x\"\n" + commas + "\n", tooMany},
		{"tabs after a quote, which is text there", "a\tb\n1\t5\" x\n" + tabs + "\n", tooMany},
	} {
		if _, err := Read(strings.NewReader(c.file), "x", all); fmt.Sprint(err) != c.want {
			t.Errorf("300,000 %s: got error %v, want %s", c.name, err, c.want)
		}
	}
}

// TestZeroByte: the line of a zero byte is counted from the beginning of the text, however long that is.
func TestZeroByte(t *testing.T) {
	_, err := Read(strings.NewReader(strings.Repeat("1,2\n", 100_000)+"\x00"), "x", all)
	if want := "line 100001 is not text: it has a zero byte"; fmt.Sprint(err) != want {
		t.Errorf("got error %v, want %s", err, want)
	}
}

// TestLineEnds: a line ends in a line feed, a carriage return, or both, even if a table mixes them; in quotes a
// carriage return is text. It must not matter where the text is cut on its way.
func TestLineEnds(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"Windows, and a carriage return alone", "a,b\r\n1,\"x\r\ny\"\r3,\"u\rv\"\n",
			`1["a" "b"] 2["1" "x\ny"] 4["3" "u\rv"]`},
		{"old Mac", "a,b\r1,2\r3,4\r", `1["a" "b"] 2["1" "2"] 3["3" "4"]`},
		{"old Mac, with a line feed at the end", "a,b\r1,\"2\"\r3,4\n", `1["a" "b"] 2["1" "2"] 3["3" "4"]`},
		{"quotes between tabs", "a\tb\n1\t5\" x\r3\ty\n", `1["a" "b"] 2["1" "5\" x"] 3["3" "y"]`},
	} {
		for k := range len(c.text) {
			r := io.MultiReader(strings.NewReader(c.text[:k]), strings.NewReader(c.text[k:]))
			if got := records(r); got != c.want {
				t.Errorf("%s, cut at %d: got %s, want %s", c.name, k, got, c.want)
			}
		}
		if got := records(iotest.OneByteReader(strings.NewReader(c.text))); got != c.want {
			t.Errorf("%s, byte by byte: got %s, want %s", c.name, got, c.want)
		}
	}
}

// TestLimitOf: how much a file may unpack to depends on its size.
func TestLimitOf(t *testing.T) {
	if got, want := LimitOf(1000, 1<<40, false), (Limit{1 << 40, 1 << 40, 1<<20 + 16000}); got != want {
		t.Errorf("not packed: got %v, want %v", got, want)
	}
	if got, want := LimitOf(1000, 1<<40, true), (Limit{1<<20 + 40_000, 1<<20 + 2000, 1<<20 + 8000}); got != want {
		t.Errorf("packed: got %v, want %v", got, want)
	}
	if got := LimitOf(1000, 5000, true).Bytes; got != 5000 {
		t.Errorf("packed, of at most 5000 bytes: got %d bytes", got)
	}
	if got := LimitOf(1<<50, 1<<62, false).Inputs; got != 1<<20+1<<44 {
		t.Errorf("the inputs of a huge file: got %d, want %d", got, 1<<20+1<<44)
	}
}

// TestCheckInputs: all inputs of all samples together must be within the limit, and fit into memory.
func TestCheckInputs(t *testing.T) {
	tab, err := Read(strings.NewReader("1,2\n3,4\n"), "x", Limit{Bytes: 100, Cells: 100, Inputs: 6})
	if err != nil || tab.CheckInputs(3) != nil {
		t.Errorf("2 rows of 3 inputs, at most 6: %v, %v", err, tab.CheckInputs(3))
	}
	if err := tab.CheckInputs(4); !filetest.Says(err, "2 samples of 4 inputs are too many") {
		t.Errorf("2 rows of 4 inputs, at most 6: got error %v", err)
	}
	if err := tableOf(t, "1,2\n3,4\n").CheckInputs(MaxCells/2 + 1); err == nil {
		t.Errorf("%d inputs: no error", MaxCells+2)
	}
}
