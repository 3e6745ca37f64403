package history

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/codexgen/codexgen/pkg/internal/safetext"
)

// maxLine bounds a line, in bytes; a longer one is neither written nor read.
const maxLine = 2 << 20

const fileName = "history.jsonl"

// A Store is a history in a folder. Any number of processes may use it at once.
type Store struct{ dir string }

// Open is the history in the folder dir, which need not exist yet. "" is a
// history that is always empty and takes nothing.
func Open(dir string) *Store { return &Store{dir} }

// Path is the file.
func (s *Store) Path() string { return filepath.Join(s.dir, fileName) }

// ErrNoFolder means that there is no place for a history.
var ErrNoFolder = errors.New("no folder for it is known")

// Append adds an entry, with an id of its own, and returns the id. The file is
// made readable by its owner only, whatever it was.
func (s *Store) Append(e Entry) (id string, err error) {
	if s.dir == "" {
		return "", ErrNoFolder
	}
	e = e.bounded()
	e.Schema, e.ID = Schema, newID()
	text, err := json.Marshal(e)
	if err != nil {
		return "", err
	}
	text = safetext.JSON(text) // it is looked at with cat, too
	if len(text) > maxLine {
		return "", fmt.Errorf("an entry of %d bytes, at most %d are kept", len(text), maxLine)
	}
	line := append(append([]byte{'\n'}, text...), '\n')
	return e.ID, s.write(line)
}

func (s *Store) write(line []byte) error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	file, err := s.open(os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	err = private(file)
	if err == nil {
		_, err = file.Write(line)
	}
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	return err
}

// open opens nothing but a file: a pipe of that name would wait for ever.
func (s *Store) open(flag int, mode fs.FileMode) (*os.File, error) {
	info, err := os.Stat(s.Path())
	switch {
	case err == nil && !info.Mode().IsRegular():
		return nil, &fs.PathError{Op: "open", Path: s.Path(), Err: errors.New("it is not a file")}
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	return os.OpenFile(s.Path(), flag, mode)
}

// private takes from others what they may do with the file.
func private(file *os.File) error {
	info, err := file.Stat()
	if err != nil || info.Mode().Perm()&0o077 == 0 {
		return err
	}
	return file.Chmod(0o600)
}
