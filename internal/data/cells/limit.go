// Limits: how large a table may be.

package cells

import "fmt"

// MaxCells is the most cells that are read, so that a table, or a pipe that never ends, takes no more than 4 GB. Tests
// set it lower.
var MaxCells = 1 << 29

// A Limit bounds what is read from a file: the bytes of text; the cells, if some are not whole numbers from 0 to 255;
// and the inputs of all samples together.
type Limit struct{ Bytes, Cells, Inputs int64 }

// LimitOf returns the limit for a file of size bytes that may be unpacked to at most limit bytes. A packed byte may
// stand for up to 40 bytes of text, for two numbers, or for eight inputs that are 0 or 1.
func LimitOf(size, limit int64, packed bool) Limit {
	if packed {
		return Limit{min(limit, 1<<20+40*size), 1<<20 + 2*size, 1<<20 + 8*size}
	}
	return Limit{limit, limit, 1<<20 + 16*min(size, 1<<40)}
}

// TooLong returns the error about a table of more than limit bytes.
func TooLong(limit int64) error {
	return fmt.Errorf("unpacks to more than %d bytes, many times its size: no table does that", limit)
}

// CheckInputs returns an error if n inputs for each row are more than the limit.
func (t *Table) CheckInputs(n int) error {
	if all := int64(t.N) * int64(n); all > min(t.limit.Inputs, int64(MaxCells)) {
		return fmt.Errorf("%d samples of %d inputs are more than a table of its size is believed to hold; leave columns out "+
			"with -ignore, or unpack it if it is packed", t.N, n)
	}
	return nil
}
