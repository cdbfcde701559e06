// The tests of data.go build their files themselves; MNIST_DIR points some of them at the real MNIST.
package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
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
		{"data cut", map[string][]byte{image: good[image][:40]}, []string{image, "byte 4", "6×2×3", "hold 24", "cut off"}},
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
	for name, b := range good {
		z := gzipped(b)
		for at := range z {
			path := filepath.Join(t.TempDir(), name)
			os.WriteFile(path, flip(z, at), 0o666)
			if dims, data, err := loadIDXFile(path); err == nil && !bytes.Equal(idxFile(data, dims...), b) {
				t.Errorf("%s: a bit flipped at %d: no error, and other data", name, at)
			}
		}
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
	if n := allocated(func() { readExactly(io.LimitReader(zeros{}, 50<<20), math.MaxInt32) }); n > 200<<20 {
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
		"not found": {mirror(t, http.NotFound), "404 Not Found"},
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
	t.Run("into torchvision's folder", func(t *testing.T) {
		dir := t.TempDir()
		writeFiles(t, dir, map[string][]byte{"MNIST/raw/train-images-idx3-ubyte": files["train-images-idx3-ubyte"]})
		if err := download(t.Context(), dir, []string{good}, nil); err != nil {
			t.Fatal(err)
		}
		if d, err := Load(dir, LoadOptions{}); err != nil || len(listDir(t, dir)) != 1 || d.Test.N != 4 {
			t.Errorf("%v, %v, files %s", d, err, listDir(t, dir))
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
	nan := math.NaN()
	holes := Set{N: 4, Dim: 2, Values: []float64{1, nan, nan, nan, 3, nan, 2, nan}}
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
		{"standard", holes, []float64{-math.Sqrt(1.5), 0, 0, 0, math.Sqrt(1.5), 0, 0, 0}},
		{"unit", holes, []float64{0, 0, 0, 0, 1, 0, 0.5, 0}},
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

// summary is a data set in a line: sizes, classes, the first sample's inputs and what it is to answer.
func summary(d *Dataset) string {
	s := d.Train
	in := fmt.Sprint(s.Values[:min(len(s.Values), s.Dim)])
	if s.Pixels != nil {
		in = fmt.Sprint(s.Pixels[:min(s.Dim, 4)], "…")
	}
	out := fmt.Sprint(s.Targets)
	if s.Labels != nil {
		out = fmt.Sprint(s.Labels, d.Classes)
	}
	return fmt.Sprintf("%d+%d %s %s", s.N, d.Test.N, in, out)
}

// pixelRow is a line of a table of 8×8 images: a label, first or last, and pixels that begin and end with 0.
func pixelRow(label string, first bool, p int) string {
	row := strings.Repeat(fmt.Sprintf("0,%d,7,0,", p), 16)
	if first {
		return label + "," + strings.TrimSuffix(row, ",") + "\n"
	}
	return row + label + "\n"
}

func pixelHeader() string {
	h := "label"
	for i := range 64 {
		h += fmt.Sprintf(",%dx%d", i/8+1, i%8+1)
	}
	return h + "\n"
}

func passengers() (s string) {
	for i := range 60 {
		ticket := strconv.Itoa(1000 + 7*i)
		if i%3 == 0 {
			ticket = "A/5 " + ticket
		}
		s += fmt.Sprintf("%d,%d,\"Braund, Mr. %d\",%s,%s,%s\n", i+1, i%2, i, []string{"female", "male"}[i%2], []string{"", "22", "35.5"}[(i+1)%3], ticket)
	}
	return strings.Replace(s, ",22,", ",0,", 1)
}

func TestCSV(t *testing.T) {
	cases := []struct {
		name, file string
		o          LoadOptions
		want, note string
	}{
		{"flowers with header", "Id,SepalLength,SepalWidth,Species\n1,5.1,3.5,setosa\n2,7,3.2,virginica\n3,4.9,3,setosa\n4,6.4,3.2,virginica\n", LoadOptions{},
			"4+0 [5.1 3.5] [0 1 0 1] [setosa virginica]", `label: column 4 "Species"; left out: column 1 "Id" (numbers the samples)`},
		{"flowers without", "5.1,3.5,setosa\n7,3.2,virginica\n4.9,3,setosa\n\n", LoadOptions{},
			"3+0 [5.1 3.5] [0 1 0] [setosa virginica]", "label: column 3"},
		{"scikit-learn's own", "4,2,setosa,virginica\n5.1,3.5,0\n7,3.2,1\n4.9,3,0\n6.4,3.2,1\n", LoadOptions{},
			"4+0 [5.1 3.5] [0 1 0 1] [0 1]", "label: column 3"},
		{"pandas", ",0,1,2,target\n0,5.1,3.5,1,-1\n1,7,3.2,1,1\n2,4.9,3,1,-1\n3,1,2,3,-1\n", LoadOptions{},
			"4+0 [5.1 3.5 1] [0 1 0 0] [-1 1]", `label: column 5 "target"; left out: column 1 (numbers the samples)`},
		{"wine, semicolons and quotes", "\"fixed; acidity\";\"citric, acid\";\"quality\"\n7.4;0.7;5\n7.8;0.88;6\n7.8;0.76;5\n7.8;0.7;6\n", LoadOptions{},
			"4+0 [7.4 0.7] [0 1 0 1] [5 6]", ""},
		{"decimal comma", "1,5;2,5;ja\n2;3,25;nein\n1;1;ja\n", LoadOptions{}, "3+0 [1.5 2.5] [0 1 0] [ja nein]", ""},
		{"tabs", "a\tb\tc, d\n1\t\tx y\n3\t4\tz\n3\t4\tz\n", LoadOptions{}, "3+0 [1 NaN] [0 1 1] [x y z]", `missing numbers count as 0 after scaling: column 2 "b" (1)`},
		{"from Windows", "\ufeffx,y\r\n1.5,0\r\n2.5,1\r\n", LoadOptions{}, "2+0 [1.5] [0 1] [0 1]", ""},
		{"houses", "Id,Area,Street,Alley,SalePrice\n1,8450,Pave,NA,208500\n2,9600,Grvl,NA,181500\n3,NA,Pave,NA,223500\n", LoadOptions{},
			"3+0 [8450 0 1] [208500 181500 223500]", `a number to predict; left out: column 1 "Id" (numbers the samples), column 4 "Alley" (empty); missing numbers count as 0 after scaling: column 2 "Area" (1)`},
		{"a number to predict that is whole", "x,n\n1,0\n2,1\n3,0\n4,1\n", LoadOptions{Regress: true}, "4+0 [1] [0 1 0 1]", ""},
		{"numbers to predict, found", "x,z\n1,0.5\n2,1\n3,2\n", LoadOptions{}, "3+0 [1] [0.5 1 2]", "a number to predict"},
		{"UCI wines: first can be a class, last cannot", "1,14.2,1065\n1,13.2,1050\n2,13.1,1185\n2,14.3,1480\n", LoadOptions{}, "4+0 [14.2 1065] [0 0 1 1] [1 2]", "label: column 1"},
		{"letters: the only words", "T,2,8\nI,5,12\nT,4,11\n", LoadOptions{}, "3+0 [2 8] [1 0 1] [I T]", "label: column 1"},
		{"label by name", "a,Kind,z\n1,2,3.5\n2,3,4.5\n3,2,5.5\n4,3,5.5\n", LoadOptions{Label: "kind"}, "4+0 [1 3.5] [0 1 0 1] [2 3]", ""},
		{"label by number", "a,b,c\n1,2,3.5\n2,3,4.5\n3,2,5.5\n4,3,5.5\n", LoadOptions{Label: "2"}, "4+0 [1 3.5] [0 1 0 1] [2 3]", ""},
		{"label first", "0,1.5\n1,2.5\n", LoadOptions{Label: "first"}, "2+0 [1.5] [0 1] [0 1]", ""},
		{"label last, lines that end in commas", "1.5,0,\n2.5,1,\n", LoadOptions{Label: "last"}, "2+0 [1.5] [0 1] [0 1]", "column 3 (empty)"},
		{"classes in the order of numbers", "1.5,10\n2.5,9\n1.5,10\n2.5,9\n", LoadOptions{}, "4+0 [1.5] [1 0 1 0] [9 10]", ""},
		{"XOR", "0,0,0\n0,1,1\n1,0,1\n1,1,0\n", LoadOptions{}, "4+0 [0 0] [0 1 1 0] [0 1]", ""},
		{"only words, no header", "p,x,x\ne,b,y\np,x,x\n", LoadOptions{Label: "first"}, "3+0 [0 1 1 0] [1 0 1] [e p]", ""},
		{"only words, header", "class,cap,odor\ne,b,y\np,x,x\np,x,x\n", LoadOptions{}, "3+0 [1 0 0 1] [0 1 1] [e p]", ""},
		{"a quoted line break", "a,b,label\n1,\"x\ny\",0\n2,z,1\n", LoadOptions{}, "2+0 [1 1 0] [0 1] [0 1]", ""},
		{"passengers", "PassengerId,Survived,Name,Sex,Age,Ticket\n" + passengers(), LoadOptions{}, "60+0 [1 0 0] [0 1 0", `left out: column 1 "PassengerId" (numbers the samples), column 3 "Name" (60 different words), column 6 "Ticket" (60 different words)`},
		{"animals: a column of names", "bear,1,4,0\ncat,1,4,0\ncarp,0,0,1\ntuna,0,0,1\n", LoadOptions{}, "4+0 [1 0 0 0 1 4] [0 0 1 1] [0 1]", "label: column 4"},
		{"Kaggle's digits", pixelHeader() + pixelRow("7", true, 200) + pixelRow("3", true, 100) + pixelRow("3", true, 100), LoadOptions{}, "3+0 [0 200 7 0]… [1 0 0] [3 7]", ""},
		{"digits, label first", pixelRow("7", true, 200) + pixelRow("3", true, 100) + pixelRow("7", true, 3) + pixelRow("3", true, 100), LoadOptions{}, "4+0 [0 200 7 0]… [1 0 1 0] [3 7]", "label: column 1"},
		{"digits, label last", pixelRow("7", false, 16) + pixelRow("3", false, 10) + pixelRow("7", false, 16) + pixelRow("3", false, 10), LoadOptions{}, "4+0 [0 16 7 0]… [1 0 1 0] [3 7]", "label: column 65"},
		{"digits in words", pixelRow("seven", false, 16) + pixelRow("three", false, 10) + pixelRow("seven", false, 1), LoadOptions{}, "3+0 [0 16 7 0]… [0 1 0] [seven three]", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			writeFiles(t, dir, map[string][]byte{"plain.csv": []byte(c.file), "packed.csv.gz": gzipped([]byte(c.file))})
			for _, name := range []string{"plain.csv", "packed.csv.gz"} {
				d, err := Load(filepath.Join(dir, name), c.o)
				if err != nil {
					t.Fatal(err)
				}
				if got := summary(d); !strings.HasPrefix(got, c.want) || !strings.Contains(d.Note, c.note) || d.Name != name {
					t.Errorf("%s: got %s\nwant %s\nnote %s\nwant %s", d.Name, got, c.want, d.Note, c.note)
				}
				if image := d.Train.Pixels != nil; image != (d.Width == 8 && d.Height == 8) || image != strings.Contains(c.name, "igits") {
					t.Errorf("%s: pixels %v, %d×%d", name, image, d.Width, d.Height)
				}
			}
		})
	}
}

func TestCSVBad(t *testing.T) {
	words := "a,b\n"
	for i := range 60 {
		words += fmt.Sprintf("name %d,%d\n", i, i%2)
	}
	cases := []struct {
		name, file string
		o          LoadOptions
		want       []string
	}{
		{"ragged", "a,b\n1,2\n1,2,3\n", LoadOptions{}, []string{"line 3", "3 fields"}},
		{"ragged header", "a,b,c\n1,2\n", LoadOptions{}, []string{"line 2", "2 fields", "3"}},
		{"quotes", "a,b\n1,2\n1,\"2\n1,\"2\"x\n", LoadOptions{}, []string{"line", "character"}},
		{"a word among numbers", "age,b\n1,0\n2,1\nold,1\n4,1\n", LoadOptions{}, []string{"line 4", `column 1 "age"`, `"old"`}},
		{"infinite", "age,b\n1,0\n2,1\n1e999,1\n4,1\n", LoadOptions{}, []string{"line 4", `column 1 "age"`, "1e999"}},
		{"no label", "a,b\n1,0\n2,1\n3,?\n", LoadOptions{}, []string{"line 4", `column 2 "b"`, "missing"}},
		{"words to predict", "a,b\n1,x\n2,y\n3,x\n", LoadOptions{Regress: true}, []string{"line 2", `column 2 "b"`, `"x"`}},
		{"one class", "a,b\n1,x\n2,x\n3,x\n", LoadOptions{}, []string{`column 2 "b"`, "1 different"}},
		{"all different", "a,b\n1,x\n2,y\n3,z\n", LoadOptions{}, []string{`column 2 "b"`, "3 different", "-label"}},
		{"no such label", "a,b\n1,x\n2,y\n3,z\n", LoadOptions{Label: "c"}, []string{"-label c", "a, b"}},
		{"label number too large", "1,x\n2,y\n3,z\n", LoadOptions{Label: "3"}, []string{"-label 3", "1 to 2"}},
		{"thousands", "sum,b\n1,0\n2,1\n\"1,234\",1\n4,1\n", LoadOptions{}, []string{"line 4", `column 1 "sum"`, `"1,234"`}},
		{"one column", "1\n2\n3\n", LoadOptions{}, []string{"line 1", "separated"}},
		{"one line", "a,b,c\n", LoadOptions{}, []string{"line 1", "separated"}},
		{"nothing to learn from", words, LoadOptions{}, []string{`column 1 "a" (60 different words)`}},
		{"blank", "\n\n", LoadOptions{}, []string{"line 1"}},
		{"binary", "a,b\x00\x01", LoadOptions{}, []string{"no text"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "bad.csv")
			os.WriteFile(path, []byte(c.file), 0o666)
			if d, err := Load(path, c.o); !contains(err, append(c.want, path)...) {
				t.Errorf("got %+v, %v; want an error of one line with %q", d, err, c.want)
			}
		})
	}
	t.Run("bomb", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "bomb.csv.gz")
		os.WriteFile(path, gzipped(bytes.Repeat([]byte("1,2,3\n"), 5_000_000)), 0o666)
		if n := allocated(func() {
			if _, err := Load(path, LoadOptions{}); !contains(err, path, "hundred times") {
				t.Error(err)
			}
		}); n > 500<<20 {
			t.Errorf("allocated %d bytes", n)
		}
	})
}

func TestLoadFolder(t *testing.T) {
	row := "1.5,0\n2.5,1\n"
	two := "2+0 [1.5] [0 1] [0 1]"
	for _, c := range []struct {
		files map[string]string
		load  string // a file of the folder, or "" for the folder
		want  string // a summary, or part of an error
	}{
		{map[string]string{"x.csv": row, "README.md": "see"}, "", two},
		{map[string]string{"x.csv": row, "y.csv": row}, "", "several files could be the data (x.csv, y.csv)"},
		{map[string]string{"x.csv": row, "y.csv": row}, "y.csv", two},
		{map[string]string{"README.md": "see"}, "", "no data among its 1 files"},
		{map[string]string{"optdigits.tra": row, "optdigits.tes": "3,1\n4,0\n5,1\n", "optdigits.names": "see"}, "", "2+3 [1.5] [0 1] [0 1]"},
		{map[string]string{"optdigits.tra": row, "optdigits.tes": "3,1\n4,0\n5,1\n"}, "optdigits.tra", "2+3 [1.5] [0 1] [0 1]"},
		{map[string]string{"train.csv": "y,x\n0,1\n1,2\n", "test.csv": "y,x\n1,2\n0,2\n", "sample_submission.csv": "a,b\n1,2"}, "", "2+2 [1] [0 1] [0 1]"},
		{map[string]string{"train.csv": "label,x\n0,1\n1,2\n", "test.csv": "x\n2\n3\n4\n"}, "", "line 1"},
		{map[string]string{"train.csv": "label,x,z\n0,1,4\n1,2,4\n", "test.csv": "x,z\n2,3\n3,4\n4,5\n"}, "", "2+0 [1 4] [0 1] [0 1]"},
		{map[string]string{"train.csv": "label,x,z\n0,1,4\n1,2,4\n", "test.csv": "a,b,c\n2,3,4\n3,4,4\n"}, "", "test.csv: line 1"},
		{map[string]string{"mnist_train.csv": row, "mnist_test.csv": "1,2,3\n4,5,6\n"}, "", "3 columns"},
		{map[string]string{"mnist_train.csv": row, "mnist_test.csv": "1,2\n4,5\n"}, "", `mnist_test.csv: sample 1, column 2: "2"`},
		{map[string]string{"mnist_train.csv": row, "mnist_test.csv": "x,0\ny,1\n"}, "", `mnist_test.csv: line 1, column 1: "x"`},
	} {
		dir := t.TempDir()
		for n, s := range c.files {
			writeFiles(t, dir, map[string][]byte{n: []byte(s)})
		}
		d, err := Load(filepath.Join(dir, c.load), LoadOptions{})
		if err != nil && !contains(err, c.want, dir) || err == nil && summary(d) != c.want {
			t.Errorf("%v %s: got %v, %v; want %s", c.files, c.load, d, err, c.want)
		}
	}
}

func TestDigitsCSV(t *testing.T) {
	path := os.Getenv("DIGITS_CSV")
	if path == "" {
		t.Skip("DIGITS_CSV does not point to scikit-learn's digits.csv.gz")
	}
	d, err := Load(path, LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if d.Train.N != 1797 || d.Train.Dim != 64 || d.Width != 8 || len(d.Classes) != 10 || slices.Max(d.Train.Pixels) != 16 || !slices.Equal(d.Train.Labels[:4], []int32{0, 1, 2, 3}) {
		t.Errorf("%d samples of %d, %d×%d, %q, labels %d", d.Train.N, d.Train.Dim, d.Width, d.Height, d.Classes, d.Train.Labels[:4])
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add([]byte("a,b,label\n1,\"x\ny\",0\n2,z,1\n"))
	f.Add([]byte(pixelHeader() + pixelRow("7", true, 200)))
	f.Add([]byte("4,2,setosa,virginica\n5.1,3.5,0\n7,,1\n4.9,?,0\n6.4,3.2,1\n"))
	f.Add([]byte("1,5;2,5;ja\r\n2;3,25;nein\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		n := allocated(func() {
			tab, err := readCSV(bytes.NewReader(b))
			if err != nil {
				return
			}
			if len(tab.small)+len(tab.cells) != tab.n*len(tab.cols) {
				t.Fatalf("%d + %d cells of %d×%d", len(tab.small), len(tab.cells), tab.n, len(tab.cols))
			}
			for _, o := range []LoadOptions{{}, {Label: "first"}, {Regress: true}} {
				d, err := tableDataset(tab, tab, o)
				if err == nil {
					err = d.Train.check()
				} else {
					continue
				}
				if err != nil || !slices.Equal(d.Train.Labels, d.Test.Labels) || d.Outputs() < 1 {
					t.Fatalf("%v from %q", err, b)
				}
			}
		})
		if len(b) < 1<<16 && n > 64<<20 {
			t.Errorf("allocated %d bytes for %d", n, len(b))
		}
	})
}

// npy is a .npy file of version 1.
func npy(descr, shape string, data []byte) []byte {
	head := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr, shape)
	head += strings.Repeat(" ", 63-(10+len(head))%64) + "\n"
	return append(binary.LittleEndian.AppendUint16([]byte("\x93NUMPY\x01\x00"), uint16(len(head))), head+string(data)...)
}

func zipped(files map[string][]byte) []byte {
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for name, data := range files {
		w, _ := z.Create(name)
		w.Write(data)
	}
	z.Close()
	return buf.Bytes()
}

// npzFolder is a small mnist.npz: three images to train on, two to test, as bytes.
func npzFiles() map[string][]byte {
	return map[string][]byte{
		"x_train.npy": npy("|u1", "(3, 8, 8)", counting(192, 256)),
		"y_train.npy": npy("|u1", "(3,)", []byte{0, 1, 2}),
		"x_test.npy":  npy("|u1", "(2, 8, 8)", counting(128, 256)),
		"y_test.npy":  npy("|u1", "(2,)", []byte{2, 0}),
	}
}

// npzByNumPy was written by numpy.savez_compressed: images of k//32 for k = 0 … 191, and black ones.
const npzByNumPy = "UEsDBBQAAAAIAAAAIQDv8X9CWAAAAEABAAALABQAeF90cmFpbi5ucHkBABAAQAEAAAAAAABYAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loF5Taqiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6ChZApKmjUKtAHuBiIAAYCQAmAoCZAGAhAFgJAABQSwMEFAAAAAgAAAAhAEjqZuxHAAAAgwAAAAsAFAB5X3RyYWluLm5weQEAEACDAAAAAAAAAEcAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgXlNqqK6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaxjqaOgq1ChQALgZGJgBQSwMEFAAAAAgAAAAhADpUCn1LAAAAAAEAAAoAFAB4X3Rlc3QubnB5AQAQAAABAAAAAAAASwAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBeU2qorqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOgoWQKSpo1CrQB7gYhhgAABQSwMEFAAAAAgAAAAhAI0wRppGAAAAggAAAAoAFAB5X3Rlc3QubnB5AQAQAIIAAAAAAAAARgAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBeU2qorqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOpo6CrUKFAAuJgYAUEsBAhQDFAAAAAgAAAAhAO/xf0JYAAAAQAEAAAsAAAAAAAAAAAAAAIABAAAAAHhfdHJhaW4ubnB5UEsBAhQDFAAAAAgAAAAhAEjqZuxHAAAAgwAAAAsAAAAAAAAAAAAAAIABlQAAAHlfdHJhaW4ubnB5UEsBAhQDFAAAAAgAAAAhADpUCn1LAAAAAAEAAAoAAAAAAAAAAAAAAIABGQEAAHhfdGVzdC5ucHlQSwECFAMUAAAACAAAACEAjTBGmkYAAACCAAAACgAAAAAAAAAAAAAAgAGgAQAAeV90ZXN0Lm5weVBLBQYAAAAABAAEAOIAAAAiAgAAAAA="

func TestNPZ(t *testing.T) {
	byNumPy, err := base64.StdEncoding.DecodeString(npzByNumPy)
	if err != nil {
		t.Fatal(err)
	}
	le := func(x ...float32) (b []byte) {
		for _, v := range x {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
		return b
	}
	v2 := npy("|u1", "(3,)", []byte{0, 1, 2})
	v2 = append(append([]byte("\x93NUMPY\x02\x00"), binary.LittleEndian.AppendUint32(nil, uint32(v2[8]))...), v2[10:]...)
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"NumPy's", byNumPy, "3+2 [0 0 0 0]… [0 1 2] [0 1 2]"},
		{"ours", zipped(npzFiles()), "3+2 [0 1 2 3]… [0 1 2] [0 1 2]"},
		{"version 2, other names, no test", zipped(map[string][]byte{"train_images.npy": npy("|u1", "(3, 64)", counting(192, 256)), "train_labels.npy": v2}), "3+0 [0 1 2 3]… [0 1 2] [0 1 2]"},
		{"a table of floats, big-endian labels", zipped(map[string][]byte{"X.npy": npy("<f4", "(2, 2)", le(0.5, 1, -1, 2)), "y.npy": npy(">i4", "(2, 1)", []byte{0, 0, 0, 0, 0, 0, 0, 1})}), "2+0 [0.5 1] [0 1] [0 1]"},
		{"numbers to predict", zipped(map[string][]byte{"x.npy": npy("<f4", "(2, 2)", le(0.5, 1, -1, 2)), "y.npy": npy("<f4", "(2,)", le(-1, 0.25))}), "2+0 [0.5 1] [-1 0.25]"},
	} {
		path := filepath.Join(t.TempDir(), "mnist.npz")
		os.WriteFile(path, c.file, 0o666)
		d, err := Load(path, LoadOptions{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if got := summary(d); got != c.want || !d.Ordered {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	good := zipped(npzFiles())
	for _, c := range []struct {
		name   string
		member []byte // in place of x_train.npy
		want   string
	}{
		{"cut", npzFiles()["x_train.npy"][:200], "cut off"},
		{"too long", append(npzFiles()["x_train.npy"], 1), "goes on"},
		{"header cut", []byte("\x93NUMPY\x01"), "header is incomplete"},
		{"no array", []byte("<html>something</html>"), "NUMPY"},
		{"objects", npy("|O", "(3,)", make([]byte, 24)), `"|O"`},
		{"overflow", npy("<f8", "(4294967296, 4294967296, 8)", nil), "4294967296"},
		{"absurd", npy("<f8", "(99999999999999999999, 8)", nil), "absurd"},
		{"absurd header", append([]byte("\x93NUMPY\x02\x00\xff\xff\xff\x7f"), make([]byte, 100)...), "absurd"},
		{"negative", npy("|u1", "(-3, 8)", make([]byte, 24)), "does not describe"},
		{"column-major", bytes.Replace(npy("|u1", "(3, 64)", make([]byte, 192)), []byte("False"), []byte("True "), 1), "row-major"},
		{"other count", npy("|u1", "(2, 8, 8)", make([]byte, 128)), "2 samples need as many labels"},
		{"other size", npy("|u1", "(3, 8, 9)", make([]byte, 216)), "shape"},
	} {
		files := npzFiles()
		files["x_train.npy"] = c.member
		path := filepath.Join(t.TempDir(), "bad.npz")
		os.WriteFile(path, zipped(files), 0o666)
		if d, err := Load(path, LoadOptions{}); !contains(err, path, c.want) {
			t.Errorf("%s: got %v, %v; want %q", c.name, d, err, c.want)
		}
	}
	for n := range len(good) {
		if _, err := readNPZ(bytes.NewReader(good[:n]), int64(n), LoadOptions{}); err == nil {
			t.Fatalf("cut at %d: no error", n)
		}
	}
	whole, err := readNPZ(bytes.NewReader(good), int64(len(good)), LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for at := range good {
		b := flip(good, at)
		if d, err := readNPZ(bytes.NewReader(b), int64(len(b)), LoadOptions{}); err == nil && !reflect.DeepEqual(d, whole) {
			t.Errorf("a bit flipped at %d: no error, and other data", at)
		}
	}
	if _, err := readNPZ(bytes.NewReader(zipped(map[string][]byte{"a.csv": {1}})), 0, LoadOptions{}); err == nil {
		t.Error("no arrays: no error")
	}
}

func FuzzReadNPZ(f *testing.F) {
	f.Add(zipped(npzFiles()))
	byNumPy, _ := base64.StdEncoding.DecodeString(npzByNumPy)
	f.Add(byNumPy)
	f.Fuzz(func(t *testing.T, b []byte) {
		n := allocated(func() {
			if d, err := readNPZ(bytes.NewReader(b), int64(len(b)), LoadOptions{}); err == nil {
				if err := d.Train.check(); err != nil {
					t.Fatal(err)
				}
			}
		})
		if n > 64<<20 && len(b) < 1<<16 {
			t.Errorf("allocated %d bytes for %d", n, len(b))
		}
	})
}

func FuzzReadNPY(f *testing.F) {
	for _, b := range npzFiles() {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var a *array
		var err error
		if n := allocated(func() { a, err = readNPY(bytes.NewReader(b), int64(len(b))) }); n > uint64(len(b)*2)+1<<17 {
			t.Errorf("allocated %d bytes for %d", n, len(b))
		}
		if err == nil {
			if n, err := product(a.shape, math.MaxInt); err != nil || len(a.data)%n != 0 || len(a.data)/n != int(a.dtype[2]-'0') {
				t.Errorf("%v %s with %d bytes", a.shape, a.dtype, len(a.data))
			}
		}
	})
}

// pickles were written by Python 3.13 with NumPy 2, packed with gzip: three pairs (3, 2 and 2
// images of 8×8, float32; labels int64). Pixels change every 32: 0, 32 … divided by 256, from 128
// in the second pair, from 255 in the third.
var pickles = map[int]string{
	0: "H4sIAAAAAAACA+1YTWvCQBClPc6v6NFLZb9NoNVevXjowVPBarRB0LjEeBAK7S8r/Vk9diYbxNoPhKKwMIFM9s3OLrNzyLy3rVZWbJZ+285W5ay93Cyq+bgsx1sYlbNsVayrcpNV4AU0cVBMw7yX0OoLqLyCbJStprNsDbOCBuA1tIYT8AaGi3E1LyR4i4EO7n0Hvwl+U1xMG2joO4M+KaDZf1ptPW4hcXb4ZHCgoC8EvpLCNK6Vpl44vMFJC4PBoH8toX4pHelgQgtySuJhI/Bhy5ZtsF12seskrldGUaN3RlGjYHvsYtdJXFeMokOokDqQk/iSpLpkSnpNwCRHPZfvBJyEnHSZUhii9E6ZocdAXguxeQJe2T0hpkjMqU4dl/+gwlTyDxV2cXzo5fGheII01EILTF7TMbSCCVpM8ktFtAkV0ZYCXVMR1WhVjSVFDfrH8fh3wS7+CTP6ju4YRY0eGUWHwOukafwp9nNDHd7IAxJkVGj5hm6Yjdm1fPRYyJHpnIPNgDcuZGo6lEZCo5QoihUHFMU2pM0SabP6gKJY8ztFeekxihl93DKKGT13GcWM3hhFh8BbGxqrpYsLW3fO5IAC2DS0VEfXA07uUQCnzkgBnA6ZYiPHNOqRIwrg6twSaH8ChdaZOrMfAAA=",
	1: "H4sIAAAAAAACA+WUyU8CMRjFC7iO+77vW90Q3FcYl4uScOiJm8KAKYkOvvHjQGKif5YnD/qHaQuDkGjicSaxyfvapO3rl8zvDeeWXbx/KIWtgpML3xfvKJ92nHTJuHZyVsF+JKdokQHmHjPsbGUbAZ5ghKB1bRWyOevRyNl6YSDEUwHGWAYNqSY136Upb0fRSGgSaCa0CLTyhLocSpgEw3XNUulB3W3jqaC6c7uN9stIxLiMRA1Ch0CnOl52PUZXMpm8+lSjXHQL3Rl9Vqp3zRDzw4h5q/cXf5cPnxcW91bTngo9UmW1V6CP0J+RjMtK0AekCu+gwFAlvIRh6aY1v4+RWlpHBcbUvvyZ0/HvnA7XhSXgzkF3xoR+f1JgijCdIczwWg+zuoc5gflyD0H9A1mQnVVX1+Jffz3GTI9146mwqOlZEuCE5Tp6VzQ5qwJrFXII63Ksyk33LzQirH02BCKEqKJws47CLe21LbBTo3C3RqFZpvA57q0+Xk98XZ5i3ur9zc8Fe5q+fYEDwmEdxUeavGOBkyrFsT8ojmsfU+CUcKYoPidchL8AXS5nUfEJAAA=",
	2: "H4sIAAAAAAACA+WUyU/CQBTGh+Ja933fN9xw3xXqcrIJhzlxQyiYIcHiV4cDiYleAPmPPHnAP0xn2kpMNF7bxEm+95q073uH+X19VgyzcHdfDBt5KxO+K+R4NmlZyaKasDJG3nzgVsHgKojzlWqmnbcI6KQExUgY+XTGeFAzpnxQEYwHCCEpNMSbRM8ledbcQmMZTRTNFbRQtIb0gB7UtTJU1zLNi/disi2uiInbXbRXXyrooOgM6Y7bKbpisdj1hzh20QlHd6rKgnEtSPxwIt6q9uzv8u7zQqLeatpToYeJfPZS9HH0pxhhdrIHmIjrIMWQHdcShpmTz+whRmQ+RynGRD7Zz2SO28kc/haPgNsVt2NCbpykmOKYTpUx87V0Vi6do5iXSxX5j1hgndLNHf3X90SI5rFuPBUWJTVLFCGO5TqnKxKZVYo1G5kS1tmYBKb7F/wQlgYbFJscWwK77S+PHemxS7FXx27fwU6zsXuKeqv31zNfl8eIt6q9+bngQFJ3SHHEcVzH9kQid0px5mIb+QPbqDTQKM45LgS2lxVchT8BRzqglLYJAAA=",
	4: "H4sIAAAAAAACA2tgmdrPwQAGPaJ5pbkFlXrJ+UWpermlOSWZiUVFiZVTenjii1KT8/OKS4pKk0umTJ7SwwpWOKWHPS8FomTyFG+G1inOjElT2qcETdHwZvRm9nZom5LB3MOaUlJZkArSxJRmMqWzAyLP3MNoM8XPz8/rPxCACW+GkilJnU4MzAyDAdgNLG4YYHxggDGD/cBihQHFU4A5IYMpgxWUpTLY4RkKyOHpYcq0QGSiDAEsWchZApaIGaE0E5QGmQvMkxgmM4GzKj8w80FUjujAZ2BwGGCcMKAYe+JjAnKkOp0F0JMWkUmq3n5g8Q/bgcU1dgOL9w0oJidJtU/RAwABnia5mggAAA==",
	5: "H4sIAAAAAAACA2tgnRrBwQAGPUJ5pbkFlXrJ+UWpekBmalFm8pQe7vi0ovzcpNK0tNSiKZOnaExjYGYYLMBuYHHDAOMDA4wZ7AcWKwwontLDCs4vQDqlpLIgFZg5epjSTKZ0drRPCZqi4c3cw2gzxc/Pz+s/EIAJb4aSKUnezN4ObVN6GJ2nlACVZTBpTJNAS9WMUJoJSk/JYOthyrRAGJzBhc3Y1ikZvCAj28CGwnWP8FhiYHAYYJwwoHhKBqc3EyjFQRIHKGkI4EhvUzKEvZlwpaJ6+4HFP2wHFtfYDSzeN6CY/FTUPkUPAEaNAg9jCAAA",
}

// python2 is what Python 2 wrote for two pairs of one 2×2 table and labels.
var python2 = map[string]string{
	"protocol 0": python2Pair("(", "(I0\ntp3\n", "S'b'\np4\n", "(I2\nI2\nt", "(S'f4'\np9\nI0\nI1\ntp10\n", "(I3\nS'<'\np12\nNNNI-1\nI-1\nI0\ntp13\n", "I00\n",
		`S"\x00\x00\x00?\x00\x00\x80?\x00\x00\x80\xbf'\x00\x00@"`+"\np14\n", "(I2\nt", "(S'i8'\nI0\nI1\nt", `S'\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00'`+"\n") + "p99\n.",
	"protocol 2": "\x80\x02" + python2Pair("(", "K\x00\x85q\x02", "U\x01bq\x03", "K\x02K\x02\x86", "U\x02f4q\x04K\x00K\x01\x87", "(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00t", "\x89",
		"T\x10\x00\x00\x00\x00\x00\x00?\x00\x00\x80?\x00\x00\x80\xbf'\x00\x00@q\x05", "K\x02\x85", "U\x02i8K\x00K\x01\x87", "T\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00") + "r\x00\x01\x00\x00.",
}

func python2Pair(mark, zero, b, shape, dtype, order, no, data, shapeY, dtypeY, dataY string) string {
	one := func(shape, dtype, data string) string {
		return "cnumpy.core.multiarray\n_reconstruct\n" + mark + "cnumpy\nndarray\n" + zero + b + "tR" +
			mark + "I1\n" + shape + "cnumpy\ndtype\n" + dtype + "R" + order + "b" + no + data + "tb"
	}
	pair := mark + one(shape, dtype, data) + one(shapeY, dtypeY, dataY) + "t"
	return mark + pair + pair + "t"
}

func TestPickle(t *testing.T) {
	for proto, s := range pickles {
		packed, err := base64.StdEncoding.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "mnist.pkl.gz")
		os.WriteFile(path, packed, 0o666)
		d, err := Load(path, LoadOptions{})
		if err != nil {
			t.Errorf("protocol %d: %v", proto, err)
			continue
		}
		want := make([]byte, 3*64)
		for i := range want {
			want[i] = byte(i / 32 * 32)
		}
		if !bytes.Equal(d.Train.Pixels, want) || d.Width != 8 || d.Valid.N != 2 || d.Valid.Pixels[0] != 128 || d.Test.Pixels[0] != 255 ||
			!slices.Equal(d.Train.Labels, []int32{0, 1, 2}) || !slices.Equal(d.Test.Labels, []int32{0, 1}) || !strings.Contains(d.Note, "256") {
			t.Errorf("protocol %d: %+v", proto, d)
		}
	}
	for name, s := range python2 {
		d, err := readPickle(strings.NewReader(s), int64(len(s)), LoadOptions{})
		if err != nil {
			t.Errorf("Python 2, %s: %v", name, err)
		} else if got := summary(d); got != "2+2 [0.5 1] [0 1] [0 1]" || math.Float32bits(float32(d.Test.Values[3])) != 0x40000027 {
			t.Errorf("Python 2, %s: %s, %v", name, got, d.Test.Values)
		}
	}
}

func TestPickleRefused(t *testing.T) {
	for name, c := range map[string]struct{ pickle, want string }{
		"system":            {"cos\nsystem\n(S'ls'\ntR.", `"os.system"`},
		"posix":             {"\x80\x02cposix\nsystem\nU\x02ls\x85R.", `"posix.system"`},
		"eval":              {"\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x011\x85R.", `"builtins.eval"`},
		"INST":              {"(S'ls'\nios\nsystem\n.", `'i'`},
		"OBJ":               {"(o.", `'o'`},
		"NEWOBJ":            {")\x81.", "0x81"},
		"persistent":        {"Pabc\n.", `'P'`},
		"extension":         {"\x82\x01.", "0x82"},
		"ndarray called":    {"cnumpy\nndarray\n)R.", "refused"},
		"a number called":   {"K\x01)R.", "refused"},
		"state of a list":   {"]N\x85b.", "state"},
		"no arrays":         {"(I1\nI2\nt.", "something else"},
		"a list of numbers": {"]K\x01a.", "something else"},
		"a list in itself":  {"]q\x00h\x00a.", "something else"},
		"empty stack":       {"0.", "empty stack"},
		"below the mark":    {"K\x01(0.", "empty stack"},
		"no mark":           {"t.", "mark"},
		"no memo":           {"h\x07.", "memo 7"},
		"cut":               {"\x80\x02T\xff\xff\xff\x7fabc", "cut off"},
		"huge":              {"\x8e\xff\xff\xff\xff\xff\xff\xff\xff", "18446744073709551615 bytes"},
		"no end":            {"N", "cut off"},
		"goes on":           {"N.N", "follows"},
		"protocol":          {"\x80\x09.", "protocol 9"},
		"endless":           {strings.Repeat("(", maxOpcodes+1), "instructions"},
		"records":           {"cnumpy\ndtype\n(S'V8'\ntR(I3\nS'|'\nN(S'a'\ntNI8\nI1\nI16\ntb.", "state"},
		"same text often":   {"c_codecs\nencode\nq\x00X\x50\x00\x00\x00" + strings.Repeat("x", 80) + "q\x01" + strings.Repeat("h\x00h\x01U\x06latin1\x86R", 50) + ".", "more text"},
	} {
		if _, err := readPickle(strings.NewReader(c.pickle), int64(len(c.pickle)), LoadOptions{}); !contains(err, c.want) {
			t.Errorf("%s: %v; want %q", name, err, c.want)
		}
	}
	// Whatever is lost or changed in an array's shape, type or data is found.
	s := python2["protocol 2"]
	for n := range len(s) {
		if _, err := readPickle(strings.NewReader(s[:n]), int64(n), LoadOptions{}); err == nil {
			t.Errorf("cut at %d: no error", n)
		}
	}
}

func FuzzReadPickle(f *testing.F) {
	for _, s := range pickles {
		packed, _ := base64.StdEncoding.DecodeString(s)
		z, _ := gzip.NewReader(bytes.NewReader(packed))
		b, _ := io.ReadAll(z)
		f.Add(b)
	}
	for _, s := range python2 {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		n := allocated(func() {
			if d, err := readPickle(bytes.NewReader(b), int64(len(b)), LoadOptions{}); err == nil {
				if err := d.Train.check(); err != nil {
					t.Fatal(err)
				}
			}
		})
		if n > 64<<20 && len(b) < 1<<16 {
			t.Errorf("allocated %d bytes for %d", n, len(b))
		}
	})
}
