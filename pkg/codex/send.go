package codex

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/codexgen/codexgen/pkg/sse"
)

// Why a request was ended from this side; the cause of its context.
var (
	errStalled = errors.New("no byte came for the stall limit")
	errTimeout = errors.New("the request took longer than its limit")
)

// An exchange is one request under way: its answer, read through a watch that
// ends it when nothing comes.
type exchange struct {
	*http.Response
	cause  func() error // why it was ended from this side, nil if it was not
	trace  *Trace
	cancel context.CancelCauseFunc
	watch  *watch
	socket *socket // nil where the answer is a body
}

func (x *exchange) Close() {
	x.watch.stop()
	if x.socket != nil {
		x.socket.leave()
	}
	x.cancel(nil)
	_ = x.Body.Close()
}

// open sends a plan and returns its answer, whatever its status.
func (c *Client) open(ctx context.Context, plan *Plan) (*exchange, error) {
	body, err := plan.body()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	ctx, stopTimer := context.WithTimeoutCause(ctx, c.timeout, errTimeout)
	w := newWatch(c.stall, func() { cancel(errStalled) })
	end := func(cause error) { cancel(cause); stopTimer() }
	var connecting atomic.Bool // a transport that does not tell leaves it false
	trace := &httptrace.ClientTrace{
		GetConn: func(string) { connecting.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { connecting.Store(false) },
	}
	if plan.Route.Hosted() {
		// This route sends events while it works, so silence counts from the
		// end of the request; the images route is silent until it is done.
		trace.WroteRequest = func(httptrace.WroteRequestInfo) { w.start() }
	}
	x := &exchange{cause: func() error { return context.Cause(ctx) }, trace: traceOf(ctx), cancel: end, watch: w}
	send := c.post
	if plan.Route == RouteWebSocket {
		send = c.upgrade
	}
	if err := send(httptrace.WithClientTrace(ctx, trace), plan, body, x); err != nil {
		w.stop()
		failure := transportError(ctx, err)
		if x.socket != nil {
			x.socket.leave()
		}
		end(nil)
		if connecting.Load() {
			return nil, free(failure) // nothing was sent
		}
		return nil, failure
	}
	return x, nil
}

// post sends a plan over HTTP and keeps its answer in x.
func (c *Client) post(ctx context.Context, plan *Plan, body *body, x *exchange) error {
	request, err := http.NewRequestWithContext(ctx, plan.Method, plan.URL, nil)
	if err != nil {
		return err
	}
	if plan.Body != nil {
		body.attach(request)
	}
	request.Header = plan.Header.Clone()
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	response.Body = &watchedBody{response.Body, x.watch}
	x.Response = response
	return nil
}

// transportError names what broke below HTTP. An error that is typed already
// (the token source's, an interrupt) stays as it is.
func transportError(ctx context.Context, err error) error {
	var typed interface {
		error
		ExitCode() int
	}
	if errors.As(err, &typed) {
		return typed
	}
	if cause := context.Cause(ctx); cause != nil {
		return ended(cause)
	}
	var unknownCA x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	var verify *tls.CertificateVerificationError
	var dns *net.DNSError
	var dial *net.OpError
	switch {
	case errors.As(err, &unknownCA), errors.As(err, &host), errors.As(err, &invalid), errors.As(err, &record), errors.As(err, &verify),
		errors.Is(err, http.ErrSchemeMismatch), strings.Contains(err.Error(), "tls: "):
		return newError(KindTLS, rootCause(err))
	case errors.As(err, &dns), refused(err), errors.As(err, &dial) && slices.Contains([]string{"dial", "proxyconnect", "socks connect"}, dial.Op):
		return newError(KindConnect, rootCause(err))
	}
	return newError(KindClosed, rootCause(err))
}

// rootCause drops net/url's "Post https://…:" in front, which repeats the URL.
func rootCause(err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return err
}

// ended turns the reason of a cancelled request into its error; an interrupt
// passes as it is.
func ended(cause error) error {
	switch {
	case errors.Is(cause, errStalled):
		return newError(KindStalled, cause)
	case errors.Is(cause, errTimeout), errors.Is(cause, context.DeadlineExceeded):
		return newError(KindTimeout, cause)
	}
	return cause
}

// readError names what broke while an answer was being read.
func (x *exchange) readError(err error) error {
	var tooLarge *sse.TooLargeError
	switch {
	case x.cause() != nil:
		return ended(x.cause())
	case errors.As(err, &tooLarge):
		return newError(KindMalformed, err)
	case x.socket != nil:
		return x.socket.closed(err, KindCut)
	}
	return newError(KindCut, err)
}

// beginsWith looks at the body's first byte and leaves it there.
func (x *exchange) beginsWith(c byte) bool {
	buffered := bufio.NewReaderSize(x.Body, readBuffer)
	first, _ := buffered.Peek(1) // a fault comes again when the body is read
	x.Body = struct {
		io.Reader
		io.Closer
	}{buffered, x.Body}
	return len(first) == 1 && first[0] == c
}

// check refuses an answer that cannot hold an image.
func (c *Client) check(x *exchange, route Route) error {
	if encoding := x.Header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		failure := newError(KindMalformed, nil)
		failure.Status, failure.IDs = x.StatusCode, requestIDs(x.Header)
		failure.Message = "it is encoded as " + short(encoding) + ", which was not asked for"
		return failure
	}
	if x.socket != nil {
		return nil
	}
	media := x.Header.Get("Content-Type")
	html := strings.HasPrefix(media, "text/html")
	// Proxies may leave a stream's type out, or put an object in its place.
	object := x.StatusCode == http.StatusOK && route == RouteResponses && !strings.HasPrefix(media, "text/event-stream") && x.beginsWith('{')
	if x.StatusCode == http.StatusOK && !html && !object {
		if route == RouteWebSocket {
			return c.malformed(x, "it is no WebSocket")
		}
		return nil
	}
	x.watch.start()
	f := readFailure(x.Response)
	if cause := x.cause(); cause != nil {
		return ended(cause)
	}
	if object && f.code+f.errType+f.text == "" {
		return c.malformed(x, "it is JSON in place of a stream")
	}
	failure := f.error(c.now())
	if failure.Kind == KindChallenge && !strings.Contains(c.base, "/codex") {
		failure.Kind = KindWrongURL
	}
	return failure
}
