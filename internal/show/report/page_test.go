package report

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/model/layers"
	"backprop/internal/show/chart"
)

// shown is the parts of a page that there are.
func shown(v view) (parts string) {
	for _, c := range slices.Concat(v.Curves, v.Charts) {
		parts += c.ID + " "
	}
	for _, h := range v.Heats {
		parts += h.ID + " "
	}
	for _, p := range []struct {
		name  string
		there bool
	}{{"resumed", v.Resumed}, {"neurons", v.Neurons != nil}, {"samples", v.Samples != nil}, {"matrix", v.Confusion != nil},
		{"mistakes", v.Mistakes != nil}, {"carried", v.Network != nil}, {"pad", v.Pad != nil}, {"too-large", v.PadTooLarge},
		{"step", v.StepData != nil}, {"grid", v.Grid != nil}, {"moved", v.Movement != ""}, {"smoother", v.Smoothness != ""}} {
		if p.there {
			parts += p.name + " "
		}
	}
	if v.StepTooLarge {
		parts += v.Parameters + " of " + v.MaxForSteps
	}
	return strings.TrimSpace(parts)
}

// TestParts: which parts a page has.
func TestParts(t *testing.T) {
	large := func(n int) layers.Layer {
		l := layers.Layer{Rows: 2, Cols: n, Stride: 0, W: make([]float64, n), B: make([]float64, n), Activation: "relu"}
		l.W[0] = 1
		return l
	}
	const all = "curve0 curve1 heat1 heat2 neurons samples matrix mistakes carried pad moved smoother"
	for _, c := range []struct {
		name   string
		change func(r *Report)
		want   string
	}{
		{"all", func(r *Report) {}, all},
		{"grid", func(r *Report) { r.Examples = 1 }, strings.Replace(all, "moved", "grid moved", 1)},
		{"figures", func(r *Report) { r.Figures = make([]chart.Figure, 2) },
			strings.Replace(all, "curve1", "curve1 figure0 figure1", 1)},
		{"no outputs", func(r *Report) { r.Outputs = nil }, strings.Replace(all, "matrix mistakes ", "", 1)},
		{"numbers", func(r *Report) { r.Classes, r.strips = nil, nil }, "curve0 curve1 heat1 heat2 moved"},
		{"a table", func(r *Report) { r.Width, r.strips, r.Examples = 0, nil, 1 },
			"curve0 curve1 heat1 heat2 matrix mistakes moved"},
		{"no pixels", func(r *Report) { r.Train.Pixels, r.strips, r.Examples = nil, nil, 1 },
			"curve0 curve1 heat1 heat2 matrix mistakes moved"},
		{"a table with steps", func(r *Report) { r.Width, r.strips, r.Step = 0, nil, &StepSamples{X: [][]float64{{1, 2}}} },
			"curve0 curve1 heat1 heat2 matrix mistakes carried step moved"},
		{"no number", func(r *Report) { r.Layers[1].W[0] = nan }, "curve0 curve1 samples matrix mistakes"},
		{"before the first epoch", func(r *Report) { r.snapshots = r.snapshots[:1] },
			"neurons samples matrix mistakes carried pad smoother"},
		{"one layer", func(r *Report) { r.Layers, r.Step = r.Layers[:1], &StepSamples{X: [][]float64{{1, 2}}} },
			strings.Replace(strings.Replace(all, "heat2 ", "", 1), "pad", "pad step", 1)},
		{"no layers", func(r *Report) { r.Layers, r.Classes, r.strips = nil, nil, nil }, "curve0 curve1"},
		{"gone on", func(r *Report) { r.past = []Epoch{{Number: 1}} }, strings.Replace(all, "neurons", "resumed neurons", 1)},
		{"too large for steps",
			func(r *Report) { r.Step, r.Layers[0] = &StepSamples{X: [][]float64{{1, 2}}}, large(300_000) },
			all + " 900,006 of 700,000"},
		{"too large", func(r *Report) { r.Layers[0] = large(1 << 21) },
			strings.Replace(all, "carried pad", "too-large", 1)},
	} {
		r := &Report{Width: 2, Height: 1, Cost: ce, Classes: letters(2),
			Train: dataset.Set{Pixels: []byte{0, 1, 1, 0}, Labels: []int32{0, 1}},
			Layers: []layers.Layer{{Rows: 2, Cols: 2, Stride: 2, W: []float64{1, 2, 3, 5}, B: []float64{1, 2},
				Activation: "relu"},
				{Rows: 2, Cols: 2, Stride: 2, W: []float64{1, 2, 3, 4}, B: []float64{1, 2}, Activation: "linear"}},
			Shift: make([]float64, 2), Factor: make([]float64, 2), Scripts: scripts}
		r.Test, r.Outputs = r.Train, []float64{0, 1, 1, 0}
		r.Begin()
		r.Add(Epoch{Number: 1})
		c.change(r)
		if got := shown(r.view()); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
		html := page(t, r)
		if !IsPage([]byte(html[:500])) || strings.Contains(html, "too large to be carried") != (c.name == "too large") {
			t.Errorf("%s: the page is not what it should be", c.name)
		}
	}
}

var errFull = errors.New("no space left")

// full takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

// TestWriteFails: a page that could not be written is no success; and what is no page does not begin as one.
func TestWriteFails(t *testing.T) {
	r := &Report{}
	r.Begin()
	if err := r.WriteHTML(full{}); err != errFull {
		t.Error(err)
	}
	if err := (&Pictures{}).WriteHTML(full{}); err != errFull {
		t.Error(err)
	}
	if err := (&Pictures{Facts: make([][2]string, 1)}).WriteHTML(&bytes.Buffer{}); err != nil {
		t.Error(err)
	}
	if IsPage([]byte("<!DOCTYPE html><html></html>")) {
		t.Error("any page is taken for one of these")
	}
}

func page(t testing.TB, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestFile: the page refers to nothing outside itself, and is not too large.
func TestFile(t *testing.T) {
	for hidden, most := range map[int]int{128: 3e6, 800: 10e6} {
		if html := page(t, images(hidden, 500)); len(html) > most {
			t.Errorf("784-%d-10: %d bytes, want at most %d", hidden, len(html), most)
		}
	}
	html := page(t, images(16, 100))
	for _, part := range []string{`id="pad"`, `id="numbers"`, `id="curves"`, `id="errors"`,
		`id="weights"`, `id="data"`, "784×16"} {
		if !strings.Contains(html, part) {
			t.Errorf("%s is not in the page", part)
		}
	}
	outside := regexp.MustCompile(`(?:src|href|action|url|import)\s*[=(]\s*["']?([^"' >]{0,40})`)
	for _, m := range outside.FindAllStringSubmatch(html, -1) {
		if !strings.HasPrefix(m[1], "data:") && !strings.HasPrefix(m[1], "#") {
			t.Errorf("a reference to the outside: %q", m[0])
		}
	}
	if strings.Contains(html, "://") {
		t.Error("an address of another place is in the page")
	}
	if strings.Contains(html, "ZgotmplZ") {
		t.Error("html/template refused a value")
	}
}

// TestHashed: a run without a hash, as one is that goes on or has diverged, asks nobody to compare it.
func TestHashed(t *testing.T) {
	r := &Report{Title: "x", Cost: ce, Classes: []string{"a"}, State: "epoch 1: the cost became infinite", Failed: true}
	r.Begin()
	if html := page(t, r); strings.Contains(html, "compare the hash") ||
		!strings.Contains(html, "<title>x (ended early)<") {
		t.Error("of a run that has failed, the hash is to be compared, or its title is long")
	}
	r.State, r.Failed, r.Facts = "", false, [][2]string{{"weights sha256", "abc"}}
	if !strings.Contains(page(t, r), "machine: compare the hash.") {
		t.Error("the hash is not to be compared")
	}
}

// TestImportance: a bar for each input, as long as what it counts beside the first; none to the left, and no more
// than twenty.
func TestImportance(t *testing.T) {
	r := &Report{ImportanceOf: "R²", Importance: []Importance{{"a", 0.5, 0.125}, {"b", 0.125, 0}, {"<c>", -0.25, 0.0625}}}
	r.Begin()
	if got, want := fmt.Sprint(r.importanceBars()), "[{a 0.500 ± 0.125 100 false} {b 0.125 ± 0.000 25 false} {<c> "+
		"−0.250 ± 0.062 0 false}]"; got != want {
		t.Errorf("bars %s, want %s", got, want)
	}
	html := page(t, r)
	for _, want := range []string{`<span>b</span><i style="width: 25%"></i><span>0.125 ± 0.000</span>`, "&lt;c&gt;",
		"By how much R² falls", `<a href="#figures">`} {
		if !strings.Contains(html, want) {
			t.Errorf("%q is not in the page", want)
		}
	}
	for range 18 {
		r.Importance = append(r.Importance, Importance{Input: "more"})
	}
	if n := len(r.importanceBars()); n != 20 || !strings.Contains(page(t, r), "shown are 20 of 21") {
		t.Errorf("%d bars of 21", n)
	}
	r.Importance = []Importance{{"a", -1, 0}}
	if b := r.importanceBars()[0]; b.Share != 0 {
		t.Errorf("where nothing counts: %+v", b)
	}
}

// TestDiverged: where weights are beyond what float32 has, the page draws and carries none of them, and no figure that
// would be empty.
func TestDiverged(t *testing.T) {
	for _, c := range []struct {
		weight float64
		shown  bool
	}{{1, true}, {-3e38, true}, {3.5e38, false}, {-1e307, false}, {inf, false}, {nan, false}} {
		for _, bias := range []bool{false, true} {
			r := images(3, 10)
			r.Figures = []chart.Figure{{Kind: chart.Fit, Title: "Of none",
				Lines: []chart.Line{{X: []float64{1}, Y: []float64{nan}}}}}
			if r.Layers[0].Row(1)[2] = c.weight; bias {
				r.Layers[0].Row(1)[2], r.Layers[1].B[2] = 0, c.weight
			}
			html := page(t, r)
			for _, part := range []string{`id="pad"`, `id="weights"`, `id="numbers"`} {
				if strings.Contains(html, part) != c.shown {
					t.Errorf("a weight of %v (a bias: %v): %s is there: %v", c.weight, bias, part, !c.shown)
				}
			}
			if strings.Contains(html, "Of none") || strings.Contains(html, "+Inf and more") {
				t.Errorf("a weight of %v: the page has an empty figure, or a scale without an end", c.weight)
			}
		}
	}
}

// TestFlags: a flag stays together with its dash, and nothing else is changed but for what HTML asks.
func TestFlags(t *testing.T) {
	for text, want := range map[string]string{
		"try -lr 0.1": `try <span class="flag">-lr</span> 0.1`, "-a (-b) x-y -": `<span class="flag">-a</span> (<span ` +
			`class="flag">-b</span>) x-y -`, "<b> -1": `&lt;b&gt; <span class="flag">-1</span>`, "": ""} {
		if got := string(keepFlags(text)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// TestBreakable: long words may be broken after each fourth letter, and nothing of them is taken for HTML.
func TestBreakable(t *testing.T) {
	for cell, want := range map[string]string{"": "", "0.12345678": "0.12345678", "12345678901": "1234<wbr>5678<wbr>901",
		"a <b>cdefghijk": "a &lt;b&gt;c<wbr>defg<wbr>hijk", "ääääöööö…12": "ääää<wbr>öööö<wbr>…12"} {
		if got := string(breakable(cell)); got != want {
			t.Errorf("%q: %s, want %s", cell, got, want)
		}
	}
}

const nasty = `<script>document.title = 'broken'</script>" onload="x()`

// TestEscapes: names that mean harm do none, in every kind of figure, and a table has no sections that need images.
func TestEscapes(t *testing.T) {
	labels := dataset.Set{Labels: []int32{0, 1, 2}}
	r := &Report{Title: nasty, Command: nasty, Result: nasty, State: nasty, Cost: mse,
		Facts:   [][2]string{{nasty, nasty}},
		Classes: []string{nasty, "</script><img src=x onerror=alert(1)>", "c"}, Train: labels, Test: labels,
		Layers: []layers.Layer{{Rows: 2, Cols: 3, Stride: 3, W: make([]float64, 6), B: make([]float64, 3),
			Activation: "linear"}},
		Outputs: []float64{0, 1, 0, 1, 0, 0, 0, 0, 1}}
	up, down := []float64{1, 2, 3}, []float64{3, 2, math.NaN()}
	two, x := 2.0, chart.Axis{Label: nasty, Log: true}
	r.Figures = []chart.Figure{
		{Kind: chart.Fit, X: x, Y: x,
			Lines: []chart.Line{{Name: nasty, X: up, Y: down, Points: true}, {Name: "fit", X: up, Y: up}}},
		{Kind: chart.Sweep, X: x, Y: chart.Axis{Label: nasty, Percent: true},
			Lines: []chart.Line{{Name: nasty, X: up, Y: up}, {Name: nasty, X: up, Y: down}}, Best: &two, Table: true},
		{Kind: chart.Units},
	}
	r.Begin()
	r.Add(Epoch{1, [3]float64{1, math.NaN(), math.Inf(1)}, [3]float64{0, 0, 0}})
	html := page(t, r)
	for _, bad := range []string{"<script>document", "<img src=x", `" onload="x`, "ZgotmplZ",
		`id="pad"`, `id="data"`, "first layer’s"} {
		if strings.Contains(html, bad) {
			t.Errorf("%q is in the page", bad)
		}
	}
	for _, good := range []string{"chosen: 2", "1 of 3 test samples are right", "output 1.000"} {
		if !strings.Contains(html, good) {
			t.Errorf("%q is not in the page", good)
		}
	}
}

// TestKinds: the page has its own words for every kind of figure.
func TestKinds(t *testing.T) {
	r := &Report{Cost: ce, Classes: []string{"a"}}
	for _, k := range []chart.Kind{chart.Fit, chart.Units, chart.Prediction, chart.Learning, chart.Sweep, "rmse",
		"cost half", "cost mean"} {
		r.Figures = append(r.Figures, chart.Figure{Kind: k, Title: string(k)})
	}
	r.Begin()
	r.Add(Epoch{Number: 1})
	charts := strings.Split(page(t, r), "<figure>")[1:]
	if len(charts) != 10 {
		t.Fatalf("%d charts, want cost, accuracy and 8 figures", len(charts))
	}
	words := regexp.MustCompile(`<p class="look">[A-Z][^<]{20,}\.</p>\n<p class="eq">.{15,}</p>`)
	for _, c := range charts {
		if !words.MatchString(c) {
			t.Errorf("a chart without its words: %.150s", c)
		}
	}
}

// BenchmarkWriteHTML writes the page of a run of MNIST's size, as after each epoch.
func BenchmarkWriteHTML(b *testing.B) {
	for _, hidden := range []int{128, 800} {
		b.Run(fmt.Sprintf("hidden=%d", hidden), func(b *testing.B) {
			r := images(hidden, 500)
			r.State = "in the middle"
			var html bytes.Buffer
			for b.Loop() {
				html.Reset()
				if err := r.WriteHTML(&html); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(html.Len())/1e6, "MB")
		})
	}
}
