package main

import "testing"

func TestGenerateDigits(t *testing.T) {
	d := generateDigits(3, 103, 25)
	if d.Width*d.Height != 784 || len(d.Classes) != 10 || d.Train.N != 103 || d.Test.N != 25 || d.Valid.N != 0 {
		t.Errorf("%d×%d images of %d classes, %d, %d and %d samples",
			d.Width, d.Height, len(d.Classes), d.Train.N, d.Valid.N, d.Test.N)
	}
	for _, s := range []Set{d.Train, d.Test} {
		if s.Dim != 784 || len(s.Pixels) != s.N*784 || len(s.Labels) != s.N {
			t.Errorf("%d samples of %d: %d pixels and %d labels", s.N, s.Dim, len(s.Pixels), len(s.Labels))
		}
	}
	if string(d.Train.Pixels[:784*25]) == string(d.Test.Pixels) {
		t.Error("both parts are the same")
	}
}
