package batch

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/codexgen/codexgen/pkg/imagefile"
)

// settled finds what an earlier run has left of a job. It reports false for a
// job that is to be done: never sent, refused at no cost, or made and removed
// since.
func (b *batch) settled(job Job) (Outcome, bool, error) {
	if b.o.Journal == nil {
		return Outcome{}, false, nil
	}
	line, ok, err := b.o.Journal.of(job.Key)
	if !ok || err != nil {
		return Outcome{}, false, err
	}
	path := b.o.Journal.absolute(line.Path)
	switch line.Entry {
	case entryDone:
		if image, err := summed(path); err == nil && image.SHA256 == line.SHA256 {
			return Outcome{Job: job, Kind: Kept, Image: image}, true, nil
		}
		return Outcome{}, false, nil
	case entrySent:
		if image, ok := whole(path); ok {
			if b.o.Adopt != nil {
				image = b.o.Adopt(job, image)
			}
			return Outcome{Job: job, Kind: Adopted, Image: image}, true, b.done(job, image)
		}
	}
	if !line.mayCost() || b.o.RetryUnknown {
		return Outcome{}, false, nil
	}
	return Outcome{Job: job, Kind: Unknown, Err: unknownError(line)}, true, nil
}

// summed reads a file to its end.
func summed(path string) (Image, error) {
	file, err := os.Open(path)
	if err != nil {
		return Image{}, err
	}
	defer file.Close()
	digest := sha256.New()
	size, err := io.Copy(digest, file)
	return Image{Path: path, SHA256: hex.EncodeToString(digest.Sum(nil)), Bytes: size}, err
}

// whole finds the image that was meant for a path: its bytes may have given it
// another extension. It must pass the check that a new one has to pass.
func whole(path string) (Image, bool) {
	stem := strings.TrimSuffix(path, filepath.Ext(path))
	names := []string{path}
	for _, format := range []imagefile.Format{imagefile.PNG, imagefile.JPEG, imagefile.WebP, imagefile.GIF} {
		names = append(names, stem+format.Ext())
	}
	for _, name := range names {
		if image, err := checked(name); err == nil {
			return image, true
		}
	}
	return Image{}, false
}

func checked(path string) (Image, error) {
	file, err := os.Open(path)
	if err != nil {
		return Image{}, err
	}
	defer file.Close()
	checker := imagefile.NewChecker()
	_, copied := io.Copy(checker, file)
	info, err := checker.Finish()
	if err := errors.Join(copied, err); err != nil {
		return Image{}, err
	}
	return Image{Path: path, SHA256: info.SHA256, Bytes: info.Bytes, Facts: info}, nil
}
