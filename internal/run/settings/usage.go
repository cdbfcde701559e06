package settings

import (
	"fmt"
	"io"
	"strings"

	"backprop/internal/show/text"
)

// PrintUsage prints the help of -h, in lines of at most 80 characters.
func PrintUsage(w io.Writer, cfg *Settings) {
	fmt.Fprint(w, `Backprop trains a feed-forward neural network by backpropagation.

Usage: go run . [flags]

Examples:
  go run .                                  generated digits, no file needed
  go run . -data ./mnist -download          MNIST, fetched if it is missing
  go run . -data ./mnist -hidden 30 -activation sigmoid -output sigmoid \
           -cost mse -init normal -batch 10 -lr 3
  go run . -data ./mnist -valid 10000 -json one JSON object per epoch
  go run . -data table.csv                  a table; it prints what it predicts
  go run . -recipe list                     the tutorials' experiments
  go run . -recipe nielsen -data ./mnist    one, beside its published result
  go run . -save m.safetensors -resume      save it; if interrupted, run again
  go run . -load m.safetensors -predict *.png     what digits are these?
  go run . -load m.safetensors -predict new.csv   answers for table rows
  go run . -load m.safetensors -export m.onnx     for other programs
  go run . -gradcheck -hidden 20,20         are gradients and steps right?
  go run . -explain mazur                   every number of a step
`)
	for _, group := range cfg.flagGroups() {
		fmt.Fprintf(w, "\n%s:\n", group.title)
		for _, f := range group.flags {
			cfg.printFlag(w, f)
		}
	}
}

// printFlag prints a flag on the left, and its description in a column on the right.
func (cfg *Settings) printFlag(w io.Writer, f flagInfo) {
	const left = 19
	usage := f.usage
	switch d := cfg.Default(f.name); d {
	case "", "false", "0", "none":
	default:
		usage += " (default " + d + ")"
	}
	name := strings.TrimSpace("-" + f.name + " " + f.arg)
	fmt.Fprintf(w, "  %-*s%s\n", left-2, name, text.Wrap(usage, left, "\n"+strings.Repeat(" ", left)))
}
