package flags

import (
	"fmt"
	"slices"
	"strings"
)

// Explain is the value of -explain. Name is "" if the flag is not given, explainNetwork for the network that the
// command line describes, or the name of an example.
type Explain struct {
	Name     string
	Examples []string // the names of all examples
}

const explainNetwork = "network"

// IsExample reports whether the user asks for an example, and not for the network that the command line describes.
func (e *Explain) IsExample() bool { return e.Name != "" && e.Name != explainNetwork }

func (e *Explain) String() string { return e.Name }

// IsBoolFlag tells package flag that -explain needs no value.
func (e *Explain) IsBoolFlag() bool { return true }

func (e *Explain) Set(value string) error {
	switch {
	case value == "true":
		e.Name = explainNetwork
	case value == "false":
		e.Name = ""
	case slices.Contains(e.Examples, value):
		e.Name = value
	default:
		return e.UnknownExample(value)
	}
	return nil
}

// UnknownExample returns the error for a name that no example has.
func (e *Explain) UnknownExample(name string) error {
	last := len(e.Examples) - 1
	return fmt.Errorf("there is no example %q; the examples are %s and %s; without a name, it is the network of the "+
		"command line", name, strings.Join(e.Examples[:last], ", "), e.Examples[last])
}

// TakeName takes the word after -explain if it is the name of an example, and reports whether it did. Package flag does
// not know that the word belongs to the flag, because the flag is complete without a value.
func (e *Explain) TakeName(word string) bool {
	if e.Name != explainNetwork || !slices.Contains(e.Examples, word) {
		return false
	}
	e.Name = word
	return true
}
