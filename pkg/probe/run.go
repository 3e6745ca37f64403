package probe

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/codexgen/codexgen/pkg/codex"
)

// Options say how a run goes. The zero value spends nothing: it sends the GETs
// and what every recorded date refused.
type Options struct {
	Budget    int              // images that may be spent
	HostModel string           // the chat model that carries the hosted tool; "" takes the catalogue's first that fits
	Timeout   time.Duration    // for one variant; 0 is the client's own
	Folder    string           // where the pictures are kept; "" keeps none
	Now       func() time.Time // nil is time.Now
}

// An Observer watches a run, for a display. Its functions may be nil; they
// are called on the goroutine of Run.
type Observer struct {
	Began func(v Variant, n, of int) // v is about to be sent, the n-th of at most so many
	Event func(name string)          // an event of the answer under way
	Ended func(Result)               // each result, also of what was not sent
}

// Run sends the variants, free ones first, each once, and says what became of
// them. It ends early, with the rest as NotSent and Report.Stopped as the
// reason, when ctx is cancelled, after an unexpected 401, challenge or limit,
// when there is no connection, and when a variant that should have been refused was accepted without a
// budget for it. An error is about a variant or the folder, and comes before
// anything is sent. Tool, Account and Sandbox of the report are the caller's.
func Run(ctx context.Context, client *codex.Client, variants []Variant, options Options, observer Observer) (Report, error) {
	if options.Now == nil {
		options.Now = time.Now
	}
	for _, v := range variants {
		if _, err := v.Plan(client, codex.FallbackHost); err != nil {
			return Report{}, err
		}
	}
	if err := proveFolder(options.Folder); err != nil {
		return Report{}, err
	}
	r := &run{client: client, options: options, observer: observer}
	r.report = Report{Schema: Schema, Host: host(client), Started: options.Now(), Budget: options.Budget, Results: []Result{}}
	ordered := inOrder(variants)
	for i, v := range ordered {
		r.note(v, r.one(ctx, v, i+1, len(ordered)))
	}
	r.report.Ended = options.Now()
	r.report.Diagnosis = Diagnose(r.report.Results)
	return r.report, nil
}

// A run is what one call of Run knows so far.
type run struct {
	client   *codex.Client
	options  Options
	observer Observer
	report   Report
	carriers []string       // chat models that can carry the tool, best first; nil before they were asked for
	windows  []codex.Window // as the last answer gave them
}

// one sends a variant, or says why it does not.
func (r *run) one(ctx context.Context, v Variant, n, of int) Result {
	result := Result{Name: v.Name, Aliases: v.Aliases, Route: v.Route, Control: v.Control, Purpose: v.Purpose, Expected: v.Expected, Verdict: NotSent}
	if ctx.Err() != nil && r.report.Stopped == "" {
		r.report.Stopped = "interrupted"
	}
	if r.report.Stopped != "" {
		result.Why = "the run had ended before it"
		return result
	}
	if v.Route == "" {
		r.began(v, n, of)
		return r.ask(ctx, v, result)
	}
	plan, why := r.plan(ctx, v)
	if why == "" {
		why = r.tooDear(v, plan)
	}
	if why != "" {
		result.Why = why
		return result
	}
	r.began(v, n, of)
	return r.send(ctx, v, plan, result)
}

func (r *run) began(v Variant, n, of int) {
	if r.observer.Began != nil {
		r.observer.Began(v, n, of)
	}
}

// note keeps a result and draws the consequences.
func (r *run) note(v Variant, result Result) {
	r.report.Results = append(r.report.Results, result)
	if r.observer.Ended != nil {
		r.observer.Ended(result)
	}
	if r.report.Stopped != "" || result.Evidence == nil {
		return
	}
	switch e := result.Evidence; {
	case e.Aborted:
		r.report.Stopped = v.Name + " was accepted against every report, without a budget for an image; it may have cost one"
	case result.kind() == kindInterrupted:
		r.report.Stopped = "interrupted"
	case slices.Contains(unconnected, result.kind()):
		r.report.Stopped = "there is no usable connection to " + r.report.Host
	case r.report.Spent > r.options.Budget:
		r.report.Stopped = v.Name + " may have cost an image, and there was no budget left for one"
	case result.Unexpected() && slices.Contains([]Verdict{Auth, Challenge, Limited}, result.Verdict):
		r.report.Stopped = fmt.Sprintf("%s ended as %q, and whatever came next would have too", v.Name, result.Verdict)
	}
}

func host(client *codex.Client) string {
	address, err := url.Parse(base(client, codex.RouteImages, "").URL)
	if err != nil {
		return ""
	}
	return address.Host
}

// kindInterrupted is a fault of ours: the run was ended from outside.
const kindInterrupted codex.Kind = "interrupted"

// errAborted ends a request that should have been refused.
var errAborted = errors.New("accepted without a budget for an image")
