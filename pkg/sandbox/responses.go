package sandbox

import (
	"maps"
	"net/http"
	"strings"
)

// responses answers POST /responses.
func (s *Server) responses(x *exchange) {
	q, rf := s.admitted(x)
	if rf != nil {
		x.refuse(rf)
		return
	}
	primary, secondary := s.planWindows()
	s.setWindows(x.w.Header(), primary, secondary)
	x.w.Header().Set("X-Codex-Active-Limit", hostedLimit)
	s.answer(q, newStream(x))
}

// answer is the turn that a request asks for.
func (s *Server) answer(q *request, st *stream) {
	t := turn{s: s, q: q, st: st, id: "resp_" + randomHex(48), at: s.now().Unix()}
	t.begin()
	switch {
	case s.scenario.hosted == silent, s.scenario.mute:
		t.say("")
		t.say("")
	case s.scenario.hosted == declines && q.image != nil:
		t.say("I cannot make this picture, but I can describe it for you. (sandbox)")
	case official(q.header):
		t.choose()
		return
	case !q.callsTool():
		t.say("Here is an answer in words; no image tool was at hand. (sandbox)")
	default:
		t.draw()
		return
	}
	t.complete(false, nil, nil)
}

// admitted reads and judges a body of POST /responses.
func (s *Server) admitted(x *exchange) (*request, *refusal) {
	if rf := s.statusFault(x); rf != nil {
		return nil, rf
	}
	o, rf := readBody(x)
	if rf != nil {
		return nil, rf
	}
	return s.admit(x, o)
}

// admit judges a request, whatever brought it.
func (s *Server) admit(x *exchange, o object) (*request, *refusal) {
	o, rf := s.scenario.between(o, x.status == http.StatusSwitchingProtocols)
	if rf != nil {
		return nil, rf
	}
	q := newRequest(s.scenario, x.r.Header, o)
	if rf := judge(responsesRules(), q); rf != nil {
		return nil, rf
	}
	return q, s.outcome(hostedLimit, q.callsTool())
}

// statusFault is what the status faults ask for.
func (s *Server) statusFault(x *exchange) *refusal {
	code := x.faults.status
	if c := x.faults.statusOnce; c != 0 && s.ledger.first("status-once") {
		code = c
	}
	switch code {
	case 0:
		return nil
	case http.StatusNotFound: // OC#43250, 2026-09: empty
		return &refusal{rule: "fault-status", status: code}
	case http.StatusUpgradeRequired:
		return noSocket()
	case http.StatusServiceUnavailable:
		return newRefusal("fault-status", code, body{message: "The server is overloaded (sandbox fault).", kind: "server_error", code: "server_is_overloaded"})
	case http.StatusTooManyRequests:
		return newRefusal("fault-status", code, body{message: "Too many requests (sandbox fault).", kind: "rate_limit_error", code: "rate_limit_exceeded"})
	}
	return newRefusal("fault-status", code, body{message: http.StatusText(code) + " (sandbox fault).", kind: "server_error"})
}

// turn is one answer of the chat model, as events.
type turn struct {
	s     *Server
	q     *request
	st    *stream
	id    string
	at    int64
	items int
}

func (t *turn) begin() {
	t.st.send("response.created", fields{"response": t.response("in_progress")}, nil)
	t.st.send("response.in_progress", fields{"response": t.response("in_progress")}, nil)
}

// response is the echo of the request.
func (t *turn) response(status string) map[string]any {
	r := map[string]any{
		"id": t.id, "object": "response", "created_at": t.at, "status": status,
		"model": t.q.body.str("model"), "output": []any{}, "tools": t.tools(),
		"store": false, "error": nil, "incomplete_details": nil, "usage": nil,
		"tool_choice": "auto", "parallel_tool_calls": true,
	}
	for _, k := range []string{"instructions", "tool_choice", "parallel_tool_calls", "reasoning", "text", "prompt_cache_key"} {
		if t.q.body.has(k) {
			r[k] = t.q.body[k]
		}
	}
	return r
}

// tools echoes the image tool with the values that will be used instead of
// those that were sent (NUKO, 2026-08-21; sizes were kept until 2026-06-15).
// A tool that was taken out is not in the list.
func (t *turn) tools() []any {
	out := []any{}
	for _, tool := range t.q.tools {
		if tool.str("type") == "image_generation" {
			tool = t.echo(tool)
		}
		out = append(out, tool)
	}
	return out
}

func (t *turn) echo(tool object) object {
	e := object{
		"type": "image_generation", "background": "auto", "model": "gpt-image-2-codex", "moderation": "auto",
		"n": 1, "output_compression": 100, "output_format": "png", "quality": "auto", "size": "auto",
	}
	kept := []string{"output_format", "output_compression", "partial_images", "background"}
	if t.s.scenario.exactSizes {
		kept = append(kept, "size")
	}
	for _, k := range kept {
		if tool.has(k) {
			e[k] = tool[k]
		}
	}
	return e
}

// say sends one message in words; an empty one is a message too.
func (t *turn) say(text string) {
	id, at := "msg_"+randomHex(48), t.items
	t.items++
	part := func(s string) map[string]any {
		return map[string]any{"type": "output_text", "text": s, "annotations": []any{}}
	}
	item := map[string]any{"id": id, "type": "message", "role": "assistant", "status": "in_progress", "content": []any{}}
	where := fields{"item_id": id, "output_index": at, "content_index": 0}
	also := func(k string, v any) fields { f := maps.Clone(where); f[k] = v; return f }

	t.st.send("response.output_item.added", fields{"output_index": at, "item": item}, nil)
	t.st.send("response.content_part.added", also("part", part("")), nil)
	for word := range strings.SplitAfterSeq(text, " ") {
		if word != "" {
			t.st.send("response.output_text.delta", also("delta", word), nil)
		}
	}
	t.st.send("response.output_text.done", also("text", text), nil)
	t.st.send("response.content_part.done", also("part", part(text)), nil)
	item["status"], item["content"] = "completed", []any{part(text)}
	t.st.send("response.output_item.done", fields{"output_index": at, "item": item}, nil)
}

// complete ends the turn. The output of the last event is empty even when
// something was made (HA#5736, 2026-04-07), unless a fault puts item there.
func (t *turn) complete(drawn bool, item map[string]any, p *payload) {
	r := t.response("completed")
	in := 40 + len(t.q.prompt())/4
	r["usage"] = tokens(in, 0, 24, 0)
	if drawn {
		r["tool_usage"] = map[string]any{"image_gen": tokens(in, imageTokens*len(t.st.out.x.seen(t.q.references())), mediumTokens, mediumTokens)}
	}
	if item != nil {
		r["output"] = []any{item}
	}
	t.st.send("response.completed", fields{"response": r}, p)
}
