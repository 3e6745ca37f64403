// Package jsonlift copies a JSON text while it streams and takes long base64
// strings out of it: a member with one of the given names is decoded into a
// writer as it arrives, so that memory depends on the small rest alone.
//
// In the text that is left, the value of each named member is an object
// written here (see Member), never the server's own: nothing that a server
// sends in that place can be taken for it. What is left is checked as JSON;
// of a value that is not kept only the nesting is followed.
package jsonlift

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

const (
	// InlineLimit is the longest string, in bytes, that stays in the JSON.
	InlineLimit = 4 << 10
	// DefaultMaxJSON bounds what is left of a text.
	DefaultMaxJSON = 2 << 20
	maxDepth       = 1000
	maxParts       = 64 // each costs the caller a file
	bufferSize     = 64 << 10
)

// A SyntaxError is a text that is no JSON, or too large or deep for this use.
type SyntaxError struct{ Reason string }

func (e *SyntaxError) Error() string { return e.Reason }

// A WriteError is a failure of the place that decoded bytes go to.
type WriteError struct{ Err error }

func (e *WriteError) Error() string { return e.Err.Error() }
func (e *WriteError) Unwrap() error { return e.Err }

// A Lifter says what to take out and where it goes. It is not safe for
// concurrent use: its texts share a buffer.
type Lifter struct {
	Names   []string                  // members to lift, at any depth
	Create  func() (io.Writer, error) // called for each string that is longer than InlineLimit
	MaxJSON int                       // 0 is DefaultMaxJSON

	buf []byte
}

// A Document is what is left of a text, and what was taken out.
type Document struct {
	JSON  []byte
	Parts []Part
}

// A Part is one lifted string. Err says that it was no base64; the text after
// it was read all the same.
type Part struct {
	Writer io.Writer
	Bytes  int64
	Err    error
}

// A State says what a named member was.
type State string

const (
	Absent State = ""
	Null   State = "null"
	Empty  State = "empty"  // an empty string
	Other  State = "other"  // not a string; not kept
	Inline State = "inline" // a string that was short enough to keep
	Lifted State = "lifted" // decoded into a Part
)

// A Member is what stands in Document.JSON for the value of a named member.
type Member struct {
	State State  `json:"state"`
	Text  string `json:"text,omitempty"`
	Part  int    `json:"part,omitempty"`
}

// Decode writes the bytes of an inline member.
func (m Member) Decode(w io.Writer) (int64, error) {
	decoder := newDecoder(w)
	if err := decoder.write(withoutDataURL([]byte(m.Text))); err != nil {
		return decoder.written, err
	}
	return decoder.written, decoder.finish()
}

// Lift reads one JSON text up to r's end. On an error the Document holds the
// parts made so far, for the caller to discard.
func (l *Lifter) Lift(r io.Reader) (*Document, error) {
	if l.buf == nil {
		l.buf = make([]byte, bufferSize)
	}
	s := &scan{lifter: l, in: input{r: r, buf: l.buf}, doc: &Document{}, limit: l.MaxJSON}
	if s.limit == 0 {
		s.limit = DefaultMaxJSON
	}
	err := s.run()
	if err == nil && !json.Valid(s.doc.JSON) {
		err = &SyntaxError{"it is not valid JSON"}
	}
	return s.doc, err
}

// A scan is one text under way.
type scan struct {
	lifter *Lifter
	in     input
	doc    *Document
	limit  int
	stack  []byte // '{' and '[' that are open
	key    bool   // the next string is a member's name
	named  bool   // the next value belongs to a named member
	muted  int    // depth that ends a value which is not kept; 0 keeps
	seen   bool   // a value has begun
	block  []byte // the text of a named string, escapes resolved
}

func (s *scan) run() error {
	for {
		c, err := s.in.peek()
		if errors.Is(err, io.EOF) && s.seen && len(s.stack) == 0 {
			return nil
		}
		if err != nil {
			return unexpected(err)
		}
		if err := s.token(c); err != nil {
			return err
		}
	}
}

func (s *scan) token(c byte) error {
	switch c {
	case ' ', '\t', '\r', '\n':
		s.in.start++
		return nil
	case ',':
		s.key = len(s.stack) > 0 && s.stack[len(s.stack)-1] == '{'
		return s.keep(s.in.take(1))
	case ':':
		return s.keep(s.in.take(1))
	case '}', ']':
		return s.close(c)
	}
	s.seen = true
	if s.named && !s.key && s.muted == 0 {
		return s.member(c)
	}
	switch c {
	case '"':
		return s.text()
	case '{', '[':
		return s.open(c)
	}
	return s.literal()
}

func (s *scan) open(c byte) error {
	if len(s.stack) == maxDepth {
		return &SyntaxError{fmt.Sprintf("it is nested deeper than %d", maxDepth)}
	}
	s.stack = append(s.stack, c)
	s.key = c == '{'
	return s.keep(s.in.take(1))
}

func (s *scan) close(c byte) error {
	if len(s.stack) == 0 || s.stack[len(s.stack)-1] != c-2 { // '{'+2 is '}', '['+2 is ']'
		return &SyntaxError{"its brackets do not match"}
	}
	s.stack = s.stack[:len(s.stack)-1]
	s.key = false
	if err := s.keep(s.in.take(1)); err != nil {
		return err
	}
	if s.muted > 0 && len(s.stack) < s.muted {
		s.muted = 0
		return s.put(Member{State: Other})
	}
	return nil
}

// literal copies a number, true, false or null.
func (s *scan) literal() error {
	for {
		c, err := s.in.peek()
		if errors.Is(err, io.EOF) || err == nil && bytes.IndexByte([]byte(" \t\r\n,:]}[{\""), c) >= 0 {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.keep(s.in.take(1)); err != nil {
			return err
		}
	}
}

// text copies a string that is no named value; a member's name is compared.
func (s *scan) text() error {
	from := len(s.doc.JSON)
	if err := s.keep(s.in.take(1)); err != nil {
		return err
	}
	for escaped := false; ; {
		piece, err := s.in.rest()
		if err != nil {
			return unexpected(err)
		}
		n, ended := endOfString(piece, &escaped)
		if err := s.keep(s.in.take(n)); err != nil {
			return err
		}
		if ended {
			break
		}
	}
	if s.key && s.muted == 0 {
		s.named = s.isNamed(s.doc.JSON[from:])
	}
	s.key = false
	return nil
}

// endOfString finds the byte after the closing quote.
func endOfString(piece []byte, escaped *bool) (int, bool) {
	for i, c := range piece {
		switch {
		case *escaped:
			*escaped = false
		case c == '\\':
			*escaped = true
		case c == '"':
			return i + 1, true
		}
	}
	return len(piece), false
}

func (s *scan) isNamed(quoted []byte) bool {
	var name string
	if json.Unmarshal(quoted, &name) != nil {
		return false
	}
	// encoding/json matches names without regard to case: "Result" has to be
	// lifted too, or the server's own object would stand for a Member.
	return slices.ContainsFunc(s.lifter.Names, func(n string) bool { return strings.EqualFold(n, name) })
}

// keep adds to what is left, unless the value is one that is not kept.
func (s *scan) keep(piece []byte) error {
	if s.muted > 0 {
		return nil
	}
	if len(s.doc.JSON)+len(piece) > s.limit {
		return &SyntaxError{fmt.Sprintf("its text apart from images is larger than %d KiB", s.limit>>10)}
	}
	s.doc.JSON = append(s.doc.JSON, piece...)
	return nil
}

func (s *scan) put(m Member) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return s.keep(text)
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
