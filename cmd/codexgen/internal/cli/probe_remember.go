package cli

import (
	"time"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/probe"
)

// controls are the variants that ask as gen does; what they find is what gen
// would meet.
var controls = map[codex.Route]string{codex.RouteImages: "images-control", codex.RouteResponses: "hosted-forced"}

// learned is the change that a run makes to what is remembered. A host model
// that the user chose says nothing of the one that gen takes.
func learned(r probe.Report, hostModel string) func(*codex.Findings) {
	return func(found *codex.Findings) {
		for route, control := range controls {
			result, ok := r.Result(control)
			if !ok || result.Evidence == nil || route == codex.RouteResponses && hostModel != "" {
				continue
			}
			if finding, tells := routeFinding(result); tells {
				found.Learn(route, finding)
			}
		}
	}
}

// routeFinding is what a control tells of its route, if it does.
func routeFinding(r probe.Result) (codex.RouteFinding, bool) {
	finding := codex.RouteFinding{At: r.Evidence.Sent.Add(time.Duration(r.Evidence.Timing.End) * time.Millisecond)}
	switch fault := r.Evidence.Fault; {
	case r.Verdict.Drew():
		return finding, true
	case r.Verdict == probe.Stripped:
		finding.Refused = codex.KindToolStripped
		return finding, true
	case r.Verdict == probe.Rejected && fault != nil && fault.Kind == codex.KindRouteMissing:
		finding.Refused = codex.KindRouteMissing
		return finding, true
	}
	return finding, false
}
