package flags

import (
	"slices"
	"strings"

	"backprop/internal/data/dataset"
	"backprop/internal/data/field"
	"backprop/internal/judge/scores"
)

// ClassWeights parses -classweight and returns the weight of each class: scores.Balanced for "balanced"; else those
// that the flag names, and 1 for the other classes. It is an error if the data have numbers to predict.
func ClassWeights(text string, data *dataset.Dataset) ([]float64, error) {
	if data.Classes == nil {
		return nil, Wrong("-classweight is for classes, and %s has numbers to predict", data.Name)
	}
	if strings.EqualFold(text, "balanced") {
		return scores.Balanced(data.Train.Labels, len(data.Classes)), nil
	}
	weights, seen := slices.Repeat([]float64{1}, len(data.Classes)), map[int]bool{}
	for _, part := range field.SplitNames(text) {
		at := strings.LastIndexByte(part, '=') // the name of the class may have = in it too
		if at < 0 {
			return nil, Wrong("-classweight %q: expected balanced, or the form CLASS=WEIGHT, as in a=2,b=0.5", part)
		}
		name := strings.TrimSpace(part[:at])
		k := slices.Index(data.Classes, name)
		if k < 0 {
			return nil, Wrong("-classweight %s: there is no class %q; there are %.300s", part, name,
				strings.Join(data.Classes, ", "))
		}
		w, err := parseDecimal(part[at+1:])
		switch {
		case err != nil || !(w >= 0 && w <= 1e6):
			return nil, Wrong("-classweight %s: a weight is a number from 0 to a million", part)
		case seen[k]:
			return nil, Wrong("-classweight %.300s: %s appears twice: give each class one weight", text, name)
		}
		weights[k], seen[k] = w, true
	}
	if slices.Max(weights) == 0 {
		return nil, Wrong("-classweight %.300s: all classes have the weight 0, and nothing would be learned: "+
			"give one of them another", text)
	}
	return weights, nil
}
