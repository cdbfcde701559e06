//go:build !purego

// The arm64 kernels, NEON: vectors of 2 numbers, 32 registers. A tile, or a row, of the
// result is held in registers while the terms run; each element takes its terms in
// ascending order, one fused multiply–add a term.

#include "textflag.h"

// What Go's assembler does not know, as words. Registers are given by number, the result
// last, as elsewhere in Go's assembler; beside each is the mnemonic, of .2D vectors.
#define FADD(m, n, d) WORD $(0x4E60D400 | (m)<<16 | (n)<<5 | (d)) // fadd d, n, m:  d = n + m
#define FSUB(m, n, d) WORD $(0x4EE0D400 | (m)<<16 | (n)<<5 | (d)) // fsub d, n, m:  d = n − m
#define FMUL(m, n, d) WORD $(0x6E60DC00 | (m)<<16 | (n)<<5 | (d)) // fmul d, n, m
#define FDIV(m, n, d) WORD $(0x6E60FC00 | (m)<<16 | (n)<<5 | (d)) // fdiv d, n, m:  d = n / m
#define FMIN(m, n, d) WORD $(0x4EE0F400 | (m)<<16 | (n)<<5 | (d)) // fmin d, n, m: a NaN stays NaN
#define FMAX(m, n, d) WORD $(0x4E60F400 | (m)<<16 | (n)<<5 | (d)) // fmax d, n, m: a NaN stays NaN
#define FMLA(m, n, d) WORD $(0x4E60CC00 | (m)<<16 | (n)<<5 | (d)) // fmla d, n, m:  d += n·m
#define FMLAS(m, n, d) WORD $(0x4FC01000 | (m)<<16 | (n)<<5 | (d)) // fmla d, n, m.d[0]: m is one number
#define FABS(n, d) WORD $(0x4EE0F800 | (n)<<5 | (d)) // fabs d, n
#define FNEG(n, d) WORD $(0x6EE0F800 | (n)<<5 | (d)) // fneg d, n
#define UCVTF(n, d) WORD $(0x6E61D800 | (n)<<5 | (d)) // ucvtf d, n: from whole numbers
#define SHL52(n, d) WORD $(0x4F745400 | (n)<<5 | (d)) // shl d, n, #52
#define MOV(n, d) WORD $(0x4EA01C00 | (n)<<16 | (n)<<5 | (d)) // mov d.16b, n.16b
#define LDRD(n, m, t) WORD $(0xFC606800 | (m)<<16 | (n)<<5 | (t)) // ldr dt, [xn, xm]
#define LDRQ(n, m, t) WORD $(0x3CE06800 | (m)<<16 | (n)<<5 | (t)) // ldr qt, [xn, xm]
#define STRQ(n, m, t) WORD $(0x3CA06800 | (m)<<16 | (n)<<5 | (t)) // str qt, [xn, xm]

// The tiles: 6 rows × 4 vectors. The 24 sums, 4 vectors of B and 1 element of A fill 29
// registers. A term is 38 instructions: 24 multiply–adds, 10 loads, 4 of the loop. A
// core that starts 8 instructions, 4 multiply–adds and 3 loads a cycle (Apple's M1)
// needs 6 cycles for the multiply–adds, 4.75 for all instructions, 3.3 for the loads; one
// with 4, 2 and 2 (Cortex-A76) 12, 9.5 and 5: the multiply–adds alone decide, and 24
// chains hide their latency of 4 cycles.
//
// There are no masks. In a tile of n < 8 columns the vectors overlap, so that none begins
// after column n−2; the last row stands in for rows that are missing. What is computed
// twice is read first and written last, twice alike. A single column has numbers in place
// of vectors. Tiles of the last 4 or 2 rows do not carry 6.
//
//	R0–R5    rows of c           R24 bytes to c's next row
//	R6–R11   rows of a           R25 bytes to a's next row   R12 to its next column
//	R13      bytes to the term, in each row of a
//	R14      b                   R15 bytes to b's next row
//	R19–R21  bytes to vectors 1, 2, 3 (vector 0: 31, the register that is zero)
//	R22      terms left          R23 rows left    R26 scratch
//	V0–V23   sums: row r, vector v is V(4r+v), of a single column V(4r)
//	V24–V27  b                   V28 an element of a

#define GETB4 LDRQ(14, 31, 24); LDRQ(14, 19, 25); LDRQ(14, 20, 26); LDRQ(14, 21, 27)
#define GETC4(r) LDRQ(r, 31, 4*(r)); LDRQ(r, 19, 4*(r)+1); LDRQ(r, 20, 4*(r)+2); LDRQ(r, 21, 4*(r)+3)
#define PUTC4(r) STRQ(r, 31, 4*(r)); STRQ(r, 19, 4*(r)+1); STRQ(r, 20, 4*(r)+2); STRQ(r, 21, 4*(r)+3)
#define FMA4(r) \
	LDRD(6+(r), 13, 28); \
	FMLAS(28, 24, 4*(r)); \
	FMLAS(28, 25, 4*(r)+1); \
	FMLAS(28, 26, 4*(r)+2); \
	FMLAS(28, 27, 4*(r)+3)
#define GET2x4 GETC4(0); GETC4(1)
#define GET4x4 GET2x4; GETC4(2); GETC4(3)
#define GET6x4 GET4x4; GETC4(4); GETC4(5)
#define PUT2x4 PUTC4(0); PUTC4(1)
#define PUT4x4 PUT2x4; PUTC4(2); PUTC4(3)
#define PUT6x4 PUT4x4; PUTC4(4); PUTC4(5)
#define ROW2x4 FMA4(0); FMA4(1)
#define ROW4x4 ROW2x4; FMA4(2); FMA4(3)
#define ROW6x4 ROW4x4; FMA4(4); FMA4(5)

#define GETB1 FMOVD (R14), F24
#define FMA1(r) LDRD(6+(r), 13, 28); FMLAS(28, 24, 4*(r))
#define ROW6x1 FMA1(0); FMA1(1); FMA1(2); FMA1(3); FMA1(4); FMA1(5)
#define GET6x1 \
	FMOVD (R0), F0; \
	FMOVD (R1), F4; \
	FMOVD (R2), F8; \
	FMOVD (R3), F12; \
	FMOVD (R4), F16; \
	FMOVD (R5), F20
#define PUT6x1 \
	FMOVD F0, (R0); \
	FMOVD F4, (R1); \
	FMOVD F8, (R2); \
	FMOVD F12, (R3); \
	FMOVD F16, (R4); \
	FMOVD F20, (R5)

#define TILE(loop, GET, GETB, ROWS, PUT) \
	GET; \
loop: \
	GETB; \
	ROWS; \
	ADD R12, R13; \
	ADD R15, R14; \
	SUB $1, R22; \
	CBNZ R22, loop; \
	PUT

// STEP finds row r, one on from the row before, or the same where there is none.
#define STEP(r, c, cnext, a, anext) \
	CMP  $r, R23; \
	CSEL GT, R24, ZR, R26; \
	ADD  R26, c, cnext; \
	CSEL GT, R25, ZR, R26; \
	ADD  R26, a, anext

// func tilesNEON(c *float64, ldc int, a *float64, arow, acol int, b *float64, ldb, m, n, k int)
TEXT ·tilesNEON(SB), NOSPLIT, $0-80
	MOVD c+0(FP), R0
	MOVD ldc+8(FP), R24
	MOVD a+16(FP), R6
	MOVD arow+24(FP), R25
	MOVD acol+32(FP), R12
	MOVD ldb+48(FP), R15
	MOVD m+56(FP), R23
	MOVD n+64(FP), R26
	LSL  $3, R24
	LSL  $3, R25
	LSL  $3, R12
	LSL  $3, R15
	LSL  $3, R26
	SUB  $16, R26          // bytes to where the last vector begins
	MOVD $16, R19
	MOVD $32, R20
	CMP  R26, R19
	CSEL LT, R19, R26, R19
	CMP  R26, R20
	CSEL LT, R20, R26, R20
	MOVD R26, R21
tile:
	STEP(1, R0, R1, R6, R7)
	STEP(2, R1, R2, R7, R8)
	STEP(3, R2, R3, R8, R9)
	STEP(4, R3, R4, R9, R10)
	STEP(5, R4, R5, R10, R11)
	MOVD $0, R13
	MOVD b+40(FP), R14
	MOVD k+72(FP), R22
	TBNZ $63, R21, column  // n is 1
	CMP  $2, R23
	BLE  rows2
	CMP  $4, R23
	BLE  rows4
	TILE(k6x4, GET6x4, GETB4, ROW6x4, PUT6x4)
next:
	ADD  R24, R5, R0
	ADD  R25, R11, R6
	SUBS $6, R23, R23
	BGT  tile
	RET
rows4:
	TILE(k4x4, GET4x4, GETB4, ROW4x4, PUT4x4)
	RET
rows2:
	TILE(k2x4, GET2x4, GETB4, ROW2x4, PUT2x4)
	RET
column:
	TILE(k6x1, GET6x1, GETB1, ROW6x1, PUT6x1)
	B    next

// The sparse rows: 32 columns of a row of c, 16 sums, take the rows of b in its list,
// then the same columns of the next row; the columns left over go by 16 and 8. A term of
// 32 columns is 29 instructions: 16 multiply–adds, loads of 16 vectors of b (in pairs),
// a weight and a number of a row, 3 more. An M1 needs 6 cycles for the loads and 4 for
// the multiply–adds, a Cortex-A76 9 and 8: loads decide, since each element of b serves
// one row only.
//
//	R0   c, at the columns in hand     R1 bytes to its next row    R10 its row in hand
//	R2   from    R3 to    R4 rows      R11, R12, R13 in hand, rows left
//	R5   col     R6 val                R19, R20 in hand
//	R7   b, at the columns in hand     R8 bytes to its next row    R21 its row in hand
//	R9   columns left                  R14 where a list begins     R15 terms left
//	V0–V15  sums       V16 a number of val       V17–V20 b

#define FMA8(i, c) \
	FLDPQ i(R21), (F17, F18); \
	FLDPQ i+32(R21), (F19, F20); \
	FMLAS(16, 17, c); \
	FMLAS(16, 18, c+1); \
	FMLAS(16, 19, c+2); \
	FMLAS(16, 20, c+3)
#define FMA16 FMA8(0, 0); FMA8(64, 4)
#define FMA32 FMA16; FMA8(128, 8); FMA8(192, 12)
#define GET8 FLDPQ (R10), (F0, F1); FLDPQ 32(R10), (F2, F3)
#define GET16 GET8; FLDPQ 64(R10), (F4, F5); FLDPQ 96(R10), (F6, F7)
#define GET32 GET16; \
	FLDPQ 128(R10), (F8, F9); \
	FLDPQ 160(R10), (F10, F11); \
	FLDPQ 192(R10), (F12, F13); \
	FLDPQ 224(R10), (F14, F15)
#define PUT8 FSTPQ (F0, F1), (R10); FSTPQ (F2, F3), 32(R10)
#define PUT16 PUT8; FSTPQ (F4, F5), 64(R10); FSTPQ (F6, F7), 96(R10)
#define PUT32 PUT16; \
	FSTPQ (F8, F9), 128(R10); \
	FSTPQ (F10, F11), 160(R10); \
	FSTPQ (F12, F13), 192(R10); \
	FSTPQ (F14, F15), 224(R10)

// ROWS gives each row its terms in some columns, and goes on to the next columns.
#define ROWS(row, term, next, columns, GET, FMA, PUT) \
	MOVD R0, R10; \
	MOVD R2, R11; \
	MOVD R3, R12; \
	MOVD R4, R13; \
row: \
	MOVW.P 4(R11), R14; \
	MOVW.P 4(R12), R15; \
	SUBS R14, R15, R15; \
	BLE  next; \
	ADD  R14<<2, R5, R19; \
	ADD  R14<<3, R6, R20; \
	GET; \
term: \
	MOVW.P 4(R19), R21; \
	FMOVD.P 8(R20), F16; \
	MADD R8, R7, R21, R21; \
	FMA; \
	SUB  $1, R15; \
	CBNZ R15, term; \
	PUT; \
next: \
	ADD  R1, R10; \
	SUB  $1, R13; \
	CBNZ R13, row; \
	ADD  $(8*columns), R0; \
	ADD  $(8*columns), R7; \
	SUB  $columns, R9

// func sparseRowsNEON(c *float64, ldc int, from, to *int32, rows int, col *int32, val, b *float64, ldb, n int)
TEXT ·sparseRowsNEON(SB), NOSPLIT, $0-80
	MOVD c+0(FP), R0
	MOVD ldc+8(FP), R1
	MOVD from+16(FP), R2
	MOVD to+24(FP), R3
	MOVD rows+32(FP), R4
	MOVD col+40(FP), R5
	MOVD val+48(FP), R6
	MOVD b+56(FP), R7
	MOVD ldb+64(FP), R8
	MOVD n+72(FP), R9
	LSL  $3, R1
	LSL  $3, R8
wide:
	CMP  $32, R9
	BLT  rest
	ROWS(row32, term32, next32, 32, GET32, FMA32, PUT32)
	B    wide
rest:
	TBZ  $4, R9, last
	ROWS(row16, term16, next16, 16, GET16, FMA16, PUT16)
last:
	CBZ  R9, done
	ROWS(row8, term8, next8, 8, GET8, FMA8(0, 0), PUT8)
done:
	RET

// exp, sigmoid and tanh: the same operations in the same order as in package exact. The
// constants, ·expTable (plain.go), are held in registers. 2 numbers take 52
// instructions (tanh) to 57 (sigmoid), some 50 of them for the vector units: 13 cycles of
// an M1, which works on several iterations at a time, 25 or more of an A76, which cannot
// look as far ahead.
//
//	R0 x    R1 elements left
//	V0–V6   VX, VK, VR, VP, VQ, VT, VS, below
//	V19–V31 the table: element i is half i%2 of V(19+i/2)

#define VX 0
#define VK 1
#define VR 2
#define VP 3
#define VQ 4
#define VT 5
#define VS 6

#define DUPT(i, d) WORD $(0x4E080400 | ((i)%2)<<20 | (19+(i)/2)<<5 | (d)) // dup d, table[i]
#define FMULT(i, n, d) WORD $(0x4FC09000 | ((i)%2)<<11 | (19+(i)/2)<<16 | (n)<<5 | (d)) // fmul d, n, table[i]
#define FMLAT(i, n, d) WORD $(0x4FC01000 | ((i)%2)<<11 | (19+(i)/2)<<16 | (n)<<5 | (d)) // fmla d, n, table[i]
#define FMLST(i, n, d) WORD $(0x4FC05000 | ((i)%2)<<11 | (19+(i)/2)<<16 | (n)<<5 | (d)) // fmls d, n, table[i]

// REDUCE: VX = VK·ln 2 + r, and VR = eʳ − 1.
#define TERM(i, p, q) DUPT(i, q); FMLA(p, VR, q)
#define REDUCE \
	DUPT(1, VT); \
	MOV(VT, VK); \
	FMLAT(0, VX, VK); \
	FSUB(VT, VK, VK); \
	MOV(VX, VR); \
	FMLST(2, VK, VR); \
	FMLST(3, VK, VR); \
	DUPT(13, VQ); \
	TERM(14, VQ, VP); TERM(15, VP, VQ); TERM(16, VQ, VP); TERM(17, VP, VQ); TERM(18, VQ, VP); TERM(19, VP, VQ); \
	TERM(20, VQ, VP); TERM(21, VP, VQ); TERM(22, VQ, VP); TERM(23, VP, VQ); TERM(24, VQ, VP); \
	FMUL(VR, VR, VQ); \
	FMLA(VP, VQ, VR)

// POW2: k becomes 2ᵏ.
#define POW2(k) \
	DUPT(5, VT); \
	FADD(VT, k, k); \
	SHL52(k, k)

// EXP: VP = eˣ with x in VX.
#define EXP \
	DUPT(9, VT); \
	FMIN(VT, VX, VX); \
	DUPT(10, VT); \
	FMAX(VT, VX, VX); \
	REDUCE; \
	MOV(VT, VS); \
	FMLAT(4, VK, VS); \
	FSUB(VT, VS, VS); \
	FSUB(VS, VK, VK); \
	POW2(VS); \
	POW2(VK); \
	MOV(VS, VP); \
	FMLA(VR, VS, VP); \
	FMUL(VK, VP, VP)

// SIGMOID: VP = 1/(1+e⁻ˣ).
#define SIGMOID \
	FNEG(VX, VX); \
	EXP; \
	DUPT(6, VT); \
	FADD(VP, VT, VP); \
	FDIV(VP, VT, VP)

// TANH: VP = −t/(2+t) with the sign of x, where t = e^−2|x| − 1. VS keeps x.
#define TANH \
	MOV(VX, VS); \
	FABS(VX, VX); \
	FMULT(8, VX, VX); \
	DUPT(11, VT); \
	FMAX(VT, VX, VX); \
	REDUCE; \
	POW2(VK); \
	DUPT(6, VT); \
	FSUB(VT, VK, VP); \
	FMLA(VR, VK, VP); \
	DUPT(7, VT); \
	FADD(VP, VT, VT); \
	FDIV(VT, VP, VP); \
	DUPT(12, VT); \
	VBIT V5.B16, V6.B16, V3.B16 // the sign in VP is that of VS

#define LOOP(loop, BODY) \
	MOVD $·expTable(SB), R2; \
	VLD1.P 64(R2), [V19.D2, V20.D2, V21.D2, V22.D2]; \
	VLD1.P 64(R2), [V23.D2, V24.D2, V25.D2, V26.D2]; \
	VLD1.P 64(R2), [V27.D2, V28.D2, V29.D2, V30.D2]; \
	FMOVD (R2), F31; \
loop: \
	FMOVQ (R0), F0; \
	BODY; \
	FMOVQ.P F3, 16(R0); \
	SUB  $2, R1; \
	CBNZ R1, loop; \
	RET

// func expNEON(x *float64, n int)
TEXT ·expNEON(SB), NOSPLIT, $0-16
	MOVD x+0(FP), R0
	MOVD n+8(FP), R1
	LOOP(exp, EXP)

// func sigmoidNEON(z *float64, n int)
TEXT ·sigmoidNEON(SB), NOSPLIT, $0-16
	MOVD z+0(FP), R0
	MOVD n+8(FP), R1
	LOOP(sigmoid, SIGMOID)

// func tanhNEON(z *float64, n int)
TEXT ·tanhNEON(SB), NOSPLIT, $0-16
	MOVD z+0(FP), R0
	MOVD n+8(FP), R1
	LOOP(tanh, TANH)

// Eight bytes at a time become whole numbers of 16, 32 and 64 bits, then floating-point
// numbers, in 25 instructions, which wait for their 13 loads and stores of 16 bytes.
//
//	R0 x    R1 row    R2 shift    R3 factor    R4 elements left
//	V0 bytes    V2–V5 numbers    V16–V19 shift    V20–V23 factor
//
// func convertNEON(x *float64, row *byte, shift, factor *float64, n int)
TEXT ·convertNEON(SB), NOSPLIT, $0-40
	MOVD x+0(FP), R0
	MOVD row+8(FP), R1
	MOVD shift+16(FP), R2
	MOVD factor+24(FP), R3
	MOVD n+32(FP), R4
loop:
	FMOVD.P 8(R1), F0
	VLD1.P  64(R2), [V16.D2, V17.D2, V18.D2, V19.D2]
	VLD1.P  64(R3), [V20.D2, V21.D2, V22.D2, V23.D2]
	VUXTL   V0.B8, V0.H8
	VUXTL   V0.H4, V2.S4
	VUXTL2  V0.H8, V4.S4
	VUXTL2  V2.S4, V3.D2
	VUXTL   V2.S2, V2.D2
	VUXTL2  V4.S4, V5.D2
	VUXTL   V4.S2, V4.D2
	UCVTF(2, 2)
	UCVTF(3, 3)
	UCVTF(4, 4)
	UCVTF(5, 5)
	FSUB(16, 2, 2)
	FSUB(17, 3, 3)
	FSUB(18, 4, 4)
	FSUB(19, 5, 5)
	FMUL(20, 2, 2)
	FMUL(21, 3, 3)
	FMUL(22, 4, 4)
	FMUL(23, 5, 5)
	VST1.P  [V2.D2, V3.D2, V4.D2, V5.D2], 64(R0)
	SUB     $8, R4
	CBNZ    R4, loop
	RET

// func prefetch(p *byte, n int): R0 p, R1 the end
TEXT ·prefetch(SB), NOSPLIT, $0-16
	MOVD p+0(FP), R0
	MOVD n+8(FP), R1
	ADD  R0, R1
next:
	PRFM (R0), PLDL1KEEP
	ADD  $64, R0
	CMP  R1, R0
	BLO  next
	SUB  $1, R1
	PRFM (R1), PLDL1KEEP
	RET
