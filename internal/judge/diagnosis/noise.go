package diagnosis

import "math"

// noise estimates the variance of what cannot be learned of n rows with numbers to predict, by the delta test (Pi and
// Peterson 1994, "Finding the embedding dimension and variable dependencies in time series"): half the mean squared
// difference between a row's answer and that of its nearest neighbour. Where neighbours lie far apart the estimate is
// too large, up to the whole spread of the answers; so it takes nothing for learnable that is noise.
func noise(rows func(which []int32) (in, answers [][]float64), n int) float64 {
	some, _ := rows([]int32{0})
	most := int(math.Sqrt(mostNumbers / float64(len(some[0]))))
	in, answers := rows(spreadOut(n, min(n, mostRows, max(most, 1))))
	standardise(in)
	sum, counted := 0.0, 0
	for i := range in {
		if d, ok := toNearest(in, answers, i); ok {
			sum += d / 2
			counted++
		}
	}
	if counted == 0 {
		return math.Inf(1) // nobody knows
	}
	return sum / float64(counted)
}

// spreadOut is k of n numbers, as far apart as they can be.
func spreadOut(n, k int) (which []int32) {
	for i := range k {
		which = append(which, int32(i*n/k))
	}
	return which
}

// standardise gives each column a mean square of 1 around its mean, but those that are all the same.
func standardise(in [][]float64) {
	for j := range in[0] {
		mean, spread := 0.0, 0.0
		for _, row := range in {
			mean += float64(row[j] / float64(len(in)))
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
