package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

// sparkModel cannot carry the image tool "by design" (OC#22637, 2026-04-17).
const sparkModel = "gpt-5.3-codex-spark"

// responsesRules judge a body of POST /responses. First come those of the
// front, which says {"detail": …}, then those of the layer behind it; tool
// rules are in toolRules.
func responsesRules() []rule {
	return slices.Concat(frontRules(), carrierRules(), inputRules(), toolRules(), choiceRules())
}

func frontRules() []rule {
	return []rule{
		{name: "max-output-tokens", source: "ICE, NUKO, TokenHub", date: "2026-08", text: literal, status: 400,
			body: body{detail: true, message: "Unsupported parameter: {0}"},
			hits: field("max_output_tokens", "max_tool_calls")},
		{name: "previous-response-id", source: "NUKO", date: "2026-08-21", text: literal, status: 400,
			body: body{detail: true, message: "Unsupported parameter: {0}"},
			hits: field("previous_response_id")},
		{name: "cache-breakpoint", source: "strip lists of CLIProxyAPI, codex-lb, sub2api", date: "2026-10", text: literal, status: 400,
			body: body{detail: true, message: "prompt_cache_breakpoint is not supported on this model"},
			hits: field("prompt_cache_breakpoint")},
		{name: "unsupported-parameter", source: "strip lists of CLIProxyAPI, codex-lb, sub2api", date: "2026-10", text: literal, status: 400,
			body: body{detail: true, message: "Unsupported parameter: {0}"},
			hits: field("prompt_cache_retention", "safety_identifier", "metadata", "truncation", "context_management", "temperature", "top_p", "user", "type")},
		{name: "other-parameter", source: "as unsupported-parameter", date: "2026-10", text: inferred, status: 400,
			body: body{detail: true, message: "Unsupported parameter: {0}"},
			hits: func(q *request) found { return unknownKey(q.body, responsesFields) }},
		{name: "stream", source: "luckyabsoluter", date: "2026-08", text: literal, status: 400,
			body: body{detail: true, message: "Stream must be set to true"},
			hits: func(q *request) found { return when(q.body["stream"] != true) }},
		{name: "store-true", source: "llxprt-code", date: "2026-08-08", text: literal, status: 400,
			body: body{detail: true, message: "Store must be set to false"},
			hits: func(q *request) found { return when(q.body["store"] == true) }},
		{name: "store-absent", source: "llxprt-code", date: "2026-08-08", text: inferred, status: 400,
			body: body{detail: true, message: "Store must be set to false"},
			hits: func(q *request) found { return when(q.body["store"] != false) }},
		// The official client of 2026-11 (0.169.0) sends a developer message
		// in place of instructions, so either will do.
		{name: "instructions", source: "HA#19505", date: "2026-05-04", text: literal, status: 400,
			body: body{detail: true, message: "Instructions are required"},
			hits: func(q *request) found { return when(!q.body.has("instructions") && !hasRole(q, "developer")) }},
	}
}

// responsesFields are the members that some client sent and got an answer
// for.
var responsesFields = []string{"model", "instructions", "input", "tools", "tool_choice", "parallel_tool_calls",
	"reasoning", "store", "stream", "stream_options", "include", "service_tier", "prompt_cache_key", "text", "client_metadata"}

func carrierRules() []rule {
	return []rule{
		{name: "model-absent", source: "several clients' tests", date: "2026-08", text: reconstructed, status: 400,
			body: body{message: "Missing required parameter: 'model'.", param: "model", code: "missing_required_parameter"},
			hits: func(q *request) found { return when(q.body.str("model") == "") }},
		{name: "image-model-as-carrier", source: "S2A#2189, S2A#2242", date: "2026-05-04", text: literal, status: 400,
			body: body{message: "The '{0}' model is not supported when using Codex with a ChatGPT account."},
			hits: func(q *request) found {
				m := q.body.str("model")
				return orNil(m, strings.HasPrefix(m, "gpt-image-"))
			}},
		{name: "unknown-model", source: "many, e.g. S2A#2189", date: "2026-05-04", text: literal, status: 400,
			body: body{detail: true, message: "The '{0}' model is not supported when using Codex with a ChatGPT account."},
			hits: func(q *request) found {
				_, ok := q.carrier()
				return orNil(q.body.str("model"), !ok)
			}},
		{name: "client-too-old", source: "NUKO", date: "2026-08-21", text: reconstructed, status: 400,
			body: body{detail: true, message: "The '{0}' model requires a newer version of Codex. Please upgrade."},
			hits: func(q *request) found {
				m, _ := q.carrier()
				v := q.header.Get("version")
				return orNil(m.slug, v != "" && older(v, m.needs))
			}},
		{name: "spark-image-tool", source: "CLI#2861", date: "2026-04-17", text: literal, status: 400,
			body: body{message: "Tool 'image_generation' is not supported with {0}.", param: "tools"},
			hits: func(q *request) found {
				m, _ := q.carrier()
				return orNil(m.slug, q.image != nil && strings.HasPrefix(m.slug, sparkModel))
			}},
		{name: "not-a-lite-model", source: "CLI#4192, C2A", date: "2026-07", text: literal, status: 400,
			body: body{message: "This model is not supported when using X-OpenAI-Internal-Codex-Responses-Lite"},
			hits: func(q *request) found { m, _ := q.carrier(); return when(q.lite() && !m.lite) }},
		{name: "lite-header-image-tool", source: "CLI#4192", date: "2026-07", text: reconstructed, status: 400,
			body: body{message: "Unsupported value: 'image_generation'.", param: "tools", code: "unsupported_value"},
			hits: func(q *request) found { return when(q.lite() && q.image != nil) }},
		{name: "reasoning-effort", source: "NUKO", date: "2026-08-21", text: reconstructed, status: 400,
			body: body{message: "The tool 'image_generation' cannot be used with reasoning.effort '{0}'.", param: "tools"},
			hits: func(q *request) found {
				e := q.body.obj("reasoning").str("effort")
				return orNil(e, q.image != nil && (e == "minimal" || e == "none"))
			}},
	}
}

func inputRules() []rule {
	return []rule{
		{name: "input-not-a-list", source: "several proxies", date: "2026-04", text: literal, status: 400,
			body: body{detail: true, message: "Input must be a list"},
			hits: func(q *request) found { _, ok := q.body["input"].([]any); return when(!ok) }},
		{name: "role-system", source: "several proxies", date: "2026-04", text: reconstructed, status: 400,
			body: body{detail: true, message: "System messages are not allowed"},
			hits: func(q *request) found { return when(hasRole(q, "system")) }},
		{name: "item-reference", source: "NUKO", date: "2026-08-21", text: reconstructed, status: http.StatusNotFound,
			body: body{message: "Item with id '{0}' not found. Items are not kept when store is false.", param: "input"},
			hits: func(q *request) found {
				for _, o := range objects(q.body.list("input")) {
					if o.str("type") == "item_reference" {
						return found{o.str("id")}
					}
				}
				return nil
			}},
		{name: "output-text-by-user", source: "OR#7698", date: "2026-09", text: literal, status: 400,
			body: body{message: "Invalid value: 'output_text'. Supported values are: 'input_text', 'input_image', 'input_file', and 'scoped_content'.", param: "input", code: "invalid_value"},
			hits: func(q *request) found { return when(slices.ContainsFunc(userParts(q), isType("output_text"))) }},
		// A proxy's refusal; a file id means nothing to the sandbox either.
		{name: "image-file-id", source: "LB#574", date: "2026-05", text: reconstructed, status: 400,
			body: body{message: "Unsupported input_image source: file_id.", param: "input"},
			hits: func(q *request) found {
				return when(slices.ContainsFunc(userParts(q), func(p object) bool { return isType("input_image")(p) && p.has("file_id") }))
			}},
		{name: "image-bytes", source: "OC codex-api api_bridge.rs", date: "2026-08-22", text: literal, status: 400,
			body: body{message: "The image data you provided does not represent a valid image", param: "input", code: "invalid_value"},
			hits: func(q *request) found {
				return when(slices.ContainsFunc(userParts(q), func(p object) bool {
					return isType("input_image")(p) && badDataURL(p.str("image_url"))
				}))
			}},
	}
}

// field is a rule's condition that one of the top-level members is there.
func field(names ...string) func(q *request) found {
	return func(q *request) found {
		for _, n := range names {
			if _, ok := q.body[n]; ok {
				return found{n}
			}
		}
		return nil
	}
}

// unknownKey finds the first member, by name, that is not known.
func unknownKey(o object, known []string) found {
	var strange []string
	for k := range o {
		if !slices.Contains(known, k) {
			strange = append(strange, k)
		}
	}
	if strange == nil {
		return nil
	}
	return found{slices.Min(strange)}
}

func orNil(s string, hit bool) found {
	if hit {
		return found{s}
	}
	return nil
}
