package explain

import (
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
)

// Place is where a function stands: "Layer.affine, backprop.go:219". The program looks it up
// in itself, so that it is true of the program that runs.
func Place(f any) string {
	at := runtime.FuncForPC(reflect.ValueOf(f).Pointer())
	path, line := at.FileLine(at.Entry())
	name := at.Name()
	name = strings.NewReplacer("(*", "", ")", "").Replace(name[strings.Index(name, ".")+1:])
	if strings.Contains(name, "func") { // without a name
		return ""
	}
	return fmt.Sprintf("%s, %s:%d", name, filepath.Base(path), line)
}
