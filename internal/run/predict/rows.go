// Rows: how rows of tables and their answers are written, as CSV and as lines of JSON.

package predict

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/data/newdata"
	"backprop/internal/file"
	"backprop/internal/judge/scores"
	"backprop/internal/show/text"
)

// mostColumns is the largest number of columns that are written with the answer. If a row has more, only its number is
// written.
const mostColumns = 100

// An answeredRow is a row of a table with the network's answer.
type answeredRow struct {
	path   string
	number int // from 1
	table  *newdata.Reader
	row    newdata.Row
	answer []float64
}

// begin prepares the output for the rows of a table. With the first table, it writes the header.
func (p *tablePredictor) begin(rows *newdata.Reader) {
	if !p.begun {
		p.begun, p.csv = true, csv.NewWriter(p.Rows)
		if rows.Comma != 0 {
			p.csv.Comma = rows.Comma
		}
		if len(rows.Header) <= mostColumns {
			p.header, p.keys = rows.Header, uniqueNames(rows.Header)
		}
		if !p.JSON {
			p.writeCSV(p.csvHeader())
		}
	}
	p.places = nil
	if !slices.Equal(p.header, rows.Header) {
		p.places = p.placesIn(rows)
	}
}

// csvHeader returns the names of the columns of the output.
func (p *tablePredictor) csvHeader() (names []string) {
	if len(p.Files) > 1 {
		names = append(names, "file")
	}
	if p.header == nil {
		names = append(names, "row")
	}
	names = append(append(names, p.header...), "predicted")
	if predictsNumbers(p.model) {
		for k := range p.model.Outputs() - 1 {
			names = append(names, fmt.Sprintf("predicted %d", k+2))
		}
		return names
	}
	format := "output(%s)"
	if p.givesProbabilities() {
		format = "p(%s)"
	}
	for _, class := range p.model.Classes {
		names = append(names, fmt.Sprintf(format, class))
	}
	return names
}

// uniqueNames makes the names differ from each other, as keys of JSON must: the second "z" becomes "z (2)".
func uniqueNames(names []string) []string {
	unique := slices.Clone(names)
	for i, name := range names {
		for n := 2; slices.Contains(unique[:i], unique[i]); n++ {
			unique[i] = fmt.Sprintf("%s (%d)", name, n)
		}
	}
	return unique
}

// placesIn returns the column of each name of the header in another table; −1 if it is missing there.
func (p *tablePredictor) placesIn(rows *newdata.Reader) (places []int) {
	theirs := uniqueNames(rows.Header)
	for i, key := range p.keys {
		j := slices.Index(theirs, key)
		if j < 0 && key == p.header[i] { // the name may be written in other capitals
			j = rows.Position(key)
		}
		places = append(places, j)
	}
	return places
}

// fields returns the fields of a row in the order of the header.
func (p *tablePredictor) fields(rows *newdata.Reader, row newdata.Row) (fields []string) {
	nameless := rows.Header == nil && p.model.Columns == nil && p.model.Names == nil // only the order tells the columns
	if p.places == nil || nameless && len(row.Fields) == len(p.header) {
		return row.Fields
	}
	for _, j := range p.places {
		field := ""
		if j >= 0 {
			field = row.Fields[j]
		}
		fields = append(fields, field)
	}
	return fields
}

// write writes a row with its answer.
func (p *tablePredictor) write(r answeredRow) {
	if p.JSON {
		p.writeJSON(r)
		return
	}
	var fields []string
	if len(p.Files) > 1 {
		fields = append(fields, r.path)
	}
	if p.header == nil {
		fields = append(fields, strconv.Itoa(r.number))
	} else {
		fields = append(fields, p.fields(r.table, r.row)...)
	}
	if !predictsNumbers(p.model) {
		fields = append(fields, p.model.Classes[scores.Argmax(r.answer)])
	}
	for _, v := range r.answer {
		fields = append(fields, strings.ReplaceAll(text.Significant(v, -1), ".", string(r.table.Decimal())))
	}
	p.writeCSV(fields)
}

// writeCSV writes a line of CSV. On a terminal it leaves out characters that control the terminal, and shows the line
// at once.
func (p *tablePredictor) writeCSV(fields []string) {
	if !p.Terminal {
		p.csv.Write(fields)
		return
	}
	var clean []string
	for _, f := range fields {
		clean = append(clean, file.Clean(f))
	}
	p.csv.Write(clean)
	p.flush()
}

// flush passes on what has been written so far.
func (p *tablePredictor) flush() error {
	if p.csv != nil {
		p.csv.Flush()
	}
	return p.out.Flush()
}

// writeJSON writes a row with its answer as a line of JSON. Event leaves out values that are nil.
func (p *tablePredictor) writeJSON(r answeredRow) {
	var columns, all any
	if p.header != nil {
		columns = orderedObject(p.keys, p.fields(r.table, r.row))
	}
	pairs := []any{"file", r.path, "row", r.number, "columns", columns}
	if predictsNumbers(p.model) {
		if len(r.answer) > 1 {
			all = r.answer
		}
		p.out.Event("predict", append(pairs, "predicted", r.answer[0], "all", all)...)
		return
	}
	name := "outputs"
	if p.givesProbabilities() {
		name = "probabilities"
	}
	var values []string
	for _, v := range r.answer {
		values = append(values, strconv.FormatFloat(v, 'g', -1, 64))
	}
	p.out.Event("predict", append(pairs, "class", p.model.Classes[scores.Argmax(r.answer)],
		name, orderedObject(p.model.Classes, values))...)
}

// orderedObject returns a JSON object with its keys in the given order.
func orderedObject(keys, values []string) json.RawMessage {
	object := []byte{'{'}
	for i, key := range keys {
		if i > 0 {
			object = append(object, ',')
		}
		object = append(object, jsonString(key)...)
		object = append(object, ':')
		if number := strings.TrimSpace(values[i]); isJSONNumber(number) {
			object = append(object, number...)
		} else {
			object = append(object, jsonString(values[i])...)
		}
	}
	return append(object, '}')
}

// isJSONNumber reports whether a field, without spaces around it, is a number as JSON writes it.
func isJSONNumber(field string) bool {
	if field == "" || field[0] != '-' && (field[0] < '0' || field[0] > '9') {
		return false
	}
	return json.Valid([]byte(field))
}

func jsonString(s string) []byte {
	b, _ := json.Marshal(s)
	return b
}
