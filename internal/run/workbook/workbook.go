// Package workbook writes a folder of exercises in which a learner writes backpropagation. The folder needs only Go.
package workbook

import (
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"backprop/internal/file"
	"backprop/internal/file/output"
	"backprop/internal/judge/check"
	"backprop/internal/run/workbook/grade"
)

// Options say what the folder is to contain.
type Options struct {
	Solutions bool    // also write the solutions, into the folder solutions
	Pixels    []byte  // real digits to learn from, 28×28 each; nil for drawn ones
	Labels    []int32 // which digit each of them is
}

// Written lists the files of a folder.
type Written struct {
	New  []string // written, because they were missing, or unchanged since an earlier version wrote them
	Kept []string // not written, because the learner has changed them
}

// sources has the files of the folder in the form that this program keeps them: the exercises contain their solutions.
//
//go:embed files/[01]*.go files/network.go files/*.txt files/README.md files/bugs/*.go files/bugs/*/main.go
//go:embed grade/folder.go grade/grade.go grade/hints.go grade/hints.txt grade/equations.go grade/question.go
//go:embed grade/reference.go grade/training.go
//go:embed lab/answer.go lab/checks.go lab/lab.go
var sources embed.FS

// Write writes the workbook into a folder. It keeps the files that the learner has changed.
func Write(dir string, o Options) (w Written, err error) {
	sums, err := readRecord(dir)
	if err != nil {
		return w, err
	}
	files, err := allFiles(o)
	if err != nil {
		return w, err
	}
	if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(grade.Digits))); err == nil && o.Labels == nil {
		delete(files, grade.Digits) // the digits in the folder may be real ones
	}
	names := slices.Sorted(maps.Keys(files))
	for _, name := range names {
		old, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err == nil && string(old) != files[name] && !slices.Contains(sums[name], grade.Sum(old)) {
			w.Kept = append(w.Kept, name)
		} else {
			w.New = append(w.New, name)
		}
		if sum := grade.Sum([]byte(files[name])); !slices.Contains(sums[name], sum) {
			sums[name] = append(sums[name], sum)
		}
	}
	record, err := json.MarshalIndent(sums, "", "\t")
	if err != nil {
		return w, err
	}
	// The record is written first, so that a folder that is only half written is recognised as a workbook.
	if err := writeFile(dir, grade.Record, string(record)+"\n"); err != nil {
		return w, err
	}
	for _, name := range w.New {
		if err := writeFile(dir, name, files[name]); err != nil {
			return w, err
		}
	}
	return w, removeOldSources(dir, files, sums)
}

// removeOldSources removes sources in the folder internal that an earlier version wrote and this one no longer has:
// they might declare the same names. What the learner has changed is kept.
func removeOldSources(dir string, files map[string]string, sums map[string][]string) error {
	for name, known := range sums {
		if files[name] != "" || path.Clean(name) != name || !strings.HasPrefix(name, "internal/") || path.Ext(name) != ".go" {
			continue
		}
		old := filepath.Join(dir, filepath.FromSlash(name))
		text, err := os.ReadFile(old)
		if err != nil || !slices.Contains(known, grade.Sum(text)) {
			continue
		}
		if err := os.Remove(old); err != nil {
			return file.Error(old, err)
		}
	}
	return nil
}

func writeFile(dir, name, text string) error {
	path := filepath.Join(dir, filepath.FromSlash(name))
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = output.Write(path, func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		})
	}
	if err != nil {
		return file.Error(path, err)
	}
	return nil
}

// readRecord returns the sums of all versions of each file that were written into a folder before. It is an error if
// the folder is not a workbook, but contains other files.
func readRecord(dir string) (map[string][]string, error) {
	var sums map[string][]string
	text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(grade.Record)))
	if err == nil && json.Unmarshal(text, &sums) == nil && sums != nil {
		return sums, nil
	}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return nil, fmt.Errorf("%s is a file; name a folder for the workbook, new or empty", file.Clean(dir))
	}
	list, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		return nil, file.Error(dir, err)
	}
	goMod, _ := os.ReadFile(filepath.Join(dir, "go.mod"))
	if len(list) > 0 && !strings.HasPrefix(string(goMod), "module workbook\n") {
		return nil, fmt.Errorf("%s has other things in it (%s) and is no workbook; name a folder that is new or empty",
			file.Clean(dir), file.Clean(list[0].Name()))
	}
	return map[string][]string{}, nil
}

// allFiles returns the files of a workbook, by their paths in it.
func allFiles(o Options) (map[string]string, error) {
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
		name = strings.Replace(name, ".go.txt", ".go", 1)
		exercise, solution := separate(imports.Replace(string(text)))
		files[name] = exercise
		if o.Solutions && (exercise != solution || name == "network.go") {
			files["solutions/"+name] = solution
		}
		return err
	})
	return files, err
}

// imports replaces the import paths of this program's packages by their paths in the folder.
var imports = strings.NewReplacer(
	`"backprop/internal/run/workbook/files`, `"workbook`,
	`"backprop/internal/run/workbook/`, `"workbook/internal/`,
	`"backprop/internal/judge/`, `"workbook/internal/`)

// solutionPart matches the lines of a source that contain the solution, and after them the lines that the exercise has
// instead, in comments:
//
//	// solution:
//	return 1 / (1 + math.Exp(-z))
//	// not done yet:
//	// return math.NaN()
var solutionPart = regexp.MustCompile(`(?s)\t// solution:\n(.*?)\t// not done yet:\n((?:\t// [^\n]*\n)*)`)

// separate returns the exercise and the solution that a source contains.
func separate(source string) (exercise, solution string) {
	solution = solutionPart.ReplaceAllString(source, "$1")
	exercise = solutionPart.ReplaceAllStringFunc(source, func(part string) string {
		comments := solutionPart.FindStringSubmatch(part)[2]
		if comments == "" {
			return "\t// not done yet\n"
		}
		code := strings.ReplaceAll(comments, "\t// ", "\t")
		return strings.ReplaceAll(code, "\n", " // not done yet\n")
	})
	return exercise, solution
}
