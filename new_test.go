package main

import (
	"image"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"backprop/internal/filetest"
	"backprop/internal/judge/scores"
)

// What a newcomer writes for an activation and a cost: leaky relu, max(z, z/10), and absolute error. The names are not
// those that a newcomer to the program would choose, so that hers do not collide with them.

func newcomersRelu(z []float64) {
	for i, v := range z {
		z[i] = max(v, v/10)
	}
}

func newcomersPrime(delta, a []float64) {
	for i := range delta {
		if a[i] <= 0 {
			delta[i] /= 10
		}
	}
}

// newcomersError: C = Σ |a − y| and ∂C/∂a = sign(a − y), equation (1).
func newcomersError(g Activation, z, y, delta []float64) (cost float64) {
	g.F(z)
	for j, a := range z {
		cost += math.Abs(a - y[j])
		delta[j] = math.Copysign(1, a-y[j])
	}
	g.Prime(delta, z)
	return cost
}

var (
	newActivation = Activation{Name: "leaky", F: newcomersRelu, Prime: newcomersPrime, Slope: "(1 where a > 0, else 1/10)",
		Kink: true, Output: true, Script: [2]string{"z => Math.max(z, z / 10)", "a => a > 0 ? 1 : 0.1"}}
	newCost = Cost{Name: "mae", Title: "absolute error", Eval: newcomersError, Kink: true,
		Formula: "C = (1⁄n) Σ |a − y|", Gradient: "sign(A − Y)",
		Script: `({ a }, y, prime) => ({
  cost: a.reduce((s, v, j) => s + Math.abs(v - y[j]), 0),
  delta: a.map((v, j) => Math.sign(v - y[j]) * prime(v)),
})`}
)

// told has both in the tables for the length of a test, and says how one trains with them.
func told(t *testing.T, g Activation, c Cost) []string {
	wereActivations, wereCosts := activations, costs
	t.Cleanup(func() { activations, costs = wereActivations, wereCosts })
	older := func(other Activation) bool { return other.Name == g.Name }
	activations = append(slices.DeleteFunc(slices.Clone(activations), older), g)
	costs = append(slices.DeleteFunc(slices.Clone(costs), func(other Cost) bool { return other.Name == c.Name }), c)
	return []string{"-activation", g.Name, "-cost", c.Name, "-hidden", "4", "-epochs", "3"}
}

// TestNewTold: what stands once in a table is printed everywhere: -h, the header, -json, -gradcheck, -sweep, -folds.
func TestNewTold(t *testing.T) {
	args := append(told(t, newActivation, newCost), "-data", numbers(t), "-regress")
	with := func(more ...string) string { return command(t, append(slices.Clone(args), more...)...) }
	if out, err := tryRun("-h"); err == nil ||
		!regexp.MustCompile(`(?s)tanh,\s+linear,\s+leaky.*linear,\s+sigmoid,\s+tanh,`+
			`\s+leaky.*mse\s+\(½‖a\s+−\s+y‖²\s+a\s+sample\),\s+mae\s+\(absolute\s+error\)`).MatchString(out) {
		t.Errorf("-h: %v, %s", err, out)
	}
	mustContain(t, with(), "network   2-4-1 leaky, absolute error, 17 parameters\n", "training RMSE")
	mustContain(t, with("-output", "leaky", "-test", "0"), "network   2-4-1 leaky, leaky outputs, absolute error")
	mustContain(t, command(t, append(args, "-gradcheck")...), "  ok\n", "relative error")
	mustContain(t, with("-folds", "3"), "leaky, absolute error")
	mustContain(t, with("-valid", "0.2", "-sweep", "lr=0.01,0.1"), "leaky, absolute error")
	lines := mustRun(t, append(args, "-epochs", "80", "-lr", "0.05")...)
	first, last := only(lines, "epoch")[0]["train_cost"].(float64), only(lines, "epoch")[79]["train_cost"].(float64)
	if !(last < first/2) {
		t.Errorf("training takes the cost from %v to %v", first, last)
	}
	for flag, word := range map[string]string{"-activation": "leaky", "-cost": "mae"} {
		if _, err := tryRun(append(args, flag, word+"y")...); !filetest.Says(err, "did you mean "+word+"?") {
			t.Errorf("%s %sy: %v", flag, word, err)
		}
	}
}

// TestNewChecked: central differences agree with δ, whatever the outputs are and whoever looks across a kink.
func TestNewChecked(t *testing.T) {
	args := told(t, newActivation, newCost)
	for _, more := range []string{"-data " + numbers(t) + " -regress", "-data " + sidesTable(t) + " -label kind",
		"-data " + squares(t, 1) + " -output sigmoid -hidden 6,5", "-data " + squares(t, 1) + " -output leaky -cost ce"} {
		text := command(t, append(append(args, "-gradcheck"), strings.Fields(more)...)...)
		if strings.Contains(text, "WRONG") || strings.Count(text, " ok\n") < 6 {
			t.Errorf("%s: %s", more, text)
		}
	}
}

// TestNewExplained: -explain has their formulas, and numbers that come to what stands behind the last =.
func TestNewExplained(t *testing.T) {
	args := append(told(t, newActivation, newCost), "-explain", "-data", numbers(t), "-regress")
	number := `(-?[\d.e+-]+)`
	for _, c := range []struct{ output, formula, numbers string }{
		{"linear", "δ₂ = sign(A₂ − Y)  ", `sign\(` + number + ` − ` + number + `\) · ` + number},
		{"tanh", "δ₂ = sign(A₂ − Y) ⊙ (1−a²)\n", `sign\(` + number + ` − ` + number + `\) · ` + number},
	} {
		text := command(t, append(args, "-output", c.output)...)
		mustContain(t, text, c.formula, "A₁ = leaky(Z₁)   ", "[newcomersRelu, new_test.go:",
			"[(1) newcomersError, new_test.go:",
			"δ₁ = (δ₂·W₂ᵀ) ⊙ (1 where a > 0, else 1/10) = ")
		v := numbersIn(t, text, `δ₂\[\d+,\d+\] = `+c.numbers+` = `+number+"\n")
		if got := math.Copysign(v[2], v[0]-v[1]); math.Abs(got-v[3]) > 1e-5 {
			t.Errorf("-output %s: sign(%v − %v) · %v is said to be %v", c.output, v[0], v[1], v[2], v[3])
		}
		v = numbersIn(t, text, `δ₁\[\d+,\d+\] = `+number+` · `+number+` = `+number+"\n")
		if math.Abs(v[0]*v[1]-v[2]) > 1e-5 || v[1] != 1 && v[1] != 0.1 {
			t.Errorf("-output %s: %v · %v is said to be %v", c.output, v[0], v[1], v[2])
		}
	}
}

// TestNewKept: a model with them is saved, evaluated, asked about tables and pictures, and trained further; where they
// are unknown it is refused by name.
func TestNewKept(t *testing.T) {
	dir := t.TempDir()
	model := filepath.Join(dir, "m.safetensors")
	args := append(told(t, newActivation, newCost), "-save", model)
	of, asked := numbers(t), filepath.Join(dir, "asked.csv")
	filetest.Write(t, dir, map[string][]byte{"asked.csv": []byte("a,b\n3,0.5\n")})
	trained := mustRun(t, append(args, "-data", of, "-regress")...)
	loaded := mustRun(t, "-load", model, "-data", of)
	if a, b := loaded[len(loaded)-1], trained[len(trained)-1]; a["test_rmse"] != b["test_rmse"] || a["test_rmse"] == nil {
		t.Errorf("%v, and loaded %v", b, a)
	}
	mustContain(t, command(t, "-load", model, "-predict", asked), "a,b,predicted\n3,0.5,")
	mustContain(t, command(t, "-load", model, "-data", of, "-epochs", "2"), "leaky, absolute error", "training RMSE")

	mustRun(t, append(args, "-data", sidesTable(t), "-label", "kind")...)
	filetest.Write(t, dir, map[string][]byte{"asked.csv": []byte("x,y\n1.2,3\n")})
	mustContain(t, command(t, "-load", model, "-predict", asked), "predicted,output(common),output(rare)\n")
	mustRun(t, append(args, "-data", squares(t, 1))...)
	block := image.NewGray(image.Rect(0, 0, 60, 60)) // dark on light
	for i := range block.Pix {
		block.Pix[i] = 250
		if x, y := i%60, i/60; x > 25 && x < 32 && y > 10 && y < 50 {
			block.Pix[i] = 5
		}
	}
	filetest.Write(t, dir, map[string][]byte{"p.png": encodePNG(block)})
	mustContain(t, command(t, "-load", model, "-predict", filepath.Join(dir, "p.png")), "       output  second\n")

	known := activations
	activations = activations[:len(activations)-1]
	_, err := tryRun("-load", model, "-data", squares(t, 1))
	if activations = known; !filetest.Says(err, `-activation "leaky" is not known`) {
		t.Errorf("a model of an activation that is not known: %v", err)
	}
	costs = costs[:len(costs)-1]
	if _, err := tryRun("-load", model, "-data", squares(t, 1)); !filetest.Says(err, `-cost "mae" is not known`) {
		t.Errorf("a model of a cost that is not known: %v", err)
	}
}

// TestNewExported: an export is refused by name, before anything is trained, where the format has no such thing.
func TestNewExported(t *testing.T) {
	dir := t.TempDir()
	onnx := newActivation
	for _, c := range []struct{ operator, ending, args, want string }{
		{"", ".onnx", "", "ONNX has no operator here for the activation leaky"},
		{"", ".onnx", "-hidden none -output leaky", "ONNX has no operator here for the activation leaky"},
		{"", ".onnx", "-hidden none", ""}, {"LeakyRelu", ".onnx", "", ""},
		{"", ".json", "", "this one is of -activation leaky"},
		{"", ".json", "-activation sigmoid -output sigmoid", "this one by mae"},
	} {
		onnx.ONNX = c.operator
		t.Run(c.ending+" "+c.args, func(t *testing.T) {
			path := filepath.Join(dir, "x"+c.ending)
			args := append(told(t, onnx, newCost), "-data", numbers(t), "-regress", "-export", path)
			out, err := tryRun(append(args, strings.Fields(c.args)...)...)
			switch {
			case c.want != "" && (!filetest.Says(err, c.want) || strings.Contains(out, "epoch")):
				t.Errorf("%v after %q", err, out)
			case c.want == "" && (err != nil || !strings.Contains(string(readFile(t, path)), c.operator)):
				t.Error(err)
			}
		})
	}
}

// TestNewReported: the page draws and takes steps with them, and what it has no script for it leaves out, by name.
func TestNewReported(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.html")
	page := func(g Activation, c Cost) string {
		command(t, append(told(t, g, c), "-data", squares(t, 1), "-report", path)...)
		return string(readFile(t, path))
	}
	mustContain(t, page(newActivation, newCost), "<i>C</i> = (1⁄<i>n</i>) Σ |<i>a</i> − <i>y</i>|</p>", `id="pad"`,
		`id="step-go"`, `"leaky": z => Math.max(z, z / 10)`, `"leaky": a => a > 0 ? 1 : 0.1`, "Math.sign(v - y[j])")
	g, c := newActivation, newCost
	c.Script = ""
	html := page(newActivation, c)
	mustContain(t, html, `id="pad"`, "There is no script for the cost mae: the page cannot take a step.")
	if g.Script[1] = ""; strings.Contains(html, `id="step-go"`) {
		t.Error("a step without a script for the cost")
	}
	mustContain(t, page(g, newCost), `id="pad"`,
		"There is no script for the activation leaky: the page cannot take a step.")
	g.Script[0] = ""
	html = page(g, newCost)
	mustContain(t, html, "There is no script for the activation leaky: the page cannot compute this network.",
		`id="curves"`,
		"There is no script for the activation leaky: the page cannot take a step.", `id="errors"`)
	if strings.Contains(html, `id="pad"`) || strings.Contains(html, "too large") || strings.Contains(html, `id="net"`) {
		t.Error("something of the network is carried")
	}
}

// TestNewStepped: the page takes steps with them, whose δ has their formula.
func TestNewStepped(t *testing.T) {
	b := newBrowser(t)
	path := filepath.Join(t.TempDir(), "r.html")
	command(t, append(told(t, newActivation, newCost), "-data", squares(t, 1), "-output", "leaky", "-report", path)...)
	b.open(path)
	var seen struct{ Before, After, Delta, Verdict string }
	b.eval(`{ const text = id => document.getElementById(id).textContent, r = {};
		document.getElementById('step-rate').value = 0.001; r.before = text('step-cost');
		document.getElementById('step-go').click(); r.after = text('step-cost');
		const d = document.querySelector('#step canvas[aria-label^="δ₂"]');
		d.focus(); d.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft' })); r.delta = text('step-at');
		document.getElementById('sample').click(); r.verdict = text('verdict'); r }`, &seen)
	if before, after := costIn(t, seen.Before), costIn(t, seen.After); !(after < before) {
		t.Errorf("a step takes the cost from %v to %v", before, after)
	}
	if !regexp.MustCompile(`^\(1\) δ₂\[1\] = sign\(\S+ − \S+\) · \S+ = \S+$`).MatchString(seen.Delta) ||
		!regexp.MustCompile(`The network says: \d, −?-?\d\.\d{3}$`).MatchString(seen.Verdict) {
		t.Errorf("it shows %+v", seen)
	}
	for _, p := range b.problems {
		t.Errorf("the browser complains: %.600s", p)
	}
}

// TestNewBare: the two functions of an activation and the one of a cost are enough to train, and what nobody has
// told is not made up.
func TestNewBare(t *testing.T) {
	g, c := Activation{Name: "leaky", F: newcomersRelu, Prime: newcomersPrime}, Cost{Name: "mae", Eval: newcomersError}
	args := append(told(t, g, c), "-data", numbers(t), "-regress")
	mustContain(t, command(t, args...), "2-4-1 leaky, mae, 17 parameters")
	text := command(t, append(args, "-explain", "-output", "tanh")...)
	mustContain(t, text, "δ₂ = ∂C/∂A₂ ⊙ (1−a²)\n", "⊙ g′ = ")
	if strings.Contains(text, "A₂ − Y") {
		t.Errorf("another cost's δ: %s", text)
	}
	if out, err := tryRun("-h"); err == nil || !strings.Contains(out, "mae (mae)") {
		t.Errorf("-h: %v", err)
	}
}

// TestNewDiagnosed: what the diagnosis compares with guessing it leaves out where nobody knows what that costs, and
// says where somebody does; it watches units only where it is told when they are idle.
func TestNewDiagnosed(t *testing.T) {
	still := []string{"-data", sidesTable(t), "-label", "kind", "-epochs", "200", "-lr", "1e-9", "-batch", "10"}
	warnings := func(g Activation, c Cost) (causes []string) {
		args := append(told(t, g, c), still...)
		for _, e := range only(mustRun(t, args...), "warning") {
			causes = append(causes, e["cause"].(string))
		}
		return causes
	}
	if got := warnings(newActivation, newCost); slices.Contains(got, "still") || slices.Contains(got, "rate") {
		t.Errorf("without a baseline: %v", got)
	}
	known := newCost
	known.Baseline = func(q, p []float64) float64 { return 4 * scores.HalfSquare(q, p) } // Σ 2 p (1 − p)
	if got := warnings(newActivation, known); !slices.Contains(got, "still") {
		t.Errorf("with a baseline: %v", got)
	}
	dying := newActivation
	dying.Idle, dying.Dies = func(float64) bool { return true }, true
	if got := warnings(dying, known); !slices.Contains(got, "dead") {
		t.Errorf("of units that are always idle: %v", got)
	}
	dying.Dies = false
	if got := warnings(dying, known); !slices.Contains(got, "saturated") {
		t.Errorf("of outputs that are always idle: %v", got)
	}
}
