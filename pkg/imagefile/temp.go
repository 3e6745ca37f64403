package imagefile

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/codexgen/codexgen/pkg/internal/atomicfile"
)

// A Temp is an image under way: a temporary file beside the target and the
// check that runs along with it.
type Temp struct {
	target *Target
	file   *atomicfile.File
	check  *Checker
	ended  bool
}

// Create begins an image.
func (t *Target) Create() (*Temp, error) {
	file, err := t.folder.Create()
	if err != nil {
		return nil, t.failed(err)
	}
	temp := &Temp{target: t, file: file, check: NewChecker()}
	t.temps = append(t.temps, temp)
	return temp, nil
}

func (t *Target) failed(err error) error {
	return &OutputError{Path: orDot(t.dir), Reason: plain(err), Advice: "free some space or choose another place with --output", Err: err}
}

// Write adds bytes to the file and hands them to the check.
func (f *Temp) Write(p []byte) (int, error) {
	n, err := f.file.Write(p)
	_, _ = f.check.Write(p[:n])
	if err != nil {
		return n, f.target.failed(err)
	}
	return n, nil
}

// Check ends the writing and gives the verdict on the bytes; an *InvalidError
// if they are no whole image.
func (f *Temp) Check() (Info, error) { return f.check.Finish() }

// Discard removes the file, unless it has been published.
func (f *Temp) Discard() error {
	_, _ = f.check.Finish()
	if f.ended {
		return nil
	}
	f.leave()
	return f.file.Discard()
}

func (f *Temp) leave() {
	f.ended = true
	f.target.temps = slices.DeleteFunc(f.target.temps, func(t *Temp) bool { return t == f })
}

// CopyTo sends the bytes to w, for an image that goes to standard output.
func (f *Temp) CopyTo(w io.Writer) error {
	if _, err := f.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := io.Copy(w, f.file)
	return err
}

// close ends the file; sync makes its bytes last.
func (f *Temp) close(sync bool) error {
	var err error
	if sync {
		err = f.file.Sync()
	}
	return errors.Join(err, f.file.Close())
}

// publish gives the file the first free name of stem, stem-2, stem-3 …
func (f *Temp) publish(stem, ext string) (string, error) {
	for n := 1; ; n++ {
		name := stem + ext
		if n > 1 {
			name = fmt.Sprintf("%s-%d%s", stem, n, ext)
		}
		err := f.file.Publish(name)
		if err == nil {
			f.leave()
			return name, nil
		}
		if !isTaken(err) || n == maxNumber {
			return "", f.target.failed(err)
		}
	}
}
