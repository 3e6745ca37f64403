package cli

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/codexgen/codexgen/pkg/imagefile"
	"github.com/codexgen/codexgen/pkg/probe"
	"github.com/codexgen/codexgen/pkg/probe/report"
)

// A keeper keeps a report as JSON. Its temporary file is made before anything
// is sent, so that a run is not lost for want of a folder, and takes the
// file's place whole.
type keeper struct {
	path string
	file *os.File
}

func newKeeper(path string) (*keeper, error) {
	if path == "" {
		return &keeper{}, nil
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*.part")
	if err != nil {
		return nil, outputFailure(path, err)
	}
	return &keeper{path, file}, nil
}

func (k *keeper) write(r probe.Report, o report.Options) error {
	if k.file == nil {
		return nil
	}
	err := report.Write(k.file, "json", r, o)
	err = errors.Join(err, k.file.Chmod(0o644), k.file.Close())
	if err == nil {
		err = os.Rename(k.file.Name(), k.path)
	}
	if err != nil {
		return outputFailure(k.path, err)
	}
	k.file = nil
	return nil
}

// discard removes what is not to stay.
func (k *keeper) discard() {
	if k.file != nil {
		_ = k.file.Close()
		_ = os.Remove(k.file.Name())
	}
}

// outputFailure is a file that could not be written.
func outputFailure(path string, err error) error {
	return &imagefile.OutputError{Path: path, Reason: rootCause(err).Error(), Advice: "name a file in a folder that exists and can be written", Err: err}
}

// A gallery holds a run's pictures: in the folder that the user named, or in
// one that is removed, for a page that shows copies of them.
type gallery struct {
	folder    string
	temporary bool
	paths     map[string]string // by variant
}

func openGallery(o probeOptions) (*gallery, error) {
	g := &gallery{folder: o.pictures, paths: map[string]string{}}
	if o.pictures != "" || o.format != "html" || o.budget == 0 && o.budgetSet {
		return g, nil
	}
	folder, err := os.MkdirTemp("", "codexgen-probe-")
	if err != nil {
		return nil, outputFailure(os.TempDir(), err)
	}
	g.folder, g.temporary = folder, true
	return g, nil
}

func (g *gallery) add(r probe.Result) {
	if r.Evidence != nil && r.Evidence.Picture != nil && r.Evidence.Picture.Path != "" {
		g.paths[r.Name] = r.Evidence.Picture.Path
	}
}

func (g *gallery) open(name string) (io.ReadSeekCloser, error) {
	path, found := g.paths[name]
	if !found {
		return nil, os.ErrNotExist
	}
	return os.Open(path)
}

// forget takes paths out of a report that will not be there.
func (g *gallery) forget(r *probe.Report) {
	if !g.temporary {
		return
	}
	for i := range r.Results {
		if e := r.Results[i].Evidence; e != nil && e.Picture != nil {
			e.Picture.Path = ""
		}
	}
}

func (g *gallery) close() {
	if g.temporary {
		_ = os.RemoveAll(g.folder)
	}
}
