package app

import (
	"fmt"
	"syscall"
)

// leastFree is the free space under which the server calls itself not ready: a
// balancer sends new work elsewhere while what is here can still be recorded.
const leastFree = 64 << 20

// diskHasRoom checks the file system of the data folder.
func diskHasRoom(dir string) error {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	if free := st.Bavail * uint64(st.Bsize); free < leastFree {
		return fmt.Errorf("%d MiB free in the data folder, want %d", free>>20, leastFree>>20)
	}
	return nil
}
