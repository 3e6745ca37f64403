package sandbox

import (
	"fmt"
	"net/http"
	"time"

	"github.com/coder/websocket"
)

// stream writes events: server-sent, or as the messages of a socket. After the first error it does nothing, so
// that a turn reads as the list of its events; err tells.
type stream struct {
	out *wire
	eol string
	seq int

	socket *websocket.Conn // nil for server-sent events
	err    error
}

func newStream(x *exchange) *stream {
	h := x.w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	x.begin(http.StatusOK)
	st := &stream{out: &wire{x: x, to: x.w}, eol: "\n"}
	if x.faults.crlf {
		st.eol = "\r\n"
	}
	return st
}

// fields are the members of one event besides type and sequence_number.
type fields map[string]any

// send writes one event. p is the picture that fields hold, or nil.
func (st *stream) send(kind string, f fields, p *payload) {
	if st.err != nil {
		return
	}
	head := ""
	if st.socket == nil {
		head = fmt.Sprintf("event: %s%sdata: ", kind, st.eol)
	}
	text := fmt.Appendf(nil, `%s{"type":%q,"sequence_number":%d`, head, kind, st.seq)
	if rest := mustJSON(f); len(f) > 0 {
		text = append(append(text, ','), rest[1:]...)
	} else {
		text = append(text, '}')
	}
	st.seq++
	if st.socket != nil {
		st.err = st.message(text, p)
		return
	}
	st.err = writeJSON(st.out, append(text, st.eol+st.eol...), p)
	st.out.Flush()
}

// wait pauses between two phases of drawing.
func (st *stream) wait(d time.Duration) {
	if st.err == nil && !st.out.x.pause(d) {
		st.err = errCut
	}
}
