// Package load finds which reader takes which file, makes a data set of what it has read, and draws one where there
// is no file.
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

// Path reads the data set in a folder or file, whatever its format.
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

// FindFile picks the one file of a folder that is the data: the only one that looks like it, or
// the only one that is to be trained on.
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
			if all = append(all, e.Name()); strings.Contains(name, ".tra") || strings.Contains(name, "train") {
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

// TestBeside is the file with the test set that belongs to a file to train on: optdigits.tes to
// optdigits.tra, mnist_test.csv to mnist_train.csv; "" if there is none.
func TestBeside(path string) string {
	dir, name := filepath.Split(path)
	for _, r := range []string{"training:test", "train:test", ".tra:.tes", "Training:Test", "Train:Test", "TRAIN:TEST"} {
		from, to, _ := strings.Cut(r, ":")
		for _, end := range []string{"", ".gz"} {
			test := filepath.Join(dir, strings.Replace(strings.TrimSuffix(name, ".gz"), from, to, 1)+end)
			if st, err := os.Stat(test); strings.Contains(name, from) && err == nil && st.Mode().IsRegular() {
				return test
			}
		}
	}
	return ""
}

// NameOf is what people call the data in a folder or file: torchvision's MNIST/raw is MNIST.
func NameOf(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if filepath.Base(path) == "raw" {
		path = filepath.Dir(path)
	}
	return filepath.Base(path)
}

// loadFile reads a file by what its first bytes say.
func loadFile(path string, o table.Options) (*dataset.Dataset, error) {
	r, err := file.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	head, _ := r.Peek(512)
	var parts numpy.Parts
	switch {
	case mnist.IsIDX(head):
		return loadMNIST(path)
	case bytes.HasPrefix(head, []byte("PK")) && !r.Gzip:
		parts, err = numpy.ReadNPZ(r.File, r.Size)
	case head[0] == 0x80, head[0] == '(' && bytes.Contains(head, []byte("cnumpy")):
		parts, err = numpy.ReadPickle(r, r.Limit)
	case file.CheckFormat(head) != nil:
		err = file.CheckFormat(head)
	case bytes.IndexByte(head, 0) >= 0 && !table.IsUTF16(head):
		err = errors.New("is not text, and its format is not known: expected CSV, IDX, .npz or .pkl.gz")
	default:
		return loadTable(r, path, o)
	}
	var d *dataset.Dataset
	if err == nil {
		d, err = ArraysDataset(parts, numpy.PartNames, o.Regress)
	}
	if err != nil {
		return nil, file.Error(path, err)
	}
	d.Name = NameOf(path)
	addOrigins(d)
	return d, nil
}

// loadMNIST reads the four files in MNIST's format that are in a folder, or belong to one of them.
func loadMNIST(path string) (*dataset.Dataset, error) {
	train, test, err := mnist.Read(path)
	if err != nil {
		return nil, err
	}
	d, err := ArraysDataset(numpy.Parts{
		0: {numpy.Bytes(train.Shape, train.Pixels), numpy.Bytes(train.Shape[:1], train.Labels)},
		2: {numpy.Bytes(test.Shape, test.Pixels), numpy.Bytes(test.Shape[:1], test.Labels)},
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
	d.Name = NameOf(path)
	addOrigins(d)
	return d, nil
}

// addOrigins says of arrays what their samples are called: by their index in the part.
func addOrigins(d *dataset.Dataset) {
	unit := "sample"
	if d.Width > 0 {
		unit = "image"
	}
	for k, s := range []*dataset.Set{&d.Train, &d.Valid, &d.Test} {
		s.Origin = dataset.Origin{File: fmt.Sprintf("the %s of %s", numpy.PartNames[k], d.Name), Unit: unit}
	}
}

// sides are height and width of the images in an array n×h×w, n×h×w×1 or n×(h·h); 0 if it has none.
func sides(shape []int) (h, w int) {
	switch {
	case len(shape) == 3, len(shape) == 4 && shape[3] == 1:
		return shape[1], shape[2]
	case len(shape) == 2:
		side := table.Side(shape[1])
		return side, side
	}
	return 0, 0
}

// loadTable reads a table, and the one to test with that lies beside it.
func loadTable(r *file.Reader, path string, o table.Options) (*dataset.Dataset, error) {
	if o.Known != nil {
		return loadAgain(r, path, o)
	}
	train, err := table.Read(r, path, tableLimit(r))
	if err != nil {
		return nil, file.Error(path, err)
	}
	var test *table.Table
	if beside := TestBeside(path); beside != "" {
		r, err := file.Open(beside)
		if err != nil {
			return nil, err
		}
		defer r.Close()
		if test, err = table.Read(r, beside, tableLimit(r)); err != nil {
			return nil, file.Error(beside, err)
		}
	}
	t, err := table.Interpret(train, test, o)
	if err != nil {
		return nil, err
	}
	d := &dataset.Dataset{Name: NameOf(path), Note: t.Notes, Train: setOf(t.Train, path),
		Test: setOf(t.Test, TestBeside(path)), Classes: t.Classes, Inputs: t.Inputs, Columns: t.Columns}
	if d.Train.Pixels != nil {
		d.Height, d.Width = sides([]int{1, d.Train.Dim})
	}
	return d, nil
}

// loadAgain is loadTable for a model that has learned from another table, and reads all as that.
func loadAgain(r *file.Reader, path string, o table.Options) (d *dataset.Dataset, err error) {
	d = &dataset.Dataset{Name: NameOf(path), Classes: o.Classes, Inputs: table.InputNames(o.Known), Columns: o.Known}
	var part table.Part
	if part, d.Note, err = newdata.Read(r, tableLimit(r), o); err != nil {
		return nil, file.Error(path, err)
	}
	d.Train = setOf(part, path)
	if beside := TestBeside(path); beside != "" {
		r, err := file.Open(beside)
		if err != nil {
			return nil, err
		}
		defer r.Close()
		part, note, err := newdata.Read(r, tableLimit(r), o)
		if err != nil {
			return nil, file.Error(beside, err)
		}
		d.Test, d.Note = setOf(part, beside), d.Note+"; "+filepath.Base(beside)+": "+note
	}
	if d.Train.Pixels != nil {
		d.Height, d.Width = sides([]int{1, d.Train.Dim})
	}
	return d, nil
}

// tableLimit is what a table is believed to come to.
func tableLimit(r *file.Reader) table.Limit { return table.LimitOf(r.Size, r.Limit, r.Gzip) }

// Digits is train samples to learn from and test samples, from random streams
// of their own, to test on. Each part has equally many of each class, give or take one.
func Digits(seed uint64, train, test int) *dataset.Dataset {
	part := func(number uint64, n int) dataset.Set {
		pixels, labels := digits.Draw(seed, number, n)
		return dataset.Set{N: n, Dim: digits.Side * digits.Side, Pixels: pixels, Labels: labels}
	}
	return &dataset.Dataset{Name: "generated digits", Train: part(1, train), Test: part(2, test),
		Classes: strings.Fields("0 1 2 3 4 5 6 7 8 9"), Width: digits.Side, Height: digits.Side}
}

// setOf is the samples of the table in a file.
func setOf(p table.Part, path string) dataset.Set {
	return dataset.Set{N: p.N, Dim: p.Dim, Pixels: p.Pixels, Values: p.Values, Labels: p.Labels, Targets: p.Targets,
		Origin: dataset.Origin{File: filepath.Base(path), Unit: "line", At: p.Lines}}
}
