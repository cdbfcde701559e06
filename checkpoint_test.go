package main

import (
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestResumeFrom: a training that goes on has taken the steps of its checkpoint, and knows how many samples were right.
func TestResumeFrom(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m")
	args := []string{"-data", squares(t, 1), "-valid", "20", "-hidden", "4", "-momentum", "0.5", "-batch", "10",
		"-lr", "0.1", "-schedule", "constant", "-save", path, "-resume", "-epochs"}
	mustRun(t, append(args, "2")...)
	x := experimentOf(t, append(args, "5")...)
	var err error
	if x.saver, err = newSaver(x, io.Discard); err != nil {
		t.Fatal(err)
	}
	epoch, err := x.resume()
	if done := x.trainer.done.Load(); err != nil || epoch != 2 || done != 14 { // 70 samples, 10 a step
		t.Errorf("%v: after epoch %d, %d steps; want 2, 14", err, epoch, done)
	}
	for _, e := range x.history { // 20 samples to choose by and 30 to test with: the counts that were right
		v, w := math.Abs(float64(e.ValidCorrect)-20**e.ValidAccuracy), math.Abs(float64(e.TestCorrect)-30**e.TestAccuracy)
		if v > 1e-9 || w > 1e-9 {
			t.Errorf("%d and %d right, of accuracies %v and %v", e.ValidCorrect, e.TestCorrect, *e.ValidAccuracy, *e.TestAccuracy)
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
