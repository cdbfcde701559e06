package modelfile

import (
	"fmt"
	"maps"
	"testing"
)

// A checkpoint must not be resumed by a run that would have learned something else from the start; the error names the
// flag that the user has changed, not one whose default follows from it.
func TestCheckSameRunComparesWhatWasLearned(t *testing.T) {
	base := map[string]string{"data": "mnist", "data_crc32c": "1", "sizes": "[3,2,1]", "-schedule": "constant",
		"-epochs": "5", "-scale": "unit", "-test": "0.1", "-lr": "1", "-hidden": "2", "-load": ""}
	const use, remove = "; use the same, or remove the checkpoint to start afresh",
		"or remove the checkpoint to start afresh"
	type meta = map[string]string
	for _, c := range []struct {
		name      string
		then, now meta // what differs from base in the checkpoint and in the run
		want      string
	}{
		{"the same", nil, nil, ""},
		{"more epochs", nil, meta{"-epochs": "7"}, ""},
		{"more epochs of a cosine", meta{"-schedule": "cosine"}, meta{"-schedule": "cosine", "-epochs": "7"},
			"with its -schedule cosine the rate reaches 0 after 5 epochs, not 7; set -epochs to that, " + remove +
				" (with -schedule constant, a run can be made longer)"},
		{"a cosine", meta{"-schedule": "cosine"}, meta{"-schedule": "cosine"}, ""},
		{"the same data, split by another flag", nil, meta{"-test": "0.2"}, ""},
		{"other data by another flag", nil, meta{"-test": "0.2", "data_crc32c": "2"},
			"it was trained with -test 0.1, not 0.2" + use},
		{"other data", nil, meta{"data_crc32c": "2"},
			"it was trained on other data (mnist); -data has to give the same, " + remove},
		{"the default scale", nil, meta{"-scale": ""}, ""},
		{"another scale", nil, meta{"-scale": "standard"}, "it was trained with -scale unit, not standard" + use},
		{"no value now", nil, meta{"-hidden": ""}, "it was trained with -hidden 2, not (default)" + use},
		{"no value then", meta{"-hidden": ""}, nil, "it was trained with -hidden (default), not 2" + use},
		{"now from a model", nil, meta{"-load": "abc"},
			"it began from random weights, without -load; give the same, " + remove},
		{"from another model", meta{"-load": "abc"}, meta{"-load": "abd"},
			"it began from the weights of another model of -load; give the same, " + remove},
		{"another rate by other layers", nil, meta{"-lr": "2", "-hidden": "3"},
			"it was trained with -hidden 2, not 3" + use},
		{"another rate", nil, meta{"-lr": "2"}, "it was trained with -lr 1, not 2" + use},
		{"a flag that is newer than the checkpoint", nil, meta{"-new": "off"}, ""},
		{"the same, with another value", nil, meta{"-new": "on"}, "it was trained with -new off, not on" + use},
		{"other sizes", meta{"sizes": "[3,5,1]"}, nil, "it does not belong to this network; remove it to start afresh"},
		{"an entry without a name", meta{"": "x"}, nil, ""},
	} {
		s, m := afterTwoEpochs(9)
		s.meta, m.Meta = maps.Clone(base), maps.Clone(base)
		maps.Copy(s.meta, c.now)
		maps.Copy(m.Meta, c.then)
		s.options.Default = func(flag string) string { return map[string]string{"new": "off"}[flag] }
		s.options.Scale = func(text string) string { return map[string]string{"": "unit"}[text] + text }
		wantError(t, c.name, s.checkSameRun(m), c.want)
	}
	s, m := afterTwoEpochs(5)
	delete(m.Meta, "-schedule")
	s.options.Default = func(string) string { return "cosine" }
	wantError(t, "from before there were schedules, when the rate was constant", s.checkSameRun(m), "")
}

// An epoch here has 75 samples, in steps of 10, of which the last has 5.
func TestCheckSameRunComparesThePlaceInTheTraining(t *testing.T) {
	const network = "it does not belong to this network; remove it to start afresh"
	past := func(epoch int) string {
		return fmt.Sprintf("it is past epoch %d already; raise -epochs (it is 2), or remove the checkpoint to start afresh",
			epoch)
	}
	for _, c := range []struct {
		epochs, epoch, samples int
		want                   string
	}{
		{5, 2, 0, ""}, {5, 2, 30, ""}, {5, 2, 75, ""},
		{5, 2, 15, network}, {5, 2, 80, network},
		{2, 2, 0, ""}, {2, 3, 0, past(3)}, {2, 2, 10, past(2)},
	} {
		s, m := afterTwoEpochs(c.epochs)
		m.Epoch, m.Partial.Samples = c.epoch, c.samples
		name := fmt.Sprintf("%d epochs and %d samples of %d epochs", c.epoch, c.samples, c.epochs)
		wantError(t, name, s.checkSameRun(m), c.want)
	}
	s, m := afterTwoEpochs(2)
	s.options.Batch, m.Partial.Samples = 1, 1
	wantError(t, "a single sample more", s.checkSameRun(m), past(2))
}
