package sse

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"
)

// DefaultMaxEventBytes bounds the data of one event unless
// [WithMaxEventBytes] says otherwise.
const DefaultMaxEventBytes = 256 << 20

const byteOrderMark = "\xef\xbb\xbf"

// An Option changes a new Decoder.
type Option func(*Decoder)

// WithMaxEventBytes sets how many bytes of data one event may carry, the line
// feeds that join its lines included.
func WithMaxEventBytes(n int64) Option {
	return func(d *Decoder) { d.limit = n }
}

// TooLargeError says that an event carries more than Limit bytes of data.
// The stream cannot be read on after it.
type TooLargeError struct{ Limit int64 }

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("a server-sent event is larger than %d bytes", e.Limit)
}

// A Decoder splits a stream into events. It is not safe for concurrent use.
type Decoder struct {
	window
	limit int64
	event *Event // the event that is being read, if any

	begun     bool // past the byte order mark
	swallowLF bool // the last line ended in CR: an LF that follows belongs to it

	typ    string // of the event to come
	id     string // of the event to come
	lastID string
	retry  time.Duration
	asked  bool // whether retry was sent
}

// NewDecoder returns a decoder that reads from r.
func NewDecoder(r io.Reader, opts ...Option) *Decoder {
	d := &Decoder{window: newWindow(r), limit: DefaultMaxEventBytes}
	for _, opt := range opts {
		opt(d)
	}
	return d
}

// Next waits for the first data line of the next event, after it has discarded
// what was left of the one before. It returns io.EOF when the stream ends
// between events, io.ErrUnexpectedEOF when it ends inside a line or after a data
// line (a type or an id alone loses nothing), *TooLargeError when the discarded
// event broke the limit, and any other error of the reader as it is. An error
// is returned again by each later call.
func (d *Decoder) Next() (*Event, error) {
	if d.event != nil {
		if err := d.event.discard(); err != nil {
			return nil, err
		}
	}
	for {
		kind, err := d.step()
		if err != nil {
			return nil, err
		}
		switch kind {
		case dataLine:
			d.event = &Event{d: d}
			return d.event, nil
		case blankLine:
			d.dispatch()
		}
	}
}

// LastEventID is the id that a reconnection would send: the one in force at
// the last blank line.
func (d *Decoder) LastEventID() string { return d.lastID }

// Retry is the wait before a reconnection that the server asked for last, and
// whether it asked at all.
func (d *Decoder) Retry() (time.Duration, bool) { return d.retry, d.asked }

// dispatch does what a blank line does, whether or not there was data.
func (d *Decoder) dispatch() {
	d.lastID, d.typ, d.event = d.id, "", nil
}

// begin skips what may stand before a line and is no part of it.
func (d *Decoder) begin() error {
	for !d.begun {
		head := d.buf[d.pos:d.end]
		switch {
		case bytes.HasPrefix(head, []byte(byteOrderMark)):
			d.pos += len(byteOrderMark)
			d.begun = true
		case len(head) > 0 && !bytes.HasPrefix([]byte(byteOrderMark), head):
			d.begun = true
		case d.fill() != nil:
			return d.cut(len(head) > 0)
		}
	}
	if d.pos == d.end && d.fill() != nil {
		return d.cut(false)
	}
	if d.swallowLF && d.buf[d.pos] == '\n' {
		d.pos++
	}
	d.swallowLF = false
	return nil
}

// cut settles the error of a stream that has ended, inside a line or not.
func (d *Decoder) cut(inLine bool) error {
	if errors.Is(d.err, io.EOF) && (inLine || d.event != nil) {
		d.err = io.ErrUnexpectedEOF
	}
	return d.err
}
