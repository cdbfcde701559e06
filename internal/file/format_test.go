package file

import (
	"strings"
	"testing"
	"unicode/utf16"
)

// wide is ASCII as UTF-16 without a mark.
func wide(s string, little bool) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		if little {
			b.WriteString(string([]byte{byte(u), byte(u >> 8)}))
		} else {
			b.WriteString(string([]byte{byte(u >> 8), byte(u)}))
		}
	}
	return b.String()
}

// TestCheckFormat: what is no data here is named by its first bytes, and what only looks like it is not.
func TestCheckFormat(t *testing.T) {
	for head, want := range map[string]string{
		"PAR1\x15\x04": "Parquet", "\xd0\xcf\x11\xe0\xa1\xb1": "save the sheet as CSV", "PK\x03\x04x": ".xlsx",
		"\x89HDF\r\n\x1a\n": "HDF5", "SQLite format 3\x00": "SQLite", "\x93NUMPY\x01\x00": "numpy.savez", "%PDF-1.4": "PDF",
		"\x89PNG\r\n\x1a\n": "-predict", "\xff\xd8\xff\xe0": "JPEG", "BZh9": "gzip", "<stata_dta><header>": "Stata",
		"\xff\xfe\x00\x00a\x00\x00\x00": "UTF-32", wide("a,b,c\n1,2,3\n", true): "UTF-16 without the mark",
		wide("a,b,c\n1,2,3\n", false): "UTF-16 without the mark",
		`[{"a": 1}]`:                  "JSON", "[\n  {\n    \"a\"": "JSON", "{\n \"data\": [": "JSON",
		"\xef\xbb\xbf{\"a\":1}\n": "JSON",
		" \n [[1, 2], [3, 4]]":    "JSON", `["a", 1]`: "JSON", "[-1,2]": "JSON",
		"[a],[b]\n1,2\n": "", "{a},{b}\n1,2\n": "", "a,b\n": "", "[": "", "{ ": "", "": "", "PAR,1\n": "", "R,D,X\n": "",
		"\xff\xfea\x00": "", "a\x00b\x00": "", wide("a,b,c\n1,2,3\n", true)[1:]: "UTF-16 without",
		"0123456789abcde\x00": "", strings.Repeat("\x00", 40): "",
	} {
		err := CheckFormat([]byte(head))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v; want %q", head, err, want)
		}
	}
	for text, want := range map[string]bool{wide("a,b,c,d\n", true): true, wide("a,b,c,d\n", true)[:15]: false} {
		if got := CheckFormat([]byte(text)) != nil; got != want { // 16 bytes are enough to be sure
			t.Errorf("%d bytes: UTF-16 %v", len(text), got)
		}
	}
	const want = "is a PDF document, which this program does not read; save its table as CSV"
	if err := CheckFormat([]byte("%PDF-1.4")); err == nil || err.Error() != want {
		t.Error(err)
	}
	if got := notData([]byte("<stata_dta><header>")); got != "" {
		t.Errorf("a Stata file is taken for %s", got)
	}
}
