package scores

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"backprop/internal/file"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// A Score is one number that is said of a network on the test part.
type Score struct {
	Name, Key string                                         // for people, and in JSON
	Of        func(e event.Epoch, q *event.Quality) *float64 // nil where it does not apply
	form      form
	how       string // how it comes about
}

// All are the scores that a training has in the end.
var All = slices.Concat([]Score{
	{"test cost", "test_cost", func(e event.Epoch, _ *event.Quality) *float64 { return e.TestCost }, places, ""},
	{"test accuracy", "test_accuracy", func(e event.Epoch, _ *event.Quality) *float64 { return e.TestAccuracy },
		percent, ""},
	{"test RMSE", "test_rmse", func(e event.Epoch, _ *event.Quality) *float64 { return e.TestRMSE }, inUnit, ""},
}, more, []Score{
	{"mean recall", "recall", func(_ event.Epoch, q *event.Quality) *float64 { return q.Recall() }, places, ""},
})

// more are those that are said beside accuracy or RMSE.
var more = []Score{
	{"test MAE", "test_mae", func(_ event.Epoch, q *event.Quality) *float64 { return q.MAE }, inUnit, ""},
	{"test R²", "test_r2", func(_ event.Epoch, q *event.Quality) *float64 { return q.R2 }, places, ""},
	{"baseline", "baseline_accuracy", func(_ event.Epoch, q *event.Quality) *float64 { return q.Baseline }, percent,
		" by always answering COMMONEST, the commonest in training"},
	{"baseline RMSE", "baseline_rmse", func(_ event.Epoch, q *event.Quality) *float64 { return q.BaselineRMSE }, inUnit,
		" by always answering the mean"},
	{"linear model", "linear_accuracy", func(_ event.Epoch, q *event.Quality) *float64 { return q.Linear }, percent,
		" by the same training with -hidden none"},
	{"linear RMSE", "linear_rmse", func(_ event.Epoch, q *event.Quality) *float64 { return q.LinearRMSE }, inUnit,
		" by the same training with -hidden none"},
	{"ROC AUC", "roc_auc", func(_ event.Epoch, q *event.Quality) *float64 { return q.AUC }, places, ""},
}

// Text is a value of the score, and its standard deviation if that is not negative.
func (s Score) Text(v, sd float64) string { return s.form.text(v, sd) }

// How is by which answer a baseline comes about.
func (s Score) How(q *event.Quality) string {
	if q.Names == nil {
		return s.how
	}
	return strings.ReplaceAll(s.how, "COMMONEST", file.Clean(q.Names[q.Commonest]))
}

// Text is an accuracy, or else an RMSE, and its standard deviation if that is not negative.
func Text(accuracy, rmse *float64, sd float64) string {
	if accuracy != nil {
		return percent.text(*accuracy, sd)
	}
	return inUnit.text(*rmse, sd)
}

// A form is how a score is written.
type form int

const (
	percent form = iota
	places       // four after the point
	inUnit       // so many digits, in the unit of the number to predict
)

// text is v, and its standard deviation if that is not negative.
func (f form) text(v, sd float64) string {
	value, spread, end := fmt.Sprintf("%.4f", v), fmt.Sprintf("%.4f", sd), ""
	switch {
	case f == percent:
		value, spread, end = fmt.Sprintf("%.2f", 100*v), fmt.Sprintf("%.2f", 100*sd), " %"
	case f == inUnit && sd < 0:
		value = text.Significant(v, 6)
	case f == inUnit:
		value, spread = text.Significant(v, 5), text.Significant(sd, 2)
	}
	if sd >= 0 {
		value += " ± " + spread
	}
	return value + end
}

// A Printer prints at once, and cleans words that may have come from outside.
type Printer interface {
	Printf(format string, args ...any)
	Score(name, words string)
}

// Print says below the accuracy or RMSE how good the network is.
func Print(out Printer, q *event.Quality) {
	if q == nil {
		return
	}
	for _, f := range figures(q) {
		out.Score(f[0], f[1])
	}
	if len(q.Classes) == 0 {
		return
	}
	rows := ClassRows(q, 20)
	width := 0
	for _, r := range rows {
		width = max(width, utf8.RuneCountInString(r[0]))
	}
	out.Printf("\n")
	for _, r := range rows {
		out.Printf("%-*s  %9s  %9s  %9s  %9s\n", width, r[0], r[1], r[2], r[3], r[4])
	}
	out.Printf("\n")
}

// ClassRows is a table of the classes, if they are no more than most, and their means.
func ClassRows(q *event.Quality, most int) [][]string {
	rows := [][]string{{"class", "precision", "recall", "F1", "samples"}}
	add := func(name string, c event.ClassScores) {
		rows = append(rows, []string{name, fmt.Sprintf("%.4f", c.Precision), fmt.Sprintf("%.4f", c.Recall),
			fmt.Sprintf("%.4f", c.F1), strconv.Itoa(c.Support)})
	}
	if len(q.Classes) <= most {
		for _, c := range q.Classes {
			name := file.Clean(c.Name)
			if utf8.RuneCountInString(name) > 36 {
				name = string([]rune(name)[:35]) + "…"
			}
			add(name, c.ClassScores)
		}
	}
	add("mean", *q.Macro)
	add("weighted mean", *q.Weighted)
	return rows
}

// figures are names and values of what is one number each.
func figures(q *event.Quality) (list [][2]string) {
	for _, s := range more {
		if v := s.Of(event.Epoch{}, q); v != nil {
			list = append(list, [2]string{s.Name, s.Text(*v, -1) + s.How(q)})
		}
	}
	return list
}

// Facts are what the report says of how good the network is in a number each.
func Facts(q *event.Quality) [][2]string {
	if q == nil {
		return nil
	}
	return figures(q)
}
