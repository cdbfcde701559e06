// Setup: what is said of how a network is trained.
package main

import (
	"strings"
)

// updateRule is the form that equation (4) takes.
func (x *experiment) updateRule() string {
	switch t := x.trainer; {
	case t.Adam:
		return "adam"
	case t.Nesterov:
		return "nesterov"
	case t.Momentum != 0:
		return "momentum"
	case t.L2 != 0:
		return "l2"
	}
	return "plain"
}

// regularisation is what makes training harder than the test, in words.
func (x *experiment) regularisation() string {
	var ways []string
	if x.distorter != nil {
		ways = append(ways, "with distorted images")
	}
	if x.trainer.Dropout != nil {
		ways = append(ways, "with units left out")
	}
	return strings.Join(ways, ", and ")
}
