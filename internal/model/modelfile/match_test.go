package modelfile

import (
	"fmt"
	"slices"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/model/layers"
)

// modelOf is a model of two inputs and three outputs.
func modelOf(names, classes []string) *Model {
	return &Model{Path: "m", Native: true, Layers: []layers.Layer{layers.New(2, 3)}, Names: names, Classes: classes}
}

func labelled(labels ...int32) dataset.Set {
	return dataset.Set{N: len(labels), Dim: 2, Labels: labels}
}

func TestMatchClassesRefusesDataOfAnotherShape(t *testing.T) {
	const together = ": they do not belong together"
	const differ = "d and m differ, since one has classes and the other numbers to predict: add or leave out -regress"
	abc, uv := []string{"a", "b", "c"}, []string{"u", "v"}
	for _, c := range []struct {
		name   string
		m      *Model
		change func(d *dataset.Dataset)
		want   string
	}{
		{"the same", modelOf(uv, abc), func(d *dataset.Dataset) { d.Inputs = uv }, ""},
		{"names in the model only", modelOf(uv, abc), func(d *dataset.Dataset) {}, ""},
		{"names in the data only", modelOf(nil, abc), func(d *dataset.Dataset) { d.Inputs = uv }, ""},
		{"other names", modelOf(uv, abc), func(d *dataset.Dataset) { d.Inputs = []string{"v", "u"} },
			`d: its inputs are ["v" "u"], and those of m ["u" "v"]` + together},
		{"other inputs", modelOf(nil, abc), func(d *dataset.Dataset) { d.Train.Dim = 5 },
			"d: its samples have 5 inputs, and m takes 2" + together},
		{"numbers for classes", modelOf(nil, abc), func(d *dataset.Dataset) { d.Classes = nil }, differ},
		{"classes for numbers", modelOf(nil, nil), func(d *dataset.Dataset) {}, differ},
		{"another class", modelOf(nil, abc), func(d *dataset.Dataset) { d.Classes = []string{"c", "x"} },
			`d: class "x" is not one of the 3 that m knows`},
		{"too many classes", modelOf(nil, abc), func(d *dataset.Dataset) { d.Classes = []string{"a", "b", "c", "d"} },
			"d: it needs 4 outputs, and m has 3" + together},
		{"as many numbers", modelOf(nil, nil), func(d *dataset.Dataset) {
			d.Classes, d.Train.Targets = nil, make([]float64, 6)
		}, ""},
		{"fewer numbers", modelOf(nil, nil), func(d *dataset.Dataset) {
			d.Classes, d.Train.Targets = nil, make([]float64, 4)
		}, "d: it needs 2 outputs, and m has 3" + together},
	} {
		data := &dataset.Dataset{Name: "d", Train: labelled(0, 1), Classes: []string{"c", "a"}}
		c.change(data)
		wantError(t, c.name, c.m.MatchClasses(data), c.want)
	}
}

// A file of another program does not name its classes, so that the data keep their numbers.
func TestMatchClassesRenumbersTheClassesAsTheModelDoes(t *testing.T) {
	foreign := modelOf(nil, []string{"0", "1", "2"})
	foreign.Native = false
	for _, c := range []struct {
		name    string
		m       *Model
		classes []string
		want    string
	}{
		{"another order", modelOf(nil, []string{"a", "b", "c"}), []string{"c", "a"}, "[2 0] [0] [2] [a b c]"},
		{"not UTF-8", modelOf(nil, []string{"a", "b", "\uFFFD"}), []string{"\xff", "a"}, "[2 0] [0] [2] [a b \uFFFD]"},
		{"another program's", foreign, []string{"c", "a"}, "[0 1] [1] [0] [c a]"},
	} {
		d := &dataset.Dataset{Train: labelled(0, 1), Valid: labelled(1), Test: labelled(0), Classes: c.classes}
		err := c.m.MatchClasses(d)
		if got := fmt.Sprint(d.Train.Labels, " ", d.Valid.Labels, " ", d.Test.Labels, " ", d.Classes); got != c.want {
			t.Errorf("%s: got %s, %v; want %s", c.name, got, err, c.want)
		}
	}
}

func TestCompleteClassesAddsThoseThatTheDataDoNotHave(t *testing.T) {
	for _, c := range []struct{ classes, want []string }{
		{[]string{"x"}, []string{"x", "b", "c"}},
		{nil, nil}, // numbers to predict
	} {
		data := &dataset.Dataset{Classes: c.classes}
		modelOf(nil, []string{"a", "b", "c"}).CompleteClasses(data)
		if !slices.Equal(data.Classes, c.want) {
			t.Errorf("%q: got %q, want %q", c.classes, data.Classes, c.want)
		}
	}
}
