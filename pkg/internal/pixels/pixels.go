// Package pixels decodes pictures within a bound, and turns, scales and copies
// their pixels. It is for the few steps that have to touch pixels; everything
// else hands image bytes on as they are.
package pixels

import (
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

// MaxPixels is the largest picture that is decoded: more than the 48 million
// of a telephone's camera, and 256 MB as 8-bit RGBA.
const MaxPixels = 64_000_000

// ErrTooLarge is a picture of more than MaxPixels.
var ErrTooLarge = fmt.Errorf("it has more than %d million pixels, too many to work on", MaxPixels/1_000_000)

// ErrUnknown is a format that has no decoder here.
var ErrUnknown = errors.New("its format cannot be decoded")

// A codec reads one format.
type codec struct {
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

func codecOf(format string) (codec, bool) {
	switch format {
	case "png":
		return codec{png.DecodeConfig, png.Decode}, true
	case "jpeg":
		return codec{jpeg.DecodeConfig, jpeg.Decode}, true
	case "webp":
		return codec{webp.DecodeConfig, webp.Decode}, true
	case "gif":
		return codec{gif.DecodeConfig, decodeGIF}, true
	}
	return codec{}, false
}

// Decode reads a picture ("png", "jpeg", "webp" or "gif", of which the first
// frame counts) from its beginning. Its size is looked at before memory is
// taken for it.
func Decode(r io.ReadSeeker, format string) (image.Image, error) {
	known, ok := codecOf(format)
	if !ok {
		return nil, ErrUnknown
	}
	if _, err := Config(r, format); err != nil {
		return nil, err
	}
	return rewound(r, known.decode)
}

// Config reads a picture's size and colour model.
func Config(r io.ReadSeeker, format string) (image.Config, error) {
	known, ok := codecOf(format)
	if !ok {
		return image.Config{}, ErrUnknown
	}
	config, err := rewound(r, known.config)
	if err == nil && int64(config.Width)*int64(config.Height) > MaxPixels {
		err = ErrTooLarge
	}
	return config, err
}

func rewound[T any](r io.ReadSeeker, read func(io.Reader) (T, error)) (T, error) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		var none T
		return none, err
	}
	return read(r)
}

// decodeGIF lays the first frame on the whole canvas, of which it may cover
// only a part.
func decodeGIF(r io.Reader) (image.Image, error) {
	all := &firstFrame{}
	frame, err := gif.Decode(io.TeeReader(r, all))
	if err != nil {
		return nil, err
	}
	canvas := image.Rect(0, 0, all.width(), all.height())
	if frame.Bounds() == canvas {
		return frame, nil
	}
	whole := image.NewNRGBA(canvas)
	draw.Draw(whole, frame.Bounds(), frame, frame.Bounds().Min, draw.Src)
	return whole, nil
}

// firstFrame keeps a GIF's first bytes, which have its canvas.
type firstFrame struct{ head []byte }

func (f *firstFrame) Write(p []byte) (int, error) {
	if room := 10 - len(f.head); room > 0 {
		f.head = append(f.head, p[:min(room, len(p))]...)
	}
	return len(p), nil
}

func (f *firstFrame) width() int  { return int(f.head[6]) | int(f.head[7])<<8 }
func (f *firstFrame) height() int { return int(f.head[8]) | int(f.head[9])<<8 }
