package main

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"backprop/internal/judge/bugs"
	"backprop/internal/judge/gradcheck"
	"backprop/internal/show/console"
)

// TestStepCheck: three whole steps agree with steps by central differences, whatever is
// asked for, and do not with any of the slips, in any optimiser. Of the gradient, the check
// passes three of them.
func TestStepCheck(t *testing.T) {
	kinds := map[string]func(t *Trainer){
		"plain":    func(*Trainer) {},
		"momentum": func(t *Trainer) { t.Momentum = 0.9 },
		"nesterov": func(t *Trainer) { t.Momentum, t.Nesterov = 0.9, true },
		"adam":     func(t *Trainer) { t.Adam = true; t.Rate = []float64{0.001, 0.001, 0.001} },
		"max-norm": func(t *Trainer) { t.MaxNorm = 0.9 },
		"dropout":  func(t *Trainer) { t.Dropout = []float64{0.2, 0.4, 0.4} },
		"all":      func(t *Trainer) { t.Momentum, t.MaxNorm, t.Dropout = 0.9, 0.9, []float64{0.2, 0.4, 0.4} },
	}
	bySteps := func(what string, ready func(t *Trainer), bug *bug) float64 {
		trainer := newTrainer([]int{7, 6, 5, 4}, "tanh", "linear", "ce", 9, 50)
		trainer.L2 = 5
		if bug != nil {
			bug.corrupt(trainer)
		}
		trainer.Schedule = cosineSchedule(60)
		ready(trainer)
		before, worst := hash(trainer.Net), 0.0
		for _, c := range gradcheck.Steps(trainer.checkable(noise(3)), 100, 1, 60, gradcheck.Schedule("cosine", 60, 0, 0)) {
			worst = max(worst, c.Error)
			if c.Checked == 0 || c.Error != c.Error {
				t.Errorf("%s: layer %d: %+v", what, c.Layer, c)
			}
		}
		if hash(trainer.Net) != before {
			t.Errorf("%s: the weights are not what they were", what)
		}
		return worst
	}
	for kind, ready := range kinds {
		if e := bySteps(kind, ready, nil); !(e <= gradcheck.StepLimit/10) {
			t.Errorf("%s: a right step is called wrong: %.2g", kind, e)
		}
		for name, b := range corruptions {
			if e := bySteps(kind+" "+name, ready, &b); !(e > 10*gradcheck.StepLimit) {
				t.Errorf("%s: the bug %s is not found: %.2g", kind, name, e)
			}
		}
	}
}

// TestStepCheckSchedule: a rate that does not follow its schedule is found, and so is a
// momentum that forgets.
func TestStepCheckSchedule(t *testing.T) {
	check := func(change func(t *Trainer), want func(s int) float64) (worst float64) {
		trainer := newTrainer([]int{7, 6, 4}, "relu", "sigmoid", "bce", 9, 50)
		change(trainer)
		for _, c := range gradcheck.Steps(trainer.checkable(noise(3)), 100, 1, 60, want) {
			worst = max(worst, c.Error)
		}
		return worst
	}
	step, constant := gradcheck.Schedule("step", 60, 18, 0.5), gradcheck.Schedule("constant", 60, 0, 0)
	if e := check(func(t *Trainer) { t.Schedule = stepSchedule(18, 0.5) }, step); !(e < gradcheck.StepLimit) {
		t.Errorf("the schedule as asked for: %.2g", e)
	}
	if e := check(func(t *Trainer) { t.Schedule = stepSchedule(17, 0.5) }, constant); !(e > 0.1) {
		t.Errorf("another schedule is not found: %.2g", e)
	}
	forgets := &bug{update: func(t *Trainer, w *worker, l, s int) {
		for i := range t.velocity[l].W.Rows {
			clear(t.velocity[l].W.Row(i))
		}
		t.update(w, l, s)
	}}
	if e := check(func(t *Trainer) { t.Momentum = 0.5; forgets.corrupt(t) }, constant); !(e > 0.01) {
		t.Errorf("a velocity that is thrown away is not found: %.2g", e)
	}
	doubled := &bug{update: func(t *Trainer, w *worker, l, s int) { // Adam's steps hide it, and M and V show it
		w.batch.delta[l].EachRow(func(row []float64) { ScaleBy(row, 2) })
		t.update(w, l, s)
	}}
	if e := check(func(t *Trainer) { t.Adam = true; doubled.corrupt(t) }, constant); !(e > 0.1) {
		t.Errorf("a gradient of twice its size is not found under Adam: %.2g", e)
	}
}

// trySlip runs the training of -bug list with a slip, or with none for "", and says what
// each instrument makes of it.
func trySlip(t *testing.T, name string) (found [4]string) {
	t.Helper()
	args := strings.Fields(bugs.Run)
	if name != "" {
		args = append(args, "-bug", name)
	}
	data := someDigits()
	x, out, _ := experimentOn(t, data, args...)
	if err := x.train(t.Context(), out, &console.Progress{}); err != nil {
		t.Fatal(err)
	}
	found[0], found[3] = fmt.Sprintf("%.1f %%", 100**x.final.TestAccuracy), "silent"
	if len(x.monitor.Causes()) > 0 {
		found[3] = strings.Join(x.monitor.Causes(), ", ")
	}
	y, out, log := experimentOn(t, data, args...)
	_ = y.checkGradient(out)
	out.Flush()
	found[1], found[2] = "passes", "passes"
	if regexp.MustCompile(`(weights|biases).*WRONG`).MatchString(log.String()) {
		found[1] = "finds it"
	}
	if regexp.MustCompile(`steps .*WRONG`).MatchString(log.String()) {
		found[2] = "finds it"
	}
	return found
}

// TestSlips does again what the table of -bug list says.
func TestSlips(t *testing.T) {
	if got, want := trySlip(t, ""), [4]string{bugs.None, "passes", "passes", "silent"}; got != want {
		t.Errorf("without a slip: %q, want %q", got, want)
	}
	for _, p := range bugs.All {
		if got := trySlip(t, p.Name); got != p.Found {
			t.Errorf("%s: found: [4]string{%q, %q, %q, %q}, the table has %q", p.Name, got[0], got[1], got[2], got[3], p.Found)
		}
	}
}

// TestBugFlag: what -bug takes, and where a slip makes no difference.
func TestBugFlag(t *testing.T) {
	for args, want := range map[string]string{
		"-bug sing": "did you mean sign?", "-bug decay": "needs", "-bug early -hidden none": "a hidden layer",
		"-bug prime -activation linear": "not linear", "-bug transpose -hidden none": "more than one row", "-bug transpose -hidden 1": "more than one row",
	} {
		cfg, err := parse(strings.Fields(args), io.Discard)
		if err == nil {
			_, err = newTraining(cfg, someDigits())
		}
		if err == nil || !strings.Contains(strings.ReplaceAll(err.Error(), "makes no difference without", "needs"), want) {
			t.Errorf("%s: %v, want %q", args, err, want)
		}
	}
	one, _, _ := experimentOn(t, goodNumbers(), "-hidden", "5") // its second layer has one column
	if one.cfg.Bug = "transpose"; !contains(one.applyBug(), "more than one row") {
		t.Errorf("-bug transpose of one output: %v", one.applyBug())
	}
	if len(corruptions) != len(bugs.All) {
		t.Errorf("%d bugs are listed, and %d can be made", len(bugs.All), len(corruptions))
	}
	list, err := tryRun("-bug", "list")
	for _, p := range bugs.All {
		if !strings.Contains(list, p.Name) || err != nil {
			t.Errorf("-bug list lacks %s (%v)", p.Name, err)
		}
	}
	lines, err := tryRun("-bug", "list", "-json")
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSpace(lines), "\n") {
		var e map[string]any
		json.Unmarshal([]byte(line), &e)
		want := map[string]any{"event": "bug", "bug": bugs.All[i].Name, "meant": bugs.All[i].Meant, "wrong": bugs.All[i].Wrong, "accuracy": bugs.All[i].Found[0],
			"gradient_check": bugs.All[i].Found[1], "step_check": bugs.All[i].Found[2], "diagnosis": bugs.All[i].Found[3]}
		if !reflect.DeepEqual(e, want) {
			t.Errorf("-bug list -json: %v, want %v", e, want)
		}
	}
	mustContain(t, list, "\n-bug       accuracy  gradients  steps     diagnosis\n", "\nmean         10.0 %  passes     finds it  saturated, guessing\n",
		"without a slip\n           "+bugs.None+"\n", "\nearly      δ, then W        W_next, then δ\n")
	for i, line := range strings.Split(list, "\n") {
		if n := len([]rune(line)); n > 100 {
			t.Errorf("line %d of -bug list has %d characters", i+1, n)
		}
	}
}
