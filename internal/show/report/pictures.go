// Pictures: the page of what a network saw on pictures that it was asked about.

package report

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"slices"
)

// PictureSide is the longer side of pictures on the page, in pixels.
const PictureSide = 480

const (
	mostPictures = 100 // on the page; no more are kept
	mostDrawings = 500 // on all of them
	mostBars     = 10  // of a drawing with more classes than that: the greatest
)

// Pictures are pictures and what the network said to each thing that is drawn on them.
type Pictures struct {
	Title, Command string
	Facts          [][2]string // name and value
	Classes        []string
	Width, Height  int  // of the network's images
	Plain          bool // the outputs are no probabilities

	List     []shownPicture
	Drawings int // on all of them
	Left     int // pictures that are not shown
}

// A Picture is one of them, held upright.
type Picture struct {
	Name          string
	Small         image.Image // with sides of at most PictureSide; nil for none
	Width, Height int         // as it is given
	Drawings      []Drawing
	Reads         string // what is written there, where there are several
	Problem       string // why it, or part of it, could not be read
}

// A Drawing is what may be one digit, and what the network saw and said.
type Drawing struct {
	Box     image.Rectangle
	Pixels  []byte    // Width×Height of the network
	Outputs []float64 // of each class
	Said    string    // its class
	Problem string    // why it has none
}

type shownPicture struct {
	Picture
	Image template.HTMLAttr
	Shown []shownDrawing
}

type shownDrawing struct {
	Drawing
	Number int
	Image  template.HTMLAttr
	Bars   []bar
}

type bar struct {
	Class, Value string
	Share        float64 // in per cent of the bar's full length
	Top          bool
}

// Room says whether another picture would be shown.
func (p *Pictures) Room() bool { return len(p.List) < mostPictures && p.Drawings < mostDrawings }

// Add puts a picture on the page, while there is room.
func (p *Pictures) Add(one Picture) {
	if !p.Room() {
		p.Left++
		return
	}
	s := shownPicture{Picture: one}
	if one.Small != nil {
		s.Image, s.Small = photograph(one.Small), nil
	}
	for i, d := range one.Drawings {
		img := &image.Gray{Pix: d.Pixels, Stride: p.Width, Rect: image.Rect(0, 0, p.Width, p.Height)}
		s.Shown = append(s.Shown, shownDrawing{d, i + 1, picture("src", img, png.BestSpeed), p.bars(d)})
	}
	s.Drawings = nil
	p.Drawings += len(s.Shown)
	p.List = append(p.List, s)
}

// bars are those of all classes, or of many, of those with the greatest outputs.
func (p *Pictures) bars(d Drawing) (all []bar) {
	order := make([]int, len(d.Outputs))
	for k := range order {
		order[k] = k
	}
	if len(order) > mostBars {
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(d.Outputs[b], d.Outputs[a]) })
		order = order[:mostBars]
	}
	most := slices.Max(d.Outputs)
	for _, k := range order {
		v := d.Outputs[k]
		text := fmt.Sprintf("%.2f %%", 100*v)
		if p.Plain {
			text = fmt.Sprintf("%.3f", v)
		}
		all = append(all, bar{p.Classes[k], text, 100 * min(max(v, 0), 1), v == most && d.Problem == ""})
	}
	return all
}

// photograph is a picture as an attribute, href="…", in far fewer bytes than a PNG.
func photograph(img image.Image) template.HTMLAttr {
	var b bytes.Buffer
	b.WriteString(`href="data:image/jpeg;base64,`)
	to := base64.NewEncoder(base64.StdEncoding, &b)
	jpeg.Encode(to, img, &jpeg.Options{Quality: 80}) // a bytes.Buffer takes everything
	to.Close()
	b.WriteByte('"')
	return template.HTMLAttr(b.String())
}

//go:embed pictures.html
var picturesHTML string

// WriteHTML writes the page, in one piece.
func (p *Pictures) WriteHTML(w io.Writer) error {
	t, err := template.New("").Funcs(pageWords).ParseFS(pageFiles, "*")
	if err == nil {
		t, err = t.New("pictures.html").Parse(picturesHTML)
	}
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := t.ExecuteTemplate(&page, "pictures.html", p); err != nil {
		return err
	}
	_, err = w.Write(page.Bytes())
	return err
}
