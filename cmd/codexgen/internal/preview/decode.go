package preview

import (
	"bufio"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // the formats that the backend sends
	_ "image/png"
	"io"
	"os"

	_ "golang.org/x/image/webp"
)

// maxPixels bounds what is decoded: half as much again as the largest picture
// that the API documents (3840x2160). At worst that is 96 MiB for a PNG of 16
// bits a channel and 180 MiB for a progressive JPEG; the picture of 1.5
// million pixels that comes today takes 6 MiB.
const maxPixels = 12 << 20

// maxFile bounds what is read of a file.
const maxFile = 128 << 20

// ErrTooLarge is the end of a picture with more pixels than Decode takes.
var ErrTooLarge = errors.New("the picture is too large for a preview")

// Decode reads a PNG, JPEG or WebP of at most 12 Mi pixels.
func Decode(r io.ReadSeeker) (image.Image, error) {
	header, _, err := image.DecodeConfig(bufio.NewReader(io.LimitReader(r, maxFile)))
	if err != nil {
		return nil, fmt.Errorf("read the picture's size: %w", err)
	}
	if header.Width <= 0 || header.Height <= 0 || header.Width > maxPixels/header.Height {
		return nil, fmt.Errorf("%w: %dx%d", ErrTooLarge, header.Width, header.Height)
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	picture, _, err := image.Decode(bufio.NewReader(io.LimitReader(r, maxFile)))
	return picture, err
}

// DecodeFile is Decode for a file.
func DecodeFile(path string) (image.Image, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Decode(f)
}
