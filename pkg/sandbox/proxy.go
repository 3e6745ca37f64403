package sandbox

import (
	"maps"
	"net/http"
	"slices"
)

// toolRefused are codex-lb 1.13.1's words (LB#483, 2026-04-24).
var toolRefused = body{message: "Invalid request payload", code: "invalid_request_error", param: "tools"}

// between lets the proxy of the scenario have its way with a request before
// the backend sees it.
func (sc scenario) between(o object, socket bool) (object, *refusal) {
	declared := objects(o.list("tools"))
	isImage := isType("image_generation")
	if sc.proxy == noProxy || sc.proxy == stripsSocket && !socket || !slices.ContainsFunc(declared, isImage) {
		return o, nil
	}
	if sc.proxy == refuses {
		return nil, newRefusal("proxy-refuses", http.StatusBadRequest, toolRefused)
	}
	o = maps.Clone(o)
	left := []any{}
	for _, tool := range declared {
		if !isImage(tool) {
			left = append(left, map[string]any(tool))
		}
	}
	o["tools"] = left
	if slices.Contains(wanted(o.obj("tool_choice")), "image_generation") {
		delete(o, "tool_choice")
	}
	return o, nil
}
