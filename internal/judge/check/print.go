package check

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"backprop/internal/judge/check/homework"
)

// Print writes a report for a terminal.
func (r *Report) Print(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n", homework.Clean(r.File), r.Conventions)
	wide := 0
	for _, v := range r.Verdicts {
		wide = max(wide, len(v.Quantity))
	}
	count := map[string]int{}
	for _, v := range r.Verdicts {
		count[v.Verdict]++
		switch v.Verdict {
		case Missing:
			continue
		case Wrong:
			v.Text = fmt.Sprintf("wrong, %s: %s", v.Mistake, v.Text)
		}
		head := fmt.Sprintf("  %-*s  ", wide, v.Quantity)
		fmt.Fprintf(&b, "%s%s\n", head, wrap(v.Text, len(head)))
	}
	for _, note := range r.Notes {
		fmt.Fprintf(&b, "\n%s\n", wrap(note, 0))
	}
	fmt.Fprintf(&b, "\n%s\n", r.summary(count))
	_, err := io.WriteString(w, b.String())
	return err
}

// summary is the last line of a report.
func (r *Report) summary(count map[string]int) string {
	if count[Missing] == len(r.Verdicts) {
		return "Here is the question and no answer yet: add what you have computed, Z1 for a start."
	}
	parts := []string{fmt.Sprintf("%d right", count[Right])}
	if n := count[FromYours]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d right from your own numbers", n))
	}
	parts = append(parts, fmt.Sprintf("%d wrong", count[Wrong]))
	if n := count[Missing]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d not in the file", n))
	}
	return strings.Join(parts, ", ") + "."
}

// wrap breaks text between words, so that lines have at most 80 characters. It begins in a column, and goes on there.
// (Package text has the same for the program; this package is copied into workbooks, and needs nothing else.)
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

// JSON writes a report as lines of JSON, one for each quantity.
func (r *Report) JSON(w io.Writer) error {
	type line struct {
		Event    string   `json:"event"`
		File     string   `json:"file"`
		Quantity string   `json:"quantity,omitempty"`
		Verdict  string   `json:"verdict,omitempty"`
		Mistake  string   `json:"mistake,omitempty"`
		Also     []string `json:"also,omitempty"`
		Text     string   `json:"text"`
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	for _, v := range r.Verdicts {
		if err := out.Encode(line{"check", r.File, v.Quantity, v.Verdict, v.Mistake, v.Also, v.Text}); err != nil {
			return err
		}
	}
	for _, note := range append([]string{r.Conventions}, r.Notes...) {
		if note == "" {
			continue
		}
		if err := out.Encode(line{Event: "note", File: r.File, Text: note}); err != nil {
			return err
		}
	}
	return nil
}

// Run checks files, and says whether all of them are right. One file is told in full; of several each
// has a row, with the first mistake in it. A file that cannot be read is an error if it is the only
// one, and else a row.
func Run(files []string, open func(file string) (*homework.Homework, error), asJSON bool,
	w io.Writer) (allRight bool, err error) {
	allRight = true
	rows := [][]string{{"file", "right", "from yours", "wrong", "first mistake"}}
	for _, file := range files {
		h, err := open(file)
		if err != nil && len(files) == 1 {
			return false, err
		}
		report := &Report{File: file}
		if err != nil {
			report.Verdicts = []Verdict{{Verdict: "unreadable", Text: err.Error()}}
		} else {
			report = Judge(h)
		}
		allRight = allRight && report.Right()
		switch {
		case asJSON:
			err = report.JSON(w)
		case len(files) == 1:
			err = report.Print(w)
		default:
			rows, err = append(rows, report.row()), nil
		}
		if err != nil {
			return false, err
		}
	}
	if len(files) > 1 && !asJSON {
		err = table(w, rows)
	}
	return allRight, err
}

// row is a report in one row of a table.
func (r *Report) row() []string {
	count := map[string]int{}
	for _, v := range r.Verdicts {
		count[v.Verdict]++
	}
	first := "none"
	switch v := r.FirstMistake(); {
	case count["unreadable"] > 0:
		why := strings.TrimPrefix(homework.Clean(r.Verdicts[0].Text), homework.Clean(r.File)+": ")
		return []string{homework.Clean(r.File), "", "", "", "cannot be read: " + why}
	case v != nil:
		first = v.Quantity + ": " + v.Mistake
	case count[Missing] == len(r.Verdicts):
		first = "no answers yet"
	}
	return []string{homework.Clean(r.File), fmt.Sprint(count[Right]), fmt.Sprint(count[FromYours]),
		fmt.Sprint(count[Wrong]), first}
}

// table writes rows with their columns below each other: words to the left, numbers to the right.
func table(w io.Writer, rows [][]string) error {
	wide := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			wide[i] = max(wide[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		line := ""
		for i, cell := range row {
			space := strings.Repeat(" ", wide[i]-utf8.RuneCountInString(cell))
			if i == 0 || i == len(row)-1 {
				line += cell + space + "  "
			} else {
				line += space + cell + "  "
			}
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(line, " ")); err != nil {
			return err
		}
	}
	return nil
}
