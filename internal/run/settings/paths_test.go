package settings

import (
	"os"
	"testing"

	"backprop/internal/filetest"
)

// TestParseRefusesOnePathForTwoFiles: nothing is written over another output, or over what the run reads, by whatever
// name.
func TestParseRefusesOnePathForTwoFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	filetest.Write(t, ".", map[string][]byte{"m": nil, "x.tra": nil, "x.tes": nil, "mnist/README": nil, "dir/t.csv": nil})
	if err := os.Symlink("m", "symbolic"); err != nil {
		t.Fatal(err)
	}
	if err := os.Link("m", "hard"); err != nil {
		t.Fatal(err)
	}
	const same = " are the same file, and its content would be lost: give another name"
	for args, want := range map[string]string{
		"-save m -report m":                      "-save m and -report m" + same,
		"-save m -report m.checkpoint":           "the checkpoint of -save, m.checkpoint and -report m.checkpoint" + same,
		"-save m -report m.lock":                 "the lock of -save, m.lock and -report m.lock" + same,
		"-save m -report symbolic":               "-save m and -report symbolic" + same,
		"-save m -report hard":                   "-save m and -report hard" + same,
		"-export a.onnx -report ./dir/../a.onnx": "-export a.onnx and -report ./dir/../a.onnx" + same,
		"-load m -report m":                      "-report m and -load m" + same,
		"-load m -predict p.png -report p.png":   "-report p.png and the picture p.png" + same,
		"-data m -report m":                      "-report m and -data m" + same,
		"-data x.tra -report x.tes":              "-report x.tes and the test set of -data, x.tes" + same,
		"-data dir -report dir/t.csv":            "-report dir/t.csv and a file of -data dir" + same,
		"-data mnist -report mnist/train-images-idx3-ubyte": "-report mnist/train-images-idx3-ubyte and a file of -data " +
			"mnist" + same,
		"-data mnist -report mnist/raw/t10k-labels-idx1-ubyte.gz": "-report mnist/raw/t10k-labels-idx1-ubyte.gz and a " +
			"file of -data mnist" + same,
		"-sweep l2=1,2 -sweep-dir d -report d": "-report d and -sweep-dir d" + same,
		"-sweep l2=1,2 -sweep-dir d -report d/3.json": "-report d/3.json has the name of a file that -sweep-dir d writes: " +
			"give another",
		"-sweep l2=1,2 -sweep-dir d -save d/12": "the checkpoint of -save, d/12.checkpoint has the name of a file that " +
			"-sweep-dir d writes: give another",
		"-sweep l2=1,2 -sweep-dir d -report e/3.json": "<nil>", "-sweep l2=1,2 -sweep-dir d -report d/a.json": "<nil>",
		"-report 3.json": "<nil>", "-load m -data m": "<nil>", "-save new -report r -data dir": "<nil>",
	} {
		if got := parseError(args); got != want {
			t.Errorf("%s: got %s, want %s", args, got, want)
		}
	}
}

// TestReserve: a file of another kind is not replaced by a model or a checkpoint, and while a model is being trained
// it is locked.
func TestReserve(t *testing.T) {
	t.Chdir(t.TempDir())
	filetest.Write(t, ".", map[string][]byte{"letter": []byte("Dear reader"), "n.checkpoint": []byte("Dear reader"),
		"empty": nil})
	for save, want := range map[string]string{
		"letter": "-save letter: it exists and is not a model file; give another name, or remove it",
		"n":      "-save: n.checkpoint: it exists and is not a checkpoint; give another name, or remove it",
		"none/m": "-save none/m: it could not be written: ",
	} {
		if _, err := parse(t, "-save "+save).Reserve(); !filetest.Says(err, want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	for _, save := range []string{"m", "empty"} {
		release, err := parse(t, "-save "+save).Reserve()
		if _, missing := os.Stat(save + ".lock"); err != nil || missing != nil {
			t.Fatalf("-save %s: got %v, lock %v", save, err, missing)
		}
		release()
	}
	release, err := parse(t, "").Reserve()
	release()
	if err != nil {
		t.Errorf("without -save: got %v", err)
	}
	if got := filetest.List(t, "."); len(got) != 3 {
		t.Errorf("got %q, want the files that were there before", got)
	}
}
