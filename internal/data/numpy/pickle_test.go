package numpy

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"backprop/internal/filetest"
)

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

// TestReadPickle reads what NumPy 2 wrote with each protocol.
func TestReadPickle(t *testing.T) {
	for _, proto := range []int{0, 1, 2, 4, 5} {
		s := unpickled(t, proto)
		p, err := ReadPickle(bytes.NewReader(s), int64(len(s)))
		if err != nil {
			t.Errorf("protocol %d: got %v", proto, err)
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
			t.Errorf("protocol %d: got %s, divided by %v", proto, summary(p), by)
		}
	}
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

// TestReadPickleOfPython2 reads what Python 2 wrote; 2.000009… is the float32 0x40000027, whose lowest byte is a quote.
func TestReadPickleOfPython2(t *testing.T) {
	const want = "[2 2]<f4[0.5 1 -1 2.000009298324585] [2]<i8[0 1] [2 2]"
	for name, s := range python2 {
		splits, err := ReadPickle(strings.NewReader(s), int64(len(s)))
		if err != nil || summary(splits) != want || math.Float32bits(float32(splits[2].Inputs.at(3))) != 0x40000027 {
			t.Errorf("%s: got %s, error %v; want %s", name, summary(splits), err, want)
		}
	}
}

// TestReadPickleOfPairs: two pairs are for training and test, three for validation too, in tuples or in lists; anything
// else is refused. Wanted is which splits there are, or the message.
func TestReadPickleOfPairs(t *testing.T) {
	array := func(shape, data string) string {
		return fmt.Sprintf("cnumpy.core.numeric\n_frombuffer\n(U%c%scnumpy\ndtype\nU\x02u1\x85R%sU\x01CtR", len(data), data,
			shape)
	}
	x, y := array("K\x01K\x02\x86", "ab"), array("K\x01\x85", "c")
	const other = "the pickle holds something other than pairs of arrays for training, validation and test"
	pair := x + y + "\x86"
	for pickle, want := range map[string]string{
		pair + pair + "\x86.":                  "[true false true]",
		pair + pair + pair + "\x87.":           "[true true true]",
		"](" + pair + "](" + x + y + "ee.":     "[true false true]",
		"(I1\nI2\nt.":                          other,
		"]K\x01a.":                             other,
		"]q\x00h\x00a.":                        other, // a list that contains itself
		pair + "\x85.":                         other,
		"(" + pair + pair + pair + pair + "t.": other,
		x + y + y + "\x87" + pair + "\x86.":    other,
		pair + x + "\x85\x86.":                 other,
		pair + x + "N\x86\x86.":                other,
		pair + "N" + y + "\x86\x86.":           "[true false false]",
		x + "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nNNtR\x86" + pair + "\x86.": other,
	} {
		p, err := ReadPickle(strings.NewReader(pickle), 1000)
		got := fmt.Sprint([]bool{p[0].Inputs != nil, p[1].Inputs != nil, p[2].Inputs != nil})
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", pickle, got, want)
		}
	}
}

// execute executes a pickle and returns the value on top of the stack at its end.
func execute(pickle string, limit int64) (any, *unpickler) {
	p := newUnpickler(strings.NewReader(pickle), limit)
	return p.run(), p
}

// TestPickleInstructions: each instruction leaves on the stack what Python's pickle.py documents for it.
func TestPickleInstructions(t *testing.T) {
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
		if got, p := execute(c.pickle, 1000); p.err != nil || !reflect.DeepEqual(got, c.want) ||
			p.offset != int64(len(c.pickle)) {
			t.Errorf("%q: got %#v, %v after %d bytes; want %#v", c.pickle, got, p.err, p.offset, c.want)
		}
	}
}

// TestReadPickleRefuses: whatever an array does not need is refused, and the message gives the offset of the byte
// behind it, which begins what is wanted here.
func TestReadPickleRefuses(t *testing.T) {
	const end, dtype = "the file was cut off, fetch it again", "cnumpy\ndtype\nU\x02i2\x85R"           // 19 bytes
	const new, buffer = "cnumpy.core.multiarray\n_reconstruct\n", "cnumpy.core.numeric\n_frombuffer\n" // 36 and 32 bytes
	const array = new + "(cnumpy\nndarray\nK\x00\x85U\x01btR"                                          // 60 bytes
	for _, c := range []struct {
		pickle string
		limit  int64 // 0: the length
		want   string
	}{
		{"\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x011\x85R.", 0,
			`19 it asks to call "builtins.eval", which is refused: only arrays of numbers are read`},
		{"cos\nsystem\n(S'ls'\ntR.", 0,
			`11 it asks to call "os.system", which is refused: only arrays of numbers are read`},
		{"N.N", 0, "2 something follows its end"},
		{"i", 0, "1 instruction 'i' (0x69) is refused: arrays of numbers do not need it"},
		{"\xff", 0, "1 instruction 'ÿ' (0xff) is refused: arrays of numbers do not need it"},
		{"\x80\x06.", 0, "2 protocol 6; up to 5 is known"},
		{"\x8a\x09.", 0, "2 a number of 9 bytes"},
		{"U\x03ab", 0, "2 3 bytes promised, at most 2 there: " + end},
		{"\x8e\xff\xff\xff\xff\xff\xff\xff\xff", 0, "9 18446744073709551615 bytes promised, at most 0 there: " + end},
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
		{"K\x01K\x02a.", 0, "5 appends to something that is not a list"},
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
		{"]N\x85b.", 0, "4 the state of something that is not an array of numbers"},
		{array + "(K\x01K\x01\x85" + dtype + "\x89tb.", 0, "88 the state of something that is not an array of numbers"},
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
		{dtype + "(K\x03U\x01>NNt" + "b.", 0, "29 the state of something that is not an array of numbers"},
		{dtype + "(K\x03U\x02>>NNNtb.", 0, "31 the state of something that is not an array of numbers"},
		{dtype + "(K\x03U\x01>K\x01NNtb.", 0, "31 the state of something that is not an array of numbers"},
		{dtype + "(K\x03U\x01>NK\x01Ntb.", 0, "31 the state of something that is not an array of numbers"},
		{dtype + "(K\x03U\x01>NNK\x01tb.", 0, "31 the state of something that is not an array of numbers"},
		{strings.Repeat("N", 100_000), 0, "100000 more than 100000 instructions: this is not a pickle of a few arrays"},
	} {
		limit := c.limit
		if limit == 0 {
			limit = int64(len(c.pickle))
		}
		at, why, _ := strings.Cut(c.want, " ")
		if _, err := ReadPickle(strings.NewReader(c.pickle), limit); fmt.Sprint(err) != "byte "+at+" of the pickle: "+why {
			t.Errorf("%.120q: got %v, want %s", c.pickle, err, c.want)
		}
	}
}

// TestReadPickleMakesNoMoreThanTheFileHas: a small pickle could decode the same text again and again, or reorder the
// same array; each may make as many bytes as the budget has, and not one more.
func TestReadPickleMakesNoMoreThanTheFileHas(t *testing.T) {
	const columns = "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\x00\x85U\x01btR" +
		"(K\x01K\x02K\x02\x86cnumpy\ndtype\nU\x02i2\x85R\x88U\x08abcdefghtb."
	const decode = "c_codecs\nencode\nX\x03\x00\x00\x00abcU\x06latin1\x86R."
	for _, c := range []struct {
		pickle string
		budget int64
		want   string // the bytes, or the message
	}{
		{columns, 8, "abefcdgh"},
		{columns, 7, "arrays in column-major order of more bytes than the file has"},
		{decode, 3, "abc"},
		{decode, 2, "decodes more text than there is"},
	} {
		p := newUnpickler(strings.NewReader(c.pickle), 1000)
		p.budget = c.budget
		result := p.run()
		if a, ok := result.(*Array); ok {
			result = a.data
		}
		got := fmt.Sprintf("%s", result)
		if p.err != nil {
			got = p.err.Error()
		}
		if got != c.want {
			t.Errorf("%q with a budget of %d: got %s, want %s", c.pickle, c.budget, got, c.want)
		}
	}
	again := "c_codecs\nencode\nq\x00X\x50\x00\x00\x00" + strings.Repeat("x", 80) + "q\x01" +
		strings.Repeat("h\x00h\x01U\x06latin1\x86R", 50) + "."
	if _, err := ReadPickle(strings.NewReader(again), int64(len(again))); !filetest.Says(err, "more text") {
		t.Errorf("the same text 50 times: got %v", err)
	}
	if _, p := execute(strings.Repeat("N", 99_999)+".", 100_000); p.err != nil {
		t.Errorf("100,000 instructions, which are allowed: got %v", p.err)
	}
}

// TestReadPickleRefusesInstructions that arrays of numbers do not need: INST, OBJ and NEWOBJ, which make any object,
// persistent ids, extensions, dictionaries, sets and buffers outside the file. It is a second list on purpose, so that
// nobody adds one of them by mistake.
func TestReadPickleRefusesInstructions(t *testing.T) {
	const codes = "io\u0081\u0092" + "PQ" + "\u0082\u0083\u0084" + "}dus" + "\u008f\u0090\u0091" + "\u0097\u0098"
	for _, op := range codes {
		want := fmt.Sprintf("(%#02x) is refused", op)
		if _, err := ReadPickle(bytes.NewReader([]byte{byte(op), '.'}), 2); !filetest.Says(err, want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestReadPickleNoticesCuts(t *testing.T) {
	s := python2["protocol 2"]
	for n := range len(s) {
		if _, err := ReadPickle(strings.NewReader(s[:n]), int64(n)); err == nil {
			t.Errorf("cut at %d: got no error", n)
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
			t.Errorf("got %d bytes allocated for a file of %d", n, len(b))
		}
	})
}
