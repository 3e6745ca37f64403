package codex

import (
	"slices"
	"strings"
)

// A rule recognises one recorded failure. Every condition that is set must
// hold; the lists are alternatives. Comparisons ignore case.
type rule struct {
	source string // where and when it was seen; keys in docs/protocol.md
	status []int
	names  []string // equals error.code or error.type
	param  string
	words  []string // occurs in the message
	limit  string   // occurs in x-codex-active-limit
	html   bool
	kind   Kind
}

// rules is read from the top; the first that holds decides. Exact codes come
// before words, words before bare statuses.
var rules = []rule{
	{source: "openai/codex api_bridge.rs 2026-08-22; PI 2026-09-11", status: []int{403}, html: true, kind: KindChallenge},
	{source: "openai/codex api_bridge.rs 2026-08-22; CLI#3980 2026-06-24", status: []int{403}, words: []string{"cloudflare", "error code: 1010"}, kind: KindChallenge},
	{source: "the title and scripts of Cloudflare's page, which also comes as these", status: []int{429, 503}, html: true, words: []string{"just a moment", "attention required", "cf_chl", "challenge-platform"}, kind: KindChallenge},
	{source: "proxies and captive portals", html: true, status: []int{200}, kind: KindWebPage},

	{source: "OC#46737, OC#40816", names: []string{"moderation_blocked", "content_policy_violation", "safety_violation"}, kind: KindModeration},
	{source: "OC#40816", words: []string{"may violate our guardrails"}, kind: KindModeration},
	{source: "openai/codex sse/responses.rs 2026-08-22", names: []string{"cyber_policy", "misalignment_policy_violation", "invalid_prompt", "bio_policy", "biological_policy"}, kind: KindPolicy},
	{source: "openai/codex eb147c0db 2026-08-15", words: []string{"bio policy", "misalignment_policy"}, kind: KindPolicy},
	{source: "public API", names: []string{"content_filter"}, kind: KindContentFilter},

	{source: "PI 2026-10-02", names: []string{"subscription_sharing_unsupported_capability", "hardened_oauth_rule_missing", "rejected_by_hardened_oauth_boundary", "no_matching_rule", "subscription_sharing_user_unavailable", "subscription_sharing_user_not_eligible", "subscription_sharing_usage_unavailable"}, kind: KindWrongLogin},
	{source: "PI 2026-10-02", names: []string{"subscription_sharing_usage_limit_exceeded"}, kind: KindUsageLimit},

	{source: "openai/codex 2026-08-22; PIPI 2026-10-03", names: []string{"usage_limit_reached"}, kind: KindUsageLimit},
	{source: "official client's fixture 2026-08-11", words: []string{"image limit reached"}, kind: KindUsageLimit},
	{source: "openai/codex sse/responses.rs 2026-08-22", names: []string{"usage_not_included"}, kind: KindNotIncluded},
	{source: "openai/codex 2026-08-22", names: []string{"insufficient_quota", "quota_exceeded", "usage_limit_exceeded", "billing_hard_limit_reached", "billing_not_active", "organization_usage_limit_exceeded", "workspace_member_usage_limit_reached", "workspace_owner_usage_limit_reached", "workspace_owner_credits_depleted", "workspace_member_credits_depleted"}, kind: KindQuota},
	{source: "OC#42482", names: []string{"INSUFFICIENT_BALANCE"}, kind: KindProxyBalance},
	{source: "OC#26567 2026-06-05", names: []string{"TooManyRequests", "oai_errors.errors.TooManyRequests", "rate_limit_exceeded"}, kind: KindRateLimit},
	{source: "OC#26595, OC#26731 2026-06-06", words: []string{"TooManyRequests", "request was rate limited", "input-images per min"}, kind: KindRateLimit},

	{source: "HA#19505 2026-05-04; S2A#2384 2026-05-12; C2A#130", words: []string{"not found in 'tools' parameter"}, kind: KindToolStripped},
	{source: "HA#49008 2026-06-19", words: []string{"must be specified with 'tools' parameter"}, kind: KindToolStripped},
	{source: "CLI#2861 2026-04-17; OC#22637", words: []string{"Tool 'image_generation' is not supported with"}, kind: KindModelUnavailable},
	{source: "CLI#4192 2026-07", words: []string{"not supported when using X-OpenAI-Internal-Codex-Responses-Lite"}, kind: KindModelUnavailable},
	{source: "S2A#2189 2026-05-04", words: []string{"model is not supported when using Codex with a ChatGPT account"}, kind: KindModelUnavailable},
	{source: "OC#25965, CLI#3687 2026-06-02", param: "tools", words: []string{"The model 'gpt-image-2' does not exist"}, kind: KindIncident},
	{source: "OC#25965 2026-06-03", words: []string{"'gpt-image-2' does not exist"}, kind: KindIncident},
	{source: "JD issue 18 2026-09-08; HA#105398", names: []string{"model_not_found"}, kind: KindModelUnavailable},
	{source: "JD issue 18 2026-09-08, without its code", words: []string{"does not exist or you do not have access to it"}, kind: KindModelUnavailable},
	{source: "NUKO 2026-08-21", words: []string{"requires a newer version of Codex"}, kind: KindClientTooOld},
	{source: "NUKO 2026-08-21; JD 2026-09-15", words: []string{"Transparent background is not supported"}, kind: KindTransparentRefused},

	{source: "HA#111000 2026-09", words: []string{"Error while downloading file"}, kind: KindBadReference},
	{source: "openai/codex api_bridge.rs 2026-08-22", words: []string{"does not represent a valid image"}, kind: KindBadReference},
	{source: "CLIProxyAPI#4420 2026-07-18: what a proxy makes of close code 1009", names: []string{"message_too_big"}, kind: KindMessageTooBig},
	{source: "third-party clients", status: []int{413}, kind: KindTooLarge},

	{source: "third-party clients", names: []string{"unknown_parameter", "unsupported_parameter"}, kind: KindParameter},
	{source: "NUKO 2026-08-21; CLIProxyAPI, codex-lb, sub2api", words: []string{"Unsupported parameter", "Unknown parameter"}, kind: KindParameter},
	{source: "LB PR 439: a load balancer's own refusal", param: "tools", words: []string{"Invalid request payload"}, kind: KindRejected},

	{source: "made by other clients in between", names: []string{"empty_response", "MISSING_IMAGE_GENERATION_OUTPUT"}, kind: KindEmpty},
	{source: "HA, client-made", words: []string{"contained no image_generation_call result", "image generation returned no image data"}, kind: KindEmpty},
	{source: "openai/codex, client-made", words: []string{"stream closed before response.completed"}, kind: KindCut},
	{source: "openai/codex, client-made", words: []string{"idle timeout waiting for SSE"}, kind: KindStalled},
	{source: "openai/codex, client-made", words: []string{"Incomplete response returned"}, kind: KindIncomplete},
	{source: "GOD, client-made", names: []string{"MALFORMED_SSE_JSON"}, kind: KindMalformed},
	{source: "OR#12268", words: []string{"invalid type: map, expected u64", "missing field `b64_json`", "missing field b64_json"}, kind: KindMalformed},
	{source: "codex-lb, proxy-made", names: []string{"image_generation_failed"}, kind: KindServer},
	{source: "GOD, client-made", names: []string{"UNAUTHORIZED"}, kind: KindUnauthorized},
	{source: "openai/codex, client-made", words: []string{"image generation failed: http", "HTTP_ERROR"}, kind: KindServer},
	{source: "GOD, client-made", names: []string{"HTTP_ERROR"}, kind: KindServer},

	{source: "openai/codex api_bridge.rs 2026-08-22", names: []string{"server_is_overloaded", "slow_down"}, kind: KindOverloaded},
	{source: "openai/codex responses_websocket.rs 2026-08-22: the connection is an hour old", names: []string{"websocket_connection_limit_reached"}, kind: KindServer},
	{source: "openai/codex api_bridge.rs 2026-08-22", names: []string{"context_length_exceeded"}, kind: KindRejected},
	{source: "openai/codex api_bridge.rs 2026-08-22", names: []string{"server_error", "upstream_error", "internal_server_error"}, kind: KindServer},

	{status: []int{401}, source: "openai/codex auth/manager.rs 2026-08-22", kind: KindUnauthorized},
	{status: []int{402}, source: "OC#42482", kind: KindQuota},
	{status: []int{403}, source: "inferred: a 403 in JSON is about the account", kind: KindForbidden},
	{status: []int{426}, source: "openai/codex websocket_fallback.rs 2026-08-22: no WebSocket here", kind: KindRouteMissing},
	{status: []int{404, 405, 501}, source: "OC#43250; tolo 2026-06-19", kind: KindRouteMissing},
	{status: []int{429}, limit: "image", source: "OC#38024 2026-08-11; PIPI 2026-10-03", kind: KindUsageLimit},
	{status: []int{429}, source: "openai/codex api_bridge.rs 2026-08-22", kind: KindRateLimit},
}

// classify gives the kind of a failure. What no rule knows is a rejection
// below 500 and a server's failure above.
func classify(f failure) Kind {
	if f.header.Get("cf-mitigated") == "challenge" {
		return KindChallenge
	}
	for _, r := range rules {
		if r.holds(f) {
			return r.kind
		}
	}
	switch {
	case f.html:
		return KindWebPage
	case f.status >= 300 && f.status < 400:
		return KindRedirect
	case f.status >= 400 && f.status < 500:
		return KindRejected
	}
	return KindServer
}

func (r rule) holds(f failure) bool {
	named := slices.ContainsFunc(r.names, func(name string) bool {
		return strings.EqualFold(name, f.code) || strings.EqualFold(name, f.errType)
	})
	worded := slices.ContainsFunc(r.words, func(word string) bool {
		return strings.Contains(strings.ToLower(f.text), strings.ToLower(word))
	})
	return (len(r.status) == 0 || slices.Contains(r.status, f.status)) &&
		(len(r.names) == 0 || named) &&
		(len(r.words) == 0 || worded) &&
		(r.param == "" || r.param == f.param) &&
		strings.Contains(strings.ToLower(f.header.Get("x-codex-active-limit")), r.limit) &&
		(!r.html || f.html)
}
