package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// A File is a temporary file until it is published, replaces another, or is
// discarded.
type File struct {
	folder  *Folder
	file    *os.File
	name    string
	written int64
	flushed int64 // of them on their way to the disk
	failed  error // of the first write that did
	sealed  bool
	seal    error // of the one time it was sealed
	gone    bool  // no longer under its temporary name
}

// flushEvery is how many bytes are written before the system is asked to begin
// with them, so that the sync at the end finds little left to wait for.
const flushEvery = 4 << 20

func (f *File) Write(p []byte) (int, error) {
	n, err := f.file.Write(p)
	f.written += int64(n)
	if f.failed == nil {
		f.failed = err
	}
	if f.written-f.flushed >= flushEvery {
		beginWriteback(f.file, f.flushed, f.written-f.flushed)
		f.flushed = f.written
	}
	return n, err
}

// Seal ends the writing; durable waits until the bytes are on the disk. A write
// that failed is told here again. Only the first call does anything, the others
// repeat its error.
func (f *File) Seal(durable bool) error {
	if f.sealed {
		return f.seal
	}
	f.sealed = true
	f.seal = f.whole()
	if durable && f.seal == nil {
		f.seal = f.file.Sync()
	}
	// A close can be the first to hear that a quota is full.
	f.seal = errors.Join(f.seal, f.file.Close())
	return f.seal
}

// whole believes the disk, not the calls that said they had written: a file
// that is shorter than what was written must not get a name.
func (f *File) whole() error {
	if f.failed != nil {
		return f.failed
	}
	info, err := f.file.Stat()
	if err == nil && info.Size() != f.written {
		err = fmt.Errorf("only %d of %d bytes are on the disk", info.Size(), f.written)
	}
	return err
}

// Open reads what has been written so far.
func (f *File) Open() (*os.File, error) { return f.folder.root.Open(f.name) }

// CopyTo sends what has been written so far to w.
func (f *File) CopyTo(w io.Writer) error {
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	_, err = io.Copy(w, in)
	return err
}

// Publish gives a sealed file its name unless that is taken, by whomever and
// however recently: then the error is fs.ErrExist and another name may be
// tried.
func (f *File) Publish(name string) error {
	err := f.folder.link(f.name, name)
	switch {
	case err == nil:
		f.gone = true
		_ = f.folder.Remove(f.name) // the file has its name; what stays here is swept
		return nil
	case errors.Is(err, fs.ErrExist), errors.Is(err, fs.ErrNotExist):
		return err
	}
	return f.publishUnlinked(name)
}

// publishUnlinked publishes where a link cannot be made: the file system has
// none (FAT, some network shares), or no room for a second name.
func (f *File) publishUnlinked(name string) error {
	err := f.folder.move(f.name, name)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = f.reserve(name)
	}
	f.gone = err == nil
	return err
}

// reserve publishes where there is no rename either that spares a taken name:
// an empty file takes the name, and is then replaced. A reader can see it empty
// for a moment, but never in part.
func (f *File) reserve(name string) error {
	placeholder, err := f.folder.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	err = placeholder.Close()
	if err == nil {
		err = f.folder.root.Rename(f.name, name)
	}
	if err != nil {
		return errors.Join(err, f.folder.Remove(name))
	}
	return nil
}

// Replace gives a sealed file its name in place of the file that has it, at
// once. A link with that name is replaced itself; what it points at stays as
// it is. Folders and devices are refused.
func (f *File) Replace(name string) error {
	info, err := f.folder.root.Lstat(name)
	if err == nil && !info.Mode().IsRegular() && info.Mode().Type() != fs.ModeSymlink {
		return fmt.Errorf("replace %q: it is not a file", name)
	}
	if err := f.folder.root.Rename(f.name, name); err != nil {
		return err
	}
	f.gone = true
	return nil
}

// Discard ends the writing and removes the file, unless it has been published.
func (f *File) Discard() error {
	_ = f.Seal(false) // its bytes no longer matter
	if f.gone {
		return nil
	}
	f.gone = true
	return f.folder.Remove(f.name)
}
