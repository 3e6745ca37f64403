package sandbox

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"
	"math/rand/v2"
	"strings"
	"sync"

	"github.com/HugoSmits86/nativewebp"
	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// mark is the text chunk that every PNG of the sandbox carries.
const mark = "SANDBOX: drawn by codexgen's emulated backend, not by an image model"

// A drawing is a picture to be made: the same one for the same values.
type drawing struct {
	prompt      string
	w, h        int
	format      string
	stage       int // 1 is the first draft, 0 the final picture
	transparent bool
	big         bool // full of grain that does not compress
}

// pictures keeps the last big one, which takes a while to make.
type pictures struct {
	mu    sync.Mutex
	last  drawing
	bytes []byte
}

func (p *pictures) encode(d drawing) ([]byte, error) {
	if !d.big {
		return d.encode()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.last == d {
		return p.bytes, nil
	}
	encoded, err := d.encode()
	p.last, p.bytes = d, encoded
	return encoded, err
}

// writePicture sends a picture as base64, with the faults of its bytes.
func (a *answer) writePicture(w io.Writer, d drawing, final bool) {
	if a.on.has("jpeg-bytes") {
		d.format = "jpeg"
	}
	data, err := a.s.pictures.encode(d)
	if err != nil {
		return
	}
	if final && a.on.has("bad-crc") {
		data = bytes.Clone(data)
		data[29] ^= 0xff // the first byte of IHDR's checksum
	}
	half := len(data) / 2 / 3 * 3
	encoder := base64.NewEncoder(base64.StdEncoding, w)
	_, _ = encoder.Write(data[:half])
	if final && a.on.has("corrupt") {
		_ = encoder.Close()
		_, _ = io.WriteString(w, "!!!!")
	}
	_, _ = encoder.Write(data[half:])
	_ = encoder.Close()
}

func (d drawing) encode() ([]byte, error) {
	var out bytes.Buffer
	img := d.paint()
	var err error
	switch d.format {
	case "jpeg":
		err = jpeg.Encode(&out, img, &jpeg.Options{Quality: 90})
	case "webp":
		err = nativewebp.Encode(&out, img, nil)
	default:
		encoder := png.Encoder{CompressionLevel: png.BestSpeed}
		if d.big {
			encoder.CompressionLevel = png.NoCompression
		}
		err = encoder.Encode(&out, img)
		return marked(out.Bytes()), err
	}
	return out.Bytes(), err
}

// marked puts the text chunk after IHDR.
func marked(data []byte) []byte {
	const ihdrEnd = 8 + 25
	if len(data) < ihdrEnd {
		return data
	}
	body := []byte("tEXtComment\x00" + mark)
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(body)-4))
	chunk = binary.BigEndian.AppendUint32(append(chunk, body...), crc32.ChecksumIEEE(body))
	return bytes.Join([][]byte{data[:ihdrEnd], chunk, data[ihdrEnd:]}, nil)
}

// paint draws the picture. A draft is the same picture, seen more coarsely.
func (d drawing) paint() image.Image {
	canvas := image.NewNRGBA(image.Rect(0, 0, d.w, d.h))
	hash := fnv.New64a()
	_, _ = io.WriteString(hash, d.prompt)
	random := rand.New(rand.NewPCG(hash.Sum64(), 1))
	d.sky(canvas, random)
	for range 7 {
		disc(canvas, random.IntN(d.w), random.IntN(d.h), (8+random.IntN(20))*min(d.w, d.h)/100, tone(random, 150))
	}
	d.words(canvas)
	if d.big {
		grain(canvas, random)
		return opaque{canvas}
	}
	if d.stage > 0 {
		coarse := image.NewNRGBA(image.Rect(0, 0, max(d.w*d.stage/48, 4), max(d.h*d.stage/48, 4)))
		xdraw.ApproxBiLinear.Scale(coarse, coarse.Bounds(), canvas, canvas.Bounds(), xdraw.Src, nil)
		xdraw.ApproxBiLinear.Scale(canvas, canvas.Bounds(), coarse, coarse.Bounds(), xdraw.Src, nil)
		label(canvas, "SANDBOX  draft", d.h/14, d.h-d.h/20)
	}
	return canvas
}

// opaque hides that the picture could be transparent, so that PNG stores
// three bytes a pixel.
type opaque struct{ *image.NRGBA }

func (opaque) Opaque() bool { return true }

func (d drawing) sky(canvas *image.NRGBA, random *rand.Rand) {
	top, bottom := tone(random, 255), tone(random, 255)
	for y := range d.h {
		c := color.NRGBA{mix(top.R, bottom.R, y, d.h), mix(top.G, bottom.G, y, d.h), mix(top.B, bottom.B, y, d.h), 255}
		if d.transparent {
			c = color.NRGBA{}
		}
		draw.Draw(canvas, image.Rect(0, y, d.w, y+1), image.NewUniform(c), image.Point{}, draw.Src)
	}
}

func mix(a, b uint8, at, of int) uint8 { return uint8((int(a)*(of-at) + int(b)*at) / of) }

func tone(random *rand.Rand, alpha uint8) color.NRGBA {
	return color.NRGBA{uint8(40 + random.IntN(190)), uint8(40 + random.IntN(190)), uint8(60 + random.IntN(190)), alpha}
}

func disc(canvas *image.NRGBA, cx, cy, r int, c color.NRGBA) {
	for y := max(cy-r, 0); y < min(cy+r, canvas.Rect.Dy()); y++ {
		half := 0
		for half*half+(y-cy)*(y-cy) < r*r {
			half++
		}
		draw.Draw(canvas, image.Rect(cx-half, y, cx+half, y+1), image.NewUniform(c), image.Point{}, draw.Over)
	}
}

// grain makes the pixels incompressible, as noise in a photograph does.
func grain(canvas *image.NRGBA, random *rand.Rand) {
	for i := 0; i < len(canvas.Pix); i += 8 {
		noise := random.Uint64()
		for j := range min(8, len(canvas.Pix)-i) {
			if (i+j)%4 != 3 {
				canvas.Pix[i+j] ^= uint8(noise>>(8*j)) & 0x1f
			}
		}
	}
}

// words writes the prompt in the middle and the mark at the foot.
func (d drawing) words(canvas *image.NRGBA) {
	size := max(min(d.w, d.h)/16, 7)
	lines := wrap(d.prompt, max(d.w*9/10*2/size, 8), 6)
	for i, line := range lines {
		label(canvas, line, size, d.h/2+(2*i-len(lines)+1)*size*6/10)
	}
	label(canvas, "SANDBOX", max(d.h/14, 8), d.h-d.h/20)
}

func wrap(text string, width, most int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case len([]rune(line))+1+len([]rune(word)) <= width:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	lines = append(lines, line)
	if len(lines) > most {
		lines = append(lines[:most-1], lines[most-1]+" …")
	}
	return lines
}

// label writes centred text with its foot at y, on a dark band so that it
// can be read on any colour.
func label(canvas *image.NRGBA, text string, size, y int) {
	parsed, err := opentype.Parse(gobold.TTF)
	if err != nil {
		panic(fmt.Sprintf("the built-in font: %v", err))
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: float64(size), DPI: 72})
	if err != nil {
		panic(fmt.Sprintf("the built-in font: %v", err))
	}
	defer face.Close()
	width := font.MeasureString(face, text).Ceil()
	x := (canvas.Rect.Dx() - width) / 2
	band := image.Rect(x-size/3, y-size, x+width+size/3, y+size/3)
	draw.Draw(canvas, band, image.NewUniform(color.NRGBA{0, 0, 0, 110}), image.Point{}, draw.Over)
	drawer := font.Drawer{Dst: canvas, Src: image.White, Face: face, Dot: fixed.P(x, y)}
	drawer.DrawString(text)
}
