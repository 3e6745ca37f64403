package batch

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// A Journal remembers what became of each job: a line before its request
// leaves and one after its image has its name, each on the disk before the
// job goes on. One process at a time holds the journals of a folder.
type Journal struct {
	path  string
	lock  *flock.Flock
	file  *os.File
	lines *syncedLines
	seen  map[Key]seen
	now   func() time.Time
}

// seen is where a job's newest line is.
type seen struct {
	offset int64
	size   int32
}

// lockName is that of the file whose lock holds a folder.
const lockName = ".codexgen-batch.lock"

// maxJournalLine bounds a line; a path has at most a few kB.
const maxJournalLine = 64 << 10

// A JournalError is a journal that cannot be used.
type JournalError struct {
	Path, Reason, Advice string
	Err                  error
}

func (e *JournalError) Error() string     { return fmt.Sprintf("journal %s: %s", e.Path, e.Reason) }
func (e *JournalError) Hint() string      { return e.Advice }
func (e *JournalError) Unwrap() error     { return e.Err }
func (e *JournalError) ErrorType() string { return "journal" }

// ExitCode tells a journal that cannot be written from one that must not be
// used as was asked.
func (e *JournalError) ExitCode() int {
	if e.Err != nil {
		return 9
	}
	return 2
}

// OpenJournal opens the journal at path, or makes it. One that is there is
// only used to resume; what a crash has left of its last line is dropped. An
// error is a *JournalError.
func OpenJournal(path string, resume bool) (*Journal, error) {
	j := &Journal{path: path, seen: map[Key]seen{}, now: time.Now}
	if err := j.open(resume); err != nil {
		_ = j.Close()
		return nil, err
	}
	return j, nil
}

func (j *Journal) open(resume bool) error {
	j.lock = flock.New(filepath.Join(filepath.Dir(j.path), lockName), flock.SetPermissions(0o600))
	if got, err := j.lock.TryLock(); err != nil {
		return j.failed(err)
	} else if !got {
		return &JournalError{Path: j.path, Reason: "another batch is at work in this folder", Advice: "wait for it, or name another folder with --output"}
	}
	file, err := os.OpenFile(j.path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return j.failed(err)
	}
	j.file = file
	if info, err := file.Stat(); err == nil && info.Size() > 0 && !resume {
		return &JournalError{Path: j.path, Reason: "a batch of this name was begun here before", Advice: "go on with it: --resume; or remove the journal to ask for every image again"}
	}
	end, err := j.read()
	if err != nil {
		return err
	}
	j.lines = &syncedLines{file: file, end: end, next: &round{}}
	return nil
}

// read finds each job's newest line, and returns where the whole lines end.
func (j *Journal) read() (int64, error) {
	in := bufio.NewReaderSize(j.file, maxJournalLine)
	offset := int64(0)
	for number := 1; ; number++ {
		text, err := in.ReadSlice('\n')
		switch {
		case errors.Is(err, io.EOF):
			return offset, j.cut(offset, len(text))
		case errors.Is(err, bufio.ErrBufferFull):
			return 0, j.damaged(number, "it is too long")
		case err != nil:
			return 0, j.failed(err)
		}
		_, key, err := parseJournalLine(text)
		if err != nil {
			return 0, j.damaged(number, err.Error())
		}
		j.seen[key] = seen{offset, int32(len(text))}
		offset += int64(len(text))
	}
}

// cut drops a line that a crash has left without its end.
func (j *Journal) cut(offset int64, rest int) error {
	if rest == 0 {
		return nil
	}
	if err := j.file.Truncate(offset); err != nil {
		return j.failed(err)
	}
	return nil
}

func (j *Journal) damaged(line int, reason string) error {
	return &JournalError{Path: j.path, Reason: fmt.Sprintf("line %d: %s", line, reason), Advice: "mend or move the journal; without it every image is asked for again"}
}

func (j *Journal) failed(err error) error {
	reason := err
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		reason = path.Err
	}
	return &JournalError{Path: j.path, Reason: reason.Error(), Advice: "make the folder writable, or name another with --output", Err: err}
}

// Knows reports whether a job was asked for before.
func (j *Journal) Knows(key Key) bool {
	_, ok := j.seen[key]
	return ok
}

// of finds what the journal says of a job.
func (j *Journal) of(key Key) (line journalLine, ok bool, err error) {
	at, ok := j.seen[key]
	if !ok {
		return line, false, nil
	}
	text := make([]byte, at.size)
	if _, err := j.file.ReadAt(text, at.offset); err != nil {
		return line, false, j.failed(err)
	}
	line, _, err = parseJournalLine(bytes.TrimSpace(text))
	if err != nil {
		return line, false, &JournalError{Path: j.path, Reason: "it was changed while in use", Advice: "start again with --resume"}
	}
	return line, true, nil
}

// write adds a line and returns once it is on the disk.
func (j *Journal) write(job Job, line journalLine) error {
	line.Version, line.Job, line.Line, line.At = journalVersion, job.Key.String(), job.Line, j.now().UTC().Round(time.Second)
	line.Path = j.relative(line.Path)
	text, err := json.Marshal(line)
	if err == nil {
		err = j.lines.write(append(text, '\n'))
	}
	if err != nil {
		return j.failed(err)
	}
	return nil
}

// relative writes a path so that the journal's folder can be moved with the
// images in it.
func (j *Journal) relative(path string) string {
	if path == "" {
		return ""
	}
	folder, err := filepath.Abs(filepath.Dir(j.path))
	if err != nil {
		return path
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if inside, err := filepath.Rel(folder, absolute); err == nil {
		return filepath.ToSlash(inside)
	}
	return absolute
}

// absolute undoes relative.
func (j *Journal) absolute(path string) string {
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(j.path), path)
}

// Close lets another process have the folder. A journal of nothing goes again.
func (j *Journal) Close() error {
	var err error
	if j.file != nil {
		if info, statErr := j.file.Stat(); statErr == nil && info.Size() == 0 {
			defer os.Remove(j.path)
		}
		err = j.file.Close()
	}
	return errors.Join(err, j.lock.Unlock())
}
