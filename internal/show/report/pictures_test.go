package report

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"regexp"
	"testing"
)

// Of more than ten classes, those with the ten largest outputs have a bar; equal ones keep their order.
func TestBarsOfADrawing(t *testing.T) {
	for _, c := range []struct {
		name    string
		raw     bool
		outputs []float64
		problem string
		want    string
	}{
		{"probabilities", false, []float64{0.25, 0.75}, "", "a 25.00 % 25 false; b 75.00 % 75 true; "},
		{"a problem", false, []float64{0.25, 0.75}, "not a digit", "a 25.00 % 25 false; b 75.00 % 75 false; "},
		{"five digits", false, []float64{0.12345}, "", "a 12.35 % 12.345 true; "},
		{"outputs", true, []float64{-0.5, 1.25, 0.0625}, "", "a -0.500 0 false; b 1.250 100 true; c 0.062 6.25 false; "},
		{"ten classes", true, []float64{0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, "",
			"a 0.000 0 false; b 0.000 0 false; c 0.000 0 false; d 0.000 0 false; e 0.000 0 false; f 0.000 0 false; " +
				"g 0.000 0 false; h 0.000 0 false; i 0.000 0 false; j 1.000 100 true; "},
		{"eleven classes", true, []float64{1, 2, 3, 4, 5, 6, 7, 7, 9, 10, 11}, "",
			"k 11.000 100 true; j 10.000 100 false; i 9.000 100 false; g 7.000 100 false; h 7.000 100 false; " +
				"f 6.000 100 false; e 5.000 100 false; d 4.000 100 false; c 3.000 100 false; b 2.000 100 false; "},
	} {
		p, got := &Pictures{RawOutputs: c.raw, Classes: letters(len(c.outputs))}, ""
		for _, b := range p.bars(Drawing{Outputs: c.outputs, Problem: c.problem}) {
			got += fmt.Sprint(b.Name, " ", b.Value, " ", b.Share, " ", b.Top, "; ")
		}
		if got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

// The page holds 100 pictures, and takes further ones until there are 500 drawings on it.
func TestPicturesHaveRoomForSoMany(t *testing.T) {
	for _, c := range []struct {
		pictures, drawings int
		want               bool
	}{{0, 0, true}, {99, 499, true}, {100, 0, false}, {1, 500, false}, {1, 501, false}} {
		p := &Pictures{Width: 1, Height: 1, Classes: letters(1), List: make([]shownPicture, c.pictures), Drawings: c.drawings}
		one := Drawing{Pixels: []byte{9}, Outputs: []float64{1}}
		if got := p.HasRoom(); got != c.want {
			t.Errorf("%d pictures, %d drawings: got %v, want %v", c.pictures, c.drawings, got, c.want)
		}
		p.Add(Picture{Drawings: []Drawing{one, one}})
		added := len(p.List) == c.pictures+1 && p.Drawings == c.drawings+2 && p.NotShown == 0
		counted := len(p.List) == c.pictures && p.Drawings == c.drawings && p.NotShown == 1
		if c.want && !added || !c.want && !counted {
			t.Errorf("%d pictures, %d drawings: got %d, %d and %d that are not shown", c.pictures, c.drawings, len(p.List),
				p.Drawings, p.NotShown)
		}
	}
}

// twoPictures is a page with a photograph of two drawings, the second of which is too small, and with one drawing.
func twoPictures() *Pictures {
	photo := image.NewGray(image.Rect(0, 0, 16, 8))
	for i := range photo.Pix {
		photo.Pix[i] = 200
	}
	p := &Pictures{Title: "Seen", Command: "go run .", Facts: [][2]string{{"network", "6-2"}},
		Classes: []string{"zero", malicious}, Width: 3, Height: 2}
	p.Add(Picture{Name: "one.jpg", Small: photo, Width: 160, Height: 80, Text: "01", Problem: "part is dark",
		Drawings: []Drawing{
			{image.Rect(1, 2, 11, 22), []byte{0, 50, 100, 150, 200, 250}, []float64{0.875, 0.125}, "zero", ""},
			{image.Rect(30, 40, 31, 42), []byte{5, 4, 3, 2, 1, 0}, []float64{0.25, 0.75}, malicious, "too small"}}})
	p.Add(Picture{Name: "two.jpg",
		Drawings: []Drawing{{Pixels: make([]byte, 6), Outputs: []float64{0, 1}, Said: "alone"}}})
	p.NotShown = 3
	return p
}

// The pictures themselves are not kept, only what the page shows of them.
func TestAddKeepsTheImagesOfThePage(t *testing.T) {
	p := twoPictures()
	first := p.List[0]
	if first.Small != nil || first.Picture.Drawings != nil || p.List[1].Image != "" {
		t.Error("more is kept than the page shows")
	}
	for k, want := range []string{"[[0 50 100] [150 200 250]]", "[[5 4 3] [2 1 0]]"} {
		if got := brightness(decodeImage(t, first.Shown[k].Image, "src")); got != want || first.Shown[k].Number != k+1 {
			t.Errorf("drawing %d: got number %d, %s; want %s", k+1, first.Shown[k].Number, got, want)
		}
	}
	small := decodeImage(t, first.Image, "href") // JPEG keeps a single brightness as it is
	middle := color.GrayModel.Convert(small.At(8, 4))
	if middle != (color.Gray{Y: 200}) || small.Bounds() != image.Rect(0, 0, 16, 8) {
		t.Errorf("the picture: got %v, %v in the middle; want 16×8, 200", small.Bounds(), middle)
	}
}

func TestThePageOfPictures(t *testing.T) {
	var b bytes.Buffer
	if err := twoPictures().WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	page := regexp.MustCompile(`"data:image[^"]*"`).ReplaceAllString(b.String(), `"…"`)
	wantOnPage(t, page, "<title>Seen</title>", "<pre><code>go run .</code></pre>", "<dt>network</dt><dd>6-2</dd>",
		"scaled to 3×2 pixels",
		"<h2>one.jpg</h2>\n<p class=\"result\">It reads <b>01</b>.</p>\n<p class=\"warning\">part is dark</p>",
		`viewBox="0 0 160 80"`, `<image width="160" height="80" href="…"/>`,
		`<rect x="1" y="2" width="10" height="20"><title>1: zero</title></rect>`,
		`<rect x="30" y="40" width="1" height="2"><title>2: too small</title>`,
		`<img class="ink pixels" src="…" alt="Drawing 2 of one.jpg as the network sees it">`,
		`<p class="dim">10×20 at 1, 2</p>`,
		`<li class="top"><b>zero</b><i style="width: 87.5%"></i><span>87.50 %</span></li>`,
		`<i style="width: 75%"></i><span>75.00 %</span>`,
		`<li><h3>alone</h3>`, "3 more pictures are not shown.")
	wantNotOnPage(t, page, "<script>document", `" onload="x`, "ZgotmplZ", "://")
	if !IsPage(b.Bytes()) {
		t.Error("it is not taken for a page of this package")
	}
	if err := (&Pictures{Facts: [][2]string{{"a", "b"}}}).WriteHTML(&bytes.Buffer{}); err != nil {
		t.Errorf("a page without pictures: %v", err)
	}
}
