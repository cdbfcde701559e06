package onnx

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
)

// A field is one field of a message: its number, and its integer or its bytes.
type field struct {
	number, integer int
	bytes           []byte
}

// fields reads a message of Protocol Buffers, of integers and what has a length.
func fields(t *testing.T, b []byte) (all []field) {
	t.Helper()
	for len(b) > 0 {
		key, n := binary.Uvarint(b)
		v, m := binary.Uvarint(b[max(n, 0):])
		if n <= 0 || m <= 0 {
			t.Fatalf("no number in % x", b)
		}
		f := field{number: int(key >> 3), integer: int(v)}
		b = b[n+m:]
		switch key & 7 {
		case 0:
		case 2:
			if v > uint64(len(b)) {
				t.Fatalf("field %d has %d bytes, and %d are left", f.number, v, len(b))
			}
			f.bytes, b = b[:v], b[v:]
		default:
			t.Fatalf("field %d is of kind %d", f.number, key&7)
		}
		all = append(all, f)
	}
	return all
}

// only is the contents of the fields of that number.
func only(all []field, number int) (texts []string) {
	for _, f := range all {
		if f.number == number {
			texts = append(texts, string(f.bytes))
		}
	}
	return texts
}

// TestWrite reads back by the field numbers of onnx.proto what was written.
func TestWrite(t *testing.T) {
	var b bytes.Buffer
	err := Write(&b, Model{
		Producer: "p", Doc: "doc", Meta: map[string]string{"k": "v"},
		Shift: []float64{1, 2}, Factor: []float64{0.5, 0.25}, Missing: true,
		Layers: []Layer{
			{[][]float64{{1, 2, 3}, {4, 5, 6}}, []float64{7, 8, 9}, "Relu"},
			{[][]float64{{1}, {2}, {3}}, []float64{-1}, ""},
		},
		OutShift: []float64{10}, OutFactor: []float64{2}, Output: "y",
	})
	if err != nil {
		t.Fatal(err)
	}
	model := fields(t, b.Bytes())
	graph := fields(t, []byte(only(model, 7)[0]))
	var nodes []string
	for _, n := range only(graph, 1) {
		f := fields(t, []byte(n))
		nodes = append(nodes, only(f, 4)[0]+" "+strings.Join(only(f, 1), ",")+" "+only(f, 2)[0])
	}
	want := []string{"Sub input,input_shift centred", "Mul centred,input_factor scaled", "IsNaN scaled missing",
		"Where missing,zero,scaled there", "Gemm there,W1,b1 z1", "Relu z1 a1", "Gemm a1,W2,b2 z2",
		"Div z2,output_factor unscaled", "Add unscaled,output_shift y"}
	if !slices.Equal(nodes, want) {
		t.Errorf("nodes are\n%q, want\n%q", nodes, want)
	}
	if model[0].number != 1 || model[0].integer != 7 {
		t.Errorf("the version is %v", model[0])
	}
	if v := fields(t, []byte(only(model, 8)[0])); v[0].number != 2 || v[0].integer != 13 {
		t.Errorf("the opset is %v", v)
	}
	found := false
	for _, tensor := range only(graph, 5) {
		f := fields(t, []byte(tensor))
		if only(f, 8)[0] != "W1" {
			continue
		}
		found = true
		if f[0].integer != 2 || f[1].integer != 3 || f[2].number != 2 || f[2].integer != 11 {
			t.Errorf("W1 is of shape and type %v", f[:3])
		}
		raw := only(f, 9)[0]
		for i := range 6 {
			if v := math.Float64frombits(binary.LittleEndian.Uint64([]byte(raw[8*i:]))); v != float64(i+1) {
				t.Errorf("W1 has %v at %d", v, i)
			}
		}
	}
	if !found || strings.Join(only(model, 2), "")+strings.Join(only(model, 6), "") != "pdoc" || len(only(model, 14)) != 1 {
		t.Errorf("W1, the producer, the text or the metadata are missing")
	}
}

// nothing counts what is written, and takes none of it.
type nothing int

func (n *nothing) Write(b []byte) (int, error) {
	*n += nothing(len(b))
	return 0, io.ErrShortWrite
}

// TestTooLarge: what the format cannot hold is refused before anything is written.
func TestTooLarge(t *testing.T) {
	var b nothing
	m := Model{Shift: make([]float64, 1), Factor: make([]float64, 1), Output: "y"}
	row := make([]float64, 1<<14)
	for range 2 { // 16384 × 16384 twice
		rows := make([][]float64, len(row))
		for i := range rows {
			rows[i] = row
		}
		m.Layers = append(m.Layers, Layer{rows, row, ""})
	}
	if err := Write(&b, m); err == nil || !strings.Contains(err.Error(), "an ONNX file holds 2") || b > 0 {
		t.Errorf("%v, and %d bytes are written", err, b)
	}
}

// TestBegins: a file of any program, which begins with the version of the format and the program's name.
func TestBegins(t *testing.T) {
	for text, want := range map[string]bool{
		"\x08\x07\x12\x08backprop\x32\x00": true, "\x08\x08\x12\x07pytorch:": true,
		"": false, "\x08": false, "\x08\x07\x12\x08back": false, "\x08 letter": false, "{}": false,
		"\x08\x07\x12\x03\x00\x01\x02": false, "\x0a\x07\x12\x01a": false, "\x08\x07\x0a\x01a": false, "\x08\x07\x12\xff": false,
	} {
		if got := Begins(strings.NewReader(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
