package mnist

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"backprop/internal/filetest"
)

// TestRead: the four files in every spelling that mirrors and programs give them.
func TestRead(t *testing.T) {
	spellings := map[string]func(name string, data []byte) (string, []byte){
		"raw":  func(n string, b []byte) (string, []byte) { return n, b },
		"gzip": func(n string, b []byte) (string, []byte) { return n + ".gz", filetest.Gzipped(b) },
		"dot":  func(n string, b []byte) (string, []byte) { return strings.Replace(n, "-idx", ".idx", 1), b },
		"dotgzip": func(n string, b []byte) (string, []byte) {
			return strings.Replace(n, "-idx", ".idx", 1) + ".gz", filetest.Gzipped(b)
		},
		"named gz, unpacked by the browser": func(n string, b []byte) (string, []byte) { return n + ".gz", b },
		"mixture": func(n string, b []byte) (string, []byte) {
			if strings.HasPrefix(n, "train") {
				return n, b
			}
			return strings.Replace(n, "-idx", ".idx", 1) + ".gz", filetest.Gzipped(b)
		},
		"torchvision": func(n string, b []byte) (string, []byte) { return "FashionMNIST/raw/" + n, b },
		"raw folder":  func(n string, b []byte) (string, []byte) { return "raw/" + n, b },
	}
	for name, spell := range spellings {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "small [set]")
			files := map[string][]byte{}
			for n, b := range filetest.MNIST() {
				n, b = spell(n, b)
				files[n] = b
			}
			filetest.Write(t, dir, files)
			train, test, err := Read(Find(dir))
			if err != nil {
				t.Fatal(err)
			}
			labels := func(p Split) string { return filepath.Base(p.LabelsFile) }
			if !strings.HasPrefix(labels(train), "train-labels") || !strings.HasPrefix(labels(test), "t10k-labels") {
				t.Errorf("labels come from %s and %s", train.LabelsFile, test.LabelsFile)
			}
			train.LabelsFile, test.LabelsFile = "", ""
			if want := (Split{[]int{6, 2, 3}, filetest.Counting(36, 256), filetest.Counting(6, 3),
				""}); !reflect.DeepEqual(train, want) {
				t.Errorf("got %+v\nwant %+v", train, want)
			}
			if want := (Split{[]int{4, 2, 3}, filetest.Counting(24, 256), filetest.Counting(4, 3),
				""}); !reflect.DeepEqual(test, want) {
				t.Errorf("got %+v\nwant %+v", test, want)
			}
		})
	}
}

// TestReadBad: what is wrong with a file is named with its place.
func TestReadBad(t *testing.T) {
	const image, label = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
	good := filetest.MNIST()
	cases := []struct {
		name  string
		files map[string][]byte // nil takes a file away
		want  []string
	}{
		{"one missing", map[string][]byte{"t10k-labels-idx1-ubyte": nil},
			[]string{"t10k-labels-idx1-ubyte is missing", "-download"}},
		{"nothing there", map[string][]byte{image: nil, label: nil, "t10k-images-idx3-ubyte": nil,
			"t10k-labels-idx1-ubyte": nil}, []string{"-download"}},
		{"wrong magic", map[string][]byte{image: []byte("PNG and more")},
			[]string{image, "byte 0", "0x504e4720", "0x00000803"}},
		{"floats", map[string][]byte{image: {0, 0, 13, 3, 0, 0, 0, 6}}, []string{image, "32-bit floats"}},
		{"page", map[string][]byte{image: []byte("\n<!DOCTYPE html><html>404</html>")}, []string{image, "HTML"}},
		{"page named gz", map[string][]byte{image: nil, image + ".gz": []byte("<html>404</html>")},
			[]string{image + ".gz", "HTML"}},
		{"page, gzipped", map[string][]byte{image: nil, image + ".gz": filetest.Gzipped([]byte("<html>404</html>"))},
			[]string{image + ".gz", "HTML"}},
		{"empty", map[string][]byte{label: {}}, []string{label, "empty"}},
		{"empty gzip", map[string][]byte{label: filetest.Gzipped(nil)}, []string{label, "empty"}},
		{"header cut", map[string][]byte{label: {0, 0, 8}}, []string{label, "byte 3", "header"}},
		{"dimensions cut", map[string][]byte{image: good[image][:10]}, []string{image, "byte 10", "dimension 2 of 3"}},
		{"data cut", map[string][]byte{image: good[image][:40]}, []string{image, "byte 4", "6×2×3", "hold 24", "cut off"}},
		{"more data than promised", map[string][]byte{image: append(slices.Clone(good[image]), 7)},
			[]string{image, "36 bytes"}},
		{"more data than promised, gzipped", map[string][]byte{image: filetest.Gzipped(append(slices.Clone(good[image]), 7))},
			[]string{image, "36 bytes"}},
		{"less data, gzipped", map[string][]byte{image: filetest.Gzipped(good[image][:40])},
			[]string{image, "36 bytes", "found 24"}},
		{"overflow", map[string][]byte{image: filetest.IDX(nil, -1, -1, -1)}, []string{image, "byte 4", "4294967295"}},
		{"absurd", map[string][]byte{image: filetest.IDX(nil, 1<<30, 1<<30, 1<<30)},
			[]string{image, "byte 4", "1073741824×1073741824×1073741824"}},
		{"overflow, gzipped", map[string][]byte{image: filetest.Gzipped(filetest.IDX(nil, 1<<30, 1<<30, 1<<30))},
			[]string{image, "byte 4"}},
		{"no pixels", map[string][]byte{image: filetest.IDX(nil, 6, 0, 3)},
			[]string{image, "byte 8", "dimension 2 of 3 is 0"}},
		{"gzip cut", map[string][]byte{image: filetest.Gzipped(good[image])[:30]}, []string{image, "cut off"}},
		{"gzip header cut", map[string][]byte{image: filetest.Gzipped(good[image])[:6]}, []string{image, "cut off"}},
		{"gzip damaged", map[string][]byte{image: flip(filetest.Gzipped(good[image]), -8)}, []string{image, "damaged"}},
		{"gzip and something", map[string][]byte{image: append(filetest.Gzipped(good[image]), "something that goes on"...)},
			[]string{image, "damaged"}},
		{"counts differ", map[string][]byte{label: filetest.IDX(filetest.Counting(5, 3), 5)},
			[]string{label, "5 labels", "6 images"}},
		{"sizes differ", map[string][]byte{"t10k-images-idx3-ubyte": filetest.IDX(filetest.Counting(24, 256), 4, 3, 2)},
			[]string{"t10k-images", "3×2", "2×3"}},
		{"images for labels", map[string][]byte{label: good[image]}, []string{label, "3", "images"}},
		{"labels for images", map[string][]byte{image: good[label]}, []string{image, "labels"}},
		{"a folder", map[string][]byte{image: nil, image + "/x": {1}}, []string{image, "folder"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			files := filetest.MNIST()
			for n, b := range c.files {
				if files[n] = b; b == nil {
					delete(files, n)
				}
			}
			dir := t.TempDir()
			filetest.Write(t, dir, files)
			if _, _, err := Read(dir); !filetest.Says(err, append(c.want, dir)...) {
				t.Errorf("got %v; want an error of one line with %q", err, c.want)
			}
		})
	}
	for name, b := range good {
		z := filetest.Gzipped(b)
		for at := range z {
			path := filepath.Join(t.TempDir(), name)
			os.WriteFile(path, flip(z, at), 0o666)
			if dims, data, err := readFile(path); err == nil && !bytes.Equal(filetest.IDX(data, dims...), b) {
				t.Errorf("%s: a bit flipped at %d: no error, and other data", name, at)
			}
		}
	}
	if os.Getuid() > 0 { // root may read everything
		dir := t.TempDir()
		filetest.Write(t, dir, good)
		os.Chmod(filepath.Join(dir, label), 0)
		if _, _, err := Read(dir); !filetest.Says(err, label, "permission") {
			t.Errorf("no permission: %v", err)
		}
	}
}

func flip(b []byte, at int) []byte {
	b = slices.Clone(b)
	b[(at+len(b))%len(b)] ^= 0x10
	return b
}

// A small file must not make the reader allocate what it promises, nor unpack a bomb to its end.
func TestReadIDXBounded(t *testing.T) {
	dir := t.TempDir()
	bomb := filetest.Gzipped(append(filetest.IDX(nil, 1000), make([]byte, 64<<20)...))
	filetest.Write(t, dir, map[string][]byte{
		"promise":    filetest.IDX(make([]byte, 1000), 1<<30),
		"promise.gz": filetest.Gzipped(filetest.IDX(make([]byte, 1000), 1<<30)),
		"bomb.gz":    bomb,
	})
	for _, name := range []string{"promise", "promise.gz", "bomb.gz"} {
		var err error
		if n := filetest.Allocated(func() { _, _, err = readFile(filepath.Join(dir, name)) }); n > 1<<20 || err == nil {
			t.Errorf("%s: allocated %d bytes, error %v", name, n, err)
		}
	}
}

func FuzzReadIDX(f *testing.F) {
	for _, b := range filetest.MNIST() {
		f.Add(b)
	}
	f.Add(filetest.IDX(nil, 1<<30, 1<<30, 1<<30))
	f.Fuzz(func(t *testing.T, b []byte) {
		var dims []int
		var data []byte
		var err error
		n := filetest.Allocated(func() { dims, data, err = ReadIDX(bytes.NewReader(b), int64(len(b))) })
		if n > uint64(len(b))+1<<16 {
			t.Errorf("allocated %d bytes for %d", n, len(b))
		}
		if err != nil {
			return
		}
		if !bytes.Equal(filetest.IDX(data, dims...), b) {
			t.Errorf("%v and %d bytes read from %x", dims, len(data), b)
		}
	})
}

// swapMNIST lets the tests of download have four small files in place of MNIST's.
func swapMNIST(t *testing.T) map[string][]byte {
	old, oldStall := Files, stallTimeout
	t.Cleanup(func() { Files, stallTimeout = old, oldStall })
	stallTimeout = 300 * time.Millisecond
	files := filetest.MNIST()
	for i, f := range Files {
		sum := sha256.Sum256(files[f.Name])
		Files[i].SHA256, Files[i].Size = hex.EncodeToString(sum[:]), int64(len(files[f.Name]))
	}
	return files
}

func mirror(t *testing.T, h http.HandlerFunc) string {
	s := httptest.NewServer(h)
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	return s.URL + "/"
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestDownload(t *testing.T) {
	files := swapMNIST(t)
	asked := 0
	serve := func(w http.ResponseWriter, r *http.Request) {
		asked++
		w.Write(filetest.Gzipped(files[strings.TrimSuffix(r.URL.Path[1:], ".gz")]))
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
			w.Write(filetest.Gzipped([]byte("something else")))
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
			b := filetest.Gzipped(files[strings.TrimSuffix(r.URL.Path[1:], ".gz")])
			w.Write(b[:len(b)-9])
		}), "damaged"},
		"endless": {mirror(t, func(w http.ResponseWriter, r *http.Request) {
			io.Copy(w, zeros{})
		}), "more than"},
		"silent": {mirror(t, func(w http.ResponseWriter, r *http.Request) {
			w.Write([]byte{0x1f})
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}), "/: nothing came for 300ms"},
	}
	for name, b := range bad {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "a", "b")
			err := Download(t.Context(), dir, []string{b.url, b.url}, nil)
			if !filetest.Says(err, "train-images-idx3-ubyte", b.url, b.want) || strings.Count(err.Error(), b.want) != 2 {
				t.Errorf("got %v, want each mirror with %q", err, b.want)
			}
			if got := filetest.List(t, filepath.Dir(filepath.Dir(dir))); got != nil {
				t.Errorf("left behind: %s", got)
			}
			if err := Download(t.Context(), dir, []string{b.url, good}, nil); err != nil {
				t.Errorf("with a second mirror: %v", err)
			}
			if train, _, err := Read(dir); err != nil || train.Shape[0] != 6 || len(filetest.List(t, dir)) != 4 {
				t.Errorf("read %v, %v from %q", train, err, filetest.List(t, dir))
			}
		})
	}
	t.Run("unpacked on the way", func(t *testing.T) {
		dir := t.TempDir()
		if err := Download(t.Context(), dir, []string{unpacks}, nil); err != nil {
			t.Fatal(err)
		}
		if got := filetest.List(t, dir); len(got) != 4 || slices.Contains(got, "t10k-labels-idx1-ubyte.gz") {
			t.Errorf("files: %s", got)
		}
	})
	t.Run("only what is missing", func(t *testing.T) {
		dir := t.TempDir()
		filetest.Write(t, dir, map[string][]byte{"train-images.idx3-ubyte": {1}, "t10k-labels-idx1-ubyte.gz": {2}})
		asked = 0
		seen := map[string]int64{}
		err := Download(t.Context(), dir, []string{good}, func(f string, done, total int64) { seen[f] = done - total })
		if err != nil || asked != 2 || !reflect.DeepEqual(seen,
			map[string]int64{"train-labels-idx1-ubyte": 0, "t10k-images-idx3-ubyte": 0}) {
			t.Errorf("%v; %d files asked for, progress %v", err, asked, seen)
		}
	})
	t.Run("into torchvision's folder", func(t *testing.T) {
		dir := t.TempDir()
		filetest.Write(t, dir, map[string][]byte{"MNIST/raw/train-images-idx3-ubyte": files["train-images-idx3-ubyte"]})
		if err := Download(t.Context(), dir, []string{good}, nil); err != nil {
			t.Fatal(err)
		}
		if _, test, err := Read(Find(dir)); err != nil || len(filetest.List(t, dir)) != 1 || test.Shape[0] != 4 {
			t.Errorf("%v, %v, files %s", test, err, filetest.List(t, dir))
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
			err := Download(ctx, dir, []string{half, good}, nil)
			if err == nil || ctx.Err() == nil || !filetest.Says(err, "train-images-idx3-ubyte: download stopped: context "+
				"canceled") || filetest.List(t, filepath.Dir(dir)) != nil {
				t.Errorf("%s: %v; left behind %s", stop, err, filetest.List(t, dir))
			}
			cancel()
		}
	})
	t.Run("a file where the folder should be", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "file")
		os.WriteFile(dir, []byte("precious"), 0o666)
		if err := Download(t.Context(), dir, []string{good}, nil); !filetest.Says(err, dir, "cannot make") {
			t.Error(err)
		}
		if b, _ := os.ReadFile(dir); string(b) != "precious" {
			t.Error("it was overwritten")
		}
	})
}

// TestEMNIST: its files are found by their own names, by the one that is named where there are several sets, and its
// images are turned upright.
func TestEMNIST(t *testing.T) {
	dir := t.TempDir()
	set := func(name string) map[string][]byte {
		return map[string][]byte{
			name + "-train-images-idx3-ubyte": filetest.IDX([]byte{1, 4, 2, 5, 3, 6}, 1, 3, 2), name +
				"-train-labels-idx1-ubyte": filetest.IDX([]byte{1}, 1),
			name + "-test-images-idx3-ubyte": filetest.IDX([]byte{1, 2, 3, 4, 5, 6}, 1, 3, 2), name +
				"-test-labels-idx1-ubyte": filetest.IDX([]byte{2}, 1),
		}
	}
	filetest.Write(t, dir, set("emnist-letters"))
	if Find(dir) != dir {
		t.Errorf("found in %q", Find(dir))
	}
	around := t.TempDir()
	filetest.Write(t, filepath.Join(around, "gzip"), set("emnist-letters"))
	if got := Find(around); got != filepath.Join(around, "gzip") {
		t.Errorf("around the folder gzip, found in %q", got)
	}
	for _, path := range []string{dir, filepath.Join(dir, "emnist-letters-test-labels-idx1-ubyte")} {
		train, test, err := Read(path)
		if err != nil || !bytes.Equal(train.Pixels, []byte{1, 2, 3, 4, 5, 6}) || !slices.Equal(train.Shape, []int{1, 2, 3}) ||
			!bytes.Equal(test.Pixels, []byte{1, 3, 5, 2, 4, 6}) || test.Labels[0] != 2 {
			t.Errorf("%s: %v, %v, %v", path, train, test, err)
		}
	}
	filetest.Write(t, dir, set("emnist-digits"))
	if _, _, err := Read(dir); !filetest.Says(err, "several data sets (emnist-digits, emnist-letters): name one of "+
		"the files") {
		t.Error(err)
	}
	if train, _, err := Read(filepath.Join(dir, "emnist-letters-train-images-idx3-ubyte")); err != nil ||
		train.Labels[0] != 1 {
		t.Error(err)
	}
	os.Remove(filepath.Join(dir, "emnist-letters-test-images-idx3-ubyte"))
	if _, _, err := Read(filepath.Join(dir, "emnist-letters-train-images-idx3-ubyte")); !filetest.Says(err,
		"one of the four files of emnist-letters is missing, that with test-images-idx3-ubyte") {
		t.Error(err)
	}
}
