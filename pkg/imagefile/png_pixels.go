package imagefile

import (
	"bufio"
	"compress/zlib"
	"errors"
	"io"
)

// pixels inflates the IDAT chunks as they stream by, without keeping them: the
// right number of rows, each with a known filter, and the right checksum.
func (p *pngCheck) pixels() error {
	if p.idat {
		return invalid("its IDAT chunks are not in a row")
	}
	if p.ihdr.colourType == 3 && p.plte == 0 {
		return invalid("its palette is missing")
	}
	p.idat = true
	stream := &idatReader{p: p}
	// A buffered source keeps the inflater from reading byte by byte and from
	// reading past the chunks.
	source := bufio.NewReaderSize(stream, 16<<10)
	inflated, err := zlib.NewReader(source)
	if err != nil {
		return broken(stream, err)
	}
	rows := bufio.NewReaderSize(inflated, 64<<10)
	if err := p.rows(rows); err != nil {
		return broken(stream, err)
	}
	if _, err := rows.ReadByte(); err == nil {
		return invalid("it has more pixels than its size allows")
	} else if err != io.EOF {
		return broken(stream, err)
	}
	return stream.finish(source.Buffered())
}

// broken tells a fault of the chunks from one of the compressed data.
func broken(stream *idatReader, err error) error {
	var known *InvalidError
	switch {
	case stream.err != nil && stream.err != io.EOF:
		return stream.err
	case errors.As(err, &known):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return invalid("its pixels end early")
	}
	return invalid("its compressed pixels are damaged")
}

// passes are Adam7's starts and steps: x, y, dx, dy.
var passes = [][4]int64{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}

func (p *pngCheck) rows(in *bufio.Reader) error {
	if !p.ihdr.interlaced {
		return p.pass(in, p.ihdr.width, p.ihdr.height)
	}
	for _, s := range passes {
		width, height := (p.ihdr.width-s[0]+s[2]-1)/s[2], (p.ihdr.height-s[1]+s[3]-1)/s[3]
		if width <= 0 || height <= 0 {
			continue
		}
		if err := p.pass(in, width, height); err != nil {
			return err
		}
	}
	return nil
}

func (p *pngCheck) pass(in *bufio.Reader, width, height int64) error {
	row := (width*samples[p.ihdr.colourType]*int64(p.ihdr.depth) + 7) / 8
	for range height {
		filter, err := in.ReadByte()
		if err != nil {
			return err
		}
		if filter > 4 {
			return invalid("a row has an unknown filter")
		}
		if _, err := in.Discard(int(row)); err != nil {
			return err
		}
	}
	return nil
}

// idatReader joins the data of consecutive IDAT chunks. At their end the next
// chunk's header has been read.
type idatReader struct {
	p   *pngCheck
	err error // io.EOF once another chunk has begun
}

func (r *idatReader) Read(b []byte) (int, error) {
	for r.err == nil {
		n, err := r.p.Read(b)
		if err != io.EOF {
			r.err = err
			return n, err
		}
		r.err = r.next()
	}
	return 0, r.err
}

// next ends a chunk and begins the one after it.
func (r *idatReader) next() error {
	err := r.p.finish()
	if err == nil {
		err = r.p.header()
	}
	switch {
	case err == io.EOF:
		return io.ErrUnexpectedEOF
	case err == nil && r.p.name != "IDAT":
		return io.EOF
	}
	return err
}

// finish passes over what follows the compressed data in its chunks, and goes
// on with the chunk after them, whose header has been read.
func (r *idatReader) finish(unread int) error {
	extra, err := io.Copy(io.Discard, r)
	if err != nil {
		return err
	}
	if extra > 0 || unread > 0 {
		r.p.info.Warnings = append(r.p.info.Warnings, "there are bytes after its compressed pixels")
	}
	if r.err != io.EOF {
		return r.err
	}
	return r.p.body()
}
