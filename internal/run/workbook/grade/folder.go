package grade

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"slices"
)

// Where things are in a workbook's folder.
const (
	Record  = "internal/written.json" // what was handed out
	Digits  = "internal/digits.gz"
	ofTries = ".tries.json"
)

// A folder is what is known of the files in a workbook.
type folder struct {
	written map[string][]string // the sums of each file as it was handed out
	tries   tries
}

// tries are what has been tried before, and with what success.
type tries struct {
	Mistakes map[string]try `json:"mistakes"`
	Read     int            `json:"read"`  // how many digits were read
	Wrong    *Mistake       `json:"wrong"` // or what was wrong
	By       string         `json:"by"`    // the sum of the files that did
}

// A try is a mistake, and how many times it has been made one after the other.
type try struct {
	Code  string `json:"code"`
	Times int    `json:"times"`
}

// open reads what there is; without it every file counts as the learner's, and nothing as tried.
func open() (f folder) {
	if text, err := os.ReadFile(Record); err == nil {
		_ = json.Unmarshal(text, &f.written)
	}
	if text, err := os.ReadFile(ofTries); err == nil {
		_ = json.Unmarshal(text, &f.tries)
	}
	if f.tries.Mistakes == nil {
		f.tries.Mistakes = map[string]try{}
	}
	return f
}

// save keeps what has been tried; where it cannot, hints begin anew.
func (f *folder) save() {
	if text, err := json.MarshalIndent(f.tries, "", "\t"); err == nil && f.written != nil {
		_ = os.WriteFile(ofTries, append(text, '\n'), 0o644)
	}
}

// Sum is the sum by which a file is known again, also where its lines end as on Windows.
func Sum(text []byte) string {
	sum := sha256.Sum256(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
	return hex.EncodeToString(sum[:12])
}

// untouched says that a file is as it was handed out.
func (f *folder) untouched(file string) bool {
	text, err := os.ReadFile(file)
	return err == nil && slices.Contains(f.written[file], Sum(text))
}

// tried counts a mistake, and says how many times it has been made now.
func (f *folder) tried(file, code string) int {
	t := f.tries.Mistakes[file]
	if t.Code != code {
		t = try{Code: code}
	}
	t.Times++
	f.tries.Mistakes[file] = t
	return t.Times
}

// forget ends the count of mistakes in a file.
func (f *folder) forget(file string) { delete(f.tries.Mistakes, file) }

// sumOf is the sum of several files.
func (f *folder) sumOf(files ...string) string {
	var all []byte
	for _, file := range files {
		text, _ := os.ReadFile(file)
		all = append(all, Sum(text)...)
	}
	return Sum(all)
}
