package workbook

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestWorked: the numbers in the exercises' worked examples are what the solutions give.
func TestWorked(t *testing.T) {
	a, slope := Sigmoid(2)
	check(t, "01_sigmoid.go", a, slope, math.Exp(-2))
	_, as := Forward([]float64{1, 2}, [][]float64{{0.1, 0.3}, {0.2, -0.4}}, []float64{0.5, 0})
	check(t, "02_forward.go", as...)
	for _, softmax := range []bool{false, true} {
		cost, delta := Output([]float64{1, -0.5}, []float64{1, 0}, softmax)
		check(t, "03_output.go", append(delta, cost)...)
	}
	check(t, "04_back.go", Back([]float64{0.1, -0.2}, [][]float64{{0.5, 1}, {2, 0}}, []float64{0, 2})...)
	dW, _ := Gradients([]float64{1, 2, 3}, []float64{0.1, -0.2})
	check(t, "05_gradients.go", slices.Concat(dW...)...)
	w, v := [][]float64{{1}}, [][]float64{{0}}
	for range 2 {
		Momentum(w, v, [][]float64{{2}}, 0.1, 0.9)
		check(t, "11_momentum.go", w[0][0], v[0][0])
	}
	w, b := [][]float64{{2}}, []float64{1}
	Decay(w, b, [][]float64{{0.1}}, []float64{0}, 0.5, 5, 100)
	check(t, "12_decay.go", w[0][0])
	w = [][]float64{{3}}
	if slopes := Estimate(w, func() float64 { return w[0][0] * w[0][0] }); math.Abs(slopes[0][0]-6) > 1e-6 {
		t.Error(slopes)
	}
}

// check looks for numbers, in four digits after the point, in an exercise's file.
func check(t *testing.T, file string, numbers ...float64) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range numbers {
		shown := strings.Replace(fmt.Sprintf("%.4f", v), "-", "−", 1)
		if !strings.Contains(string(text), shown) && !strings.Contains(string(text), strings.TrimRight(shown, "0")) {
			t.Errorf("%s: %s is not there", file, shown)
		}
	}
}
