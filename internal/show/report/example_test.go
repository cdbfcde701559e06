package report_test

import (
	"bytes"
	"fmt"
	"regexp"

	"backprop/internal/model/layers"
	"backprop/internal/show/report"
)

// A network of one weight learns to double its input.
func Example() {
	w := []float64{0}
	r := &report.Report{Title: "y = 2x", Cost: report.Cost{Name: "mse", Formula: "C = (1⁄n) Σ ½‖a − y‖²"},
		Layers: []layers.Layer{{Rows: 1, Cols: 1, Stride: 1, W: w, B: []float64{0}, Activation: "linear"}}}
	r.Begin()
	for epoch := 1; epoch <= 3; epoch++ {
		w[0] += (2 - w[0]) / 2
		r.Add(report.Epoch{Number: epoch, Cost: [3]float64{(2 - w[0]) * (2 - w[0]) / 2}})
	}
	var page bytes.Buffer
	if err := r.WriteHTML(&page); err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%s\n", regexp.MustCompile(`training goes from[^.]*\.[^.]*\.[^.]*\.`).Find(page.Bytes()))
	// Output: training goes from 0.5 at epoch 1 to 0.03125 at 3.
}
