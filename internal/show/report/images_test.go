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
)

// decodeImage returns the image in an attribute: NAME="data:image/…;base64,…".
func decodeImage(t *testing.T, attribute template.HTMLAttr, name string) image.Image {
	t.Helper()
	head, data, _ := strings.Cut(strings.TrimSuffix(string(attribute), `"`), ";base64,")
	b, err := base64.StdEncoding.DecodeString(data)
	if err != nil || !strings.HasPrefix(head, name+`="data:image/`) || !strings.HasSuffix(string(attribute), `"`) {
		t.Fatalf("%.50s … is not an attribute %s: %v", attribute, name, err)
	}
	img, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// colours names the colours of an image as CSS does, a text for each row; transparent pixels are "none".
func colours(img image.Image) (rows []string) {
	for y := range img.Bounds().Dy() {
		var row []string
		for x := range img.Bounds().Dx() {
			name := "none"
			if c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA); c.A == 255 {
				name = fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)
			}
			row = append(row, name)
		}
		rows = append(rows, strings.Join(row, " "))
	}
	return rows
}

// brightness lists the brightness of an image's pixels, row by row.
func brightness(img image.Image) string {
	rows := make([][]uint8, img.Bounds().Dy())
	for y := range rows {
		for x := range img.Bounds().Dx() {
			rows[y] = append(rows[y], color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y)
		}
	}
	return fmt.Sprint(rows)
}

// The stops of cividis are at multiples of 50.8. Colours in between are mixed by hand.
func TestPalettes(t *testing.T) {
	for _, c := range []struct {
		name    string
		palette color.Palette
		levels  []uint8
		want    string
	}{
		{"cividis", cividis, []uint8{0, 51, 102, 152, 203, 254, 25, 127, 255},
			"#00204d #31446b #666970 #958f78 #cbba69 #ffea46 #18325c #7e7c74 none"},
		{"redBlue", redBlue, []uint8{0, 127, 254, 64, 126, 128, 190, 255},
			"#2166ac #f7f7f7 #b2182b #8dafd2 #f5f6f6 #f6f5f5 #d58892 none"},
	} {
		img := image.NewPaletted(image.Rect(0, 0, len(c.levels), 1), c.palette)
		img.Pix = c.levels
		if got := colours(img)[0]; got != c.want || len(c.palette) != 256 {
			t.Errorf("%s: got %d colours, among them %s; want 256, and %s", c.name, len(c.palette), got, c.want)
		}
	}
	wantOnPage(t, pageOf(t, digits(4, 20)), ".bar { ",
		"linear-gradient(90deg, #00204d, #31446b 20%, #666970 40%, #958f78 60%, #cbba69 80%, #ffea46)",
		"linear-gradient(90deg, #2166ac, #f7f7f7, #b2182b)")
}

// The limit has two digits. Of rows with 5,000 weights or more in all, only some are looked at.
func TestColourLimitIsTheSizeOf99Percent(t *testing.T) {
	upTo := func(n int) (row []float32) { // n, −(n−1), n−2 …
		for i := range n {
			row = append(row, float32(n-i)*(1-2*float32(i%2)))
		}
		return row
	}
	alternating := make([]float32, 5000)
	for i := range alternating {
		alternating[i] = float32(1 + i%2)
	}
	for _, c := range []struct {
		name string
		rows [][]float32
		want float64
	}{
		{"nothing", nil, 1},
		{"zeros", [][]float32{{0, 0}}, 1},
		{"one weight", [][]float32{{-3}}, 3},
		{"99 sizes", [][]float32{upTo(99)}, 98},
		{"100 sizes", [][]float32{upTo(100)}, 99},
		{"101 sizes", [][]float32{upTo(101)}, 100},
		{"one that is not 0", [][]float32{append(make([]float32, 200), 7)}, 7},
		{"more than two digits", [][]float32{{0.12345}}, 0.12},
		{"two rows", [][]float32{{1}, {2, 2, 2}}, 2},
		{"a row of 5000", [][]float32{alternating}, 1},
		{"a row of 4999", [][]float32{alternating[:4999]}, 2},
		{"5000 in two rows", [][]float32{alternating[:2500], alternating[:2500]}, 1},
		{"4998 in two rows", [][]float32{alternating[:2499], alternating[:2499]}, 2},
	} {
		if got := colourLimit(c.rows...); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// A photograph takes less than half a byte a pixel, and looks the same.
func TestJPEGAttribute(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 64, 64))
	for i := range img.Pix {
		img.Pix[i] = uint8(2 * (i % 64))
	}
	attribute := jpegAttribute(img)
	if len(attribute) > len(img.Pix)/2 {
		t.Errorf("got %d bytes for %d pixels", len(attribute), len(img.Pix))
	}
	decoded := decodeImage(t, attribute, "href")
	for x := range 64 {
		got := int(color.GrayModel.Convert(decoded.At(x, 32)).(color.Gray).Y)
		if want := 2 * x; got < want-4 || got > want+4 {
			t.Errorf("column %d: got %d, want %d", x, got, want)
		}
	}
}
