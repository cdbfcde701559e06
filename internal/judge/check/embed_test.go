package check

import (
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestSource: what is handed out is a module of its own without this one, and of the standard library alone.
func TestSource(t *testing.T) {
	dir := t.TempDir()
	files := Source("workbook/check")
	for name, text := range files {
		path := filepath.Join(dir, "check", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
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
	for _, pattern := range []string{"*.go", "*/*.go"} {
		there, _ := filepath.Glob(pattern)
		for _, name := range there {
			if files[name] == "" && !strings.HasSuffix(name, "_test.go") && name != "embed.go" {
				t.Errorf("%s is not handed out", name)
			}
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module workbook\n\ngo 1.25\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build", "./...")
	build.Dir, build.Env = dir, append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod", "GOPROXY=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
