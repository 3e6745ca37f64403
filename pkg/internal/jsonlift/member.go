package jsonlift

import (
	"bytes"
	"io"
	"strconv"
	"unicode/utf8"
)

// member reads the value of a named member, which begins with c.
func (s *scan) member(c byte) error {
	s.named = false
	switch c {
	case '"':
		return s.lift()
	case '{', '[':
		s.muted = len(s.stack) + 1
		return s.open(c)
	}
	from := len(s.doc.JSON)
	if err := s.literal(); err != nil {
		return err
	}
	literal := string(s.doc.JSON[from:])
	s.doc.JSON = s.doc.JSON[:from]
	switch literal {
	case "null":
		return s.put(Member{State: Null})
	case "":
		return &SyntaxError{"a value is missing"}
	}
	return s.put(Member{State: Other})
}

// lift reads a string: a short one is kept, a longer one goes through the
// base64 decoder into a new part.
func (s *scan) lift() error {
	s.in.start++
	head := make([]byte, 0, InlineLimit)
	var decoder *decoder
	for {
		piece, ended, err := s.piece()
		if err != nil {
			return s.stop(decoder, err)
		}
		switch {
		case decoder != nil:
			err = decoder.write(piece)
		case len(head)+len(piece) <= InlineLimit:
			head = append(head, piece...)
		default:
			room := InlineLimit - len(head)
			head = append(head, piece[:room]...)
			if decoder, err = s.part(); err == nil {
				err = decoder.writeAll(withoutDataURL(head), piece[room:])
			}
		}
		if err != nil {
			return s.stop(decoder, err)
		}
		if ended {
			return s.finish(head, decoder)
		}
	}
}

func (s *scan) part() (*decoder, error) {
	writer, err := s.lifter.Create()
	if err != nil {
		return nil, &WriteError{err}
	}
	s.doc.Parts = append(s.doc.Parts, Part{Writer: writer})
	return newDecoder(writer), nil
}

// finish puts the member in place of a string that was read to its end.
func (s *scan) finish(head []byte, decoder *decoder) error {
	switch {
	case decoder == nil && len(head) == 0:
		return s.put(Member{State: Empty})
	case decoder == nil:
		return s.put(Member{State: Inline, Text: string(head)})
	}
	err := decoder.finish()
	if err == decoder.wrong {
		err = nil
	}
	if err := s.stop(decoder, err); err != nil {
		return err
	}
	return s.put(Member{State: Lifted, Part: len(s.doc.Parts) - 1})
}

// stop notes what became of the part; only errors other than wrong base64
// end the scan.
func (s *scan) stop(decoder *decoder, err error) error {
	if decoder == nil {
		return err
	}
	part := &s.doc.Parts[len(s.doc.Parts)-1]
	part.Bytes = decoder.written
	if decoder.wrong != nil {
		part.Err = decoder.wrong
	}
	return err
}

// piece returns the next stretch of a string, escapes resolved, and whether
// the closing quote has been passed. It is valid until the next call.
func (s *scan) piece() ([]byte, bool, error) {
	rest, err := s.in.rest()
	if err != nil {
		return nil, false, unexpected(err)
	}
	end := len(rest)
	if quote := bytes.IndexByte(rest, '"'); quote >= 0 {
		end = quote
	}
	if escape := bytes.IndexByte(rest[:end], '\\'); escape >= 0 {
		end = escape
	}
	if end > 0 {
		return s.in.take(end), false, nil
	}
	if s.in.take(1)[0] == '"' {
		return nil, true, nil
	}
	piece, err := s.escape()
	return piece, false, err
}

func (s *scan) escape() ([]byte, error) {
	c, err := s.in.byte()
	if err != nil {
		return nil, err
	}
	const from, to = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	if i := bytes.IndexByte([]byte(from), c); i >= 0 {
		return []byte{to[i]}, nil
	}
	if c != 'u' {
		return nil, &SyntaxError{"a string has an unknown escape"}
	}
	var digits [4]byte
	for i := range digits {
		if digits[i], err = s.in.byte(); err != nil {
			return nil, err
		}
	}
	code, err := strconv.ParseUint(string(digits[:]), 16, 16)
	if err != nil {
		return nil, &SyntaxError{"a string has an escape that is no character"}
	}
	return utf8.AppendRune(nil, rune(code)), nil
}

// input is a buffered reader whose buffer can be seen.
type input struct {
	r          io.Reader
	buf        []byte
	start, end int
}

// rest is what is buffered, at least one byte of it.
func (in *input) rest() ([]byte, error) {
	for empty := 0; in.start == in.end; empty++ {
		if empty == 100 {
			return nil, io.ErrNoProgress
		}
		n, err := in.r.Read(in.buf)
		in.start, in.end = 0, n
		if n == 0 && err != nil {
			return nil, err
		}
	}
	return in.buf[in.start:in.end], nil
}

func (in *input) peek() (byte, error) {
	rest, err := in.rest()
	if err != nil {
		return 0, err
	}
	return rest[0], nil
}

func (in *input) byte() (byte, error) {
	c, err := in.peek()
	if err != nil {
		return 0, unexpected(err)
	}
	in.start++
	return c, nil
}

// take steps over the next n buffered bytes.
func (in *input) take(n int) []byte {
	piece := in.buf[in.start : in.start+n]
	in.start += n
	return piece
}
