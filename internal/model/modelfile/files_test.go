package modelfile

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/data/handwriting"
	"backprop/internal/file"
	"backprop/internal/model/layers"
	"backprop/internal/show/event"
)

// elsewhere is a safetensors file as another program writes it: a layer without bias, all weights 0.
func elsewhere(inputs, outputs int) []byte {
	header := fmt.Sprintf(`{"fc.weight":{"dtype":"F64","shape":[%d,%d],"data_offsets":[0,%d]}}`, outputs, inputs,
		8*inputs*outputs)
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), make([]byte, 8*inputs*outputs)...)
}

// nielsenText is the same in the form of network2.py.
func nielsenText(inputs, outputs int) []byte {
	column := slices.Repeat([][]float64{{0}}, outputs)
	b, _ := json.Marshal(nielsen{Sizes: []int{inputs, outputs}, Biases: [][][]float64{column}, Cost: "CrossEntropyCost",
		Weights: [][][]float64{slices.Repeat([][]float64{make([]float64, inputs)}, outputs)}})
	return b
}

// TestElsewhere: what is assumed about files of other programs.
func TestElsewhere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m")
	for _, c := range []struct {
		content []byte
		inputs  int
		scale   string
		width   int
		factor  float64
		cost    string
	}{
		{elsewhere(64, 2), 64, "unit", 8, 1. / 255, ""}, {elsewhere(784, 2), 784, "unit", 28, 1. / 255, ""},
		{elsewhere(63, 2), 63, "none", 0, 1, ""},
		{elsewhere(49, 2), 49, "none", 7, 1, ""}, // too small for a picture
		{nielsenText(784, 2), 784, "256", 28, 1. / 256, "bce"}, {nielsenText(64, 2), 64, "unit", 8, 1. / 255, "bce"},
	} {
		os.WriteFile(path, c.content, 0o666)
		m, err := Read(path)
		if err != nil {
			t.Errorf("%d inputs: %v", c.inputs, err)
			continue
		}
		frame := handwriting.Frame{}
		if c.width > 0 {
			frame = handwriting.MNISTFrame(c.width)
		}
		if m.Path != path || m.Native || m.Inputs() != c.inputs || m.AssumedScale != c.scale || m.Width != c.width ||
			m.Height != c.width || m.Depth != 255 || m.Frame != frame || m.In.Factor[c.inputs-1] != c.factor ||
			len(m.In.Factor) != c.inputs || m.In.Shift[0] != 0 || !slices.Equal(m.Classes, []string{"0", "1"}) ||
			m.Cost != c.cost {
			t.Errorf("%d inputs: %+v", c.inputs, m)
		}
		m.SetFunctions("tanh", "linear", "ce", layers.Softmax)
		if m.Layers[0].Activation != "linear" || m.Cost != "ce" || m.Answer != layers.Softmax {
			t.Errorf("%+v", m)
		}
	}
}

// TestReadRefused: what is not a model file of this program.
func TestReadRefused(t *testing.T) {
	dir := t.TempDir()
	saver := &Saver{path: filepath.Join(dir, "good"), meta: map[string]string{"backprop": "1"}}
	if err := saver.Finish(Snapshot{Layers: small()}); err != nil {
		t.Fatal(err)
	}
	good, _ := os.ReadFile(saver.path)
	change := func(old, new string) []byte { return []byte(strings.Replace(string(good), old, new, 1)) }
	onnx := string([]byte{8, 7, 0x12, 1}) + "x"
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"no sizes": {good, `__metadata__: "sizes" is "": `},
		"another version": {change(`"backprop":"1"`, `"backprop":"2"`),
			`__metadata__: it is of version "2", and this program reads 1`},
		"damaged": {append(slices.Clone(good[:len(good)-1]), 1), "__metadata__: the checksum is "},
		"onnx":    {[]byte(onnx), "is ONNX, which is written for other programs and not read; load the model that"},
		"onnx 2":  {[]byte("\x08\x1f\x1a"), "is ONNX"}, "onnx 3": {[]byte("\x08\x00\x22"), "is ONNX"},
		"not onnx":        {[]byte("\x08\x20\x12xxxxxxx"), "byte 0: a header of"},
		"not onnx either": {[]byte("\x08\x07\x13xxxxxxx"), "byte 0: a header of"},
		"json":            {[]byte("  {"), "JSON as of Nielsen's network2.py was expected: the file was cut off"},
		"not json":        {[]byte("{\x01\x00\x00\x00\x00\x00\x00{}"), "byte 0: a header of"},
		"nothing":         {nil, "byte 0: 0 bytes are too few"},
	} {
		path := filepath.Join(dir, name)
		os.WriteFile(path, c.content, 0o666)
		_, err := Read(path)
		check(t, name, err, path+": "+c.want)
	}
	_, err := Read(dir)
	check(t, "a folder", err, dir+": a model file was expected, and this is not a file (d---------)")
}

// TestCheckpointFile: a checkpoint has all of a training, and its lines are made anew where epochs have been left out.
func TestCheckpointFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m")
	meta := map[string]string{"backprop": "1", "sizes": "[3,2,1]", "input_shift": "0", "input_factor": "1",
		"target_shift": "0", "target_factor": "1", "-epochs": "9"}
	s, err := Open(path, meta, Options{})
	if err != nil {
		t.Fatal(err)
	}
	network, velocity := small(), small()
	for i := range network[0].W {
		network[0].W[i] = float64(i) + 0.5
	}
	velocity[1].B[0] = 7
	write := func(epochs ...int) *Model {
		t.Helper()
		state := Snapshot{Layers: network, State: map[string][]layers.Layer{"velocity": velocity}, Epoch: 4, Seconds: 1.5,
			Partial: event.Result{Samples: 3, Correct: 2}}
		for _, e := range epochs {
			state.History = append(state.History, event.Epoch{Epoch: e, TrainCost: float64(e) / 8})
		}
		s.AfterEpoch(true, func() Snapshot { return state })
		m, err := Read(path + ".checkpoint")
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	for _, epochs := range [][]int{{}, {1}, {1, 2}, {1, 2, 3}, {1, 3}, {1, 4}, {1, 4}, {2}} {
		m := write(epochs...)
		var got []int
		for _, e := range m.History {
			if got = append(got, e.Epoch); e.TrainCost != float64(e.Epoch)/8 {
				t.Errorf("epoch %d: %+v", e.Epoch, e)
			}
		}
		if !slices.Equal(got, epochs) {
			t.Errorf("epochs %v are read as %v", epochs, got)
		}
		if m.Epoch != 4 || m.Meta["seconds"] != "1.5" || m.Partial != (event.Result{Samples: 3, Correct: 2}) ||
			!slices.Equal(m.Layers[0].W, network[0].W) || m.State["velocity"][1].B[0] != 7 || len(m.State) != 1 ||
			m.Meta["weights_sha256"] != layers.Hash(network) {
			t.Errorf("%+v", m)
		}
	}
	// The model has nothing of this, and the checkpoint's metadata are not among those of the training.
	if err := s.Finish(Snapshot{Layers: network, State: map[string][]layers.Layer{"velocity": velocity},
		Epoch: 9}); err != nil {
		t.Fatal(err)
	}
	if m, err := Read(path); err != nil || m.Epoch != 0 || len(m.State) != 0 || m.Meta["met"] != "" || len(meta) != 7 {
		t.Errorf("%+v, %v, %v", m, err, meta)
	}
	// A line of the history that is no JSON is named.
	b, _ := os.ReadFile(path + ".checkpoint")
	os.WriteFile(path, []byte(strings.Replace(string(b), `{"event":""`, `x"event":""`, 1)), 0o666)
	_, err = Read(path)
	check(t, "no JSON", err, path+`: tensor "history", line 1: invalid character`)
	// A network that has diverged is not written.
	network[0].W[0] = math.NaN()
	if err := s.Finish(Snapshot{Layers: network}); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
}

// TestResume: from a file, with the same run, with another, with a damaged one, or with none.
func TestResume(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "m")
	meta := map[string]string{"backprop": "1", "sizes": "[3,2,1]", "input_shift": "0", "input_factor": "1",
		"target_shift": "0", "target_factor": "1", "-epochs": "5", "-schedule": "constant", "-lr": "0.1"}
	told := ""
	o := Options{Resume: true, Flag: "-resume", Epochs: 5, Samples: 3, Batch: 1,
		Tell: func(format string, args ...any) { told += fmt.Sprintf(format, args...) }}
	s, err := Open(path, meta, o)
	if err != nil || s.Complete() || s.Path() != path+".checkpoint" {
		t.Fatalf("without a checkpoint: %+v, %v", s, err)
	}
	now := func() Snapshot { return Snapshot{Layers: small()} }
	if from, err := s.Restore(now); from != nil || err != nil || told != "" {
		t.Errorf("without a checkpoint: %v, %v, %q", from, err, told)
	}
	state := Snapshot{Layers: small(), Epoch: 2, Seconds: 3, History: []event.Epoch{{Epoch: 1}, {Epoch: 2}}}
	state.Layers[1].W[1] = 9
	s.AfterEpoch(false, func() Snapshot { return state })
	if s, err = Open(path, meta, o); err != nil || s.Complete() {
		t.Fatal(err)
	}
	if from, err := s.Restore(now); err != nil || from.Epoch != 2 || from.Seconds != 3 || len(from.History) != 2 ||
		from.Layers[1].W[1] != 9 || !strings.HasPrefix(told, path+".checkpoint: going on after 2 epochs of 5") {
		t.Errorf("%+v, %v, %q", from, err, told)
	}
	other := maps.Clone(meta)
	other["-lr"] = "0.2"
	_, err = Open(path, other, o)
	check(t, "another run", err, "-resume: "+path+".checkpoint: it was trained with -lr 0.1, not 0.2; use the same")
	if !errors.As(err, new(OtherRunError)) {
		t.Errorf("%T", err)
	}
	// Without -resume the unfinished run is going to be replaced, which is told; with an end, or all epochs, it is not.
	o.Resume, told = false, ""
	if s, err = Open(path, meta, o); err != nil {
		t.Fatal(err)
	}
	if from, err := s.Restore(now); from != nil || err != nil ||
		told != path+".checkpoint, after 2 epochs of a run, will be replaced; with -resume that run would go on" {
		t.Errorf("%v, %v, %q", from, err, told)
	}
	check(t, "interrupted", s.Interrupted(state, 5),
		"after epoch 2 of 5; "+path+".checkpoint is still that of the earlier")
	check(t, "interrupted at the end", s.InterruptedAtEnd(), "after the last epoch, before its weights were judged")
	state.Epoch, told = 5, ""
	s.AfterEpoch(true, func() Snapshot { return state })
	end := "after the last epoch, before its weights were judged; run the same command "
	check(t, "interrupted at the end", s.InterruptedAtEnd(), end+"with -resume to finish that")
	s, _ = Open(path, meta, o)
	if from, err := s.Restore(now); from != nil || err != nil || told != "" {
		t.Errorf("%v, %v, %q", from, err, told)
	}
	o.Resume = true
	if s, err = Open(path, meta, o); err != nil || !s.Complete() {
		t.Error("it is complete", err)
	}
	check(t, "interrupted at the end", s.InterruptedAtEnd(), end+"again to finish that")
	os.WriteFile(path+".checkpoint", nil, 0o666)
	_, err = Open(path, meta, o)
	check(t, "damaged", err, "-resume: "+path+".checkpoint: byte 0: 0 bytes are too few for a model file (safetensors); "+
		"remove it to start afresh")
	if (*Saver)(nil).Complete() || (*Saver)(nil).Finish(state) != nil {
		t.Error("nothing is saved")
	}
	if from, err := (*Saver)(nil).Restore(now); from != nil || err != nil {
		t.Error(from, err)
	}
	check(t, "nothing is saved", (*Saver)(nil).InterruptedAtEnd(), "after the last epoch")
	(*Saver)(nil).AfterEpoch(true, now)
}

// TestOtherRun: flags that may differ, and what is said of those that may not.
func TestOtherRun(t *testing.T) {
	base := map[string]string{"data": "mnist", "data_crc32c": "1", "sizes": "[3,2,1]", "-schedule": "constant",
		"-epochs": "5", "-scale": "unit", "-test": "0.1", "-lr": "1", "-hidden": "2", "-load": ""}
	const use, remove = "; use the same, or remove the checkpoint to start afresh",
		"or remove the checkpoint to start afresh"
	for _, c := range []struct {
		name      string
		then, now map[string]string // what is different
		want      string
	}{
		{"the same", nil, nil, ""},
		{"epochs", nil, map[string]string{"-epochs": "7"}, ""},
		{"epochs of cosine", map[string]string{"-schedule": "cosine"}, map[string]string{"-schedule": "cosine",
			"-epochs": "7"},
			"with its -schedule cosine the rate reaches 0 after 5 epochs, not 7; set -epochs to that, " + remove + " (with"},
		{"cosine", map[string]string{"-schedule": "cosine"}, map[string]string{"-schedule": "cosine"}, ""},
		{"how the same data were given", nil, map[string]string{"-test": "0.2"}, ""},
		{"other data by another flag", nil, map[string]string{"-test": "0.2", "data_crc32c": "2"},
			"it was trained with -test 0.1, not 0.2" + use},
		{"other data", nil, map[string]string{"data_crc32c": "2"},
			"it was trained on other data (mnist); -data has to give the same, " + remove},
		{"the scale that is the default", nil, map[string]string{"-scale": ""}, ""},
		{"another scale", nil, map[string]string{"-scale": "standard"},
			"it was trained with -scale unit, not standard" + use},
		{"no value", nil, map[string]string{"-hidden": ""}, "it was trained with -hidden 2, not (default)" + use},
		{"no value before", map[string]string{"-hidden": ""}, nil, "it was trained with -hidden (default), not 2" + use},
		{"a model", nil, map[string]string{"-load": "abc"},
			"it began from random weights, without -load; give the same, " + remove},
		{"another model", map[string]string{"-load": "abc"}, map[string]string{"-load": "abd"},
			"it began from the weights of another model of -load; give the same, " + remove},
		{"the rate follows from the layers", nil, map[string]string{"-lr": "2", "-hidden": "3"},
			"it was trained with -hidden 2, not 3" + use},
		{"the rate", nil, map[string]string{"-lr": "2"}, "it was trained with -lr 1, not 2" + use},
		{"a new flag", nil, map[string]string{"-new": "off"}, ""},
		{"a new flag with another value", nil, map[string]string{"-new": "on"},
			"it was trained with -new off, not on" + use},
	} {
		s := afterTwo(9)
		s.meta, s.checkpoint.Meta = maps.Clone(base), maps.Clone(base)
		maps.Copy(s.meta, c.now)
		maps.Copy(s.checkpoint.Meta, c.then)
		s.options.Default = func(flag string) string { return map[string]string{"new": "off"}[flag] }
		s.options.Scale = func(text string) string { return map[string]string{"": "unit"}[text] + text }
		check(t, c.name, s.checkSameRun(s.checkpoint), c.want)
	}
}

// TestSaveFails: what is told where the disk is full: of checkpoints each trouble once, of the model how to get it.
func TestSaveFails(t *testing.T) {
	defer func() { file.Disk = nil }()
	var trouble error
	file.Disk = func(w io.Writer) io.Writer {
		if trouble == nil {
			return w
		}
		return full{trouble}
	}
	path, told := filepath.Join(t.TempDir(), "m"), ""
	s := &Saver{path: path, meta: map[string]string{}}
	s.options.Tell = func(format string, args ...any) { told += fmt.Sprintf(format, args...) + "\n" }
	for _, text := range []string{"a", "a", "b", "", "b"} {
		if trouble = nil; text != "" {
			trouble = errors.New(text)
		}
		s.AfterEpoch(true, func() Snapshot { return Snapshot{Layers: small(), Epoch: 3} })
	}
	line := "no checkpoint after epoch 3: " + path + ".checkpoint: cannot be written: %s; training continues\n"
	if want := strings.ReplaceAll(line+line+line, "%s", "b"); told != strings.Replace(want, "written: b", "written: a",
		1) {
		t.Errorf("told:\n%s", told)
	}
	check(t, "no model and no checkpoint", s.Finish(Snapshot{Layers: small()}), path+": cannot be written: b")
	if err := s.Finish(Snapshot{Layers: small()}); strings.Contains(err.Error(), "-resume") {
		t.Error(err)
	}
	s.failure = ""
	check(t, "no model", s.Finish(Snapshot{Layers: small()}), path+": cannot be written: b; "+path+".checkpoint has the "+
		"trained weights: once it can be written, the same command with -resume writes it")
	s.options.CheckpointsOnly = true
	check(t, "checkpoints only", s.Finish(Snapshot{Layers: small()}), "")
}

type full struct{ error }

func (f full) Write([]byte) (int, error) { return 0, f.error }

// TestExport: both formats, what is said of them, and the network as it comes back.
func TestExport(t *testing.T) {
	dir := t.TempDir()
	network := []layers.Layer{layers.New(4, 3), layers.New(3, 2)}
	for l := range network {
		for i := range network[l].W {
			network[l].W[i] = float64(i) + 0.25
		}
		network[l].B[1], network[l].Activation = -3, []string{"relu", "linear"}[l]
	}
	operator := func(activation string) string {
		return map[string]string{"relu": "Relu", "linear": "Identity"}[activation]
	}
	meta := map[string]string{"backprop": "1", "sizes": "[4,3,2]", "input_shift": "0", "input_factor": "0.0625",
		"width":  "2",
		"height": "2", "depth": "16", "frame": `{"box":2,"x":1,"y":0.5}`, "classes": `["no","yes"]`, "-cost": "bce",
		"epoch": "3", "met": "{}", "seconds": "5", "checksum": "x"}
	image, err := New(meta, network, layers.Softmax)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "m.json")
	e, err := image.Export(path, operator)
	if want := (Exported{"JSON, in the form of Nielsen's network2.py",
		"4 pixels, row by row (2×2), 0 for background, 16 for full ink, divided by 16",
		`the probability of each of 2 classes, "no" to "yes"`}); e != want || err != nil {
		t.Errorf("%q, %v; want %q", e, err, want)
	}
	f, _ := os.Open(path)
	defer f.Close()
	if !IsNielsen(f) || IsNielsen(strings.NewReader("{}")) {
		t.Error("it is in Nielsen's form")
	}
	m, err := Read(path)
	if err != nil || !m.Native || m.Cost != "bce" || m.Epoch != 0 || m.Meta["seconds"] != "" ||
		m.Meta["checksum"] != "" ||
		m.Meta["-activation"] != "sigmoid" || m.Meta["-output"] != "sigmoid" || m.Depth != 16 || m.Classes[1] != "yes" ||
		!slices.Equal(m.Layers[0].W, network[0].W) || !slices.Equal(m.Layers[1].W, network[1].W) ||
		!slices.Equal(m.Layers[0].B, network[0].B) || !slices.Equal(m.Layers[1].B, network[1].B) {
		t.Errorf("%+v, %v", m, err)
	}
	export := func(m *Model) (text, gives string) {
		t.Helper()
		path := filepath.Join(dir, "m.ONNX")
		e, err := m.Export(path, operator)
		if err != nil || e.Format != "ONNX, opset 13, double precision" {
			t.Error(e, err)
		}
		b, _ := os.ReadFile(path)
		return string(b), e.Gives
	}
	has := func(name, text string, words ...string) {
		t.Helper()
		for _, word := range words {
			word, not := strings.CutPrefix(word, "!")
			if strings.Contains(text, word) == not {
				t.Errorf("%s: %q is there: %v", name, word, not)
			}
		}
	}
	text, _ := export(image)
	has("an image", text,
		"Input: 4 pixels, row by row (2×2), 0 for background, 16 for full ink, not scaled, a row a sample. "+
			`Output: the probability of each of 2 classes, "no" to "yes". All in double precision.`, `["no","yes"]`,
		"probabilities", "Softmax", "Relu", "!Identity", "!IsNaN", "!output_factor", "width\x12\x012", "height\x12\x012",
		"depth\x12\x0216", layers.Hash(network), "!inputs\x12")
	table := &Model{Meta: map[string]string{}, Layers: network, Names: []string{"u", "v", "u", "w"},
		In: dataset.EvenScale(4, 1), Out: dataset.Scale{Shift: []float64{5, 6}, Factor: []float64{7, 8}}}
	text, gives := export(table)
	has("a table", text, "Input: 4 numbers (u, v, u, w), not scaled, a row a sample; what is missing is NaN. Output: 2 "+
		"numbers, in the unit of the data.", `["u","v","u (2)","w"]`, "predictions", "IsNaN", "output_factor", "!Softmax",
		"!classes", "!width")
	if gives != "2 numbers, in the unit of the data" {
		t.Error(gives)
	}
	table.Classes, table.Answer = []string{"a", "b"}, layers.Probability
	text, _ = export(table)
	has("outputs", text, "outputs", "!probabilities", "!predictions", "!output_factor")
	network[0].Activation = "new"
	_, err = table.Export(filepath.Join(dir, "n.onnx"), operator)
	check(t, "no operator", err, "-export "+filepath.Join(dir,
		"n.onnx")+": it could not be written: ONNX has no operator here "+
		"for the activation new")
}
