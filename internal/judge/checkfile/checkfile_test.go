package checkfile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"backprop/internal/judge/check"
	"backprop/internal/judge/check/homework"
)

const question = `{"X": [[0.5, 1]], "Y": [[1]], "W1": [[0.5], [2]], "b1": [0.25], "rate": 0.1}`

// Files that NumPy 1.24 wrote, by np.savez and np.savez_compressed, are read whatever their types. In double.npz all is
// right; W1 and dW1 are there column by column, settings are words and numbers of no dimension or one, and there is an
// array of objects. In single.npz numbers have 32 bits, Y has truth values, and delta1 lacks its g′.
func TestOpenerReadsNPZ(t *testing.T) {
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
		const conventions = "3 samples; read as: samples as rows, W in×out, δ divided by n"
		if mistakes != want || !strings.Contains(r.Conventions, conventions) {
			t.Errorf("%s: got mistakes %q and %q, want %q and %q", name, mistakes, r.Conventions, want, conventions)
		}
	}
}

// JSON and npz are told apart by what is in them, also on standard input.
func TestOpenerReadsStandardInput(t *testing.T) {
	npz, err := os.ReadFile(filepath.Join("testdata", "double.npz"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, stdin, want string }{
		{"JSON", question, ""},
		{"npz", string(npz), ""},
		{"npy", "\x93NUMPY\x01",
			`standard input: is one array; save all with their names, np.savez("mine.npz", X=X, W1=W1, …)`},
		{"nothing", " \n", `standard input: is empty; expected JSON, {"X": [[…]], "W1": …}, or an npz`},
		{"half an npz", string(npz[:len(npz)/2]), "standard input: zip: not a valid zip file: the zip archive is damaged, " +
			"or the file was cut off, fetch it again"},
	} {
		_, err := Opener(strings.NewReader(c.stdin), homework.Settings{})("-")
		if (err == nil) != (c.want == "") || err != nil && err.Error() != c.want {
			t.Errorf("%s: got the error %v, want %q", c.name, err, c.want)
		}
	}
}

// Settings that are not in the file come from elsewhere.
func TestOpenerTakesSettingsFromElsewhere(t *testing.T) {
	settings := homework.Settings{Output: "linear", Cost: "mse", Rate: 0.5}
	h, err := Opener(strings.NewReader(question), settings)("-")
	if want := (homework.Settings{Output: "linear", Cost: "mse", Rate: 0.1}); err != nil || h.Settings != want {
		t.Errorf("got %+v and the error %v, want %+v", h, err, want)
	}
}

// A path that is no file is refused.
func TestOpenerRefusesAFolder(t *testing.T) {
	folder := t.TempDir()
	for path, want := range map[string]string{
		folder:               folder + ": is a folder; for all files in it write " + folder + "/*.json",
		folder + "/none.npz": folder + "/none.npz: there is no such file",
	} {
		if _, err := Opener(nil, homework.Settings{})(path); err == nil || err.Error() != want {
			t.Errorf("%s: got the error %v, want %s", path, err, want)
		}
	}
}

// A file of as many MB as may be is read, and one that is larger by a byte is not.
func TestReadAllRefusesALargeFile(t *testing.T) {
	const mb = 1 << 20
	if data, err := readAll(strings.NewReader(strings.Repeat("1", 2*mb)), "a", 2); len(data) != 2*mb || err != nil {
		t.Errorf("2 MB: got %d bytes and the error %v", len(data), err)
	}
	const want = "a: is larger than 2 MB; a file for one step was expected"
	if _, err := readAll(strings.NewReader(strings.Repeat("1", 2*mb+1)), "a", 2); err == nil || err.Error() != want {
		t.Errorf("one byte more: got the error %v, want %s", err, want)
	}
}
