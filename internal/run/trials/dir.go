// Dir: -sweep-dir keeps what the trainings of a sweep came to, a file each, so that several processes, on one
// machine or many, can share the work, and an interrupted sweep goes on. There is no lock and no list of what is
// to be done: a file is there when its training is done, and two that train the same at once write the same.

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
	"backprop/internal/run/flags"
	"backprop/internal/run/settings"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// version is that of the files.
const version = 1

// A result is what a training came to, and what it was: DIR/K.json.
type result struct {
	Version       int               `json:"version"`
	Task          int               `json:"task"`
	Settings      map[string]any    `json:"settings"` // those that are swept
	Flags         map[string]string `json:"flags"`    // all that the weights depend on
	Data          string            `json:"data"`
	Fingerprint   string            `json:"data_crc32c"` // of the parts
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

// event is the result as an epoch, which can be compared with others.
func (f *result) event() event.Epoch {
	return event.Epoch{ValidCost: f.ValidCost, ValidAccuracy: f.ValidAccuracy, ValidRMSE: f.ValidRMSE,
		TestAccuracy: f.TestAccuracy, TestRMSE: f.TestRMSE}
}

// resultOf is what a training on these data came to.
func (s *sweep) resultOf(r *run, data *dataset.Dataset, o Outcome) *result {
	f := &result{Version: version, Task: r.task, Settings: s.values(r.values), Flags: r.flags(), Data: data.Name}
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

// flags are those that the weights depend on.
func (r *run) flags() map[string]string {
	m := map[string]string{}
	for _, name := range r.cfg.LearningFlags() {
		m["-"+name] = r.cfg.Text(name)
	}
	return m
}

// path is where a training has its files, without their endings.
func (s *sweep) path(r *run) string {
	return filepath.Join(s.cfg.SweepDir, strconv.Itoa(r.task))
}

// findDone makes the folder, and reads the results that are in it already.
func (s *sweep) findDone(ctx context.Context) error {
	dir := s.cfg.SweepDir
	if dir == "" {
		return nil
	}
	err := os.MkdirAll(dir, 0o777)
	if err == nil {
		err = file.CheckWritable(filepath.Join(dir, "new"))
	}
	if err != nil {
		return fmt.Errorf("-sweep-dir %s: nothing can be written there: %w; give a folder that you may write to", dir, err)
	}
	there := 0
	for _, r := range s.mine {
		if ctx.Err() != nil {
			return fmt.Errorf("%w while %s was read; the same command does the rest", event.ErrInterrupted, dir)
		}
		if err := s.read(ctx, r); err != nil {
			return err
		}
		if r.result != nil {
			there++
			os.Remove(s.path(r) + ".checkpoint") // of a process that was killed between the two
		}
	}
	file.RemoveTemporaries(dir, settings.SweepFiles.MatchString)
	if there > 0 {
		console.Say(s.stderr, "%s: %d of %s there already", dir, there, text.Plural(len(s.mine), "training"))
	}
	return nil
}

// read takes the result of a training from its file, if there is one.
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
		err = f.checkFigures(s.data)
	}
	if err != nil {
		return fmt.Errorf("%s: %w; remove it to train it again", path, err)
	}
	want := r.flags()
	both := maps.Clone(want)
	maps.Copy(both, f.Flags)
	for _, k := range slices.Sorted(maps.Keys(both)) {
		is, known := f.Flags[k]
		if !known { // a flag younger than the file
			is = r.cfg.Default(k[1:])
		}
		if is != want[k] {
			return flags.Wrong("%s: it was trained with %s %s, not %s: use the same, or take another -sweep-dir",
				path, k, cmp.Or(is, "(default)"), cmp.Or(want[k], "(default)"))
		}
	}
	print, err := s.fingerprint(ctx, r.cfg)
	if err != nil {
		return err
	}
	if f.Fingerprint != print {
		return flags.Wrong("%s: it was trained on other data (%s, checksum %s, not %s): -data has to give the same, "+
			"or take another -sweep-dir", path, f.Data, f.Fingerprint, print)
	}
	r.result = f
	return nil
}

// decodeResult reads a file, and checks that this program can have written it.
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

// checkFigures reports figures that no training on such data comes to.
func (f *result) checkFigures(d *dataset.Dataset) error {
	if len(f.Hash) != 64 || (f.ValidAccuracy == nil) == (f.ValidRMSE == nil) {
		return errors.New("it is broken: figures are missing")
	}
	type figure struct {
		name  string
		value *float64
		most  float64
	}
	valid, test := figure{"valid_accuracy", f.ValidAccuracy, 1}, figure{"test_accuracy", f.TestAccuracy, 1}
	if d.Classes == nil {
		valid, test = figure{"valid_rmse", f.ValidRMSE, math.MaxFloat64}, figure{"test_rmse", f.TestRMSE, math.MaxFloat64}
	}
	figures := []figure{{"valid_cost", f.ValidCost, math.MaxFloat64}, valid}
	if d.Test.N > 0 {
		figures = append(figures, test)
	}
	for _, g := range figures {
		switch {
		case g.value == nil:
			return fmt.Errorf("it is broken: %s is missing", g.name)
		case *g.value < 0 || *g.value > g.most:
			return fmt.Errorf("it is broken: %s is %g; expected 0 to %g", g.name, *g.value, g.most)
		}
	}
	return nil
}

// fingerprint is the checksum of the data as the seed of c splits them.
func (s *sweep) fingerprint(ctx context.Context, c *settings.Settings) (string, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.prints[c.Seed] == "" {
		data, err := s.data, error(nil)
		if c.Seed != s.cfg.Seed {
			if data, err = s.hooks.Load(ctx, c); err != nil {
				return "", err
			}
		}
		s.prints[c.Seed] = data.Fingerprint()
	}
	return s.prints[c.Seed], nil
}

// write writes the result of a training.
func (s *sweep) write(r *run, f *result) error {
	path := s.path(r) + ".json"
	b, err := json.MarshalIndent(f, "", "  ")
	if err == nil {
		err = file.Write(path, func(w io.Writer) error {
			_, err := w.Write(append(b, '\n'))
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("%s: it could not be written: %w", path, err)
	}
	return nil
}

// A lockedWriter lets several trainings write their lines one after another.
type lockedWriter struct {
	mutex sync.Mutex
	w     io.Writer
}

func (l *lockedWriter) Write(b []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.w.Write(b)
}
