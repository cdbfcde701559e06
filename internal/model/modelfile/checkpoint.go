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

	"backprop/internal/file/output"
	"backprop/internal/model/layers"
	"backprop/internal/model/safetensors"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// ErrTooLarge is the error for a network that has diverged. Such a network is not written, so that it does not replace
// a good one.
var ErrTooLarge = errors.New("its last step made the weights too large")

// A Saver writes the model and the checkpoints of one training, and holds the checkpoint to resume from. The methods of
// a nil Saver do nothing.
type Saver struct {
	path    string // of the model
	meta    map[string]string
	options Options

	checkpoint *Model // the one to resume from; nil for none
	othersLeft bool   // the checkpoint file belongs to another, unfinished run, and has not been replaced yet

	history   []byte // the first epochs as lines of JSON: as many as the field epochs says
	epochs    int
	lastEpoch int // the number of the last epoch in history

	written   time.Time     // when the last checkpoint was written
	writeTime time.Duration // how long writing it took
	failure   string        // what went wrong when it was written; "" for nothing
}

// Options tell a Saver what it has to know about its training.
type Options struct {
	Resume          bool   // resume from the checkpoint, if there is one
	Flag            string // the flag that asks for it: -resume, or -sweep-dir
	CheckpointsOnly bool   // write no model at the end
	Epochs          int
	Samples         int                              // in an epoch
	Batch           int                              // samples in a step
	Default         func(flag string) string         // the default of a flag that the checkpoint does not know
	Scale           func(text string) string         // the scale that a value of the flag -scale stands for
	Tell            func(format string, args ...any) // prints a sentence on standard error
}

// A Snapshot is the state of a training. Layers and State share memory with it.
type Snapshot struct {
	Layers  []layers.Layer
	State   map[string][]layers.Layer // velocity (momentum), square (Adam) and best (early stopping), if used
	Partial event.Result              // of an epoch that was interrupted
	Epoch   int                       // the number of complete epochs
	Seconds float64                   // spent since the last epoch in History
	History []event.Epoch
}

// Open returns a Saver that will write the model to path. If the training is to resume, Open reads the checkpoint.
func Open(path string, meta map[string]string, o Options) (*Saver, error) {
	s := &Saver{path: path, meta: meta, options: o}
	if !o.CheckpointsOnly {
		output.RemoveTemporary(s.Path())
	}
	if !o.Resume {
		return s, nil
	}
	m, err := Read(s.Path())
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w; remove it to start afresh", o.Flag, err)
	}
	if err := s.checkSameRun(m); err != nil {
		return nil, OtherRunError{fmt.Errorf("%s: %s: %w", o.Flag, m.Path, err)}
	}
	s.checkpoint = m
	return s, nil
}

// Path returns the path of the checkpoint.
func (s *Saver) Path() string { return s.path + ".checkpoint" }

// Complete reports whether the training whose checkpoint is to be resumed has already ended.
func (s *Saver) Complete() bool {
	return s != nil && s.checkpoint != nil &&
		(s.checkpoint.Epoch == s.options.Epochs || s.checkpoint.stoppedEarly())
}

// Restore copies the checkpoint into the weights and the state that current returns, and returns how far the
// checkpoint had come; nil if there is no checkpoint to resume from.
func (s *Saver) Restore(current func() Snapshot) (*Snapshot, error) {
	if s == nil {
		return nil, nil
	}
	if !s.options.Resume {
		s.warnOfReplacing()
		return nil, nil
	}
	if s.checkpoint == nil {
		return nil, nil
	}
	m, state := s.checkpoint, current()
	layers.Copy(state.Layers, m.Layers)
	for _, name := range stateNames {
		if !slices.EqualFunc(m.State[name], state.State[name], sameShape) {
			return nil, s.damaged("the tensors %s.… do not belong to this network and these settings", name)
		}
		layers.Copy(state.State[name], m.State[name])
	}
	var err error
	state.Partial, state.Epoch, state.History = m.Partial, m.Epoch, m.History
	state.Seconds, err = strconv.ParseFloat(m.Meta["seconds"], 64)
	if isTime := state.Seconds >= 0 && state.Seconds < 1e12; err != nil || !isTime {
		return nil, s.damaged("seconds %q is no time", m.Meta["seconds"])
	}
	if len(m.History) == 0 && s.Complete() {
		return nil, s.damaged("the epochs that it has done are missing")
	}
	s.tellProgress()
	return &state, nil
}

func sameShape(a, b layers.Layer) bool { return a.Rows == b.Rows && a.Cols == b.Cols }

// damaged returns the error for a checkpoint from which the training cannot resume.
func (s *Saver) damaged(format string, args ...any) error {
	return fmt.Errorf("%s: %s: %s; remove it to start afresh",
		s.options.Flag, s.checkpoint.Path, fmt.Sprintf(format, args...))
}

// warnOfReplacing warns the user if the checkpoint of another, unfinished run is going to be replaced.
func (s *Saver) warnOfReplacing() {
	m, err := Read(s.Path())
	s.othersLeft = err == nil && m.Meta["-epochs"] != strconv.Itoa(m.Epoch) && !m.stoppedEarly()
	if s.othersLeft {
		s.options.Tell("%s, after %s of a run, will be replaced; with -resume that run would go on",
			s.Path(), text.Plural(m.Epoch, "epoch"))
	}
}

// tellProgress tells the user where the training goes on.
func (s *Saver) tellProgress() {
	m := s.checkpoint
	done := text.Plural(m.Epoch, "epoch")
	switch {
	case m.stoppedEarly():
		s.options.Tell("%s: stopped early after %s, nothing is left to do", m.Path, done)
	case m.Epoch < s.options.Epochs:
		s.options.Tell("%s: going on after %s of %d", m.Path, done, s.options.Epochs)
	default:
		s.options.Tell("%s: all %s are done", m.Path, done)
	}
}

// stoppedEarly reports whether -patience has ended the run of the checkpoint m.
func (m *Model) stoppedEarly() bool {
	patience, _ := strconv.Atoi(m.Meta["-patience"])
	stopper := event.EarlyStopping{Patience: patience}
	for _, e := range m.History {
		stopper.Observe(e)
	}
	stopper.Epoch = m.Epoch // which is not in the history if it was not shown
	return stopper.Exhausted()
}

// AfterEpoch writes a checkpoint. If epochs are so short that writing would take more than a tenth of the time, it
// skips some, but never after the first and the last epoch.
func (s *Saver) AfterEpoch(last bool, now func() Snapshot) {
	if s == nil || !last && time.Since(s.written) < 9*s.writeTime {
		return
	}
	begin, state := time.Now(), now()
	err := s.write(s.Path(), state, true)
	s.written, s.writeTime, s.othersLeft = time.Now(), time.Since(begin), false
	switch {
	case err == nil:
		s.failure = ""
	case err.Error() != s.failure: // tell the user once, not after every epoch
		s.failure = err.Error()
		s.options.Tell("no checkpoint after epoch %d: %v; training continues", state.Epoch, err)
	}
}

// Finish writes the model.
func (s *Saver) Finish(state Snapshot) error {
	if s == nil || s.options.CheckpointsOnly {
		return nil
	}
	err := s.write(s.path, state, false)
	if err != nil && s.failure == "" {
		err = fmt.Errorf("%w; %s has the trained weights: once it can be written, "+
			"the same command with -resume writes it", err, s.Path())
	}
	return err
}

// Interrupted writes a checkpoint of an interrupted training. The error that it returns says where the training was
// interrupted and how it can be resumed; it completes the sentence of a caller.
func (s *Saver) Interrupted(state Snapshot, epochs int) error {
	where := fmt.Sprintf("after epoch %d of %d", state.Epoch, epochs)
	if state.Partial.Samples > 0 {
		where = fmt.Sprintf("in epoch %d of %d", state.Epoch+1, epochs)
	}
	switch {
	case s == nil:
		return fmt.Errorf("%s; with -save FILE -resume, a run can be resumed", where)
	case s.othersLeft:
		return fmt.Errorf("%s; %s is still that of the earlier run", where, s.Path())
	}
	if err := s.write(s.Path(), state, true); err != nil {
		return fmt.Errorf("%s, and the checkpoint is of an earlier epoch: %w", where, err)
	}
	return fmt.Errorf("%s; the checkpoint is written: run the same command %s to continue", where, s.howToResume())
}

// InterruptedAtEnd returns the error for a training that was interrupted after its last epoch, when the checkpoint had
// already been written.
func (s *Saver) InterruptedAtEnd() error {
	const where = "after the last epoch, before its weights were judged"
	if s == nil || s.othersLeft {
		return errors.New(where)
	}
	return fmt.Errorf("%s; run the same command %s to finish that", where, s.howToResume())
}

// howToResume ends the sentence "run the same command …".
func (s *Saver) howToResume() string {
	if s.options.Resume {
		return "again"
	}
	return "with -resume"
}

// write writes the network to path, and if it is a checkpoint, the state of the training too.
func (s *Saver) write(path string, state Snapshot, checkpoint bool) error {
	if !layers.Finite(state.Layers) {
		return ErrTooLarge
	}
	m := &Model{Meta: maps.Clone(s.meta), Layers: state.Layers}
	m.Meta["weights_sha256"] = layers.Hash(state.Layers)
	var history []safetensors.Tensor
	if checkpoint {
		m.State = state.State
		partial, err := json.Marshal(state.Partial)
		if err != nil {
			return err
		}
		m.Meta["epoch"], m.Meta["seconds"] = strconv.Itoa(state.Epoch), fmt.Sprint(state.Seconds)
		m.Meta["met"] = string(partial)
		if history, err = s.historyTensor(state.History); err != nil {
			return err
		}
	}
	err := output.Write(path, func(w io.Writer) error {
		return safetensors.Write(w, m.Meta, append(m.tensors(), history...))
	})
	if err != nil {
		return fmt.Errorf("%s: cannot be written: %w", path, err)
	}
	return nil
}

// historyTensor returns the epochs as lines of JSON in a tensor, or nothing if there are no epochs. The lines of the
// last checkpoint are used again, unless epochs have been dropped from the history since.
func (s *Saver) historyTensor(history []event.Epoch) ([]safetensors.Tensor, error) {
	if n := s.epochs; n > len(history) || n > 0 && history[n-1].Epoch != s.lastEpoch {
		s.epochs, s.history = 0, nil
	}
	for _, e := range history[s.epochs:] {
		line, err := json.Marshal(e)
		if err != nil {
			return nil, err
		}
		s.history = append(append(s.history, line...), '\n')
		s.epochs, s.lastEpoch = s.epochs+1, e.Epoch
	}
	if s.epochs == 0 {
		return nil, nil
	}
	return []safetensors.Tensor{{Name: "history", Dtype: "U8", Shape: []int{len(s.history)},
		Write: func(w io.Writer) { w.Write(s.history) }}}, nil
}
