package scores

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"backprop/internal/file"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// A Score is a number that says how good a network is on the test set.
type Score struct {
	Name string // for people
	Key  string // in JSON
	form form
	Of   func(e event.Epoch, q *event.Quality) *float64 // its value after the last epoch; nil if it does not apply
	how  string                                         // the answers by which a baseline gets it
}

// All has all scores, in the order in which they are printed.
var All = slices.Concat([]Score{
	{Name: "test cost", Key: "test_cost", form: decimals,
		Of: func(e event.Epoch, _ *event.Quality) *float64 { return e.TestCost }},
	{Name: "test accuracy", Key: "test_accuracy", form: percent,
		Of: func(e event.Epoch, _ *event.Quality) *float64 { return e.TestAccuracy }},
	{Name: "test RMSE", Key: "test_rmse", form: inUnit,
		Of: func(e event.Epoch, _ *event.Quality) *float64 { return e.TestRMSE }},
}, beside, []Score{
	{Name: "mean recall", Key: "recall", form: decimals,
		Of: func(_ event.Epoch, q *event.Quality) *float64 { return q.Recall() }},
})

const asCommand = " by the same command with -hidden none"

// beside has the scores that are printed beside the accuracy or the RMSE.
var beside = []Score{
	{Name: "test MAE", Key: "test_mae", form: inUnit,
		Of: func(_ event.Epoch, q *event.Quality) *float64 { return q.MAE }},
	{Name: "test R²", Key: "test_r2", form: decimals,
		Of: func(_ event.Epoch, q *event.Quality) *float64 { return q.R2 }},
	{Name: "baseline", Key: "baseline_accuracy", form: percent,
		Of:  func(_ event.Epoch, q *event.Quality) *float64 { return q.Baseline },
		how: " by always answering COMMONEST, the commonest in training"},
	{Name: "baseline RMSE", Key: "baseline_rmse", form: inUnit,
		Of:  func(_ event.Epoch, q *event.Quality) *float64 { return q.BaselineRMSE },
		how: " by always answering the mean"},
	{Name: "linear model", Key: "linear_accuracy", form: percent,
		Of:  func(_ event.Epoch, q *event.Quality) *float64 { return q.Linear },
		how: asCommand},
	{Name: "linear RMSE", Key: "linear_rmse", form: inUnit,
		Of:  func(_ event.Epoch, q *event.Quality) *float64 { return q.LinearRMSE },
		how: asCommand},
	{Name: "ROC AUC", Key: "roc_auc", form: decimals,
		Of: func(_ event.Epoch, q *event.Quality) *float64 { return q.AUC }},
}

// Text writes a value of the score, and its standard deviation unless that is negative.
func (s Score) Text(v, sd float64) string { return s.form.text(v, sd) }

// How says by which answers a baseline gets its score; "" for a score that is not a baseline's.
func (s Score) How(q *event.Quality) string {
	if q.Names == nil {
		return s.how
	}
	return strings.ReplaceAll(s.how, "COMMONEST", file.Clean(q.Names[q.Commonest]))
}

// Text writes an accuracy or, if that is nil, an RMSE, and its standard deviation unless that is negative.
func Text(accuracy, rmse *float64, sd float64) string {
	if accuracy != nil {
		return percent.text(*accuracy, sd)
	}
	return inUnit.text(*rmse, sd)
}

// A form is how a score is written.
type form int

const (
	percent  form = iota
	decimals      // with four decimals
	inUnit        // with the digits that matter, in the unit of the number to predict
)

// text writes v, and its standard deviation unless that is negative.
func (f form) text(v, sd float64) string {
	value, deviation, unit := fmt.Sprintf("%.4f", v), fmt.Sprintf("%.4f", sd), ""
	switch {
	case f == percent:
		value, deviation, unit = fmt.Sprintf("%.2f", 100*v), fmt.Sprintf("%.2f", 100*sd), " %"
	case f == inUnit && sd < 0:
		value = text.Significant(v, 6)
	case f == inUnit:
		value, deviation = text.Significant(v, 5), text.Significant(sd, 2)
	}
	if sd >= 0 {
		value += " ± " + deviation
	}
	return value + unit
}

// PrintDone prints the end of a training.
func PrintDone(p *console.Printer, e event.Done) {
	p.Printf("\n")
	if e.Best > 0 {
		p.Printf("best epoch      %d, by the validation set; its weights are kept\n", e.Best)
	}
	if e.TestAccuracy != nil {
		p.Printf("test accuracy   %.2f %%\n", 100**e.TestAccuracy)
	}
	if e.TrainRMSE != nil {
		p.Printf("training RMSE   %s\n", text.Significant(*e.TrainRMSE, 6))
	}
	if e.TestRMSE != nil {
		p.Printf("test RMSE       %s\n", text.Significant(*e.TestRMSE, 6))
	}
	printQuality(p, e.Quality)
	p.Printf("weights sha256  %s\n", e.Hash)
	p.Printf("total time      %.2f s\n", e.Seconds)
}

// printQuality prints the scores beside the accuracy or RMSE, and a table of the classes.
func printQuality(p *console.Printer, q *event.Quality) {
	for _, f := range Facts(q) {
		p.Score(f[0], f[1])
	}
	if q == nil || len(q.Classes) == 0 {
		return
	}
	rows := ClassRows(q, 20)
	width := 0
	for _, r := range rows {
		width = max(width, utf8.RuneCountInString(r[0]))
	}
	p.Printf("\n")
	for _, r := range rows {
		p.Printf("%-*s  %9s  %9s  %9s  %9s\n", width, r[0], r[1], r[2], r[3], r[4])
	}
	p.Printf("\n")
}

// Facts returns the names and values of the scores beside the accuracy or RMSE.
func Facts(q *event.Quality) (facts [][2]string) {
	if q == nil {
		return nil
	}
	for _, s := range beside {
		if v := s.Of(event.Epoch{}, q); v != nil {
			facts = append(facts, [2]string{s.Name, s.Text(*v, -1) + s.How(q)})
		}
	}
	return facts
}

// ClassRows returns a table of the classes and their means. It leaves the classes out if there are more than most.
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
