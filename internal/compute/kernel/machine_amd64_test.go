//go:build !purego

package kernel

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// TestLevels: a kernel that needs what the processor or the system lacks would end the program with "illegal
// instruction". The registers are those of CPUID and XGETBV in Intel's manual (volume 2A, CPUID; volume 1, 13.3).
func TestLevels(t *testing.T) {
	const (
		ecx  = 1<<12 | 1<<27 | 1<<28 // FMA, OSXSAVE, AVX
		ebx  = 1<<5 | 1<<16 | 1<<17  // AVX2, AVX512F, AVX512DQ
		xcr0 = 0b1110_0110           // upper halves of zmm16–31 and of zmm0–15, masks; ymm, xmm
	)
	for _, c := range []struct {
		name                 string
		ecx, ebx, xcr0       uint32
		wantAVX2, wantAVX512 bool
	}{
		{"all", ecx, ebx, xcr0, true, true},
		{"all, and others", ^uint32(0), ^uint32(0), ^uint32(0), true, true},
		{"no FMA", ecx &^ (1 << 12), ebx, xcr0, false, false},
		{"no AVX", ecx &^ (1 << 28), ebx, xcr0, false, false},
		{"no AVX2", ecx, ebx &^ (1 << 5), xcr0, false, false},
		{"no AVX512F", ecx, ebx &^ (1 << 16), xcr0, true, false},
		{"no AVX512DQ", ecx, ebx &^ (1 << 17), xcr0, true, false},
		{"xmm is not saved", ecx, ebx, xcr0 &^ (1 << 1), false, false},
		{"ymm is not saved", ecx, ebx, xcr0 &^ (1 << 2), false, false},
		{"masks are not saved", ecx, ebx, xcr0 &^ (1 << 5), true, false},
		{"zmm0–15 are not saved", ecx, ebx, xcr0 &^ (1 << 6), true, false},
		{"zmm16–31 are not saved", ecx, ebx, xcr0 &^ (1 << 7), true, false},
	} {
		hasAVX2, hasAVX512 := levels(c.ecx, c.ebx, func() uint32 { return c.xcr0 })
		if hasAVX2 != c.wantAVX2 || hasAVX512 != c.wantAVX512 {
			t.Errorf("%s: got AVX2 %v, AVX-512 %v; want %v, %v", c.name, hasAVX2, hasAVX512, c.wantAVX2, c.wantAVX512)
		}
	}
	levels(ecx&^(1<<27), ebx, func() uint32 {
		t.Error("XGETBV, which is an illegal instruction without OSXSAVE, was executed")
		return xcr0
	})
}

// TestKernelsAreThoseThatLinuxNames compares the kernels with what /proc/cpuinfo says of this processor.
func TestKernelsAreThoseThatLinuxNames(t *testing.T) {
	about, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		t.Skip("the system does not describe the processor: ", err)
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
		t.Errorf("kernels are %q, want %q", got, want)
	}
}
