package explain

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"backprop/internal/judge/check/homework"
)

// JSON writes the step as -check reads it; blank, the question alone.
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

// JSON writes the example's step as -check reads it.
func (e *Example) JSON(w io.Writer, s *Step, blank bool) error {
	s.FixedBiases = e.FixedBiases
	return s.JSON(w, blank)
}

// homework is the step as somebody would hand it in who has computed all of it.
func (s *Step) homework() (*homework.Homework, error) {
	if what := s.inexpressible(); what != "" {
		return nil, fmt.Errorf("-explain -json writes a step as -check reads it, which is a plain one: it cannot have %s",
			what)
	}
	last := len(s.Layers) - 1
	settings := homework.Settings{Output: s.Layers[last].Activation, Cost: s.Cost, Rate: s.Layers[0].Eta, L2: s.L2, N: s.N}
	if last > 0 {
		settings.Activation = s.Layers[0].Activation
	}
	arrays := map[string]homework.Array{"X": s.X.array(), "Y": s.Y.array(), "C": {Values: []float64{s.Mean}}}
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

// inexpressible names what the step has in it and a homework cannot say; "" if nothing.
func (s *Step) inexpressible() string {
	foreign := func(key, word string) string {
		if all := homework.Choices(key); !slices.Contains(all, word) {
			return fmt.Sprintf("-%s %s: it can have %s", key, word, strings.Join(all, ", "))
		}
		return ""
	}
	last := len(s.Layers) - 1
	for _, layer := range s.Layers[:last] {
		if word := foreign("activation", layer.Activation); word != "" {
			return word
		}
		if layer.Activation != s.Layers[0].Activation {
			return "layers of different activations"
		}
	}
	rates := func(a, b Layer) bool { return a.Eta == b.Eta }
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
	case len(slices.CompactFunc(slices.Clone(s.Layers), rates)) > 1:
		return "-lr with a rate for each layer: give one for all"
	}
	if word := foreign("output", s.Layers[last].Activation); word != "" {
		return word
	}
	return foreign("cost", s.Cost)
}

// array is a matrix as it stands in a homework.
func (r Rows) array() homework.Array {
	return homework.Array{Shape: []int{len(r), len(r[0])}, Values: slices.Concat(r...)}
}
