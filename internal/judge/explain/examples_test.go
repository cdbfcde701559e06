package explain

import "testing"

// TestExamplesFit: each layer of an example takes what the one before gives, and its samples go in and come out.
func TestExamplesFit(t *testing.T) {
	for _, e := range examples {
		complete := e.title != "" && e.moral != "" && (e.published != nil) == (e.later[2] != "")
		if Find(e.name) == nil || len(e.X) != len(e.Y) || !complete {
			t.Errorf("%q is not complete", e.name)
		}
		for k, x := range e.X {
			width := len(x)
			for l, rows := range e.Layers {
				if len(rows) != width+1 {
					t.Errorf("%s: layer %d has %d rows for %d inputs and the biases", e.name, l+1, len(rows), width)
				}
				width = len(rows[0])
			}
			if len(e.Y[k]) != width {
				t.Errorf("%s: sample %d wants %d outputs of %d", e.name, k+1, len(e.Y[k]), width)
			}
		}
	}
	if Find("") != nil || Find("network") != nil {
		t.Error("there is an example for a bare -explain")
	}
}
