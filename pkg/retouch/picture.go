package retouch

import (
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"github.com/HugoSmits86/nativewebp"

	"github.com/codexgen/codexgen/pkg/internal/pixels"
)

// Formats are what Encode writes.
var Formats = []string{"png", "jpeg", "webp"}

// DefaultQuality is that of a JPEG where nobody says otherwise, 1 to 100.
const DefaultQuality = 90

// A Picture is decoded, and changes step by step. It is for one goroutine.
type Picture struct {
	img   image.Image
	steps []string
}

// Open decodes a picture of a format ("png", "jpeg", "webp" or "gif") within
// 64 million pixels, beyond which it takes no memory for it.
func Open(r io.ReadSeeker, format string) (*Picture, error) {
	img, err := pixels.Decode(r, format)
	if err != nil {
		return nil, fmt.Errorf("decode the picture: %w", err)
	}
	return &Picture{img: img}, nil
}

// Steps are what was done, in plain words.
func (p *Picture) Steps() []string { return p.steps }

func (p *Picture) did(format string, args ...any) {
	p.steps = append(p.steps, fmt.Sprintf(format, args...))
}

func (p *Picture) size() (width, height int) { return p.img.Bounds().Dx(), p.img.Bounds().Dy() }

// Encode writes the picture in one of Formats. Quality, 1 to 100, is JPEG's;
// 0 is DefaultQuality. PNG and WebP are written without loss.
func (p *Picture) Encode(w io.Writer, format string, quality int) error {
	switch format {
	case "png":
		return png.Encode(w, p.img)
	case "webp":
		return nativewebp.Encode(w, p.img, nil)
	case "jpeg":
		if quality == 0 {
			quality = DefaultQuality
		}
		return jpeg.Encode(w, p.flat(), &jpeg.Options{Quality: quality})
	}
	return pixels.ErrUnknown
}

// flat is the picture without transparency, which JPEG does not have.
func (p *Picture) flat() image.Image {
	if opaque(p.img) {
		return p.img
	}
	p.did("what was transparent became white")
	return pixels.Flatten(p.img, image.White)
}

func opaque(img image.Image) bool {
	known, ok := img.(interface{ Opaque() bool })
	return ok && known.Opaque()
}
