package settings

import (
	"fmt"
	"slices"
	"strings"
)

// An Explained is the -explain flag: Name is empty, "network" for that of the command line, or the
// name of an example.
type Explained struct {
	Name     string
	examples []string // that there are
}

const explainNetwork = "network"

// example says that a worked example is asked for, and not the network of the command line.
func (e *Explained) example() bool { return e.Name != "" && e.Name != explainNetwork }

func (e *Explained) String() string { return e.Name }

func (e *Explained) IsBoolFlag() bool { return true }

func (e *Explained) Set(value string) error {
	switch {
	case value == "true":
		e.Name = explainNetwork
	case value == "false":
		e.Name = ""
	case slices.Contains(e.examples, value):
		e.Name = value
	default:
		return e.none(value)
	}
	return nil
}

// none is the error of a word that is no example.
func (e *Explained) none(name string) error {
	last := len(e.examples) - 1
	return fmt.Errorf("there is no example %q; there are %s and %s, or nothing for the network of the command line",
		name, strings.Join(e.examples[:last], ", "), e.examples[last])
}

// takes says that a word is the name of an example after a bare -explain, and takes it.
func (e *Explained) takes(word string) bool {
	return e.Name == explainNetwork && slices.Contains(e.examples, word) && e.Set(word) == nil
}
