package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"backprop/internal/compute/kernel"
	"backprop/internal/data/dataset"
	"backprop/internal/data/load"
	"backprop/internal/data/table"
	"backprop/internal/file/output"
	"backprop/internal/filetest"
	"backprop/internal/model/layers"
	"backprop/internal/model/modelfile"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
)

// With BACKPROP_ARGS, the test binary is the program: for the tests that kill it.
func init() {
	if args := os.Getenv("BACKPROP_ARGS"); args != "" {
		os.Args = append(os.Args[:1], strings.Split(args, "\n")...)
		main()
	}
}

// program runs the program with -json and returns its lines, without times, since these vary.
func program(ctx context.Context, stdout io.Writer, args ...string) (lines []map[string]any, stderr string, err error) {
	var out, errs bytes.Buffer
	err = run(ctx, append(args, "-json"), io.MultiWriter(&out, stdout), &errs)
	for line := range bytes.Lines(out.Bytes()) {
		var e map[string]any
		if err := json.Unmarshal(line, &e); err != nil {
			panic(fmt.Sprintf("%v: %q", err, line))
		}
		delete(e, "train_seconds")
		delete(e, "total_seconds")
		delete(e, "workers")
		lines = append(lines, e)
	}
	return lines, errs.String(), err
}

func mustRun(t *testing.T, args ...string) []map[string]any {
	t.Helper()
	lines, _, err := program(context.Background(), io.Discard, args...)
	if err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	return lines
}

// squares is a folder of 12×12 images in MNIST's format: blocks in four places, and noise.
func squares(t testing.TB, seed uint64) string {
	rng := rand.New(rand.NewPCG(seed, 0))
	var parts [2]dataset.Set
	for i, n := range []int{90, 30} {
		pixels, labels := make([]byte, n*144), make([]int32, n)
		for s := range n {
			c := rng.IntN(4)
			labels[s] = int32(c)
			for p := range 144 {
				x, y := p%12, p/12
				pixels[s*144+p] = byte(rng.IntN(60))
				if x/6 == c%2 && y/6 == c/2 {
					pixels[s*144+p] += 195
				}
			}
		}
		parts[i] = dataset.Set{N: n, Dim: 144, Pixels: pixels, Labels: labels}
	}
	dir := t.TempDir()
	writeMNIST(t, dir, parts[:]...)
	return dir
}

// numbers is a table with two numbers to learn a third from.
func numbers(t testing.TB) string {
	var b strings.Builder
	b.WriteString("a,b,y\n")
	for i := range 40 {
		fmt.Fprintf(&b, "%d,%g,%g\n", i, float64(i*i%7)/3, float64(i)*0.25-1)
	}
	dir := t.TempDir()
	filetest.Write(t, dir, map[string][]byte{"table.csv": []byte(b.String())})
	return filepath.Join(dir, "table.csv")
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func jsonText(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// TestSavedModel: a training prints the SHA-256 of the saved file's data, and -load comes to the same result.
func TestSavedModel(t *testing.T) {
	for _, c := range []struct {
		name, data, args string
	}{
		{"images", squares(t, 1), "-hidden 5,3"},
		{"numbers", numbers(t), "-regress -hidden 3 -activation tanh -cost mse -lr 0.01 -valid 3 -seed 7"},
		{"sigmoid", squares(t, 1), "-hidden none -output sigmoid -cost bce -scale standard"},
	} {
		path := filepath.Join(t.TempDir(), "m.safetensors")
		lines := mustRun(t, append(strings.Fields(c.args), "-data", c.data, "-epochs", "2", "-save", path)...)
		done, b := lines[len(lines)-1], readFile(t, path)
		if got := fmt.Sprintf("%x", sha256.Sum256(b[8+binary.LittleEndian.Uint64(b):])); got != done["weights_sha256"] {
			t.Errorf("%s: the data have SHA-256 %s, and the run printed %v", c.name, got, done["weights_sha256"])
		}
		loaded := mustRun(t, "-load", path, "-data", c.data)
		delete(done, "linear_rmse") // what is only loaded has no linear model beside it
		if last := loaded[len(loaded)-1]; fmt.Sprint(last) != fmt.Sprint(done) {
			t.Errorf("%s: -load prints\n%v\nand training printed\n%v", c.name, last, done)
		}
	}
}

// interruptAfter is a writer that calls cancel, as Ctrl-C does, when a line passes.
type interruptAfter struct {
	line   string
	cancel func()
}

func (w interruptAfter) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte(w.line)) {
		w.cancel()
		time.Sleep(10 * time.Millisecond) // so that the training hears of it, on a busy machine too
	}
	return len(b), nil
}

// TestResumeEndsWithTheSameModel: a run that is interrupted again and again ends with the same lines and the same file,
// to the bit, as one that is not, whatever the number of workers and the kernel.
func TestResumeEndsWithTheSameModel(t *testing.T) {
	data := squares(t, 1)
	for _, c := range [][]string{
		{"-batch", "1", "-hidden", "6"},
		{"-batch", "7", "-hidden", "6", "-momentum", "0.9", "-l2", "0.1", "-valid", "10"},
		{"-batch", "0", "-hidden", "100", "-lr", "0.01"},
		{"-batch", "32", "-hidden", "100", "-activation", "tanh"},
		{"-batch", "7", "-hidden", "6,5", "-optimizer", "adam", "-lr", "0.01", "-dropout", "0.1,0.5,0.2", "-schedule",
			"cosine"},
		{"-batch", "7", "-hidden", "6", "-momentum", "0.9", "-nesterov", "-maxnorm", "0.5", "-schedule", "step:2:0.5",
			"-valid", "10", "-patience", "2"},
		{"-batch", "8", "-hidden", "6", "-augment", "shift,affine,elastic"},
	} {
		dir := t.TempDir()
		args := append(c, "-data", data, "-epochs", "6", "-resume", "-save")
		want := mustRun(t, append(args, filepath.Join(dir, "want"))...)
		path := filepath.Join(dir, "m")
		var got []map[string]any
		runs, told := 0, ""
		for epoch := 1; ; epoch += 2 {
			ctx, cancel := context.WithCancel(context.Background())
			lines, stderr, err := program(ctx, interruptAfter{fmt.Sprintf(`"epoch":%d,`, epoch), cancel}, append(args, path,
				"-workers", strconv.Itoa([]int{1, 8, 3}[runs%3]), "-kernel", kernel.Names()[runs%len(kernel.Names())])...)
			cancel()
			if runs > 0 {
				lines = lines[1:] // start
				if !strings.Contains(stderr, told) {
					t.Errorf("%q: stderr is %q", c, stderr)
				}
			}
			got = append(got, lines...)
			runs++
			if err == nil {
				break
			}
			if !errors.Is(err, errInterrupted) || exitCode(err, io.Discard) != 130 {
				t.Fatal(err)
			}
			told = "going on after"
			if filetest.Says(err, "after the last epoch") {
				told = "all 6 epochs are done"
			}
			if _, err := modelfile.Read(path + ".checkpoint"); err != nil {
				t.Fatal(err)
			}
			if runs > 20 {
				t.Fatal("it never ends")
			}
		}
		got[0]["kernel"] = want[0]["kernel"]
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%q, in %d runs:\n%v\nwant\n%v", c, runs, got, want)
		}
		if runs < 2 {
			t.Errorf("%q was not interrupted", c)
		}
		if !bytes.Equal(readFile(t, path), readFile(t, filepath.Join(dir, "want"))) {
			t.Errorf("%q: the model files differ", c)
		}
	}
}

// TestResumeWithinAnEpoch: an epoch that stops after any step and goes on is the epoch that does not.
func TestResumeWithinAnEpoch(t *testing.T) {
	data, err := load.Path(squares(t, 1), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for cut := 1; cut <= 13; cut++ { // of 13 steps
		var hashes [2]string
		var met [2]Result
		for i := range 2 {
			cfg, err := parse([]string{"-batch", "7", "-hidden", "6", "-momentum", "0.5", "-save",
				filepath.Join(t.TempDir(), "m"), "-resume", "-workers", strconv.Itoa(1 + cut%3)}, nil)
			if err != nil {
				t.Fatal(err)
			}
			begin := func() (*training, FillBatch) {
				x, err := newTraining(cfg, data)
				if err == nil {
					x.saver, err = newSaver(x, io.Discard)
				}
				if err == nil {
					_, err = x.resume()
				}
				if err != nil {
					t.Fatal(err)
				}
				return x, x.source(&data.Train, ascending(data.Train.N))
			}
			x, source := begin()
			if i == 1 { // stop after step cut
				var stop atomic.Bool
				stopping := func(in, y Matrix, at, lo, hi int) {
					source(in, y, at, lo, hi)
					if at == 7*(cut-1) {
						stop.Store(true)
					}
				}
				met[1], err = x.trainer.Epoch(stopping, &stop)
				if want := min(7*cut, data.Train.N); err != nil || met[1].Samples != want {
					t.Fatalf("%d samples, %v; want %d", met[1].Samples, err, want)
				}
				if cut < 13 {
					if e := x.interrupted(0); !filetest.Says(e, "interrupted in epoch 1", "run the same command again") {
						t.Fatal(e)
					}
					x, source = begin()
				}
			}
			if i == 0 || cut < 13 {
				if met[i], err = x.trainer.Epoch(source, nil); err != nil {
					t.Fatal(err)
				}
			}
			hashes[i] = hash(x.trainer.Net)
		}
		if hashes[0] != hashes[1] || met[0] != met[1] {
			t.Errorf("stopped after step %d: %v %v, not stopped %v %v", cut, hashes[1], met[1], hashes[0], met[0])
		}
	}
}

// TestResumeAfterAnEpochNotShown: a run that ends with an epoch that was not shown is judged by the weights of that
// epoch.
func TestResumeAfterAnEpochNotShown(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m")
	args := []string{"-data", numbers(t), "-regress", "-hidden", "2", "-lr", "0.01", "-test", "0.4", "-epochs"}
	whole := experimentOf(t, append(args, "3")...)
	if err := whole.train(t.Context(), console.Quiet(), &console.Progress{}); err != nil {
		t.Fatal(err)
	}
	began := func(epochs string) *training {
		x := experimentOf(t, append(args, epochs, "-save", path, "-resume")...)
		x.shown = func(epoch int) bool { return epoch == 1 }
		var err error
		if x.saver, err = newSaver(x, io.Discard); err != nil {
			t.Fatal(err)
		}
		return x
	}
	long := began("5")
	order := ascending(long.data.Train.N)
	for epoch := 1; epoch <= 3; epoch++ {
		long.shuffle(order, epoch)
		result, err := long.trainer.Epoch(long.trainingSource(order), nil)
		if err != nil {
			t.Fatal(err)
		}
		if e, shown := long.evaluate(epoch, result); shown {
			long.history = event.AppendEpoch(long.history, e)
		}
	}
	if err := long.interrupted(3); !filetest.Says(err, "after epoch 3 of 5") {
		t.Fatal(err)
	}
	short := began("3")
	if err := short.train(t.Context(), console.Quiet(), &console.Progress{}); err != nil {
		t.Fatal(err)
	}
	if short.done.Hash != whole.done.Hash || *short.done.TestRMSE != *whole.done.TestRMSE {
		t.Errorf("3 epochs of 5, then no more: test RMSE %v, weights %s; 3 epochs: %v, %s", *short.done.TestRMSE,
			short.done.Hash, *whole.done.TestRMSE, whole.done.Hash)
	}
}

// TestResumeRefusesAnotherRun: -resume with other settings or data is refused, and says what differs; more epochs are
// the longer run, and what is done is not done again.
func TestResumeRefusesAnotherRun(t *testing.T) {
	dir := t.TempDir()
	path, data := filepath.Join(dir, "m"), squares(t, 1)
	args := []string{"-data", data, "-hidden", "4", "-momentum", "0.5", "-lr", "0.2", "-schedule", "constant", "-save",
		path, "-resume"}
	mustRun(t, append(args, "-epochs", "2")...)
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"-lr", "0.3"}, []string{"-lr 0.2", "not 0.3", ".checkpoint"}},
		{[]string{"-scale", "standard"}, []string{"-scale (default)", "not standard"}},
		{[]string{"-valid", "5"}, []string{"-valid 0", "not 5"}},
		{[]string{"-data", squares(t, 2)}, []string{"other data", "-data"}},
		{[]string{"-epochs", "1"}, []string{"epoch 2", "-epochs"}},
		{[]string{"-epochs", "2", "-data", data + string(os.PathSeparator), "-workers", "5", "-kernel", "go", "-test",
			"0.1"}, nil},
	} {
		_, _, err := program(context.Background(), io.Discard,
			append(append(slices.Clone(args), "-epochs", "3"), c.args...)...)
		if (err == nil) != (c.want == nil) || err != nil && !filetest.Says(err, c.want...) {
			t.Errorf("%q: %v; want %q", c.args, err, c.want)
		}
	}
	// What is refused, or is done, has no table of epochs.
	if status, out, stderr := ends(append(args, "-lr", "0.3")...); out != "" || status != 1 {
		t.Errorf("status %d, %s, prints %q", status, stderr, out)
	}
	if _, out, stderr := ends(append(args, "-epochs", "2")...); strings.Contains(out, "train cost") ||
		!strings.Contains(stderr, "all 2 epochs are done") {
		t.Errorf("nothing is left to do, and it says %s and prints %s", stderr, out)
	}
	// What is done is not done again; more epochs are the longer run.
	mustRun(t, append(args, "-epochs", "2")...)
	before := readFile(t, path)
	lines := mustRun(t, append(args, "-epochs", "2")...)
	if len(lines) != 2 || lines[1]["event"] != "done" || !bytes.Equal(readFile(t, path), before) {
		t.Errorf("a finished run that is started again prints %v", lines)
	}
	lines = mustRun(t, append(args, "-epochs", "4")...)
	whole := mustRun(t, "-data", data, "-hidden", "4", "-momentum", "0.5", "-lr", "0.2", "-schedule", "constant",
		"-epochs", "4")
	if fmt.Sprint(lines[1:]) != fmt.Sprint(whole[3:]) {
		t.Errorf("2 epochs and 2 more: %v; 4 epochs: %v", lines[1:], whole[3:])
	}
}

// TestCheckpointOfAnEarlierRunStays: a run without -resume does not replace the checkpoint of an unfinished one before
// its own first epoch.
func TestCheckpointOfAnEarlierRunStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m")
	args := []string{"-data", squares(t, 1), "-hidden", "4", "-batch", "1", "-epochs", "1000", "-save", path}
	ctx, cancel := context.WithCancel(context.Background())
	if _, _, err := program(ctx, interruptAfter{`"epoch":2,`, cancel}, args...); !filetest.Says(err, "interrupted",
		"with -resume") {
		t.Fatal(err)
	}
	before := readFile(t, path+".checkpoint")
	ctx, cancel = context.WithCancel(context.Background())
	cancel()
	_, stderr, err := program(ctx, io.Discard, args...)
	if !filetest.Says(err, "interrupted in epoch 1", "earlier run") || !strings.Contains(stderr, "with -resume") {
		t.Errorf("%v; stderr %q", err, stderr)
	}
	if !bytes.Equal(readFile(t, path+".checkpoint"), before) {
		t.Error("the checkpoint of the earlier run is gone")
	}
	if names := filetest.List(t, filepath.Dir(path)); fmt.Sprint(names) != "[m.checkpoint]" {
		t.Errorf("left behind: %v", names)
	}
}

// saving is a command line that trains on squares and saves.
func saving(t *testing.T) func(path string, more ...string) []string {
	data := squares(t, 1)
	return func(path string, more ...string) []string {
		return append([]string{"-data", data, "-hidden", "4", "-epochs", "3", "-save", path}, more...)
	}
}

// TestSaveRefusesWhatItCannotReplace: a -save that cannot be written, or is no model, is refused before training, and
// before a sweep.
func TestSaveRefusesWhatItCannotReplace(t *testing.T) {
	dir, args := t.TempDir(), saving(t)
	filetest.Write(t, dir, map[string][]byte{"letter.txt": []byte("Dear reader, this is not a model"),
		"m.checkpoint": []byte("Dear reader, this is no checkpoint")})
	for _, c := range []struct{ path, want string }{
		{filepath.Join(dir, "missing", "m"), "missing"},
		{filepath.Join(dir, "letter.txt"), "not a model file"},
	} {
		lines, _, err := program(context.Background(), io.Discard, args(c.path)...)
		if !filetest.Says(err, "-save "+c.path, c.want) || exitCode(err, io.Discard) != 1 || len(lines) > 0 {
			t.Errorf("-save %s: %v after %v; want status 1 and %q before anything else", c.path, err, lines, c.want)
		}
	}
	for name, want := range map[string]string{"letter.txt": "not a model file",
		"m": "m.checkpoint: it exists and is not"} {
		swept := args(filepath.Join(dir, name), "-valid", "20", "-sweep", "lr=0.1,0.2")
		lines, _, err := program(context.Background(), io.Discard, swept...)
		if !filetest.Says(err, want) || len(lines) > 0 {
			t.Errorf("-sweep -save %s: %v after %v; want %q before anything else", name, err, lines, want)
		}
	}
}

// TestTrainingGoesOnWithoutCheckpoints: where a checkpoint cannot be written, the training says so once and goes on; if
// the whole folder has gone, it is an error that the model cannot be written in the end.
func TestTrainingGoesOnWithoutCheckpoints(t *testing.T) {
	args := saving(t)
	path := filepath.Join(t.TempDir(), "blocked")
	os.Mkdir(path+".checkpoint", 0o777)
	lines, stderr, err := program(context.Background(), io.Discard, args(path)...)
	if err != nil || len(lines) != 5 || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, path+".checkpoint") {
		t.Errorf("a folder in the checkpoint's place: %v, %d lines, stderr %q; want 5 lines and one on stderr", err,
			len(lines), stderr)
	}
	if _, err := modelfile.Read(path); err != nil {
		t.Error(err)
	}
	parent := t.TempDir()
	gone := filepath.Join(parent, "gone")
	os.Mkdir(gone, 0o777)
	lines, stderr, err = program(context.Background(), interruptAfter{`"epoch":1,`, func() { os.RemoveAll(gone) }},
		args(filepath.Join(gone, "m"))...)
	if !filetest.Says(err, filepath.Join(gone, "m"), "cannot be written") || len(lines) != 5 ||
		!strings.Contains(stderr, "no checkpoint") {
		t.Errorf("the folder has gone: %v, %d lines, stderr %q; want 5 lines and the model's error", err, len(lines), stderr)
	}
	if names := filetest.List(t, parent); len(names) > 0 {
		t.Errorf("%v are left where the folder was", names)
	}
}

// TestDivergedTrainingKeepsTheOldModel: a training that diverges, in its first step or with its last, leaves the model
// that was there, and no temporary file.
func TestDivergedTrainingKeepsTheOldModel(t *testing.T) {
	dir, args := t.TempDir(), saving(t)
	path := filepath.Join(dir, "good")
	mustRun(t, args(path)...)
	good := readFile(t, path)
	for _, lr := range []string{"1e200", "1e308"} {
		if _, err := tryRun(args(path, "-epochs", "1", "-batch", "0", "-lr", lr)...); !filetest.Says(err, "-lr") {
			t.Errorf("-lr %s: %v; want that -lr is too large", lr, err)
		}
	}
	if !bytes.Equal(readFile(t, path), good) {
		t.Error("a training that diverged has replaced a good model")
	}
	for _, name := range filetest.List(t, dir) {
		if strings.HasSuffix(name, ".tmp") {
			t.Errorf("%s is left", name)
		}
	}
}

// ageTemporaryFiles makes the temporary files in dir so old that nobody can be writing them.
func ageTemporaryFiles(t *testing.T, dir string) {
	for _, name := range filetest.List(t, dir) {
		if strings.HasSuffix(name, ".tmp") {
			then := time.Now().Add(-2 * output.Abandoned)
			if err := os.Chtimes(filepath.Join(dir, name), then, then); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// container makes a safetensors file of a header and so many bytes of data.
func container(header string, data int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), make([]byte, data)...)
}

// TestDamagedModels: of 500 damaged files, each gives an error that names it, or what the good file gives.
func TestDamagedModels(t *testing.T) {
	dir := t.TempDir()
	path, data := filepath.Join(dir, "m"), squares(t, 1)
	mustRun(t, "-data", data, "-hidden", "3", "-epochs", "2", "-momentum", "0.5", "-save", path)
	for _, good := range [][]byte{readFile(t, path), readFile(t, path+".checkpoint")} {
		os.WriteFile(path, good, 0o666)
		want, err := modelfile.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(5, 0))
		header := 8 + int(binary.LittleEndian.Uint64(good))
		passed := 0
		for i := range 250 {
			bad := slices.Clone(good)
			at := rng.IntN(len(bad))
			if i%2 == 0 {
				at = rng.IntN(header)
			}
			switch i / 2 % 5 {
			case 0:
				bad[at] ^= 1 << rng.IntN(8)
			case 1:
				bad = bad[:at]
			case 2:
				bad = slices.Insert(bad, at, byte(rng.Uint32()))
			case 3:
				bad = slices.Delete(bad, at, at+1)
			case 4: // another digit in the header
				for at = rng.IntN(header); bad[at] < '0' || bad[at] > '9'; {
					at = rng.IntN(header)
				}
				bad[at] = '0' + (bad[at]-'0'+byte(1+rng.IntN(9)))%10
			}
			os.WriteFile(path, bad, 0o666)
			m, err := modelfile.Read(path)
			if err != nil {
				if !filetest.Says(err, path+": ") {
					t.Errorf("damage %d: %v", i, err)
				}
				continue
			}
			passed++
			same := func(a, b []layers.Layer) bool { return layers.Hash(a) == layers.Hash(b) }
			past, _ := json.Marshal(m.History)
			wantPast, _ := json.Marshal(want.History)
			if len(bad) != len(good) || !maps.Equal(m.Meta, want.Meta) || !same(m.Layers, want.Layers) ||
				!same(m.State["velocity"], want.State["velocity"]) || !bytes.Equal(past, wantPast) {
				t.Errorf("damage %d at byte %d of %d passes for a good file", i, at, len(good))
			}
		}
		t.Logf("%d of 250 are as good as undamaged", passed)
	}
}

// foreign writes a file as PyTorch's safetensors does: names in its order, and no metadata.
func foreign(dtype string, names []string, shapes [][]int, values func(i int) float64) []byte {
	header, data := map[string]any{}, []byte{}
	for n, name := range names {
		begin, count := len(data), 1
		for _, d := range shapes[n] {
			count *= d
		}
		for i := range count {
			if dtype == "F32" {
				data = binary.LittleEndian.AppendUint32(data, math.Float32bits(float32(values(i))))
			} else {
				data = binary.LittleEndian.AppendUint64(data, math.Float64bits(values(i)))
			}
		}
		header[name] = map[string]any{"dtype": dtype, "shape": shapes[n], "data_offsets": []int{begin, len(data)}}
	}
	b, _ := json.Marshal(header)
	return append(container(string(b), 0), data...)
}

// TestLoadForeignSafetensors: a file written elsewhere loads, whatever the order of its tensors, and what was assumed
// of it is said.
func TestLoadForeignSafetensors(t *testing.T) {
	data, path := squares(t, 1), filepath.Join(t.TempDir(), "m")
	os.WriteFile(path, foreign("F64", []string{"fc10.bias", "fc10.weight", "fc9.bias", "fc9.weight"},
		[][]int{{4}, {4, 8}, {8}, {8, 144}}, func(i int) float64 { return float64(i%11) - 5 }), 0o666)
	m, err := modelfile.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	lines, stderr, err := program(context.Background(), io.Discard, "-load", path, "-data", data, "-activation", "tanh")
	if err != nil || len(lines) != 2 || lines[1]["weights_sha256"] != layers.Hash(m.Layers) ||
		!strings.Contains(stderr, "assumed: -activation tanh -output linear -cost ce -scale unit") {
		t.Errorf("%v, %v, stderr %q; want a result of %s", err, lines, stderr, layers.Hash(m.Layers))
	}
	os.WriteFile(path, foreign("F64", []string{"weight"}, [][]int{{4, 144}}, func(int) float64 { return 1 }), 0o666)
	mustRun(t, "-load", path, "-data", data) // a layer alone, without biases
}

// TestLoadRefusesWhatDoesNotFit: flags and data that do not fit the loaded model are refused, with what the model has.
func TestLoadRefusesWhatDoesNotFit(t *testing.T) {
	dir := t.TempDir()
	data, table := squares(t, 1), numbers(t)
	path := filepath.Join(dir, "m")
	mustRun(t, "-data", data, "-hidden", "4", "-activation", "tanh", "-epochs", "1", "-save", path)
	other := squares(t, 2)
	regression, garden, huge := filepath.Join(dir, "r"), filepath.Join(dir, "flowers.csv"), filepath.Join(dir, "huge.csv")
	mustRun(t, "-data", table, "-regress", "-hidden", "3", "-epochs", "1", "-save", regression)
	filetest.Write(t, dir, map[string][]byte{"flowers.csv": []byte(flowers(12)),
		"huge.csv": []byte("a,b,y\n1,2,3\n2,1e300,4\n1,2,3\n3,2,4\n4,2,5\n")})
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"-load", path, "-data", data, "-hidden", "4", "-epochs", "7"}, 0, ""},
		{[]string{"-load", path, "-data", other, "-test", "0"}, 0, ""},
		{[]string{"-load", path, "-data", data, "-activation", "relu"}, 2, "has tanh"},
		{[]string{"-load", path, "-data", data, "-hidden", "5"}, 2, "has 4"},
		{[]string{"-load", path, "-data", data, "-sweep", "lr=1,2"}, 2, "-sweep"},
		{[]string{"-load", path, "-data", data, "-gradcheck"}, 2, "-gradcheck"},
		{[]string{"-resume", "-data", data}, 2, "-save"},
		{[]string{"-predict", "a.png"}, 2, "-load"},
		{[]string{"-load", path, "-predict", "-json"}, 2, "pictures"},
		{[]string{"-load", path, "a.png"}, 2, "a.png"},
		{[]string{"-load", path, "-data", table, "-regress"}, 1, "inputs"},
		{[]string{"-load", regression}, 2, regression + ": this model has learned from a table, not from pictures: give " +
			"a table with -data FILE"},
		{[]string{"-load", regression, "-data", garden}, 1,
			`line 1: 5 fields, and no header with the names of the columns that the model needs (a, b)`},
		{[]string{"-load", regression, "-data", huge}, 1, "too large to compute with"},
		{[]string{"-load", regression, "-data", huge, "-epochs", "1"}, 1, "too large to compute with"},
		{[]string{"-load", path, "-data", smallMNIST(t, 60, 20)}, 1, "784 inputs"},
		{[]string{"-load", path + ".missing"}, 1, "m.missing"},
		{[]string{"-load", dir}, 1, "not a file"},
	} {
		_, err := tryRun(c.args...)
		if exitCode(err, io.Discard) != c.code || c.code > 0 && !filetest.Says(err, c.want) {
			t.Errorf("%q: %v; want status %d and %q", c.args, err, c.code, c.want)
		}
	}
}

// TestLoadChecksTheSettingsInTheFile: settings in a model file are checked as flags are, and named with the file.
func TestLoadChecksTheSettingsInTheFile(t *testing.T) {
	dir, data := t.TempDir(), squares(t, 1)
	path := filepath.Join(dir, "m")
	mustRun(t, "-data", data, "-hidden", "4", "-activation", "tanh", "-epochs", "1", "-save", path)
	m, err := modelfile.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	for key, c := range map[string][2]string{
		"-activation": {"cosh", "relu, sigmoid"}, "-output": {"soft", "linear"}, "-cost": {"bce", "sigmoid"},
		"-test": {"2.5", "fraction"}, "-seed": {"-1", "-seed"}, "-hidden": {"", ""},
		"sizes": {"[144,4,5]", "sizes"},
	} {
		other := *m
		other.Meta = maps.Clone(m.Meta)
		other.Meta[key] = c[0]
		bad := filepath.Join(dir, "bad")
		if err := output.Write(bad, other.Write); err != nil {
			t.Fatal(err)
		}
		_, err := tryRun("-load", bad, "-data", data)
		if key == "-hidden" { // the shapes say it
			if err != nil {
				t.Errorf("without -hidden: %v", err)
			}
		} else if !filetest.Says(err, bad+": __metadata__: ", c[1]) || exitCode(err, io.Discard) != 1 {
			t.Errorf("%s %q: %v; want status 1 and %q", key, c[0], err, c[1])
		}
	}
}

// TestLoadKnowsClassesByName: the classes of other data may come in any order.
func TestLoadKnowsClassesByName(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "m")
	text := "u,v,kind\n"
	for i := range 30 {
		text += fmt.Sprintf("%d,%d,%s\n", i%3*10, i, []string{"red", "green", "blue"}[i%3])
	}
	filetest.Write(t, dir, map[string][]byte{"a.csv": []byte(text),
		"b.csv": []byte("u,v,kind\n10,1,green\n20,2,blue\n10,4,green\n20,8,blue\n")})
	mustRun(t, "-data", filepath.Join(dir, "a.csv"), "-epochs", "200", "-save", path)
	lines := mustRun(t, "-load", path, "-data", filepath.Join(dir, "b.csv"), "-test", "0")
	if lines[1]["test_accuracy"] != 1.0 {
		t.Errorf("classes in another order: %v", lines[1])
	}
}

// answers reports whether the network of a file can be configured, and asks it for an answer.
func answers(t *testing.T, m *modelfile.Model) bool {
	cfg, err := parse(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if configure(cfg, m) != nil {
		return false
	}
	networkOf(m).answer(make([]float64, m.Inputs()))
	return true
}

// readFuzzed reads a model from content, and checks that this takes no more memory than it should.
func readFuzzed(t *testing.T, path string, content []byte) (m *modelfile.Model, err error) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
	got := filetest.Allocated(func() { m, err = modelfile.Read(path) })
	if len(content) < 64<<10 && got > 64<<20 {
		t.Fatalf("%d bytes make it allocate %d", len(content), got)
	}
	return m, err
}

// FuzzModel: whatever a file holds, it is refused, or a model that answers and can be written.
func FuzzModel(f *testing.F) {
	path := filepath.Join(f.TempDir(), "m")
	meta := map[string]string{"backprop": "1", "sizes": "[4,2,2]", "classes": `["a","b"]`, "input_shift": "0",
		"input_factor": "[1,2,3,4]",
		"width":        "2", "height": "2", "depth": "255", "frame": `{"box":2,"x":1,"y":1}`}
	net := []layers.Layer{layers.New(4, 2), layers.New(2, 2)}
	c, err := modelfile.Open(path, meta, modelfile.Options{})
	if err != nil {
		f.Fatal(err)
	}
	c.AfterEpoch(true, func() modelfile.Snapshot {
		return modelfile.Snapshot{Layers: net, State: map[string][]layers.Layer{"velocity": net}, Epoch: 1,
			Partial: event.Result{Samples: 3}, History: []event.Epoch{{Epoch: 1}}}
	})
	f.Add(readFile(f, c.Path()))
	f.Add(container(`{"a.weight":{"dtype":"F64","shape":[2,1],"data_offsets":[0,16]}}`, 16))
	f.Add(foreign("F32", []string{"0.weight", "0.bias", "2.weight"}, [][]int{{2, 4}, {2}, {3, 2}},
		func(i int) float64 { return float64(i) }))
	f.Fuzz(func(t *testing.T, content []byte) {
		m, err := readFuzzed(t, path, content)
		if err != nil {
			return
		}
		answers(t, m)
		// What was read is written as it was.
		m.Meta, m.State = map[string]string{}, nil
		var again bytes.Buffer
		if err := m.Write(&again); err != nil {
			t.Fatal(err)
		}
		if _, err := readFuzzed(t, path, again.Bytes()); err == nil {
			t.Fatal("a file with a checksum and no version is not refused")
		}
	})
}

// TestResumeKnowsStepsAndCounts: a training that goes on has taken the steps of its checkpoint, and knows how many
// samples were right.
func TestResumeKnowsStepsAndCounts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m")
	args := []string{"-data", squares(t, 1), "-valid", "20", "-hidden", "4", "-momentum", "0.5", "-batch", "10",
		"-lr", "0.1", "-schedule", "constant", "-save", path, "-resume", "-epochs"}
	mustRun(t, append(args, "2")...)
	x := experimentOf(t, append(args, "5")...)
	var err error
	if x.saver, err = newSaver(x, io.Discard); err != nil {
		t.Fatal(err)
	}
	epoch, err := x.resume()
	if done := x.trainer.done.Load(); err != nil || epoch != 2 || done != 14 { // 70 samples, 10 a step
		t.Errorf("%v: after epoch %d, %d steps; want 2, 14", err, epoch, done)
	}
	for _, e := range x.history { // 20 samples to choose by and 30 to test with: the counts that were right
		v, w := math.Abs(float64(e.ValidCorrect)-20**e.ValidAccuracy), math.Abs(float64(e.TestCorrect)-30**e.TestAccuracy)
		if v > 1e-9 || w > 1e-9 {
			t.Errorf("%d and %d right, of accuracies %v and %v", e.ValidCorrect, e.TestCorrect, *e.ValidAccuracy,
				*e.TestAccuracy)
		}
	}
}

// TestTemporaryFilesAreRemoved: what a killed program has left beside its model, checkpoint, page or exported file is
// removed, once nobody can be writing it.
func TestTemporaryFilesAreRemoved(t *testing.T) {
	dir := t.TempDir()
	filetest.Write(t, dir, map[string][]byte{".m.3.tmp": nil}) // which is young
	for _, name := range []string{".m.1.tmp", ".m.checkpoint.22.tmp", ".r.html.4.tmp", ".e.onnx.5.tmp", ".m.x.tmp",
		".other.1.tmp"} {
		filetest.Write(t, dir, map[string][]byte{name: nil})
		old := time.Now().Add(-time.Hour)
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	mustRun(t, "-data", numbers(t), "-regress", "-hidden", "2", "-epochs", "1", "-save", in("m"), "-report",
		in("r.html"), "-export", in("e.onnx"))
	if got := strings.Join(filetest.List(t, dir), " "); got != ".m.3.tmp .m.x.tmp .other.1.tmp e.onnx m "+
		"m.checkpoint r.html" {
		t.Errorf("the folder has %s; want the young temporary file, those of others, and what was written", got)
	}
}

// protobuf returns the fields of a message by their numbers: integers as text, or bytes.
func protobuf(t *testing.T, b string) map[int][]string {
	t.Helper()
	all := map[int][]string{}
	for len(b) > 0 {
		key, n := binary.Uvarint([]byte(b))
		v, m := binary.Uvarint([]byte(b[n:]))
		b = b[n+m:]
		text := fmt.Sprint(int64(v))
		if key&7 == 2 {
			text, b = b[:v], b[v:]
		}
		all[int(key>>3)] = append(all[int(key>>3)], text)
	}
	return all
}

// runOnnx computes the graph of an ONNX file for one row of inputs, by the definitions of its
// operators.
func runOnnx(t *testing.T, path string, x []float64) []float64 {
	t.Helper()
	graph := protobuf(t, protobuf(t, string(readFile(t, path)))[7][0])
	values := map[string][]float64{"input": x}
	for _, text := range graph[5] {
		f := protobuf(t, text)
		list := make([]float64, len(f[9][0])/8)
		for i := range list {
			list[i] = math.Float64frombits(binary.LittleEndian.Uint64([]byte(f[9][0][8*i:])))
		}
		values[f[8][0]] = list
	}
	var y []float64
	for _, text := range graph[1] {
		f := protobuf(t, text)
		var in [][]float64
		for _, name := range f[1] {
			in = append(in, values[name])
		}
		y = onnxOperator(t, f[4][0], in)
		values[f[2][0]] = y
	}
	return y
}

// onnxOperator computes one operator, by its definition.
func onnxOperator(t *testing.T, kind string, in [][]float64) []float64 {
	t.Helper()
	n := len(in[0])
	if kind == "Gemm" || kind == "Where" {
		n = len(in[2])
	}
	y, sum := make([]float64, n), 0.0
	at := func(list []float64, i int) float64 { return list[i%len(list)] } // one stands for all
	for i := range y {
		switch kind {
		case "Sub":
			y[i] = in[0][i] - at(in[1], i)
		case "Mul":
			y[i] = in[0][i] * at(in[1], i)
		case "Div":
			y[i] = in[0][i] / at(in[1], i)
		case "Add":
			y[i] = in[0][i] + at(in[1], i)
		case "IsNaN":
			y[i] = map[bool]float64{true: 1}[math.IsNaN(in[0][i])]
		case "Where":
			y[i] = in[2][i]
			if in[0][i] != 0 {
				y[i] = at(in[1], i)
			}
		case "Gemm":
			for k, v := range in[0] {
				y[i] += v * in[1][k*n+i]
			}
			y[i] += in[2][i]
		case "Relu":
			y[i] = max(0, in[0][i])
		case "Sigmoid":
			y[i] = 1 / (1 + math.Exp(-in[0][i]))
		case "Tanh":
			y[i] = math.Tanh(in[0][i])
		case "Softmax":
			y[i] = math.Exp(in[0][i] - slices.Max(in[0]))
		default:
			t.Fatalf("operator %s", kind)
		}
		sum += y[i]
	}
	for i := range y {
		if kind == "Softmax" {
			y[i] /= sum
		}
	}
	return y
}

// An exported model is a file, and inputs with the answers that this program gives.
type exported struct {
	path    string
	classes []string
	x, want [][]float64
}

// exportAll trains networks of each kind, exports them and asks them about their test sets.
func exportAll(t *testing.T) (all []exported) {
	t.Helper()
	dir := t.TempDir()
	words := "size,kind,colour,what\n"
	for i := range 60 {
		words += fmt.Sprintf("%s,%d,%s,%s\n", []string{"?", "1.5", "-2"}[i%3], i%7, []string{"red", "green"}[i%2],
			[]string{"yes", "no", "may"}[i%5%3])
	}
	filetest.Write(t, dir, map[string][]byte{"words.csv": []byte(words)})
	for name, args := range map[string][]string{
		"images": {"-data", squares(t, 1), "-hidden", "7,5"},
		"tanh": {"-data", squares(t, 1), "-hidden", "6", "-activation", "tanh", "-output", "sigmoid", "-cost", "bce",
			"-scale", "standard"},
		"words":   {"-data", filepath.Join(dir, "words.csv"), "-hidden", "5", "-activation", "sigmoid"},
		"numbers": {"-data", numbers(t), "-regress", "-hidden", "4"},
		"none":    {"-data", squares(t, 1), "-hidden", "none", "-cost", "mse", "-scale", "none", "-lr", "0.00001"},
	} {
		e := exported{path: filepath.Join(dir, name+".onnx")}
		save := filepath.Join(dir, name+".safetensors")
		command(t, append(args, "-epochs", "2", "-save", save, "-export", e.path)...)
		again := filepath.Join(dir, name+"2.onnx")
		text := command(t, "-load", save, "-export", again)
		if !bytes.Equal(readFile(t, e.path), readFile(t, again)) {
			t.Errorf("%s: exported from its file it is another", name)
		}
		mustContain(t, text, again, "opset 13", map[bool]string{true: "in the unit of the data",
			false: "of each of "}[name == "numbers"])
		cfg, err := parse([]string{"-data", args[1], "-load", save}, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		m, err := modelfile.Read(save)
		if err == nil {
			err = configure(cfg, m)
		}
		data, err2 := loadData(context.Background(), cfg, io.Discard)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		e.classes = data.Classes
		for i := range int32(data.Test.N) {
			x, y := make([]float64, m.Inputs()), make([]float64, m.Inputs())
			gather(&data.Test, x, []int32{i}, dataset.EvenScale(m.Inputs(), 1))
			if data.Test.Values != nil { // gather makes 0 of what is missing
				copy(x, data.Test.Values[int(i)*m.Inputs():])
			}
			gather(&data.Test, y, []int32{i}, m.In)
			a := networkOf(m).answer(y)
			for j := range a {
				if data.Classes == nil {
					a[j] = a[j]/m.Out.Factor[j] + m.Out.Shift[j]
				}
			}
			e.x, e.want = append(e.x, x), append(e.want, a)
		}
		all = append(all, e)
	}
	return all
}

// TestExportONNX: the graph, computed by the definitions of its operators, answers to numbers as they are in the data
// as this program does.
func TestExportONNX(t *testing.T) {
	for _, e := range exportAll(t) {
		missing := 0
		for i, x := range e.x {
			got := runOnnx(t, e.path, x)
			for j := range x {
				if math.IsNaN(x[j]) {
					missing++
				}
			}
			if !slices.EqualFunc(got, e.want[i], near) {
				t.Fatalf("%s: sample %d: %v, want %v", e.path, i, got, e.want[i])
			}
		}
		if strings.Contains(e.path, "words") && missing == 0 {
			t.Error("no input is missing")
		}
		doc := strings.Join(protobuf(t, string(readFile(t, e.path)))[6], "")
		if want := map[string]bool{"words.onnx": true, "numbers.onnx": true}[filepath.Base(e.path)]; strings.Contains(doc,
			"a row a sample; what is missing is NaN. Output: ") != want || !strings.HasSuffix(doc, " All in double precision.") {
			t.Errorf("%s: %q", e.path, doc)
		}
		keys := map[string]string{}
		for _, entry := range protobuf(t, string(readFile(t, e.path)))[14] {
			f := protobuf(t, entry)
			if f[1][0] == "classes" && f[2][0] != jsonText(e.classes) {
				t.Errorf("%s: classes %s, want %q", e.path, f[2][0], e.classes)
			}
			keys[f[1][0]] = f[2][0]
		}
		want := map[string]string{"width": "12", "height": "12", "depth": "255", "classes": `["0","1","2","3"]`}
		if name := filepath.Base(e.path); name == "words.onnx" {
			want = map[string]string{"inputs": `["size","kind","colour=green","colour=red"]`}
		} else if name == "numbers.onnx" {
			want = map[string]string{"inputs": `["a","b"]`, "width": "", "classes": ""}
		}
		for key, v := range want {
			if keys[key] != v {
				t.Errorf("%s: %s is %q, want %q", e.path, key, keys[key], v)
			}
		}
	}
}

// near reports whether two numbers agree to 1e-12, relative to those above 1.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-12*max(1, math.Abs(b)) }

// TestExportRuntime asks a real runtime: ONNXRUNTIME is a folder in which npm has installed
// onnxruntime-node (or onnxruntime-web).
func TestExportRuntime(t *testing.T) {
	dir := os.Getenv("ONNXRUNTIME")
	if dir == "" {
		t.Skip("ONNXRUNTIME is not set: no runtime is asked")
	}
	const script = `
let ort; try { ort = require('onnxruntime-node') } catch { ort = require('onnxruntime-web') }
const fs = require('fs'), q = JSON.parse(fs.readFileSync(0))
ort.InferenceSession.create(q.path).then(async s => {
  const x = Float64Array.from(q.x.flat(), v => v === null ? NaN : v)
  const r = await s.run({input: new ort.Tensor('float64', x, [q.x.length, q.x[0].length])})
  const y = r[s.outputNames[0]]
  console.log(JSON.stringify({name: s.outputNames[0], dims: y.dims, y: Array.from(y.data)}))
})`
	for _, e := range exportAll(t) {
		rows := make([][]any, len(e.x))
		for i, x := range e.x {
			for _, v := range x {
				rows[i] = append(rows[i], v)
				if math.IsNaN(v) {
					rows[i][len(rows[i])-1] = nil
				}
			}
		}
		cmd := exec.Command("node", "-e", script)
		cmd.Dir, cmd.Stderr = dir, os.Stderr
		cmd.Stdin = strings.NewReader(jsonText(map[string]any{"path": e.path, "x": rows}))
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Name string
			Y    []float64
		}
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatal(err)
		}
		worst := 0.0
		want := slices.Concat(e.want...)
		for i := range got.Y {
			worst = max(worst, math.Abs(got.Y[i]-want[i])/max(1, math.Abs(want[i])))
		}
		t.Logf("%s: %s of %d samples, largest difference %.1e", filepath.Base(e.path), got.Name, len(e.x), worst)
		if len(got.Y) != len(want) || !(worst <= 1e-12) {
			t.Errorf("%s: %d answers, want %d; largest difference %v", e.path, len(got.Y), len(want), worst)
		}
	}
}

// TestNielsenFile: what network2.py has saved loads, answers by Nielsen's formula, and is exported as it was.
func TestNielsenFile(t *testing.T) {
	dir := t.TempDir()
	theirs := filepath.Join(dir, "theirs.json")
	saved := `{"sizes": [2, 2, 1], "weights": [[[0.15, 0.2], [0.25, 0.3]], [[0.4, 0.45]]], "biases": [[[0.35], ` +
		`[-0.35]], [[0.6]]], "cost": "QuadraticCost"}`
	filetest.Write(t, dir, map[string][]byte{"theirs.json": []byte(saved)})
	m, err := modelfile.Read(theirs)
	if err != nil {
		t.Fatal(err)
	}
	cfg, _ := parse([]string{"-load", theirs}, io.Discard)
	if err := configure(cfg, m); err != nil {
		t.Fatal(err)
	}
	s := func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
	h1, h2 := s(0.15*0.05+0.2*0.1+0.35), s(0.25*0.05+0.3*0.1-0.35)
	if got, want := networkOf(m).answer([]float64{0.05, 0.1}), s(0.4*h1+0.45*h2+0.6); !near(got[0], want) ||
		cfg.Cost != "mse" {
		t.Errorf("%v with cost %s, want %v with mse", got, cfg.Cost, want)
	}
	again := filepath.Join(dir, "again.json")
	if err := run(context.Background(), []string{"-load", theirs, "-export", again}, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	var a, b any
	json.Unmarshal([]byte(saved), &a)
	json.Unmarshal(readFile(t, again), &b)
	if jsonText(a) != jsonText(b) {
		t.Errorf("it came back as %s", jsonText(b))
	}
}

// TestNielsenExportHasScalingAndPictures: a network exported in the form of network2.py has its scaling, its classes
// and the size of its pictures, so that it answers as before and reads pictures.
func TestNielsenExportHasScalingAndPictures(t *testing.T) {
	dir, data := t.TempDir(), squares(t, 1)
	pictures := filepath.Join(dir, "pictures.json")
	mustRun(t, "-data", data, "-hidden", "5", "-epochs", "1", "-activation", "sigmoid", "-output", "sigmoid",
		"-cost", "mse", "-export", pictures)
	if m, err := modelfile.Read(pictures); err != nil || m.Width != 12 || m.Height != 12 || m.Depth != 255 ||
		m.Frame.Box < 1 {
		t.Errorf("%v; a model of %d×%d pixels, want 12×12", err, m.Width, m.Height)
	}
	ours := filepath.Join(dir, "ours.json")
	trained := mustRun(t, "-data", data, "-hidden", "6", "-activation", "sigmoid", "-output", "sigmoid", "-cost", "bce",
		"-scale", "standard", "-epochs", "3", "-export", ours)
	loaded := mustRun(t, "-load", ours, "-data", data)
	for _, key := range []string{"test_accuracy", "weights_sha256"} {
		if is, was := loaded[len(loaded)-1][key], trained[len(trained)-1][key]; is != was {
			t.Errorf("%s is %v, and was %v", key, is, was)
		}
	}
}

// TestNielsenNetworkOfOneOutput: it names no classes, so that of a picture it could not say what it is.
func TestNielsenNetworkOfOneOutput(t *testing.T) {
	dir := t.TempDir()
	n := map[string]any{"sizes": []int{784, 1}, "weights": [][][]float64{{make([]float64, 784)}},
		"biases": [][][]float64{{{0}}}, "cost": "CrossEntropyCost"}
	filetest.Write(t, dir, map[string][]byte{"mnist.json": []byte(jsonText(n)), "a.png": nil})
	single := filepath.Join(dir, "mnist.json")
	_, err := tryRun("-load", single, "-predict", filepath.Join(dir, "a.png"))
	if want := single + ": it does not name classes; evaluate it with -data"; fmt.Sprint(err) != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestExportRefuses: what cannot be exported, or would replace another's file, is refused before anything is trained;
// its own files are replaced.
func TestExportRefuses(t *testing.T) {
	dir, data := t.TempDir(), squares(t, 1)
	model := filepath.Join(dir, "m.safetensors")
	mustRun(t, "-data", data, "-hidden", "4", "-epochs", "1", "-save", model)
	filetest.Write(t, dir, map[string][]byte{"notes.json": []byte("my notes"), "notes.onnx": []byte("{}"),
		"package.json": []byte(`{"name":"mypackage"}`), "other.onnx": []byte("\x08\x07 and so on")})
	in := func(name string) string { return filepath.Join(dir, name) }
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"-export " + in("m.txt"), 2, "has to end in .onnx, or in .json"},
		{"-export=", 2, "-export is empty"},
		{"-export " + in("m.json"), 2, "sigmoid throughout, and this one is of -activation relu"},
		{"-hidden none -output sigmoid -export " + in("m.json"), 2, "-cost mse or bce, and this one by ce"},
		{"-export " + in("notes.json") + " -activation sigmoid -output sigmoid -cost bce", 1, "not a network of this form"},
		{"-export " + in("package.json") + " -activation sigmoid -output sigmoid -cost bce", 1, "not a network of this form"},
		{"-export " + in("notes.onnx"), 1, "not an ONNX file"},
		{"-export " + in("other.onnx"), 1, "not an ONNX file"},
		{"-export " + in("gone/m.onnx"), 1, "could not be written"},
		{"-gradcheck -export " + in("m.onnx"), 2, "does not train"},
		{"-load " + model + " -export " + in("m.json"), 2, "-activation relu"},
		{"-load " + model + " -predict a.png -export " + in("m.onnx"), 2, "one at a time"},
	} {
		args := strings.Fields(c.args)
		if args[0] != "-load" {
			args = append(args, "-epochs", "1", "-data", data)
		}
		stdout, _, err := try(args...)
		if exitCode(err, io.Discard) != c.code || !filetest.Says(err, c.want) || stdout != "" {
			t.Errorf("%s: %v; want status %d and %q before anything is trained\n%s", c.args, err, c.code, c.want, stdout)
		}
	}
	if string(readFile(t, in("notes.json"))) != "my notes" ||
		string(readFile(t, in("package.json"))) != `{"name":"mypackage"}` {
		t.Error("the notes are gone")
	}
	for _, name := range []string{"good.json", "good.onnx", "good.json", "good.onnx"} { // its own it replaces
		mustRun(t, "-data", data, "-epochs", "1", "-activation", "sigmoid", "-output", "sigmoid", "-cost", "bce",
			"-export", in(name))
	}
	for _, name := range filetest.List(t, dir) {
		if strings.HasPrefix(name, ".") {
			t.Errorf("%s is left", name)
		}
	}
}

// TestExportTellsInputsAndOutputs: the lines and the JSON about an exported file have its format, and what it takes and
// gives.
func TestExportTellsInputsAndOutputs(t *testing.T) {
	dir := t.TempDir()
	model, path := filepath.Join(dir, "m"), filepath.Join(dir, "m.onnx")
	done := mustRun(t, "-data", numbers(t), "-regress", "-hidden", "2", "-epochs", "1", "-save", model)
	const takes, gives = "2 numbers (a, b), not scaled", "1 number, in the unit of the data"
	if text, want := strings.ReplaceAll(command(t, "-load", model, "-export", path), "\n            ", " "),
		"exported  "+path+": ONNX, opset 13, double precision\ninputs    "+takes+"\noutputs   "+gives+"\n"; text != want {
		t.Errorf("%q, want %q", text, want)
	}
	event := map[string]any{"event": "export", "file": path, "format": "ONNX, opset 13, double precision",
		"inputs": takes, "outputs": gives,
		"weights_sha256": done[len(done)-1]["weights_sha256"]}
	if all := mustRun(t, "-load", model, "-export", path); len(all) != 1 || !reflect.DeepEqual(all[0], event) {
		t.Errorf("%v, want %v", all, event)
	}
	text := command(t, "-data", numbers(t), "-regress", "-hidden", "2", "-epochs", "1", "-export", path)
	mustContain(t, strings.ReplaceAll(text, "\n            ", " "),
		"\n\nexported  "+path+": ONNX, opset 13, double precision\n")
}

// FuzzNielsen: whatever a JSON file holds, it is refused, or a network that answers and that is written as it was read.
func FuzzNielsen(f *testing.F) {
	f.Add([]byte(`{"sizes": [2, 1, 2], "weights": [[[1, -2]], [[0.5], [3]]], "biases": [[[0]], [[1e-3], [7]]], "cost": ` +
		`"CrossEntropyCost"}`))
	dir := f.TempDir()
	data, path := filepath.Join(dir, "t.csv"), filepath.Join(dir, "n.json")
	if err := os.WriteFile(data, []byte("a,kind\n1,x\n2,y\n3,x\n4,y\n5,x\n"), 0o666); err != nil {
		f.Fatal(err)
	}
	if err := run(context.Background(), strings.Fields("-hidden 1 -activation sigmoid -output sigmoid -cost bce "+
		"-epochs 1 -data "+data+" -export "+path), io.Discard, io.Discard); err != nil {
		f.Fatal(err)
	}
	own, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(own)
	f.Fuzz(func(t *testing.T, content []byte) {
		m, err := readFuzzed(t, path, content)
		if err != nil {
			return
		}
		if !answers(t, m) {
			return
		}
		m.Meta = map[string]string{}
		if _, err := m.Export(path, nil); err != nil {
			t.Fatal(err)
		}
		same, err := modelfile.Read(path)
		if err != nil || layers.Hash(same.Layers) != layers.Hash(m.Layers) {
			t.Fatalf("written and read again, it is another network (%v)", err)
		}
	})
}

// TestLoadTrainsFurther: a flag of training or -save makes -load train further, from the model's weights and with its
// scaling, and nothing else does.
func TestLoadTrainsFurther(t *testing.T) {
	dir, data, other := t.TempDir(), squares(t, 1), squares(t, 2)
	path, next := filepath.Join(dir, "m"), filepath.Join(dir, "next")
	trained := mustRun(t, "-data", data, "-hidden", "6", "-activation", "tanh", "-scale", "standard", "-epochs", "1",
		"-save", path)
	hashes := func(args ...string) any {
		lines := mustRun(t, append([]string{"-load", path, "-data", other}, args...)...)
		return lines[len(lines)-1]["weights_sha256"]
	}
	was := trained[len(trained)-1]["weights_sha256"]
	for _, c := range []struct {
		args    string
		another bool // weights
	}{
		{"", false}, {"-seed 5", false}, {"-test 0", false}, {"-report " + filepath.Join(dir, "r.html"), false},
		{"-lr 0 -epochs 1", false}, // which trains, by nothing
		{"-lr 0.01 -epochs 1", true}, {"-epochs 1", true}, {"-batch 7 -epochs 1", true}, {"-epochs 1 -save " + next, true},
	} {
		if is := hashes(strings.Fields(c.args)...); (is != was) != c.another {
			t.Errorf("%s: the weights are %v, and were %v", c.args, is, was)
		}
	}
	m, err := modelfile.Read(path)
	n, err2 := modelfile.Read(next)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	for _, key := range []string{"input_shift", "input_factor", "classes", "width", "depth", "-activation"} {
		if m.Meta[key] != n.Meta[key] || m.Meta[key] == "" {
			t.Errorf("%s is %.40q, and was %.40q", key, n.Meta[key], m.Meta[key])
		}
	}
	// Images that are all darker than 16 are still of the model's depth.
	d, err := load.Path(other, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []dataset.Set{d.Train, d.Test} {
		for i := range s.Pixels {
			s.Pixels[i] /= 17
		}
	}
	dark := t.TempDir()
	writeMNIST(t, dark, d.Train, d.Test)
	mustRun(t, "-load", path, "-data", dark, "-epochs", "1", "-save", next)
	if n, err := modelfile.Read(next); err != nil || n.Depth != 255 || n.Width != 12 {
		t.Errorf("after dark images: %v; the depth is %v, want 255", err, n.Depth)
	}
	text := command(t, "-load", path, "-data", other, "-epochs", "2", "-lr", "0.01")
	mustContain(t, strings.Join(strings.Fields(text), " "),
		"training 2 epochs, batch 32, rate 0.01 constant, from the weights of "+path+", seed 1", "epoch train cost")
	// -save on its own trains too, by the defaults.
	if hashes("-save", filepath.Join(dir, "third"), "-hidden", "6") == was {
		t.Error("-save did not train")
	}
}

// TestResumeFurtherTraining: further training that was interrupted goes on with the same command, and not from another
// model.
func TestResumeFurtherTraining(t *testing.T) {
	dir, data := t.TempDir(), squares(t, 1)
	path, next := filepath.Join(dir, "m"), filepath.Join(dir, "next")
	mustRun(t, "-data", data, "-hidden", "6", "-epochs", "1", "-save", path)
	args := []string{"-load", path, "-data", data, "-epochs", "6", "-lr", "0.05", "-momentum", "0.5"}
	want := mustRun(t, args...)
	args = append(args, "-resume", "-save", next)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	_, _, err := program(ctx, interruptAfter{`"epoch":3,`, cancel}, args...)
	if !errors.Is(err, errInterrupted) {
		t.Fatal(err)
	}
	lines, stderr, err := program(context.Background(), io.Discard, args...)
	if err != nil || !strings.Contains(stderr, "going on after") ||
		lines[len(lines)-1]["weights_sha256"] != want[len(want)-1]["weights_sha256"] {
		t.Errorf("started again: %v, stderr %q, last line %v; want %v", err, stderr, lines[len(lines)-1], want[len(want)-1])
	}
	mustRun(t, "-data", data, "-hidden", "6", "-epochs", "2", "-save", path)
	if err := run(context.Background(), args, io.Discard, io.Discard); !filetest.Says(err, "next.checkpoint",
		"it began from the weights of another model of -load") {
		t.Errorf("from another model: %v", err)
	}
}

// TestFurtherTrainingKeepsAllClasses: a model from elsewhere keeps its outputs where the new data lack its last
// classes.
func TestFurtherTrainingKeepsAllClasses(t *testing.T) {
	dir := t.TempDir()
	path, next := filepath.Join(dir, "m.json"), filepath.Join(dir, "next")
	n := map[string]any{"sizes": []int{2, 5}, "cost": "CrossEntropyCost",
		"biases":  [][][]float64{{{0}, {0}, {0}, {0}, {0}}},
		"weights": [][][]float64{{{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}}}}
	table := "a,b,label\n"
	for i := range 30 {
		table += fmt.Sprintf("%d.5,%d,%d\n", i, i%4, i%3)
	}
	filetest.Write(t, dir, map[string][]byte{"m.json": []byte(jsonText(n)), "t.csv": []byte(table)})
	if err := run(context.Background(), []string{"-load", path, "-data", filepath.Join(dir, "t.csv"), "-epochs", "1",
		"-save", next}, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	if m, err := modelfile.Read(next); err != nil || m.Outputs() != 5 || jsonText(m.Classes) != `["0","1","2","3","4"]` {
		t.Errorf("%v; %d outputs %q", err, m.Outputs(), m.Classes)
	}
}

// TestFurtherTrainingRefuses: flags that do not go with further training are refused, with the reason.
func TestFurtherTrainingRefuses(t *testing.T) {
	dir, data := t.TempDir(), squares(t, 1)
	path := filepath.Join(dir, "m")
	mustRun(t, "-data", data, "-hidden", "6", "-epochs", "1", "-save", path)
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"-epochs 1 -predict a.png", 2, "-predict does not train"},
		{"-epochs 1 -recipe nielsen", 2, "-recipe nielsen trains a network of its own"},
		{"-epochs 1 -init glorot", 2, "-init draws the first weights, and " + path + " has them"},
		{"-epochs 1 -scale unit", 2, path + " brings its own scaling"},
		{"-epochs 1 -hidden 7", 2, "has 6; leave the flag out"},
		{"-lr 1,2,3", 2, "3 rates for 2 layers"},
		{"-dropout 0.5", 2, "for the inputs alone"},
		{"-epochs 0", 2, "-epochs 0"},
		{"-resume -epochs 1", 2, "-resume needs -save"},
		{"-epochs 1 -gradcheck", 2, "-sweep and -gradcheck do not go with it"},
		{"-epochs 1 -lr 1e300", 1, "smaller -lr"},
	} {
		err := run(context.Background(), append(strings.Fields(c.args), "-load", path, "-data", data), io.Discard, io.Discard)
		if exitCode(err, io.Discard) != c.code || !filetest.Says(err, c.want) {
			t.Errorf("%s: %v; want status %d and %q", c.args, err, c.code, c.want)
		}
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the model has gone: %v", err)
	}
}

// TestLoadTestsTheSameSplit: a loaded model is tested on the set that was held out of its training; a -split that makes
// no sense is refused.
func TestLoadTestsTheSameSplit(t *testing.T) {
	dir := t.TempDir()
	filetest.Write(t, dir, map[string][]byte{"a.csv": []byte(flowers(60))})
	data, model := filepath.Join(dir, "a.csv"), filepath.Join(dir, "m.safetensors")
	score := func(args ...string) string {
		all := mustRun(t, append(args, "-data", data)...)
		e := all[len(all)-1]
		return fmt.Sprint(e["test_accuracy"], only(all, "start")[0]["test"], e["classes"])
	}
	trained := score("-split", "sklearn:7", "-epochs", "3", "-hidden", "3", "-save", model)
	if loaded := score("-load", model); loaded != trained {
		t.Errorf("tested on %s in training, and loaded on %s", trained, loaded)
	}
	if other := score("-load", model, "-split", "seed"); other == trained {
		t.Error("-split seed holds out the same")
	}
	for flags, want := range map[string]string{"-split numpy": "is not a way to split", "-split sklearn:": "random_state",
		"-split sklearn:1,-2": "random_state", "-split sklearn:4294967296": "random_state",
		"-split sklearn:1 -folds 3": "leave out -split"} {
		if _, err := tryRun(strings.Fields(flags)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", flags, err, want)
		}
	}
}

// TestLoadReadsATableAsPredictDoes: a table is evaluated, and learned from again, as -predict reads it: by the names of
// the columns or their places, with the words of the training.
func TestLoadReadsATableAsPredictDoes(t *testing.T) {
	dir, model := flowerModel(t)
	rows := strings.Split(strings.TrimSpace(strings.ReplaceAll(flowers(60), "blue", "zebra")), "\n")
	var other, bare strings.Builder
	for i, row := range rows {
		f := strings.Split(row, ",") // Id,width,colour,Height,kind
		fmt.Fprintf(&other, "%s,%s,%s,%s\n", f[4], f[2], f[3], f[1])
		if i > 0 {
			fmt.Fprintf(&bare, "%s,%s,%s,%s\n", f[1], f[2], f[3], f[4])
		}
	}
	files := map[string][]byte{"same.csv": []byte(strings.Join(rows, "\n")), "other.csv": []byte(other.String()),
		"bare.csv": []byte(bare.String())}
	filetest.Write(t, dir, files)
	accuracy, tuned := map[any]bool{}, map[any]bool{}
	for name := range files {
		path := filepath.Join(dir, name)
		_, said, err := predicted(t, "-load", model, "-predict", path)
		lines := mustRun(t, "-load", model, "-data", path, "-test", "0")
		got := lines[len(lines)-1]["test_accuracy"].(float64)
		if want := fmt.Sprintf("%.0f of 60 rows right, %.2f %%", 60*got, 100*got); err != nil ||
			!strings.Contains(said, want) {
			t.Errorf("%s: %v; -data comes to %s, and -predict to %s", name, err, want, said)
		}
		accuracy[got] = true
		next := filepath.Join(dir, "next")
		lines = mustRun(t, "-load", model, "-data", path, "-epochs", "1", "-lr", "0.1", "-save", next)
		tuned[lines[len(lines)-1]["weights_sha256"]] = true
		if m, err := modelfile.Read(next); err != nil ||
			jsonText(m.Names) != `["width","colour=blue","colour=red","colour=white","Height"]` || len(m.Columns) != 5 {
			t.Errorf("%s: %v, %q, %v", name, err, m.Names, m.Columns)
		}
	}
	if len(accuracy) != 1 || len(tuned) != 1 || accuracy[1.0] {
		t.Errorf("one table comes to accuracies %v and weights %v", accuracy, tuned)
	}
	text := strings.Join(strings.Fields(command(t, "-load", model, "-data", filepath.Join(dir, "other.csv"))), " ")
	mustContain(t, text, `label: column 1 "kind"`,
		`colour: 21 words never seen in training (such as "zebra"), counted as none of its words`, "width: 1 value missing")
}
