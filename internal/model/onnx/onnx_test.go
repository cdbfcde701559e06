package onnx

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
)

// A field is one field of a message: its number, and its integer or its bytes.
type field struct {
	number, integer int
	bytes           []byte
}

// decode reads a message of Protocol Buffers that has integers, and fields with a length.
func decode(t *testing.T, b []byte) (all []field) {
	t.Helper()
	for len(b) > 0 {
		key, n := binary.Uvarint(b)
		value, m := binary.Uvarint(b[max(n, 0):])
		if n <= 0 || m <= 0 {
			t.Fatalf("% x does not begin with two integers", b)
		}
		f := field{number: int(key >> 3), integer: int(value)}
		b = b[n+m:]
		switch key & 7 {
		case 0:
		case 2:
			if value > uint64(len(b)) {
				t.Fatalf("field %d has %d bytes, and %d are left", f.number, value, len(b))
			}
			f.bytes, b = b[:value], b[value:]
		default:
			t.Fatalf("field %d is of kind %d, want 0 or 2", f.number, key&7)
		}
		all = append(all, f)
	}
	return all
}

// A schema has the fields of a message that are messages themselves.
type schema map[int]schema

// modelSchema is what onnx.proto says about the fields that the package writes.
func modelSchema() schema {
	valueInfo := schema{2: {1: {2: {1: {}}}}} // type, tensor_type, shape, dim
	graph := schema{1: {5: {}}, 5: {}, 11: valueInfo, 12: valueInfo}
	return schema{7: graph, 8: {}, 14: {}} // graph; opset_import; metadata_props
}

// describe writes a message as text: "NUMBER:VALUE" for each field, with braces around a message, and a tensor's data
// (field 9) as numbers.
func describe(t *testing.T, b []byte, s schema) string {
	t.Helper()
	var all []string
	for _, f := range decode(t, b) {
		inner, isMessage := s[f.number]
		value := string(f.bytes)
		switch {
		case isMessage:
			value = "{" + describe(t, f.bytes, inner) + "}"
		case f.bytes == nil:
			value = fmt.Sprint(f.integer)
		case f.number == 9:
			numbers := make([]float64, len(f.bytes)/8)
			if _, err := binary.Decode(f.bytes, binary.LittleEndian, numbers); err != nil || len(f.bytes)%8 != 0 {
				t.Fatalf("%d bytes of data: %v", len(f.bytes), err)
			}
			value = fmt.Sprint(numbers)
		}
		all = append(all, fmt.Sprintf("%d:%s", f.number, value))
	}
	return strings.Join(all, " ")
}

// The files are read back by the field numbers of onnx.proto, and not by the code that wrote them.
func TestWrite(t *testing.T) {
	matrix := func(name string, columns int) string { // of doubles, with any number of rows
		return fmt.Sprintf("{1:%s 2:{1:{1:11 2:{1:{2:samples} 1:{1:%d}}}}}", name, columns)
	}
	for _, c := range []struct {
		name string
		m    Model
		want []string
	}{
		{"everything", Model{
			Producer: "p", Doc: "doc\xff", Meta: map[string]string{"k2": "v2", "k1": "v1", "k3": ""},
			Shift: []float64{1, 2}, Factor: []float64{0.5, 0.25}, Missing: true,
			Layers: []Layer{
				{[][]float64{{1, 2, 3}, {4, 5, 6}}, []float64{7, 8, 9}, "Relu"},
				{[][]float64{{1}, {2}, {3}}, []float64{-1}, ""},
			},
			OutShift: []float64{10, 10}, OutFactor: []float64{2, 4}, Output: "y",
		}, []string{
			"1:7 2:p 6:doc\uFFFD 8:{2:13} 14:{1:k1 2:v1} 14:{1:k2 2:v2} 14:{1:k3 2:}",
			"7:{1:{1:input 1:input_shift 2:centred 4:Sub}",
			"1:{1:centred 1:input_factor 2:scaled 4:Mul}",
			"1:{1:scaled 2:missing 4:IsNaN}",
			"1:{1:missing 1:zero 1:scaled 2:there 4:Where}",
			"1:{1:there 1:W1 1:b1 2:z1 4:Gemm}",
			"1:{1:z1 2:a1 4:Relu}",
			"1:{1:a1 1:W2 1:b2 2:z2 4:Gemm}",
			"1:{1:z2 1:output_factor 2:unscaled 4:Div}",
			"1:{1:unscaled 1:output_shift 2:y 4:Add}",
			"2:backprop 11:" + matrix("input", 2) + " 12:" + matrix("y", 1),
			"5:{1:2 2:11 8:input_shift 9:[1 2]}",
			"5:{1:2 2:11 8:input_factor 9:[0.5 0.25]}",
			"5:{1:1 2:11 8:zero 9:[0]}",
			"5:{1:2 1:3 2:11 8:W1 9:[1 2 3 4 5 6]}",
			"5:{1:3 2:11 8:b1 9:[7 8 9]}",
			"5:{1:3 1:1 2:11 8:W2 9:[1 2 3]}",
			"5:{1:1 2:11 8:b2 9:[-1]}",
			"5:{1:2 2:11 8:output_factor 9:[2 4]}",
			"5:{1:1 2:11 8:output_shift 9:[10]}}",
		}},
		{"softmax of inputs that are not scaled", Model{
			Shift: []float64{0, 0}, Factor: []float64{1, 1},
			Layers:  []Layer{{[][]float64{{1, 2}, {3, 4}}, []float64{5, 5}, ""}},
			Softmax: true, Output: "p",
		}, []string{
			"1:7 2: 6: 8:{2:13}",
			"7:{1:{1:input 1:W1 1:b1 2:z1 4:Gemm}",
			"1:{1:z1 2:p 4:Softmax 5:{1:axis 3:-1 20:2}}",
			"2:backprop 11:" + matrix("input", 2) + " 12:" + matrix("p", 2),
			"5:{1:2 1:2 2:11 8:W1 9:[1 2 3 4]}",
			"5:{1:2 2:11 8:b1 9:[5 5]}}",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var file bytes.Buffer
			if err := Write(&file, c.m); err != nil {
				t.Fatal(err)
			}
			if got, want := describe(t, file.Bytes(), modelSchema()), strings.Join(c.want, " "); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// A shift of 0 and a factor of 1 need no node, but only if they are those of every input.
func TestScaleAddsOnlyTheNodesThatChangeSomething(t *testing.T) {
	for _, c := range []struct {
		shift, factor []float64
		want          string
	}{
		{[]float64{0, 0}, []float64{1, 1}, ""},
		{[]float64{0, 3}, []float64{1, 1}, "Sub[0 3] "},
		{[]float64{-3, 0}, []float64{1, 1}, "Sub[-3 0] "},
		{[]float64{0, 0}, []float64{1, 2}, "Mul[1 2] "},
		{[]float64{0, 0}, []float64{0.5, 1}, "Mul[0.5 1] "},
		{[]float64{4, 4}, []float64{5, 5}, "Sub[4] Mul[5] "}, // ONNX repeats a single number
	} {
		g, got := graph{value: Input}, ""
		g.scale(Model{Shift: c.shift, Factor: c.factor})
		for i, n := range g.nodes {
			got += n.kind + fmt.Sprint(g.tensors[i].rows[0]) + " "
		}
		if got != c.want {
			t.Errorf("shift %v, factor %v: got %q, want %q", c.shift, c.factor, got, c.want)
		}
	}
}

// A panicWriter ends a test at the first byte that is written, since the whole file would have 2 GB.
type panicWriter struct{}

func (panicWriter) Write([]byte) (int, error) { panic("something is written") }

// The format holds 2³¹ − 1 bytes. 2¹⁴ inputs and 2¹⁴ units have weights of 2³¹ bytes; with two units less there is
// room for the rest of the file.
func TestWriteRefusesANetworkOfMoreThan2GB(t *testing.T) {
	write := func(units int) (begun bool, err error) {
		defer func() { begun = recover() != nil }()
		row := make([]float64, units)
		rows := make([][]float64, 1<<14)
		for i := range rows {
			rows[i] = row
		}
		m := Model{Shift: row[:1], Factor: row[:1], Output: "y", Layers: []Layer{{rows, row, ""}}}
		return false, Write(panicWriter{}, m)
	}
	const want = "the network takes 2.1 GB; an ONNX file holds 2"
	if begun, err := write(1 << 14); begun || err == nil || err.Error() != want {
		t.Errorf("2¹⁴ units: got %v, begun %v; want %q before anything is written", err, begun, want)
	}
	if begun, err := write(1<<14 - 2); !begun {
		t.Errorf("2¹⁴ − 2 units: got %v, want a file", err)
	}
}

func TestBegins(t *testing.T) {
	for head, want := range map[string]bool{
		"\x08\x07\x12\x08backprop\x32\x00":            true,
		"\x08\x08\x12\x07pytorch:":                    true,
		"\x08\x07\x12\x00":                            true, // a program without a name
		"\x08\x07\x12\x7f" + strings.Repeat("x", 127): true,
		"\x08\x07\x12\x80" + strings.Repeat("x", 128): false, // the length would go on in a second byte
		"":                             false,
		"\x08":                         false,
		"\x08\x07\x12\x08back":         false,
		"\x08 letter":                  false,
		"{}":                           false,
		"\x08\x07\x12\x03\x00\x01\x02": false,
		"\x0a\x07\x12\x01a":            false,
		"\x08\x07\x0a\x01a":            false,
	} {
		if got := Begins(strings.NewReader(head)); got != want {
			t.Errorf("%q: got %v, want %v", head, got, want)
		}
	}
}
