package probe

import (
	"regexp"
	"slices"

	"github.com/codexgen/codexgen/pkg/codex"
)

// decisions is the table, in the order in which its rows are told.
var decisions = []decision{
	{"login", "a login that is not accepted", "log in (again, or with the other kind of login)", true, loginRefused},
	{"connection", "no connection, or none that can be trusted", "network, proxy or certificates", true, unreachable},
	{"challenge", "403 with a web page", "Cloudflare, region, network or proxy; the login is not the cause", true, challenged},
	{"limit", "a usage or rate limit", "which limit, when it resets; nothing is said about shapes", true, limited},
	{"incident", "the backend does not find its image model", "an incident on its side: later", true, incident},
	{"proxy", "an answer in a proxy's words, or a demand for the tool that vanished with it", "what is in between refuses or strips the tool: update it or go around it", true, proxied},
	{"carrier", "hosted-forced draws nothing, hosted-other-carrier draws", "another host model", true, otherCarrier},
	{"plan", "the tool is taken out, unforced it is not called, and the plan is free", "the plan does not include images", true, noPlan},
	{"both-routes", "images-control and hosted-forced draw", "both routes work, and which gen takes when", true, bothRoutes},
	{"images-only", "images-control draws, the hosted tool does not", "use the images route", true, imagesOnly},
	{"hosted-only", "hosted-forced draws, images-control does not (404 or 405)", "use the hosted tool", true, hostedOnly},
	{"no-route", "neither draws, for no reason above", "why each fails", true, noRoute},
	{"type-form", "hosted-allowed-tools or hosted-required is rejected, hosted-forced draws", "only the form by type is left", false, onlyTypeForm},
	{"choice", "a forced choice draws, or is stripped where the unforced one calls nothing", "the 400 is about account or host model, not about the shape", false, choiceSettled},
	{"validation-moved", "hosted-bg-bogus is not refused with its own error", "the validation changed: update codexgen", false, validationMoved},
	{"wishes-ignored", "images-bogus-model, images-size-1536x1024 and images-quality-high all ignored", "model, size and quality are still ignored", false, wishesIgnored},
	{"wishes-honoured", "one of them honoured", "which one", false, wishesHonoured},
	{"transports", "ws-control or ws-stripped ends otherwise than its likeness over HTTP, or with close code 1009", "something in between treats the two transports apart, or the image is too big for one", false, transportsApart},
	{"charged", "something that may cost an image ended as transport-unknown", "look at the usage before repeating it", false, mayBeCharged},
	{"news", "a verdict that the newest reports do not lead to expect, and that no row above explains", "which, and where its evidence is", false, news},
}

func loginRefused(v view) (Finding, bool) {
	if r, found := v.first(unexpected(Auth)); found {
		return because("The login was not accepted", "codexgen auth login", r)
	}
	return no()
}

// unconnected are failures below HTTP, which every variant would meet.
var unconnected = []codex.Kind{codex.KindConnect, codex.KindTLS}

func unreachable(v view) (Finding, bool) {
	r, found := v.first(func(r Result) bool { return slices.Contains(unconnected, r.kind()) })
	if !found {
		return no()
	}
	return because("The backend cannot be reached", "codexgen doctor", r)
}

func challenged(v view) (Finding, bool) {
	r, found := v.first(unexpected(Challenge))
	if !found {
		return no()
	}
	return rest("A web page answered instead of the backend: Cloudflare, or something else between here and there. Network, region or proxy is the cause, not the login.",
		"codexgen doctor   (and try without VPN or proxy)", r.Name)
}

func limited(v view) (Finding, bool) {
	names := v.all(unexpected(Limited))
	if len(names) == 0 {
		return no()
	}
	r := v.sent(names[0])
	text := "A limit is reached, which says nothing about the shape of requests: " + r.Why + "."
	if len(names) == 1 && r.Route != "" {
		text += " The other route draws on another limit and may still work."
	}
	return rest(text, "codexgen usage   (shows the windows and when they reset)", names...)
}

func incident(v view) (Finding, bool) {
	names := v.all(ofKind(codex.KindIncident))
	if len(names) == 0 {
		return no()
	}
	return rest("The backend does not find its own image model: an incident on its side, as on 2026-06-02. Neither your request nor your account is the cause.",
		"try again later", names...)
}

func proxied(v view) (Finding, bool) {
	names := v.all(func(r Result) bool {
		return r.By == ByProxy && slices.Contains([]Verdict{Rejected, Stripped, AcceptedNoCall}, r.Verdict)
	})
	images, hosted := v.abilities()
	if len(names) == 0 || hosted.State == Works {
		return no()
	}
	text := "The hosted tool does not get through: " + v.sent(names[0]).Why + "."
	if images.State == Works {
		return rest(text+" The images route works.", `codexgen gen --route images "a cat"`, names...)
	}
	return rest(text+" Whether the account itself has the tool cannot be told from here.", "update what is in between or go around it: check --base-url", names...)
}

var modelName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

func otherCarrier(v view) (Finding, bool) {
	forced, other := v.sent(nameForced), v.sent(nameOtherCarrier)
	if !forced.failed() || !other.Verdict.Drew() {
		return no()
	}
	model := other.Evidence.HostModel
	advice := "codexgen gen --host-model NAME"
	if modelName.MatchString(model) { // a server's word: it becomes no part of a command unless it is a name
		advice = "codexgen gen --host-model " + model + ` --route responses "a cat"`
	}
	return rest("The host model is the cause: "+orElse(forced.Evidence.HostModel, "the first one")+" does not get the image tool, "+model+" does.",
		advice, nameForced, nameOtherCarrier)
}

func noPlan(v view) (Finding, bool) {
	images, hosted := v.abilities()
	unforced := v.verdict(nameAuto)
	if hosted.State != Fails || images.State == Works || v.plan() != "free" || unforced != "" && unforced != AcceptedNoCall {
		return no()
	}
	if _, stripped := v.onRoute(codex.RouteResponses, Stripped); !stripped {
		return no()
	}
	return rest("The plan (free) does not include images: the hosted image tool is taken out of the request. No other shape of the request was seen to bring it back.",
		"images need a paid ChatGPT plan: codexgen usage shows the plan of this login", v.from(nameUsage, nameBogus, nameForced, nameAuto)...)
}

// from are those of the names that were sent.
func (v view) from(names ...string) []string {
	return slices.DeleteFunc(names, func(name string) bool { return v.verdict(name) == "" })
}

func bothRoutes(v view) (Finding, bool) {
	images, hosted := v.abilities()
	if images.State != Works || hosted.State != Works {
		return no()
	}
	return rest("Both routes work: codexgen gen uses the hosted tool for drafts, and the images route with --partials 0.",
		`codexgen gen "a cat"`, v.from(nameImagesControl, nameForced)...)
}

func imagesOnly(v view) (Finding, bool) {
	images, hosted := v.abilities()
	if images.State != Works || hosted.State != Fails {
		return no()
	}
	text := "This account has no hosted image tool; the images route works: codexgen gen will use it."
	if v.verdict(nameForced) != Stripped {
		text = "The hosted image tool makes no image here; the images route works."
	}
	return rest(text, `codexgen gen --route images "a cat"`, v.from(nameImagesControl, nameForced, nameAuto)...)
}

func hostedOnly(v view) (Finding, bool) {
	images, hosted := v.abilities()
	if images.State != Fails || hosted.State != Works {
		return no()
	}
	text := "The images route makes no image here; the hosted tool works: codexgen gen will use it."
	if v.sent(nameImagesControl).kind() == codex.KindRouteMissing {
		text = "The images route is missing for this account or server; the hosted tool works: codexgen gen will use it."
	}
	return rest(text,
		`codexgen gen --route responses "a cat"`, v.from(nameImagesControl, nameForced)...)
}

func noRoute(v view) (Finding, bool) {
	images, hosted := v.abilities()
	if images.State != Fails || hosted.State != Fails {
		return no()
	}
	for _, known := range []func(view) (Finding, bool){incident, proxied, noPlan} {
		if _, explained := known(v); explained {
			return no()
		}
	}
	return rest("Neither route makes an image here. Hosted tool: "+hosted.Why+". Images route: "+images.Why+".",
		"codexgen usage   (is this the account that you mean?), codexgen doctor", v.from(nameImagesControl, nameForced, nameBogus, "edits-string-images")...)
}
