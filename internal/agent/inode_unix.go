//go:build unix

package agent

import (
	"os"
	"syscall"
)

func inode(info os.FileInfo) (dev, ino uint64) {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(st.Dev), st.Ino //nolint:unconvert // Dev's type differs between systems
	}
	return 0, 0
}
