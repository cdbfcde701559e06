package flags

import (
	"errors"
	"flag"
	"fmt"
	"strconv"
	"strings"
)

// Define adds a flag that sets value, which is a pointer, a flag.Value, or a function that takes the flag's text.
// Numbers are decimal: 010 is ten, and 0x10, 1_000 and 0x1p-2 are errors.
func Define(set *flag.FlagSet, name string, value any) {
	switch v := value.(type) {
	case *string:
		set.StringVar(v, name, *v, "")
	case *bool:
		set.BoolVar(v, name, *v, "")
	case *int:
		set.Var(number[int]{v, strconv.Atoi}, name, "")
	case *uint64:
		set.Var(number[uint64]{v, parseUnsigned}, name, "")
	case *float64:
		set.Var(number[float64]{v, parseDecimal}, name, "")
	case flag.Value:
		set.Var(v, name, "")
	case func(string) error:
		set.Func(name, "", v)
	}
}

// A number is the value of a flag that takes one number.
type number[T any] struct {
	value *T
	parse func(text string) (T, error)
}

func (n number[T]) String() string {
	if n.value == nil { // package flag asks for the text of the zero value
		return ""
	}
	return fmt.Sprint(*n.value)
}

func (n number[T]) Get() any { return *n.value }

func (n number[T]) Set(text string) error {
	v, err := n.parse(text)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return errors.New("value out of range")
	case err != nil:
		return errors.New("parse error") // as package flag words it
	}
	*n.value = v
	return nil
}

func parseUnsigned(text string) (uint64, error) { return strconv.ParseUint(text, 10, 64) }

func parseDecimal(text string) (float64, error) {
	if strings.ContainsAny(text, "xX_") {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseFloat(text, 64)
}
