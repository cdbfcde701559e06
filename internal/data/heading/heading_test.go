package heading

import (
	"fmt"
	"strings"
	"testing"

	"backprop/internal/filetest"
)

// TestHeaders: what first lines are taken for.
func TestHeaders(t *testing.T) {
	split := func(s string) []string { return strings.Split(s, ",") }
	above := func(f func(first, second []string) bool) func(string) bool {
		return func(s string) bool {
			first, second, _ := strings.Cut(s, " ")
			return f(split(first), split(second))
		}
	}
	filetest.Holds(t, "begins with counts", above(IsCountLine), []string{"150,4,a,b 1,2,3,4,0"},
		[]string{"150,4,a,b 1,2,3,0", "150,4,a 1,2,3,4,0", "x,4,a,b 1,2,3,4,0", "150,5,a,b 1,2,3,4,0",
			"150,4,a,7 1,2,3,4,0", "150,4,7,a 1,2,3,4,0"})
	filetest.Holds(t, "begins with a header", above(isLikeHeader),
		[]string{"a,b 1,2", "a,b c,d", "a,a 1,d", ",0,1,2 0,5,5,5", "0,1,2,3 5,5,5,5", "1,2,3,4 5,5,5,5",
			"-1,0,1,2 5,5,5,5", "0,1,2,target 5,5,5,5"},
		[]string{"a,a c,d", "1,b 1,2", "b,2.5 1,2", "0,1,target,3 5,5,5,5", "0,1,2 5,5,5", "0,1,2,5 5,5,5,5",
			"0,1,2,1 5,5,5,5", "0,1,2,3.5 5,5,5,5", "5,1,2,3 5,5,5,5", "2,1,2,3 5,5,5,5", "0,,2,3 5,5,5,5"})
	filetest.Holds(t, "has words and whole numbers", func(s string) bool { return isMixed(split(s)) },
		[]string{"a,1", "1,a", "a,9223372036854775807"},
		[]string{"a,b", "1,2", "a,1.5,2", "a,-1,2", "a,9223372036854775808"})
	for _, c := range []struct{ first, rest, want string }{
		{"a,b,9", "1,2,3 1,2,3 1,2,3 1,2,3 1,2,3", "true false"}, // two signs
		{"a,b,3", "1,2,3 1,2,3 1,2,3 1,2,3 1,2,3", "true false"}, // whatever the number
		{"a,b,9", "1,2,3 1,2,3 1,2,3 1,2,3", "false true"},       // too few lines
		// One sign, which is enough where the number is beyond those below it.
		{"a,9", "1,3 1,4 1,5 1,6 1,7", "true false"}, {"a,2", "1,3 1,4 1,5 1,6 1,7", "true false"},
		{"a,7", "1,3 1,4 1,5 1,6 1,7", "false true"}, {"a,3", "1,3 1,4 1,5 1,6 1,7", "false true"},
		{"a,5", "1,3 1,4 1,5 1,6 1,7", "false true"}, {"a,9,5", "1,3,5 1,4,5 1,5,5 1,6,5 1,7,6", "false true"},
		// Words below are one if they come back often enough, on the average.
		{"a,9", "u,3 u,4 v,5 v,6 v,7", "true false"}, {"a,9", "u,3 u,4 v,5 w,6 w,7", "false false"},
		{"a,9", "u,3 u,4 v,5 v,6 w,7 w,8", "true false"}, {"a,9", "1,3 u,4 u,5 u,6 u,7", "true false"},
		{"a,9", "1,3 1,4 u,5 v,6 w,7", "false false"}, {"a,9", "?,3 ?,4 1,5 ?,6 ?,7", "true false"},
		// No sign, or what no header has.
		{"a,9", "?,3 NA,4 ,5 -,6 none,7", "false false"}, {"a,9", "1,3 ?,4 1,5 1,6 1,7", "true false"},
		{",9", "1,3 1,4 1,5 1,6 1,7", "false false"}, {"NA,9,a", "1,3,1 1,4,1 1,5,1 1,6,1 1,7,1", "false false"},
		{"a,9", "1,3 1,4 1,5 a,6 1,7", "false false"}, {"a,9,9", "1,3,1 1,4,1 1,5,1 1,6,1 1,7,1", "false false"},
		{"a,b,9", "1,2,3 1,2,3 1,2,3 1,2,3 1,2", "false false"}, {"1,2", "1,3 1,4 1,5 1,6 1,7", "false false"},
	} {
		var rest [][]string
		for _, l := range strings.Fields(c.rest) {
			rest = append(rest, split(l))
		}
		if is, unclear := isMixedHeader(split(c.first), rest); fmt.Sprint(is, " ", unclear) != c.want {
			t.Errorf("%s above %s: %v, unclear %v; want %s", c.first, c.rest, is, unclear, c.want)
		}
	}
}

// TestDetect: words that come again below themselves make a sample of a line, and years far from the numbers below them
// a header.
func TestDetect(t *testing.T) {
	const header, sample = "true the header, with the numbers in it",
		"false a sample, since its words stand again below it"
	for _, c := range []struct{ lines, want string }{
		{"p,x,e q,x,e p,y,f q,y,f", sample}, {"p,x q,x q,y p,y", sample}, {"cap,ring,class p,x,e q,ring,e p,y,f", "true "},
		{"a,b x,y a,b z,y", "true "}, {"a,,b x,,c y,,d", "true "}, {"a,b a,b,c b,y", "true "},
		{"2019,2020,2021 9,1,8 9,7,9 9,8,8 9,3,4 8,2,5", header}, // as far and farther
		{"2019,2020,2021 9,1,8 9,7,9 9,8,8 9,3,4", "false "},     // four lines
		{"2019,2020,2022 9,1,8 9,7,9 9,8,8 9,3,4 8,2,5", "false "},
		{"11,12,13 9,1,8 9,7,9 9,8,8 9,3,4 8,2,5", "false "}, // 12 is 4 from 8, and they are 7 from each other
		{"11,22,33 9,1,8 9,7,9 9,8,8 9,3,4 8,2,5", header},
		{"11,15,19 9,1,8 9,7,9 9,8,8 9,3,4 8,2,5", "false "}, // 15 is 7 from 8, and they are 7 from each other
		{"11,12,13 1,2,3 1,2,4 1,2,3 1,2,3 1,2,3", "false "}, // the second line counts on, too
		{"2019,2020,2021 9,1,8 9,7,9 9,8,8 9,3,4 8,2", "false "},
	} {
		var lines [][]string
		for _, l := range strings.Fields(c.lines) {
			lines = append(lines, strings.Split(l, ","))
		}
		if is, note := Detect(lines[0], lines[1:]); fmt.Sprint(is, " ", note) != c.want {
			t.Errorf("%s: %v %s; want %s", c.lines, is, note, c.want)
		}
	}
}
