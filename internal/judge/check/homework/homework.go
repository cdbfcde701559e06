// Package homework reads the numbers that a learner has computed for one training step, from JSON or arrays, and
// refuses a file that cannot be judged.
package homework

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"backprop/internal/judge/check/approx"
)

// A Homework is what a learner has written down of one step. X, Y, W1, b1, W2 … are the question; every other array is
// an answer.
type Homework struct {
	Name     string
	Settings Settings
	Arrays   map[string]Array
	Ignored  []string // names in the file that mean nothing here
	Sizes    Sizes

	lines map[string]int // the line of each name in a JSON file
}

// Settings are what a step depends on besides its numbers. An unknown setting is 0 or "".
type Settings struct {
	Activation string // of the hidden layers: relu, sigmoid, tanh, linear
	Output     string // of the last layer: the same, or softmax
	Cost       string // mse, ce, bce
	Rate, L2   float64
	N          int // training samples, for the L2 term
}

// An Array is one quantity as it is in a file.
type Array struct {
	Shape   []int     // empty for a single number
	Values  []float64 // row by row
	Single  bool      // the numbers had 32 bits each
	Word    string    // the value of a setting that is a word
	Written approx.Precision
}

// A Quantity is one array of a step, such as W2: a kind, and a layer, counted from 1. X, Y and C have layer 0. X is
// also the A of layer 0.
type Quantity struct {
	Kind  string
	Layer int
}

var (
	questionKinds = []string{"X", "Y", "W", "b"}
	answerKinds   = []string{"Z", "A", "C", "delta", "dW", "db", "newW", "newb"}
	allKinds      = slices.Concat(questionKinds, answerKinds)
)

// String is the name of the quantity in a file.
func (q Quantity) String() string {
	switch {
	case q.Kind == "A" && q.Layer == 0:
		return "X"
	case q.Layer == 0:
		return q.Kind
	}
	return q.Kind + strconv.Itoa(q.Layer)
}

// ParseQuantity reads the name of a quantity.
func ParseQuantity(name string) (q Quantity, ok bool) {
	kind := strings.TrimRight(name, "0123456789")
	number := name[len(kind):]
	layer, err := strconv.Atoi(number)
	switch {
	case !slices.Contains(allKinds, kind):
		return Quantity{}, false
	case kind == "X" || kind == "Y" || kind == "C":
		return Quantity{kind, 0}, number == ""
	}
	return Quantity{kind, layer}, err == nil && number[0] != '0'
}

// IsQuestion reports whether a quantity is given in the question, not computed.
func (q Quantity) IsQuestion() bool {
	return slices.Contains(questionKinds, q.Kind) || q.Kind == "A" && q.Layer == 0
}

// The names of the settings in a file. The first three have words as values.
var (
	wordNames    = []string{"activation", "output", "cost"}
	settingNames = slices.Concat(wordNames, []string{"rate", "l2", "N"})
)

// words returns the settings with words as values, by name.
func (s *Settings) words() map[string]*string {
	return map[string]*string{"activation": &s.Activation, "output": &s.Output, "cost": &s.Cost}
}

// IsName reports whether a name is the name of a quantity or a setting.
func IsName(name string) bool {
	_, ok := ParseQuantity(name)
	return ok || slices.Contains(settingNames, name)
}

// Choices returns the values that a setting can have.
func Choices(setting string) []string {
	switch setting {
	case "cost":
		return []string{"mse", "ce", "bce"}
	case "output":
		return []string{"sigmoid", "tanh", "relu", "linear", "softmax"}
	}
	return []string{"sigmoid", "tanh", "relu", "linear"}
}

// FromArrays makes a homework of named arrays. A setting is an array of one element, or a word; settings that are not
// among the arrays are taken from s.
func FromArrays(name string, arrays map[string]Array, s Settings) (*Homework, error) {
	return build(name, arrays, s, nil)
}

// build makes a homework. It is an error if the question is not complete or does not fit together.
func build(name string, arrays map[string]Array, s Settings, lines map[string]int) (*Homework, error) {
	h := &Homework{Name: name, Settings: s, Arrays: map[string]Array{}, lines: lines}
	for _, step := range []func() error{
		func() error { return h.addAll(arrays) }, h.checkQuestion, h.checkSettings, h.checkNeeded,
	} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("%s: %w", Clean(name), err)
		}
	}
	return h, nil
}

// addAll adds settings and quantities.
func (h *Homework) addAll(arrays map[string]Array) error {
	for _, key := range slices.Sorted(maps.Keys(arrays)) {
		_, isQuantity := ParseQuantity(key)
		var err error
		switch {
		case isQuantity:
			err = h.addQuantity(key, arrays[key])
		case slices.Contains(settingNames, key):
			err = h.addSetting(key, arrays[key])
		default:
			h.Ignored = append(h.Ignored, key)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// errorAbout returns an error about the array with the name key, with its line if it is known. The text continues a
// sentence that begins with the name.
func (h *Homework) errorAbout(key, format string, args ...any) error {
	text := key + fmt.Sprintf(format, args...)
	if line := h.lines[key]; line > 0 {
		return fmt.Errorf("line %d: %s", line, text)
	}
	return errors.New(text)
}

func (h *Homework) addSetting(key string, a Array) error {
	s := &h.Settings
	if word := s.words()[key]; word != nil {
		if a.Word == "" {
			return h.errorAbout(key, " is a number; a name was expected, like %s", Choices(key)[0])
		}
		*word = a.Word
		return nil
	}
	if a.Word != "" {
		return h.errorAbout(key, " is the word %q; a number was expected", abbreviate(a.Word))
	}
	if len(a.Values) != 1 {
		return h.errorAbout(key, " is %s; a single number was expected", ShapeText(a.Shape))
	}
	v, valid, expected := a.Values[0], false, ""
	switch key {
	case "rate":
		s.Rate, valid, expected = v, v > 0, "a number above 0, the learning rate"
	case "l2":
		s.L2, valid, expected = v, v >= 0, "0 or more, the weight decay λ"
	case "N":
		valid = v >= 1 && v == math.Trunc(v) && v < 1e15
		s.N, expected = int(v), "a whole number, how many training samples there are"
	}
	if !valid || math.IsInf(v, 0) {
		return h.errorAbout(key, " is %v; expected %s", v, expected)
	}
	return nil
}

func (h *Homework) addQuantity(key string, a Array) error {
	switch {
	case a.Word != "":
		return h.errorAbout(key, " is the word %q; numbers were expected", abbreviate(a.Word))
	case len(a.Shape) > 2:
		return h.errorAbout(key, " has %d dimensions, %s; expected a matrix, a list or a number", len(a.Shape),
			ShapeText(a.Shape))
	case len(a.Values) == 0:
		return h.errorAbout(key, " is empty; write its numbers, or leave it out")
	}
	for i, v := range a.Values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return h.errorAbout(key, "%s is %v, %s", Position(a.Shape, i), v, whyNotFinite)
		}
	}
	if len(a.Written.DecimalsOf) != len(a.Values) {
		a.Written = a.shortestPrecision()
	}
	h.Arrays[key] = a
	return nil
}

// whyNotFinite ends an error about a number that is infinite or NaN.
const whyNotFinite = "which cannot be checked: look for a division by 0, the ln of 0, or e to a large power, " +
	"before it"

// bits returns how many bits a number of the array had.
func (a Array) bits() int {
	if a.Single {
		return 32
	}
	return 64
}

// shortestPrecision is the precision of numbers that are not known as text: the fewest digits that distinguish each
// number from the next float.
func (a Array) shortestPrecision() (p approx.Precision) {
	for _, v := range a.Values {
		p = p.With(strconv.FormatFloat(v, 'g', -1, a.bits()))
	}
	return p
}

// checkSettings refuses settings that are unknown or do not go together.
func (h *Homework) checkSettings() error {
	s := &h.Settings
	for _, key := range wordNames {
		word := *s.words()[key]
		if all := Choices(key); word != "" && !slices.Contains(all, word) {
			return h.errorAbout(key, " is %q; expected one of %s", abbreviate(word), strings.Join(all, ", "))
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
	return nil
}

// checkNeeded refuses an answer that cannot be judged because a setting or Y is missing.
func (h *Homework) checkNeeded() error {
	for _, key := range slices.Sorted(maps.Keys(h.Arrays)) {
		q, _ := ParseQuantity(key)
		missing, write := h.missingFor(q), ""
		switch missing {
		case "":
			continue
		case "Y":
			write = "write Y, what the outputs should be"
		case "rate":
			write = `write "rate": 0.5, or whatever it was`
		default:
			write = fmt.Sprintf("write %q: and one of %s", missing, strings.Join(Choices(missing), ", "))
		}
		return fmt.Errorf("%s is missing, and %s cannot be judged without it: %s", missing, key, write)
	}
	if h.Settings.Output == "" && h.Settings.Cost == "ce" {
		h.Settings.Output = "linear"
	}
	return nil
}

// missingFor names what is missing to judge q; "" if nothing is.
func (h *Homework) missingFor(q Quantity) string {
	s, layers := &h.Settings, h.Sizes.Layers()
	if q.IsQuestion() || q == (Quantity{"Z", 1}) {
		return ""
	}
	needsCost := q.Kind != "Z" && q.Kind != "A"
	needsOutput := needsCost || q == Quantity{"A", layers}
	switch {
	case layers > 1 && s.Activation == "":
		return "activation"
	case needsOutput && s.Output == "" && s.Cost != "ce":
		return "output"
	case needsCost && s.Cost == "":
		return "cost"
	case needsCost && h.count("Y") == 0:
		return "Y"
	case strings.HasPrefix(q.Kind, "new") && s.Rate == 0:
		return "rate"
	}
	return ""
}

// Question returns the homework without its answers, for somebody else to do.
func (h *Homework) Question() *Homework {
	q := *h
	q.Ignored, q.Arrays = nil, map[string]Array{}
	for key, a := range h.Arrays {
		if name, _ := ParseQuantity(key); name.IsQuestion() {
			q.Arrays[key] = a
		}
	}
	return &q
}

// Has reports whether there is an answer of a kind.
func (h *Homework) Has(kind string) bool {
	for key := range h.Arrays {
		if q, _ := ParseQuantity(key); q.Kind == kind {
			return true
		}
	}
	return false
}

// Precision is the finest precision of the answers. single reports whether all may have been computed in 32 bits.
func (h *Homework) Precision() (p approx.Precision, single bool) {
	single = true
	for key, a := range h.Arrays {
		if q, _ := ParseQuantity(key); q.IsQuestion() {
			continue
		}
		p.Decimals, p.Digits = max(p.Decimals, a.Written.Decimals), max(p.Digits, a.Written.Digits)
		for _, v := range a.Values {
			single = single && (a.Single || a.Written.Digits <= 9 || float64(float32(v)) == v)
		}
	}
	return p, single
}

// Notes says which names in the file were ignored, and what they may have been meant for.
func (h *Homework) Notes() (notes []string) {
	for _, key := range h.Ignored {
		note := fmt.Sprintf("%q is not the name of a quantity, and was ignored", Clean(key))
		if name := suggest(key); name != "" {
			note += "; did you mean " + name + "?"
		}
		notes = append(notes, note)
	}
	return notes
}

// suggest returns the name of a quantity that resembles key; "" if there is none.
func suggest(key string) string {
	name := strings.NewReplacer("_", "", "δ", "delta", "dz", "delta", "new_", "new").Replace(strings.ToLower(key))
	kind := strings.TrimRight(name, "0123456789")
	for _, k := range allKinds {
		if strings.ToLower(k) == kind {
			return k + name[len(kind):]
		}
	}
	return ""
}

// Clean makes foreign text safe for a terminal: it has one line and no control characters.
func Clean(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, text)
}

// abbreviate is the beginning of a token from a file, cleaned.
func abbreviate(token any) string {
	const most = 60
	text := []rune(Clean(fmt.Sprint(token)))
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}

// Position says where element i of an array is, as an insertion: ", row 2, column 1,".
func Position(shape []int, i int) string {
	switch len(shape) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf(", number %d,", i+1)
	}
	return fmt.Sprintf(", row %d, column %d,", i/shape[1]+1, i%shape[1]+1)
}

// ShapeText is a shape in words: "2×3".
func ShapeText(shape []int) string {
	switch len(shape) {
	case 0:
		return "a single number"
	case 1:
		return fmt.Sprintf("a list of %d", shape[0])
	}
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(shape), " ", "×"), "[]")
}

// Plural is n and a word, with an s unless n is 1.
func Plural(n int, word string) string {
	if n != 1 {
		word += "s"
	}
	return fmt.Sprint(n, " ", word)
}
