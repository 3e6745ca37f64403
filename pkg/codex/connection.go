package codex

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

// connectionTransport is next to the connection. It takes the token that a
// request carried out of the header of its answer: some of that is shown.
type connectionTransport struct{ next http.RoundTripper }

func (t *connectionTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	attempt := bounded(request)
	response, err := t.next.RoundTrip(attempt)
	if err != nil {
		var untaken *Error
		if errors.As(context.Cause(attempt.Context()), &untaken) {
			return nil, untaken
		}
		return nil, err
	}
	for _, values := range response.Header {
		for i, value := range values {
			values[i] = string(withoutToken([]byte(value), request))
		}
	}
	return response, nil
}

// bounded tells of each time that net/http sends a request again by itself,
// and ends that: over HTTP/2 it goes on for as long as servers close with a
// GOAWAY that calls the request not taken, and seven times for a stream that is
// refused (RFC 9113 8.7; net/http of Go 1.26, tried 2026-11-21).
func bounded(request *http.Request) *http.Request {
	ctx, cancel := context.WithCancelCause(request.Context()) // ends with its parent: the body is still to be read
	most := int32(maxResends)
	if traceOf(ctx).Once {
		most = 0
	}
	var wrote atomic.Int32 // counted on the connection's goroutine
	told := int32(0)
	trace := &httptrace.ClientTrace{
		WroteHeaders: func() { wrote.Add(1) },
		GetConn: func(string) {
			switch sent := wrote.Load(); {
			case sent > most:
				cancel(free(newError(KindClosed, errors.New("it did not take the request, however often it was sent"))))
			case sent > told:
				told = sent
				notify(ctx, Resending{Why: "the server did not take the request"})
			}
		},
	}
	return request.WithContext(httptrace.WithClientTrace(ctx, trace))
}
