package codex

import (
	"context"
	"net/http"
)

// A Trace watches a plan being sent, for tools that judge the backend. Its
// functions may be nil; they are called on the goroutine that reads the
// stream.
type Trace struct {
	// Once sends the plan a single time: no resend of any kind, no steps after
	// a 401.
	Once bool
	// Answered is called when the header of the answer is there.
	Answered func(status int, header http.Header)
	// Event is called for each event before it is interpreted, whether it
	// means anything to codexgen or not, with its item's type and status.
	Event func(kind, item, status string)
}

type traceKey struct{}

// WithTrace returns a context under which Stream reports to t.
func WithTrace(ctx context.Context, t *Trace) context.Context {
	return context.WithValue(ctx, traceKey{}, t)
}

func traceOf(ctx context.Context) *Trace {
	if t, ok := ctx.Value(traceKey{}).(*Trace); ok {
		return t
	}
	return &Trace{}
}

func (t *Trace) answered(response *http.Response) {
	if t.Answered != nil {
		t.Answered(response.StatusCode, response.Header)
	}
}

func (t *Trace) event(wire wireEvent) {
	if t.Event == nil {
		return
	}
	item, status := "", ""
	if wire.Item != nil {
		item, status = short(wire.Item.Type), short(wire.Item.Status)
	}
	t.Event(short(wire.Type), item, status)
}
