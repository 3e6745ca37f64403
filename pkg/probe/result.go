package probe

import (
	"slices"

	"github.com/codexgen/codexgen/pkg/codex"
)

// A Result is one variant with what became of it.
type Result struct {
	Name     string      `json:"name"`
	Aliases  []string    `json:"aliases,omitempty"` // other names of the same request
	Route    codex.Route `json:"route,omitempty"`
	Control  string      `json:"control,omitempty"` // the variant it differs from by one thing
	Purpose  string      `json:"purpose"`
	Verdict  Verdict     `json:"verdict"`
	Expected []Verdict   `json:"expected"` // any of these is no news

	// Why is one sentence for people: what the verdict rests on. It can quote
	// a server.
	Why string `json:"why"`
	// By says who decided: ByBackend, ByProxy, ByClient.
	By Party `json:"by,omitempty"`
	// Ignored are the wishes of a request that its image does not show.
	Ignored []Wish `json:"ignored,omitempty"`
	// Charged says whether it may have cost an image; empty for what was not
	// sent.
	Charged codex.Charged `json:"charged,omitempty"`

	Evidence *Evidence `json:"evidence,omitempty"` // nil for what was not sent
}

// A Party is who gave an answer.
type Party string

const (
	ByBackend Party = "backend"
	ByProxy   Party = "proxy"  // something in between, by its own words
	ByClient  Party = "client" // an official or other client's words, passed on by what is in between
)

// A Wish is one thing asked for, and what came instead.
type Wish struct {
	Name  string `json:"name"`  // "size", "quality", "format", "background", "model", "n", "references"
	Asked string `json:"asked"` // "1536x1024"
	Got   string `json:"got"`   // "1254x1254"
}

// onRecord were seen for whole accounts and whole days, whatever was asked:
// a missing route (TOLO 2026-06-19, OC#43250 09) and the incident of 06-02.
var onRecord = []codex.Kind{codex.KindRouteMissing, codex.KindIncident}

// Unexpected reports a verdict that is news.
func (r Result) Unexpected() bool {
	return r.Verdict != NotSent && !slices.Contains(r.Expected, r.Verdict) && !slices.Contains(onRecord, r.kind())
}
