package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/model/layers"
)

// TestConfusion: shade, share and words of a matrix of counts.
func TestConfusion(t *testing.T) {
	r := &Report{Classes: letters(3)}
	rows := func(m *confusion) (text string) {
		for _, row := range m.Rows {
			text += row.Class
			for _, c := range row.Cells {
				text += fmt.Sprintf(" %d/%v/%v", c.N, c.Shade, c.Right)
			}
			text += " " + row.Right + "; "
		}
		return strings.Join(m.Classes, "") + ": " + text + m.MostOften
	}
	for _, c := range []struct {
		counts []int
		want   string
	}{
		{[]int{1, 4, 1, 0, 5, 0, 0, 0, 0},
			"abc: a 1/0.5/true 4/1/false 1/0.5/false 16.7; b 0/0/false 5/1.118033988749895/true 0/0/false 100.0; " +
				"c 0/0/false 0/0/false 0/0/true ; a taken for b (4), a taken for c (1)"},
		{[]int{4, 1, 2, 2, 9, 1, 3, 1, 0},
			"abc: a 4/1.1547005383792515/true 1/0.5773502691896257/false 2/0.816496580927726/false 57.1; " +
				"b 2/0.816496580927726/false 9/1.7320508075688772/true 1/0.5773502691896257/false 75.0; " +
				"c 3/1/false 1/0.5773502691896257/false 0/0/true 0.0; " +
				"c taken for a (3), a taken for c (2), b taken for a (2), a taken for b (1), b taken for c (1)"}, // five of six
		{[]int{1, 4, 0, 0, 1, 0, 0, 0, 0}, "abc: a 1/0.5/true 4/1/false 0/0/false 20.0; " +
			"b 0/0/false 1/0.5/true 0/0/false 100.0; c 0/0/false 0/0/false 0/0/true ; a taken for b (4)"},
		{[]int{4, 0, 0, 0, 1, 0, 0, 0, 1},
			"abc: a 4/2/true 0/0/false 0/0/false 100.0; b 0/0/false 1/1/true 0/0/false 100.0; c 0/0/false 0/0/false " +
				"1/1/true 100.0; "},
	} {
		if got := rows(newConfusion(r.Classes, c.counts)); got != c.want {
			t.Errorf("of %v\n%s\nwant\n%s", c.counts, got, c.want)
		}
	}
	// 105 right answers are no better than guessing where 100 samples are of the most frequent class; 106 are.
	for right, like := range map[int]bool{5: true, 6: false} {
		if m := newConfusion(letters(2), []int{100, 0, 20 - right, right}); m.LikeGuessing != like || m.OnlyAnswer != "" {
			t.Errorf("%d right: %+v", m.Right, m)
		}
	}
	if m := newConfusion(letters(2), []int{0, 1, 0, 0}); m.OnlyAnswer != "b" || m.Wrong != 1 {
		t.Errorf("a single sample: %+v", m)
	}
	for k, want := range map[int]int{40: 40, 41: 0} {
		r.Classes = letters(k)
		counts := make([]int, k*k)
		counts[1] = 3
		if m := newConfusion(r.Classes, counts); len(m.Rows) != want || len(m.Classes) != want ||
			m.MostOften != "a taken for b (3)" {
			t.Errorf("%d classes: %d rows, %q", k, len(m.Rows), m.MostOften)
		}
	}
}

// TestMistakes: the 24 that the network was surest of, in the order of the samples where it was equally sure.
func TestMistakes(t *testing.T) {
	r := &Report{Cost: mse, Width: 1, Height: 1, Classes: letters(2), Train: dataset.Set{Pixels: []byte{255}}}
	for i := range 50 { // the outputs for b, which all of them are not: 0.6 and 0.7; every fifth is right
		r.Test.Labels, r.Test.Pixels = append(r.Test.Labels, 0), append(r.Test.Pixels, byte(i))
		r.Outputs = append(r.Outputs, 0.5, []float64{0.6, 0.7, 0.6, 0.6, 0.5}[i%5])
	}
	m, wrong := r.errors()
	if m.Right != 10 || m.All != 50 || m.MostOften != "a taken for b (40)" || len(wrong) != 24 {
		t.Fatalf("%+v, and %d mistakes", m, len(wrong))
	}
	var samples []int
	for k, e := range wrong {
		samples = append(samples, e.Sample)
		p := "output 0.700"
		if k >= 10 {
			p = "output 0.600"
		}
		if got := gray(decoded(t, e.Image, "src")); e.Said != "b" || e.Is != "a" || e.Confidence != p ||
			got != fmt.Sprintf("[[%d]]", e.Sample) {
			t.Errorf("mistake %d: %+v, picture %s; want %s", k, e, got, p)
		}
	}
	want := []int{1, 6, 11, 16, 21, 26, 31, 36, 41, 46, 0, 2, 3, 5, 7, 8, 10, 12, 13, 15, 17, 18, 20, 22}
	if !slices.Equal(samples, want) {
		t.Errorf("the mistakes are %v, want %v", samples, want)
	}
	numbered := images(3, 20)
	numbered.Test.Origin = dataset.Origin{File: "the test set of x", Unit: "image"}
	_, wrong = numbered.errors()
	html := page(t, numbered)
	for _, want := range []string{fmt.Sprintf(`alt="image %d">`, wrong[0].Sample),
		fmt.Sprintf(`>%s, image %d</span>`, wrong[0].Confidence, wrong[0].Sample), "counted from 0 in the test set of x."} {
		if !strings.Contains(html, want) {
			t.Errorf("%q is not in the page", want)
		}
	}
	r.Train.Pixels = nil
	if _, wrong := r.errors(); wrong[0].Image != "" {
		t.Error("a sample that is no image has a picture")
	}
	a := []float64{math.Log(1), math.Log(3), math.Log(4)} // softmax: 1/8, 3/8, 1/2
	for answer, want := range map[layers.Answer]string{layers.Softmax: "0.1250 0.3750 0.5000",
		layers.Probability: "0.0000 1.0986 1.3863", layers.Number: "0.0000 1.0986 1.3863"} {
		r.Cost.Answer = answer
		if got := fmt.Sprintf("%.4f %.4f %.4f", r.probability(a, 0), r.probability(a, 1), r.probability(a, 2)); got != want {
			t.Errorf("%q: %s, want %s", answer, got, want)
		}
	}
}

// TestErrors: a row of the matrix is what the samples are, and the most confident mistake comes first; one with three
// equal outputs is none of them.
func TestErrors(t *testing.T) {
	r := &Report{Cost: ce, Classes: []string{"a", "b", "c"}, Test: dataset.Set{Labels: []int32{0, 0, 0, 1, 2}},
		Outputs: []float64{3, 1, 2, 1, 2, 1, 0, 9, 0, 0, 5, 1, 7, 7, 7}}
	m, wrong := r.errors()
	var counts []int
	for _, row := range m.Rows {
		for _, cell := range row.Cells {
			counts = append(counts, cell.N)
		}
	}
	if got, want := fmt.Sprint(counts), "[1 2 0 0 1 0 1 0 0]"; got != want {
		t.Errorf("counts %s, want %s", got, want)
	}
	if m.Right != 2 || m.All != 5 || m.Wrong != 3 || m.Rows[0].Right != "33.3" ||
		m.MostOften != "a taken for b (2), c taken for a (1)" {
		t.Errorf("%+v", m)
	}
	list := ""
	for _, e := range wrong {
		list += fmt.Sprintf("%d: %s for %s, %s; ", e.Sample, e.Said, e.Is, e.Confidence)
	}
	if want := "2: b for a, 99.98 %; 1: b for a, 57.61 %; "; list != want {
		t.Errorf("mistakes %s, want %s", list, want)
	}
}

// TestDead: a network that answers the same to all samples, or to all but one in a thousand, is not said to be sure
// of its mistakes, nor one that gives no answer more than a half; and where something is wrong, smooth pictures of
// its neurons are no merit.
func TestDead(t *testing.T) {
	of := func(n int, outputs func(i int) []float64) *Report {
		r := &Report{Cost: ce, Classes: []string{"a", "b", "c"}}
		for i := range n {
			r.Test.Labels, r.Outputs = append(r.Test.Labels, int32(i%3)), append(r.Outputs, outputs(i)...)
		}
		return r
	}
	one := func(odd int) func(int) []float64 { // c to all but the first ones
		return func(i int) []float64 {
			if i < odd {
				return []float64{9, 0, 0}
			}
			return []float64{0, 0, 9}
		}
	}
	for _, c := range []struct {
		name     string
		r        *Report
		same     string
		guess    bool
		mistakes int
		words    string
	}{
		{"all the same", of(9, one(0)), "c", true, 0, "The answer is c to every sample, or nearly"},
		{"all but one of 999", of(999, one(1)), "", true, 24, "Hardly more is right"},
		{"all but one of 1000", of(1000, one(1)), "c", true, 0, "The answer is c to every sample, or nearly"},
		{"all but two of 1000", of(1000, one(2)), "", true, 24, "Hardly more is right"},
		{"right", of(9, func(i int) []float64 { return []float64{float64(i % 3 * -9), 0, float64(i%3*9 - 9)} }), "", false,
			0, "classes that look alike"},
		{"unsure", of(9, func(i int) []float64 { return []float64{0, 0, float64(i % 2)} }), "", true, 3,
			"Hardly more is right"},
	} {
		m, wrong := c.r.errors()
		if m.OnlyAnswer != c.same || m.LikeGuessing != c.guess || len(wrong) != c.mistakes {
			t.Errorf("%s: %+v, %d mistakes", c.name, *m, len(wrong))
		}
		c.r.Begin()
		c.r.Add(Epoch{Number: 1})
		html := page(t, c.r)
		if !strings.Contains(html, c.words) || strings.Contains(html, `class="wrong`) != (c.mistakes > 0) {
			t.Errorf("%s: the page does not say %q, or has mistakes", c.name, c.words)
		}
	}
}
