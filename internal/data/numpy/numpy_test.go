package numpy

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"backprop/internal/file"
	"backprop/internal/filetest"
)

func flip(b []byte, at int) []byte {
	b = slices.Clone(b)
	b[(at+len(b))%len(b)] ^= 0x10
	return b
}

// testFile is a file that NumPy wrote. mnist.npz, by savez_compressed: images of k//32 for
// k = 0 … 191, and black ones. mnist-protocol….pkl.gz, by Python 3.13 with NumPy 2: three pairs (3,
// 2 and 2 images of 8×8, float32; labels int64). Pixels change every 32: 0, 32 … divided by 256,
// from 128 in the second pair, from 255 in the third.
func testFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func unpickled(t testing.TB, protocol int) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(testFile(t, fmt.Sprintf("mnist-protocol%d.pkl.gz", protocol))))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func zippedInOrder(names []string, files map[string][]byte) []byte {
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, name := range names {
		w, _ := z.Create(name)
		w.Write(files[name])
	}
	z.Close()
	return buf.Bytes()
}

func readZip(b []byte) (Splits, error) { return ReadNPZ(bytes.NewReader(b), int64(len(b))) }

// summary is the arrays of the training set, and the shape of the test inputs.
func summary(p Splits) string {
	s := ""
	for _, a := range []*Array{p[0].Inputs, p[0].Labels} {
		v := a.Values()
		s += fmt.Sprint(a.Shape, a.Type, v[:min(len(v), 4)], " ")
	}
	if p[2].Inputs != nil {
		s += fmt.Sprint(p[2].Inputs.Shape)
	}
	return strings.TrimSpace(s)
}

// checkSplits: what was read holds together, and bytes are as many as the numbers.
func checkSplits(t *testing.T, p Splits) {
	t.Helper()
	inputs, _ := p.Bytes()
	for k := range p {
		x, y := p[k].Inputs, p[k].Labels
		if x == nil && k > 0 {
			continue
		}
		for _, a := range []*Array{x, y} {
			if n, err := file.Count(a.Shape, math.MaxInt); err != nil || n != a.Len() || len(a.Values()) != n {
				t.Fatalf("%v of %s has %d elements", a.Shape, a.Type, a.Len())
			}
		}
		if x.Shape[0] != y.Shape[0] || inputs[k] != nil && len(inputs[k]) != x.Len() {
			t.Fatalf("inputs %v, labels %v, %d bytes", x.Shape, y.Shape, len(inputs[k]))
		}
	}
}

func TestNPZ(t *testing.T) {
	le := func(x ...float32) (b []byte) {
		for _, v := range x {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
		return b
	}
	v2 := filetest.NPY("|u1", "(3,)", []byte{0, 1, 2})
	v2 = append(append([]byte("\x93NUMPY\x02\x00"), binary.LittleEndian.AppendUint32(nil, uint32(v2[8]))...), v2[10:]...)
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"NumPy's", testFile(t, "mnist.npz"), "[3 8 8]|u1[0 0 0 0] [3]|u1[0 1 2] [2 8 8]"},
		{"ours", filetest.Zipped(filetest.NPZ()), "[3 8 8]|u1[0 1 2 3] [3]|u1[0 1 2] [2 8 8]"},
		{"version 2, other names, no test", filetest.Zipped(map[string][]byte{"train_images.npy": filetest.NPY("|u1",
			"(3, 64)",
			filetest.Counting(192, 256)), "train_labels.npy": v2}), "[3 64]|u1[0 1 2 3] [3]|u1[0 1 2]"},
		{"a table of floats, big-endian labels", filetest.Zipped(map[string][]byte{"X.npy": filetest.NPY("<f4", "(2, 2)",
			le(0.5, 1, -1, 2)),
			"y.npy": filetest.NPY(">i4", "(2, 1)", []byte{0, 0, 0, 0, 0, 0, 0, 1})}), "[2 2]<f4[0.5 1 -1 2] [2 1]>i4[0 1]"},
		{"numbers to predict", filetest.Zipped(map[string][]byte{"x.npy": filetest.NPY("<f4", "(2, 2)", le(0.5, 1, -1, 2)),
			"y.npy": filetest.NPY("<f4", "(2,)", le(-1, 0.25))}), "[2 2]<f4[0.5 1 -1 2] [2]<f4[-1 0.25]"},
	} {
		p, err := readZip(c.file)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if got := summary(p); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestNPZBad(t *testing.T) {
	good := filetest.Zipped(filetest.NPZ())
	for _, c := range []struct {
		name   string
		member []byte // in place of x_train.npy
		want   string
	}{
		{"cut", filetest.NPZ()["x_train.npy"][:200], "cut off"},
		{"too long", append(filetest.NPZ()["x_train.npy"], 1), "continues"},
		{"header cut", []byte("\x93NUMPY\x01"), "header is incomplete"},
		{"no array", []byte("<html>something</html>"), "NUMPY"},
		{"objects", filetest.NPY("|O", "(3,)", make([]byte, 24)), `"|O"`},
		{"overflow", filetest.NPY("<f8", "(4294967296, 4294967296, 8)", nil), "4294967296"},
		{"absurd", filetest.NPY("<f8", "(99999999999999999999, 8)", nil), "impossible"},
		{"absurd header", append([]byte("\x93NUMPY\x02\x00\xff\xff\xff\x7f"), make([]byte, 100)...), "impossible"},
		{"negative", filetest.NPY("|u1", "(-3, 8)", make([]byte, 24)), "does not describe"},
		{"other count", filetest.NPY("|u1", "(2, 8, 8)", make([]byte, 128)), "2 samples need as many labels"},
		{"other size", filetest.NPY("|u1", "(3, 8, 9)", make([]byte, 216)), "shape"},
	} {
		files := filetest.NPZ()
		files["x_train.npy"] = c.member
		if _, err := readZip(filetest.Zipped(files)); !filetest.Says(err, c.want) {
			t.Errorf("%s: %v; want %q", c.name, err, c.want)
		}
	}
	for n := range len(good) {
		if _, err := readZip(good[:n]); err == nil {
			t.Fatalf("cut at %d: no error", n)
		}
	}
	whole, err := readZip(good)
	if err != nil {
		t.Fatal(err)
	}
	for at := range good {
		b := flip(good, at)
		if d, err := readZip(b); err == nil && !reflect.DeepEqual(d, whole) {
			t.Errorf("a bit flipped at %d: no error, and other data", at)
		}
	}
	if _, err := readZip(filetest.Zipped(map[string][]byte{"a.csv": {1}})); !filetest.Says(err, "a.csv", "unpack it") {
		t.Errorf("no arrays: %v", err)
	}
}

func FuzzReadNPZ(f *testing.F) {
	f.Add(filetest.Zipped(filetest.NPZ()))
	f.Add(testFile(f, "mnist.npz"))
	f.Fuzz(func(t *testing.T, b []byte) {
		n := filetest.Allocated(func() {
			if p, err := readZip(b); err == nil {
				checkSplits(t, p)
			}
		})
		if n > 64<<20 && len(b) < 1<<16 {
			t.Errorf("allocated %d bytes for %d", n, len(b))
		}
	})
}

func FuzzReadNPY(f *testing.F) {
	for _, b := range filetest.NPZ() {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var a *Array
		var err error
		if n := filetest.Allocated(func() {
			a, err = ReadNPY(bytes.NewReader(b),
				int64(len(b)))
		}); n > uint64(len(b)*2)+1<<17 {
			t.Errorf("allocated %d bytes for %d", n, len(b))
		}
		if err == nil {
			if n, err := file.Count(a.Shape, math.MaxInt); err != nil || len(a.data)%n != 0 || len(a.data)/n != a.width {
				t.Errorf("%v %s with %d bytes", a.Shape, a.Type, len(a.data))
			}
		}
	})
}

// python2 is what Python 2 wrote for two pairs of one 2×2 table and labels.
var python2 = map[string]string{
	"protocol 0": python2Pair("(", "(I0\ntp3\n", "S'b'\np4\n", "(I2\nI2\nt", "(S'f4'\np9\nI0\nI1\ntp10\n",
		"(I3\nS'<'\np12\nNNNI-1\nI-1\nI0\ntp13\n", "I00\n",
		`S"\x00\x00\x00?\x00\x00\x80?\x00\x00\x80\xbf'\x00\x00@"`+"\np14\n", "(I2\nt", "(S'i8'\nI0\nI1\nt",
		`S'\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00'`+"\n") + "p99\n.",
	"protocol 2": "\x80\x02" + python2Pair("(", "K\x00\x85q\x02", "U\x01bq\x03", "K\x02K\x02\x86",
		"U\x02f4q\x04K\x00K\x01\x87", "(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00t", "\x89",
		"T\x10\x00\x00\x00\x00\x00\x00?\x00\x00\x80?\x00\x00\x80\xbf'\x00\x00@q\x05", "K\x02\x85", "U\x02i8K\x00K\x01\x87",
		"T\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00") + "r\x00\x01\x00\x00.",
}

func python2Pair(mark, zero, b, shape, dtype, order, no, data, shapeY, dtypeY, dataY string) string {
	one := func(shape, dtype, data string) string {
		return "cnumpy.core.multiarray\n_reconstruct\n" + mark + "cnumpy\nndarray\n" + zero + b + "tR" +
			mark + "I1\n" + shape + "cnumpy\ndtype\n" + dtype + "R" + order + "b" + no + data + "tb"
	}
	pair := mark + one(shape, dtype, data) + one(shapeY, dtypeY, dataY) + "t"
	return mark + pair + pair + "t"
}

func TestPickle(t *testing.T) {
	for _, proto := range []int{0, 1, 2, 4, 5} {
		s := unpickled(t, proto)
		p, err := ReadPickle(bytes.NewReader(s), int64(len(s)))
		if err != nil {
			t.Errorf("protocol %d: %v", proto, err)
			continue
		}
		inputs, by := p.Bytes()
		want := make([]byte, 3*64)
		for i := range want {
			want[i] = byte(i / 32 * 32)
		}
		if by != 256 || !bytes.Equal(inputs[0], want) || inputs[1][0] != 128 || inputs[2][0] != 255 ||
			!slices.Equal(p[1].Inputs.Shape, []int{2, 64}) ||
			!slices.Equal(p[0].Labels.Values(), []float64{0, 1, 2}) || !slices.Equal(p[2].Labels.Values(), []float64{0, 1}) {
			t.Errorf("protocol %d: %s, divided by %v", proto, summary(p), by)
		}
	}
	for name, s := range python2 {
		p, err := ReadPickle(strings.NewReader(s), int64(len(s)))
		if err != nil {
			t.Errorf("Python 2, %s: %v", name, err)
			continue
		}
		if got, want := summary(p), "[2 2]<f4[0.5 1 -1 2.000009298324585] [2]<i8[0 1] [2 2]"; got != want ||
			math.Float32bits(float32(p[2].Inputs.At(3))) != 0x40000027 {
			t.Errorf("Python 2, %s: %s; want %s", name, got, want)
		}
	}
}

func TestPickleRefused(t *testing.T) {
	for name, c := range map[string]struct{ pickle, want string }{
		"system":            {"cos\nsystem\n(S'ls'\ntR.", `"os.system"`},
		"posix":             {"\x80\x02cposix\nsystem\nU\x02ls\x85R.", `"posix.system"`},
		"eval":              {"\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x011\x85R.", `"builtins.eval"`},
		"INST":              {"(S'ls'\nios\nsystem\n.", `'i'`},
		"OBJ":               {"(o.", `'o'`},
		"NEWOBJ":            {")\x81.", "0x81"},
		"persistent":        {"Pabc\n.", `'P'`},
		"extension":         {"\x82\x01.", "0x82"},
		"ndarray called":    {"cnumpy\nndarray\n)R.", "refused"},
		"a number called":   {"K\x01)R.", "refused"},
		"state of a list":   {"]N\x85b.", "state"},
		"no arrays":         {"(I1\nI2\nt.", "something other"},
		"a list of numbers": {"]K\x01a.", "something other"},
		"a list in itself":  {"]q\x00h\x00a.", "something other"},
		"bad text":          {"Vabc\\u00g0def\n.", `byte 4 of the pickle: escape in text: "\\u00g0"`},
		"bad bytes":         {"S'abc\\qdef'\n.", "byte 5 of the pickle: escape"},
		"no quotes":         {"Sabc\n.", "without quotes"},
		"half an escape":    {"Vabc\\u00\n.", "escape"},
		"empty stack":       {"0.", "empty stack"},
		"below the mark":    {"K\x01(0.", "empty stack"},
		"no mark":           {"t.", "mark"},
		"no memo":           {"h\x07.", "memo 7"},
		"cut":               {"\x80\x02T\xff\xff\xff\x7fabc", "cut off"},
		"huge":              {"\x8e\xff\xff\xff\xff\xff\xff\xff\xff", "18446744073709551615 bytes"},
		"no end":            {"N", "cut off"},
		"continues":         {"N.N", "follows"},
		"protocol":          {"\x80\x09.", "protocol 9"},
		"endless":           {strings.Repeat("(", maxInstructions+1), "instructions"},
		"records":           {"cnumpy\ndtype\n(S'V8'\ntR(I3\nS'|'\nN(S'a'\ntNI8\nI1\nI16\ntb.", "state"},
		"same text often": {"c_codecs\nencode\nq\x00X\x50\x00\x00\x00" + strings.Repeat("x", 80) + "q\x01" +
			strings.Repeat("h\x00h\x01U\x06latin1\x86R", 50) + ".", "more text"},
	} {
		if _, err := ReadPickle(strings.NewReader(c.pickle), int64(len(c.pickle))); !filetest.Says(err, c.want) {
			t.Errorf("%s: %v; want %q", name, err, c.want)
		}
	}
	// Whatever is lost or changed in an array's shape, type or data is found.
	s := python2["protocol 2"]
	for n := range len(s) {
		if _, err := ReadPickle(strings.NewReader(s[:n]), int64(n)); err == nil {
			t.Errorf("cut at %d: no error", n)
		}
	}
}

func FuzzReadPickle(f *testing.F) {
	for _, proto := range []int{0, 1, 2, 4, 5} {
		f.Add(unpickled(f, proto))
	}
	for _, s := range python2 {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		n := filetest.Allocated(func() {
			if p, err := ReadPickle(bytes.NewReader(b), int64(len(b))); err == nil {
				checkSplits(t, p)
			}
		})
		if n > 64<<20 && len(b) < 1<<16 {
			t.Errorf("allocated %d bytes for %d", n, len(b))
		}
	})
}

// TestColumnMajor: an array whose first index runs fastest is read as what it is, in any number of dimensions and
// bytes.
func TestColumnMajor(t *testing.T) {
	for _, c := range []struct{ descr, shape, data, want string }{
		{"|u1", "(2, 3)", "\x01\x04\x02\x05\x03\x06", "[1 2 3 4 5 6]"},
		{"<u2", "(2, 3)", "\x01\x00\x04\x00\x02\x00\x05\x00\x03\x00\x06\x00", "[1 2 3 4 5 6]"},
		{"|u1", "(2, 2, 2)", "\x01\x05\x03\x07\x02\x06\x04\x08", "[1 2 3 4 5 6 7 8]"},
		{"|u1", "(3,)", "\x01\x02\x03", "[1 2 3]"},
	} {
		file := bytes.Replace(filetest.NPY(c.descr, c.shape, []byte(c.data)), []byte("False"), []byte("True "), 1)
		a, err := ReadNPY(bytes.NewReader(file), int64(len(file)))
		if err != nil || fmt.Sprint(a.Values()) != c.want {
			t.Errorf("%s of %s: %v, %v; want %s", c.shape, c.descr, a, err, c.want)
		}
	}
}
