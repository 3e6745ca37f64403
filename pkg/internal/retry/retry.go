// Package retry reads how long a server asks to wait, and counts out the waits
// between tries. It decides nothing about what may be sent again.
package retry

import (
	"context"
	"math"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// MaxDelay bounds every wait that a server can ask for: a year. Anything
// longer, and any overflow, is read as this.
const MaxDelay = 365 * 24 * time.Hour

// After reads a Retry-After field (RFC 9110 10.2.3): whole seconds, as sent by
// most also with a fraction, or an HTTP date. It reports false for a field
// that is absent, negative or neither. A date in the past is a wait of zero.
func After(field string, now time.Time) (time.Duration, bool) {
	field = strings.TrimSpace(field)
	if field == "" {
		return 0, false
	}
	if seconds, err := strconv.ParseFloat(field, 64); err == nil {
		return Seconds(seconds)
	}
	if at, err := http.ParseTime(field); err == nil {
		return min(max(at.Sub(now), 0), MaxDelay), true
	}
	return 0, false
}

// Seconds turns a number from a server into a wait, or reports false when it
// is negative or no number.
func Seconds(seconds float64) (time.Duration, bool) {
	if math.IsNaN(seconds) || seconds < 0 {
		return 0, false
	}
	if seconds >= MaxDelay.Seconds() {
		return MaxDelay, true
	}
	return time.Duration(seconds * float64(time.Second)), true
}

// tryAgain is how the backend words a delay inside a message:
// openai/codex codex-api/src/sse/responses.rs, 2026-08-22.
var tryAgain = regexp.MustCompile(`(?i)try again in\s*(\d{1,9}(?:\.\d{1,9})?)\s*(ms|s\b|seconds?)`)

// InMessage finds a delay such as "try again in 1.5s" in a message.
func InMessage(message string) (time.Duration, bool) {
	found := tryAgain.FindStringSubmatch(message)
	if found == nil {
		return 0, false
	}
	number, err := strconv.ParseFloat(found[1], 64)
	if err != nil {
		return 0, false
	}
	if strings.EqualFold(found[2], "ms") {
		number /= 1000
	}
	return Seconds(number)
}

// Backoff is the wait before try n (1 is the first repetition): doubling from
// base with a tenth of jitter either way, at most 30 s.
func Backoff(n int, base time.Duration) time.Duration {
	const most = 30 * time.Second
	delay := base << min(max(n-1, 0), 16)
	if delay <= 0 || delay > most {
		delay = most
	}
	return time.Duration(float64(delay) * (0.9 + 0.2*rand.Float64()))
}

// Sleep waits, or returns the context's cause when that ends first.
func Sleep(ctx context.Context, delay time.Duration) error {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
