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

// padded returns a layer of three inputs and eleven outputs, with two numbers between its rows that do not belong to
// it. Eleven outputs are more than WriteTransposed takes at a time.
func padded() Layer {
	l := Layer{Rows: 3, Cols: 11, Stride: 13, W: make([]float64, 3*13), B: make([]float64, 11)}
	for i := range l.W {
		l.W[i] = float64(i) / 7
	}
	for j := range l.B {
		l.B[j] = -float64(j)
	}
	return l
}

func TestFiniteLooksAtEveryNumberOfTheNetwork(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		for place, want := range []bool{false, false, true, false, false, false, false} {
			numbers := []float64{1, 2, 3, 4, 5, 6, 7} // two rows of two weights with a gap between them, then two biases
			numbers[place] = bad
			network := []Layer{New(1, 2), {Rows: 2, Cols: 2, Stride: 3, W: numbers[:5], B: numbers[5:]}}
			if got := Finite(network); got != want {
				t.Errorf("%v at %d: finite is %v, want %v", bad, place, got, want)
			}
		}
	}
}

func TestSizesAndParametersCountOnlyWhatBelongsToTheLayers(t *testing.T) {
	network := []Layer{padded(), New(11, 2)}
	if got, want := Sizes(network), []int{3, 11, 2}; !slices.Equal(got, want) {
		t.Errorf("sizes %v, want %v", got, want)
	}
	if got, want := Parameters(network), 3*11+11+11*2+2; got != want {
		t.Errorf("%d parameters, want %d", got, want)
	}
}

// The bytes are those of the format: the weights of one neuron after another, then the biases. The hash is their
// SHA-256.
func TestWrittenBytesAndTheirHash(t *testing.T) {
	l := padded()
	var got, want bytes.Buffer
	for j := range l.Cols {
		for i := range l.Rows {
			binary.Write(&want, binary.LittleEndian, l.W[13*i+j])
		}
	}
	binary.Write(&want, binary.LittleEndian, l.B)
	l.WriteTransposed(&got)
	l.WriteBiases(&got)
	if !bytes.Equal(got.Bytes(), want.Bytes()) {
		t.Errorf("got %x, want %x", got.Bytes(), want.Bytes())
	}
	if got, want := Hash([]Layer{l}), fmt.Sprintf("%x", sha256.Sum256(want.Bytes())); got != want {
		t.Errorf("hash %s, want %s", got, want)
	}
}

func TestCopyTakesTheRowsWhereverTheyLie(t *testing.T) {
	from := []Layer{{Rows: 2, Cols: 3, Stride: 4, W: []float64{1, 2, 3, 90, 4, 5, 6, 91}, B: []float64{7, 8, 9}}}
	to := []Layer{New(2, 3)}
	Copy(to, from)
	if w, b := to[0].W, to[0].B; !slices.Equal(w, []float64{1, 2, 3, 4, 5, 6}) || !slices.Equal(b, []float64{7, 8, 9}) {
		t.Errorf("weights %v and biases %v, want 1 to 6 and 7 to 9", w, b)
	}
}
