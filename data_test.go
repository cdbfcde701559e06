package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
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
)

// TestSplitLeavesSomething: splits that leave nothing to train on are refused, with how many samples there were, and
// the data stay as they are.
func TestSplitLeavesSomething(t *testing.T) {
	const test, valid = "-test %s of 10 samples leaves nothing to train on; hold out fewer",
		"-valid %s of the %d samples for training leaves nothing to train on; hold out fewer"
	huge := dataset.HoldOut{Count: math.MaxInt}
	for _, c := range []struct {
		test, valid dataset.HoldOut
		want        string
	}{
		{dataset.HoldOut{Count: 4}, dataset.HoldOut{Count: 5}, "<nil>"},
		{dataset.HoldOut{Count: 4}, dataset.HoldOut{Count: 6}, fmt.Sprintf(valid, "6", 6)},
		{dataset.HoldOut{}, dataset.HoldOut{Fraction: 0.99}, fmt.Sprintf(valid, "0.99", 10)},
		{dataset.HoldOut{Count: 10}, dataset.HoldOut{}, fmt.Sprintf(test, "10")},
		{huge, huge, fmt.Sprintf(test, &huge)},
	} {
		d := &dataset.Dataset{Train: dataset.Set{N: 10, Dim: 1, Values: make([]float64, 10), Targets: make([]float64, 10)}}
		err := d.Split(c.test, c.valid, exact.Stream(1, exact.ForSplit, 0))
		if fmt.Sprint(err) != c.want || err != nil && d.Train.N != 10 {
			t.Errorf("-test %s -valid %s: %v, %d left; want %s", &c.test, &c.valid, err, d.Train.N, c.want)
		}
	}
}

// TestGatherScales: the inputs of any rows in any order come scaled, with missing values as 0, and nothing is
// allocated. By hand: the column 1, 2, 3, 4 has a mean of 2.5 and a variance of 1.25.
func TestGatherScales(t *testing.T) {
	nan, sd := math.NaN(), math.Sqrt(1.25)
	table := dataset.Set{N: 4, Dim: 3, Values: []float64{1, 5, 0.1, 2, 5, 0.1, 3, 5, 0.1, 4, 5, 0.1}}
	missing := dataset.Set{N: 4, Dim: 2, Values: []float64{1, nan, nan, nan, 3, nan, 2, nan}}
	image := dataset.Set{N: 2, Dim: 3, Pixels: []byte{0, 51, 255, 0, 102, 255}}
	for _, c := range []struct {
		kind string
		set  dataset.Set
		want []float64 // of all samples
	}{
		{"none", table, table.Values},
		{"unit", table, []float64{0, 0, 0, 1. / 3, 0, 0, 2. / 3, 0, 0, 1, 0, 0}},
		{"standard", table, []float64{-1.5 / sd, 0, 0, -0.5 / sd, 0, 0, 0.5 / sd, 0, 0, 1.5 / sd, 0, 0}},
		{"standard", missing, []float64{-math.Sqrt(1.5), 0, 0, 0, math.Sqrt(1.5), 0, 0, 0}},
		{"unit", missing, []float64{0, 0, 0, 0, 1, 0, 0.5, 0}},
		{"2", missing, []float64{0.5, 0, 0, 0, 1.5, 0, 1, 0}},
		{"none", image, []float64{0, 51, 255, 0, 102, 255}},
		{"unit", image, []float64{0, 51 * (1. / 255), 1, 0, 102 * (1. / 255), 1}},
		{"256", image, []float64{0, 51. / 256, 255. / 256, 0, 102. / 256, 255. / 256}},
		{"standard", image, []float64{0, -1, 0, 0, 1, 0}},
		{"unit", dataset.Set{N: 2, Dim: 2, Pixels: []byte{0, 16, 4, 8}}, []float64{0, 1, 0.25, 0.5}},
	} {
		scale, err := dataset.FitScale(c.kind, c.set)
		if err != nil {
			t.Errorf("%s: %v", c.kind, err)
			continue
		}
		all := make([]float64, len(c.want))
		gather(&c.set, all, ascending(c.set.N), scale)
		if !allNear(all, c.want, 1e-15) {
			t.Errorf("%s: got %v, want %v", c.kind, all, c.want)
		}
		d := c.set.Dim
		rows := make([]float64, 3*d)
		gather(&c.set, rows, []int32{1, 0, 1}, scale)
		if want := slices.Concat(all[d:2*d], all[:d], all[d:2*d]); !slices.Equal(rows, want) {
			t.Errorf("%s: rows 1, 0 and 1 are %v, want %v", c.kind, rows, want)
		}
		if n := testing.AllocsPerRun(10, func() { gather(&c.set, rows, []int32{1, 0, 1}, scale) }); n != 0 {
			t.Errorf("%s: gather allocates %v times", c.kind, n)
		}
	}
}

// BenchmarkGather measures how fast the pixels of a mini-batch become scaled inputs.
func BenchmarkGather(b *testing.B) {
	s := dataset.Set{N: 1000, Dim: 784, Pixels: filetest.Counting(784000, 256)}
	for _, kind := range []string{"unit", "standard"} {
		b.Run("scale="+kind, func(b *testing.B) {
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

// TestConstantColumnHasNoSay: an input that was always the same in training does not change an answer, whatever it is
// later, and a warning says that it is another one.
func TestConstantColumnHasNoSay(t *testing.T) {
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
		t.Errorf("error %v, answers %v, stderr %s; want the same answer three times", err, rows, stderr)
	}
}

// TestColumnThatCannotBeScaledIsNamed: the error has the column's name and number in the table, which are not those of
// the input, whether it is an input or to be predicted.
func TestColumnThatCannotBeScaledIsNamed(t *testing.T) {
	for table, want := range map[string]string{
		"id,colour,a,y\n": `x.csv: column 4 "y" (from 0 to 2.9e+201) cannot be scaled`,
		"id,colour,y,a\n": `x.csv: column 4 "a" (from 0 to 2.9e+201) cannot be scaled`,
	} {
		for i := range 30 {
			table += fmt.Sprintf("%d,%s,%d,%de200\n", i+1, []string{"red", "blue"}[i%2], i%5, i)
		}
		dir := t.TempDir()
		filetest.Write(t, dir, map[string][]byte{"x.csv": []byte(table)})
		_, err := tryRun("-data", filepath.Join(dir, "x.csv"), "-label", "y", "-regress", "-test", "0", "-epochs", "1")
		if !filetest.Says(err, want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestByteLists: lists that are filled from an image's bytes have the numbers of its dense row, bit by bit, with every
// kernel, for any size and order; image 3 is black and image 7 has no black pixel.
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
		d.AddLists(true)
		if d.Train.Lists == nil {
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
						t.Fatal("a matrix with lists must be filled as lists, and no other")
					}
					sameBits(t, matrixOf(listed.lists).Data, dense.Data, fmt.Sprintf("%d images of %d pixels", n, dim))
				}
			})
		}
	}
}

// TestUnevenScaleStaysDense: where a scale moves zeros or has several factors, no lists are filled: they keep zeros and
// have one factor.
func TestUnevenScaleStaysDense(t *testing.T) {
	moved, uneven := dataset.EvenScale(9, 1), dataset.EvenScale(9, 1)
	moved.Shift[4], uneven.Factor[4] = 0.5, 0.5
	for _, scale := range []dataset.Scale{moved, uneven} {
		d := &dataset.Dataset{Train: dataset.Set{N: 1, Dim: 9, Pixels: []byte{0, 0, 8, 0, 4, 0, 0, 0, 0}, Labels: []int32{1}}}
		d.AddLists(true)
		x, y := NewMatrix(1, 9), NewMatrix(1, 2)
		x.lists = new(sparse.Lists)
		source(&d.Train, []int32{0}, scale, dataset.Scale{})(x, y, 0, 0, 1)
		if want := (4 - scale.Shift[4]) * scale.Factor[4]; x.sparse() || x.Row(0)[2] != 8 || x.Row(0)[4] != want {
			t.Errorf("%v: lists %v, row %v; want no lists, 8 and %v", scale, x.sparse(), x.Row(0), want)
		}
	}
}

// TestSparseTraining: training on lists of the nonzero pixels gives the weights of training on all pixels, with dropout
// and without, with any number of goroutines.
func TestSparseTraining(t *testing.T) {
	for _, dropout := range [][]float64{nil, {0.3, 0.6, 0.7}} {
		data := load.Digits(1, 300, 0)
		hash := func(lists bool, workers int) string {
			data.Train.Lists = nil
			if lists {
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
				t.Errorf("dropout %v, %d workers: weights %.12s from lists, want %.12s", dropout, workers, got, want)
			}
		}
	}
}

// TestImagesLetGo: a run that keeps only lists of its images ends with the weights and the accuracy of one that keeps
// the images for its report; also where all samples are one mini-batch. A loaded model has the accuracy that it was
// saved with, also where its scale is not even.
func TestImagesLetGo(t *testing.T) {
	dir := t.TempDir()
	data := load.Digits(2, 1500, 200)
	writeMNIST(t, dir, data.Train, data.Test)
	page, model := filepath.Join(dir, "r.html"), filepath.Join(dir, "m")
	done := func(args ...string) map[string]any {
		lines := mustRun(t, append(args, "-data", dir, "-json")...)
		return lines[len(lines)-1]
	}
	for _, batch := range []string{"16", "0"} {
		args := []string{"-batch", batch, "-epochs", "2", "-hidden", "20", "-valid", "100"}
		got, want := done(args...), done(append(args, "-report", page)...)
		if got["weights_sha256"] != want["weights_sha256"] || got["test_accuracy"] != want["test_accuracy"] {
			t.Errorf("-batch %s: %v, want %v as with a report", batch, got, want)
		}
		want = done(append(args, "-save", model, "-scale", "standard")...)
		if got := done("-load", model); got["test_accuracy"] != want["test_accuracy"] {
			t.Errorf("-batch %s: loaded, the test accuracy is %v, want %v", batch, got["test_accuracy"], want["test_accuracy"])
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

// TestOnlyGreyImagesAreDistorted: a table is refused by name, and so are images of numbers.
func TestOnlyGreyImagesAreDistorted(t *testing.T) {
	values := dataset.Set{N: 1, Dim: 2, Values: []float64{1, 2}}
	for _, d := range []*dataset.Dataset{{Name: "a table", Train: values},
		{Name: "numbers", Width: 2, Height: 1, Train: values}} {
		_, err := newDistorter(distort.Strengths{Shift: 1}, d, dataset.EvenScale(2, 1), 1)
		if !filetest.Says(err, d.Name) {
			t.Errorf("%s: %v, want an error that names the data", d.Name, err)
		}
	}
}

// TestDistortSameBits: a distorted image depends on the seed, the epoch and its number alone, not on the goroutine or
// the kernel, and making it allocates nothing. The hash holds on every machine.
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
			t.Errorf("images %s together, want %s as one by one", got, want)
		}
		if got, want := hashOfRows(together)[:16], "028690df65eb191b"; got != want {
			t.Errorf("images %s, want %s", got, want)
		}
		a.epoch = 5
		a.gather(alone, 0, []int32{2, 0, 1})
		if hashOfRows(alone) == hashOfRows(together) {
			t.Error("epochs 4 and 5 give the same images")
		}
		if n := testing.AllocsPerRun(20, func() { a.gather(together, 0, []int32{2, 0, 1}) }); n > 0.5 &&
			!filetest.PoolsForget() {
			t.Errorf("%v allocations", n)
		}
	})
}

// TestDistortScaled: a distorted image is scaled like other inputs: (v − shift)·factor.
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

// TestEachEpochDistortsAnew: each epoch has other distortions of the same images, with their labels, and the same ones
// when it is run again.
func TestEachEpochDistortsAnew(t *testing.T) {
	x := experimentOf(t, "-data", squares(t, 1), "-augment", "shift", "-batch", "0")
	order := ascending(x.data.Train.N)
	of := func(epoch int) string {
		x.shuffle(order, epoch)
		in, y := NewMatrix(20, 144), NewMatrix(20, 4)
		x.distorter.source(order)(in, y, 5, 0, 20)
		for i, r := range order[5:25] {
			for c, v := range y.Row(i) {
				if v != 0 && v != 1 || (v == 1) != (x.data.Train.Labels[r] == int32(c)) {
					t.Fatalf("sample %d of class %d has the target %v", r, x.data.Train.Labels[r], y.Row(i))
				}
			}
		}
		return hashOfRows(in)
	}
	if one, two, again := of(1), of(2), of(1); one == two || one != again {
		t.Errorf("epochs 1, 2 and 1 again: %s, %s, %s; want the first and the last the same", one, two, again)
	}
}

// hashOfRows is the hash of a matrix.
func hashOfRows(m Matrix) string {
	return hash(&Network{Layers: []Layer{{W: m, B: make([]float64, m.Cols)}}})
}

// BenchmarkDistort measures how long an image takes on one core.
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

// writeMNIST writes square images in MNIST's format.
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

// TestLoadIDX: the four files in MNIST's format become a data set, complete with names for its samples.
func TestLoadIDX(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "small [set]")
	filetest.Write(t, dir, filetest.MNIST())
	got, err := load.Path(dir, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	origin := func(set string) dataset.Origin {
		return dataset.Origin{File: "the " + set + " set of small [set]", Unit: "image"}
	}
	want := &dataset.Dataset{Name: "small [set]", Width: 3, Height: 2, Ordered: true, Classes: []string{"0", "1", "2"},
		Train: dataset.Set{N: 6, Dim: 6, Pixels: filetest.Counting(36, 256), Labels: []int32{0, 1, 2, 0, 1, 2},
			Origin: origin("training")},
		Valid: dataset.Set{Origin: origin("validation")},
		Test: dataset.Set{N: 4, Dim: 6, Pixels: filetest.Counting(24, 256), Labels: []int32{0, 1, 2, 0},
			Origin: origin("test")}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

// TestLoadIDXLabelsRefused: labels of a single class, or of one that training does not have, are refused with their
// file.
func TestLoadIDXLabelsRefused(t *testing.T) {
	for _, c := range []struct {
		file   string
		labels []byte
		want   string
	}{
		{"train-labels-idx1-ubyte", make([]byte, 6), "all 6 labels are 0"},
		{"t10k-labels-idx1-ubyte", []byte{0, 1, 3, 2}, "label 2 is 3, but the training labels go from 0 to 2"},
	} {
		dir, files := t.TempDir(), filetest.MNIST()
		files[c.file] = filetest.IDX(c.labels, len(c.labels))
		filetest.Write(t, dir, files)
		if _, err := load.Path(dir, table.Options{}); !filetest.Says(err, dir, c.file, c.want) {
			t.Errorf("%s %v: %v, want %s", c.file, c.labels, err, c.want)
		}
	}
}

// TestMNIST: MNIST's own files are read as they are: the pixels, written again, have the published hash.
func TestMNIST(t *testing.T) {
	d := realMNIST(t)
	if d.Train.N != 60000 || d.Test.N != 10000 || d.Width != 28 || d.Height != 28 || len(d.Classes) != 10 {
		t.Errorf("%d + %d images of %d×%d, %d classes", d.Train.N, d.Test.N, d.Width, d.Height, len(d.Classes))
	}
	for i, file := range map[int][]byte{0: filetest.IDX(d.Train.Pixels, 60000, 28, 28),
		2: filetest.IDX(d.Test.Pixels, 10000, 28, 28)} {
		if got, want := fmt.Sprintf("%x", sha256.Sum256(file)), mnist.Files[i].SHA256; got != want {
			t.Errorf("%s: hash %s, want %s", mnist.Files[i].Name, got, want)
		}
	}
	if got, want := d.Train.Labels[:5], []int32{5, 0, 4, 1, 9}; !slices.Equal(got, want) {
		t.Errorf("labels begin with %d, want %d", got, want)
	}
}

// BenchmarkLoad measures how long reading MNIST takes, as it is and unpacked.
func BenchmarkLoad(b *testing.B) {
	d, dir := realMNIST(b), os.Getenv("MNIST_DIR")
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

// summary describes a data set in a line: sizes, the first sample's inputs, all targets or labels, and the classes.
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

// TestLoadTable: a table comes with its names and what was decided about it, gzipped too; images in it are kept as
// bytes.
func TestLoadTable(t *testing.T) {
	for _, c := range []struct{ name, file, want, note string }{
		{"flowers",
			"Id,SepalLength,SepalWidth,Species\n1,5.1,3.5,setosa\n2,7,3.2,virginica\n3,4.9,3,setosa\n4,6.4,3.2,virginica\n",
			"0×0 4+0 [5.1 3.5] [0 1 0 1] [setosa virginica]",
			`label: column 4 "Species"; left out: column 1 "Id" (numbers the samples)`},
		{"digits", filetest.PixelRow("7", true, 200) + filetest.PixelRow("3", true, 100),
			"8×8 2+0 [0 200 7 0]… [1 0] [3 7]", "label: column 1"},
	} {
		dir := t.TempDir()
		filetest.Write(t, dir, map[string][]byte{"plain.csv": []byte(c.file),
			"packed.csv.gz": filetest.Gzipped([]byte(c.file))})
		for _, name := range []string{"plain.csv", "packed.csv.gz"} {
			d, err := load.Path(filepath.Join(dir, name), table.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := fmt.Sprintf("%d×%d %s", d.Height, d.Width, summary(d))
			if got != c.want || !strings.Contains(d.Note, c.note) || d.Name != name {
				t.Errorf("%s, %s: got %s, name %s, note %s; want %s, %s", c.name, name, got, d.Name, d.Note, c.want, c.note)
			}
		}
	}
}

// TestLoadTableRefused: what is wrong with a table is said after the file's path.
func TestLoadTableRefused(t *testing.T) {
	for content, want := range map[string]string{"a,b\x00\x01": "not text", "a,b\n1,2\n1,2,3\n": "line 3",
		"a,b\n1,5\n2,5\n3,5\n": `column 2 "b" is the same in all 3 lines: there is nothing to learn; name another`} {
		dir := t.TempDir()
		filetest.Write(t, dir, map[string][]byte{"bad.csv": []byte(content)})
		path := filepath.Join(dir, "bad.csv")
		if _, err := load.Path(path, table.Options{}); !filetest.Says(err, path+": ", want) {
			t.Errorf("%q: %v, want %q", content, err, want)
		}
	}
}

// TestLoadBomb: a small file that unpacks to more than a table could be is refused before it fills the memory.
func TestLoadBomb(t *testing.T) {
	dir := t.TempDir()
	bomb := filetest.Gzipped(bytes.Repeat([]byte("1,2,3\n"), 5_000_000))
	filetest.Write(t, dir, map[string][]byte{"bomb.csv.gz": bomb})
	var err error
	n := filetest.Allocated(func() { _, err = load.Path(filepath.Join(dir, "bomb.csv.gz"), table.Options{}) })
	if !filetest.Says(err, "bomb.csv.gz", "many times") || n > 500<<20 {
		t.Errorf("error %v, %d bytes allocated; want an error, and at most %d", err, n, 500<<20)
	}
}

// TestLoadFolder: of the files in a folder, the one for training is read, and the one for testing with it, if that has
// labels; a test set that does not fit is refused with its place.
func TestLoadFolder(t *testing.T) {
	const row, header = "1.5,0\n2.5,1\n", "label,x,z\n0,1,4\n1,2,4\n"
	for _, c := range []struct {
		files map[string]string
		open  string // a file of the folder, or "" for the folder
		want  string // a summary, or part of an error
	}{
		{map[string]string{"x.csv": row, "README.md": "see"}, "", "2+0 [1.5] [0 1] [0 1]"},
		{map[string]string{"x.csv": row, "y.csv": row}, "y.csv", "2+0 [1.5] [0 1] [0 1]"},
		{map[string]string{"optdigits.tra": row, "optdigits.tes": "3,1\n4,0\n5,1\n", "optdigits.names": "see"}, "",
			"2+3 [1.5] [0 1] [0 1]"},
		{map[string]string{"optdigits.tra": row, "optdigits.tes": "3,1\n4,0\n5,1\n"}, "optdigits.tra",
			"2+3 [1.5] [0 1] [0 1]"},
		{map[string]string{"train.csv": "y,x\n0,1\n1,2\n", "test.csv": "y,x\n1,2\n0,2\n",
			"sample_submission.csv": "a,b\n1,2"}, "", "2+2 [1] [0 1] [0 1]"},
		{map[string]string{"train.csv": "label,x\n0,1\n1,2\n", "test.csv": "x\n2\n3\n4\n"}, "", "line 1"},
		{map[string]string{"train.csv": header, "test.csv": "x,z\n2,3\n3,4\n4,5\n"}, "", "2+0 [1 4] [0 1] [0 1]"},
		{map[string]string{"train.csv": header, "test.csv": "a,b,c\n2,3,4\n3,4,4\n"}, "", "test.csv: line 1"},
		{map[string]string{"mnist_train.csv": row, "mnist_test.csv": "1,2,3\n4,5,6\n"}, "", "3 columns"},
		{map[string]string{"mnist_train.csv": row, "mnist_test.csv": "1,2\n4,5\n"}, "",
			`mnist_test.csv: line 1, column 2: "2"`},
		{map[string]string{"mnist_train.csv": row, "mnist_test.csv": "x,0\ny,1\n"}, "",
			`mnist_test.csv: line 1, column 1: "x"`},
	} {
		dir := t.TempDir()
		for name, text := range c.files {
			filetest.Write(t, dir, map[string][]byte{name: []byte(text)})
		}
		d, err := load.Path(filepath.Join(dir, c.open), table.Options{})
		if err != nil && !filetest.Says(err, c.want, dir) || err == nil && summary(d) != c.want {
			t.Errorf("%v %s: got %v, %v; want %s", c.files, c.open, d, err, c.want)
		}
	}
}

// TestLoadPipe: a pipe or a folder among the files of a folder is not taken for data, and a pipe is not waited for.
func TestLoadPipe(t *testing.T) {
	dir := t.TempDir()
	filetest.Write(t, dir, map[string][]byte{"mnist_train.csv": []byte("1.5,0\n2.5,1\n"), "z.csv/x": nil})
	pipes(t, filepath.Join(dir, "a.csv"), filepath.Join(dir, "mnist_test.csv"))
	for _, path := range []string{dir, filepath.Join(dir, "mnist_train.csv")} {
		if d, err := load.Path(path, table.Options{}); err != nil || summary(d) != "2+0 [1.5] [0 1] [0 1]" {
			t.Errorf("%s: %v, %v; want the table alone", path, d, err)
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

// pipes makes named pipes.
func pipes(t *testing.T, paths ...string) {
	if exec.Command("mkfifo", paths...).Run() != nil {
		t.Skip("there are no pipes with names here")
	}
}

// TestDigitsCSV: scikit-learn's 1797 digits are 8×8 images with values up to 16.
func TestDigitsCSV(t *testing.T) {
	path := os.Getenv("DIGITS_CSV")
	if path == "" {
		t.Skip("DIGITS_CSV does not name scikit-learn's digits.csv.gz")
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

// littleEndian returns the bytes of float32 numbers.
func littleEndian(x ...float32) (b []byte) {
	for _, v := range x {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

// TestLoadNPZ: images are kept as bytes, whole numbers and one-hot rows are classes, other labels are targets.
func TestLoadNPZ(t *testing.T) {
	floats, oneHot := littleEndian(0.5, 1, -1, 2), littleEndian(0, 1, 1, 0)
	version2 := filetest.NPY("|u1", "(3,)", []byte{0, 1, 2}) // whose header has a length of four bytes
	version2 = append(append([]byte("\x93NUMPY\x02\x00"),
		binary.LittleEndian.AppendUint32(nil, uint32(version2[8]))...), version2[10:]...)
	arrays := func(x, y []byte) []byte { return filetest.Zipped(map[string][]byte{"x.npy": x, "y.npy": y}) }
	for _, c := range []struct {
		name    string
		file    []byte
		regress bool
		want    string
		note    string
	}{
		{"written by NumPy", readFile(t, "internal/data/numpy/testdata/mnist.npz"), false,
			"3+2 [0 0 0 0]… [0 1 2] [0 1 2]", ""},
		{"with a test set", filetest.Zipped(filetest.NPZ()), false, "3+2 [0 1 2 3]… [0 1 2] [0 1 2]", ""},
		{"version 2, without a test set", filetest.Zipped(map[string][]byte{"train_labels.npy": version2,
			"train_images.npy": filetest.NPY("|u1", "(3, 64)", filetest.Counting(192, 256))}), false,
			"3+0 [0 1 2 3]… [0 1 2] [0 1 2]", ""},
		{"big-endian labels", arrays(filetest.NPY("<f4", "(2, 2)", floats),
			filetest.NPY(">i4", "(2, 1)", []byte{0, 0, 0, 0, 0, 0, 0, 1})), false, "2+0 [0.5 1] [0 1] [0 1]", ""},
		{"targets", arrays(filetest.NPY("<f4", "(2, 2)", floats), filetest.NPY("<f4", "(2,)", littleEndian(-1, 0.25))), false,
			"2+0 [0.5 1] [-1 0.25]", ""},
		{"one-hot", arrays(filetest.NPY("<f4", "(2, 2)", floats), filetest.NPY("<f4", "(2, 2)", oneHot)), false,
			"2+0 [0.5 1] [1 0] [0 1]", ""},
		{"one-hot with -regress", arrays(filetest.NPY("<f4", "(2, 2)", floats), filetest.NPY("<f4", "(2, 2)", oneHot)), true,
			"2+0 [0.5 1] [0 1 1 0]", ""},
		{"a class without samples", arrays(filetest.NPY("<f4", "(2, 2)", floats),
			filetest.NPY("<f4", "(2, 3)", littleEndian(0, 1, 0, 1, 0, 0))), false,
			"2+0 [0.5 1] [1 0] [0 1 2]", "no sample to train on has the class 2"},
		{"images of signed bytes, none below 0", arrays(filetest.NPY("|i1", "(2, 8, 8)", make([]byte, 2*64)),
			filetest.NPY("|u1", "(2,)", []byte{0, 1})), false, "2+0 [0 0 0 0]… [0 1] [0 1]", ""},
	} {
		dir := t.TempDir()
		filetest.Write(t, dir, map[string][]byte{"a.npz": c.file})
		d, err := load.Path(filepath.Join(dir, "a.npz"), table.Options{Regress: c.regress})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if got := summary(d); got != c.want || !d.Ordered || d.Note != c.note {
			t.Errorf("%s: got %s, ordered %v, note %q; want %s, true, %q", c.name, got, d.Ordered, d.Note, c.want, c.note)
		}
	}
}

// TestLoadNPZRefused: arrays that do not go together, or cannot be learned, are refused with the file and the split.
func TestLoadNPZRefused(t *testing.T) {
	bytes := func(labels ...byte) []byte { return filetest.NPY("|u1", fmt.Sprintf("(%d,)", len(labels)), labels) }
	floats := func(labels ...float32) []byte {
		return filetest.NPY("<f4", fmt.Sprintf("(%d,)", len(labels)), littleEndian(labels...))
	}
	infinite := filetest.NPY("<f4", "(3, 1)", littleEndian(1, 2, float32(math.Inf(1))))
	for _, c := range []struct {
		change map[string][]byte // files of filetest.NPZ, which has 3 samples for training and 2 for testing
		want   string
	}{
		{map[string][]byte{"y_train.npy": bytes(0, 1)}, "training set: 3 samples need as many labels"},
		{map[string][]byte{"y_train.npy": bytes(1, 1, 1)}, "training set: all 3 labels are 1"},
		{map[string][]byte{"x_train.npy": infinite, "x_test.npy": nil, "y_test.npy": nil},
			"training set: sample 2 has an infinite input"},
		{map[string][]byte{"x_train.npy": filetest.NPY("<f4", "(1, 1)", littleEndian(1)), "y_train.npy": bytes(1),
			"x_test.npy": nil, "y_test.npy": nil}, "there is only one sample, so nothing to tell apart"},
		{map[string][]byte{"y_test.npy": bytes(0, 7)}, "test set: label 1 is 7, but"},
		{map[string][]byte{"y_test.npy": floats(0.5, 1)}, "test set: labels are not of the same kind"},
		{map[string][]byte{"y_test.npy": floats(0, float32(math.NaN()))}, "test set: label 1 is NaN"},
	} {
		files := filetest.NPZ()
		maps.Copy(files, c.change)
		maps.DeleteFunc(files, func(_ string, b []byte) bool { return b == nil })
		dir := t.TempDir()
		filetest.Write(t, dir, map[string][]byte{"bad.npz": filetest.Zipped(files)})
		path := filepath.Join(dir, "bad.npz")
		if _, err := load.Path(path, table.Options{}); !filetest.Says(err, path+": ", c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// TestLoadPickle: Nielsen's mnist.pkl.gz, as Python 2 writes it (protocol 0) and as Python 3 does (4), has three
// splits. Its pixels are divided by 256, and come back as bytes.
func TestLoadPickle(t *testing.T) {
	want := slices.Concat(make([]byte, 32), bytes.Repeat([]byte{32}, 32), bytes.Repeat([]byte{64}, 32),
		bytes.Repeat([]byte{96}, 32), bytes.Repeat([]byte{128}, 32), bytes.Repeat([]byte{160}, 32))
	for _, protocol := range []int{0, 4} {
		path := fmt.Sprintf("internal/data/numpy/testdata/mnist-protocol%d.pkl.gz", protocol)
		d, err := load.Path(path, table.Options{})
		if err != nil {
			t.Errorf("protocol %d: %v", protocol, err)
			continue
		}
		if !bytes.Equal(d.Train.Pixels, want) || d.Width != 8 || d.Valid.N != 2 || d.Valid.Pixels[0] != 128 ||
			d.Test.Pixels[0] != 255 || !slices.Equal(d.Train.Labels, []int32{0, 1, 2}) ||
			!slices.Equal(d.Test.Labels, []int32{0, 1}) || !strings.Contains(d.Note, "256") {
			t.Errorf("protocol %d: %+v", protocol, d)
		}
	}
}

// checkSet reports a set whose parts disagree.
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

// FuzzArrays: whatever arrays a file has, a data set made of them is consistent.
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

// TestDownloadFails: a download that fails is an error, and one that is interrupted ends with the status of Ctrl-C.
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

// TestPredictKeepsTheForm: answers to a table with semicolons and decimal commas have them too; to another table, which
// has one column and a point, they do not.
func TestPredictKeepsTheForm(t *testing.T) {
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
