// Settings for the model of -load, and for the file of -export.

package settings

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"backprop/internal/file/output"
	"backprop/internal/model/onnx"
	"backprop/internal/run/flags"
)

// Restore sets the flags to the values with which the model in the file was trained. The command line may give other
// values to flags about the data, but not to the rest.
func (cfg *Settings) Restore(path string, values map[string]string) error {
	inFile := func(err error) error { // the mistake is in the file, not on the command line
		var usage flags.UsageError
		if errors.As(err, &usage) {
			err = usage.Err
		}
		return fmt.Errorf("%s: __metadata__: %w", path, err)
	}
	aboutData := []string{"test", "valid", "split", "label", "regress", "ignore", "seed"}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		f, value := cfg.Flags.Lookup(name), values[name]
		if !cfg.Given[name] {
			if err := f.Value.Set(value); err != nil {
				return inFile(fmt.Errorf("%q is %q: %w", "-"+name, value, err))
			}
		} else if f.Value.String() != value && !slices.Contains(aboutData, name) {
			return flags.Wrong("-%s %s: %s has %s; leave the flag out", name, f.Value, path, value)
		}
	}
	if err := cfg.Check(); err != nil {
		return inFile(err)
	}
	return nil
}

// CheckFineTuning checks the flags for a model that is trained further, now that its layers are known. native says
// whether this program wrote the file.
func (cfg *Settings) CheckFineTuning(path string, native bool) error {
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

// ExportFormat returns the ending of the path, in small letters, if it stands for a format to export to; else "".
func ExportFormat(path string) string {
	if ending := strings.ToLower(filepath.Ext(path)); ending == ".onnx" || ending == ".json" {
		return ending
	}
	return ""
}

// CheckExport checks that the network can be written in the format of -export, and that no file of another kind would
// be replaced. isNielsen recognises a network in Nielsen's form.
func (cfg *Settings) CheckExport(isNielsen func(io.Reader) bool) error {
	path := cfg.Export
	if path == "" {
		return nil
	}
	kind, isKind := "an ONNX file", onnx.Begins
	if ExportFormat(path) == ".json" {
		kind, isKind = "a network of this form", isNielsen
		sigmoid := cfg.Output == "sigmoid" && (len(cfg.Hidden) == 0 || cfg.Activation == "sigmoid")
		switch {
		case !sigmoid:
			return flags.Wrong("-export %s: Nielsen's networks are sigmoid throughout, and this one is of -activation %s "+
				"-output %s; export it to a name that ends in .onnx", path, cfg.Activation, cfg.Output)
		case cfg.Cost != "mse" && cfg.Cost != "bce":
			return flags.Wrong("-export %s: Nielsen's networks learn by -cost mse or bce, and this one by %s; "+
				"export it to a name that ends in .onnx", path, cfg.Cost)
		}
	}
	if err := output.CheckReplaceable(path, kind, isKind); err != nil {
		return fmt.Errorf("-export %s: %w", path, err)
	}
	return nil
}
