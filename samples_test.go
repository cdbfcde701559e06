package main

import (
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"backprop/internal/compute/sparse"
	"backprop/internal/data/dataset"
	"backprop/internal/data/load"
)

// TestByteLists: images listed from bytes are to the bit what listing their numbers gives,
// whatever the kernel, the size of an image and the order, empty and full ones among them.
func TestByteLists(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, dim := range []int{1, 7, 63, 64, 65, 130, 784, 1000} {
		s := dataset.Set{N: 40, Dim: dim, Pixels: make([]byte, 40*dim), Labels: make([]int32, 40)}
		for i := range s.Pixels {
			if image := i / dim; image == 7 || image != 3 && rng.IntN(8) == 0 {
				s.Pixels[i] = byte(1 + rng.IntN(255))
			}
		}
		d := &dataset.Dataset{Train: s, Classes: []string{"0", "1"}}
		if d.AddLists(true); d.Train.Lists == nil {
			t.Fatalf("%d inputs: no lists", dim)
		}
		for _, factor := range []float64{1, 1. / 255, 1. / 256} {
			x := &training{data: d, in: dataset.EvenScale(dim, factor)}
			order := ascending(40)
			rng.Shuffle(40, func(i, j int) { order[i], order[j] = order[j], order[i] })
			eachKernel(t, func(t *testing.T) {
				for _, n := range []int{1, 5, 40} {
					listed, dense, y := NewMatrix(n, dim), NewMatrix(n, dim), NewMatrix(n, 2)
					listed.lists = new(sparse.Lists)
					x.source(&d.Train, order)(listed, y, 0, 0, n)
					x.source(&d.Train, order)(dense, y, 0, 0, n)
					if !listed.sparse() || dense.sparse() {
						t.Fatal("a matrix with lists is to be filled as lists, and no other")
					}
					checkSparse(t, listed.lists, dense)
				}
			})
		}
	}
}

// TestByteListsRefused: what has few zeros, or a scale that moves them, stays dense.
func TestByteListsRefused(t *testing.T) {
	full := &dataset.Dataset{Train: dataset.Set{N: 4, Dim: 9, Pixels: []byte("123456789123456789123456789123456789"), Labels: make([]int32, 4)}}
	if full.AddLists(true); full.Train.Lists != nil {
		t.Error("images without zeros have lists")
	}
	for pixels, want := range map[string]bool{"000123000": true, "000123400": false} { // a third may be other than 0
		s := dataset.Set{N: 1, Dim: 9, Pixels: []byte(strings.ReplaceAll(pixels, "0", "\x00"))}
		if got := sparse.NewImages(s.Pixels, s.Dim) != nil; got != want {
			t.Errorf("%s: lists %v, want %v", pixels, got, want)
		}
	}
	if s := (dataset.Set{N: 1, Dim: 1 << 16, Pixels: make([]byte, 1<<16)}); sparse.NewImages(s.Pixels, s.Dim) == nil {
		t.Error("65,536 pixels have no lists")
	}
	if s := (dataset.Set{N: 1, Dim: 1<<16 + 1, Pixels: make([]byte, 1<<16+1)}); sparse.NewImages(s.Pixels, s.Dim) != nil {
		t.Error("65,537 pixels have lists, whose numbers have two bytes")
	}
	if sparse.NewImages(nil, 1) != nil {
		t.Error("numbers have lists of bytes")
	}
	moved := dataset.EvenScale(9, 1)
	moved.Shift[4] = 0.5
	uneven := dataset.EvenScale(9, 1)
	uneven.Factor[4] = 0.5
	for _, s := range []dataset.Scale{moved, uneven} {
		if s.Even() {
			t.Errorf("%v moves zeros, or has several factors", s)
		}
		d := &dataset.Dataset{Train: dataset.Set{N: 1, Dim: 9, Pixels: []byte{0, 0, 8, 0, 0, 0, 0, 0, 0}, Labels: []int32{1}}}
		d.AddLists(true)
		x, in, y := &training{data: d, in: s}, NewMatrix(1, 9), NewMatrix(1, 2)
		in.lists = new(sparse.Lists)
		if x.source(&d.Train, []int32{0})(in, y, 0, 0, 1); in.sparse() || in.Row(0)[2] != 8 || in.Row(0)[4] != -s.Shift[4] {
			t.Errorf("%v: %v, lists %v", s, in.Row(0), in.sparse())
		}
	}
}

// TestLooksAtImages: a training that only learns from what is not 0 lets its images go; what needs them says so.
func TestLooksAtImages(t *testing.T) {
	for flags, want := range map[string]bool{"": false, "-scale unit": false, "-momentum 0.9 -valid 10": false, "-save m": true, "-report r.html": true,
		"-scale standard": true, "-augment shift": true, "-recipe matrix": true, "-recipe nielsen": false, "-sweep lr=1,2 -valid 10": true, "-folds 3": true} {
		cfg, err := parse(strings.Fields(flags), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := cfg.KeepsImages(); got != want {
			t.Errorf("%q: %v, want %v", flags, got, want)
		}
	}
}

// TestSparseTraining: the same weights from lists and from rows, with dropout of inputs and
// of units, and a table's worth of zeros that come as numbers.
func TestSparseTraining(t *testing.T) {
	for _, dropout := range [][]float64{nil, {0.3, 0.6, 0.7}} {
		data := load.Digits(1, 300, 0)
		hash := func(lists bool, workers int) string {
			if data.Train.Lists = nil; lists {
				data.AddLists(true)
			}
			cfg, err := parse([]string{"-hidden", "64,40", "-batch", "32"}, nil)
			if err != nil {
				t.Fatal(err)
			}
			x, err := newTraining(cfg, data)
			if err != nil {
				t.Fatal(err)
			}
			x.trainer.Dropout, x.trainer.Seed, x.trainer.Workers = dropout, 5, workers
			for range 2 {
				if _, err := x.trainer.Epoch(x.source(&data.Train, ascending(300)), nil); err != nil {
					t.Fatal(err)
				}
			}
			return hash(x.trainer.Net)
		}
		want := hash(false, 1)
		for _, workers := range []int{1, 2, 3} {
			if got := hash(true, workers); got != want {
				t.Errorf("dropout %v, %d workers: from lists %.12s, from rows %.12s", dropout, workers, got, want)
			}
		}
	}
}

// TestImagesLetGo: a run that lets go of its images, since only lists of them are needed, ends
// with the weights and the accuracy of one that keeps them for its report; also where all are
// one mini-batch, which is not listed.
func TestImagesLetGo(t *testing.T) {
	dir := t.TempDir()
	data := load.Digits(2, 1500, 200)
	writeMNIST(t, dir, data.Train, data.Test)
	for _, batch := range []string{"16", "0"} {
		args := []string{"-data", dir, "-batch", batch, "-epochs", "2", "-hidden", "20", "-valid", "100", "-json"}
		plain := mustRun(t, args...)
		kept := mustRun(t, append(args, "-report", filepath.Join(dir, "r.html"))...)
		a, b := plain[len(plain)-1], kept[len(kept)-1]
		model := filepath.Join(dir, "m")
		saved := mustRun(t, append(args, "-save", model, "-scale", "standard")...)
		again := mustRun(t, "-load", model, "-data", dir, "-json")
		if want, got := saved[len(saved)-1]["test_accuracy"], again[len(again)-1]["test_accuracy"]; got != want {
			t.Errorf("-batch %s: a model that moves zeros has %v, loaded %v", batch, want, got)
		}
		if a["weights_sha256"] != b["weights_sha256"] || a["test_accuracy"] != b["test_accuracy"] {
			t.Errorf("-batch %s: %v, with a report %v", batch, a, b)
		}
	}
}
