// Origins: where a sample is in its file, so that people can look it up.

package dataset

import (
	"fmt"
	"slices"
)

// An Origin says where the samples of a set come from.
type Origin struct {
	File string  // the name of the file, or of an array in it; "" if the samples are generated or the file is not known
	Unit string  // what the file counts: "line", "image", "sample"
	At   []int32 // n: the number of each sample in the file; nil if it is the index, from 0
}

// Number returns where sample i is in its file, such as "line 47"; "" if there is no file.
func (o Origin) Number(i int) string {
	if o.File == "" {
		return ""
	}
	if o.At != nil {
		i = int(o.At[i])
	}
	return fmt.Sprintf("%s %d", o.Unit, i)
}

// Place returns the same with the file's name, such as "line 47 of iris.csv".
func (o Origin) Place(i int) string {
	if o.File == "" {
		return ""
	}
	return o.Number(i) + " of " + o.File
}

// pick returns the origin of the samples with the given numbers.
func (o Origin) pick(which []int) Origin {
	if o.File == "" {
		return o
	}
	at := make([]int32, len(which))
	for k, i := range which {
		if o.At != nil {
			at[k] = o.At[i]
		} else {
			at[k] = int32(i)
		}
	}
	o.At = at
	return o
}

// slice returns the origin of samples lo ≤ i < hi.
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

// join returns the origin of the samples of o followed by those of p; an empty origin if they are from different files.
func (o Origin) join(p Origin) Origin {
	if o.File != p.File || o.Unit != p.Unit || o.At == nil || p.At == nil {
		return Origin{}
	}
	o.At = slices.Concat(o.At, p.At)
	return o
}
