// Building the program with mutants in it, and running its tests.
//
// Building takes longer than most tests. So a function has all of its mutants at once, each in a copy of its body, and
// the environment says which of them is on:
//
//	func f(x int) int {
//		if mutantHere == 17 {
//			…
//		}
//		…
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
	"sync"
	"time"
)

// A tester runs the tests in a copy of the program.
type tester struct {
	tree  string
	suite suite
	users map[string][]string // the packages whose tests try a package's mutants

	mu sync.Mutex // of those that have a mutant written into a file of the tree
}

const switches = `package %s

import (
	"os"
	"strconv"
)

var mutantHere, _ = strconv.Atoi(os.Getenv("MUTANT"))
`

var packageClause = regexp.MustCompile(`(?m)^package (\w+)`)

// build makes each package's tests with all mutants that are in functions, and leaves out those that do not build.
func (t *tester) build(ctx context.Context, all []*mutated, packages []string) error {
	if err := os.MkdirAll(filepath.Join(t.tree, ".tests"), 0o777); err != nil {
		return err
	}
	number := 0
	for _, m := range all {
		for _, s := range m.mutants {
			if s.function != nil {
				number++
				s.number = number
			}
		}
	}
	clauses := map[string]string{} // a file with the switch in each package
	for _, m := range all {
		clauses[filepath.Join(filepath.Dir(m.file), "mutant_here.go")] = string(packageClause.FindSubmatch(m.source)[1])
	}
	for name, clause := range clauses {
		if err := t.write(name, fmt.Appendf(nil, switches, clause)); err != nil {
			return err
		}
		defer os.Remove(filepath.Join(t.tree, name))
	}
	for _, m := range all {
		defer t.write(m.file, m.source)
	}
	for {
		at := map[place]*mutant{}
		for _, m := range all {
			if err := t.write(m.file, m.switched(at, false)); err != nil {
				return err
			}
		}
		out, err := command(ctx, t.tree, "go", "build", "-gcflags=-e", "./...").CombinedOutput()
		if err == nil {
			break
		}
		found := false
		for _, e := range compileError.FindAllSubmatch(out, -1) {
			line, _ := strconv.Atoi(string(e[2]))
			where := place{filepath.ToSlash(filepath.Clean(string(e[1]))), line}
			if s := at[where]; s != nil {
				s.number, found = -1, true
			}
		}
		if !found {
			return fmt.Errorf("the mutants do not build, and it is not clear which: %w: %s", err, out)
		}
		for _, m := range all {
			m.mutants = slices.DeleteFunc(m.mutants, func(s *mutant) bool { return s.number < 0 })
		}
	}
	for _, m := range all {
		if err := t.write(m.file, m.switched(nil, true)); err != nil {
			return err
		}
	}
	for _, p := range packages {
		if out, err := t.compile(ctx, p, t.binary(p)).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", p, err, out)
		}
	}
	return nil
}

var compileError = regexp.MustCompile(`(?m)^(\S+\.go):(\d+):\d+: `)

// switched is the source with its mutants in copies of their functions' bodies. With numbered, its lines are known by
// the numbers that they have in the source, as some tests look for them; else at becomes the lines where the mutants
// are.
func (m *mutated) switched(at map[place]*mutant, numbered bool) []byte {
	mutants := slices.DeleteFunc(slices.Clone(m.mutants), func(s *mutant) bool { return s.number <= 0 })
	slices.SortStableFunc(mutants, func(a, b *mutant) int { return int(a.function.Pos() - b.function.Pos()) })
	var b bytes.Buffer
	line := func() int { return 1 + bytes.Count(b.Bytes(), []byte("\n")) }
	done := 0
	for _, s := range mutants {
		body, end := m.offset(s.function.Body.Lbrace)+1, m.offset(s.function.Body.Rbrace)
		b.Write(m.source[done:body])
		done = body
		number := ""
		if numbered {
			number = fmt.Sprintf("\n//line %s:%d", filepath.Base(m.file), 1+bytes.Count(m.source[:body], []byte("\n")))
		}
		last := "return"
		if s.function.Type.Results != nil {
			last = `panic("no return")`
		}
		from := line()
		fmt.Fprintf(&b, "\nif mutantHere == %d {%s\n%s%s%s\n%s\n}%s\n", s.number, number, m.source[body:s.from], s.text,
			m.source[s.to:end], last, number)
		for l := from; at != nil && l < line(); l++ {
			at[place{filepath.ToSlash(m.file), l}] = s
		}
	}
	b.Write(m.source[done:])
	return b.Bytes()
}

func (t *tester) write(file string, b []byte) error {
	return os.WriteFile(filepath.Join(t.tree, file), b, 0o666)
}

// binary is where a package's tests are.
func (t *tester) binary(p string) string {
	return filepath.Join(t.tree, ".tests", "tests"+strings.NewReplacer("/", "-", ".", "").Replace(p)+".test")
}

func (t *tester) compile(ctx context.Context, p, to string) *exec.Cmd {
	return command(ctx, t.tree, "go", "test", "-c", "-vet=off", "-ldflags=-s -w", "-o", to, p)
}

// test says what the tests say: of the file's package, and then of those that use it.
func (t *tester) test(ctx context.Context, m *mutated, s *mutant) (built, noticed bool, by string) {
	for _, p := range t.users[packageOf(m.file)] {
		binary := t.binary(p)
		if s.function == nil {
			binary += strconv.Itoa(s.from)
			defer os.Remove(binary)
			if t.alone(m, s, t.compile(ctx, p, binary)) != nil {
				return false, false, ""
			}
		}
		for _, tests := range t.suite.of(p, place{filepath.ToSlash(m.file), s.reached}, s.function != nil) {
			limit := 20 * time.Second
			names := make([]string, len(tests))
			for i, t := range tests {
				names[i], limit = t.name, limit+10*t.took
			}
			c := command(ctx, filepath.Join(t.tree, p), binary, "-test.short", "-test.failfast", "-test.timeout", limit.String(),
				"-test.run", "^("+strings.Join(names, "|")+")$")
			c.Env = append(os.Environ(), "MUTANT="+strconv.Itoa(s.number))
			out, err := c.CombinedOutput()
			var exit *exec.ExitError
			if errors.As(err, &exit) {
				return true, true, firstFailure(out, names)
			}
			if err != nil {
				return false, false, ""
			}
		}
	}
	if strings.HasPrefix(s.what, "arguments") && t.alone(m, s, command(ctx, t.tree, "go", "vet",
		packageOf(m.file))) != nil {
		return true, true, "go vet"
	}
	return true, false, ""
}

// alone runs a command with one mutant in the file.
func (t *tester) alone(m *mutated, s *mutant, c *exec.Cmd) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	defer t.write(m.file, m.source)
	if err := t.write(m.file, slices.Concat(m.source[:s.from], []byte(s.text), m.source[s.to:])); err != nil {
		return err
	}
	return c.Run()
}

var failure = regexp.MustCompile(`--- FAIL: (\w+)`)

func firstFailure(out []byte, names []string) string {
	if m := failure.FindSubmatch(out); m != nil {
		return string(m[1])
	}
	if bytes.Contains(out, []byte("panic: test timed out")) {
		return "the clock"
	}
	return "one of " + strconv.Itoa(len(names))
}

// packageOf is the file's package, as the go command wants it.
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
