package bugs

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// mystery begins the name of a bug that is chosen by a number and named nowhere.
const mystery = "mystery:"

// IsDrawn reports whether name is mystery:N.
func IsDrawn(name string) bool { return strings.HasPrefix(name, mystery) }

// Check returns an error if N in mystery:N is not a whole number from 1.
func Check(name string) error {
	text, _ := strings.CutPrefix(name, mystery)
	if n, err := strconv.ParseUint(text, 10, 64); err != nil || n == 0 {
		return fmt.Errorf("-bug %s: expected a whole number from 1 behind mystery:, as in %s7", name, mystery)
	}
	return nil
}

// draw is the bug that a number chooses. Each eight numbers, 1 to 8, 9 to 16 and so on, choose all
// eight bugs. Their order depends on the numbers alone: it is that of the hashes of "E NAME", where E
// counts the eights.
func draw(number uint64) string {
	eight, order := (number-1)/uint64(len(All)), Names()[1:]
	key := func(name string) string {
		sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", eight, name))
		return string(sum[:])
	}
	slices.SortFunc(order, func(a, b string) int { return strings.Compare(key(a), key(b)) })
	return order[(number-1)%uint64(len(All))]
}

// drawn is the real name of the bug, for mystery:N too.
func drawn(name string) string {
	text, isDrawn := strings.CutPrefix(name, mystery)
	if !isDrawn {
		return name
	}
	number, _ := strconv.ParseUint(text, 10, 64) // Check has seen it
	return draw(number)
}

// A Net is what decides whether a bug makes a difference.
type Net struct {
	Sizes    []int // of the layers, the inputs first
	Straight bool  // the hidden layers are linear
	L2       float64
	Batch    int
}

// lacks is what the network needs for the bug to make a difference; "" if nothing.
func (n Net) lacks(bug string) string {
	deep := len(n.Sizes) > 2
	broad := false
	for l := 2; l < len(n.Sizes); l++ {
		broad = broad || n.Sizes[l-1] > 1 && n.Sizes[l] > 1
	}
	switch {
	case (bug == "early" || bug == "layer") && !deep:
		return "a hidden layer"
	case bug == "prime" && (!deep || n.Straight):
		return "a hidden layer whose activation is not linear"
	case bug == "transpose" && !broad:
		return "a second layer of more than one row and column"
	case bug == "mean" && n.Batch == 1:
		return "a mini-batch of more than one sample"
	case bug == "decay" && n.L2 == 0:
		return "-l2"
	}
	return ""
}

// Resolve returns the real name of the bug. It returns an error if the bug makes no difference in the
// network. For mystery:N it does so if any of the eight bugs makes none, so that the error does not
// tell which it is.
func Resolve(name string, n Net) (string, error) {
	if !IsDrawn(name) {
		if lacks := n.lacks(name); lacks != "" {
			return "", fmt.Errorf("-bug %s makes no difference without %s", name, lacks)
		}
		return name, nil
	}
	for _, b := range All {
		if lacks := n.lacks(b.Name); lacks != "" {
			return "", fmt.Errorf("-bug %s may be any of the eight, and one of them makes no difference without %s",
				name, lacks)
		}
	}
	return drawn(name), nil
}

// Swapped tells what a bug puts in place of what; it does not tell for mystery:N. It is "" if there is
// no bug.
func Swapped(name string) string {
	if IsDrawn(name) {
		return "one of those that -bug list prints"
	}
	if b := Find(name); b != nil {
		return b.Wrong + " in place of " + b.Meant
	}
	return ""
}

// ErrOther ends Answer when the guess is wrong.
var ErrOther = errors.New("it is another bug")

// Answer tells whether mystery:N is the bug that was guessed, and nothing else.
func Answer(p Printer, name, guess string) error {
	is, word := drawn(name) == guess, "wrong"
	if is {
		word = "right"
	}
	p.Text("%s\n", word)
	p.Event("is", "bug", name, "is", guess, "right", is)
	if !is {
		return ErrOther
	}
	return nil
}
