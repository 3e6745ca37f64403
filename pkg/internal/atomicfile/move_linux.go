package atomicfile

import (
	"os"

	"golang.org/x/sys/unix"
)

// move renames, unless the name is taken (fs.ErrExist). It needs neither hard
// links nor a second inode, but not every file system has it.
func move(root *os.Root, from, to string) error {
	dir, err := root.Open(".")
	if err != nil {
		return err
	}
	defer dir.Close()
	fd := int(dir.Fd())
	if err := unix.Renameat2(fd, from, fd, to, unix.RENAME_NOREPLACE); err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	return nil
}
