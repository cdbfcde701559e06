package explain

import (
	"bytes"
	"fmt"
	"os"
	"testing"
)

// TestPlace: a function's file and line, which are where its source has it; one without a name has none.
func TestPlace(t *testing.T) {
	source, err := os.ReadFile("print.go")
	if err != nil {
		t.Fatal(err)
	}
	before, _, found := bytes.Cut(source, []byte("\nfunc Print("))
	if want := fmt.Sprintf("Print, print.go:%d", 2+bytes.Count(before, []byte("\n"))); !found || Place(Print) != want {
		t.Errorf("%s, want %s", Place(Print), want)
	}
	source, err = os.ReadFile("examples.go")
	if err != nil {
		t.Fatal(err)
	}
	before, _, found = bytes.Cut(source, []byte("\nfunc (e *Example) Print("))
	if want := fmt.Sprintf("Example.Print, examples.go:%d", 2+bytes.Count(before, []byte("\n"))); !found ||
		Place((*Example).Print) != want {
		t.Errorf("%s, want %s", Place((*Example).Print), want)
	}
	if got := Place(func() {}); got != "" {
		t.Errorf("a function without a name is at %s", got)
	}
}

// TestNames: inputs and outputs have their names, classes among them.
func TestNames(t *testing.T) {
	for name, want := range map[string]string{"setosa": "setosa", "7": "class 7", "sepal_length_in_mm": "sepal_lengt…",
		"": "output 1"} {
		if got := (selection{kind: "output", indices: []int{0}, names: []string{name}}).label(0); got != want {
			t.Errorf("%q is shown as %q, want %q", name, got, want)
		}
	}
}

// TestDecimal: so many digits, or powers of ten where they say more.
func TestDecimal(t *testing.T) {
	for _, c := range []struct {
		v      float64
		digits int
		want   string
	}{{0.5, 9, "0.500000000"}, {-2, 9, "-2"}, {999999, 9, "999999"}, {1e6, 9, "1.0000e+06"},
		{99999.5, 9, "99999.500000000"}, {100000.5, 9, "1.0000e+05"},
		{0.001, 9, "0.001000000"}, {-0.000999, 9, "-9.9900e-4"}, {1.5e-12, 9, "1.5000e-12"}, {0, 9, "0"},
		{0.5, 4, "0.5000"}, {1e-9, 4, "1.0e-9"}} {
		if got := decimal(c.v, c.digits); got != c.want {
			t.Errorf("%v in %d digits is %s, want %s", c.v, c.digits, got, c.want)
		}
	}
}
