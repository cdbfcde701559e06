package file

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf16"

	"backprop/internal/filetest"
)

// inUTF16 returns text in UTF-16, without the byte order mark.
func inUTF16(text string, order binary.AppendByteOrder) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}

// TestUTF16: every character comes through, in either order of bytes and in pieces of any size.
func TestUTF16(t *testing.T) {
	text := strings.Repeat("aé€😀", 1000)
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		for _, size := range []int{1, 3, 5000, 1 << 17} {
			file := bufio.NewReader(strings.NewReader(inUTF16("\ufeff"+text, order)))
			got, err := io.ReadAll(struct{ io.Reader }{bufio.NewReaderSize(NewUTF16(file), size)})
			if err != nil || string(got) != text {
				t.Errorf("%v, %d at a time: got %d of %d bytes, %v", order, size, len(got), len(text), err)
			}
		}
	}
}

// TestUTF16Damaged: half a character becomes a byte that is not valid UTF-8 either; half of one at the end is an error.
func TestUTF16Damaged(t *testing.T) {
	for text, want := range map[string]string{
		"\xff\xfe": "<nil>", "\xfe\xff\x00a": "a<nil>",
		"\xff\xfea\x00\x00\xd8b\x00": "a\xffb<nil>", "\xff\xfea\x00\x00\xdcb\x00": "a\xffb<nil>",
		"\xff\xfe\x00\xd8\x00\xd8": "\xff\xff<nil>", "\xff\xfea\x00b": "aunexpected EOF",
		"\xff\xfea\x00\x3d\xd8\x00": "aunexpected EOF", "\xff\xfea\x00\x3d\xd8": "aunexpected EOF",
	} {
		b, err := io.ReadAll(NewUTF16(bufio.NewReader(strings.NewReader(text))))
		if got := fmt.Sprint(string(b), err); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestIsUTF16(t *testing.T) {
	filetest.Holds(t, "begins as UTF-16", func(head string) bool { return IsUTF16([]byte(head)) },
		[]string{"\xff\xfe", "\xfe\xff", "\xff\xfea"}, []string{"\xff", "\xfe\xfe", ""})
}
