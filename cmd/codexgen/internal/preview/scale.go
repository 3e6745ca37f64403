package preview

import (
	"image"
	"image/color"
	"image/draw"
)

// scale makes a picture smaller: each new pixel is the mean of the old ones
// that it covers. The resampler of x/image keeps the source's height times the
// target's width in 32-byte cells (38 MB for a usual picture); this one keeps
// nothing.
func scale(picture image.Image, size image.Point) *image.RGBA {
	src, ok := picture.(image.RGBA64Image)
	if !ok {
		copied := image.NewRGBA(picture.Bounds())
		draw.Draw(copied, copied.Bounds(), picture, picture.Bounds().Min, draw.Src)
		src = copied
	}
	from := src.Bounds()
	out := image.NewRGBA(image.Rectangle{Max: size})
	for y := range size.Y {
		top, bottom := span(y, size.Y, from.Min.Y, from.Dy())
		for x := range size.X {
			left, right := span(x, size.X, from.Min.X, from.Dx())
			out.SetRGBA(x, y, mean(src, image.Rect(left, top, right, bottom)))
		}
	}
	return out
}

// span is the part of the old length that position i of n covers, never empty.
func span(i, n, from, length int) (low, high int) {
	low = from + i*length/n
	return low, max(low+1, from+(i+1)*length/n)
}

func mean(src image.RGBA64Image, part image.Rectangle) color.RGBA {
	var r, g, b, a uint64
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			c := src.RGBA64At(x, y)
			r, g, b, a = r+uint64(c.R), g+uint64(c.G), b+uint64(c.B), a+uint64(c.A)
		}
	}
	n := uint64(part.Dx()*part.Dy()) << 8 // 16 bits become 8
	return color.RGBA{R: uint8(r / n), G: uint8(g / n), B: uint8(b / n), A: uint8(a / n)}
}
