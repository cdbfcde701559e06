//go:build !(linux || darwin)

package kernel

import "testing"

// newMemory returns memory without guard pages: there the tests compare only numbers.
func newMemory(t *testing.T, bytes int) memory { return make(memory, bytes) }
