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

// bar is the drawn bar with so many of its thirty places filled.
func bar(full int) string {
	return "[" + strings.Repeat("=", full) + strings.Repeat(" ", 30-full) + "]"
}

// drawn returns what a bar draws, with | for each time that it begins its line anew.
func drawn(out *bytes.Buffer, draw func()) string {
	out.Reset()
	draw()
	return strings.ReplaceAll(out.String(), "\r\x1b[K", "|")
}

// The time left follows from the share that was done in half a minute.
func TestTheBarShowsTheShareAndTheTimeLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // with a clock of its own
		var out bytes.Buffer
		p := &Progress{W: &out, Start: time.Now()}
		time.Sleep(30 * time.Second)
		for _, c := range []struct {
			share float64
			want  string
		}{
			{-1, bar(0) + "   0 %"},
			{0, bar(0) + "   0 %"},
			{0.01, bar(0) + "   1 %"}, // too little to tell the time from
			{0.25, bar(7) + "  25 % 1m30s left"},
			{0.75, bar(22) + "  75 % 10s left"},
			{1, bar(30) + " 100 % 0s left"},
			{1.5, bar(30) + " 100 % 0s left"},
		} {
			if got, want := drawn(&out, func() { p.draw("it", c.share) }), "|it "+c.want; got != want {
				t.Errorf("share %v: got %q, want %q", c.share, got, want)
			}
		}
		for _, c := range []struct {
			done, total int64
			want        string
		}{
			{50, 200, "|f " + bar(7) + "  25 % 1m30s left"},
			{200, 200, "|f: 200 bytes\n"},
			{1, 0, "|f " + bar(30) + " 100 % 0s left"}, // a size that the server did not tell
		} {
			if got := drawn(&out, func() { p.Download("f", c.done, c.total) }); got != c.want {
				t.Errorf("%d of %d bytes: got %q, want %q", c.done, c.total, got, c.want)
			}
		}
	})
}

// The bar is drawn five times a second, and no more once it is cleared.
func TestEpochsDrawsABarUntilItIsCleared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out, text bytes.Buffer
		p := &Progress{W: &out, Text: &text, Start: time.Now().Add(-time.Minute)}
		var done atomic.Int64
		got := drawn(&out, func() {
			p.Epochs(4, 9, done.Load) // nothing is done yet: its time begins now
			time.Sleep(250 * time.Millisecond)
			done.Store(9)             // one epoch of four
			p.Epochs(4, 9, done.Load) // the same bar goes on
			time.Sleep(200 * time.Millisecond)
			p.Clear()
			time.Sleep(time.Second)
		})
		if want := "|epoch 1 of 4 " + bar(0) + "   0 %|epoch 2 of 4 " + bar(7) + "  25 % 1s left|"; got != want {
			t.Errorf("two epochs: got %q, want %q", got, want)
		}
		done.Store(27)
		got = drawn(&out, func() {
			p.Epochs(4, 9, done.Load) // its time began with the first bar, 1.65 s before it is drawn
			time.Sleep(250 * time.Millisecond)
			done.Store(36)
			time.Sleep(200 * time.Millisecond)
			p.say("now %d", 1)
			p.Blank()
		})
		want := "|epoch 4 of 4 " + bar(22) + "  75 % 1s left|epoch 4 of 4 " + bar(30) + " 100 % 0s left|\n"
		if got != want || text.String() != "backprop: now 1\n" {
			t.Errorf("the last epochs: got %q and %q, want %q and a message", got, text.String(), want)
		}
	})
}

func TestWithoutATerminalThereAreOnlyMessages(t *testing.T) {
	var text bytes.Buffer
	p := &Progress{Text: &text}
	p.Epochs(4, 9, new(atomic.Int64).Load)
	p.Watch(nil)
	p.Download("f", 1, 2)
	p.Blank()
	p.say("only")
	(&Progress{}).say("nobody reads this")
	if text.String() != "backprop: only\n" || p.stop != nil {
		t.Errorf("got %q, want a message", text.String())
	}
}

// The null device is a device, as a terminal is.
func TestNewProgressDrawsOnATerminalThatIsNotDumb(t *testing.T) {
	if IsTerminal(&bytes.Buffer{}) || NewProgress(&bytes.Buffer{}).W != nil {
		t.Error("a buffer is taken for a terminal")
	}
	f, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil || runtime.GOOS == "windows" {
		t.Skip(err)
	}
	defer f.Close()
	for term, want := range map[string]bool{"xterm": true, "dumb": false} {
		t.Setenv("TERM", term)
		if p := NewProgress(f); (p.W != nil) != want || p.Text != f {
			t.Errorf("TERM=%s: is there a bar? got %v, want %v", term, p.W != nil, want)
		}
	}
}
