package probe

import "github.com/codexgen/codexgen/pkg/codex"

// refusal is a hosted request that was refused at validation on every date
// that reports it. On an account without the tool the tool's own fields are
// believed not to be looked at: the forced choice is refused instead.
func refusal(name, purpose string, tag string, source Source, edits ...codex.Edit) Variant {
	return Variant{Name: name, Purpose: purpose, Tags: tags(tag), Evidence: []Source{source}, Edits: edits,
		Expected: expect(Rejected), Cost: Free, Route: codex.RouteResponses, Control: nameForced, Refused: true}
}

// toolRefusal is one of a field inside the tool entry.
func toolRefusal(name, purpose string, tag string, source Source, field string, value any) Variant {
	v := refusal(name, purpose, tag, source, codex.Set("tools.0."+field, value))
	v.Expected = expect(Rejected, Stripped)
	return v
}

// hostedRefusals cost nothing as long as they are refused. An acceptance is
// news, and may cost an image.
func hostedRefusals() []Variant {
	noInstructions := refusal("hosted-no-instructions", "Is a request without instructions, and without any developer message, still refused?", TagShape,
		seen("2026-05-04", "HA#19505", "400 Instructions are required"), codex.Delete("instructions"))
	noInstructions.Aliases = []string{"no-instructions"}
	noInstructions.Evidence = append(noInstructions.Evidence,
		Source{"2026-11-13", "the official client 0.169.0 sends a developer message in place of instructions", "https://github.com/openai/codex"})

	store := refusal("hosted-store-true", "Does the validation layer answer? The control of all refusals: a body that must be refused.", TagControl,
		seen("2026-08-08", "LLXPT", `400 {"detail":"Store must be set to false"}`), codex.Set("store", true))
	spark := refusal("hosted-spark", "Is the text-only host model still refused with the tool?", TagModel,
		seen("2026-04-17", "CLI#2861", "400 Tool 'image_generation' is not supported with gpt-5.3-codex-spark."), codex.Set("model", "gpt-5.3-codex-spark"))
	spark.Evidence = append(spark.Evidence, seen("2026-05", "OC#22637", "called intended by a maintainer"))
	spark.Expected, spark.Extra = expect(Rejected, Stripped), true
	lite := refusal("hosted-lite-header", "Does the lite header still break the hosted tool?", TagHeader,
		seen("2026-07", "CLI#4192", "400 unsupported_value at tools, or the model is named as not supported with the header"),
		codex.SetHeader("X-OpenAI-Internal-Codex-Responses-Lite", "true"))
	lite.Expected, lite.Extra = expect(Rejected, Stripped), true
	transparent := toolRefusal("hosted-bg-transparent", "Is a transparent background still closed on the hosted tool?", TagAlpha,
		seen("2026-08-21", "NUKO", "400 Transparent background is not supported for this model."), "background", "transparent")
	transparent.Evidence = append(transparent.Evidence, seen("2026-09-15", "JD", "the same with host gpt-6-astra"), seen("2026-09", "S2A#7150", "the same through a relay"))

	return []Variant{
		store,
		noInstructions,
		refusal("hosted-stream-false", "Must the answer be streamed?", TagShape,
			seen("2026-08", "LUCKY", "400 Stream must be set to true"), codex.Set("stream", false)),
		refusal("hosted-input-string", "Is input as a bare string refused?", TagShape,
			seen("2026-04", "ICE", "proxies turn strings into a list, since the backend wants one"), codex.Set("input", "A small red circle.")),
		refusal("hosted-max-output-tokens", "Is max_output_tokens refused?", TagShape,
			seen("2026-08-21", "NUKO", `400 {"detail":"Unsupported parameter: max_output_tokens"}`), codex.Set("max_output_tokens", 1000)),
		refusal("hosted-prev-response-id", "Is previous_response_id refused over HTTP?", TagShape,
			seen("2026-08-21", "NUKO", `400 {"detail":"Unsupported parameter: previous_response_id"}`), codex.Set("previous_response_id", "resp_0")),
		refusal("hosted-image-model-as-host", "Is an image model refused as the chat model?", TagModel,
			seen("2026-05-04", "S2A#2189", "400 The 'gpt-image-2' model is not supported when using Codex with a ChatGPT account."), codex.Set("model", "gpt-image-2")),
		toolRefusal("hosted-n2", "Does the tool take a number of images?", TagShape,
			seen("2026-08-21", "NUKO", "400 unknown_parameter; CLIProxyAPI took it out on 04-22"), "n", 2),
		toolRefusal(nameBogus, "Is the tool's schema looked at? The enum's error means that the tool is parsed, so a cheap hint that the account has it (inferred).", TagShape,
			seen("2026-08-21", "NUKO", "400 Invalid value: 'bogus'. Supported values are: 'transparent', 'opaque', and 'auto'."), "background", "bogus"),
		transparent,
		toolRefusal("hosted-format-gif", "Is GIF refused?", TagFormat,
			seen("2026-08-22", "ICE", "refused by the enum of output_format"), "output_format", "gif"),
		toolRefusal("hosted-partial-4", "Are more than three drafts refused?", TagStream,
			seen("2026-08-22", "ICE", "partial_images above 3 is refused"), "partial_images", 4),
		toolRefusal("hosted-size-3072sq", "Are the size rules enforced? An image instead means that they are gone.", TagSize,
			seen("2026-08-22", "ICE", "3072x3072 is refused: above 8 294 400 pixels"), "size", "3072x3072"),
		refusal("hosted-toolchoice-string", "Is tool_choice as a JSON string refused?", TagChoice,
			seen("2026-04-23", "CLI#2975", "400 Invalid value: '{\"t...n\"}'. Supported values are: 'none', 'auto', and 'required'."),
			codex.Set("tool_choice", `{"type":"image_generation"}`)),
		spark,
		lite,
	}
}

// editsRefusals ask the edits route for what it was seen to refuse.
func editsRefusals() []Variant {
	base := Variant{Expected: expect(Rejected), Cost: Free, Route: codex.RouteImages, Control: nameEditsControl, Refused: true, Tags: tags(TagReference)}
	strings, https := base, base
	strings.Name, strings.Aliases = "edits-string-images", []string{"missing-required-fields"}
	strings.Purpose = "Must a reference be an object with image_url? Bare strings are told that images is missing."
	strings.Evidence = []Source{seen("2026-08", "LLXPT", "400 missing_required_parameter at images, for image and for bare strings")}
	strings.Edits = toEdits(codex.Set("images", list{reference(0)}))
	https.Name = "edits-https-ref"
	https.Purpose = "Does the edits route fetch a URL by itself? The host of this one does not exist, so that nothing can be drawn from it."
	https.Evidence = []Source{seen("2026-09-14", "HA#111000", "400 Error while downloading file: clients fetch references themselves")}
	https.Edits = toEdits(codex.Set("images", list{object{"image_url": "https://reference.invalid/a.png"}}))
	return []Variant{strings, https}
}
