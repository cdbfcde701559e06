package mnist

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"backprop/internal/filetest"
)

// TestFiles: MNIST is 60,000 and 10,000 images of 28×28 pixels, behind headers of 16 bytes, and as many labels,
// behind 8.
func TestFiles(t *testing.T) {
	for i, size := range []int64{16 + 60_000*28*28, 8 + 60_000, 16 + 10_000*28*28, 8 + 10_000} {
		if Files[i].Size != size || len(Files[i].SHA256) != 64 {
			t.Errorf("got %+v, want %d bytes", Files[i], size)
		}
	}
}

// TestFindFile: of several spellings, an unpacked file comes before a packed one, and any file before a folder.
func TestFindFile(t *testing.T) {
	const name, dotted = "t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte"
	dir := t.TempDir()
	if got := findFile(dir, "", name); got != "" {
		t.Errorf("in an empty folder: got %s", got)
	}
	for _, add := range []struct{ path, want string }{ // one after another
		{dotted + ".gz/folder", dotted + ".gz"}, {dotted + "/folder", dotted},
		{name + ".gz/folder", name + ".gz"}, {name + "/folder", name},
	} {
		os.MkdirAll(filepath.Join(dir, add.path), 0o777)
		if got := findFile(dir, "", name); got != filepath.Join(dir, add.want) {
			t.Errorf("with the folder %s: got %s", add.want, got)
		}
	}
	dir = t.TempDir()
	os.Mkdir(filepath.Join(dir, name), 0o777)
	for _, file := range []string{dotted + ".gz", dotted, name + ".gz"} {
		os.WriteFile(filepath.Join(dir, file), nil, 0o666)
		if got := findFile(dir, "", name); got != filepath.Join(dir, file) {
			t.Errorf("with %s: got %s", file, got)
		}
	}
}

// TestFind: the folder itself comes first, then raw, MNIST/raw, and any other's raw; no deeper one.
func TestFind(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ add, want string }{ // one after another
		{"a/b/raw", ""}, {"other/raw", "other/raw"}, {"MNIST/raw", "MNIST/raw"}, {"raw", "raw"}, {".", "."},
	} {
		filetest.Write(t, filepath.Join(dir, c.add), map[string][]byte{"t10k-labels-idx1-ubyte": {1}})
		want := ""
		if c.want != "" {
			want = filepath.Join(dir, c.want)
		}
		if got := Find(dir); got != want {
			t.Errorf("with %s: got %q, want %q", c.add, got, want)
		}
	}
}

// TestReadFindsEverySpelling: the four files are read under every name that mirrors and programs give them.
func TestReadFindsEverySpelling(t *testing.T) {
	spellings := map[string]func(name string, data []byte) (string, []byte){
		"raw": func(n string, b []byte) (string, []byte) { return n, b },
		"gzip": func(n string, b []byte) (string, []byte) {
			return n + ".gz", filetest.Gzipped(b)
		},
		"named gz, unpacked by the browser": func(n string, b []byte) (string, []byte) { return n + ".gz", b },
		"mixture": func(n string, b []byte) (string, []byte) {
			if strings.HasPrefix(n, "train") {
				return n, b
			}
			return strings.Replace(n, "-idx", ".idx", 1) + ".gz", filetest.Gzipped(b)
		},
		"torchvision": func(n string, b []byte) (string, []byte) { return "FashionMNIST/raw/" + n, b },
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
			got := []Split{train, test}
			want := []Split{
				{[]int{6, 2, 3}, filetest.Counting(36, 256), filetest.Counting(6, 3), ""},
				{[]int{4, 2, 3}, filetest.Counting(24, 256), filetest.Counting(4, 3), ""},
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v\nwant %+v", got, want)
			}
		})
	}
}

// TestReadRefusesFilesThatDoNotBelongTogether says what does not fit to what.
func TestReadRefusesFilesThatDoNotBelongTogether(t *testing.T) {
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
		files[c.name] = c.bytes
		if c.bytes == nil {
			delete(files, c.name)
		}
		filetest.Write(t, dir, files)
		if _, _, err := Read(dir); err == nil || filepath.ToSlash(err.Error()) != filepath.ToSlash(dir)+c.want {
			t.Errorf("got  %v\nwant %s%s", err, dir, c.want)
		}
	}
}

// TestReadRefusesDamagedFiles: the message names the file, and says in one line what is wrong with it.
func TestReadRefusesDamagedFiles(t *testing.T) {
	const image = "train-images-idx3-ubyte"
	good := filetest.MNIST()[image]
	for _, c := range []struct {
		name  string
		bytes []byte // in place of the training images
		want  []string
	}{
		{"a page", []byte("\n<!DOCTYPE html><html>404</html>"), []string{"HTML"}},
		{"more data", filetest.Gzipped(append(slices.Clone(good), 7)), []string{"36 bytes"}},
		{"less data", filetest.Gzipped(good[:40]), []string{"36 bytes", "found 24"}},
		{"overflow", filetest.Gzipped(filetest.IDX(nil, 1<<30, 1<<30, 1<<30)), []string{"byte 4"}},
		{"gzip cut", filetest.Gzipped(good)[:30], []string{"cut off"}},
		{"gzip and something", append(filetest.Gzipped(good), "something that goes on"...), []string{"damaged"}},
		{"a folder", nil, []string{"a file was expected"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, files := t.TempDir(), filetest.MNIST()
			files[image] = c.bytes
			if c.bytes == nil {
				delete(files, image)
				files[image+"/x"] = []byte{1}
			}
			filetest.Write(t, dir, files)
			if _, _, err := Read(dir); !filetest.Says(err, append(c.want, filepath.Join(dir, image))...) {
				t.Errorf("got %v; want an error of one line with %q", err, c.want)
			}
		})
	}
}

// TestReadNoticesFlippedBits: a gzip file with any bit flipped is refused, or it gives the same data.
func TestReadNoticesFlippedBits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	for name, b := range filetest.MNIST() {
		packed := filetest.Gzipped(b)
		for at := range packed {
			os.WriteFile(path, filetest.Flipped(packed, at), 0o666)
			if shape, data, err := readFile(path); err == nil && !bytes.Equal(filetest.IDX(data, shape...), b) {
				t.Errorf("%s with a bit of byte %d flipped: got other data and no error", name, at)
			}
		}
	}
}

// emnist returns the four files of a data set of EMNIST: one image of 3×2 pixels each, which lies on its side.
func emnist(name string) map[string][]byte {
	return map[string][]byte{
		name + "-train-images-idx3-ubyte": filetest.IDX([]byte{1, 4, 2, 5, 3, 6}, 1, 3, 2),
		name + "-train-labels-idx1-ubyte": filetest.IDX([]byte{1}, 1),
		name + "-test-images-idx3-ubyte":  filetest.IDX([]byte{1, 2, 3, 4, 5, 6}, 1, 3, 2),
		name + "-test-labels-idx1-ubyte":  filetest.IDX([]byte{2}, 1),
	}
}

func TestFindEMNIST(t *testing.T) {
	dir, around := t.TempDir(), t.TempDir()
	filetest.Write(t, dir, emnist("emnist-letters"))
	if got := Find(dir); got != dir {
		t.Errorf("got %q, want the folder itself", got)
	}
	filetest.Write(t, filepath.Join(around, "gzip"), emnist("emnist-letters"))
	if got, want := Find(around), filepath.Join(around, "gzip"); got != want {
		t.Errorf("got %q, want %s, as in the archive that NIST publishes", got, want)
	}
}

// TestReadEMNIST: images are turned upright, and where a folder has several data sets, one of its files says which.
func TestReadEMNIST(t *testing.T) {
	dir := t.TempDir()
	filetest.Write(t, dir, emnist("emnist-letters"))
	for _, path := range []string{dir, filepath.Join(dir, "emnist-letters-test-labels-idx1-ubyte")} {
		train, test, err := Read(path)
		if err != nil || !bytes.Equal(train.Pixels, []byte{1, 2, 3, 4, 5, 6}) || !slices.Equal(train.Shape, []int{1, 2, 3}) ||
			!bytes.Equal(test.Pixels, []byte{1, 3, 5, 2, 4, 6}) || test.Labels[0] != 2 {
			t.Errorf("%s: got %v, %v, %v", path, train, test, err)
		}
	}
	filetest.Write(t, dir, emnist("emnist-digits"))
	const several = "several data sets (emnist-digits, emnist-letters): name one of the files"
	if _, _, err := Read(dir); !filetest.Says(err, several) {
		t.Errorf("got %v, want %s", err, several)
	}
	image := filepath.Join(dir, "emnist-letters-train-images-idx3-ubyte")
	if train, _, err := Read(image); err != nil || train.Labels[0] != 1 {
		t.Errorf("got labels %v, error %v; want those of the letters", train.Labels, err)
	}
	os.Remove(filepath.Join(dir, "emnist-letters-test-images-idx3-ubyte"))
	const missing = "one of the four files of emnist-letters is missing, that with test-images-idx3-ubyte"
	if _, _, err := Read(image); !filetest.Says(err, missing) {
		t.Errorf("got %v, want %s", err, missing)
	}
}

// TestIsIDX: an IDX file begins with two zeros, a type from 8 to 14, and a number of dimensions from 1 to 4.
func TestIsIDX(t *testing.T) {
	for _, c := range []struct {
		head []byte
		want bool
	}{
		{[]byte{0, 0, 8, 1}, true}, {[]byte{0, 0, 14, 4, 99}, true},
		{[]byte{0, 0, 7, 1}, false}, {[]byte{0, 0, 15, 1}, false},
		{[]byte{0, 0, 8, 0}, false}, {[]byte{0, 0, 8, 5}, false},
		{[]byte{1, 0, 8, 1}, false}, {[]byte{0, 1, 8, 1}, false},
		{[]byte{0, 0, 8}, false}, {nil, false},
	} {
		if got := IsIDX(c.head); got != c.want {
			t.Errorf("% x: got %v, want %v", c.head, got, c.want)
		}
	}
}

// TestReadIDX: the shape and the data come out of a good file; of any other the message says in which byte it goes
// wrong.
func TestReadIDX(t *testing.T) {
	const other = "byte 0: the file begins with 0x%s; 0x00000803 (images) or 0x00000801 (labels) was expected: it is " +
		"not an IDX file, fetch it again"
	const cut = ": the file was cut off, fetch it again"
	for _, c := range []struct {
		in    []byte
		limit int64 // beyond the file's length
		want  string
	}{
		{filetest.IDX([]byte{7}, 1), 0, "[1] [7]"},
		{filetest.IDX([]byte{7, 8}, 1, 2), 0, "[1 2] [7 8]"},
		{filetest.IDX([]byte{7, 8}, 1, 2, 1), 5, "[1 2 1] [7 8]"},
		{filetest.IDX([]byte{1, 2, 3, 4}, 2, 1, 1, 2), 0, "[2 1 1 2] [1 2 3 4]"},
		{[]byte{0, 0, 8}, 0, "byte 3: the header of 4 bytes is incomplete" + cut},
		{nil, 0, "byte 0: the header of 4 bytes is incomplete" + cut},
		{[]byte{0, 0, 9, 1}, 0, "byte 2: the file holds signed bytes (type 0x09); unsigned bytes (0x08) were expected"},
		{[]byte{0, 0, 11, 1}, 0, "byte 2: the file holds 16-bit integers (type 0x0b); unsigned bytes (0x08) were expected"},
		{[]byte{0, 0, 12, 1}, 0, "byte 2: the file holds 32-bit integers (type 0x0c); unsigned bytes (0x08) were expected"},
		{[]byte{0, 0, 13, 1}, 0, "byte 2: the file holds 32-bit floats (type 0x0d); unsigned bytes (0x08) were expected"},
		{[]byte{0, 0, 14, 1}, 0, "byte 2: the file holds 64-bit floats (type 0x0e); unsigned bytes (0x08) were expected"},
		{[]byte{0, 0, 10, 1}, 0, fmt.Sprintf(other, "00000a01")},
		{[]byte{1, 0, 9, 1}, 0, fmt.Sprintf(other, "01000901")},
		{[]byte{0, 1, 9, 1}, 0, fmt.Sprintf(other, "00010901")},
		{[]byte{1, 0, 8, 1}, 0, fmt.Sprintf(other, "01000801")},
		{[]byte{0, 1, 8, 1}, 0, fmt.Sprintf(other, "00010801")},
		{[]byte{0, 0, 8, 0}, 0, fmt.Sprintf(other, "00000800")},
		{[]byte{0, 0, 8, 5}, 0, fmt.Sprintf(other, "00000805")},
		{[]byte{0, 0, 8, 1}, 0, "byte 4: dimension 1 of 1 is incomplete" + cut},
		{[]byte{0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0}, 0, "byte 11: dimension 2 of 2 is incomplete" + cut},
		{filetest.IDX(nil, 3, 0), 0, "byte 8: dimension 2 of 2 is 0: the header is damaged, fetch the file again"},
		{filetest.IDX(nil, 1<<31), 1 << 40, "byte 4: dimension 1 of 1 is 2147483648: the header is damaged, fetch the " +
			"file again"},
		{filetest.IDX(nil, -1, -1, -1), 0, "byte 4: dimension 1 of 3 is 4294967295: the header is damaged, fetch the " +
			"file again"},
		{filetest.IDX(nil, 1<<30, 1<<30, 1<<30), 0, "byte 4: the header promises 1073741824×1073741824×1073741824 " +
			"numbers, and the file can hold 0: it is damaged, or the file was cut off, fetch it again"},
		{filetest.IDX(nil, 1<<31-1), 0, "byte 4: the header promises 2147483647 numbers, and the file can hold 0: it is " +
			"damaged, or the file was cut off, fetch it again"},
		{filetest.IDX([]byte{1, 2}, 3), 0, "byte 4: the header promises 3 numbers, and the file can hold 2: it is " +
			"damaged, or the file was cut off, fetch it again"},
		{filetest.IDX([]byte{1, 2}, 3), 1, "byte 8: expected 3 bytes of data, found 2" + cut},
		{filetest.IDX([]byte{1, 2}, 1), 0, "byte 8: continues after the 1 bytes of data that its header promises"},
		{filetest.IDX([]byte{1, 2}, 1, 1), 0, "byte 12: continues after the 1 bytes of data that its header promises"},
	} {
		shape, data, err := readIDX(bytes.NewReader(c.in), int64(len(c.in))+c.limit)
		got := fmt.Sprint(shape, data)
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("% x:\n got %s\nwant %s", c.in, got, c.want)
		}
	}
}

// TestReadIDXBounded: a small file does not make the reader allocate what its header promises, and a bomb is not
// unpacked to its end.
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
			t.Errorf("%s: got %d bytes allocated, and error %v; want at most 1 MiB, and an error", name, n, err)
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
		n := filetest.Allocated(func() { dims, data, err = readIDX(bytes.NewReader(b), int64(len(b))) })
		if n > uint64(len(b))+1<<16 {
			t.Errorf("got %d bytes allocated for a file of %d", n, len(b))
		}
		if err == nil && !bytes.Equal(filetest.IDX(data, dims...), b) {
			t.Errorf("got shape %v and %d bytes of data from %x", dims, len(data), b)
		}
	})
}
