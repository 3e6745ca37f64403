package probe

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"sync"

	"github.com/codexgen/codexgen/pkg/codex"
)

// references are drawn once, when they are first asked for.
var references = sync.OnceValue(func() (urls [6]string) {
	for n := range urls {
		urls[n] = drawReference(n)
	}
	return urls
})

// reference is the data URL of a small picture, another one for each n below 6.
func reference(n int) string { return references()[n] }

func drawReference(n int) string {
	const side = 64
	picture := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{
		color.RGBA{R: 200, G: 30, B: byte(40 * n), A: 255}, color.RGBA{R: 250, G: 250, B: 250, A: 255}})
	for y := range side {
		for x := range side {
			if dx, dy := x-side/2, y-side/2; dx*dx+dy*dy > side*side/9 {
				picture.SetColorIndex(x, y, 1)
			}
		}
	}
	var out bytes.Buffer
	_ = png.Encode(&out, picture) // a buffer takes everything
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(out.Bytes())
}

// toEdits turns the images plan into one for the edits route.
func toEdits(more ...codex.Edit) []codex.Edit {
	return append(edits(codex.SetPath("images/edits"), codex.Set("images", list{picture(0)})), more...)
}

func picture(n int) object { return object{"image_url": reference(n)} }

// inputImage is a reference as a content part of the responses route.
func inputImage() object { return object{"type": "input_image", "image_url": reference(0)} }
