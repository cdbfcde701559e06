//go:build !purego

#include "textflag.h"

// The micro-kernels. A tile of the result is held in registers while k runs; each
// element takes its terms in ascending order, one fused multiply–add a term.

// All tiles address A's rows in threes, a row apart (R9): SI for rows 0, 1, 2, R11 for
// rows 3, 4, 5, and narrow tiles R13 for 6, 7, 8 and R14 for 9, 10, 11. NEXT goes on to
// the next term, b's next row.
#define NEXT \
	ADDQ R10, SI; \
	ADDQ R10, R11; \
	ADDQ R12, BX
#define NEXT12 \
	ADDQ R10, R13; \
	ADDQ R10, R14; \
	NEXT

// AVX-512: 6 rows × 4 vectors of 8, or where n ≤ 16, 12 rows × 2 vectors. The 24 sums,
// 4 vectors of B and 1 element of A fill 29 of the 32 registers; each term costs 10 (14)
// loads for 24 multiply–adds, so that the loads (2 a cycle) never hold up the
// multiply–adds (2 a cycle at best), and 24 chains hide their latency of 4 cycles. The
// widths of layers are often multiples of 32. The last two vectors are loaded under
// masks.
//
//	DI  c        R8  bytes to c's next row
//	SI, R11, R13, R14  a, rows 0–2, 3–5, 6–8, 9–11
//	R9  bytes to a's next row   R10 to its next column
//	BX  b        R12 bytes to b's next row
//	CX  terms left    DX rows left   AX scratch
//	K1, K2  masks of the last two vectors
//	Z0–Z23  sums: row r, vector v is Z(4r+v), or Z(2r+v) of a narrow tile
//	Z24–Z27 b   Z28 an element of a

#define GETB4 \
	VMOVUPD (BX), Z24; \
	VMOVUPD 64(BX), Z25; \
	VMOVUPD.Z 128(BX), K1, Z26; \
	VMOVUPD.Z 192(BX), K2, Z27
#define GETB2 \
	VMOVUPD.Z (BX), K1, Z26; \
	VMOVUPD.Z 64(BX), K2, Z27

#define FMA2(a, c2, c3) \
	VBROADCASTSD a, Z28; \
	VFMADD231PD Z26, Z28, c2; \
	VFMADD231PD Z27, Z28, c3
#define FMA4(a, c0, c1, c2, c3) \
	VBROADCASTSD a, Z28; \
	VFMADD231PD Z24, Z28, c0; \
	VFMADD231PD Z25, Z28, c1; \
	VFMADD231PD Z26, Z28, c2; \
	VFMADD231PD Z27, Z28, c3

#define GETC2(a, c2, c3) \
	VMOVUPD.Z (AX), K1, c2; \
	VMOVUPD.Z 64(AX), K2, c3; \
	ADDQ R8, AX
#define GETC4(a, c0, c1, c2, c3) \
	VMOVUPD (AX), c0; \
	VMOVUPD 64(AX), c1; \
	VMOVUPD.Z 128(AX), K1, c2; \
	VMOVUPD.Z 192(AX), K2, c3; \
	ADDQ R8, AX
#define PUTC2(a, c2, c3) \
	VMOVUPD c2, K1, (DI); \
	VMOVUPD c3, K2, 64(DI); \
	ADDQ R8, DI
#define PUTC4(a, c0, c1, c2, c3) \
	VMOVUPD c0, (DI); \
	VMOVUPD c1, 64(DI); \
	VMOVUPD c2, K1, 128(DI); \
	VMOVUPD c3, K2, 192(DI); \
	ADDQ R8, DI

// ROWS does something, GETC, FMA or PUTC, with the rows of a tile: of each, where its element
// of a is, and its sums.
#define ROWS1x4(F) F((SI), Z0, Z1, Z2, Z3)
#define ROWS2x4(F) ROWS1x4(F); F((SI)(R9*1), Z4, Z5, Z6, Z7)
#define ROWS3x4(F) ROWS2x4(F); F((SI)(R9*2), Z8, Z9, Z10, Z11)
#define ROWS4x4(F) ROWS3x4(F); F((R11), Z12, Z13, Z14, Z15)
#define ROWS5x4(F) ROWS4x4(F); F((R11)(R9*1), Z16, Z17, Z18, Z19)
#define ROWS6x4(F) ROWS5x4(F); F((R11)(R9*2), Z20, Z21, Z22, Z23)
#define ROWS1x2(F) F((SI), Z0, Z1)
#define ROWS2x2(F) ROWS1x2(F); F((SI)(R9*1), Z2, Z3)
#define ROWS3x2(F) ROWS2x2(F); F((SI)(R9*2), Z4, Z5)
#define ROWS4x2(F) ROWS3x2(F); F((R11), Z6, Z7)
#define ROWS5x2(F) ROWS4x2(F); F((R11)(R9*1), Z8, Z9)
#define ROWS6x2(F) ROWS5x2(F); F((R11)(R9*2), Z10, Z11)
#define ROWS7x2(F) ROWS6x2(F); F((R13), Z12, Z13)
#define ROWS8x2(F) ROWS7x2(F); F((R13)(R9*1), Z14, Z15)
#define ROWS9x2(F) ROWS8x2(F); F((R13)(R9*2), Z16, Z17)
#define ROWS10x2(F) ROWS9x2(F); F((R14), Z18, Z19)
#define ROWS11x2(F) ROWS10x2(F); F((R14)(R9*1), Z20, Z21)
#define ROWS12x2(F) ROWS11x2(F); F((R14)(R9*2), Z22, Z23)

// TILE computes a tile of ROWS. MASK is what GETC and PUTC need beforehand.
#define TILE(loop, ROWS, MASK, GETC, GETB, FMA, NEXT, PUTC) \
	MASK; \
	ROWS(GETC); \
loop: \
	GETB; \
	ROWS(FMA); \
	NEXT; \
	DECQ CX; \
	JNZ loop; \
	MASK; \
	ROWS(PUTC)

// ARGS loads the arguments that both kernels share.
#define ARGS \
	MOVQ c+0(FP), DI; \
	MOVQ ldc+8(FP), R8; \
	MOVQ arow+24(FP), R9; \
	MOVQ acol+32(FP), R10; \
	MOVQ ldb+48(FP), R12; \
	MOVQ m+56(FP), DX; \
	SHLQ $3, R8; \
	SHLQ $3, R9; \
	SHLQ $3, R10; \
	SHLQ $3, R12

// START begins a tile of 6 rows, START12 of 12: at DI is its c, in the argument a its
// first row of a, which is left at the next tile's.
#define THREE(p, next) \
	LEAQ (p)(R9*2), next; \
	ADDQ R9, next
#define TERMS \
	MOVQ b+40(FP), BX; \
	MOVQ k+72(FP), CX; \
	MOVQ DI, AX
#define START \
	MOVQ a+16(FP), SI; \
	THREE(SI, R11); \
	THREE(R11, AX); \
	MOVQ AX, a+16(FP); \
	TERMS
#define START12 \
	MOVQ a+16(FP), SI; \
	THREE(SI, R11); \
	THREE(R11, R13); \
	THREE(R13, R14); \
	THREE(R14, AX); \
	MOVQ AX, a+16(FP); \
	TERMS

// WHEN jumps where so many rows are left.
#define WHEN(n, label) \
	CMPQ DX, $n; \
	JEQ label

// func tilesAVX512(c *float64, ldc int, a *float64, arow, acol int, b *float64, ldb, m, n, k int)
TEXT ·tilesAVX512(SB), NOSPLIT, $0-80
	MOVQ  n+64(FP), CX
	XORL  R13, R13         // columns before the last two vectors: 0, or
	CMPQ  CX, $16
	JLE   masks
	MOVL  $16, R13         // 16 where the tile has four vectors
masks:
	SUBQ  R13, CX
	MOVL  $1, DX
	SHLL  CX, DX
	DECL  DX               // a bit for each column in them
	KMOVW DX, K1
	SHRL  $8, DX
	KMOVW DX, K2
	ARGS
	CMPL  R13, $0
	JEQ   rows2
rows4:
	START
	CMPQ  DX, $6
	JLT   rest4
	TILE(k6x4, ROWS6x4, NOP, GETC4, GETB4, FMA4, NEXT, PUTC4)
	SUBQ  $6, DX
	JMP   rows4
rest4:
	WHEN(0, done)
	WHEN(2, m2x4)
	WHEN(3, m3x4)
	WHEN(4, m4x4)
	WHEN(5, m5x4)
	TILE(k1x4, ROWS1x4, NOP, GETC4, GETB4, FMA4, NEXT, PUTC4)
	JMP   done
m2x4:
	TILE(k2x4, ROWS2x4, NOP, GETC4, GETB4, FMA4, NEXT, PUTC4)
	JMP   done
m3x4:
	TILE(k3x4, ROWS3x4, NOP, GETC4, GETB4, FMA4, NEXT, PUTC4)
	JMP   done
m4x4:
	TILE(k4x4, ROWS4x4, NOP, GETC4, GETB4, FMA4, NEXT, PUTC4)
	JMP   done
m5x4:
	TILE(k5x4, ROWS5x4, NOP, GETC4, GETB4, FMA4, NEXT, PUTC4)
	JMP   done
rows2:
	START12
	CMPQ  DX, $12
	JLT   rest2
	TILE(k12x2, ROWS12x2, NOP, GETC2, GETB2, FMA2, NEXT12, PUTC2)
	SUBQ  $12, DX
	JMP   rows2
rest2:
	WHEN(0, done)
	WHEN(2, m2x2)
	WHEN(3, m3x2)
	WHEN(4, m4x2)
	WHEN(5, m5x2)
	WHEN(6, m6x2)
	WHEN(7, m7x2)
	WHEN(8, m8x2)
	WHEN(9, m9x2)
	WHEN(10, m10x2)
	WHEN(11, m11x2)
	TILE(k1x2, ROWS1x2, NOP, GETC2, GETB2, FMA2, NEXT12, PUTC2)
	JMP   done
m2x2:
	TILE(k2x2, ROWS2x2, NOP, GETC2, GETB2, FMA2, NEXT12, PUTC2)
	JMP   done
m3x2:
	TILE(k3x2, ROWS3x2, NOP, GETC2, GETB2, FMA2, NEXT12, PUTC2)
	JMP   done
m4x2:
	TILE(k4x2, ROWS4x2, NOP, GETC2, GETB2, FMA2, NEXT12, PUTC2)
	JMP   done
m5x2:
	TILE(k5x2, ROWS5x2, NOP, GETC2, GETB2, FMA2, NEXT12, PUTC2)
	JMP   done
m6x2:
	TILE(k6x2, ROWS6x2, NOP, GETC2, GETB2, FMA2, NEXT12, PUTC2)
	JMP   done
m7x2:
	TILE(k7x2, ROWS7x2, NOP, GETC2, GETB2, FMA2, NEXT12, PUTC2)
	JMP   done
m8x2:
	TILE(k8x2, ROWS8x2, NOP, GETC2, GETB2, FMA2, NEXT12, PUTC2)
	JMP   done
m9x2:
	TILE(k9x2, ROWS9x2, NOP, GETC2, GETB2, FMA2, NEXT12, PUTC2)
	JMP   done
m10x2:
	TILE(k10x2, ROWS10x2, NOP, GETC2, GETB2, FMA2, NEXT12, PUTC2)
	JMP   done
m11x2:
	TILE(k11x2, ROWS11x2, NOP, GETC2, GETB2, FMA2, NEXT12, PUTC2)
	JMP   done
done:
	VZEROUPPER
	RET

// AVX2 and FMA: 6 rows × 2 vectors of 4. The 12 sums, 2 vectors of B and 1 element of A
// fill 15 of the 16 registers; 8 loads for 12 multiply–adds keep within 2 loads a cycle
// and the 12 chains hide a latency of 5 cycles. Tiles of less than 8 columns load and
// store under masks, which they read again for each term, having no register left.
//
//	Y0–Y11  sums: row r, vector v is Y(2r+v)   Y12, Y13 b   Y14 an element of a, or a mask
//	R13     masks: n places before where maskTable's zeros begin
//	R14     bytes to c's row in the next tile, which is asked for
//	the rest as above

#define GETB8 \
	VMOVUPD (BX), Y12; \
	VMOVUPD 32(BX), Y13
#define GETB7 \
	VMOVUPD (R13), Y14; \
	VMASKMOVPD (BX), Y14, Y12; \
	VMOVUPD 32(R13), Y14; \
	VMASKMOVPD 32(BX), Y14, Y13

#define FMA8(a, c0, c1) \
	VBROADCASTSD a, Y14; \
	VFMADD231PD Y12, Y14, c0; \
	VFMADD231PD Y13, Y14, c1

#define GETC8(a, c0, c1) \
	VMOVUPD (AX), c0; \
	VMOVUPD 32(AX), c1; \
	PREFETCHT0 (AX)(R14*1); \
	ADDQ R8, AX
#define PUTC8(a, c0, c1) \
	VMOVUPD c0, (DI); \
	VMOVUPD c1, 32(DI); \
	ADDQ R8, DI
#define GETC7(a, c0, c1) \
	VMASKMOVPD (AX), Y12, c0; \
	VMASKMOVPD 32(AX), Y13, c1; \
	ADDQ R8, AX
#define PUTC7(a, c0, c1) \
	VMASKMOVPD c0, Y12, (DI); \
	VMASKMOVPD c1, Y13, 32(DI); \
	ADDQ R8, DI
#define MASKS \
	VMOVUPD (R13), Y12; \
	VMOVUPD 32(R13), Y13

#define ROWS1x8(F) F((SI), Y0, Y1)
#define ROWS2x8(F) ROWS1x8(F); F((SI)(R9*1), Y2, Y3)
#define ROWS3x8(F) ROWS2x8(F); F((SI)(R9*2), Y4, Y5)
#define ROWS4x8(F) ROWS3x8(F); F((R11), Y6, Y7)
#define ROWS5x8(F) ROWS4x8(F); F((R11)(R9*1), Y8, Y9)
#define ROWS6x8(F) ROWS5x8(F); F((R11)(R9*2), Y10, Y11)

// TILES computes a column of tiles, of 8 columns or of less.
#define TILES(rows, rest, m2, m3, m4, m5, k1, k2, k3, k4, k5, k6, MASK, GETC, GETB, PUTC) \
rows: \
	START; \
	CMPQ DX, $6; \
	JLT  rest; \
	TILE(k6, ROWS6x8, MASK, GETC, GETB, FMA8, NEXT, PUTC); \
	SUBQ $6, DX; \
	JMP  rows; \
rest: \
	WHEN(0, done); \
	WHEN(2, m2); \
	WHEN(3, m3); \
	WHEN(4, m4); \
	WHEN(5, m5); \
	TILE(k1, ROWS1x8, MASK, GETC, GETB, FMA8, NEXT, PUTC); \
	JMP  done; \
m2: \
	TILE(k2, ROWS2x8, MASK, GETC, GETB, FMA8, NEXT, PUTC); \
	JMP  done; \
m3: \
	TILE(k3, ROWS3x8, MASK, GETC, GETB, FMA8, NEXT, PUTC); \
	JMP  done; \
m4: \
	TILE(k4, ROWS4x8, MASK, GETC, GETB, FMA8, NEXT, PUTC); \
	JMP  done; \
m5: \
	TILE(k5, ROWS5x8, MASK, GETC, GETB, FMA8, NEXT, PUTC); \
	JMP  done

// func tilesAVX2(c *float64, ldc int, a *float64, arow, acol int, b *float64, ldb, m, n, k int)
TEXT ·tilesAVX2(SB), NOSPLIT, $0-80
	ARGS
	MOVQ  n+64(FP), R14
	CMPQ  R14, $8
	JLT   narrow
	LEAQ  (R8)(R8*2), R14
	SHLQ  $1, R14
	TILES(rows8, rest8, m2x8, m3x8, m4x8, m5x8, k1x8, k2x8, k3x8, k4x8, k5x8, k6x8, NOP, GETC8, GETB8, PUTC8)
narrow:
	LEAQ  ·maskTable+64(SB), R13
	SHLQ  $3, R14
	SUBQ  R14, R13
	TILES(rows7, rest7, m2x7, m3x7, m4x7, m5x7, k1x7, k2x7, k3x7, k4x7, k5x7, k6x7, MASKS, GETC7, GETB7, PUTC7)
done:
	VZEROUPPER
	RET
