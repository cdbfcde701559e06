package report

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"regexp"
	"strings"
	"testing"
)

// TestBars: outputs in the order of the classes, or of more than ten the greatest ten, those that are equal in their
// order.
func TestBars(t *testing.T) {
	for _, c := range []struct {
		mse     bool
		outputs []float64
		problem string
		want    string
	}{
		{false, []float64{0.25, 0.75}, "", "a 25.00 % 25 false; b 75.00 % 75 true; "},
		{false, []float64{0.25, 0.75}, "not a digit", "a 25.00 % 25 false; b 75.00 % 75 false; "},
		{false, []float64{0.12345}, "", "a 12.35 % 12.345 true; "},
		{true, []float64{-0.5, 1.25, 0.0625}, "", "a -0.500 0 false; b 1.250 100 true; c 0.062 6.25 false; "},
		{false, []float64{0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, "",
			"a 0.00 % 0 false; b 0.00 % 0 false; c 0.00 % 0 false; d 0.00 % 0 false; " +
				"e 0.00 % 0 false; f 0.00 % 0 false; g 0.00 % 0 false; h 0.00 % 0 false; i 0.00 % 0 false; j 100.00 % 100 true; "},
		{true, []float64{1, 2, 3, 4, 5, 6, 7, 7, 9, 10, 11}, "",
			"k 11.000 100 true; j 10.000 100 false; i 9.000 100 false; " +
				"g 7.000 100 false; h 7.000 100 false; f 6.000 100 false; e 5.000 100 false; d 4.000 100 false; c 3.000 100 " +
				"false; b 2.000 100 false; "},
	} {
		p, got := &Pictures{RawOutputs: c.mse, Classes: letters(len(c.outputs))}, ""
		for _, b := range p.bars(Drawing{Outputs: c.outputs, Problem: c.problem}) {
			got += fmt.Sprint(b.Name, " ", b.Value, " ", b.Share, " ", b.Top, "; ")
		}
		if got != c.want {
			t.Errorf("bars of %v are\n%s\nwant\n%s", c.outputs, got, c.want)
		}
	}
}

// TestRoom: a page holds 100 pictures, and goes on to take pictures until there are 500 drawings on it.
func TestRoom(t *testing.T) {
	for _, c := range []struct {
		pictures, drawings int // that are there
		room               bool
	}{{0, 0, true}, {99, 0, true}, {100, 0, false}, {1, 499, true}, {1, 500, false}, {1, 501, false}, {99, 499, true},
		{100, 500, false}} {
		p := &Pictures{Width: 1, Height: 1, Classes: letters(1), List: make([]shownPicture, c.pictures), Drawings: c.drawings}
		if p.HasRoom() != c.room {
			t.Errorf("%+v: there is room: %v", c, p.HasRoom())
		}
		p.Add(Picture{})
		one := Drawing{Pixels: []byte{9}, Outputs: []float64{1}}
		if p.HasRoom() {
			p.Add(Picture{Drawings: []Drawing{one, one}})
			c.pictures, c.drawings = c.pictures+1, c.drawings+2
		}
		if c.room {
			c.pictures++
		}
		if len(p.List) != c.pictures || p.Drawings != c.drawings || (p.NotShown == 0) != c.room {
			t.Errorf("%+v: %d pictures with %d drawings, and %d not shown", c, len(p.List), p.Drawings, p.NotShown)
		}
	}
}

// TestPictures: the page has each picture, a box for each drawing, what the network saw of it, and what it said.
func TestPictures(t *testing.T) {
	photo := image.NewGray(image.Rect(0, 0, 16, 8))
	for i := range photo.Pix {
		photo.Pix[i] = 200
	}
	p := &Pictures{Title: "Seen", Command: "go run .", Facts: [][2]string{{"network", "6-2"}},
		Classes: []string{"zero", nasty}, Width: 3, Height: 2}
	p.Add(Picture{Name: "one.jpg", Small: photo, Width: 160, Height: 80, Text: "01", Problem: "part is dark",
		Drawings: []Drawing{
			{image.Rect(1, 2, 11, 22), []byte{0, 50, 100, 150, 200, 250}, []float64{0.875, 0.125}, "zero", ""},
			{image.Rect(30, 40, 31, 42), []byte{5, 4, 3, 2, 1, 0}, []float64{0.25, 0.75}, nasty, "too small"}}})
	p.Add(Picture{Name: "two.jpg",
		Drawings: []Drawing{{Pixels: make([]byte, 6), Outputs: []float64{0, 1}, Said: "alone"}}})
	p.NotShown = 3
	list := p.List[0]
	if list.Small != nil || list.Picture.Drawings != nil || p.List[1].Image != "" {
		t.Error("more is kept than the page shows")
	}
	for k, want := range []string{"[[0 50 100] [150 200 250]]", "[[5 4 3] [2 1 0]]"} {
		if got := gray(decoded(t, list.Shown[k].Image, "src")); got != want || list.Shown[k].Number != k+1 {
			t.Errorf("drawing %d is %s, want %s", list.Shown[k].Number, got, want)
		}
	}
	small := decoded(t, list.Image, "href") // as a JPEG, in which a single brightness stays what it is
	if got := small.At(8, 4); color.GrayModel.Convert(got) != (color.Gray{Y: 200}) || small.Bounds() != photo.Bounds() {
		t.Errorf("the picture is %v, with %v in the middle", small.Bounds(), got)
	}
	var b bytes.Buffer
	if err := p.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	html := regexp.MustCompile(`"data:image[^"]*"`).ReplaceAllString(b.String(), `"…"`)
	for _, want := range []string{"<title>Seen</title>", "<pre><code>go run .</code></pre>",
		"<dt>network</dt><dd>6-2</dd>",
		"scaled to 3×2 pixels", "<h2>one.jpg</h2>\n" + `<p class="result">It reads <b>01</b>.</p>` + "\n" +
			`<p class="warning">part is dark</p>`,
		`viewBox="0 0 160 80"`, `<image width="160" height="80" href="…"/>`,
		`<rect x="1" y="2" width="10" height="20"><title>1: zero</title></rect>`,
		`<rect x="30" y="40" width="1" height="2"><title>2: too small</title>`,
		`<img class="ink pixels" src="…" alt="Drawing 2 of one.jpg as the network sees it">`,
		`<p class="dim">10×20 at 1, 2</p>`,
		`<li class="top"><b>zero</b><i style="width: 87.5%"></i><span>87.50 %</span></li>`,
		`<i style="width: 75%"></i><span>75.00 %</span>`,
		`<li><h3>alone</h3>`, "3 more pictures are not shown."} {
		if !strings.Contains(html, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	for _, bad := range []string{"<script>document", `" onload="x`, "ZgotmplZ", "://"} {
		if strings.Contains(html, bad) {
			t.Errorf("the page has %s", bad)
		}
	}
	if !IsPage(b.Bytes()) || PictureSide != 480 {
		t.Error("it is not known as a page of this program")
	}
}

// TestPhotograph: a picture is packed so that it takes a fraction of its pixels, and yet looks as it did.
func TestPhotograph(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 64, 64))
	for i := range img.Pix {
		img.Pix[i] = uint8(2 * (i % 64))
	}
	href := jpegAttribute(img)
	if len(href) > 64*64/2 {
		t.Errorf("%d bytes for %d pixels", len(href), len(img.Pix))
	}
	got := decoded(t, href, "href")
	for x := range 64 {
		if y := int(color.GrayModel.Convert(got.At(x, 32)).(color.Gray).Y); y-2*x > 4 || 2*x-y > 4 {
			t.Errorf("%d is %d", 2*x, y)
		}
	}
}
