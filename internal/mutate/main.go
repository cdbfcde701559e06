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
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

func main() {
	n := flag.Int("n", 20, "so many mutants in a `file`, drawn by -seed; 0 for all")
	seed := flag.Uint64("seed", 1, "draws the mutants")
	side := flag.Int("side", 1, "so many `mutants` are tried side by side")
	own := flag.Bool("own", false, "only the tests of the file's own package, which is quick for those in internal")
	flag.Parse()
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	files := flag.Args()
	if len(files) == 0 {
		files = allFiles()
	}
	if err := mutate(ctx, files, *n, *seed, *side, *own); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

// allFiles returns the program's sources, without tests and without mutate.
func allFiles() (files []string) {
	for _, pattern := range []string{"*.go", "internal/*/*.go", "internal/*/*/*.go", "internal/*/*/*/*.go"} {
		list, _ := filepath.Glob(pattern)
		files = append(files, list...)
	}
	return slices.DeleteFunc(files, func(file string) bool {
		return strings.HasSuffix(file, "_test.go") || strings.Contains(file, "mutate")
	})
}

// mutate tries n mutants in each of the files.
func mutate(ctx context.Context, files []string, n int, seed uint64, side int, own bool) error {
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
	var packages []string // whose tests are needed
	var sources []*source
	for _, file := range files {
		p := packageOf(file)
		if t.users[p] == nil {
			if t.users[p], err = usersOf(ctx, tree, p, own); err != nil {
				return err
			}
			packages = append(packages, t.users[p]...)
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
	if t.suite, err = measure(ctx, tree, packages); err != nil {
		return err
	}
	if err := t.build(ctx, sources, packages); err != nil {
		return err
	}
	for _, s := range sources {
		if n > 0 {
			s.mutants = s.mutants[:min(n, len(s.mutants))]
		}
		t.total += len(s.mutants)
	}
	return t.tryAll(ctx, sources, side)
}

// tryAll tries the mutants of the sources, side at a time, and prints what the tests notice.
func (t *tester) tryAll(ctx context.Context, sources []*source, side int) error {
	t.start, t.told = time.Now(), time.Now()
	all := &source{file: "all"}
	for _, s := range sources {
		var group sync.WaitGroup
		free := make(chan bool, side)
		for _, m := range s.mutants {
			free <- true
			group.Go(func() {
				defer func() { <-free }()
				if ctx.Err() == nil {
					by, compiles := t.test(ctx, s, m)
					t.report(s, m, by, compiles && ctx.Err() == nil)
				}
			})
		}
		group.Wait()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.printScore()
		fmt.Println()
		all.noticed, all.tried = all.noticed+s.noticed, all.tried+s.tried
	}
	all.printScore()
	return nil
}

// report prints which test has noticed a mutant, and on standard error, once in a while, how long the rest will take.
func (t *tester) report(s *source, m *mutant, by string, valid bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done++
	switch {
	case !valid:
	case by != "":
		s.noticed, s.tried = s.noticed+1, s.tried+1
		fmt.Printf("noticed      %s:%d: %s  (%s)\n", s.file, m.line, m.what, by)
	default:
		s.tried++
		fmt.Printf("NOT NOTICED  %s:%d: %s\n", s.file, m.line, m.what)
	}
	if time.Since(t.told) > 20*time.Second {
		t.told = time.Now()
		left := time.Since(t.start) / time.Duration(t.done) * time.Duration(t.total-t.done)
		fmt.Fprintf(os.Stderr, "%d of %d tried, about %v left\n", t.done, t.total, left.Round(time.Second))
	}
}

func (s *source) printScore() {
	percent := 100 * float64(s.noticed) / float64(max(s.tried, 1))
	fmt.Printf("%s: %d of %d noticed (%.0f %%)\n", s.file, s.noticed, s.tried, percent)
}
