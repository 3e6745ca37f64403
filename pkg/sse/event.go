package sse

import (
	"errors"
	"io"
)

// place says where in an event's lines its reading stands.
type place int

const (
	valueStart place = iota // of a data line: one space may be dropped
	inValue
	betweenLines
)

var errPassed = errors.New("read from an event that Next has passed")

// An Event is read while it arrives. It is valid until the next call of
// [Decoder.Next].
type Event struct {
	d     *Decoder
	place place
	size  int64 // bytes of data so far
	typ   string
	err   error // what ended it: io.EOF once dispatched
}

// Type is the event's type, "message" if the stream names none. It is final
// once Read has returned io.EOF: the field may follow the data.
func (e *Event) Type() string {
	typ := e.typ
	if e.err == nil {
		typ = e.d.typ
	}
	if typ == "" {
		return "message"
	}
	return typ
}

// Read reads the event's data, its lines joined by LF. It returns io.EOF only
// after the blank line that dispatches the event, io.ErrUnexpectedEOF when the
// stream ends before it, *TooLargeError past the limit, and any other error of
// the reader as it is.
func (e *Event) Read(p []byte) (int, error) {
	for e.err == nil && len(p) > 0 {
		var n int
		if e.place == betweenLines {
			n, e.err = e.nextLine(p)
		} else {
			n, e.err = e.value(p)
		}
		if n > 0 {
			return n, nil
		}
	}
	return 0, e.err
}

// nextLine uses up a line that follows a data line; another data line costs
// the LF that joins the two.
func (e *Event) nextLine(p []byte) (int, error) {
	kind, err := e.d.step()
	switch {
	case err != nil:
		return 0, err
	case kind == blankLine:
		e.typ = e.d.typ
		e.d.dispatch()
		return 0, io.EOF
	case kind == dataLine:
		e.place = valueStart
		return e.take(p, []byte("\n"))
	}
	return 0, nil
}

// value hands out what is there of a data line's value.
func (e *Event) value(p []byte) (int, error) {
	d := e.d
	if d.pos == d.end && d.fill() != nil {
		return 0, d.cut(true)
	}
	if e.place == valueStart {
		e.place = inValue
		if d.buf[d.pos] == ' ' {
			d.pos++
			return 0, nil
		}
	}
	line, whole := d.line()
	n, err := e.take(p, line)
	d.pos += n
	if whole && n == len(line) {
		d.endLine()
		e.place = betweenLines
	}
	return n, err
}

// take copies data to the caller, up to the limit.
func (e *Event) take(p, data []byte) (int, error) {
	if len(data) == 0 {
		return 0, nil
	}
	room := e.d.limit - e.size
	if room <= 0 {
		return 0, &TooLargeError{e.d.limit}
	}
	n := copy(p, data[:min(int64(len(data)), room)])
	e.size += int64(n)
	return n, nil
}

// discard reads to the event's end.
func (e *Event) discard() error {
	if _, err := io.Copy(io.Discard, e); err != nil {
		return err
	}
	e.err = errPassed
	return nil
}
