package field

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"backprop/internal/filetest"
)

// TestParseNumber: a number has one value and one form, however people write it. If its form is unclear, the value is
// that with a decimal point or comma.
func TestParseNumber(t *testing.T) {
	for _, c := range []struct {
		form Form
		want map[string]float64
	}{
		{Plain, map[string]float64{"0": 0, "-7": -7, "+7": 7, "\u22125": -5, "2024": 2024, "1e3": 1000, "1 234": 1234,
			"119'710": 119710, "1\u202f234\u202f567": 1234567, "1 234e2": 123400, "123456789012345678": 123456789012345678}},
		{DecimalPoint, map[string]float64{"51.5": 51.5, "-0.5": -0.5, ".5": 0.5, "5.": 5, ".123": 0.123, "0.123": 0.123,
			"1.2345": 1.2345, "1234.567": 1234.567, "1.234e2": 123.4, "0.1234567890123456": 0.1234567890123456,
			"1,234.5": 1234.5, "1,234,567": 1234567, "1,234,567.25": 1234567.25, "12,34,567": 1234567, // as in India
			"119’710.50": 119710.5, "1 234.": 1234}},
		{DecimalComma, map[string]float64{"51,5": 51.5, "-51,5": -51.5, ",5": 0.5, "0,123": 0.123, "1234,567": 1234.567,
			"1,234e2": 123.4, "9,2016E-06": 9.2016e-06, "1.234,5": 1234.5, "1.234.567": 1234567,
			"12.345.678,9": 12345678.9, "1\u00a0234,5": 1234.5, "1 234,567": 1234.567}},
		{UnclearPoint, map[string]float64{"1.234": 1.234, "-1.234": -1.234, "12.345": 12.345, "119.710": 119.71}},
		{UnclearComma, map[string]float64{"1,050": 1.05, "210,107": 210.107}},
	} {
		for f, want := range c.want {
			if x, form, ok := ParseNumber(f); !ok || x != want || form != c.form {
				t.Errorf("%q: got %v of form %d, a number: %v; want %v of form %d", f, x, form, ok, want, c.form)
			}
		}
	}
	longest := "1" + strings.Repeat("0", 386) + ",000,000e-390" // 400 bytes
	filetest.Holds(t, "is a number", IsNumber, nil, []string{"", "-", ".", ",", "1,", "x", "1 ", "--1", "1-2", "e5", "inf",
		"-Inf", "1e999", "2024_01", "0x10", "0x1p4", "1,2,3", "1,23,4", "1,23.4", "1,234,56", "12,3456,789", "1234,567,890",
		"0,123,456", "1.2.3", "02.01.2023", "1.234,567,8", "1,234.567.8", "1 23", "1'23", "1 234.567 890", "1 234'567",
		"1,234,567e2", longest})
}

// TestParseNumberIsExact: a number with a decimal point has the same bits as from the standard library.
func TestParseNumberIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200_000 {
		digits := strconv.FormatUint(r.Uint64N(uint64(math.Pow10(1+r.IntN(18)))), 10)
		k := r.IntN(len(digits) + 1)
		f := []string{"", "-", "+"}[r.IntN(3)] + strings.Repeat("0", r.IntN(3)) + digits[:k] + "." + digits[k:]
		want, _ := strconv.ParseFloat(f, 64)
		if got, _, ok := ParseNumber(f); !ok || math.Float64bits(got) != math.Float64bits(want) {
			t.Fatalf("%s: got %v, want %v", f, got, want)
		}
	}
}

// TestValue: a number of unclear form is a thousand times as large if the other mark is decimal.
func TestValue(t *testing.T) {
	for _, c := range []struct {
		form, decimal Form
		want          float64
	}{
		{UnclearPoint, DecimalComma, 1234}, {UnclearPoint, DecimalPoint, 1.234}, {UnclearComma, DecimalPoint, 1234},
		{UnclearComma, DecimalComma, 1.234}, {DecimalPoint, DecimalComma, 1.234}, {Plain, DecimalComma, 1.234},
	} {
		if got := Value(1.234, c.form, c.decimal); got != c.want {
			t.Errorf("form %d, decimal %d: got %v, want %v", c.form, c.decimal, got, c.want)
		}
	}
	for x, want := range map[float64]float64{119.71: 119710, 999.999: 999999, 100.001: 100001, -1.001: -1001} {
		if got := Thousands(x); got != want {
			t.Errorf("Thousands(%v): got %v, want %v", x, got, want)
		}
	}
}

// TestCutUnit: a unit is a currency before the number, or whatever is written after it. A field that only has digits in
// it, such as an ID or a date, has no unit.
func TestCutUnit(t *testing.T) {
	long := strings.Repeat("m", 20)
	wide := "0." + strings.Repeat("0", 56) + "1 m" // 61 bytes
	for _, c := range []struct{ f, number, unit string }{
		{"51 m²", "51", "m²"}, {"51m²", "51", "m²"}, {"51 m2", "51", "m2"}, {"11.1 km", "11.1", "km"},
		{"5\u00a0km", "5", "km"}, {".5 l", ".5", "l"}, {"1e3 m", "1e3", "m"}, {"1 234 kg", "1 234", "kg"},
		{"1,114 sqft", "1,114", "sqft"}, {"5 sq. ft.", "5", "sq. ft."}, {"60 km/h", "60", "km/h"}, {"2WD", "2", "WD"},
		{"-3 °C", "-3", "°C"}, {"\u22123 °C", "\u22123", "°C"}, {"0.5%", "0.5", "%"}, {"5m", "5", "m"},
		{"$119,710", "119,710", "$"}, {"119.710 €", "119.710", "€"}, {"119.710€", "119.710", "€"}, {"5 EUR", "5", "EUR"},
		{"CHF 119'710", "119'710", "CHF"}, {"US$5", "5", "US$"}, {"-$5", "-5", "$"}, {"$-5", "-5", "$"},
		{"10 $/month", "10", "$/month"}, {"$5 a", "5", "$ a"}, {"5 " + long, "5", long}, {wide[1:], wide[1:59], "m"},
	} {
		if number, unit := CutUnit(c.f); number != c.number || unit != c.unit {
			t.Errorf("%q: got %q in %q, want %q in %q", c.f, number, unit, c.number, c.unit)
		}
	}
	for _, f := range []string{"5", "x", "CUST-10000", "A12", "2023-05-18", "16/09/2026", "10-20", "12:30", "5 May 2022",
		">5 m", "-$-5", "3x4 cm", "%5", "5 " + long + "m", wide} {
		if number, unit := CutUnit(f); number != f || unit != "" {
			t.Errorf("%q: got %q in %q, want no unit", f, number, unit)
		}
	}
	filetest.Holds(t, "is a currency", IsCurrency, []string{"$", "€", "CHF", "US$", "£", "Rs.", "zł"},
		[]string{"%", "km", "€/m", "m²", "", "EURO"})
}

// TestStripAccounting: bookkeepers write amounts that are owed in brackets or with the minus behind, and dashes in
// place of no pennies. What has two signs, or other brackets, is left as it is.
func TestStripAccounting(t *testing.T) {
	for f, want := range map[string]string{"(5)": "5", "($1,234.50)": "$1,234.50", "$(5.00)": "$5.00", "( 5 )": "5",
		"(5%)": "5%", "5.50-": "5.50", "1.234,50-": "1.234,50", "9-": "9"} {
		if got, negative := StripAccounting(f); got != want || !negative {
			t.Errorf("%q: got %q, negative %v; want %q, negative", f, got, negative, want)
		}
	}
	for f, want := range map[string]string{"3.428,- €": "3.428 €", "5,-": "5", "5.--": "5", "CHF 5.—": "CHF 5"} {
		if got, negative := StripAccounting(f); got != want || negative {
			t.Errorf("%q: got %q, negative %v; want %q, not negative", f, got, negative, want)
		}
	}
	for _, f := range []string{"5", "-5", "(-5)", "(+5)", "(\u22125)", "-(5)", "-5-", "+5-", "5 (6)", "()", "(", "", "x-",
		"(x", "10-12"} {
		if got, negative := StripAccounting(f); got != f || negative {
			t.Errorf("%q: got %q, negative %v; want it unchanged", f, got, negative)
		}
	}
}

// TestMissingValues: some texts stand for a missing value wherever they are, others only among numbers.
func TestMissingValues(t *testing.T) {
	filetest.Holds(t, "is surely missing", IsSurelyMissing, []string{"", "?", "NA", "n/a", "NaN", "-nan", "Null", "NULL",
		"#N/A", "#NA", "<NA>", "NaT", `\N`, "#DIV/0!", "#WERT!", "#NOM?", "#¡VALOR!", "#NV", "#BEZUG!", "#N/D"},
		[]string{"#1!", "#x", "#!", "# WERT!", "\\n1", "-", "none", ".", "unknown", "x", "0", "1", "inf", "#", "nan ", "nano",
			"not available"})
	filetest.Holds(t, "is perhaps missing", IsPerhapsMissing, []string{"-", "None", ".", "..", "--", "Unknown", "missing",
		"n.a.", "not available", "Not applicable", "k.A.", "keine Angabe", "(blank)"},
		[]string{"", "x", "NA", "0", "unknown city", "-1"})
	filetest.Holds(t, "may be missing", MayBeMissing, []string{"", "NA", "-", "none"}, []string{"x", "0"})
}
