package field

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"backprop/internal/filetest"
)

// TestParseNumber: what a number is, and what its spelling shows; the fraction where it can be two.
func TestParseNumber(t *testing.T) {
	forms := []string{"plain", "point", "comma", "point?", "comma?"}
	for _, c := range []struct{ f, want string }{
		{"0", "0 plain"}, {"-7", "-7 plain"}, {"+7", "7 plain"}, {"2024", "2024 plain"}, {"1e3", "1000 plain"},
		{"51.5", "51.5 point"}, {".5", "0.5 point"}, {"5.", "5 point"}, {"0.123", "0.123 point"},
		{"1234.567", "1234.567 point"},
		{"1.2345", "1.2345 point"}, {"1.234e2", "123.4 point"}, {"-0.5", "-0.5 point"}, {".123", "0.123 point"},
		{"119.710", "119.71 point?"}, {"-1.234", "-1.234 point?"}, {"12.345", "12.345 point?"},
		{"51,5", "51.5 comma"}, {"-51,5", "-51.5 comma"}, {"0,123", "0.123 comma"}, {"1234,567", "1234.567 comma"},
		{",5", "0.5 comma"},
		{"9,2016E-06", "9.2016e-06 comma"}, {"1,234e2", "123.4 comma"},
		{"210,107", "210.107 comma?"}, {"1,050", "1.05 comma?"},
		{"1,234.5", "1234.5 point"}, {"1,234,567", "1.234567e+06 point"}, {"1,234,567.25", "1.23456725e+06 point"},
		{"1.234,5", "1234.5 comma"}, {"1.234.567", "1.234567e+06 comma"}, {"12.345.678,9", "1.23456789e+07 comma"},
		{"12,34,567", "1.234567e+06 point"}, // as in India
		{"1 234", "1234 plain"}, {"1\u00a0234,5", "1234.5 comma"}, {"1\u202f234\u202f567", "1.234567e+06 plain"},
		{"119'710", "119710 plain"}, {"119’710.50", "119710.5 point"}, {"1 234,567", "1234.567 comma"},
		{"\u22125", "-5 plain"}, {"0.1234567890123456", "0.1234567890123456 point"},
		{"", "no"}, {"-", "no"}, {".", "no"}, {",", "no"}, {"1,", "no"}, {"1,23,4", "no"}, {"12,3456,789", "no"},
		{"1,2,3", "no"},
		{"1234,567,890", "no"}, {"0,123,456", "no"}, {"1.2.3", "no"}, {"02.01.2023", "no"}, {"1.234,567,8", "no"},
		{"1,234.567.8", "no"},
		{"1,234,56", "no"}, {"1 23", "no"}, {"1'23", "no"}, {"1 234.567 890", "no"}, {"1 234'567", "no"}, {"2024_01", "no"},
		{"0x10", "no"},
		{"0x1p4", "no"}, {"inf", "no"}, {"1e999", "no"}, {"1-2", "no"}, {"e5", "no"}, {"--1", "no"}, {"1 ", "no"},
		{"x", "no"},
	} {
		got := "no"
		if x, form, ok := ParseNumber(c.f); ok {
			got = fmt.Sprint(x, " ", forms[form])
		}
		if got != c.want {
			t.Errorf("%q is %s; want %s", c.f, got, c.want)
		}
	}
}

// TestParseNumberExact: a number with a point is what the standard library says, to the last bit.
func TestParseNumberExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200_000 {
		digits := strconv.FormatUint(r.Uint64N(uint64(math.Pow10(1+r.IntN(18)))), 10)
		k := r.IntN(len(digits) + 1)
		f := []string{"", "-", "+"}[r.IntN(3)] + strings.Repeat("0", r.IntN(3)) + digits[:k] + "." + digits[k:]
		want, _ := strconv.ParseFloat(f, 64)
		if got, _, ok := ParseNumber(f); !ok || math.Float64bits(got) != math.Float64bits(want) {
			t.Fatalf("%s is %v; want %v", f, got, want)
		}
	}
	for x, want := range map[float64]float64{119.71: 119710, 1.234: 1234, 999.999: 999999, 100.001: 100001,
		-1.001: -1001} {
		if got := Thousands(x); got != want {
			t.Errorf("%v is %v thousands; want %v", x, got, want)
		}
	}
}

// TestCutUnit: what stands before a number or behind it.
func TestCutUnit(t *testing.T) {
	for _, c := range []struct{ f, number, unit string }{
		{"51 m²", "51", "m²"}, {"51m²", "51", "m²"}, {"51 m2", "51", "m2"}, {"11.1 km", "11.1", "km"},
		{"1,114 sqft", "1,114", "sqft"},
		{"$119,710", "119,710", "$"}, {"119.710 €", "119.710", "€"}, {"119.710€", "119.710", "€"}, {"-$5", "-5", "$"},
		{"$-5", "-5", "$"},
		{"US$5", "5", "US$"}, {"CHF 119'710", "119'710", "CHF"}, {"5 EUR", "5", "EUR"}, {"0.5%", "0.5", "%"},
		{"-3 °C", "-3", "°C"},
		{"\u22123 °C", "\u22123", "°C"}, {"60 km/h", "60", "km/h"}, {"5 sq. ft.", "5", "sq. ft."}, {"2WD", "2", "WD"},
		{"1e3 m", "1e3", "m"},
		{"5\u00a0km", "5", "km"}, {"10 $/month", "10", "$/month"}, {".5 l", ".5", "l"}, {"1 234 kg", "1 234", "kg"},
		{"5", "5", ""}, {"x", "x", ""}, {"CUST-10000", "CUST-10000", ""}, {"A12", "A12", ""},
		{"2023-05-18", "2023-05-18", ""},
		{"16/09/2026", "16/09/2026", ""}, {"10-20", "10-20", ""}, {"12:30", "12:30", ""}, {"5 May 2022", "5 May 2022", ""},
		{">5 m", ">5 m", ""},
		{"-$-5", "-$-5", ""}, {"5 " + strings.Repeat("long", 6), "5 " + strings.Repeat("long", 6), ""},
		{"3x4 cm", "3x4 cm", ""}, {"%5", "%5", ""},
	} {
		if number, unit := CutUnit(c.f); number != c.number || unit != c.unit {
			t.Errorf("%q is %q of %q; want %q of %q", c.f, number, unit, c.number, c.unit)
		}
	}
	filetest.Holds(t, "is money", IsCurrency, []string{"$", "€", "CHF", "US$", "£", "Rs.", "zł"},
		[]string{"%", "km", "€/m", "m²", "", "EURO"})
}

// TestStripAccounting: what accounts write of sums that are owed, and of sums without pennies.
func TestStripAccounting(t *testing.T) {
	for f, want := range map[string]string{"(5)": "5 true", "($1,234.50)": "$1,234.50 true", "$(5.00)": "$5.00 true",
		"( 5 )": "5 true", "(5%)": "5% true", "5.50-": "5.50 true", "1.234,50-": "1.234,50 true",
		"3.428,- €": "3.428 € false", "5,-": "5 false", "5.--": "5 false", "CHF 5.—": "CHF 5 false",
		"5": "5 false", "-5": "-5 false", "(-5)": "(-5) false", "-(5)": "-(5) false", "-5-": "-5- false",
		"5 (6)": "5 (6) false",
		"()":    "() false", "(": "( false", "": " false", "x-": "x- false", "(x": "(x false", "10-12": "10-12 false",
		"9-": "9 true"} {
		plain, negative := StripAccounting(f)
		if got := fmt.Sprint(plain, " ", negative); got != want {
			t.Errorf("%q is %q; want %q", f, got, want)
		}
	}
}

// TestDatesOfPeople: months in other languages, days of the week, and what programs write into logs.
func TestDatesOfPeople(t *testing.T) {
	filetest.Holds(t, "is a date", func(f string) bool { return (&DateParser{}).IsDate(f) },
		[]string{"January 05 2023", "Thursday, January 05, 2023", "Thu Jan 05 08:30:00 2023", "5. Januar 2023",
			"Do, 5.1.2023",
			"05 Jan. 2023", "5 janvier 2023", "1er août 2023", "5 de enero de 2023", "5th January 2023",
			"3 März 2023, 12:30 Uhr",
			"05/Jan/2023:08:30:00", "05/Jan/2023:08:30:00 +0000", "20230105T083000", "2023-01-05 08", "2023-W01", "2023/01",
			"05 Jan", "Jan 23", "05.01.", "2023-05-18, 12:30", "18.05.2023 12h30", "2023-05-18 12:30:00 +0200 CEST"},
		[]string{"May", "Monday", "5 Maybe 2023", "32 Jan", "2023-W1", "Q1 2023", "12 Th", "5 May x", "room 12", "Jan", "1h",
			"TWh 5", "2023-13"})
	for x, want := range map[float64]bool{202301050830: true, 20230105083059: true, 202301050860: false,
		202301052430: false, 20230105083060: false, 202313010000: false, 1672907400: false, 1672907400000: false,
		202301050830.5: false, 4006381333931: false} {
		if IsDateNumber(x) != want {
			t.Errorf("%.1f is a day: %v", x, !want)
		}
	}
}

// TestDates: what is a date, a moment or a time of day, and what only looks like one.
func TestDates(t *testing.T) {
	filetest.Holds(t, "is a date", func(f string) bool { return (&DateParser{}).IsDate(f) },
		[]string{"2023-05-18", "16/09/2026", "02.01.2023", "2.1.2023",
			"02.01.23", "5/18/2023", "2023/05/18", "18-May-2023", "May 18, 2023", "18 May 2023", "2023-05", "Jan 2023",
			"2023-05-18 12:30",
			"2023-05-18T12:30:15Z", "2023-05-18 12:30:15.25", "2023-05-18T12:30:15+02:00", "5/18/2023 3:30 PM",
			"18.05.2023 12:30", "12:30", "08:15:30"},
		[]string{"", "2023", "1.5", "1.2.3", "1.2.10", "31.02.2023", "2023-13-01", "25:30", "16:9", "192.168.1.1",
			"2012-13", "May", "x 2023", "2023-05-18 x",
			"10-20", "3/4"})
	for x, want := range map[float64]bool{20230518: true, 20240229: true, 20230229: false, 20231301: false,
		12345678: false, 20230518.5: false,
		19000101: true, 18991231: false, 21001231: true, 21010101: false, math.NaN(): false} {
		if IsDateNumber(x) != want {
			t.Errorf("%v is a day: %v", x, !want)
		}
	}
	day := "2023-01-02 12:30:00." + strings.Repeat("0", 20)
	filetest.Holds(t, "is a date", func(f string) bool { return (&DateParser{}).IsDate(f) }, []string{day, "8:15"},
		[]string{day + "0", "2:1"})
	var c DateParser
	if c.IsDate("02.01.2023"); c.day != "2.1.2006" || !c.IsDate("2023-05-18 12:30") || c.time != "15:04" {
		t.Errorf("remembers %q and %q", c.day, c.time)
	}
}

// TestMarkers: what stands for a value that is not there, for sure or among numbers.
func TestMarkers(t *testing.T) {
	filetest.Holds(t, "is nothing", IsSurelyMissing, []string{"", "?", "NA", "n/a", "#N/A", "#NA", "<NA>", "NaT", "NULL",
		"#DIV/0!",
		"-nan", `\N`, "#WERT!", "#NOM?", "#¡VALOR!", "#NV", "#BEZUG!", "#N/D"},
		[]string{"#1!", "#x", "#!", "# WERT!", "\\n1", "-", "none", ".", "unknown", "x", "0", "#", "nano", "not available"})
	filetest.Holds(t, "may be nothing", IsPerhapsMissing, []string{"-", "None", ".", "..", "--", "Unknown", "missing",
		"n.a.",
		"not available", "Not applicable", "k.A.", "keine Angabe", "(blank)"},
		[]string{"", "x", "NA", "0", "unknown city", "-1"})
}

// TestValue: an unclear mark groups thousands where the other one is decimal.
func TestValue(t *testing.T) {
	for _, c := range []struct {
		form, decimal Form
		want          float64
	}{
		{UnclearPoint, DecimalComma, 1234}, {UnclearPoint, DecimalPoint, 1.234}, {UnclearComma, DecimalPoint, 1234},
		{UnclearComma, DecimalComma, 1.234}, {DecimalPoint, DecimalComma, 1.234}, {Plain, DecimalComma, 1.234},
	} {
		if got := Value(1.234, c.form, c.decimal); got != c.want {
			t.Errorf("form %d, decimal %d: %v; want %v", c.form, c.decimal, got, c.want)
		}
	}
	for x, want := range map[float64]bool{202301052359: true, 20230105235959: true, 202301052360: false} {
		if IsDateNumber(x) != want {
			t.Errorf("%.0f is a date: %v", x, !want)
		}
	}
	for _, f := range []string{"(-5)", "(+5)", "(\u22125)", "+5-"} {
		if _, negative := StripAccounting(f); negative {
			t.Errorf("%s has two signs, and is negative", f)
		}
	}
}
