// Package atomicfile writes files that appear whole or not at all, and never
// over another one: a temporary file in the same folder, published under its
// name by a call that fails if the name is taken. All names are kept inside
// the folder that was opened, also when the folder's path changes meanwhile.
package atomicfile

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Temporary files match ".codexgen-*.part"; those older than StaleAfter were
// left by a run that was killed.
const (
	prefix     = ".codexgen-"
	suffix     = ".part"
	StaleAfter = 24 * time.Hour
)

// A Folder is where files are published.
type Folder struct{ root *os.Root }

// Open opens a folder.
func Open(path string) (*Folder, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return &Folder{root}, nil
}

// Close lets go of the folder.
func (f *Folder) Close() error { return f.root.Close() }

// Exists reports whether a name is taken, by whatever it is.
func (f *Folder) Exists(name string) bool {
	_, err := f.root.Lstat(name)
	return err == nil
}

// Names lists the folder.
func (f *Folder) Names() ([]string, error) {
	dir, err := f.root.Open(".")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return dir.Readdirnames(-1)
}

// Remove removes a file; one that is gone already is no error.
func (f *Folder) Remove(name string) error {
	if err := f.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Create makes a temporary file.
func (f *Folder) Create() (*File, error) {
	name := prefix + rand.Text() + suffix
	file, err := f.root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err
	}
	return &File{File: file, folder: f, name: name}, nil
}

// Sweep removes temporary files that are stale at now.
func (f *Folder) Sweep(now time.Time) {
	names, err := f.Names()
	if err != nil {
		return
	}
	for _, name := range names {
		if !strings.HasPrefix(name, prefix) || !strings.HasSuffix(name, suffix) {
			continue
		}
		if info, err := f.root.Lstat(name); err == nil && info.Mode().IsRegular() && now.Sub(info.ModTime()) > StaleAfter {
			_ = f.root.Remove(name)
		}
	}
}

// A File is a temporary file that is being written.
type File struct {
	*os.File
	folder *Folder
	name   string
}

// Discard closes and removes the file.
func (f *File) Discard() error {
	_ = f.Close()
	return f.folder.Remove(f.name)
}

// Publish gives the file its name unless that is taken: fs.ErrExist. The file
// must be closed. Where the file system has no hard links, it is copied into
// a file that is created exclusively.
func (f *File) Publish(name string) error {
	err := f.folder.root.Link(f.name, name)
	switch {
	case err == nil:
		return f.folder.Remove(f.name)
	case errors.Is(err, fs.ErrExist):
		return fs.ErrExist
	}
	if err := f.copyTo(name); err != nil {
		return err
	}
	return f.folder.Remove(f.name)
}

func (f *File) copyTo(name string) error {
	in, err := f.folder.root.Open(f.name)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := f.folder.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		_ = f.folder.root.Remove(name)
	}
	return err
}

// Replace gives the file its name in place of what is there. A link that
// stands there is replaced itself, not what it points at.
func (f *File) Replace(name string) error {
	if info, err := f.folder.root.Lstat(name); err == nil && !info.Mode().IsRegular() && info.Mode()&fs.ModeSymlink == 0 {
		return fmt.Errorf("%s is not a file", filepath.Base(name))
	}
	return f.folder.root.Rename(f.name, name)
}

// SyncFolder makes published names last through a loss of power. Windows has
// no such call.
func (f *Folder) SyncFolder() error {
	dir, err := f.root.Open(".")
	if err != nil {
		return err
	}
	defer dir.Close()
	return syncDir(dir)
}
