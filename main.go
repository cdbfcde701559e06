// Backprop trains a feed-forward neural network by backpropagation, in Go with nothing but
// the standard library.
//
//	go run .                                    generated digits, seconds after compiling
//	go run . -data ./mnist -download            MNIST, fetched if it is missing
//	go run . -h                                 every flag, with examples
//
// Read backprop.go first, for the equations; then matrix.go, for the products; data.go, for how samples
// get into a mini-batch; and this file, for the training loop (train). trainer.go and team.go take the
// same step with several goroutines, and optimise.go has momentum, Adam, dropout and so on. The packages
// under internal know nothing about this network.
package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"backprop/internal/compute/kernel"
	"backprop/internal/data/dataset"
	"backprop/internal/judge/bugs"
	"backprop/internal/model/layers"
	"backprop/internal/model/modelfile"
	"backprop/internal/run/flags"
	"backprop/internal/run/lessons"
	"backprop/internal/run/recipes"
	"backprop/internal/run/settings"
	"backprop/internal/run/trials"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
	"backprop/internal/show/record"
)

func main() {
	os.Exit(exitCode(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr), os.Stderr))
}

// run is the whole program except for the exit. It returns write errors of standard output too.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	out := &console.Printer{W: bufio.NewWriter(stdout), Terminal: console.IsTerminal(stdout)}
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
func parse(args []string, stdout io.Writer) (*settings.Settings, error) {
	return settings.Parse(args, stdout, choices())
}

// runTo does what the command line asks for.
func runTo(ctx context.Context, args []string, out *console.Printer, stderr io.Writer) error {
	cfg, err := parse(args, out.W)
	if err != nil {
		return err
	}
	kernel.Use(cfg.Kernel) // parse has checked the name
	out.JSON = cfg.Json
	switch {
	case cfg.OnlyPrints():
		return printText(out, cfg)
	case cfg.Homework != nil:
		return checkHomework(cfg, out)
	case cfg.Workbook != "":
		return writeWorkbook(ctx, cfg, out, stderr)
	case cfg.Recipe.DrawsOnly:
		return draw(cfg, out)
	case cfg.Load != "":
		return useModel(ctx, cfg, out, stderr)
	}
	data, err := loadData(ctx, cfg, stderr)
	if err != nil {
		return err
	}
	if cfg.Gradcheck || cfg.Explain.Name != "" {
		return inspect(cfg, data, nil, out)
	}
	return learn(ctx, cfg, data, nil, out, stderr)
}

// train is the training loop. Each epoch shuffles the samples, trains on them mini-batch by mini-batch,
// evaluates the network, and tells the watchers (watch.go). Training ends after the last epoch, when -patience
// runs out, or when it is interrupted.
func (x *training) train(ctx context.Context, out *console.Printer, bar *console.Progress) (err error) {
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
			x.history, x.seconds = event.AppendEpoch(x.history, e), 0
		}
		for _, w := range watchers {
			w.epoch(e, shown)
		}
		if stop.Load() && epoch < x.cfg.Epochs && !x.early.Exhausted() {
			return x.interrupted(epoch)
		}
	}
	stopped := func() bool { return ctx.Err() != nil }
	x.trainLinear(ctx)
	x.conclude(stopped)
	if stopped() {
		return fmt.Errorf("%w %w", errInterrupted, x.saver.InterruptedAtEnd())
	}
	for _, w := range watchers {
		if err := w.end(); err != nil {
			return err
		}
	}
	return nil
}

func (x *training) diverged(epoch int, err error) error {
	return &event.Failed{Event: "failed", Run: x.title, Epoch: epoch, Cause: "diverged", Text: err.Error(),
		Remedy: x.advice(), Err: err}
}

// trainLinear trains the linear model beside the network, in silence. One that diverges is left out.
func (x *training) trainLinear(ctx context.Context) {
	if x.linear != nil && x.linear.train(ctx, console.Quiet(), &console.Progress{}) != nil {
		x.linear = nil
	}
}

// learn trains a network, or the model m further if there is one, and prints and writes what is asked for.
func learn(ctx context.Context, cfg *settings.Settings, data *dataset.Dataset, m *modelfile.Model,
	out *console.Printer, stderr io.Writer) error {
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
	bar := console.NewProgress(stderr)
	switch {
	case cfg.Folds > 0:
		return trials.Folds(ctx, cfg, data, trialHooks(), out, bar)
	case len(cfg.Sweep) == 0:
		return learnOne(ctx, cfg, data, m, nil, out, bar, stderr)
	}
	best, err := trials.Sweep(ctx, cfg, data, trialHooks(), out, bar, stderr)
	if err != nil || best == nil {
		return err
	}
	return learnOne(ctx, best.Settings, best.Data, m, best, out, bar, stderr)
}

// learnOne runs one training and writes all files that are asked for. best is the winner of a sweep, or nil.
func learnOne(ctx context.Context, cfg *settings.Settings, data *dataset.Dataset, m *modelfile.Model,
	best *trials.Winner, out *console.Printer, bar *console.Progress, stderr io.Writer) error {
	x, err := newTrainingFrom(cfg, data, m)
	if err != nil {
		return err
	}
	x.recorder = newRecorder(x)
	if best != nil {
		x.recorder.Show(best.Figures...)
		x.recorder.Tables(best.Tables...)
	}
	if x.saver, err = newSaver(x, stderr); err != nil {
		return err
	}
	var meta map[string]string // before the images are freed
	if cfg.Export != "" {
		meta = modelMeta(x)
	}
	x.dropPixels()
	summary, err := x.follow(ctx, lessons.For(cfg.Recipe.Name), out, bar)
	if err != nil {
		return err
	}
	if cfg.Recipe.Name != "" {
		x.final.TestN = x.data.Test.N
		cfg.Recipe.PrintComparison(out, recipes.Outcome{Final: x.final, TrainRMSE: x.done.TrainRMSE, L2: cfg.L2,
			Summary: summary, Epochs: cfg.Epochs, Changed: len(cfg.Changed) > 0})
	}
	if err := best.Confirm(x.done.Hash); err != nil {
		return err
	}
	return x.exportTrained(out, meta)
}

// follow trains x as its recipe's lesson asks, and returns the lesson's summary of the result.
func (x *training) follow(ctx context.Context, lesson lessons.Lesson, out *console.Printer,
	bar *console.Progress) (string, error) {
	lab := &lessons.Lab{Program: lessonTraining{x, out, bar}, Out: out, Page: x.recorder}
	if lesson.Instead != nil {
		err := lesson.Instead(ctx, lab)
		return lab.Summary, err
	}
	if lesson.Before != nil {
		if err := lesson.Before(lab); err != nil {
			return "", err
		}
	}
	if lesson.After != nil {
		x.after = func() { lesson.After(ctx, lab) }
	}
	printStart(out, x)
	err := x.train(ctx, out, bar)
	return lab.Summary, err
}

func (p lessonTraining) Train(ctx context.Context) error {
	return p.x.train(ctx, console.Quiet(), p.bar)
}

// SideBySide shows the progress of p in the bar, if p is among the trainings.
func (p lessonTraining) SideBySide(ctx context.Context, atATime int, trainings ...lessons.Program) error {
	if slices.Contains(trainings, lessons.Program(p)) {
		p.bar.Epochs(p.x.cfg.Epochs, p.x.trainer.stepsAnEpoch(), p.x.trainer.done.Load)
		defer p.bar.Clear()
	}
	return sideBySide(ctx, atATime, trainingsOf(trainings)...)
}

// trialHooks are what sweeps and folds call.
func trialHooks() trials.Hooks {
	return trials.Hooks{
		Prepare: prepareTrial,
		Load: func(ctx context.Context, cfg *settings.Settings) (*dataset.Dataset, error) {
			return loadData(ctx, cfg, io.Discard)
		},
	}
}

// prepareTrial makes the network of a trial.
func prepareTrial(t trials.Trial) (trials.Training, error) {
	x, err := newTraining(t.Settings, t.Data)
	if err != nil {
		return trials.Training{}, err
	}
	x.shown = t.Shown
	training := trials.Training{Start: x.startEvent(), Facts: x.facts(), Run: x.runTrial}
	if t.Checkpoint == "" {
		return training, nil
	}
	o := modelfile.Options{Flag: "-sweep-dir", Resume: true, CheckpointsOnly: true}
	x.saver, err = x.openCheckpoint(t.Checkpoint, o, t.Stderr)
	if errors.As(err, new(modelfile.OtherRunError)) {
		err = flags.Wrong("%w", err)
	}
	return training, err
}

// runTrial trains the network. Divergence is a result here, not an error.
func (x *training) runTrial(ctx context.Context) (trials.Outcome, error) {
	err := x.train(ctx, console.Quiet(), &console.Progress{})
	outcome := trials.Outcome{History: x.history, Final: x.final, Done: x.done}
	if errors.As(err, new(ErrDiverged)) || errors.Is(err, modelfile.ErrTooLarge) {
		outcome.Diverged, err = err, nil
	}
	return outcome, err
}

// sideBySide runs several trainings, atATime of them at once. If one fails, the others stop.
func sideBySide(ctx context.Context, atATime int, runs ...*training) error {
	which, err := trials.SideBySide(ctx, atATime, len(runs), func(ctx context.Context, i int) error {
		return runs[i].train(ctx, console.Quiet(), &console.Progress{})
	})
	if err != nil && !errors.Is(err, errInterrupted) {
		err = fmt.Errorf("%s: %w", runs[which].title, err)
	}
	return err
}

// checkOutputs reports an export or a page that cannot be written, before anything is trained.
func checkOutputs(cfg *settings.Settings) error {
	if err := checkExport(cfg); err != nil {
		return err
	}
	if cfg.Report == "" {
		return nil
	}
	return record.Check(cfg.Report)
}

// useModel is -load: it evaluates a model, answers with it, trains it further, or exports it.
func useModel(ctx context.Context, cfg *settings.Settings, out *console.Printer, stderr io.Writer) error {
	m, err := modelfile.Read(cfg.Load)
	if err != nil {
		return err
	}
	if err := configure(cfg, m); err != nil {
		return err
	}
	if !m.Native {
		console.Say(stderr, "%s does not say how to use it; assumed: -activation %s -output %s -cost %s -scale %s",
			m.Path, cfg.Activation, cfg.Output, cfg.Cost, cmp.Or(cfg.Scale, m.AssumedScale))
	}
	if err := checkExport(cfg); err != nil {
		return err
	}
	switch {
	case cfg.Predict != nil:
		return answerFiles(ctx, cfg, m, out, stderr)
	case cfg.OnlyExports():
		return export(cfg, m, out)
	}
	if cfg.Data == "" && cfg.Recipe.Name == "" && m.Width == 0 {
		return flags.Wrong("-load %s: this model has learned from a table, not from pictures: give a table with -data FILE "+
			"to evaluate the model, or with -predict FILE for answers", m.Path)
	}
	start := time.Now()
	data, err := loadDataFor(ctx, cfg, m, stderr)
	if err != nil {
		return err
	}
	if err := m.MatchClasses(data); err != nil {
		return err
	}
	if !m.Native && cfg.Scale == "standard" {
		if m.In, err = dataset.FitScale(cfg.Scale, data.Train); err != nil {
			return err
		}
	}
	if data.Classes == nil && m.Out.Factor == nil {
		m.Out = dataset.EvenScale(data.Outputs(), 1)
	}
	if cfg.ContinuesTraining() || cfg.Explain.Name != "" {
		m.CompleteClasses(data)
	}
	switch {
	case cfg.Explain.Name != "":
		return inspect(cfg, data, m, out)
	case cfg.ContinuesTraining():
		return learn(ctx, cfg, data, m, out, stderr)
	}
	if data.Test.N == 0 { // -test 0: test on all samples, since nothing is trained
		data.Test = data.Train
	}
	return evaluateModel(cfg, m, data, out, start)
}

// evaluateModel prints how good the model is.
func evaluateModel(cfg *settings.Settings, m *modelfile.Model, data *dataset.Dataset, out *console.Printer,
	start time.Time) error {
	x := &training{cfg: cfg, data: data, in: m.In, out: m.Out, start: start,
		trainer: &Trainer{Net: networkOf(m), N: data.Train.N, Workers: cfg.Workers}}
	if err := data.CheckRange(m.In, m.Out); err != nil {
		return err
	}
	x.recorder = newRecorder(x)
	printStart(out, x)
	if err := x.recorder.Begin(nil, nil); err != nil {
		return err
	}
	var last event.Epoch
	result := x.evaluateSet(&data.Test, nil)
	if err := m.CheckFinite(event.Result(result)); err != nil {
		return err
	}
	x.addTestResult(&last, result)
	done := event.Done{Event: "done", TestAccuracy: last.TestAccuracy, TestRMSE: last.TestRMSE,
		Hash: layers.Hash(m.Layers), Quality: x.quality(nil)}
	if data.Classes == nil {
		done.TrainRMSE = x.rmse(x.evaluateSet(&data.Train, nil))
	}
	done.Seconds = time.Since(start).Seconds()
	printDone(out, x, done)
	if err := x.recorder.Done(done); err != nil {
		return err
	}
	return export(cfg, m, out)
}

// exitCode prints err on one line and returns the exit status.
func exitCode(err error, stderr io.Writer) int {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	var usage flags.UsageError
	switch {
	case errors.Is(err, bugs.ErrWrongGuess): // the answer is printed already
		return 1
	case errors.Is(err, errInterrupted):
		console.Say(stderr, "%v", err)
		return 130
	case errors.As(err, &usage):
		console.Say(stderr, "%v (-h lists the flags)", err)
		return 2
	}
	console.Say(stderr, "%v", err)
	return 1
}
