package workbook

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"go/format"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/digits"
	"backprop/internal/run/workbook/grade"
)

// TestMain makes a folder for all tests, so that what is compiled in it is compiled once.
func TestMain(m *testing.M) {
	home, err := os.MkdirTemp("", "workbook")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	book = filepath.Join(home, "book")
	status := m.Run()
	os.RemoveAll(home)
	os.Exit(status)
}

// book is where each test writes its workbook.
var book string

// written is a new workbook.
func written(t *testing.T, o Options) string {
	t.Helper()
	dir := book
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(dir, o); err != nil {
		t.Fatal(err)
	}
	return dir
}

// smallOptions asks for the solutions, and for digits that are soon learned: the same 250 eight times.
var smallOptions = func() Options {
	pixels, labels := digits.Draw(1, 0, 250)
	return Options{Solutions: true, Pixels: bytes.Repeat(pixels, 8), Labels: slices.Repeat(labels, 8)}
}()

// run runs go in a folder, without network.
func run(dir string, arguments ...string) (output string, ok bool) {
	command := exec.Command("go", arguments...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off", "GOTOOLCHAIN=local")
	text, err := command.CombinedOutput()
	return string(text), err == nil
}

// solve puts solutions in place of exercises.
func solve(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(dir, "solutions", name))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), text, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// exercises are the names of all twelve, and of the file with the answers.
func exercises(t *testing.T, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "[01][0-9]_*.go"))
	if err != nil || len(paths) != 12 {
		t.Fatal(len(paths), "exercises", err)
	}
	for i := range paths {
		paths[i] = filepath.Base(paths[i])
	}
	return append(paths, "bugs/answers.go")
}

// expect looks for words in what has been said.
func expect(t *testing.T, output string, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(output, word) {
			t.Errorf("%q is not in\n%s", word, output)
		}
	}
}

// TestUntouched: nothing is done, nothing is wrong, and all compiles; the files are short, and formatted.
func TestUntouched(t *testing.T) {
	dir := written(t, smallOptions)
	output, ok := run(dir, "test")
	expect(t, output, "0 of 12 done, next: 01_sigmoid.go", "0 of 5 bugs named")
	if ok || strings.Contains(output, "not right") || strings.Contains(output, ".go:") {
		t.Error(ok, output)
	}
	if output, ok := run(dir, "vet", "./..."); !ok {
		t.Error(output)
	}
	for _, name := range exercises(t, dir) {
		for _, path := range []string{name, "solutions/" + name} {
			text, err := os.ReadFile(filepath.Join(dir, path))
			if err != nil {
				t.Fatal(err)
			}
			formatted, err := format.Source(text)
			if err != nil || !bytes.Equal(formatted, text) || bytes.Count(text, []byte("\n")) > 60 {
				t.Errorf("%s: %v, or not formatted, or long\n%s", path, err, text)
			}
			undone := bytes.Contains(text, []byte("// not done yet"))
			if undone != (path == name) || bytes.Contains(text, []byte("solution:")) {
				t.Errorf("%s: %s", path, text)
			}
		}
	}
}

// TestSolutions: with them all is done, also where lines end as on Windows; and digits are read. Where
// BACKPROP_FULL is set, they are those that the program draws for the folder.
func TestSolutions(t *testing.T) {
	o := smallOptions
	if os.Getenv("BACKPROP_FULL") != "" {
		o = Options{Solutions: true}
	}
	dir := written(t, o)
	names := exercises(t, dir)
	if testing.Short() {
		names = slices.DeleteFunc(names, func(name string) bool { return name == "10_digits.go" })
	}
	solve(t, dir, names...)
	output, ok := run(dir, "test")
	if testing.Short() {
		expect(t, output, "11 of 12 done, next: 10_digits.go")
		return
	}
	expect(t, output, "12 of 12 done", "5 of 5 bugs", "XOR", "10_digits.go reads ", "ok  \tworkbook")
	if !ok {
		t.Error("not ok")
	}
	again, ok := run(dir, "test")
	if expect(t, again, "12 of 12 done", "10_digits.go reads "); !ok || strings.Contains(again, "learning") {
		t.Error(again)
	}
}

// A typicalMistake replaces old by new in a solution. code is what the learner is to be told.
type typicalMistake struct{ file, old, new, code string }

// mistakes are common ones, in each exercise but that of the digits.
var mistakes = []typicalMistake{
	{"01_sigmoid.go", "math.Exp(-z)", "math.Exp(z)", "minus-lost"},
	{"01_sigmoid.go", "a * (1 - a)", "z * (1 - z)", "formula-at-z"},
	{"01_sigmoid.go", "1 / (1 + math.Exp(-z))", "1/1 + math.Exp(-z)", "brackets"},
	{"01_sigmoid.go", "a * (1 - a)", "1 - a*a", "other-activation"},
	{"01_sigmoid.go", "a * (1 - a)", "a", "slope-is-a"},
	{"02_forward.go", "z[j] = b[j]", "", "no-bias"},
	{"02_forward.go", "w[i][j]", "w[j][i]", "transpose"},
	{"02_forward.go", "a[j], _ = sigmoid(z[j])", "a[j] = z[j]", "no-activation"},
	{"02_forward.go", "z[j] = b[j]", "z[j] = -b[j]", "sign"},
	{"02_forward.go", "a[j], _ =", "_, a[j] =", "a-is-slope"},
	{"02_forward.go", "z[j] += x[i]", "z[j] = x[i]", "last-term"},
	{"03_output.go", "cost += (a - y[j]) * (a - y[j]) / 2", "cost += (a - y[j]) * (a - y[j])", "no-half"},
	{"03_output.go", "delta[j] = (a - y[j]) * slope", "delta[j] = a - y[j] + 0*slope", "other-cost"},
	{"03_output.go", "delta[j] = a - y[j]\n\t\t\tcontinue", "_, s := sigmoid(z[j])\n\t\t\tdelta[j] = (a - y[j]) * " +
		"s\n\t\t\tcontinue",
		"other-cost"},
	{"03_output.go", "(a - y[j]) * slope", "(y[j] - a) * slope", "sign"},
	{"03_output.go", "math.Exp(z[j]) / sum", "z[j]", "not-a-number"},
	{"03_output.go", "(a - y[j]) * slope", "(a-y[j])*a + 0*slope", "slope-is-a"},
	{"04_back.go", "delta1[i] *= slope", "_ = slope", "no-derivative"},
	{"04_back.go", "w2[i][j]", "w2[j][i]", "transpose"},
	{"04_back.go", "_, slope := sigmoid(z1[i])", "a, _ := sigmoid(z1[i])\n\t\t_, slope := " +
		"sigmoid(a)", "derivative-at-a"},
	{"04_back.go", "_, slope :=", "slope, _ :=", "slope-is-a"},
	{"04_back.go", "delta1[i] *= slope", "delta1[i] = -delta1[i] * slope", "sign"},
	{"04_back.go", "delta1[i] += ", "delta1[i] = ", "last-term"},
	{"05_gradients.go", "dW[i][j] = a[i] * delta[j]", "dW[i][j] = a[i] * -delta[j]", "sign"},
	{"05_gradients.go", "zeros(len(a), len(delta))", "zeros(len(delta), len(a))", "shape"},
	{"05_gradients.go", "return dW, db", "sum := 0.0\n\tfor _, d := range db {\n\t\tsum += d\n\t}\n\treturn dW, " +
		"[]float64{sum}",
		"bias-sum-axis"},
	{"05_gradients.go", "db[j] = delta[j]", "", "all-zero"},
	{"06_step.go", "delta1 := back(delta2, net.W2, z1)\n\tdW2, db2 := gradients(a1, delta2)",
		"dW2, db2 := gradients(a1, delta2)\n\taddTimes(net.W2, dW2, -rate)\n\tdelta1 := back(delta2, net.W2, " +
			"z1)\n\taddTimes(net.W2, dW2, rate)",
		"updated-first"},
	{"06_step.go", "-rate", "rate", "ascent"},
	{"06_step.go", "-rate", "-1", "rate-missing"},
	{"06_step.go", "gradients(a1, delta2)", "gradients(z1, delta2)", "no-activation"},
	{"06_step.go", "back(delta2, net.W2, z1)", "back(delta2, net.W2, z2)\n\t_ = z1", "derivative-of-next-layer"},
	{"07_batch.go", "1/n", "1", "no-mean"},
	{"07_batch.go", "-rate", "-rate/n", "mean-twice"},
	{"07_batch.go", "cost += c / n", "cost += c", "no-mean"},
	{"07_batch.go", "addTimes(dW1, w1, 1/n)", "addTimes(zeros(1, 1), w1, 1/n)", "not-updated"},
	{"07_batch.go", "-rate", "rate", "ascent"},
	{"08_check.go", "w[i][j] = old\n", "", "not-restored"},
	{"08_check.go", "(2 * h)", "h", "not-halved"},
	{"08_check.go", "old - h", "old", "one-sided"},
	{"08_check.go", "old - h", "old - 2*h", "lopsided"},
	{"08_check.go", "1e-5", "1e-12", "h-small"},
	{"08_check.go", "(above - below)", "(below - above)", "sign"},
	{"09_train.go", "for len(order) > 0 {", "for len(order) >= batch {", "rest-dropped"},
	{"09_train.go", "by = append(by, ys[i])", "by = append(by, ys[len(by)])", "pairs-broken"},
	{"09_train.go", "order := shuffled(len(xs))", "order := []int{}\n\t\tfor i := range xs {\n\t\t\torder = " +
		"append(order, i)\n\t\t}",
		"not-shuffled"},
	{"09_train.go", "range epochs", "range 1", "one-epoch"},
	{"09_train.go", "order = order[n:]", "order = nil", "one-batch"},
	{"11_momentum.go", "mu*v[i][j] - rate*g[i][j]", "-rate * g[i][j]", "velocity-lost"},
	{"11_momentum.go", "mu*v[i][j] -", "mu*v[i][j] +", "ascent"},
	{"11_momentum.go", "- rate*g[i][j]", "- g[i][j]", "rate-missing"},
	{"11_momentum.go", "mu*v[i][j]", "v[i][j]", "mu-missing"},
	{"11_momentum.go", "mu*v[i][j] - rate*g[i][j]", "mu * (v[i][j] - rate*g[i][j])", "mu-on-all"},
	{"12_decay.go", " + lambda", " - lambda", "l2-sign"},
	{"12_decay.go", "/float64(n)", "", "l2-not-over-N"},
	{"12_decay.go", "rate * db[j]", "rate * (db[j] + lambda/float64(n)*b[j])", "l2-on-biases"},
	{"12_decay.go", " + lambda/float64(n)*w[i][j]", "", "l2-missing"},
	{"12_decay.go", "w[i][j] -= rate * (", "w[i][j] -= (", "rate-missing"},
}

// TestMistakes: each is told by its name, with a hint; when it is made again, with the second. It goes on in
// rounds, with a mistake in every exercise that has one left: the first as a learner makes it, the others one
// after the other in one program, as functions of other names.
func TestMistakes(t *testing.T) {
	dir := written(t, smallOptions)
	now := map[string]string{}
	for name, m := range round(t, dir, 0) {
		now[name] = m.code
		m.make(t, dir, name, "")
	}
	first, _ := run(dir, "test", "-run", "Workbook")
	checkTold(t, first, now)
	second, _ := run(dir, "test", "-run", "Workbook")
	checkTold(t, second, now)
	a, b := hinted.FindAllString(first, -1), hinted.FindAllString(second, -1)
	same := slices.ContainsFunc(a, func(h string) bool { return slices.Contains(b, h) })
	if len(a) != len(now) || len(b) != len(now) || same {
		t.Errorf("hints are the same:\n%v\n%v", a, b)
	}
	for name := range now {
		solve(t, dir, name)
	}
	var codes []map[string]string
	text := "package workbook\n\nimport (\n\t\"os\"\n\t\"testing\"\n\n\t\"workbook/internal/grade\"\n)\n\n" +
		"func TestRounds(t *testing.T) {\n\tvar f grade.Functions\n"
	for k := 1; len(round(t, dir, k)) > 0; k++ {
		text, now = text+"\tf = yours\n", map[string]string{}
		for name, m := range round(t, dir, k) {
			now[name] = m.code
			text += m.make(t, dir, fmt.Sprintf("round%d_%s", k, name), fmt.Sprint("Round", k))
		}
		text, codes = text+"\tgrade.Workbook(os.Stdout, f, lend)\n", append(codes, now)
	}
	if err := os.WriteFile(filepath.Join(dir, "rounds_test.go"), []byte(text+"}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	output, _ := run(dir, "test", "-run", "Rounds")
	said := regexp.MustCompile(`\d+ of 12 done, next: `).Split(output, -1)
	if len(said) != len(codes)+1 || len(codes) < 5 {
		t.Fatalf("%d rounds, of %d:\n%s", len(said)-1, len(codes), output)
	}
	for i, now := range codes {
		checkTold(t, said[i], now)
	}
}

// round is the mistakes of round k, by their exercises.
func round(t *testing.T, dir string, k int) map[string]typicalMistake {
	t.Helper()
	now := map[string]typicalMistake{}
	for _, name := range exercises(t, dir)[:12] {
		of := slices.DeleteFunc(slices.Clone(mistakes), func(m typicalMistake) bool { return m.file != name })
		if k < len(of) {
			now[name] = of[k]
		}
	}
	return now
}

// told is what is said of each exercise that is not right, and hinted how a hint begins.
var (
	told   = regexp.MustCompile(`(?s)(\d\d_\w+\.go) is not right yet \(([^)]+)\):\n(.*?)\n\n`)
	hinted = regexp.MustCompile(`Hint: .+`)
)

// checkTold compares the codes that are told with those of the mistakes.
func checkTold(t *testing.T, output string, want map[string]string) {
	t.Helper()
	found := map[string]string{}
	for _, m := range told.FindAllStringSubmatch(output, -1) {
		found[m[1]] = m[2]
		if !hinted.MatchString(m[3]) {
			t.Errorf("no hint: %s", m[0])
		}
	}
	if fmt.Sprint(found) != fmt.Sprint(want) {
		t.Errorf("told %v\nand they are %v\n%s", found, want, output)
	}
}

// function is how an exercise declares its function.
var function = regexp.MustCompile(`(?m)^func (\w+)\((.*?)\) ?(.*) \{$`)

// make writes the exercise's solution with the mistake in it into a file, and adds to the function's name what is
// given. It returns the statement by which f has that function.
func (m typicalMistake) make(t *testing.T, dir, name, added string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "solutions", m.file))
	if err != nil {
		t.Fatal(err)
	}
	wrong := strings.ReplaceAll(string(text), m.old, m.new)
	if !strings.Contains(wrong, "/n") && !strings.Contains(wrong, "/ n") { // Go wants it used
		wrong = strings.ReplaceAll(wrong, "\tn := float64(len(xs))\n", "")
	}
	declared := function.FindStringSubmatch(wrong)
	if wrong == string(text) || declared == nil {
		t.Fatalf("%s: %q is not in it", m.file, m.old)
	}
	its := declared[1]
	wrong = strings.Replace(wrong, "func "+its+"(", "func "+its+added+"(", 1)
	if err := os.WriteFile(filepath.Join(dir, name), []byte(wrong), 0o644); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(declared[2], "net *Network") {
		return fmt.Sprintf("\tf.%s = %s\n", its, its+added)
	}
	types := strings.Replace(declared[2], "*Network", "*grade.Network", 1)
	var names []string
	for _, parameter := range strings.Split(declared[2], ", ")[1:] {
		names = append(names, strings.Fields(parameter)[0])
	}
	returns := ""
	if declared[3] != "" {
		returns = "return "
	}
	return fmt.Sprintf("\tf.%s = func(%s) %s { %s%s((*Network)(net), %s) }\n", its, types, declared[3], returns,
		its+added, strings.Join(names, ", "))
}

// TestAgain: what the learner has changed stays, and all else is as it was; what was changed and what was lost
// is told from what is older.
func TestAgain(t *testing.T) {
	dir := written(t, Options{})
	at := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	put := func(name, text string) {
		if err := os.WriteFile(at(name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	put("02_forward.go", "package workbook // mine")
	put("bugs/answers.go", "package bugs // mine")
	os.Remove(at("03_output.go"))
	put("notes.txt", "my notes")
	text, _ := os.ReadFile(at("04_back.go"))
	put("04_back.go", strings.ReplaceAll(string(text), "\n", "\r\n")) // as on Windows, and not changed
	w, err := Write(dir, Options{Solutions: true})
	if err != nil || !slices.Equal(w.Kept, []string{"02_forward.go", "bugs/answers.go"}) {
		t.Error(w.Kept, err)
	}
	for name, want := range map[string]string{"02_forward.go": "// mine", "bugs/answers.go": "// mine",
		"notes.txt":    "my notes",
		"03_output.go": "not done yet", "04_back.go": "not done yet", "solutions/bugs/answers.go": "Bug1 = \""} {
		if text, err := os.ReadFile(at(name)); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
	real := Options{Pixels: make([]byte, 784*2000), Labels: make([]int32, 2000)}
	if _, err := Write(dir, real); err != nil {
		t.Fatal(err)
	}
	digits, _ := os.ReadFile(at(grade.Digits))
	_, err = Write(dir, Options{})
	if now, _ := os.ReadFile(at(grade.Digits)); err != nil || len(now) == 0 || !bytes.Equal(now, digits) {
		t.Errorf("the real digits are gone: %d bytes, and now %d (%v)", len(digits), len(now), err)
	}
	os.Remove(at("internal/written.json")) // then everything that differs counts as the learner's
	if w, err = Write(dir, Options{}); err != nil || !slices.Equal(w.Kept, []string{"02_forward.go", "bugs/answers.go"}) {
		t.Error(w.Kept, err)
	}
}

// TestOlder: a file that is as an older workbook had it is renewed.
func TestOlder(t *testing.T) {
	dir := written(t, Options{})
	path, list := filepath.Join(dir, "05_gradients.go"), filepath.Join(dir, "internal", "written.json")
	old := "package workbook // as it was in an older one\n"
	known, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	begin := "\"05_gradients.go\": ["
	known = bytes.Replace(known, []byte(begin), []byte(begin+"\""+grade.Sum([]byte(old))+"\","), 1)
	if os.WriteFile(list, known, 0o644) != nil || os.WriteFile(path, []byte(old), 0o644) != nil {
		t.Fatal("cannot write")
	}
	w, err := Write(dir, Options{})
	if text, _ := os.ReadFile(path); err != nil || len(w.Kept) > 0 || !bytes.Contains(text, []byte("func Gradients")) {
		t.Errorf("%v, kept %v\n%s", err, w.Kept, text)
	}
}

// TestRefused: a folder that has other things in it, and a file.
func TestRefused(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "letter.txt")
	if err := os.WriteFile(path, []byte("Dear"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{dir, path} {
		if _, err := Write(to, Options{}); err == nil || !strings.Contains(err.Error(), "new or empty") {
			t.Error(to, err)
		}
	}
	if list, _ := os.ReadDir(dir); len(list) != 1 {
		t.Error(list)
	}
	for _, o := range []Options{{Pixels: make([]byte, 785), Labels: make([]int32, 1)},
		{Pixels: make([]byte, 784), Labels: []int32{10}},
		{Pixels: make([]byte, 784*1999), Labels: make([]int32, 1999)}} {
		_, err := Write(filepath.Join(dir, "book"), o)
		if err == nil || !strings.Contains(err.Error(), "the workbook takes") {
			t.Error(err)
		}
	}
	if list, _ := os.ReadDir(dir); len(list) != 1 {
		t.Error(list)
	}
}

// TestDigits: the digits that are given go into the folder, and so many of the drawn ones, in so many bytes.
func TestDigits(t *testing.T) {
	pixels, labels := make([]byte, 784*2500), make([]int32, 2500)
	for i := range labels {
		labels[i], pixels[784*i] = int32(i%10), byte(i)
	}
	for _, c := range []struct {
		o Options
		n int
	}{{Options{}, tidy}, {Options{Pixels: pixels, Labels: labels}, 2500}} {
		packed, err := digitFile(c.o)
		if err != nil || len(packed) > 3<<20 {
			t.Fatal(len(packed), err)
		}
		z, err := gzip.NewReader(strings.NewReader(packed))
		if err != nil {
			t.Fatal(err)
		}
		all, err := io.ReadAll(z)
		if err != nil || len(all) != 785*c.n {
			t.Error(len(all), err)
		}
		if c.o.Labels != nil && (all[785*13] != 3 || all[785*13+1] != 13) {
			t.Error(all[785*13:][:2])
		}
	}
}
