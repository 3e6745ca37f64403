package probe

import (
	"slices"

	"github.com/codexgen/codexgen/pkg/codex"
)

// A view is the results of a run, as the decision table asks for them.
type view []Result

// sent is a variant's result if it was sent, else one without a verdict.
func (v view) sent(name string) Result {
	for _, r := range v {
		if r.Name == name && r.Verdict != NotSent {
			return r
		}
	}
	return Result{}
}

func (v view) verdict(name string) Verdict { return v.sent(name).Verdict }

// first finds the first result that was sent and for which f holds.
func (v view) first(f func(Result) bool) (Result, bool) {
	i := slices.IndexFunc(v, func(r Result) bool { return r.Verdict != NotSent && f(r) })
	if i < 0 {
		return Result{}, false
	}
	return v[i], true
}

// all are the names of the results that were sent and for which f holds.
func (v view) all(f func(Result) bool) []string {
	var names []string
	for _, r := range v {
		if r.Verdict != NotSent && f(r) {
			names = append(names, r.Name)
		}
	}
	return names
}

func (v view) onRoute(route codex.Route, verdicts ...Verdict) (Result, bool) {
	return v.first(func(r Result) bool { return r.Route == route && slices.Contains(verdicts, r.Verdict) })
}

// plan is the account's plan as an answer gave it, or "".
func (v view) plan() string {
	r, _ := v.first(func(r Result) bool { return r.Evidence != nil && r.Evidence.Plan != "" })
	if r.Evidence == nil {
		return ""
	}
	return r.Evidence.Plan
}

func (r Result) kind() codex.Kind {
	if r.Evidence == nil || r.Evidence.Fault == nil {
		return ""
	}
	return r.Evidence.Fault.Kind
}

// tag is the first tag of the result's variant: what it is about.
func (r Result) tag() string {
	if v, found := Find(Builtin(), r.Name); found {
		return v.Tags[0]
	}
	return r.Name
}

// failed reports a verdict that says no for good: asking again, or waiting,
// does not change it.
func (r Result) failed() bool {
	return slices.Contains([]Verdict{Rejected, Stripped, AcceptedNoCall, CallNoResult}, r.Verdict)
}

// abilities are what the results say of the two routes.
func (v view) abilities() (images, hosted Ability) {
	return v.images(), v.hosted()
}

func (v view) images() Ability {
	a := Ability{Route: codex.RouteImages, State: Unknown, Why: "it was not asked for an image"}
	if drew, found := v.onRoute(codex.RouteImages, Image, ImageIgnored); found {
		a.State, a.Why = Works, drew.Name+" made an image"
		return a
	}
	for _, name := range []string{nameImagesControl, nameEditsControl, "edits-string-images", "edits-https-ref"} {
		if r := v.sent(name); r.kind() == codex.KindRouteMissing {
			a.State, a.Why = Fails, r.Why
			return a
		}
	}
	a.judge(v.sent(nameImagesControl))
	return a
}

func (v view) hosted() Ability {
	a := Ability{Route: codex.RouteResponses, State: Unknown, Why: "it was not asked for an image"}
	forced, bogus := v.sent(nameForced), v.sent(nameBogus)
	drew, found := v.onRoute(codex.RouteResponses, Image, ImageIgnored)
	switch {
	case found:
		a.State, a.Why = Works, drew.Name+" made an image"
	case forced.Verdict != "":
		a.judge(forced)
	case bogus.Verdict == Stripped, bogus.By == ByProxy:
		a.judge(bogus)
	case bogus.Verdict == Rejected:
		a.Why = "it was not asked for an image; the tool's fields are looked at, which hints that the account has it (inferred)"
	}
	return a
}

// judge takes over what a control that drew nothing says.
func (a *Ability) judge(control Result) {
	if control.Verdict == "" {
		return
	}
	a.Why = control.Why
	if control.failed() {
		a.State = Fails
	}
}
