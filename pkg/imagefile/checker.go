package imagefile

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
)

// Between the writer and the check there are at most blockCount blocks, one
// being filled and one being read among them.
const (
	blockSize  = 256 << 10
	blockCount = 3
)

var errFinished = errors.New("the image was finished before")

// A Checker checks an image while it is written to it. The check runs on a
// goroutine of its own, at most a few blocks behind, so that the writer loses
// little time; Write waits when the check cannot follow.
type Checker struct {
	copyTo io.Writer     // each block also goes here; may be nil
	failed error         // of copyTo
	filled chan []byte   // to the check
	empty  chan []byte   // and back; nil is a block not yet made
	block  []byte        // being filled
	passed int64         // all bytes, also those that copyTo did not take
	done   chan struct{} // closed when the check has ended
	ended  bool
	sum    hash.Hash // nil when nobody asked for it

	// Of the check until done is closed.
	info Info
	err  error
}

// NewChecker starts a check. Finish must be called, also when nobody wants
// the verdict.
func NewChecker() *Checker { return newChecker(nil, true) }

// newChecker starts a check that passes whole blocks on to copyTo, since a
// file takes a few large pieces faster than many small ones. The sum costs a
// tenth of the program's time, so it is taken where it is asked for.
func newChecker(copyTo io.Writer, sum bool) *Checker {
	c := &Checker{
		copyTo: copyTo,
		filled: make(chan []byte, blockCount),
		empty:  make(chan []byte, blockCount),
		done:   make(chan struct{}),
	}
	for range blockCount {
		c.empty <- nil
	}
	if sum {
		c.sum = sha256.New()
	}
	go c.run()
	return c
}

// Write passes bytes on. It does not fail because of them: the verdict is
// Finish's.
func (c *Checker) Write(p []byte) (int, error) {
	if c.ended {
		return 0, errFinished
	}
	written := len(p)
	c.passed += int64(written)
	for len(p) > 0 {
		if c.block == nil {
			c.block = c.nextEmpty()
		}
		n := min(len(p), cap(c.block)-len(c.block))
		c.block = append(c.block, p[:n]...)
		p = p[n:]
		if len(c.block) == cap(c.block) {
			c.send()
		}
	}
	if c.failed != nil {
		return 0, c.failed
	}
	return written, nil
}

func (c *Checker) nextEmpty() []byte {
	if block := <-c.empty; block != nil {
		return block[:0]
	}
	return make([]byte, 0, blockSize)
}

func (c *Checker) send() {
	if c.copyTo != nil && c.failed == nil {
		_, c.failed = c.copyTo.Write(c.block)
	}
	c.filled <- c.block
	c.block = nil
}

// Finish says that all bytes were written, waits for the check and returns
// what it found. An *InvalidError says why they are no whole image; the Info
// beside it has what is known all the same, the length at least. Finish
// may be repeated.
func (c *Checker) Finish() (Info, error) {
	if !c.ended {
		c.ended = true
		if c.block != nil {
			c.send()
		}
		close(c.filled)
	}
	<-c.done
	return c.info, c.err
}

func (c *Checker) run() {
	defer close(c.done)
	in := &blockReader{filled: c.filled, empty: c.empty, sum: c.sum}
	c.err = check(in, &c.info)
	// Whatever the verdict, the writer must not be left waiting, and length and
	// sum are those of the whole file.
	_, _ = io.Copy(io.Discard, in)
	c.info.Bytes = in.total
	if c.sum != nil {
		c.info.SHA256 = hex.EncodeToString(c.sum.Sum(nil))
	}
}

// A blockReader reads the blocks of a Checker and sums up what passes.
type blockReader struct {
	filled, empty chan []byte
	block         []byte // to be given back
	unread        []byte // its end
	sum           hash.Hash
	total         int64
}

func (r *blockReader) Read(p []byte) (int, error) {
	if len(r.unread) == 0 && !r.next() {
		return 0, io.EOF
	}
	n := copy(p, r.unread)
	r.unread = r.unread[n:]
	return n, nil
}

// next waits for a block; false is the end.
func (r *blockReader) next() bool {
	if r.block != nil {
		r.empty <- r.block
	}
	r.block = <-r.filled
	r.unread = r.block
	if r.sum != nil {
		r.sum.Write(r.block)
	}
	r.total += int64(len(r.block))
	return r.block != nil
}

// check reads an image of any known format.
func check(r io.Reader, info *Info) error {
	in := newInput(r)
	head, _ := in.Peek(sniffBytes) // a short one is a short file
	if len(head) == 0 {
		return invalid("it is empty")
	}
	info.Format = Sniff(head)
	err := invalid("it is no PNG, JPEG, WebP or GIF")
	switch info.Format {
	case PNG:
		err = checkPNG(in, info)
	case JPEG:
		err = checkJPEG(in, info)
	case WebP:
		err = checkWebP(in, info)
	case GIF:
		err = checkGIF(in, info)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return invalid("it ends early")
	}
	return err
}
