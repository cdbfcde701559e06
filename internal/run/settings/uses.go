// Uses: what the flags say to those that read a table, judge a homework, or need memory.

package settings

import (
	"backprop/internal/data/field"
	"backprop/internal/data/table"
	"backprop/internal/judge/check/homework"
	"backprop/internal/model/modelfile"
	"backprop/internal/run/flags"
	"backprop/internal/show/text"
)

// TableOptions is what the command line says of a table, and the model that is to read it, if there is one.
func (cfg *Settings) TableOptions(m *modelfile.Model) table.Options {
	o := table.Options{Label: cfg.Label, Regress: cfg.Regress}
	if cfg.Ignore != "" {
		o.Ignore = field.Names(cfg.Ignore)
	}
	if m != nil && m.Columns != nil {
		o.Known, o.Classes = m.Columns, m.Classes
		if !cfg.Given["label"] { // which is the model's, and among its columns
			o.Label = ""
		}
	}
	return o
}

// CheckSizes reports a network, or a mini-batch, that memory does not hold.
func (cfg *Settings) CheckSizes(sizes []int, batch int) error {
	const most = 1 << 29
	weights, rows := 0.0, 0.0
	for l, n := range sizes {
		rows += 2 * float64(batch) * float64(n) // what goes forward, and what comes back
		if l > 0 {
			weights += float64(sizes[l-1]+1) * float64(n)
		}
	}
	switch {
	case rows > most:
		return flags.Wrong("-batch %d: %.3g numbers for layers of %v are too many to hold in memory; "+
			"make it or -hidden smaller", cfg.Batch, rows, text.Join(sizes, "-"))
	case weights > most:
		return flags.Wrong("-hidden %v: the network would have %.3g weights; more than %.3g are too many to hold in memory",
			cfg.Hidden.String(), weights, float64(most))
	}
	return nil
}

// Known is what the flags say of a homework, where its file does not.
func (cfg *Settings) Known() homework.Settings {
	known := homework.Settings{L2: cfg.L2}
	if cfg.Given["activation"] {
		known.Activation = cfg.Activation
	}
	if cfg.Given["output"] {
		known.Output = cfg.Output
	}
	if cfg.Given["cost"] {
		known.Cost = cfg.Cost
	}
	if cfg.Given["lr"] {
		known.Rate = cfg.Rate[0]
	}
	return known
}
