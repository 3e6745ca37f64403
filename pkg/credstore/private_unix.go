//go:build !windows

package credstore

import (
	"io/fs"
	"os"
	"syscall"
)

// openPlain opens nothing through a link, and does not wait for a pipe.
const openPlain = syscall.O_NOFOLLOW | syscall.O_NONBLOCK

func ownedByMe(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}
