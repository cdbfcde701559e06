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

// spoiled is a homework in which some answers are missing, lie the other way, lose a row, or are other numbers.
func (q quantities) spoiled(rng *rand.Rand) quantities {
	odd := quantities{}
	for _, name := range slices.Sorted(maps.Keys(q)) {
		m := q[name]
		if strings.Contains("X Y W1 W2 W3 b1 b2 b3", name) {
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
			m = turned(m)
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

// TestSpoiled: whatever is wrong with a homework, it is judged, and every quantity is told, in the same words each
// time.
func TestSpoiled(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	all := tasks()
	for range 14 {
		task := all[rng.IntN(len(all))]
		q, _ := task.make(mistake{})
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
		if again := Judge(h); printed(t, r) != printed(t, again) {
			t.Errorf("%s\n%s", printed(t, r), printed(t, again))
		}
		told(t, h, r)
	}
}

// told: every quantity has a verdict and a text, and where it is wrong a mistake with a hint.
func told(t *testing.T, h *homework.Homework, r *Report) {
	t.Helper()
	if len(r.Verdicts) != len(h.Sizes.Quantities()) {
		t.Errorf("%d verdicts", len(r.Verdicts))
	}
	for _, v := range r.Verdicts {
		hint := Hint(strings.Split(v.Mistake, "+")[0], 1)
		if v.Text == "" || (v.Verdict == Wrong) != (v.Mistake != "") || v.Mistake != "" && hint == "" {
			t.Errorf("%+v", v)
		}
		if strings.Contains(v.Text, "%!") || strings.Contains(v.Text, "NaN") {
			t.Errorf("%+v", v)
		}
	}
	var out bytes.Buffer
	if err := homework.Write(&out, h); err != nil {
		t.Error(err)
	}
}

// FuzzJudge: whatever numbers are in a homework, it is judged, and every quantity is told.
func FuzzJudge(f *testing.F) {
	f.Add(mazur)
	for k, task := range tasks() {
		all := mistakes(task)
		if q, ok := task.make(all[k%len(all)]); ok {
			f.Add(q.text(task, styles[k%len(styles)]))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 20000 {
			return
		}
		h, err := homework.Parse("a", []byte(text), homework.Settings{Activation: "tanh",
			Output: "sigmoid", Cost: "mse", Rate: 1})
		if err != nil {
			return
		}
		told(t, h, Judge(h))
	})
}
