package imagefile

import (
	"errors"
	"os"

	"github.com/codexgen/codexgen/pkg/internal/atomicfile"
)

// A StdoutTarget spools images that go to standard output, since nothing must
// be sent there before it is known to be whole: Create, write, then
// [Temp.CopyTo]. It has no names and keeps nothing.
type StdoutTarget struct {
	work *workspace
	dir  string
}

// NewStdoutTarget makes a private folder for the spool in dir, or in the
// system's folder for temporary files if dir is "". Errors are *OutputError.
// The target must be closed.
func NewStdoutTarget(dir string) (*StdoutTarget, error) {
	private, err := os.MkdirTemp(dir, "codexgen-*")
	if err != nil {
		return nil, spoolError(dir, err)
	}
	folder, err := atomicfile.Open(private)
	if err != nil {
		return nil, errors.Join(spoolError(private, err), os.Remove(private))
	}
	return &StdoutTarget{&workspace{folder: folder, path: private}, private}, nil
}

func spoolError(dir string, err error) error {
	if dir == "" {
		dir = os.TempDir()
	}
	return &OutputError{Path: dir, Reason: reason(err), Advice: "an image is kept there until it is known to be whole; name another folder in TMPDIR, or write to a file", Err: err}
}

// Create begins an image.
func (t *StdoutTarget) Create() (*Temp, error) { return t.work.create() }

// Close removes the images and their folder.
func (t *StdoutTarget) Close() error {
	return errors.Join(t.work.close(), os.Remove(t.dir))
}
