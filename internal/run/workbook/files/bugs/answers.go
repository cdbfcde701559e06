// Package bugs has your answers: which bug is in each of the five programs.
package bugs

// Each program in this folder trains a network badly, because of one bug. Run it with
//
//	go run ./bugs/1
//
// and look at the learning curve, the gradient check and the step check. The program's file has settings: change
// one at a time, and watch how the effect of the bug changes. Then find the bug in this list, write its name
// below, and run
//
//	go test -run Bug
//
//	name        the right way                the bug
//	bias        b ← b − η·∂C/∂b              b stays 0
//	decay       ∂C/∂W + (λ/N)·W              ∂C/∂W − (λ/N)·W
//	early       first δ1, then update W2     first update W2, then δ1 with the new W2
//	layer       δ1 is used for W1 and b1     W1 and b1 are not updated
//	mean        (1/n) Σ ∂Cₛ/∂W               Σ ∂Cₛ/∂W
//	prime       δ1 = (δ2·W2ᵀ) ⊙ σ′(z1)       δ1 = δ2·W2ᵀ
//	sign        δ2 = a2 − y                  δ2 = y − a2
//	transpose   W2ᵀ: rows become columns     W2's numbers in their old order, in the shape of W2ᵀ
const (
	// solution:
	Bug1 = "bias"
	Bug2 = "mean"
	Bug3 = "transpose"
	Bug4 = "early"
	Bug5 = "decay"
	// not done yet:
	// Bug1 = ""
	// Bug2 = ""
	// Bug3 = ""
	// Bug4 = ""
	// Bug5 = ""
)
