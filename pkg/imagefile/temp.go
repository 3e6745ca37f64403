package imagefile

import (
	"errors"
	"io"
	"slices"

	"github.com/codexgen/codexgen/pkg/internal/atomicfile"
)

// A workspace is a folder with the temporary files of one run.
type workspace struct {
	folder *atomicfile.Folder
	path   string // as the user wrote it
	sum    bool   // take the SHA-256 of each image
	temps  []*Temp
}

// A Temp is an image under way: a temporary file, and the check that runs
// beside the writing.
type Temp struct {
	work  *workspace
	file  *atomicfile.File
	check *Checker
}

// prove shows that files can be made and removed here.
func (w *workspace) prove() error {
	file, err := w.folder.Create()
	if err == nil {
		err = file.Discard()
	}
	if err != nil {
		return w.createError(err)
	}
	return nil
}

func (w *workspace) create() (*Temp, error) {
	file, err := w.folder.Create()
	if err != nil {
		return nil, w.createError(err)
	}
	temp := &Temp{work: w, file: file, check: newChecker(file, w.sum)}
	w.temps = append(w.temps, temp)
	return temp, nil
}

func (w *workspace) close() error {
	var errs []error
	for _, temp := range slices.Clone(w.temps) {
		errs = append(errs, temp.Discard())
	}
	return errors.Join(append(errs, w.folder.Close())...)
}

// Write passes bytes to the check and, in whole blocks, to the file. An error
// is an *OutputError: the file, not the image.
func (f *Temp) Write(p []byte) (int, error) {
	n, err := f.check.Write(p)
	if err != nil {
		err = f.writeError(err)
	}
	return n, err
}

// Check ends the writing and waits for the verdict; an *InvalidError says why
// the bytes are no whole image, an *OutputError that the file did not take
// them. It may be repeated.
func (f *Temp) Check() (Info, error) {
	info, err := f.check.Finish()
	if f.check.failed != nil {
		err = f.writeError(f.check.failed)
	}
	return info, err
}

// CopyTo sends the bytes to w if they are a whole image.
func (f *Temp) CopyTo(w io.Writer) error {
	if _, err := f.Check(); err != nil {
		return err
	}
	return f.file.CopyTo(w)
}

// Open reads the bytes if they are a whole image.
func (f *Temp) Open() (io.ReadSeekCloser, error) {
	if _, err := f.Check(); err != nil {
		return nil, err
	}
	in, err := f.file.Open()
	if err != nil {
		return nil, outputError(f.work.path, err)
	}
	return in, nil
}

// Discard ends the writing, waits for the check and removes the file, unless
// it has been published.
func (f *Temp) Discard() error {
	_, _ = f.check.Finish() // nobody asks for the verdict
	f.leave()
	return f.file.Discard()
}

// seal ends the file and makes it ready to be published.
func (f *Temp) seal(durable bool) error {
	if err := f.file.Seal(durable); err != nil {
		return f.writeError(err)
	}
	return nil
}

// leave takes the file from those that the end of the run removes.
func (f *Temp) leave() {
	f.work.temps = slices.DeleteFunc(f.work.temps, func(other *Temp) bool { return other == f })
}
