// Explainflag: the value of -explain, and what is answered without any data.

package main

import (
	"fmt"

	"backprop/internal/judge/explain"
)

// explainFlag is the -explain flag: empty, "network" for that of the command line, or the
// name of an example.
type explainFlag string

const explainNetwork = "network"

func (e *explainFlag) String() string   { return string(*e) }
func (e *explainFlag) IsBoolFlag() bool { return true }

func (e *explainFlag) Set(text string) error {
	switch {
	case text == "true":
		*e = explainNetwork
	case text == "false":
		*e = ""
	case explain.Find(text) != nil:
		*e = explainFlag(text)
	default:
		return noExample(text)
	}
	return nil
}

func noExample(name string) error {
	return fmt.Errorf("there is no example %q; there are mazur, xor and 3-2, or nothing for the network of the "+
		"command line", name)
}

// takes says that a word is the name of an example after a bare -explain, and takes it.
func (e *explainFlag) takes(word string) bool {
	return *e == explainNetwork && explain.Find(word) != nil && e.Set(word) == nil
}

// asksForText says that there is something to print and nothing to load; answer prints it.
func (cfg *Settings) asksForText() bool {
	return cfg.RecipeName == "list" || cfg.Bug == "list" || explain.Find(string(cfg.Explain)) != nil
}

func (p *Printer) answer(cfg *Settings) error {
	switch {
	case cfg.RecipeName == "list":
		p.recipes()
	case cfg.Bug == "list":
		p.printSlips()
	default:
		e := explain.Find(string(cfg.Explain))
		e.Print(p, capture(given(e, false)), course(e))
	}
	return nil
}
