// .npz: a zip archive of arrays.

package numpy

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"backprop/internal/file"
)

// npzNames has the names that people give to the inputs and the labels of the training, validation and test set.
var npzNames = [...][][2]string{
	{{"x_train", "y_train"}, {"train_images", "train_labels"}, {"x", "y"}, {"data", "target"},
		{"data", "labels"}, {"images", "labels"}},
	{{"x_val", "y_val"}, {"x_valid", "y_valid"}, {"val_images", "val_labels"}},
	{{"x_test", "y_test"}, {"test_images", "test_labels"}},
}

// ReadNPZ reads the splits in a zip archive of size bytes. It knows the arrays by their names, such as x_train and
// y_train, x_test and y_test. Names are only compared: nothing is written to the disk.
func ReadNPZ(r io.ReaderAt, size int64) (splits Splits, err error) {
	z, err := openZip(r, size)
	if err != nil {
		return splits, err
	}
	arrays, names := map[string]*zip.File{}, []string{}
	for _, f := range z.File {
		name, isArray := strings.CutSuffix(strings.ToLower(f.Name), ".npy")
		if !isArray {
			continue
		}
		if arrays[name] != nil {
			return splits, fmt.Errorf("member %q appears twice", f.Name)
		}
		arrays[name] = f
		names = append(names, name)
	}
	if len(names) == 0 && len(z.File) > 0 {
		return splits, fmt.Errorf("is %s", otherArchive(z.File))
	}
	for k, pairs := range npzNames {
		pair, err := findPair(arrays, pairs)
		if err != nil {
			return splits, err
		}
		for i, to := range []**Array{&splits[k].Inputs, &splits[k].Labels} {
			if name := pair[i]; name != "" {
				if *to, err = readMember(arrays[name], size); err != nil {
					return splits, fmt.Errorf("%s.npy: %w", name, err)
				}
			}
		}
	}
	if splits[0].Inputs == nil {
		more := ""
		if len(names) > 8 {
			more = fmt.Sprintf(" and %d more", len(names)-8)
		}
		return splits, fmt.Errorf("is a zip archive with the arrays %.40q%s: expected x_train and y_train, "+
			"x_test and y_test; if it is not an .npz, unpack it or save it as CSV", names[:min(len(names), 8)], more)
	}
	return splits, splits.check()
}

// findPair returns the first pair of names that an archive has; empty names if it has none. If the archive has only one
// name of a pair, that is an error.
func findPair(arrays map[string]*zip.File, pairs [][2]string) (pair [2]string, err error) {
	for _, pair := range pairs {
		x, y := arrays[pair[0]] != nil, arrays[pair[1]] != nil
		// Two pairs have the name "data", and two have the name "labels".
		inOtherPair := pair[0] == "data" && !y && arrays["labels"] != nil || pair[1] == "labels" && !x
		switch {
		case x && y:
			return pair, nil
		case (x || y) && !inOtherPair:
			return pair, fmt.Errorf("%s.npy and %s.npy belong together, and only one of them is there", pair[0], pair[1])
		}
	}
	return pair, nil
}

func openZip(r io.ReaderAt, size int64) (*zip.Reader, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%w: the zip archive is damaged, or %w", err, file.ErrCut)
	}
	return z, nil
}

// otherArchive says what a zip archive without arrays is, and what to do with it.
func otherArchive(members []*zip.File) string {
	for _, f := range members {
		switch {
		case strings.HasPrefix(f.Name, "xl/"):
			return "an Excel workbook, which this program does not read; save the sheet as CSV"
		case f.Name == "content.xml":
			return "a document of LibreOffice, which this program does not read; save the sheet as CSV"
		}
	}
	return fmt.Sprintf("a zip archive, in which there is %.40q; unpack it", members[0].Name)
}

// readMember reads one array of an archive of size bytes.
func readMember(f *zip.File, size int64) (*Array, error) {
	r, limit, err := openMember(f, size)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return ReadNPY(r, limit)
}

// openMember opens a member of an archive of size bytes. limit is the most bytes that the member can have, whatever the
// archive says.
func openMember(f *zip.File, size int64) (r io.ReadCloser, limit int64, err error) {
	packed := int64(min(f.CompressedSize64, uint64(size)))
	limit = int64(min(f.UncompressedSize64, uint64(file.MaxUnpacked(packed))))
	r, err = f.Open()
	return r, limit, err
}

// A NamedArray is an array of an archive: numbers in row-major order, or words.
type NamedArray struct {
	Shape  []int // empty if it is a single number or word
	Values []float64
	Words  []string
	Single bool // the numbers are floats of 32 bits or fewer
}

// ReadNamed reads the arrays of a zip archive of size bytes whose names are wanted. For the others, the map has an
// empty NamedArray.
func ReadNamed(r io.ReaderAt, size int64, wanted func(name string) bool) (map[string]NamedArray, error) {
	z, err := openZip(r, size)
	if err != nil {
		return nil, err
	}
	arrays := map[string]NamedArray{}
	for _, f := range z.File {
		name, isArray := strings.CutSuffix(f.Name, ".npy")
		if _, isThere := arrays[name]; isThere {
			return nil, fmt.Errorf("member %q appears twice", f.Name)
		}
		var array NamedArray
		if isArray && wanted(name) {
			if array, err = readNamed(f, size); err != nil {
				return nil, fmt.Errorf("%s: %w", f.Name, err)
			}
		}
		arrays[name] = array
	}
	return arrays, nil
}

// wordType is the type of an array of words: the byte order, bytes or Unicode, and the number of characters.
var wordType = regexp.MustCompile(`^[<>=|]([US])([0-9]{1,6})$`)

// readNamed reads one array of an archive of size bytes.
func readNamed(f *zip.File, size int64) (n NamedArray, err error) {
	r, limit, err := openMember(f, size)
	if err != nil {
		return n, err
	}
	defer r.Close()
	h, err := readHeader(r, limit)
	if err != nil {
		return n, err
	}
	if slices.Contains(h.shape, 0) {
		return n, fmt.Errorf("byte %d: an array without numbers, of shape %v", h.start, h.shape)
	}
	create := newArray
	isWords := wordType.MatchString(h.dtype)
	if isWords {
		create = newWords
	}
	a, err := create(h.dtype)
	if err != nil {
		return n, fmt.Errorf("byte %d: %w", h.start, err)
	}
	if err := h.readData(r, limit, a); err != nil {
		return n, err
	}
	n.Shape = a.Shape
	if !isWords {
		n.Values = a.Values()
		n.Single = a.Type[1:] == "f2" || a.Type[1:] == "f4"
		return n, nil
	}
	for i := range a.Len() {
		n.Words = append(n.Words, a.word(i))
	}
	return n, nil
}

// newWords returns an array of words without data.
func newWords(dtype string) (*Array, error) {
	m := wordType.FindStringSubmatch(dtype)
	width, _ := strconv.Atoi(m[2])
	if width == 0 {
		return nil, errors.New("words of 0 letters; words were expected")
	}
	if m[1] == "U" {
		width *= 4
	}
	return &Array{Type: dtype, width: width}, nil
}

// word returns element i of an array of words, without the zeros that fill it up.
func (a *Array) word(i int) string {
	if a.Type[1] == 'S' {
		return strings.TrimRight(string(a.element(i)), "\x00")
	}
	letters := &Array{Type: a.Type[:1] + "u4", width: 4, data: a.element(i)}
	var b strings.Builder
	for k := range letters.Len() {
		if v := uint32(letters.at(k)); v != 0 {
			b.WriteRune(rune(v)) // U+FFFD if v is not a character
		}
	}
	return b.String()
}
