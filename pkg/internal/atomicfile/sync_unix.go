//go:build !windows

package atomicfile

import (
	"errors"
	"os"
	"syscall"
)

// syncDir tolerates file systems that cannot sync a folder.
func syncDir(dir *os.File) error {
	if err := dir.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOTSUP) {
		return err
	}
	return nil
}
