package event

import "errors"

// ErrInterrupted is what a run ends with after Ctrl-C.
var ErrInterrupted = errors.New("interrupted")
