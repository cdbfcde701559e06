// Restore: what the flags are for a network that -load reads, and what -export and -predict may ask of it.
package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"backprop/internal/file"
	"backprop/internal/model/onnx"
)

// learned is the flags that what a network learns depends on, by their names.
func (cfg *Settings) learned() map[string]string {
	values := map[string]string{}
	for _, name := range cfg.learnedFlags() {
		values[name] = cfg.text(name)
	}
	return values
}

// defaultOf is what a flag is where nobody gives it.
func (cfg *Settings) defaultOf(name string) string { return cfg.flags.Lookup(name).DefValue }

// restore sets the flags as they were when the network in the file was trained. Those of the network
// must not say otherwise on the command line; those of the data may.
func (cfg *Settings) restore(path string, values map[string]string) error {
	inside := func(err error) error { // no mistake of the command line
		var usage Usage
		if errors.As(err, &usage) {
			err = usage.error
		}
		return fmt.Errorf("%s: __metadata__: %w", path, err)
	}
	ofData := []string{"test", "valid", "label", "regress", "ignore", "seed"}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		f, value := cfg.flags.Lookup(name), values[name]
		if !cfg.Given[name] {
			if err := f.Value.Set(value); err != nil {
				return inside(fmt.Errorf("%q is %q: %w", "-"+name, value, err))
			}
		} else if f.Value.String() != value && !slices.Contains(ofData, name) {
			return wrongUsage("-%s %s: %s has %s; leave the flag out", name, f.Value, path, value)
		}
	}
	if err := cfg.check(); err != nil {
		return inside(err)
	}
	return nil
}

// tunes says that the model of -load is to go on training: a flag of the group Training is given,
// or -save. The seed alone, which draws the parts, does not say so.
func (cfg *Settings) tunes() bool {
	if cfg.Load == "" {
		return false
	}
	names := []string{"save"}
	for _, f := range cfg.flagGroups()[2].flags {
		if f.name != "seed" {
			names = append(names, f.name)
		}
	}
	return slices.ContainsFunc(names, func(name string) bool { return cfg.Given[name] })
}

// checkTuning reports flags that do not suit a model that goes on training, whose sizes are known
// now; native says that this program has written it.
func (cfg *Settings) checkTuning(path string, native bool) error {
	switch {
	case cfg.Predict != nil:
		return wrongUsage("-predict asks the network as it is: the flags of training and -save do not go with it")
	case cfg.RecipeName != "":
		return wrongUsage("-recipe %s trains a network of its own: -load does not go with it", cfg.RecipeName)
	case cfg.Given["init"]:
		return wrongUsage("-init draws the first weights, and %s has them: leave it out", path)
	case native && cfg.Given["scale"]:
		return wrongUsage("-scale %s: %s brings its own scaling; leave the flag out", cfg.Scale, path)
	}
	return cfg.check()
}

// checkExport reports an -export that cannot be written as its name says: the settings do not
// suit the format, or something else is there. isNielsen knows a network of Nielsen's form.
func (cfg *Settings) checkExport(isNielsen func(io.Reader) bool) error {
	path := cfg.Export
	if path == "" {
		return nil
	}
	kind := exportKind(path)
	hidden := len(cfg.Hidden) == 0 || cfg.Activation == "sigmoid"
	switch {
	case kind == "":
		return wrongUsage("-export %s: the name says the format: .onnx, or .json for that of Nielsen's network2.py",
			path)
	case kind == ".json" && !(hidden && cfg.Output == "sigmoid"):
		return wrongUsage("-export %s: Nielsen's networks are sigmoid throughout, and this one is of -activation %s "+
			"-output %s; export it to a name that ends in .onnx", path, cfg.Activation, cfg.Output)
	case kind == ".json" && cfg.Cost != "mse" && cfg.Cost != "bce":
		return wrongUsage("-export %s: Nielsen's networks learn by -cost mse or bce, and this one by %s; "+
			"export it to a name that ends in .onnx", path, cfg.Cost)
	}
	what, known := "an ONNX file", onnx.Begins
	if kind == ".json" {
		what, known = "a network of this form", isNielsen
	}
	if err := file.Replaceable(path, what, known); err != nil {
		return fmt.Errorf("-export %s: %w", path, err)
	}
	return nil
}

// exportKind is the ending that says the format; "" where it says none.
func exportKind(path string) string {
	if kind := strings.ToLower(filepath.Ext(path)); kind == ".onnx" || kind == ".json" {
		return kind
	}
	return ""
}

// converts says that nothing is asked for but to write a model in another format.
func (cfg *Settings) converts() bool {
	return cfg.Load != "" && cfg.Export != "" && cfg.Data == "" && cfg.Report == "" && !cfg.tunes()
}

// addPicture is the flag -predict.
func (cfg *Settings) addPicture(name string) error {
	if strings.HasPrefix(name, "-") && name != "-" || name == "" {
		return fmt.Errorf("pictures or tables were expected after it, not %q", name)
	}
	cfg.Predict = append(cfg.Predict, name)
	return nil
}
