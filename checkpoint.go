// Checkpoint: writes models and checkpoints, and goes on from them.
package main

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"

	"backprop/internal/data/dataset"
	"backprop/internal/data/handwriting"
	"backprop/internal/file"
	"backprop/internal/model/safetensors"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// ---- Saving ----

// A saver writes the model and the checkpoints of one training. A nil saver does nothing.
type saver struct {
	path    string // of the model
	meta    map[string]string
	history []byte // the epochs' lines
	lines   int
	wrote   time.Time
	took    time.Duration
	failed  string // what went wrong with the last checkpoint
	flag    string // that asks to go on: -resume, or -sweep-dir
	bare    bool   // it writes checkpoints only
	found   *Model // the checkpoint to go on from; nil for none
	older   bool   // there is a checkpoint of another run that was not finished
	stderr  io.Writer
}

// newSaver is nil without -save.
func newSaver(x *experiment, stderr io.Writer) (*saver, error) {
	if x.cfg.Save == "" {
		return nil, nil
	}
	s := &saver{path: x.cfg.Save, flag: "-resume", stderr: stderr, meta: modelMeta(x)}
	file.RemoveTemporary(s.checkpoint())
	return s, s.find(x)
}

// find takes the checkpoint to go on from, where that is asked for and there is one.
func (s *saver) find(x *experiment) error {
	if !x.cfg.Resume {
		return nil
	}
	m, err := readModel(s.checkpoint())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("%s: %w; remove it to start afresh", s.flag, err)
	}
	if err := s.sameRun(x, m); err != nil {
		if err = fmt.Errorf("%s: %s: %w", s.flag, m.Path, err); s.bare {
			err = wrongUsage("%w", err)
		}
		return err
	}
	s.found = m
	return nil
}

// complete says that there is nothing left to train.
func (s *saver) complete(x *experiment) bool {
	return s != nil && s.found != nil && (s.found.Epoch == x.cfg.Epochs || s.found.stoppedEarly())
}

// modelMeta is what it takes to use the network of x again, and to know it by.
func modelMeta(x *experiment) map[string]string {
	cfg, data := x.cfg, x.data
	meta := map[string]string{"format": "pt", "backprop": modelVersion, "data": data.Name}
	for _, name := range cfg.LearnedFlags() {
		meta["-"+name] = cfg.Text(name)
	}
	meta["sizes"] = jsonText(x.trainer.Net.sizes())
	encodeScale(meta, "input", x.in)
	if data.Inputs != nil {
		meta["inputs"] = jsonText(data.Inputs)
	}
	if data.Columns != nil {
		meta["columns"] = jsonText(data.Columns)
	}
	if data.Classes != nil {
		meta["classes"] = jsonText(data.Classes)
	} else {
		encodeScale(meta, "target", x.out)
	}
	if data.Train.Pixels != nil && data.Width > 0 && data.Width*data.Height == data.Train.Dim {
		unit, _ := dataset.FitScale("unit", data.Train)
		meta["width"], meta["height"] = jsonText(data.Width), jsonText(data.Height)
		meta["depth"] = jsonText(math.Round(1 / unit.Factor[0]))
		meta["frame"] = jsonText(handwriting.FrameOf(data.Train.Pixels, data.Width, data.Height))
	}
	meta["data_crc32c"] = fingerprint(data)
	if m := x.from; m != nil { // -load's
		if meta["-load"] = hash(m.Net); m.Names != nil {
			meta["inputs"] = jsonText(m.Names)
		}
		if m.Columns != nil {
			meta["columns"] = jsonText(m.Columns)
		}
		if m.Width > 0 && meta["depth"] != "" {
			meta["depth"] = jsonText(m.Depth)
		}
	}
	return meta
}

func (s *saver) checkpoint() string { return s.path + ".checkpoint" }

// fingerprint tells data apart.
func fingerprint(d *dataset.Dataset) string {
	h := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	fmt.Fprintf(h, "%q", d.Classes)
	for _, s := range []dataset.Set{d.Train, d.Valid, d.Test} {
		fmt.Fprintf(h, "%d×%d", s.N, s.Dim)
		h.Write(s.Pixels)
		binary.Write(h, binary.LittleEndian, s.Labels)
		for _, list := range [][]float64{s.Values, s.Targets} {
			for part := range slices.Chunk(list, 1<<13) {
				binary.Write(h, binary.LittleEndian, part)
			}
		}
	}
	return fmt.Sprintf("%08x", h.Sum32())
}

// write writes the network to path; with the trainer's state it is a checkpoint.
func (s *saver) write(path string, x *experiment, epoch int, state bool) error {
	if err := x.broken(event.Epoch{}); err != nil {
		return err // it diverges, and must not replace what is good
	}
	t, meta := x.trainer, maps.Clone(s.meta)
	list := layerTensors("layers.", t.Net.Layers)
	if state {
		for _, name := range stateNames {
			list = append(list, layerTensors(name+".", x.state()[name])...)
		}
		for ; s.lines < len(x.history); s.lines++ {
			b, err := json.Marshal(x.history[s.lines])
			if err != nil {
				return err
			}
			s.history = append(append(s.history, b...), '\n')
		}
		if s.lines > 0 {
			list = append(list, safetensors.Tensor{Name: "history", Dtype: "U8", Shape: []int{len(s.history)},
				Write: func(w io.Writer) { w.Write(s.history) }})
		}
		met, err := json.Marshal(t.Partial)
		if err != nil {
			return err
		}
		meta["epoch"], meta["met"], meta["seconds"] = strconv.Itoa(epoch), string(met), fmt.Sprint(x.seconds)
	}
	meta["weights_sha256"] = hash(t.Net)
	if err := file.Write(path, func(w io.Writer) error { return safetensors.Write(w, meta, list) }); err != nil {
		return fmt.Errorf("%s: cannot be written: %w", path, err)
	}
	return nil
}

// epochDone writes a checkpoint after an epoch; not where epochs are so short that it
// would take more than a tenth of the time, but always after the first and the last.
func (s *saver) epochDone(x *experiment, epoch int) {
	if s == nil || time.Since(s.wrote) < 9*s.took && epoch < x.cfg.Epochs && !x.early.Exhausted() {
		return
	}
	begin := time.Now()
	err := s.write(s.checkpoint(), x, epoch, true)
	s.wrote, s.took, s.older = time.Now(), time.Since(begin), false
	switch {
	case err == nil:
		s.failed = ""
	case err.Error() != s.failed: // once, not after every epoch
		s.failed = err.Error()
		say(s.stderr, "no checkpoint after epoch %d: %v; training goes on", epoch, err)
	}
}

// finish writes the model.
func (s *saver) finish(x *experiment) error {
	if s == nil || s.bare {
		return nil
	}
	err := s.write(s.path, x, x.cfg.Epochs, false)
	if err != nil && s.failed == "" {
		err = fmt.Errorf("%w; %s has the trained weights: once it can be written, "+
			"the same command with -resume writes it", err, s.checkpoint())
	}
	return err
}

// interrupted writes a checkpoint in the middle of a run, when so many epochs are done,
// and is the error that the run ends with.
func (s *saver) interrupted(x *experiment, epoch int) error {
	where := fmt.Sprintf("after epoch %d of %d", epoch, x.cfg.Epochs)
	if x.trainer.Partial.Samples > 0 {
		where = fmt.Sprintf("in epoch %d of %d", epoch+1, x.cfg.Epochs)
	}
	switch {
	case s == nil:
		return fmt.Errorf("%w %s; with -save FILE -resume, a run can be gone on with", errInterrupted, where)
	case s.older:
		return fmt.Errorf("%w %s; %s is still that of the earlier run", errInterrupted, where, s.checkpoint())
	}
	if err := s.write(s.checkpoint(), x, epoch, true); err != nil {
		return fmt.Errorf("%w %s, and the checkpoint is of an earlier epoch: %w", errInterrupted, where, err)
	}
	again := " with -resume"
	if x.cfg.Resume {
		again = " again"
	}
	return fmt.Errorf("%w %s; the checkpoint is written: run the same command%s to go on", errInterrupted, where, again)
}

// stoppedEarly says that the checkpoint is that of a run which -patience has ended.
func (m *Model) stoppedEarly() bool {
	s := event.Stopper{Epoch: m.Epoch}
	if s.Patience, _ = strconv.Atoi(m.Meta["-patience"]); s.Patience <= 0 {
		return false
	}
	for _, e := range m.History {
		s.Better(e)
	}
	s.Epoch = m.Epoch
	return s.Exhausted()
}

// following is 1 for a flag whose value may follow from another's: the other is to be named.
func following(flag string) int {
	if slices.Contains([]string{"-lr", "-schedule", "-cost"}, flag) {
		return 1
	}
	return 0
}

// sameRun says why the checkpoint m is not of the run that x is; nil if it is.
func (s *saver) sameRun(x *experiment, m *Model) error {
	t := x.trainer
	all := maps.Clone(s.meta)
	maps.Copy(all, m.Meta)
	same := m.Meta["data_crc32c"] == s.meta["data_crc32c"]
	keys := slices.Sorted(maps.Keys(all))
	slices.SortStableFunc(keys, func(a, b string) int { return following(a) - following(b) })
	for _, k := range keys {
		if _, known := m.Meta[k]; !known && k[0] == '-' { // a flag younger than the checkpoint
			m.Meta[k] = x.cfg.Default(k[1:])
			if k == "-schedule" {
				m.Meta[k] = "constant" // as it was before there was a choice
			}
		}
		if k == "-scale" && x.data.ScaleOf(m.Meta[k]) == x.data.ScaleOf(s.meta[k]) {
			continue // it is what it would be anyway
		}
		if k == "-load" && m.Meta[k] != s.meta[k] { // hashes, which nobody types
			from := "the weights of another model of -load"
			if m.Meta[k] == "" {
				from = "random weights, without -load"
			}
			return fmt.Errorf("it began from %s; give the same, or remove the checkpoint to start afresh", from)
		}
		if k[0] == '-' && k != "-epochs" && m.Meta[k] != s.meta[k] &&
			!(same && slices.Contains([]string{"-test", "-valid", "-label", "-regress", "-ignore"}, k)) {
			return fmt.Errorf("it was trained with %s %s, not %s; set it so, or remove the checkpoint to start afresh",
				k, cmp.Or(m.Meta[k], "(default)"), cmp.Or(s.meta[k], "(default)"))
		}
	}
	switch {
	case !same:
		return fmt.Errorf("it was trained on other data (%s); -data has to give the same, "+
			"or remove the checkpoint to start afresh", m.Meta["data"])
	case m.Meta["sizes"] != s.meta["sizes"] || m.Partial.Samples > t.N || m.Partial.Samples%t.Batch != 0 && m.Partial.Samples != t.N:
		return errors.New("it does not belong to this network; remove it to start afresh")
	case x.cfg.Schedule.Kind == "cosine" && m.Meta["-epochs"] != s.meta["-epochs"]:
		return fmt.Errorf("by its -schedule cosine the rate is 0 after %s epochs, not %s; set -epochs so, "+
			"or remove the checkpoint to start afresh (with -schedule constant, a run can be made longer)",
			m.Meta["-epochs"], s.meta["-epochs"])
	case m.Epoch > x.cfg.Epochs || m.Epoch == x.cfg.Epochs && m.Partial.Samples > 0:
		return fmt.Errorf("it has gone past epoch %d already; raise -epochs (it is %d), "+
			"or remove the checkpoint to start afresh",
			m.Epoch, x.cfg.Epochs)
	}
	return nil
}

// resume takes the training to where its checkpoint is, and returns how many epochs are
// done: 0 where there is none, or none is asked for.
func (s *saver) resume(x *experiment) (epoch int, err error) {
	if s == nil {
		return 0, nil
	}
	if s.bare {
		if err := s.find(x); err != nil {
			return 0, err
		}
	}
	m := s.found
	switch {
	case !x.cfg.Resume:
		m, err := readModel(s.checkpoint())
		if s.older = err == nil && m.Meta["-epochs"] != strconv.Itoa(m.Epoch) && !m.stoppedEarly(); s.older {
			say(s.stderr, "%s, after %s of a run, will be replaced; with -resume that run would go on",
				s.checkpoint(), text.Plural(m.Epoch, "epoch"))
		}
		return 0, nil
	case m == nil:
		return 0, nil
	}
	t := x.trainer
	t.prepare()
	copyLayers(t.Net.Layers, m.Net.Layers)
	for name, want := range x.state() {
		is := m.State[name]
		if !slices.EqualFunc(is, want, func(a, b Layer) bool { return a.W.Rows == b.W.Rows && a.W.Cols == b.W.Cols }) {
			return 0, fmt.Errorf("%s: %s: the tensors %s.… do not belong to this network and these settings; "+
				"remove it to start afresh", s.flag, m.Path, name)
		}
		copyLayers(want, is)
	}
	t.Partial = m.Partial
	t.done.Store(int64(m.Epoch*((t.N+t.Batch-1)/t.Batch) + t.Partial.Samples/t.Batch))
	if x.seconds, err = strconv.ParseFloat(m.Meta["seconds"], 64); err != nil || !(x.seconds >= 0 && x.seconds < 1e12) {
		return 0, fmt.Errorf("%s: %s: seconds %q is no time; remove it to start afresh", s.flag, m.Path, m.Meta["seconds"])
	}
	for _, e := range m.History {
		if e.TestAccuracy != nil {
			e.TestCorrect = int(math.Round(*e.TestAccuracy * float64(x.data.Test.N)))
		}
		if e.ValidAccuracy != nil {
			e.ValidCorrect = int(math.Round(*e.ValidAccuracy * float64(x.data.Valid.N)))
		}
		x.history = append(x.history, e)
		if x.cfg.Patience > 0 {
			x.early.Better(e)
		}
	}
	x.early.Epoch = m.Epoch
	if len(x.history) == 0 && (m.Epoch == x.cfg.Epochs || x.early.Exhausted()) {
		return 0, fmt.Errorf("%s: %s: the epochs that it has done are missing; remove it to start afresh", s.flag, m.Path)
	}
	s.tell(x, m)
	return m.Epoch, nil
}

// tell says from where the training goes on.
func (s *saver) tell(x *experiment, m *Model) {
	done := text.Plural(m.Epoch, "epoch")
	switch {
	case x.early.Exhausted():
		say(s.stderr, "%s: stopped early after %s, nothing is left to do", m.Path, done)
	case m.Epoch < x.cfg.Epochs:
		say(s.stderr, "%s: going on after %s of %d", m.Path, done, x.cfg.Epochs)
	default:
		say(s.stderr, "%s: all %s are done", m.Path, done)
	}
}

// copyLayers copies the weights and biases of from, which has the same shapes, to to.
func copyLayers(to, from []Layer) {
	for l := range to {
		copy(to[l].W.Data, from[l].W.Data)
		copy(to[l].B, from[l].B)
	}
}
