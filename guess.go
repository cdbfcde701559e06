// Guess: the best answer that does not look at the inputs, and whether a network's are better.
package main

import (
	"fmt"
	"math"

	"backprop/internal/data/dataset"
	"backprop/internal/show/text"
)

// A guess is the best answer that does not look at the inputs: the most frequent class, or
// the mean of the numbers to predict.
type guess struct {
	cost        float64    // on the training part
	class       int        // of classes, the most frequent one
	share, rmse [2]float64 // of right answers, or the error, on the training and the test part
}

// bestGuess finds the guess on the training part, and what it comes to on both parts.
func (x *experiment) bestGuess() (g guess) {
	k := x.data.Outputs()
	mean, y := make([]float64, k), NewMatrix(1, k)
	each := func(s *dataset.Set, f func(y []float64)) {
		order := ascending(s.N)
		for i := range order {
			x.targets(s, y, 0, order[i:i+1])
			f(y.Row(0))
		}
	}
	each(&x.data.Train, func(y []float64) { AddScaled(mean, 1/float64(x.data.Train.N), y) })
	g.class = argmax(mean)
	for part, s := range []*dataset.Set{&x.data.Train, &x.data.Test} {
		n, square := float64(s.N), 0.0
		each(s, func(y []float64) {
			for j, v := range y {
				square += (v - mean[j]) * (v - mean[j]) / n
			}
			if argmax(y) == g.class {
				g.share[part]++
			}
		})
		g.share[part] /= max(n, 1)
		if x.data.Classes == nil {
			g.rmse[part] = *x.rmse(Result{MSE: square / float64(k)})
		}
		if part == 0 {
			g.cost = square / 2
		}
	}
	total := 1.0
	if x.cfg.ClassWeight != "" {
		total = x.weigh(mean)
		g.cost = total * variance(mean) / 2
	}
	if x.cfg.Cost != "mse" {
		g.cost = total * entropy(mean, x.cfg.Cost == "bce")
	}
	return g
}

// weigh makes of the classes' shares those that they have with -classweight, and returns the mean weight.
func (x *experiment) weigh(shares []float64) (total float64) {
	weights, _ := classWeights(x.cfg.ClassWeight, x.data) // newExperiment has read it before
	for c, w := range weights {
		shares[c] *= w
		total += shares[c]
	}
	ScaleBy(shares, 1/total)
	return total
}

// variance is that of classes with the shares p, of 0 or 1 each, summed.
func variance(p []float64) (sum float64) {
	for _, v := range p {
		sum += float64(v * (1 - v))
	}
	return sum
}

// entropy is what it costs to answer with the shares p: −Σ p·ln p, and with both also
// −Σ (1−p)·ln(1−p).
func entropy(p []float64, both bool) (sum float64) {
	add := func(p float64) {
		if p > 0 {
			sum -= p * math.Log(p)
		}
	}
	for _, v := range p {
		add(v)
		if both {
			add(1 - v)
		}
	}
	return sum
}

// above says that the accuracy on n samples is above a guess's by more than so many standard
// deviations of what chance makes of it.
func above(accuracy, guess float64, n int, deviations float64) bool {
	return accuracy > guess+deviations*math.Sqrt(guess*(1-guess)/float64(n))
}

// A comparison is a network's score on n samples, and that of the best answer that does not look at them.
type comparison struct {
	part                   string // test or training
	n                      int
	classes                []string
	weighted               bool     // the classes have weights
	accuracy, rmse, recall *float64 // recall is the mean of the classes'
	always                 int      // the class that is guessed
	share, base            float64  // the guess's accuracy or RMSE
}

// lost is the sentence on a score that is no better than the guess's, empty where it is better. Where
// the classes have weights it is the mean recall that counts: who always answers the commonest class
// has an accuracy that such a training does not aim at.
func (c comparison) lost() string {
	switch even := 1 / float64(max(len(c.classes), 1)); {
	case c.weighted && (c.recall == nil || above(*c.recall, even, c.n, 0.2)):
	case c.weighted:
		return fmt.Sprintf("the mean recall of the classes is %.4f, and always giving the same answer has %.4f",
			*c.recall, even)
	case c.accuracy != nil && !above(*c.accuracy, c.share, c.n, 0.2):
		return fmt.Sprintf("%.2f %% of the %s samples are right, and always answering %s gives %.2f %%",
			100**c.accuracy, c.part, c.classes[c.always], 100*c.share)
	case c.rmse != nil && *c.rmse > 0.98*c.base:
		return fmt.Sprintf("%s RMSE %s, and always answering the mean gives %s",
			c.part, text.Significant(*c.rmse, 4), text.Significant(c.base, 4))
	}
	return ""
}
