// Package homework reads what a learner has written of one training step, from JSON or arrays, finds what cannot be
// judged, and writes it again.
package homework

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"backprop/internal/judge/check/near"
)

// Settings are what a step needs to know beside its numbers. What is 0 or "" has not been said.
type Settings struct {
	Activation string // activation of the hidden layers: relu, sigmoid, tanh, linear
	Output     string // of the last layer: the same, or softmax
	Cost       string // mse, ce, bce
	Rate, L2   float64
	N          int // training samples, for the L2 term
}

// An Array is one quantity as it stands in a file.
type Array struct {
	Shape  []int     // none of a single number
	Values []float64 // row by row
	Single bool      // the numbers come from 32 bits each
	Word   string    // of a setting that is a word

	Written near.Precision // what the numbers are rounded to, if it is known
}

// A Homework is what a learner has written of one step. X, Y, W1, b1, W2 … are the question, and
// every other array is an answer.
type Homework struct {
	Name     string
	Settings Settings
	Arrays   map[string]Array
	Ignored  []string // names in the file that are no quantity's

	Sizes Sizes
	lines map[string]int // of a JSON file: where each name stands
}

// A Name is that of a quantity: a kind, and the layer, from 1. A of layer 0 is X.
type Name struct {
	Kind  string
	Layer int
}

// Kinds are all kinds of quantities, those of the question first.
var Kinds = []string{"X", "Y", "W", "b", "Z", "A", "C", "delta", "dW", "db", "newW", "newb"}

// String is the name as it stands in a file.
func (q Name) String() string {
	switch {
	case q.Kind == "A" && q.Layer == 0:
		return "X"
	case q.Layer == 0:
		return q.Kind
	}
	return q.Kind + strconv.Itoa(q.Layer)
}

// ParseName reads a quantity's name.
func ParseName(text string) (Name, bool) {
	kind := strings.TrimRight(text, "0123456789")
	number := text[len(kind):]
	layer, err := strconv.Atoi(number)
	switch {
	case !slices.Contains(Kinds, kind):
		return Name{}, false
	case kind == "X" || kind == "Y" || kind == "C":
		return Name{kind, 0}, number == ""
	}
	return Name{kind, layer}, err == nil && layer > 0 && number[0] != '0'
}

// IsQuestion says that the quantity is given and not to be computed.
func (q Name) IsQuestion() bool {
	return slices.Index(Kinds, q.Kind) < 4 || q.Kind == "A" && q.Layer == 0
}

// settingNames are the settings' names in a file.
var settingNames = []string{"activation", "output", "cost", "rate", "l2", "N"}

// Known says that a name is that of a quantity or of a setting.
func Known(name string) bool {
	_, ok := ParseName(name)
	return ok || slices.Contains(settingNames, name)
}

// FromArrays makes a homework of arrays by their names. Settings are arrays of one element, or a
// word; what is not among them is as in s.
func FromArrays(name string, arrays map[string]Array, s Settings) (*Homework, error) {
	return build(name, arrays, s, nil)
}

// build makes a homework, and refuses one whose question does not hold together.
func build(name string, arrays map[string]Array, s Settings, lines map[string]int) (*Homework, error) {
	h := &Homework{Name: name, Settings: s, Arrays: map[string]Array{}, lines: lines}
	for _, key := range slices.Sorted(maps.Keys(arrays)) {
		var err error
		if slices.Contains(settingNames, key) {
			err = h.set(key, arrays[key])
		} else if _, ok := ParseName(key); ok {
			err = h.add(key, arrays[key])
		} else {
			h.Ignored = append(h.Ignored, key)
		}
		if err != nil {
			return nil, h.errorAt(key, err)
		}
	}
	if err := h.checkQuestion(); err != nil {
		return nil, fmt.Errorf("%s: %w", Clean(h.Name), err)
	}
	if err := h.checkSettings(); err != nil {
		return nil, fmt.Errorf("%s: %w", Clean(h.Name), err)
	}
	return h, nil
}

// errorAt puts before an error the file and where in it the named thing stands.
func (h *Homework) errorAt(key string, err error) error {
	place := ""
	if line := h.lines[key]; line > 0 {
		place = fmt.Sprintf("line %d: ", line)
	}
	return fmt.Errorf("%s: %s%s%w", Clean(h.Name), place, key, err)
}

// Clean is foreign text as it may go to a terminal: on one line, and nothing that a terminal obeys.
func Clean(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, text)
}

// short is the beginning of what stands in a file, as Clean has it.
func short(token any) string {
	const most = 60
	text := []rune(Clean(fmt.Sprint(token)))
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}

// set takes over a setting from the file.
func (h *Homework) set(key string, a Array) error {
	s := &h.Settings
	if word := map[string]*string{"activation": &s.Activation, "output": &s.Output, "cost": &s.Cost}[key]; word != nil {
		if a.Word == "" {
			return fmt.Errorf(" is a number; a name was expected, like %s", Choices(key)[0])
		}
		*word = a.Word
		return nil
	}
	if a.Word != "" {
		return fmt.Errorf(" is the word %q; a number was expected", short(a.Word))
	}
	if len(a.Values) != 1 {
		return fmt.Errorf(" is %s; a single number was expected", Times(a.Shape))
	}
	v := a.Values[0]
	ok, expected := v >= 0 && !math.IsInf(v, 0), "0 or more, the weight decay λ"
	switch key {
	case "rate":
		ok, expected = ok && v > 0, "a number above 0, the learning rate"
	case "N":
		ok, expected = v >= 1 && v == math.Trunc(v) && v < 1e15, "a whole number, how many training samples there are"
	}
	if !ok {
		return fmt.Errorf(" is %v; expected %s", v, expected)
	}
	switch key {
	case "rate":
		s.Rate = v
	case "l2":
		s.L2 = v
	case "N":
		s.N = int(v)
	}
	return nil
}

// add takes over a quantity, if all of it are numbers.
func (h *Homework) add(key string, a Array) error {
	if a.Word != "" {
		return fmt.Errorf(" is the word %q; numbers were expected", short(a.Word))
	}
	if len(a.Shape) > 2 {
		return fmt.Errorf(" has %d dimensions, %s; expected a matrix, a list or a number", len(a.Shape), Times(a.Shape))
	}
	if len(a.Values) == 0 {
		return fmt.Errorf(" is empty; write its numbers, or leave it out")
	}
	for i, v := range a.Values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%s is %v, which cannot be checked: look for a division by 0, the ln of 0, or an e to a "+
				"large power before it", Place(a.Shape, i), v)
		}
	}
	if len(a.Written.Each) != len(a.Values) {
		a.Written = precisionOf(a)
	}
	h.Arrays[key] = a
	return nil
}

// precisionOf is the precision of numbers whose text is not known: as few digits as tell each
// from its neighbours.
func precisionOf(a Array) (p near.Precision) {
	bits := 64
	if a.Single {
		bits = 32
	}
	for _, v := range a.Values {
		p = p.With(strconv.FormatFloat(v, 'g', -1, bits))
	}
	return p
}

// Place says where element i of an array stands.
func Place(shape []int, i int) string {
	switch len(shape) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf(", number %d,", i+1)
	}
	return fmt.Sprintf(", row %d, column %d,", i/shape[1]+1, i%shape[1]+1)
}

// Times is a shape as people write it: 2×3.
func Times(shape []int) string {
	switch len(shape) {
	case 0:
		return "a single number"
	case 1:
		return fmt.Sprintf("a list of %d", shape[0])
	}
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(shape), " ", "×"), "[]")
}

// Choices are what a setting may be.
func Choices(key string) []string {
	switch key {
	case "cost":
		return []string{"mse", "ce", "bce"}
	case "output":
		return []string{"sigmoid", "tanh", "relu", "linear", "softmax"}
	}
	return []string{"sigmoid", "tanh", "relu", "linear"}
}

// checkSettings refuses settings that are no such thing, that do not go together, or that are
// missing where an answer needs them.
func (h *Homework) checkSettings() error {
	s := &h.Settings
	for _, setting := range [][2]string{{"activation", s.Activation}, {"output", s.Output}, {"cost", s.Cost}} {
		key, word := setting[0], setting[1]
		if word != "" && !slices.Contains(Choices(key), word) {
			line := ""
			if h.lines[key] > 0 {
				line = fmt.Sprintf("line %d: ", h.lines[key])
			}
			return fmt.Errorf("%s%s is %q; expected one of %s", line, key, short(word), strings.Join(Choices(key),
				", "))
		}
	}
	if s.Cost == "bce" && s.Output == "" {
		s.Output = "sigmoid"
	}
	if s.Cost == "bce" && s.Output != "sigmoid" {
		return fmt.Errorf("the cost bce takes outputs between 0 and 1, of sigmoid; output is %s", s.Output)
	}
	if s.Output == "softmax" && s.Cost == "" {
		s.Cost = "ce"
	}
	if s.Output == "softmax" && s.Cost != "ce" {
		return fmt.Errorf("output softmax goes with the cost ce, and cost is %s", s.Cost)
	}
	return h.checkNeeded()
}

// checkNeeded asks for a setting that an answer cannot be judged without.
func (h *Homework) checkNeeded() error {
	s, layers := &h.Settings, h.Sizes.Layers()
	for _, key := range slices.Sorted(maps.Keys(h.Arrays)) {
		q, _ := ParseName(key)
		later := !q.IsQuestion() && q.Kind != "Z" && q.Kind != "A"
		missing := ""
		switch {
		case q.IsQuestion() || q == (Name{"Z", 1}):
		case layers > 1 && s.Activation == "":
			missing = "activation"
		case s.Output == "" && s.Cost != "ce" && (later || q == Name{"A", layers}):
			missing = "output"
		case later && s.Cost == "":
			missing = "cost"
		case later && h.Arrays["Y"].Values == nil:
			return fmt.Errorf("Y is missing, and %s cannot be judged without it: write Y, what the outputs "+
				"should be", key)
		case strings.HasPrefix(q.Kind, "new") && s.Rate == 0:
			missing = "rate"
		}
		if missing == "rate" {
			return fmt.Errorf("rate is missing, and %s cannot be judged without it: write \"rate\": 0.5, or whatever it "+
				"was", key)
		}
		if missing != "" {
			return fmt.Errorf("%s is missing, and %s cannot be judged without it: write \"%s\": and one of %s",
				missing, key,
				missing, strings.Join(Choices(missing), ", "))
		}
	}
	if s.Output == "" && s.Cost == "ce" {
		s.Output = "linear"
	}
	return nil
}

// Precision is the finest that the answers are written with; single says that they may have been
// computed in 32 bits.
func (h *Homework) Precision() (p near.Precision, single bool) {
	single = true
	for key, a := range h.Arrays {
		if q, _ := ParseName(key); q.IsQuestion() {
			continue
		}
		p = near.Precision{Decimals: max(p.Decimals, a.Written.Decimals), Digits: max(p.Digits, a.Written.Digits)}
		for _, v := range a.Values {
			single = single && (a.Single || a.Written.Digits <= 9 || float64(float32(v)) == v)
		}
	}
	return p, single
}
