package load

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"backprop/internal/data/dataset"
	"backprop/internal/data/digits"
	"backprop/internal/data/table"
	"backprop/internal/filetest"
)

// folder makes a folder with files in it, and returns its path.
func folder(t *testing.T, name string, files map[string][]byte) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	filetest.Write(t, dir, files)
	return dir
}

// texts returns files with the given names, each with a line of text.
func texts(names string) map[string][]byte {
	files := map[string][]byte{}
	for _, name := range strings.Fields(names) {
		files[name] = []byte("x\n")
	}
	return files
}

// describe says what was loaded: the name, the size of the images, the sizes of the splits, the classes, and what the
// first and the last training sample are called.
func describe(d *dataset.Dataset) string {
	return fmt.Sprintf("%s %d×%d %d+%d+%d %v %s %s", d.Name, d.Height, d.Width, d.Train.N, d.Valid.N, d.Test.N, d.Classes,
		d.Train.Origin.Number(0), d.Train.Origin.Number(d.Train.N-1))
}

// TestPath: a format is recognised by what is in a file, whatever its name.
func TestPath(t *testing.T) {
	npz := filetest.Zipped(filetest.NPZ())
	utf16 := []byte("\xff\xfex\x00,\x00k\x00\n\x001\x00,\x00u\x00\n\x002\x00,\x00v\x00\n\x00")
	pictures := filetest.PixelRow("3", true, 9) + filetest.PixelRow("8", true, 9)
	emnist := map[string][]byte{}
	for name, b := range filetest.MNIST() {
		emnist["emnist-digits-"+strings.Replace(name, "t10k", "test", 1)] = b
	}
	for _, c := range []struct {
		name  string
		files map[string][]byte
		open  string // in the folder; "" for the folder itself
		want  string
		note  string
	}{
		{"MNIST", filetest.MNIST(), "", "mnist 2×3 6+0+4 [0 1 2] image 0 image 5", ""},
		{"a file of MNIST", filetest.MNIST(), "train-labels-idx1-ubyte", "mnist 2×3 6+0+4 [0 1 2] image 0 image 5", ""},
		{"EMNIST, transposed", emnist, "", "mnist 3×2 6+0+4 [0 1 2] image 0 image 5", "EMNIST keeps each image with rows"},
		{"npz", map[string][]byte{"d.txt": npz}, "d.txt", "d.txt 8×8 3+0+2 [0 1 2] image 0 image 2", ""},
		{"in a folder", map[string][]byte{"d.npz": npz, "notes.txt": nil}, "", "d.npz 8×8 3+0+2 [0 1 2] image 0 image 2", ""},
		{"table", map[string][]byte{"a.csv": []byte("x,k\n1,u\n2,v\n3,u\n")}, "", "a.csv 0×0 3+0+0 [u v] line 2 line 4", ""},
		{"UTF-16", map[string][]byte{"a": utf16}, "a", "a 0×0 2+0+0 [u v] line 2 line 3", ""},
		{"images in a table", map[string][]byte{"a.csv": []byte(pictures)}, "a.csv",
			"a.csv 8×8 2+0+0 [3 8] line 1 line 2", ""},
		{"with a test set", map[string][]byte{"train.csv": []byte("x,k\n1,u\n2,v\n"), "test.csv": []byte("x,k\n3,u\n4,v\n")},
			"", "train.csv 0×0 2+0+2 [u v] line 2 line 3", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := Path(filepath.Join(folder(t, "mnist", c.files), c.open), table.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := describe(d); got != c.want || !strings.Contains(d.Note, c.note) {
				t.Errorf("got\n%s, %s\nwant\n%s, %s", got, d.Note, c.want, c.note)
			}
		})
	}
}

// TestPathOfPickles: a pickle is recognised in the oldest protocol, which is text, and in a later one.
func TestPathOfPickles(t *testing.T) {
	for _, name := range []string{"mnist-protocol0.pkl.gz", "mnist-protocol2.pkl.gz"} {
		d, err := Path(filepath.Join("..", "numpy", "testdata", name), table.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := describe(d), name+" 8×8 3+2+2 [0 1 2] image 0 image 2"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestPathOfKnownColumns: tables for a model that has learned are read by the columns of its training table.
func TestPathOfKnownColumns(t *testing.T) {
	known := []table.Column{{Name: "x", Kind: table.Number, To: 9}, {Name: "k", Kind: table.Label}}
	o := table.Options{Known: known, Classes: []string{"u", "v"}}
	dir := folder(t, "new", map[string][]byte{"train.csv": []byte("k,x\nu,1\nv,2\n"), "test.csv": []byte("x,k\n3,v\n")})
	const notes = `label: column 1 "k"; test.csv: label: column 2 "k"`
	d, err := Path(dir, o)
	if err != nil || describe(d) != "train.csv 0×0 2+0+1 [u v] line 2 line 3" || d.Note != notes ||
		!slices.Equal(d.Train.Values, []float64{1, 2}) || d.Test.Labels[0] != 1 || d.Test.Origin.File != "test.csv" {
		t.Errorf("got error %v, %+v; want inputs 1 and 2, test label v, and notes %s", err, d, notes)
	}
}

// TestPathErrors: what cannot be read is refused with the name of the file.
func TestPathErrors(t *testing.T) {
	bad := []byte("x,k\n1,u\n2\n")
	for _, c := range []struct {
		name  string
		files map[string][]byte
		open  string
		file  string // that the error names
		want  string
	}{
		{"nothing", nil, "none", "none", ": no such folder or file; add -download to fetch MNIST into it, or leave out " +
			"-data to train on generated digits"},
		{"an empty folder", map[string][]byte{"a.txt": nil}, "", "", ": no data among its 1 files: expected MNIST's four " +
			"(train-images-idx3-ubyte …), a .csv, .npz or .pkl.gz; add -download to fetch MNIST"},
		{"several", texts("a.csv b.CSV.gz"), "", "", ": several files could be the data (a.csv, b.CSV.gz): name one of them"},
		{"no text", map[string][]byte{"a": []byte("ab\x00")}, "a", "a", ": is not text, and its format is not known: " +
			"expected CSV, IDX, .npz or .pkl.gz"},
		{"a zero first", map[string][]byte{"a": []byte("\x00ab")}, "a", "a", ": is not text, and its format is not known: " +
			"expected CSV, IDX, .npz or .pkl.gz"},
		{"a zip", map[string][]byte{"a": filetest.Zipped(map[string][]byte{"b": nil})}, "a", "a",
			`: is a zip archive, in which there is "b"; unpack it`},
		{"a bad test set", map[string][]byte{"train.csv": []byte("x,k\n1,u\n2,v\n"), "test.csv": bad}, "train.csv",
			"test.csv", ": line 3: "},
		{"a bad table", map[string][]byte{"train.csv": bad, "test.csv": bad}, "train.csv", "train.csv", ": line 3: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := folder(t, "d", c.files)
			_, err := Path(filepath.Join(dir, c.open), table.Options{})
			if want := filepath.Join(dir, c.file) + c.want; err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("got error\n%v\nwant\n%s", err, want)
			}
		})
	}
}

// TestFindFile: in a folder, the data are the only file of a known format, or the only one whose name says training.
func TestFindFile(t *testing.T) {
	for names, want := range map[string]string{
		"a.csv": "a.csv", "a.tsv n.txt": "a.tsv", "a.data": "a.data", "a.pkl.gz": "a.pkl.gz", "a.PICKLE": "a.PICKLE",
		"optdigits.tra optdigits.tes": "optdigits.tra", "a_train.csv a_test.csv b.csv": "a_train.csv",
		"a.csv b.csv/x": "a.csv", "a.tra.gz b.csv": "a.tra.gz",
	} {
		dir := folder(t, "d", texts(names))
		if got, err := FindFile(dir); err != nil || got != filepath.Join(dir, want) {
			t.Errorf("%s: got %s, error %v; want %s", names, got, err, want)
		}
	}
}

// TestTestFile: the test set beside a training set is found by its name, packed or not.
func TestTestFile(t *testing.T) {
	for names, want := range map[string]string{
		"a_train.csv a_test.csv": "a_test.csv", "a_train.csv.gz a_test.csv": "a_test.csv",
		"a_train.csv a_test.csv.gz": "a_test.csv.gz", "a_train.csv.gz a_test.csv.gz": "a_test.csv.gz",
		"optdigits.tra optdigits.tes": "optdigits.tes", "training.csv test.csv": "test.csv", "Train.csv Test.csv": "Test.csv",
		"Training.csv Test.csv": "Test.csv", "TRAIN.csv TEST.csv": "TEST.csv", "a_train.csv test.csv": "",
		"a.csv test.csv": "", "train.csv test.csv/x": "", "train_train.csv test_train.csv": "test_train.csv",
	} {
		dir := folder(t, "d", texts(names))
		first, _, _ := strings.Cut(names, " ")
		if want != "" {
			want = filepath.Join(dir, want)
		}
		if got := TestFile(filepath.Join(dir, first)); got != want {
			t.Errorf("%s: got %q, want %q", names, got, want)
		}
	}
}

// TestNameOf: data have the name of their folder or file; a folder called raw, that of the folder around it.
func TestNameOf(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/d/MNIST/raw": "MNIST", "/d/mnist": "mnist", "/d/a.csv": "a.csv",
		".": filepath.Base(here), "/d/raw/x": "x"} {
		if got := nameOf(path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

// TestImageSize: arrays n×h×w, n×h×w×1 and n×(h·h) are images.
func TestImageSize(t *testing.T) {
	for _, c := range []struct {
		shape         []int
		height, width int
	}{{[]int{9, 2, 3}, 2, 3}, {[]int{9, 2, 3, 1}, 2, 3}, {[]int{9, 2, 3, 3}, 0, 0}, {[]int{9, 64}, 8, 8},
		{[]int{9, 65}, 0, 0}, {[]int{64}, 0, 0}} {
		if height, width := imageSize(c.shape); height != c.height || width != c.width {
			t.Errorf("%v: got %d×%d, want %d×%d", c.shape, height, width, c.height, c.width)
		}
	}
}

// TestDigits: training and test set have different digits, and each has as many of each class.
func TestDigits(t *testing.T) {
	d := Digits(1, 20, 10)
	if got, want := describe(d), "generated digits 28×28 20+0+10 [0 1 2 3 4 5 6 7 8 9]  "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, set := range []*dataset.Set{&d.Train, &d.Test} {
		counts := [10]int{}
		for _, l := range set.Labels {
			counts[l]++
		}
		if slices.Min(counts[:]) != set.N/10 || slices.Max(counts[:]) != set.N/10 {
			t.Errorf("of %d digits: got %v, want as many of each", set.N, counts)
		}
	}
	if pixels, _ := digits.Draw(1, 2, 10); !bytes.Equal(d.Test.Pixels, pixels) {
		t.Error("the test digits are not the first ones of stream 2")
	}
	if d = Digits(1, 10, 10); bytes.Contains(d.Train.Pixels, d.Test.Pixels[:28*28]) {
		t.Error("a test digit is among the training digits")
	}
}
