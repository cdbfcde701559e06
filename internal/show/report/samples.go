// Samples: some training images of each class.

package report

import (
	"html/template"
	"image"
	"image/png"
	"slices"

	"backprop/internal/data/dataset"
)

const (
	maxClasses     = 40 // the most classes in samples and in the confusion matrix
	samplesOfClass = 10
)

// A strip shows some samples side by side, or in rows.
type strip struct {
	Class         string // the class, or the labels of all samples
	Image         template.HTMLAttr
	Width, Height int
	N             int // samples
}

func newStrip(class string, img *image.Gray, n int) strip {
	return strip{class, pngAttribute("src", img, png.BestSpeed), img.Rect.Dx(), img.Rect.Dy(), n}
}

// sampleStrips shows the first samples of each class.
func (r *Report) sampleStrips() (strips []strip) {
	if !r.hasImages() {
		return nil
	}
	samples := make([][]int, min(len(r.Classes), maxClasses))
	for i, c := range r.Train.Labels {
		if int(c) < len(samples) && len(samples[c]) < samplesOfClass {
			samples[c] = append(samples[c], i)
		}
	}
	for c, which := range samples {
		if len(which) > 0 {
			strips = append(strips, newStrip(r.Classes[c], r.gray(r.Train, which...), len(which)))
		}
	}
	return strips
}

// grid shows the first training images in rows of three, one pixel apart.
func (r *Report) grid() *strip {
	n, w, h := min(r.Examples, len(r.Train.Labels)), r.Width, r.Height
	img := image.NewGray(image.Rect(0, 0, 3*(w+1)-1, (n+2)/3*(h+1)-1))
	labels := ""
	for k := range n {
		one := r.gray(r.Train, k)
		left, top := k%3*(w+1), k/3*(h+1)
		for y := range h {
			copy(img.Pix[(top+y)*img.Stride+left:], one.Pix[y*one.Stride:][:w])
		}
		labels += " " + r.Classes[r.Train.Labels[k]]
	}
	s := newStrip(labels, img, n)
	return &s
}

// gray draws samples side by side, with 0 as black and whitePixel as white.
func (r *Report) gray(s dataset.Set, which ...int) *image.Gray {
	w, size, white := r.Width, r.Width*r.Height, r.whitePixel()
	img := image.NewGray(image.Rect(0, 0, w*len(which), r.Height))
	for k, i := range which {
		for p, v := range s.Pixels[i*size:][:size] {
			img.Pix[p/w*img.Stride+k*w+p%w] = uint8(min(int(v)*255/white, 255))
		}
	}
	return img
}

// whitePixel returns the largest value that pixels may have: 1, 16 or 255.
func (r *Report) whitePixel() int {
	for _, white := range []int{1, 16} {
		if !slices.ContainsFunc(r.Train.Pixels, func(v byte) bool { return int(v) > white }) {
			return white
		}
	}
	return 255
}
