// Splits: which samples are for training, validation and test.

package dataset

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
)

// A HoldOut is how many samples to hold out: a number, or a fraction below 1. It is a flag.Value.
type HoldOut struct {
	Count    int
	Fraction float64
}

func (h *HoldOut) String() string {
	if h.Fraction != 0 {
		return strconv.FormatFloat(h.Fraction, 'g', -1, 64)
	}
	return strconv.Itoa(h.Count)
}

// Set parses text in the form that String returns.
func (h *HoldOut) Set(s string) error {
	if n, err := strconv.Atoi(s); err == nil && n >= 0 {
		*h = HoldOut{Count: n}
		return nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f >= 0 && f < 1) {
		return errors.New("expected a count (10000) or a fraction below 1 (0.2)")
	}
	*h = HoldOut{Fraction: f}
	return nil
}

// Of returns how many of n samples to hold out. A fraction is rounded up, as in scikit-learn: 0.33 of 1797 is 594.
func (h HoldOut) Of(n int) int {
	if h.Fraction != 0 {
		return int(math.Ceil(float64(h.Fraction*float64(n)) - 1e-9))
	}
	return h.Count
}

// Split moves samples from the training set to the test set, if the data have no test set of their own, and then to
// the validation set. It draws them with rng, or takes the last ones if the data are ordered. If the data have a
// validation set of their own and valid asks for another, their own goes back to training first.
func (d *Dataset) Split(test, valid HoldOut, rng *rand.Rand) error {
	d.rejoin(valid)
	n := d.Train.N
	d.unsplit = max(d.unsplit, n)
	t := 0
	if d.Test.N == 0 {
		t = test.Of(n)
	}
	if t >= n {
		return fmt.Errorf("-test %s of %d samples leaves nothing to train on; hold out fewer", &test, n)
	}
	v := valid.Of(n - t)
	if v >= n-t {
		return fmt.Errorf("-valid %s of the %d samples for training leaves nothing to train on; hold out fewer", &valid, n-t)
	}
	if t+v == 0 {
		return nil
	}
	all := d.Train
	d.mixed, d.unexplained = nil, nil
	if !d.Ordered {
		all = all.pick(rng.Perm(n))
	}
	d.Train = all.Slice(0, n-t-v)
	if v > 0 {
		d.Valid = all.Slice(n-t-v, n-t)
	}
	if t > 0 {
		d.Test = all.Slice(n-t, n)
	}
	return nil
}

// rejoin moves the data's own validation set back into training, if valid asks for another.
func (d *Dataset) rejoin(valid HoldOut) {
	if d.Valid.N > 0 && valid != (HoldOut{}) {
		d.Train, d.Valid = d.Train.join(d.Valid), Set{}
	}
}

// Arrange orders the training samples so that Split then makes the same splits as scikit-learn's train_test_split,
// called twice: all(n) orders all n samples, and the first of them become the test set; rest orders the remaining
// ones, and the first of those become the validation set. If too few samples would be left, Arrange changes nothing,
// and Split returns the error.
func (d *Dataset) Arrange(test, valid HoldOut, all, rest func(n int) []int) {
	d.rejoin(valid)
	n, t := d.Train.N, 0
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	if d.Test.N == 0 {
		t, order = test.Of(n), all(n)
	}
	v := valid.Of(n - t)
	if t+v >= n {
		return
	}
	others := make([]int, 0, n)
	for _, i := range rest(n - t) {
		others = append(others, order[t:][i])
	}
	d.Train, d.Ordered = d.Train.pick(slices.Concat(others[v:], others[:v], order[:t])), true
}

// Folds draws with rng, for each sample, the fold from 0 to n−1 in which it is tested. Each class has the same number
// of samples in each fold, give or take one.
func (s *Set) Folds(n int, rng *rand.Rand) []int {
	order := rng.Perm(s.N)
	if s.Labels != nil {
		slices.SortStableFunc(order, func(a, b int) int { return int(s.Labels[a]) - int(s.Labels[b]) })
	}
	fold := make([]int, s.N)
	for at, i := range order {
		fold[i] = at % n
	}
	return fold
}

// Fold returns the data with fold k as the test set and the other folds as the training set.
func (d *Dataset) Fold(k int, folds []int) *Dataset {
	var train, test []int
	for i, fold := range folds {
		if fold == k {
			test = append(test, i)
		} else {
			train = append(train, i)
		}
	}
	c := *d
	c.Train, c.Valid, c.Test = d.Train.pick(train), Set{}, d.Train.pick(test)
	c.mixed, c.unexplained = nil, nil
	return &c
}
