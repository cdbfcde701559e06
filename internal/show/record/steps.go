// Steps: training samples for the steps that a reader takes on the page.

package record

import (
	"maps"
	"slices"
	"strings"

	"backprop/internal/data/dataset"
	"backprop/internal/show/report"
	"backprop/internal/show/text"
)

// stepSamples returns some training samples as the network sees them, each class in turn, or nil if there are none.
func (run *Run) stepSamples() *report.StepSamples {
	train, most := &run.Data.Train, 12
	if train.Dim == 2 {
		most = 200 // the page draws them in a plane
	}
	if train.N == 0 {
		return nil
	}
	which := classesInTurn(train, most)
	s := &report.StepSamples{Rate: run.Rate, Inputs: run.Data.Inputs}
	s.X, s.Y = run.Rows(which)
	for _, i := range which {
		s.Names = append(s.Names, run.sampleName(int(i)))
	}
	return s
}

// sampleName returns the class or the target of training sample i and, if it is known, its place in its file.
func (run *Run) sampleName(i int) string {
	train, name := &run.Data.Train, ""
	switch {
	case train.Labels != nil:
		name = run.Data.Classes[train.Labels[i]]
	case run.Data.Outputs() == 1:
		name = text.Significant(train.Targets[i], 4)
		if label := run.Data.LabelName(); label != "" {
			name = label + " = " + name
		}
	}
	if place := train.Origin.Place(i); place != "" {
		name = strings.TrimPrefix(name+", "+place, ", ")
	}
	return name
}

// classesInTurn returns at most n samples: the first of each class, then the second of each class, and so on.
func classesInTurn(s *dataset.Set, n int) (list []int32) {
	byClass := map[int32][]int32{}
	for i := range int32(s.N) {
		class := int32(0)
		if s.Labels != nil {
			class = s.Labels[i]
		}
		byClass[class] = append(byClass[class], i)
	}
	classes := slices.Sorted(maps.Keys(byClass))
	n = min(n, s.N)
	for round := 0; len(list) < n; round++ {
		for _, c := range classes {
			if round < len(byClass[c]) && len(list) < n {
				list = append(list, byClass[c][round])
			}
		}
	}
	return list
}
