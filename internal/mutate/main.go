// Mutate puts single bugs into copies of the program, called mutants, and tells which of them the tests notice:
//
//	go run ./internal/mutate [-n 20] [-own] [file.go …]
//
// The bugs are those that slip from the hand: < for <=, + for −, a number off by one or its point misplaced, a
// statement left out, a condition negated, two arguments swapped. Each mutant is tried with the tests that run its
// line: first those of its package, then those of packages that use it, the program last. A mutant in a declaration
// is tried with all these tests, and swapped arguments also with go vet. Mutants that do not compile are not counted.
//
// Read what is listed as not noticed: some bugs change nothing. Tests that start the program as a separate process do
// not run the mutant.
package main

import (
	"context"
	"flag"
	"fmt"
	"go/build"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	n := flag.Int("n", 20, "so many mutants in a `file`, drawn by -seed; 0 for all")
	seed := flag.Uint64("seed", 1, "draws the mutants")
	own := flag.Bool("own", false, "only the tests of the file's own package, which is quick for those in internal")
	flag.Parse()
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	files := flag.Args()
	if len(files) == 0 {
		files = allFiles()
	}
	if err := mutate(ctx, files, *n, *seed, *own); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

// allFiles returns the program's sources that are compiled on this machine, without tests and without mutate.
func allFiles() (files []string) {
	for _, pattern := range []string{"*.go", "internal/*/*.go", "internal/*/*/*.go", "internal/*/*/*/*.go"} {
		list, _ := filepath.Glob(pattern)
		files = append(files, list...)
	}
	return slices.DeleteFunc(files, func(file string) bool {
		compiled, _ := build.Default.MatchFile(filepath.Split(file))
		return !compiled || strings.HasSuffix(file, "_test.go") || strings.Contains(file, "mutate")
	})
}

// mutate tries n mutants in each of the files.
func mutate(ctx context.Context, files []string, n int, seed uint64, own bool) error {
	if _, err := os.Stat("go.mod"); err != nil {
		return fmt.Errorf("run it in the folder that has go.mod: %w", err)
	}
	tree, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tree)
	if err := os.CopyFS(tree, os.DirFS(".")); err != nil {
		return err
	}
	t := &tester{tree: tree, users: map[string][]string{}}
	var packages, mutated []string // whose tests are needed, and in which the files are
	var sources []*source
	for _, file := range files {
		compiled, err := build.Default.MatchFile(filepath.Split(file))
		if err != nil {
			return err
		}
		if !compiled {
			return fmt.Errorf("%s: it is not compiled on this machine, so no test can notice its mutants", file)
		}
		p := packageOf(file)
		if t.users[p] == nil {
			if t.users[p], err = usersOf(ctx, tree, p, own); err != nil {
				return err
			}
			packages, mutated = append(packages, t.users[p]...), append(mutated, p)
		}
		s, err := readSource(file)
		if err != nil {
			return err
		}
		random := rand.New(rand.NewPCG(seed, uint64(len(s.text))))
		random.Shuffle(len(s.mutants), func(i, j int) { s.mutants[i], s.mutants[j] = s.mutants[j], s.mutants[i] })
		if n > 0 {
			s.mutants = s.mutants[:min(2*n, len(s.mutants))] // as half of them may not compile
		}
		sources = append(sources, s)
	}
	slices.Sort(packages)
	packages = slices.Compact(packages)
	if t.suite, err = measure(ctx, tree, packages, mutated); err != nil {
		return err
	}
	if err := t.build(ctx, sources, packages); err != nil {
		return err
	}
	for _, s := range sources {
		if n > 0 {
			s.mutants = s.mutants[:min(n, len(s.mutants))]
		}
	}
	return t.tryAll(ctx, sources)
}

// tryAll tries the mutants of the sources, and prints what the tests notice.
func (t *tester) tryAll(ctx context.Context, sources []*source) error {
	all := &source{file: "all"}
	for _, s := range sources {
		for _, m := range s.mutants {
			by, runs := t.test(ctx, s, m)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if runs {
				s.report(m, by)
			}
		}
		s.printScore()
		fmt.Println()
		all.noticed, all.tried = all.noticed+s.noticed, all.tried+s.tried
	}
	all.printScore()
	return nil
}

// report counts a mutant, and prints which test has noticed it.
func (s *source) report(m *mutant, by string) {
	s.tried++
	if by == "" {
		fmt.Printf("NOT NOTICED  %s:%d: %s\n", s.file, m.line, m.what)
		return
	}
	s.noticed++
	fmt.Printf("noticed      %s:%d: %s  (%s)\n", s.file, m.line, m.what, by)
}

func (s *source) printScore() {
	percent := 100 * float64(s.noticed) / float64(max(s.tried, 1))
	fmt.Printf("%s: %d of %d noticed (%.0f %%)\n", s.file, s.noticed, s.tried, percent)
}
