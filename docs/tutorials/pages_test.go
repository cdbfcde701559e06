package tutorials

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// In the tables that compare a tutorial's code with this program, a row ends with a link to a Go file. The functions
// that the row calls ours are declared in that file.
func TestFunctionsAreInTheirFiles(t *testing.T) {
	pages, err := filepath.Glob("*.md")
	if err != nil || len(pages) != 5 {
		t.Fatalf("got %d pages, want 5 (%v)", len(pages), err)
	}
	for _, page := range pages {
		names := 0
		for row := range strings.Lines(read(t, page)) {
			names += checkRow(t, page, row)
		}
		if names < 10 {
			t.Errorf("%s: got %d names of functions, want 10 or more: are the tables read as they should?", page, names)
		}
	}
}

// The cells of a row: the link, and a function or method in backquotes.
var (
	goFile   = regexp.MustCompile(`\]\(([^)]+\.go)\)`)
	function = regexp.MustCompile("`(?:(\\w+)\\.)?(\\w+)`")
)

// checkRow looks up the functions in a row of a table, and counts them.
func checkRow(t *testing.T, page, row string) (names int) {
	t.Helper()
	cells := strings.Split(row, "|")
	if len(cells) != 5 || !goFile.MatchString(cells[3]) {
		return 0
	}
	file := goFile.FindStringSubmatch(cells[3])[1]
	source := read(t, file)
	for _, m := range function.FindAllStringSubmatch(cells[2], -1) {
		names++
		receiver := ""
		if m[1] != "" {
			receiver = `\(\w+ \*?` + m[1] + `\) `
		}
		if !regexp.MustCompile(`(?m)^func ` + receiver + m[2] + `\(`).MatchString(source) {
			t.Errorf("%s: %s is not declared in %s", page, m[0], file)
		}
	}
	return names
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
