package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"backprop/internal/compute/exact"
	"backprop/internal/compute/sparse"
	"backprop/internal/data/dataset"
	"backprop/internal/data/distort"
	"backprop/internal/data/load"
	"backprop/internal/data/mnist"
	"backprop/internal/data/numpy"
	"backprop/internal/data/table"
	"backprop/internal/filetest"
	"backprop/internal/model/modelfile"
)

// TestSplitRefused: parts that leave nothing to train on are named with what there was.
func TestSplitRefused(t *testing.T) {
	for _, c := range []struct {
		test, valid dataset.HoldOut
		want        string
	}{
		{dataset.HoldOut{Count: 4}, dataset.HoldOut{Count: 6},
			"-valid 6 of the 6 samples for training leaves nothing to train on; hold out fewer"},
		{dataset.HoldOut{Count: 10}, dataset.HoldOut{}, "-test 10 of 10 samples leaves nothing to train on; hold out fewer"},
		{dataset.HoldOut{Count: 4}, dataset.HoldOut{Count: 5}, "<nil>"},
	} {
		d := &dataset.Dataset{Train: dataset.Set{N: 10, Dim: 1, Values: make([]float64, 10), Targets: make([]float64, 10)}}
		if err := d.Split(c.test, c.valid, exact.Stream(1, exact.ForSplit, 0)); fmt.Sprint(err) != c.want {
			t.Errorf("%v and %v: %v, want %s", c.test, c.valid, err, c.want)
		}
	}
}

func TestPart(t *testing.T) {
	for in, want := range map[string]dataset.HoldOut{"0": {}, "0.0": {}, "0.2": {Fraction: 0.2}, "10000": {Count: 10000},
		"1": {Count: 1}, "1e-1": {Fraction: 0.1}} {
		var p, q dataset.HoldOut
		if err := p.Set(in); err != nil || p != want {
			t.Errorf("%s: %+v, %v; want %+v", in, p, err, want)
		}
		if err := q.Set(p.String()); err != nil || q != p {
			t.Errorf("%s: written as %s, read as %+v, %v", in, &p, q, err)
		}
	}
	for _, in := range []string{"", "2.0", "1.0", "-1", "-0.5", "nan", "inf", "half", "0.2x", "1e400",
		"99999999999999999999"} {
		p := dataset.HoldOut{Count: 7}
		if err := p.Set(in); err == nil || p.Count != 7 {
			t.Errorf("%q was taken as %+v", in, p)
		}
	}
}

// tableOf is n samples whose inputs and label say which sample they are.
func tableOf(n int) dataset.Set {
	s := dataset.Set{N: n, Dim: 2}
	for i := range n {
		s.Values = append(s.Values, float64(i), float64(-i))
		s.Labels = append(s.Labels, int32(i))
	}
	return s
}

func TestSplit(t *testing.T) {
	cases := []struct {
		n, had              int
		test, valid         dataset.HoldOut
		ordered             bool
		train, wantV, wantT int
	}{
		// the published parts of the 8×8 digits
		{1797, 0, dataset.HoldOut{Fraction: 0.33}, dataset.HoldOut{Fraction: 0.4}, false, 721, 482, 594},
		{60000, 10000, dataset.HoldOut{Fraction: 0.2}, dataset.HoldOut{Count: 10000}, true, 50000, 10000, 10000},
		{100, 0, dataset.HoldOut{Fraction: 0.2}, dataset.HoldOut{}, false, 80, 0, 20},
		{100, 0, dataset.HoldOut{}, dataset.HoldOut{Fraction: 0.1}, true, 90, 10, 0},
		{100, 0, dataset.HoldOut{}, dataset.HoldOut{}, false, 100, 0, 0},
		{3, 0, dataset.HoldOut{Count: 1}, dataset.HoldOut{Count: 1}, false, 1, 1, 1},
	}
	for _, c := range cases {
		d := &dataset.Dataset{Train: tableOf(c.n), Ordered: c.ordered}
		if c.had > 0 {
			d.Test = tableOf(c.had)
		}
		if err := d.Split(c.test, c.valid, rand.New(rand.NewPCG(1, 2))); err != nil {
			t.Errorf("%+v: %v", c, err)
			continue
		}
		if d.Train.N != c.train || d.Valid.N != c.wantV || d.Test.N != c.wantT {
			t.Errorf("%+v: %d %d %d", c, d.Train.N, d.Valid.N, d.Test.N)
		}
		seen := map[int32]int{}
		for k, s := range []dataset.Set{d.Train, d.Valid, d.Test} {
			if k == 2 && c.had > 0 {
				continue
			}
			for i := range s.N {
				if seen[s.Labels[i]]++; s.Values[2*i] != float64(s.Labels[i]) || s.Values[2*i+1] != -float64(s.Labels[i]) {
					t.Fatalf("%+v: inputs and label of a sample were parted", c)
				}
			}
			if c.ordered && s.N > 0 && !slices.IsSorted(s.Labels) {
				t.Errorf("%+v: order lost", c)
			}
		}
		if len(seen) != c.n {
			t.Errorf("%+v: %d of %d samples left", c, len(seen), c.n)
		}
		if !c.ordered && c.wantT > 1 && d.Test.Labels[0] == int32(c.n-c.wantT) && d.Test.Labels[1] == int32(c.n-c.wantT+1) {
			t.Errorf("%+v: the test set was not drawn", c)
		}
	}
	for _, c := range []struct{ test, valid dataset.HoldOut }{{dataset.HoldOut{Count: 10}, dataset.HoldOut{}},
		{dataset.HoldOut{Count: 11}, dataset.HoldOut{}}, {dataset.HoldOut{Count: 5}, dataset.HoldOut{Count: 5}},
		{dataset.HoldOut{}, dataset.HoldOut{Fraction: 0.99}}, {dataset.HoldOut{Count: math.MaxInt},
			dataset.HoldOut{Count: math.MaxInt}}} {
		d := &dataset.Dataset{Train: tableOf(10)}
		if err := d.Split(c.test, c.valid, rand.New(rand.NewPCG(1, 2))); !filetest.Says(err, "nothing to train on") ||
			d.Train.N != 10 {
			t.Errorf("%+v: %v", c, err)
		}
	}
	d := &dataset.Dataset{Train: tableOf(6).Slice(0, 4), Valid: tableOf(6).Slice(4, 6), Test: tableOf(2), Ordered: true}
	if err := d.Split(dataset.HoldOut{}, dataset.HoldOut{Count: 3}, nil); err != nil ||
		!slices.Equal(d.Valid.Labels, []int32{3, 4, 5}) {
		t.Errorf("a part that the data brought: %v, %v", d.Valid.Labels, err)
	}
}

func TestScale(t *testing.T) {
	table := dataset.Set{N: 4, Dim: 3, Values: []float64{1, 5, 0.1, 2, 5, 0.1, 3, 5, 0.1, 4, 5, 0.1},
		Targets: []float64{10, 20, 30, 40}}
	nan := math.NaN()
	holes := dataset.Set{N: 4, Dim: 2, Values: []float64{1, nan, nan, nan, 3, nan, 2, nan}}
	image := dataset.Set{N: 2, Dim: 3, Pixels: []byte{0, 51, 255, 0, 102, 255}}
	sd := math.Sqrt(1.25)
	cases := []struct {
		kind string
		set  dataset.Set
		want []float64 // of all samples
	}{
		{"none", table, table.Values},
		{"unit", table, []float64{0, 0, 0, 1. / 3, 0, 0, 2. / 3, 0, 0, 1, 0, 0}},
		{"standard", table, []float64{-1.5 / sd, 0, 0, -0.5 / sd, 0, 0, 0.5 / sd, 0, 0, 1.5 / sd, 0, 0}},
		{"standard", holes, []float64{-math.Sqrt(1.5), 0, 0, 0, math.Sqrt(1.5), 0, 0, 0}},
		{"unit", holes, []float64{0, 0, 0, 0, 1, 0, 0.5, 0}},
		{"none", image, []float64{0, 51, 255, 0, 102, 255}},
		{"unit", image, []float64{0, 51 * (1. / 255), 1, 0, 102 * (1. / 255), 1}},
		{"256", image, []float64{0, 51. / 256, 255. / 256, 0, 102. / 256, 255. / 256}},
		{"0.5", image, []float64{0, 102, 510, 0, 204, 510}},
		{"2", holes, []float64{0.5, 0, 0, 0, 1.5, 0, 1, 0}},
		{"standard", image, []float64{0, -1, 0, 0, 1, 0}},
		{"unit", dataset.Set{N: 2, Dim: 2, Pixels: []byte{0, 16, 4, 8}}, []float64{0, 1, 0.25, 0.5}},
		{"unit", dataset.Set{N: 2, Dim: 2, Pixels: []byte{0, 1, 1, 0}}, []float64{0, 1, 1, 0}},
	}
	for _, c := range cases {
		sc, err := dataset.FitScale(c.kind, c.set)
		if err != nil {
			t.Errorf("%s: %v", c.kind, err)
			continue
		}
		rows := make([]int32, c.set.N)
		for i := range rows {
			rows[i] = int32(i)
		}
		got := make([]float64, len(c.want))
		gather(&c.set, got, rows, sc)
		for i := range got {
			if math.Abs(got[i]-c.want[i]) > 1e-15 {
				t.Errorf("%s: got %v, want %v", c.kind, got, c.want)
				break
			}
		}
		// Any rows in any order, twice the same too.
		two := make([]float64, 3*c.set.Dim)
		gather(&c.set, two, []int32{1, 0, 1}, sc)
		d := c.set.Dim
		if !slices.Equal(two, slices.Concat(got[d:2*d], got[:d], got[d:2*d])) {
			t.Errorf("%s: rows 1 0 1: %v of %v", c.kind, two, got)
		}
		if n := testing.AllocsPerRun(10, func() { gather(&c.set, two, []int32{1, 0, 1}, sc) }); n != 0 {
			t.Errorf("%s: gather allocates %v times", c.kind, n)
		}
	}
	if sc, err := dataset.FitTargets("standard", table); err != nil || sc.Shift[0] != 25 ||
		math.Abs(sc.Factor[0]-1/math.Sqrt(125)) > 1e-15 {
		t.Errorf("targets: %v, %v", sc, err)
	}
	for _, kind := range []string{"", "x", "0", "-1", "nan", "inf", "1e-320"} {
		if _, err := dataset.FitScale(kind, image); !filetest.Says(err, "scale") {
			t.Errorf("%q: %v", kind, err)
		}
	}
	for _, v := range [][]float64{{1e308, -1e308}, {1e308, 1e308, 5}, {1e-320, 0}} {
		for _, kind := range []string{"unit", "standard"} {
			if sc, err := dataset.FitScale(kind, dataset.Set{N: len(v), Dim: 1, Values: v}); err == nil &&
				(math.IsInf(sc.Factor[0], 0) || math.IsNaN(sc.Shift[0])) {
				t.Errorf("%s of %g: %v", kind, v, sc)
			}
		}
	}
}

func BenchmarkGather(b *testing.B) {
	s := dataset.Set{N: 1000, Dim: 784, Pixels: filetest.Counting(784000, 256)}
	for _, kind := range []string{"unit", "standard"} {
		b.Run(fmt.Sprintf("scale=%s", kind), func(b *testing.B) {
			sc, err := dataset.FitScale(kind, s)
			if err != nil {
				b.Fatal(err)
			}
			rows := make([]int32, 128)
			for i := range rows {
				rows[i] = int32(i * 7)
			}
			dst := make([]float64, len(rows)*s.Dim)
			b.SetBytes(int64(len(dst)))
			for b.Loop() {
				gather(&s, dst, rows, sc)
			}
		})
	}
}

// TestConstantColumn: a column that training saw always the same, or never, has no say in an answer,
// whatever it is later; the images' edges keep the factor that they had.
func TestConstantColumn(t *testing.T) {
	nan := math.NaN()
	s := dataset.Set{N: 3, Dim: 3, Values: []float64{5, 1, nan, 5, 2, nan, 5, 3, nan}}
	for kind, factor := range map[string]float64{"standard": 1 / math.Sqrt(2.0/3), "unit": 0.5} {
		sc, err := dataset.FitScale(kind, s)
		if err != nil || !slices.Equal(sc.Factor, []float64{0, factor, 0}) || sc.Shift[0] != 5 {
			t.Errorf("%s: %v, %v", kind, sc, err)
		}
	}
	sc, err := dataset.FitScale("standard", dataset.Set{N: 2, Dim: 2, Pixels: []byte{0, 1, 0, 3}})
	if err != nil || !slices.Equal(sc.Factor, []float64{1, 1}) || !slices.Equal(sc.Shift, []float64{0, 2}) {
		t.Errorf("pixels: %v, %v", sc, err)
	}
	dir := t.TempDir()
	table := "a,b,kind\n"
	for i := range 40 {
		table += fmt.Sprintf("5,%d,%s\n", i%7, []string{"x", "y"}[i%7/4])
	}
	filetest.Write(t, dir, map[string][]byte{"t.csv": []byte(table), "new.csv": []byte("a,b\n5,3\n-700,3\n,3\n")})
	model := filepath.Join(dir, "m")
	mustRun(t, "-data", filepath.Join(dir, "t.csv"), "-hidden", "8", "-epochs", "3", "-save", model)
	rows, stderr, err := predicted(t, "-load", model, "-predict", filepath.Join(dir, "new.csv"))
	if err != nil || !slices.Equal(rows[1][2:], rows[2][2:]) || !slices.Equal(rows[1][2:], rows[3][2:]) ||
		!strings.Contains(stderr, "a: 1 number out of the range seen in training, 5 to 5") {
		t.Errorf("%v: %v, %s", err, rows, stderr)
	}
}

// TestCannotScale: it is the table's column that is named, of words, inputs and numbers to predict.
func TestCannotScale(t *testing.T) {
	for table, want := range map[string]string{
		"id,colour,a,y\n": `x.csv: column 4 "y" (from 0 to 2.9e+201) cannot be scaled`,
		"id,colour,y,a\n": `x.csv: column 4 "a" (from 0 to 2.9e+201) cannot be scaled`,
	} {
		for i := range 30 {
			table += fmt.Sprintf("%d,%s,%d,%de200\n", i+1, []string{"red", "blue"}[i%2], i%5, i)
		}
		dir := t.TempDir()
		filetest.Write(t, dir, map[string][]byte{"x.csv": []byte(table)})
		err := run(context.Background(), []string{"-data", filepath.Join(dir, "x.csv"), "-label", "y", "-regress", "-test",
			"0", "-epochs", "1"}, io.Discard, io.Discard)
		if !filetest.Says(err, want) {
			t.Errorf("%v; want %s", err, want)
		}
	}
}

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
	full := &dataset.Dataset{Train: dataset.Set{N: 4, Dim: 9, Pixels: []byte("123456789123456789123456789123456789"),
		Labels: make([]int32, 4)}}
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
	for flags, want := range map[string]bool{"": false, "-scale unit": false, "-momentum 0.9 -valid 10": false,
		"-save m": true, "-report r.html": true,
		"-scale standard": true, "-augment shift": true, "-recipe matrix": true, "-recipe nielsen": false,
		"-sweep lr=1,2 -valid 10": true, "-folds 3": true} {
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

// disc is an image of 28×28 pixels with a soft disc around (12, 14).
func disc() []byte {
	p := make([]byte, 28*28)
	for i := range p {
		p[i] = byte(255 * min(1, max(0, 7-math.Hypot(float64(i/28)-12, float64(i%28)-14))))
	}
	return p
}

func TestDistortTable(t *testing.T) {
	table := &dataset.Dataset{Name: "a table", Train: dataset.Set{N: 1, Dim: 2, Values: []float64{1, 2}}}
	if _, err := newDistorter(distort.Strengths{Shift: 1}, table, dataset.EvenScale(2, 1), 1); !filetest.Says(err,
		"a table") {
		t.Errorf("a table is distorted: %v", err)
	}
	values := &dataset.Dataset{Name: "values", Width: 2, Height: 1, Train: table.Train} // images, but not of bytes
	if _, err := newDistorter(distort.Strengths{Shift: 1}, values, dataset.EvenScale(2, 1), 1); !filetest.Says(err,
		"values") {
		t.Errorf("images of numbers are distorted: %v", err)
	}
}

// TestDistortSameBits: an image depends on the seed, the epoch and its number alone, not on
// the goroutine or the kernel; and to make it allocates nothing.
func TestDistortSameBits(t *testing.T) {
	data := &dataset.Dataset{Width: 28, Height: 28, Train: dataset.Set{N: 3, Dim: 784, Pixels: bytes.Repeat(disc(), 3)}}
	eachKernel(t, func(t *testing.T) {
		a, err := newDistorter(distort.Strengths{Shift: 1, Affine: 1, Elastic: 1}, data, dataset.EvenScale(784, 1.0/255), 3)
		if err != nil {
			t.Fatal(err)
		}
		a.epoch = 4
		together, alone := NewMatrix(3, 784), NewMatrix(3, 784)
		a.gather(together, 0, []int32{2, 0, 1})
		for i, r := range []int32{2, 0, 1} {
			a.gather(alone, i, []int32{r})
		}
		if got, want := hashOfRows(together), hashOfRows(alone); got != want {
			t.Errorf("together %s, one by one %s", got, want)
		}
		if got, want := hashOfRows(together)[:16], "028690df65eb191b"; got != want {
			t.Errorf("images %s, on every machine %s", got, want)
		}
		a.epoch = 5
		if a.gather(alone, 0, []int32{2, 0, 1}); hashOfRows(alone) == hashOfRows(together) {
			t.Error("epochs 4 and 5 give the same images")
		}
		if n := testing.AllocsPerRun(20, func() { a.gather(together, 0, []int32{2, 0, 1}) }); n > 0.5 &&
			!filetest.PoolsForget() {
			t.Errorf("%v allocations", n)
		}
	})
}

// TestDistortScaled: a distorted image is scaled as the inputs are: (v − shift)·factor.
func TestDistortScaled(t *testing.T) {
	data := &dataset.Dataset{Width: 28, Height: 28, Train: dataset.Set{N: 1, Dim: 784, Pixels: disc()}}
	plain, scaled := NewMatrix(1, 784), NewMatrix(1, 784)
	in := dataset.EvenScale(784, 0.5)
	for j := range in.Shift {
		in.Shift[j] = float64(j)
	}
	for x, scale := range map[*Matrix]dataset.Scale{&plain: dataset.EvenScale(784, 1), &scaled: in} {
		d, err := newDistorter(distort.Strengths{Shift: 1}, data, scale, 3)
		if err != nil {
			t.Fatal(err)
		}
		d.gather(*x, 0, []int32{0})
	}
	for j, v := range plain.Row(0) {
		if got, want := scaled.Row(0)[j], (v-float64(j))*0.5; got != want {
			t.Fatalf("pixel %d is %v, want %v", j, got, want)
		}
	}
}

func hashOfRows(m Matrix) string {
	return hash(&Network{Layers: []Layer{{W: m, B: make([]float64, m.Cols)}}})
}

// BenchmarkDistort: images a second, on one core.
func BenchmarkDistort(b *testing.B) {
	data := &dataset.Dataset{Width: 28, Height: 28, Train: dataset.Set{N: 1, Dim: 784, Pixels: disc()}}
	for _, d := range []distort.Strengths{{Shift: 1}, {Affine: 1}, {Elastic: 1}} {
		b.Run("kind="+d.String(), func(b *testing.B) {
			a, _ := newDistorter(d, data, dataset.EvenScale(784, 1.0/255), 1)
			x := NewMatrix(1, 784)
			for b.Loop() {
				a.gather(x, 0, []int32{0})
			}
		})
	}
}

// writeMNIST writes images as high as wide in MNIST's format.
func writeMNIST(t testing.TB, dir string, parts ...dataset.Set) {
	t.Helper()
	for i, s := range parts {
		side := int(math.Sqrt(float64(s.Dim)))
		labels := make([]byte, s.N)
		for j, c := range s.Labels {
			labels[j] = byte(c)
		}
		filetest.Write(t, dir, map[string][]byte{
			mnist.Files[2*i].Name:   filetest.IDX(s.Pixels, s.N, side, side),
			mnist.Files[2*i+1].Name: filetest.IDX(labels, s.N),
		})
	}
}

// TestLoadIDX: what package mnist reads, in the spellings that it knows, becomes a data set.
func TestLoadIDX(t *testing.T) {
	spellings := map[string]func(name string, data []byte) (string, []byte){
		"raw": func(n string, b []byte) (string, []byte) { return n, b },
		"mixture": func(n string, b []byte) (string, []byte) {
			if strings.HasPrefix(n, "train") {
				return n, b
			}
			return strings.Replace(n, "-idx", ".idx", 1) + ".gz", filetest.Gzipped(b)
		},
		"torchvision": func(n string, b []byte) (string, []byte) { return "FashionMNIST/raw/" + n, b },
	}
	for name, spell := range spellings {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "small [set]")
			files := map[string][]byte{}
			for n, b := range filetest.MNIST() {
				n, b = spell(n, b)
				files[n] = b
			}
			filetest.Write(t, dir, files)
			d, err := load.Path(dir, table.Options{})
			if err != nil {
				t.Fatal(err)
			}
			want := &dataset.Dataset{Name: "small [set]", Width: 3, Height: 2, Ordered: true, Classes: []string{"0", "1", "2"},
				Train: dataset.Set{N: 6, Dim: 6, Pixels: filetest.Counting(36, 256), Labels: []int32{0, 1, 2, 0, 1, 2}},
				Test:  dataset.Set{N: 4, Dim: 6, Pixels: filetest.Counting(24, 256), Labels: []int32{0, 1, 2, 0}}}
			if name == "torchvision" {
				want.Name = "FashionMNIST"
			}
			for part, s := range map[string]*dataset.Set{"training": &want.Train, "validation": &want.Valid,
				"test": &want.Test} {
				s.Origin = dataset.Origin{File: "the " + part + " part of " + want.Name, Unit: "image"}
			}
			if !reflect.DeepEqual(d, want) {
				t.Errorf("got %+v\nwant %+v", d, want)
			}
		})
	}
}

func TestLoadIDXBad(t *testing.T) {
	const image, label = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
	good := filetest.MNIST()
	cases := []struct {
		name  string
		files map[string][]byte // nil takes a file away
		want  []string
	}{
		{"one missing", map[string][]byte{"t10k-labels-idx1-ubyte": nil},
			[]string{"t10k-labels-idx1-ubyte is missing", "-download"}},
		{"nothing there", map[string][]byte{image: nil, label: nil, "t10k-images-idx3-ubyte": nil,
			"t10k-labels-idx1-ubyte": nil}, []string{"-download"}},
		{"wrong magic", map[string][]byte{image: []byte("PNG and more")},
			[]string{image, "byte 0", "0x504e4720", "0x00000803"}},
		{"page", map[string][]byte{image: []byte("\n<!DOCTYPE html><html>404</html>")}, []string{image, "HTML"}},
		{"gzip cut", map[string][]byte{image: filetest.Gzipped(good[image])[:30]}, []string{image, "cut off"}},
		{"one class", map[string][]byte{label: filetest.IDX(make([]byte, 6), 6)}, []string{label, "all 6 labels are 0"}},
		{"class beyond", map[string][]byte{"t10k-labels-idx1-ubyte": filetest.IDX([]byte{0, 1, 9, 2}, 4)},
			[]string{"t10k-labels", "label 2 is 9", "0 to 2"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			files := filetest.MNIST()
			for n, b := range c.files {
				if files[n] = b; b == nil {
					delete(files, n)
				}
			}
			dir := t.TempDir()
			filetest.Write(t, dir, files)
			if d, err := load.Path(dir, table.Options{}); !filetest.Says(err, append(c.want, dir)...) {
				t.Errorf("got %v, %v; want an error of one line with %q", d, err, c.want)
			}
		})
	}
	if _, err := load.Path(filepath.Join(t.TempDir(), "none"), table.Options{}); !filetest.Says(err, "none",
		"no such folder",
		"-download") {
		t.Errorf("no folder: %v", err)
	}
}

func TestMNIST(t *testing.T) {
	dir := os.Getenv("MNIST_DIR")
	if dir == "" {
		t.Skip("MNIST_DIR does not point to the real MNIST")
	}
	d, err := load.Path(dir, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if d.Train.N != 60000 || d.Test.N != 10000 || d.Width != 28 || d.Height != 28 || len(d.Classes) != 10 {
		t.Errorf("%d + %d images of %d×%d, %d classes", d.Train.N, d.Test.N, d.Width, d.Height, len(d.Classes))
	}
	for i, x := range [][]byte{filetest.IDX(d.Train.Pixels, 60000, 28, 28), nil,
		filetest.IDX(d.Test.Pixels, 10000, 28, 28)} {
		if sum := sha256.Sum256(x); x != nil && hex.EncodeToString(sum[:]) != mnist.Files[i].SHA256 {
			t.Errorf("%s was read wrongly", mnist.Files[i].Name)
		}
	}
	if !slices.Equal(d.Train.Labels[:5], []int32{5, 0, 4, 1, 9}) {
		t.Errorf("labels begin with %d", d.Train.Labels[:5])
	}
}

func BenchmarkLoad(b *testing.B) {
	dir := os.Getenv("MNIST_DIR")
	if dir == "" {
		b.Skip("MNIST_DIR does not point to the real MNIST")
	}
	d, err := load.Path(dir, table.Options{})
	if err != nil {
		b.Fatal(err)
	}
	raw := b.TempDir()
	writeMNIST(b, raw, d.Train, d.Test)
	for _, c := range []struct{ name, dir string }{{"given", dir}, {"raw", raw}} {
		b.Run("files="+c.name, func(b *testing.B) {
			b.SetBytes(47040016 + 60008 + 7840016 + 10008)
			for b.Loop() {
				if _, err := load.Path(c.dir, table.Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// summary is a data set in a line: sizes, classes, the first sample's inputs and what it is to answer.
func summary(d *dataset.Dataset) string {
	s := d.Train
	in := fmt.Sprint(s.Values[:min(len(s.Values), s.Dim)])
	if s.Pixels != nil {
		in = fmt.Sprint(s.Pixels[:min(s.Dim, 4)], "…")
	}
	out := fmt.Sprint(s.Targets)
	if s.Labels != nil {
		out = fmt.Sprint(s.Labels, d.Classes)
	}
	return fmt.Sprintf("%d+%d %s %s", s.N, d.Test.N, in, out)
}

// TestLoadTable: plain and packed, and images are kept as pixels.
func TestLoadTable(t *testing.T) {
	cases := []struct {
		name, file string
		o          table.Options
		want, note string
	}{
		{"flowers with header",
			"Id,SepalLength,SepalWidth,Species\n1,5.1,3.5,setosa\n2,7,3.2,virginica\n3,4.9,3,setosa\n4,6.4,3.2,virginica\n",
			table.Options{},
			"4+0 [5.1 3.5] [0 1 0 1] [setosa virginica]",
			`label: column 4 "Species"; left out: column 1 "Id" (numbers the samples)`},
		{"scikit-learn's own", "4,2,setosa,virginica\n5.1,3.5,0\n7,3.2,1\n4.9,3,0\n6.4,3.2,1\n", table.Options{},
			"4+0 [5.1 3.5] [0 1 0 1] [0 1]", "label: column 3"},
		{"houses", "Id,Area,Street,Alley,SalePrice\n1,8450,Pave,NA,208500\n2,9600,Grvl,NA,181500\n3,NA,Pave,NA,223500\n",
			table.Options{},
			"3+0 [8450 0 1] [208500 181500 223500]",
			`a number to predict; left out: column 1 "Id" (numbers the samples), column 4 "Alley" (empty); missing, and ` +
				`replaced by the training mean (with -scale standard): column 2 "Area" (1)`},
		{"a number to predict that is whole", "x,n\n1,0\n2,1\n3,0\n4,1\n", table.Options{Regress: true},
			"4+0 [1] [0 1 0 1]", ""},
		{"label by name", "a,Kind,z\n1,2,3.5\n2,3,4.5\n3,2,5.5\n4,3,5.5\n", table.Options{Label: "kind"},
			"4+0 [1 3.5] [0 1 0 1] [2 3]", ""},
		{"XOR", "0,0,0\n0,1,1\n1,0,1\n1,1,0\n", table.Options{}, "4+0 [0 0] [0 1 1 0] [0 1]", ""},
		{"Kaggle's digits", filetest.PixelHeader() + filetest.PixelRow("7", true, 200) + filetest.PixelRow("3", true, 100) +
			filetest.PixelRow("3", true, 100),
			table.Options{}, "3+0 [0 200 7 0]… [1 0 0] [3 7]", ""},
		{"digits, label first", filetest.PixelRow("7", true, 200) + filetest.PixelRow("3", true, 100) +
			filetest.PixelRow("7", true, 3) +
			filetest.PixelRow("3", true, 100), table.Options{}, "4+0 [0 200 7 0]… [1 0 1 0] [3 7]", "label: column 1"},
		{"digits, label last", filetest.PixelRow("7", false, 16) + filetest.PixelRow("3", false, 10) +
			filetest.PixelRow("7", false, 16) +
			filetest.PixelRow("3", false, 10), table.Options{}, "4+0 [0 16 7 0]… [1 0 1 0] [3 7]", "label: column 65"},
		{"digits in words", filetest.PixelRow("seven", false, 16) + filetest.PixelRow("three", false, 10) +
			filetest.PixelRow("seven", false, 1),
			table.Options{}, "3+0 [0 16 7 0]… [0 1 0] [seven three]", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			filetest.Write(t, dir, map[string][]byte{"plain.csv": []byte(c.file),
				"packed.csv.gz": filetest.Gzipped([]byte(c.file))})
			for _, name := range []string{"plain.csv", "packed.csv.gz"} {
				d, err := load.Path(filepath.Join(dir, name), c.o)
				if err != nil {
					t.Fatal(err)
				}
				if got := summary(d); !strings.HasPrefix(got, c.want) || !strings.Contains(d.Note, c.note) || d.Name != name {
					t.Errorf("%s: got %s\nwant %s\nnote %s\nwant %s", d.Name, got, c.want, d.Note, c.note)
				}
				if image := d.Train.Pixels != nil; image != (d.Width == 8 && d.Height == 8) ||
					image != strings.Contains(c.name, "igits") {
					t.Errorf("%s: pixels %v, %d×%d", name, image, d.Width, d.Height)
				}
			}
		})
	}
}

// TestLoadTableBad: files that make no tables, and one that unpacks to more than a table would.
func TestLoadTableBad(t *testing.T) {
	for content, want := range map[string]string{"a,b\x00\x01": "not text", "a,b\n1,2\n1,2,3\n": "line 3",
		"a,b\n1,x\n2,x\n3,x\n": `column 2 "b" has 1 different`,
		"a,b\n1,5\n2,5\n3,5\n": `column 2 "b" is the same in all 3 lines: there is nothing to learn; name another`} {
		path := filepath.Join(t.TempDir(), "bad.csv")
		os.WriteFile(path, []byte(content), 0o666)
		if d, err := load.Path(path, table.Options{}); !filetest.Says(err, path+": ", want) {
			t.Errorf("%q: got %+v, %v; want %q", content, d, err, want)
		}
	}
	path := filepath.Join(t.TempDir(), "bomb.csv.gz")
	os.WriteFile(path, filetest.Gzipped(bytes.Repeat([]byte("1,2,3\n"), 5_000_000)), 0o666)
	if n := filetest.Allocated(func() {
		if _, err := load.Path(path, table.Options{}); !filetest.Says(err, path, "many times") {
			t.Error(err)
		}
	}); n > 500<<20 {
		t.Errorf("allocated %d bytes", n)
	}
}

func TestLoadFolder(t *testing.T) {
	row := "1.5,0\n2.5,1\n"
	two := "2+0 [1.5] [0 1] [0 1]"
	for _, c := range []struct {
		files map[string]string
		load  string // a file of the folder, or "" for the folder
		want  string // a summary, or part of an error
	}{
		{map[string]string{"x.csv": row, "README.md": "see"}, "", two},
		{map[string]string{"x.csv": row, "y.csv": row}, "", "several files could be the data (x.csv, y.csv)"},
		{map[string]string{"x.csv": row, "y.csv": row}, "y.csv", two},
		{map[string]string{"README.md": "see"}, "", "no data among its 1 files"},
		{map[string]string{"optdigits.tra": row, "optdigits.tes": "3,1\n4,0\n5,1\n", "optdigits.names": "see"}, "",
			"2+3 [1.5] [0 1] [0 1]"},
		{map[string]string{"optdigits.tra": row, "optdigits.tes": "3,1\n4,0\n5,1\n"}, "optdigits.tra",
			"2+3 [1.5] [0 1] [0 1]"},
		{map[string]string{"train.csv": "y,x\n0,1\n1,2\n", "test.csv": "y,x\n1,2\n0,2\n",
			"sample_submission.csv": "a,b\n1,2"}, "", "2+2 [1] [0 1] [0 1]"},
		{map[string]string{"train.csv": "label,x\n0,1\n1,2\n", "test.csv": "x\n2\n3\n4\n"}, "", "line 1"},
		{map[string]string{"train.csv": "label,x,z\n0,1,4\n1,2,4\n", "test.csv": "x,z\n2,3\n3,4\n4,5\n"}, "",
			"2+0 [1 4] [0 1] [0 1]"},
		{map[string]string{"train.csv": "label,x,z\n0,1,4\n1,2,4\n", "test.csv": "a,b,c\n2,3,4\n3,4,4\n"}, "",
			"test.csv: line 1"},
		{map[string]string{"mnist_train.csv": row, "mnist_test.csv": "1,2,3\n4,5,6\n"}, "", "3 columns"},
		{map[string]string{"mnist_train.csv": row, "mnist_test.csv": "1,2\n4,5\n"}, "",
			`mnist_test.csv: line 1, column 2: "2"`},
		{map[string]string{"mnist_train.csv": row, "mnist_test.csv": "x,0\ny,1\n"}, "",
			`mnist_test.csv: line 1, column 1: "x"`},
	} {
		dir := t.TempDir()
		for n, s := range c.files {
			filetest.Write(t, dir, map[string][]byte{n: []byte(s)})
		}
		d, err := load.Path(filepath.Join(dir, c.load), table.Options{})
		if err != nil && !filetest.Says(err, c.want, dir) || err == nil && summary(d) != c.want {
			t.Errorf("%v %s: got %v, %v; want %s", c.files, c.load, d, err, c.want)
		}
	}
}

// TestLoadPipe: a pipe or a folder among the files of a folder is not taken for data, and not waited for.
func TestLoadPipe(t *testing.T) {
	dir := t.TempDir()
	filetest.Write(t, dir, map[string][]byte{"mnist_train.csv": []byte("1.5,0\n2.5,1\n"), "z.csv/x": nil})
	pipes(t, filepath.Join(dir, "a.csv"), filepath.Join(dir, "mnist_test.csv"))
	for _, path := range []string{dir, filepath.Join(dir, "mnist_train.csv")} {
		if d, err := load.Path(path, table.Options{}); err != nil || summary(d) != "2+0 [1.5] [0 1] [0 1]" {
			t.Errorf("%s: %v, %v", path, d, err)
		}
	}
	dir = squares(t, 1)
	labels := filepath.Join(dir, mnist.Files[1].Name)
	os.Remove(labels)
	pipes(t, labels)
	if _, err := load.Path(dir, table.Options{}); !filetest.Says(err, labels, "a file was expected") {
		t.Error(err)
	}
}

// pipes makes pipes with names.
func pipes(t *testing.T, paths ...string) {
	if exec.Command("mkfifo", paths...).Run() != nil {
		t.Skip("there are no pipes with names here")
	}
}

func TestDigitsCSV(t *testing.T) {
	path := os.Getenv("DIGITS_CSV")
	if path == "" {
		t.Skip("DIGITS_CSV does not point to scikit-learn's digits.csv.gz")
	}
	d, err := load.Path(path, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if d.Train.N != 1797 || d.Train.Dim != 64 || d.Width != 8 || len(d.Classes) != 10 ||
		slices.Max(d.Train.Pixels) != 16 || !slices.Equal(d.Train.Labels[:4], []int32{0, 1, 2, 3}) {
		t.Errorf("%d samples of %d, %d×%d, %q, labels %d", d.Train.N, d.Train.Dim, d.Width, d.Height, d.Classes,
			d.Train.Labels[:4])
	}
}

// TestLoadNPZ: images become pixels, and labels classes or targets.
func TestLoadNPZ(t *testing.T) {
	le := func(x ...float32) (b []byte) {
		for _, v := range x {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
		return b
	}
	v2 := filetest.NPY("|u1", "(3,)", []byte{0, 1, 2})
	v2 = append(append([]byte("\x93NUMPY\x02\x00"), binary.LittleEndian.AppendUint32(nil, uint32(v2[8]))...), v2[10:]...)
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"NumPy's", readFile(t, "internal/data/numpy/testdata/mnist.npz"), "3+2 [0 0 0 0]… [0 1 2] [0 1 2]"},
		{"ours", filetest.Zipped(filetest.NPZ()), "3+2 [0 1 2 3]… [0 1 2] [0 1 2]"},
		{"version 2, other names, no test", filetest.Zipped(map[string][]byte{"train_images.npy": filetest.NPY("|u1",
			"(3, 64)",
			filetest.Counting(192, 256)), "train_labels.npy": v2}), "3+0 [0 1 2 3]… [0 1 2] [0 1 2]"},
		{"a table of floats, big-endian labels", filetest.Zipped(map[string][]byte{"X.npy": filetest.NPY("<f4", "(2, 2)",
			le(0.5, 1, -1, 2)),
			"y.npy": filetest.NPY(">i4", "(2, 1)", []byte{0, 0, 0, 0, 0, 0, 0, 1})}), "2+0 [0.5 1] [0 1] [0 1]"},
		{"numbers to predict", filetest.Zipped(map[string][]byte{"x.npy": filetest.NPY("<f4", "(2, 2)", le(0.5, 1, -1, 2)),
			"y.npy": filetest.NPY("<f4", "(2,)", le(-1, 0.25))}), "2+0 [0.5 1] [-1 0.25]"},
	} {
		path := filepath.Join(t.TempDir(), "mnist.npz")
		os.WriteFile(path, c.file, 0o666)
		d, err := load.Path(path, table.Options{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if got := summary(d); got != c.want || !d.Ordered {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	for want, y := range map[string][]byte{
		"2 samples need as many labels":       filetest.NPY("|u1", "(2,)", []byte{0, 1}),
		"label 1 is 7, but":                   filetest.NPY("|u1", "(2,)", []byte{0, 7}),
		"labels are not of the same kind":     filetest.NPY("<f4", "(2,)", le(0.5, 1)),
		"test set: label 1 is NaN":            filetest.NPY("<f4", "(2,)", le(0, float32(math.NaN()))),
		"training set: all 3 labels are 1":    nil,
		"training set: sample 2 has an infin": nil,
	} {
		files := filetest.NPZ()
		switch files["y_test.npy"] = y; {
		case strings.HasPrefix(want, "2 samples"):
			files["y_train.npy"], files["y_test.npy"] = y, filetest.NPZ()["y_test.npy"]
			want = "training set: 3 samples need as many labels"
		case strings.Contains(want, "all 3"):
			files = map[string][]byte{"x.npy": files["x_train.npy"], "y.npy": filetest.NPY("|u1", "(3,)", []byte{1, 1, 1})}
		case strings.Contains(want, "infin"):
			files = map[string][]byte{"x.npy": filetest.NPY("<f4", "(3, 1)", le(1, 2, float32(math.Inf(1)))),
				"y.npy": files["y_train.npy"]}
		}
		path := filepath.Join(t.TempDir(), "bad.npz")
		os.WriteFile(path, filetest.Zipped(files), 0o666)
		if d, err := load.Path(path, table.Options{}); !filetest.Says(err, path+": ", want) {
			t.Errorf("got %+v, %v; want %q", d, err, want)
		}
	}
}

func TestLoadPickle(t *testing.T) {
	for _, proto := range []int{0, 1, 2, 4, 5} {
		path := filepath.Join(t.TempDir(), "mnist.pkl.gz")
		os.WriteFile(path, readFile(t, fmt.Sprintf("internal/data/numpy/testdata/mnist-protocol%d.pkl.gz", proto)), 0o666)
		d, err := load.Path(path, table.Options{})
		if err != nil {
			t.Errorf("protocol %d: %v", proto, err)
			continue
		}
		want := make([]byte, 3*64)
		for i := range want {
			want[i] = byte(i / 32 * 32)
		}
		if !bytes.Equal(d.Train.Pixels, want) || d.Width != 8 || d.Valid.N != 2 || d.Valid.Pixels[0] != 128 ||
			d.Test.Pixels[0] != 255 ||
			!slices.Equal(d.Train.Labels, []int32{0, 1, 2}) || !slices.Equal(d.Test.Labels, []int32{0, 1}) ||
			!strings.Contains(d.Note, "256") {
			t.Errorf("protocol %d: %+v", proto, d)
		}
	}
}

// check reports a set whose parts disagree.
func checkSet(s dataset.Set) error {
	switch {
	case s.N < 1 || s.Dim < 1:
		return fmt.Errorf("%d samples of %d inputs: there is nothing to learn from", s.N, s.Dim)
	case s.Pixels != nil && len(s.Pixels) != s.N*s.Dim, s.Values != nil && len(s.Values) != s.N*s.Dim:
		return fmt.Errorf("%d×%d inputs promised, %d there", s.N, s.Dim, len(s.Pixels)+len(s.Values))
	case s.Labels != nil && len(s.Labels) != s.N:
		return fmt.Errorf("%d samples but %d labels", s.N, len(s.Labels))
	case s.Labels == nil && (len(s.Targets) == 0 || len(s.Targets)%s.N != 0):
		return fmt.Errorf("%d samples but %d targets", s.N, len(s.Targets))
	}
	return nil
}

// TestTableOptions: a model's table is read by its columns and classes, and by its label, if no other is given.
func TestTableOptions(t *testing.T) {
	cfg, err := parse(strings.Fields("-data d -label kind -regress -ignore a,b"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if o := cfg.TableOptions(nil); o.Label != "kind" || !o.Regress || !slices.Equal(o.Ignore, []string{"a", "b"}) ||
		o.Known != nil {
		t.Errorf("%+v", o)
	}
	m := &modelfile.Model{Columns: []table.Column{{Name: "u"}}, Classes: []string{"x", "y"}}
	if o := cfg.TableOptions(m); o.Label != "kind" || len(o.Known) != 1 || len(o.Classes) != 2 {
		t.Errorf("with a model: %+v", o)
	}
	delete(cfg.Given, "label")
	if o := cfg.TableOptions(m); o.Label != "" {
		t.Errorf("with a model whose label it is: %+v", o)
	}
}

// FuzzArrays: whatever arrays come, a data set of them is whole.
func FuzzArrays(f *testing.F) {
	f.Add(filetest.Zipped(filetest.NPZ()))
	f.Add(readFile(f, "internal/data/numpy/testdata/mnist.npz"))
	z, err := gzip.NewReader(bytes.NewReader(readFile(f, "internal/data/numpy/testdata/mnist-protocol2.pkl.gz")))
	if err != nil {
		f.Fatal(err)
	}
	b, _ := io.ReadAll(z)
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		n := filetest.Allocated(func() {
			parts, err := numpy.ReadPickle(bytes.NewReader(b), int64(len(b)))
			if err != nil {
				parts, err = numpy.ReadNPZ(bytes.NewReader(b), int64(len(b)))
			}
			if err != nil {
				return
			}
			if d, err := load.Arrays(parts, numpy.SplitNames, false); err == nil {
				if err := checkSet(d.Train); err != nil || d.Outputs() < 1 {
					t.Fatal(err, d.Outputs())
				}
			}
		})
		if n > 64<<20 && len(b) < 1<<16 {
			t.Errorf("allocated %d bytes for %d", n, len(b))
		}
	})
}

func TestGenerateDigits(t *testing.T) {
	d := load.Digits(3, 103, 25)
	if d.Width*d.Height != 784 || len(d.Classes) != 10 || d.Train.N != 103 || d.Test.N != 25 || d.Valid.N != 0 {
		t.Errorf("%d×%d images of %d classes, %d, %d and %d samples",
			d.Width, d.Height, len(d.Classes), d.Train.N, d.Valid.N, d.Test.N)
	}
	for _, s := range []dataset.Set{d.Train, d.Test} {
		if s.Dim != 784 || len(s.Pixels) != s.N*784 || len(s.Labels) != s.N {
			t.Errorf("%d samples of %d: %d pixels and %d labels", s.N, s.Dim, len(s.Pixels), len(s.Labels))
		}
	}
	if string(d.Train.Pixels[:784*25]) == string(d.Test.Pixels) {
		t.Error("both parts are the same")
	}
}

// TestDownloadFails: a download that fails says so, and one that is interrupted says that, with its status.
func TestDownloadFails(t *testing.T) {
	mirrors := mnist.Mirrors
	t.Cleanup(func() { mnist.Mirrors = mirrors })
	ctx, cancel := context.WithCancel(t.Context())
	hang := false
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if hang {
			cancel()
			<-r.Context().Done()
		}
		http.NotFound(w, r)
	}))
	defer s.Close()
	mnist.Mirrors = []string{s.URL + "/"}
	args := []string{"-data", filepath.Join(t.TempDir(), "mnist"), "-download"}
	if err := run(ctx, args, io.Discard, io.Discard); err == nil || errors.Is(err, errInterrupted) ||
		!strings.Contains(err.Error(), "404") {
		t.Errorf("not found: %v", err)
	}
	hang = true
	if err := run(ctx, args, io.Discard, io.Discard); !errors.Is(err, errInterrupted) || exitCode(err, io.Discard) != 130 {
		t.Errorf("interrupted: %v", err)
	}
}

// TestArraysAsPeopleHaveThem: rows of one 1 are classes, signed bytes no pixels, and classes without samples are told.
func TestArraysAsPeopleHaveThem(t *testing.T) {
	f8 := func(x ...float64) (b []byte) {
		for _, v := range x {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		}
		return b
	}
	signed := make([]byte, 3*64)
	signed[7] = 0xff
	x := filetest.NPY("<f8", "(3, 1)", f8(1, 2.5, 3))
	for _, c := range []struct {
		name       string
		x, y       []byte
		regress    bool
		want, note string
	}{
		{"rows of one 1", x, filetest.NPY("<f8", "(3, 2)", f8(0, 1, 1, 0, 0, 1)), false, "3+0 [1] [1 0 1] [0 1]", ""},
		{"a class that never comes", x, filetest.NPY("<f8", "(3, 3)", f8(0, 1, 0, 1, 0, 0, 0, 1, 0)), false,
			"3+0 [1] [1 0 1] [0 1 2]", "no sample to train on has the class 2"},
		{"the same as numbers", x, filetest.NPY("<f8", "(3, 2)", f8(0, 1, 1, 0, 0, 1)), true, "3+0 [1] [0 1 1 0 0 1]", ""},
		{"rows of two", x, filetest.NPY("<f8", "(3, 2)", f8(0, 1, 1, 1, 0, 1)), false, "3+0 [1] [0 1 1 1 0 1]",
			"of sample 1, 2 of them are 1"},
		{"a row of none", x, filetest.NPY("<f8", "(3, 2)", f8(0, 1, 0, 0, 0, 1)), false, "3+0 [1] [0 1 0 0 0 1]",
			"of sample 1, 0 of them are 1"},
		{"labels from 1", x, filetest.NPY("|u1", "(3,)", []byte{1, 2, 1}), false, "3+0 [1] [1 2 1] [0 1 2]",
			"no sample to train on has the class 0"},
		{"signed bytes that could be images", filetest.NPY("|i1", "(3, 64)", signed),
			filetest.NPY("|u1", "(3,)", []byte{0, 1, 0}), false,
			"3+0 [0 0 0", "signed bytes, some below 0, and so numbers and no pixels"},
		{"images of signed bytes", filetest.NPY("|i1", "(3, 8, 8)", signed), filetest.NPY("|u1", "(3,)", []byte{0, 1, 0}),
			false,
			"training set: images in signed bytes, some below 0: pixels go from 0 to 255; save them as uint8", ""},
		{"images of signed bytes that are none", filetest.NPY("|i1", "(3, 8, 8)", make([]byte, 3*64)),
			filetest.NPY("|u1", "(3,)", []byte{0, 1, 0}), false, "3+0 [0 0 0 0]… [0 1 0] [0 1]", ""},
		{"one sample", filetest.NPY("<f8", "(1, 1)", f8(1)), filetest.NPY("|u1", "(1,)", []byte{1}), false,
			"there is only one sample, so nothing to tell apart", ""},
	} {
		path := filepath.Join(t.TempDir(), "a.npz")
		os.WriteFile(path, filetest.Zipped(map[string][]byte{"x.npy": c.x, "y.npy": c.y}), 0o666)
		d, err := load.Path(path, table.Options{Regress: c.regress})
		got := fmt.Sprint(err)
		if err == nil {
			got = summary(d)
			if d.Note != c.note && (c.note == "" || !strings.Contains(d.Note, c.note)) {
				t.Errorf("%s: note %q; want %q", c.name, d.Note, c.note)
			}
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: %s; want %s", c.name, got, c.want)
		}
	}
}

// TestPredictInItsForm: a table with semicolons and decimal commas is answered in the same form.
func TestPredictInItsForm(t *testing.T) {
	dir := t.TempDir()
	model, data := filepath.Join(dir, "m"), filepath.Join(dir, "t.csv")
	text := "f;p\n"
	for i := range 30 {
		text += fmt.Sprintf("%d,5;1.%03d,25 €\n", i, i*30)
	}
	filetest.Write(t, dir, map[string][]byte{"t.csv": []byte(text), "new.csv": []byte("f\n1.5\n")})
	mustRun(t, "-data", data, "-hidden", "3", "-epochs", "2", "-save", model)
	answers, err := tryRun("-load", model, "-predict", data)
	lines := strings.Split(answers, "\n")
	if err != nil || lines[0] != "f;p;predicted" || !strings.HasPrefix(lines[1], "0,5;1.000,25 €;") ||
		strings.Contains(lines[1][17:], ".") ||
		strings.Count(lines[1], ",") != 3 {
		t.Errorf("%v: %s\n%s", err, lines[0], lines[1])
	}
	answers, err = tryRun("-load", model, "-predict", filepath.Join(dir, "new.csv"))
	if lines = strings.Split(answers, "\n"); err != nil || lines[0] != "f,predicted" ||
		!strings.HasPrefix(lines[1], "1.5,") || strings.Count(lines[1], ",") != 1 {
		t.Errorf("%v: %s\n%s", err, lines[0], lines[1])
	}
}
