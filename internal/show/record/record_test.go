package record

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"backprop/internal/data/dataset"
	"backprop/internal/model/layers"
	"backprop/internal/show/chart"
	"backprop/internal/show/event"
	"backprop/internal/show/report"
)

// runOn is a run of 50 epochs on d, whose network puts out nothing but 0.
func runOn(t *testing.T, d *dataset.Dataset) Run {
	rows := func(which []int32) (x, y [][]float64) {
		for _, i := range which {
			x, y = append(x, d.Train.Values[int(i)*d.Train.Dim:][:d.Train.Dim]), append(y, make([]float64, d.Outputs()))
		}
		return x, y
	}
	return Run{Path: filepath.Join(t.TempDir(), "r.html"), Epochs: 50, Start: time.Now(),
		Page: report.Report{Cost: report.Cost{Name: "ce"}},
		Data: d,
		In:   dataset.EvenScale(d.Train.Dim, 1), Out: dataset.EvenScale(d.Outputs(), 1),
		Facts: func() [][2]string { return [][2]string{{"network", "2-2"}, {"machine", "go kernel, 2 workers"}} },
		Rows:  rows, Evaluate: func(_ *dataset.Set, n int) []float64 { return make([]float64, n*d.Outputs()) },
		Complete: func(*event.Epoch) {}, Figures: func() (_, _ []chart.Figure) { return nil, nil }}
}

// twoClasses are four samples of two inputs, and half as many to test.
func twoClasses() *dataset.Dataset {
	d := &dataset.Dataset{Name: "d", Classes: []string{"a", "b"},
		Train: dataset.Set{N: 4, Dim: 2, Values: make([]float64, 8), Labels: []int32{0, 1, 0, 1}}}
	d.Test = d.Train.Slice(0, 2)
	return d
}

// TestFacts: what a page says of its run: the facts, the machine's with its system and Go, and at the end what it
// took and the hash; published numbers up to the epochs that are trained.
func TestFacts(t *testing.T) {
	run := runOn(t, twoClasses())
	run.Epochs, run.Page.Loss = 2, "mean"
	run.Published = [][2]float64{{0.5, 0.75}, {0, 0.875}, {0.25, 1}}
	run.Page.Layers = []layers.Layer{{Rows: 2, Cols: 2, Stride: 2, W: make([]float64, 4), B: make([]float64, 2),
		Activation: "linear"}}
	r := New(run)
	if loss, accuracy := r.page.Published[0], r.page.Published[1]; r.page.Title != "2-2 on d" || !r.page.WholeSet ||
		fmt.Sprint(loss.X, loss.Y, accuracy.X, accuracy.Y) != "[1] [0.5] [1 2] [0.75 0.875]" {
		t.Errorf("%q, published %v %v, of the whole set %v", r.page.Title, loss, accuracy, r.page.WholeSet)
	}
	if err := r.Begin(nil, nil); err != nil {
		t.Fatal(err)
	}
	machine := [2]string{"machine",
		"go kernel, 2 workers, " + runtime.GOOS + "/" + runtime.GOARCH + ", " + runtime.Version()}
	if len(r.page.Facts) != 2 || r.page.Facts[1] != machine {
		t.Errorf("%v, want %v", r.page.Facts, machine)
	}
	half, two := 0.5, 2.0
	r.Epoch(event.Epoch{Epoch: 1, TrainCost: 1, TestCost: &half, TestAccuracy: &half}, true)
	if r.page.State != "epoch 1 of 2" || r.page.Result != "50.00 % of 2 test samples right after 1 epoch." {
		t.Errorf("after an epoch: %q, %q", r.page.State, r.page.Result)
	}
	if err := r.Done(event.Done{Seconds: 1.234, Hash: "abc", Quality: &event.Quality{MAE: &two}}); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("[%v [test MAE 2] [total time 1.23 s] [weights sha256 abc]]", machine)
	if got := fmt.Sprint(r.page.Facts[1:]); got != want {
		t.Errorf("at the end %v", got)
	}
}

// TestResult: what a network can do, in words.
func TestResult(t *testing.T) {
	r, half, rmse := &Recorder{run: Run{Data: &dataset.Dataset{Test: dataset.Set{N: 1500}}}}, 0.5, 1234567.0
	for want, e := range map[string]event.Epoch{
		"50.00 % of 1,500 test samples right": {TestAccuracy: &half, TrainCost: 2},
		"Test RMSE 1234600":                   {TestRMSE: &rmse, TrainCost: 2}, "Training cost 2.125": {TrainCost: 2.125}} {
		if got := r.result(e); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestPoint: an epoch as the page has it; the training error is that of the cost, and the loss comes before the cost.
func TestPoint(t *testing.T) {
	d := &dataset.Dataset{Train: dataset.Set{N: 2, Dim: 1, Values: []float64{0, 1}, Targets: make([]float64, 4)}}
	run := runOn(t, d)
	run.Squares, run.Out = true, dataset.EvenScale(2, 0.5)
	r := New(run)
	of := func(v float64) *float64 { return &v }
	got := fmt.Sprint(r.point(event.Epoch{Epoch: 3, TrainCost: 9, ValidCost: of(2), ValidRMSE: of(4), TestRMSE: of(5)}),
		r.point(event.Epoch{Epoch: 4, TrainCost: 9, TrainLoss: of(1), TestLoss: of(2), TestAccuracy: of(0.5)}))
	if want := "{3 [9 2 NaN] [6 4 5]} {4 [1 NaN 2] [NaN NaN 0.5]}"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestPace: writing the page takes at most a thirtieth of the time; epochs that are not shown are noted a tenth apart,
// or where a recipe wants them.
func TestPace(t *testing.T) {
	for _, c := range []struct {
		writing      time.Duration // of a minute
		shown        bool
		every, epoch int
		written      bool
	}{
		{1900 * time.Millisecond, true, 0, 1, true}, {2100 * time.Millisecond, true, 0, 1, false},
		{0, false, 0, 1, false},
		{1900 * time.Millisecond, false, 5, 10, true}, {2100 * time.Millisecond, false, 5, 10, false},
		{0, false, 5, 11, false}, {0, false, 1, 7, true},
	} {
		run := runOn(t, twoClasses())
		run.Page.Axes.Every = c.every
		r := New(run)
		if err := r.Begin(nil, nil); err != nil {
			t.Fatal(err)
		}
		os.Remove(run.Path)
		r.writing, r.run.Start = c.writing, time.Now().Add(-time.Minute)
		accuracy := 0.5
		r.Epoch(event.Epoch{Epoch: c.epoch, TrainAccuracy: &accuracy, TestAccuracy: &accuracy}, c.shown)
		if _, err := os.Stat(run.Path); (err == nil) != c.written {
			t.Errorf("%+v: written is %v", c, err == nil)
		} else if c.written && (r.writing <= c.writing || r.page.State != fmt.Sprintf("epoch %d of 50", c.epoch)) {
			t.Errorf("%+v: %v of writing, state %q", c, r.writing, r.page.State)
		}
	}
	run, completed := runOn(t, twoClasses()), []int{}
	run.Complete = func(e *event.Epoch) { completed = append(completed, e.Epoch) }
	r := New(run)
	if err := r.Begin(nil, nil); err != nil {
		t.Fatal(err)
	}
	for epoch := 1; epoch <= 23; epoch++ {
		r.Epoch(event.Epoch{Epoch: epoch}, false)
	}
	if got := fmt.Sprint(completed); got != "[1 2 3 4 5 6 7 8 9 10 12 14 16 18 20 23]" {
		t.Errorf("noted are the epochs %s", got)
	}
}

// TestCourse: where writing takes long, the pages between are left out, the last one is not; one of a run that failed
// says why.
func TestCourse(t *testing.T) {
	run := runOn(t, twoClasses())
	page := func() string {
		b, err := os.ReadFile(run.Path)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	r := New(run)
	r.Failed(errors.New("too early"))
	if err := r.Begin(nil, nil); err != nil {
		t.Fatal(err)
	}
	half := 0.5
	for i, step := range []struct {
		writing, since time.Duration
		want           string
	}{
		{time.Second, time.Minute, "epoch 1 of 50"},
		{time.Second, time.Second, "epoch 1 of 50"},
		{time.Second, time.Hour, "epoch 3 of 50"},
	} {
		r.writing, r.run.Start = step.writing, time.Now().Add(-step.since)
		r.Epoch(event.Epoch{Epoch: i + 1, TrainCost: 1, TrainAccuracy: &half}, true)
		if !strings.Contains(page(), step.want) {
			t.Errorf("epoch %d, %v of %v spent on writing: the page is not that of %s", i+1, step.writing, step.since, step.want)
		}
		if !strings.Contains(page(), "location.reload()") {
			t.Errorf("epoch %d: the run goes on, and the page does not load itself anew", i+1)
		}
	}
	err := r.Done(event.Done{Hash: "abc"})
	if err != nil || !strings.Contains(page(), "abc") || strings.Contains(page(), "location.reload()") {
		t.Errorf("the page is not that of the finished run: %v", err)
	}
	r.page.State = "epoch 3 of 50"
	r.Failed(errors.New("interrupted"))
	if !strings.Contains(page(), "epoch 3 of 50: interrupted</p>") || strings.Contains(page(), "location.reload()") {
		t.Error("the page does not say why the run ended, or goes on loading itself anew")
	}
	r.page.State = "epoch 3 of 50"
	r.Failed(&event.Failed{Epoch: 4, Err: errors.New("the cost became infinite"), Remedy: "try"})
	if !strings.Contains(page(), `id="state">epoch 4: the cost became infinite; try</p>`) {
		t.Error("the page has two epochs in which the run ended")
	}
}

// TestOutputs: the outputs for the test samples are those that were noted on the way, or, of a network that is that of
// an earlier epoch again, those that it has then.
func TestOutputs(t *testing.T) {
	run := runOn(t, twoClasses())
	run.Evaluate = func(_ *dataset.Set, n int) []float64 { return []float64{9, 8, 7, 6} }
	r := New(run)
	if err := r.Begin(nil, nil); err != nil {
		t.Fatal(err)
	}
	note := r.RecordOutputs()
	note(1, []float64{3, 4})
	note(0, []float64{1, 2})
	r.Done(event.Done{})
	if fmt.Sprint(r.page.Outputs) != "[1 2 3 4]" {
		t.Errorf("noted are %v", r.page.Outputs)
	}
	accuracy := 0.25
	r.RestoredBest(event.Epoch{Epoch: 7, TestAccuracy: &accuracy})
	r.Done(event.Done{})
	const want = "25.00 % of 2 test samples right with the weights of epoch 7, the best by the validation set."
	if fmt.Sprint(r.page.Outputs) != "[9 8 7 6]" || *r.page.Chosen != 7 || r.page.Result != want {
		t.Errorf("of the best epoch %v, chosen %v: %s", r.page.Outputs, *r.page.Chosen, r.page.Result)
	}
}

// TestAdded: sentences and tables are on the page, and figures of other trainings between those of the network and of
// its layers.
func TestAdded(t *testing.T) {
	run := runOn(t, twoClasses())
	named := func(title string) []chart.Figure { return []chart.Figure{{Title: title}} }
	run.Figures = func() (_, _ []chart.Figure) { return named("own"), named("layers") }
	r := New(run)
	r.Show(named("before")...)
	if _, err := os.Stat(run.Path); err == nil {
		t.Error("a page is written before the run has begun")
	}
	if err := r.Begin(nil, nil); err != nil {
		t.Fatal(err)
	}
	r.Table("a table", "look", [][]string{{"head"}, {"one"}, {"two"}})
	r.Note("a note")
	r.Warn("a warning")
	if err := r.Show(named("other")...); err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, f := range r.page.Figures {
		titles = append(titles, f.Title)
	}
	if got := fmt.Sprint(titles, r.page.Tables, r.page.Notes, r.page.Warnings); got !=
		"[own before other layers] [{a table look [head] [[one] [two]]}] [a note] [a warning]" {
		t.Error(got)
	}
}

// TestQuality: how good the network is at each class is a table beside the errors, and what the inputs count are bars;
// of a run without either there is nothing.
func TestQuality(t *testing.T) {
	r := New(runOn(t, twoClasses()))
	if err := r.Begin(nil, nil); err != nil {
		t.Fatal(err)
	}
	class := event.ClassScores{Precision: 0.5, Recall: 0.25, F1: 0.125, Support: 3}
	q := &event.Quality{Macro: &class, Weighted: &class,
		Classes:      []event.NamedClassScores{{Name: "a", ClassScores: class}},
		ImportanceOf: "the accuracy", Importance: []event.Importance{{Input: "size", Mean: 0.5, Deviation: 0.25}}}
	if err := r.Done(event.Done{Quality: q}); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(r.page.ByClass.Head, r.page.ByClass.Rows[0], r.page.Importance, r.page.ImportanceOf); got !=
		"[class precision recall F1 samples] [a 0.5000 0.2500 0.1250 3] [{size 0.5 0.25}]the accuracy" {
		t.Error(got)
	}
	b, err := os.ReadFile(r.run.Path)
	if err != nil || !strings.Contains(string(b), "Class by class") || !strings.Contains(string(b), "0.500 ± 0.250") {
		t.Errorf("%v: the page has no classes, or no bar", err)
	}
}

// TestNone: without a page nothing is recorded.
func TestNone(t *testing.T) {
	var r *Recorder
	r.Epoch(event.Epoch{}, true)
	r.Table("", "", [][]string{{""}})
	r.Note("")
	r.Warn("")
	r.RestoredBest(event.Epoch{})
	r.Failed(errors.New(""))
	if r.Begin(nil, nil) != nil || r.RecordOutputs() != nil || r.Show() != nil || r.Done(event.Done{}) != nil {
		t.Error("without -report something is recorded")
	}
}

// TestWrite: the file appears whole or not at all, and never in the place of something else.
func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "r.html")
	write := func(path, content string, err error) error {
		return Write(path, func(w io.Writer) error {
			_, err2 := io.WriteString(w, content)
			return errors.Join(err, err2)
		})
	}
	if err := write(path, "page", nil); err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(path); err != nil || st.Size() != 4 || st.Mode().Perm() != 0o644 {
		t.Errorf("%v, %v", st, err)
	}
	if err := Check(path); err == nil || !strings.HasPrefix(err.Error(), "-report "+path) {
		t.Errorf("a file that is no page: %v", err)
	}
	failed := write(path, "half", errors.New("no"))
	if b, err := os.ReadFile(path); failed == nil || string(b) != "page" {
		t.Errorf("after a page that could not be made (%v), the file is %q, %v", failed, b, err)
	}
	os.Mkdir(path+".d", 0o755)
	if write(path+".d", "page", nil) == nil {
		t.Error("a folder was overwritten")
	}
	if names, _ := filepath.Glob(filepath.Join(dir, ".*")); len(names) > 0 {
		t.Errorf("left behind: %v", names)
	}
}
