package lab

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/run/workbook/grade"
)

// where is, of each mistake, which instrument shows it.
var where = map[string]string{
	"sign": "The gradient check shows it. Look at its quotients: are they all the same?",
	"bias": "The gradient check shows it. In which of its four parts is something wrong, and what stands there?",
	"transpose": "The gradient check shows it, in one layer only. So δ of the layer after it is right. What is " +
		"between the two δ, and do the quotients have anything in common?",
	"prime": "The gradient check shows it, in one layer only. Are all quotients of the same sign, and how large " +
		"is the least?",
	"layer": "The gradient check shows it, in one layer only. What stands there?",
	"mean": "The gradient check passes, so look at the step check, and at its quotients. Then change Batch in " +
		"the program's file, and run it again.",
	"early": "The gradient check passes, so look at the step check. Which layer's step is right, and which is " +
		"not? What is done in between? Then make Rate smaller, and run it again.",
	"decay": "The gradient check passes, so look at the step check. Are weights and biases off alike? Then set " +
		"Lambda to 0 in the program's file, and run it again.",
}

// Judge tells which answers are right, and says whether all are. asked says that the answers have been asked
// about, and not only the exercises: then one that is not there is told too, and is not right. one, as 2=sign, is an
// answer given on the command line.
func Judge(out io.Writer, answers []string, one string, asked bool) bool {
	if one != "" {
		number, name, _ := strings.Cut(one, "=")
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > len(marks) {
			fmt.Fprintf(out, "-answer %s: write a program's number and a name, as in -answer 1=sign\n", one)
			return false
		}
		right, text := verdict(n, name)
		fmt.Fprintln(out, text)
		return right
	}
	found, all := 0, true
	for i, name := range answers {
		right, text := verdict(i+1, name)
		if right {
			found++
		}
		if name == "" && !asked {
			continue
		}
		all = all && right
		if asked || !right {
			fmt.Fprintln(out, text)
		}
	}
	fmt.Fprintln(out, grade.Bar(found, len(marks))+" bugs named  (go run ./bugs/1, answers in bugs/answers.go)")
	return all
}

// verdict says whether a name is that of a program's mistake.
func verdict(number int, name string) (right bool, text string) {
	name = strings.ToLower(strings.TrimSpace(name))
	slip := Program{Number: number}.slip()
	switch {
	case name == "":
		return false, fmt.Sprintf("Program %d: no answer yet. Begin with  go run ./bugs/%[1]d", number)
	case !slices.Contains(names, name):
		return false, fmt.Sprintf("Program %d: there is no %q among the names: %s", number, name, strings.Join(names, ", "))
	case name == slip:
		return true, fmt.Sprintf("Program %d: yes, %s.", number, name)
	}
	return false, fmt.Sprintf("Program %d: %s it is not.\n%s", number, name, grade.Wrap("Hint: "+where[slip], "    "))
}
