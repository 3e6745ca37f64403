package imagefile

import (
	"encoding/binary"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"slices"
)

// A pngCheck walks a PNG's chunks (W3C PNG, third edition).
type pngCheck struct {
	in    *input
	info  *Info
	left  int64 // bytes of the chunk's data still to come
	crc   hash.Hash32
	name  string
	ihdr  ihdr
	plte  int  // entries, 0 before the chunk
	idat  bool // the pixels have been read
	ended bool
}

type ihdr struct {
	width, height     int64
	depth, colourType byte
	interlaced        bool
}

func checkPNG(in *input, info *Info) error {
	if err := in.skip(8); err != nil {
		return err
	}
	p := &pngCheck{in: in, info: info, crc: crc32.NewIEEE()}
	for !p.ended {
		if err := p.chunk(); err != nil {
			return err
		}
	}
	if !in.atEnd() {
		info.Warnings = append(info.Warnings, "there are bytes after the end of the PNG")
	}
	return nil
}

// chunk reads one chunk, its checksum included. Consecutive IDAT chunks are
// read in one go by pixels.
func (p *pngCheck) chunk() error {
	if err := p.header(); err != nil {
		return err
	}
	return p.body()
}

// body reads a chunk whose header has been read.
func (p *pngCheck) body() error {
	if p.ihdr.width == 0 && p.name != "IHDR" {
		return invalid("its first chunk is not IHDR")
	}
	var err error
	switch p.name {
	case "IHDR":
		err = p.readIHDR()
	case "PLTE":
		err = p.readPLTE()
	case "IDAT":
		return p.pixels()
	case "IEND":
		err = p.end()
	case "tRNS":
		err = p.readTRNS()
	default:
		if p.name[0]&0x20 == 0 {
			return invalid("it has a critical chunk that PNG does not know: " + quoteName(p.name))
		}
	}
	if err != nil {
		return err
	}
	return p.finish()
}

func quoteName(name string) string { return fmt.Sprintf("%q", name) }

func (p *pngCheck) header() error {
	head, err := p.in.bytes(8)
	if err != nil {
		return err
	}
	p.left, p.name = int64(binary.BigEndian.Uint32(head)), string(head[4:])
	if p.left > 1<<31-1 {
		return invalid("a chunk's length is out of range")
	}
	p.crc.Reset()
	p.crc.Write(head[4:])
	return nil
}

// Read reads the current chunk's data.
func (p *pngCheck) Read(b []byte) (int, error) {
	if p.left == 0 {
		return 0, io.EOF
	}
	n, err := p.in.Read(b[:min(int64(len(b)), p.left)])
	p.crc.Write(b[:n])
	p.left -= int64(n)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// data reads a chunk that must have exactly n bytes.
func (p *pngCheck) data(n int) ([]byte, error) {
	if p.left != int64(n) {
		return nil, invalid(p.name + " has a wrong length")
	}
	b := make([]byte, n)
	_, err := io.ReadFull(p, b)
	return b, err
}

// finish passes over the rest of a chunk and compares its checksum.
func (p *pngCheck) finish() error {
	if _, err := io.Copy(io.Discard, p); err != nil {
		return err
	}
	sum, err := p.in.bytes(4)
	if err != nil {
		return err
	}
	if binary.BigEndian.Uint32(sum) == p.crc.Sum32() {
		return nil
	}
	if p.name[0]&0x20 != 0 && p.name != "tRNS" {
		p.info.Warnings = append(p.info.Warnings, "the checksum of its "+quoteName(p.name)+" chunk is wrong")
		return nil
	}
	return invalid("the checksum of its " + quoteName(p.name) + " chunk is wrong")
}

// depths are the bit depths that each colour type may have.
var depths = map[byte][]byte{0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}

// samples are a pixel's samples by colour type.
var samples = map[byte]int64{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}

func (p *pngCheck) readIHDR() error {
	if p.ihdr.width != 0 {
		return invalid("it has two IHDR chunks")
	}
	b, err := p.data(13)
	if err != nil {
		return err
	}
	h := ihdr{width: int64(binary.BigEndian.Uint32(b)), height: int64(binary.BigEndian.Uint32(b[4:])), depth: b[8], colourType: b[9], interlaced: b[12] == 1}
	switch {
	case h.width == 0 || h.height == 0 || h.width > 1<<31-1 || h.height > 1<<31-1:
		return invalid("its size is out of range")
	case !slices.Contains(depths[h.colourType], h.depth):
		return invalid("its colour type and bit depth do not go together")
	case b[10] != 0 || b[11] != 0 || b[12] > 1:
		return invalid("its compression, filter or interlace method is unknown")
	}
	p.ihdr = h
	p.info.Width, p.info.Height = int(h.width), int(h.height)
	p.info.Alpha = h.colourType == 4 || h.colourType == 6
	return tooBig(h.width, h.height)
}

func (p *pngCheck) readPLTE() error {
	entries := p.left / 3
	switch {
	case p.idat || p.plte > 0:
		return invalid("its palette is in the wrong place")
	case p.left%3 != 0 || entries == 0 || entries > 256 || p.ihdr.colourType == 3 && entries > 1<<p.ihdr.depth:
		return invalid("its palette has a wrong length")
	case p.ihdr.colourType == 0 || p.ihdr.colourType == 4:
		return invalid("a grey picture has a palette")
	}
	p.plte = int(entries)
	return nil
}

func (p *pngCheck) readTRNS() error {
	want := map[byte]int64{0: 2, 2: 6}[p.ihdr.colourType]
	switch {
	case p.idat:
		return invalid("its tRNS chunk is in the wrong place")
	case p.ihdr.colourType == 3 && (p.plte == 0 || p.left > int64(p.plte)), p.ihdr.colourType != 3 && p.left != want, want == 0 && p.ihdr.colourType != 3:
		return invalid("its tRNS chunk has a wrong length")
	}
	p.info.Alpha = true
	return nil
}

func (p *pngCheck) end() error {
	switch {
	case !p.idat:
		return invalid("it has no pixels")
	case p.left != 0:
		return invalid("IEND has a wrong length")
	}
	p.ended = true
	return nil
}
