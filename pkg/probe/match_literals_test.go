package probe

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// literal is one answer on record, or one made of a string on record, and
// the verdict that it gets.
type literal struct {
	name   string
	answer scripted
	want   Verdict
	by     Party  // "" is the backend
	says   string // a part of Why
	images bool   // it is the images route that answers
	auto   bool   // the tool is not forced
}

func refusalOf(status int, fields string) scripted {
	return scripted{status: status, body: `{"error":{` + fields + `}}`}
}

func coded(status int, code string) scripted { return refusalOf(status, `"code":`+quoted(code)) }

func saying(status int, message string) scripted {
	return refusalOf(status, `"message":`+quoted(message))
}

func detail(message string) scripted {
	return scripted{status: 400, body: `{"detail":` + quoted(message) + `}`}
}

func quoted(text string) string {
	out, _ := json.Marshal(text)
	return string(out)
}

func said(text string) string {
	return `{"type":"response.output_item.done","item":{"type":"message","content":[{"type":"output_text","text":` + quoted(text) + `}]}}`
}

// call is a finished item of the image tool.
func call(status, result string) string {
	return `{"type":"response.output_item.done","item":{"id":"ig_1","type":"image_generation_call","status":"` + status + `","result":` + quoted(result) + `}}`
}

func failedWith(fields string) string {
	return `{"type":"response.failed","response":{"error":{` + fields + `}}}`
}

// onePixel is a whole picture.
func onePixel() string {
	_, data, _ := strings.Cut(reference(0), ";base64,")
	return data
}

func httpLiterals() []literal {
	header := func(s scripted, header string) scripted { s.header = header; return s }
	return []literal{
		{name: "tool choice not found", answer: refusalOf(400, `"message":"Tool choice 'image_generation' not found in 'tools' parameter.","type":"invalid_request_error","param":"tool_choice","code":null`), want: Stripped, says: "taken out"},
		{name: "required without tools", answer: saying(400, "Tool choice 'required' must be specified with 'tools' parameter"), want: Stripped},
		{name: "wrong carrier", answer: saying(400, "Tool 'image_generation' is not supported with gpt-5.3-codex-spark."), want: Rejected, says: "host model"},
		{name: "wrong carrier, full name", answer: saying(400, "Tool 'image_generation' is not supported with gpt-5.3-codex-spark-1p-codexswic-ev3."), want: Rejected, says: "host model"},
		{name: "carrier not available", answer: saying(400, "The 'gpt-5.5' model is not supported when using Codex with a ChatGPT account."), want: Rejected, says: "host model"},
		{name: "carrier not available, as detail", answer: detail("The 'gpt-5.5' model is not supported when using Codex with a ChatGPT account."), want: Rejected, says: "host model"},
		{name: "model_not_found", answer: refusalOf(404, `"code":"model_not_found","message":"The model `+"`gpt-5.5`"+` does not exist or you do not have access to it."`), want: Rejected, says: "host model"},
		{name: "lite header", answer: saying(400, "This model is not supported when using X-OpenAI-Internal-Codex-Responses-Lite"), want: Rejected, says: "host model"},
		{name: "lite header, tools", answer: refusalOf(400, `"code":"unsupported_value","param":"tools","message":"Unsupported value"`), want: Rejected},
		{name: "newer version", answer: detail("The 'gpt-5.5' model requires a newer version of Codex. Please upgrade."), want: Rejected, says: "newer client"},
		{name: "instructions", answer: saying(400, "Instructions are required"), want: Rejected, says: "validation"},
		{name: "stream", answer: detail("Stream must be set to true"), want: Rejected, says: "validation"},
		{name: "store", answer: detail("Store must be set to false"), want: Rejected, says: "validation"},
		{name: "list", answer: detail("Input must be a list"), want: Rejected, says: "validation"},
		{name: "unsupported parameter", answer: detail("Unsupported parameter: max_output_tokens"), want: Rejected, says: "parameter"},
		{name: "unknown parameter", answer: refusalOf(400, `"code":"unknown_parameter","param":"tools[0].n","message":"Unknown parameter: 'tools[0].n'."`), want: Rejected, says: "tools[0].n"},
		{name: "cache breakpoint", answer: detail("prompt_cache_breakpoint is not supported on this model"), want: Rejected},
		{name: "bogus background", answer: refusalOf(400, `"code":"invalid_value","param":"tools[0].background","type":"invalid_request_error","message":"Invalid value: 'bogus'. Supported values are: 'transparent', 'opaque', and 'auto'."`), want: Rejected, says: "'bogus'"},
		{name: "choice as a string", answer: refusalOf(400, `"code":"invalid_value","param":"tool_choice","message":"Invalid value: '{\"t...n\"}'. Supported values are: 'none', 'auto', and 'required'."`), want: Rejected},
		{name: "output_text", answer: saying(400, "Invalid value: 'output_text'. Supported values are: 'input_text', 'input_image', 'input_file', and 'scoped_content'."), want: Rejected},
		{name: "reserved function", answer: saying(400, "Function 'image_gen.imagegen' conflicts with a hosted tool in the same request."), want: Rejected},
		{name: "transparent", answer: refusalOf(400, `"type":"image_generation_user_error","code":"invalid_value","param":"tools","message":"Transparent background is not supported for this model."`), want: Rejected, says: "not open"},
		{name: "incident", answer: refusalOf(400, `"type":"image_generation_user_error","code":"invalid_value","param":"tools","message":"The model 'gpt-image-2' does not exist."`), want: Rejected, says: "incident"},
		{name: "missing images", answer: refusalOf(400, `"code":"missing_required_parameter","param":"images"`), want: Rejected, images: true},
		{name: "downloading", answer: saying(400, "Error while downloading file"), want: Rejected, images: true, says: "reference"},
		{name: "bad image data", answer: saying(400, "The image data you provided does not represent a valid image"), want: Rejected, images: true, says: "reference"},
		{name: "moderation", answer: refusalOf(400, `"code":"moderation_blocked","message":"no","moderation_details":{"moderation_stage":"input","categories":["violence"]}`), want: Blocked, says: "stage input, violence"},
		{name: "cyber", answer: coded(400, "cyber_policy"), want: Blocked},
		{name: "bio", answer: saying(400, "refused by the bio policy"), want: Blocked},
		{name: "invalid_prompt", answer: coded(400, "invalid_prompt"), want: Blocked},
		{name: "misalignment", answer: coded(403, "misalignment_policy_violation"), want: Blocked},
		{name: "shared login, hosted", answer: coded(400, "subscription_sharing_unsupported_capability"), want: Auth, says: "kind of login"},
		{name: "shared login, images", answer: refusalOf(401, `"code":"hardened_oauth_rule_missing","type":"rejected_by_hardened_oauth_boundary","message":"This ChatPass credential is not authorized for the requested operation."`), want: Auth, images: true, says: "kind of login"},
		{name: "shared, limit", answer: coded(429, "subscription_sharing_usage_limit_exceeded"), want: Limited},
		{name: "shared, usage", answer: coded(429, "subscription_sharing_usage_unavailable"), want: Auth},
		{name: "shared, user", answer: coded(403, "subscription_sharing_user_unavailable"), want: Auth},
		{name: "shared, not eligible", answer: coded(403, "subscription_sharing_user_not_eligible"), want: Auth},
		{name: "images, shared login", answer: coded(401, "no_matching_rule"), want: Auth, images: true, says: "kind of login"},
		{name: "403 in JSON", answer: scripted{status: 403, body: `{"detail":"Your workspace may not do this"}`}, want: Auth},
		{name: "context length", answer: coded(400, "context_length_exceeded"), want: Rejected},
		{name: "content policy", answer: coded(400, "content_policy_violation"), want: Blocked},
		{name: "safety", answer: coded(400, "safety_violation"), want: Blocked},
		{name: "expired", answer: refusalOf(401, `"code":"token_expired","message":"Provided authentication token is expired. Please try signing in again."`), want: Auth},
		{name: "reused refresh token", answer: coded(401, "refresh_token_reused"), want: Auth},
		{name: "invalid grant", answer: scripted{status: 401, body: `{"error":"invalid_grant","error_description":"refresh token was already used"}`}, want: Auth},
		{name: "bare 401", answer: scripted{status: 401}, want: Auth},
		{name: "x-error-json", answer: header(scripted{status: 403}, "x-error-json: "+base64.StdEncoding.EncodeToString([]byte(`{"error":{"code":"token_invalidated"}}`))+"\nx-openai-authorization-error: forbidden"), want: Auth, says: "token_invalidated"},
		{name: "balance", answer: scripted{status: 403, body: `{"code":"INSUFFICIENT_BALANCE","message":"账户余额不足。"}`}, want: Limited, by: ByProxy, says: "账户余额不足。"},
		{name: "402", answer: scripted{status: 402}, want: Limited},
		{name: "challenge by header", answer: header(scripted{status: 403}, "cf-mitigated: challenge"), want: Challenge},
		{name: "challenge by page", answer: scripted{403, "Content-Type: text/html", cloud}, want: Challenge, images: true},
		{name: "1010", answer: scripted{403, "Content-Type: text/plain", "error code: 1010 (Cloudflare)"}, want: Challenge, images: true},
		{name: "a page with 200", answer: scripted{200, "Content-Type: text/html", "<html>Log in to the Wi-Fi</html>"}, want: Challenge},
		{name: "empty 404", answer: scripted{status: 404}, want: Rejected, images: true, says: "not there"},
		{name: "405", answer: detailed(405, "Method Not Allowed"), want: Rejected, images: true, says: "not there"},
		{name: "413", answer: scripted{status: 413}, want: Rejected, says: "too large"},
		{name: "usage limit", answer: refusalOf(429, `"type":"usage_limit_reached","message":"The usage limit has been reached","plan_type":"plus","resets_in_seconds":7200`), want: Limited, says: "resets"},
		{name: "usage limit, images", answer: header(refusalOf(429, `"type":"usage_limit_reached"`), "x-codex-active-limit: imagegen_premium"), want: Limited, images: true, says: "limit imagegen_premium"},
		{name: "not included", answer: refusalOf(429, `"type":"usage_not_included"`), want: Limited, says: "plan does not include"},
		{name: "insufficient_quota", answer: coded(429, "insufficient_quota"), want: Limited},
		{name: "quota_exceeded", answer: coded(429, "quota_exceeded"), want: Limited},
		{name: "usage_limit_exceeded", answer: coded(400, "usage_limit_exceeded"), want: Limited},
		{name: "billing_hard_limit_reached", answer: coded(400, "billing_hard_limit_reached"), want: Limited},
		{name: "billing_not_active", answer: coded(400, "billing_not_active"), want: Limited},
		{name: "organization_usage_limit_exceeded", answer: coded(429, "organization_usage_limit_exceeded"), want: Limited},
		{name: "workspace_member_usage_limit_reached", answer: coded(429, "workspace_member_usage_limit_reached"), want: Limited},
		{name: "image limit", answer: saying(429, "image limit reached"), want: Limited, images: true, says: "usage limit"},
		{name: "TooManyRequests", answer: coded(429, "TooManyRequests"), want: Limited, says: "quota itself is not the cause"},
		{name: "oai_errors", answer: saying(429, "oai_errors.errors.TooManyRequests"), want: Limited, says: "quota itself is not the cause"},
		{name: "request was rate limited", answer: saying(400, "image generation request was rate limited"), want: Limited},
		{name: "input images per minute", answer: refusalOf(429, `"code":"rate_limit_exceeded","message":"Rate limit reached for input-images per min. Please try again in 12s."`), want: Limited},
		{name: "overloaded", answer: coded(503, "server_is_overloaded"), want: TransportUnknown, says: "backend failed"},
		{name: "slow down", answer: coded(503, "slow_down"), want: TransportUnknown},
		{name: "500", answer: scripted{status: 500}, want: TransportUnknown, says: "backend failed"},
		{name: "image input outage", answer: coded(500, "server_error"), want: TransportUnknown},
		{name: "redirect", answer: header(scripted{status: 302}, "Location: https://elsewhere.invalid/"), want: TransportUnknown},
		{name: "a code nobody knows", answer: saying(418, "I am a teapot"), want: Rejected},
	}
}

func detailed(status int, message string) scripted {
	s := detail(message)
	s.status = status
	return s
}

// betweenLiterals are words of proxies and of other clients, passed on.
func betweenLiterals() []literal {
	return []literal{
		{name: "codex-lb", answer: refusalOf(400, `"message":"Invalid request payload","type":"invalid_request_error","code":"invalid_request_error","param":"tools"`), want: Rejected, by: ByProxy, says: "load balancer"},
		{name: "sub2api", answer: scripted{status: 403, body: `{"error":{"message":"Image generation is not enabled for this group"}}`}, want: Rejected, by: ByProxy, says: "switched off"},
		{name: "upstream error", answer: refusalOf(502, `"type":"upstream_error","message":"Failed to forward Codex image request"`), want: TransportUnknown, by: ByProxy, images: true},
		{name: "image_generation_failed", answer: coded(502, "image_generation_failed"), want: TransportUnknown, by: ByProxy},
		{name: "map for a number", answer: saying(502, "invalid type: map, expected u64 at line 1 column 9"), want: CallNoResult, by: ByProxy, images: true},
		{name: "missing b64_json", answer: saying(502, "missing field `b64_json` at line 1"), want: CallNoResult, by: ByProxy, images: true},
		{name: "a proxy's event for 1009", answer: coded(413, "message_too_big"), want: TransportUnknown, says: "too big for the web socket"},
		{name: "socket too small", answer: saying(502, "websocket closed: 1009 message too big"), want: TransportUnknown, by: ByProxy},
		{name: "Hermes", answer: refusalOf(502, `"message":"Codex response contained no image_generation_call result","type":"empty_response"`), want: AcceptedNoCall, by: ByClient},
		{name: "Hermes, words only", answer: saying(502, "Codex response contained no image_generation_call result"), want: AcceptedNoCall, by: ByClient},
		{name: "GOD, no output", answer: coded(502, "MISSING_IMAGE_GENERATION_OUTPUT"), want: AcceptedNoCall, by: ByClient},
		{name: "GOD, login", answer: coded(502, "UNAUTHORIZED"), want: Auth, by: ByClient},
		{name: "GOD, HTTP", answer: coded(502, "HTTP_ERROR"), want: TransportUnknown, by: ByClient},
		{name: "GOD, events", answer: coded(502, "MALFORMED_SSE_JSON"), want: TransportUnknown, by: ByClient},
		{name: "official, 404", answer: saying(502, `image generation failed: http 404 Not Found: Some("")`), want: Rejected, by: ByClient, images: true},
		{name: "official, limit", answer: saying(502, `image generation failed: http 429 Too Many Requests: Some("…")`), want: Limited, by: ByClient, images: true},
		{name: "official, other", answer: saying(502, `image generation failed: http 500 Internal Server Error: Some("…")`), want: TransportUnknown, by: ByClient, images: true},
		{name: "official, no data", answer: saying(502, "image generation returned no image data"), want: CallNoResult, by: ByClient, images: true},
		{name: "official, closed", answer: saying(502, "stream closed before response.completed"), want: TransportUnknown, by: ByClient},
		{name: "official, idle", answer: saying(502, "idle timeout waiting for SSE"), want: TransportUnknown, by: ByClient},
		{name: "official, filter", answer: saying(502, "Incomplete response returned, reason: content_filter"), want: Blocked, by: ByClient},
		{name: "official, incomplete", answer: saying(502, "Incomplete response returned, reason: max_output_tokens"), want: AcceptedNoCall, by: ByClient},
	}
}

// streamLiterals are answers that begin with 200.
func streamLiterals() []literal {
	generating := `{"type":"response.image_generation_call.generating"}`
	partial := `{"type":"response.image_generation_call.partial_image","partial_image_index":0,"partial_image_b64":"` + onePixel() + `"}`
	incomplete := func(reason string) string {
		return `{"type":"response.incomplete","response":{"incomplete_details":{"reason":"` + reason + `"}}}`
	}
	return []literal{
		{name: "two empty messages", answer: stream(created, empty, empty, completed), want: AcceptedNoCall, says: "no image call and no text"},
		{name: "stripped, in the echo", answer: stream(toolless, said("hello"), completed), want: Stripped, by: ByProxy, says: "empty list of tools"},
		{name: "stripped, not forced", answer: stream(toolless, said("hello"), completed), auto: true, want: AcceptedNoCall, says: "taken out"},
		{name: "a text refusal", answer: stream(created, said("I cannot draw that."), completed), want: AcceptedNoCall, says: "in words"},
		{name: "guardrails", answer: stream(created, said("We're so sorry, but the prompt may violate our guardrails around violence."), completed), want: Blocked},
		{name: "SVG", answer: stream(created, said("<svg xmlns='http://www.w3.org/2000/svg'/>"), completed), want: AcceptedNoCall, says: "SVG"},
		{name: "failed by moderation", answer: stream(created, generating, failedWith(`"code":"moderation_blocked"`)), want: Blocked},
		{name: "failed by a limit", answer: stream(created, failedWith(`"code":"rate_limit_exceeded"`)), want: Limited},
		{name: "error event, server", answer: stream(created, `{"type":"error","error":{"code":"server_error","message":"An error occurred"}}`), want: TransportUnknown},
		{name: "incomplete, filter", answer: stream(created, incomplete("content_filter")), want: Blocked},
		{name: "incomplete, early", answer: stream(created, incomplete("max_output_tokens")), want: AcceptedNoCall, says: "before the image tool"},
		{name: "incomplete, late", answer: stream(created, generating, incomplete("max_output_tokens")), want: CallNoResult},
		{name: "still generating", answer: stream(created, call("generating", onePixel()), completed), want: Image},
		{name: "error after the image", answer: stream(created, call("completed", onePixel()), `{"type":"error","error":{"code":"server_error"}}`), want: Image},
		{name: "no goodbye after the image", answer: stream(created, call("completed", onePixel())), want: Image},
		{name: "image in completed only", answer: stream(created, `{"type":"response.completed","response":{"output":[{"id":"ig","type":"image_generation_call","result":"`+onePixel()+`"}]}}`), want: Image},
		{name: "data URL", answer: stream(created, call("completed", "data:image/png;base64,"+onePixel()), completed), want: Image},
		{name: "only partials", answer: stream(created, generating, partial, completed), want: CallNoResult, says: "drafts"},
		{name: "partial, then the end", answer: stream(created, partial), want: TransportUnknown},
		{name: "empty result", answer: stream(created, call("completed", ""), completed), want: CallNoResult},
		{name: "a failed call", answer: stream(created, generating, completed), want: CallNoResult, says: "no image came of it"},
		{name: "no base64", answer: stream(created, call("completed", "!!!!"), completed), want: CallNoResult},
		{name: "no image in the bytes", answer: stream(created, call("completed", "aGVsbG8gd29ybGQ="), completed), want: CallNoResult, says: "damaged"},
		{name: "EOF", answer: stream(created), want: TransportUnknown, says: "broke off"},
		{name: "DONE", answer: stream(created, empty, "[DONE]", completed), want: AcceptedNoCall},
		{name: "no data", answer: scripted{status: 200, body: `{"data":[]}`}, want: CallNoResult, images: true},
		{name: "no b64_json", answer: scripted{status: 200, body: `{"data":[{"url":"https://example.invalid/a.png"}]}`}, want: CallNoResult, images: true},
		{name: "null", answer: scripted{status: 200, body: `{"data":[{"b64_json":null}]}`}, want: CallNoResult, images: true},
		{name: "no JSON", answer: scripted{status: 200, body: `image`}, want: CallNoResult, images: true},
		{name: "error in a 200", answer: scripted{status: 200, body: `{"error":{"code":"moderation_blocked"}}`}, want: Blocked, images: true},
		{name: "a picture", answer: scripted{status: 200, body: `{"data":[{"b64_json":"` + onePixel() + `"}]}`}, want: Image, images: true},
	}
}
