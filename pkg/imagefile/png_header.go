package imagefile

import (
	"encoding/binary"
	"io"
	"slices"
)

// Colour types of a PNG.
const (
	grey      = 0
	trueColor = 2
	indexed   = 3
	greyAlpha = 4
	trueAlpha = 6
)

type pngHeader struct {
	colour, depth byte
	interlaced    bool
}

// depths are the bits a sample may have, by colour type.
func depths(colour byte) []byte {
	switch colour {
	case grey:
		return []byte{1, 2, 4, 8, 16}
	case indexed:
		return []byte{1, 2, 4, 8}
	case trueColor, greyAlpha, trueAlpha:
		return []byte{8, 16}
	}
	return nil
}

// bitsPerPixel is at most 64.
func (h pngHeader) bitsPerPixel() int64 {
	samples := map[byte]int64{grey: 1, trueColor: 3, indexed: 1, greyAlpha: 2, trueAlpha: 4}
	return samples[h.colour] * int64(h.depth)
}

func (p *pngCheck) readHeader() error {
	if p.info.Width != 0 {
		return invalid("it has two headers")
	}
	if p.left != 13 {
		return invalid("its header is not 13 bytes long")
	}
	var b [13]byte
	if _, err := io.ReadFull(p, b[:]); err != nil {
		return err
	}
	p.head = pngHeader{depth: b[8], colour: b[9], interlaced: b[12] == 1}
	switch {
	case !slices.Contains(depths(p.head.colour), p.head.depth):
		return invalid("its colour type and bit depth do not go together")
	case b[10] != 0 || b[11] != 0 || b[12] > 1:
		return invalid("its compression, filter or interlace method is unknown")
	}
	p.info.Alpha = p.head.colour == greyAlpha || p.head.colour == trueAlpha
	return p.info.setSize(binary.BigEndian.Uint32(b[:]), binary.BigEndian.Uint32(b[4:]))
}

func (p *pngCheck) readPalette() error {
	limit := int64(256)
	if p.head.colour == indexed {
		limit = 1 << p.head.depth
	}
	entries := p.left / 3
	switch {
	case p.head.colour == grey || p.head.colour == greyAlpha:
		return invalid("it is grey and has a palette")
	case p.palette > 0 || p.transparent || p.pixels:
		return invalid("its palette is in the wrong place")
	case p.left%3 != 0 || entries == 0 || entries > limit:
		return invalid("its palette has a wrong length")
	}
	p.palette = int(entries)
	return nil
}

func (p *pngCheck) readTransparency() error {
	fits := false
	switch p.head.colour {
	case grey:
		fits = p.left == 2
	case trueColor:
		fits = p.left == 6
	case indexed:
		fits = p.left <= int64(p.palette) // 0 before the palette
	}
	switch {
	case p.transparent || p.pixels || p.head.colour == indexed && p.palette == 0:
		return invalid("its tRNS chunk is in the wrong place")
	case !fits:
		return invalid("its tRNS chunk does not fit its colours")
	}
	p.transparent, p.info.Alpha = true, true
	return nil
}
