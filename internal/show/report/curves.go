// Curves: cost and score over the epochs.

package report

import (
	"math"
	"strings"

	"backprop/internal/show/chart"
)

// Axes are how a program wants the curves over the epochs.
type Axes struct {
	Linear             bool    // both axes
	ScoreFrom, ScoreTo float64 // of the score
	Every              int     // these epochs are wanted too; 0 for none
}

// curves are cost and score over the epochs.
func (r *Report) curves() (all []chart.Figure) {
	epochs := r.past[:len(r.past):len(r.past)]
	for _, m := range r.kept {
		epochs = append(epochs, m.epoch)
	}
	x := chart.Axis{Label: "epoch"}
	if n := len(epochs); epochs[n/2].Number*4 < epochs[n-1].Number && !r.Axes.Linear { // they were taken ever more seldom
		x = chart.Axis{Label: "epoch (log scale)", Log: true}
	}
	add := func(f chart.Figure, published chart.Line, values func(Epoch) [3]float64) {
		published.Name = "published"
		if f.Y.Log && !r.Axes.Linear {
			f.Y.Label += " (log scale)"
		} else {
			f.Y.Log = false
		}
		f.X, f.Table, f.Best = x, true, r.Chosen
		var before []string
		for part, name := range [3]string{"training", "validation", "test"} {
			l := chart.Line{Name: name}
			for _, e := range epochs {
				v := values(e)[part]
				if e.Number == 0 && published.Y != nil && !math.IsNaN(v) {
					before = append(before, f.Y.Written(v)+" for "+name)
					continue
				}
				if !math.IsNaN(v) {
					l.X, l.Y = append(l.X, float64(e.Number)), append(l.Y, v)
				}
			}
			if l.X != nil {
				f.Lines = append(f.Lines, l)
			}
		}
		if f.Lines != nil && published.Y != nil {
			f.Lines = append(f.Lines, published)
		}
		if before != nil {
			f.More = " Before training it is " + strings.Join(before, ", ") +
				", which is not drawn, so that there is room to tell the other values from those published."
		}
		if f.Lines != nil {
			all = append(all, f)
		}
	}
	score := chart.Figure{Kind: "accuracy", Title: "Accuracy", Y: chart.Axis{Label: "right answers", Percent: true}}
	if r.Classes == nil {
		score = chart.Figure{Kind: "rmse", Title: "Error of the prediction", Y: chart.Axis{Label: "RMSE", Log: true}}
	}
	score.Y.From, score.Y.To = r.Axes.ScoreFrom, r.Axes.ScoreTo
	kind, name, formula := r.Cost.Name, "Cost", r.Cost.Formula
	if r.Loss != "" {
		kind, name, formula = r.Loss, "Loss", ""
	}
	cost := chart.Figure{Kind: chart.Kind("cost " + kind), Title: name, Formula: formula,
		Y: chart.Axis{Label: strings.ToLower(name), Log: true}}
	add(cost, r.Published[0], func(e Epoch) [3]float64 { return e.Cost })
	add(score, r.Published[1], func(e Epoch) [3]float64 { return e.Score })
	return all
}
