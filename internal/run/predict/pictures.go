// Pictures: the network's answer to each digit that is found on each.

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

// answerEvent is the line of one digit on a picture. Where outputs are not probabilities, they are called outputs.
type answerEvent struct {
	Event             string   `json:"event"`
	File              string   `json:"file"`
	Class             string   `json:"class"`
	Probability       *float64 `json:"probability,omitempty"`
	Output            *float64 `json:"output,omitempty"`
	Second            string   `json:"second"`
	SecondProbability *float64 `json:"second_probability,omitempty"`
	SecondOutput      *float64 `json:"second_output,omitempty"`
	Index             int      `json:"index"` // from 1, in the order of reading
	Of                int      `json:"of"`
	Line              int      `json:"line"` // from 1
	Box               box      `json:"box"`
	Problem           string   `json:"problem,omitempty"` // why there is no class
}

// A box is where on a picture something is: its corner and its size, in pixels.
type box struct {
	X      int `json:"x"`
	Y      int `json:"y"`
	Width  int `json:"width"`
	Height int `json:"height"`
}

// leastSide is how many pixels the shorter side of a picture has at least: three lines make an 8 or a 3.
const leastSide = 5

// unread stands in a number for what could not be read as one digit.
const unread = "?"

// A picturePredictor prints the answers to pictures.
type picturePredictor struct {
	predictor
	nameWidth  int
	classWidth int
	plain      bool             // outputs are not probabilities
	page       *report.Pictures // nil where none is asked for
	begun      bool             // the table has its head
}

// pictures prints a line for each digit on each picture.
func (asked predictor) pictures(ctx context.Context) error {
	p := &picturePredictor{predictor: asked, plain: asked.m.Answer == layers.Number}
	p.nameWidth, p.classWidth = len("file"), len("class")
	for _, path := range p.o.Files {
		p.nameWidth = max(p.nameWidth, utf8.RuneCountInString(path))
	}
	for _, c := range p.m.Classes {
		p.classWidth = max(p.classWidth, utf8.RuneCountInString(file.Clean(c)))
	}
	if p.o.WritePage != nil {
		if err := p.o.CheckPage(); err != nil {
			return err
		}
		p.page = p.newPage()
	}
	bad, unclear := 0, 0
	for _, path := range p.o.Files {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		err := p.picture(path)
		switch {
		case err == nil:
			continue
		case errors.As(err, new(unclearError)):
			unclear++
		default:
			bad++
		}
		p.o.Tell("%v", file.Error(path, err))
	}
	if p.page != nil {
		if err := p.o.WritePage(p.page.WriteHTML); err != nil {
			return err
		}
	}
	switch n := text.Plural(len(p.o.Files), "picture"); {
	case bad > 0 && unclear > 0:
		return fmt.Errorf("%d of %s could not be read, and of %d only a part", bad, n, unclear)
	case bad > 0:
		return fmt.Errorf("%d of %s could not be read", bad, n)
	case unclear > 0:
		return fmt.Errorf("of %d of %s only a part could be read", unclear, n)
	}
	return nil
}

// An unclearError is of a picture that was read, with things on it that were not.
type unclearError struct{ error }

// head begins the table, with the first line that it gets.
func (p *picturePredictor) head() {
	if p.begun || p.o.JSON {
		return
	}
	p.begun = true
	score := "probability"
	if p.plain {
		score = "output"
	}
	p.out.Printf("%-*s  %-*s  %11s  second\n", p.nameWidth, "file", p.classWidth, "class", score)
}

// picture prints what the network says to one picture, and tells the page.
func (p *picturePredictor) picture(path string) error {
	sheet, err := p.look(path)
	if err != nil {
		p.out.Event("predict", "file", path, "error", strings.TrimPrefix(file.Error(path, err).Error(), path+": "))
		if p.page != nil {
			p.page.Add(report.Picture{Name: path, Problem: err.Error()})
		}
		return err
	}
	shown := report.Picture{Name: path, Width: sheet.Width, Height: sheet.Height}
	var number strings.Builder
	problems := 0
	for i, d := range sheet.Drawings {
		e := answerEvent{Event: "predict", File: path, Index: i + 1, Of: len(sheet.Drawings), Line: d.Line + 1,
			Box: box{d.Box.Min.X, d.Box.Min.Y, d.Box.Dx(), d.Box.Dy()}}
		if i > 0 && sheet.Drawings[i-1].Line != d.Line {
			number.WriteByte(' ')
		}
		a := p.answerTo(d.Pixels)
		if p.touching(d, a) {
			d.Problem = handwriting.TooWide
		}
		e.Problem = d.Problem
		if d.Problem == "" {
			p.decide(&e, a)
			number.WriteString(file.Clean(e.Class))
		} else {
			problems++
			number.WriteString(unread)
		}
		p.line(e)
		shown.Drawings = append(shown.Drawings,
			report.Drawing{Box: d.Box, Pixels: d.Pixels, Outputs: a, Said: e.Class, Problem: d.Problem})
	}
	if n := len(sheet.Drawings); n > 1 {
		shown.Reads = number.String()
		if !p.o.JSON {
			p.out.Printf("%-*s  reads %s\n", p.nameWidth, path, shown.Reads)
		}
	}
	if problems > 0 {
		what := "what is drawn"
		if n := len(sheet.Drawings); n > 1 {
			what = fmt.Sprintf("of the %d things drawn, %d", n, problems)
		}
		err = fmt.Errorf("%s may be several digits that touch, or none: write them apart, or cut the picture", what)
		shown.Problem = err.Error()
		if problems < len(sheet.Drawings) {
			err = unclearError{err}
		}
	}
	if p.page != nil {
		if p.page.Room() {
			shown.Small = sheet.Small(report.PictureSide)
		}
		p.page.Add(shown)
	}
	return err
}

// decide puts the two classes with the greatest outputs into e.
func (p *picturePredictor) decide(e *answerEvent, a []float64) {
	first, second := scores.Argmax(a), -1
	for k, v := range a {
		if k != first && (second < 0 || v > a[second]) {
			second = k
		}
	}
	e.Class, e.Second = p.m.Classes[first], p.m.Classes[second]
	if p.plain {
		e.Output, e.SecondOutput = &a[first], &a[second]
	} else {
		e.Probability, e.SecondProbability = &a[first], &a[second]
	}
}

// line prints one digit.
func (p *picturePredictor) line(e answerEvent) {
	if p.o.JSON {
		p.out.Line(e)
		return
	}
	p.head()
	where := ""
	if e.Of > 1 {
		where = fmt.Sprintf("  %d of %d, %d×%d at %d, %d", e.Index, e.Of, e.Box.Width, e.Box.Height, e.Box.X, e.Box.Y)
	}
	if e.Problem != "" {
		p.out.Printf("%-*s  %-*s  %11s  %s%s\n", p.nameWidth, e.File, p.classWidth, unread, "", e.Problem, where)
		return
	}
	score, second := "", ""
	if p.plain {
		score, second = fmt.Sprintf("%.4f", *e.Output), fmt.Sprintf("%.4f", *e.SecondOutput)
	} else {
		score, second = fmt.Sprintf("%.2f %%", 100**e.Probability), fmt.Sprintf("%.2f %%", 100**e.SecondProbability)
	}
	p.out.Printf("%-*s  %-*s  %11s  %s (%s)%s\n", p.nameWidth, e.File, p.classWidth, file.Clean(e.Class), score,
		file.Clean(e.Second), second, where)
}

// look finds what is drawn on a picture.
func (p *picturePredictor) look(path string) (*handwriting.Sheet, error) {
	st, err := os.Stat(path)
	if err == nil && (!st.Mode().IsRegular() || st.Size() > 1<<26) {
		err = fmt.Errorf("a picture of up to 64 MB was expected; this has %d bytes (%v)", st.Size(), st.Mode())
	}
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	sheet, err := handwriting.Find(data, p.m.Width, p.m.Height, p.m.Frame)
	if err == nil && min(sheet.Width, sheet.Height) < leastSide {
		err = fmt.Errorf("a picture of %d×%d pixels is too small to show a digit: at least %d are needed on each side",
			sheet.Width, sheet.Height, leastSide)
	}
	return sheet, err
}

// answerTo is what the network says to pixels from 0 to 255.
func (p predictor) answerTo(pixels []byte) []float64 {
	m := p.m
	x := make([]float64, len(pixels))
	for i, v := range pixels {
		x[i] = (float64(float64(v)*m.Depth)/255 - m.In.Shift[i]) * m.In.Factor[i]
	}
	return p.answer(x)
}

// touching says whether a wide drawing, to which the network says a, is rather two digits: it is
// surer of each of its halves.
func (p predictor) touching(d handwriting.Drawing, a []float64) bool {
	return d.Halves != nil && !slices.ContainsFunc(d.Halves, func(half []byte) bool {
		return slices.Max(p.answerTo(half)) <= slices.Max(a)
	})
}

// newPage is the page about the pictures, still without them.
func (p *picturePredictor) newPage() *report.Pictures {
	m := p.m
	page := &report.Pictures{Title: "What the network saw", Command: p.o.Command,
		Classes: m.Classes, Width: m.Width, Height: m.Height, Plain: p.plain}
	page.Facts = [][2]string{{"model", m.Path}, {"network", text.Join(layers.Sizes(m.Layers), "-")},
		{"weights sha256", layers.Hash(m.Layers)}}
	return page
}
