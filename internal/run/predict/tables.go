// Tables: the network's answer to each row.

package predict

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"

	"backprop/internal/data/dataset"
	"backprop/internal/data/newdata"
	"backprop/internal/data/table"
	"backprop/internal/file"
	"backprop/internal/model/modelfile"
	"backprop/internal/show/text"
)

// A tablePredictor answers the rows of tables.
type tablePredictor struct {
	predictor
	columns []table.Column // of the training table
	badRows int            // rows of all tables that could not be read

	begun  bool     // the first table is open, and so the output has begun
	header []string // the header of the first table, and of the output; nil if only the rows' numbers are written
	keys   []string // the names of the header for JSON
	places []int    // for each name of the header, the current table's column, or −1; nil if all are the same
	csv    *csv.Writer
}

// mostReported is how many bad rows of a table are reported one by one.
const mostReported = 10

// tables prints the rows of each table, with the answers.
func (asked predictor) tables(ctx context.Context) error {
	p := &tablePredictor{predictor: asked, columns: knownColumns(asked.model)}
	if !p.Terminal {
		p.out.Hold()
	}
	defer p.flush()
	failed := 0
	for _, path := range p.Files {
		err := p.table(ctx, path)
		if err == nil {
			continue
		}
		if len(p.Files) == 1 || errors.Is(err, context.Canceled) || p.out.Flush() != nil {
			return err
		}
		failed++
		p.Tell("%v", err)
	}
	var unanswered []string
	if failed > 0 {
		unanswered = append(unanswered, fmt.Sprintf("%d of %s", failed, text.Plural(len(p.Files), "table")))
	}
	if p.badRows > 0 {
		unanswered = append(unanswered, text.Plural(p.badRows, "row"))
	}
	if unanswered != nil {
		return fmt.Errorf("%s could not be read, and have no answer", strings.Join(unanswered, " and "))
	}
	return nil
}

// knownColumns returns the columns of the training table. An older model, or a model of another program, does not have
// them. Then they are inferred from the names of its inputs: "colour=red" is a word of the column "colour".
func knownColumns(m *modelfile.Model) (columns []table.Column) {
	if m.Columns != nil {
		return m.Columns
	}
	number := table.Column{Kind: table.Number, From: math.Inf(-1), To: math.Inf(1)}
	if m.Names == nil {
		return slices.Repeat([]table.Column{number}, m.Inputs())
	}
	for _, name := range m.Names {
		name, word, isWord := strings.Cut(name, "=")
		if !isWord {
			number.Name = name
			columns = append(columns, number)
			continue
		}
		last := len(columns) - 1
		if last < 0 || columns[last].Kind != table.Words || columns[last].Name != name {
			columns = append(columns, table.Column{Name: name, Kind: table.Words})
			last++
		}
		columns[last].Words = append(columns[last].Words, word)
	}
	return columns
}

// table answers the rows of one table.
func (p *tablePredictor) table(ctx context.Context, path string) error {
	r, name, err := p.open(path)
	if err != nil {
		return err
	}
	defer r.Close() // does nothing to standard input
	if isPicture(r.Head()) {
		return fmt.Errorf("%s: is a picture, and %s takes %d numbers and not the pixels of a picture: a table (CSV) "+
			"was expected", path, p.model.Path, p.model.Inputs())
	}
	rows, err := newdata.NewReader(r, p.columns)
	if err != nil && p.model.Width > 0 {
		err = fmt.Errorf("%w; it has learned from pictures of %d×%d pixels, and answers PNG and JPEG too", err,
			p.model.Width, p.model.Height)
	}
	if err != nil {
		return file.Error(name, err)
	}
	p.begin(rows)
	score, bad := scorer{model: p.model}, 0
	for number := 1; ; number++ {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		row, answer, err := p.next(rows)
		if err == io.EOF {
			break
		}
		if errors.As(err, new(newdata.RowError)) {
			p.badRows++
			bad++
			if bad <= mostReported {
				p.Tell("%v", file.Error(name, err))
			}
			continue
		}
		if err != nil {
			return file.Error(name, err)
		}
		p.write(answeredRow{path, number, rows, row, answer})
		score.add(row.Label, answer)
	}
	p.tellEnd(name, rows, &score, bad)
	return p.flush()
}

// tellEnd says what was noticed in a table, and how good the answers are.
func (p *tablePredictor) tellEnd(name string, rows *newdata.Reader, score *scorer, bad int) {
	if bad > mostReported {
		p.Tell("%s: and %d more rows like these", name, bad-mostReported)
	}
	for _, note := range rows.Notes() {
		p.Tell("%s: %s", name, note)
	}
	if rows.HasLabel() && score.rows() > 0 {
		p.Tell("%s: %s", name, score.sentence())
	}
}

// open opens a table, or standard input. Errors about the table begin with name.
func (p *tablePredictor) open(path string) (r *file.Reader, name string, err error) {
	if path != "-" {
		r, err = file.Open(path)
		return r, path, err
	}
	name = "standard input"
	if r, err = file.NewReader(flushingReader{os.Stdin, p.flush}, 1<<40); err != nil {
		err = file.Error(name, err)
	}
	return r, name, err
}

// A flushingReader flushes the answers before each read, so that a program which writes a row and waits for the answer
// gets it before we wait for the next row.
type flushingReader struct {
	io.Reader
	flush func() error
}

func (r flushingReader) Read(b []byte) (int, error) {
	r.flush() // its error will be returned again by the last flush
	return r.Reader.Read(b)
}

// isPicture reports whether a file that begins like this is a PNG or a JPEG.
func isPicture(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\x89PNG")) || bytes.HasPrefix(head, []byte("\xff\xd8\xff"))
}

// next reads a row and returns it with its answer: outputs for the classes, or numbers in their own unit. If a row has
// numbers too large to compute with, the error is a newdata.RowError; for a table that is read as a whole,
// dataset.CheckRange returns such an error.
func (p *tablePredictor) next(rows *newdata.Reader) (row newdata.Row, answer []float64, err error) {
	if row, err = rows.Next(); err != nil {
		return row, nil, err
	}
	m := p.model
	for j, v := range row.Inputs {
		x := (v - m.In.Shift[j]) * m.In.Factor[j]
		if math.IsNaN(x) { // a missing number counts as the mean
			x = 0
		}
		if math.Abs(x) > dataset.MostInput {
			return row, nil, rows.Reject(row, j, "is too large to compute with")
		}
		row.Inputs[j] = x
	}
	answer = p.answer(row.Inputs)
	for k := range answer {
		if predictsNumbers(m) && m.Out.Factor != nil {
			answer[k] = answer[k]/m.Out.Factor[k] + m.Out.Shift[k]
		}
		if math.IsNaN(answer[k]) || math.IsInf(answer[k], 0) {
			return row, nil, rows.Reject(row, -1, fmt.Sprintf("the answer of %s is infinite or not a number", m.Path))
		}
	}
	return row, answer, nil
}

// predictsNumbers reports whether the outputs are numbers to predict, not scores of classes.
func predictsNumbers(m *modelfile.Model) bool { return len(m.Classes) < 2 }
