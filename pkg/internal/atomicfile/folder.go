// Package atomicfile writes files that appear whole or not at all, and never
// over another one: a temporary file in the same folder is published under its
// name by a call that fails if the name is taken.
//
// A Folder is opened once. All names stay inside it, also if its path comes to
// mean another folder while the program runs.
package atomicfile

import (
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"strings"
	"time"
)

// Temporary files match ".codexgen-*.part".
const (
	prefix = ".codexgen-"
	suffix = ".part"
)

// StaleAfter is the age from which a temporary file is taken for one that a
// killed run has left behind.
const StaleAfter = 24 * time.Hour

// listBatch is how many names of a folder are held at once.
const listBatch = 1024

// A Folder is where files are published. It may be used by many processes at
// once.
type Folder struct {
	root *os.Root
	link func(from, to string) error // root.Link, which some file systems lack
	move func(from, to string) error // a rename that replaces nothing, which others lack
}

// Open opens an existing folder; the error is the system's (fs.ErrNotExist,
// fs.ErrPermission …).
func Open(path string) (*Folder, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return &Folder{root, root.Link, func(from, to string) error { return move(root, from, to) }}, nil
}

// Moved reports whether a path leads to another folder than this one, or to
// none.
func (f *Folder) Moved(path string) (bool, error) {
	here, err := f.root.Stat(".")
	if err != nil {
		return false, err
	}
	there, err := os.Stat(path)
	return err != nil || !os.SameFile(here, there), nil
}

// Close lets go of the folder. Its temporary files stay.
func (f *Folder) Close() error { return f.root.Close() }

// Create makes an empty temporary file, as readable as the umask allows.
func (f *Folder) Create() (*File, error) { return f.create(0o666) }

// CreatePrivate makes one that only its owner can read, whatever the umask.
func (f *Folder) CreatePrivate() (*File, error) { return f.create(0o600) }

func (f *Folder) create(mode os.FileMode) (*File, error) {
	name := prefix + rand.Text() + suffix
	file, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return nil, err
	}
	return &File{folder: f, file: file, name: name}, nil
}

// Taken reports whether anything has the name: a file, a folder, a link that
// leads nowhere. An error means that no file here can have such a name.
func (f *Folder) Taken(name string) (bool, error) {
	_, err := f.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Names lists the folder in no order.
func (f *Folder) Names() iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		dir, err := f.root.Open(".")
		if err != nil {
			yield("", err)
			return
		}
		defer dir.Close()
		for {
			names, err := dir.Readdirnames(listBatch)
			for _, name := range names {
				if !yield(name, nil) {
					return
				}
			}
			if err != nil {
				if err != io.EOF {
					yield("", err)
				}
				return
			}
		}
	}
}

// Remove removes a file; one that is gone already is no error.
func (f *Folder) Remove(name string) error {
	if err := f.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Sweep removes temporary files that are stale at now. It is a courtesy: what
// cannot be removed stays.
func (f *Folder) Sweep(now time.Time) {
	for name, err := range f.Names() {
		if err != nil {
			return
		}
		if strings.HasPrefix(name, prefix) && strings.HasSuffix(name, suffix) && f.stale(name, now) {
			_ = f.root.Remove(name)
		}
	}
}

func (f *Folder) stale(name string, now time.Time) bool {
	info, err := f.root.Lstat(name)
	return err == nil && info.Mode().IsRegular() && now.Sub(info.ModTime()) > StaleAfter
}

// Sync makes the folder's names last through a loss of power, once the files
// themselves do (File.Seal). Where the system has no such call it does nothing.
func (f *Folder) Sync() error {
	dir, err := f.root.Open(".")
	if err != nil {
		return err
	}
	defer dir.Close()
	return syncFolder(dir)
}
