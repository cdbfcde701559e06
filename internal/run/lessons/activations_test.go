package lessons

import (
	"math"
	"testing"
)

// Python prints the numbers of the table and of the notes.
func TestActivations(t *testing.T) {
	f := &fake{}
	lab := labOf(f)
	page := activations(lab)
	expectText(t, f.transcript, `
s | e⁻ˢ | σ | 1 − σ | σ′ = σ(1−σ) | tanh | tanh′ | h | h′
-5 | 148.4132 | 0.0067 | 0.9933 | 0.0066 | -0.9999 | 0.0002 | -9357 | 9367
`, `
2 | 0.1353 | 0.8808 | 0.1192 | 0.1050 | 0.9640 | 0.0707 | 107 | 246
`, `
event values [s 0 exp 1 sigmoid 0.5 one_minus_sigmoid 0.5 sigmoid_slope 0.25 tanh 0 tanh_slope 1 polynomial 3`+
		` polynomial_slope 2]
`, `
page: table "Some values", "", 12 rows
`)
	expectNotes(t, lab, "The area below y(1 − y) from −10 to 3 is 0.952529, and σ(3) − σ(−10) is 0.952529: the sigmoid "+
		"is the integral.", "The slope of the sigmoid is at most 0.25, that of tanh 1.00, both at 0; at 5 they are "+
		"0.006648 and 0.000182. The polynomial's is 9387 at 5, so a step there is 4694 times as long as at 0.")
	if len(page.Tables) != 1 || len(page.Tables[0].Rows) != 11 || !page.NoTraining || len(page.Notes) != 2 {
		t.Errorf("the page has %d tables and %d notes, want 1 of 11 rows, and 2", len(page.Tables), len(page.Notes))
	}
}

// Each curve of the lecture is drawn once, over the lecture's range: its first six figures from −10 to 10, the others
// from −5 to 5. The values are those at 2.
func TestActivationFigures(t *testing.T) {
	sigma, tanh := 1/(1+math.Exp(-2)), math.Tanh(2)
	hill := sigma * (1 - sigma)
	want := map[string]float64{"exp(−s)": math.Exp(-2), "1/(1+exp(−s))": sigma, "1 − 1/(1+exp(−s))": 1 - sigma,
		"product": hill, "y(1−y)": hill, "f(s)": sigma, "df(s)/ds": hill, "h(a)": 107, "dh/da": 246, "σ": sigma,
		"σ′": hill, "tanh": tanh, "tanh′": 1 - tanh*tanh}
	figures := activations(labOf(&fake{})).Figures
	for i, f := range figures {
		limit, at2 := 10.0, 60 // 101 points, 0.2 from each other
		if i >= 6 {
			limit, at2 = 5, 70
		}
		for _, line := range f.Lines {
			if n := len(line.X); n != 101 || line.X[0] != -limit || line.X[100] != limit {
				t.Fatalf("%s, %s: %d points from %v to %v, want 101 from %v", f.Title, line.Name, n, line.X[0],
					line.X[n-1], -limit)
			}
			if got, at := line.Y[at2], line.X[at2]; !near(at, 2, 1e-12) || !near(got/want[line.Name], 1, 1e-12) {
				t.Errorf("%s: %s(%v) is %v, want %v", f.Title, line.Name, at, got, want[line.Name])
			}
			delete(want, line.Name)
		}
	}
	if len(figures) != 8 || len(want) > 0 {
		t.Errorf("got %d figures, want 8; not drawn: %v", len(figures), want)
	}
}
