// Origin: where in its file a sample stands, so that whoever reads of one can look it up.

package dataset

import (
	"fmt"
	"slices"
)

// An Origin is where the samples of a set come from.
type Origin struct {
	File string  // its name, or that of a part of it; "" where the samples are drawn, or nobody knows
	Unit string  // what the file counts: "line", "image", "sample"
	At   []int32 // n: the number that each has there; nil where it is its index, from 0
}

// Number is what sample i is called in its file: "line 47"; "" where there is none.
func (o Origin) Number(i int) string {
	if o.File == "" {
		return ""
	}
	if o.At != nil {
		i = int(o.At[i])
	}
	return fmt.Sprintf("%s %d", o.Unit, i)
}

// Place is the number with the file's name: "line 47 of iris.csv".
func (o Origin) Place(i int) string {
	if o.File == "" {
		return ""
	}
	return o.Number(i) + " of " + o.File
}

// pick is the origin of the samples of the given indices.
func (o Origin) pick(which []int) Origin {
	if o.File == "" {
		return o
	}
	at := make([]int32, len(which))
	for k, i := range which {
		if at[k] = int32(i); o.At != nil {
			at[k] = o.At[i]
		}
	}
	o.At = at
	return o
}

// slice is the origin of samples lo ≤ i < hi.
func (o Origin) slice(lo, hi int) Origin {
	if o.At != nil {
		o.At = o.At[lo:hi:hi]
		return o
	}
	if lo == 0 {
		return o
	}
	which := make([]int, hi-lo)
	for k := range which {
		which[k] = lo + k
	}
	return o.pick(which)
}

// join is the origin of samples and then others. Where they are of two files, nobody knows it.
func (o Origin) join(p Origin) Origin {
	if o.File != p.File || o.Unit != p.Unit || o.At == nil || p.At == nil {
		return Origin{}
	}
	o.At = slices.Concat(o.At, p.At)
	return o
}
