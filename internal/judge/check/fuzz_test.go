package check

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"backprop/internal/judge/check/homework"
)

// spoiled is a homework in which some answers are missing or transposed, lose a row, or are other numbers.
func (q quantities) spoiled(rng *rand.Rand) quantities {
	odd := quantities{}
	for _, name := range slices.Sorted(maps.Keys(q)) {
		m := q[name]
		if isQuestion(name) {
			odd[name] = m
			continue
		}
		kind := rng.IntN(14)
		if name == "C" && kind > 2 && kind != 8 {
			kind = 10 // a number stays one
		}
		switch kind {
		case 0, 1, 2:
			continue
		case 3:
			m = transposed(m)
		case 4:
			m = append(m, m[0])
		case 5:
			m = m[:1]
		case 6:
			m = rows{m[0][:1]}
		case 7:
			m = filled(len(m), len(m[0]), func(int, int) float64 { return rng.NormFloat64() * 1e3 })
		case 8:
			m = filled(len(m), len(m[0]), func(int, int) float64 { return 0 })
		case 9:
			m = q["W1"]
		}
		odd[name] = m
	}
	if rng.IntN(9) == 0 {
		delete(odd, "Y")
	}
	return odd
}

// Whatever is wrong with a homework, every quantity is judged, in the same words each time.
func TestJudgeReportsOnSpoiledHomeworks(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	all := tasks()
	for range 14 {
		task := all[rng.IntN(len(all))]
		q, _ := task.solve(mistake{})
		style := styles[rng.IntN(len(styles))]
		style.digits = 5 * rng.IntN(2)
		text := q.spoiled(rng).text(task, style)
		h, err := homework.Parse("a", []byte(text), homework.Settings{})
		if err != nil {
			if !strings.Contains(err.Error(), "Y is missing") {
				t.Errorf("%v\n%s", err, text)
			}
			continue
		}
		r := Judge(h)
		if again := printed(t, Judge(h)); printed(t, r) != again {
			t.Errorf("got two reports on one homework:\n%s\n%s", printed(t, r), again)
		}
		checkReport(t, h, r)
	}
}

// checkReport checks that every quantity has a verdict and a text and, if it is wrong, a mistake with a hint, and that
// the homework can be written.
func checkReport(t *testing.T, h *homework.Homework, r *Report) {
	t.Helper()
	if len(r.Verdicts) != len(h.Sizes.Quantities()) {
		t.Errorf("got %d verdicts, want %d", len(r.Verdicts), len(h.Sizes.Quantities()))
	}
	for _, v := range r.Verdicts {
		hint := Hint(strings.Split(v.Mistake, "+")[0], 1)
		if v.Text == "" || (v.Verdict == Wrong) != (v.Mistake != "") || v.Mistake != "" && hint == "" ||
			strings.Contains(v.Text, "%!") || strings.Contains(v.Text, "NaN") {
			t.Errorf("got verdict %+v, with hint %q", v, hint)
		}
	}
	var out bytes.Buffer
	if err := homework.Write(&out, h); err != nil {
		t.Error(err)
	}
}

// Whatever numbers are in a homework, every quantity is judged.
func FuzzJudge(f *testing.F) {
	f.Add(mazur)
	for k, task := range tasks() {
		all := mistakesIn(task)
		if q, ok := task.solve(all[k%len(all)]); ok {
			f.Add(q.text(task, styles[k%len(styles)]))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 20000 {
			return
		}
		settings := homework.Settings{Activation: "tanh", Output: "sigmoid", Cost: "mse", Rate: 1}
		h, err := homework.Parse("a", []byte(text), settings)
		if err != nil {
			return
		}
		checkReport(t, h, Judge(h))
	})
}
