// Curves: cost and score over the epochs.

package report

import (
	"math"
	"slices"
	"strings"

	"backprop/internal/show/chart"
)

// Axes say how the curves over the epochs are to be drawn.
type Axes struct {
	Linear             bool    // both axes are linear; otherwise some are logarithmic
	ScoreFrom, ScoreTo float64 // a range of the score to show; 0, 0 for none
	Every              int     // also record epochs whose number is a multiple of this one; 0 for none
}

// curves returns the figures of cost and score.
func (r *Report) curves() (figures []chart.Figure) {
	cost := chart.Figure{Kind: chart.Kind("cost " + r.Cost.Name), Title: "Cost", Formula: r.Cost.Formula}
	if r.Loss != "" {
		cost = chart.Figure{Kind: chart.Kind("cost " + r.Loss), Title: "Loss"}
	}
	cost.Y = chart.Axis{Label: strings.ToLower(cost.Title), Log: true}
	score := chart.Figure{Kind: "accuracy", Title: "Accuracy", Y: chart.Axis{Label: "right answers", Percent: true}}
	if r.Classes == nil {
		score = chart.Figure{Kind: "rmse", Title: "Error of the prediction", Y: chart.Axis{Label: "RMSE", Log: true}}
	}
	score.Y.From, score.Y.To = r.Axes.ScoreFrom, r.Axes.ScoreTo
	for _, f := range []chart.Figure{
		r.curve(cost, r.Published[0], func(e Epoch) [3]float64 { return e.Cost }),
		r.curve(score, r.Published[1], func(e Epoch) [3]float64 { return e.Score }),
	} {
		if f.Lines != nil {
			figures = append(figures, f)
		}
	}
	return figures
}

// curve adds the axes and the lines of values to a figure. If there are published values, the values before training
// are left out, because next to them the others would be too close together.
func (r *Report) curve(f chart.Figure, published chart.Line, values func(Epoch) [3]float64) chart.Figure {
	epochs := r.epochs()
	f.X, f.Table, f.Best = r.epochAxis(epochs), true, r.Chosen
	f.Y.Log = f.Y.Log && !r.Axes.Linear
	if f.Y.Log {
		f.Y.Label += " (log scale)"
	}
	var before []string
	for set, name := range [3]string{"training", "validation", "test"} {
		l := chart.Line{Name: name}
		for _, e := range epochs {
			switch v := values(e)[set]; {
			case math.IsNaN(v):
			case e.Number == 0 && published.Y != nil:
				before = append(before, f.Y.Written(v)+" for "+name)
			default:
				l.X, l.Y = append(l.X, float64(e.Number)), append(l.Y, v)
			}
		}
		if l.X != nil {
			f.Lines = append(f.Lines, l)
		}
	}
	if f.Lines != nil && published.Y != nil {
		published.Name = "published"
		f.Lines = append(f.Lines, published)
	}
	if before != nil {
		f.More = " Before training it is " + strings.Join(before, ", ") +
			", which is not drawn, so that there is room to tell the other values from those published."
	}
	return f
}

// epochs returns all epochs that are known.
func (r *Report) epochs() []Epoch {
	epochs := slices.Clone(r.past)
	for _, s := range r.snapshots {
		epochs = append(epochs, s.epoch)
	}
	return epochs
}

func (r *Report) epochAxis(epochs []Epoch) chart.Axis {
	var numbers []int
	for _, e := range epochs {
		numbers = append(numbers, e.Number)
	}
	if needLogScale(numbers) && !r.Axes.Linear {
		return chart.Axis{Label: "epoch (log scale)", Log: true}
	}
	return chart.Axis{Label: "epoch"}
}
