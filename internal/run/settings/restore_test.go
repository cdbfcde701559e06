package settings

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"backprop/internal/filetest"
	"backprop/internal/run/flags"
)

// TestRestore: the settings in a model's file hold, but the command line may have other data to evaluate it on.
func TestRestore(t *testing.T) {
	values := map[string]string{"lr": "0.5", "seed": "7", "hidden": "3"}
	for args, want := range map[string]string{
		"": "0.5 7 3", "-seed 9": "0.5 9 3", "-hidden 3": "0.5 7 3", "-lr 1": "-lr 1: m has 0.5; leave the flag out",
	} {
		cfg := parse(t, args)
		err := cfg.Restore("m", values)
		got := fmt.Sprint(cfg.Rate.String(), " ", cfg.Seed, " ", cfg.Hidden.String())
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", args, got, want)
		}
	}
}

// TestRestoreBlamesTheFile: for a value in it that is impossible, and not the command line.
func TestRestoreBlamesTheFile(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"epochs", "x", `m: __metadata__: "-epochs" is "x": parse error`},
		{"batch", "-1", "m: __metadata__: -batch -1: expected a number of samples"},
	} {
		err := New(choices).Restore("m", map[string]string{c.name: c.value})
		if errors.As(err, new(flags.UsageError)) || !filetest.Says(err, c.want) {
			t.Errorf("-%s %s in a file: got %v, want %s", c.name, c.value, err, c.want)
		}
	}
}

func TestCheckFineTuning(t *testing.T) {
	for _, c := range []struct {
		args   string
		native bool
		want   string
	}{
		{"", true, "<nil>"}, {"-load m -predict a", true, "-predict does not train"},
		{"-init zero", true, "-init draws the first weights, and m has them: leave it out"},
		{"-recipe sine", true, "-recipe sine trains"},
		{"-scale unit", true, "-scale unit: m brings its own scaling; leave the flag out"}, {"-scale unit", false, "<nil>"},
	} {
		if got := fmt.Sprint(parse(t, c.args).CheckFineTuning("m", c.native)); !strings.Contains(got, c.want) {
			t.Errorf("%s, native %v: got %s, want %s", c.args, c.native, got, c.want)
		}
	}
	cfg := parse(t, "-load m -lr 1,2,3") // before the model's layers are known
	cfg.LayersKnown = true
	if err := cfg.CheckFineTuning("m", true); !filetest.Says(err, "-lr has 3 rates for 2 layers") {
		t.Errorf("three rates for two layers: got %v", err)
	}
}

// TestCheckExport: Nielsen's form is for sigmoid networks with his costs only, and a file of another kind stays.
func TestCheckExport(t *testing.T) {
	path := filepath.Join(t.TempDir(), "n")
	for args, want := range map[string]string{
		"-activation sigmoid -output sigmoid -cost mse": "<nil>", "-hidden none -output sigmoid -cost bce": "<nil>",
		"-output sigmoid -cost mse": "-export " + path + ".json: Nielsen's networks are sigmoid throughout, and this one " +
			"is of -activation relu -output sigmoid",
		"-activation sigmoid -cost mse":       "sigmoid throughout",
		"-activation sigmoid -output sigmoid": "and this one by ce",
	} {
		if got := fmt.Sprint(parse(t, args+" -export "+path+".json").CheckExport(nil)); !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %s", args, got, want)
		}
	}
	for ending, kind := range map[string]string{".onnx": "an ONNX file", ".json": "a network of this form"} {
		if err := os.WriteFile(path+ending, []byte("a letter"), 0o666); err != nil {
			t.Fatal(err)
		}
		cfg := parse(t, "-activation sigmoid -output sigmoid -cost mse -export "+path+ending)
		err := cfg.CheckExport(func(io.Reader) bool { return false })
		if want := "-export " + path + ending + ": it exists and is not " + kind; !filetest.Says(err, want) {
			t.Errorf("over a letter: got %v, want %s", err, want)
		}
	}
	if err := parse(t, "").CheckExport(nil); err != nil {
		t.Errorf("without -export: got %v", err)
	}
}
