package grade

import (
	"testing"

	book "backprop/internal/run/workbook/files"
)

// What is lent in place of a learner's function computes the same as the solution of the exercise.
func TestLentFunctionsAgreeWithTheSolutions(t *testing.T) {
	lent := lentFunctions()
	for _, useSoftmax := range []bool{false, true} {
		q := newQuestion(useSoftmax, 3, 2, 3, 2)
		x, y := q.xs[0], q.ys[0]
		check := func(what string, got, want []float64) {
			t.Helper()
			if !near(got, want) {
				t.Errorf("softmax %v: %s is %v, want %v", useSoftmax, what, got, want)
			}
		}
		z, a := lent.Forward(x, q.W1, q.B1)
		wantZ, wantA := book.Forward(x, q.W1, q.B1)
		check("z", z, wantZ)
		check("a", a, wantA)
		cost, delta := lent.Output(z[:2], y, useSoftmax)
		wantCost, wantDelta := book.Output(z[:2], y, useSoftmax)
		check("δ", delta, wantDelta)
		check("δ1", lent.Back(delta, q.W2, z), book.Back(delta, q.W2, z))
		dW, db := lent.Gradients(x, delta)
		wantDW, wantDB := book.Gradients(x, delta)
		check("∂C/∂W", flat(dW), flat(wantDW))
		check("∂C/∂b", db, wantDB)
		net, want := q.Copy(), q.Copy()
		meanCost := lent.BatchStep(net, q.xs, q.ys, 0.3)
		wantMean := book.BatchStep((*book.Network)(want), q.xs, q.ys, 0.3)
		check("the network after a step", flat(net.Rows()), flat(want.Rows()))
		check("the cost, of one sample and of three", []float64{cost, meanCost}, []float64{wantCost, wantMean})
		sigma, slope := lent.Sigmoid(2)
		wantSigma, wantSlope := book.Sigmoid(2)
		check("σ and σ′", []float64{sigma, slope}, []float64{wantSigma, wantSlope})
	}
}
