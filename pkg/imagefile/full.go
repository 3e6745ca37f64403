package imagefile

import (
	"fmt"

	"github.com/codexgen/codexgen/pkg/internal/atomicfile"
)

// writeError explains why a file did not take an image. On a full disk it says
// how much the file needs, as far as that is known, and how much there is.
func (f *Temp) writeError(err error) error {
	room, roomErr := f.file.Room()
	if !atomicfile.IsFull(err) || roomErr != nil {
		return outputError(f.work.path, err)
	}
	needs := megabytes(f.check.passed)
	if !f.check.ended {
		needs = "more than " + needs
	}
	return &OutputError{Path: f.work.path, Err: err, Advice: "free some space, or " + anotherPlace,
		Reason: fmt.Sprintf("%s: the file needs %s, and %s are free", reason(err), needs, megabytes(room.Bytes))}
}

// createError explains why a folder takes no new file. A file system can be
// full of files while it has room for bytes.
func (w *workspace) createError(err error) error {
	if room, roomErr := w.folder.Room(); atomicfile.IsFull(err) && roomErr == nil && room.NoFiles {
		return &OutputError{Path: w.path, Err: err, Advice: "remove some files there, or " + anotherPlace,
			Reason: fmt.Sprintf("%s: it has room for no more files (inodes), though %s are free", reason(err), megabytes(room.Bytes))}
	}
	return folderError(w.path, err)
}

// megabytes words a length; what is needed and what is free differ in its
// decimals when they are close.
func megabytes(n int64) string { return fmt.Sprintf("%.3f MB", float64(n)/1e6) }
