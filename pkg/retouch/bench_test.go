package retouch_test

import (
	"io"
	"testing"

	"github.com/codexgen/codexgen/pkg/corpus"
	"github.com/codexgen/codexgen/pkg/retouch"
)

// BenchmarkSteps is what a person waits for after the image has come, of the
// size that the backend usually draws:
//
//	go test ./pkg/retouch -run '^$' -bench Steps -benchtime 3x
func BenchmarkSteps(b *testing.B) {
	file := corpus.PNG(corpus.Halves(1672, 941))
	b.Run("crop", func(b *testing.B) {
		for b.Loop() {
			if err := open(b, file, "png").Fit("crop", 1920, 1080); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, format := range retouch.Formats {
		b.Run(format, func(b *testing.B) {
			for b.Loop() {
				if err := open(b, file, "png").Encode(io.Discard, format, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
