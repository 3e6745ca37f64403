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

// proxy is what stands between and meddles with the tool.
type proxy int

const (
	noProxy      proxy = iota
	refuses            // any request with the tool
	strips             // takes the tool, and a choice that names it, out
	stripsSocket       // does that to what comes over a WebSocket
)

// scenario is a Scenario with its differences from one another, as data.
type scenario struct {
	Scenario
	date       string // the month it shows, YYYY-MM
	hosted     hosted
	noImages   bool   // the images routes are absent
	exactSizes bool   // size is honoured by the route that draws
	realWebP   bool   // hosted webp is WebP, not PNG bytes
	quality    string // that the images route draws with, whatever is asked
	plan       string // of the account
	mute       bool   // instead of words the chat model sends two empty messages
	incident   bool   // the image model is not found
	proxy      proxy
	walled     bool // Cloudflare challenges everything
	spent      bool // the usage limit is reached
	moderated  bool // policy refuses every prompt

	notEntitled bool // sign-ins end with: the workspace has no Codex
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
func (s *Server) outcome(limit string, draws bool) *refusal {
	switch {
	case s.scenario.incident && draws:
		return newRefusal("incident", http.StatusBadRequest, modelLost)
	case s.scenario.moderated:
		return newRefusal("moderation", http.StatusBadRequest, moderationBlocked)
	case s.scenario.spent:
		return s.usageLimit(limit)
	}
	return nil
}

// modelLost is what every image request got on 2026-06-02 and 03 (OC#25965
// to 25982, CLI#3687, CLI#3725).
var modelLost = body{message: "The model 'gpt-image-2' does not exist.",
	kind: "image_generation_user_error", param: "tools", code: "invalid_value"}

// moderationBlocked has the shape of the public API's refusal (S2A#2399); the
// wording is ours.
var moderationBlocked = body{
	message: "Your request was rejected by the safety system (sandbox).",
	kind:    "image_generation_user_error",
	code:    "moderation_blocked",
	extra: map[string]any{"moderation_details": map[string]any{
		"moderation_stage": "input", "categories": []string{"violence"}}},
}
