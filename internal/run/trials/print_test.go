package trials

import (
	"bufio"
	"bytes"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/show/console"
)

// TestPrintedSweep: the table and the lines of JSON of every kind of sweep, and which group is the best.
func TestPrintedSweep(t *testing.T) {
	classes := &dataset.Dataset{Classes: []string{"a", "b"}, Valid: dataset.Set{N: 50}, Test: dataset.Set{N: 200}}
	classesUntested := &dataset.Dataset{Classes: []string{"a", "b"}, Valid: dataset.Set{N: 50}}
	numbers := &dataset.Dataset{Valid: dataset.Set{N: 50}, Test: dataset.Set{N: 10}}
	numbersUntested := &dataset.Dataset{Valid: dataset.Set{N: 50}}
	for _, c := range []struct {
		name                    string
		data                    *dataset.Dataset
		flags, sweep, trainings string
		best                    int // −1 for none
		text, json              string
	}{
		{"one flag", classes, "-workers 2", "lr=0.1,0.2,0.3", "0.1 0.5 0.8 0.75; 0.2 diverged; 0.3 0.25 0.9 0.6", 2, `
sweep     3 values of lr, 2 at a time, each on one core

        lr    valid cost    valid accuracy     test accuracy
       0.1       0.50000           40 / 50         150 / 200
       0.2  diverged
       0.3       0.25000           45 / 50         120 / 200
`, `
{"event":"sweep","flag":"lr","value":0.1,"valid_cost":0.5,"valid_accuracy":0.8,"test_accuracy":0.75,"weights_sha256":"000000000000"}
{"event":"sweep","flag":"lr","value":0.2,"failed":"too far"}
{"event":"sweep","flag":"lr","value":0.3,"valid_cost":0.25,"valid_accuracy":0.9,"test_accuracy":0.6,"weights_sha256":"000000000002"}
`},
		{"one value, no test set", classesUntested, "-workers 8", "hidden=none", "none 0.5 0.8", 0, `
sweep     1 value of hidden, 1 at a time, each on one core

    hidden    valid cost    valid accuracy     test accuracy
      none       0.50000           40 / 50              none
`, `
{"event":"sweep","flag":"hidden","value":"none","valid_cost":0.5,"valid_accuracy":0.8,"weights_sha256":"000000000000"}
`},
		{"two flags", numbers, "-workers 3", "lr=0.1,0.2 momentum=0", "0.1 0 0.5 2.5 1.25; 0.2 0 0.25 3 1", 0, `
sweep     2 combinations, 2 at a time, each on one core

   task      lr  momentum  valid cost        valid RMSE         test RMSE
      0     0.1         0     0.50000            2.5000            1.2500
      1     0.2         0     0.25000            3.0000            1.0000
`, `
{"event":"sweep","task":0,"settings":{"lr":0.1,"momentum":0},"valid_cost":0.5,"valid_rmse":2.5,"test_rmse":1.25,"weights_sha256":"000000000000"}
{"event":"sweep","task":1,"settings":{"lr":0.2,"momentum":0},"valid_cost":0.25,"valid_rmse":3,"test_rmse":1,"weights_sha256":"000000000001"}
`},
		// The deviation of 0.75 and 0.5 is √(2·⅛²).
		{"means over seeds", classes, "-workers 1", "lr=0.1,0.2 seed=5,6",
			"0.1 5 diverged; 0.1 6 0.5 0.9 0.5; 0.2 5 0.5 0.75 0.5; 0.2 6 0.25 0.5 0.25", 1, `
sweep     2 combinations, mean ± standard deviation of 2 seeds of each,
          1 at a time, each on one core

   task      lr  valid cost    valid accuracy     test accuracy
    0-1     0.1  diverged
    2-3     0.2     0.37500   62.50 ± 17.68 %           37.50 %
`, `
{"event":"sweep","task":0,"settings":{"lr":0.1,"seed":5},"failed":"too far"}
{"event":"sweep","task":1,"settings":{"lr":0.1,"seed":6},"valid_cost":0.5,"valid_accuracy":0.9,"test_accuracy":0.5,"weights_sha256":"000000000001"}
{"event":"sweep_mean","tasks":[0,1],"settings":{"lr":0.1},"failed":"a training diverged"}
{"event":"sweep","task":2,"settings":{"lr":0.2,"seed":5},"valid_cost":0.5,"valid_accuracy":0.75,"test_accuracy":0.5,"weights_sha256":"000000000002"}
{"event":"sweep","task":3,"settings":{"lr":0.2,"seed":6},"valid_cost":0.25,"valid_accuracy":0.5,"test_accuracy":0.25,"weights_sha256":"000000000003"}
{"event":"sweep_mean","tasks":[2,3],"settings":{"lr":0.2},"valid_cost":0.375,"valid_accuracy":0.625,"valid_deviation":0.1767766952966369,"test_accuracy":0.375}
`},
		{"means over the first flag, no test set", numbersUntested, "-workers 1", "seed=5,6,7 lr=0.1,0.2",
			"5 0.1 1 2; 5 0.2 1 5; 6 0.1 1 3; 6 0.2 1 5; 7 0.1 1 4; 7 0.2 1 5", 0, `
sweep     2 combinations, mean ± standard deviation of 3 seeds of each,
          1 at a time, each on one core

   task      lr  valid cost        valid RMSE         test RMSE
    0,…     0.1     1.00000             3 ± 1              none
    1,…     0.2     1.00000             5 ± 0              none
`, ""},
		{"some trainings", classes, "-sweep-dir D -sweep-task 1/2", "lr=0.1,0.2,0.3,0.4",
			"0.1 1 0 0; 0.2 0.5 0.8 0.75; 0.3 1 0 0; 0.4 diverged", 0, `
sweep     task 1/2: 2 trainings of 4

   task      lr  valid cost    valid accuracy     test accuracy
      1     0.2     0.50000           40 / 50         150 / 200
      3     0.4  diverged
`, `
{"event":"sweep","task":1,"settings":{"lr":0.2},"valid_cost":0.5,"valid_accuracy":0.8,"test_accuracy":0.75,"weights_sha256":"000000000001"}
{"event":"sweep","task":3,"settings":{"lr":0.4},"failed":"too far"}
`},
		{"one training of several seeds", numbers, "-sweep-dir D -sweep-task 1", "l2=0.5 seed=8,9",
			"0.5 8 1 0 0; 0.5 9 1 2 4", 0, `
sweep     task 1: 1 training of 2

   task      l2    seed  valid cost        valid RMSE         test RMSE
      1     0.5       9     1.00000            2.0000            4.0000
`, ""},
		{"some trainings of one value and several seeds", numbers, "-sweep-dir D -sweep-task 0/2", "l2=0.5 seed=8,9,10",
			"0.5 8 1 2 4; 0.5 9 1 0 0; 0.5 10 1 3 5", 0, `
sweep     task 0/2: 2 trainings of 3

   task      l2    seed  valid cost        valid RMSE         test RMSE
      0     0.5       8     1.00000            2.0000            4.0000
      2     0.5      10     1.00000            3.0000            5.0000
`, ""},
		{"all diverged", numbers, "-workers 1", "lr=0.1,0.2", "0.1 diverged; 0.2 diverged", -1, `
sweep     2 values of lr, 1 at a time, each on one core

        lr    valid cost        valid RMSE         test RMSE
       0.1  diverged
       0.2  diverged
`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			for want, asJSON := range map[string]bool{c.text: false, c.json: true} {
				var out bytes.Buffer
				s := finishedSweep(t, c.data, c.flags, c.sweep, c.trainings)
				groups := groupsOf(s.cfg, s.selected)
				p := &console.Printer{W: bufio.NewWriter(&out), JSON: asJSON}
				err := s.printResults(groups, p, &console.Progress{})
				if best := bestOf(groups); err != nil || best != c.best {
					t.Errorf("got %v, the best is %d, want %d", err, best, c.best)
				}
				if got := "\n" + out.String(); want != "" && got != want {
					t.Errorf("got%s\nwant%s", got, want)
				}
			}
		})
	}
}
