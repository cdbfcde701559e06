package modelfile

import (
	"maps"
	"slices"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/data/handwriting"
	"backprop/internal/data/table"
	"backprop/internal/model/layers"
)

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

// The expected metadata are written by hand, but for the frame of a picture and the fingerprint of the data.
func TestMeta(t *testing.T) {
	origin := &Model{Layers: network(), Names: []string{"x", "y"}, Width: 2, Depth: 255,
		Columns: []table.Column{{Name: "x", Kind: table.Number}}}
	square, wide, column := images(), images(), images()
	wide.Width = 3 // four pixels do not fill it
	column.Width, column.Height = 1, 4
	half, standard := dataset.EvenScale(4, 0.5), dataset.Scale{Shift: []float64{1, 2}, Factor: []float64{3, 3}}
	frame := func(d *dataset.Dataset) string {
		return jsonText(handwriting.FrameOf(d.Train.Pixels, d.Width, d.Height))
	}
	type meta = map[string]string
	ofImages := meta{"data": "dots", "sizes": "[4,2]", "input_shift": "0", "input_factor": "0.5", "classes": `["a","b"]`}
	ofTable := meta{"data": "t.csv", "sizes": "[2,1]", "input_shift": "[1,2]", "input_factor": "3", "target_shift": "0",
		"target_factor": "2", "inputs": `["u","v"]`, "columns": jsonText(numbers().Columns)}
	for _, c := range []struct {
		name string
		t    Training
		want meta
		more meta
	}{
		{"images", Training{Flags: meta{"seed": "1"}, Data: square, In: half, Sizes: []int{4, 2}},
			ofImages, meta{"-seed": "1", "width": "2", "height": "2", "depth": "16", "frame": frame(square)}},
		{"images of another size", Training{Data: wide, In: half, Sizes: []int{4, 2}}, ofImages, nil},
		{"images of one column", Training{Data: column, In: half, Sizes: []int{4, 2}},
			ofImages, meta{"width": "1", "height": "4", "depth": "16", "frame": frame(column)}},
		{"a table", Training{Data: numbers(), In: standard, Out: dataset.EvenScale(1, 2), Sizes: []int{2, 1}},
			ofTable, nil},
		{"images, from a model", Training{Data: square, In: half, Sizes: []int{4, 2}, From: origin},
			ofImages, meta{"width": "2", "height": "2", "depth": "255", "frame": frame(square),
				"-load": layers.Hash(network()), "inputs": `["x","y"]`, "columns": jsonText(origin.Columns)}},
		{"images, from a model of a table",
			Training{Data: square, In: half, Sizes: []int{4, 2}, From: &Model{Layers: network()}},
			ofImages, meta{"width": "2", "height": "2", "depth": "16", "frame": frame(square),
				"-load": layers.Hash(network())}},
		{"a table, from a model of images without names",
			Training{Data: numbers(), In: standard, Out: dataset.EvenScale(1, 2), Sizes: []int{2, 1},
				From: &Model{Layers: network(), Width: 2, Depth: 255}},
			ofTable, meta{"-load": layers.Hash(network())}},
	} {
		want := meta{"format": "pt", "backprop": "1", "data_crc32c": c.t.Data.Fingerprint()}
		maps.Copy(want, c.want)
		maps.Copy(want, c.more)
		if got := Meta(c.t); !maps.Equal(got, want) {
			t.Errorf("%s:\ngot  %v\nwant %v", c.name, got, want)
		}
	}
}

// imageMeta and tableMeta are the metadata of networks with 4 inputs, 3 hidden units and 2 outputs.
func imageMeta() map[string]string {
	return map[string]string{"sizes": "[4,3,2]", "input_shift": "0", "input_factor": "[1,2,3,4]", "width": "2",
		"height": "2", "depth": "16", "frame": `{"box":2,"x":1,"y":0.5}`, "classes": `["no","yes"]`, "epoch": "3",
		"met": `{"Samples":7,"Right":5}`}
}

func tableMeta() map[string]string {
	return map[string]string{"sizes": "[4,3,2]", "input_shift": "1", "input_factor": "[0,2,3,4]",
		"inputs":       `["p","q","r","s"]`,
		"columns":      `[{"kind":"number"},{"kind":"number"},{"kind":"number"},{"kind":"number"}]`,
		"target_shift": "[5,6]", "target_factor": "2"}
}

func fourInputs() []layers.Layer { return []layers.Layer{layers.New(4, 3), layers.New(3, 2)} }

func TestNewReadsTheMetadata(t *testing.T) {
	m, err := New(imageMeta(), fourInputs(), layers.Softmax)
	if err != nil || !m.Native || m.Answer != layers.Softmax || m.Width != 2 || m.Height != 2 || m.Depth != 16 ||
		m.Frame.Y != 0.5 || m.In.Factor[3] != 4 || len(m.In.Shift) != 4 || m.Classes[1] != "yes" || m.Epoch != 3 ||
		m.Partial.Samples != 7 || m.Partial.Correct != 5 || m.Meta["weights_sha256"] != layers.Hash(fourInputs()) {
		t.Errorf("images: got %+v, %v; want what %v says", m, err, imageMeta())
	}
	m, err = New(tableMeta(), fourInputs(), layers.Number)
	if err != nil || m.Width != 0 || m.In.Factor[0] != 0 || m.In.Shift[2] != 1 || m.Names[3] != "s" ||
		len(m.Columns) != 4 || m.Classes != nil || m.Out.Shift[1] != 6 || m.Out.Factor[1] != 2 || m.Epoch != 0 {
		t.Errorf("a table: got %+v, %v; want what %v says", m, err, tableMeta())
	}
}

// Each case changes one entry of metadata that are in order.
func TestNewRefusesMetadataThatDoNotFitTheNetwork(t *testing.T) {
	const not = ": it does not belong to this network"
	for _, c := range []struct {
		meta       map[string]string
		key, value string
		want       string // how the error begins, after __metadata__
	}{
		{imageMeta(), "sizes", "[4,2]", `"sizes" is "[4,2]"` + not},
		{imageMeta(), "sizes", "", `"sizes" is "": unexpected end`},
		{imageMeta(), "input_shift", "[1,2,3]", `"input_shift" is "[1,2,3]": a number, or 4 in brackets were expected`},
		{imageMeta(), "input_factor", "x", `"input_factor" is "x": a number, or 4 in brackets were expected`},
		{imageMeta(), "input_factor", "0", `"input_factor" is 0 somewhere`},
		{tableMeta(), "input_factor", "0", ""},
		{imageMeta(), "width", "0", `"width" is "0"` + not},
		{imageMeta(), "width", "3", `"width" is "3"` + not},
		{imageMeta(), "width", "-2", `"width" is "-2"` + not},
		{imageMeta(), "width", "1", `"height" is "2"` + not},
		{imageMeta(), "height", "1", `"height" is "1"` + not},
		{imageMeta(), "depth", "0", `"depth" is "0"` + not},
		{imageMeta(), "depth", "0.5", ""},
		{imageMeta(), "depth", "255", ""},
		{imageMeta(), "depth", "255.5", `"depth" is "255.5"` + not},
		{imageMeta(), "frame", `{"box":0.5}`, `"frame" is "{\"box\":0.5}"` + not},
		{imageMeta(), "frame", `{"box":1}`, ""},
		{imageMeta(), "frame", `{"box":2.5}`, `"frame" is "{\"box\":2.5}"` + not},
		{imageMeta(), "classes", `["no"]`, `"classes" is "[\"no\"]"` + not},
		{imageMeta(), "epoch", "-1", `"epoch" is "-1"` + not},
		{imageMeta(), "epoch", "0", ""},
		{imageMeta(), "met", `{}`, ""},
		{imageMeta(), "met", `{"Samples":-1}`, `"met" is "{\"Samples\":-1}"` + not},
		{imageMeta(), "met", `{"Samples":7,"Right":-1}`, `"met" is "{\"Samples\":7,\"Right\":-1}"` + not},
		{imageMeta(), "met", `{"Samples":7,"Right":7}`, ""},
		{imageMeta(), "met", `{"Samples":7,"Right":8}`, `"met" is "{\"Samples\":7,\"Right\":8}"` + not},
		{tableMeta(), "inputs", "", ""},
		{tableMeta(), "inputs", `["p"]`, `"inputs" is "[\"p\"]"` + not},
		{tableMeta(), "inputs", `{"p"`, `"inputs" is "{\"p\"": unexpected end`},
		{tableMeta(), "columns", "", ""},
		{tableMeta(), "columns", `[]`, `"columns" is "[]"` + not},
		{tableMeta(), "target_shift", "[1]", `"target_shift" is "[1]": a number, or 2 in brackets were expected`},
		{tableMeta(), "target_factor", "[0,1]", `"target_factor" is 0 somewhere`},
	} {
		c.meta[c.key] = c.value
		if c.want != "" {
			c.want = "__metadata__: " + c.want
		}
		_, err := New(c.meta, fourInputs(), layers.Number)
		wantError(t, c.key+" "+c.value, err, c.want)
	}
}

func TestEncodeScaleKeepsTheBits(t *testing.T) {
	meta := map[string]string{}
	want := dataset.Scale{Shift: []float64{0.1, -1e-300, 3}, Factor: []float64{1. / 3, 1. / 255, 5e-324}}
	encodeScale(meta, "input", want)
	got, err := decodeScale(meta, "input", 3)
	if err != nil || !slices.Equal(got.Shift, want.Shift) || !slices.Equal(got.Factor, want.Factor) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
}

// Older models have neither -split nor -ignore; a file of another program has no flags at all.
func TestFlags(t *testing.T) {
	meta := map[string]string{"-activation": "tanh", "-output": "linear", "-cost": "ce", "-test": "0.2", "-valid": "0",
		"-split": "last", "-label": "y", "-regress": "", "-ignore": "id", "-seed": "3", "-lr": "1", "backprop": "1"}
	flags := map[string]string{"hidden": "2", "activation": "tanh", "output": "linear", "cost": "ce", "test": "0.2",
		"valid": "0", "split": "last", "label": "y", "regress": "", "ignore": "id", "seed": "3"}
	without := func(m map[string]string, names ...string) map[string]string {
		m = maps.Clone(m)
		for _, name := range names {
			delete(m, name)
		}
		return m
	}
	for _, c := range []struct {
		name string
		m    Model
		want map[string]string
	}{
		{"today", Model{Meta: meta, Native: true, Layers: network()}, flags},
		{"older", Model{Meta: without(meta, "-ignore", "-split"), Native: true, Layers: network()},
			without(flags, "ignore", "split")},
		{"another program", Model{Layers: []layers.Layer{layers.New(3, 2)}}, map[string]string{"hidden": "none"}},
		{"Nielsen's", Model{Layers: []layers.Layer{layers.New(3, 5), layers.New(5, 4), layers.New(4, 1)}, nielsen: true,
			Cost: "mse"},
			map[string]string{"hidden": "5,4", "activation": "sigmoid", "output": "sigmoid", "cost": "mse"}},
	} {
		if got, err := c.m.Flags(); err != nil || !maps.Equal(got, c.want) {
			t.Errorf("%s: got %v, %v; want %v", c.name, got, err, c.want)
		}
	}
	damaged := Model{Path: "m", Meta: without(meta, "-seed"), Native: true, Layers: network()}
	_, err := damaged.Flags()
	wantError(t, "no seed", err, `m: __metadata__: "-seed" is missing`)
}
