package main

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"backprop/internal/data/load"
	"backprop/internal/data/table"
)

// TestArraysAsPeopleHaveThem: rows of one 1 are classes, signed bytes no pixels, and classes without samples are told.
func TestArraysAsPeopleHaveThem(t *testing.T) {
	f8 := func(x ...float64) (b []byte) {
		for _, v := range x {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		}
		return b
	}
	signed := make([]byte, 3*64)
	signed[7] = 0xff
	x := npy("<f8", "(3, 1)", f8(1, 2.5, 3))
	for _, c := range []struct {
		name       string
		x, y       []byte
		regress    bool
		want, note string
	}{
		{"rows of one 1", x, npy("<f8", "(3, 2)", f8(0, 1, 1, 0, 0, 1)), false, "3+0 [1] [1 0 1] [0 1]", ""},
		{"a class that never comes", x, npy("<f8", "(3, 3)", f8(0, 1, 0, 1, 0, 0, 0, 1, 0)), false, "3+0 [1] [1 0 1] [0 1 2]", "no sample to train on has the class 2"},
		{"the same as numbers", x, npy("<f8", "(3, 2)", f8(0, 1, 1, 0, 0, 1)), true, "3+0 [1] [0 1 1 0 0 1]", ""},
		{"rows of two", x, npy("<f8", "(3, 2)", f8(0, 1, 1, 1, 0, 1)), false, "3+0 [1] [0 1 1 1 0 1]", ""},
		{"a row of none", x, npy("<f8", "(3, 2)", f8(0, 1, 0, 0, 0, 1)), false, "3+0 [1] [0 1 0 0 0 1]", ""},
		{"labels from 1", x, npy("|u1", "(3,)", []byte{1, 2, 1}), false, "3+0 [1] [1 2 1] [0 1 2]", "no sample to train on has the class 0"},
		{"signed bytes that could be images", npy("|i1", "(3, 64)", signed), npy("|u1", "(3,)", []byte{0, 1, 0}), false, "3+0 [0 0 0", "signed bytes, some below 0, and so numbers and no pixels"},
		{"images of signed bytes", npy("|i1", "(3, 8, 8)", signed), npy("|u1", "(3,)", []byte{0, 1, 0}), false,
			"training part: images in signed bytes, some below 0: pixels go from 0 to 255; save them as uint8", ""},
		{"images of signed bytes that are none", npy("|i1", "(3, 8, 8)", make([]byte, 3*64)), npy("|u1", "(3,)", []byte{0, 1, 0}), false, "3+0 [0 0 0 0]… [0 1 0] [0 1]", ""},
		{"one sample", npy("<f8", "(1, 1)", f8(1)), npy("|u1", "(1,)", []byte{1}), false, "there is one sample, and so nothing to tell apart", ""},
	} {
		path := filepath.Join(t.TempDir(), "a.npz")
		os.WriteFile(path, zipped(map[string][]byte{"x.npy": c.x, "y.npy": c.y}), 0o666)
		d, err := load.Path(path, table.Options{Regress: c.regress})
		got := fmt.Sprint(err)
		if err == nil {
			got = summary(d)
			if d.Note != c.note && (c.note == "" || !strings.Contains(d.Note, c.note)) {
				t.Errorf("%s: note %q; want %q", c.name, d.Note, c.note)
			}
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: %s; want %s", c.name, got, c.want)
		}
	}
}

// TestPredictInItsForm: a table with semicolons and decimal commas is answered in the same form.
func TestPredictInItsForm(t *testing.T) {
	dir := t.TempDir()
	model, data := filepath.Join(dir, "m"), filepath.Join(dir, "t.csv")
	text := "f;p\n"
	for i := range 30 {
		text += fmt.Sprintf("%d,5;1.%03d,25 €\n", i, i*30)
	}
	writeFiles(t, dir, map[string][]byte{"t.csv": []byte(text), "new.csv": []byte("f\n1.5\n")})
	mustRun(t, "-data", data, "-hidden", "3", "-epochs", "2", "-save", model)
	answers, err := tryRun("-load", model, "-predict", data)
	lines := strings.Split(answers, "\n")
	if err != nil || lines[0] != "f;p;predicted" || !strings.HasPrefix(lines[1], "0,5;1.000,25 €;") || strings.Contains(lines[1][17:], ".") ||
		strings.Count(lines[1], ",") != 3 {
		t.Errorf("%v: %s\n%s", err, lines[0], lines[1])
	}
	answers, err = tryRun("-load", model, "-predict", filepath.Join(dir, "new.csv"))
	if lines = strings.Split(answers, "\n"); err != nil || lines[0] != "f,predicted" || !strings.HasPrefix(lines[1], "1.5,") || strings.Count(lines[1], ",") != 1 {
		t.Errorf("%v: %s\n%s", err, lines[0], lines[1])
	}
}
