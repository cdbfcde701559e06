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
	"strings"
	"testing"

	"backprop/internal/filetest"
	"backprop/internal/model/modelfile"
)

// A printer keeps what is printed. With JSON, it prints events as "key value; key value; ".
type printer struct {
	bytes.Buffer
	JSON bool
	held bool
	lost error // what Flush returns
}

func (p *printer) Printf(format string, args ...any) { fmt.Fprintf(p, format, args...) }
func (p *printer) JSONLine(event any)                { json.NewEncoder(p).Encode(event) }
func (p *printer) Event(name string, pairs ...any) {
	if !p.JSON {
		return
	}
	for i := 0; i < len(pairs); i += 2 {
		value, _ := json.Marshal(pairs[i+1])
		if string(value) != "null" {
			fmt.Fprintf(p, "%s %s; ", pairs[i], value)
		}
	}
	fmt.Fprintln(p)
}
func (p *printer) Hold()        { p.held = true }
func (p *printer) Flush() error { return p.lost }

// answered lets a network answer files, whose names have spaces between them. It returns what is printed, what is told
// on standard error, and the error.
func answered(ctx context.Context, m *modelfile.Model, answer func([]float64) []float64, o Options,
	files string) (printed, told, fail string) {
	out := &printer{JSON: o.JSON}
	o.Files, o.Rows = strings.Fields(files), out
	o.Tell = func(format string, args ...any) { told += fmt.Sprintf(format, args...) + "\n" }
	if err := Run(ctx, m, answer, o, out); err != nil {
		fail = err.Error()
	}
	return out.String(), told, fail
}

// writeFiles writes files into a new folder, and goes there.
func writeFiles(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, content := range files {
		filetest.Write(t, ".", map[string][]byte{name: []byte(content)})
	}
}

// TestRunFiles: folders and patterns stand for the tables or the pictures in them, 2 before 10; and what cannot be
// answered is said before anything is.
func TestRunFiles(t *testing.T) {
	picture, rows := bars(100, 80, image.Pt(40, 30)), "a,b\n1,2\n"
	writeFiles(t, map[string]string{"d/p10.png": picture, "d/p2.PNG": picture, "d/notes.doc": "", "d/t10.csv": rows,
		"d/t9.csv": rows, "d/t1.csv.gz": rows, "d/folder.csv/x": "", "plain": rows, "none/x": "", "largest.png": "",
		"large.png": "", "tiny.png": bars(4, 9, image.Pt(1, 1)), "small.png": bars(5, 9, image.Pt(1, 1))})
	if err := errors.Join(os.Truncate("largest.png", 1<<26), os.Truncate("large.png", 1<<26+1)); err != nil {
		t.Fatal(err)
	}
	tables, pictures, nameless := tableModel(), pictureModel(), pictureModel()
	nameless.Classes = nameless.Classes[:1]
	page := Options{CheckPage: func() error { return errors.New("no page") },
		WritePage: func(func(io.Writer) error) error { return nil }}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		ctx   context.Context
		model *modelfile.Model
		o     Options
		files string
		first string // the first field of each line
		says  string // what is told, and the error
	}{
		{t.Context(), tables, Options{}, "d", "file d/t1.csv.gz d/t9.csv d/t10.csv", ""},
		{t.Context(), pictures, Options{}, "d", "file d/p2.PNG d/p10.png", ""},
		{t.Context(), pictures, Options{}, "d/*.png d/p2.PNG", "file d/p10.png d/p2.PNG", ""},
		{t.Context(), tables, Options{}, "plain", "a 1", ""},
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
		{t.Context(), pictures, Options{}, "largest.png", "", "largest.png: it is not a picture that this program can " +
			"read: expected PNG or JPEG\n1 of 1 picture could not be read"},
		{t.Context(), pictures, Options{}, "large.png", "", "large.png: a picture of up to 64 MB was expected; this has " +
			"67108865 bytes (-rw-r--r--)\n1 of 1 picture could not be read"},
		{t.Context(), tables, Options{}, "missing.csv", "", "missing.csv: there is no such file"},
	} {
		always := func([]float64) []float64 { return []float64{1, 0} }
		printed, told, fail := answered(c.ctx, c.model, always, c.o, c.files)
		var first []string
		for line := range strings.Lines(strings.ReplaceAll(printed, ",", " ")) {
			first = append(first, strings.Fields(line)[0])
		}
		if got := strings.Join(first, " "); got != c.first || told+fail != c.says {
			t.Errorf("%s: got lines of %q, told %q; want %q, %q", c.files, got, told+fail, c.first, c.says)
		}
	}
}
