// Package onnx writes networks in the ONNX format: a graph of operators, encoded with Protocol Buffers, that other
// programs can run. Numbers are in double precision. The operators are those of opset 13, which runtimes have
// supported since 2020.
//
// The field numbers are those of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
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

// A Model is a network together with its scaling: the graph takes numbers as they are in the data, and returns them in
// the units of the data.
type Model struct {
	Producer  string            // the program that writes the file
	Doc       string            // describes the graph in words
	Meta      map[string]string // metadata_props
	Shift     []float64         // inputs are scaled to (x − shift)·factor
	Factor    []float64
	Missing   bool // an input that is not a number counts as 0 after scaling
	Layers    []Layer
	Softmax   bool      // apply softmax to the outputs of the last layer
	OutShift  []float64 // outputs are scaled to a/factor + shift; nil for none
	OutFactor []float64
	Output    string // the name of the graph's output
}

// A Layer computes g(x·W + b).
type Layer struct {
	Weights [][]float64 // in×out
	Bias    []float64   // out
	G       string      // the operator Relu, Sigmoid or Tanh; "" for none
}

// Input is the name of the graph's input, a matrix with a row for each sample.
const Input = "input"

const (
	irVersion    = 7
	opset        = 13
	doubleType   = 11 // TensorProto.DataType.DOUBLE
	intAttribute = 2  // AttributeProto.AttributeType.INT
	maxBytes     = 1<<31 - 1
)

// Begins reports whether r begins like an ONNX file: with the version of the format in one byte, and the name of the
// program that wrote the file.
func Begins(r io.Reader) bool {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return false
	}
	versionKey, nameKey, nameLength := head[0], head[2], head[3]
	if versionKey != 1<<3|integerKind || nameKey != 2<<3|lengthKind || nameLength > 127 {
		return false
	}
	name := make([]byte, nameLength)
	_, err := io.ReadFull(r, name)
	return err == nil && !bytes.ContainsFunc(name, func(c rune) bool { return !unicode.IsPrint(c) })
}

// Write writes the model as an ONNX file.
func Write(w io.Writer, m Model) error {
	g := graphOf(m)
	head := message{}.
		integer(1, irVersion).
		text(2, m.Producer).
		text(6, m.Doc).
		submessage(8, message{}.integer(2, opset))
	for _, key := range slices.Sorted(maps.Keys(m.Meta)) {
		head = head.submessage(14, message{}.text(1, key).text(2, m.Meta[key]))
	}
	var body message
	for _, n := range g.nodes {
		body = body.submessage(1, n.encode())
	}
	outputs := len(m.Layers[len(m.Layers)-1].Bias)
	body = body.
		text(2, "backprop").
		submessage(11, matrix(Input, len(m.Shift))).
		submessage(12, matrix(m.Output, outputs))
	return g.write(w, head, body)
}

// A graph is a chain of nodes: each takes the value of the one before it.
type graph struct {
	value   string // the name of the value of the last node
	nodes   []node
	tensors []tensor
}

// A node applies an operator to the values named in the field in, and gives the result the name out.
type node struct {
	kind, out  string
	in         []string
	attributes []message
}

// A tensor is a constant, stored row by row.
type tensor struct {
	name string
	dims []int
	rows [][]float64
}

// graphOf makes the graph: the inputs are scaled, go through the layers and perhaps softmax, and are scaled back.
func graphOf(m Model) graph {
	g := graph{value: Input}
	g.scale(m)
	for i, l := range m.Layers {
		g.layer(strconv.Itoa(i+1), l)
	}
	if m.Softmax {
		g.add("Softmax", "p").attributes = []message{attribute("axis", -1)}
	}
	if m.OutFactor != nil {
		g.add("Div", "unscaled", vector("output_factor", m.OutFactor))
		g.add("Add", "shifted", vector("output_shift", m.OutShift))
	}
	g.nodes[len(g.nodes)-1].out = m.Output
	return g
}

// add appends a node that takes the last value and the given constants, and returns it.
func (g *graph) add(kind, out string, constants ...tensor) *node {
	n := node{kind: kind, out: out, in: []string{g.value}}
	for _, c := range constants {
		n.in = append(n.in, c.name)
	}
	g.nodes, g.tensors, g.value = append(g.nodes, n), append(g.tensors, constants...), out
	return &g.nodes[len(g.nodes)-1]
}

// vector returns a constant with the numbers of v, or a single number if all are equal, since ONNX repeats it.
func vector(name string, v []float64) tensor {
	if slices.Min(v) == slices.Max(v) {
		v = v[:1]
	}
	return tensor{name, []int{len(v)}, [][]float64{v}}
}

// scale adds nodes that compute (x − shift)·factor, and put 0 in place of missing values.
func (g *graph) scale(m Model) {
	if slices.Min(m.Shift) != 0 || slices.Max(m.Shift) != 0 {
		g.add("Sub", "centred", vector("input_shift", m.Shift))
	}
	if slices.Min(m.Factor) != 1 || slices.Max(m.Factor) != 1 {
		g.add("Mul", "scaled", vector("input_factor", m.Factor))
	}
	if m.Missing {
		x := g.value
		g.add("IsNaN", "missing")
		g.add("Where", "there", vector("zero", []float64{0})).in = []string{"missing", "zero", x}
	}
}

// layer adds nodes that compute z = x·W + b and a = g(z).
func (g *graph) layer(number string, l Layer) {
	in, out := len(l.Weights), len(l.Bias)
	weights := tensor{"W" + number, []int{in, out}, l.Weights}
	bias := tensor{"b" + number, []int{out}, [][]float64{l.Bias}}
	g.add("Gemm", "z"+number, weights, bias)
	if l.G != "" {
		g.add(l.G, "a"+number)
	}
}

// write writes the file: the head of the model, then the graph, which ends with the constants.
func (g *graph) write(w io.Writer, head, body message) error {
	tensorHeads := make([]message, len(g.tensors))
	graphSize := len(body)
	for i, t := range g.tensors {
		var fields message
		dataSize := 8
		for _, d := range t.dims {
			fields = fields.integer(1, d)
			dataSize *= d
		}
		fields = fields.integer(2, doubleType).text(8, t.name).begin(9, dataSize)
		tensorHeads[i] = append(message{}.begin(5, len(fields)+dataSize), fields...)
		graphSize += len(tensorHeads[i]) + dataSize
	}
	head = head.begin(7, graphSize)
	if size := len(head) + graphSize; size > maxBytes {
		return fmt.Errorf("the network takes %.1f GB; an ONNX file holds 2", float64(size)/1e9)
	}
	buf := bufio.NewWriterSize(w, 1<<16)
	buf.Write(head)
	buf.Write(body)
	for i, t := range g.tensors {
		buf.Write(tensorHeads[i])
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

func (n node) encode() (m message) {
	for _, in := range n.in {
		m = m.text(1, in)
	}
	m = m.text(2, n.out).text(4, n.kind)
	for _, a := range n.attributes {
		m = m.submessage(5, a)
	}
	return m
}

func attribute(name string, v int) message {
	return message{}.text(1, name).integer(3, v).integer(20, intAttribute)
}

// matrix describes an input or an output: a matrix with any number of rows.
func matrix(name string, columns int) message {
	rowCount := message{}.text(2, "samples")
	columnCount := message{}.integer(1, columns)
	shape := message{}.submessage(1, rowCount).submessage(1, columnCount)
	tensorType := message{}.integer(1, doubleType).submessage(2, shape)
	return message{}.text(1, name).submessage(2, message{}.submessage(1, tensorType))
}

// A message is a list of fields as Protocol Buffers encode them. Each begins with its number and its kind.
// The methods append a field.
type message []byte

// Kinds of fields.
const (
	integerKind = 0
	lengthKind  = 2 // a length, then as many bytes
)

func (m message) integer(field, v int) message {
	m = binary.AppendUvarint(m, uint64(field)<<3|integerKind)
	return binary.AppendUvarint(m, uint64(v))
}

// begin begins a field of length bytes, which the caller appends.
func (m message) begin(field, length int) message {
	m = binary.AppendUvarint(m, uint64(field)<<3|lengthKind)
	return binary.AppendUvarint(m, uint64(length))
}

func (m message) submessage(field int, sub message) message {
	return append(m.begin(field, len(sub)), sub...)
}

func (m message) text(field int, s string) message {
	return m.submessage(field, message(strings.ToValidUTF8(s, "\uFFFD")))
}
