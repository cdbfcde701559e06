// Package mnist finds, reads and downloads MNIST's four files, and finds and reads those of other data sets in its
// format.
package mnist

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"backprop/internal/file"
)

// A File is one of the four files, as published.
type File struct {
	Name   string
	SHA256 string // the hash of the unpacked file
	Size   int64
}

// Files are images and labels to train on, images and labels to test with.
var Files = [4]File{
	{"train-images-idx3-ubyte", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", 47040016},
	{"train-labels-idx1-ubyte", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5", 60008},
	{"t10k-images-idx3-ubyte", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7", 7840016},
	{"t10k-labels-idx1-ubyte", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2", 10008},
}

// findFile returns the path of one of the four files in a folder, however it is spelled; "" if there is none. prefix is
// "", or the prefix of a data set of EMNIST. An unpacked file is preferred, since it loads faster, and a file is
// preferred to a folder or pipe of the same name.
func findFile(dir, prefix, name string) string {
	if prefix != "" {
		name = emnistSuffix(name)
	}
	name = prefix + name
	other, dotted := "", strings.ReplaceAll(name, "-idx", ".idx")
	for _, n := range []string{name, name + ".gz", dotted, dotted + ".gz"} {
		path := filepath.Join(dir, n)
		if st, err := os.Stat(path); err == nil && st.Mode().IsRegular() {
			return path
		} else if err == nil {
			other = cmp.Or(other, path)
		}
	}
	return other
}

// hasMNIST reports whether a folder has any of the four files.
func hasMNIST(dir string) bool {
	return slices.ContainsFunc(Files[:], func(f File) bool { return findFile(dir, "", f.Name) != "" })
}

var emnistName = regexp.MustCompile(`^(emnist-[a-z]+-)(?:train|test)-(?:images|labels)[-.]idx[13]-ubyte(?:\.gz)?$`)

// emnistSuffix returns the name that a file of MNIST has in EMNIST, after the prefix.
func emnistSuffix(name string) string { return strings.Replace(name, "t10k", "test", 1) }

// emnistPrefixes returns the prefixes of the data sets of EMNIST in a folder, such as "emnist-letters-".
func emnistPrefixes(dir string) (prefixes []string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if m := emnistName.FindStringSubmatch(e.Name()); m != nil && !slices.Contains(prefixes, m[1]) {
			prefixes = append(prefixes, m[1])
		}
	}
	return prefixes
}

// Find returns the folder with the four files, or some of them: dir itself, or torchvision's raw or MNIST/raw in it, or
// a folder with files of EMNIST; "" if there is none.
func Find(dir string) string {
	folders := []string{dir, filepath.Join(dir, "raw"), filepath.Join(dir, "MNIST", "raw")}
	deeper, _ := fs.Glob(os.DirFS(dir), "*/raw")
	for _, d := range deeper {
		folders = append(folders, filepath.Join(dir, d))
	}
	if i := slices.IndexFunc(folders, hasMNIST); i >= 0 {
		return folders[i]
	}
	for _, d := range append(folders, filepath.Join(dir, "gzip")) {
		if emnistPrefixes(d) != nil {
			return d
		}
	}
	return ""
}

// choose returns which four files belong to a path, a folder or one of the files: the folder that they are in, and
// their prefix, which is "" for MNIST.
func choose(path string) (dir, prefix string, err error) {
	if st, err := os.Stat(path); err == nil && !st.IsDir() {
		dir, name := filepath.Split(path)
		if m := emnistName.FindStringSubmatch(name); m != nil {
			prefix = m[1]
		}
		return filepath.Clean(dir), prefix, nil
	}
	prefixes := emnistPrefixes(path)
	switch {
	case hasMNIST(path) || len(prefixes) == 0:
		return path, "", nil
	case len(prefixes) == 1:
		return path, prefixes[0], nil
	}
	names := strings.TrimSuffix(strings.ReplaceAll(strings.Join(prefixes, " "), "- ", ", "), "-")
	return path, "", fmt.Errorf("%s: there are several data sets (%s): name one of the files, as "+
		"%strain-images-idx3-ubyte.gz", path, names, prefixes[0])
}

// A Split has the images to train on or to test with, and their labels.
type Split struct {
	Shape      []int  // the number of images, their height and width
	Pixels     []byte // row-major
	Labels     []byte // one for each image
	LabelsFile string // the path of the file with the labels
}

// Read reads the four files of a folder, or those that belong to one file. It checks that there are as many labels as
// images, and that all images have one size, but not what the labels are. EMNIST's images, which are transposed, are
// turned upright.
func Read(path string) (train, test Split, err error) {
	paths, isEMNIST, err := findFiles(path)
	if err != nil {
		return train, test, err
	}
	var shapes [4][]int
	var data [4][]byte
	var errs [4]error
	var wg sync.WaitGroup
	for i, path := range paths {
		wg.Go(func() { shapes[i], data[i], errs[i] = readFile(path) })
	}
	wg.Wait()
	if err := cmp.Or(errs[:]...); err != nil {
		return train, test, err
	}
	for i := 0; i < len(paths); i += 2 {
		if err := checkPair(shapes[i], shapes[i+1], paths[i], paths[i+1]); err != nil {
			return train, test, err
		}
	}
	if !slices.Equal(shapes[0][1:], shapes[2][1:]) {
		return train, test, fmt.Errorf("%s: images are %s, but the training images are %s: they do not belong together",
			paths[2], file.ShapeText(shapes[2][1:]), file.ShapeText(shapes[0][1:]))
	}
	train, test = Split{shapes[0], data[0], data[1], paths[1]}, Split{shapes[2], data[2], data[3], paths[3]}
	if isEMNIST {
		train.transpose()
		test.transpose()
	}
	return train, test, nil
}

// findFiles returns the paths of the four files that belong to a path.
func findFiles(path string) (paths [4]string, isEMNIST bool, err error) {
	dir, prefix, err := choose(path)
	if err != nil {
		return paths, false, err
	}
	for i, f := range Files {
		paths[i] = findFile(dir, prefix, f.Name)
		switch {
		case paths[i] != "":
		case prefix != "":
			return paths, true, fmt.Errorf("%s: one of the four files of %s is missing, that with %s", dir,
				strings.TrimSuffix(prefix, "-"), emnistSuffix(f.Name))
		default:
			return paths, false, fmt.Errorf("%s: %s is missing (or %[2]s.gz); MNIST's four files belong together: "+
				"add -download to fetch those that are missing", dir, f.Name)
		}
	}
	return paths, prefix != "", nil
}

// transpose swaps the rows and the columns of each image.
func (p *Split) transpose() {
	if len(p.Shape) != 3 {
		return
	}
	h, w := p.Shape[1], p.Shape[2]
	image := make([]byte, h*w)
	for at := 0; at < len(p.Pixels); at += h * w {
		of := p.Pixels[at : at+h*w]
		copy(image, of)
		for i := range h {
			for j := range w {
				of[j*h+i] = image[i*w+j]
			}
		}
	}
	p.Shape = []int{p.Shape[0], w, h}
}

// checkPair returns an error if images of shape x and labels of shape y do not belong together.
func checkPair(x, y []int, images, labels string) error {
	switch {
	case len(x) < 2:
		return fmt.Errorf("%s: images have 3 dimensions (number, height, width), this file has %d: is it the labels?",
			images, len(x))
	case len(y) != 1:
		return fmt.Errorf("%s: labels have 1 dimension, this file has %d: is it the images?", labels, len(y))
	case x[0] != y[0]:
		return fmt.Errorf("%s: %d labels, but %s has %d images: they do not belong together",
			labels, y[0], filepath.Base(images), x[0])
	}
	return nil
}

func readFile(path string) (shape []int, data []byte, err error) {
	r, err := file.OpenRegular(path)
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	if shape, data, err = readIDX(r, r.Limit); err != nil {
		err = file.Error(path, err)
	}
	return shape, data, err
}

// IDX: the format of the files.

// otherTypes are what an IDX file could hold instead of unsigned bytes.
var otherTypes = map[byte]string{
	0x09: "signed bytes", 0x0B: "16-bit integers", 0x0C: "32-bit integers", 0x0D: "32-bit floats", 0x0E: "64-bit floats",
}

// IsIDX reports whether a file that begins with head is an IDX file, whatever the type of its numbers.
func IsIDX(head []byte) bool {
	return len(head) >= 4 && head[0] == 0 && head[1] == 0 &&
		head[2] >= 0x08 && head[2] <= 0x0e && head[3] >= 1 && head[3] <= 4
}

// readIDX reads the shape and the data of a file of unsigned bytes. r can hold no more than limit bytes: a header that
// promises more is refused before memory is allocated.
//
//	00 00 08 n          magic number: unsigned bytes in n dimensions
//	n × 4 bytes         the dimensions, big-endian
//	data                row-major
func readIDX(r io.Reader, limit int64) (shape []int, data []byte, err error) {
	var head [4]byte
	if n, err := io.ReadFull(r, head[:]); err != nil {
		return nil, nil, fmt.Errorf("byte %d: the header of 4 bytes is incomplete: %w", n, file.ErrCut)
	}
	if t := otherTypes[head[2]]; head[0] == 0 && head[1] == 0 && t != "" {
		return nil, nil, fmt.Errorf("byte 2: the file holds %s (type %#02x); unsigned bytes (0x08) were expected", t, head[2])
	}
	if head[0] != 0 || head[1] != 0 || head[2] != 8 || head[3] < 1 || head[3] > 4 {
		return nil, nil, fmt.Errorf("byte 0: the file begins with %#08x; 0x00000803 (images) or 0x00000801 (labels) "+
			"was expected: it is not an IDX file, fetch it again", head)
	}
	shape = make([]int, head[3])
	dims := make([]byte, 4*len(shape))
	read, _ := io.ReadFull(r, dims)
	for i := range shape {
		if read < 4*i+4 {
			return nil, nil, fmt.Errorf("byte %d: dimension %d of %d is incomplete: %w", 4+read, i+1, len(shape), file.ErrCut)
		}
		v := binary.BigEndian.Uint32(dims[4*i:])
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
