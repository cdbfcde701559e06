// Codes: numbers whose spelling matters, such as 01.

package cells

import "strings"

// A code is a number that may be a name: 01 may be another label than 1, and two numbers of 17 digits one float64.
type code struct {
	text string
	n    int // how often it appears
}

// maxCodes is how many codes of a column are remembered: a network cannot learn more classes.
const maxCodes = 1001

// isCode reports whether a number may be a code: it begins with 0, or has more digits than a float64 keeps.
func isCode(f string) bool {
	return len(f) > 1 && (f[0] == '0' || len(f) > 15) && strings.Trim(f, "0123456789") == ""
}

func (c *Column) noteCode(x float64, f string) {
	if c.codes == nil {
		c.codes = map[float64]code{}
	}
	known, ok := c.codes[x]
	if !ok {
		if len(c.codes) == maxCodes {
			return
		}
		known.text = strings.Clone(f)
	} else if known.text != f && c.sameCode == nil {
		c.sameCode = []string{known.text, strings.Clone(f)}
	}
	known.n++
	c.codes[x] = known
}

// SameCode returns two texts in a column that count as the same number, such as 01 and 1; nil if there are none.
func (t *Table) SameCode(j int) []string {
	c := &t.Cols[j]
	if c.sameCode != nil || c.codes == nil {
		return c.sameCode
	}
	seen := map[float64]int{}
	for i := range t.N {
		x := t.At(i, j)
		known, ok := c.codes[x]
		if !ok {
			continue
		}
		seen[x]++
		if seen[x] > known.n { // it is also written in another way: 1 or 1.0
			return []string{known.text, t.Word(i, j)}
		}
	}
	return nil
}
