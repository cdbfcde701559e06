package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"backprop/internal/data/load"
	"backprop/internal/data/table"
	"backprop/internal/show/console"
)

// FuzzFlags: no command line makes the program panic, and what is wrong with one is said in few words.
func FuzzFlags(f *testing.F) {
	for _, args := range []string{"-hidden\n30,20\n-lr\n0.1,0.2,0.3", "-sweep\nl2=0.1:10:5 seed=1,2\n-valid\n0.2", "-recipe\nnielsen\n-epochs\n3",
		"-augment\naffine:0.5,elastic,smooth:2", "-schedule\nstep:3:0.5", "-dropout\n0.1,0.5", "-explain\nmazur", "-classweight\na=2,b=0.5",
		"-init\nuniform:0.5", "-test\n1e9", "-predict\na.png\nb.csv\n-load\nm", "-sweep-task\n1/3\n-sweep-dir\nd\n-sweep\nlr=1,2"} {
		f.Add(args)
	}
	f.Fuzz(func(t *testing.T, text string) {
		args := strings.Split(text, "\n")
		if strings.Contains(text, "sweep") && len(text) > 40 { // a million combinations are allowed, and take a while
			return
		}
		n := allocated(func() {
			cfg, err := parse(args, io.Discard)
			if err != nil {
				if m := say1(err); len(m) > 2000 || !utf8.ValidString(m) || strings.ContainsAny(m, "\x1b\r") {
					t.Errorf("%q: %d bytes: %.300q", args, len(m), m)
				}
			} else if cfg.Epochs < 0 || cfg.Batch < 0 || len(cfg.Rate) == 0 {
				t.Errorf("%q is taken: epochs %d, batch %d, rates %v", args, cfg.Epochs, cfg.Batch, cfg.Rate)
			}
		})
		if n > 64<<20 {
			t.Errorf("%q: %d bytes allocated", args, n)
		}
	})
}

// say1 is what standard error says of an error.
func say1(err error) string {
	var b bytes.Buffer
	console.Say(&b, "%v", err)
	return b.String()
}

// FuzzLoad: whatever a file holds, gzipped or not, it is read as what it is, or refused in few words, within
// bounds of memory.
func FuzzLoad(f *testing.F) {
	csv := []byte("a,b,label\n1,x,yes\n2,y,no\n3,x,yes\n")
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write(csv)
	w.Close()
	f.Add(csv)
	f.Add(z.Bytes())
	f.Add(z.Bytes()[:z.Len()-3])
	f.Add(append([]byte{0x1f, 0x8b, 8, 0}, csv...))
	f.Add(zipped(npzFiles()))
	f.Add([]byte{0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4})
	f.Add([]byte("\x80\x04\x95"))
	path := filepath.Join(f.TempDir(), "data")
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Skip(err)
		}
		n := allocated(func() {
			d, err := load.Path(path, table.Options{})
			if err != nil {
				if m := say1(err); len(m) > 1000 || !utf8.ValidString(m) || strings.Contains(m, "\x1b") {
					t.Errorf("%d bytes: %.300q", len(m), m)
				}
			} else if d.Train.N < 1 || d.Train.Dim < 1 || d.Outputs() < 1 {
				t.Errorf("%d samples of %d inputs, %d outputs", d.Train.N, d.Train.Dim, d.Outputs())
			}
		})
		if n > 64<<20 && len(b) < 1<<16 {
			t.Errorf("allocated %d bytes for %d", n, len(b))
		}
	})
}
