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

// A suite has the tests of each package, the quickest first.
type suite map[string][]test

// A test has, for each line that a coverage profile knows, whether it runs the line.
type test struct {
	name  string
	took  time.Duration
	lines map[place]bool
}

// runs reports whether the test runs a line. What follows a function in a statement, f(func() { … }, x), is in no block
// of a profile; it is run with the line above it.
func (t test) runs(at place) bool {
	for ; at.line > 0; at.line-- {
		if run, known := t.lines[at]; known {
			return run
		}
	}
	return false
}

type place struct {
	file string
	line int
}

// usersOf returns the package p, and unless own is true, the packages whose tests use it, the program last.
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
	usedByProgram := false
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		name, isTest := strings.CutSuffix(words[0], ".test")
		module, folder, _ := strings.Cut(name, "/")
		path := module + strings.TrimPrefix(p, ".")
		switch {
		case !isTest || name == path || !slices.Contains(words[1:], path):
		case folder == "internal/run/workbook": // it compiles sources that are embedded in it, with all mutants at once
		case folder == "":
			usedByProgram = true
		default:
			users = append(users, "./"+folder)
		}
	}
	if usedByProgram {
		users = append(users, ".")
	}
	return users, nil
}

// measure runs each test of the packages by itself, to see which lines of the mutated packages it runs and how long it
// takes.
func measure(ctx context.Context, tree string, packages, mutated []string) (suite, error) {
	all := suite{}
	for _, p := range packages {
		fmt.Fprintf(os.Stderr, "measuring each test of %s\n", p)
		binary := filepath.Join(tree, "covered.test")
		c := command(ctx, tree, "go", "test", "-c", "-vet=off", "-cover", "-coverpkg="+strings.Join(mutated, ","), "-o",
			binary, p)
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
		for _, name := range testName.FindAllString(string(list), -1) {
			t, err := measureTest(ctx, tree, p, binary, name)
			if err != nil {
				return nil, fmt.Errorf("%s of %s: %w", name, p, err)
			}
			all[p] = append(all[p], t)
		}
		slices.SortFunc(all[p], func(a, b test) int { return cmp.Compare(a.took, b.took) })
		os.Remove(binary)
	}
	return all, nil
}

var testName = regexp.MustCompile(`(?m)^(Test|Fuzz|Example)\w*$`)

// measureTest runs a test, a second time if it fails: on a busy machine, one that looks at a clock may.
func measureTest(ctx context.Context, tree, p, binary, name string) (t test, err error) {
	profile := filepath.Join(tree, "covered.out")
	for range 2 {
		begin := time.Now()
		c := command(ctx, filepath.Join(tree, p), binary, "-test.short", "-test.run", "^"+name+"$", "-test.coverprofile",
			profile)
		out, runErr := c.CombinedOutput()
		if runErr == nil {
			t = test{name: name, took: time.Since(begin)}
			t.lines, err = readProfile(profile)
			return t, err
		}
		err = fmt.Errorf("it fails without any mutant: %w: %s", runErr, out)
	}
	return t, err
}

// readProfile returns the lines that were run. A line of a profile is "module/file.go:12.3,14.5 2 1".
func readProfile(profile string) (map[place]bool, error) {
	b, err := os.ReadFile(profile)
	if err != nil {
		return nil, err
	}
	lines := map[place]bool{}
	for line := range strings.Lines(string(b)) {
		name, block, _ := strings.Cut(strings.TrimSpace(line), ":")
		_, file, _ := strings.Cut(name, "/")
		var first, last, count, ignored int
		_, err := fmt.Sscanf(block, "%d.%d,%d.%d %d %d", &first, &ignored, &last, &ignored, &ignored, &count)
		for l := first; l <= last && err == nil; l++ {
			at := place{file, l}
			lines[at] = lines[at] || count > 0
		}
	}
	return lines, nil
}

// batches returns the tests of a package that run the mutant, in batches that take longer and longer: so a mutant that
// is noticed early does not wait for slow tests.
func (s suite) batches(p, file string, m *mutant) (batches [][]test) {
	var batch []test
	sum, limit := time.Duration(0), 2*time.Second
	for _, t := range s[p] {
		if m.function != nil && !t.runs(place{filepath.ToSlash(file), m.covered}) {
			continue
		}
		batch = append(batch, t)
		sum += t.took
		if sum > limit {
			batches, batch = append(batches, batch), nil
			sum, limit = 0, 4*limit
		}
	}
	if batch != nil {
		batches = append(batches, batch)
	}
	return batches
}
