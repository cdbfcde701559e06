// Quality: how good the trained network is: beside what anybody could answer, class by class, and
// what it owes to each input.
package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"backprop/internal/data/dataset"
	"backprop/internal/file"
	"backprop/internal/judge/scores"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// quality judges the network on the test part; nil where there is none, or where the run is not
// one that says it: a tutorial, or one training of several.
func (x *experiment) quality() *event.Quality {
	c, folds := x.cfg, x.cfg.Folds > 0
	isTable := x.data.Columns != nil || x.data.Train.Values != nil
	wanted := isTable || c.Json || c.Report != "" || c.ClassWeight != "" || folds
	if x.data.Test.N == 0 || !wanted || !folds && (c.Nested || c.Recipe.Name != "") {
		return nil
	}
	q := &event.Quality{}
	if x.data.Classes != nil {
		qualityOfClasses(q, x)
	} else if x.data.Outputs() == 1 {
		qualityOfNumbers(q, x)
	}
	if x.data.Train.Values != nil && (c.Json || c.Report != "") && !folds {
		q.Importance, q.ImportanceOf = x.importances(), x.importanceOf()
	}
	return q
}

// answers are the network's outputs for the samples of s, one after another.
func (x *experiment) answers(s *dataset.Set) []float64 {
	k := x.data.Outputs()
	all := make([]float64, s.N*k)
	x.evaluateSet(s, func(i int, a []float64) { copy(all[i*k:(i+1)*k], a) })
	return all
}

// said are the outputs for the samples of s, and the classes that they mean.
func (x *experiment) said(s *dataset.Set) (outputs []float64, said []int32) {
	outputs, said = x.answers(s), make([]int32, s.N)
	k := x.data.Outputs()
	for i := range said {
		said[i] = int32(argmax(outputs[i*k : (i+1)*k]))
	}
	return outputs, said
}

func qualityOfClasses(q *event.Quality, x *experiment) {
	test, classes := &x.data.Test, len(x.data.Classes)
	outputs, said := x.said(test)
	each, macro, weighted := scores.Judge(test.Labels, said, classes)
	for c, k := range each {
		q.Classes = append(q.Classes, event.ClassQuality{Name: x.data.Classes[c], Class: k})
	}
	q.Macro, q.Weighted = &macro, &weighted
	counts := make([]float64, classes)
	for _, c := range x.data.Train.Labels {
		counts[c]++
	}
	commonest := argmax(counts)
	share := float64(each[commonest].Support) / float64(test.N)
	q.Baseline, q.Commonest, q.Names = &share, commonest, x.data.Classes
	if classes == 2 && each[0].Support > 0 && each[1].Support > 0 {
		outputsOf, positive := make([]float64, test.N), make([]bool, test.N)
		for i := range outputsOf {
			if outputsOf[i] = outputs[2*i+1]; x.cfg.Cost == "ce" { // as p₁ has it, which may round to 1
				outputsOf[i] -= outputs[2*i]
			}
			positive[i] = test.Labels[i] == 1
		}
		auc := scores.AUC(outputsOf, positive)
		q.AUC = &auc
	}
}

func qualityOfNumbers(q *event.Quality, x *experiment) {
	test := &x.data.Test
	said := x.answers(test)
	for i := range said {
		said[i] = said[i]/x.out.Factor[0] + x.out.Shift[0]
	}
	always := slices.Repeat([]float64{scores.Mean(x.data.Train.Targets)}, test.N)
	r2, mae, base := scores.R2(test.Targets, said), scores.MAE(test.Targets, said), scores.RMSE(test.Targets, always)
	q.R2, q.MAE, q.BaselineRMSE = &r2, &mae, &base
}

// importances are of the columns of a table, the most important first; nil where the columns are
// so many that it would take long.
func (x *experiment) importances() (list []event.Importance) {
	const draws, most = 5, 200
	test := &x.data.Test
	work := float64(draws*test.N) * float64(x.trainer.Net.Parameters())
	groups := x.data.InputGroups()
	if len(groups) > most || work*float64(len(groups)) > 2e10 || x.data.Outputs() > 1 && x.data.Classes == nil {
		return nil
	}
	whole := x.testScore(test)
	for g, group := range groups {
		falls := make([]float64, draws)
		for k := range falls {
			falls[k] = whole - x.testScore(test.Exchanged(group.Inputs, stream(x.cfg.Seed, purposeImportance, g*draws+k).Perm(test.N)))
		}
		list = append(list, event.Importance{Input: group.Name, Mean: scores.Mean(falls), Deviation: scores.Deviation(falls)})
	}
	slices.SortStableFunc(list, func(a, b event.Importance) int {
		switch {
		case a.Mean > b.Mean:
			return -1
		case a.Mean < b.Mean:
			return 1
		}
		return 0
	})
	return list
}

// importanceOf is what testScore is.
func (x *experiment) importanceOf() string {
	switch {
	case x.data.Classes == nil:
		return "R²"
	case x.cfg.ClassWeight != "":
		return "the mean recall of the classes"
	}
	return "the accuracy"
}

// testScore is the accuracy, or R²; where classes have weights, the mean of their recalls.
func (x *experiment) testScore(s *dataset.Set) float64 {
	if x.cfg.ClassWeight != "" {
		_, said := x.said(s)
		_, macro, _ := scores.Judge(s.Labels, said, len(x.data.Classes))
		return macro.Recall
	}
	r := x.evaluateSet(s, nil)
	if x.data.Classes != nil {
		return float64(r.Correct) / float64(r.Samples)
	}
	e, mean, spread := *x.rmse(r), scores.Mean(s.Targets), 0.0
	for _, y := range s.Targets {
		spread += float64((y - mean) * (y - mean))
	}
	if spread == 0 {
		return 0
	}
	return 1 - float64(e*e*float64(s.N))/spread
}

// ---- What is printed ----

// printQuality says it below the accuracy or RMSE.
func printQuality(q *event.Quality, p *Printer) {
	if q == nil {
		return
	}
	for _, f := range qualityFigures(q) {
		p.Score(f[0], f[1])
	}
	const most = 20 // classes that are listed
	if len(q.Classes) == 0 {
		return
	}
	rows := [][]string{{"class", "precision", "recall", "F1", "samples"}}
	row := func(name string, c event.Class) {
		rows = append(rows, []string{name, fmt.Sprintf("%.4f", c.Precision), fmt.Sprintf("%.4f", c.Recall),
			fmt.Sprintf("%.4f", c.F1), strconv.Itoa(c.Support)})
	}
	for _, c := range q.Classes {
		if name := file.Clean(c.Name); len(q.Classes) <= most {
			if utf8.RuneCountInString(name) > 36 {
				name = string([]rune(name)[:35]) + "…"
			}
			row(name, c.Class)
		}
	}
	row("mean", *q.Macro)
	row("weighted mean", *q.Weighted)
	p.Printf("\n")
	for _, r := range rows {
		p.Printf("%-*s  %9s  %9s  %9s  %9s\n", nameWidth(rows), r[0], r[1], r[2], r[3], r[4])
	}
	p.Printf("\n")
}

// Score prints a line of the end of a run.
func (p *Printer) Score(name, words string) {
	p.Text("%-15s %s\n", name, lines(text.Wrap(file.Clean(words), 16, "\n"+strings.Repeat(" ", 16))))
}

// qualityFigures are names and values of what is one number each.
func qualityFigures(q *event.Quality) (list [][2]string) {
	for _, s := range moreScores {
		if v := s.of(event.Epoch{}, q); v != nil {
			list = append(list, [2]string{s.name, s.form.text(*v, -1) + qualityHow(q, s.how)})
		}
	}
	return list
}

// qualityHow is by which answer a baseline comes about.
func qualityHow(q *event.Quality, text string) string {
	if q.Names == nil {
		return text
	}
	return strings.ReplaceAll(text, "COMMONEST", file.Clean(q.Names[q.Commonest]))
}

// A scoreKind is one number that is said of a network on the test part; of gives nil where it does not
// apply.
type scoreKind struct {
	name, key string // the second in JSON
	form      form
	of        func(e event.Epoch, q *event.Quality) *float64
	how       string // how it comes about
}

// moreScores are what is said beside accuracy or RMSE.
var moreScores = []scoreKind{
	{"test MAE", "test_mae", inUnit, func(_ event.Epoch, q *event.Quality) *float64 { return q.MAE }, ""},
	{"test R²", "test_r2", places, func(_ event.Epoch, q *event.Quality) *float64 { return q.R2 }, ""},
	{"baseline", "baseline_accuracy", percent, func(_ event.Epoch, q *event.Quality) *float64 { return q.Baseline },
		" by always answering COMMONEST, the commonest in training"},
	{"baseline RMSE", "baseline_rmse", inUnit, func(_ event.Epoch, q *event.Quality) *float64 { return q.BaselineRMSE },
		" by always answering the mean"},
	{"ROC AUC", "roc_auc", places, func(_ event.Epoch, q *event.Quality) *float64 { return q.AUC }, ""},
}

// meanRecall is the mean of the classes' recalls, nil where there are no classes.
func meanRecall(_ event.Epoch, q *event.Quality) *float64 {
	if q != nil && q.Macro != nil {
		return &q.Macro.Recall
	}
	return nil
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

func nameWidth(rows [][]string) (w int) {
	for _, r := range rows {
		w = max(w, utf8.RuneCountInString(r[0]))
	}
	return w
}

// qualityFacts are what the report says of it.
func qualityFacts(q *event.Quality) (list [][2]string) {
	if q == nil {
		return nil
	}
	list = qualityFigures(q)
	if len(q.Classes) <= 50 {
		for _, c := range q.Classes {
			list = append(list, [2]string{"class " + c.Name, fmt.Sprintf("precision %.4f, recall %.4f, F1 %.4f, %s",
				c.Precision, c.Recall, c.F1, text.Plural(c.Support, "sample"))})
		}
	}
	if q.Macro != nil {
		list = append(list, [2]string{"mean of the classes", fmt.Sprintf("precision %.4f, recall %.4f, F1 %.4f",
			q.Macro.Precision, q.Macro.Recall, q.Macro.F1)},
			[2]string{"weighted mean", fmt.Sprintf("precision %.4f, recall %.4f, F1 %.4f",
				q.Weighted.Precision, q.Weighted.Recall, q.Weighted.F1)})
	}
	var words []string
	for _, i := range q.Importance {
		words = append(words, fmt.Sprintf("%s %.3f ± %.3f", i.Input, i.Mean, i.Deviation))
	}
	if words != nil {
		list = append(list, [2]string{"importance of the inputs", "by how much " + q.ImportanceOf +
			" falls when an input is exchanged between the samples: " + strings.Join(words, ", ")})
	}
	return list
}
