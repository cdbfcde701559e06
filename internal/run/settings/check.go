// Checks: whether the value of each flag is possible, and whether the flags go together.

package settings

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"backprop/internal/compute/kernel"
	"backprop/internal/data/dataset"
	"backprop/internal/judge/bugs"
	"backprop/internal/run/flags"
	"backprop/internal/show/text"
)

// Check returns an error for the first flag whose value is impossible, or does not go with the others.
func (cfg *Settings) Check() error {
	for _, check := range []func() error{cfg.checkHomework, cfg.checkNumbers, cfg.checkFolds, cfg.checkModes,
		cfg.checkSweep, cfg.checkNames} {
		if err := check(); err != nil {
			return err
		}
	}
	if _, _, err := flags.ParseInit(cfg.Init); err != nil {
		return err
	}
	if _, err := cfg.SweepRuns(); err != nil {
		return err
	}
	if cfg.Scale != "" {
		if _, err := dataset.FitScale(cfg.Scale, dataset.Set{}); err != nil {
			return flags.Wrong("-scale: %v", err)
		}
	}
	if err := kernel.Check(cfg.Kernel); err != nil {
		return flags.Wrong("-kernel: %v", err)
	}
	return nil
}

// checkEmpty checks that flags which need a value have one.
func (cfg *Settings) checkEmpty() error {
	for _, name := range []string{"data", "label", "recipe", "save", "load", "export", "report", "sweep-dir",
		"classweight", "is"} {
		if cfg.Given[name] && cfg.Text(name) == "" {
			return flags.Wrong("-%s is empty, perhaps from a variable that is not set: give it a value", name)
		}
	}
	return nil
}

// givenBesides returns the first flag on the command line, in alphabetical order, that is not among those allowed; ""
// if all are.
func (cfg *Settings) givenBesides(allowed ...string) string {
	for _, name := range slices.Sorted(maps.Keys(cfg.Given)) {
		if !slices.Contains(allowed, name) {
			return name
		}
	}
	return ""
}

// isFromZero reports whether v is a finite number, 0 or more.
func isFromZero(v float64) bool { return v >= 0 && !math.IsInf(v, 1) }

// checkNumbers checks that numbers are within their bounds, and that lists have as many numbers as there are layers.
func (cfg *Settings) checkNumbers() error {
	drop, hidden := len(cfg.Dropout), len(cfg.Hidden)
	layersKnown := cfg.Load == "" || cfg.LayersKnown
	switch {
	case cfg.Epochs < 1 || cfg.Epochs > flags.MaxEpochs:
		return flags.Wrong("-epochs %d: expected 1 to %d", cfg.Epochs, flags.MaxEpochs)
	case cfg.Batch < 0:
		return flags.Wrong("-batch %d: expected a number of samples, or 0 for the whole set", cfg.Batch)
	case !(cfg.Momentum >= 0 && cfg.Momentum < 1):
		return flags.Wrong("-momentum %v: expected 0 to below 1", cfg.Momentum)
	case cfg.Nesterov && cfg.Optimizer == "adam":
		return flags.Wrong("-nesterov is a form of momentum, and -optimizer adam has its own: leave -nesterov out")
	case cfg.Nesterov && cfg.Momentum == 0:
		return flags.Wrong("-nesterov is a form of momentum: give -momentum too, as in -momentum 0.9")
	case cfg.Optimizer == "adam" && cfg.Momentum != 0 && cfg.Given["momentum"]:
		return flags.Wrong("-optimizer adam has a momentum of its own, 0.9: leave -momentum out")
	case drop > 1 && hidden == 0 && layersKnown:
		return flags.Wrong("-dropout %s: there is no hidden layer; give a rate for the inputs alone", cfg.Dropout.String())
	case drop == 1 && hidden > 0 && layersKnown:
		return flags.Wrong("-dropout %s is for the inputs alone; give the hidden layers' too, as in 0,%[1]s or %[1]s,0",
			cfg.Dropout.String())
	case drop > 2 && drop != hidden+1 && layersKnown:
		return flags.Wrong("-dropout has %d rates for the inputs and %s: give one for the inputs, and one for all "+
			"hidden layers or one for each", drop, text.Plural(hidden, "hidden layer"))
	case !isFromZero(cfg.MaxNorm):
		return flags.Wrong("-maxnorm %v: expected a length, or 0 for no limit", cfg.MaxNorm)
	case cfg.Patience < 0:
		return flags.Wrong("-patience %d: expected a number of epochs, or 0 for never", cfg.Patience)
	case cfg.Patience > 0 && cfg.Recipe.SeveralTrainings:
		return flags.Wrong("-patience does not go with -recipe %s, which has several trainings", cfg.Recipe.Name)
	case cfg.Recipe.TooFewToSplit && cfg.Data == "" && (cfg.Given["valid"] || cfg.Given["test"]):
		return flags.Wrong("-valid and -test do not go with -recipe %s, which is about the few samples that it makes",
			cfg.Recipe.Name)
	case !isFromZero(cfg.L2):
		return flags.Wrong("-l2 %v: expected 0 or more", cfg.L2)
	case cfg.Workers < 1 || cfg.Workers > 1024:
		return flags.Wrong("-workers %d: expected 1 to 1024", cfg.Workers)
	}
	return nil
}

// checkModes checks that the user asks for only one thing, and gives all that it needs.
func (cfg *Settings) checkModes() error {
	switch {
	case cfg.Resume && cfg.Save == "":
		return flags.Wrong("-resume needs -save FILE: it resumes from FILE.checkpoint")
	case cfg.Predict != nil && cfg.Load == "":
		return flags.Wrong("-predict needs -load MODEL, which -save has written")
	case cfg.Load != "" && (cfg.Gradcheck || len(cfg.Sweep) > 0):
		return flags.Wrong("-load evaluates one model, or trains it further: -sweep and -gradcheck do not go with it")
	case (cfg.Save != "" || cfg.Export != "") && cfg.Gradcheck:
		return flags.Wrong("-gradcheck does not train: there is nothing to -save or -export")
	case cfg.Export != "" && ExportFormat(cfg.Export) == "":
		return flags.Wrong("-export %s: the name has to end in .onnx, or in .json for the form of Nielsen's network2.py",
			cfg.Export)
	case cfg.Export != "" && cfg.Predict != nil:
		return flags.Wrong("-predict and -export are two things: ask for one at a time")
	case cfg.Report != "" && cfg.Gradcheck:
		return flags.Wrong("-gradcheck neither trains nor tests: there is nothing to -report")
	case cfg.Gradcheck && (cfg.Json || len(cfg.Sweep) > 0):
		return flags.Wrong("-gradcheck prints for people and does not train: -json and -sweep do not go with it")
	case cfg.Blank && (cfg.Explain.Name == "" || !cfg.Json):
		return flags.Wrong("-blank goes with -explain -json, and writes only the question")
	case cfg.Explain.Name != "":
		return cfg.checkExplain()
	case cfg.Data == "" && cfg.Recipe.Name == "" && cfg.Load == "" && (cfg.Label != "" || cfg.Regress || cfg.Ignore != ""):
		return flags.Wrong("-label, -regress and -ignore are for tables: give one with -data FILE")
	case cfg.Download && cfg.Data == "":
		return flags.Wrong("-download needs -data FOLDER to put the files in")
	case len(cfg.Rate) > 1 && len(cfg.Rate) != len(cfg.Hidden)+1 && (cfg.Load == "" || cfg.LayersKnown):
		return flags.Wrong("-lr has %d rates for %s: give one for all or one for each", len(cfg.Rate),
			text.Plural(len(cfg.Hidden)+1, "layer"))
	}
	for _, c := range cfg.choices.Costs {
		if cfg.Cost == c.Name && c.Output != "" && cfg.Output != c.Output {
			return flags.Wrong("-cost %s is for -output %s, not %s", c.Name, c.Output, cfg.Output)
		}
	}
	return nil
}

// checkExplain checks the flags given with -explain.
func (cfg *Settings) checkExplain() error {
	switch {
	case cfg.Gradcheck || len(cfg.Sweep) > 0 || cfg.Save != "" || cfg.Export != "" || cfg.Report != "" ||
		cfg.Predict != nil:
		return flags.Wrong("-explain prints one step and does not train: -gradcheck, -sweep, -save, -export, -report and " +
			"-predict do not go with it")
	case cfg.Load != "" && cfg.Explain.IsExample():
		return flags.Wrong("-explain %s has weights of its own: for a step of the model in %s leave the name out",
			cfg.Explain.Name, cfg.Load)
	case !cfg.Explain.IsExample():
		return nil
	}
	if name := cfg.givenBesides("explain", "json", "blank", "load"); name != "" {
		return flags.Wrong("-explain %s is an example with a network of its own: leave out -%s", cfg.Explain.Name, name)
	}
	return nil
}

// checkBug checks the bug of -bug and the guess of -is.
func (cfg *Settings) checkBug() error {
	isDrawn := bugs.IsMystery(cfg.Bug)
	if cfg.Is != "" {
		if !isDrawn {
			return flags.Wrong("-is %s is a guess, and there is no bug to guess: add -bug mystery:N", cfg.Is)
		}
		if err := flags.CheckOneOf("is", cfg.Is, cfg.choices.Bugs[1:]); err != nil { // the first name is list
			return err
		}
	}
	if !isDrawn {
		return flags.CheckOneOf("bug", cmp.Or(cfg.Bug, "list"), cfg.choices.Bugs)
	}
	if err := bugs.Check(cfg.Bug); err != nil {
		return flags.Wrong("%w", err)
	}
	return nil
}

// checkNames checks the flags that take one of several names.
func (cfg *Settings) checkNames() error {
	for _, c := range []struct {
		flag, value string
		names       []string
	}{
		{"activation", cfg.Activation, cfg.choices.Activations},
		{"output", cfg.Output, cfg.choices.Outputs},
		{"cost", cfg.Cost, cfg.choices.costNames()},
		{"optimizer", cfg.Optimizer, []string{"sgd", "adam"}},
	} {
		if err := flags.CheckOneOf(c.flag, c.value, c.names); err != nil {
			return err
		}
	}
	return cfg.checkBug()
}

// checkFolds checks -folds and the flags given with it.
func (cfg *Settings) checkFolds() error {
	n := cfg.Folds
	switch {
	case n == 0 && !cfg.Given["folds"]:
		return nil
	case n < 2 || n > 1000:
		return flags.Wrong("-folds %d: expected 2 to 1000", n)
	case cfg.Recipe.SeveralTrainings:
		return flags.Wrong("-folds does not go with -recipe %s, which has several trainings", cfg.Recipe.Name)
	case cfg.Given["split"]:
		return flags.Wrong("-folds draws its folds by -seed: leave out -split")
	}
	for _, name := range []string{"save", "resume", "load", "export", "report", "sweep", "gradcheck", "explain"} {
		if cfg.Given[name] {
			return flags.Wrong("-folds measures how good such a training is, and keeps no network: -%s does not go with it",
				name)
		}
	}
	return nil
}

// checkSweep checks the flags for sweeps, and the flags given with them.
func (cfg *Settings) checkSweep() error {
	for _, name := range []string{"sweep-draws", "sweep-dir", "sweep-task"} {
		if cfg.Given[name] && len(cfg.Sweep) == 0 && !cfg.Nested {
			return flags.Wrong("-%s is for a sweep: say what to try with -sweep, as in "+
				"-sweep \"l2=0.01:100:10 lr=0.1,0.4\"", name)
		}
	}
	for _, a := range cfg.Sweep {
		// -seed may be given with a sweep of seeds, because it also draws the combinations to try.
		if cfg.Given["sweep"] && cfg.Given[a.Name] && !cfg.Nested && a.Name != "seed" {
			return flags.Wrong("-%s %s and -sweep %s=%s: the sweep gives -%[1]s its values; leave one of the two out",
				a.Name, cfg.Text(a.Name), a.Name, a.Values)
		}
	}
	switch t := &cfg.SweepTask; {
	case cfg.Given["sweep-task"] && !t.Given && !cfg.Nested:
		return flags.Wrong("-sweep-task is empty, perhaps from a variable that is not set: give it a number")
	case cfg.SweepDraws < 0:
		return flags.Wrong("-sweep-draws %d: expected a number of combinations, or 0 for all", cfg.SweepDraws)
	case t.Given && cfg.SweepDir == "":
		return flags.Wrong("-sweep-task %v needs -sweep-dir DIR: its result is written there", t)
	case t.Given && (cfg.Save != "" || cfg.Export != "" || cfg.Report != ""):
		return flags.Wrong("-sweep-task %v trains a part of the sweep: -save, -export and -report are for the best, "+
			"which the same command without -sweep-task finds", t)
	}
	return nil
}

// checkHomework checks the flags given with -check and -workbook, which train nothing.
func (cfg *Settings) checkHomework() error {
	flag, beyond := "", ""
	switch {
	case cfg.Solutions && cfg.Workbook == "":
		return flags.Wrong("-solutions are those of a workbook: name its folder with -workbook DIR")
	case cfg.Workbook != "":
		flag, beyond = "workbook", cfg.givenBesides("workbook", "solutions", "data", "seed")
	case cfg.Homework != nil:
		flag, beyond = "check", cfg.givenBesides("check", "activation", "output", "cost", "lr", "l2", "json")
	}
	if beyond != "" {
		return flags.Wrong("-%s trains nothing: leave out -%s", flag, beyond)
	}
	return nil
}
