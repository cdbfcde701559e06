// Package workbook writes a folder of exercises in which one writes backpropagation oneself, and which needs nothing
// but Go.
package workbook

import (
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"backprop/internal/file"
	"backprop/internal/judge/check"
	"backprop/internal/run/workbook/grade"
)

// Options are what the folder is to have.
type Options struct {
	Solutions bool    // the solutions too, in a folder of their own
	Pixels    []byte  // real digits to learn from, 28×28 each; nil for drawn ones
	Labels    []int32 // which digit each of them is
}

// Written is what has been done to a folder, by its files' paths in it.
type Written struct {
	New  []string // were not there, or were older
	Kept []string // had been changed by the learner, and are as they were
}

// sources are the files of the folder as they stand in this program: exercises with their solutions in them.
//
//go:embed files/[01]*.go files/network.go files/*.txt files/README.md files/bugs/*.go files/bugs/*/main.go
//go:embed grade/folder.go grade/grade.go grade/hints.go grade/hints.txt grade/parts.go grade/question.go
//go:embed grade/right.go grade/whole.go
//go:embed lab/answer.go lab/checks.go lab/lab.go
var sources embed.FS

// Write writes the workbook into a folder. What the learner has changed there stays.
func Write(dir string, o Options) (w Written, err error) {
	known, err := record(dir)
	if err != nil {
		return w, err
	}
	files, err := all(o)
	if err != nil {
		return w, err
	}
	if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(grade.Digits))); err == nil && o.Labels == nil {
		delete(files, grade.Digits) // which may be real ones
	}
	changed := map[string]bool{}
	for name, text := range files {
		old, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		changed[name] = err == nil && string(old) != text && !slices.Contains(known[name], grade.Sum(old))
		if sum := grade.Sum([]byte(text)); !slices.Contains(known[name], sum) {
			known[name] = append(known[name], sum)
		}
	}
	list, err := json.MarshalIndent(known, "", "\t")
	if err == nil {
		err = put(dir, grade.Record, string(list)+"\n") // first, so that a folder that is half written is known again
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		switch {
		case err != nil:
			return w, err
		case changed[name]:
			w.Kept = append(w.Kept, name)
		default:
			w.New = append(w.New, name)
			err = put(dir, name, files[name])
		}
	}
	return w, err
}

// put writes a file of the folder.
func put(dir, name, text string) error {
	path := filepath.Join(dir, filepath.FromSlash(name))
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = file.Write(path, func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		})
	}
	if err != nil {
		return file.Error(path, err)
	}
	return nil
}

// record is what has been written into a folder before. One that has other things in it is refused.
func record(dir string) (map[string][]string, error) {
	known := map[string][]string{}
	text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(grade.Record)))
	if err == nil && json.Unmarshal(text, &known) == nil {
		return known, nil
	}
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		return nil, fmt.Errorf("%s is a file; name a folder for the workbook, new or empty", file.Clean(dir))
	}
	list, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		return nil, file.Error(dir, err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "go.mod")); err == nil && strings.HasPrefix(string(text), "module "+
		"workbook\n") {
		return map[string][]string{}, nil
	}
	if len(list) > 0 {
		return nil, fmt.Errorf("%s has other things in it (%s) and is no workbook; name a folder that is new or empty",
			file.Clean(dir), file.Clean(list[0].Name()))
	}
	return known, nil
}

// all are the files of a workbook, by their paths in it.
func all(o Options) (map[string]string, error) {
	digits, err := digitFile(o)
	if err != nil {
		return nil, err
	}
	files := map[string]string{"go.mod": "module workbook\n\ngo 1.25\n", grade.Digits: digits}
	for name, text := range check.Source("workbook/internal/check") {
		files["internal/check/"+name] = text
	}
	err = fs.WalkDir(sources, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := sources.ReadFile(path)
		name, inFiles := strings.CutPrefix(path, "files/")
		if !inFiles {
			name = "internal/" + name
		}
		place(files, strings.Replace(name, ".go.txt", ".go", 1), imports.Replace(string(text)), o.Solutions)
		return err
	})
	return files, err
}

// imports makes this program's packages the folder's.
var imports = strings.NewReplacer(
	`"backprop/internal/run/workbook/files`, `"workbook`,
	`"backprop/internal/run/workbook/`, `"workbook/internal/`,
	`"backprop/internal/judge/`, `"workbook/internal/`)

// place puts a file among the others, and its solution if it has one and that is asked for.
func place(files map[string]string, name, text string, solutions bool) {
	exercise, solution := cut(text)
	files[name] = exercise
	if solutions && (exercise != solution || name == "network.go") {
		files["solutions/"+name] = solution
	}
}

// cutHere is where in a source the solution stands, and, in comments, what stands there before.
var cutHere = regexp.MustCompile(`(?s)\t// solution:\n(.*?)\t// not done yet:\n((?:\t// [^\n]*\n)*)`)

// cut makes an exercise and its solution of a source with both.
func cut(text string) (exercise, solution string) {
	solution = cutHere.ReplaceAllString(text, "$1")
	exercise = cutHere.ReplaceAllStringFunc(text, func(part string) string {
		undone := cutHere.FindStringSubmatch(part)[2]
		if undone == "" {
			return "\t// not done yet\n"
		}
		lines := strings.Split(strings.TrimSuffix(strings.ReplaceAll(undone, "\t// ", "\t"), "\n"), "\n")
		return strings.Join(lines, " // not done yet\n") + " // not done yet\n"
	})
	return exercise, solution
}
