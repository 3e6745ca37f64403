package sse

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"
)

type lineKind int

const (
	otherLine lineKind = iota // done with: a comment or a field
	blankLine
	dataLine // its value comes next: see Event.Read
)

// step uses up one line, or the head of a data line.
func (d *Decoder) step() (lineKind, error) {
	if err := d.begin(); err != nil {
		return otherLine, err
	}
	for {
		line, whole := d.line()
		switch {
		case bytes.HasPrefix(line, []byte("data:")):
			d.pos += len("data:")
			return dataLine, nil
		case whole:
			return d.field(line), nil
		case len(line) == len(d.buf):
			return otherLine, d.skipLine()
		}
		if d.fill() != nil {
			return otherLine, d.cut(len(line) > 0)
		}
	}
}

// endLine uses up the line end at the window's start. An LF after a CR may not
// have arrived yet, and a blank line must not wait for it.
func (d *Decoder) endLine() {
	d.swallowLF = d.buf[d.pos] == '\r'
	d.pos++
}

// skipLine drops a line that is longer than the window.
func (d *Decoder) skipLine() error {
	for {
		line, whole := d.line()
		d.pos += len(line)
		if whole {
			d.endLine()
			return nil
		}
		if d.fill() != nil {
			return d.cut(true)
		}
	}
}

// field obeys a line that is whole in the window. A data line gets here only
// without a colon; its end is left in place, as the end of its empty value.
func (d *Decoder) field(line []byte) lineKind {
	name, value, _ := bytes.Cut(line, []byte(":"))
	value = bytes.TrimPrefix(value, []byte(" "))
	d.pos += len(line)
	if string(line) == "data" {
		return dataLine
	}
	d.endLine()
	if len(line) == 0 {
		return blankLine
	}
	switch string(name) {
	case "event":
		d.typ = string(value)
	case "id":
		if !bytes.ContainsRune(value, 0) {
			d.id = string(value)
		}
	case "retry":
		d.setRetry(string(value))
	}
	return otherLine
}

// setRetry takes milliseconds in ASCII digits; what is too long for a
// time.Duration is the longest one.
func (d *Decoder) setRetry(digits string) {
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return
	}
	const most = math.MaxInt64 / int64(time.Millisecond)
	ms, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		ms = most // only the range is left to fail
	}
	d.retry, d.asked = time.Duration(min(ms, most))*time.Millisecond, true
}
