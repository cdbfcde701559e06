// The tests of data.go build their files themselves; MNIST_DIR points some of them at the real MNIST.
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// idxFile is an IDX file of unsigned bytes whose data are data, however many dims promises.
func idxFile(data []byte, dims ...int) []byte {
	b := []byte{0, 0, 8, byte(len(dims))}
	for _, d := range dims {
		b = binary.BigEndian.AppendUint32(b, uint32(d))
	}
	return append(b, data...)
}

func gzipped(b []byte) []byte {
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	z.Write(b)
	z.Close()
	return buf.Bytes()
}

// counting is 0, 1, 2 … n−1, modulo m.
func counting(n, m int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i % m)
	}
	return b
}

// idxFolder are the four files of a small data set: 6 and 4 images of 2×3 pixels, 3 classes.
func idxFolder() map[string][]byte {
	return map[string][]byte{
		"train-images-idx3-ubyte": idxFile(counting(36, 256), 6, 2, 3),
		"train-labels-idx1-ubyte": idxFile(counting(6, 3), 6),
		"t10k-images-idx3-ubyte":  idxFile(counting(24, 256), 4, 2, 3),
		"t10k-labels-idx1-ubyte":  idxFile(counting(4, 3), 4),
	}
}

func writeFiles(t testing.TB, dir string, files map[string][]byte) {
	t.Helper()
	for name, data := range files {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// contains says whether an error names everything that it should.
func contains(err error, words ...string) bool {
	for _, w := range words {
		if err == nil || !strings.Contains(err.Error(), w) {
			return false
		}
	}
	return err != nil && !strings.Contains(err.Error(), "\n")
}

func TestLoadIDX(t *testing.T) {
	spellings := map[string]func(name string, data []byte) (string, []byte){
		"raw":  func(n string, b []byte) (string, []byte) { return n, b },
		"gzip": func(n string, b []byte) (string, []byte) { return n + ".gz", gzipped(b) },
		"dot":  func(n string, b []byte) (string, []byte) { return strings.Replace(n, "-idx", ".idx", 1), b },
		"dotgzip": func(n string, b []byte) (string, []byte) {
			return strings.Replace(n, "-idx", ".idx", 1) + ".gz", gzipped(b)
		},
		"named gz, unpacked by the browser": func(n string, b []byte) (string, []byte) { return n + ".gz", b },
		"mixture": func(n string, b []byte) (string, []byte) {
			if strings.HasPrefix(n, "train") {
				return n, b
			}
			return strings.Replace(n, "-idx", ".idx", 1) + ".gz", gzipped(b)
		},
		"torchvision": func(n string, b []byte) (string, []byte) { return "FashionMNIST/raw/" + n, b },
		"raw folder":  func(n string, b []byte) (string, []byte) { return "raw/" + n, b },
	}
	for name, spell := range spellings {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "small [set]")
			files := map[string][]byte{}
			for n, b := range idxFolder() {
				n, b = spell(n, b)
				files[n] = b
			}
			writeFiles(t, dir, files)
			d, err := Load(dir, LoadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			want := &Dataset{Name: "small [set]", Width: 3, Height: 2, Ordered: true, Classes: []string{"0", "1", "2"},
				Train: Set{N: 6, Dim: 6, Pixels: counting(36, 256), Labels: []int32{0, 1, 2, 0, 1, 2}},
				Test:  Set{N: 4, Dim: 6, Pixels: counting(24, 256), Labels: []int32{0, 1, 2, 0}}}
			if name == "torchvision" {
				want.Name = "FashionMNIST"
			}
			if !reflect.DeepEqual(d, want) {
				t.Errorf("got %+v\nwant %+v", d, want)
			}
		})
	}
}

func TestLoadIDXBad(t *testing.T) {
	const image, label = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
	good := idxFolder()
	cases := []struct {
		name  string
		files map[string][]byte // nil takes a file away
		want  []string
	}{
		{"one missing", map[string][]byte{"t10k-labels-idx1-ubyte": nil}, []string{"t10k-labels-idx1-ubyte is missing", "-download"}},
		{"nothing there", map[string][]byte{image: nil, label: nil, "t10k-images-idx3-ubyte": nil, "t10k-labels-idx1-ubyte": nil}, []string{"-download"}},
		{"wrong magic", map[string][]byte{image: []byte("PNG and more")}, []string{image, "byte 0", "0x504e4720", "0x00000803"}},
		{"floats", map[string][]byte{image: {0, 0, 13, 3, 0, 0, 0, 6}}, []string{image, "32-bit floats"}},
		{"page", map[string][]byte{image: []byte("\n<!DOCTYPE html><html>404</html>")}, []string{image, "HTML"}},
		{"page named gz", map[string][]byte{image: nil, image + ".gz": []byte("<html>404</html>")}, []string{image + ".gz", "HTML"}},
		{"page, gzipped", map[string][]byte{image: nil, image + ".gz": gzipped([]byte("<html>404</html>"))}, []string{image + ".gz", "HTML"}},
		{"empty", map[string][]byte{label: {}}, []string{label, "empty"}},
		{"empty gzip", map[string][]byte{label: gzipped(nil)}, []string{label, "empty"}},
		{"header cut", map[string][]byte{label: {0, 0, 8}}, []string{label, "byte 3", "header"}},
		{"dimensions cut", map[string][]byte{image: good[image][:10]}, []string{image, "byte 10", "dimension 2 of 3"}},
		{"data cut", map[string][]byte{image: good[image][:40]}, []string{image, "byte 12", "6×2×3", "hold 24", "cut off"}},
		{"more data than promised", map[string][]byte{image: append(slices.Clone(good[image]), 7)}, []string{image, "36 bytes"}},
		{"more data than promised, gzipped", map[string][]byte{image: gzipped(append(slices.Clone(good[image]), 7))}, []string{image, "36 bytes"}},
		{"less data, gzipped", map[string][]byte{image: gzipped(good[image][:40])}, []string{image, "36 bytes", "24 there"}},
		{"overflow", map[string][]byte{image: idxFile(nil, -1, -1, -1)}, []string{image, "byte 4", "4294967295"}},
		{"absurd", map[string][]byte{image: idxFile(nil, 1<<30, 1<<30, 1<<30)}, []string{image, "byte 4", "1073741824×1073741824×1073741824"}},
		{"overflow, gzipped", map[string][]byte{image: gzipped(idxFile(nil, 1<<30, 1<<30, 1<<30))}, []string{image, "byte 4"}},
		{"no pixels", map[string][]byte{image: idxFile(nil, 6, 0, 3)}, []string{image, "byte 8", "dimension 2 of 3 is 0"}},
		{"gzip cut", map[string][]byte{image: gzipped(good[image])[:30]}, []string{image, "cut off"}},
		{"gzip header cut", map[string][]byte{image: gzipped(good[image])[:6]}, []string{image, "cut off"}},
		{"gzip damaged", map[string][]byte{image: flip(gzipped(good[image]), -8)}, []string{image, "damaged"}},
		{"gzip and something", map[string][]byte{image: append(gzipped(good[image]), "something that goes on"...)}, []string{image, "damaged"}},
		{"counts differ", map[string][]byte{label: idxFile(counting(5, 3), 5)}, []string{label, "5 labels", "6 images"}},
		{"sizes differ", map[string][]byte{"t10k-images-idx3-ubyte": idxFile(counting(24, 256), 4, 3, 2)}, []string{"t10k-images", "3×2", "2×3"}},
		{"one class", map[string][]byte{label: idxFile(make([]byte, 6), 6)}, []string{label, "all 6 labels are 0"}},
		{"class beyond", map[string][]byte{"t10k-labels-idx1-ubyte": idxFile([]byte{0, 1, 9, 2}, 4)}, []string{"t10k-labels", "label 2 is 9", "0 to 2"}},
		{"images for labels", map[string][]byte{label: good[image]}, []string{label, "3", "images"}},
		{"labels for images", map[string][]byte{image: good[label]}, []string{image, "labels"}},
		{"a folder", map[string][]byte{image: nil, image + "/x": {1}}, []string{image, "folder"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			files := idxFolder()
			for n, b := range c.files {
				if files[n] = b; b == nil {
					delete(files, n)
				}
			}
			dir := t.TempDir()
			writeFiles(t, dir, files)
			if d, err := Load(dir, LoadOptions{}); !contains(err, append(c.want, dir)...) {
				t.Errorf("got %v, %v; want an error of one line with %q", d, err, c.want)
			}
		})
	}
	if _, err := Load(filepath.Join(t.TempDir(), "none"), LoadOptions{}); !contains(err, "none", "no such folder", "-download") {
		t.Errorf("no folder: %v", err)
	}
	if os.Getuid() > 0 { // root may read everything
		dir := t.TempDir()
		writeFiles(t, dir, good)
		os.Chmod(filepath.Join(dir, label), 0)
		if _, err := Load(dir, LoadOptions{}); !contains(err, label, "permission") {
			t.Errorf("no permission: %v", err)
		}
	}
}

func flip(b []byte, at int) []byte {
	b = slices.Clone(b)
	b[(at+len(b))%len(b)] ^= 0x10
	return b
}

// allocated is how many bytes f allocates.
func allocated(f func()) uint64 {
	var a, b runtime.MemStats
	runtime.ReadMemStats(&a)
	f()
	runtime.ReadMemStats(&b)
	return b.TotalAlloc - a.TotalAlloc
}

// A small file must not make the reader allocate what it promises, nor unpack a bomb to its end.
func TestReadIDXBounded(t *testing.T) {
	dir := t.TempDir()
	bomb := gzipped(append(idxFile(nil, 1000), make([]byte, 64<<20)...))
	writeFiles(t, dir, map[string][]byte{
		"promise":    idxFile(make([]byte, 1000), 1<<30),
		"promise.gz": gzipped(idxFile(make([]byte, 1000), 1<<30)),
		"bomb.gz":    bomb,
	})
	for _, name := range []string{"promise", "promise.gz", "bomb.gz"} {
		var err error
		if n := allocated(func() { _, _, err = loadIDXFile(filepath.Join(dir, name)) }); n > 1<<20 || err == nil {
			t.Errorf("%s: allocated %d bytes, error %v", name, n, err)
		}
	}
}

// Beyond the first step the slice grows only as data come.
func TestReadExactly(t *testing.T) {
	const n = 100 << 20
	got, err := readExactly(io.LimitReader(zeros{}, n), n)
	if err != nil || len(got) != n {
		t.Fatalf("%d bytes, %v", len(got), err)
	}
	if _, err := readExactly(io.LimitReader(zeros{}, n-1), n); !contains(err, "cut off", strconv.Itoa(n-1)) {
		t.Error(err)
	}
	if n := allocated(func() { readExactly(io.LimitReader(zeros{}, 50<<20), 1<<40) }); n > 200<<20 {
		t.Errorf("allocated %d bytes for 50 MB", n)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func FuzzReadIDX(f *testing.F) {
	for _, b := range idxFolder() {
		f.Add(b)
	}
	f.Add(idxFile(nil, 1<<30, 1<<30, 1<<30))
	f.Fuzz(func(t *testing.T, b []byte) {
		var dims []int
		var data []byte
		var err error
		n := allocated(func() { dims, data, err = readIDX(bytes.NewReader(b), int64(len(b))) })
		if n > uint64(len(b))+1<<16 {
			t.Errorf("allocated %d bytes for %d", n, len(b))
		}
		if err != nil {
			return
		}
		if !bytes.Equal(idxFile(data, dims...), b) {
			t.Errorf("%v and %d bytes read from %x", dims, len(data), b)
		}
	})
}

func TestMNIST(t *testing.T) {
	dir := os.Getenv("MNIST_DIR")
	if dir == "" {
		t.Skip("MNIST_DIR does not point to the real MNIST")
	}
	d, err := Load(dir, LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if d.Train.N != 60000 || d.Test.N != 10000 || d.Width != 28 || d.Height != 28 || len(d.Classes) != 10 {
		t.Errorf("%d + %d images of %d×%d, %d classes", d.Train.N, d.Test.N, d.Width, d.Height, len(d.Classes))
	}
	for i, x := range [][]byte{idxFile(d.Train.Pixels, 60000, 28, 28), nil, idxFile(d.Test.Pixels, 10000, 28, 28)} {
		if sum := sha256.Sum256(x); x != nil && hex.EncodeToString(sum[:]) != mnistFiles[i].sha {
			t.Errorf("%s was read wrongly", mnistFiles[i].name)
		}
	}
	if !slices.Equal(d.Train.Labels[:5], []int32{5, 0, 4, 1, 9}) {
		t.Errorf("labels begin with %d", d.Train.Labels[:5])
	}
}

func BenchmarkLoad(b *testing.B) {
	dir := os.Getenv("MNIST_DIR")
	if dir == "" {
		b.Skip("MNIST_DIR does not point to the real MNIST")
	}
	raw := b.TempDir()
	for i, f := range mnistFiles {
		s, err := openSource(findIDX(dir, f.name))
		if err != nil {
			b.Fatal(err)
		}
		data, err := io.ReadAll(s)
		if err != nil || int64(len(data)) != f.size {
			b.Fatalf("%s: %d bytes, %v", mnistFiles[i].name, len(data), err)
		}
		s.Close()
		writeFiles(b, raw, map[string][]byte{f.name: data})
	}
	for _, c := range []struct{ name, dir string }{{"given", dir}, {"raw", raw}} {
		b.Run("files="+c.name, func(b *testing.B) {
			b.SetBytes(47040016 + 60008 + 7840016 + 10008)
			for b.Loop() {
				if _, err := Load(c.dir, LoadOptions{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// swapMNIST lets the tests of download have four small files in place of MNIST's.
func swapMNIST(t *testing.T) map[string][]byte {
	old, oldStall := mnistFiles, stallTimeout
	t.Cleanup(func() { mnistFiles, stallTimeout = old, oldStall })
	stallTimeout = 300 * time.Millisecond
	files := idxFolder()
	for i, f := range mnistFiles {
		sum := sha256.Sum256(files[f.name])
		mnistFiles[i].sha, mnistFiles[i].size = hex.EncodeToString(sum[:]), int64(len(files[f.name]))
	}
	return files
}

func mirror(t *testing.T, h http.HandlerFunc) string {
	s := httptest.NewServer(h)
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	return s.URL + "/"
}

func listDir(t *testing.T, dir string) (names []string) {
	entries, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestDownload(t *testing.T) {
	files := swapMNIST(t)
	asked := 0
	serve := func(w http.ResponseWriter, r *http.Request) {
		asked++
		w.Write(gzipped(files[strings.TrimSuffix(r.URL.Path[1:], ".gz")]))
	}
	good := mirror(t, serve)
	unpacks := mirror(t, func(w http.ResponseWriter, r *http.Request) {
		w.Write(files[strings.TrimSuffix(r.URL.Path[1:], ".gz")])
	})
	dead := httptest.NewServer(nil)
	dead.Close()
	bad := map[string]struct{ url, want string }{
		"dead":      {dead.URL + "/", "refused"},
		"not found": {mirror(t, http.NotFound), "404"},
		"wrong hash": {mirror(t, func(w http.ResponseWriter, r *http.Request) {
			w.Write(gzipped([]byte("something else")))
		}), "SHA-256"},
		"page": {mirror(t, func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "<html>please log in</html>")
		}), "HTML"},
		"empty": {mirror(t, func(w http.ResponseWriter, r *http.Request) {}), "is empty"},
		"breaks": {mirror(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "1000")
			w.Write(make([]byte, 50))
		}), "broke off after 50 bytes"},
		"cut": {mirror(t, func(w http.ResponseWriter, r *http.Request) {
			b := gzipped(files[strings.TrimSuffix(r.URL.Path[1:], ".gz")])
			w.Write(b[:len(b)-9])
		}), "damaged"},
		"endless": {mirror(t, func(w http.ResponseWriter, r *http.Request) {
			io.Copy(w, zeros{})
		}), "more than"},
		"silent": {mirror(t, func(w http.ResponseWriter, r *http.Request) {
			w.Write([]byte{0x1f})
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}), "nothing came"},
	}
	for name, b := range bad {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "a", "b")
			err := download(t.Context(), dir, []string{b.url, b.url}, nil)
			if !contains(err, "train-images-idx3-ubyte", b.url, b.want) || strings.Count(err.Error(), b.want) != 2 {
				t.Errorf("got %v, want each mirror with %q", err, b.want)
			}
			if got := listDir(t, filepath.Dir(filepath.Dir(dir))); got != nil {
				t.Errorf("left behind: %s", got)
			}
			if err := download(t.Context(), dir, []string{b.url, good}, nil); err != nil {
				t.Errorf("with a second mirror: %v", err)
			}
			if d, err := Load(dir, LoadOptions{}); err != nil || d.Train.N != 6 || len(listDir(t, dir)) != 4 {
				t.Errorf("loaded %v, %v from %q", d, err, listDir(t, dir))
			}
		})
	}
	t.Run("unpacked on the way", func(t *testing.T) {
		dir := t.TempDir()
		if err := download(t.Context(), dir, []string{unpacks}, nil); err != nil {
			t.Fatal(err)
		}
		if got := listDir(t, dir); len(got) != 4 || slices.Contains(got, "t10k-labels-idx1-ubyte.gz") {
			t.Errorf("files: %s", got)
		}
	})
	t.Run("only what is missing", func(t *testing.T) {
		dir := t.TempDir()
		writeFiles(t, dir, map[string][]byte{"train-images.idx3-ubyte": {1}, "t10k-labels-idx1-ubyte.gz": {2}})
		asked = 0
		seen := map[string]int64{}
		err := download(t.Context(), dir, []string{good}, func(f string, done, total int64) { seen[f] = done - total })
		if err != nil || asked != 2 || !reflect.DeepEqual(seen, map[string]int64{"train-labels-idx1-ubyte": 0, "t10k-images-idx3-ubyte": 0}) {
			t.Errorf("%v; %d files asked for, progress %v", err, asked, seen)
		}
	})
	t.Run("Ctrl-C", func(t *testing.T) {
		for _, stop := range []string{"before", "during"} {
			ctx, cancel := context.WithCancel(t.Context())
			half := mirror(t, func(w http.ResponseWriter, r *http.Request) {
				w.Write([]byte{0x1f})
				w.(http.Flusher).Flush()
				cancel()
				<-r.Context().Done()
			})
			if stop == "before" {
				cancel()
			}
			dir := filepath.Join(t.TempDir(), "new")
			err := download(ctx, dir, []string{half, good}, nil)
			if err == nil || ctx.Err() == nil || !contains(err, "stopped") || listDir(t, filepath.Dir(dir)) != nil {
				t.Errorf("%s: %v; left behind %s", stop, err, listDir(t, dir))
			}
			cancel()
		}
	})
	t.Run("a file where the folder should be", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "file")
		os.WriteFile(dir, []byte("precious"), 0o666)
		if err := download(t.Context(), dir, []string{good}, nil); !contains(err, dir, "cannot make") {
			t.Error(err)
		}
		if b, _ := os.ReadFile(dir); string(b) != "precious" {
			t.Error("it was overwritten")
		}
	})
}

func TestPart(t *testing.T) {
	for in, want := range map[string]Part{"0": {}, "0.0": {}, "0.2": {Fraction: 0.2}, "10000": {Count: 10000}, "1": {Count: 1}, "1e-1": {Fraction: 0.1}} {
		var p, q Part
		if err := p.Set(in); err != nil || p != want {
			t.Errorf("%s: %+v, %v; want %+v", in, p, err, want)
		}
		if err := q.Set(p.String()); err != nil || q != p {
			t.Errorf("%s: written as %s, read as %+v, %v", in, &p, q, err)
		}
	}
	for _, in := range []string{"", "2.0", "1.0", "-1", "-0.5", "nan", "inf", "half", "0.2x", "1e400", "99999999999999999999"} {
		p := Part{Count: 7}
		if err := p.Set(in); err == nil || p.Count != 7 {
			t.Errorf("%q was taken as %+v", in, p)
		}
	}
}

// tableOf is n samples whose inputs and label say which sample they are.
func tableOf(n int) Set {
	s := Set{N: n, Dim: 2}
	for i := range n {
		s.Values = append(s.Values, float64(i), float64(-i))
		s.Labels = append(s.Labels, int32(i))
	}
	return s
}

func TestSplit(t *testing.T) {
	cases := []struct {
		n, had              int
		test, valid         Part
		ordered             bool
		train, wantV, wantT int
	}{
		{1797, 0, Part{Fraction: 0.33}, Part{Fraction: 0.4}, false, 721, 482, 594}, // the published parts of the 8×8 digits
		{60000, 10000, Part{Fraction: 0.2}, Part{Count: 10000}, true, 50000, 10000, 10000},
		{100, 0, Part{Fraction: 0.2}, Part{}, false, 80, 0, 20},
		{100, 0, Part{}, Part{Fraction: 0.1}, true, 90, 10, 0},
		{100, 0, Part{}, Part{}, false, 100, 0, 0},
		{3, 0, Part{Count: 1}, Part{Count: 1}, false, 1, 1, 1},
	}
	for _, c := range cases {
		d := &Dataset{Train: tableOf(c.n), Ordered: c.ordered}
		if c.had > 0 {
			d.Test = tableOf(c.had)
		}
		if err := d.Split(c.test, c.valid, rand.New(rand.NewPCG(1, 2))); err != nil {
			t.Errorf("%+v: %v", c, err)
			continue
		}
		if d.Train.N != c.train || d.Valid.N != c.wantV || d.Test.N != c.wantT {
			t.Errorf("%+v: %d %d %d", c, d.Train.N, d.Valid.N, d.Test.N)
		}
		seen := map[int32]int{}
		for k, s := range []Set{d.Train, d.Valid, d.Test} {
			if k == 2 && c.had > 0 {
				continue
			}
			for i := range s.N {
				if seen[s.Labels[i]]++; s.Values[2*i] != float64(s.Labels[i]) || s.Values[2*i+1] != -float64(s.Labels[i]) {
					t.Fatalf("%+v: inputs and label of a sample were parted", c)
				}
			}
			if c.ordered && s.N > 0 && !slices.IsSorted(s.Labels) {
				t.Errorf("%+v: order lost", c)
			}
		}
		if len(seen) != c.n {
			t.Errorf("%+v: %d of %d samples left", c, len(seen), c.n)
		}
		if !c.ordered && c.wantT > 1 && d.Test.Labels[0] == int32(c.n-c.wantT) && d.Test.Labels[1] == int32(c.n-c.wantT+1) {
			t.Errorf("%+v: the test part was not drawn", c)
		}
	}
	for _, c := range []struct{ test, valid Part }{{Part{Count: 10}, Part{}}, {Part{Count: 11}, Part{}}, {Part{Count: 5}, Part{Count: 5}}, {Part{}, Part{Fraction: 0.99}}, {Part{Count: math.MaxInt}, Part{Count: math.MaxInt}}} {
		d := &Dataset{Train: tableOf(10)}
		if err := d.Split(c.test, c.valid, rand.New(rand.NewPCG(1, 2))); !contains(err, "nothing to train on") || d.Train.N != 10 {
			t.Errorf("%+v: %v", c, err)
		}
	}
	d := &Dataset{Train: tableOf(6).Slice(0, 4), Valid: tableOf(6).Slice(4, 6), Test: tableOf(2), Ordered: true}
	if err := d.Split(Part{}, Part{Count: 3}, nil); err != nil || !slices.Equal(d.Valid.Labels, []int32{3, 4, 5}) {
		t.Errorf("a part that the data brought: %v, %v", d.Valid.Labels, err)
	}
}

func TestScale(t *testing.T) {
	table := Set{N: 4, Dim: 3, Values: []float64{1, 5, 0.1, 2, 5, 0.1, 3, 5, 0.1, 4, 5, 0.1}, Targets: []float64{10, 20, 30, 40}}
	image := Set{N: 2, Dim: 3, Pixels: []byte{0, 51, 255, 0, 102, 255}}
	sd := math.Sqrt(1.25)
	cases := []struct {
		kind string
		set  Set
		want []float64 // of all samples
	}{
		{"none", table, table.Values},
		{"unit", table, []float64{0, 0, 0, 1. / 3, 0, 0, 2. / 3, 0, 0, 1, 0, 0}},
		{"standard", table, []float64{-1.5 / sd, 0, 0, -0.5 / sd, 0, 0, 0.5 / sd, 0, 0, 1.5 / sd, 0, 0}},
		{"none", image, []float64{0, 51, 255, 0, 102, 255}},
		{"unit", image, []float64{0, 51 * (1. / 255), 1, 0, 102 * (1. / 255), 1}},
		{"256", image, []float64{0, 51. / 256, 255. / 256, 0, 102. / 256, 255. / 256}},
		{"standard", image, []float64{0, -1, 0, 0, 1, 0}},
		{"unit", Set{N: 2, Dim: 2, Pixels: []byte{0, 16, 4, 8}}, []float64{0, 1, 0.25, 0.5}},
		{"unit", Set{N: 2, Dim: 2, Pixels: []byte{0, 1, 1, 0}}, []float64{0, 1, 1, 0}},
	}
	for _, c := range cases {
		sc, err := fitScale(c.kind, c.set)
		if err != nil {
			t.Errorf("%s: %v", c.kind, err)
			continue
		}
		rows := make([]int32, c.set.N)
		for i := range rows {
			rows[i] = int32(i)
		}
		got := make([]float64, len(c.want))
		c.set.gather(got, rows, sc)
		for i := range got {
			if math.Abs(got[i]-c.want[i]) > 1e-15 {
				t.Errorf("%s: got %v, want %v", c.kind, got, c.want)
				break
			}
		}
		// Any rows in any order, twice the same too.
		two := make([]float64, 3*c.set.Dim)
		c.set.gather(two, []int32{1, 0, 1}, sc)
		d := c.set.Dim
		if !slices.Equal(two, slices.Concat(got[d:2*d], got[:d], got[d:2*d])) {
			t.Errorf("%s: rows 1 0 1: %v of %v", c.kind, two, got)
		}
		if n := testing.AllocsPerRun(10, func() { c.set.gather(two, []int32{1, 0, 1}, sc) }); n != 0 {
			t.Errorf("%s: gather allocates %v times", c.kind, n)
		}
	}
	if sc, err := fitTargetScale("standard", table); err != nil || sc.Shift[0] != 25 || math.Abs(sc.Factor[0]-1/math.Sqrt(125)) > 1e-15 {
		t.Errorf("targets: %v, %v", sc, err)
	}
	for _, kind := range []string{"", "x", "0", "-1", "nan", "inf", "1e-320"} {
		if _, err := fitScale(kind, image); !contains(err, "scale") {
			t.Errorf("%q: %v", kind, err)
		}
	}
	for _, v := range [][]float64{{1e308, -1e308}, {1e308, 1e308, 5}, {1e-320, 0}} {
		for _, kind := range []string{"unit", "standard"} {
			if sc, err := fitScale(kind, Set{N: len(v), Dim: 1, Values: v}); err == nil && (math.IsInf(sc.Factor[0], 0) || math.IsNaN(sc.Shift[0])) {
				t.Errorf("%s of %g: %v", kind, v, sc)
			}
		}
	}
}

func BenchmarkGather(b *testing.B) {
	s := Set{N: 1000, Dim: 784, Pixels: counting(784000, 256)}
	for _, kind := range []string{"unit", "standard"} {
		b.Run(fmt.Sprintf("scale=%s", kind), func(b *testing.B) {
			sc, err := fitScale(kind, s)
			if err != nil {
				b.Fatal(err)
			}
			rows := make([]int32, 128)
			for i := range rows {
				rows[i] = int32(i * 7)
			}
			dst := make([]float64, len(rows)*s.Dim)
			b.SetBytes(int64(len(dst)))
			for b.Loop() {
				s.gather(dst, rows, sc)
			}
		})
	}
}
