package heading

import (
	"fmt"
	"strings"
	"testing"

	"backprop/internal/filetest"
)

// rows splits a text into lines at its blanks, and each line into fields at its commas.
func rows(text string) (lines [][]string) {
	for _, l := range strings.Fields(text) {
		lines = append(lines, strings.Split(l, ","))
	}
	return lines
}

// ofTwo makes a function of the first and the second line one of a text.
func ofTwo(f func(first, second []string) bool) func(string) bool {
	return func(text string) bool {
		lines := rows(text)
		return f(lines[0], lines[1])
	}
}

// TestIsCountLine: scikit-learn's own tables begin with the numbers of rows and features, and the names of the classes.
func TestIsCountLine(t *testing.T) {
	filetest.Holds(t, "begins with counts", ofTwo(IsCountLine), []string{"189,4,a,b 1,2,3,4,0", "0,4,a,b 1,2,3,4,0"},
		[]string{"150,4,a,b 1,2,3,0", "150,4,a 1,2,3,4,0", "x,4,a,b 1,2,3,4,0", "15a,4,a,b 1,2,3,4,0", "-1,4,a,b 1,2,3,4,0",
			"150,5,a,b 1,2,3,4,0", "150,4,a,7 1,2,3,4,0", "150,4,7,a 1,2,3,4,0"})
}

// TestIsRepeated: tables joined from several files have the header again, perhaps with blanks or in capital letters.
func TestIsRepeated(t *testing.T) {
	for _, c := range []struct {
		row  []string
		want bool
	}{{[]string{"a", "b"}, true}, {[]string{"A", " b "}, true}, {[]string{"a", "c"}, false}, {[]string{"", "b"}, false}} {
		if got := IsRepeated(c.row, []string{"a", "b"}); got != c.want {
			t.Errorf("%q repeats the header a, b: got %v, want %v", c.row, got, c.want)
		}
	}
}

// TestNeedsMoreLines: two lines do not show whether words or numbers that could be names are a header.
func TestNeedsMoreLines(t *testing.T) {
	filetest.Holds(t, "needs more lines", ofTwo(NeedsMoreLines),
		[]string{"a,b c,d", "a,1 c,2", "2019,2020,2021 1,1,1", "a,0.5,1,1.5 b,1,1,1"},
		[]string{"a,b 1,d", "1,2 3,4", "a,1.5 b,2.5", "1.5,2 a,b"})
}

// TestIsLikeHeader: a first line without numbers, or one that numbers the columns, is like a header.
func TestIsLikeHeader(t *testing.T) {
	filetest.Holds(t, "is like a header", ofTwo(isLikeHeader),
		[]string{"a,b 1,2", "a,b c,d", "a,a 1,d", "5km,a 7l,b", "5km,a xkm,b", "a,5km b", ",0,1,2 0,5,5,5",
			"0,1,2,3 5,5,5,5", "1,2,3,4 5,5,5,5", "-1,0,1,2 5,5,5,5", "0,1,2,target 5,5,5,5"},
		[]string{"a,a c,d", "1,b 1,2", "b,2.5 1,2", "5km,a 7km,b", "0,1,target,3 5,5,5,5", "0,1,2 5,5,5",
			"0,1,2,5 5,5,5,5", "0,1,2,1 5,5,5,5", "0,1,2,3.5 5,5,5,5", "5,1,2,3 5,5,5,5", "2,1,2,3 5,5,5,5",
			"0,,2,3 5,5,5,5"})
}

// TestIsMixed: only whole numbers that are not negative can be years or codes among the names in a header.
func TestIsMixed(t *testing.T) {
	filetest.Holds(t, "has words and whole numbers", func(s string) bool { return isMixed(rows(s)[0]) },
		[]string{"a,1", "1,a", "a,9223372036854775807"},
		[]string{"a,b", "1,2", "a,1.5,2", "a,-1,2", "a,9223372036854775808"})
}

// TestIsEvenlySpaced: years and wavelengths are in equal steps, but for rounding of a millionth of a step.
func TestIsEvenlySpaced(t *testing.T) {
	filetest.Holds(t, "is evenly spaced", func(s string) bool { return isEvenlySpaced(rows(s)[0]) },
		[]string{"2019,2020,2021", "3,2,1", "400,402.5,405,407.5", "x,1,2,y,3", "0.1,0.2,0.3", "0,1.0000009,2"},
		[]string{"1,2", "x,y", "1,1,1", "1,2,4", "1,3,4", "0,1.0000011,2"})
}

// TestIsMixedHeader: a word is a sign of a header if it stands above numbers or above words that recur. Two signs are
// enough; one is, if each number is out of the range of those below it.
func TestIsMixedHeader(t *testing.T) {
	const header, unclear, sample = "header", "unclear", "sample"
	for _, c := range []struct{ name, first, below, want string }{
		{"two signs", "a,b,9", "1,2,3 1,2,3 1,2,3 1,2,3 1,2,3", header},
		{"two signs, and a number in the range", "a,b,3", "1,2,3 1,2,3 1,2,3 1,2,3 1,2,3", header},
		{"four lines", "a,b,9", "1,2,3 1,2,3 1,2,3 1,2,3", unclear},
		{"one sign, above the range", "a,9", "1,3 1,4 1,5 1,6 1,7", header},
		{"one sign, below the range", "a,2", "1,3 1,4 1,5 1,6 1,7", header},
		{"one sign, the largest number", "a,7", "1,3 1,4 1,5 1,6 1,7", unclear},
		{"one sign, the smallest number", "a,3", "1,3 1,4 1,5 1,6 1,7", unclear},
		{"one sign, in the range", "a,5", "1,3 1,4 1,5 1,6 1,7", unclear},
		{"one sign, one number out of two in the range", "a,9,5", "1,3,5 1,4,5 1,5,5 1,6,5 1,7,6", unclear},
		{"words that recur", "a,9", "u,3 u,4 v,5 v,6 v,7", header},
		{"each word twice on average", "a,9", "u,3 u,4 v,5 v,6 w,7 w,8", header},
		{"words that recur too seldom", "a,9", "u,3 u,4 v,5 w,6 w,7", sample},
		{"words that recur, and a number", "a,9", "1,3 u,4 u,5 u,6 u,7", header},
		{"words and numbers", "a,9", "1,3 1,4 u,5 v,6 w,7", sample},
		{"one number among missing values", "a,9", "?,3 ?,4 1,5 ?,6 ?,7", header},
		{"missing values", "a,9", "?,3 NA,4 ,5 -,6 none,7", sample},
		{"no name", ",9", "1,3 1,4 1,5 1,6 1,7", sample},
		{"a missing value as a name", "NA,9,a", "1,3,1 1,4,1 1,5,1 1,6,1 1,7,1", sample},
		{"the word comes again", "a,9", "1,3 1,4 1,5 a,6 1,7", sample},
		{"the same number twice", "a,9,9", "1,3,1 1,4,1 1,5,1 1,6,1 1,7,1", sample},
		{"a line of another length", "a,b,9", "1,2,3 1,2,3 1,2,3 1,2,3 1,2", sample},
		{"numbers alone", "1,2", "1,3 1,4 1,5 1,6 1,7", sample},
	} {
		got := sample
		if isHeader, isUnclear := isMixedHeader(rows(c.first)[0], rows(c.below)); isHeader {
			got = header
		} else if isUnclear {
			got = unclear
		}
		if got != c.want {
			t.Errorf("%s: %s above %s: got %s, want %s", c.name, c.first, c.below, got, c.want)
		}
	}
}

// TestDetect: words that recur below themselves make the first line a sample. Evenly spaced numbers that are farther
// from those below than these from each other make it a header.
func TestDetect(t *testing.T) {
	const header, numbered, sample = "true ", "true the header, with the numbers in it", "false "
	const recurs, unclear = "false a sample, since its words stand again below it", "false a sample" + Advice
	for _, c := range []struct{ name, lines, want string }{
		{"all words recur", "p,x,e q,x,e p,y,f q,y,f", recurs},
		{"all words recur, and the line does", "p,x,e q,x,e p,x,e q,y,f", recurs},
		{"two of two words recur", "p,x q,x q,y p,y", recurs},
		{"one of three words recurs", "cap,ring,class p,x,e q,ring,e p,y,f", header},
		{"the header comes again", "a,b x,y a,b z,y", header},
		{"empty names", "a,,,b 1,,,c 2,,,d", header},
		{"words recur in a line of another length", "a,b a,b,c b,y", header},
		{"column numbers recur", "0,1,2,k 0,1,2,u 0,1,2,v", header},
		{"years", "2019,2020,2021 9,1,8 9,7,9 9,8,8 9,3,4 8,2,5", numbered},
		{"years far below the numbers", "1,2,3 80,90,80 90,90,90 80,80,80 85,90,80 80,90,90", numbered},
		{"wavelengths, and words below one", "400,402.5,405,407.5 1,2,1,u 2,2,1,v 1,1,3,u 2,1,2,v 1,1,2,u", numbered},
		{"fractions and a name", "0.5,1,1.5,class 9,7,8,u 9,7,9,v 9,8,8,u 9,8,9,v 9,7,8,u", numbered},
		{"fractions and a word that recurs", "0.5,1,1.5,u 9,7,8,u 9,7,9,v 9,8,8,u 9,8,9,v 9,7,8,u", sample},
		{"years and an empty field", ",2019,2020,2021 ,9,1,8 ,9,7,9 ,9,8,8 ,9,3,4 ,8,2,5", numbered},
		{"years, four lines", "2019,2020,2021 9,1,8 9,7,9 9,8,8 9,3,4", sample},
		{"uneven steps", "2019,2020,2022 9,1,8 9,7,9 9,8,8 9,3,4 8,2,5", sample},
		{"12 is 4 from 8, and the others 7 from each other", "11,12,13 9,1,8 9,7,9 9,8,8 9,3,4 8,2,5", sample},
		{"15 is 7 from 8, and the others 7 from each other", "11,15,19 9,1,8 9,7,9 9,8,8 9,3,4 8,2,5", sample},
		{"22 is 14 from 8, and the others 7 from each other", "11,22,33 9,1,8 9,7,9 9,8,8 9,3,4 8,2,5", numbered},
		{"one of them is the only number below it", "2019,2020,2021 9,1,? 9,7,? 9,8,? 9,3,? 8,2,2021", sample},
		{"the second line is evenly spaced, too", "11,12,13 1,2,3 1,2,4 1,2,3 1,2,3 1,2,3", sample},
		{"years above a line of another length", "2019,2020,2021 9,1,8 9,7,9 9,8,8 9,3,4 8,2", sample},
		{"names and a year", "a,b,1999 1,2,3 1,2,3 1,2,3 1,2,3 1,2,3", numbered},
		{"names and a year, four lines", "a,b,1999 1,2,3 1,2,3 1,2,3 1,2,3", unclear},
		{"a word and a number above the like", "u,1 v,2 w,3 x,4 y,5 z,6", sample},
	} {
		lines := rows(c.lines)
		isHeader, note := Detect(lines[0], lines[1:])
		if got := fmt.Sprint(isHeader, " ", note); got != c.want {
			t.Errorf("%s: %s: got %s, want %s", c.name, c.lines, got, c.want)
		}
	}
}
