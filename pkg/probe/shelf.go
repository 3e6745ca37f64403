package probe

import (
	"path/filepath"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/imagefile"
)

// A shelf takes the pictures of one variant: checked while they pass by, and
// kept only if there is a folder for them.
type shelf struct{ target *imagefile.Target }

// A blob is a picture that is checked while it is written.
type blob interface {
	codex.Blob
	Check() (imagefile.Info, error)
}

// A passing picture is checked and not kept.
type passing struct{ *imagefile.Checker }

func (p passing) Check() (imagefile.Info, error) { return p.Finish() }

func (p passing) Discard() error {
	_, _ = p.Finish() // waits; nobody asks for the verdict
	return nil
}

func (r *run) shelf(name string) (*shelf, error) {
	if r.options.Folder == "" {
		return &shelf{}, nil
	}
	target, err := openTarget(r.options.Folder, name)
	return &shelf{target}, err
}

func openTarget(folder, name string) (*imagefile.Target, error) {
	return imagefile.NewTarget(imagefile.Options{Output: folder + string(filepath.Separator), Prompt: name, Sum: true})
}

// proveFolder finds out before anything is sent whether pictures can be kept.
func proveFolder(folder string) error {
	if folder == "" {
		return nil
	}
	target, err := openTarget(folder, "probe")
	if err != nil {
		return err
	}
	return target.Close()
}

// Create makes room for one picture.
func (s *shelf) Create() (codex.Blob, error) {
	if s.target == nil {
		return passing{imagefile.NewChecker()}, nil
	}
	return s.target.Create()
}

// keep ends a finished picture and writes down what its bytes say. What it
// returns is why it could not be kept.
func (s *shelf) keep(image codex.Blob, p *Picture) (warning string) {
	picture := image.(blob) // Create made it
	info, err := picture.Check()
	p.Format, p.Width, p.Height, p.Alpha = string(info.Format), info.Width, info.Height, info.Alpha
	p.Bytes, p.SHA256, p.Warnings = info.Bytes, info.SHA256, info.Warnings
	if err != nil {
		p.Damaged = clean(err.Error())
		return "" // what is not published goes with the shelf
	}
	temp, isFile := picture.(*imagefile.Temp)
	if !isFile {
		return ""
	}
	if p.Path, err = s.target.PublishFinal(temp); err != nil {
		return err.Error()
	}
	return ""
}

func (s *shelf) close() {
	if s.target != nil {
		_ = s.target.Close() // what is left of it are temporary files
	}
}
