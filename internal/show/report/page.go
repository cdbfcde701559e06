// The page: what the template page.html needs.

package report

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"

	"backprop/internal/model/layers"
	"backprop/internal/show/chart"
	"backprop/internal/show/text"
)

//go:embed *.html *.js
var pageFiles embed.FS

var pageTemplates = sync.OnceValue(func() *template.Template {
	functions := template.FuncMap{"count": text.Count, "breakable": breakable, "flags": keepFlags}
	page := template.Must(template.New("").Funcs(functions).ParseFS(pageFiles, "*"))
	return template.Must(page.ParseFS(chart.Templates, "*"))
})

// writePage writes a page all at once, so that nothing is written if the template fails.
func writePage(w io.Writer, name string, data any) error {
	var page bytes.Buffer
	if err := pageTemplates().ExecuteTemplate(&page, name, data); err != nil {
		return err
	}
	_, err := w.Write(page.Bytes())
	return err
}

// breakable lets the browser break long words, such as hashes, after each fourth letter.
func breakable(cell string) template.HTML {
	words := strings.Split(cell, " ")
	for i, word := range words {
		letters := []rune(word)
		var parts []string
		for part := range slices.Chunk(letters, 4) {
			parts = append(parts, template.HTMLEscapeString(string(part)))
		}
		separator := ""
		if len(letters) > 10 {
			separator = "<wbr>"
		}
		words[i] = strings.Join(parts, separator)
	}
	return template.HTML(strings.Join(words, " "))
}

var flag = regexp.MustCompile(`(^|[ (])(-[a-z0-9]+)`)

// keepFlags keeps the browser from breaking a line between a flag and its dash.
func keepFlags(text string) template.HTML {
	text = template.HTMLEscapeString(text)
	return template.HTML(flag.ReplaceAllString(text, `$1<span class="flag">$2</span>`))
}

// A view is a report with everything that the template shows. The page leaves out fields that are nil or empty.
type view struct {
	*Report
	Resumed bool // the run continues an earlier one
	Hashed  bool // the hash of the weights is among the facts
	Curves  []chart.Chart
	Charts  []chart.Chart // of Figures
	Inputs  []bar         // the inputs by their importance

	Confusion *confusion
	Mistakes  []mistake

	Heats      []heat
	Movement   string // how far the weights have moved
	Neurons    *neuronSheet
	Smoothness string // whether the pictures of the neurons have become smoother

	Samples []strip
	Grid    *strip // the first images together

	Network     *embeddedNetwork
	Pad         *embeddedNetwork // Network, if there is a pad to draw on
	PadTooLarge bool             // the network is too large for the page
	PadLacks    string           // what has no script, so that the page cannot compute the network's outputs

	StepData     *StepSamples
	StepTooLarge bool   // the network is too large for the page's own steps
	StepLacks    string // what has no script, so that the page cannot take steps
	Parameters   string // how many parameters the network has
	MaxForSteps  string // how many parameters it may have if the page is to take steps
}

func (r *Report) view() view {
	v := view{Report: r, Resumed: len(r.past) > 0, Samples: r.strips, Inputs: r.importanceBars()}
	v.Hashed = slices.ContainsFunc(r.Facts, func(f [2]string) bool { return strings.HasSuffix(f[0], "sha256") })
	for i, f := range r.curves() {
		v.Curves = append(v.Curves, f.Draw(fmt.Sprintf("curve%d", i)))
	}
	for i, f := range r.Figures {
		if !f.Empty() { // a figure is empty if the network diverged
			v.Charts = append(v.Charts, f.Draw(fmt.Sprintf("figure%d", i)))
		}
	}
	if r.Classes != nil && r.Outputs != nil {
		v.Confusion, v.Mistakes = r.errors()
	}
	if r.hasImages() && r.Examples > 0 {
		v.Grid = r.grid()
	}
	if r.fitsFloat32() {
		r.viewNetwork(&v)
	}
	return v
}

// viewNetwork adds to v what the page shows of the network itself.
func (r *Report) viewNetwork(v *view) {
	v.Network = r.embeddedNetwork()
	switch missing := r.missingScript(true); {
	case r.takesSteps():
		v.StepData = r.Step
	case r.Step == nil:
	case missing != "":
		v.StepLacks = missing
	default:
		v.StepTooLarge = true
		v.Parameters, v.MaxForSteps = text.Count(layers.Parameters(r.Layers)), text.Count(maxForSteps)
	}
	if len(r.snapshots) > 1 && len(r.Layers) > 0 {
		v.Movement = r.describeMovements()
		for l := range r.Layers {
			v.Heats = append(v.Heats, r.heat(l))
		}
	}
	if r.hasImages() {
		v.Neurons = r.neuronSheet()
		learnedLittle := len(r.Warnings) > 0 || r.Failed || v.Confusion != nil && v.Confusion.LikeGuessing
		v.Smoothness = r.describeSmoothness(learnedLittle)
		v.Pad, v.PadLacks = v.Network, r.missingScript(false)
		v.PadTooLarge = v.Pad == nil && v.PadLacks == ""
	}
}

// fitsFloat32 reports whether float32 can hold all parameters. If not, the training diverged.
func (r *Report) fitsFloat32() bool {
	tooLarge := func(v float64) bool { return math.IsNaN(v) || math.Abs(v) > math.MaxFloat32 }
	return !layers.Contains(r.Layers, tooLarge)
}

// hasImages reports whether the samples are images of classes.
func (r *Report) hasImages() bool { return r.Width > 0 && r.Train.Pixels != nil && r.Classes != nil }

// A bar shows the output for a class, or the importance of an input.
type bar struct {
	Name, Value string
	Share       float64 // the length, in percent of the full length
	Top         bool    // the class is the answer
}

// maxInputBars is the largest number of inputs that have a bar.
const maxInputBars = 20

func (r *Report) importanceBars() (bars []bar) {
	for _, i := range r.Importance[:min(len(r.Importance), maxInputBars)] {
		b := bar{Name: i.Input, Value: strings.ReplaceAll(fmt.Sprintf("%.3f ± %.3f", i.Mean, i.Deviation), "-", "−")}
		if most := r.Importance[0].Mean; most > 0 {
			b.Share = max(100*i.Mean/most, 0)
		}
		bars = append(bars, b)
	}
	return bars
}
