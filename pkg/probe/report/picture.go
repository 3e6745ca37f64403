package report

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"

	"github.com/codexgen/codexgen/pkg/internal/pixels"
	"github.com/codexgen/codexgen/pkg/probe"
)

const (
	maxEdge    = 512 // pixels of a small copy's longer side
	jpegDetail = 85
)

// thumbnail is a small copy of a kept picture as a data URL, "" where there is
// none. It is drawn anew from the pixels, so that nothing that a server put
// into the file gets into the page.
func thumbnail(r probe.Result, open func(string) (io.ReadSeekCloser, error)) string {
	if open == nil || r.Evidence == nil || r.Evidence.Picture == nil {
		return ""
	}
	file, err := open(r.Name)
	if err != nil {
		return ""
	}
	defer file.Close()
	img, err := pixels.Decode(file, r.Evidence.Picture.Format)
	if err != nil {
		return ""
	}
	return dataURL(smaller(img))
}

func smaller(img image.Image) image.Image {
	size := img.Bounds().Size()
	longer := max(size.X, size.Y)
	if longer <= maxEdge {
		return img
	}
	return pixels.Scale(img, img.Bounds(), max(1, size.X*maxEdge/longer), max(1, size.Y*maxEdge/longer))
}

// dataURL keeps transparency as PNG; the rest is a JPEG, a tenth of its size.
func dataURL(img image.Image) string {
	var bytes bytes.Buffer
	kind, err := "png", error(nil)
	if opaque, ok := img.(interface{ Opaque() bool }); ok && opaque.Opaque() {
		kind, err = "jpeg", jpeg.Encode(&bytes, pixels.Flatten(img, color.White), &jpeg.Options{Quality: jpegDetail})
	} else {
		err = png.Encode(&bytes, img)
	}
	if err != nil {
		return ""
	}
	return "data:image/" + kind + ";base64," + base64.StdEncoding.EncodeToString(bytes.Bytes())
}
