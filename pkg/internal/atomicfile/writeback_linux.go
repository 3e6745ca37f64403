package atomicfile

import (
	"os"
	"syscall"
)

// syncFileRangeWrite is SYNC_FILE_RANGE_WRITE of sync_file_range(2).
const syncFileRangeWrite = 2

// beginWriteback asks the system to start writing n bytes from off on to the
// disk, and does not wait for them. Whatever goes wrong is reported by the
// sync that follows: a call with this flag alone takes no error away from it.
func beginWriteback(file *os.File, off, n int64) {
	_ = syscall.SyncFileRange(int(file.Fd()), off, n, syncFileRangeWrite)
}
