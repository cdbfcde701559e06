//go:build !amd64 || purego

// Where there is no assembly, the plain Go kernel is the only one.
package main

func machineKernels() []kernelSet { return nil }
