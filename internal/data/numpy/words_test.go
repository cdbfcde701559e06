package numpy

import (
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"backprop/internal/filetest"
)

// machine carries a pickle out, and gives what is on the stack at its end.
func machine(s string, limit int64) (any, *unpickler) {
	p := newUnpickler(strings.NewReader(s), limit)
	return p.run(), p
}

// TestInstructions: each instruction leaves on the stack what Python's leaves there.
func TestInstructions(t *testing.T) {
	const dtype = "cnumpy\ndtype\nU\x02i2\x85R"
	for _, c := range []struct {
		pickle string
		want   any
	}{
		{"N.", nil}, {"\x88.", true}, {"\x89.", false}, {"\x80\x00N.", nil}, {"\x80\x05N.", nil},
		{"\x95\x07\x00\x00\x00\x00\x00\x00\x00K\x02.", int64(2)},
		{"K\xff.", int64(255)}, {"M\xfe\xff.", int64(65534)}, {"J\xfe\xff\xff\xff.", int64(-2)},
		{"J\x01\x02\x03\x04.", int64(0x04030201)},
		{"\x8a\x00.", int64(0)}, {"\x8a\x01\xff.", int64(-1)}, {"\x8a\x02\x00\x01.", int64(256)},
		{"\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f.", int64(math.MaxInt64)},
		{"I-12\n.", int64(-12)}, {"I00\n.", false}, {"I01\n.", true}, {"I1\n.", int64(1)}, {"I02\n.", int64(2)},
		{"L12L\n.", int64(12)}, {"L3\n.", int64(3)}, {"L00\n.", int64(0)}, {"L01\n.", int64(1)},
		{"U\x02ab.", []byte("ab")}, {"C\x01a.", []byte("a")}, {"T\x02\x00\x00\x00ab.", []byte("ab")},
		{"B\x02\x00\x00\x00ab.", []byte("ab")},
		{"\x8e\x02\x00\x00\x00\x00\x00\x00\x00ab.", []byte("ab")}, {"\x96\x02\x00\x00\x00\x00\x00\x00\x00ab.", []byte("ab")},
		{"\x8c\x02ab.", pyText("ab")}, {"X\x02\x00\x00\x00ab.", pyText("ab")},
		{"\x8d\x02\x00\x00\x00\x00\x00\x00\x00ab.", pyText("ab")},
		{`S'a\'b"\"\x00\xff\n\\'` + "\n.", []byte("a'b\"\"\x00\xff\n\\")}, {`S"a'b"` + "\n.", []byte("a'b")},
		{"S''\n.", []byte(nil)}, {`S'a\''` + "\n.", []byte("a'")}, {"S'\x01'\n.", []byte{1}},
		{`Va` + "\xe9" + `\u20ac\u005c\uffff` + "\n.", pyText("aé€\\\uffff")}, {"V\n.", pyText(nil)},
		{").", pyTuple{}}, {"].", &pyList{}}, {"K\x05(K\x01K\x02t.", pyTuple{int64(1), int64(2)}},
		{"(K\x01l.", &pyList{[]any{int64(1)}}},
		{"K\x01\x85.", pyTuple{int64(1)}}, {"K\x01K\x02\x86.", pyTuple{int64(1), int64(2)}},
		{"K\x01K\x02K\x03\x87.", pyTuple{int64(1), int64(2), int64(3)}},
		{"]K\x01a(K\x02K\x03e.", &pyList{[]any{int64(1), int64(2), int64(3)}}},
		{"K\x01K\x020.", int64(1)}, {"K\x01(K\x02K\x031.", int64(1)}, {"K\x01(1.", int64(1)},
		{"K\x012\x86.", pyTuple{int64(1), int64(1)}},
		{"(K\x01(K\x02tt.", pyTuple{int64(1), pyTuple{int64(2)}}},
		{"K\x01q\x05K\x02r\x05\x01\x00\x00h\x05j\x05\x01\x00\x00\x86.", pyTuple{int64(1), int64(2)}},
		{"K\x01p5\nh\x05g5\n\x87.", pyTuple{int64(1), int64(1), int64(1)}},
		{"K\x01p10\nh\x0ag10\n\x87.", pyTuple{int64(1), int64(1), int64(1)}},
		{"K\x01\x94K\x02\x94h\x00h\x01\x86.", pyTuple{int64(1), int64(2)}},
		{"cnumpy\nndarray\n.", pyCall("ndarray")}, {"cnumpy.core.multiarray\n_reconstruct\n.", pyCall("reconstruct")},
		{"\x8c\x16numpy._core.multiarray\x8c\x0c_reconstruct\x93.", pyCall("reconstruct")},
		{"\x8c\x13numpy._core.numeric\x8c\x0b_frombuffer\x93.", pyCall("frombuffer")},
		{"cnumpy\ndtype\n\x8c\x02f4\x89\x88\x87R.", &pyDtype{"|f4"}}, {dtype + ".", &pyDtype{"|i2"}},
		{dtype + "(K\x03U\x01>NNNt" + "b.", &pyDtype{">i2"}},
		{"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\x00\x85U\x01btR.", &Array{}},
		{"c_codecs\nencode\nX\x03\x00\x00\x00a\xc3\xbfU\x06latin1\x86R.", []byte("a\xff")},
		{"cnumpy.core.numeric\n_frombuffer\n(U\x04\x01\x00\x02\x00" + dtype + "K\x02\x85U\x01CtR.",
			&Array{[]int{2}, "|i2", 2, []byte("\x01\x00\x02\x00")}},
		{"cnumpy.core.numeric\n_frombuffer\n(U\x02\x01\x00" + dtype + "(K\x01K\x01K\x01K\x01tU\x01CtR.",
			&Array{[]int{1, 1, 1, 1}, "|i2", 2, []byte("\x01\x00")}},
		// In one dimension both orders are the same.
		{"cnumpy.core.numeric\n_frombuffer\n(U\x02\x01\x00" + dtype + "K\x01\x85U\x01FtR.",
			&Array{[]int{1}, "|i2", 2, []byte("\x01\x00")}},
		{"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\x00\x85U\x01btR(K\x01K\x01\x85" + dtype +
			"\x88U\x02\x01\x00tb.",
			&Array{[]int{1}, "|i2", 2, []byte("\x01\x00")}},
	} {
		if got, p := machine(c.pickle, 1000); p.err != nil || !reflect.DeepEqual(got, c.want) ||
			p.offset != int64(len(c.pickle)) {
			t.Errorf("%q: %#v, %v after %d bytes; want %#v", c.pickle, got, p.err, p.offset, c.want)
		}
	}
}

// TestPickleWords: what is refused is told by the byte behind it.
func TestPickleWords(t *testing.T) {
	const end, dtype = "the file was cut off, fetch it again", "cnumpy\ndtype\nU\x02i2\x85R"           // 19 bytes
	const new, buffer = "cnumpy.core.multiarray\n_reconstruct\n", "cnumpy.core.numeric\n_frombuffer\n" // 36 and 32 bytes
	const array = new + "(cnumpy\nndarray\nK\x00\x85U\x01btR"                                          // 60 bytes
	for _, c := range []struct {
		pickle string
		limit  int64 // 0: the length
		want   string
	}{
		{"N.N", 0, "2 something follows its end"},
		{"i", 0, "1 instruction 'i' (0x69) is refused: arrays of numbers do not need it"},
		{"\xff", 0, "1 instruction 'ÿ' (0xff) is refused: arrays of numbers do not need it"},
		{"\x80\x06.", 0, "2 protocol 6; up to 5 is known"},
		{"\x8a\x09.", 0, "2 a number of 9 bytes"},
		{"U\x03ab", 0, "2 3 bytes promised, at most 2 there: " + end},
		{"U\x03ab", 9, "5 expected 3 bytes of data, found 2: " + end},
		{"I12", 0, "4 " + end}, {"I12345\n.", 3, "4 " + end}, {"", 0, "0 1 bytes promised, at most 0 there: " + end},
		{"Ix\n.", 0, `3 number "x"`}, {"I01x\n.", 0, `5 number "01x"`}, {"gx\n.", 0, "3 memo without a number"},
		{"K\x01px\n.", 0, "5 memo without a number"}, {"h\x07.", 0, "2 memo 7 is empty"},
		{"j\x07\x00\x01\x00.", 0, "5 memo 65543 is empty"},
		{"S\n.", 0, "2 a string without quotes"}, {"S'\n.", 0, "3 a string without quotes"},
		{"S'a\"\n.", 0, "5 a string without quotes"},
		{"Saa\n.", 0, "4 a string without quotes"}, {`S'ab\q'` + "\n.", 0, `4 escape "\\q"`},
		{`S'\'` + "\n.", 0, `2 escape "\\"`},
		{`S'ab\u0100'` + "\n.", 0, `4 escape "\\u0100"`},
		{`Vab\u12g4cd` + "\n.", 0, `3 escape in text: "\\u12g4"`}, {`V\u123` + "\n.", 0, `1 escape in text: "\\u123"`},
		{`V\x1234` + "\n.", 0, `1 escape in text: "\\x1234"`}, {`V\12345` + "\n.", 0, `1 escape in text: "\\12345"`},
		{"0.", 0, "1 takes a value from an empty stack"}, {"K\x01(0.", 0, "4 takes a value from an empty stack"},
		{".", 0, "1 takes a value from an empty stack"},
		{"K\x01\x86.", 0, "3 takes a value from an empty stack"}, {"2.", 0, "1 takes a value from an empty stack"},
		{"t.", 0, "1 a mark is missing"}, {"1.", 0, "1 a mark is missing"},
		{"K\x01K\x02a.", 0, "5 appends to what is no list"},
		{"cnumpy\nload\n.", 0, `12 it asks to call "numpy.load", which is refused: only arrays of numbers are read`},
		{"\x8c\x05numpy\x8c\x04load\x93.", 0,
			`14 it asks to call "numpy.load", which is refused: only arrays of numbers are read`},
		{"cnumpy\nndarray\n)R.", 0, `17 a call of "ndarray" with 0 arguments is refused`},
		{new + "K\x00K\x00\x86R.", 0, `42 a call of "reconstruct" with 2 arguments is refused`},
		{new + "K\x00K\x00K\x00\x87R.", 0, `44 a call of "reconstruct" with 3 arguments is refused`},
		{"cnumpy\ndtype\n)R.", 0, `15 a call of "dtype" with 0 arguments is refused`},
		{buffer + "NNN\x87R.", 0, `37 a call of "frombuffer" with 3 arguments is refused`},
		{"c_codecs\nencode\nX\x01\x00\x00\x00aU\x05utf-8\x86R.", 0, `31 a call of "encode" with 2 arguments is refused`},
		{"c_codecs\nencode\nX\x01\x00\x00\x00a\x85R.", 0, `24 a call of "encode" with 1 arguments is refused`},
		{"c_codecs\nencode\nX\x02\x00\x00\x00\xc4\x80U\x06latin1\x86R.", 0, "33 text that is not Latin-1"},
		{"]N\x85b.", 0, "4 the state of what is no array of numbers"},
		{array + "(K\x01K\x01\x85" + dtype + "\x89tb.", 0, "88 the state of what is no array of numbers"},
		{array + "(K\x01K\x01\x85" + dtype + "\x89Ntb.", 0, "89 an array that is not of numbers"},
		{array + "(K\x01K\x01\x85N\x89U\x02abtb.", 0, "74 an array that is not of numbers"},
		{array + "(K\x01K\x01K\x01\x86" + dtype + "\x89U\x03abctb.", 0, "95 an array 1×1 of |i2 with 3 bytes of data"},
		{array + "(K\x01K\x02K\x01\x86" + dtype + "\x89U\x02abtb.", 0, "94 an array 2×1 of |i2 with 2 bytes of data"},
		{array + "(K\x01K\x00\x85" + dtype + "\x89U\x00tb.", 0, "90 an array 0 of |i2 with 0 bytes of data"},
		{array + "(K\x01)" + dtype + "\x89U\x02abtb.", 0, "90 an array  of |i2 with 2 bytes of data"},
		{array + "(K\x01(K\x01K\x01K\x01K\x01K\x01t" + dtype + "\x89U\x02abtb.", 0,
			"101 an array 1×1×1×1×1 of |i2 with 2 bytes of data"},
		{array + "(K\x01\x8a\x08\x02\x00\x00\x00\x00\x00\x00\x10\x85" + dtype + "\x89U\x04abcdtb.", 0,
			"102 an array 2147483647 of |i2 with 4 bytes of data"},
		{array + "(K\x01K\x01\x85cnumpy\ndtype\nU\x02f3\x85R\x89U\x02abtb.", 0,
			`92 array of type "|f3": expected whole numbers or floats (u1 … u8, i1 … i8, f2, f4, f8)`},
		{array + "(K\x01K\x01\x85cnumpy\ndtype\nU\x19" + strings.Repeat("a", 25) + "\x85R\x89U\x02abtb.", 0,
			`115 array of type "|aaaaaaaaaaaaaaaaaaaa": expected whole numbers or floats (u1 … u8, i1 … i8, f2, f4, f8)`},
		{array + "(K\x01K\x01\x85cnumpy\ndtype\n\x8c\x19" + strings.Repeat("a", 25) + "\x85R\x89U\x02abtb.", 0,
			`115 array of type "|aaaaaaaaaaaaaaaaaaaa": expected whole numbers or floats (u1 … u8, i1 … i8, f2, f4, f8)`},
		{dtype + "(K\x03U\x01>NNt" + "b.", 0, "29 the state of what is no array of numbers"},
		{dtype + "(K\x03U\x02>>NNNtb.", 0, "31 the state of what is no array of numbers"},
		{dtype + "(K\x03U\x01>K\x01NNtb.", 0, "31 the state of what is no array of numbers"},
		{dtype + "(K\x03U\x01>NK\x01Ntb.", 0, "31 the state of what is no array of numbers"},
		{dtype + "(K\x03U\x01>NNK\x01tb.", 0, "31 the state of what is no array of numbers"},
		{strings.Repeat("N", 100_000), 0, "100000 more than 100000 instructions: this is no pickle of a few arrays"},
	} {
		limit := c.limit
		if limit == 0 {
			limit = int64(len(c.pickle))
		}
		at, why, _ := strings.Cut(c.want, " ")
		if _, err := ReadPickle(strings.NewReader(c.pickle), limit); fmt.Sprint(err) != "byte "+at+" of the pickle: "+why {
			t.Errorf("%q: %v; want %s", c.pickle[:min(len(c.pickle), 120)], err, c.want)
		}
	}
	if _, p := machine(strings.Repeat("N", 99_999)+".", 100_000); p.err != nil {
		t.Errorf("100,000 instructions: %v", p.err)
	}
	// Column-major arrays come into row-major order, of as many bytes as there can be.
	columns := array + "(K\x01K\x02K\x02\x86" + dtype + "\x88U\x08abcdefghtb."
	for spare, want := range map[int64]string{8: "abefcdgh <nil>",
		7: "arrays in column-major order of more bytes than the file has"} {
		p := newUnpickler(strings.NewReader(columns), 1000)
		p.budget = spare
		a, _ := p.run().(*Array)
		if got := fmt.Sprint(p.err); p.err == nil && string(a.data)+" <nil>" != want || p.err != nil && got != want {
			t.Errorf("%d bytes to spare: %v, %v; want %s", spare, a, p.err, want)
		}
	}
	// As much text is decoded as there can be, and no more.
	const decode = "c_codecs\nencode\nX\x03\x00\x00\x00abcU\x06latin1\x86R."
	for spare, want := range map[int64]string{3: "<nil>", 2: "decodes more text than there is"} {
		p := newUnpickler(strings.NewReader(decode), 100)
		p.budget = spare
		if p.run(); fmt.Sprint(p.err) != want {
			t.Errorf("3 characters, where %d may be decoded: %v", spare, p.err)
		}
	}
}

// TestPairs: two pairs are for training and test, three for validation too, in tuples or in lists; nothing else is
// taken.
func TestPairs(t *testing.T) {
	array := func(shape, data string) string {
		return fmt.Sprintf("cnumpy.core.numeric\n_frombuffer\n(U%c%scnumpy\ndtype\nU\x02u1\x85R%sU\x01CtR", len(data), data,
			shape)
	}
	x, y := array("K\x01K\x02\x86", "ab"), array("K\x01\x85", "c")
	const else_ = "the pickle holds something other than pairs of arrays for training, validation and test"
	pair := x + y + "\x86"
	for pickle, want := range map[string]string{
		pair + pair + "\x86.":                  "[true false true]",
		pair + pair + pair + "\x87.":           "[true true true]",
		"](" + pair + "](" + x + y + "ee.":     "[true false true]",
		pair + "\x85.":                         else_,
		"(" + pair + pair + pair + pair + "t.": else_,
		x + y + y + "\x87" + pair + "\x86.":    else_,
		pair + x + "\x85\x86.":                 else_,
		pair + x + "N\x86\x86.":                else_,
		pair + "N" + y + "\x86\x86.":           "[true false false]",
		x + "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nNNtR\x86" + pair + "\x86.": else_,
	} {
		p, err := ReadPickle(strings.NewReader(pickle), 1000)
		got := fmt.Sprint([]bool{p[0].Inputs != nil, p[1].Inputs != nil, p[2].Inputs != nil})
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: %s; want %s", pickle, got, want)
		}
	}
}

// TestTypes: numbers of each type are read as NumPy means them, in either order of bytes.
func TestTypes(t *testing.T) {
	for _, c := range []struct {
		dtype, data string
		want        []float64
	}{
		{"|u1", "\x00\xff", []float64{0, 255}}, {"|i1", "\x7f\xff", []float64{127, -1}}, {"|b1", "\x00\x01", []float64{0, 1}},
		{"<u2", "\x01\x02\xff\xff", []float64{513, 65535}}, {">u2", "\x01\x02", []float64{258}},
		{"<i2", "\xfe\xff", []float64{-2}},
		{">i2", "\xff\xfe", []float64{-2}}, {"<u4", "\x00\x00\x00\x80", []float64{1 << 31}},
		{"<i4", "\x00\x00\x00\x80", []float64{-1 << 31}},
		{"=u8", "\x01\x00\x00\x00\x01\x00\x00\x00", []float64{1<<32 + 1}},
		{">i8", "\xff\xff\xff\xff\xff\xff\xff\xfd", []float64{-3}},
		{"<u8", "\x00\x00\x00\x00\x00\x00\x00\x80", []float64{1 << 63}},
		// Halves as IEEE 754 has them: 1, the largest, the smallest, the smallest normal one, a third, 0 and below.
		{"<f2", "\x00\x3c\xff\x7b\x01\x00\x00\x04\x55\x35\x00\x00\x00\xfc",
			[]float64{1, 65504, 0x1p-24, 0x1p-14, 0.333251953125, 0, math.Inf(-1)}}, {">f2", "\xc0\x00", []float64{-2}},
		{"<f4", "\x00\x00\xc0\x3f", []float64{1.5}}, {">f4", "\xbf\x80\x00\x00", []float64{-1}},
		{"<f8", "\x00\x00\x00\x00\x00\x00\xf8\x3f", []float64{1.5}},
		{">f8", "\xc0\x00\x00\x00\x00\x00\x00\x00", []float64{-2}},
	} {
		a, err := newArray(c.dtype)
		if err != nil {
			t.Fatal(err)
		}
		if a.data = []byte(c.data); a.Len() != len(c.want) || !slices.Equal(a.Values(), c.want) || a.Type != c.dtype {
			t.Errorf("%s %q: %v; want %v", c.dtype, c.data, a.Values(), c.want)
		}
	}
	for _, dtype := range []string{"|O", "<f3", "<u3", "u1", "<f4 ", "<c8", "|S1", "<b4", "f", ""} {
		want := fmt.Sprintf("array of type %q: expected whole numbers or floats (u1 … u8, i1 … i8, f2, f4, f8)", dtype)
		if _, err := newArray(dtype); fmt.Sprint(err) != want {
			t.Errorf("%s: %v; want %s", dtype, err, want)
		}
	}
	if a := Bytes([]int{1, 2}, []byte("ab")); a.Len() != 2 || a.At(1) != 'b' || a.Type != "|u1" ||
		!slices.Equal(a.Shape, []int{1, 2}) {
		t.Errorf("bytes are %+v", a)
	}
}

// float32s is an array of one sample a number.
func float32s(v ...float64) *Array {
	a := &Array{[]int{len(v), 1}, "<f4", 4, nil}
	for _, x := range v {
		a.data = binary.LittleEndian.AppendUint32(a.data, math.Float32bits(float32(x)))
	}
	return a
}

// TestDividedBy: bytes are found again behind a division by 256 or 255, which float32 rounds; nothing else is taken
// for one.
func TestDividedBy(t *testing.T) {
	all, by255, by256 := make([]float64, 256), make([]float64, 256), make([]float64, 256)
	for k := range 256 {
		all[k], by255[k], by256[k] = float64(k), float64(k)/255, float64(k)/256
	}
	for _, c := range []struct {
		name        string
		train, test *Array
		want        float64
	}{
		{"bytes as they are", Bytes([]int{2, 1}, []byte{7, 255}), nil, 1}, {"whole numbers", float32s(all...), nil, 1},
		{"by 255", float32s(by255...), nil, 255}, {"by 256", float32s(by256...), nil, 256},
		{"by 256, all that there are", float32s(by256...), float32s(0.5), 256},
		{"0 and 1 may be bytes", float32s(0, 1), nil, 1}, {"a half can be 128 of 256", float32s(0.5), nil, 256},
		{"one part by 255, one by 256", float32s(by255...), float32s(0.5), 0},
		{"the test set alone is not", float32s(by256...), float32s(-1), 0},
		{"beyond", float32s(256), nil, 0}, {"below", float32s(-1), nil, 0}, {"1 of 255 with 0.5", float32s(0.5, 1), nil, 0},
		{"off by 1/5000 of a byte", float32s(1.0002 / 255), nil, 0},
		{"off by 1/20000, as rounding may", float32s(1.00005 / 255), nil, 255},
		{"off by 1/20000 of 256", float32s(1.00005 / 256), nil, 0}, {"no number", float32s(math.NaN()), nil, 0},
	} {
		inputs, by := Splits{{Inputs: c.train}, {}, {Inputs: c.test}}.Bytes()
		if by != c.want || (inputs[0] != nil) != (by > 0) || (inputs[2] != nil) != (by > 0 && c.test != nil) {
			t.Errorf("%s: divided by %v; want %v", c.name, by, c.want)
		}
		for k, b := range inputs[0] {
			if len(inputs[0]) == 256 && int(b) != k || len(inputs[0]) != c.train.Len() {
				t.Errorf("%s: byte %d is %d", c.name, k, b)
			}
		}
	}
}

// TestPartsRefused: which part does not fit to which is told, with the shapes.
func TestPartsRefused(t *testing.T) {
	of := func(shape ...int) *Array { return &Array{Shape: shape} }
	const shapes = " differ in shape from the training arrays, "
	for _, c := range []struct {
		parts Splits
		want  string
	}{
		{Splits{{of(3, 2), of(3)}, {of(1, 2), of(1)}, {of(2, 2), of(2)}}, "<nil>"},
		{Splits{{of(3, 8, 9), of(3, 1)}, {}, {of(1, 8, 9), of(1, 1)}}, "<nil>"},
		{Splits{{nil, of(3)}}, "no array of images or samples to train on, n×h×w or n×d"},
		{Splits{{of(3), of(3)}}, "no array of images or samples to train on, n×h×w or n×d"},
		{Splits{{of(3, 2), nil}}, "training set: 3 samples need as many labels"},
		{Splits{{of(3, 2), of(3)}, {of(4, 2), of(3)}}, "validation set: 4 samples need as many labels; there are 3"},
		{Splits{{of(3, 2), of(3)}, {}, {of(4, 2), of(5)}}, "test set: 4 samples need as many labels; there are 5"},
		{Splits{{of(3, 7), of(7)}}, "training set: 3 samples need as many labels; there are 7, and the array of " +
			"samples is 3×7: turn it around, so that samples come first"},
		{Splits{{of(7, 2), of(3, 7)}},
			"training set: 7 samples need as many labels; there are 3, and the array of labels is " +
				"3×7: turn it around (y.T)"},
		{Splits{{of(3, 2), of(3)}, {}, {of(4, 3), of(4)}}, "test set: arrays 4×3 and 4" + shapes + "3×2 and 3"},
		{Splits{{of(3, 2), of(3)}, {of(4, 2), of(4, 1)}}, "validation set: arrays 4×2 and 4×1" + shapes + "3×2 and 3"},
	} {
		if err := c.parts.check(); fmt.Sprint(err) != c.want {
			t.Errorf("%v; want %s", err, c.want)
		}
	}
}

// npyOf is a .npy file of any version, with any header.
func npyOf(version byte, head, data string) string {
	b := []byte{0x93, 'N', 'U', 'M', 'P', 'Y', version, 0}
	if version == 1 {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(head)))
	} else {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(head)))
	}
	return string(b) + head + data
}

// TestNPYWords: arrays of 1 to 4 dimensions are read from any version; what is wrong is told with its place.
func TestNPYWords(t *testing.T) {
	head := func(descr, order, shape string) string {
		return "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': (" + shape + "), }"
	}
	u1 := func(shape string) string { return head("|u1", "False", shape) }
	const end = "the file was cut off, fetch it again"
	const order = "byte 10: expected 1 to 4 dimensions, found "
	long := func(n int) string { return u1("2,") + strings.Repeat(" ", n-len(u1("2,"))) }
	for _, c := range []struct {
		name, file string
		shape      string // or the error
	}{
		{"version 1", npyOf(1, u1("2,"), "ab"), "[2]"}, {"version 2", npyOf(2, u1("2L,"), "ab"), "[2]"},
		{"version 3", npyOf(3, u1("1, 2"), "ab"), "[1 2]"},
		{"4 dimensions", npyOf(1, u1("1, 2, 1, 1"), "ab"), "[1 2 1 1]"},
		{"one, in either order", npyOf(1, head("|u1", "True", "2,"), "ab"), "[2]"},
		{"a header as long as may be", npyOf(2, long(1<<16), "ab"), "[2]"},
		{"a longer one", npyOf(2, long(1<<16+1), "ab"), "byte 8: a header of 65537 bytes is impossible"},
		{"longer than the file", npyOf(1, "", "")[:8] + "\xff\x00", "byte 8: a header of 255 bytes is impossible"},
		{"version 0", npyOf(0, u1("2,"), "ab"),
			`byte 0: begins with "\x93NUMPY\x00\x00"; NumPy's "\x93NUMPY" of version 1 to 3 was expected`},
		{"version 4", npyOf(4, u1("2,"), "ab"),
			`byte 0: begins with "\x93NUMPY\x04\x00"; NumPy's "\x93NUMPY" of version 1 to 3 was expected`},
		{"another file", "0123456789", `byte 0: begins with "01234567"; NumPy's "\x93NUMPY" of version 1 to 3 was expected`},
		{"9 bytes", npyOf(1, "", "")[:9], "byte 0: the header is incomplete: " + end},
		{"11 bytes", npyOf(2, "", "")[:11], "byte 10: the header is incomplete: " + end},
		{"no shape", npyOf(1, "{'descr': '|u1', 'fortran_order': False}", ""),
			"byte 10: the header \"{'descr': '|u1', 'fortran_order': False}\" does not describe an array of numbers"},
		{"no order", npyOf(1, "{'descr': '|u1', 'shape': (2,)}", ""),
			"byte 10: the header \"{'descr': '|u1', 'shape': (2,)}\" does not describe an array of numbers"},
		{"no type", npyOf(2, "{'fortran_order': False, 'shape': (2,)}", ""),
			"byte 12: the header \"{'fortran_order': False, 'shape': (2,)}\" does not describe an array of numbers"},
		{"objects", npyOf(1, head("|O", "False", "2,"), "ab"),
			`byte 10: array of type "|O": expected whole numbers or floats (u1 … u8, i1 … i8, f2, f4, f8)`},
		{"absurd", npyOf(1, u1("99999999999999999999, 1"), "ab"), "byte 10: shape (99999999999999999999, 1) is impossible"},
		{"no dimension", npyOf(1, u1(""), "a"), order + fmt.Sprintf("%q", u1(""))},
		{"5 dimensions", npyOf(1, u1("1, 1, 1, 1, 1"), "a"), order + fmt.Sprintf("%q", u1("1, 1, 1, 1, 1"))},
		{"column-major", npyOf(1, head("|u1", "True", "1, 2"), "ab"), "[1 2]"},
		{"too few data", npyOf(1, u1("3,"), "ab"),
			"byte 10: the header promises 3 numbers, and the file can hold 2: it is damaged, or " + end},
		{"too few of two bytes", npyOf(2, head("<u2", "False", "2,"), "abc"),
			"byte 12: the header promises 2 numbers, and the file can hold 1: it is damaged, or " + end},
		{"more data", npyOf(1, u1("2,"), "abc"), "byte 67: continues after the 2 bytes of data that its header promises"},
	} {
		a, err := ReadNPY(strings.NewReader(c.file), int64(len(c.file)))
		got := fmt.Sprint(err)
		if err == nil {
			if got = fmt.Sprint(a.Shape); !slices.Equal(a.Values(), []float64{'a', 'b'}) || a.Type != "|u1" {
				t.Errorf("%s: %+v", c.name, a)
			}
		}
		if got != c.shape {
			t.Errorf("%s:\n%s; want\n%s", c.name, got, c.shape)
		}
	}
}

// TestNPYCut: half a header is told, with its beginning, which depends on the version.
func TestNPYCut(t *testing.T) {
	for version, want := range map[byte]string{1: "byte 10: header: expected 50 bytes of data, found 30",
		2: "byte 12: header: expected 50 bytes of data, found 30"} {
		file := npyOf(version, strings.Repeat(" ", 50), "")
		_, err := ReadNPY(strings.NewReader(file[:len(file)-20]), 1000)
		if fmt.Sprint(err) != want+": the file was cut off, fetch it again" {
			t.Errorf("version %d: %v; want %s", version, err, want)
		}
	}
}

// TestNPZNames: arrays are known by the names that people give them, two and two, and others are told.
func TestNPZNames(t *testing.T) {
	x, y := filetest.NPY("|u1", "(1, 2)", []byte("ab")), filetest.NPY("|u1", "(1,)", []byte("c"))
	const expected = ": expected x_train and y_train, x_test and y_test; if it is no .npz, unpack it or save it as CSV"
	for names, want := range map[string]string{
		"x_train y_train": "[2 0 0]", "train_images train_labels": "[2 0 0]", "X Y": "[2 0 0]", "data target": "[2 0 0]",
		"x y x_val y_val x_test y_test": "[2 2 2]", "x y x_valid y_valid": "[2 2 0]", "x y val_images val_labels": "[2 2 0]",
		"x y test_images test_labels": "[2 0 2]", "x_train y_train x y z t.csv": "[2 0 0]",
		"x_train y":             "x_train.npy and y_train.npy belong together, and only one of them is there",
		"x y y_test":            "x_test.npy and y_test.npy belong together, and only one of them is there",
		"x y X":                 `member "X.npy" appears twice`,
		"x.csv z.csv":           `is a zip archive, in which there is "x.csv"; unpack it`,
		"a.xml xl/workbook.xml": "is an Excel workbook, which this program does not read; save the sheet as CSV",
		"mimetype. content.xml": "is a document of LibreOffice, which this program does not read; save the sheet as CSV",
		"xl/a.xml x y":          "[2 0 0]", "data labels": "[2 0 0]", "data labels y_test x_test": "[2 0 2]",
		"data":              "data.npy and target.npy belong together, and only one of them is there",
		"labels z":          `is a zip archive with the arrays ["labels" "z"]` + expected,
		"a b c d e f g h":   `is a zip archive with the arrays ["a" "b" "c" "d" "e" "f" "g" "h"]` + expected,
		"a b c d e f g h i": `is a zip archive with the arrays ["a" "b" "c" "d" "e" "f" "g" "h"] and 1 more` + expected,
	} {
		var list []string
		files := map[string][]byte{}
		for _, name := range strings.Fields(names) {
			content := x
			if strings.HasPrefix(strings.ToLower(name), "y") || strings.HasSuffix(name, "labels") || name == "target" {
				content = y
			}
			if !strings.Contains(name, ".") {
				name += ".npy"
			}
			list, files[name] = append(list, name), content
		}
		p, err := readZip(zippedInOrder(list, files))
		got := fmt.Sprint(err)
		if err == nil {
			n := [3]int{}
			for k := range p {
				if p[k].Inputs != nil {
					n[k] = p[k].Inputs.Len()
				}
			}
			got = fmt.Sprint(n)
		}
		if got != want {
			t.Errorf("%s: %s; want %s", names, got, want)
		}
	}
	want := "zip: not a valid zip file: the zip archive is damaged, or the file was cut off, fetch it again"
	if _, err := readZip(x); fmt.Sprint(err) != want {
		t.Error(err)
	}
	bad := zippedInOrder([]string{"x.npy", "y.npy"}, map[string][]byte{"x.npy": x, "y.npy": y[:5]})
	if _, err := readZip(bad); fmt.Sprint(err) != "y.npy: byte 0: the header is incomplete: the file was cut off, "+
		"fetch it again" {
		t.Error(err)
	}
}
