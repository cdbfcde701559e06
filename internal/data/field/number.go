// Package field recognises what one field of a table is: a number, however people write it, with a unit or without; a
// date; or a missing value.
package field

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// A Form is what the spelling of a number tells of the comma and the point in it.
type Form uint8

// 51.5 shows a decimal point, and so do 1,234.5 and 1,234,567, where the comma groups thousands.
// 1.234 alone shows nothing: it is a little more than one, or a little more than a thousand.
const (
	Plain  Form = iota // neither is there
	Point              // the point is decimal
	Comma              // the comma is decimal
	Point3             // one point, and three digits behind it
	Comma3             // one comma, and three digits behind it
)

var tens = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// Scan reads a decimal number. Where the form is Point3 or Comma3, x is what it is as a fraction;
// see Grouped. Up to 15 digits are exact as a whole number, and one division rounds them rightly.
func Scan(f string) (x float64, form Form, ok bool) {
	digits, mark, sum := f, -1, uint64(0)
	if f != "" && (f[0] == '-' || f[0] == '+') {
		digits = f[1:]
	}
	for i := range len(digits) {
		if c := digits[i] - '0'; c <= 9 {
			sum = sum*10 + uint64(c)
		} else if (digits[i] == '.' || digits[i] == ',') && mark < 0 {
			mark = i
		} else {
			return scanOther(f)
		}
	}
	n, behind := len(digits), 0
	if mark >= 0 {
		n, behind = n-1, len(digits)-1-mark
	}
	if n == 0 || n > 15 || behind == 0 && mark >= 0 {
		return scanOther(f)
	}
	x = float64(sum) / tens[behind]
	if f[0] == '-' {
		x = -x
	}
	switch {
	case mark < 0:
		return x, Plain, true
	case behind == 3 && mark > 0 && mark < 4 && digits[0] != '0':
		form = Point3 - Point
	}
	return x, form + formOf(digits[mark] == '.'), true
}

// IsNumber says whether a field is a decimal number, however it is written.
func IsNumber(f string) bool {
	_, _, ok := Scan(f)
	return ok
}

// Grouped is what a number of form Point3 or Comma3 is where that character groups thousands.
func Grouped(x float64) float64 { return math.Round(x * 1000) }

// Under is a number by a rule: Point or Comma, whichever is decimal.
func Under(rule Form, x float64, form Form) float64 {
	if form == Point3 && rule == Comma || form == Comma3 && rule == Point {
		return Grouped(x)
	}
	return x
}

var decimal = regexp.MustCompile(`^([-+]?)([\d.,'’ \x{a0}\x{202f}]*\d\.?)((?:[eE][-+]?\d+)?)$`)

// blanks are what groups thousands where that is neither a comma nor a point.
const blanks = "'’ \u00a0\u202f"

// scanOther reads the numbers that are long, or have an exponent, or anything that groups digits.
func scanOther(f string) (x float64, form Form, ok bool) {
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
			form = Point
		}
		return x, form, err == nil && x-x == 0
	}
	if len(f) > 400 {
		return 0, Plain, false
	}
	m := decimal.FindStringSubmatch(strings.Replace(f, "\u2212", "-", 1))
	if m == nil {
		return 0, Plain, false
	}
	whole, rest, form, ok := parts(m[2], m[3] != "")
	if !ok {
		return 0, Plain, false
	}
	x, err := strconv.ParseFloat(m[1]+whole+"."+rest+m[3], 64)
	return x, form, err == nil && x-x == 0
}

// parts takes a number without sign and exponent apart: the digits before the decimal character,
// and those behind it.
func parts(s string, exponent bool) (whole, rest string, form Form, ok bool) {
	points, commas := strings.Count(s, "."), strings.Count(s, ",")
	blank := strings.ContainsAny(s, blanks)
	k := strings.LastIndexAny(s, ".,")
	switch {
	case points+commas == 0:
		whole = s
	case points+commas == 1:
		whole, rest = s[:k], s[k+1:]
		form = formOf(s[k] == '.')
		if !blank && !exponent && len(rest) == 3 && len(whole) > 0 && len(whole) < 4 && s[0] != '0' {
			form += Point3 - Point
		}
		if rest == "" && form == Comma {
			return "", "", Plain, false
		}
	case points > 1 && commas > 1, blank, exponent:
		return "", "", Plain, false
	case points == 0, commas == 0: // the same character again and again groups
		whole, form = s, formOf(points == 0)
	case strings.Count(s, s[k:k+1]) > 1:
		return "", "", Plain, false
	default:
		whole, rest, form = s[:k], s[k+1:], formOf(s[k] == '.')
	}
	whole, ok = ungroup(whole)
	return whole, rest, form, ok && strings.Trim(rest, "0123456789") == "" && whole+rest != ""
}

// formOf is Point or Comma.
func formOf(point bool) Form {
	if point {
		return Point
	}
	return Comma
}

// ungroup takes away what groups digits by three, or as in India by two before the last three.
func ungroup(s string) (digits string, ok bool) {
	k := strings.IndexAny(s, ".,"+blanks)
	if k < 0 {
		return s, true
	}
	by := string([]rune(s[k:])[0])
	groups := strings.Split(s, by)
	last, middle := groups[len(groups)-1], 3
	if len(groups) > 2 {
		middle = len(groups[1])
	}
	if k > middle || k == 0 || s[0] == '0' || len(last) != 3 || middle < 2 || middle > 3 {
		return "", false
	}
	for _, g := range groups[1 : len(groups)-1] {
		if len(g) != middle {
			return "", false
		}
	}
	digits = strings.Join(groups, "")
	return digits, strings.Trim(digits, "0123456789") == ""
}

// ---- Units ----

const (
	space    = `[ \x{a0}\x{202f}]*`
	currency = `(?:(?:US|A|C|NZ|HK|S)?\$|R\$|\p{Sc}|Rs\.?|zł|kr\.?|Fr\.|(?:USD|EUR|GBP|CHF|JPY|CNY|INR|CAD|AUD|NZD|` +
		`SEK|NOK|DKK|PLN|CZK|HUF|RUB|TRY|BRL|MXN|ZAR|KRW|SGD|HKD)\b)`
	word   = `[\p{L}\p{Sc}%‰°′″²³µ]+[23]?`
	amount = `[-+\x{2212}]?[.,]?\d(?:[\d.,'’ \x{a0}\x{202f}]*\d)?(?:[eE][-+]?\d+)?`
)

var (
	affixed = regexp.MustCompile(`^([-+\x{2212}]?)` + space + `(` + currency + `?)` + space +
		`(` + amount + `)` + space + `((?:` + word + `(?:[ ./·*^-]{1,2}` + word + `)*\.?)?)$`)
	money = regexp.MustCompile(`^` + currency + `\.?$`)
)

// CutUnit takes the unit off a number: the currency before it, or what stands behind it. unit is ""
// where it is not a number with a unit.
func CutUnit(f string) (number, unit string) {
	if len(f) < 2 || len(f) > 60 || strings.IndexAny(f, "0123456789") < 0 {
		return f, ""
	}
	m := affixed.FindStringSubmatch(f)
	if m == nil || m[2] == "" && m[4] == "" || len(m[4]) > 20 || m[1] != "" && strings.Trim(m[3][:1], "+-\u2212") == "" {
		return f, ""
	}
	return m[1] + m[3], strings.TrimSpace(m[2] + " " + m[4])
}

// Plainly is a field as people write it who keep accounts, written plainly: (5) and 5- are negative, and 5,- is 5.
func Plainly(f string) (plain string, negative bool) {
	switch open := strings.IndexByte(f, '('); {
	case len(f) < 2 || len(f) > 60:
	case open >= 0 && f[len(f)-1] == ')' && strings.IndexAny(f[:open], "0123456789-+") < 0:
		if inner := strings.TrimSpace(f[open+1 : len(f)-1]); unsigned(inner) {
			return f[:open] + inner, true
		}
	case f[len(f)-1] == '-' && '0' <= f[len(f)-2] && f[len(f)-2] <= '9' && unsigned(f):
		return f[:len(f)-1], true
	}
	return noPennies.ReplaceAllString(f, "$1$2"), false
}

// unsigned says whether what may be a number has no sign of its own.
func unsigned(f string) bool {
	return f != "" && f[0] != '-' && f[0] != '+' && !strings.HasPrefix(f, "\u2212")
}

// noPennies are the dashes that stand for no pennies, as in 5,- and 5.-- €.
var noPennies = regexp.MustCompile(`^(.*\d)[.,][-–—]{1,2}(\D*)$`)

// IsMoney says whether a unit is a currency.
func IsMoney(unit string) bool { return money.MatchString(unit) }

// IsShare says whether a unit is one of currencies and percent, which never are part of a name.
func IsShare(unit string) bool { return unit == "%" || unit == "‰" || IsMoney(unit) }

// ---- Values that are not there ----

// IsMissing says whether a field stands for a value that is not there, or may do so.
func IsMissing(f string) bool { return IsNothing(f) || IsUnsure(f) }

// longestMarker is the length of the longest of the words below.
const longestMarker = 14

// excelError is what Excel shows where a formula has no value, in any language: #DIV/0!, #WERT!, #NOM?
var excelError = regexp.MustCompile(`^#[¡¿]?[\p{Lu}/0]{2,8}[!?]$`)

// IsNothing says whether a field stands for a value that is not there: those that pandas knows, and Excel and databases
// write.
func IsNothing(f string) bool {
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

// IsUnsure says whether a field may stand for a value that is not there, or be a word like others.
func IsUnsure(f string) bool {
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
