package codex_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/codexgen/codexgen/pkg/codex"
)

// TestN19Unauthorized does the steps of a 401: read the store again, then
// refresh, then give up.
func TestN19Unauthorized(t *testing.T) {
	refused := status(401, `{"error":{"code":"token_expired","message":"Provided authentication token is expired."}}`)
	for name, row := range map[string]struct {
		tokens    *tokens
		answers   []http.HandlerFunc
		requests  int32
		refreshes int
		ok        bool
	}{
		"the store has another": {&tokens{stored: []string{"a", "a", "b"}}, []http.HandlerFunc{refused, picture}, 2, 0, true},
		"refreshed":             {&tokens{stored: []string{"a"}, refreshed: "c"}, []http.HandlerFunc{refused, picture}, 2, 1, true},
		"both, then given up":   {&tokens{stored: []string{"a", "a", "b"}, refreshed: "c"}, []http.HandlerFunc{refused}, 3, 1, false},
		"not ours to refresh":   {fixed("a"), []http.HandlerFunc{refused}, 1, 1, false},
	} {
		options, count := script(t, row.answers...)
		options.Tokens = row.tokens
		got := generate(t, options, codex.Request{Prompt: "x"}, &memory{})
		var failure *codex.Error
		if (got.err == nil) != row.ok || count.Load() != row.requests || row.tokens.refreshes != row.refreshes || got.resends != int(row.requests)-1 ||
			!row.ok && (!errors.As(got.err, &failure) || failure.ExitCode() != 3) {
			t.Errorf("%s: %v, %d requests, %d refreshes, %d resends", name, got.err, count.Load(), row.tokens.refreshes, got.resends)
		}
	}
}

func TestWhatIsSentTwice(t *testing.T) {
	overloaded := status(503, `{"error":{"code":"server_is_overloaded","message":"busy"}}`, "Retry-After", "0")
	closed := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	for name, row := range map[string]struct {
		answers  []http.HandlerFunc
		retries  int
		requests int32
		kind     codex.Kind
	}{
		"an overload that asks to wait":  {[]http.HandlerFunc{overloaded, picture}, 0, 2, ""},
		"an overload that stays":         {[]http.HandlerFunc{overloaded}, 0, 4, codex.KindOverloaded},
		"a 503 with no code":             {[]http.HandlerFunc{status(503, "", "Retry-After", "0")}, 0, 1, codex.KindServer},
		"a used-up limit":                {[]http.HandlerFunc{status(429, `{"error":{"type":"usage_limit_reached"}}`, "Retry-After", "0")}, 0, 1, codex.KindUsageLimit},
		"a 500":                          {[]http.HandlerFunc{status(500, "")}, 0, 1, codex.KindServer},
		"a 500, one repetition":          {[]http.HandlerFunc{status(500, ""), picture}, 1, 2, ""},
		"a 502 that stays, with two":     {[]http.HandlerFunc{status(502, "")}, 2, 3, codex.KindServer},
		"closed without an answer":       {[]http.HandlerFunc{closed}, 0, 1, codex.KindClosed},
		"a proxy's 504 page, one":        {[]http.HandlerFunc{status(504, "<html>gateway", "Content-Type", "text/html"), picture}, 1, 2, ""},
		"closed, one repetition":         {[]http.HandlerFunc{closed, picture}, 1, 2, ""},
		"moderation, retries or not":     {[]http.HandlerFunc{status(400, `{"error":{"code":"moderation_blocked"}}`)}, 3, 1, codex.KindModeration},
		"a redirect":                     {[]http.HandlerFunc{status(307, "", "Location", "https://example.com/")}, 0, 1, codex.KindRedirect},
		"an encoding that nobody wanted": {[]http.HandlerFunc{status(200, "xx", "Content-Encoding", "br")}, 0, 1, codex.KindMalformed},
		"a web page":                     {[]http.HandlerFunc{status(200, "<html>hi", "Content-Type", "text/html")}, 0, 1, codex.KindWebPage},
	} {
		t.Run(name, inFakeTime(func(t *testing.T) {
			options, count := script(t, row.answers...)
			options.Retries = row.retries
			got := generate(t, options, codex.Request{Prompt: "x", Route: codex.RouteImages}, &memory{})
			var failure *codex.Error
			errors.As(got.err, &failure)
			if count.Load() != row.requests || row.kind == "" && got.err != nil || row.kind != "" && (failure == nil || failure.Kind != row.kind) {
				t.Errorf("%v, %d requests, want %s and %d", got.err, count.Load(), row.kind, row.requests)
			}
		}))
	}
}

// TestARepetitionKeepsItsTurn: the same id tells that it is no other image.
func TestARepetitionKeepsItsTurn(t *testing.T) {
	var turns []string
	failing := func(w http.ResponseWriter, r *http.Request) {
		turns = append(turns, r.Header.Get("x-codex-image-turn-id"))
		w.WriteHeader(http.StatusBadGateway)
	}
	options, _ := script(t, failing)
	options.Retries = 2
	for range 2 {
		generate(t, options, codex.Request{Prompt: "x", Route: codex.RouteImages}, &memory{})
	}
	if len(turns) != 6 || turns[0] == "" || turns[0] != turns[1] || turns[1] != turns[2] || turns[2] == turns[3] {
		t.Errorf("turns %q", turns)
	}
}

// TestRetryAfterIsWaitedFor counts the seconds that the backend asks for.
func TestRetryAfterIsWaitedFor(t *testing.T) {
	for field, want := range map[string]time.Duration{"0": time.Second, "7": 7 * time.Second, "60": time.Minute, "61": 0, "soon": 0, "-1": 0, "": 0} {
		t.Run(field, inFakeTime(func(t *testing.T) {
			options, count := script(t, status(429, `{"error":{"code":"rate_limit_exceeded"}}`, "Retry-After", field), picture)
			start := time.Now()
			got := generate(t, options, codex.Request{Prompt: "x", Route: codex.RouteImages}, &memory{})
			if took := time.Since(start); took != want || (got.err == nil) != (want > 0) || count.Load() == 2 != (want > 0) {
				t.Errorf("%v, %d requests, %v", took, count.Load(), got.err)
			}
		}))
	}
}
