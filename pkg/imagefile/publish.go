package imagefile

import (
	"errors"
	"fmt"
	"io/fs"
)

// maxNumber bounds the search for a free name.
const maxNumber = 100_000

func isTaken(err error) bool { return errors.Is(err, fs.ErrExist) }

// PublishPartial gives a draft its name, NAME.partial-K, counted from 1 in the
// order of arrival, and returns its path.
func (t *Target) PublishPartial(f *Temp) (string, error) {
	info, err := f.Check()
	if err != nil {
		return "", err
	}
	if err := f.close(false); err != nil {
		return "", t.failed(err)
	}
	t.count++
	name, err := f.publish(fmt.Sprintf("%s.partial-%d", t.stem, t.count), info.Format.Ext())
	if err != nil {
		return "", err
	}
	t.partials = append(t.partials, name)
	return t.path(name), nil
}

// PublishFinal gives the image its name, with the extension of its true
// format, and returns its path: the next number where the name was taken
// meanwhile. The file is synced before, the folder after it.
func (t *Target) PublishFinal(f *Temp) (string, error) {
	info, err := f.Check()
	if err != nil {
		return "", err
	}
	if err := f.close(true); err != nil {
		return "", t.failed(err)
	}
	name, err := t.final(f, t.extFor(info.Format))
	if err != nil {
		return "", err
	}
	if err := t.folder.SyncFolder(); err != nil {
		return t.path(name), t.failed(err)
	}
	return t.path(name), nil
}

func (t *Target) final(f *Temp, ext string) (string, error) {
	if !t.force || ext != t.ext {
		return f.publish(t.stem, ext)
	}
	if err := f.file.Replace(t.stem + ext); err != nil {
		return f.publish(t.stem, ext) // an image that was paid for is never dropped
	}
	f.leave()
	t.force = false // only one image may replace the named file
	return t.stem + ext, nil
}

// PublishRejected keeps bytes that failed their check as NAME.rejected.
func (t *Target) PublishRejected(f *Temp) (string, error) {
	if err := f.close(false); err != nil {
		return "", t.failed(err)
	}
	name, err := f.publish(t.stem, ".rejected")
	return t.path(name), err
}

// Partials are the paths of the drafts on disk, oldest first.
func (t *Target) Partials() []string {
	var paths []string
	for _, name := range t.partials {
		paths = append(paths, t.path(name))
	}
	return paths
}

// RemovePartials removes the drafts but the newest keep.
func (t *Target) RemovePartials(keep int) error {
	var errs []error
	for len(t.partials) > keep {
		errs = append(errs, t.folder.Remove(t.partials[0]))
		t.partials = t.partials[1:]
	}
	return errors.Join(errs...)
}
