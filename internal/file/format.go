package file

import (
	"bytes"
	"errors"
	"fmt"
)

// Advice for files in a format that this program does not read.
const (
	saveTable  = "save its table as CSV"
	saveSheet  = "save the sheet as CSV"
	forPicture = "a data set has many samples and their labels; -load with -predict classifies pictures"
	unpack     = "unpack it, or pack it with gzip"
	saveUTF8   = "save it as UTF-8"
)

// unsupported lists formats that people try in place of the supported ones, by how a file begins.
var unsupported = []struct{ prefix, format, advice string }{
	{"PAR1", "a Parquet file", saveTable},
	{"ARROW1", "an Arrow file (Feather)", saveTable},
	{"\x89HDF\r\n", "an HDF5 file, as Keras and pandas write", saveTable},
	{"\xd0\xcf\x11\xe0", "an Excel workbook of the old kind (.xls), or another file of Office", saveSheet},
	{"PK\x03\x04", "a zip archive, as Excel's workbooks (.xlsx) are", "unpack it, or save the sheet as CSV"},
	{"SQLite format 3", "an SQLite database", saveTable},
	{"MATLAB 5.0 MAT-file", "a MATLAB file", saveTable},
	{"$FL2", "an SPSS file", saveTable},
	{"<stata_dta>", "a Stata file", saveTable},
	{"RDX", "an R file", saveTable},
	{"X\n\x00\x00", "an R file (.rds)", saveTable},
	{"\x93NUMPY", "a single array of NumPy (.npy)", "save inputs and labels together: numpy.savez(FILE, x=…, y=…)"},
	{"%PDF-", "a PDF document", saveTable},
	{"\x89PNG\r\n", "a picture (PNG)", forPicture},
	{"\xff\xd8\xff", "a picture (JPEG)", forPicture},
	{"GIF8", "a picture (GIF)", forPicture},
	{"BZh", "packed with bzip2", unpack},
	{"\xfd7zXZ", "packed with xz", unpack},
	{"7z\xbc\xaf", "packed with 7-Zip", unpack},
	{"Rar!", "packed with RAR", unpack},
	{"\x28\xb5\x2f\xfd", "packed with zstd", unpack},
	{"\xff\xfe\x00\x00", "text in UTF-32", saveUTF8},
}

// CheckFormat returns an error if a file that begins with head has a well-known format that this program does not read.
func CheckFormat(head []byte) error {
	for _, f := range unsupported {
		if bytes.HasPrefix(head, []byte(f.prefix)) {
			return fmt.Errorf("is %s, which this program does not read; %s", f.format, f.advice)
		}
	}
	switch {
	case isJSON(skipBlanks(head)):
		return errors.New("is JSON, which this program does not read; save it as CSV")
	case isUTF16(head):
		return fmt.Errorf("is text in UTF-16 without the mark it should begin with; %s", saveUTF8)
	}
	return nil
}

// skipBlanks returns text without the byte order mark and the blanks at its beginning.
func skipBlanks(text []byte) []byte {
	return bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), " \t\r\n")
}

// isJSON reports whether text begins with a JSON object and its first name, or with an array of objects, arrays, texts
// or numbers.
func isJSON(text []byte) bool {
	if len(text) == 0 {
		return false
	}
	inner := skipBlanks(text[1:])
	if len(inner) == 0 {
		return false
	}
	switch text[0] {
	case '{':
		return inner[0] == '"'
	case '[':
		return bytes.IndexByte([]byte(`"{[-0123456789`), inner[0]) >= 0
	}
	return false
}

// isUTF16 reports whether every second byte is zero, and no other byte is: then head is ASCII text in UTF-16.
func isUTF16(head []byte) bool {
	const enough = 16 // bytes to be sure
	pairs := len(head) / 2
	var zeros [2]int // among the first and among the second bytes of the pairs
	for i, b := range head[:2*pairs] {
		if b == 0 {
			zeros[i%2]++
		}
	}
	return len(head) >= enough && (zeros == [2]int{pairs, 0} || zeros == [2]int{0, pairs})
}
