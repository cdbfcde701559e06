package explain

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// A column is headed by its name, shortened to its width, or by its number; a class whose name is a number says that it
// is a class.
func TestLabelIsTheNameOrTheNumber(t *testing.T) {
	for name, want := range map[string]string{"setosa": "setosa", "7": "class 7", "sepal_length_in_mm": "sepal_lengt…",
		"": "output 1"} {
		if got := (selection{kind: "output", indices: []int{0}, names: []string{name}}).label(0); got != want {
			t.Errorf("%q: got label %q, want %q", name, got, want)
		}
	}
}

// A number has so many digits, or a power of ten if that says more.
func TestDecimalHasDigitsOrAPowerOfTen(t *testing.T) {
	for _, c := range []struct {
		v      float64
		digits int
		want   string
	}{{0.5, 9, "0.500000000"}, {-2, 9, "-2"}, {999999, 9, "999999"}, {1e6, 9, "1.0000e+06"},
		{99999.5, 9, "99999.500000000"}, {100000.5, 9, "1.0000e+05"},
		{0.001, 9, "0.001000000"}, {-0.000999, 9, "-9.9900e-4"}, {1.5e-12, 9, "1.5000e-12"}, {0, 9, "0"},
		{0.5, 4, "0.5000"}, {1e-9, 4, "1.0e-9"}} {
		if got := decimal(c.v, c.digits); got != c.want {
			t.Errorf("decimal(%v, %d) = %s, want %s", c.v, c.digits, got, c.want)
		}
	}
}

// Of up to six rows all are chosen; of more, the first and the three largest, in their order.
func TestChooseTakesTheFirstAndTheLargest(t *testing.T) {
	sizes := []float64{0, 5, 1, 7, 7, 2, 3}
	for n, want := range map[int][]int{2: {0, 1}, 6: {0, 1, 2, 3, 4, 5}, 7: {0, 1, 3, 4}} {
		if got := choose("unit", n, func(i int) float64 { return sizes[i] }).indices; !slices.Equal(got, want) {
			t.Errorf("of %d units got %v, want %v", n, got, want)
		}
	}
}

// Four columns are 12 characters wide, more of them 9.
func TestColumnWidth(t *testing.T) {
	for columns, want := range map[int]int{4: 12, 5: 9} {
		if got := (selection{indices: make([]int, columns)}).columnWidth(); got != want {
			t.Errorf("%d columns: got a width of %d, want %d", columns, got, want)
		}
	}
}

// A line has at most 80 characters, and the next one begins with three spaces.
func TestSumBreaksLines(t *testing.T) {
	full := strings.Repeat("x", 80-2-6-4) // with two spaces before it, and " = 1·2" and " = 2" behind
	for formula, want := range map[string]lines{
		"c":        "  c = 1·2 = 2",
		full:       lines("  " + full + " = 1·2 = 2"),
		full + "x": lines("  " + full + "x = 1·2\n    = 2"),
	} {
		if got := sum(formula, []term{product(1, 2)}, 2); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestSubscript(t *testing.T) {
	if got := subscript(120); got != "₁₂₀" {
		t.Errorf("subscript(120) = %s, want ₁₂₀", got)
	}
}

// A formula has brackets around it as a factor if it is a sum outside of its own brackets.
func TestFactorPutsBracketsAroundASum(t *testing.T) {
	for formula, want := range map[string]string{"A": "A", "A − Y": "(A − Y)", "f(a − b)": "f(a − b)",
		"(a + b)c": "(a + b)c", "f(a) + b": "(f(a) + b)"} {
		if got := factor(formula); got != want {
			t.Errorf("factor(%q) = %q, want %q", formula, got, want)
		}
	}
}

// What the program has is told beside what follows from the numbers, unless rounding explains the difference.
func TestOutcome(t *testing.T) {
	for _, c := range []struct {
		computed, program, size float64
		want                    string
	}{
		{0.1 + 0.2, 0.3, 0.3, "0.300000000"}, {0.5, -0.5, 1, "0.500000000; the program has -0.500000000"},
		{0.5, 0.5 + 2e-9, 1, "0.500000000; the program has 0.500000002"}, {0.5, 0.5 + 2e-9, 3, "0.500000002"},
		{0, 1, 0, "0; the program has 1"}, {1, math.NaN(), 1, "1; the program has NaN"},
	} {
		if got := outcome(c.computed, c.program, c.size); got != c.want {
			t.Errorf("%v and %v, of size %v: got %q, want %q", c.computed, c.program, c.size, got, c.want)
		}
	}
}
