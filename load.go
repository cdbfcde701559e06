// Load: which reader takes which file, how what it read becomes a data set, and the one that is
// drawn where there is no file.
package main

import (
	"strings"

	"backprop/internal/data/table"
)

// tableOptions is what the command line says of a table.
func (cfg *config) tableOptions() table.Options {
	o := table.Options{Label: cfg.label, Regress: cfg.regress}
	if cfg.ignore != "" {
		o.Ignore = strings.Split(cfg.ignore, ",")
	}
	if m := cfg.model; m != nil && m.columns != nil {
		o.Known, o.Classes = m.columns, m.classes
		if !cfg.given["label"] { // which is the model's, and among its columns
			o.Label = ""
		}
	}
	return o
}
