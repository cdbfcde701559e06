package homework

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
)

// Parse reads a homework in JSON. Settings that are not in it are taken from s.
func Parse(name string, text []byte, s Settings) (*Homework, error) {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	p := &parser{Decoder: json.NewDecoder(bytes.NewReader(text)), text: text, lines: map[string]int{}}
	p.UseNumber()
	arrays, err := p.object()
	if err != nil {
		return nil, fmt.Errorf("%s: line %d: %w", Clean(name), p.line(), err)
	}
	return build(name, arrays, s, p.lines)
}

// A parser reads named arrays. It keeps the text of each number, for its precision, and knows where it is, for errors.
type parser struct {
	*json.Decoder
	text  []byte
	lines map[string]int // the line of each name
	name  string         // the name of the array that is being read
	row   int            // from 1, in a list of numbers or of rows; else 0
	col   int            // from 1, in a row; else 0
}

// line returns the line of the next token.
func (p *parser) line() int {
	return 1 + bytes.Count(p.text[:p.next()], []byte("\n"))
}

// next returns where the next token begins.
func (p *parser) next() int {
	at := int(p.InputOffset())
	return len(p.text) - len(bytes.TrimLeft(p.text[at:], " \t\r\n,:"))
}

// errorHere is an error about the element that is being read.
func (p *parser) errorHere(format string, args ...any) error {
	place := ""
	switch {
	case p.col > 0:
		place = fmt.Sprintf(", row %d, column %d,", p.row, p.col)
	case p.row > 0:
		place = fmt.Sprintf(", number %d,", p.row)
	}
	return errors.New(p.name + place + " is " + fmt.Sprintf(format, args...))
}

// notFinite matches numbers that other languages write and JSON does not have.
var notFinite = regexp.MustCompile(`^[-+]?(NaN|nan|Infinity|Inf|inf)\b`)

// token reads the next token.
func (p *parser) token() (json.Token, error) {
	at := p.next()
	token, err := p.Token()
	if err == nil {
		return token, nil
	}
	if word := notFinite.Find(p.text[at:]); word != nil {
		return nil, p.errorHere("%s, %s", word, whyNotFinite)
	}
	in := ""
	if p.name != "" {
		in = " in " + p.name
	}
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("the file ends%s, before its brackets are closed", in)
	case errors.As(err, &syntax):
		return nil, fmt.Errorf("this is not JSON%s: %v; write names in \"double quotes\", numbers with a point, "+
			"commas between them, and none after the last", in, syntax)
	}
	return nil, err
}

// object reads the whole file.
func (p *parser) object() (map[string]Array, error) {
	arrays := map[string]Array{}
	token, err := p.token()
	if err != nil {
		return nil, err
	}
	if token != json.Delim('{') {
		return nil, fmt.Errorf("the file begins with %s; expected an object, {\"X\": [[…]], \"W1\": …}",
			abbreviate(token))
	}
	for p.More() {
		line := p.line()
		token, err := p.token()
		if err != nil {
			return nil, err
		}
		key := token.(string)
		if p.lines[key] > 0 {
			return nil, fmt.Errorf("%q appears twice, first in line %d: remove one of them", abbreviate(key), p.lines[key])
		}
		p.lines[key], p.name = line, abbreviate(key)
		a, err := p.value(key)
		if err != nil {
			return nil, err
		}
		if a != nil {
			arrays[key] = *a
		}
	}
	p.name = ""
	if _, err := p.token(); err != nil {
		return nil, err
	}
	if p.next() < len(p.text) {
		return nil, errors.New("the file continues after its last bracket: one object is one step; put others into " +
			"files of their own")
	}
	return arrays, nil
}

// value reads what follows a name: nil for null, and an empty array for a name that means nothing here.
func (p *parser) value(key string) (*Array, error) {
	if !IsName(key) {
		var skipped json.RawMessage
		if err := p.Decode(&skipped); err != nil {
			return nil, fmt.Errorf("this is not JSON in %q: %w", abbreviate(key), err)
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
		if _, isQuantity := ParseQuantity(key); !isQuantity && t != "" {
			return &Array{Word: t}, nil
		}
	case json.Number:
		return a, p.addNumber(a, t)
	case json.Delim:
		if t == '{' {
			return nil, p.errorHere("an object; a number or a list was expected")
		}
		return a, p.list(a)
	}
	return nil, p.notANumber(token)
}

// notANumber is the error for a token where a number was expected.
func (p *parser) notANumber(token json.Token) error {
	switch t := token.(type) {
	case string:
		if _, err := strconv.ParseFloat(t, 64); err == nil {
			return p.errorHere("%q; write the number without quotes", abbreviate(t))
		}
		return p.errorHere("the word %q; a number was expected", abbreviate(t))
	case nil:
		return p.errorHere("null; a number was expected: give the whole of %s, or leave it out", p.name)
	}
	return p.errorHere("%s; a number was expected", abbreviate(token))
}

// addNumber adds a number to an array, with its precision.
func (p *parser) addNumber(a *Array, t json.Number) error {
	v, err := t.Float64()
	if err != nil {
		return p.errorHere("%s, which is too large for a number", abbreviate(t))
	}
	a.Values, a.Written = append(a.Values, v), a.Written.With(t.String())
	return nil
}

// list reads a list of numbers or of rows. Its first bracket has been read.
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
				return fmt.Errorf("%s, row %d, is the number %s; the rows before it are lists", p.name, p.row, abbreviate(t))
			}
			a.Shape = []int{p.row}
			err = p.addNumber(a, t)
		case json.Delim:
			if t != '[' || len(a.Shape) == 1 {
				return p.errorHere("%v…; numbers are before it, so a number was expected", t)
			}
			err = p.addRow(a)
		default:
			err = p.notANumber(token)
		}
		if err != nil {
			return err
		}
	}
	_, err := p.token()
	return err
}

// addRow reads a row of numbers. Its first bracket has been read.
func (p *parser) addRow(a *Array) error {
	defer func() { p.col = 0 }()
	for p.col = 1; p.More(); p.col++ {
		token, err := p.token()
		if err != nil {
			return err
		}
		t, isNumber := token.(json.Number)
		if token == json.Delim('[') {
			return p.errorHere("a list; expected rows of numbers, no more than two brackets deep")
		}
		if !isNumber {
			return p.notANumber(token)
		}
		if err := p.addNumber(a, t); err != nil {
			return err
		}
	}
	count := p.col - 1
	if p.row > 1 && a.Shape[1] != count {
		return fmt.Errorf("%s, row %d, has %s, and the rows before it have %d: write all rows of one length", p.name,
			p.row, Plural(count, "number"), a.Shape[1])
	}
	a.Shape = []int{p.row, count}
	_, err := p.token()
	return err
}
