package sse

import (
	"bytes"
	"io"
)

// bufferSize is all the memory a decoder takes for its input. It also bounds
// the lines other than data: a longer one is ignored.
const bufferSize = 64 << 10

// maxEmptyReads is how often a reader may give neither bytes nor an error
// before it counts as stuck.
const maxEmptyReads = 100

// A window is the part of a stream that has been read and not yet used.
type window struct {
	r        io.Reader
	buf      []byte
	pos, end int // buf[pos:end] is unused
	err      error
	lf, cr   mark
}

// A mark remembers up to where a byte was searched for, so that no byte is
// looked at twice even in a stream that holds only the other line end.
type mark struct {
	char byte
	at   int // no char between window.pos and here
}

func newWindow(r io.Reader) window {
	return window{r: r, buf: make([]byte, bufferSize), lf: mark{char: '\n'}, cr: mark{char: '\r'}}
}

func (m *mark) next(buf []byte, from int) int {
	m.at = max(m.at, from)
	if i := bytes.IndexByte(buf[m.at:], m.char); i >= 0 {
		m.at += i
	} else {
		m.at = len(buf)
	}
	return m.at
}

// line returns what is there of the current line, and whether its end is.
func (w *window) line() ([]byte, bool) {
	read := w.buf[:w.end]
	eol := min(w.lf.next(read, w.pos), w.cr.next(read, w.pos))
	return read[w.pos:eol], eol < w.end
}

// fill reads once more. It must not be called while the window is full of one
// unfinished line. Errors stick.
func (w *window) fill() error {
	if w.err != nil {
		return w.err
	}
	if w.pos == w.end || w.end == len(w.buf) {
		w.compact()
	}
	for range maxEmptyReads {
		var n int
		n, w.err = w.r.Read(w.buf[w.end:])
		w.end += n
		if n > 0 {
			return nil
		}
		if w.err != nil {
			return w.err
		}
	}
	w.err = io.ErrNoProgress
	return w.err
}

func (w *window) compact() {
	copy(w.buf, w.buf[w.pos:w.end])
	w.end -= w.pos
	w.lf.at = max(w.lf.at-w.pos, 0)
	w.cr.at = max(w.cr.at-w.pos, 0)
	w.pos = 0
}
