package retry_test

import (
	"testing"
	"time"

	"github.com/codexgen/codexgen/pkg/internal/retry"
)

// FuzzAfter: whatever a server asks for, a wait is neither negative nor longer
// than a year, and the time after it is one that a calendar has.
func FuzzAfter(f *testing.F) {
	for _, seed := range []string{"", "7", "0", "-1", "1.5", "99999999999", "1e400", "NaN", "+Inf", "0x10", "soon", "Fri, 20 Nov 2026 10:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "try again in 1.5s", "TRY AGAIN IN 999999999 seconds", "try again in 3ms"} {
		f.Add(seed, int64(1_790_000_000))
	}
	f.Fuzz(func(t *testing.T, text string, unix int64) {
		now := time.Unix(unix%(1<<36), 0)
		for name, read := range map[string]func() (time.Duration, bool){
			"field":   func() (time.Duration, bool) { return retry.After(text, now) },
			"message": func() (time.Duration, bool) { return retry.InMessage(text) },
		} {
			if wait, ok := read(); wait < 0 || wait > retry.MaxDelay || !ok && wait != 0 || now.Add(wait).Before(now) {
				t.Errorf("%s %q: %s, %v", name, text, wait, ok)
			}
		}
	})
}
