package modelfile

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"backprop/internal/file/output"
	"backprop/internal/filetest"
	"backprop/internal/model/layers"
	"backprop/internal/show/event"
)

// network is two layers, all of whose weights and biases are 0.
func network() []layers.Layer { return []layers.Layer{layers.New(3, 2), layers.New(2, 1)} }

// metadata is that of a training of network.
func metadata() map[string]string {
	return map[string]string{"backprop": "1", "sizes": "[3,2,1]", "input_shift": "0", "input_factor": "1",
		"target_shift": "0", "target_factor": "1", "-epochs": "5", "-schedule": "constant", "-lr": "0.1"}
}

// wantError compares an error with the text that it should begin with; "" stands for no error.
func wantError(t *testing.T, name string, err error, want string) {
	t.Helper()
	if (err == nil) != (want == "") || err != nil && !strings.HasPrefix(err.Error(), want) {
		t.Errorf("%s:\ngot  %v\nwant %q", name, err, want)
	}
}

// tellTo returns an Options.Tell that appends its sentences to told, each on a line.
func tellTo(told *string) func(string, ...any) {
	return func(format string, args ...any) { *told += fmt.Sprintf(format, args...) + "\n" }
}

// afterTwoEpochs is a saver that resumes a training from a checkpoint, which is not in a file.
func afterTwoEpochs(epochs int) (*Saver, *Model) {
	m := &Model{Path: "m.checkpoint", Meta: metadata(), Layers: network(), Epoch: 2,
		Partial: event.Result{Samples: 30, Correct: 20}, History: []event.Epoch{{Epoch: 1}, {Epoch: 2}},
		State: map[string][]layers.Layer{"velocity": network()}}
	m.Meta["seconds"] = "0.5"
	m.Layers[0].W[1], m.State["velocity"][1].B[0] = 7, 8
	return &Saver{path: "m", meta: metadata(), checkpoint: m,
		options: Options{Resume: true, Flag: "-resume", Epochs: epochs, Samples: 75, Batch: 10}}, m
}

func TestRestoreCopiesTheCheckpointAndTellsWhereItGoesOn(t *testing.T) {
	for _, c := range []struct {
		name   string
		epochs int
		change func(m *Model)
		want   string
	}{
		{"in the middle", 5, func(*Model) {}, "going on after 2 epochs of 5"},
		{"at the end", 2, func(*Model) {}, "all 2 epochs are done"},
		{"patience has ended it", 5, func(m *Model) { m.Meta["-patience"] = "1" },
			"stopped early after 2 epochs, nothing is left to do"},
		{"no history yet", 5, func(m *Model) { m.History = nil }, "going on after 2 epochs of 5"},
		{"the shortest time", 5, func(m *Model) { m.Meta["seconds"] = "0" }, "going on after 2 epochs of 5"},
		{"the longest time", 5, func(m *Model) { m.Meta["seconds"] = "999999999999" }, "going on after 2 epochs of 5"},
	} {
		s, m := afterTwoEpochs(c.epochs)
		told := ""
		s.options.Tell = tellTo(&told)
		c.change(m)
		now := Snapshot{Layers: network(), State: map[string][]layers.Layer{"velocity": network()}}
		from, err := s.Restore(func() Snapshot { return now })
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		seconds, _ := strconv.ParseFloat(m.Meta["seconds"], 64)
		if from.Epoch != 2 || from.Partial != m.Partial || from.Seconds != seconds ||
			now.Layers[0].W[1] != 7 || now.State["velocity"][1].B[0] != 8 {
			t.Errorf("%s: got %+v with the weights %v, want those of the checkpoint", c.name, from, now.Layers)
		}
		if want := "m.checkpoint: " + c.want + "\n"; told != want {
			t.Errorf("%s: told %q, want %q", c.name, told, want)
		}
	}
}

func TestRestoreRefusesADamagedCheckpoint(t *testing.T) {
	const tensors = "the tensors velocity.… do not belong to this network and these settings"
	seconds := func(text string) func(*Model) { return func(m *Model) { m.Meta["seconds"] = text } }
	for _, c := range []struct {
		name   string
		epochs int
		change func(m *Model)
		want   string
	}{
		{"no time", 5, seconds(""), `seconds "" is no time`},
		{"a word", 5, seconds("long"), `seconds "long" is no time`},
		{"a negative time", 5, seconds("-1"), `seconds "-1" is no time`},
		{"not a number", 5, seconds("NaN"), `seconds "NaN" is no time`},
		{"too long a time", 5, seconds("1e12"), `seconds "1e12" is no time`},
		{"no velocity", 5, func(m *Model) { delete(m.State, "velocity") }, tensors},
		{"a velocity of other rows", 5, func(m *Model) { m.State["velocity"][0] = layers.New(4, 2) }, tensors},
		{"a velocity of other columns", 5, func(m *Model) { m.State["velocity"][0] = layers.New(3, 5) }, tensors},
		{"no history at the end", 2, func(m *Model) { m.History = nil }, "the epochs that it has done are missing"},
	} {
		s, m := afterTwoEpochs(c.epochs)
		c.change(m)
		_, err := s.Restore(func() Snapshot {
			return Snapshot{Layers: network(), State: map[string][]layers.Layer{"velocity": network()}}
		})
		wantError(t, c.name, err, "-resume: m.checkpoint: "+c.want+"; remove it to start afresh")
	}
}

// A training goes from files to files: it writes checkpoints, which a second and a third one resume or replace.
func TestOpenReadsTheCheckpointToResume(t *testing.T) {
	path, told := filepath.Join(t.TempDir(), "m"), ""
	now := func() Snapshot { return Snapshot{Layers: network()} }
	open := func(resume bool) *Saver {
		t.Helper()
		told = ""
		s, err := Open(path, metadata(), Options{Resume: resume, Flag: "-resume", Epochs: 5, Samples: 3, Batch: 1,
			Tell: tellTo(&told)})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	restore := func(s *Saver) *Snapshot {
		t.Helper()
		from, err := s.Restore(now)
		if err != nil {
			t.Fatal(err)
		}
		return from
	}
	s := open(true)
	if from := restore(s); from != nil || told != "" || s.Complete() || s.Path() != path+".checkpoint" {
		t.Errorf("without a checkpoint: got %+v, told %q, path %s", from, told, s.Path())
	}
	state := Snapshot{Layers: network(), Epoch: 2, Seconds: 3, History: []event.Epoch{{Epoch: 1}, {Epoch: 2}}}
	state.Layers[1].W[1] = 9
	s.AfterEpoch(false, func() Snapshot { return state })
	s = open(true)
	if from := restore(s); from == nil || from.Epoch != 2 || from.Seconds != 3 || len(from.History) != 2 ||
		from.Layers[1].W[1] != 9 || s.Complete() || told != path+".checkpoint: going on after 2 epochs of 5\n" {
		t.Errorf("after two epochs: got %+v, told %q", from, told)
	}
	s = open(false)
	want := path + ".checkpoint, after 2 epochs of a run, will be replaced; with -resume that run would go on\n"
	if from := restore(s); from != nil || told != want {
		t.Errorf("without -resume: got %+v, told %q; want nothing, and %q", from, told, want)
	}
	wantError(t, "interrupted", s.Interrupted(state, 5),
		"after epoch 2 of 5; "+path+".checkpoint is still that of the earlier run")
	const atEnd = "after the last epoch, before its weights were judged"
	if err := s.InterruptedAtEnd(); err.Error() != atEnd {
		t.Errorf("interrupted at the end, with another's checkpoint: got %v, want %s", err, atEnd)
	}
	state.Epoch = 5
	s.AfterEpoch(true, func() Snapshot { return state })
	wantError(t, "at the end", s.InterruptedAtEnd(), atEnd+"; run the same command with -resume to finish that")
	if from := restore(open(false)); from != nil || told != "" {
		t.Errorf("a finished run is replaced: got %+v, told %q; want nothing", from, told)
	}
	if s = open(true); !s.Complete() {
		t.Error("after all epochs: it is not complete")
	}
	wantError(t, "at the end again", s.InterruptedAtEnd(), atEnd+"; run the same command again to finish that")
}

func TestOpenRefusesTheCheckpointOfAnotherRunAndADamagedOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m")
	options := Options{Resume: true, Flag: "-resume", Epochs: 5, Samples: 3, Batch: 1}
	s := &Saver{path: path, meta: metadata()}
	s.AfterEpoch(true, func() Snapshot { return Snapshot{Layers: network(), Epoch: 1} })
	other := metadata()
	other["-lr"] = "0.2"
	_, err := Open(path, other, options)
	wantError(t, "another run", err, "-resume: "+path+".checkpoint: it was trained with -lr 0.1, not 0.2; use the same")
	if !errors.As(err, new(OtherRunError)) {
		t.Errorf("another run: got a %T, want an OtherRunError", err)
	}
	os.WriteFile(path+".checkpoint", nil, 0o666)
	_, err = Open(path, metadata(), options)
	wantError(t, "damaged", err, "-resume: "+path+".checkpoint: byte 0: 0 bytes are too few for a model file "+
		"(safetensors); remove it to start afresh")
	if errors.As(err, new(OtherRunError)) {
		t.Error("damaged: got an OtherRunError")
	}
}

// A training without -save has a nil Saver.
func TestANilSaverDoesNothing(t *testing.T) {
	var s *Saver
	now := func() Snapshot { return Snapshot{Layers: network()} }
	s.AfterEpoch(true, now)
	if from, err := s.Restore(now); from != nil || err != nil || s.Complete() || s.Finish(now()) != nil {
		t.Errorf("restored %v, %v; complete %v", from, err, s.Complete())
	}
	wantError(t, "interrupted at the end", s.InterruptedAtEnd(), "after the last epoch, before its weights were judged")
}

// The history is kept as lines of JSON, which are made anew if epochs have been dropped from it since.
func TestCheckpointHoldsTheWholeStateOfATraining(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m")
	s := &Saver{path: path, meta: metadata()}
	state := Snapshot{Layers: network(), State: map[string][]layers.Layer{"velocity": network()}, Epoch: 4, Seconds: 1.5,
		Partial: event.Result{Samples: 3, Correct: 2}}
	for i := range state.Layers[0].W {
		state.Layers[0].W[i] = float64(i) + 0.5
	}
	state.State["velocity"][1].B[0] = 7
	for _, epochs := range [][]int{{}, {1}, {1, 2}, {1, 2, 3}, {1, 3}, {1, 4}, {1, 4}, {2}} {
		state.History = nil
		for _, e := range epochs {
			state.History = append(state.History, event.Epoch{Epoch: e, TrainCost: float64(e) / 8})
		}
		s.AfterEpoch(true, func() Snapshot { return state })
		m, err := Read(s.Path())
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(m.History, state.History) {
			t.Errorf("history: got %+v, want %+v", m.History, state.History)
		}
		if m.Epoch != 4 || m.Meta["seconds"] != "1.5" || m.Partial != state.Partial || len(m.State) != 1 ||
			m.State["velocity"][1].B[0] != 7 || m.Meta["weights_sha256"] != layers.Hash(state.Layers) {
			t.Errorf("got %+v, want %+v", m, state)
		}
	}
	if len(s.meta) != len(metadata()) {
		t.Errorf("the checkpoint's entries are among those of the training: %v", s.meta)
	}
	b, err := os.ReadFile(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile(path, []byte(strings.Replace(string(b), `{"event":""`, `x"event":""`, 1)), 0o666)
	_, err = Read(path)
	wantError(t, "a line that is not JSON", err, path+`: tensor "history", line 1: invalid character`)
}

func TestFinishWritesTheModelWithoutTheState(t *testing.T) {
	s := &Saver{path: filepath.Join(t.TempDir(), "m"), meta: metadata()}
	state := Snapshot{Layers: network(), State: map[string][]layers.Layer{"velocity": network()}, Epoch: 5}
	if err := s.Finish(state); err != nil {
		t.Fatal(err)
	}
	m, err := Read(s.path)
	if err != nil || m.Epoch != 0 || len(m.State) != 0 || m.Meta["met"] != "" {
		t.Errorf("got %+v, %v; want a model without epoch and velocity", m, err)
	}
	state.Layers[0].W[0] = math.NaN()
	if err := s.Finish(state); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a network that has diverged: got %v, want %v", err, ErrTooLarge)
	}
}

// Writing must not take more than a tenth of the time, but the last checkpoint is always written.
func TestAfterEpochSkipsCheckpointsThatWouldTakeTooLong(t *testing.T) {
	for _, c := range []struct {
		name      string
		ago, took time.Duration // of the last one
		last      bool
		want      bool
	}{
		{"the first", math.MaxInt64, 0, false, true},
		{"too soon", 89 * time.Minute, 10 * time.Minute, false, false},
		{"late enough", 91 * time.Minute, 10 * time.Minute, false, true},
		{"the last", 0, time.Hour, true, true},
	} {
		s := &Saver{path: filepath.Join(t.TempDir(), "m"), meta: map[string]string{}, writeTime: c.took, othersLeft: true}
		if c.ago < math.MaxInt64 {
			s.written = time.Now().Add(-c.ago)
		}
		s.AfterEpoch(c.last, func() Snapshot { return Snapshot{Layers: network()} })
		if _, err := os.Stat(s.Path()); (err == nil) != c.want || s.othersLeft == c.want {
			t.Errorf("%s: is there a checkpoint? got %v, want %v; another run's is left: %v", c.name, err, c.want, s.othersLeft)
		}
	}
}

func TestInterruptedSaysWhereAndHowToGoOn(t *testing.T) {
	dir := t.TempDir()
	path, nowhere := filepath.Join(dir, "m"), filepath.Join(dir, "none", "m")
	for _, c := range []struct {
		name    string
		saver   *Saver
		samples int // of an epoch that was interrupted
		want    string
	}{
		{"nothing saved", nil, 0, "after epoch 2 of 5; with -save FILE -resume, a run can be resumed"},
		{"in an epoch", nil, 10, "in epoch 3 of 5; with -save FILE -resume, a run can be resumed"},
		{"another run's checkpoint", &Saver{path: path, othersLeft: true}, 0,
			"after epoch 2 of 5; " + path + ".checkpoint is still that of the earlier run"},
		{"written", &Saver{path: path, meta: metadata()}, 0,
			"after epoch 2 of 5; the checkpoint is written: run the same command with -resume to continue"},
		{"written after -resume", &Saver{path: path, meta: metadata(), options: Options{Resume: true}}, 0,
			"after epoch 2 of 5; the checkpoint is written: run the same command again to continue"},
		{"not written", &Saver{path: nowhere, meta: metadata()}, 0, "after epoch 2 of 5, and the checkpoint is of an " +
			"earlier epoch: " + nowhere + ".checkpoint: cannot be written"},
	} {
		state := Snapshot{Layers: network(), Epoch: 2, Partial: event.Result{Samples: c.samples}}
		wantError(t, c.name, c.saver.Interrupted(state, 5), c.want)
	}
}

// event.EarlyStopping counts the epochs since the best one; here it is given those of a checkpoint.
func TestStoppedEarly(t *testing.T) {
	for _, c := range []struct {
		patience   string
		epoch      int
		accuracies []float64
		want       bool
	}{
		{"2", 4, []float64{.5, .7, .6, .6}, true},
		{"2", 4, []float64{.5, .7, .6}, true}, // epoch 4 is not in the history
		{"3", 4, []float64{.5, .7, .6, .6}, false},
		{"", 4, []float64{.5, .7, .6, .6}, false},
		{"-1", 4, []float64{.5, .7, .6, .6}, false},
	} {
		m := &Model{Meta: map[string]string{"-patience": c.patience}, Epoch: c.epoch}
		cost := 1.0
		for i, v := range c.accuracies {
			m.History = append(m.History, event.Epoch{Epoch: i + 1, ValidAccuracy: &v, ValidCost: &cost})
		}
		if got := m.stoppedEarly(); got != c.want {
			t.Errorf("accuracies %v, patience %q: got %v, want %v", c.accuracies, c.patience, got, c.want)
		}
	}
}

// The training goes on without checkpoints; a trouble is told once, until another one comes.
func TestAFullDisk(t *testing.T) {
	defer func() { output.Disk = nil }()
	var trouble error
	output.Disk = func(w io.Writer) io.Writer {
		if trouble == nil {
			return w
		}
		return filetest.FailingWriter{Err: trouble}
	}
	path, told := filepath.Join(t.TempDir(), "m"), ""
	s := &Saver{path: path, meta: metadata(), options: Options{Tell: tellTo(&told)}}
	full, gone := errors.New("full"), errors.New("gone")
	for _, trouble = range []error{full, full, gone, nil, gone} {
		s.AfterEpoch(true, func() Snapshot { return Snapshot{Layers: network(), Epoch: 3} })
	}
	line := "no checkpoint after epoch 3: " + path + ".checkpoint: cannot be written: %v; training continues\n"
	if want := fmt.Sprintf(line+line+line, full, gone, gone); told != want {
		t.Errorf("told\n%swant\n%s", told, want)
	}
	cannot := path + ": cannot be written: gone"
	if err := s.Finish(Snapshot{Layers: network()}); err.Error() != cannot {
		t.Errorf("neither checkpoint nor model: got %v, want %s", err, cannot)
	}
	s.failure = ""
	wantError(t, "a checkpoint, and no model", s.Finish(Snapshot{Layers: network()}), cannot+"; "+path+".checkpoint has "+
		"the trained weights: once it can be written, the same command with -resume writes it")
	s.options.CheckpointsOnly = true
	wantError(t, "no model asked for", s.Finish(Snapshot{Layers: network()}), "")
}
