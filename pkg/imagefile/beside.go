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
	ext := originalExt + info.Format.Ext()
	if err := f.seal(true); err != nil {
		return "", t.besideError(err, ext)
	}
	return t.publishBeside(f, ext)
}

// sidecarExt is the extension of what is told about an image.
const sidecarExt = ".json"

// PublishSidecar writes what is told about the image that was published last,
// as NAME.json.
func (t *Target) PublishSidecar(content []byte) (string, error) {
	f, err := t.work.create()
	if err != nil {
		return "", t.besideError(err, sidecarExt)
	}
	defer func() { _ = f.Discard() }() // does nothing once it is published
	if _, err := f.Write(content); err != nil {
		return "", t.besideError(err, sidecarExt)
	}
	_, _ = f.Check() // it is no image
	if err := f.seal(false); err != nil {
		return "", t.besideError(err, sidecarExt)
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
	return "", t.besideError(outputError(t.Path(), err), ext)
}

// besideError says which of the two files it is that could not be written.
func (t *Target) besideError(err error, ext string) error {
	var out *OutputError
	if !errors.As(err, &out) {
		return err
	}
	named := *out
	named.Path = t.place.path(t.stem + ext)
	return &named
}
