package bugs

import (
	"fmt"
	"strings"
	"testing"
)

// A page keeps what is printed.
type page struct{ text, events string }

func (p *page) Text(format string, args ...any) { p.text += fmt.Sprintf(format, args...) }
func (p *page) Table(rows [][]string)           { p.text += fmt.Sprintln(rows) }
func (p *page) Event(name string, pairs ...any) { p.events += fmt.Sprint(name, pairs) }

// -bug list has each bug in both tables, an event for each, and its hint in lines of its own.
func TestPrintListsAllBugs(t *testing.T) {
	var out page
	Print(&out)
	for _, want := range []string{"[[-bug correct with the bug] [transpose ", " [mean (1/n) Xᵀ·δ Xᵀ·δ] ",
		"[[-bug accuracy gradients steps diagnosis] [transpose ", " [mean 10.0 % passes finds it saturated, guessing] ",
		"without a bug\n           76.0 %\n", "\nmean       all gradients are ok, all steps WRONG by a lot. In -explain, " +
			"a weight\n           moves by n·η·∂C/∂w, where n is -batch; ",
		"The training was  -hidden 20,20 -activation tanh "} {
		if !strings.Contains(out.text, want) {
			t.Errorf("%q is not in\n%s", want, out.text)
		}
	}
	const event = "bug[bug mean meant (1/n) Xᵀ·δ wrong Xᵀ·δ accuracy 10.0 % gradient_check passes step_check finds it " +
		"diagnosis saturated, guessing how all gradients are ok, "
	if !strings.Contains(out.events, event) || strings.Count(out.events, "bug[bug ") != 8 {
		t.Errorf("%s is not in\n%s", event, out.events)
	}
}
