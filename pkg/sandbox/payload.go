package sandbox

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"io"
)

// payload is a picture inside a JSON text. It is encoded as a mark that
// cannot occur elsewhere, and writeJSON streams the picture in its place, so
// that no picture's base64 is ever held whole.
type payload struct {
	file  file
	spoil int64 // index of the base64 character to spoil, or never
	mark  []byte
}

func newPayload(f file) *payload {
	return &payload{file: f, spoil: never, mark: []byte(randomHex(32))}
}

func (p *payload) MarshalJSON() ([]byte, error) {
	return append(append([]byte{'"'}, p.mark...), '"'), nil
}

// corrupt spoils a character at the start, the middle or the end.
func (p *payload) corrupt(where string) {
	n := int64(base64.StdEncoding.EncodedLen(p.file.Len()))
	switch where {
	case "start":
		p.spoil = min(8, n-1)
	case "middle":
		p.spoil = n / 2
	case "end":
		p.spoil = max(0, n-8)
	}
}

// size is how long text is with the picture in it. p may be nil.
func (p *payload) size(text []byte) int64 {
	size := int64(len(text))
	if p != nil {
		size += int64(base64.StdEncoding.EncodedLen(p.file.Len()) - len(p.mark))
	}
	return size
}

// writeJSON writes text, with the picture where p's mark is. p may be nil.
func writeJSON(w io.Writer, text []byte, p *payload) error {
	if p == nil {
		_, err := w.Write(text)
		return err
	}
	before, after, _ := bytes.Cut(text, p.mark)
	if _, err := w.Write(before); err != nil {
		return err
	}
	if err := p.write(w); err != nil {
		return err
	}
	_, err := w.Write(after)
	return err
}

func (p *payload) write(w io.Writer) error {
	buf := bufio.NewWriterSize(&spoiler{w: w, at: p.spoil}, 32<<10)
	enc := base64.NewEncoder(base64.StdEncoding, buf)
	if _, err := p.file.WriteTo(enc); err != nil {
		return err
	}
	if err := enc.Close(); err != nil {
		return err
	}
	return buf.Flush()
}

// spoiler replaces the byte at one offset.
type spoiler struct {
	w  io.Writer
	at int64 // counted down; below zero is past
}

func (s *spoiler) Write(p []byte) (int, error) {
	if s.at >= 0 && s.at < int64(len(p)) {
		p = bytes.Clone(p)
		p[s.at] = '!'
	}
	s.at -= int64(len(p))
	return s.w.Write(p)
}
