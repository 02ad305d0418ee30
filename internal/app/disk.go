package app

import (
	"fmt"
	"syscall"
)

// leastFree is the free space under which the server calls itself not ready: a
// balancer sends new work elsewhere while what is here can still be recorded. A
// small volume counts as full at its last hundredth.
const leastFree = 64 << 20

// diskHasRoom checks the file system of the data folder.
func diskHasRoom(dir string) error {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	free, all := st.Bavail*uint64(st.Bsize), st.Blocks*uint64(st.Bsize)
	if least := min(leastFree, all/100); free < least {
		return fmt.Errorf("%d KiB free in the data folder, want %d", free>>10, least>>10)
	}
	return nil
}
