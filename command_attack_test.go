package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"backprop/internal/data/dataset"
	"backprop/internal/data/load"
	"backprop/internal/data/table"
	"backprop/internal/file"
	"backprop/internal/filetest"
	"backprop/internal/model/modelfile"
	"backprop/internal/run/settings"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
)

// ends runs the program and returns what it prints and its exit status.
func ends(args ...string) (status int, stdout, stderr string) {
	var out, errs bytes.Buffer
	status = exitCode(run(context.Background(), args, &out, &errs), &errs)
	return status, out.String(), errs.String()
}

// TestPathsDiffer: two outputs, or an output and an input, at one path, by whatever name, are wrong usage, and
// nothing is read or written.
func TestPathsDiffer(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	filetest.Write(t, dir, map[string][]byte{"t.csv": []byte("not read"), "m": []byte("not read"), "3.json": nil,
		"p.png":                     nil,
		"d/train-images-idx3-ubyte": nil, "x.tra": nil, "x.tes": nil})
	for link, to := range map[string]string{"link": "new", "chain": "link", "dangling.html": "new", "d/up": "..",
		"toModel": "m"} {
		if err := os.Symlink(to, in(link)); err != nil {
			t.Skip(err)
		}
	}
	os.Link(in("m"), in("twin"))
	names := func() (list []string) {
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			list = append(list, e.Name())
		}
		return list
	}
	before := names()
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
		words := strings.Fields(args)
		for i, w := range words {
			if i > 0 && words[i-1] != "-valid" && words[i-1] != "-sweep" && w[0] != '-' {
				words[i] = in("") + string(filepath.Separator) + w
			}
		}
		status, stdout, stderr := ends(words...)
		if status != 2 || stdout != "" || !strings.Contains(stderr, "give another") {
			t.Errorf("%s: status %d, %q %q; want 2 and what is one file", args, status, stdout, stderr)
		}
		if after := names(); !slices.Equal(before, after) {
			t.Fatalf("%s: there is %q now, before %q", args, after, before)
		}
	}
}

// TestPathsNamed: what is one file is named as it was given, with the flag or the part that it came by, the output
// first.
func TestPathsNamed(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	filetest.Write(t, dir, map[string][]byte{"t.csv": nil, "m": nil, "p.png": nil, "x.tra": nil, "x.tes": nil,
		"d/train-images-idx3-ubyte": nil, "s/1.json": nil})
	for args, want := range map[string]string{
		"-save %n -report %n": "-save %n and -report %n are the same file",
		"-save %n -report %n.checkpoint": "the checkpoint of -save, %n.checkpoint and -report " +
			"%n.checkpoint are the same file",
		"-save %n -report %n.lock": "the lock of -save, %n.lock and -report %n.lock are " +
			"the same file",
		"-export %a.onnx -report %a.onnx": "-export %a.onnx and -report %a.onnx are the same file",
		"-save %t.csv -data %t.csv":       "-save %t.csv and -data %t.csv are the same file",
		"-report %x.tes -data %x.tra": "-report %x.tes and the test set of -data, %x.tes " +
			"are the same file",
		"-report %d/train-images-idx3-ubyte -data %d": "-report %d/train-images-idx3-ubyte and a file of " +
			"-data %d are the same file",
		"-load %m -report %m":                             "-report %m and -load %m are the same file",
		"-load %m -predict %p.png -report %p.png":         "-report %p.png and the picture %p.png are the same file",
		"-sweep l2=0,1 -valid 9 -sweep-dir %s -report %s": "-report %s and -sweep-dir %s are the same file",
		"-sweep l2=0,1 -valid 9 -sweep-dir %s -report %s/1.json": "-report %s/1.json has the name of a file that " +
			"-sweep-dir %s writes: give another",
		"-sweep l2=0,1 -valid 9 -sweep-dir %s -save %s/12": "the checkpoint of -save, %s/12.checkpoint has the " +
			"name of a file that -sweep-dir %s writes: give another",
	} {
		if strings.HasSuffix(want, " are the same file") {
			want += ", and its content would be lost: give another name"
		}
		full := strings.NewReplacer("%", in("")+string(filepath.Separator))
		status, _, stderr := ends(strings.Fields(full.Replace(args))...)
		if text := strings.Join(strings.Fields(stderr), " "); status != 2 ||
			!strings.Contains(text, ": "+full.Replace(want)) {
			t.Errorf("%s: status %d, %s; want %s", args, status, text, full.Replace(want))
		}
	}
	if status, _, stderr := ends("-data", squares(t, 1), "-epochs", "1", "-save", in("none/m")); status == 0 ||
		!strings.Contains(stderr, "-save "+in("none/m")+": it could not be written: ") {
		t.Errorf("-save in a folder that is not there: status %d, %s", status, stderr)
	}
	cfg := settings.New(choices())
	cfg.Report = in("1.json") // without -sweep-dir, such a name is as good as others
	if err := cfg.CheckPaths(); err != nil {
		t.Error(err)
	}
}

// TestReportReplacesOnlyItsOwn: a page of somebody else stays, a report is replaced.
func TestReportReplacesOnlyItsOwn(t *testing.T) {
	path, data := filepath.Join(t.TempDir(), "x.html"), numbers(t)
	args := []string{"-data", data, "-epochs", "1", "-regress", "-report", path}
	for _, page := range []string{"<!doctype html>\n<title>thesis</title>", "<!DOCTYPE html>", "x",
		strings.Repeat("<!-- -->", 1000)} {
		filetest.Write(t, filepath.Dir(path), map[string][]byte{"x.html": []byte(page)})
		if status, _, stderr := ends(args...); status != 1 || !strings.Contains(stderr, "not a report") ||
			string(readFile(t, path)) != page {
			t.Errorf("%.20q: status %d, %s", page, status, stderr)
		}
	}
	for _, page := range []string{"", "no file"} {
		if filetest.Write(t, filepath.Dir(path), map[string][]byte{"x.html": []byte(page)}); page != "" {
			os.Remove(path)
		}
		for range 2 {
			if status, _, stderr := ends(args...); status != 0 || len(readFile(t, path)) < 1000 {
				t.Errorf("status %d, %s", status, stderr)
			}
		}
	}
}

// TestNothingForeignMovesTheCursor: names of columns, classes, files and pictures reach the terminal on the line
// they belong to and without what a terminal obeys.
func TestNothingForeignMovesTheCursor(t *testing.T) {
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
				t.Errorf("%q: %q in %q %q", args, r, stdout, stderr)
				break
			}
		}
		if strings.Contains("\n"+stdout+stderr, "\nepoch 9") || status != 0 &&
			strings.Count(stderr, "\n") > 1+2*strings.Count(args[0], "load") {
			t.Errorf("%q: a line is forged: %q %q", args, stdout, stderr)
		}
	}
	status, _, stderr := ends("-data", strings.Repeat("long", 5000))
	if n := len([]rune(stderr)); status != 1 || n > 520 || n < 400 {
		t.Errorf("status %d, %d characters", status, n)
	}
}

// TestSmallFilesLittleMemory: what a small file promises is not filetest.Allocated, and messages about it are short.
func TestSmallFilesLittleMemory(t *testing.T) {
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
			t.Errorf("%s: status %d, %d bytes filetest.Allocated, %s", c.args, status, n, stderr)
		}
	}
	x := newTrainer([]int{4, 1_000_000, 3}, "relu", "linear", "ce", 1, 1)
	// or the race detector counts
	if n := filetest.Allocated(func() { x.Net.Evaluate(noise(1), 30, 2, nil) }); n > 200<<20 && !filetest.PoolsForget() {
		t.Errorf("30 samples through a million neurons: %d bytes allocated", n)
	}
}

// TestNotFinite: what is infinite or not a number is named, and where it is.
func TestNotFinite(t *testing.T) {
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
			t.Errorf("%q: status %d, %s%s; want %q", c.args, status, stdout, stderr, c.want)
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
	if err := file.Write(path, m.Write); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := ends("-load", path, "-data", train)
	if status != 1 || strings.Contains(stdout, "NaN") || !strings.Contains(stderr, "layer 2 has weights up to 1e+308") {
		t.Errorf("status %d, %s%s", status, stdout, stderr)
	}
}

// TestSmallerAttacks: what took a user's word for something else.
func TestSmallerAttacks(t *testing.T) {
	data, dir := numbers(t), t.TempDir()
	base := []string{"-data", data, "-regress", "-epochs", "2", "-hidden", "2"}
	is := func(want int, words string, args ...string) {
		t.Helper()
		status, _, stderr := ends(append(slices.Clone(base), args...)...)
		if status != want || !strings.Contains(stderr, words) {
			t.Errorf("%q: status %d, %s; want %d and %q", args, status, stderr, want, words)
		}
	}
	link := filepath.Join(dir, "link")
	if os.Symlink("real", link) == nil { // where nothing is yet
		is(0, "", "-save", link)
		if to, err := os.Readlink(link); err != nil || to != "real" || len(readFile(t, filepath.Join(dir, "real"))) == 0 {
			t.Errorf("the link is to %q, %v", to, err)
		}
	}
	save := filepath.Join(dir, "m")
	is(0, "", "-save", save)
	is(0, "all 2 epochs", "-save", save, "-resume", "-scale", "standard")
	is(1, "-scale", "-save", save, "-resume", "-scale", "unit")
	is(1, "with -momentum 0, not 0.5", "-save", save, "-resume", "-momentum", "0.5")
	is(1, "with -optimizer adam, not sgd", "-save", save, "-resume", "-optimizer", "sgd")
	is(1, "with -lr", "-save", save, "-resume", "-lr", "0.5")
	is(2, "-label is empty", "-label", "")
	is(2, "-recipe is empty", "-recipe", "")
	is(2, "-sweep-dir is empty", "-sweep-dir", "")
	if runtime.GOOS == "linux" {
		is(1, "device", "-save", "/dev/stdout")
		is(1, "device", "-save", "/dev/nothing")
		full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer full.Close()
		for _, args := range [][]string{{"-h"}, {"-recipe", "list"}, append(base, "-json"), base} {
			if err := run(context.Background(), args, full, io.Discard); exitCode(err, io.Discard) != 1 ||
				!filetest.Says(err, "no space left") {
				t.Errorf("%q > /dev/full: %v", args, err)
			}
		}
	}
}

// ---- Faults ----

// diskOf makes every file fail after so many bytes, as a full disk does.
func diskOf(t *testing.T, bytes int) (full func() bool) {
	left, hit := bytes, false
	file.Disk = func(w io.Writer) io.Writer {
		return writerFunc(func(b []byte) (int, error) {
			if n := len(b); n > left {
				hit = true
				w.Write(b[:left])
				left = 0
				return 0, syscall.ENOSPC
			}
			left -= len(b)
			return w.Write(b)
		})
	}
	t.Cleanup(func() { file.Disk = nil })
	return func() bool { return hit }
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// TestFullDisk: wherever the disk is full, what was there stays whole, nothing half-written stays, the program says
// what is missing, and once there is room the same command comes to the same weights.
func TestFullDisk(t *testing.T) {
	data := numbers(t)
	dir := t.TempDir()
	args := func(dir string) []string {
		return []string{"-data", data, "-regress", "-epochs", "3", "-hidden", "3", "-momentum", "0.5", "-save",
			filepath.Join(dir, "m"), "-resume",
			"-report", filepath.Join(dir, "r.html"), "-export", filepath.Join(dir, "x.onnx")}
	}
	whole := mustRun(t, args(t.TempDir())...)
	want := whole[len(whole)-1]["weights_sha256"]
	for room := 0; ; room += 1500 {
		full := diskOf(t, room)
		_, stderr, err := program(context.Background(), io.Discard, args(dir)...)
		if !full() {
			break
		}
		if room > 1<<20 {
			room += 1 << 18
		}
		if !filetest.Says(err, "no space left") && !strings.Contains(stderr, "no space left") {
			t.Errorf("%d bytes of room: %v, %s", room, err, stderr)
		}
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			switch e.Name() {
			case "m", "m.checkpoint":
				if _, err := modelfile.Read(filepath.Join(dir, e.Name())); err != nil {
					t.Errorf("%d bytes of room: %v", room, err)
				}
			case "r.html":
				if !bytes.HasSuffix(bytes.TrimSpace(readFile(t, filepath.Join(dir, e.Name()))), []byte("</html>")) {
					t.Errorf("%d bytes of room: half a report", room)
				}
			case "x.onnx":
			default:
				t.Errorf("%d bytes of room leave %s", room, e.Name())
			}
		}
		file.Disk = nil
		again := mustRun(t, args(dir)...)
		if got := again[len(again)-1]["weights_sha256"]; got != want {
			t.Fatalf("%d bytes of room: weights %v, want %v", room, got, want)
		}
		for _, e := range entries {
			os.Remove(filepath.Join(dir, e.Name()))
		}
		for _, name := range []string{"m", "m.checkpoint", "r.html", "x.onnx"} {
			os.Remove(filepath.Join(dir, name))
		}
		if testing.Short() {
			room += 6000
		}
	}
}

// TestTwoPrograms: the second on one -save refuses, and says whose it is and how to go on; a lock that was left
// behind is none; and none stays.
func TestTwoPrograms(t *testing.T) {
	data, dir := numbers(t), t.TempDir()
	save := filepath.Join(dir, "m")
	args := []string{"-data", data, "-regress", "-epochs", "1", "-save", save}
	host, _ := os.Hostname()
	gone := exec.Command(os.Args[0], "-test.run", "^$")
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	for lock, want := range map[string]string{
		fmt.Sprintf("%d %s\n", os.Getppid(), host): fmt.Sprintf("process %d is writing it", os.Getppid()),
		"7 elsewhere\n": `process 7 on "elsewhere"`,
		fmt.Sprintf("%d %s\n", gone.Process.Pid, host): "",
		fmt.Sprintf("%d %s\n", os.Getpid(), host):      "", // in a container, numbers begin again
		"":                 "",
		"-1 " + host:       "not a lock of this program",
		`{"important": 1}`: "not a lock of this program",
		strconv.Itoa(math.MaxInt32) + " " + host + "\n": "",
	} {
		filetest.Write(t, dir, map[string][]byte{"m.lock": []byte(lock)})
		status, _, stderr := ends(args...)
		_, err := os.Stat(save + ".lock")
		if want == "" && (status != 0 || err == nil) {
			t.Errorf("%q: status %d, %s, and the lock: %v", lock, status, stderr, err)
		}
		if want != "" && (status != 1 || err != nil || !strings.Contains(stderr, want) ||
			!strings.Contains(stderr, save+".lock")) {
			t.Errorf("%q: status %d, %s; want %q", lock, status, stderr, want)
		}
		os.Remove(save + ".lock")
	}
	entries, _ := os.ReadDir(dir)
	if len(entries) != 2 {
		t.Errorf("%v stay", entries)
	}
}

// TestSignalWhileWriting: an end that is asked for while a file is written, whichever it is, leaves whole files, and
// the run can be gone on with to the same weights.
func TestSignalWhileWriting(t *testing.T) {
	data := numbers(t)
	args := func(dir string) []string {
		return []string{"-data", data, "-regress", "-epochs", "3", "-hidden", "3", "-optimizer", "adam", "-save",
			filepath.Join(dir, "m"), "-resume"}
	}
	whole := mustRun(t, args(t.TempDir())...)
	want := whole[len(whole)-1]["weights_sha256"]
	for at := range 5 { // the files written are checkpoints after epochs 1 to 3, not each, and the model
		ctx, cancel := context.WithCancel(context.Background())
		files := 0
		file.Disk = func(w io.Writer) io.Writer {
			if files++; files == at+1 {
				cancel()
			}
			return w
		}
		dir := t.TempDir()
		lines, _, err := program(ctx, io.Discard, args(dir)...)
		cancel()
		file.Disk = nil
		if err != nil {
			if !errors.Is(err, errInterrupted) || !filetest.Says(err, "run the same command") {
				t.Errorf("at file %d: %v", at+1, err)
			}
			lines = mustRun(t, args(dir)...)
		}
		if got := lines[len(lines)-1]["weights_sha256"]; got != want {
			t.Errorf("at file %d: weights %v, want %v", at+1, got, want)
		}
		entries, _ := os.ReadDir(dir)
		if len(entries) != 2 {
			t.Errorf("at file %d: %v stay", at+1, entries)
		}
	}
}

// TestSignals: while one program trains, another on the same -save is refused with its number; one signal and two,
// one right after the other, end it with a whole checkpoint, from which the same command goes on.
func TestSignals(t *testing.T) {
	exe, err := os.Executable()
	if err != nil || runtime.GOOS == "windows" {
		t.Skip(err)
	}
	dir, data := t.TempDir(), squares(t, 1)
	path := filepath.Join(dir, "m")
	args := []string{"-data", data, "-hidden", "40", "-epochs", "1000000", "-schedule", "constant", "-resume", "-save",
		path}
	for signals := 1; signals <= 2; signals++ {
		cmd := exec.Command(exe)
		cmd.Env = append(os.Environ(), "BACKPROP_ARGS="+strings.Join(args, "\n"))
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for range 5000 {
			if _, err := os.Stat(path + ".checkpoint"); err == nil {
				break
			}
			time.Sleep(time.Millisecond)
		}
		if signals == 1 {
			status, _, stderr := ends(args...)
			if want := fmt.Sprintf("process %d is writing it", cmd.Process.Pid); status != 1 || !strings.Contains(stderr, want) {
				t.Errorf("a second program: status %d, %s; want %q", status, stderr, want)
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
			t.Errorf("%d signals: exit status %d", signals, code)
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
		t.Errorf("status %d, %s", status, stderr)
	}
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".lock") {
			t.Errorf("%v stays", e)
		}
	}
}

// TestClock: where the clock stands still or jumps, no number of ours is absurd.
func TestClock(t *testing.T) {
	x := &training{cfg: settings.New(choices()), data: &dataset.Dataset{Train: dataset.Set{N: 1000}},
		trainer: &Trainer{N: 1000}}
	for _, seconds := range []float64{0, -5, 1e-300} {
		var b bytes.Buffer
		p := &console.Printer{W: bufio.NewWriter(&b)}
		printEpoch(p, x, event.Epoch{Epoch: 1, Seconds: seconds, Samples: 1000})
		if strings.Contains(b.String(), "-") || strings.Contains(b.String(), "9,223") || strings.Contains(b.String(), "Inf") {
			t.Errorf("%v s: %s", seconds, b.String())
		}
	}
}

// A struck run is a training in a process of its own, which is ended early in some way and goes on the next time.
type struckRun struct {
	t         *testing.T
	exe, path string // the program, and its -save
	args      []string
}

// start begins it anew, or goes on with it.
func (r *struckRun) start(path string, workers int) (*exec.Cmd, *bytes.Buffer) {
	cmd, out := exec.Command(r.exe), new(bytes.Buffer)
	args := append(r.args[:len(r.args):len(r.args)], "-json", "-workers", strconv.Itoa(workers), "-resume", "-save", path)
	cmd.Env = append(os.Environ(), "BACKPROP_ARGS="+strings.Join(args, "\n"))
	cmd.Stdout = out
	if err := cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	return cmd, out
}

// hashOf is the hash in the last line of JSON.
func hashOf(out *bytes.Buffer) any {
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	var e map[string]any
	json.Unmarshal([]byte(lines[len(lines)-1]), &e)
	return e["weights_sha256"]
}

// ways are how a process may end: killed; told to end; told so twice, the second time while it writes its checkpoint.
var ways = []struct {
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
	exe, err := os.Executable()
	if err != nil || runtime.GOOS == "windows" {
		t.Skip("there are no such signals here: ", err)
	}
	data, sheet := squares(t, 1), filepath.Join(t.TempDir(), "t.csv")
	var rows strings.Builder
	for i := range 90 {
		rows.WriteString(strconv.Itoa(i*37%101) + ".5," + strconv.Itoa(i*i%31) + "," + []string{"a", "b", "c"}[i%7%3] + "\n")
	}
	if err := os.WriteFile(sheet, []byte(rows.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	first := filepath.Join(t.TempDir(), "first")
	mustRun(t, "-data", data, "-hidden", "40", "-epochs", "1", "-save", first)
	base := []string{"-data", data, "-hidden", "40", "-batch", "4"}
	cases := []string{
		"-epochs 120 -momentum 0.5", "-epochs 120 -momentum 0.5 -nesterov -maxnorm 1 -schedule step:20:0.7",
		"-epochs 120 -optimizer adam -l2 0.1", "-epochs 120 -dropout 0.1,0.4 -schedule cosine",
		"-epochs 60 -augment shift,affine,elastic", "-epochs 400 -valid 20 -patience 80 -lr 0.001",
		"-epochs 60 -report REPORT", "-load FIRST -epochs 120 -lr 0.01 -momentum 0.9",
		"-data SHEET -epochs 400 -classweight balanced", "-data SHEET -label 1 -regress -epochs 400 -optimizer adam",
	}
	kills := 1 * len(cases)
	if n, err := strconv.Atoi(os.Getenv("BACKPROP_KILLS")); err == nil {
		kills = n
	} else if testing.Short() {
		cases = cases[2:5]
		kills = len(cases)
	}
	rng, total, ended := rand.New(rand.NewPCG(9, 0)), 0, map[string]int{}
	for i, c := range cases {
		dir := t.TempDir()
		c = strings.NewReplacer("REPORT", filepath.Join(dir, "r.html"), "FIRST", first, "SHEET", sheet).Replace(c)
		r := &struckRun{t: t, exe: exe, path: filepath.Join(dir, "m"),
			args: append(base[:len(base):len(base)], strings.Fields(c)...)}
		if strings.Contains(c, "-load") { // which has its own layers
			r.args = append([]string{"-data", data, "-batch", "4"}, strings.Fields(c)...)
		}
		total += r.strike(kills*(i+1)/len(cases)-kills*i/len(cases), rng, ended)
	}
	t.Logf("%d runs were struck (%v), of %d kinds; each came to the weights of one that was not", total, ended, len(cases))
}

// strike ends the run so many times, and lets it come to its end in between.
func (r *struckRun) strike(times int, rng *rand.Rand, ended map[string]int) (struck int) {
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
			t.Fatalf("%v: after being struck %d times: %v, weights %v, want %v", r.args, struck, err, got, want)
		}
		if !bytes.Equal(readFile(t, r.path), readFile(t, whole)) {
			t.Fatalf("%v: the model files differ", r.args)
		}
		os.Remove(r.path)
		os.Remove(r.path + ".checkpoint")
	}
	for struck < times {
		ageTemporaryFiles(t, dir) // of the temporary files, which are removed once nobody can be writing them
		way := ways[rng.IntN(len(ways))]
		cmd, out := r.start(r.path, 1+rng.IntN(3))
		timer := time.AfterFunc(time.Duration(rng.Int64N(int64(took))), func() { way.end(cmd.Process) })
		err := cmd.Wait()
		if timer.Stop() || err == nil {
			finish(err, out)
			continue
		}
		struck++
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
	return struck
}

// FuzzFlags: no command line makes the program panic, and what is wrong with one is said in few words.
func FuzzFlags(f *testing.F) {
	for _, args := range []string{"-hidden\n30,20\n-lr\n0.1,0.2,0.3", "-sweep\nl2=0.1:10:5 seed=1,2\n-valid\n0.2",
		"-recipe\nnielsen\n-epochs\n3",
		"-augment\naffine:0.5,elastic,smooth:2", "-schedule\nstep:3:0.5", "-dropout\n0.1,0.5", "-explain\nmazur",
		"-classweight\na=2,b=0.5",
		"-init\nuniform:0.5", "-test\n1e9", "-predict\na.png\nb.csv\n-load\nm",
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
				if m := say1(err); len(m) > 2000 || !utf8.ValidString(m) || strings.ContainsAny(m, "\x1b\r") {
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

// say1 is what standard error says of an error.
func say1(err error) string {
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
				if m := say1(err); len(m) > 1000 || !utf8.ValidString(m) || strings.Contains(m, "\x1b") {
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
