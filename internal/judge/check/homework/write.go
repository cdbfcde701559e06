package homework

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Write writes a homework in JSON, as Parse reads it. Each row of a matrix has a line.
func Write(w io.Writer, h *Homework) error {
	var entries []string
	add := func(key string, value any) {
		text, _ := json.Marshal(value)
		entries = append(entries, fmt.Sprintf("%q: %s", key, text))
	}
	s := h.Settings
	for _, name := range wordNames {
		if word := *s.words()[name]; word != "" {
			add(name, word)
		}
	}
	if s.Rate != 0 {
		add("rate", s.Rate)
	}
	add("l2", s.L2)
	if s.N == 0 {
		s.N = h.Sizes.N
	}
	add("N", s.N)
	quantities := []Quantity{{"X", 0}, {"Y", 0}}
	for l := 1; l <= h.Sizes.Layers(); l++ {
		quantities = append(quantities, Quantity{"W", l}, Quantity{"b", l})
	}
	for _, q := range append(quantities, h.Sizes.Quantities()...) {
		if a, ok := h.Arrays[q.String()]; ok {
			entries = append(entries, fmt.Sprintf("%q: %s", q, a.json()))
		}
	}
	_, err := io.WriteString(w, "{\n"+strings.Join(entries, ",\n")+"\n}\n")
	return err
}

// json returns an array as JSON. Each number has as many digits as it takes to read the same float again.
func (a Array) json() string {
	numbers := make([]string, len(a.Values))
	for i, v := range a.Values {
		numbers[i] = strconv.FormatFloat(v, 'g', -1, a.bits())
	}
	switch len(a.Shape) {
	case 0:
		return numbers[0]
	case 1:
		return "[" + strings.Join(numbers, ", ") + "]"
	}
	var rows []string
	for cols := a.Shape[1]; len(numbers) > 0; numbers = numbers[cols:] {
		rows = append(rows, "["+strings.Join(numbers[:cols], ", ")+"]")
	}
	return "[" + strings.Join(rows, ",\n  ") + "]"
}
