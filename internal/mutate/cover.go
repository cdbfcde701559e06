// Which tests go through which lines, so that a mutant need not meet all of them.
package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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

// usersOf is a package, and unless it is to be its own alone, those whose tests have it in them, the program last.
func usersOf(ctx context.Context, tree, p string, own bool) ([]string, error) {
	users := []string{p}
	if own || p == "." {
		return users, nil
	}
	c := command(ctx, tree, "go", "list", "-test", "-f", `{{.ImportPath}} {{join .Deps " "}}`, "./...")
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	program := ""
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		name, isTest := strings.CutSuffix(words[0], ".test")
		module, inside, _ := strings.Cut(name, "/")
		path := module + strings.TrimPrefix(p, ".")
		switch {
		case !isTest || name == path || !slices.Contains(words[1:], path):
		case inside == "internal/run/workbook": // which compiles sources that it carries, all mutants at once
		case inside == "":
			program = "."
		default:
			users = append(users, "./"+inside)
		}
	}
	if program != "" {
		users = append(users, program)
	}
	return users, nil
}

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
			run := func() ([]byte, error) {
				return command(ctx, filepath.Join(tree, p), binary, "-test.short", "-test.run", "^"+name+"$", "-test.coverprofile",
					profile).CombinedOutput()
			}
			out, err := run()
			if err != nil { // of some that look at a clock, once is no proof on a busy machine
				out, err = run()
			}
			if err != nil {
				return nil, fmt.Errorf("%s of %s fails before there is a mutant: %w: %s", name, p, err, out)
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
		if _, err := fmt.Sscanf(rest, "%d.%d,%d.%d %d %d", &from, &skip, &to, &skip, &skip, &count); err != nil ||
			count == 0 {
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
