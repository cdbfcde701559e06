package bugs

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestChoose: each eight numbers draw all eight bugs, in the order of the hashes, which are those that
// printf "0 sign" | sha256sum  and the like print.
func TestChoose(t *testing.T) {
	first := strings.Fields("decay early transpose bias sign layer mean prime " +
		"decay early transpose layer mean sign prime bias")
	for i, want := range first {
		if got := choose(uint64(i + 1)); got != want {
			t.Errorf("mystery:%d is %s, want %s", i+1, got, want)
		}
	}
	for eight := range uint64(50) {
		seen := map[string]bool{}
		for i := range uint64(8) {
			seen[choose(8*eight+i+1)] = true
		}
		if len(seen) != 8 {
			t.Errorf("the numbers from %d on draw %v", 8*eight+1, seen)
		}
	}
	if choose(1<<64-1) == "" {
		t.Error("the largest number draws nothing")
	}
}

// TestCheck: a whole number from 1, and nothing else.
func TestCheck(t *testing.T) {
	for name, right := range map[string]bool{"mystery:1": true, "mystery:7": true, "mystery:18446744073709551615": true,
		"mystery:": false, "mystery:0": false, "mystery:-1": false, "mystery:x": false, "mystery:1.5": false,
		"mystery:18446744073709551616": false} {
		if err := Check(name); (err == nil) != right {
			t.Errorf("%s: %v", name, err)
		}
	}
	if IsMystery("sign") || !IsMystery("mystery:") {
		t.Error("drawn is what begins with mystery:")
	}
}

// TestResolve: a network in which some bug makes no difference is refused whatever is drawn, so that the refusal tells
// nothing; and of a bug by name only where it is this one.
func TestResolve(t *testing.T) {
	whole := Net{Sizes: []int{3, 4, 2}, L2: 1, Batch: 2}
	poor := map[string]func(n *Net){
		"a hidden layer":            func(n *Net) { n.Sizes = []int{3, 2} },
		"not linear":                func(n *Net) { n.Linear = true },
		"one row and column":        func(n *Net) { n.Sizes = []int{3, 1, 2} },
		"more than one sample":      func(n *Net) { n.Batch = 1 },
		"makes no difference":       func(n *Net) { n.Sizes = []int{3, 4, 1} },
		"no difference without -l2": func(n *Net) { n.L2 = 0 },
	}
	harmless := map[string]string{"a hidden layer": "early layer prime transpose", "not linear": "prime",
		"one row and column": "transpose", "more than one sample": "mean", "makes no difference": "transpose",
		"no difference without -l2": "decay"}
	for number := range 8 {
		name := fmt.Sprintf("mystery:%d", number+1)
		if got, err := Resolve(name, whole); got != choose(uint64(number+1)) || err != nil {
			t.Errorf("%s is %s (%v)", name, got, err)
		}
		for want, change := range poor {
			n := whole
			change(&n)
			got, err := Resolve(name, n)
			if got != "" || err == nil || !strings.Contains(err.Error(), want) && want != "a hidden layer" {
				t.Errorf("%s: %q, %v, want %s", name, got, err, want)
			}
			own := choose(uint64(number + 1))
			got, err = Resolve(own, n)
			if useless := slices.Contains(strings.Fields(harmless[want]), own); useless != (err != nil) ||
				useless != (got == "") {
				t.Errorf("%s without %s: %q, %v", own, want, got, err)
			}
		}
	}
}

// A said is what Answer prints.
type said struct{ text, event string }

func (s *said) Text(format string, args ...any) { s.text += fmt.Sprintf(format, args...) }
func (s *said) Table(rows [][]string)           { s.text += fmt.Sprintln(rows) }
func (s *said) Event(name string, pairs ...any) { s.event += fmt.Sprint(name, pairs) }

// TestPrint: -bug list has a line of each bug in both tables, an event for each, and its hint in lines of its own.
func TestPrint(t *testing.T) {
	var s said
	Print(&s)
	for _, want := range []string{"[[-bug correct with the bug] [transpose ", " [mean (1/n) Xᵀ·δ Xᵀ·δ] ",
		"[[-bug accuracy gradients steps diagnosis] [transpose ", " [mean 10.0 % passes finds it saturated, guessing] ",
		"without a bug\n           76.0 %\n", "\nmean       all gradients are ok, all steps WRONG by a lot. In -explain, " +
			"a weight\n" +
			"           moves by n·η·∂C/∂w, where n is -batch; ", "The training was  -hidden 20,20 -activation tanh "} {
		if !strings.Contains(s.text, want) {
			t.Errorf("%q is not in\n%s", want, s.text)
		}
	}
	const event = "bug[bug mean meant (1/n) Xᵀ·δ wrong Xᵀ·δ accuracy 10.0 % gradient_check passes step_check finds it " +
		"diagnosis saturated, guessing how all gradients are ok, "
	if !strings.Contains(s.event, event) || strings.Count(s.event, "bug[bug ") != 8 {
		t.Errorf("%s is not in\n%s", event, s.event)
	}
}

// TestAnswer: right for one of the names, wrong for the seven others, and no other word.
func TestAnswer(t *testing.T) {
	for _, b := range All {
		var s said
		err := Answer(&s, "mystery:5", b.Name) // TestChoose says which that is
		want := map[bool]string{true: "right\n", false: "wrong\n"}[b.Name == "sign"]
		if s.text != want || errors.Is(err, ErrWrongGuess) == (b.Name == "sign") {
			t.Errorf("mystery:5 -is %s: %q, %v", b.Name, s.text, err)
		}
		if event := fmt.Sprint("is", []any{"bug", "mystery:5", "is", b.Name, "right", b.Name == "sign"}); s.event != event {
			t.Errorf("mystery:5 -is %s: %s, want %s", b.Name, s.event, event)
		}
	}
}

// TestChange: the name of a drawn bug and its lines are not told.
func TestChange(t *testing.T) {
	if got := Change("sign"); got != "δ = y − a in place of δ = a − y" {
		t.Errorf("sign: %q", got)
	}
	for number := range 8 {
		text := Change(fmt.Sprintf("mystery:%d", number+1))
		for _, b := range All {
			if strings.Contains(text, b.Name) || strings.Contains(text, b.Wrong) || text != Change("mystery:1") {
				t.Errorf("mystery:%d tells %q", number+1, text)
			}
		}
	}
	if Change("") != "" || Change("list") != "" {
		t.Error("a change where there is no bug")
	}
}
