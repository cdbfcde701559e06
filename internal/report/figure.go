// Figures: what a chart shows and what it says of itself, and the curves of cost and score.

package report

import (
	"html/template"
	"math"
)

// A Figure is a chart of lines and points over x.
type Figure struct {
	Words
	X, Y  Axis
	Lines []Line
	Best  *float64 // the x to single out; nil for none
	Table bool     // list the numbers too: the lines share their x
}

// Words are what a figure says of itself: title, what to look for, what lies behind it.
type Words struct {
	Title, Look string
	Equation    template.HTML // never from data
}

// An Axis is what a chart's axis shows.
type Axis struct {
	Label   string
	Log     bool
	Percent bool // values are shares
}

// A Line is a line through points, or only its points. Its name may come from data.
type Line struct {
	Name   string
	X, Y   []float64
	Points bool
}

// The words of figures that a program may add.
var (
	AccuracyWords = Words{"Accuracy",
		"The gap between training and test is what does not carry over to samples that the network has not seen.",
		"accuracy = (1⁄<i>n</i>) · number of samples with argmax<i><sub>k</sub> a<sub>k</sub></i> = <i>y</i>"}
	FitWords = Words{"Data and fit",
		"The line should go through the middle of the points, not through each of them.",
		"<i>a</i>(<i>x</i>) ≈ E[<i>y</i> | <i>x</i>], the mean of <i>y</i> at <i>x</i>: what squared error asks for"}
	UnitsWords = Words{"Outputs of the hidden units",
		"Each line is one unit: the next layer can only add these shapes, stretched and turned over.",
		"<i>a<sub>j</sub></i>(<i>x</i>) = <i>g</i>(<i>w<sub>j</sub> x</i> + <i>b<sub>j</sub></i>)"}
	PredictionWords = Words{"Predicted and true",
		"The nearer to the line, the better; a cloud that lies flatter than the line keeps too near to the mean.",
		"on the line, <i>a</i> = <i>y</i>"}
	SweepWords = Words{"The sweep",
		"The validation part alone chooses the value (the upright line); " +
			"the test part only says what the choice was worth.",
		"best = argmax over <i>v</i> of the validation accuracy"}
)

var (
	costWords = Words{"Cost",
		"Training cost should fall; where test cost turns up while training cost goes on falling, " +
			"the network learns its samples by heart.", ""}
	costEquations = map[string]template.HTML{
		"ce":  "<i>C</i> = −(1⁄<i>n</i>) Σ ln <i>p<sub>y</sub></i>, with <i>p</i> = softmax(<i>a</i>)",
		"bce": "<i>C</i> = −(1⁄<i>n</i>) Σ ( <i>y</i> ln <i>a</i> + (1 − <i>y</i>) ln(1 − <i>a</i>) )",
		"mse": "<i>C</i> = (1⁄<i>n</i>) Σ ½‖<i>a</i> − <i>y</i>‖²",
	}
	rmseWords = Words{"Error of the prediction",
		"How far a prediction is off, typically, in the target’s own unit: on samples not seen, " +
			"it cannot fall below the noise for long.",
		"RMSE = √( (1⁄<i>n</i>) Σ (<i>a</i> − <i>y</i>)² )"}
)

// curves are cost and score over the epochs.
func (r *Report) curves() []Figure {
	cost, score := costWords, AccuracyWords
	cost.Equation = costEquations[r.Cost]
	scoreAxis := Axis{Label: "right answers", Percent: true}
	if r.Classes == nil {
		score, scoreAxis = rmseWords, Axis{Label: "RMSE (log scale)", Log: true}
	}
	var all []Figure
	for _, f := range []Figure{
		r.curve(cost, Axis{Label: "cost (log scale)", Log: true}, func(e Epoch) [3]float64 { return e.Cost }),
		r.curve(score, scoreAxis, func(e Epoch) [3]float64 { return e.Score }),
	} {
		if f.Lines != nil {
			all = append(all, f)
		}
	}
	return all
}

// curve is a line for each part that has values.
func (r *Report) curve(words Words, y Axis, values func(Epoch) [3]float64) Figure {
	epochs := r.past[:len(r.past):len(r.past)]
	for _, m := range r.kept {
		epochs = append(epochs, m.epoch)
	}
	x := Axis{Label: "epoch"}
	if n := len(epochs); epochs[n/2].Number*4 < epochs[n-1].Number { // they were taken ever more seldom
		x = Axis{Label: "epoch (log scale)", Log: true}
	}
	f := Figure{Words: words, X: x, Y: y, Table: true, Best: r.Chosen}
	for part, name := range [3]string{"training", "validation", "test"} {
		l := Line{Name: name}
		for _, e := range epochs {
			if v := values(e)[part]; !math.IsNaN(v) {
				l.X, l.Y = append(l.X, float64(e.Number)), append(l.Y, v)
			}
		}
		if l.X != nil {
			f.Lines = append(f.Lines, l)
		}
	}
	return f
}
