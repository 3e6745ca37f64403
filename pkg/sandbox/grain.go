package sandbox

import (
	"encoding/binary"
	"hash"
	"hash/adler32"
	"hash/crc32"
	"image"
	"io"
	"math"
	"math/rand/v2"
)

// grain is a PNG of a given weight: noise in stored deflate blocks, around a
// small drawing. It is written row by row and never held.
type grain struct {
	size   image.Point
	inset  *image.RGBA // the drawing, at the top left
	tile   []byte      // the noise, used again from another place in each row
	badCRC bool
}

const (
	grainTile  = 1 << 20
	grainInset = 1024  // pixels of the drawing's edges, at most
	storedMax  = 65535 // bytes of one stored deflate block
)

// newGrain picks the pixel size whose file weighs about weight bytes.
func newGrain(weight int64, prompt string) *grain {
	edge := int(math.Sqrt(float64(weight) / 3))
	g := &grain{size: image.Pt(edge, int(weight)/(3*edge+1)), tile: make([]byte, grainTile)}
	inset := min(edge, grainInset)
	g.inset = drawing{prompt: prompt, size: image.Pt(inset, min(inset, g.size.Y))}.paint()
	r := rand.New(rand.NewPCG(1, 2)) // the same noise each time
	for i := 0; i < len(g.tile); i += 8 {
		binary.LittleEndian.PutUint64(g.tile[i:], r.Uint64())
	}
	return g
}

// rowLen is a row with its filter byte, three bytes a pixel.
func (g *grain) rowLen() int { return 1 + 3*g.size.X }

// Len is the exact length of the file: each block of pixels is one IDAT.
func (g *grain) Len() int {
	data := g.rowLen() * g.size.Y
	blocks := (data + storedMax - 1) / storedMax
	const signature, ihdr, iend, chunk, zlibHead, adler = 8, 25, 12, 12, 2, 4
	return signature + ihdr + len(g.text()) + data + blocks*(5+chunk) + zlibHead + chunk + adler + chunk + iend
}

func (g *grain) text() []byte { return appendChunk(nil, "tEXt", []byte("Software\x00"+notice)) }

// WriteTo writes the file.
func (g *grain) WriteTo(w io.Writer) (int64, error) {
	p := &pixelWriter{w: w, left: g.rowLen() * g.size.Y, sum: adler32.New(), spoil: g.badCRC}
	p.write([]byte("\x89PNG\r\n\x1a\n"))
	p.write(appendChunk(nil, "IHDR", g.header()))
	p.write(g.text())
	p.write(appendChunk(nil, "IDAT", []byte{0x78, 0x01})) // zlib, no compression
	row := make([]byte, g.rowLen())
	for y := 0; y < g.size.Y && p.err == nil; y++ {
		g.fill(row, y)
		p.pixels(row)
	}
	p.write(appendChunk(nil, "IDAT", p.sum.Sum(nil)))
	p.write(appendChunk(nil, "IEND", nil))
	return p.n, p.err
}

func (g *grain) header() []byte {
	h := binary.BigEndian.AppendUint32(nil, uint32(g.size.X))
	h = binary.BigEndian.AppendUint32(h, uint32(g.size.Y))
	return append(h, 8, 2, 0, 0, 0) // 8 bits, RGB
}

// fill makes one row: no filter, noise, and the drawing over it.
func (g *grain) fill(row []byte, y int) {
	row[0] = 0
	from := y * 7919 % (len(g.tile) / 2)
	for n := 1; n < len(row); {
		n += copy(row[n:], g.tile[from:])
	}
	if y >= g.inset.Rect.Dy() {
		return
	}
	src := g.inset.Pix[y*g.inset.Stride:]
	for x := range g.inset.Rect.Dx() {
		copy(row[1+3*x:4+3*x], src[4*x:4*x+3])
	}
}

// pixelWriter packs rows into stored blocks of one IDAT each.
type pixelWriter struct {
	w     io.Writer
	n     int64
	err   error
	block []byte
	left  int // bytes of pixels still to come
	sum   hash.Hash32
	spoil bool // the next chunk's checksum
}

func (p *pixelWriter) write(b []byte) {
	if p.err != nil {
		return
	}
	n, err := p.w.Write(b)
	p.n, p.err = p.n+int64(n), err
}

func (p *pixelWriter) pixels(row []byte) {
	p.sum.Write(row)
	p.left -= len(row)
	for len(row) > 0 {
		n := min(len(row), storedMax-len(p.block))
		p.block, row = append(p.block, row[:n]...), row[n:]
		if len(p.block) == storedMax || len(row) == 0 && p.left == 0 {
			p.flush(p.left == 0 && len(row) == 0)
		}
	}
}

// flush writes the block as a chunk; its parts go out alone, so that nothing
// is copied.
func (p *pixelWriter) flush(last bool) {
	head := binary.BigEndian.AppendUint32(nil, uint32(len(p.block)+5))
	head = append(head, "IDAT"...)
	final := byte(0)
	if last {
		final = 1
	}
	head = append(head, final)
	head = binary.LittleEndian.AppendUint16(head, uint16(len(p.block)))
	head = binary.LittleEndian.AppendUint16(head, ^uint16(len(p.block)))
	crc := crc32.Update(crc32.ChecksumIEEE(head[4:]), crc32.IEEETable, p.block)
	if p.spoil {
		crc, p.spoil = ^crc, false
	}
	p.write(head)
	p.write(p.block)
	p.write(binary.BigEndian.AppendUint32(nil, crc))
	p.block = p.block[:0]
}
