package settings

import (
	"fmt"
	"strings"
	"testing"

	"backprop/internal/data/table"
	"backprop/internal/judge/check/homework"
	"backprop/internal/model/modelfile"
)

// TestCheckSizes: 2²⁹ weights and biases just fit, and so do 2²⁹ outputs and δ, of which each sample has eight here.
func TestCheckSizes(t *testing.T) {
	for _, c := range []struct {
		sizes []int
		batch int
		want  string
	}{
		{[]int{1<<14 - 1, 1 << 15}, 1, "<nil>"},
		{[]int{1 << 14, 1<<15 - 1}, 1, "-hidden 256: the network would have 5.37e+08 weights; more than"},
		{[]int{1<<15 - 1, 1 << 15}, 1, "1.07e+09 weights; more than 5.37e+08"},
		{[]int{2, 2}, 1 << 26, "<nil>"},
		{[]int{2, 2}, 1<<26 + 1, "-batch 32: 5.37e+08"},
	} {
		if got := fmt.Sprint(parse(t, "").CheckSizes(c.sizes, c.batch)); !strings.Contains(got, c.want) {
			t.Errorf("%v in batches of %d: got %s, want %s", c.sizes, c.batch, got, c.want)
		}
	}
}

// TestTableOptions: a table for a model is read by the model's columns and classes, and by its label if -label gives no
// other.
func TestTableOptions(t *testing.T) {
	columns := &modelfile.Model{Columns: []table.Column{{Name: "u"}}, Classes: []string{"x", "y"}}
	for _, c := range []struct {
		args, label string // the label that is asked for, or the model's
		model       *modelfile.Model
		want        string
	}{
		{"-data d -label kind -regress -ignore a,b", "kind", nil, "kind true [a b] [] []"},
		{"-data d", "", nil, " false [] [] []"},
		{"-load m -data d -label kind", "kind", columns, "kind false [] [u] [x y]"},
		{"-load m -data d", "kind", columns, " false [] [u] [x y]"},
		{"-load m -data d", "kind", &modelfile.Model{Classes: []string{"x", "y"}}, "kind false [] [] []"},
	} {
		cfg := parse(t, c.args)
		cfg.Label = c.label
		o := cfg.TableOptions(c.model)
		var known []string
		for _, column := range o.Known {
			known = append(known, column.Name)
		}
		if got := fmt.Sprint(o.Label, " ", o.Regress, " ", o.Ignore, " ", known, " ", o.Classes); got != c.want {
			t.Errorf("%s: got %s, want %s", c.args, got, c.want)
		}
	}
}

// TestHomeworkSettings: only what the command line gives is settled; the rest is for the file to say.
func TestHomeworkSettings(t *testing.T) {
	for args, want := range map[string]homework.Settings{
		"-check f":                                  {},
		"-check f -cost mse -lr 2 -l2 3":            {Cost: "mse", Rate: 2, L2: 3},
		"-check f -activation tanh -output sigmoid": {Activation: "tanh", Output: "sigmoid"},
	} {
		if got := parse(t, args).HomeworkSettings(); got != want {
			t.Errorf("%s: got %+v, want %+v", args, got, want)
		}
	}
}
