package explain

import (
	"bytes"
	"strings"
	"testing"
)

// A step is written as a homework, in whole or as a question; an example may have fixed biases.
func TestJSONWritesAHomework(t *testing.T) {
	const given = `"activation":"relu","output":"linear","cost":"mse","rate":0.5,"l2":0,"N":10,` +
		`"X":[[1,2],[3,-1]],"Y":[[2],[8]],"W1":[[1,0],[-1,2]],"b1":[0,1],"W2":[[2],[1]],"b2":[-1]`
	const whole = given + `,"Z1":[[-1,5],[4,-1]],"A1":[[0,5],[4,0]],"Z2":[[4],[7]],"A2":[[4],[7]],"C":1.25,` +
		`"delta2":[[2],[-1]],"delta1":[[0,2],[-2,0]],"dW2":[[-2],[5]],"db2":[0.5],"dW1":[[-3,1],[1,2]],"db1":[-1,1],` +
		`"newW2":[[3],[-1.5]],"newb2":[-1.25],"newW1":[[2.5,-0.5],[-1.5,1]],"newb1":[0.5,0.5]`
	fixed := strings.NewReplacer(`,"newb1":[0.5,0.5]`, "", `,"newb2":[-1.25]`, "").Replace(whole)
	single := byHand() // one sample, and one layer, which has no activation before it
	single.X, single.Y, single.Layers, single.CostBefore = Rows{{0, 5}}, Rows{{2}}, single.Layers[1:], 2
	layer := &single.Layers[0]
	layer.In, layer.Z, layer.A, layer.Delta = single.X, Rows{{4}}, Rows{{4}}, Rows{{2}}
	const oneLayer = `"output":"linear","cost":"mse","rate":0.5,"l2":0,"N":10,"X":[[0,5]],"Y":[[2]],"W1":[[2],[1]],` +
		`"b1":[-1],"Z1":[[4]],"A1":[[4]],"C":2,"delta1":[[2]],"dW1":[[-2],[5]],"db1":[0.5],"newW1":[[3],[-1.5]],` +
		`"newb1":[-1.25]`
	for _, c := range []struct {
		name  string
		write func(b *bytes.Buffer) error
		want  string
	}{
		{"whole", func(b *bytes.Buffer) error { return byHand().JSON(b, false) }, whole},
		{"question", func(b *bytes.Buffer) error { return byHand().JSON(b, true) }, given},
		{"one layer", func(b *bytes.Buffer) error { return single.JSON(b, false) }, oneLayer},
		{"fixed biases", func(b *bytes.Buffer) error {
			return (&Example{FixedBiases: true}).JSON(b, byHand(), false)
		}, fixed},
	} {
		var b bytes.Buffer
		err := c.write(&b)
		if got := strings.Join(strings.Fields(b.String()), ""); err != nil || got != "{"+c.want+"}" {
			t.Errorf("%s: got %s and the error %v, want {%s}", c.name, got, err, c.want)
		}
	}
}

// What a homework cannot express is refused, with what to do about it.
func TestJSONRefusesWhatAHomeworkCannotExpress(t *testing.T) {
	for want, change := range map[string]func(s *Step){
		"-activation swish: it can have sigmoid":    func(s *Step) { s.Layers[0].Activation = "swish" },
		"-output swish: it can have":                func(s *Step) { s.Layers[1].Activation, s.Cost = "swish", "hinge" },
		"-cost hinge: it can have":                  func(s *Step) { s.Cost = "hinge" },
		"-dropout: leave it out":                    func(s *Step) { s.Dropout = true },
		"-optimizer adam: say -optimizer sgd":       func(s *Step) { s.Rule = "adam" },
		"-nesterov: leave it out":                   func(s *Step) { s.Rule = "nesterov" },
		"-maxnorm: leave it out":                    func(s *Step) { s.MaxNorm = true },
		"-classweight: leave it out":                func(s *Step) { s.Weighted = true },
		"-lr with a rate for each layer: give one":  func(s *Step) { s.Layers[1].Eta = 1 },
		"it cannot have layers of different activa": func(s *Step) { s.Layers = append(s.Layers, s.Layers[1]) },
	} {
		s := byHand()
		change(s)
		var b bytes.Buffer
		if err := s.JSON(&b, false); err == nil || !strings.Contains(err.Error(), want) || b.Len() > 0 {
			t.Errorf("got %q and the error %v, want %s", b.String(), err, want)
		}
	}
}
