package probe

import "github.com/codexgen/codexgen/pkg/codex"

func onHosted(name, tag, purpose string, expected []Verdict, sources []Source, edits ...codex.Edit) Variant {
	return drawn(name, nameForced, codex.RouteResponses, tag, purpose, expected, sources, edits...)
}

// allowedTools is the form of tool_choice that Hermes used in spring 2026.
func allowedTools() object {
	return object{"type": "allowed_tools", "mode": "required", "tools": list{object{"type": "image_generation"}}}
}

// The 400 for a forced choice is read in two ways. Both are told wherever it
// matters, and the probe settles it: an image for any forced form refutes the
// first reading for this account.
var choiceConflict = []Source{
	seen("2026-07-25", "HA#71635", "position 1: the backend refuses every forced form, for every account"),
	seen("2026-05-12", "S2A#2384", "position 2: it is about the account or host model, from which the tool was taken (echoed tools are empty)"),
	seen("2026-08-22", "RLY#1240", "forced choice worked in July, which speaks for position 2"),
}

// hostedVariants change one thing of the forced hosted tool.
func hostedVariants() []Variant {
	forced := onHosted(nameForced, TagControl, "Does the hosted tool draw when it is forced by type? 400 means that the tool was taken out of the request: the account or host model does not get it.",
		expect(Image, Stripped), append([]Source{seen("2026-10-08", "OMPT", "works, paid by the weekly limit, premium"), seen("2026-09-15", "JD", "works"), seen("2026-07-17", "RLY#1240", "works"),
			seen("2026-05-04", "HA#19505", "400 Tool choice 'image_generation' not found in 'tools' parameter."), seen("2026-07-07", "S2A#3791", "the same 400")}, choiceConflict...))
	forced.Control, forced.Aliases = "", []string{"partial-images-0"}

	auto := onHosted(nameAuto, TagChoice, "Does the chat model call the tool by itself, with the two fields that the official client advertised until July? (partial_images 0 is the default, so leaving it out changes nothing.)",
		expect(Image, AcceptedNoCall), []Source{seen("2026-04-23", "DARK", "works"), seen("2026-05-12", "S2A#2384", "no call without entitlement"),
			seen("2026-04", "LB#439", "what the official client sent: type and output_format")}, codex.Set("tool_choice", "auto"), codex.Delete("tools.0.partial_images"))
	auto.Aliases = []string{"tool-choice-auto", "codex-advertisement"}
	omitted := onHosted("hosted-omitted", TagHermes, "The fix that was tried for the 400: no tool_choice. Without the tool the answer is HTTP 200 and no image.",
		expect(Image, AcceptedNoCall), []Source{seen("2026-05-04", "HA#19505", "200, two empty messages, no image call"), seen("2026-07-25", "HA#71635", "Hermes left it out from here on")}, codex.Delete("tool_choice"))
	omitted.Aliases = []string{"hermes-no-tool-choice"}

	return []Variant{
		forced,
		onHosted(nameOtherCarrier, TagModel, "Is it the host model? The second fitting model of the catalogue, all else as in the control.", expect(Image, ImageIgnored, Stripped),
			[]Source{seen("2026-09-08", "JD#18", "gpt-5.5 refused for some accounts, others fine"), seen("2026-09", "HA#105398", "a pinned host model is fragile")}, codex.Set("model", OtherCarrier)),
		hermesOriginal(),
		onHosted("hosted-allowed-tools", TagChoice, "Does the allowed_tools form force the tool?", expect(Image, Stripped),
			append([]Source{seen("2026-04-23", "HA#14317", "works"), seen("2026-08-21", "NUKO", "works"), seen("2026-05-04", "HA#19505", "400")}, choiceConflict...), codex.Set("tool_choice", allowedTools())),
		onHosted("hosted-required", TagChoice, "Does tool_choice required force the tool?", expect(Image, Stripped),
			append([]Source{seen("2026-04-30", "IMA2", "in use"), seen("2026-06-19", "HA#49008", "400 Tool choice 'required' must be specified with 'tools' parameter")}, choiceConflict...), codex.Set("tool_choice", "required")),
		auto,
		omitted,
		onHosted("hosted-webp", TagFormat, "Is WebP real? Reports disagree, and it may have changed in September.", expect(Image, ImageIgnored, Stripped),
			[]Source{seen("2026-08-21", "NUKO", "PNG bytes"), seen("2026-10-08", "OMPT", "real lossless WebP")}, codex.Set("tools.0.output_format", "webp")),
		onHosted("hosted-partials-2", TagStream, "Do drafts arrive?", expect(Image, Stripped),
			[]Source{seen("2026-08-22", "ICE", "0 to 3 are accepted"), seen("2026-04-23", "DARK", "previews in use")}, codex.Set("tools.0.partial_images", 2)),
		onHosted("hosted-ref-edit", TagReference, "Does the tool edit a reference in the conversation?", expect(Image, Stripped),
			[]Source{seen("2026-07-02", "HA#57017", "references as input_image"), seen("2026-07-21", "NUKO", "six verified"), seen("2026-08-09", "HA#82250", "an outage: every image input was a server_error")},
			codex.Set("input.0.content.1", inputImage()), codex.Set("tools.0.action", "edit")),
	}
}

// OtherCarrier stands for the second fitting model of the catalogue until the
// run has read it.
const OtherCarrier = "{second fitting model of GET models}"

// hermesOriginal is the whole body that Hermes sent in May 2026, field by
// field; only prompt and instructions are worded anew.
func hermesOriginal() Variant {
	v := onHosted("hermes-original", TagHermes, "The whole body of the best-known failure: Hermes with its allowed_tools choice, as of May 2026.", expect(Image, ImageIgnored, Stripped),
		append([]Source{seen("2026-04-23", "HA#14317", "worked when it was shipped"), seen("2026-05-04", "HA#19505", "400 Tool choice 'image_generation' not found in 'tools' parameter.")}, choiceConflict...),
		codex.Set("model", "gpt-5.4"),
		codex.Set("instructions", "You fulfil requests for images with the image_generation tool when you have it."),
		codex.Set("tools.0", object{"type": "image_generation", "model": "gpt-image-2", "size": "1536x1024", "quality": "medium",
			"output_format": "png", "background": "opaque", "partial_images": 1}),
		codex.Set("tool_choice", allowedTools()),
		codex.Delete("parallel_tool_calls"), codex.Delete("include"))
	return v
}
