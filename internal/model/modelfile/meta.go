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

// version is the version of the metadata. A file with another version is refused.
const version = "1"

// A Training is what is known about a training before it begins.
type Training struct {
	Flags   map[string]string // the flags that change what is learned, by name without the dash
	Data    *dataset.Dataset
	In, Out dataset.Scale
	Sizes   []int  // the number of inputs, then of outputs of each layer
	From    *Model // the model with whose weights the training begins; nil for random weights
}

// Meta returns the metadata of a training: what is needed to use its network again, and to tell whether a checkpoint
// belongs to it.
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
		t.From.addOrigin(meta)
	}
	return meta
}

// addOrigin adds to meta what a training takes over from m, the model that it continues.
func (m *Model) addOrigin(meta map[string]string) {
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

// readMeta sets the fields of the model from its metadata, and checks that they fit the network.
func (m *Model) readMeta() error {
	var sizes []int
	err := m.readEntry("sizes", &sizes, func() bool { return slices.Equal(sizes, layers.Sizes(m.Layers)) })
	for _, read := range []func() error{m.readInputs, m.readOutputs, m.readImages, m.readProgress} {
		if err == nil {
			err = read()
		}
	}
	return err
}

// readEntry decodes the JSON of an entry into v. Then it calls fits, and returns an error if fits returns false.
func (m *Model) readEntry(key string, v any, fits func() bool) error {
	err := json.Unmarshal([]byte(m.Meta[key]), v)
	if err == nil && !fits() {
		err = errors.New("it does not belong to this network")
	}
	if err != nil {
		return fmt.Errorf("__metadata__: %q is %.40q: %w", key, m.Meta[key], err)
	}
	return nil
}

// readInputs reads the scale of the inputs, their names, and the columns of a table.
func (m *Model) readInputs() (err error) {
	if m.In, err = decodeScale(m.Meta, "input", m.Inputs()); err != nil {
		return err
	}
	isImage := m.Meta["width"] != ""
	if isImage && slices.Contains(m.In.Factor, 0) { // in a table, 0 is the factor of a column without information
		return errors.New(`__metadata__: "input_factor" is 0 somewhere`)
	}
	if m.Meta["inputs"] != "" {
		err = m.readEntry("inputs", &m.Names, func() bool { return len(m.Names) == m.Inputs() })
	}
	if err == nil && m.Meta["columns"] != "" {
		err = m.readEntry("columns", &m.Columns, func() bool { return table.Inputs(m.Columns) == m.Inputs() })
	}
	return err
}

// readOutputs reads the names of the classes, or the scale of the numbers to predict.
func (m *Model) readOutputs() (err error) {
	if m.Meta["classes"] != "" {
		return m.readEntry("classes", &m.Classes, func() bool { return len(m.Classes) == m.Outputs() })
	}
	if m.Out, err = decodeScale(m.Meta, "target", m.Outputs()); err != nil {
		return err
	}
	if slices.Contains(m.Out.Factor, 0) {
		return errors.New(`__metadata__: "target_factor" is 0 somewhere`)
	}
	return nil
}

// readImages reads the size of the images, the value of full ink, and where the drawing lies in an image.
func (m *Model) readImages() error {
	if m.Meta["width"] == "" {
		return nil
	}
	for _, entry := range []struct {
		key   string
		value any
		fits  func() bool
	}{
		{"width", &m.Width, func() bool { return m.Width > 0 && m.Inputs()%m.Width == 0 }},
		{"height", &m.Height, func() bool { return m.Width*m.Height == m.Inputs() }},
		{"depth", &m.Depth, func() bool { return m.Depth > 0 && m.Depth <= 255 }},
		{"frame", &m.Frame, func() bool { return m.Frame.Box >= 1 && m.Frame.Box <= float64(max(m.Width, m.Height)) }},
	} {
		if err := m.readEntry(entry.key, entry.value, entry.fits); err != nil {
			return err
		}
	}
	return nil
}

// readProgress reads how far the training of a checkpoint has come.
func (m *Model) readProgress() error {
	if m.Meta["epoch"] == "" {
		return nil
	}
	if err := m.readEntry("epoch", &m.Epoch, func() bool { return m.Epoch >= len(m.History) }); err != nil {
		return err
	}
	return m.readEntry("met", &m.Partial, func() bool {
		return m.Partial.Samples >= 0 && m.Partial.Correct >= 0 && m.Partial.Correct <= m.Partial.Samples
	})
}

// Flags returns the flags of the training that are needed to use the network and to read its data.
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
		switch {
		case known:
			values[name] = value
		case name == "ignore" || name == "split": // older models do not have these
		default:
			return nil, fmt.Errorf("%s: __metadata__: %q is missing", m.Path, "-"+name)
		}
	}
	return values, nil
}

// encodeScale adds a scale to meta: a list of numbers, or one number if all are equal.
func encodeScale(meta map[string]string, name string, s dataset.Scale) {
	for key, list := range map[string][]float64{name + "_shift": s.Shift, name + "_factor": s.Factor} {
		meta[key] = jsonText(list) // the shortest digits from which the same bits are read
		if slices.Min(list) == slices.Max(list) {
			meta[key] = jsonText(list[0])
		}
	}
}

// decodeScale reads a scale for n numbers from meta.
func decodeScale(meta map[string]string, name string, n int) (scale dataset.Scale, err error) {
	if scale.Shift, err = decodeList(meta, name+"_shift", n); err == nil {
		scale.Factor, err = decodeList(meta, name+"_factor", n)
	}
	return scale, err
}

// decodeList reads n numbers from meta, or one number that stands for all of them.
func decodeList(meta map[string]string, key string, n int) ([]float64, error) {
	var one float64
	if json.Unmarshal([]byte(meta[key]), &one) == nil {
		return slices.Repeat([]float64{one}, n), nil
	}
	var list []float64
	if err := json.Unmarshal([]byte(meta[key]), &list); err != nil || len(list) != n {
		return nil, fmt.Errorf("__metadata__: %q is %.40q: a number, or %d in brackets were expected", key, meta[key], n)
	}
	return list, nil
}

func jsonText(v any) string {
	b, _ := json.Marshal(v) // cannot fail: v has only numbers and texts
	return string(b)
}
