// Pictures: the page about pictures that a network has classified.

package report

import (
	"cmp"
	"fmt"
	"html/template"
	"image"
	"image/png"
	"io"
	"slices"
)

// PictureSide is the length of the longer side of pictures on the page, in pixels.
const PictureSide = 480

// Limits of the page.
const (
	maxPictures    = 100
	maxDrawings    = 500 // on all pictures
	maxDrawingBars = 10  // for a drawing; if there are more classes, those with the largest outputs
)

// Pictures is a page of pictures, with the network's answer to each drawing in them.
type Pictures struct {
	Title, Command string
	Facts          [][2]string // name and value
	Classes        []string
	Width, Height  int  // size of the images that the network sees
	RawOutputs     bool // the outputs are not probabilities

	List     []shownPicture
	Drawings int // on all pictures
	NotShown int // pictures for which there was no room
}

// A Picture is one of the pictures, upright.
type Picture struct {
	Name          string
	Small         image.Image // with sides of at most PictureSide; nil for none
	Width, Height int         // size of the original
	Drawings      []Drawing
	Text          string // the text that the drawings form, if there are several
	Problem       string // why the picture, or some drawing in it, could not be read
}

// A Drawing is a piece of a picture that may be a digit.
type Drawing struct {
	Box     image.Rectangle // its place in the original picture
	Pixels  []byte          // the image as the network sees it
	Outputs []float64
	Said    string // the class that the network answered
	Problem string // why it has no class
}

type shownPicture struct {
	Picture
	Image template.HTMLAttr
	Shown []shownDrawing
}

type shownDrawing struct {
	Drawing
	Number int // from 1
	Image  template.HTMLAttr
	Bars   []bar
}

// HasRoom reports whether the page would show another picture.
func (p *Pictures) HasRoom() bool { return len(p.List) < maxPictures && p.Drawings < maxDrawings }

// Add puts a picture on the page, or counts it if there is no room.
func (p *Pictures) Add(picture Picture) {
	if !p.HasRoom() {
		p.NotShown++
		return
	}
	s := shownPicture{Picture: picture}
	if picture.Small != nil {
		s.Image = jpegAttribute(picture.Small)
	}
	for i, d := range picture.Drawings {
		img := &image.Gray{Pix: d.Pixels, Stride: p.Width, Rect: image.Rect(0, 0, p.Width, p.Height)}
		s.Shown = append(s.Shown, shownDrawing{d, i + 1, pngAttribute("src", img, png.BestSpeed), p.bars(d)})
	}
	s.Small, s.Drawings = nil, nil // free memory
	p.Drawings += len(s.Shown)
	p.List = append(p.List, s)
}

// bars returns a bar for each class, or for the classes with the largest outputs, largest first.
func (p *Pictures) bars(d Drawing) (bars []bar) {
	order := make([]int, len(d.Outputs))
	for k := range order {
		order[k] = k
	}
	if len(order) > maxDrawingBars {
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(d.Outputs[b], d.Outputs[a]) })
		order = order[:maxDrawingBars]
	}
	most := slices.Max(d.Outputs)
	for _, k := range order {
		v := d.Outputs[k]
		value := fmt.Sprintf("%.2f %%", 100*v)
		if p.RawOutputs {
			value = fmt.Sprintf("%.3f", v)
		}
		bars = append(bars, bar{p.Classes[k], value, 100 * min(max(v, 0), 1), v == most && d.Problem == ""})
	}
	return bars
}

// WriteHTML writes the page.
func (p *Pictures) WriteHTML(w io.Writer) error { return writePage(w, "pictures.html", p) }
