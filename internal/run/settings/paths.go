// Paths: which files a run reads and writes. No two of them may be the same file.

package settings

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"backprop/internal/data/load"
	"backprop/internal/data/mnist"
	"backprop/internal/file/output"
	"backprop/internal/model/safetensors"
	"backprop/internal/run/flags"
)

// SweepFiles matches the names of the files that a sweep writes into the folder of -sweep-dir.
var SweepFiles = regexp.MustCompile(`^[0-9]+\.(json|checkpoint)$`)

// A usedPath is a file that a run reads or writes, and what it is for.
type usedPath struct{ role, path string }

// used returns a usedPath whose role ends with the path itself.
func used(role, path string) usedPath { return usedPath{role + path, path} }

// outputs returns the files that the run writes.
func (cfg *Settings) outputs() (list []usedPath) {
	if cfg.Save != "" {
		list = append(list, used("-save ", cfg.Save), used("the checkpoint of -save, ", cfg.Save+".checkpoint"),
			used("the lock of -save, ", cfg.Save+".lock"))
	}
	for _, u := range []usedPath{used("-export ", cfg.Export), used("-report ", cfg.Report),
		used("-sweep-dir ", cfg.SweepDir)} {
		if u.path != "" {
			list = append(list, u)
		}
	}
	return list
}

// inputs returns the files that the run reads, as far as their names are known beforehand.
func (cfg *Settings) inputs() (list []usedPath) {
	if cfg.Load != "" {
		list = append(list, used("-load ", cfg.Load))
	}
	for _, p := range cfg.Predict {
		list = append(list, used("the picture ", p))
	}
	if cfg.Data == "" {
		return list
	}
	path := cfg.Data
	list = append(list, used("-data ", path))
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		role := "a file of -data " + cfg.Data
		for _, f := range mnist.Files {
			for _, name := range []string{f.Name, f.Name + ".gz", "raw/" + f.Name, "raw/" + f.Name + ".gz"} {
				list = append(list, usedPath{role, filepath.Join(path, name)})
			}
		}
		if path, err = load.FindFile(path); err != nil {
			return list
		}
		list = append(list, usedPath{role, path})
	}
	if test := load.TestFile(path); test != "" {
		list = append(list, used("the test set of -data, ", test))
	}
	return list
}

// CheckPaths returns an error if two files to write, or a file to write and one to read, are the same file. It follows
// links.
func (cfg *Settings) CheckPaths() error {
	outputs := cfg.outputs()
	if len(outputs) == 0 {
		return nil
	}
	all := append(outputs, cfg.inputs()...)
	real := make([]string, len(all))
	for i, u := range all {
		real[i] = output.Follow(u.path)
	}
	for i := range outputs {
		for j := i + 1; j < len(all); j++ {
			if real[i] == real[j] || sameFile(real[i], real[j]) {
				return flags.Wrong("%s and %s are the same file, and its content would be lost: give another name",
					all[i].role, all[j].role)
			}
		}
	}
	if cfg.SweepDir == "" {
		return nil
	}
	dir := output.Follow(cfg.SweepDir)
	for i, path := range real {
		if filepath.Dir(path) == dir && SweepFiles.MatchString(filepath.Base(path)) {
			return flags.Wrong("%s has the name of a file that -sweep-dir %s writes: give another",
				all[i].role, cfg.SweepDir)
		}
	}
	return nil
}

func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// Reserve checks, before the training, that the model of -save can be written, and keeps other programs from writing it
// until release is called. A checkpoint that cannot be written does not stop a training, so only its kind is checked.
func (cfg *Settings) Reserve() (release func(), err error) {
	if cfg.Save == "" {
		return func() {}, nil
	}
	if err := output.CheckReplaceable(cfg.Save, "a model file", safetensors.Begins); err != nil {
		return nil, fmt.Errorf("-save %s: %w", cfg.Save, err)
	}
	checkpoint := cfg.Save + ".checkpoint"
	if err := output.CheckKind(checkpoint, "a checkpoint", safetensors.Begins); err != nil {
		return nil, fmt.Errorf("-save: %s: %w", checkpoint, err)
	}
	if release, err = output.Lock(cfg.Save); err != nil {
		return nil, fmt.Errorf("-save %s: it could not be written: %w", cfg.Save, err)
	}
	return release, nil
}
