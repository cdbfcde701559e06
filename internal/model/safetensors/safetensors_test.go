package safetensors

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"backprop/internal/filetest"
)

// container makes a safetensors file of a header and so many bytes of data, all 0.
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

// text is a tensor of bytes to write.
func text(name, s string) Tensor {
	return Tensor{Name: name, Dtype: "U8", Shape: []int{len(s)}, Write: func(w io.Writer) { io.WriteString(w, s) }}
}

// The expected file follows the description of the format, and the checksum its definition in Checksum's comment.
func TestWrite(t *testing.T) {
	var file bytes.Buffer
	tensors := []Tensor{numbers("b", []int{2, 1}, 1, -2), text("a", "xyz")}
	if err := Write(&file, map[string]string{"k": "v", "j": "u\xff"}, tensors); err != nil {
		t.Fatal(err)
	}
	data := "\x00\x00\x00\x00\x00\x00\xf0\x3f\x00\x00\x00\x00\x00\x00\x00\xc0xyz" // 1, −2 and the text
	sum := sha256.Sum256([]byte(data))
	checksum := sha256.Sum256([]byte(string(sum[:]) + "j\x00u\uFFFD\x00k\x00v\x00"))
	header := fmt.Sprintf(`{"__metadata__":{"checksum":"%x","j":"u�","k":"v"},`+
		`"a":{"dtype":"U8","shape":[3],"data_offsets":[16,19]},`+
		`"b":{"dtype":"F64","shape":[2,1],"data_offsets":[0,16]}}`, checksum)
	header += strings.Repeat(" ", 7-(len(header)+7)%8) // its length is a multiple of 8
	if want := string(container(header, 0)) + data; file.String() != want {
		t.Errorf("got  %q\nwant %q", file.String(), want)
	}
	meta, got, gotSum, err := read(file.Bytes())
	if err != nil || len(meta) != 3 || got[0].Name != "b" || got[1].Name != "a" || !bytes.Equal(gotSum, sum[:]) {
		t.Errorf("read again: got %q, %v, %x, %v; want 3 entries, b before a, and %x", meta, got, gotSum, err, sum)
	}
}

func TestWriteReportsAFullDisk(t *testing.T) {
	full := errors.New("full")
	w := filetest.FailingWriter{Err: full}
	if err := Write(w, map[string]string{}, []Tensor{numbers("a", []int{1}, 1)}); err != full {
		t.Errorf("got %v, want %v", err, full)
	}
}

func TestReadReturnsTheBitsThatWereWritten(t *testing.T) {
	data := []float64{math.Copysign(0, -1), math.SmallestNonzeroFloat64, math.MaxFloat64, 1. / 3, -1, 0}
	var file bytes.Buffer
	err := Write(&file, map[string]string{"a": "b"},
		[]Tensor{numbers("w", []int{2, 3}, data...), numbers("b", []int{1}, 7), text("t", "a line\n")})
	if err != nil {
		t.Fatal(err)
	}
	meta, tensors, sum, err := read(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if meta["a"] != "b" || meta["checksum"] != Checksum(meta, sum) {
		t.Errorf("metadata: got %q, want a: b and the checksum", meta)
	}
	if len(tensors) != 3 || tensors[0].Name != "w" || !slices.Equal(tensors[0].Shape, []int{2, 3}) ||
		tensors[1].Data[0] != 7 || string(tensors[2].Text) != "a line\n" {
		t.Fatalf("tensors: got %+v, want w of 2×3, b of 7 and the text t", tensors)
	}
	for i, v := range data {
		if math.Float64bits(tensors[0].Data[i]) != math.Float64bits(v) {
			t.Errorf("number %d: got %v, want %v", i, tensors[0].Data[i], v)
		}
	}
	for n := range file.Len() {
		if _, _, _, err := read(file.Bytes()[:n]); err == nil {
			t.Errorf("cut off after %d bytes: got no error", n)
		}
	}
}

// Other programs store 32-bit numbers; this one only reads them. 0.5 is 3f000000, and −1 is bf800000.
func TestReadConverts32BitNumbers(t *testing.T) {
	header := `{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`
	_, tensors, _, err := read(append(container(header, 0), 0, 0, 0, 0x3f, 0, 0, 0x80, 0xbf))
	if err != nil || !slices.Equal(tensors[0].Data, []float64{0.5, -1}) {
		t.Errorf("got %+v, %v; want 0.5 and −1", tensors, err)
	}
}

// w is the header's entry of a tensor of 2×1 numbers; its name ends at byte 12 of the file, and it at byte 64.
const w = `"w":{"dtype":"F64","shape":[2,1],"data_offsets":[0,16]}`

func TestReadAcceptsUnusualButValidFiles(t *testing.T) {
	for name, file := range map[string][]byte{
		"no tensors":                   container("{}", 0),
		"spaces after the header":      container("{"+w+"}   ", 16),
		"as many names as are allowed": container(manyNames(100_000), 0),
	} {
		if _, _, _, err := read(file); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	first := `{"b":{"dtype":"U8","shape":[1],"data_offsets":[16,17]},` + w + "}"
	_, tensors, _, err := read(container(first, 17))
	if err != nil || len(tensors) != 2 || tensors[0].Name != "w" || tensors[1].Name != "b" {
		t.Errorf("the header in another order than the data: got %v, %v; want w, then b", tensors, err)
	}
}

// manyNames is a header with n names in the metadata.
func manyNames(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"%d":""`, i)
	}
	return `{"__metadata__":{` + b.String()[1:] + "}}"
}

// withHeaderLength is a file that claims a header of n bytes, and has two.
func withHeaderLength(n uint64) []byte {
	return append(binary.LittleEndian.AppendUint64(nil, n), '{', '}')
}

// A message says what is wrong and where, as a byte of the file or as the name of a tensor.
func TestReadRefusesAHeaderThatItCannotRead(t *testing.T) {
	const noObject = "byte 8: the header is not a JSON object in UTF-8: it is not a model file (safetensors), or damaged"
	const cutOff = "the file was cut off, or it is not a model file (safetensors)"
	const dimensions = ": one or two dimensions and two offsets were expected"
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"7 bytes", []byte("1234567"), "byte 0: 7 bytes are too few for a model file (safetensors)"},
		{"longer than the file", withHeaderLength(3), "byte 0: a header of 3 bytes is promised, and 2 follow: " + cutOff},
		{"longer than any file", withHeaderLength(math.MaxUint64),
			"byte 0: a header of 18446744073709551615 bytes is promised, and 2 follow: " + cutOff},
		{"empty", container("", 0), noObject},
		{"an array", container("[]", 0), noObject},
		{"not UTF-8", container("{\"a\xff\":1}", 0), noObject},
		{"not JSON", container("{]", 0), "byte 9: invalid character ']'"},
		{"cut off", container("{"+w, 16), "byte 64: EOF"},
		{"more JSON after it", container("{"+w+"} {}", 16), `byte 65: "{}" follows the header's JSON`},
		{"a letter after it", container("{"+w+"} x", 16), `byte 65: "x" follows the header's JSON`},
		{"no value", container(`{"w"}`, 0), `byte 12: "w": expected colon after object key`},
		{"no name", container(`{1}`, 0), "byte 9: the header's JSON is damaged: invalid character '1'"},
		{"a name twice", container("{"+w+","+w+"}", 16), `byte 68: the name "w" appears twice`},
		{"too many names", container(manyNames(100_001), 0),
			`byte 1088923: "__metadata__": there are more than 100000 names: it is not a model file`},
		{"too many levels", container(`{"a":`+strings.Repeat("[", 1<<16), 0),
			`byte 13: "a": invalid character '[' exceeded max depth`},
		{"metadata is a text", container(`{"__metadata__":"a"}`, 0),
			`byte 27: "__metadata__": the header's JSON is damaged: { was expected`},
		{"metadata has a list", container(`{"__metadata__":{"a":[]}}`, 0),
			`byte 30: "__metadata__": "a": a text was expected`},
		{"unknown field", container(`{"w":{"dtype":"F64","shape":[1],"data_offsets":[0,8],"x":1}}`, 8),
			`byte 67: "w": json: unknown field "x"`},
		{"16-bit numbers", container(`{"w":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}`, 2),
			`byte 61: "w": its numbers are "F16"; F64 or F32 were expected: convert it (in PyTorch, .double())`},
		{"no dimension", container(`{"w":{"dtype":"F64","shape":[],"data_offsets":[0,8]}}`, 8),
			`byte 60: "w": shape [], data_offsets [0 8]` + dimensions},
		{"three dimensions", container(`{"w":{"dtype":"F64","shape":[1,1,1],"data_offsets":[0,8]}}`, 8),
			`byte 65: "w": shape [1 1 1], data_offsets [0 8]` + dimensions},
		{"three offsets", container(`{"w":{"dtype":"F64","shape":[1],"data_offsets":[0,8,8]}}`, 8),
			`byte 63: "w": shape [1], data_offsets [0 8 8]` + dimensions},
		{"offset beyond int64", container(strings.Replace("{"+w+"}", "16", "9223372036854775808", 1), 8),
			`byte 81: "w": json: cannot unmarshal number 9223372036854775808 into Go struct field ` +
				"Tensor.data_offsets of type int64"},
	} {
		if _, _, _, err := read(c.file); err == nil || err.Error() != c.want {
			t.Errorf("%s:\ngot  %v\nwant %s", c.name, err, c.want)
		}
	}
}

// A shape is compared with the size of the file before memory is allocated for it.
func TestReadRefusesDataThatDoNotFitTheHeader(t *testing.T) {
	const damaged = ": the file is damaged, or the training had diverged"
	changed := func(old, new string, data int) []byte {
		return container(strings.Replace("{"+w+"}", old, new, 1), data)
	}
	float32s := func(last ...byte) []byte {
		return append(container(`{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`, 4), last...)
	}
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"too little", container("{"+w+"}", 15), `tensor "w": its shape [2 1] does not fit into the file's 15 bytes of data`},
		{"too much", container("{"+w+"}", 17),
			"the header promises 16 bytes of data, and the file has 17: it was cut off, or something was added"},
		{"a dimension of 0", changed("2,1", "0,1", 0),
			`tensor "w": its shape [0 1] does not fit into the file's 0 bytes of data`},
		{"negative dimensions", changed("2,1", "-1,-1", 8),
			`tensor "w": its shape [-1 -1] does not fit into the file's 8 bytes of data`},
		{"a size beyond int64", changed("2,1", "4294967296,4294967297", 8),
			`tensor "w": its shape [4294967296 4294967297] does not fit into the file's 8 bytes of data`},
		{"a gap", changed("0,16", "1,17", 17),
			`tensor "w": its data begin at 1; 0 was expected, where the tensor before it ends`},
		{"an overlap", container(`{"a":{"dtype":"F64","shape":[2],"data_offsets":[8,24]},`+w+"}", 24),
			`tensor "a": its data begin at 8; 16 was expected, where the tensor before it ends`},
		{"another end", changed("0,16", "0,17", 17), `tensor "w": its data end at 17; F64 of shape [2 1] end at 16`},
		{"not a number", float32s(0, 0, 0xc0, 0x7f), `tensor "w": number 1 of 2 is NaN` + damaged},
		{"infinite", float32s(0, 0, 0x80, 0xff), `tensor "w": number 1 of 2 is -Inf` + damaged},
	} {
		if _, _, _, err := read(c.file); err == nil || err.Error() != c.want {
			t.Errorf("%s:\ngot  %v\nwant %s", c.name, err, c.want)
		}
	}
}

// A file may shrink while it is read: then the size that was asked for at first is too large.
func TestReadRefusesAFileThatEndsBeforeItsSize(t *testing.T) {
	const end = "the file was cut off, fetch it again"
	for _, c := range []struct {
		name string
		file []byte
		size int64
		want string
	}{
		{"header", withHeaderLength(100_000_000), 1 << 40, "byte 8: the header of 100000000 bytes is incomplete: " + end},
		{"header longer than the format allows", withHeaderLength(100_000_001), 1 << 40, "byte 0: a header of 100000001 " +
			"bytes is promised, and 1099511627768 follow: the file was cut off, or it is not a model file (safetensors)"},
		{"numbers", container("{"+w+"}", 15), int64(8 + len(w) + 2 + 16), `tensor "w": its data are incomplete: ` + end},
		{"text", container(`{"t":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}`, 2), 64,
			`tensor "t": its data are incomplete: ` + end},
	} {
		if _, _, _, err := Read(bytes.NewReader(c.file), c.size); err == nil || err.Error() != c.want {
			t.Errorf("%s:\ngot  %v\nwant %s", c.name, err, c.want)
		}
	}
}

func TestBegins(t *testing.T) {
	begins := func(head string) bool { return Begins(strings.NewReader(head)) }
	filetest.Holds(t, "begins a model file", begins,
		[]string{string(withHeaderLength(2)), string(withHeaderLength(100_000_000))},
		[]string{string(withHeaderLength(100_000_001)), string(container("[]", 0)), string(container("{}", 0)[:8]),
			"12345678", "a longer text"})
}

// Whatever a file holds, reading it takes little memory; and what was read can be written and read again.
func FuzzRead(f *testing.F) {
	var file bytes.Buffer
	Write(&file, map[string]string{"a": "b"}, []Tensor{numbers("w", []int{2, 1}, 1, 2), numbers("b", []int{1}, 3)})
	f.Add(file.Bytes())
	f.Add(container(`{"a.weight":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}`, 8))
	f.Fuzz(func(t *testing.T, b []byte) {
		var meta map[string]string
		var tensors []Tensor
		var err error
		allocated := filetest.Allocated(func() { meta, tensors, _, err = read(b) })
		if len(b) < 64<<10 && allocated > 64<<20 {
			t.Fatalf("%d bytes make it allocate %d", len(b), allocated)
		}
		if err != nil {
			return
		}
		if meta == nil {
			meta = map[string]string{}
		}
		var list []Tensor
		for _, x := range tensors {
			if x.Data == nil {
				list = append(list, Tensor{Name: x.Name, Dtype: "U8", Shape: x.Shape, Write: text("", string(x.Text)).Write})
			} else {
				list = append(list, numbers(x.Name, x.Shape, x.Data...))
			}
		}
		var again bytes.Buffer
		if err := Write(&again, meta, list); err != nil {
			t.Fatal(err)
		}
		_, got, _, err := read(again.Bytes())
		if err != nil || len(got) != len(tensors) {
			t.Fatalf("written again: got %d tensors, %v; want %d", len(got), err, len(tensors))
		}
		for i, want := range tensors {
			if got[i].Name != want.Name || !reflect.DeepEqual(got[i].Data, want.Data) || !bytes.Equal(got[i].Text, want.Text) {
				t.Fatalf("written again: got %v, want %v", got[i], want)
			}
		}
	})
}
