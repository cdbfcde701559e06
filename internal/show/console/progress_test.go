package console

import (
	"bytes"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestBar: what is drawn, by a clock that is the test's own: how far it is, in thirtieths and in per cent, and how
// long it will take from there; the epoch that goes on; a line of its own for what was downloaded.
func TestBar(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out, text bytes.Buffer
		p := &Progress{W: &out, Text: &text, Start: time.Now()}
		drawn := func(f func()) string {
			out.Reset()
			f()
			return strings.ReplaceAll(out.String(), "\r\x1b[K", "|")
		}
		bar := func(full int) string { return "[" + strings.Repeat("=", full) + strings.Repeat(" ", 30-full) + "]" }
		time.Sleep(30 * time.Second)
		for _, c := range []struct {
			part float64
			want string
		}{
			{0, bar(0) + "   0 %"}, {0.01, bar(0) + "   1 %"}, {0.25, bar(7) + "  25 % 1m30s left"},
			{0.75, bar(22) + "  75 % 10s left"}, {1, bar(30) + " 100 % 0s left"}, {1.5, bar(30) + " 100 % 0s left"},
			{-1, bar(0) + "   0 %"},
		} {
			if got := drawn(func() { p.draw("it", c.part) }); got != "|it "+c.want {
				t.Errorf("%v: %q, want %q", c.part, got, "|it "+c.want)
			}
		}
		for _, c := range []struct {
			done, total int64
			want        string
		}{{50, 200, "|f " + bar(7) + "  25 % 1m30s left"}, {200, 200, "|f: 200 bytes\n"},
			{1, 0, "|f " + bar(30) + " 100 % 0s left"}} {
			if got := drawn(func() { p.Download("f", c.done, c.total) }); got != c.want {
				t.Errorf("%d of %d bytes: %q, want %q", c.done, c.total, got, c.want)
			}
		}
		// Nine steps an epoch, the last with a few samples; a bar every fifth of a second, and none once it is cleared.
		var done atomic.Int64
		got := drawn(func() {
			p.Epochs(4, 9, done.Load)
			time.Sleep(250 * time.Millisecond)
			done.Store(9)             // one epoch of four
			p.Epochs(4, 9, done.Load) // goes on
			time.Sleep(200 * time.Millisecond)
			p.Clear()
			time.Sleep(time.Second)
		})
		want := "|epoch 1 of 4 " + bar(0) + "   0 %|epoch 2 of 4 " + bar(7) + "  25 % 1s left|"
		if got != want {
			t.Errorf("epochs: %q, want %q", got, want)
		}
		done.Store(8)
		got = drawn(func() {
			p.Epochs(4, 8, done.Load)
			time.Sleep(250 * time.Millisecond)
			p.Clear()
		})
		if want := "|epoch 2 of 4 " + bar(7) + "  25 % "; !strings.HasPrefix(got, want) {
			t.Errorf("eight steps an epoch: %q, want %q", got, want)
		}
		done.Store(36)
		got = drawn(func() {
			p.Epochs(4, 9, done.Load)
			time.Sleep(250 * time.Millisecond)
			p.say("now %d", 1)
			p.Blank()
		})
		if want := "|epoch 4 of 4 " + bar(30) + " 100 % 0s left|\n"; got != want || text.String() != "backprop: now 1\n" {
			t.Errorf("at the end: %q and %q, want %q", got, text.String(), want)
		}
		// Where there is no terminal, there is no bar; sentences are there all the same.
		text.Reset()
		none := &Progress{Text: &text}
		none.Epochs(4, 9, done.Load)
		none.Download("f", 1, 2)
		none.Blank()
		none.say("only")
		if (&Progress{}).say("nobody reads"); text.String() != "backprop: only\n" || none.stop != nil {
			t.Errorf("without a terminal: %q", text.String())
		}
	})
	// a device, as a terminal is
	if f, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil && runtime.GOOS != "windows" {
		defer f.Close()
		for term, want := range map[string]bool{"xterm": true, "dumb": false} {
			t.Setenv("TERM", term)
			if p := NewProgress(f); (p.W != nil) != want || p.Text != f {
				t.Errorf("TERM=%s: a bar %v, want %v", term, p.W != nil, want)
			}
		}
	}
	if IsTerminal(&bytes.Buffer{}) || NewProgress(&bytes.Buffer{}).W != nil {
		t.Error("a buffer is taken for a terminal")
	}
}
