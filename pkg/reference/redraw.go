package reference

import (
	"bufio"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"

	"github.com/bep/imagemeta"

	"github.com/codexgen/codexgen/pkg/imagefile"
	"github.com/codexgen/codexgen/pkg/internal/pixels"
)

// jpegQuality keeps a redrawn photograph from losing more than it must.
const jpegQuality = 95

// redraw makes a picture fit to be sent, if it is not, and says what it did.
func (s *Set) redraw(file *os.File, info imagefile.Info) (*os.File, []string, error) {
	whole := io.NewSectionReader(file, 0, MaxBytes)
	turn := orientation(whole, info.Format)
	var changes []string
	if info.Format == imagefile.GIF {
		changes = append(changes, "the first frame of the GIF is sent, as PNG")
	}
	if turn > 1 {
		changes = append(changes, "turned upright, as its EXIF orientation says")
	}
	if inCMYK(whole, info.Format) {
		changes = append(changes, "CMYK was made RGB; colours can differ a little")
	}
	width, height := s.fit(info.Width, info.Height)
	if width != info.Width || height != info.Height {
		changes = append(changes, fmt.Sprintf("scaled down from %dx%d pixels", info.Width, info.Height))
	}
	if len(changes) == 0 {
		return nil, nil, nil
	}
	img, err := pixels.Decode(whole, string(info.Format))
	if err != nil {
		return nil, nil, undecodable(err)
	}
	if width != img.Bounds().Dx() || height != img.Bounds().Dy() {
		img = pixels.Scale(img, img.Bounds(), width, height)
	}
	redrawn, err := s.encode(pixels.Turn(img, turn), whole, info.Format)
	return redrawn, changes, err
}

func undecodable(err error) error {
	if errors.Is(err, pixels.ErrTooLarge) {
		return &Error{Reason: err.Error(), Advice: "save it smaller", Err: err}
	}
	return &Error{Reason: "it cannot be decoded: " + err.Error(), Advice: saveAnew, Err: err}
}

// fit is a picture's size within MaxEdge.
func (s *Set) fit(width, height int) (int, int) {
	longer, limit := max(width, height), s.options.MaxEdge
	if limit <= 0 || longer <= limit {
		return width, height
	}
	scale := func(side int) int { return max(1, (side*limit+longer/2)/longer) }
	return scale(width), scale(height)
}

// encode writes a JPEG again as JPEG, with its colour profile, and everything
// else as PNG.
func (s *Set) encode(img image.Image, original *io.SectionReader, format imagefile.Format) (*os.File, error) {
	file, err := s.create()
	if err != nil {
		return nil, err
	}
	out := bufio.NewWriterSize(file, 64<<10)
	if format == imagefile.JPEG {
		err = encodeJPEG(out, img, original)
	} else {
		err = png.Encode(out, img)
	}
	return file, errors.Join(err, out.Flush())
}

func encodeJPEG(out io.Writer, img image.Image, original *io.SectionReader) error {
	var profile []byte
	if !inCMYK(original, imagefile.JPEG) { // it would be one for CMYK
		profile = colourProfile(original)
	}
	return jpeg.Encode(&afterSOI{w: out, insert: profile}, img, &jpeg.Options{Quality: jpegQuality})
}

// inCMYK is true for JPEGs with four colours, which many programs show wrong.
func inCMYK(r io.ReadSeeker, format imagefile.Format) bool {
	if format != imagefile.JPEG {
		return false
	}
	config, err := pixels.Config(r, string(format))
	return (err == nil || errors.Is(err, pixels.ErrTooLarge)) && config.ColorModel == color.CMYKModel
}

// orientation is EXIF's, 1 to 8, or 1 where there is none that can be read: a
// broken note does not cost the picture.
func orientation(r io.ReadSeeker, format imagefile.Format) int {
	kind, ok := map[imagefile.Format]imagemeta.ImageFormat{
		imagefile.JPEG: imagemeta.JPEG, imagefile.PNG: imagemeta.PNG, imagefile.WebP: imagemeta.WebP}[format]
	if _, err := r.Seek(0, io.SeekStart); err != nil || !ok {
		return 1
	}
	found := 1
	_, _ = imagemeta.Decode(imagemeta.Options{
		R: r, ImageFormat: kind, Sources: imagemeta.EXIF, LimitNumTags: 256, LimitTagSize: 64,
		// The thumbnail, IFD1, has an orientation of its own.
		ShouldHandleTag: func(tag imagemeta.TagInfo) bool { return tag.Tag == "Orientation" && tag.Namespace == "IFD0" },
		HandleTag: func(tag imagemeta.TagInfo) error {
			if value, ok := tag.Value.(uint16); ok && value >= 1 && value <= 8 {
				found = int(value)
			}
			return nil
		},
	})
	return found
}
