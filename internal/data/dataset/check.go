package dataset

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
)

// MostInput is the largest absolute value of a scaled number: products and squares of such numbers are finite.
const MostInput = 1e100

// CheckRange returns an error if a number is too large to compute with after it is scaled. A scale that was fitted to
// the training set keeps that split in range, but not the others.
func (d *Dataset) CheckRange(in, out Scale) error {
	for _, split := range []struct {
		name string
		set  *Set
	}{{"training", &d.Train}, {"validation", &d.Valid}, {"test", &d.Test}} {
		sample := func(i int) string {
			o := &split.set.Origin
			if o.File != "" {
				return o.File + ": " + o.Number(i)
			}
			return fmt.Sprintf("%s: sample %d of the %s set", d.Name, i+1, split.name)
		}
		input := func(j int) string {
			if d.Inputs == nil {
				return fmt.Sprintf("input %d", j+1)
			}
			return fmt.Sprintf("input %d (%.60q)", j+1, d.Inputs[j])
		}
		target := func(j int) string { return fmt.Sprintf("number to predict, %d", j+1) }
		if err := checkRange(split.set.Values, in, sample, input); err != nil {
			return err
		}
		if err := checkRange(split.set.Targets, out, sample, target); err != nil {
			return err
		}
	}
	return nil
}

// checkRange is CheckRange for the inputs or the targets of one split. sample and column name a row and a column.
func checkRange(numbers []float64, scale Scale, sample, column func(i int) string) error {
	width := len(scale.Factor)
	for i, v := range numbers {
		j := i % width
		scaled := (v - scale.Shift[j]) * scale.Factor[j] // NaN if v is missing
		if scaled > MostInput || scaled < -MostInput {
			return fmt.Errorf("%s has %g as %s: too large to compute with; correct it, or remove the sample",
				sample(i/width), v, column(j))
		}
	}
	return nil
}

// Fingerprint returns a checksum of all the data that a network learns from and is tested on.
func (d *Dataset) Fingerprint() string {
	h := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	fmt.Fprintf(h, "%q", d.Classes)
	for _, s := range []Set{d.Train, d.Valid, d.Test} {
		fmt.Fprintf(h, "%d×%d", s.N, s.Dim)
		h.Write(s.Pixels)
		binary.Write(h, binary.LittleEndian, s.Labels)
		for _, list := range [][]float64{s.Values, s.Targets} {
			for chunk := range slices.Chunk(list, 1<<13) { // binary.Write copies what it writes
				binary.Write(h, binary.LittleEndian, chunk)
			}
		}
	}
	return fmt.Sprintf("%08x", h.Sum32())
}
