package trials

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/run/settings"
)

// TestResultFiles: a file of -sweep-dir that is not of this training is refused with what is wrong; one that is counts
// as done, and its checkpoint goes.
func TestResultFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct{ old, new, want string }{
		{"", "", ""},
		{`"task": 0`, `"task": 3`, "D/0.json: it says that it is task 3; remove it to train it again"},
		{`"version": 1`, `"version": 2`,
			"D/0.json: it is of version 2, and this program reads 1; remove it to train it again"},
		{`"valid_rmse": 2`, `"valid_accuracy": 2`,
			"D/0.json: it is broken: valid_rmse is missing; remove it to train it again"},
		{`"valid_rmse": 2`, `"valid_rmse": -2`,
			"D/0.json: it is broken: valid_rmse is -2; expected 0 to 1.7976931348623157e+308; remove it to train it again"},
		{`"valid_cost": 3,`, ``, "D/0.json: it is broken: valid_cost is missing; remove it to train it again"},
		{`"test_rmse": 4`, `"test_cost": 4`, "D/0.json: it is broken: test_rmse is missing; remove it to train it again"},
		{`abab`, `ab`, "D/0.json: it is broken: figures are missing; remove it to train it again"},
		{`"-lr": "0.1"`, `"-lr": "0.2"`,
			"D/0.json: it was trained with -lr 0.2, not 0.1: use the same, or take another -sweep-dir"},
		{`"-lr": "0.1"`, `"": "0.1"`, "D/0.json: it is broken: a flag has no name; remove it to train it again"},
		{`"data_crc32c": "`, `"data_crc32c": "x`,
			"D/0.json: it was trained on other data (d, checksum xCRC, not CRC): -data " +
				"has to give the same, or take another -sweep-dir"},
	} {
		os.RemoveAll("D")
		data := &dataset.Dataset{Name: "d", Valid: dataset.Set{N: 5, Dim: 1}, Test: dataset.Set{N: 5, Dim: 1}}
		s := sweepDone(t, data, "-sweep-dir|D|-sweep|lr=0.1,0.2", "0.1 3 2 4; 0.2 3 2 4")
		runs, err := runsOf(s.cfg)
		if err != nil {
			t.Fatal(err)
		}
		s.all, s.selected = runs, runs
		var said bytes.Buffer
		s.stderr = &said
		score := []float64{3, 2, 4}
		f := &result{Version: 1, Settings: map[string]any{"lr": 0.1}, Flags: runs[0].flags(), Data: "d",
			Fingerprint: data.Fingerprint(), ValidCost: &score[0], ValidRMSE: &score[1], TestRMSE: &score[2],
			Hash: strings.Repeat("ab", 32)}
		os.Mkdir("D", 0o777)
		if err := s.write(runs[0], f); err != nil {
			t.Fatal(err)
		}
		content, _ := os.ReadFile("D/0.json")
		if !strings.Contains(string(content), c.old) {
			t.Fatalf("no %s in %s", c.old, content)
		}
		os.WriteFile("D/0.json", []byte(strings.Replace(string(content), c.old, c.new, 1)), 0o666)
		os.WriteFile("D/0.checkpoint", nil, 0o666)
		got := ""
		if err := s.readResults(t.Context()); err != nil {
			got = err.Error()
		}
		if want := strings.ReplaceAll(c.want, "CRC", data.Fingerprint()); got != want {
			t.Errorf("%s for %s: %q, want %q", c.new, c.old, got, want)
		}
		left, _ := filepath.Glob("D/*")
		if c.want == "" && (fmt.Sprint(left) != "[D/0.json]" || runs[0].result == nil || runs[1].result != nil ||
			said.String() != "backprop: D: 1 of 2 trainings there already\n") {
			t.Errorf("%v is left; said %q", left, &said)
		}
	}
	cfg := settings.New(words)
	os.WriteFile("file", nil, 0o666)
	cfg.SweepDir = "file"
	if err := (&sweep{cfg: cfg}).readResults(t.Context()); err == nil ||
		!strings.HasPrefix(err.Error(), "-sweep-dir file: nothing can be written there") {
		t.Errorf("a file for a folder: %v", err)
	}
}
