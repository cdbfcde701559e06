// Data: this room turns files into samples. It knows formats, parts and scaling,
// and nothing of networks.
//
// Data come in as they are on disk and stay so: images remain bytes (MNIST is 47 MB,
// as float64 it would be 376) until gather converts the rows of one mini-batch.
package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// A Set is n samples: inputs, and for each what the network should answer.
type Set struct {
	N, Dim  int
	Pixels  []byte    // n×d, row-major: the inputs of images; nil for tables
	Values  []float64 // n×d, row-major: the inputs of tables, NaN where one is missing; nil for images
	Labels  []int32   // n: the class of each sample; nil for regression
	Targets []float64 // n×k, row-major: the numbers to predict; nil for classes
}

// A Dataset is what Load found: the parts, and what is known about their samples.
// Test is empty where the data bring no test set of their own, Valid until Split.
type Dataset struct {
	Name               string // for people: "mnist"
	Note               string // what the loader decided or left out; empty where there was nothing to decide
	Train, Valid, Test Set
	Classes            []string // the name of each class; nil for regression
	Inputs             []string // of tables with a header: the name of each input
	Width, Height      int      // of images; 0 for tables
	Ordered            bool     // the order is the data set's own: hold out the last samples, not random ones
}

// Outputs is the number of outputs a network needs for the data: a class each, or a target each.
func (d *Dataset) Outputs() int {
	if d.Classes != nil {
		return len(d.Classes)
	}
	return len(d.Train.Targets) / max(d.Train.N, 1)
}

// Slice is samples lo ≤ i < hi. It shares memory with s.
func (s Set) Slice(lo, hi int) Set {
	return Set{N: hi - lo, Dim: s.Dim, Pixels: rows(s.Pixels, s.N, lo, hi), Values: rows(s.Values, s.N, lo, hi),
		Labels: rows(s.Labels, s.N, lo, hi), Targets: rows(s.Targets, s.N, lo, hi)}
}

// rows is rows lo ≤ i < hi of x, which has n of them, or none.
func rows[T any](x []T, n, lo, hi int) []T {
	if x == nil {
		return nil
	}
	d := len(x) / n
	return x[lo*d : hi*d : hi*d]
}

// pick is the samples of the given indices, copied.
func (s Set) pick(which []int32) Set {
	return Set{N: len(which), Dim: s.Dim, Pixels: pickRows(s.Pixels, s.N, which), Values: pickRows(s.Values, s.N, which),
		Labels: pickRows(s.Labels, s.N, which), Targets: pickRows(s.Targets, s.N, which)}
}

func pickRows[T any](x []T, n int, which []int32) []T {
	if x == nil {
		return nil
	}
	picked := make([]T, 0, len(x)/n*len(which))
	for _, i := range which {
		picked = append(picked, rows(x, n, int(i), int(i)+1)...)
	}
	return picked
}

// join is the samples of s and then those of t.
func (s Set) join(t Set) Set {
	return Set{N: s.N + t.N, Dim: s.Dim, Pixels: slices.Concat(s.Pixels, t.Pixels), Values: slices.Concat(s.Values, t.Values),
		Labels: slices.Concat(s.Labels, t.Labels), Targets: slices.Concat(s.Targets, t.Targets)}
}

// check reports a set whose parts disagree; Load calls it before it returns.
func (s Set) check() error {
	switch {
	case s.N < 1 || s.Dim < 1:
		return fmt.Errorf("%d samples of %d inputs: there is nothing to learn from", s.N, s.Dim)
	case s.Pixels != nil && len(s.Pixels) != s.N*s.Dim, s.Values != nil && len(s.Values) != s.N*s.Dim:
		return fmt.Errorf("%d×%d inputs promised, %d there", s.N, s.Dim, len(s.Pixels)+len(s.Values))
	case s.Labels != nil && len(s.Labels) != s.N:
		return fmt.Errorf("%d samples but %d labels", s.N, len(s.Labels))
	case s.Labels == nil && (len(s.Targets) == 0 || len(s.Targets)%s.N != 0):
		return fmt.Errorf("%d samples but %d targets", s.N, len(s.Targets))
	}
	return nil
}

// ---- Finding out what there is ----

// LoadOptions is what a table cannot say of itself.
type LoadOptions struct {
	Label   string // the column to predict: a name, a number from 1, "first", "last"; "" to find it
	Regress bool   // it holds a number to predict, not a class
}

// Load reads the data set in a folder or file, whatever its format.
func Load(path string, o LoadOptions) (*Dataset, error) {
	d, err := loadPath(path, o)
	if err != nil {
		return nil, err
	}
	for _, s := range []Set{d.Train, d.Valid, d.Test} {
		if err := s.check(); err != nil && (s.N > 0 || d.Train.N == 0) {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return d, nil
}

func loadPath(path string, o LoadOptions) (*Dataset, error) {
	st, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: no such folder or file; add -download to fetch MNIST into it, or leave out -data to train on generated digits", path)
	}
	if err != nil {
		return nil, fileError(path, err)
	}
	if st.IsDir() {
		if dir := findIDXFolder(path); dir != "" {
			return loadIDX(dir)
		}
		if path, err = findFile(path); err != nil {
			return nil, err
		}
	}
	return loadFile(path, o)
}

// findFile picks the one file of a folder that is the data: the only one that looks like it, or
// the only one that is to be trained on.
func findFile(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", fileError(dir, err)
	}
	var all, train []string
	for _, e := range entries {
		name := strings.TrimSuffix(strings.ToLower(e.Name()), ".gz")
		switch filepath.Ext(name) {
		case ".csv", ".tsv", ".data", ".tra", ".npz", ".pkl", ".pickle":
			if all = append(all, e.Name()); strings.Contains(name, ".tra") || strings.Contains(name, "train") {
				train = append(train, e.Name())
			}
		}
	}
	switch {
	case len(train) == 1:
		return filepath.Join(dir, train[0]), nil
	case len(all) == 1:
		return filepath.Join(dir, all[0]), nil
	case len(all) > 1:
		return "", fmt.Errorf("%s: several files could be the data (%s): name one of them", dir, strings.Join(all, ", "))
	}
	return "", fmt.Errorf("%s: no data among its %d files: expected MNIST's four (%s …), a .csv, .npz or .pkl.gz; add -download to fetch MNIST", dir, len(entries), mnistFiles[0].name)
}

// testBeside is the file with the test set that belongs to a file to train on: optdigits.tes to
// optdigits.tra, mnist_test.csv to mnist_train.csv; "" if there is none.
func testBeside(path string) string {
	dir, name := filepath.Split(path)
	for _, r := range []string{"training:test", "train:test", ".tra:.tes", "Training:Test", "Train:Test", "TRAIN:TEST"} {
		from, to, _ := strings.Cut(r, ":")
		for _, end := range []string{"", ".gz"} {
			test := filepath.Join(dir, strings.Replace(strings.TrimSuffix(name, ".gz"), from, to, 1)+end)
			if st, err := os.Stat(test); strings.Contains(name, from) && err == nil && !st.IsDir() {
				return test
			}
		}
	}
	return ""
}

// loadFile reads a file by what its first bytes say.
func loadFile(path string, o LoadOptions) (*Dataset, error) {
	s, err := openSource(path)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	head, _ := s.Peek(512)
	var d *Dataset
	switch {
	case len(head) >= 4 && head[0] == 0 && head[1] == 0 && head[2] >= 0x08 && head[2] <= 0x0e && head[3] >= 1 && head[3] <= 4:
		return loadIDX(filepath.Dir(path))
	case bytes.HasPrefix(head, []byte("PK")) && !s.gz:
		d, err = readNPZ(s.file, s.size, o)
	case head[0] == 0x80, head[0] == '(' && bytes.Contains(head, []byte("cnumpy")):
		d, err = readPickle(s, s.limit, o)
	case bytes.IndexByte(head, 0) >= 0:
		err = errors.New("is no text, and of no known kind: expected CSV, IDX, .npz or .pkl.gz")
	default:
		var train, test *table
		if train, err = s.table(); err != nil {
			break
		}
		if beside := testBeside(path); beside != "" {
			s, err := openSource(beside)
			if err != nil {
				return nil, err
			}
			defer s.Close()
			if test, err = s.table(); err != nil {
				return nil, fileError(beside, err)
			}
			test.file = beside
		}
		train.file = path
		if d, err = tableDataset(train, test, o); err != nil {
			return nil, err
		}
	}
	if err != nil {
		return nil, fileError(path, err)
	}
	d.Name = nameOf(path)
	return d, nil
}

// nameOf is what people call the data in a folder or file: torchvision's MNIST/raw is MNIST.
func nameOf(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if filepath.Base(path) == "raw" {
		path = filepath.Dir(path)
	}
	return filepath.Base(path)
}

var errCut = errors.New("the file was cut off, fetch it again")

// fileError puts a file's name before what went wrong with it, and what to do after it.
func fileError(path string, err error) error {
	var pe *fs.PathError
	var corrupt flate.CorruptInputError
	if errors.As(err, &pe) {
		err = pe.Err // it would say the name twice
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s: %w: you may not read it; change its permissions (chmod +r)", path, err)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: there is no such file", path)
	case errors.Is(err, gzip.ErrHeader):
		return fmt.Errorf("%s: gzip data are followed by something else: the file is damaged, fetch it again", path)
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, zip.ErrChecksum), errors.As(err, &corrupt):
		return fmt.Errorf("%s: packed data are damaged (%w): fetch the file again", path, err)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%s: %w", path, errCut)
	}
	return fmt.Errorf("%s: %w", path, err)
}

// A source is an open file, unpacked if it is gzip.
type source struct {
	*bufio.Reader
	file  *os.File
	size  int64 // of the file on disk
	limit int64 // the most bytes that reading it can give: nothing larger is ever allocated
	gz    bool
}

// unpacked is the most that n bytes of packed data are believed to hold. Deflate could shrink a
// thousandfold what says nothing; images shrink to a fifth, and tables to a thirtieth at the least.
func unpacked(n int64) int64 { return 1<<20 + 100*n }

// openSource opens a file for reading. Gzip is known by its first bytes and not by the file's
// name: browsers unpack a .gz and keep the name.
func openSource(path string) (s *source, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	st, err := f.Stat()
	if err != nil {
		return nil, fileError(path, err)
	}
	if st.IsDir() {
		return nil, fmt.Errorf("%s: is a folder; a file was expected", path)
	}
	size := st.Size()
	if !st.Mode().IsRegular() {
		size = 1 << 40 // a pipe does not say
	}
	s = &source{Reader: bufio.NewReaderSize(f, 1<<16), file: f, size: size, limit: size}
	head, err := s.Peek(512)
	if len(head) == 0 {
		if err == io.EOF {
			return nil, fmt.Errorf("%s: the file is empty", path)
		}
		return nil, fileError(path, err)
	}
	if len(head) > 1 && head[0] == 0x1f && head[1] == 0x8b {
		z, err := gzip.NewReader(s.Reader)
		if err != nil {
			return nil, fileError(path, err)
		}
		s.Reader, s.gz = bufio.NewReaderSize(z, 1<<16), true
		s.limit = unpacked(size)
		if head, err = s.Peek(512); len(head) == 0 {
			if err == io.EOF {
				return nil, fmt.Errorf("%s: the file is empty once unpacked", path)
			}
			return nil, fileError(path, err)
		}
	}
	if what := notData(head); what != "" {
		return nil, fmt.Errorf("%s: is %s, not data: the download went wrong, fetch it again", path, what)
	}
	return s, nil
}

func (s *source) Close() error { return s.file.Close() }

// notData names what is often saved in place of data.
func notData(head []byte) string {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case len(head) > 1 && head[0] == '<' && (head[1] == '!' || head[1] == '?' || 'A' <= head[1]&^32 && head[1]&^32 <= 'Z'):
		return "a web page (HTML)"
	case bytes.HasPrefix(head, []byte("version https://git-lfs")):
		return "a pointer of git-lfs"
	}
	return ""
}

// readN reads n bytes into a slice of exactly that size. A promise is not believed beyond 48 MiB
// (MNIST's images are one allocation): a larger slice is allocated only once half of it has come.
func readN(r io.Reader, n int) ([]byte, error) {
	buf := make([]byte, min(n, 48<<20))
	got, err := io.ReadFull(r, buf)
	for err == nil && got < n {
		buf = append(make([]byte, 0, min(n, 2*got)), buf...)
		buf = buf[:cap(buf)]
		var m int
		m, err = io.ReadFull(r, buf[got:])
		got += m
	}
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return nil, fmt.Errorf("%d bytes of data promised, %d there: %w", n, got, errCut)
	}
	return buf, err
}

// readExactly is readN, and reports bytes that follow.
func readExactly(r io.Reader, n int) ([]byte, error) {
	buf, err := readN(r, n)
	if err != nil {
		return nil, err
	}
	var one [1]byte
	if _, err := io.ReadFull(r, one[:]); err == nil {
		return nil, fmt.Errorf("goes on after the %d bytes of data that its header promises", n)
	} else if err != io.EOF {
		return nil, err // gzip checks its sum at the end
	}
	return buf, nil
}

// ---- IDX: the format of MNIST ----

// mnistFiles are MNIST's four, as published, with the SHA-256 and size of the unpacked file.
var mnistFiles = [4]struct {
	name, sha string
	size      int64
}{
	{"train-images-idx3-ubyte", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", 47040016},
	{"train-labels-idx1-ubyte", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5", 60008},
	{"t10k-images-idx3-ubyte", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7", 7840016},
	{"t10k-labels-idx1-ubyte", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2", 10008},
}

// findIDX is the path of one of the four files in any of its spellings, "" if there is none.
// Unpacked comes first, since it loads faster; a file comes before a folder of that name.
func findIDX(dir, name string) string {
	folder := ""
	for _, n := range []string{name, strings.Replace(name, "-idx", ".idx", 1)} {
		for _, p := range []string{filepath.Join(dir, n), filepath.Join(dir, n+".gz")} {
			if st, err := os.Stat(p); err == nil && !st.IsDir() {
				return p
			} else if err == nil && folder == "" {
				folder = p
			}
		}
	}
	return folder
}

// findIDXFolder is the folder with the four files, or with some of them: dir itself, or
// torchvision's raw or MNIST/raw in it; "" if there is none.
func findIDXFolder(dir string) string {
	deeper, _ := filepath.Glob(filepath.Join(globQuote(dir), "*", "raw"))
	for _, d := range append([]string{dir, filepath.Join(dir, "raw"), filepath.Join(dir, "MNIST", "raw")}, deeper...) {
		for _, f := range mnistFiles {
			if findIDX(d, f.name) != "" {
				return d
			}
		}
	}
	return ""
}

// globQuote keeps filepath.Glob from reading a folder's name as a pattern.
func globQuote(dir string) string {
	return strings.NewReplacer("*", "[*]", "?", "[?]", "[", "[[]").Replace(dir)
}

// loadIDX reads the four files side by side.
func loadIDX(dir string) (*Dataset, error) {
	var path [4]string
	for i, f := range mnistFiles {
		if path[i] = findIDX(dir, f.name); path[i] == "" {
			return nil, fmt.Errorf("%s: %s is missing (or %[2]s.gz); MNIST's four files belong together: add -download to fetch those that are missing", dir, f.name)
		}
	}
	var dims [4][]int
	var data [4][]byte
	var errs [4]error
	var wg sync.WaitGroup
	for i := range path {
		wg.Add(1)
		go func() {
			defer wg.Done()
			dims[i], data[i], errs[i] = loadIDXFile(path[i])
		}()
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	d := &Dataset{Name: nameOf(dir), Ordered: true}
	for i, s := range []*Set{&d.Train, &d.Test} {
		x, y, images, labels := dims[2*i], dims[2*i+1], path[2*i], path[2*i+1]
		if len(x) < 2 {
			return nil, fmt.Errorf("%s: images have 3 dimensions (number, height, width), this file has %d: is it the labels?", images, len(x))
		}
		if len(y) != 1 {
			return nil, fmt.Errorf("%s: labels have 1 dimension, this file has %d: is it the images?", labels, len(y))
		}
		if x[0] != y[0] {
			return nil, fmt.Errorf("%s: %d labels, but %s has %d images: they are not of one set", labels, y[0], filepath.Base(images), x[0])
		}
		*s = Set{N: x[0], Dim: len(data[2*i]) / x[0], Pixels: data[2*i], Labels: make([]int32, y[0])}
		for j, b := range data[2*i+1] {
			s.Labels[j] = int32(b)
		}
	}
	if !slices.Equal(dims[0][1:], dims[2][1:]) {
		return nil, fmt.Errorf("%s: images are %s, but those to train on are %s: they are not of one set", path[2], times(dims[2][1:]), times(dims[0][1:]))
	}
	d.Height, d.Width = sides(dims[0])
	for i, s := range []Set{d.Train, d.Test} {
		if err := d.checkLabels(s.Labels); err != nil {
			return nil, fmt.Errorf("%s: %w", path[2*i+1], err)
		}
	}
	return d, nil
}

// checkLabels reports labels that cannot be learned. The first labels that it sees are those to
// train on: they say which classes there are.
func (d *Dataset) checkLabels(labels []int32) error {
	if d.Classes == nil {
		most := slices.Max(labels)
		if most == slices.Min(labels) {
			return fmt.Errorf("all %d labels are %d: there is nothing to tell apart", len(labels), most)
		}
		for c := range most + 1 {
			d.Classes = append(d.Classes, strconv.Itoa(int(c)))
		}
	}
	for i, c := range labels {
		if int(c) >= len(d.Classes) {
			return fmt.Errorf("label %d is %d, but those to train on go from 0 to %d: they are not of one set", i, c, len(d.Classes)-1)
		}
	}
	return nil
}

func loadIDXFile(path string) ([]int, []byte, error) {
	s, err := openSource(path)
	if err != nil {
		return nil, nil, err
	}
	defer s.Close()
	dims, data, err := readIDX(s, s.limit)
	if err != nil {
		return nil, nil, fileError(path, err)
	}
	return dims, data, nil
}

// readIDX reads dimensions and data of one file of unsigned bytes. limit is the most bytes that
// r can hold; a header that promises more is refused before anything is allocated.
func readIDX(r io.Reader, limit int64) ([]int, []byte, error) {
	var head [4]byte
	if n, err := io.ReadFull(r, head[:]); err != nil {
		return nil, nil, fmt.Errorf("byte %d: the header of 4 bytes is incomplete: %w", n, errCut)
	}
	types := map[byte]string{0x09: "signed bytes", 0x0B: "16-bit integers", 0x0C: "32-bit integers", 0x0D: "32-bit floats", 0x0E: "64-bit floats"}
	if t := types[head[2]]; head[0] == 0 && head[1] == 0 && t != "" {
		return nil, nil, fmt.Errorf("byte 2: the file holds %s (type %#02x); unsigned bytes (0x08) were expected", t, head[2])
	}
	if head[0] != 0 || head[1] != 0 || head[2] != 8 || head[3] < 1 || head[3] > 4 {
		return nil, nil, fmt.Errorf("byte 0: the file begins with %#08x; 0x00000803 (images) or 0x00000801 (labels) was expected: it is not an IDX file, fetch it again", head)
	}
	dims := make([]int, head[3])
	for i := range dims {
		var b [4]byte
		if n, err := io.ReadFull(r, b[:]); err != nil {
			return nil, nil, fmt.Errorf("byte %d: dimension %d of %d is incomplete: %w", 4+4*i+n, i+1, len(dims), errCut)
		}
		v := binary.BigEndian.Uint32(b[:])
		if v == 0 || v > math.MaxInt32 { // MaxInt32: an int may have 32 bits
			return nil, nil, fmt.Errorf("byte %d: dimension %d of %d is %d: the header is damaged, fetch the file again", 4+4*i, i+1, len(dims), v)
		}
		dims[i] = int(v)
	}
	limit = min(limit-4-4*int64(len(dims)), math.MaxInt)
	size, err := product(dims, limit)
	if err != nil {
		return nil, nil, fmt.Errorf("byte 4: %w", err)
	}
	data, err := readExactly(r, size)
	if err != nil {
		return nil, nil, fmt.Errorf("byte %d: %w", 4+4*len(dims), err)
	}
	return dims, data, nil
}

// product is the number of elements of an array, at most limit.
func product(dims []int, limit int64) (int, error) {
	size := int64(1)
	for _, v := range dims {
		if v < 1 || int64(v) > limit/size { // dividing cannot overflow
			return 0, fmt.Errorf("the header promises %s numbers, and the file can hold %d: it is damaged, or %w", times(dims), max(limit, 0), errCut)
		}
		size *= int64(v)
	}
	return int(size), nil
}

// sides are height and width of the images in an array n×h×w, n×h×w×1 or n×(h·h); 0 if it has none.
func sides(dims []int) (h, w int) {
	switch {
	case len(dims) == 3, len(dims) == 4 && dims[3] == 1:
		return dims[1], dims[2]
	case len(dims) == 2:
		if side := int(math.Sqrt(float64(dims[1]))); side >= 8 && side*side == dims[1] {
			return side, side
		}
	}
	return 0, 0
}

// times is 60000×28×28.
func times(dims []int) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(dims), "[]"), " ", "×")
}

// ---- Tables: CSV ----

// A table is a CSV file as it was read, before anything is decided. While all its cells are whole
// numbers from 0 to 255 it keeps bytes: MNIST as CSV is 47 MB so, and 376 as float64.
type table struct {
	file  string   // for errors
	names []string // of the columns; nil without a header
	n     int
	cols  []column
	small []byte    // n×len(cols); nil once there was a cell that is no byte
	cells []float64 // n×len(cols): a number, or NaN that carries 0 (missing) or 1 + the index of a word
}

type column struct {
	words                   []string
	index                   map[string]int // of a word in words
	texts, missing          int            // how many
	firstText, firstMissing int            // the lines
}

const nanBits = 0x7FF8 << 48

// readCSV reads a table with or without a header, separated by comma, semicolon or tab.
func readCSV(r io.Reader) (*table, error) {
	br := bufio.NewReaderSize(r, 1<<16)
	head, _ := br.Peek(1 << 16)
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		br.Discard(3)
	}
	c := csv.NewReader(&lines{r: br})
	c.ReuseRecord, c.FieldsPerRecord = true, -1
	line, _, _ := bytes.Cut(regexp.MustCompile(`"[^"]*"`).ReplaceAll(head, nil), []byte("\n"))
	if bytes.ContainsRune(line, ';') {
		c.Comma = ';'
	} else if bytes.Count(line, []byte("\t")) > bytes.Count(line, []byte(",")) {
		c.Comma = '\t'
	}
	c.TrimLeadingSpace, c.LazyQuotes = c.Comma != '\t', c.Comma == '\t'

	t := &table{}
	var first []string // line 1 waits for line 2, which shows whether it is a header
	for n := 1; ; n++ {
		rec, err := c.Read()
		if err == io.EOF {
			break
		}
		var pe *csv.ParseError
		if errors.As(err, &pe) {
			return nil, fmt.Errorf("line %d, character %d: %w; fields with quotes in them are written \"like \"\"this\"\"\"", pe.Line, pe.Column, pe.Err)
		} else if err != nil {
			return nil, err
		}
		for j, f := range rec { // 1,5 as half of Europe writes it
			if f := strings.Replace(f, ",", ".", 1); c.Comma == ';' && isNumber(f) {
				rec[j] = f
			}
		}
		line, _ := c.FieldPos(0)
		switch {
		case n == 1:
			for _, f := range rec {
				first = append(first, strings.TrimSpace(f))
			}
			continue
		case n == 2:
			t.cols = make([]column, len(rec))
			if isCountHeader(first, rec) { // says nothing that the table does not say itself
			} else if isHeader(first, rec) {
				t.names = first
			} else if err := t.add(first, 1); err != nil {
				return nil, err
			}
			if t.names != nil && len(t.names) != len(rec) {
				return nil, fmt.Errorf("line %d: %d fields, where line 1 has %d", line, len(rec), len(first))
			}
		}
		if err := t.add(rec, line); err != nil {
			return nil, err
		}
	}
	if t.n < 2 || len(t.cols) < 2 {
		return nil, fmt.Errorf("line 1: %d lines of %d fields are no table: expected numbers or words separated by comma, semicolon or tab, and one of them the label", t.n, max(len(t.cols), len(first)))
	}
	return t, nil
}

// lines passes text on, and refuses what no text has: a zero byte, or a line so long
// that it alone could fill the memory.
type lines struct {
	r      io.Reader
	n, len int
}

func (l *lines) Read(b []byte) (int, error) {
	n, err := l.r.Read(b)
	for _, c := range b[:n] {
		if l.len++; c == '\n' {
			l.n, l.len = l.n+1, 0
		}
		if c == 0 || l.len > 16<<20 {
			return 0, fmt.Errorf("line %d is no text: it has a zero byte, or more than 16 million bytes", l.n+1)
		}
	}
	return n, err
}

// isCountHeader knows the first line of scikit-learn's own tables and TensorFlow's: samples, features, class names.
func isCountHeader(first, second []string) bool {
	return len(first) > 3 && isNumber(first[0]) && first[1] == strconv.Itoa(len(second)-1) && !slices.ContainsFunc(first[2:], isNumber)
}

// isHeader: names above numbers; above words, names that differ from each other; or the numbers
// of the columns themselves, as pandas writes them.
func isHeader(first, second []string) bool {
	counts := len(first) > 3
	for i, f := range first {
		k, err := strconv.Atoi(f)
		counts = counts && (i == 0 && f == "" || err == nil && (k == i || k == i-1 || k == i+1) || err != nil && !isNumber(f) && i == len(first)-1)
	}
	if counts {
		return true
	}
	if slices.ContainsFunc(first, isNumber) {
		return false
	}
	return slices.ContainsFunc(second, isNumber) || len(slices.Compact(slices.Sorted(slices.Values(first)))) == len(first)
}

func isNumber(s string) bool {
	_, ok := number(s)
	return ok
}

func number(s string) (float64, bool) {
	x, err := strconv.ParseFloat(s, 64)
	return x, err == nil && x-x == 0
}

// maxCells keeps a table, or a pipe that never ends, within 4 GB.
const maxCells = 1 << 29

// add appends one line.
func (t *table) add(rec []string, line int) error {
	if len(rec) != len(t.cols) {
		return fmt.Errorf("line %d: %d fields, where the other lines have %d", line, len(rec), len(t.cols))
	}
	if len(t.small)+len(t.cells) > maxCells {
		return fmt.Errorf("line %d: the table goes on beyond %d numbers, more than is held in memory; take fewer of its lines", line, maxCells)
	}
	t.n++
	for j, f := range rec {
		if t.cells == nil {
			if b, err := strconv.ParseUint(f, 10, 8); err == nil {
				t.small = append(t.small, byte(b))
				continue
			}
			t.cells = make([]float64, len(t.small), 2*len(t.small)+len(rec))
			for i, b := range t.small {
				t.cells[i] = float64(b)
			}
			t.small = nil
		}
		t.cells = append(t.cells, t.cols[j].cell(strings.TrimSpace(f), line))
	}
	return nil
}

func (c *column) cell(f string, line int) float64 {
	switch strings.ToLower(f) {
	case "", "?", "na", "n/a", "nan", "null", "none", "-":
		if c.missing++; c.missing == 1 {
			c.firstMissing = line
		}
		return math.Float64frombits(nanBits)
	}
	if x, ok := number(f); ok {
		return x
	}
	if c.texts++; c.texts == 1 {
		c.firstText, c.index = line, map[string]int{}
	}
	k, ok := c.index[f]
	if !ok {
		f = strings.Clone(f) // or it would keep its whole line
		k = len(c.words)
		c.words, c.index[f] = append(c.words, f), k
	}
	return math.Float64frombits(nanBits | uint64(k+1))
}

func (t *table) at(i, j int) float64 {
	if t.cells == nil {
		return float64(t.small[i*len(t.cols)+j])
	}
	return t.cells[i*len(t.cols)+j]
}

// word is a cell as text, "" if it is missing.
func (t *table) word(i, j int) string {
	x := t.at(i, j)
	if x == x {
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	if k := int(math.Float64bits(x) &^ nanBits); k > 0 {
		return t.cols[j].words[k-1]
	}
	return ""
}

func (t *table) title(j int) string {
	if t.names == nil || t.names[j] == "" {
		return fmt.Sprintf("column %d", j+1)
	}
	return fmt.Sprintf("column %d %q", j+1, t.names[j])
}

// distinct are the different words of a column, numbers in their order and then words in theirs.
func (t *table) distinct(j int) []string {
	seen := map[string]bool{}
	for i := range t.n {
		if w := t.word(i, j); w != "" {
			seen[w] = true
		}
	}
	return slices.SortedFunc(maps.Keys(seen), func(a, b string) int {
		x, errX := strconv.ParseFloat(a, 64)
		y, errY := strconv.ParseFloat(b, 64)
		if errX == nil && errY == nil {
			return cmp.Compare(x, y)
		}
		return strings.Compare(a, b)
	})
}

// labelNames are what tables call the column to predict, the surest first.
var labelNames = []string{"label", "labels", "target", "species", "variety", "survived", "diagnosis", "outcome", "quality",
	"saleprice", "median_house_value", "medv", "price", "class", "category", "digit", "y"}

// findLabel is the column to predict.
func (t *table) findLabel(want string) (int, error) {
	last := len(t.cols) - 1
	for last > 0 && t.cols[last].missing == t.n { // each line ended in a separator
		last--
	}
	switch k, err := strconv.Atoi(want); {
	case want == "first":
		return 0, nil
	case want == "last":
		return last, nil
	case err == nil && k >= 1 && k <= len(t.cols):
		return k - 1, nil
	case want != "":
		for j, n := range t.names {
			if strings.EqualFold(n, want) {
				return j, nil
			}
		}
		if t.names == nil {
			return 0, fmt.Errorf("-label %s: the table has no header; give first, last or a number from 1 to %d", want, len(t.cols))
		}
		return 0, fmt.Errorf("-label %s: no such column; there are %s", want, strings.Join(t.names, ", "))
	}
	if t.names != nil {
		for _, n := range labelNames {
			for j := range t.names {
				if strings.EqualFold(t.names[j], n) {
					return j, nil
				}
			}
		}
		return last, nil
	}
	// Without a header: the only column of words; else the last one, or the first where only that
	// can be a class (UCI's wines; MNIST, whose last pixel is 0 in each image).
	var words []int
	for j, c := range t.cols {
		if c.texts > 0 && t.isClass(j) {
			words = append(words, j)
		}
	}
	switch {
	case len(words) == 1:
		return words[0], nil
	case len(words) == 0 && t.isClass(0) && !t.isClass(last):
		return 0, nil
	}
	return last, nil
}

// isClass says whether a column looks like classes and not like a number to predict: words or
// whole numbers that come back again and again.
func (t *table) isClass(j int) bool {
	seen := map[float64]bool{}
	for i := range t.n {
		x := t.at(i, j)
		if x == x && x != math.Trunc(x) {
			return false
		}
		if x == x {
			seen[x] = true
		}
	}
	n := len(seen) + len(t.cols[j].words)
	return n > 1 && n <= max(2, min(100, t.n/2))
}

// table reads a table, which does not say how large it is.
func (s *source) table() (*table, error) {
	r := &io.LimitedReader{R: s, N: s.limit + 1}
	t, err := readCSV(r)
	if r.N == 0 {
		err = fmt.Errorf("unpacks to more than %d bytes, a hundred times its size: no table does that", s.limit)
	}
	return t, err
}

// A feature is an input: the number in a column, or 1 where the column holds word.
type feature struct {
	col  int
	word string
}

const maxWords = 50 // more different words than this are names or remarks, and no use as inputs

// tableDataset decides what the columns are. test may be nil.
func tableDataset(train, test *table, o LoadOptions) (*Dataset, error) {
	label, err := train.findLabel(o.Label)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", train.file, err)
	}
	d := &Dataset{}
	notes := []string{"label: " + train.title(label)}
	if test != nil && train.names != nil && test.names != nil && !slices.Equal(train.names, test.names) {
		if !slices.Equal(slices.Delete(slices.Clone(train.names), label, label+1), test.names) {
			return nil, fmt.Errorf("%s: line 1: its columns are not those of %s", test.file, train.file)
		}
		notes = append(notes, fmt.Sprintf("%s has no labels and is not used", filepath.Base(test.file)))
		test = nil
	}
	if test != nil && len(test.cols) != len(train.cols) {
		return nil, fmt.Errorf("%s: %d columns, where %s has %d", test.file, len(test.cols), train.file, len(train.cols))
	}

	features, left, err := train.features(label)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", train.file, err)
	}
	notes = append(notes, left...)
	if !o.Regress && (train.cols[label].texts > 0 || train.isClass(label)) {
		d.Classes = train.distinct(label)
		if n := len(d.Classes); n < 2 || n > 1000 || n == train.n && n > 2 {
			return nil, fmt.Errorf("%s: %s has %d different labels in %d lines, which cannot be learned; name another column with -label", train.file, train.title(label), n, train.n)
		}
	} else if !o.Regress {
		if len(train.distinct(label)) < 2 {
			return nil, fmt.Errorf("%s: %s is the same in all %d lines: there is nothing to learn; name another column with -label", train.file, train.title(label), train.n)
		}
		notes[0] += ", a number to predict"
	}
	for _, f := range features {
		if train.names != nil {
			d.Inputs = append(d.Inputs, strings.TrimSuffix(train.names[f.col]+"="+f.word, "="))
		}
	}
	isImage := true
	for k, t := range []*table{train, test} {
		if t == nil {
			continue
		}
		s := []*Set{&d.Train, &d.Test}[k]
		s.N, s.Dim = t.n, len(features)
		if err := t.answers(label, d.Classes, s); err != nil {
			return nil, fmt.Errorf("%s: %w", t.file, err)
		}
		for _, f := range features {
			c := t.cols[f.col]
			if f.word == "" && c.texts > 0 {
				return nil, fmt.Errorf("%s: line %d, %s: %q is not a number", t.file, c.firstText, t.title(f.col), c.words[0])
			}
			isImage = isImage && f.word == "" && c.missing == 0
		}
		for i := 0; i < t.n && isImage; i++ {
			for _, f := range features {
				x := t.at(i, f.col)
				isImage = isImage && x >= 0 && x <= 255 && x == math.Trunc(x)
			}
		}
	}
	d.Height, d.Width = sides([]int{1, len(features)})
	if isImage = isImage && d.Width > 0; !isImage {
		d.Height, d.Width = 0, 0
	}
	train.inputs(features, &d.Train, isImage)
	if test != nil {
		test.inputs(features, &d.Test, isImage)
	}
	d.Note = strings.Join(notes, "; ")
	return d, nil
}

// features chooses the inputs, and notes which columns were left out and where numbers are missing.
func (t *table) features(label int) (fs []feature, notes []string, err error) {
	var left, missing []string
	for j, c := range t.cols {
		numbers := t.n - c.texts - c.missing
		switch {
		case j == label:
		case c.missing == t.n:
			left = append(left, t.title(j)+" (empty)")
		case len(t.cols) > 3 && t.isID(j):
			left = append(left, t.title(j)+" (numbers the samples)")
		case c.texts == 0:
			if fs = append(fs, feature{j, ""}); c.missing > 0 {
				missing = append(missing, fmt.Sprintf("%s (%d)", t.title(j), c.missing))
			}
		case numbers > 4*c.texts, numbers > c.texts && len(c.words) == 1: // a slip, or a word for "unknown"
			return nil, nil, fmt.Errorf("line %d, %s: %q is not a number, and the column is of numbers; correct it, or leave the field empty if it is unknown", c.firstText, t.title(j), c.words[0])
		default:
			words := t.distinct(j)
			if len(words) > maxWords {
				left = append(left, fmt.Sprintf("%s (%d different words)", t.title(j), len(words)))
				continue
			}
			for _, w := range words {
				fs = append(fs, feature{j, w})
			}
		}
	}
	if len(fs) == 0 {
		return nil, nil, fmt.Errorf("no column is left to learn from: %s", strings.Join(left, ", "))
	}
	if left != nil {
		notes = append(notes, "left out: "+strings.Join(left, ", "))
	}
	if missing != nil {
		notes = append(notes, "missing numbers count as 0 after scaling: "+strings.Join(missing, ", "))
	}
	return fs, notes, nil
}

// isID says whether a column only numbers the samples: by its name, or as the first one that counts from 0 or 1.
func (t *table) isID(j int) bool {
	name := ""
	if t.names != nil {
		name = t.names[j]
	}
	named := t.names != nil && regexp.MustCompile(`^(|#|(?i:id|index|no|nr|rownames|unnamed: 0)|.*(Id|ID|_id| id))$`).MatchString(name)
	if t.cols[j].missing > 0 || t.names != nil && !named || t.names == nil && j > 0 {
		return false
	}
	if named && name != "" && len(t.distinct(j)) == t.n {
		return true
	}
	for i := range t.n {
		if x := t.at(i, j); x != float64(i)+t.at(0, j) || t.at(0, j) != 0 && t.at(0, j) != 1 {
			return false
		}
	}
	return t.n > 2
}

// answers fills in labels, or targets where there are no classes.
func (t *table) answers(label int, classes []string, s *Set) error {
	c := t.cols[label]
	if c.missing > 0 {
		return fmt.Errorf("line %d, %s: the label is missing; fill it in or remove the line", c.firstMissing, t.title(label))
	}
	if classes == nil && c.texts > 0 {
		return fmt.Errorf("line %d, %s: %q is not a number to predict; leave out -regress, or name another column with -label", c.firstText, t.title(label), c.words[0])
	}
	index := map[string]int32{}
	for k, w := range classes {
		index[w] = int32(k)
	}
	for i := range t.n {
		if classes == nil {
			s.Targets = append(s.Targets, t.at(i, label))
			continue
		}
		k, ok := index[t.word(i, label)]
		if !ok {
			return fmt.Errorf("sample %d, %s: %q is not among the labels to train on (%s)", i+1, t.title(label), t.word(i, label), strings.Join(classes, ", "))
		}
		s.Labels = append(s.Labels, k)
	}
	return nil
}

func (t *table) inputs(features []feature, s *Set, isImage bool) {
	if isImage {
		s.Pixels = make([]byte, 0, s.N*s.Dim)
	} else {
		s.Values = make([]float64, 0, s.N*s.Dim)
	}
	for i := range t.n {
		for _, f := range features {
			switch {
			case isImage:
				s.Pixels = append(s.Pixels, byte(t.at(i, f.col)))
			case f.word == "":
				s.Values = append(s.Values, t.at(i, f.col))
			case f.word == t.word(i, f.col):
				s.Values = append(s.Values, 1)
			default:
				s.Values = append(s.Values, 0)
			}
		}
	}
}

// ---- NumPy's arrays: npz and pickle ----

// An array is numbers as NumPy keeps them.
type array struct {
	shape []int
	dtype string // byte order, kind and width as NumPy writes them: |u1, <f4, >i8
	data  []byte // row-major
}

// checkDtype gives the width of an element in bytes.
func checkDtype(s string) (int, error) {
	if !regexp.MustCompile(`^[<>=|]([ui][1248]|f[48]|b1)$`).MatchString(s) {
		return 0, fmt.Errorf("array of type %q: expected whole numbers or floats (u1 … u8, i1 … i8, f4, f8)", s)
	}
	return int(s[2] - '0'), nil
}

func (a *array) at(i int) float64 {
	w := int(a.dtype[2] - '0')
	u := uint64(0)
	for k, b := range a.data[i*w : (i+1)*w] {
		if a.dtype[0] == '>' {
			u = u<<8 | uint64(b)
		} else {
			u |= uint64(b) << (8 * k)
		}
	}
	switch {
	case a.dtype[1:] == "f4":
		return float64(math.Float32frombits(uint32(u)))
	case a.dtype[1:] == "f8":
		return math.Float64frombits(u)
	case a.dtype[1] == 'i':
		return float64(int64(u<<(64-8*w)) >> (64 - 8*w))
	}
	return float64(u)
}

// pixels are the array's numbers times by, if they are all bytes then.
func (a *array) pixels(by float64) []byte {
	if a.dtype[1:] == "u1" && by == 1 {
		return a.data
	}
	n := len(a.data) / int(a.dtype[2]-'0')
	p := make([]byte, 0, n)
	for i := range n {
		x := a.at(i) * by
		k := math.Round(x)
		if !(k >= 0 && k <= 255) || x != k && (by != 255 || math.Abs(x-k) > 1e-4) { // k/255 was rounded to a float32
			return nil
		}
		p = append(p, byte(k))
	}
	return p
}

// arraysDataset makes a data set of pairs of inputs and labels: train, valid, test; nil where there is none.
func arraysDataset(parts [3][2]*array, o LoadOptions) (*Dataset, error) {
	d := &Dataset{Ordered: true}
	sets := [3]*Set{&d.Train, &d.Valid, &d.Test}
	name := [3]string{"training", "validation", "test"}
	x0 := parts[0][0]
	if x0 == nil || len(x0.shape) < 2 {
		return nil, errors.New("no array of images or samples to train on, n×h×w or n×d")
	}
	d.Height, d.Width = sides(x0.shape)
	var pixels [3][]byte
	isImage := false
	for _, by := range []float64{1, 256, 255} {
		if isImage || d.Width == 0 && x0.dtype != "|u1" {
			break
		}
		isImage = true
		for k, p := range parts {
			if p[0] != nil {
				pixels[k] = p[0].pixels(by)
				isImage = isImage && pixels[k] != nil
			}
		}
		if isImage && by > 1 {
			d.Note = fmt.Sprintf("pixels in the file are divided by %g, and are kept as bytes", by)
		}
	}
	if !isImage {
		d.Height, d.Width = 0, 0
	}
	for k, p := range parts {
		x, y, s := p[0], p[1], sets[k]
		if x == nil {
			continue
		}
		if y == nil || y.shape[0] != x.shape[0] {
			return nil, fmt.Errorf("%s part: %d samples need as many labels", name[k], x.shape[0])
		}
		if !slices.Equal(x.shape[1:], x0.shape[1:]) || !slices.Equal(y.shape[1:], parts[0][1].shape[1:]) {
			return nil, fmt.Errorf("%s part: arrays %s and %s are not of the shape of those to train on, %s and %s", name[k], times(x.shape), times(y.shape), times(x0.shape), times(parts[0][1].shape))
		}
		s.N, s.Dim = x.shape[0], 1
		for _, v := range x.shape[1:] {
			s.Dim *= v
		}
		if s.Pixels = pixels[k]; !isImage {
			s.Pixels, s.Values = nil, make([]float64, s.N*s.Dim)
			for i := range s.Values {
				if s.Values[i] = x.at(i); math.IsInf(s.Values[i], 0) {
					return nil, fmt.Errorf("%s part: sample %d has an infinite input", name[k], i/s.Dim)
				}
			}
		}
		labels := make([]float64, len(y.data)/int(y.dtype[2]-'0'))
		classes := len(labels) == s.N && !o.Regress
		for i := range labels {
			labels[i] = y.at(i)
			classes = classes && labels[i] >= 0 && labels[i] < 1000 && labels[i] == math.Trunc(labels[i])
			if labels[i]-labels[i] != 0 {
				return nil, fmt.Errorf("%s part: label %d is %g", name[k], i, labels[i])
			}
		}
		if k > 0 && classes != (d.Classes != nil) {
			return nil, fmt.Errorf("%s part: labels are not of the kind to train on", name[k])
		}
		if !classes {
			s.Targets = labels
			continue
		}
		for _, c := range labels {
			s.Labels = append(s.Labels, int32(c))
		}
		if err := d.checkLabels(s.Labels); err != nil {
			return nil, fmt.Errorf("%s part: %w", name[k], err)
		}
	}
	return d, nil
}

// npzNames are what people call the arrays of training, validation and test, inputs and labels.
var npzNames = [3][][2]string{
	{{"x_train", "y_train"}, {"train_images", "train_labels"}, {"x", "y"}, {"data", "target"}},
	{{"x_val", "y_val"}, {"x_valid", "y_valid"}, {"val_images", "val_labels"}},
	{{"x_test", "y_test"}, {"test_images", "test_labels"}},
}

// readNPZ reads a zip of NumPy's arrays. The members' names are compared and never opened as paths.
func readNPZ(r io.ReaderAt, size int64, o LoadOptions) (*Dataset, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%w: the zip archive is damaged, or %w", err, errCut)
	}
	members, names := map[string]*zip.File{}, []string{}
	for _, f := range z.File {
		name, isArray := strings.CutSuffix(strings.ToLower(f.Name), ".npy")
		if !isArray {
			continue
		}
		if members[name] != nil {
			return nil, fmt.Errorf("member %q is there twice", f.Name)
		}
		members[name] = f
		names = append(names, name)
	}
	var parts [3][2]*array
	for k, pairs := range npzNames {
		for _, pair := range pairs {
			if x, y := members[pair[0]], members[pair[1]]; x == nil && y == nil || parts[k][0] != nil {
				continue
			} else if x == nil || y == nil {
				return nil, fmt.Errorf("%s.npy and %s.npy belong together, and only one of them is there", pair[0], pair[1])
			}
			for i, name := range pair {
				if parts[k][i], err = readMember(members[name], size); err != nil {
					return nil, fmt.Errorf("%s.npy: %w", name, err)
				}
			}
		}
	}
	if parts[0][0] == nil {
		return nil, fmt.Errorf("is a zip archive with the arrays %.200q: expected x_train and y_train, x_test and y_test; if it is no .npz, unpack it or save it as CSV", names)
	}
	return arraysDataset(parts, o)
}

func readMember(f *zip.File, size int64) (*array, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	packed := int64(min(f.CompressedSize64, uint64(size)))
	return readNPY(r, int64(min(f.UncompressedSize64, uint64(unpacked(packed)))))
}

var (
	npyDescr = regexp.MustCompile(`'descr': *'([^']*)'`)
	npyOrder = regexp.MustCompile(`'fortran_order': *(True|False)`)
	npyShape = regexp.MustCompile(`'shape': *\(([0-9, L]*)\)`)
)

// readNPY reads one array; limit is the most bytes that r can hold.
func readNPY(r io.Reader, limit int64) (*array, error) {
	var b [12]byte
	if _, err := io.ReadFull(r, b[:10]); err != nil {
		return nil, fmt.Errorf("byte 0: the header is incomplete: %w", errCut)
	}
	n, start := int64(binary.LittleEndian.Uint16(b[8:])), int64(10)
	if !bytes.HasPrefix(b[:], []byte("\x93NUMPY")) || b[6] < 1 || b[6] > 3 {
		return nil, fmt.Errorf("byte 0: begins with %q; NumPy's \"\\x93NUMPY\" of version 1 to 3 was expected", b[:8])
	}
	if b[6] > 1 {
		if _, err := io.ReadFull(r, b[10:]); err != nil {
			return nil, fmt.Errorf("byte 10: the header is incomplete: %w", errCut)
		}
		n, start = int64(binary.LittleEndian.Uint32(b[8:])), 12
	}
	if n > min(limit, 1<<16) {
		return nil, fmt.Errorf("byte 8: a header of %d bytes is absurd", n)
	}
	head, err := readN(r, int(n))
	if err != nil {
		return nil, fmt.Errorf("byte %d: header: %w", start, err)
	}
	descr, order, shape := npyDescr.FindSubmatch(head), npyOrder.FindSubmatch(head), npyShape.FindSubmatch(head)
	if descr == nil || order == nil || shape == nil {
		return nil, fmt.Errorf("byte %d: the header %.100q does not describe an array of numbers", start, head)
	}
	a := &array{dtype: string(descr[1])}
	width, err := checkDtype(a.dtype)
	if err != nil {
		return nil, fmt.Errorf("byte %d: %w", start, err)
	}
	for _, s := range strings.Split(string(shape[1]), ",") {
		if s = strings.Trim(s, " L"); s != "" {
			v, err := strconv.Atoi(s)
			if err != nil {
				return nil, fmt.Errorf("byte %d: shape (%s) is absurd", start, shape[1])
			}
			a.shape = append(a.shape, v)
		}
	}
	if len(a.shape) < 1 || len(a.shape) > 4 || string(order[1]) == "True" && len(a.shape) > 1 {
		return nil, fmt.Errorf("byte %d: expected 1 to 4 dimensions in row-major order (fortran_order False), found %.100q", start, head)
	}
	count, err := product(a.shape, min(limit-start-n, math.MaxInt)/int64(width))
	if err != nil {
		return nil, fmt.Errorf("byte %d: %w", start, err)
	}
	if a.data, err = readExactly(r, count*width); err != nil {
		return nil, fmt.Errorf("byte %d: %w", start+n, err)
	}
	return a, nil
}

// A pickle is a program for a stack machine, and Python's runs whatever it says. This machine has
// no instruction that calls anything: where a pickle names a callable, it must be one of these,
// which are acted out here, and all that can come out are arrays, numbers and strings.
var pickleCallables = map[string]string{
	"numpy.core.multiarray._reconstruct":  "reconstruct",
	"numpy._core.multiarray._reconstruct": "reconstruct",
	"numpy.core.numeric._frombuffer":      "frombuffer",
	"numpy._core.numeric._frombuffer":     "frombuffer",
	"numpy.ndarray":                       "ndarray",
	"numpy.dtype":                         "dtype",
	"_codecs.encode":                      "encode",
}

type (
	pyCall  string // a value of pickleCallables
	pyText  []byte // unicode as UTF-8; []byte is bytes
	pyTuple []any
	pyList  struct{ items []any }
	pyDtype struct{ name string }
)

type unpickler struct {
	r     *bufio.Reader
	pos   int64 // bytes read
	left  int64 // the most bytes that may follow
	spare int64 // bytes that decoding text may still make
	stack []any
	marks []int // heights of the stack
	memo  map[int64]any
	err   error // the first; from then on all that is read is empty
}

const maxOpcodes = 100_000 // MNIST's pickle has some 150

// readPickle reads Nielsen's mnist.pkl.gz: three pairs of inputs and labels (training, validation,
// test), or two (training, test), as Python wrote them with any protocol.
func readPickle(r io.Reader, limit int64, o LoadOptions) (*Dataset, error) {
	limit = min(limit, math.MaxInt)
	p := &unpickler{r: bufio.NewReaderSize(r, 1<<16), left: limit, spare: limit, memo: map[int64]any{}}
	v := p.run()
	if p.err != nil {
		return nil, fmt.Errorf("byte %d of the pickle: %w", p.pos, p.err)
	}
	var parts [3][2]*array
	pairs := items(v)
	for k, pair := range pairs {
		if k == 1 && len(pairs) == 2 {
			k = 2
		}
		for i, x := range items(pair) {
			if a, ok := x.(*array); ok && a.data != nil && k < 3 && i < 2 && len(items(pair)) == 2 {
				parts[k][i] = a
			}
		}
		if k > 2 || parts[k][1] == nil {
			pairs = nil
		}
	}
	if len(pairs) < 2 {
		return nil, errors.New("the pickle holds something else than pairs of arrays for training, validation and test")
	}
	return arraysDataset(parts, o)
}

// items are the members of a tuple or list.
func items(v any) []any {
	switch v := v.(type) {
	case pyTuple:
		return v
	case *pyList:
		return v.items
	}
	return nil
}

// run carries out instructions up to STOP.
func (p *unpickler) run() any {
	for range maxOpcodes {
		op := byte(p.uint(1))
		if p.err != nil {
			return nil
		}
		if op == '.' {
			if _, err := p.r.ReadByte(); err == nil {
				p.fail("something follows its end")
			} else if err != io.EOF {
				p.err = err
			}
			return p.pop()
		}
		p.step(op)
	}
	p.fail("more than %d instructions: this is no pickle of a few arrays", maxOpcodes)
	return nil
}

// step carries out one instruction. Letters are those of Python's pickle.py.
func (p *unpickler) step(op byte) {
	switch op {
	case 0x80: // PROTO
		if v := p.uint(1); v > 5 {
			p.fail("protocol %d; up to 5 is known", v)
		}
	case 0x95: // FRAME
		p.take(8)
	case '(':
		p.marks = append(p.marks, len(p.stack))
	case '0':
		p.pop()
	case '1':
		p.popMark()
	case '2':
		v := p.pop()
		p.push(v)
		p.push(v)

	case 'N':
		p.push(nil)
	case 0x88, 0x89: // NEWTRUE, NEWFALSE
		p.push(op == 0x88)
	case 'K':
		p.push(p.uint(1))
	case 'M':
		p.push(p.uint(2))
	case 'J':
		p.push(int64(int32(p.uint(4))))
	case 0x8a: // LONG1
		n := p.uint(1)
		if n > 8 {
			p.fail("a number of %d bytes", n)
			return
		}
		p.push(p.uint(n) << (64 - 8*n) >> (64 - 8*n))
	case 'I', 'L':
		s := strings.TrimSuffix(string(p.line()), "L")
		v, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			p.fail("number %.30q", s)
		}
		if op == 'I' && (s == "00" || s == "01") {
			p.push(v == 1)
		} else {
			p.push(v)
		}

	case 'U', 'C':
		p.push(p.take(p.uint(1)))
	case 'T', 'B':
		p.push(p.take(p.uint(4)))
	case 0x8e, 0x96: // BINBYTES8, BYTEARRAY8
		p.push(p.take(p.uint(8)))
	case 0x8c: // SHORT_BINUNICODE
		p.push(pyText(p.take(p.uint(1))))
	case 'X':
		p.push(pyText(p.take(p.uint(4))))
	case 0x8d: // BINUNICODE8
		p.push(pyText(p.take(p.uint(8))))
	case 'S':
		p.push(p.quoted())
	case 'V':
		p.push(p.rawUnicode())

	case ')':
		p.push(pyTuple{})
	case ']':
		p.push(&pyList{})
	case 't':
		p.push(pyTuple(p.popMark()))
	case 'l':
		p.push(&pyList{p.popMark()})
	case 0x85, 0x86, 0x87: // TUPLE1 … TUPLE3
		t := make(pyTuple, op-0x84)
		for i := range t {
			t[len(t)-1-i] = p.pop()
		}
		p.push(t)
	case 'a', 'e':
		more := []any{nil}
		if op == 'a' {
			more[0] = p.pop()
		} else {
			more = p.popMark()
		}
		l, ok := p.pop().(*pyList)
		if !ok {
			p.fail("appends to what is no list")
			return
		}
		l.items = append(l.items, more...)
		p.push(l)

	case 'q':
		p.put(p.uint(1))
	case 'r':
		p.put(p.uint(4))
	case 0x94: // MEMOIZE
		p.put(int64(len(p.memo)))
	case 'p', 'g':
		k, err := strconv.ParseInt(string(p.line()), 10, 64)
		if err != nil {
			p.fail("memo without a number")
		} else if op == 'p' {
			p.put(k)
		} else {
			p.get(k)
		}
	case 'h':
		p.get(p.uint(1))
	case 'j':
		p.get(p.uint(4))

	case 'c':
		module := p.line()
		p.global(module, p.line())
	case 0x93: // STACK_GLOBAL
		name, _ := p.pop().(pyText)
		module, _ := p.pop().(pyText)
		p.global(module, name)
	case 'R':
		args := items(p.pop())
		call, _ := p.pop().(pyCall)
		p.reduce(call, args)
	case 'b':
		p.build(items(p.pop()))
	default:
		p.fail("instruction %q (%#02x) is refused: arrays of numbers do not need it", op, op)
	}
}

func (p *unpickler) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
}

func (p *unpickler) take(n int64) []byte {
	if n < 0 || n > p.left {
		p.fail("%d bytes promised, at most %d there: %w", uint64(n), p.left, errCut)
	}
	if p.err != nil {
		return nil
	}
	b, err := readN(p.r, int(n))
	p.err = err
	p.pos += n
	p.left -= n
	return b
}

func (p *unpickler) uint(n int64) int64 {
	u := uint64(0)
	for k, b := range p.take(n) {
		u |= uint64(b) << (8 * k)
	}
	return int64(u)
}

func (p *unpickler) next() byte {
	b, err := p.r.ReadByte()
	if p.pos++; err == io.EOF {
		err = errCut
	}
	if p.left--; p.err == nil {
		p.err = err
	}
	return b
}

// line is what protocol 0 writes numbers and names as.
func (p *unpickler) line() []byte {
	var b []byte
	for c := p.next(); c != '\n' && p.err == nil; c = p.next() {
		if b = append(b, c); len(b) > 1000 {
			p.fail("a line without end")
		}
	}
	return b
}

// hex is a number of n hexadecimal digits.
func (p *unpickler) hex(n int) rune {
	var digits [4]byte
	for i := range n {
		digits[i] = p.next()
	}
	v, err := strconv.ParseUint(string(digits[:n]), 16, 16)
	if err != nil {
		p.fail("escape %q", digits[:n])
	}
	return rune(v)
}

// quoted is bytes as Python 2's repr writes them.
func (p *unpickler) quoted() (b []byte) {
	quote := p.next()
	for p.err == nil {
		c := p.next()
		switch {
		case c == quote && p.next() == '\n' && (quote == '\'' || quote == '"'):
			return b
		case c == quote, c == '\n':
			p.fail("a string without quotes")
		case c == '\\':
			e := p.next()
			if i := strings.IndexByte(`nrt\'"`, e); i >= 0 {
				c = "\n\r\t\\'\""[i]
			} else if c = byte(p.hex(2)); e != 'x' {
				p.fail("escape %q", e)
			}
		}
		b = append(b, c)
	}
	return nil
}

// rawUnicode is text as Python's raw-unicode-escape writes it: Latin-1, and \u with four hexadecimal digits.
func (p *unpickler) rawUnicode() (t pyText) {
	for c := p.next(); c != '\n' && p.err == nil; c = p.next() {
		r := rune(c)
		if c == '\\' {
			if p.next() != 'u' {
				p.fail("escape in text")
			}
			r = p.hex(4)
		}
		t = utf8.AppendRune(t, r)
	}
	return t
}

func (p *unpickler) push(v any) { p.stack = append(p.stack, v) }

func (p *unpickler) pop() any {
	n := len(p.stack) - 1
	if n < 0 || len(p.marks) > 0 && n < p.marks[len(p.marks)-1] {
		p.fail("takes a value from an empty stack")
		return nil
	}
	v := p.stack[n]
	p.stack = p.stack[:n]
	return v
}

// popMark takes everything above the last mark.
func (p *unpickler) popMark() []any {
	n := len(p.marks) - 1
	if n < 0 {
		p.fail("a mark is missing")
		return nil
	}
	vs := slices.Clone(p.stack[p.marks[n]:])
	p.stack, p.marks = p.stack[:p.marks[n]], p.marks[:n]
	return vs
}

func (p *unpickler) put(k int64) {
	v := p.pop()
	p.push(v)
	p.memo[k] = v
}

func (p *unpickler) get(k int64) {
	v, ok := p.memo[k]
	if !ok {
		p.fail("memo %d is empty", k)
	}
	p.push(v)
}

func (p *unpickler) global(module, name []byte) {
	full := string(module) + "." + string(name)
	call, ok := pickleCallables[full]
	if !ok {
		p.fail("it asks to call %.100q, which is refused: only arrays of numbers are read", full)
	}
	p.push(pyCall(call))
}

// short is a short string of either kind, "" if v is none.
func short(v any) string {
	switch v := v.(type) {
	case pyText:
		return string(v[:min(len(v), 20)])
	case []byte:
		return string(v[:min(len(v), 20)])
	}
	return ""
}

// reduce acts out call(args).
func (p *unpickler) reduce(call pyCall, args []any) {
	switch {
	case call == "reconstruct" && len(args) == 3 && args[0] == pyCall("ndarray"):
		p.push(&array{})
	case call == "dtype" && len(args) > 0:
		p.push(&pyDtype{"|" + short(args[0])})
	case call == "frombuffer" && len(args) == 4:
		a := &array{}
		p.fill(a, args[2], args[1], short(args[3]) == "F", args[0])
		p.push(a)
	case call == "encode" && len(args) == 2 && strings.HasPrefix(short(args[1]), "latin"):
		text, _ := args[0].(pyText)
		if p.spare -= int64(len(text)); p.spare < 0 { // a few bytes could ask for the same text again and again
			p.fail("decodes more text than there is")
			return
		}
		out := make([]byte, 0, len(text))
		for len(text) > 0 {
			r, n := utf8.DecodeRune(text)
			if r > 255 {
				p.fail("text that is not Latin-1")
				return
			}
			out, text = append(out, byte(r)), text[n:]
		}
		p.push(out)
	default:
		p.fail("a call of %q with %d arguments is refused", string(call), len(args))
	}
}

// build gives the array or dtype on the stack its state.
func (p *unpickler) build(state []any) {
	v := p.pop()
	p.push(v)
	switch v := v.(type) {
	case *array: // version, shape, dtype, column-major, data
		if len(state) == 5 {
			p.fill(v, state[1], state[2], state[3] != false && state[3] != int64(0), state[4])
			return
		}
	case *pyDtype: // version, byte order, and what only records have
		if len(state) >= 5 && len(short(state[1])) == 1 && state[2] == nil && state[3] == nil && state[4] == nil {
			v.name = short(state[1]) + v.name[1:]
			return
		}
	}
	p.fail("the state of what is no array of numbers")
}

func (p *unpickler) fill(a *array, shape, dtype any, columnMajor bool, data any) {
	d, ok := dtype.(*pyDtype)
	b, isBytes := data.([]byte)
	if !ok || !isBytes || columnMajor && len(items(shape)) > 1 {
		p.fail("an array that is not of numbers in row-major order")
		return
	}
	width, err := checkDtype(d.name)
	if err != nil {
		p.fail("%w", err)
		return
	}
	a.shape, a.dtype, a.data = nil, d.name, b
	for _, v := range items(shape) {
		n, _ := v.(int64)
		a.shape = append(a.shape, int(min(n, math.MaxInt32)))
	}
	if n, err := product(a.shape, int64(len(b)/width)); err != nil || n*width != len(b) || len(a.shape) < 1 || len(a.shape) > 4 {
		p.fail("an array %s of %s with %d bytes of data", times(a.shape), d.name, len(b))
	}
}

// ---- Fetching MNIST ----

var mnistMirrors = []string{
	"https://ossci-datasets.s3.amazonaws.com/mnist/",
	"https://storage.googleapis.com/cvdf-datasets/mnist/",
	"https://raw.githubusercontent.com/fgnt/mnist/master/",
}

// stallTimeout is how long a mirror may send nothing before the next one is tried.
var stallTimeout = 30 * time.Second

// download fetches those of MNIST's four files that dir has not, each from the first mirror that
// gives it with the right content. A file appears under its name only when it is whole and
// checked; those that were fetched before a failure stay, and nothing else does.
// total is -1 where the mirror does not say it.
func download(ctx context.Context, dir string, mirrors []string, progress func(file string, done, total int64)) (err error) {
	if d := findIDXFolder(dir); d != "" {
		dir = d // where the others are
	}
	made := []string{}
	for d := filepath.Clean(dir); ; d = filepath.Dir(d) {
		if _, err := os.Stat(d); err == nil || d == filepath.Dir(d) {
			break
		}
		made = append(made, d)
	}
	defer func() {
		if err != nil {
			for _, d := range made { // innermost first; a folder with something in it stays
				os.Remove(d)
			}
		}
	}()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("%s: cannot make the folder: %w", dir, err)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DialContext = (&net.Dialer{Timeout: 10 * time.Second}).DialContext
	transport.ResponseHeaderTimeout = stallTimeout
	transport.DisableCompression = true // gzip is the file here, not its transport
	client := &http.Client{Transport: transport}
	defer transport.CloseIdleConnections()
	for i, f := range mnistFiles {
		if findIDX(dir, f.name) != "" {
			continue
		}
		causes := ""
		for _, m := range mirrors {
			err := fetch(ctx, client, m+f.name+".gz", dir, i, progress)
			if err == nil {
				causes = ""
				break
			}
			if ctx.Err() != nil {
				return fmt.Errorf("%s: download stopped: %w", f.name, ctx.Err())
			}
			var disk *fs.PathError
			if errors.As(err, &disk) {
				return fmt.Errorf("%s: cannot write: %w", dir, disk.Err)
			}
			var ue *url.Error
			if errors.As(err, &ue) {
				err = ue.Err // it would say the address twice
			}
			causes += fmt.Sprintf("; %s: %v", m, err)
		}
		if causes != "" || len(mirrors) == 0 {
			return fmt.Errorf("%s: could not be fetched%s; check the network, or put the file into %s by hand", f.name, causes, dir)
		}
	}
	return nil
}

// fetch brings file i of MNIST from one address into dir.
func fetch(ctx context.Context, client *http.Client, addr, dir string, i int, progress func(string, int64, int64)) (err error) {
	want := mnistFiles[i]
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stall := time.AfterFunc(2*stallTimeout, func() {
		cancel(fmt.Errorf("nothing came for %v", stallTimeout))
	})
	defer stall.Stop()
	defer func() {
		if err != nil && context.Cause(ctx) != nil {
			err = context.Cause(ctx)
		}
	}()
	req, err := http.NewRequestWithContext(ctx, "GET", addr, nil)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %s", resp.Status)
	}
	tmp, err := os.CreateTemp(dir, "."+want.name+".*.part")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // fails, as it should, once the file has its name
	defer tmp.Close()

	// Not even a file that deflate made larger has more than this.
	most := want.size + want.size/1000 + 1<<10
	done := int64(0)
	for buf := make([]byte, 1<<16); ; {
		stall.Reset(stallTimeout)
		n, err := resp.Body.Read(buf)
		if done += int64(n); done > most {
			return fmt.Errorf("sent more than %d bytes; this is another file", most)
		}
		if _, err := tmp.Write(buf[:n]); err != nil {
			return err
		}
		if progress != nil {
			progress(want.name, done, resp.ContentLength)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return fmt.Errorf("broke off after %d bytes: %w", done, err)
		}
	}
	stall.Stop()

	if err := tmp.Sync(); err != nil {
		return err
	}
	name := filepath.Join(dir, want.name)
	if gz, err := checkMNIST(tmp.Name(), i); err != nil {
		return err
	} else if gz { // some mirrors unpack on the way
		name += ".gz"
	}
	tmp.Chmod(0o644)
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), name)
}

// checkMNIST says whether path has, packed or not, the content of file i of MNIST.
func checkMNIST(path string, i int) (gz bool, err error) {
	s, err := openSource(path)
	if err != nil { // path is a temporary name that nobody wants to read
		return false, errors.New("sent a bad file: " + strings.TrimPrefix(err.Error(), path+": "))
	}
	defer s.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, io.LimitReader(s, mnistFiles[i].size+1)); err != nil {
		return false, fmt.Errorf("sent damaged gzip data: %w", err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != mnistFiles[i].sha {
		return false, fmt.Errorf("sent another file: its SHA-256 is %s, expected %s", got, mnistFiles[i].sha)
	}
	return s.gz, nil
}

// ---- Parts ----

// A Part is how much to hold out: a count, or a fraction below 1. It is a flag.Value.
type Part struct {
	Count    int
	Fraction float64
}

func (p *Part) String() string {
	if p.Fraction != 0 {
		return strconv.FormatFloat(p.Fraction, 'g', -1, 64)
	}
	return strconv.Itoa(p.Count)
}

func (p *Part) Set(s string) error {
	if n, err := strconv.Atoi(s); err == nil && n >= 0 {
		*p = Part{Count: n}
		return nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f >= 0 && f < 1) {
		return errors.New("expected a count (10000) or a fraction below 1 (0.2)")
	}
	*p = Part{Fraction: f}
	return nil
}

// of is the part's size of n samples. A fraction is rounded up, as scikit-learn does: 0.33 of 1797 is 594.
func (p Part) of(n int) int {
	if p.Fraction != 0 {
		return int(math.Ceil(float64(p.Fraction*float64(n)) - 1e-9))
	}
	return p.Count
}

// Split takes the test part from training where the data brought none of their own, and then the
// validation part from what is left. A validation part that the data brought goes back into
// training first if another is asked for.
func (d *Dataset) Split(test, valid Part, rng *rand.Rand) error {
	if d.Valid.N > 0 && valid != (Part{}) {
		d.Train, d.Valid = d.Train.join(d.Valid), Set{}
	}
	n := d.Train.N
	t := 0
	if d.Test.N == 0 {
		t = test.of(n)
	}
	if t >= n {
		return fmt.Errorf("-test %s of %d samples leaves nothing to train on; hold out fewer", &test, n)
	}
	v := valid.of(n - t)
	if v >= n-t {
		return fmt.Errorf("-valid %s of the %d samples for training leaves nothing to train on; hold out fewer", &valid, n-t)
	}
	if t+v == 0 {
		return nil
	}
	all := d.Train
	if !d.Ordered {
		rows := make([]int32, n)
		for i := range rows {
			rows[i] = int32(i)
		}
		rng.Shuffle(n, func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		all = all.pick(rows)
	}
	d.Train = all.Slice(0, n-t-v)
	if v > 0 {
		d.Valid = all.Slice(n-t-v, n-t)
	}
	if t > 0 {
		d.Test = all.Slice(n-t, n)
	}
	return nil
}

// ---- Scale ----

// A Scale brings numbers to the size that training likes: x' = (x − shift)·factor, per feature.
type Scale struct {
	Shift, Factor []float64 // d
}

// fitScale finds the scale of the inputs of s, which is to be the training part only.
//
//	none      as they are
//	unit      to 0…1: pixels by their depth (255; 16 or 1 where none is brighter), columns of a table by their least and greatest
//	standard  zero mean, unit variance
//	256       divided by this number
func fitScale(kind string, s Set) (Scale, error) {
	if kind == "unit" && s.Pixels != nil {
		depth := 1.0
		switch most := slices.Max(s.Pixels); {
		case most > 16:
			depth = 255
		case most > 1:
			depth = 16
		}
		return evenScale(s.Dim, 1/depth), nil
	}
	if s.Pixels != nil {
		return fitColumns(kind, s.N, s.Dim, func(i int) float64 { return float64(s.Pixels[i]) })
	}
	return fitColumns(kind, s.N, s.Dim, func(i int) float64 { return s.Values[i] })
}

// fitTargetScale finds the scale of the numbers to predict.
func fitTargetScale(kind string, s Set) (Scale, error) {
	return fitColumns(kind, s.N, len(s.Targets)/max(s.N, 1), func(i int) float64 { return s.Targets[i] })
}

// evenScale multiplies every feature by the same factor.
func evenScale(d int, factor float64) Scale {
	c := Scale{make([]float64, d), make([]float64, d)}
	for j := range c.Factor {
		c.Factor[j] = factor
	}
	return c
}

// fitColumns fits the n×d numbers at(i·d+j). Each sum runs over the rows in their order, and no
// product is left for a compiler to fuse with its sum, so that the bits are the same everywhere.
func fitColumns(kind string, n, d int, at func(i int) float64) (Scale, error) {
	c := evenScale(d, 1)
	switch kind {
	case "none":
		return c, nil
	case "unit", "standard":
	default:
		by, err := strconv.ParseFloat(kind, 64)
		if err != nil || !(by > 0) || math.IsInf(1/by, 0) || math.IsInf(by, 0) {
			return c, fmt.Errorf("unknown scale %q: expected none, unit, standard or a number to divide by", kind)
		}
		return evenScale(d, 1/by), nil
	}
	least, most, mean, variance := make([]float64, d), make([]float64, d), make([]float64, d), make([]float64, d)
	there := make([]float64, d) // how many are not missing
	for j := range d {
		least[j], most[j] = math.Inf(1), math.Inf(-1)
	}
	for i := range n {
		for j := range d {
			if x := at(i*d + j); x == x {
				least[j], most[j] = min(least[j], x), max(most[j], x)
				mean[j] += x
				there[j]++
			}
		}
	}
	for j := range d {
		mean[j] /= there[j]
	}
	if kind == "standard" {
		for i := range n {
			for j := range d {
				if e := at(i*d+j) - mean[j]; e == e {
					variance[j] += float64(e * e)
				}
			}
		}
	}
	for j := range d {
		switch {
		case there[j] == 0:
		case least[j] == most[j]: // nothing to learn from it: 0 on every sample, and no division by 0
			c.Shift[j] = least[j]
		case kind == "unit":
			c.Shift[j], c.Factor[j] = least[j], 1/(most[j]-least[j])
		default:
			c.Shift[j], c.Factor[j] = mean[j], 1/math.Sqrt(variance[j]/there[j])
		}
		if bad := c.Shift[j] + c.Factor[j]; math.IsNaN(bad) || math.IsInf(bad, 0) || c.Factor[j] == 0 {
			return c, fmt.Errorf("column %d (from %g to %g) cannot be scaled: its numbers are too large or too small", j+1, least[j], most[j])
		}
	}
	return c, nil
}

// prefetch asks for the pixels of a sample that gather will soon be given.
func (s *Set) prefetch(row int32) {
	if s.Pixels != nil {
		Prefetch(s.Pixels[int(row)*s.Dim:][:s.Dim])
	}
}

// gather writes the scaled inputs of the samples in rows, one after another: dst is len(rows)×d.
// A missing number becomes 0, which on the scale "standard" is the mean of the training part.
// It allocates nothing.
func (s *Set) gather(dst []float64, rows []int32, sc Scale) {
	d := s.Dim
	if len(dst) != len(rows)*d || len(sc.Shift) != d || len(sc.Factor) != d {
		panic("gather: lengths differ")
	}
	for i, r := range rows {
		out := dst[i*d:][:d]
		shift, factor := sc.Shift[:len(out)], sc.Factor[:len(out)]
		if s.Pixels != nil {
			Convert(out, s.Pixels[int(r)*d:][:d], shift, factor)
		} else {
			in := s.Values[int(r)*d:][:len(out)]
			for j := range out {
				x := (in[j] - shift[j]) * factor[j]
				if x != x {
					x = 0
				}
				out[j] = x
			}
		}
	}
}
