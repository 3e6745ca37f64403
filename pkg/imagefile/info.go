package imagefile

import (
	"fmt"
	"slices"
)

// MaxPixels is the largest picture that passes. A header of thirty bytes can
// claim any size, and whoever opens the file has to allocate it: 100 million
// pixels are 400 MB, and twelve times the largest picture on offer.
const MaxPixels = 100_000_000

// maxWarnings bounds what a file full of faults can make us keep.
const maxWarnings = 8

// Info is what an image's bytes say of themselves.
type Info struct {
	Format   Format
	Width    int      // pixels
	Height   int      // pixels
	Alpha    bool     // there is an alpha channel or a transparent colour, used or not
	Signed   bool     // there are content credentials (C2PA); whether they are valid is not looked at
	Profile  bool     // there is an ICC colour profile, which says what the numbers of the pixels look like
	Bytes    int64    // length of the file
	SHA256   string   // of the file, in hex, where it was asked for
	Warnings []string // faults that do not cost the picture, in plain words
}

func (i *Info) warn(text string) {
	if len(i.Warnings) < maxWarnings && !slices.Contains(i.Warnings, text) {
		i.Warnings = append(i.Warnings, text)
	}
}

// setSize takes over a picture's size if it is one that passes.
func (i *Info) setSize(width, height uint32) error {
	if width == 0 || height == 0 {
		return invalid("its width or height is 0")
	}
	if uint64(width)*uint64(height) > MaxPixels {
		return invalid(fmt.Sprintf("it claims %d x %d pixels; at most %d million are taken", width, height, MaxPixels/1_000_000))
	}
	i.Width, i.Height = int(width), int(height)
	return nil
}

// An InvalidError says in plain words why bytes are not a whole image; the
// subject of the sentence is the image: "it ends early".
type InvalidError struct{ Reason string }

func (e *InvalidError) Error() string     { return "the image is damaged: " + e.Reason }
func (e *InvalidError) ExitCode() int     { return 8 }
func (e *InvalidError) ErrorType() string { return "damaged_image" }

func invalid(reason string) error { return &InvalidError{reason} }
