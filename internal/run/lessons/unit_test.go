package lessons

import (
	"errors"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/data/synthetic"
	"backprop/internal/model/layers"
	"backprop/internal/run/settings"
)

// unitFake is a program with the lecture's first data, and four other trainings. Each has an RMSE of its own.
func unitFake() *fake {
	var all []*fake
	for i := range 5 {
		f := &fake{run: Training{Settings: &settings.Settings{Epochs: 20000, Workers: 3}, Data: synthetic.Rising(0)}}
		f.run.Done.TrainRMSE = pointer(float64(i) / 8)
		f.run.Layers = []layers.Layer{layerOf("sigmoid", []float64{float64(i)}, []float64{0.5})}
		all = append(all, f)
	}
	all[0].others = all[1:]
	return all[0]
}

// The lecture has five trainings, each on its own data. On a table of the reader's only the last three make sense.
func TestUnitTrainings(t *testing.T) {
	for _, c := range []struct{ data, titles, flags string }{
		{"", "rising line; falling line; x², one unit; x², two units; x², two from zero",
			"; ; " + twoUnits + "; " + twoUnits + " init zero"},
		{"a.csv", "one unit; two units; two from zero", twoUnits + "; " + twoUnits + " init zero"},
	} {
		f := unitFake()
		f.run.Settings.Data = c.data
		all, err := labOf(f).unitTrainings()
		if err != nil {
			t.Fatal(err)
		}
		var titles, flags []string
		for i, p := range all {
			titles = append(titles, p.Training().Title)
			if i == 0 {
				continue
			}
			flags = append(flags, strings.Join(p.(*fake).flags, " "))
			if sameData := p.Training().Data == f.run.Data; sameData != (c.data != "") {
				t.Errorf("-data %q: %s learns from %v", c.data, p.Training().Title, p.Training().Data.Name)
			}
		}
		if got := strings.Join(titles, "; "); got != c.titles {
			t.Errorf("-data %q: got the trainings %s, want %s", c.data, got, c.titles)
		}
		if got := strings.Join(flags, "; "); got != c.flags {
			t.Errorf("-data %q: got the flags %s, want %s", c.data, got, c.flags)
		}
	}
}

func TestUnit(t *testing.T) {
	f := unitFake()
	lab := labOf(f)
	if err := unit(t.Context(), lab); err != nil {
		t.Fatal(err)
	}
	expectText(t, f.transcript, `title x², two from zero, workers 3
facts

train rising line
train falling line
page: figure fit of falling line
`, `
training | RMSE | what it learned
rising line | 0.0000 | σ(0.00x + 0.50)
falling line | 0.1250 | σ(1.00x + 0.50)
x², one unit | 0.2500 | σ(2.00x + 0.50)
x², two units | 0.3750 | σ(3.00x + 0.50)
x², two from zero | 0.5000 | σ(4.00x + 0.50)
page: table "What the units learned", "", 6 rows
`, `
replay 5
`)
	if want := "RMSE 0.0000, 0.1250, 0.2500, 0.3750, 0.5000"; lab.Summary != want {
		t.Errorf("got the summary %s, want %s", lab.Summary, want)
	}
	if n := len(lab.Notes); n != 3 { // those of TestUnitNotes
		t.Errorf("got %d notes, want 3", n)
	}
	if n := strings.Count(f.transcript.String(), "figure fit of"); n != 4 { // the first figure is the report's own
		t.Errorf("got %d figures of fits, want 4", n)
	}
}

// The values 1, 3, 3 and 5 lie √2 from their mean.
func TestUnitNotes(t *testing.T) {
	f := unitFake()
	f.others[1].run.Data = &dataset.Dataset{Train: dataset.Set{Targets: []float64{1, 3, 3, 5}}}
	f.others[1].run.Title = "x², one unit"
	lab := labOf(f)
	lab.unitNotes([]Program{f.others[1], f.others[2], f.others[3]})
	expectNotes(t, lab, "One unit leaves an RMSE of 0.250 of x², whose values lie 1.414 from their mean (root mean "+
		"square); two units, added, leave 0.375.",
		"For a single unit a start from zero is fine. Two that start from zero stay alike, since both are told the same: "+
			"the largest difference between their parameters is 0 after 20000 passes, and they fit as one, with an RMSE of "+
			"0.500.",
		"In the lecture's first program the rate is set as rjp and used as rho: as it stands, it stops at the first "+
			"update. A rate of 0.1 is meant.")

	f.others[1].run.Data.Name, f.others[1].run.Title = "own.csv", "one unit"
	lab = labOf(f)
	lab.unitNotes([]Program{f.others[1], f.others[2], f.others[3]})
	got := strings.Join(lab.Notes, "\n")
	if !strings.Contains(got, "an RMSE of 0.250 of own.csv, whose values lie 1.414") {
		t.Errorf("got %s, want the name of the learner's own data", got)
	}
}

func TestUnitRefuses(t *testing.T) {
	for name, data := range map[string]*dataset.Dataset{
		"two inputs":  {Train: dataset.Set{N: 1, Dim: 2, Targets: []float64{1}}},
		"two targets": {Train: dataset.Set{N: 1, Dim: 1, Targets: []float64{1, 2}}},
		"classes":     {Train: dataset.Set{N: 1, Dim: 1}, Classes: []string{"a"}},
	} {
		f := unitFake()
		f.run.Data = data
		if err := unit(t.Context(), labOf(f)); err == nil || !strings.HasSuffix(err.Error(), "two columns, with -regress") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for name, fails := range map[string]func(f *fake) *fake{
		"rising line: no": func(f *fake) *fake { return f }, "no": func(f *fake) *fake { return f.others[2] }} {
		f := unitFake()
		fails(f).failure = errors.New("no")
		if err := unit(t.Context(), labOf(f)); err == nil || err.Error() != name {
			t.Errorf("got %v, want %s", err, name)
		}
	}
}

// What a network computes is written out, if it has one input and at most three hidden units.
func TestFormula(t *testing.T) {
	one := layerOf("sigmoid", []float64{-1.5}, []float64{-0.25})
	three := layerOf("sigmoid", []float64{-1.5, 2, 0.01}, []float64{-0.25, 0, 4})
	for _, c := range []struct {
		network []layers.Layer
		want    string
	}{
		{[]layers.Layer{one}, "σ(−1.50x − 0.25)"},
		{[]layers.Layer{layerOf("tanh", []float64{1}, []float64{0})}, "tanh(1.00x + 0.00)"},
		{[]layers.Layer{one, layerOf("linear", []float64{-2}, []float64{0.75})}, "−2.00σ(−1.50x − 0.25) + 0.75"},
		{[]layers.Layer{three, layerOf("linear", []float64{-2}, []float64{3}, []float64{-0.001}, []float64{0.75})},
			"−2.00σ(−1.50x − 0.25) + 3.00σ(2.00x + 0.00) + 0.00σ(0.01x + 4.00) + 0.75"},
		{[]layers.Layer{layers.New(1, 4), layers.New(4, 1)}, "too much to write out"},
		{[]layers.Layer{one, one, one}, "too much to write out"},
	} {
		if got := formula(c.network); got != c.want {
			t.Errorf("%v: got %s, want %s", layers.Sizes(c.network), got, c.want)
		}
	}
}
