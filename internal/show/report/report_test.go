package report

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/model/layers"
	"backprop/internal/show/chart"
)

func page(t testing.TB, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The costs of the tests, and what the page computes with.
var (
	ce      = Cost{Name: "ce", Answer: layers.Softmax, Formula: "C = −(1⁄n) Σ ln p_y, with p = softmax(a)", Script: "c"}
	bce     = Cost{Name: "bce", Answer: layers.Probability, Script: "c"}
	mse     = Cost{Name: "mse", Script: "c"}
	scripts = map[string][2]string{"relu": {"z => Math.max(0, z)", "a => +(a > 0)"}, "linear": {"z => z", "() => 1"}}
)

// layer is one with random weights, whose rows do not lie side by side.
func layer(rng *rand.Rand, rows, cols int, g string) layers.Layer {
	l := layers.Layer{Rows: rows, Cols: cols, Stride: cols + 3, W: make([]float64, rows*(cols+3)),
		B: make([]float64, cols), Activation: g}
	for i := range l.W {
		l.W[i] = rng.NormFloat64()
	}
	return l
}

// images is the record of an untrained network on n images of MNIST's size, of which a fifth is ink.
func images(hidden, n int) *Report {
	rng := rand.New(rand.NewPCG(1, 2))
	r := &Report{Title: "x", Cost: ce, Width: 28, Height: 28, Box: 20, Outputs: make([]float64, n*10),
		Shift: make([]float64, 784), Factor: make([]float64, 784), Scripts: scripts,
		Layers: []layers.Layer{layer(rng, 784, hidden, "relu"), layer(rng, hidden, 10, "linear")}}
	for k := range 10 {
		r.Classes = append(r.Classes, strconv.Itoa(k))
	}
	s := dataset.Set{Pixels: make([]byte, n*784), Labels: make([]int32, n)}
	for i := range s.Pixels {
		if i/28%28 < 20 && i%28 > 20 {
			s.Pixels[i] = byte(rng.Uint32())
		}
	}
	for i := range s.Labels {
		s.Labels[i] = int32(i % 10)
		r.Outputs[10*i+(i%10+i%2)%10] = 5 // every second one is wrong
	}
	r.Train, r.Test = s, s
	r.Begin()
	for e := range 60 {
		r.Add(Epoch{e + 1, [3]float64{1, 1, 1}, [3]float64{0.5, 0.5, 0.5}})
	}
	return r
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

// TestErrors: a row of the matrix is what the samples are, and the most confident mistake comes first; one with three
// equal outputs is none of them.
func TestErrors(t *testing.T) {
	r := &Report{Cost: ce, Classes: []string{"a", "b", "c"}, Test: dataset.Set{Labels: []int32{0, 0, 0, 1, 2}},
		Outputs: []float64{3, 1, 2, 1, 2, 1, 0, 9, 0, 0, 5, 1, 7, 7, 7}}
	m, wrong := r.errors()
	var counts []int
	for _, row := range m.Rows {
		for _, cell := range row.Cells {
			counts = append(counts, cell.N)
		}
	}
	if got, want := fmt.Sprint(counts), "[1 2 0 0 1 0 1 0 0]"; got != want {
		t.Errorf("counts %s, want %s", got, want)
	}
	if m.Right != 2 || m.All != 5 || m.Wrong != 3 || m.Rows[0].Right != "33.3" ||
		m.MostOften != "a taken for b (2), c taken for a (1)" {
		t.Errorf("%+v", m)
	}
	list := ""
	for _, e := range wrong {
		list += fmt.Sprintf("%d: %s for %s, %s; ", e.Sample, e.Said, e.Is, e.Confidence)
	}
	if want := "2: b for a, 99.98 %; 1: b for a, 57.61 %; "; list != want {
		t.Errorf("mistakes %s, want %s", list, want)
	}
}

// TestDead: a network that answers the same to all samples, or to all but one in a thousand, is not said to be sure
// of its mistakes, nor one that gives no answer more than a half; and where something is wrong, smooth pictures of
// its neurons are no merit.
func TestDead(t *testing.T) {
	of := func(n int, outputs func(i int) []float64) *Report {
		r := &Report{Cost: ce, Classes: []string{"a", "b", "c"}}
		for i := range n {
			r.Test.Labels, r.Outputs = append(r.Test.Labels, int32(i%3)), append(r.Outputs, outputs(i)...)
		}
		return r
	}
	one := func(odd int) func(int) []float64 { // c to all but the first ones
		return func(i int) []float64 {
			if i < odd {
				return []float64{9, 0, 0}
			}
			return []float64{0, 0, 9}
		}
	}
	for _, c := range []struct {
		name     string
		r        *Report
		same     string
		guess    bool
		mistakes int
		words    string
	}{
		{"all the same", of(9, one(0)), "c", true, 0, "The answer is c to every sample, or nearly"},
		{"all but one of 999", of(999, one(1)), "", true, 24, "Hardly more is right"},
		{"all but one of 1000", of(1000, one(1)), "c", true, 0, "The answer is c to every sample, or nearly"},
		{"all but two of 1000", of(1000, one(2)), "", true, 24, "Hardly more is right"},
		{"right", of(9, func(i int) []float64 { return []float64{float64(i % 3 * -9), 0, float64(i%3*9 - 9)} }), "", false,
			0, "classes that look alike"},
		{"unsure", of(9, func(i int) []float64 { return []float64{0, 0, float64(i % 2)} }), "", true, 3,
			"Hardly more is right"},
	} {
		m, wrong := c.r.errors()
		if m.OnlyAnswer != c.same || m.LikeGuessing != c.guess || len(wrong) != c.mistakes {
			t.Errorf("%s: %+v, %d mistakes", c.name, *m, len(wrong))
		}
		c.r.Begin()
		c.r.Add(Epoch{Number: 1})
		html := page(t, c.r)
		if !strings.Contains(html, c.words) || strings.Contains(html, `class="wrong`) != (c.mistakes > 0) {
			t.Errorf("%s: the page does not say %q, or has mistakes", c.name, c.words)
		}
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

// TestNetwork: the numbers in the page are scale, weights and biases, row by row, and a neuron's picture is its
// column of W.
func TestNetwork(t *testing.T) {
	r := images(3, 10)
	for i := range r.Shift {
		r.Shift[i], r.Factor[i] = float64(i), -float64(i)
	}
	numbers, err := base64.StdEncoding.DecodeString(string(r.embeddedNetwork().Numbers))
	if err != nil {
		t.Fatal(err)
	}
	want := append(append([]float64{}, r.Shift...), r.Factor...)
	for _, l := range r.Layers {
		for i := range l.Rows {
			for j := range l.Cols {
				want = append(want, l.W[i*l.Stride+j])
			}
		}
		want = append(want, l.B...)
	}
	if len(numbers) != 4*len(want) {
		t.Fatalf("%d bytes for %d numbers", len(numbers), len(want))
	}
	for i, v := range want {
		if got := math.Float32frombits(binary.LittleEndian.Uint32(numbers[4*i:])); got != float32(v) {
			t.Fatalf("number %d is %v, want %v", i, got, v)
		}
	}
	if l := r.Layers[0]; r.neurons()[2][5] != float32(l.W[5*l.Stride+2]) {
		t.Error("neuron 2 does not show its weight of input 5")
	}
}

// TestThins: of very many epochs some are kept, the first and the last among them.
func TestThins(t *testing.T) {
	w := []float64{0}
	r := &Report{Layers: []layers.Layer{{Rows: 1, Cols: 1, Stride: 1, W: w, B: []float64{0}, Activation: "linear"}}}
	r.Begin()
	for e := 1; e <= 10000; e++ {
		w[0] = float64(e)
		r.Add(Epoch{Number: e, Cost: [3]float64{float64(e)}})
	}
	n := len(r.snapshots)
	if n < maxSnapshots/2 || n > maxSnapshots+2 {
		t.Errorf("%d epochs kept", n)
	}
	last := -1
	for i, m := range r.snapshots {
		if now := m.epoch.Number; float32(now) != m.weights[0][1] || now <= last {
			t.Fatalf("entry %d is epoch %d with the weights of %v", i, now, m.weights[0][1])
		}
		last = m.epoch.Number
	}
	if first := r.snapshots[0].epoch.Number; first != 0 || last != 10000 {
		t.Errorf("from %d to %d", first, last)
	}
}

// TestGoesOn: the curves of a run that goes on begin where it began, its weights where it went on.
func TestGoesOn(t *testing.T) {
	r := images(4, 20)
	again := *r
	again.tracked, again.snapshots = nil, nil
	again.Begin(Epoch{1, [3]float64{3, 3, 3}, [3]float64{}}, Epoch{2, [3]float64{2, 2, 2}, [3]float64{}})
	again.Add(Epoch{3, [3]float64{1, 1, 1}, [3]float64{}})
	html := page(t, &again)
	for _, want := range []string{"epoch 1: training 3<", "epoch 3: training 1<", "when this run went on",
		`data-epochs="[2 3]"`} {
		if !strings.Contains(html, want) {
			t.Errorf("%q is not in the page", want)
		}
	}
	if strings.Contains(html, "before training<") {
		t.Error("the page says that the run began with random weights")
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
