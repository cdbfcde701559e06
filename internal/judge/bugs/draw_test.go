package bugs

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// The bugs of each eight numbers are in the order of the hashes that  printf "0 sign" | sha256sum  and the like print.
func TestChooseFollowsTheHashes(t *testing.T) {
	order := strings.Fields("decay early transpose bias sign layer mean prime " +
		"decay early transpose layer mean sign prime bias")
	for i, want := range order {
		if got := choose(uint64(i + 1)); got != want {
			t.Errorf("mystery:%d is %s, want %s", i+1, got, want)
		}
	}
	if got := choose(1<<64 - 1); !slices.Contains(order, got) {
		t.Errorf("the largest number chooses %q, want a bug", got)
	}
}

// Each eight numbers choose all eight bugs.
func TestChooseTakesEachBugOnceInEight(t *testing.T) {
	for round := range uint64(50) {
		chosen := map[string]bool{}
		for i := range uint64(8) {
			chosen[choose(8*round+i+1)] = true
		}
		if len(chosen) != 8 {
			t.Errorf("the eight numbers from %d on choose %v, want all bugs", 8*round+1, chosen)
		}
	}
}

// The number of a mystery is a whole number from 1.
func TestCheckWantsAWholeNumber(t *testing.T) {
	for name, right := range map[string]bool{"mystery:1": true, "mystery:7": true, "mystery:18446744073709551615": true,
		"mystery:": false, "mystery:0": false, "mystery:-1": false, "mystery:x": false, "mystery:1.5": false,
		"mystery:18446744073709551616": false} {
		if err := Check(name); (err == nil) != right {
			t.Errorf("%s: got the error %v, want one: %v", name, err, !right)
		}
	}
}

func TestIsMystery(t *testing.T) {
	for name, want := range map[string]bool{"sign": false, "mystery:": true} {
		if got := IsMystery(name); got != want {
			t.Errorf("IsMystery(%q) = %v, want %v", name, got, want)
		}
	}
}

// A bug that makes no difference in a network is refused, with what the network lacks. A mystery is refused if any of
// the eight bugs makes none, whichever it is, so that the error does not betray it.
func TestResolveRefusesABugThatMakesNoDifference(t *testing.T) {
	for _, c := range []struct {
		change  func(n *Net)
		want    string // of the error for a mystery
		useless string // bugs
	}{
		{func(*Net) {}, "", ""},
		{func(n *Net) { n.Sizes = []int{3, 2} }, "a second layer", "early layer prime transpose"},
		{func(n *Net) { n.Linear = true }, "a hidden layer whose activation is not linear", "prime"},
		{func(n *Net) { n.Sizes = []int{3, 1, 2} }, "more than one row and column", "transpose"},
		{func(n *Net) { n.Sizes = []int{3, 4, 1} }, "more than one row and column", "transpose"},
		{func(n *Net) { n.Batch = 1 }, "more than one sample", "mean"},
		{func(n *Net) { n.L2 = 0 }, "no difference without -l2", "decay"},
	} {
		net := Net{Sizes: []int{3, 4, 2}, L2: 1, Batch: 2}
		c.change(&net)
		for number := range 8 {
			mystery, bug := fmt.Sprintf("mystery:%d", number+1), choose(uint64(number+1))
			got, err := Resolve(mystery, net)
			switch {
			case c.want == "" && (got != bug || err != nil):
				t.Errorf("%s: got %q and the error %v, want %s", mystery, got, err, bug)
			case c.want != "" && (got != "" || err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("%s in %+v: got %q and the error %v, want %q", mystery, net, got, err, c.want)
			}
			useless := slices.Contains(strings.Fields(c.useless), bug)
			if got, err := Resolve(bug, net); useless != (err != nil) || useless != (got == "") ||
				useless && !strings.HasPrefix(err.Error(), "-bug "+bug+" makes no difference without ") {
				t.Errorf("%s in %+v: got %q and the error %v, want an error: %v", bug, net, got, err, useless)
			}
		}
	}
}

// The guess of mystery:5, which is sign, is right or wrong, and nothing else is told.
func TestAnswerTellsRightOrWrong(t *testing.T) {
	for _, b := range All {
		right, text := b.Name == "sign", "wrong\n"
		if right {
			text = "right\n"
		}
		var out page
		if err := Answer(&out, "mystery:5", b.Name); out.text != text || errors.Is(err, ErrWrongGuess) == right {
			t.Errorf("%s: got %q and the error %v, want %q", b.Name, out.text, err, text)
		}
		if want := fmt.Sprint("is", []any{"bug", "mystery:5", "is", b.Name, "right", right}); out.events != want {
			t.Errorf("%s: got the event %s, want %s", b.Name, out.events, want)
		}
	}
}

// What a bug changes is told, but not of a mystery.
func TestChangeDoesNotBetrayAMystery(t *testing.T) {
	const mystery = "one of those that -bug list prints"
	for name, want := range map[string]string{"sign": "δ = y − a in place of δ = a − y", "": "", "list": "",
		"mystery:1": mystery, "mystery:5": mystery} {
		if got := Change(name); got != want {
			t.Errorf("Change(%q) = %q, want %q", name, got, want)
		}
	}
}
