// Errors: the confusion matrix and the most confident mistakes.

package report

import (
	"cmp"
	"fmt"
	"html/template"
	"image/png"
	"math"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/model/layers"
)

const (
	maxMistakes   = 24
	maxConfusions = 5 // the most that are put into words
)

// A confusion says how often samples of each class were taken for each class.
type confusion struct {
	Classes           []string
	Rows              []confusionRow // a row for each true class; nil if there are too many classes
	MostOften         string         // the most frequent mistakes, in words
	Right, Wrong, All int            // how many samples
	OnlyAnswer        string         // the class that is the answer to all, or nearly all, samples; "" if there is none
	LikeGuessing      bool           // the network is hardly better than always answering the most frequent class
}

type confusionRow struct {
	Class string
	Cells []confusionCell
	Right string // the share of its samples that is right, in percent
}

type confusionCell struct {
	N     int
	Shade float64 // from 0 to 1 if it is a mistake
	Right bool
}

// A mistake is a test sample with a wrong answer.
type mistake struct {
	Sample      int
	Number      string // its place in its file: "line 47"; "" if it has none
	Image       template.HTMLAttr
	Said, Is    string // the class answered and the true class
	Confidence  string // the network's confidence in its answer
	probability float64
}

// errors compares the network's answers with the labels of the test samples.
func (r *Report) errors() (*confusion, []mistake) {
	k := len(r.Classes)
	counts := make([]int, k*k) // a row for each true class, a column for each answer
	var mistakes []mistake
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
			mistakes = append(mistakes, mistake{Sample: i, Number: r.Test.Origin.Number(i), Said: r.Classes[said],
				Is: r.Classes[is], probability: r.probability(a, said)})
		}
	}
	c := newConfusion(r.Classes, counts)
	if c.OnlyAnswer != "" {
		return c, nil
	}
	return c, r.mostConfident(mistakes)
}

// newConfusion makes a confusion matrix of the counts.
func newConfusion(classes []string, counts []int) *confusion {
	k := len(classes)
	c := &confusion{}
	samples, answers := make([]int, k), make([]int, k) // how many each class has
	for i, n := range counts {
		is, said := i/k, i%k
		samples[is] += n
		answers[said] += n
		c.All += n
		if is == said {
			c.Right += n
		}
	}
	c.Wrong = c.All - c.Right
	c.LikeGuessing = 100*c.Right <= 105*slices.Max(samples)
	for class, n := range answers {
		if c.All > 0 && c.All-n <= c.All/1000 {
			c.OnlyAnswer = classes[class]
		}
	}
	mistakes := c.countMistakes(classes, counts)
	if k > maxClasses {
		return c
	}
	c.Classes = classes
	for is, class := range classes {
		row := confusionRow{Class: class}
		for said, n := range counts[is*k:][:k] {
			row.Cells = append(row.Cells, confusionCell{n, math.Sqrt(float64(n) / float64(mistakes)), is == said})
		}
		if samples[is] > 0 {
			row.Right = strconv.FormatFloat(100*float64(counts[is*k+is])/float64(samples[is]), 'f', 1, 64)
		}
		c.Rows = append(c.Rows, row)
	}
	return c
}

// countMistakes puts the most frequent mistakes into words, and returns how often the most frequent one was made, or 1
// if there are no mistakes.
func (c *confusion) countMistakes(classes []string, counts []int) (most int) {
	k := len(classes)
	var mistakes []int // indexes in counts
	for i, n := range counts {
		if n > 0 && i/k != i%k {
			mistakes = append(mistakes, i)
		}
	}
	slices.SortStableFunc(mistakes, func(a, b int) int { return counts[b] - counts[a] })
	var words []string
	for _, i := range mistakes[:min(len(mistakes), maxConfusions)] {
		words = append(words, fmt.Sprintf("%s taken for %s (%d)", classes[i/k], classes[i%k], counts[i]))
	}
	c.MostOften = strings.Join(words, ", ")
	if len(mistakes) == 0 {
		return 1
	}
	return counts[mistakes[0]]
}

// mostConfident returns the mistakes to show: those with the highest probabilities, above ½.
func (r *Report) mostConfident(mistakes []mistake) []mistake {
	mistakes = slices.DeleteFunc(mistakes, func(m mistake) bool { return !(m.probability > 0.5) })
	slices.SortStableFunc(mistakes, func(a, b mistake) int { return cmp.Compare(b.probability, a.probability) })
	mistakes = mistakes[:min(len(mistakes), maxMistakes)]
	for i := range mistakes {
		m := &mistakes[i]
		m.Confidence = fmt.Sprintf("%.2f %%", 100*m.probability)
		if r.Cost.Answer == layers.Number {
			m.Confidence = fmt.Sprintf("output %.3f", m.probability)
		}
		if r.hasImages() {
			m.Image = pngAttribute("src", r.gray(r.Test, m.Sample), png.BestSpeed)
		}
	}
	return mistakes
}

// probability returns the probability that the network gives class k: its output or, if the outputs are to be taken so,
// their softmax.
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
