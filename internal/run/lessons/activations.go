// The recipe activations: how the sigmoid is built, and why its slope is simple. It trains nothing.

package lessons

import (
	"fmt"
	"math"

	"backprop/internal/compute/exact"
	"backprop/internal/data/synthetic"
	"backprop/internal/show/chart"
	"backprop/internal/show/report"
)

// A function is a function of one number, with its name.
type function struct {
	name string
	f    func(s float64) float64
}

// expMinus is e⁻ˢ, and oneMinusSigmoid is 1 − σ(s).
func expMinus(s float64) float64        { return exact.Exp(-s) }
func oneMinusSigmoid(s float64) float64 { return 1 - exact.Sigmoid(s) }

// sigmoidSlope is σ′, and tanhSlope is tanh′, computed as the network does.
func sigmoidSlope(s float64) float64 {
	y := exact.Sigmoid(s)
	return float64(y * (1 - y))
}
func tanhSlope(s float64) float64 {
	y := exact.Tanh(s)
	return math.FMA(-y, y, 1)
}

// polynomial is 3 + 2x + x² + 3x⁵, and polynomialSlope its derivative.
func polynomial(x float64) float64 {
	return 3 + float64(2*x) + float64(x*x) + float64(3*x*x*x*x*x)
}
func polynomialSlope(x float64) float64 { return 2 + float64(2*x) + float64(15*x*x*x*x) }

// activationFigures lists the lecture's figures. They are drawn from −limit to limit.
var activationFigures = []struct {
	title, caption, equation string
	limit                    float64
	functions                []function
}{
	{"1. To go down to 0: e⁻ˢ", "It falls to 0 on the right, and has no limit on the left.", "e⁻ˢ", 10,
		[]function{{"exp(−s)", expMinus}}},
	{"2. With a limit: 1/(1 + e⁻ˢ)", "Now it lies between 0 and 1.", "y = 1⁄(1 + e⁻ˢ)", 10,
		[]function{{"1/(1+exp(−s))", exact.Sigmoid}}},
	{"3. The other way round: 1 − 1/(1 + e⁻ˢ)", "The same, falling.", "1 − y", 10,
		[]function{{"1 − 1/(1+exp(−s))", oneMinusSigmoid}}},
	{"4. Both, multiplied", "A hill: 0 at both ends, and ¼ in the middle.", "1⁄(1 + e⁻ˢ) · (1 − 1⁄(1 + e⁻ˢ))", 10,
		[]function{{"product", func(s float64) float64 { return exact.Sigmoid(s) * oneMinusSigmoid(s) }}}},
	{"5. The same, with y = 1/(1 + e⁻ˢ): y(1 − y)", "What has y once needs no second exponential.", "y(1 − y)", 10,
		[]function{{"y(1−y)", sigmoidSlope}}},
	{"f and its derivative", "The sigmoid is the area below the hill: its derivative is f(1 − f).", "f′ = f(1 − " +
		"f), f = ∫ y(1 − y) ds", 10,
		[]function{{"f(s)", exact.Sigmoid}, {"df(s)/ds", sigmoidSlope}}},
	{"A polynomial and its derivative", "A step downhill is as long as the slope is steep: here it grows without " +
		"limit.",
		"h = 3 + 2a + a² + 3a⁵, h′ = 2 + 2a + 15a⁴", 5,
		[]function{{"h(a)", polynomial}, {"dh/da", polynomialSlope}}},
	{"Sigmoid and tanh, with derivatives", "Both slopes are largest at 0 and fall to 0 on both sides; tanh is " +
		"symmetric about 0, and four times as steep there.",
		"σ′ = σ(1 − σ), tanh′ = 1 − tanh²", 5,
		[]function{{"σ", exact.Sigmoid}, {"σ′", sigmoidSlope},
			{"tanh", exact.Tanh}, {"tanh′", tanhSlope}}},
}

// area returns the integral of f from lo to hi, by the trapezoidal rule.
func area(f func(s float64) float64, lo, hi float64) float64 {
	const n = 10000
	sum, h := (f(lo)+f(hi))/2, (hi-lo)/n
	for i := 1; i < n; i++ {
		sum += f(lo + float64(h*float64(i)))
	}
	return sum * h
}

// valueColumns are the columns of the table of values, after the column of s.
var valueColumns = []struct {
	head, key, format string
	f                 func(s float64) float64
}{
	{"e⁻ˢ", "exp", "%.4f", expMinus},
	{"σ", "sigmoid", "%.4f", exact.Sigmoid},
	{"1 − σ", "one_minus_sigmoid", "%.4f", oneMinusSigmoid},
	{"σ′ = σ(1−σ)", "sigmoid_slope", "%.4f", sigmoidSlope},
	{"tanh", "tanh", "%.4f", exact.Tanh},
	{"tanh′", "tanh_slope", "%.4f", tanhSlope},
	{"h", "polynomial", "%.0f", polynomial},
	{"h′", "polynomial_slope", "%.0f", polynomialSlope},
}

// activations prints some values of the lecture's curves, and returns a page that draws them.
func activations(lab *Lab) *report.Report {
	rows := [][]string{{"s"}}
	for _, c := range valueColumns {
		rows[0] = append(rows[0], c.head)
	}
	for _, s := range synthetic.Evenly(-5, 5, 11) {
		row, pairs := []string{fmt.Sprintf("%.0f", s)}, []any{"s", s}
		for _, c := range valueColumns {
			row, pairs = append(row, fmt.Sprintf(c.format, c.f(s))), append(pairs, c.key, c.f(s))
		}
		rows = append(rows, row)
		lab.Out.Event("values", pairs...)
	}
	lab.table("Some values", "", rows)
	lab.note("The area below y(1 − y) from −10 to 3 is %.6f, and σ(3) − σ(−10) is %.6f: the sigmoid is the "+
		"integral.", area(sigmoidSlope, -10, 3), exact.Sigmoid(3)-exact.Sigmoid(-10))
	lab.note("The slope of the sigmoid is at most %.2f, that of tanh %.2f, both at 0; at 5 they are %.6f and "+
		"%.6f. The polynomial's is %.0f at 5, so a step there is %.0f times as long as at "+
		"0.", sigmoidSlope(0), tanhSlope(0), sigmoidSlope(5), tanhSlope(5), polynomialSlope(5),
		polynomialSlope(5)/polynomialSlope(0))
	page := &report.Report{Title: "Activation functions", Notes: lab.Notes, NoTraining: true,
		Tables: []report.Table{{Title: "Some values", Head: rows[0], Rows: rows[1:]}}}
	for _, a := range activationFigures {
		f := chart.Figure{Kind: chart.Plain, Title: a.title, Caption: a.caption, Equation: a.equation,
			X: chart.Axis{Label: "s"}, Y: chart.Axis{Label: "value"}}
		for _, g := range a.functions {
			line := chart.Line{Name: g.name, X: synthetic.Evenly(-a.limit, a.limit, 101)}
			for _, s := range line.X {
				line.Y = append(line.Y, g.f(s))
			}
			f.Lines = append(f.Lines, line)
		}
		page.Figures = append(page.Figures, f)
	}
	return page
}
