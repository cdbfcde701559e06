package predict

import (
	"bytes"
	"image"
	"image/draw"
	"image/png"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/data/handwriting"
	"backprop/internal/model/layers"
	"backprop/internal/model/modelfile"
)

// TestPrintAnswer: the two classes with the largest outputs, of equal ones the first. Probabilities are in percent, and
// other outputs are called outputs, in JSON too.
func TestPrintAnswer(t *testing.T) {
	for _, c := range []struct {
		answer     layers.Answer
		outputs    []float64
		text, json string
	}{
		{layers.Softmax, []float64{0.0125, 0.9, 0.0875}, "f     two        90.00 %  three (8.75 %)\n",
			`"class":"two","probability":0.9,"second":"three","second_probability":0.0875,`},
		{layers.Number, []float64{1.25, 0.9, -0.5}, "f     one         1.2500  two (0.9000)\n",
			`"class":"one","output":1.25,"second":"two","second_output":0.9,`},
		{layers.Softmax, []float64{0.25, 0.5, 0.25}, "f     two        50.00 %  one (25.00 %)\n",
			`"class":"two","probability":0.5,"second":"one","second_probability":0.25,`},
		{layers.Number, []float64{2, 2, 2}, "f     one         2.0000  two (2.0000)\n",
			`"class":"one","output":2,"second":"two","second_output":2,`},
		{layers.Softmax, []float64{0, 0.5, 0.5}, "f     two        50.00 %  three (50.00 %)\n", `"second":"three"`},
	} {
		for _, asJSON := range []bool{false, true} {
			b := &printer{}
			p := &picturePredictor{nameWidth: 4, classWidth: 5}
			p.predictor = predictor{model: &modelfile.Model{Classes: []string{"one", "two", "three"}, Answer: c.answer},
				out: b, Options: Options{JSON: asJSON}}
			e := answerEvent{Event: "predict", File: "f", Index: 1, Of: 1, Line: 1}
			p.setClasses(&e, c.outputs)
			p.printAnswer(e)
			head := map[layers.Answer]string{layers.Number: "     output", layers.Softmax: "probability"}[c.answer]
			want := "file  class  " + head + "  second\n" + c.text
			if got := b.String(); !asJSON && got != want || asJSON && !strings.Contains(got, c.json) {
				t.Errorf("%v: got\n%s\nwant\n%sor %s", c.outputs, got, want, c.json)
			}
		}
	}
}

// bars returns a white picture with black bars of 4×20 pixels that begin at these points.
func bars(width, height int, points ...image.Point) string {
	img := image.NewGray(image.Rect(0, 0, width, height))
	draw.Draw(img, img.Bounds(), image.White, image.Point{}, draw.Src)
	for _, p := range points {
		draw.Draw(img, image.Rect(p.X, p.Y, p.X+4, p.Y+20), image.Black, image.Point{}, draw.Src)
	}
	var b bytes.Buffer
	png.Encode(&b, img)
	return b.String()
}

// pictureModel returns a model that knows two digits, 4 and 7.
func pictureModel() *modelfile.Model {
	return &modelfile.Model{Path: "m", Classes: []string{"4", "7"}, Answer: layers.Softmax, Width: 28, Height: 28,
		Depth: 255, Frame: handwriting.MNISTFrame(28), Layers: []layers.Layer{layers.New(784, 2)},
		In: dataset.Scale{Shift: make([]float64, 784), Factor: slices.Repeat([]float64{1}, 784)}}
}

// TestAnswerPixels: pixels from 0 to 255 are brought to the depth of the pictures that the network has learned from,
// here 16, and then scaled as they were.
func TestAnswerPixels(t *testing.T) {
	p := predictor{answer: func(inputs []float64) []float64 { return inputs }, model: &modelfile.Model{Depth: 16,
		In: dataset.Scale{Shift: []float64{1, 0}, Factor: []float64{2, 0.5}}}}
	got, want := p.answerPixels([]byte{255, 51}), []float64{(16 - 1) * 2, 3.2 * 0.5}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestIsTwoDigits: a wide drawing is two digits if the network is surer of each half than of the whole, here than 5.
func TestIsTwoDigits(t *testing.T) {
	p := predictor{answer: func(inputs []float64) []float64 { return inputs }, model: &modelfile.Model{Depth: 255,
		In: dataset.Scale{Shift: make([]float64, 2), Factor: []float64{1, 1}}}}
	for _, c := range []struct {
		halves [][]byte
		want   bool
	}{
		{nil, false}, {[][]byte{{6, 1}, {1, 7}}, true}, {[][]byte{{5, 1}, {1, 7}}, false}, {[][]byte{{6, 1}, {1, 4}}, false},
	} {
		if got := p.isTwoDigits(handwriting.Drawing{Halves: c.halves}, []float64{5, 2}); got != c.want {
			t.Errorf("halves %v: got %v, want %v", c.halves, got, c.want)
		}
	}
}

// TestPictures: one bar on a picture, three on two lines, and eleven, of which ten touch; and a file that is no
// picture. The answers are 4 and 7 by turns.
func TestPictures(t *testing.T) {
	var touching []image.Point
	for x := 10; x < 50; x += 4 {
		touching = append(touching, image.Pt(x, 10))
	}
	writeFiles(t, map[string]string{"one.png": bars(100, 80, image.Pt(40, 30)),
		"three.png": bars(100, 80, image.Pt(20, 10), image.Pt(30, 50), image.Pt(60, 52)),
		"wide.png":  bars(100, 80, touching...),
		"both.png":  bars(100, 80, append(touching, image.Pt(80, 10))...), "bad.png": "no picture"})
	const advice = "may be several digits that touch, or none: write them apart, or cut the picture"
	const unreadable = "it is not a picture that this program can read: expected PNG or JPEG"
	for _, c := range []struct {
		files                     string
		asJSON                    bool
		printed, told, fail, page string
		images                    int // on the page: the picture, and each drawing
	}{
		{"three.png one.png", false, "file       class  probability  second\n" +
			"three.png  4         100.00 %  7 (0.00 %)  1 of 3, 4×20 at 20, 10\n" +
			"three.png  7         100.00 %  4 (0.00 %)  2 of 3, 4×20 at 30, 50\n" +
			"three.png  4         100.00 %  7 (0.00 %)  3 of 3, 4×20 at 60, 52\nthree.png  reads 4 74\n" +
			"one.png    7         100.00 %  4 (0.00 %)\n", "", "", "reads 4 74", 6},
		{"one.png", true, `{"event":"predict","file":"one.png","class":"4","probability":1,"second":"7",` +
			`"second_probability":0,"index":1,"of":1,"line":1,"box":{"x":40,"y":30,"width":4,"height":20}}` + "\n", "", "",
			"one.png 4 4 4×20 at 40, 30 4 100.00 % 7 0.00 %", 2},
		{"both.png bad.png", false, "file      class  probability  second\n" +
			"both.png  ?                   too wide for one  1 of 2, 40×20 at 10, 10\n" +
			"both.png  7         100.00 %  4 (0.00 %)  2 of 2, 4×20 at 80, 10\nboth.png  reads ?7\n",
			"both.png: of the 2 things drawn, 1 " + advice + "\nbad.png: " + unreadable + "\n",
			"1 of 2 pictures could not be read, and of 1 only a part", advice, 3},
		{"both.png", true, `{"event":"predict","file":"both.png","class":"","second":"","index":1,"of":2,"line":1,` +
			`"box":{"x":10,"y":10,"width":40,"height":20},"problem":"too wide for one"}` + "\n" +
			`{"event":"predict","file":"both.png","class":"7","probability":1,"second":"4","second_probability":0,` +
			`"index":2,"of":2,"line":1,"box":{"x":80,"y":10,"width":4,"height":20}}` + "\n",
			"both.png: of the 2 things drawn, 1 " + advice + "\n", "of 1 of 1 picture only a part could be read", advice, 3},
		{"wide.png bad.png", true, `{"event":"predict","file":"wide.png","class":"","second":"","index":1,"of":1,"line":1,` +
			`"box":{"x":10,"y":10,"width":40,"height":20},"problem":"too wide for one"}` + "\n" +
			`file "bad.png"; error "` + unreadable + `"; ` + "\n",
			"wide.png: what is drawn " + advice + "\nbad.png: " + unreadable + "\n", "2 of 2 pictures could not be read",
			unreadable, 2},
	} {
		var page bytes.Buffer
		o := Options{JSON: c.asJSON, CheckPage: func() error { return nil },
			WritePage: func(write func(io.Writer) error) error { return write(&page) }}
		calls := 0
		printed, told, fail := answered(t.Context(), pictureModel(), func([]float64) []float64 {
			calls++
			return []float64{float64(calls % 2), float64(1 - calls%2)}
		}, o, c.files)
		if printed != c.printed || told != c.told || fail != c.fail {
			t.Errorf("%s: got\n%s\ntold\n%s\nand failed with %q\nwant\n%s\n%s\n%q", c.files, printed, told, fail, c.printed,
				c.told, c.fail)
		}
		_, body, _ := strings.Cut(page.String(), "<body")
		if pictures := strings.Count(body, "data:image/"); pictures != c.images {
			t.Errorf("%s: got %d images on the page, want %d", c.files, pictures, c.images)
		}
		text := strings.Join(strings.Fields(regexp.MustCompile("<[^>]*>").ReplaceAllString(body, " ")), " ")
		if !strings.Contains(text, c.page) {
			t.Errorf("%s: got no %q on the page: %s", c.files, c.page, text)
		}
	}
}
