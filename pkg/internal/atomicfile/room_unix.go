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
	return Room{Bytes: product(stat.Bavail, stat.Bsize), NoFiles: stat.Files > 0 && stat.Ffree == 0}, nil
}

// product of two numbers whose types differ between systems.
func product[A, B int64 | uint64 | uint32](a A, b B) int64 { return int64(a) * int64(b) }
