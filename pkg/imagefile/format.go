package imagefile

import (
	"bytes"
	"strings"
)

// A Format is a kind of image file; "" is none that is known.
type Format string

const (
	PNG  Format = "png"
	JPEG Format = "jpeg"
	WebP Format = "webp"
	GIF  Format = "gif"
)

// sniffBytes is the most that Sniff looks at.
const sniffBytes = 12

const pngSignature = "\x89PNG\r\n\x1a\n"

// Sniff recognises a format by the first bytes of a file; twelve are enough.
func Sniff(head []byte) Format {
	switch {
	case bytes.HasPrefix(head, []byte(pngSignature)):
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

// Ext is the usual extension with its dot, ".jpg" for JPEG; "" for no format.
func (f Format) Ext() string {
	switch f {
	case "":
		return ""
	case JPEG:
		return ".jpg"
	}
	return "." + string(f)
}

// formatOf is the format that an extension stands for, or "".
func formatOf(ext string) Format {
	switch strings.ToLower(ext) {
	case ".png":
		return PNG
	case ".jpg", ".jpeg":
		return JPEG
	case ".webp":
		return WebP
	case ".gif":
		return GIF
	}
	return ""
}
