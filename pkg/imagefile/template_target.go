package imagefile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// newTemplateTarget makes the folder, too, if its name is made of fields. The
// name, which is chosen here, takes a number where it is taken.
func newTemplateTarget(o Options) (*Target, error) {
	e, err := expand(o.Output, o)
	if err != nil {
		return nil, err
	}
	var made []string
	if e.own {
		if made, err = makeFolders(e.dir); err != nil {
			return nil, folderError(e.dir, err)
		}
	}
	t, err := openTarget(place{dir: e.dir}, o, func(t *Target, _ Options) error {
		t.naming, t.made = e.naming, made
		if e.ext != "" {
			t.ext = e.ext
		}
		if err := t.checkLength(); err != nil {
			return err
		}
		return t.chooseNumber()
	})
	if err != nil {
		removeEmpty(made)
	}
	return t, err
}

// removeEmpty removes folders, the innermost first, that are empty.
func removeEmpty(folders []string) {
	for _, folder := range folders {
		_ = os.Remove(folder) // fails if there is something in it
	}
}

// makeFolders makes a folder and what is missing above it, and returns what
// it has made, the innermost first.
func makeFolders(path string) (made []string, err error) {
	for dir := filepath.Clean(path); ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			break
		}
		made = append(made, dir)
	}
	return made, os.MkdirAll(path, 0o777)
}
