// Step: what the page needs to take steps of training by itself.

package report

import (
	"backprop/internal/model/layers"
)

// A Step is the samples that the page may take a step with, as the network sees them, what it should answer, and
// what each is called.
type Step struct {
	X      [][]float64 `json:"x"`
	Y      [][]float64 `json:"y"`
	Names  []string    `json:"names"`
	Inputs []string    `json:"inputs"` // their names, where they have any
	Rate   float64     `json:"rate"`   // to begin with
}

// mostSteps is how many parameters the page carries as float64.
const mostSteps = 700_000

// unscripted is what the page has no script for, and so cannot compute: to draw an activation, and for steps its
// slope, or the cost. "" is nothing.
func (r *Report) unscripted(steps bool) string {
	for _, l := range r.Layers {
		if g := r.Scripts[l.Activation]; g[0] == "" || steps && g[1] == "" {
			return "the activation " + l.Activation
		}
	}
	if steps && r.Cost.Script == "" {
		return "the cost " + r.Cost.Name
	}
	return ""
}

// steps says whether the page takes steps.
func (r *Report) steps() bool {
	return r.unscripted(true) == "" && r.Step != nil && len(r.Step.X) > 0 && len(r.Layers) > 0 &&
		layers.Parameters(r.Layers) <= mostSteps
}
