package check

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// only is a homework with the question and one answer.
func (q quantities) only(name string) quantities {
	few := quantities{name: q[name]}
	for key, m := range q {
		if strings.HasPrefix(key, "W") || strings.HasPrefix(key, "b") || key == "X" || key == "Y" {
			few[key] = m
		}
	}
	return few
}

// TestAlone: a mistake is named even if only the quantity that it is in is written. Then δ₁ computed from A − Y
// cannot be told from δ₁ computed from a δ₂ without its g′.
func TestAlone(t *testing.T) {
	for _, a := range trials() {
		if a.mistake.code == "output-gap" {
			a.mistake.code = "other-cost"
		}
		v := verdictOn(JudgePlainly(parsed(t, a.wrong.only(a.mistake.at).text(a.task, style{}))), a.mistake.at)
		if v.Mistake != a.mistake.code && !slices.Contains(v.Also, a.mistake.code) {
			t.Errorf("%v, %+v: %+v", a.task, a.mistake, v)
		}
	}
}

// TestEverywhere: a mistake that is made in every layer is told in each where it makes a difference, and
// never taken for a way to write things down.
func TestEverywhere(t *testing.T) {
	cases := choice{}
	for k, task := range tasks() {
		right, _ := task.make(mistake{})
		for m, f := range []mistake{{code: "no-mean", at: "dW*db*"}, {code: "no-mean", at: "dW*"},
			{code: "mean-twice", at: "dW*db*"},
			{code: "no-derivative", at: "delta*"}, {code: "ascent", at: "newW*newb*"}, {code: "rate-missing",
				at: "newW*newb*"},
			{code: "updated-first", at: "delta*"}, {code: "no-bias", at: "Z*"}, {code: "sign", at: "delta*"},
			{code: "derivative-at-a", at: "delta*"}, {code: "l2-on-biases", at: "newb*"}, {code: "l2-sign",
				at: "newW*"},
			{code: "bias-sum-axis", at: "db*"}, {code: "transpose", at: "delta*"}} {
			wrong, ok := task.make(f)
			v := styles[(k+m)%len(styles)]
			v.overN = f.code == "mean-twice" && k%2 == 0 // δ divided by n, and the gradient again
			if !ok || !cases.takes(append(task.properties(), f.code+" in "+f.at, fmt.Sprint(v))...) {
				continue
			}
			different := false
			for name := range right {
				if strings.Contains(f.at, strings.TrimRight(name, "0123456789")+"*") {
					different = different || differ(right, wrong, name)
				}
			}
			r := Judge(parsed(t, wrong.text(task, v)))
			if different == r.Right() {
				t.Errorf("%v, %+v, %+v:\n%s", task, f, v, printed(t, r))
			}
			for _, v := range r.Verdicts {
				if v.Verdict == Wrong && v.Mistake != f.code && !slices.Contains(v.Also, f.code) {
					t.Errorf("%v, %+v: %+v\n%s", task, f, v, printed(t, r))
				}
			}
		}
	}
}
