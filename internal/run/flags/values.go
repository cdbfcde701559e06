// Package flags has types for values of flags that are more than a number or a word, and the errors of the command
// line.
package flags

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/show/text"
)

// parseList parses values separated by commas. problem completes the error "VALUE is …" for a value that parse rejects.
func parseList[T any](text, problem string, parse func(string) (T, bool)) (list []T, err error) {
	for _, part := range strings.Split(text, ",") {
		v, ok := parse(strings.TrimSpace(part))
		if !ok {
			return nil, fmt.Errorf("%q is %s", part, problem)
		}
		list = append(list, v)
	}
	return list, nil
}

// Sizes is the value of -hidden: the size of each hidden layer.
type Sizes []int

func (s *Sizes) String() string {
	if len(*s) == 0 {
		return "none"
	}
	return text.Join(*s, ",")
}

func (s *Sizes) Set(text string) (err error) {
	*s = nil
	if text == "none" {
		return nil
	}
	*s, err = parseList(text, "not a layer's size; it takes whole numbers from 1, as in 128,64, or none",
		func(part string) (int, bool) {
			n, err := strconv.Atoi(part)
			return n, err == nil && n >= 1
		})
	return err
}

// Rates is the value of -lr: one learning rate, or one for each layer.
type Rates []float64

func (r *Rates) String() string { return text.Join(*r, ",") }

func (r *Rates) Set(text string) (err error) {
	*r, err = parseList(text, "not a learning rate; it takes numbers from 0, as in 0.1 or, one per layer, 0.1,0.01",
		func(part string) (float64, bool) {
			v, err := parseDecimal(part)
			return v, err == nil && v >= 0 && !math.IsInf(v, 1)
		})
	return err
}

// Dropout is the value of -dropout: a rate for the inputs, then one rate for all hidden layers or one for each; nil if
// no unit is dropped.
type Dropout []float64

func (d *Dropout) String() string { return text.Join(*d, ",") }

func (d *Dropout) Set(text string) (err error) {
	*d, err = parseList(text, "not a part to leave out; it takes numbers from 0 to below 1, for the inputs and the "+
		"hidden layers, as in 0.2,0.5",
		func(part string) (float64, bool) {
			p, err := parseDecimal(part)
			return p, err == nil && p >= 0 && p < 1
		})
	if err == nil && slices.Max(*d) == 0 {
		*d = nil
	}
	return err
}

// Rates returns the rates for the inputs and for each of the hidden layers; nil if no unit is dropped.
func (d Dropout) Rates(hidden int) []float64 {
	rates := slices.Clone(d)
	for len(d) > 0 && len(rates) < hidden+1 {
		rates = append(rates, d[len(d)-1])
	}
	return rates
}

// Split is the value of -split: it says whether -seed or scikit-learn's train_test_split chooses the samples to hold
// out.
type Split struct {
	ScikitLearn bool
	Test, Valid uint32 // scikit-learn's random_state for each
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
	testText, validText, two := strings.Cut(states, ",")
	if !two {
		validText = testText
	}
	test, errTest := strconv.ParseUint(testText, 10, 32)
	valid, errValid := strconv.ParseUint(validText, 10, 32)
	if kind != "sklearn" || errTest != nil || errValid != nil {
		return fmt.Errorf("%q is not a way to split; expected seed, or sklearn:TEST,VALID with two whole numbers, "+
			"scikit-learn's random_state for each split, as in sklearn:111,123", text)
	}
	*s = Split{true, uint32(test), uint32(valid)}
	return nil
}

// MaxEpochs is the largest number of epochs; if there were more, the number of a step might not fit into an int.
const MaxEpochs = 1_000_000_000

// Schedule is the value of -schedule.
type Schedule struct {
	Kind   string  // "constant", "cosine" or "step"
	Epochs int     // for step: multiply the rate by Factor
	Factor float64 // after each so many Epochs
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
		epochsText, factorText, _ := strings.Cut(rest, ":")
		epochs, errEpochs := strconv.Atoi(epochsText)
		factor, errFactor := parseDecimal(factorText)
		if errEpochs == nil && errFactor == nil && 1 <= epochs && epochs <= MaxEpochs && 0 < factor && factor <= 1 {
			*s = Schedule{"step", epochs, factor}
			return nil
		}
	}
	return fmt.Errorf("%q is not a schedule; expected constant, cosine, or step:EPOCHS:FACTOR with EPOCHS from 1 "+
		"and FACTOR above 0 and up to 1, as in step:3:0.5", text)
}

// ParseInit parses -init: he, glorot, normal, normal:1, zero, or uniform:R. It returns the kind and, for uniform, R.
func ParseInit(text string) (kind string, r float64, err error) {
	kind, rest, _ := strings.Cut(text, ":")
	switch {
	case kind == "normal" && text != kind && rest != "1":
		return text, r, Wrong("-init %q: expected normal, or normal:1 for biases of 1", text)
	case kind != "uniform":
		return text, 0, CheckOneOf("init", text, []string{"he", "glorot", "normal", "normal:1", "uniform:R", "zero"})
	}
	if r, err = parseDecimal(rest); err != nil || !(r > 0) || math.IsInf(r, 1) {
		return text, r, Wrong("-init %q: expected the form uniform:R with R above 0, as in uniform:0.5", text)
	}
	return kind, r, nil
}
