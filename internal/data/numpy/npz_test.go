package numpy

import (
	"archive/zip"
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"backprop/internal/file"
	"backprop/internal/filetest"
)

func readNPZ(b []byte) (Splits, error) { return ReadNPZ(bytes.NewReader(b), int64(len(b))) }

func zippedInOrder(names []string, files map[string][]byte) []byte {
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, name := range names {
		w, _ := z.Create(name)
		w.Write(files[name])
	}
	z.Close()
	return buf.Bytes()
}

// testFile returns a file that NumPy wrote. mnist.npz is by savez_compressed: images of k//32 for k = 0 … 191, and
// black ones. mnist-protocol….pkl.gz are by Python 3.13 with NumPy 2: three pairs (3, 2 and 2 images of 8×8, float32;
// labels int64). Pixels change every 32: 0, 32 … divided by 256; from 128 in the second pair, from 255 in the third.
func testFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// summary is the arrays of the training set, and the shape of the test inputs.
func summary(p Splits) string {
	s := ""
	for _, a := range []*Array{p[0].Inputs, p[0].Labels} {
		if a == nil {
			return "no arrays"
		}
		v := a.Values()
		s += fmt.Sprint(a.Shape, a.Type, v[:min(len(v), 4)], " ")
	}
	if p[2].Inputs != nil {
		s += fmt.Sprint(p[2].Inputs.Shape)
	}
	return strings.TrimSpace(s)
}

// checkSplits checks what holds for whatever was read: sizes fit to shapes, labels and bytes to inputs.
func checkSplits(t *testing.T, p Splits) {
	t.Helper()
	inputs, _ := p.Bytes()
	for k := range p {
		x, y := p[k].Inputs, p[k].Labels
		if x == nil && k > 0 {
			continue
		}
		for _, a := range []*Array{x, y} {
			if n, err := file.Count(a.Shape, math.MaxInt); err != nil || n != a.Len() || len(a.Values()) != n {
				t.Fatalf("got %d elements in an array %v of %s", a.Len(), a.Shape, a.Type)
			}
		}
		if x.Shape[0] != y.Shape[0] || inputs[k] != nil && len(inputs[k]) != x.Len() {
			t.Fatalf("got inputs %v, labels %v, %d bytes", x.Shape, y.Shape, len(inputs[k]))
		}
	}
}

// TestReadNPZ reads what NumPy wrote, and arrays of floats with big-endian labels.
func TestReadNPZ(t *testing.T) {
	floats := []byte("\x00\x00\x00\x3f\x00\x00\x80\x3f\x00\x00\x80\xbf\x00\x00\x00\x40") // 0.5, 1, −1 and 2
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"NumPy's": {testFile(t, "mnist.npz"), "[3 8 8]|u1[0 0 0 0] [3]|u1[0 1 2] [2 8 8]"},
		"floats": {filetest.Zipped(map[string][]byte{
			"X.npy": filetest.NPY("<f4", "(2, 2)", floats),
			"y.npy": filetest.NPY(">i4", "(2, 1)", []byte{0, 0, 0, 0, 0, 0, 0, 1}),
		}), "[2 2]<f4[0.5 1 -1 2] [2 1]>i4[0 1]"},
	} {
		if splits, err := readNPZ(c.file); err != nil || summary(splits) != c.want {
			t.Errorf("%s: got %s, error %v; want %s", name, summary(splits), err, c.want)
		}
	}
}

// TestReadNPZByNames: arrays are known by the names that people give them, two and two. The key lists the members of an
// archive; wanted are the numbers of inputs to train, validate and test with, or the message.
func TestReadNPZByNames(t *testing.T) {
	x, y := filetest.NPY("|u1", "(1, 2)", []byte("ab")), filetest.NPY("|u1", "(1,)", []byte("c"))
	const expected = ": expected x_train and y_train, x_test and y_test; if it is not an .npz, unpack it or save it as CSV"
	for names, want := range map[string]string{
		"x_train y_train": "[2 0 0]", "train_images train_labels": "[2 0 0]", "X Y": "[2 0 0]", "data target": "[2 0 0]",
		"x y x_val y_val x_test y_test": "[2 2 2]", "x y x_valid y_valid": "[2 2 0]", "x y val_images val_labels": "[2 2 0]",
		"x y test_images test_labels": "[2 0 2]", "x_train y_train x y z t.csv": "[2 0 0]",
		"x_train y":             "x_train.npy and y_train.npy belong together, and only one of them is there",
		"x y y_test":            "x_test.npy and y_test.npy belong together, and only one of them is there",
		"x y X":                 `member "X.npy" appears twice`,
		"x.csv z.csv":           `is a zip archive, in which there is "x.csv"; unpack it`,
		"a.xml xl/workbook.xml": "is an Excel workbook, which this program does not read; save the sheet as CSV",
		"mimetype. content.xml": "is a document of LibreOffice, which this program does not read; save the sheet as CSV",
		"xl/a.xml x y":          "[2 0 0]", "data labels": "[2 0 0]", "data labels y_test x_test": "[2 0 2]",
		"data":              "data.npy and target.npy belong together, and only one of them is there",
		"labels z":          `is a zip archive with the arrays ["labels" "z"]` + expected,
		"":                  "is a zip archive with the arrays []" + expected,
		"a b c d e f g h":   `is a zip archive with the arrays ["a" "b" "c" "d" "e" "f" "g" "h"]` + expected,
		"a b c d e f g h i": `is a zip archive with the arrays ["a" "b" "c" "d" "e" "f" "g" "h"] and 1 more` + expected,
	} {
		var list []string
		files := map[string][]byte{}
		for _, name := range strings.Fields(names) {
			content := x
			if strings.HasPrefix(strings.ToLower(name), "y") || strings.HasSuffix(name, "labels") || name == "target" {
				content = y
			}
			if !strings.Contains(name, ".") {
				name += ".npy"
			}
			list, files[name] = append(list, name), content
		}
		p, err := readNPZ(zippedInOrder(list, files))
		got := fmt.Sprint(err)
		if err == nil {
			n := [3]int{}
			for k := range p {
				if p[k].Inputs != nil {
					n[k] = p[k].Inputs.Len()
				}
			}
			got = fmt.Sprint(n)
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", names, got, want)
		}
	}
	bad := zippedInOrder([]string{"x.npy", "y.npy"}, map[string][]byte{"x.npy": x, "y.npy": y[:5]})
	const want = "y.npy: byte 0: the header is incomplete: the file was cut off, fetch it again"
	if _, err := readNPZ(bad); fmt.Sprint(err) != want {
		t.Errorf("a member cut off: got %v, want %s", err, want)
	}
}

// TestReadNPZNoticesDamage: an archive that was cut off anywhere is refused; with any bit flipped it is refused, or it
// gives the same arrays.
func TestReadNPZNoticesDamage(t *testing.T) {
	good := filetest.Zipped(filetest.NPZ())
	want, err := readNPZ(good)
	if err != nil {
		t.Fatal(err)
	}
	for n := range good {
		if _, err := readNPZ(good[:n]); err == nil {
			t.Fatalf("cut at %d: got no error", n)
		}
		if got, err := readNPZ(filetest.Flipped(good, n)); err == nil && !reflect.DeepEqual(got, want) {
			t.Errorf("a bit of byte %d flipped: got other arrays and no error", n)
		}
	}
	files := filetest.NPZ()
	files["x_train.npy"] = filetest.NPY("|u1", "(2, 8, 8)", make([]byte, 128))
	if _, err := readNPZ(filetest.Zipped(files)); !filetest.Says(err, "2 samples need as many labels; there are 3") {
		t.Errorf("two images with three labels: got %v", err)
	}
}

// TestReadNamed: the arrays of an archive come by their names, numbers in row-major order, and words without their
// zeros; bytes are as NumPy writes them.
func TestReadNamed(t *testing.T) {
	archive := filetest.Zipped(map[string][]byte{
		"rows.npy":    filetest.NPY("|u1", "(2, 3)", []byte{1, 2, 3, 4, 5, 6}),
		"columns.npy": columnMajor("|u1", "(2, 3)", "\x01\x04\x02\x05\x03\x06"),
		"half.npy":    filetest.NPY("<f2", "(1,)", []byte{0, 0x3c}),
		"one.npy":     filetest.NPY(">f4", "()", []byte{0x3f, 0, 0, 0}),
		"yes.npy":     filetest.NPY("|b1", "(1,)", []byte{1}),
		"word.npy":    filetest.NPY("<U4", "()", []byte("a\x00\x00\x00\xb4\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")),
		"big.npy":     filetest.NPY(">U1", "(1,)", []byte("\x00\x00\x00b")),
		"bytes.npy":   filetest.NPY("|S3", "(2,)", []byte("ab\x00cde")),
		"odd.npy":     filetest.NPY("<U1", "(1,)", []byte("\xff\xff\xff\xff")),
		"other.npy":   filetest.NPY("|O", "()", []byte("?")),
		"text.txt":    {1},
	})
	arrays, err := ReadNamed(bytes.NewReader(archive), int64(len(archive)),
		func(name string) bool { return name != "other" })
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"rows": "[2 3] [1 2 3 4 5 6] [] false", "columns": "[2 3] [1 2 3 4 5 6] [] false",
		"half": "[1] [1] [] true", "one": "[] [0.5] [] true", "yes": "[1] [1] [] false",
		"word": "[] [] [aδ] false", "big": "[1] [] [b] false", "bytes": "[2] [] [ab cde] false",
		"odd":   "[1] [] [\uFFFD] false",
		"other": "[] [] [] false", "text.txt": "[] [] [] false",
	} {
		a, ok := arrays[name]
		if got := fmt.Sprint(a.Shape, a.Values, a.Words, a.Single); !ok || got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	if len(arrays) != 11 {
		t.Errorf("got %d arrays, want 11", len(arrays))
	}
}

// TestReadNamedSaysWhichArrayIsBad: the message names the member and the place in it.
func TestReadNamedSaysWhichArrayIsBad(t *testing.T) {
	for name, c := range map[string]struct {
		archive []byte
		want    string
	}{
		"objects": {filetest.Zipped(map[string][]byte{"X.npy": filetest.NPY("|O", "(1,)", []byte("a"))}),
			`X.npy: byte 10: array of type "|O": expected whole numbers or floats (u1 … u8, i1 … i8, f2, f4, f8)`},
		"empty": {filetest.Zipped(map[string][]byte{"X.npy": filetest.NPY("<f8", "(0, 3)", nil)}),
			"X.npy: byte 10: an array without numbers, of shape [0 3]"},
		"no letters": {filetest.Zipped(map[string][]byte{"X.npy": filetest.NPY("<U0", "()", nil)}),
			"X.npy: byte 10: words of 0 letters; words were expected"},
		"short": {filetest.Zipped(map[string][]byte{"X.npy": filetest.NPY("<f8", "(2,)", make([]byte, 9))}),
			"X.npy: byte 10: the header promises 2 numbers, and the file can hold 1: it is damaged, or the file was " +
				"cut off, fetch it again"},
		"twice": {zippedInOrder([]string{"X.npy", "X.npy"}, map[string][]byte{"X.npy": filetest.NPY("|u1", "(1,)",
			[]byte{1})}),
			`member "X.npy" appears twice`},
		"no zip": {[]byte("PK"), "zip: not a valid zip file: the zip archive is damaged, or the file was cut off, " +
			"fetch it again"},
	} {
		_, err := ReadNamed(bytes.NewReader(c.archive), int64(len(c.archive)), func(string) bool { return true })
		if fmt.Sprint(err) != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

func FuzzReadNPZ(f *testing.F) {
	f.Add(filetest.Zipped(filetest.NPZ()))
	f.Add(testFile(f, "mnist.npz"))
	f.Fuzz(func(t *testing.T, b []byte) {
		n := filetest.Allocated(func() {
			if p, err := readNPZ(b); err == nil {
				checkSplits(t, p)
			}
		})
		if n > 64<<20 && len(b) < 1<<16 {
			t.Errorf("got %d bytes allocated for a file of %d", n, len(b))
		}
	})
}
