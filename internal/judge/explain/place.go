package explain

import (
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
)

// Place returns the place of a function in the code, such as "Layer.affine, backprop.go:219", or "" if it has no name.
// It is looked up in the running program, so that it cannot be out of date.
func Place(f any) string {
	info := runtime.FuncForPC(reflect.ValueOf(f).Pointer())
	path, line := info.FileLine(info.Entry())
	_, name, _ := strings.Cut(info.Name(), ".")
	if strings.Contains(name, "func") { // the compiler's name for a function without one
		return ""
	}
	name = strings.NewReplacer("(*", "", ")", "").Replace(name)
	return fmt.Sprintf("%s, %s:%d", name, filepath.Base(path), line)
}
