package testmain

import (
	"os"
	"syscall"
)

const (
	// memory is where a file system in memory is, if there is one.
	memory = "/dev/shm"
	// room is how many bytes of it must be free. Tests need less than a quarter.
	room = 2 << 30
	// noExec is the flag of a file system from which no program can be started.
	noExec = 0x8
)

// InMemory puts the temporary directories of the tests into memory, if there is room: what
// they look at doesn't depend on the disk, and waiting for it takes most of their time. It
// is called by TestMain.
func InMemory() {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(memory, &fs); err != nil || os.Getenv("TMPDIR") != "" {
		return
	}
	if fs.Flags&noExec == 0 && fs.Bavail*uint64(fs.Bsize) >= room {
		_ = os.Setenv("TMPDIR", memory) // else they are on the disk
	}
}
