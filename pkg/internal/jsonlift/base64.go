package jsonlift

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"

	fastbase64 "github.com/segmentio/asm/base64"
)

// A Base64Error is text that is no base64, with its place: the offset in
// characters from the start of the string's data.
type Base64Error struct{ Offset int64 }

func (e *Base64Error) Error() string {
	return fmt.Sprintf("the image data is no base64 at character %d", e.Offset)
}

// blockSize is how much text is decoded at once.
const blockSize = 32 << 10

// A decoder turns base64 text into bytes as it comes: standard and URL
// alphabet, with or without padding, white space anywhere. Once the text is
// wrong the rest is passed over and wrong says where it was.
type decoder struct {
	w       io.Writer
	out     []byte
	quad    []byte // characters of a group that is not whole yet
	pads    int
	offset  int64 // characters before the next write
	written int64
	wrong   error
}

func newDecoder(w io.Writer) *decoder {
	return &decoder{w: w, out: make([]byte, blockSize/4*3), quad: make([]byte, 0, 4)}
}

// write decodes text; only a failure of the writer is its error.
func (d *decoder) write(text []byte) error {
	for len(text) > 0 && d.wrong == nil {
		block := text[:min(len(text), blockSize)]
		n, err := d.fast(block)
		if err != nil {
			return err
		}
		if n == 0 {
			n = min(len(block), d.slowStretch())
			if err := d.slow(block[:n]); err != nil {
				return err
			}
		}
		d.offset += int64(n)
		text = text[n:]
	}
	return nil
}

// stretch is how much of what follows cannot be fast, 0 where it may be: to
// the end of a begun group, or as much as fits once the text is wrong or
// padded, when only the string's end is of interest.
func (d *decoder) stretch() int {
	switch {
	case d.wrong != nil || d.pads > 0:
		return blockSize
	case len(d.quad) > 0:
		return 4 - len(d.quad)
	}
	return 0
}

// inPlace is fast for text that may hold anything.
func (d *decoder) inPlace(text []byte) (int, error) {
	n, err := d.fast(text)
	d.offset += int64(n)
	return n, err
}

// slowStretch is how much text goes character by character before the fast
// way is tried again: up to the end of a begun group, or past an odd place.
func (d *decoder) slowStretch() int {
	if len(d.quad) > 0 {
		return 4 - len(d.quad)
	}
	return 1 << 10
}

// fast decodes whole groups of the plain alphabet and returns how much text
// that was; 0 leaves the block to slow.
func (d *decoder) fast(block []byte) (int, error) {
	if len(d.quad) > 0 || d.pads > 0 {
		return 0, nil
	}
	block = block[:len(block)&^3]
	n, err := fastbase64.StdEncoding.Decode(d.out, block)
	if err != nil || n != len(block)/4*3 { // padding, or a line break passed over
		return 0, nil
	}
	return len(block), d.emit(d.out[:n])
}

// slow takes text character by character.
func (d *decoder) slow(text []byte) error {
	for i, c := range text {
		switch c {
		case ' ', '\t', '\r', '\n':
			continue
		case '-':
			c = '+'
		case '_':
			c = '/'
		}
		switch {
		case c == '=' && d.pads < 2 && (len(d.quad)+d.pads)%4 >= 2:
			d.pads++
			continue
		case d.pads > 0 || !inAlphabet(c):
			d.wrong = &Base64Error{d.offset + int64(i)}
			return nil
		}
		d.quad = append(d.quad, c)
		if len(d.quad) == 4 {
			if err := d.flush(base64.StdEncoding); err != nil {
				return err
			}
		}
	}
	return nil
}

func inAlphabet(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/'
}

func (d *decoder) flush(encoding *base64.Encoding) error {
	n, err := encoding.Decode(d.out, d.quad)
	if err != nil {
		d.wrong = &Base64Error{d.offset}
		return nil
	}
	d.quad = d.quad[:0]
	return d.emit(d.out[:n])
}

func (d *decoder) emit(p []byte) error {
	n, err := d.w.Write(p)
	d.written += int64(n)
	if err != nil {
		return &WriteError{err}
	}
	return nil
}

// finish decodes the last group. Padding that does not fill its group, and a
// single character left over, are wrong.
func (d *decoder) finish() error {
	if d.wrong == nil && (len(d.quad) == 1 || d.pads > 0 && len(d.quad)+d.pads != 4) {
		d.wrong = &Base64Error{d.offset}
	}
	if d.wrong == nil && len(d.quad) > 0 {
		if err := d.flush(base64.RawStdEncoding); err != nil {
			return err
		}
	}
	return d.wrong
}

// maxDataURL bounds the "data:image/png;base64," before the data.
const maxDataURL = 200

// withoutDataURL drops a data URL's beginning.
func withoutDataURL(text []byte) []byte {
	if !bytes.HasPrefix(text, []byte("data:")) {
		return text
	}
	comma := bytes.IndexByte(text[:min(len(text), maxDataURL)], ',')
	return text[comma+1:]
}
