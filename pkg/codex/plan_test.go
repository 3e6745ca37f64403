package codex_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/codexgen/codexgen/pkg/codex"
)

func client(t *testing.T) *codex.Client {
	t.Helper()
	c, err := codex.New(codex.Options{Version: "1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestResponsesPlan holds the exact request of the responses route.
func TestResponsesPlan(t *testing.T) {
	plan := client(t).Plan(codex.Request{Prompt: "a <cat>", HostModel: "gpt-5.5", Size: "1024x1024", Partials: 2}, codex.RouteResponses)
	body, err := plan.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var got any
	_ = json.Unmarshal(body, &got)
	want := map[string]any{
		"model": "gpt-5.5", "instructions": got.(map[string]any)["instructions"], "store": false, "stream": true, "parallel_tool_calls": false, "include": []any{},
		"input":       []any{map[string]any{"type": "message", "role": "user", "content": []any{map[string]any{"type": "input_text", "text": "a <cat>"}}}},
		"tools":       []any{map[string]any{"type": "image_generation", "output_format": "png", "partial_images": 2.0, "size": "1024x1024"}},
		"tool_choice": map[string]any{"type": "image_generation"},
	}
	if diff := cmp.Diff(want, got); diff != "" || got.(map[string]any)["instructions"] == "" {
		t.Error(diff)
	}
	if plan.Method != "POST" || plan.URL != "https://chatgpt.com/backend-api/codex/responses" || plan.Header.Get("originator") != "codexgen" || !strings.HasPrefix(plan.Header.Get("User-Agent"), "codexgen/1.2.3 (") || plan.Header.Get("Accept") != "text/event-stream" {
		t.Errorf("%s %s %v", plan.Method, plan.URL, plan.Header)
	}
	for _, absent := range []string{"version", "OpenAI-Beta", "session-id", "x-codex-image-turn-id", "x-oai-attestation"} {
		if plan.Header.Get(absent) != "" {
			t.Errorf("the header %s is sent", absent)
		}
	}
}

func TestImagesPlan(t *testing.T) {
	plan := client(t).Plan(codex.Request{Prompt: "a cat"}, codex.RouteImages)
	body, _ := plan.JSON()
	if got, want := string(body), `{"background":"opaque","model":"gpt-image-2","prompt":"a cat","quality":"auto","size":"auto"}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if !strings.HasSuffix(plan.URL, "/images/generations") || len(plan.Header.Get("x-codex-image-turn-id")) != 36 {
		t.Errorf("%s %v", plan.URL, plan.Header)
	}
}

func TestEdits(t *testing.T) {
	base := client(t).Plan(codex.Request{Prompt: "a cat", HostModel: "m"}, codex.RouteResponses)
	before, _ := base.JSON()
	plan, err := base.With(codex.Set("tools.0.size", "1x1"), codex.Set("tools.1", map[string]any{"type": "web_search"}), codex.Delete("tool_choice"),
		codex.SetHeader("originator", "x"), codex.DropHeader("ChatGPT-Account-ID"), codex.Delete("input.0"))
	if err != nil {
		t.Fatal(err)
	}
	body, _ := plan.JSON()
	for _, part := range []string{`"size":"1x1"`, `{"type":"web_search"}`, `"input":[]`} {
		if !strings.Contains(string(body), part) {
			t.Errorf("%s lacks %s", body, part)
		}
	}
	if strings.Contains(string(body), "tool_choice") || plan.Header.Get("originator") != "x" || plan.Header.Get("ChatGPT-Account-ID") != "" {
		t.Errorf("%s %v", body, plan.Header)
	}
	if after, _ := base.JSON(); string(after) != string(before) || base.Header.Get("originator") != "codexgen" {
		t.Error("the base plan was changed")
	}
	for _, wrong := range []codex.Edit{codex.Delete("nope"), codex.Set("tools.7.size", 1), codex.Set("model.x", 1), codex.Set("tools.x", 1), codex.Delete("tools.1")} {
		if _, err := base.With(wrong); err == nil {
			t.Errorf("%s was accepted", wrong)
		}
	}
}

func TestPrintedPlanHidesSecrets(t *testing.T) {
	plan := client(t).Plan(codex.Request{Prompt: "a cat"}, codex.RouteResponses)
	plan.Header.Set("Authorization", "Bearer canary")
	var out strings.Builder
	if _, err := plan.WriteTo(&out); err != nil || strings.Contains(out.String(), "canary") || !strings.Contains(out.String(), "first fitting model") {
		t.Errorf("%v\n%s", err, &out)
	}
}

func TestChooseRoute(t *testing.T) {
	for name, row := range map[string]struct {
		request   codex.Request
		residency bool
		want      codex.Route // "" is refused
	}{
		"drafts":                  {codex.Request{Partials: 2}, false, codex.RouteResponses},
		"no drafts":               {codex.Request{}, false, codex.RouteImages},
		"stdout":                  {codex.Request{Partials: 2, PreferOneShot: true}, false, codex.RouteImages},
		"stdout, webp":            {codex.Request{PreferOneShot: true, Format: "webp"}, false, codex.RouteResponses},
		"transparent":             {codex.Request{Partials: 2, Background: "transparent"}, false, codex.RouteImages},
		"jpeg":                    {codex.Request{Format: "jpeg"}, false, codex.RouteResponses},
		"residency":               {codex.Request{Partials: 2}, true, codex.RouteImages},
		"residency, drafts asked": {codex.Request{Partials: 2, DraftsAsked: true}, true, codex.RouteResponses},
		"transparent drafts":      {codex.Request{Partials: 2, DraftsAsked: true, Background: "transparent"}, false, ""},
		"transparent webp":        {codex.Request{Format: "webp", Background: "transparent"}, false, ""},
		"images, drafts asked":    {codex.Request{Partials: 1, DraftsAsked: true, Route: codex.RouteImages}, false, ""},
		"images, default drafts":  {codex.Request{Partials: 2, Route: codex.RouteImages}, false, codex.RouteImages},
		"responses, transparent":  {codex.Request{Background: "transparent", Route: codex.RouteResponses}, false, ""},
	} {
		got, why, err := codex.ChooseRoute(row.request, row.residency)
		var refused *codex.InvalidRequestError
		if got != row.want || (err != nil) != (row.want == "") || err != nil && (!errors.As(err, &refused) || refused.ExitCode() != 2) || err == nil && why == "" {
			t.Errorf("%s: %q, %q, %v", name, got, why, err)
		}
	}
}

func TestValidate(t *testing.T) {
	for name, row := range map[string]struct {
		request codex.Request
		names   string // what the error must name; "" is accepted
	}{
		"good":            {codex.Request{Prompt: "a cat", Size: "1536x1024", Quality: "high", Partials: 3}, ""},
		"empty":           {codex.Request{Prompt: " \n"}, "empty"},
		"long":            {codex.Request{Prompt: strings.Repeat("é", 32001)}, "32001"},
		"longest":         {codex.Request{Prompt: strings.Repeat("é", 32000)}, ""},
		"not UTF-8":       {codex.Request{Prompt: "\xff"}, "UTF-8"},
		"nine partials":   {codex.Request{Prompt: "x", Partials: 9}, `"9"`},
		"negative":        {codex.Request{Prompt: "x", Partials: -1}, `"-1"`},
		"quality":         {codex.Request{Prompt: "x", Quality: "best"}, `"best"`},
		"size, words":     {codex.Request{Prompt: "x", Size: "big"}, `"big"`},
		"size, step":      {codex.Request{Prompt: "x", Size: "1000x1000"}, "16"},
		"size, edge":      {codex.Request{Prompt: "x", Size: "3856x2160"}, "3840"},
		"size, ratio":     {codex.Request{Prompt: "x", Size: "3200x1024"}, "3 times"},
		"size, too small": {codex.Request{Prompt: "x", Size: "512x512"}, "655360"},
		"size, too large": {codex.Request{Prompt: "x", Size: "3840x3840"}, "8294400"},
	} {
		if err := row.request.Validate(); (err == nil) != (row.names == "") || err != nil && !strings.Contains(err.Error(), row.names) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBaseURL(t *testing.T) {
	for url, ok := range map[string]bool{
		"https://example.com/x/": true, "http://127.0.0.1:8080/x": true, "http://localhost/x": true, "http://[::1]:1/x": true,
		"http://example.com/x": false, "ftp://127.0.0.1/": false, "https://u:p@example.com": false, "https://example.com?x=1": false, "nonsense": false, "http://127.0.0.1.evil.com/": false,
	} {
		if _, err := codex.New(codex.Options{BaseURL: url}); (err == nil) != ok {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// TestSocketPlan is a handshake and its only message, with the fields of the
// responses route.
func TestSocketPlan(t *testing.T) {
	client, err := codex.New(codex.Options{Tokens: fixed("secret")})
	if err != nil {
		t.Fatal(err)
	}
	request := codex.Request{Prompt: "a cat", Partials: 2, HostModel: "gpt-5.5"}
	plan, http := client.Plan(request, codex.RouteWebSocket), client.Plan(request, codex.RouteResponses)
	var text strings.Builder
	if _, err := plan.WriteTo(&text); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"GET wss://chatgpt.com/backend-api/codex/responses\n", "\nUpgrade: websocket\n", "\nConnection: Upgrade\n",
		"\nOpenai-Beta: responses_websockets=2026-02-06\n", "\nAuthorization: Bearer {access token}\n", `"type": "response.create"`} {
		if !strings.Contains(text.String(), line) {
			t.Errorf("no %q in\n%s", line, &text)
		}
	}
	if text := text.String(); strings.Contains(text, "secret") || strings.Contains(text, "Content-Type") || strings.Contains(text, "\nAccept:") {
		t.Error(text)
	}
	delete(plan.Body, "type")
	if diff := cmp.Diff(http.Body, plan.Body); diff != "" || plan.HostModel() != "gpt-5.5" {
		t.Error(diff)
	}
	local, err := codex.New(codex.Options{BaseURL: "http://127.0.0.1:1/x", Tokens: fixed("secret")})
	if err != nil || local.Plan(request, codex.RouteWebSocket).URL != "ws://127.0.0.1:1/x/responses" {
		t.Error(err)
	}
}
