package homework

import (
	"strings"
	"testing"
)

// question is a step of two samples and two layers, in three lines.
const question = `"X": [[0.5, 1], [2, 3]], "Y": [[1], [0]],
"W1": [[0.5, 1, 2], [2, 3, 4]], "b1": [1, 2, 3],
"W2": [[1], [2], [3]], "b2": 0.5`

const settings = `"activation": "tanh", "output": "sigmoid", "cost": "mse", "rate": 0.5`

// parsed reads a homework in JSON.
func parsed(t *testing.T, text string) *Homework {
	t.Helper()
	h, err := Parse("a", []byte(text), Settings{})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// checkRefused checks the error for a text in JSON, behind the name of the file.
func checkRefused(t *testing.T, text, want string) {
	t.Helper()
	_, err := Parse("m\n.json", []byte(text), Settings{})
	if err == nil || err.Error() != "m?.json: "+want {
		t.Errorf("%s\ngot the error %v\nwant m?.json: %s", text, err, want)
	}
}

// An error in an answer, which follows the four lines of a question, is told with its line, row and column.
func TestParseSaysWhereAnAnswerIsWrong(t *testing.T) {
	const whole = "{" + question + ",\n" + settings
	for answer, want := range map[string]string{
		",\n\"Z1\": [[1, 2, 3], [4, NaN, 6]]}": "line 5: Z1, row 2, column 2, is NaN, which cannot be checked: look for " +
			"a division by 0, the ln of 0, or e to a large power, before it",
		",\n\n\"Z1\": [[1, 2, 3],\n [4, \"five\", 6]]}": `line 7: Z1, row 2, column 2, is the word "five"; a number was ` +
			`expected`,
		`, "Z1": [[1, "2"]]}`: `line 4: Z1, row 1, column 2, is "2"; write the number without quotes`,
		`, "Z1": [[1, 2], [3]]}`: "line 4: Z1, row 2, has 1 number, and the rows before it have 2: write all rows of " +
			"one length",
		`, "Z1": [[1, null]]}`: "line 4: Z1, row 1, column 2, is null; a number was expected: give the whole of Z1, or " +
			"leave it out",
		`, "Z1": [[[1]]]}`: "line 4: Z1, row 1, column 1, is a list; expected rows of numbers, no more than two brackets " +
			"deep",
		`, "Z1": [1, [2]]}`: "line 4: Z1, number 2, is […; numbers are before it, so a number was expected",
		`, "Z1": [[1], 2]}`: "line 4: Z1, row 2, is the number 2; the rows before it are lists",
		`, "Z1": {"a": 1}}`: "line 4: Z1 is an object; a number or a list was expected",
		`, "Z1": true}`:     "line 4: Z1 is true; a number was expected",
		`, "Z1": "many"}`:   `line 4: Z1 is the word "many"; a number was expected`,
		`, "Z1": []}`:       "line 4: Z1 is empty; write its numbers, or leave it out",
		`, "Z1": [1e400]}`:  "line 4: Z1, number 1, is 1e400, which is too large for a number",
		`, "Z3": [1]}`:      "line 4: Z3 is there, but no W3",
		`, "rate": 1}`:      `line 4: "rate" appears twice, first in line 4: remove one of them`,
		`, "l2": -1}`:       "line 4: l2 is -1; expected 0 or more, the weight decay λ",
		`, "N": 2.5}`:       "line 4: N is 2.5; expected a whole number, how many training samples there are",
		`, "N": 0}`:         "line 4: N is 0; expected a whole number, how many training samples there are",
		`, "N": 1e15}`:      "line 4: N is 1e+15; expected a whole number, how many training samples there are",
		`, "N": "two"}`:     `line 4: N is the word "two"; a number was expected`,
		"} {": "line 4: the file continues after its last bracket: one object is one step; put others into files of " +
			"their own",
	} {
		checkRefused(t, whole+answer, want)
	}
}

// What is not JSON is told with the array that it is in.
func TestParseRefusesWhatIsNotJSON(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "line 1: the file ends, before its brackets are closed",
		"[1]":                    `line 1: the file begins with [; expected an object, {"X": [[…]], "W1": …}`,
		`{"rate": 1`:             "line 1: the file ends, before its brackets are closed",
		`{"rate": 1, "rate": 2}`: `line 1: "rate" appears twice, first in line 1: remove one of them`,
		`{"X": [[1, 2]], "W1": [1 2]}`: "line 1: this is not JSON in W1: invalid character '2' after array element; " +
			`write names in "double quotes", numbers with a point, commas between them, and none after the last`,
		"{\"X\": [[1, 2]],\n\"W1\": [1, 2": "line 2: the file ends in W1, before its brackets are closed",
		`{"mine": {1}}`: `line 1: this is not JSON in "mine": invalid character '1' looking for beginning of object ` +
			`key string`,
	} {
		checkRefused(t, text, want)
	}
}

// A byte order mark, which some editors put before the text, is skipped.
func TestParseSkipsAByteOrderMark(t *testing.T) {
	if h := parsed(t, "\xef\xbb\xbf{"+question+"}"); h.Sizes.N != 2 {
		t.Errorf("got %+v, want 2 samples", h.Sizes)
	}
}

// Whatever is in a file, it is read, and can be written and read again; or it is refused in one short line.
func FuzzParse(f *testing.F) {
	f.Add("{" + question + "," + settings + `, "Z1": [[1, 2.5, 3], [4, 5, 1e-9]]}`)
	f.Add(`{"X": [1], "W1": 2, "b1": [[3]], "Z1": NaN}`)
	f.Add(`{"X": [[1,2],[3]]`)
	f.Add("\"\\n\"")
	f.Add(`{"X": [[1], [` + strings.Repeat("9", 9000) + `]]}`)
	f.Add(`{"` + strings.Repeat("W", 5000) + `": {"a": 1}}`)
	f.Add(`{"cost": "` + strings.Repeat("ce", 4000) + `", "X": 1}`)
	f.Fuzz(func(t *testing.T, text string) {
		h, err := Parse("a", []byte(text), Settings{})
		isLong := err != nil && (strings.Contains(err.Error(), "\n") || len(err.Error()) > 2000)
		if isLong || (err == nil) != (h != nil) {
			t.Errorf("got %v and the error %v", h, err)
		}
		if err == nil {
			parsed(t, written(t, h))
		}
	})
}
