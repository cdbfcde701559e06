package file

import (
	"encoding/binary"
	"strings"
	"testing"
)

// TestCheckFormat: formats that this program does not read are known by their first bytes, and what only looks like one
// is taken for data.
func TestCheckFormat(t *testing.T) {
	little, big := inUTF16("a,b,c\n1,2,3\n", binary.LittleEndian), inUTF16("a,b,c\n1,2,3\n", binary.BigEndian)
	eight := inUTF16("a,b,c,d\n", binary.LittleEndian) // 16 bytes are enough to be sure
	for head, want := range map[string]string{
		"PAR1\x15\x04": "Parquet", "\xd0\xcf\x11\xe0\xa1\xb1": "save the sheet as CSV", "PK\x03\x04x": ".xlsx",
		"\x89HDF\r\n\x1a\n": "HDF5", "SQLite format 3\x00": "SQLite", "\x93NUMPY\x01\x00": "numpy.savez",
		"%PDF-1.4": "PDF", "\x89PNG\r\n\x1a\n": "-predict", "\xff\xd8\xff\xe0": "JPEG", "BZh9": "gzip",
		"<stata_dta><header>": "Stata", "\xff\xfe\x00\x00a\x00\x00\x00": "UTF-32",

		"PAR,1\n": "", "R,D,X\n": "", "a,b\n": "", "": "",

		`[{"a": 1}]`: "JSON", "[\n  {\n    \"a\"": "JSON", "{\n \"data\": [": "JSON", "\xef\xbb\xbf{\"a\":1}\n": "JSON",
		" \n [[1, 2], [3, 4]]": "JSON", `["a", 1]`: "JSON", "[-1,2]": "JSON",

		"[a],[b]\n1,2\n": "", "{a},{b}\n1,2\n": "", "[": "", "{ ": "",

		little: "UTF-16 without the mark", big: "UTF-16 without the mark", little[1:]: "UTF-16 without the mark",
		eight: "UTF-16 without the mark",

		eight[:15]: "", "\xff\xfea\x00": "", "a\x00b\x00": "", "0123456789abcde\x00": "",
		"01234567\x00\x00\x00\x00\x00\x00\x00\x00": "", eight[:12] + "2345": "", strings.Repeat("\x00", 40): "",
	} {
		err := CheckFormat([]byte(head))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: got %v, want %q", head, err, want)
		}
	}
	const want = "is a PDF document, which this program does not read; save its table as CSV"
	if err := CheckFormat([]byte("%PDF-1.4")); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if got := notData([]byte("<stata_dta><header>")); got != "" {
		t.Errorf("a Stata file: got %s, want data, as CheckFormat says more", got)
	}
}
