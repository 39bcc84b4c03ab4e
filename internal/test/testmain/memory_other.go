//go:build !linux

package testmain

// InMemory does nothing: only Linux has /dev/shm.
func InMemory() {}
