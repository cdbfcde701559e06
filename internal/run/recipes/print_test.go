package recipes

import (
	"bufio"
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/show/console"
	"backprop/internal/show/event"
)

// A recorder records lines and events, each on a line. Words are not broken.
type recorder struct{ strings.Builder }

func (r *recorder) Text(format string, args ...any) { fmt.Fprintf(r, format, args...) }
func (r *recorder) Wrapped(label, words string)     { fmt.Fprintf(r, "%s: %s\n", label, words) }
func (r *recorder) Event(name string, pairs ...any) {
	for i, v := range pairs {
		if number, ok := v.(*float64); ok && number != nil {
			pairs[i] = *number
		}
	}
	fmt.Fprintln(r, name, pairs)
}

func pointer(v float64) *float64 { return &v }

// The list has the recipes of tutorials and then those from papers, by their sources.
func TestPrintAll(t *testing.T) {
	var r recorder
	PrintAll(&r)
	for _, want := range []string{`(printed by the
source), picture (only plotted there) or ours (our choice).

a blog's derivation of backpropagation, with NumPy:
docs/tutorials/derivation.md
derivation: the four equations, trained on MNIST
: 784-50-10 sigmoid; data: MNIST; 20 s
: published: 0.9545, loss 0.008204
: ours: batch 10 and rate 1.5: `, `
: ours: everything: the notes on Nielsen's chapter 1 define the perceptron but do not train it

From papers, not from the tutorials:

Simard et al. 2003:
plain: one hidden layer, images as they are, dropout
`, `
Cireşan et al. 2010:
best: the best of a plain network
`, `
recipe [recipe activations source "Introduction to Neural Networks" (lecture) shows how the sigmoid is built; its ` +
		`slope data none network none published no numbers, only pictures published_accuracy <nil> published_loss <nil> ` +
		`look y(1−y) is`, "published_accuracy 0.9545 published_loss 0.008204 look",
		" ours the table of values flags  page docs/tutorials/lecture.md]\n", `
Figures:     -report out.html
`} {
		if !strings.Contains(r.String(), want) {
			t.Errorf("got\n%s\nwant in it\n%s", r.String(), want)
		}
	}
	text := r.String()[strings.Index(r.String(), "The tutorials' experiments"):]
	for _, recipe := range All {
		if n := strings.Count(text, "\n"+recipe.Name+": "+recipe.Shows+"\n"); n != 1 {
			t.Errorf("%s is listed %d times, want once", recipe.Name, n)
		}
	}
}

// The head of a run says what was changed and what is ours, if there is something, and how to get figures.
func TestPrintHead(t *testing.T) {
	r := &Recipe{Name: "x", Shows: "what it shows", Source: "a source", LookAt: "this", Curve: DerivationCurve}
	for _, c := range []struct {
		ours       string
		changed    []string
		withReport bool
		want       string
	}{
		{"", nil, true, "recipe: x: what it shows\nsource: a source\nlook at: this\n" +
			"epochs: count from 1, the tutorial's from 0; epoch 0 is before training\n"},
		{"the rate", []string{"-lr 1", "-seed 2"}, false, "recipe: x: what it shows\nsource: a source\n" +
			"changed: -lr 1, -seed 2\nours: the rate\nlook at: this\nfigures: with -report out.html\n" +
			"epochs: count from 1, the tutorial's from 0; epoch 0 is before training\n"},
	} {
		var out recorder
		r.Ours = c.ours
		r.PrintHead(&out, c.changed, c.withReport)
		if out.String() != c.want {
			t.Errorf("got\n%s\nwant\n%s", out.String(), c.want)
		}
	}
}

// Data are other data if the recipe's source had another number of samples or of inputs.
func TestOtherData(t *testing.T) {
	for _, c := range []struct {
		recipe, path string
		n, dim       int
		want         string
	}{
		{"nielsen", "mnist", 70000, 784, ""},
		{"nielsen", "mnist", 60000, 784, "other data: 60,000 samples of 784 inputs (70,000 of 784)"},
		{"nielsen", "mnist", 70000, 64, "other data: 70,000 samples of 64 inputs (70,000 of 784)"},
		{"digits", "digits.csv.gz", 1797, 64, ""},
		{"sine", "", 60, 1, ""},
		{"sine", "a.csv", 50, 3, "other data: 50 samples of 3 inputs (its own)"},
		{"matrix", "", 12000, 784, "generated digits stand in for MNIST, which -data ./mnist has"},
	} {
		d := &dataset.Dataset{Train: dataset.Set{N: c.n - 15, Dim: c.dim}, Valid: dataset.Set{N: 10}, Test: dataset.Set{N: 5}}
		if got := strings.Join(Find(c.recipe).OtherData(c.path, d), "\n"); got != c.want {
			t.Errorf("%s, -data %q, %d×%d: got %q, want %q", c.recipe, c.path, c.n, c.dim, got, c.want)
		}
	}
}

// A run ends with the published result beside its own, in the terms of the source.
func TestPrintComparison(t *testing.T) {
	for _, c := range []struct {
		recipe    string
		outcome   Outcome
		published string
		own       string
	}{
		{"derivation", Outcome{Final: event.Epoch{TestAccuracy: pointer(0.9), TestLoss: pointer(0.0125)}},
			"0.8966, loss 0.016992", "0.9000, loss 0.012500"},
		{"derivation", Outcome{Final: event.Epoch{TestAccuracy: pointer(0.9), TestCorrect: 45}},
			"0.8966, loss 0.016992", "45 / 50"},
		{"digits", Outcome{Final: event.Epoch{TestAccuracy: pointer(0.95), ValidAccuracy: pointer(0.875)}},
			"test 0.9596 at λ 0.5995, validation 0.9647", "test 0.9500 at λ 0.25, validation 0.8750"},
		{"digits", Outcome{Final: event.Epoch{TestAccuracy: pointer(0.95), TestCorrect: 47}},
			"test 0.9596 at λ 0.5995, validation 0.9647", "47 / 50"},
		{"nielsen", Outcome{Final: event.Epoch{TestAccuracy: pointer(0.9), TestLoss: pointer(0.0125),
			ValidAccuracy: pointer(0.875), TestCorrect: 45}},
			"9067 / 10000", "45 / 50"},
		{"plain", Outcome{Final: event.Epoch{TestAccuracy: pointer(0.9876)}}, "98.4 %", "98.76 %"},
		{"sine", Outcome{TrainRMSE: pointer(0.12345)}, "no numbers, only pictures", "training RMSE 0.1235"},
		{"sine", Outcome{TrainRMSE: pointer(0.12345), Final: event.Epoch{TestRMSE: pointer(0.5)}},
			"no numbers, only pictures", "training RMSE 0.1235, test 0.5000"},
		{"unit", Outcome{Summary: "RMSE 1, 2", TrainRMSE: pointer(0.1)}, "no numbers, only pictures", "RMSE 1, 2"},
	} {
		r := Find(c.recipe)
		c.outcome.L2, c.outcome.Epochs, c.outcome.Final.TestN = 0.25, 1, 50
		for _, changed := range []bool{false, true} {
			c.outcome.Changed = changed
			if changed {
				c.own += ", with the changes above"
			}
			var text bytes.Buffer
			out := &console.Printer{W: bufio.NewWriter(&text)}
			r.PrintComparison(out, c.outcome)
			out.Flush()
			want := "\npublished    " + c.published + "\nthis run     " + c.own + "\npage         " + r.Page() + "\n"
			if got := text.String(); got != want {
				t.Errorf("%s: got %q, want %q", c.recipe, got, want)
			}
		}
	}
}

// The report's facts compare with what was printed after as many epochs.
func TestFacts(t *testing.T) {
	r := &Recipe{Name: "x", Shows: "what it shows", Source: "a source", LookAt: "this", Published: "0.9545, loss 0.008204",
		Curve: DerivationCurve, Printed: DerivationCurve[29]}
	want := [][2]string{{"recipe", "x: what it shows"}, {"source", "a source"},
		{"published", "0.9196, loss 0.013716"}, {"look at", "this"}}
	if got := r.Facts(2, nil); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	r.Ours = "the rate"
	want = append(want, [2]string{"changed", "-lr 1, -seed 2"}, [2]string{"ours", "the rate"})
	if got := r.Facts(2, []string{"-lr 1", "-seed 2"}); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
