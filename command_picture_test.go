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
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/data/handwriting"
	"backprop/internal/data/load"
	"backprop/internal/filetest"
	"backprop/internal/judge/scores"
	"backprop/internal/model/modelfile"
)

func encodePNG(img image.Image) []byte {
	var b bytes.Buffer
	(&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, img)
	return b.Bytes()
}

// TestPredict: pictures on the command line, good and bad.
func TestPredict(t *testing.T) {
	dir := t.TempDir()
	model := filepath.Join(dir, "m")
	right, n := 0, 30
	d := load.Digits(1, 6000, 100) // as a folder, since the default set is larger
	writeMNIST(t, dir, d.Train, d.Test)
	mustRun(t, "-data", dir, "-epochs", "6", "-hidden", "64", "-batch", "16", "-save", model)
	files := map[string][]byte{}
	test := load.Digits(6, 0, n).Test // none of them so wide that it may be two
	args := []string{"-load", model, "-predict"}
	for i := range n {
		img := image.NewGray(image.Rect(0, 0, 106, 106)) // dark on light, three times as large
		for at := range img.Pix {
			x, y := at%106-11, at/106-11
			if img.Pix[at] = 240; x >= 0 && y >= 0 && x < 84 && y < 84 {
				img.Pix[at] -= byte(230 * int(test.Pixels[i*784+y/3*28+x/3]) / 255)
			}
		}
		name := fmt.Sprintf("%d.png", i)
		if files[name] = encodePNG(img); i%3 == 0 {
			name = fmt.Sprintf("%d.jpg", i)
			var b bytes.Buffer
			jpeg.Encode(&b, img, nil)
			files[name] = b.Bytes()
		}
		args = append(args, filepath.Join(dir, name))
	}
	filetest.Write(t, dir, files)
	lines := mustRun(t, args...)
	if len(lines) != n {
		t.Fatalf("%d lines for %d pictures", len(lines), n)
	}
	for i, e := range lines {
		p, second := e["probability"].(float64), e["second_probability"].(float64)
		if e["event"] != "predict" || e["file"] != args[3+i] || p < second || p+second > 1+1e-9 || p < 0.1 ||
			e["class"] == e["second"] {
			t.Errorf("%v", e)
		}
		if e["class"] == strconv.Itoa(int(test.Labels[i])) {
			right++
		}
	}
	if right < n*8/10 {
		t.Errorf("%d of %d are right", right, n)
	}
	var table bytes.Buffer
	both := []string{"-predict", args[3], args[4], "-load", model, "-workers", "1"}
	if err := run(context.Background(), both, &table, io.Discard); err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(table.String(), "\n")
	if len(rows) != 4 || !strings.Contains(rows[2], " %") ||
		strings.Index(rows[0], "class") != strings.Index(rows[1], lines[0]["class"].(string)+" ") {
		t.Errorf("table:\n%s", &table)
	}

	blank := encodePNG(image.NewGray(image.Rect(0, 0, 50, 50)))
	bomb := encodePNG(image.NewGray(image.Rect(0, 0, 10, 10)))
	copy(bomb[16:], "\x00\x00\x80\x00\x00\x00\x80\x00") // 32768×32768, and its checksum no longer right
	filetest.Write(t, dir, map[string][]byte{"blank.png": blank, "cut.png": files["1.png"][:60],
		"cut.jpg": files["0.jpg"][:500], "text.png": []byte("not a picture"), "empty.png": nil, "bomb.png": bomb})
	for name, want := range map[string]string{"blank.png": "nothing is drawn", "cut.png": "cut", "cut.jpg": "cut",
		"text.png": "PNG or JPEG", "empty.png": "PNG or JPEG", "missing.png": "no such file", "bomb.png": ""} {
		stderr := new(bytes.Buffer)
		out := new(bytes.Buffer)
		path := filepath.Join(dir, name)
		err := run(context.Background(), []string{"-load", model, "-json", "-predict", path, args[3]}, out, stderr)
		if !filetest.Says(err, "1 of 2 pictures") || !strings.Contains(stderr.String(), path+": ") ||
			!strings.Contains(stderr.String(), want) || strings.Count(out.String(), "\n") != 2 ||
			!strings.HasPrefix(between(out.String(), "error\":\"", "\""), between(stderr.String(), path+": ", "\n")) {
			t.Errorf("%s: %v, stderr %q, stdout %q; want %q", name, err, stderr, out, want)
		}
	}
	if status, out, _ := ends("-load", model, "-predict", filepath.Join(dir, "missing.png")); out != "" || status != 1 {
		t.Errorf("of a picture that is not there, it prints %q with status %d", out, status)
	}
	if _, _, err := program(context.Background(), io.Discard, "-load", model, "-predict", dir); !filetest.Says(err,
		"6 of 46 pictures") {
		t.Errorf("a folder: %v", err)
	}
	mustRun(t, "-data", numbers(t), "-regress", "-epochs", "1", "-cost", "mse", "-save", model+"2")
	_, _, err := program(context.Background(), io.Discard, "-load", model+"2", "-predict", args[3])
	if !filetest.Says(err, "pixels") {
		t.Errorf("a model of tables: %v", err)
	}
	pipes(t, filepath.Join(dir, "pipe.png"))
	if _, _, err := program(context.Background(), io.Discard, "-load", model, "-predict", dir); !filetest.Says(err,
		"6 of 46 pictures") {
		t.Errorf("a folder with a pipe: %v", err)
	}
}

// A written digit is where on a sheet its 28×28 image goes, and how large.
type written struct {
	pixels []byte
	x, y   float64 // its corner
	times  float64 // pixels of the sheet for one of its own
	pen    float64 // moves the edge of the stroke out, in its own pixels' brightness
}

// at is its ink at a point of the sheet, from 0 to 1, with an edge about as sharp as the pen's was.
func (d written) at(x, y float64) float64 {
	fx, fy := (x-d.x)/d.times-0.5, (y-d.y)/d.times-0.5
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
	return min(max((v-0.35+d.pen)*2.5, 0), 1)
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

// A sheet is a picture in the making.
type sheet struct {
	digits []written
	w, h   int
	turn   float64 // in radians
	shade  func(ink float64, x, y int) color.Color
}

// row puts digits beside each other from (x, y), with gaps between what is drawn of them, a share of 20 pixels.
func (s *sheet) row(rng *rand.Rand, images [][]byte, x, y, times, gap float64) (right float64) {
	pen := 0.2*rng.Float64() - 0.05
	for _, p := range images {
		r := inkOf(p)
		s.digits = append(s.digits, written{p, x - float64(r.Min.X)*times, y + (rng.Float64()-0.5)*4*times, times, pen})
		x += (float64(r.Dx()) + 20*gap*(0.75+0.5*rng.Float64())) * times
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
	times := 1.5 + 2.5*rng.Float64()
	margin := times * (8 + 20*rng.Float64())
	s.h = int(28*times + 2*margin)
	s.w = int(s.row(rng, images, margin+4*times, margin, times, 0.25+0.4*rng.Float64()) + margin)
	s.shade = paper(rng, s.w)
	return s.draw()
}

// digitModel trains a network on generated digits, and gives other digits.
func digitModel(t *testing.T) (path string, set dataset.Set) {
	path = filepath.Join(t.TempDir(), "m.safetensors")
	if digitModelFile == nil {
		dir := t.TempDir()
		d := load.Digits(1, 24000, 100)
		writeMNIST(t, dir, d.Train, d.Test)
		mustRun(t, "-data", dir, "-epochs", "5", "-hidden", "64", "-batch", "16", "-save", path)
		digitModelFile, _ = os.ReadFile(path)
	}
	if err := os.WriteFile(path, digitModelFile, 0o666); err != nil {
		t.Fatal(err)
	}
	return path, load.Digits(5, 0, 1000).Test
}

// digitModelFile is the network of digitModel, once it has been trained.
var digitModelFile []byte

// some picks digits of a set: their images, and what they say.
func some(rng *rand.Rand, set dataset.Set, n int) (images [][]byte, text string) {
	for range n {
		i := rng.IntN(set.N)
		images = append(images, set.Pixels[784*i:][:784])
		text += fmt.Sprint(set.Labels[i])
	}
	return images, text
}

// TestNumbers: of 100 numbers of 2 to 6 digits, on paper of many kinds, nearly all have as many digits as were
// written, and those are read about as well as the images that they were drawn from.
func TestNumbers(t *testing.T) {
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
	files, plain, all := map[string][]byte{}, 0, 0
	const sheets = 50
	for i := range sheets {
		images, text := some(rng, set, 2+i%5)
		for k, pixels := range images {
			x := make([]float64, len(pixels))
			for i, v := range pixels {
				x[i] = (float64(v) - m.In.Shift[i]) * m.In.Factor[i]
			}
			if all++; fmt.Sprint(scores.Argmax(net.answer(x))) == text[k:k+1] {
				plain++
			}
		}
		name, img := fmt.Sprintf("%d.png", i), numberSheet(rng, images)
		if files[name] = encodePNG(img); i%2 == 0 {
			delete(files, name)
			name = fmt.Sprintf("%d.jpg", i)
			var b bytes.Buffer
			jpeg.Encode(&b, img, nil)
			files[name] = b.Bytes()
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
		if got[file] += e["class"].(string); e["class"] == "" {
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
			if digits++; text[i] == got[file][i] {
				right++
			}
		}
	}
	t.Logf("%d of 50 counted right; of %d digits %d are right, %d in doubt; as images, %d of %d", counted, digits, right,
		doubtful, plain, all)
	if counted < sheets-2 || float64(right)/float64(digits) < float64(plain)/float64(all)-0.025 || 50*doubtful > all {
		t.Error("that is too few")
	}
}

// TestPicturePage: what is printed of a picture with several digits, of one where some touch, and of a folder of
// pictures, and the page about them.
func TestPicturePage(t *testing.T) {
	path, set := digitModel(t)
	rng := rand.New(rand.NewPCG(8, 1))
	white := func(v float64, _, _ int) color.Color { return color.Gray{byte(255 - 255*v)} }
	s := &sheet{w: 400, h: 260, shade: white}
	first, _ := some(rng, set, 3)
	second, _ := some(rng, set, 2)
	s.row(rng, first, 40, 10, 3, 0.4)
	s.row(rng, second, 40, 140, 3, 0.4)
	lines := encodePNG(s.draw())
	bar := image.NewGray(image.Rect(0, 0, 300, 100)) // white on black, three times as wide as high
	for i := range bar.Pix {
		if x, y := i%300, i/300; x >= 50 && x < 230 && (y == 30 || y == 90 || x%60 == 50) && y >= 30 && y <= 90 {
			bar.Pix[i] = 255
		}
	}
	one, _ := some(rng, set, 1)
	s = &sheet{w: 100, h: 100, shade: white}
	s.row(rng, one, 30, 20, 2, 0)
	dir := t.TempDir()
	filetest.Write(t, dir, map[string][]byte{"<i>two.png": lines, "bar.png": encodePNG(bar),
		"one.png":  encodePNG(s.draw()),
		"grey.png": encodePNG(image.NewGray(image.Rect(0, 0, 50, 50))), "readme.txt": []byte("x"), "p.html": []byte("mine")})
	page := filepath.Join(dir, "page.html")
	args := []string{"-load", path, "-predict", dir, "-report"}
	if err := run(context.Background(), append(args, filepath.Join(dir, "p.html")), io.Discard,
		io.Discard); !filetest.Says(err, "not a report") {
		t.Errorf("a file that is no report: %v", err)
	}
	var out, stderr bytes.Buffer
	err := run(context.Background(), append(args, page), &out, &stderr)
	if fmt.Sprint(err) != "2 of 4 pictures could not be read" {
		t.Errorf("%v", err)
	}
	for _, want := range []string{"grey.png: nothing is drawn on it, its brightness goes from 0 to 0",
		"bar.png: what is drawn may be several digits that touch"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("stderr has no %q: %s", want, &stderr)
		}
	}
	text := strings.ReplaceAll(out.String(), dir+string(filepath.Separator), "")
	rows := regexp.MustCompile(`(?m)^<i>two\.png +(\d) +[\d.]+ %  \d \([\d.]+ %\)  (\d) of 5, \d+×\d+ at \d+, `+
		`\d+$`).FindAllStringSubmatch(text, -1)
	number := ""
	for i, row := range rows {
		if row[2] != fmt.Sprint(i+1) {
			t.Errorf("row %d: %q", i+1, row[0])
		}
		if number += row[1]; i == 2 {
			number += " "
		}
	}
	for _, want := range []string{"<i>two\\.png +reads " + number + "$", `one\.png +\d +[\d.]+ %  \d \([\d.]+ %\)$`,
		`bar\.png +\? +too wide for one$`} {
		if !regexp.MustCompile("(?m)^"+want).MatchString(text) || len(rows) != 5 {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	b, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	html := string(b)
	for what, n := range map[string]int{"<rect ": 7, "<image ": 3, "<img ": 7, "i&gt;two.png</h2>": 1, "<i>two": 0,
		"style=\"width: ":             70,
		"reads <b>" + number + "</b>": 1, ">1: too wide for one": 0, "<h3>too wide for one</h3>": 1,
		"<title>too wide for one</title>": 1, "<h3>2: ": 1, "<h3>5: ": 1, "nothing is drawn on it": 1, "://": 0,
		"<script": 0} {
		if got := strings.Count(html, what); got != n {
			t.Errorf("the page has %q %d times, want %d", what, got, n)
		}
	}
	if err := run(context.Background(), append(args, page), io.Discard, io.Discard); !filetest.Says(err,
		"2 of 4 pictures") {
		t.Errorf("a page of its own is not written again: %v", err)
	}
	table := filepath.Join(dir, "t.csv")
	if status := exitCode(run(context.Background(), []string{"-load", path, "-predict", table, "-report", page},
		io.Discard, io.Discard),
		io.Discard); status != 2 {
		t.Errorf("a table with -report: status %d", status)
	}
}
