package codex_test

import (
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/sandbox"
)

// traced sends a plan to an emulated backend under a trace and says how many
// requests came of it.
func traced(t *testing.T, config sandbox.Config, trace *codex.Trace) (requests int) {
	t.Helper()
	server, err := sandbox.New(config)
	if err != nil {
		t.Fatal(err)
	}
	base, err := server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	client, err := codex.New(codex.Options{BaseURL: base, Tokens: &tokens{stored: []string{server.AccessToken()}, refreshed: server.AccessToken()}, Transport: fresh(t)})
	if err != nil {
		t.Fatal(err)
	}
	plan := client.Plan(codex.Request{Prompt: "a cat", HostModel: "gpt-5.5"}, codex.RouteResponses)
	plan, err = plan.With(codex.DropHeader("ChatGPT-Account-ID"))
	if err != nil {
		t.Fatal(err)
	}
	for event, err := range client.Stream(codex.WithTrace(t.Context(), trace), plan, &memory{}) {
		if final, ok := event.(codex.Final); ok && err == nil {
			_ = final.Image.Discard()
		}
	}
	if err := server.Close(); err != nil { // waits, so that the last request is counted
		t.Error(err)
	}
	return len(server.Stats().Requests)
}

func fresh(t *testing.T) *http.Transport {
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

func TestOnceSendsOnce(t *testing.T) {
	for _, fault := range []string{"status-once=503", "unauthorized-once"} {
		config := sandbox.Config{Faults: []string{"small", fault, "retry-after=1"}}
		if n := traced(t, config, &codex.Trace{Once: true}); n != 1 {
			t.Errorf("%s: %d requests", fault, n)
		}
	}
	if n := traced(t, sandbox.Config{Faults: []string{"small", "unauthorized-once"}}, &codex.Trace{}); n != 2 {
		t.Errorf("without Once: %d requests", n)
	}
}

func TestTraceSeesEveryEvent(t *testing.T) {
	var kinds, statuses []string
	status := 0
	traced(t, sandbox.Config{Faults: []string{"small"}}, &codex.Trace{
		Answered: func(got int, _ http.Header) { status = got },
		Event:    func(kind, _, status string) { kinds, statuses = append(kinds, kind), append(statuses, status) },
	})
	if status != 200 || !slices.Contains(kinds, "response.output_item.added") || !slices.Contains(statuses, "generating") || kinds[len(kinds)-1] != "response.completed" {
		t.Errorf("%d %v %v", status, kinds, statuses)
	}
}

func TestSetPathStaysOnTheHost(t *testing.T) {
	client, err := codex.New(codex.Options{BaseURL: "https://example.invalid/backend-api/codex", Tokens: &tokens{}})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"images/edits":          "https://example.invalid/backend-api/codex/images/edits",
		"../images/generations": "https://example.invalid/backend-api/images/generations",
		"//evil.invalid/x":      "https://example.invalid/backend-api/codex/evil.invalid/x",
		"https://evil.invalid/": "https://example.invalid/backend-api/codex/https:/evil.invalid/",
		"../../../../x":         "https://example.invalid/x",
	} {
		plan, err := client.Plan(codex.Request{Prompt: "x"}, codex.RouteImages).With(codex.SetPath(path))
		if err != nil || plan.URL != want {
			t.Errorf("%q: %s, %v; want %s", path, plan.URL, err, want)
		}
	}
}

func TestFormBody(t *testing.T) {
	got := map[string]string{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, parameters, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
		for form := multipart.NewReader(r.Body, parameters["boundary"]); ; {
			part, err := form.NextPart()
			if err != nil {
				break
			}
			content, _ := io.ReadAll(part)
			got[part.FormName()+" "+part.Header.Get("Content-Type")] = string(content)
		}
		w.WriteHeader(http.StatusNotFound)
	}))
	defer server.Close()
	client, err := codex.New(codex.Options{BaseURL: server.URL, Tokens: &tokens{stored: []string{"t"}}, Transport: fresh(t)})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := client.Plan(codex.Request{Prompt: "a cat"}, codex.RouteImages).With(
		codex.SetHeader("Content-Type", `multipart/form-data; boundary=b`),
		codex.Set("images", []any{map[string]any{"image_url": "data:image/png;base64,aGVsbG8="}}))
	if err != nil {
		t.Fatal(err)
	}
	for range client.Stream(t.Context(), plan, &memory{}) {
	}
	if got["prompt "] != "a cat" || got["image[] image/png"] != "hello" || !strings.HasPrefix(got["model "], "gpt-image") {
		t.Errorf("%q", got)
	}
}
