package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/data/load"
	"backprop/internal/data/table"
	"backprop/internal/model/modelfile"
)

// TestTune: a flag of training or -save makes -load go on, from the model's weights and with its
// scaling, and nothing else does.
func TestTune(t *testing.T) {
	dir, data, other := t.TempDir(), squares(t, 1), squares(t, 2)
	path, next := filepath.Join(dir, "m"), filepath.Join(dir, "next")
	trained := mustRun(t, "-data", data, "-hidden", "6", "-activation", "tanh", "-scale", "standard", "-epochs", "1", "-save", path)
	hashes := func(args ...string) any {
		lines := mustRun(t, append([]string{"-load", path, "-data", other}, args...)...)
		return lines[len(lines)-1]["weights_sha256"]
	}
	was := trained[len(trained)-1]["weights_sha256"]
	for _, c := range []struct {
		args    string
		another bool // weights
	}{
		{"", false}, {"-seed 5", false}, {"-test 0", false}, {"-report " + filepath.Join(dir, "r.html"), false},
		{"-lr 0 -epochs 1", false}, // which trains, by nothing
		{"-lr 0.01 -epochs 1", true}, {"-epochs 1", true}, {"-batch 7 -epochs 1", true}, {"-epochs 1 -save " + next, true},
	} {
		if is := hashes(strings.Fields(c.args)...); (is != was) != c.another {
			t.Errorf("%s: the weights are %v, and were %v", c.args, is, was)
		}
	}
	m, err := modelfile.Read(path)
	n, err2 := modelfile.Read(next)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	for _, key := range []string{"input_shift", "input_factor", "classes", "width", "depth", "-activation"} {
		if m.Meta[key] != n.Meta[key] || m.Meta[key] == "" {
			t.Errorf("%s is %.40q, and was %.40q", key, n.Meta[key], m.Meta[key])
		}
	}
	// Images that are all darker than 16 are still of the model's depth.
	d, err := load.Path(other, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []dataset.Set{d.Train, d.Test} {
		for i := range s.Pixels {
			s.Pixels[i] /= 17
		}
	}
	dark := t.TempDir()
	writeMNIST(t, dark, d.Train, d.Test)
	mustRun(t, "-load", path, "-data", dark, "-epochs", "1", "-save", next)
	if n, err := modelfile.Read(next); err != nil || n.Depth != 255 || n.Width != 12 {
		t.Errorf("after dark images: %v; the depth is %v, want 255", err, n.Depth)
	}
	text := command(t, "-load", path, "-data", other, "-epochs", "2", "-lr", "0.01")
	mustContain(t, strings.Join(strings.Fields(text), " "), "training 2 epochs, batch 32, rate 0.01 constant, from the weights of "+path+", seed 1", "epoch train cost")
	// -save on its own trains too, by the defaults.
	if hashes("-save", filepath.Join(dir, "third"), "-hidden", "6") == was {
		t.Error("-save did not train")
	}
}

// TestTuneResume: interrupted, the same command goes on; from another model it does not.
func TestTuneResume(t *testing.T) {
	dir, data := t.TempDir(), squares(t, 1)
	path, next := filepath.Join(dir, "m"), filepath.Join(dir, "next")
	mustRun(t, "-data", data, "-hidden", "6", "-epochs", "1", "-save", path)
	args := []string{"-load", path, "-data", data, "-epochs", "6", "-lr", "0.05", "-momentum", "0.5"}
	want := mustRun(t, args...)
	args = append(args, "-resume", "-save", next)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	_, _, err := program(ctx, interruptAfter{`"epoch":3,`, cancel}, args...)
	if !errors.Is(err, errInterrupted) {
		t.Fatal(err)
	}
	lines, stderr, err := program(context.Background(), io.Discard, args...)
	if err != nil || !strings.Contains(stderr, "going on after") || lines[len(lines)-1]["weights_sha256"] != want[len(want)-1]["weights_sha256"] {
		t.Errorf("%v, %s: %v, want %v", err, stderr, lines[len(lines)-1], want[len(want)-1])
	}
	mustRun(t, "-data", data, "-hidden", "6", "-epochs", "2", "-save", path)
	if err := run(context.Background(), args, io.Discard, io.Discard); !contains(err, "next.checkpoint", "it began from the weights of another model of -load") {
		t.Errorf("from another model: %v", err)
	}
}

// TestTuneFewerClasses: a model that was written elsewhere, and new data that lack its last
// classes: it keeps its outputs.
func TestTuneFewerClasses(t *testing.T) {
	dir := t.TempDir()
	path, next := filepath.Join(dir, "m.json"), filepath.Join(dir, "next")
	n := map[string]any{"sizes": []int{2, 5}, "cost": "CrossEntropyCost", "biases": [][][]float64{{{0}, {0}, {0}, {0}, {0}}},
		"weights": [][][]float64{{{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}}}}
	table := "a,b,label\n"
	for i := range 30 {
		table += fmt.Sprintf("%d.5,%d,%d\n", i, i%4, i%3)
	}
	writeFiles(t, dir, map[string][]byte{"m.json": []byte(jsonText(n)), "t.csv": []byte(table)})
	if err := run(context.Background(), []string{"-load", path, "-data", filepath.Join(dir, "t.csv"), "-epochs", "1", "-save", next}, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	if m, err := modelfile.Read(next); err != nil || m.Outputs() != 5 || jsonText(m.Classes) != `["0","1","2","3","4"]` {
		t.Errorf("%v; %d outputs %q", err, m.Outputs(), m.Classes)
	}
}

// TestTuneRefused: each with its words.
func TestTuneRefused(t *testing.T) {
	dir, data := t.TempDir(), squares(t, 1)
	path := filepath.Join(dir, "m")
	mustRun(t, "-data", data, "-hidden", "6", "-epochs", "1", "-save", path)
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"-epochs 1 -predict a.png", 2, "asks the network as it is"},
		{"-epochs 1 -recipe nielsen", 2, "-recipe nielsen trains a network of its own"},
		{"-epochs 1 -init glorot", 2, "-init draws the first weights, and " + path + " has them"},
		{"-epochs 1 -scale unit", 2, path + " brings its own scaling"},
		{"-epochs 1 -hidden 7", 2, "has 6; leave the flag out"},
		{"-lr 1,2,3", 2, "3 rates for 2 layers"},
		{"-dropout 0.5", 2, "for the inputs alone"},
		{"-epochs 0", 2, "-epochs 0"},
		{"-resume -epochs 1", 2, "-resume needs -save"},
		{"-epochs 1 -gradcheck", 2, "-sweep and -gradcheck do not go with it"},
		{"-epochs 1 -lr 1e300", 1, "smaller -lr"},
	} {
		err := run(context.Background(), append(strings.Fields(c.args), "-load", path, "-data", data), io.Discard, io.Discard)
		if exitCode(err, io.Discard) != c.code || !contains(err, c.want) {
			t.Errorf("%s: %v; want status %d and %q", c.args, err, c.code, c.want)
		}
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

// TestTableAgain: a table is evaluated, and learned from again, as -predict reads it: by the names of
// the columns or their places, with the words of the training.
func TestTableAgain(t *testing.T) {
	dir, model := flowerModel(t)
	rows := strings.Split(strings.TrimSpace(strings.ReplaceAll(flowers(60), "blue", "zebra")), "\n")
	var other, bare strings.Builder
	for i, row := range rows {
		f := strings.Split(row, ",") // Id,width,colour,Height,kind
		fmt.Fprintf(&other, "%s,%s,%s,%s\n", f[4], f[2], f[3], f[1])
		if i > 0 {
			fmt.Fprintf(&bare, "%s,%s,%s,%s\n", f[1], f[2], f[3], f[4])
		}
	}
	files := map[string][]byte{"same.csv": []byte(strings.Join(rows, "\n")), "other.csv": []byte(other.String()), "bare.csv": []byte(bare.String())}
	writeFiles(t, dir, files)
	accuracy, tuned := map[any]bool{}, map[any]bool{}
	for name := range files {
		path := filepath.Join(dir, name)
		_, said, err := predicted(t, "-load", model, "-predict", path)
		lines := mustRun(t, "-load", model, "-data", path, "-test", "0")
		got := lines[len(lines)-1]["test_accuracy"].(float64)
		if want := fmt.Sprintf("%.0f of 60 rows right, %.2f %%", 60*got, 100*got); err != nil || !strings.Contains(said, want) {
			t.Errorf("%s: %v; -data comes to %s, and -predict to %s", name, err, want, said)
		}
		accuracy[got] = true
		next := filepath.Join(dir, "next")
		lines = mustRun(t, "-load", model, "-data", path, "-epochs", "1", "-lr", "0.1", "-save", next)
		tuned[lines[len(lines)-1]["weights_sha256"]] = true
		if m, err := modelfile.Read(next); err != nil || jsonText(m.Names) != `["width","colour=blue","colour=red","colour=white","Height"]` || len(m.Columns) != 5 {
			t.Errorf("%s: %v, %q, %v", name, err, m.Names, m.Columns)
		}
	}
	if len(accuracy) != 1 || len(tuned) != 1 || accuracy[1.0] {
		t.Errorf("one table comes to accuracies %v and weights %v", accuracy, tuned)
	}
	text := strings.Join(strings.Fields(command(t, "-load", model, "-data", filepath.Join(dir, "other.csv"))), " ")
	mustContain(t, text, `label: column 1 "kind"`, `colour: 21 words never seen in training (such as "zebra"), counted as none of its words`, "width: 1 value missing")
}
