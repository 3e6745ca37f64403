package pixels

import (
	"image"
	"image/color"
	"iter"

	"golang.org/x/image/draw"
)

// Scale draws the part of a picture inside from at a new size. The filter is
// Catmull-Rom, which keeps edges; while it works it takes 32 bytes for each
// new column of each old row.
func Scale(img image.Image, from image.Rectangle, width, height int) image.Image {
	scaled := canvas(img, width, height)
	draw.CatmullRom.Scale(scaled, scaled.Bounds(), img, from, draw.Src, nil)
	return scaled
}

// withRGBA64 makes colours readable without an allocation for each.
func withRGBA64(img image.Image) image.RGBA64Image {
	if direct, ok := img.(image.RGBA64Image); ok {
		return direct
	}
	return Flatten(img, color.Transparent)
}

// canvas is an empty picture that can hold the colours of another.
func canvas(like image.Image, width, height int) draw.RGBA64Image {
	area := image.Rect(0, 0, width, height)
	switch like.(type) {
	case *image.NRGBA64, *image.RGBA64, *image.Gray16:
		return image.NewNRGBA64(area)
	case *image.YCbCr, *image.CMYK, *image.Gray, *image.RGBA:
		return image.NewRGBA(area)
	}
	return image.NewNRGBA(area)
}

// Turn makes a picture upright that has an orientation of EXIF: 1 to 8, of
// which 1 is upright (Exif 2.32, 4.6.4, tag 0x0112).
func Turn(img image.Image, orientation int) image.Image {
	if orientation < 2 || orientation > 8 {
		return img
	}
	from := img.Bounds()
	width, height := from.Dx(), from.Dy()
	if orientation >= 5 {
		width, height = height, width
	}
	source, turned := withRGBA64(img), canvas(img, width, height)
	for y := range height {
		for x := range width {
			at := origin(orientation, x, y, width, height).Add(from.Min)
			turned.SetRGBA64(x, y, source.RGBA64At(at.X, at.Y))
		}
	}
	return turned
}

// origin is where the pixel at x, y of the upright picture, which is width by
// height, stands in the stored one.
func origin(orientation, x, y, width, height int) image.Point {
	right, bottom := width-1-x, height-1-y
	switch orientation {
	case 2:
		return image.Pt(right, y)
	case 3:
		return image.Pt(right, bottom)
	case 4:
		return image.Pt(x, bottom)
	case 5:
		return image.Pt(y, x)
	case 6:
		return image.Pt(y, right)
	case 7:
		return image.Pt(bottom, right)
	case 8:
		return image.Pt(bottom, x)
	}
	return image.Pt(x, y)
}

// Flatten lays a picture on one colour.
func Flatten(img image.Image, ground color.Color) *image.RGBA {
	area := image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy())
	flat := image.NewRGBA(area)
	draw.Draw(flat, area, image.NewUniform(ground), image.Point{}, draw.Src)
	draw.Draw(flat, area, img, img.Bounds().Min, draw.Over)
	return flat
}

// Place lays a picture on a larger ground.
func Place(img image.Image, at image.Point, ground color.Color, width, height int) image.Image {
	placed := canvas(img, width, height)
	draw.Draw(placed, placed.Bounds(), image.NewUniform(ground), image.Point{}, draw.Src)
	draw.Draw(placed, image.Rectangle{at, at.Add(img.Bounds().Size())}, img, img.Bounds().Min, draw.Src)
	return placed
}

// Alpha yields the alpha of every pixel, 0 to 255.
func Alpha(img image.Image) iter.Seq[uint8] {
	return func(yield func(uint8) bool) {
		source := withRGBA64(img)
		area := source.Bounds()
		for y := area.Min.Y; y < area.Max.Y; y++ {
			for x := area.Min.X; x < area.Max.X; x++ {
				if !yield(uint8(source.RGBA64At(x, y).A >> 8)) {
					return
				}
			}
		}
	}
}
