// IDX: the format of MNIST's files.

package mnist

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"backprop/internal/file"
)

// types are what an IDX file could hold instead of unsigned bytes.
var types = map[byte]string{
	0x09: "signed bytes", 0x0B: "16-bit integers", 0x0C: "32-bit integers", 0x0D: "32-bit floats", 0x0E: "64-bit floats",
}

// IsIDX says whether a file that begins so is of this format, whatever its numbers are.
func IsIDX(head []byte) bool {
	return len(head) >= 4 && head[0] == 0 && head[1] == 0 &&
		head[2] >= 0x08 && head[2] <= 0x0e && head[3] >= 1 && head[3] <= 4
}

// ReadIDX reads the shape and the data of one file of unsigned bytes. limit is the most bytes that
// r can hold; a header that promises more is refused before anything is allocated.
//
//	00 00 08 n          magic number: unsigned bytes in n dimensions
//	n × 4 bytes         the dimensions, big-endian
//	data                row-major
func ReadIDX(r io.Reader, limit int64) (shape []int, data []byte, err error) {
	var head [4]byte
	if n, err := io.ReadFull(r, head[:]); err != nil {
		return nil, nil, fmt.Errorf("byte %d: the header of 4 bytes is incomplete: %w", n, file.ErrCut)
	}
	if t := types[head[2]]; head[0] == 0 && head[1] == 0 && t != "" {
		return nil, nil, fmt.Errorf("byte 2: the file holds %s (type %#02x); unsigned bytes (0x08) were expected", t, head[2])
	}
	if head[0] != 0 || head[1] != 0 || head[2] != 8 || head[3] < 1 || head[3] > 4 {
		return nil, nil, fmt.Errorf("byte 0: the file begins with %#08x; 0x00000803 (images) or 0x00000801 (labels) "+
			"was expected: it is not an IDX file, fetch it again", head)
	}
	shape = make([]int, head[3])
	for i := range shape {
		var b [4]byte
		if n, err := io.ReadFull(r, b[:]); err != nil {
			return nil, nil, fmt.Errorf("byte %d: dimension %d of %d is incomplete: %w", 4+4*i+n, i+1, len(shape), file.ErrCut)
		}
		v := binary.BigEndian.Uint32(b[:])
		if v == 0 || v > math.MaxInt32 { // MaxInt32: an int may have 32 bits
			return nil, nil, fmt.Errorf("byte %d: dimension %d of %d is %d: the header is damaged, fetch the file again",
				4+4*i, i+1, len(shape), v)
		}
		shape[i] = int(v)
	}
	begin := 4 + 4*len(shape)
	size, err := file.Count(shape, min(limit-int64(begin), math.MaxInt))
	if err != nil {
		return nil, nil, fmt.Errorf("byte 4: %w", err)
	}
	if data, err = file.ReadExactly(r, size); err != nil {
		return nil, nil, fmt.Errorf("byte %d: %w", begin, err)
	}
	return shape, data, nil
}
