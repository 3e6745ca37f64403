package batch

import (
	"time"

	"github.com/codexgen/codexgen/pkg/internal/retry"
)

// firstRest is how long a batch rests after the first refusal for haste that
// names no time.
const firstRest = time.Second

// A pace says how many jobs may run at once: as many as were asked for, half
// as many after each refusal for haste, and again one more for every round of
// successes.
type pace struct {
	most    int
	allowed float64
	refused int       // in a row
	rest    time.Time // nothing starts before
}

func newPace(most int) *pace { return &pace{most: most, allowed: float64(most)} }

// room reports whether another job may start beside those that run.
func (p *pace) room(running int, now time.Time) bool {
	return running < int(p.allowed) && !now.Before(p.rest)
}

func (p *pace) succeeded() {
	p.refused = 0
	p.allowed = min(p.allowed+1/p.allowed, float64(p.most))
}

// slowDown takes a refusal. Those that were under way together count once.
func (p *pace) slowDown(resets, now time.Time) {
	if now.Before(p.rest) {
		return
	}
	p.refused++
	p.allowed = max(p.allowed/2, 1)
	p.rest = now.Add(retry.Backoff(p.refused, firstRest))
	if resets.After(p.rest) {
		p.rest = resets
	}
}
