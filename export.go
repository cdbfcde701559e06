// Export: networks in the formats of others: ONNX, which most runtimes read, and the JSON of
// Nielsen's network2.py, which -load reads too.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"backprop/internal/data/dataset"
	"backprop/internal/file"
	"backprop/internal/model/onnx"
	"backprop/internal/model/safetensors"
	"backprop/internal/run/settings"
	"backprop/internal/show/text"
)

// checkExport reports an -export that cannot be written as its name says: the settings do not
// suit the format, or something else is there.
func checkExport(cfg *Settings) error {
	path := cfg.Export
	if path == "" {
		return nil
	}
	kind := settings.ExportKind(path)
	hidden := len(cfg.Hidden) == 0 || cfg.Activation == "sigmoid"
	switch {
	case kind == ".json" && !(hidden && cfg.Output == "sigmoid"):
		return wrongUsage("-export %s: Nielsen's networks are sigmoid throughout, and this one is of -activation %s "+
			"-output %s; export it to a name that ends in .onnx", path, cfg.Activation, cfg.Output)
	case kind == ".json" && nielsenCosts[cfg.Cost] == "":
		return wrongUsage("-export %s: Nielsen's networks learn by -cost mse or bce, and this one by %s; "+
			"export it to a name that ends in .onnx", path, cfg.Cost)
	}
	what, known := "an ONNX file", onnx.Begins
	if kind == ".json" {
		what, known = "a network of this form", func(r io.Reader) bool { _, err := decodeNielsen(r); return err == nil }
	}
	if err := file.Replaceable(path, what, known); err != nil {
		return fmt.Errorf("-export %s: %w", path, err)
	}
	return nil
}

// export writes the network, trained or loaded, and tells of it.
func (m *Model) export(cfg *Settings, out *Printer) error {
	path, kind := cfg.Export, settings.ExportKind(cfg.Export)
	if path == "" {
		return nil
	}
	write, format := m.writeNielsen, "JSON, in the form of Nielsen's network2.py"
	if kind == ".onnx" {
		write, format = m.writeONNX, "ONNX, opset 13, double precision"
	}
	if err := file.Write(path, write); err != nil {
		return fmt.Errorf("-export %s: it could not be written: %w", path, err)
	}
	takes, gives := m.contract(kind == ".onnx")
	if cfg.ExportOnly() {
		out.Event("export", "file", path, "format", format, "inputs", takes, "outputs", gives, "weights_sha256", hash(m.Net))
	} else {
		out.Text("\n")
	}
	if !out.JSON {
		out.Facts([][2]string{{"exported", path + ": " + format}, {"inputs", takes}, {"outputs", gives}})
	}
	return nil
}

// contract is what the network takes and gives, in words: with the scaling inside, or without it.
func (m *Model) contract(whole bool) (takes, gives string) {
	takes = text.Plural(m.inputs(), "number")
	if names := strings.Join(m.Names, ", "); names != "" && len(names) < 200 {
		takes += " (" + strings.ToValidUTF8(names, "?") + ")"
	}
	if m.Width > 0 {
		takes = fmt.Sprintf("%d pixels, row by row (%d×%d), 0 for background, %g for full ink",
			m.inputs(), m.Width, m.Height, m.Depth)
	}
	factor := m.In.Factor[0]
	switch even := slices.Min(m.In.Factor) == slices.Max(m.In.Factor) && slices.Max(m.In.Shift) == 0; {
	case whole:
		takes += ", not scaled"
	case !even || slices.Min(m.In.Shift) != 0:
		takes += ", scaled as metadata.input_shift and input_factor say: (x − shift)·factor"
	case factor != 1:
		takes += fmt.Sprintf(", divided by %.6g", 1/factor)
	}
	switch {
	case m.Classes == nil && whole:
		gives = text.Plural(m.outputs(), "number") + ", in the unit of the data"
	case m.Classes == nil:
		gives = text.Plural(m.outputs(), "number") + ", scaled as metadata.target_shift and target_factor say"
	default:
		first, last, what := m.Classes[0], m.Classes[len(m.Classes)-1], "the output"
		if m.Net.Cost.Name == "ce" {
			what = "the probability"
		}
		gives = fmt.Sprintf("%s of each of %d classes, %.40q to %.40q", what, len(m.Classes), first, last)
	}
	return takes, gives
}

// ---- ONNX ----

// onnxOperators are the activations as operators.
var onnxOperators = map[string]string{"relu": "Relu", "sigmoid": "Sigmoid", "tanh": "Tanh", "linear": ""}

// writeONNX writes a graph that takes the numbers of the data as they are and gives probabilities,
// outputs, or numbers in the data's unit.
func (m *Model) writeONNX(w io.Writer) error {
	takes, gives := m.contract(true)
	missing := ""
	if m.Width == 0 {
		missing = "; what is missing is NaN"
	}
	o := onnx.Model{Producer: "backprop", Shift: m.In.Shift, Factor: m.In.Factor, Missing: m.Width == 0,
		Softmax: m.Net.Cost.Name == "ce", OutShift: m.Out.Shift, OutFactor: m.Out.Factor, Output: "outputs",
		Doc:  fmt.Sprintf("Input: %s, a row a sample%s. Output: %s. All in double precision.", takes, missing, gives),
		Meta: map[string]string{"weights_sha256": hash(m.Net)}}
	if m.Classes != nil {
		o.OutShift, o.OutFactor = nil, nil
		o.Meta["classes"] = jsonText(m.Classes)
	}
	if m.Names != nil {
		o.Meta["inputs"] = jsonText(m.Names)
	}
	if m.Width > 0 {
		o.Meta["width"], o.Meta["height"], o.Meta["depth"] = jsonText(m.Width), jsonText(m.Height), jsonText(m.Depth)
	}
	switch {
	case o.Softmax:
		o.Output = "probabilities"
	case m.Classes == nil:
		o.Output = "predictions"
	}
	for _, l := range m.Net.Layers {
		var rows [][]float64
		l.W.EachRow(func(row []float64) { rows = append(rows, row) })
		operator, known := onnxOperators[l.G.Name]
		if !known {
			return fmt.Errorf("ONNX has no operator here for -activation %s; see onnxOperators in export.go", l.G.Name)
		}
		o.Layers = append(o.Layers, onnx.Layer{Weights: rows, Bias: l.B, G: operator})
	}
	return onnx.Write(w, o)
}

func jsonText(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// ---- Nielsen ----

var nielsenCosts = map[string]string{"mse": "QuadraticCost", "bce": "CrossEntropyCost"}

// nielsen is what network2.py saves: weights out × in, biases as columns. What it has no place
// for, our metadata, it does not look at.
type nielsen struct {
	Sizes    []int             `json:"sizes"`
	Weights  [][][]float64     `json:"weights"`
	Biases   [][][]float64     `json:"biases"`
	Cost     string            `json:"cost"`
	Metadata map[string]string `json:"metadata,omitempty"`
}

func (m *Model) writeNielsen(w io.Writer) error {
	n := nielsen{Sizes: m.Net.sizes(), Cost: nielsenCosts[m.Net.Cost.Name], Metadata: maps.Clone(m.Meta)}
	for _, key := range []string{"checksum", "epoch", "met", "seconds"} { // of the file that it comes from
		delete(n.Metadata, key)
	}
	for _, l := range m.Net.Layers {
		weights, biases := make([][]float64, l.W.Cols), make([][]float64, l.W.Cols)
		for j := range weights {
			weights[j], biases[j] = make([]float64, l.W.Rows), l.B[j:j+1]
			for i := range l.W.Rows {
				weights[j][i] = l.W.Row(i)[j]
			}
		}
		n.Weights, n.Biases = append(n.Weights, weights), append(n.Biases, biases)
	}
	buf := bufio.NewWriterSize(w, 1<<16)
	if err := json.NewEncoder(buf).Encode(n); err != nil {
		return err
	}
	return buf.Flush()
}

// decodeNielsen reads what writeNielsen or network2.py has written.
func decodeNielsen(r io.Reader) (*Model, error) {
	var n nielsen
	d := json.NewDecoder(r)
	if err := d.Decode(&n); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = file.ErrCut
		}
		return nil, fmt.Errorf("JSON as of Nielsen's network2.py was expected: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("it goes on after the network that it has")
	}
	cost := ""
	for ours, theirs := range nielsenCosts {
		if n.Cost == theirs {
			cost = ours
		}
	}
	layers := len(n.Sizes) - 1
	switch {
	case layers < 1 || len(n.Weights) != layers || len(n.Biases) != layers:
		return nil, fmt.Errorf("%d sizes, %d layers of weights and %d of biases: a network has one layer of each for "+
			"each size but the first", len(n.Sizes), len(n.Weights), len(n.Biases))
	case cost == "":
		return nil, fmt.Errorf("cost %.40q: it is QuadraticCost or CrossEntropyCost", n.Cost)
	}
	var tensors []safetensors.Tensor
	for l, out := range n.Sizes[1:] {
		name := fmt.Sprintf("layers.%d", l)
		weights, err := endToEnd(n.Weights[l], out, n.Sizes[l])
		if err != nil {
			return nil, fmt.Errorf("weights of layer %d: %w", l+1, err)
		}
		biases, err := endToEnd(n.Biases[l], out, 1)
		if err != nil {
			return nil, fmt.Errorf("biases of layer %d: %w", l+1, err)
		}
		tensors = append(tensors, safetensors.Tensor{Name: name + ".weight", Shape: []int{out, n.Sizes[l]}, Data: weights},
			safetensors.Tensor{Name: name + ".bias", Shape: []int{out}, Data: biases})
	}
	m := &Model{Meta: maps.Clone(n.Metadata), Native: n.Metadata["backprop"] != ""}
	if err := m.takeTensors(tensors); err != nil {
		return nil, err
	}
	m.Cost = cost
	if !m.Native {
		if m.assume(); m.inputs() == 784 { // as in his data
			m.Assumed, m.In = "256", dataset.EvenScale(784, 1.0/256)
		}
		return m, nil
	}
	if v := m.Meta["backprop"]; v != modelVersion {
		return nil, fmt.Errorf("metadata: it is of version %q, and this program reads %s", v, modelVersion)
	}
	m.Meta["-activation"], m.Meta["-output"], m.Meta["-cost"] = "sigmoid", "sigmoid", cost
	return m, m.takeMeta()
}

// endToEnd is a matrix's rows one after another.
func endToEnd(rows [][]float64, r, c int) (all []float64, err error) {
	if len(rows) != r || r < 1 || c < 1 {
		return nil, fmt.Errorf("%d rows, and the sizes ask for %d", len(rows), r)
	}
	for i, row := range rows {
		if len(row) != c {
			return nil, fmt.Errorf("row %d has %s, and the sizes ask for %d", i+1, text.Plural(len(row), "number"), c)
		}
		all = append(all, row...)
	}
	return all, nil
}

// exportTrained writes the network of x; meta is what modelMeta said while the pixels were there.
func (x *experiment) exportTrained(out *Printer, meta map[string]string) error {
	if x.cfg.Export == "" {
		return nil
	}
	m := &Model{Path: x.cfg.Export, Meta: meta, Native: true, Net: x.trainer.Net}
	m.Meta["weights_sha256"] = hash(m.Net)
	if err := m.takeMeta(); err != nil {
		return err
	}
	return m.export(x.cfg, out)
}

// isNielsen says whether a file is JSON: a safetensors file, which may begin with the same byte,
// has zeros in the fifth to eighth.
func isNielsen(f io.ReadSeeker) bool {
	head := make([]byte, 9)
	n, _ := io.ReadFull(f, head)
	f.Seek(0, io.SeekStart)
	head = bytes.TrimLeft(head[:n], " \t\r\n")
	return len(head) > 0 && head[0] == '{' && !bytes.Contains(head, []byte{0})
}
