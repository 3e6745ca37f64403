package codex

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
)

// maxAttempts bounds the requests of one generation, resends apart.
const maxAttempts = 8

// Generate makes one image and yields its events; the last is Completed, a
// Warning after a Final, or an error. It changes the route or the host model
// only after an answer that proves no image was made, and repeats what may
// have been charged only as often as Options.Retries allows.
func (c *Client) Generate(ctx context.Context, r Request, spool Spool) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		g := &generation{client: c, request: r, spool: c.metered(spool), yield: yield, retries: c.retries}
		if err := g.run(withNotices(ctx, func(e Event) { g.say(e) })); err != nil && !errors.Is(err, errDone) {
			yield(nil, err)
		}
	}
}

// A generation is one image under way: the attempts and what came of them.
type generation struct {
	client  *Client
	request Request
	spool   Spool
	yield   func(Event, error) bool
	left    bool // the consumer has stopped listening
	retries int
	hosts   []string
	plan    *Plan // the last one
	seen    answer
}

func (g *generation) say(e Event) bool {
	if !g.left {
		g.left = !g.yield(e, nil)
	}
	return !g.left
}

func (g *generation) run(ctx context.Context) error {
	if err := g.request.Validate(); err != nil {
		return err
	}
	token, err := g.client.tokens.Token(ctx)
	if err != nil {
		return err
	}
	route, why, err := ChooseRoute(g.request, token.bound())
	if err != nil {
		return err
	}
	changed, planned := false, Planned{Why: why}
	var left *Error // what the first route said
	if other, remembered, ok := g.client.recall().start(g.request, route); ok {
		route, planned = other, Planned{Why: remembered, Remembered: true}
	}
	for range maxAttempts {
		err = g.attempt(ctx, planned, route)
		g.learn(route, err)
		next, switchable := NextRoute(g.request, route, err)
		switch {
		case err == nil || g.left:
			return err
		case switchable && !changed:
			planned = Planned{From: route, Why: kinds[kindOf(err)].says}
			errors.As(err, &left)
			route, changed = next, true
		case kindOf(err) == KindModelUnavailable && len(g.hosts) > 1:
			planned = Planned{Why: g.hosts[0] + " is not available to this account"}
			g.hosts = g.hosts[1:2]
		case g.retries > 0 && mayRepeat(kindOf(err)):
			g.retries--
			// The same turn id may tell the backend that it is no other image.
			planned = Planned{Plan: g.plan, Why: "asked again, as --retries allows"}
			g.say(Resending{Why: kinds[kindOf(err)].says})
		default:
			return neither(left, err, route)
		}
	}
	return err
}

// neither tells of both routes where both refused. That a route is missing
// explains less than what the other one said.
func neither(left *Error, err error, route Route) error {
	var last *Error
	if left == nil || !errors.As(err, &last) || !slices.Contains(provesNoImage, last.Kind) {
		return err
	}
	if left.Kind == KindRouteMissing {
		left, last, route = last, left, route.other()
	}
	told := *left
	told.both = true
	told.Detail = fmt.Sprintf("and the %s route: %s", route, kinds[last.Kind].says)
	return &told
}

// mayRepeat are the failures that --retries is about: the backend failed, or
// nobody knows what became of the request.
func mayRepeat(kind Kind) bool {
	return slices.Contains([]Kind{KindServer, KindOverloaded, KindWebPage, KindClosed, KindCut, KindStalled, KindTimeout}, kind)
}

func kindOf(err error) Kind {
	var failure *Error
	if errors.As(err, &failure) {
		return failure.Kind
	}
	return ""
}

// attempt sends one request and reads its answer to the end.
func (g *generation) attempt(ctx context.Context, planned Planned, route Route) error {
	if planned.Plan == nil {
		request, err := g.withHost(ctx, route)
		if err != nil {
			return err
		}
		planned.Plan = g.client.Plan(request, route)
	}
	g.plan = planned.Plan
	if !g.say(planned) {
		return errDone
	}
	g.seen = answer{}
	for event, err := range g.client.stream(ctx, planned.Plan, g.spool) {
		if err != nil {
			return err
		}
		g.seen.note(event)
		if !g.say(event) {
			return errDone
		}
	}
	warning, err := g.seen.outcome()
	if warning != "" {
		g.say(Warning{warning})
	}
	return err
}

func (g *generation) withHost(ctx context.Context, route Route) (Request, error) {
	request := g.request
	if !route.Hosted() || request.HostModel != "" {
		return request, nil
	}
	if g.hosts == nil {
		hosts, err := g.client.hosts(ctx)
		if err != nil {
			return request, err
		}
		g.hosts = hosts
	}
	request.HostModel = g.hosts[0]
	return request, nil
}

// Stream sends one plan, as it is, and yields the events of its answer: the
// plan's route says how to read it. The images route yields no drafts.
func (c *Client) Stream(ctx context.Context, plan *Plan, spool Spool) iter.Seq2[Event, error] {
	return c.stream(ctx, plan, c.metered(spool))
}

func (c *Client) stream(ctx context.Context, plan *Plan, spool Spool) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		if plan.Route == RouteWebSocket {
			plain := yield
			yield = func(event Event, err error) bool { return plain(event, overSocket(err)) }
		}
		x, err := c.open(ctx, plan)
		if err != nil {
			yield(nil, err)
			return
		}
		defer x.Close()
		x.trace.answered(x.Response)
		if limits := c.limits(x); len(limits.Windows) > 0 && !yield(limits, nil) {
			return
		}
		if err := c.check(x, plan.Route); err != nil {
			yield(nil, err)
			return
		}
		events := c.imagesEvents(x, spool)
		if plan.Route.Hosted() {
			stream := &responsesStream{exchange: x, client: c, lifter: newLifter(spool), taken: map[string]bool{}}
			events = stream.events()
		}
		for event, err := range events {
			if !yield(event, err) {
				return
			}
			usage, _ := event.(Usage)
			if usage.noImageTokens && plan.hasInputs() && !yield(ReferencesIgnored{}, nil) {
				return
			}
		}
	}
}

func (c *Client) limits(x *exchange) Limits {
	return Limits{Windows: ParseLimits(x.Header, c.now()), Active: short(x.Header.Get("x-codex-active-limit")), Plan: short(x.Header.Get("x-codex-plan-type"))}
}
