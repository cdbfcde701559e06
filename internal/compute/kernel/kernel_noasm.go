//go:build purego || !(amd64 || arm64)

// Where there is no assembly, the plain Go kernel is the only one.

package kernel

func machineSets() []set { return nil }
