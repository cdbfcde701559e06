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
	"backprop/internal/judge/baseline"
)

// Extension: a new activation and a new cost, leaky relu and absolute error, added as docs/code.md says. Every part of
// the program must take them. Their names do not collide with those that a reader would choose.

// testLeakyRelu: g = max(z, z/10).
func testLeakyRelu(z []float64) {
	for i, v := range z {
		z[i] = max(v, v/10)
	}
}

// testLeakyReluPrime: g′ = 1 where a > 0, else 1/10.
func testLeakyReluPrime(delta, a []float64) {
	for i := range delta {
		if a[i] <= 0 {
			delta[i] /= 10
		}
	}
}

// testAbsoluteError: C = Σ |a − y|, ∂C/∂a = sign(a − y).
func testAbsoluteError(g Activation, z, y, delta []float64) (cost float64) {
	g.F(z)
	for j, a := range z {
		cost += math.Abs(a - y[j])
		delta[j] = math.Copysign(1, a-y[j])
	}
	g.Prime(delta, z)
	return cost
}

var (
	leaky = Activation{Name: "test-leaky", F: testLeakyRelu, Prime: testLeakyReluPrime,
		Slope: "(1 where a > 0, else 1/10)", Kink: true, Output: true, Script: [2]string{"z => Math.max(z, z / 10)", "a => a > 0 ? 1 : 0.1"}}
	absolute = Cost{Name: "test-mae", Title: "absolute error", Eval: testAbsoluteError, Kink: true,
		Formula: "C = (1⁄n) Σ |a − y|", Gradient: "sign(A − Y)",
		Script: `({ a }, y, prime) => ({
  cost: a.reduce((s, v, j) => s + Math.abs(v - y[j]), 0),
  delta: a.map((v, j) => Math.sign(v - y[j]) * prime(v)),
})`}
)

// extend adds an activation and a cost to the program's tables for the length of a test, in place of earlier ones with
// these names, and returns the flags of a training with them.
func extend(t *testing.T, g Activation, c Cost) (flags []string) {
	oldActivations, oldCosts := activations, costs
	t.Cleanup(func() { activations, costs = oldActivations, oldCosts })
	isOldG := func(a Activation) bool { return a.Name == g.Name }
	isOldC := func(a Cost) bool { return a.Name == c.Name }
	activations = append(slices.DeleteFunc(slices.Clone(activations), isOldG), g)
	costs = append(slices.DeleteFunc(slices.Clone(costs), isOldC), c)
	return []string{"-activation", g.Name, "-cost", c.Name, "-hidden", "4", "-epochs", "3"}
}

// TestExtensionIsNamed: -h, the header, -gradcheck, -folds and -sweep name a new activation and a new cost, wrong
// names are compared with them, and training with them works.
func TestExtensionIsNamed(t *testing.T) {
	args := append(extend(t, leaky, absolute), "-data", numbers(t), "-regress")
	with := func(more ...string) string { return command(t, append(slices.Clone(args), more...)...) }
	if out, err := tryRun("-h"); err == nil ||
		!regexp.MustCompile(`(?s)tanh,\s+linear,\s+test-leaky.*linear,\s+sigmoid,\s+tanh,`+
			`\s+test-leaky.*mse\s+\(½‖a\s+−\s+y‖²\s+a\s+sample\),\s+test-mae\s+\(absolute\s+error\)`).MatchString(out) {
		t.Errorf("-h does not name them: %v, %s", err, out)
	}
	mustContain(t, with(), "network   2-4-1 test-leaky, absolute error, 17 parameters\n", "training RMSE")
	mustContain(t, with("-output", "test-leaky", "-test", "0"),
		"network   2-4-1 test-leaky, test-leaky outputs, absolute error")
	mustContain(t, command(t, append(args, "-gradcheck")...), "  ok\n", "relative error")
	mustContain(t, with("-folds", "3"), "test-leaky, absolute error")
	mustContain(t, with("-valid", "0.2", "-sweep", "lr=0.01,0.1"), "test-leaky, absolute error")
	lines := mustRun(t, append(args, "-epochs", "80", "-lr", "0.05")...)
	first, last := only(lines, "epoch")[0]["train_cost"].(float64), only(lines, "epoch")[79]["train_cost"].(float64)
	if !(last < first/2) {
		t.Errorf("training takes the cost from %v to %v, want less than half", first, last)
	}
	for flag, word := range map[string]string{"-activation": "test-leaky", "-cost": "test-mae"} {
		if _, err := tryRun(append(args, flag, word+"y")...); !filetest.Says(err, "did you mean "+word+"?") {
			t.Errorf("%s %sy: %v, want a suggestion of %s", flag, word, err, word)
		}
	}
}

// TestExtensionGradients: -gradcheck finds the gradients right with all kinds of outputs, and leaves out the kinks.
func TestExtensionGradients(t *testing.T) {
	args := extend(t, leaky, absolute)
	for _, more := range []string{"-data " + numbers(t) + " -regress", "-data " + sidesTable(t) + " -label kind",
		"-data " + squares(t, 1) + " -output sigmoid -hidden 6,5",
		"-data " + squares(t, 1) + " -output test-leaky -cost ce"} {
		text := command(t, append(append(args, "-gradcheck"), strings.Fields(more)...)...)
		if strings.Contains(text, "WRONG") || strings.Count(text, " ok\n") < 6 {
			t.Errorf("%s: want at least six lines that are ok, and none wrong:\n%s", more, text)
		}
	}
}

// TestExtensionExplained: -explain prints the formulas of both, and where their functions are; what is written out
// comes to the number at its end.
func TestExtensionExplained(t *testing.T) {
	args := append(extend(t, leaky, absolute), "-explain", "-data", numbers(t), "-regress")
	const number = `(-?[\d.e+-]+)`
	for output, formula := range map[string]string{"linear": "δ₂ = sign(A₂ − Y)   32×1",
		"tanh": "δ₂ = sign(A₂ − Y) ⊙ (1−a²)   32×1"} {
		text := command(t, append(args, "-output", output)...)
		mustContain(t, joinShapes(text), formula, "A₁ = test-leaky(Z₁)   ", "[testLeakyRelu, extension_test.go:",
			"[(1) testAbsoluteError, extension_test.go:",
			"δ₁ = (δ₂·W₂ᵀ) ⊙ (1 where a > 0, else 1/10) = ")
		v := numbersIn(t, text, `δ₂\[\d+,\d+\] = sign\(`+number+` − `+number+`\) · `+number+` = `+number+"\n")
		if got := math.Copysign(v[2], v[0]-v[1]); math.Abs(got-v[3]) > 1e-5 {
			t.Errorf("-output %s: sign(%v − %v) · %v = %v is printed, want %v", output, v[0], v[1], v[2], v[3], got)
		}
		v = numbersIn(t, text, `δ₁\[\d+,\d+\] = `+number+` · `+number+` = `+number+"\n")
		if math.Abs(v[0]*v[1]-v[2]) > 1e-5 || v[1] != 1 && v[1] != 0.1 {
			t.Errorf("-output %s: %v · %v = %v is printed, want a slope of 1 or 0.1 and their product", output, v[0], v[1],
				v[2])
		}
	}
}

// TestExtensionSaved: a model with both is saved, evaluated, trained further, and answers tables and pictures.
func TestExtensionSaved(t *testing.T) {
	dir := t.TempDir()
	model, asked := filepath.Join(dir, "m.safetensors"), filepath.Join(dir, "asked.csv")
	args := append(extend(t, leaky, absolute), "-save", model)
	data := numbers(t)
	filetest.Write(t, dir, map[string][]byte{"asked.csv": []byte("a,b\n3,0.5\n")})
	trained := mustRun(t, append(args, "-data", data, "-regress")...)
	loaded := mustRun(t, "-load", model, "-data", data)
	got, want := loaded[len(loaded)-1]["test_rmse"], trained[len(trained)-1]["test_rmse"]
	if got != want || got == nil {
		t.Errorf("loaded, the test RMSE is %v, want %v", got, want)
	}
	mustContain(t, command(t, "-load", model, "-predict", asked), "a,b,predicted\n3,0.5,")
	mustContain(t, command(t, "-load", model, "-data", data, "-epochs", "2"), "test-leaky, absolute error",
		"training RMSE")

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
}

// TestUnknownExtensionRefused: a model whose activation or cost this program does not have is refused by its name.
func TestUnknownExtensionRefused(t *testing.T) {
	model, data := filepath.Join(t.TempDir(), "m.safetensors"), squares(t, 1)
	mustRun(t, append(extend(t, leaky, absolute), "-save", model, "-data", data)...)
	all := activations
	activations = activations[:len(activations)-1]
	if _, err := tryRun("-load", model, "-data", data); !filetest.Says(err, `-activation "test-leaky" is not one of`) {
		t.Errorf("without the activation: %v", err)
	}
	activations, costs = all, costs[:len(costs)-1]
	if _, err := tryRun("-load", model, "-data", data); !filetest.Says(err, `-cost "test-mae" is not one of`) {
		t.Errorf("without the cost: %v", err)
	}
}

// TestExtensionExported: an export is refused before training, by name, if the format cannot have the new activation or
// cost.
func TestExtensionExported(t *testing.T) {
	for _, c := range []struct{ operator, ending, args, want string }{ // want is "" if the export works
		{"", ".onnx", "", "ONNX has no operator here for the activation test-leaky"},
		{"", ".onnx", "-hidden none -output test-leaky", "ONNX has no operator here for the activation test-leaky"},
		{"", ".onnx", "-hidden none", ""}, {"LeakyRelu", ".onnx", "", ""},
		{"", ".json", "", "this one is of -activation test-leaky"},
		{"", ".json", "-activation sigmoid -output sigmoid", "this one by test-mae"},
	} {
		t.Run(c.ending+" "+c.args, func(t *testing.T) {
			g := leaky
			g.ONNX = c.operator
			path := filepath.Join(t.TempDir(), "x"+c.ending)
			args := append(extend(t, g, absolute), "-data", numbers(t), "-regress", "-export", path)
			out, err := tryRun(append(args, strings.Fields(c.args)...)...)
			switch {
			case c.want != "" && (!filetest.Says(err, c.want) || strings.Contains(out, "epoch")):
				t.Errorf("got %v after %q, want %s before training", err, out, c.want)
			case c.want == "" && (err != nil || !strings.Contains(string(readFile(t, path)), c.operator)):
				t.Errorf("error %v, or no operator %s in the file", err, c.operator)
			}
		})
	}
}

// TestExtensionReported: the report computes with the scripts of both. Without one it says so, by name, and leaves out
// what needs it.
func TestExtensionReported(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.html")
	page := func(g Activation, c Cost) string {
		command(t, append(extend(t, g, c), "-data", squares(t, 1), "-report", path)...)
		return string(readFile(t, path))
	}
	mustContain(t, page(leaky, absolute), "<i>C</i> = (1⁄<i>n</i>) Σ |<i>a</i> − <i>y</i>|</p>", `id="pad"`,
		`id="step-go"`, `"test-leaky": z => Math.max(z, z / 10)`, `"test-leaky": a => a > 0 ? 1 : 0.1`, "Math.sign(v - y[j])")
	g, c := leaky, absolute
	c.Script = ""
	html := page(leaky, c)
	mustContain(t, html, `id="pad"`, "There is no script for the cost test-mae: the page cannot take a step.")
	g.Script[1] = ""
	if strings.Contains(html, `id="step-go"`) {
		t.Error("the page has a step without a script for the cost")
	}
	mustContain(t, page(g, absolute), `id="pad"`,
		"There is no script for the activation test-leaky: the page cannot take a step.")
	g.Script[0] = ""
	html = page(g, absolute)
	mustContain(t, html, "There is no script for the activation test-leaky: the page cannot compute this network.",
		`id="curves"`,
		"There is no script for the activation test-leaky: the page cannot take a step.", `id="errors"`)
	if strings.Contains(html, `id="pad"`) || strings.Contains(html, "too large") || strings.Contains(html, `id="net"`) {
		t.Error("a network that the page cannot compute is on it")
	}
}

// TestExtensionStepInBrowser: a step on the page of the report lowers the cost, and its δ has the formula of both.
func TestExtensionStepInBrowser(t *testing.T) {
	b := newBrowser(t)
	path := filepath.Join(t.TempDir(), "r.html")
	command(t, append(extend(t, leaky, absolute), "-data", squares(t, 1), "-output", "test-leaky", "-report", path)...)
	b.open(path)
	var seen struct{ Before, After, Delta, Verdict string }
	b.eval(`{ const text = id => document.getElementById(id).textContent, r = {};
		document.getElementById('step-rate').value = 0.001; r.before = text('step-cost');
		document.getElementById('step-go').click(); r.after = text('step-cost');
		const d = document.querySelector('#step canvas[aria-label^="δ₂"]');
		d.focus(); d.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft' })); r.delta = text('step-at');
		document.getElementById('sample').click(); r.verdict = text('verdict'); r }`, &seen)
	if before, after := costIn(t, seen.Before), costIn(t, seen.After); !(after < before) {
		t.Errorf("a step takes the cost from %v to %v, want less", before, after)
	}
	if !regexp.MustCompile(`^\(1\) δ₂\[1\] = sign\(\S+ − \S+\) · \S+ = \S+$`).MatchString(seen.Delta) ||
		!regexp.MustCompile(`The network says: \d, −?-?\d\.\d{3}$`).MatchString(seen.Verdict) {
		t.Errorf("the page shows %+v", seen)
	}
	for _, p := range b.problems {
		t.Errorf("the browser complains: %.600s", p)
	}
}

// TestExtensionFunctionsAlone: the two functions of an activation and the one of a cost are enough to train; -explain
// then prints no formula for them.
func TestExtensionFunctionsAlone(t *testing.T) {
	g := Activation{Name: "test-leaky", F: testLeakyRelu, Prime: testLeakyReluPrime}
	c := Cost{Name: "test-mae", Eval: testAbsoluteError}
	args := append(extend(t, g, c), "-data", numbers(t), "-regress")
	mustContain(t, command(t, args...), "2-4-1 test-leaky, test-mae, 17 parameters")
	text := command(t, append(args, "-explain", "-output", "tanh")...)
	mustContain(t, text, "δ₂ = ∂C/∂A₂ ⊙ (1−a²)\n", "⊙ g′ = ")
	if strings.Contains(text, "A₂ − Y") {
		t.Errorf("the δ of another cost is printed: %s", text)
	}
	out, err := tryRun("-h")
	if err == nil || !strings.Contains(strings.Join(strings.Fields(out), " "), "test-mae (test-mae)") {
		t.Errorf("-h has no test-mae (test-mae): %v, %s", err, out)
	}
}

// TestExtensionDiagnosed: the diagnosis compares the cost with guessing only if the cost's Baseline tells what guessing
// costs, and watches units only if the activation's Idle tells when they are idle.
func TestExtensionDiagnosed(t *testing.T) {
	still := []string{"-data", sidesTable(t), "-label", "kind", "-epochs", "200", "-lr", "1e-9", "-batch", "10"}
	warnings := func(g Activation, c Cost) (causes []string) {
		args := append(extend(t, g, c), still...)
		for _, e := range only(mustRun(t, args...), "warning") {
			causes = append(causes, e["cause"].(string))
		}
		return causes
	}
	if got := warnings(leaky, absolute); slices.Contains(got, "still") || slices.Contains(got, "rate") {
		t.Errorf("without Baseline: %v, want neither still nor rate", got)
	}
	known := absolute
	known.Baseline = func(q, p []float64) float64 { return 4 * baseline.HalfSquare(q, p) } // Σ 2p(1 − p)
	if got := warnings(leaky, known); !slices.Contains(got, "still") {
		t.Errorf("with Baseline: %v, want still", got)
	}
	dying := leaky
	dying.Idle, dying.Dies = func(float64) bool { return true }, true
	if got := warnings(dying, known); !slices.Contains(got, "dead") {
		t.Errorf("of units that are always idle and die: %v, want dead", got)
	}
	dying.Dies = false
	if got := warnings(dying, known); !slices.Contains(got, "saturated") {
		t.Errorf("of units that are always idle: %v, want saturated", got)
	}
}
