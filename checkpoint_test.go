package main

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"backprop/internal/data/dataset"
	"backprop/internal/show/event"
)

// TestResumeFrom: where a checkpoint is, and what is wrong with one: each mistake with the flag, the file and what
// to do.
func TestResumeFrom(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "m")
	args := []string{"-data", squares(t, 1), "-valid", "20", "-hidden", "4", "-momentum", "0.5", "-batch", "10",
		"-lr", "0.1", "-schedule", "constant", "-save", path, "-resume", "-epochs"}
	mustRun(t, append(args, "2")...)
	again := "; remove it to start afresh"
	past := "it has gone past epoch %d already; raise -epochs (it is 2), or remove the checkpoint to start afresh"
	for _, c := range []struct {
		name, epochs string
		change       func(m *Model)
		told, want   string // on standard error, and the mistake
		done         int64  // steps
	}{
		{"as it is", "5", func(m *Model) {}, "going on after 2 epochs of 5", "", 14}, // 70 samples, 10 a step
		{"all done", "2", func(m *Model) {}, "all 2 epochs are done", "", 14},
		{"in an epoch", "5", func(m *Model) { m.Partial.Samples = 30 }, "going on after 2 epochs of 5", "", 17},
		{"no time", "5", func(m *Model) { m.Meta["seconds"] = "" }, "", `seconds "" is no time` + again, 0},
		{"words", "5", func(m *Model) { m.Meta["seconds"] = "long" }, "", `seconds "long" is no time` + again, 0},
		{"before its start", "5", func(m *Model) { m.Meta["seconds"] = "-1" }, "", `seconds "-1" is no time` + again, 0},
		{"no number", "5", func(m *Model) { m.Meta["seconds"] = "NaN" }, "", `seconds "NaN" is no time` + again, 0},
		{"for ever", "5", func(m *Model) { m.Meta["seconds"] = "1e12" }, "", `seconds "1e12" is no time` + again, 0},
		{"at once", "5", func(m *Model) { m.Meta["seconds"] = "0" }, "going on after 2 epochs of 5", "", 14},
		{"30,000 years", "5", func(m *Model) { m.Meta["seconds"] = "999999999999" }, "going on", "", 14},
		{"no velocity", "5", func(m *Model) { delete(m.State, "velocity") }, "", "the tensors velocity.… do not belong to " +
			"this network and these settings" + again, 0},
		{"another's velocity", "5", func(m *Model) { m.State["velocity"][0].W = NewMatrix(144, 5) }, "", "the tensors velocity.…", 0},
		{"no history", "2", func(m *Model) { m.History = nil }, "", "the epochs that it has done are missing" + again, 0},
		{"no history yet", "5", func(m *Model) { m.History = nil }, "going on after 2 epochs of 5", "", 14},
		{"past the end", "2", func(m *Model) { m.Epoch = 3 }, "", fmt.Sprintf(past, 3), 0},
		{"into the next", "2", func(m *Model) { m.Partial.Samples = 10 }, "", fmt.Sprintf(past, 2), 0},
		{"half a step", "5", func(m *Model) { m.Partial.Samples = 15 }, "", "it does not belong to this network; remove it", 0},
		{"too many samples", "5", func(m *Model) { m.Partial.Samples = 80 }, "", "it does not belong to this network", 0},
		{"other sizes", "5", func(m *Model) { m.Meta["sizes"] = "[144,5,4]" }, "", "it does not belong to this network", 0},
	} {
		x := experimentOf(t, append(args, c.epochs)...)
		var stderr bytes.Buffer
		s, err := newSaver(x, &stderr)
		if err != nil {
			t.Fatal(err)
		}
		s.found.Meta = maps.Clone(s.found.Meta)
		c.change(s.found)
		epoch := 0
		if err = s.sameRun(x, s.found); err == nil {
			epoch, err = s.resume(x)
			if c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), "-resume: "+path+".checkpoint: "+c.want)) {
				t.Errorf("%s: %v; want -resume: %s.checkpoint: %s", c.name, err, path, c.want)
			}
		} else if c.want == "" || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v; want %q", c.name, err, c.want)
		}
		if done := x.trainer.done.Load(); err == nil && (epoch != 2 || done != c.done) {
			t.Errorf("%s: after epoch %d, %d steps; want 2, %d", c.name, epoch, done, c.done)
		}
		if told := stderr.String(); c.told == "" && told != "" || !strings.Contains(told, c.told) {
			t.Errorf("%s: it tells %q; want %q", c.name, told, c.told)
		}
		for _, e := range x.history { // 20 samples to choose by and 30 to test with: the counts that were right
			v, w := math.Abs(float64(e.ValidCorrect)-20**e.ValidAccuracy), math.Abs(float64(e.TestCorrect)-30**e.TestAccuracy)
			if v > 1e-9 || w > 1e-9 {
				t.Errorf("%s: %d and %d right, of accuracies %v and %v", c.name, e.ValidCorrect, e.TestCorrect, *e.ValidAccuracy, *e.TestAccuracy)
			}
		}
	}
}

// TestCheckpointMoments: a checkpoint is left out after an epoch where it would take more than a tenth of the time,
// but not after the last, be it by patience.
func TestCheckpointMoments(t *testing.T) {
	for _, c := range []struct {
		name      string
		ago, took time.Duration // since the last one
		epoch     int           // of 5
		waited    int           // epochs without a better one, of 2
		want      bool
	}{
		{"the first", math.MaxInt64, 0, 1, 0, true},
		{"little time", 80 * time.Minute, 10 * time.Minute, 3, 1, false},
		{"time enough", 100 * time.Minute, 10 * time.Minute, 3, 1, true},
		{"the last", 0, time.Hour, 5, 0, true},
		{"out of patience", 0, time.Hour, 3, 2, true},
	} {
		path := filepath.Join(t.TempDir(), "m")
		x := experimentOf(t, "-data", numbers(t), "-regress", "-valid", "5", "-hidden", "2", "-epochs", "5", "-patience", "2", "-save", path)
		x.early.Epoch, x.early.Best.Epoch = c.epoch, c.epoch-c.waited
		s, err := newSaver(x, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		if s.took = c.took; c.ago < math.MaxInt64 {
			s.wrote = time.Now().Add(-c.ago)
		}
		s.older = true
		s.epochDone(x, c.epoch)
		if _, err := os.Stat(path + ".checkpoint"); (err == nil) != c.want || s.older == c.want {
			t.Errorf("%s: is there a checkpoint? %v; want %v", c.name, err, c.want)
		}
	}
}

// TestLeftovers: what a killed program has left beside its model, checkpoint, page or exported file is removed, once nobody can be writing it.
func TestLeftovers(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string][]byte{".m.3.tmp": nil}) // which is young
	for _, name := range []string{".m.1.tmp", ".m.checkpoint.22.tmp", ".r.html.4.tmp", ".e.onnx.5.tmp", ".m.x.tmp", ".other.1.tmp"} {
		writeFiles(t, dir, map[string][]byte{name: nil})
		old := time.Now().Add(-time.Hour)
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	mustRun(t, "-data", numbers(t), "-regress", "-hidden", "2", "-epochs", "1", "-save", in("m"), "-report", in("r.html"), "-export", in("e.onnx"))
	if got := strings.Join(listDir(t, dir), " "); got != ".m.3.tmp .m.x.tmp .other.1.tmp e.onnx m m.checkpoint r.html" {
		t.Errorf("there are %s", got)
	}
}

// TestInterruptedWords: where a training was interrupted, and how it goes on, if it does.
func TestInterruptedWords(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		name string
		with func(x *experiment, s *saver) *saver
		want string
	}{
		{"no file", func(*experiment, *saver) *saver { return nil },
			"interrupted after epoch 2 of 5; with -save FILE -resume, a run can be gone on with"},
		{"in an epoch", func(x *experiment, _ *saver) *saver { x.trainer.Partial.Samples = 10; return nil },
			"interrupted in epoch 3 of 5; with -save"},
		{"an earlier run's", func(_ *experiment, s *saver) *saver { s.older = true; return s },
			"interrupted after epoch 2 of 5; " + dir + "/m.checkpoint is still that of the earlier run"},
		{"written", func(_ *experiment, s *saver) *saver { return s },
			"interrupted after epoch 2 of 5; the checkpoint is written: run the same command with -resume to go on"},
		{"written again", func(x *experiment, s *saver) *saver { x.cfg.Resume = true; return s },
			"interrupted after epoch 2 of 5; the checkpoint is written: run the same command again to go on"},
		{"not written", func(_ *experiment, s *saver) *saver { s.path = filepath.Join(dir, "none", "m"); return s },
			"interrupted after epoch 2 of 5, and the checkpoint is of an earlier epoch: " + dir + "/none/m.checkpoint: cannot be written"},
	} {
		x := experimentOf(t, "-data", numbers(t), "-regress", "-hidden", "2", "-epochs", "5", "-save", filepath.Join(dir, "m"))
		s, err := newSaver(x, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		err = c.with(x, s).interrupted(x, 2)
		if text := filepath.ToSlash(fmt.Sprint(err)); !strings.HasPrefix(text, filepath.ToSlash(c.want)) {
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

// TestFingerprint: the checksum is CRC-32C of all that is learned from, in the order of the parts, numbers as
// little-endian, also where there are many; whatever is changed in it changes it.
func TestFingerprint(t *testing.T) {
	many := make([]float64, 20001)
	many[20000] = 1.5 // 3ff8…
	castagnoli := crc32.MakeTable(crc32.Castagnoli)
	bits := append(make([]byte, 8*20000), 0, 0, 0, 0, 0, 0, 0xf8, 0x3f)
	d := &dataset.Dataset{Train: dataset.Set{N: 20001, Dim: 1, Values: many}, Valid: dataset.Set{N: 1, Dim: 2, Pixels: []byte{7, 8}, Labels: []int32{258}},
		Test: dataset.Set{N: 1, Dim: 0, Targets: []float64{-2}}, Classes: []string{"a", "b"}}
	text := slices.Concat([]byte(`["a" "b"]20001×1`), bits, []byte("1×2\x07\x08\x02\x01\x00\x001×0\x00\x00\x00\x00\x00\x00\x00\xc0"))
	if got, want := fingerprint(d), fmt.Sprintf("%08x", crc32.Checksum(text, castagnoli)); got != want {
		t.Errorf("the checksum is %s, want %s", got, want)
	}
}
