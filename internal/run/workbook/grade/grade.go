// Package grade judges a workbook's exercises, and says of a wrong one what the mistake is and where to look.
package grade

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// A Mistake is what is wrong with an exercise.
type Mistake struct {
	Code string // of check.Codes, or one of ownHints
	Text string
}

// An exercise is a file to be filled in, and how it is judged.
type exercise struct {
	file  string
	judge func(g *grader) *Mistake
	take  func(to *Functions, from Functions) // lets others call the learner's own; nil where none does
	limit time.Duration                       // how long it may take
}

// exercises are all, in the order in which a network is built.
var exercises = []exercise{
	{"01_sigmoid.go", (*grader).sigmoid, func(to *Functions, from Functions) { to.Sigmoid = from.Sigmoid }, short},
	{"02_forward.go", (*grader).forward, func(to *Functions, from Functions) { to.Forward = from.Forward }, short},
	{"03_output.go", (*grader).output, func(to *Functions, from Functions) { to.Output = from.Output }, short},
	{"04_back.go", (*grader).back, func(to *Functions, from Functions) { to.Back = from.Back }, short},
	{"05_gradients.go", (*grader).gradients, func(to *Functions, from Functions) { to.Gradients = from.Gradients }, short},
	{"06_step.go", (*grader).step, nil, short},
	{"07_batch.go", (*grader).batch, func(to *Functions, from Functions) { to.BatchStep = from.BatchStep }, short},
	{"08_check.go", (*grader).estimate, nil, short},
	{"09_train.go", (*grader).train, func(to *Functions, from Functions) { to.Train = from.Train }, short},
	{"10_digits.go", (*grader).digits, nil, long},
	{"11_momentum.go", (*grader).momentum, nil, short},
	{"12_decay.go", (*grader).decay, nil, short},
}

// How long an exercise may take before it is said to go on for ever.
const (
	short = 20 * time.Second
	long  = 5 * time.Minute
)

// A grader goes through the exercises.
type grader struct {
	out   io.Writer
	mine  Functions
	lend  func(Functions)
	calls Functions // what the exercises call of each other
	done  map[string]bool
	notes []string // what there is to be glad of
	folder
}

// Workbook judges the exercises of the folder that it is called in, tells what it has found, and says
// whether all are done. lend is to put in place what the exercises call of each other.
func Workbook(out io.Writer, mine Functions, lend func(Functions)) bool {
	g := &grader{out: out, mine: mine, lend: lend, calls: lent(), done: map[string]bool{}, folder: open()}
	next := ""
	for _, e := range exercises {
		g.one(e)
		if !g.done[e.file] && next == "" {
			next = e.file
		}
	}
	g.save()
	for _, note := range g.notes {
		fmt.Fprintln(out, Wrap(note, ""))
	}
	fmt.Fprintln(out, Bar(len(g.done), len(exercises))+" done"+after(next))
	return next == ""
}

// after says what comes next.
func after(next string) string {
	if next == "" {
		return ": all of them!"
	}
	return ", next: " + next
}

// Bar is how many of all are done, drawn and in numbers.
func Bar(done, all int) string {
	const wide = 24
	full := wide * done / all
	return "[" + strings.Repeat("█", full) + strings.Repeat("·", wide-full) + fmt.Sprintf("]  %d of %d", done, all)
}

// one judges an exercise, and tells what is wrong with it.
func (g *grader) one(e exercise) {
	if g.untouched(e.file) {
		return
	}
	g.lend(g.calls)
	m := within(e, g)
	switch {
	case m == nil:
		g.done[e.file] = true
		if e.take != nil {
			e.take(&g.calls, g.mine)
		}
		g.forget(e.file)
		return
	case m.Code == waiting || m.Code == nothing:
		fmt.Fprintf(g.out, "%s\n\n", Wrap(e.file+": "+m.Text, ""))
		return
	}
	if capital := g.capital(e.file); capital != "" {
		m = &Mistake{"capital", "It calls " + capital + ", which is not right yet."}
	}
	fmt.Fprintf(g.out, "%s is not right yet (%s):\n%s\n%s\n\n", e.file, m.Code, Wrap(m.Text, "    "),
		Wrap("Hint: "+hint(e.file, m.Code, g.tried(e.file, m.Code)), "    "))
}

// calling is a call of an exercise by its capital letter.
var calling = regexp.MustCompile(`(?m)^[^/\n]*\b(Sigmoid|Forward|Output|Back|Gradients|Step|BatchStep|Train)\(`)

// capital is an exercise that a file calls by its capital letter though it is not right; "" if it calls none.
func (g *grader) capital(file string) string {
	text, _ := os.ReadFile(file)
	for _, m := range calling.FindAllStringSubmatch(string(text), -1) {
		names := []string{"Sigmoid", "Forward", "Output", "Back", "Gradients", "Step", "BatchStep", "", "Train"}
		at := slices.Index(names, m[1])
		if of := exercises[at].file; of != file && !g.done[of] {
			return m[1]
		}
	}
	return ""
}

// Mistakes that are none yet.
const (
	waiting = "waiting"
	nothing = "nothing"
)

// within judges an exercise, if that does not take for ever.
func within(e exercise, g *grader) *Mistake {
	found := make(chan *Mistake, 1)
	go func() { found <- safely(e, g) }()
	select {
	case m := <-found:
		return m
	case <-time.After(e.limit):
		return &Mistake{"endless", fmt.Sprintf("After %v it was still running.", e.limit)}
	}
}

// place is where in an exercise a program stopped.
var place = regexp.MustCompile(`/(\d\d_\w+\.go):(\d+)`)

// safely judges an exercise, and makes a mistake of it if it stops the program.
func safely(e exercise, g *grader) (m *Mistake) {
	defer func() {
		problem := recover()
		if problem == nil {
			return
		}
		where := ""
		if at := place.FindStringSubmatch(string(debug.Stack())); at != nil {
			where = fmt.Sprintf(" in line %s of %s", at[2], at[1])
		}
		text := strings.TrimPrefix(fmt.Sprint(problem), "runtime error: ")
		m = &Mistake{"stopped", fmt.Sprintf("The program stopped%s: %s.", where, text)}
		switch {
		case strings.HasSuffix(text, "with length 0"):
			m.Code = "not-made"
		case strings.Contains(text, "index out of range"):
			m.Code = "shape"
		case strings.Contains(text, "slice bounds"):
			m.Code = "past-end"
		}
	}()
	return e.judge(g)
}

// Wrap breaks a text into lines.
func Wrap(text, indent string) string {
	const wide = 96
	var lines []string
	line := indent
	for _, word := range strings.Fields(text) {
		if len([]rune(line))+1+len([]rune(word)) > wide && strings.TrimSpace(line) != "" {
			lines = append(lines, line)
			line = indent
		}
		if strings.TrimSpace(line) != "" {
			line += " "
		}
		line += word
	}
	return strings.Join(append(lines, line), "\n")
}

// need says which of the exercises that another one calls are not the learner's own yet.
func (g *grader) need(files ...string) *Mistake {
	missing := slices.DeleteFunc(files, func(f string) bool { return g.done[f] })
	if len(missing) == 0 {
		return nil
	}
	return &Mistake{waiting, "your own code is to do this, and it waits for " + strings.Join(missing, ", ") + "."}
}
