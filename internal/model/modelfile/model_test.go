package modelfile

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/handwriting"
	"backprop/internal/filetest"
	"backprop/internal/model/layers"
	"backprop/internal/show/event"
)

// foreignSafetensors is a file as another program writes it: a layer without bias, all of whose weights are 0.
// Its name would be that of a state if this program had written it.
func foreignSafetensors(inputs, outputs int) []byte {
	header := fmt.Sprintf(`{"best.weight":{"dtype":"F64","shape":[%d,%d],"data_offsets":[0,%d]}}`, outputs, inputs,
		8*inputs*outputs)
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), make([]byte, 8*inputs*outputs)...)
}

// foreignNielsen is the same in the form of network2.py.
func foreignNielsen(inputs, outputs int) []byte {
	biases := slices.Repeat([][]float64{{0}}, outputs)
	b, _ := json.Marshal(nielsen{Sizes: []int{inputs, outputs}, Biases: [][][]float64{biases}, Cost: "CrossEntropyCost",
		Weights: [][][]float64{slices.Repeat([][]float64{make([]float64, inputs)}, outputs)}})
	return b
}

// 64 and 784 inputs are taken for the pixels of a square; 49 would be too small a picture.
func TestReadAssumesWhatAForeignFileDoesNotSay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m")
	for _, c := range []struct {
		content []byte
		inputs  int
		scale   string
		width   int
		factor  float64
		cost    string
	}{
		{foreignSafetensors(64, 2), 64, "unit", 8, 1. / 255, ""},
		{foreignSafetensors(784, 2), 784, "unit", 28, 1. / 255, ""},
		{foreignSafetensors(63, 2), 63, "none", 0, 1, ""},
		{foreignSafetensors(49, 2), 49, "none", 7, 1, ""},
		{foreignNielsen(784, 2), 784, "256", 28, 1. / 256, "bce"},
		{foreignNielsen(64, 2), 64, "unit", 8, 1. / 255, "bce"},
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
			t.Errorf("%d inputs: got %+v, want %+v", c.inputs, m, c)
		}
	}
}

func TestSetFunctions(t *testing.T) {
	m := &Model{Layers: network()}
	m.SetFunctions("tanh", "linear", "ce", layers.Softmax)
	if m.Layers[0].Activation != "tanh" || m.Layers[1].Activation != "linear" || m.Cost != "ce" ||
		m.Answer != layers.Softmax {
		t.Errorf("got %+v, want tanh, linear, ce and softmax", m)
	}
}

func TestReadRefusesWhatIsNotAModelOfThisProgram(t *testing.T) {
	dir := t.TempDir()
	saver := &Saver{path: filepath.Join(dir, "good"), meta: map[string]string{"backprop": "1"}}
	if err := saver.Finish(Snapshot{Layers: network()}); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(saver.path)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ content, want string }{
		"no sizes": {string(good), `__metadata__: "sizes" is "": `},
		"another version": {strings.Replace(string(good), `"backprop":"1"`, `"backprop":"2"`, 1),
			`__metadata__: it is of version "2", and this program reads 1`},
		"another checksum": {regexp.MustCompile(`("checksum":").{12}`).ReplaceAllString(string(good), "${1}000000000000"),
			`__metadata__: the checksum is "000000000000"…, and that of the content "`},
		"another last byte": {string(good[:len(good)-1]) + "\x01", "__metadata__: the checksum is "},
		"ONNX": {"\x08\x07\x12\x01x",
			"is ONNX, which is written for other programs and not read; load the model that -save wrote"},
		"JSON that is cut off":             {" \n{", "JSON as of Nielsen's network2.py was expected: the file was cut off"},
		"a brace that is part of a length": {"{\x01\x00\x00\x00\x00\x00\x00{}", "byte 0: a header of"},
		"empty":                            {"", "byte 0: 0 bytes are too few"},
	} {
		path := filepath.Join(dir, name)
		os.WriteFile(path, []byte(c.content), 0o666)
		_, err := Read(path)
		wantError(t, name, err, path+": "+c.want)
	}
	_, err = Read(dir)
	wantError(t, "a folder", err, dir+": a model file was expected, and this is not a file (d---------)")
}

// The first eight bytes of a safetensors file are a length, which may look like the beginning of ONNX.
func TestIsONNX(t *testing.T) {
	begins := func(head string) bool { return isONNX(bytes.NewReader([]byte(head))) }
	filetest.Holds(t, "is ONNX", begins,
		[]string{"\x08\x08\x12\x08backprop", "\x08\x07:\x10", "\x08\x1f\x1a", "\x08\x00\x22"},
		[]string{"\x08\x01\x00\x00\x00\x00\x00\x00{}", "\x08\x20\x12", "\x08\x07\x13", "{", ""})
}

// A training that was interrupted has left a checkpoint, but no model.
func TestReadNamesTheCheckpointIfThereIsNoModel(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m")
	_, err := Read(path)
	wantError(t, "nothing", err, path+": file does not exist; -save writes one")
	if err := os.WriteFile(path+".checkpoint", nil, 0o666); err != nil {
		t.Fatal(err)
	}
	_, err = Read(path)
	wantError(t, "a checkpoint", err, path+": file does not exist, but "+path+".checkpoint does: load that, or run the "+
		"training's command again with -resume to finish it")
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a checkpoint: got a %T, want %v", err, fs.ErrNotExist)
	}
}

// Of layers with equally large weights, the first is named.
func TestCheckFiniteNamesTheLayerWithTheLargestWeight(t *testing.T) {
	m := &Model{Path: "m", Layers: network()}
	m.Layers[0].B[1], m.Layers[1].W[0] = -1e300, 1e300
	const want = "m: its answers are infinite or not numbers: layer 1 has weights up to 1e+300; "
	for _, bad := range []float64{math.Inf(1), math.Inf(-1), math.NaN()} {
		wantError(t, fmt.Sprint("cost ", bad), m.CheckFinite(event.Result{Cost: bad}), want)
		wantError(t, fmt.Sprint("MSE ", bad), m.CheckFinite(event.Result{MSE: bad}), want)
	}
	wantError(t, "finite", m.CheckFinite(event.Result{Cost: 1, MSE: 2}), "")
}
