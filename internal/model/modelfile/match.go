package modelfile

import (
	"fmt"
	"slices"
	"strings"

	"backprop/internal/data/dataset"
)

// MatchClasses checks that the data fit the model, and renumbers the classes of the data in the model's order.
func (m *Model) MatchClasses(data *dataset.Dataset) error {
	outputs := m.Outputs()
	switch {
	case data.Train.Dim != m.Inputs():
		return fmt.Errorf("%s: its samples have %d inputs, and %s takes %d: they do not belong together",
			data.Name, data.Train.Dim, m.Path, m.Inputs())
	case m.Names != nil && data.Inputs != nil && !slices.Equal(m.Names, data.Inputs):
		return fmt.Errorf("%s: its inputs are %.100q, and those of %s %.100q: they do not belong together",
			data.Name, data.Inputs, m.Path, m.Names)
	case m.Native && (data.Classes == nil) != (m.Classes == nil):
		return fmt.Errorf("%s and %s differ, since one has classes and the other numbers to predict: "+
			"add or leave out -regress", data.Name, m.Path)
	case data.Outputs() > outputs || data.Classes == nil && data.Outputs() < outputs:
		return fmt.Errorf("%s: it needs %d outputs, and %s has %d: they do not belong together",
			data.Name, data.Outputs(), m.Path, outputs)
	case data.Classes == nil || !m.Native:
		return nil
	}
	number := make([]int32, len(data.Classes)) // number[class of the data] is the class of the model
	for i, name := range data.Classes {
		n := slices.Index(m.Classes, strings.ToValidUTF8(name, "\uFFFD"))
		if n < 0 {
			return fmt.Errorf("%s: class %q is not one of the %d that %s knows", data.Name, name, outputs, m.Path)
		}
		number[i] = int32(n)
	}
	for _, s := range []dataset.Set{data.Train, data.Valid, data.Test} {
		for i, c := range s.Labels {
			s.Labels[i] = number[c]
		}
	}
	data.Classes = m.Classes
	return nil
}

// CompleteClasses adds the names of the classes that the model knows and the data do not have.
func (m *Model) CompleteClasses(data *dataset.Dataset) {
	if data.Classes != nil && len(data.Classes) < m.Outputs() {
		data.Classes = append(slices.Clone(data.Classes), m.Classes[len(data.Classes):]...)
	}
}
