package probe

import "github.com/codexgen/codexgen/pkg/codex"

// drawn is a variant that makes an image if it is accepted, compared with the
// control of its route.
func drawn(name, control string, route codex.Route, tag, purpose string, expected []Verdict, sources []Source, edits ...codex.Edit) Variant {
	return Variant{Name: name, Purpose: purpose, Evidence: sources, Expected: expected, Cost: OneImage,
		Tags: tags(tag), Route: route, Control: control, Edits: edits}
}

func onImages(name, tag, purpose string, expected []Verdict, sources []Source, edits ...codex.Edit) Variant {
	return drawn(name, nameImagesControl, codex.RouteImages, tag, purpose, expected, sources, edits...)
}

// imagesVariants change one thing of the official body.
func imagesVariants() []Variant {
	control := onImages(nameImagesControl, TagControl, "Does the images route draw for the body that the official client sends?", expect(Image),
		[]Source{{"2026-06-19", "in use", "https://github.com/router-for-me/CLIProxyAPI/commit/ae6c5eaea"}, seen("2026-08-12", "HA#84400", "shown live"),
			seen("2026-10-08", "OMPT", "works"), seen("2026-06-19", "TOLO", "404 for one account during the roll-out; others had it that week"),
			seen("2026-09", "OC#43250", "an empty 404 for some"),
			seen("2026-10-03", "PIPI", "paid by a daily window, imagegen_premium")})
	control.Control = ""
	bogus := onImages("images-bogus-model", TagModel, "The control of every claim about a model: a name that no model has. An image means that names are not honoured.", expect(ImageIgnored),
		[]Source{seen("2026-09-10", "OC#43965", "gpt-image-9-bogus drew an image"), seen("2026-09-10", "CLI#5762", "so did nonsense")}, codex.Set("model", "gpt-image-9-bogus"))
	bogus.Nonsense = true
	return []Variant{
		control,
		onImages("images-minimal", TagShape, "Are prompt and model enough? Nobody has published it.", expect(Image), nil,
			codex.Delete("background"), codex.Delete("quality"), codex.Delete("size")),
		onImages("images-no-turn-id", TagHeader, "Is the header x-codex-image-turn-id needed? Nobody has published it.", expect(Image),
			[]Source{seen("2026-07-30", "RN", "sent by the official client since")}, codex.DropHeader("x-codex-image-turn-id")),
		bogus,
		onImages("images-2.5", TagModel, "Does the name of a newer image model change anything? Compare its tokens with the control's; equal ones are no proof, but the only hint.", expect(ImageIgnored, Image),
			[]Source{seen("2026-09-08", "CLI#5642", "accepted, no visible effect"), seen("2026-09", "OR#14617", "may route, unproven: 5 of 11 differed"),
				seen("2026-09-28", "T13", "eight of eight calls alike"),
				{"2026-09", "claimed to be refused as model_not_found; unverified", "nanobot#6589"}}, codex.Set("model", "gpt-image-2.5-flare")),
		onImages(nameSize, TagSize, "Is the size honoured?", expect(ImageIgnored),
			[]Source{seen("2026-06-20", "S2A#3383", "honoured to 3840x2160"), seen("2026-06-25", "ILAB#4", "no longer"), seen("2026-09-28", "T13", "1254x1254, eight of eight")}, codex.Set("size", "1536x1024")),
		onImages("images-quality-high", TagQuality, "Is the quality honoured? Reports disagree.", expect(ImageIgnored),
			[]Source{seen("2026-07-21", "OC#28723", "high became medium"), seen("2026-09-15", "JD", "low was kept"), seen("2026-09-10", "HA#107233", "high sometimes kept"),
				seen("2026-10-03", "PIPI", "low, whatever is asked")}, codex.Set("quality", "high")),
		onImages("images-transparent", TagAlpha, "Does a transparent background give real alpha? Reports disagree; this settles it for this account.", expect(Image, ImageIgnored),
			[]Source{seen("2026-09-15", "HA#107560", "real alpha"), seen("2026-09-04", "OC#40572", "opaque"), seen("2026-09-11", "PI", "opaque")}, codex.Set("background", "transparent")),
		onImages("images-webp", TagFormat, "Is output_format honoured?", expect(ImageIgnored),
			[]Source{seen("2026-10-08", "OMPT", "always PNG")}, codex.Set("output_format", "webp")),
		onImages("images-n2", TagShape, "Does n give more than one image? It may cost two. Nobody has published it.", expect(Image, ImageIgnored, Rejected),
			[]Source{seen("2026-09-14", "HA#111000", "n: 1 is accepted")}, codex.Set("n", 2)),
		onImages("images-stream", TagStream, "Does the route stream drafts? Some proxies parse such events; nobody has published that they came.", expect(Image, ImageIgnored, CallNoResult, Rejected),
			[]Source{{"2026-10", "no live success published", "https://github.com/router-for-me/CLIProxyAPI"}}, codex.Set("stream", true), codex.Set("partial_images", 2)),
	}
}

// editsVariants start from the edits route with one reference.
func editsVariants() []Variant {
	control := onImages(nameEditsControl, TagReference, "Does the edits route draw from one reference? Its tokens count whether it was looked at.", expect(Image),
		[]Source{seen("2026-08-12", "HA#84415", "shown live"), seen("2026-09-14", "HA#111000", "in use"), seen("2026-10-08", "OMPT", "image_tokens 0 means that the references were dropped")}, toEdits()...)
	return []Variant{control}
}
