package trials

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

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
	const remove = "; remove it to train it again"
	for _, c := range []struct{ old, new, want string }{
		{"", "", ""},
		{`"task": 0`, `"task": 3`, "it says that it is task 3" + remove},
		{`"version": 1`, `"version": 2`, "it is of version 2, and this program reads 1" + remove},
		{`"valid_rmse": 2`, `"valid_accuracy": 2`, "it is broken: valid_rmse is missing" + remove},
		{`"valid_rmse": 2`, `"valid_rmse": -2`,
			"it is broken: valid_rmse is -2; expected 0 to 1.7976931348623157e+308" + remove},
		{`"valid_cost": 3,`, ``, "it is broken: valid_cost is missing" + remove},
		{`"test_rmse": 4`, `"test_cost": 4`, "it is broken: test_rmse is missing" + remove},
		{`abab`, `ab`, "it is broken: figures are missing" + remove},
		{`"-lr": "0.1"`, `"-lr": "0.2"`, "it was trained with -lr 0.2, not 0.1: use the same, or take another -sweep-dir"},
		{`"-lr": "0.1"`, `"": "0.1"`, "it is broken: a flag has no name" + remove},
		{`"data_crc32c": "`, `"data_crc32c": "x`, "it was trained on other data (d, checksum xCRC, not CRC): -data has to " +
			"give the same, or take another -sweep-dir"},
	} {
		s := finishedSweep(t, data, "-sweep-dir D", "lr=0.1,0.2", "0.1 3 2 4; 0.2 3 2 4")
		content := s.all[0].result
		content.Version, content.Hash, content.Flags = 1, strings.Repeat("ab", 32), s.all[0].flags()
		content.Data, content.Fingerprint = "d", data.Fingerprint()
		s.all[0].result, s.all[1].result = nil, nil
		filetest.Write(t, "D", map[string][]byte{"0.checkpoint": nil})
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
			want := "D/0.json: " + strings.ReplaceAll(c.want, "CRC", data.Fingerprint())
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

func TestReadResultsNeedsAFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	filetest.Write(t, ".", map[string][]byte{"file": nil})
	s := newSweep(t, &dataset.Dataset{}, "-sweep-dir file", "lr=0.1,0.2")
	if err := s.readResults(t.Context()); !filetest.Says(err, "-sweep-dir file: nothing can be written there") {
		t.Errorf("got %v", err)
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
			if _, err := s.report(groupsOf(s.cfg, s.selected, true), p, &console.Progress{}); err != nil {
				t.Fatal(err)
			}
			if text := out.String(); strings.Contains(text, "NaN") || strings.Contains(text, "Inf") || text == "" {
				t.Errorf("%s: got %s", content, text)
			}
		}
	})
}
