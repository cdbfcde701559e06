package flags

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/compute/exact"
	"backprop/internal/show/text"
)

// A Sweep is the -sweep flag: the flags to try values of, the last one fastest.
type Sweep []Axis

// An Axis is one flag, and its values as they are written: 0.01:100:10 or 0.1,0.5,1.
type Axis struct{ Name, Values string }

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
		if s.has(name) {
			return fmt.Errorf("%s appears twice: give all its values at once, as in %s=1,2,3", name, name)
		}
		*s = append(*s, Axis{name, values})
	}
	return nil
}

func (s *Sweep) has(name string) bool { return slices.Contains(s.Names(), name) }

// Names are the flags that are swept.
func (s *Sweep) Names() (names []string) {
	for _, a := range *s {
		names = append(names, a.Name)
	}
	return names
}

// Averages says that trainings which differ by their seed alone count together.
func (s *Sweep) Averages() bool { return len(*s) > 1 && s.has("seed") }

// List is the values to try. Log-spaced ones are rounded to four digits: what is printed
// is what is used, and can be given to the flag itself.
func (s *Axis) List(whole bool) (list []string, err error) {
	part := strings.Split(s.Values, ":")
	if len(part) == 1 {
		list = strings.Split(s.Values, ",")
		if k := slices.IndexFunc(list, func(v string) bool { return strings.TrimSpace(v) == "" }); k >= 0 {
			return nil, fmt.Errorf("%s=%s: value %d is empty; give values with one comma between them", s.Name, s.Values, k+1)
		}
		return list, nil
	}
	part = append(part, "", "")
	from, err1 := decimal(part[0])
	to, err2 := decimal(part[1])
	n, err3 := strconv.Atoi(part[2])
	bad := errors.Join(err1, err2, err3) != nil || len(part) != 5
	if bad || !(from > 0 && to > 0) || math.IsInf(from+to, 0) || n < 2 || n > 1000 {
		return nil, fmt.Errorf("%q: from:to:n takes two numbers above 0 and how many values, 2 to 1000, "+
			"to space between them in equal ratios; any others can be listed, as in 0,0.1,1", s.Values)
	}
	for i := range n {
		at := float64(i) / float64(n-1)
		// the bits of math.Pow differ between machines
		v := exact.Exp(float64(exact.Log(from)*(1-at)) + float64(exact.Log(to)*at))
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

// A Task is the -sweep-task flag: K, one training, or K/N, every Nth from K.
type Task struct {
	Given  bool
	K, All int // all is 0 where it is one training
}

func (t *Task) String() string {
	switch {
	case !t.Given:
		return ""
	case t.All == 0:
		return strconv.Itoa(t.K)
	}
	return fmt.Sprintf("%d/%d", t.K, t.All)
}

func (t *Task) Set(text string) error {
	if *t = (Task{}); text == "" {
		return nil
	}
	k, all, shard := strings.Cut(text, "/")
	var err, err2 error
	t.K, err = strconv.Atoi(k)
	if shard {
		t.All, err2 = strconv.Atoi(all)
	}
	if err != nil || err2 != nil || t.K < 0 || shard && t.K >= t.All {
		return errors.New("expected the number of a training, from 0, or K/N for every Nth from K, with K below N")
	}
	t.Given = true
	return nil
}

// Of is which of n trainings the task has.
func (t *Task) Of(n int) (mine []int, err error) {
	from, step := t.K, t.All
	switch {
	case !t.Given:
		from, step = 0, 1
	case t.K >= n && t.All == 0:
		return nil, Wrong("-sweep-task %d: the sweep has %s, from 0 to %d", t.K, text.Plural(n, "training"), n-1)
	case t.K >= n:
		return nil, Wrong("-sweep-task %v: the sweep has only %s", t, text.Plural(n, "training"))
	case t.All == 0:
		step = n
	}
	for k := from; k < n; k += step {
		mine = append(mine, k)
	}
	return mine, nil
}
