package codex

import (
	"fmt"
	"time"
)

// Findings are what was learned about one account at one backend. Its zero
// value is nothing known.
type Findings struct {
	Models []Model                `json:"models,omitempty"`
	Asked  time.Time              `json:"models_at,omitzero"` // when the models were read
	Routes map[Route]RouteFinding `json:"routes,omitempty"`
}

// A RouteFinding is how a route answered last.
type RouteFinding struct {
	Refused Kind      `json:"refused,omitempty"` // KindToolStripped or KindRouteMissing; "" is an image that came
	At      time.Time `json:"at"`
}

// A Memory keeps findings for a while, for one account at one backend.
type Memory interface {
	// Recall returns what is still believed.
	Recall() Findings
	// Learn changes what is kept. A memory that cannot keep it says nothing.
	Learn(change func(*Findings))
}

// Learn notes how a route answered.
func (f *Findings) Learn(route Route, finding RouteFinding) {
	if f.Routes == nil {
		f.Routes = map[Route]RouteFinding{}
	}
	f.Routes[route] = finding
}

// refusals are the failures that say something of the account and not of one
// request, in the words that explain a choice.
var refusals = map[Kind]string{
	KindToolStripped: "did not give this account the image tool",
	KindRouteMissing: "was not there for this account",
}

// start is the route to begin with where the chosen one is known to refuse
// this account, and why.
func (f Findings) start(r Request, chosen Route) (Route, string, bool) {
	known := f.Routes[chosen]
	words, refused := refusals[known.Refused]
	other := chosen.other()
	_, otherRefused := refusals[f.Routes[other].Refused]
	if !refused || otherRefused || r.Route == chosen || r.cannot(other) != "" {
		return chosen, "", false
	}
	return other, fmt.Sprintf("remembered from %s: the %s route %s", known.At.Local().Format("2006-01-02 15:04"), chosen, words), true
}

// learn notes what an attempt showed of its route. A host model that the user
// chose says nothing of the others.
func (g *generation) learn(route Route, err error) {
	kind := kindOf(err)
	_, refused := refusals[kind]
	ofHost := kind == KindToolStripped && g.request.HostModel != ""
	if g.client.memory == nil || err != nil && !refused || ofHost {
		return
	}
	g.client.memory.Learn(func(f *Findings) { f.Learn(route, RouteFinding{kind, g.client.now()}) })
}
