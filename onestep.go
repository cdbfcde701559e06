// Onestep: the samples with which the report's page takes steps of its own.
package main

import (
	"slices"

	"backprop/internal/show/report"
	"backprop/internal/show/text"
)

// pageSteps is some training samples, each class by turns, as the network sees them; nil
// where there are none.
func (x *experiment) pageSteps() *report.Step {
	s, most := &x.data.Train, 12
	if s.Dim == 2 {
		most = 200 // they are drawn in the plane
	}
	if s.N == 0 {
		return nil
	}
	step := &report.Step{Rate: slices.Max(x.cfg.Rate), Inputs: x.data.Inputs}
	for _, i := range x.spread(most) {
		in, y := NewMatrix(1, s.Dim), NewMatrix(1, x.data.Outputs())
		x.source(s, []int32{i})(in, y, 0, 0, 1)
		name := ""
		switch {
		case s.Labels != nil:
			name = x.data.Classes[s.Labels[i]]
		case y.Cols == 1:
			name = text.Significant(s.Targets[i], 4)
		}
		step.X, step.Y, step.Names = append(step.X, in.Row(0)), append(step.Y, y.Row(0)), append(step.Names, name)
	}
	return step
}

// spread is the numbers of so many training samples: the first of each class, the second …
func (x *experiment) spread(most int) (list []int32) {
	s := &x.data.Train
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
