// Data: this room turns files into samples. It knows formats, parts and scaling,
// and nothing of networks.
//
// Data come in as they are on disk and stay so: images remain bytes (MNIST is 47 MB,
// as float64 it would be 376) until gather converts the rows of one mini-batch.
package main

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Set is n samples: inputs, and for each what the network should answer.
type Set struct {
	N, Dim  int
	Pixels  []byte    // n×d, row-major: the inputs of images; nil for tables
	Values  []float64 // n×d, row-major: the inputs of tables; nil for images
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
	k := 0
	if s.Targets != nil {
		k = len(s.Targets) / s.N
	}
	t := Set{N: hi - lo, Dim: s.Dim}
	if s.Pixels != nil {
		t.Pixels = s.Pixels[lo*s.Dim : hi*s.Dim]
	}
	if s.Values != nil {
		t.Values = s.Values[lo*s.Dim : hi*s.Dim]
	}
	if s.Labels != nil {
		t.Labels = s.Labels[lo:hi]
	}
	if s.Targets != nil {
		t.Targets = s.Targets[lo*k : hi*k]
	}
	return t
}

// pick is the samples of the given indices, copied.
func (s Set) pick(rows []int32) Set {
	t := Set{N: len(rows), Dim: s.Dim}
	k := len(s.Targets) / max(s.N, 1)
	for _, r := range rows {
		i := int(r)
		if s.Pixels != nil {
			t.Pixels = append(t.Pixels, s.Pixels[i*s.Dim:(i+1)*s.Dim]...)
		}
		if s.Values != nil {
			t.Values = append(t.Values, s.Values[i*s.Dim:(i+1)*s.Dim]...)
		}
		if s.Labels != nil {
			t.Labels = append(t.Labels, s.Labels[i])
		}
		if s.Targets != nil {
			t.Targets = append(t.Targets, s.Targets[i*k:(i+1)*k]...)
		}
	}
	return t
}

// check reports a set whose parts disagree; the readers call it before they return.
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
	st, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: no such folder or file; add -download to fetch MNIST into it, or leave out -data to train on generated digits", path)
	}
	if err != nil {
		return nil, fileError(path, err)
	}
	dir := path
	if !st.IsDir() {
		dir = filepath.Dir(path)
	}
	idx := findIDXFolder(dir)
	if idx == "" {
		return nil, fmt.Errorf("%s: no data found: expected the four files %s … of MNIST; add -download to fetch them", path, mnistFiles[0].name)
	}
	return loadIDX(idx)
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
	case errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		return fmt.Errorf("%s: gzip data are damaged (%w): fetch the file again", path, err)
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

// maxInflate is the most that deflate can grow: one bit a match of 258 bytes, and two bits for both its codes.
const maxInflate = 1032

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
	s = &source{Reader: bufio.NewReaderSize(f, 1<<16), file: f, size: st.Size(), limit: st.Size()}
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
		s.limit = min(s.size, math.MaxInt64/maxInflate) * maxInflate
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

// readExactly reads n bytes into a slice of exactly that size, and reports bytes that follow.
// A promise is not believed beyond 48 MiB (MNIST's images are one allocation): a larger slice
// is allocated only once half of it has come.
func readExactly(r io.Reader, n int) ([]byte, error) {
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
	for i := range max(len(dims[0]), len(dims[2])) - 1 {
		if len(dims[0]) != len(dims[2]) || dims[0][i+1] != dims[2][i+1] {
			return nil, fmt.Errorf("%s: images are %s, but those to train on are %s: they are not of one set", path[2], times(dims[2][1:]), times(dims[0][1:]))
		}
	}
	if len(dims[0]) == 3 {
		d.Height, d.Width = dims[0][1], dims[0][2]
	}
	most := int32(0)
	for _, c := range d.Train.Labels {
		most = max(most, c)
	}
	for c := range most + 1 {
		d.Classes = append(d.Classes, strconv.Itoa(int(c)))
	}
	if err := d.checkLabels(path[1], path[3]); err != nil {
		return nil, err
	}
	return d, nil
}

// checkLabels reports training labels of one class only, and test labels that training has not.
func (d *Dataset) checkLabels(train, test string) error {
	one := true
	for _, c := range d.Train.Labels {
		one = one && c == d.Train.Labels[0]
	}
	if one {
		return fmt.Errorf("%s: all %d labels are %s: there is nothing to tell apart", train, d.Train.N, d.Classes[d.Train.Labels[0]])
	}
	for i, c := range d.Test.Labels {
		if int(c) >= len(d.Classes) {
			return fmt.Errorf("%s: label %d is %d, but those to train on go from 0 to %d: they are not of one set", test, i, c, len(d.Classes)-1)
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
	size := int64(1)
	for i, v := range dims {
		if int64(v) > limit/size { // dividing cannot overflow
			return nil, nil, fmt.Errorf("byte %d: the header promises %s bytes of data, and the file can hold %d: %w", 4+4*i, times(dims), max(limit, 0), errCut)
		}
		size *= int64(v)
	}
	data, err := readExactly(r, int(size))
	if err != nil {
		return nil, nil, fmt.Errorf("byte %d: %w", 4+4*len(dims), err)
	}
	return dims, data, nil
}

// times is 60000×28×28.
func times(dims []int) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(dims), "[]"), " ", "×")
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

// join is the samples of s and then those of t.
func (s Set) join(t Set) Set {
	return Set{N: s.N + t.N, Dim: s.Dim,
		Pixels: slices.Concat(s.Pixels, t.Pixels), Values: slices.Concat(s.Values, t.Values),
		Labels: slices.Concat(s.Labels, t.Labels), Targets: slices.Concat(s.Targets, t.Targets)}
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
	for j := range d {
		least[j], most[j] = math.Inf(1), math.Inf(-1)
	}
	for i := range n {
		for j := range d {
			x := at(i*d + j)
			least[j], most[j] = min(least[j], x), max(most[j], x)
			mean[j] += x
		}
	}
	for j := range d {
		mean[j] /= float64(n)
	}
	if kind == "standard" {
		for i := range n {
			for j := range d {
				e := at(i*d+j) - mean[j]
				variance[j] += float64(e * e)
			}
		}
	}
	for j := range d {
		switch {
		case least[j] == most[j]: // nothing to learn from it: 0 on every sample, and no division by 0
			c.Shift[j] = least[j]
		case kind == "unit":
			c.Shift[j], c.Factor[j] = least[j], 1/(most[j]-least[j])
		default:
			c.Shift[j], c.Factor[j] = mean[j], 1/math.Sqrt(variance[j]/float64(n))
		}
		if bad := c.Shift[j] + c.Factor[j]; math.IsNaN(bad) || math.IsInf(bad, 0) || c.Factor[j] == 0 {
			return c, fmt.Errorf("column %d (from %g to %g) cannot be scaled: its numbers are too large or too small", j+1, least[j], most[j])
		}
	}
	return c, nil
}

// gather writes the scaled inputs of the samples in rows, one after another: dst is len(rows)×d.
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
				out[j] = (in[j] - shift[j]) * factor[j]
			}
		}
	}
}
