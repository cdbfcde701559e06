package trials

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"backprop/internal/data/dataset"
	"backprop/internal/filetest"
	"backprop/internal/run/settings"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
)

// TestReadResults: a file of -sweep-dir that is not of this training is refused, with what is wrong; one that is counts
// as done, and its checkpoint goes.
func TestReadResults(t *testing.T) {
	t.Chdir(t.TempDir())
	data := &dataset.Dataset{Name: "d", Valid: dataset.Set{N: 5, Dim: 1}, Test: dataset.Set{N: 5, Dim: 1}}
	const remove, use = "; remove it to train it again", ": use the same, or take another -sweep-dir"
	blanks := strings.Repeat(" ", 1<<20)
	for _, c := range []struct{ old, new, want string }{
		{"", "", ""},
		{`"task": 0`, `"task": 3`, "it says that it is task 3" + remove},
		{`"version": 1`, `"version": 2`, "it is of version 2, and this program reads 1" + remove},
		{`{`, `x{`, "it is broken: invalid character 'x' looking for beginning of value" + remove},
		{`{`, blanks[1<<19:] + `{`, ""},
		{`{`, blanks + `{`, "it is broken: unexpected end of JSON input" + remove}, // as only 1 MB of it is read
		{`abab`, `ab`, "it is broken: figures are missing" + remove},
		{`"valid_cost": 3,`, `"failed": "too far",`, ""}, // and so it needs no scores
		{`"-lr": "0.1"`, `"-lr": "0.2"`, "it was trained with -lr 0.2, not 0.1" + use},
		{`"-lr": "0.1",`, ``, "it was trained with -lr DEFAULT, not 0.1" + use},
		{`"-lr": "0.1"`, `"-lr": "0.1", "-new": "3"`, "it was trained with -new 3, not (default)" + use},
		{`"-lr": "0.1"`, `"": "0.1"`, "it is broken: a flag has no name" + remove},
		{`"data_crc32c": "`, `"data_crc32c": "x`, "it was trained on other data (d, checksum xCRC, not CRC): -data has to " +
			"give the same, or take another -sweep-dir"},
	} {
		s := finishedSweep(t, data, "-sweep-dir D", "lr=0.1,0.2", "0.1 3 2 4; 0.2 3 2 4")
		content := s.all[0].result
		content.Version, content.Hash, content.Flags = 1, strings.Repeat("ab", 32), s.all[0].flags()
		content.Data, content.Fingerprint = "d", data.Fingerprint()
		s.all[0].result, s.all[1].result = nil, nil
		filetest.Write(t, "D", map[string][]byte{"0.checkpoint": nil, ".1.json.5.tmp": nil}) // left by killed programs
		long := time.Now().Add(-time.Hour)
		if err := os.Chtimes("D/.1.json.5.tmp", long, long); err != nil {
			t.Fatal(err)
		}
		if err := s.write(s.all[0], content); err != nil {
			t.Fatal(err)
		}
		written, err := os.ReadFile("D/0.json")
		if err != nil || !bytes.Contains(written, []byte(c.old)) {
			t.Fatalf("no %s in %s (%v)", c.old, written, err)
		}
		filetest.Write(t, "D", map[string][]byte{"0.json": bytes.Replace(written, []byte(c.old), []byte(c.new), 1)})

		var said bytes.Buffer
		s.stderr = &said
		err = s.readResults(t.Context())
		if c.want != "" {
			want := "D/0.json: " + strings.NewReplacer("CRC", data.Fingerprint(), "DEFAULT",
				cmp.Or(s.cfg.Default("lr"), "(default)")).Replace(c.want)
			if fmt.Sprint(err) != want {
				t.Errorf("%s for %s: got %v, want %s", c.new, c.old, err, want)
			}
			continue
		}
		if left := filetest.List(t, "D"); err != nil || !slices.Equal(left, []string{"0.json"}) ||
			s.all[0].result == nil || s.all[1].result != nil ||
			said.String() != "backprop: D: 1 of 2 trainings there already\n" {
			t.Errorf("a result of training 0: got %v, files %v, said %q", err, left, &said)
		}
	}
}

// TestCheckScores: a result has the scores of its kind of data, each in its range.
func TestCheckScores(t *testing.T) {
	classes := &dataset.Dataset{Classes: []string{"a", "b"}, Test: dataset.Set{N: 1}}
	numbers, untested := &dataset.Dataset{Test: dataset.Set{N: 1}}, &dataset.Dataset{}
	const range1, rangeAll = "; expected 0 to 1", "; expected 0 to 1.7976931348623157e+308"
	for _, c := range []struct {
		data          *dataset.Dataset
		content, want string
	}{
		{classes, `"valid_cost": 0, "valid_accuracy": 0, "test_accuracy": 1`, ""},
		{classes, `"valid_cost": 3, "valid_accuracy": 1, "test_accuracy": 0`, ""},
		{numbers, `"valid_cost": 3, "valid_rmse": 0, "test_rmse": 2`, ""},
		{untested, `"valid_cost": 3, "valid_rmse": 2`, ""},
		{classes, `"valid_accuracy": 2`, "valid_cost is missing"},
		{classes, `"valid_cost": 3, "valid_rmse": 1, "test_accuracy": 0`, "valid_accuracy is missing"},
		{classes, `"valid_cost": 3, "valid_accuracy": 1, "test_rmse": 0`, "test_accuracy is missing"},
		{numbers, `"valid_cost": 3, "valid_accuracy": 1, "test_rmse": 2`, "valid_rmse is missing"},
		{numbers, `"valid_cost": 3, "valid_rmse": 1, "test_cost": 2`, "test_rmse is missing"},
		{numbers, `"valid_cost": 3, "valid_rmse": 1, "valid_accuracy": 1, "test_rmse": 2`, "figures are missing"},
		{numbers, `"valid_cost": 3, "test_rmse": 2`, "figures are missing"},
		{classes, `"valid_cost": -0.5, "valid_accuracy": 1, "test_accuracy": 0`, "valid_cost is -0.5" + rangeAll},
		{classes, `"valid_cost": 3, "valid_accuracy": 1.5, "test_accuracy": 0`, "valid_accuracy is 1.5" + range1},
		{classes, `"valid_cost": 3, "valid_accuracy": 1, "test_accuracy": 1.5`, "test_accuracy is 1.5" + range1},
		{numbers, `"valid_cost": 3, "valid_rmse": -2, "test_rmse": 2`, "valid_rmse is -2" + rangeAll},
		{numbers, `"valid_cost": 3, "valid_rmse": 2, "test_rmse": -2`, "test_rmse is -2" + rangeAll},
	} {
		f := &result{Hash: strings.Repeat("ab", 32)}
		if err := json.Unmarshal([]byte("{"+c.content+"}"), f); err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := f.checkScores(c.data); err != nil {
			got = err.Error()
		}
		if c.want != "" && got != "it is broken: "+c.want || c.want == "" && got != "" {
			t.Errorf("%s: got %q, want %q", c.content, got, c.want)
		}
	}
}

// TestResultFile: the file of a training has what was trained, on which data, and what came of it.
func TestResultFile(t *testing.T) {
	t.Chdir(t.TempDir())
	x := []float64{1, 0.25, 3, 4, 0.5, 6}
	data := &dataset.Dataset{Name: "d"}
	s := newSweep(t, data, "-sweep-dir .", "lr=0.1,0.2")
	f := s.resultOf(s.all[1], data, Outcome{Done: event.Done{Best: 7, Hash: "h"}, Final: event.Epoch{ValidCost: &x[0],
		ValidAccuracy: &x[1], ValidRMSE: &x[2], TestCost: &x[3], TestAccuracy: &x[4], TestRMSE: &x[5]}})
	f.Flags = nil // others test them
	if err := s.write(s.all[1], f); err != nil {
		t.Fatal(err)
	}
	want := `{
  "version": 1,
  "task": 1,
  "settings": {
    "lr": 0.2
  },
  "flags": null,
  "data": "d",
  "data_crc32c": "` + data.Fingerprint() + `",
  "best_epoch": 7,
  "valid_cost": 1,
  "valid_accuracy": 0.25,
  "valid_rmse": 3,
  "test_cost": 4,
  "test_accuracy": 0.5,
  "test_rmse": 6,
  "weights_sha256": "h"
}
`
	if got, err := os.ReadFile("1.json"); err != nil || string(got) != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
}

// TestFingerprint: each seed has its own data, which are loaded once.
func TestFingerprint(t *testing.T) {
	first, second := &dataset.Dataset{Train: dataset.Set{N: 1, Dim: 1}}, &dataset.Dataset{Train: dataset.Set{N: 2, Dim: 1}}
	s := newSweep(t, first, "", "seed=1,2")
	lost := errors.New("lost")
	failure, loaded := lost, 0
	s.hooks.Load = func(context.Context, *settings.Settings) (*dataset.Dataset, error) {
		loaded++
		return second, failure
	}
	if _, err := s.fingerprint(t.Context(), s.all[1].cfg); err != lost {
		t.Errorf("got %v, want %v", err, lost)
	}
	failure, loaded = nil, 0
	for range 2 {
		for i, data := range []*dataset.Dataset{first, second} {
			got, err := s.fingerprint(t.Context(), s.all[i].cfg)
			if err != nil || got != data.Fingerprint() {
				t.Errorf("seed %d: got %s, %v, want %s", i+1, got, err, data.Fingerprint())
			}
		}
	}
	if loaded != 1 || first.Fingerprint() == second.Fingerprint() {
		t.Errorf("the data of seed 2 were loaded %d times, want once", loaded)
	}
}

// TestReadResultsNeedsAFolder: it is made if need be, and it must be one that can be written to.
func TestReadResultsNeedsAFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	filetest.Write(t, ".", map[string][]byte{"file": nil, "D/0.json/x": nil})
	done, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		ctx       context.Context
		dir, want string
	}{
		{t.Context(), "new/folder", "<nil>"},
		{t.Context(), "file", "-sweep-dir file: nothing can be written there: "},
		{t.Context(), "/proc", "-sweep-dir /proc: nothing can be written there: "},
		{t.Context(), "D", "D/0.json: a file was expected, and this is not one (d---------); remove it to train it again"},
		{done, "D", "interrupted while D was read; the same command does the rest"},
	} {
		if c.dir == "/proc" && runtime.GOOS != "linux" {
			continue
		}
		var said bytes.Buffer
		s := newSweep(t, &dataset.Dataset{}, "-sweep-dir "+c.dir, "lr=0.1,0.2")
		s.stderr = &said
		if err := s.readResults(c.ctx); !strings.HasPrefix(fmt.Sprint(err), c.want) || said.Len() > 0 {
			t.Errorf("%s: got %v, said %q, want %s", c.dir, err, &said, c.want)
		}
	}
	s := newSweep(t, &dataset.Dataset{}, "-sweep-dir none", "lr=0.1,0.2")
	if err := s.write(s.all[0], &result{}); !filetest.Says(err, "none/0.json: it could not be written: ") {
		t.Errorf("a folder that is gone: got %v", err)
	}
}

// FuzzResult: whatever a file of -sweep-dir holds, it is refused in few words that name it, or what it says can be
// printed, as a table and as JSON.
func FuzzResult(f *testing.F) {
	data := &dataset.Dataset{Name: "d", Valid: dataset.Set{N: 50, Dim: 1}, Test: dataset.Set{N: 10, Dim: 1}}
	dir, score := f.TempDir(), 0.5
	begin := func(t testing.TB) *sweep {
		s := newSweep(t, data, "-sweep-dir "+dir, "lr=0.1 seed=1,2")
		s.hooks.Load = func(context.Context, *settings.Settings) (*dataset.Dataset, error) { return data, nil }
		return s
	}
	s := begin(f)
	trained := Outcome{Final: event.Epoch{ValidCost: &score, ValidRMSE: &score, TestCost: &score, TestRMSE: &score},
		Done: event.Done{Hash: strings.Repeat("ab", 32), Best: 2}}
	for _, o := range []Outcome{{Diverged: errors.New("too far")}, trained} {
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
	second := strings.NewReplacer(`"task": 0`, `"task": 1`, `"-seed": "1"`, `"-seed": "2"`)
	f.Fuzz(func(t *testing.T, content []byte) {
		s := begin(t)
		for i, text := range []string{string(content), second.Replace(string(content))} {
			path := s.path(s.all[i]) + ".json"
			if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
			if err := s.read(t.Context(), s.all[i]); err != nil {
				var said bytes.Buffer
				console.Say(&said, "%v", err)
				if n := said.Len(); n > 2000 || !strings.Contains(err.Error(), path) {
					t.Errorf("got %d bytes: %.300q, want fewer, and %s", n, &said, path)
				}
				return
			}
		}
		for _, asJSON := range []bool{false, true} {
			var out bytes.Buffer
			p := &console.Printer{W: bufio.NewWriter(&out), JSON: asJSON}
			if err := s.printResults(groupsOf(s.cfg, s.selected), p, &console.Progress{}); err != nil {
				t.Fatal(err)
			}
			if text := out.String(); strings.Contains(text, "NaN") || strings.Contains(text, "Inf") || text == "" {
				t.Errorf("%s: got %s", content, text)
			}
		}
	})
}
