package imagefile

import (
	"errors"
	"io/fs"
)

// rejectedExt stands for an image's extension where the bytes are none.
const rejectedExt = ".rejected"

// PublishFinal gives a whole image its name, and returns its path. It is not
// always Path: the extension is that of the bytes, and a name that was taken
// meanwhile becomes the next number. The file is on the disk before it has its
// name, the name before PublishFinal returns. If only that last step fails,
// there is a path as well as an error.
//
// An *InvalidError leaves the file to PublishRejected; an *OutputError leaves
// it too, and publishing may be tried again.
func (t *Target) PublishFinal(f *Temp) (string, error) {
	info, err := f.Check()
	if err != nil {
		return "", err
	}
	if err := f.seal(true); err != nil {
		return "", err
	}
	name, err := t.publishAs(f, t.extFor(info.Format))
	if err != nil {
		return "", err
	}
	if err := t.work.folder.Sync(); err != nil {
		return t.place.path(name), outputError(t.work.path, err)
	}
	return t.place.path(name), nil
}

// PublishRejected keeps bytes that are no whole image, as NAME.rejected.
func (t *Target) PublishRejected(f *Temp) (string, error) {
	_, _ = f.Check() // the verdict is known
	if err := f.seal(false); err != nil {
		return "", err
	}
	name, err := t.publish(f, rejectedExt)
	if err != nil {
		return "", err
	}
	return t.place.path(name), nil
}

// extFor is the user's extension where it means the format, else the
// format's own.
func (t *Target) extFor(format Format) string {
	if formatOf(t.ext) == format {
		return t.ext
	}
	return format.Ext()
}

// publishAs replaces the file that the user named if that was asked for: once,
// and only with the extension that was named.
func (t *Target) publishAs(f *Temp, ext string) (string, error) {
	if t.force && ext == t.ext {
		t.force = false
		if err := f.file.Replace(t.name()); err == nil {
			f.leave()
			t.stem, t.replaced = t.naming.stem(t.number), true
			return t.name(), nil
		}
		// It became a folder meanwhile, say: then a number is better than nothing.
	}
	return t.publish(f, ext)
}

// publish gives a file the first free name from the target's number on.
func (t *Target) publish(f *Temp, ext string) (string, error) {
	err := fs.ErrExist
	for n := t.number; n < t.number+maxNumber && errors.Is(err, fs.ErrExist); n++ {
		stem := t.naming.stem(n)
		if err = f.file.Publish(stem + ext); err == nil {
			f.leave()
			t.stem = stem
			return stem + ext, nil
		}
	}
	return "", outputError(t.Path(), err)
}
