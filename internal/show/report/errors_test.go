package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
)

// describeConfusion lists the cells of a matrix, as N/SHADE with a * if they are right, and the share of each row.
func describeConfusion(c *confusion) (text string) {
	for _, row := range c.Rows {
		text += row.Class + ":"
		for _, cell := range row.Cells {
			text += fmt.Sprintf(" %d/%.3g", cell.N, cell.Shade)
			if cell.Right {
				text += "*"
			}
		}
		text += " " + row.Right + "; "
	}
	return text + c.MostOften
}

// The shade is the square root of the count beside the most frequent mistake.
func TestConfusion(t *testing.T) {
	for _, c := range []struct {
		name   string
		counts []int
		want   string
	}{
		{"a class without samples", []int{1, 4, 1, 0, 5, 0, 0, 0, 0},
			"a: 1/0.5* 4/1 1/0.5 16.7; b: 0/0 5/1.12* 0/0 100.0; c: 0/0 0/0 0/0* ; a taken for b (4), a taken for c (1)"},
		{"six kinds of mistakes", []int{4, 1, 2, 2, 9, 1, 3, 1, 0},
			"a: 4/1.15* 1/0.577 2/0.816 57.1; b: 2/0.816 9/1.73* 1/0.577 75.0; c: 3/1 1/0.577 0/0* 0.0; " +
				"c taken for a (3), a taken for c (2), b taken for a (2), a taken for b (1), b taken for c (1)"},
		{"no mistakes", []int{4, 0, 0, 0, 1, 0, 0, 0, 1},
			"a: 4/2* 0/0 0/0 100.0; b: 0/0 1/1* 0/0 100.0; c: 0/0 0/0 1/1* 100.0; "},
	} {
		if got := describeConfusion(newConfusion(letters(3), c.counts)); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
	for k, want := range map[int]int{40: 40, 41: 0} { // more classes have no matrix, only words
		counts := make([]int, k*k)
		counts[1] = 3
		c := newConfusion(letters(k), counts)
		if len(c.Rows) != want || len(c.Classes) != want || c.MostOften != "a taken for b (3)" {
			t.Errorf("%d classes: got %d rows and %q, want %d rows", k, len(c.Rows), c.MostOften, want)
		}
	}
}

// 100 of 120 samples are of the most frequent class; 5 % more right answers than these are still like guessing.
func TestConfusionTellsAnswersThatAreNoBetterThanGuessing(t *testing.T) {
	for _, c := range []struct {
		counts []int
		like   bool
		only   string
		wrong  int
	}{
		{[]int{100, 0, 15, 5}, true, "", 15},
		{[]int{100, 0, 14, 6}, false, "", 14},
		{[]int{0, 1, 0, 0}, true, "b", 1},
	} {
		m := newConfusion(letters(2), c.counts)
		if m.LikeGuessing != c.like || m.OnlyAnswer != c.only || m.Wrong != c.wrong {
			t.Errorf("%v: got %+v, want %+v", c.counts, m, c)
		}
	}
}

// A sample that might be of the first class as well as of the second, at ½ each, has the first as its answer, and is
// not shown as a mistake of which the network is sure.
func TestErrorsCountsTheAnswersAndShowsTheMostConfidentMistakes(t *testing.T) {
	r := &Report{Cost: ce, Classes: letters(3), Test: dataset.Set{Labels: []int32{0, 0, 0, 1, 2}},
		Outputs: []float64{3, 1, 2, 1, 2, 1, 0, 9, 0, 0, 5, 1, 7, 7, -1000}}
	m, mistakes := r.errors()
	const want = "a: 1/0.707* 2/1 0/0 33.3; b: 0/0 1/0.707* 0/0 100.0; c: 1/0.707 0/0 0/0* 0.0; " +
		"a taken for b (2), c taken for a (1)"
	if got := describeConfusion(m); got != want || m.Right != 2 || m.All != 5 || m.Wrong != 3 {
		t.Errorf("got %d right of %d and\n%s\nwant 2 of 5 and\n%s", m.Right, m.All, got, want)
	}
	var got []string
	for _, e := range mistakes {
		got = append(got, fmt.Sprintf("%d: %s for %s, %s", e.Sample, e.Said, e.Is, e.Confidence))
	}
	// e⁹/(e⁹ + 2), and e²/(e² + 2e)
	if want := []string{"2: b for a, 99.98 %", "1: b for a, 57.61 %"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Equally confident mistakes keep the order of the samples. Here the network says b to four of five samples, and each
// time is sure of it by 0.6, 0.7, 0.6 and 0.6.
func TestErrorsShows24Mistakes(t *testing.T) {
	r := &Report{Cost: mse, Width: 1, Height: 1, Classes: letters(2), Train: dataset.Set{Pixels: []byte{255}}}
	for i := range 50 {
		r.Test.Labels, r.Test.Pixels = append(r.Test.Labels, 0), append(r.Test.Pixels, byte(i))
		r.Outputs = append(r.Outputs, 0.5, []float64{0.6, 0.7, 0.6, 0.6, 0.5}[i%5])
	}
	_, mistakes := r.errors()
	var samples []int
	for k, e := range mistakes {
		samples = append(samples, e.Sample)
		confidence := "output 0.700"
		if k >= 10 {
			confidence = "output 0.600"
		}
		image := brightness(decodeImage(t, e.Image, "src"))
		if e.Said != "b" || e.Is != "a" || e.Confidence != confidence || image != fmt.Sprintf("[[%d]]", e.Sample) {
			t.Errorf("mistake %d: got %+v and the image %s, want b for a, %s and the image [[%d]]", k, e, image, confidence,
				e.Sample)
		}
	}
	want := []int{1, 6, 11, 16, 21, 26, 31, 36, 41, 46, 0, 2, 3, 5, 7, 8, 10, 12, 13, 15, 17, 18, 20, 22}
	if !slices.Equal(samples, want) {
		t.Errorf("got the samples %v, want %v", samples, want)
	}
	r.Train.Pixels = nil
	if _, mistakes := r.errors(); mistakes[0].Image != "" {
		t.Error("samples of a table have an image")
	}
}

func TestThePageNamesTheSamplesOfMistakes(t *testing.T) {
	r := digits(3, 20)
	r.Test.Origin = dataset.Origin{File: "the test set of x", Unit: "image"}
	_, mistakes := r.errors()
	first := mistakes[0]
	wantOnPage(t, pageOf(t, r), fmt.Sprintf(`alt="image %d">`, first.Sample),
		fmt.Sprintf(`>%s, image %d</span>`, first.Confidence, first.Sample), "counted from 0 in the test set of x.")
}

// A network that answers the same to all samples, or to all but one in a thousand, is not sure of its mistakes.
func TestThePageOfANetworkThatHasLearnedNothing(t *testing.T) {
	only := func(others int) func(i int) []float64 { // c, but for so many samples
		return func(i int) []float64 {
			if i < others {
				return []float64{9, 0, 0}
			}
			return []float64{0, 0, 9}
		}
	}
	const same, guessing = "The answer is c to every sample, or nearly", "Hardly more is right"
	for _, c := range []struct {
		name     string
		n        int
		outputs  func(i int) []float64
		mistakes int
		words    string
	}{
		{"all the same", 9, only(0), 0, same},
		{"one of 1000 is another", 1000, only(1), 0, same},
		{"one of 999 is another", 999, only(1), 24, guessing},
		{"two of 1000 are others", 1000, only(2), 24, guessing},
		{"unsure", 9, func(i int) []float64 { return []float64{0, 0, float64(i % 2)} }, 3, guessing},
		{"right", 9, func(i int) []float64 { return []float64{float64(i % 3 * -9), 0, float64(i%3*9 - 9)} }, 0,
			"classes that look alike"},
	} {
		r := &Report{Cost: ce, Classes: letters(3)}
		for i := range c.n {
			r.Test.Labels, r.Outputs = append(r.Test.Labels, int32(i%3)), append(r.Outputs, c.outputs(i)...)
		}
		r.Begin()
		r.Add(Epoch{Number: 1})
		if _, mistakes := r.errors(); len(mistakes) != c.mistakes {
			t.Errorf("%s: got %d mistakes, want %d", c.name, len(mistakes), c.mistakes)
		}
		page := pageOf(t, r)
		wantOnPage(t, page, c.words)
		if strings.Contains(page, `class="wrong`) != (c.mistakes > 0) {
			t.Errorf("%s: are mistakes shown? got %v, want %v", c.name, c.mistakes == 0, c.mistakes > 0)
		}
	}
}
