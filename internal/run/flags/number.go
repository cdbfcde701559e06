package flags

import (
	"errors"
	"flag"
	"strconv"
	"strings"
)

// Numbers are written in decimal: 010 is ten, and 0x10, 1_000 and 0x1p-2 are none.

// A number is a flag with one number.
type number[T any] struct {
	value  *T
	parse  func(text string) (T, error)
	format func(v T) string
}

// Whole is a flag with a whole number, Unsigned one from 0, and Real one with a decimal number.
func Whole(v *int) flag.Value { return number[int]{v, strconv.Atoi, strconv.Itoa} }

func Unsigned(v *uint64) flag.Value {
	return number[uint64]{v, func(text string) (uint64, error) { return strconv.ParseUint(text, 10, 64) },
		func(v uint64) string { return strconv.FormatUint(v, 10) }}
}

func Real(v *float64) flag.Value {
	return number[float64]{v, decimal, func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }}
}

func (n number[T]) String() string {
	if n.value == nil {
		return ""
	}
	return n.format(*n.value)
}

func (n number[T]) Get() any { return *n.value }

func (n number[T]) Set(text string) error {
	v, err := n.parse(text)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return errors.New("value out of range")
	case err != nil:
		return errors.New("parse error") // as package flag has it
	}
	*n.value = v
	return nil
}

// decimal reads a decimal number.
func decimal(text string) (float64, error) {
	if strings.ContainsAny(text, "xX_") {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseFloat(text, 64)
}
