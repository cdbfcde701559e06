// The mutants: what a hand may get wrong in a line.
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// A mutant replaces bytes from ≤ i < to of a file.
type mutant struct {
	from, to int
	text     string
	what     string
	line     int
	reached  int           // the line of which the coverage tells: of a case's condition, that of its switch
	function *ast.FuncDecl // nil in a declaration, which no coverage tells of
	number   int           // by which the environment switches it on; 0 where no program has it built in
}

// A mutated file, and the mutants that are to be tried in it.
type mutated struct {
	file    string
	source  []byte
	offset  func(token.Pos) int
	mutants []*mutant
}

var operators = map[token.Token][]string{
	token.LSS: {"<="}, token.LEQ: {"<"}, token.GTR: {">="}, token.GEQ: {">"}, token.EQL: {"!="}, token.NEQ: {"=="},
	token.ADD: {"-"}, token.SUB: {"+"}, token.MUL: {"/"}, token.QUO: {"*"}, token.LAND: {"||"}, token.LOR: {"&&"},
}

// evenHanded functions are the same either way round.
var evenHanded = []string{"min", "max", "slices.Equal", "bytes.Equal", "strings.EqualFold", "reflect.DeepEqual",
	"os.SameFile"}

// mutantsOf is every mutant that a file has room for.
func mutantsOf(path string, source []byte) (*mutated, error) {
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, path, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var mutants []*mutant
	at := func(p token.Pos) int { return set.Position(p).Offset }
	text := func(n ast.Node) string { return string(source[at(n.Pos()):at(n.End())]) }
	function := func(p token.Pos) *ast.FuncDecl {
		for _, d := range f.Decls {
			if f, is := d.(*ast.FuncDecl); is && f.Body != nil && f.Body.Pos() < p && p < f.Body.End() {
				return f
			}
		}
		return nil
	}
	cases := map[*ast.CaseClause]ast.Node{} // and the switch that each is in
	add := func(from, to token.Pos, new, what string) {
		line := set.Position(from).Line
		s := &mutant{at(from), at(to), new, what, line, line, function(from), 0}
		for c, of := range cases {
			if c.Pos() <= from && from < c.Colon {
				s.reached = set.Position(of.Pos()).Line
			}
		}
		mutants = append(mutants, s)
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
		case *ast.SwitchStmt:
			for _, c := range n.Body.List {
				cases[c.(*ast.CaseClause)] = n
			}
		case *ast.BinaryExpr:
			for _, op := range operators[n.Op] {
				add(n.OpPos, n.OpPos+token.Pos(len(n.Op.String())), op, fmt.Sprintf("%s for %s in %s", op, n.Op, short(text(n))))
			}
		case *ast.BasicLit:
			for _, v := range misread(n) {
				replace(n, v)
			}
		case *ast.IfStmt:
			replace(n.Cond, "!("+text(n.Cond)+")")
		case *ast.CallExpr:
			f := text(n.Fun)
			for i := 1; i < len(n.Args) && !slices.Contains(evenHanded, f); i++ {
				if f == "math.FMA" && i == 1 {
					continue // a·b is b·a
				}
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
	return &mutated{path, source, at, mutants}, nil
}

// misread is a whole number one more, and one less where it is not 0; of others the point is in the wrong place.
func misread(n *ast.BasicLit) []string {
	switch v, err := strconv.ParseInt(n.Value, 0, 64); {
	case n.Kind == token.INT && err == nil && v == 0:
		return []string{"1"}
	case n.Kind == token.INT && err == nil:
		return []string{strconv.FormatInt(v+1, 10), strconv.FormatInt(v-1, 10)}
	case n.Kind == token.FLOAT && strings.Trim(n.Value, "0.") != "":
		return []string{"(" + n.Value + " * 10)"}
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
