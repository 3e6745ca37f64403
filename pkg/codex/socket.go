package codex

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/coder/websocket"

	"github.com/codexgen/codexgen/pkg/sse"
)

// MaxMessage bounds the request on the websocket route: the backend took
// 16,777,000 bytes and closed at 16,777,300 (lidge-jun/opencodex#2471,
// 2026-08-24).
const MaxMessage = 16 << 20

const (
	// socketFrame is how much of a request goes into one frame.
	socketFrame = 64 << 10
	// goodbye is how long the backend may take to answer the last frame.
	goodbye = time.Second
)

// upgrade opens the plan's WebSocket and sends its only message. An answer
// that is no WebSocket is an exchange like any other, without a socket.
func (c *Client) upgrade(ctx context.Context, plan *Plan, request *body, x *exchange) error {
	shake := &handshake{next: c.http.Transport, watch: x.watch}
	conn, response, err := websocket.Dial(ctx, plan.URL, &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: shake, CheckRedirect: c.http.CheckRedirect},
		HTTPHeader: plan.Header,
	})
	switch {
	case shake.refused != nil:
		x.Response = shake.refused
		return nil
	case err != nil && response != nil: // it says 101 and is none
		return newError(KindMalformed, errors.New("it is no WebSocket"))
	case err != nil:
		var sent *url.Error // as the client of the other routes returns it
		if errors.As(err, &sent) {
			return sent
		}
		return err
	}
	conn.SetReadLimit(sse.DefaultMaxEventBytes)
	response.Body = http.NoBody // it is the socket's
	x.Response, x.socket = response, &socket{Conn: conn, stream: shake.stream, request: response.Request, next: func() (websocket.MessageType, io.Reader, error) { return conn.Reader(ctx) }}
	err = x.socket.say(ctx, request)
	if ctx.Err() != nil {
		return ctx.Err() // the cause says more than what broke by it
	}
	return err
}

// A handshake notes what its answer is before the library takes it.
type handshake struct {
	next    http.RoundTripper
	watch   *watch
	refused *http.Response // any answer but a WebSocket
	stream  io.Closer      // the connection, once it is one
}

func (h *handshake) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := h.next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	if stream, ok := response.Body.(io.ReadWriteCloser); ok && response.StatusCode == http.StatusSwitchingProtocols {
		h.stream = stream
		response.Body = &watchedStream{stream, h.watch}
		return response, nil
	}
	// The library would keep 1 KiB of it.
	text, _ := io.ReadAll(io.LimitReader(&watchedBody{response.Body, h.watch}, maxErrorBody))
	_ = response.Body.Close()
	kept := *response
	kept.Body = io.NopCloser(bytes.NewReader(text))
	h.refused, response.Body = &kept, http.NoBody
	return response, nil
}

// watchedStream starts the clock anew with each byte that comes or goes. The
// connection's end is an error in it: the library would take one inside a
// message for the message's.
type watchedStream struct {
	io.ReadWriteCloser
	watch *watch
}

func (s *watchedStream) Read(p []byte) (int, error) {
	n, err := s.ReadWriteCloser.Read(p)
	if n > 0 {
		s.watch.start()
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func (s *watchedStream) Write(p []byte) (int, error) {
	n, err := s.ReadWriteCloser.Write(p)
	if n > 0 {
		s.watch.start()
	}
	return n, err
}

// A socket is an open WebSocket with one request on it.
type socket struct {
	*websocket.Conn
	stream  io.Closer
	request *http.Request // of the handshake
	next    func() (websocket.MessageType, io.Reader, error)
	current io.Reader
	done    bool // the last event has come
}

// say sends the request as one text message: in one frame where it is small,
// else in fragments, so that no picture is held whole.
func (s *socket) say(ctx context.Context, request *body) error {
	text := &bodyReader{parts: request.parts}
	defer text.Close()
	if request.length <= socketFrame {
		whole, err := io.ReadAll(text)
		if err != nil {
			return err
		}
		return s.unsaid(s.Write(ctx, websocket.MessageText, whole))
	}
	w, err := s.Writer(ctx, websocket.MessageText)
	for piece := make([]byte, socketFrame); err == nil; {
		var n int
		n, err = text.Read(piece)
		if errors.Is(err, io.EOF) {
			return s.unsaid(w.Close())
		}
		if err != nil {
			return err // a picture cannot be read
		}
		if _, err := w.Write(piece[:n]); err != nil {
			return s.unsaid(err)
		}
	}
	return err
}

// unsaid names a failure to write. The reason may be there to be read: a
// backend that finds a message too big says so and listens no more.
func (s *socket) unsaid(err error) error {
	if err == nil {
		return nil
	}
	if _, _, read := s.next(); websocket.CloseStatus(read) != -1 {
		err = read
	}
	return s.closed(err, KindClosed)
}

// message is the next event, read while it arrives.
func (s *socket) message() (io.Reader, error) {
	if s.current != nil { // the library wants each read to its end
		if _, err := io.Copy(io.Discard, s.current); err != nil {
			return nil, err
		}
	}
	kind, text, err := s.next()
	if err != nil {
		return nil, err
	}
	if kind != websocket.MessageText {
		return nil, newError(KindMalformed, errors.New("a binary message"))
	}
	s.current = text
	return text, nil
}

// closed names a connection that ended before its time.
func (s *socket) closed(err error, kind Kind) error {
	var frame websocket.CloseError
	switch {
	case errors.Is(err, websocket.ErrMessageTooBig):
		return newError(KindMalformed, fmt.Errorf("a message of more than %d MiB", sse.DefaultMaxEventBytes>>20))
	case !errors.As(err, &frame):
		return newError(kind, errors.New("the WebSocket broke off before its last event"))
	case frame.Code == websocket.StatusMessageTooBig:
		kind = KindMessageTooBig
	}
	failure := newError(kind, nil)
	failure.Message = fmt.Sprintf("the WebSocket was closed with %d", frame.Code)
	if frame.Reason != "" {
		failure.Message += ": " + short(string(withoutToken([]byte(frame.Reason), s.request)))
	}
	return failure
}

// leave ends the connection: politely after the last event, at once before
// it.
func (s *socket) leave() {
	if !s.done {
		_ = s.CloseNow()
		return
	}
	impatient := time.AfterFunc(goodbye, func() { _ = s.stream.Close() })
	defer impatient.Stop()
	_ = s.Close(websocket.StatusNormalClosure, "")
}

// ofTransport are the failures after which plain HTTP may fare better.
var ofTransport = []Kind{KindMessageTooBig, KindCut, KindClosed, KindStalled, KindRouteMissing, KindMalformed}

// overSocket marks an error as one of the websocket route, for its hint.
func overSocket(err error) error {
	var failure *Error
	if errors.As(err, &failure) && slices.Contains(ofTransport, failure.Kind) {
		failure.socket = true
	}
	return err
}
