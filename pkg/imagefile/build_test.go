package imagefile_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/HugoSmits86/nativewebp"
)

// chunk is a whole PNG chunk.
func chunk(name string, data []byte) []byte {
	body := append([]byte(name), data...)
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	return binary.BigEndian.AppendUint32(append(out, body...), crc32.ChecksumIEEE(body))
}

// spoil turns a chunk's checksum wrong.
func spoil(chunk []byte) []byte {
	out := slices.Clone(chunk)
	out[len(out)-1] ^= 1
	return out
}

func pngOf(chunks ...[]byte) []byte {
	return append([]byte("\x89PNG\r\n\x1a\n"), slices.Concat(chunks...)...)
}

func ihdr(width, height uint32, depth, colour, interlace byte) []byte {
	data := binary.BigEndian.AppendUint32(nil, width)
	data = binary.BigEndian.AppendUint32(data, height)
	return chunk("IHDR", append(data, depth, colour, 0, 0, interlace))
}

func deflate(data []byte) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	_, _ = w.Write(data)
	_ = w.Close()
	return out.Bytes()
}

// The small picture of most cases: 4 x 3, grey, 8 bits.
var (
	smallHead = ihdr(4, 3, 8, 0, 0)
	smallRows = bytes.Repeat([]byte{0, 10, 20, 30, 40}, 3)
	iend      = chunk("IEND", nil)
)

func idat(rows []byte) []byte { return chunk("IDAT", deflate(rows)) }

func noise(width, height int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	random := rand.NewChaCha8([32]byte{7})
	_, _ = random.Read(img.Pix)
	return img
}

func encodePNG(tb testing.TB, img image.Image, level png.CompressionLevel) []byte {
	tb.Helper()
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: level}).Encode(&out, img); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// others are whole files of the formats that are not PNG.
func others(tb testing.TB) map[string][]byte {
	tb.Helper()
	var jpg, anim, web bytes.Buffer
	img := noise(40, 30)
	paletted := image.NewPaletted(image.Rect(0, 0, 40, 30), color.Palette{color.Transparent, color.White})
	err := jpeg.Encode(&jpg, img, nil)
	if err == nil {
		err = gif.Encode(&anim, paletted, nil)
	}
	if err == nil {
		err = nativewebp.Encode(&web, img, nil)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return map[string][]byte{"jpeg": jpg.Bytes(), "gif": anim.Bytes(), "webp": web.Bytes()}
}

func noise16(width, height int) image.Image {
	img := image.NewNRGBA64(image.Rect(0, 0, width, height))
	random := rand.NewChaCha8([32]byte{9})
	_, _ = random.Read(img.Pix)
	return img
}

// bigPNG is 25 MB of noise.
func bigPNG(tb testing.TB) []byte {
	tb.Helper()
	const side, row = 2500, 1 + 4*2500
	rows := make([]byte, side*row)
	random := rand.NewChaCha8([32]byte{3})
	_, _ = random.Read(rows)
	for y := range side {
		rows[y*row] = 0 // the filter
	}
	var out bytes.Buffer
	w, err := zlib.NewWriterLevel(&out, zlib.NoCompression)
	if err == nil {
		_, err = w.Write(rows)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		tb.Fatal(err)
	}
	return pngOf(ihdr(side, side, 8, 6, 0), chunk("IDAT", out.Bytes()), iend)
}
