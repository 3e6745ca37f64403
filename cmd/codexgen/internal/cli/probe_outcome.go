package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/codexgen/codexgen/pkg/probe"
)

// A probeError is a run that could not go on, or whose demands are not met.
type probeError struct {
	says, hint string
	exit       int
	kind       string
}

func (e *probeError) Error() string     { return e.says }
func (e *probeError) Hint() string      { return e.hint }
func (e *probeError) ExitCode() int     { return e.exit }
func (e *probeError) ErrorType() string { return e.kind }

// stops are the exit codes of verdicts that end a run.
var stops = map[probe.Verdict]int{probe.Auth: 3, probe.Limited: 5, probe.Challenge: 8}

// outcome is the error of a run whose report has been written. That it was
// interrupted counts before what it could not find out, and demands before
// what got in the way.
func (p *probing) outcome(ctx context.Context, r probe.Report) error {
	unmet := p.demands.unmet(r)
	ended, answered := lastSent(r)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case len(unmet) > 0:
		return &probeError{fmt.Sprintf("not as demanded (%d): %s", len(unmet), strings.Join(unmet, "; ")), "codexgen probe explain NAME; a new baseline is made with --save FILE", 10, "not_as_demanded"}
	case r.Stopped != "" && stops[ended.Verdict] != 0:
		return &probeError{r.Stopped, r.Diagnosis.Advice, stops[ended.Verdict], faultKind(ended)}
	case (answered == 0 || r.Stopped != "") && ended.Verdict == probe.TransportUnknown:
		return &probeError{"the backend could not be asked: " + ended.Why, "check the network and --base-url, or ask codexgen doctor", 8, faultKind(ended)}
	}
	return nil
}

// faultKind is the error_type of what a variant met.
func faultKind(r probe.Result) string {
	if r.Evidence == nil || r.Evidence.Fault == nil {
		return "error"
	}
	return string(r.Evidence.Fault.Kind)
}

// lastSent is the last result of what was sent, and how many had an answer.
func lastSent(r probe.Report) (last probe.Result, answered int) {
	for _, result := range r.Results {
		if result.Verdict == probe.NotSent {
			continue
		}
		last = result
		if result.Evidence != nil && result.Evidence.Status != 0 {
			answered++
		}
	}
	return last, answered
}
