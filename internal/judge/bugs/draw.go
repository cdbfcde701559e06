package bugs

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// mystery begins the name of a bug that a number draws, and that nothing names.
const mystery = "mystery:"

// IsDrawn says that the name is that of a drawn bug.
func IsDrawn(name string) bool { return strings.HasPrefix(name, mystery) }

// Check reports a name of a drawn bug whose number is none.
func Check(name string) error {
	text, _ := strings.CutPrefix(name, mystery)
	if n, err := strconv.ParseUint(text, 10, 64); err != nil || n == 0 {
		return fmt.Errorf("-bug %s: a whole number from 1 draws the bug, as in %s7", name, mystery)
	}
	return nil
}

// draw is the bug that a number draws. Each eight numbers, 1 to 8, 9 to 16 and so on, draw all eight, in an order
// that only the numbers decide: that of the hashes of the names behind the number of the eight.
func draw(number uint64) string {
	eight, order := (number-1)/uint64(len(All)), Names()[1:]
	key := func(name string) string {
		sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", eight, name))
		return string(sum[:])
	}
	slices.SortFunc(order, func(a, b string) int { return strings.Compare(key(a), key(b)) })
	return order[(number-1)%uint64(len(All))]
}

// drawn is the bug's own name: that which its number draws, or what it is called anyway.
func drawn(name string) string {
	text, isDrawn := strings.CutPrefix(name, mystery)
	if !isDrawn {
		return name
	}
	number, _ := strconv.ParseUint(text, 10, 64) // Check has seen it
	return draw(number)
}

// A Net is what it depends on whether a bug makes a difference.
type Net struct {
	Sizes    []int // of the layers, the inputs first
	Straight bool  // the hidden layers are linear
	L2       float64
	Batch    int
}

// lacks is what the network lacks for a bug to make a difference; "" if nothing.
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

// Resolve is the bug that the name means. It is an error if that makes no difference in the network; of a drawn one
// if any of all would make none, so that the error does not tell which it is.
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

// Swapped says what a bug has put in place of what, unless it is a drawn one; "" where there is none.
func Swapped(name string) string {
	if IsDrawn(name) {
		return "one of those that -bug list prints"
	}
	if b := Find(name); b != nil {
		return b.Wrong + " in place of " + b.Meant
	}
	return ""
}

// ErrOther is what Answer ends with where the guess is wrong.
var ErrOther = errors.New("it is another bug")

// Answer says whether a drawn bug is the one that somebody takes it for, and nothing else.
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
