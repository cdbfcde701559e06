package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/judge/scores"
	"backprop/internal/show/event"
	"backprop/internal/show/report"
)

// aPatient is a doctor at the end of a training in which nothing is wrong but that nothing was learned: two hidden
// layers and an output, ten steps an epoch, 320 training samples and 80 to test, all figures 1, and a guess that costs 1.
func aPatient(t *testing.T, data *dataset.Dataset, flags string) (*doctor, *event.Epoch) {
	x, _, _ := experimentOn(t, data, strings.Fields("-hidden 8,10 -batch 32 -epochs 40 -lr 0.5 -l2 0 "+flags)...)
	d := newDoctor(x)
	d.guess = scores.Baseline{Cost: 1, Share: [2]float64{0.5, 0.5}, RMSE: [2]float64{1, 1}}
	d.began, d.inputs = []float64{1, 1, 1}, 1
	well := finding{activation: 1, delta: 1, gradient: 1, weights: 1}
	d.course = []look{{1, []finding{well, well, well}}}
	d.lowest = event.Epoch{Epoch: 7, TrainCost: 1}
	half := 0.5
	return d, &event.Epoch{Epoch: 40, TrainCost: 1, TrainAccuracy: &half, TestAccuracy: &half}
}

// TestSigns: from which figure on something is wrong, and what is said of it; a hair below it nothing is.
func TestSigns(t *testing.T) {
	type change = func(d *doctor, e *event.Epoch)
	both := func(changes ...change) change {
		return func(d *doctor, e *event.Epoch) {
			for _, c := range changes {
				c(d, e)
			}
		}
	}
	cost := func(v float64) change { return func(_ *doctor, e *event.Epoch) { e.TrainCost = v } }
	idle := func(l int, v float64) change {
		return func(d *doctor, _ *event.Epoch) { d.course[0].layers[l].idle = v }
	}
	accuracies := func(train, test float64) change {
		return func(_ *doctor, e *event.Epoch) { e.TrainAccuracy, e.TestAccuracy = &train, &test }
	}
	pulled := func(weights, gradient float64) change {
		return func(d *doctor, _ *event.Epoch) {
			d.course[0].layers[1].weights, d.course[0].layers[1].gradient = weights, gradient
		}
	}
	classes := func(d *doctor, _ *event.Epoch) { d.oneClass = true }
	for _, c := range []struct {
		what   string
		seen   func(d *doctor, e event.Epoch) string
		flags  string
		change change
		want   string // a part of it; "" for nothing
	}{
		{"all labels the same", (*doctor).sameLabels, "", func(d *doctor, _ *event.Epoch) { d.guess.Share[0], d.guess.Class = 1, 1 }, "all 320 training samples are of class b: "},
		{"all but one", (*doctor).sameLabels, "", func(d *doctor, _ *event.Epoch) { d.guess.Share[0], d.guess.RMSE[0] = 1-1e-8, 0 }, ""},
		{"inputs of 20", (*doctor).unscaledInputs, "", func(d *doctor, _ *event.Epoch) { d.inputs = 20 }, "their typical size is 20, where 1 or less"},
		{"inputs of 19.9", (*doctor).unscaledInputs, "", func(d *doctor, _ *event.Epoch) { d.inputs = 19.9 }, ""},
		{"inputs of 20, half learned", (*doctor).unscaledInputs, "", both(func(d *doctor, _ *event.Epoch) { d.inputs = 20 }, cost(0.5)), "-scale standard"},
		{"inputs of 20, more than half", (*doctor).unscaledInputs, "", both(func(d *doctor, _ *event.Epoch) { d.inputs = 20 }, cost(0.49)), ""},

		// λ/N = 64/320 = 0.2 times weights of 0.09: 0.018, beside a tenth of the gradient.
		{"decay", (*doctor).strongDecay, "-l2 64", pulled(0.09, 0.17), "weights of layer 2 down from a typical size of 1 to 0.09; try -l2 0.64 (it is 64)"},
		{"decay beside a larger gradient", (*doctor).strongDecay, "-l2 64", pulled(0.09, 0.19), ""},
		{"weights a tenth of what they were", (*doctor).strongDecay, "-l2 64", pulled(0.1, 0.01), ""},
		{"no decay", (*doctor).strongDecay, "", pulled(0.01, 0), ""},
		{"decay, and it learns", (*doctor).strongDecay, "-l2 64", both(pulled(0.09, 0.17), cost(0.95)), ""},

		{"dead", (*doctor).deadUnits, "", idle(1, 0.6), "6 of 10 relu units of layer 2 give 0 for every sample"},
		{"fewer dead", (*doctor).deadUnits, "", idle(1, 0.59), ""},
		{"dead, and it learns", (*doctor).deadUnits, "", both(idle(1, 0.9), cost(0.95)), ""},
		{"nearly all dead, and it learns", (*doctor).deadUnits, "", both(idle(1, 0.91), cost(0.1)), "9 of 10 relu"},
		{"tanh is never dead", (*doctor).deadUnits, "-activation tanh", idle(1, 1), ""},
		{"saturated", (*doctor).saturatedUnits, "-activation tanh", idle(0, 0.9), "90 % of what the tanh units of layer 1 give is saturated"},
		{"less saturated", (*doctor).saturatedUnits, "-activation tanh", idle(0, 0.89), ""},
		{"the output saturated", (*doctor).saturatedUnits, "-activation tanh -output sigmoid -cost bce", idle(2, 1), ""},
		{"saturated, and it learns", (*doctor).saturatedUnits, "-activation tanh", both(idle(0, 1), cost(0.95)), ""},
		{"relu is never saturated", (*doctor).saturatedUnits, "", idle(0, 1), ""},

		{"vanishing", (*doctor).vanishingGradient, "", func(d *doctor, _ *event.Epoch) { d.course[0].layers[0].delta = 0.02 }, "δ of layer 1 is 0.02 of that of layer 3"},
		{"not yet vanishing", (*doctor).vanishingGradient, "", func(d *doctor, _ *event.Epoch) { d.course[0].layers[0].delta = 0.021 }, ""},
		{"vanishing in two layers", (*doctor).vanishingGradient, "", func(d *doctor, _ *event.Epoch) {
			d.course[0].layers = d.course[0].layers[:2]
			d.course[0].layers[0].delta = 0
		}, ""},

		{"steps too large", (*doctor).risingCost, "", cost(1.51), "the steps are too large: the training cost is 1.51, above the 1 of an answer"},
		{"no larger than half again", (*doctor).risingCost, "", cost(1.5), "the training cost rises: it is 1.5, after 1 in epoch 7"},
		{"risen by a quarter", (*doctor).risingCost, "", both(cost(0.65), func(d *doctor, _ *event.Epoch) { d.lowest.TrainCost = 0.4 }), "it is 0.65, after 0.4"},
		{"risen by less", (*doctor).risingCost, "", both(cost(0.64), func(d *doctor, _ *event.Epoch) { d.lowest.TrainCost = 0.4 }), ""},
		{"too high, but the steps are tiny", (*doctor).risingCost, "", both(cost(1.6), func(d *doctor, _ *event.Epoch) {
			for l := range d.course[0].layers {
				d.course[0].layers[l].gradient = 2e-5 // 0.5 · 2e-5 of the weights
			}
		}), "the training cost rises"},
		{"a step just large enough", (*doctor).risingCost, "", both(cost(1.6), func(d *doctor, _ *event.Epoch) {
			d.course[0].layers[2].gradient, d.course[0].layers[0].gradient, d.course[0].layers[1].gradient = 2.1e-5, 0, 0
		}), "the steps are too large"},
		{"Adam's steps are as large as its rate", (*doctor).stillCost, "-optimizer adam -lr 2e-5", both(), "try another -lr"},
		{"Adam's tiny rate", (*doctor).stillCost, "-optimizer adam -lr 1e-5", both(), "try a larger -lr"},

		{"one class", (*doctor).sameAnswer, "", classes, "no better than always answering a: 50.00 %; try another -lr (it is 0.5) or -init"},
		{"one class, 80 % of all", (*doctor).sameAnswer, "", both(classes, func(d *doctor, _ *event.Epoch) { d.guess.Share = [2]float64{0.8, 0.7} }), "always answering a: 70.00 %"},
		{"one class, nearly all", (*doctor).sameAnswer, "", both(classes, func(d *doctor, _ *event.Epoch) { d.guess.Share[0] = 0.81 }), ""},
		{"one class, and it learns", (*doctor).sameAnswer, "", both(classes, cost(0.95)), ""},
		{"several classes", (*doctor).sameAnswer, "", both(), ""},

		{"still", (*doctor).stillCost, "", cost(0.951), "does not move: it is 0.951, and an answer that does not look at the inputs costs 1; try another -lr"},
		{"it learns", (*doctor).stillCost, "", cost(0.95), ""},
		{"at a tenth", (*doctor).stillCost, "-batch 1", func(_ *doctor, e *event.Epoch) { e.Epoch = 4 }, ""},
		{"after a tenth", (*doctor).stillCost, "-batch 1", func(_ *doctor, e *event.Epoch) { e.Epoch = 5 }, "does not move"},
		{"after the first of many", (*doctor).stillCost, "-batch 1 -epochs 9", func(_ *doctor, e *event.Epoch) { e.Epoch = 1 }, ""},
		{"after the second", (*doctor).stillCost, "-batch 1 -epochs 9", func(_ *doctor, e *event.Epoch) { e.Epoch = 2 }, "does not move"},
		{"after the only one", (*doctor).stillCost, "-batch 1 -epochs 1", func(_ *doctor, e *event.Epoch) { e.Epoch = 1 }, "does not move"},
		{"300 steps", (*doctor).stillCost, "", func(_ *doctor, e *event.Epoch) { e.Epoch = 30 }, "does not move"},
		{"290 steps", (*doctor).stillCost, "", func(_ *doctor, e *event.Epoch) { e.Epoch = 29 }, ""},
		{"a last step of a few samples counts", (*doctor).stillCost, "-batch 33", func(_ *doctor, e *event.Epoch) { e.Epoch = 30 }, "does not move"},

		// Of 80 test samples half are right by chance, and two standard deviations more are 61 %.
		{"shuffled", (*doctor).shuffledLabels, "", accuracies(0.7, 0.61), "70.00 % of the training samples are right and only 61.00 %"},
		{"better than chance", (*doctor).shuffledLabels, "", accuracies(0.7, 0.62), ""},
		{"training is no better either", (*doctor).shuffledLabels, "", accuracies(0.69, 0.5), ""},
		{"shuffled, with weights", (*doctor).shuffledLabels, "-classweight balanced", accuracies(0.9, 0.5), ""},
		{"one class is nearly all", (*doctor).shuffledLabels, "", both(accuracies(1, 0.5), func(d *doctor, _ *event.Epoch) { d.guess.Share[1] = 0.91 }), ""},
		{"50 to test", (*doctor).shuffledLabels, "-test 0.125", accuracies(0.9, 0.5), "only 50.00 %"},
		{"49 to test", (*doctor).shuffledLabels, "-test 0.1225", accuracies(0.9, 0.5), ""},

		{"far ahead", (*doctor).farAhead, "", accuracies(0.9, 0.59), "90.00 % right, and 59.00 %"},
		{"less far", (*doctor).farAhead, "", accuracies(0.9, 0.61), ""},
		{"far ahead by 49", (*doctor).farAhead, "-test 0.1225", accuracies(0.9, 0.1), ""},
		{"no test part", (*doctor).farAhead, "-test 0", func(_ *doctor, e *event.Epoch) { e.TestAccuracy = nil }, ""},
	} {
		d, e := aPatient(t, goodTable(), c.flags)
		c.change(d, e)
		if got := c.seen(d, *e); c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
	for rmse, want := range map[float64]bool{0: true, 1e-9: false} {
		d, e := aPatient(t, goodNumbers(), "")
		d.guess.RMSE[0], d.guess.Share[0] = rmse, 1
		if got := d.sameLabels(*e); (got != "") != want || want && !strings.Contains(got, "all numbers to predict are the same") {
			t.Errorf("numbers that lie %v from their mean: %q", rmse, got)
		}
	}
	// Of numbers: a cost of ½ Σ (a − y)², so that 0.08 is a mean square of 0.16 and a root of 0.4 standard deviations.
	for _, c := range []struct {
		rmse, guess float64
		want        bool
	}{{2.1, 6.9, true}, {1.9, 6, false}, {2.1, 7.1, false}} { // five times 0.4 is 2, and 0.3 of 7 is 2.1
		d, e := aPatient(t, goodNumbers(), "")
		d.x.out = dataset.Scale{Factor: []float64{1}, Shift: []float64{0}}
		e.TrainCost, e.TestRMSE, e.TestAccuracy, d.guess.RMSE[1] = 0.08, &c.rmse, nil, c.guess
		got := d.farAhead(*e)
		if (got != "") != c.want || c.want && !strings.Contains(got, "RMSE 0.4, and 2.1") {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

// TestLooks: of 320 training samples an epoch gives leave to look at 1.6, so that 64 are looked at in the first epoch and
// in every fortieth after it, if it is shown; of more than a thousand looks every second one is kept.
func TestLooks(t *testing.T) {
	d, e := aPatient(t, goodTable(), "-epochs 200")
	d.course = nil
	for e.Epoch = 1; e.Epoch <= 120; e.Epoch++ {
		d.watch(*e, e.Epoch != 41, quiet(), &progress{})
	}
	epochs := func() (list []int) {
		for _, l := range d.course {
			list = append(list, l.epoch)
		}
		return list
	}
	if got := epochs(); !slices.Equal(got, []int{1, 42, 82}) {
		t.Errorf("it looked after epochs %v, want 1, 42 and 82", got)
	}
	for d.course = nil; len(d.course) < 1000; {
		d.course = append(d.course, look{epoch: len(d.course)})
	}
	d.look(1000)
	if got := epochs(); len(got) != 1001 || got[1000] != 1000 {
		t.Errorf("of 1001 looks %d are kept", len(got))
	}
	d.look(1001)
	if got := epochs(); len(got) != 501 || got[0] != 0 || got[1] != 2 || got[499] != 998 || got[500] != 1001 {
		t.Errorf("of 1002 looks %d are kept: %v", len(got), got)
	}
}

// TestSince: a sentence says since which epoch it is so, if that is not the first.
func TestSince(t *testing.T) {
	for since, want := range map[int]string{0: "it is so", 1: "it is so", 2: "since epoch 2, it is so"} {
		d, _ := aPatient(t, goodTable(), "")
		text := new(bytes.Buffer)
		d.say("cause", since, "it is so", &Printer{}, &progress{text: text})
		d.say("cause", since, "it is so again", &Printer{}, &progress{text: text}) // which is not said
		if text.String() != "backprop: warning: "+want+"\n" {
			t.Errorf("since %d: %q", since, text)
		}
	}
}

// TestConclude: a run that ended no better than a guess is told so; not if it had no test part to speak of and learned,
// nor if its labels are all the same.
func TestConclude(t *testing.T) {
	for _, c := range []struct {
		what, flags string
		change      func(d *doctor)
		want        string
	}{
		{"80 to test", "", func(*doctor) {}, "50.00 % of the test samples are right, and always answering a gives 50.00 %"},
		{"few steps", "-epochs 29", func(d *doctor) { d.x.final.Epoch = 29 }, "after 290 steps: train longer"},
		{"enough steps", "-epochs 30", func(d *doctor) { d.x.final.Epoch = 30 }, "better than guessing"},
		{"49 to test, and nothing learned", "-test 0.1225", func(*doctor) {}, "50.00 % of the test samples are right, and always answering a gives 50.00 %"},
		{"49 to test, and learned", "-test 0.1225", func(d *doctor) { d.x.final.TrainCost = 0.94 }, ""},
		{"50 to test, and learned", "-test 0.125", func(d *doctor) { d.x.final.TrainCost = 0.94 }, "50.00 % of the test samples are right, and always answering a gives 50.00 %"},
		{"none to test", "-test 0", func(*doctor) {}, "50.00 % of the training samples"},
		{"labels all the same", "", func(d *doctor) { d.guess.Share[0] = 1 }, ""},
	} {
		d, e := aPatient(t, goodTable(), c.flags)
		d.x.final = *e
		c.change(d)
		text := new(bytes.Buffer)
		d.conclude(&Printer{JSON: false}, &progress{text: text})
		got := strings.Join(strings.Fields(text.String()), " ")
		if c.want == "" && got != "" || !strings.Contains(got, c.want) || c.what == "enough steps" && strings.Contains(got, "longer") {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
	d, e := aPatient(t, goodNumbers(), "-test 0") // of numbers without a test part: ½ Σ (a − y)² of 0.5 is a root of 1
	d.x.out, d.x.final = dataset.EvenScale(1, 1), *e
	d.x.final.TrainCost, d.guess.Cost, d.x.final.TrainAccuracy, d.x.final.TestAccuracy = 0.5, 0.5, nil, nil
	text := new(bytes.Buffer)
	d.conclude(&Printer{}, &progress{text: text})
	if got := strings.Join(strings.Fields(text.String()), " "); !strings.Contains(got, "training RMSE 1, and always answering the mean gives 1") {
		t.Errorf("of numbers: %q", got)
	}
}

// TestLayerFigures: of each figure one line a layer, over the epochs that were looked at; what is 0 throughout has none on
// a log scale, and linear outputs are neither dead nor saturated.
func TestLayerFigures(t *testing.T) {
	d, _ := aPatient(t, goodTable(), "")
	if d.figures() != nil || (*doctor)(nil).figures() != nil {
		t.Error("figures of one look, or of none")
	}
	d.course = []look{
		{0, []finding{{1, 0, 4, 0, 0.1}, {2, 0, 0, 0, 0.2}, {3, 0, 6, 0, 0.3}}},
		{8, []finding{{7, 0, 1, 0, 0}, {8, 0, 0, 0, 0.5}, {9, 0, 3, 0, 0}}},
	}
	want := map[report.Kind][][3]float64{ // layer, and both values
		report.Gradients:   {{1, 4, 1}, {3, 6, 3}},
		report.Activations: {{1, 1, 7}, {2, 2, 8}, {3, 3, 9}},
		report.Idle:        {{1, 0.1, 0}, {2, 0.2, 0.5}},
	}
	figures := d.figures()
	for _, f := range figures {
		lines := want[f.Kind]
		if len(f.Lines) != len(lines) {
			t.Fatalf("%s: %d lines, want %d", f.Title, len(f.Lines), len(lines))
		}
		for i, l := range f.Lines {
			if l.Name != "layer "+string('0'+byte(lines[i][0])) || l.X[0] != 0 || l.X[1] != 8 || l.Y[0] != lines[i][1] || l.Y[1] != lines[i][2] {
				t.Errorf("%s: %+v, want %v", f.Title, l, lines[i])
			}
		}
	}
	if len(figures) != 3 {
		t.Errorf("%d figures", len(figures))
	}
}
