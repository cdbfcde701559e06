// Print: what goes to standard output, as a table or as JSON lines, and the progress bar.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

// What is printed.

type startEvent struct {
	Event      string   `json:"event"`
	Run        string   `json:"run,omitempty"`
	Data       string   `json:"data"`
	Layers     []int    `json:"layers"`
	Parameters int      `json:"parameters"`
	Train      int      `json:"train"`
	Valid      int      `json:"valid"`
	Test       int      `json:"test"`
	Kernel     string   `json:"kernel"`
	Workers    int      `json:"workers"`
	Seed       uint64   `json:"seed"`
	Recipe     string   `json:"recipe,omitempty"`
	Changed    []string `json:"changed,omitempty"` // of the recipe's settings
}

// epochEvent is one epoch's line. What does not apply is nil and left out.
type epochEvent struct {
	Event         string   `json:"event"`
	Run           string   `json:"run,omitempty"`
	Epoch         int      `json:"epoch"`
	Seconds       float64  `json:"train_seconds"`
	TrainCost     float64  `json:"train_cost"`
	TrainAccuracy *float64 `json:"train_accuracy,omitempty"`
	ValidCost     *float64 `json:"valid_cost,omitempty"`
	ValidAccuracy *float64 `json:"valid_accuracy,omitempty"`
	ValidRMSE     *float64 `json:"valid_rmse,omitempty"`
	TestCost      *float64 `json:"test_cost,omitempty"`
	TestAccuracy  *float64 `json:"test_accuracy,omitempty"`
	TestRMSE      *float64 `json:"test_rmse,omitempty"`
	TestLoss      *float64 `json:"test_loss,omitempty"` // mean of (a − y)² over samples and outputs
	Published     string   `json:"published,omitempty"`
	testRight     int
	validRight    int
}

type doneEvent struct {
	Event        string   `json:"event"`
	Run          string   `json:"run,omitempty"`
	TestAccuracy *float64 `json:"test_accuracy,omitempty"`
	TestRMSE     *float64 `json:"test_rmse,omitempty"`
	TrainRMSE    *float64 `json:"train_rmse,omitempty"`
	Best         int      `json:"best_epoch,omitempty"` // whose weights these are, with -patience
	Seconds      float64  `json:"total_seconds"`
	Hash         string   `json:"weights_sha256"`
	Recipe       string   `json:"recipe,omitempty"`
	Published    string   `json:"published,omitempty"`
}

func (e *epochEvent) train(x *experiment, r Result) {
	e.TrainCost = r.Cost
	e.TrainAccuracy, _ = x.judge(r)
}

func (e *epochEvent) valid(x *experiment, r Result) {
	e.ValidCost, e.validRight = &r.Cost, r.Correct
	e.ValidAccuracy, e.ValidRMSE = x.judge(r)
}

func (e *epochEvent) test(x *experiment, r Result) {
	e.TestCost, e.testRight = &r.Cost, r.Correct
	e.TestAccuracy, e.TestRMSE = x.judge(r)
	if x.cfg.recipe.loss {
		e.TestLoss = &r.MSE
	}
}

// judge is the accuracy, for classes, or the RMSE, for numbers to predict.
func (x *experiment) judge(r Result) (accuracy, rmse *float64) {
	if x.data.Classes == nil {
		return nil, x.rmse(r)
	}
	v := float64(r.Correct) / float64(r.Samples)
	return &v, nil
}

// describe is the network in words: "784-128-10 relu, softmax cross-entropy".
func (x *experiment) describe() string {
	net := x.trainer.Net
	layers := strings.Trim(strings.ReplaceAll(fmt.Sprint(x.layers()), " ", "-"), "[]")
	if len(net.Layers) > 1 {
		layers += " " + x.cfg.hiddenG
	}
	cost := map[string]string{"ce": "softmax cross-entropy", "bce": "binary cross-entropy", "mse": "squared error"}[x.cfg.cost]
	if x.cfg.outputG != "linear" {
		layers += ", " + x.cfg.outputG + " outputs"
	}
	return layers + ", " + cost
}

// parts is how many samples there are for what: "60,000 to train on, 10,000 to test".
func (x *experiment) parts() string {
	parts := count(x.data.Train.N) + " to train on"
	if n := x.data.Valid.N; n > 0 {
		parts += ", " + count(n) + " to validate"
	}
	if n := x.data.Test.N; n > 0 {
		parts += ", " + count(n) + " to test"
	}
	return parts
}

// how is the training in words: "10 epochs, batch 32, rate 0.1, he init, seed 1".
func (x *experiment) how() string {
	t := x.trainer
	how := fmt.Sprintf("%s, batch %d, rate %s %s", plural(x.cfg.epochs, "epoch"), t.Batch, x.cfg.rates.String(), x.cfg.schedule.String())
	for _, name := range []string{"optimizer", "momentum", "nesterov", "l2", "dropout", "maxnorm", "augment", "patience"} {
		switch f := x.cfg.flags.Lookup(name); {
		case f.Value.String() == f.DefValue:
		case name == "nesterov":
			how += ", nesterov"
		default:
			how += fmt.Sprintf(", %s %s", name, f.Value)
		}
	}
	return how + fmt.Sprintf(", %s init, seed %d", x.cfg.init, x.cfg.seed)
}

func (x *experiment) layers() []int {
	sizes := []int{x.data.Train.Dim}
	for _, l := range x.trainer.Net.Layers {
		sizes = append(sizes, l.W.Cols)
	}
	return sizes
}

// A printer writes the run's results to stdout: a table, or JSON lines.
type printer struct {
	w    *results
	json bool
}

func (p *printer) line(event any) {
	b, err := json.Marshal(event)
	if err != nil { // a number that JSON does not have
		p.w.fail(fmt.Errorf("a result is infinite or not a number (%w); try a smaller -lr, or check -init and -scale", err))
		return
	}
	fmt.Fprintf(p.w, "%s\n", b)
}

func (p *printer) start(x *experiment) {
	if p == nil {
		return
	}
	d, t := x.data, x.trainer
	if p.json {
		p.line(startEvent{"start", x.title, d.Name, x.layers(), t.Net.Parameters(), d.Train.N, d.Valid.N, d.Test.N,
			kernel.name, x.cfg.workers, x.cfg.seed, x.cfg.recipe.name, x.cfg.changed})
		return
	}
	p.header(x)
	if x.cfg.load != "" {
		return
	}
	fmt.Fprintf(p.w, "\n%*s  train cost", epochWidth(x.cfg), "epoch")
	if d.Valid.N > 0 {
		fmt.Fprintf(p.w, "  valid cost  %*s", scoreWidth(d, d.Valid.N), "valid "+scoreName(d))
	}
	if d.Test.N > 0 {
		fmt.Fprintf(p.w, "   test cost  %*s", scoreWidth(d, d.Test.N), "test "+scoreName(d))
	}
	fmt.Fprintf(p.w, "  samples/s      time%s\n", x.cfg.recipe.head())
}

// epochWidth is the width of the column of epochs.
func epochWidth(cfg *config) int { return max(5, len(strconv.Itoa(cfg.epochs))) }

func (p *printer) header(x *experiment) {
	fmt.Fprintf(p.w, "network   %s, %s parameters\n", x.describe(), count(x.trainer.Net.Parameters()))
	fmt.Fprintf(p.w, "data      %s: %s\n", x.data.Name, x.parts())
	if x.data.Note != "" {
		fmt.Fprintf(p.w, "          %s\n", strings.ReplaceAll(x.data.Note, "; ", "\n          "))
	}
	if x.cfg.load == "" {
		fmt.Fprintf(p.w, "training  %s\n", x.how())
	} else {
		fmt.Fprintf(p.w, "model     %s, trained before\n", x.cfg.load)
	}
	fmt.Fprintf(p.w, "machine   %s kernel, %s\n", kernel.name, plural(x.cfg.workers, "worker"))
}

func scoreName(d *Dataset) string {
	if d.Classes == nil {
		return "RMSE"
	}
	return "accuracy"
}

// score is what stands in such a column: the RMSE, or how many of n were right.
func score(n, right int, rmse *float64) string {
	if rmse != nil {
		return fmt.Sprintf("%.5g", *rmse)
	}
	return fmt.Sprintf("%d / %d", right, n)
}

// costText is a cost, ten characters wide.
func costText(cost float64) string {
	if cost >= 1e4 {
		return fmt.Sprintf("%10.4g", cost)
	}
	return fmt.Sprintf("%10.5f", cost)
}

// scoreWidth is the width of a column such as "9585 / 10000".
func scoreWidth(d *Dataset, n int) int {
	if d.Classes == nil {
		return 10
	}
	return max(14, 2*len(strconv.Itoa(n))+3)
}

func (p *printer) epoch(x *experiment, e epochEvent) {
	if p == nil {
		return
	}
	e.Published = x.cfg.recipe.curve[e.Epoch]
	if p.json {
		p.line(e)
		return
	}
	d := x.data
	fmt.Fprintf(p.w, "%*d  %s", epochWidth(x.cfg), e.Epoch, costText(e.TrainCost))
	if d.Valid.N > 0 {
		fmt.Fprintf(p.w, "  %s  %*s", costText(*e.ValidCost), scoreWidth(d, d.Valid.N), score(d.Valid.N, e.validRight, e.ValidRMSE))
	}
	if d.Test.N > 0 {
		fmt.Fprintf(p.w, "  %s  %*s", costText(*e.TestCost), scoreWidth(d, d.Test.N), score(d.Test.N, e.testRight, e.TestRMSE))
	}
	passes := e.Epoch // over the training set, since the line before
	if n := len(x.history); n > 0 {
		passes -= x.history[n-1].Epoch
	}
	fmt.Fprintf(p.w, "  %9s  %6.2f s%s\n", count(int(float64(d.Train.N*passes)/e.Seconds)), e.Seconds, x.cfg.recipe.row(e))
}

func (p *printer) done(x *experiment, e doneEvent) {
	if p == nil {
		return
	}
	e.Recipe, e.Published = x.cfg.recipe.name, x.cfg.recipe.published
	if p.json {
		p.line(e)
		return
	}
	fmt.Fprintln(p.w)
	if e.Best > 0 {
		fmt.Fprintf(p.w, "best epoch      %d, by the validation part; its weights are kept\n", e.Best)
	}
	if e.TestAccuracy != nil {
		fmt.Fprintf(p.w, "test accuracy   %.2f %%\n", 100**e.TestAccuracy)
	}
	if e.TrainRMSE != nil {
		fmt.Fprintf(p.w, "training RMSE   %.6g\n", *e.TrainRMSE)
	}
	if e.TestRMSE != nil {
		fmt.Fprintf(p.w, "test RMSE       %.6g\n", *e.TestRMSE)
	}
	fmt.Fprintf(p.w, "weights sha256  %s\n", e.Hash)
	fmt.Fprintf(p.w, "total time      %.2f s\n", e.Seconds)
}

// count writes n with thin groups of three: 60,000.
func count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func plural(n int, word string) string {
	if n != 1 {
		word += "s"
	}
	return fmt.Sprintf("%d %s", n, word)
}

// A progress bar goes to stderr, and only where that is a terminal.
type progress struct {
	w    io.Writer // nil where there is no terminal
	stop chan struct{}
	gone chan struct{}
	from time.Time
}

func newProgress(stderr io.Writer) *progress {
	if f, ok := stderr.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb" {
			return &progress{w: stderr, from: time.Now()}
		}
	}
	return &progress{}
}

// epochs shows how far a training is until clear is called.
func (p *progress) epochs(epochs int, t *Trainer) {
	if p == nil || p.w == nil || p.stop != nil {
		return
	}
	steps := (t.N + t.Batch - 1) / t.Batch
	if t.done.Load() == 0 {
		p.from = time.Now()
	}
	p.watch(func() (string, float64) {
		done := int(t.done.Load())
		return fmt.Sprintf("epoch %d of %d", min(done/steps+1, epochs), epochs), float64(done) / float64(steps*epochs)
	})
}

// watch shows the bar that what describes, afresh from time to time, until clear is called.
func (p *progress) watch(what func() (string, float64)) {
	if p.w == nil {
		return
	}
	p.stop, p.gone = make(chan struct{}), make(chan struct{})
	go func() {
		defer close(p.gone)
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-p.stop:
				return
			case <-tick.C:
				p.bar(what())
			}
		}
	}()
}

func (p *progress) clear() {
	if p != nil && p.stop != nil {
		close(p.stop)
		<-p.gone
		p.stop = nil
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// download shows how much of a file has arrived.
func (p *progress) download(file string, done, total int64) {
	if p.w == nil {
		return
	}
	if done == total {
		fmt.Fprintf(p.w, "\r\x1b[K%s: %s bytes\n", file, count(int(done)))
		return
	}
	p.bar(file, float64(done)/float64(max(total, 1)))
}

func (p *progress) bar(what string, part float64) {
	const width = 30
	part = min(max(part, 0), 1)
	full := int(part * width)
	left := ""
	if spent := time.Since(p.from); part > 0.01 {
		left = fmt.Sprintf(" %v left", time.Duration(float64(spent)*(1-part)/part).Round(time.Second))
	}
	fmt.Fprintf(p.w, "\r\x1b[K%s [%s%s] %3.0f %%%s", what, strings.Repeat("=", full), strings.Repeat(" ", width-full), 100*part, left)
}
