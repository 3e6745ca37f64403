//go:build linux || darwin || freebsd

package atomicfile

import (
	"errors"
	"os"
	"syscall"
)

// IsFull reports whether an error says that there is no room left.
func IsFull(err error) bool { return errors.Is(err, syscall.ENOSPC) }

func room(root *os.Root) (Room, error) {
	dir, err := root.Open(".")
	if err != nil {
		return Room{}, err
	}
	defer dir.Close()
	var stat syscall.Statfs_t
	if err := syscall.Fstatfs(int(dir.Fd()), &stat); err != nil {
		return Room{}, err
	}
	return Room{Bytes: int64(stat.Bavail) * int64(stat.Bsize), NoFiles: stat.Files > 0 && stat.Ffree == 0}, nil
}
