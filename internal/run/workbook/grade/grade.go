// Package grade checks the exercises of a workbook. If one is wrong, it says what the mistake is, and where to look.
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
	Code string // one of check.Codes, or of hints.txt
	Text string
}

// An exercise is a file for the learner to complete.
type exercise struct {
	file  string
	check func(g *grader) *Mistake
	share func(to *Functions, from Functions) // lets other exercises call the learner's function; nil if none does
	limit time.Duration                       // how long it may run
}

// exercises has the exercises in the order in which one builds a network.
var exercises = []exercise{
	{"01_sigmoid.go", (*grader).sigmoid, func(to *Functions, from Functions) { to.Sigmoid = from.Sigmoid }, short},
	{"02_forward.go", (*grader).forward, func(to *Functions, from Functions) { to.Forward = from.Forward }, short},
	{"03_output.go", (*grader).output, func(to *Functions, from Functions) { to.Output = from.Output }, short},
	{"04_back.go", (*grader).back, func(to *Functions, from Functions) { to.Back = from.Back }, short},
	{"05_gradients.go", (*grader).gradients, func(to *Functions, from Functions) { to.Gradients = from.Gradients },
		short},
	{"06_step.go", (*grader).step, nil, short},
	{"07_batch.go", (*grader).batch, func(to *Functions, from Functions) { to.BatchStep = from.BatchStep }, short},
	{"08_check.go", (*grader).estimate, nil, short},
	{"09_train.go", (*grader).train, func(to *Functions, from Functions) { to.Train = from.Train }, short},
	{"10_digits.go", (*grader).digits, nil, long},
	{"11_momentum.go", (*grader).momentum, nil, short},
	{"12_decay.go", (*grader).decay, nil, short},
}

// How long an exercise may run before it counts as endless.
const (
	short = 20 * time.Second
	long  = 5 * time.Minute
)

// Codes of exercises that have no mistake, but are not done either.
const (
	waiting = "waiting" // for other exercises
	notDone = "nothing"
)

// A grader goes through the exercises.
type grader struct {
	out    io.Writer
	mine   Functions       // the learner's
	lend   func(Functions) // sets the functions that the exercises call
	shared Functions       // the learner's functions that are right, and functions lent in place of the others
	done   map[string]bool // the files of exercises that are right
	notes  []string        // good news
	folder
}

// Workbook checks the exercises of the workbook in the current folder, prints what it finds, and reports whether all
// are done. lend sets the functions that the exercises call.
func Workbook(out io.Writer, mine Functions, lend func(Functions)) bool {
	g := &grader{out: out, mine: mine, lend: lend, shared: lentFunctions(), done: map[string]bool{}, folder: openFolder()}
	for _, e := range exercises {
		g.grade(e)
	}
	g.save()
	for _, note := range g.notes {
		fmt.Fprintln(out, Wrap(note, ""))
	}
	bar := Bar(len(g.done), len(exercises))
	next := slices.IndexFunc(exercises, func(e exercise) bool { return !g.done[e.file] })
	if next < 0 {
		fmt.Fprintln(out, bar+" done: all of them!")
		return true
	}
	fmt.Fprintln(out, bar+" done, next: "+exercises[next].file)
	return false
}

// grade checks an exercise, and prints what is wrong with it.
func (g *grader) grade(e exercise) {
	if g.unchanged(e.file) {
		return
	}
	g.lend(g.shared)
	m := checkWithin(e, g)
	switch {
	case m == nil:
		g.done[e.file] = true
		delete(g.tries.Mistakes, e.file)
		if e.share != nil {
			e.share(&g.shared, g.mine)
		}
		return
	case m.Code == waiting || m.Code == notDone:
		fmt.Fprintf(g.out, "%s\n\n", Wrap(e.file+": "+m.Text, ""))
		return
	}
	if name := g.unfinishedCall(e.file); name != "" {
		m = &Mistake{"capital", "It calls " + name + ", which is not right yet."}
	}
	hint := "Hint: " + hint(e.file, m.Code, g.countMistake(e.file, m.Code))
	fmt.Fprintf(g.out, "%s is not right yet (%s):\n%s\n%s\n\n", e.file, m.Code, Wrap(m.Text, "    "), Wrap(hint, "    "))
}

// exerciseCall matches a call of an exercise by its own name, with a capital letter.
var exerciseCall = regexp.MustCompile(`(?m)^[^/\n]*\b(Sigmoid|Forward|Output|Back|Gradients|Step|BatchStep|Train)\(`)

// unfinishedCall returns the name of an exercise that is not right yet, and that the file calls by its own name instead
// of the name in small letters; "" if there is none.
func (g *grader) unfinishedCall(file string) string {
	text, _ := os.ReadFile(file)
	for _, m := range exerciseCall.FindAllStringSubmatch(string(text), -1) {
		names := []string{"Sigmoid", "Forward", "Output", "Back", "Gradients", "Step", "BatchStep", "", "Train"}
		called := exercises[slices.Index(names, m[1])].file
		if called != file && !g.done[called] {
			return m[1]
		}
	}
	return ""
}

// checkWithin checks an exercise. It is a mistake if the exercise runs too long.
func checkWithin(e exercise, g *grader) *Mistake {
	found := make(chan *Mistake, 1)
	go func() { found <- checkSafely(e, g) }()
	select {
	case m := <-found:
		return m
	case <-time.After(e.limit):
		return &Mistake{"endless", fmt.Sprintf("After %v it was still running.", e.limit)}
	}
}

// exerciseLine matches a line of an exercise in a stack trace.
var exerciseLine = regexp.MustCompile(`/(\d\d_\w+\.go):(\d+)`)

// checkSafely checks an exercise. It is a mistake if the exercise panics.
func checkSafely(e exercise, g *grader) (m *Mistake) {
	defer func() {
		problem := recover()
		if problem == nil {
			return
		}
		where := ""
		if at := exerciseLine.FindStringSubmatch(string(debug.Stack())); at != nil {
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
	return e.check(g)
}

// Bar draws a bar that shows how many of all exercises are done.
func Bar(done, all int) string {
	const width = 24
	full := width * done / all
	return "[" + strings.Repeat("█", full) + strings.Repeat("·", width-full) + fmt.Sprintf("]  %d of %d", done, all)
}

// Wrap breaks a text into indented lines.
func Wrap(text, indent string) string {
	const width = 96
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len([]rune(indent+line+" "+word)) > width {
			lines = append(lines, indent+line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return strings.Join(append(lines, indent+line), "\n")
}
