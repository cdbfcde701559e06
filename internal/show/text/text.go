// Package text formats numbers and words for people to read: 60,000, "3 epochs", 784-30-10, and text in lines of at
// most 80 characters.
package text

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Join formats a list: 784-30-10.
func Join[T any](list []T, separator string) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(list), " ", separator), "[]")
}

// Wrap breaks text between words into lines of at most 80 characters, unless a word is longer. The first line begins in
// column start. newline is a line feed and the indentation of the other lines.
func Wrap(text string, start int, newline string) string {
	var b strings.Builder
	column := start
	for i, word := range strings.Fields(text) {
		length := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case column+1+length > 80:
			b.WriteString(newline)
			column = len(newline) - 1
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += length
	}
	return b.String()
}

// Count formats n with commas between groups of three digits: 60,000.
func Count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Plural returns n and the word, with an s unless n is 1: "3 epochs".
func Plural(n int, word string) string {
	if n != 1 {
		word += "s"
	}
	return Count(n) + " " + word
}

var numerals = regexp.MustCompile(`[0-9]+`)

// CompareNatural compares names like strings.Compare, but compares numbers in them by value: fc2 comes before fc10.
func CompareNatural(a, b string) int {
	padded := func(name string) string {
		return numerals.ReplaceAllStringFunc(name, func(n string) string {
			return strings.Repeat("0", max(0, 20-len(n))) + n
		})
	}
	return strings.Compare(padded(a), padded(b))
}

// Significant formats v with the given number of significant digits; if digits is -1, with as many as are needed to
// read the same number back. It writes an exponent only below 1e-4 and from 1e15 on.
func Significant(v float64, digits int) string {
	text := strconv.FormatFloat(v, 'g', digits, 64)
	if rounded, _ := strconv.ParseFloat(text, 64); math.Abs(rounded) < 1e15 && strings.Contains(text, "e+") {
		return strconv.FormatFloat(rounded, 'f', -1, 64)
	}
	return text
}

// Quote joins the words of a command line, and puts words in quotes that a shell would change.
func Quote(args []string) string {
	words := make([]string, len(args))
	for i, arg := range args {
		words[i] = arg
		if arg == "" || strings.ContainsAny(arg, " \t\n\"'`$&|;<>()*?[]#~\\!{}") {
			words[i] = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
		}
	}
	return strings.Join(words, " ")
}

// Signed formats v with the given number of decimal places and a typographic minus. A number that rounds to 0 has no
// minus.
func Signed(v float64, places int) string {
	s := fmt.Sprintf("%.*f", places, math.Abs(v))
	if v < 0 && strings.Trim(s, "0.") != "" {
		return "−" + s
	}
	return s
}

// Term formats v as the next term of a sum: " + 0.02", " − 0.02".
func Term(v float64, places int) string {
	if s, negative := strings.CutPrefix(Signed(v, places), "−"); negative {
		return " − " + s
	}
	return " + " + Signed(v, places)
}
