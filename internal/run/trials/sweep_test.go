package trials

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"backprop/internal/data/dataset"
	"backprop/internal/filetest"
	"backprop/internal/run/settings"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
)

// choices has the names that the default settings and the recipe digits use.
var choices = &settings.Choices{Activations: []string{"relu", "sigmoid"}, Outputs: []string{"linear", "sigmoid"},
	Costs: []settings.CostChoice{{Name: "ce"}, {Name: "mse"}}, Bugs: []string{"list"}}

// newSweep returns a sweep whose trainings have no results yet.
func newSweep(t testing.TB, data *dataset.Dataset, flags, sweepFlag string) *sweep {
	t.Helper()
	cfg, err := settings.Parse(append(strings.Fields(flags), "-sweep", sweepFlag), io.Discard, choices)
	if err != nil {
		t.Fatal(err)
	}
	s := &sweep{cfg: cfg, data: data, stderr: io.Discard, fingerprints: map[uint64]string{}}
	if s.all, err = runsOf(cfg); err != nil {
		t.Fatal(err)
	}
	if s.selected, err = selectRuns(&cfg.SweepTask, s.all); err != nil {
		t.Fatal(err)
	}
	return s
}

// finishedSweep returns a sweep whose trainings are done. Of each, trainings has the values of the flags, and then the
// validation cost, the validation score and the test score, which may be missing; or "diverged". Its hash is its number
// in twelve digits.
func finishedSweep(t *testing.T, data *dataset.Dataset, flags, sweepFlag, trainings string) *sweep {
	t.Helper()
	s := newSweep(t, data, flags, sweepFlag)
	lines := strings.Split(trainings, ";")
	if len(lines) != len(s.all) {
		t.Fatalf("-sweep %s has %d trainings, but there are results of %d", sweepFlag, len(s.all), len(lines))
	}
	for i, r := range s.all {
		words := strings.Fields(lines[i])
		if values := words[:len(r.values)]; !slices.Equal(values, r.values) {
			t.Fatalf("training %d has the values %q, but its result is of %q", i, r.values, values)
		}
		var scores [3]*float64
		r.result = &result{Hash: fmt.Sprintf("%012d", i)}
		for k, word := range words[len(r.values):] {
			if score, err := strconv.ParseFloat(word, 64); err == nil {
				scores[k] = &score
			} else {
				r.result.Failed = "too far"
			}
		}
		r.result.ValidCost = scores[0]
		if data.Classes != nil {
			r.result.ValidAccuracy, r.result.TestAccuracy = scores[1], scores[2]
		} else {
			r.result.ValidRMSE, r.result.TestRMSE = scores[1], scores[2]
		}
	}
	return s
}

// TestSweep: the winner has the settings of the best training and the data of its seed. Here the accuracy of a training
// is its learning rate + a thousandth of its seed. It fails at a rate of 0, goes on until it is interrupted at 1, and
// diverges above 1.
func TestSweep(t *testing.T) {
	t.Chdir(t.TempDir())
	data := dataset.Dataset{Name: "d", Classes: []string{"a", "b"}, Train: dataset.Set{N: 50, Dim: 1,
		Pixels: make([]byte, 50), Labels: make([]int32, 50)}, Valid: dataset.Set{N: 9, Dim: 1, Pixels: make([]byte, 9)}}
	ofSeed2, unsplit := data, data
	unsplit.Valid.N = 0
	var running, begun atomic.Int64
	run := func(ctx context.Context, trial Trial) (Outcome, error) {
		running.Add(1)
		defer running.Add(-1)
		begun.Add(1)
		fmt.Fprint(trial.Stderr, ".")
		if trial.Checkpoint != "" {
			filetest.Write(t, ".", map[string][]byte{trial.Checkpoint + ".checkpoint": nil})
		}
		rate := trial.Settings.Rate[0]
		accuracy, cost := rate+float64(trial.Settings.Seed)/1000, 1.0
		switch {
		case rate == 0:
			return Outcome{}, errors.New("there are no weights")
		case rate == 1:
			<-ctx.Done()
			time.Sleep(time.Millisecond)
			return Outcome{}, event.ErrInterrupted
		case rate > 1:
			return Outcome{Diverged: errors.New("too far")}, nil
		}
		return Outcome{Final: event.Epoch{ValidAccuracy: &accuracy, ValidCost: &cost},
			Done: event.Done{Hash: strings.Repeat(fmt.Sprint(rate*10), 64)}}, nil
	}
	hooks := Hooks{Prepare: func(trial Trial) (Training, error) {
		return Training{Run: func(ctx context.Context) (Outcome, error) { return run(ctx, trial) }}, nil
	}, Load: func(context.Context, *settings.Settings) (*dataset.Dataset, error) { return &ofSeed2, nil }}
	for _, c := range []struct {
		flags, sweep string
		data         *dataset.Dataset
		want         string // -lr, -seed, the number of the new weights, the hash, and what the recipe's settings became
		says         string // the error
		files        []string
	}{
		{"", "lr=0.1,0.3,0.2", &data, "0.3 1 0 333", "", nil},
		{"", "seed=1,2", &data, "0.4 2 0 444", "", nil},
		{"-recipe digits", "lr=0.1,0.3", &data, "0.3 1 3  -sweep lr=0.1,0.3 (l2=0.01:100:10)", "", nil},
		{"-sweep-dir D", "lr=0.1,2", &data, "0.1 1 0 111", "", []string{"0.json", "1.json"}},
		{"-sweep-dir E -sweep-task 1", "lr=0.1,0.3", &data, "none", "", []string{"1.json"}},
		{"-workers 2", "lr=0,1", &data, "none", "there are no weights", nil},
		{"", "lr=0.1,0.3", &unsplit, "none", "-sweep chooses by a validation set, and there is none: add -valid 0.2", nil},
		{"-report r.html", "lr=2,3", &data, "none", "-sweep lr=2,3: every training diverged; try a smaller -lr (it was 2, 3)",
			nil},
		{"-report none/r.html", "lr=2,3", &data, "none", "-report none/r.html: cannot be written: no such file or " +
			"directory; give a name in a folder that is there and that you may write to", nil},
	} {
		cfg := newSweep(t, c.data, c.flags, c.sweep).cfg
		var said, printed strings.Builder
		begun.Store(0)
		w, err := Sweep(t.Context(), cfg, c.data, hooks, &console.Printer{W: bufio.NewWriter(&printed)},
			&console.Progress{}, &said)
		got := "none"
		if announced := strings.Contains(printed.String(), "\nbest by validation: "); announced != (w != nil) {
			t.Errorf("%s -sweep %s: got %s, with a best training: %v", c.flags, c.sweep, &printed, w != nil)
		}
		if w != nil {
			got = strings.TrimSpace(fmt.Sprintf("%s %d %d %.3s %s", w.Settings.Rate.String(), w.Settings.Seed,
				w.Settings.Restart, w.hash, strings.Join(w.Settings.Changed, ", ")))
			if (w.Data == &ofSeed2) != (w.Settings.Seed == 2) || len(w.Tables) == 0 || len(w.Figures) == 0 {
				t.Errorf("%s -sweep %s: got %d tables, %d figures, or the data of another seed", c.flags, c.sweep,
					len(w.Tables), len(w.Figures))
			}
		}
		if got != c.want || (err != nil || c.says != "") && fmt.Sprint(err) != c.says {
			t.Errorf("%s -sweep %s: got %s, %v; want %s, %s", c.flags, c.sweep, got, err, c.want, c.says)
		}
		if n := running.Load(); n != 0 {
			t.Errorf("%s -sweep %s: %d trainings go on", c.flags, c.sweep, n)
		}
		if n := int(begun.Load()); said.String() != strings.Repeat(".", n) {
			t.Errorf("%s -sweep %s: %d trainings said %q", c.flags, c.sweep, n, &said)
		}
		if files := filetest.List(t, cmp.Or(cfg.SweepDir, "no folder")); !slices.Equal(files, c.files) {
			t.Errorf("%s -sweep %s: got the files %q, want %q", c.flags, c.sweep, files, c.files)
		}
	}
	page, err := os.ReadFile("r.html")
	if err != nil || !strings.Contains(string(page), "A sweep without a best training") ||
		!strings.Contains(string(page), "every training diverged") || strings.Contains(string(page), "chosen") {
		t.Errorf("the page of a sweep that diverged: got %v, %.500s", err, page)
	}
}

// TestSweepStart: only trainings without a result are begun, and one that is alone has all workers.
func TestSweepStart(t *testing.T) {
	for _, c := range []struct {
		done            []int
		pending, epochs int
		workers         int // of the last training
	}{{nil, 3, 2 + 3 + 4, 1}, {[]int{0}, 2, 3 + 4, 1}, {[]int{0, 1}, 1, 4, 5}, {[]int{0, 1, 2}, 0, 0, 1}} {
		s := newSweep(t, &dataset.Dataset{}, "-workers 5", "epochs=2,3,4")
		s.hooks.Prepare = func(Trial) (Training, error) { return Training{}, errors.New("it is not to be trained here") }
		for _, i := range c.done {
			s.all[i].result = &result{}
		}
		s.start(t.Context())
		s.pool.workers.Wait()
		s.pool.stop()
		if begun := s.trainingsDone.Load(); len(s.pending) != c.pending || begun != int64(c.pending) ||
			s.epochs != c.epochs || s.all[2].cfg.Workers != c.workers {
			t.Errorf("%v done: got %d pending, %d begun, %d epochs, %d workers; want %+v", c.done, len(s.pending), begun,
				s.epochs, s.all[2].cfg.Workers, c)
		}
	}
}

// TestSweepTakesResultsOfOthers: what another process has trained in the meantime is not trained again.
func TestSweepTakesResultsOfOthers(t *testing.T) {
	dir, trained, score, hash := t.TempDir(), 0, 0.5, strings.Repeat("ab", 32)
	train := func(context.Context) (Outcome, error) {
		trained++
		return Outcome{Final: event.Epoch{ValidCost: &score, ValidAccuracy: &score}, Done: event.Done{Hash: hash}}, nil
	}
	for process := range 2 {
		data := &dataset.Dataset{Classes: []string{"a", "b"}, Valid: dataset.Set{N: 50}}
		s := newSweep(t, data, "-sweep-dir "+dir, "lr=0.1,0.2")
		s.hooks.Prepare = func(trial Trial) (Training, error) {
			if want := filepath.Join(dir, "0"); trial.Checkpoint != want {
				t.Errorf("got a checkpoint of %s, want %s", trial.Checkpoint, want)
			}
			return Training{Run: train}, nil
		}
		r := s.all[0]
		if err := s.train(t.Context(), r); err != nil || r.result.Hash != hash || trained != 1 {
			t.Errorf("process %d: got %v, trained %d times, %+v", process, err, trained, r.result)
		}
	}
}

// TestSweepTrains: each training gets the data of its seed, and what comes of it is its result and its curve. With
// -report each epoch is evaluated, else none.
func TestSweepTrains(t *testing.T) {
	score, lost, broken := 0.5, errors.New("lost"), errors.New("broken")
	for _, c := range []struct {
		flags                       string
		loading, preparing, running error
	}{
		{"", nil, nil, nil}, {"-report r", nil, nil, nil},
		{"", lost, nil, nil}, {"", nil, lost, nil}, {"", nil, nil, broken},
	} {
		own := &dataset.Dataset{Name: "own", Classes: []string{"a"}}
		s := newSweep(t, &dataset.Dataset{Name: "first", Classes: []string{"a"}}, c.flags, "seed=1,2")
		s.hooks.Load = func(context.Context, *settings.Settings) (*dataset.Dataset, error) { return own, c.loading }
		s.hooks.Prepare = func(trial Trial) (Training, error) {
			before := s.epochsDone.Load()
			if (trial.Data == own) != (trial.Settings.Seed == 2) || trial.Checkpoint != "" ||
				trial.Shown(1) != (c.flags != "") || s.epochsDone.Load() != before+1 {
				t.Errorf("%s: seed %d has the data %s", c.flags, trial.Settings.Seed, trial.Data.Name)
			}
			run := func(context.Context) (Outcome, error) {
				e := event.Epoch{Epoch: 1, ValidCost: &score, ValidAccuracy: &score}
				return Outcome{History: []event.Epoch{e}, Final: e, Done: event.Done{Hash: "h"}}, c.running
			}
			return Training{Run: run}, c.preparing
		}
		for i, r := range s.all {
			want := cmp.Or(c.preparing, c.running)
			if i == 1 {
				want = cmp.Or(c.loading, want)
			}
			err := s.train(t.Context(), r)
			if done := r.result != nil; err != want || done != (want == nil) || done != (len(r.curve.Y) == 1) {
				t.Errorf("%+v, training %d: got %v, %+v, want %v", c, i, err, r.result, want)
			}
		}
	}
}

// TestSweepBar: the bar counts the trainings that are done, and is as long as their share of all epochs.
func TestSweepBar(t *testing.T) {
	s := finishedSweep(t, &dataset.Dataset{Classes: []string{"a"}, Valid: dataset.Set{N: 10}}, "", "lr=0.1,0.2",
		"0.1 1 0.5; 0.2 1 0.5")
	s.pending, s.epochs = make([]*run, 5), 40
	s.trainingsDone.Store(2)
	s.epochsDone.Store(10)
	s.all[1].job = 1
	end := make(chan struct{})
	s.pool = startPool(t.Context(), 1, 1, func(context.Context, int) error {
		<-end
		return nil
	})
	defer s.pool.stop()
	written, done := make(filetest.ChanWriter, 100), make(chan struct{})
	go func() {
		defer close(done)
		s.printResults(groupsOf(s.cfg, s.selected), console.Quiet(), &console.Progress{W: written})
	}()
	want := "2 of 5 trainings [" + strings.Repeat("=", 7) + strings.Repeat(" ", 23) + "]  25 %"
	deadline := time.After(20 * time.Second)
	for text := ""; !strings.Contains(text, "%"); {
		select {
		case text = <-written:
		case <-deadline:
			t.Fatal("there is no bar")
		}
		if strings.Contains(text, "%") && !strings.Contains(text, want) {
			t.Errorf("got the bar %q, want %q", text, want)
		}
	}
	close(end)
	<-done
	last := ""
	for len(written) > 0 {
		last = <-written
	}
	if last != "\r\x1b[K" {
		t.Errorf("at the end: got %q, want the bar to be removed", last)
	}
}

// TestSweepInterrupted: the message says how far the sweep was, and whether anything of it is kept.
func TestSweepInterrupted(t *testing.T) {
	inner := fmt.Errorf("%w in epoch 3 of 4", event.ErrInterrupted)
	for flags, want := range map[string]string{
		"": "interrupted after 2 of 3 trainings of the sweep, which begins anew the next time (with -sweep-dir DIR it " +
			"can be resumed)",
		"-sweep-dir D": "interrupted; the finished part of the sweep is in D, and the same " +
			"command does the rest",
		"-sweep-dir D -sweep-task 2": "interrupted in epoch 3 of 4",
	} {
		s := finishedSweep(t, &dataset.Dataset{Classes: []string{"a"}, Valid: dataset.Set{N: 10}}, flags, "lr=0.1,0.2,0.3",
			"0.1 1 0.5; 0.2 1 0.5; 0.3 1 0.5")
		s.all[2].job = 1
		s.pool = startPool(t.Context(), 1, 1, func(context.Context, int) error { return inner })
		err := s.printResults(groupsOf(s.cfg, s.selected), console.Quiet(), &console.Progress{})
		s.pool.stop()
		if fmt.Sprint(err) != want || !errors.Is(err, event.ErrInterrupted) {
			t.Errorf("%s: got %v, want %s", flags, err, want)
		}
	}
}

// TestAnnouncement: which combination is the best, and with which seed it is trained again.
func TestAnnouncement(t *testing.T) {
	data := &dataset.Dataset{Classes: []string{"a"}, Valid: dataset.Set{N: 10}}
	for _, c := range []struct {
		sweep, trainings string
		afresh           bool
		want             string
	}{
		{"lr=0.1,0.2", "0.1 1 0.5; 0.2 1 0.5", false, "lr 0.1, trained once more"},
		{"lr=0.1,0.2", "0.1 1 0.5; 0.2 1 0.5", true, "lr 0.1, trained afresh, from new random weights"},
		{"l2=3 seed=5,6", "3 5 1 0.5; 3 6 1 0.5", false, "l2 3, mean of the seeds 5, 6, trained once more with seed 5"},
		{"seed=5,6", "5 1 0.5; 6 1 0.5", false, "seed 5, trained once more"},
	} {
		s := finishedSweep(t, data, "", c.sweep, c.trainings)
		s.cfg.Recipe.NewWeightsEach = c.afresh
		got := s.announcement(groupsOf(s.cfg, s.all)[0])
		if want := "best by validation: " + c.want; got != want {
			t.Errorf("-sweep %s: got %s, want %s", c.sweep, got, want)
		}
	}
}

// TestAllDiverged: the rates that were too high are named; of more than four, the first and the last.
func TestAllDiverged(t *testing.T) {
	for rates, want := range map[string]string{"1,2,3,4": "1, 2, 3, 4", "1,2,3,4,5": "1, …, 5"} {
		s := newSweep(t, &dataset.Dataset{}, "", "lr="+rates)
		want = "-sweep lr=" + rates + ": every training diverged; try a smaller -lr (it was " + want + ")"
		if got := s.allDiverged().Error(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	s := newSweep(t, &dataset.Dataset{}, "-lr 9", "l2=1,2")
	if got, want := s.allDiverged().Error(), "(it was 9)"; !strings.HasSuffix(got, want) {
		t.Errorf("got %s, want %s at its end", got, want)
	}
}

// TestConfirm: if the best training has other weights when it is done again, its folder is of another version.
func TestConfirm(t *testing.T) {
	first, second := strings.Repeat("a", 64), strings.Repeat("b", 64)
	for _, w := range []*Winner{nil, {}, {hash: second}} {
		if err := w.Confirm(second); err != nil {
			t.Errorf("%+v: got %v", w, err)
		}
	}
	cfg := settings.New(choices)
	cfg.SweepDir = "D"
	const want = "trained once more, the best of the sweep has the weights bbbbbbbbbbbb…, and in the sweep it had " +
		"aaaaaaaaaaaa…: D is of another version of this program; take another -sweep-dir"
	if err := (&Winner{Settings: cfg, hash: first}).Confirm(second); fmt.Sprint(err) != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
