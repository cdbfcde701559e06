// Tables: the rows with the network's answers, as CSV or lines of JSON.

package predict

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/data/dataset"
	"backprop/internal/data/newdata"
	"backprop/internal/data/table"
	"backprop/internal/file"
	"backprop/internal/judge/scores"
	"backprop/internal/model/layers"
	"backprop/internal/model/modelfile"
	"backprop/internal/show/text"
)

// A tablePredictor answers the rows of tables.
type tablePredictor struct {
	predictor
	columns []table.Column
	header  []string // of the first table, which the rows of all are written under; nil for numbers of rows
	keys    []string // of the header in JSON
	of      *newdata.Reader
	at      []int // where the header's columns stand in that table
	begun   bool
	csv     *csv.Writer // writes rows as the first table has them; nil until it has begun
	bad     int         // rows that could not be taken
}

// mostEchoed is the number of columns beyond which a row is written as its number.
const mostEchoed = 100

// tables prints the rows of each table, with the answers.
func (asked predictor) tables(ctx context.Context) error {
	p := &tablePredictor{predictor: asked, columns: knownColumns(asked.m)}
	if !p.o.Terminal {
		p.out.Hold()
	}
	defer p.flush()
	failed, paths := 0, p.o.Files
	for _, path := range paths {
		err := p.file(ctx, path)
		if err != nil && (len(paths) == 1 || errors.Is(err, context.Canceled) || p.out.Flush() != nil) {
			return err
		} else if err != nil {
			failed++
			p.o.Tell("%v", err)
		}
	}
	var unread []string
	if failed > 0 {
		unread = append(unread, fmt.Sprintf("%d of %s", failed, text.Plural(len(paths), "table")))
	}
	if p.bad > 0 {
		unread = append(unread, text.Plural(p.bad, "row"))
	}
	if unread != nil {
		return fmt.Errorf("%s could not be read, and have no answer", strings.Join(unread, " and "))
	}
	return nil
}

// knownColumns are the columns of the table that the model learned from; of an older model, which
// does not say, or one from elsewhere, what its inputs' names tell.
func knownColumns(m *modelfile.Model) (columns []table.Column) {
	if m.Columns != nil {
		return m.Columns
	}
	number := table.Column{Kind: table.Number, From: math.Inf(-1), To: math.Inf(1)}
	if m.Names == nil {
		return slices.Repeat([]table.Column{number}, m.Inputs())
	}
	for _, name := range m.Names {
		name, word, ok := strings.Cut(name, "=")
		if last := len(columns) - 1; ok && last >= 0 && columns[last].Words != nil && columns[last].Name == name {
			columns[last].Words = append(columns[last].Words, word)
		} else if ok {
			columns = append(columns, table.Column{Name: name, Kind: table.Words, Words: []string{word}})
		} else {
			number.Name = name
			columns = append(columns, number)
		}
	}
	return columns
}

// open opens a table, or standard input. name is for errors, which begin with it.
func (p *tablePredictor) open(path string) (r *file.Reader, name string, err error) {
	if path != "-" {
		r, err = file.Open(path)
		return r, path, err
	}
	name = "standard input"
	if r, err = file.NewReader(beforeRead{os.Stdin, p.flush}, 1<<40); err != nil {
		err = file.Error(name, err)
	}
	return r, name, err
}

// A beforeRead is a reader that first calls before: whoever writes a row and waits for the answer gets it before the
// next one is waited for.
type beforeRead struct {
	io.Reader
	before func() error // whose error stays with the writer
}

func (r beforeRead) Read(b []byte) (int, error) {
	r.before()
	return r.Reader.Read(b)
}

// flush hands over what has been written so far.
func (p *tablePredictor) flush() error {
	if p.csv != nil {
		p.csv.Flush()
	}
	return p.out.Flush()
}

// file answers the rows of one table.
func (p *tablePredictor) file(ctx context.Context, path string) error {
	r, name, err := p.open(path)
	if err != nil {
		return err
	}
	if r.File != nil {
		defer r.Close()
	}
	if isPicture(r.Head()) {
		return fmt.Errorf("%s: is a picture, and %s takes %d numbers and not the pixels of a picture: a table (CSV) "+
			"was expected", path, p.m.Path, p.m.Inputs())
	}
	rows, err := newdata.NewReader(r, p.columns)
	if err != nil && p.m.Width > 0 {
		err = fmt.Errorf("%w; it has learned from pictures of %d×%d pixels, and answers PNG and JPEG too", err, p.m.Width,
			p.m.Height)
	}
	if err != nil {
		return file.Error(name, err)
	}
	if !p.begun {
		p.begin(rows)
	}
	score, shown := scorer{m: p.m}, p.bad
	for number := 1; ; number++ {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		row, err := rows.Next()
		var answer []float64
		if err == nil {
			answer, err = p.answerRow(rows, row)
		}
		var bad newdata.RowError
		if err == io.EOF {
			break
		} else if errors.As(err, &bad) {
			p.bad++
			if p.bad-shown <= 10 {
				p.o.Tell("%v", file.Error(name, err))
			}
			continue
		} else if err != nil {
			return file.Error(name, err)
		}
		p.row(path, number, rows, row, answer)
		score.add(row.Label, answer)
	}
	if p.bad-shown > 10 {
		p.o.Tell("%s: and %d more rows like these", name, p.bad-shown-10)
	}
	for _, note := range rows.Notes() {
		p.o.Tell("%s: %s", name, note)
	}
	if rows.HasLabel() && score.seen() {
		p.o.Tell("%s: %s", name, score.sentence())
	}
	return p.flush()
}

func isPicture(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\x89PNG")) || bytes.HasPrefix(head, []byte("\xff\xd8\xff"))
}

// answerRow is what the network says to a row: probabilities, outputs, or numbers in their unit. A
// row that is too large to compute with has no answer, as in dataset.CheckRange.
func (p predictor) answerRow(rows *newdata.Reader, row newdata.Row) ([]float64, error) {
	m := p.m
	inputs := row.Inputs
	for j, v := range inputs {
		x := (v - m.In.Shift[j]) * m.In.Factor[j]
		if x != x {
			x = 0
		}
		inputs[j] = x
		if x > dataset.MostInput || x < -dataset.MostInput {
			return nil, rows.Reject(row, j, "is too large to compute with")
		}
	}
	a := p.answer(inputs)
	for k := range a {
		if numbers(m) && m.Out.Factor != nil {
			a[k] = a[k]/m.Out.Factor[k] + m.Out.Shift[k]
		}
		if a[k]-a[k] != 0 {
			return nil, rows.Reject(row, -1, fmt.Sprintf("the answer of %s is infinite or not a number", m.Path))
		}
	}
	return a, nil
}

// numbers says that the outputs are numbers to predict.
func numbers(m *modelfile.Model) bool { return len(m.Classes) < 2 }

// scoreWord is what the outputs of classes are.
func (p predictor) scoreWord() string {
	if p.m.Answer == layers.Number {
		return "output"
	}
	return "p"
}

// begin writes the header of the CSV.
func (p *tablePredictor) begin(rows *newdata.Reader) {
	p.begun, p.csv = true, csv.NewWriter(p.o.Rows)
	if rows.Comma != 0 {
		p.csv.Comma = rows.Comma
	}
	if len(rows.Header) <= mostEchoed {
		p.header, p.keys = rows.Header, unlike(rows.Header)
	}
	if p.o.JSON {
		return
	}
	var head []string
	if len(p.o.Files) > 1 {
		head = append(head, "file")
	}
	if p.header == nil {
		head = append(head, "row")
	}
	head = append(append(head, p.header...), "predicted")
	if numbers(p.m) {
		for k := range p.m.Outputs() - 1 {
			head = append(head, fmt.Sprintf("predicted %d", k+2))
		}
	} else {
		for _, c := range p.m.Classes {
			head = append(head, fmt.Sprintf("%s(%s)", p.scoreWord(), c))
		}
	}
	p.write(head)
}

// write writes a line of CSV; to a file as the fields are, and to a terminal without what that would obey.
func (p *tablePredictor) write(fields []string) {
	if p.o.Terminal {
		fields = slices.Clone(fields)
		for i, f := range fields {
			fields[i] = file.Clean(f)
		}
	}
	p.csv.Write(fields)
	if p.o.Terminal {
		p.flush()
	}
}

// own are the row's own columns, under the header of the first table.
func (p *tablePredictor) own(rows *newdata.Reader, row newdata.Row) (own []string) {
	inOrder := rows.Header == nil && len(p.header) == len(row.Fields) && p.m.Columns == nil
	if inOrder || slices.Equal(p.header, rows.Header) {
		return row.Fields
	}
	if p.of != rows {
		p.of, p.at = rows, p.places(rows)
	}
	for _, j := range p.at {
		field := ""
		if j >= 0 {
			field = row.Fields[j]
		}
		own = append(own, field)
	}
	return own
}

// places is where the columns of the first table stand in another one; −1 for one that is not there.
func (p *tablePredictor) places(rows *newdata.Reader) (at []int) {
	theirs := unlike(rows.Header)
	for i, key := range p.keys {
		j := slices.Index(theirs, key)
		if j < 0 && key == p.header[i] { // the name may be in other capitals
			j = rows.Position(key)
		}
		at = append(at, j)
	}
	return at
}

// unlike are names of which none is there twice, as JSON wants its keys: the second z is "z (2)".
func unlike(names []string) []string {
	all := slices.Clone(names)
	for i, name := range names {
		for n := 2; slices.Contains(all[:i], all[i]); n++ {
			all[i] = fmt.Sprintf("%s (%d)", name, n)
		}
	}
	return all
}

// row writes a row and what the network answers.
func (p *tablePredictor) row(path string, number int, rows *newdata.Reader, row newdata.Row, answer []float64) {
	if p.o.JSON {
		p.event(path, number, rows, row, answer)
		return
	}
	var fields []string
	if len(p.o.Files) > 1 {
		fields = append(fields, path)
	}
	if p.header == nil {
		fields = append(fields, strconv.Itoa(number))
	} else {
		fields = append(fields, p.own(rows, row)...)
	}
	if !numbers(p.m) {
		fields = append(fields, p.m.Classes[scores.Argmax(answer)])
	}
	for _, v := range answer {
		fields = append(fields, strings.Replace(text.Significant(v, -1), ".", string(rows.Decimal()), 1))
	}
	p.write(fields)
}

// event is row with -json.
func (p *tablePredictor) event(path string, number int, rows *newdata.Reader, row newdata.Row, answer []float64) {
	var columns any
	if p.header != nil {
		columns = ordered(p.keys, p.own(rows, row))
	}
	if numbers(p.m) {
		var more any
		if len(answer) > 1 {
			more = answer
		}
		p.out.Event("predict", "file", path, "row", number, "columns", columns, "predicted", answer[0], "all", more)
		return
	}
	name := "probabilities"
	if p.scoreWord() == "output" {
		name = "outputs"
	}
	var values []string
	for _, v := range answer {
		values = append(values, strconv.FormatFloat(v, 'g', -1, 64))
	}
	p.out.Event("predict", "file", path, "row", number, "columns", columns,
		"class", p.m.Classes[scores.Argmax(answer)], name, ordered(p.m.Classes, values))
}

// ordered is an object of JSON with these keys in this order; values that are numbers are such.
func ordered(keys, values []string) json.RawMessage {
	var b bytes.Buffer
	for i, key := range keys {
		b.WriteByte("{,"[min(i, 1)])
		b.WriteString(jsonText(key) + ":")
		switch v := strings.TrimSpace(values[i]); {
		case v != "" && (v[0] == '-' || v[0] >= '0' && v[0] <= '9') && json.Valid([]byte(v)):
			b.WriteString(v)
		default:
			b.WriteString(jsonText(values[i]))
		}
	}
	return append(b.Bytes(), '}')
}

// ---- The score ----

// A scorer compares answers with the labels that are there.
type scorer struct {
	m                               *modelfile.Model
	rows, correct, unknown, without int
	mean, squares                   float64 // of the labels, and the sum of (y − mean)²
	error                           float64 // the sum of (a − y)²
}

// seen says that there was a row.
func (s *scorer) seen() bool { return s.rows+s.unknown+s.without > 0 }

func (s *scorer) add(label string, answer []float64) {
	if newdata.IsMissingLabel(label, s.m.Classes) {
		s.without++
		return
	}
	if numbers(s.m) {
		y, err := strconv.ParseFloat(label, 64)
		if err != nil {
			s.unknown++
			return
		}
		s.rows++
		d := y - s.mean // Welford 1962
		s.mean += d / float64(s.rows)
		s.squares += float64(d * (y - s.mean))
		s.error += float64((answer[0] - y) * (answer[0] - y))
		return
	}
	switch k := slices.Index(s.m.Classes, label); {
	case k < 0:
		s.unknown++
	default:
		s.rows++
		if k == scores.Argmax(answer) {
			s.correct++
		}
	}
}

// sentence is what to say of the answers.
func (s *scorer) sentence() string {
	sentence := "no row has a label that the model knows"
	n := float64(s.rows)
	switch {
	case s.rows == 0:
	case numbers(s.m):
		sentence = "RMSE " + text.Significant(math.Sqrt(s.error/n), 6)
		if s.squares > 0 {
			sentence += fmt.Sprintf(", R² %.4f", 1-s.error/s.squares)
		}
		sentence += " on " + text.Plural(s.rows, "row")
	default:
		sentence = fmt.Sprintf("%s of %s right, %.2f %%", text.Count(s.correct), text.Plural(s.rows, "row"),
			100*float64(s.correct)/n)
	}
	if s.without > 0 {
		sentence += fmt.Sprintf("; %d without a label", s.without)
	}
	if s.unknown > 0 {
		sentence += fmt.Sprintf("; %d with a label that the model does not know", s.unknown)
	}
	return sentence
}

func jsonText(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}
