// Mutate puts single slips into the program, one at a time, and tells which of them the tests notice:
//
//	go run ./internal/mutate [-n 20] [-own] [file.go …]
//
// The slips are those that hands make: < for <=, + for −, a number off by one or its point misplaced, a statement left
// out, a condition negated, two arguments swapped. Each is tried in a copy of the tree, by the tests that go through its
// line, and by all in declarations; one that does not build is passed over. What is listed as not noticed is to be read:
// some slips change nothing, and tests that start the program as a process of its own are not among those that are tried.
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

// A verdict is what the tests say to a slip.
type verdict string

const (
	noticed   verdict = "noticed"
	unnoticed verdict = "NOT NOTICED"
	broken    verdict = "does not build"
)

func main() {
	n := flag.Int("n", 20, "so many slips in a `file`, drawn by -seed; 0 for all")
	seed := flag.Uint64("seed", 1, "draws the slips")
	side := flag.Int("side", 1, "so many `trees` side by side")
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

// mutate tries n slips in each of the files.
func mutate(ctx context.Context, files []string, n int, seed uint64, side int, own bool) error {
	var packages []string
	tested := files
	if !own {
		tested = append(tested, "main.go")
	}
	for _, f := range tested {
		if p := packageOf(f); !slices.Contains(packages, p) {
			packages = append(packages, p)
		}
	}
	testers := make(chan tester, side)
	var suite suite
	for range side {
		tree, err := copyTree(".")
		if err != nil {
			return err
		}
		defer os.RemoveAll(tree)
		if suite == nil {
			if suite, err = coverage(ctx, tree, packages); err != nil {
				return err
			}
		}
		testers <- tester{tree, suite, own}
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		slips, err := slipsOf(file, source)
		if err != nil {
			return err
		}
		rng := rand.New(rand.NewPCG(seed, uint64(len(source))))
		rng.Shuffle(len(slips), func(i, j int) { slips[i], slips[j] = slips[j], slips[i] })
		if err := try(ctx, file, source, slips, n, testers); err != nil {
			return err
		}
	}
	return nil
}

// try tries slips until n of them have been built, and prints what came of it.
func try(ctx context.Context, file string, source []byte, slips []slip, n int, testers chan tester) error {
	var mu sync.Mutex
	var group sync.WaitGroup
	found := map[verdict]int{}
	for _, s := range slips {
		t := <-testers
		mu.Lock()
		enough := n > 0 && found[noticed]+found[unnoticed] >= n
		mu.Unlock()
		if enough || ctx.Err() != nil {
			testers <- t
			break
		}
		group.Go(func() {
			v, by := t.test(ctx, file, s, slices.Concat(source[:s.from], []byte(s.text), source[s.to:]))
			os.WriteFile(filepath.Join(t.tree, file), source, 0o666)
			testers <- t
			mu.Lock()
			defer mu.Unlock()
			if found[v]++; v != broken && ctx.Err() == nil {
				fmt.Printf("%-11s  %s:%d: %s%s\n", v, file, s.line, s.what, by)
			}
		})
	}
	group.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	all := found[noticed] + found[unnoticed]
	fmt.Printf("%s: %d of %d noticed (%.0f %%); %d did not build\n\n", file, found[noticed], all,
		100*float64(found[noticed])/float64(max(all, 1)), found[broken])
	return nil
}

// sources are the program's files, without tests and this one.
func sources() (files []string) {
	for _, pattern := range []string{"*.go", "internal/*/*.go"} {
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
