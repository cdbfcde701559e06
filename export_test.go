package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/model/layers"
	"backprop/internal/model/modelfile"
)

// protobuf is the fields of a message by their numbers: integers as text, or bytes.
func protobuf(t *testing.T, b string) map[int][]string {
	t.Helper()
	all := map[int][]string{}
	for len(b) > 0 {
		key, n := binary.Uvarint([]byte(b))
		v, m := binary.Uvarint([]byte(b[n:]))
		b = b[n+m:]
		text := fmt.Sprint(int64(v))
		if key&7 == 2 {
			text, b = b[:v], b[v:]
		}
		all[int(key>>3)] = append(all[int(key>>3)], text)
	}
	return all
}

// runOnnx computes the graph of an ONNX file for one row of inputs, by the definitions of its
// operators.
func runOnnx(t *testing.T, path string, x []float64) []float64 {
	t.Helper()
	graph := protobuf(t, protobuf(t, string(readFile(t, path)))[7][0])
	values := map[string][]float64{"input": x}
	for _, text := range graph[5] {
		f := protobuf(t, text)
		list := make([]float64, len(f[9][0])/8)
		for i := range list {
			list[i] = math.Float64frombits(binary.LittleEndian.Uint64([]byte(f[9][0][8*i:])))
		}
		values[f[8][0]] = list
	}
	var y []float64
	for _, text := range graph[1] {
		f := protobuf(t, text)
		var in [][]float64
		for _, name := range f[1] {
			in = append(in, values[name])
		}
		y = onnxOperator(t, f[4][0], in)
		values[f[2][0]] = y
	}
	return y
}

func onnxOperator(t *testing.T, kind string, in [][]float64) []float64 {
	t.Helper()
	n := len(in[0])
	if kind == "Gemm" || kind == "Where" {
		n = len(in[2])
	}
	y, sum := make([]float64, n), 0.0
	at := func(list []float64, i int) float64 { return list[i%len(list)] } // one stands for all
	for i := range y {
		switch kind {
		case "Sub":
			y[i] = in[0][i] - at(in[1], i)
		case "Mul":
			y[i] = in[0][i] * at(in[1], i)
		case "Div":
			y[i] = in[0][i] / at(in[1], i)
		case "Add":
			y[i] = in[0][i] + at(in[1], i)
		case "IsNaN":
			y[i] = map[bool]float64{true: 1}[math.IsNaN(in[0][i])]
		case "Where":
			if y[i] = in[2][i]; in[0][i] != 0 {
				y[i] = at(in[1], i)
			}
		case "Gemm":
			for k, v := range in[0] {
				y[i] += v * in[1][k*n+i]
			}
			y[i] += in[2][i]
		case "Relu":
			y[i] = max(0, in[0][i])
		case "Sigmoid":
			y[i] = 1 / (1 + math.Exp(-in[0][i]))
		case "Tanh":
			y[i] = math.Tanh(in[0][i])
		case "Softmax":
			y[i] = math.Exp(in[0][i] - slices.Max(in[0]))
		default:
			t.Fatalf("operator %s", kind)
		}
		sum += y[i]
	}
	for i := range y {
		if kind == "Softmax" {
			y[i] /= sum
		}
	}
	return y
}

// An exported model is a file, and inputs with the answers that this program gives.
type exported struct {
	path    string
	classes []string
	x, want [][]float64
}

// exportAll trains networks of each kind, exports them and asks them about their test parts.
func exportAll(t *testing.T) (all []exported) {
	t.Helper()
	dir := t.TempDir()
	words := "size,kind,colour,what\n"
	for i := range 60 {
		words += fmt.Sprintf("%s,%d,%s,%s\n", []string{"?", "1.5", "-2"}[i%3], i%7, []string{"red", "green"}[i%2], []string{"yes", "no", "may"}[i%5%3])
	}
	writeFiles(t, dir, map[string][]byte{"words.csv": []byte(words)})
	for name, args := range map[string][]string{
		"images":  {"-data", squares(t, 1), "-hidden", "7,5"},
		"tanh":    {"-data", squares(t, 1), "-hidden", "6", "-activation", "tanh", "-output", "sigmoid", "-cost", "bce", "-scale", "standard"},
		"words":   {"-data", filepath.Join(dir, "words.csv"), "-hidden", "5", "-activation", "sigmoid"},
		"numbers": {"-data", numbers(t), "-regress", "-hidden", "4"},
		"none":    {"-data", squares(t, 1), "-hidden", "none", "-cost", "mse", "-scale", "none", "-lr", "0.00001"},
	} {
		e := exported{path: filepath.Join(dir, name+".onnx")}
		save := filepath.Join(dir, name+".safetensors")
		command(t, append(args, "-epochs", "2", "-save", save, "-export", e.path)...)
		again := filepath.Join(dir, name+"2.onnx")
		text := command(t, "-load", save, "-export", again)
		if !bytes.Equal(readFile(t, e.path), readFile(t, again)) {
			t.Errorf("%s: exported from its file it is another", name)
		}
		mustContain(t, text, again, "opset 13", map[bool]string{true: "in the unit of the data", false: "of each of "}[name == "numbers"])
		cfg, err := parse([]string{"-data", args[1], "-load", save}, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		m, err := modelfile.Read(save)
		if err == nil {
			err = configure(cfg, m)
		}
		data, err2 := loadData(context.Background(), cfg, io.Discard)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		e.classes = data.Classes
		for i := range int32(data.Test.N) {
			x, y := make([]float64, m.Inputs()), make([]float64, m.Inputs())
			gather(&data.Test, x, []int32{i}, dataset.EvenScale(m.Inputs(), 1))
			if data.Test.Values != nil { // gather makes 0 of what is missing
				copy(x, data.Test.Values[int(i)*m.Inputs():])
			}
			gather(&data.Test, y, []int32{i}, m.In)
			a := networkOf(m).answer(y)
			for j := range a {
				if data.Classes == nil {
					a[j] = a[j]/m.Out.Factor[j] + m.Out.Shift[j]
				}
			}
			e.x, e.want = append(e.x, x), append(e.want, a)
		}
		all = append(all, e)
	}
	return all
}

// TestExportONNX: the graph, computed by the definitions of its operators, answers to numbers as
// they are in the data as this program does.
func TestExportONNX(t *testing.T) {
	for _, e := range exportAll(t) {
		missing := 0
		for i, x := range e.x {
			got := runOnnx(t, e.path, x)
			for j := range x {
				if math.IsNaN(x[j]) {
					missing++
				}
			}
			if len(got) != len(e.want[i]) || !near(got, e.want[i]) {
				t.Fatalf("%s: sample %d: %v, want %v", e.path, i, got, e.want[i])
			}
		}
		if strings.Contains(e.path, "words") && missing == 0 {
			t.Error("no input is missing")
		}
		doc := strings.Join(protobuf(t, string(readFile(t, e.path)))[6], "")
		if want := map[string]bool{"words.onnx": true, "numbers.onnx": true}[filepath.Base(e.path)]; strings.Contains(doc, "a row a sample; what is missing is NaN. Output: ") != want || !strings.HasSuffix(doc, " All in double precision.") {
			t.Errorf("%s: %q", e.path, doc)
		}
		keys := map[string]string{}
		for _, entry := range protobuf(t, string(readFile(t, e.path)))[14] {
			f := protobuf(t, entry)
			if f[1][0] == "classes" && f[2][0] != jsonText(e.classes) {
				t.Errorf("%s: classes %s, want %q", e.path, f[2][0], e.classes)
			}
			keys[f[1][0]] = f[2][0]
		}
		want := map[string]string{"width": "12", "height": "12", "depth": "255", "classes": `["0","1","2","3"]`}
		if name := filepath.Base(e.path); name == "words.onnx" {
			want = map[string]string{"inputs": `["size","kind","colour=green","colour=red"]`}
		} else if name == "numbers.onnx" {
			want = map[string]string{"inputs": `["a","b"]`, "width": "", "classes": ""}
		}
		for key, v := range want {
			if keys[key] != v {
				t.Errorf("%s: %s is %q, want %q", e.path, key, keys[key], v)
			}
		}
	}
}

// near says whether numbers agree to 1e-12, of their size where that is more than 1.
func near(a, b []float64) bool {
	for i := range a {
		if !(math.Abs(a[i]-b[i]) <= 1e-12*max(1, math.Abs(b[i]))) {
			return false
		}
	}
	return true
}

// TestExportRuntime asks a real runtime: ONNXRUNTIME is a folder in which npm has installed
// onnxruntime-node (or onnxruntime-web).
func TestExportRuntime(t *testing.T) {
	dir := os.Getenv("ONNXRUNTIME")
	if dir == "" {
		t.Skip("ONNXRUNTIME is not set: no runtime is asked")
	}
	const script = `
let ort; try { ort = require('onnxruntime-node') } catch { ort = require('onnxruntime-web') }
const fs = require('fs'), q = JSON.parse(fs.readFileSync(0))
ort.InferenceSession.create(q.path).then(async s => {
  const x = Float64Array.from(q.x.flat(), v => v === null ? NaN : v)
  const r = await s.run({input: new ort.Tensor('float64', x, [q.x.length, q.x[0].length])})
  const y = r[s.outputNames[0]]
  console.log(JSON.stringify({name: s.outputNames[0], dims: y.dims, y: Array.from(y.data)}))
})`
	for _, e := range exportAll(t) {
		rows := make([][]any, len(e.x))
		for i, x := range e.x {
			for _, v := range x {
				if rows[i] = append(rows[i], v); math.IsNaN(v) {
					rows[i][len(rows[i])-1] = nil
				}
			}
		}
		cmd := exec.Command("node", "-e", script)
		cmd.Dir, cmd.Stderr = dir, os.Stderr
		cmd.Stdin = strings.NewReader(jsonText(map[string]any{"path": e.path, "x": rows}))
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Name string
			Y    []float64
		}
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatal(err)
		}
		worst := 0.0
		want := slices.Concat(e.want...)
		for i := range got.Y {
			worst = max(worst, math.Abs(got.Y[i]-want[i])/max(1, math.Abs(want[i])))
		}
		if t.Logf("%s: %s of %d samples, largest difference %.1e", filepath.Base(e.path), got.Name, len(e.x), worst); len(got.Y) != len(want) || !(worst <= 1e-12) {
			t.Errorf("%s: %d answers, want %d; largest difference %v", e.path, len(got.Y), len(want), worst)
		}
	}
}

// TestNielsen: what network2.py has saved loads, answers by Nielsen's formula, and comes back as it
// was; what this program exports brings its scaling and classes along.
func TestNielsen(t *testing.T) {
	dir := t.TempDir()
	theirs := filepath.Join(dir, "theirs.json")
	saved := `{"sizes": [2, 2, 1], "weights": [[[0.15, 0.2], [0.25, 0.3]], [[0.4, 0.45]]], "biases": [[[0.35], [-0.35]], [[0.6]]], "cost": "QuadraticCost"}`
	writeFiles(t, dir, map[string][]byte{"theirs.json": []byte(saved)})
	m, err := modelfile.Read(theirs)
	if err != nil {
		t.Fatal(err)
	}
	cfg, _ := parse([]string{"-load", theirs}, io.Discard)
	if err := configure(cfg, m); err != nil {
		t.Fatal(err)
	}
	s := func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
	h1, h2 := s(0.15*0.05+0.2*0.1+0.35), s(0.25*0.05+0.3*0.1-0.35)
	if got, want := networkOf(m).answer([]float64{0.05, 0.1}), s(0.4*h1+0.45*h2+0.6); !near(got, []float64{want}) || cfg.Cost != "mse" {
		t.Errorf("%v with cost %s, want %v with mse", got, cfg.Cost, want)
	}
	again := filepath.Join(dir, "again.json")
	if err := run(context.Background(), []string{"-load", theirs, "-export", again}, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	var a, b any
	json.Unmarshal([]byte(saved), &a)
	json.Unmarshal(readFile(t, again), &b)
	if jsonText(a) != jsonText(b) {
		t.Errorf("it came back as %s", jsonText(b))
	}
	data := squares(t, 1)
	// At the end of a training the size of its pictures goes along, so that it reads pictures.
	pictures := filepath.Join(dir, "pictures.json")
	mustRun(t, "-data", squares(t, 1), "-hidden", "5", "-epochs", "1", "-activation", "sigmoid", "-output", "sigmoid", "-cost", "mse", "-export", pictures)
	if m, err := modelfile.Read(pictures); err != nil || m.Width != 12 || m.Height != 12 || m.Depth != 255 || m.Frame.Box < 1 {
		t.Errorf("%v; a model of %d×%d pixels, want 12×12", err, m.Width, m.Height)
	}
	ours := filepath.Join(dir, "ours.json")
	trained := mustRun(t, "-data", data, "-hidden", "6", "-activation", "sigmoid", "-output", "sigmoid", "-cost", "bce",
		"-scale", "standard", "-epochs", "3", "-export", ours)
	loaded := mustRun(t, "-load", ours, "-data", data)
	for _, key := range []string{"test_accuracy", "weights_sha256"} {
		if is, was := loaded[len(loaded)-1][key], trained[len(trained)-1][key]; is != was {
			t.Errorf("%s is %v, and was %v", key, is, was)
		}
	}
	// Nielsen's own networks see pixels divided by 256.
	n := map[string]any{"sizes": []int{784, 1}, "weights": [][][]float64{{make([]float64, 784)}}, "biases": [][][]float64{{{0}}},
		"cost": "CrossEntropyCost"}
	writeFiles(t, dir, map[string][]byte{"mnist.json": []byte(jsonText(n))})
	if m, err := modelfile.Read(filepath.Join(dir, "mnist.json")); err != nil || m.In.Factor[0] != 1.0/256 || m.Cost != "bce" {
		t.Errorf("%v; the scale of his images is wrong", err)
	}
	// With one output it names no classes, which a picture would be said to be of.
	writeFiles(t, dir, map[string][]byte{"a.png": nil})
	single := filepath.Join(dir, "mnist.json")
	if _, err := tryRun("-load", single, "-predict", filepath.Join(dir, "a.png")); fmt.Sprint(err) != single+": it does not name classes; evaluate it with -data" {
		t.Errorf("a picture for a network of one output: %v", err)
	}
}

// TestExportRefused: each with its words, before anything is trained.
func TestExportRefused(t *testing.T) {
	dir, data := t.TempDir(), squares(t, 1)
	model := filepath.Join(dir, "m.safetensors")
	mustRun(t, "-data", data, "-hidden", "4", "-epochs", "1", "-save", model)
	writeFiles(t, dir, map[string][]byte{"notes.json": []byte("my notes"), "notes.onnx": []byte("{}"),
		"package.json": []byte(`{"name":"mypackage"}`), "other.onnx": []byte("\x08\x07 and so on")})
	in := func(name string) string { return filepath.Join(dir, name) }
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"-export " + in("m.txt"), 2, ".onnx, or .json"},
		{"-export=", 2, "-export is empty"},
		{"-export " + in("m.json"), 2, "sigmoid throughout, and this one is of -activation relu"},
		{"-hidden none -output sigmoid -export " + in("m.json"), 2, "-cost mse or bce, and this one by ce"},
		{"-export " + in("notes.json") + " -activation sigmoid -output sigmoid -cost bce", 1, "not a network of this form"},
		{"-export " + in("package.json") + " -activation sigmoid -output sigmoid -cost bce", 1, "not a network of this form"},
		{"-export " + in("notes.onnx"), 1, "not an ONNX file"},
		{"-export " + in("other.onnx"), 1, "not an ONNX file"},
		{"-export " + in("gone/m.onnx"), 1, "could not be written"},
		{"-gradcheck -export " + in("m.onnx"), 2, "does not train"},
		{"-load " + model + " -export " + in("m.json"), 2, "-activation relu"},
		{"-load " + model + " -predict a.png -export " + in("m.onnx"), 2, "one at a time"},
	} {
		args := strings.Fields(c.args)
		if args[0] != "-load" {
			args = append(args, "-epochs", "1", "-data", data)
		}
		stdout, _, err := try(args...)
		if exitCode(err, io.Discard) != c.code || !contains(err, c.want) || stdout != "" {
			t.Errorf("%s: %v; want status %d and %q before anything is trained\n%s", c.args, err, c.code, c.want, stdout)
		}
	}
	if string(readFile(t, in("notes.json"))) != "my notes" ||
		string(readFile(t, in("package.json"))) != `{"name":"mypackage"}` {
		t.Error("the notes are gone")
	}
	for _, name := range []string{"good.json", "good.onnx", "good.json", "good.onnx"} { // its own it replaces
		mustRun(t, "-data", data, "-epochs", "1", "-activation", "sigmoid", "-output", "sigmoid", "-cost", "bce",
			"-export", in(name))
	}
	for _, name := range listDir(t, dir) {
		if strings.HasPrefix(name, ".") {
			t.Errorf("%s is left", name)
		}
	}
}

// TestExportTold: what is said of a file that is written, in lines and in JSON.
func TestExportTold(t *testing.T) {
	dir := t.TempDir()
	model, path := filepath.Join(dir, "m"), filepath.Join(dir, "m.onnx")
	done := mustRun(t, "-data", numbers(t), "-regress", "-hidden", "2", "-epochs", "1", "-save", model)
	const takes, gives = "2 numbers (a, b), not scaled", "1 number, in the unit of the data"
	if text, want := strings.ReplaceAll(command(t, "-load", model, "-export", path), "\n            ", " "),
		"exported  "+path+": ONNX, opset 13, double precision\ninputs    "+takes+"\noutputs   "+gives+"\n"; text != want {
		t.Errorf("%q, want %q", text, want)
	}
	event := map[string]any{"event": "export", "file": path, "format": "ONNX, opset 13, double precision", "inputs": takes, "outputs": gives,
		"weights_sha256": done[len(done)-1]["weights_sha256"]}
	if all := mustRun(t, "-load", model, "-export", path); len(all) != 1 || !reflect.DeepEqual(all[0], event) {
		t.Errorf("%v, want %v", all, event)
	}
	text := command(t, "-data", numbers(t), "-regress", "-hidden", "2", "-epochs", "1", "-export", path)
	mustContain(t, strings.ReplaceAll(text, "\n            ", " "), "\n\nexported  "+path+": ONNX, opset 13, double precision\n")
}

// FuzzNielsen: whatever a JSON file holds, it is refused, or a network that answers and that is written as it was read.
func FuzzNielsen(f *testing.F) {
	f.Add([]byte(`{"sizes": [2, 1, 2], "weights": [[[1, -2]], [[0.5], [3]]], "biases": [[[0]], [[1e-3], [7]]], "cost": "CrossEntropyCost"}`))
	dir := f.TempDir()
	data, path := filepath.Join(dir, "t.csv"), filepath.Join(dir, "n.json")
	if err := os.WriteFile(data, []byte("a,kind\n1,x\n2,y\n3,x\n4,y\n5,x\n"), 0o666); err != nil {
		f.Fatal(err)
	}
	if err := run(context.Background(), strings.Fields("-hidden 1 -activation sigmoid -output sigmoid -cost bce -epochs 1 -data "+data+" -export "+path), io.Discard, io.Discard); err != nil {
		f.Fatal(err)
	}
	own, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(own)
	f.Fuzz(func(t *testing.T, content []byte) {
		m, err := readFuzzed(t, path, content)
		if err != nil {
			return
		}
		if !answers(t, m) {
			return
		}
		m.Meta = map[string]string{}
		if _, err := m.Export(path, nil); err != nil {
			t.Fatal(err)
		}
		same, err := modelfile.Read(path)
		if err != nil || layers.Hash(same.Layers) != layers.Hash(m.Layers) {
			t.Fatalf("written and read again, it is another network (%v)", err)
		}
	})
}
