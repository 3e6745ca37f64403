package codex_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/codexgen/codexgen/pkg/codex"
)

// answering is a transport that gives every request the same answer.
type answering struct {
	media string
	body  []byte
}

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_ = r.Body.Close()
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {a.media}}, Body: io.NopCloser(bytes.NewReader(a.body)), Request: r}, nil
}

func (a answering) client(t *testing.T) *codex.Client {
	client, err := codex.New(codex.Options{Tokens: fixed("token"), Transport: a, MaxBytes: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// FuzzEvents: whatever a stream holds, it ends in an image or in a typed
// error, every word of it prints, each image that was begun is handed on or
// discarded, and no more is written than is allowed.
func FuzzEvents(f *testing.F) {
	long := strings.Repeat("0123456789abcdef", 512)
	for _, seed := range []string{
		"", "data: [DONE]\n\n", "data: {}\n\n", "data: {\"type\":7}\n\n",
		sent("response.created", `,"response":{"id":"r","model":"m","tools":[{"type":"image_generation","size":"1x1"}]}`) + draft(0, "d") + draft(1, long) + image("i", "completed", long) + sent("response.completed", `,"response":{"output":[],"usage":{"input_tokens":1}}`),
		sent("response.completed", `,"response":{"tools":[],"output":[{"type":"image_generation_call","id":"i","result":"QQ=="},{"type":"message","content":[{"text":"no"}]}]}`),
		sent("response.failed", `,"response":{"error":{"code":"moderation_blocked","message":"no\u001b[31m"}}`), sent("error", `,"code":"slow_down","resets_in_seconds":1e300`),
		sent("response.incomplete", `,"response":{"incomplete_details":{"reason":"content_filter"}}`), sent("response.output_text.delta", `,"delta":"no\u202e"`),
		draft(`"x"`, "!"), image("", "failed", ""), `data: {"type":"x","Result":{"state":"lifted","part":0}}` + "\n\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		streamed(t, answering{"text/event-stream", body}, codex.Request{Prompt: "x", HostModel: "h", Route: codex.RouteResponses, Partials: 3})
	})
}

// FuzzImagesAnswer states the same of the other route.
func FuzzImagesAnswer(f *testing.F) {
	for _, seed := range []string{
		"", "{}", "[]", `{"data":[]}`, `{"data":null}`, `{"data":{}}`, `{"data":[{"b64_json":"QQ=="}],"size":7,"usage":{"total_tokens":-1}}`, `{"data":[{"b64_json":""}]}`, `{"data":[{"b64_json":7}]}`,
		`{"error":{"message":"no"}}`, `{"data":[{"b64_json":"data:image/png;base64,` + strings.Repeat("AAAA", 3000) + `"},{"B64_JSON":"!"}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		streamed(t, answering{"application/json", body}, codex.Request{Prompt: "x", Route: codex.RouteImages})
	})
}

func streamed(t *testing.T, backend answering, request codex.Request) {
	t.Helper()
	spool, handed, written, finals := &memory{}, 0, 0, 0
	var failure error
	take := func(image codex.Blob) {
		handed++
		written += image.(*blob).Len()
	}
	for event, err := range backend.client(t).Generate(t.Context(), request, spool) {
		failure = err
		var words []string
		switch event := event.(type) {
		case codex.Started:
			words = []string{event.Model, event.ResponseID}
		case codex.Partial:
			take(event.Image)
		case codex.Final:
			finals++
			take(event.Image)
			words = []string{event.ID, event.Size, event.Quality, event.Background, event.Format}
		case codex.Text:
			words = []string{strings.ReplaceAll(event.Text, "\n", "")}
		case codex.Warning:
			words = []string{event.Text}
		case codex.Incomplete:
			words = []string{event.Reason}
		case codex.Unknown:
			words = []string{event.Type}
		}
		for _, word := range words {
			prints(t, word)
		}
	}
	var typed *codex.Error
	if failure != nil && !errors.As(failure, &typed) || failure == nil && finals == 0 {
		t.Errorf("%d images, %v", finals, failure)
	}
	if typed != nil {
		prints(t, typed.Error())
	}
	if spool.created != spool.discarded+handed || written > 1<<20 {
		t.Errorf("%d images begun, %d discarded, %d handed on, %d bytes", spool.created, spool.discarded, handed, written)
	}
}

func prints(t *testing.T, text string) {
	t.Helper()
	if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) || len(text) > 8<<10 {
		t.Errorf("%.300q (%d bytes)", text, len(text))
	}
}

// FuzzQuestions: what the two free questions answer has names that print, and
// numbers that people can read.
func FuzzQuestions(f *testing.F) {
	for _, seed := range []string{
		"", "null", `{"models":null}`, `{"models":[{"slug":"a\u001b[31m"},{"slug":"` + strings.Repeat("m", 9000) + `"}]}`, `{"models":[{"slug":"a","input_modalities":["image"]},{"slug":7,"visibility":[]},[]]}`,
		`{"plan_type":"pro","rate_limit":{"allowed":false,"primary_window":{"used_percent":1e300,"reset_after_seconds":"1e300","limit_window_seconds":-1,"reset_at":"NaN"}},"additional_rate_limits":[{"limit_name":"x\u001b","rate_limit":{}}],"credits":{"balance":[]}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		client := answering{"application/json", body}.client(t)
		models, _ := client.Models(context.Background())
		for _, model := range models {
			prints(t, model.Slug+model.Visibility+strings.Join(model.Modalities, ""))
		}
		for _, host := range codex.HostCandidates(models) {
			if host == "" || len(host) > 400 {
				t.Errorf("would ask for %q", host)
			}
		}
		usage, _ := client.PlanUsage(context.Background())
		prints(t, usage.Plan+usage.Reached)
		for _, limit := range usage.Limits {
			prints(t, limit.Name)
			checkWindows(t, limit.Windows)
		}
	})
}

// FuzzLimits: of any header there are few windows, each within bounds.
func FuzzLimits(f *testing.F) {
	f.Add("x-codex-primary", "100", "300", "1790000000")
	f.Add("X-\x1b-secondary", "1e6", "-1", "1e99")
	f.Fuzz(func(t *testing.T, name, used, minutes, at string) {
		header := http.Header{}
		for family, value := range map[string]string{"-used-percent": used, "-window-minutes": minutes, "-reset-at": at} {
			header.Set(name+family, value)
		}
		checkWindows(t, codex.ParseLimits(header, time.Now()))
	})
}

func checkWindows(t *testing.T, windows []codex.Window) {
	t.Helper()
	for _, w := range windows {
		prints(t, w.Limit+w.Window)
		if left := w.Left(); !(left >= 0 && left <= 100) || w.Minutes < 0 || time.Until(w.Resets) > 367*24*time.Hour {
			t.Errorf("%+v", w)
		}
	}
}
