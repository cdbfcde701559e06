// Package onnx writes networks as ONNX: a graph of operators that other programs run, in the
// encoding of Protocol Buffers. Numbers are double precision; the operators are of opset 13, which
// runtimes have read since 2020.
package onnx

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// A Model is a network with all that its graph does: it takes numbers as they are in the data, and
// answers in the data's units.
type Model struct {
	Producer, Doc string
	Meta          map[string]string // metadata_props
	Shift, Factor []float64         // of the inputs: x ← (x − shift)·factor
	Missing       bool              // an input that is not a number becomes 0 once it is scaled
	Layers        []Layer
	Softmax       bool      // of the last layer's outputs
	OutShift      []float64 // of the outputs, nil for none: a ← a/factor + shift
	OutFactor     []float64
	Output        string // the output's name
}

// A Layer is a = g(x·W + b).
type Layer struct {
	Weights [][]float64 // in × out
	Bias    []float64   // out
	G       string      // Relu, Sigmoid, Tanh, or "" for none
}

// Input is the name of the graph's input, a matrix of a row a sample.
const Input = "input"

const (
	irVersion = 7
	opset     = 13
	double    = 11 // TensorProto.DataType
	integer   = 2  // AttributeProto.AttributeType INT
	maxBytes  = 1<<31 - 1
)

// Begins says whether what r holds begins as an ONNX file does: with its version, a field of one byte, and the name of
// the program that wrote it, which is text.
func Begins(r io.Reader) bool {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil || head[0] != 1<<3 || head[2] != 2<<3|2 || head[3] > 127 {
		return false
	}
	name := make([]byte, head[3])
	_, err := io.ReadFull(r, name)
	return err == nil && !bytes.ContainsFunc(name, func(c rune) bool { return !unicode.IsPrint(c) })
}

// Write writes the model as a file.
func Write(w io.Writer, m Model) error {
	g := graph{value: Input}
	g.scale(m)
	for i, l := range m.Layers {
		g.layer(i+1, l)
	}
	if m.Softmax {
		g.node("Softmax", "p", nil, attribute("axis", -1))
	}
	if m.OutFactor != nil {
		g.node("Div", "unscaled", constant("output_factor", m.OutFactor))
		g.node("Add", "shifted", constant("output_shift", m.OutShift))
	}
	g.nodes[len(g.nodes)-1].out = m.Output
	last := len(m.Layers) - 1
	var head, body message
	head.integer(1, irVersion)
	head.text(2, m.Producer)
	head.text(6, m.Doc)
	head.message(8, message(nil).withInteger(2, opset))
	for _, k := range slices.Sorted(maps.Keys(m.Meta)) {
		var entry message
		entry.text(1, k)
		entry.text(2, m.Meta[k])
		head.message(14, entry)
	}
	for _, n := range g.nodes {
		body.message(1, n.encode())
	}
	body.text(2, "backprop")
	body.message(11, matrix(Input, len(m.Shift)))
	body.message(12, matrix(m.Output, len(m.Layers[last].Bias)))
	return g.write(w, head, body)
}

// A graph is nodes one after another, each of which takes what the one before it gives.
type graph struct {
	value   string // what the last node gives
	nodes   []node
	tensors []tensor
}

type node struct {
	kind, out  string
	in         []string
	attributes []message
}

// A tensor is a constant: rows of numbers, one after another.
type tensor struct {
	name string
	dims []int
	rows [][]float64
}

// constant is a vector; where all its numbers are equal, it is one that stands for all.
func constant(name string, v []float64) *tensor {
	if slices.Min(v) == slices.Max(v) {
		v = v[:1]
	}
	return &tensor{name, []int{len(v)}, [][]float64{v}}
}

// node adds an operator on the last value, and on a constant if there is one.
func (g *graph) node(kind, out string, c *tensor, attributes ...message) {
	n := node{kind, out, []string{g.value}, attributes}
	if c != nil {
		n.in, g.tensors = append(n.in, c.name), append(g.tensors, *c)
	}
	g.nodes, g.value = append(g.nodes, n), n.out
}

// scale is x ← (x − shift)·factor, and 0 where x is missing.
func (g *graph) scale(m Model) {
	if slices.Min(m.Shift) != 0 || slices.Max(m.Shift) != 0 {
		g.node("Sub", "centred", constant("input_shift", m.Shift))
	}
	if slices.Min(m.Factor) != 1 || slices.Max(m.Factor) != 1 {
		g.node("Mul", "scaled", constant("input_factor", m.Factor))
	}
	if m.Missing {
		x := g.value
		g.node("IsNaN", "missing", nil)
		g.node("Where", "there", constant("zero", []float64{0}))
		g.nodes[len(g.nodes)-1].in = []string{"missing", "zero", x}
	}
}

// layer is z = x·W + b and a = g(z).
func (g *graph) layer(number int, l Layer) {
	n := strconv.Itoa(number)
	g.node("Gemm", "z"+n, &tensor{"W" + n, []int{len(l.Weights), len(l.Bias)}, l.Weights})
	bias := tensor{"b" + n, []int{len(l.Bias)}, [][]float64{l.Bias}}
	g.tensors = append(g.tensors, bias)
	gemm := &g.nodes[len(g.nodes)-1]
	gemm.in = append(gemm.in, bias.name)
	if l.G != "" {
		g.node(l.G, "a"+n, nil)
	}
}

// write writes the file: the model's head, and the graph with the constants at its end.
func (g *graph) write(w io.Writer, head, body message) error {
	heads := make([]message, len(g.tensors))
	size := len(body)
	for i, t := range g.tensors {
		bytes := 8
		for _, d := range t.dims {
			heads[i].integer(1, d)
			bytes *= d
		}
		heads[i].integer(2, double)
		heads[i].text(8, t.name)
		heads[i].head(9, bytes)
		heads[i] = append(message(nil).withHead(5, len(heads[i])+bytes), heads[i]...)
		size += len(heads[i]) + bytes
	}
	head.head(7, size)
	if len(head)+size > maxBytes {
		return fmt.Errorf("the network takes %.1f GB; an ONNX file holds 2", float64(size)/1e9)
	}
	buf := bufio.NewWriterSize(w, 1<<16)
	buf.Write(head)
	buf.Write(body)
	for i, t := range g.tensors {
		buf.Write(heads[i])
		var b [8]byte
		for _, row := range t.rows {
			for _, v := range row {
				binary.LittleEndian.PutUint64(b[:], math.Float64bits(v))
				buf.Write(b[:])
			}
		}
	}
	return buf.Flush()
}

func (n node) encode() (b message) {
	for _, in := range n.in {
		b.text(1, in)
	}
	b.text(2, n.out)
	b.text(4, n.kind)
	for _, a := range n.attributes {
		b.message(5, a)
	}
	return b
}

func attribute(name string, v int) (b message) {
	b.text(1, name)
	b.integer(3, v)
	b.integer(20, integer)
	return b
}

// matrix describes a value of any number of rows.
func matrix(name string, columns int) (b message) {
	var rows, shape, kind message
	rows.text(2, "samples")
	shape.message(1, rows)
	shape.message(1, message(nil).withInteger(1, columns))
	kind.integer(1, double)
	kind.message(2, shape)
	b.text(1, name)
	b.message(2, message(nil).withMessage(1, kind))
	return b
}

// A message is fields in the encoding of Protocol Buffers: each begins with its number and its
// kind, 0 for an integer and 2 for what has a length.
type message []byte

func (b *message) integer(field, v int) {
	*b = binary.AppendUvarint(binary.AppendUvarint(*b, uint64(field)<<3), uint64(v))
}

// head begins a field of so many bytes, which are to follow.
func (b *message) head(field, length int) {
	*b = binary.AppendUvarint(binary.AppendUvarint(*b, uint64(field)<<3|2), uint64(length))
}

func (b *message) message(field int, m message) {
	b.head(field, len(m))
	*b = append(*b, m...)
}

func (b *message) text(field int, s string) {
	b.message(field, message(strings.ToValidUTF8(s, "\uFFFD")))
}

func (b message) withInteger(field, v int) message         { b.integer(field, v); return b }
func (b message) withHead(field, length int) message       { b.head(field, length); return b }
func (b message) withMessage(field int, m message) message { b.message(field, m); return b }
