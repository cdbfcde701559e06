package scores

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/data/table"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
)

// TestJudgeClasses: the area under the ROC curve is how often a sample of the second class has the
// higher output of it, ties by halves; of probabilities, the higher lead of it. Without samples of
// both classes there is none.
func TestJudgeClasses(t *testing.T) {
	d := &dataset.Dataset{Classes: []string{"a", "b"}, Train: dataset.Set{N: 3, Labels: []int32{0, 1, 1}},
		Test: dataset.Set{N: 4, Labels: []int32{0, 1, 0, 1}}}
	inputs := []float64{1, 2, 2, 3}
	outputs := func(a, b float64) (list []float64) { // for a and b, of inputs times these
		for _, v := range inputs {
			list = append(list, a*v, b*v)
		}
		return list
	}
	for _, c := range []struct {
		ce         bool
		a, b, want float64
	}{
		{true, -1, 1, 0.875}, {true, 2, 1, 0.125}, {false, 2, 1, 0.875}, // 3 of 4 pairs, and half of one
		{true, 1, 1, 0.5}, {false, 0, -3, 0.125}, {true, 0, 1000, 0.875}, // where p is 1
	} {
		q := JudgeClasses(d, outputs(c.a, c.b), c.ce)
		if q.AUC == nil || *q.AUC != c.want || *q.Baseline != 0.5 || q.Names[q.Commonest] != "b" {
			t.Errorf("%+v: %+v", c, q)
		}
	}
	q := JudgeClasses(d, []float64{1, 0, 1, 0, 1, 0, 0, 1}, false)
	if b := q.Classes[1]; b.Name != "b" || b.Precision != 1 || b.Recall != 0.5 || *q.Recall() != 0.75 ||
		q.Weighted.Support != 4 {
		t.Errorf("three answers a and one b: %+v", q)
	}
	if got := MeanRecall(d.Test.Labels, []float64{1, 0, 1, 0, 1, 0, 0, 1}, 2); got != 0.75 {
		t.Errorf("a mean recall of %v, want 0.75", got)
	}
	d.Test.Labels = []int32{1, 1, 0, 1}                                           // one of the first class is enough
	if q := JudgeClasses(d, outputs(0, 1), true); q.AUC == nil || *q.AUC != 0.5 { // 2 above 1, equal to 2 and below 3
		t.Errorf("of one sample of a class: %+v", q)
	}
	for _, labels := range [][]int32{{0, 0, 0, 0}, {1, 1, 1, 1}} {
		d.Test.Labels = labels
		if q := JudgeClasses(d, outputs(0, 1), true); q.AUC != nil || *q.Baseline != float64(labels[0]) {
			t.Errorf("of the classes %v: %+v", labels, q)
		}
	}
}

// TestJudgeNumbers: R² and MAE by hand, and the baseline is the mean of the training set, not of the test set.
func TestJudgeNumbers(t *testing.T) {
	d := &dataset.Dataset{Train: dataset.Set{N: 2, Targets: []float64{8, 12}},
		Test: dataset.Set{N: 3, Targets: []float64{1, 3, 8}}}
	// Errors 1, 1, −2; of the mean 4, spread 9 + 1 + 16; from 10, 81 + 49 + 4.
	for _, c := range []struct{ factor, shift float64 }{{1, 0}, {0.5, 2}} {
		var outputs []float64
		for _, answer := range []float64{2, 4, 6} {
			outputs = append(outputs, (answer-c.shift)*c.factor)
		}
		q := JudgeNumbers(d, outputs, dataset.Scale{Factor: []float64{c.factor}, Shift: []float64{c.shift}})
		if !near(*q.MAE, 4.0/3) || !near(*q.R2, 1-6.0/26) || !near(*q.BaselineRMSE, math.Sqrt(134.0/3)) ||
			q.AUC != nil || q.Classes != nil || q.Recall() != nil {
			t.Errorf("MAE %v, R² %v, baseline %v", *q.MAE, *q.R2, *q.BaselineRMSE)
		}
	}
	if got := R2FromRMSE(d.Test.Targets, math.Sqrt(2)); !near(got, 1-6.0/26) || R2FromRMSE([]float64{4, 4}, 1) != 0 {
		t.Errorf("%v is explained", got)
	}
}

// TestImportances: of two columns, the first does not count, and the second is the score: how many samples have their
// own number in it, which by definition are those that stay in place when it is shuffled.
func TestImportances(t *testing.T) {
	d := &dataset.Dataset{Columns: []table.Column{{Name: "u", Kind: table.Number}, {Name: "v", Kind: table.Number}},
		Classes: []string{"a", "b", "c"}, Test: dataset.Set{N: 10, Dim: 2, Values: make([]float64, 20)}}
	for i := range 10 {
		d.Test.Values[2*i+1] = float64(i)
	}
	random := func(shuffle int) *rand.Rand { return rand.New(rand.NewPCG(uint64(shuffle), 1)) }
	inPlace := func(s *dataset.Set) (share float64) {
		for i := range s.N {
			if s.Values[2*i+1] == float64(i) {
				share += 0.1
			}
		}
		return share
	}
	var falls []float64
	for shuffle := 5; shuffle < 10; shuffle++ { // the first five are for u
		moved := 0
		for i, from := range random(shuffle).Perm(10) {
			if i != from {
				moved++
			}
		}
		falls = append(falls, float64(moved)/10)
	}
	got := Importances(d, 5e7, inPlace, random, func() bool { return false }) // 5·10 samples, 2 columns: work for 5e9
	if len(got) != 2 || got[0].Input != "v" || got[1] != (event.Importance{Input: "u"}) ||
		!near(got[0].Mean, Mean(falls)) || !near(got[0].Deviation, Deviation(falls)) || got[0].Deviation == 0 {
		t.Errorf("%+v, want v with falls of %v, and u with 0", got, falls)
	}
	if Importances(d, 5e7+1, inPlace, random, nil) != nil {
		t.Error("too much work is done")
	}
	if calls := 0; Importances(d, 1, inPlace, random, func() bool { calls++; return calls == 3 }) != nil {
		t.Error("it goes on when it is stopped")
	}
	for columns, want := range map[int]int{200: 200, 201: 0} {
		wide := &dataset.Dataset{Train: dataset.Set{Dim: columns}, Classes: d.Classes,
			Test: dataset.Set{N: 1, Dim: columns, Values: make([]float64, columns)}}
		if got := Importances(wide, 1, func(*dataset.Set) float64 { return 0 }, random, nil); len(got) != want {
			t.Errorf("%d columns: %d have an importance, want %d", columns, len(got), want)
		}
	}
	for outputs, want := range map[int]int{1: 2, 2: 0} { // numbers to predict
		numbers := *d
		numbers.Classes, numbers.Train = nil, dataset.Set{N: 1, Targets: make([]float64, outputs)}
		if got := Importances(&numbers, 1, inPlace, random, nil); len(got) != want {
			t.Errorf("%d numbers to predict: %v", outputs, got)
		}
	}
}

// TestCountAnswers: each class is counted as often as its output is the largest, and the outputs are handed on.
func TestCountAnswers(t *testing.T) {
	handed := 0
	for _, then := range []func(i int, a []float64){nil, func(i int, a []float64) { handed += i + len(a) }} {
		each, count := CountAnswers(then, 4, 3)
		for i, a := range [][]float64{{0, 0, 1}, {3, 2, 1}, {0, 2, 3}, {0, 0, 5}} {
			each(i, a)
		}
		if got := count(); !slices.Equal(got, []int{1, 0, 3}) {
			t.Errorf("answers %v, want 1, 0 and 3", got)
		}
	}
	if handed != 0+1+2+3+4*3 {
		t.Errorf("not all outputs are handed on: %d", handed)
	}
	if each, count := CountAnswers(nil, 4, 0); each != nil || count() != nil {
		t.Error("classes are counted, where there are none")
	}
}

// TestTexts: how scores are written, with and without a deviation.
func TestTexts(t *testing.T) {
	for _, c := range []struct {
		form
		v, sd float64
		want  string
	}{
		{percent, 0.12345, -1, "12.35 %"}, {percent, 0.5, 0.0123, "50.00 ± 1.23 %"}, {decimals, 0.98765, -1, "0.9877"},
		{decimals, 0.5, 0, "0.5000 ± 0.0000"}, {inUnit, 1234567, -1, "1234570"}, {inUnit, 1234567, 0, "1234600 ± 0"},
		{inUnit, 2.5, 0.123, "2.5 ± 0.12"},
	} {
		if got := c.form.text(c.v, c.sd); got != c.want {
			t.Errorf("%v ± %v: %q, want %q", c.v, c.sd, got, c.want)
		}
	}
	if got := Text(of(0.5), nil, -1) + ", " + Text(nil, of(2.5), 0.123); got != "50.00 %, 2.5 ± 0.12" {
		t.Errorf("%q", got)
	}
	if got := Facts(&event.Quality{Baseline: of(0.5), Names: []string{"a", "b\x1b"}, Commonest: 1}); len(got) != 1 ||
		got[0][1] != `50.00 % by always answering b?, the commonest in training` {
		t.Errorf("%q", got)
	}
}

// TestPrintQuality: of many classes only the means are printed, and long names are cut.
func TestPrintQuality(t *testing.T) {
	for _, c := range []struct{ classes, printed, rows int }{{2, 2, 2}, {20, 20, 20}, {21, 0, 21}, {50, 0, 50},
		{51, 0, 0}} {
		mean := event.ClassScores{Precision: 0.25, Recall: 0.5, F1: 0.75, Support: 9}
		q := &event.Quality{Macro: &mean, Weighted: &mean, ImportanceOf: "R²",
			Importance: []event.Importance{{Input: "a", Mean: 0.5, Deviation: 0.125},
				{Input: "b", Mean: -1, Deviation: 0}}}
		for i := range c.classes {
			q.Classes = append(q.Classes, event.NamedClassScores{Name: fmt.Sprint("class", i, strings.Repeat("é", 36)),
				ClassScores: mean})
		}
		text := printed(func(p *console.Printer) { printQuality(p, q) })
		if n := strings.Count(text, "é…  "); n != c.printed || c.printed > 0 && !strings.Contains(text,
			"class0"+strings.Repeat("é", 29)+"…     0.2500     0.5000     0.7500          9\n") {
			t.Errorf("%d classes: %d are printed, want %d:\n%s", c.classes, n, c.printed, text)
		}
		if !strings.Contains(text, "mean ") || !strings.Contains(text, "weighted mean ") {
			t.Errorf("no means in\n%s", text)
		}
		rows := ClassRows(q, 50)
		if n := len(rows) - 3; n != c.rows || fmt.Sprint(rows[n+1]) != "[mean 0.2500 0.5000 0.7500 9]" {
			t.Errorf("%d classes: %d rows, want %d: %q", c.classes, n, c.rows, rows)
		}
	}
	if text := printed(func(p *console.Printer) { printQuality(p, nil) }); text != "" || Facts(nil) != nil {
		t.Errorf("of nothing: %q", text)
	}
}
