package flags

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/compute/exact"
)

// A Sweep is the value of -sweep: the flags to vary. The last one changes fastest.
type Sweep []Axis

// An Axis is a flag that a sweep varies, with its values as the user has written them: 0.01:100:10 or 0.1,0.5,1.
type Axis struct{ Name, Values string }

// maxTrainings is the largest number of trainings in a sweep.
const maxTrainings = 10000

func (s *Sweep) String() string {
	var list []string
	for _, a := range *s {
		list = append(list, a.Name+"="+a.Values)
	}
	return strings.Join(list, " ")
}

func (s *Sweep) Set(text string) error {
	*s = nil
	if text == "none" {
		return nil
	}
	if strings.TrimSpace(text) == "" {
		return errors.New("it is empty, perhaps from a variable that is not set: say what to try, as in lr=0.1,0.5,1")
	}
	for _, part := range strings.Fields(text) {
		name, values, _ := strings.Cut(part, "=")
		name = strings.TrimLeft(name, "-")
		if name == "" || values == "" {
			return errors.New("it takes the form P=VALUES, as in l2=0.01:100:10 or lr=0.1,0.5,1, and more of them " +
				"with spaces between")
		}
		if slices.Contains(s.Names(), name) {
			return fmt.Errorf("%s appears twice: give all its values at once, as in %s=1,2,3", name, name)
		}
		*s = append(*s, Axis{name, values})
	}
	return nil
}

// Names returns the names of the flags.
func (s *Sweep) Names() (names []string) {
	for _, a := range *s {
		names = append(names, a.Name)
	}
	return names
}

// seedAxis returns the index of the axis of seeds. Trainings that differ only in the seed are averaged. seedAxis
// returns −1 if no axis varies the seed, or if there is no other axis.
func (s *Sweep) seedAxis() int {
	if len(*s) < 2 {
		return -1
	}
	return slices.Index(s.Names(), "seed")
}

// Averages reports whether trainings that differ only in the seed are averaged.
func (s *Sweep) Averages() bool { return s.seedAxis() >= 0 }

// WithoutSeed takes a value for each axis, and leaves out the seed if trainings are averaged over it.
func (s *Sweep) WithoutSeed(values []string) []string {
	if k := s.seedAxis(); k >= 0 {
		return slices.Delete(slices.Clone(values), k, k+1)
	}
	return values
}

// Combinations returns the trainings of the sweep, in order: for each, the index of its value in the list of each axis.
// If draws is 0, it returns all combinations; otherwise it draws that many at random, and returns each of them with all
// seeds.
func (s *Sweep) Combinations(lists [][]string, draws int, seed uint64) (tasks [][]int, err error) {
	product, seeds := 1.0, 1
	for i, list := range lists {
		if i == s.seedAxis() {
			seeds = len(list)
		} else {
			product *= float64(len(list))
		}
	}
	n := product
	if draws > 0 {
		n = float64(draws)
	}
	switch trainings := n * float64(seeds); {
	case n > product:
		return nil, Wrong("-sweep-draws %d: there are only %g combinations", draws, product)
	case trainings > maxTrainings || product > 1<<53: // a float64 counts exactly up to 2⁵³
		return nil, Wrong("-sweep %v: %.6g trainings are more than %d; take fewer values, or draw some with -sweep-draws",
			s, trainings, maxTrainings)
	}
	rng, seen := exact.Stream(seed, exact.ForSweep, 0), map[uint64]bool{}
	for next := uint64(0); len(seen) < int(n); next++ {
		number := next
		if draws > 0 {
			number = rng.Uint64N(uint64(product))
		}
		if seen[number] {
			continue
		}
		seen[number] = true
		for seed := range seeds {
			tasks = append(tasks, s.combination(number, lists, seed))
		}
	}
	slices.SortFunc(tasks, slices.Compare)
	return tasks, nil
}

// combination returns a training: the combination of values with the given number, where seeds are not counted, and the
// given seed.
func (s *Sweep) combination(number uint64, lists [][]string, seed int) []int {
	indices := make([]int, len(lists))
	for i, list := range slices.Backward(lists) {
		if i == s.seedAxis() {
			indices[i] = seed
			continue
		}
		size := uint64(len(list))
		indices[i] = int(number % size)
		number /= size
	}
	return indices
}

// Expand returns the values of the axis, rounded to whole numbers if whole is true. Values of a range are rounded to
// four digits, so that what is printed is what was used, and can be given to the flag itself.
func (a *Axis) Expand(whole bool) (list []string, err error) {
	bounds := strings.Split(a.Values, ":")
	if len(bounds) == 1 {
		list = strings.Split(a.Values, ",")
		if k := slices.IndexFunc(list, func(v string) bool { return strings.TrimSpace(v) == "" }); k >= 0 {
			return nil, fmt.Errorf("%s=%s: value %d is empty; give values with one comma between them", a.Name, a.Values, k+1)
		}
		return list, nil
	}
	from, to, n, ok := parseRange(bounds)
	if !ok {
		return nil, fmt.Errorf("%q: from:to:n takes two numbers above 0 and how many values, 2 to 1000, "+
			"to space between them in equal ratios; any others can be listed, as in 0,0.1,1", a.Values)
	}
	for i := range n {
		share := float64(i) / float64(n-1)
		// not by math.Pow, whose last bits differ between processors
		v := exact.Exp(float64(exact.Log(from)*(1-share)) + float64(exact.Log(to)*share))
		text := strconv.FormatFloat(v, 'g', 4, 64)
		if whole {
			text = strconv.FormatFloat(math.Round(v), 'f', 0, 64)
		}
		if i == 0 || text != list[len(list)-1] {
			list = append(list, text)
		}
	}
	return list, nil
}

// parseRange parses from:to:n.
func parseRange(parts []string) (from, to float64, n int, ok bool) {
	if len(parts) != 3 {
		return from, to, n, false
	}
	from, errFrom := parseDecimal(parts[0])
	to, errTo := parseDecimal(parts[1])
	n, errN := strconv.Atoi(parts[2])
	above0 := from > 0 && to > 0 && !math.IsInf(from+to, 1)
	return from, to, n, errors.Join(errFrom, errTo, errN) == nil && above0 && n >= 2 && n <= 1000
}
