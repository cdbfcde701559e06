// The recipe activations: how the sigmoid is built, and why its slope is kind. Nothing is
// trained.
package main

import (
	"fmt"
	"math"
	"slices"

	"backprop/internal/compute/exact"
	"backprop/internal/show/report"
)

// A function is one with its name.
type function struct {
	name string
	f    func(s float64) float64
}

// sigma and slopeOf are the network's own: g of one number, and g′ of it.
func sigma(s float64) float64 { return applied("sigmoid", s) }

func applied(activation string, s float64) float64 {
	z := []float64{s}
	named(activations, activation).F(z)
	return z[0]
}

func slopeOf(activation string) func(s float64) float64 {
	return func(s float64) float64 {
		slope := []float64{1}
		named(activations, activation).Prime(slope, []float64{applied(activation, s)})
		return slope[0]
	}
}

// polynomial is 3 + 2x + x² + 3x⁵, and polynomialSlope its derivative.
func polynomial(x float64) float64 {
	return 3 + float64(2*x) + float64(x*x) + float64(3*x*x*x*x*x)
}
func polynomialSlope(x float64) float64 { return 2 + float64(2*x) + float64(15*x*x*x*x) }

// activationFigures are the lecture's figures, from −10 to 10 or from −5 to 5.
var activationFigures = []struct {
	title, look, equation string
	range_                float64
	functions             []function
}{
	{"1. To go down to 0: e⁻ˢ", "It falls to 0 on the right, and has no limit on the left.", "e⁻ˢ", 10,
		[]function{{"exp(−s)", func(s float64) float64 { return exact.Exp(-s) }}}},
	{"2. With a limit: 1/(1 + e⁻ˢ)", "Now it lies between 0 and 1.", "y = 1⁄(1 + e⁻ˢ)", 10,
		[]function{{"1/(1+exp(−s))", sigma}}},
	{"3. The other way round: 1 − 1/(1 + e⁻ˢ)", "The same, falling.", "1 − y", 10,
		[]function{{"1 − 1/(1+exp(−s))", func(s float64) float64 { return 1 - sigma(s) }}}},
	{"4. Both, multiplied", "A hill: 0 at both ends, and ¼ in the middle.", "1⁄(1 + e⁻ˢ) · (1 − 1⁄(1 + e⁻ˢ))", 10,
		[]function{{"product", func(s float64) float64 { return sigma(s) * (1 - sigma(s)) }}}},
	{"5. The same, with y = 1/(1 + e⁻ˢ): y(1 − y)", "What has y once needs no second exponential.", "y(1 − y)", 10,
		[]function{{"y(1−y)", slopeOf("sigmoid")}}},
	{"f and its derivative", "The sigmoid is the area below the hill: its derivative is f(1 − f).", "f′ = f(1 − " +
		"f), f = ∫ y(1 − y) ds", 10,
		[]function{{"f(s)", sigma}, {"df(s)/ds", slopeOf("sigmoid")}}},
	{"A polynomial and its derivative", "A step downhill is as long as the slope is steep: here it grows without " +
		"limit.",
		"h = 3 + 2a + a² + 3a⁵, h′ = 2 + 2a + 15a⁴", 5,
		[]function{{"h(a)", polynomial}, {"dh/da", polynomialSlope}}},
	{"Sigmoid and tanh, with derivatives", "Both slopes are largest at 0 and fall to 0 on both sides; tanh is " +
		"symmetric about 0, and four times as steep there.",
		"σ′ = σ(1 − σ), tanh′ = 1 − tanh²", 5,
		[]function{{"σ", sigma}, {"σ′", slopeOf("sigmoid")},
			{"tanh", func(a float64) float64 { return applied("tanh", a) }}, {"tanh′", slopeOf("tanh")}}},
}

// area is the integral of f from lo to hi, by trapezia.
func area(f func(s float64) float64, lo, hi float64) float64 {
	const n = 10000
	sum, h := (f(lo)+f(hi))/2, (hi-lo)/n
	for i := 1; i < n; i++ {
		sum += f(lo + float64(h*float64(i)))
	}
	return sum * h
}

// runActivations draws the lecture's curves, and prints some of their values.
func runActivations(cfg *Settings, out *Printer) error {
	cfg.Recipe.PrintHead(out, cfg.Changed, cfg.Report != "")
	rows := [][]string{{"s", "e⁻ˢ", "σ", "1 − σ", "σ′ = σ(1−σ)", "tanh", "tanh′", "h", "h′"}}
	columns := []func(float64) float64{func(s float64) float64 { return exact.Exp(-s) }, sigma,
		func(s float64) float64 { return 1 - sigma(s) }, slopeOf("sigmoid"),
		func(s float64) float64 { return applied("tanh", s) }, slopeOf("tanh"), polynomial, polynomialSlope}
	for _, s := range evenly(-5, 5, 11) {
		row, values := []string{fmt.Sprintf("%.0f", s)}, []float64{}
		for i, f := range columns {
			format := "%.4f"
			if i > 5 {
				format = "%.0f"
			}
			row, values = append(row, fmt.Sprintf(format, f(s))), append(values, f(s))
		}
		rows = append(rows, row)
		out.Event("values", "s", s, "exp", values[0], "sigmoid", values[1], "one_minus_sigmoid", values[2],
			"sigmoid_slope", values[3],
			"tanh", values[4], "tanh_slope", values[5], "polynomial", values[6], "polynomial_slope", values[7])
	}
	out.Text("\n")
	out.Table(rows)
	x := &experiment{cfg: cfg}
	built := area(slopeOf("sigmoid"), -10, 3)
	x.note(out, "The area below y(1 − y) from −10 to 3 is %.6f, and σ(3) − σ(−10) is %.6f: the sigmoid is the "+
		"integral.", built, sigma(3)-sigma(-10))
	x.note(out, "The slope of the sigmoid is at most %.2f, that of tanh %.2f, both at 0; at 5 they are %.6f and "+
		"%.6f. The polynomial's is %.0f at 5, so a step there is %.0f times as long as at "+
		"0.", slopeOf("sigmoid")(0), slopeOf("tanh")(0),
		slopeOf("sigmoid")(5), slopeOf("tanh")(5), polynomialSlope(5), polynomialSlope(5)/polynomialSlope(0))
	out.Event("done", "recipe", cfg.Recipe.Name)
	if cfg.Report == "" {
		return nil
	}
	return writeActivations(cfg, x.notes, rows)
}

// writeActivations writes the report.
func writeActivations(cfg *Settings, notes []string, rows [][]string) error {
	if err := checkReport(cfg.Report); err != nil {
		return err
	}
	page := &report.Report{Title: "Activation functions", Command: "go run . " + quoted(cfg.Args),
		Facts: cfg.Recipe.Facts(cfg.Epochs, cfg.Changed), Notes: notes,
		Still:  true,
		Tables: []report.Table{{Title: "Some values", Head: rows[0], Rows: rows[1:]}}}
	for _, a := range activationFigures {
		f := report.Figure{Kind: report.Plain, Title: a.title, Look: a.look, Equation: a.equation,
			X: report.Axis{Label: "s"}, Y: report.Axis{Label: "value"}}
		for _, g := range a.functions {
			line := report.Line{Name: g.name, X: evenly(-a.range_, a.range_, 101)}
			for _, s := range line.X {
				line.Y = append(line.Y, g.f(s))
			}
			f.Lines = append(f.Lines, line)
		}
		if slices.ContainsFunc(f.Lines, func(l report.Line) bool { return math.IsNaN(l.Y[0]) }) {
			continue
		}
		page.Figures = append(page.Figures, f)
	}
	page.Begin()
	return writeReport(cfg.Report, page.WriteHTML)
}
