// Which tests go through which lines, so that a slip need not meet all of them.
package main

import (
	"bytes"
	"cmp"
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

// A test is one of a package's, and the lines that it goes through.
type test struct {
	name  string
	took  time.Duration
	lines map[place]bool
}

type place struct {
	file string
	line int
}

// A suite is each package's tests, the quickest first.
type suite map[string][]test

var named = regexp.MustCompile(`(?m)^(Test|Fuzz|Example)\w*$`)

// coverage runs each test of the packages by itself.
func coverage(ctx context.Context, tree string, packages []string) (suite, error) {
	all := suite{}
	for _, p := range packages {
		binary, profile := filepath.Join(tree, "covered.test"), filepath.Join(tree, "covered.out")
		c := command(ctx, tree, "go", "test", "-c", "-vet=off", "-cover", "-coverpkg=./...", "-o", binary, p)
		if out, err := c.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%s: %w: %s", p, err, out)
		}
		if _, err := os.Stat(binary); err != nil {
			continue // it has no tests
		}
		list, err := command(ctx, filepath.Join(tree, p), binary, "-test.list", ".").Output()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p, err)
		}
		for _, name := range named.FindAllString(string(list), -1) {
			begin := time.Now()
			c := command(ctx, filepath.Join(tree, p), binary, "-test.short", "-test.run", "^"+name+"$", "-test.coverprofile", profile)
			if out, err := c.CombinedOutput(); err != nil {
				return nil, fmt.Errorf("%s of %s fails before there is a slip: %w: %s", name, p, err, out)
			}
			t := test{name, time.Since(begin), map[place]bool{}}
			if err := t.read(profile); err != nil {
				return nil, err
			}
			all[p] = append(all[p], t)
		}
		slices.SortFunc(all[p], func(a, b test) int { return cmp.Compare(a.took, b.took) })
		os.Remove(binary)
	}
	return all, nil
}

// read takes the lines from a profile: "module/file.go:12.3,14.5 2 1".
func (t *test) read(profile string) error {
	b, err := os.ReadFile(profile)
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(b)) {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		_, file, _ := strings.Cut(name, "/")
		var from, to, skip, count int
		if _, err := fmt.Sscanf(rest, "%d.%d,%d.%d %d %d", &from, &skip, &to, &skip, &skip, &count); err != nil || count == 0 {
			continue
		}
		for l := from; l <= to; l++ {
			t.lines[place{file, l}] = true
		}
	}
	return nil
}

// of is the package's tests that go through a line, in portions, each of which takes longer than those before it.
func (s suite) of(p string, at place, inFunc bool) (portions [][]test) {
	var portion []test
	sum, most := time.Duration(0), 2*time.Second
	for _, t := range s[p] {
		if inFunc && !t.lines[at] {
			continue
		}
		portion = append(portion, t)
		if sum += t.took; sum > most {
			portions, portion, sum, most = append(portions, portion), nil, 0, 4*most
		}
	}
	if portion != nil {
		portions = append(portions, portion)
	}
	return portions
}

// A tester runs the tests in a copy of the program.
type tester struct {
	tree  string
	suite suite
	own   bool // no other package's tests
}

// test says what the tests of the file's package say, and then the program's.
func (t tester) test(ctx context.Context, file string, s slip, mutated []byte) (v verdict, by string) {
	if os.WriteFile(filepath.Join(t.tree, file), mutated, 0o666) != nil {
		return broken, ""
	}
	packages := []string{packageOf(file)}
	if packages[0] != "." && !t.own {
		packages = append(packages, ".")
	}
	for _, p := range packages {
		binary := filepath.Join(t.tree, "slip.test")
		if err := command(ctx, t.tree, "go", "test", "-c", "-vet=off", "-ldflags=-s -w", "-o", binary, p).Run(); err != nil {
			return broken, ""
		}
		for _, tests := range t.suite.of(p, place{filepath.ToSlash(file), s.line}, s.inFunc) {
			limit := 20 * time.Second
			names := make([]string, len(tests))
			for i, t := range tests {
				names[i], limit = t.name, limit+10*t.took
			}
			c := command(ctx, filepath.Join(t.tree, p), binary, "-test.short", "-test.failfast", "-test.timeout", limit.String(),
				"-test.run", "^("+strings.Join(names, "|")+")$")
			out, err := c.CombinedOutput()
			var exit *exec.ExitError
			if errors.As(err, &exit) {
				return noticed, "  (" + firstFailure(out, names) + ")"
			}
			if err != nil {
				return broken, ""
			}
		}
	}
	return unnoticed, ""
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
