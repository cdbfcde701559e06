package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"backprop/internal/compute/exact"
	"backprop/internal/data/dataset"
)

// TestSplitRefused: parts that leave nothing to train on are named with what there was.
func TestSplitRefused(t *testing.T) {
	for _, c := range []struct {
		test, valid dataset.Part
		want        string
	}{
		{dataset.Part{Count: 4}, dataset.Part{Count: 6}, "-valid 6 of the 6 samples for training leaves nothing to train on; hold out fewer"},
		{dataset.Part{Count: 10}, dataset.Part{}, "-test 10 of 10 samples leaves nothing to train on; hold out fewer"},
		{dataset.Part{Count: 4}, dataset.Part{Count: 5}, "<nil>"},
	} {
		d := &dataset.Dataset{Train: dataset.Set{N: 10, Dim: 1, Values: make([]float64, 10), Targets: make([]float64, 10)}}
		if err := d.Split(c.test, c.valid, exact.Stream(1, exact.ForSplit, 0)); fmt.Sprint(err) != c.want {
			t.Errorf("%v and %v: %v, want %s", c.test, c.valid, err, c.want)
		}
	}
}

func TestPart(t *testing.T) {
	for in, want := range map[string]dataset.Part{"0": {}, "0.0": {}, "0.2": {Fraction: 0.2}, "10000": {Count: 10000}, "1": {Count: 1}, "1e-1": {Fraction: 0.1}} {
		var p, q dataset.Part
		if err := p.Set(in); err != nil || p != want {
			t.Errorf("%s: %+v, %v; want %+v", in, p, err, want)
		}
		if err := q.Set(p.String()); err != nil || q != p {
			t.Errorf("%s: written as %s, read as %+v, %v", in, &p, q, err)
		}
	}
	for _, in := range []string{"", "2.0", "1.0", "-1", "-0.5", "nan", "inf", "half", "0.2x", "1e400", "99999999999999999999"} {
		p := dataset.Part{Count: 7}
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
		test, valid         dataset.Part
		ordered             bool
		train, wantV, wantT int
	}{
		{1797, 0, dataset.Part{Fraction: 0.33}, dataset.Part{Fraction: 0.4}, false, 721, 482, 594}, // the published parts of the 8×8 digits
		{60000, 10000, dataset.Part{Fraction: 0.2}, dataset.Part{Count: 10000}, true, 50000, 10000, 10000},
		{100, 0, dataset.Part{Fraction: 0.2}, dataset.Part{}, false, 80, 0, 20},
		{100, 0, dataset.Part{}, dataset.Part{Fraction: 0.1}, true, 90, 10, 0},
		{100, 0, dataset.Part{}, dataset.Part{}, false, 100, 0, 0},
		{3, 0, dataset.Part{Count: 1}, dataset.Part{Count: 1}, false, 1, 1, 1},
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
			t.Errorf("%+v: the test part was not drawn", c)
		}
	}
	for _, c := range []struct{ test, valid dataset.Part }{{dataset.Part{Count: 10}, dataset.Part{}}, {dataset.Part{Count: 11}, dataset.Part{}}, {dataset.Part{Count: 5}, dataset.Part{Count: 5}}, {dataset.Part{}, dataset.Part{Fraction: 0.99}}, {dataset.Part{Count: math.MaxInt}, dataset.Part{Count: math.MaxInt}}} {
		d := &dataset.Dataset{Train: tableOf(10)}
		if err := d.Split(c.test, c.valid, rand.New(rand.NewPCG(1, 2))); !contains(err, "nothing to train on") || d.Train.N != 10 {
			t.Errorf("%+v: %v", c, err)
		}
	}
	d := &dataset.Dataset{Train: tableOf(6).Slice(0, 4), Valid: tableOf(6).Slice(4, 6), Test: tableOf(2), Ordered: true}
	if err := d.Split(dataset.Part{}, dataset.Part{Count: 3}, nil); err != nil || !slices.Equal(d.Valid.Labels, []int32{3, 4, 5}) {
		t.Errorf("a part that the data brought: %v, %v", d.Valid.Labels, err)
	}
}

func TestScale(t *testing.T) {
	table := dataset.Set{N: 4, Dim: 3, Values: []float64{1, 5, 0.1, 2, 5, 0.1, 3, 5, 0.1, 4, 5, 0.1}, Targets: []float64{10, 20, 30, 40}}
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
	if sc, err := dataset.FitTargets("standard", table); err != nil || sc.Shift[0] != 25 || math.Abs(sc.Factor[0]-1/math.Sqrt(125)) > 1e-15 {
		t.Errorf("targets: %v, %v", sc, err)
	}
	for _, kind := range []string{"", "x", "0", "-1", "nan", "inf", "1e-320"} {
		if _, err := dataset.FitScale(kind, image); !contains(err, "scale") {
			t.Errorf("%q: %v", kind, err)
		}
	}
	for _, v := range [][]float64{{1e308, -1e308}, {1e308, 1e308, 5}, {1e-320, 0}} {
		for _, kind := range []string{"unit", "standard"} {
			if sc, err := dataset.FitScale(kind, dataset.Set{N: len(v), Dim: 1, Values: v}); err == nil && (math.IsInf(sc.Factor[0], 0) || math.IsNaN(sc.Shift[0])) {
				t.Errorf("%s of %g: %v", kind, v, sc)
			}
		}
	}
}

func BenchmarkGather(b *testing.B) {
	s := dataset.Set{N: 1000, Dim: 784, Pixels: counting(784000, 256)}
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
	writeFiles(t, dir, map[string][]byte{"t.csv": []byte(table), "new.csv": []byte("a,b\n5,3\n-700,3\n,3\n")})
	model := filepath.Join(dir, "m")
	mustRun(t, "-data", filepath.Join(dir, "t.csv"), "-hidden", "8", "-epochs", "3", "-save", model)
	rows, stderr, err := predicted(t, "-load", model, "-predict", filepath.Join(dir, "new.csv"))
	if err != nil || !slices.Equal(rows[1][2:], rows[2][2:]) || !slices.Equal(rows[1][2:], rows[3][2:]) || !strings.Contains(stderr, "a: 1 number out of the range seen in training, 5 to 5") {
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
		writeFiles(t, dir, map[string][]byte{"x.csv": []byte(table)})
		err := run(context.Background(), []string{"-data", filepath.Join(dir, "x.csv"), "-label", "y", "-regress", "-test", "0", "-epochs", "1"}, io.Discard, io.Discard)
		if !contains(err, want) {
			t.Errorf("%v; want %s", err, want)
		}
	}
}
