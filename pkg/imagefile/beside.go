package imagefile

import (
	"errors"
	"io/fs"
)

// originalExt stands before the extension of an image that was published in
// another form.
const originalExt = ".original"

// PublishOriginal keeps an image as it was received, as NAME.original.EXT,
// beside what was made of it.
func (t *Target) PublishOriginal(f *Temp) (string, error) {
	info, err := f.Check()
	if err != nil {
		return "", err
	}
	if err := f.seal(true); err != nil {
		return "", err
	}
	return t.publishBeside(f, originalExt+info.Format.Ext())
}

// sidecarExt is the extension of what is told about an image.
const sidecarExt = ".json"

// PublishSidecar writes what is told about the image that was published last,
// as NAME.json.
func (t *Target) PublishSidecar(content []byte) (string, error) {
	f, err := t.work.create()
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Discard() }() // does nothing once it is published
	if _, err := f.Write(content); err != nil {
		return "", err
	}
	_, _ = f.Check() // it is no image
	if err := f.seal(false); err != nil {
		return "", err
	}
	return t.publishBeside(f, sidecarExt)
}

// publishBeside names a file after the image that was published last, and
// replaces another where the image did.
func (t *Target) publishBeside(f *Temp, ext string) (string, error) {
	put := f.file.Publish
	if t.replaced {
		put = f.file.Replace
	}
	err := fs.ErrExist
	for n := 1; n < maxNumber && errors.Is(err, fs.ErrExist); n++ {
		name := numbered(t.stem, n) + ext
		if err = put(name); err == nil {
			f.leave()
			return t.place.path(name), nil
		}
	}
	return "", outputError(t.Path(), err)
}
