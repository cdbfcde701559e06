package grade

import (
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"slices"
)

// ---- Exercise 8 ----

// A peek is what exercise 8 has done to the weights when it asks for the cost.
type peek struct {
	moved int     // how many of them are not what they were
	by    float64 // how far the furthest is
}

// estimate judges exercise 8, by what it gives and by what it does to the weights on the way.
func (g *grader) estimate() *Mistake {
	q := ask(80, false, 3, 2, 3, 2)
	want, w, peeks := []float64{}, rows(q.W1), []peek{}
	_, slope := q.Slope(q.xs, q.ys, Back)
	want = flat(slope.W1)
	slopes := g.mine.Estimate(w, func() float64 {
		peeks = append(peeks, look(flat(w), flat(q.W1)))
		net := q.Copy()
		net.W1 = w
		cost, _ := net.Slope(q.xs, q.ys, Back)
		return cost
	})
	switch {
	case slopes == nil:
		return &Mistake{nothing, "the matrix is nil still."}
	case len(peeks) == 0:
		return &Mistake{"no-cost", "cost() has never been called."}
	case len(slopes) != 2 || len(slopes[0]) != 3 || len(slopes[1]) != 3:
		return &Mistake{"shape", "w is 2×3, and what comes back should be so too."}
	}
	if m := judgePeeks(peeks, look(flat(w), flat(q.W1))); m != nil {
		return m
	}
	have := flat(slopes)
	for i := range have { // central differences are right to so many digits
		if math.Abs(have[i]-want[i]) < 1e-6*max(math.Abs(want[i]), 0.01) {
			have[i] = want[i]
		}
	}
	return estimateWays(have, want, peeks)
}

// look compares weights with what they were.
func look(now, before []float64) (p peek) {
	for i := range now {
		if by := now[i] - before[i]; math.Abs(by) > 2e-15 {
			p.moved++
			if math.Abs(by) > math.Abs(p.by) {
				p.by = by
			}
		}
	}
	return p
}

// judgePeeks says what has been done wrong to the weights.
func judgePeeks(peeks []peek, end peek) *Mistake {
	most, up, down := 0, 0.0, 0.0
	for _, p := range peeks {
		most, up, down = max(most, p.moved), max(up, p.by), max(down, -p.by)
	}
	h := max(up, down)
	first := slices.IndexFunc(peeks, func(p peek) bool { return p.moved > 0 })
	switch {
	case first < 0:
		return &Mistake{"h-small", "Whenever you asked for the cost, all weights were what they had been: none had been " +
			"moved, or by too little."}
	case peeks[first].moved > 1:
		return &Mistake{"all-at-once", fmt.Sprintf("When you asked for the cost, %d weights had been moved; it should be "+
			"one at a time.", peeks[first].moved)}
	case end.moved > 0 || most > 1:
		return &Mistake{"not-restored", fmt.Sprintf("A weight is not what it was when its turn is over: it is off by %s.",
			number(math.Abs(max(end.by, h))))}
	case up > 0 && down > 0 && math.Abs(up-down) > h/100:
		return &Mistake{"lopsided", fmt.Sprintf("The cost is looked at %s above the weight, and %s below.", number(up),
			number(down))}
	case up == 0 || down == 0:
		return &Mistake{"one-sided", "You look at the cost on one side of the weight only: the slope that comes of it is " +
			"that of a place beside it."}
	case h > 2e-3:
		return &Mistake{"h-large", fmt.Sprintf("The weights are moved by %s, which is far.", number(h))}
	case h < 1e-8:
		return &Mistake{"h-small", fmt.Sprintf("The weights are moved by %s only.", number(h))}
	}
	return nil
}

// estimateWays says what has been done wrong with the two costs.
func estimateWays(have, want []float64, peeks []peek) *Mistake {
	h := 0.0
	for _, p := range peeks {
		h = max(h, math.Abs(p.by))
	}
	times := func(by float64) []float64 { return each(want, func(_ int, v float64) float64 { return by * v }) }
	for _, w := range []way{
		{"not-halved", "each slope is twice what it should be", times(2)},
		{"not-halved", "each slope is half of what it should be", times(0.5)},
		{"not-halved", "each slope is h² times what it should be: mind what stands under the line", times(h * h)},
		{"not-divided", "this is the difference of the costs alone, or half of it", times(2 * h)},
		{"not-divided", "this is half the difference of the costs", times(h)},
		{"sign", "each slope has the wrong sign", times(-1)},
	} {
		off := false
		for i := range want {
			off = off || math.Abs(have[i]-w.gives[i]) > 1e-5*math.Abs(w.gives[i])
		}
		if !off {
			return &Mistake{w.code, "∂C/∂w ≈ (C(w + h) − C(w − h)) / 2h: " + w.what + "."}
		}
	}
	return comparison{"∂C/∂w ≈ (C(w + h) − C(w − h)) / 2h", have, want,
		func(i int) string { return fmt.Sprintf("In row %d, column %d", i/3+1, i%3+1) }, nil}.mistake()
}

// ---- Exercise 9 ----

// A call is one of batchStep.
type call struct {
	net    *Network
	which  []int // the samples
	paired bool
	rate   float64
}

// train judges exercise 9: first by which samples it gives to batchStep, and then by XOR.
func (g *grader) train() *Mistake {
	var calls []call
	spied := g.calls
	spied.BatchStep = func(net *Network, xs, ys [][]float64, rate float64) float64 {
		c := call{net: net, paired: len(xs) == len(ys), rate: rate}
		for s := range xs {
			c.which = append(c.which, int(xs[s][0]))
			c.paired = c.paired && xs[s][0] == ys[s][0]
		}
		calls = append(calls, c)
		return 0
	}
	g.lend(spied)
	defer g.lend(g.calls)
	var numbers [][]float64
	for i := range 10 {
		numbers = append(numbers, []float64{float64(i)})
	}
	net := ask(90, false, 1, 1, 1, 1).Network
	g.mine.Train(net, slices.Clip(numbers), slices.Clip(rows(numbers)), 3, 4, 0.25)
	if m := judgeCalls(calls, net); m != nil {
		return m
	}
	g.lend(g.calls)
	return g.xor()
}

// judgeCalls says what is wrong with how 10 samples have been cut into mini-batches of 4, three times.
func judgeCalls(calls []call, net *Network) *Mistake {
	var order []int
	for _, c := range calls {
		switch {
		case !c.paired:
			return &Mistake{"pairs-broken", "batchStep was given an x with the y of another sample, or more of one than of " +
				"the other."}
		case c.net != net || c.rate != 0.25:
			return &Mistake{"other-arguments", "batchStep was not given the same net and rate as Train was."}
		case len(c.which) > 4:
			return &Mistake{"batch-size", fmt.Sprintf("with batch = 4, a mini-batch had %d samples.", len(c.which))}
		}
		order = append(order, c.which...)
	}
	const told = "With 10 samples, batch = 4 and 3 epochs, "
	switch n := len(order); {
	case n == 0:
		return &Mistake{"no-call", "batchStep was never called with samples."}
	case n == 10 || n == 8:
		return &Mistake{"one-epoch", fmt.Sprintf(told+"batchStep was given %d samples in all, as if there were one "+
			"epoch.", n)}
	case n == 24:
		return &Mistake{"rest-dropped", told + "each epoch used 8 samples: the 2 that are left after 4 and 4 are not used."}
	case n == 3:
		return &Mistake{"one-batch", told + "there was one sample an epoch."}
	case n == 12:
		return &Mistake{"one-batch", told + "there was one mini-batch of 4 an epoch, and the rest of the samples was not " +
			"used."}
	case n != 30:
		return &Mistake{"sample-count", fmt.Sprintf(told+"batchStep was given %d samples in all, and it should be 30.", n)}
	}
	return judgeOrder(order, len(calls))
}

// judgeOrder says what is wrong with the order of samples that are as many as they should be.
func judgeOrder(order []int, calls int) *Mistake {
	ascending := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	first := order[:10]
	for k := range 3 {
		epoch := slices.Clone(order[10*k:][:10])
		if slices.Sort(epoch); !slices.Equal(epoch, ascending) {
			return &Mistake{"sample-twice", fmt.Sprintf("In epoch %d some samples were used more than once, and others not "+
				"at all.", k+1)}
		}
	}
	switch {
	case slices.Equal(first, ascending) && slices.Equal(order[10:20], ascending):
		return &Mistake{"not-shuffled", "The samples came in the order in which they were given."}
	case slices.Equal(first, order[10:20]):
		return &Mistake{"shuffled-once", "The samples came in the same order in each epoch."}
	case calls != 9:
		return &Mistake{"batch-size", fmt.Sprintf("10 samples should make mini-batches of 4, 4 and 2: 9 in 3 epochs. "+
			"There were %d.", calls)}
	}
	return nil
}

// xor lets the learner's loop learn XOR.
func (g *grader) xor() *Mistake {
	xs, ys := [][]float64{{0, 0}, {0, 1}, {1, 0}, {1, 1}}, [][]float64{{0}, {1}, {1}, {0}}
	net, random := ask(91, false, 1, 2, 4, 1).Network, rand.New(rand.NewPCG(9, 1))
	for _, row := range net.Rows() {
		for j := range row {
			row[j] = random.NormFloat64() / 1.5
		}
	}
	g.mine.Train(net, xs, ys, 1500, 2, 4)
	cost, _ := net.Slope(xs, ys, Back)
	if !(cost < 0.01) {
		return &Mistake{"unknown", fmt.Sprintf("After 1,500 epochs of XOR the cost is %s still, and should be below "+
			"0.01.", number(cost))}
	}
	note := "09_train.go has learned XOR:"
	for _, x := range xs {
		note += fmt.Sprintf("  %v,%v → %.2f", x[0], x[1], squash(net.Outputs(x))[0])
	}
	g.notes = append(g.notes, note)
	return nil
}

// ---- Exercise 10 ----

// A lesson is what exercise 10 has given to train.
type lesson struct {
	net    *Network
	xs, ys [][]float64
	how    string
}

// digits judges exercise 10, once all that it stands on is the learner's own.
func (g *grader) digits() *Mistake {
	parts := []string{"01_sigmoid.go", "02_forward.go", "03_output.go", "04_back.go", "05_gradients.go", "07_batch.go",
		"09_train.go"}
	if m := g.need(slices.Clone(parts)...); m != nil {
		return m
	}
	images, labels, err := readDigits(Digits)
	if err != nil {
		return &Mistake{nothing, "the digits cannot be read (" + err.Error() + "): have the workbook written again, into " +
			"the same folder."}
	}
	test, by := 1000, g.sumOf(append(parts, "10_digits.go", "network.go", Digits)...)
	if g.tries.By != by {
		fmt.Fprintf(g.out, "10_digits.go is learning from %d digits …\n\n", len(images)-test)
		g.tries.Read, g.tries.Wrong = g.learnDigits(images, labels, len(images)-test)
		g.tries.By = by
	}
	if g.tries.Wrong != nil {
		return g.tries.Wrong
	}
	g.notes = append(g.notes, fmt.Sprintf("10_digits.go reads %.1f %% of %d digits that it has not seen.",
		100*float64(g.tries.Read)/float64(test), test))
	return nil
}

// readDigits reads the pictures and their labels.
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

// learnDigits lets exercise 10 learn from the first digits, and counts how many of the others it reads.
func (g *grader) learnDigits(images [][]byte, labels []int, n int) (right int, m *Mistake) {
	var given *lesson
	spied := g.calls
	spied.Train = func(net *Network, xs, ys [][]float64, epochs, batch int, rate float64) {
		given = &lesson{net, xs, ys, fmt.Sprintf("hidden neurons: %d, epochs: %d, samples in a mini-batch: %d, rate: %v",
			len(net.B1), epochs, batch, rate)}
		if m = given.hopeless(); m == nil {
			g.calls.Train(net, xs, ys, epochs, batch, rate)
		}
	}
	g.lend(spied)
	defer g.lend(g.calls)
	read := g.mine.LearnDigits(images[:n], labels[:n])
	switch {
	case m != nil:
		return 0, m
	case given == nil && read == nil:
		return 0, &Mistake{nothing, "the function is nil still."}
	case given == nil:
		return 0, &Mistake{"no-train", "train was never called, in small letters."}
	case read == nil:
		return 0, &Mistake{"no-read", "The network has learned, but nil comes back, and no function that reads."}
	}
	for i := n; i < len(images); i++ {
		if read(images[i]) == labels[i] {
			right++
		}
	}
	if 10*right > 9*(len(images)-n) {
		return right, nil
	}
	return right, given.judge(images, labels, n, 100*float64(right)/float64(len(images)-n))
}

// hopeless says what is wrong with samples from which nothing can be learned.
func (l *lesson) hopeless() *Mistake {
	for i, x := range l.xs {
		switch {
		case i >= len(l.ys):
			return &Mistake{"not-all", fmt.Sprintf("train was given %d x and %d y.", len(l.xs), len(l.ys))}
		case len(x) != 784 || len(l.ys[i]) != 10:
			return &Mistake{"shape", fmt.Sprintf("x number %d has %d numbers, and its y %d; it should be 784 and 10.", i+1,
				len(x), len(l.ys[i]))}
		case slices.Max(x) > 50:
			return &Mistake{"unscaled", fmt.Sprintf("In the x there are numbers up to %s; with these train has not been "+
				"begun.", number(slices.Max(x)))}
		}
	}
	return nil
}

// judge says why too few digits were read.
func (l *lesson) judge(images [][]byte, labels []int, n int, percent float64) *Mistake {
	told := fmt.Sprintf("It reads %.1f %% of the digits: ", percent)
	if len(l.xs) != n {
		return &Mistake{"not-all", told + fmt.Sprintf("train was given %d of them, and there are %d to learn from.",
			len(l.xs), n)}
	}
	for i, y := range l.ys[:n] {
		ones := slices.DeleteFunc(slices.Clone(y), func(v float64) bool { return v == 0 })
		if y[labels[i]] != 1 || len(ones) != 1 {
			return &Mistake{"not-one-hot", told + fmt.Sprintf("digit number %d is a %d, and its y is %v.", i+1, labels[i], y)}
		}
	}
	right := 0
	for i := n; i < len(images); i++ {
		x := make([]float64, 784)
		for k, p := range images[i] {
			x[k] = float64(p) / 255
		}
		z2 := l.net.Outputs(x)
		if slices.Index(z2, slices.Max(z2)) == labels[i] {
			right++
		}
	}
	if its := 100 * float64(right) / float64(len(images)-n); its > percent+1 {
		return &Mistake{"badly-read", told + fmt.Sprintf("the network would read %.1f %%, but not the function that you "+
			"give back.", its)}
	}
	return &Mistake{"below-90", told + "more than 90 % is asked for. It had " + l.how + "."}
}

// ---- Exercise 11 ----

// momentum judges exercise 11 by three steps.
func (g *grader) momentum() *Mistake {
	const rate, mu = 0.1, 0.8
	start := [][]float64{{1, -2}, {0.5, 3}}
	pushes := [][][]float64{{{2, 1}, {-1, 0.5}}, {{1, 3}, {2, -1}}, {{-2, 0.5}, {1, 1}}}
	w, v := rows(start), zeroed(start)
	var have []float64
	for _, push := range pushes {
		g.mine.Momentum(w, v, rows(push), rate, mu)
		have = append(have, flat(w)...)
	}
	path := func(step func(w, v, g float64) (newW, newV float64)) (all []float64) {
		w, v := flat(start), make([]float64, 4)
		for _, push := range pushes {
			for i, g := range flat(push) {
				w[i], v[i] = step(w[i], v[i], g)
			}
			all = append(all, w...)
		}
		return all
	}
	moved := func(velocity func(v, g float64) float64) []float64 {
		return path(func(w, v, g float64) (float64, float64) { v = velocity(v, g); return w + v, v })
	}
	where := func(i int) string {
		return fmt.Sprintf("After step %d, w in row %d, column %d:", i/4+1, i%4/2+1, i%2+1)
	}
	want := moved(func(v, g float64) float64 { return mu*v - rate*g })
	return comparison{"v ← µ·v − η·g, w ← w + v", have, want, where, []way{
		{"not-updated", "w is what it was", path(func(w, v, g float64) (float64, float64) { return w, v })},
		{"velocity-lost", "each step is −η·g alone: of the velocity before it nothing is kept",
			moved(func(_, g float64) float64 { return -rate * g })},
		{"ascent", "w goes with the gradient, and not against it: of the two signs one is wrong",
			moved(func(v, g float64) float64 { return mu*v + rate*g })},
		{"rate-missing", "g is not multiplied by η", moved(func(v, g float64) float64 { return mu*v - g })},
		{"rate-missing", "µ·v is multiplied by η too", moved(func(v, g float64) float64 { return rate * (mu*v - g) })},
		{"mu-missing", "v is not multiplied by µ: all of the speed is kept",
			moved(func(v, g float64) float64 { return v - rate*g })},
		{"mu-on-all", "µ is taken of η·g too", moved(func(v, g float64) float64 { return mu * (v - rate*g) })},
		{"mu-on-all", "g is multiplied by 1 − µ too", moved(func(v, g float64) float64 { return mu*v - (1-mu)*rate*g })},
		{"old-velocity", "w is moved by the velocity before it is renewed",
			path(func(w, v, g float64) (float64, float64) { return w + v, mu*v - rate*g })},
		{"step-only", "w is v alone", path(func(_, v, g float64) (float64, float64) { v = mu*v - rate*g; return v, v })},
		{"old-velocity", "this is Nesterov's way, which looks ahead; the plain one is asked for",
			path(func(w, v, g float64) (float64, float64) { v = mu*v - rate*g; return w + mu*v - rate*g, v })},
	}}.mistake()
}
