package sandbox

import (
	"net/http"
	"strings"
)

// responsesRules refuse bodies of POST responses, in the order in which the
// backend was seen to look. Keys of sources: docs/protocol.md#errors.
var responsesRules = append([]rule{
	detail("store-true", "llxprt-code 2026-08-08", true, "Store must be set to false", func(b map[string]any, _ Scenario) bool { return b["store"] != false }),
	detail("stream-false", "luckyabsoluter 2026-08", true, "Stream must be set to true", func(b map[string]any, _ Scenario) bool { return b["stream"] != true }),
	bad("no-model", "client code, undated 2026", false, "model", "missing_required_parameter", "Missing required parameter: 'model'.", func(b map[string]any, _ Scenario) bool { return text(b, "model") == "" }),
	bad("input-list", "proxies, 2026-04", false, "input", "invalid_type", "Input must be a list", func(b map[string]any, _ Scenario) bool { _, list := b["input"].([]any); return !list }),
	bad("no-instructions", "HA#19505 2026-05-04", true, "", "", "Instructions are required", func(b map[string]any, _ Scenario) bool { _, ok := b["instructions"]; return !ok && !hasDeveloper(b) }),
	bad("role-system", "proxies, 2026", false, "input", "invalid_value", "System messages are not allowed", func(b map[string]any, _ Scenario) bool {
		return anyMessage(b, func(m map[string]any) bool { return m["role"] == "system" })
	}),
	bad("output-text-part", "OR#7698 2026-09", true, "input", "invalid_value", "Invalid value: 'output_text'. Supported values are: 'input_text', 'input_image', 'input_file', and 'scoped_content'.", func(b map[string]any, _ Scenario) bool {
		return anyMessage(b, func(m map[string]any) bool { return m["role"] == "user" && hasPart(m, "output_text") })
	}),
	bad("image-model-as-host", "S2A#2189 2026-05-04", true, "", "", "The 'gpt-image-2' model is not supported when using Codex with a ChatGPT account.", func(b map[string]any, _ Scenario) bool { return text(b, "model") == "gpt-image-2" }),
	bad("spark", "CLI#2861 2026-04-17", true, "tools", "", "Tool 'image_generation' is not supported with gpt-5.3-codex-spark.", func(b map[string]any, _ Scenario) bool {
		return text(b, "model") == "gpt-5.3-codex-spark" && hostedTool(b) != nil
	}),
	bad("unknown-host", "S2A#2242 2026-05-04", true, "", "", "The requested model is not supported when using Codex with a ChatGPT account.", func(b map[string]any, _ Scenario) bool { return !isHost(text(b, "model")) }),
	bad("effort-minimal", "NUKO 2026-08-21", false, "reasoning.effort", "invalid_value", "The image_generation tool cannot be used with this reasoning effort.", func(b map[string]any, _ Scenario) bool {
		reasoning, _ := b["reasoning"].(map[string]any)
		return hostedTool(b) != nil && (reasoning["effort"] == "minimal" || reasoning["effort"] == "none")
	}),
	bad("tool-choice-string", "CLI#2975 2026-04-23", false, "tool_choice", "invalid_value", "Invalid value. Supported values are: 'none', 'auto', and 'required'.", func(b map[string]any, _ Scenario) bool {
		choice, ok := b["tool_choice"].(string)
		return ok && choice != "none" && choice != "auto" && choice != "required"
	}),
	bad("stripped-required", "HA#49008 2026-06-19", true, "tool_choice", "", "Tool choice 'required' must be specified with 'tools' parameter", func(b map[string]any, s Scenario) bool { return noTool(b, s) && b["tool_choice"] == "required" }),
	bad("stripped-forced", "HA#19505 2026-05-04, S2A#2384 2026-05-12", true, "tool_choice", "", "Tool choice 'image_generation' not found in 'tools' parameter.", func(b map[string]any, s Scenario) bool {
		_, object := b["tool_choice"].(map[string]any)
		return noTool(b, s) && object
	}),
	{refusal{Rule: "transparent", Source: "NUKO 2026-08-21, JD 2026-09-15", Literal: true, Status: http.StatusBadRequest, Type: "image_generation_user_error", Param: "tools", Code: "invalid_value", Message: "Transparent background is not supported for this model."}, func(b map[string]any, s Scenario) bool {
		return !s.transparency && tool(func(t map[string]any) bool { return t["background"] == "transparent" })(b, s)
	}},
	bad("background-enum", "NUKO 2026-08-21", false, "tools[0].background", "invalid_value", "Invalid value. Supported values are: 'transparent', 'opaque', and 'auto'.", tool(outside("background", "transparent", "opaque", "auto"))),
	bad("format-enum", "ICE 2026-08-22", false, "tools[0].output_format", "invalid_value", "Invalid value. Supported values are: 'png', 'webp', and 'jpeg'.", tool(outside("output_format", "png", "webp", "jpeg"))),
	bad("quality-enum", "ICE 2026-08-22", false, "tools[0].quality", "invalid_value", "Invalid value. Supported values are: 'low', 'medium', 'high', and 'auto'.", tool(outside("quality", "low", "medium", "high", "auto"))),
	bad("moderation-enum", "ICE 2026-08-22", false, "tools[0].moderation", "invalid_value", "Invalid value. Supported values are: 'low' and 'auto'.", tool(outside("moderation", "low", "auto"))),
	bad("partials-over", "ICE 2026-08-22", false, "tools[0].partial_images", "integer_above_max_value", "Invalid 'tools[0].partial_images': integer above maximum value.", tool(func(t map[string]any) bool { n, ok := t["partial_images"].(float64); return ok && (n > 3 || n < 0) })),
	bad("compression-png", "ICE 2026-08-22", false, "tools[0].output_compression", "invalid_value", "Compression is not supported for PNG.", tool(func(t map[string]any) bool {
		n, ok := t["output_compression"].(float64)
		return ok && n != 100 && (t["output_format"] == nil || t["output_format"] == "png")
	})),
	bad("size-rules", "ICE 2026-08-22, IMA2 2026-04-30", false, "tools[0].size", "invalid_value", "Invalid size: it is below the minimum pixel budget, above the maximum, too narrow, or not a multiple of 16.", tool(func(t map[string]any) bool {
		size, ok := t["size"]
		return ok && size != "auto" && !validSize(asText(size))
	})),
	bad("edit-without-image", "public API 2026", false, "tools[0].action", "invalid_value", "The edit action needs an image.", func(b map[string]any, s Scenario) bool {
		return tool(func(t map[string]any) bool { return t["action"] == "edit" })(b, s) && !anyMessage(b, func(m map[string]any) bool { return hasPart(m, "input_image") })
	}),
}, append(unknownToolFields(), unsupportedFields()...)...)

// unknownToolFields are refused inside the tool's entry.
func unknownToolFields() (rules []rule) {
	for name, source := range map[string]string{"n": "NUKO 2026-08-21", "mask": "ICE 2026-08-22", "input_image": "ICE 2026-08-22", "style": "ICE 2026-08-22", "response_format": "ICE 2026-08-22", "input_fidelity": "ICE 2026-08-22"} {
		rules = append(rules, bad("tool-"+name, source, false, "tools[0]."+name, "unknown_parameter", "Unknown parameter: 'tools[0]."+name+"'.", tool(func(t map[string]any) bool { _, ok := t[name]; return ok })))
	}
	return rules
}

// unsupportedFields are refused at the top of the body.
func unsupportedFields() (rules []rule) {
	sources := map[string]string{"max_output_tokens": "NUKO 2026-08-21", "max_tool_calls": "ICE 2026-08-22", "previous_response_id": "NUKO 2026-08-21"}
	for _, name := range strings.Fields("max_output_tokens max_tool_calls previous_response_id prompt_cache_retention safety_identifier metadata truncation context_management temperature top_p user type") {
		source := sources[name]
		if source == "" {
			source = "CLIProxyAPI, codex-lb, sub2api strip lists 2026-08"
		}
		rules = append(rules, detail("field-"+name, source, true, "Unsupported parameter: "+name, has(name)))
	}
	return rules
}

// noTool is true where the hosted tool was stripped, or never sent.
func noTool(b map[string]any, s Scenario) bool { return s.noTool || hostedTool(b) == nil }

func anyMessage(b map[string]any, when func(map[string]any) bool) bool {
	input, _ := b["input"].([]any)
	for _, item := range input {
		if message, ok := item.(map[string]any); ok && when(message) {
			return true
		}
	}
	return false
}

func hasDeveloper(b map[string]any) bool {
	return anyMessage(b, func(m map[string]any) bool { return m["role"] == "developer" })
}

func hasPart(message map[string]any, kind string) bool {
	content, _ := message["content"].([]any)
	for _, entry := range content {
		if part, ok := entry.(map[string]any); ok && part["type"] == kind {
			return true
		}
	}
	return false
}
