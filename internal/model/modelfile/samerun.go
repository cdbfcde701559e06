package modelfile

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// An OtherRunError says why a training cannot resume from a checkpoint: it belongs to another run.
type OtherRunError struct{ error }

// checkSameRun returns an error unless the checkpoint m belongs to this run, with the same data, network and flags, and
// has not gone beyond it.
func (s *Saver) checkSameRun(m *Model) error {
	sameData := m.Meta["data_crc32c"] == s.meta["data_crc32c"]
	for _, flag := range flagsOf(m.Meta, s.meta) {
		if err := s.checkSameFlag(m, flag, sameData); err != nil {
			return err
		}
	}
	switch {
	case !sameData:
		return fmt.Errorf("it was trained on other data (%s); -data has to give the same, "+
			"or remove the checkpoint to start afresh", m.Meta["data"])
	case m.Meta["sizes"] != s.meta["sizes"] || !s.isStepEnd(m.Partial.Samples):
		return errors.New("it does not belong to this network; remove it to start afresh")
	case s.meta["-schedule"] == "cosine" && m.Meta["-epochs"] != s.meta["-epochs"]:
		return fmt.Errorf("with its -schedule cosine the rate reaches 0 after %s epochs, not %s; set -epochs to that, "+
			"or remove the checkpoint to start afresh (with -schedule constant, a run can be made longer)",
			m.Meta["-epochs"], s.meta["-epochs"])
	case m.Epoch > s.options.Epochs || m.Epoch == s.options.Epochs && m.Partial.Samples > 0:
		return fmt.Errorf("it is past epoch %d already; raise -epochs (it is %d), "+
			"or remove the checkpoint to start afresh",
			m.Epoch, s.options.Epochs)
	}
	return nil
}

// flagsOf returns the flags in the metadata a and b, sorted. Flags whose default depends on other flags come last, so
// that an error names the flag that the user has changed.
func flagsOf(a, b map[string]string) []string {
	var independent, dependent []string
	all := maps.Clone(a)
	maps.Copy(all, b)
	for _, key := range slices.Sorted(maps.Keys(all)) {
		switch {
		case !strings.HasPrefix(key, "-"):
		case slices.Contains([]string{"-lr", "-schedule", "-cost"}, key):
			dependent = append(dependent, key)
		default:
			independent = append(independent, key)
		}
	}
	return append(independent, dependent...)
}

// checkSameFlag returns an error if the run of the checkpoint m had another value of the flag, and the difference
// matters. A flag that did not exist yet when the checkpoint was written counts as having its default.
func (s *Saver) checkSameFlag(m *Model, flag string, sameData bool) error {
	then, known := m.Meta[flag]
	if !known {
		then = s.options.Default(flag[1:])
		if flag == "-schedule" {
			then = "constant" // the only schedule before there was a choice
		}
	}
	now := s.meta[flag]
	choosesData := slices.Contains([]string{"-test", "-valid", "-split", "-label", "-regress", "-ignore"}, flag)
	switch {
	case now == then || flag == "-epochs" || sameData && choosesData:
		return nil
	case flag == "-scale" && s.options.Scale(then) == s.options.Scale(now):
		return nil // one of the two is the default, and means the other for these data
	case flag == "-load" && then == "":
		return errors.New("it began from random weights, without -load; give the same, " +
			"or remove the checkpoint to start afresh")
	case flag == "-load": // the values are hashes, which nobody types
		return errors.New("it began from the weights of another model of -load; give the same, " +
			"or remove the checkpoint to start afresh")
	}
	return fmt.Errorf("it was trained with %s %s, not %s; use the same, or remove the checkpoint to start afresh",
		flag, cmp.Or(then, "(default)"), cmp.Or(now, "(default)"))
}

// isStepEnd reports whether a training step ends after the given number of samples of an epoch.
func (s *Saver) isStepEnd(samples int) bool {
	o := s.options
	return samples == o.Samples || samples < o.Samples && samples%o.Batch == 0
}
