// Package flags has the values that flags take, as flag.Value, what can be wrong with them, and how -h shows flags.
package flags

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/show/text"
)

// parseList reads what stands between commas. what says what each is, for the error.
func parseList[T any](text, what string, parse func(string) (T, bool)) ([]T, error) {
	var list []T
	for _, part := range strings.Split(text, ",") {
		v, ok := parse(strings.TrimSpace(part))
		if !ok {
			return nil, fmt.Errorf("%q is %s", part, what)
		}
		list = append(list, v)
	}
	return list, nil
}

// Sizes is the -hidden flag: comma-separated sizes, or none.
type Sizes []int

func (s *Sizes) String() string {
	if len(*s) == 0 {
		return "none"
	}
	return text.Join(*s, ",")
}

func (s *Sizes) Set(text string) (err error) {
	if *s = nil; text == "none" {
		return nil
	}
	*s, err = parseList(text, "not a layer's size; it takes whole numbers from 1, as in 128,64, or none",
		func(part string) (int, bool) {
			n, err := strconv.Atoi(part)
			return n, err == nil && n >= 1
		})
	return err
}

// Rates is the -lr flag: one learning rate, or one per layer.
type Rates []float64

func (r *Rates) String() string { return text.Join(*r, ",") }

func (r *Rates) Set(text string) (err error) {
	*r, err = parseList(text, "not a learning rate; it takes numbers from 0, as in 0.1 or, one per layer, 0.1,0.01",
		func(part string) (float64, bool) {
			v, err := decimal(part)
			return v, err == nil && v >= 0 && !math.IsInf(v, 0)
		})
	return err
}

// Dropout is the -dropout flag: a rate for the inputs, then one for all hidden layers or
// one for each.
type Dropout []float64

func (d *Dropout) String() string { return text.Join(*d, ",") }

func (d *Dropout) Set(text string) (err error) {
	*d, err = parseList(text, "not a part to leave out; it takes numbers from 0 to below 1, for the inputs and the "+
		"hidden layers, as in 0.2,0.5",
		func(part string) (float64, bool) {
			p, err := decimal(part)
			return p, err == nil && p >= 0 && p < 1
		})
	if err == nil && slices.Max(*d) == 0 {
		*d = nil
	}
	return err
}

// Of is the rates for the inputs and each of so many hidden layers; nil for none.
func (d Dropout) Of(hidden int) []float64 {
	if len(d) == 0 {
		return nil
	}
	list := slices.Clone(d)
	for len(list) < hidden+1 {
		list = append(list, d[len(d)-1])
	}
	return list
}

// Split is the -split flag: what draws the parts to hold out. Of scikit-learn's train_test_split these are the
// random_state for the test part and that for the validation part.
type Split struct {
	ScikitLearn bool
	Test, Valid uint32
}

func (s *Split) String() string {
	if s.ScikitLearn {
		return fmt.Sprintf("sklearn:%d,%d", s.Test, s.Valid)
	}
	return "seed"
}

func (s *Split) Set(text string) error {
	kind, states, _ := strings.Cut(strings.ToLower(text), ":")
	if kind == "seed" && states == "" {
		*s = Split{}
		return nil
	}
	test, valid, two := strings.Cut(states, ",")
	if !two {
		valid = test
	}
	a, errA := strconv.ParseUint(test, 10, 32)
	b, errB := strconv.ParseUint(valid, 10, 32)
	if kind != "sklearn" || errA != nil || errB != nil {
		return fmt.Errorf("%q is not a way to split; expected seed, or sklearn:TEST,VALID with two whole numbers, "+
			"scikit-learn's random_state for each split, as in sklearn:111,123", text)
	}
	*s = Split{true, uint32(a), uint32(b)}
	return nil
}

// MaxEpochs keeps the number of a step within what an int holds.
const MaxEpochs = 1_000_000_000

// Schedule is the -schedule flag.
type Schedule struct {
	Kind   string
	Epochs int     // of step
	Factor float64 // of step
}

func (s *Schedule) String() string {
	if s.Kind == "step" {
		return fmt.Sprintf("step:%d:%v", s.Epochs, s.Factor)
	}
	return s.Kind
}

func (s *Schedule) Set(text string) error {
	text = strings.ToLower(text)
	kind, rest, _ := strings.Cut(text, ":")
	switch {
	case text == "constant" || text == "cosine":
		*s = Schedule{Kind: text}
		return nil
	case kind == "step":
		epochs, factor, _ := strings.Cut(rest, ":")
		n, errN := strconv.Atoi(epochs)
		f, errF := decimal(factor)
		if errN == nil && n >= 1 && n <= MaxEpochs && errF == nil && f > 0 && f <= 1 {
			*s = Schedule{"step", n, f}
			return nil
		}
	}
	return fmt.Errorf("%q is not a schedule; expected constant, cosine, or step:EPOCHS:FACTOR with EPOCHS from 1 "+
		"and FACTOR above 0 and up to 1, as in step:3:0.5", text)
}
