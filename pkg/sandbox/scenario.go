package sandbox

import (
	"fmt"
	"slices"
	"strings"
)

// A Scenario is a backend as it was observed: what it has, and how it
// answers before it looks at a request.
type Scenario struct {
	Name    string
	Aliases []string
	Summary string
	Source  string

	noTool       bool // the hosted tool is taken out of the request
	noImages     bool // the images routes are missing
	honoursSize  bool
	webp         bool // output_format webp gives WebP; PNG bytes otherwise
	transparency bool // the hosted tool takes a transparent background
	refusal      string
	words        string // answers 200 with these words and no image; "-" with none
}

var scenarios = []Scenario{
	{Name: "2026-10", Aliases: []string{"entitled"}, Summary: "both routes work; size and quality are ignored, about 1.57 MP", Source: "OMPT 2026-10-08, PIPI 2026-10-03", webp: true},
	{Name: "2026-04", Aliases: []string{"honours-size"}, Summary: "hosted tool only, sizes exact up to 4K", Source: "GOD 2026-05-06, ICE 2026-04-23", noImages: true, honoursSize: true},
	{Name: "stripped", Summary: "the hosted tool is taken out of requests; the images route works", Source: "S2A#2384 2026-05-12, C2A#130 2026-05-14", noTool: true, webp: true},
	{Name: "images-missing", Summary: "the images routes answer 404; the hosted tool works", Source: "OC#43250 2026-09", noImages: true, webp: true},
	{Name: "usage-limit", Summary: "the plan's image window is used up", Source: "PIPI 2026-10-03", refusal: "usage-limit"},
	{Name: "moderation", Summary: "every prompt is refused by moderation", Source: "OC#46737", refusal: "moderation"},
	{Name: "challenge", Summary: "Cloudflare answers with a challenge page", Source: "CLI#3980 2026-06-24", refusal: "challenge"},
	{Name: "text-only", Summary: "the model answers in words", Source: "S2A#3429", words: "I can't make that picture, but I can describe it for you."},
	{Name: "empty", Summary: "the answer completes with two empty messages and no image", Source: "HA#19505 2026-05-04", words: "-"},
}

// Scenarios lists what can be emulated.
func Scenarios() []Scenario { return slices.Clone(scenarios) }

func findScenario(name string) (Scenario, error) {
	if name == "" {
		name = "2026-10"
	}
	var names []string
	for _, s := range scenarios {
		if s.Name == name || slices.Contains(s.Aliases, name) {
			return s, nil
		}
		names = append(append(names, s.Name), s.Aliases...)
	}
	return Scenario{}, fmt.Errorf("unknown scenario %q; known are %s", name, strings.Join(names, ", "))
}
