// Package text writes numbers and words as people read them: 60,000, "3 epochs", 784-30-10, and lines of
// at most 80 characters.
package text

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Join is a list as text: 784-30-10.
func Join[T any](list []T, separator string) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(list), " ", separator), "[]")
}

// Wrap breaks text, which begins in column start, between words, so that lines have at most 80
// characters if no word is longer.
func Wrap(text string, start int, newline string) string {
	var b strings.Builder
	at := start
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case at+1+n > 80:
			b.WriteString(newline)
			at = len(newline) - 1
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += n
	}
	return b.String()
}

// Count writes n with commas between groups of three: 60,000.
func Count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Plural is n and the word, with an s unless n is 1.
func Plural(n int, word string) string {
	if n != 1 {
		word += "s"
	}
	return Count(n) + " " + word
}

var numerals = regexp.MustCompile(`[0-9]+`)

// Natural compares names by the numbers in them: fc2 comes before fc10.
func Natural(a, b string) int {
	padded := func(name string) string {
		return numerals.ReplaceAllStringFunc(name, func(n string) string {
			return strings.Repeat("0", max(0, 20-len(n))) + n
		})
	}
	return strings.Compare(padded(a), padded(b))
}

// Significant is v to so many digits, or, where they are -1, to as many as it takes to read it back:
// with an exponent only below 1e-4 and from 1e15 on.
func Significant(v float64, digits int) string {
	text := strconv.FormatFloat(v, 'g', digits, 64)
	if rounded, _ := strconv.ParseFloat(text, 64); math.Abs(rounded) < 1e15 && strings.Contains(text, "e+") {
		return strconv.FormatFloat(rounded, 'f', -1, 64)
	}
	return text
}

// Quote is a command line's words, those with something special in them in quotes.
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

// Signed is v with so many places, and the minus of equations; nothing is −0.00.
func Signed(v float64, places int) string {
	s := fmt.Sprintf("%.*f", places, math.Abs(v))
	if v < 0 && strings.Trim(s, "0.") != "" {
		return "−" + s
	}
	return s
}

// Added is what adds v to a sum: " + 0.02", " − 0.02".
func Added(v float64, places int) string {
	s, minus := strings.CutPrefix(Signed(v, places), "−")
	if minus {
		return " − " + s
	}
	return " + " + s
}
