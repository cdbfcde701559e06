package bugs

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// mystery begins a name such as mystery:7: the number chooses a bug, whose name is not shown anywhere.
const mystery = "mystery:"

// IsMystery reports whether name is mystery:N.
func IsMystery(name string) bool { return strings.HasPrefix(name, mystery) }

// Check returns an error if N in mystery:N is not a whole number from 1.
func Check(name string) error {
	text, _ := strings.CutPrefix(name, mystery)
	if n, err := strconv.ParseUint(text, 10, 64); err != nil || n == 0 {
		return fmt.Errorf("-bug %s: expected a whole number from 1 behind mystery:, as in %s7", name, mystery)
	}
	return nil
}

// choose returns the bug that a number chooses. Every round of eight numbers, 1 to 8, 9 to 16 and so on, chooses each
// of the eight bugs once, in the order of the SHA-256 sums of "R NAME", where R is the round, counted from 0.
func choose(number uint64) string {
	eight := uint64(len(All))
	round, order := (number-1)/eight, Names()[1:] // without "list"
	key := func(name string) string {
		sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", round, name))
		return string(sum[:])
	}
	slices.SortFunc(order, func(a, b string) int { return strings.Compare(key(a), key(b)) })
	return order[(number-1)%eight]
}

// realName returns the name of the bug behind mystery:N; any other name is returned as it is.
func realName(name string) string {
	text, isMystery := strings.CutPrefix(name, mystery)
	if !isMystery {
		return name
	}
	number, _ := strconv.ParseUint(text, 10, 64) // Check has made sure that it is a number
	return choose(number)
}

// A Net has the properties of a network that decide whether a bug makes a difference.
type Net struct {
	Sizes  []int // units of each layer, the inputs first
	Linear bool  // the hidden layers are linear
	L2     float64
	Batch  int
}

// lacks returns what the network would need for a bug to make a difference; "" if it lacks nothing.
func (n Net) lacks(bug string) string {
	hidden := len(n.Sizes) > 2
	matrixAbove := false // whether W of a layer after the first has several rows and columns
	for l := 2; l < len(n.Sizes); l++ {
		matrixAbove = matrixAbove || n.Sizes[l-1] > 1 && n.Sizes[l] > 1
	}
	switch {
	case (bug == "early" || bug == "layer") && !hidden:
		return "a hidden layer"
	case bug == "prime" && (!hidden || n.Linear):
		return "a hidden layer whose activation is not linear"
	case bug == "transpose" && !matrixAbove:
		return "a second layer of more than one row and column"
	case bug == "mean" && n.Batch == 1:
		return "a mini-batch of more than one sample"
	case bug == "decay" && n.L2 == 0:
		return "-l2"
	}
	return ""
}

// Resolve returns the name of a bug, also for mystery:N. It returns an error if the bug would make no difference in the
// network; for mystery:N, if any of the eight bugs would make none, so that the error does not betray which bug it is.
func Resolve(name string, n Net) (string, error) {
	if !IsMystery(name) {
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
	return realName(name), nil
}

// Change says what a bug changes in the step; for mystery:N it does not say which bug that is. It returns "" if there
// is no bug.
func Change(name string) string {
	if IsMystery(name) {
		return "one of those that -bug list prints"
	}
	if b := find(name); b != nil {
		return b.Wrong + " in place of " + b.Meant
	}
	return ""
}

// ErrWrongGuess is what Answer returns if the guess is wrong.
var ErrWrongGuess = errors.New("it is another bug")

// Answer prints whether the guess of the bug behind mystery:N is right, and nothing else about the bug.
func Answer(p Printer, name, guess string) error {
	right := realName(name) == guess
	p.Event("is", "bug", name, "is", guess, "right", right)
	if !right {
		p.Text("wrong\n")
		return ErrWrongGuess
	}
	p.Text("right\n")
	return nil
}
