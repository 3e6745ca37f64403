package imagefile

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
)

// MaxPixels is the largest picture that is accepted: a header can claim any
// size, and whoever opens the file would have to allocate it.
const MaxPixels = 100_000_000

const (
	blockSize  = 128 << 10
	blockQueue = 4 // blocks between the writer and the check
)

// A Checker checks an image while it is written to it. The check runs on a
// goroutine of its own; memory is a few blocks, whatever the image's size.
type Checker struct {
	blocks chan []byte // to the check
	free   chan []byte // back
	block  []byte
	done   chan struct{}
	info   Info
	err    error
}

// NewChecker starts a check. Finish must be called.
func NewChecker() *Checker {
	c := &Checker{blocks: make(chan []byte, blockQueue), free: make(chan []byte, blockQueue+2), done: make(chan struct{})}
	go c.run()
	return c
}

// Write hands bytes to the check. It does not fail: the verdict is Finish's.
func (c *Checker) Write(p []byte) (int, error) {
	written := len(p)
	for len(p) > 0 {
		if c.block == nil {
			c.block = c.empty()
		}
		n := min(len(p), cap(c.block)-len(c.block))
		c.block = append(c.block, p[:n]...)
		p = p[n:]
		if len(c.block) == cap(c.block) {
			c.send()
		}
	}
	return written, nil
}

func (c *Checker) empty() []byte {
	select {
	case block := <-c.free:
		return block[:0]
	default:
		return make([]byte, 0, blockSize)
	}
}

func (c *Checker) send() {
	c.blocks <- c.block
	c.block = nil
}

// Finish ends the image, waits for the check and gives its verdict: an
// *InvalidError if the bytes are no whole image.
func (c *Checker) Finish() (Info, error) {
	if c.blocks != nil {
		if len(c.block) > 0 {
			c.send()
		}
		close(c.blocks)
		<-c.done
		c.blocks = nil
	}
	return c.info, c.err
}

func (c *Checker) run() {
	defer close(c.done)
	source := &blockReader{checker: c, sum: sha256.New()}
	c.info, c.err = check(source)
	_, _ = io.Copy(io.Discard, source)
	c.info.Bytes = source.count
	c.info.SHA256 = hex.EncodeToString(source.sum.Sum(nil))
}

// blockReader reads the queue, and sums up what passes.
type blockReader struct {
	checker *Checker
	block   []byte
	rest    []byte
	sum     hash.Hash
	count   int64
}

func (r *blockReader) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		if r.block != nil {
			r.checker.free <- r.block
			r.block = nil
		}
		block, ok := <-r.checker.blocks
		if !ok {
			return 0, io.EOF
		}
		r.block, r.rest = block, block
		r.sum.Write(block)
		r.count += int64(len(block))
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// check reads a whole image.
func check(r io.Reader) (Info, error) {
	in := &input{Reader: bufio.NewReaderSize(r, 32<<10)}
	head, err := in.Peek(headSize)
	if err != nil && len(head) == 0 {
		return Info{}, invalid("there are no bytes")
	}
	info := Info{Format: Sniff(head)}
	switch info.Format {
	case PNG:
		err = checkPNG(in, &info)
	case JPEG:
		err = checkJPEG(in, &info)
	case WebP:
		err = checkWebP(in, &info)
	case GIF:
		err = checkGIF(in, &info)
	default:
		return info, invalid("the bytes are no PNG, JPEG, WebP or GIF")
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = invalid("it ends early")
	}
	if err == nil && info.Width*info.Height == 0 {
		err = invalid("it has no pixels")
	}
	return info, err
}

func tooBig(width, height int64) error {
	if width > 0 && height > MaxPixels/width {
		return invalid(fmt.Sprintf("it claims %d x %d pixels, more than %d in all", width, height, MaxPixels))
	}
	return nil
}

// input reads binary fields.
type input struct{ *bufio.Reader }

func (in *input) bytes(n int) ([]byte, error) {
	p := make([]byte, n)
	_, err := io.ReadFull(in, p)
	return p, err
}

func (in *input) skip(n int64) error {
	_, err := io.CopyN(io.Discard, in, n)
	return err
}

func (in *input) atEnd() bool {
	_, err := in.Peek(1)
	return err != nil
}
