// Package bugs has your answers: what is wrong with each of five programs.
package bugs

// Each program under this folder trains a network, badly: one thing in it is wrong. Run it, with
//
//	go run ./bugs/1
//
// and look at the curve, at the gradient check and at the step check. Its file has settings: change them, one at
// a time, and see what becomes of what is wrong. Then write here which of these it is, and ask with
//
//	go test -run Bug
//
//	name        as it should be             as it is
//	bias        b ← b − η·∂C/∂b             b stays 0
//	decay       ∂C/∂W + (λ/N)·W             ∂C/∂W − (λ/N)·W
//	early       δ1, and then W2             W2, and then δ1 with the new W2
//	layer       δ1 goes on to W1 and b1     W1 and b1 stay as they are
//	mean        (1/n) Σ ∂Cₛ/∂W              Σ ∂Cₛ/∂W
//	prime       δ1 = (δ2·W2ᵀ) ⊙ σ′(z1)      δ1 = δ2·W2ᵀ
//	sign        δ2 = a2 − y                 δ2 = y − a2
//	transpose   W2ᵀ, rows for columns       W2's numbers in their order, in as many rows as W2ᵀ has
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
