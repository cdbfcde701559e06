// Unread: what a file is that is no data here, by its first bytes, and what to do with it.

package file

import (
	"bytes"
	"fmt"
)

// foreign are the kinds of files that people have in place of those that are read, by how they begin.
var foreign = []struct{ begins, what, do string }{
	{"PAR1", "a Parquet file", table},
	{"ARROW1", "an Arrow file (Feather)", table},
	{"\x89HDF\r\n", "an HDF5 file, as Keras and pandas write", table},
	{"\xd0\xcf\x11\xe0", "an Excel workbook of the old kind (.xls), or another file of Office", sheet},
	{"PK\x03\x04", "a zip archive, as Excel's workbooks (.xlsx) are", "unpack it, or save the sheet as CSV"},
	{"SQLite format 3", "an SQLite database", table},
	{"MATLAB 5.0 MAT-file", "a MATLAB file", table},
	{"$FL2", "an SPSS file", table},
	{"<stata_dta>", "a Stata file", table},
	{"RDX", "an R file", table},
	{"X\n\x00\x00", "an R file (.rds)", table},
	{"\x93NUMPY", "a single array of NumPy (.npy)", "save inputs and labels together: numpy.savez(FILE, x=…, y=…)"},
	{"%PDF-", "a PDF document", table},
	{"\x89PNG\r\n", "a picture (PNG)", picture},
	{"\xff\xd8\xff", "a picture (JPEG)", picture},
	{"GIF8", "a picture (GIF)", picture},
	{"BZh", "packed with bzip2", unpack},
	{"\xfd7zXZ", "packed with xz", unpack},
	{"7z\xbc\xaf", "packed with 7-Zip", unpack},
	{"Rar!", "packed with RAR", unpack},
	{"\x28\xb5\x2f\xfd", "packed with zstd", unpack},
	{"\xff\xfe\x00\x00", "text in UTF-32", utf8},
}

// What to do with them.
const (
	table   = "save its table as CSV"
	sheet   = "save the sheet as CSV"
	picture = "data are many, with their labels; -load with -predict answers for pictures"
	unpack  = "unpack it, or pack it with gzip"
	utf8    = "save it as UTF-8"
)

// Unread is the error about a file that begins so, where that is of a kind that people have and that is not read; else
// nil.
func Unread(head []byte) error {
	for _, f := range foreign {
		if bytes.HasPrefix(head, []byte(f.begins)) {
			return fmt.Errorf("is %s, which this program does not read; %s", f.what, f.do)
		}
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case isJSON(text):
		return fmt.Errorf("is JSON, which this program does not read; save it as CSV")
	case isWide(head):
		return fmt.Errorf("is text in UTF-16 without the mark it should begin with; %s", utf8)
	}
	return nil
}

// isJSON says whether a text begins as JSON does: an object with its first name, or an array of objects, arrays, texts
// or numbers.
func isJSON(text []byte) bool {
	if len(text) < 2 || text[0] != '{' && text[0] != '[' {
		return false
	}
	inner := bytes.TrimLeft(text[1:], " \t\r\n")
	if len(inner) == 0 {
		return false
	}
	return inner[0] == '"' || text[0] == '[' && bytes.IndexByte([]byte(`{[-0123456789`), inner[0]) >= 0
}

// isWide says whether every second byte is zero, and no other: text in UTF-16 of letters that are in ASCII too.
func isWide(head []byte) bool {
	const enough = 16
	var zeros [2]int
	n := len(head) &^ 1
	for i, b := range head[:n] {
		if b == 0 {
			zeros[i%2]++
		}
	}
	return n >= enough && (zeros[0] == n/2 && zeros[1] == 0 || zeros[1] == n/2 && zeros[0] == 0)
}
