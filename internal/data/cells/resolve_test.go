package cells

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// resolved describes a table after Resolve: for each column its cells, words in quotes, and its unit; then the notes.
// If the table is refused, it returns the error.
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
		fields := words(tab, j)
		for i, f := range fields {
			if x := tab.At(i, j); x != x && f != "" {
				fields[i] = fmt.Sprintf("%q", f)
			}
		}
		text := strings.Join(fields, " ")
		if c.Unit != "" {
			text += " in " + c.Unit
		}
		if c.Dates {
			text += " dates"
		}
		columns = append(columns, text)
	}
	return strings.Join(append([]string{strings.Join(columns, " | ")}, tab.Notes...), "; ")
}

// A tableCase is a table, and what resolved says of it.
type tableCase struct{ name, file, want string }

func (c tableCase) run(t *testing.T) {
	t.Run(c.name, func(t *testing.T) {
		if got := resolved(c.file, Hints{}); got != c.want {
			t.Errorf("%q: got\n%s\nwant\n%s", c.file, got, c.want)
		}
	})
}

// quotedRows returns a table whose first column has the fields of a text, with | between them, and whose second has
// sevens.
func quotedRows(fields string) string {
	return `"` + strings.ReplaceAll(fields, "|", "\",7\n\"") + "\",7\n"
}

// TestKindsOfColumns: a column with one unit is one of numbers; with several, or among words, a number with a unit is a
// word. A column of dates is recognised only if all its fields are dates.
func TestKindsOfColumns(t *testing.T) {
	for _, c := range []struct{ name, fields, want string }{
		{"areas", "51 m²|89 m²", "51 89 in m²"},
		{"the same number", "5 km|5 km", "5 5 in km"},
		{"with thousands", "1,114 sqft|709 sqft|2,000 sqft", "1114 709 2000 in sqft"},
		{"per cent", "0.5%|2%", "0.5 2 in %"},
		{"dollars", "$5|-$7.50", "5 -7.5 in $"},
		{"no pennies", "5,- €|7,- €", "5 7 in €"},
		{"in brackets", "(5)|7", "-5 7"},
		{"dollars in brackets", "$7|($1,234.50)", "7 -1234.5 in $"},
		{"a minus behind", "5.50-|x|7|8", `-5.5 "x" 7 8`},
		{"zero needs no unit", "5 km|0|7 km", "5 0 7 in km"},
		{"zeros, and another number without a unit", "5 km|0|1|7 km", `"5 km" 0 1 "7 km"`},
		{"missing values", "5 km||unknown|-|7 km", "5    7 in km"},
		{"one word among many numbers", "5 km|6 km|7 km|x", `5 6 7 "x" in km`},
		{"two units", "5 km|500 m", `"5 km" "500 m"`},
		{"numbers among words", "5 km|x|y|z", `"5 km" "x" "y" "z"`},
		{"brackets among words", "(5)|x|y", `"(5)" "x" "y"`},
		{"codes", "12A|13B|14C", `"12A" "13B" "14C"`},
		{"four numbers with a unit, one without", "5 km|6 km|7|8 km|9 km", "line 3, column 1: 7 has no unit, and the " +
			"others have \"km\"; write it like them, or leave the field empty if it is unknown"},
		{"four numbers without a unit, one with", "5|6|7 km|8|9", `5 6 "7 km" 8 9`},
		{"two words among nine numbers", "1 m|2 m|3 m|4 m|5 m|6 m|7 m|8 m|9 m|x|y", `1 2 3 4 5 6 7 8 9 "x" "y" in m`},
		{"one word, twice", "5 km|6 km|7 km|x|x", `5 6 7 "x" "x" in km`},
		{"two words among three numbers", "5 km|6 km|7 km|x|y", `"5 km" "6 km" "7 km" "x" "y"`},
		{"four of five have the unit", "5 km|6 km|7 m|8 km|9 km", `5 6 "7 m" 8 9 in km`},
		{"four of six have the unit", "5 km|6 km|7 m|8 km|9 km|x", `"5 km" "6 km" "7 m" "8 km" "9 km" "x"`},
		{"points alone among numbers", ".|.|.|4.5|.", "   4.5 "},
		{"a point alone among words", ".|x|y", `"." "x" "y"`},
		{"dates", "2023-01-02|2023-01-03", `"2023-01-02" "2023-01-03" dates`},
		{"dates and a missing value", "2023-01-02|-|2023-01-03", `"2023-01-02"  "2023-01-03" dates`},
		{"dates as numbers", "20230102|20230103", "20230102 20230103 dates"},
		{"dates as numbers, one missing", "?|20230102|20230103", " 20230102 20230103 dates"},
		{"the same date as a number", "20230102|20230102", "20230102 20230102"},
		{"dates and another number", "20230102|20230103|5", "20230102 20230103 5"},
		{"a date and a word", "2023-01-02|x", `"2023-01-02" "x"`},
		{"a date and a number", "2023-01-02|5", `"2023-01-02" 5`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _, _ := strings.Cut(resolved(quotedRows(c.fields), Hints{}), " | ")
			if got, _, _ = strings.Cut(got, "; numbers have"); got != c.want {
				t.Errorf("%s: got\n%s\nwant\n%s", c.fields, got, c.want)
			}
		})
	}
	if got, want := resolved("5 km,7\n6,8\n7 km,9\n8 km,7\n9 km,8\n", Hints{Ignored: []bool{true, false}}),
		"5 6 7 8 9 in km | 7 8 9 7 8"; got != want {
		t.Errorf("an ignored column lacks a unit: got %s, want %s", got, want)
	}
}

// TestMostCommon: a unit must not depend on the order of a map.
func TestMostCommon(t *testing.T) {
	for range 20 {
		if got := mostCommon(map[string]int{"km": 2, "h": 2, "a": 1}); got != "h" {
			t.Fatalf("km twice, h twice, a once: got %s, want h", got)
		}
	}
}

// TestManyWords: a column of many words is not searched to its end for numbers.
func TestManyWords(t *testing.T) {
	fields := func(n int, format string) (list []string) {
		for i := range n {
			list = append(list, fmt.Sprintf(format, i))
		}
		return list
	}
	for _, c := range []struct {
		name   string
		fields []string
		want   string // the beginning
	}{
		{"every second is a number", slices.Concat(fields(60, "%d km"), fields(60, "name %d")), `"0 km" "1 km"`},
		{"each number has its own unit", fields(120, "%[1]d u%[1]dx"), `"0 u0x" "1 u1x"`},
		{"one unit", fields(120, "%d km"), "0 1 2"},
	} {
		if got := resolved(rowsOf(c.fields), Hints{}); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: got %.60s, want %s …", c.name, got, c.want)
		}
	}
}

// TestUnitCount: a column of numbers in two to four units is one of words, and the user is told why.
func TestUnitCount(t *testing.T) {
	for fields, want := range map[string]int{"1 m|2 km": 2, "1 m|2 km|3 l|4 h": 4, "1 m|2 km|3 l|4 h|5 V": 0, "1 m|x": 0,
		"1 m|2 m": 0, "1 m|2 km|x": 0} {
		tab := tableOf(t, quotedRows(fields))
		tab.Resolve(Hints{Ignored: make([]bool, 2)})
		if tab.Cols[0].UnitCount != want {
			t.Errorf("%s: got %d units, want %d", fields, tab.Cols[0].UnitCount, want)
		}
	}
}

// TestPlacesAfterResolve: when words have become numbers, the words that remain are counted anew, with the first line
// of each.
func TestPlacesAfterResolve(t *testing.T) {
	tab := tableOf(t, quotedRows("?|-|1 m|2 m|3 m|x|4 m|5 m|none|6 m"))
	tab.Resolve(Hints{Ignored: make([]bool, 2)})
	c := tab.Cols[0]
	if c.WordCount != 1 || c.FirstWordLine != 6 || tab.FirstWord(0) != "x" || !tab.HasStrayWord(0) {
		t.Errorf("got %d words, the first %q in line %d, stray %v; want 1, x in line 6, stray", c.WordCount,
			tab.FirstWord(0), c.FirstWordLine, tab.HasStrayWord(0))
	}
	if c.MissingCount != 3 || c.FirstMissingLine != 1 || fmt.Sprint(c.Markers) != `["-" (1) "none" (1)]` {
		t.Errorf("got %d missing values, the first in line %d, markers %s; want 3, line 1, - and none once each",
			c.MissingCount, c.FirstMissingLine, c.Markers)
	}
}

// TestMarkers: "-" and "none" are words where the other fields are words, and missing values elsewhere.
func TestMarkers(t *testing.T) {
	for _, c := range []struct{ fields, want string }{
		{"+ - + -", `["+" "-" "+" "-"], 4 words from line 1, 0 missing from 0`},
		{"- + ? None", `["-" "+" "" "None"], 3 words from line 2, 1 missing from 3`},
		{"none b None -", `["none" "b" "None" "-"], 4 words from line 2, 0 missing from 0`},
		{"1 - 2 ?", `["1" "" "2" ""], 0 words from line 0, 2 missing from 2`},
		{"? none 3 4", `["" "" "3" "4"], 0 words from line 0, 2 missing from 1`},
		{"- none - -", `["" "" "" ""], 0 words from line 0, 4 missing from 1`},
		{"1 2 3 4 5 - x", `["1" "2" "3" "4" "5" "" "x"], 1 words from line 7, 1 missing from 6`}, // x is a mistake
		{"1 - x y", `["1" "-" "x" "y"], 3 words from line 3, 0 missing from 0`},
	} {
		tab := tableOf(t, rowsOf(strings.Fields(c.fields)))
		tab.Resolve(Hints{Ignored: make([]bool, 2)})
		k := &tab.Cols[0]
		got := fmt.Sprintf("%q, %d words from line %d, %d missing from %d", words(tab, 0), k.WordCount, k.FirstWordLine,
			k.MissingCount, k.FirstMissingLine)
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.fields, got, c.want)
		}
	}
}

// TestMarkersOfTestTable: in a test table, a marker is a word if it was one in training.
func TestMarkersOfTestTable(t *testing.T) {
	for _, c := range []struct {
		words        []string // of training
		fields, want string
	}{{[]string{"-"}, "-|?", `"-"  | 7 7`}, {[]string{"x"}, "x|-", `"x"  | 7 7`}} {
		h := Hints{Columns: []KnownColumn{{Words: c.words}, {Numeric: true}}}
		if got := resolved(quotedRows(c.fields), h); got != c.want {
			t.Errorf("%s, words %q in training: got %s, want %s", c.fields, c.words, got, c.want)
		}
	}
}

// TestRestoreWords: a label of few different numbers with a unit can be one of words, as 2WD and 4WD. Money, per cent,
// and numbers written in several ways cannot.
func TestRestoreWords(t *testing.T) {
	for fields, want := range map[string]string{
		"4WD|2WD|4WD|2WD":        "[4WD 2WD 4WD 2WD]",
		"4WD||4WD|2WD":           "[4WD  4WD 2WD]",
		"4WD|2WD":                "[4WD 2WD]",
		"2WD|3WD|4WD|2WD|3WD|?":  "[2WD 3WD 4WD 2WD 3WD ]",
		"2WD|3WD|4WD|2WD|3WD":    "[2 3 4 2 3]",
		"4WD|2WD|4 WD|2WD":       "[4 2 4 2]",
		"4WD|0|4WD|4WD":          "[4 0 4 4]",
		"4WD|2WD|4WD|2WD|x|4WD|": "[4 2 4 2 x 4 ]",
		"4%|2%|4%|2%":            "[4 2 4 2]",
		"4 ‰|2 ‰|4 ‰|2 ‰":        "[4 2 4 2]",
		"$4|$2|$4|$2":            "[4 2 4 2]",
		"(4)|(2)|(4)|(2)":        "[-4 -2 -4 -2]",
		"4|2|4|2":                "[4 2 4 2]",
		"4 m|2 m|3 m|5 m":        "[4 2 3 5]",
	} {
		tab := tableOf(t, quotedRows(fields))
		if _, err := tab.Resolve(Hints{Ignored: make([]bool, 2)}); err != nil {
			t.Fatal(err)
		}
		tab.RestoreWords(0)
		if got := fmt.Sprint(words(tab, 0)); got != want {
			t.Errorf("%s: got %s, want %s", fields, got, want)
		}
		if c := tab.Cols[0]; strings.HasPrefix(want, "[4WD") && (c.Unit != "" || c.FirstWordLine != 1 ||
			c.WordCount != len(strings.Fields(want))) {
			t.Errorf("%s: got unit %q, %d words from line %d; want no unit, %d from 1", fields, c.Unit, c.WordCount,
				c.FirstWordLine, len(strings.Fields(want)))
		}
	}
}

// TestRestoreManyWords: as many as a hundred different words are kept to be restored.
func TestRestoreManyWords(t *testing.T) {
	for n, want := range map[int]string{100: "1WD", 101: "1"} {
		var fields []string
		for i := range 2 * n {
			fields = append(fields, fmt.Sprintf("%dWD", 1+i%n))
		}
		tab := tableOf(t, rowsOf(fields))
		tab.Resolve(Hints{Ignored: make([]bool, 2)})
		tab.RestoreWords(0)
		if got := tab.Word(0, 0); got != want {
			t.Errorf("%d different words: got %s in the first row, want %s", n, got, want)
		}
	}
}
