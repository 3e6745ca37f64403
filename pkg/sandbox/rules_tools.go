package sandbox

import (
	"slices"
	"strings"
)

// toolRules judge the entry of the hosted image tool; {1} is its index.
func toolRules() []rule {
	return []rule{
		{name: "reserved-function", source: "vibeproxy#456, opencodex#90", date: "2026-07", text: literal, status: 400,
			body: body{message: "Function 'image_gen.imagegen' conflicts with a hosted tool in the same request.", param: "tools"},
			hits: func(q *request) found { return when(q.image != nil && slices.ContainsFunc(q.tools, isImageGen)) }},
		{name: "tool-n", source: "NUKO, ICE; CLIProxyAPI fd71960c3", date: "2026-08-21", text: literal, status: 400,
			body: unknownToolField, hits: toolField("n")},
		{name: "tool-image-fields", source: "ICE", date: "2026-08", text: reconstructed, status: 400,
			body: unknownToolField, hits: toolField("mask", "input_image", "style", "response_format")},
		{name: "tool-input-fidelity", source: "ICE, codex-lb", date: "2026-04", text: reconstructed, status: 400,
			body: body{message: "The parameter 'input_fidelity' is not supported for this model.", param: "tools[{1}].input_fidelity", code: "unsupported_parameter"},
			hits: toolField("input_fidelity")},
		{name: "tool-other-field", source: "as tool-n", date: "2026-08-21", text: inferred, status: 400,
			body: unknownToolField,
			hits: func(q *request) found {
				if f := unknownKey(q.image, toolFields); f != nil {
					return append(f, q.imageAt)
				}
				return nil
			}},
		{name: "tool-size", source: "ICE, IMA2", date: "2026-04", text: reconstructed, status: 400,
			body: body{message: "{0}", param: "tools[{1}].size", code: "invalid_value"},
			hits: func(q *request) found {
				if reason := badSize(q.image.str("size")); reason != "" {
					return found{reason, q.imageAt}
				}
				return nil
			}},
		{name: "tool-format", source: "ICE", date: "2026-04", text: reconstructed, status: 400,
			body: body{message: "Invalid value: '{0}'. Supported values are: 'png', 'webp', and 'jpeg'.", param: "tools[{1}].output_format", code: "invalid_value"},
			hits: enum("output_format", "png", "webp", "jpeg")},
		{name: "tool-compression", source: "ICE", date: "2026-04", text: reconstructed, status: 400,
			body: body{message: "Compression less than 100 is not supported for PNG output format.", kind: "image_generation_user_error", param: "tools", code: "invalid_value"},
			hits: func(q *request) found {
				f := q.image.str("output_format")
				return when(q.image.has("output_compression") && q.image.number("output_compression") != 100 && (f == "" || f == "png"))
			}},
		{name: "tool-transparent", source: "NUKO; JD; S2A#7150", date: "2026-08-21", text: literal, status: 400,
			body: body{message: "Transparent background is not supported for this model.", kind: "image_generation_user_error", param: "tools", code: "invalid_value"},
			hits: func(q *request) found { return when(q.image.str("background") == "transparent") }},
		{name: "tool-background", source: "NUKO", date: "2026-08-21", text: literal, status: 400,
			body: body{message: "Invalid value: '{0}'. Supported values are: 'transparent', 'opaque', and 'auto'.", param: "tools[{1}].background", code: "invalid_value"},
			hits: enum("background", "opaque", "auto")},
		{name: "tool-partials", source: "ICE", date: "2026-04", text: reconstructed, status: 400,
			body: body{message: "Invalid 'tools[{1}].partial_images': integer above maximum value. Expected a value <= 3, but got {0} instead.", param: "tools[{1}].partial_images", code: "integer_above_max_value"},
			hits: func(q *request) found {
				n := q.image.number("partial_images")
				if n <= 3 && n >= 0 {
					return nil
				}
				return found{string(mustJSON(n)), q.imageAt}
			}},
		{name: "tool-moderation", source: "ICE", date: "2026-04", text: reconstructed, status: 400,
			body: body{message: "Invalid value: '{0}'. Supported values are: 'auto' and 'low'.", param: "tools[{1}].moderation", code: "invalid_value"},
			hits: enum("moderation", "auto", "low")},
		{name: "tool-action", source: "codex-lb, T13", date: "2026-09-28", text: inferred, status: 400,
			body: body{message: "Invalid value: '{0}'. Supported values are: 'generate', 'edit', and 'auto'.", param: "tools[{1}].action", code: "invalid_value"},
			hits: enum("action", "generate", "edit", "auto")},
		{name: "tool-edit-nothing", source: "public documentation, after T13", date: "2026-09-28", text: reconstructed, status: 400,
			body: body{message: "The action 'edit' needs an image in the conversation.", kind: "image_generation_user_error", param: "tools", code: "invalid_value"},
			hits: func(q *request) found {
				return when(q.image.str("action") == "edit" && !slices.ContainsFunc(userParts(q), isType("input_image")))
			}},
	}
}

var unknownToolField = body{message: "Unknown parameter: 'tools[{1}].{0}'.", param: "tools[{1}].{0}", code: "unknown_parameter"}

var toolFields = []string{"type", "model", "size", "quality", "background", "output_format", "output_compression",
	"moderation", "action", "partial_images", "input_image_mask"}

// choiceRules judge tool_choice against the tools that are left: when the
// backend takes the hosted tool out, a forced choice points at nothing. That
// reading of the famous 400 is inferred from S2A#2384, S2A#4767 and C2A#130.
func choiceRules() []rule {
	return []rule{
		{name: "choice-string", source: "CLI#2975", date: "2026-04-23", text: literal, status: 400,
			body: body{message: "Invalid value: '{0}'. Supported values are: 'none', 'auto', and 'required'.", param: "tool_choice", code: "invalid_value"},
			hits: func(q *request) found {
				c, ok := q.body["tool_choice"].(string)
				return orNil(shorten(c), ok && !slices.Contains([]string{"none", "auto", "required"}, c))
			}},
		{name: "choice-not-found", source: "HA#19505, S2A#2384, S2A#3791, S2A#4767, C2A#130", date: "2026-05-04", text: literal, status: 400,
			body: body{message: "Tool choice '{0}' not found in 'tools' parameter.", param: "tool_choice"},
			hits: func(q *request) found {
				for _, t := range wanted(q.body.obj("tool_choice")) {
					if !slices.ContainsFunc(q.tools, isType(t)) {
						return found{t}
					}
				}
				return nil
			}},
		{name: "choice-required", source: "HA#49008", date: "2026-06-19", text: literal, status: 400,
			body: body{message: "Tool choice 'required' must be specified with 'tools' parameter", param: "tool_choice"},
			hits: func(q *request) found { return when(q.body.str("tool_choice") == "required" && len(q.tools) == 0) }},
	}
}

// wanted lists the tool types that a tool_choice object names.
func wanted(choice object) []string {
	switch choice.str("type") {
	case "":
		return nil
	case "allowed_tools":
		var out []string
		for _, t := range objects(choice.list("tools")) {
			out = append(out, t.str("type"))
		}
		return out
	default:
		return []string{choice.str("type")}
	}
}

// shorten keeps three characters at each end, as the quoted text does.
func shorten(s string) string {
	if r := []rune(s); len(r) > 9 {
		return string(r[:3]) + "..." + string(r[len(r)-3:])
	}
	return s
}

func toolField(names ...string) func(q *request) found {
	return func(q *request) found {
		for _, n := range names {
			if _, ok := q.image[n]; ok {
				return found{n, q.imageAt}
			}
		}
		return nil
	}
}

func enum(name string, allowed ...string) func(q *request) found {
	return func(q *request) found {
		v := q.image.str(name)
		if !q.image.has(name) || slices.Contains(allowed, v) {
			return nil
		}
		return found{v, q.imageAt}
	}
}

func isType(t string) func(object) bool { return func(o object) bool { return o.str("type") == t } }

// isImageGen finds the name that the backend keeps for itself, in the two
// ways of declaring it.
func isImageGen(o object) bool {
	return o.str("name") == "image_gen" || strings.HasPrefix(o.str("name"), "image_gen.") || o.obj("function").str("name") == "image_gen"
}
