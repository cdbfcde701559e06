package modelfile

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"backprop/internal/file/output"
	"backprop/internal/model/layers"
	"backprop/internal/model/onnx"
	"backprop/internal/show/text"
)

// An Exported describes an exported file in words: its format, the network's inputs and its outputs.
type Exported struct{ Format, Takes, Gives string }

// Export writes the network for other programs. The ending of path chooses the format: .onnx, or else the JSON of
// Nielsen's network2.py. operator returns the ONNX operator for an activation, or "" if there is none.
func (m *Model) Export(path string, operator func(activation string) string) (Exported, error) {
	e := Exported{Format: "JSON, in the form of Nielsen's network2.py"}
	write := m.writeNielsen
	scales := strings.ToLower(filepath.Ext(path)) == ".onnx"
	if scales {
		e.Format = "ONNX, opset 13, double precision"
		write = func(w io.Writer) error { return m.writeONNX(w, operator) }
	}
	if err := output.Write(path, write); err != nil {
		return e, fmt.Errorf("-export %s: it could not be written: %w", path, err)
	}
	e.Takes, e.Gives = m.describeInterface(scales)
	return e, nil
}

// describeInterface says in words the inputs that the exported network takes and the outputs that it gives. scales says
// whether the file scales the numbers itself.
func (m *Model) describeInterface(scales bool) (takes, gives string) {
	takes = text.Plural(m.Inputs(), "number")
	if names := strings.Join(m.Names, ", "); names != "" && len(names) < 200 {
		takes += " (" + strings.ToValidUTF8(names, "?") + ")"
	}
	if m.Width > 0 {
		takes = fmt.Sprintf("%d pixels, row by row (%d×%d), 0 for background, %g for full ink",
			m.Inputs(), m.Width, m.Height, m.Depth)
	}
	factor := m.In.Factor[0]
	shifted := slices.ContainsFunc(m.In.Shift, func(v float64) bool { return v != 0 })
	sameFactor := slices.Min(m.In.Factor) == slices.Max(m.In.Factor)
	switch {
	case scales:
		takes += ", not scaled"
	case shifted || !sameFactor:
		takes += ", scaled as metadata.input_shift and input_factor say: (x − shift)·factor"
	case factor != 1:
		takes += fmt.Sprintf(", divided by %.6g", 1/factor)
	}
	switch {
	case m.Classes == nil && scales:
		gives = text.Plural(m.Outputs(), "number") + ", in the unit of the data"
	case m.Classes == nil:
		gives = text.Plural(m.Outputs(), "number") + ", scaled as metadata.target_shift and target_factor say"
	default:
		first, last, what := m.Classes[0], m.Classes[len(m.Classes)-1], "the output"
		if m.Answer == layers.Softmax {
			what = "the probability"
		}
		gives = fmt.Sprintf("%s of each of %d classes, %.40q to %.40q", what, len(m.Classes), first, last)
	}
	return takes, gives
}

// writeONNX writes a graph that takes the numbers as they are in the data, and returns probabilities, outputs, or
// numbers in the unit of the data.
func (m *Model) writeONNX(w io.Writer, operator func(activation string) string) error {
	takes, gives := m.describeInterface(true)
	isTable, missing := m.Width == 0, ""
	if isTable {
		missing = "; what is missing is NaN"
	}
	o := onnx.Model{
		Producer: "backprop",
		Doc:      fmt.Sprintf("Input: %s, a row a sample%s. Output: %s. All in double precision.", takes, missing, gives),
		Meta:     map[string]string{"weights_sha256": layers.Hash(m.Layers)},
		Shift:    m.In.Shift,
		Factor:   m.In.Factor,
		Missing:  isTable,
		Softmax:  m.Answer == layers.Softmax,
		Output:   "outputs",
	}
	if m.Classes != nil {
		o.Meta["classes"] = jsonText(m.Classes)
	} else {
		o.OutShift, o.OutFactor = m.Out.Shift, m.Out.Factor
	}
	if m.Names != nil {
		o.Meta["inputs"] = jsonText(distinct(m.Names))
	}
	if !isTable {
		o.Meta["width"], o.Meta["height"], o.Meta["depth"] = jsonText(m.Width), jsonText(m.Height), jsonText(m.Depth)
	}
	switch {
	case o.Softmax:
		o.Output = "probabilities"
	case m.Classes == nil:
		o.Output = "predictions"
	}
	for _, l := range m.Layers {
		layer, err := onnxLayer(l, operator(l.Activation))
		if err != nil {
			return err
		}
		o.Layers = append(o.Layers, layer)
	}
	return onnx.Write(w, o)
}

// onnxLayer converts a layer for package onnx. The operator Identity is left out.
func onnxLayer(l layers.Layer, operator string) (onnx.Layer, error) {
	o := onnx.Layer{Bias: l.B, G: operator}
	switch operator {
	case "":
		return o, fmt.Errorf("ONNX has no operator here for the activation %s", l.Activation)
	case "Identity":
		o.G = ""
	}
	for i := range l.Rows {
		o.Weights = append(o.Weights, l.Row(i))
	}
	return o, nil
}

// distinct returns the names, and appends a number to each one that has appeared before, so that a program that uses
// the network can tell the inputs apart.
func distinct(names []string) []string {
	seen, list := map[string]bool{}, slices.Clone(names)
	for i, name := range names {
		for k := 2; seen[list[i]]; k++ {
			list[i] = fmt.Sprintf("%s (%d)", name, k)
		}
		seen[list[i]] = true
	}
	return list
}
