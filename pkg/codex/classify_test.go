package codex

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// TestEveryRecordedFailure has a row for each failure on record, in the words
// in which it came (docs/protocol.md#errors), and says what follows: the exit
// code, and whether `auto` may ask the other route.
func TestEveryRecordedFailure(t *testing.T) {
	openai := func(message, fields string) string {
		if fields != "" {
			fields = "," + fields
		}
		return `{"error":{"message":"` + message + `"` + fields + `}}`
	}
	const html = "<!DOCTYPE html><title>Just a moment...</title>"
	for _, row := range []struct {
		status int
		body   string
		kind   Kind
		exit   int
		other  bool // the other route may be asked
	}{
		{400, openai("Tool choice 'image_generation' not found in 'tools' parameter.", `"type":"invalid_request_error","param":"tool_choice","code":null`), KindToolStripped, 6, true},
		{400, openai("Tool choice 'required' must be specified with 'tools' parameter", ""), KindToolStripped, 6, true},
		{400, openai("Tool 'image_generation' is not supported with gpt-5.3-codex-spark.", `"param":"tools"`), KindModelUnavailable, 7, false},
		{400, openai("The 'gpt-image-2' model is not supported when using Codex with a ChatGPT account.", ""), KindModelUnavailable, 7, false},
		{400, `{"detail":"The 'gpt-9' model is not supported when using Codex with a ChatGPT account."}`, KindModelUnavailable, 7, false},
		{404, openai("The model `gpt-5.5` does not exist or you do not have access to it.", `"code":"model_not_found"`), KindModelUnavailable, 7, false},
		{400, openai("This model is not supported when using X-OpenAI-Internal-Codex-Responses-Lite", `"param":"tools","code":"unsupported_value"`), KindModelUnavailable, 7, false},
		{400, openai("This model requires a newer version of Codex.", ""), KindClientTooOld, 7, false},
		{400, openai("Instructions are required", ""), KindRejected, 7, false},
		{400, `{"detail":"Stream must be set to true"}`, KindRejected, 7, false},
		{400, `{"detail":"Store must be set to false"}`, KindRejected, 7, false},
		{400, `{"detail":"Unsupported parameter: max_output_tokens"}`, KindParameter, 7, true},
		{400, openai("Unknown parameter: 'tools[0].n'.", `"code":"unknown_parameter"`), KindParameter, 7, true},
		{400, openai("Input must be a list", ""), KindRejected, 7, false},
		{400, openai("Transparent background is not supported for this model.", `"type":"image_generation_user_error","param":"tools","code":"invalid_value"`), KindTransparentRefused, 7, true},
		{400, openai("The model 'gpt-image-2' does not exist.", `"type":"image_generation_user_error","code":"invalid_value","param":"tools"`), KindIncident, 8, false},
		{400, openai("Missing required parameter: 'images'.", `"code":"missing_required_parameter","param":"images"`), KindRejected, 7, false},
		{400, openai("Error while downloading file", ""), KindBadReference, 2, false},
		{400, openai("The image data you provided does not represent a valid image", ""), KindBadReference, 2, false},
		{400, openai("Rejected.", `"type":"image_generation_user_error","code":"moderation_blocked","moderation_details":{"moderation_stage":"output","categories":["violence"]}`), KindModeration, 4, false},
		{400, openai("no", `"code":"cyber_policy"`), KindPolicy, 4, false},
		{403, openai("no", `"code":"misalignment_policy_violation"`), KindPolicy, 4, false},
		{400, openai("no", `"code":"invalid_prompt"`), KindPolicy, 4, false},
		{400, openai("no", `"code":"subscription_sharing_unsupported_capability"`), KindWrongLogin, 3, false},
		{401, openai("This ChatPass credential is not authorized for the requested operation.", `"type":"rejected_by_hardened_oauth_boundary","code":"hardened_oauth_rule_missing"`), KindWrongLogin, 3, false},
		{401, openai("Provided authentication token is expired.", `"code":"token_expired"`), KindUnauthorized, 3, false},
		{402, ``, KindQuota, 5, false},
		{403, `{"code":"INSUFFICIENT_BALANCE","message":"账户余额不足。"}`, KindProxyBalance, 5, false},
		{402, `{"code":"INSUFFICIENT_BALANCE","message":"账户余额不足。"}`, KindProxyBalance, 5, false},
		{403, html, KindChallenge, 8, false},
		{403, "error code: 1010, Cloudflare has blocked you", KindChallenge, 8, false},
		{403, openai("Your workspace does not allow this.", ""), KindForbidden, 3, false},
		{404, "", KindRouteMissing, 7, true},
		{405, "", KindRouteMissing, 7, true},
		{501, "", KindRouteMissing, 7, true},
		{413, "", KindTooLarge, 2, false},
		{429, openai("The usage limit has been reached", `"type":"usage_limit_reached","plan_type":"plus","resets_at":1800000000`), KindUsageLimit, 5, false},
		{429, openai("no", `"type":"usage_not_included"`), KindNotIncluded, 5, false},
		{429, openai("no", `"code":"insufficient_quota"`), KindQuota, 5, false},
		{400, openai("no", `"code":"billing_hard_limit_reached"`), KindQuota, 5, false},
		{429, openai("no", `"code":"workspace_member_usage_limit_reached"`), KindQuota, 5, false},
		{429, openai("image limit reached", ""), KindUsageLimit, 5, false},
		{429, openai("no", `"code":"oai_errors.errors.TooManyRequests"`), KindRateLimit, 5, false},
		{429, openai("image generation request was rate limited", ""), KindRateLimit, 5, false},
		{429, openai("input-images per min: try again in 5s", `"code":"rate_limit_exceeded"`), KindRateLimit, 5, false},
		{500, "", KindServer, 8, false},
		{502, openai("Failed to forward Codex image request", `"type":"upstream_error"`), KindServer, 8, false},
		{503, openai("busy", `"code":"server_is_overloaded"`), KindOverloaded, 8, false},
		{503, openai("busy", `"code":"slow_down"`), KindOverloaded, 8, false},
		{200, "<html>a proxy's page", KindWebPage, 8, false},
		{502, "<html>bad gateway", KindWebPage, 8, false},
		{503, "<html>maintenance", KindWebPage, 8, false},
		{429, "<html>slow down", KindRateLimit, 5, false},
		{503, html, KindChallenge, 8, false},
		{429, `<html><script src="/cdn-cgi/challenge-platform/x.js">`, KindChallenge, 8, false},
		{403, "error code: 1010", KindChallenge, 8, false},
		{503, "", KindServer, 8, false},
		{429, "", KindRateLimit, 5, false},
		{401, "", KindUnauthorized, 3, false},
		{404, openai("The model `gpt-5.5` does not exist or you do not have access to it.", ""), KindModelUnavailable, 7, false},
		{401, openai("no", `"code":"no_matching_rule"`), KindWrongLogin, 3, false},
		{400, openai("no", `"code":"context_length_exceeded"`), KindRejected, 7, false},
		{307, "", KindRedirect, 8, false},
		{418, "short and stout", KindRejected, 7, false},
		{400, openai("Invalid request payload", `"param":"tools"`), KindRejected, 7, false},

		{0, openai("no", `"code":"server_error"`), KindServer, 8, false},
		{0, openai("no", `"code":"context_length_exceeded"`), KindRejected, 7, false},
		{0, `{"type":"error","code":"rate_limit_exceeded","message":"try again in 1.5s"}`, KindRateLimit, 5, false},
		{200, openai("Codex response contained no image_generation_call result", `"type":"empty_response"`), KindEmpty, 6, false},
		{200, openai("image generation returned no image data", ""), KindEmpty, 6, false},
		{500, openai(`image generation failed: http 500: Some(\"x\")`, ""), KindServer, 8, false},
		{200, openai("stream closed before response.completed", ""), KindCut, 8, false},
		{200, openai("idle timeout waiting for SSE", ""), KindStalled, 8, false},
		{200, openai("Incomplete response returned, reason: max_output_tokens", ""), KindIncomplete, 6, false},
		{200, openai("We're so sorry, but the prompt may violate our guardrails around similarity", ""), KindModeration, 4, false},
		{200, openai("no", `"code":"UNAUTHORIZED"`), KindUnauthorized, 3, false},
		{200, openai("no", `"code":"HTTP_ERROR"`), KindServer, 8, false},
		{200, openai("no", `"code":"MISSING_IMAGE_GENERATION_OUTPUT"`), KindEmpty, 6, false},
		{200, openai("no", `"code":"MALFORMED_SSE_JSON"`), KindMalformed, 8, false},
		{200, openai("no", `"code":"image_generation_failed"`), KindServer, 8, false},
		{200, openai("invalid type: map, expected u64", ""), KindMalformed, 8, false},
		{200, openai("missing field `b64_json`", ""), KindMalformed, 8, false},
		{429, openai("no", `"code":"subscription_sharing_usage_limit_exceeded"`), KindUsageLimit, 5, false},
		{403, openai("no", `"code":"subscription_sharing_user_not_eligible"`), KindWrongLogin, 3, false},
	} {
		f := parseFailure([]byte(row.body))
		f.status, f.header = row.status, http.Header{}
		got := f.error(time.Unix(1_790_000_000, 0))
		if got.Kind != row.kind || got.ExitCode() != row.exit {
			t.Errorf("%d %.90s: %s, exit %d; want %s, %d", row.status, row.body, got.Kind, got.ExitCode(), row.kind, row.exit)
		}
		if _, other := NextRoute(Request{Prompt: "x", Partials: 2}, RouteResponses, got); other != row.other {
			t.Errorf("%d %.90s: another route: %v", row.status, row.body, other)
		}
		if got.Hint() == "" || got.Charged == "" || strings.Contains(got.Error(), "<") {
			t.Errorf("%d %.90s: hint %q, charged %q, %s", row.status, row.body, got.Hint(), got.Charged, got)
		}
	}
}

func TestEveryKindHasItsFacts(t *testing.T) {
	for kind, facts := range kinds {
		if facts.says == "" || facts.hint == "" || facts.charged == "" || facts.exit < 2 || facts.exit > 9 {
			t.Errorf("%s: %+v", kind, facts)
		}
	}
	for _, rule := range rules {
		if _, ok := kinds[rule.kind]; !ok || rule.source == "" {
			t.Errorf("rule %+v has no kind or no source", rule)
		}
	}
}

// TestHintsNameRetriesWhereTheyHelp: who follows a hint must get what it says.
func TestHintsNameRetriesWhereTheyHelp(t *testing.T) {
	for kind, facts := range kinds {
		if named := strings.Contains(facts.hint, "--retries"); named && !mayRepeat(kind) || mayRepeat(kind) && (facts.exit != 8 || !facts.retryable) {
			t.Errorf("%s: hint %q, repeated: %v", kind, facts.hint, mayRepeat(kind))
		}
	}
}

func TestErrorsCarryNoTokensOrEscapes(t *testing.T) {
	const canary = "canary7d21canary7d21"
	f := parseFailure([]byte(`{"error":{"message":"bad \u001b[31m Bearer ` + canary + ` \u202e","code":"x\u0007","param":"eyJhbGciOiJub25l.` + canary + `.c2ln"}}`))
	f.status, f.header = 400, http.Header{"X-Request-Id": {"req\x1b[2J"}}
	line := f.error(time.Now()).Error()
	if strings.Contains(line, canary) || strings.ContainsAny(line, "\x1b\x07\u202e") {
		t.Errorf("%q", line)
	}
}

// TestWhatHeadersSay has no body to go by.
func TestWhatHeadersSay(t *testing.T) {
	errorJSON := "eyJlcnJvciI6eyJjb2RlIjoidXNhZ2Vfbm90X2luY2x1ZGVkIn19" // {"error":{"code":"usage_not_included"}}
	for name, row := range map[string]struct {
		status int
		body   string
		header http.Header
		kind   Kind
		detail string
	}{
		"an image limit":        {429, `{}`, http.Header{"X-Codex-Active-Limit": {"imagegen_premium"}}, KindUsageLimit, "limit imagegen_premium"},
		"an image limit, named": {429, `{"error":{"code":"rate_limit_exceeded","message":"try again in 5s"}}`, http.Header{"X-Codex-Active-Limit": {"image_gen"}}, KindRateLimit, "limit image_gen, resets "},
		"another limit":         {429, `{}`, http.Header{"X-Codex-Active-Limit": {"premium"}}, KindRateLimit, "limit premium"},
		"mitigated":             {418, `{}`, http.Header{"Cf-Mitigated": {"challenge"}}, KindChallenge, ""},
		"authorization error":   {401, ``, http.Header{"X-Openai-Authorization-Error": {"token_revoked"}}, KindUnauthorized, "token_revoked"},
		"error json":            {403, ``, http.Header{"X-Error-Json": {errorJSON}}, KindNotIncluded, ""},
		"error json, broken":    {403, ``, http.Header{"X-Error-Json": {"!"}}, KindForbidden, ""},
	} {
		response := &http.Response{StatusCode: row.status, Header: row.header, Body: io.NopCloser(strings.NewReader(row.body))}
		got := readFailure(response).error(time.Unix(1_790_000_000, 0))
		if got.Kind != row.kind || !strings.HasPrefix(got.Detail, row.detail) || row.detail == "" && got.Detail != "" {
			t.Errorf("%s: %s, %q", name, got.Kind, got.Detail)
		}
	}
}

func TestResetTimes(t *testing.T) {
	now := time.Unix(1_790_000_000, 0)
	full := http.Header{}
	full.Set("x-codex-active-limit", "image_gen")
	full.Set("x-image-gen-primary-used-percent", "100.0")
	full.Set("x-image-gen-primary-reset-at", "1790003600")
	full.Set("x-codex-primary-used-percent", "100")
	full.Set("x-codex-primary-reset-at", "1790009999")
	for name, row := range map[string]struct {
		body   string
		header http.Header
		want   time.Duration
	}{
		"body":             {`{"error":{"resets_at":1790007800}}`, http.Header{}, 7800 * time.Second},
		"body, in seconds": {`{"error":{"resets_in_seconds":90}}`, http.Header{}, 90 * time.Second},
		"active limit":     {`{}`, full, time.Hour},
		"Retry-After":      {`{}`, http.Header{"Retry-After": {"30"}}, 30 * time.Second},
		"in words":         {`{"error":{"message":"Please try again in 1.5s."}}`, http.Header{}, 1500 * time.Millisecond},
		"in the past":      {`{"error":{"resets_at":5}}`, http.Header{}, 0},
		"absurd":           {`{"error":{"resets_at":1e300}}`, http.Header{}, 365 * 24 * time.Hour},
	} {
		f := parseFailure([]byte(row.body))
		f.status, f.header = 429, row.header
		if got := f.error(now).Resets.Sub(now); got != row.want {
			t.Errorf("%s: %v, want %v", name, got, row.want)
		}
	}
	for left, want := range map[time.Duration]string{30 * time.Second: "in under a minute", 10 * time.Minute: "in 10 min", 130 * time.Minute: "in 2 h 10 min", 50 * time.Hour: "in 2 d 2 h"} {
		if got := Until(now.Add(left), now); !strings.HasSuffix(got, want) {
			t.Errorf("%v: %q", left, got)
		}
	}
}

// Whatever comes in place of an image has a kind with its facts, and one line
// that is bounded and safe to print; its reset lies between now and a year.
func FuzzParseFailure(f *testing.F) {
	f.Add(400, "", []byte(`{"error":{"message":"x","code":null,"param":[1]}}`))
	f.Add(429, "imagegen", []byte(`{"detail":"x","error":"y","resets_at":1e300}`))
	f.Add(403, "", []byte("<html>Cloudflare"))
	f.Add(200, "\x1b[2J", []byte(`{"error":{"error":{"detail":{"code":"usage_limit_reached","resets_in_seconds":-1}}}}`))
	f.Add(0, "eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2ln", []byte(`{"message":"try again in 999999999.999999999s","moderation_details":{"categories":[1,null,{}]}}`))
	now := time.Unix(1_790_000_000, 0)
	f.Fuzz(func(t *testing.T, status int, field string, body []byte) {
		header := http.Header{"X-Codex-Active-Limit": {field}, "X-Error-Json": {field}, "X-Request-Id": {field}, "Retry-After": {field},
			"X-Codex-Primary-Used-Percent": {field}, "X-Codex-Primary-Reset-At": {field}, "Content-Type": {field}}
		got := readFailure(&http.Response{StatusCode: status, Header: header, Body: io.NopCloser(bytes.NewReader(body))}).error(now)
		facts, known := kinds[got.Kind]
		if !known || got.ExitCode() != facts.exit || got.Hint() == "" || got.Charged != facts.charged {
			t.Errorf("%+v", got)
		}
		for _, text := range []string{got.Error(), got.Code, got.Type, got.Param, got.Detail, got.IDs.Request} {
			if strings.ContainsFunc(text, unicode.IsControl) || !utf8.ValidString(text) || len(text) > 8000 {
				t.Errorf("%q", text)
			}
		}
		if !got.Resets.IsZero() && (got.Resets.Before(now) || got.Resets.After(now.AddDate(1, 0, 1))) {
			t.Errorf("resets %v", got.Resets)
		}
	})
}
