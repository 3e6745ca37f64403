package probe

import (
	"slices"

	"github.com/codexgen/codexgen/pkg/codex"
)

// extras run when everything, or one of them, is asked for.
func extras() []Variant {
	list := slices.Concat(editsExtras(), hostedExtras(), socketVariants(), headerExtras())
	for i := range list {
		list[i].Extra = true
	}
	return list
}

func onEdits(name, tag, purpose string, expected []Verdict, sources []Source, more ...codex.Edit) Variant {
	return drawn(name, nameEditsControl, codex.RouteImages, tag, purpose, expected, sources, toEdits(more...)...)
}

func editsExtras() []Variant {
	six := list{}
	for n := range 6 {
		six = append(six, picture(n))
	}
	return []Variant{
		onEdits("edits-mask", TagReference, "Is a mask taken? Nobody has published it; proxies send masks to the hosted tool.", expect(Image, ImageIgnored, Rejected),
			[]Source{{"2026-09", "masks are routed to the Responses tool", "https://github.com/icoretech/codex-pooler"}, seen("2026-05", "OC#26589", "asked for")}, codex.Set("mask", picture(1))),
		onEdits("edits-6refs", TagReference, "Are six references taken? The official client stops at five.", expect(Image, ImageIgnored, Rejected),
			[]Source{seen("2026-07-02", "HA#57017", "sixteen in the public API"), seen("2026-09-29", "RN", "five in the official client")}, codex.Set("images", six)),
		onEdits("edits-multipart", TagReference, "Is a form taken instead of JSON? One gateway forwards it, everybody else sends JSON.", expect(Image, Rejected),
			[]Source{seen("2026-07-11", "OOA", "forwarded, with a gated live test"), seen("2026-09-14", "HA#111000", "JSON only")},
			codex.SetHeader("Content-Type", "multipart/form-data; boundary=codexgen-probe")),
		onEdits("edits-transparent", TagAlpha, "Is alpha kept with references?", expect(ImageIgnored, Image),
			[]Source{seen("2026-09-04", "OC#42743", "lost"), seen("2026-09-15", "HA#107560", "real alpha on edits")}, codex.Set("background", "transparent")),
		onImages("images-moderation-low", TagShape, "Is moderation taken on the images route? The official client does not send it.", expect(Image, Rejected), nil, codex.Set("moderation", "low")),
		onImages("images-response-format-url", TagFormat, "Is response_format taken, and does it change the answer? The official client does not send it.", expect(Image, ImageIgnored, CallNoResult, Rejected), nil, codex.Set("response_format", "url")),
	}
}

func hostedExtras() []Variant {
	return []Variant{
		onHosted("hosted-mask", TagReference, "Is input_image_mask taken?", expect(Image, ImageIgnored, Rejected, Stripped),
			[]Source{{"2026-09", "used by a pooler for edits", "https://github.com/icoretech/codex-pooler"}},
			codex.Set("input.0.content.1", inputImage()), codex.Set("tools.0.action", "edit"), codex.Set("tools.0.input_image_mask", picture(1))),
		onHosted("hosted-instructions-empty", TagShape, "Are empty instructions accepted?", expect(Image, Rejected, Stripped),
			[]Source{seen("2026-05-06", "GOD", "accepted"), seen("2026-04-23", "DARK", "accepted")}, codex.Set("instructions", "")),
	}
}

func headerExtras() []Variant {
	badAgent := onImages("bad-ua", TagHeader, "Is a library's user agent stopped by Cloudflare on the images route? It may bring on a challenge.", expect(Challenge),
		[]Source{seen("2026-06-24", "CLI#3980", "403, error 1010, ten of ten"), seen("2026-09-11", "PI", "a user agent is no universal cure")}, codex.SetHeader("User-Agent", "Python-urllib/3.12"))
	wrongPath := onImages("wrong-path", TagHeader, "Is the path without /codex stopped? It tells a wrong base URL from a missing route, and may bring on a challenge.", expect(Challenge),
		[]Source{seen("2026-04-23", "OCL#70675", "403, an HTML page")}, codex.SetPath("../images/generations"))
	wrongPath.Cost, wrongPath.Risky, wrongPath.Refused = Free, true, true
	badAgent.Cost, badAgent.Risky, badAgent.Refused = Free, true, true
	return []Variant{
		onImages("no-originator", TagHeader, "Is the originator header needed? Reports disagree.", expect(Image, Challenge, Rejected),
			[]Source{seen("2026-06-19", "TOLO", "403 without"), seen("2026-08-18", "ZJP", "403 without"), {"2026-10", "third-party notes: accepted without", pages["PI"]}}, codex.DropHeader("originator")),
		onImages("no-account-id", TagHeader, "Is ChatGPT-Account-ID needed?", expect(Image, Auth, Rejected),
			[]Source{seen("2026-08-18", "ZJP", "listed among headers whose absence gives 403")}, codex.DropHeader("ChatGPT-Account-ID")),
		wrongPath,
		badAgent,
	}
}
