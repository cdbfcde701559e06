package modelfile

import (
	"bytes"
	"slices"
	"testing"
)

// TestDistinct: inputs of one name are told apart, and no number makes a name that is there already.
func TestDistinct(t *testing.T) {
	got := distinct([]string{"a", "b", "a", "a (2)", "a"})
	if want := []string{"a", "b", "a (2)", "a (2) (2)", "a (3)"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestIsONNX: ONNX is known by how it begins; safetensors, whose first eight bytes are a length, is not taken for it.
func TestIsONNX(t *testing.T) {
	for head, want := range map[string]bool{
		"\x08\x08\x12\x08backprop": true, "\x08\x07:\x10": true, "\x08\x01\x00\x00\x00\x00\x00\x00{}": false, "{": false,
		"": false,
	} {
		if got := isONNX(bytes.NewReader([]byte(head))); got != want {
			t.Errorf("%q: %v", head, got)
		}
	}
}
