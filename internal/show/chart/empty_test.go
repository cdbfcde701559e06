package chart

import (
	"strings"
	"testing"
)

// TestEmpty: a figure is empty where no result has a place in it; what there should be is no result, and has no marks.
func TestEmpty(t *testing.T) {
	one := []float64{1}
	ideal := Line{Name: "exact", X: []float64{0, 1}, Y: []float64{0, 1}, Ideal: true}
	for _, c := range []struct {
		name string
		f    Figure
		want bool
	}{
		{"a value", Figure{Lines: []Line{{X: one, Y: one}}}, false},
		{"not a number", Figure{Lines: []Line{{X: one, Y: []float64{nan}}}}, true},
		{"infinite", Figure{Lines: []Line{{X: one, Y: []float64{inf}}, {X: []float64{nan}, Y: one}}}, true},
		{"one of two", Figure{Lines: []Line{{X: []float64{1, 2}, Y: []float64{inf, 3}}}}, false},
		{"0", Figure{Lines: []Line{{X: one, Y: []float64{0}}}}, false},
		{"0 on a log scale", Figure{Y: Axis{Log: true}, Lines: []Line{{X: one, Y: []float64{0}}}}, true},
		{"the ideal alone", Figure{Lines: []Line{{X: one, Y: []float64{nan}}, ideal}}, true},
		{"no line", Figure{}, false},
	} {
		if got := c.f.Empty(); got != c.want {
			t.Errorf("%s: empty is %v", c.name, got)
		}
	}
	s := Figure{Lines: []Line{ideal}}.Draw("x").Series[0]
	if s.Marks != nil || s.KeyMark != "" || !strings.Contains(s.Path, "L") {
		t.Errorf("the ideal has marks or no line: %+v", s)
	}
}
