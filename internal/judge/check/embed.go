package check

import (
	"embed"
	"io/fs"
	"strings"
)

// source is the source of this package and its folders, without tests and this file.
//
//go:embed conventions.go hints.go judge.go mistakes.go print.go words.go approx/approx.go convention/convention.go
//go:embed formula/equations.go formula/evaluate.go formula/formula.go formula/mistakes.go formula/submission.go
//go:embed homework/homework.go homework/parse.go homework/sizes.go homework/write.go
var source embed.FS

// Source returns the source that is handed out with the workbook, by file names relative to this folder. In the
// imports, path replaces the path of this package.
func Source(path string) map[string]string {
	files := map[string]string{}
	_ = fs.WalkDir(source, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := source.ReadFile(name)
		files[name] = strings.ReplaceAll(string(text), `"backprop/internal/judge/check`, `"`+path)
		return err
	})
	return files
}
