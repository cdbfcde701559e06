package trials

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"backprop/internal/data/dataset"
	"backprop/internal/run/settings"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
)

// words are enough for the default settings.
var words = &settings.Choices{Activations: []string{"relu"}, Outputs: []string{"linear"},
	Costs: []settings.CostChoice{{Name: "ce"}, {Name: "mse"}}, Bugs: []string{"list"}}

// TestSweepMean: the luckiest training does not win, and what diverged once does not either.
func TestSweepMean(t *testing.T) {
	cfg := settings.New(words)
	cfg.Sweep.Set("l2=1,2,3 seed=1,2")
	var runs []*run
	for i, accuracy := range []float64{0.99, 0.5, 0.8, 0.9, 0.97, -1} {
		r := &run{task: i, values: []string{strconv.Itoa(i/2 + 1), strconv.Itoa(i%2 + 1)}, result: &result{}}
		if cost := 1.0; accuracy < 0 {
			r.result.Failed = "diverged"
		} else {
			r.result.ValidAccuracy, r.result.ValidCost = &accuracy, &cost
		}
		runs = append(runs, r)
	}
	s := &sweep{cfg: cfg, data: &dataset.Dataset{Classes: []string{"a"}, Valid: dataset.Set{N: 100}}, all: runs,
		selected: runs}
	groups := groupsOf(cfg, runs, true)
	best, err := s.report(groups, console.Quiet(), &console.Progress{})
	if err != nil || len(groups) != 3 || best != 1 {
		t.Errorf("the best of %d is %d (%v), want 1", len(groups), best, err)
	}
	if want := 0.05 * 1.4142135623730951; math.Abs(groups[1].sd-want) > 1e-12 {
		t.Errorf("standard deviation %v, want %v", groups[1].sd, want)
	}
}

// sweepDone is a sweep whose trainings are done: a line has the values of one, what it came to by the
// validation set (cost and score) and by the test set, which may be missing, or "diverged".
func sweepDone(t *testing.T, data *dataset.Dataset, flags, trainings string) *sweep {
	t.Helper()
	cfg, err := settings.Parse(strings.Split(flags, "|"), io.Discard, words)
	if err != nil {
		t.Fatal(err)
	}
	s := &sweep{cfg: cfg, data: data, fingerprints: map[uint64]string{}}
	for i, line := range strings.Split(trainings, ";") {
		words := strings.Fields(line)
		r := &run{task: i, values: words[:len(cfg.Sweep)], result: &result{Hash: fmt.Sprint("h", i)}}
		var v []*float64
		for _, word := range append(words[len(cfg.Sweep):], "", "", "")[:3] {
			var x float64
			if n, _ := fmt.Sscan(word, &x); n == 1 {
				v = append(v, &x)
			} else {
				v = append(v, nil)
			}
		}
		if f := r.result; strings.Contains(line, "diverged") {
			f.Failed = "too far"
		} else if f.ValidCost = v[0]; data.Classes != nil {
			f.ValidAccuracy, f.TestAccuracy = v[1], v[2]
		} else {
			f.ValidRMSE, f.TestRMSE = v[1], v[2]
		}
		s.all = append(s.all, r)
	}
	if s.selected, err = selectRuns(&cfg.SweepTask, s.all); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSweepPrinted: the table and the lines of JSON of every kind of sweep, and the row that is best. The
// columns end below each other.
func TestSweepPrinted(t *testing.T) {
	classes := &dataset.Dataset{Classes: []string{"a", "b"}, Valid: dataset.Set{N: 50}, Test: dataset.Set{N: 200}}
	untested := &dataset.Dataset{Classes: []string{"a", "b"}, Valid: dataset.Set{N: 50}}
	root := regexp.MustCompile(`0\.070710678[0-9]*`)
	line := &dataset.Dataset{Valid: dataset.Set{N: 50}, Test: dataset.Set{N: 10}}
	for _, c := range []struct {
		data             *dataset.Dataset
		flags, trainings string
		best             int
		text, json       string
	}{
		{classes, "-workers|2|-sweep|lr=0.1,0.2,0.3", "0.1 0.5 0.8 0.75; 0.2 diverged; 0.3 0.25 0.9 0.6", 2,
			`sweep 3 values of lr, 2 at a time, each on one core

				lr valid cost valid accuracy test accuracy
				0.1 0.50000 40 / 50 150 / 200
				0.2 diverged
				0.3 0.25000 45 / 50 120 / 200`,
			`{"event":"sweep","flag":"lr","value":0.1,"valid_cost":0.5,"valid_accuracy":0.8,"test_accuracy":0.75,"weights_sha256":"h0"}
				{"event":"sweep","flag":"lr","value":0.2,"failed":"too far"}
				{"event":"sweep","flag":"lr","value":0.3,"valid_cost":0.25,"valid_accuracy":0.9,"test_accuracy":0.6,"weights_sha256":"h2"}`},
		{untested, "-workers|8|-sweep|hidden=none", "none 0.5 0.8", 0,
			`sweep 1 value of hidden, 1 at a time, each on one core

				hidden valid cost valid accuracy test accuracy
				none 0.50000 40 / 50 none`,
			`{"event":"sweep","flag":"hidden","value":"none","valid_cost":0.5,"valid_accuracy":0.8,"weights_sha256":"h0"}`},
		{line, "-workers|3|-sweep|lr=0.1,0.2 momentum=0", "0.1 0 0.5 2.5 1.25; 0.2 0 0.25 3 1", 0,
			`sweep 2 combinations, 2 at a time, each on one core

				task lr momentum valid cost valid RMSE test RMSE
				0 0.1 0 0.50000 2.5000 1.2500
				1 0.2 0 0.25000 3.0000 1.0000`,
			`{"event":"sweep","task":0,"settings":{"lr":0.1,"momentum":0},"valid_cost":0.5,"valid_rmse":2.5,"test_rmse":1.25,"weights_sha256":"h0"}
				{"event":"sweep","task":1,"settings":{"lr":0.2,"momentum":0},"valid_cost":0.25,"valid_rmse":3,"test_rmse":1,"weights_sha256":"h1"}`},
		{classes, "-workers|1|-sweep|lr=0.1,0.2 seed=5,6",
			"0.1 5 diverged; 0.1 6 0.5 0.9 0.5; 0.2 5 0.5 0.7 0.5; 0.2 6 0.25 0.8 0.25", 1,
			`sweep 2 combinations, mean ± standard deviation of 2 seeds of each,
				1 at a time, each on one core

				task lr valid cost valid accuracy test accuracy
				0-1 0.1 diverged
				2-3 0.2 0.37500 75.00 ± 7.07 % 37.50 %`,
			`{"event":"sweep","task":0,"settings":{"lr":0.1,"seed":5},"failed":"too far"}
				{"event":"sweep","task":1,"settings":{"lr":0.1,"seed":6},"valid_cost":0.5,"valid_accuracy":0.9,"test_accuracy":0.5,"weights_sha256":"h1"}
				{"event":"sweep_mean","tasks":[0,1],"settings":{"lr":0.1},"failed":"a training diverged"}
				{"event":"sweep","task":2,"settings":{"lr":0.2,"seed":5},"valid_cost":0.5,"valid_accuracy":0.7,"test_accuracy":0.5,"weights_sha256":"h2"}
				{"event":"sweep","task":3,"settings":{"lr":0.2,"seed":6},"valid_cost":0.25,"valid_accuracy":0.8,"test_accuracy":0.25,"weights_sha256":"h3"}
				{"event":"sweep_mean","tasks":[2,3],"settings":{"lr":0.2},"valid_cost":0.375,"valid_accuracy":0.75,` +
				`"valid_deviation":√0.005,"test_accuracy":0.375}`},
		{&dataset.Dataset{Valid: dataset.Set{N: 50}}, "-workers|1|-sweep|seed=5,6,7 lr=0.1,0.2",
			"5 0.1 1 2; 5 0.2 1 5; 6 0.1 1 3; 6 0.2 1 5; 7 0.1 1 4; 7 0.2 1 5", 0,
			`sweep 2 combinations, mean ± standard deviation of 3 seeds of each,
				1 at a time, each on one core

				task lr valid cost valid RMSE test RMSE
				0,… 0.1 1.00000 3 ± 1 none
				1,… 0.2 1.00000 5 ± 0 none`, ""},
		{classes, "-sweep-dir|D|-sweep-task|1/2|-sweep|lr=0.1,0.2,0.3,0.4",
			"0.1 1 0 0; 0.2 0.5 0.8 0.75; 0.3 1 0 0; 0.4 diverged", 0,
			`sweep task 1/2: 2 trainings of 4

				task lr valid cost valid accuracy test accuracy
				1 0.2 0.50000 40 / 50 150 / 200
				3 0.4 diverged`,
			`{"event":"sweep","task":1,"settings":{"lr":0.2},"valid_cost":0.5,"valid_accuracy":0.8,"test_accuracy":0.75,"weights_sha256":"h1"}
				{"event":"sweep","task":3,"settings":{"lr":0.4},"failed":"too far"}`},
		{line, "-workers|1|-sweep|lr=0.1,0.2", "0.1 diverged; 0.2 diverged", -1,
			`sweep 2 values of lr, 1 at a time, each on one core

				lr valid cost valid RMSE test RMSE
				0.1 diverged
				0.2 diverged`, ""},
	} {
		for _, json := range []bool{false, true} {
			s, out := sweepDone(t, c.data, c.flags, c.trainings), bytes.Buffer{}
			groups := groupsOf(s.cfg, s.selected, s.cfg.Sweep.Averages() && !s.cfg.SweepTask.Given)
			best, err := s.report(groups, &console.Printer{W: bufio.NewWriter(&out), JSON: json}, &console.Progress{})
			if err != nil || best != c.best {
				t.Errorf("%s: the best is %d (%v), want %d", c.flags, best, err, c.best)
			}
			want, widths := c.text, map[int]bool{}
			if json {
				want = c.json
			}
			if json && want == "" {
				continue
			}
			var got []string
			for i, text := range strings.Split(strings.TrimRight(out.String(), "\n"), "\n") {
				got = append(got, strings.Join(strings.Fields(text), " "))
				if i > 1 && !json && text != "" && !strings.Contains(text, "diverged") && !strings.HasSuffix(text, "core") {
					widths[utf8.RuneCountInString(text)] = true
				}
			}
			text := root.ReplaceAllString(strings.Join(got, "\n"), "√0.005")
			if want = strings.ReplaceAll(want, "\t", ""); text != want {
				t.Errorf("%s prints\n%s\nwant\n%s", c.flags, text, want)
			}
			if len(widths) > 1 {
				t.Errorf("%s: columns out of line:\n%s", c.flags, &out)
			}
		}
	}
}

// TestSweepTaskNumbers: the numbers of the trainings that count together, in short.
func TestSweepTaskNumbers(t *testing.T) {
	for want, tasks := range map[string][]int{"4": {4}, "0-1": {0, 1}, "2-5": {2, 3, 4, 5}, "0,…": {0, 2},
		"1,…": {1, 4, 7}} {
		g := &group{}
		for _, k := range tasks {
			g.runs = append(g.runs, &run{task: k})
		}
		if got := g.tasks(); got != want {
			t.Errorf("%v is %s, want %s", tasks, got, want)
		}
	}
}

// chanWriter passes on what is written.
type chanWriter chan string

func (w chanWriter) Write(b []byte) (int, error) {
	w <- string(b)
	return len(b), nil
}

// TestSweepBar: while a training of a sweep is waited for, the bar counts those that are done of those that are
// to be done, and is as long as the part of their epochs.
func TestSweepBar(t *testing.T) {
	s := sweepDone(t, &dataset.Dataset{Classes: []string{"a"}, Valid: dataset.Set{N: 10}}, "-sweep|lr=0.1,0.2",
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
	w, done := make(chanWriter, 100), make(chan struct{})
	go func() {
		defer close(done)
		s.report(groupsOf(s.cfg, s.selected, false), console.Quiet(), &console.Progress{W: w})
	}()
	deadline := time.After(20 * time.Second)
	for text := ""; !strings.Contains(text, "%"); {
		select {
		case text = <-w:
		case <-deadline:
			t.Fatal("there is no bar")
		}
		if bar := "2 of 5 trainings [" + strings.Repeat("=", 7) + strings.Repeat(" ", 23) +
			"]  25 %"; strings.Contains(text, "%") && !strings.Contains(text, bar) {
			t.Errorf("the bar is %q, want %q", text, bar)
		}
	}
	close(end)
	<-done
}

// TestSweepStart: the bar's counts are of what is missing, and a training that is alone has all workers.
func TestSweepStart(t *testing.T) {
	for _, c := range []struct {
		there           string // which are there already
		missing, epochs int
		workers         int // of the last training
	}{{"", 3, 2 + 3 + 4, 1}, {"0", 2, 3 + 4, 1}, {"01", 1, 4, 5}, {"012", 0, 0, 1}} {
		cfg, err := settings.Parse([]string{"-workers", "5", "-sweep", "epochs=2,3,4"}, io.Discard, words)
		if err != nil {
			t.Fatal(err)
		}
		none := errors.New("none is to be trained")
		hooks := Hooks{Prepare: func(Trial) (Training, error) { return Training{}, none }}
		s := &sweep{cfg: cfg, data: &dataset.Dataset{}, hooks: hooks, stderr: io.Discard}
		if s.all, err = runsOf(cfg); err != nil {
			t.Fatal(err)
		}
		s.selected = s.all
		for i, r := range s.all {
			if strings.Contains(c.there, fmt.Sprint(i)) {
				r.result = &result{}
			}
		}
		s.start(t.Context())
		s.pool.workers.Wait()
		s.pool.stop()
		if last := s.all[2].cfg; len(s.pending) != c.missing || s.trainingsDone.Load() != int64(c.missing) ||
			s.epochs != c.epochs || last.Workers != c.workers {
			t.Errorf("%q there: %d missing of %d epochs, with %d workers; want %+v", c.there, len(s.pending), s.epochs,
				last.Workers, c)
		}
	}
}

// TestSweepInterruptedWords: how far the sweep was, and what has happened since.
func TestSweepInterruptedWords(t *testing.T) {
	inner := fmt.Errorf("%w in epoch 3 of 4", event.ErrInterrupted)
	for _, c := range []struct{ flags, want string }{
		{"-sweep|lr=0.1,0.2,0.3",
			"interrupted after 2 of 3 trainings of the sweep, which begins anew the next time (with -sweep-dir DIR it " +
				"can be resumed)"},
		{"-sweep-dir|D|-sweep|lr=0.1,0.2,0.3",
			"interrupted; the finished part of the sweep is in D, and the same command does the rest"},
		{"-sweep-dir|D|-sweep-task|2|-sweep|lr=0.1,0.2,0.3", "interrupted in epoch 3 of 4"},
	} {
		s := sweepDone(t, &dataset.Dataset{Classes: []string{"a"}, Valid: dataset.Set{N: 10}}, c.flags,
			"0.1 1 0.5; 0.2 1 0.5; 0.3 1 0.5")
		s.all[2].job = 1
		s.pool = startPool(t.Context(), 1, 1, func(context.Context, int) error { return inner })
		defer s.pool.stop()
		_, err := s.report(groupsOf(s.cfg, s.selected, false), console.Quiet(), &console.Progress{})
		if err == nil || err.Error() != c.want || !errors.Is(err, event.ErrInterrupted) {
			t.Errorf("%s: %v; want %s", c.flags, err, c.want)
		}
	}
}

// TestConfirm: the best, trained once more, has the weights that it had in the sweep, or the sweep is of another
// version.
func TestConfirm(t *testing.T) {
	hash := strings.Repeat("b", 64)
	for _, w := range []*Winner{nil, {}, {hash: hash}} {
		if err := w.Confirm(hash); err != nil {
			t.Errorf("%+v: %v", w, err)
		}
	}
	cfg := settings.New(words)
	cfg.SweepDir = "D"
	const want = "trained once more, the best of the sweep has the weights bbbbbbbbbbbb…, and in the sweep it had " +
		"aaaaaaaaaaaa…: " +
		"D is of another version of this program; take another -sweep-dir"
	if err := (&Winner{Settings: cfg, hash: strings.Repeat("a", 64)}).Confirm(hash); fmt.Sprint(err) != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// TestSweepTrainedElsewhere: what another process has come to meanwhile is taken, and nothing is trained.
func TestSweepTrainedElsewhere(t *testing.T) {
	score := 0.5
	data := &dataset.Dataset{Classes: []string{"a", "b"}, Valid: dataset.Set{N: 50}}
	cfg, err := settings.Parse([]string{"-sweep", "lr=0.1,0.2", "-sweep-dir", t.TempDir()}, io.Discard, words)
	if err != nil {
		t.Fatal(err)
	}
	trained := 0
	train := func(context.Context) (Outcome, error) {
		trained++
		return Outcome{Final: event.Epoch{ValidCost: &score, ValidAccuracy: &score},
			Done: event.Done{Hash: strings.Repeat("ab", 32)}}, nil
	}
	hooks := Hooks{Prepare: func(Trial) (Training, error) { return Training{Run: train}, nil }}
	for range 2 {
		s := &sweep{cfg: cfg, data: data, hooks: hooks, stderr: io.Discard, fingerprints: map[uint64]string{}}
		if s.all, err = runsOf(cfg); err != nil {
			t.Fatal(err)
		}
		r := s.all[0]
		if err := s.train(t.Context(), r); err != nil || r.result.Hash != strings.Repeat("ab", 32) || trained != 1 {
			t.Errorf("%v: trained %d times: %+v", err, trained, r.result)
		}
	}
}

// TestSideBySide: the work that failed is named and not what was interrupted because of it; there are never more
// pieces at a time than are asked for.
func TestSideBySide(t *testing.T) {
	var now, most atomic.Int64
	which, err := SideBySide(t.Context(), 3, 10, func(ctx context.Context, i int) error {
		if n := now.Add(1); n > most.Load() {
			most.Store(n)
		}
		defer now.Add(-1)
		if i == 2 {
			return errors.New("too far")
		}
		<-ctx.Done()
		return fmt.Errorf("%w in epoch 1", event.ErrInterrupted)
	})
	if which != 2 || fmt.Sprint(err) != "too far" || most.Load() > 3 {
		t.Errorf("%d failed: %v, and there were %d at a time", which, err, most.Load())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = SideBySide(ctx, 2, 3, func(ctx context.Context, i int) error { return event.ErrInterrupted })
	if !errors.Is(err, event.ErrInterrupted) {
		t.Errorf("all interrupted: %v", err)
	}
}

// FuzzResult: whatever a file of -sweep-dir holds, it is refused in few words that name it, or what it says can be
// printed, as lines and as JSON.
func FuzzResult(f *testing.F) {
	data := &dataset.Dataset{Name: "d", Valid: dataset.Set{N: 50, Dim: 1}, Test: dataset.Set{N: 10, Dim: 1}}
	cfg, err := settings.Parse([]string{"-sweep", "lr=0.1 seed=1,2", "-sweep-dir", f.TempDir()}, io.Discard, words)
	if err != nil {
		f.Fatal(err)
	}
	load := func(context.Context, *settings.Settings) (*dataset.Dataset, error) { return data, nil }
	begin := func() *sweep {
		s := &sweep{cfg: cfg, data: data, hooks: Hooks{Load: load}, stderr: io.Discard, fingerprints: map[uint64]string{}}
		if s.all, err = runsOf(cfg); err != nil {
			f.Fatal(err)
		}
		s.selected = s.all
		return s
	}
	s, score := begin(), 0.5
	for _, o := range []Outcome{{Diverged: errors.New("too far")}, {Final: event.Epoch{ValidCost: &score,
		ValidRMSE: &score,
		TestCost:  &score, TestRMSE: &score}, Done: event.Done{Hash: strings.Repeat("ab", 32), Best: 2}}} {
		if err := s.write(s.all[0], s.resultOf(s.all[0], data, o)); err != nil {
			f.Fatal(err)
		}
		content, err := os.ReadFile(s.path(s.all[0]) + ".json")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
		f.Add(bytes.ReplaceAll(content, []byte("0.5"), []byte("1.7e308")))
	}
	other := strings.NewReplacer(`"task": 0`, `"task": 1`, `"-seed": "1"`, `"-seed": "2"`)
	f.Fuzz(func(t *testing.T, content []byte) {
		s := begin()
		for i, text := range []string{string(content), other.Replace(string(content))} {
			path := s.path(s.all[i]) + ".json"
			if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
			if err := s.read(t.Context(), s.all[i]); err != nil {
				var said bytes.Buffer
				console.Say(&said, "%v", err)
				if m := said.String(); len(m) > 2000 || !strings.Contains(err.Error(), path) {
					t.Errorf("%d bytes: %.300q", len(m), m)
				}
				return
			}
		}
		for _, inJSON := range []bool{false, true} {
			var out bytes.Buffer
			p := &console.Printer{W: bufio.NewWriter(&out), JSON: inJSON}
			if _, err := s.report(groupsOf(cfg, s.selected, true), p, &console.Progress{}); err != nil {
				t.Fatal(err)
			}
			if text := out.String(); strings.Contains(text, "NaN") || strings.Contains(text, "Inf") || text == "" {
				t.Errorf("of %s: %s", content, text)
			}
		}
	})
}
