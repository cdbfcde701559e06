package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
)

// A source is a file of the program, and the mutants to try in it.
type source struct {
	file    string
	text    []byte
	mutants []*mutant

	noticed, tried int // of the mutants

	// While mutants are searched:
	set        *token.FileSet
	function   *ast.FuncDecl // nil in a declaration
	switchLine int           // in the condition of a case, the line of its switch; else 0
}

// A mutant replaces text[from:to] of a source.
type mutant struct {
	from, to int
	new      string
	what     string // describes the bug
	line     int
	covered  int           // the line whose coverage tells which tests run the mutant
	function *ast.FuncDecl // whose body it changes; nil in a declaration
	number   int           // switches it on, see tester
}

// readSource reads a file, and finds every mutant that is possible in it.
func readSource(file string) (*source, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	s := &source{file: file, text: text, set: token.NewFileSet()}
	parsed, err := parser.ParseFile(s.set, file, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	for _, d := range parsed.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			s.function = d
			if d.Body != nil {
				ast.Inspect(d.Body, s.visit)
			}
		case *ast.GenDecl:
			s.function = nil
			if d.Tok != token.IMPORT {
				ast.Inspect(d, s.visit)
			}
		}
	}
	return s, nil
}

func (s *source) offset(p token.Pos) int { return s.set.Position(p).Offset }
func (s *source) lineOf(p token.Pos) int { return s.set.Position(p).Line }

// code returns the text of a node.
func (s *source) code(n ast.Node) string { return string(s.text[s.offset(n.Pos()):s.offset(n.End())]) }

// add adds a mutant.
func (s *source) add(from, to token.Pos, new, what string) {
	line := s.lineOf(from)
	covered := cmp.Or(s.switchLine, line) // a profile does not say which conditions of cases were run
	s.mutants = append(s.mutants, &mutant{s.offset(from), s.offset(to), new, what, line, covered, s.function, 0})
}

var operators = map[token.Token]string{
	token.LSS: "<=", token.LEQ: "<", token.GTR: ">=", token.GEQ: ">", token.EQL: "!=", token.NEQ: "==",
	token.ADD: "-", token.SUB: "+", token.MUL: "/", token.QUO: "*", token.LAND: "||", token.LOR: "&&",
}

// visit adds the mutants of a node.
func (s *source) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		if new, ok := operators[n.Op]; ok {
			end := n.OpPos + token.Pos(len(n.Op.String()))
			s.add(n.OpPos, end, new, fmt.Sprintf("%s for %s in %s", new, n.Op, short(s.code(n))))
		}
	case *ast.BasicLit:
		for _, v := range wrongNumbers(n) {
			s.replace(n, v)
		}
	case *ast.IfStmt:
		s.replace(n.Cond, "!("+s.code(n.Cond)+")")
	case *ast.CallExpr:
		s.swapArguments(n)
	case *ast.SwitchStmt:
		for _, c := range n.Body.List {
			for _, condition := range c.(*ast.CaseClause).List {
				s.switchLine = s.lineOf(n.Pos())
				ast.Inspect(condition, s.visit)
				s.switchLine = 0
			}
		}
	case *ast.BlockStmt:
		s.removeEach(n.List)
	case *ast.CaseClause:
		s.removeEach(n.Body)
		for _, statement := range n.Body {
			ast.Inspect(statement, s.visit)
		}
		return false // the conditions were visited with their switch
	}
	return true
}

func (s *source) replace(n ast.Node, new string) {
	s.add(n.Pos(), n.End(), new, fmt.Sprintf("%s for %s", short(new), short(s.code(n))))
}

// wrongNumbers returns a whole number one more, and one less if it is not 0; other numbers have the point misplaced.
func wrongNumbers(n *ast.BasicLit) []string {
	v, err := strconv.ParseInt(n.Value, 0, 64)
	switch {
	case n.Kind == token.INT && err == nil && v == 0:
		return []string{"1"}
	case n.Kind == token.INT && err == nil:
		return []string{strconv.FormatInt(v+1, 10), strconv.FormatInt(v-1, 10)}
	case n.Kind == token.FLOAT && strings.Trim(n.Value, "0.") != "":
		return []string{"(" + n.Value + " * 10)"}
	}
	return nil
}

// symmetric functions give the same result with their arguments swapped.
var symmetric = []string{"min", "max", "slices.Equal", "bytes.Equal", "strings.EqualFold", "reflect.DeepEqual",
	"os.SameFile"}

func (s *source) swapArguments(call *ast.CallExpr) {
	f := s.code(call.Fun)
	for i := 1; i < len(call.Args); i++ {
		a, b := s.code(call.Args[i-1]), s.code(call.Args[i])
		isProduct := f == "math.FMA" && i == 1 // a·b is b·a
		if a != b && !isProduct && !slices.Contains(symmetric, f) {
			what := fmt.Sprintf("arguments %s and %s swapped", short(a), short(b))
			s.add(call.Args[i-1].Pos(), call.Args[i].End(), b+", "+a, what)
		}
	}
}

// removeEach leaves out the statements without which the program may still compile.
func (s *source) removeEach(list []ast.Stmt) {
	for _, n := range list {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				continue
			}
		case *ast.ExprStmt, *ast.IncDecStmt, *ast.DeferStmt:
		default:
			continue
		}
		s.add(n.Pos(), n.End(), "", "without "+short(s.code(n)))
	}
}

// short returns a text on one line, cut off after 60 characters.
func short(s string) string { return fmt.Sprintf("%.60s", strings.Join(strings.Fields(s), " ")) }
