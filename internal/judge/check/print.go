package check

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"backprop/internal/judge/check/homework"
)

// Run checks files, and returns an error unless all of them are right. It prints the whole report on a single file; of
// several, it prints a row each, with the first mistake, or why the file cannot be read.
func Run(files []string, open func(file string) (*homework.Homework, error), asJSON bool, w io.Writer) error {
	var notRight []*Report
	rows := []row{{"file", "right", "from yours", "wrong", "first mistake"}}
	for _, file := range files {
		h, err := open(file)
		if err != nil && len(files) == 1 {
			return err
		}
		var report *Report
		if err != nil {
			report = &Report{File: file, Verdicts: []Verdict{{Verdict: unreadable, Text: err.Error()}}}
		} else {
			report = Judge(h)
		}
		if !report.isRight() {
			notRight = append(notRight, report)
		}
		err = nil
		switch {
		case asJSON:
			err = report.writeJSON(w)
		case len(files) == 1:
			err = report.print(w)
		default:
			rows = append(rows, report.row())
		}
		if err != nil {
			return err
		}
	}
	if len(rows) > 1 {
		if err := printTable(w, rows); err != nil {
			return err
		}
	}
	switch {
	case len(notRight) == 0:
		return nil
	case len(files) > 1:
		return fmt.Errorf("%d of %d files are not right", len(notRight), len(files))
	}
	return notRight[0].problem()
}

// problem returns the error about a homework that is not right.
func (r *Report) problem() error {
	file := homework.Clean(r.File)
	if n := r.counts()[Wrong]; n > 0 {
		return fmt.Errorf("%s: %s wrong", file, homework.Plural(n, "answer"))
	}
	return fmt.Errorf("%s: no answers yet", file)
}

// counts returns how many quantities have each verdict.
func (r *Report) counts() map[string]int {
	counts := map[string]int{}
	for _, v := range r.Verdicts {
		counts[v.Verdict]++
	}
	return counts
}

// print writes a report for a terminal.
func (r *Report) print(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n", homework.Clean(r.File), r.Conventions)
	width := 0
	for _, v := range r.Verdicts {
		width = max(width, len(v.Quantity))
	}
	for _, v := range r.Verdicts {
		text := v.Text
		if v.Verdict == Missing {
			continue
		}
		if v.Verdict == Wrong {
			text = fmt.Sprintf("wrong, %s: %s", v.Mistake, v.Text)
		}
		head := fmt.Sprintf("  %-*s  ", width, v.Quantity)
		fmt.Fprintf(&b, "%s%s\n", head, wrap(text, len(head)))
	}
	for _, note := range r.Notes {
		fmt.Fprintf(&b, "\n%s\n", wrap(note, 0))
	}
	fmt.Fprintf(&b, "\n%s\n", r.summary())
	_, err := io.WriteString(w, b.String())
	return err
}

// summary is the last line of a report.
func (r *Report) summary() string {
	counts := r.counts()
	if counts[Missing] == len(r.Verdicts) {
		return "Here is the question and no answer yet: add what you have computed, Z1 for a start."
	}
	text := fmt.Sprintf("%d right", counts[Right])
	if n := counts[FromYours]; n > 0 {
		text += fmt.Sprintf(", %d right from your own numbers", n)
	}
	text += fmt.Sprintf(", %d wrong", counts[Wrong])
	if n := counts[Missing]; n > 0 {
		text += fmt.Sprintf(", %d not in the file", n)
	}
	return text + "."
}

// wrap breaks text into lines of at most 80 characters. The text begins in a column, and its other lines are indented
// to that column. (Package text can do this too, but this package must not need another one.)
func wrap(text string, column int) string {
	var b strings.Builder
	at := column
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case at+1+n > 80:
			b.WriteString("\n" + strings.Repeat(" ", column))
			at = column
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += n
	}
	return b.String()
}

// writeJSON writes a report as lines of JSON, one for each quantity.
func (r *Report) writeJSON(w io.Writer) error {
	type line struct {
		Event string `json:"event"`
		File  string `json:"file"`
		Verdict
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	for _, v := range r.Verdicts {
		if err := out.Encode(line{"check", r.File, v}); err != nil {
			return err
		}
	}
	for _, note := range append([]string{r.Conventions}, r.Notes...) {
		if note == "" { // the file cannot be read
			continue
		}
		if err := out.Encode(line{"note", r.File, Verdict{Text: note}}); err != nil {
			return err
		}
	}
	return nil
}

// A row is what the table of several reports says about one of them.
type row struct{ file, right, fromYours, wrong, firstMistake string }

func (r *Report) row() row {
	file, counts, first := homework.Clean(r.File), r.counts(), "none"
	switch v := r.FirstMistake(); {
	case counts[unreadable] > 0:
		why := strings.TrimPrefix(homework.Clean(r.Verdicts[0].Text), file+": ")
		return row{file: file, firstMistake: "cannot be read: " + why}
	case v != nil:
		first = v.Quantity + ": " + v.Mistake
	case counts[Missing] == len(r.Verdicts):
		first = "no answers yet"
	}
	return row{file, fmt.Sprint(counts[Right]), fmt.Sprint(counts[FromYours]), fmt.Sprint(counts[Wrong]), first}
}

// printTable writes rows in columns. The counts are narrower than the headings above them.
func printTable(w io.Writer, rows []row) error {
	width := 0
	for _, r := range rows {
		width = max(width, utf8.RuneCountInString(r.file))
	}
	for _, r := range rows {
		_, err := fmt.Fprintf(w, "%-*s  %5s  %10s  %5s  %s\n", width, r.file, r.right, r.fromYours, r.wrong, r.firstMistake)
		if err != nil {
			return err
		}
	}
	return nil
}
