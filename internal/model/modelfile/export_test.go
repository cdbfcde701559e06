package modelfile

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/model/layers"
)

func TestDistinctNumbersNamesThatAppearTwice(t *testing.T) {
	got := distinct([]string{"a", "b", "a", "a (2)", "a"})
	if want := []string{"a", "b", "a (2)", "a (2) (2)", "a (3)"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// ONNX files scale their inputs and outputs; those of network2.py leave it to the program that uses them.
func TestContractSaysWhatTheNetworkTakesAndGives(t *testing.T) {
	const scaled = ", scaled as metadata.input_shift and input_factor say: (x − shift)·factor"
	const target = "1 number, scaled as metadata.target_shift and target_factor say"
	const unit = "1 number, in the unit of the data"
	long := []string{strings.Repeat("n", 100), strings.Repeat("m", 97)} // with the comma, 199 bytes
	tooLong := []string{long[0], long[1] + "m"}
	for _, c := range []struct {
		name          string
		m             Model
		takes, scales string // scales is what it takes besides, if the file does not scale
		gives, whole  string // whole is what it gives if the file scales
	}{
		{"probabilities", Model{In: dataset.EvenScale(2, 1), Classes: []string{"no", "yes"}, Answer: layers.Softmax},
			"2 numbers", "", `the probability of each of 2 classes, "no" to "yes"`, ""},
		{"outputs", Model{In: dataset.EvenScale(2, 0.5), Classes: []string{"a", "b", "c"}, Answer: layers.Probability},
			"2 numbers", ", divided by 2", `the output of each of 3 classes, "a" to "c"`, ""},
		{"images", Model{In: dataset.EvenScale(2, 1./255), Width: 1, Height: 2, Depth: 255, Classes: []string{"0", "1"}},
			"2 pixels, row by row (1×2), 0 for background, 255 for full ink", ", divided by 255",
			`the output of each of 2 classes, "0" to "1"`, ""},
		{"names", Model{In: dataset.EvenScale(2, 1), Names: []string{"u", "v\xff"}}, "2 numbers (u, v?)", "", target, unit},
		{"a shift", Model{In: dataset.Scale{Shift: []float64{0, 1}, Factor: []float64{1, 1}}},
			"2 numbers", scaled, target, unit},
		{"a negative shift", Model{In: dataset.Scale{Shift: []float64{-1, -1}, Factor: []float64{1, 1}}},
			"2 numbers", scaled, target, unit},
		{"several factors", Model{In: dataset.Scale{Shift: []float64{0, 0}, Factor: []float64{1, 2}}},
			"2 numbers", scaled, target, unit},
		{"long names", Model{In: dataset.EvenScale(2, 1), Names: long},
			"2 numbers (" + strings.Join(long, ", ") + ")", "", target, unit},
		{"too long names", Model{In: dataset.EvenScale(2, 1), Names: tooLong}, "2 numbers", "", target, unit},
	} {
		c.m.Layers = []layers.Layer{layers.New(2, max(1, len(c.m.Classes)))}
		if c.whole == "" {
			c.whole = c.gives
		}
		if takes, gives := c.m.describeInterface(true); takes != c.takes+", not scaled" || gives != c.whole {
			t.Errorf("%s, scaling: got %q, %q; want %q, %q", c.name, takes, gives, c.takes+", not scaled", c.whole)
		}
		if takes, gives := c.m.describeInterface(false); takes != c.takes+c.scales || gives != c.gives {
			t.Errorf("%s, not scaling: got %q, %q; want %q, %q", c.name, takes, gives, c.takes+c.scales, c.gives)
		}
	}
}

// imageModel has images of 2×2 pixels, two classes, and weights that are different.
func imageModel(t *testing.T) *Model {
	t.Helper()
	network := fourInputs()
	for l := range network {
		for i := range network[l].W {
			network[l].W[i] = float64(i) + 0.25
		}
		network[l].B[1], network[l].Activation = -3, []string{"relu", "linear"}[l]
	}
	meta := imageMeta()
	meta["backprop"], meta["input_factor"], meta["-cost"] = "1", "0.0625", "bce"
	meta["seconds"], meta["checksum"] = "5", "x"
	m, err := New(meta, network, layers.Softmax)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func operator(activation string) string {
	return map[string]string{"relu": "Relu", "linear": "Identity"}[activation]
}

// What belongs to the training, such as its epoch, is left out of an exported file.
func TestExportedJSONIsReadAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.json")
	exported := imageModel(t)
	e, err := exported.Export(path, operator)
	if want := (Exported{"JSON, in the form of Nielsen's network2.py",
		"4 pixels, row by row (2×2), 0 for background, 16 for full ink, divided by 16",
		`the probability of each of 2 classes, "no" to "yes"`}); e != want || err != nil {
		t.Errorf("got %q, %v; want %q", e, err, want)
	}
	m, err := Read(path)
	if err != nil || !m.Native || m.Cost != "bce" || m.Meta["-activation"] != "sigmoid" ||
		m.Meta["-output"] != "sigmoid" || m.Depth != 16 || m.Classes[1] != "yes" ||
		layers.Hash(m.Layers) != layers.Hash(exported.Layers) {
		t.Fatalf("got %+v, %v; want %+v", m, err, exported)
	}
	for _, key := range []string{"checksum", "epoch", "met", "seconds"} {
		if m.Meta[key] != "" {
			t.Errorf("the entry %s is exported", key)
		}
	}
}

// The bytes of an ONNX file are those of package onnx; here only words in it are looked for.
func TestExportedONNXHasTheOperatorsThatItNeeds(t *testing.T) {
	image := imageModel(t)
	table := &Model{Layers: image.Layers, Names: []string{"u", "v", "u", "w"}, In: dataset.EvenScale(4, 1),
		Out: dataset.Scale{Shift: []float64{5, 6}, Factor: []float64{7, 8}}}
	classes := *table
	classes.Classes, classes.Answer = []string{"a", "b"}, layers.Probability
	for _, c := range []struct {
		name          string
		m             *Model
		gives         string
		want, without []string
	}{
		{"images", image, `the probability of each of 2 classes, "no" to "yes"`,
			[]string{"Input: 4 pixels, row by row (2×2), 0 for background, 16 for full ink, not scaled, a row a sample. " +
				`Output: the probability of each of 2 classes, "no" to "yes". All in double precision.`, `["no","yes"]`,
				"probabilities", "Softmax", "Relu", "width\x12\x012", "height\x12\x012", "depth\x12\x0216",
				layers.Hash(image.Layers)},
			[]string{"Identity", "IsNaN", "output_factor", "inputs\x12"}},
		{"a table", table, "2 numbers, in the unit of the data",
			[]string{"Input: 4 numbers (u, v, u, w), not scaled, a row a sample; what is missing is NaN. Output: 2 numbers, " +
				"in the unit of the data.", `["u","v","u (2)","w"]`, "predictions", "IsNaN", "output_factor"},
			[]string{"Softmax", "classes", "width"}},
		{"a table with classes", &classes, `the output of each of 2 classes, "a" to "b"`,
			[]string{"outputs"}, []string{"probabilities", "predictions", "output_factor"}},
	} {
		path := filepath.Join(t.TempDir(), "m.ONNX")
		e, err := c.m.Export(path, operator)
		if err != nil || e.Format != "ONNX, opset 13, double precision" || e.Gives != c.gives {
			t.Errorf("%s: got %q, %v; want ONNX, opset 13, that gives %q", c.name, e, err, c.gives)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range c.want {
			if !strings.Contains(string(b), word) {
				t.Errorf("%s: %q is not in the file", c.name, word)
			}
		}
		for _, word := range c.without {
			if strings.Contains(string(b), word) {
				t.Errorf("%s: %q is in the file", c.name, word)
			}
		}
	}
}

func TestExportRefusesAnActivationThatONNXDoesNotHave(t *testing.T) {
	m := imageModel(t)
	m.Layers[0].Activation = "new"
	path := filepath.Join(t.TempDir(), "m.onnx")
	_, err := m.Export(path, operator)
	wantError(t, path, err, "-export "+path+
		": it could not be written: ONNX has no operator here for the activation new")
}
