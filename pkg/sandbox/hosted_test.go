package sandbox

import (
	"image"
	"strings"
	"testing"
)

func TestEntitledHosted(t *testing.T) {
	k := start(t, Config{})
	b := tool(object{"partial_images": 2, "size": "1024x1024", "quality": "high", "model": "nonsense"})
	r := k.post("/responses", b)
	evs := r.events(t)
	want := strings.Replace(drawnEvents, "generating ", "generating partial_image partial_image ", 1)
	if names(evs) != want {
		t.Fatalf("events %q\nwant   %q", names(evs), want)
	}
	item := last(evs, "response.output_item.done").obj("item")
	if item.str("status") != "generating" || item.str("size") != "1254x1254" || item.str("quality") != "medium" || item.str("revised_prompt") != "a cat" || item.str("action") != "generate" {
		t.Errorf("item %v", without(item, "result"))
	}
	if got := decodePNG(t, item.str("result")).Bounds().Size(); got != image.Pt(1254, 1254) {
		t.Errorf("size %v", got)
	}
	done := last(evs, "response.completed").obj("response")
	if len(done.list("output")) != 0 || done.obj("usage") == nil || done.obj("tool_usage").obj("image_gen") == nil {
		t.Errorf("completed %v", done)
	}
	echo := objects(last(evs, "response.created").obj("response").list("tools"))[0]
	if echo.str("model") != "gpt-image-2-codex" || echo.str("size") != "auto" || echo.str("quality") != "auto" || echo.number("n") != 1 {
		t.Errorf("echo %v", echo)
	}
	for _, h := range []string{"X-Request-Id", "Cf-Ray", "X-Codex-Primary-Used-Percent", "X-Codex-Secondary-Reset-At", "X-Codex-Primary-Window-Minutes", "X-Codex-Plan-Type"} {
		if r.header.Get(h) == "" {
			t.Errorf("no %s", h)
		}
	}
}

func without(o object, key string) object { return changed(o, object{key: nil}) }

func TestPromptSteersTheShape(t *testing.T) {
	k := start(t, Config{})
	for p, want := range map[string]image.Point{
		"a cat, 16:9": {X: 1672, Y: 941}, "Portrait of a cat": {X: 1024, Y: 1536}, "a landscape": {X: 1536, Y: 1024},
	} {
		o := k.post("/images/generations", imagesBody(object{"prompt": p})).json(t)
		if got := decodePNG(t, objects(o.list("data"))[0].str("b64_json")).Bounds().Size(); got != want {
			t.Errorf("%q gave %v", p, got)
		}
	}
}

func TestHonoursSizeInApril(t *testing.T) {
	k := start(t, Config{Scenario: "honours-size"})
	evs := k.post("/responses", changed(tool(object{"size": "2048x1152"}), object{"model": "gpt-5.4"})).events(t)
	item := last(evs, "response.output_item.done").obj("item")
	if got := decodePNG(t, item.str("result")).Bounds().Size(); got != image.Pt(2048, 1152) || item.str("size") != "2048x1152" {
		t.Errorf("size %v, said %s", got, item.str("size"))
	}
	if echo := objects(last(evs, "response.created").obj("response").list("tools"))[0]; echo.str("size") != "2048x1152" {
		t.Errorf("echo %v", echo)
	}
}

func TestStrippedTool(t *testing.T) {
	k := start(t, Config{Scenario: "stripped"})
	for _, choice := range []any{nil, "auto"} {
		evs := k.post("/responses", hostedBody(object{"tool_choice": choice})).events(t)
		if !strings.HasPrefix(names(evs), saidEvents) || last(evs, "response.completed").obj("response").list("tools") == nil {
			t.Errorf("events %q", names(evs))
		}
		if n := len(last(evs, "response.created").obj("response").list("tools")); n != 0 {
			t.Errorf("%d tools echoed", n)
		}
	}
	for choice, want := range map[string]string{
		`"required"`:                  "Tool choice 'required' must be specified with 'tools' parameter",
		`{"type":"image_generation"}`: "Tool choice 'image_generation' not found in 'tools' parameter.",
		`{"type":"allowed_tools","mode":"required","tools":[{"type":"image_generation"}]}`: "Tool choice 'image_generation' not found in 'tools' parameter.",
	} {
		r := k.post("/responses", hostedBody(object{"tool_choice": jsonOf(t, choice)}))
		e := r.json(t).obj("error")
		if r.status != 400 || e.str("message") != want || e.str("type") != "invalid_request_error" || e.str("param") != "tool_choice" || e["code"] != nil {
			t.Errorf("%s: %d %s", choice, r.status, r.body)
		}
	}
	if n := k.Stats().Images; n != 0 {
		t.Errorf("%d images", n)
	}
}

func TestEveryForcedFormDraws(t *testing.T) {
	k := start(t, Config{Faults: []string{"small"}})
	for _, choice := range []any{nil, "auto", "required", jsonOf(t, `{"type":"image_generation"}`),
		jsonOf(t, `{"type":"allowed_tools","mode":"required","tools":[{"type":"image_generation"}]}`)} {
		if evs := k.post("/responses", hostedBody(object{"tool_choice": choice})).events(t); names(evs) != drawnEvents {
			t.Errorf("%v: %q", choice, names(evs))
		}
	}
	if evs := k.post("/responses", hostedBody(object{"tool_choice": "none"})).events(t); !strings.HasPrefix(names(evs), saidEvents) {
		t.Errorf("none: %q", names(evs))
	}
}

// The official client of 2026-11 sends no instructions but a developer
// message, and its lite models keep tools in an input item.
func TestOfficialBodies(t *testing.T) {
	k := start(t, Config{Faults: []string{"small"}})
	in := append([]any{map[string]any{"type": "message", "role": "developer", "content": []any{map[string]any{"type": "input_text", "text": "Be brief."}}}}, prompt("a cat")...)
	common := object{"instructions": nil, "input": in, "tool_choice": "auto", "parallel_tool_calls": false,
		"reasoning": map[string]any{"effort": "medium"}, "include": []any{"reasoning.encrypted_content"},
		"prompt_cache_key": "k", "text": map[string]any{"verbosity": "low"}, "client_metadata": map[string]any{"session_id": "s"}}
	if r := k.post("/responses", hostedBody(common)); r.status != 200 {
		t.Errorf("plain: %d %s", r.status, r.body)
	}
	lite := append([]any{map[string]any{"type": "additional_tools", "role": "developer", "tools": []any{map[string]any{"type": "custom", "name": "exec"}}}}, prompt("hello")...)
	b := changed(hostedBody(common), object{"input": lite, "tools": nil, "model": "gpt-5.6-sol"})
	r := k.post("/responses", b, header("x-openai-internal-codex-responses-lite", "true"))
	if r.status != 200 || !strings.HasPrefix(names(r.events(t)), saidEvents) {
		t.Errorf("lite: %d %.300s", r.status, r.body)
	}
	b["tool_choice"] = "required" // the tools in the item count
	if r := k.post("/responses", b); r.status != 200 {
		t.Errorf("lite, required: %d %s", r.status, r.body)
	}
}
