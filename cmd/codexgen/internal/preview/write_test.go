package preview

import (
	"bytes"
	"encoding/base64"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// sample is a gradient with a transparent corner and an odd height.
func sample(width, height int) *image.NRGBA {
	picture := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.NRGBA{R: uint8(x * 255 / width), G: uint8(y * 255 / height), B: 128, A: 255}
			if x < width/4 && y < height/2 {
				c.A = 0
			}
			picture.SetNRGBA(x, y, c)
		}
	}
	return picture
}

// golden compares what is written, made visible, with a file.
func golden(t *testing.T, name, written string) {
	t.Helper()
	var lines strings.Builder
	for line := range strings.Lines(written) {
		lines.WriteString(strings.Trim(strconv.QuoteToGraphic(line), `"`) + "\n")
	}
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(lines.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), lines.String()); diff != "" {
		t.Error(diff)
	}
}

var payload = regexp.MustCompile(`(?:;|preserveAspectRatio=1:)([A-Za-z0-9+/=]{64,})`)

var stated = regexp.MustCompile(`;size=(\d+);`)

// withoutData takes the base64 and its stated size out, since the bytes of a
// compressor may change, and returns what the base64 decodes to.
func withoutData(t *testing.T, written string) (string, []byte) {
	t.Helper()
	var file []byte
	text := payload.ReplaceAllStringFunc(written, func(found string) string {
		data := payload.FindStringSubmatch(found)[1]
		piece, err := base64.StdEncoding.DecodeString(data)
		if err != nil {
			t.Error(err)
		}
		file = append(file, piece...)
		return strings.TrimSuffix(found, data) + "<base64>"
	})
	if size := stated.FindStringSubmatch(text); size != nil && strings.Count(text, ";size=") == 1 && size[1] != strconv.Itoa(len(file)) {
		t.Errorf("stated are %s bytes, sent %d", size[1], len(file))
	}
	return stated.ReplaceAllString(text, ";size=<bytes>;"), file
}

func TestGolden(t *testing.T) {
	room := Area{Columns: 13, Rows: 9, CellWidth: 10, CellHeight: 20}
	for name, p := range map[string]Protocol{"kitty": Kitty, "iterm2": ITerm2, "truecolor": TrueColor, "color256": Color256} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := Write(&out, sample(160, 150), p, room); err != nil {
				t.Fatal(err)
			}
			text, file := withoutData(t, out.String())
			golden(t, name, text)
			if p == TrueColor || p == Color256 {
				return
			}
			sent, err := png.Decode(bytes.NewReader(file))
			if err != nil || sent.Bounds() != image.Rect(0, 0, 128, 120) {
				t.Fatalf("sent %v, %v", sent, err)
			}
			if _, _, _, alpha := sent.At(0, 0).RGBA(); alpha != 0 {
				t.Error("the transparent corner is lost")
			}
		})
	}
	var out bytes.Buffer
	if err := Write(&out, sample(4, 4), None, room); err != nil || out.Len() > 0 {
		t.Errorf("None wrote %q, %v", out.String(), err)
	}
}

// grain does not compress, so that it takes many pieces.
func grain(size int) image.Image {
	picture, state := image.NewNRGBA(image.Rect(0, 0, size, size)), uint32(1)
	for i := range picture.Pix {
		state = state*1664525 + 1013904223
		picture.Pix[i] = uint8(state >> 24)
	}
	return picture
}

func TestKittyPieces(t *testing.T) {
	var out bytes.Buffer
	if err := Write(&out, grain(100), Kitty, Area{Columns: 80, Rows: 24, CellWidth: 10, CellHeight: 20}); err != nil {
		t.Fatal(err)
	}
	pieces := strings.Split(out.String(), "\x1b_G")[1:]
	if len(pieces) < 5 {
		t.Fatalf("%d pieces", len(pieces))
	}
	for i, piece := range pieces {
		keys, rest, _ := strings.Cut(piece, ";")
		data, _, _ := strings.Cut(rest, "\x1b\\")
		last := i == len(pieces)-1
		if len(data) > 4096 || !last && len(data)%4 != 0 || strings.HasSuffix(keys, "m=0") != last {
			t.Errorf("piece %d: %s with %d characters", i, keys, len(data))
		}
	}
	_, file := withoutData(t, out.String())
	if _, err := png.Decode(bytes.NewReader(file)); err != nil {
		t.Error(err)
	}
}

var sgr = regexp.MustCompile("\x1b\\[[0-9;]*m")

// Whatever the picture and the terminal, half blocks stay within its columns
// and rows, and hold no sequence but colours.
func FuzzBlocksStayInTheirRoom(f *testing.F) {
	f.Add(uint16(1254), uint16(1254), uint8(80), uint8(24))
	f.Add(uint16(1), uint16(600), uint8(1), uint8(1))
	f.Add(uint16(600), uint16(1), uint8(200), uint8(2))
	f.Fuzz(func(t *testing.T, width, height uint16, columns, rows uint8) {
		picture := image.NewGray(image.Rect(0, 0, 1+int(width)%700, 1+int(height)%700))
		room := Area{Columns: 1 + int(columns), Rows: 1 + int(rows)}
		var out bytes.Buffer
		drawn, err := write(&out, picture, Color256, room, 0)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(sgr.ReplaceAllString(out.String(), ""), "\n"), "\n")
		if len(lines) != drawn || drawn > max(1, room.Rows-spareRows) {
			t.Errorf("%d lines, said %d, room for %d", len(lines), drawn, room.Rows)
		}
		for _, line := range lines {
			if n := utf8.RuneCountInString(line); n == 0 || n > max(1, room.Columns-1) || strings.Trim(line, "▀▄ ") != "" {
				t.Fatalf("%d columns of %d: %q", n, room.Columns, line)
			}
		}
	})
}

func TestPaletteIsTheNearest(t *testing.T) {
	values := []int{0, 95, 135, 175, 215, 255}
	var fixed [256][3]int
	for i := 16; i < 232; i++ {
		fixed[i] = [3]int{values[(i-16)/36], values[(i-16)/6%6], values[(i-16)%6]}
	}
	for i := 232; i < 256; i++ {
		fixed[i] = [3]int{8 + 10*(i-232), 8 + 10*(i-232), 8 + 10*(i-232)}
	}
	distance := func(c color.RGBA, i int) int {
		r, g, b := int(c.R)-fixed[i][0], int(c.G)-fixed[i][1], int(c.B)-fixed[i][2]
		return r*r + g*g + b*b
	}
	for n := range 4096 {
		c := color.RGBA{R: uint8(n>>8&15) * 17, G: uint8(n>>4&15) * 17, B: uint8(n&15) * 17, A: 255}
		var got int
		if _, err := fmt.Sscanf(palette(c), "5;%d", &got); err != nil {
			t.Fatal(err)
		}
		for i := 16; i < 256; i++ {
			if distance(c, i) < distance(c, got) {
				t.Fatalf("%v: colour %d, but %d is nearer", c, got, i)
			}
		}
	}
}

func TestWhatIsSentIsBounded(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {1448, 1448}, {1449, 1449}, {3840, 2160}, {1 << 20, 3}} {
		got := bounded(size)
		if got.X*got.Y > maxSent || got.X < 1 || got.Y < 1 || size.X*size.Y <= maxSent && got != size {
			t.Errorf("%v becomes %v", size, got)
		}
	}
}

func BenchmarkUsualPicture(b *testing.B) {
	picture := sample(1254, 1254)
	for name, p := range map[string]Protocol{"kitty": Kitty, "blocks": TrueColor} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var out bytes.Buffer
				if err := Write(&out, picture, p, Area{Columns: 120, Rows: 50}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
