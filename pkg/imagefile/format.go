// Package imagefile knows image files: it recognises and checks image bytes
// while they stream by, chooses names, and turns a stream into a file that
// appears whole or not at all. Bytes are written exactly as they were
// received, since they may carry signed content credentials.
package imagefile

import "bytes"

// A Format is a kind of image file; "" is none that is known.
type Format string

const (
	PNG  Format = "png"
	JPEG Format = "jpeg"
	WebP Format = "webp"
	GIF  Format = "gif"
)

// headSize is how many bytes Sniff wants to see.
const headSize = 12

// Sniff recognises a format by the first 12 bytes of a file.
func Sniff(head []byte) Format {
	switch {
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return PNG
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return JPEG
	case len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP":
		return WebP
	case bytes.HasPrefix(head, []byte("GIF87a")), bytes.HasPrefix(head, []byte("GIF89a")):
		return GIF
	}
	return ""
}

// Ext is the usual extension, with its dot.
func (f Format) Ext() string {
	switch f {
	case JPEG:
		return ".jpg"
	case "":
		return ".png"
	}
	return "." + string(f)
}

// formatOf is the format that an extension stands for.
func formatOf(ext string) (Format, bool) {
	switch ext {
	case ".png":
		return PNG, true
	case ".jpg", ".jpeg":
		return JPEG, true
	case ".webp":
		return WebP, true
	case ".gif":
		return GIF, true
	}
	return "", false
}

// Info is what the bytes say of themselves.
type Info struct {
	Format   Format
	Width    int // pixels
	Height   int
	Alpha    bool // the file has an alpha channel or a transparent colour
	Bytes    int64
	SHA256   string   // hex
	Warnings []string // faults that did not cost the picture
}

// An InvalidError says in plain words why bytes are not a whole image.
type InvalidError struct{ Reason string }

func (e *InvalidError) Error() string { return e.Reason }

func invalid(reason string) error { return &InvalidError{reason} }
