package sandbox

import (
	"net/http"
	"time"
)

// imageLimit is the name of the images routes' window as seen live: 1440
// minutes (PIPI, 2026-10-03). The hosted tool draws on the weekly plan window,
// seen as "premium" (OMPT, 2026-10-08).
const (
	imageLimit  = "imagegen_premium"
	hostedLimit = "premium"
)

// usage answers GET /backend-api/wham/usage (openai/codex backend-client,
// 2026-08-22). used_percent is an integer: the official client cannot read a
// fraction there (observed with 0.169.0, 2026-11).
func (s *Server) usage(x *exchange) {
	primary, secondary := s.planWindows()
	now := s.now()
	limit := map[string]any{
		"allowed": !s.scenario.spent, "limit_reached": s.scenario.spent,
		"primary_window": primary.json(now), "secondary_window": secondary.json(now),
	}
	day := s.imageWindow()
	images := map[string]any{
		"allowed": !s.scenario.spent, "limit_reached": s.scenario.spent,
		"primary_window": day.json(now), "secondary_window": nil,
	}
	additional := []any{}
	if !s.scenario.noImages { // that the images routes' window is listed here is inferred
		additional = append(additional, map[string]any{"limit_name": imageLimit, "metered_feature": imageLimit, "rate_limit": images})
	}
	x.json(map[string]any{
		"plan_type":               s.scenario.plan,
		"rate_limit":              limit,
		"credits":                 map[string]any{"has_credits": false, "unlimited": false, "balance": "0"},
		"additional_rate_limits":  additional,
		"rate_limit_reached_type": s.reachedType(),
	})
}

func (s *Server) reachedType() any {
	if s.scenario.spent {
		return map[string]any{"type": "rate_limit_reached"}
	}
	return nil
}

func (s *Server) imageWindow() window {
	w := window{imageLimit, min(4+2*s.ledger.drawn(), 99), 1440, s.now().Add(11*time.Hour + 20*time.Minute)}
	if s.scenario.spent {
		w.percent = 100
	}
	return w
}

func (w window) json(now time.Time) map[string]any {
	return map[string]any{
		"used_percent":         w.percent,
		"limit_window_seconds": w.minutes * 60,
		"reset_after_seconds":  int(w.resetAt.Sub(now).Seconds()),
		"reset_at":             w.resetAt.Unix(),
	}
}

// usageLimit is the 429 of a spent window: error.type, not code, says so
// (openai/codex, 2026-08-22), and x-codex-active-limit names the window.
func (s *Server) usageLimit(limit string) *refusal {
	now := s.now()
	primary, secondary := s.planWindows()
	h := http.Header{}
	s.setWindows(h, primary, secondary)
	reset := secondary
	if limit == imageLimit {
		reset = s.imageWindow()
	}
	reset.limit, reset.percent = limit, 100
	s.setWindows(h, reset, reset)
	h.Set("X-Codex-Active-Limit", limit)
	rf := newRefusal("usage-limit", http.StatusTooManyRequests, body{
		message: "The usage limit has been reached",
		kind:    "usage_limit_reached",
		extra: map[string]any{"plan_type": s.scenario.plan, "resets_at": reset.resetAt.Unix(),
			"resets_in_seconds": int(reset.resetAt.Sub(now).Seconds())},
	})
	rf.header = h
	return rf
}
