// Package load reads a data set from a folder or file, whatever its format, or draws one where there is no file.
package load

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"backprop/internal/data/dataset"
	"backprop/internal/data/digits"
	"backprop/internal/data/mnist"
	"backprop/internal/data/newdata"
	"backprop/internal/data/numpy"
	"backprop/internal/data/table"
	"backprop/internal/file"
)

// Path reads the data set in a folder or file.
func Path(path string, o table.Options) (*dataset.Dataset, error) {
	st, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: no such folder or file; add -download to fetch MNIST into it, "+
			"or leave out -data to train on generated digits", path)
	}
	if err != nil {
		return nil, file.Error(path, err)
	}
	if folder := mnist.Find(path); folder != "" {
		return loadMNIST(folder)
	}
	if st.IsDir() {
		if path, err = FindFile(path); err != nil {
			return nil, err
		}
	}
	return loadFile(path, o)
}

// FindFile returns the file of a folder that has the data: the only file of a known format or, of several such files,
// the only one whose name says that it is for training.
func FindFile(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", file.Error(dir, err)
	}
	var all, train []string
	for _, e := range entries {
		if file.CheckRegular(filepath.Join(dir, e.Name())) != nil {
			continue
		}
		name := strings.TrimSuffix(strings.ToLower(e.Name()), ".gz")
		switch filepath.Ext(name) {
		case ".csv", ".tsv", ".data", ".tra", ".npz", ".pkl", ".pickle":
			all = append(all, e.Name())
			if strings.Contains(name, ".tra") || strings.Contains(name, "train") {
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
	return "", fmt.Errorf("%s: no data among its %d files: expected MNIST's four (%s …), a .csv, .npz or .pkl.gz; "+
		"add -download to fetch MNIST", dir, len(entries), mnist.Files[0].Name)
}

// TestFile returns the file beside a training file that has the test set: optdigits.tes beside optdigits.tra,
// mnist_test.csv beside mnist_train.csv; "" if there is none.
func TestFile(path string) string {
	dir, name := filepath.Split(path)
	for _, words := range [][2]string{{"training", "test"}, {"train", "test"}, {".tra", ".tes"}, {"Training", "Test"},
		{"Train", "Test"}, {"TRAIN", "TEST"}} {
		if !strings.Contains(name, words[0]) {
			continue
		}
		for _, end := range []string{"", ".gz"} {
			test := filepath.Join(dir, strings.Replace(strings.TrimSuffix(name, ".gz"), words[0], words[1], 1)+end)
			if st, err := os.Stat(test); err == nil && st.Mode().IsRegular() {
				return test
			}
		}
	}
	return ""
}

// nameOf returns what people call the data in a folder or file: the folder MNIST/raw of torchvision is MNIST.
func nameOf(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if filepath.Base(path) == "raw" {
		path = filepath.Dir(path)
	}
	return filepath.Base(path)
}

// loadFile reads a file. The first bytes say what kind of file it is.
func loadFile(path string, o table.Options) (*dataset.Dataset, error) {
	r, err := file.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	head, _ := r.Peek(512)
	var splits numpy.Splits
	switch {
	case mnist.IsIDX(head):
		return loadMNIST(path)
	case bytes.HasPrefix(head, []byte("PK")) && !r.Gzip:
		splits, err = numpy.ReadNPZ(r.File, r.Size)
	case head[0] == 0x80, head[0] == '(' && bytes.Contains(head, []byte("cnumpy")):
		splits, err = numpy.ReadPickle(r, r.Limit)
	case file.CheckFormat(head) != nil:
		err = file.CheckFormat(head)
	case bytes.IndexByte(head, 0) >= 0 && !file.IsUTF16(head):
		err = errors.New("is not text, and its format is not known: expected CSV, IDX, .npz or .pkl.gz")
	default:
		return loadTable(r, path, o)
	}
	var d *dataset.Dataset
	if err == nil {
		d, err = Arrays(splits, numpy.SplitNames, o.Regress)
	}
	if err != nil {
		return nil, file.Error(path, err)
	}
	setNames(d, nameOf(path))
	return d, nil
}

// loadMNIST reads the four files in MNIST's format that are in a folder, or belong to one of them.
func loadMNIST(path string) (*dataset.Dataset, error) {
	train, test, err := mnist.Read(path)
	if err != nil {
		return nil, err
	}
	d, err := Arrays(numpy.Splits{
		0: {Inputs: numpy.Bytes(train.Shape, train.Pixels), Labels: numpy.Bytes(train.Shape[:1], train.Labels)},
		2: {Inputs: numpy.Bytes(test.Shape, test.Pixels), Labels: numpy.Bytes(test.Shape[:1], test.Labels)},
	}, [3]string{train.LabelsFile, "", test.LabelsFile}, false)
	if err != nil {
		return nil, err
	}
	if strings.Contains(strings.ToLower(train.LabelsFile), "emnist") {
		d.AddNote("EMNIST keeps each image with rows and columns swapped, and so it is learned: pictures for -predict " +
			"would have to be swapped too")
	}
	if st, err := os.Stat(path); err == nil && !st.IsDir() {
		path = filepath.Dir(path)
	}
	setNames(d, nameOf(path))
	return d, nil
}

// setNames sets the name of a data set of arrays, and what its samples are called in messages.
func setNames(d *dataset.Dataset, name string) {
	d.Name = name
	unit := "sample"
	if d.Width > 0 {
		unit = "image"
	}
	for k, s := range []*dataset.Set{&d.Train, &d.Valid, &d.Test} {
		s.Origin = dataset.Origin{File: fmt.Sprintf("the %s of %s", numpy.SplitNames[k], name), Unit: unit}
	}
}

// imageSize returns the size of the images in an array n×h×w, n×h×w×1 or n×(h·h); 0 if it has none.
func imageSize(shape []int) (height, width int) {
	switch {
	case len(shape) == 3, len(shape) == 4 && shape[3] == 1:
		return shape[1], shape[2]
	case len(shape) == 2:
		side := table.ImageSide(shape[1])
		return side, side
	}
	return 0, 0
}

// loadTable reads a table, and the table with the test set beside it, if there is one.
func loadTable(r *file.Reader, path string, o table.Options) (*dataset.Dataset, error) {
	load := loadNewTables
	if o.Known == nil {
		load = loadTables
	}
	d, err := load(r, path, o)
	if err == nil && d.Train.Pixels != nil {
		side := table.ImageSide(d.Train.Dim)
		d.Height, d.Width = side, side
	}
	return d, err
}

// loadTables reads tables to train a new network on.
func loadTables(r *file.Reader, path string, o table.Options) (*dataset.Dataset, error) {
	train, err := table.Read(r, path, tableLimit(r))
	if err != nil {
		return nil, file.Error(path, err)
	}
	var test *table.Table
	testPath, err := readTestFile(path, func(r *file.Reader, path string) (err error) {
		test, err = table.Read(r, path, tableLimit(r))
		return err
	})
	if err != nil {
		return nil, err
	}
	t, err := table.Interpret(train, test, o)
	if err != nil {
		return nil, err
	}
	return &dataset.Dataset{Name: nameOf(path), Note: t.Notes, Train: setOf(t.Train, path), Test: setOf(t.Test, testPath),
		Classes: t.Classes, Inputs: t.Inputs, Columns: t.Columns}, nil
}

// loadNewTables reads tables for a model that has learned from another table.
func loadNewTables(r *file.Reader, path string, o table.Options) (*dataset.Dataset, error) {
	train, notes, err := newdata.Read(r, tableLimit(r), o)
	if err != nil {
		return nil, file.Error(path, err)
	}
	var test table.Samples
	testPath, err := readTestFile(path, func(r *file.Reader, path string) error {
		part, testNotes, err := newdata.Read(r, tableLimit(r), o)
		test, notes = part, notes+"; "+filepath.Base(path)+": "+testNotes
		return err
	})
	if err != nil {
		return nil, err
	}
	return &dataset.Dataset{Name: nameOf(path), Note: notes, Train: setOf(train, path), Test: setOf(test, testPath),
		Classes: o.Classes, Inputs: table.InputNames(o.Known), Columns: o.Known}, nil
}

// readTestFile opens the file with the test set beside a training file, and calls read; testPath is "" if there is
// none.
func readTestFile(path string, read func(r *file.Reader, path string) error) (testPath string, err error) {
	if testPath = TestFile(path); testPath == "" {
		return "", nil
	}
	r, err := file.Open(testPath)
	if err != nil {
		return "", err
	}
	defer r.Close()
	if err := read(r, testPath); err != nil {
		return "", file.Error(testPath, err)
	}
	return testPath, nil
}

// tableLimit returns the limit for a table.
func tableLimit(r *file.Reader) table.Limit { return table.LimitOf(r.Size, r.Limit, r.Gzip) }

// setOf returns the samples of a table as a set. Without a test set, path is "".
func setOf(p table.Samples, path string) dataset.Set {
	return dataset.Set{N: p.N, Dim: p.Dim, Pixels: p.Pixels, Values: p.Values, Labels: p.Labels, Targets: p.Targets,
		Origin: dataset.Origin{File: filepath.Base(path), Unit: "line", At: p.Lines}}
}

// Digits draws digits to train on and to test with. Each split has equally many images of each digit, give or take one.
func Digits(seed uint64, train, test int) *dataset.Dataset {
	draw := func(stream uint64, n int) dataset.Set {
		pixels, labels := digits.Draw(seed, stream, n)
		return dataset.Set{N: n, Dim: digits.Side * digits.Side, Pixels: pixels, Labels: labels}
	}
	return &dataset.Dataset{Name: "generated digits", Train: draw(1, train), Test: draw(2, test),
		Classes: strings.Fields("0 1 2 3 4 5 6 7 8 9"), Width: digits.Side, Height: digits.Side}
}
