package report

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/filetest"
	"backprop/internal/model/layers"
	"backprop/internal/show/chart"
	"backprop/internal/show/event"
)

// partsOf lists the parts that a page has.
func partsOf(v view) (parts []string) {
	for _, c := range slices.Concat(v.Curves, v.Charts) {
		parts = append(parts, c.ID)
	}
	for _, h := range v.Heats {
		parts = append(parts, h.ID)
	}
	for _, p := range []struct {
		name  string
		there bool
	}{
		{"resumed", v.Resumed}, {"neurons", v.Neurons != nil}, {"samples", v.Samples != nil},
		{"confusion", v.Confusion != nil}, {"mistakes", v.Mistakes != nil}, {"network", v.Network != nil},
		{"pad", v.Pad != nil}, {"pad-too-large", v.PadTooLarge}, {"pad-lacks", v.PadLacks != ""},
		{"step", v.StepData != nil}, {"step-too-large", v.StepTooLarge}, {"step-lacks", v.StepLacks != ""},
		{"grid", v.Grid != nil}, {"movement", v.Movement != ""}, {"smoothness", v.Smoothness != ""},
	} {
		if p.there {
			parts = append(parts, p.name)
		}
	}
	return parts
}

// twoPixels is the report of a network on two images of two pixels, after one epoch.
func twoPixels() *Report {
	r := &Report{Width: 2, Height: 1, Cost: ce, Classes: letters(2), Outputs: []float64{0, 1, 1, 0},
		Train: dataset.Set{Pixels: []byte{0, 1, 1, 0}, Labels: []int32{0, 1}},
		Layers: []layers.Layer{layerOf("relu", [][]float64{{1, 2}, {3, 5}}, 1, 2),
			layerOf("linear", [][]float64{{1, 2}, {3, 4}}, 1, 2)},
		Shift: make([]float64, 2), Factor: make([]float64, 2), Scripts: scripts}
	r.Test = r.Train
	r.Begin()
	r.Add(Epoch{Number: 1})
	return r
}

// large is a layer of two inputs, whose rows are the same numbers, to save memory.
func large(n int) layers.Layer {
	l := layers.Layer{Rows: 2, Cols: n, W: make([]float64, n), B: make([]float64, n), Activation: "relu"}
	l.W[0] = 1
	return l
}

// Each case changes something in the report of images, and names the parts that come or go.
func TestThePageHasThePartsThatFitTheReport(t *testing.T) {
	all := []string{"curve0", "curve1", "heat1", "heat2", "neurons", "samples", "confusion", "mistakes", "network", "pad",
		"movement", "smoothness"}
	step := &StepSamples{X: [][]float64{{1, 2}}}
	for _, c := range []struct {
		name       string
		change     func(r *Report)
		come, gone string
	}{
		{"images", func(r *Report) {}, "", ""},
		{"a grid", func(r *Report) { r.Examples = 1 }, "grid", ""},
		{"figures", func(r *Report) { r.Figures = make([]chart.Figure, 2) }, "figure0 figure1", ""},
		{"no outputs", func(r *Report) { r.Outputs = nil }, "", "confusion mistakes"},
		{"numbers", func(r *Report) { r.Classes, r.strips = nil, nil },
			"", "neurons samples confusion mistakes network pad smoothness"},
		{"a table", func(r *Report) { r.Width, r.strips, r.Examples = 0, nil, 1 },
			"", "neurons samples network pad smoothness"},
		{"no pixels", func(r *Report) { r.Train.Pixels, r.strips, r.Examples = nil, nil, 1 },
			"", "neurons samples network pad smoothness"},
		{"a table with steps", func(r *Report) { r.Width, r.strips, r.Step = 0, nil, step },
			"step", "neurons samples pad smoothness"},
		{"steps without a script", func(r *Report) { r.Step, r.Cost.Script = step, "" }, "step-lacks", ""},
		{"no script", func(r *Report) { r.Scripts = nil }, "pad-lacks", "network pad"},
		{"diverged", func(r *Report) { r.Layers[1].W[0] = nan },
			"", "heat1 heat2 neurons network pad movement smoothness"},
		{"before the first epoch", func(r *Report) { r.snapshots = r.snapshots[:1] },
			"", "curve0 curve1 heat1 heat2 movement"},
		{"one layer", func(r *Report) { r.Layers, r.Step = r.Layers[:1], step }, "step", "heat2"},
		{"no layers", func(r *Report) { r.Layers, r.Classes, r.strips = nil, nil, nil },
			"", "heat1 heat2 neurons samples confusion mistakes network pad movement smoothness"},
		{"resumed", func(r *Report) { r.past = []Epoch{{Number: 1}} }, "resumed", ""},
		{"too large for steps", func(r *Report) { r.Step, r.Layers[0] = step, large(300_000) }, "step-too-large", ""},
		{"too large", func(r *Report) { r.Layers[0] = large(1 << 21) }, "pad-too-large", "network pad"},
	} {
		r := twoPixels()
		c.change(r)
		want := slices.DeleteFunc(slices.Clone(all), func(part string) bool {
			return slices.Contains(strings.Fields(c.gone), part)
		})
		want = append(want, strings.Fields(c.come)...)
		got := partsOf(r.view())
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, want)
		}
	}
}

func TestThePageSaysWhyItHasNoPadOrNoSteps(t *testing.T) {
	for _, c := range []struct {
		change func(r *Report)
		want   string
	}{
		{func(r *Report) { r.Scripts = nil }, "the activation relu"},
		{func(r *Report) { r.Step, r.Cost.Script = &StepSamples{X: [][]float64{{1, 2}}}, "" },
			"There is no script for the cost ce: the page cannot take a step."},
		{func(r *Report) { r.Step, r.Layers[0] = &StepSamples{X: [][]float64{{1, 2}}}, large(300_000) },
			"900,006 weights, where 700,000 fit."},
		{func(r *Report) { r.Layers[0] = large(1 << 21) }, "too large to be carried"},
	} {
		r := twoPixels()
		c.change(r)
		wantOnPage(t, pageOf(t, r), c.want)
	}
	wantNotOnPage(t, pageOf(t, twoPixels()), "There is no script for", "too large")
}

func TestWriteHTMLReportsAFullDisk(t *testing.T) {
	full := errors.New("full")
	r := &Report{}
	r.Begin()
	if err := r.WriteHTML(filetest.FailingWriter{Err: full}); err != full {
		t.Errorf("a report: got %v, want %v", err, full)
	}
	if err := (&Pictures{}).WriteHTML(filetest.FailingWriter{Err: full}); err != full {
		t.Errorf("pictures: got %v, want %v", err, full)
	}
}

func TestIsPage(t *testing.T) {
	if page := pageOf(t, twoPixels()); !IsPage([]byte(page[:500])) {
		t.Errorf("a page is not taken for one: %s", page[:500])
	}
	if IsPage([]byte("<!DOCTYPE html><html></html>")) {
		t.Error("any HTML is taken for a page of this package")
	}
}

// A page can be sent to somebody: it is not too large, and everything is in it.
func TestThePageRefersToNothingOutsideItself(t *testing.T) {
	for hidden, most := range map[int]int{128: 3e6, 800: 10e6} {
		if size := len(pageOf(t, digits(hidden, 500))); size > most {
			t.Errorf("784-%d-10: got %d bytes, want at most %d", hidden, size, most)
		}
	}
	page := pageOf(t, digits(16, 100))
	wantOnPage(t, page, `id="pad"`, `id="numbers"`, `id="curves"`, `id="errors"`, `id="weights"`, `id="data"`, "784×16")
	wantNotOnPage(t, page, "://", "ZgotmplZ") // html/template writes the latter in place of what it refuses
	reference := regexp.MustCompile(`(?:src|href|action|url|import)\s*[=(]\s*["']?([^"' >]{0,40})`)
	for _, m := range reference.FindAllStringSubmatch(page, -1) {
		if !strings.HasPrefix(m[1], "data:") && !strings.HasPrefix(m[1], "#") {
			t.Errorf("a reference to the outside: %q", m[0])
		}
	}
}

// Only a run that has ended well has a hash.
func TestThePageAsksToCompareTheHashIfThereIsOne(t *testing.T) {
	r := &Report{Title: "x", Cost: ce, Classes: []string{"a"}, State: "epoch 1: the cost became infinite", Failed: true}
	r.Begin()
	page := pageOf(t, r)
	wantOnPage(t, page, "<title>x (ended early)<")
	wantNotOnPage(t, page, "compare the hash")
	r.State, r.Failed, r.Facts = "", false, [][2]string{{"weights sha256", "abc"}}
	wantOnPage(t, pageOf(t, r), "machine: compare the hash.")
}

// The bars are as long as the importance beside that of the first input; negative ones have no length.
func TestImportanceBars(t *testing.T) {
	r := &Report{ImportanceOf: "R²", Importance: []event.Importance{{Input: "a", Mean: 0.5, Deviation: 0.125},
		{Input: "b", Mean: 0.125}, {Input: "<c>", Mean: -0.25, Deviation: 0.0625}}}
	r.Begin()
	const want = "[{a 0.500 ± 0.125 100 false} {b 0.125 ± 0.000 25 false} {<c> −0.250 ± 0.062 0 false}]"
	if got := fmt.Sprint(r.importanceBars()); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	wantOnPage(t, pageOf(t, r), `<span>b</span><i style="width: 25%"></i><span>0.125 ± 0.000</span>`, "&lt;c&gt;",
		"By how much R² falls", `<a href="#figures">`)
	r.Importance = append(r.Importance, make([]event.Importance, 18)...)
	if n := len(r.importanceBars()); n != 20 {
		t.Errorf("got %d bars of 21 inputs, want 20", n)
	}
	wantOnPage(t, pageOf(t, r), "shown are 20 of 21")
	r.Importance = []event.Importance{{Input: "a", Mean: -1}}
	if b := r.importanceBars()[0]; b.Share != 0 {
		t.Errorf("no input is important: got a bar of %v %%, want 0", b.Share)
	}
}

// The largest float32 is about 3.4e38. Beyond it, neither the network nor figures of it are on the page.
func TestThePageOfANetworkThatDiverged(t *testing.T) {
	for _, c := range []struct {
		parameter float64
		shown     bool
	}{{-3e38, true}, {3.5e38, false}, {-1e307, false}, {inf, false}, {nan, false}} {
		for _, isBias := range []bool{false, true} {
			r := digits(3, 10)
			r.Figures = []chart.Figure{{Kind: chart.Fit, Title: "An empty one",
				Lines: []chart.Line{{X: []float64{1}, Y: []float64{nan}}}}}
			if isBias {
				r.Layers[1].B[2] = c.parameter
			} else {
				r.Layers[0].Row(1)[2] = c.parameter
			}
			page := pageOf(t, r)
			for _, part := range []string{`id="pad"`, `id="weights"`, `id="numbers"`} {
				if got := strings.Contains(page, part); got != c.shown {
					t.Errorf("%v (a bias: %v): is %s there? got %v, want %v", c.parameter, isBias, part, got, c.shown)
				}
			}
			wantNotOnPage(t, page, "An empty one", "+Inf and more")
		}
	}
}

func TestKeepFlagsKeepsADashAndItsFlagTogether(t *testing.T) {
	for text, want := range map[string]string{
		"try -lr 0.1":   `try <span class="flag">-lr</span> 0.1`,
		"-a (-b) x-y -": `<span class="flag">-a</span> (<span class="flag">-b</span>) x-y -`,
		"<b> -1":        `&lt;b&gt; <span class="flag">-1</span>`,
	} {
		if got := string(keepFlags(text)); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

// Words of up to ten letters stay whole.
func TestBreakable(t *testing.T) {
	for cell, want := range map[string]string{
		"":               "",
		"0.12345678":     "0.12345678",
		"12345678901":    "1234<wbr>5678<wbr>901",
		"a <b>cdefghijk": "a &lt;b&gt;c<wbr>defg<wbr>hijk",
		"ääääöööö…12":    "ääää<wbr>öööö<wbr>…12",
	} {
		if got := string(breakable(cell)); got != want {
			t.Errorf("%q: got %s, want %s", cell, got, want)
		}
	}
}

// malicious is a name that would change the page if it were not escaped.
const malicious = `<script>document.title = 'broken'</script>" onload="x()`

func TestThePageEscapesNamesOfTheUser(t *testing.T) {
	labels := dataset.Set{Labels: []int32{0, 1, 2}}
	two, axis := 2.0, chart.Axis{Label: malicious, Log: true}
	up, down := []float64{1, 2, 3}, []float64{3, 2, nan}
	r := &Report{Title: malicious, Command: malicious, Result: malicious, State: malicious, Cost: mse,
		Facts: [][2]string{{malicious, malicious}}, Train: labels, Test: labels,
		Classes: []string{malicious, "</script><img src=x onerror=alert(1)>", "c"},
		Layers:  []layers.Layer{layers.New(2, 3)}, Outputs: []float64{0, 1, 0, 1, 0, 0, 0, 0, 1},
		Figures: []chart.Figure{
			{Kind: chart.Fit, X: axis, Y: axis,
				Lines: []chart.Line{{Name: malicious, X: up, Y: down, Points: true}, {Name: "fit", X: up, Y: up}}},
			{Kind: chart.Sweep, X: axis, Y: chart.Axis{Label: malicious, Percent: true}, Best: &two, Table: true,
				Lines: []chart.Line{{Name: malicious, X: up, Y: up}, {Name: malicious, X: up, Y: down}}},
			{Kind: chart.Units},
		}}
	r.Begin()
	r.Add(Epoch{1, [3]float64{1, nan, inf}, [3]float64{0, 0, 0}})
	page := pageOf(t, r)
	wantNotOnPage(t, page, "<script>document", "<img src=x", `" onload="x`, "ZgotmplZ", `id="pad"`, `id="data"`,
		"first layer’s")
	wantOnPage(t, page, "chosen: 2", "1 of 3 test samples are right", "output 1.000")
}

// Cost and accuracy are the report's own figures.
func TestEveryKindOfFigureHasACaptionAndAnEquation(t *testing.T) {
	r := &Report{Cost: ce, Classes: []string{"a"}}
	for _, k := range []chart.Kind{chart.Fit, chart.Units, chart.Prediction, chart.Learning, chart.Sweep, "rmse",
		"cost half", "cost mean"} {
		r.Figures = append(r.Figures, chart.Figure{Kind: k, Title: string(k)})
	}
	r.Begin()
	r.Add(Epoch{Number: 1})
	figures := strings.Split(pageOf(t, r), "<figure>")[1:]
	if len(figures) != 10 {
		t.Fatalf("got %d figures, want cost, accuracy and 8 others", len(figures))
	}
	words := regexp.MustCompile(`<p class="look">[A-Z][^<]{20,}\.</p>\n<p class="eq">.{15,}</p>`)
	for _, f := range figures {
		if !words.MatchString(f) {
			t.Errorf("a figure without its words: %.150s", f)
		}
	}
}
