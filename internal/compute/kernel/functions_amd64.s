//go:build !purego

#include "textflag.h"

// Functions of one slice: what activations and pictures need. At the end stand prefetch, and what asks the
// processor which instructions it has.

// exp, sigmoid and tanh: the same operations in the same order as in package exact.
// ·expTable (plain.go) has the constants. One body serves both widths: the macros
// are given registers X, K, R, P, T, C of 8 (Z) or 4 (Y) numbers.

// REDUCE: X = K·ln 2 + R, and P = eᴿ − 1.
#define TERM(i, R, P, C) \
	VBROADCASTSD ·expTable+i(SB), C; \
	VFMADD213PD C, R, P
#define REDUCE(X, K, R, P, T, C) \
	VBROADCASTSD ·expTable+0(SB), C; \
	VBROADCASTSD ·expTable+8(SB), T; \
	VMOVAPD T, K; \
	VFMADD231PD C, X, K; \
	VSUBPD T, K, K; \
	VMOVAPD X, R; \
	VBROADCASTSD ·expTable+16(SB), C; \
	VFNMADD231PD C, K, R; \
	VBROADCASTSD ·expTable+24(SB), C; \
	VFNMADD231PD C, K, R; \
	VBROADCASTSD ·expTable+104(SB), P; \
	TERM(112, R, P, C); TERM(120, R, P, C); TERM(128, R, P, C); TERM(136, R, P, C); \
	TERM(144, R, P, C); TERM(152, R, P, C); TERM(160, R, P, C); TERM(168, R, P, C); \
	TERM(176, R, P, C); TERM(184, R, P, C); TERM(192, R, P, C); \
	VMULPD R, R, C; \
	VFMADD213PD R, C, P

// POW2: K becomes 2ᴷ.
#define POW2(K, C) \
	VBROADCASTSD ·expTable+40(SB), C; \
	VADDPD C, K, K; \
	VPSLLQ $52, K, K

// ATMOST and ATLEAST leave a NaN in X as it is: the last operand wins.
#define ATMOST(i, X, C) \
	VBROADCASTSD ·expTable+i(SB), C; \
	VMINPD X, C, X
#define ATLEAST(i, X, C) \
	VBROADCASTSD ·expTable+i(SB), C; \
	VMAXPD X, C, X

// EXP: P = eˣ.
#define EXP(X, K, R, P, T, C) \
	ATMOST(72, X, C); \
	ATLEAST(80, X, C); \
	REDUCE(X, K, R, P, T, C); \
	VBROADCASTSD ·expTable+32(SB), C; \
	VMOVAPD T, R; \
	VFMADD231PD C, K, R; \
	VSUBPD T, R, R; \
	VSUBPD R, K, K; \
	POW2(R, C); \
	POW2(K, C); \
	VFMADD213PD R, R, P; \
	VMULPD K, P, P

// SIGMOID: P = 1/(1+e⁻ˣ).
#define SIGMOID(X, K, R, P, T, C) \
	VBROADCASTSD ·expTable+96(SB), C; \
	VXORPD C, X, X; \
	EXP(X, K, R, P, T, C); \
	VBROADCASTSD ·expTable+48(SB), C; \
	VADDPD C, P, P; \
	VDIVPD P, C, P

// TANH: P = −T/(2+T) with the sign of X, where T = e^−2|X| − 1. S keeps X.
#define TANH(X, K, R, P, T, C, S) \
	VMOVAPD X, S; \
	VBROADCASTSD ·expTable+96(SB), C; \
	VANDNPD X, C, X; \
	VBROADCASTSD ·expTable+64(SB), C; \
	VMULPD C, X, X; \
	ATLEAST(88, X, C); \
	REDUCE(X, K, R, P, T, C); \
	POW2(K, C); \
	VBROADCASTSD ·expTable+48(SB), C; \
	VSUBPD C, K, R; \
	VFMADD213PD R, K, P; \
	VBROADCASTSD ·expTable+56(SB), C; \
	VADDPD C, P, C; \
	VDIVPD C, P, P; \
	VBROADCASTSD ·expTable+96(SB), C; \
	VANDNPD P, C, P; \
	VANDPD S, C, S; \
	VORPD S, P, P

// Each loop takes 8 elements: one Z register, or two Y registers in turn.
#define LOOP512(loop, BODY) \
loop: \
	VMOVUPD (DI), Z0; \
	BODY; \
	VMOVUPD Z3, (DI); \
	ADDQ $64, DI; \
	SUBQ $8, CX; \
	JNZ loop; \
	VZEROUPPER; \
	RET
#define LOOP2(loop, BODY) \
loop: \
	VMOVUPD (DI), Y0; \
	BODY; \
	VMOVUPD Y3, (DI); \
	ADDQ $32, DI; \
	SUBQ $4, CX; \
	JNZ loop; \
	VZEROUPPER; \
	RET

// func expAVX512(x *float64, n int)
TEXT ·expAVX512(SB), NOSPLIT, $0-16
	MOVQ x+0(FP), DI
	MOVQ n+8(FP), CX
	LOOP512(exp, EXP(Z0, Z1, Z2, Z3, Z4, Z5))

// func sigmoidAVX512(z *float64, n int)
TEXT ·sigmoidAVX512(SB), NOSPLIT, $0-16
	MOVQ z+0(FP), DI
	MOVQ n+8(FP), CX
	LOOP512(sigmoid, SIGMOID(Z0, Z1, Z2, Z3, Z4, Z5))

// func tanhAVX512(z *float64, n int)
TEXT ·tanhAVX512(SB), NOSPLIT, $0-16
	MOVQ z+0(FP), DI
	MOVQ n+8(FP), CX
	LOOP512(tanh, TANH(Z0, Z1, Z2, Z3, Z4, Z5, Z6))

// func convertAVX512(x *float64, row *byte, shift, factor *float64, n int)
TEXT ·convertAVX512(SB), NOSPLIT, $0-40
	MOVQ x+0(FP), DI
	MOVQ row+8(FP), SI
	MOVQ shift+16(FP), R8
	MOVQ factor+24(FP), R9
	MOVQ n+32(FP), CX
	XORQ AX, AX
loop:
	VPMOVZXBD (SI)(AX*1), Y1
	VCVTDQ2PD Y1, Z1
	VSUBPD (R8)(AX*8), Z1, Z1
	VMULPD (R9)(AX*8), Z1, Z1
	VMOVUPD Z1, (DI)(AX*8)
	ADDQ $8, AX
	CMPQ AX, CX
	JLT loop
	VZEROUPPER
	RET

// func expAVX2(x *float64, n int)
TEXT ·expAVX2(SB), NOSPLIT, $0-16
	MOVQ x+0(FP), DI
	MOVQ n+8(FP), CX
	LOOP2(exp, EXP(Y0, Y1, Y2, Y3, Y4, Y5))

// func sigmoidAVX2(z *float64, n int)
TEXT ·sigmoidAVX2(SB), NOSPLIT, $0-16
	MOVQ z+0(FP), DI
	MOVQ n+8(FP), CX
	LOOP2(sigmoid, SIGMOID(Y0, Y1, Y2, Y3, Y4, Y5))

// func tanhAVX2(z *float64, n int)
TEXT ·tanhAVX2(SB), NOSPLIT, $0-16
	MOVQ z+0(FP), DI
	MOVQ n+8(FP), CX
	LOOP2(tanh, TANH(Y0, Y1, Y2, Y3, Y4, Y5, Y6))

// func convertAVX2(x *float64, row *byte, shift, factor *float64, n int)
TEXT ·convertAVX2(SB), NOSPLIT, $0-40
	MOVQ x+0(FP), DI
	MOVQ row+8(FP), SI
	MOVQ shift+16(FP), R8
	MOVQ factor+24(FP), R9
	MOVQ n+32(FP), CX
	XORQ AX, AX
loop:
	VPMOVZXBD (SI)(AX*1), X1
	VCVTDQ2PD X1, Y1
	VSUBPD (R8)(AX*8), Y1, Y1
	VMULPD (R9)(AX*8), Y1, Y1
	VMOVUPD Y1, (DI)(AX*8)
	ADDQ $4, AX
	CMPQ AX, CX
	JLT loop
	VZEROUPPER
	RET

// func reluAVX2(z *float64, n int)
//
//	DI  z    CX  elements left    Y0  0    Y1, Y2  z    Y3, Y4  where z is above 0, or no number
TEXT ·reluAVX2(SB), NOSPLIT, $0-16
	MOVQ z+0(FP), DI
	MOVQ n+8(FP), CX
	VXORPD Y0, Y0, Y0
relu:
	VMOVUPD (DI), Y1
	VMOVUPD 32(DI), Y2
	VCMPPD $0x16, Y0, Y1, Y3
	VCMPPD $0x16, Y0, Y2, Y4
	VANDPD Y1, Y3, Y1
	VANDPD Y2, Y4, Y2
	VMOVUPD Y1, (DI)
	VMOVUPD Y2, 32(DI)
	ADDQ $64, DI
	SUBQ $8, CX
	JNZ relu
	VZEROUPPER
	RET

// func reluPrimeAVX2(delta, a *float64, n int)
//
//	DI  delta    SI  a    CX  elements left    Y0  0    Y1, Y2  where all bits of a are 0
TEXT ·reluPrimeAVX2(SB), NOSPLIT, $0-24
	MOVQ delta+0(FP), DI
	MOVQ a+8(FP), SI
	MOVQ n+16(FP), CX
	VXORPD Y0, Y0, Y0
prime:
	VPCMPEQQ (SI), Y0, Y1
	VPCMPEQQ 32(SI), Y0, Y2
	VANDNPD (DI), Y1, Y1
	VANDNPD 32(DI), Y2, Y2
	VMOVUPD Y1, (DI)
	VMOVUPD Y2, 32(DI)
	ADDQ $64, DI
	ADDQ $64, SI
	SUBQ $8, CX
	JNZ prime
	VZEROUPPER
	RET

// func prefetch(p *byte, n int)
TEXT ·prefetch(SB), NOSPLIT, $0-16
	MOVQ p+0(FP), SI
	MOVQ n+8(FP), CX
	ADDQ SI, CX
next:
	PREFETCHT0 (SI)
	ADDQ $64, SI
	CMPQ SI, CX
	JLT  next
	PREFETCHT0 -1(CX)
	RET

// func cpuid(leaf, sub uint32) (a, b, c, d uint32)
TEXT ·cpuid(SB), NOSPLIT, $0-24
	MOVL leaf+0(FP), AX
	MOVL sub+4(FP), CX
	CPUID
	MOVL AX, a+8(FP)
	MOVL BX, b+12(FP)
	MOVL CX, c+16(FP)
	MOVL DX, d+20(FP)
	RET

// func xgetbv() uint32
TEXT ·xgetbv(SB), NOSPLIT, $0-4
	XORL CX, CX
	XGETBV
	MOVL AX, ret+0(FP)
	RET
