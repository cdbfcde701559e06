package numpy

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"backprop/internal/file"
)

// A Named is an array of an archive: numbers row by row, in whatever order the file has them, or words.
type Named struct {
	Shape  []int // none of a single number
	Values []float64
	Words  []string
	Single bool // of 32 bits each, or fewer
}

// wordType is the type of an array of words: so many characters each.
var wordType = regexp.MustCompile(`^([<>=|])([US])([0-9]{1,6})$`)

// ReadNamed reads a zip archive of arrays, of size bytes: all whose names are wanted. Others are there, and
// have nothing in them.
func ReadNamed(r io.ReaderAt, size int64, wanted func(name string) bool) (map[string]Named, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%w: the zip archive is damaged, or %w", err, file.ErrCut)
	}
	arrays := map[string]Named{}
	for _, f := range z.File {
		name, isArray := strings.CutSuffix(f.Name, ".npy")
		_, twice := arrays[name]
		switch {
		case twice:
			return nil, fmt.Errorf("member %q appears twice", f.Name)
		case !isArray || !wanted(name):
			arrays[name] = Named{}
			continue
		}
		if arrays[name], err = readNamedMember(f, size); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return arrays, nil
}

// readNamedMember reads one array of an archive of size bytes.
func readNamedMember(f *zip.File, size int64) (Named, error) {
	r, err := f.Open()
	if err != nil {
		return Named{}, err
	}
	defer r.Close()
	packed := int64(min(f.CompressedSize64, uint64(size)))
	return readNamedArray(r, int64(min(f.UncompressedSize64, uint64(file.MaxUnpacked(packed)))))
}

// readNamedArray reads an array of numbers or words in either order; limit is the most bytes that r can
// hold.
func readNamedArray(r io.Reader, limit int64) (n Named, err error) {
	h, err := describe(r, limit)
	if err != nil {
		return n, err
	}
	if slices.Contains(h.shape, 0) {
		return n, fmt.Errorf("byte %d: an array without numbers, of shape %v", h.start, h.shape)
	}
	n.Shape = h.shape
	word := wordType.FindStringSubmatch(h.dtype)
	a, err := arrayOf(h.dtype, word)
	if err != nil {
		return n, fmt.Errorf("byte %d: %w", h.start, err)
	}
	if err := h.read(r, limit, a); err != nil {
		return n, err
	}
	for i := range a.Len() {
		at := i
		if h.columns {
			at = byColumns(i, h.shape)
		}
		if word != nil {
			n.Words = append(n.Words, wordOf(a.data[at*a.width:(at+1)*a.width], word))
		} else {
			n.Values = append(n.Values, a.At(at))
		}
	}
	n.Single = word == nil && (a.Type[1:] == "f2" || a.Type[1:] == "f4")
	return n, nil
}

// arrayOf is an array without data, of numbers or of words.
func arrayOf(dtype string, word []string) (*Array, error) {
	if word == nil {
		return newArray(dtype)
	}
	a := &Array{width: wordWidth(word)}
	if a.width == 0 {
		return nil, errors.New("words of no letters; words were expected")
	}
	return a, nil
}

// byColumns is where element i, counted row by row, is in data that go on column by column.
func byColumns(i int, shape []int) int {
	at, stride := 0, 1
	index := make([]int, len(shape))
	for k := len(shape) - 1; k >= 0; k-- {
		index[k] = i % shape[k]
		i /= shape[k]
	}
	for k, n := range shape {
		at += index[k] * stride
		stride *= n
	}
	return at
}

// wordWidth is how many bytes a word of a type has.
func wordWidth(word []string) int {
	n, _ := strconv.Atoi(word[3])
	if word[2] == "U" {
		n *= 4
	}
	return n
}

// wordOf is a word without the zeros that fill it up.
func wordOf(data []byte, word []string) string {
	if word[2] == "S" {
		return strings.TrimRight(string(data), "\x00")
	}
	var b strings.Builder
	for i := 0; i < len(data); i += 4 {
		letter := &Array{Type: word[1] + "u4", width: 4, data: data[i : i+4]}
		if v := letter.At(0); v > 0 && v <= math.MaxInt32 {
			b.WriteRune(rune(v))
		} else if v != 0 {
			b.WriteRune(utf8.RuneError)
		}
	}
	return b.String()
}
