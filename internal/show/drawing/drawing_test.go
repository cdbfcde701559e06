package drawing

import (
	"encoding/xml"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the drawings of docs/tutorials")

func TestDrawingsOfTheTutorialsAreUpToDate(t *testing.T) {
	for name, want := range map[string]string{
		"perceptron.svg": Network([]int{2, 1}, "inputs", "threshold unit"),
		"unit.svg":       Network([]int{1, 1}, "input x", "sigmoid unit"),
		"784-30-10.svg":  Network([]int{784, 30, 10}, "pixels", "hidden", "outputs"),
		"1-20-1.svg":     Network([]int{1, 20, 1}, "input x", "hidden, tanh", "output y"),
	} {
		path := filepath.Join("..", "..", "..", "docs", "tutorials", name)
		if *update {
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("%s is out of date (%v): go test ./internal/show/drawing -update writes it", name, err)
		}
	}
}

// Up to seven units are drawn, each with a line for each weight and bias; of more, the first five and the last.
func TestNetworkDrawsALineForEachWeightAndBias(t *testing.T) {
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
		weights := strings.Count(svg, "<line") - biases
		units := strings.Count(svg, "<circle cx")
		if weights != c.weights || biases != c.biases || units != c.units {
			t.Errorf("%v: got %d weights, %d biases and %d units; want %d, %d and %d", c.sizes, weights, biases, units,
				c.weights, c.biases, c.units)
		}
		if err := xml.NewDecoder(strings.NewReader(svg)).Decode(new(struct{})); err != nil {
			t.Errorf("%v: the drawing is not XML: %v", c.sizes, err)
		}
	}
}
