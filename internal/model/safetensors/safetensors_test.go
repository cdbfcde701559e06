package safetensors

import (
	"bytes"
	"crypto/sha256"
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
	return Tensor{Name: name, Dtype: "F64", Shape: shape, Write: func(w io.Writer) {
		binary.Write(w, binary.LittleEndian, data)
	}}
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
		{"product overflows", container(`{"a.weight":{"dtype":"F64","shape":[4294967296,4294967297],"data_offsets":[0,8]}}`,
			8), "does not fit"},
		{"huge offset", container(`{"a.weight":{"dtype":"F64","shape":[1,1],"data_offsets":[0,9223372036854775807]}}`, 8),
			"end at"},
		{"huge begin", container(`{"a.weight":{"dtype":"F64","shape":[1,1],"data_offsets":[-9223372036854775808,8]},"b.weight":{"dtype":"F64","shape":[1,1],"data_offsets":[9223372036854775807,8]}}`, 16), "begin at"},
		{"beyond int64", container(`{"a.weight":{"dtype":"F64","shape":[1,1],"data_offsets":[0,9223372036854775808]}}`, 8),
			"9223372036854775808"},
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
	if n := binary.LittleEndian.Uint64(b.Bytes()); n%8 != 0 || !Begins(bytes.NewReader(b.Bytes())) ||
		Begins(strings.NewReader("12345678")) || Begins(strings.NewReader("a longer text")) {
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
	if len(tensors) != 3 || tensors[0].Name != "w" || !slices.Equal(tensors[0].Shape, []int{2, 3}) ||
		tensors[1].Data[0] != 7 || !bytes.Equal(tensors[2].Text, text) {
		t.Fatalf("tensors %+v", tensors)
	}
	for i, v := range data {
		if math.Float64bits(tensors[0].Data[i]) != math.Float64bits(v) {
			t.Errorf("number %d: %v, want %v", i, tensors[0].Data[i], v)
		}
	}
	// 32-bit numbers are only read.
	single := append(container(`{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`, 0), 0, 0, 0, 0x3f, 0, 0, 0x80,
		0xbf)
	if _, tensors, _, err := read(single); err != nil || !slices.Equal(tensors[0].Data, []float64{0.5, -1}) {
		t.Errorf("F32: %+v, %v", tensors, err)
	}
	for n := range b.Len() {
		if _, _, _, err := read(b.Bytes()[:n]); err == nil {
			t.Errorf("cut at %d: no error", n)
		}
	}
}

// TestWritten: a written file is what the format says, byte for byte, with the checksum that its definition gives.
func TestWritten(t *testing.T) {
	var b bytes.Buffer
	tensors := []Tensor{numbers("b", []int{2, 1}, 1, -2), {Name: "a", Dtype: "U8", Shape: []int{3},
		Write: func(w io.Writer) { io.WriteString(w, "xyz") }}}
	if err := Write(&b, map[string]string{"k": "v", "j": "u"}, tensors); err != nil {
		t.Fatal(err)
	}
	data := "\x00\x00\x00\x00\x00\x00\xf0\x3f\x00\x00\x00\x00\x00\x00\x00\xc0xyz" // 1, −2 and the text
	sum := sha256.Sum256([]byte(data))
	check := sha256.Sum256([]byte(string(sum[:]) + "j\x00u\x00k\x00v\x00"))
	header := fmt.Sprintf(`{"__metadata__":{"checksum":"%x","j":"u","k":"v"},"a":{"dtype":"U8","shape":[3],"data_offsets":[16,19]},`+
		`"b":{"dtype":"F64","shape":[2,1],"data_offsets":[0,16]}}`, check)
	header += strings.Repeat(" ", 7-(len(header)+7)%8)
	if want := string(container(header, 0)) + data; b.String() != want {
		t.Errorf("got  %q\nwant %q", b.String(), want)
	}
	if !slices.Equal(tensors[0].Offsets, []int64{0, 16}) || !slices.Equal(tensors[1].Offsets, []int64{16, 19}) {
		t.Errorf("offsets %v and %v", tensors[0].Offsets, tensors[1].Offsets)
	}
	meta, got, read, err := Read(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil || len(meta) != 3 || got[0].Name != "b" || got[1].Name != "a" || string(read) != string(sum[:]) {
		t.Errorf("read again: %q, %v, %x, %v", meta, got, read, err)
	}
}

// TestWriteFails: a full disk is told.
func TestWriteFails(t *testing.T) {
	r, w := io.Pipe()
	r.CloseWithError(io.ErrShortWrite)
	if err := Write(w, map[string]string{}, []Tensor{numbers("a", []int{1}, 1)}); err != io.ErrShortWrite {
		t.Errorf("a full disk: %v", err)
	}
}

// TestReadWords: what is wrong with a file is told in words that name the place and what is there.
func TestReadWords(t *testing.T) {
	const w, end = `"w":{"dtype":"F64","shape":[2,1],"data_offsets":[0,16]}`, "the file was cut off, fetch it again"
	names := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `,"%d":""`, i)
		}
		return "{" + b.String()[1:] + "}"
	}
	long := func(n uint64) []byte { return append(binary.LittleEndian.AppendUint64(nil, n), '{', '}') }
	f32 := func(b ...byte) []byte {
		return append(container(`{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`, 4), b...)
	}
	for _, c := range []struct {
		name string
		file []byte
		size int64 // more than there is
		want string
	}{
		{"nothing in it", container("{}", 0), 0, ""},
		{"blanks after it", container("{"+w+"}   ", 16), 0, ""},
		{"tensors in another order", container(`{"b":{"dtype":"U8","shape":[1],"data_offsets":[16,17]},`+w+"}", 17), 0, ""},
		{"as many names as may be", container(`{"__metadata__":`+names(100_000)+"}", 0), 0, ""},
		{"a name more", container(`{"__metadata__":`+names(100_001)+"}", 0), 0,
			`byte 1088923: "__metadata__": there are more than 100000 names: it is not a model file`},
		{"7 bytes", []byte("1234567"), 0, "byte 0: 7 bytes are too few for a model file (safetensors)"},
		{"header too long", long(3), 0,
			"byte 0: a header of 3 bytes is promised, and 2 follow: the file was cut off, or it is " +
				"not a model file (safetensors)"},
		{"header longer than any", long(100_000_001), 1 << 40, "byte 0: a header of 100000001 bytes is promised, and " +
			"1099511627778 follow: the file was cut off, or it is not a model file (safetensors)"},
		{"as long as may be", long(100_000_000), 1 << 40, "byte 8: the header of 100000000 bytes is incomplete: " + end},
		{"an array", container("[]", 0), 0,
			"byte 8: the header is not a JSON object in UTF-8: it is not a model file (safetensors), or damaged"},
		{"no value", container(`{"w"}`, 0), 0, `byte 12: "w": expected colon after object key`},
		{"no name", container(`{1}`, 0), 0, "byte 9: the header's JSON is damaged: invalid character '1'"},
		{"metadata is a text", container(`{"__metadata__":"a"}`, 0), 0,
			`byte 27: "__metadata__": the header's JSON is damaged: { was expected`},
		{"metadata of lists", container(`{"__metadata__":{"a":[]}}`, 0), 0,
			`byte 30: "__metadata__": "a": a text was expected`},
		{"twice", container("{"+w+","+w+"}", 16), 0, `byte 68: the name "w" appears twice`},
		{"a type", container(`{"w":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}`, 2), 0,
			`byte 61: "w": its numbers are "F16"; ` +
				"F64 or F32 were expected: convert it (in PyTorch, .double())"},
		{"no dimension", container(`{"w":{"dtype":"F64","shape":[],"data_offsets":[0,8]}}`, 8), 0,
			`byte 60: "w": shape [], ` +
				"data_offsets [0 8]: one or two dimensions and two offsets were expected"},
		{"three offsets", container(`{"w":{"dtype":"F64","shape":[1],"data_offsets":[0,8,8]}}`, 8), 0,
			`byte 63: "w": shape [1], ` +
				"data_offsets [0 8 8]: one or two dimensions and two offsets were expected"},
		{"more JSON", container("{"+w+"} {}", 16), 0, `byte 65: "{}" follows the header's JSON`},
		{"a character more", container("{"+w+"} x", 16), 0, `byte 65: "x" follows the header's JSON`},
		{"a shape too large", container("{"+w+"}", 15), 0,
			`tensor "w": its shape [2 1] does not fit into the file's 15 bytes of data`},
		{"a gap", container(strings.Replace("{"+w+"}", "0,16", "1,17", 1), 17), 0, `tensor "w": its data begin at 1; ` +
			"0 was expected, where the tensor before it ends"},
		{"another end", container(strings.Replace("{"+w+"}", "0,16", "0,17", 1), 17), 0,
			`tensor "w": its data end at 17; F64 of shape [2 1] end at 16`},
		{"more data", container("{"+w+"}", 17), 0,
			"the header promises 16 bytes of data, and the file has 17: it was cut off, " +
				"or something was added"},
		{"fewer data than were said", container("{"+w+"}", 15), 1, `tensor "w": its data are incomplete: ` + end},
		{"less text", container(`{"t":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}`, 2), 1,
			`tensor "t": its data are incomplete: ` + end},
		{"not a number", f32(0, 0, 0xc0, 0x7f), 0,
			`tensor "w": number 1 of 2 is NaN: the file is damaged, or the training had diverged`},
		{"infinite", f32(0, 0, 0x80, 0xff), 0,
			`tensor "w": number 1 of 2 is -Inf: the file is damaged, or the training had diverged`},
	} {
		_, tensors, _, err := Read(bytes.NewReader(c.file), int64(len(c.file))+c.size)
		if got := fmt.Sprint(err); err != nil && got != c.want || err == nil && c.want != "" {
			t.Errorf("%s:\n%s; want\n%s", c.name, got, c.want)
		}
		if c.name == "tensors in another order" && (len(tensors) != 2 || tensors[0].Name != "w" || tensors[1].Name != "b") {
			t.Errorf("%s: %v", c.name, tensors)
		}
	}
	yes, no := [][]byte{long(100_000_000), long(2)}, [][]byte{long(100_000_001), container("[]", 0),
		container("{}", 0)[:8]}
	for i, b := range slices.Concat(yes, no) {
		if want := i < len(yes); Begins(bytes.NewReader(b)) != want {
			t.Errorf("%q begins a model file: %v", b, !want)
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
			if same[i].Name != tensors[i].Name || !reflect.DeepEqual(same[i].Data, tensors[i].Data) ||
				!bytes.Equal(same[i].Text, tensors[i].Text) {
				t.Fatal(fmt.Sprint(same[i], " is not ", tensors[i]))
			}
		}
	})
}
