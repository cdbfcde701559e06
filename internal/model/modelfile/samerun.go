package modelfile

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// An OtherRun is why a checkpoint is not gone on from: it is of another run.
type OtherRun struct{ error }

// sameRun says why the checkpoint m is not of the run that is to go on; nil if it is.
func (c *Checkpoint) sameRun(m *Model) error {
	all := maps.Clone(c.meta)
	maps.Copy(all, m.Meta)
	same := m.Meta["data_crc32c"] == c.meta["data_crc32c"]
	keys := slices.Sorted(maps.Keys(all))
	slices.SortStableFunc(keys, func(a, b string) int { return following(a) - following(b) })
	for _, key := range keys {
		if !strings.HasPrefix(key, "-") {
			continue
		}
		c.fillIn(m, key)
		if err := c.sameFlag(key, m.Meta[key], same); err != nil {
			return err
		}
	}
	switch {
	case !same:
		return fmt.Errorf("it was trained on other data (%s); -data has to give the same, "+
			"or remove the checkpoint to start afresh", m.Meta["data"])
	case m.Meta["sizes"] != c.meta["sizes"] || !c.between(m.Partial.Samples):
		return errors.New("it does not belong to this network; remove it to start afresh")
	case c.meta["-schedule"] == "cosine" && m.Meta["-epochs"] != c.meta["-epochs"]:
		return fmt.Errorf("with its -schedule cosine the rate reaches 0 after %s epochs, not %s; set -epochs to that, "+
			"or remove the checkpoint to start afresh (with -schedule constant, a run can be made longer)",
			m.Meta["-epochs"], c.meta["-epochs"])
	case m.Epoch > c.o.Epochs || m.Epoch == c.o.Epochs && m.Partial.Samples > 0:
		return fmt.Errorf("it is past epoch %d already; raise -epochs (it is %d), "+
			"or remove the checkpoint to start afresh",
			m.Epoch, c.o.Epochs)
	}
	return nil
}

// fillIn puts in what was meant where a flag is younger than the checkpoint.
func (c *Checkpoint) fillIn(m *Model, key string) {
	if _, known := m.Meta[key]; known {
		return
	}
	m.Meta[key] = c.o.Default(key[1:])
	if key == "-schedule" {
		m.Meta[key] = "constant" // as it was before there was a choice
	}
}

// sameFlag reports a flag that the checkpoint's run had otherwise; same says that the data are the same.
func (c *Checkpoint) sameFlag(key, was string, same bool) error {
	is := c.meta[key]
	ofData := slices.Contains([]string{"-test", "-valid", "-split", "-label", "-regress", "-ignore"}, key)
	switch {
	case is == was || key == "-epochs" || same && ofData:
		return nil
	case key == "-scale" && c.o.Scale(was) == c.o.Scale(is):
		return nil // it is what it would be anyway
	case key == "-load" && was == "":
		return errors.New("it began from random weights, without -load; give the same, " +
			"or remove the checkpoint to start afresh")
	case key == "-load": // hashes, which nobody types
		return errors.New("it began from the weights of another model of -load; give the same, " +
			"or remove the checkpoint to start afresh")
	}
	return fmt.Errorf("it was trained with %s %s, not %s; use the same, or remove the checkpoint to start afresh",
		key, cmp.Or(was, "(default)"), cmp.Or(is, "(default)"))
}

// between says that so many samples of an epoch lie between two steps.
func (c *Checkpoint) between(samples int) bool {
	return samples == c.o.Samples || samples < c.o.Samples && samples%c.o.Batch == 0
}

// following is 1 for a flag whose value may follow from another's: the other is to be named.
func following(flag string) int {
	if slices.Contains([]string{"-lr", "-schedule", "-cost"}, flag) {
		return 1
	}
	return 0
}
