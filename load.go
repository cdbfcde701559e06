// Load: which reader takes which file, how what it read becomes a data set, and the one that is
// drawn where there is no file.
package main

import (
	"strings"

	"backprop/internal/data/table"
)

// tableOptions is what the command line says of a table, and the model that is to read it, if there is one.
func tableOptions(cfg *Settings, m *Model) table.Options {
	o := table.Options{Label: cfg.Label, Regress: cfg.Regress}
	if cfg.Ignore != "" {
		o.Ignore = strings.Split(cfg.Ignore, ",")
	}
	if m != nil && m.Columns != nil {
		o.Known, o.Classes = m.Columns, m.Classes
		if !cfg.Given["label"] { // which is the model's, and among its columns
			o.Label = ""
		}
	}
	return o
}
