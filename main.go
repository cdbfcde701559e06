// Backprop trains a feed-forward neural network by backpropagation, in Go's standard
// library alone.
//
//	go run .                                    generated digits, seconds after compiling
//	go run . -data ./mnist -download            MNIST, fetched if it is missing
//	go run . -h                                 every flag, with examples
//
// This file has the command and the one training loop. Data flow one way: data.go reads
// samples, matrix.go has the arithmetic, backprop.go the equations, and print.go and
// page.go show what came of it.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"sync/atomic"
	"syscall"
	"time"

	"backprop/internal/compute/kernel"
	"backprop/internal/data/dataset"
	"backprop/internal/data/distort"
	"backprop/internal/data/load"
	"backprop/internal/data/mnist"
	"backprop/internal/judge/diagnosis"
	"backprop/internal/model/layers"
	"backprop/internal/model/modelfile"
	"backprop/internal/run/recipes"
	"backprop/internal/run/settings"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
	"backprop/internal/show/record"
	"backprop/internal/show/text"
)

func main() {
	os.Exit(exitCode(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr), os.Stderr))
}

// errInterrupted is what a run ends with after Ctrl-C.
var errInterrupted = errors.New("interrupted")

// exitCode prints err on one line and returns the exit status.
func exitCode(err error, stderr io.Writer) int {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	var usage Usage
	switch {
	case errors.Is(err, errInterrupted):
		say(stderr, "%v", err)
		return 130
	case errors.As(err, &usage):
		say(stderr, "%v (-h lists the flags)", err)
		return 2
	}
	say(stderr, "%v", err)
	return 1
}

// run is the whole program but for the exit. It tells of a full disk behind standard
// output, whose errors the buffer keeps.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	out := &Printer{W: bufio.NewWriter(stdout), Terminal: console.IsTerminal(stdout)}
	err := runTo(ctx, args, out, stderr)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		return err
	}
	if failed := out.Flush(); failed != nil {
		return failed
	}
	return err
}

// parse reads the command line.
func parse(args []string, stdout io.Writer) (*Settings, error) {
	return settings.Parse(args, stdout, words())
}

func runTo(ctx context.Context, args []string, out *Printer, stderr io.Writer) error {
	cfg, err := parse(args, out.W)
	if err != nil {
		return err
	}
	kernel.Use(cfg.Kernel) // which parse has checked
	out.JSON = cfg.Json
	switch {
	case cfg.AsksForText():
		printText(out, cfg)
		return nil
	case cfg.Recipe.DrawsOnly:
		return lessonOf(cfg.Recipe.Name).instead(cfg, out)
	case cfg.Load != "":
		return useModel(ctx, cfg, out, stderr)
	}
	data, err := loadData(ctx, cfg, stderr)
	if err != nil {
		return err
	}
	if cfg.Gradcheck || cfg.Explain.Name != "" {
		return inspect(cfg, data, out)
	}
	return learn(ctx, cfg, data, nil, out, stderr)
}

// learn trains, from the model m where there is one, and prints and writes what is asked for.
func learn(ctx context.Context, cfg *Settings, data *dataset.Dataset, m *Model, out *Printer, stderr io.Writer) error {
	if err := checkOutputs(cfg); err != nil {
		return err
	}
	release, err := cfg.Reserve()
	if err != nil {
		return err
	}
	defer release()
	if cfg.Recipe.Name != "" {
		cfg.Changed = append(cfg.Changed, cfg.Recipe.OtherData(cfg.Data, data)...)
		cfg.Recipe.PrintHead(out, cfg.Changed, cfg.Report != "")
	}
	ctx, cancel := catchSignals(ctx)
	defer cancel()
	bar := newProgress(stderr)
	if cfg.Folds > 0 {
		return runFolds(ctx, cfg, data, out, bar)
	}
	var swept *sweepWinner
	if len(cfg.Sweep) > 0 {
		if swept, err = runSweep(ctx, cfg, data, out, bar, stderr); err != nil || swept == nil {
			return err
		}
		cfg, data = swept.cfg, swept.data
	}
	x, err := newExperimentFrom(cfg, data, m)
	if err != nil {
		return err
	}
	if swept != nil {
		x.recorder.Show(swept.figures...)
		x.recorder.Tables(swept.tables...)
	}
	if x.saver, err = newSaver(x, stderr); err != nil {
		return err
	}
	lesson := lessonOf(cfg.Recipe.Name)
	if lesson.after != nil {
		x.after = func() { lesson.after(ctx, x, out) }
	}
	var meta map[string]string
	if cfg.Export != "" {
		meta = modelMeta(x)
	}
	x.dropPixels()
	if lesson.run != nil {
		err = lesson.run(ctx, x, out, bar)
	} else {
		printStart(out, x)
		err = x.train(ctx, out, bar)
	}
	if err != nil {
		return err
	}
	if cfg.Recipe.Name != "" {
		x.final.TestN = x.data.Test.N
		cfg.Recipe.PrintComparison(out, recipes.Outcome{Final: x.final, TrainRMSE: x.done.TrainRMSE, L2: cfg.L2, Summary: x.summary,
			Epochs: cfg.Epochs, Changed: len(cfg.Changed) > 0})
	}
	if err := swept.confirm(x); err != nil {
		return err
	}
	return x.exportTrained(out, meta)
}

// checkOutputs reports an export or a page that cannot be written, before anything is trained.
func checkOutputs(cfg *Settings) error {
	if err := cfg.CheckExport(modelfile.IsNielsen); err != nil {
		return err
	}
	if cfg.Report == "" {
		return nil
	}
	return checkReport(cfg.Report)
}

// catchSignals lets Ctrl-C and SIGTERM end what must be put away first: a training, a
// download. Before, and at a second one, they end the program at once.
func catchSignals(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, cancel)
	return ctx, cancel
}

// loadData finds the data, splits them, and settles what depends on them.
func loadData(ctx context.Context, cfg *Settings, stderr io.Writer) (data *dataset.Dataset, err error) {
	return loadDataFor(ctx, cfg, nil, stderr)
}

// loadDataFor is loadData for a model, which reads a table as the one that it has learned from.
func loadDataFor(ctx context.Context, cfg *Settings, m *Model, stderr io.Writer) (data *dataset.Dataset, err error) {
	if cfg.Download {
		ctx, cancel := catchSignals(ctx)
		defer cancel()
		if err := mnist.Download(ctx, cfg.Data, mnist.Mirrors, newProgress(stderr).Download); err != nil {
			if ctx.Err() != nil {
				return nil, errInterrupted
			}
			return nil, err
		}
	}
	switch {
	case cfg.Data != "":
		if data, err = load.Path(cfg.Data, tableOptions(cfg, m)); err != nil {
			return nil, cfg.Recipe.ExplainMissing(cfg.Data, err)
		}
		if err = cfg.Recipe.CheckData(cfg.Data, data); err != nil {
			return nil, err
		}
	case cfg.Recipe.Name != "":
		if !cfg.Recipe.Makes {
			return nil, wrongUsage("-recipe %s needs %s", cfg.Recipe.Name, cfg.Recipe.Needs)
		}
		data = lessonOf(cfg.Recipe.Name).data(cfg.Seed)
	default:
		data = load.Digits(cfg.Seed, 50000, 10000)
	}
	if err := cfg.Settle(data); err != nil {
		return nil, err
	}
	test, valid := cfg.Parts()
	if err := data.Split(test, valid, stream(cfg.Seed, purposeSplit, 0)); err != nil {
		return nil, err
	}
	data.AddLists(cfg.KeepsImages())
	return data, nil
}

// An experiment is a network, the data it learns from, and what has come of it.
type experiment struct {
	cfg       *Settings
	data      *dataset.Dataset
	from      *Model        // of -load, which goes on training; nil for new weights
	in, out   dataset.Scale // of inputs, and of the numbers to predict
	trainer   *Trainer
	distorter *distorter // nil without -augment

	title   string               // which training it is, where a recipe has several
	shown   func(epoch int) bool // the epochs to evaluate and print; nil for all
	after   func()               // what a recipe prints between the epochs and the end
	summary string               // what a recipe says of the result, beside the published one
	notes   []string             // what a recipe's run has shown, in sentences
	costs   []float64            // of every epoch as it trained, where a recipe draws samples for it

	start    time.Time
	seconds  float64               // on the epochs since the last one that was shown
	first    *event.Epoch          // before training, where a recipe has that too
	history  []event.Epoch         // the epochs that were shown
	final    event.Epoch           // the one whose weights the network has in the end
	done     event.Done            // what train came to
	early    event.Stopper         // with -patience
	best     []Layer               // the weights of its best epoch
	saver    *modelfile.Checkpoint // nil where nothing is saved
	recorder *record.Recorder      // nil without -report
	monitor  *diagnosis.Monitor    // watches the training; nil where nothing does
	probe    *probe                // what it looks with
}

// newExperiment fits the scaling on the training part and makes the network.
func newExperiment(cfg *Settings, data *dataset.Dataset) (*experiment, error) {
	return newExperimentFrom(cfg, data, nil)
}

// newExperimentFrom is newExperiment with the weights and the scaling of a model, where that is not nil.
func newExperimentFrom(cfg *Settings, data *dataset.Dataset, m *Model) (*experiment, error) {
	x := &experiment{cfg: cfg, data: data, from: m, start: time.Now(), shown: cfg.Recipe.Shown}
	if err := x.fitScales(); err != nil {
		return nil, err
	}
	sizes := slices.Concat([]int{data.Train.Dim}, cfg.Hidden, []int{data.Outputs()})
	batch := cfg.Batch
	if batch == 0 || batch > data.Train.N {
		batch = data.Train.N
	}
	if err := checkSizes(cfg, sizes, batch); err != nil {
		return nil, err
	}
	if data.Classes == nil && cfg.Cost == "ce" {
		return nil, wrongUsage("-cost ce is for classes, and %s has numbers to predict: use -cost mse", data.Name)
	}
	cost, err := weighted(cfg, named(costs, cfg.Cost), data)
	if err != nil {
		return nil, err
	}
	net := NewNetwork(sizes, named(activations, cfg.Activation), named(activations, cfg.Output), cost)
	init, err := initialiser(cfg)
	if err != nil {
		return nil, err
	}
	if net.Initialise(init, cfg.FirstWeightsSeed()); m != nil {
		layers.Copy(plainLayers(net.Layers), m.Layers)
	}
	rate := cfg.Rate
	for len(rate) < len(net.Layers) {
		rate = append(rate, rate[0])
	}
	x.trainer = &Trainer{Net: net, Rate: rate, L2: cfg.L2, N: cfg.Recipe.EpochSamples(data.Train.N), Batch: batch, Workers: cfg.Workers,
		Options: Options{Momentum: cfg.Momentum, Nesterov: cfg.Nesterov, Adam: cfg.Optimizer == "adam",
			Schedule: scheduleOf(cfg.Schedule, cfg.Epochs, (data.Train.N+batch-1)/batch),
			Dropout:  cfg.Dropout.Of(len(cfg.Hidden)), MaxNorm: cfg.MaxNorm, Seed: cfg.Seed}}
	if cfg.Augment != (distort.Strengths{}) {
		if x.distorter, err = newDistorter(cfg.Augment, data, x.in, cfg.Seed); err != nil {
			return nil, wrongUsage("-augment %s: %w", cfg.Augment.String(), err)
		}
		x.trainer.ExpensiveInputs = true
	}
	if x.early.Patience = cfg.Patience; cfg.Patience > 0 {
		if data.Valid.N == 0 {
			return nil, wrongUsage("-patience looks at a validation part, and there is none: hold one out with -valid, as in -valid 0.1")
		}
		x.best = NewNetwork(sizes, Activation{}, Activation{}, Cost{}).Layers
	}
	x.recorder = newRecorder(x)
	return x, x.applyBug()
}

// fitScales fits the scales of inputs and targets.
func (x *experiment) fitScales() (err error) {
	if m := x.from; m != nil {
		x.in, x.out = m.In, m.Out
		return x.data.CheckRange(x.in, x.out)
	}
	scale := x.data.ScaleOf(x.cfg.Scale)
	x.in, err = dataset.FitScale(scale, x.data.Train)
	if err = x.data.Named(err, false); err == nil && x.data.Classes == nil {
		x.out, err = dataset.FitTargets(scale, x.data.Train)
		err = x.data.Named(err, true)
	}
	if err != nil {
		return fmt.Errorf("-scale %s: %s: %w", scale, x.data.Name, err)
	}
	return x.data.CheckRange(x.in, x.out)
}

// checkSizes reports a network, or a mini-batch, that memory does not hold.
func checkSizes(cfg *Settings, sizes []int, batch int) error {
	const most = 1 << 29
	weights, rows := 0.0, 0.0
	for l, n := range sizes {
		rows += 2 * float64(batch) * float64(n) // what goes forward, and what comes back
		if l > 0 {
			weights += float64(sizes[l-1]+1) * float64(n)
		}
	}
	switch {
	case rows > most:
		return wrongUsage("-batch %d: %.3g numbers for layers of %v are too many to hold in memory; "+
			"make it or -hidden smaller", cfg.Batch, rows, text.Join(sizes, "-"))
	case weights > most:
		return wrongUsage("-hidden %v: the network would have %.3g weights; more than %.3g are too many to hold in memory",
			cfg.Hidden.String(), weights, float64(most))
	}
	return nil
}

// train is the training loop. In each epoch the samples are shuffled and taken through the network,
// mini-batch by mini-batch; then the network is evaluated, and whoever watches is told: see watch.go.
// It ends with the last epoch, or when patience is at its end, or when it is interrupted.
func (x *experiment) train(ctx context.Context, out *Printer, bar *progress) (err error) {
	var stop atomic.Bool
	stop.Store(ctx.Err() != nil)
	defer context.AfterFunc(ctx, func() { stop.Store(true) })()
	order := ascending(x.data.Train.N)
	samples := x.trainingSource(order)
	done, err := x.resume()
	if err != nil {
		return err
	}
	x.before(done)
	watchers := x.watchers(out, bar)
	for _, w := range watchers {
		if err := w.begin(); err != nil {
			return err
		}
	}
	defer func() { fail(watchers, err) }()
	defer bar.Clear()
	for epoch := done + 1; epoch <= x.cfg.Epochs && !x.early.Exhausted(); epoch++ {
		bar.Epochs(x.cfg.Epochs, x.trainer.stepsAnEpoch(), x.trainer.done.Load)
		begin := time.Now()
		x.shuffle(order, epoch)
		result, err := x.trainer.Epoch(samples, &stop)
		x.seconds += time.Since(begin).Seconds()
		if err != nil {
			return x.diverged(epoch, err)
		}
		if x.trainer.Partial.Samples > 0 {
			return x.interrupted(epoch - 1)
		}
		e, shown := x.evaluate(epoch, result)
		if shown {
			if err := x.broken(e); err != nil {
				return x.diverged(epoch, err)
			}
			x.history, x.seconds = append(x.history, e), 0
		}
		for _, w := range watchers {
			w.epoch(e, shown)
		}
		if stop.Load() && epoch < x.cfg.Epochs && !x.early.Exhausted() {
			return x.interrupted(epoch)
		}
	}
	x.conclude()
	for _, w := range watchers {
		if err := w.end(); err != nil {
			return err
		}
	}
	return nil
}

// shuffle puts the samples into the order of an epoch, which the seed decides.
func (x *experiment) shuffle(order []int32, epoch int) {
	if x.distorter != nil {
		x.distorter.epoch = epoch
	}
	if x.trainer.Batch == len(order) || x.cfg.Recipe.InOrder {
		return // one mini-batch has them all, or a tutorial leaves them as they are
	}
	for i := range order {
		order[i] = int32(i)
	}
	stream(x.cfg.Seed, purposeShuffle, epoch).Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
}

// evaluate asks the network about the validation and test parts, as far as the epoch is
// shown, or -patience wants to know. An epoch that is the best so far is shown.
func (x *experiment) evaluate(epoch int, result Result) (e event.Epoch, shown bool) {
	e = event.Epoch{Event: "epoch", Run: x.title, Epoch: epoch, Seconds: x.seconds, ValidN: x.data.Valid.N, TestN: x.data.Test.N,
		Samples: x.trainer.N * epoch}
	if n := len(x.history); n > 0 {
		e.Samples -= x.trainer.N * x.history[n-1].Epoch
	}
	if p := x.cfg.Recipe.At(epoch); p.Accuracy > 0 {
		e.Published = x.cfg.Recipe.Words(p)
	}
	shown = x.shown == nil || x.shown(epoch) || epoch == x.cfg.Epochs
	x.trainPart(&e, x.whole(result, shown))
	if x.data.Valid.N > 0 && (shown || x.early.Patience > 0) {
		x.validPart(&e, x.evaluateSet(&x.data.Valid, nil))
	}
	better := x.early.Patience > 0 && x.early.Better(e)
	if shown = shown || better || x.early.Exhausted(); shown && x.data.Test.N > 0 {
		x.testPart(&e, x.evaluateSet(&x.data.Test, x.recorder.RecordOutputs()))
	}
	if better {
		x.early.Best = e
		copyLayers(x.best, x.trainer.Net.Layers)
	}
	return e, shown
}

// evaluateSet asks the network about all samples of s.
func (x *experiment) evaluateSet(s *dataset.Set, each func(i int, a []float64)) Result {
	return x.trainer.Net.EvaluateEach(x.source(s, ascending(s.N)), s.N, x.cfg.Workers, each)
}

// conclude goes back to the best weights, where -patience kept them, and sums up.
func (x *experiment) conclude() {
	x.final = x.history[len(x.history)-1]
	x.done = event.Done{Event: "done", Run: x.title}
	if x.early.Patience > 0 {
		x.final = x.early.Best
		copyLayers(x.trainer.Net.Layers, x.best)
		x.recorder.RestoredBest(x.final)
		x.done.Best = x.final.Epoch
	} else if x.final.Epoch < x.cfg.Epochs && x.data.Test.N > 0 { // of a resumed run that shows few epochs
		x.testPart(&x.final, x.evaluateSet(&x.data.Test, nil))
	}
	x.done.TestAccuracy, x.done.TestRMSE, x.done.Hash = x.final.TestAccuracy, x.final.TestRMSE, hash(x.trainer.Net)
	if x.data.Classes == nil {
		x.done.TrainRMSE = x.rmse(x.evaluateSet(&x.data.Train, nil))
	}
	x.done.Quality = x.quality()
	x.done.Seconds = time.Since(x.start).Seconds()
	if x.after != nil {
		x.after()
	}
}
