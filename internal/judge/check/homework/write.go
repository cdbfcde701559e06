package homework

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
)

// Question is the homework with nothing but the question, for somebody else to answer.
func (h *Homework) Question() *Homework {
	q := *h
	q.Ignored, q.Arrays = nil, map[string]Array{}
	for key, a := range h.Arrays {
		if name, _ := ParseName(key); name.IsQuestion() {
			q.Arrays[key] = a
		}
	}
	return &q
}

// Write writes a homework in JSON, as Parse reads it: a quantity a line, and each row of a matrix in one.
func Write(w io.Writer, h *Homework) error {
	b := bufio.NewWriter(w)
	s := h.Settings
	entries := []string{}
	add := func(key string, value any) {
		text, _ := json.Marshal(value)
		entries = append(entries, fmt.Sprintf("%q: %s", key, text))
	}
	for _, word := range [][2]string{{"activation", s.Activation}, {"output", s.Output}, {"cost", s.Cost}} {
		if word[1] != "" {
			add(word[0], word[1])
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
	names := []Name{{"X", 0}, {"Y", 0}}
	for l := 1; l <= h.Sizes.Layers(); l++ {
		names = append(names, Name{"W", l}, Name{"b", l})
	}
	for _, q := range append(names, h.Sizes.Quantities()...) {
		if a, ok := h.Arrays[q.String()]; ok {
			entries = append(entries, fmt.Sprintf("%q: %s", q, a.json()))
		}
	}
	fmt.Fprint(b, "{")
	for i, entry := range entries {
		if i > 0 {
			fmt.Fprint(b, ",")
		}
		fmt.Fprint(b, "\n", entry)
	}
	fmt.Fprint(b, "\n}\n")
	return b.Flush()
}

// json is an array as JSON, with the digits that tell each number from its neighbours.
func (a Array) json() string {
	text := []byte{}
	for i, v := range a.Values {
		if i > 0 {
			text = append(text, ", "...)
		}
		if len(a.Shape) == 2 && i%a.Shape[1] == 0 {
			if i > 0 {
				text = append(text[:len(text)-2], "],\n  "...)
			}
			text = append(text, '[')
		}
		bits := 64
		if a.Single {
			bits = 32
		}
		text = strconv.AppendFloat(text, v, 'g', -1, bits)
	}
	switch len(a.Shape) {
	case 0:
		return string(text)
	case 1:
		return "[" + string(text) + "]"
	}
	return "[" + string(text) + "]]"
}
