package probe

import (
	"fmt"

	"github.com/codexgen/codexgen/pkg/codex"
)

// A Variant is one request, as a list of edits on a base plan. Built-in
// variants of one group differ from their control by one thing.
type Variant struct {
	Name     string
	Aliases  []string // other names under which the same request is known
	Purpose  string   // the question that it answers
	Evidence []Source
	Expected []Verdict // any of these is no news
	Cost     Cost
	Tags     []string
	Route    codex.Route // whose base plan is edited: RouteResponses, RouteImages or RouteWebSocket; "" is a bare GET
	Control  string      // the variant it is compared with; "" is a control itself
	Edits    []codex.Edit

	// Refused says that every recorded date refused it, so that it may be sent
	// without a budget.
	Refused bool
	// Extra variants are left out unless everything, or they by name or tag,
	// is asked for.
	Extra bool
	// Risky ones may bring on a challenge for what follows, so they come last.
	Risky bool
	// Nonsense says that the edited model name is no model at all: an image can
	// then only mean that the name is not honoured.
	Nonsense bool
}

// A Source is one public report that a variant rests on.
type Source struct {
	Date string `json:"date"` // YYYY-MM or YYYY-MM-DD
	Says string `json:"says"`
	Link string `json:"link"` // URL, or the name of a source without one
}

// Cost is what sending a variant is believed to cost.
type Cost string

const (
	Free     Cost = "free"  // believed: refused at validation, or a GET
	OneImage Cost = "image" // an image, if it is accepted
)

// UnmarshalText takes only "free" and "image".
func (c *Cost) UnmarshalText(text []byte) error {
	if got := Cost(text); got != Free && got != OneImage {
		return fmt.Errorf("%q is no cost (known: free, image)", text)
	}
	*c = Cost(text)
	return nil
}
