package codex

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/codexgen/codexgen/pkg/internal/retry"
)

// A PlanUsage is what the plan says is used up. Every member may be missing
// from the backend's answer (openai/codex backend-client, 2026-08-22; the
// official CLI 0.169.0, 2026-11-13).
type PlanUsage struct {
	Plan    string      `json:"plan"`
	Limits  []PlanLimit `json:"limits"`
	Credits *Credits    `json:"credits,omitempty"`
	Reached string      `json:"reached,omitempty"` // the backend's word for what was reached
}

// PlanLimitName names the plan's own limit, which the answer leaves unnamed.
const PlanLimitName = "codex"

// A PlanLimit is one limit and its windows. The names change
// (imagegen_premium was new on 2026-10-03) and are never a fixed list.
type PlanLimit struct {
	Name    string   `json:"name"`
	Images  bool     `json:"images"`
	Reached bool     `json:"reached"`
	Windows []Window `json:"windows"`
}

// Credits are what a plan draws on after its windows.
type Credits struct {
	Has       bool   `json:"has_credits"`
	Unlimited bool   `json:"unlimited"`
	Balance   string `json:"balance,omitempty"`
}

// Left is what remains of the window, in percent.
func (w Window) Left() float64 { return max(0, 100-w.UsedPercent) }

// PlanUsage asks for the plan's windows and credits; it costs nothing. Limits
// that only the answer's headers name are added to those of its body.
func (c *Client) PlanUsage(ctx context.Context) (PlanUsage, error) {
	var answer wirePlan
	header, err := c.get(ctx, c.usageURL(), &answer)
	if err != nil {
		return PlanUsage{}, err
	}
	usage := answer.usage(c.now())
	usage.add(ParseLimits(header, c.now()))
	usage.Plan = orElse(usage.Plan, short(header.Get("X-Codex-Plan-Type")))
	return usage, nil
}

// add takes the windows that are not there yet.
func (u *PlanUsage) add(windows []Window) {
	for _, w := range windows {
		limit := u.limit(w.Limit)
		if !slices.ContainsFunc(limit.Windows, func(known Window) bool { return known.Window == w.Window }) {
			limit.Windows = append(limit.Windows, w)
			limit.Reached = limit.Reached || w.Left() == 0
		}
	}
}

// limit finds a limit by a header's spelling of its name, or begins it.
func (u *PlanUsage) limit(name string) *PlanLimit {
	i := slices.IndexFunc(u.Limits, func(l PlanLimit) bool { return headerName(l.Name) == headerName(name) })
	if i < 0 {
		i = len(u.Limits)
		u.Limits = append(u.Limits, PlanLimit{Name: name, Images: forImages(name), Windows: []Window{}})
	}
	return &u.Limits[i]
}

// usageURL is beside the Codex routes, not below them; a base without
// backend-api has the API's own style (openai/codex, 2026-08-22).
func (c *Client) usageURL() string {
	base := strings.TrimSuffix(c.base, "/codex")
	if strings.Contains(base, "/backend-api") {
		return base + "/wham/usage"
	}
	return base + "/api/codex/usage"
}

// wirePlan is the body of GET wham/usage. Numbers may be null, absent, or
// written as text.
type wirePlan struct {
	Plan       looseString    `json:"plan_type"`
	Limit      *wireLimit     `json:"rate_limit"`
	Additional few[wireExtra] `json:"additional_rate_limits"`
	Credits    *struct {
		Has       bool        `json:"has_credits"`
		Unlimited bool        `json:"unlimited"`
		Balance   looseString `json:"balance"`
	} `json:"credits"`
	Reached *struct {
		Type looseString `json:"type"`
	} `json:"rate_limit_reached_type"`
}

type wireExtra struct {
	Name    looseString `json:"limit_name"`
	Feature looseString `json:"metered_feature"`
	Limit   *wireLimit  `json:"rate_limit"`
}

type wireLimit struct {
	Allowed   *bool       `json:"allowed"`
	Reached   bool        `json:"limit_reached"`
	Primary   *wireWindow `json:"primary_window"`
	Secondary *wireWindow `json:"secondary_window"`
}

type wireWindow struct {
	Used    looseString `json:"used_percent"`
	Seconds looseString `json:"limit_window_seconds"`
	After   looseString `json:"reset_after_seconds"`
	At      looseString `json:"reset_at"` // unix seconds
}

func (u wirePlan) usage(now time.Time) PlanUsage {
	usage := PlanUsage{Plan: short(string(u.Plan)), Limits: []PlanLimit{}}
	if u.Limit != nil {
		usage.Limits = append(usage.Limits, u.Limit.limit(PlanLimitName, now))
	}
	for _, extra := range u.Additional[:min(len(u.Additional), maxWindows)] {
		name := short(orElse(string(extra.Name), string(extra.Feature)))
		if extra.Limit == nil || name == "" {
			continue
		}
		limit := extra.Limit.limit(name, now)
		limit.Images = forImages(name) || forImages(string(extra.Feature))
		usage.Limits = append(usage.Limits, limit)
	}
	if c := u.Credits; c != nil {
		usage.Credits = &Credits{Has: c.Has, Unlimited: c.Unlimited, Balance: short(string(c.Balance))}
	}
	if u.Reached != nil {
		usage.Reached = short(string(u.Reached.Type))
	}
	return usage
}

// forImages matches loosely: image_gen and imagegen_premium have been seen.
func forImages(name string) bool { return strings.Contains(strings.ToLower(name), "image") }

func (l wireLimit) limit(name string, now time.Time) PlanLimit {
	limit := PlanLimit{Name: name, Reached: l.Reached || l.Allowed != nil && !*l.Allowed, Windows: []Window{}}
	for _, window := range []struct {
		which string
		*wireWindow
	}{{"primary", l.Primary}, {"secondary", l.Secondary}} {
		if window.wireWindow == nil {
			continue
		}
		used, err := strconv.ParseFloat(string(window.Used), 64)
		if err != nil || !(used >= 0 && used <= maxPercent) {
			continue
		}
		limit.Windows = append(limit.Windows, Window{Limit: name, Window: window.which, UsedPercent: used,
			Minutes: window.minutes(), Resets: window.resets(now)})
	}
	return limit
}

func (w wireWindow) minutes() int {
	seconds, err := strconv.ParseFloat(string(w.Seconds), 64)
	if err != nil || !(seconds > 0) {
		return 0
	}
	return int(min(seconds/60, maxMinutes))
}

// resets prefers the span to the time, which depends on this machine's clock.
func (w wireWindow) resets(now time.Time) time.Time {
	after, err := strconv.ParseFloat(string(w.After), 64)
	if err != nil || !(after > 0) {
		return resetTime(string(w.At), now)
	}
	wait, _ := retry.Seconds(after)
	return clampReset(now.Add(wait), now).Truncate(time.Second)
}
