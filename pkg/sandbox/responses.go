package sandbox

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
)

// A stream writes the events of one answer of the responses route.
type stream struct {
	*answer
	id, call string
	number   int
	echo     map[string]any // the tool as the backend normalised it; nil when stripped
	prompt   string
	partials int
	format   string
	w, h     int
}

// responses answers a request that no rule refused.
func (a *answer) responses() {
	tool := hostedTool(a.body)
	st := &stream{answer: a, id: "resp_" + strings.ToLower(rand.Text()), call: "ig_" + strings.ToLower(rand.Text()), prompt: promptOf(a.body)}
	if tool != nil && !a.s.scenario.noTool {
		st.normalise(tool)
	}
	a.w.Header().Set("Content-Type", "text/event-stream")
	a.w.WriteHeader(200)
	st.event("response.created", map[string]any{"response": st.response("in_progress")})
	st.event("response.in_progress", map[string]any{"response": st.response("in_progress")})
	switch words := a.s.scenario.words; {
	case words == "-":
		st.message("")
		st.message("")
	case words != "":
		st.message(words)
	case st.echo == nil:
		st.message("Here is a description of the picture instead of the picture itself.")
	default:
		if !st.draw() {
			return
		}
	}
	st.event("response.completed", map[string]any{"response": st.completed()})
	st.flush()
}

// normalise is the echo that the backend makes of the tool, whatever was
// asked: NUKO 2026-08-21, HA#107233 2026-09.
func (st *stream) normalise(tool map[string]any) {
	st.format = "png"
	if wish := text(tool, "output_format"); wish == "jpeg" || wish == "webp" && st.s.scenario.webp {
		st.format = wish
	}
	n, _ := tool["partial_images"].(float64)
	st.partials = int(n)
	size, quality := "auto", "auto"
	if st.s.scenario.honoursSize {
		size, quality = orElse(text(tool, "size"), size), orElse(text(tool, "quality"), quality)
	}
	st.echo = map[string]any{"type": "image_generation", "background": orElse(text(tool, "background"), "auto"), "model": "gpt-image-2-codex", "moderation": "auto",
		"n": 1, "output_compression": 100, "output_format": orElse(text(tool, "output_format"), "png"), "quality": quality, "size": size}
	st.w, st.h = st.pictureSize(text(tool, "size"), st.prompt)
}

func orElse(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}

func (st *stream) response(status string) map[string]any {
	tools := []any{}
	if st.echo != nil {
		tools = append(tools, st.echo)
	}
	return map[string]any{"id": st.id, "object": "response", "status": status, "model": st.body["model"], "tools": tools, "output": []any{}}
}

func (st *stream) completed() map[string]any {
	response := st.response("completed")
	response["usage"] = map[string]any{"input_tokens": 120, "input_tokens_details": map[string]any{"cached_tokens": 0}, "output_tokens": 30, "total_tokens": 150}
	if st.on.has("only-completed") && st.echo != nil {
		st.countImage()
		response["output"] = []any{st.item(placeholder)}
	}
	return response
}

// draw sends the image call's events; false when an error event has ended it.
// The order is that of NUKO 2026-08-21: no image_generation_call.completed
// event comes (CLI#5014), and the finished item may still say "generating".
func (st *stream) draw() bool {
	item := map[string]any{"id": st.call, "type": "image_generation_call", "status": "in_progress"}
	st.event("response.output_item.added", map[string]any{"output_index": 0, "item": item})
	st.event("response.image_generation_call.in_progress", map[string]any{"output_index": 0, "item_id": st.call})
	st.event("response.image_generation_call.generating", map[string]any{"output_index": 0, "item_id": st.call})
	for i := range st.partials {
		st.flush()
		wait(st.r, st.s.pace)
		st.event("response.image_generation_call.partial_image", map[string]any{"output_index": 0, "item_id": st.call, "partial_image_index": i,
			"partial_image_b64": placeholder, "size": fmt.Sprintf("%dx%d", st.w, st.h), "quality": "medium", "background": "opaque", "output_format": st.format})
	}
	st.flush()
	wait(st.r, st.s.pace)
	if st.on.has("only-partials") || st.on.has("only-completed") {
		return true
	}
	if st.closed || st.r.Context().Err() != nil {
		return false // nobody is left to draw for
	}
	st.countImage()
	st.event("response.output_item.done", map[string]any{"output_index": 0, "item": st.item(placeholder)})
	if st.on.has("error-after-image") {
		st.event("error", map[string]any{"code": "server_error", "message": "An error occurred after the image.", "param": nil})
		return false
	}
	return true
}

func (st *stream) item(result string) map[string]any {
	return map[string]any{"id": st.call, "type": "image_generation_call", "status": "generating", "action": "generate", "revised_prompt": "Sandbox: " + st.prompt,
		"result": result, "size": fmt.Sprintf("%dx%d", st.w, st.h), "quality": "medium", "background": "opaque", "output_format": st.format}
}

func (st *stream) message(words string) {
	content := []any{}
	if words != "" {
		st.event("response.output_text.delta", map[string]any{"output_index": 0, "delta": words})
		content = append(content, map[string]any{"type": "output_text", "text": words})
	}
	st.event("response.output_item.done", map[string]any{"output_index": 0, "item": map[string]any{"type": "message", "role": "assistant", "status": "completed", "content": content}})
}

// placeholder stands for a picture in an event's JSON until it is written.
const placeholder = "{picture}"

// event writes one event. A picture in it goes to the socket piece by piece,
// never as one text.
func (st *stream) event(name string, fields map[string]any) {
	fields["type"], fields["sequence_number"] = name, st.number
	st.number++
	data, _ := json.Marshal(fields)
	end := "\n"
	if st.on.has("crlf") {
		end = "\r\n"
	}
	before, after, pictured := strings.Cut(string(data), placeholder)
	fmt.Fprintf(st, "event: %s%sdata: %s", name, end, before)
	if pictured {
		st.picture(fields)
		_, _ = fmt.Fprint(st, after)
	}
	_, _ = fmt.Fprint(st, end, end)
	if !pictured {
		st.flush()
	}
}

func (st *stream) picture(fields map[string]any) {
	stage, final := 0, true
	if index, ok := fields["partial_image_index"].(int); ok {
		stage, final = index+1, false
	}
	st.writePicture(st, drawing{prompt: st.prompt, w: st.w, h: st.h, format: st.format, stage: stage, big: final && st.on.has("big")}, final)
}
