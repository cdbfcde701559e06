// Data: how samples get from -data into a mini-batch: they are loaded, split, scaled and gathered.

package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	"backprop/internal/compute/exact"
	"backprop/internal/compute/kernel"
	"backprop/internal/data/dataset"
	"backprop/internal/data/distort"
	"backprop/internal/data/load"
	"backprop/internal/data/mnist"
	"backprop/internal/data/numpy"
	"backprop/internal/model/modelfile"
	"backprop/internal/run/flags"
	"backprop/internal/run/lessons"
	"backprop/internal/run/settings"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
)

// errInterrupted ends a run after Ctrl-C.
var errInterrupted = event.ErrInterrupted

// loadData loads the data, splits them, and settles the settings that depend on them.
func loadData(ctx context.Context, cfg *settings.Settings, stderr io.Writer) (data *dataset.Dataset, err error) {
	return loadDataFor(ctx, cfg, nil, stderr)
}

// download fetches MNIST into a folder.
func download(ctx context.Context, folder string, stderr io.Writer) error {
	ctx, cancel := catchSignals(ctx)
	defer cancel()
	err := mnist.Download(ctx, folder, mnist.Mirrors, console.NewProgress(stderr).Download)
	if err != nil && ctx.Err() != nil {
		return errInterrupted
	}
	return err
}

// loadDataFor is loadData for a model: it reads a table the way the model's training table was read.
func loadDataFor(ctx context.Context, cfg *settings.Settings, m *modelfile.Model,
	stderr io.Writer) (data *dataset.Dataset, err error) {
	if cfg.Download {
		if err := download(ctx, cfg.Data, stderr); err != nil {
			return nil, err
		}
	}
	switch {
	case cfg.Data != "":
		if data, err = load.Path(cfg.Data, cfg.TableOptions(m)); err != nil {
			return nil, cfg.Recipe.ExplainMissing(cfg.Data, err)
		}
		if err = cfg.Recipe.CheckData(cfg.Data, data); err != nil {
			return nil, err
		}
	case cfg.Recipe.Name != "":
		if !cfg.Recipe.MakesData {
			return nil, flags.Wrong("-recipe %s needs %s", cfg.Recipe.Name, cfg.Recipe.Needs)
		}
		data = lessons.For(cfg.Recipe.Name).Data(cfg.Seed)
	default:
		data = load.Digits(cfg.Seed, 50000, 10000)
	}
	test, valid := cfg.HeldOut(data)
	if s := cfg.Split; s.ScikitLearn && cfg.Folds == 0 {
		data.Arrange(test, valid, numpy.Permutation(s.Test), numpy.Permutation(s.Valid))
	}
	if err := data.Split(test, valid, exact.Stream(cfg.Seed, exact.ForSplit, 0)); err != nil {
		return nil, err
	}
	if err := cfg.SetDefaults(data); err != nil {
		return nil, err
	}
	data.AddLists(cfg.KeepsImages())
	return data, nil
}

// source makes a FillBatch of the samples of s in the given order. The scale in is applied to the inputs;
// the scale out, to targets that are numbers.
func source(s *dataset.Set, order []int32, in, out dataset.Scale) FillBatch {
	lists := s.Lists
	if !in.Even() {
		lists = nil
	}
	return func(x, y Matrix, at, lo, hi int) {
		rows := order[at+lo : at+hi]
		targets(s, out, y, lo, rows)
		if lists != nil && lo == 0 && hi == x.Rows && x.lists != nil {
			lists.Fill(x.lists, order[at:], hi, in.Factor[0])
			return
		}
		for i, r := range rows {
			if s.Pixels == nil && s.Lists != nil {
				s.Lists.FillRow(x.Row(lo+i), r, in.Shift, in.Factor)
				continue
			}
			gather(s, x.Row(lo+i), rows[i:i+1], in)
			if next := at + lo + i + 8; next < len(order) {
				prefetch(s, order[next])
			}
		}
	}
}

// targets writes the targets of the samples in rows.
func targets(s *dataset.Set, out dataset.Scale, y Matrix, lo int, rows []int32) {
	for i, r := range rows {
		target := y.Row(lo + i)
		if s.Labels != nil {
			clear(target)
			target[s.Labels[r]] = 1
			continue
		}
		for k, v := range s.Targets[int(r)*y.Cols:][:y.Cols] {
			target[k] = (v - out.Shift[k]) * out.Factor[k]
		}
	}
}

// gather writes the scaled inputs of the samples in rows, one after another: dst is len(rows)×d. A missing
// value becomes 0, which on the scale "standard" is the training mean. It allocates nothing.
func gather(s *dataset.Set, dst []float64, rows []int32, sc dataset.Scale) {
	d := s.Dim
	if len(dst) != len(rows)*d || len(sc.Shift) != d || len(sc.Factor) != d {
		panic("gather: lengths differ")
	}
	for i, r := range rows {
		out := dst[i*d:][:d]
		shift, factor := sc.Shift[:len(out)], sc.Factor[:len(out)]
		if s.Pixels != nil {
			kernel.Convert(out, s.Pixels[int(r)*d:][:d], shift, factor)
		} else {
			in := s.Values[int(r)*d:][:len(out)]
			for j := range out {
				x := (in[j] - shift[j]) * factor[j]
				if x != x {
					x = 0
				}
				out[j] = x
			}
		}
	}
}

// prefetch tells the processor to fetch the pixels of a sample that gather will need soon.
func prefetch(s *dataset.Set, row int32) {
	if s.Pixels != nil {
		kernel.Prefetch(s.Pixels[int(row)*s.Dim:][:s.Dim])
	}
}

// ascending returns 0, 1 … n−1.
func ascending(n int) []int32 {
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(i)
	}
	return order
}

// A distorter distorts the images of a training set.
type distorter struct {
	images *distort.Distorter
	data   *dataset.Dataset
	in     dataset.Scale
	out    dataset.Scale // for numbers to predict
	seed   uint64
	epoch  int // from 1; every epoch has new distortions
}

func newDistorter(s distort.Strengths, data *dataset.Dataset, in dataset.Scale, seed uint64) (*distorter, error) {
	if data.Train.Pixels == nil || data.Width*data.Height != data.Train.Dim {
		return nil, errors.New("it distorts grey images, and " + data.Name + " has none")
	}
	images, err := distort.New(s, data.Width, data.Height, distort.Arithmetic{Exp: exact.Exp, SinCosPi: exact.SinCosPi,
		AddMul: func(c, a, b []float64, stride, m, n, k int) {
			AddMul(view(m, n, stride, c), view(m, k, stride, a), view(k, n, stride, b))
		}})
	return &distorter{images: images, data: data, in: in, seed: seed}, err
}

// gather writes the training images at the given indices, distorted and scaled, into the rows of x from lo on.
func (d *distorter) gather(x Matrix, lo int, numbers []int32) {
	for i, r := range numbers {
		to, pixels := x.Row(lo+i), d.data.Train.Pixels[int(r)*x.Cols:][:x.Cols]
		d.images.Distort(to, pixels, exact.Mix(d.seed)+uint64(d.epoch), exact.ForAugment<<32|uint64(r))
		for j, v := range to {
			to[j] = (v - d.in.Shift[j]) * d.in.Factor[j]
		}
	}
}

// source makes a FillBatch of the training images in the given order, each distorted.
func (d *distorter) source(order []int32) FillBatch {
	return func(x, y Matrix, at, lo, hi int) {
		rows := order[at+lo : at+hi]
		d.gather(x, lo, rows)
		targets(&d.data.Train, d.out, y, lo, rows)
	}
}

// catchSignals cancels the context on Ctrl-C, on SIGTERM and when the terminal is closed (unless nohup ignores
// that), so that a training or a download can end cleanly. A second signal ends the program at once.
func catchSignals(ctx context.Context) (context.Context, context.CancelFunc) {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, cancel := signal.NotifyContext(ctx, signals...)
	context.AfterFunc(ctx, cancel)
	return ctx, cancel
}
