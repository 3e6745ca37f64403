package sandbox

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

func TestAccountsCheckNamesNoRealHost(t *testing.T) {
	k := start(t, Config{})
	answer := k.do("GET", "//backend-api/wham/accounts/check", nil)
	accounts := objects(answer.json(t).list("accounts"))
	if len(accounts) != 1 || accounts[0].str("id") != k.AccountID() || accounts[0].str("workspace_backend_origin") != "https://127.0.0.1:1" {
		t.Errorf("%d %s", answer.status, answer.body)
	}
	if strings.Contains(string(answer.body), ".com") {
		t.Errorf("a real host: %s", answer.body)
	}
}

func TestMembersOnly(t *testing.T) {
	k := start(t, Config{})
	upgrade := func(r *http.Request) { // as the official client does
		r.Header.Set("Upgrade", "websocket")
		r.Header.Set("originator", "codex_exec")
	}
	for path, good := range map[string]int{
		"//backend-api/wham/accounts/check": 200, "//backend-api/wham/config/bundle": 200, "/responses": 426,
	} {
		if got := k.do("GET", path, nil, upgrade); got.status != good {
			t.Errorf("%s: %d", path, got.status)
		}
		for name, wrong := range map[string]edit{
			"token": header("Authorization", "Bearer x"), "account": header("ChatGPT-Account-ID", "x"), "none": header("Authorization", ""),
		} {
			if got := k.do("GET", path, nil, upgrade, wrong); got.status != 401 {
				t.Errorf("%s, %s: %d", path, name, got.status)
			}
		}
	}
}

func TestPackedBodies(t *testing.T) {
	k := start(t, Config{})
	packer, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	packed := packer.EncodeAll(mustJSON(hostedBody(nil)), nil)
	bomb := packer.EncodeAll(bytes.Repeat([]byte(" "), maxBody+1), nil)
	for name, c := range map[string]struct {
		coding string
		body   []byte
		status int
	}{
		"zstd":              {"zstd", packed, 200},
		"cut":               {"zstd", packed[:len(packed)/2], 400},
		"spoiled":           {"zstd", append([]byte("x"), packed...), 400},
		"not packed at all": {"zstd", mustJSON(hostedBody(nil)), 400},
		"not said":          {"", packed, 400},
		"more than allowed": {"zstd", bomb, 413},
		"other coding":      {"br", packed, 415},
	} {
		if got := k.do("POST", "/responses", c.body, header("Content-Encoding", c.coding)); got.status != c.status {
			t.Errorf("%s: %d %.200s", name, got.status, got.body)
		}
	}
}

// chat is a body as the official client sends it, with one tool offered.
func chat(text, offered string, after ...any) object {
	item := func(role, text string) any {
		return map[string]any{"type": "message", "role": role, "content": []any{map[string]any{"type": "input_text", "text": text}}}
	}
	function := map[string]any{"type": "namespace", "name": "image_gen", "tools": []any{map[string]any{"type": "function", "name": "imagegen"}}}
	exec := map[string]any{"type": "custom", "name": "exec", "description": "run code; tools.image_gen__imagegen makes pictures"}
	o := hostedBody(object{"tool_choice": "auto"})
	input := []any{item("user", "an environment"), item("user", text)}
	switch offered {
	case "function":
		o["tools"] = []any{function}
	case "code":
		delete(o, "tools")
		o["model"] = "gpt-5.6-sol"
		input = append([]any{map[string]any{"type": "additional_tools", "role": "developer", "tools": []any{map[string]any{"type": "namespace", "name": "functions", "tools": []any{exec}}}}}, input...)
	case "nothing":
		o["tools"] = []any{map[string]any{"type": "function", "name": "shell"}, map[string]any{"type": "custom", "name": "exec"}}
	}
	o["input"] = append(input, after...)
	return o
}

func TestTheChatModelCallsWhatItWasOffered(t *testing.T) {
	k := start(t, Config{Faults: []string{"small", "plain"}})
	attached := chat("DRAW a cat", "hosted")
	attached["input"] = said(map[string]any{"type": "input_text", "text": "<image>"}, map[string]any{"type": "input_text", "text": "DRAW a hat"})
	output := map[string]any{"type": "function_call_output", "call_id": "c", "output": "done"}
	for _, c := range []struct {
		name    string
		body    object
		kind    string
		details string
	}{
		{"hosted", chat("DRAW a cat", "hosted"), "image_generation_call", ""},
		{"hosted, a picture attached", attached, "image_generation_call", ""},
		{"hosted, words", chat("hello", "hosted"), "message", "in words"},
		{"function", chat("DRAW a cat", "function"), "function_call", `{"prompt":"a cat"}`},
		{"function, edit", chat("EDIT /a/b.png a hat", "function"), "function_call", `{"prompt":"a hat","referenced_image_paths":["/a/b.png"]}`},
		{"function, words", chat("hello DRAW", "function"), "message", "in words"},
		{"function, edit of nothing", chat("EDIT", "function"), "message", "in words"},
		{"function, afterwards", chat("DRAW a cat", "function", output), "message", "in words"},
		{"code", chat("DRAW a cat", "code"), "custom_tool_call", `tools.image_gen__imagegen({"prompt":"a cat"})`},
		{"code, words", chat("DRAWn", "code"), "message", "in words"},
		{"nothing", chat("DRAW a cat", "nothing"), "message", "no image tool was offered"},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer := k.post("/responses", c.body, header("originator", "codex_exec"))
			if answer.status != http.StatusOK {
				t.Fatalf("%d %s", answer.status, answer.body)
			}
			events := answer.events(t)
			item := last(events, "response.output_item.done").obj("item")
			said := item.str("arguments") + item.str("input")
			for _, part := range objects(item.list("content")) {
				said += part.str("text")
			}
			if item.str("type") != c.kind || !strings.Contains(said, c.details) {
				t.Errorf("%s %q", item.str("type"), said)
			}
			if last(events, "response.completed") == nil {
				t.Error("not completed")
			}
		})
	}
}
