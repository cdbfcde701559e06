package modelfile

import (
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"backprop/internal/model/layers"
	"backprop/internal/show/event"
)

// small is a network of two layers.
func small() []layers.Layer { return []layers.Layer{layers.New(3, 2), layers.New(2, 1)} }

// afterTwo is a checkpoint to go on from, after two epochs.
func afterTwo(epochs int) *Saver {
	meta := map[string]string{"sizes": "[3,2,1]", "-schedule": "constant", "-bug": "none", "seconds": "0.5"}
	s := &Saver{path: "m", meta: meta}
	s.options = Options{Resume: true, Flag: "-resume", Epochs: epochs, Samples: 75, Batch: 10,
		Default: func(flag string) string { return map[string]string{"bug": "none", "schedule": "cosine"}[flag] }}
	s.checkpoint = &Model{Path: s.Path(), Meta: maps.Clone(meta), Layers: small(), Epoch: 2, History: make([]event.Epoch,
		2),
		State: map[string][]layers.Layer{"velocity": small()}}
	s.checkpoint.Layers[0].W[1], s.checkpoint.State["velocity"][1].B[0] = 7, 8
	return s
}

// TestRestore: where a checkpoint is, and what is wrong with one: each mistake with the flag, the file and what to do.
func TestRestore(t *testing.T) {
	again := "; remove it to start afresh"
	past := "it is past epoch %d already; raise -epochs (it is 2), or remove the checkpoint to start afresh"
	for _, c := range []struct {
		name       string
		epochs     int
		change     func(m *Model)
		told, want string // on standard error, and the mistake
	}{
		{"as it is", 5, func(m *Model) {}, "going on after 2 epochs of 5", ""},
		{"all done", 2, func(m *Model) {}, "all 2 epochs are done", ""},
		{"in an epoch", 5, func(m *Model) { m.Partial.Samples = 30 }, "going on after 2 epochs of 5", ""},
		{"an epoch done", 5, func(m *Model) { m.Partial.Samples = 75 }, "going on after 2 epochs of 5", ""},
		{"no time", 5, func(m *Model) { m.Meta["seconds"] = "" }, "", `seconds "" is no time` + again},
		{"words", 5, func(m *Model) { m.Meta["seconds"] = "long" }, "", `seconds "long" is no time` + again},
		{"before its start", 5, func(m *Model) { m.Meta["seconds"] = "-1" }, "", `seconds "-1" is no time` + again},
		{"no number", 5, func(m *Model) { m.Meta["seconds"] = "NaN" }, "", `seconds "NaN" is no time` + again},
		{"for ever", 5, func(m *Model) { m.Meta["seconds"] = "1e12" }, "", `seconds "1e12" is no time` + again},
		{"at once", 5, func(m *Model) { m.Meta["seconds"] = "0" }, "going on after 2 epochs of 5", ""},
		{"30,000 years", 5, func(m *Model) { m.Meta["seconds"] = "999999999999" }, "going on", ""},
		{"no velocity", 5, func(m *Model) { delete(m.State, "velocity") }, "", "the tensors velocity.… do not belong to " +
			"this network and these settings" + again},
		{"another's velocity", 5, func(m *Model) { m.State["velocity"][0] = layers.New(3, 5) }, "", "the tensors velocity.…"},
		{"no history", 2, func(m *Model) { m.History = nil }, "", "the epochs that it has done are missing" + again},
		{"no history yet", 5, func(m *Model) { m.History = nil }, "going on after 2 epochs of 5", ""},
		{"past the end", 2, func(m *Model) { m.Epoch = 3 }, "", fmt.Sprintf(past, 3)},
		{"into the next", 2, func(m *Model) { m.Partial.Samples = 10 }, "", fmt.Sprintf(past, 2)},
		{"half a step", 5, func(m *Model) { m.Partial.Samples = 15 }, "", "it does not belong to this network; remove it"},
		{"too many samples", 5, func(m *Model) { m.Partial.Samples = 80 }, "", "it does not belong to this network"},
		{"other sizes", 5, func(m *Model) { m.Meta["sizes"] = "[3,5,1]" }, "", "it does not belong to this network"},
		{"a nameless entry", 5, func(m *Model) { m.Meta[""] = "x" }, "going on after 2 epochs of 5", ""},
		{"an older file", 5, func(m *Model) { delete(m.Meta, "-schedule"); delete(m.Meta, "-bug") },
			"going on after 2 epochs", ""},
	} {
		told := ""
		s := afterTwo(c.epochs)
		s.options.Tell = func(format string, args ...any) { told += fmt.Sprintf(format, args...) }
		c.change(s.checkpoint)
		now := Snapshot{Layers: small(), State: map[string][]layers.Layer{"velocity": small()}}
		err, from := s.checkSameRun(s.checkpoint), (*Snapshot)(nil)
		if err == nil {
			from, err = s.Restore(func() Snapshot { return now })
			c.want = map[bool]string{true: "-resume: m.checkpoint: " + c.want}[c.want != ""]
		}
		if (err == nil) != (c.want == "") || err != nil && !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v; want %s", c.name, err, c.want)
		}
		if err == nil && (from.Epoch != 2 || now.Layers[0].W[1] != 7 || now.State["velocity"][1].B[0] != 8) {
			t.Errorf("%s: after epoch %d, with the weights %v", c.name, from.Epoch, now.Layers)
		}
		if c.told == "" && told != "" || !strings.Contains(told, c.told) {
			t.Errorf("%s: it tells %q; want %q", c.name, told, c.told)
		}
	}
}

// TestCheckpointMoments: a checkpoint is left out after an epoch where it would take more than a tenth of the time,
// but not after the last.
func TestCheckpointMoments(t *testing.T) {
	for _, c := range []struct {
		name      string
		ago, took time.Duration // since the last one
		last      bool
		want      bool
	}{
		{"the first", math.MaxInt64, 0, false, true},
		{"little time", 80 * time.Minute, 10 * time.Minute, false, false},
		{"time enough", 100 * time.Minute, 10 * time.Minute, false, true},
		{"the last", 0, time.Hour, true, true},
	} {
		s := &Saver{path: filepath.Join(t.TempDir(), "m"), meta: map[string]string{}, writeTime: c.took, othersLeft: true}
		if c.ago < math.MaxInt64 {
			s.written = time.Now().Add(-c.ago)
		}
		s.AfterEpoch(c.last, func() Snapshot { return Snapshot{Layers: small()} })
		if _, err := os.Stat(s.Path()); (err == nil) != c.want || s.othersLeft == c.want {
			t.Errorf("%s: is there a checkpoint? %v; want %v", c.name, err, c.want)
		}
	}
}

// TestInterruptedWords: where a training was interrupted, and what has happened since, if it does.
func TestInterruptedWords(t *testing.T) {
	dir := t.TempDir()
	path, meta := filepath.Join(dir, "m"), map[string]string{}
	for _, c := range []struct {
		name    string
		saver   *Saver
		samples int // of an epoch that was stopped
		want    string
	}{
		{"no file", nil, 0, "after epoch 2 of 5; with -save FILE -resume, a run can be resumed"},
		{"in an epoch", nil, 10, "in epoch 3 of 5; with -save"},
		{"an earlier run's", &Saver{path: path, othersLeft: true}, 0,
			"after epoch 2 of 5; " + path + ".checkpoint is still that of the earlier run"},
		{"written", &Saver{path: path, meta: meta}, 0,
			"after epoch 2 of 5; the checkpoint is written: run the same command with -resume to continue"},
		{"written again", &Saver{path: path, meta: meta, options: Options{Resume: true}}, 0,
			"after epoch 2 of 5; the checkpoint is written: run the same command again to continue"},
		{"not written", &Saver{path: filepath.Join(dir, "none", "m"), meta: meta}, 0,
			"after epoch 2 of 5, and the checkpoint is of an earlier epoch: " + filepath.Join(dir, "none", "m.checkpoint") +
				": cannot be written"},
	} {
		s := Snapshot{Layers: small(), Epoch: 2, Partial: event.Result{Samples: c.samples}}
		if text := fmt.Sprint(c.saver.Interrupted(s, 5)); !strings.HasPrefix(text, c.want) {
			t.Errorf("%s: %s; want %s", c.name, text, c.want)
		}
	}
}

// TestStoppedEarly: a checkpoint is of a run that patience has ended where so many epochs went by without a better.
func TestStoppedEarly(t *testing.T) {
	for _, c := range []struct {
		patience string
		epoch    int
		curve    []float64
		want     bool
	}{
		{"2", 4, []float64{.5, .7, .6, .6}, true},
		{"2", 3, []float64{.5, .7, .6}, false},
		{"3", 4, []float64{.5, .7, .6, .6}, false},
		{"2", 4, []float64{.5, .7, .6, .8}, false},
		{"1", 2, []float64{.7, .7}, true},
		{"0", 4, []float64{.5, .7, .6, .6}, false},
		{"", 4, []float64{.5, .7, .6, .6}, false},
		{"-1", 4, []float64{.5, .7, .6, .6}, false},
	} {
		m := &Model{Meta: map[string]string{"-patience": c.patience}, Epoch: c.epoch}
		cost := 1.0
		for i, v := range c.curve {
			m.History = append(m.History, event.Epoch{Epoch: i + 1, ValidAccuracy: &v, ValidCost: &cost})
		}
		if got := m.stoppedEarly(); got != c.want {
			t.Errorf("%v, patience %s: %v", c.curve, c.patience, got)
		}
	}
}
