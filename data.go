// Data: this room turns files into samples. It knows formats, parts and scaling,
// and nothing of networks.
//
// Data come in as they are on disk and stay so: images remain bytes (MNIST is 47 MB,
// as float64 it would be 376) until gather converts the rows of one mini-batch.
package main

import "fmt"

// A Set is n samples: inputs, and for each what the network should answer.
type Set struct {
	N, Dim  int
	Pixels  []byte    // n×d, row-major: the inputs of images; nil for tables
	Values  []float64 // n×d, row-major: the inputs of tables; nil for images
	Labels  []int32   // n: the class of each sample; nil for regression
	Targets []float64 // n×k, row-major: the numbers to predict; nil for classes
}

// A Dataset is what Load found: the parts, and what is known about their samples.
// Test is empty where the data bring no test set of their own, Valid until Split.
type Dataset struct {
	Name               string // for people: "MNIST (./mnist)"
	Train, Valid, Test Set
	Classes            []string // the name of each class; nil for regression
	Width, Height      int      // of images; 0 for tables
	Ordered            bool     // the order is the data set's own: hold out the last samples, not random ones
}

// Outputs is the number of outputs a network needs for the data: a class each, or a target each.
func (d *Dataset) Outputs() int {
	if d.Classes != nil {
		return len(d.Classes)
	}
	return len(d.Train.Targets) / max(d.Train.N, 1)
}

// Slice is samples lo ≤ i < hi. It shares memory with s.
func (s Set) Slice(lo, hi int) Set {
	k := 0
	if s.Targets != nil {
		k = len(s.Targets) / s.N
	}
	t := Set{N: hi - lo, Dim: s.Dim}
	if s.Pixels != nil {
		t.Pixels = s.Pixels[lo*s.Dim : hi*s.Dim]
	}
	if s.Values != nil {
		t.Values = s.Values[lo*s.Dim : hi*s.Dim]
	}
	if s.Labels != nil {
		t.Labels = s.Labels[lo:hi]
	}
	if s.Targets != nil {
		t.Targets = s.Targets[lo*k : hi*k]
	}
	return t
}

// check reports a set whose parts disagree; the readers call it before they return.
func (s Set) check() error {
	if s.Labels != nil && len(s.Labels) != s.N {
		return fmt.Errorf("%d samples but %d labels", s.N, len(s.Labels))
	}
	return nil
}
