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
	"backprop/internal/filetest"
	"backprop/internal/model/layers"
	"backprop/internal/show/chart"
	"backprop/internal/show/event"
	"backprop/internal/show/report"
)

// runOn is a run of 50 epochs on d, whose network answers 0 to everything.
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

// twoClasses has four training samples of two inputs; the first two are the test set.
func twoClasses() *dataset.Dataset {
	d := &dataset.Dataset{Name: "d", Classes: []string{"a", "b"},
		Train: dataset.Set{N: 4, Dim: 2, Values: make([]float64, 8), Labels: []int32{0, 1, 0, 1}}}
	d.Test = d.Train.Slice(0, 2)
	return d
}

// begun returns a recorder whose run has begun.
func begun(t *testing.T, run Run) *Recorder {
	t.Helper()
	r := New(run)
	if err := r.Begin(nil, nil); err != nil {
		t.Fatal(err)
	}
	return r
}

// pageOf reads the page that the recorder has written.
func pageOf(t *testing.T, r *Recorder) string {
	t.Helper()
	b, err := os.ReadFile(r.run.Path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Published results of later epochs than are trained, or that are 0, are left out.
func TestNewTakesTitleDataAndPublishedResults(t *testing.T) {
	run := runOn(t, twoClasses())
	run.Epochs, run.Page.Loss, run.Page.Layers = 2, "mean", []layers.Layer{layers.New(2, 2)}
	run.In = dataset.EvenScale(2, 0.5)
	run.Published = [][2]float64{{0.5, 0.75}, {0, 0.875}, {0.25, 1}}
	page := New(run).page
	loss, accuracy := page.Published[0], page.Published[1]
	got := fmt.Sprint(page.Title, ": ", loss.X, loss.Y, accuracy.X, accuracy.Y, page.WholeSet, page.Shift, page.Factor,
		page.Classes, len(page.Step.X), page.Train.N, page.Test.N)
	if want := "2-2 on d: [1] [0.5] [1 2] [0.75 0.875] true [0 0] [0.5 0.5] [a b] 4 4 2"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The two inked pixels in the middle are 2 high.
func TestNewMeasuresTheDrawingInImages(t *testing.T) {
	d := &dataset.Dataset{Width: 1, Height: 4, Classes: []string{"a"},
		Train: dataset.Set{N: 1, Dim: 4, Pixels: []byte{0, 9, 9, 0}, Labels: []int32{0}}}
	run := runOn(t, d)
	run.Rows = func([]int32) (x, y [][]float64) { return nil, nil }
	if got := New(run).page.Box; got != 2 {
		t.Errorf("got %v, want 2", got)
	}
}

func TestFactsEndWithTheTimeAndTheHash(t *testing.T) {
	r := begun(t, runOn(t, twoClasses()))
	machine := fmt.Sprintf("[machine go kernel, 2 workers, %s/%s, %s]", runtime.GOOS, runtime.GOARCH, runtime.Version())
	if got, want := fmt.Sprint(r.page.Facts), "[[network 2-2] "+machine+"]"; got != want {
		t.Errorf("at first: got %s, want %s", got, want)
	}
	mae := 2.0
	if err := r.Done(event.Done{Seconds: 1.234, Hash: "abc", Quality: &event.Quality{MAE: &mae}}); err != nil {
		t.Fatal(err)
	}
	want := "[[network 2-2] " + machine + " [test MAE 2] [total time 1.23 s] [weights sha256 abc]]"
	if got := fmt.Sprint(r.page.Facts); got != want {
		t.Errorf("at the end: got %s, want %s", got, want)
	}
}

func TestResultIsTheScoreOnTheTestSet(t *testing.T) {
	r := &Recorder{run: Run{Data: &dataset.Dataset{Test: dataset.Set{N: 1500}}}}
	half, rmse := 0.5, 1234567.0
	for want, e := range map[string]event.Epoch{
		"50.00 % of 1,500 test samples right": {TestAccuracy: &half, TrainCost: 2},
		"Test RMSE 1234600":                   {TestRMSE: &rmse, TrainCost: 2},
		"Training cost 2.1235":                {TrainCost: 2.123456},
	} {
		if got := r.result(e); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// If the cost is half the squared error of two outputs, 9, the training RMSE is √(2·9/2) = 3, in the target's unit 6. A
// recipe's loss takes the place of the cost.
func TestPointHasCostAndScoreOfEachSet(t *testing.T) {
	d := &dataset.Dataset{Train: dataset.Set{N: 2, Dim: 1, Values: []float64{0, 1}, Targets: make([]float64, 4)}}
	run := runOn(t, d)
	run.Squares, run.Out = true, dataset.EvenScale(2, 0.5)
	r := New(run)
	pointer := func(v float64) *float64 { return &v }
	for want, e := range map[string]event.Epoch{
		"{3 [9 2 NaN] [6 4 5]}": {Epoch: 3, TrainCost: 9, ValidCost: pointer(2), ValidRMSE: pointer(4),
			TestRMSE: pointer(5)},
		"{4 [1 NaN 2] [NaN NaN 0.5]}": {Epoch: 4, TrainCost: 9, TrainLoss: pointer(1), TestLoss: pointer(2),
			TestAccuracy: pointer(0.5)},
	} {
		if got := fmt.Sprint(r.point(e)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// Writing may take a thirtieth of the time: two minutes of an hour. An epoch that the console does not show is written
// only if the recipe's axes ask for it.
func TestEpochWritesThePageIfThatIsCheap(t *testing.T) {
	for _, c := range []struct {
		name         string
		writing      time.Duration // of an hour
		shown        bool
		every, epoch int
		want         bool
	}{
		{"cheap", 119 * time.Second, true, 0, 1, true},
		{"dear", 121 * time.Second, true, 0, 1, false},
		{"not shown", 0, false, 0, 1, false},
		{"asked for, cheap", 119 * time.Second, false, 5, 10, true},
		{"asked for, dear", 121 * time.Second, false, 5, 10, false},
		{"between those asked for", 0, false, 5, 11, false},
		{"each asked for", 0, false, 1, 7, true},
	} {
		run := runOn(t, twoClasses())
		run.Page.Axes.Every = c.every
		r := begun(t, run)
		os.Remove(run.Path)
		r.writing, r.run.Start = c.writing, time.Now().Add(-time.Hour)
		r.Epoch(event.Epoch{Epoch: c.epoch}, c.shown)
		_, err := os.Stat(run.Path)
		if got := err == nil; got != c.want {
			t.Errorf("%s: is the page written? got %v, want %v", c.name, got, c.want)
		} else if got && (r.writing <= c.writing || r.page.State != fmt.Sprintf("epoch %d of 50", c.epoch)) {
			t.Errorf("%s: got %v of writing and the state %q, want more than %v", c.name, r.writing, r.page.State, c.writing)
		}
	}
}

func TestEpochsThatAreNotShownAreRecordedATenthApart(t *testing.T) {
	run, recorded := runOn(t, twoClasses()), []int{}
	run.Complete = func(e *event.Epoch) { recorded = append(recorded, e.Epoch) }
	r := begun(t, run)
	for epoch := 1; epoch <= 23; epoch++ {
		r.Epoch(event.Epoch{Epoch: epoch}, false)
	}
	const want = "[1 2 3 4 5 6 7 8 9 10 12 14 16 18 20 23]"
	if got := fmt.Sprint(recorded); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The page loads itself again while the run goes on. If the reason of its end names the epoch, the state does not.
func TestThePageSaysHowFarTheRunHasCome(t *testing.T) {
	diverged := &event.Failed{Epoch: 2, Err: errors.New("the cost became infinite"), Remedy: "try"}
	half := 0.5
	for _, c := range []struct {
		name string
		end  func(r *Recorder)
		want string
	}{
		{"going on", func(*Recorder) {}, `id="state">epoch 1 of 50`},
		{"done", func(r *Recorder) { r.Done(event.Done{Hash: "abc"}) }, "<dd>abc</dd>"},
		{"interrupted", func(r *Recorder) { r.Failed(errors.New("interrupted")) },
			`id="state">epoch 1 of 50: interrupted</p>`},
		{"diverged", func(r *Recorder) { r.Failed(diverged) },
			`id="state">epoch 2: the cost became infinite; try</p>`},
	} {
		r := begun(t, runOn(t, twoClasses()))
		r.run.Start = time.Now().Add(-time.Hour)
		r.Epoch(event.Epoch{Epoch: 1, TrainCost: 1, TestAccuracy: &half}, true)
		if want := "50.00 % of 2 test samples right after 1 epoch."; r.page.Result != want {
			t.Errorf("got the result %q, want %q", r.page.Result, want)
		}
		c.end(r)
		page := pageOf(t, r)
		if !strings.Contains(page, c.want) || strings.Contains(page, "location.reload()") != (c.name == "going on") {
			t.Errorf("%s: the page does not say %q, or does not know whether to load itself again", c.name, c.want)
		}
	}
}

// After RestoredBest the network has other weights, so that Done evaluates it again.
func TestOutputsAreThoseOfTheWeightsAtTheEnd(t *testing.T) {
	run := runOn(t, twoClasses())
	run.Evaluate = func(*dataset.Set, int) []float64 { return []float64{9, 8, 7, 6} }
	r := begun(t, run)
	record := r.RecordOutputs()
	record(1, []float64{3, 4})
	record(0, []float64{1, 2})
	r.Done(event.Done{})
	if got := fmt.Sprint(r.page.Outputs); got != "[1 2 3 4]" {
		t.Errorf("recorded: got %s, want [1 2 3 4]", got)
	}
	accuracy := 0.25
	r.RestoredBest(event.Epoch{Epoch: 7, TestAccuracy: &accuracy})
	r.Done(event.Done{})
	const want = "25.00 % of 2 test samples right with the weights of epoch 7, the best by the validation set."
	if fmt.Sprint(r.page.Outputs) != "[9 8 7 6]" || *r.page.Chosen != 7 || r.page.Result != want {
		t.Errorf("the best epoch: got %v, chosen %v, %q; want [9 8 7 6], 7, %q", r.page.Outputs, *r.page.Chosen,
			r.page.Result, want)
	}
}

// Figures of other trainings stand between those of the network and those of its layers.
func TestAddedFiguresTablesAndSentences(t *testing.T) {
	run := runOn(t, twoClasses())
	titled := func(title string) []chart.Figure { return []chart.Figure{{Title: title}} }
	run.Figures = func() (_, _ []chart.Figure) { return titled("network"), titled("layers") }
	r := New(run)
	r.Show(titled("before")...)
	r.Failed(errors.New("too early"))
	if filetest.List(t, filepath.Dir(run.Path)) != nil {
		t.Error("a page is written before the run begins")
	}
	if err := r.Begin(nil, nil); err != nil {
		t.Fatal(err)
	}
	r.Table("a table", "caption", [][]string{{"head"}, {"one"}, {"two"}})
	r.Note("a note")
	r.Warn("a warning")
	if err := r.Show(titled("other")...); err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, f := range r.page.Figures {
		titles = append(titles, f.Title)
	}
	const want = "[network before other layers] [{a table caption [head] [[one] [two]]}] [a note] [a warning]"
	if got := fmt.Sprint(titles, r.page.Tables, r.page.Notes, r.page.Warnings); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestDoneShowsTheScoresOfEachClassAndTheImportanceOfEachInput(t *testing.T) {
	r := begun(t, runOn(t, twoClasses()))
	class := event.ClassScores{Precision: 0.5, Recall: 0.25, F1: 0.125, Support: 3}
	err := r.Done(event.Done{Quality: &event.Quality{Macro: &class, Weighted: &class,
		Classes:      []event.NamedClassScores{{Name: "a", ClassScores: class}},
		ImportanceOf: "the accuracy", Importance: []event.Importance{{Input: "size", Mean: 0.5, Deviation: 0.25}}}})
	if err != nil {
		t.Fatal(err)
	}
	const want = "[class precision recall F1 samples] [a 0.5000 0.2500 0.1250 3] [{size 0.5 0.25}]the accuracy"
	got := fmt.Sprint(r.page.ByClass.Head, r.page.ByClass.Rows[0], r.page.Importance, r.page.ImportanceOf)
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	page := pageOf(t, r)
	for _, part := range []string{"Class by class", "0.500 ± 0.250"} {
		if !strings.Contains(page, part) {
			t.Errorf("%q is not on the page", part)
		}
	}
}

// A run without -report has a nil Recorder.
func TestANilRecorderDoesNothing(t *testing.T) {
	var r *Recorder
	r.Epoch(event.Epoch{}, true)
	r.Table("", "", [][]string{{""}})
	r.Note("")
	r.Warn("")
	r.RestoredBest(event.Epoch{})
	r.Failed(errors.New(""))
	if r.Begin(nil, nil) != nil || r.RecordOutputs() != nil || r.Show() != nil || r.Done(event.Done{}) != nil {
		t.Error("something is recorded")
	}
}

// A page appears whole or not at all, and never in place of something else.
func TestWriteReplacesAPageAllAtOnce(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "r.html")
	write := func(path, content string, fail error) error {
		return Write(path, func(w io.Writer) error {
			_, err := io.WriteString(w, content)
			return errors.Join(fail, err)
		})
	}
	if err := write(path, "page", nil); err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(path); err != nil || st.Size() != 4 || st.Mode().Perm() != 0o644 {
		t.Errorf("got %v, %v; want a file of 4 bytes that all may read", st, err)
	}
	if err := Check(path); !filetest.Says(err, "-report "+path, "it exists and is not a report") {
		t.Errorf("Check of a file that is no page: got %v", err)
	}
	err := write(path, "half", errors.New("no"))
	if b, _ := os.ReadFile(path); !filetest.Says(err, "-report "+path, "no") || string(b) != "page" {
		t.Errorf("a page that fails: got %v and %q, want an error and the page from before", err, b)
	}
	os.Mkdir(path+".d", 0o755)
	if write(path+".d", "page", nil) == nil {
		t.Error("a folder was overwritten")
	}
	if names := filetest.List(t, dir); len(names) != 2 {
		t.Errorf("left behind: %v", names)
	}
}
