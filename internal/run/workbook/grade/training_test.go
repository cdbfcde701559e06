package grade

import (
	"cmp"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"backprop/internal/filetest"
	book "backprop/internal/run/workbook/files"
)

// Exercise 8 is wrong if it moves the weights wrongly, or makes the wrong slope of the two costs.
func TestEstimateMistakes(t *testing.T) {
	const h, equation = 1e-5, "∂C/∂w ≈ (C(w + h) − C(w − h)) / 2h"
	checkMistake(t, "08_check.go", noChange, "", "")
	for _, c := range []struct {
		estimate   func(w matrix, cost func() float64) matrix
		code, text string
	}{
		{func(matrix, func() float64) matrix { return nil }, notDone, "the matrix is still nil."},
		{func(w matrix, _ func() float64) matrix { return w }, "no-cost", "cost() is never called."},
		{func(_ matrix, cost func() float64) matrix {
			cost()
			return matrix{{1, 2}, {3, 4}}
		}, "shape", "w is 2×3, so the result should be 2×3 too."},
		{func(w matrix, cost func() float64) matrix { return append(book.Estimate(w, cost), w[0]) }, "shape", ""},
		{func(w matrix, cost func() float64) matrix { return matrix{book.Estimate(w, cost)[0], {1, 2}} }, "shape", ""},
		{func(w matrix, cost func() float64) matrix { return matrix{{1, 2}, book.Estimate(w, cost)[1]} }, "shape", ""},
		{func(w matrix, cost func() float64) matrix {
			w[0][0], w[1][1] = w[0][0]+h, w[1][1]+h
			cost()
			return w
		}, "all-at-once", "When you asked for the cost, 2 weights were moved at once; it should be one at a time."},
		{func(w matrix, cost func() float64) matrix {
			w[0][0] += 0.5
			cost()
			return copyOf(w)
		}, "not-restored", "After its turn, a weight does not have its old value: it is off by 0.5."},
		{func(w matrix, cost func() float64) matrix {
			w[0][0] += h
			cost()
			w[0][0] -= h + 0.25
			return copyOf(w)
		}, "not-restored", "After its turn, a weight does not have its old value: it is off by 0.25."},
		{func(w matrix, cost func() float64) matrix { // all are restored together
			before := copyOf(w)
			for j := range 2 {
				w[0][j] += h
				cost()
			}
			copy(w[0], before[0])
			return before
		}, "not-restored", "After its turn, a weight does not have its old value: it is off by 1e−05."},
		{func(w matrix, cost func() float64) matrix {
			slopes := book.Estimate(w, cost)
			slopes[1][2] = 9
			return slopes
		}, "unknown", equation + ". In row 2, column 3 you have 9, and it should be "},
		{func(w matrix, cost func() float64) matrix {
			slopes := book.Estimate(w, cost)
			slopes[1][0] = 9
			return slopes
		}, "unknown", equation + ". In row 2, column 1 you have 9, and it should be "},
	} {
		checkMistake(t, "08_check.go", func(mine, _ *Functions) { mine.Estimate = c.estimate }, c.code, c.text)
	}
	for _, c := range []struct {
		up, down, factor float64 // of the right slope
		code, text       string
	}{
		{h, h, 1, "", ""},
		{h, h, 1 + 0.9e-6, "", ""},
		{h, h, 1 + 2e-6, "unknown", ""},
		{1.1e-8, 1.1e-8, h / 1.1e-8, "", ""},
		{1.009 * h, h, 2 / 2.009, "", ""},
		{0.0019, 0.0019, 1, "unknown", equation + ". In row 1, column 1 you have "},
		{0, 0, 1, "h-small", "Whenever you asked for the cost, all weights had their old values: none was moved"},
		{h, 3 * h, 1, "lopsided", "You take the cost 1e−05 above the weight, and 3e−05 below."},
		{h, 0, 1, "one-sided", "You take the cost on one side of the weight only"},
		{0, h, 1, "one-sided", "You take the cost on one side of the weight only"},
		{1.02 * h, h, 1, "lopsided", ""},
		{0.003, 0.003, 1, "h-large", "You move the weights by 0.003, which is too far."},
		{9e-9, 9e-9, 1, "h-small", "You move the weights by only 9e−09."},
		{h, h, 2, "not-halved", equation + ": each slope is twice what it should be."},
		{h, h, 0.5, "not-halved", equation + ": each slope is half of what it should be."},
		{h, h, h * h, "not-halved", equation + ": each slope is h² times what it should be: check what"},
		{h, h, 2 * h, "not-divided", equation + ": this is only the difference of the costs."},
		{h, h, h, "not-divided", equation + ": this is only half the difference of the costs."},
		{h, h, -1, "sign", equation + ": each slope has the wrong sign."},
		{h, h, -1 - 0.9e-5, "sign", ""},
		{h, h, -1 - 2e-5, "unknown", ""},
		{h, h, 3, "unknown", equation + ". In row 1, column 1 you have "},
	} {
		checkMistake(t, "08_check.go", func(mine, _ *Functions) {
			mine.Estimate = func(w matrix, cost func() float64) matrix {
				slopes := zerosLike(w)
				for i := range w {
					for j, old := range w[i] {
						w[i][j] = old + c.up
						above := cost()
						w[i][j] = old - c.down
						below := cost()
						w[i][j] = old
						slopes[i][j] = c.factor * (above - below) / (2 * h)
					}
				}
				return slopes
			}
		}, c.code, c.text)
	}
}

// Exercise 9 is wrong if it calls batchStep with other arguments than its own, with other samples or in another order.
func TestTrainMistakes(t *testing.T) {
	checkMistake(t, "09_train.go", noChange, "", "")
	for _, c := range []struct {
		call       func(lent *Functions, net *Network, xs, ys matrix, rate float64)
		code, text string
	}{
		{func(lent *Functions, net *Network, xs, ys matrix, rate float64) {
			lent.BatchStep(net, xs[:4], ys[1:5], rate)
		}, "pairs-broken", "batchStep got an x with the y of another sample, or not as many"},
		{func(lent *Functions, net *Network, xs, ys matrix, rate float64) {
			lent.BatchStep(net, xs[:4], ys[:5], rate)
		}, "pairs-broken", "batchStep got an x"},
		{func(lent *Functions, net *Network, xs, ys matrix, rate float64) {
			lent.BatchStep(net, xs[:4], ys[:4], 2*rate)
		}, "other-arguments", "batchStep did not get the net and rate that Train was given."},
		{func(lent *Functions, net *Network, xs, ys matrix, rate float64) {
			lent.BatchStep(net.Copy(), xs[:4], ys[:4], rate)
		}, "other-arguments", "batchStep did not get"},
		{func(lent *Functions, net *Network, xs, ys matrix, rate float64) {
			lent.BatchStep(net, xs[8:12], ys[8:12], rate)
		}, "past-end", "The program stopped"},
	} {
		checkMistake(t, "09_train.go", func(mine, lent *Functions) {
			mine.Train = func(net *Network, xs, ys matrix, _, _ int, rate float64) { c.call(lent, net, xs, ys, rate) }
		}, c.code, c.text)
	}
	type batches [][]int // the numbers of the samples in each mini-batch
	sorted := batches{{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9}}
	shuffled := batches{{7, 2, 9, 0}, {4, 1, 8, 3}, {6, 5}}
	another := batches{{1, 2, 9, 0}, {4, 7, 8, 3}, {6, 5}}
	const given = "With 10 samples, batch = 4 and 3 epochs, "
	for _, c := range []struct {
		batches    batches
		code, text string
	}{
		{batches{{0, 1, 2, 3, 4}}, "batch-size", "With batch = 4, a mini-batch had 5 samples."},
		{nil, "no-call", "batchStep was never called with samples."},
		{shuffled, "one-epoch", given + "batchStep got 10 samples in all, as in a single epoch."},
		{shuffled[:2], "one-epoch", given + "batchStep got 8 samples in all"},
		{slices.Concat(shuffled[:2], shuffled[:2], shuffled[:2]), "rest-dropped", given + "each epoch used 8 samples"},
		{batches{{1}, {2}, {3}}, "one-batch", given + "each epoch used one sample."},
		{batches{shuffled[0], shuffled[0], shuffled[0]}, "one-batch", given + "each epoch used one mini-batch of 4"},
		{slices.Concat(shuffled, shuffled), "sample-count", given + "batchStep got 20 samples in all, and should"},
		{slices.Concat(shuffled, shuffled, shuffled[:2], batches{{6, 6}}), "sample-twice",
			"In epoch 3 some samples were"},
		{slices.Concat(sorted, sorted, sorted), "not-shuffled", "The samples were used in the order in which they"},
		{slices.Concat(shuffled, shuffled, shuffled), "shuffled-once",
			"The samples were used in the same order in each epoch."},
		{slices.Concat(shuffled[:2], batches{{6}, {5}}, another, shuffled), "batch-size",
			"10 samples should make mini-batches of 4, 4 and 2: 9 in 3 epochs. There were 10."},
		{slices.Concat(shuffled, another, shuffled), "unknown", "After 1,500 epochs of XOR, the cost is still "},
		{slices.Concat(sorted, shuffled, shuffled), "unknown", "After 1,500 epochs of XOR, the cost is still "},
	} {
		checkMistake(t, "09_train.go", func(mine, lent *Functions) {
			mine.Train = func(net *Network, xs, ys matrix, _, _ int, rate float64) {
				for _, numbers := range c.batches {
					if len(xs) == 10 { // and not the 4 of XOR, which is not learned
						lent.BatchStep(net, rowsAt(xs, numbers), rowsAt(ys, numbers), rate)
					}
				}
			}
		}, c.code, c.text)
	}
}

// Exercise 11 is checked by three steps with η = 0.1 and µ = 0.8. By hand, the weights are
// (1, −2; 0.5, 3), (0.8, −2.1; 0.6, 2.95), (0.54, −2.48; 0.48, 3.01) and (0.532, −2.834; 0.284, 2.958).
func TestMomentumMistakes(t *testing.T) {
	checkMistake(t, "11_momentum.go", noChange, "", "")
	const equation = "v ← µ·v − η·g, w ← w + v"
	const third = equation + ". After step 3, w in "
	withVelocity := func(velocity func(v, g float64) float64) func(w, v, g float64) (float64, float64) {
		return func(w, v, g float64) (float64, float64) {
			v = velocity(v, g)
			return w + v, v
		}
	}
	wrongAfter := func(second float64) func(w, v, g float64) (float64, float64) {
		return func(w, v, g float64) (float64, float64) {
			v = 0.8*v - 0.1*g
			if math.Abs(w-second) < 1e-9 {
				w = 7
			}
			return w + v, v
		}
	}
	for _, c := range []struct {
		rule       func(w, v, g float64) (newW, newV float64)
		code, text string
	}{
		{func(w, v, _ float64) (float64, float64) { return w, v }, "not-updated",
			equation + ": w has not changed. After step 1, w in row 1, column 1: you have 1, and it should be 0.8."},
		{withVelocity(func(_, g float64) float64 { return -0.1 * g }), "velocity-lost",
			equation + ": each step is only −η·g: nothing of the old velocity is kept. " +
				"After step 2, w in row 1, column 1: you have 0.7, and it should be 0.54."},
		{withVelocity(func(v, g float64) float64 { return 0.8*v + 0.1*g }), "ascent", ""},
		{withVelocity(func(v, g float64) float64 { return 0.8*v - g }), "rate-missing", ""},
		{withVelocity(func(v, g float64) float64 { return 0.1 * (0.8*v - g) }), "rate-missing", ""},
		{withVelocity(func(v, g float64) float64 { return v - 0.1*g }), "mu-missing", ""},
		{withVelocity(func(v, g float64) float64 { return 0.8 * (v - 0.1*g) }), "mu-on-all", ""},
		{withVelocity(func(v, g float64) float64 { return 0.8*v - 0.2*0.1*g }), "mu-on-all", ""},
		{func(w, v, g float64) (float64, float64) { return w + v, 0.8*v - 0.1*g }, "old-velocity", ""},
		{func(_, v, g float64) (float64, float64) { return 0.8*v - 0.1*g, 0.8*v - 0.1*g }, "step-only", ""},
		{func(w, v, g float64) (float64, float64) { // Nesterov's
			v = 0.8*v - 0.1*g
			return w + 0.8*v - 0.1*g, v
		}, "old-velocity", ""},
		{func(w, v, g float64) (float64, float64) { return w + 7, v }, "unknown",
			equation + ". After step 1, w in row 1, column 1: you have 8, and it should be 0.8."},
		{wrongAfter(0.54), "unknown", third + "row 1, column 1: you have 6.992, and it should be 0.532."},
		{wrongAfter(-2.48), "unknown", third + "row 1, column 2: you have 6.646, and it should be −2.834."},
		{wrongAfter(0.48), "unknown", third + "row 2, column 1: you have 6.804, and it should be 0.284."},
		{wrongAfter(3.01), "unknown", third + "row 2, column 2: you have 6.948, and it should be 2.958."},
	} {
		checkMistake(t, "11_momentum.go", func(mine, _ *Functions) {
			mine.Momentum = func(w, v, g matrix, _, _ float64) {
				for i := range w {
					for j := range w[i] {
						w[i][j], v[i][j] = c.rule(w[i][j], v[i][j], g[i][j])
					}
				}
			}
		}, c.code, c.text)
	}
}

// digitImages returns n images with labels 0, 1, … 9, 0, …: in each, the pixel whose number is the label is ink.
func digitImages(n int) (images [][]byte, labels []int) {
	for i := range n {
		image := make([]byte, 784)
		image[i%10] = 255
		images, labels = append(images, image), append(labels, i%10)
	}
	return images, labels
}

// A digitLearner is exercise 10 with parts that can be wrong.
type digitLearner struct {
	scale          float64                    // that pixels are divided by
	dropped        int                        // digits that are not given to train
	droppedTargets int                        // targets that are not given to train
	sharedTarget   bool                       // one y for all digits, which then has several ones
	short          bool                       // x has 700 numbers
	epochs         int                        // that train is called with
	untrained      bool                       // train is not called
	read           func(image []byte) (c int) // what comes back
}

func (l digitLearner) learn(lent *Functions, images [][]byte, labels []int) func([]byte) int {
	var xs, ys [][]float64
	y := make([]float64, 10)
	for i, image := range images[l.dropped:] {
		if !l.sharedTarget {
			y = make([]float64, 10)
		}
		y[labels[i+l.dropped]] = 1
		x := apply(scaled(image), func(_ int, v float64) float64 { return v * 255 / l.scale })
		if l.short {
			x = x[:700]
		}
		xs, ys = append(xs, x), append(ys, y)
	}
	net := &Network{W1: make([][]float64, 784), B1: make([]float64, 10), W2: make([][]float64, 10),
		B2: make([]float64, 10), Softmax: true}
	for i := range net.W1 {
		net.W1[i] = make([]float64, 10)
	}
	for i := range net.W2 {
		net.W2[i] = make([]float64, 10)
		net.W2[i][i] = 9
	}
	if !l.untrained {
		lent.Train(net, xs, ys[l.droppedTargets:], l.epochs, 10, 0.1)
	}
	return l.read
}

// Exercise 10 is told apart by what it gives to train, and by what the function that comes back reads.
func TestDigitMistakes(t *testing.T) {
	rightly := func(image []byte) int { return slices.Index(image, 255) }
	nearly := func(image []byte) int { return slices.Index(image, 255) % 9 } // 90 %
	three := func([]byte) int { return 3 }                                   // 10 %
	const ten, most = "It reads 10.0 % of the digits: ", "The x have numbers up to "
	images, labels := digitImages(200)
	for _, c := range []struct {
		learner    digitLearner
		right      int
		code, text string
	}{
		{digitLearner{scale: 255, read: rightly}, 100, "", ""},
		{digitLearner{scale: 1, read: three}, 0, "unscaled", most + "255."},
		{digitLearner{scale: 4, read: three}, 0, "unscaled", most + "63.75."},
		{digitLearner{scale: 255, dropped: 1, read: three}, 10, "not-all",
			ten + "train got 99 of them, and there are 100 to learn from."},
		{digitLearner{scale: 255, droppedTargets: 1, read: three}, 0, "not-all", "train got 100 x and 99 y."},
		{digitLearner{scale: 255, sharedTarget: true, read: three}, 10, "not-one-hot",
			ten + "digit number 1 is a 0, and its y is [1 1 1 1 1 1 1 1 1 1]."},
		{digitLearner{scale: 255, short: true, read: three}, 0, "shape",
			"x number 1 has 700 numbers, and its y 10; they should have 784 and 10."},
		{digitLearner{scale: 255, untrained: true, read: rightly}, 0, "no-train",
			"train, in small letters, is never called."},
		{digitLearner{scale: 255, untrained: true}, 0, notDone, "the function is still nil."},
		{digitLearner{scale: 255}, 0, "no-read", "The network has learned, but LearnDigits returns nil"},
		{digitLearner{scale: 255, epochs: 2, read: three}, 10, "badly-read", ten + "the network itself reads 100.0 %"},
		{digitLearner{scale: 255, epochs: 2, read: nearly}, 90, "badly-read", "It reads 90.0 % of the digits: the net"},
		{digitLearner{scale: 255, read: three}, 10, "below-90", ten + "it should be more than 90 %. " +
			"The training had hidden neurons: 10, epochs: 0, samples in a mini-batch: 10, rate: 0.1."},
	} {
		t.Run(cmp.Or(c.code, "right"), func(t *testing.T) {
			var lent Functions
			g := &grader{shared: lentFunctions(), lend: func(f Functions) { lent = f }}
			g.shared.Train = func(net *Network, xs, ys matrix, epochs, batch int, rate float64) {
				for i := range 10 {
					net.W1[i][i] = float64(epochs) // from 1 on, the network knows the digits
				}
				if len(xs) != len(ys) || batch != 10 || rate != 0.1 || slices.Max(xs[0]) > 50 {
					t.Error("training is begun in another way than it was called, or with x that are too large")
				}
			}
			g.mine.LearnDigits = func(images [][]byte, labels []int) func([]byte) int {
				return c.learner.learn(&lent, images, labels)
			}
			right, m := g.learnDigits(images, labels, 100)
			if m == nil {
				m = &Mistake{}
			}
			if right != c.right || m.Code != c.code || !strings.HasPrefix(m.Text, c.text) {
				t.Errorf("got %d right, %q: %s\nwant %d right, %q: %s", right, m.Code, m.Text, c.right, c.code, c.text)
			}
		})
	}
}

// The file of digits is read completely, and is an error if it is missing, no gzip, cut off, or has no digit to learn
// from beside the 1,000 to read.
func TestReadDigits(t *testing.T) {
	file := func(digits int) []byte {
		var text []byte
		for i := range digits {
			text = append(append(text, byte(i%10)), make([]byte, 784)...)
		}
		return filetest.Gzipped(text)
	}
	dir := t.TempDir()
	whole := file(1001)
	filetest.Write(t, dir, map[string][]byte{"whole": whole, "cut off": whole[:len(whole)/2], "text": []byte("hello"),
		"too few": file(1000)})
	images, labels, err := readDigits(filepath.Join(dir, "whole"))
	if err != nil || len(images) != 1001 || len(images[13]) != 784 || labels[13] != 3 {
		t.Errorf("got %d images, label 13 = %v, %v; want 1001 and 3", len(images), labels[13], err)
	}
	for _, name := range []string{"cut off", "text", "too few", "missing"} {
		if images, _, err := readDigits(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s: got %d images and no error", name, len(images))
		}
	}
}
