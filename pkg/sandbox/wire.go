package sandbox

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// errCut ends an answer early on purpose.
var errCut = errors.New("the fault ends the answer here")

// slowSteps is how many pieces a second the slow fault sends.
const slowSteps = 20

// wire is the body of an answer with the transport faults on its way.
type wire struct {
	x    *exchange
	to   io.Writer
	sent int64
}

// Write sends p, as far as the faults let it.
func (o *wire) Write(p []byte) (int, error) {
	f := o.x.faults
	for done := 0; done < len(p); {
		piece := p[done:min(len(p), done+o.step(len(p)))]
		left := o.left()
		if left <= int64(len(piece)) {
			piece = piece[:left]
		}
		n, err := o.to.Write(piece)
		done, o.sent = done+n, o.sent+int64(n)
		if err != nil {
			return done, err
		}
		if f.limits && left == int64(len(piece)) {
			return done, o.end()
		}
		if f.oneByte || f.slow > 0 {
			if err := o.rest(len(piece)); err != nil {
				return done, err
			}
		}
	}
	return len(p), nil
}

// step is the most that is sent at once.
func (o *wire) step(whole int) int {
	switch f := o.x.faults; {
	case f.oneByte:
		return 1
	case f.slow > 0:
		return max(1, f.slow/slowSteps)
	}
	return whole
}

// left is how many bytes may still pass.
func (o *wire) left() int64 {
	const all = 1 << 62
	f := o.x.faults
	if !f.limits {
		return all
	}
	left := int64(all)
	for _, n := range []int64{f.cut, f.truncate, f.stall} {
		if n != never {
			left = min(left, n-o.sent)
		}
	}
	return left
}

// end does what the fault whose byte was reached stands for.
func (o *wire) end() error {
	o.Flush()
	switch f := o.x.faults; o.sent {
	case f.cut:
		panic(http.ErrAbortHandler)
	case f.stall:
		return o.x.forever()
	}
	return errCut
}

// rest flushes a piece and, when slow, waits as long as it takes.
func (o *wire) rest(n int) error {
	o.Flush()
	slow := o.x.faults.slow
	if slow == 0 {
		return o.x.r.Context().Err()
	}
	if !o.x.pause(time.Duration(n) * time.Second / time.Duration(slow)) {
		return errCut
	}
	return nil
}

// Flush sends what is buffered; a writer that cannot is left alone, as the
// messages of a socket are, which are sent when they are whole.
func (o *wire) Flush() {
	if w, ok := o.to.(http.ResponseWriter); ok {
		_ = http.NewResponseController(w).Flush()
	}
}
