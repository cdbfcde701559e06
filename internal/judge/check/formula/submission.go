package formula

import (
	"math"
	"slices"

	"backprop/internal/judge/check/approx"
	"backprop/internal/judge/check/convention"
	"backprop/internal/judge/check/homework"
)

// A Submission is a homework as a convention understands its numbers. Its matrices have a row for each sample, and W is
// in×out.
type Submission struct {
	convention.Convention
	homework.Sizes
	Given      map[quantity]*matrix // all quantities in the homework
	WrongShape map[quantity]bool    // answers whose shape is not what it should be

	homework   *homework.Homework
	correct    *evaluator // computes everything from the question
	evaluators map[variant]*evaluator
}

// NewSubmission understands a homework by the given convention.
func NewSubmission(h *homework.Homework, c convention.Convention) *Submission {
	s := &Submission{Convention: c, Sizes: h.Sizes, Given: map[quantity]*matrix{}, WrongShape: map[quantity]bool{},
		homework: h, evaluators: map[variant]*evaluator{}}
	finest, single := h.Precision()
	for key, a := range h.Arrays {
		q, _ := homework.ParseQuantity(key)
		numbers := s.numbers(q, a, finest, single)
		s.Given[q] = s.matrix(q, a.Shape, numbers)
		if s.Given[q] == nil {
			s.WrongShape[q] = true
			s.Given[q] = s.matrixOfAnyShape(q, a.Shape, numbers)
		}
	}
	s.Given[of("A", 0)] = s.Given[of("X", 0)]
	s.correct = &evaluator{Submission: s, known: map[quantity]*matrix{}}
	return s
}

// numbers returns the numbers of an array with their errors. finest is the finest precision of all answers; single says
// whether they may have been computed in 32 bits.
func (s *Submission) numbers(q quantity, a homework.Array, finest approx.Precision, single bool) []number {
	relativeError, written := approx.Exactness, a.Written
	if single {
		relativeError = 1.0 / (1 << 22)
	}
	roundedQuestion := s.QuestionIsRounded && written.Decimals >= 4
	answersAreExact := finest.Digits >= convention.ExactDigits && !s.SomeAreRounded
	exact := q.IsQuestion() && !roundedQuestion || answersAreExact
	if written.Decimals <= 0 && written.Digits < 3 { // a 1 among numbers with decimals may stand for 0.99998
		written.Decimals, written.Digits = finest.Decimals, finest.Digits
		exact = exact || finest.Decimals <= 0
	}
	numbers := make([]number, len(a.Values))
	for i, v := range a.Values {
		numbers[i] = number{Value: v, Error: relativeError * math.Abs(v)}
		if exact {
			continue
		}
		half := written.HalfUnit(i, v)
		numbers[i].Error = max(numbers[i].Error, half*(1+1e-9))
		if s.Truncated {
			numbers[i].Value += math.Copysign(half, v)
		}
	}
	return numbers
}

// shape is the shape that the matrix of a quantity should have, and whether the file has it transposed.
func (s *Submission) shape(q quantity) (rows, cols int, transposed bool) {
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

// FileShape is the shape that a quantity should have in the file.
func (s *Submission) FileShape(q quantity) []int {
	rows, cols, transposed := s.shape(q)
	if transposed {
		return []int{cols, rows}
	}
	return []int{rows, cols}
}

// IsTransposed reports whether a quantity is transposed in the file.
func (s *Submission) IsTransposed(q quantity) bool {
	_, _, transposed := s.shape(q)
	return transposed
}

// matrix returns an array of the file as a matrix, or nil if its shape is wrong. Y may be a list of classes, and b a
// single number for all neurons.
func (s *Submission) matrix(q quantity, shape []int, numbers []number) *matrix {
	rows, cols, transposed := s.shape(q)
	if q.Kind == "Y" && len(numbers) != rows*cols {
		return oneHot(numbers, cols)
	}
	if q.Kind == "b" && len(numbers) == 1 {
		cols = 1
	}
	switch {
	case len(numbers) != rows*cols:
		return nil
	case (rows == 1 || cols == 1) && approx.IsVector(shape...): // it may be a row or a column
		return approx.Of(rows, cols, numbers)
	case !transposed && slices.Equal(shape, []int{rows, cols}):
		return approx.Of(rows, cols, numbers)
	case transposed && slices.Equal(shape, []int{cols, rows}):
		return approx.Of(cols, rows, numbers).Transposed()
	}
	return nil
}

// oneHot has a row for each class, with a 1 in the column of that class.
func oneHot(classes []number, cols int) *matrix {
	m := approx.New(len(classes), cols)
	for i, class := range classes {
		m.At[i*cols+int(class.Value)].Value = 1
	}
	return m
}

// matrixOfAnyShape is an array as a matrix of the shape that it has.
func (s *Submission) matrixOfAnyShape(q quantity, shape []int, numbers []number) *matrix {
	if len(shape) < 2 {
		return approx.Of(1, len(numbers), numbers)
	}
	return approx.Of(shape[0], shape[1], numbers).TransposedIf(s.IsTransposed(q))
}
