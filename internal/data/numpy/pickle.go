// Pickles: a stack machine that executes the instructions that arrays need, and refuses all others.

package numpy

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"backprop/internal/file"
)

// A pickle is a program for a stack machine, and Python's machine runs whatever it says. The machine here cannot call
// anything: a callable that a pickle names must be one of these, and only its effect is imitated. So the result can
// only be arrays, numbers and strings.
var callables = map[string]string{
	"numpy.core.multiarray._reconstruct": "reconstruct", // NumPy 2 calls it numpy._core
	"numpy.core.numeric._frombuffer":     "frombuffer",
	"numpy.ndarray":                      "ndarray",
	"numpy.dtype":                        "dtype",
	"_codecs.encode":                     "encode",
}

// What can lie on the stack, besides nil, bool, int64, []byte (Python's bytes) and *Array.
type (
	pyCall  string // a value of callables
	pyText  []byte // a string, in UTF-8
	pyTuple []any
	pyList  struct{ items []any }
	pyDtype struct{ name string }
)

// An unpickler is the machine.
type unpickler struct {
	r         *bufio.Reader
	offset    int64 // bytes read
	remaining int64 // the most bytes that can follow
	budget    int64 // the most bytes that may still be made from the file: a small pickle could make endlessly many
	stack     []any
	marks     []int // heights of the stack
	memo      map[int64]any
	err       error // the first one; after it, all that is read is empty
}

func newUnpickler(r io.Reader, limit int64) *unpickler {
	limit = min(limit, math.MaxInt)
	return &unpickler{r: bufio.NewReaderSize(r, 1<<16), remaining: limit, budget: limit, memo: map[int64]any{}}
}

const maxInstructions = 100_000 // MNIST's pickle has about 150

// ReadPickle reads pairs of inputs and labels, pickled with any protocol: training and test, or training, validation
// and test, as in Nielsen's mnist.pkl.gz. The pickle must be unpacked; r can hold no more than limit bytes.
func ReadPickle(r io.Reader, limit int64) (splits Splits, err error) {
	p := newUnpickler(r, limit)
	pairs := items(p.run())
	if p.err != nil {
		return splits, fmt.Errorf("byte %d of the pickle: %w", p.offset, p.err)
	}
	which := []int{0, 1, 2}
	if len(pairs) == 2 {
		which = []int{0, 2}
	}
	ok := len(pairs) == len(which)
	for i := 0; ok && i < len(which); i++ {
		splits[which[i]], ok = splitOf(items(pairs[i]))
	}
	if !ok {
		return splits, errors.New("the pickle holds something other than pairs of arrays for training, validation and test")
	}
	return splits, splits.check()
}

// splitOf makes a split of a pair. If its inputs are missing, Splits.check says so.
func splitOf(pair []any) (s Split, ok bool) {
	if len(pair) != 2 {
		return s, false
	}
	array := func(v any) *Array {
		if a, ok := v.(*Array); ok && a.data != nil {
			return a
		}
		return nil
	}
	s = Split{array(pair[0]), array(pair[1])}
	return s, s.Labels != nil
}

// items returns the members of a tuple or list.
func items(v any) []any {
	switch v := v.(type) {
	case pyTuple:
		return v
	case *pyList:
		return v.items
	}
	return nil
}

// run executes instructions up to STOP, and returns the value that is then on top of the stack.
func (p *unpickler) run() any {
	for range maxInstructions {
		op := byte(p.readUint(1))
		if p.err != nil {
			return nil
		}
		if op == '.' {
			if _, err := p.r.ReadByte(); err == nil {
				p.fail("something follows its end")
			} else if err != io.EOF {
				p.err = err
			}
			return p.pop()
		}
		if do := instructions[op]; do != nil {
			do(p)
		} else {
			p.fail("instruction %q (%#02x) is refused: arrays of numbers do not need it", op, op)
		}
	}
	p.fail("more than %d instructions: this is not a pickle of a few arrays", maxInstructions)
	return nil
}

// instructions by their codes; letters and names are those of Python's pickle.py. All others are refused.
var instructions = [256]func(p *unpickler){
	0x80: (*unpickler).checkProtocol,            // PROTO
	0x95: func(p *unpickler) { p.readBytes(8) }, // FRAME
	'(':  func(p *unpickler) { p.marks = append(p.marks, len(p.stack)) },
	'0':  func(p *unpickler) { p.pop() },
	'1':  func(p *unpickler) { p.popMark() },
	'2':  func(p *unpickler) { p.push(p.top()) },

	'N':  func(p *unpickler) { p.push(nil) },
	0x88: func(p *unpickler) { p.push(true) },  // NEWTRUE
	0x89: func(p *unpickler) { p.push(false) }, // NEWFALSE
	'K':  func(p *unpickler) { p.push(p.readUint(1)) },
	'M':  func(p *unpickler) { p.push(p.readUint(2)) },
	'J':  func(p *unpickler) { p.push(int64(int32(p.readUint(4)))) },
	0x8a: (*unpickler).pushLong, // LONG1
	'I':  func(p *unpickler) { p.pushDecimal(true) },
	'L':  func(p *unpickler) { p.pushDecimal(false) },

	'U':  func(p *unpickler) { p.push(p.readBytes(p.readUint(1))) },
	'C':  func(p *unpickler) { p.push(p.readBytes(p.readUint(1))) },
	'T':  func(p *unpickler) { p.push(p.readBytes(p.readUint(4))) },
	'B':  func(p *unpickler) { p.push(p.readBytes(p.readUint(4))) },
	0x8e: func(p *unpickler) { p.push(p.readBytes(p.readUint(8))) },         // BINBYTES8
	0x96: func(p *unpickler) { p.push(p.readBytes(p.readUint(8))) },         // BYTEARRAY8
	0x8c: func(p *unpickler) { p.push(pyText(p.readBytes(p.readUint(1)))) }, // SHORT_BINUNICODE
	'X':  func(p *unpickler) { p.push(pyText(p.readBytes(p.readUint(4)))) },
	0x8d: func(p *unpickler) { p.push(pyText(p.readBytes(p.readUint(8)))) }, // BINUNICODE8
	'S':  func(p *unpickler) { p.push(p.readQuoted()) },
	'V':  func(p *unpickler) { p.push(p.readUnicode()) },

	')':  func(p *unpickler) { p.push(pyTuple{}) },
	']':  func(p *unpickler) { p.push(&pyList{}) },
	't':  func(p *unpickler) { p.push(pyTuple(p.popMark())) },
	'l':  func(p *unpickler) { p.push(&pyList{p.popMark()}) },
	0x85: func(p *unpickler) { p.push(pyTuple(p.popN(1))) }, // TUPLE1
	0x86: func(p *unpickler) { p.push(pyTuple(p.popN(2))) }, // TUPLE2
	0x87: func(p *unpickler) { p.push(pyTuple(p.popN(3))) }, // TUPLE3
	'a':  func(p *unpickler) { p.extend(p.popN(1)) },
	'e':  func(p *unpickler) { p.extend(p.popMark()) },

	'q':  func(p *unpickler) { p.memo[p.readUint(1)] = p.top() },
	'r':  func(p *unpickler) { p.memo[p.readUint(4)] = p.top() },
	'p':  func(p *unpickler) { p.memo[p.memoKey()] = p.top() },
	0x94: func(p *unpickler) { p.memo[int64(len(p.memo))] = p.top() }, // MEMOIZE
	'h':  func(p *unpickler) { p.get(p.readUint(1)) },
	'j':  func(p *unpickler) { p.get(p.readUint(4)) },
	'g':  func(p *unpickler) { p.get(p.memoKey()) },

	'c':  func(p *unpickler) { module := p.readLine(); p.global(module, p.readLine()) },
	0x93: (*unpickler).stackGlobal, // STACK_GLOBAL
	'R':  (*unpickler).reduce,
	'b':  func(p *unpickler) { p.build(items(p.pop())) },
}

func (p *unpickler) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
}

// What follows an instruction.

func (p *unpickler) readBytes(n int64) []byte {
	if n < 0 || n > p.remaining {
		p.fail("%d bytes promised, at most %d there: %w", uint64(n), p.remaining, file.ErrCut)
	}
	if p.err != nil {
		return nil
	}
	b, err := file.ReadN(p.r, int(n))
	p.err = err
	p.offset += n
	p.remaining -= n
	return b
}

// readUint reads a little-endian number of n bytes.
func (p *unpickler) readUint(n int64) int64 {
	u := uint64(0)
	for k, b := range p.readBytes(n) {
		u |= uint64(b) << (8 * k)
	}
	return int64(u)
}

func (p *unpickler) checkProtocol() {
	if v := p.readUint(1); v > 5 {
		p.fail("protocol %d; up to 5 is known", v)
	}
}

func (p *unpickler) pushLong() {
	n := p.readUint(1)
	if n > 8 {
		p.fail("a number of %d bytes", n)
		return
	}
	p.push(p.readUint(n) << (64 - 8*n) >> (64 - 8*n))
}

// readLine reads a line. Protocol 0 writes numbers, names and text as lines.
func (p *unpickler) readLine() (line []byte) {
	for p.err == nil {
		c, err := p.r.ReadByte()
		p.offset, p.remaining = p.offset+1, p.remaining-1
		if err == io.EOF || p.remaining < 0 {
			err = file.ErrCut
		}
		p.err = err
		if c == '\n' {
			break
		}
		line = append(line, c)
	}
	return line
}

// pushDecimal pushes a number, which protocol 0 writes in decimal. If bools is set, 00 and 01 stand for false and true.
func (p *unpickler) pushDecimal(bools bool) {
	s := strings.TrimSuffix(string(p.readLine()), "L")
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		p.fail("number %.30q", s)
	}
	if bools && (s == "00" || s == "01") {
		p.push(v == 1)
	} else {
		p.push(v)
	}
}

// memoKey reads a key of the memo in protocol 0.
func (p *unpickler) memoKey() int64 {
	k, err := strconv.ParseInt(string(p.readLine()), 10, 64)
	if err != nil {
		p.fail("memo without a number")
	}
	return k
}

// readQuoted reads bytes as Python 2's repr writes them.
func (p *unpickler) readQuoted() (b []byte) {
	line := p.readLine()
	n := len(line) - 1
	if n < 1 || line[0] != line[n] || line[0] != '\'' && line[0] != '"' {
		p.fail("a string without quotes")
		return nil
	}
	for s := string(line[1:n]); s != "" && p.err == nil; {
		c, _, rest, err := strconv.UnquoteChar(s, 0)
		if s[0] == '\\' && len(s) > 1 && (s[1] == '\'' || s[1] == '"') {
			c, rest, err = rune(s[1]), s[2:], nil
		}
		if err != nil || c > 255 {
			p.offset -= int64(len(s) + 2) // where the escape begins: before the rest of the line, the quote and the line's end
			p.fail("escape %.10q", s)
		}
		b, s = append(b, byte(c)), rest
	}
	return b
}

// readUnicode reads text as Python's raw-unicode-escape writes it: Latin-1, and \u with four hexadecimal digits.
func (p *unpickler) readUnicode() (t pyText) {
	for line := p.readLine(); len(line) > 0 && p.err == nil; {
		r, n := rune(line[0]), 1
		if r == '\\' {
			n = min(6, len(line))
			v, err := strconv.ParseUint(strings.TrimPrefix(string(line[1:n]), "u"), 16, 16)
			r = rune(v)
			if err != nil || n < 6 || line[1] != 'u' {
				p.offset -= int64(len(line) + 1)
				p.fail("escape in text: %q", line[:n])
			}
		}
		t, line = utf8.AppendRune(t, r), line[n:]
	}
	return t
}

// The stack.

func (p *unpickler) push(v any) { p.stack = append(p.stack, v) }

func (p *unpickler) pop() any {
	n := len(p.stack) - 1
	if n < 0 || len(p.marks) > 0 && n < p.marks[len(p.marks)-1] {
		p.fail("takes a value from an empty stack")
		return nil
	}
	v := p.stack[n]
	p.stack = p.stack[:n]
	return v
}

// top returns the value on top of the stack, which stays there.
func (p *unpickler) top() any {
	v := p.pop()
	p.push(v)
	return v
}

// popN takes n values off the stack, and returns them in the order in which they were pushed.
func (p *unpickler) popN(n int) []any {
	vs := make([]any, n)
	for i := range vs {
		vs[n-1-i] = p.pop()
	}
	return vs
}

// popMark takes everything above the last mark off the stack.
func (p *unpickler) popMark() []any {
	n := len(p.marks) - 1
	if n < 0 {
		p.fail("a mark is missing")
		return nil
	}
	vs := slices.Clone(p.stack[p.marks[n]:])
	p.stack, p.marks = p.stack[:p.marks[n]], p.marks[:n]
	return vs
}

// extend appends values to the list on top of the stack.
func (p *unpickler) extend(vs []any) {
	l, ok := p.top().(*pyList)
	if !ok {
		p.fail("appends to something that is not a list")
		return
	}
	l.items = append(l.items, vs...)
}

func (p *unpickler) get(k int64) {
	v, ok := p.memo[k]
	if !ok {
		p.fail("memo %d is empty", k)
	}
	p.push(v)
}

// What Python would call.

func (p *unpickler) stackGlobal() {
	name, _ := p.pop().(pyText)
	module, _ := p.pop().(pyText)
	p.global(module, name)
}

func (p *unpickler) global(module, name []byte) {
	full := string(module) + "." + string(name)
	call, ok := callables[strings.Replace(full, "numpy._core.", "numpy.core.", 1)]
	if !ok {
		p.fail("it asks to call %.100q, which is refused: only arrays of numbers are read", full)
	}
	p.push(pyCall(call))
}

// shortText returns up to 20 bytes of a string or of bytes; "" if v is neither.
func shortText(v any) string {
	switch v := v.(type) {
	case pyText:
		return string(v[:min(len(v), 20)])
	case []byte:
		return string(v[:min(len(v), 20)])
	}
	return ""
}

// reduce imitates the call on the stack, with the arguments above it.
func (p *unpickler) reduce() {
	args := items(p.pop())
	call, _ := p.pop().(pyCall)
	switch {
	case call == "reconstruct" && len(args) == 3 && args[0] == pyCall("ndarray"):
		p.push(&Array{})
	case call == "dtype" && len(args) > 0:
		p.push(&pyDtype{"|" + shortText(args[0])})
	case call == "frombuffer" && len(args) == 4:
		a := &Array{}
		p.fill(a, args[2], args[1], shortText(args[3]) == "F", args[0])
		p.push(a)
	case call == "encode" && len(args) == 2 && strings.HasPrefix(shortText(args[1]), "latin"):
		text, _ := args[0].(pyText)
		p.budget -= int64(len(text))
		if p.budget < 0 {
			p.fail("decodes more text than there is")
			return
		}
		out := make([]byte, 0, len(text))
		for _, r := range string(text) {
			if r > 255 {
				p.fail("text that is not Latin-1")
				return
			}
			out = append(out, byte(r))
		}
		p.push(out)
	default:
		p.fail("a call of %q with %d arguments is refused", string(call), len(args))
	}
}

// build sets the state of the array or dtype on top of the stack.
func (p *unpickler) build(state []any) {
	switch v := p.top().(type) {
	case *Array: // version, shape, dtype, column-major, data
		if len(state) == 5 {
			p.fill(v, state[1], state[2], state[3] != false && state[3] != int64(0), state[4])
			return
		}
	case *pyDtype: // version, byte order, and values that only records need
		if len(state) >= 5 && len(shortText(state[1])) == 1 && state[2] == nil && state[3] == nil && state[4] == nil {
			v.name = shortText(state[1]) + v.name[1:]
			return
		}
	}
	p.fail("the state of something that is not an array of numbers")
}

// fill sets the shape, type and data of an array, after checking that they belong together.
func (p *unpickler) fill(a *Array, shape, dtype any, columnMajor bool, data any) {
	d, ok := dtype.(*pyDtype)
	b, isBytes := data.([]byte)
	if !ok || !isBytes {
		p.fail("an array that is not of numbers")
		return
	}
	made, err := newArray(d.name)
	if err != nil {
		p.fail("%w", err)
		return
	}
	*a, a.data = *made, b
	for _, v := range items(shape) {
		n, _ := v.(int64)
		a.Shape = append(a.Shape, int(min(n, math.MaxInt32)))
	}
	n, err := file.Count(a.Shape, int64(len(b)/a.width))
	if err != nil || n*a.width != len(b) || len(a.Shape) < 1 || len(a.Shape) > 4 {
		p.fail("an array %s of %s with %d bytes of data", file.ShapeText(a.Shape), d.name, len(b))
		return
	}
	if columnMajor && len(a.Shape) > 1 {
		p.budget -= int64(len(b))
		if p.budget < 0 {
			p.fail("arrays in column-major order of more bytes than the file has")
			return
		}
		a.toRowMajor()
	}
}
