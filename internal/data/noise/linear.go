package noise

import (
	"math"
	"slices"

	"backprop/internal/compute/exact"
)

// Unexplained returns two shares of the variance of the numbers to predict: linear, the share that linear regression
// leaves unexplained, and noise, the share that no model can explain. The noise is estimated by the delta test (see
// Variance) on the residuals of the regression: once the linear trend is subtracted, neighbours can be compared,
// however many inputs there are. If noise is far below linear, there is something to learn that is not a straight line.
//
// Both are NaN if fewer than three rows are compared for each input, as with more than about 180 inputs.
func Unexplained(rows func(which []int32) (in, targets [][]float64), n int) (linear, noise float64) {
	if n == 0 {
		return math.NaN(), math.NaN()
	}
	first, _ := rows([]int32{0})
	in, targets := rows(sampleRows(n, len(first[0])))
	count, inputs, outputs := float64(len(in)), len(in[0]), float64(len(targets[0]))
	if len(in) < 3*inputs {
		return math.NaN(), math.NaN()
	}
	standardise(in)
	standardise(targets)
	rank := subtractLinear(in, targets)
	free := count / (count - float64(rank) - 1) // corrects for the noise that the regression itself has fitted
	for _, row := range targets {
		for _, residual := range row {
			linear += square(residual) / (count * outputs)
		}
	}
	return linear * free, meanDifference(in, targets) / 2 * free
}

// WeightDecay returns the weight decay λ that suits a table with n training rows and numbers to predict, from the two
// shares that Unexplained returns.
//
// If a straight line is all there is to learn, whatever else the network learns is noise. Then λ/n is large: a tenth of
// the noise's standard deviation, for targets with a standard deviation of 1. If there is more to learn than a line,
// λ/n is small, so that the network can bend, and grows with the noise. Noise below linear means that there is more;
// but both are estimates, and a difference of less than a standard error or so, √(3/n), means nothing. In between, λ
// goes smoothly from one to the other.
//
// A straight line needs no larger λ for more than 300 rows, and nothing does for more than 5,000. We chose these
// numbers by five folds on generated tables.
func WeightDecay(linear, noise float64, n int) float64 {
	rows := float64(min(n, 5000))
	if math.IsNaN(noise) { // too few rows to tell
		return 0.03 * rows
	}
	margin := max(0.15, 2*math.Sqrt(3/rows))
	more := (1 - noise/max(linear, 1e-9)) / margin // to learn than a line, in units of what can be trusted
	noise = min(noise, 1)
	bent := max(0.003, 0.03*noise*noise) * rows
	straight := max(0.003*rows, 0.1*math.Sqrt(noise)*min(rows, 300))
	share := min(max(more-0.5, 0), 1)
	return exact.Exp(float64((1-share)*exact.Log(straight)) + float64(share*exact.Log(bent)))
}

// subtractLinear subtracts from the targets, in place, what linear regression predicts from the inputs; all columns
// must have mean 0. It returns how many of the inputs are linearly independent.
//
// The columns of the inputs are made orthogonal one after the other (modified Gram-Schmidt). A column that is a linear
// combination of earlier ones, like the last of the columns that a column of words became, has nothing left and is
// skipped.
func subtractLinear(in, targets [][]float64) (rank int) {
	var basis [][]float64
	for j := range in[0] {
		c := column(in, j)
		before := dot(c, c)
		for _, b := range basis {
			subtract(c, dot(c, b), b)
		}
		left := dot(c, c)
		if left <= 1e-9*before {
			continue
		}
		for i := range c {
			c[i] /= math.Sqrt(left)
		}
		basis = append(basis, c)
	}
	for k := range targets[0] {
		a := column(targets, k)
		for _, b := range basis {
			subtract(a, dot(a, b), b)
		}
		for i, row := range targets {
			row[k] = a[i]
		}
	}
	return len(basis)
}

// column returns a copy of column j.
func column(rows [][]float64, j int) []float64 {
	c := slices.Grow([]float64(nil), len(rows))
	for _, row := range rows {
		c = append(c, row[j])
	}
	return c
}

func dot(a, b []float64) (sum float64) {
	for i, v := range a {
		sum += float64(v * b[i])
	}
	return sum
}

// subtract subtracts factor times b from a.
func subtract(a []float64, factor float64, b []float64) {
	for i, v := range b {
		a[i] -= float64(factor * v)
	}
}
