package sandbox

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"

	"github.com/HugoSmits86/nativewebp"
)

// notice is the text that every picture carries.
const notice = "SANDBOX: drawn by the emulated backend of codexgen from the prompt, not by a model."

// file is an encoded picture that knows its length before it is written.
type file interface {
	io.WriterTo
	Len() int
}

// encode makes a whole file: "png", "jpeg" or "webp".
func encode(img image.Image, format string) ([]byte, error) {
	var buf bytes.Buffer
	switch format {
	case "jpeg":
		err := jpeg.Encode(&buf, img, &jpeg.Options{Quality: 90})
		return withComment(buf.Bytes()), err
	case "webp":
		err := nativewebp.Encode(&buf, img, nil)
		return buf.Bytes(), err
	default:
		err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&buf, img)
		return withText(buf.Bytes()), err
	}
}

// headerEnd is where the chunks after IHDR begin: 8 bytes of signature, 25 of
// IHDR.
const headerEnd = 33

// withText puts a tEXt chunk behind IHDR.
func withText(file []byte) []byte {
	return withChunk(file, "tEXt", "Software\x00"+notice)
}

// withCredentials puts a chunk where the real pictures have their signed
// content credentials (OC#45452, 2026-09).
func withCredentials(file []byte) []byte {
	return withChunk(file, "caBX", "the sandbox signs nothing")
}

// withChunk puts a chunk behind IHDR.
func withChunk(file []byte, kind, data string) []byte {
	if len(file) < headerEnd {
		return file
	}
	out := append(make([]byte, 0, len(file)+len(data)+12), file[:headerEnd]...)
	out = appendChunk(out, kind, []byte(data))
	return append(out, file[headerEnd:]...)
}

// appendChunk adds one PNG chunk: length, type, data, CRC of the last two.
func appendChunk(out []byte, kind string, data []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(data)))
	start := len(out)
	out = append(append(out, kind...), data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[start:]))
}

// withComment puts a COM segment behind JPEG's SOI.
func withComment(file []byte) []byte {
	if len(file) < 2 {
		return file
	}
	out := append(make([]byte, 0, len(file)+128), file[:2]...)
	out = append(out, 0xff, 0xfe)
	out = binary.BigEndian.AppendUint16(out, uint16(len(notice)+2))
	return append(append(out, notice...), file[2:]...)
}

// badCRC spoils the checksum of the first IDAT chunk, in place.
func badCRC(file []byte) {
	at := headerEnd
	for at+12 <= len(file) {
		n := int(binary.BigEndian.Uint32(file[at:]))
		if string(file[at+4:at+8]) == "IDAT" {
			file[at+8+n] ^= 0xff
			return
		}
		at += 12 + n
	}
}

// flat is img with a palette of its first colour only: a bit a pixel, which is
// quick to write and to read.
func flat(img *image.RGBA) image.Image {
	return image.NewPaletted(img.Rect, color.Palette{img.RGBAAt(0, 0)})
}

// coarse is img in blocks of n pixels, each the colour of its middle.
func coarse(img *image.RGBA, n int) *image.RGBA {
	out := image.NewRGBA(img.Rect)
	w, h := img.Rect.Dx(), img.Rect.Dy()
	for y := 0; y < h; y += n {
		row := out.Pix[y*out.Stride:][:4*w]
		from := img.Pix[min(y+n/2, h-1)*img.Stride:]
		for x := 0; x < w; x += n {
			mid := 4 * min(x+n/2, w-1)
			for i := 4 * x; i < 4*min(x+n, w); i += 4 {
				copy(row[i:i+4], from[mid:mid+4])
			}
		}
		for below := y + 1; below < min(y+n, h); below++ {
			copy(out.Pix[below*out.Stride:][:4*w], row)
		}
	}
	return out
}
