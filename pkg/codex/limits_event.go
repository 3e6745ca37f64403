package codex

import (
	"cmp"
	"encoding/json"
	"net/http"
)

// wireLimits is the event codex.rate_limits, which brings over a WebSocket
// what the headers of an answer bring over HTTP (openai/codex
// codex-api/src/rate_limits.rs, 2026-08-22).
type wireLimits struct {
	Plan    looseString          `json:"plan_type"`
	Limit   looseString          `json:"limit_name"`
	Metered looseString          `json:"metered_limit_name"`
	Rates   map[string]*wireRate `json:"rate_limits"`
}

type wireRate struct {
	Used    looseString `json:"used_percent"`
	Minutes looseString `json:"window_minutes"`
	Reset   looseString `json:"reset_at"`
}

// limits reads the event by way of the headers, whose bounds hold for it.
func (s *responsesStream) limits(event []byte) Limits {
	var wire wireLimits
	_ = json.Unmarshal(event, &wire) // what is there of it
	name := headerName(string(cmp.Or(wire.Limit, wire.Metered, "codex")))
	header := http.Header{}
	for _, which := range []string{"primary", "secondary"} {
		if window := wire.Rates[which]; window != nil {
			family := "x-" + name + "-" + which
			header.Set(family+"-used-percent", string(window.Used))
			header.Set(family+"-window-minutes", string(window.Minutes))
			header.Set(family+"-reset-at", string(window.Reset))
		}
	}
	return Limits{Windows: ParseLimits(header, s.client.now()), Plan: short(string(wire.Plan))}
}
