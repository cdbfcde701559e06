package flags

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"backprop/internal/show/text"
)

// A Task is the value of -sweep-task: K for one training of a sweep, or K/N for every Nth, starting with K.
type Task struct {
	Given bool
	K, N  int // N is 0 for one training
}

func (t *Task) String() string {
	switch {
	case !t.Given:
		return ""
	case t.N == 0:
		return strconv.Itoa(t.K)
	}
	return fmt.Sprintf("%d/%d", t.K, t.N)
}

func (t *Task) Set(text string) error {
	*t = (Task{})
	if text == "" {
		return nil
	}
	k, n, several := strings.Cut(text, "/")
	var errK, errN error
	t.K, errK = strconv.Atoi(k)
	if several {
		t.N, errN = strconv.Atoi(n)
	}
	if errK != nil || errN != nil || t.K < 0 || several && t.K >= t.N {
		return errors.New("expected the number of a training, from 0, or K/N for every Nth from K, with K below N")
	}
	t.Given = true
	return nil
}

// Trainings returns the numbers of the task's trainings in a sweep of n trainings: all of them if -sweep-task is not
// given.
func (t *Task) Trainings(n int) (numbers []int, err error) {
	first, step := t.K, t.N
	switch {
	case !t.Given:
		first, step = 0, 1
	case t.K >= n && t.N == 0:
		return nil, Wrong("-sweep-task %d: the sweep has %s, from 0 to %d", t.K, text.Plural(n, "training"), n-1)
	case t.K >= n:
		return nil, Wrong("-sweep-task %v: the sweep has only %s", t, text.Plural(n, "training"))
	case t.N == 0:
		step = n
	}
	for k := first; k < n; k += step {
		numbers = append(numbers, k)
	}
	return numbers, nil
}
