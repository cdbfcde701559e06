// Steps: the samples with which the page takes steps of its own.

package record

import (
	"slices"
	"strings"

	"backprop/internal/data/dataset"
	"backprop/internal/show/report"
	"backprop/internal/show/text"
)

// steps is some training samples, each class by turns, as the network sees them; nil where there are none.
func (run *Run) steps() *report.Step {
	s, most := &run.Data.Train, 12
	if s.Dim == 2 {
		most = 200 // they are drawn in the plane
	}
	if s.N == 0 {
		return nil
	}
	which := spread(s, most)
	step := &report.Step{Rate: run.Rate, Inputs: run.Data.Inputs}
	step.X, step.Y = run.Rows(which)
	for _, i := range which {
		name := ""
		switch {
		case s.Labels != nil:
			name = run.Data.Classes[s.Labels[i]]
		case run.Data.Outputs() == 1:
			name = text.Significant(s.Targets[i], 4)
			if label := run.Data.LabelName(); label != "" {
				name = label + " = " + name
			}
		}
		if place := s.Origin.Place(int(i)); place != "" {
			name = strings.TrimPrefix(name+", "+place, ", ")
		}
		step.Names = append(step.Names, name)
	}
	return step
}

// spread is the numbers of so many samples: the first of each class, the second …
func spread(s *dataset.Set, most int) (list []int32) {
	of := map[int32][]int32{}
	var classes []int32
	for i := range int32(s.N) {
		class := int32(0)
		if s.Labels != nil {
			class = s.Labels[i]
		}
		if of[class] == nil {
			classes = append(classes, class)
		}
		if len(of[class]) < most {
			of[class] = append(of[class], i)
		}
	}
	slices.Sort(classes)
	for round := 0; len(list) < min(most, s.N) && round < most; round++ {
		for _, c := range classes {
			if round < len(of[c]) && len(list) < most {
				list = append(list, of[c][round])
			}
		}
	}
	return list
}
