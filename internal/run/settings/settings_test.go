package settings

import (
	"fmt"
	"io"
	"strings"
	"testing"
)

// choices has the names that the command lines of these tests use.
var choices = &Choices{Activations: []string{"relu", "sigmoid", "tanh"}, Outputs: []string{"linear", "sigmoid"},
	Costs: []CostChoice{{Name: "ce"}, {Name: "bce", Output: "sigmoid"}, {Name: "mse", Numbers: true},
		{Name: "mae", Numbers: true}},
	Bugs: []string{"list", "sign"}, Examples: []string{"mazur", "xor"}}

// parse returns the settings of a command line that makes sense.
func parse(t *testing.T, args string) *Settings {
	t.Helper()
	cfg, err := Parse(strings.Fields(args), io.Discard, choices)
	if err != nil {
		t.Fatalf("%s: %v", args, err)
	}
	return cfg
}

// TestParseTakesFurtherWords: behind -predict and -check come files, with other flags between them; and names may be
// written in capitals.
func TestParseTakesFurtherWords(t *testing.T) {
	cfg := parse(t, "-predict a b -load m c -activation ReLU d")
	if got := fmt.Sprint(cfg.Predict, cfg.Load, cfg.Activation); got != "[a b c d]mrelu" {
		t.Errorf("got %s, want [a b c d]mrelu", got)
	}
	cfg = parse(t, "-check a - -cost MSE b")
	if got := fmt.Sprint(cfg.Homework, cfg.Cost); got != "[a - b]mse" {
		t.Errorf("got %s, want [a - b]mse", got)
	}
	cfg = parse(t, "-explain xor -json")
	if got := fmt.Sprint(cfg.Explain.Name, " ", cfg.Json); got != "xor true" {
		t.Errorf("got %s, want xor true", got)
	}
	if got := parseError("-check a b -l2 x"); !strings.Contains(got, "expected a number") {
		t.Errorf("-l2 x behind a file: got %s", got)
	}
}

// TestDescribe: of the settings that a plain training leaves alone, only those that differ are named.
func TestDescribe(t *testing.T) {
	for args, want := range map[string]string{
		"-batch 7": "10 epochs, batch 5, rate 0.4 cosine, zeros, seed 1",
		"-epochs 1 -lr 0.1,1 -schedule step:3:0.5 -momentum 0.9 -nesterov -l2 3 -patience 2 -seed 8": "1 epoch, batch 5, " +
			"rate 0.1,1 step:3:0.5, momentum 0.9, nesterov, l2 3, patience 2, zeros, seed 8",
	} {
		if got := parse(t, args).Describe(5, "zeros"); got != want {
			t.Errorf("%s: got %s, want %s", args, got, want)
		}
	}
}

// TestPurpose: whether a command line trains the model of -load further, only exports it, or only prints a text.
func TestPurpose(t *testing.T) {
	const trains, continues, exports, prints = "trains", "continues", "exports", "prints"
	for args, want := range map[string]string{
		"": trains, "-explain": trains, "-explain xor": prints, "-bug list": prints, "-bug mystery:1 -is sign": prints,
		"-recipe list": prints, "-load m": trains, "-load m -seed 3": trains, "-load m -save m2": continues,
		"-load m -lr 1": continues, "-load m -export m.onnx": exports, "-load m -export m.onnx -lr 1": continues,
		"-load m -export m.onnx -data d": trains, "-load m -export m.onnx -report r": trains,
	} {
		cfg := parse(t, args)
		for purpose, is := range map[string]bool{continues: cfg.ContinuesTraining(), exports: cfg.OnlyExports(),
			prints: cfg.OnlyPrints()} {
			if is != (want == purpose) {
				t.Errorf("%s: it %s: got %v, want it %s", args, purpose, is, want)
			}
		}
	}
}

// TestKeepsImages: images are kept beside their lists only for what needs every pixel.
func TestKeepsImages(t *testing.T) {
	for args, want := range map[string]bool{"": false, "-scale unit": false, "-momentum 0.9 -valid 10": false,
		"-save m": true, "-report r.html": true,
		"-scale standard": true, "-augment shift": true, "-recipe matrix": true, "-recipe nielsen": false,
		"-sweep lr=1,2 -valid 10": true, "-folds 3": true} {
		if got := parse(t, args).KeepsImages(); got != want {
			t.Errorf("%q keeps the images: %v, want %v", args, got, want)
		}
	}
}

// parseError returns what is wrong with a command line; "<nil>" if nothing is.
func parseError(args string) string {
	_, err := Parse(strings.Fields(args), io.Discard, choices)
	return fmt.Sprint(err)
}
