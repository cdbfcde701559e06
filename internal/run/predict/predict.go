// Package predict answers pictures and tables with a network: a line for each digit that is found on a picture, the
// rows of a table with the answer beside them, and how many are right where the table says it.
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
	"backprop/internal/model/modelfile"
	"backprop/internal/show/text"
)

// Options are what is to be answered, and how it is printed.
type Options struct {
	Files    []string  // pictures or tables, folders of them, patterns, or - for standard input
	JSON     bool      // lines of JSON, in place of tables
	Terminal bool      // somebody reads along
	Rows     io.Writer // where rows of tables go as they are

	// Of pictures there may be a page: whether it can be written, and what writes it; nil for none.
	CheckPage func() error
	WritePage func(write func(io.Writer) error) error
	Command   string // what to type to see it again

	Tell func(format string, args ...any) // a sentence on standard error
}

// A Printer prints lines of text and of JSON.
type Printer interface {
	Printf(format string, args ...any)
	Event(name string, pairs ...any)
	Line(event any)
	Hold()        // lines wait until Flush, or until there are many
	Flush() error // what has gone wrong so far
}

// A Usage is a mistake on the command line.
type Usage struct{ error }

func wrongUsage(format string, args ...any) error { return Usage{fmt.Errorf(format, args...)} }

// A predictor is the network that is asked: answer is what it says to one input, scaled.
type predictor struct {
	m      *modelfile.Model
	answer func(inputs []float64) []float64
	o      Options
	out    Printer
}

// Run prints a line for each digit on each picture, or for each row of each table. Once ctx is done, it ends with its
// error.
func Run(ctx context.Context, m *modelfile.Model, answer func([]float64) []float64, o Options, out Printer) error {
	paths, err := expand(o.Files, m.Width == 0)
	if err != nil {
		return err
	}
	o.Files = paths
	p := predictor{m, answer, o, out}
	isTable := func(path string) bool { return m.Width == 0 || isTableName(path) }
	switch {
	case slices.ContainsFunc(paths, isTable) && o.WritePage != nil:
		return wrongUsage("-predict with -report shows pictures, and %s is a table: leave -report out",
			paths[slices.IndexFunc(paths, isTable)])
	case !slices.ContainsFunc(paths, func(path string) bool { return !isTable(path) }):
		return p.tables(ctx)
	case slices.ContainsFunc(paths, isTable):
		return wrongUsage("-predict: pictures and tables are answered in different forms: " +
			"ask for one of them at a time")
	case len(m.Classes) < 2:
		return fmt.Errorf("%s: it does not name classes; evaluate it with -data", m.Path)
	}
	return p.pictures(ctx)
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
// not every shell does: of a folder the tables, or the pictures.
func expand(names []string, tables bool) (paths []string, err error) {
	what, endings := "picture (.png, .jpg)", pictureEndings
	if tables {
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
				path := filepath.Join(name, e.Name())
				if slices.Contains(endings, ending(path)) && file.CheckRegular(path) == nil {
					found = append(found, path)
				}
			}
			if found == nil {
				return nil, fmt.Errorf("%s: there is no %s in this folder", name, what)
			}
		case err != nil && strings.ContainsAny(name, "*?["):
			if found, err = filepath.Glob(name); err != nil || found == nil {
				return nil, fmt.Errorf("%s: no file has a name like this", name)
			}
		}
		slices.SortStableFunc(found, text.CompareNatural)
		paths = append(paths, found...)
	}
	return paths, nil
}
