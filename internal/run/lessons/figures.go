package lessons

import "backprop/internal/show/chart"

// AccuracyFigure shows how several trainings learn, on the test part.
func AccuracyFigure(runs ...Training) chart.Figure {
	f := chart.Figure{Kind: chart.Learning, Title: "Accuracy on the test part",
		X: chart.Axis{Label: "epoch"}, Y: chart.Axis{Label: "right answers", Percent: true}, Table: true}
	for _, run := range runs {
		l := chart.Line{Name: run.Title}
		for _, e := range run.History {
			if e.TestAccuracy != nil {
				l.X, l.Y = append(l.X, float64(e.Epoch)), append(l.Y, *e.TestAccuracy)
			}
		}
		f.Lines = append(f.Lines, l)
	}
	return f
}
