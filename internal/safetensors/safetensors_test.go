package safetensors

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"math"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// container makes a safetensors file of a header and so many bytes of data.
func container(header string, data int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), make([]byte, data)...)
}

func read(b []byte) (map[string]string, []Tensor, []byte, error) {
	return Read(bytes.NewReader(b), int64(len(b)))
}

// numbers is a tensor to write.
func numbers(name string, shape []int, data ...float64) Tensor {
	return Tensor{Name: name, Dtype: "F64", Shape: shape, Write: func(w io.Writer) { binary.Write(w, binary.LittleEndian, data) }}
}

// TestReadRefused: what is wrong with a file is named, with its place.
func TestReadRefused(t *testing.T) {
	const w = `"a.weight":{"dtype":"F64","shape":[2,1],"data_offsets":[0,16]}`
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"empty", nil, "too few"},
		{"short", []byte("1234567"), "too few"},
		{"2^63", append(binary.LittleEndian.AppendUint64(nil, 1<<63), '{', '}'), "byte 0"},
		{"2^64-1", append(binary.LittleEndian.AppendUint64(nil, math.MaxUint64), '{', '}'), "byte 0"},
		{"longer than the file", append(binary.LittleEndian.AppendUint64(nil, 3), '{', '}'), "3 bytes"},
		{"a pickle", append([]byte("PK\x03\x04"), make([]byte, 100)...), "not a model file"},
		{"no header", container("", 0), "not a JSON object"},
		{"an array", container("[]", 0), "not a JSON object"},
		{"not JSON", container("{]", 0), "byte 9"},
		{"not UTF-8", container("{\"a\xff\":1}", 0), "UTF-8"},
		{"cut JSON", container("{"+w, 16), "EOF"},
		{"two objects", container("{"+w+"} {}", 16), "follows"},
		{"deep", container(`{"a":`+strings.Repeat("[", 1<<16), 0), `"a"`},
		{"deep metadata", container(`{"__metadata__":{"a":`+strings.Repeat(`{"a":`, 1<<16), 0), "__metadata__"},
		{"twice", container("{"+w+","+w+"}", 16), "twice"},
		{"metadata twice", container(`{"__metadata__":{"a":"","a":""},`+w+"}", 16), "twice"},
		{"metadata of numbers", container(`{"__metadata__":{"a":1},`+w+"}", 16), `"a"`},
		{"dtype", container(strings.Replace("{"+w+"}", "F64", "BF16", 1), 16), "BF16"},
		{"unknown field", container(`{"a.weight":{"dtype":"F64","shape":[1,1],"data_offsets":[0,8],"x":1}}`, 8), `"x"`},
		{"no shape", container(`{"a.weight":{"dtype":"F64","data_offsets":[0,8]}}`, 8), "shape"},
		{"three dimensions", container(`{"a.weight":{"dtype":"F64","shape":[1,1,1],"data_offsets":[0,8]}}`, 8), "shape"},
		{"one offset", container(`{"a.weight":{"dtype":"F64","shape":[1,1],"data_offsets":[8]}}`, 8), "offsets"},
		{"size 0", container(`{"a.weight":{"dtype":"F64","shape":[0,1],"data_offsets":[0,0]}}`, 0), "does not fit"},
		{"negative", container(`{"a.weight":{"dtype":"F64","shape":[-1,-1],"data_offsets":[0,8]}}`, 8), "does not fit"},
		{"product overflows", container(`{"a.weight":{"dtype":"F64","shape":[4294967296,4294967297],"data_offsets":[0,8]}}`, 8), "does not fit"},
		{"huge offset", container(`{"a.weight":{"dtype":"F64","shape":[1,1],"data_offsets":[0,9223372036854775807]}}`, 8), "end at"},
		{"huge begin", container(`{"a.weight":{"dtype":"F64","shape":[1,1],"data_offsets":[-9223372036854775808,8]},"b.weight":{"dtype":"F64","shape":[1,1],"data_offsets":[9223372036854775807,8]}}`, 16), "begin at"},
		{"beyond int64", container(`{"a.weight":{"dtype":"F64","shape":[1,1],"data_offsets":[0,9223372036854775808]}}`, 8), "9223372036854775808"},
		{"too short", container("{"+w+"}", 15), "does not fit"},
		{"too long", container("{"+w+"}", 17), "17"},
		{"gap", container(`{"a.weight":{"dtype":"F64","shape":[1,1],"data_offsets":[8,16]}}`, 16), "begin at 8"},
		{"overlap", container(`{"a.bias":{"dtype":"F64","shape":[2],"data_offsets":[8,24]},`+w+"}", 24), `"a.bias"`},
		{"dtype against length", container(strings.Replace("{"+w+"}", "F64", "F32", 1), 16), "end at"},
		{"not a number", append(container("{"+w+"}", 8), 0, 0, 0, 0, 0, 0, 0xf8, 0x7f), "number 1 of 2 is NaN"},
	} {
		if _, _, _, err := read(c.file); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %q", c.name, err, c.want)
		}
	}
}

// TestWriteRead: what is written is read again, to the bit, and the checksum covers all of it.
func TestWriteRead(t *testing.T) {
	data := []float64{math.Copysign(0, -1), math.SmallestNonzeroFloat64, math.MaxFloat64, 1. / 3, -1, 0}
	text := []byte("a line\n")
	meta := map[string]string{"a": "b", "not UTF-8": "x\xff"}
	var b bytes.Buffer
	err := Write(&b, meta, []Tensor{numbers("w", []int{2, 3}, data...), numbers("b", []int{1}, 7),
		{Name: "t", Dtype: "U8", Shape: []int{len(text)}, Write: func(w io.Writer) { w.Write(text) }}})
	if err != nil {
		t.Fatal(err)
	}
	if n := binary.LittleEndian.Uint64(b.Bytes()); n%8 != 0 || !Begins(bytes.NewReader(b.Bytes())) || Begins(strings.NewReader("12345678")) || Begins(strings.NewReader("a longer text")) {
		t.Errorf("the header has %d bytes", n)
	}
	got, tensors, sum, err := read(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if got["a"] != "b" || got["not UTF-8"] != "x\uFFFD" || got["checksum"] != Checksum(got, sum) {
		t.Errorf("metadata %q", got)
	}
	for k := range got {
		other := maps.Clone(got)
		if other[k] += "x"; k != "checksum" && Checksum(other, sum) == got["checksum"] {
			t.Errorf("the checksum does not cover %q", k)
		}
	}
	if len(tensors) != 3 || tensors[0].Name != "w" || !slices.Equal(tensors[0].Shape, []int{2, 3}) || tensors[1].Data[0] != 7 || !bytes.Equal(tensors[2].Text, text) {
		t.Fatalf("tensors %+v", tensors)
	}
	for i, v := range data {
		if math.Float64bits(tensors[0].Data[i]) != math.Float64bits(v) {
			t.Errorf("number %d: %v, want %v", i, tensors[0].Data[i], v)
		}
	}
	// 32-bit numbers are only read.
	single := append(container(`{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`, 0), 0, 0, 0, 0x3f, 0, 0, 0x80, 0xbf)
	if _, tensors, _, err := read(single); err != nil || !slices.Equal(tensors[0].Data, []float64{0.5, -1}) {
		t.Errorf("F32: %+v, %v", tensors, err)
	}
	for n := range b.Len() {
		if _, _, _, err := read(b.Bytes()[:n]); err == nil {
			t.Errorf("cut at %d: no error", n)
		}
	}
}

func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	Write(&b, map[string]string{"a": "b"}, []Tensor{numbers("w", []int{2, 1}, 1, 2), numbers("b", []int{1}, 3)})
	f.Add(b.Bytes())
	f.Add(container(`{"a.weight":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}`, 8))
	f.Fuzz(func(t *testing.T, b []byte) {
		var meta map[string]string
		var tensors []Tensor
		var err error
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		meta, tensors, _, err = read(b)
		if runtime.ReadMemStats(&after); len(b) < 64<<10 && after.TotalAlloc-before.TotalAlloc > 64<<20 {
			t.Fatalf("%d bytes make it allocate %d", len(b), after.TotalAlloc-before.TotalAlloc)
		}
		if err != nil {
			return
		}
		// What was read is written as it was.
		var again bytes.Buffer
		var list []Tensor
		for _, x := range tensors {
			if x.Data == nil {
				list = append(list, Tensor{Name: x.Name, Dtype: "U8", Shape: x.Shape, Write: func(w io.Writer) { w.Write(x.Text) }})
			} else {
				list = append(list, numbers(x.Name, x.Shape, x.Data...))
			}
		}
		if meta == nil {
			meta = map[string]string{}
		}
		if err := Write(&again, meta, list); err != nil {
			t.Fatal(err)
		}
		_, same, _, err := read(again.Bytes())
		if err != nil || len(same) != len(tensors) {
			t.Fatal(err, len(same))
		}
		for i := range same {
			if same[i].Name != tensors[i].Name || !reflect.DeepEqual(same[i].Data, tensors[i].Data) || !bytes.Equal(same[i].Text, tensors[i].Text) {
				t.Fatal(fmt.Sprint(same[i], " is not ", tensors[i]))
			}
		}
	})
}
