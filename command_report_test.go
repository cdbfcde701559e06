package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"backprop/internal/compute/exact"
	"backprop/internal/compute/kernel"
	"backprop/internal/data/dataset"
	"backprop/internal/data/load"
	"backprop/internal/judge/explain"
	"backprop/internal/judge/scores"
	"backprop/internal/show/chart"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
	"backprop/internal/show/record"
	"backprop/internal/show/report"
	"backprop/internal/show/text"
)

// A reportedRun is a short run on generated digits, with its report and JSON lines.
type reportedRun struct {
	x      *training
	page   string
	step   report.StepSamples // the samples that the page takes steps with
	epochs []event.Epoch
}

var reported = sync.OnceValues(func() (*reportedRun, error) {
	dir, err := os.MkdirTemp("", "report")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "r.html")
	cfg, err := parse([]string{"-hidden", "24", "-epochs", "4", "-valid", "0.1", "-workers", "1",
		"-report", path, "-json"}, io.Discard)
	if err != nil {
		return nil, err
	}
	data := load.Digits(3, 4000, 1000)
	if err := data.Split(cfg.Test, cfg.Valid, exact.Stream(cfg.Seed, exact.ForSplit, 0)); err != nil {
		return nil, err
	}
	x, err := newTraining(cfg, data)
	if err != nil {
		return nil, err
	}
	x.recorder = newRecorder(x)
	var lines bytes.Buffer
	if err := x.train(context.Background(), &console.Printer{W: bufio.NewWriter(&lines), JSON: true},
		&console.Progress{}); err != nil {
		return nil, err
	}
	run := &reportedRun{x: x}
	for from := json.NewDecoder(&lines); ; {
		var e event.Epoch
		if from.Decode(&e) != nil {
			break
		}
		if e.Event == "epoch" {
			run.epochs = append(run.epochs, e)
		}
	}
	page, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	run.page = string(page)
	step := section(run.page, `<script type="application/json" id="step-data">`, `</script>`)
	return run, json.Unmarshal([]byte(step), &run.step)
})

func reportRun(t *testing.T) *reportedRun {
	t.Helper()
	run, err := reported()
	if err != nil {
		t.Fatal(err)
	}
	if len(run.epochs) != 4 {
		t.Fatalf("%d epochs in the JSON lines, want 4", len(run.epochs))
	}
	return run
}

// TestReportFacts: the page begins with a recipe's words, the network, data and training, and ends the list with the
// machine.
func TestReportFacts(t *testing.T) {
	x, _, _ := experimentOn(t, goodTable(), strings.Fields("-hidden 3 -epochs 2 -workers 2")...)
	facts := x.pageFacts()
	if want := [2]string{"machine", kernel.Name() + " kernel, 2 workers"}; facts[len(facts)-1] != want {
		t.Errorf("%v, want %v", facts[len(facts)-1], want)
	}
	cfg, err := parse(strings.Fields("-recipe nielsen -epochs 2 -lr 2"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(cfg.Recipe.Facts(cfg.Epochs, cfg.Changed)),
		"[[recipe nielsen: the network of Nielsen's book, chapter 1] "+
			"[source \"Notes on Neural Networks and Deep Learning, chapter 1\" (notebook)] [published 9202 / 10000] "+
			"[look at the right answers beside the published ones: most is learned in the first epoch] "+
			"[changed -epochs 2 (10), -lr 2 (3)] [ours that the samples are shuffled, as in the book's program: the source "+
			"does not show that line]]"; got != want {
		t.Errorf("facts of a recipe: %s, want %s", got, want)
	}
	x.cfg.Recipe = cfg.Recipe // whose facts come first
	if facts := x.pageFacts(); facts[0][0] != "recipe" || facts[len(facts)-1][0] != "machine" {
		t.Errorf("facts of a recipe's run: %v", facts)
	}
}

// TestReportOfEpochsNotPrinted: epochs that are not printed are on the page too, with the test set.
func TestReportOfEpochsNotPrinted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.html")
	x := experimentOf(t, "-data", numbers(t), "-regress", "-hidden", "2", "-epochs", "5", "-test", "0.4", "-report", path)
	x.recorder = newRecorder(x)
	x.shown = func(int) bool { return false }
	if err := x.train(t.Context(), console.Quiet(), &console.Progress{}); err != nil {
		t.Fatal(err)
	}
	html := string(readFile(t, path))
	for _, want := range []string{"<title>epoch 3: training ", "<title>epoch 3: test ", "<title>epoch 5: test "} {
		if !strings.Contains(html, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	if len(x.history) != 1 || x.history[0].Epoch != 5 {
		t.Errorf("%d epochs are shown", len(x.history))
	}
	var e event.Epoch
	x.addUnseenResults(&e)
	if e.ValidCost != nil || e.TestCost == nil {
		t.Errorf("without a validation set: validation cost %v, test cost %v", e.ValidCost, e.TestCost)
	}
}

// TestReportOfADivergedTraining: the page of a training that diverges says so, and why.
func TestReportOfADivergedTraining(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.html")
	status, _, _ := ends("-data", numbers(t), "-regress", "-hidden", "2", "-epochs", "50", "-optimizer", "sgd",
		"-lr", "100", "-report", path)
	if page := string(readFile(t, path)); status != 1 || !strings.Contains(page, "too large") ||
		strings.Contains(page, "is being trained") {
		t.Errorf("status %d; want 1, and on the page that the weights are too large", status)
	}
}

// TestReportTrainingRows: the page takes its own steps with samples as the network sees them, and what it should
// answer: ten and two more, one of each class in turn.
func TestReportTrainingRows(t *testing.T) {
	d := &dataset.Dataset{Name: "d", Classes: []string{"a", "b"},
		Train: dataset.Set{N: 3, Dim: 2, Values: []float64{1, 2, 3, 4, 5, 6}, Labels: []int32{0, 1, 0}}}
	x, _, _ := experimentOn(t, d, strings.Fields("-test 0 -scale none")...)
	x.in = dataset.EvenScale(2, 2)
	if in, answers := x.trainingRows([]int32{1, 2}); fmt.Sprint(in, answers) != "[[6 8] [10 12]] [[0 1] [1 0]]" {
		t.Errorf("%v, to be answered by %v", in, answers)
	}
	if got := strings.Join(reportRun(t).step.Names, " "); got != "0 1 2 3 4 5 6 7 8 9 0 1" {
		t.Errorf("the page takes steps with samples of %s", got)
	}
}

// TestReportCharts: the values in the charts and in their tables are those of the JSON lines.
func TestReportCharts(t *testing.T) {
	run := reportRun(t)
	titles := regexp.MustCompile(`<title>epoch (\d+): (\S+) ([^<]*)</title>`)
	for c, id := range []string{"curve0", "curve1"} {
		svg := section(run.page, `<svg id="`+id+`"`, `</svg>`)
		if n := len(titles.FindAllString(svg, -1)); n != 12 {
			t.Fatalf("chart %d has %d values, want 3 parts × 4 epochs", c, n)
		}
		table := section(section(run.page, `<svg id="`+id+`"`, `</table>`), `<tbody>`, `</tbody>`)
		for _, e := range run.epochs {
			for part, v := range map[string]string{
				"training":   []string{six(e.TrainCost), six(100**e.TrainAccuracy) + " %"}[c],
				"validation": []string{six(*e.ValidCost), six(100**e.ValidAccuracy) + " %"}[c],
				"test":       []string{six(*e.TestCost), six(100**e.TestAccuracy) + " %"}[c],
			} {
				if title := fmt.Sprintf("<title>epoch %d: %s %s</title>", e.Epoch, part, v); !strings.Contains(svg, title) {
					t.Errorf("chart %d lacks %s", c, title)
				}
				if !strings.Contains(table, "<td>"+v+"</td>") {
					t.Errorf("chart %d: the table lacks %s", c, v)
				}
			}
		}
	}
}

// six is v to six digits, as the page writes it.
func six(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }

func section(page, from, to string) string {
	_, page, _ = strings.Cut(page, from)
	page, _, _ = strings.Cut(page, to)
	return page
}

// TestReportMistakes: the confusion matrix and the mistakes are those that counting one by one gives.
func TestReportMistakes(t *testing.T) {
	run := reportRun(t)
	d, net := run.x.data, run.x.trainer.Net
	p := probabilities(run.x, d.Test.N)
	counts, wrong, top := make([]int, 100), 0, 0.0
	for i, is := range d.Test.Labels {
		said := scores.Argmax(p[i])
		counts[int(is)*10+said]++
		if said != int(is) {
			wrong++
			top = max(top, p[i][said])
		}
	}
	table := section(run.page, `<table class="counts">`, `</table>`)
	cell := regexp.MustCompile(`<td( class="(?:right|none)"| style="--n:[0-9.e-]+")?>(\d+)</td>`)
	cells := cell.FindAllStringSubmatch(table, -1)
	if len(cells) != 100 {
		t.Fatalf("%d cells, want 100", len(cells))
	}
	for i, m := range cells {
		if m[2] != strconv.Itoa(counts[i]) {
			t.Errorf("%d taken for %d: %s times, want %d", i/10, i%10, m[2], counts[i])
		}
		if strings.Contains(m[1], "none") != (counts[i] == 0) {
			t.Errorf("%d taken for %d: %d times, and looks like%s", i/10, i%10, counts[i], m[1])
		}
	}
	want := fmt.Sprintf("%s of %s test samples are right", text.Count(d.Test.N-wrong), text.Count(d.Test.N))
	if !strings.Contains(run.page, want) {
		t.Errorf("the page does not say %q", want)
	}
	list := section(run.page, `<ul class="wrong">`, `</ul>`)
	if n := strings.Count(list, "<li>"); n != min(wrong, 24) {
		t.Errorf("%d mistakes shown of %d", n, wrong)
	}
	first := section(list, `<span class="dim">`, `</span>`)
	if first != fmt.Sprintf("%.2f %%", 100*top) {
		t.Errorf("the most confident mistake has %s, want %v %%", first, 100*top)
	}
	if !strings.Contains(run.page, hash(net)) {
		t.Error("the hash of the weights is missing")
	}
}

// probabilities are the softmax outputs for the first n test samples, by plain loops.
func probabilities(x *training, n int) [][]float64 {
	all := make([][]float64, n)
	for s := range all {
		in := make([]float64, x.data.Test.Dim)
		gather(&x.data.Test, in, []int32{int32(s)}, x.in)
		all[s] = byHand(plainLayers(x.trainer.Net.Layers), in)
	}
	return all
}

// TestReportOfABug: the page's own steps are right; the page of a training with a bug says so.
func TestReportOfABug(t *testing.T) {
	for bug, want := range map[string]bool{"": false, "prime": true, "mystery:3": true} {
		path := filepath.Join(t.TempDir(), "page.html")
		args := []string{"-data", squares(t, 1), "-hidden", "4,4", "-activation", "tanh", "-epochs", "1", "-report", path}
		if bug != "" {
			args = append(args, "-bug", bug)
		}
		command(t, args...)
		if got := strings.Contains(readText(t, path), "but without the bug of this training"); got != want {
			t.Errorf("-bug %q: got %v, want a sentence about the page's steps: %v", bug, got, want)
		}
	}
}

// TestReportLineNumbers: the page calls samples by the lines of their file, as an editor counts them: there are blank
// lines and cells of several lines between, and the text of each line is looked up in the file. Samples of arrays have
// their index.
func TestReportLineNumbers(t *testing.T) {
	dir := t.TempDir()
	file, page := filepath.Join(dir, "some.csv"), filepath.Join(dir, "r.html")
	text := "\n\nnote,kind\n"
	for i := range 40 {
		text += fmt.Sprintf("\"a%s\",%s\n%s", strings.Repeat("\nb", i%3), []string{"x", "y"}[i*i%7%2], strings.Repeat("\n",
			i%2))
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	saidOf := func(args ...string) string {
		if err := run(context.Background(), append(args, "-report", page), io.Discard, io.Discard); err != nil {
			t.Fatal(err)
		}
		b, _ := os.ReadFile(page)
		return string(b)
	}
	html := saidOf("-data", file, "-epochs", "1", "-test", "20", "-init", "normal", "-lr", "1e-9")
	lines := strings.Split(text, "\n")
	mistakes := regexp.MustCompile(`line (\d+): said <b>.</b>, is <b>(.)</b>`).FindAllStringSubmatch(html, -1)
	steps := regexp.MustCompile(`"(.), line (\d+) of some.csv"`).FindAllStringSubmatch(html, -1)
	if len(mistakes) == 0 || len(steps) != 12 || !strings.Contains(html, "Lines are those of some.csv, from 1.") {
		t.Fatalf("%d mistakes and %d samples by their lines", len(mistakes), len(steps))
	}
	for _, m := range mistakes {
		steps = append(steps, []string{m[0], m[2], m[1]})
	}
	for _, m := range steps {
		first, _ := strconv.Atoi(m[2])
		record := strings.Join(lines[first-1:first+2], "\n") // the cell is on three lines at most
		if !strings.HasPrefix(record, "\"") || strings.SplitN(record, "\",", 2)[1][:1] != m[1] {
			t.Errorf("%s: there stands %q", m[0], record)
		}
	}
	explained := new(strings.Builder)
	if err := run(context.Background(), []string{"-explain", "-data", file}, explained, io.Discard); err != nil ||
		!regexp.MustCompile(`the samples in some.csv:\n  1 is line \d+, \d+ is line \d+`).MatchString(explained.String()) {
		t.Errorf("-explain does not say where the samples are (%v): %.300s", err, explained)
	}
	html = saidOf("-data", squares(t, 30), "-epochs", "1", "-test", "10", "-lr", "0")
	if !regexp.MustCompile(`"\d, image \d+ of the training set of [^"]*"`).MatchString(html) {
		t.Error("the images of arrays are not called by their index")
	}
}

// TestReportStandsAlone: the page refers to nothing outside itself, and one that cannot be written is reported at once.
func TestReportStandsAlone(t *testing.T) {
	for _, bad := range []string{"://", "ZgotmplZ"} {
		if strings.Contains(reportRun(t).page, bad) {
			t.Errorf("%s is in the page", bad)
		}
	}
	gone := filepath.Join(t.TempDir(), "none", "r.html")
	stdout, _, err := try("-data", squares(t, 1), "-epochs", "1", "-report", gone)
	if err == nil || !strings.Contains(err.Error(), gone) || stdout != "" {
		t.Errorf("-report %s: %v after %q; want an error with the path before anything else", gone, err, stdout)
	}
}

// TestReportRegression: one input and one number to predict give a curve, which is the network's answers, and the
// hidden units; the training error is that of the cost.
func TestReportRegression(t *testing.T) {
	cfg, err := parse([]string{"-hidden", "5", "-activation", "tanh", "-cost", "mse", "-epochs", "3", "-batch", "0",
		"-report", filepath.Join(t.TempDir(), "r.html")}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	data := &dataset.Dataset{Name: "line"}
	for i := range 20 {
		data.Train.Values = append(data.Train.Values, float64(i))
		data.Train.Targets = append(data.Train.Targets, 3*float64(i)+1)
	}
	data.Train.N, data.Train.Dim = 20, 1
	data.Test = data.Train
	x, err := newTraining(cfg, data)
	if err != nil {
		t.Fatal(err)
	}
	x.recorder = newRecorder(x)
	if err := x.train(context.Background(), console.Quiet(), &console.Progress{}); err != nil {
		t.Fatal(err)
	}
	figures := x.fitFigures()
	if len(figures) != 2 || len(figures[1].Lines) != 5 {
		t.Fatalf("%d figures", len(figures))
	}
	fit := figures[0].Lines[0]
	in := NewMatrix(1, 1)
	in.Data[0] = (fit.X[7] - x.in.Shift[0]) * x.in.Factor[0]
	a := x.trainer.Net.Outputs(in)
	if want := a[1].Data[0]/x.out.Factor[0] + x.out.Shift[0]; fit.Y[7] != want {
		t.Errorf("the curve is at %v, the network says %v", fit.Y[7], want)
	}
	b, _ := os.ReadFile(cfg.Report)
	for _, want := range []string{"Data and fit", "Outputs of the hidden units, layer 1", "unit 5",
		"Error of the prediction", "epoch 3: training "} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%q is not in the page", want)
		}
	}
}

// TestReportSweep: the page has the values of a sweep, their curves and the chosen one as the JSON lines have them.
func TestReportSweep(t *testing.T) {
	dir := t.TempDir()
	data, page := filepath.Join(dir, "t.csv"), filepath.Join(dir, "r.html")
	var table strings.Builder
	for i := range 60 {
		fmt.Fprintf(&table, "%d,%d,%d\n", i, i*i%7, i/20)
	}
	if err := os.WriteFile(data, []byte(table.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	trials := only(mustRun(t, "-data", data, "-valid", "0.3", "-epochs", "3", "-hidden", "4", "-sweep", "lr=0.001,0.1,0.5",
		"-report", page), "sweep")
	html := strings.ReplaceAll(string(readFile(t, page)), "<wbr>", "")
	for i, e := range trials {
		accuracy := six(100 * e["valid_accuracy"].(float64))
		for _, want := range []string{fmt.Sprintf("<title>lr %v: validation %s %%</title>", e["value"], accuracy),
			fmt.Sprintf("<th scope=\"row\">%d</th><td>%v</td>", i, e["value"]),
			"<td>" + e["weights_sha256"].(string)[:12] + "…</td>"} {
			if !strings.Contains(html, want) {
				t.Errorf("the page lacks %s", want)
			}
		}
		curve := fmt.Sprintf("<title>epoch 3: task %d(, chosen)? %s %%</title>", i, accuracy)
		if !regexp.MustCompile(curve).MatchString(html) {
			t.Errorf("the page lacks %s", curve)
		}
	}
	if len(trials) != 3 || !strings.Contains(html, "chosen: ") {
		t.Errorf("%d values, one marked as chosen: %v; want 3, and one", len(trials), strings.Contains(html, "chosen: "))
	}
}

// TestReportSweepWithSeeds: with seeds, the page has the means by which the sweep chose; the chosen one is drawn and
// marked; trainings of an earlier sweep, of which there is no curve, are counted.
func TestReportSweepWithSeeds(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "r.html")
	args := []string{"-data", sidesTable(t), "-label", "kind", "-valid", "0.2", "-epochs", "3", "-hidden", "4",
		"-sweep", "lr=0.001,0.002,0.01,0.1,0.5 seed=1,2", "-sweep-dir", filepath.Join(dir, "d")}
	mean := map[float64]string{} // of the first task of each
	var chosen string
	all := mustRun(t, append(args, "-report", path)...)
	for _, e := range only(all, "sweep_mean") {
		mean[e["tasks"].([]any)[0].(float64)] = fmt.Sprintf("<td>%.2f ± %.2f %%</td>",
			100*e["valid_accuracy"].(float64), 100*e["valid_deviation"].(float64))
	}
	html := string(readFile(t, path))
	done := all[len(all)-1]
	for _, e := range only(all, "sweep") {
		if e["weights_sha256"] == done["weights_sha256"] {
			chosen = fmt.Sprint(e["task"])
		}
	}
	means, rows := section(html, "The combinations", "</table>"), section(html, "The trainings of the sweep", "</table>")
	for task, want := range mean {
		row := section(means, fmt.Sprintf(`<th scope="row">%.0f-%.0f</th>`, task, task+1), "</tr>")
		if !strings.Contains(row, want) || strings.Contains(row, "chosen") != (fmt.Sprint(task) == chosen) {
			t.Errorf("task %v, where %s is chosen: %s, want %s", task, chosen, row, want)
		}
	}
	if row := section(rows, `<th scope="row">`+chosen+`</th>`, "</tr>"); len(mean) != 5 ||
		!strings.Contains(row, "chosen") || strings.Count(rows, "chosen") != 1 {
		t.Errorf("%d combinations; the row of task %s: %s", len(mean), chosen, row)
	}
	mustContain(t, html, "The best 4 of 5 combinations, epoch by epoch", "<title>epoch 3: task "+chosen+", chosen ")
	again := filepath.Join(dir, "again.html")
	mustRun(t, append(args, "-report", again)...)
	mustContain(t, string(readFile(t, again)),
		"Of 10 trainings, trained before and found in -sweep-dir, there is no curve.")
	if strings.Contains(html, "found in -sweep-dir") {
		t.Error("trainings of this sweep count as earlier ones")
	}
}

// ---- In a real browser ----

// A browser is headless Chromium, spoken to through a pipe in its DevTools protocol.
type browser struct {
	t        *testing.T
	to       io.Writer
	from     *bufio.Reader
	id       int
	session  string
	loaded   bool
	problems []string // exceptions, console errors, requests to the outside
}

func newBrowser(t *testing.T) *browser {
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil && path == "" {
			path = p
		}
	}
	if path == "" {
		t.Skip("no chromium, chromium-browser or google-chrome found: the page was not tried in a browser")
	}
	dir, err := os.MkdirTemp("", "browser")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	in, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	from, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
		"--no-first-run", "--disable-background-networking", "--disable-component-update",
		"--disable-sync", "--disable-dev-shm-usage",
		"--remote-debugging-pipe", "--user-data-dir="+dir, "about:blank")
	cmd.ExtraFiles = []*os.File{in, out} // 3 and 4, as the protocol has it
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	in.Close()
	out.Close()
	b := &browser{t: t, to: to, from: bufio.NewReaderSize(from, 1<<20)}
	t.Cleanup(func() {
		b.session = ""
		b.call("Browser.close", nil, nil)
		to.Close()
		cmd.Wait()
		cancel()
		from.Close()
		os.RemoveAll(dir)
	})
	var target struct{ TargetID, SessionID string }
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &target)
	b.session = target.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.call(domain+".enable", nil, nil)
	}
	return b
}

// call sends one command and waits for its answer.
func (b *browser) call(method string, params map[string]any, result any) {
	b.t.Helper()
	b.id++
	message := map[string]any{"id": b.id, "method": method, "params": params}
	if params == nil {
		message["params"] = map[string]any{}
	}
	if b.session != "" {
		message["sessionId"] = b.session
	}
	line, err := json.Marshal(message)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.to.Write(append(line, 0)); err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
	for !b.read(b.id, method, result) {
	}
}

// read takes one message: the answer to id, or an event.
func (b *browser) read(id int, method string, result any) bool {
	b.t.Helper()
	line, err := b.from.ReadBytes(0)
	if err != nil {
		b.t.Fatalf("%s: the browser has gone: %v", method, err)
	}
	var m struct {
		ID     int
		Method string
		Error  *struct{ Message string }
		Result json.RawMessage
		Params struct {
			Type    string
			Entry   struct{ Level string }
			Request struct{ URL string }
		}
	}
	if err := json.Unmarshal(line[:len(line)-1], &m); err != nil {
		b.t.Fatal(err)
	}
	p := m.Params
	switch m.Method {
	case "Page.loadEventFired":
		b.loaded = true
	case "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded":
		b.problems = append(b.problems, string(line))
	case "Network.requestWillBeSent":
		if !strings.HasPrefix(p.Request.URL, "data:") && !strings.HasPrefix(p.Request.URL, "file:") {
			b.problems = append(b.problems, "asked for "+p.Request.URL)
		}
	}
	if id == 0 || m.ID != id {
		return false
	}
	if m.Error != nil {
		b.t.Fatalf("%s: %s", method, m.Error.Message)
	}
	if result != nil {
		if err := json.Unmarshal(m.Result, result); err != nil {
			b.t.Fatal(err)
		}
	}
	return true
}

func (b *browser) open(path string) {
	b.t.Helper()
	b.loaded = false
	b.call("Page.navigate", map[string]any{"url": "file://" + path}, nil)
	for !b.loaded {
		b.read(0, "Page.navigate", nil)
	}
}

// eval runs a script in the page; what it comes to goes to result.
func (b *browser) eval(script string, result any) {
	b.t.Helper()
	var answer struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *json.RawMessage
	}
	b.call("Runtime.evaluate", map[string]any{"expression": script, "returnByValue": true}, &answer)
	if answer.ExceptionDetails != nil {
		b.t.Fatalf("%.200s: %s", script, *answer.ExceptionDetails)
	}
	if err := json.Unmarshal(answer.Result.Value, result); err != nil {
		b.t.Fatalf("%.200s: %v", script, err)
	}
}

// drawDigits draws each digit large and small, as strokes of points within 0…1, and returns what the page reads.
const drawDigits = `
const arc = (cx, cy, rx, ry, from, to) => Array.from({ length: 25 }, (_, i) => {
  const t = (from + (to - from) * i / 24) * Math.PI / 180;
  return [cx + rx * Math.cos(t), cy + ry * Math.sin(t)];
});
const digits = [
  [arc(.5, .5, .22, .32, -90, 270)],
  [[[.5, .15], [.5, .85]]],
  [[...arc(.5, .32, .2, .17, 180, 400), [.3, .82], [.74, .82]]],
  [[...arc(.48, .32, .2, .17, 200, 450), ...arc(.48, .66, .23, .18, 270, 520)]],
  [[[.36, .15], [.3, .52], [.72, .52]], [[.64, .2], [.62, .85]]],
  [[[.7, .16], [.36, .16], [.33, .45], ...arc(.48, .62, .22, .2, 240, 500)]],
  [[[.62, .14], [.44, .35], ...arc(.5, .64, .19, .19, 190, 550)]],
  [[[.28, .2], [.72, .2], [.45, .85]]],
  [[...arc(.5, .33, .17, .17, 60, -240), ...arc(.5, .67, .2, .19, -60, 240)]],
  [[...arc(.5, .35, .18, .18, 0, 360), [.66, .5], [.6, .85]]],
];
const box = pad.getBoundingClientRect(), said = [], at = id => document.getElementById(id);
const point = (type, [x, y], size) => pad.dispatchEvent(new PointerEvent(type, { pointerId: 7, bubbles: true,
  clientX: box.left + box.width * (.5 + (x - .5) * size), clientY: box.top + box.height * (.5 + (y - .5) * size) }));
for (const size of [1, .5]) for (const digit of digits) {
  at('clear').click();
  for (const stroke of digit) {
    point('pointerdown', stroke[0], size);
    stroke.forEach(p => point('pointermove', p, size));
    point('pointerup', stroke.at(-1), size);
  }
  said.push(at('verdict').textContent.match(/says: (\S+),/)[1]);
}

const values = [...document.querySelectorAll('#bars span:last-child')];
const sum = values.reduce((s, el) => s + parseFloat(el.textContent), 0);
const image = prepare(); // of the last, a small 9
let mass = 0, mx = 0, my = 0, wide = [28, 0, 28, 0];
image.forEach((v, i) => {
  const x = i % 28, y = i / 28 | 0;
  mass += v; mx += v * (x + .5); my += v * (y + .5);
  if (v > 20) wide = [Math.min(wide[0], x), Math.max(wide[1], x + 1), Math.min(wide[2], y), Math.max(wide[3], y + 1)];
});
({ said: said.join(''), sum, x: mx / mass, y: my / mass, box: Math.max(wide[1] - wide[0], wide[3] - wide[2]) });`

// TestReportBrowser opens reports in Chromium and uses them.
func TestReportBrowser(t *testing.T) {
	run := reportRun(t)
	b := newBrowser(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "r.html")
	if err := os.WriteFile(path, []byte(run.page), 0o644); err != nil {
		t.Fatal(err)
	}
	b.open(path)

	t.Run("predict", func(t *testing.T) { tryPredict(t, b, run) })
	t.Run("draw", func(t *testing.T) { tryDraw(t, b) })
	t.Run("mouse and touch", func(t *testing.T) { tryPointers(t, b) })
	t.Run("values", func(t *testing.T) { tryValues(t, b, run) })
	t.Run("step", func(t *testing.T) { tryStep(t, b, run) })
	t.Run("scripts", func(t *testing.T) { tryScripts(t, b) })
	t.Run("layout", func(t *testing.T) { tryLayout(t, b) })
	t.Run("names", func(t *testing.T) { tryNames(t, b) })
	for _, p := range b.problems {
		t.Errorf("the browser complains: %.600s", p)
	}
}

// tryPredict: the page's script gives the probabilities that the program gives.
func tryPredict(t *testing.T, b *browser, run *reportedRun) {
	const n = 200
	want := probabilities(run.x, n)
	var got [][]float64
	b.eval(fmt.Sprintf(`{ const all = Uint8Array.from(atob(%q), c => c.charCodeAt(0));
		Array.from({ length: %d }, (_, i) => [...predict(all.slice(784 * i, 784 * (i + 1)))]) }`,
		base64.StdEncoding.EncodeToString(run.x.data.Test.Pixels[:784*n]), n), &got)
	for i := range want {
		if scores.Argmax(got[i]) != scores.Argmax(want[i]) {
			t.Errorf("image %d: the page says %d, the program %d", i, scores.Argmax(got[i]), scores.Argmax(want[i]))
		}
		for k := range want[i] {
			if d := math.Abs(got[i][k] - want[i][k]); !(d < 1e-5) {
				t.Errorf("image %d, class %d: the page gives %v, the program %v", i, k, got[i][k], want[i][k])
			}
		}
	}
}

// tryStep: the steps that the page takes are those of Network.Step, number by number, and
// its buttons and keys take and show them.
func tryStep(t *testing.T, b *browser, run *reportedRun) {
	var got struct {
		Costs       []float64
		Delta, Grad [][]float64
		W, B        [][]float64
	}
	b.eval(`{ const data = JSON.parse(document.getElementById('step-data').textContent), costs = [];
		const layers = net.layers.map(({ w, b, g }) => ({ w: w.slice(), b: b.slice(), g }));
		let found;
		for (const k of [0, 1, 1]) {
			found = passes(layers, data.x[k], data.y[k]); costs.push(found.cost); descend(layers, found, 0.3);
		}
		({ costs, delta: found.layers.map(f => [...f.delta]), grad: found.layers.map(f => [...f.grad]),
			w: layers.map(f => [...f.w]), b: layers.map(f => [...f.b]) }) }`, &got)
	net := NewNetwork(run.x.trainer.Net.sizes(), named(activations, "relu"), named(activations, "linear"),
		named(costs, "ce"))
	copyLayers(net.Layers, run.x.trainer.Net.Layers)
	var s *explain.Step
	for i, k := range []int{0, 1, 1} {
		trainer := &Trainer{Net: net, N: 1, Batch: 1, Workers: 1, Rate: []float64{0.3, 0.3}}
		s = capture(trainer, samplesOf(run.step.X[k:k+1], run.step.Y[k:k+1]))
		if !(math.Abs(got.Costs[i]-s.CostBefore) <= 1e-12) {
			t.Errorf("step %d: the page's cost is %v, the program's %v", i+1, got.Costs[i], s.CostBefore)
		}
	}
	same := func(what string, is []float64, want Matrix) {
		t.Helper()
		if len(is) != want.Rows*want.Cols {
			t.Fatalf("%s: %d numbers for %v", what, len(is), want)
		}
		for i, v := range is {
			if w := want.Row(i / want.Cols)[i%want.Cols]; !(math.Abs(v-w) <= 1e-12*max(1, math.Abs(w))) {
				t.Fatalf("%s, number %d: the page has %v, the program %v", what, i, v, w)
			}
		}
	}
	for l, layer := range net.Layers {
		what := fmt.Sprintf("layer %d: ", l+1)
		same(what+"δ", got.Delta[l], rowsMatrix(s.Layers[l].Delta))
		same(what+"∂C/∂W", got.Grad[l], rowsMatrix(s.Layers[l].GradW))
		same(what+"W", got.W[l], layer.W)
		same(what+"b", got.B[l], view(1, len(layer.B), len(layer.B), layer.B))
	}
	var seen struct{ Cost, After, Risen, At, Delta, Key, Sample string }
	b.eval(`{ const at = id => document.getElementById(id), text = id => at(id).textContent, r = {};
		at('step-random').click(); at('step-rate').value = 0.1; r.cost = text('step-cost');
		at('step-go').click(); r.after = text('step-cost');
		const g = document.querySelector('#step canvas[aria-label^="∂C/∂W₂"]'), box = g.getBoundingClientRect();
		g.dispatchEvent(new PointerEvent('pointermove', { clientX: box.x + box.width * 0.05, clientY: box.y + 1 }));
		r.at = text('step-at');
		const d = document.querySelector('#step canvas[aria-label^="δ₂"]');
		d.focus(); d.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft' })); r.delta = text('step-at');
		g.focus(); g.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' })); r.key = text('step-at');
		at('step-rate').value = 100; at('step-go').click(); r.risen = text('step-cost');
		at('step-next').click(); r.sample = text('step-sample');
		at('step-trained').click(); r }`, &seen)
	before, after := costIn(t, seen.Cost), costIn(t, seen.After)
	if !(after < before) || !strings.Contains(seen.Sample, "Sample 2 of 12: 1") {
		t.Errorf("a step takes the cost from %v to %v; %+v", before, after, seen)
	}
	if !regexp.MustCompile(`^\(1\) δ₂\[1\] = \(softmax [\d.e−]+ − 1\.?0*\) · 1\.?0* = −`).MatchString(seen.Delta) {
		t.Errorf("of δ it shows %q", seen.Delta)
	}
	if !strings.Contains(seen.At, "(3) ∂C/∂W₂[1,1] = A₁[1] · δ₂[1] = ") ||
		!strings.Contains(seen.Key, "∂C/∂W₂[1,2] = A₁[1] · δ₂[2]") {
		t.Errorf("the pointer and the arrow show %q and %q", seen.At, seen.Key)
	}
}

// tryScripts: what stands in the tables as JavaScript comes to what stands there in Go.
func tryScripts(t *testing.T, b *browser) {
	extend(t, leaky, absolute)
	same := func(what string, got, want []float64) {
		t.Helper()
		if len(got) != len(want) {
			t.Fatalf("%s: %v, want %v", what, got, want)
		}
		for i, v := range got {
			if !(math.Abs(v-want[i]) < 1e-12) {
				t.Errorf("%s: %v, want %v", what, got, want)
			}
		}
	}
	z, y := []float64{-2.5, -0.1, 0.3, 4}, []float64{0, 0, 1, 0}
	for _, g := range activations {
		a, slope := slices.Clone(z), []float64{1, 1, 1, 1}
		g.F(a)
		g.Prime(slope, a)
		var got struct{ A, Slope []float64 }
		b.eval(fmt.Sprintf(`{ const g = %s, prime = %s, a = %s.map(z => g(z)); ({ a, slope: a.map(a => prime(a)) }) }`,
			g.Script[0], g.Script[1], jsonText(z)), &got)
		same(g.Name, got.A, a)
		same(g.Name+"′", got.Slope, slope)
		for _, c := range costs {
			if c.Output != "" && c.Output != g.Name {
				continue
			}
			delta := make([]float64, len(z))
			cost := c.Eval(g, slices.Clone(z), y, delta)
			var got struct {
				Cost  float64
				Delta []float64
			}
			b.eval(fmt.Sprintf(`(%s)({ z: %s, a: %s }, %s, %s)`, c.Script, jsonText(z), jsonText(a), jsonText(y), g.Script[1]),
				&got)
			same(g.Name+", C of "+c.Name, []float64{got.Cost}, []float64{cost})
			same(g.Name+", δ of "+c.Name, got.Delta, delta)
		}
	}
}

// costIn is the last cost in the page's line of them.
func costIn(t *testing.T, text string) float64 {
	t.Helper()
	all := regexp.MustCompile(`[\d.]+(e[−-]?\d+)?`).FindAllString(text, -1)
	if all == nil {
		t.Fatalf("no cost in %q", text)
	}
	return mustParse(t, strings.ReplaceAll(all[len(all)-1], "−", "-"))
}

// tryDraw: it reads what is drawn, and the drawing is put where the images of the data are.
func tryDraw(t *testing.T, b *browser) {
	var got struct {
		Said           string
		Sum, X, Y, Box float64
	}
	b.eval("{"+drawDigits+"}", &got)
	right := 0
	for i, c := range got.Said {
		if int(c-'0') == i%10 {
			right++
		}
	}
	if math.Abs(got.X-14.5) > 0.1 || math.Abs(got.Y-14.5) > 0.1 || math.Abs(got.Box-20) > 1 {
		t.Errorf("what the network sees has its mass at %.2f, %.2f and is %v pixels high, want 14.5, 14.5 and 20",
			got.X, got.Y, got.Box)
	}
	if len(got.Said) != 20 || right < 15 || math.Abs(got.Sum-100) > 1 {
		t.Errorf("ten digits, large and small: the page reads %s, and the bars add up to %v", got.Said, got.Sum)
	}
}

// tryPointers: mouse, finger and the button that takes a sample draw.
func tryPointers(t *testing.T, b *browser) {
	var verdict string
	var box struct{ X, Y, Width float64 }
	b.eval(`document.getElementById('clear').click();
		pad.scrollIntoView({ behavior: 'instant' });
		pad.getBoundingClientRect().toJSON()`, &box)
	at := func(x, y float64) (float64, float64) { return box.X + x*box.Width, box.Y + y*box.Width }
	for i, kind := range []string{"mousePressed", "mouseMoved", "mouseMoved", "mouseReleased"} {
		x, y := at([]float64{0.3, 0.7, 0.45, 0.45}[i], []float64{0.2, 0.2, 0.85, 0.85}[i])
		b.call("Input.dispatchMouseEvent", map[string]any{"type": kind, "x": x, "y": y, "button": "left", "buttons": 1}, nil)
	}
	b.eval(`document.getElementById('verdict').textContent`, &verdict)
	if !strings.Contains(verdict, "says: 7") {
		t.Errorf("a 7 drawn with the mouse: %s", verdict)
	}
	tryTakeDrawn(t, b)
	b.eval(`document.getElementById('clear').click(); ''`, &verdict)
	for i, kind := range []string{"touchStart", "touchMove", "touchMove", "touchEnd"} {
		x, y := at(0.5, []float64{0.15, 0.5, 0.85, 0}[i])
		points := []any{map[string]any{"x": x, "y": y}}
		if kind == "touchEnd" {
			points = []any{}
		}
		b.call("Input.dispatchTouchEvent", map[string]any{"type": kind, "touchPoints": points}, nil)
	}
	b.eval(`document.getElementById('verdict').textContent`, &verdict)
	if !strings.Contains(verdict, "says: 1") {
		t.Errorf("a 1 drawn with a finger: %s", verdict)
	}
	b.eval(`document.getElementById('sample').click(); document.getElementById('verdict').textContent`, &verdict)
	if !strings.Contains(verdict, "class 0. The network says: 0") {
		t.Errorf("a sample: %s", verdict)
	}
}

// tryTakeDrawn: the step takes a drawn 7 as the 7 that the network sees in it, and as a 2 as soon as the list says so;
// numbers have the room of their cells, and what is said of a number covers nothing before one is chosen.
func tryTakeDrawn(t *testing.T, b *browser) {
	var got struct {
		Position, Drawn, Changed, Cost, After string
		Wide                                  float64
		Written                               int
	}
	b.eval(`{ const at = id => document.getElementById(id), list = at('step-class'), r = { wide: 0, written: 0 };
		r.position = getComputedStyle(at('step-at')).position;
		const write = CanvasRenderingContext2D.prototype.fillText;
		CanvasRenderingContext2D.prototype.fillText = function (text, x, y, room) {
			r.written++;
			r.wide = Math.max(r.wide, room ?? Infinity);
			write.call(this, text, x, y, room);
		};
		at('step-drawn').click(); r.drawn = at('step-sample').textContent; r.cost = at('step-cost').textContent;
		list.value = 2; list.dispatchEvent(new Event('change'));
		r.changed = at('step-sample').textContent; r.after = at('step-cost').textContent;
		CanvasRenderingContext2D.prototype.fillText = write;
		at('step-next').click(); list.value = 3; list.dispatchEvent(new Event('change'));
		if (at('step-sample').textContent.includes('drawing')) r.changed = 'the list takes the drawing again';
		at('step-previous').click(); r }`, &got)
	if got.Drawn != " The drawing, as a 7 " || got.Changed != " The drawing, as a 2 " || got.Cost == got.After {
		t.Errorf("a drawn 7 is taken as %+v", got)
	}
	if got.Position != "static" || got.Written < 60 || got.Wide > 68 { // a cell is 74 wide
		t.Errorf("what is said of numbers is %s; %d numbers are written, up to %v wide", got.Position, got.Written, got.Wide)
	}
}

// tryValues: the pointer shows values.
func tryValues(t *testing.T, b *browser, run *reportedRun) {
	var text string
	b.eval(`{ const svg = document.getElementById('curve0'), dot = svg.querySelector('.dot').getBoundingClientRect();
		svg.dispatchEvent(new PointerEvent('pointermove', { clientX: dot.x + 3, clientY: dot.y + 90 }));
		svg.parentNode.querySelector('output').textContent }`, &text)
	if want := fmt.Sprintf("epoch 1: training %s, validation %s, test %s", six(run.epochs[0].TrainCost),
		six(*run.epochs[0].ValidCost), six(*run.epochs[0].TestCost)); text != want {
		t.Errorf("the pointer on the chart shows %q, want %q", text, want)
	}
	b.eval(`{ const svg = document.getElementById('heat2'), box = svg.querySelector('image').getBoundingClientRect();
		svg.dispatchEvent(new PointerEvent('pointermove', { clientX: box.right - 2, clientY: box.top + 2 }));
		svg.parentNode.querySelector('output').textContent }`, &text)
	if !strings.HasPrefix(text, "epoch 4: weight ") {
		t.Errorf("the pointer on the heat map shows %q", text)
	}
}

// tryLayout: nothing is too wide or without a name, in both colour schemes.
func tryLayout(t *testing.T, b *browser) {
	backs := map[string]bool{}
	for _, width := range []int{390, 1200} {
		for _, scheme := range []string{"light", "dark"} {
			b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 844,
				"deviceScaleFactor": 1, "mobile": width < 600}, nil)
			b.call("Emulation.setEmulatedMedia", map[string]any{"features": []any{
				map[string]any{"name": "prefers-color-scheme", "value": scheme}}}, nil)
			var got struct {
				Wide, Unnamed int
				Back          string
			}
			b.eval(`({ wide: document.documentElement.scrollWidth - innerWidth,
				back: getComputedStyle(document.body).backgroundColor,
				unnamed: document.querySelectorAll(
					'img:not([alt]), svg:not([role]), svg:not([aria-labelledby]), canvas:not([aria-label])').length })`, &got)
			if got.Wide > 0 || got.Unnamed > 0 {
				t.Errorf("width %d: %d pixels too wide, %d figures without a name", width, got.Wide, got.Unnamed)
			}
			backs[got.Back] = true
		}
	}
	if len(backs) != 2 {
		t.Errorf("light and dark have the backgrounds %v", backs)
	}
}

// tryNames: names that mean harm do none.
func tryNames(t *testing.T, b *browser) {
	const nasty = `<script>document.title = 'broken'</script>" onload="x()`
	r := &report.Report{Title: nasty, State: nasty, Classes: []string{nasty, "</script><img src=x onerror=alert(1)>"},
		Test: dataset.Set{Labels: []int32{0, 1}}, Outputs: []float64{1, 0, 0, 1}}
	r.Figures = []chart.Figure{{Kind: chart.Fit, Title: nasty,
		X: chart.Axis{Label: nasty}, Y: chart.Axis{Label: nasty},
		Lines: []chart.Line{{Name: nasty, X: []float64{1, 2}, Y: []float64{3, 4}}}}}
	r.Begin()
	other := filepath.Join(t.TempDir(), "nasty.html")
	if err := record.Write(other, r.WriteHTML); err != nil {
		t.Fatal(err)
	}
	b.open(other)
	var got struct {
		Title, Head string
		Images      int
	}
	b.eval(`({ title: document.title, head: document.querySelector('.counts th').textContent,
		images: document.querySelectorAll('img').length })`, &got)
	if got.Title != nasty+" ("+nasty+")" || got.Head != nasty || got.Images != 0 {
		t.Errorf("a class called %q: %+v", nasty, got)
	}
}
