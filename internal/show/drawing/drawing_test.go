package drawing

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the drawings of docs/tutorials")

// drawings are the tutorials' networks.
var drawings = map[string]string{
	"perceptron.svg": Network([]int{2, 1}, "inputs", "threshold unit"),
	"unit.svg":       Network([]int{1, 1}, "input x", "sigmoid unit"),
	"784-30-10.svg":  Network([]int{784, 30, 10}, "pixels", "hidden", "outputs"),
	"1-20-1.svg":     Network([]int{1, 20, 1}, "input x", "hidden, tanh", "output y"),
}

// TestFiles: the files are what Network draws; -update writes them.
func TestFiles(t *testing.T) {
	for name, want := range drawings {
		path := filepath.Join("..", "..", "..", "docs", "tutorials", name)
		if *update {
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
			continue
		}
		if string(got) != want {
			t.Errorf("%s lags: go test ./internal/show/drawing -update writes it", name)
		}
	}
}

// TestNetwork: whole layers are drawn with a line for each weight and bias; of a large one some units, and
// dots; and what is drawn is XML, whatever the labels are.
func TestNetwork(t *testing.T) {
	for _, c := range []struct {
		sizes                  []int
		weights, biases, units int
	}{
		{[]int{2, 1}, 2, 1, 3},
		{[]int{3, 2}, 6, 2, 5},
		{[]int{7, 7, 7}, 98, 14, 21},
		{[]int{8, 2}, 12, 2, 8},
		{[]int{784, 30, 10}, 72, 12, 18},
	} {
		svg := Network(c.sizes, "a < b & c")
		biases := strings.Count(svg, `<line class="bias"`)
		if n := strings.Count(svg, "<line") - biases; n != c.weights || biases != c.biases {
			t.Errorf("%v: %d weights and %d biases, want %d and %d", c.sizes, n, biases, c.weights, c.biases)
		}
		if n := strings.Count(svg, "<circle cx"); n != c.units {
			t.Errorf("%v: %d units, want %d", c.sizes, n, c.units)
		}
		for d := xml.NewDecoder(strings.NewReader(svg)); ; {
			_, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%v: %v", c.sizes, err)
			}
		}
	}
}
