// Scores: how good the answers are, if a table has the labels too.

package predict

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"backprop/internal/data/newdata"
	"backprop/internal/judge/scores"
	"backprop/internal/model/modelfile"
	"backprop/internal/show/text"
)

// A scorer compares answers with the labels of their rows.
type scorer struct {
	model      *modelfile.Model
	scored     int // rows whose label the model knows
	unlabelled int // rows without a label
	unknown    int // rows with a label that the model does not know

	correct      int     // for classes: right answers
	mean         float64 // for numbers: the mean of the labels
	deviations   float64 // the sum of (y − mean)²
	squaredError float64 // the sum of (a − y)²
}

// rows returns the number of rows so far.
func (s *scorer) rows() int { return s.scored + s.unlabelled + s.unknown }

// add compares an answer with its label.
func (s *scorer) add(label string, answer []float64) {
	switch {
	case newdata.IsMissingLabel(label, s.model.Classes):
		s.unlabelled++
	case predictsNumbers(s.model):
		s.addNumber(label, answer[0])
	default:
		s.addClass(label, answer)
	}
}

func (s *scorer) addNumber(label string, a float64) {
	y, err := strconv.ParseFloat(label, 64)
	if err != nil {
		s.unknown++
		return
	}
	s.scored++
	d := y - s.mean // the running variance of Welford 1962
	s.mean += d / float64(s.scored)
	s.deviations += float64(d * (y - s.mean))
	s.squaredError += float64((a - y) * (a - y))
}

func (s *scorer) addClass(label string, outputs []float64) {
	k := slices.Index(s.model.Classes, label)
	if k < 0 {
		s.unknown++
		return
	}
	s.scored++
	if k == scores.Argmax(outputs) {
		s.correct++
	}
}

// sentence says how good the answers are, and how many rows could not be compared.
func (s *scorer) sentence() string {
	var sentence string
	n := float64(s.scored)
	switch {
	case s.scored == 0:
		sentence = "no row has a label that the model knows"
	case predictsNumbers(s.model):
		sentence = "RMSE " + text.Significant(math.Sqrt(s.squaredError/n), 6)
		if s.deviations > 0 {
			sentence += fmt.Sprintf(", R² %.4f", 1-s.squaredError/s.deviations)
		}
		sentence += " on " + text.Plural(s.scored, "row")
	default:
		sentence = fmt.Sprintf("%s of %s right, %.2f %%", text.Count(s.correct), text.Plural(s.scored, "row"),
			100*float64(s.correct)/n)
	}
	if s.unlabelled > 0 {
		sentence += fmt.Sprintf("; %d without a label", s.unlabelled)
	}
	if s.unknown > 0 {
		sentence += fmt.Sprintf("; %d with a label that the model does not know", s.unknown)
	}
	return sentence
}
