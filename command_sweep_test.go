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
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"backprop/internal/file/output"
	"backprop/internal/filetest"
)

// sweepArgs is a command line with a sweep of 2×2×2 trainings.
func sweepArgs(t *testing.T) []string {
	return []string{"-data", squares(t, 1), "-hidden", "6", "-epochs", "3", "-valid", "20", "-workers", "2",
		"-sweep", "seed=3,4 lr=0.05,0.2 l2=0.1,1"}
}

// untimed leaves out the lines of a table that have times.
func untimed(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasSuffix(line, " s\n") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// try runs the program and returns what it prints and its error.
func try(args ...string) (stdout, stderr string, err error) {
	var out, errs bytes.Buffer
	err = run(context.Background(), args, &out, &errs)
	return out.String(), errs.String(), err
}

// finalHash is the hash of the weights in the last line of JSON.
func finalHash(all []map[string]any) any { return all[len(all)-1]["weights_sha256"] }

// bestOf is the training of a sweep that validates best: with the smallest RMSE, or the highest accuracy and among
// equals the smallest cost.
func bestOf(trials []map[string]any) (best map[string]any) {
	value := func(e map[string]any, key string) float64 { return e[key].(float64) }
	for _, e := range trials {
		switch {
		case e["failed"] != nil:
		case best == nil:
			best = e
		case e["valid_rmse"] != nil:
			if value(e, "valid_rmse") < value(best, "valid_rmse") {
				best = e
			}
		case value(e, "valid_accuracy") > value(best, "valid_accuracy"),
			value(e, "valid_accuracy") == value(best, "valid_accuracy") && value(e, "valid_cost") < value(best, "valid_cost"):
			best = e
		}
	}
	return best
}

// TestSweepTrainsEachValueAsAlone: a sweep tries the values in their order, each with the same bits as the same command
// with that value alone, on data of every kind and with what follows from the data; then it trains the best again.
func TestSweepTrainsEachValueAsAlone(t *testing.T) {
	images, line := " -epochs 2 -valid 20 -workers 2 -data "+squares(t, 1), filepath.Join(t.TempDir(), "line.csv")
	table := "x,y\n"
	for i := range 40 {
		table += fmt.Sprintf("%d.5,%d\n", i, 3*i+i%3)
	}
	if err := os.WriteFile(line, []byte(table), 0o666); err != nil {
		t.Fatal(err)
	}
	numbers := "-regress -valid 8 -hidden 8 -data " + line
	const sine = "-recipe sine -valid 5 -epochs 100" // whose data are drawn by the seed, too
	for _, c := range []struct{ args, flag, sweep, tried string }{
		{"-hidden 12" + images, "lr", "0.01:1:3", "0.01 0.1 1"},
		{"-hidden 12" + images, "lr", "1e300,0.1", "1e+300 0.1"}, // of which the first diverges
		{"-hidden 12" + images, "batch", "10:40:3", "10 20 40"},
		{images, "hidden", "5,none", "5 none"},
		{"-hidden 12" + images, "seed", "3,4", "3 4"},
		{"-hidden 12" + images, "momentum", "0,0.9", "0 0.9"},
		{numbers, "l2", "0,1", "0 1"}, {numbers, "lr", "0.01,0.02", "0.01 0.02"}, {numbers, "epochs", "3,4", "3 4"},
		{sine, "seed", "1,2", "1 2"},
	} {
		t.Run(c.flag+" "+c.sweep, func(t *testing.T) {
			args := strings.Fields(c.args)
			all := events(t, append(args[:len(args):len(args)], "-sweep", c.flag+"="+c.sweep)...)
			trials, tried := only(all, "sweep"), ""
			for i, e := range trials {
				if all[i]["event"] != "sweep" {
					t.Errorf("event %d is %v; want the trainings of the sweep first", i, all[i]["event"])
				}
				value := fmt.Sprint(e["value"])
				tried += " " + value
				if e["failed"] != nil {
					if value != "1e+300" {
						t.Errorf("%s %s failed: %v", c.flag, value, e["failed"])
					}
					continue
				}
				if alone := finalHash(events(t, append(args, "-"+c.flag, value)...)); alone != e["weights_sha256"] {
					t.Errorf("%s %s: weights %v in the sweep, %v alone", c.flag, value, e["weights_sha256"], alone)
				}
			}
			if tried != " "+c.tried {
				t.Errorf("tried%s; want %s", tried, c.tried)
			}
			if got, want := only(all, "done")[0]["weights_sha256"], bestOf(trials)["weights_sha256"]; got != want {
				t.Errorf("trained once more the weights are %v; the best by validation had %v", got, want)
			}
		})
	}
}

// TestSweepChoosesByTheMeanOfTheSeeds: all combinations are trained, the last flag changing fastest; the best has the
// best mean over the seeds, and trained again with the first seed it has its weights again.
func TestSweepChoosesByTheMeanOfTheSeeds(t *testing.T) {
	all := events(t, sweepArgs(t)...)
	combination := func(e map[string]any) string {
		s := e["settings"].(map[string]any)
		return fmt.Sprint(s["lr"], s["l2"])
	}
	means := map[string]float64{}
	for _, e := range only(all, "sweep") {
		s, i := e["settings"].(map[string]any), int(e["task"].(float64))
		want := fmt.Sprintln([]int{3, 4}[i/4], []float64{0.05, 0.2}[i/2%2], []float64{0.1, 1}[i%2])
		if got := fmt.Sprintln(s["seed"], s["lr"], s["l2"]); got != want {
			t.Errorf("task %d: seed, lr and l2 are %s, want %s", i, got, want)
		}
		means[combination(e)] += e["valid_accuracy"].(float64) / 2
	}
	told := only(all, "sweep_mean")
	for _, e := range told {
		if got, want := e["valid_accuracy"].(float64), means[combination(e)]; !near(got, want) {
			t.Errorf("combination %s has the mean %v, want %v", combination(e), got, want)
		}
	}
	if len(means) != 4 || len(told) != 4 {
		t.Errorf("%d combinations and %d means; want 4", len(means), len(told))
	}
	best, chosen := -1.0, any(nil)
	for _, e := range only(all, "sweep") {
		first := e["settings"].(map[string]any)["seed"] == 3.0
		if v := means[combination(e)]; first && v > best {
			best, chosen = v, e["weights_sha256"]
		}
	}
	if got := finalHash(all); got != chosen {
		t.Errorf("trained once more the weights are %v, want %v", got, chosen)
	}
}

// TestSweepDirIsSharedByProcesses: whichever process trained what, the table is the same to the byte, and what is there
// is not trained again. Weights that do not come out again are reported.
func TestSweepDirIsSharedByProcesses(t *testing.T) {
	args := sweepArgs(t)
	plain := untimed(command(t, args...))
	dir := filepath.Join(t.TempDir(), "D")
	args = append(args, "-sweep-dir", dir)
	for _, c := range []struct{ task, row string }{
		{"5", "      5       4    0.05       1  "}, {"0/3", "      6       4     0.2     0.1  "},
		{"5", "      5       4    0.05       1  "},
	} {
		text, _, err := try(append(args, "-sweep-task", c.task)...)
		if err != nil {
			t.Fatal(err)
		}
		mustContain(t, text, "sweep     task "+c.task+": ", c.row)
	}
	before := readFile(t, filepath.Join(dir, "5.json"))
	if got := strings.Join(filetest.List(t, dir), " "); got != "0.json 3.json 5.json 6.json" {
		t.Errorf("the folder has %s; want the results of tasks 0, 3, 5 and 6", got)
	}
	for _, said := range []string{"4 of 8 trainings there already", "8 of 8"} {
		text, stderr, err := try(args...)
		if err != nil || !strings.Contains(stderr, said) || untimed(text) != plain {
			t.Errorf("%v, %q\n%s\nwant %q and\n%s", err, stderr, untimed(text), said, plain)
		}
	}
	if !bytes.Equal(before, readFile(t, filepath.Join(dir, "5.json"))) {
		t.Error("5.json was written again")
	}
	var result map[string]any
	for task := range 4 {
		path := filepath.Join(dir, strconv.Itoa(task)+".json")
		json.Unmarshal(readFile(t, path), &result)
		result["weights_sha256"] = strings.Repeat("0", 64)
		os.WriteFile(path, []byte(jsonText(result)), 0o666)
	}
	if _, _, err := try(args...); !filetest.Says(err, "another version", "000000000000…", dir) ||
		exitCode(err, io.Discard) != 1 {
		t.Errorf("with other weights in the folder: %v", err)
	}
}

// TestSweepDivergedIsAResult: a training that diverged has its file, and is not tried again.
func TestSweepDivergedIsAResult(t *testing.T) {
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
	if first := only(mustRun(t, args...), "sweep")[0]; first["value"] != 1e300 ||
		!strings.HasPrefix(fmt.Sprint(first["failed"]), "seen, ") {
		t.Errorf("it was tried again: %v", first)
	}
	if got := strings.Join(filetest.List(t, dir), " "); got != "0.json 1.json" {
		t.Errorf("the folder has %s; want 0.json and 1.json", got)
	}
}

// TestSweepAllDiverged: a sweep without a best training still writes its page, with all that was tried.
func TestSweepAllDiverged(t *testing.T) {
	page := filepath.Join(t.TempDir(), "s.html")
	_, err := tryRun("-data", numbers(t), "-regress", "-epochs", "1", "-hidden", "3", "-valid", "0.2", "-sweep",
		"lr=1e300,1e301", "-report", page)
	if !filetest.Says(err, "every training diverged") {
		t.Errorf("where all diverge: %v", err)
	}
	html := string(readFile(t, page))
	mustContain(t, html, "1e301")
	if strings.Count(html, "diverged") < 3 {
		t.Errorf("the page says %d times that a training diverged; want both, and all", strings.Count(html, "diverged"))
	}
}

// TestSweepDirRefusesOtherResults: what another command or a defect has left in -sweep-dir is refused, with its file
// and what to do.
func TestSweepDirRefusesOtherResults(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "D")
	base := []string{"-data", squares(t, 1), "-hidden", "4", "-epochs", "1", "-valid", "20", "-l2", "0.5",
		"-sweep-dir", dir, "-sweep", "lr=0.1,0.2 seed=1,2"}
	if _, stderr, err := try(base...); err != nil || strings.Contains(stderr, "already") {
		t.Fatal(err, stderr)
	}
	path := filepath.Join(dir, "2.json")
	whole := string(readFile(t, path))
	with := func(more ...string) []string { return append(slices.Clone(base), more...) }
	instead := func(old, new string) string { return strings.Replace(whole, old, new, 1) }
	for _, c := range []struct {
		args    []string
		content string // of 2.json
		status  int
		want    string
	}{
		{with(), whole, 0, ""},
		{with("-l2", "1"), whole, 2, "0.json: it was trained with -l2 0.5, not 1: use the same, or take another -sweep-dir"},
		{with("-valid", "30"), whole, 2, "0.json: it was trained with -valid 20, not 30"},
		{with("-sweep", "lr=0.1,0.3 seed=1,2"), whole, 2, "2.json: it was trained with -lr 0.2, not 0.3"},
		{with("-sweep-task", "2", "-activation", "tanh"), whole, 2, "2.json: it was trained with -activation relu, not tanh"},
		{with("-data", squares(t, 2)), whole, 2, "0.json: it was trained on other data"},
		{with(), instead(`"-l2":`, `"-younger": "3", "-l2":`), 2, "2.json: it was trained with -younger 3, not "},
		{with(), whole[:len(whole)/2], 1,
			"2.json: it is broken: unexpected end of JSON input; remove it to train it again"},
		{with("-sweep-task", "2"), "", 1, "2.json: it is broken"},
		{with(), "null", 1, "2.json: it is of version 0"},
		{with(), instead(`"task": 2`, `"task": 3`), 1, "2.json: it says that it is task 3; remove it"},
		{with(), instead(`"valid_cost"`, `"x"`), 1, "2.json: it is broken: valid_cost is missing; remove it"},
		{with(), instead(`"test_accuracy"`, `"x"`), 1, "2.json: it is broken: test_accuracy is missing"},
		{with(), instead(`"valid_accuracy"`, `"x"`), 1, "2.json: it is broken: figures are missing"},
		{with(), instead(`"valid_accuracy"`, `"valid_rmse"`), 1, "2.json: it is broken: valid_accuracy is missing"},
		{with(), instead(`"valid_accuracy": `, `"valid_accuracy": 7`), 1, "expected 0 to 1; remove it"},
		{with(), instead(`"test_accuracy": `, `"test_accuracy": -`), 1, "2.json: it is broken: test_accuracy is -"},
		{with(), instead(`"valid_cost": `, `"valid_cost": -`), 1, "2.json: it is broken: valid_cost is -"},
		{with("-sweep-dir", path), whole, 1, "-sweep-dir " + path + ": nothing can be written there"},
	} {
		os.WriteFile(path, []byte(c.content), 0o666)
		_, _, err := try(c.args...)
		if exitCode(err, io.Discard) != c.status || c.status > 0 && !filetest.Says(err, c.want) {
			t.Errorf("%q with %.30q …: %v; want status %d and %q", c.args[len(base):], c.content, err, c.status, c.want)
		}
	}
	os.Remove(path)
	pipes(t, path)
	if _, _, err := try(base...); !filetest.Says(err, "2.json: a file was expected", "remove it to train it again") {
		t.Errorf("a pipe in the place of a result: %v", err)
	}
}

// TestSweepRefusesWhatItCannotTry: what a sweep cannot try is wrong usage, said in one line before anything is trained;
// where every training diverges, a smaller rate is advised, with those that were tried.
func TestSweepRefusesWhatItCannotTry(t *testing.T) {
	base := []string{"-data", squares(t, 1), "-hidden", "4", "-valid", "20"}
	const inDir = "-sweep-dir D -sweep|lr=0.1,0.2 seed=1,2"
	for _, c := range []struct {
		args   string // the last of which may have spaces, after a bar
		status int
		want   string
	}{
		{"-sweep-task 4 " + inDir, 2, "-sweep-task 4: the sweep has 4 trainings, from 0 to 3"},
		{"-sweep-task 4/5 " + inDir, 2, "the sweep has only 4 trainings"},
		{"-sweep-task 3/3 " + inDir, 2, "K/N for every Nth"},
		{"-sweep-task -1 " + inDir, 2, "K/N for every Nth"},
		{"-sweep-task= " + inDir, 2, "-sweep-task is empty"},
		{"-sweep-task 1 -save m " + inDir, 2, "are for the best"},
		{"-sweep-task 1 -export m.onnx " + inDir, 2, "are for the best"},
		{"-sweep-task 1 -report m.html " + inDir, 2, "are for the best"},
		{"-sweep-draws 3 " + inDir, 2, "there are only 2 combinations"},
		{"-sweep-dir= -sweep lr=1,2", 2, "-sweep-dir is empty"},
		{"-sweep-task 1 -sweep lr=1,2", 2, "-sweep-task 1 needs -sweep-dir DIR"},
		{"-sweep|", 2, "it is empty, perhaps from a variable that is not set"},
		{"-sweep|  ", 2, "it is empty"},
		{"-sweep l2", 2, "P=VALUES"},
		{"-sweep nothing=1,2", 2, "-nothing is none"},
		{"-sweep workers=1,2", 2, "-workers is none"},
		{"-sweep|lr=1,2 cost=3,4", 2, "-cost is none"},
		{"-sweep|lr=1,2 sweep-draws=3,4", 2, "-sweep-draws is none"},
		{"-sweep folds=2,3", 2, "a sweep tries values of hidden, epochs, batch, lr, " +
			"momentum, l2, maxnorm, patience, seed, and -folds is none of these"},
		{"-sweep|lr=1,2 lr=3", 2, "lr appears twice"},
		{"-sweep|seed=1,2,1 lr=0.1", 2, "seed=1,2,1: 1 appears twice"},
		{"-sweep lr=0.1,1e-1", 2, "0.1 appears twice"},
		{"-sweep lr=0.1,,0.2", 2, "lr=0.1,,0.2: value 2 is empty"},
		{"-sweep lr=0.1,x", 2, `"x" is not a learning rate`},
		{"-sweep epochs=0,1", 2, "-epochs 0"},
		{"-sweep l2=1:2", 2, "from:to:n"},
		{"-sweep l2=0:1:5", 2, "above 0"},
		{"-sweep lr=1,2 -lr 5", 2, "-lr 5 and -sweep lr=1,2: the sweep gives -lr its values"},
		{"-sweep|lr=1:2:200 maxnorm=1:2:200", 2, "40000 trainings are more than 10000"},
		{"-valid 0 -sweep lr=0.1,0.2", 2, "-valid 0.2"},
		{"-sweep lr=1e300,1e301", 1, "try a smaller -lr (it was 1e+300, 1e+301)"},
		{"-sweep lr=1e300:1e305:6", 1, "try a smaller -lr (it was 1e+300, …, 1e+305)"},
		{"-sweep momentum=0.1,0.2 -lr 1e300", 1, "try a smaller -lr (it was 1e+300)"},
	} {
		words, last, spaced := strings.Cut(c.args, "|")
		args := append(slices.Clone(base), strings.Fields(words)...)
		if spaced {
			args = append(args, last)
		}
		stdout, _, err := try(args...)
		if exitCode(err, io.Discard) != c.status || !filetest.Says(err, c.want) || c.status == 2 && stdout != "" {
			t.Errorf("%s: %v; want status %d and %q before anything else\n%s", c.args, err, c.status, c.want, stdout)
		}
	}
}

// TestSweepOfOneValue: words that count are right for one value and for one combination.
func TestSweepOfOneValue(t *testing.T) {
	args := []string{"-data", squares(t, 1), "-hidden", "4", "-epochs", "1", "-valid", "20", "-sweep"}
	mustContain(t, command(t, append(args, "lr=0.1")...), "1 value of lr,")
	mustContain(t, command(t, append(args, "lr=0.1 seed=1,2")...), "1 combination, mean",
		"\nbest by validation: lr 0.1, mean of the seeds 1, 2, trained once more with seed\n  1\n")
}

// TestSweepDirMustBeWritable: a finished sweep in a folder that has become read-only is refused as not writable, and
// not as something else.
func TestSweepDirMustBeWritable(t *testing.T) {
	dir := t.TempDir()
	args := []string{"-data", squares(t, 1), "-hidden", "4", "-epochs", "1", "-valid", "20", "-sweep", "lr=0.1",
		"-sweep-dir", dir}
	mustRun(t, args...)
	os.Chmod(dir, 0o555)
	defer os.Chmod(dir, 0o777)
	if output.CheckWritable(filepath.Join(dir, "x")) == nil {
		t.Skip("this user may write everywhere")
	}
	if _, _, err := try(args...); !filetest.Says(err, "-sweep-dir "+dir, "nothing can be written there") {
		t.Errorf("%v; want that nothing can be written to %s", err, dir)
	}
}

// TestSweepCheckpoints: a checkpoint of other settings or a broken one in -sweep-dir is refused; beside a result, it is
// only what a killed process has left, and goes.
func TestSweepCheckpoints(t *testing.T) {
	dir := t.TempDir()
	base := []string{"-data", squares(t, 1), "-hidden", "4", "-epochs", "1", "-valid", "20"}
	args := append(base[:len(base):len(base)], "-l2", "0.5", "-sweep", "lr=0.1,0.2 seed=1,2", "-sweep-dir", dir)
	mustRun(t, append(base, "-l2", "3", "-lr", "0.2", "-seed", "1", "-save", filepath.Join(dir, "2"))...)
	os.Remove(filepath.Join(dir, "2"))
	checkpoint := filepath.Join(dir, "2.checkpoint")
	if _, _, err := try(args...); exitCode(err, io.Discard) != 2 ||
		!filetest.Says(err, "2.checkpoint", "-l2 3, not 0.5", "remove the checkpoint") {
		t.Errorf("a checkpoint of other settings: %v", err)
	}
	os.WriteFile(checkpoint, []byte("half"), 0o666)
	if _, _, err := try(args...); exitCode(err, io.Discard) != 1 || !filetest.Says(err, "2.checkpoint", "remove it") {
		t.Errorf("a broken checkpoint: %v", err)
	}
	os.Remove(checkpoint)
	for range 2 {
		_, _, err := try(args...)
		if got := strings.Join(filetest.List(t, dir), " "); err != nil || got != "0.json 1.json 2.json 3.json" {
			t.Errorf("the folder has %s (%v); want the four results", got, err)
		}
		os.WriteFile(checkpoint, []byte("half"), 0o666)
	}
}

// startProgram starts this program as a process of its own.
func startProgram(t *testing.T, args ...string) (cmd *exec.Cmd, stdout, stderr *bytes.Buffer) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil || runtime.GOOS == "windows" {
		t.Skip("there are no such signals here: ", err)
	}
	cmd, stdout, stderr = exec.Command(exe), new(bytes.Buffer), new(bytes.Buffer)
	cmd.Env = append(os.Environ(), "BACKPROP_ARGS="+strings.Join(args, "\n"))
	cmd.Stdout, cmd.Stderr = stdout, stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, stdout, stderr
}

// waitForFile waits until a process has written a file, for some seconds.
func waitForFile(path string) {
	for range 5000 {
		if _, err := os.Stat(path); err == nil {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// killCount is how often the tests of killed processes kill one: BACKPROP_KILLS, or else as given.
func killCount(usual, short int) int {
	if n, err := strconv.Atoi(os.Getenv("BACKPROP_KILLS")); err == nil {
		return n
	}
	if testing.Short() {
		return short
	}
	return usual
}

// TestSweepKill: several processes at once on the same trainings, killed at any moment, leave files from which the
// sweep ends as if nothing had been.
func TestSweepKill(t *testing.T) {
	kills := killCount(6, 2)
	args := []string{"-data", squares(t, 1), "-hidden", "40", "-epochs", "40", "-batch", "4", "-momentum", "0.5", "-lr",
		"0.01", "-valid", "20", "-workers", "2", "-sweep", "l2=0.1,1 seed=1,2"}
	plain := untimed(command(t, args...))
	dir := t.TempDir()
	args = append(args, "-sweep-dir", dir)
	start := func(task string) (*exec.Cmd, *bytes.Buffer) {
		cmd, _, stderr := startProgram(t, append(slices.Clone(args), "-sweep-task", task)...)
		return cmd, stderr
	}
	rng := rand.New(rand.NewPCG(5, 0))
	began := time.Now()
	if cmd, stderr := start("0"); cmd.Wait() != nil {
		t.Fatal(stderr)
	}
	took := time.Since(began)
	os.Remove(filepath.Join(dir, "0.json"))
	ended, resumed := 0, 0
	for range kills {
		task := strconv.Itoa(rng.IntN(4))
		var pair [2]*exec.Cmd
		var stderr [2]*bytes.Buffer
		for i := range pair {
			pair[i], stderr[i] = start(task)
		}
		for i, cmd := range pair {
			timer := time.AfterFunc(time.Duration(rng.Int64N(int64(took))), func() { cmd.Process.Kill() })
			err := cmd.Wait()
			timer.Stop()
			if strings.Contains(stderr[i].String(), "going on after") {
				resumed++
			}
			if err == nil {
				ended++
				os.Remove(filepath.Join(dir, task+".json"))
			} else if cmd.ProcessState.ExitCode() >= 0 {
				t.Fatalf("%v: %s", err, stderr[i])
			}
		}
	}
	t.Logf("%d kills of two at once: %d went on from a checkpoint, %d came to their end", kills, resumed, ended)
	ageTemporaryFiles(t, dir) // of those that were killed
	text, _, err := try(args...)
	if err != nil || untimed(text) != plain {
		t.Errorf("%v\n%s\nwant\n%s", err, untimed(text), plain)
	}
	if got := strings.Join(filetest.List(t, dir), " "); got != "0.json 1.json 2.json 3.json" {
		t.Errorf("the folder has %s; want the four results", got)
	}
}

// TestSweepTerminated: SIGTERM leaves a checkpoint, from which the same task goes on to the same file.
func TestSweepTerminated(t *testing.T) {
	args := []string{"-data", squares(t, 1), "-hidden", "40", "-epochs", "100", "-batch", "4", "-momentum", "0.5",
		"-lr", "0.01", "-valid", "20", "-sweep", "l2=0.1,1 seed=1,2", "-sweep-task", "1", "-sweep-dir"}
	whole, dir := t.TempDir(), t.TempDir()
	if _, _, err := try(append(args, whole)...); err != nil {
		t.Fatal(err)
	}
	cmd, _, stderr := startProgram(t, append(args, dir)...)
	waitForFile(filepath.Join(dir, "1.checkpoint"))
	cmd.Process.Signal(syscall.SIGTERM)
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 130 ||
		!strings.Contains(stderr.String(), "the checkpoint is written: run the same command again") {
		t.Errorf("terminated: status %d, %s", code, stderr)
	}
	_, said, err := try(append(args, dir)...)
	if err != nil || !strings.Contains(said, "1.checkpoint: going on after") {
		t.Errorf("started again: %v, %s", err, said)
	}
	got, want := readFile(t, filepath.Join(dir, "1.json")), readFile(t, filepath.Join(whole, "1.json"))
	if !bytes.Equal(got, want) {
		t.Errorf("its result is\n%s\nwant\n%s", got, want)
	}
	if got := strings.Join(filetest.List(t, dir), " "); got != "1.json" {
		t.Errorf("the folder has %s; want 1.json", got)
	}
}

// TestSweepInterrupted: Ctrl-C ends a sweep soon; in its folder the same command goes on.
func TestSweepInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	long := strings.Fields("-recipe sine -valid 5 -epochs 1000000000 -sweep momentum=0,0.1,0.2")
	if err := run(ctx, long, io.Discard, io.Discard); !errors.Is(err, errInterrupted) {
		t.Errorf("without a folder: %v, want that it was interrupted", err)
	}
	args := append(sweepArgs(t), "-sweep-dir", t.TempDir(), "-sweep", "lr=0.1,0.2")
	err := run(ctx, args, io.Discard, io.Discard)
	if !errors.Is(err, errInterrupted) || !filetest.Says(err, "the same command does the rest") {
		t.Errorf("in a folder: %v, want that the same command does the rest", err)
	}
	mustRun(t, args...)
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

// TestSweepWithoutDirWritesNothing: without -sweep-dir no folder is read or written.
func TestSweepWithoutDirWritesNothing(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	args := []string{"-data", squares(t, 1), "-hidden", "4", "-epochs", "1", "-valid", "20", "-sweep", "lr=0.1,0.2"}
	if _, _, err := try(args...); err != nil || len(filetest.List(t, dir)) > 0 {
		t.Errorf("%v, and it leaves %v; want nothing", err, filetest.List(t, dir))
	}
	os.WriteFile("0.json", []byte("a file of somebody else"), 0o666)
	if _, _, err := try(args...); err != nil {
		t.Errorf("beside another 0.json: %v", err)
	}
}
