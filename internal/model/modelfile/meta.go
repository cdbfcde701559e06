package modelfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"backprop/internal/data/dataset"
	"backprop/internal/data/handwriting"
	"backprop/internal/data/table"
	"backprop/internal/model/layers"
	"backprop/internal/show/text"
)

const version = "1"

// A Training is what there is to know of a training before it begins.
type Training struct {
	Flags   map[string]string // those that what is learned depends on, by their names
	Data    *dataset.Dataset
	In, Out dataset.Scale
	Sizes   []int  // of the layers
	From    *Model // whose weights it begins with; nil for random ones
}

// Meta is what it takes to use the network of a training again, and to know it by.
func Meta(t Training) map[string]string {
	data := t.Data
	meta := map[string]string{"format": "pt", "backprop": version, "data": data.Name, "sizes": jsonText(t.Sizes)}
	for name, value := range t.Flags {
		meta["-"+name] = value
	}
	encodeScale(meta, "input", t.In)
	if data.Inputs != nil {
		meta["inputs"] = jsonText(data.Inputs)
	}
	if data.Columns != nil {
		meta["columns"] = jsonText(data.Columns)
	}
	if data.Classes != nil {
		meta["classes"] = jsonText(data.Classes)
	} else {
		encodeScale(meta, "target", t.Out)
	}
	if data.Train.Pixels != nil && data.Width > 0 && data.Width*data.Height == data.Train.Dim {
		unit, _ := dataset.FitScale("unit", data.Train)
		meta["width"], meta["height"] = jsonText(data.Width), jsonText(data.Height)
		meta["depth"] = jsonText(math.Round(1 / unit.Factor[0]))
		meta["frame"] = jsonText(handwriting.FrameOf(data.Train.Pixels, data.Width, data.Height))
	}
	meta["data_crc32c"] = data.Fingerprint()
	if t.From != nil {
		t.From.passOn(meta)
	}
	return meta
}

// passOn puts into the metadata of a training that begins with the model's weights what it goes on with.
func (m *Model) passOn(meta map[string]string) {
	meta["-load"] = layers.Hash(m.Layers)
	if m.Names != nil {
		meta["inputs"] = jsonText(m.Names)
	}
	if m.Columns != nil {
		meta["columns"] = jsonText(m.Columns)
	}
	if m.Width > 0 && meta["depth"] != "" {
		meta["depth"] = jsonText(m.Depth)
	}
}

// entry reads an entry as JSON into v, and reports it where belongs does not find it right.
func (m *Model) entry(key string, v any, belongs func() bool) error {
	err := json.Unmarshal([]byte(m.Meta[key]), v)
	if err == nil && !belongs() {
		err = errors.New("it does not belong to this network")
	}
	if err != nil {
		return fmt.Errorf("__metadata__: %q is %.40q: %w", key, m.Meta[key], err)
	}
	return nil
}

// takeMeta reads the metadata, and checks that they belong to the network.
func (m *Model) takeMeta() error {
	var sizes []int
	err := m.entry("sizes", &sizes, func() bool { return slices.Equal(sizes, layers.Sizes(m.Layers)) })
	if err != nil {
		return err
	}
	for _, take := range []func() error{m.takeInputs, m.takeOutputs, m.takeImages, m.takeProgress} {
		if err := take(); err != nil {
			return err
		}
	}
	return nil
}

// takeInputs reads what the inputs are.
func (m *Model) takeInputs() (err error) {
	if m.In, err = decodeScale(m.Meta, "input", m.Inputs()); err != nil {
		return err
	}
	if m.Meta["width"] != "" && slices.Contains(m.In.Factor, 0) { // of tables, it is that of a column that says nothing
		return errors.New(`__metadata__: "input_factor" is 0 somewhere`)
	}
	if m.Meta["inputs"] != "" {
		err = m.entry("inputs", &m.Names, func() bool { return len(m.Names) == m.Inputs() })
	}
	if err == nil && m.Meta["columns"] != "" {
		err = m.entry("columns", &m.Columns, func() bool { return table.Inputs(m.Columns) == m.Inputs() })
	}
	return err
}

// takeOutputs reads what the outputs are.
func (m *Model) takeOutputs() (err error) {
	if m.Meta["classes"] != "" {
		return m.entry("classes", &m.Classes, func() bool { return len(m.Classes) == m.Outputs() })
	}
	if m.Out, err = decodeScale(m.Meta, "target", m.Outputs()); err != nil {
		return err
	}
	if slices.Contains(m.Out.Factor, 0) {
		return errors.New(`__metadata__: "target_factor" is 0 somewhere`)
	}
	return nil
}

// takeImages reads how large the images are, and where on them something is drawn.
func (m *Model) takeImages() error {
	if m.Meta["width"] == "" {
		return nil
	}
	err := m.entry("width", &m.Width, func() bool { return m.Width > 0 && m.Inputs()%m.Width == 0 })
	if err == nil {
		err = m.entry("height", &m.Height, func() bool { return m.Width*m.Height == m.Inputs() })
	}
	if err == nil {
		err = m.entry("depth", &m.Depth, func() bool { return m.Depth > 0 && m.Depth <= 255 })
	}
	if err == nil {
		most := float64(max(m.Width, m.Height))
		err = m.entry("frame", &m.Frame, func() bool { return m.Frame.Box >= 1 && m.Frame.Box <= most })
	}
	return err
}

// takeProgress reads how far the training of a checkpoint is.
func (m *Model) takeProgress() error {
	if m.Meta["epoch"] == "" {
		return nil
	}
	if err := m.entry("epoch", &m.Epoch, func() bool { return m.Epoch >= len(m.History) }); err != nil {
		return err
	}
	return m.entry("met", &m.Partial, func() bool {
		return m.Partial.Samples >= 0 && m.Partial.Correct >= 0 && m.Partial.Correct <= m.Partial.Samples
	})
}

// Flags are those that the network was trained with and that it, or its data, are read by.
func (m *Model) Flags() (map[string]string, error) {
	sizes := layers.Sizes(m.Layers)
	values := map[string]string{"hidden": "none"}
	if len(sizes) > 2 {
		values["hidden"] = text.Join(sizes[1:len(sizes)-1], ",")
	}
	if m.nielsen {
		values["activation"], values["output"], values["cost"] = "sigmoid", "sigmoid", m.Cost
	}
	if !m.Native {
		return values, nil
	}
	names := []string{"activation", "output", "cost", "test", "valid", "split", "label", "regress", "ignore", "seed"}
	for _, name := range names {
		value, known := m.Meta["-"+name]
		if !known && (name == "ignore" || name == "split") { // an older model
			continue
		}
		if !known {
			return nil, fmt.Errorf("%s: __metadata__: %q is missing", m.Path, "-"+name)
		}
		values[name] = value
	}
	return values, nil
}

// encodeScale puts a scale into meta, as one number where all are equal.
func encodeScale(meta map[string]string, name string, s dataset.Scale) {
	for key, list := range map[string][]float64{name + "_shift": s.Shift, name + "_factor": s.Factor} {
		meta[key] = jsonText(list) // the shortest that is read back to the bit
		if slices.Min(list) == slices.Max(list) {
			meta[key] = jsonText(list[0])
		}
	}
}

// decodeScale gets a scale of n numbers out of meta.
func decodeScale(meta map[string]string, name string, n int) (dataset.Scale, error) {
	var lists [2][]float64
	for i, key := range []string{name + "_shift", name + "_factor"} {
		var one float64
		if json.Unmarshal([]byte(meta[key]), &one) == nil {
			lists[i] = slices.Repeat([]float64{one}, n)
		} else if err := json.Unmarshal([]byte(meta[key]), &lists[i]); err != nil || len(lists[i]) != n {
			return dataset.Scale{}, fmt.Errorf("__metadata__: %q is %.40q: a number, or %d in brackets were expected",
				key, meta[key], n)
		}
	}
	return dataset.Scale{Shift: lists[0], Factor: lists[1]}, nil
}

func jsonText(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
