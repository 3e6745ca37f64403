// Package corpus makes, for tests, the pictures that people really send as
// references and that programs trip over. It is not linked into codexgen.
package corpus

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"slices"

	"github.com/HugoSmits86/nativewebp"
)

// The colours of the halves of Halves.
var (
	Left  = color.RGBA{200, 30, 30, 255}
	Right = color.RGBA{30, 30, 200, 255}
)

// Halves is a picture whose left half is red and whose right half is blue.
func Halves(width, height int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			img.SetRGBA(x, y, Left)
			if x >= width/2 {
				img.SetRGBA(x, y, Right)
			}
		}
	}
	return img
}

// Files are the corpus by file name.
func Files() map[string][]byte {
	return map[string][]byte{
		"plain.png":      PNG(Halves(48, 32)),
		"plain.jpg":      JPEG(Halves(48, 32)),
		"plain.webp":     WebP(Halves(48, 32)),
		"mask.png":       PNG(mask(48, 32)),
		"full.png":       PNG(unused(48, 32)),
		"sixteen.png":    PNG(sixteenBits()),
		"rotated.jpg":    Rotated(JPEG(Halves(48, 32)), 6),
		"upright.jpg":    Rotated(JPEG(Halves(48, 32)), 1),
		"animated.gif":   animated(),
		"cmyk.jpg":       cmyk(),
		"truncated.webp": cutHalf(WebP(Halves(48, 32))),
		"drawing.svg":    []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>`),
		"page.png":       []byte("<!DOCTYPE html>\n<html><body>404</body></html>\n"),
		"bomb.png":       Bomb(30_000, 30_000),
		"phone.heic":     []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"),
	}
}

// PNG, JPEG and WebP encode a picture; a failure is the test's own.
func PNG(img image.Image) []byte {
	return encoded(func(out *bytes.Buffer) error { return png.Encode(out, img) })
}

func JPEG(img image.Image) []byte {
	return encoded(func(out *bytes.Buffer) error { return jpeg.Encode(out, img, &jpeg.Options{Quality: 95}) })
}

func WebP(img image.Image) []byte {
	return encoded(func(out *bytes.Buffer) error { return nativewebp.Encode(out, img, nil) })
}

func encoded(encode func(*bytes.Buffer) error) []byte {
	var out bytes.Buffer
	if err := encode(&out); err != nil {
		panic("corpus: " + err.Error())
	}
	return out.Bytes()
}

// mask is black, with its left half transparent.
func mask(width, height int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := width / 2; x < width; x++ {
			img.SetNRGBA(x, y, color.NRGBA{A: 255})
		}
	}
	return img
}

// unused has an alpha channel, in which one pixel is not quite full.
func unused(width, height int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i := 3; i < len(img.Pix); i += 4 {
		img.Pix[i] = 255
	}
	img.Pix[3] = 254
	return img
}

func sixteenBits() image.Image {
	img := image.NewNRGBA64(image.Rect(0, 0, 8, 8))
	for i := range img.Pix {
		img.Pix[i] = byte(i * 37)
	}
	return img
}

// Rotated puts an EXIF note with an orientation, and nothing else, behind a
// JPEG's first two bytes.
func Rotated(file []byte, orientation uint16) []byte {
	return WithSegment(file, 0xe1, append([]byte("Exif\x00\x00"), exif(orientation)...))
}

// WithSegment puts a segment behind a JPEG's first two bytes.
func WithSegment(file []byte, marker byte, data []byte) []byte {
	segment := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(data)+2))
	return slices.Concat(file[:2], segment, data, file[2:])
}

// exif is a TIFF header with one directory of one entry.
func exif(orientation uint16) []byte {
	out := []byte{'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0}
	for _, field := range []uint16{0x0112, 3} { // the tag; a short
		out = binary.LittleEndian.AppendUint16(out, field)
	}
	out = binary.LittleEndian.AppendUint32(out, 1)
	out = binary.LittleEndian.AppendUint16(out, orientation)
	return append(out, 0, 0, 0, 0, 0, 0)
}

// RotatedPNG puts the same note into a PNG, as chunk eXIf.
func RotatedPNG(file []byte, orientation uint16) []byte {
	return WithChunk(file, "eXIf", exif(orientation))
}

// WithChunk puts a chunk behind a PNG's header.
func WithChunk(file []byte, name string, data []byte) []byte {
	return slices.Concat(file[:33], chunk(name, data), file[33:])
}

func chunk(name string, data []byte) []byte {
	body := append([]byte(name), data...)
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	return binary.BigEndian.AppendUint32(append(out, body...), crc32.ChecksumIEEE(body))
}

// animated has two frames, the first of which covers a part of the canvas.
func animated() []byte {
	palette := color.Palette{color.Transparent, Left, Right}
	first := image.NewPaletted(image.Rect(4, 4, 12, 12), palette)
	second := image.NewPaletted(image.Rect(0, 0, 16, 16), palette)
	for i := range first.Pix {
		first.Pix[i] = 1
	}
	for i := range second.Pix {
		second.Pix[i] = 2
	}
	return encoded(func(out *bytes.Buffer) error {
		return gif.EncodeAll(out, &gif.GIF{Image: []*image.Paletted{first, second}, Delay: []int{10, 10},
			Config: image.Config{ColorModel: palette, Width: 16, Height: 16}})
	})
}

// cmyk is a baseline JPEG of one grey block in four colours: each of its
// tables has one code of one bit, "0".
func cmyk() []byte {
	file := []byte{0xff, 0xd8, 0xff, 0xd9}
	quantisation := append([]byte{0}, bytes.Repeat([]byte{1}, 64)...)
	huffman := func(class byte) []byte {
		return append([]byte{class, 1}, append(make([]byte, 15), 0)...)
	}
	frame := []byte{8, 0, 8, 0, 8, 4}
	scan := []byte{4}
	for id := byte(1); id <= 4; id++ {
		frame = append(frame, id, 0x11, 0)
		scan = append(scan, id, 0)
	}
	file = WithSegment(file, 0xda, append(scan, 0, 63, 0))
	file = slices.Insert(file, len(file)-2, 0) // eight times "0": direct current and end of block of four colours
	file = WithSegment(file, 0xc4, huffman(0x10))
	file = WithSegment(file, 0xc4, huffman(0x00))
	file = WithSegment(file, 0xc0, frame)
	file = WithSegment(file, 0xdb, quantisation)
	return WithSegment(file, 0xee, []byte("Adobe\x00\x64\x00\x00\x00\x00\x00"))
}

func cutHalf(file []byte) []byte { return file[:len(file)/2] }

// Bomb is a PNG that claims a size and has next to nothing in it.
func Bomb(width, height uint32) []byte {
	head := binary.BigEndian.AppendUint32(nil, width)
	head = binary.BigEndian.AppendUint32(head, height)
	return slices.Concat([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(head, 8, 2, 0, 0, 0)),
		chunk("IDAT", []byte{0x78, 1, 3, 0, 0, 0, 0, 1}), chunk("IEND", nil))
}
