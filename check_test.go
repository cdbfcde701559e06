package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mazurHomework is Mazur's example with a δ₂ to be judged.
func mazurHomework(delta2 string) []byte {
	return []byte(`{"activation":"sigmoid","output":"sigmoid","cost":"mse","rate":0.5,"X":[[0.05,0.10]],"Y":[[0.01,0.99]],
		"W1":[[0.15,0.25],[0.20,0.30]],"b1":[0.35,0.35],"W2":[[0.40,0.50],[0.45,0.55]],"b2":[0.60,0.60],
		"A2":[[0.7514,0.7729]],"C":0.2984,"delta2":` + delta2 + `}`)
}

// TestCheckCommand: -check judges a file, several as rows, and ends with 1 where something is wrong.
func TestCheckCommand(t *testing.T) {
	dir := t.TempDir()
	right, wrong := filepath.Join(dir, "right.json"), filepath.Join(dir, "wrong.json")
	writeFiles(t, dir, map[string][]byte{"right.json": mazurHomework("[[0.1385,-0.0381]]"),
		"wrong.json": mazurHomework("[[0.7414,-0.2171]]")})
	status, out, stderr := ends("-check", right)
	if status != 0 || !strings.Contains(out, "delta2  right") || stderr != "" {
		t.Errorf("status %d, %s, %s", status, out, stderr)
	}
	status, out, stderr = ends("-check", wrong)
	if status != 1 || !strings.Contains(out, "delta2  wrong, other-cost") || stderr != "backprop: not everything is right\n" {
		t.Errorf("status %d, %s, %s", status, out, stderr)
	}
	status, out, _ = ends("-check", right, wrong, "-json")
	if status != 1 || strings.Count(out, `"verdict":"right"`) != 5 || !strings.Contains(out, `"mistake":"other-cost"`) {
		t.Errorf("status %d, %s", status, out)
	}
	for _, args := range [][]string{{"-check", right, "-epochs", "3"}, {"-solutions"}, {"-workbook", dir, "-lr", "1"}} {
		if status, _, stderr := ends(args...); status != 2 {
			t.Errorf("%q: status %d, %s", args, status, stderr)
		}
	}
}

// TestCheckNumPy: the script in docs writes a step that is right throughout.
func TestCheckNumPy(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil || exec.Command(python, "-c", "import numpy").Run() != nil {
		t.Skip("there is no NumPy here")
	}
	script, err := filepath.Abs("docs/step.py")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	run := exec.Command(python, script)
	run.Dir = dir
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	status, out, stderr := ends("-check", filepath.Join(dir, "step.npz"))
	if status != 0 || strings.Count(out, " right") < 15 {
		t.Errorf("status %d, %s, %s", status, out, stderr)
	}
}

// TestWorkbookCommand: -workbook writes the folder, and writes it again.
func TestWorkbookCommand(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "exercises")
	for range 2 {
		if status, out, stderr := ends("-workbook", dir); status != 0 || !strings.Contains(out, "written") {
			t.Fatalf("status %d, %s, %s", status, out, stderr)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "12_decay.go")); err != nil {
		t.Error(err)
	}
}
