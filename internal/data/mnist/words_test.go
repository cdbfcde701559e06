package mnist

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"backprop/internal/file"
	"backprop/internal/filetest"
)

// TestFiles: MNIST is 60,000 and 10,000 images of 28×28 pixels.
func TestFiles(t *testing.T) {
	for i, size := range []int64{16 + 60_000*28*28, 8 + 60_000, 16 + 10_000*28*28, 8 + 10_000} {
		if Files[i].Size != size || len(Files[i].SHA256) != 64 {
			t.Errorf("%+v, want %d bytes", Files[i], size)
		}
	}
}

// TestIsIDX: two zeros, a type from 8 to 14, and from one to four dimensions.
func TestIsIDX(t *testing.T) {
	for _, c := range []struct {
		head []byte
		want bool
	}{
		{[]byte{0, 0, 8, 1}, true}, {[]byte{0, 0, 14, 4, 99}, true}, {[]byte{0, 0, 7, 1}, false},
		{[]byte{0, 0, 15, 1}, false},
		{[]byte{0, 0, 8, 0}, false}, {[]byte{0, 0, 8, 5}, false}, {[]byte{1, 0, 8, 1}, false}, {[]byte{0, 1, 8, 1}, false},
		{[]byte{0, 0, 8}, false}, {nil, false},
	} {
		if got := IsIDX(c.head); got != c.want {
			t.Errorf("% x: %v", c.head, got)
		}
	}
}

// TestReadIDX: shape and data, and in full what is said of a file that is not as it should be.
func TestReadIDX(t *testing.T) {
	const other = "byte 0: the file begins with 0x%s; 0x00000803 (images) or 0x00000801 (labels) was expected: it is " +
		"not an IDX file, fetch it again"
	const cut = ": the file was cut off, fetch it again"
	for _, c := range []struct {
		in    []byte
		limit int64 // beyond the file's length
		want  string
	}{
		{filetest.IDX([]byte{7}, 1), 0, "[1] [7]"}, {filetest.IDX([]byte{7, 8}, 1, 2), 0, "[1 2] [7 8]"},
		{filetest.IDX([]byte{7, 8}, 1, 2, 1), 5, "[1 2 1] [7 8]"},
		{filetest.IDX([]byte{1, 2, 3, 4}, 2, 1, 1, 2), 0, "[2 1 1 2] [1 2 3 4]"},
		{[]byte{0, 0, 8}, 0, "byte 3: the header of 4 bytes is incomplete" + cut},
		{nil, 0, "byte 0: the header of 4 bytes is incomplete" + cut},
		{[]byte{0, 0, 9, 1}, 0, "byte 2: the file holds signed bytes (type 0x09); unsigned bytes (0x08) were expected"},
		{[]byte{0, 0, 11, 1}, 0, "byte 2: the file holds 16-bit integers (type 0x0b); unsigned bytes (0x08) were expected"},
		{[]byte{0, 0, 12, 1}, 0, "byte 2: the file holds 32-bit integers (type 0x0c); unsigned bytes (0x08) were expected"},
		{[]byte{0, 0, 13, 1}, 0, "byte 2: the file holds 32-bit floats (type 0x0d); unsigned bytes (0x08) were expected"},
		{[]byte{0, 0, 14, 1}, 0, "byte 2: the file holds 64-bit floats (type 0x0e); unsigned bytes (0x08) were expected"},
		{[]byte{0, 0, 10, 1}, 0, fmt.Sprintf(other, "00000a01")}, {[]byte{1, 0, 9, 1}, 0, fmt.Sprintf(other, "01000901")},
		{[]byte{0, 1, 9, 1}, 0, fmt.Sprintf(other, "00010901")}, {[]byte{1, 0, 8, 1}, 0, fmt.Sprintf(other, "01000801")},
		{[]byte{0, 1, 8, 1}, 0, fmt.Sprintf(other, "00010801")},
		{[]byte{0, 0, 8, 0}, 0, fmt.Sprintf(other, "00000800")}, {[]byte{0, 0, 8, 5}, 0, fmt.Sprintf(other, "00000805")},
		{[]byte{0, 0, 8, 1}, 0, "byte 4: dimension 1 of 1 is incomplete" + cut},
		{[]byte{0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0}, 0, "byte 11: dimension 2 of 2 is incomplete" + cut},
		{filetest.IDX(nil, 3, 0), 0, "byte 8: dimension 2 of 2 is 0: the header is damaged, fetch the file again"},
		{filetest.IDX(nil, 1<<31), 1 << 40, "byte 4: dimension 1 of 1 is 2147483648: the header is damaged, fetch the " +
			"file again"},
		{filetest.IDX(nil, 1<<31-1), 0, "byte 4: the header promises 2147483647 numbers, and the file can hold 0: it is " +
			"damaged, or the file was cut off, fetch it again"},
		{filetest.IDX([]byte{1, 2}, 3), 0, "byte 4: the header promises 3 numbers, and the file can hold 2: it is " +
			"damaged, or the file was cut off, fetch it again"},
		{filetest.IDX([]byte{1, 2}, 3), 1, "byte 8: expected 3 bytes of data, found 2" + cut},
		{filetest.IDX([]byte{1, 2}, 1), 0, "byte 8: continues after the 1 bytes of data that its header promises"},
		{filetest.IDX([]byte{1, 2}, 1, 1), 0, "byte 12: continues after the 1 bytes of data that its header promises"},
	} {
		shape, data, err := ReadIDX(bytes.NewReader(c.in), int64(len(c.in))+c.limit)
		got := fmt.Sprint(shape, data)
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("% x: %s\nwant %s", c.in, got, c.want)
		}
	}
}

// TestFind: which of several is taken: what is not packed before what is, and a file before a folder.
func TestFind(t *testing.T) {
	const name, dotted = "t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte"
	dir := t.TempDir()
	if got := findFile(dir, "", name); got != "" {
		t.Errorf("found %s in an empty folder", got)
	}
	for _, add := range []struct{ path, want string }{ // one after another
		{dotted + ".gz/folder", dotted + ".gz"}, {dotted + "/folder", dotted}, {name + ".gz/folder", name + ".gz"},
		{name + "/folder", name},
	} {
		os.MkdirAll(filepath.Join(dir, add.path), 0o777)
		if got := findFile(dir, "", name); got != filepath.Join(dir, add.want) {
			t.Errorf("with the folder %s: %s", add.want, got)
		}
	}
	dir = t.TempDir()
	os.Mkdir(filepath.Join(dir, name), 0o777)
	for _, file := range []string{dotted + ".gz", dotted, name + ".gz"} {
		os.WriteFile(filepath.Join(dir, file), nil, 0o666)
		if got := findFile(dir, "", name); got != filepath.Join(dir, file) {
			t.Errorf("with %s: %s", file, got)
		}
	}
	// The folder itself comes first, then raw, MNIST/raw, and any other's raw; no deeper one.
	dir = t.TempDir()
	for _, folder := range []string{"a/b/raw", "other/raw", "MNIST/raw", "raw", "."} {
		filetest.Write(t, filepath.Join(dir, folder), map[string][]byte{name: {1}})
		want := filepath.Join(dir, folder)
		if folder == "a/b/raw" {
			want = ""
		}
		if got := Find(dir); got != want {
			t.Errorf("with %s: %q", folder, got)
		}
	}
}

// TestReadWords: what is said, in full, of files that do not belong together.
func TestReadWords(t *testing.T) {
	const image, label, testImage = "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte"
	for _, c := range []struct {
		name  string
		bytes []byte
		want  string
	}{
		{image, nil, ": train-images-idx3-ubyte is missing (or train-images-idx3-ubyte.gz); MNIST's four files belong " +
			"together: add -download to fetch those that are missing"},
		{image, filetest.IDX(filetest.Counting(6, 3), 6), "/" + image +
			": images have 3 dimensions (number, height, width), this file has 1: is it the labels?"},
		{label, filetest.IDX(filetest.Counting(6, 3), 6, 1), "/" + label +
			": labels have 1 dimension, this file has 2: is it the images?"},
		{label, filetest.IDX(filetest.Counting(7, 3), 7), "/" + label + ": 7 labels, but " + image +
			" has 6 images: they do not belong together"},
		{testImage, filetest.IDX(filetest.Counting(24, 256), 4, 3, 2), "/" + testImage +
			": images are 3×2, but the training images are 2×3: they do not belong together"},
		{testImage, filetest.IDX(filetest.Counting(24, 256), 4, 6), "/" + testImage +
			": images are 6, but the training images are 2×3: they do not belong together"},
	} {
		dir, files := t.TempDir(), filetest.MNIST()
		if files[c.name] = c.bytes; c.bytes == nil {
			delete(files, c.name)
		}
		filetest.Write(t, dir, files)
		if _, _, err := Read(dir); err == nil || filepath.ToSlash(err.Error()) != filepath.ToSlash(dir)+c.want {
			t.Errorf("%v\nwant %s%s", err, dir, c.want)
		}
	}
}

// TestFetch: how much a mirror may send for a file of so many bytes: a thousandth more, and 1024.
func TestFetch(t *testing.T) {
	swapMNIST(t)
	for size, most := range map[int64]int{0: 1024, 999: 2023, 10_000: 11_034} {
		for _, more := range []int{0, 1} {
			var asked http.Header
			m := mirror(t, func(w http.ResponseWriter, r *http.Request) {
				asked = r.Header
				w.Write(filetest.Counting(most+more, 251))
			})
			last := ""
			progress := func(name string, done, total int64) { last = fmt.Sprint(name, " ", done, " of ", total) }
			b, err := File{Name: "x", Size: size}.fetch(t.Context(),
				&http.Client{Transport: &http.Transport{DisableCompression: true}}, m+"x", progress)
			if want := fmt.Sprintf("sent more than %d bytes; this is another file", most); more == 0 &&
				(err != nil || !bytes.Equal(b, filetest.Counting(most, 251))) ||
				more == 1 && (err == nil || err.Error() != want) || asked.Get("Accept-Encoding") != "" {
				t.Errorf("%d bytes of at most %d: %d, %v", most+more, most, len(b), err)
			}
			total := most
			if most > 2048 {
				total = -1 // the server does not say it of what is longer
			}
			if want := fmt.Sprintf("x %d of %d", most, total); more == 0 && last != want {
				t.Errorf("progress is %s, want %s", last, want)
			}
		}
	}
	if _, err := (File{}).fetch(t.Context(), http.DefaultClient, "http://a b/", nil); err == nil {
		t.Error("an address that is none was fetched")
	}
}

// TestDownloadWords: what a download says, in full, of each mirror; and where nothing can be written.
func TestDownloadWords(t *testing.T) {
	files := swapMNIST(t)
	const name = "train-images-idx3-ubyte"
	good := mirror(t, func(w http.ResponseWriter, r *http.Request) {
		// so that nothing is unpacked on the way
		if strings.HasSuffix(r.URL.Path, ".gz") && r.Header.Get("Accept-Encoding") == "" {
			w.Write(filetest.Gzipped(files[strings.TrimSuffix(r.URL.Path[1:], ".gz")]))
		}
	})
	gone := mirror(t, http.NotFound)
	other := mirror(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello") })
	longer := mirror(t, func(w http.ResponseWriter, r *http.Request) { w.Write(append(slices.Clone(files[name]), 1)) })
	damaged := mirror(t, func(w http.ResponseWriter, r *http.Request) { w.Write(flip(filetest.Gzipped(files[name]), -8)) })
	dir := t.TempDir()
	const hello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" // as sha256sum says
	err := Download(t.Context(), dir, []string{gone, other, damaged}, nil)
	want := name + ": could not be fetched; " + gone + ": answered 404 Not Found; " + other +
		": sent another file: its SHA-256 is " + hello +
		", expected " + Files[0].SHA256 + "; " + damaged +
		": sent damaged gzip data: gzip: invalid checksum; check the network, or put the file into " +
		dir + " by hand"
	if err == nil || err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
	if err := Download(t.Context(), dir, []string{longer}, nil); !filetest.Says(err, "sent another file") {
		t.Errorf("a byte more: %v", err)
	}
	defer func() { file.Disk = nil }()
	file.Disk = func(io.Writer) io.Writer { return fullDisk{} }
	if err := Download(t.Context(), dir, []string{good}, nil); err == nil ||
		err.Error() != dir+": cannot write: the disk is full" {
		t.Error(err)
	}
	file.Disk = nil
	if os.Symlink(filepath.Join(dir, "no", "where"), filepath.Join(dir, name)) == nil {
		if err := Download(t.Context(), dir, []string{good}, nil); !filetest.Says(err, dir+": cannot write: no such file") {
			t.Error(err)
		}
		os.Remove(filepath.Join(dir, name))
	}
	if err := Download(t.Context(), dir, []string{gone, good}, nil); err != nil {
		t.Error(err)
	}
	const there = "t10k-images-idx3-ubyte.gz t10k-labels-idx1-ubyte.gz train-images-idx3-ubyte.gz " +
		"train-labels-idx1-ubyte.gz"
	got := filetest.List(t, dir)[0]
	if all := strings.Join(filetest.List(t, dir), " "); all != there {
		t.Errorf("files are %s, want %s", all, there)
	}
	if err := Download(t.Context(), filepath.Join(dir, got, "new"), nil, nil); err == nil ||
		!strings.HasPrefix(err.Error(), filepath.Join(dir, got, "new")+": cannot make the folder: ") {
		t.Error(err)
	}
	// A folder that is made is as any other that this user makes.
	made, mine := filepath.Join(t.TempDir(), "made"), filepath.Join(dir, "mine")
	if err := errors.Join(Download(t.Context(), made, []string{good}, nil), os.Mkdir(mine, 0o777)); err != nil {
		t.Error(err)
	}
	a, errA := os.Stat(made)
	if b, errB := os.Stat(mine); errA != nil || errB != nil || a.Mode() != b.Mode() {
		t.Errorf("folders are %v and %v", a, b)
	}
	// A mirror that does not even begin to answer.
	stallTimeout = 200 * time.Millisecond
	silent := mirror(t, func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	if err := Download(t.Context(), filepath.Join(dir, "new"), []string{silent}, nil); !filetest.Says(err,
		"; "+silent+": net/http: timeout awaiting response headers;") {
		t.Error(err)
	}
}

// fullDisk takes nothing.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }
