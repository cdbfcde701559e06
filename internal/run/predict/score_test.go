package predict

import (
	"testing"

	"backprop/internal/model/modelfile"
)

// TestScorer: what is said of answers beside labels, of classes and of numbers, by hand.
func TestScorer(t *testing.T) {
	classes, numbers := &modelfile.Model{Classes: []string{"a", "b"}}, &modelfile.Model{}
	type row struct {
		label  string
		answer []float64
	}
	for _, c := range []struct {
		name  string
		model *modelfile.Model
		rows  []row
		want  string
	}{
		{"classes", classes, []row{{"a", []float64{0.9, 0.1}}, {"b", []float64{0.9, 0.1}}, {"b", []float64{0.2, 0.8}}},
			"2 of 3 rows right, 66.67 %"},
		{"labels missing and unknown", classes, []row{{"a", []float64{0.9, 0.1}}, {"", nil}, {"None", nil}, {"c", nil}},
			"1 of 1 row right, 100.00 %; 2 without a label; 1 with a label that the model does not know"},
		{"a label that is a sign", &modelfile.Model{Classes: []string{"+", "-"}}, []row{{"-", []float64{0.1, 0.9}},
			{"none", nil}}, "1 of 1 row right, 100.00 %; 1 without a label"},
		{"no known label", classes, []row{{"c", nil}},
			"no row has a label that the model knows; 1 with a label that the model does not know"},
		{"no row", classes, nil, "no row has a label that the model knows"},

		// The squared errors are 0, 4 and 4; the labels' squared distances from their mean, 3, are 4, 1 and 9.
		{"numbers", numbers, []row{{"1", []float64{1}}, {"2", []float64{0}}, {"6", []float64{4}}},
			"RMSE 1.63299, R² 0.4286 on 3 rows"},
		{"numbers below 1", numbers, []row{{"0.5", []float64{1}}, {"1.5", []float64{1.5}}},
			"RMSE 0.353553, R² 0.5000 on 2 rows"},
		{"one number, which has no R²", numbers, []row{{"2", []float64{5}}, {"x", []float64{1}}, {"-", nil}},
			"RMSE 3 on 1 row; 1 without a label; 1 with a label that the model does not know"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &scorer{model: c.model}
			for _, r := range c.rows {
				s.add(r.label, r.answer)
			}
			if got := s.sentence(); got != c.want || s.rows() != len(c.rows) {
				t.Errorf("got %q of %d rows, want %q of %d", got, s.rows(), c.want, len(c.rows))
			}
		})
	}
}
