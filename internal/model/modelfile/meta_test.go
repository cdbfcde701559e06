package modelfile

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/data/handwriting"
	"backprop/internal/data/table"
	"backprop/internal/model/layers"
)

// check compares an error with the text that it should begin with; "" stands for no error.
func check(t *testing.T, name string, err error, want string) {
	t.Helper()
	if (err == nil) != (want == "") || err != nil && !strings.HasPrefix(err.Error(), want) {
		t.Errorf("%s: %v; want %q", name, err, want)
	}
}

// images are two pictures of 2×2 pixels, with classes.
func images() *dataset.Dataset {
	return &dataset.Dataset{Name: "dots", Width: 2, Height: 2, Classes: []string{"a", "b"},
		Train: dataset.Set{N: 2, Dim: 4, Pixels: []byte{0, 16, 0, 0, 8, 8, 0, 0}, Labels: []int32{0, 1}}}
}

// numbers are two rows of a table, with a number to predict.
func numbers() *dataset.Dataset {
	return &dataset.Dataset{Name: "t.csv", Inputs: []string{"u", "v"},
		Columns: []table.Column{{Name: "u", Kind: table.Number}, {Name: "v", Kind: table.Number}},
		Train:   dataset.Set{N: 2, Dim: 2, Values: []float64{1, 2, 3, 4}, Targets: []float64{5, 6}}}
}

// TestMeta compares metadata with those that were written by hand.
func TestMeta(t *testing.T) {
	origin := &Model{Layers: small(), Names: []string{"x", "y"}, Width: 2, Depth: 255,
		Columns: []table.Column{{Name: "x", Kind: table.Number}}}
	unnamed := &Model{Layers: small()}
	half, standard := dataset.EvenScale(4, 0.5), dataset.Scale{Shift: []float64{1, 2}, Factor: []float64{3, 3}}
	dots, sheet := images(), images()
	sheet.Width = 3 // which is not the width of 4 pixels
	line := images()
	line.Width, line.Height = 1, 4
	frame := jsonText(handwriting.FrameOf(dots.Train.Pixels, 2, 2))
	columns := jsonText(numbers().Columns)
	for _, c := range []struct {
		name string
		t    Training
		want map[string]string
	}{
		{"images", Training{Flags: map[string]string{"seed": "1"}, Data: dots, In: half, Sizes: []int{4, 2}},
			map[string]string{"data": "dots", "sizes": "[4,2]", "-seed": "1", "input_shift": "0", "input_factor": "0.5",
				"classes": `["a","b"]`, "width": "2", "height": "2", "depth": "16", "frame": frame}},
		{"images of no size", Training{Data: sheet, In: half, Sizes: []int{4, 2}},
			map[string]string{"data": "dots", "sizes": "[4,2]", "input_shift": "0", "input_factor": "0.5",
				"classes": `["a","b"]`}},
		{"images of one column", Training{Data: line, In: half, Sizes: []int{4, 2}},
			map[string]string{"data": "dots", "sizes": "[4,2]", "input_shift": "0", "input_factor": "0.5",
				"classes": `["a","b"]`, "width": "1", "height": "4", "depth": "16",
				"frame": jsonText(handwriting.FrameOf(line.Train.Pixels, 1, 4))}},
		{"a table", Training{Data: numbers(), In: standard, Out: dataset.EvenScale(1, 2), Sizes: []int{2, 1}},
			map[string]string{"data": "t.csv", "sizes": "[2,1]", "input_shift": "[1,2]", "input_factor": "3",
				"target_shift": "0", "target_factor": "2", "inputs": `["u","v"]`, "columns": columns}},
		{"continued", Training{Data: dots, In: half, Sizes: []int{4, 2}, From: origin},
			map[string]string{"data": "dots", "sizes": "[4,2]", "input_shift": "0", "input_factor": "0.5",
				"classes": `["a","b"]`, "width": "2", "height": "2", "depth": "255", "frame": frame,
				"-load": layers.Hash(small()), "inputs": `["x","y"]`, "columns": jsonText(origin.Columns)}},
		{"continued without names", Training{Data: numbers(), In: standard, Out: dataset.EvenScale(1, 2), From: unnamed},
			map[string]string{"data": "t.csv", "sizes": "null", "input_shift": "[1,2]", "input_factor": "3",
				"target_shift": "0", "target_factor": "2", "inputs": `["u","v"]`, "columns": columns,
				"-load": layers.Hash(small())}},
	} {
		c.want["format"], c.want["backprop"], c.want["data_crc32c"] = "pt", "1", c.t.Data.Fingerprint()
		if got := Meta(c.t); !maps.Equal(got, c.want) {
			t.Errorf("%s: %v\nwant %v", c.name, got, c.want)
		}
	}
}

// TestReadMeta changes one entry of good metadata at a time.
func TestReadMeta(t *testing.T) {
	image := map[string]string{"sizes": "[4,3,2]", "input_shift": "0", "input_factor": "[1,2,3,4]", "width": "2",
		"height": "2", "depth": "16", "frame": `{"box":2,"x":1,"y":0.5}`, "classes": `["no","yes"]`, "epoch": "3",
		"met": `{"Samples":7,"Right":5}`}
	tables := map[string]string{"sizes": "[4,3,2]", "input_shift": "1", "input_factor": "[0,2,3,4]",
		"inputs":       `["p","q","r","s"]`,
		"columns":      `[{"kind":"number"},{"kind":"number"},{"kind":"number"},{"kind":"number"}]`,
		"target_shift": "[5,6]", "target_factor": "2"}
	network := func() []layers.Layer { return []layers.Layer{layers.New(4, 3), layers.New(3, 2)} }
	m, err := New(maps.Clone(image), network(), layers.Softmax)
	if err != nil || !m.Native || m.Answer != layers.Softmax || m.Width != 2 || m.Height != 2 || m.Depth != 16 ||
		m.Frame.Y != 0.5 || m.In.Factor[3] != 4 || len(m.In.Shift) != 4 || m.Classes[1] != "yes" || m.Epoch != 3 ||
		m.Partial.Samples != 7 || m.Partial.Correct != 5 || m.Meta["weights_sha256"] != layers.Hash(network()) {
		t.Errorf("%+v, %v", m, err)
	}
	m, err = New(maps.Clone(tables), network(), layers.Number)
	if err != nil || m.Width != 0 || m.In.Factor[0] != 0 || m.In.Shift[2] != 1 || m.Names[3] != "s" ||
		len(m.Columns) != 4 || m.Classes != nil || m.Out.Shift[1] != 6 || m.Out.Factor[1] != 2 || m.Epoch != 0 {
		t.Errorf("%+v, %v", m, err)
	}
	const not = ": it does not belong to this network"
	for _, c := range []struct {
		base       map[string]string
		key, value string
		want       string // how the error begins, after __metadata__
	}{
		{image, "sizes", "[4,2]", `"sizes" is "[4,2]"` + not}, {image, "sizes", "", `"sizes" is "": unexpected end`},
		{image, "input_shift", "[1,2,3]", `"input_shift" is "[1,2,3]": a number, or 4 in brackets were expected`},
		{image, "input_factor", "x", `"input_factor" is "x": a number, or 4 in`},
		{image, "input_factor", "0", `"input_factor" is 0 somewhere`},
		{image, "width", "0", `"width" is "0"` + not}, {image, "width", "3", `"width" is "3"` + not},
		{image, "width", "-2", `"width" is "-2"` + not}, {image, "width", "1", `"height" is "2"` + not},
		{image, "height", "1", `"height" is "1"` + not},
		{image, "depth", "0", `"depth" is "0"` + not}, {image, "depth", "255.5", `"depth" is "255.5"` + not},
		{image, "depth", "255", ""}, {image, "depth", "0.5", ""},
		{image, "frame", `{"box":0.5}`, `"frame" is "{\"box\":0.5}"` + not}, {image, "frame", `{"box":1}`, ""},
		{image, "frame", `{"box":2.5}`, `"frame" is "{\"box\":2.5}"` + not},
		{image, "classes", `["no"]`, `"classes" is "[\"no\"]"` + not},
		{image, "epoch", "-1", `"epoch" is "-1"` + not}, {image, "epoch", "0", ""},
		{image, "met", `{"Samples":-1}`, `"met" is "{\"Samples\":-1}"` + not}, {image, "met", `{}`, ""},
		{image, "met", `{"Samples":7,"Right":8}`, `"met" is`}, {image, "met", `{"Samples":7,"Right":-1}`, `"met" is`},
		{image, "met", `{"Samples":7,"Right":7}`, ""},
		{tables, "inputs", `["p"]`, `"inputs" is "[\"p\"]"` + not}, {tables, "inputs", `{"p"`, `"inputs" is`},
		{tables, "columns", `[]`, `"columns" is "[]"` + not}, {tables, "columns", "", ""}, {tables, "inputs", "", ""},
		{tables, "target_shift", "[1]", `"target_shift" is "[1]": a number, or 2 in`},
		{tables, "target_factor", "[0,1]", `"target_factor" is 0 somewhere`}, {tables, "input_factor", "0", ""},
	} {
		meta := maps.Clone(c.base)
		meta[c.key] = c.value
		if c.want != "" {
			c.want = "__metadata__: " + c.want
		}
		_, err := New(meta, network(), layers.Number)
		check(t, c.key+" "+c.value, err, c.want)
	}
}

// TestFlags: the flags that come back with a model; those that older models did not have may be missing.
func TestFlags(t *testing.T) {
	meta := map[string]string{"-activation": "tanh", "-output": "linear", "-cost": "ce", "-test": "0.2", "-valid": "0",
		"-split": "last", "-label": "y", "-regress": "", "-ignore": "id", "-seed": "3", "-lr": "1", "backprop": "1"}
	want := map[string]string{"hidden": "2", "activation": "tanh", "output": "linear", "cost": "ce", "test": "0.2",
		"valid": "0", "split": "last", "label": "y", "regress": "", "ignore": "id", "seed": "3"}
	m := &Model{Path: "m", Meta: meta, Native: true, Layers: small()}
	if got, err := m.Flags(); err != nil || !maps.Equal(got, want) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
	for _, name := range []string{"-ignore", "-split"} {
		delete(meta, name)
		delete(want, name[1:])
	}
	if got, err := m.Flags(); err != nil || !maps.Equal(got, want) {
		t.Errorf("an older model: %v, %v; want %v", got, err, want)
	}
	delete(meta, "-seed")
	_, err := m.Flags()
	check(t, "no seed", err, `m: __metadata__: "-seed" is missing`)
	for _, c := range []struct {
		m    Model
		want map[string]string
	}{
		{Model{Layers: []layers.Layer{layers.New(3, 2)}}, map[string]string{"hidden": "none"}},
		{Model{Layers: []layers.Layer{layers.New(3, 5), layers.New(5, 4), layers.New(4, 1)}, nielsen: true, Cost: "mse"},
			map[string]string{"hidden": "5,4", "activation": "sigmoid", "output": "sigmoid", "cost": "mse"}},
	} {
		if got, err := c.m.Flags(); err != nil || !maps.Equal(got, c.want) {
			t.Errorf("another program's: %v, %v; want %v", got, err, c.want)
		}
	}
}

// TestMatchClasses: what does not belong together, and how classes are numbered as the model numbers them.
func TestMatchClasses(t *testing.T) {
	set := func(labels ...int32) dataset.Set { return dataset.Set{N: len(labels), Dim: 2, Labels: labels} }
	const together = ": they do not belong together"
	model := func(names, classes []string) *Model {
		return &Model{Path: "m", Native: true, Layers: []layers.Layer{layers.New(2, 3)}, Names: names, Classes: classes}
	}
	abc := []string{"a", "b", "c"}
	for _, c := range []struct {
		name   string
		m      *Model
		change func(d *dataset.Dataset, m *Model)
		want   string
	}{
		{"as it is", model(nil, abc), func(*dataset.Dataset, *Model) {}, ""},
		{"other inputs", model(nil, abc), func(d *dataset.Dataset, _ *Model) { d.Train.Dim = 5 },
			"d: its samples have 5 inputs, and m takes 2" + together},
		{"the same names", model([]string{"u", "v"}, abc), func(d *dataset.Dataset, _ *Model) {
			d.Inputs = []string{"u",
				"v"}
		}, ""},
		{"names in the model only", model([]string{"u", "v"}, abc), func(*dataset.Dataset, *Model) {}, ""},
		{"names in the data only", model(nil, abc), func(d *dataset.Dataset, _ *Model) { d.Inputs = []string{"u", "v"} },
			""},
		{"other names", model([]string{"u", "v"}, abc), func(d *dataset.Dataset, _ *Model) {
			d.Inputs = []string{"v",
				"u"}
		},
			`d: its inputs are ["v" "u"], and those of m ["u" "v"]` + together},
		{"numbers for classes", model(nil, abc), func(d *dataset.Dataset, _ *Model) { d.Classes = nil },
			"d and m differ, since one has classes and the other numbers to predict: add or leave out -regress"},
		{"classes for numbers", model(nil, nil), func(*dataset.Dataset, *Model) {}, "d and m differ"},
		{"another class", model(nil, abc), func(d *dataset.Dataset, _ *Model) { d.Classes[1] = "x" },
			`d: class "x" is not one of the 3 that m knows`},
		{"too many classes", model(nil, abc), func(d *dataset.Dataset, _ *Model) {
			d.Classes = []string{"a", "b", "c",
				"d"}
		},
			"d: it needs 4 outputs, and m has 3" + together},
		{"as many numbers", model(nil, nil), func(d *dataset.Dataset, _ *Model) {
			d.Classes, d.Train.Targets = nil, make([]float64, 6)
		}, ""},
		{"fewer numbers", model(nil, nil), func(d *dataset.Dataset, _ *Model) {
			d.Classes, d.Train.Targets = nil, make([]float64, 4)
		}, "d: it needs 2 outputs, and m has 3" + together},
		{"another program's", model(nil, []string{"0", "1", "2"}), func(_ *dataset.Dataset,
			m *Model) {
			m.Native = false
		}, ""},
	} {
		data := &dataset.Dataset{Name: "d", Train: set(0, 1), Valid: set(1), Test: set(0), Classes: []string{"c", "a"}}
		c.change(data, c.m)
		check(t, c.name, c.m.MatchClasses(data), c.want)
		labels := fmt.Sprint(data.Train.Labels, data.Valid.Labels, data.Test.Labels, data.Classes)
		switch {
		case c.name == "as it is" && labels != "[2 0] [0] [2] [a b c]":
			t.Errorf("%s: %s", c.name, labels)
		case c.name == "another program's" && labels != "[0 1] [1] [0] [c a]":
			t.Errorf("%s: %s", c.name, labels)
		}
	}
	bad := &dataset.Dataset{Train: set(0, 1), Classes: []string{"\xff", "a"}} // JSON keeps it as U+FFFD
	if err := model(nil, []string{"a", "b", "\uFFFD"}).MatchClasses(bad); err != nil || bad.Train.Labels[0] != 2 {
		t.Error(bad.Train.Labels, err)
	}
	fewer := &dataset.Dataset{Classes: []string{"x"}}
	m := model(nil, abc)
	if m.CompleteClasses(fewer); !slices.Equal(fewer.Classes, []string{"x", "b", "c"}) {
		t.Error(fewer.Classes)
	}
	none := &dataset.Dataset{}
	if m.CompleteClasses(none); none.Classes != nil {
		t.Error(none.Classes)
	}
}
