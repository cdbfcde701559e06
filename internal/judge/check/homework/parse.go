package homework

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
)

// mostBytes is how large a file may be.
const mostBytes = 1 << 28

// Parse reads a homework in JSON. What the file does not set is as in s.
func Parse(name string, r io.Reader, s Settings) (*Homework, error) {
	text, err := io.ReadAll(io.LimitReader(r, mostBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Clean(name), err)
	}
	if len(text) > mostBytes {
		return nil, fmt.Errorf("%s: is larger than %d MB; a file for one step was expected", Clean(name), mostBytes>>20)
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	p := &parser{Decoder: json.NewDecoder(bytes.NewReader(text)), text: text, lines: map[string]int{}}
	p.UseNumber()
	arrays, err := p.object()
	if err != nil {
		return nil, fmt.Errorf("%s: line %d: %w", Clean(name), p.line(), err)
	}
	return build(name, arrays, s, p.lines)
}

// A parser reads arrays of numbers, and keeps how they are written.
type parser struct {
	*json.Decoder
	text  []byte
	lines map[string]int
	where string // what is being read
	row   int    // from 1, in a list of numbers or rows
	col   int    // from 1, in a row
}

// line is that which the parser stands in.
func (p *parser) line() int {
	return 1 + bytes.Count(p.text[:min(p.begin(), len(p.text))], []byte("\n"))
}

// begin is where the next token begins.
func (p *parser) begin() int {
	at := int(p.InputOffset())
	for at < len(p.text) && bytes.IndexByte([]byte(" \t\r\n,:"), p.text[at]) >= 0 {
		at++
	}
	return at
}

// noNumber is a number as other languages write it, that is none in JSON, or is not one at all.
var noNumber = regexp.MustCompile(`^[-+]?(NaN|nan|Infinity|Inf|inf)\b`)

// token is the next token, or why there is none.
func (p *parser) token() (json.Token, error) {
	at := p.begin()
	token, err := p.Token()
	if err == nil {
		return token, nil
	}
	if word := noNumber.Find(p.text[min(at, len(p.text)):]); word != nil {
		return nil, fmt.Errorf("%s%s is %s, which cannot be checked: look for a division by 0, the ln of 0, or an e "+
			"to a large power before it", p.where, p.place(), word)
	}
	of := ""
	if p.where != "" {
		of = " in " + p.where
	}
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("the file ends%s, before its brackets are closed", of)
	case errors.As(err, &syntax):
		return nil, fmt.Errorf("this is not JSON%s: %v; write names in \"double quotes\", numbers with a point, "+
			"commas between "+
			"them, and none after the last", of, syntax)
	}
	return nil, err
}

// place is where in an array the parser is.
func (p *parser) place() string {
	switch {
	case p.col > 0:
		return fmt.Sprintf(", row %d, column %d,", p.row, p.col)
	case p.row > 0:
		return fmt.Sprintf(", number %d,", p.row)
	}
	return ""
}

// object reads the whole file.
func (p *parser) object() (map[string]Array, error) {
	arrays := map[string]Array{}
	token, err := p.token()
	if err != nil {
		return nil, err
	}
	if token != json.Delim('{') {
		return nil, fmt.Errorf("the file begins with %s; expected an object, {\"X\": [[…]], \"W1\": …}", short(token))
	}
	for p.More() {
		line := p.line()
		token, err := p.token()
		if err != nil {
			return nil, err
		}
		key := token.(string)
		if p.lines[key] > 0 {
			return nil, fmt.Errorf("%q appears twice, first in line %d: remove one of them",
				short(key), p.lines[key])
		}
		p.lines[key], p.where = line, short(key)
		a, err := p.value(key)
		if err != nil {
			return nil, err
		}
		if a != nil {
			arrays[key] = *a
		}
	}
	p.where = ""
	if _, err := p.token(); err != nil {
		return nil, err
	}
	if p.begin() < len(p.text) {
		return nil, errors.New("the file continues after its last bracket: one object is one step; put others into " +
			"files of their own")
	}
	return arrays, nil
}

// value reads what stands behind a key: nil of null, and an empty array of what is nobody's.
func (p *parser) value(key string) (*Array, error) {
	if _, ok := ParseName(key); !ok && !slices.Contains(settingNames, key) {
		var skipped json.RawMessage
		if err := p.Decode(&skipped); err != nil {
			return nil, fmt.Errorf("this is not JSON in %q: %w", short(key), err)
		}
		return &Array{}, nil
	}
	token, err := p.token()
	if err != nil || token == nil {
		return nil, err
	}
	a := &Array{}
	switch t := token.(type) {
	case string:
		if slices.Contains(settingNames, key) && t != "" {
			return &Array{Word: t}, nil
		}
		return nil, p.noNumber(t)
	case json.Number:
		return a, p.number(a, t)
	case json.Delim:
		if t == '{' {
			return nil, fmt.Errorf("%s is an object; a number or a list was expected", p.where)
		}
		return a, p.list(a)
	}
	return nil, p.noNumber(token)
}

// noNumber says what stands where a number belongs.
func (p *parser) noNumber(token any) error {
	switch t := token.(type) {
	case string:
		if _, err := strconv.ParseFloat(t, 64); err == nil {
			return fmt.Errorf("%s%s is %q; write the number without quotes", p.where, p.place(), short(t))
		}
		return fmt.Errorf("%s%s is the word %q; a number was expected", p.where, p.place(), short(t))
	case nil:
		return fmt.Errorf("%s%s is null; a number was expected: give the whole of %[1]s, or leave it out", p.where,
			p.place())
	}
	return fmt.Errorf("%s%s is %s; a number was expected", p.where, p.place(), short(token))
}

// number adds a number to an array, and how precisely it is written.
func (p *parser) number(a *Array, t json.Number) error {
	v, err := t.Float64()
	if err != nil || math.IsInf(v, 0) {
		return fmt.Errorf("%s%s is %s, which is too large for a number", p.where, p.place(), short(t))
	}
	a.Values, a.Written = append(a.Values, v), a.Written.With(t.String())
	return nil
}

// list reads a list of numbers, or one of rows of numbers, whose first bracket has been read.
func (p *parser) list(a *Array) error {
	defer func() { p.row = 0 }()
	for p.row = 1; p.More(); p.row++ {
		token, err := p.token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case json.Number:
			if len(a.Shape) == 2 {
				return fmt.Errorf("%s, row %d, is the number %s; the rows before it are lists", p.where, p.row, short(t))
			}
			a.Shape = []int{p.row}
			err = p.number(a, t)
		case json.Delim:
			if t != '[' || len(a.Shape) == 1 {
				return fmt.Errorf("%s%s is %v…; numbers are before it, so a number was expected", p.where, p.place(), t)
			}
			err = p.numbers(a)
		default:
			err = p.noNumber(token)
		}
		if err != nil {
			return err
		}
	}
	_, err := p.token()
	return err
}

// numbers reads a row of numbers, whose first bracket has been read.
func (p *parser) numbers(a *Array) error {
	defer func() { p.col = 0 }()
	for p.col = 1; p.More(); p.col++ {
		token, err := p.token()
		if err != nil {
			return err
		}
		t, ok := token.(json.Number)
		if token == json.Delim('[') {
			return fmt.Errorf("%s%s is a list; expected rows of numbers, no more than two brackets deep", p.where,
				p.place())
		}
		if !ok {
			return p.noNumber(token)
		}
		if err := p.number(a, t); err != nil {
			return err
		}
	}
	count := p.col - 1
	if p.row == 1 {
		a.Shape = []int{0, count}
	}
	if a.Shape[1] != count {
		return fmt.Errorf("%s, row %d, has %s, and the rows before it have %d: write all rows of one length",
			p.where, p.row,
			Number(count, "number"), a.Shape[1])
	}
	a.Shape[0] = p.row
	_, err := p.token()
	return err
}
