// Package noise estimates how much of a table is noise, which nobody can learn, by comparing each row with its nearest
// neighbour.
package noise

import "math"

// To save time, at most maxRows rows of a table are compared, and only so many that about maxDifferences differences
// between inputs are computed.
const (
	maxRows        = 2000
	maxDifferences = 5e7
)

// Variance estimates the variance of the noise in the numbers to predict, by the delta test (Pi and Peterson 1994,
// "Finding the embedding dimension and variable dependencies in time series"): half the mean squared difference between
// the targets of a row and those of its nearest neighbour. Where neighbours lie far apart, the estimate is too large,
// up to the whole variance of the targets. So it errs on the safe side: it does not take noise for something that can
// be learned.
//
// rows returns the inputs and targets of some of the n rows of the table; the inputs are overwritten.
func Variance(rows func(which []int32) (inputs, targets [][]float64), n int) float64 {
	first, _ := rows([]int32{0})
	return meanDifference(rows(sampleRows(n, len(first[0])))) / 2
}

// ClassMixing returns the share of rows whose nearest neighbour is of another class, over the share that is expected if
// the neighbour could be any row. It is near 0 if neighbours are alike, about 1 if they tell nothing, and above 1 if
// they differ systematically, as in XOR. It is infinite or NaN if no row has a neighbour, or if all rows are of one
// class.
//
// row returns the inputs of row i, which are overwritten.
func ClassMixing(row func(i int) []float64, inputs int, labels []int32, classes int) float64 {
	sample := sampleRows(len(labels), inputs)
	in, oneHot, count := make([][]float64, len(sample)), make([][]float64, len(sample)), make([]float64, classes)
	for i, r := range sample {
		in[i], oneHot[i] = row(int(r)), make([]float64, classes)
		oneHot[i][labels[r]] = 1
		count[labels[r]]++
	}
	expected := 1.0
	for _, n := range count {
		expected -= square(n / float64(len(sample)))
	}
	share := meanDifference(in, oneHot) * float64(classes) / 2 // two different one-hot targets differ in two places
	return share / expected
}

// sampleRows returns the rows of a table that are compared, evenly spaced.
func sampleRows(n, inputs int) (sample []int32) {
	k := int(math.Sqrt(maxDifferences / float64(inputs)))
	k = min(n, maxRows, max(k, 1))
	for i := range k {
		sample = append(sample, int32(i*n/k))
	}
	return sample
}

// meanDifference returns the mean of neighbourDifference over all rows that have a neighbour, or +Inf if none has.
func meanDifference(inputs, targets [][]float64) float64 {
	standardise(inputs)
	sum, n := 0.0, 0
	for i := range inputs {
		if d, ok := neighbourDifference(inputs, targets, i); ok {
			sum += d
			n++
		}
	}
	if n == 0 {
		return math.Inf(1)
	}
	return sum / float64(n)
}

// standardise gives each column mean 0 and standard deviation 1, unless all its numbers are equal. Missing numbers
// (NaN) become the mean.
func standardise(rows [][]float64) {
	for j := range rows[0] {
		known := 0.0
		for _, row := range rows {
			if !math.IsNaN(row[j]) {
				known++
			}
		}
		mean := 0.0
		for _, row := range rows {
			if !math.IsNaN(row[j]) {
				mean += float64(row[j] / known)
			}
		}
		variance := 0.0
		for _, row := range rows {
			if math.IsNaN(row[j]) {
				row[j] = mean
			}
			variance += float64(square(row[j]-mean) / float64(len(rows)))
		}
		if variance == 0 {
			variance = 1
		}
		for _, row := range rows {
			row[j] = (row[j] - mean) / math.Sqrt(variance)
		}
	}
}

// neighbourDifference returns the mean squared difference between the targets of row i and those of its nearest
// neighbour; if several are equally near, the mean over all of them. A row with the same inputs and the same targets
// may be a copy, and does not count as a neighbour. ok is false if there is no neighbour.
func neighbourDifference(inputs, targets [][]float64, i int) (mean float64, ok bool) {
	nearest, sum, n := math.Inf(1), 0.0, 0
	for j := range inputs {
		distance := squaredDistance(inputs[i], inputs[j], nearest)
		if j == i || distance > nearest {
			continue
		}
		difference := squaredDistance(targets[i], targets[j], math.Inf(1)) / float64(len(targets[i]))
		if distance == 0 && difference == 0 {
			continue
		}
		if distance < nearest {
			nearest, sum, n = distance, 0, 0
		}
		sum += difference
		n++
	}
	return sum / float64(n), n > 0
}

// squaredDistance returns the squared distance between a and b. It may stop at any sum greater than limit.
func squaredDistance(a, b []float64, limit float64) (sum float64) {
	for j, v := range a {
		if sum += square(v - b[j]); sum > limit {
			break
		}
	}
	return sum
}

// square returns x², rounded, so that no compiler fuses it with a sum.
func square(x float64) float64 { return float64(x * x) }
