package imagefile

import (
	"bufio"
	"errors"
	"io"
)

// inputBuffer is more than any check wants to see ahead.
const inputBuffer = 16 << 10

// An input reads binary fields. What ends early is io.EOF or
// io.ErrUnexpectedEOF.
type input struct {
	*bufio.Reader
	field [16]byte
}

func newInput(r io.Reader) *input {
	return &input{Reader: bufio.NewReaderSize(r, inputBuffer)}
}

// next reads a field of at most 16 bytes, valid until the next call.
func (in *input) next(n int) ([]byte, error) {
	_, err := io.ReadFull(in, in.field[:n])
	return in.field[:n], err
}

// skip passes over n bytes, up to the 4 GiB that a field can claim.
func (in *input) skip(n int64) error {
	for n > 0 {
		discarded, err := in.Discard(int(min(n, 1<<30))) // an int can have 32 bits
		if err != nil {
			return err
		}
		n -= int64(discarded)
	}
	return nil
}

// end warns of bytes after the image's own end.
func (in *input) end(info *Info) error {
	if _, err := in.Peek(1); err == nil {
		info.warn("there are bytes after its end")
	}
	return nil
}

// skipTo passes over everything up to the next mark and the mark itself, and
// returns how much came before it.
func (in *input) skipTo(mark byte) (int64, error) {
	var skipped int64
	for {
		part, err := in.ReadSlice(mark)
		skipped += int64(len(part))
		if err == nil {
			return skipped - 1, nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return skipped, err
		}
	}
}
