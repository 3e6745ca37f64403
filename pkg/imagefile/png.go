package imagefile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// A pngCheck walks the chunks of a PNG (W3C PNG, third edition, 2025-06-24).
// What it passes without a warning, Go's image/png decodes.
type pngCheck struct {
	in   *input
	info *Info

	// The chunk being read.
	name string
	left int64 // bytes of its data still to come
	crc  uint32

	head        pngHeader
	palette     int  // entries, 0 before PLTE
	transparent bool // tRNS has been read
	pixels      bool // IDAT has been read
}

func checkPNG(in *input, info *Info) error {
	if err := in.skip(int64(len(pngSignature))); err != nil {
		return err
	}
	p := &pngCheck{in: in, info: info}
	for p.name != "IEND" {
		if err := p.chunk(); err != nil {
			return err
		}
	}
	return in.end(info)
}

func (p *pngCheck) chunk() error {
	if err := p.open(); err != nil {
		return err
	}
	if err := p.content(); err != nil {
		return err
	}
	return p.close()
}

func (p *pngCheck) content() error {
	if p.info.Width == 0 && p.name != "IHDR" {
		return invalid("its first chunk is not IHDR")
	}
	switch p.name {
	case "IHDR":
		return p.readHeader()
	case "PLTE":
		return p.readPalette()
	case "tRNS":
		return p.readTransparency()
	case "IDAT":
		return p.readPixels()
	case "IEND":
		return p.readEnd()
	case "caBX": // C2PA 2.2, appendix A.3.5
		p.info.Signed = true
	case "iCCP":
		p.info.Profile = true
	}
	if critical(p.name) {
		return invalid(fmt.Sprintf("it needs chunk %s, which PNG does not know", p.name))
	}
	return nil
}

// critical is the case of the first letter: who does not know such a chunk
// cannot show the picture.
func critical(name string) bool { return name[0]&0x20 == 0 }

// open reads a chunk's length and name.
func (p *pngCheck) open() error {
	head, err := p.in.next(8)
	if err != nil {
		return err
	}
	length := binary.BigEndian.Uint32(head)
	if length > 1<<31-1 {
		return invalid("the length of a chunk is out of range")
	}
	for _, c := range head[4:] {
		if c|0x20 < 'a' || c|0x20 > 'z' {
			return invalid("the name of a chunk is not four letters")
		}
	}
	p.left, p.name, p.crc = int64(length), string(head[4:]), crc32.ChecksumIEEE(head[4:])
	return nil
}

// Read reads the data of the chunk; io.EOF is its end.
func (p *pngCheck) Read(b []byte) (int, error) {
	if p.left == 0 {
		return 0, io.EOF
	}
	n, err := p.in.Read(b[:min(int64(len(b)), p.left)])
	p.passed(b[:n])
	if errors.Is(err, io.EOF) {
		return n, io.ErrUnexpectedEOF
	}
	return n, err
}

// skip passes over what is left of the chunk's data.
func (p *pngCheck) skip() error {
	for p.left > 0 {
		ahead, err := p.in.Peek(int(min(p.left, inputBuffer)))
		if err != nil {
			return err
		}
		p.passed(ahead)
		_, _ = p.in.Discard(len(ahead)) // it is there
	}
	return nil
}

func (p *pngCheck) passed(b []byte) {
	p.crc = crc32.Update(p.crc, crc32.IEEETable, b)
	p.left -= int64(len(b))
}

// close passes over what is left of a chunk and compares the checksum.
func (p *pngCheck) close() error {
	if err := p.skip(); err != nil {
		return err
	}
	sum, err := p.in.next(4)
	if err != nil {
		return err
	}
	if binary.BigEndian.Uint32(sum) == p.crc {
		return nil
	}
	fault := fmt.Sprintf("the checksum of chunk %s is wrong", p.name)
	if critical(p.name) {
		return invalid(fault)
	}
	p.info.warn(fault)
	return nil
}

func (p *pngCheck) readEnd() error {
	switch {
	case !p.pixels:
		return invalid("it has no pixels")
	case p.left != 0:
		return invalid("IEND is not empty")
	}
	return nil
}
