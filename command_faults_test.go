package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"backprop/internal/data/load"
	"backprop/internal/data/table"
	"backprop/internal/file/output"
	"backprop/internal/filetest"
	"backprop/internal/model/modelfile"
	"backprop/internal/show/console"
)

// ends runs the program and returns its exit status and what it prints.
func ends(args ...string) (status int, stdout, stderr string) {
	var out, errs bytes.Buffer
	status = exitCode(run(context.Background(), args, &out, &errs), &errs)
	return status, out.String(), errs.String()
}

// TestTwoFilesAtOnePathAreRefused: two outputs, or an output and an input, at one path, by whatever name, are wrong
// usage, and nothing is read or written.
func TestTwoFilesAtOnePathAreRefused(t *testing.T) {
	dir := t.TempDir()
	filetest.Write(t, dir, map[string][]byte{"t.csv": []byte("not read"), "m": []byte("not read"), "3.json": nil,
		"p.png": nil, "d/train-images-idx3-ubyte": nil, "x.tra": nil, "x.tes": nil})
	t.Chdir(dir)
	for link, to := range map[string]string{"link": "new", "chain": "link", "dangling.html": "new", "d/up": "..",
		"toModel": "m"} {
		if err := os.Symlink(to, link); err != nil {
			t.Skip(err)
		}
	}
	os.Link("m", "twin")
	before := filetest.List(t, dir)
	for _, args := range []string{
		"-save new -report new", "-save new -report ./d/../new", "-save new -report link", "-save chain -report link",
		"-save link -report dangling.html", "-save new -report d/up/new", "-save new -report new.checkpoint",
		"-save new -report new.lock", "-save a.json -export a.json", "-report a.onnx -export a.onnx",
		"-save t.csv -data t.csv", "-report t.csv -data t.csv", "-report x.tes -data x.tra",
		"-report d/train-images-idx3-ubyte -data d", "-load m -save m", "-load m -save twin", "-load toModel -report m",
		"-load m -predict p.png -save p.png", "-load 3.json -export 3.json",
		"-sweep l2=0,1 -valid 9 -sweep-dir d -save d/3.json", "-sweep l2=0,1 -valid 9 -sweep-dir d -report d/12.checkpoint",
		"-sweep l2=0,1 -valid 9 -sweep-dir new -save new",
	} {
		status, stdout, stderr := ends(strings.Fields(args)...)
		if status != 2 || stdout != "" || !strings.Contains(stderr, "give another") {
			t.Errorf("%s: status %d, prints %q and %q; want status 2 and \"give another\"", args, status, stdout, stderr)
		}
		if after := filetest.List(t, dir); !slices.Equal(before, after) {
			t.Fatalf("%s: the folder has %q, and had %q", args, after, before)
		}
	}
}

// TestReportReplacesOnlyReports: -report replaces a report or an empty file, and never another page.
func TestReportReplacesOnlyReports(t *testing.T) {
	path, data := filepath.Join(t.TempDir(), "x.html"), numbers(t)
	args := []string{"-data", data, "-epochs", "1", "-regress", "-report", path}
	const page = "<!doctype html>\n<title>thesis</title>"
	filetest.Write(t, filepath.Dir(path), map[string][]byte{"x.html": []byte(page)})
	if status, _, stderr := ends(args...); status != 1 || !strings.Contains(stderr, "not a report") ||
		string(readFile(t, path)) != page {
		t.Errorf("over another page: status %d, %s; want that it stays, as not a report", status, stderr)
	}
	filetest.Write(t, filepath.Dir(path), map[string][]byte{"x.html": nil})
	for _, over := range []string{"an empty file", "a report", "nothing"} {
		if over == "nothing" {
			os.Remove(path)
		}
		if status, _, stderr := ends(args...); status != 0 || len(readFile(t, path)) < 1000 {
			t.Errorf("over %s: status %d, %s; want a report", over, status, stderr)
		}
	}
}

// TestNamesCannotControlTheTerminal: names of columns, classes, files and pictures reach the terminal on the line they
// belong to and without control characters.
func TestNamesCannotControlTheTerminal(t *testing.T) {
	dir := t.TempDir()
	evil := "a\x1b[2J\r\nepoch 9  100 %\u009b\u202eb"
	var table strings.Builder
	fmt.Fprintf(&table, "u,\"%s\",kind\n", strings.ReplaceAll(evil, "\r", ""))
	for i := range 30 {
		fmt.Fprintf(&table, "%d,%d,\"k%d\x1b]0;x\x07\u009b\"\n", i, i%7, i%2)
	}
	filetest.Write(t, dir, map[string][]byte{"t\x1b[31m.csv": []byte(table.String()),
		"x\x1b[31m.png": []byte("no picture")})
	data, model := filepath.Join(dir, "t\x1b[31m.csv"), filepath.Join(dir, "m\x1b[1m")
	digits := filepath.Join(dir, "digits")
	mustRun(t, "-data", squares(t, 3), "-epochs", "1", "-save", digits)
	for _, args := range [][]string{
		{"-data", data, "-epochs", "1", "-save", model},
		{"-data", data, "-epochs", "1", "-save", model, "-resume"},
		{"-data", data, "-epochs", "1", "-json"},
		{"-data", data, "-epochs", "1", "-label", evil},
		{"-data", data, "-epochs", "1", "-label", "no" + evil},
		{"-data", dir + "/no" + evil},
		{"-load", model, "-data", data},
		{"-load", digits, "-predict", filepath.Join(dir, "x\x1b[31m.png"), dir + "/" + evil},
		{"-" + evil}, {"-hidden", evil}, {"-activation", evil}, {evil}, {"-init", evil}, {"-recipe", evil}, {"-sweep", evil},
	} {
		status, stdout, stderr := ends(args...)
		for _, r := range stdout + stderr {
			if r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e) {
				t.Errorf("%q prints %q: %q %q", args, r, stdout, stderr)
				break
			}
		}
		if strings.Contains("\n"+stdout+stderr, "\nepoch 9") || status != 0 &&
			strings.Count(stderr, "\n") > 1+2*strings.Count(args[0], "load") {
			t.Errorf("%q prints a line that a name made: %q %q", args, stdout, stderr)
		}
	}
	status, _, stderr := ends("-data", strings.Repeat("long", 5000))
	if n := len([]rune(stderr)); status != 1 || n > 520 || n < 400 {
		t.Errorf("a path of 20,000 characters: status %d and an error of %d; want 1, and 400 to 520", status, n)
	}
}

// TestSmallFilesTakeLittleMemory: the memory that a small file asks for is not allocated, and messages about it are
// short.
func TestSmallFilesTakeLittleMemory(t *testing.T) {
	dir := t.TempDir()
	var names bytes.Buffer
	z := zip.NewWriter(&names)
	for i := range 5000 {
		z.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("array%d.npy", i)})
	}
	z.Close()
	var keys bytes.Buffer
	keys.WriteString(`{"__metadata__":{"0":""`)
	for i := range 200_000 {
		fmt.Fprintf(&keys, `,"%d":""`, i+1)
	}
	keys.WriteString(`}}`)
	filetest.Write(t, dir, map[string][]byte{
		"commas.csv.gz": filetest.Gzipped(bytes.Repeat(append(bytes.Repeat([]byte{','}, 999), '\n'), 9000)),
		"line.csv.gz":   filetest.Gzipped(bytes.Repeat([]byte{','}, 30_000_000)),
		"wide.csv":      []byte(strings.Repeat("1,", 100_000) + "1\n" + strings.Repeat("2,", 100_000) + "2\n"),
		"many.npz":      names.Bytes(), "keys": container(keys.String(), 0)})
	for _, c := range []struct {
		args, want string
		most       uint64 // bytes
	}{
		{"-data commas.csv.gz", "unpacks to more than", 128 << 20}, // of which half is garbage
		{"-data line.csv.gz", "more than 65536 fields", 64 << 20},
		{"-data wide.csv", "65536 columns", 64 << 20},
		{"-data many.npz", "4992 more", 64 << 20},
		{"-load keys", "more than 100000 names", 64 << 20},
	} {
		words := strings.Fields(c.args)
		words[1] = filepath.Join(dir, words[1])
		var status int
		var stderr string
		n := filetest.Allocated(func() { status, _, stderr = ends(words...) })
		if status != 1 || !strings.Contains(stderr, c.want) || len(stderr) > 600 || n > c.most {
			t.Errorf("%s: status %d, %d bytes allocated, %s; want status 1, at most %d bytes, %q", c.args, status, n, stderr,
				c.most, c.want)
		}
	}
	x := newTrainer([]int{4, 1_000_000, 3}, "relu", "linear", "ce", 1, 1)
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // a collection just now would empty the pools
	if n := filetest.Allocated(func() { x.Net.Evaluate(noise(1), 30, 2, nil) }); n > 200<<20 && !filetest.PoolsForget() {
		t.Errorf("30 samples through a million neurons: %d bytes allocated, want at most %d", n, 200<<20)
	}
}

// TestNumbersTooLargeAreNamed: a number in the data or the weights that makes a result infinite is named with its
// place, and no other -lr is advised.
func TestNumbersTooLargeAreNamed(t *testing.T) {
	dir, table := t.TempDir(), "a,b,y\n"
	for i := range 40 {
		table += fmt.Sprintf("%d,%d,%d\n", i, i%7, i%2)
	}
	filetest.Write(t, dir, map[string][]byte{"train.csv": []byte(table), "test.csv": []byte("a,b,y\n1,2,0\n3,1e308,1\n"),
		"own.csv": []byte(table + "1,-1e250,1\n")})
	train := filepath.Join(dir, "train.csv")
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"-data", train}, []string{"backprop: test.csv: line 3 has 1e+308", `input 2 ("b")`}},
		{[]string{"-data", filepath.Join(dir, "own.csv"), "-scale", "none", "-test", "0"},
			[]string{"backprop: own.csv: line 42 has -1e+250"}},
		{[]string{"-data", filepath.Join(dir, "own.csv"), "-test", "0"}, []string{"own.csv", "column 2"}},
	} {
		status, stdout, stderr := ends(append(c.args, "-epochs", "1")...)
		if status != 1 || stdout != "" || strings.Contains(stderr, "-lr") ||
			!filetest.Says(errors.New(strings.TrimSpace(stderr)), c.want...) {
			t.Errorf("%q: status %d, %s%s; want status 1 and %q", c.args, status, stdout, stderr, c.want)
		}
	}
	os.Remove(filepath.Join(dir, "test.csv"))
	path := filepath.Join(dir, "m")
	mustRun(t, "-data", train, "-epochs", "1", "-hidden", "3", "-save", path)
	m, err := modelfile.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range m.Layers[1].Rows {
		m.Layers[1].Row(i)[0], m.Layers[0].B[i] = 1e308, 1e3
	}
	if err := output.Write(path, m.Write); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := ends("-load", path, "-data", train)
	if status != 1 || strings.Contains(stdout, "NaN") || !strings.Contains(stderr, "layer 2 has weights up to 1e+308") {
		t.Errorf("weights of 1e308: status %d, %s%s; want status 1 and the layer", status, stdout, stderr)
	}
}

// TestFlagsMeanWhatTheySay: a flag that is empty, a -save that is a device, and a -resume with another value
// than the default are taken as they are meant, or refused with the reason.
func TestFlagsMeanWhatTheySay(t *testing.T) {
	data, dir := numbers(t), t.TempDir()
	base := []string{"-data", data, "-regress", "-epochs", "2", "-hidden", "2"}
	check := func(wantStatus int, want string, args string) {
		t.Helper()
		status, _, stderr := ends(append(slices.Clone(base), strings.Fields(args)...)...)
		if status != wantStatus || !strings.Contains(stderr, want) {
			t.Errorf("%s: status %d, %s; want status %d and %q", args, status, stderr, wantStatus, want)
		}
	}
	save := "-save " + filepath.Join(dir, "m")
	check(0, "", save)
	check(0, "all 2 epochs", save+" -resume -scale standard")
	check(1, "-scale", save+" -resume -scale unit")
	check(1, "with -lr", save+" -resume -lr 0.5")
	check(2, "-label is empty", "-label=")
	check(2, "-recipe is empty", "-recipe=")
	check(2, "-sweep-dir is empty", "-sweep-dir=")
	if runtime.GOOS == "linux" {
		check(1, "device", "-save /dev/stdout")
		full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer full.Close()
		for _, args := range [][]string{{"-h"}, {"-recipe", "list"}, append(base, "-json"), base} {
			if err := run(context.Background(), args, full, io.Discard); exitCode(err, io.Discard) != 1 ||
				!filetest.Says(err, "no space left") {
				t.Errorf("%q > /dev/full: %v; want that no space is left", args, err)
			}
		}
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// TestFullDisk: wherever the disk is full, what was there stays whole, nothing half-written stays, the program says
// what is missing, and once there is room the same command comes to the same weights. The disk is full at the
// beginning, in the middle and at the last byte of each file that is written; a slow checkpoint may be left out, and
// then there is room for the rest.
func TestFullDisk(t *testing.T) {
	data, dir := numbers(t), t.TempDir()
	args := func(dir string) []string {
		return []string{"-data", data, "-regress", "-epochs", "3", "-hidden", "3", "-momentum", "0.5", "-save",
			filepath.Join(dir, "m"), "-resume", "-report", filepath.Join(dir, "r.html"), "-export", filepath.Join(dir, "x.onnx")}
	}
	t.Cleanup(func() { output.Disk = nil })
	var ends []int // how many bytes are written by the end of each file
	written := 0
	output.Disk = func(w io.Writer) io.Writer {
		ends = append(ends, written)
		return writerFunc(func(b []byte) (int, error) {
			written += len(b)
			ends[len(ends)-1] = written
			return w.Write(b)
		})
	}
	want := finalHash(mustRun(t, args(t.TempDir())...))
	begin := 0
	for _, end := range ends {
		for _, room := range []int{begin, (begin + end) / 2, end - 1} {
			left, full := room, false
			output.Disk = func(w io.Writer) io.Writer {
				return writerFunc(func(b []byte) (int, error) {
					if len(b) > left {
						w.Write(b[:left])
						left, full = 0, true
						return 0, syscall.ENOSPC
					}
					left -= len(b)
					return w.Write(b)
				})
			}
			_, stderr, err := program(context.Background(), io.Discard, args(dir)...)
			if full && !filetest.Says(err, "no space left") && !strings.Contains(stderr, "no space left") {
				t.Errorf("%d bytes of room: %v, %s; want that no space is left", room, err, stderr)
			}
			checkWhole(t, dir, room)
			output.Disk = nil
			if got := finalHash(mustRun(t, args(dir)...)); got != want {
				t.Fatalf("%d bytes of room, and then enough: weights %v, want %v", room, got, want)
			}
			for _, name := range filetest.List(t, dir) {
				os.Remove(filepath.Join(dir, name))
			}
		}
		begin = end
	}
	if len(ends) < 4 { // a checkpoint or several, the model, the page, and the exported file
		t.Errorf("%d files were written, want 4 or more", len(ends))
	}
}

// checkWhole checks that a folder has only whole files of TestFullDisk.
func checkWhole(t *testing.T, dir string, room int) {
	t.Helper()
	for _, name := range filetest.List(t, dir) {
		switch name {
		case "m", "m.checkpoint":
			if _, err := modelfile.Read(filepath.Join(dir, name)); err != nil {
				t.Errorf("%d bytes of room: %v", room, err)
			}
		case "r.html":
			if !bytes.HasSuffix(bytes.TrimSpace(readFile(t, filepath.Join(dir, name))), []byte("</html>")) {
				t.Errorf("%d bytes of room: half a report", room)
			}
		case "x.onnx":
		default:
			t.Errorf("%d bytes of room leave %s", room, name)
		}
	}
}

// TestLockKeepsASecondProgramOff: a program refuses a -save that another locks, and says whose lock it is; one that a
// process left behind does not count, and none stays.
func TestLockKeepsASecondProgramOff(t *testing.T) {
	data, dir := numbers(t), t.TempDir()
	save := filepath.Join(dir, "m")
	args := []string{"-data", data, "-regress", "-epochs", "1", "-save", save}
	host, _ := os.Hostname()
	for lock, want := range map[string]string{
		fmt.Sprintf("%d %s\n", os.Getppid(), host): fmt.Sprintf("process %d is writing it", os.Getppid()),
		"":                 "",
		`{"important": 1}`: "not a lock of this program",
	} {
		filetest.Write(t, dir, map[string][]byte{"m.lock": []byte(lock)})
		status, _, stderr := ends(args...)
		_, err := os.Stat(save + ".lock")
		if want == "" && (status != 0 || err == nil) {
			t.Errorf("lock %q: status %d, %s, lock still there: %v; want status 0 and no lock", lock, status, stderr, err == nil)
		}
		if want != "" && (status != 1 || err != nil || !strings.Contains(stderr, want) ||
			!strings.Contains(stderr, save+".lock")) {
			t.Errorf("lock %q: status %d, %s, lock: %v; want status 1, %q and the lock", lock, status, stderr, err, want)
		}
		os.Remove(save + ".lock")
	}
	if names := filetest.List(t, dir); len(names) != 2 {
		t.Errorf("%v stay; want the model and its checkpoint", names)
	}
}

// TestInterruptedWhileWriting: a run that is interrupted while it writes a file, whichever it is, leaves whole files,
// and goes on to the same weights.
func TestInterruptedWhileWriting(t *testing.T) {
	data := numbers(t)
	args := func(dir string) []string {
		return []string{"-data", data, "-regress", "-epochs", "3", "-hidden", "3", "-optimizer", "adam", "-save",
			filepath.Join(dir, "m"), "-resume"}
	}
	want := finalHash(mustRun(t, args(t.TempDir())...))
	for at := range 5 { // the files written are checkpoints after epochs 1 to 3, not each, and the model
		ctx, cancel := context.WithCancel(context.Background())
		files := 0
		output.Disk = func(w io.Writer) io.Writer {
			files++
			if files == at+1 {
				cancel()
			}
			return w
		}
		dir := t.TempDir()
		lines, _, err := program(ctx, io.Discard, args(dir)...)
		cancel()
		output.Disk = nil
		if err != nil {
			if !errors.Is(err, errInterrupted) || !filetest.Says(err, "run the same command") {
				t.Errorf("at file %d: %v; want that it was interrupted", at+1, err)
			}
			lines = mustRun(t, args(dir)...)
		}
		if got := finalHash(lines); got != want {
			t.Errorf("at file %d: weights %v, want %v", at+1, got, want)
		}
		if names := filetest.List(t, dir); len(names) != 2 {
			t.Errorf("at file %d: %v stay; want the model and its checkpoint", at+1, names)
		}
	}
}

// TestInterruptSignals: while one program trains, another on the same -save is refused with its number; one SIGINT, and
// two right after each other, end it with a whole checkpoint, from which the same command goes on.
func TestInterruptSignals(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "m")
	args := []string{"-data", squares(t, 1), "-hidden", "40", "-epochs", "1000000", "-schedule", "constant", "-resume",
		"-save", path}
	for signals := 1; signals <= 2; signals++ {
		cmd, _, _ := startProgram(t, args...)
		waitForFile(path + ".checkpoint")
		if signals == 1 {
			status, _, stderr := ends(append(slices.Clone(args), "-epochs", "1")...)
			if want := fmt.Sprintf("process %d is writing it", cmd.Process.Pid); status != 1 || !strings.Contains(stderr, want) {
				t.Errorf("a second program: status %d, %s; want status 1 and %q", status, stderr, want)
			}
		}
		for range signals {
			cmd.Process.Signal(os.Interrupt)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			cmd.Process.Kill()
			t.Fatalf("%d signals do not end it", signals)
		}
		if code := cmd.ProcessState.ExitCode(); code != 130 && !(signals == 2 && code == -1) {
			t.Errorf("%d signals: exit status %d, want 130", signals, code)
		}
		if _, err := modelfile.Read(path + ".checkpoint"); err != nil {
			t.Errorf("%d signals: %v", signals, err)
		}
	}
	m, err := modelfile.Read(path + ".checkpoint")
	if err != nil {
		t.Fatal(err)
	}
	args[5] = fmt.Sprint(m.Epoch + 1)
	if status, _, stderr := ends(args...); status != 0 || !strings.Contains(stderr, "going on after") {
		t.Errorf("started again: status %d, %s; want status 0 and that it goes on", status, stderr)
	}
	if _, err := os.Stat(path + ".lock"); err == nil {
		t.Error("the lock stays")
	}
}

// A killedRun is a training in a process of its own, which is ended early in some way and goes on the next time.
type killedRun struct {
	t    *testing.T
	path string // its -save
	args []string
}

// start begins it anew, or goes on with it.
func (r *killedRun) start(path string, workers int) (*exec.Cmd, *bytes.Buffer) {
	cmd, stdout, _ := startProgram(r.t, append(r.args[:len(r.args):len(r.args)], "-json", "-workers",
		strconv.Itoa(workers), "-resume", "-save", path)...)
	return cmd, stdout
}

// hashOf is the hash in the last line of JSON.
func hashOf(out *bytes.Buffer) any {
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	var e map[string]any
	json.Unmarshal([]byte(lines[len(lines)-1]), &e)
	return e["weights_sha256"]
}

// waysToEnd has ways to end a process: it is killed, asked to end, or asked twice, the second time while it writes its
// checkpoint.
var waysToEnd = []struct {
	name string
	end  func(p *os.Process)
}{
	{"SIGKILL", func(p *os.Process) { p.Kill() }},
	{"SIGTERM", func(p *os.Process) { p.Signal(syscall.SIGTERM) }},
	{"SIGHUP", func(p *os.Process) { p.Signal(syscall.SIGHUP) }},
	{"SIGINT twice", func(p *os.Process) {
		p.Signal(os.Interrupt)
		time.Sleep(200 * time.Microsecond)
		p.Signal(os.Interrupt)
	}},
}

// TestKill: every training that keeps something from step to step, ended at any moment, leaves a checkpoint that
// loads, or none, and ends as if nothing had been: with the same weights and the same model file, to the byte.
// BACKPROP_KILLS is how often, of all together.
func TestKill(t *testing.T) {
	data, table := squares(t, 1), filepath.Join(t.TempDir(), "t.csv")
	var rows strings.Builder
	for i := range 90 {
		fmt.Fprintf(&rows, "%d.5,%d,%s\n", i*37%101, i*i%31, []string{"a", "b", "c"}[i%7%3])
	}
	if err := os.WriteFile(table, []byte(rows.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	first := filepath.Join(t.TempDir(), "first")
	mustRun(t, "-data", data, "-hidden", "40", "-epochs", "1", "-save", first)
	cases := []string{
		"-epochs 120 -momentum 0.5", "-epochs 120 -momentum 0.5 -nesterov -maxnorm 1 -schedule step:20:0.7",
		"-epochs 120 -optimizer adam -l2 0.1", "-epochs 120 -dropout 0.1,0.4 -schedule cosine",
		"-epochs 60 -augment shift,affine,elastic", "-epochs 400 -valid 20 -patience 80 -lr 0.001",
		"-epochs 60 -report REPORT", "-load FIRST -epochs 120 -lr 0.01 -momentum 0.9",
		"-data TABLE -epochs 400 -classweight balanced", "-data TABLE -label 1 -regress -epochs 400 -optimizer adam",
	}
	if testing.Short() {
		cases = cases[2:5]
	}
	kills := killCount(len(cases), len(cases))
	rng, total, ended := rand.New(rand.NewPCG(9, 0)), 0, map[string]int{}
	for i, c := range cases {
		dir := t.TempDir()
		c = strings.NewReplacer("REPORT", filepath.Join(dir, "r.html"), "FIRST", first, "TABLE", table).Replace(c)
		args := append([]string{"-data", data, "-batch", "4"}, strings.Fields(c)...)
		if !strings.Contains(c, "-load") { // which has its own layers
			args = append(args, "-hidden", "40")
		}
		r := &killedRun{t: t, path: filepath.Join(dir, "m"), args: args}
		total += r.kill(kills*(i+1)/len(cases)-kills*i/len(cases), rng, ended)
	}
	t.Logf("%d runs were ended (%v), of %d kinds; each came to the weights of one that was not", total, ended, len(cases))
}

// kill ends the run so many times, and lets it come to its end in between.
func (r *killedRun) kill(times int, rng *rand.Rand, ended map[string]int) (killed int) {
	t, dir := r.t, filepath.Dir(r.path)
	begin := time.Now()
	whole := filepath.Join(dir, "want")
	cmd, out := r.start(whole, 2)
	if err := cmd.Wait(); err != nil || hashOf(out) == nil {
		t.Fatalf("%v: %v\n%s", r.args, err, out)
	}
	want, took := hashOf(out), time.Since(begin)
	finish := func(err error, out *bytes.Buffer) {
		if got := hashOf(out); err != nil || got != want {
			t.Fatalf("%v: after %d kills: %v, weights %v, want %v", r.args, killed, err, got, want)
		}
		if !bytes.Equal(readFile(t, r.path), readFile(t, whole)) {
			t.Fatalf("%v: after %d kills: another model file than without", r.args, killed)
		}
		os.Remove(r.path)
		os.Remove(r.path + ".checkpoint")
	}
	for killed < times {
		ageTemporaryFiles(t, dir) // which are removed once nobody can be writing them
		way := waysToEnd[rng.IntN(len(waysToEnd))]
		cmd, out := r.start(r.path, 1+rng.IntN(3))
		timer := time.AfterFunc(time.Duration(rng.Int64N(int64(took))), func() { way.end(cmd.Process) })
		err := cmd.Wait()
		if timer.Stop() || err == nil {
			finish(err, out)
			continue
		}
		killed++
		ended[way.name]++
		if code := cmd.ProcessState.ExitCode(); code > 0 && code != 130 {
			t.Fatalf("%v, %s: status %d\n%s", r.args, way.name, code, out)
		}
		if _, err := modelfile.Read(r.path + ".checkpoint"); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatalf("%v, %s: %v", r.args, way.name, err)
		}
		// want, m, their checkpoints, a page, a lock that was left, one temporary file
		if names := filetest.List(t, dir); len(names) > 7 {
			t.Fatalf("temporary files pile up: %v", names)
		}
	}
	cmd, out = r.start(r.path, 2)
	finish(cmd.Wait(), out)
	return killed
}

// FuzzFlags: no command line makes the program panic, and what is wrong with one is said in few words.
func FuzzFlags(f *testing.F) {
	for _, args := range []string{"-hidden\n30,20\n-lr\n0.1,0.2,0.3", "-sweep\nl2=0.1:10:5 seed=1,2\n-valid\n0.2",
		"-recipe\nnielsen\n-epochs\n3", "-augment\naffine:0.5,elastic,smooth:2", "-schedule\nstep:3:0.5",
		"-dropout\n0.1,0.5", "-explain\nmazur",
		"-classweight\na=2,b=0.5", "-init\nuniform:0.5", "-test\n1e9", "-predict\na.png\nb.csv\n-load\nm",
		"-sweep-task\n1/3\n-sweep-dir\nd\n-sweep\nlr=1,2"} {
		f.Add(args)
	}
	f.Fuzz(func(t *testing.T, text string) {
		args := strings.Split(text, "\n")
		if strings.Contains(text, "sweep") && len(text) > 40 { // a million combinations are allowed, and take a while
			return
		}
		n := filetest.Allocated(func() {
			cfg, err := parse(args, io.Discard)
			if err != nil {
				if m := saidOf(err); len(m) > 2000 || !utf8.ValidString(m) || strings.ContainsAny(m, "\x1b\r") {
					t.Errorf("%q: %d bytes: %.300q", args, len(m), m)
				}
			} else if cfg.Epochs < 0 || cfg.Batch < 0 || len(cfg.Rate) == 0 {
				t.Errorf("%q is taken: epochs %d, batch %d, rates %v", args, cfg.Epochs, cfg.Batch, cfg.Rate)
			}
		})
		if n > 64<<20 {
			t.Errorf("%q: %d bytes allocated", args, n)
		}
	})
}

// saidOf is what the program says of an error on standard error.
func saidOf(err error) string {
	var b bytes.Buffer
	console.Say(&b, "%v", err)
	return b.String()
}

// FuzzLoad: whatever a file holds, gzipped or not, it is read as what it is, or refused in few words, within
// bounds of memory.
func FuzzLoad(f *testing.F) {
	csv := []byte("a,b,label\n1,x,yes\n2,y,no\n3,x,yes\n")
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write(csv)
	w.Close()
	f.Add(csv)
	f.Add(z.Bytes())
	f.Add(z.Bytes()[:z.Len()-3])
	f.Add(append([]byte{0x1f, 0x8b, 8, 0}, csv...))
	f.Add(filetest.Zipped(filetest.NPZ()))
	f.Add([]byte{0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4})
	f.Add([]byte("\x80\x04\x95"))
	path := filepath.Join(f.TempDir(), "data")
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Skip(err)
		}
		n := filetest.Allocated(func() {
			d, err := load.Path(path, table.Options{})
			if err != nil {
				if m := saidOf(err); len(m) > 1000 || !utf8.ValidString(m) || strings.Contains(m, "\x1b") {
					t.Errorf("%d bytes: %.300q", len(m), m)
				}
			} else if d.Train.N < 1 || d.Train.Dim < 1 || d.Outputs() < 1 {
				t.Errorf("%d samples of %d inputs, %d outputs", d.Train.N, d.Train.Dim, d.Outputs())
			}
		})
		if n > 64<<20 && len(b) < 1<<16 {
			t.Errorf("allocated %d bytes for %d", n, len(b))
		}
	})
}
