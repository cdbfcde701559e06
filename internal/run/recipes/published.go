// The numbers that tutorials and papers printed.

package recipes

import "slices"

// A Printed is a result that a source printed, after an epoch or at the end. A number that it did not print is 0.
type Printed struct {
	Accuracy, Loss float64 // on the test set
	Valid, L2      float64 // the accuracy on the validation set, and the chosen λ
}

// PrintedAfter returns the result printed after an epoch. Epochs count from 1, even if the tutorial counts from 0.
func (r *Recipe) PrintedAfter(epoch int) Printed {
	if epoch < 1 || epoch > len(r.Curve) {
		return Printed{}
	}
	return r.Curve[epoch-1]
}

// PrintedAtEnd returns the result with which to compare a run of the given number of epochs: the one printed after that
// epoch, else the last one printed.
func (r *Recipe) PrintedAtEnd(epochs int) Printed {
	if p := r.PrintedAfter(epochs); p != (Printed{}) {
		return p
	}
	return r.Printed
}

// OrNil returns v, or nil if it is 0, which means that nothing was printed.
func OrNil(v float64) *float64 {
	if v == 0 {
		return nil
	}
	return &v
}

// counts returns results that were printed as right answers among 10,000.
func counts(right ...float64) (curve []Printed) {
	for _, n := range right {
		curve = append(curve, Printed{Accuracy: n / 10000})
	}
	return curve
}

// pairs returns results that were printed as pairs of an accuracy and a loss.
func pairs(numbers ...float64) (curve []Printed) {
	for pair := range slices.Chunk(numbers, 2) {
		curve = append(curve, Printed{Accuracy: pair[0], Loss: pair[1]})
	}
	return curve
}

// The results that were printed after each epoch.
var (
	NielsenCurve = counts(9067, 9202, 9283, 9318, 9376, 9393, 9399, 9426, 9443, 9454)
	TheanoCurve  = counts(9095, 9270, 9317, 9313, 9355, 9403, 9413, 9397, 9360, 9411)

	DerivationCurve = pairs(
		0.8966, 0.016992, 0.9196, 0.013716, 0.9269, 0.012229, 0.9385, 0.010847, 0.9390, 0.010387,
		0.9442, 0.009599, 0.9443, 0.009858, 0.9457, 0.009360, 0.9500, 0.009088, 0.9492, 0.008746,
		0.9521, 0.008551, 0.9513, 0.008340, 0.9515, 0.008346, 0.9532, 0.008456, 0.9525, 0.008366,
		0.9549, 0.008198, 0.9536, 0.008247, 0.9525, 0.008466, 0.9541, 0.008125, 0.9508, 0.008890,
		0.9528, 0.008222, 0.9549, 0.008115, 0.9539, 0.008308, 0.9531, 0.008410, 0.9532, 0.008138,
		0.9527, 0.008175, 0.9531, 0.008318, 0.9556, 0.008137, 0.9554, 0.008302, 0.9545, 0.008204,
	)
)
