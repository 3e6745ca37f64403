package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Scenario names one state of the backend that was observed.
type Scenario struct {
	Name    string
	Aliases []string
	Summary string
}

// hosted is what the chat model does with the hosted image tool.
type hosted int

const (
	draws    hosted = iota // calls it
	stripped               // never sees it: the backend takes it out of the request
	declines               // answers in words
	silent                 // sends two empty messages
)

// scenario is a Scenario with its differences from one another, as data.
type scenario struct {
	Scenario
	date       string // the month it shows, YYYY-MM
	hosted     hosted
	noImages   bool // the images routes are absent
	exactSizes bool // size is honoured
	realWebP   bool // hosted webp is WebP, not PNG bytes
	walled     bool // Cloudflare challenges everything
	spent      bool // the usage limit is reached
	moderated  bool // policy refuses every prompt

	notEntitled bool // sign-ins end with: the workspace has no Codex
}

// today is the newest date with evidence.
var today = scenario{date: "2026-10", realWebP: true}

// with is today under another name and with one change.
func with(name, summary string, change func(*scenario)) scenario {
	sc := today
	sc.Scenario = Scenario{Name: name, Summary: summary}
	change(&sc)
	return sc
}

func allScenarios() []scenario {
	return []scenario{
		with("2026-10", "both routes draw; size and quality are ignored, about 1.57 megapixels",
			func(sc *scenario) { sc.Aliases = []string{"entitled"} }),
		// GOD and ICE got exact sizes to 4K from 2026-04-22 to 06-15; the
		// images route was first seen on 2026-06-18 (ILAB v0.5.0).
		with("2026-04", "exact sizes up to 4K, no images route yet",
			func(sc *scenario) {
				sc.Aliases = []string{"honours-size"}
				sc.date, sc.noImages, sc.exactSizes, sc.realWebP = "2026-04", true, true, false
			}),
		// S2A#2384 2026-05-12, C2A#130 05-14, CLI#3036 04-25.
		with("stripped", "the hosted tool is taken out of the request; the images route draws",
			func(sc *scenario) { sc.hosted = stripped }),
		// OC#43250, 2026-09: an empty 404.
		with("images-missing", "404 on the images routes; the hosted tool draws",
			func(sc *scenario) { sc.noImages = true }),
		// openai/codex 2026-08-22; PIPI 2026-10-03 for the name of the limit.
		with("usage-limit", "429 usage_limit_reached on both routes",
			func(sc *scenario) { sc.spent = true }),
		// OC#46737, OC#40816; S2A#2399 for the shape.
		with("moderation", "400 moderation_blocked on both routes",
			func(sc *scenario) { sc.moderated = true }),
		// CLI#3980 2026-06-24, PI 2026-09-11.
		with("challenge", "403 HTML challenge by Cloudflare on everything",
			func(sc *scenario) { sc.walled = true }),
		// S2A#3429, C2A#632.
		with("text-only", "the hosted route answers in words and draws nothing",
			func(sc *scenario) { sc.hosted = declines }),
		// openai/codex login/src/server.rs, 2026-08-22: the words it looks for.
		with("not-entitled", "signing in is refused: the workspace has no Codex",
			func(sc *scenario) { sc.notEntitled = true }),
		// HA#19505, 2026-05-04.
		with("empty", "the hosted route completes with two empty messages",
			func(sc *scenario) { sc.hosted = silent }),
	}
}

// Scenarios lists what Config.Scenario takes; the first is the default.
func Scenarios() []Scenario {
	var out []Scenario
	for _, sc := range allScenarios() {
		out = append(out, sc.Scenario)
	}
	return out
}

func findScenario(name string) (scenario, error) {
	all := allScenarios()
	if name == "" {
		return all[0], nil
	}
	var known []string
	for _, sc := range all {
		if name == sc.Name || slices.Contains(sc.Aliases, name) {
			return sc, nil
		}
		known = append(append(known, sc.Name), sc.Aliases...)
	}
	return scenario{}, fmt.Errorf("unknown sandbox scenario %q (known: %s)", name, strings.Join(known, ", "))
}

// outcome is the refusal that meets a valid request in this scenario, if any.
func (s *Server) outcome(limit string) *refusal {
	switch {
	case s.scenario.moderated:
		return newRefusal("moderation", http.StatusBadRequest, moderationBlocked)
	case s.scenario.spent:
		return s.usageLimit(limit)
	}
	return nil
}

// moderationBlocked has the shape of the public API's refusal (S2A#2399); the
// wording is ours.
var moderationBlocked = body{
	message: "Your request was rejected by the safety system (sandbox).",
	kind:    "image_generation_user_error",
	code:    "moderation_blocked",
	extra: map[string]any{"moderation_details": map[string]any{
		"moderation_stage": "input", "categories": []string{"violence"}}},
}
