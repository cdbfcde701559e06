package checkfile

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"backprop/internal/judge/check"
	"backprop/internal/judge/check/homework"
)

const question = `"X": [[0.5, 1]], "Y": [[1]], "W1": [[0.5], [2]], "b1": [0.25]`

// TestNumPy: files that NumPy 1.24 wrote, by np.savez and np.savez_compressed. In double.npz all is right; W1 and
// dW1 are there column by column, settings are words and numbers of no dimension or one, and beside them is an
// array of objects. In single.npz numbers have 32 bits, Y is of truth values, and delta1 lacks its g′.
func TestNumPy(t *testing.T) {
	open := Opener(nil, homework.Settings{})
	for name, want := range map[string]string{"double": "", "single": "no-derivative"} {
		h, err := open(filepath.Join("testdata", name+".npz"))
		if err != nil {
			t.Fatal(err)
		}
		r, mistakes := check.Judge(h), ""
		for _, v := range r.Verdicts {
			mistakes += v.Mistake
			if v.Verdict == check.Missing {
				t.Errorf("%s: %s is missing", name, v.Quantity)
			}
		}
		if mistakes != want || !strings.Contains(r.Conventions, "3 samples; read as: samples as rows, W in×out, δ "+
			"divided by n") {
			t.Errorf("%s: %q, want %q; %s", name, mistakes, want, r.Conventions)
		}
	}
}

// TestOpener: JSON and npz are known by what is in them, wherever they come from, and settings that are not in them
// come from elsewhere.
func TestOpener(t *testing.T) {
	npz, err := os.ReadFile(filepath.Join("testdata", "double.npz"))
	if err != nil {
		t.Fatal(err)
	}
	settings := homework.Settings{Output: "linear", Cost: "mse", Rate: 0.5}
	for name, c := range map[string]struct{ stdin, want string }{
		"JSON": {"{" + question + `, "newb1": [0.0], "rate": 0.1}`, ""},
		"npz":  {string(npz), ""},
		"npy": {"\x93NUMPY\x01", "standard input: is one array; save all with their names, np.savez(\"mine.npz\", " +
			"X=X, W1=W1, …)"},
		"none": {" \n", "standard input: is empty; expected JSON, {\"X\": [[…]], \"W1\": …}, or an npz"},
		"half": {string(npz[:len(npz)/2]), "standard input: zip: not a valid zip file: the zip archive is damaged, " +
			"or the file was cut off, fetch it again"},
	} {
		h, err := Opener(bytes.NewReader([]byte(c.stdin)), settings)("-")
		if (err == nil) != (c.want == "") || err != nil && err.Error() != c.want {
			t.Errorf("%s: %v; want %s", name, err, c.want)
		}
		if name == "JSON" && (h.Settings.Rate != 0.1 || h.Settings.Output != "linear") {
			t.Errorf("%+v", h.Settings)
		}
	}
	folder := t.TempDir()
	for path, want := range map[string]string{
		folder:               folder + ": is a folder; for all files in it write " + folder + "/*.json",
		folder + "/none.npz": folder + "/none.npz: there is no such file",
	} {
		if _, err := Opener(nil, settings)(path); err == nil || err.Error() != want {
			t.Errorf("%s: %v; want %s", path, err, want)
		}
	}
}
