package batch

import (
	"time"

	"github.com/codexgen/codexgen/pkg/codex"
)

const (
	// maxTries is how often a job is begun that was refused for haste.
	maxTries = 8
	// maxAlike is how many failures in a row, none of them the job's own, end
	// a batch that runs one job at a time; the others have four for each.
	maxAlike = 10
	// waitAnyway is the wait for a limit whose end is not known.
	waitAnyway = 15 * time.Minute
)

// takeBack draws the consequences of a try, and reports whether its job is to
// be tried again and has no outcome yet.
func (b *batch) takeBack(try attempt) bool {
	if try.fatal != nil && b.end == nil {
		b.end = try.fatal
	}
	if try.outcome.Kind != Failed {
		if try.outcome.Kind == Done {
			b.pace.succeeded()
			b.alike = 0
		}
		return false
	}
	switch kind, resets := kindOf(try.outcome.Err); {
	case kind == codex.KindUsageLimit:
		return b.limited(try, resets)
	case kind == codex.KindRateLimit && try.tries < maxTries && chargedBy(try.outcome.Err, true) == codex.ChargedNo:
		b.pace.slowDown(resets, b.o.Now())
		b.again = append(b.again, try)
		return b.end == nil
	case !concernsAll(try.outcome.Err):
		b.alike = 0
		return false
	}
	b.alike++
	if b.alike >= max(maxAlike, 4*b.o.Concurrency) && b.end == nil {
		b.end = &StopError{Reason: "too many jobs in a row failed, none of them by itself", Err: try.outcome.Err}
	}
	return false
}

// limited puts the job back. The batch goes on when the limit ends, or ends.
func (b *batch) limited(try attempt, resets time.Time) bool {
	why := try.outcome.Err
	if !b.o.Wait {
		if b.end == nil {
			b.end = &StopError{Reason: "no more jobs are started", Resets: resets, Err: why}
		}
		return true
	}
	now := b.o.Now()
	if resets.Before(now) {
		resets = now.Add(waitAnyway)
	}
	if resets.After(b.pace.rest) {
		b.pace.rest = resets
		if b.o.Waiting != nil {
			b.o.Waiting(resets, why)
		}
	}
	b.again = append(b.again, try)
	return true
}
