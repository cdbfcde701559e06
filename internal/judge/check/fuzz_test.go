package check

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"backprop/internal/judge/check/homework"
)

// spoil removes some answers from a homework, transposes others, takes rows away, or puts other numbers in.
func (q quantities) spoil(rng *rand.Rand) {
	for _, name := range slices.Sorted(maps.Keys(q)) {
		if isQuestion(name) {
			continue
		}
		m, kind := q[name], rng.IntN(14)
		if name == "C" && kind > 2 && kind != 8 {
			continue // it stays a single number
		}
		switch kind {
		case 0, 1, 2:
			delete(q, name)
		case 3:
			q[name] = transposed(m)
		case 4:
			q[name] = append(m, m[0])
		case 5:
			q[name] = m[:1]
		case 6:
			q[name] = rows{m[0][:1]}
		case 7:
			q[name] = filled(len(m), len(m[0]), func(int, int) float64 { return rng.NormFloat64() * 1e3 })
		case 8:
			q.scale(name, 0)
		case 9:
			q[name] = q["W1"]
		}
	}
}

// Whatever is in a homework, every quantity has a verdict and a text, the same each time; a wrong one has a mistake
// with a hint.
func FuzzJudge(f *testing.F) {
	f.Add(mazur)
	f.Add(`{"X": [[1, 2]], "W1": [[1, 2], [3, 4]], "b1": 0, "W2": [1, 2], "b2": 0, "Z1": [[7, 9]]}`) // no settings
	rng := rand.New(rand.NewPCG(5, 6))
	all := tasks()
	for k := range 14 {
		task := all[rng.IntN(len(all))]
		q, _ := task.solve(mistake{})
		q.spoil(rng)
		style := styles[rng.IntN(len(styles))]
		style.digits = 5 * (k % 2)
		f.Add(q.text(task, style))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 20000 {
			return
		}
		h, err := homework.Parse("a", []byte(text), homework.Settings{})
		if err != nil {
			return
		}
		r := Judge(h)
		if again := printed(t, Judge(h)); printed(t, r) != again {
			t.Errorf("got two reports on one homework:\n%s\n%s", printed(t, r), again)
		}
		if len(r.Verdicts) != len(h.Sizes.Quantities()) {
			t.Errorf("got %d verdicts, want %d", len(r.Verdicts), len(h.Sizes.Quantities()))
		}
		for _, v := range r.Verdicts {
			hint := Hint(strings.Split(v.Mistake, "+")[0], 1)
			isComplete := v.Text != "" && (v.Verdict == Wrong) == (v.Mistake != "") && (v.Mistake == "" || hint != "")
			if !isComplete || strings.Contains(v.Text, "%!") || strings.Contains(v.Text, "NaN") {
				t.Errorf("got verdict %+v, with hint %q", v, hint)
			}
		}
	})
}
