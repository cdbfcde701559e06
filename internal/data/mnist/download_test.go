package mnist

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"backprop/internal/file/output"
	"backprop/internal/filetest"
)

// useSmallMNIST puts four small files in place of MNIST's until the test ends, and returns them.
func useSmallMNIST(t *testing.T) map[string][]byte {
	old, oldTimeout := Files, stallTimeout
	t.Cleanup(func() { Files, stallTimeout = old, oldTimeout })
	files := filetest.MNIST()
	for i, f := range Files {
		sum := sha256.Sum256(files[f.Name])
		Files[i].SHA256, Files[i].Size = hex.EncodeToString(sum[:]), int64(len(files[f.Name]))
	}
	return files
}

// mirror starts a server and returns its address.
func mirror(t *testing.T, h http.HandlerFunc) string {
	s := httptest.NewServer(h)
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	return s.URL + "/"
}

// sends answers each request with the file that was asked for, packed.
func sends(files map[string][]byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		name, isGzip := strings.CutSuffix(r.URL.Path[1:], ".gz")
		if isGzip && r.Header.Get("Accept-Encoding") == "" { // else the client would unpack the file on the way
			w.Write(filetest.Gzipped(files[name]))
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestDownloadGoesOnToTheNextMirror: whatever goes wrong with a mirror is said of it; nothing is left behind if all
// fail, and if the next does not fail, the files come from there.
func TestDownloadGoesOnToTheNextMirror(t *testing.T) {
	files := useSmallMNIST(t)
	good := mirror(t, sends(files))
	dead := httptest.NewServer(nil)
	dead.Close()
	for name, c := range map[string]struct {
		answer http.HandlerFunc // nil: none
		want   string
	}{
		"no server": {nil, "refused"},
		"a byte more": {func(w http.ResponseWriter, r *http.Request) {
			w.Write(append(slices.Clone(files["train-images-idx3-ubyte"]), 1))
		}, "SHA-256"},
		"a web page": {func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "<html>please log in</html>")
		}, "HTML"},
		"nothing": {func(w http.ResponseWriter, r *http.Request) {}, "is empty"},
		"less than announced": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "1000")
			w.Write(make([]byte, 50))
		}, "broke off after 50 bytes"},
		"without end": {func(w http.ResponseWriter, r *http.Request) { io.Copy(w, zeros{}) }, "more than"},
		"stalls": {func(w http.ResponseWriter, r *http.Request) {
			w.Write([]byte{0x1f})
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, "/: nothing came for 300ms"},
		"does not begin": {func(w http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
		}, "/: net/http: timeout awaiting response headers"},
	} {
		t.Run(name, func(t *testing.T) {
			if strings.HasPrefix(c.want, "/: ") { // only here, as on a busy machine good mirrors may be slow too
				defer func(old time.Duration) { stallTimeout = old }(stallTimeout)
				stallTimeout = 300 * time.Millisecond
			}
			bad := dead.URL + "/"
			if c.answer != nil {
				bad = mirror(t, c.answer)
			}
			dir := filepath.Join(t.TempDir(), "a", "b")
			err := Download(t.Context(), dir, []string{bad, bad}, nil)
			if !filetest.Says(err, "train-images-idx3-ubyte", bad, c.want) || strings.Count(err.Error(), c.want) != 2 {
				t.Errorf("got %v, want %q of each mirror", err, c.want)
			}
			if got := filetest.List(t, filepath.Dir(filepath.Dir(dir))); got != nil {
				t.Errorf("got %s left behind", got)
			}
			if err := Download(t.Context(), dir, []string{bad, good}, nil); err != nil {
				t.Errorf("with a good second mirror: %v", err)
			}
			if train, _, err := Read(dir); err != nil || train.Shape[0] != 6 || len(filetest.List(t, dir)) != 4 {
				t.Errorf("got %v, %v from %q", train, err, filetest.List(t, dir))
			}
		})
	}
}

// TestDownloadSaysWhatEachMirrorSent: the whole message, for a user who has to find out what is wrong with the network.
func TestDownloadSaysWhatEachMirrorSent(t *testing.T) {
	files := useSmallMNIST(t)
	const name = "train-images-idx3-ubyte"
	gone := mirror(t, http.NotFound)
	other := mirror(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello") })
	damaged := mirror(t, func(w http.ResponseWriter, r *http.Request) {
		w.Write(filetest.Flipped(filetest.Gzipped(files[name]), -8))
	})
	dir := t.TempDir()
	const hello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" // sha256sum prints it for "hello"
	want := name + ": could not be fetched; " + gone + ": answered 404 Not Found; " +
		other + ": sent another file: its SHA-256 is " + hello + ", expected " + Files[0].SHA256 + "; " +
		damaged + ": sent damaged gzip data: gzip: invalid checksum; check the network, or put the file into " + dir +
		" by hand"
	if err := Download(t.Context(), dir, []string{gone, other, damaged}, nil); fmt.Sprint(err) != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// TestDownloadKeepsPackedFilesPacked: a file is named .gz only if it came as gzip.
func TestDownloadKeepsPackedFilesPacked(t *testing.T) {
	files := useSmallMNIST(t)
	unpacks := func(w http.ResponseWriter, r *http.Request) {
		w.Write(files[strings.TrimSuffix(r.URL.Path[1:], ".gz")])
	}
	for suffix, answer := range map[string]http.HandlerFunc{".gz": sends(files), "": unpacks} {
		dir := t.TempDir()
		if err := Download(t.Context(), dir, []string{mirror(t, answer)}, nil); err != nil {
			t.Fatal(err)
		}
		want := []string{"t10k-images-idx3-ubyte" + suffix, "t10k-labels-idx1-ubyte" + suffix,
			"train-images-idx3-ubyte" + suffix, "train-labels-idx1-ubyte" + suffix}
		if got := filetest.List(t, dir); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestDownloadFetchesOnlyWhatIsMissing(t *testing.T) {
	files := useSmallMNIST(t)
	asked := 0
	good := mirror(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		sends(files)(w, r)
	})
	dir := t.TempDir()
	filetest.Write(t, dir, map[string][]byte{"train-images.idx3-ubyte": {1}, "t10k-labels-idx1-ubyte.gz": {2}})
	missing := map[string]int64{} // at the end of a file
	err := Download(t.Context(), dir, []string{good}, func(f string, done, total int64) { missing[f] = total - done })
	want := map[string]int64{"train-labels-idx1-ubyte": 0, "t10k-images-idx3-ubyte": 0}
	if err != nil || asked != 2 || !reflect.DeepEqual(missing, want) {
		t.Errorf("got error %v, %d requests, bytes missing %v; want 2 requests, %v", err, asked, missing, want)
	}
}

func TestDownloadUsesTorchvisionsFolder(t *testing.T) {
	files := useSmallMNIST(t)
	dir := t.TempDir()
	filetest.Write(t, dir, map[string][]byte{"MNIST/raw/train-images-idx3-ubyte": files["train-images-idx3-ubyte"]})
	if err := Download(t.Context(), dir, []string{mirror(t, sends(files))}, nil); err != nil {
		t.Fatal(err)
	}
	if _, test, err := Read(Find(dir)); err != nil || len(filetest.List(t, dir)) != 1 || test.Shape[0] != 4 {
		t.Errorf("got %v, %v; files %s", test, err, filetest.List(t, dir))
	}
}

// TestDownloadStops: after Ctrl-C no other mirror is asked, and nothing is left behind.
func TestDownloadStops(t *testing.T) {
	files := useSmallMNIST(t)
	good := mirror(t, sends(files))
	for _, stop := range []string{"before", "during"} {
		ctx, cancel := context.WithCancel(t.Context())
		half := mirror(t, func(w http.ResponseWriter, r *http.Request) {
			w.Write([]byte{0x1f})
			w.(http.Flusher).Flush()
			cancel()
			<-r.Context().Done()
		})
		if stop == "before" {
			cancel()
		}
		dir := filepath.Join(t.TempDir(), "new")
		err := Download(ctx, dir, []string{half, good}, nil)
		if ctx.Err() == nil || !filetest.Says(err, "train-images-idx3-ubyte: download stopped: context canceled") {
			t.Errorf("stopped %s the transfer: got %v", stop, err)
		}
		if got := filetest.List(t, filepath.Dir(dir)); got != nil {
			t.Errorf("stopped %s the transfer: got %s left behind", stop, got)
		}
		cancel()
	}
}

// fullDisk takes nothing.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

// TestDownloadSaysWhereItCannotWrite: the message names the folder, and a file in its place stays as it is.
func TestDownloadSaysWhereItCannotWrite(t *testing.T) {
	good := mirror(t, sends(useSmallMNIST(t)))
	fails := func(dir, want string) {
		t.Helper()
		if err := Download(t.Context(), dir, []string{good}, nil); !filetest.Says(err, want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	dir := t.TempDir()
	output.Disk = func(io.Writer) io.Writer { return fullDisk{} }
	defer func() { output.Disk = nil }()
	fails(dir, dir+": cannot write: the disk is full")
	output.Disk = nil
	if os.Symlink(filepath.Join(dir, "no", "where"), filepath.Join(dir, "train-images-idx3-ubyte")) == nil {
		fails(dir, dir+": cannot write: no such file")
	}
	precious := filepath.Join(dir, "file")
	os.WriteFile(precious, []byte("precious"), 0o666)
	for _, path := range []string{precious, filepath.Join(precious, "new")} {
		fails(path, path+": cannot make the folder: ")
	}
	if b, _ := os.ReadFile(precious); string(b) != "precious" {
		t.Errorf("got %q in the file that stood in the way", b)
	}
}

// TestDownloadMakesAnOrdinaryFolder: others may read it, if they may read other folders that this user makes.
func TestDownloadMakesAnOrdinaryFolder(t *testing.T) {
	good := mirror(t, sends(useSmallMNIST(t)))
	dir := t.TempDir()
	made, ordinary := filepath.Join(dir, "made"), filepath.Join(dir, "ordinary")
	if err := errors.Join(Download(t.Context(), made, []string{good}, nil), os.Mkdir(ordinary, 0o777)); err != nil {
		t.Fatal(err)
	}
	got, gotErr := os.Stat(made)
	want, wantErr := os.Stat(ordinary)
	if gotErr != nil || wantErr != nil || got.Mode() != want.Mode() {
		t.Errorf("got a folder of mode %v, want %v", got.Mode(), want.Mode())
	}
}

// TestFetchIsBounded: a mirror may send a thousandth and 1024 bytes more than the file has unpacked, and not one more.
func TestFetchIsBounded(t *testing.T) {
	useSmallMNIST(t)
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	for size, most := range map[int64]int{0: 1024, 999: 2023, 10_000: 11_034} {
		addr := mirror(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Accept-Encoding") != "" {
				t.Error("asked to pack the file for the transport")
			}
			n := most
			if r.URL.Path == "/more" {
				n++
			}
			w.Write(filetest.Counting(n, 251))
		})
		progress := ""
		b, err := File{Name: "x", Size: size}.fetch(t.Context(), client, addr, func(name string, done, total int64) {
			progress = fmt.Sprint(name, " ", done, " of ", total)
		})
		total := most
		if most > 2048 {
			total = -1 // Go's server does not announce the length of what is longer
		}
		want := fmt.Sprintf("x %d of %d", most, total)
		if err != nil || !bytes.Equal(b, filetest.Counting(most, 251)) || progress != want {
			t.Errorf("%d bytes: got %d, %v, progress %s; want all, progress %s", most, len(b), err, progress, want)
		}
		want = fmt.Sprintf("sent more than %d bytes; this is another file", most)
		if _, err := (File{Size: size}).fetch(t.Context(), client, addr+"more", nil); fmt.Sprint(err) != want {
			t.Errorf("%d bytes: got %v, want %s", most+1, err, want)
		}
	}
}

// A slowMirror sends a byte after each pause, the first one with the header of the answer.
type slowMirror struct {
	pauses []time.Duration
	ctx    context.Context // of the request
}

func (m *slowMirror) RoundTrip(r *http.Request) (*http.Response, error) {
	m.ctx = r.Context()
	if err := m.pause(); err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(m)}, nil
}

func (m *slowMirror) Read(b []byte) (int, error) {
	if len(m.pauses) == 0 {
		return 0, io.EOF
	}
	return copy(b, "x"), m.pause()
}

func (m *slowMirror) pause() error {
	defer func() { m.pauses = m.pauses[1:] }()
	select {
	case <-time.After(m.pauses[0]):
		return nil
	case <-m.ctx.Done():
		return m.ctx.Err()
	}
}

// TestFetchWaitsForSlowMirrors: a mirror has 60 seconds to connect and answer, and 30 for each piece, but as long as it
// likes for a file. The clock is synctest's.
func TestFetchWaitsForSlowMirrors(t *testing.T) {
	const s = time.Second
	for _, c := range []struct {
		pauses []time.Duration
		want   string
	}{
		{[]time.Duration{59 * s, 29 * s, 29 * s, 29 * s}, "xxx <nil>"},
		{[]time.Duration{61 * s, s}, " nothing came for 30s"},
		{[]time.Duration{s, s, 31 * s}, " nothing came for 30s"},
	} {
		synctest.Test(t, func(t *testing.T) {
			content, err := File{Size: 9}.fetch(t.Context(), &http.Client{Transport: &slowMirror{pauses: c.pauses}},
				"http://slow", nil)
			if got := fmt.Sprint(string(content), " ", err); got != c.want {
				t.Errorf("pauses of %v: got %q, want %q", c.pauses, got, c.want)
			}
		})
	}
}
