// Mutate puts single slips into the program, one at a time, and tells which of them the tests notice:
//
//	go run ./internal/mutate [-n 20] [file.go …]
//
// The slips are those that hands make: < for <=, + for −, a constant off by one, a statement left out, a condition
// negated, two arguments swapped. Each is tried in a copy of the tree by go test -short of the packages concerned; one
// that does not build is passed over. What is listed as not noticed is to be read: some slips change nothing.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A slip replaces bytes from ≤ i < to of a file.
type slip struct {
	from, to int
	text     string
	what     string
	line     int
}

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
	limit := flag.Duration("limit", 2*time.Minute, "`time` for the tests; what takes longer counts as noticed")
	side := flag.Int("side", 1, "so many `trees` side by side")
	flag.Parse()
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	files := flag.Args()
	if len(files) == 0 {
		files = sources()
	}
	if err := mutate(ctx, files, *n, *seed, *side, tester{limit: *limit}); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

// mutate tries n slips in each of the files.
func mutate(ctx context.Context, files []string, n int, seed uint64, side int, with tester) error {
	testers := make(chan tester, side)
	for range side {
		t := with
		tree, err := copyTree(".")
		if t.tree = tree; err != nil {
			return err
		}
		defer os.RemoveAll(t.tree)
		testers <- t
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
			v := t.test(ctx, file, slices.Concat(source[:s.from], []byte(s.text), source[s.to:]))
			os.WriteFile(filepath.Join(t.tree, file), source, 0o666)
			testers <- t
			mu.Lock()
			defer mu.Unlock()
			if found[v]++; v != broken && ctx.Err() == nil {
				fmt.Printf("%-11s  %s:%d: %s\n", v, file, s.line, s.what)
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

// ---- Trying ----

// A tester runs the tests in a copy of the program.
type tester struct {
	tree  string
	limit time.Duration
}

// test says what the tests of the file's package say, and then the program's, if the file reads so.
func (t tester) test(ctx context.Context, file string, mutated []byte) verdict {
	if os.WriteFile(filepath.Join(t.tree, file), mutated, 0o666) != nil {
		return broken
	}
	packages := []string{"./" + filepath.ToSlash(filepath.Dir(file))}
	if packages[0] != "./." {
		packages = append(packages, ".")
	}
	for _, p := range packages {
		c := exec.CommandContext(ctx, "go", "test", "-short", "-failfast", "-vet=off", "-timeout", t.limit.String(), p)
		c.Dir, c.WaitDelay = t.tree, time.Second
		out, err := c.CombinedOutput()
		var exit *exec.ExitError
		switch {
		case err == nil:
		case !errors.As(err, &exit) || bytes.Contains(out, []byte("[build failed]")):
			return broken
		default:
			return noticed
		}
	}
	return unnoticed
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

// ---- Slips ----

var operators = map[token.Token][]string{
	token.LSS: {"<="}, token.LEQ: {"<"}, token.GTR: {">="}, token.GEQ: {">"}, token.EQL: {"!="}, token.NEQ: {"=="},
	token.ADD: {"-"}, token.SUB: {"+"}, token.MUL: {"/"}, token.QUO: {"*"}, token.LAND: {"||"}, token.LOR: {"&&"},
}

// slipsOf is every slip that a file has room for.
func slipsOf(path string, source []byte) ([]slip, error) {
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, path, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var slips []slip
	at := func(p token.Pos) int { return set.Position(p).Offset }
	text := func(n ast.Node) string { return string(source[at(n.Pos()):at(n.End())]) }
	add := func(from, to token.Pos, new, what string) {
		slips = append(slips, slip{at(from), at(to), new, what, set.Position(from).Line})
	}
	replace := func(n ast.Node, new string) {
		add(n.Pos(), n.End(), new, fmt.Sprintf("%s for %s", short(new), short(text(n))))
	}
	without := func(list []ast.Stmt) {
		for _, s := range list {
			if removable(s) {
				add(s.Pos(), s.End(), "", "without "+short(text(s)))
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.BinaryExpr:
			for _, op := range operators[n.Op] {
				add(n.OpPos, n.OpPos+token.Pos(len(n.Op.String())), op, fmt.Sprintf("%s for %s in %s", op, n.Op, short(text(n))))
			}
		case *ast.BasicLit:
			for _, v := range offByOne(n) {
				replace(n, v)
			}
		case *ast.IfStmt:
			replace(n.Cond, "!("+text(n.Cond)+")")
		case *ast.CallExpr:
			for i := 1; i < len(n.Args); i++ {
				if a, b := n.Args[i-1], n.Args[i]; text(a) != text(b) {
					what := fmt.Sprintf("arguments %s and %s swapped", short(text(a)), short(text(b)))
					add(a.Pos(), b.End(), text(b)+", "+text(a), what)
				}
			}
		case *ast.BlockStmt:
			without(n.List)
		case *ast.CaseClause:
			without(n.Body)
		}
		return true
	})
	return slips, nil
}

// offByOne is a number one more, and one less where it is not 0.
func offByOne(n *ast.BasicLit) []string {
	switch v, err := strconv.ParseInt(n.Value, 0, 64); {
	case n.Kind == token.INT && err == nil && v == 0:
		return []string{"1"}
	case n.Kind == token.INT && err == nil:
		return []string{strconv.FormatInt(v+1, 10), strconv.FormatInt(v-1, 10)}
	case n.Kind == token.FLOAT:
		return []string{"(" + n.Value + " * 1.1)"}
	}
	return nil
}

// removable says that a program may be able to do without a statement.
func removable(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.AssignStmt:
		return s.Tok != token.DEFINE
	case *ast.ExprStmt, *ast.IncDecStmt, *ast.DeferStmt:
		return true
	}
	return false
}

// short is a text on one line.
func short(s string) string { return fmt.Sprintf("%.60s", strings.Join(strings.Fields(s), " ")) }
