package modelfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"time"

	"backprop/internal/file"
	"backprop/internal/model/layers"
	"backprop/internal/model/safetensors"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// ErrTooLarge is why a network is not written: it diverges, and must not replace one that is good.
var ErrTooLarge = errors.New("its last step made the weights too large")

// A Checkpoint writes the model and the checkpoints of one training, and has what it goes on from. A nil one does
// nothing.
type Checkpoint struct {
	path string // of the model
	meta map[string]string
	o    Options

	found *Model // the checkpoint to go on from; nil for none
	older bool   // there is a checkpoint of another run that was not finished

	history []byte // the epochs' lines
	noted   int    // so many epochs have one,
	last    int    // and this is the number of the last of them
	wrote   time.Time
	took    time.Duration
	failed  string // what went wrong with the last checkpoint
}

// Options are what a checkpoint has to know of its training.
type Options struct {
	Resume  bool   // go on from what is there
	Flag    string // that asks for it: -resume, or -sweep-dir
	Bare    bool   // checkpoints only, no model at the end
	Epochs  int
	Samples int                              // of an epoch
	Batch   int                              // samples of a step
	Default func(flag string) string         // what a flag is that a file does not know yet
	Scale   func(text string) string         // which scale -scale comes to on the data
	Tell    func(format string, args ...any) // a sentence on standard error
}

// A Snapshot is how far a training is. Layers and state share memory with it.
type Snapshot struct {
	Layers  []layers.Layer
	State   map[string][]layers.Layer // velocity, square and best: what is kept beside the weights
	Partial event.Result              // of an epoch that was stopped
	Epoch   int                       // so many are done
	Seconds float64                   // on the epochs since the last one that was shown
	History []event.Epoch
}

// Open finds what there is to go on from, if that is asked for, beside the model that is going to be written to path.
func Open(path string, meta map[string]string, o Options) (*Checkpoint, error) {
	c := &Checkpoint{path: path, meta: meta, o: o}
	if !o.Bare {
		file.RemoveTemporary(c.Path())
	}
	if !o.Resume {
		return c, nil
	}
	m, err := Read(c.Path())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return c, nil
	case err != nil:
		return nil, fmt.Errorf("%s: %w; remove it to start afresh", o.Flag, err)
	}
	if err := c.sameRun(m); err != nil {
		return nil, OtherRun{fmt.Errorf("%s: %s: %w", o.Flag, m.Path, err)}
	}
	c.found = m
	return c, nil
}

// Path is the checkpoint's file.
func (c *Checkpoint) Path() string { return c.path + ".checkpoint" }

// Complete says that there is nothing left to train.
func (c *Checkpoint) Complete() bool {
	return c != nil && c.found != nil && (c.found.Epoch == c.o.Epochs || c.found.stoppedEarly())
}

// Epoch writes a checkpoint after an epoch; not where epochs are so short that it
// would take more than a tenth of the time, but always after the first and the last.
func (c *Checkpoint) Epoch(last bool, now func() Snapshot) {
	if c == nil || time.Since(c.wrote) < 9*c.took && !last {
		return
	}
	begin, s := time.Now(), now()
	err := c.write(c.Path(), s, true)
	c.wrote, c.took, c.older = time.Now(), time.Since(begin), false
	switch {
	case err == nil:
		c.failed = ""
	case err.Error() != c.failed: // once, not after every epoch
		c.failed = err.Error()
		c.o.Tell("no checkpoint after epoch %d: %v; training continues", s.Epoch, err)
	}
}

// Finish writes the model.
func (c *Checkpoint) Finish(s Snapshot) error {
	if c == nil || c.o.Bare {
		return nil
	}
	err := c.write(c.path, s, false)
	if err != nil && c.failed == "" {
		err = fmt.Errorf("%w; %s has the trained weights: once it can be written, "+
			"the same command with -resume writes it", err, c.Path())
	}
	return err
}

// Interrupted writes a checkpoint in the middle of a run, and is the rest of the sentence that the run ends with: it
// was interrupted, where, and what has happened since.
func (c *Checkpoint) Interrupted(s Snapshot, epochs int) error {
	where := fmt.Sprintf("after epoch %d of %d", s.Epoch, epochs)
	if s.Partial.Samples > 0 {
		where = fmt.Sprintf("in epoch %d of %d", s.Epoch+1, epochs)
	}
	switch {
	case c == nil:
		return fmt.Errorf("%s; with -save FILE -resume, a run can be resumed", where)
	case c.older:
		return fmt.Errorf("%s; %s is still that of the earlier run", where, c.Path())
	}
	if err := c.write(c.Path(), s, true); err != nil {
		return fmt.Errorf("%s, and the checkpoint is of an earlier epoch: %w", where, err)
	}
	return fmt.Errorf("%s; the checkpoint is written: run the same command %s to continue", where, c.again())
}

// again is how the same command goes on.
func (c *Checkpoint) again() string {
	if c.o.Resume {
		return "again"
	}
	return "with -resume"
}

// Unjudged is the rest of the sentence that a run ends with which is interrupted after its last epoch, whose
// checkpoint is written.
func (c *Checkpoint) Unjudged() error {
	const where = "after the last epoch, before its weights were judged"
	if c == nil || c.older {
		return errors.New(where)
	}
	return fmt.Errorf("%s; run the same command %s to finish that", where, c.again())
}

// write writes the network to path; with the state of the training it is a checkpoint.
func (c *Checkpoint) write(path string, s Snapshot, state bool) error {
	if !layers.Finite(s.Layers) {
		return ErrTooLarge
	}
	m := &Model{Meta: maps.Clone(c.meta), Layers: s.Layers}
	m.Meta["weights_sha256"] = layers.Hash(s.Layers)
	var history []safetensors.Tensor
	if state {
		m.State = s.State
		partial, err := json.Marshal(s.Partial)
		if err != nil {
			return err
		}
		m.Meta["epoch"], m.Meta["seconds"] = strconv.Itoa(s.Epoch), fmt.Sprint(s.Seconds)
		m.Meta["met"] = string(partial)
		if history, err = c.lines(s.History); err != nil {
			return err
		}
	}
	err := file.Write(path, func(w io.Writer) error {
		return safetensors.Write(w, m.Meta, append(m.tensors(), history...))
	})
	if err != nil {
		return fmt.Errorf("%s: cannot be written: %w", path, err)
	}
	return nil
}

// lines is the epochs as lines of JSON, in a tensor; none where there are no epochs.
func (c *Checkpoint) lines(history []event.Epoch) ([]safetensors.Tensor, error) {
	if n := c.noted; n > len(history) || n > 0 && history[n-1].Epoch != c.last { // some have been left out since
		c.noted, c.history = 0, nil
	}
	for ; c.noted < len(history); c.noted++ {
		b, err := json.Marshal(history[c.noted])
		if err != nil {
			return nil, err
		}
		c.history, c.last = append(append(c.history, b...), '\n'), history[c.noted].Epoch
	}
	if c.noted == 0 {
		return nil, nil
	}
	return []safetensors.Tensor{{Name: "history", Dtype: "U8", Shape: []int{len(c.history)},
		Write: func(w io.Writer) { w.Write(c.history) }}}, nil
}

// stoppedEarly says that the checkpoint is that of a run which -patience has ended.
func (m *Model) stoppedEarly() bool {
	s := event.EarlyStopping{}
	if s.Patience, _ = strconv.Atoi(m.Meta["-patience"]); s.Patience <= 0 {
		return false
	}
	for _, e := range m.History {
		s.Observe(e)
	}
	s.Epoch = m.Epoch
	return s.Exhausted()
}

// Begin takes a training to where its checkpoint is, and says how far that is; nil where there is none to go on from.
func (c *Checkpoint) Begin(now func() Snapshot) (*Snapshot, error) {
	switch {
	case c == nil:
		return nil, nil
	case !c.o.Resume:
		c.look()
		return nil, nil
	case c.found == nil:
		return nil, nil
	}
	m, s := c.found, now()
	layers.Copy(s.Layers, m.Layers)
	for _, name := range stateNames {
		if !slices.EqualFunc(m.State[name], s.State[name], sameShape) {
			return nil, c.damaged("the tensors %s.… do not belong to this network and these settings", name)
		}
		layers.Copy(s.State[name], m.State[name])
	}
	var err error
	s.Partial, s.Epoch, s.History = m.Partial, m.Epoch, m.History
	s.Seconds, err = strconv.ParseFloat(m.Meta["seconds"], 64)
	if err != nil || !(s.Seconds >= 0 && s.Seconds < 1e12) {
		return nil, c.damaged("seconds %q is no time", m.Meta["seconds"])
	}
	if len(m.History) == 0 && c.Complete() {
		return nil, c.damaged("the epochs that it has done are missing")
	}
	c.tell()
	return &s, nil
}

func sameShape(a, b layers.Layer) bool { return a.Rows == b.Rows && a.Cols == b.Cols }

// damaged says what is wrong with the checkpoint to go on from.
func (c *Checkpoint) damaged(format string, args ...any) error {
	return fmt.Errorf("%s: %s: %s; remove it to start afresh", c.o.Flag, c.found.Path, fmt.Sprintf(format, args...))
}

// look sees whether there is a checkpoint of another run that was not finished, and tells of it.
func (c *Checkpoint) look() {
	m, err := Read(c.Path())
	c.older = err == nil && m.Meta["-epochs"] != strconv.Itoa(m.Epoch) && !m.stoppedEarly()
	if c.older {
		c.o.Tell("%s, after %s of a run, will be replaced; with -resume that run would go on",
			c.Path(), text.Plural(m.Epoch, "epoch"))
	}
}

// tell says from where the training goes on.
func (c *Checkpoint) tell() {
	m := c.found
	done := text.Plural(m.Epoch, "epoch")
	switch {
	case m.stoppedEarly():
		c.o.Tell("%s: stopped early after %s, nothing is left to do", m.Path, done)
	case m.Epoch < c.o.Epochs:
		c.o.Tell("%s: going on after %s of %d", m.Path, done, c.o.Epochs)
	default:
		c.o.Tell("%s: all %s are done", m.Path, done)
	}
}
