package sandbox

import (
	"slices"
	"strings"
)

// imagesRules judge a body of the images routes. Little is refused there:
// model, size, quality, n, output_format and stream all got 200 or were never
// reported.
func imagesRules() []rule {
	return []rule{
		{name: "images-prompt", source: "public documentation", date: "2026-09", text: inferred, status: 400,
			body: body{message: "Missing required parameter: 'prompt'.", param: "prompt", code: "missing_required_parameter"},
			hits: func(q *request) found { _, ok := q.body["prompt"].(string); return when(!ok) }},
		{name: "images-prompt-length", source: "public documentation", date: "2026-09", text: inferred, status: 400,
			body: body{message: "Invalid 'prompt': string too long. Expected a string with maximum length 32000.", param: "prompt", code: "string_above_max_length"},
			hits: func(q *request) found { return when(len([]rune(q.body.str("prompt"))) > 32_000) }},
		{name: "images-model", source: "openai/codex codex-api images.rs", date: "2026-08-22", text: inferred, status: 400,
			body: body{message: "Missing required parameter: 'model'.", param: "model", code: "missing_required_parameter"},
			hits: func(q *request) found { return when(q.body.has("model") && q.body.str("model") == "") }},
	}
}

// editsRules come on top for POST /images/edits.
func editsRules() []rule {
	return append(imagesRules(), []rule{
		{name: "edits-images", source: "llxprt-code", date: "2026-08", text: reconstructed, status: 400,
			body: body{message: "Missing required parameter: 'images'.", param: "images", code: "missing_required_parameter"},
			hits: func(q *request) found {
				list := q.body.list("images")
				return when(len(list) == 0 || len(objects(list)) != len(list) || slices.ContainsFunc(objects(list), namesNothing))
			}},
		{name: "edits-https", source: "HA#111000", date: "2026-09-14", text: literal, status: 400,
			body: body{message: "Error while downloading file", param: "images", code: "invalid_value"},
			hits: func(q *request) found {
				return when(slices.ContainsFunc(objects(q.body.list("images")), func(o object) bool {
					return strings.HasPrefix(o.str("image_url"), "http")
				}))
			}},
		{name: "edits-bytes", source: "OC codex-api api_bridge.rs", date: "2026-08-22", text: literal, status: 400,
			body: body{message: "The image data you provided does not represent a valid image", param: "images", code: "invalid_value"},
			hits: func(q *request) found {
				return when(slices.ContainsFunc(objects(q.body.list("images")), func(o object) bool { return badDataURL(o.str("image_url")) }))
			}},
	}...)
}

// namesNothing reports an entry without a URL and without the file_id that
// the official client sends since 2026-09-24 (OC#47956).
func namesNothing(o object) bool { return o.str("image_url") == "" && o.str("file_id") == "" }
