// The tests of load.go build their files themselves; MNIST_DIR and DIGITS_CSV point some of them at
// the real data.
package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/data/load"
	"backprop/internal/data/mnist"
	"backprop/internal/data/numpy"
	"backprop/internal/data/table"
	"backprop/internal/model/modelfile"
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

// writeMNIST writes images as high as wide in MNIST's format.
func writeMNIST(t testing.TB, dir string, parts ...dataset.Set) {
	t.Helper()
	for i, s := range parts {
		side := int(math.Sqrt(float64(s.Dim)))
		labels := make([]byte, s.N)
		for j, c := range s.Labels {
			labels[j] = byte(c)
		}
		writeFiles(t, dir, map[string][]byte{
			mnist.Files[2*i].Name:   idxFile(s.Pixels, s.N, side, side),
			mnist.Files[2*i+1].Name: idxFile(labels, s.N),
		})
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

// allocated is how many bytes f allocates.
func allocated(f func()) uint64 {
	var a, b runtime.MemStats
	runtime.ReadMemStats(&a)
	f()
	runtime.ReadMemStats(&b)
	return b.TotalAlloc - a.TotalAlloc
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
			d, err := load.Path(dir, table.Options{})
			if err != nil {
				t.Fatal(err)
			}
			want := &dataset.Dataset{Name: "small [set]", Width: 3, Height: 2, Ordered: true, Classes: []string{"0", "1", "2"},
				Train: dataset.Set{N: 6, Dim: 6, Pixels: counting(36, 256), Labels: []int32{0, 1, 2, 0, 1, 2}},
				Test:  dataset.Set{N: 4, Dim: 6, Pixels: counting(24, 256), Labels: []int32{0, 1, 2, 0}}}
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
		{"page", map[string][]byte{image: []byte("\n<!DOCTYPE html><html>404</html>")}, []string{image, "HTML"}},
		{"gzip cut", map[string][]byte{image: gzipped(good[image])[:30]}, []string{image, "cut off"}},
		{"one class", map[string][]byte{label: idxFile(make([]byte, 6), 6)}, []string{label, "all 6 labels are 0"}},
		{"class beyond", map[string][]byte{"t10k-labels-idx1-ubyte": idxFile([]byte{0, 1, 9, 2}, 4)}, []string{"t10k-labels", "label 2 is 9", "0 to 2"}},
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
			if d, err := load.Path(dir, table.Options{}); !contains(err, append(c.want, dir)...) {
				t.Errorf("got %v, %v; want an error of one line with %q", d, err, c.want)
			}
		})
	}
	if _, err := load.Path(filepath.Join(t.TempDir(), "none"), table.Options{}); !contains(err, "none", "no such folder", "-download") {
		t.Errorf("no folder: %v", err)
	}
}

func TestMNIST(t *testing.T) {
	dir := os.Getenv("MNIST_DIR")
	if dir == "" {
		t.Skip("MNIST_DIR does not point to the real MNIST")
	}
	d, err := load.Path(dir, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if d.Train.N != 60000 || d.Test.N != 10000 || d.Width != 28 || d.Height != 28 || len(d.Classes) != 10 {
		t.Errorf("%d + %d images of %d×%d, %d classes", d.Train.N, d.Test.N, d.Width, d.Height, len(d.Classes))
	}
	for i, x := range [][]byte{idxFile(d.Train.Pixels, 60000, 28, 28), nil, idxFile(d.Test.Pixels, 10000, 28, 28)} {
		if sum := sha256.Sum256(x); x != nil && hex.EncodeToString(sum[:]) != mnist.Files[i].SHA256 {
			t.Errorf("%s was read wrongly", mnist.Files[i].Name)
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
	d, err := load.Path(dir, table.Options{})
	if err != nil {
		b.Fatal(err)
	}
	raw := b.TempDir()
	writeMNIST(b, raw, d.Train, d.Test)
	for _, c := range []struct{ name, dir string }{{"given", dir}, {"raw", raw}} {
		b.Run("files="+c.name, func(b *testing.B) {
			b.SetBytes(47040016 + 60008 + 7840016 + 10008)
			for b.Loop() {
				if _, err := load.Path(c.dir, table.Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// summary is a data set in a line: sizes, classes, the first sample's inputs and what it is to answer.
func summary(d *dataset.Dataset) string {
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

// TestLoadTable: plain and packed, and images are kept as pixels.
func TestLoadTable(t *testing.T) {
	cases := []struct {
		name, file string
		o          table.Options
		want, note string
	}{
		{"flowers with header", "Id,SepalLength,SepalWidth,Species\n1,5.1,3.5,setosa\n2,7,3.2,virginica\n3,4.9,3,setosa\n4,6.4,3.2,virginica\n", table.Options{},
			"4+0 [5.1 3.5] [0 1 0 1] [setosa virginica]", `label: column 4 "Species"; left out: column 1 "Id" (numbers the samples)`},
		{"scikit-learn's own", "4,2,setosa,virginica\n5.1,3.5,0\n7,3.2,1\n4.9,3,0\n6.4,3.2,1\n", table.Options{},
			"4+0 [5.1 3.5] [0 1 0 1] [0 1]", "label: column 3"},
		{"houses", "Id,Area,Street,Alley,SalePrice\n1,8450,Pave,NA,208500\n2,9600,Grvl,NA,181500\n3,NA,Pave,NA,223500\n", table.Options{},
			"3+0 [8450 0 1] [208500 181500 223500]", `a number to predict; left out: column 1 "Id" (numbers the samples), column 4 "Alley" (empty); missing numbers count as 0 after scaling: column 2 "Area" (1)`},
		{"a number to predict that is whole", "x,n\n1,0\n2,1\n3,0\n4,1\n", table.Options{Regress: true}, "4+0 [1] [0 1 0 1]", ""},
		{"label by name", "a,Kind,z\n1,2,3.5\n2,3,4.5\n3,2,5.5\n4,3,5.5\n", table.Options{Label: "kind"}, "4+0 [1 3.5] [0 1 0 1] [2 3]", ""},
		{"XOR", "0,0,0\n0,1,1\n1,0,1\n1,1,0\n", table.Options{}, "4+0 [0 0] [0 1 1 0] [0 1]", ""},
		{"Kaggle's digits", pixelHeader() + pixelRow("7", true, 200) + pixelRow("3", true, 100) + pixelRow("3", true, 100), table.Options{}, "3+0 [0 200 7 0]… [1 0 0] [3 7]", ""},
		{"digits, label first", pixelRow("7", true, 200) + pixelRow("3", true, 100) + pixelRow("7", true, 3) + pixelRow("3", true, 100), table.Options{}, "4+0 [0 200 7 0]… [1 0 1 0] [3 7]", "label: column 1"},
		{"digits, label last", pixelRow("7", false, 16) + pixelRow("3", false, 10) + pixelRow("7", false, 16) + pixelRow("3", false, 10), table.Options{}, "4+0 [0 16 7 0]… [1 0 1 0] [3 7]", "label: column 65"},
		{"digits in words", pixelRow("seven", false, 16) + pixelRow("three", false, 10) + pixelRow("seven", false, 1), table.Options{}, "3+0 [0 16 7 0]… [0 1 0] [seven three]", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			writeFiles(t, dir, map[string][]byte{"plain.csv": []byte(c.file), "packed.csv.gz": gzipped([]byte(c.file))})
			for _, name := range []string{"plain.csv", "packed.csv.gz"} {
				d, err := load.Path(filepath.Join(dir, name), c.o)
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

// TestLoadTableBad: files that make no tables, and one that unpacks to more than a table would.
func TestLoadTableBad(t *testing.T) {
	for content, want := range map[string]string{"a,b\x00\x01": "no text", "a,b\n1,2\n1,2,3\n": "line 3", "a,b\n1,x\n2,x\n3,x\n": `column 2 "b" has 1 different`,
		"a,b\n1,5\n2,5\n3,5\n": `column 2 "b" is the same in all 3 lines: there is nothing to learn; name another`} {
		path := filepath.Join(t.TempDir(), "bad.csv")
		os.WriteFile(path, []byte(content), 0o666)
		if d, err := load.Path(path, table.Options{}); !contains(err, path+": ", want) {
			t.Errorf("%q: got %+v, %v; want %q", content, d, err, want)
		}
	}
	path := filepath.Join(t.TempDir(), "bomb.csv.gz")
	os.WriteFile(path, gzipped(bytes.Repeat([]byte("1,2,3\n"), 5_000_000)), 0o666)
	if n := allocated(func() {
		if _, err := load.Path(path, table.Options{}); !contains(err, path, "many times") {
			t.Error(err)
		}
	}); n > 500<<20 {
		t.Errorf("allocated %d bytes", n)
	}
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
		d, err := load.Path(filepath.Join(dir, c.load), table.Options{})
		if err != nil && !contains(err, c.want, dir) || err == nil && summary(d) != c.want {
			t.Errorf("%v %s: got %v, %v; want %s", c.files, c.load, d, err, c.want)
		}
	}
}

// TestLoadPipe: a pipe or a folder among the files of a folder is not taken for data, and not waited for.
func TestLoadPipe(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string][]byte{"mnist_train.csv": []byte("1.5,0\n2.5,1\n"), "z.csv/x": nil})
	pipes(t, filepath.Join(dir, "a.csv"), filepath.Join(dir, "mnist_test.csv"))
	for _, path := range []string{dir, filepath.Join(dir, "mnist_train.csv")} {
		if d, err := load.Path(path, table.Options{}); err != nil || summary(d) != "2+0 [1.5] [0 1] [0 1]" {
			t.Errorf("%s: %v, %v", path, d, err)
		}
	}
	dir = squares(t, 1)
	labels := filepath.Join(dir, mnist.Files[1].Name)
	os.Remove(labels)
	pipes(t, labels)
	if _, err := load.Path(dir, table.Options{}); !contains(err, labels, "a file was expected") {
		t.Error(err)
	}
}

// pipes makes pipes with names.
func pipes(t *testing.T, paths ...string) {
	if exec.Command("mkfifo", paths...).Run() != nil {
		t.Skip("there are no pipes with names here")
	}
}

func TestDigitsCSV(t *testing.T) {
	path := os.Getenv("DIGITS_CSV")
	if path == "" {
		t.Skip("DIGITS_CSV does not point to scikit-learn's digits.csv.gz")
	}
	d, err := load.Path(path, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if d.Train.N != 1797 || d.Train.Dim != 64 || d.Width != 8 || len(d.Classes) != 10 || slices.Max(d.Train.Pixels) != 16 || !slices.Equal(d.Train.Labels[:4], []int32{0, 1, 2, 3}) {
		t.Errorf("%d samples of %d, %d×%d, %q, labels %d", d.Train.N, d.Train.Dim, d.Width, d.Height, d.Classes, d.Train.Labels[:4])
	}
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

// TestLoadNPZ: images become pixels, and labels classes or targets.
func TestLoadNPZ(t *testing.T) {
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
		{"NumPy's", readFile(t, "internal/data/numpy/testdata/mnist.npz"), "3+2 [0 0 0 0]… [0 1 2] [0 1 2]"},
		{"ours", zipped(npzFiles()), "3+2 [0 1 2 3]… [0 1 2] [0 1 2]"},
		{"version 2, other names, no test", zipped(map[string][]byte{"train_images.npy": npy("|u1", "(3, 64)", counting(192, 256)), "train_labels.npy": v2}), "3+0 [0 1 2 3]… [0 1 2] [0 1 2]"},
		{"a table of floats, big-endian labels", zipped(map[string][]byte{"X.npy": npy("<f4", "(2, 2)", le(0.5, 1, -1, 2)), "y.npy": npy(">i4", "(2, 1)", []byte{0, 0, 0, 0, 0, 0, 0, 1})}), "2+0 [0.5 1] [0 1] [0 1]"},
		{"numbers to predict", zipped(map[string][]byte{"x.npy": npy("<f4", "(2, 2)", le(0.5, 1, -1, 2)), "y.npy": npy("<f4", "(2,)", le(-1, 0.25))}), "2+0 [0.5 1] [-1 0.25]"},
	} {
		path := filepath.Join(t.TempDir(), "mnist.npz")
		os.WriteFile(path, c.file, 0o666)
		d, err := load.Path(path, table.Options{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if got := summary(d); got != c.want || !d.Ordered {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	for want, y := range map[string][]byte{
		"2 samples need as many labels":        npy("|u1", "(2,)", []byte{0, 1}),
		"label 1 is 7, but":                    npy("|u1", "(2,)", []byte{0, 7}),
		"labels are not of the kind":           npy("<f4", "(2,)", le(0.5, 1)),
		"test part: label 1 is NaN":            npy("<f4", "(2,)", le(0, float32(math.NaN()))),
		"training part: all 3 labels are 1":    nil,
		"training part: sample 2 has an infin": nil,
	} {
		files := npzFiles()
		switch files["y_test.npy"] = y; {
		case strings.HasPrefix(want, "2 samples"):
			files["y_train.npy"], files["y_test.npy"] = y, npzFiles()["y_test.npy"]
			want = "training part: 3 samples need as many labels"
		case strings.Contains(want, "all 3"):
			files = map[string][]byte{"x.npy": files["x_train.npy"], "y.npy": npy("|u1", "(3,)", []byte{1, 1, 1})}
		case strings.Contains(want, "infin"):
			files = map[string][]byte{"x.npy": npy("<f4", "(3, 1)", le(1, 2, float32(math.Inf(1)))), "y.npy": files["y_train.npy"]}
		}
		path := filepath.Join(t.TempDir(), "bad.npz")
		os.WriteFile(path, zipped(files), 0o666)
		if d, err := load.Path(path, table.Options{}); !contains(err, path+": ", want) {
			t.Errorf("got %+v, %v; want %q", d, err, want)
		}
	}
}

func TestLoadPickle(t *testing.T) {
	for _, proto := range []int{0, 1, 2, 4, 5} {
		path := filepath.Join(t.TempDir(), "mnist.pkl.gz")
		os.WriteFile(path, readFile(t, fmt.Sprintf("internal/data/numpy/testdata/mnist-protocol%d.pkl.gz", proto)), 0o666)
		d, err := load.Path(path, table.Options{})
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
}

// check reports a set whose parts disagree.
func checkSet(s dataset.Set) error {
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

// TestTableOptions: a model's table is read by its columns and classes, and by its label, if no other is given.
func TestTableOptions(t *testing.T) {
	cfg, err := parse(strings.Fields("-data d -label kind -regress -ignore a,b"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if o := tableOptions(cfg, nil); o.Label != "kind" || !o.Regress || !slices.Equal(o.Ignore, []string{"a", "b"}) || o.Known != nil {
		t.Errorf("%+v", o)
	}
	m := &modelfile.Model{Columns: []table.Column{{Name: "u"}}, Classes: []string{"x", "y"}}
	if o := tableOptions(cfg, m); o.Label != "kind" || len(o.Known) != 1 || len(o.Classes) != 2 {
		t.Errorf("with a model: %+v", o)
	}
	delete(cfg.Given, "label")
	if o := tableOptions(cfg, m); o.Label != "" {
		t.Errorf("with a model whose label it is: %+v", o)
	}
}

// FuzzArrays: whatever arrays come, a data set of them is whole.
func FuzzArrays(f *testing.F) {
	f.Add(zipped(npzFiles()))
	f.Add(readFile(f, "internal/data/numpy/testdata/mnist.npz"))
	z, err := gzip.NewReader(bytes.NewReader(readFile(f, "internal/data/numpy/testdata/mnist-protocol2.pkl.gz")))
	if err != nil {
		f.Fatal(err)
	}
	b, _ := io.ReadAll(z)
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		n := allocated(func() {
			parts, err := numpy.ReadPickle(bytes.NewReader(b), int64(len(b)))
			if err != nil {
				parts, err = numpy.ReadNPZ(bytes.NewReader(b), int64(len(b)))
			}
			if err != nil {
				return
			}
			if d, err := load.ArraysDataset(parts, numpy.PartNames, false); err == nil {
				if err := checkSet(d.Train); err != nil || d.Outputs() < 1 {
					t.Fatal(err, d.Outputs())
				}
			}
		})
		if n > 64<<20 && len(b) < 1<<16 {
			t.Errorf("allocated %d bytes for %d", n, len(b))
		}
	})
}

func TestGenerateDigits(t *testing.T) {
	d := load.Digits(3, 103, 25)
	if d.Width*d.Height != 784 || len(d.Classes) != 10 || d.Train.N != 103 || d.Test.N != 25 || d.Valid.N != 0 {
		t.Errorf("%d×%d images of %d classes, %d, %d and %d samples",
			d.Width, d.Height, len(d.Classes), d.Train.N, d.Valid.N, d.Test.N)
	}
	for _, s := range []dataset.Set{d.Train, d.Test} {
		if s.Dim != 784 || len(s.Pixels) != s.N*784 || len(s.Labels) != s.N {
			t.Errorf("%d samples of %d: %d pixels and %d labels", s.N, s.Dim, len(s.Pixels), len(s.Labels))
		}
	}
	if string(d.Train.Pixels[:784*25]) == string(d.Test.Pixels) {
		t.Error("both parts are the same")
	}
}

// TestDownloadFails: a download that fails says so, and one that is interrupted says that, with its status.
func TestDownloadFails(t *testing.T) {
	mirrors := mnist.Mirrors
	t.Cleanup(func() { mnist.Mirrors = mirrors })
	ctx, cancel := context.WithCancel(t.Context())
	hang := false
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if hang {
			cancel()
			<-r.Context().Done()
		}
		http.NotFound(w, r)
	}))
	defer s.Close()
	mnist.Mirrors = []string{s.URL + "/"}
	args := []string{"-data", filepath.Join(t.TempDir(), "mnist"), "-download"}
	if err := run(ctx, args, io.Discard, io.Discard); err == nil || errors.Is(err, errInterrupted) || !strings.Contains(err.Error(), "404") {
		t.Errorf("not found: %v", err)
	}
	hang = true
	if err := run(ctx, args, io.Discard, io.Discard); !errors.Is(err, errInterrupted) || exitCode(err, io.Discard) != 130 {
		t.Errorf("interrupted: %v", err)
	}
}
