package dataset

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
)

// MostInput is how large a scaled number may be, so that products and squares of it stay finite.
const MostInput = 1e100

// CheckRange reports a number, of whatever part, that is too large to compute with once it is scaled. The training
// part is in range if the scale was fitted on it; those that are scaled as it is need not be.
func (d *Dataset) CheckRange(in, out Scale) error {
	for _, part := range []struct {
		name string
		set  *Set
	}{{"training", &d.Train}, {"validation", &d.Valid}, {"test", &d.Test}} {
		of := func(i int) string {
			o := &part.set.Origin
			if o.File != "" {
				return o.File + ": " + o.Number(i)
			}
			return fmt.Sprintf("%s: sample %d of the %s part", d.Name, i+1, part.name)
		}
		if err := d.checkRange(part.set.Values, in, of, "input"); err != nil {
			return err
		}
		if err := d.checkRange(part.set.Targets, out, of, "number to predict,"); err != nil {
			return err
		}
	}
	return nil
}

// checkRange is CheckRange of the inputs, or of the numbers to predict, of one part, whose samples of names.
func (d *Dataset) checkRange(numbers []float64, scale Scale, of func(i int) string, what string) error {
	width := len(scale.Factor)
	for i, v := range numbers {
		j := i % width
		scaled := (v - scale.Shift[j]) * scale.Factor[j]
		if !(scaled > MostInput || scaled < -MostInput) { // nor where it is missing
			continue
		}
		name := fmt.Sprintf("%s %d", what, j+1)
		if what == "input" && d.Inputs != nil {
			name += fmt.Sprintf(" (%.60q)", d.Inputs[j])
		}
		return fmt.Errorf("%s has %g as %s: too large to compute with; correct it, or remove the sample",
			of(i/width), v, name)
	}
	return nil
}

// Fingerprint is a checksum that tells data apart.
func (d *Dataset) Fingerprint() string {
	h := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	fmt.Fprintf(h, "%q", d.Classes)
	for _, s := range []Set{d.Train, d.Valid, d.Test} {
		fmt.Fprintf(h, "%d×%d", s.N, s.Dim)
		h.Write(s.Pixels)
		binary.Write(h, binary.LittleEndian, s.Labels)
		for _, list := range [][]float64{s.Values, s.Targets} {
			for part := range slices.Chunk(list, 1<<13) {
				binary.Write(h, binary.LittleEndian, part)
			}
		}
	}
	return fmt.Sprintf("%08x", h.Sum32())
}
