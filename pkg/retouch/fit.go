package retouch

import (
	"fmt"
	"image"
	"image/color"

	"github.com/codexgen/codexgen/pkg/internal/pixels"
)

// Fits are the ways to an exact size: crop cuts off what is too much at two
// sides, pad adds borders, resize distorts. The first two scale before, so
// that as much as possible of the picture stays.
var Fits = []string{"crop", "pad", "resize"}

// MaxPixels is the largest picture that Fit makes.
const MaxPixels = pixels.MaxPixels

// Fit makes the picture exactly width by height pixels, with a Catmull-Rom
// filter. One that has the size already stays as it is.
func (p *Picture) Fit(how string, width, height int) error {
	if min(width, height) < 1 || width > MaxPixels/height {
		return fmt.Errorf("%dx%d pixels: at most %d million can be made", width, height, MaxPixels/1_000_000)
	}
	w, h := p.size()
	if w == width && h == height {
		return nil
	}
	from := fmt.Sprintf("from %dx%d to %dx%d pixels", w, h, width, height)
	switch how {
	case "crop":
		part := cover(p.img.Bounds(), width, height)
		p.img = pixels.Scale(p.img, part, width, height)
		p.did("cropped%s %s", andScaled(part.Dx() != width), from)
	case "pad":
		p.pad(width, height, from)
	case "resize":
		p.img = pixels.Scale(p.img, p.img.Bounds(), width, height)
		p.did("resized %s", from)
	default:
		return fmt.Errorf("fit %q is not known", how)
	}
	return nil
}

// cover is the largest part of an area, in its middle, that has the shape of
// width by height.
func cover(area image.Rectangle, width, height int) image.Rectangle {
	w, h := area.Dx(), area.Dy()
	if w*height > h*width {
		w = max(1, (h*width+height/2)/height)
	} else {
		h = max(1, (w*height+width/2)/width)
	}
	at := area.Min.Add(image.Pt((area.Dx()-w)/2, (area.Dy()-h)/2))
	return image.Rectangle{at, at.Add(image.Pt(w, h))}
}

// pad puts the picture into the middle of a ground: clear where the picture
// has clear parts itself, else in the mean colour of its edge.
func (p *Picture) pad(width, height int, from string) {
	var ground color.Color = color.Transparent
	name := "clear"
	if opaque(p.img) {
		mean := edgeColour(p.img)
		ground, name = mean, fmt.Sprintf("#%02x%02x%02x, the mean colour of its edge", mean.R, mean.G, mean.B)
	}
	w, h := p.size()
	inner := cover(image.Rect(0, 0, width, height), w, h)
	scaled := pixels.Scale(p.img, p.img.Bounds(), inner.Dx(), inner.Dy())
	p.img = pixels.Place(scaled, inner.Min, ground, width, height)
	p.did("padded%s %s with %s", andScaled(inner.Dx() != w), from, name)
}

func andScaled(scaled bool) string {
	if scaled {
		return " and scaled"
	}
	return ""
}

// edgeColour is the mean of the outermost pixels.
func edgeColour(img image.Image) color.RGBA {
	var r, g, b, n uint64
	add := func(x, y int) {
		red, green, blue, _ := img.At(x, y).RGBA()
		r, g, b, n = r+uint64(red), g+uint64(green), b+uint64(blue), n+1
	}
	area := img.Bounds()
	for x := area.Min.X; x < area.Max.X; x++ {
		add(x, area.Min.Y)
		add(x, area.Max.Y-1)
	}
	for y := area.Min.Y; y < area.Max.Y; y++ {
		add(area.Min.X, y)
		add(area.Max.X-1, y)
	}
	return color.RGBA{uint8(r / n >> 8), uint8(g / n >> 8), uint8(b / n >> 8), 255}
}
