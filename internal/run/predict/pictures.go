// Pictures: the network's answer to each digit found in each picture.

package predict

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"backprop/internal/data/handwriting"
	"backprop/internal/file"
	"backprop/internal/judge/scores"
	"backprop/internal/model/layers"
	"backprop/internal/show/report"
	"backprop/internal/show/text"
)

// An answerEvent is the line of JSON for one digit in a picture. It has either probabilities or outputs.
type answerEvent struct {
	Event             string   `json:"event"`
	File              string   `json:"file"`
	Class             string   `json:"class"`
	Probability       *float64 `json:"probability,omitempty"`
	Output            *float64 `json:"output,omitempty"`
	Second            string   `json:"second"` // the second best class
	SecondProbability *float64 `json:"second_probability,omitempty"`
	SecondOutput      *float64 `json:"second_output,omitempty"`
	Index             int      `json:"index"` // from 1, in reading order
	Of                int      `json:"of"`
	Line              int      `json:"line"` // from 1
	Box               box      `json:"box"`
	Problem           string   `json:"problem,omitempty"` // why the digit has no class
}

// A box is a rectangle in a picture, in pixels.
type box struct {
	X      int `json:"x"`
	Y      int `json:"y"`
	Width  int `json:"width"`
	Height int `json:"height"`
}

// leastSide is the smallest height and width of a picture, in pixels: a 3 or an 8 has three strokes one below the
// other, with two gaps between them.
const leastSide = 5

// unread is printed in the class column, and within a number, in place of ink that could not be read as one digit.
const unread = "?"

// A picturePredictor prints the answers to pictures.
type picturePredictor struct {
	predictor
	nameWidth  int // widths of the table's columns
	classWidth int
	page       *report.Pictures // nil if the user asked for none
	begun      bool             // the table's head has been printed
}

// An unclearError reports a picture that could be read, except for some of its drawings.
type unclearError struct{ error }

// pictures prints a line for each digit in each picture, and writes the page about the pictures.
func (asked predictor) pictures(ctx context.Context) error {
	p := &picturePredictor{predictor: asked}
	p.setWidths()
	if p.WritePage != nil {
		if err := p.CheckPage(); err != nil {
			return err
		}
		p.page = p.newPage()
	}
	failed, unclear := 0, 0
	for _, path := range p.Files {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		err := p.picture(path)
		if err == nil {
			continue
		}
		if errors.As(err, new(unclearError)) {
			unclear++
		} else {
			failed++
		}
		p.Tell("%v", file.Error(path, err))
	}
	if p.page != nil {
		if err := p.WritePage(p.page.WriteHTML); err != nil {
			return err
		}
	}
	switch n := text.Plural(len(p.Files), "picture"); {
	case failed > 0 && unclear > 0:
		return fmt.Errorf("%d of %s could not be read, and of %d only a part", failed, n, unclear)
	case failed > 0:
		return fmt.Errorf("%d of %s could not be read", failed, n)
	case unclear > 0:
		return fmt.Errorf("of %d of %s only a part could be read", unclear, n)
	}
	return nil
}

// setWidths makes the columns of the table as wide as their longest cell.
func (p *picturePredictor) setWidths() {
	p.nameWidth, p.classWidth = len("file"), len("class")
	for _, path := range p.Files {
		p.nameWidth = max(p.nameWidth, utf8.RuneCountInString(path))
	}
	for _, class := range p.model.Classes {
		p.classWidth = max(p.classWidth, utf8.RuneCountInString(file.Clean(class)))
	}
}

// newPage returns the page about the pictures, before any is added.
func (p *picturePredictor) newPage() *report.Pictures {
	m := p.model
	page := &report.Pictures{Title: "What the network saw", Command: p.Command,
		Classes: m.Classes, Width: m.Width, Height: m.Height, RawOutputs: !p.givesProbabilities()}
	page.Facts = [][2]string{{"model", m.Path}, {"network", text.Join(layers.Sizes(m.Layers), "-")},
		{"weights sha256", layers.Hash(m.Layers)}}
	return page
}

// picture prints the network's answers to one picture, and adds them to the page.
func (p *picturePredictor) picture(path string) error {
	sheet, err := p.readSheet(path)
	if err != nil {
		p.out.Event("predict", "file", path, "error", strings.TrimPrefix(file.Error(path, err).Error(), path+": "))
		if p.page != nil {
			p.page.Add(report.Picture{Name: path, Problem: err.Error()})
		}
		return err
	}
	shown := report.Picture{Name: path, Width: sheet.Width, Height: sheet.Height}
	problems := 0
	for i, d := range sheet.Drawings {
		outputs := p.answerPixels(d.Pixels)
		e := answerEvent{Event: "predict", File: path, Index: i + 1, Of: len(sheet.Drawings), Line: d.Line + 1,
			Box: box{d.Box.Min.X, d.Box.Min.Y, d.Box.Dx(), d.Box.Dy()}, Problem: d.Problem}
		if p.isTwoDigits(d, outputs) {
			e.Problem = handwriting.TooWide
		}
		if e.Problem == "" {
			p.setClasses(&e, outputs)
		} else {
			problems++
		}
		p.printAnswer(e)
		shown.Drawings = append(shown.Drawings,
			report.Drawing{Box: d.Box, Pixels: d.Pixels, Outputs: outputs, Said: e.Class, Problem: e.Problem})
	}
	if len(sheet.Drawings) > 1 {
		shown.Text = reading(sheet.Drawings, shown.Drawings)
		if !p.JSON {
			p.out.Printf("%-*s  reads %s\n", p.nameWidth, path, shown.Text)
		}
	}
	if problems > 0 {
		err = problemError(problems, len(sheet.Drawings))
		shown.Problem = err.Error()
	}
	if p.page != nil {
		if p.page.HasRoom() {
			shown.Small = sheet.Small(report.PictureSide)
		}
		p.page.Add(shown)
	}
	return err
}

// problemError is the error about a picture with n drawings, of which some or all could not be read.
func problemError(problems, n int) error {
	what := "what is drawn"
	if n > 1 {
		what = fmt.Sprintf("of the %d things drawn, %d", n, problems)
	}
	err := fmt.Errorf("%s may be several digits that touch, or none: write them apart, or cut the picture", what)
	if problems < n {
		return unclearError{err}
	}
	return err
}

// reading returns the text written in a picture, with a space between its lines.
func reading(drawings []handwriting.Drawing, answers []report.Drawing) string {
	var number strings.Builder
	for i, answer := range answers {
		if i > 0 && drawings[i-1].Line != drawings[i].Line {
			number.WriteByte(' ')
		}
		if answer.Problem == "" {
			number.WriteString(file.Clean(answer.Said))
		} else {
			number.WriteString(unread)
		}
	}
	return number.String()
}

// readSheet reads a picture, and finds the drawings in it.
func (p *picturePredictor) readSheet(path string) (*handwriting.Sheet, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > 1<<26 {
		return nil, fmt.Errorf("a picture of up to 64 MB was expected; this has %d bytes (%v)", info.Size(), info.Mode())
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	sheet, err := handwriting.Find(data, p.model.Width, p.model.Height, p.model.Frame)
	if err == nil && min(sheet.Width, sheet.Height) < leastSide {
		err = fmt.Errorf("a picture of %d×%d pixels is too small to show a digit: at least %d are needed on each side",
			sheet.Width, sheet.Height, leastSide)
	}
	return sheet, err
}

// answerPixels returns what the network answers to pixels from 0 to 255.
func (p predictor) answerPixels(pixels []byte) []float64 {
	m := p.model
	x := make([]float64, len(pixels))
	for i, v := range pixels {
		x[i] = (float64(float64(v)*m.Depth)/255 - m.In.Shift[i]) * m.In.Factor[i]
	}
	return p.answer(x)
}

// isTwoDigits reports whether a wide drawing is probably two digits that touch: whether the network is surer of each
// half than of the whole, for which it gives these outputs.
func (p predictor) isTwoDigits(d handwriting.Drawing, outputs []float64) bool {
	for _, half := range d.Halves {
		if slices.Max(p.answerPixels(half)) <= slices.Max(outputs) {
			return false
		}
	}
	return d.Halves != nil
}

// setClasses puts the two classes with the largest outputs into e; if outputs are equal, the first of them.
func (p *picturePredictor) setClasses(e *answerEvent, outputs []float64) {
	first, second := scores.Argmax(outputs), -1
	for k, v := range outputs {
		if k != first && (second < 0 || v > outputs[second]) {
			second = k
		}
	}
	e.Class, e.Second = p.model.Classes[first], p.model.Classes[second]
	if p.givesProbabilities() {
		e.Probability, e.SecondProbability = &outputs[first], &outputs[second]
	} else {
		e.Output, e.SecondOutput = &outputs[first], &outputs[second]
	}
}

// printAnswer prints the line of one digit.
func (p *picturePredictor) printAnswer(e answerEvent) {
	if p.JSON {
		p.out.JSONLine(e)
		return
	}
	p.printHead()
	where := ""
	if e.Of > 1 {
		where = fmt.Sprintf("  %d of %d, %d×%d at %d, %d", e.Index, e.Of, e.Box.Width, e.Box.Height, e.Box.X, e.Box.Y)
	}
	if e.Problem != "" {
		p.out.Printf("%-*s  %-*s  %11s  %s%s\n", p.nameWidth, e.File, p.classWidth, unread, "", e.Problem, where)
		return
	}
	var score, second string
	if p.givesProbabilities() {
		score, second = fmt.Sprintf("%.2f %%", 100**e.Probability), fmt.Sprintf("%.2f %%", 100**e.SecondProbability)
	} else {
		score, second = fmt.Sprintf("%.4f", *e.Output), fmt.Sprintf("%.4f", *e.SecondOutput)
	}
	p.out.Printf("%-*s  %-*s  %11s  %s (%s)%s\n", p.nameWidth, e.File, p.classWidth, file.Clean(e.Class), score,
		file.Clean(e.Second), second, where)
}

// printHead prints the head of the table before its first line.
func (p *picturePredictor) printHead() {
	if p.begun {
		return
	}
	p.begun = true
	score := "output"
	if p.givesProbabilities() {
		score = "probability"
	}
	p.out.Printf("%-*s  %-*s  %11s  second\n", p.nameWidth, "file", p.classWidth, "class", score)
}
