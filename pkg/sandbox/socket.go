package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"

	"github.com/coder/websocket"
)

// maxMessage is the largest message that the backend takes: 16,777,000 bytes
// passed, and 16,777,300 closed the connection before any event
// (lidge-jun/opencodex#2471, 2026-08-24), with 1009 (router-for-me/CLIProxyAPI#4409,
// 07-18; anomalyco/opencode#42572, 08-14).
const maxMessage = 16 << 20

// socket answers GET /responses: an upgrade with a WebSocket, on which each
// response.create is a turn, and anything else as a method. The official
// client gets 426, after which it falls back to HTTP at once (0.129.0 to
// 0.169.0, 2026-11): over a WebSocket it sends only what is new of a
// conversation, and the sandbox keeps none.
func (s *Server) socket(x *exchange) {
	if !strings.EqualFold(x.r.Header.Get("Upgrade"), "websocket") {
		methodNotAllowed(x)
		return
	}
	x.faults = s.faults
	rf := s.authorize(x)
	if rf == nil {
		rf = s.statusFault(x)
	}
	if rf == nil && official(x.r.Header) {
		rf = noSocket()
	}
	if rf != nil {
		x.refuse(rf)
		return
	}
	conn, err := websocket.Accept(x.w, x.r, nil)
	if err != nil {
		x.rule, x.status = "websocket", http.StatusBadRequest // Accept has answered
		return
	}
	x.status = http.StatusSwitchingProtocols
	s.converse(x, conn)
}

// noSocket says that HTTP has to do.
func noSocket() *refusal {
	rf := newRefusal("websocket", http.StatusUpgradeRequired, body{detail: true, message: "Upgrade Required"})
	rf.header = http.Header{"Upgrade": {"HTTP/2.0"}} // RFC 9110, section 15.5.22, wants one named
	return rf
}

// converse has one turn after the other until the client leaves, the server
// closes or a fault ends it.
func (s *Server) converse(x *exchange, conn *websocket.Conn) {
	limit := int64(maxMessage)
	if x.faults.socketLimit > 0 {
		limit = min(limit, x.faults.socketLimit)
	}
	conn.SetReadLimit(limit)
	ctx, cancel := context.WithCancel(x.r.Context())
	x.r = x.r.WithContext(ctx)
	messages := make(chan []byte)
	var running sync.WaitGroup
	running.Go(func() { defer cancel(); read(ctx, conn, messages) })
	running.Go(func() {
		defer cancel()
		select {
		case <-x.stop:
		case <-ctx.Done():
		}
	})
	defer running.Wait()
	defer cancel()
	defer func() { _ = conn.CloseNow() }() // the cut fault panics
	for text := range messages {
		if err := s.socketTurn(x, conn, text); err != nil {
			_ = conn.Close(closing(err))
			return
		}
	}
}

// read hands on what the client says, and notices when it leaves.
func read(ctx context.Context, conn *websocket.Conn, messages chan<- []byte) {
	defer close(messages)
	for {
		_, text, err := conn.Read(ctx)
		if err != nil {
			return
		}
		select {
		case messages <- text:
		case <-ctx.Done():
			return
		}
	}
}

var errTooBig = errors.New("a message is too big")

// closing is how the connection ends after err.
func closing(err error) (websocket.StatusCode, string) {
	if errors.Is(err, errTooBig) {
		return websocket.StatusMessageTooBig, "message too big"
	}
	return websocket.StatusNormalClosure, ""
}

// socketTurn answers one message with events, or with a refusal in the form
// of an error event.
func (s *Server) socketTurn(x *exchange, conn *websocket.Conn, text []byte) error {
	st := &stream{out: &wire{x: x}, socket: conn}
	o, rf := created(text)
	var q *request
	if rf == nil {
		q, rf = s.admit(x, o)
	}
	if rf != nil {
		x.rule = rf.rule
		st.refuse(rf)
		return st.err
	}
	st.send("codex.rate_limits", s.rateLimits(), nil)
	s.answer(q, st)
	return st.err
}

// created is the request in a message: the body of a POST with a type.
func created(text []byte) (object, *refusal) {
	var o object
	if err := json.Unmarshal(text, &o); err != nil || o.str("type") != "response.create" {
		return nil, newRefusal("message", http.StatusBadRequest, body{message: "The message is no response.create."}) // inferred
	}
	if o.has("previous_response_id") { // none is kept
		return nil, newRefusal("previous-response", http.StatusBadRequest, body{code: "previous_response_not_found",
			message: "Previous response with id '" + o.str("previous_response_id") + "' not found.", param: "previous_response_id"})
	}
	delete(o, "type")
	return o, nil
}

// refuse wraps a refusal in an error event, with its status (openai/codex
// codex-api endpoint/responses_websocket.rs, 2026-08-22).
func (st *stream) refuse(rf *refusal) {
	f := fields{}
	_ = json.Unmarshal(rf.body, &f) // an empty one leaves it empty
	f["status"] = rf.status
	headers := map[string]string{}
	for name := range rf.header {
		headers[strings.ToLower(name)] = rf.header.Get(name)
	}
	f["headers"] = headers
	st.send("error", f, nil)
}

// message writes one event as one text message.
func (st *stream) message(text []byte, p *payload) error {
	x := st.out.x
	if most := x.faults.socketLimit; most > 0 && p.size(text) > most {
		return errTooBig
	}
	w, err := st.socket.Writer(x.r.Context(), websocket.MessageText)
	if err != nil {
		return err
	}
	st.out.to = w
	if err := writeJSON(st.out, text, p); err != nil {
		return err
	}
	return w.Close()
}

// rateLimits is what the headers of a POST's answer say, as the event in
// which the official client reads it on this transport (openai/codex,
// 2026-08-22).
func (s *Server) rateLimits() fields {
	primary, secondary := s.planWindows()
	one := func(w window) map[string]any {
		return map[string]any{"used_percent": w.percent, "window_minutes": w.minutes, "reset_at": w.resetAt.Unix()}
	}
	return fields{"plan_type": s.scenario.plan, "limit_name": primary.limit,
		"rate_limits": map[string]any{"primary": one(primary), "secondary": one(secondary)}}
}
