// The checks of exercises 8 to 12: a gradient check, the training loop, digits, momentum and weight decay.

package grade

import (
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
)

// Exercise 8.

// A move says how the weights differ from the original ones when exercise 8 asks for the cost.
type move struct {
	weights int     // how many weights differ
	by      float64 // the largest difference
}

// estimate checks exercise 8, by the slopes that it returns and by what it does to the weights meanwhile.
func (g *grader) estimate() *Mistake {
	q := newQuestion(false, 3, 2, 3, 2)
	_, gradient := q.Gradient(q.xs, q.ys, Back)
	w := copyOf(q.W1)
	var moves []move
	slopes := g.mine.Estimate(w, func() float64 {
		moves = append(moves, moveOf(flat(w), flat(q.W1)))
		net := q.Copy()
		net.W1 = w
		cost, _ := net.Gradient(q.xs, q.ys, Back)
		return cost
	})
	switch {
	case slopes == nil:
		return &Mistake{notDone, "the matrix is still nil."}
	case len(moves) == 0:
		return &Mistake{"no-cost", "cost() is never called."}
	case len(slopes) != 2 || len(slopes[0]) != 3 || len(slopes[1]) != 3:
		return &Mistake{"shape", "w is 2×3, so the result should be 2×3 too."}
	}
	if m := checkMoves(moves, moveOf(flat(w), flat(q.W1))); m != nil {
		return m
	}
	have, want := flat(slopes), flat(gradient.W1)
	for i := range have { // central differences have about six right digits
		if math.Abs(have[i]-want[i]) < 1e-6*max(math.Abs(want[i]), 0.01) {
			have[i] = want[i]
		}
	}
	return checkSlopes(have, want, moves)
}

// moveOf compares weights with what they were before.
func moveOf(now, before []float64) (m move) {
	for i := range now {
		by := now[i] - before[i]
		if math.Abs(by) > 2e-15 { // more than rounding
			m.weights++
		}
		if math.Abs(by) > max(math.Abs(m.by), 2e-15) {
			m.by = by
		}
	}
	return m
}

// checkMoves says what the learner's function did wrong with the weights. end says how it left them.
func checkMoves(moves []move, end move) *Mistake {
	most, up, down := 0, 0.0, 0.0
	for _, m := range moves {
		most, up, down = max(most, m.weights), max(up, m.by), max(down, -m.by)
	}
	h := max(up, down)
	first := slices.IndexFunc(moves, func(m move) bool { return m.weights > 0 })
	switch {
	case first < 0:
		return &Mistake{"h-small", "Whenever you asked for the cost, all weights had their old values: none was moved, " +
			"or by too little."}
	case moves[first].weights > 1:
		return &Mistake{"all-at-once", fmt.Sprintf("When you asked for the cost, %d weights were moved at once; it "+
			"should be one at a time.", moves[first].weights)}
	case end.weights > 0 || most > 1:
		return &Mistake{"not-restored", fmt.Sprintf("After its turn, a weight does not have its old value: it is off by %s.",
			number(max(math.Abs(end.by), h)))}
	case up > 0 && down > 0 && math.Abs(up-down) > h/100:
		return &Mistake{"lopsided", fmt.Sprintf("You take the cost %s above the weight, and %s below.", number(up),
			number(down))}
	case up == 0 || down == 0:
		return &Mistake{"one-sided", "You take the cost on one side of the weight only, which gives the slope at a point " +
			"next to it."}
	case h > 2e-3:
		return &Mistake{"h-large", fmt.Sprintf("You move the weights by %s, which is too far.", number(h))}
	case h < 1e-8:
		return &Mistake{"h-small", fmt.Sprintf("You move the weights by only %s.", number(h))}
	}
	return nil
}

// checkSlopes says what the learner's function did wrong with the two costs.
func checkSlopes(have, want []float64, moves []move) *Mistake {
	h := 0.0
	for _, m := range moves {
		h = max(h, math.Abs(m.by))
	}
	times := func(factor float64) []float64 {
		return apply(want, func(_ int, v float64) float64 { return factor * v })
	}
	for _, w := range []wrongWay{
		{"not-halved", "each slope is twice what it should be", times(2)},
		{"not-halved", "each slope is half of what it should be", times(0.5)},
		{"not-halved", "each slope is h² times what it should be: check what you divide by", times(h * h)},
		{"not-divided", "this is only the difference of the costs", times(2 * h)},
		{"not-divided", "this is only half the difference of the costs", times(h)},
		{"sign", "each slope has the wrong sign", times(-1)},
	} {
		roughlyEqual := func(x, y float64) bool { return math.Abs(x-y) <= 1e-5*math.Abs(y) }
		if slices.EqualFunc(have, w.result, roughlyEqual) {
			return &Mistake{w.code, "∂C/∂w ≈ (C(w + h) − C(w − h)) / 2h: " + w.what + "."}
		}
	}
	return comparison{"∂C/∂w ≈ (C(w + h) − C(w − h)) / 2h", have, want,
		func(i int) string { return fmt.Sprintf("In row %d, column %d", i/3+1, i%3+1) }, nil}.mistake()
}

// Exercise 9.

// A batchCall is a call of batchStep.
type batchCall struct {
	net     *Network
	samples []int // the numbers of the samples
	paired  bool  // each x has its own y
	rate    float64
}

// train checks exercise 9, first by the samples that it gives to batchStep, and then by XOR.
func (g *grader) train() *Mistake {
	var calls []batchCall
	spy := g.shared
	spy.BatchStep = func(net *Network, xs, ys [][]float64, rate float64) float64 {
		c := batchCall{net: net, paired: len(xs) == len(ys), rate: rate}
		for s := range xs {
			c.samples = append(c.samples, int(xs[s][0]))
			c.paired = c.paired && xs[s][0] == ys[s][0]
		}
		calls = append(calls, c)
		return 0
	}
	g.lend(spy)
	q := newQuestion(false, 10, 1, 1, 1)
	for i := range 10 {
		q.xs[i][0], q.ys[i][0] = float64(i), float64(i)
	}
	g.mine.Train(q.Network, slices.Clip(q.xs), slices.Clip(q.ys), 3, 4, 0.25)
	if m := checkCalls(calls, q.Network); m != nil {
		return m
	}
	g.lend(g.shared)
	return g.xor()
}

// checkCalls says what is wrong with how 10 samples are divided into mini-batches of 4 in three epochs.
func checkCalls(calls []batchCall, net *Network) *Mistake {
	var order []int
	for _, c := range calls {
		switch {
		case !c.paired:
			return &Mistake{"pairs-broken", "batchStep got an x with the y of another sample, or not as many x as y."}
		case c.net != net || c.rate != 0.25:
			return &Mistake{"other-arguments", "batchStep did not get the net and rate that Train was given."}
		case len(c.samples) > 4:
			return &Mistake{"batch-size", fmt.Sprintf("With batch = 4, a mini-batch had %d samples.", len(c.samples))}
		}
		order = append(order, c.samples...)
	}
	const told = "With 10 samples, batch = 4 and 3 epochs, "
	switch n := len(order); {
	case n == 0:
		return &Mistake{"no-call", "batchStep was never called with samples."}
	case n == 10 || n == 8:
		return &Mistake{"one-epoch", fmt.Sprintf(told+"batchStep got %d samples in all, as in a single epoch.", n)}
	case n == 24:
		return &Mistake{"rest-dropped", told + "each epoch used 8 samples: the 2 left over after 4 and 4 are not used."}
	case n == 3:
		return &Mistake{"one-batch", told + "each epoch used one sample."}
	case n == 12:
		return &Mistake{"one-batch", told + "each epoch used one mini-batch of 4, and not the other samples."}
	case n != 30:
		return &Mistake{"sample-count", fmt.Sprintf(told+"batchStep got %d samples in all, and should get 30.", n)}
	}
	return checkOrder(order, len(calls))
}

// checkOrder says what is wrong with the order of the samples, if their number is right.
func checkOrder(order []int, calls int) *Mistake {
	ascending := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	first := order[:10]
	for k := range 3 {
		epoch := slices.Clone(order[10*k:][:10])
		slices.Sort(epoch)
		if !slices.Equal(epoch, ascending) {
			return &Mistake{"sample-twice", fmt.Sprintf("In epoch %d some samples were used more than once, and others not "+
				"at all.", k+1)}
		}
	}
	switch {
	case slices.Equal(first, ascending) && slices.Equal(order[10:20], ascending):
		return &Mistake{"not-shuffled", "The samples were used in the order in which they were given."}
	case slices.Equal(first, order[10:20]):
		return &Mistake{"shuffled-once", "The samples were used in the same order in each epoch."}
	case calls != 9:
		return &Mistake{"batch-size", fmt.Sprintf("10 samples should make mini-batches of 4, 4 and 2: 9 in 3 epochs. "+
			"There were %d.", calls)}
	}
	return nil
}

// xor checks that the learner's loop learns XOR.
func (g *grader) xor() *Mistake {
	xs, ys := [][]float64{{0, 0}, {0, 1}, {1, 0}, {1, 1}}, [][]float64{{0}, {1}, {1}, {0}}
	net := newQuestion(false, 1, 2, 4, 1).Network
	g.mine.Train(net, xs, ys, 1500, 2, 4)
	cost, _ := net.Gradient(xs, ys, Back)
	if !(cost < 0.01) {
		return &Mistake{"unknown", fmt.Sprintf("After 1,500 epochs of XOR, the cost is still %s, and should be below "+
			"0.01.", number(cost))}
	}
	note := "09_train.go has learned XOR:"
	for _, x := range xs {
		note += fmt.Sprintf("  %v,%v → %.2f", x[0], x[1], sigmoids(net.Outputs(x))[0])
	}
	g.notes = append(g.notes, note)
	return nil
}

// Exercise 10.

// A trainCall is a call of train.
type trainCall struct {
	net      *Network
	xs, ys   [][]float64
	settings string // in words
}

// digits checks exercise 10, after those that it needs are the learner's own. This takes long, so the result is
// remembered as long as none of the files changes.
func (g *grader) digits() *Mistake {
	needs := []string{"01_sigmoid.go", "02_forward.go", "03_output.go", "04_back.go", "05_gradients.go", "07_batch.go",
		"09_train.go"}
	missing := slices.DeleteFunc(slices.Clone(needs), func(file string) bool { return g.done[file] })
	if len(missing) > 0 {
		return &Mistake{waiting, "this uses your own code, so it waits for " + strings.Join(missing, ", ") + "."}
	}
	images, labels, err := readDigits(Digits)
	if err != nil {
		return &Mistake{notDone, "the digits cannot be read (" + err.Error() + "): write the workbook again, into the same " +
			"folder."}
	}
	const test = 1000
	sum := sumOfFiles(append(needs, "10_digits.go", "network.go", Digits)...)
	if g.tries.By != sum {
		fmt.Fprintf(g.out, "10_digits.go is learning from %d digits …\n\n", len(images)-test)
		g.tries.Read, g.tries.Wrong = g.learnDigits(images, labels, len(images)-test)
		g.tries.By = sum
	}
	if g.tries.Wrong != nil {
		return g.tries.Wrong
	}
	g.notes = append(g.notes, fmt.Sprintf("10_digits.go reads %.1f %% of %d digits that it has not seen.",
		100*float64(g.tries.Read)/test, test))
	return nil
}

// readDigits reads the images and their labels.
func readDigits(path string) (images [][]byte, labels []int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, nil, err
	}
	all, err := io.ReadAll(z)
	for len(all) >= 785 {
		images, labels = append(images, all[1:785]), append(labels, int(all[0]))
		all = all[785:]
	}
	if err == nil && len(images) <= 1000 {
		err = fmt.Errorf("%d of them are not enough", len(images))
	}
	return images, labels, err
}

// learnDigits lets exercise 10 learn from the first n digits, and counts how many of the others it reads.
func (g *grader) learnDigits(images [][]byte, labels []int, n int) (right int, m *Mistake) {
	var call *trainCall
	spy := g.shared
	spy.Train = func(net *Network, xs, ys [][]float64, epochs, batch int, rate float64) {
		call = &trainCall{net, xs, ys, fmt.Sprintf("hidden neurons: %d, epochs: %d, samples in a mini-batch: %d, rate: %v",
			len(net.B1), epochs, batch, rate)}
		if m = call.checkSamples(); m == nil {
			g.shared.Train(net, xs, ys, epochs, batch, rate)
		}
	}
	g.lend(spy)
	read := g.mine.LearnDigits(images[:n], labels[:n])
	switch {
	case m != nil:
		return 0, m
	case call == nil && read == nil:
		return 0, &Mistake{notDone, "the function is still nil."}
	case call == nil:
		return 0, &Mistake{"no-train", "train, in small letters, is never called."}
	case read == nil:
		return 0, &Mistake{"no-read", "The network has learned, but LearnDigits returns nil and not a function that reads."}
	}
	learned, images, labels := labels[:n], images[n:], labels[n:]
	right = countRight(images, labels, read)
	if 10*right > 9*len(images) {
		return right, nil
	}
	percent := func(n int) float64 { return 100 * float64(n) / float64(len(images)) }
	return right, call.explain(learned, percent(right), func() float64 {
		return percent(countRight(images, labels, func(image []byte) int {
			z2 := call.net.Outputs(scaled(image))
			return slices.Index(z2, slices.Max(z2))
		}))
	})
}

func countRight(images [][]byte, labels []int, read func(image []byte) int) (right int) {
	for i, image := range images {
		if read(image) == labels[i] {
			right++
		}
	}
	return right
}

// scaled returns the pixels divided by 255.
func scaled(image []byte) []float64 {
	x := make([]float64, len(image))
	for k, pixel := range image {
		x[k] = float64(pixel) / 255
	}
	return x
}

// checkSamples says what is wrong with samples from which nothing can be learned.
func (c *trainCall) checkSamples() *Mistake {
	for i, x := range c.xs {
		switch {
		case i >= len(c.ys):
			return &Mistake{"not-all", fmt.Sprintf("train got %d x and %d y.", len(c.xs), len(c.ys))}
		case len(x) != 784 || len(c.ys[i]) != 10:
			return &Mistake{"shape", fmt.Sprintf("x number %d has %d numbers, and its y %d; they should have 784 and 10.", i+1,
				len(x), len(c.ys[i]))}
		case slices.Max(x) > 50:
			return &Mistake{"unscaled", fmt.Sprintf("The x have numbers up to %s. That is too large to train with, so train "+
				"was not started.", number(slices.Max(x)))}
		}
	}
	return nil
}

// explain says why the learner's function reads only some percent of the digits. labels are those to learn from, and
// networkPercent computes how many digits the network itself would read.
func (c *trainCall) explain(labels []int, percent float64, networkPercent func() float64) *Mistake {
	told := fmt.Sprintf("It reads %.1f %% of the digits: ", percent)
	if len(c.xs) != len(labels) {
		return &Mistake{"not-all", told + fmt.Sprintf("train got %d of them, and there are %d to learn from.",
			len(c.xs), len(labels))}
	}
	for i, y := range c.ys[:len(labels)] {
		ones := slices.DeleteFunc(slices.Clone(y), func(v float64) bool { return v == 0 })
		if y[labels[i]] != 1 || len(ones) != 1 {
			return &Mistake{"not-one-hot", told + fmt.Sprintf("digit number %d is a %d, and its y is %v.", i+1, labels[i], y)}
		}
	}
	if its := networkPercent(); its > percent+1 {
		return &Mistake{"badly-read", told + fmt.Sprintf("the network itself reads %.1f %%, but not the function that you "+
			"return.", its)}
	}
	return &Mistake{"below-90", told + "it should be more than 90 %. The training had " + c.settings + "."}
}

// Exercise 11.

// momentum checks exercise 11 by three steps.
func (g *grader) momentum() *Mistake {
	const rate, mu = 0.1, 0.8
	start := [][]float64{{1, -2}, {0.5, 3}}
	gradients := [][][]float64{{{2, 1}, {-1, 0.5}}, {{1, 3}, {2, -1}}, {{-2, 0.5}, {1, 1}}}
	w, v := copyOf(start), zerosLike(start)
	var have []float64
	for _, gradient := range gradients {
		g.mine.Momentum(w, v, copyOf(gradient), rate, mu)
		have = append(have, flat(w)...)
	}
	withSteps := func(step func(w, v, g float64) (newW, newV float64)) (all []float64) {
		w, v := flat(start), flat(zerosLike(start))
		for _, gradient := range gradients {
			for i, g := range flat(gradient) {
				w[i], v[i] = step(w[i], v[i], g)
			}
			all = append(all, w...)
		}
		return all
	}
	withVelocity := func(velocity func(v, g float64) float64) []float64 {
		return withSteps(func(w, v, g float64) (float64, float64) { v = velocity(v, g); return w + v, v })
	}
	where := func(i int) string {
		return fmt.Sprintf("After step %d, w in row %d, column %d:", i/4+1, i%4/2+1, i%2+1)
	}
	want := withVelocity(func(v, g float64) float64 { return mu*v - rate*g })
	return comparison{"v ← µ·v − η·g, w ← w + v", have, want, where, []wrongWay{
		{"not-updated", "w has not changed", withSteps(func(w, v, g float64) (float64, float64) { return w, v })},
		{"velocity-lost", "each step is only −η·g: nothing of the old velocity is kept",
			withVelocity(func(_, g float64) float64 { return -rate * g })},
		{"ascent", "w moves with the gradient and not against it: one of the two signs is wrong",
			withVelocity(func(v, g float64) float64 { return mu*v + rate*g })},
		{"rate-missing", "g is not multiplied by η", withVelocity(func(v, g float64) float64 { return mu*v - g })},
		{"rate-missing", "µ·v is multiplied by η too",
			withVelocity(func(v, g float64) float64 { return rate * (mu*v - g) })},
		{"mu-missing", "v is not multiplied by µ: all of the speed is kept",
			withVelocity(func(v, g float64) float64 { return v - rate*g })},
		{"mu-on-all", "η·g is multiplied by µ too", withVelocity(func(v, g float64) float64 { return mu * (v - rate*g) })},
		{"mu-on-all", "g is multiplied by 1 − µ too",
			withVelocity(func(v, g float64) float64 { return mu*v - (1-mu)*rate*g })},
		{"old-velocity", "w is moved by the old velocity, before v changes",
			withSteps(func(w, v, g float64) (float64, float64) { return w + v, mu*v - rate*g })},
		{"step-only", "w is only v",
			withSteps(func(_, v, g float64) (float64, float64) { v = mu*v - rate*g; return v, v })},
		{"old-velocity", "this is Nesterov's momentum, which looks ahead; the exercise asks for the plain one",
			withSteps(func(w, v, g float64) (float64, float64) { v = mu*v - rate*g; return w + mu*v - rate*g, v })},
	}}.mistake()
}

// Exercise 12.

// decay checks exercise 12.
func (g *grader) decay() *Mistake {
	for _, sizes := range layers {
		q := newQuestion(true, 2, sizes...)
		q.lambda, q.n = 5, 50
		dW, db := zerosLike(q.W1), make([]float64, len(q.B1))
		for s, x := range q.xs {
			z, _ := forward(x, q.W1, q.B1)
			_, delta := output(z, q.ys[s], true)
			w, b := gradients(x, delta)
			addTimes(append(dW, db), append(w, b), 0.5) // the mean of two samples
		}
		w, b := copyOf(q.W1), slices.Clone(q.B1)
		g.mine.Decay(w, b, copyOf(dW), slices.Clone(db), q.rate, q.lambda, q.n)
		if m := q.checkAnswers(map[string]any{"dW1": dW, "db1": db, "newW1": w, "newb1": b}); m != nil {
			return m
		}
	}
	return nil
}
