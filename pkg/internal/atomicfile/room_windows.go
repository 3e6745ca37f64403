package atomicfile

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// IsFull reports whether an error says that there is no room left.
func IsFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}

func room(root *os.Root) (Room, error) {
	path, err := windows.UTF16PtrFromString(root.Name())
	if err != nil {
		return Room{}, err
	}
	var free uint64
	err = windows.GetDiskFreeSpaceEx(path, &free, nil, nil)
	return Room{Bytes: int64(free)}, err
}
