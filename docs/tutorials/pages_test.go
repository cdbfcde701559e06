package tutorials

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPages: what the companions link to is there, and in each table "its function, ours, file" what is called
// ours is declared in that file.
func TestPages(t *testing.T) {
	pages, err := filepath.Glob("*.md")
	if err != nil || len(pages) != 5 {
		t.Fatalf("%d pages, want 5 (%v)", len(pages), err)
	}
	link := regexp.MustCompile(`\]\(([^)]+)\)`)
	for _, page := range pages {
		text := read(t, page)
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			file, _, _ := strings.Cut(m[1], "#")
			if _, err := os.Stat(file); err != nil && !strings.HasPrefix(m[1], "http") {
				t.Errorf("%s links to %s: %v", page, m[1], err)
			}
		}
		names := 0
		for _, row := range strings.Split(text, "\n") {
			names += checkRow(t, page, row)
		}
		if names < 10 {
			t.Errorf("%s: %d names are said to be ours: the patterns miss them", page, names)
		}
	}
}

// checkRow looks up the names of a table's row that ends with a link to a file of Go, and counts them.
func checkRow(t *testing.T, page, row string) (names int) {
	t.Helper()
	cells := strings.Split(row, "|")
	if len(cells) != 5 {
		return 0
	}
	file := regexp.MustCompile(`\]\(([^)]+\.go)\)`).FindStringSubmatch(cells[3])
	if file == nil {
		return 0
	}
	source := read(t, file[1])
	for _, m := range regexp.MustCompile("`(?:(\\w+)\\.)?(\\w+)`").FindAllStringSubmatch(cells[2], -1) {
		names++
		of := `(\(\w+ \*?` + m[1] + `\) )?`
		if m[1] != "" {
			of = strings.TrimSuffix(of, "?")
		}
		if !regexp.MustCompile(`(?m)^func ` + of + m[2] + `\(`).MatchString(source) {
			t.Errorf("%s: %s is not in %s", page, m[0], file[1])
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
