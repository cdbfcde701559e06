// Values: the flags whose values are more than a number or a word, as flag.Value, and the
// names of activations and costs.
package main

import (
	"cmp"
	"slices"

	"backprop/internal/judge/bugs"
	"backprop/internal/judge/explain"
	"backprop/internal/model/layers"
	"backprop/internal/run/settings"
)

// scheduleOf is the schedule in steps, for a training of so many epochs.
func scheduleOf(s settings.Schedule, epochs, stepsAnEpoch int) func(s int) float64 {
	switch s.Kind {
	case "cosine":
		return cosineSchedule(epochs * stepsAnEpoch)
	case "step":
		return stepSchedule(s.Epochs*stepsAnEpoch, s.Factor)
	}
	return nil
}

// named is the activation or cost of that name, which is one of them.
func named[T interface{ name() string }](all []T, name string) T {
	return all[slices.Index(namesOf(all), name)]
}

func namesOf[T interface{ name() string }](all []T) (names []string) {
	for _, t := range all {
		names = append(names, t.name())
	}
	return names
}

// words are the names that the command line may use.
func words() *settings.Words {
	w := &settings.Words{Activations: namesOf(activations), Bugs: bugs.Names(), Examples: explain.Names()}
	for _, g := range activations {
		switch {
		case g.straight(): // which is the default, and comes first
			w.Outputs = slices.Insert(w.Outputs, 0, g.Name)
		case g.Output:
			w.Outputs = append(w.Outputs, g.Name)
		}
	}
	for _, c := range costs {
		help := cmp.Or(c.Help, c.Title, c.Name)
		if c.Output != "" {
			help += ", with -output " + c.Output
		}
		w.Costs = append(w.Costs, settings.CostWord{Name: c.Name, Help: help, Output: c.Output, Numbers: c.Answer == layers.Number})
	}
	return w
}

func (a Activation) name() string { return a.Name }
func (c Cost) name() string       { return c.Name }
