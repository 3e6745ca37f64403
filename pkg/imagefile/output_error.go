package imagefile

import (
	"errors"
	"io/fs"
	"os"
	"strings"
)

// An OutputError is a place where no image can be written.
type OutputError struct {
	Path   string // as the user wrote it
	Reason string // in plain words
	Advice string // what to do about it
	Err    error  // the system's error, if there was one
}

func (e *OutputError) Error() string     { return "cannot write " + e.Path + ": " + e.Reason }
func (e *OutputError) Unwrap() error     { return e.Err }
func (e *OutputError) Hint() string      { return e.Advice }
func (e *OutputError) ExitCode() int     { return 9 }
func (e *OutputError) ErrorType() string { return "io_error" }

const anotherPlace = "choose another place with --output"

// outputError explains an error of the system at a path, whose folder was
// there before.
func outputError(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return &OutputError{Path: path, Reason: "its folder is gone", Advice: anotherPlace, Err: err}
	}
	return &OutputError{Path: path, Reason: reason(err), Advice: anotherPlace, Err: err}
}

// folderError explains why a folder cannot take an image.
func folderError(folder string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return &OutputError{Path: folder, Reason: "there is no such folder", Advice: "mkdir -p " + quote(folder), Err: err}
	}
	return outputError(folder, err)
}

// reason is an error's last cause, without the names of calls and of temporary
// files, which say nothing to a user.
func reason(err error) string {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err.Error()
	case errors.As(err, &link):
		return link.Err.Error()
	}
	return err.Error()
}

// quote makes a path fit to be pasted into a shell.
func quote(path string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(`/\.:_-`, r)
	}
	if strings.IndexFunc(path, func(r rune) bool { return !plain(r) }) < 0 {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
