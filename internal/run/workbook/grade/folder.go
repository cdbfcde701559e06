package grade

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"slices"
)

// Files in the folder of a workbook.
const (
	Record    = "internal/written.json" // the sums of all files as they were written into the folder
	Digits    = "internal/digits.gz"
	triesFile = ".tries.json"
)

// A folder is what is known about the files of a workbook.
type folder struct {
	written map[string][]string // the sums of each file, one for each version that was written
	tries   tries
}

// tries records what the learner has tried so far.
type tries struct {
	Mistakes map[string]try `json:"mistakes"` // the last mistake in each file
	Read     int            `json:"read"`     // in exercise 10, how many digits were read
	Wrong    *Mistake       `json:"wrong"`    // in exercise 10, what was wrong
	By       string         `json:"by"`       // the checksum of the files that Read and Wrong are about
}

// A try is a mistake, and how many times in a row it was made.
type try struct {
	Code  string `json:"code"`
	Times int    `json:"times"`
}

// openFolder reads what is known about the folder. If Record is missing, every file counts as changed by the learner.
func openFolder() (f folder) {
	if text, err := os.ReadFile(Record); err == nil {
		_ = json.Unmarshal(text, &f.written)
	}
	if text, err := os.ReadFile(triesFile); err == nil {
		_ = json.Unmarshal(text, &f.tries)
	}
	if f.tries.Mistakes == nil {
		f.tries.Mistakes = map[string]try{}
	}
	return f
}

// save writes what the learner has tried. If that fails, it only means that the hints begin again with the first.
func (f *folder) save() {
	text, _ := json.Marshal(f.tries) // texts and numbers, which do not fail
	_ = os.WriteFile(triesFile, text, 0o644)
}

// unchanged reports whether a file is as it was written into the folder.
func (f *folder) unchanged(file string) bool {
	text, err := os.ReadFile(file)
	return err == nil && slices.Contains(f.written[file], Sum(text))
}

// countMistake records a mistake in a file, and returns how many times in a row it was made.
func (f *folder) countMistake(file, code string) int {
	t := f.tries.Mistakes[file]
	if t.Code != code {
		t = try{Code: code}
	}
	t.Times++
	f.tries.Mistakes[file] = t
	return t.Times
}

// Sum returns a checksum of a text. It is the same with the line endings of Windows.
func Sum(text []byte) string {
	sum := sha256.Sum256(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
	return hex.EncodeToString(sum[:12])
}

// sumOfFiles returns one checksum of several files.
func sumOfFiles(files ...string) string {
	var all []byte
	for _, file := range files {
		text, _ := os.ReadFile(file)
		all = append(all, Sum(text)...)
	}
	return Sum(all)
}
