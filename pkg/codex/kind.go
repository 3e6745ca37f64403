package codex

import (
	"maps"
	"slices"
)

// A Kind is what went wrong, in the terms of docs/protocol.md#errors.
type Kind string

// Charged says whether a failed request may have cost an image.
type Charged string

const (
	ChargedNo      Charged = "no"
	ChargedYes     Charged = "yes"
	ChargedUnknown Charged = "unknown"
)

// The names go to programs. Where Hermes has one for the same matter it is
// taken, so that its users need to learn nothing: auth_required, api_error,
// capability_unsupported, empty_response, invalid_argument,
// invalid_image_input, io_error (github.com/NousResearch/hermes-agent,
// plugins/image_gen/openai-codex, read 2026-11-21).
const (
	KindAuthRequired       Kind = "auth_required"
	KindUnauthorized       Kind = "unauthorized"
	KindWrongLogin         Kind = "wrong_login"
	KindForbidden          Kind = "account_forbidden"
	KindModeration         Kind = "moderation_blocked"
	KindPolicy             Kind = "policy_violation"
	KindContentFilter      Kind = "content_filter"
	KindUsageLimit         Kind = "usage_limit_reached"
	KindNotIncluded        Kind = "usage_not_included"
	KindQuota              Kind = "quota_exceeded"
	KindProxyBalance       Kind = "insufficient_balance"
	KindRateLimit          Kind = "rate_limited"
	KindToolStripped       Kind = "capability_unsupported"
	KindEmpty              Kind = "empty_response"
	KindText               Kind = "text_response"
	KindIncomplete         Kind = "incomplete"
	KindParameter          Kind = "invalid_parameter"
	KindModelUnavailable   Kind = "model_unavailable"
	KindClientTooOld       Kind = "client_too_old"
	KindRouteMissing       Kind = "route_missing"
	KindTransparentRefused Kind = "transparent_refused"
	KindRejected           Kind = "rejected"
	KindBadReference       Kind = "invalid_image_input"
	KindTooLarge           Kind = "request_too_large"
	KindWrongURL           Kind = "wrong_url"
	KindChallenge          Kind = "challenge"
	KindWebPage            Kind = "web_page"
	KindIncident           Kind = "backend_incident"
	KindOverloaded         Kind = "overloaded"
	KindServer             Kind = "api_error"
	KindMalformed          Kind = "malformed_response"
	KindTooMuch            Kind = "response_too_large"
	KindConnect            Kind = "connect_failed"
	KindTLS                Kind = "tls_failed"
	KindClosed             Kind = "connection_closed"
	KindCut                Kind = "stream_cut"
	KindStalled            Kind = "stalled"
	KindTimeout            Kind = "timeout"
	KindRedirect           Kind = "redirect_refused"
	KindDamaged            Kind = "damaged_image"
	KindMessageTooBig      Kind = "message_too_big"
	KindOutput             Kind = "io_error"
)

// A kindFacts row is what follows from a kind, whatever the backend's words.
type kindFacts struct {
	exit      int
	retryable bool // the same command may succeed later, unchanged
	charged   Charged
	says      string
	hint      string
}

const (
	hintLater     = "try again later; if it stays, see the request id above"
	hintCharged   = "this attempt may have been charged: look at your usage before asking again"
	hintRepeat    = hintCharged + ", or allow it with --retries 1"
	hintCut       = hintRepeat + "; simpler prompts are cut less often"
	hintHTTP      = "--route responses asks the same over HTTP"
	hintNeither   = "neither route makes images for this account: Free plans have none; codexgen usage shows the plan"
	hintRephrase  = "rephrase the prompt; a false positive can be reported with the request id"
	hintParameter = "the backend's contract may have moved: drop the wish it names, or try the other --route"
)

var kinds = map[Kind]kindFacts{
	KindAuthRequired:       {3, false, ChargedNo, "not logged in", "codexgen auth login   (or try it without an account: add --sandbox)"},
	KindUnauthorized:       {3, false, ChargedNo, "the backend did not accept the login", "codexgen auth login   (an expired CODEXGEN_ACCESS_TOKEN has to be replaced)"},
	KindWrongLogin:         {3, false, ChargedNo, "this kind of login cannot make images", "codexgen auth login, which is Codex's sign-in; \"Sign in with ChatGPT\" for other apps has no images"},
	KindForbidden:          {3, false, ChargedNo, "the account may not do this", "check the workspace's settings, or codexgen auth login with another account"},
	KindModeration:         {4, false, ChargedUnknown, "refused by moderation", hintRephrase},
	KindPolicy:             {4, false, ChargedNo, "refused by policy", hintRephrase},
	KindContentFilter:      {4, false, ChargedUnknown, "stopped by the content filter", hintRephrase},
	KindUsageLimit:         {5, true, ChargedNo, "usage limit reached", "wait for the reset; nothing was drawn"},
	KindNotIncluded:        {5, false, ChargedNo, "the plan does not include this", "images need a paid ChatGPT plan"},
	KindQuota:              {5, false, ChargedNo, "the account's or workspace's credit is used up", "ask the workspace's owner, or look at the billing page"},
	KindProxyBalance:       {5, false, ChargedNo, "a proxy in between says its balance is used up; this is not OpenAI's answer", "check --base-url and the proxy"},
	KindRateLimit:          {5, true, ChargedNo, "asked too often; the quota itself is not the cause", "wait a minute and try again"},
	KindToolStripped:       {6, false, ChargedNo, "the backend took the image tool out of the request: this account or host model does not get it (believed not charged)", "try --route images, or another --host-model; Free plans have no image tool"},
	KindEmpty:              {6, true, ChargedUnknown, "accepted, but no image came", "try --route images; the account may lack the image tool"},
	KindText:               {6, false, ChargedUnknown, "the model answered in words instead of an image", "rephrase the prompt, or try --route images"},
	KindIncomplete:         {6, true, ChargedUnknown, "the backend stopped before an image was done", hintLater},
	KindParameter:          {7, false, ChargedNo, "the backend does not know a parameter of this request", hintParameter},
	KindModelUnavailable:   {7, false, ChargedNo, "the host model is not available to this account", "leave --host-model out, or name another one"},
	KindClientTooOld:       {7, false, ChargedNo, "the backend wants a newer client version", "update codexgen"},
	KindRouteMissing:       {7, false, ChargedNo, "this account or server does not have the route", "try the other --route"},
	KindTransparentRefused: {7, false, ChargedNo, "a transparent background is not supported on this route", "use --route images for transparency"},
	KindRejected:           {7, false, ChargedNo, "the backend rejected the request", hintParameter},
	KindBadReference:       {2, false, ChargedNo, "the backend could not read a reference image", "check the file, or save it anew as PNG"},
	KindTooLarge:           {2, false, ChargedNo, "the request is too large for the backend", "use fewer or smaller reference images"},
	KindWrongURL:           {2, false, ChargedNo, "a web page answered: the base URL is not the Codex backend's", "check --base-url; it ends in /backend-api/codex"},
	KindChallenge:          {8, true, ChargedNo, "blocked by Cloudflare before the request reached the backend", "check network, VPN, proxy and region; logging in again does not help"},
	KindWebPage:            {8, true, ChargedUnknown, "a web page came back instead of an answer (a challenge or a proxy)", "check network and proxy settings"},
	KindIncident:           {8, true, ChargedNo, "the backend does not find its own image model: an incident on its side", "try again later; your request is not the cause"},
	KindOverloaded:         {8, true, ChargedNo, "the backend is overloaded", hintLater},
	KindServer:             {8, true, ChargedUnknown, "the backend failed", hintRepeat},
	KindMalformed:          {8, false, ChargedUnknown, "the answer is not what this route sends (a proxy in between?)", hintCharged},
	KindTooMuch:            {8, false, ChargedUnknown, "the backend sends more than one request may", hintCharged + "; --max-bytes allows larger pictures"},
	KindConnect:            {8, true, ChargedNo, "no connection to the backend", "check the network, the proxy and --base-url"},
	KindTLS:                {8, false, ChargedNo, "no trusted connection to the backend", "check the clock and proxy; a private authority is added with --ca-cert"},
	KindClosed:             {8, true, ChargedUnknown, "the connection was closed without an answer", hintCut},
	KindCut:                {8, true, ChargedUnknown, "the stream ended early", hintCut},
	KindMessageTooBig:      {8, false, ChargedUnknown, "a message was too big for the WebSocket", hintHTTP + ", which has no such limit; " + hintCharged},
	KindStalled:            {8, true, ChargedUnknown, "the backend went silent", hintRepeat},
	KindTimeout:            {8, true, ChargedUnknown, "the time limit passed", hintRepeat},
	KindRedirect:           {8, false, ChargedNo, "the backend answered with a redirect, which is not followed with credentials", "check --base-url and the proxy"},
	KindDamaged:            {8, true, ChargedYes, "the image came damaged", hintCharged},
	KindOutput:             {9, false, ChargedUnknown, "the image could not be written", "free some space or choose another place with --output"},
}

// Kinds lists every kind, sorted by name.
func Kinds() []Kind { return slices.Sorted(maps.Keys(kinds)) }
