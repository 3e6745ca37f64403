package probe

import (
	"slices"
	"time"

	"github.com/codexgen/codexgen/pkg/codex"
)

// Schema is the version of a Report's JSON.
const Schema = 1

// A Report is a whole run: the answer first, then what it rests on.
type Report struct {
	Schema    int       `json:"schema"`
	Tool      string    `json:"tool"`              // "codexgen 1.2.3"
	Host      string    `json:"host"`              // of the base URL
	Account   string    `json:"account,omitempty"` // a hash, never the id
	Sandbox   string    `json:"sandbox,omitempty"` // the scenario, when the answers are an emulated backend's
	Started   time.Time `json:"started"`
	Ended     time.Time `json:"ended"`
	HostModel string    `json:"host_model,omitempty"` // the chat model that carried the hosted tool
	Budget    int       `json:"budget"`               // images that might be spent
	Spent     int       `json:"spent"`                // images that were, or may have been
	Stopped   string    `json:"stopped,omitempty"`    // why it ended early, in a sentence; empty when it did not

	Diagnosis Diagnosis `json:"diagnosis"`
	Results   []Result  `json:"results"`
}

// Result finds a result by its variant's name or alias.
func (r Report) Result(name string) (Result, bool) {
	for _, result := range r.Results {
		if result.Name == name || slices.Contains(result.Aliases, name) {
			return result, true
		}
	}
	return Result{}, false
}

// A Diagnosis is the answer in plain words.
type Diagnosis struct {
	Summary  string    `json:"summary"`        // one or two sentences: can this account make images, and how
	Advice   string    `json:"advice"`         // the next command, or what to do
	Findings []Finding `json:"findings"`       // each row of the decision table that holds, in its order
	Open     []string  `json:"open,omitempty"` // questions that this run did not settle, and what would
	Routes   []Ability `json:"routes"`         // images and responses, in this order
}

// A Finding is one row of the decision table.
type Finding struct {
	Rule   string   `json:"rule"`             // its name, for programs: "both-routes"
	Text   string   `json:"text"`             // one or two sentences
	Advice string   `json:"advice,omitempty"` //
	From   []string `json:"from"`             // the variants that it rests on
}

// An Ability is what is known of a route after a run.
type Ability struct {
	Route codex.Route `json:"route"`
	State State       `json:"state"`
	Why   string      `json:"why"` // one sentence
}

// A State is whether something works.
type State string

const (
	Works   State = "works"
	Fails   State = "fails"
	Unknown State = "unknown" // not asked, or the answer does not tell
)
