package imagefile

import (
	"bufio"
	"errors"
	"io"

	// On Huffman-coded pixels it takes two thirds of compress/zlib's time, and
	// allocates no tables as it goes (measured 2026-11 with BenchmarkChecker).
	"github.com/klauspost/compress/zlib"
)

const (
	deflatedBuffer = 16 << 10
	inflatedBuffer = 32 << 10
)

// readPixels inflates the IDAT chunks while they pass, and drops the pixels:
// there must be as many rows as the header says, each with a filter that
// exists, and the checksum must fit. The header bounds what is inflated.
func (p *pngCheck) readPixels() error {
	switch {
	case p.pixels:
		return invalid("other chunks stand between its IDAT chunks")
	case p.head.colour == indexed && p.palette == 0:
		return invalid("its palette is missing")
	}
	p.pixels = true
	data := &idatReader{p: p}
	deflated := bufio.NewReaderSize(data, deflatedBuffer)
	if err := p.inflate(deflated); err != nil {
		return data.blame(err)
	}
	over, err := io.Copy(io.Discard, deflated)
	if over > 0 {
		p.info.warn("there are bytes after its compressed pixels")
	}
	return err
}

func (p *pngCheck) inflate(deflated io.Reader) error {
	r, err := zlib.NewReader(deflated)
	if err != nil {
		return err
	}
	inflated := bufio.NewReaderSize(r, inflatedBuffer)
	if err := p.rows(inflated); err != nil {
		return err
	}
	// The checksum is compared when the end is read.
	_, err = inflated.ReadByte()
	switch {
	case err == nil:
		return invalid("it has more pixels than its header says")
	case errors.Is(err, io.EOF):
		return nil
	}
	return err
}

// rows reads all rows, of each pass if the picture is interlaced.
func (p *pngCheck) rows(inflated *bufio.Reader) error {
	width, height := int64(p.info.Width), int64(p.info.Height)
	if !p.head.interlaced {
		return p.pass(inflated, width, height)
	}
	// Adam7: each pass takes the pixels from x, y on in steps of dx, dy.
	for _, s := range [7]struct{ x, y, dx, dy int64 }{
		{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2},
	} {
		across, down := (width-s.x+s.dx-1)/s.dx, (height-s.y+s.dy-1)/s.dy
		if err := p.pass(inflated, across, down); err != nil {
			return err
		}
	}
	return nil
}

// pass reads the rows of one pass; one without pixels has no rows.
func (p *pngCheck) pass(inflated *bufio.Reader, width, height int64) error {
	if width == 0 {
		return nil
	}
	row := int((width*p.head.bitsPerPixel() + 7) / 8) // at most 8 MaxPixels
	for range height {
		filter, err := inflated.ReadByte()
		if err != nil {
			return err
		}
		if filter > 4 {
			return invalid("the filter of a row is unknown")
		}
		if _, err := inflated.Discard(row); err != nil {
			return err
		}
	}
	return nil
}

// An idatReader reads the data of consecutive IDAT chunks as one. It stops
// with the last one still open.
type idatReader struct {
	p   *pngCheck
	err error // once there was one
}

func (r *idatReader) Read(b []byte) (int, error) {
	for r.err == nil {
		n, err := r.p.Read(b)
		if !errors.Is(err, io.EOF) {
			r.err = err
			return n, err
		}
		r.err = r.next()
	}
	return 0, r.err
}

// next goes on to the chunk that follows if it is another IDAT. Its name is
// read ahead, after the open chunk's checksum and its own length.
func (r *idatReader) next() error {
	ahead, err := r.p.in.Peek(12)
	if err != nil || string(ahead[8:]) != "IDAT" {
		return io.EOF
	}
	if err := r.p.close(); err != nil {
		return err
	}
	return r.p.open()
}

// blame tells whose fault it is that inflating ended: the chunks', the number
// of rows, or the compressed data.
func (r *idatReader) blame(err error) error {
	var known *InvalidError
	switch {
	case r.err != nil && !errors.Is(r.err, io.EOF):
		return r.err
	case errors.As(err, &known):
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return invalid("it has fewer pixels than its header says")
	}
	return invalid("its compressed pixels are damaged")
}
