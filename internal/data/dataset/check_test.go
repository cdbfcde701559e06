package dataset

import (
	"fmt"
	"hash/crc32"
	"math"
	"slices"
	"testing"
)

// TestCheckRange: scaled numbers may be as large as 1e100, of either sign, and no larger, whatever part they are in;
// what is, is named.
func TestCheckRange(t *testing.T) {
	next := math.Nextafter(1e100, math.Inf(1))
	const end = ": too large to compute with; correct it, or remove the sample"
	for _, c := range []struct {
		part   string
		values [4]float64
		inputs []string
		target float64
		want   string
	}{
		{"training", [4]float64{0, 1e100, -1e100, 0}, nil, -1e100, ""},
		{"training", [4]float64{0, 0, 0, next}, nil, 0,
			"d: sample 2 of the training set has 1.0000000000000002e+100 as input 2" + end},
		{"test", [4]float64{0, 0, -next, 0}, []string{"u", "v"}, 0,
			`d: sample 2 of the test set has -1.0000000000000002e+100 as input 1 ("u")` + end},
		{"validation", [4]float64{}, []string{"u", "v"}, 1e200,
			"d: sample 2 of the validation set has 1e+200 as number to predict, 1" + end},
		{"test", [4]float64{math.Inf(1)}, nil, 0, "d: sample 1 of the test set has +Inf as input 1" + end},
	} {
		d := &Dataset{Name: "d", Inputs: c.inputs}
		s := Set{N: 2, Dim: 2, Values: c.values[:], Targets: []float64{0, c.target}}
		*map[string]*Set{"training": &d.Train, "validation": &d.Valid, "test": &d.Test}[c.part] = s
		if err := d.CheckRange(EvenScale(2, 1), EvenScale(1, 1)); c.want == "" && err != nil || c.want != "" &&
			fmt.Sprint(err) != c.want {
			t.Errorf("%v: %v, want %q", c.values, err, c.want)
		}
	}
}

// TestFingerprint: the checksum is CRC-32C of all that is learned from, in the order of the parts, numbers as
// little-endian, also where there are many; whatever is changed in it changes it.
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
		t.Errorf("the checksum is %s, want %s", got, want)
	}
}
