// Restore: what the flags are for a network that -load reads, and what -export and -predict may ask of it.

package settings

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"backprop/internal/file"
	"backprop/internal/model/onnx"
	"backprop/internal/run/flags"
)

// Learned is the flags that what a network learns depends on, by their names.
func (cfg *Settings) Learned() map[string]string {
	values := map[string]string{}
	for _, name := range cfg.LearnedFlags() {
		values[name] = cfg.Text(name)
	}
	return values
}

// Restore sets the flags as they were when the network in the file was trained. Those of the network
// must not say otherwise on the command line; those of the data may.
func (cfg *Settings) Restore(path string, values map[string]string) error {
	inside := func(err error) error { // no mistake of the command line
		var usage flags.UsageError
		if errors.As(err, &usage) {
			err = usage.Err
		}
		return fmt.Errorf("%s: __metadata__: %w", path, err)
	}
	ofData := []string{"test", "valid", "split", "label", "regress", "ignore", "seed"}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		f, value := cfg.Flags.Lookup(name), values[name]
		if !cfg.Given[name] {
			if err := f.Value.Set(value); err != nil {
				return inside(fmt.Errorf("%q is %q: %w", "-"+name, value, err))
			}
		} else if f.Value.String() != value && !slices.Contains(ofData, name) {
			return flags.Wrong("-%s %s: %s has %s; leave the flag out", name, f.Value, path, value)
		}
	}
	if err := cfg.Check(); err != nil {
		return inside(err)
	}
	return nil
}

// CheckTuning reports flags that do not suit a model that goes on training, whose sizes are known
// now; native says that this program has written it.
func (cfg *Settings) CheckTuning(path string, native bool) error {
	switch {
	case cfg.Predict != nil:
		return flags.Wrong("-predict does not train: the training flags and -save do not go with it")
	case cfg.RecipeName != "":
		return flags.Wrong("-recipe %s trains a network of its own: -load does not go with it", cfg.RecipeName)
	case cfg.Given["init"]:
		return flags.Wrong("-init draws the first weights, and %s has them: leave it out", path)
	case native && cfg.Given["scale"]:
		return flags.Wrong("-scale %s: %s brings its own scaling; leave the flag out", cfg.Scale, path)
	}
	return cfg.Check()
}

// CheckExport reports an -export that cannot be written as its name says: the settings do not
// suit the format, or something else is there. isNielsen knows a network of Nielsen's form.
func (cfg *Settings) CheckExport(isNielsen func(io.Reader) bool) error {
	path := cfg.Export
	if path == "" {
		return nil
	}
	kind := ExportKind(path)
	hidden := len(cfg.Hidden) == 0 || cfg.Activation == "sigmoid"
	switch {
	case kind == ".json" && !(hidden && cfg.Output == "sigmoid"):
		return flags.Wrong("-export %s: Nielsen's networks are sigmoid throughout, and this one is of -activation %s "+
			"-output %s; export it to a name that ends in .onnx", path, cfg.Activation, cfg.Output)
	case kind == ".json" && cfg.Cost != "mse" && cfg.Cost != "bce":
		return flags.Wrong("-export %s: Nielsen's networks learn by -cost mse or bce, and this one by %s; "+
			"export it to a name that ends in .onnx", path, cfg.Cost)
	}
	what, known := "an ONNX file", onnx.Begins
	if kind == ".json" {
		what, known = "a network of this form", isNielsen
	}
	if err := file.CheckReplaceable(path, what, known); err != nil {
		return fmt.Errorf("-export %s: %w", path, err)
	}
	return nil
}
