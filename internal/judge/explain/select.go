// Select: which rows and columns of large matrices are printed.

package explain

import (
	"cmp"
	"math"
	"slices"
)

// selectUnits chooses what to print of large matrices: the samples with the largest costs, and the units whose weights
// change most.
func (e *explainer) selectUnits() {
	e.samples = choose("sample", len(e.X), func(i int) float64 { return e.Costs[i] })
	for l, layer := range e.Layers {
		kind := "unit"
		if l == 0 {
			kind = "input"
		}
		e.units = append(e.units, choose(kind, len(layer.GradW), func(i int) (sum float64) {
			for _, g := range layer.GradW[i] {
				sum += math.Abs(g)
			}
			return sum
		}))
	}
	last := e.Layers[len(e.Layers)-1]
	outputs := choose("output", len(last.GradB), func(j int) (sum float64) {
		for _, row := range last.GradW {
			sum += math.Abs(row[j])
		}
		return sum
	})
	e.units[0].names, outputs.names = e.InputNames, e.OutputNames
	e.units = append(e.units, outputs)
}

// A selection is the rows or columns of a matrix that are printed.
type selection struct {
	kind    string   // "sample", "input", "unit" or "output"; "" for the one row of a vector
	indices []int    // nil for a vector
	names   []string // of all rows or columns; nil if they have none
}

// choose selects all of n rows or columns if there are at most six, else the first one and the three largest by size.
func choose(kind string, n int, size func(i int) float64) selection {
	indices := make([]int, n)
	for i := range indices {
		indices[i] = i
	}
	if n > 6 {
		slices.SortStableFunc(indices[1:], func(a, b int) int { return cmp.Compare(size(b), size(a)) })
		indices = indices[:4]
		slices.Sort(indices)
	}
	return selection{kind: kind, indices: indices}
}
