package sandbox

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// exchange is one request on its way to an answer.
type exchange struct {
	w      http.ResponseWriter
	r      *http.Request
	faults faults
	stop   <-chan struct{} // closed when the server closes

	cookies []string // the sandbox's own that came back

	status int    // what was answered
	rule   string // why it was refused, "" when it was not
}

// refusal is a whole answer that makes no picture.
type refusal struct {
	rule    string
	status  int
	header  http.Header
	content string // media type; "" with an empty body
	body    []byte
}

// body is the JSON of a refusal. Two shapes have been seen: the front of the
// backend says {"detail": …}, the layer behind it {"error": {…}}. Markers
// {0} and {1} in message and param take what the rule found.
type body struct {
	message string
	kind    string // error.type; "" is invalid_request_error
	param   string // "" is null
	code    string // "" is null
	detail  bool   // {"detail": message}
	extra   map[string]any
}

func (b body) json() []byte {
	if b.detail {
		return mustJSON(map[string]any{"detail": b.message})
	}
	kind := b.kind
	if kind == "" {
		kind = "invalid_request_error"
	}
	e := map[string]any{"message": b.message, "type": kind, "param": orNull(b.param), "code": orNull(b.code)}
	for k, v := range b.extra {
		e[k] = v
	}
	return mustJSON(map[string]any{"error": e})
}

func newRefusal(rule string, status int, b body) *refusal {
	return &refusal{rule: rule, status: status, content: "application/json", body: b.json()}
}

// refuse answers with rf and remembers why.
func (x *exchange) refuse(rf *refusal) {
	x.rule = rf.rule
	for k, v := range rf.header {
		x.w.Header()[k] = v
	}
	if v := x.faults.retryAfter; v != "" && (rf.status == http.StatusTooManyRequests || rf.status == http.StatusServiceUnavailable) {
		x.w.Header().Set("Retry-After", v)
	}
	x.w.Header().Set("Content-Length", strconv.Itoa(len(rf.body)))
	if rf.content != "" {
		x.w.Header().Set("Content-Type", rf.content)
	}
	x.begin(rf.status)
	_, _ = x.w.Write(rf.body) // a client that left needs no answer
}

// json answers 200 with v.
func (x *exchange) json(v any) {
	b := mustJSON(v)
	x.w.Header().Set("Content-Type", "application/json")
	x.begin(http.StatusOK)
	_, _ = x.w.Write(b)
}

func (x *exchange) begin(status int) {
	x.status = status
	x.w.WriteHeader(status)
}

// pause waits for d, or less when the client leaves or the server closes; it
// reports whether to go on.
func (x *exchange) pause(d time.Duration) bool {
	if d <= 0 {
		return x.r.Context().Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-x.stop:
	case <-x.r.Context().Done():
	}
	return false
}

// forever waits until the client leaves or the server closes.
func (x *exchange) forever() error {
	select {
	case <-x.stop:
		return http.ErrServerClosed
	case <-x.r.Context().Done():
		return context.Cause(x.r.Context())
	}
}

// mustJSON encodes values that were decoded from JSON or made here; neither
// can fail.
func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("sandbox: " + err.Error())
	}
	return b
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
