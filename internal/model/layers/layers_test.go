package layers

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"
)

// TestFinite: a weight or bias that is no number, or infinite, anywhere in the layers; what lies between rows counts
// not.
func TestFinite(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		for at, want := range []bool{false, false, true, false, false, false} {
			numbers := []float64{1, 2, 3, 4, 5, 6}
			numbers[at] = bad
			network := []Layer{{Rows: 1, Cols: 1, Stride: 1, W: []float64{1}, B: []float64{1}, Activation: "relu"},
				{Rows: 2, Cols: 2, Stride: 3, W: numbers[:5], B: numbers[5:], Activation: "relu"}}
			network[1].B = append(network[1].B, 0)
			if got := Finite(network); got != want {
				t.Errorf("%v at %d: finite %v", bad, at, got)
			}
		}
	}
}

// TestWrite: a neuron's weights are written one after another, whatever lies between the rows, and more than eight
// neurons too; the biases follow. Sizes and number are those of the shapes.
func TestWrite(t *testing.T) {
	l := Layer{Rows: 3, Cols: 11, Stride: 13, W: make([]float64, 3*13), B: make([]float64, 11)}
	for i := range l.W {
		l.W[i] = float64(i) / 7
	}
	var b, want bytes.Buffer
	for j := range l.Cols {
		l.B[j] = -float64(j)
		for i := range l.Rows {
			binary.Write(&want, binary.LittleEndian, l.W[13*i+j])
		}
	}
	binary.Write(&want, binary.LittleEndian, l.B)
	l.WriteTransposed(&b)
	l.WriteBiases(&b)
	if !bytes.Equal(b.Bytes(), want.Bytes()) {
		t.Errorf("%x is written, want %x", b.Bytes(), want.Bytes())
	}
	if s, n := Sizes([]Layer{l, New(11, 2)}), Parameters([]Layer{l, New(11, 2)}); !slices.Equal(s, []int{3, 11, 2}) ||
		n != 33+11+22+2 {
		t.Errorf("sizes %v, %d parameters", s, n)
	}
}

// TestCopyHash: a copy has the same numbers, wherever its rows lie, and so the same hash: that of the numbers one after
// another, a neuron's weights together.
func TestCopyHash(t *testing.T) {
	from := []Layer{{Rows: 2, Cols: 3, Stride: 4, W: []float64{1, 2, 3, 90, 4, 5, 6, 91}, B: []float64{7, 8, 9}}}
	to := []Layer{New(2, 3)}
	if len(to[0].W) != 6 || len(to[0].B) != 3 || to[0].Stride != 3 {
		t.Fatalf("%+v", to)
	}
	Copy(to, from)
	if !slices.Equal(to[0].W, []float64{1, 2, 3, 4, 5, 6}) || !slices.Equal(to[0].B, []float64{7, 8, 9}) {
		t.Errorf("%+v", to)
	}
	var b bytes.Buffer
	binary.Write(&b, binary.LittleEndian, []float64{1, 4, 2, 5, 3, 6, 7, 8, 9})
	want := fmt.Sprintf("%x", sha256.Sum256(b.Bytes()))
	if Hash(from) != want || Hash(to) != want {
		t.Errorf("%s and %s, want %s", Hash(from), Hash(to), want)
	}
}
