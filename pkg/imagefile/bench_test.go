package imagefile_test

import (
	"image"
	"image/png"
	"slices"
	"testing"

	"github.com/codexgen/codexgen/pkg/imagefile"
)

// pictures are 32 MB of pixels: noise, which is stored; noise of six bits, which
// is Huffman-coded as photographs are; and a drawing, which inflates ninety-fold.
func pictures(b *testing.B) map[string][]byte {
	b.Helper()
	stored, coded := noise(2828, 2828), noise(2828, 2828)
	drawing := image.NewNRGBA(stored.Rect)
	for i := range drawing.Pix {
		coded.Pix[i] &= 0x3f
		drawing.Pix[i] = byte(i/9000) ^ byte(i>>5)
	}
	return map[string][]byte{
		"stored":  encodePNG(b, stored, png.NoCompression),
		"coded":   encodePNG(b, coded, png.DefaultCompression),
		"drawing": encodePNG(b, drawing, png.DefaultCompression),
	}
}

// part is how much comes at once from the decoder of base64 text.
const part = 24 << 10

func BenchmarkChecker(b *testing.B) {
	for name, data := range pictures(b) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := verdict(b, data, part); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkTemp(b *testing.B) {
	target, err := imagefile.NewTarget(imagefile.Options{Output: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer target.Close()
	for name, data := range pictures(b) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				temp, err := target.Create()
				if err != nil {
					b.Fatal(err)
				}
				for p := range slices.Chunk(data, part) {
					if _, err := temp.Write(p); err != nil {
						b.Fatal(err)
					}
				}
				if _, err := temp.Check(); err != nil {
					b.Fatal(err)
				}
				if err := temp.Discard(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
