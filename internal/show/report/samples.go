// Samples: some of each class, the confusion matrix, and the mistakes.

package report

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"fmt"
	"html/template"
	"image"
	"image/png"
	"math"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/data/dataset"
	"backprop/internal/model/layers"
)

// picture is an image as an attribute, src="…" or href="…", whose address holds it.
func picture(name string, img image.Image, compression png.CompressionLevel) template.HTMLAttr {
	var b bytes.Buffer
	b.WriteString(name + `="data:image/png;base64,`)
	to := base64.NewEncoder(base64.StdEncoding, &b)
	(&png.Encoder{CompressionLevel: compression}).Encode(to, img) // a bytes.Buffer takes everything
	to.Close()
	b.WriteByte('"')
	return template.HTMLAttr(b.String())
}

// A strip is some samples of one class, side by side.
type strip struct {
	Class         string
	Image         template.HTMLAttr
	Width, Height int
	N             int
}

func (r *Report) sampleStrips() []strip {
	if !r.images() {
		return nil
	}
	found := make([][]int, min(len(r.Classes), keepClasses))
	for i, c := range r.Train.Labels {
		if int(c) < len(found) && len(found[c]) < perClass {
			found[c] = append(found[c], i)
		}
	}
	var all []strip
	for c, samples := range found {
		if len(samples) > 0 {
			img := r.gray(r.Train, samples...)
			all = append(all, strip{r.Classes[c], picture("src", img, png.BestSpeed),
				img.Rect.Dx(), img.Rect.Dy(), len(samples)})
		}
	}
	return all
}

// grid is the first training images, in rows of three.
func (r *Report) grid() *strip {
	n, w, h := min(r.Examples, len(r.Train.Labels)), r.Width, r.Height
	img := image.NewGray(image.Rect(0, 0, 3*(w+1)-1, (n+2)/3*(h+1)-1))
	g := &strip{Width: img.Rect.Dx(), Height: img.Rect.Dy(), N: n}
	for k := range n {
		one := r.gray(r.Train, k)
		for y := range h {
			copy(img.Pix[(k/3*(h+1)+y)*img.Stride+k%3*(w+1):], one.Pix[y*one.Stride:][:w])
		}
		g.Class += " " + r.Classes[r.Train.Labels[k]]
	}
	g.Image = picture("src", img, png.BestSpeed)
	return g
}

// gray is samples side by side, 0 black and the greatest value white.
func (r *Report) gray(s dataset.Set, which ...int) *image.Gray {
	w, size, depth := r.Width, r.Width*r.Height, r.depth()
	img := image.NewGray(image.Rect(0, 0, w*len(which), r.Height))
	for k, i := range which {
		for p, v := range s.Pixels[i*size:][:size] {
			img.Pix[p/w*img.Stride+k*w+p%w] = uint8(min(int(v)*255/depth, 255))
		}
	}
	return img
}

// depth is the greatest value that a pixel takes.
func (r *Report) depth() int {
	for _, depth := range []int{1, 16} {
		if !slices.ContainsFunc(r.Train.Pixels, func(v byte) bool { return int(v) > depth }) {
			return depth
		}
	}
	return 255
}

// A confusion counts what each class was taken for: a row for what it is.
type confusion struct {
	Classes []string
	Rows    []confusionRow
	Often   string // the most frequent, in words
	Right   int
	Wrong   int
	All     int
	Same    string // the class that it answers to all samples, or to all but one in a thousand; empty for none
	Guess   bool   // hardly more are right than by always answering the commonest class
}

type confusionRow struct {
	Class string
	Cells []confusionCell
	Right string // share, in per cent
}

type confusionCell struct {
	N     int
	Shade float64 // 0 to 1
	Right bool
}

// A mistake is a test sample that the network got wrong.
type mistake struct {
	Sample   int
	Number   string // in its file: "line 47"; empty where there is none
	Image    template.HTMLAttr
	Said, Is string
	P        string
	p        float64
}

// errors compares the network's outputs for the test samples with what they are.
func (r *Report) errors() (*confusion, []mistake) {
	k := len(r.Classes)
	counts := make([]int, k*k)
	var wrong []mistake
	for i, is := range r.Test.Labels {
		a := r.Outputs[i*k:][:k]
		said := 0
		for class, v := range a {
			if v > a[said] {
				said = class
			}
		}
		counts[int(is)*k+said]++
		if said != int(is) {
			wrong = append(wrong, mistake{Sample: i, Number: r.Test.Origin.Number(i), Said: r.Classes[said],
				Is: r.Classes[is], p: r.probability(a, said)})
		}
	}
	m := r.confusion(counts)
	m.All, m.Wrong = len(r.Test.Labels), len(wrong)
	m.Right = m.All - m.Wrong
	m.judge(counts, r.Classes)
	if m.Same != "" {
		return m, nil
	}
	return m, r.mostConfident(wrong)
}

// judge says whether the network tells classes apart at all.
func (m *confusion) judge(counts []int, classes []string) {
	commonest, k := 0, len(classes)
	for c, class := range classes {
		is, said := 0, 0
		for other := range k {
			is += counts[c*k+other]
			said += counts[other*k+c]
		}
		commonest = max(commonest, is)
		if m.All > 0 && m.All-said <= m.All/1000 {
			m.Same = class
		}
	}
	m.Guess = 100*m.Right <= 105*commonest
}

// mostConfident are the mistakes to show, with a picture each where there are pictures. Who gives an answer no more
// than a half is not confident.
func (r *Report) mostConfident(wrong []mistake) []mistake {
	wrong = slices.DeleteFunc(wrong, func(e mistake) bool { return !(e.p > 0.5) })
	slices.SortStableFunc(wrong, func(a, b mistake) int { return cmp.Compare(b.p, a.p) })
	wrong = wrong[:min(len(wrong), keepErrors)]
	for i := range wrong {
		e := &wrong[i]
		e.P = fmt.Sprintf("%.2f %%", 100*e.p)
		if r.Cost.Answer == layers.Number {
			e.P = fmt.Sprintf("output %.3f", e.p)
		}
		if r.images() {
			e.Image = picture("src", r.gray(r.Test, e.Sample), png.BestSpeed)
		}
	}
	return wrong
}

// confusion is the matrix of counts, K×K, without its rows where there are too many classes.
func (r *Report) confusion(counts []int) *confusion {
	k := len(r.Classes)
	var pairs []int // the places of the mistakes, the most frequent first
	for i, n := range counts {
		if n > 0 && i/k != i%k {
			pairs = append(pairs, i)
		}
	}
	slices.SortStableFunc(pairs, func(a, b int) int { return counts[b] - counts[a] })
	var often []string
	for _, i := range pairs[:min(len(pairs), 5)] {
		often = append(often, fmt.Sprintf("%s taken for %s (%d)", r.Classes[i/k], r.Classes[i%k], counts[i]))
	}
	m := &confusion{Often: strings.Join(often, ", ")}
	if k > keepClasses {
		return m
	}
	most := 1
	if len(pairs) > 0 {
		most = counts[pairs[0]]
	}
	m.Classes = r.Classes
	for is, class := range r.Classes {
		row, all := confusionRow{Class: class}, 0
		for said, n := range counts[is*k:][:k] {
			row.Cells = append(row.Cells, confusionCell{n, math.Sqrt(float64(n) / float64(most)), is == said})
			all += n
		}
		if all > 0 {
			row.Right = strconv.FormatFloat(100*float64(counts[is*k+is])/float64(all), 'f', 1, 64)
		}
		m.Rows = append(m.Rows, row)
	}
	return m
}

// probability is what the network gives class k: the output itself, or its softmax where that is what it means.
func (r *Report) probability(a []float64, k int) float64 {
	if r.Cost.Answer != layers.Softmax {
		return a[k]
	}
	sum := 0.0
	for _, v := range a {
		sum += math.Exp(v - a[k])
	}
	return 1 / sum
}
