package flags

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"backprop/internal/show/text"
)

// An Info is one flag, bound to its value. (It and Group are aliases so that their literals need no field names.)
type Info = struct {
	Name  string
	Arg   string // what stands for its value in -h; "" for a switch
	Value any
	Usage string
}

// A Group is flags that -h shows together.
type Group = struct {
	Title string
	Flags []Info
}

// Define adds the flags of all groups to a set.
func Define(set *flag.FlagSet, groups []Group) {
	for _, group := range groups {
		for _, f := range group.Flags {
			switch v := f.Value.(type) {
			case *string:
				set.StringVar(v, f.Name, *v, "")
			case *bool:
				set.BoolVar(v, f.Name, *v, "")
			case *int:
				set.Var(Whole(v), f.Name, "")
			case *uint64:
				set.Var(Unsigned(v), f.Name, "")
			case *float64:
				set.Var(Real(v), f.Name, "")
			case flag.Value:
				set.Var(v, f.Name, "")
			case func(string) error:
				set.Func(f.Name, "", v)
			}
		}
	}
}

// PrintGroups prints what each flag is for, in lines of at most 80 characters.
func PrintGroups(w io.Writer, set *flag.FlagSet, groups []Group) {
	const left = 19
	indent := "\n" + strings.Repeat(" ", left)
	for _, group := range groups {
		fmt.Fprintf(w, "\n%s:\n", group.Title)
		for _, f := range group.Flags {
			usage, head := f.Usage, strings.TrimSpace("-"+f.Name+" "+f.Arg)
			if d := set.Lookup(f.Name).DefValue; d != "" && d != "false" && d != "0" && d != "none" {
				usage += " (default " + d + ")"
			}
			fmt.Fprintf(w, "  %-*s%s\n", left-2, head, text.Wrap(usage, left, indent))
		}
	}
}

// Unknown is the error for a flag that is not in the set. It names the flag that may have been meant.
func Unknown(set *flag.FlagSet, name string) error {
	var names []string
	set.VisitAll(func(f *flag.Flag) { names = append(names, f.Name) })
	name = strings.TrimLeft(name, "-")
	near := slices.MinFunc(names, func(a, b string) int { return edits(a, name) - edits(b, name) })
	for _, n := range names {
		if strings.EqualFold(n, name) || len(name) > 2 && strings.HasPrefix(n, name) && edits(near, name) > 1 {
			near = n
		}
	}
	hint := ""
	if edits(near, name) <= max(len(name)/3, 1) || strings.HasPrefix(near, name) || strings.EqualFold(near, name) {
		hint = fmt.Sprintf("; did you mean -%s?", near)
	}
	return fmt.Errorf("there is no flag -%s%s", name, hint)
}
