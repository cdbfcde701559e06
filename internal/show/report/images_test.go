package report

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html/template"
	"image"
	"image/color"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
)

// decoded is the picture that an attribute holds: name="data:image/…;base64,…".
func decoded(t *testing.T, attribute template.HTMLAttr, name string) image.Image {
	t.Helper()
	head, data, _ := strings.Cut(strings.TrimSuffix(string(attribute), `"`), ";base64,")
	b, err := base64.StdEncoding.DecodeString(data)
	if err != nil || !strings.HasPrefix(head, name+`="data:image/`) || !strings.HasSuffix(string(attribute), `"`) {
		t.Fatalf("%.50s … is no attribute %s: %v", attribute, name, err)
	}
	img, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// painted is the colours of a picture, row by row, as the page's style names them: #2166ac, none where there is
// nothing.
func painted(img image.Image) (rows []string) {
	for y := range img.Bounds().Dy() {
		row := ""
		for x := range img.Bounds().Dx() {
			c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			if name := fmt.Sprintf(" #%02x%02x%02x", c.R, c.G, c.B); c.A == 255 {
				row += name
			} else {
				row += " none"
			}
		}
		rows = append(rows, row[1:])
	}
	return rows
}

// TestPalettes: the colours of 255 levels, at the stops that the page's bars have and in between.
func TestPalettes(t *testing.T) {
	for _, c := range []struct {
		name    string
		palette color.Palette
		levels  []uint8
		want    string
	}{
		// A fifth of the way is at 50.8: the nearest level has its colour.
		{"cividis", cividis, []uint8{0, 51, 102, 152, 203, 254, 25, 127, 255},
			"#00204d #31446b #666970 #958f78 #cbba69 #ffea46 #18325c #7e7c74 none"},
		{"redBlue", redBlue, []uint8{0, 127, 254, 64, 126, 128, 190, 255},
			"#2166ac #f7f7f7 #b2182b #8dafd2 #f5f6f6 #f6f5f5 #d58892 none"},
	} {
		img := image.NewPaletted(image.Rect(0, 0, len(c.levels), 1), c.palette)
		img.Pix = c.levels
		if got := painted(img)[0]; got != c.want || len(c.palette) != 256 {
			t.Errorf("%s has %d colours, among them\n%s, want\n%s", c.name, len(c.palette), got, c.want)
		}
	}
	html := page(t, images(4, 20))
	for _, bar := range []string{"#00204d, #31446b 20%, #666970 40%, #958f78 60%, #cbba69 80%, #ffea46",
		"#2166ac, #f7f7f7, #b2182b"} {
		if !strings.Contains(html, ".bar { ") || !strings.Contains(html, "linear-gradient(90deg, "+bar+")") {
			t.Errorf("there is no bar of %s", bar)
		}
	}
	for w, want := range map[float32]uint8{0: 127, 4: 254, -4: 0, 9: 254, -9: 0, 1: 159, -1: 95} { // 127/4 = 31.75
		if got := colourOf(w, 4); got != want {
			t.Errorf("the weight %v of ±4 has the level %d, want %d", w, got, want)
		}
	}
}

// TestColourLimit: what 99 of 100 numbers lie within, to two digits.
func TestColourLimit(t *testing.T) {
	upTo := func(n int) (row []float32) {
		for i := range n {
			row = append(row, float32(n-i)*(1-2*float32(i%2))) // with either sign
		}
		return row
	}
	one := append(make([]float32, 200), 7)
	odd := make([]float32, 5000)
	for i := range odd {
		odd[i] = float32(1 + i%2)
	}
	for _, c := range []struct {
		name string
		rows [][]float32
		want float64
	}{
		{"nothing", nil, 1}, {"zeros", [][]float32{{0, 0}}, 1}, {"one", [][]float32{{-3}}, 3},
		{"1 … 100", [][]float32{upTo(100)}, 99}, {"1 … 101", [][]float32{upTo(101)}, 100},
		{"1 … 99", [][]float32{upTo(99)}, 98},
		{"a single one that is not 0", [][]float32{one}, 7}, {"two digits", [][]float32{{0.12345}}, 0.12},
		{"two rows", [][]float32{{1}, {2, 2, 2}}, 2}, {"from 5000 on, each second", [][]float32{odd}, 1},
		{"up to 4999, each", [][]float32{odd[:4999]}, 2},
		{"rows of 5000 together", [][]float32{odd[:2500], odd[:2500]}, 1},
		{"rows of 4998", [][]float32{odd[:2499], odd[:2499]}, 2},
	} {
		if got := colourLimit(c.rows...); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// gray is the brightness of a picture's pixels, row by row.
func gray(img image.Image) string {
	var rows [][]uint8
	for y := range img.Bounds().Dy() {
		rows = append(rows, nil)
		for x := range img.Bounds().Dx() {
			rows[y] = append(rows[y], color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y)
		}
	}
	return fmt.Sprint(rows)
}

// TestGray: white is the greatest value that the images have: 1, 16 or 255.
func TestGray(t *testing.T) {
	for _, c := range []struct {
		pixels []byte
		want   string
	}{{[]byte{0, 1}, "[[0 255]]"}, {[]byte{1, 2}, "[[15 31]]"}, {[]byte{8, 16}, "[[127 255]]"},
		{[]byte{1, 17}, "[[1 17]]"}, {[]byte{16, 255}, "[[16 255]]"}} {
		r := &Report{Width: 2, Height: 1, Train: dataset.Set{Pixels: c.pixels}}
		if got := gray(r.gray(r.Train, 0)); got != c.want {
			t.Errorf("%v are shown as %s, want %s", c.pixels, got, c.want)
		}
	}
	r := &Report{Width: 2, Height: 1, Train: dataset.Set{Pixels: []byte{0, 16}}}
	// brighter than all in training
	if got := gray(r.gray(dataset.Set{Pixels: []byte{9, 9, 15, 17}}, 1)); got != "[[239 255]]" {
		t.Error(got)
	}
}
