//go:build !purego

#include "textflag.h"

// The kernels of sparse products. Both run through the lists of a sparse A, row by row, and
// hold in registers some columns of the row that stands beside A's row, "near", while each
// term of the list finds a row of the other matrix, "far". To gather, near is a row of C and
// far rows of B are added to it; to scatter, near is a row of B and is added to far rows of C.
//
//	DI  near     R8  bytes to its next row
//	BX  far      R13 bytes to its next row   AX the row of it that a term finds
//	R9  from     R10 to     SI the term, from *R9 up to *R10, in CX
//	R11 col      R12 val    DX rows left
//	Z0–Z7, Y0–Y7  columns of near   Z31, Y15 the term's factor   Z27–Z30, Y11–Y14 columns of far

// LISTS takes n columns, bytes bytes, of all rows: first what is done before a list, at each
// term, and after the list. A row with an empty list is not touched.
#define LISTS(columns, row, term, none, count, bytes, BEFORE, FACTOR, TERM, AFTER) \
row: \
	MOVL (R9), SI; \
	MOVL (R10), CX; \
	ADDQ $4, R9; \
	ADDQ $4, R10; \
	CMPQ SI, CX; \
	JGE none; \
	BEFORE; \
term: \
	MOVL (R11)(SI*4), AX; \
	IMULQ R13, AX; \
	ADDQ BX, AX; \
	VBROADCASTSD (R12)(SI*8), FACTOR; \
	TERM; \
	INCQ SI; \
	CMPQ SI, CX; \
	JLT term; \
	AFTER; \
none: \
	ADDQ R8, DI; \
	DECQ DX; \
	JNZ row; \
	ADDQ $bytes, near+0(FP); \
	ADDQ $bytes, far+56(FP); \
	SUBQ $count, n+72(FP); \
	JMP columns

#define START \
	MOVQ ldn+8(FP), R8; \
	MOVQ col+40(FP), R11; \
	MOVQ val+48(FP), R12; \
	MOVQ ldf+64(FP), R13; \
	SHLQ $3, R8; \
	SHLQ $3, R13
#define COLUMNS \
	MOVQ near+0(FP), DI; \
	MOVQ from+16(FP), R9; \
	MOVQ to+24(FP), R10; \
	MOVQ rows+32(FP), DX; \
	MOVQ far+56(FP), BX; \
	MOVQ n+72(FP), CX
// UPTO jumps where no more than n columns are left.
#define UPTO(n, label) \
	CMPQ CX, $n; \
	JLE label

// AVX-512: up to 64 columns at a time. Each vector is a chain of multiply–adds, a term each
// 4 cycles at best; 8 of them hide that and leave 10 loads for 8 multiply–adds.

#define GET1 VMOVUPD (DI), Z0
#define GET2 GET1; VMOVUPD 64(DI), Z1
#define GET3 GET2; VMOVUPD 128(DI), Z2
#define GET4 GET3; VMOVUPD 192(DI), Z3
#define GET5 GET4; VMOVUPD 256(DI), Z4
#define GET6 GET5; VMOVUPD 320(DI), Z5
#define GET7 GET6; VMOVUPD 384(DI), Z6
#define GET8 GET7; VMOVUPD 448(DI), Z7
#define PUT1 VMOVUPD Z0, (DI)
#define PUT2 PUT1; VMOVUPD Z1, 64(DI)
#define PUT3 PUT2; VMOVUPD Z2, 128(DI)
#define PUT4 PUT3; VMOVUPD Z3, 192(DI)
#define PUT5 PUT4; VMOVUPD Z4, 256(DI)
#define PUT6 PUT5; VMOVUPD Z5, 320(DI)
#define PUT7 PUT6; VMOVUPD Z6, 384(DI)
#define PUT8 PUT7; VMOVUPD Z7, 448(DI)
#define SUM1 VFMADD231PD (AX), Z31, Z0
#define SUM2 SUM1; VFMADD231PD 64(AX), Z31, Z1
#define SUM3 SUM2; VFMADD231PD 128(AX), Z31, Z2
#define SUM4 SUM3; VFMADD231PD 192(AX), Z31, Z3
#define SUM5 SUM4; VFMADD231PD 256(AX), Z31, Z4
#define SUM6 SUM5; VFMADD231PD 320(AX), Z31, Z5
#define SUM7 SUM6; VFMADD231PD 384(AX), Z31, Z6
#define SUM8 SUM7; VFMADD231PD 448(AX), Z31, Z7

// func gatherAVX512(near *float64, ldn int, from, to *int32, rows int, col *int32, val, far *float64, ldf, n int)
TEXT ·gatherAVX512(SB), NOSPLIT, $0-80
	START
columns:
	COLUMNS
	UPTO(0, done)
	UPTO(8, n8)
	UPTO(16, n16)
	UPTO(24, n24)
	UPTO(32, n32)
	UPTO(40, n40)
	UPTO(48, n48)
	UPTO(56, n56)
	LISTS(columns, r64, t64, e64, 64, 512, GET8, Z31, SUM8, PUT8)
n56:
	LISTS(columns, r56, t56, e56, 56, 448, GET7, Z31, SUM7, PUT7)
n48:
	LISTS(columns, r48, t48, e48, 48, 384, GET6, Z31, SUM6, PUT6)
n40:
	LISTS(columns, r40, t40, e40, 40, 320, GET5, Z31, SUM5, PUT5)
n32:
	LISTS(columns, r32, t32, e32, 32, 256, GET4, Z31, SUM4, PUT4)
n24:
	LISTS(columns, r24, t24, e24, 24, 192, GET3, Z31, SUM3, PUT3)
n16:
	LISTS(columns, r16, t16, e16, 16, 128, GET2, Z31, SUM2, PUT2)
n8:
	LISTS(columns, r8, t8, e8, 8, 64, GET1, Z31, SUM1, PUT1)
done:
	VZEROUPPER
	RET

#define ADD1(o, B, X, C) \
	VMOVUPD o(AX), C; \
	VFMADD231PD B, X, C; \
	VMOVUPD C, o(AX)
#define ADDTO1 ADD1(0, Z0, Z31, Z30)
#define ADDTO2 ADDTO1; ADD1(64, Z1, Z31, Z29)
#define ADDTO4 ADDTO2; ADD1(128, Z2, Z31, Z28); ADD1(192, Z3, Z31, Z27)
#define ADDTO6 ADDTO4; ADD1(256, Z4, Z31, Z30); ADD1(320, Z5, Z31, Z29)
#define ADDTO8 ADDTO6; ADD1(384, Z6, Z31, Z28); ADD1(448, Z7, Z31, Z27)

// func scatterAVX512(near *float64, ldn int, from, to *int32, rows int, col *int32, val, far *float64, ldf, n int)
TEXT ·scatterAVX512(SB), NOSPLIT, $0-80
	START
columns:
	COLUMNS
	UPTO(0, done)
	UPTO(8, n8)
	UPTO(24, n16)
	UPTO(56, n32)
	LISTS(columns, r64, t64, e64, 64, 512, GET8, Z31, ADDTO8, NOP)
n32:
	LISTS(columns, r32, t32, e32, 32, 256, GET4, Z31, ADDTO4, NOP)
n16:
	LISTS(columns, r16, t16, e16, 16, 128, GET2, Z31, ADDTO2, NOP)
n8:
	LISTS(columns, r8, t8, e8, 8, 64, GET1, Z31, ADDTO1, NOP)
done:
	VZEROUPPER
	RET

// AVX2: up to 32 columns at a time.

#define LOAD2 VMOVUPD (DI), Y0; VMOVUPD 32(DI), Y1
#define LOAD4 LOAD2; VMOVUPD 64(DI), Y2; VMOVUPD 96(DI), Y3
#define LOAD8 LOAD4; VMOVUPD 128(DI), Y4; VMOVUPD 160(DI), Y5; VMOVUPD 192(DI), Y6; VMOVUPD 224(DI), Y7
#define STORE2 VMOVUPD Y0, (DI); VMOVUPD Y1, 32(DI)
#define STORE4 STORE2; VMOVUPD Y2, 64(DI); VMOVUPD Y3, 96(DI)
#define STORE8 STORE4; VMOVUPD Y4, 128(DI); VMOVUPD Y5, 160(DI); VMOVUPD Y6, 192(DI); VMOVUPD Y7, 224(DI)
#define FMA1(o, C) VFMADD231PD o(AX), Y15, C
#define FMA2 FMA1(0, Y0); FMA1(32, Y1)
#define FMA4 FMA2; FMA1(64, Y2); FMA1(96, Y3)
#define FMA8 FMA4; FMA1(128, Y4); FMA1(160, Y5); FMA1(192, Y6); FMA1(224, Y7)
#define INTO2 ADD1(0, Y0, Y15, Y14); ADD1(32, Y1, Y15, Y13)
#define INTO4 INTO2; ADD1(64, Y2, Y15, Y12); ADD1(96, Y3, Y15, Y11)
#define INTO6 INTO4; ADD1(128, Y4, Y15, Y14); ADD1(160, Y5, Y15, Y13)
#define INTO8 INTO6; ADD1(192, Y6, Y15, Y12); ADD1(224, Y7, Y15, Y11)

// func gatherAVX2(near *float64, ldn int, from, to *int32, rows int, col *int32, val, far *float64, ldf, n int)
TEXT ·gatherAVX2(SB), NOSPLIT, $0-80
	START
columns:
	COLUMNS
	UPTO(0, done)
	UPTO(8, n8)
	UPTO(24, n16)
	LISTS(columns, r32, t32, e32, 32, 256, LOAD8, Y15, FMA8, STORE8)
n16:
	LISTS(columns, r16, t16, e16, 16, 128, LOAD4, Y15, FMA4, STORE4)
n8:
	LISTS(columns, r8, t8, e8, 8, 64, LOAD2, Y15, FMA2, STORE2)
done:
	VZEROUPPER
	RET

// func scatterAVX2(near *float64, ldn int, from, to *int32, rows int, col *int32, val, far *float64, ldf, n int)
TEXT ·scatterAVX2(SB), NOSPLIT, $0-80
	START
columns:
	COLUMNS
	UPTO(0, done)
	UPTO(8, n8)
	UPTO(24, n16)
	LISTS(columns, r32, t32, e32, 32, 256, LOAD8, Y15, INTO8, NOP)
n16:
	LISTS(columns, r16, t16, e16, 16, 128, LOAD4, Y15, INTO4, NOP)
n8:
	LISTS(columns, r8, t8, e8, 8, 64, LOAD2, Y15, INTO2, NOP)
done:
	VZEROUPPER
	RET

// To list what is not 0, four numbers at a time are packed to the front, as ·packing says, and
// all written; those that are 0 will be overwritten.
//
//	R8  x      CX  numbers left   DX, R11 the set of those that are not 0
//	SI  val    DI  col            AX  how many are in the list
//	Y0  0      Y1  the numbers    X4  their columns   X5 4, four times

// func listAVX2(col *int32, val, x *float64, n, first int) int
TEXT ·listAVX2(SB), NOSPLIT, $0-48
	MOVQ col+0(FP), DI
	MOVQ val+8(FP), SI
	MOVQ x+16(FP), R8
	MOVQ n+24(FP), CX
	VPBROADCASTD first+32(FP), X4 // the column
	MOVL $4, R9
	VMOVD R9, X5
	VPBROADCASTD X5, X5
	LEAQ ·packing(SB), R10
	XORL AX, AX            // how many are not 0
	VXORPD Y0, Y0, Y0
four:
	VMOVUPD (R8), Y1
	VCMPPD $4, Y0, Y1, Y2  // a NaN is not 0
	VMOVMSKPD Y2, DX
	MOVL DX, R11
	SHLL $6, R11
	VMOVDQU (R10)(R11*1), Y3
	VPERMD Y1, Y3, Y1
	VMOVUPD Y1, (SI)(AX*8)
	VPADDD 32(R10)(R11*1), X4, X3
	VMOVDQU X3, (DI)(AX*4)
	VPADDD X5, X4, X4
	POPCNTL DX, DX
	ADDQ DX, AX
	ADDQ $32, R8
	SUBQ $4, CX
	JNZ four
	MOVQ AX, ret+40(FP)
	VZEROUPPER
	RET

// func expandAVX2(col *int32, val *float64, cols, bytes *byte, factor float64, n int)
//
//	DI  col    SI  val    R8  cols    R9  bytes    CX  pixels left, eight at a time
//	Y0  factor    Y1  columns    Y2  values, as 32 bits    Y3, Y4  as numbers
TEXT ·expandAVX2(SB), NOSPLIT, $0-48
	MOVQ col+0(FP), DI
	MOVQ val+8(FP), SI
	MOVQ cols+16(FP), R8
	MOVQ bytes+24(FP), R9
	VBROADCASTSD factor+32(FP), Y0
	MOVQ n+40(FP), CX
pixels:
	VPMOVZXWD (R8), Y1
	VPMOVZXBD (R9), Y2
	VEXTRACTI128 $1, Y2, X4
	VCVTDQ2PD X2, Y3
	VCVTDQ2PD X4, Y4
	VMULPD Y0, Y3, Y3
	VMULPD Y0, Y4, Y4
	VMOVDQU Y1, (DI)
	VMOVUPD Y3, (SI)
	VMOVUPD Y4, 32(SI)
	ADDQ $16, R8
	ADDQ $8, R9
	ADDQ $32, DI
	ADDQ $64, SI
	SUBQ $8, CX
	JG pixels
	VZEROUPPER
	RET
