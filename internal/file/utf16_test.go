package file

import (
	"bufio"
	"encoding/binary"
	"io"
	"strings"
	"testing"
	"unicode/utf16"
)

// inUTF16 is text as Excel writes it.
func inUTF16(s string, order binary.AppendByteOrder) string {
	var b []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + s)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}

// TestUTF16: every character comes through, in pieces of any size; half of one at the end is told.
func TestUTF16(t *testing.T) {
	text := strings.Repeat("aé€😀", 1000)
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		for _, size := range []int{1, 3, 5000, 1 << 17} {
			whole := bufio.NewReader(strings.NewReader(inUTF16(text, order)))
			got, err := io.ReadAll(struct{ io.Reader }{bufio.NewReaderSize(NewUTF16(whole), size)})
			if err != nil || string(got) != text {
				t.Errorf("%v, %d at a time: %d of %d bytes, %v", order, size, len(got), len(text), err)
			}
		}
	}
	for text, want := range map[string]string{
		"\xff\xfe": "", "\xfe\xff\x00a": "a", "\xff\xfea\x00\x00\xd8b\x00": "a\xffb",
		"\xff\xfea\x00\x00\xdcb\x00": "a\xffb", "\xff\xfe\x00\xd8\x00\xd8": "\xff\xff",
		"\xff\xfea\x00b": "a unexpected EOF", "\xff\xfea\x00\x3d\xd8\x00": "a unexpected EOF",
		"\xff\xfea\x00\x3d\xd8": "a unexpected EOF",
	} {
		got, err := io.ReadAll(NewUTF16(bufio.NewReader(strings.NewReader(text))))
		if s := string(got); err != nil {
			s += " " + err.Error()
			got = []byte(s)
		}
		if string(got) != want {
			t.Errorf("%q is %q; want %q", text, got, want)
		}
	}
	for head, want := range map[string]bool{"\xff\xfe": true, "\xfe\xff": true, "\xff\xfea": true, "\xff": false,
		"\xfe\xfe": false, "": false} {
		if IsUTF16([]byte(head)) != want {
			t.Errorf("%q begins UTF-16: %v", head, !want)
		}
	}
}
