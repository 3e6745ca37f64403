package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// model is an entry of the catalogue: slugs, visibility and minimal versions
// as bundled with the official client on 2026-08-22.
type model struct {
	Slug       string   `json:"slug"`
	Visibility string   `json:"visibility"`
	Modalities []string `json:"input_modalities"`
	Lite       bool     `json:"use_responses_lite"`
	Minimal    string   `json:"minimal_client_version"`
	Priority   int      `json:"priority"`
}

var both = []string{"text", "image"}

var catalogue = []model{
	{"gpt-5.6-sol", "list", both, true, "0.144.0", 1},
	{"gpt-5.6-terra", "list", both, true, "0.144.0", 2},
	{"gpt-5.6-luna", "list", both, true, "0.144.0", 3},
	{"gpt-5.5", "list", both, false, "0.124.0", 4},
	{"gpt-5.2", "list", both, false, "0.60.0", 5},
	{"gpt-5.4", "hide", both, false, "0.100.0", 6},
	{"gpt-5.4-mini", "hide", both, false, "0.100.0", 7},
	{"gpt-5.3-codex-spark", "list", []string{"text"}, false, "0.100.0", 8},
}

func isHost(slug string) bool {
	for _, m := range catalogue {
		if m.Slug == slug {
			return true
		}
	}
	return strings.HasPrefix(slug, "gpt-6-") // seen September and October 2026
}

// models answers the catalogue, but for official clients, whose schema
// differs from version to version; they live with a 404.
func (a *answer) models() {
	originator := a.r.Header.Get("originator")
	if strings.HasPrefix(originator, "codex") && !strings.HasPrefix(originator, "codexgen") {
		a.refuse(&refusal{Rule: "models-official", Status: http.StatusNotFound, Source: "wire 2026-11-13"})
		return
	}
	version := a.r.URL.Query().Get("client_version")
	shown := []model{}
	for _, m := range catalogue {
		if !older(version, m.Minimal) {
			shown = append(shown, m)
		}
	}
	a.w.Header().Set("Content-Type", "application/json")
	a.w.Header().Set("ETag", fmt.Sprintf(`"sandbox-%d"`, len(shown)))
	_ = json.NewEncoder(a.w).Encode(map[string]any{"models": shown})
}

// older compares versions of three numbers; one that cannot be read is old.
func older(version, minimal string) bool {
	var v, m [3]int
	if n, err := fmt.Sscanf(version, "%d.%d.%d", &v[0], &v[1], &v[2]); n != 3 || err != nil {
		return true
	}
	_, _ = fmt.Sscanf(minimal, "%d.%d.%d", &m[0], &m[1], &m[2])
	for i := range v {
		if v[i] != m[i] {
			return v[i] < m[i]
		}
	}
	return false
}

// usage answers GET wham/usage in the shape of contract: integers for
// used_percent, since the official client refuses fractions.
func (a *answer) usage() {
	window := func(seconds int64) map[string]any {
		return map[string]any{"used_percent": 12, "limit_window_seconds": seconds, "reset_after_seconds": seconds / 2, "reset_at": a.s.now().Unix() + seconds/2}
	}
	a.w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(a.w).Encode(map[string]any{
		"plan_type":              "plus",
		"rate_limit":             map[string]any{"allowed": true, "limit_reached": false, "primary_window": window(5 * 3600), "secondary_window": window(7 * 24 * 3600)},
		"credits":                map[string]any{"has_credits": false, "unlimited": false, "balance": "0"},
		"additional_rate_limits": []any{},
	})
}
