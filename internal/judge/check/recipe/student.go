package recipe

import (
	"math"
	"slices"

	"backprop/internal/judge/check/homework"
	"backprop/internal/judge/check/near"
)

type (
	name   = homework.Name
	num    = near.Num
	matrix = near.Matrix
)

// named is the name of a quantity.
func named(kind string, layer int) name { return name{Kind: kind, Layer: layer} }

// A Student is a homework as one reading has it: its numbers with samples as rows and W in×out.
type Student struct {
	h *homework.Homework
	Reading
	homework.Sizes
	Given map[name]*matrix
	Odd   map[name]bool // answers whose shape is not what it should be
	truth *evaluator    // everything computed from the question
	bases map[way]*evaluator
}

// New is the student of a homework that is read so.
func New(h *homework.Homework, r Reading) *Student {
	s := &Student{h: h, Reading: r, Sizes: h.Sizes, Given: map[name]*matrix{}, Odd: map[name]bool{}}
	common, single := h.Precision()
	for key, a := range h.Arrays {
		q, _ := homework.ParseName(key)
		at := s.numbers(q, a, common, single)
		if m := s.lay(q, a.Shape, at); m != nil {
			s.Given[q] = m
			continue
		}
		s.Odd[q] = true
		s.Given[q] = s.layAsItIs(q, a.Shape, at)
	}
	s.Given[named("A", 0)] = s.Given[named("X", 0)]
	s.truth, s.bases = &evaluator{Student: s, memo: map[name]*matrix{}}, map[way]*evaluator{}
	return s
}

// numbers are an array's numbers, with how far each may be off.
func (s *Student) numbers(q name, a homework.Array, common near.Precision, single bool) []num {
	exactAs, written := near.Exactness, a.Written
	if single {
		exactAs = 1.0 / (1 << 22)
	}
	exact := q.IsQuestion() && !(s.inexact && written.Decimals >= 4) || common.Digits >= manyDigits && !s.mixed
	if written.Decimals <= 0 && written.Digits < 3 { // whole numbers: 1 may be 0.99998, where others have decimals
		written.Decimals, written.Digits = common.Decimals, common.Digits
		exact = exact || q.IsQuestion() || common.Decimals <= 0
	}
	at := make([]num, len(a.Values))
	for i, v := range a.Values {
		at[i] = num{V: v, E: exactAs * math.Abs(v)}
		if exact {
			continue
		}
		half := written.HalfUnit(i, v)
		at[i].E = max(at[i].E, half*(1+1e-9))
		if s.Cut {
			at[i].V += math.Copysign(half, v)
		}
	}
	return at
}

// Form is the shape of a quantity, and whether the reading has it transposed in the file.
func (s *Student) Form(q name) (rows, cols int, transposed bool) {
	l := q.Layer
	switch q.Kind {
	case "C":
		return 1, 1, false
	case "X":
		return s.N, s.Units[0], s.Columns
	case "Y":
		return s.N, s.Units[s.Layers()], s.Columns
	case "W", "dW", "newW":
		return s.Units[l-1], s.Units[l], s.OutIn
	case "b", "db", "newb":
		return 1, s.Units[l], false
	}
	return s.N, s.Units[l], s.Columns
}

// lay is an array as the student's matrix; nil if it is of another shape.
func (s *Student) lay(q name, shape []int, at []num) *matrix {
	rows, cols, transposed := s.Form(q)
	switch {
	case q.Kind == "Y" && len(at) != rows*cols:
		return oneHot(at, cols)
	case q.Kind == "b" && len(at) == 1:
		cols = 1
	}
	return layAs(rows, cols, transposed, shape, at)
}

// layAs is an array as a matrix of rows×cols; nil if it is none. A vector may lie either way.
func layAs(rows, cols int, transposed bool, shape []int, at []num) *matrix {
	switch {
	case len(at) != rows*cols:
		return nil
	case (rows == 1 || cols == 1) && near.IsVector(shape...):
		return near.Of(rows, cols, at)
	case !transposed && slices.Equal(shape, []int{rows, cols}):
		return near.Of(rows, cols, at)
	case transposed && slices.Equal(shape, []int{cols, rows}):
		return near.Of(cols, rows, at).Transposed()
	}
	return nil
}

// oneHot is a row with a 1 for each class.
func oneHot(at []num, classes int) *matrix {
	m := near.New(len(at), classes)
	for i, x := range at {
		m.At[i*classes+int(x.V)] = num{V: 1, E: 0}
	}
	return m
}

// layAsItIs is an array of a wrong shape as a matrix.
func (s *Student) layAsItIs(q name, shape []int, at []num) *matrix {
	_, _, transposed := s.Form(q)
	if len(shape) < 2 {
		return near.Of(1, len(at), at)
	}
	return near.Of(shape[0], shape[1], at).TransposedIf(transposed)
}

// A way is one of several right ways to get at a quantity, from the student's own numbers.
type way struct {
	ofA     bool // g′ from A, and C from Z
	without bool // arrays of a wrong shape are computed anew
}

// ways are those that can make a difference.
func (s *Student) ways() []way {
	if len(s.Odd) == 0 {
		return []way{{}, {ofA: true}}
	}
	return []way{{}, {ofA: true}, {without: true}, {ofA: true, without: true}}
}

// An evaluator computes quantities, each of those before it. A slip in a recipe is how a mistake is
// tried.
type evaluator struct {
	*Student
	theirs bool // what the student has written counts
	way    way
	slips  []Slip
	judged name       // is computed, whatever the student has written
	base   *evaluator // knows every other quantity; nil if the slips are before it
	memo   map[name]*matrix
}

// value is a quantity: the student's, or computed. It is nil where operands do not fit, and where a
// wrong recipe needs what is only made of it.
func (e *evaluator) value(q name) *matrix {
	if m := e.Given[q]; m != nil && q != e.judged {
		if q.IsQuestion() || e.theirs && !(e.Odd[q] && e.way.without) {
			return m
		}
	}
	if e.base != nil && q != e.judged {
		return e.base.value(q)
	}
	if m, ok := e.memo[q]; ok {
		return m
	}
	e.memo[q] = nil
	r := e.slipped(q)
	m := e.make(q, r).TransposedIf(r.outT)
	e.memo[q] = m
	return m
}

// slipped is the recipe of a quantity with the slips that are in it.
func (e *evaluator) slipped(q name) recipe {
	r := e.recipe(q)
	for _, s := range e.slips {
		if s.At == q {
			s.change(&r)
		}
	}
	if e.way.ofA {
		r.logits = true
		for _, s := range []*slopeOf{&r.slope, &r.before} {
			if s.form == ofZ && s.act == e.activation(s.layer) {
				s.form = ofA
			}
		}
	}
	return r
}

// By is a quantity made with slips of the student's own numbers, in each of the right ways to do it. Where
// operands do not fit together it is nil.
func (s *Student) By(q name, slips ...Slip) (made []*matrix) {
	for _, w := range s.ways() {
		made = append(made, s.byWay(q, w, slips...))
	}
	return made
}

// byWay is a quantity made in one way.
func (s *Student) byWay(q name, w way, slips ...Slip) *matrix {
	e := &evaluator{Student: s, theirs: true, way: w, slips: slips, judged: q, memo: map[name]*matrix{}}
	if !slices.ContainsFunc(slips, func(x Slip) bool { return x.At != q }) {
		e.base = s.base(w)
	}
	return e.value(q)
}

// Truth is a quantity computed from the question.
func (s *Student) Truth(q name) *matrix { return s.truth.value(q) }

// base is the evaluator without slips.
func (s *Student) base(w way) *evaluator {
	if s.bases[w] == nil {
		s.bases[w] = &evaluator{Student: s, theirs: true, way: w, memo: map[name]*matrix{}}
	}
	return s.bases[w]
}

// Before are what goes into a quantity: what the student has written, and what is computed because
// it has not been written.
func (s *Student) Before(q name) (written, missing []name) {
	r := s.recipe(q)
	parts := []name{r.left, r.right, r.bias}
	if r.slope.form != noSlope {
		parts = append(parts, named("Z", r.slope.layer), named("A", r.slope.layer))
	}
	for _, p := range parts {
		switch {
		case p.Kind == "" || p.IsQuestion():
		case s.Given[p] != nil:
			written = append(written, p)
		default:
			missing = append(missing, p)
			w, m := s.Before(p)
			written, missing = append(written, w...), append(missing, m...)
		}
	}
	return unique(written), unique(missing)
}

// unique is a list without what is in it again.
func unique(list []name) (once []name) {
	for _, q := range list {
		if !slices.Contains(once, q) {
			once = append(once, q)
		}
	}
	return once
}

// Work is about how many products of numbers it takes to compute a quantity.
func (s *Student) Work() float64 {
	sum := 0
	for l := range s.Layers() {
		sum += s.Units[l] * s.Units[l+1]
	}
	return float64(s.N * sum)
}
