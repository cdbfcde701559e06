package chart

import (
	"math"
	"testing"
)

// A figure of a training that diverged has lines, but nothing to draw; what should be is no result.
func TestEmpty(t *testing.T) {
	one := []float64{1}
	ideal := Line{X: []float64{0, 1}, Y: []float64{0, 1}, Ideal: true}
	for _, c := range []struct {
		name string
		f    Figure
		want bool
	}{
		{"a value", Figure{Lines: []Line{{X: one, Y: one}}}, false},
		{"0", Figure{Lines: []Line{{X: one, Y: []float64{0}}}}, false},
		{"0 on a log scale", Figure{Y: Axis{Log: true}, Lines: []Line{{X: one, Y: []float64{0}}}}, true},
		{"not a number", Figure{Lines: []Line{{X: one, Y: []float64{nan}}}}, true},
		{"two lines without a place", Figure{Lines: []Line{{X: one, Y: []float64{inf}}, {X: []float64{nan}, Y: one}}}, true},
		{"one of two values", Figure{Lines: []Line{{X: []float64{1, 2}, Y: []float64{inf, 3}}}}, false},
		{"the ideal alone", Figure{Lines: []Line{{X: one, Y: []float64{nan}}, ideal}}, true},
		{"no line", Figure{}, false},
	} {
		if got := c.f.Empty(); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// A number is written in full in the table and in sentences, and short along an axis.
func TestNumbersInTextAndAlongAnAxis(t *testing.T) {
	for _, c := range []struct {
		v          float64
		digits     int
		text, tick string
	}{
		{0, 6, "0", "0"},
		{math.Copysign(0, -1), 6, "0", "0"},
		{-2.5, 6, "−2.5", "−2.5"},
		{0.123456789, 6, "0.123457", "0.123456789"},
		{0.1 + 0.2, 6, "0.3", "0.3"},
		{1.0 / 3, 4, "0.3333", "0.333333333"},
		{9999, 4, "9999", "9999"},
		{1e4, 4, "10000", "10k"},
		{-123456, 4, "−123500", "−123.456k"},
		{999999, 7, "999999", "999.999k"},
		{1e6, 4, "1000000", "1e6"},
		{1234567, 6, "1234570", "1.23457e6"},
		{9999999.9, 6, "1e+07", "1e7"},
		{-2e274, 4, "−2e+274", "−2e274"},
		{0.001, 4, "0.001", "0.001"},
		{0.00099, 4, "0.00099", "9.9e−4"},
		{3 * 0.0001, 6, "0.0003", "3e−4"},
		{-0.0001, 4, "−0.0001", "−1e−4"},
		{0.000099, 6, "9.9e−05", "9.9e−5"},
		{1.23456789e-12, 3, "1.23e−12", "1.23457e−12"},
	} {
		if text, tick := Numeral(c.v, c.digits), (Axis{}).tickLabel(c.v); text != c.text || tick != c.tick {
			t.Errorf("%v: got %q and %q, want %q and %q", c.v, text, tick, c.text, c.tick)
		}
	}
}

func TestSharesAreWrittenInPercent(t *testing.T) {
	for _, c := range []struct {
		v             float64
		written, tick string
	}{
		{0.5, "50 %", "50"}, {0.98765432, "98.77 %", "98.765432"}, {0.0005, "0.05 %", "0.05"}, {0.000005, "0.0005 %", "5e−4"},
	} {
		a := Axis{Percent: true}
		if written, tick := a.Written(c.v), a.tickLabel(c.v); written != c.written || tick != c.tick {
			t.Errorf("%v: got %q and %q, want %q and %q", c.v, written, tick, c.written, c.tick)
		}
	}
}
