package main

import (
	"bytes"
	"encoding/json"
	"errors"
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

	"backprop/internal/model/modelfile"
)

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
		r := &struckRun{t: t, exe: exe, path: filepath.Join(dir, "m"), args: append(base[:len(base):len(base)], strings.Fields(c)...)}
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
		age(t, dir) // of the temporary files, which are removed once nobody can be writing them
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
		if names := listDir(t, dir); len(names) > 7 { // want, m, their checkpoints, a page, a lock that was left, one temporary file
			t.Fatalf("temporary files pile up: %v", names)
		}
	}
	cmd, out = r.start(r.path, 2)
	finish(cmd.Wait(), out)
	return struck
}
