// Network: the network is stored in the page, for the scripts that draw it and take steps with it.

package report

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"backprop/internal/model/layers"
)

const (
	maxEmbedded = 5 << 20 // the most numbers that a page may hold
	maxForSteps = 700_000 // the most parameters that a page may hold as float64
)

// An embeddedNetwork is the network as net.js needs it.
type embeddedNetwork struct {
	Net               map[string]any
	Numbers           template.HTML // the result of numbers, in base64
	Activation, Slope template.JS   // objects with g and g′ of each activation
	Cost              template.JS   // Cost.Script, or null
}

// embeddedNetwork returns nil if the network is too large for a page, or if nothing on the page needs it.
func (r *Report) embeddedNetwork() *embeddedNetwork {
	if len(r.Layers) == 0 || !r.hasImages() && !r.takesSteps() || r.missingScript(false) != "" {
		return nil
	}
	if layers.Parameters(r.Layers)+2*r.Layers[0].Rows > maxEmbedded {
		return nil
	}
	activations := []string{}
	for _, l := range r.Layers {
		activations = append(activations, l.Activation)
	}
	net := map[string]any{"width": r.Width, "height": r.Height, "answer": r.Cost.Answer, "gradient": r.Cost.Gradient,
		"cancels": r.Cost.Cancels, "classes": r.Classes,
		"sizes": layers.Sizes(r.Layers), "activations": activations, "precise": r.takesSteps()}
	if r.hasImages() {
		net["depth"], net["box"] = r.whitePixel(), r.Box
	}
	cost := "null"
	if r.takesSteps() {
		cost = r.Cost.Script
	}
	return &embeddedNetwork{net, template.HTML(base64.StdEncoding.EncodeToString(r.numbers())), r.scriptObject(0),
		r.scriptObject(1), template.JS(cost)}
}

// numbers returns shift and factor of the inputs, then W (in×out) and b of each layer, little-endian: as float64 if
// the page takes steps, else as float32.
func (r *Report) numbers() (b []byte) {
	precise := r.takesSteps()
	add := func(numbers []float64) {
		for _, v := range numbers {
			if precise {
				b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
			} else {
				b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
			}
		}
	}
	add(r.Shift)
	add(r.Factor)
	for _, l := range r.Layers {
		for i := range l.Rows {
			add(l.Row(i))
		}
		add(l.B)
	}
	return b
}

// scriptObject returns a JavaScript object from the names of the network's activations to g (which = 0) or g′ (1).
func (r *Report) scriptObject(which int) template.JS {
	var entries []string
	for _, l := range r.Layers {
		if script := r.Scripts[l.Activation][which]; script != "" {
			name, _ := json.Marshal(l.Activation)
			entries = append(entries, fmt.Sprintf("  %s: %s,\n", name, script))
		}
	}
	slices.Sort(entries)
	return template.JS("{\n" + strings.Join(slices.Compact(entries), "") + "}")
}

// missingScript names an activation or cost for which the page has no script, but would need one: to compute outputs
// and, for steps, also slopes and the cost. It returns "" if none is missing.
func (r *Report) missingScript(forSteps bool) string {
	for _, l := range r.Layers {
		if g := r.Scripts[l.Activation]; g[0] == "" || forSteps && g[1] == "" {
			return "the activation " + l.Activation
		}
	}
	if forSteps && r.Cost.Script == "" {
		return "the cost " + r.Cost.Name
	}
	return ""
}

// takesSteps reports whether the page can take steps of its own.
func (r *Report) takesSteps() bool {
	return r.missingScript(true) == "" && r.Step != nil && len(r.Step.X) > 0 && len(r.Layers) > 0 &&
		layers.Parameters(r.Layers) <= maxForSteps
}
