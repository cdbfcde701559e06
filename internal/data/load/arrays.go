// Arrays: a data set made of arrays, NumPy's or MNIST's.

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

// Arrays makes a data set from the arrays of the splits. Errors begin with the name of the split.
func Arrays(splits numpy.Splits, names [3]string, regress bool) (*dataset.Dataset, error) {
	d := &dataset.Dataset{Ordered: true}
	pixels, err := findPixels(d, splits)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", names[0], err)
	}
	for k, s := range []*dataset.Set{&d.Train, &d.Valid, &d.Test} {
		x, y := splits[k].Inputs, splits[k].Labels
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
		if err := setLabels(d, s, y.Values(), regress); err != nil {
			return nil, fmt.Errorf("%s: %w", names[k], err)
		}
	}
	noteArrays(d)
	return d, nil
}

// findPixels returns the inputs of each split as bytes, if all are bytes. If they are images, it also sets their size.
func findPixels(d *dataset.Dataset, splits numpy.Splits) (pixels [3][]byte, err error) {
	x := splits[0].Inputs
	height, width := imageSize(x.Shape)
	if width > 0 || x.Type == "|u1" {
		var dividedBy float64
		if pixels, dividedBy = splits.Bytes(); dividedBy > 1 {
			d.Note = fmt.Sprintf("pixels in the file are divided by %g, and are kept as bytes", dividedBy)
		}
	}
	switch {
	case pixels[0] != nil:
		d.Height, d.Width = height, width
	case x.HasNegativeBytes() && len(x.Shape) > 2:
		return pixels, errors.New("images in signed bytes, some below 0: pixels go from 0 to 255; save them as uint8 " +
			"(x.astype('uint8') where bytes above 127 have become negative)")
	case x.HasNegativeBytes() && width > 0:
		d.Note = "inputs are signed bytes, some below 0, so they are numbers and not pixels; if they are images, save them " +
			"as uint8"
	}
	return pixels, nil
}

// setLabels sets the labels of a split: as classes if they are whole numbers, one for each sample, or one-hot; else as
// targets. The training set comes first, and decides which classes there are.
func setLabels(d *dataset.Dataset, s *dataset.Set, labels []float64, regress bool) (err error) {
	oneHot := 0
	if !regress {
		labels, oneHot = fromOneHot(labels, s.N)
	}
	isInfinite := func(y float64) bool { return math.IsNaN(y) || math.IsInf(y, 0) }
	if i := slices.IndexFunc(labels, isInfinite); i >= 0 {
		return fmt.Errorf("label %d is %g", i, labels[i])
	}
	isTrain := s == &d.Train
	mayBeClasses := !regress && len(labels) == s.N
	if isTrain && mayBeClasses {
		if d.Classes, err = classNames(labels, oneHot); err != nil {
			return err
		}
	}
	switch {
	case mayBeClasses && d.Classes != nil && !countFrom0(d.Classes):
		return setCodes(d, s, labels)
	case (mayBeClasses && areIndexes(labels)) != (d.Classes != nil):
		return errors.New("labels are not of the same kind as the training labels")
	case d.Classes == nil:
		s.Targets = labels
		if isTrain && len(labels) > s.N {
			noteTargets(d)
		}
		return nil
	}
	for i, y := range labels {
		if int(y) >= len(d.Classes) {
			return fmt.Errorf("label %d is %d, but the training labels go from 0 to %d: they do not belong together",
				i, int(y), len(d.Classes)-1)
		}
		s.Labels = append(s.Labels, int32(y))
	}
	if isTrain {
		noteEmptyClasses(d)
	}
	return nil
}

// fromOneHot turns one-hot labels of n samples, for each a row of zeros with a single 1, into class indexes, and
// returns how many classes there are. It returns other labels unchanged, and 0.
func fromOneHot(labels []float64, n int) (indexes []float64, classes int) {
	k := len(labels) / n
	if k < 2 {
		return labels, 0
	}
	for row := range slices.Chunk(labels, k) {
		one := slices.Index(row, 1)
		for j, y := range row {
			if one < 0 || y != 0 && j != one {
				return labels, 0
			}
		}
		indexes = append(indexes, float64(one))
	}
	return indexes, k
}

// maxIndexes is how many classes labels can count from 0. Larger labels are codes or numbers to predict.
const maxIndexes = 1000

// areIndexes reports whether labels count classes from 0.
func areIndexes(labels []float64) bool {
	return !slices.ContainsFunc(labels, func(y float64) bool { return y < 0 || y >= maxIndexes || y != math.Trunc(y) })
}

// countFrom0 reports whether the names of classes, which are whole numbers in order, are 0, 1, 2 …
func countFrom0(classes []string) bool {
	last := len(classes) - 1
	return classes[0] == "0" && classes[last] == strconv.Itoa(last)
}

// classNames returns the names of the classes in the training labels. If the labels count the classes, the names are 0,
// 1, 2 …, at least atLeast of them. If they are a few whole numbers, such as −1 and 1, or 10115, they are codes, and
// the names are these numbers. classNames returns nil if the labels are numbers to predict.
func classNames(labels []float64, atLeast int) (names []string, err error) {
	different := slices.Compact(slices.Sorted(slices.Values(labels)))
	n, largest := len(different), different[len(different)-1]
	if areIndexes(different) {
		switch {
		case len(labels) == 1:
			return nil, errors.New("there is only one sample, so nothing to tell apart")
		case n == 1:
			return nil, fmt.Errorf("all %d labels are %g: there is nothing to tell apart", len(labels), largest)
		}
		for c := range max(int(largest)+1, atLeast) {
			names = append(names, strconv.Itoa(c))
		}
		return names, nil
	}
	isWhole := !slices.ContainsFunc(different, func(y float64) bool { return y != math.Trunc(y) || math.Abs(y) > 1e15 })
	if !isWhole || n < 2 || n > max(2, min(100, len(labels)/2)) {
		return nil, nil
	}
	for _, y := range different {
		names = append(names, strconv.Itoa(int(y)))
	}
	return names, nil
}

// setCodes sets the labels of a split whose labels are codes of classes.
func setCodes(d *dataset.Dataset, s *dataset.Set, labels []float64) error {
	for i, y := range labels {
		class := slices.Index(d.Classes, strconv.FormatFloat(y, 'f', -1, 64))
		if class < 0 {
			return fmt.Errorf("label %d is %g, which is not among those to train on (%.100s)", i, y,
				strings.Join(d.Classes, ", "))
		}
		s.Labels = append(s.Labels, int32(class))
	}
	return nil
}

// noteTargets notes that each sample has several numbers to predict and, if they look like one-hot labels, why they are
// not taken for such.
func noteTargets(d *dataset.Dataset) {
	k := len(d.Train.Targets) / d.Train.N
	note := fmt.Sprintf("labels are %d numbers a sample, to predict", k)
	if slices.ContainsFunc(d.Train.Targets, func(y float64) bool { return y != 0 && y != 1 }) {
		d.AddNote(note)
		return
	}
	for i := range d.Train.N {
		ones := 0
		for _, y := range d.Train.Targets[i*k : (i+1)*k] {
			ones += int(y)
		}
		if ones != 1 {
			d.AddNote(note + fmt.Sprintf(", and no classes: of sample %d, %d of them are 1", i, ones))
			return
		}
	}
}

// noteArrays notes what may be wrong: images that are dark on light, inputs that are missing or seem to be, and amounts
// taken for classes. If samples are sorted by label, it clears Ordered, so that test samples are drawn at random.
func noteArrays(d *dataset.Dataset) {
	s := &d.Train
	if d.Width > 0 && isDarkOnLight(s) {
		d.AddNote("the images are dark on a light ground: they are learned far better with -scale standard, or " +
			"inverted (255 − x)")
	}
	missing := 0
	for _, x := range s.Values {
		if math.IsNaN(x) {
			missing++
		}
	}
	if missing > 0 {
		d.AddNote(fmt.Sprintf("%d inputs are missing (NaN), and replaced by the training mean (with -scale standard)",
			missing))
	}
	notePlaceholders(d)
	if n := len(d.Classes); n > 10 && d.Width == 0 {
		d.AddNote(fmt.Sprintf("the labels are whole numbers from %s to %s, each learned as a class of its own: if they are "+
			"amounts, -regress learns a number to predict", d.Classes[0], d.Classes[n-1]))
	}
	if areSorted(s, len(d.Classes)) {
		d.Ordered = false
		d.AddNote("the samples are sorted by their labels, so those held out are drawn at random (-seed)")
	}
}

// isDarkOnLight reports whether two thirds of the pixels are light, in up to 100 images.
func isDarkOnLight(s *dataset.Set) bool {
	n := min(s.N, 100) * s.Dim
	light := 0
	for _, p := range s.Pixels[:n] {
		if p > 127 {
			light++
		}
	}
	return 3*light > 2*n
}

// notePlaceholders notes which inputs have numbers, such as −999, that may stand for missing values.
func notePlaceholders(d *dataset.Dataset) {
	const maxInputs, shown = 100, 3
	s := &d.Train
	if s.Pixels != nil || s.Dim > maxInputs {
		return
	}
	var list []string
	for j := range s.Dim {
		for _, odd := range table.Outliers(s.N, func(i int) float64 { return s.Values[i*s.Dim+j] }) {
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

// areSorted reports whether samples are sorted by label: numbers by size; or, as classes, so nearly that the class
// changes from sample to sample less than a quarter as often as in random order.
func areSorted(s *dataset.Set, classes int) bool {
	if classes == 0 {
		return len(s.Targets) == s.N && s.N > 2 && slices.IsSorted(s.Targets)
	}
	counts, changes := make([]float64, classes), 0.0
	for i, c := range s.Labels {
		counts[c]++
		if i > 0 && c != s.Labels[i-1] {
			changes++
		}
	}
	repeats := 0.0 // as many as random order would lead us to expect
	for _, n := range counts {
		repeats += n * n / float64(s.N)
	}
	return s.N >= 10 && 4*changes < float64(s.N)-repeats
}

// noteEmptyClasses notes which classes have no training sample, such as 0 if the labels begin with 1.
func noteEmptyClasses(d *dataset.Dataset) {
	var empty []string
	for c, name := range d.Classes {
		if !slices.Contains(d.Train.Labels, int32(c)) {
			empty = append(empty, name)
		}
	}
	if empty != nil {
		d.AddNote(fmt.Sprintf("no sample to train on has the class %.200s", strings.Join(empty, ", ")))
	}
}
