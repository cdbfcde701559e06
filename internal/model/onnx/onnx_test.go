package onnx

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
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

// A schema is the fields of a message that are messages; of the others, text is shown as such.
type schema map[int]schema

// model is what onnx.proto says of the fields that are written here.
var model = func() schema {
	value := schema{2: {1: {2: {1: {}}}}} // ValueInfoProto: type, tensor_type, shape, dim
	// GraphProto: node with its attributes, initializer, input, output
	graph := schema{1: {5: {}}, 5: {}, 11: value, 12: value}
	return schema{7: graph, 8: {}, 14: {}} // ModelProto: graph, opset_import, metadata_props
}()

// told is a message as text: each field with its number, and a tensor's bytes as the numbers that they are.
func told(t *testing.T, b []byte, s schema) string {
	var all []string
	for _, f := range fields(t, b) {
		inner, is := s[f.number]
		text := strconv.Itoa(f.number) + ":"
		switch {
		case is:
			text += "{" + told(t, f.bytes, inner) + "}"
		case f.bytes == nil:
			text += strconv.Itoa(f.integer)
		case f.number == 9: // raw_data
			var numbers []float64
			for ; len(f.bytes) >= 8; f.bytes = f.bytes[8:] {
				numbers = append(numbers, math.Float64frombits(binary.LittleEndian.Uint64(f.bytes)))
			}
			text += fmt.Sprint(numbers) + string(f.bytes)
		default:
			text += string(f.bytes)
		}
		all = append(all, text)
	}
	return strings.Join(all, " ")
}

// TestWrite reads back by the field numbers of onnx.proto what was written.
func TestWrite(t *testing.T) {
	const value = "{1:%s 2:{1:{1:11 2:{1:{2:samples} 1:{1:%d}}}}}" // doubles in any number of samples
	for _, c := range []struct {
		m    Model
		want []string
	}{
		{Model{
			Producer: "p", Doc: "doc\xff", Meta: map[string]string{"k2": "v2", "k1": "v1", "k3": ""},
			Shift: []float64{1, 2}, Factor: []float64{0.5, 0.25}, Missing: true,
			Layers: []Layer{
				{[][]float64{{1, 2, 3}, {4, 5, 6}}, []float64{7, 8, 9}, "Relu"},
				{[][]float64{{1}, {2}, {3}}, []float64{-1}, ""},
			},
			OutShift: []float64{10, 10}, OutFactor: []float64{2, 4}, Output: "y",
		}, []string{"1:7 2:p 6:doc\uFFFD 8:{2:13} 14:{1:k1 2:v1} 14:{1:k2 2:v2} 14:{1:k3 2:}",
			"7:{1:{1:input 1:input_shift 2:centred 4:Sub}",
			"1:{1:centred 1:input_factor 2:scaled 4:Mul}", "1:{1:scaled 2:missing 4:IsNaN}",
			"1:{1:missing 1:zero 1:scaled 2:there 4:Where}",
			"1:{1:there 1:W1 1:b1 2:z1 4:Gemm}", "1:{1:z1 2:a1 4:Relu}", "1:{1:a1 1:W2 1:b2 2:z2 4:Gemm}",
			"1:{1:z2 1:output_factor 2:unscaled 4:Div}", "1:{1:unscaled 1:output_shift 2:y 4:Add}", "2:backprop",
			"11:" + fmt.Sprintf(value, "input", 2), "12:" + fmt.Sprintf(value, "y", 1),
			"5:{1:2 2:11 8:input_shift 9:[1 2]}", "5:{1:2 2:11 8:input_factor 9:[0.5 0.25]}", "5:{1:1 2:11 8:zero 9:[0]}",
			"5:{1:2 1:3 2:11 8:W1 9:[1 2 3 4 5 6]}", "5:{1:3 2:11 8:b1 9:[7 8 9]}", "5:{1:3 1:1 2:11 8:W2 9:[1 2 3]}",
			"5:{1:1 2:11 8:b2 9:[-1]}",
			"5:{1:2 2:11 8:output_factor 9:[2 4]}", "5:{1:1 2:11 8:output_shift 9:[10]}}"}},
		{Model{ // inputs that are taken as they are
			Shift: []float64{0, 0}, Factor: []float64{1, 1}, Layers: []Layer{{[][]float64{{1, 2}, {3, 4}}, []float64{5, 5}, ""}},
			Softmax: true, Output: "p",
		}, []string{"1:7 2: 6: 8:{2:13} 7:{1:{1:input 1:W1 1:b1 2:z1 4:Gemm}",
			"1:{1:z1 2:p 4:Softmax 5:{1:axis 3:-1 20:2}}", "2:backprop",
			"11:" + fmt.Sprintf(value, "input", 2), "12:" + fmt.Sprintf(value, "p", 2), "5:{1:2 1:2 2:11 8:W1 9:[1 2 3 4]}",
			"5:{1:2 2:11 8:b1 9:[5 5]}}"}},
	} {
		var b bytes.Buffer
		if err := Write(&b, c.m); err != nil {
			t.Fatal(err)
		}
		if got, want := told(t, b.Bytes(), model), strings.Join(c.want, " "); got != want {
			t.Errorf("the file is\n%s\nwant\n%s", got, want)
		}
	}
}

// TestScale: what changes an input, be it one of many, is in the graph; one number that counts for all is written once.
func TestScale(t *testing.T) {
	for _, c := range []struct {
		shift, factor []float64
		want          string
	}{
		{[]float64{0, 0}, []float64{1, 1}, ""}, {[]float64{0, 3}, []float64{1, 1}, "Sub[0 3] "},
		{[]float64{-3, 0}, []float64{1, 1}, "Sub[-3 0] "},
		{[]float64{0, 0}, []float64{1, 2}, "Mul[1 2] "}, {[]float64{0, 0}, []float64{0.5, 1}, "Mul[0.5 1] "},
		{[]float64{4, 4}, []float64{5, 5}, "Sub[4] Mul[5] "},
	} {
		g, got := graph{value: Input}, ""
		g.scale(Model{Shift: c.shift, Factor: c.factor})
		for i, n := range g.nodes {
			got += n.kind + fmt.Sprint(g.tensors[i].rows[0]) + " "
		}
		if got != c.want {
			t.Errorf("shift %v and factor %v are %s, want %s", c.shift, c.factor, got, c.want)
		}
	}
}

// nothing counts what is written, and goes no further.
type nothing int

func (n *nothing) Write(b []byte) (int, error) {
	*n += nothing(len(b))
	panic("enough")
}

// TestTooLarge: what the format cannot hold is refused before anything is written: 2¹⁴ inputs with 2¹⁴ + 1 units, of 8
// bytes each; with 2¹⁴ − 2 units there is room for the rest.
func TestTooLarge(t *testing.T) {
	row := make([]float64, 1<<14+1)
	rows := make([][]float64, 1<<14)
	for _, units := range []int{1<<14 + 1, 1<<14 - 2} {
		for i := range rows {
			rows[i] = row[:units]
		}
		var b nothing
		m := Model{Shift: row[:1], Factor: row[:1], Output: "y", Layers: []Layer{{rows, row[:units], ""}}}
		var err error
		func() {
			defer func() { recover() }() // the writer's
			err = Write(&b, m)
		}()
		refused := err != nil && err.Error() == "the network takes 2.1 GB; an ONNX file holds 2"
		if refused != (units > 1<<14) || refused != (b == 0) {
			t.Errorf("%d units: %v, and %d bytes are written", units, err, b)
		}
	}
}

// TestBegins: a file of any program, which begins with the version of the format and the program's name.
func TestBegins(t *testing.T) {
	for text, want := range map[string]bool{
		"\x08\x07\x12\x08backprop\x32\x00": true, "\x08\x08\x12\x07pytorch:": true,
		"\x08\x07\x12\x00": true, "\x08\x07\x12\x7f" + strings.Repeat("x", 127): true,
		"\x08\x07\x12\x80" + strings.Repeat("x", 128): false,
		"": false, "\x08": false, "\x08\x07\x12\x08back": false, "\x08 letter": false, "{}": false,
		"\x08\x07\x12\x03\x00\x01\x02": false, "\x0a\x07\x12\x01a": false, "\x08\x07\x0a\x01a": false,
		"\x08\x07\x12\xff": false,
	} {
		if got := Begins(strings.NewReader(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
