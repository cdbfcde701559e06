// Lab: what the lessons of internal/lessons ask of the program.
package main

import (
	"context"

	"backprop/internal/run/lessons"
)

// A lab is the program, as a lesson sees it.
type lab struct {
	x   *experiment
	out *Printer
}

func (l lab) Run() lessons.Training { return l.x.asLesson() }

// asLesson is the training in plain data.
func (x *experiment) asLesson() lessons.Training {
	return lessons.Training{Title: x.title, Rates: x.cfg.Rate.String(), Cost: x.cfg.Cost, Seed: x.cfg.Seed,
		Samples: x.data.Train.N, Outputs: x.data.Outputs(), Classes: x.data.Classes != nil, Hidden: len(x.cfg.Hidden),
		History: x.history, Final: x.final, TrainRMSE: x.done.TrainRMSE,
		Layers: plainLayers(x.trainer.Net.Layers)}
}

// Train trains others on the same data, side by side and in silence.
func (l lab) Train(ctx context.Context, others ...lessons.Another) (done []lessons.Training, err error) {
	var runs []*experiment
	for _, o := range others {
		run, err := l.x.another(l.x.data, "", o.Flags...)
		if err != nil {
			return nil, err
		}
		run.title, run.shown = o.Title, func(int) bool { return false }
		runs = append(runs, run)
	}
	if err := sideBySide(ctx, l.x.cfg.Workers, runs...); err != nil {
		return nil, err
	}
	for _, run := range runs {
		done = append(done, run.asLesson())
	}
	return done, nil
}

func (l lab) Note(format string, args ...any)   { l.x.note(l.out, format, args...) }
func (l lab) Printf(format string, args ...any) { l.out.Text(format, args...) }
func (l lab) Event(name string, pairs ...any)   { l.out.Event(name, pairs...) }

func (l lab) Show(title, look string, rows [][]string) {
	l.out.Text("\n")
	l.out.Table(rows)
	l.x.recorder.Table(title, look, rows)
}

// after is a lesson that follows the recipe's training.
func after(lesson func(context.Context, lessons.Lab)) func(context.Context, *experiment, *Printer) {
	return func(ctx context.Context, x *experiment, out *Printer) { lesson(ctx, lab{x, out}) }
}
