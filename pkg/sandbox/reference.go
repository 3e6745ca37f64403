package sandbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"image"
	"image/color"
	"io"
	"strings"

	_ "image/gif" // decoders of references
	_ "image/jpeg"
	_ "image/png"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"
)

// Bounds of what is decoded of a request's references.
const (
	maxReferencePixels = 64_000_000
	maxShown           = 16 // tiles on a picture
)

// references are the URLs of the images in user messages.
func (q *request) references() []string {
	var urls []string
	for _, p := range userParts(q) {
		if isType("input_image")(p) {
			urls = append(urls, p.str("image_url"))
		}
	}
	return urls
}

// edited are the URLs of the images of an edit.
func edited(o object) []string {
	var urls []string
	for _, entry := range objects(o.list("images")) {
		urls = append(urls, entry.str("image_url"))
	}
	return urls
}

// seen are the references that the fault lets through.
func (x *exchange) seen(urls []string) []string {
	if x.faults.ignoreReferences {
		return nil
	}
	return urls
}

// paintReferences shows each reference as a tile in a row, so that an edit is
// visibly one: small, and in white frames.
func paintReferences(img *image.RGBA, urls []string) {
	unit := min(img.Rect.Dx(), img.Rect.Dy())
	edge, gap := unit/6, unit/40
	at := image.Pt(gap, unit/6)
	for _, url := range urls[:min(len(urls), maxShown)] {
		box := image.Rectangle{at, at.Add(image.Pt(edge, edge))}
		draw.Draw(img, box.Inset(-max(1, gap/4)), image.White, image.Point{}, draw.Src)
		tile(img, box, url)
		at.X += edge + gap
		if at.X+edge > img.Rect.Dx() {
			at = image.Pt(gap, at.Y+edge+gap)
		}
	}
}

// tile draws a reference, or, where it cannot be decoded here, a colour that
// its bytes decide.
func tile(img *image.RGBA, box image.Rectangle, url string) {
	reference, ok := decodeURL(url)
	if !ok {
		sum := sha256.Sum256([]byte(url))
		draw.Draw(img, box, image.NewUniform(color.RGBA{sum[0], sum[1], sum[2], 255}), image.Point{}, draw.Src)
		return
	}
	draw.ApproxBiLinear.Scale(img, box, reference, reference.Bounds(), draw.Over, nil)
}

func decodeURL(url string) (image.Image, bool) {
	_, data, ok := strings.Cut(url, ";base64,")
	if !ok {
		return nil, false
	}
	open := func() io.Reader { return base64.NewDecoder(base64.StdEncoding, strings.NewReader(data)) }
	config, _, err := image.DecodeConfig(open())
	if err != nil || int64(config.Width)*int64(config.Height) > maxReferencePixels {
		return nil, false
	}
	var whole bytes.Buffer
	if _, err := whole.ReadFrom(open()); err != nil {
		return nil, false
	}
	reference, _, err := image.Decode(&whole)
	return reference, err == nil
}
