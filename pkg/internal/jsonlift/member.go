package jsonlift

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"strings"
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
	ended, err := s.fillBlock(blockSize)
	if err != nil {
		return err
	}
	if ended && len(s.block) <= InlineLimit {
		return s.putText(string(s.block))
	}
	decoder, err := s.part()
	if err != nil {
		return err
	}
	err = decoder.write(withoutDataURL(s.block))
	for err == nil && !ended {
		ended, err = s.more(decoder)
	}
	if err != nil {
		return s.stop(decoder, err)
	}
	return s.finish(decoder)
}

// more decodes the next stretch of a long string: from where it was read to
// if it is plain base64, as it nearly always is, or else with its escapes
// resolved.
func (s *scan) more(decoder *decoder) (ended bool, err error) {
	if size := decoder.stretch(); size > 0 {
		return s.resolved(decoder, size)
	}
	rest, err := s.in.rest()
	if err != nil {
		return false, unexpected(err)
	}
	rest = rest[:min(len(rest), blockSize)]
	if quote := bytes.IndexByte(rest, '"'); quote >= 0 {
		rest = rest[:quote]
	}
	n, err := decoder.inPlace(rest)
	if n > 0 || err != nil {
		s.in.start += n
		return false, err
	}
	size := blockSize
	if len(rest) < 4 {
		size = 4 // then groups begin where the buffer does again
	}
	return s.resolved(decoder, size)
}

// resolved decodes up to size characters with their escapes resolved.
func (s *scan) resolved(decoder *decoder, size int) (ended bool, err error) {
	if ended, err = s.fillBlock(size); err == nil {
		err = decoder.write(s.block)
	}
	return ended, err
}

func (s *scan) putText(text string) error {
	if text == "" {
		return s.put(Member{State: Empty})
	}
	return s.put(Member{State: Inline, Text: text})
}

func (s *scan) part() (*decoder, error) {
	if len(s.doc.Parts) == maxParts {
		return nil, &SyntaxError{fmt.Sprintf("it holds more than %d images", maxParts)}
	}
	writer, err := s.lifter.Create()
	if err != nil {
		return nil, &WriteError{err}
	}
	s.doc.Parts = append(s.doc.Parts, Part{Writer: writer})
	return newDecoder(writer), nil
}

// finish puts the member in place of a string that was read to its end.
func (s *scan) finish(decoder *decoder) error {
	err := decoder.finish()
	if errors.Is(err, decoder.wrong) {
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

// fillBlock collects the next bytes of a string, escapes resolved, until there
// are size or more, and says whether its closing quote has been passed. Whole
// blocks keep the decoder and the writer busy with large pieces however many
// escapes there are.
func (s *scan) fillBlock(size int) (ended bool, err error) {
	s.block = s.block[:0]
	for len(s.block) < size {
		rest, err := s.in.rest()
		if err != nil {
			return false, unexpected(err)
		}
		rest = rest[:min(len(rest), size-len(s.block))]
		if n := plain(rest); n > 0 {
			s.block = append(s.block, s.in.take(n)...)
			continue
		}
		switch rest[0] {
		case '"':
			s.in.start++
			return true, nil
		case '\\':
			s.in.start++
			err = s.escape()
		default:
			err = &SyntaxError{"a string holds a raw control character"}
		}
		if err != nil {
			return false, err
		}
	}
	return false, nil
}

// plain counts the bytes before the first quote, backslash or control
// character, eight at a time.
func plain(b []byte) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	n := 0
	for ; len(b)-n >= 8; n += 8 {
		x := binary.LittleEndian.Uint64(b[n:])
		quote, slash := x^(ones*'"'), x^(ones*'\\')
		// A high bit is set in each byte that borrowed: true for the lowest one
		// that is looked for, and that is the only one asked about.
		if odd := ((x-ones*0x20)&^x | (quote-ones)&^quote | (slash-ones)&^slash) & highs; odd != 0 {
			return n + bits.TrailingZeros64(odd)/8
		}
	}
	for n < len(b) && b[n] >= 0x20 && b[n] != '"' && b[n] != '\\' {
		n++
	}
	return n
}

// escape adds the character that a backslash begins.
func (s *scan) escape() error {
	c, err := s.in.byte()
	if err != nil {
		return err
	}
	const from, to = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	if i := strings.IndexByte(from, c); i >= 0 {
		s.block = append(s.block, to[i])
		return nil
	}
	if c != 'u' {
		return &SyntaxError{"a string has an unknown escape"}
	}
	var code rune
	for range 4 {
		digit, err := s.in.byte()
		if err != nil {
			return err
		}
		value, ok := hex(digit)
		if !ok {
			return &SyntaxError{"a string has an escape that is no character"}
		}
		code = code<<4 | value
	}
	// Halves of a surrogate pair become U+FFFD each: neither belongs in base64.
	s.block = utf8.AppendRune(s.block, code)
	return nil
}

func hex(c byte) (rune, bool) {
	switch {
	case c >= '0' && c <= '9':
		return rune(c - '0'), true
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return rune(c|0x20-'a') + 10, true
	}
	return 0, false
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
