// Model: -load, from a file to a network that is evaluated, asked or trained further; and what -save and
// -export write about a training. internal/model/modelfile reads and writes the files.

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"backprop/internal/data/dataset"
	"backprop/internal/model/layers"
	"backprop/internal/model/modelfile"
	"backprop/internal/run/flags"
	"backprop/internal/run/predict"
	"backprop/internal/run/settings"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
	"backprop/internal/show/record"
	"backprop/internal/show/text"
)

// networkOf makes the network of a model, after configure has filled in what the file leaves open.
func networkOf(m *modelfile.Model) *Network {
	net := NewNetwork(layers.Sizes(m.Layers), Activation{}, Activation{}, named(costs, m.Cost))
	for l := range net.Layers {
		net.Layers[l].G = named(activations, m.Layers[l].Activation)
	}
	layers.Copy(plainLayers(net.Layers), m.Layers)
	return net
}

// Loading: -load.

// answerFiles is -predict.
func answerFiles(ctx context.Context, cfg *settings.Settings, m *modelfile.Model, out *console.Printer,
	stderr io.Writer) error {
	if !m.Native && cfg.Scale == "standard" {
		return flags.Wrong("-scale standard needs -data to find the mean; %s does not contain it", m.Path)
	}
	o := predict.Options{Files: cfg.Predict, JSON: out.JSON, Terminal: out.Terminal, Rows: out.W,
		Command: "go run . " + text.Quote(cfg.Args),
		Tell:    func(format string, args ...any) { console.Say(stderr, format, args...) }}
	if cfg.Report != "" {
		o.CheckPage = func() error { return record.Check(cfg.Report) }
		o.WritePage = func(write func(io.Writer) error) error { return record.Write(cfg.Report, write) }
	}
	err := predict.Run(ctx, m, networkOf(m).answer, o, out)
	switch {
	case errors.Is(err, context.Canceled):
		return errInterrupted
	case errors.As(err, new(predict.UsageError)):
		return flags.Wrong("%w", err)
	}
	return err
}

// configure sets the flags as they were when the model was trained, and fills in what the file leaves open.
func configure(cfg *settings.Settings, m *modelfile.Model) error {
	values, err := m.Flags()
	if err != nil {
		return err
	}
	if err := cfg.Restore(m.Path, values); err != nil {
		return err
	}
	cfg.LayersKnown = true
	if cfg.ContinuesTraining() {
		if err := cfg.CheckFineTuning(m.Path, m.Native); err != nil {
			return err
		}
	}
	m.SetFunctions(cfg.Activation, cfg.Output, cfg.Cost, named(costs, cfg.Cost).Answer)
	if !m.Native && cfg.Scale != "" && cfg.Scale != "standard" {
		m.In, err = dataset.FitScale(cfg.Scale, dataset.Set{N: 1, Dim: m.Inputs(),
			Pixels: bytes.Repeat([]byte{255}, m.Inputs())})
	}
	return err
}

// Exporting: -export.

// exportTrained writes the network of x; meta is from modelMeta, before the images were freed.
func (x *training) exportTrained(out *console.Printer, meta map[string]string) error {
	if x.cfg.Export == "" {
		return nil
	}
	m, err := modelfile.New(meta, plainLayers(x.trainer.Net.Layers), x.trainer.Net.Cost.Answer)
	if err != nil {
		return err
	}
	return export(x.cfg, m, out)
}

// checkExport reports an export that cannot be written.
func checkExport(cfg *settings.Settings) error {
	used := []string{cfg.Output}
	if len(cfg.Hidden) > 0 {
		used = append(used, cfg.Activation)
	}
	for _, g := range used {
		if settings.ExportFormat(cfg.Export) == ".onnx" && named(activations, g).ONNX == "" {
			return flags.Wrong("-export %s: ONNX has no operator here for the activation %s", cfg.Export, g)
		}
	}
	return cfg.CheckExport(modelfile.IsNielsen)
}

// export writes the network, trained or loaded, and prints what it has written.
func export(cfg *settings.Settings, m *modelfile.Model, out *console.Printer) error {
	if cfg.Export == "" {
		return nil
	}
	operator := func(activation string) string { return named(activations, activation).ONNX }
	e, err := m.Export(cfg.Export, operator)
	if err != nil {
		return err
	}
	if cfg.OnlyExports() {
		out.Event("export", "file", cfg.Export, "format", e.Format, "inputs", e.Takes, "outputs", e.Gives,
			"weights_sha256", layers.Hash(m.Layers))
	} else {
		out.Text("\n")
	}
	if !out.JSON {
		out.Facts([][2]string{{"exported", cfg.Export + ": " + e.Format}, {"inputs", e.Takes}, {"outputs", e.Gives}})
	}
	return nil
}

// Saving: -save.

// modelMeta is what a file needs so that the network of x can be used again and recognised.
func modelMeta(x *training) map[string]string {
	return modelfile.Meta(modelfile.Training{Flags: x.cfg.LearningValues(), Data: x.data, In: x.in, Out: x.out,
		Sizes: x.trainer.Net.sizes(), From: x.from})
}

// newSaver is nil without -save.
func newSaver(x *training, stderr io.Writer) (*modelfile.Saver, error) {
	if x.cfg.Save == "" {
		return nil, nil
	}
	return x.openCheckpoint(x.cfg.Save, modelfile.Options{Flag: "-resume", Resume: x.cfg.Resume}, stderr)
}

// openCheckpoint opens the checkpoint beside path. The training resumes from it if o says so.
func (x *training) openCheckpoint(path string, o modelfile.Options, stderr io.Writer) (*modelfile.Saver, error) {
	o.Epochs, o.Samples, o.Batch = x.cfg.Epochs, x.trainer.N, x.trainer.Batch
	o.Default, o.Scale = x.cfg.Default, x.data.ScaleOf
	o.Tell = func(format string, args ...any) { console.Say(stderr, format, args...) }
	return modelfile.Open(path, modelMeta(x), o)
}

// snapshot is the training after the given epoch, as a checkpoint stores it.
func (x *training) snapshot(epoch int) modelfile.Snapshot {
	t := x.trainer
	return modelfile.Snapshot{Layers: plainLayers(t.Net.Layers), Partial: event.Result(t.Partial), Epoch: epoch,
		Seconds: x.seconds, History: x.history, State: map[string][]layers.Layer{
			"velocity": plainLayers(t.velocity), "square": plainLayers(t.square), "best": plainLayers(x.best)}}
}

// resume restores the training from its checkpoint and returns the number of epochs that are done: 0 if there
// is no checkpoint, or if none is asked for.
func (x *training) resume() (epoch int, err error) {
	t := x.trainer
	s, err := x.saver.Restore(func() modelfile.Snapshot {
		t.prepare()
		return x.snapshot(0)
	})
	if s == nil || err != nil {
		return 0, err
	}
	t.Partial, x.seconds = Result(s.Partial), s.Seconds
	t.done.Store(int64(s.Epoch*t.stepsAnEpoch() + t.Partial.Samples/t.Batch))
	for _, e := range s.History {
		if e.TestAccuracy != nil {
			e.TestCorrect = int(math.Round(*e.TestAccuracy * float64(x.data.Test.N)))
		}
		if e.ValidAccuracy != nil {
			e.ValidCorrect = int(math.Round(*e.ValidAccuracy * float64(x.data.Valid.N)))
		}
		x.history = event.AppendEpoch(x.history, e)
		if x.cfg.Patience > 0 {
			x.early.Observe(e)
		}
	}
	x.early.Epoch = s.Epoch
	return s.Epoch, nil
}

// interrupted is the error of a training that was stopped after the given epoch.
func (x *training) interrupted(epoch int) error {
	return fmt.Errorf("%w %w", errInterrupted, x.saver.Interrupted(x.snapshot(epoch), x.cfg.Epochs))
}
