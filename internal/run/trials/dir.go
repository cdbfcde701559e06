// The folder of -sweep-dir keeps the result of each training in a file, so that several processes, on one machine or
// many, can share the work, and an interrupted sweep can be resumed. It needs neither a lock nor a list of trainings to
// do: a file appears as soon as its training is done, and two processes that do the same training write the same file.

package trials

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"

	"backprop/internal/data/dataset"
	"backprop/internal/file"
	"backprop/internal/file/output"
	"backprop/internal/run/flags"
	"backprop/internal/run/settings"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// version is the version of the files.
const version = 1

// A result has the scores of a training, and says what was trained. It is in the file DIR/TASK.json.
type result struct {
	Version       int               `json:"version"`
	Task          int               `json:"task"`
	Settings      map[string]any    `json:"settings"` // the values of the swept flags
	Flags         map[string]string `json:"flags"`    // all flags that the weights depend on
	Data          string            `json:"data"`
	Fingerprint   string            `json:"data_crc32c"` // the checksum of all splits
	Failed        string            `json:"failed,omitempty"`
	Best          int               `json:"best_epoch,omitempty"`
	ValidCost     *float64          `json:"valid_cost,omitempty"`
	ValidAccuracy *float64          `json:"valid_accuracy,omitempty"`
	ValidRMSE     *float64          `json:"valid_rmse,omitempty"`
	TestCost      *float64          `json:"test_cost,omitempty"`
	TestAccuracy  *float64          `json:"test_accuracy,omitempty"`
	TestRMSE      *float64          `json:"test_rmse,omitempty"`
	Hash          string            `json:"weights_sha256,omitempty"`
}

// epoch returns the scores as an epoch, which can be compared with others.
func (f *result) epoch() event.Epoch {
	return event.Epoch{ValidCost: f.ValidCost, ValidAccuracy: f.ValidAccuracy, ValidRMSE: f.ValidRMSE,
		TestAccuracy: f.TestAccuracy, TestRMSE: f.TestRMSE}
}

// resultOf returns the result of training r on data.
func (s *sweep) resultOf(r *run, data *dataset.Dataset, o Outcome) *result {
	f := &result{Version: version, Task: r.task, Settings: s.settings(r), Flags: r.flags(), Data: data.Name}
	if s.cfg.SweepDir != "" {
		f.Fingerprint = data.Fingerprint()
	}
	if o.Diverged != nil {
		f.Failed = o.Diverged.Error()
		return f
	}
	e := o.Final
	f.Best, f.Hash = o.Done.Best, o.Done.Hash
	f.ValidCost, f.ValidAccuracy, f.ValidRMSE = e.ValidCost, e.ValidAccuracy, e.ValidRMSE
	f.TestCost, f.TestAccuracy, f.TestRMSE = e.TestCost, e.TestAccuracy, e.TestRMSE
	return f
}

// flags returns the flags that the weights depend on, with their values.
func (r *run) flags() map[string]string {
	m := map[string]string{}
	for _, name := range r.cfg.LearningFlags() {
		m["-"+name] = r.cfg.Text(name)
	}
	return m
}

// path returns the name of the files of a training, without their endings.
func (s *sweep) path(r *run) string {
	return filepath.Join(s.cfg.SweepDir, strconv.Itoa(r.task))
}

// readResults creates the folder of -sweep-dir, and reads the results that are in it already.
func (s *sweep) readResults(ctx context.Context) error {
	dir := s.cfg.SweepDir
	if dir == "" {
		return nil
	}
	err := os.MkdirAll(dir, 0o777)
	if err == nil {
		err = output.CheckWritable(filepath.Join(dir, "new"))
	}
	if err != nil {
		return fmt.Errorf("-sweep-dir %s: nothing can be written there: %w; give a folder that you may write to", dir, err)
	}
	found := 0
	for _, r := range s.selected {
		if ctx.Err() != nil {
			return fmt.Errorf("%w while %s was read; the same command does the rest", event.ErrInterrupted, dir)
		}
		if err := s.read(ctx, r); err != nil {
			return err
		}
		if r.result != nil {
			found++
			os.Remove(s.path(r) + ".checkpoint") // left by a process that was killed after it wrote the result
		}
	}
	output.RemoveTemporaries(dir, settings.SweepFiles.MatchString)
	if found > 0 {
		console.Say(s.stderr, "%s: %d of %s there already", dir, found, text.Plural(len(s.selected), "training"))
	}
	return nil
}

// read reads the result of a training, if there is one, and checks that it is a result of the same training.
func (s *sweep) read(ctx context.Context, r *run) error {
	path := s.path(r) + ".json"
	f, err := decodeResult(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && f.Task != r.task {
		err = fmt.Errorf("it says that it is task %d", f.Task)
	}
	if err == nil && f.Failed == "" {
		err = f.checkScores(s.data)
	}
	if err != nil {
		return fmt.Errorf("%s: %w; remove it to train it again", path, err)
	}
	if err := r.checkFlags(path, f.Flags); err != nil {
		return err
	}
	fingerprint, err := s.fingerprint(ctx, r.cfg)
	if err != nil {
		return err
	}
	if f.Fingerprint != fingerprint {
		return flags.Wrong("%s: it was trained on other data (%s, checksum %s, not %s): -data has to give the same, "+
			"or take another -sweep-dir", path, f.Data, f.Fingerprint, fingerprint)
	}
	r.result = f
	return nil
}

// checkFlags returns an error if the file at path is the result of a training with other flags than r.
func (r *run) checkFlags(path string, found map[string]string) error {
	want := r.flags()
	names := maps.Clone(want)
	maps.Copy(names, found)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		value, known := found[name]
		if !known { // the flag did not exist yet when the file was written
			value = r.cfg.Default(name[1:])
		}
		if value != want[name] {
			return flags.Wrong("%s: it was trained with %s %s, not %s: use the same, or take another -sweep-dir",
				path, name, cmp.Or(value, "(default)"), cmp.Or(want[name], "(default)"))
		}
	}
	return nil
}

// decodeResult reads a result file, and checks that this program may have written it.
func decodeResult(path string) (*result, error) {
	if err := file.CheckRegular(path); err != nil {
		return nil, err
	}
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	b, err := io.ReadAll(io.LimitReader(in, 1<<20))
	if err != nil {
		return nil, err
	}
	var f result
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, fmt.Errorf("it is broken: %w", err)
	}
	_, unnamed := f.Flags[""]
	switch {
	case f.Version != version:
		return nil, fmt.Errorf("it is of version %d, and this program reads %d", f.Version, version)
	case unnamed:
		return nil, errors.New("it is broken: a flag has no name")
	}
	return &f, nil
}

// checkScores returns an error if scores are missing, or if no training on these data can have them.
func (f *result) checkScores(d *dataset.Dataset) error {
	if len(f.Hash) != 64 || (f.ValidAccuracy == nil) == (f.ValidRMSE == nil) {
		return errors.New("it is broken: figures are missing")
	}
	check := func(name string, value *float64, most float64) error {
		if value == nil {
			return fmt.Errorf("it is broken: %s is missing", name)
		}
		if *value < 0 || *value > most {
			return fmt.Errorf("it is broken: %s is %g; expected 0 to %g", name, *value, most)
		}
		return nil
	}
	name, valid, test, most := "rmse", f.ValidRMSE, f.TestRMSE, math.MaxFloat64
	if d.Classes != nil {
		name, valid, test, most = "accuracy", f.ValidAccuracy, f.TestAccuracy, 1
	}
	err := cmp.Or(check("valid_cost", f.ValidCost, math.MaxFloat64), check("valid_"+name, valid, most))
	if d.Test.N > 0 {
		err = cmp.Or(err, check("test_"+name, test, most))
	}
	return err
}

// fingerprint returns the checksum of the data, split with the seed of c.
func (s *sweep) fingerprint(ctx context.Context, c *settings.Settings) (string, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.fingerprints[c.Seed] == "" {
		data := s.data
		if c.Seed != s.cfg.Seed {
			var err error
			if data, err = s.hooks.Load(ctx, c); err != nil {
				return "", err
			}
		}
		s.fingerprints[c.Seed] = data.Fingerprint()
	}
	return s.fingerprints[c.Seed], nil
}

// write writes the result of a training.
func (s *sweep) write(r *run, f *result) error {
	path := s.path(r) + ".json"
	b, err := json.MarshalIndent(f, "", "  ")
	if err == nil {
		err = output.Write(path, func(w io.Writer) error {
			_, err := w.Write(append(b, '\n'))
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("%s: it could not be written: %w", path, err)
	}
	return nil
}

// A lockedWriter is a writer that several trainings can use at once.
type lockedWriter struct {
	mutex sync.Mutex
	w     io.Writer
}

func (l *lockedWriter) Write(b []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.w.Write(b)
}
