package imagefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/codexgen/codexgen/pkg/internal/atomicfile"
)

// maxName is the longest file name of the usual file systems, less what is
// added to it: "-99.partial-99" and an extension.
const maxName = 255 - 24

// An OutputError is a place that cannot be written. Its exit code is 9.
type OutputError struct {
	Path, Reason, Advice string
	Err                  error
}

func (e *OutputError) Error() string     { return e.Path + ": " + e.Reason }
func (e *OutputError) Unwrap() error     { return e.Err }
func (e *OutputError) Hint() string      { return e.Advice }
func (e *OutputError) ExitCode() int     { return 9 }
func (e *OutputError) ErrorType() string { return "output_failed" }

// Options say where the images of one run go.
type Options struct {
	Output string // "" is the current folder; a folder; or a file
	Prompt string // the name's source where Output names no file
	Format Format // the one asked for
	Force  bool   // replace the file that Output names
	Now    time.Time
}

// A Target is the place of one run's images, decided and proved writable
// before anything is sent.
type Target struct {
	folder   *atomicfile.Folder
	dir      string // as the user wrote it
	stem     string
	ext      string // with dot; what the user wrote, or the wanted format's
	force    bool
	temps    []*Temp
	partials []string // names on disk, oldest first
	count    int
}

// NewTarget decides the names and proves the folder writable.
func NewTarget(o Options) (*Target, error) {
	dir, name, err := split(o.Output)
	if err != nil {
		return nil, err
	}
	t := &Target{dir: dir, force: o.Force && name != "", ext: o.Format.Ext()}
	if t.folder, err = atomicfile.Open(orDot(dir)); err != nil {
		return nil, folderError(orDot(dir), err)
	}
	if err := t.choose(name, o); err != nil {
		_ = t.folder.Close()
		return nil, err
	}
	t.folder.Sweep(o.Now)
	return t, nil
}

func orDot(dir string) string {
	if dir == "" {
		return "."
	}
	return dir
}

// split tells a folder from a file: an existing folder, and whatever ends in
// a separator, is a folder.
func split(output string) (dir, name string, err error) {
	if output == "" {
		return "", "", nil
	}
	info, statErr := os.Stat(output)
	endsInSeparator := os.IsPathSeparator(output[len(output)-1])
	switch {
	case statErr == nil && info.IsDir(), endsInSeparator:
		return filepath.Clean(output), "", nil
	case statErr == nil && !info.Mode().IsRegular():
		return "", "", &OutputError{Path: output, Reason: "it is a device or pipe, not a file", Advice: "use --output - to write to standard output"}
	}
	dir, name = filepath.Split(output)
	if dir != "" {
		dir = filepath.Clean(dir)
	}
	if len(name) > maxName {
		return "", "", &OutputError{Path: output, Reason: "the file name is too long", Advice: fmt.Sprintf("use at most %d bytes", maxName)}
	}
	return dir, name, nil
}

func folderError(dir string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &OutputError{Path: dir, Reason: "the folder does not exist", Advice: "mkdir -p " + dir, Err: err}
	case errors.Is(err, fs.ErrPermission):
		return &OutputError{Path: dir, Reason: "the folder may not be written", Advice: "choose another one with --output", Err: err}
	}
	return &OutputError{Path: dir, Reason: plain(err), Advice: "choose another place with --output", Err: err}
}

// plain drops the system call and path in front of an error.
func plain(err error) string {
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

func (t *Target) choose(name string, o Options) error {
	probe, err := t.folder.Create()
	if err != nil {
		return folderError(orDot(t.dir), err)
	}
	if err := probe.Discard(); err != nil {
		return folderError(orDot(t.dir), err)
	}
	if name == "" {
		return t.number(Slug(o.Prompt))
	}
	t.stem = name
	if _, known := formatOf(strings.ToLower(filepath.Ext(name))); known {
		t.ext = filepath.Ext(name)
		t.stem = strings.TrimSuffix(name, t.ext)
	}
	if t.stem == "" {
		return &OutputError{Path: o.Output, Reason: "it has no name before its extension", Advice: "give the file a name"}
	}
	if t.folder.Exists(t.stem+t.ext) && !t.force {
		return &OutputError{Path: t.Path(), Reason: "the file exists", Advice: "choose another name, or replace it with --force"}
	}
	return nil
}

// number finds the first of stem, stem-2, stem-3 … of which there is neither
// an image nor a draft yet.
func (t *Target) number(stem string) error {
	names, err := t.folder.Names()
	if err != nil {
		return folderError(orDot(t.dir), err)
	}
	taken := map[string]bool{}
	for _, name := range names {
		base, _, _ := strings.Cut(name, ".")
		taken[strings.ToLower(base)] = true
	}
	t.stem = stem
	for n := 2; taken[t.stem]; n++ {
		t.stem = stem + "-" + strconv.Itoa(n)
	}
	return nil
}

// Path is where the image is meant to go, as the user would write it.
func (t *Target) Path() string { return t.path(t.stem + t.ext) }

func (t *Target) path(name string) string { return filepath.Join(t.dir, name) }

// extFor is the wanted extension where it fits the true format, else the
// true one.
func (t *Target) extFor(format Format) string {
	if wanted, ok := formatOf(strings.ToLower(t.ext)); ok && wanted == format {
		return t.ext
	}
	return format.Ext()
}

// Close removes every temporary file that is still there.
func (t *Target) Close() error {
	var errs []error
	for _, temp := range slices.Clone(t.temps) {
		errs = append(errs, temp.Discard())
	}
	return errors.Join(append(errs, t.folder.Close())...)
}
