// Paths: which files a run reads and writes, and that no two of them are one.

package settings

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"backprop/internal/data/load"
	"backprop/internal/data/mnist"
	"backprop/internal/file"
	"backprop/internal/model/safetensors"
	"backprop/internal/run/flags"
)

// A usedPath is a file that a run reads or writes, and how it came to it.
type usedPath struct{ why, path string }

// outputs are the files that the command line names to be written.
func (cfg *Settings) outputs() (list []usedPath) {
	if cfg.Save != "" {
		list = append(list, usedPath{"-save " + cfg.Save, cfg.Save},
			usedPath{"the checkpoint of -save, " + cfg.Save + ".checkpoint", cfg.Save + ".checkpoint"},
			usedPath{"the lock of -save, " + cfg.Save + ".lock", cfg.Save + ".lock"})
	}
	for _, o := range []usedPath{{"-export", cfg.Export}, {"-report", cfg.Report}, {"-sweep-dir", cfg.SweepDir}} {
		if o.path != "" {
			list = append(list, usedPath{o.why + " " + o.path, o.path})
		}
	}
	return list
}

// inputs are the files that it names to be read, as far as their names are known before.
func (cfg *Settings) inputs() (list []usedPath) {
	if cfg.Load != "" {
		list = append(list, usedPath{"-load " + cfg.Load, cfg.Load})
	}
	for _, p := range cfg.Predict {
		list = append(list, usedPath{"the picture " + p, p})
	}
	if cfg.Data == "" {
		return list
	}
	path := cfg.Data
	list = append(list, usedPath{"-data " + path, path})
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		for _, f := range mnist.Files {
			for _, name := range []string{f.Name, f.Name + ".gz"} {
				for _, dir := range []string{path, filepath.Join(path, "raw")} {
					list = append(list, usedPath{"a file of -data " + cfg.Data, filepath.Join(dir, name)})
				}
			}
		}
		if path, err = load.FindFile(path); err != nil {
			return list
		}
		list = append(list, usedPath{"a file of -data " + cfg.Data, path})
	}
	if beside := load.TestBeside(path); beside != "" {
		list = append(list, usedPath{"the test part of -data, " + beside, beside})
	}
	return list
}

// CheckPaths reports two outputs, or an output and an input, that are one file, by whatever names.
func (cfg *Settings) CheckPaths() error {
	outputs := cfg.outputs()
	if len(outputs) == 0 {
		return nil
	}
	all := append(outputs, cfg.inputs()...)
	real := make([]string, len(all))
	for i, u := range all {
		real[i] = file.Follow(u.path)
	}
	for i := range outputs {
		for j := i + 1; j < len(all); j++ {
			if real[i] == real[j] || sameFile(real[i], real[j]) {
				return flags.Wrong("%s and %s are the same file, and its content would be lost: give another name",
					all[i].why, all[j].why)
			}
		}
	}
	dir := file.Follow(cfg.SweepDir)
	for i, path := range real {
		if cfg.SweepDir != "" && filepath.Dir(path) == dir && SweepFiles.MatchString(filepath.Base(path)) {
			return flags.Wrong("%s has the name of a file that -sweep-dir %s writes: give another",
				all[i].why, cfg.SweepDir)
		}
	}
	return nil
}

var SweepFiles = regexp.MustCompile(`^[0-9]+\.(json|checkpoint)$`)

func sameFile(a, b string) bool {
	one, err := os.Stat(a)
	other, err2 := os.Stat(b)
	return err == nil && err2 == nil && os.SameFile(one, other)
}

// Reserve sees, before anything is trained, whether what is asked for can be written, and keeps
// other programs from the file of -save until release is called.
func (cfg *Settings) Reserve() (release func(), err error) {
	if cfg.Save == "" {
		return func() {}, nil
	}
	if err := file.CheckReplaceable(cfg.Save, "a model file", safetensors.Begins); err != nil {
		return nil, fmt.Errorf("-save %s: %w", cfg.Save, err)
	}
	checkpoint := cfg.Save + ".checkpoint" // training goes on where it cannot be written
	if err := file.CheckKind(checkpoint, "a checkpoint", safetensors.Begins); err != nil {
		return nil, fmt.Errorf("-save: %s: %w", checkpoint, err)
	}
	if release, err = file.Lock(cfg.Save); err != nil {
		return nil, fmt.Errorf("-save %s: it could not be written: %w", cfg.Save, err)
	}
	return release, nil
}
