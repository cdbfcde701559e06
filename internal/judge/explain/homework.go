package explain

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"backprop/internal/judge/check/homework"
)

// JSON writes the step in the form that -check reads; if blank is set, only the question.
func (s *Step) JSON(w io.Writer, blank bool) error {
	h, err := s.homework()
	if err != nil {
		return err
	}
	if blank {
		h = h.Question()
	}
	return homework.Write(w, h)
}

// JSON writes the example's step in the form that -check reads; if blank is set, only the question.
func (e *Example) JSON(w io.Writer, s *Step, blank bool) error {
	s.FixedBiases = e.FixedBiases
	return s.JSON(w, blank)
}

// homework returns the step as a homework with all numbers, or an error if a homework cannot express it.
func (s *Step) homework() (*homework.Homework, error) {
	if reason := s.inexpressible(); reason != "" {
		return nil, fmt.Errorf("-explain -json writes a step as -check reads it, which is a plain one: it cannot have %s",
			reason)
	}
	last := len(s.Layers) - 1
	settings := homework.Settings{Output: s.Layers[last].Activation, Cost: s.Cost, Rate: s.Layers[0].Eta, L2: s.L2, N: s.N}
	if last > 0 {
		settings.Activation = s.Layers[0].Activation
	}
	arrays := map[string]homework.Array{"X": s.X.array(), "Y": s.Y.array(), "C": {Values: []float64{s.CostBefore}}}
	for l, layer := range s.Layers {
		for kind, rows := range map[string]Rows{"W": layer.W, "Z": layer.Z, "A": layer.A, "delta": layer.Delta,
			"dW": layer.GradW, "newW": layer.NewW} {
			arrays[homework.Quantity{Kind: kind, Layer: l + 1}.String()] = rows.array()
		}
		for kind, list := range map[string][]float64{"b": layer.B, "db": layer.GradB, "newb": layer.NewB} {
			arrays[homework.Quantity{Kind: kind, Layer: l + 1}.String()] = homework.Array{Shape: []int{len(list)}, Values: list}
		}
		if s.FixedBiases {
			delete(arrays, homework.Quantity{Kind: "newb", Layer: l + 1}.String())
		}
	}
	return homework.FromArrays("-explain -json", arrays, settings)
}

// inexpressible says what a homework cannot express of the step, and what to do about it; "" if it can express all.
func (s *Step) inexpressible() string {
	foreign := func(flag, name string) string {
		if names := homework.Choices(flag); !slices.Contains(names, name) {
			return fmt.Sprintf("-%s %s: it can have %s", flag, name, strings.Join(names, ", "))
		}
		return ""
	}
	first, last := s.Layers[0], len(s.Layers)-1
	for _, layer := range s.Layers[:last] {
		if reason := foreign("activation", layer.Activation); reason != "" {
			return reason
		}
		if layer.Activation != first.Activation {
			return "layers of different activations"
		}
	}
	switch {
	case s.Dropout:
		return "-dropout: leave it out, or say -dropout 0"
	case s.Rule == "adam":
		return "-optimizer adam: say -optimizer sgd; all but the step is the same"
	case s.Rule == "nesterov":
		return "-nesterov: leave it out; the first step with -momentum is a plain one"
	case s.MaxNorm:
		return "-maxnorm: leave it out, or say -maxnorm 0"
	case s.Weighted:
		return "-classweight: leave it out"
	case slices.ContainsFunc(s.Layers, func(l Layer) bool { return l.Eta != first.Eta }):
		return "-lr with a rate for each layer: give one for all"
	}
	return cmp.Or(foreign("output", s.Layers[last].Activation), foreign("cost", s.Cost))
}

// array returns the matrix as an array of a homework.
func (r Rows) array() homework.Array {
	return homework.Array{Shape: []int{len(r), len(r[0])}, Values: slices.Concat(r...)}
}
