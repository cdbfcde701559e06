//go:build linux && !purego

package kernel

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// TestMachine: the kernels are those of which Linux says that this processor can run them.
func TestMachine(t *testing.T) {
	about, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		t.Skip("nothing is known of this processor: ", err)
	}
	has := func(flag string) bool { return regexp.MustCompile(`(?m)^flags.*\b` + flag + `\b`).Match(about) }
	want := []string{"go"}
	if has("avx2") && has("fma") {
		want = []string{"avx2", "go"}
		if has("avx512f") && has("avx512dq") {
			want = []string{"avx512", "avx2", "go"}
		}
	}
	if got := Names(); !slices.Equal(got, want) {
		t.Errorf("kernels %q, want %q", got, want)
	}
}
