package sandbox

import (
	"bytes"
	"image"
	"net/http"
	"strings"
	"testing"
)

const (
	drawnEvents = "created in_progress output_item.added in_progress generating output_item.done completed"
	saidEvents  = "created in_progress output_item.added content_part.added"
)

func TestEachScenario(t *testing.T) {
	for _, c := range []struct {
		scenario       string
		hosted, images int    // statuses
		rule           string // of the hosted refusal
		drawn          int
	}{
		{"", 200, 200, "", 2},
		{"2026-10", 200, 200, "", 2},
		{"entitled", 200, 200, "", 2},
		{"2026-04", 200, 404, "", 1},
		{"honours-size", 200, 404, "", 1},
		{"2026-08", 200, 200, "", 2},
		{"2026-06-19", 400, 200, "choice-not-found", 1},
		{"2026-06-02", 400, 404, "incident", 0},
		{"2026-05-free", 400, 404, "choice-not-found", 0},
		{"codex-lb-strict", 400, 404, "proxy-refuses", 0},
		{"codex-lb-strip", 200, 404, "", 0},
		{"stripped", 400, 200, "choice-not-found", 1},
		{"socket-strip", 200, 200, "", 2},
		{"images-missing", 200, 404, "", 1},
		{"usage-limit", 429, 429, "usage-limit", 0},
		{"moderation", 400, 400, "moderation", 0},
		{"challenge", 403, 403, "challenge", 0},
		{"text-only", 200, 200, "", 1},
		{"not-entitled", 200, 200, "", 2}, // it is about signing in
		{"empty", 200, 200, "", 1},
	} {
		t.Run(c.scenario, func(t *testing.T) {
			k := start(t, Config{Scenario: c.scenario, Faults: []string{"small"}})
			if r := k.post("/responses", hostedBody(nil)); r.status != c.hosted {
				t.Errorf("hosted: %d, want %d: %.200s", r.status, c.hosted, r.body)
			}
			if r := k.post("/images/generations", imagesBody(nil)); r.status != c.images {
				t.Errorf("images: %d, want %d: %.200s", r.status, c.images, r.body)
			}
			st := k.Stats()
			if st.Images != c.drawn || len(st.Requests) != 2 || st.Requests[0].Rule != c.rule {
				t.Errorf("%+v, want %d images and rule %q", st, c.drawn, c.rule)
			}
		})
	}
	if n := len(Scenarios()); n != 17 {
		t.Errorf("%d scenarios, 17 are tested", n)
	}
}

// TestDatesDiffer holds what tells the dates from one another.
func TestDatesDiffer(t *testing.T) {
	item := func(k *kit, b object) object {
		return last(k.post("/responses", b).events(t), "response.output_item.done").obj("item")
	}
	sized := object{"size": "1536x1024", "quality": "high"}
	for _, c := range []struct{ scenario, hosted, images, quality string }{
		{"2026-04", "1536x1024", "", ""},
		{"2026-06-19", "", "1536x1024", "medium"},
		{"2026-08", "1254x1254", "1254x1254", "medium"},
		{"2026-10", "1254x1254", "1254x1254", "low"},
	} {
		k := start(t, Config{Scenario: c.scenario})
		if c.hosted != "" {
			if got := item(k, tool(sized)).str("size"); got != c.hosted {
				t.Errorf("%s, hosted: %s", c.scenario, got)
			}
		}
		if c.images != "" {
			o := k.post("/images/generations", imagesBody(sized)).json(t)
			if o.str("size") != c.images || o.str("quality") != c.quality {
				t.Errorf("%s, images: %v", c.scenario, without(o, "data"))
			}
		}
	}
	k := start(t, Config{Scenario: "2026-05-free"})
	r := k.post("/responses", hostedBody(object{"tool_choice": nil}))
	if n := strings.Count(names(r.events(t)), "output_item.done"); n != 2 || r.header.Get("X-Codex-Plan-Type") != "free" {
		t.Errorf("%d messages, plan %q", n, r.header.Get("X-Codex-Plan-Type"))
	}
	k = start(t, Config{Scenario: "2026-06-19"})
	if evs := k.post("/responses", hostedBody(object{"tool_choice": nil})).events(t); last(evs, "response.output_text.done").str("text") == "" {
		t.Error("no words")
	}
}

// TestProxy: what it takes out, and what it leaves.
func TestProxy(t *testing.T) {
	strict := start(t, Config{Scenario: "codex-lb-strict"})
	r := strict.post("/responses", hostedBody(object{"tool_choice": "auto"}))
	if want := `{"error":{"code":"invalid_request_error","message":"Invalid request payload","param":"tools","type":"invalid_request_error"}}`; strings.TrimSpace(string(r.body)) != want {
		t.Errorf("%s", r.body)
	}
	if r := strict.post("/responses", hostedBody(object{"tools": nil, "tool_choice": nil})); r.status != 200 {
		t.Errorf("without the tool: %d", r.status)
	}
	strip := start(t, Config{Scenario: "codex-lb-strip"})
	named := map[string]any{"type": "image_generation"}
	for _, c := range []struct {
		choice any
		rule   string
		others int // tools beside it
	}{
		{named, "", 1},
		{map[string]any{"type": "allowed_tools", "tools": []any{named}}, "", 1},
		{"auto", "", 1},
		{"required", "", 1},
		{"required", "choice-required", 0},
	} {
		tools := []any{named}
		for range c.others {
			tools = append(tools, map[string]any{"type": "web_search"})
		}
		r := strip.post("/responses", hostedBody(object{"tools": tools, "tool_choice": c.choice}))
		seen := strip.Stats().Requests
		if got := seen[len(seen)-1].Rule; got != c.rule {
			t.Errorf("%v: %q", c.choice, got)
		} else if c.rule == "" {
			if got := last(r.events(t), "response.completed").obj("response").list("tools"); len(got) != c.others {
				t.Errorf("%v: %v", c.choice, got)
			}
		}
	}
}

func TestEntitledImages(t *testing.T) {
	k := start(t, Config{})
	r := k.post("/images/generations", imagesBody(object{"size": "3840x2160", "quality": "high", "output_format": "webp", "n": 1}))
	o := r.json(t)
	if o.str("size") != "1254x1254" || o.str("quality") != "low" || o.str("background") != "opaque" || o.str("output_format") != "png" {
		t.Errorf("answer %v", without(o, "data"))
	}
	if c := o.number("created"); c != float64(int64(c)) || c == 0 {
		t.Errorf("created %v", o["created"])
	}
	if o.obj("usage").obj("input_tokens_details")["image_tokens"] != 0.0 {
		t.Errorf("usage %v", o["usage"])
	}
	img := decodePNG(t, objects(o.list("data"))[0].str("b64_json"))
	if _, rgb := img.(*image.RGBA); !rgb || img.Bounds().Dx() != 1254 {
		t.Errorf("%v, %T", img.Bounds(), img)
	}
	if r.header.Get("X-Codex-Imagegen-Request-Id") == "" || r.header.Get("X-Imagegen-Premium-Primary-Window-Minutes") != "1440" {
		t.Errorf("headers %v", r.header)
	}
}

func TestUsageLimit(t *testing.T) {
	k := start(t, Config{Scenario: "usage-limit"})
	for path, b := range map[string]object{"/responses": hostedBody(nil), "/images/generations": imagesBody(nil)} {
		r := k.post(path, b)
		e := r.json(t).obj("error")
		limit := r.header.Get("X-Codex-Active-Limit")
		family := "X-" + strings.ReplaceAll(limit, "_", "-") + "-Primary-Used-Percent"
		if e.str("type") != "usage_limit_reached" || e.number("resets_at") == 0 || limit == "" || r.header.Get(family) != "100" {
			t.Errorf("%s: %s %v", path, r.body, r.header)
		}
	}
}

func TestChallengeLooksLikeCloudflare(t *testing.T) {
	k := start(t, Config{Scenario: "challenge"})
	r := k.post("/images/generations", imagesBody(nil))
	if r.header.Get("Cf-Mitigated") != "challenge" || r.header.Get("Cf-Ray") == "" || !strings.HasPrefix(r.header.Get("Content-Type"), "text/html") ||
		!bytes.Contains(r.body, []byte("Cloudflare")) || !bytes.Contains(r.body, []byte("blocked")) {
		t.Errorf("%v %s", r.header, r.body)
	}
}

func TestWordsOnly(t *testing.T) {
	k := start(t, Config{Scenario: "text-only"})
	evs := k.post("/responses", hostedBody(nil)).events(t)
	if strings.Contains(names(evs), "generating") || last(evs, "response.output_text.done").str("text") == "" {
		t.Errorf("events %q", names(evs))
	}
	k = start(t, Config{Scenario: "empty"})
	evs = k.post("/responses", hostedBody(nil)).events(t)
	if n := strings.Count(names(evs), "output_item.done"); n != 2 || last(evs, "response.output_text.done").str("text") != "" {
		t.Errorf("%d messages", n)
	}
}

func TestFormats(t *testing.T) {
	for _, c := range []struct{ scenario, asked, kind string }{
		{"2026-10", "webp", "image/webp"}, {"2026-10", "jpeg", "image/jpeg"}, {"2026-10", "png", "image/png"}, {"2026-04", "webp", "image/png"},
	} {
		k := start(t, Config{Scenario: c.scenario, Faults: []string{"small"}})
		evs := k.post("/responses", tool(object{"output_format": c.asked, "partial_images": 1})).events(t)
		raw := decodeB64(t, last(evs, "response.output_item.done").obj("item").str("result"))
		if got := http.DetectContentType(raw); got != c.kind {
			t.Errorf("%s in %s: %s", c.asked, c.scenario, got)
		}
		if c.kind != "image/webp" && !bytes.Contains(raw, []byte(notice)) {
			t.Errorf("%s: no notice", c.kind)
		}
	}
}

func TestTransparency(t *testing.T) {
	k := start(t, Config{Faults: []string{"small"}})
	o := k.post("/images/generations", imagesBody(object{"background": "transparent"})).json(t)
	if o.str("background") != "transparent" || opaque(t, objects(o.list("data"))[0].str("b64_json")) {
		t.Error("images route: no alpha")
	}
	b := hostedBody(object{"input": prompt("a logo, transparent background")})
	item := last(k.post("/responses", b).events(t), "response.output_item.done").obj("item")
	if item.str("background") != "transparent" || opaque(t, item.str("result")) {
		t.Error("hosted: no alpha")
	}
	o = k.post("/images/edits", imagesBody(object{"background": "transparent", "images": []any{map[string]any{"image_url": dot}}})).json(t)
	if o.str("background") != "opaque" || o.obj("usage").obj("input_tokens_details").number("image_tokens") == 0 {
		t.Errorf("edits: %v", without(o, "data"))
	}
}

func opaque(t *testing.T, b64 string) bool {
	return decodePNG(t, b64).(interface{ Opaque() bool }).Opaque()
}
