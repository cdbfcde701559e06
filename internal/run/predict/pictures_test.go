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

// TestPictureLine: the two classes with the greatest outputs, of equal ones the first; probabilities are in percent,
// and outputs are called so, in -json too.
func TestPictureLine(t *testing.T) {
	for _, c := range []struct {
		answer     layers.Answer
		a          []float64
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
			p.setClasses(&e, c.a)
			p.printAnswer(e)
			head := map[layers.Answer]string{layers.Number: "     output", layers.Softmax: "probability"}[c.answer]
			if want := "file  class  " + head + "  second\n" + c.text; !asJSON && b.String() != want || asJSON &&
				!strings.Contains(b.String(), c.json) {
				t.Errorf("%v: %s; want %s, %s", c.a, b, want, c.json)
			}
		}
	}
}

// bars is a white picture with black bars of 4×20 pixels that begin at these points.
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

// pictureModel is a model of digits, of which it knows two.
func pictureModel() *modelfile.Model {
	return &modelfile.Model{Path: "m", Classes: []string{"4", "7"}, Answer: layers.Softmax, Width: 28, Height: 28,
		Depth: 255, Frame: handwriting.MNISTFrame(28), Layers: []layers.Layer{layers.New(784, 2)},
		In: dataset.Scale{Shift: make([]float64, 784), Factor: slices.Repeat([]float64{1}, 784)}}
}

// TestTwoDigits: a wide drawing is two digits if the network is surer of each half.
func TestTwoDigits(t *testing.T) {
	p := predictor{model: pictureModel(), answer: func(x []float64) []float64 { return x }}
	p.model.In.Shift, p.model.In.Factor = make([]float64, 2), []float64{255, 255}
	p.model.Depth = 1
	for _, c := range []struct {
		halves [][]byte
		want   bool
	}{{nil, false}, {[][]byte{{6, 1}, {1, 7}}, true},
		{[][]byte{{5, 1}, {1, 7}}, false}, {[][]byte{{6, 1}, {1, 4}}, false}} {
		if got := p.isTwoDigits(handwriting.Drawing{Halves: c.halves}, []float64{5, 2}); got != c.want {
			t.Errorf("halves %v: %v", c.halves, got)
		}
	}
}

// TestPictures: the lines of bars, one on a picture, three on two lines, and eleven, of which ten touch; of pictures
// that cannot be read; and the page. The answers are 4 and 7 by turns.
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
		files             string
		json              bool
		printed           string
		told, wrong, page string
		images            int // on the page: a picture, and each drawing
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
		o := Options{JSON: c.json, CheckPage: func() error { return nil },
			WritePage: func(write func(io.Writer) error) error { return write(&page) }}
		calls := 0
		printed, told, wrong := answered(t, pictureModel(), func([]float64) []float64 {
			calls++
			return []float64{float64(calls % 2), float64(1 - calls%2)}
		}, o, c.files)
		if printed != c.printed || told != c.told || wrong != c.wrong {
			t.Errorf("%s: printed\n%s\ntold\n%s\nerror %q", c.files, printed, told, wrong)
		}
		_, body, _ := strings.Cut(page.String(), "<body")
		if pictures := strings.Count(body, "data:image/"); pictures != c.images {
			t.Errorf("%s: %d pictures", c.files, pictures)
		}
		text := strings.Join(strings.Fields(regexp.MustCompile("<[^>]*>").ReplaceAllString(body, " ")), " ")
		if !strings.Contains(text, c.page) {
			t.Errorf("%s: the page has no %q: %s", c.files, c.page, text)
		}
	}
}
