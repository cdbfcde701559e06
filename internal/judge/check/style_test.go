package check

import (
	"fmt"
	"strconv"
	"strings"
)

// A style is how a homework is written down.
type style struct {
	columns bool // samples are columns
	outIn   bool // W is out×in
	overN   bool // δ is divided by n
	sums    bool // gradients are sums over the samples
	withL2  bool // dW has the L2 term
	flat    bool // biases are a list
	digits  int  // after the point, of answers; 0 for all
}

// text writes the quantities of a task as a homework in JSON.
func (q quantities) text(t task, v style) string {
	lines := []string{fmt.Sprintf(`"activation": %q, "output": %q, "cost": %q, "rate": %v, "l2": %v, "N": %d`,
		t.activation, t.output, t.cost, t.rate, t.l2, t.N)}
	for name, m := range q {
		kind := kindOf(name)
		factor := 1.0
		switch {
		case kind == "delta" && v.overN:
			factor = 1 / float64(t.n)
		case (kind == "dW" || kind == "db") && v.sums:
			factor = float64(t.n)
		}
		m = filled(len(m), len(m[0]), func(i, j int) float64 {
			x := m[i][j]
			if kind == "dW" && v.withL2 {
				l, _ := strconv.Atoi(name[2:])
				x += t.l2 / float64(t.N) * t.w[l][i][j]
			}
			return x * factor
		})
		switch kind {
		case "X", "Y", "Z", "A", "delta":
			if v.columns {
				m = transposed(m)
			}
		case "W", "dW", "newW":
			if v.outIn {
				m = transposed(m)
			}
		}
		digits := v.digits
		if isQuestion(name) {
			digits = 0
		}
		lines = append(lines, fmt.Sprintf("%q: %s", name, textOf(m, kind, digits, v)))
	}
	return "{" + strings.Join(lines, ",\n") + "}"
}

// textOf writes the matrix of a quantity of this kind.
func textOf(m rows, kind string, digits int, v style) string {
	isBias := strings.HasSuffix(kind, "b")
	if isBias && v.columns && !v.flat {
		m = transposed(m)
	}
	var lines []string
	for _, row := range m {
		var cells []string
		for _, x := range row {
			text := strconv.FormatFloat(x, 'g', -1, 64)
			if digits > 0 {
				text = strings.TrimRight(strconv.FormatFloat(x, 'f', digits, 64), "0")
				text = strings.TrimSuffix(text, ".")
			}
			cells = append(cells, text)
		}
		lines = append(lines, "["+strings.Join(cells, ", ")+"]")
	}
	switch {
	case kind == "C":
		return strings.Trim(lines[0], "[]")
	case isBias && v.flat:
		return lines[0]
	}
	return "[" + strings.Join(lines, ", ") + "]"
}
