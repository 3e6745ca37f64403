package probe

import (
	"slices"

	"github.com/codexgen/codexgen/pkg/codex"
)

// matches is read from the top; the first row that holds decides. The words of
// what stands in between come before the backend's, and an image before any
// fault: an error after it does not take it back.
var matches = slices.Concat([]match{
	{source: "every route", when: func(e *Evidence) bool { return e.Picture != nil && e.Picture.Damaged == "" }, verdict: Image, says: "an image came"},
	{source: "every route", when: func(e *Evidence) bool { return e.Picture != nil }, verdict: CallNoResult, says: "an image came, but its bytes are damaged"},
	{source: "own", kinds: []codex.Kind{kindInterrupted}, verdict: TransportUnknown, by: ByClient, says: "interrupted from this side: what became of it is unknown"},
	{source: "a run without a budget", when: func(e *Evidence) bool { return e.Aborted }, verdict: TransportUnknown, by: ByClient,
		says: "accepted against every report, and ended from this side at once: it may have cost one image"},
}, betweenMatches, backendMatches, streamMatches)

// betweenMatches are the words of proxies and of other programs' clients.
var betweenMatches = []match{
	{source: "LB#439 2026-04", param: "tools", words: []string{"Invalid request payload"}, verdict: Rejected, by: ByProxy,
		says: "a load balancer in between refused the tool by itself (codex-lb, by its words); the backend was not asked"},
	{source: "C2A#411 2026-07-19", words: []string{"not enabled for this group"}, verdict: Rejected, by: ByProxy,
		says: "a relay in between has images switched off for this key's group (sub2api, by its words)"},
	{source: "OC#42482 2026-09", codes: []string{"INSUFFICIENT_BALANCE"}, verdict: Limited, by: ByProxy,
		says: "a reseller's proxy says that its balance is used up; this is not OpenAI's answer"},
	{source: "a relay's 502", codes: []string{"upstream_error"}, verdict: TransportUnknown, by: ByProxy,
		says: "a proxy in between could not pass the request on, or lost the answer"},
	{source: "codex-lb", codes: []string{"image_generation_failed"}, verdict: TransportUnknown, by: ByProxy,
		says: "a proxy in between says that the image failed, without a reason (codex-lb, by its words)"},
	{source: "C2A#220, codex-lb 2026-05", words: []string{"1009 message too big", "1009 (message too big)"}, verdict: TransportUnknown, by: ByProxy,
		says: "a proxy in between uses a web socket that is too small for images"},
	{source: "OR#12268", words: []string{"invalid type: map, expected u64", "missing field `b64_json`", "missing field b64_json"}, verdict: CallNoResult, by: ByProxy,
		says: "a proxy in between changed the answer so that clients cannot read it"},
	{source: "Hermes", codes: []string{"empty_response"}, verdict: AcceptedNoCall, by: ByClient, says: "a client in between found no image call in the answer"},
	{source: "Hermes", words: []string{"contained no image_generation_call result"}, verdict: AcceptedNoCall, by: ByClient, says: "a client in between found no image call in the answer"},
	{source: "GOD", codes: []string{"MISSING_IMAGE_GENERATION_OUTPUT"}, verdict: AcceptedNoCall, by: ByClient, says: "a client in between found no image call in the answer"},
	{source: "GOD", codes: []string{"UNAUTHORIZED"}, verdict: Auth, by: ByClient, says: "a client in between was not accepted with its login"},
	{source: "GOD", codes: []string{"HTTP_ERROR", "MALFORMED_SSE_JSON"}, verdict: TransportUnknown, by: ByClient, says: "a client in between lost the answer"},
	{source: "official client", words: []string{"image generation failed: http 404", "image generation failed: http 405"}, verdict: Rejected, by: ByClient, says: "the official client found no images route"},
	{source: "official client", words: []string{"image generation failed: http 429"}, verdict: Limited, by: ByClient, says: "the official client met a limit"},
	{source: "official client", words: []string{"image generation failed: http"}, verdict: TransportUnknown, by: ByClient, says: "the official client's image request failed"},
	{source: "official client", words: []string{"image generation returned no image data"}, verdict: CallNoResult, by: ByClient, says: "the official client got an answer without image data"},
	{source: "official client", words: []string{"stream closed before response.completed", "idle timeout waiting for SSE"}, verdict: TransportUnknown, by: ByClient, says: "the official client's stream broke off"},
	{source: "official client", words: []string{"Incomplete response returned, reason: content_filter"}, verdict: Blocked, by: ByClient, says: "the content filter stopped the answer"},
	{source: "official client", words: []string{"Incomplete response returned"}, verdict: AcceptedNoCall, by: ByClient, says: "the backend stopped before an image was done"},
}

// backendMatches go by what pkg/codex makes of a fault.
var backendMatches = []match{
	{source: "HA#19505 2026-05-04; HA#49008 06-19; S2A#2384", kinds: []codex.Kind{codex.KindToolStripped}, verdict: Stripped,
		says: "the image tool was taken out of the request: this account or host model does not get it (the likelier of two readings)"},
	{source: "OC#25965, CLI#3687 2026-06-02", kinds: []codex.Kind{codex.KindIncident}, verdict: Rejected, says: "the backend does not find its own image model: an incident on its side"},
	{source: "OC#43250 2026-09; TOLO 06-19", kinds: []codex.Kind{codex.KindRouteMissing}, verdict: Rejected, says: "the route is not there for this account or server"},
	{source: "S2A#2189 2026-05-04; CLI#2861 04-17; CLI#4192 07; JD#18 09-08", kinds: []codex.Kind{codex.KindModelUnavailable}, verdict: Rejected, says: "this host model cannot do it, or not for this account"},
	{source: "NUKO 2026-08-21", kinds: []codex.Kind{codex.KindClientTooOld}, verdict: Rejected, says: "the backend wants a newer client version"},
	{source: "NUKO 2026-08-21; JD 09-15", kinds: []codex.Kind{codex.KindTransparentRefused}, verdict: Rejected, says: "a transparent background is not open on this route"},
	{source: "HA#111000 2026-09-14; openai/codex api_bridge.rs 08-22", kinds: []codex.Kind{codex.KindBadReference}, verdict: Rejected, says: "the reference was not taken"},
	{source: "NUKO, ICE 2026-08", kinds: []codex.Kind{codex.KindParameter}, verdict: Rejected, says: "the backend does not know a parameter"},
	{source: "third-party clients", kinds: []codex.Kind{codex.KindTooLarge}, verdict: Rejected, says: "the request is too large"},
	{source: "HA#19505 2026-05-04; LLXPT 08-08; CLI#2975 04-23", kinds: []codex.Kind{codex.KindRejected}, verdict: Rejected, says: "refused at validation"},
	{source: "OC#46737, OC#40816", kinds: []codex.Kind{codex.KindModeration, codex.KindPolicy, codex.KindContentFilter}, verdict: Blocked, says: "refused by policy, which is no verdict about the shape"},
	{source: "openai/codex 2026-08-22; PIPI 10-03", kinds: []codex.Kind{codex.KindUsageLimit}, verdict: Limited, says: "a usage limit is reached"},
	{source: "openai/codex 2026-08-22", kinds: []codex.Kind{codex.KindNotIncluded}, verdict: Limited, says: "the plan does not include this"},
	{source: "openai/codex 2026-08-22", kinds: []codex.Kind{codex.KindQuota, codex.KindProxyBalance}, verdict: Limited, says: "credit is used up"},
	{source: "OC#26567, OC#26731 2026-06-05", kinds: []codex.Kind{codex.KindRateLimit}, verdict: Limited, says: "asked too often; the quota itself is not the cause"},
	{source: "PI 2026-10-02", kinds: []codex.Kind{codex.KindWrongLogin}, verdict: Auth, says: "this kind of login cannot make images: log in with the Codex login"},
	{source: "openai/codex auth/manager.rs 2026-08-22", kinds: []codex.Kind{codex.KindUnauthorized, codex.KindAuthRequired, codex.KindForbidden}, verdict: Auth, says: "the login was not accepted for this"},
	{source: "CLI#3980 2026-06-24; PI 09-11; OCL#70675 04-23", kinds: []codex.Kind{codex.KindChallenge, codex.KindWebPage, codex.KindWrongURL}, verdict: Challenge,
		says: "a web page answered: Cloudflare, or something else in between"},
	{source: "OC#36767; openai/codex api_bridge.rs 2026-08-22", kinds: []codex.Kind{codex.KindServer, codex.KindOverloaded}, verdict: TransportUnknown, says: "the backend failed"},
	{source: "C2A#220; CLI#4409 2026-07-18", kinds: []codex.Kind{codex.KindMessageTooBig}, verdict: TransportUnknown,
		says: "a message was too big for the web socket of the backend, or of something in between"},
	{source: "OC#29645, OC#45381", kinds: []codex.Kind{codex.KindCut, codex.KindClosed, codex.KindStalled, codex.KindTimeout}, verdict: TransportUnknown, says: "the answer broke off"},
	{source: "own", kinds: []codex.Kind{codex.KindConnect, codex.KindTLS, codex.KindRedirect}, verdict: TransportUnknown, says: "no usable connection"},
	{source: "own", kinds: []codex.Kind{codex.KindOutput}, verdict: TransportUnknown, by: ByClient, says: "the image could not be kept on this machine"},
	{source: "OR#12268; opencode ee92a00; HA#35120", kinds: []codex.Kind{codex.KindMalformed, codex.KindDamaged, codex.KindEmpty}, verdict: CallNoResult, says: "an answer came, but no readable image in it"},
	{source: "own", when: func(e *Evidence) bool { return e.Fault != nil }, verdict: TransportUnknown, says: "it failed in a way that is not on record"},
}

// streamMatches judge an answer that was accepted and told no fault.
var streamMatches = []match{
	{source: "RN", when: func(e *Evidence) bool { return e.Incomplete == "content_filter" }, verdict: Blocked, says: "the content filter stopped the answer"},
	{source: "RN", when: func(e *Evidence) bool { return e.Incomplete != "" && e.Called }, verdict: CallNoResult, says: "the backend stopped while the image was being made"},
	{source: "RN", when: func(e *Evidence) bool { return e.Incomplete != "" }, verdict: AcceptedNoCall, says: "the backend stopped before the image tool was called"},
	{source: "NUKO, ZJP", when: func(e *Evidence) bool { return e.Drafts > 0 }, verdict: CallNoResult, says: "drafts came, but no finished image"},
	{source: "opencode ee92a00", when: func(e *Evidence) bool { return e.Called }, verdict: CallNoResult, says: "the image tool was called, but no image came of it"},
	{source: "OC#40816", words: []string{"may violate our guardrails"}, verdict: Blocked, says: "refused by policy, in words"},
	{source: "C2A#411 2026-07-19, S2A#3941 07-10", when: func(e *Evidence) bool { return e.ToolsEmpty && e.Forced }, verdict: Stripped, by: ByProxy,
		says: "accepted with an empty list of tools although the tool was demanded; the backend refuses that, so something in between took both out (inferred)"},
	{source: "S2A#2384 2026-05-12; CLI#3036 04-25", when: func(e *Evidence) bool { return e.ToolsEmpty }, verdict: AcceptedNoCall,
		says: "accepted, but no image call: the echoed list of tools is empty, so the tool was taken out of the request"},
	{source: "ICE", words: []string{"<svg"}, verdict: AcceptedNoCall, says: "accepted, but the model drew in words (SVG): it has no image tool"},
	{source: "S2A#3429, C2A#632", when: func(e *Evidence) bool { return e.Text != "" }, verdict: AcceptedNoCall, says: "accepted, but the model answered in words"},
	{source: "HA#19505 2026-05-04", verdict: AcceptedNoCall, says: "accepted, but no image call and no text"},
}
