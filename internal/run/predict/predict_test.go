package predict

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/model/modelfile"
)

// A printer keeps what is printed. Events are printed with JSON, as "key value; key value; ".
type printer struct {
	bytes.Buffer
	JSON bool
}

// answered runs the program over files, and returns what is printed, what is told on standard error, and the error.
func answered(t *testing.T, m *modelfile.Model, answer func([]float64) []float64, o Options, files string) (printed,
	told, failed string) {
	t.Helper()
	out := &printer{JSON: o.JSON}
	o.Files = strings.Fields(files)
	o.Rows, o.Tell = out, func(format string, args ...any) { told += fmt.Sprintf(format, args...) + "\n" }
	if err := Run(t.Context(), m, answer, o, out); err != nil {
		failed = err.Error()
	}
	return out.String(), told, failed
}

// A chanWriter sends each write to a channel.
type chanWriter chan string

func (w chanWriter) Write(b []byte) (int, error) {
	w <- string(b)
	return len(b), nil
}

// writeFiles writes files into a new folder, and goes there.
func writeFiles(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, content := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func (p *printer) Printf(format string, args ...any) { fmt.Fprintf(p, format, args...) }
func (p *printer) Line(event any)                    { json.NewEncoder(p).Encode(event) }
func (p *printer) Event(name string, pairs ...any) {
	for i := 0; p.JSON && i < len(pairs); i += 2 {
		value, _ := json.Marshal(pairs[i+1])
		if string(value) != "null" {
			fmt.Fprintf(p, "%s %s; ", pairs[i], value)
		}
	}
	if p.JSON {
		fmt.Fprintln(p)
	}
}
func (p *printer) Hold()        {}
func (p *printer) Flush() error { return nil }

// TestAnswerPixels: a picture's pixels, from 0 to 255, come to the network as its own did: from 0 to their depth, and
// scaled.
func TestAnswerPixels(t *testing.T) {
	p := predictor{answer: func(inputs []float64) []float64 { return inputs }, model: &modelfile.Model{Depth: 16,
		In: dataset.Scale{Shift: []float64{1, 0}, Factor: []float64{2, 0.5}}}}
	if got := p.answerPixels([]byte{255, 51}); !slices.Equal(got, []float64{(16 - 1) * 2, 3.2 * 0.5}) {
		t.Errorf("%v, want 30 and 1.6", got)
	}
}

// TestFiles: folders and patterns stand for the tables or the pictures in them, 2 before 10; and what cannot be
// answered is said before anything is.
func TestFiles(t *testing.T) {
	picture := bars(100, 80, image.Pt(40, 30))
	writeFiles(t, map[string]string{"d/p10.png": picture, "d/p2.PNG": picture, "d/notes.doc": "",
		"d/t10.csv": "a,b\n1,2\n",
		"d/t9.csv":  "a,b\n1,2\n", "d/t1.csv.gz": "a,b\n1,2\n", "d/folder.csv/x": "", "none/x": "", "large.png": "",
		"tiny.png": bars(4, 9, image.Pt(1, 1)), "small.png": bars(5, 9, image.Pt(1, 1))})
	os.Truncate("large.png", 1<<26+1)
	tables, pictures, nameless := tableModel(), pictureModel(), pictureModel()
	nameless.Classes = nil
	page := Options{CheckPage: func() error { return errors.New("no page") },
		WritePage: func(func(io.Writer) error) error { return nil }}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		ctx   context.Context
		m     *modelfile.Model
		o     Options
		files string
		first string // fields of the lines that are printed
		wrong string // all that is told, and the error
	}{
		{t.Context(), tables, Options{}, "d", "file d/t1.csv.gz d/t9.csv d/t10.csv", ""},
		{t.Context(), pictures, Options{}, "d", "file d/p2.PNG d/p10.png", ""},
		{t.Context(), pictures, Options{}, "d/*.png d/p2.PNG", "file d/p10.png d/p2.PNG", ""},
		{t.Context(), tables, Options{}, "none", "", "none: there is no table (.csv) in this folder"},
		{t.Context(), pictures, Options{}, "none", "", "none: there is no picture (.png, .jpg) in this folder"},
		{t.Context(), pictures, Options{}, "*.gif", "", "*.gif: no file has a name like this"},
		{t.Context(), pictures, Options{}, "[", "", "[: no file has a name like this"},
		{t.Context(), pictures, Options{}, "d/p2.PNG d/t9.csv", "",
			"-predict: pictures and tables are answered in different forms: ask for one of them at a time"},
		{t.Context(), pictures, page, "d/p2.PNG d/t9.csv", "",
			"-predict with -report shows pictures, and d/t9.csv is a table: leave -report out"},
		{t.Context(), pictures, page, "d/t9.csv", "",
			"-predict with -report shows pictures, and d/t9.csv is a table: leave -report out"},
		{t.Context(), pictures, page, "d/p2.PNG", "", "no page"},
		{t.Context(), nameless, Options{}, "d/p2.PNG", "", "m: it does not name classes; evaluate it with -data"},
		{done, pictures, Options{}, "d/p2.PNG", "", "context canceled"},
		{done, tables, Options{}, "d/t9.csv d/t10.csv", "file", "context canceled"},
		{t.Context(), pictures, Options{}, "small.png tiny.png", "file small.png", "tiny.png: a picture of 4×9 pixels is " +
			"too small to show a digit: at least 5 are needed on each side\n1 of 2 pictures could not be read"},
		{t.Context(), pictures, Options{}, "large.png", "", "large.png: a picture of up to 64 MB was expected; this has " +
			"67108865 bytes (-rw-r--r--)\n1 of 1 picture could not be read"},
		{t.Context(), tables, Options{}, "missing.csv", "", "missing.csv: there is no such file"},
	} {
		out, wrong := &printer{}, ""
		c.o.Files, c.o.Rows = strings.Fields(c.files), out
		c.o.Tell = func(format string, args ...any) { wrong += fmt.Sprintf(format, args...) + "\n" }
		if err := Run(c.ctx, c.m, func([]float64) []float64 { return []float64{1, 0} }, c.o, out); err != nil {
			wrong += err.Error()
		}
		first := ""
		for _, line := range strings.Split(strings.TrimSpace(out.String()), "\n") {
			name, _, _ := strings.Cut(strings.ReplaceAll(line, ",", " "), " ")
			first += " " + name
		}
		if strings.TrimSpace(first) != c.first || wrong != c.wrong {
			t.Errorf("%s: printed %q, told %q; want %q, %q", c.files, first, wrong, c.first, c.wrong)
		}
	}
}
