// Backprop trains a feed-forward neural network by backpropagation, in Go's standard
// library alone.
//
//	go run .                                    generated digits, a few seconds
//	go run . -data ./mnist -download            MNIST, fetched if it is missing
//	go run . -h                                 every flag, with examples
//
// This room is the command: its flags, the one training loop, and what is printed.
// backprop.go has the equations, matrix.go the arithmetic, data.go the files.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"backprop/internal/mnist"
)

func main() {
	os.Exit(exitCode(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr), os.Stderr))
}

// catchSignals lets Ctrl-C and SIGTERM end what must be put away first: a training, a
// download. Before, and at a second one, they end the program at once.
func catchSignals(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, cancel)
	return ctx, cancel
}

// results is where results go. It keeps the first thing that went wrong, so that a full
// disk behind a pipe is not taken for success.
type results struct {
	w   io.Writer
	err error
}

func (r *results) Write(b []byte) (int, error) {
	n, err := r.w.Write(b)
	if err != nil {
		r.fail(fmt.Errorf("the results could not be written: %w", err))
	}
	return n, err
}

func (r *results) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// usageError is a mistake on the command line: exit status 2.
type usageError struct{ error }

// errInterrupted is what a run ends with after Ctrl-C.
var errInterrupted = errors.New("interrupted")

// exitCode prints err on one line and returns the exit status.
func exitCode(err error, stderr io.Writer) int {
	var usage usageError
	if err != nil { // a path or the name of a column may have any character in it
		err = oneLine{err}
	}
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errInterrupted):
		fmt.Fprintln(stderr, "backprop:", err)
		return 130
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "backprop: %v (-h lists the flags)\n", err)
		return 2
	}
	fmt.Fprintln(stderr, "backprop:", err)
	return 1
}

// oneLine is an error whose text is on one line.
type oneLine struct{ error }

func (e oneLine) Error() string { return strings.Join(strings.Fields(e.error.Error()), " ") }
func (e oneLine) Unwrap() error { return e.error }

// run is the whole program but for the exit.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	out := &results{w: stdout}
	if err := runTo(ctx, args, out, stderr); err != nil {
		return err
	}
	return out.err
}

func runTo(ctx context.Context, args []string, stdout *results, stderr io.Writer) error {
	cfg, err := parse(args, stdout)
	if err != nil {
		return err
	}
	out, bar := &printer{w: stdout, json: cfg.json}, newProgress(stderr)
	if cfg.recipeName == "list" {
		out.recipes()
		return nil
	}
	if cfg.load != "" {
		return useModel(ctx, cfg, stdout, stderr)
	}
	data, err := load(ctx, cfg, stderr)
	if err != nil {
		return err
	}
	if !cfg.gradcheck {
		out.recipe(cfg, data)
	}
	if cfg.gradcheck {
		x, err := newExperiment(cfg, data)
		if err != nil {
			return err
		}
		return x.checkGradient(stdout)
	}
	ctx, cancel := catchSignals(ctx)
	defer cancel()
	if cfg.sweep.name != "" {
		if cfg, data, err = runSweep(ctx, cfg, data, out, bar); err != nil {
			return err
		}
	}
	x, err := newExperiment(cfg, data)
	if err != nil {
		return err
	}
	if x.saver, err = newSaver(x, stderr); err != nil {
		return err
	}
	if cfg.recipe.play != nil {
		err = cfg.recipe.play(ctx, x, out, bar)
	} else {
		out.start(x)
		err = x.train(ctx, out, bar)
	}
	if err == nil {
		out.compare(x)
	}
	return err
}

// An experiment: a network, the data it learns from, and how.

type experiment struct {
	cfg       *config
	data      *Dataset
	in, out   Scale // of inputs, and of the numbers to predict
	trainer   *Trainer
	start     time.Time
	title     string               // which training it is, where a recipe has several
	shown     func(epoch int) bool // the epochs to evaluate and print; nil for all
	after     func()               // what a recipe prints between the epochs and the end
	done      doneEvent            // what train came to
	ours      string               // what a recipe has to say of its result
	saver     *saver               // nil where nothing is saved
	recorder  *recorder            // nil without -report
	history   []epochEvent         // the epochs so far
	final     epochEvent           // the epoch whose weights the network has in the end
	early     stopper              // with -patience
	best      []Layer              // the weights of its best epoch
	distorter *distorter           // nil without -augment
	spent     float64              // seconds on an epoch before the run was interrupted in it
}

// load finds the data, splits them and returns them.
func load(ctx context.Context, cfg *config, stderr io.Writer) (*Dataset, error) {
	var data *Dataset
	var err error
	if cfg.download {
		ctx, cancel := catchSignals(ctx)
		defer cancel()
		if err := mnist.Download(ctx, cfg.data, mnist.Mirrors, newProgress(stderr).download); err != nil {
			if ctx.Err() != nil {
				return nil, errInterrupted
			}
			return nil, err
		}
	}
	switch {
	case cfg.data != "":
		if data, err = Load(cfg.data, LoadOptions{Label: cfg.label, Regress: cfg.regress}); err != nil {
			return nil, cfg.recipe.missing(cfg.data, err)
		}
	case cfg.recipe.name != "":
		if data, err = cfg.recipe.ownData(cfg.seed); err != nil {
			return nil, err
		}
	default:
		data = generateDigits(cfg.seed, 10000, 2000)
	}
	if err := cfg.suit(data); err != nil {
		return nil, err
	}
	return data, split(cfg, data)
}

// suit sets what depends on other settings and on the kind of data, and was not said on
// the command line: a table is small, a number to predict wants squared error and smaller
// steps, momentum makes of each step 1/(1−μ) of them, Adam's steps have their own size,
// and who says a rate means that one.
func (cfg *config) suit(data *Dataset) error {
	if data.Classes == nil && cfg.given["cost"] && cfg.cost != "mse" {
		return usageError{fmt.Errorf("-cost %s is for classes, and %s has numbers to predict: leave it out, or name a column of classes with -label", cfg.cost, data.Name)}
	}
	if cfg.optimizer == "adam" {
		cfg.momentum = 0 // a recipe's
	}
	ours, table := cfg.recipe.name == "", data.Train.Pixels == nil
	if ours && table && !cfg.given["epochs"] {
		cfg.epochs = 50
	}
	if ours && data.Classes == nil {
		cfg.cost = "mse"
	}
	if ours && cfg.given["lr"] && !cfg.given["schedule"] { // a rate that is said stays
		cfg.schedule = schedule{kind: "constant"}
	}
	rate := 0.4
	switch {
	case cfg.given["lr"] || !ours && !cfg.given["optimizer"]:
		return nil
	case cfg.optimizer == "adam":
		cfg.rates = rates{0.001}
		return nil
	case data.Classes == nil:
		rate = 0.01
	case table:
		rate = 0.1
	}
	if ours {
		rate, _ = strconv.ParseFloat(strconv.FormatFloat(rate*(1-cfg.momentum), 'g', 3, 64), 64)
		cfg.rates = rates{rate}
	}
	return nil
}

func split(cfg *config, data *Dataset) error {
	return data.Split(cfg.test, cfg.valid, stream(cfg.seed, purposeSplit, 0))
}

// newExperiment fits the scaling on the training part and makes the network.
func newExperiment(cfg *config, data *Dataset) (*experiment, error) {
	x := &experiment{cfg: cfg, data: data, start: time.Now()}
	if cfg.recipe.sparse {
		x.shown = milestone
	}
	scale := cfg.scale
	if scale == "" {
		scale = "standard"
		if data.Train.Pixels != nil {
			scale = "unit"
		}
	}
	var err error
	if x.in, err = fitScale(scale, data.Train); err == nil && data.Classes == nil {
		x.out, err = fitTargetScale(scale, data.Train)
	}
	if err != nil {
		return nil, fmt.Errorf("-scale %s: %w", scale, err)
	}
	sizes := append(append([]int{data.Train.Dim}, cfg.hidden...), data.Outputs())
	numbers := 0.0
	for l, out := range sizes[1:] {
		numbers += float64(sizes[l]+1) * float64(out)
	}
	for _, out := range sizes { // A and δ of a mini-batch, and the inputs
		n := cfg.batch
		if n == 0 || n > data.Train.N {
			n = data.Train.N
		}
		if rows := 2 * float64(n) * float64(out); rows > 1<<29 {
			return nil, usageError{fmt.Errorf("-batch %d: %.3g numbers for a layer of %d are too many to hold in memory; make it or -hidden smaller", cfg.batch, rows, out)}
		}
	}
	if data.Classes == nil && cfg.cost == "ce" {
		return nil, usageError{fmt.Errorf("-cost ce is for classes, and %s has numbers to predict: use -cost mse", data.Name)}
	}
	if most := float64(1 << 29); numbers > most {
		return nil, usageError{fmt.Errorf("-hidden %v: the network would have %.3g weights; more than %.3g are too many to hold in memory", cfg.hidden.String(), numbers, most)}
	}
	net := NewNetwork(sizes, named(activations, cfg.hiddenG), named(activations, cfg.outputG), named(costs, cfg.cost))
	init, err := cfg.initialiser()
	if err != nil {
		return nil, err
	}
	net.Initialise(init, cfg.seed)
	batch := cfg.batch
	if batch == 0 || batch > data.Train.N {
		batch = data.Train.N
	}
	rate := cfg.rates
	for len(rate) < len(net.Layers) {
		rate = append(rate, rate[0])
	}
	x.trainer = &Trainer{Net: net, Rate: rate, L2: cfg.l2, N: data.Train.N, Batch: batch, Workers: cfg.workers,
		Extras: Extras{Momentum: cfg.momentum, Nesterov: cfg.nesterov, Adam: cfg.optimizer == "adam",
			Schedule: cfg.schedule.of(cfg.epochs, (data.Train.N+batch-1)/batch),
			Dropout:  cfg.dropout.of(len(cfg.hidden)), MaxNorm: cfg.maxNorm, Seed: cfg.seed}}
	if cfg.augment != (distortions{}) {
		if x.distorter, err = newDistorter(cfg.augment, data, x.in, cfg.seed, cfg.workers); err != nil {
			return nil, usageError{fmt.Errorf("-augment %s: %w", cfg.augment.String(), err)}
		}
		x.trainer.Costly = true
	}
	if x.early.patience = cfg.patience; cfg.patience > 0 {
		if data.Valid.N == 0 {
			return nil, usageError{errors.New("-patience looks at a validation part, and there is none: hold one out with -valid, as in -valid 0.1")}
		}
		x.best = NewNetwork(sizes, Activation{}, Activation{}, Cost{}).Layers
	}
	return x, nil
}

// named is the activation or cost of that name; check has seen that there is one.
func named[T interface{ name() string }](all []T, name string) T {
	return all[slices.IndexFunc(all, func(t T) bool { return t.name() == name })]
}

func (a Activation) name() string { return a.Name }
func (c Cost) name() string       { return c.Name }

// source hands the samples of s to the network in the given order.
func (x *experiment) source(s *Set, order []int32) Source {
	return func(in, y Matrix, at, lo, hi int) {
		rows := order[at+lo : at+hi]
		for i := range rows {
			s.gather(in.Row(lo+i), rows[i:i+1], x.in)
			if next := at + lo + i + 8; next < len(order) {
				s.prefetch(order[next])
			}
		}
		x.answers(s, y, lo, rows)
	}
}

// distorted is source for the training part, each image of which it distorts.
func (x *experiment) distorted(order []int32) Source {
	return func(in, y Matrix, at, lo, hi int) {
		rows := order[at+lo : at+hi]
		x.distorter.gather(in, lo, rows)
		x.answers(&x.data.Train, y, lo, rows)
	}
}

// answers writes what the network should answer to the samples of the given rows.
func (x *experiment) answers(s *Set, y Matrix, lo int, rows []int32) {
	for i, r := range rows {
		answer := y.Row(lo + i)
		if s.Labels != nil {
			clear(answer)
			answer[s.Labels[r]] = 1
			continue
		}
		for k, v := range s.Targets[int(r)*y.Cols:][:y.Cols] {
			answer[k] = (v - x.out.Shift[k]) * x.out.Factor[k]
		}
	}
}

// ascending is 0, 1 … n−1.
func ascending(n int) []int32 {
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(i)
	}
	return order
}

// train is the training loop.
func (x *experiment) train(ctx context.Context, out *printer, bar *progress) (err error) {
	var stop atomic.Bool
	stop.Store(ctx.Err() != nil)
	defer context.AfterFunc(ctx, func() { stop.Store(true) })()
	t, order := x.trainer, ascending(x.data.Train.N)
	source := x.source(&x.data.Train, order)
	if x.distorter != nil {
		source = x.distorted(order)
	}
	valid := x.source(&x.data.Valid, ascending(x.data.Valid.N))
	test := x.source(&x.data.Test, ascending(x.data.Test.N))
	done, err := x.saver.resume(x)
	if err != nil {
		return err
	}
	if err := x.record(); err != nil {
		return err
	}
	defer func() { x.recorder.failed(err) }()
	defer bar.clear()
	for epoch := done + 1; epoch <= x.cfg.epochs && !x.early.spent(); epoch++ {
		bar.epochs(x.cfg.epochs, t)
		begin := time.Now()
		if t.Batch < t.N {
			for i := range order {
				order[i] = int32(i)
			}
			stream(x.cfg.seed, purposeShuffle, epoch).Shuffle(t.N, func(i, j int) { order[i], order[j] = order[j], order[i] })
		}
		if x.distorter != nil {
			x.distorter.epoch = epoch
		}
		met, err := t.Epoch(source, &stop)
		x.spent += time.Since(begin).Seconds()
		var diverged ErrDiverged
		if errors.As(err, &diverged) {
			return fmt.Errorf("epoch %d: %w; try a smaller -lr (it is %s), or check -init and -scale", epoch, err, x.cfg.rates.String())
		}
		if t.Met.Samples > 0 {
			return x.saver.interrupted(x, epoch-1)
		}
		last := epochEvent{Event: "epoch", Run: x.title, Epoch: epoch, Seconds: x.spent}
		shown := x.shown == nil || x.shown(epoch) || epoch == x.cfg.epochs
		if x.data.Valid.N > 0 && (shown || x.cfg.patience > 0) {
			last.valid(x, t.Net.Evaluate(valid, x.data.Valid.N, t.Workers))
		}
		if x.cfg.patience > 0 {
			if x.early.better(last) {
				copyLayers(x.best, t.Net.Layers)
				shown = true
			}
			shown = shown || x.early.spent()
		}
		if shown {
			bar.clear()
			x.spent = 0
			last.train(x, met)
			if x.data.Test.N > 0 {
				last.test(x, t.Net.EvaluateEach(test, x.data.Test.N, t.Workers, x.recorder.answer()))
			}
			if x.broken(last) {
				return fmt.Errorf("epoch %d: %w; try a smaller -lr (it is %s), or check -init and -scale", epoch, errTooLarge, x.cfg.rates.String())
			}
			out.epoch(x, last)
			x.history = append(x.history, last)
		}
		x.saver.epochDone(x, epoch)
		if !shown {
			x.recorder.between(epoch, met)
		} else {
			x.recorder.epoch(last)
		}
		if stop.Load() && epoch < x.cfg.epochs && !x.early.spent() {
			return x.saver.interrupted(x, epoch)
		}
	}
	x.final = x.history[len(x.history)-1]
	switch {
	case x.cfg.patience > 0:
		x.final = x.history[slices.IndexFunc(x.history, func(e epochEvent) bool { return e.Epoch == x.early.best.Epoch })]
		copyLayers(t.Net.Layers, x.best)
		x.recorder.chose(x.final)
	case x.final.Epoch < x.cfg.epochs && x.data.Test.N > 0: // of a resumed run that shows few epochs
		x.final.test(x, t.Net.Evaluate(test, x.data.Test.N, t.Workers))
	}
	x.done = doneEvent{Event: "done", Run: x.title, TestAccuracy: x.final.TestAccuracy, TestRMSE: x.final.TestRMSE, Hash: hash(t.Net)}
	if x.cfg.patience > 0 {
		x.done.Best = x.final.Epoch
	}
	if x.data.Classes == nil {
		clear := t.Net.Evaluate(x.source(&x.data.Train, ascending(x.data.Train.N)), x.data.Train.N, t.Workers)
		x.done.TrainRMSE = x.rmse(clear)
	}
	x.done.Seconds = time.Since(x.start).Seconds()
	if x.after != nil {
		x.after()
	}
	out.done(x, x.done)
	if err := x.saver.finish(x); err != nil {
		return err
	}
	return x.recorder.done(x.done)
}

// A stopper is early stopping (Prechelt 1998, "Early stopping — but when?"): it keeps the
// epoch that did best by the validation part.
type stopper struct {
	patience int // epochs without a better one; 0 never stops
	best     epochEvent
	epoch    int // the last one
}

// better meets the next epoch and says whether it is the best so far.
func (s *stopper) better(e epochEvent) bool {
	s.epoch = e.Epoch
	if s.best.Epoch > 0 && !e.better(s.best) {
		return false
	}
	s.best = e
	return true
}

// spent says that patience is at its end.
func (s *stopper) spent() bool { return s.patience > 0 && s.epoch-s.best.Epoch >= s.patience }

// copyLayers copies the weights and biases of from, which has the same shapes, to to.
func copyLayers(to, from []Layer) {
	for l := range to {
		copy(to[l].W.Data, from[l].W.Data)
		copy(to[l].B, from[l].B)
	}
}

// errTooLarge is what the last step of an epoch may end in.
var errTooLarge = errors.New("its last step made the weights too large")

// broken reports what the last step of an epoch did and no training cost has seen: weights
// that are not finite, or so large that an evaluation is not.
func (x *experiment) broken(e epochEvent) bool {
	sum := 0.0
	for _, cost := range []*float64{e.ValidCost, e.TestCost} {
		if cost != nil {
			sum += 0 * *cost // NaN, if it is infinite
		}
	}
	for _, l := range x.trainer.Net.Layers {
		for _, list := range [][]float64{l.W.Data, l.B} {
			for _, v := range list {
				sum += 0 * v
			}
		}
	}
	return sum != 0
}

// rmse is √(mean (a − y)²), in the target's own unit.
func (x *experiment) rmse(r Result) *float64 {
	v := math.Sqrt(r.Square) / x.out.Factor[0]
	return &v
}

// checkGradient is -gradcheck.
func (x *experiment) checkGradient(w io.Writer) error {
	const samples, most, limit = 10, 300, 1e-6
	t := x.trainer
	t.Batch = min(samples, t.N)
	table := t.CheckGradient(x.source(&x.data.Train, ascending(t.N)), most, x.cfg.seed)
	fmt.Fprintf(w, "%s, %d samples, central differences\n\n", x.describe(), t.Batch)
	fmt.Fprintf(w, "layer  parameters  %11s  checked  relative error\n", "shape")
	bad := 0
	for _, c := range table {
		verdict := "ok"
		switch {
		case c.Checked == 0:
			verdict = "not checked: relu units switch at every one"
		case !(c.Error <= limit):
			verdict, bad = "WRONG", bad+1
		}
		fmt.Fprintf(w, "%5d  %-10s  %11s  %7d  %14.2g  %s\n", c.Layer, c.What, c.Shape, c.Checked, c.Error, verdict)
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d gradients differ from central differences by more than %g", bad, len(table), limit)
	}
	return nil
}
