// Arrays: a data set of NumPy's arrays, or MNIST's.

package load

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/data/dataset"
	"backprop/internal/data/numpy"
	"backprop/internal/data/table"
)

// ArraysDataset makes a data set of arrays; names are those of the parts in errors.
func ArraysDataset(parts numpy.Parts, names [3]string, regress bool) (*dataset.Dataset, error) {
	d := &dataset.Dataset{Ordered: true}
	var pixels [3][]byte
	x0 := parts[0][0]
	if d.Height, d.Width = sides(x0.Shape); d.Width > 0 || x0.Type == "|u1" {
		var by float64
		if pixels, by = parts.Bytes(); by > 1 {
			d.Note = fmt.Sprintf("pixels in the file are divided by %g, and are kept as bytes", by)
		}
	}
	if pixels[0] == nil {
		if x0.Signed() && len(x0.Shape) > 2 {
			return nil, fmt.Errorf("%s: images in signed bytes, some below 0: pixels go from 0 to 255; save them as uint8 "+
				"(x.astype('uint8') where bytes above 127 have become negative)", names[0])
		}
		if x0.Signed() && d.Width > 0 {
			d.Note = "inputs are signed bytes, some below 0, and so numbers and no pixels; if they are images, save them " +
				"as uint8"
		}
		d.Height, d.Width = 0, 0
	}
	for k, s := range []*dataset.Set{&d.Train, &d.Valid, &d.Test} {
		x, y := parts[k][0], parts[k][1]
		if x == nil {
			continue
		}
		s.N, s.Dim, s.Pixels = x.Shape[0], x.Len()/x.Shape[0], pixels[k]
		if s.Pixels == nil {
			s.Values = x.Values()
			if i := slices.IndexFunc(s.Values, func(v float64) bool { return math.IsInf(v, 0) }); i >= 0 {
				return nil, fmt.Errorf("%s: sample %d has an infinite input", names[k], i/s.Dim)
			}
		}
		if err := takeLabels(d, s, y.Values(), regress); err != nil {
			return nil, fmt.Errorf("%s: %w", names[k], err)
		}
	}
	noteArrays(d)
	return d, nil
}

// takeLabels makes classes of labels that are whole numbers, one a sample; else targets. Those of
// the training part come first, and say which classes there are.
func takeLabels(d *dataset.Dataset, s *dataset.Set, labels []float64, regress bool) error {
	classCount := 0
	if !regress {
		labels, classCount = fromOneHot(labels, s.N)
	}
	classes := len(labels) == s.N && !regress
	if i := slices.IndexFunc(labels, func(y float64) bool { return y-y != 0 }); i >= 0 {
		return fmt.Errorf("label %d is %g", i, labels[i])
	}
	if s == &d.Train && classes {
		d.Classes = codes(labels)
	}
	if classes && d.Classes != nil && d.Classes[0] != "0" {
		return takeCodes(d, s, labels)
	}
	for _, c := range labels {
		classes = classes && c >= 0 && c < mostClasses && c == math.Trunc(c)
	}
	if s != &d.Train && classes != (d.Classes != nil) {
		return errors.New("labels are not of the same kind as the training labels")
	}
	if !classes {
		if s == &d.Train && len(labels) > s.N {
			noteTargets(d, labels)
		}
		s.Targets = labels
		return nil
	}
	most := int(slices.Max(labels))
	if s == &d.Train && most == int(slices.Min(labels)) {
		if len(labels) == 1 {
			return errors.New("there is only one sample, so nothing to tell apart")
		}
		return fmt.Errorf("all %d labels are %d: there is nothing to tell apart", len(labels), most)
	}
	for c := 0; s == &d.Train && c < max(most+1, classCount); c++ {
		d.Classes = append(d.Classes, strconv.Itoa(c))
	}
	for i, c := range labels {
		if int(c) >= len(d.Classes) {
			return fmt.Errorf("label %d is %d, but the training labels go from 0 to %d: they do not belong together",
				i, int(c), len(d.Classes)-1)
		}
		s.Labels = append(s.Labels, int32(c))
	}
	if s == &d.Train {
		noteEmptyClasses(d)
	}
	return nil
}

// mostClasses is beyond the largest label that is a class by itself.
const mostClasses = 1000

// codes are classes whose names are whole numbers, some of them below 0, as -1 beside 1, or large, as 10115; nil where
// the labels are numbers to predict, or count the classes from 0.
func codes(labels []float64) (names []string) {
	different := slices.Compact(slices.Sorted(slices.Values(labels)))
	n, least, most := len(different), different[0], different[len(different)-1]
	whole := !slices.ContainsFunc(different, func(y float64) bool { return y != math.Trunc(y) || math.Abs(y) > 1e15 })
	if !whole || least >= 0 && most < mostClasses || n < 2 || n > max(2, min(100, len(labels)/2)) {
		return nil
	}
	for _, y := range different {
		names = append(names, strconv.Itoa(int(y)))
	}
	return names
}

// takeCodes takes labels that are such classes.
func takeCodes(d *dataset.Dataset, s *dataset.Set, labels []float64) error {
	for i, y := range labels {
		k := slices.Index(d.Classes, strconv.FormatFloat(y, 'f', -1, 64))
		if k < 0 {
			return fmt.Errorf("label %d is %g, which is not among those to train on (%.100s)", i, y,
				strings.Join(d.Classes, ", "))
		}
		s.Labels = append(s.Labels, int32(k))
	}
	return nil
}

// addNote adds a sentence to what is told of a data set.
// noteTargets says of several labels a sample that they are numbers to predict, and where they are no classes.
func noteTargets(d *dataset.Dataset, labels []float64) {
	k := len(labels) / d.Train.N
	note := fmt.Sprintf("labels are %d numbers a sample, to predict", k)
	if slices.ContainsFunc(labels, func(y float64) bool { return y != 0 && y != 1 }) {
		d.AddNote(note)
		return
	}
	for i := range d.Train.N {
		ones := 0
		for _, y := range labels[i*k : (i+1)*k] {
			ones += int(y)
		}
		if ones != 1 {
			d.AddNote(note + fmt.Sprintf(", and no classes: of sample %d, %d of them are 1", i, ones))
			return
		}
	}
}

// noteArrays says what in arrays may be wrong: pixels the other way round, missing inputs and what may stand for such,
// amounts as classes, and samples in the order of their labels, which are then drawn for the test.
func noteArrays(d *dataset.Dataset) {
	s := &d.Train
	if d.Width > 0 && darkOnLight(s) {
		d.AddNote("the images are dark on a light ground: with -scale standard, or turned round (255 − x), they are " +
			"learned far better")
	}
	missing := 0
	for _, x := range s.Values {
		if x != x {
			missing++
		}
	}
	if missing > 0 {
		d.AddNote(fmt.Sprintf("%d inputs are missing (NaN), and replaced by the training mean (with -scale standard)",
			missing))
	}
	noteOdd(d)
	if n := len(d.Classes); n > 10 && d.Width == 0 && s.Dim > 0 {
		d.AddNote(fmt.Sprintf("the labels are whole numbers from %s to %s, each learned as a class of its own: if they are "+
			"amounts, -regress learns a number to predict", d.Classes[0], d.Classes[n-1]))
	}
	if d.Ordered && areSorted(s, len(d.Classes)) {
		d.Ordered = false
		d.AddNote("the samples lie in the order of their labels: what is held out is drawn by -seed")
	}
}

// darkOnLight says whether the pixels of images are light in the most part: of each of the first hundred, two thirds.
func darkOnLight(s *dataset.Set) bool {
	n := min(s.N, 100) * s.Dim
	light := 0
	for _, p := range s.Pixels[:n] {
		if p > 127 {
			light++
		}
	}
	return 3*light > 2*n
}

// noteOdd says which inputs have numbers that may stand for missing ones.
func noteOdd(d *dataset.Dataset) {
	const most, shown = 100, 3
	s := &d.Train
	if s.Pixels != nil || s.Dim > most {
		return
	}
	var list []string
	for j := range s.Dim {
		for _, odd := range table.Odd(s.N, func(i int) float64 { return s.Values[i*s.Dim+j] }) {
			list = append(list, fmt.Sprintf("input %d (%s)", j+1, odd))
		}
	}
	if more := len(list) - shown; more > 1 {
		list = append(list[:shown], fmt.Sprintf("and %d more", more))
	}
	if list != nil {
		d.AddNote("far from all others, as if it stood for a missing value: " + strings.Join(list, ", "))
	}
}

// areSorted says whether samples lie in the order of their labels, class by class or by size: the label changes from
// sample to sample less than a quarter as often as where they lie by chance.
func areSorted(s *dataset.Set, classes int) bool {
	if classes == 0 {
		return len(s.Targets) == s.N && s.N > 2 && slices.IsSorted(s.Targets)
	}
	counts, changes, alike := make([]float64, classes), 0.0, 0.0
	for i, c := range s.Labels {
		counts[c]++
		if i > 0 && c != s.Labels[i-1] {
			changes++
		}
	}
	for _, n := range counts {
		alike += n * n / float64(s.N)
	}
	return s.N >= 10 && 4*changes < float64(s.N)-alike
}

// noteEmptyClasses says which classes have no sample to train on, as 0 where labels begin with 1.
func noteEmptyClasses(d *dataset.Dataset) {
	seen := make([]bool, len(d.Classes))
	for _, c := range d.Train.Labels {
		seen[c] = true
	}
	var empty []string
	for c, there := range seen {
		if !there {
			empty = append(empty, d.Classes[c])
		}
	}
	if empty != nil {
		d.AddNote(fmt.Sprintf("no sample to train on has the class %.200s", strings.Join(empty, ", ")))
	}
}

// fromOneHot makes classes of labels that are a row of one 1 and else 0 for each of n samples, and says how many
// classes there are; other labels stay, and it is 0.
func fromOneHot(labels []float64, n int) ([]float64, int) {
	k := len(labels) / n
	if k < 2 {
		return labels, 0
	}
	classes := make([]float64, 0, n)
	for i := 0; i < len(labels); i += k {
		one := slices.Index(labels[i:i+k], 1)
		for j, y := range labels[i : i+k] {
			if one < 0 || y != 0 && j != one {
				return labels, 0
			}
		}
		classes = append(classes, float64(one))
	}
	return classes, k
}
