package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/data/handwriting"
	"backprop/internal/data/load"
	"backprop/internal/filetest"
	"backprop/internal/judge/scores"
	"backprop/internal/model/modelfile"
	"backprop/internal/show/console"
)

func encodePNG(img image.Image) []byte {
	var b bytes.Buffer
	(&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, img)
	return b.Bytes()
}

func encodeJPEG(img image.Image) []byte {
	var b bytes.Buffer
	jpeg.Encode(&b, img, nil)
	return b.Bytes()
}

// writePictures writes n pictures of generated digits into a folder, dark on light and three times as large as the
// network's images, every third of them a JPEG. It returns their paths and labels.
func writePictures(t *testing.T, dir string, n int) (paths []string, labels []int32) {
	t.Helper()
	test := load.Digits(6, 0, n).Test // none of them so wide that it may be two
	files := map[string][]byte{}
	for i := range n {
		img := image.NewGray(image.Rect(0, 0, 106, 106))
		for at := range img.Pix {
			x, y := at%106-11, at/106-11
			img.Pix[at] = 240
			if x >= 0 && y >= 0 && x < 84 && y < 84 {
				img.Pix[at] -= byte(230 * int(test.Pixels[i*784+y/3*28+x/3]) / 255)
			}
		}
		name, content := fmt.Sprintf("%d.png", i), encodePNG(img)
		if i%3 == 0 {
			name, content = fmt.Sprintf("%d.jpg", i), encodeJPEG(img)
		}
		files[name] = content
		paths = append(paths, filepath.Join(dir, name))
	}
	filetest.Write(t, dir, files)
	return paths, test.Labels
}

// TestPredictPictures: pictures of single digits are read, in their order, with the two most probable classes.
func TestPredictPictures(t *testing.T) {
	model, _ := digitModel(t)
	paths, labels := writePictures(t, t.TempDir(), 30)
	lines := mustRun(t, append([]string{"-load", model, "-predict"}, paths...)...)
	if len(lines) != len(paths) {
		t.Fatalf("%d lines for %d pictures", len(lines), len(paths))
	}
	right := 0
	for i, e := range lines {
		p, second := e["probability"].(float64), e["second_probability"].(float64)
		if e["event"] != "predict" || e["file"] != paths[i] || p < second || p+second > 1+1e-9 || p < 0.1 ||
			e["class"] == e["second"] {
			t.Errorf("%s: %v; want two classes and their probabilities", paths[i], e)
		}
		if e["class"] == strconv.Itoa(int(labels[i])) {
			right++
		}
	}
	if right < len(paths)*8/10 {
		t.Errorf("%d of %d are right, want 8 of 10", right, len(paths))
	}
	table := command(t, "-predict", paths[0], paths[1], "-load", model, "-workers", "1")
	rows := strings.Split(table, "\n")
	if len(rows) != 4 || !strings.Contains(rows[2], " %") ||
		strings.Index(rows[0], "class") != strings.Index(rows[1], lines[0]["class"].(string)+" ") {
		t.Errorf("want the classes of two pictures under \"class\":\n%s", table)
	}
}

// TestPredictPicturesRefuses: a picture that cannot be read is named with the reason, on standard error and in JSON,
// and the others are answered.
func TestPredictPicturesRefuses(t *testing.T) {
	model, _ := digitModel(t)
	dir := t.TempDir()
	paths, _ := writePictures(t, dir, 3)
	huge := encodePNG(image.NewGray(image.Rect(0, 0, 10, 10)))
	copy(huge[16:], "\x00\x00\x80\x00\x00\x00\x80\x00") // 32768×32768, and its checksum no longer right
	filetest.Write(t, dir, map[string][]byte{"blank.png": encodePNG(image.NewGray(image.Rect(0, 0, 50, 50))),
		"cut.png": readFile(t, paths[1])[:60], "cut.jpg": readFile(t, paths[0])[:500],
		"text.png": []byte("not a picture"), "empty.png": nil, "huge.png": huge})
	for name, want := range map[string]string{"blank.png": "nothing is drawn", "cut.png": "cut", "cut.jpg": "cut",
		"text.png": "PNG or JPEG", "empty.png": "PNG or JPEG", "missing.png": "no such file", "huge.png": ""} {
		path := filepath.Join(dir, name)
		stdout, stderr, err := try("-load", model, "-json", "-predict", path, paths[0])
		if !filetest.Says(err, "1 of 2 pictures") || !strings.Contains(stderr, path+": ") ||
			!strings.Contains(stderr, want) || strings.Count(stdout, "\n") != 2 ||
			!strings.HasPrefix(between(stdout, "error\":\"", "\""), between(stderr, path+": ", "\n")) {
			t.Errorf("%s: %v, stderr %q, stdout %q; want %q in both", name, err, stderr, stdout, want)
		}
	}
	missing := filepath.Join(dir, "missing.png")
	if status, out, _ := ends("-load", model, "-predict", missing); out != "" || status != 1 {
		t.Errorf("%s: status %d, prints %q; want status 1 and no table", missing, status, out)
	}
	for _, pictures := range []string{"a folder", "a folder with a pipe"} {
		if pictures == "a folder with a pipe" {
			pipes(t, filepath.Join(dir, "pipe.png"))
		}
		if _, err := tryRun("-load", model, "-predict", dir); !filetest.Says(err, "6 of 9 pictures") {
			t.Errorf("%s: %v; want that 6 of 9 could not be read", pictures, err)
		}
	}
	ofTables := filepath.Join(dir, "m")
	mustRun(t, "-data", numbers(t), "-regress", "-epochs", "1", "-cost", "mse", "-save", ofTables)
	if _, err := tryRun("-load", ofTables, "-predict", paths[0]); !filetest.Says(err, "pixels") {
		t.Errorf("a picture for a model of tables: %v; want that it takes no pixels", err)
	}
}

// A placedDigit is a 28×28 image on a sheet.
type placedDigit struct {
	pixels []byte
	x, y   float64 // its corner
	scale  float64 // pixels of the sheet for one of its own
	bold   float64 // makes the strokes thicker, as so much more brightness of its pixels would
}

// at is its ink at a point of the sheet, from 0 to 1, with sharp edges.
func (d placedDigit) at(x, y float64) float64 {
	fx, fy := (x-d.x)/d.scale-0.5, (y-d.y)/d.scale-0.5
	ix, iy := math.Floor(fx), math.Floor(fy)
	if ix < -1 || iy < -1 || ix > 27 || iy > 27 {
		return 0
	}
	pixel := func(x, y int) float64 {
		if x < 0 || y < 0 || x > 27 || y > 27 {
			return 0
		}
		return float64(d.pixels[28*y+x]) / 255
	}
	px, py, ax, ay := int(ix), int(iy), fx-ix, fy-iy
	v := (pixel(px, py)*(1-ax)+pixel(px+1, py)*ax)*(1-ay) + (pixel(px, py+1)*(1-ax)+pixel(px+1, py+1)*ax)*ay
	return min(max((v-0.35+d.bold)*2.5, 0), 1)
}

// inkOf is the part of a 28×28 image that is not background.
func inkOf(pixels []byte) (r image.Rectangle) {
	for i, v := range pixels {
		if v > 60 {
			r = r.Union(image.Rect(i%28, i/28, i%28+1, i/28+1))
		}
	}
	return r
}

// A sheet is a picture to draw.
type sheet struct {
	digits []placedDigit
	w, h   int
	turn   float64 // in radians
	shade  func(ink float64, x, y int) color.Color
}

// row puts digits beside each other from (x, y), with gaps between what is drawn of them, a share of 20 pixels.
func (s *sheet) row(rng *rand.Rand, images [][]byte, x, y, scale, gap float64) (right float64) {
	bold := 0.2*rng.Float64() - 0.05
	for _, p := range images {
		r := inkOf(p)
		s.digits = append(s.digits, placedDigit{p, x - float64(r.Min.X)*scale, y + (rng.Float64()-0.5)*4*scale, scale, bold})
		x += (float64(r.Dx()) + 20*gap*(0.75+0.5*rng.Float64())) * scale
	}
	return x
}

// draw is the picture.
func (s *sheet) draw() *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, s.w, s.h))
	sin, cos := math.Sincos(s.turn)
	for y := range s.h {
		for x := range s.w {
			dx, dy := float64(x-s.w/2)+0.5, float64(y-s.h/2)+0.5
			fx, fy := dx*cos+dy*sin+float64(s.w/2), dy*cos-dx*sin+float64(s.h/2)
			ink := 0.0
			for _, d := range s.digits {
				ink = max(ink, d.at(fx, fy))
			}
			img.Set(x, y, s.shade(ink, x, y))
		}
	}
	return img
}

// paper shades a sheet: with light from one side, noise, and ink that is dark or light.
func paper(rng *rand.Rand, w int) func(ink float64, x, y int) color.Color {
	ground, ink := 180+60*rng.Float64(), 20+50*rng.Float64()
	if rng.IntN(4) == 0 {
		ground, ink = ink, ground
	}
	slope, noise := 40*(rng.Float64()-0.5)/float64(w), 4*rng.Float64()
	return func(v float64, x, y int) color.Color {
		at := ground + slope*float64(x-y) + noise*rng.NormFloat64()
		return color.Gray{byte(min(max(at+(ink-at)*v, 0), 255))}
	}
}

// numberSheet is a picture of one number: images of digits with margins.
func numberSheet(rng *rand.Rand, images [][]byte) *image.NRGBA {
	s := &sheet{turn: (rng.Float64() - 0.5) * 0.1}
	scale := 1.5 + 2.5*rng.Float64()
	margin := scale * (8 + 20*rng.Float64())
	s.h = int(28*scale + 2*margin)
	s.w = int(s.row(rng, images, margin+4*scale, margin, scale, 0.25+0.4*rng.Float64()) + margin)
	s.shade = paper(rng, s.w)
	return s.draw()
}

// digitModel is the file of a network that has learned generated digits, and other digits.
func digitModel(t *testing.T) (path string, set dataset.Set) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "m.safetensors")
	content, err := trainedOnDigits()
	if err == nil {
		err = os.WriteFile(path, content, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path, load.Digits(5, 0, 1000).Test
}

// trainedOnDigits trains the network of digitModel, once for all tests.
var trainedOnDigits = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "digits")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	cfg, err := parse([]string{"-epochs", "5", "-hidden", "64", "-batch", "16", "-save", filepath.Join(dir, "m")},
		io.Discard)
	if err != nil {
		return nil, err
	}
	x, err := newTraining(cfg, load.Digits(1, 24000, 100))
	if err == nil {
		x.saver, err = newSaver(x, io.Discard)
	}
	if err == nil {
		err = x.train(context.Background(), console.Quiet(), &console.Progress{})
	}
	if err != nil {
		return nil, err
	}
	return os.ReadFile(cfg.Save)
})

// someOf picks n digits of a set: their images, and the number that they are.
func someOf(rng *rand.Rand, set dataset.Set, n int) (images [][]byte, text string) {
	for range n {
		i := rng.IntN(set.N)
		images = append(images, set.Pixels[784*i:][:784])
		text += fmt.Sprint(set.Labels[i])
	}
	return images, text
}

// TestPredictReadsNumbers: of 50 numbers of 2 to 6 digits, on paper of many kinds, nearly all have as many digits as
// were written, and those are read about as well as the images that they were drawn from.
func TestPredictReadsNumbers(t *testing.T) {
	path, set := digitModel(t)
	m, err := modelfile.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := parse([]string{"-load", path}, io.Discard)
	if err == nil {
		err = configure(cfg, m)
	}
	if err != nil {
		t.Fatal(err)
	}
	net, rng := networkOf(m), rand.New(rand.NewPCG(1, 2))
	dir, want := t.TempDir(), map[string]string{}
	files, asImages, all := map[string][]byte{}, 0, 0
	const sheets = 50
	for i := range sheets {
		images, text := someOf(rng, set, 2+i%5)
		for k, pixels := range images {
			x := make([]float64, len(pixels))
			for i, v := range pixels {
				x[i] = (float64(v) - m.In.Shift[i]) * m.In.Factor[i]
			}
			all++
			if fmt.Sprint(scores.Argmax(net.answer(x))) == text[k:k+1] {
				asImages++
			}
		}
		name, img := fmt.Sprintf("%d.png", i), numberSheet(rng, images)
		if i%2 == 0 {
			name = fmt.Sprintf("%d.jpg", i)
			files[name] = encodeJPEG(img)
		} else {
			files[name] = encodePNG(img)
		}
		want[filepath.Join(dir, name)] = text
	}
	files["notes.md"] = []byte("not for it") // which is no picture
	filetest.Write(t, dir, files)
	lines, _, err := program(context.Background(), io.Discard, "-load", path, "-predict", dir)
	if err != nil && !filetest.Says(err, "of 50 pictures only a part could be read") {
		t.Fatal(err)
	}
	got, doubtful := map[string]string{}, 0
	for _, e := range lines {
		file := e["file"].(string)
		got[file] += e["class"].(string)
		if e["class"] == "" {
			got[file] += "?"
			doubtful++
		}
		b := e["box"].(map[string]any)
		if int(e["of"].(float64)) == len(want[file]) && (int(e["index"].(float64)) != len(got[file]) || e["line"] != 1.0 ||
			b["width"].(float64) < 5 || b["x"].(float64) < 5 ||
			(e["class"] == "") != (e["problem"] == handwriting.TooWide)) {
			t.Errorf("%s, after %q: %v", file, got[file], e)
		}
	}
	counted, right, digits := 0, 0, 0
	for file, text := range want {
		if len(got[file]) != len(text) {
			t.Logf("%s: read %q", text, got[file])
			continue
		}
		counted++
		for i := range text {
			digits++
			if text[i] == got[file][i] {
				right++
			}
		}
	}
	t.Logf("%d of 50 counted right; of %d digits %d are right, %d in doubt; as images, %d of %d", counted, digits, right,
		doubtful, asImages, all)
	if counted < sheets-2 || float64(right)/float64(digits) < float64(asImages)/float64(all)-0.025 || 50*doubtful > all {
		t.Errorf("%d of %d counted right, %d of %d digits right, %d in doubt; want all but 2, as many as of the images, and "+
			"1 of 50 in doubt", counted, sheets, right, digits, doubtful)
	}
}

// picturesToTell are a folder with a picture of three digits over two, one where digits seem to touch, one of a single
// digit, and one without any.
func picturesToTell(t *testing.T, set dataset.Set) (dir string) {
	t.Helper()
	rng := rand.New(rand.NewPCG(8, 1))
	white := func(v float64, _, _ int) color.Color { return color.Gray{byte(255 - 255*v)} }
	s := &sheet{w: 400, h: 260, shade: white}
	first, _ := someOf(rng, set, 3)
	second, _ := someOf(rng, set, 2)
	s.row(rng, first, 40, 10, 3, 0.4)
	s.row(rng, second, 40, 140, 3, 0.4)
	lines := encodePNG(s.draw())
	bar := image.NewGray(image.Rect(0, 0, 300, 100)) // white on black, three times as wide as high
	for i := range bar.Pix {
		if x, y := i%300, i/300; x >= 50 && x < 230 && (y == 30 || y == 90 || x%60 == 50) && y >= 30 && y <= 90 {
			bar.Pix[i] = 255
		}
	}
	one, _ := someOf(rng, set, 1)
	s = &sheet{w: 100, h: 100, shade: white}
	s.row(rng, one, 30, 20, 2, 0)
	dir = t.TempDir()
	filetest.Write(t, dir, map[string][]byte{"<i>two.png": lines, "bar.png": encodePNG(bar),
		"one.png":  encodePNG(s.draw()),
		"grey.png": encodePNG(image.NewGray(image.Rect(0, 0, 50, 50))), "readme.txt": []byte("x"), "p.html": []byte("mine")})
	return dir
}

// TestPicturePage: what is printed of a folder of pictures, of which one has several digits and in one some may touch,
// and the page about them.
func TestPicturePage(t *testing.T) {
	path, set := digitModel(t)
	dir := picturesToTell(t, set)
	page := filepath.Join(dir, "page.html")
	args := []string{"-load", path, "-predict", dir, "-report"}
	if _, _, err := try(append(args, filepath.Join(dir, "p.html"))...); !filetest.Says(err, "not a report") {
		t.Errorf("over a file that is no report: %v; want that it is not one", err)
	}
	stdout, stderr, err := try(append(args, page)...)
	if fmt.Sprint(err) != "2 of 4 pictures could not be read" {
		t.Errorf("%v; want that 2 of 4 could not be read", err)
	}
	mustContain(t, stderr, "grey.png: nothing is drawn on it, its brightness goes from 0 to 0",
		"bar.png: what is drawn may be several digits that touch")
	text := strings.ReplaceAll(stdout, dir+string(filepath.Separator), "")
	rows := regexp.MustCompile(`(?m)^<i>two\.png +(\d) +[\d.]+ %  \d \([\d.]+ %\)  (\d) of 5, \d+×\d+ at \d+, `+
		`\d+$`).FindAllStringSubmatch(text, -1)
	number := ""
	for i, row := range rows {
		if row[2] != fmt.Sprint(i+1) {
			t.Errorf("row %d: %q; want number %d of 5", i+1, row[0], i+1)
		}
		number += row[1]
		if i == 2 {
			number += " "
		}
	}
	for _, want := range []string{"<i>two\\.png +reads " + number + "$", `one\.png +\d +[\d.]+ %  \d \([\d.]+ %\)$`,
		`bar\.png +\? +too wide for one$`} {
		if !regexp.MustCompile("(?m)^"+want).MatchString(text) || len(rows) != 5 {
			t.Errorf("%d rows of 5 digits, and want %s in\n%s", len(rows), want, text)
		}
	}
	html := string(readFile(t, page))
	for what, n := range map[string]int{"<rect ": 7, "<image ": 3, "<img ": 7, "i&gt;two.png</h2>": 1, "<i>two": 0,
		"style=\"width: ":             70,
		"reads <b>" + number + "</b>": 1, ">1: too wide for one": 0, "<h3>too wide for one</h3>": 1,
		"<title>too wide for one</title>": 1, "<h3>2: ": 1, "<h3>5: ": 1, "nothing is drawn on it": 1, "://": 0,
		"<script": 0} {
		if got := strings.Count(html, what); got != n {
			t.Errorf("the page has %q %d times, want %d", what, got, n)
		}
	}
	if _, _, err := try(append(args, page)...); !filetest.Says(err, "2 of 4 pictures") {
		t.Errorf("over its own page: %v; want that it is written again", err)
	}
	table := filepath.Join(dir, "t.csv")
	if status, _, stderr := ends("-load", path, "-predict", table, "-report", page); status != 2 {
		t.Errorf("a table with -report: status %d, %s; want 2", status, stderr)
	}
}
