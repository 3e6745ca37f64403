package sandbox

import (
	"net/http"
	"strings"
)

// challenge answers as Cloudflare's wall does: 403, HTML, cf-mitigated, and
// the two words that openai/codex looks for (api_bridge.rs, 2026-08-22). GET
// on the images routes met it (PI, 2026-09-11), so did POST on the path
// without /codex (OCL#70675, 2026-04-23).
func challenge(rule string) func(*exchange) {
	return func(x *exchange) {
		x.refuse(wall(rule, "Just a moment...", "challenge", "You have been blocked. Cloudflare Ray ID: "+x.w.Header().Get("Cf-Ray")))
	}
}

// badAgent meets library user agents on the images routes, 10 of 10
// (CLI#3980, 2026-06-24): Cloudflare error 1010.
func badAgent(r *http.Request) *refusal {
	if !strings.HasPrefix(r.UserAgent(), "Python-urllib/") {
		return nil
	}
	return wall("images-user-agent", "Access denied", "", "error code: 1010. Cloudflare: the owner of this website has blocked your browser's signature.")
}

func wall(rule, title, mitigated, text string) *refusal {
	h := http.Header{"Server": {"cloudflare"}}
	if mitigated != "" {
		h.Set("Cf-Mitigated", mitigated)
	}
	page := "<!DOCTYPE html>\n<html><head><title>" + title + "</title></head><body><p>" + text + "</p></body></html>\n"
	return &refusal{rule: rule, status: http.StatusForbidden, header: h, content: "text/html; charset=UTF-8", body: []byte(page)}
}
