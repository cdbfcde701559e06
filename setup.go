// Setup: from settings to a network that can be trained, and the description of both.

package main

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"time"

	"backprop/internal/compute/exact"
	"backprop/internal/compute/kernel"
	"backprop/internal/data/dataset"
	"backprop/internal/data/distort"
	"backprop/internal/judge/bugs"
	"backprop/internal/judge/diagnosis"
	"backprop/internal/judge/explain"
	"backprop/internal/judge/scores"
	"backprop/internal/model/layers"
	"backprop/internal/model/modelfile"
	"backprop/internal/run/flags"
	"backprop/internal/run/settings"
	"backprop/internal/show/event"
	"backprop/internal/show/record"
	"backprop/internal/show/text"
)

// rule names what replaces equation (4); "" if nothing does.
func (t *Trainer) rule() string {
	switch {
	case t.Adam:
		return "adam"
	case t.Nesterov:
		return "nesterov"
	case t.Momentum != 0:
		return "momentum"
	}
	return ""
}

// updateRule names the form of equation (4).
func (x *training) updateRule() string {
	if x.trainer.L2 != 0 {
		return cmp.Or(x.trainer.rule(), "l2")
	}
	return cmp.Or(x.trainer.rule(), "plain")
}

// regularisation says in words why training is harder than testing: distortion or dropout. L2 is not one of them.
func (x *training) regularisation() string {
	var ways []string
	if x.distorter != nil {
		ways = append(ways, "with distorted images")
	}
	if x.trainer.Dropout != nil {
		ways = append(ways, "with units left out")
	}
	return strings.Join(ways, ", and ")
}

// A training is a network, the data it learns from, and the results so far.
type training struct {
	cfg       *settings.Settings
	data      *dataset.Dataset
	from      *modelfile.Model // the model of -load to train further; nil for new weights
	in, out   dataset.Scale    // of the inputs, and of numbers to predict
	trainer   *Trainer
	linear    *training  // the linear model beside the network; nil where there is none
	distorter *distorter // nil without -augment

	title string               // the name of this training, if a recipe has several
	shown func(epoch int) bool // the epochs to evaluate and print; nil for all
	after func()               // prints what a recipe shows between the epochs and the end
	costs []float64            // the training cost of each epoch, if a recipe draws its samples

	start    time.Time
	seconds  float64                   // spent on the epochs since the last one shown
	first    *event.Epoch              // before training, if the recipe shows that
	history  []event.Epoch             // the epochs shown
	final    event.Epoch               // the epoch whose weights the network has in the end
	done     event.Done                // the result of train
	early    event.EarlyStopping       // with -patience
	best     []Layer                   // the weights of its best epoch
	saver    *modelfile.Saver          // nil if nothing is saved
	recorder *record.Recorder          // nil without -report
	monitor  *diagnosis.Monitor        // looks for problems; nil if nothing does
	look     func() diagnosis.Snapshot // what the monitor looks at
	inputs   func() float64            // the root mean square of the inputs it looks at
}

// newTraining fits the scaling on the training set and makes the network.
func newTraining(cfg *settings.Settings, data *dataset.Dataset) (*training, error) {
	return newTrainingFrom(cfg, data, nil)
}

// newTrainingFrom is newTraining with the weights and the scaling of the model m, if m is not nil.
func newTrainingFrom(cfg *settings.Settings, data *dataset.Dataset, m *modelfile.Model) (*training, error) {
	x := &training{cfg: cfg, data: data, from: m, start: time.Now(), shown: cfg.Recipe.ShowEpoch}
	var err error
	if m != nil {
		x.in, x.out = m.In, m.Out
	} else if x.in, x.out, err = data.FitScales(cfg.Scale); err != nil {
		return nil, err
	}
	if err = data.CheckRange(x.in, x.out); err != nil {
		return nil, err
	}
	sizes := slices.Concat([]int{data.Train.Dim}, cfg.Hidden, []int{data.Outputs()})
	batch := cfg.Batch
	if batch == 0 || batch > data.Train.N {
		batch = data.Train.N
	}
	if err := cfg.CheckSizes(sizes, batch); err != nil {
		return nil, err
	}
	cost := named(costs, cfg.Cost)
	if data.Classes == nil && cost.Answer == layers.Softmax {
		return nil, flags.Wrong("-cost %s is for classes, and %s has numbers to predict: use -cost mse", cost.Name, data.Name)
	}
	cost, err = weighted(cfg, cost, data)
	if err != nil {
		return nil, err
	}
	net := NewNetwork(sizes, named(activations, cfg.Activation), named(activations, cfg.Output), cost)
	init, err := initialiser(cfg)
	if err != nil {
		return nil, err
	}
	net.Initialise(init, cfg.FirstWeightsSeed())
	if m != nil {
		layers.Copy(plainLayers(net.Layers), m.Layers)
	}
	rate := cfg.Rate
	for len(rate) < len(net.Layers) {
		rate = append(rate, rate[0])
	}
	x.trainer = &Trainer{Net: net, Rate: rate, L2: cfg.L2, N: cfg.Recipe.EpochSamples(data.Train.N), Batch: batch,
		Workers: cfg.Workers,
		Options: Options{Momentum: cfg.Momentum, Nesterov: cfg.Nesterov, Adam: cfg.Optimizer == "adam",
			Dropout: cfg.Dropout.Rates(len(cfg.Hidden)), MaxNorm: cfg.MaxNorm, Seed: cfg.Seed}}
	x.trainer.Schedule = scheduleOf(cfg.Schedule, cfg.Epochs, x.trainer.stepsAnEpoch())
	if cfg.Augment != (distort.Strengths{}) {
		if x.distorter, err = newDistorter(cfg.Augment, data, x.in, cfg.Seed); err != nil {
			return nil, flags.Wrong("-augment %s: %w", cfg.Augment.String(), err)
		}
		x.distorter.out = x.out
		x.trainer.ExpensiveInputs = true
	}
	x.early.Patience = cfg.Patience
	if cfg.Patience > 0 {
		if data.Valid.N == 0 {
			return nil, flags.Wrong("-patience needs a validation set, and there is none: hold one out with -valid, " +
				"as in -valid 0.1")
		}
		x.best = NewNetwork(sizes, Activation{}, Activation{}, Cost{}).Layers
	}
	return x, cmp.Or(x.applyBug(), x.addLinear())
}

// addLinear makes the linear model beside the network, where there is one.
func (x *training) addLinear() (err error) {
	if c := x.cfg.Linear(x.data); c != nil {
		x.linear, err = newTraining(c, x.data)
	}
	return err
}

// weighted multiplies a cost, and its δ, by the class weights of -classweight. Whatever is computed from δ is
// then weighted too.
func weighted(cfg *settings.Settings, cost Cost, data *dataset.Dataset) (Cost, error) {
	if cfg.ClassWeight == "" {
		return cost, nil
	}
	weights, err := flags.ClassWeights(cfg.ClassWeight, data)
	if err != nil {
		return cost, err
	}
	plain := cost.Eval
	cost.Eval = func(g Activation, z, y, delta []float64) float64 {
		w := weights[scores.Argmax(y)]
		c := plain(g, z, y, delta)
		for j := range delta {
			delta[j] *= w
		}
		return c * w
	}
	return cost, nil
}

// Initialise draws every layer's weights, each layer from its own stream of the seed.
func (net *Network) Initialise(init Init, seed uint64) {
	for l := range net.Layers {
		init(&net.Layers[l], exact.Stream(seed, exact.ForInit, l))
	}
}

// An Init draws the weights of a layer from rng.
type Init func(l *Layer, rng *rand.Rand)

// initialiser returns the Init that -init asks for.
func initialiser(cfg *settings.Settings) (Init, error) {
	kind, r, err := flags.ParseInit(cfg.Init)
	switch kind {
	case "he":
		return heInit, nil
	case "glorot":
		return glorotInit, nil
	case "normal":
		return normalInit, nil
	case "normal:1":
		return onesInit, nil
	case "uniform":
		return uniformInit(r), nil
	}
	return zeroInit, err
}

// heInit: N(0, 2/in), biases 0 (He et al. 2015, "Delving deep into rectifiers").
func heInit(l *Layer, rng *rand.Rand) {
	sd := math.Sqrt(2 / float64(l.W.Rows))
	l.W.EachRow(func(w []float64) { exact.Normal(w, sd, rng) })
}

// glorotInit: U(±√(6/(in+out))), biases 0 (Glorot and Bengio 2010, equation 16).
func glorotInit(l *Layer, rng *rand.Rand) {
	r := math.Sqrt(6 / float64(l.W.Rows+l.W.Cols))
	l.W.EachRow(func(w []float64) { exact.Uniform(w, r, rng) })
}

// normalInit: N(0, 1), biases too (Nielsen, chapter 1).
func normalInit(l *Layer, rng *rand.Rand) {
	l.W.EachRow(func(w []float64) { exact.Normal(w, 1, rng) })
	exact.Normal(l.B, 1, rng)
}

// onesInit: N(0, 1), biases 1.
func onesInit(l *Layer, rng *rand.Rand) {
	l.W.EachRow(func(w []float64) { exact.Normal(w, 1, rng) })
	for j := range l.B {
		l.B[j] = 1
	}
}

// zeroInit: all 0. Then all units of a layer stay alike: see -recipe sine.
func zeroInit(*Layer, *rand.Rand) {}

// uniformInit: U(±r), biases too.
func uniformInit(r float64) Init {
	return func(l *Layer, rng *rand.Rand) {
		l.W.EachRow(func(w []float64) { exact.Uniform(w, r, rng) })
		exact.Uniform(l.B, r, rng)
	}
}

// source makes a FillBatch of the samples of s in the given order.
func (x *training) source(s *dataset.Set, order []int32) FillBatch {
	return source(s, order, x.in, x.out)
}

// trainingSource makes a FillBatch of the training samples in the given order, with the distortions of -augment.
func (x *training) trainingSource(order []int32) FillBatch {
	if x.distorter != nil {
		return x.distorter.source(order)
	}
	return x.source(&x.data.Train, order)
}

// dropPixels frees the memory of the training images when only their lists are needed.
func (x *training) dropPixels() {
	if s := &x.data.Train; s.Lists != nil && x.in.Even() && !x.cfg.KeepsImages() {
		s.Pixels = nil
		runtime.GC()
	}
}

// plainLayers converts layers to the type that the packages under internal use. The numbers are shared, not copied.
func plainLayers(list []Layer) (plain []layers.Layer) {
	for _, l := range list {
		plain = append(plain, layers.Layer{Rows: l.W.Rows, Cols: l.W.Cols, Stride: l.W.Stride, W: l.W.Data, B: l.B,
			Activation: l.G.Name})
	}
	return plain
}

// hash is the SHA-256 of all parameters.
func hash(net *Network) string { return layers.Hash(plainLayers(net.Layers)) }

// copyLayers copies weights and biases between layers of the same shapes.
func copyLayers(to, from []Layer) { layers.Copy(plainLayers(to), plainLayers(from)) }

// describe puts the network into words: "784-128-10 relu, softmax cross-entropy".
func (x *training) describe() string {
	net := x.trainer.Net
	layers := text.Join(x.trainer.Net.sizes(), "-")
	if len(net.Layers) > 1 {
		layers += " " + x.cfg.Activation
	}
	if !net.Layers[len(net.Layers)-1].G.straight() {
		layers += ", " + x.cfg.Output + " outputs"
	}
	return layers + ", " + cmp.Or(net.Cost.Title, net.Cost.Name)
}

// how puts the training into words: "10 epochs, batch 32, rate 0.1, he init, seed 1".
func (x *training) how() string {
	from := x.cfg.Init + " init"
	if x.from != nil {
		from = "from the weights of " + x.cfg.Load
	}
	return x.cfg.Describe(x.trainer.Batch, from)
}

// facts are the lines at the top of a run, as name and value.
func (x *training) facts() [][2]string {
	data := x.data.Name + ": " + x.data.Sizes()
	if x.data.Note != "" {
		data += "; " + x.data.Note
	}
	trained := [2]string{"training", x.how()}
	if x.cfg.Load != "" && !x.cfg.ContinuesTraining() {
		trained = [2]string{"model", x.cfg.Load + ", trained before"}
	}
	return [][2]string{
		{"network", fmt.Sprintf("%s, %s parameters", x.describe(), text.Count(x.trainer.Net.Parameters()))},
		{"data", data},
		trained,
		{"machine", machine(x.cfg.Workers)},
	}
}

func machine(workers int) string {
	return fmt.Sprintf("%s kernel, %s", kernel.Name(), text.Plural(workers, "worker"))
}

// applyBug puts the bug that -bug names into the trainer.
func (x *training) applyBug() error {
	t := x.trainer
	name, err := bugs.Resolve(x.cfg.Bug, bugs.Net{Sizes: t.Net.sizes(), Linear: t.Net.Layers[0].G.straight(), L2: t.L2,
		Batch: t.Batch})
	if b, known := bugsByName[name]; known {
		b.corrupt(t)
	}
	if err != nil {
		return flags.Wrong("%w", err)
	}
	return nil
}

// startEvent is the first event of a run, for -json.
func (x *training) startEvent() event.Start {
	d, net := x.data, x.trainer.Net
	return event.Start{Event: "start", Run: x.title, Data: d.Name, Layers: net.sizes(), Parameters: net.Parameters(),
		Train: d.Train.N, Valid: d.Valid.N, Test: d.Test.N, Kernel: kernel.Name(), Workers: x.cfg.Workers,
		Seed: x.cfg.Seed, Recipe: x.cfg.Recipe.Name, Changed: x.cfg.Changed}
}

// scheduleOf converts a schedule from epochs to steps.
func scheduleOf(s flags.Schedule, epochs, stepsAnEpoch int) func(s int) float64 {
	switch s.Kind {
	case "cosine":
		return cosineSchedule(epochs * stepsAnEpoch)
	case "step":
		return stepSchedule(s.Epochs*stepsAnEpoch, s.Factor)
	}
	return nil
}

// choices returns the names that some flags take.
func choices() *settings.Choices {
	names := &settings.Choices{Activations: namesOf(activations), Bugs: bugs.Names(), Examples: explain.Names()}
	for _, g := range activations {
		switch {
		case g.straight(): // the default comes first
			names.Outputs = slices.Insert(names.Outputs, 0, g.Name)
		case g.Output:
			names.Outputs = append(names.Outputs, g.Name)
		}
	}
	for _, c := range costs {
		help := cmp.Or(c.Help, c.Title, c.Name)
		if c.Output != "" {
			help += ", with -output " + c.Output
		}
		names.Costs = append(names.Costs, settings.CostChoice{Name: c.Name, Help: help, Output: c.Output,
			Numbers: c.Answer == layers.Number})
	}
	return names
}
