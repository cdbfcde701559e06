// Package field recognises what one field of a table is: a number, however people write it, with or without a unit; a
// date; or a marker for a missing value.
package field

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// A Form says what the spelling of a number shows about its decimal mark.
type Form uint8

// 51.5 shows a decimal point. So do 1,234.5 and 1,234,567, because the comma groups thousands. 1.234 is unclear: it
// is a little more than one, or a little more than a thousand.
const (
	Plain        Form = iota // it has neither a point nor a comma
	DecimalPoint             // the point is decimal
	DecimalComma             // the comma is decimal
	UnclearPoint             // it has one point, and three digits after it
	UnclearComma             // it has one comma, and three digits after it
)

// powersOf10 are exact as float64.
var powersOf10 = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// ParseNumber reads a decimal number. If its form is unclear, x is its value if the point or comma is decimal; Value
// gives the other one. As a whole number, up to 15 digits are exact in a float64, so that one division gives the
// correctly rounded result.
func ParseNumber(f string) (x float64, form Form, ok bool) {
	digits := f
	if f != "" && (f[0] == '-' || f[0] == '+') {
		digits = f[1:]
	}
	mark, sum := -1, uint64(0) // where the point or comma is; the digits as a whole number
	for i := range len(digits) {
		if c := digits[i] - '0'; c <= 9 {
			sum = sum*10 + uint64(c)
		} else if (digits[i] == '.' || digits[i] == ',') && mark < 0 {
			mark = i
		} else {
			return parseUnusual(f)
		}
	}
	n, decimals := len(digits), 0
	if mark >= 0 {
		n, decimals = n-1, len(digits)-1-mark
	}
	endsInMark := mark >= 0 && decimals == 0
	if n == 0 || n > 15 || endsInMark {
		return parseUnusual(f)
	}
	x = float64(sum) / powersOf10[decimals]
	if f[0] == '-' {
		x = -x
	}
	if mark < 0 {
		return x, Plain, true
	}
	return x, formOf(digits[mark], couldGroup(digits[:mark], decimals)), true
}

// IsNumber reports whether a field is a decimal number.
func IsNumber(f string) bool {
	_, _, ok := ParseNumber(f)
	return ok
}

// Thousands returns the value of a number of unclear form if its point or comma groups thousands. x is what ParseNumber
// has returned for it.
func Thousands(x float64) float64 { return math.Round(x * 1000) }

// Value returns the value of a number, once it is known whether the mark is DecimalPoint or DecimalComma. x and form
// are what ParseNumber has returned for it.
func Value(x float64, form, decimal Form) float64 {
	if form == UnclearPoint && decimal == DecimalComma || form == UnclearComma && decimal == DecimalPoint {
		return Thousands(x)
	}
	return x
}

// couldGroup reports whether a point or comma between these digits could group thousands.
func couldGroup(whole string, decimals int) bool {
	return decimals == 3 && len(whole) > 0 && len(whole) <= 3 && whole[0] != '0'
}

// formOf returns the form of a number with a single mark: '.' or ','.
func formOf(mark byte, unclear bool) Form {
	switch {
	case mark == '.' && unclear:
		return UnclearPoint
	case mark == '.':
		return DecimalPoint
	case unclear:
		return UnclearComma
	}
	return DecimalComma
}

// groupMarks may group thousands, like the comma and the point.
const groupMarks = "'’ \u00a0\u202f"

var (
	numberPattern    = regexp.MustCompile(`^([-+]?)([\d.,'’ \x{a0}\x{202f}]*\d\.?)((?:[eE][-+]?\d+)?)$`)
	thousandsPattern = regexp.MustCompile(`^[1-9]\d{0,2}(?:_\d{3})+$|^[1-9]\d?(?:_\d\d)+_\d{3}$`) // 2nd: India
)

// parseUnusual is ParseNumber for numbers that are long, have an exponent, or group their digits.
func parseUnusual(f string) (x float64, form Form, ok bool) {
	points, groups := 0, false
	for i := range len(f) {
		switch c := f[i]; {
		case '0' <= c && c <= '9', c == 'e', c == 'E', c == '-', c == '+':
		case c == '.':
			points++
		case c == ',', c == '\'', c == ' ', c >= 0x80:
			groups = true
		default:
			return 0, Plain, false
		}
	}
	if !groups && points < 2 {
		x, err := strconv.ParseFloat(f, 64)
		if points > 0 {
			form = DecimalPoint
		}
		return x, form, err == nil
	}
	const longest = 400 // bytes
	if len(f) > longest {
		return 0, Plain, false
	}
	m := numberPattern.FindStringSubmatch(strings.Replace(f, "\u2212", "-", 1))
	if m == nil {
		return 0, Plain, false
	}
	sign, number, exponent := m[1], m[2], m[3]
	whole, fraction, form, ok := splitNumber(number, exponent != "")
	if !ok {
		return 0, Plain, false
	}
	x, err := strconv.ParseFloat(sign+whole+"."+fraction+exponent, 64)
	return x, form, err == nil
}

// splitNumber splits a number without sign and exponent into the digits before its decimal mark and those after it.
func splitNumber(s string, hasExponent bool) (whole, fraction string, form Form, ok bool) {
	points, commas := strings.Count(s, "."), strings.Count(s, ",")
	otherGroups := strings.ContainsAny(s, groupMarks)
	last := strings.LastIndexAny(s, ".,")
	switch {
	case last < 0:
		whole = s
	case points+commas == 1:
		whole, fraction = s[:last], s[last+1:]
		form = formOf(s[last], !otherGroups && !hasExponent && couldGroup(whole, len(fraction)))
		if fraction == "" && form == DecimalComma {
			return "", "", Plain, false
		}
	case otherGroups, hasExponent:
		return "", "", Plain, false
	case points == 0: // commas that appear several times group thousands, so the point is decimal
		whole, form = s, DecimalPoint
	case commas == 0:
		whole, form = s, DecimalComma
	case strings.Count(s, s[last:last+1]) > 1:
		return "", "", Plain, false
	default:
		whole, fraction, form = s[:last], s[last+1:], formOf(s[last], false)
	}
	whole, ok = removeGrouping(whole)
	return whole, fraction, form, ok && areDigits(fraction) && whole+fraction != ""
}

// removeGrouping removes the marks that group the digits of a whole number. ok is false if they group them neither by
// three nor as in India: 12,34,567.
func removeGrouping(s string) (digits string, ok bool) {
	k := strings.IndexAny(s, ".,"+groupMarks)
	if k < 0 {
		return s, true
	}
	mark := string([]rune(s[k:])[0])
	if !thousandsPattern.MatchString(strings.ReplaceAll(s, mark, "_")) {
		return "", false
	}
	return strings.ReplaceAll(s, mark, ""), true
}

// areDigits reports whether s has digits only; it may be empty.
func areDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// Units.

const (
	space    = `[ \x{a0}\x{202f}]*`
	currency = `(?:(?:US|A|C|NZ|HK|S)?\$|R\$|\p{Sc}|Rs\.?|zł|kr\.?|Fr\.|(?:USD|EUR|GBP|CHF|JPY|CNY|INR|CAD|AUD|NZD|` +
		`SEK|NOK|DKK|PLN|CZK|HUF|RUB|TRY|BRL|MXN|ZAR|KRW|SGD|HKD)\b)`
	word   = `[\p{L}\p{Sc}%‰°′″²³µ]+[23]?`
	amount = `[-+\x{2212}]?[.,]?\d(?:[\d.,'’ \x{a0}\x{202f}]*\d)?(?:[eE][-+]?\d+)?`
)

var (
	withUnit = regexp.MustCompile(`^([-+\x{2212}]?)` + space + `(` + currency + `?)` + space +
		`(` + amount + `)` + space + `((?:` + word + `(?:[ ./·*^-]{1,2}` + word + `)*\.?)?)$`)
	onlyCurrency = regexp.MustCompile(`^` + currency + `\.?$`)
)

// CutUnit separates a number from its unit: a currency before the number, or whatever is written after it. unit is ""
// if the field is not a number with a unit.
func CutUnit(f string) (number, unit string) {
	if len(f) < 2 || len(f) > 60 || !strings.ContainsAny(f, "0123456789") {
		return f, ""
	}
	m := withUnit.FindStringSubmatch(f)
	if m == nil {
		return f, ""
	}
	sign, before, number, after := m[1], m[2], m[3], m[4]
	hasUnit := before != "" || after != ""
	twoSigns := sign != "" && hasSign(number)
	if !hasUnit || twoSigns || len(after) > 20 {
		return f, ""
	}
	return sign + number, strings.TrimSpace(before + " " + after)
}

// StripAccounting undoes the notation of bookkeepers, in which (5) and 5- are negative, and 5,- is 5.
func StripAccounting(f string) (plain string, negative bool) {
	if len(f) < 2 || len(f) > 60 {
		return f, false
	}
	last := len(f) - 1
	open := strings.IndexByte(f, '(')
	inBrackets := open >= 0 && f[last] == ')' && !strings.ContainsAny(f[:open], "0123456789-+")
	if inBrackets {
		if inner := strings.TrimSpace(f[open+1 : last]); inner != "" && !hasSign(inner) {
			return f[:open] + inner, true
		}
	} else if f[last] == '-' && '0' <= f[last-1] && f[last-1] <= '9' && !hasSign(f) {
		return f[:last], true
	}
	return noPennies.ReplaceAllString(f, "$1$2"), false
}

// noPennies matches 5,- and 5.-- €, in which dashes replace the pennies.
var noPennies = regexp.MustCompile(`^(.*\d)[.,][-–—]{1,2}(\D*)$`)

// hasSign reports whether s begins with a plus or minus sign.
func hasSign(s string) bool {
	return strings.HasPrefix(s, "-") || strings.HasPrefix(s, "+") || strings.HasPrefix(s, "\u2212")
}

// IsCurrency reports whether a unit is a currency.
func IsCurrency(unit string) bool { return onlyCurrency.MatchString(unit) }

// Missing values.

// longestMarker is the length of the longest marker below.
const longestMarker = 14

// excelError matches what Excel shows if a formula has no value, in any language: #DIV/0!, #WERT!, #NOM?.
var excelError = regexp.MustCompile(`^#[¡¿]?[\p{Lu}/0]{2,8}[!?]$`)

// IsSurelyMissing reports whether a field stands for a missing value and nothing else: it is empty, or a marker that
// pandas knows, or that Excel or a database writes.
func IsSurelyMissing(f string) bool {
	if len(f) > longestMarker {
		return false
	}
	switch strings.ToLower(f) {
	case "", "?", "na", "n/a", "nan", "-nan", "null", "#n/a", "#na", "<na>", "#n/a n/a", "nat", "1.#ind", "-1.#ind",
		"1.#qnan", "-1.#qnan", "#nv", "#n/d", `\n`:
		return true
	}
	return f[0] == '#' && excelError.MatchString(strings.ToUpper(f))
}

// IsPerhapsMissing reports whether a field may stand for a missing value, but may also be an ordinary word.
func IsPerhapsMissing(f string) bool {
	if len(f) > longestMarker {
		return false
	}
	switch strings.ToLower(f) {
	case "-", "none", "--", "---", ".", "..", "...", "unknown", "missing", "nil", "n.a.", "(null)", "not available",
		"not applicable", "no data", "no answer", "(blank)", "(empty)", "n/d", "n.d.", "k.a.", "k. a.", "keine angabe":
		return true
	}
	return false
}

// MayBeMissing reports whether a field stands for a missing value, surely or perhaps.
func MayBeMissing(f string) bool { return IsSurelyMissing(f) || IsPerhapsMissing(f) }
