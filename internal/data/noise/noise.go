// Package noise estimates how much of a table nobody can learn, from rows that lie next to each other.
package noise

import (
	"math"
)

// At most so many rows of a table are compared, by about so many differences of their inputs.
const (
	mostRows    = 2000
	mostNumbers = 5e7
)

// Variance estimates the variance of what cannot be learned of n rows with numbers to predict, by the delta test
// (Pi and Peterson 1994, "Finding the embedding dimension and variable dependencies in time series"): half the mean
// squared difference between a row's answer and that of its nearest neighbour. Where neighbours lie far apart the estimate is
// too large, up to the whole spread of the answers; so it takes nothing for learnable that is noise.
func Variance(rows func(which []int32) (in, answers [][]float64), n int) float64 {
	some, _ := rows([]int32{0})
	return differences(rows(sample(n, len(some[0])))) / 2
}

// Mixed says how the classes lie among each other: the share of rows whose nearest neighbour is of another class, as a
// part of what it would be if the neighbour could be any row. It is near 0 where neighbours are alike, about 1 where
// they tell nothing, and above 1 where they differ by rule, as in XOR. It is infinite or NaN where no row has a
// neighbour, or all are of one class. row is the inputs of a row, as many as inputs says, which are changed.
func Mixed(row func(i int) []float64, inputs int, labels []int32, classes int) float64 {
	which := sample(len(labels), inputs)
	in, answers, count := make([][]float64, len(which)), make([][]float64, len(which)), make([]float64, classes)
	for i, r := range which {
		in[i], answers[i] = row(int(r)), make([]float64, classes)
		answers[i][labels[r]] = 1
		count[labels[r]]++
	}
	chance := 1.0
	for _, n := range count {
		chance -= square(n / float64(len(which)))
	}
	return differences(in, answers) * float64(classes) / 2 / chance
}

// differences is the mean of toNearest over the rows; infinite where no row has a neighbour.
func differences(in, answers [][]float64) float64 {
	standardise(in)
	sum, counted := 0.0, 0
	for i := range in {
		if d, ok := toNearest(in, answers, i); ok {
			sum += d
			counted++
		}
	}
	if counted == 0 {
		return math.Inf(1)
	}
	return sum / float64(counted)
}

// sample is which of n rows with so many inputs are compared.
func sample(n, inputs int) []int32 {
	most := int(math.Sqrt(mostNumbers / float64(inputs)))
	return spreadOut(n, min(n, mostRows, max(most, 1)))
}

// spreadOut is k of n numbers, as far apart as they can be.
func spreadOut(n, k int) (which []int32) {
	for i := range k {
		which = append(which, int32(i*n/k))
	}
	return which
}

// standardise gives each column a mean square of 1 around its mean, but those that are all the same. What is missing
// (NaN) becomes the mean.
func standardise(in [][]float64) {
	for j := range in[0] {
		mean, spread, known := 0.0, 0.0, 0.0
		for _, row := range in {
			if row[j] == row[j] {
				known++
			}
		}
		for _, row := range in {
			if row[j] == row[j] {
				mean += float64(row[j] / known)
			}
		}
		for _, row := range in {
			if row[j] != row[j] {
				row[j] = mean
			}
		}
		for _, row := range in {
			spread += float64(square(row[j]-mean) / float64(len(in)))
		}
		if spread == 0 {
			spread = 1
		}
		for _, row := range in {
			row[j] = (row[j] - mean) / math.Sqrt(spread)
		}
	}
}

// toNearest is the mean square of the difference between the answers of row i and of its nearest neighbours, several
// where they are equally near. Rows that are the same, answer and all, may be copies, and do not count.
func toNearest(in, answers [][]float64, i int) (mean float64, ok bool) {
	least, sum, count := math.Inf(1), 0.0, 0
	for j := range in {
		distance := apart(in[i], in[j], least)
		if j == i || distance > least {
			continue
		}
		difference := apart(answers[i], answers[j], math.Inf(1)) / float64(len(answers[i]))
		if distance == 0 && difference == 0 {
			continue
		}
		if distance < least {
			least, sum, count = distance, 0, 0
		}
		sum += difference
		count++
	}
	return sum / float64(count), count > 0
}

// apart is the square of the distance between a and b, or, where that is more than most, something more.
func apart(a, b []float64, most float64) (sum float64) {
	for j, v := range a {
		if sum += square(v - b[j]); sum > most {
			break
		}
	}
	return sum
}

// square is a product that no compiler may fuse with a sum.
func square(x float64) float64 { return float64(x * x) }
