// Package predict lets a trained network answer pictures and tables. For a picture it prints a line for each digit that
// it finds there. For a table it prints every row with the answer beside it and, if the table has the labels too, how
// many answers are right.
package predict

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"backprop/internal/file"
	"backprop/internal/model/layers"
	"backprop/internal/model/modelfile"
	"backprop/internal/show/text"
)

// Options say which files to answer, and how to print the answers.
type Options struct {
	Files    []string  // pictures or tables, folders of them, patterns such as *.png, or - for standard input
	JSON     bool      // print lines of JSON, not tables
	Terminal bool      // the output is a terminal
	Rows     io.Writer // receives the answered rows of tables, as CSV

	// Pictures can be shown on a page. WritePage writes the page, and is nil if the user asked for none; CheckPage
	// returns an error, before the work begins, if the page cannot be written.
	CheckPage func() error
	WritePage func(write func(io.Writer) error) error
	Command   string // the command line, for the page

	Tell func(format string, args ...any) // prints a sentence on standard error
}

// A Printer prints lines of text and of JSON.
type Printer interface {
	Printf(format string, args ...any)
	Event(name string, pairs ...any)
	JSONLine(event any)
	Hold()        // keeps lines back until Flush, or until there are many
	Flush() error // returns the first error so far
}

// A UsageError is a mistake on the command line.
type UsageError struct{ error }

func wrongUsage(format string, args ...any) error { return UsageError{fmt.Errorf(format, args...)} }

// A predictor gets answers from a network, and prints them.
type predictor struct {
	Options
	model  *modelfile.Model
	answer func(inputs []float64) []float64 // returns the network's answer to scaled inputs
	out    Printer
}

// Run answers the files of o and prints the answers. When ctx is done, it returns the error of ctx.
func Run(ctx context.Context, m *modelfile.Model, answer func([]float64) []float64, o Options, out Printer) error {
	var err error
	if o.Files, err = expand(o.Files, m.Width == 0); err != nil {
		return err
	}
	p := predictor{o, m, answer, out}
	var tables []string
	for _, path := range o.Files {
		if m.Width == 0 || isTableName(path) {
			tables = append(tables, path)
		}
	}
	switch {
	case len(tables) > 0 && o.WritePage != nil:
		return wrongUsage("-predict with -report shows pictures, and %s is a table: leave -report out", tables[0])
	case len(tables) == len(o.Files):
		return p.tables(ctx)
	case len(tables) > 0:
		return wrongUsage("-predict: pictures and tables are answered in different forms: " +
			"ask for one of them at a time")
	case predictsNumbers(m):
		return fmt.Errorf("%s: it does not name classes; evaluate it with -data", m.Path)
	}
	return p.pictures(ctx)
}

// givesProbabilities reports whether the outputs for the classes are probabilities, and not just any numbers.
func (p predictor) givesProbabilities() bool { return p.model.Answer != layers.Number }

var (
	tableEndings   = []string{".csv", ".tsv", ".data", ".tra", ".tes", ".txt"}
	pictureEndings = []string{".png", ".jpg", ".jpeg"}
)

// ending returns the ending of a file's name, in small letters and without .gz.
func ending(path string) string {
	return filepath.Ext(strings.TrimSuffix(strings.ToLower(path), ".gz"))
}

func isTableName(path string) bool { return path == "-" || slices.Contains(tableEndings, ending(path)) }

// expand replaces each folder by the tables, or else the pictures, in it, and each pattern such as *.png that the shell
// has not expanded by the files that match.
func expand(names []string, tables bool) (paths []string, err error) {
	for _, name := range names {
		found, err := filesOf(name, tables)
		if err != nil {
			return nil, err
		}
		slices.SortStableFunc(found, text.CompareNatural)
		paths = append(paths, found...)
	}
	return paths, nil
}

// filesOf returns the files that one name on the command line stands for.
func filesOf(name string, tables bool) (paths []string, err error) {
	if name == "-" {
		return []string{name}, nil
	}
	info, err := os.Stat(name)
	if err == nil && info.IsDir() {
		return filesIn(name, tables)
	}
	if err != nil && strings.ContainsAny(name, "*?[") {
		if paths, err = filepath.Glob(name); err != nil || paths == nil {
			return nil, fmt.Errorf("%s: no file has a name like this", name)
		}
		return paths, nil
	}
	return []string{name}, nil // if there is no such file, the error comes when it is read
}

// filesIn returns the tables, or the pictures, in a folder.
func filesIn(folder string, tables bool) (paths []string, err error) {
	what, endings := "picture (.png, .jpg)", pictureEndings
	if tables {
		what, endings = "table (.csv)", tableEndings
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, file.Error(folder, err)
	}
	for _, e := range entries {
		path := filepath.Join(folder, e.Name())
		if slices.Contains(endings, ending(path)) && file.CheckRegular(path) == nil {
			paths = append(paths, path)
		}
	}
	if paths == nil {
		return nil, fmt.Errorf("%s: there is no %s in this folder", folder, what)
	}
	return paths, nil
}
