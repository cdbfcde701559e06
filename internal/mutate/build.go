package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A tester runs tests in a copy of the program. Compiling takes longer than most tests, so all mutants in functions are
// compiled at once. Each gets a copy of its function's body, which a number in the environment switches on:
//
//	func f(x int) int {
//		if mutantHere == 17 {
//			…
//		}
//		…
type tester struct {
	tree  string
	suite suite
	users map[string][]string // the packages whose tests try the mutants of a package
}

const switchFile = `package %s

import (
	"os"
	"strconv"
)

var mutantHere, _ = strconv.Atoi(os.Getenv("MUTANT"))
`

// build compiles the tests of each package with all mutants that are in functions. It removes mutants that do not
// compile.
func (t *tester) build(ctx context.Context, sources []*source, packages []string) error {
	fmt.Fprintln(os.Stderr, "compiling the mutants")
	number := 0
	for _, s := range sources {
		file := filepath.Join(filepath.Dir(s.file), "mutant_here.go")
		if err := t.write(file, fmt.Appendf(nil, switchFile, packageName.FindSubmatch(s.text)[1])); err != nil {
			return err
		}
		defer os.Remove(filepath.Join(t.tree, file))
		defer t.write(s.file, s.text)
		for _, m := range s.mutants {
			number++
			m.number = number
		}
	}
	for {
		for _, s := range sources {
			if err := t.write(s.file, s.withMutants()); err != nil {
				return err
			}
		}
		build := append([]string{"build", "-gcflags=-e"}, packages...)
		out, err := command(ctx, t.tree, "go", build...).CombinedOutput()
		if err == nil {
			break
		}
		broken := map[int]bool{}
		for _, e := range compileError.FindAllSubmatch(out, -1) {
			number, _ := strconv.Atoi(string(e[1]))
			broken[number] = true
		}
		if len(broken) == 0 {
			return fmt.Errorf("the mutants do not compile, and it is not clear which: %w: %s", err, out)
		}
		for _, s := range sources {
			s.mutants = slices.DeleteFunc(s.mutants, func(m *mutant) bool { return broken[m.number] })
		}
	}
	for _, p := range packages {
		if out, err := t.compile(ctx, p, t.binary(p)).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", p, err, out)
		}
	}
	return nil
}

var (
	packageName  = regexp.MustCompile(`(?m)^package (\w+)`)
	compileError = regexp.MustCompile(`(?m)^\S*\bmutant([0-9]+)[/\\]\w+\.go:`)
)

// withMutants returns the source with its mutants in copies of their functions' bodies. Lines keep their numbers, since
// some tests look for them; but the path of a mutant's lines is mutant17/file.go, for the errors of the compiler.
func (s *source) withMutants() []byte {
	mutants := slices.DeleteFunc(slices.Clone(s.mutants), func(m *mutant) bool { return m.function == nil })
	slices.SortStableFunc(mutants, func(a, b *mutant) int { return int(a.function.Pos() - b.function.Pos()) })
	var b bytes.Buffer
	done := 0
	for _, m := range mutants {
		begin, end := s.offset(m.function.Body.Lbrace)+1, s.offset(m.function.Body.Rbrace)
		b.Write(s.text[done:begin])
		done = begin
		last := "return"
		if m.function.Type.Results != nil {
			last = `panic("no return")`
		}
		place := fmt.Sprintf("%s:%d", filepath.Base(s.file), s.lineOf(m.function.Body.Lbrace))
		fmt.Fprintf(&b, "\nif mutantHere == %d {\n//line mutant%[1]d/%s\n", m.number, place)
		b.Write(slices.Concat(s.text[begin:m.from], []byte(m.new), s.text[m.to:end]))
		fmt.Fprintf(&b, "\n%s\n}\n//line %s\n", last, place)
	}
	b.Write(s.text[done:])
	return b.Bytes()
}

// test runs the tests for a mutant until one fails, and returns its name; "" if none does. runs is false if the mutant
// does not compile, or if the tests could not run.
func (t *tester) test(ctx context.Context, s *source, m *mutant) (by string, runs bool) {
	for _, p := range t.users[packageOf(s.file)] {
		binary := t.binary(p)
		if m.function == nil {
			binary += strconv.Itoa(m.from)
			defer os.Remove(binary)
			if t.runAlone(s, m, t.compile(ctx, p, binary)) != nil {
				return "", false
			}
		}
		for _, tests := range t.suite.batches(p, s.file, m) {
			limit := 20 * time.Second
			names := make([]string, len(tests))
			for i, t := range tests {
				names[i], limit = t.name, limit+10*t.took
			}
			c := command(ctx, filepath.Join(t.tree, p), binary, "-test.short", "-test.failfast", "-test.timeout", limit.String(),
				"-test.run", "^("+strings.Join(names, "|")+")$")
			c.Env = append(os.Environ(), "MUTANT="+strconv.Itoa(m.number))
			out, err := c.CombinedOutput()
			if errors.As(err, new(*exec.ExitError)) {
				return whatFailed(out, len(names)), true
			}
			if err != nil {
				return "", false
			}
		}
	}
	vet := command(ctx, t.tree, "go", "vet", packageOf(s.file))
	if strings.HasPrefix(m.what, "arguments") && t.runAlone(s, m, vet) != nil {
		return "go vet", true
	}
	return "", true
}

// runAlone runs a command while the file contains only this mutant.
func (t *tester) runAlone(s *source, m *mutant, c *exec.Cmd) error {
	defer t.write(s.file, s.text)
	if err := t.write(s.file, slices.Concat(s.text[:m.from], []byte(m.new), s.text[m.to:])); err != nil {
		return err
	}
	return c.Run()
}

var failure = regexp.MustCompile(`--- FAIL: (\w+)`)

// whatFailed returns the name of the test that failed, of so many.
func whatFailed(out []byte, tests int) string {
	if m := failure.FindSubmatch(out); m != nil {
		return string(m[1])
	}
	if bytes.Contains(out, []byte("panic: test timed out")) {
		return "the clock"
	}
	return "one of " + strconv.Itoa(tests)
}

func (t *tester) write(file string, b []byte) error {
	return os.WriteFile(filepath.Join(t.tree, file), b, 0o666)
}

// binary returns the path of a package's compiled tests.
func (t *tester) binary(p string) string {
	return filepath.Join(t.tree, "tests"+strings.NewReplacer("/", "-", ".", "").Replace(p)+".mutants")
}

func (t *tester) compile(ctx context.Context, p, to string) *exec.Cmd {
	return command(ctx, t.tree, "go", "test", "-c", "-vet=off", "-ldflags=-s -w", "-o", to, p)
}

// packageOf returns the package of a file, in the form that the go command wants.
func packageOf(file string) string {
	if dir := filepath.ToSlash(filepath.Dir(file)); dir != "." {
		return "./" + dir
	}
	return "."
}

func command(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir, c.WaitDelay = dir, time.Second
	return c
}
