// What the flags mean for reading a table, for checking a homework, and for the size of a network.

package settings

import (
	"backprop/internal/data/field"
	"backprop/internal/data/table"
	"backprop/internal/judge/check/homework"
	"backprop/internal/model/modelfile"
	"backprop/internal/run/flags"
	"backprop/internal/show/text"
)

// TableOptions returns how to read a table. m is the model of -load, whose columns and classes are known; or nil.
func (cfg *Settings) TableOptions(m *modelfile.Model) table.Options {
	o := table.Options{Label: cfg.Label, Regress: cfg.Regress}
	if cfg.Ignore != "" {
		o.Ignore = field.SplitNames(cfg.Ignore)
	}
	if m != nil && m.Columns != nil {
		o.Known, o.Classes = m.Columns, m.Classes
		if !cfg.Given["label"] {
			o.Label = "" // cfg.Label is the label of the model, which is among Known
		}
	}
	return o
}

// HomeworkSettings returns the settings of a homework that the command line gives, for a file that does not have them.
func (cfg *Settings) HomeworkSettings() homework.Settings {
	s := homework.Settings{L2: cfg.L2}
	if cfg.Given["activation"] {
		s.Activation = cfg.Activation
	}
	if cfg.Given["output"] {
		s.Output = cfg.Output
	}
	if cfg.Given["cost"] {
		s.Cost = cfg.Cost
	}
	if cfg.Given["lr"] {
		s.Rate = cfg.Rate[0]
	}
	return s
}

// CheckSizes checks that the network, and the layers' outputs for a mini-batch, fit into memory.
func (cfg *Settings) CheckSizes(sizes []int, batch int) error {
	const most = 1 << 29 // numbers in memory
	weights, outputs := 0.0, 0.0
	for l, n := range sizes {
		outputs += 2 * float64(batch) * float64(n) // A and δ
		if l > 0 {
			weights += float64(sizes[l-1]+1) * float64(n)
		}
	}
	switch {
	case outputs > most:
		return flags.Wrong("-batch %d: %.3g numbers for layers of %v are too many to hold in memory; "+
			"make it or -hidden smaller", cfg.Batch, outputs, text.Join(sizes, "-"))
	case weights > most:
		return flags.Wrong("-hidden %v: the network would have %.3g weights; more than %.3g are too many to hold in memory",
			cfg.Hidden.String(), weights, float64(most))
	}
	return nil
}
