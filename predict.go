// Predict: what -predict prints, the network's answer to each picture; predicttable.go has tables.
package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"backprop/internal/file"
	"backprop/internal/handwriting"
)

// predictEvent is a picture's line. An output is not a probability where the cost is mse.
type predictEvent struct {
	Event             string   `json:"event"`
	File              string   `json:"file"`
	Class             string   `json:"class"`
	Probability       *float64 `json:"probability,omitempty"`
	Output            *float64 `json:"output,omitempty"`
	Second            string   `json:"second"`
	SecondProbability *float64 `json:"second_probability,omitempty"`
	SecondOutput      *float64 `json:"second_output,omitempty"`
}

// predict is -predict: a line for each picture, or for each row of tables.
func (m *model) predict(ctx context.Context, cfg *config, out *printer, stderr io.Writer) error {
	if !m.own && cfg.scale == "standard" {
		return wrongUsage("-scale standard needs -data to find the mean; %s has none with it", m.path)
	}
	paths, err := m.expand(cfg.pictures)
	if err != nil {
		return err
	}
	cfg.pictures = paths
	isTable := func(path string) bool { return m.width == 0 || isTableName(path) }
	switch {
	case !slices.ContainsFunc(paths, func(path string) bool { return !isTable(path) }):
		return m.predictTables(ctx, cfg, out, stderr, paths)
	case slices.ContainsFunc(paths, isTable):
		return wrongUsage("-predict: pictures and tables are answered in different forms: ask for one of them at a time")
	case len(m.classes) < 2:
		return fmt.Errorf("%s: it does not name classes; evaluate it with -data", m.path)
	}
	return m.predictPictures(ctx, cfg, out, stderr)
}

// predictPictures prints a line for each picture.
func (m *model) predictPictures(ctx context.Context, cfg *config, out *printer, stderr io.Writer) error {
	nameWidth, classWidth := len("file"), len("class")
	for _, p := range cfg.pictures {
		nameWidth = max(nameWidth, utf8.RuneCountInString(p))
	}
	for _, c := range m.classes {
		classWidth = max(classWidth, utf8.RuneCountInString(printable(c)))
	}
	score, format := "probability", func(v float64) string { return fmt.Sprintf("%.2f %%", 100*v) }
	if cfg.cost == "mse" {
		score, format = "output", func(v float64) string { return fmt.Sprintf("%.4f", v) }
	}
	if !out.json {
		out.printf("%-*s  %-*s  %11s  second\n", nameWidth, "file", classWidth, "class", score)
	}
	bad := 0
	for _, path := range cfg.pictures {
		if ctx.Err() != nil {
			return errInterrupted
		}
		p, err := m.look(path)
		if err != nil {
			bad++
			say(stderr, "%v", file.Error(path, err))
			continue
		}
		first := argmax(p)
		a := p[first]
		p[first] = math.Inf(-1)
		second := argmax(p)
		b := p[second]
		e := predictEvent{Event: "predict", File: path, Class: m.classes[first], Second: m.classes[second]}
		if e.Probability, e.SecondProbability = &a, &b; cfg.cost == "mse" {
			e.Probability, e.SecondProbability, e.Output, e.SecondOutput = nil, nil, &a, &b
		}
		if out.json {
			out.line(e)
			continue
		}
		out.printf("%-*s  %-*s  %11s  %s (%s)\n", nameWidth, path, classWidth, printable(e.Class), format(a),
			printable(e.Second), format(b))
	}
	if bad > 0 {
		return fmt.Errorf("%d of %s could not be read", bad, plural(len(cfg.pictures), "picture"))
	}
	return nil
}

// printable keeps a name from a file from moving the terminal's cursor.
func printable(s string) string {
	return file.Clean(s)
}

// look is what the network says to a picture.
func (m *model) look(path string) ([]float64, error) {
	st, err := os.Stat(path)
	if err == nil && (!st.Mode().IsRegular() || st.Size() > 1<<26) {
		err = fmt.Errorf("a picture of up to 64 MB was expected; this has %d bytes (%v)", st.Size(), st.Mode())
	}
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	pixels, err := handwriting.Read(data, m.width, m.height, m.frame)
	if err != nil {
		return nil, err
	}
	x := make([]float64, len(pixels))
	for i, v := range pixels {
		x[i] = (float64(float64(v)*m.depth)/255 - m.in.Shift[i]) * m.in.Factor[i]
	}
	return m.net.answer(x), nil
}

// tableEndings are those of names of tables, and pictureEndings those of pictures.
var (
	tableEndings   = []string{".csv", ".tsv", ".data", ".tra", ".tes", ".txt"}
	pictureEndings = []string{".png", ".jpg", ".jpeg"}
)

// ending is that of a name, in small letters, packed or not.
func ending(path string) string {
	return filepath.Ext(strings.TrimSuffix(strings.ToLower(path), ".gz"))
}

func isTableName(path string) bool { return path == "-" || slices.Contains(tableEndings, ending(path)) }

// expand puts in place of folders and of patterns like *.png the files that they stand for, since
// not every shell does: pictures for a network of pictures, else tables.
func (m *model) expand(names []string) (paths []string, err error) {
	what, endings := "picture (.png, .jpg)", pictureEndings
	if m.width == 0 {
		what, endings = "table (.csv)", tableEndings
	}
	for _, name := range names {
		st, err := os.Stat(name)
		found := []string{name}
		switch {
		case name == "-":
		case err == nil && st.IsDir():
			entries, err := os.ReadDir(name)
			if err != nil {
				return nil, file.Error(name, err)
			}
			found = nil
			for _, e := range entries {
				if !e.IsDir() && slices.Contains(endings, ending(e.Name())) {
					found = append(found, filepath.Join(name, e.Name()))
				}
			}
			if found == nil {
				return nil, fmt.Errorf("%s: there is no %s in this folder", name, what)
			}
		case err != nil && strings.ContainsAny(name, "*?["):
			if found, err = filepath.Glob(name); err != nil || found == nil {
				return nil, fmt.Errorf("%s: no file has such a name", name)
			}
		}
		slices.SortStableFunc(found, func(a, b string) int { return strings.Compare(padded(a), padded(b)) })
		paths = append(paths, found...)
	}
	return paths, nil
}

// addPicture is the flag -predict.
func (cfg *config) addPicture(name string) error {
	if strings.HasPrefix(name, "-") && name != "-" || name == "" {
		return fmt.Errorf("pictures or tables were expected after it, not %q", name)
	}
	cfg.pictures = append(cfg.pictures, name)
	return nil
}
