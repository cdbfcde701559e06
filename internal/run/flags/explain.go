package flags

import (
	"fmt"
	"slices"
	"strings"
)

// An Explained is the -explain flag: Name is empty, "network" for that of the command line, or the
// name of an example.
type Explained struct {
	Name     string
	Examples []string // that there are
}

// explainNetwork is what stands for the network of the command line.
const explainNetwork = "network"

// Example says that a worked example is asked for, and not the network of the command line.
func (e *Explained) Example() bool { return e.Name != "" && e.Name != explainNetwork }

func (e *Explained) String() string { return e.Name }

func (e *Explained) IsBoolFlag() bool { return true }

func (e *Explained) Set(value string) error {
	switch {
	case value == "true":
		e.Name = explainNetwork
	case value == "false":
		e.Name = ""
	case slices.Contains(e.Examples, value):
		e.Name = value
	default:
		return e.None(value)
	}
	return nil
}

// None is the error of a word that is no example.
func (e *Explained) None(name string) error {
	last := len(e.Examples) - 1
	return fmt.Errorf("there is no example %q; the examples are %s and %s; without a name, it is the network of the "+
		"command line", name, strings.Join(e.Examples[:last], ", "), e.Examples[last])
}

// Takes says that a word is the name of an example after a bare -explain, and takes it.
func (e *Explained) Takes(word string) bool {
	return e.Name == explainNetwork && slices.Contains(e.Examples, word) && e.Set(word) == nil
}
