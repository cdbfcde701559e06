// Download: the four files are fetched from mirrors, and checked before they are written.

package mnist

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"backprop/internal/file"
	"backprop/internal/file/output"
)

// Mirrors are the addresses from which the four files can be downloaded.
var Mirrors = []string{
	"https://ossci-datasets.s3.amazonaws.com/mnist/",
	"https://storage.googleapis.com/cvdf-datasets/mnist/",
	"https://raw.githubusercontent.com/fgnt/mnist/master/",
}

// stallTimeout is how long a mirror may send nothing before the next one is tried.
var stallTimeout = 30 * time.Second

// Progress is called as a file arrives. total is −1 if the mirror does not say it.
type Progress func(name string, done, total int64)

// Download fetches those of MNIST's four files that dir lacks, each from the first mirror that sends the right content.
// A file is written only once it is complete and checked. After a failure the files stay that were already fetched, but
// no empty folders. progress may be nil.
func Download(ctx context.Context, dir string, mirrors []string, progress Progress) (err error) {
	if d := Find(dir); d != "" {
		dir = d // the folder that has the other files
	}
	existing := filepath.Clean(dir) // the innermost folder that exists
	for ; existing != filepath.Dir(existing); existing = filepath.Dir(existing) {
		if _, err := os.Stat(existing); err == nil {
			break
		}
	}
	defer func() {
		if err != nil {
			removeEmpty(dir, existing)
		}
	}()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("%s: cannot make the folder: %w", dir, err)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DialContext = (&net.Dialer{Timeout: 10 * time.Second}).DialContext
	transport.ResponseHeaderTimeout = stallTimeout
	transport.DisableCompression = true // here gzip is the format of the file, not a way to transport it
	defer transport.CloseIdleConnections()
	for _, f := range Files {
		if findFile(dir, "", f.Name) != "" {
			continue
		}
		if err := f.download(ctx, &http.Client{Transport: transport}, dir, mirrors, progress); err != nil {
			return err
		}
	}
	return nil
}

// removeEmpty removes an empty folder, and then the folders that contain it, up to one that is not empty, but not
// existing itself.
func removeEmpty(dir, existing string) {
	for d := filepath.Clean(dir); d != existing && os.Remove(d) == nil; {
		d = filepath.Dir(d)
	}
}

// download puts the file into dir, from the first mirror that has it.
func (f File) download(ctx context.Context, c *http.Client, dir string, mirrors []string, progress Progress) error {
	path := filepath.Join(dir, f.Name)
	if err := output.CheckWritable(path); err != nil {
		return fmt.Errorf("%s: cannot write: %w", dir, err)
	}
	causes := ""
	for _, m := range mirrors {
		content, err := f.fetch(ctx, c, m+f.Name+".gz", progress)
		isPacked := false // some mirrors unpack on the way
		if err == nil {
			isPacked, err = f.check(content)
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%s: download stopped: %w", f.Name, ctx.Err())
		}
		if err != nil {
			var urlErr *url.Error
			if errors.As(err, &urlErr) {
				err = urlErr.Err // otherwise the message would have the address twice
			}
			causes += fmt.Sprintf("; %s: %v", m, err)
			continue
		}
		if isPacked {
			path += ".gz"
		}
		err = output.Write(path, func(w io.Writer) error {
			_, err := w.Write(content)
			return err
		})
		if err != nil {
			return fmt.Errorf("%s: cannot write: %w", dir, err)
		}
		return nil
	}
	return fmt.Errorf("%s: could not be fetched%s; check the network, or put the file into %s by hand",
		f.Name, causes, dir)
}

// fetch returns what an address sends, packed or not. It gives up if the address sends more than the file can have, or
// nothing for a while.
func (f File) fetch(ctx context.Context, c *http.Client, addr string, progress Progress) (content []byte, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stall := time.AfterFunc(2*stallTimeout, func() {
		cancel(fmt.Errorf("nothing came for %v", stallTimeout))
	})
	defer stall.Stop()
	defer func() {
		if err != nil && context.Cause(ctx) != nil {
			err = context.Cause(ctx)
		}
	}()
	req, err := http.NewRequestWithContext(ctx, "GET", addr, nil)
	if err != nil {
		return nil, err
	}
	resp, err := c.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("answered %s", resp.Status)
	}
	most := int(f.Size + f.Size/1000 + 1<<10) // packing may make a file a little larger
	for buffer := make([]byte, 1<<16); err == nil; {
		stall.Reset(stallTimeout)
		var n int
		n, err = resp.Body.Read(buffer)
		if content = append(content, buffer[:n]...); len(content) > most {
			return nil, fmt.Errorf("sent more than %d bytes; this is another file", most)
		}
		if progress != nil {
			progress(f.Name, int64(len(content)), resp.ContentLength)
		}
	}
	if err != io.EOF {
		return nil, fmt.Errorf("broke off after %d bytes: %w", len(content), err)
	}
	return content, nil
}

// check reports whether content is the file, packed with gzip or not; an error says why it is neither.
func (f File) check(content []byte) (isPacked bool, err error) {
	r, err := file.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return false, file.Error("sent a bad file", err)
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.LimitReader(r, f.Size+1)); err != nil {
		return false, fmt.Errorf("sent damaged gzip data: %w", err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != f.SHA256 {
		return false, fmt.Errorf("sent another file: its SHA-256 is %s, expected %s", got, f.SHA256)
	}
	return r.Gzip, nil
}
