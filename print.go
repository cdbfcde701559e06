// Print: what goes to standard output, as a table or as JSON lines.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"backprop/internal/compute/kernel"
	"backprop/internal/data/dataset"
	"backprop/internal/file"
	"backprop/internal/show/event"
	"backprop/internal/show/text"
)

// A Printer writes the run's results to stdout: a table, or JSON lines. It keeps the first
// thing that goes wrong, so that a full disk behind a pipe is not taken for success.
type Printer struct {
	W        *bufio.Writer
	Terminal bool // behind w
	JSON     bool
	Err      error
}

// quiet is a printer for trainings that nobody looks on at.
func quiet() *Printer { return &Printer{W: bufio.NewWriter(io.Discard)} }

func (p *Printer) Flush() error {
	if err := p.W.Flush(); err != nil && p.Err == nil {
		p.Err = fmt.Errorf("the results could not be written: %w", err)
	}
	return p.Err
}

// say tells on standard error of something beside the results.
func say(stderr io.Writer, format string, args ...any) {
	fmt.Fprintln(stderr, "backprop:", file.Message(fmt.Sprintf(format, args...)))
}

// Printf prints at once: somebody may be looking on. Words may have come from outside, and must not
// look like lines of ours: those that have several lines are given as the format.
func (p *Printer) Printf(format string, args ...any) {
	for i, arg := range args {
		if s, ok := arg.(string); ok {
			args[i] = file.Clean(s)
		}
	}
	fmt.Fprintf(p.W, format, args...)
	p.Flush()
}

// lines is text of ours on several lines, which printf leaves as it is.
type lines string

// Text prints where there is no -json.
func (p *Printer) Text(format string, args ...any) {
	if !p.JSON {
		p.Printf(format, args...)
	}
}

// controls are characters that a terminal obeys, and that mislead the eye.
var controls = regexp.MustCompile(`[\x7f-\x{9f}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}]`)

// Line prints an event as a line of JSON.
func (p *Printer) Line(event any) {
	b, err := json.Marshal(event)
	if err == nil {
		for _, c := range controls.FindAll(b, -1) { // JSON itself writes only those below 0x20 so
			r, _ := utf8.DecodeRune(c)
			b = bytes.ReplaceAll(b, c, fmt.Appendf(nil, "\\u%04x", r))
		}
		p.W.Write(append(b, '\n'))
		p.Flush()
	} else if p.Err == nil { // a number that JSON does not have
		p.Err = fmt.Errorf("a result is infinite or not a number (%w); try a smaller -lr, or check -init and -scale", err)
	}
}

// Event prints, where there is -json, a line of keys and values by turns. What is nil is
// left out.
func (p *Printer) Event(name string, pairs ...any) {
	if !p.JSON {
		return
	}
	line := fmt.Appendf(nil, `{"event":%q`, name)
	for i := 0; i < len(pairs); i += 2 {
		b, err := json.Marshal(pairs[i+1])
		if err != nil {
			p.Line(pairs[i+1]) // says what is wrong
			return
		}
		if string(b) != "null" {
			line = fmt.Appendf(line, `,%q:%s`, pairs[i], b)
		}
	}
	p.Line(json.RawMessage(append(line, '}')))
}

func (x *experiment) trainPart(e *event.Epoch, r Result) {
	e.TrainCost = r.Cost
	e.TrainAccuracy, _ = x.judge(r)
	e.TrainLoss = x.loss(r)
}

func (x *experiment) validPart(e *event.Epoch, r Result) {
	e.ValidCost, e.ValidCorrect = &r.Cost, r.Correct
	e.ValidAccuracy, e.ValidRMSE = x.judge(r)
	e.ValidLoss = x.loss(r)
}

func (x *experiment) testPart(e *event.Epoch, r Result) {
	e.TestCost, e.TestCorrect = &r.Cost, r.Correct
	e.TestAccuracy, e.TestRMSE = x.judge(r)
	e.TestLoss = x.loss(r)
}

// loss is the loss as a recipe's tutorial counts it, if it has one of its own.
func (x *experiment) loss(r Result) *float64 {
	if x.cfg.Recipe.Loss == nil {
		return nil
	}
	v := x.cfg.Recipe.Loss.Of(x, r)
	return &v
}

// rmse is √(mean (a − y)²), in the target's own unit.
func (x *experiment) rmse(r Result) *float64 {
	v := math.Sqrt(r.MSE) / x.out.Factor[0]
	return &v
}

// judge is the accuracy, for classes, or the RMSE, for numbers to predict.
func (x *experiment) judge(r Result) (accuracy, rmse *float64) {
	if x.data.Classes == nil {
		return nil, x.rmse(r)
	}
	v := float64(r.Correct) / float64(r.Samples)
	return &v, nil
}

// describe is the network in words: "784-128-10 relu, softmax cross-entropy".
func (x *experiment) describe() string {
	net := x.trainer.Net
	layers := text.Join(x.trainer.Net.sizes(), "-")
	if len(net.Layers) > 1 {
		layers += " " + x.cfg.Activation
	}
	cost := map[string]string{"ce": "softmax cross-entropy", "bce": "binary cross-entropy", "mse": "squared error"}[x.cfg.Cost]
	if x.cfg.Output != "linear" {
		layers += ", " + x.cfg.Output + " outputs"
	}
	return layers + ", " + cost
}

// parts is how many samples there are for what: "60,000 to train on, 10,000 to test".
func (x *experiment) parts() string {
	parts := text.Count(x.data.Train.N) + " to train on"
	if n := x.data.Valid.N; n > 0 {
		parts += ", " + text.Count(n) + " to validate"
	}
	if n := x.data.Test.N; n > 0 {
		parts += ", " + text.Count(n) + " to test"
	}
	return parts
}

// how is the training in words: "10 epochs, batch 32, rate 0.1, he init, seed 1".
func (x *experiment) how() string {
	t := x.trainer
	how := fmt.Sprintf("%s, batch %d, rate %s %s", text.Plural(x.cfg.Epochs, "epoch"), t.Batch, x.cfg.Rate.String(), x.cfg.Schedule.String())
	for _, name := range []string{"optimizer", "momentum", "nesterov", "l2", "dropout", "maxnorm", "classweight", "augment", "patience",
		"bug"} {
		switch f := x.cfg.flags.Lookup(name); {
		case x.cfg.text(name) == f.DefValue:
		case name == "nesterov":
			how += ", nesterov"
		default:
			how += fmt.Sprintf(", %s %s", name, f.Value)
		}
	}
	first := x.cfg.Init + " init"
	if x.cfg.Model != nil {
		first = "from the weights of " + x.cfg.Load
	}
	return how + fmt.Sprintf(", %s, seed %d", first, x.cfg.Seed)
}

// facts is what a run begins with, name and value.
func (x *experiment) facts() [][2]string {
	data := x.data.Name + ": " + x.parts()
	if x.data.Note != "" {
		data += "; " + x.data.Note
	}
	trained := [2]string{"training", x.how()}
	if x.cfg.Load != "" && !x.cfg.tunes() {
		trained = [2]string{"model", x.cfg.Load + ", trained before"}
	}
	return [][2]string{
		{"network", fmt.Sprintf("%s, %s parameters", x.describe(), text.Count(x.trainer.Net.Parameters()))},
		{"data", data},
		trained,
		{"machine", machine(x.cfg.Workers)},
	}
}

func machine(workers int) string {
	return fmt.Sprintf("%s kernel, %s", kernel.Name(), text.Plural(workers, "worker"))
}

func (p *Printer) start(x *experiment) {
	d, t := x.data, x.trainer
	if p.JSON {
		p.Line(event.Start{Event: "start", Run: x.title, Data: d.Name, Layers: t.Net.sizes(), Parameters: t.Net.Parameters(), Train: d.Train.N, Valid: d.Valid.N, Test: d.Test.N,
			Kernel: kernel.Name(), Workers: x.cfg.Workers, Seed: x.cfg.Seed, Recipe: x.cfg.Recipe.Name, Changed: x.cfg.Changed})
		return
	}
	p.Facts(x.facts())
	if x.cfg.Load != "" && !x.cfg.tunes() || x.saver.Complete() {
		return
	}
	p.Printf("\n")
	p.row(x, nil)
}

// epochWidth is the width of the column of epochs.
func epochWidth(cfg *Settings) int { return max(5, len(strconv.Itoa(cfg.Epochs))) }

// Facts prints what a run begins with.
func (p *Printer) Facts(facts [][2]string) {
	for _, fact := range facts {
		for i, line := range strings.Split(fact[1], "; ") {
			name := fact[0]
			if i > 0 {
				name = ""
			}
			p.Printf("%-9s %s\n", name, lines(text.Wrap(file.Clean(line), 10, "\n            ")))
		}
	}
}

func scoreName(d *dataset.Dataset) string {
	if d.Classes == nil {
		return "RMSE"
	}
	return "accuracy"
}

// score is what stands in such a column: the RMSE, with trailing zeros, or how many of n were right.
func score(n, correct int, rmse *float64) string {
	if rmse != nil {
		if text := fmt.Sprintf("%#.5g", *rmse); !strings.Contains(text, "e+") {
			return strings.TrimSuffix(text, ".")
		}
		return text.Significant(*rmse, 5)
	}
	return fmt.Sprintf("%d / %d", correct, n)
}

// costText is a cost, ten characters wide.
func costText(cost float64) string {
	if cost >= 1e4 {
		return fmt.Sprintf("%10s", text.Significant(cost, 4))
	}
	return fmt.Sprintf("%10.5f", cost)
}

// scoreWidth is the width of a column such as "9585 / 10000".
func scoreWidth(d *dataset.Dataset, n int) int {
	if d.Classes == nil {
		return 10
	}
	return max(14, 2*len(strconv.Itoa(n))+3)
}

// columns are those of the table of epochs: a recipe's own, or what there is, within 80 characters.
// With a validation part or the training accuracy, which take room, accuracies are in percent.
func (x *experiment) columns() (list []Column) {
	if x.cfg.Recipe.Columns != nil {
		return x.cfg.Recipe.Columns
	}
	d, crowded := x.data, x.data.Valid.N > 0 || x.cfg.Recipe.ofPaper()
	cost := func(of func(e *event.Epoch) *float64) func(*experiment, *event.Epoch) string {
		return func(_ *experiment, e *event.Epoch) string { return costText(*of(e)) }
	}
	scored := func(part string, n int, of func(e *event.Epoch) (*float64, int, *float64)) Column {
		if d.Classes != nil && crowded {
			return Column{part + " acc", len(part) + 4, func(_ *experiment, e *event.Epoch) string {
				accuracy, _, _ := of(e)
				return fmt.Sprintf("%.2f %%", 100**accuracy)
			}}
		}
		return Column{part + " " + scoreName(d), scoreWidth(d, n), func(_ *experiment, e *event.Epoch) string {
			_, correct, rmse := of(e)
			return score(n, correct, rmse)
		}}
	}
	list = append(list, Column{"epoch", epochWidth(x.cfg), epochColumn.Cell},
		Column{"train cost", 10, cost(func(e *event.Epoch) *float64 { return &e.TrainCost })})
	if x.cfg.Recipe.ofPaper() && d.Classes != nil {
		list = append(list, scored("train", d.Train.N, func(e *event.Epoch) (*float64, int, *float64) { return e.TrainAccuracy, 0, nil }))
	}
	if d.Valid.N > 0 {
		list = append(list, Column{"valid cost", 10, cost(func(e *event.Epoch) *float64 { return e.ValidCost })},
			scored("valid", d.Valid.N, func(e *event.Epoch) (*float64, int, *float64) {
				return e.ValidAccuracy, e.ValidCorrect, e.ValidRMSE
			}))
	}
	if d.Test.N > 0 {
		list = append(list, Column{"test cost", 10, cost(func(e *event.Epoch) *float64 { return e.TestCost })},
			scored("test", d.Test.N, func(e *event.Epoch) (*float64, int, *float64) {
				return e.TestAccuracy, e.TestCorrect, e.TestRMSE
			}))
	}
	if !crowded {
		list = append(list, speedColumn)
	}
	return append(list, Column{"time", 8, func(_ *experiment, e *event.Epoch) string { return fmt.Sprintf("%6.2f s", max(e.Seconds, 0)) }})
}

// speedColumn is samples a second, since the line before.
var speedColumn = Column{"samples/s", 10, func(x *experiment, e *event.Epoch) string {
	passes := e.Epoch
	if n := len(x.history); n > 0 {
		passes -= x.history[n-1].Epoch
	}
	perSecond := float64(x.trainer.N*passes) / e.Seconds
	if !(perSecond > 0 && perSecond < 1e12) { // a clock that is set back says nothing
		return ""
	}
	return text.Count(int(perSecond))
}}

func (p *Printer) epoch(x *experiment, e event.Epoch) {
	published := x.cfg.Recipe.at(e.Epoch)
	e.PublishedAccuracy, e.PublishedLoss = orNil(published.Accuracy), orNil(published.Loss)
	if p.JSON {
		p.Line(e)
	} else if n := x.cfg.PrintEvery; n == 0 || e.Epoch%n == 0 || e.Epoch == 1 || e.Epoch == x.cfg.Epochs || x.early.Exhausted() {
		p.row(x, &e)
	}
}

func (p *Printer) done(x *experiment, e event.Done) {
	published := x.cfg.Recipe.last(x.cfg.Epochs)
	e.Recipe, e.PublishedAccuracy, e.PublishedLoss = x.cfg.Recipe.Name, orNil(published.Accuracy), orNil(published.Loss)
	e.PublishedValid, e.PublishedL2 = orNil(published.Valid), orNil(published.L2)
	if p.JSON {
		p.Line(e)
		return
	}
	p.Printf("\n")
	if e.Best > 0 {
		p.Printf("best epoch      %d, by the validation part; its weights are kept\n", e.Best)
	}
	if e.TestAccuracy != nil {
		p.Printf("test accuracy   %.2f %%\n", 100**e.TestAccuracy)
	}
	if e.TrainRMSE != nil {
		p.Printf("training RMSE   %s\n", text.Significant(*e.TrainRMSE, 6))
	}
	if e.TestRMSE != nil {
		p.Printf("test RMSE       %s\n", text.Significant(*e.TestRMSE, 6))
	}
	printQuality(e.Quality, p)
	p.Printf("weights sha256  %s\n", e.Hash)
	p.Printf("total time      %.2f s\n", e.Seconds)
}

// Table prints rows with their columns aligned: to the right where the first row below
// the head is a number.
func (p *Printer) Table(rows [][]string) {
	width := make([]int, len(rows[0]))
	for _, row := range rows {
		for j, cell := range row {
			width[j] = max(width[j], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		line := ""
		for j, cell := range row {
			pad := strings.Repeat(" ", width[j]-utf8.RuneCountInString(cell))
			if numeric.MatchString(rows[1][j]) {
				line += "  " + pad + cell
			} else {
				line += "  " + cell + pad
			}
		}
		p.Text("%s\n", strings.TrimRight(line[2:], " "))
	}
}

// numeric is a cell of numbers, which stand with their ends below each other: 286 / 2000.
var numeric = regexp.MustCompile(`^[-0-9][-0-9., /]*(e[-+][0-9]+)?( %)?$`)

// printUsage is -h, in lines of at most 80 characters.
func printUsage(w io.Writer, cfg *Settings) {
	fmt.Fprint(w, `Backprop trains a feed-forward neural network by backpropagation.

Usage: go run . [flags]

Examples:
  go run .                                  generated digits, no file needed
  go run . -data ./mnist -download          MNIST, fetched if it is missing
  go run . -data ./mnist -hidden 30 -activation sigmoid -output sigmoid \
           -cost mse -init normal -batch 10 -lr 3
  go run . -data ./mnist -valid 10000 -json one JSON object per epoch
  go run . -data table.csv                  a table: the last column is learned
  go run . -recipe list                     the tutorials' experiments
  go run . -recipe nielsen -data ./mnist    one, beside its published result
  go run . -save m.safetensors -resume      keep it; interrupted, run it again
  go run . -load m.safetensors -predict *.png     what digits are these?
  go run . -load m.safetensors -predict new.csv   a table's rows, with answers
  go run . -load m.safetensors -export m.onnx     for other programs
  go run . -gradcheck -hidden 20,20         are the gradients right, and steps?
  go run . -explain mazur                   every number of a step
`)
	const left = 19
	indent := "\n" + strings.Repeat(" ", left)
	for _, group := range cfg.flagGroups() {
		fmt.Fprintf(w, "\n%s:\n", group.title)
		for _, info := range group.flags {
			usage, head := info.usage, strings.TrimSpace("-"+info.name+" "+info.arg)
			if d := cfg.flags.Lookup(info.name).DefValue; d != "" && d != "false" && d != "0" && d != "none" {
				usage += " (default " + d + ")"
			}
			fmt.Fprintf(w, "  %-*s%s\n", left-2, head, text.Wrap(usage, left, indent))
		}
	}
}
