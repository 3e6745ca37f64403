package credstore

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/codexgen/codexgen/pkg/internal/atomicfile"
)

// A privateFile is one that only its owner can read, in a folder of which the
// same is true. Anything else by its name is refused, not repaired: who could
// read it may have.
type privateFile struct{ folder, name string }

func (p privateFile) path() string { return filepath.Join(p.folder, p.name) }

// read gives at most maxRecord bytes; fs.ErrNotExist where nothing is, and
// otherwise an Error.
func (p privateFile) read() ([]byte, error) {
	content, err := p.readAll()
	if _, typed := errors.AsType[*Error](err); err == nil || typed || errors.Is(err, fs.ErrNotExist) {
		return content, err
	}
	return nil, &Error{Fault: Unusable, Reason: fmt.Sprintf("%s cannot be read: %v", p.path(), rootCause(err)), Advice: "make it readable, or move it away and run: " + adviceAgain}
}

func (p privateFile) readAll() ([]byte, error) {
	root, err := openPrivate(p.folder)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	file, err := p.open(root)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, maxRecord+1))
	if err == nil && len(content) > maxRecord {
		err = fmt.Errorf("it is larger than %d bytes", maxRecord)
	}
	return content, err
}

// open looks before it opens, since opening a pipe can wait for ever, and
// again at what it has opened.
func (p privateFile) open(root *os.Root) (*os.File, error) {
	info, err := root.Lstat(p.name)
	if err != nil {
		return nil, err
	}
	if err := p.check(info); err != nil {
		return nil, err
	}
	file, err := root.OpenFile(p.name, os.O_RDONLY|openPlain, 0)
	if err != nil {
		return nil, err
	}
	opened, err := file.Stat()
	if err == nil {
		err = p.check(opened)
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return file, nil
}

func (p privateFile) check(info fs.FileInfo) error {
	switch {
	case info.Mode().Type() == fs.ModeSymlink:
		return unsafeError(p.path()+" is a link", "rm "+p.path())
	case !info.Mode().IsRegular():
		return unsafeError(p.path()+" is not a file", "rm "+p.path())
	case !ownedByMe(info):
		return unsafeError(p.path()+" belongs to another user", "move it away")
	case hasModes && info.Mode().Perm()&0o077 != 0:
		return unsafeError(p.path()+" can be read by others", "codexgen auth logout, then auth login; or, if nobody has read it: chmod 600 "+p.path())
	}
	return nil
}

// write replaces the file, or leaves it as it was, and reads it back.
func (p privateFile) write(content []byte) error {
	if err := makePrivate(p.folder); err != nil {
		return err
	}
	folder, err := atomicfile.Open(p.folder)
	if err != nil {
		return unwritableError(p.path(), err)
	}
	defer folder.Close()
	if err := p.replaceable(); err != nil {
		return err
	}
	sweep(folder)
	if err := replace(folder, p.name, content); err != nil {
		return unwritableError(p.path(), err)
	}
	back, err := p.read()
	if err != nil {
		return err
	}
	if !bytes.Equal(back, content) {
		return unwritableError(p.path(), errNotStored)
	}
	return nil
}

func (p privateFile) replaceable() error {
	info, err := os.Lstat(p.path())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return unwritableError(p.path(), err)
	}
	return p.check(info)
}

func replace(folder *atomicfile.Folder, name string, content []byte) error {
	file, err := folder.CreatePrivate()
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Seal(true)
	}
	if err == nil {
		err = file.Replace(name)
	}
	if err != nil {
		return errors.Join(err, file.Discard())
	}
	return folder.Sync()
}

// remove takes the file away, and what a process that was killed has left.
func (p privateFile) remove() error {
	folder, err := atomicfile.Open(p.folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return unwritableError(p.path(), err)
	}
	defer folder.Close()
	sweep(folder)
	if err := folder.Remove(p.name); err != nil {
		return unwritableError(p.path(), err)
	}
	return nil
}

// sweep removes what a writer that was killed has left: a login in part. It
// may be of any age, since a lock keeps other writers away.
func sweep(folder *atomicfile.Folder) {
	folder.Sweep(time.Now().Add(2 * atomicfile.StaleAfter))
}

func makePrivate(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return unwritableError(folder, err)
	}
	root, err := openPrivate(folder)
	if err != nil {
		return err
	}
	return root.Close()
}

func openPrivate(folder string) (*os.Root, error) {
	if info, err := os.Lstat(folder); err != nil {
		return nil, err
	} else if info.Mode().Type() == fs.ModeSymlink {
		return nil, unsafeError(folder+" is a link", "rm "+folder)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	info, err := root.Stat(".")
	switch {
	case err != nil:
	case !ownedByMe(info):
		err = unsafeError(folder+" belongs to another user", "move it away")
	case hasModes && info.Mode().Perm()&0o077 != 0:
		err = unsafeError(folder+" is open to others", "chmod 700 "+folder)
	}
	if err != nil {
		_ = root.Close()
		return nil, err
	}
	return root, nil
}

// hasModes: Windows protects the user's folders by access lists, and gives
// every file the same mode.
const hasModes = runtime.GOOS != "windows"

func unsafeError(reason, advice string) error {
	return &Error{Fault: Unsafe, Reason: "the stored login is not safe: " + reason, Advice: advice}
}

func unwritableError(path string, err error) error {
	return &Error{Fault: Unwritable, Reason: fmt.Sprintf("%s cannot be written: %v", path, rootCause(err)), Advice: "make room or make the folder writable"}
}

// rootCause is the system's word, without the names of temporary files.
func rootCause(err error) error {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		return path.Err
	}
	return err
}
