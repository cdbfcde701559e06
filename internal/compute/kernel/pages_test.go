//go:build linux || darwin

package kernel

import (
	"syscall"
	"testing"
)

// newMemory returns memory between two pages that nobody may touch. The system stops a kernel that reads or writes
// before an operand at the beginning of this memory, or behind one at its end.
func newMemory(t *testing.T, bytes int) memory {
	page := syscall.Getpagesize()
	size := (bytes + page - 1) / page * page
	all, err := syscall.Mmap(-1, 0, size+2*page, syscall.PROT_READ|syscall.PROT_WRITE,
		syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Munmap(all) })
	for _, guard := range [][]byte{all[:page], all[page+size:]} {
		if err := syscall.Mprotect(guard, syscall.PROT_NONE); err != nil {
			t.Fatal(err)
		}
	}
	return all[page:][:size:size]
}
