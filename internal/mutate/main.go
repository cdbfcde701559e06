// Mutate makes mutants of the program, each with a single bug in it, and tells which of them the tests notice:
//
//	go run ./internal/mutate [-n 20] [-own] [file.go …]
//
// The bugs are those that hands make: < for <=, + for −, a number off by one or its point misplaced, a statement left
// out, a condition negated, two arguments swapped. Each mutant is tried by the tests that go through its line, those of
// its package first, then those of the packages that use it, and the program's last; or by all if the bug is in a
// declaration; and swapped arguments by go vet too. One that does not build is passed over. What is listed as not
// noticed is to be read: some bugs change nothing, and tests that start the program as a process of its own are not
// among those that are tried.
package main

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
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
		files = sources()
	}
	if err := mutate(ctx, files, *n, *seed, *side, *own); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

// mutate tries n mutants in each of the files.
func mutate(ctx context.Context, files []string, n int, seed uint64, side int, own bool) error {
	tree, err := copyTree(".")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tree)
	t := &tester{tree: tree, users: map[string][]string{}}
	var packages []string
	for _, f := range files {
		p := packageOf(f)
		if t.users[p] == nil {
			if t.users[p], err = usersOf(ctx, tree, p, own); err != nil {
				return err
			}
		}
		for _, user := range t.users[p] {
			if !slices.Contains(packages, user) {
				packages = append(packages, user)
			}
		}
	}
	if t.suite, err = coverage(ctx, tree, packages); err != nil {
		return err
	}
	var all []*mutated
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		m, err := mutantsOf(file, source)
		if err != nil {
			return err
		}
		rng := rand.New(rand.NewPCG(seed, uint64(len(source))))
		rng.Shuffle(len(m.mutants), func(i, j int) { m.mutants[i], m.mutants[j] = m.mutants[j], m.mutants[i] })
		if n > 0 {
			m.mutants = m.mutants[:min(2*n, len(m.mutants))] // as half of them may not build
		}
		all = append(all, m)
	}
	if err := t.build(ctx, all, packages); err != nil {
		return err
	}
	hits, sum := 0, 0
	for _, m := range all {
		h, s := t.try(ctx, m, n, side)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		hits, sum = hits+h, sum+s
	}
	fmt.Printf("all: %d of %d noticed (%.0f %%)\n", hits, sum, 100*float64(hits)/float64(max(sum, 1)))
	return nil
}

// try tries n mutants of a file, and prints what came of it.
func (t *tester) try(ctx context.Context, m *mutated, n, side int) (hits, sum int) {
	var mu sync.Mutex
	var group sync.WaitGroup
	turn := make(chan bool, side)
	for _, s := range m.mutants {
		turn <- true
		mu.Lock()
		enough := n > 0 && sum >= n
		mu.Unlock()
		if enough || ctx.Err() != nil {
			break
		}
		group.Go(func() {
			defer func() { <-turn }()
			built, noticed, by := t.test(ctx, m, s)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case !built || ctx.Err() != nil:
				return
			case noticed:
				hits++
				fmt.Printf("noticed      %s:%d: %s  (%s)\n", m.file, s.line, s.what, by)
			default:
				fmt.Printf("NOT NOTICED  %s:%d: %s\n", m.file, s.line, s.what)
			}
			sum++
		})
	}
	group.Wait()
	fmt.Printf("%s: %d of %d noticed (%.0f %%)\n\n", m.file, hits, sum, 100*float64(hits)/float64(max(sum, 1)))
	return hits, sum
}

// sources are the program's files, without tests and this one.
func sources() (files []string) {
	for _, pattern := range []string{"*.go", "internal/*/*.go", "internal/*/*/*.go", "internal/*/*/*/*.go"} {
		list, _ := filepath.Glob(pattern)
		for _, f := range list {
			if !strings.HasSuffix(f, "_test.go") && !strings.Contains(f, "mutate") {
				files = append(files, f)
			}
		}
	}
	return files
}

// copyTree copies the program into a folder of its own.
func copyTree(root string) (string, error) {
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		return "", fmt.Errorf("run it in the folder that has go.mod: %w", err)
	}
	to, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return "", err
	}
	return to, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(to, path)
		switch {
		case d.IsDir() && path != root && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case d.IsDir():
			return os.MkdirAll(target, 0o777)
		case !d.Type().IsRegular():
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, b, 0o666)
	})
}
