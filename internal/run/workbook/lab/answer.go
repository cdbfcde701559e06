package lab

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/run/workbook/grade"
)

// hints says which check or curve shows each bug, and what to look for.
var hints = map[string]string{
	"sign": "The gradient check shows it. Look at its quotients: are they all the same?",
	"bias": "The gradient check shows it. Which of its four parts is wrong, and what are the numbers there?",
	"transpose": "The gradient check shows it, in one layer only. So δ of the layer after it is right. What is done " +
		"between the two δ, and do the quotients have anything in common?",
	"prime": "The gradient check shows it, in one layer only. Do all quotients have the same sign, and how large " +
		"is the smallest?",
	"layer": "The gradient check shows it, in one layer only. What are the numbers there?",
	"mean": "The gradient check passes, so look at the step check, and at its quotients. Then change Batch in " +
		"the program's file, and run it again.",
	"early": "The gradient check passes, so look at the step check. Which layer's step is right, and which one is " +
		"not? What is done in between? Then make Rate smaller, and run it again.",
	"decay": "The gradient check passes, so look at the step check. Are weights and biases wrong alike? Then set " +
		"Lambda to 0 in the program's file, and run it again.",
}

// Judge prints which answers are right, and reports whether all are. asked says that the user has asked about the bugs;
// then a missing answer counts as wrong. If single is not "", only that answer is judged; it comes from the command
// line, and looks like 2=sign.
func Judge(out io.Writer, answers []string, single string, asked bool) bool {
	if single != "" {
		return judgeSingle(out, single)
	}
	found, allRight := 0, true
	for i, name := range answers {
		right, text := verdict(i+1, name)
		if right {
			found++
		}
		if name == "" && !asked {
			continue
		}
		allRight = allRight && right
		if asked || !right {
			fmt.Fprintln(out, text)
		}
	}
	fmt.Fprintln(out, grade.Bar(found, len(hashes))+" bugs named  (go run ./bugs/1, answers in bugs/answers.go)")
	return allRight
}

func judgeSingle(out io.Writer, answer string) bool {
	number, name, _ := strings.Cut(answer, "=")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > len(hashes) {
		fmt.Fprintf(out, "-answer %s: write a program's number and a name, as in -answer 1=sign\n", answer)
		return false
	}
	right, text := verdict(n, name)
	fmt.Fprintln(out, text)
	return right
}

// verdict says whether name is the bug in a program.
func verdict(number int, name string) (right bool, text string) {
	name = strings.ToLower(strings.TrimSpace(name))
	bug := Program{Number: number}.bug()
	switch {
	case name == "":
		return false, fmt.Sprintf("Program %d: no answer yet. Begin with  go run ./bugs/%[1]d", number)
	case !slices.Contains(bugs, name):
		return false, fmt.Sprintf("Program %d: there is no %q among the names: %s", number, name, strings.Join(bugs, ", "))
	case name == bug:
		return true, fmt.Sprintf("Program %d: yes, %s.", number, name)
	}
	return false, fmt.Sprintf("Program %d: it is not %s.\n%s", number, name, grade.Wrap("Hint: "+hints[bug], "    "))
}
