// Predict: which files -predict is about; predictpicture.go has pictures, predicttable.go tables.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"backprop/internal/file"
)

// predict is -predict: a line for each picture, or for each row of tables.
func (m *Model) predict(ctx context.Context, cfg *Settings, out *Printer, stderr io.Writer) error {
	if !m.Native && cfg.Scale == "standard" {
		return wrongUsage("-scale standard needs -data to find the mean; %s has none with it", m.Path)
	}
	paths, err := m.expand(cfg.Predict)
	if err != nil {
		return err
	}
	cfg.Predict = paths
	isTable := func(path string) bool { return m.Width == 0 || isTableName(path) }
	switch {
	case slices.ContainsFunc(paths, isTable) && cfg.Report != "":
		return wrongUsage("-predict with -report shows pictures, and %s is a table: leave -report out",
			paths[slices.IndexFunc(paths, isTable)])
	case !slices.ContainsFunc(paths, func(path string) bool { return !isTable(path) }):
		return m.predictTables(ctx, cfg, out, stderr, paths)
	case slices.ContainsFunc(paths, isTable):
		return wrongUsage("-predict: pictures and tables are answered in different forms: ask for one of them at a time")
	case len(m.Classes) < 2:
		return fmt.Errorf("%s: it does not name classes; evaluate it with -data", m.Path)
	}
	return m.predictPictures(ctx, cfg, out, stderr)
}

// printable keeps a name from a file from moving the terminal's cursor.
func printable(s string) string {
	return file.Clean(s)
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
func (m *Model) expand(names []string) (paths []string, err error) {
	what, endings := "picture (.png, .jpg)", pictureEndings
	if m.Width == 0 {
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
				if slices.Contains(endings, ending(path)) && file.Plain(path) == nil {
					found = append(found, path)
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
