package dataset

import (
	"fmt"
	"hash/crc32"
	"math"
	"slices"
	"testing"
)

// TestCheckRange: scaled numbers may be up to 1e100 in size, and a larger one is refused with its place, whatever set
// it is in.
func TestCheckRange(t *testing.T) {
	next := math.Nextafter(1e100, math.Inf(1))
	const end = ": too large to compute with; correct it, or remove the sample"
	for _, c := range []struct {
		set    string
		origin Origin
		values [4]float64
		inputs []string
		target float64
		want   string
	}{
		{"training", Origin{}, [4]float64{0, 1e100, -1e100, 0}, nil, -1e100, "<nil>"},
		{"training", Origin{}, [4]float64{0, 0, 0, next}, nil, 0,
			"d: sample 2 of the training set has 1.0000000000000002e+100 as input 2" + end},
		{"test", Origin{}, [4]float64{0, 0, -next, 0}, []string{"u", "v"}, 0,
			`d: sample 2 of the test set has -1.0000000000000002e+100 as input 1 ("u")` + end},
		{"validation", Origin{}, [4]float64{}, []string{"u", "v"}, 1e200,
			"d: sample 2 of the validation set has 1e+200 as number to predict, 1" + end},
		{"test", Origin{}, [4]float64{math.Inf(1)}, nil, 0, "d: sample 1 of the test set has +Inf as input 1" + end},
		{"training", Origin{File: "a.csv", Unit: "line", At: []int32{5, 7}}, [4]float64{0, 0, 0, 1e101}, nil, 0,
			"a.csv: line 7 has 1e+101 as input 2" + end},
	} {
		d := &Dataset{Name: "d", Inputs: c.inputs}
		s := Set{N: 2, Dim: 2, Values: c.values[:], Targets: []float64{0, c.target}, Origin: c.origin}
		*map[string]*Set{"training": &d.Train, "validation": &d.Valid, "test": &d.Test}[c.set] = s
		if err := d.CheckRange(EvenScale(2, 1), EvenScale(1, 1)); fmt.Sprint(err) != c.want {
			t.Errorf("%v in the %s set: got error %v, want %s", c.values, c.set, err, c.want)
		}
	}
}

// TestCheckRangeOfScaled: what counts is the size of the scaled number.
func TestCheckRangeOfScaled(t *testing.T) {
	for _, c := range []struct {
		value, shift, factor float64
		fits                 bool
	}{{2e100, 0, 0.5, true}, {2e100, 1.5e100, 1, true}, {0.75e100, -0.75e100, 1, false}} {
		d := &Dataset{Train: Set{N: 1, Dim: 1, Values: []float64{c.value}}}
		scale := Scale{Shift: []float64{c.shift}, Factor: []float64{c.factor}}
		if err := d.CheckRange(scale, Scale{}); (err == nil) != c.fits {
			t.Errorf("(%g − %g)·%g: got error %v, want that it fits: %v", c.value, c.shift, c.factor, err, c.fits)
		}
	}
}

// TestFingerprint: the fingerprint is CRC-32C of all that is learned from, numbers in little-endian order.
func TestFingerprint(t *testing.T) {
	many := make([]float64, 20001)
	many[20000] = 1.5 // 3ff8…
	castagnoli := crc32.MakeTable(crc32.Castagnoli)
	bits := append(make([]byte, 8*20000), 0, 0, 0, 0, 0, 0, 0xf8, 0x3f)
	d := &Dataset{Train: Set{N: 20001, Dim: 1, Values: many},
		Valid: Set{N: 1, Dim: 2, Pixels: []byte{7, 8}, Labels: []int32{258}},
		Test:  Set{N: 1, Dim: 0, Targets: []float64{-2}}, Classes: []string{"a", "b"}}
	text := slices.Concat([]byte(`["a" "b"]20001×1`), bits,
		[]byte("1×2\x07\x08\x02\x01\x00\x001×0\x00\x00\x00\x00\x00\x00\x00\xc0"))
	if got, want := d.Fingerprint(), fmt.Sprintf("%08x", crc32.Checksum(text, castagnoli)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
