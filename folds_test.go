package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"backprop/internal/compute/exact"
	"backprop/internal/data/dataset"
	"backprop/internal/run/settings"
	"backprop/internal/show/text"
)

// within2 says that two numbers agree but for rounding.
func within2(a, b float64) bool { return math.Abs(a-b) <= 1e-12*max(1, math.Abs(b)) }

// TestQualityClasses: what is said of a network on a test part, by hand from its own answers to these rows: the
// commonest class of the training part, precision, recall and F1 of each class and their means, and for two
// classes how often a sample of the second has the higher probability of it (the area under the ROC curve).
func TestQualityClasses(t *testing.T) {
	two := strings.NewReplacer("iris", "lily").Replace(flowers(90))
	for table, commonest := range map[string]string{flowers(90): "iris", two: "lily"} { // of equally many, the first
		rows := strings.SplitAfter(table, "\n")
		dir := t.TempDir()
		writeFiles(t, dir, map[string][]byte{"f.train.csv": []byte(strings.Join(rows[:61], "")),
			"f.test.csv": []byte(rows[0] + strings.Join(rows[61:], ""))})
		train, test, model := filepath.Join(dir, "f.train.csv"), filepath.Join(dir, "f.test.csv"), filepath.Join(dir, "m")
		args := []string{"-data", train, "-hidden", "6", "-epochs", "4"}
		all := mustRun(t, append(args, "-save", model)...)
		done := all[len(all)-1]
		answers, _, err := predicted(t, "-load", model, "-predict", test)
		if err != nil {
			t.Fatal(err)
		}
		classes := map[string][3]float64{} // right, said, there
		count := func(class string, k int) {
			c := classes[class]
			c[k]++
			classes[class] = c
		}
		right, pairs, above := 0.0, 0.0, 0.0
		n, last := float64(len(answers)-1), len(answers[0])-1
		for _, a := range answers[1:] {
			is, said := a[4], a[5]
			if count(is, 2); is == said {
				right++
				count(is, 0)
			}
			count(said, 1)
			for _, b := range answers[1:] {
				if p, q := number2(t, a[last]), number2(t, b[last]); a[4] == "rose" && b[4] != "rose" {
					pairs++
					if p > q {
						above++
					} else if p == q {
						above += 0.5
					}
				}
			}
		}
		want := map[string]float64{"test_accuracy": right / n, "baseline_accuracy": classes[commonest][2] / n}
		if table == two {
			want["roc_auc"] = above / pairs
		} else if done["roc_auc"] != nil {
			t.Error("three classes have an area under the ROC curve")
		}
		for name, v := range want {
			if got, ok := done[name].(float64); !ok || !within2(got, v) {
				t.Errorf("%s is %v, by hand %v", name, done[name], v)
			}
		}
		text := command(t, args...)
		mean, weighted := [3]float64{}, [3]float64{}
		for _, e := range done["classes"].([]any) {
			e := e.(map[string]any)
			c := classes[e["class"].(string)]
			p, r := c[0]/max(c[1], 1), c[0]/c[2]
			f := 0.0
			if p+r > 0 {
				f = 2 * p * r / (p + r)
			}
			for k, v := range []float64{p, r, f} {
				if got := e[[]string{"precision", "recall", "f1"}[k]].(float64); !within2(got, v) {
					t.Errorf("%s: %v, by hand %v", e["class"], e, v)
				}
				mean[k] += v / float64(len(classes))
				weighted[k] += v * c[2] / n
			}
			mustContain(t, text, fmt.Sprintf("%-13s  %9.4f  %9.4f  %9.4f  %9.0f\n", e["class"], p, r, f, c[2]))
		}
		mustContain(t, text, fmt.Sprintf("mean           %9.4f  %9.4f  %9.4f  %9.0f\n", mean[0], mean[1], mean[2], n),
			fmt.Sprintf("weighted mean  %9.4f  %9.4f  %9.4f  %9.0f\n", weighted[0], weighted[1], weighted[2], n),
			fmt.Sprintf("baseline        %.2f %% by always answering %s, the commonest in training\n", 100*classes[commonest][2]/n, commonest))
	}
}

// number2 is a number in a table.
func number2(t *testing.T, text string) (v float64) {
	if _, err := fmt.Sscan(text, &v); err != nil {
		t.Fatal(text, err)
	}
	return v
}

// TestFolds: every sample is in the test part of one fold, of each class as many in every fold; each training is
// that of the rest; mean and sample standard deviation are those of the lines; the number of workers changes nothing.
func TestFolds(t *testing.T) {
	d := &dataset.Dataset{Classes: []string{"a", "b"}, Train: dataset.Set{N: 23, Dim: 1}}
	for i := range 23 {
		d.Train.Values, d.Train.Labels = append(d.Train.Values, float64(i)), append(d.Train.Labels, int32(i%3/2))
	}
	of, seen := d.Train.Folds(4, exact.Stream(1, exact.ForFolds, 0)), map[float64]int{}
	for k := range 4 {
		f := d.Fold(k, of)
		ones := 0
		for i, v := range f.Test.Values {
			seen[v]++
			ones += int(f.Test.Labels[i])
			if slices.Contains(f.Train.Values, v) || f.Test.Labels[i] != d.Train.Labels[int(v)] {
				t.Errorf("fold %d: sample %v is in both parts, or has another label", k, v)
			}
		}
		if f.Test.N+f.Train.N != 23 || f.Test.N < 5 || ones < 1 || ones > 2 {
			t.Errorf("fold %d: %d to test, %d of class b, %d to train on", k, f.Test.N, ones, f.Train.N)
		}
	}
	if len(seen) != 23 {
		t.Errorf("%d of 23 samples are tested", len(seen))
	}
	path := sidesTable(t)
	args := []string{"-data", path, "-label", "kind", "-hidden", "5", "-epochs", "30", "-folds", "5"}
	lines := mustRun(t, append(args, "-workers", "2")...)
	var accuracy []float64
	mean, square, tested := 0.0, 0.0, 0.0
	for _, e := range only(lines, "fold") {
		accuracy = append(accuracy, e["test_accuracy"].(float64))
		mean += e["test_accuracy"].(float64) / 5
		tested += e["test"].(float64)
	}
	for _, a := range accuracy {
		square += (a - mean) * (a - mean)
	}
	sum := only(lines, "folds")[0]
	if len(accuracy) != 5 || tested != 120 || !within2(sum["mean_test_accuracy"].(float64), mean) ||
		!within2(sum["deviation"].(float64), math.Sqrt(square/4)) {
		t.Errorf("%v of %v", sum, accuracy)
	}
	one := command(t, append(args, "-workers", "1")...)
	if two := strings.NewReplacer("2 at a time", "1 at a time", "2 workers", "1 worker").Replace(command(t, append(args, "-workers", "2")...)); one != two {
		t.Errorf("one worker prints\n%s\ntwo\n%s", one, two)
	}
	mustContain(t, one, fmt.Sprintf("test accuracy   %.2f ± %.2f %% (mean ± standard deviation of 5 folds)\n", 100*mean, 100*math.Sqrt(square/4)),
		"network   2-5-2 relu", "120 samples in 5 folds, 1 at a time\n          each fold: 96 to train on, 24 to test\n",
		"label: column 3", "training  30 epochs", "1 worker\n\nfold  train cost", "baseline        80.00 ± ", "ROC AUC  ", "mean recall  ")
	// 24 of 120 are rare, in folds of as many samples each.
	if base, _ := sum["mean_baseline_accuracy"].(float64); !within2(base, 0.8) || sum["recall_deviation"] == nil || lines[0]["event"] != "start" {
		t.Errorf("%v, want a mean baseline of 0.8", sum)
	}
	for flags, want := range map[string]string{
		"-folds 1": "it goes from 2 to 1000", "-folds 61": "there have to be twice as many", "-folds 5 -save m": "-save does not go with it",
		"-folds 5 -sweep lr=1,2 -valid 0.2": "-sweep does not go with it", "-folds 5 -recipe unit": "which is more than one training",
	} {
		if _, _, err := try(append([]string{"-data", path}, strings.Fields(flags)...)...); !contains(err, want) || exitCode(err, new(strings.Builder)) != 2 {
			t.Errorf("%s: %v; want %q", flags, err, want)
		}
	}
}

// TestFoldsGuessing: folds that come to no more than guessing say so, and those of numbers to predict have the
// scores beside RMSE: the baseline of a fold is the RMSE of the mean of the others.
func TestFoldsGuessing(t *testing.T) {
	var b strings.Builder
	b.WriteString("x,y,outcome\n")
	for i := range 300 {
		fmt.Fprintf(&b, "%d,%d,%s\n", i*i*31%97, i*37%101, []string{"stayed", "left"}[boolInt(i%15 == 0)])
	}
	dir := t.TempDir()
	writeFiles(t, dir, map[string][]byte{"t.csv": []byte(b.String())})
	args := []string{"-data", filepath.Join(dir, "t.csv"), "-folds", "5", "-epochs", "3", "-hidden", "3"}
	want := "the folds end no better than guessing: 93.33 % of the test samples are right, and always answering stayed gives 93.33 %"
	_, _, stderr := ends(args...)
	if text := strings.Join(strings.Fields(stderr), " "); text != "backprop: warning: "+want {
		t.Errorf("%q, want %q", text, want)
	}
	for line := range strings.Lines(stderr) {
		if len(line) > 81 {
			t.Errorf("%d characters: %s", len(line), line)
		}
	}
	if all := only(mustRun(t, args...), "warning"); len(all) != 1 || all[0]["text"] != want {
		t.Errorf("%v, want one with %q", all, want)
	}
	of, y, base := (&dataset.Set{N: 40}).Folds(4, exact.Stream(1, exact.ForFolds, 0)), func(i int) float64 { return float64(i)*0.25 - 1 }, 0.0
	for k := range 4 {
		mean, square := 0.0, 0.0
		for i := range 40 {
			if of[i] != k {
				mean += y(i) / 30
			}
		}
		for i := range 40 {
			if of[i] == k {
				square += (y(i) - mean) * (y(i) - mean) / 10
			}
		}
		base += math.Sqrt(square) / 4
	}
	args = []string{"-data", numbers(t), "-folds", "4", "-regress", "-hidden", "8", "-epochs", "60"}
	sum := only(mustRun(t, args...), "folds")[0]
	if got, _ := sum["mean_baseline_rmse"].(float64); !within2(got, base) {
		t.Errorf("baseline RMSE %v, by hand %v", got, base)
	}
	mustContain(t, command(t, args...), fmt.Sprintf("test MAE        %s ± ", text.Significant(sum["mean_test_mae"].(float64), 5)),
		fmt.Sprintf("test R²         %.4f ± %.4f\n", sum["mean_test_r2"], sum["test_r2_deviation"]), "baseline RMSE   ")
	// Numbers that the inputs say nothing of.
	b.Reset()
	for i := range 60 {
		fmt.Fprintf(&b, "%d,%d\n", i*37%101, i*i*31%97)
	}
	writeFiles(t, dir, map[string][]byte{"n.csv": []byte(b.String())})
	all := mustRun(t, "-data", filepath.Join(dir, "n.csv"), "-folds", "3", "-regress", "-hidden", "3", "-epochs", "2")
	sum = only(all, "folds")[0]
	want = fmt.Sprintf("the folds end no better than guessing: test RMSE %s, and always answering the mean gives %s",
		text.Significant(sum["mean_test_rmse"].(float64), 4), text.Significant(sum["mean_baseline_rmse"].(float64), 4))
	if warned := only(all, "warning"); len(warned) != 1 || warned[0]["text"] != want {
		t.Errorf("%v, want %q", warned, want)
	}
}

func boolInt(b bool) int { return int(boolean(b)) }

// TestFoldsInterrupted: it is said after how many folds; and a fold that fails is named.
func TestFoldsInterrupted(t *testing.T) {
	args := []string{"-data", numbers(t), "-folds", "3", "-regress", "-hidden", "2", "-epochs", "200000", "-workers", "1"}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := run(ctx, args, io.Discard, io.Discard); fmt.Sprint(err) != "interrupted after 0 of 3 folds" || exitCode(err, io.Discard) != 130 {
		t.Errorf("%v", err)
	}
	_, err := tryRun("-data", numbers(t), "-folds", "3", "-regress", "-hidden", "2", "-epochs", "2", "-lr", "1e300")
	if !contains(err, "fold 1: ", "try a smaller -lr (it is 1e+300)") {
		t.Errorf("a fold that diverges: %v", err)
	}
}

// TestTableFlags: which columns are learned from, and what is said of those that are not there.
func TestTableFlags(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string][]byte{"t.csv": []byte(flowers(60))})
	path := filepath.Join(dir, "t.csv")
	for _, c := range []struct{ flags, want string }{
		{"", "[5 6 3]"}, // width, three colours and Height; Id numbers the rows
		{"-ignore width", "[4 6 3]"}, {"-ignore 3,Height", "[1 6 3]"}, {"-activation ReLU -ignore colour", "[2 6 3]"},
		{"-label colour -ignore Id,kind", "[2 6 3]"}, {"-regress -label Height", "[7 6 1]"},
		{"-ignore nothing", "-ignore nothing: no such column; there are Id, width, colour, Height, kind"},
		{"-ignore kind -label kind", "-ignore kind: it is the label; name another one with -label"},
		{"-ignore Id,width,colour,Height", "no column is left to learn from"},
		{"-label smell", "-label smell: no such column; there are Id, width, colour, Height, kind"},
		{"-label 9", "-label 9: no such column"}, {"-label width", `line 10, column 2 "width": the label is missing`},
		{"-regress -label kind", `line 2, column 5 "kind": "rose" is not a number to predict`},
		{"-classweight thorn=2", `there is no class "thorn"; there are iris, lily, rose`},
		{"-classweight rose=-1", "a weight is a number from 0"}, {"-classweight rose", "CLASS=WEIGHT"},
		{"-classweight rose=1e308", "from 0 to a million"}, {"-classweight rose=2,iris=1,rose=3", "rose is there twice"},
		{"-classweight rose=0,iris=0,lily=0", "all classes have the weight 0"}, {"-classweight=", "-classweight is empty"},
		{"-epoch 3", "there is no flag -epoch; did you mean -epochs?"},
		{"-recipe nielsen", "it is a table of 60 samples of 5 inputs, and no images; -recipe nielsen needs MNIST"},
	} {
		out, _, err := try(append([]string{"-data", path, "-hidden", "6", "-epochs", "1", "-json"}, strings.Fields(c.flags)...)...)
		if err == nil {
			err = errors.New(strings.ReplaceAll(between(out, `"layers":`, `]`), ",", " ") + "]")
		}
		if !contains(err, c.want) {
			t.Errorf("%s: %v; want %s", c.flags, err, c.want)
		}
	}
}

// between is what stands in a text after from, up to to.
func between(text, from, to string) string {
	_, text, _ = strings.Cut(text, from)
	text, _, _ = strings.Cut(text, to)
	return text
}

// TestTableDefaults: a small table takes many epochs, and weight decay; what is given stays. Some twenty of the
// epochs are printed, and all with -json.
func TestTableDefaults(t *testing.T) {
	for _, c := range []struct {
		flags        string
		rows, epochs int
		l2           float64
	}{
		{"", 100, 400, 2}, {"", 4000, 250, 2}, {"", 200_000, 10, 2}, {"-epochs 7", 100, 7, 2}, {"-l2 0", 100, 400, 0},
		{"-regress", 100, 800, 10}, {"-regress", 4000, 250, 10}, {"-regress -l2 1 -epochs 3", 100, 3, 1},
	} {
		cfg, err := parse(append([]string{"-data", "t.csv"}, strings.Fields(c.flags)...), io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		d := &dataset.Dataset{Train: dataset.Set{N: c.rows}}
		if !cfg.Regress {
			d.Classes = []string{"a", "b"}
		}
		if err := cfg.Settle(d); err != nil || cfg.Epochs != c.epochs || cfg.L2 != c.l2 {
			t.Errorf("%s of %d rows: %d epochs, l2 %v; want %d, %v (%v)", c.flags, c.rows, cfg.Epochs, cfg.L2, c.epochs, c.l2, err)
		}
	}
	path := sidesTable(t)
	text, table := command(t, "-data", path, "-hidden", "3"), 0
	for line := range strings.Lines(text) {
		if strings.HasSuffix(line, " s\n") && strings.Contains(line, " / ") {
			table++
		}
	}
	mustContain(t, text, "\n    1  ", "\n   20  ", "\n  400  ")
	if all := only(events(t, "-data", path, "-hidden", "3"), "epoch"); table != 21 || len(all) != 400 {
		t.Errorf("%d epochs are printed, %d with -json; want 21, 400", table, len(all))
	}
}

// TestFoldCounts: how many folds there can be, how many samples each of them has to train on, to validate and to
// test, and which flags do not go with them.
func TestFoldCounts(t *testing.T) {
	path := sidesTable(t)
	rows := strings.SplitAfter(string(readFile(t, path)), "\n")
	dir := filepath.Dir(path)
	for _, n := range []int{4, 5, 6} {
		writeFiles(t, dir, map[string][]byte{fmt.Sprint(n, ".csv"): []byte(strings.Join(rows[:n+1], ""))})
	}
	for _, c := range []struct{ flags, want string }{
		{"sides.csv -folds 5", "96 0 24"}, {"sides.csv -folds 5 -test 20", "80 0 20"},
		{"sides.csv -folds 5 -valid 10", "86 10 24"}, {"sides.csv -folds 5 -valid 10 -test 20", "70 10 20"},
		{"4.csv -label x -regress -folds 2", "2 0 2"}, {"6.csv -label x -regress -folds 3", "4 0 2"},
		{"4.csv -label x -regress -folds 3", "-folds 3 of 4 samples: there have to be twice as many"},
		{"5.csv -label x -regress -folds 3", "-folds 3 of 5 samples: there have to be twice as many"},
		{"sides.csv -folds 0", "-folds 0: it goes from 2 to 1000"}, {"sides.csv -folds 1", "-folds 1: it goes from 2 to 1000"},
		{"sides.csv -folds -5", "-folds -5: it goes from 2 to 1000"}, {"sides.csv -folds 1001", "-folds 1001: it goes from 2 to 1000"},
		{"sides.csv -folds 1000", "-folds 1000 of 120 samples: there have to be twice as many"},
		{"sides.csv -folds 5 -save m", "keeps no network: -save does not go with it"},
		{"sides.csv -folds 5 -save m -resume", "-save does not go with it"},
		{"sides.csv -folds 5 -load m", "-load does not go with it"}, {"sides.csv -folds 5 -save m -export m.onnx", "-save does not go with it"},
		{"sides.csv -folds 5 -report r", "-report does not go with it"}, {"sides.csv -folds 5 -gradcheck", "-gradcheck does not go with it"},
		{"sides.csv -folds 5 -export m.onnx", "-export does not go with it"},
	} {
		words := strings.Fields(c.flags)
		args := append([]string{"-data", filepath.Join(dir, words[0]), "-epochs", "1", "-hidden", "2"}, words[1:]...)
		lines, _, err := program(t.Context(), io.Discard, args...)
		got := fmt.Sprint(err)
		if err == nil {
			got = fmt.Sprint(lines[0]["train"], lines[0]["valid"], lines[0]["test"])
			for _, e := range only(lines, "fold") {
				if fmt.Sprint(e["train"], " 0 ", e["test"]) != got && !strings.Contains(c.flags, "-valid") {
					t.Errorf("%s: %v; want folds of %s", c.flags, e, got)
				}
			}
		} else if exitCode(err, io.Discard) != 2 {
			t.Errorf("%s: status %d, want 2", c.flags, exitCode(err, io.Discard))
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: %s; want %s", c.flags, got, c.want)
		}
	}
	_, _, err := try("-data", path, "-folds", "3", "-lr", "1e300", "-label", "x", "-regress", "-epochs", "2")
	if !contains(err, "fold 1: ") || exitCode(err, io.Discard) != 1 {
		t.Errorf("a fold that diverges: %v", err)
	}
}

// TestFoldLines: the table says of each fold what -json says: how many of how many were right, or the RMSE; and
// below it the mean of the folds, and their standard deviation.
func TestFoldLines(t *testing.T) {
	args := []string{"-data", sidesTable(t), "-label", "kind", "-hidden", "4", "-epochs", "2", "-folds", "4"}
	lines, text := only(mustRun(t, args...), "fold"), command(t, args...)
	for _, e := range lines {
		n := e["test"].(float64)
		mustContain(t, text, fmt.Sprintf("\n%4.0f  %10.5f  %10.5f  %16s\n", e["fold"], e["train_cost"], e["test_cost"],
			fmt.Sprintf("%.0f / %.0f", e["test_accuracy"].(float64)*n, n)))
	}
	if mustContain(t, text, "\nfold  train cost   test cost     test accuracy\n"); len(lines) != 4 || lines[3]["fold"] != 4.0 {
		t.Errorf("%v, want 4 folds", lines)
	}
	// RMSE by hand from R²: Σ (a − y)² is (1 − R²) · Σ (y − ȳ)².
	args = []string{"-data", numbers(t), "-folds", "4", "-regress", "-hidden", "3", "-epochs", "5"}
	all := mustRun(t, args...)
	of, text := (&dataset.Set{N: 40}).Folds(4, exact.Stream(1, exact.ForFolds, 0)), command(t, args...)
	var rmse []float64
	mean, square := 0.0, 0.0
	for k, e := range only(all, "fold") {
		sum, spread := 0.0, 0.0
		for pass := range 2 {
			for i, f := range of {
				if y := float64(i)*0.25 - 1; f == k && pass == 0 {
					sum += y / 10
				} else if f == k {
					spread += (y - sum) * (y - sum)
				}
			}
		}
		v := math.Sqrt((1 - e["test_r2"].(float64)) * spread / 10)
		if got, _ := e["test_rmse"].(float64); math.Abs(got-v) > 1e-9 || e["test_accuracy"] != nil {
			t.Errorf("fold %d: %v, by hand RMSE %v", k+1, e, v)
		}
		rmse, mean = append(rmse, v), mean+v/4
		mustContain(t, text, fmt.Sprintf("\n%4d  %10.5f  %10.5f  %16s\n", k+1, e["train_cost"], e["test_cost"], fmt.Sprintf("%#.5g", v)))
	}
	for _, v := range rmse {
		square += (v - mean) * (v - mean)
	}
	sum, sd := only(all, "folds")[0], math.Sqrt(square/3)
	if got, _ := sum["mean_test_rmse"].(float64); math.Abs(got-mean) > 1e-9 || math.Abs(sum["deviation"].(float64)-sd) > 1e-9 || sum["folds"] != 4.0 {
		t.Errorf("%v; by hand %v ± %v", sum, mean, sd)
	}
	mustContain(t, text, "\nfold  train cost   test cost         test RMSE\n",
		fmt.Sprintf("\ntest RMSE       %.5g ± %.2g (mean ± standard deviation of 4 folds)\n", mean, sd))
}

// TestWeighted: a cost in which classes count differently is for classes.
func TestWeighted(t *testing.T) {
	cfg := settings.Defaults(words())
	cfg.ClassWeight = "balanced"
	if _, err := weighted(cfg, costs[0], &dataset.Dataset{Name: "houses"}); !contains(err, "is for classes, and houses has numbers to predict") {
		t.Error(err)
	}
}
