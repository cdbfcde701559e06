package explain

import (
	"bytes"
	"fmt"
	"os"
	"testing"
)

// A function has the place that its source says; one without a name has none.
func TestPlaceIsInTheSource(t *testing.T) {
	for _, c := range []struct {
		f                    any
		name, file, declared string
	}{
		{Print, "Print", "print.go", "func Print("},
		{(*Example).Print, "Example.Print", "examples.go", "func (e *Example) Print("},
	} {
		source, err := os.ReadFile(c.file)
		if err != nil {
			t.Fatal(err)
		}
		before, _, found := bytes.Cut(source, []byte("\n"+c.declared))
		want := fmt.Sprintf("%s, %s:%d", c.name, c.file, 2+bytes.Count(before, []byte("\n")))
		if got := Place(c.f); !found || got != want {
			t.Errorf("got place %s, want %s", got, want)
		}
	}
	if got := Place(func() {}); got != "" {
		t.Errorf("a function without a name: got place %s, want none", got)
	}
}
