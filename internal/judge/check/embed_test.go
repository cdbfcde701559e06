package check

import (
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"backprop/internal/filetest"
)

// The source that is handed out builds in another module, with the standard library alone, and no file is left out.
func TestSourceBuildsAlone(t *testing.T) {
	dir := t.TempDir()
	files := Source("workbook/check")
	contents := map[string][]byte{"go.mod": []byte("module workbook\n\ngo 1.25\n")}
	for name, text := range files {
		contents["check/"+name] = []byte(text)
		f, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			if strings.Contains(i.Path.Value, ".") || strings.Contains(i.Path.Value, "backprop") {
				t.Errorf("%s imports %s", name, i.Path.Value)
			}
		}
	}
	filetest.Write(t, dir, contents)
	for _, pattern := range []string{"*.go", "*/*.go"} {
		there, _ := filepath.Glob(pattern)
		for _, name := range there {
			if files[name] == "" && !strings.HasSuffix(name, "_test.go") && name != "embed.go" {
				t.Errorf("%s is not handed out", name)
			}
		}
	}
	build := exec.Command("go", "build", "./...")
	build.Dir, build.Env = dir, append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod", "GOPROXY=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Errorf("go build: %v\n%s", err, out)
	}
}
