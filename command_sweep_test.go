package main

import (
	"bufio"
	"bytes"
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
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"backprop/internal/file"
	"backprop/internal/filetest"
)

// sweepArgs is a sweep of 2×2×2 trainings.
func sweepArgs(t *testing.T) []string {
	return []string{"-data", squares(t, 1), "-hidden", "6", "-epochs", "3", "-valid", "20", "-workers", "2",
		"-sweep", "seed=3,4 lr=0.05,0.2 l2=0.1,1"}
}

// untimed is a table without the lines in which times are.
func untimed(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasSuffix(line, " s\n") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// try runs the program and returns what it prints and what comes of it.
func try(args ...string) (stdout, stderr string, err error) {
	var out, errs bytes.Buffer
	err = run(context.Background(), args, &out, &errs)
	return out.String(), errs.String(), err
}

// TestSweepProduct: all combinations, the last flag fastest, each as it is alone, and the best by
// the mean of the seeds, which comes to its own weights again.
func TestSweepProduct(t *testing.T) {
	args := sweepArgs(t)
	all := events(t, args...)
	means, best, chosen := map[string]float64{}, -1.0, ""
	for _, e := range only(all, "sweep") {
		i, s := int(e["task"].(float64)), e["settings"].(map[string]any)
		want := fmt.Sprint([]string{"3", "4"}[i/4], []string{"0.05", "0.2"}[i/2%2], []string{"0.1", "1"}[i%2])
		if got := fmt.Sprint(s["seed"], s["lr"], s["l2"]); strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ",
			"") {
			t.Errorf("task %v is %s, want %s", e["task"], got, want)
		}
		means[fmt.Sprint(s["lr"], s["l2"])] += e["valid_accuracy"].(float64) / 2
		if i == 1 {
			alone := events(t, append(args[:len(args)-2:len(args)-2], "-seed", "3", "-lr", "0.05", "-l2", "1")...)
			if a, b := alone[len(alone)-1]["weights_sha256"], e["weights_sha256"]; a != b {
				t.Errorf("weights are %v in the sweep and %v alone", b, a)
			}
		}
	}
	for _, e := range only(all, "sweep_mean") {
		s := e["settings"].(map[string]any)
		if v := means[fmt.Sprint(s["lr"], s["l2"])]; !near([]float64{e["valid_accuracy"].(float64)}, []float64{v}) {
			t.Errorf("%v has the mean %v, want %v", s, e["valid_accuracy"], v)
		}
	}
	if len(means) != 4 || len(only(all, "sweep_mean")) != 4 {
		t.Errorf("%d combinations", len(means))
	}
	for _, e := range only(all, "sweep") { // of the first seed, with the best mean
		s := e["settings"].(map[string]any)
		if v := means[fmt.Sprint(s["lr"], s["l2"])]; s["seed"] == 3.0 && v > best {
			best, chosen = v, e["weights_sha256"].(string)
		}
	}
	if got := all[len(all)-1]["weights_sha256"]; got != chosen {
		t.Errorf("trained once more the weights are %v, want %s", got, chosen)
	}
}

// TestSweepDir: whoever trained what, the table is the same to the byte; what is there is not
// trained again.
func TestSweepDir(t *testing.T) {
	args := sweepArgs(t)
	plain := untimed(command(t, args...))
	dir := filepath.Join(t.TempDir(), "D")
	args = append(args, "-sweep-dir", dir)
	for _, task := range []string{"5", "0/3", "5"} {
		text, _, err := try(append(args, "-sweep-task", task)...)
		if err != nil {
			t.Fatal(err)
		}
		mustContain(t, text, "sweep     task "+task+": ", map[bool]string{true: "      6       4     0.2     0.1  ",
			false: "      5       4    0.05       1  "}[task == "0/3"])
	}
	before := readFile(t, filepath.Join(dir, "5.json"))
	if got := strings.Join(filetest.List(t, dir), " "); got != "0.json 3.json 5.json 6.json" {
		t.Errorf("there are %s", got)
	}
	text, stderr, err := try(args...)
	if err != nil || !strings.Contains(stderr, "4 of 8 trainings there already") || untimed(text) != plain {
		t.Errorf("%v, %s\n%s\nwant\n%s", err, stderr, untimed(text), plain)
	}
	if !bytes.Equal(before, readFile(t, filepath.Join(dir, "5.json"))) {
		t.Error("5.json was written again")
	}
	text, stderr, err = try(args...)
	if err != nil || !strings.Contains(stderr, "8 of 8") || untimed(text) != plain {
		t.Errorf("%v, %s\n%s", err, stderr, text)
	}
	// Weights that do not come out again are told of.
	var f map[string]any
	for task := range 4 {
		path := filepath.Join(dir, strconv.Itoa(task)+".json")
		json.Unmarshal(readFile(t, path), &f)
		f["weights_sha256"] = strings.Repeat("0", 64)
		os.WriteFile(path, []byte(jsonText(f)), 0o666)
	}
	if _, _, err := try(args...); !filetest.Says(err, "another version", "000000000000…", dir) ||
		exitCode(err, io.Discard) != 1 {
		t.Errorf("other weights: %v", err)
	}
}

// TestSweepDiverged: it is a result, which is not tried again.
func TestSweepDiverged(t *testing.T) {
	dir := t.TempDir()
	args := []string{"-data", squares(t, 1), "-hidden", "4", "-epochs", "2", "-valid", "20", "-sweep", "lr=1e300,0.1",
		"-sweep-dir", dir}
	text, _, err := try(append(args, "-sweep-task", "0")...)
	if err != nil {
		t.Fatal(err)
	}
	mustContain(t, text, "1e300  diverged")
	path := filepath.Join(dir, "0.json")
	changed := strings.Replace(string(readFile(t, path)), `"failed": "`, `"failed": "seen, `, 1)
	os.WriteFile(path, []byte(changed), 0o666)
	for _, e := range only(events2(t, args...), "sweep") {
		if e["value"] == 1e300 && !strings.HasPrefix(fmt.Sprint(e["failed"]), "seen, ") {
			t.Errorf("it was tried again: %v", e)
		}
	}
	if got := strings.Join(filetest.List(t, dir), " "); got != "0.json 1.json" {
		t.Errorf("there are %s", got)
	}
}

// events2 is events of a run that has something to say on stderr.
func events2(t *testing.T, args ...string) (all []map[string]any) {
	all, _, err := program(context.Background(), io.Discard, args...)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestSweepAllDiverged: a sweep without a best training still writes its page, with all that was tried.
func TestSweepAllDiverged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.html")
	_, err := tryRun("-data", numbers(t), "-regress", "-epochs", "1", "-hidden", "3", "-valid", "0.2", "-sweep",
		"lr=1e300,1e301", "-report", path)
	page, _ := os.ReadFile(path)
	if !filetest.Says(err, "every training diverged") || !strings.Contains(string(page), "1e301") ||
		strings.Count(string(page), "diverged") < 3 {
		t.Errorf("%v: a page of %d bytes", err, len(page))
	}
}

// TestSweepRefused: each with its words.
func TestSweepRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "D")
	data := squares(t, 1)
	base := []string{"-data", data, "-hidden", "4", "-epochs", "1", "-valid", "20", "-l2", "0.5"}
	good := append(base, "-sweep", "lr=0.1,0.2 seed=1,2", "-sweep-dir", dir)
	if _, stderr, err := try(good...); err != nil || strings.Contains(stderr, "already") {
		t.Fatal(err, stderr)
	}
	path := filepath.Join(dir, "2.json")
	whole := string(readFile(t, path))
	with := func(more ...string) []string { return append(append([]string{}, good...), more...) }
	for _, c := range []struct {
		args    []string
		content string // of 2.json
		code    int
		want    string
	}{
		{with(), whole, 0, ""},
		{with("-l2", "1"), whole, 2, "0.json: it was trained with -l2 0.5, not 1: use the same, or take another -sweep-dir"},
		{with("-valid", "30"), whole, 2, "0.json: it was trained with -valid 20, not 30"},
		{with("-sweep", "lr=0.1,0.3 seed=1,2"), whole, 2, "2.json: it was trained with -lr 0.2, not 0.3"},
		{with("-sweep-task", "2", "-activation", "tanh"), whole, 2, "2.json: it was trained with -activation relu, not tanh"},
		{with("-data", squares(t, 2)), whole, 2, "0.json: it was trained on other data"},
		{with(), whole[:len(whole)/2], 1,
			"2.json: it is broken: unexpected end of JSON input; remove it to train it again"},
		{with("-sweep-task", "2"), "", 1, "2.json: it is broken"},
		{with(), "null", 1, "2.json: it is of version 0"},
		{with(), strings.Replace(whole, `"task": 2`, `"task": 3`, 1), 1, "2.json: it says that it is task 3; remove it"},
		{with(), strings.Replace(whole, `"valid_cost"`, `"x"`, 1), 1,
			"2.json: it is broken: valid_cost is missing; remove it"},
		{with(), strings.Replace(whole, `"test_accuracy"`, `"x"`, 1), 1, "2.json: it is broken: test_accuracy is missing"},
		{with(), strings.Replace(whole, `"valid_accuracy"`, `"x"`, 1), 1, "2.json: it is broken: figures are missing"},
		{with(), strings.Replace(whole, `"valid_accuracy"`, `"valid_rmse"`, 1), 1,
			"2.json: it is broken: valid_accuracy is missing"},
		{with(), strings.Replace(whole, `"valid_accuracy": `, `"valid_accuracy": 7`, 1), 1, "expected 0 to 1; remove it"},
		{with(), strings.Replace(whole, `"test_accuracy": `, `"test_accuracy": -`, 1), 1,
			"2.json: it is broken: test_accuracy is -"},
		{with(), strings.Replace(whole, `"valid_cost": `, `"valid_cost": -`, 1), 1, "2.json: it is broken: valid_cost is -"},
		{with("-sweep-task", "4"), whole, 2, "-sweep-task 4: the sweep has 4 trainings, from 0 to 3"},
		{with("-sweep-task", "4/5"), whole, 2, "the sweep has only 4 trainings"},
		{with("-sweep-task", "3/3"), whole, 2, "K/N for every Nth"},
		{with("-sweep-task", "-1"), whole, 2, "K/N for every Nth"},
		{with("-sweep-task", "1", "-save", "m"), whole, 2, "are for the best"},
		{with("-sweep-task", "1", "-export", "m.onnx"), whole, 2, "are for the best"},
		{with("-sweep-task", "1", "-report", "m.html"), whole, 2, "are for the best"},
		{with(), strings.Replace(whole, `"-l2":`, `"-younger": "3", "-l2":`, 1), 2,
			"2.json: it was trained with -younger 3, not "},
		{with("-sweep-draws", "-1"), whole, 2, "-sweep-draws -1"},
		{with("-sweep-draws", "3"), whole, 2, "there are only 2 combinations"},
		{with("-sweep-dir", path), whole, 1, "-sweep-dir " + path + ": nothing can be written there"},
		{with("-sweep-task="), whole, 2, "-sweep-task is empty"},
		{with("-sweep-dir="), whole, 2, "-sweep-dir is empty"},
		{append(base, "-sweep-dir", dir), whole, 2, "-sweep-dir is for a sweep: say what"},
		{append(base, "-sweep", "lr=1,2", "-sweep-task", "1"), whole, 2, "-sweep-task 1 needs -sweep-dir DIR"},
		{append(base, "-sweep", "lr=1,2 lr=3"), whole, 2, "lr appears twice"},
		{append(base, "-sweep", ""), whole, 2, "it is empty, perhaps from a variable that is not set"},
		{append(base, "-sweep", "  "), whole, 2, "it is empty"},
		{append(base, "-sweep", "seed=1,2,1 lr=0.1"), whole, 2, "seed=1,2,1: 1 appears twice"},
		{append(base, "-sweep", "lr=0.1,1e-1"), whole, 2, "0.1 appears twice"},
		{append(base, "-sweep", "lr=1e300,1e301"), whole, 1, "try a smaller -lr (it was 1e+300, 1e+301)"},
		{append(base, "-sweep", "lr=1e300:1e305:6"), whole, 1, "try a smaller -lr (it was 1e+300, …, 1e+305)"},
		{append(base[:len(base):len(base)], "-sweep", "momentum=0.1,0.2", "-lr", "1e300"), whole, 1,
			"try a smaller -lr (it was 1e+300)"},
		{append(base, "-sweep", "folds=2,3"), whole, 2, "a sweep tries values of hidden, epochs, batch, lr, " +
			"momentum, l2, maxnorm, patience, seed, and -folds is none of these"},
		{append(base, "-sweep", "lr=0.1,,0.2"), whole, 2, "lr=0.1,,0.2: value 2 is empty"},
		{append(base, "-sweep", "lr=1,2", "-lr", "5"), whole, 2, "-lr 5 and -sweep lr=1,2: the sweep gives -lr its values"},
		{append(base, "-sweep", "workers=1,2"), whole, 2, "-workers is none"},
		{append(base, "-sweep", "lr=1,2 cost=3,4"), whole, 2, "-cost is none"},
		{append(base, "-sweep", "lr=1,2 sweep-draws=3,4"), whole, 2, "-sweep-draws is none"},
		{append(base, "-sweep", "lr=1:2:200 maxnorm=1:2:200"), whole, 2, "40000 trainings are more than 10000"},
	} {
		os.WriteFile(path, []byte(c.content), 0o666)
		_, _, err := try(c.args...)
		if exitCode(err, io.Discard) != c.code || c.code > 0 && !filetest.Says(err, c.want) {
			t.Errorf("%q: %v; want status %d and %q", c.args[8:], err, c.code, c.want)
		}
	}
	os.Remove(path)
	pipes(t, path)
	if _, _, err := try(good...); !filetest.Says(err, "2.json: a file was expected",
		"remove it to train it again") {
		t.Errorf("a pipe: %v", err)
	}
}

// TestSweepReadOnly: where nothing can be written, it is writing that is named, and the words of one are of one.
func TestSweepReadOnly(t *testing.T) {
	dir := t.TempDir()
	base := []string{"-data", squares(t, 1), "-hidden", "4", "-epochs", "1", "-valid", "20", "-sweep"}
	text, _, err := try(append(base, "lr=0.1", "-sweep-dir", dir)...)
	if err != nil || !strings.Contains(text, "1 value of lr,") {
		t.Errorf("%v\n%s", err, text)
	}
	if text, _, err = try(append(base, "lr=0.1 seed=1,2")...); err != nil ||
		!strings.Contains(text, "1 combination, mean") || !strings.Contains(text,
		"\nbest by validation: lr 0.1, mean of the seeds 1, 2, trained once more with seed\n  1\n") {
		t.Errorf("%v\n%s", err, text)
	}
	os.Chmod(dir, 0o555)
	defer os.Chmod(dir, 0o777)
	if file.CheckWritable(filepath.Join(dir, "x")) == nil {
		t.Skip("this user may write everywhere")
	}
	_, _, err = try(append(base, "lr=0.1", "-sweep-dir", dir)...)
	if !filetest.Says(err, "-sweep-dir "+dir, "nothing can be written there") {
		t.Error(err)
	}
}

// TestSweepCheckpoints: one of other settings is refused, and so is a broken one.
func TestSweepCheckpoints(t *testing.T) {
	other := t.TempDir()
	base := []string{"-data", squares(t, 1), "-hidden", "4", "-epochs", "1", "-valid", "20", "-l2", "0.5"}
	args := append(base[:len(base):len(base)], "-sweep", "lr=0.1,0.2 seed=1,2", "-sweep-dir", other)
	mustRun(t, append(base, "-lr", "0.2", "-seed", "1", "-save", filepath.Join(other, "2"), "-l2", "3")...)
	os.Remove(filepath.Join(other, "2"))
	if _, _, err := try(args...); exitCode(err, io.Discard) != 2 ||
		!filetest.Says(err, "2.checkpoint", "-l2 3, not 0.5", "remove the checkpoint") {
		t.Errorf("a checkpoint of other settings: %v", err)
	}
	os.WriteFile(filepath.Join(other, "2.checkpoint"), []byte("half"), 0o666)
	if _, _, err := try(args...); exitCode(err, io.Discard) != 1 || !filetest.Says(err, "2.checkpoint", "remove it") {
		t.Errorf("a broken checkpoint: %v", err)
	}
	// Where the result is there, it is only what a process that was killed has left.
	os.Remove(filepath.Join(other, "2.checkpoint"))
	for range 2 {
		_, _, err := try(args...)
		if got := strings.Join(filetest.List(t, other), " "); err != nil || got != "0.json 1.json 2.json 3.json" {
			t.Errorf("there are %s (%v)", got, err)
		}
		os.WriteFile(filepath.Join(other, "2.checkpoint"), []byte("half"), 0o666)
	}
}

// sweepProcess starts this program as a process of its own.
func sweepProcess(t *testing.T, args []string, more ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil || runtime.GOOS == "windows" {
		t.Skip("processes cannot be killed here", err)
	}
	cmd, errs := exec.Command(exe), new(bytes.Buffer)
	cmd.Env = append(os.Environ(), "BACKPROP_ARGS="+strings.Join(append(args, more...), "\n"))
	cmd.Stderr = errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, errs
}

// TestSweepKill: several processes at once on the same trainings, killed at any moment, leave
// files from which the sweep ends as if nothing had been; told to end, they say where they are.
func TestSweepKill(t *testing.T) {
	kills := 6
	if n, err := strconv.Atoi(os.Getenv("BACKPROP_KILLS")); err == nil {
		kills = n
	} else if testing.Short() {
		kills = 2
	}
	args := []string{"-data", squares(t, 1), "-hidden", "40", "-epochs", "40", "-batch", "4", "-momentum", "0.5", "-lr",
		"0.01",
		"-valid", "20", "-workers", "2", "-sweep", "l2=0.1,1 seed=1,2"}
	plain := untimed(command(t, args...))
	dir := t.TempDir()
	args = append(args, "-sweep-dir", dir)
	rng := rand.New(rand.NewPCG(5, 0))
	start := func(more ...string) (*exec.Cmd, *bytes.Buffer) { return sweepProcess(t, args, more...) }
	began := time.Now()
	if cmd, errs := start("-sweep-task", "0"); cmd.Wait() != nil {
		t.Fatal(errs)
	}
	took := time.Since(began)
	os.Remove(filepath.Join(dir, "0.json"))
	ended, resumed := 0, 0
	for range kills {
		task := strconv.Itoa(rng.IntN(4))
		var pair [2]*exec.Cmd
		var errs [2]*bytes.Buffer
		for i := range pair {
			pair[i], errs[i] = start("-sweep-task", task)
		}
		for i, cmd := range pair {
			timer := time.AfterFunc(time.Duration(rng.Int64N(int64(took))), func() { cmd.Process.Kill() })
			err := cmd.Wait()
			timer.Stop()
			if strings.Contains(errs[i].String(), "going on after") {
				resumed++
			}
			if err == nil {
				ended++
				os.Remove(filepath.Join(dir, task+".json"))
			} else if cmd.ProcessState.ExitCode() >= 0 {
				t.Fatalf("%v: %s", err, errs[i])
			}
		}
	}
	t.Logf("%d kills of two at once: %d went on from a checkpoint, %d came to their end", kills, resumed, ended)
	age(t, dir) // the temporary files of those that were killed
	text, _, err := try(args...)
	if err != nil || untimed(text) != plain {
		t.Errorf("%v\n%s\nwant\n%s", err, untimed(text), plain)
	}
	if got := strings.Join(filetest.List(t, dir), " "); got != "0.json 1.json 2.json 3.json" {
		t.Errorf("there are %s", got)
	}
}

// TestSweepTerminated: SIGTERM leaves a checkpoint, from which the same task goes on to the same
// file.
func TestSweepTerminated(t *testing.T) {
	epochs := "1000"
	if testing.Short() {
		epochs = "100"
	}
	args := []string{"-data", squares(t, 1), "-hidden", "40", "-epochs", epochs, "-batch", "4", "-momentum", "0.5",
		"-lr", "0.01",
		"-valid", "20", "-sweep", "l2=0.1,1 seed=1,2", "-sweep-task", "1", "-sweep-dir"}
	whole, dir := t.TempDir(), t.TempDir()
	if _, _, err := try(append(args, whole)...); err != nil {
		t.Fatal(err)
	}
	cmd, errs := sweepProcess(t, args, dir)
	for range 5000 {
		if _, err := os.Stat(filepath.Join(dir, "1.checkpoint")); err == nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	cmd.Process.Signal(syscall.SIGTERM)
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 130 || !strings.Contains(errs.String(),
		"the checkpoint is written: run the same command again") {
		t.Errorf("terminated: status %d, %s", code, errs)
	}
	_, stderr, err := try(append(args, dir)...)
	if err != nil || !strings.Contains(stderr, "1.checkpoint: going on after") {
		t.Errorf("%v, %s", err, stderr)
	}
	if a, b := readFile(t, filepath.Join(dir, "1.json")), readFile(t, filepath.Join(whole, "1.json")); !bytes.Equal(a, b) {
		t.Errorf("it came to\n%s\nwant\n%s", a, b)
	}
	if got := strings.Join(filetest.List(t, dir), " "); got != "1.json" {
		t.Errorf("there are %s", got)
	}
}

// TestSweepGoesOn: a sweep that is interrupted goes on in its folder.
func TestSweepGoesOn(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	args := append(sweepArgs(t), "-sweep-dir", t.TempDir(), "-sweep", "lr=0.1,0.2")
	err := run(ctx, args, io.Discard, io.Discard)
	if !errors.Is(err, errInterrupted) || !filetest.Says(err, "the same command does the rest") {
		t.Error(err)
	}
	if _, _, err := try(args...); err != nil {
		t.Error(err)
	}
}

// TestSweepSlurm: an array of tasks on a Slurm, with one requeued, comes to the table of one
// process. BACKPROP_SLURM says that there is one, whose nodes see this machine's temporary files.
func TestSweepSlurm(t *testing.T) {
	if os.Getenv("BACKPROP_SLURM") == "" {
		t.Skip("BACKPROP_SLURM is not set: no Slurm is asked")
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	args := append(sweepArgs(t), "-epochs", "2000")
	plain, dir := untimed(command(t, args...)), t.TempDir()
	args = append(args, "-sweep-dir", filepath.Join(dir, "D"), "-sweep-task")
	script := "#!/bin/bash\nexport BACKPROP_ARGS=$(printf '%s\\n' '" + strings.Join(args, "' '") +
		"' $SLURM_ARRAY_TASK_ID)\nexec " + exe + "\n"
	cmd := exec.Command("sbatch", "--parsable", "--array=0-7", "--wait", "-o", filepath.Join(dir, "%a.txt"),
		"--open-mode=append")
	cmd.Stdin = strings.NewReader(script)
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	id, _ := bufio.NewReader(stdout).ReadString('\n')
	time.Sleep(2 * time.Second)
	out, err := exec.Command("scontrol", "requeue", strings.TrimSpace(id)+"_1").CombinedOutput()
	t.Logf("requeued: %s %v", out, err)
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v: %s", err, id)
	}
	text, stderr, err := try(args[:len(args)-1]...)
	if err != nil || !strings.Contains(stderr, "8 of 8 trainings there already") || untimed(text) != plain {
		t.Errorf("%v, %s\n%s\nwant\n%s", err, stderr, untimed(text), plain)
	}
}

// TestSweepNoFolder: without -sweep-dir no folder is looked into, and nothing is written.
func TestSweepNoFolder(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	args := []string{"-data", squares(t, 1), "-hidden", "4", "-epochs", "1", "-valid", "20", "-sweep", "lr=0.1,0.2"}
	if _, _, err := try(args...); err != nil || len(filetest.List(t, dir)) > 0 {
		t.Errorf("without -sweep-dir: %v, and it leaves %v", err, filetest.List(t, dir))
	}
	os.WriteFile("0.json", []byte("a file of somebody else"), 0o666)
	if _, _, err := try(args...); err != nil {
		t.Errorf("without -sweep-dir it looks into the folder that it is in: %v", err)
	}
}
