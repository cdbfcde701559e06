package lab

import (
	"bytes"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"backprop/internal/run/workbook/grade"
)

// programs are those of the workbook's folder bugs, with fewer epochs.
var programs = []Program{
	{Number: 1, Hidden: 4, Batch: 5, Rate: 1, Epochs: 10, Seed: 3},
	{Number: 2, Hidden: 8, Batch: 10, Rate: 2, Epochs: 10, Seed: 2},
	{Number: 3, Hidden: 4, Batch: 5, Rate: 1, Epochs: 10, Seed: 4},
	{Number: 4, Hidden: 8, Batch: 5, Rate: 4, Epochs: 10, Seed: 2},
	{Number: 5, Hidden: 8, Batch: 10, Rate: 0.5, Lambda: 2, Epochs: 10, Seed: 1},
}

// Each program has a bug, another one each, that its output does not name, and with which it learns much worse.
func TestPrograms(t *testing.T) {
	var seen []string
	for _, p := range programs {
		var out bytes.Buffer
		p.print(&out)
		bug := p.bug()
		named := strings.Contains(out.String(), bug) && bug != "mean" && bug != "decay" // these are words of the output
		if bug == "" || slices.Contains(seen, bug) || named {
			t.Errorf("program %d has the bug %q; before it %q\n%s", p.Number, bug, seen, out.String())
		}
		seen = append(seen, bug)
		with, without := p.start(bug), p.start("")
		for range 45 {
			with.epoch()
			without.epoch()
		}
		_, cost := with.test()
		if _, rightCost := without.test(); !(cost > 1.5*rightCost) {
			t.Errorf("program %d: the cost is %v with the bug and %v without", p.Number, cost, rightCost)
		}
	}
	for _, number := range []int{0, 6} {
		if bug := (Program{Number: number}).bug(); bug != "" {
			t.Errorf("program %d, which does not exist, has the bug %q", number, bug)
		}
	}
}

func TestPrintRefusesImpossibleSettings(t *testing.T) {
	const refusal = "Hidden, Batch and Epochs must be 1 or more, and Batch at most 150.\n"
	for _, c := range []struct {
		hidden, batch, epochs int
		refused               bool
	}{{0, 1, 1, true}, {1, 0, 1, true}, {1, 1, 0, true}, {1, 151, 1, true}, {1, 150, 1, false}, {1, 1, 1, false}} {
		var out bytes.Buffer
		Program{Number: 1, Hidden: c.hidden, Batch: c.batch, Epochs: c.epochs}.print(&out)
		if refused := out.String() == refusal; refused != c.refused {
			t.Errorf("hidden %d, batch %d, epochs %d: got\n%s", c.hidden, c.batch, c.epochs, out.String())
		}
	}
}

// The data are three spirals around (1, 1), 50 samples of each class to train on and 50 to test; the weights have a
// deviation of 1.5/√inputs. Another seed draws others.
func TestStart(t *testing.T) {
	p := Program{Hidden: 4000, Batch: 5, Rate: 1, Epochs: 1, Seed: 3}
	r := p.start("")
	noise := 0.0
	for _, s := range []samples{r.training, r.unseen} {
		counts := [3]int{}
		for i, x := range s.xs {
			class := slices.Index(s.ys[i], 1)
			counts[class]++
			radius, angle := math.Hypot(x[0]-1, x[1]-1)/2, math.Atan2(x[1]-1, x[0]-1)
			if radius < 0.2-1e-9 || radius > 1+1e-9 {
				t.Errorf("sample %v is %v from the middle, want 0.2 to 1", x, radius)
			}
			off := math.Remainder(angle-3*radius-2*math.Pi*float64(class)/3, 2*math.Pi)
			noise += off * off / 300
		}
		if counts != [3]int{50, 50, 50} {
			t.Errorf("got %v samples of the classes, want 50 of each", counts)
		}
	}
	if math.Abs(math.Sqrt(noise)-0.3) > 0.05 {
		t.Errorf("the angles are %v off their spiral (root mean square), want about 0.3", math.Sqrt(noise))
	}
	for inputs, w := range map[int][][]float64{2: r.net.W1, 4000: r.net.W2} {
		square, all := 0.0, slices.Concat(w...)
		for _, v := range all {
			square += v * v / float64(len(all))
		}
		if deviation, want := math.Sqrt(square), 1.5/math.Sqrt(float64(inputs)); math.Abs(deviation/want-1) > 0.03 {
			t.Errorf("%d inputs: the weights have a deviation of %v, want %v", inputs, deviation, want)
		}
	}
	if len(r.net.W1) != 2 || len(r.net.W2[0]) != 3 || len(r.net.B1) != 4000 || len(r.net.B2) != 3 || !r.net.Softmax {
		t.Errorf("the network is not 2-4000-3 with softmax")
	}
	p.Seed++
	if slices.Equal(p.start("").training.xs[0], r.training.xs[0]) {
		t.Error("another seed makes the same samples")
	}
}

// A network of zeros answers 0 for every sample of three classes, which is right for one in three; its cost is ln 3.
func TestOnUnseenSamples(t *testing.T) {
	r := Program{Hidden: 2, Batch: 5, Seed: 3}.start("")
	for _, row := range r.net.Rows() {
		clear(row)
	}
	if percent, cost := r.test(); percent != 33 || math.Abs(cost-math.Log(3)) > 1e-12 {
		t.Errorf("got %d %% and %v, want 33 %% and ln 3", percent, cost)
	}
}

// An epoch in one mini-batch is one step with all samples: W ← W − η(∂C/∂W + (λ/N)·W), b ← b − η·∂C/∂b.
func TestEpochIsAStepWithAllSamples(t *testing.T) {
	const rate, lambda = 0.5, 3
	r := Program{Hidden: 3, Batch: 150, Rate: rate, Lambda: lambda, Seed: 3}.start("")
	r.net.B1[0], r.net.B2[0] = 1, -1 // a step would show a decay of biases
	want := r.net.Copy()
	_, gradient := r.net.Gradient(r.training.xs, r.training.ys, grade.Back)
	for _, w := range slices.Concat(want.W1, want.W2) {
		for j := range w {
			w[j] -= rate * lambda / 150 * w[j]
		}
	}
	want.AddTimes(gradient, -rate)
	r.epoch()
	if relativeError(slices.Concat(r.net.Rows()...), slices.Concat(want.Rows()...)) > 1e-12 {
		t.Errorf("got %v, want %v", r.net, want)
	}
}

// The transpose bug takes the numbers of W in their old order for those of Wᵀ.
func TestReadAsTransposed(t *testing.T) {
	got := readAsTransposed([][]float64{{1, 2}, {3, 4}, {5, 6}}) // as Wᵀ: (1 2 3; 4 5 6)
	for i, want := range [][]float64{{1, 4}, {2, 5}, {3, 6}} {
		if !slices.Equal(got[i], want) {
			t.Errorf("row %d is %v, want %v", i, got[i], want)
		}
	}
}

// A program begins with its settings. Its curve has a line for each tenth of the epochs, with the cost and the right
// answers of the program, and of the same without the bug; here there is none, so both are the same and learn.
func TestPrintedCurve(t *testing.T) {
	line := regexp.MustCompile(`(?m)^ +(\d+)   +(\d\.\d{4})   +(\d+) %   (█*) *   +(\d\.\d{4})   +(\d+) %   (█*)$`)
	for epochs, lines := range map[int]int{1: 2, 5: 6, 20: 11, 27: 14} {
		var out bytes.Buffer
		Program{Number: 9, Hidden: 2, Batch: 50, Rate: 0.25, Epochs: epochs, Seed: 3}.print(&out)
		const head = "Program 9: 150 samples of 3 classes, 2 hidden neurons with σ, softmax,\nbatch 50, η = 0.25, λ = 0\n\n"
		if !strings.HasPrefix(out.String(), head) || strings.Contains(out.String(), "WRONG") {
			t.Errorf("got\n%s\nwant it to begin\n%sand nothing to be WRONG", out.String(), head)
		}
		curve := line.FindAllStringSubmatch(out.String(), -1)
		if len(curve) != lines {
			t.Fatalf("%d epochs: got %d lines, want %d\n%s", epochs, len(curve), lines, out.String())
		}
		costs := map[string]bool{}
		for i, m := range curve {
			cost, _ := strconv.ParseFloat(m[2], 64)
			if m[1] != strconv.Itoa(i*max(epochs/10, 1)) || !slices.Equal(m[2:5], m[5:]) || m[4] != bar(cost) {
				t.Errorf("%d epochs: line %d is %q", epochs, i+1, m[0])
			}
			costs[m[2]] = true
		}
		if len(costs) != lines {
			t.Errorf("%d epochs: the cost does not change in each line\n%s", epochs, out.String())
		}
		for _, check := range []string{
			"The gradient check: the mean gradient of 50 samples, by backpropagation\nand by central differences\n" +
				"                error      backprop     central  quotient\n   W1 ok      ",
			"differences of the whole cost, with weight decay\n" +
				"                error      the step   should be  quotient\n   W1 ok      "} {
			if !strings.Contains(out.String(), check) {
				t.Errorf("%q is not in\n%s", check, out.String())
			}
		}
	}
}

// A bar has ten characters for a cost of 1, and at most twenty.
func TestBar(t *testing.T) {
	for cost, want := range map[float64]int{0: 0, 0.09: 0, 1: 10, 1.99: 19, 2: 20, 3: 20, math.Inf(1): 20,
		math.NaN(): 20} {
		if got := strings.Count(bar(cost), "█"); got != want {
			t.Errorf("a cost of %v: got %d characters, want %d", cost, got, want)
		}
	}
}
