package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"backprop/internal/data/load"
)

func encodePNG(img image.Image) []byte {
	var b bytes.Buffer
	png.Encode(&b, img)
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
	writeFiles(t, dir, files)
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
	writeFiles(t, dir, map[string][]byte{"blank.png": blank, "cut.png": files["1.png"][:60],
		"cut.jpg": files["0.jpg"][:500], "text.png": []byte("not a picture"), "empty.png": nil, "bomb.png": bomb})
	for name, want := range map[string]string{"blank.png": "nothing is drawn", "cut.png": "cut", "cut.jpg": "cut",
		"text.png": "PNG and JPEG", "empty.png": "PNG and JPEG", "missing.png": "no such file", "bomb.png": ""} {
		stderr := new(bytes.Buffer)
		out := new(bytes.Buffer)
		path := filepath.Join(dir, name)
		err := run(context.Background(), []string{"-load", model, "-json", "-predict", path, args[3]}, out, stderr)
		if !contains(err, "1 of 2 pictures") || !strings.Contains(stderr.String(), path+": ") ||
			!strings.Contains(stderr.String(), want) || strings.Count(out.String(), "\n") != 2 || !strings.HasPrefix(between(out.String(), "error\":\"", "\""), between(stderr.String(), path+": ", "\n")) {
			t.Errorf("%s: %v, stderr %q, stdout %q; want %q", name, err, stderr, out, want)
		}
	}
	if status, out, _ := ends("-load", model, "-predict", filepath.Join(dir, "missing.png")); out != "" || status != 1 {
		t.Errorf("of a picture that is not there, it prints %q with status %d", out, status)
	}
	if _, _, err := program(context.Background(), io.Discard, "-load", model, "-predict", dir); !contains(err, "6 of 46 pictures") {
		t.Errorf("a folder: %v", err)
	}
	mustRun(t, "-data", numbers(t), "-regress", "-epochs", "1", "-cost", "mse", "-save", model+"2")
	_, _, err := program(context.Background(), io.Discard, "-load", model+"2", "-predict", args[3])
	if !contains(err, "pixels") {
		t.Errorf("a model of tables: %v", err)
	}
	pipes(t, filepath.Join(dir, "pipe.png"))
	if _, _, err := program(context.Background(), io.Discard, "-load", model, "-predict", dir); !contains(err, "6 of 46 pictures") {
		t.Errorf("a folder with a pipe: %v", err)
	}
}
