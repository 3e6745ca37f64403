package retry_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/codexgen/codexgen/pkg/internal/retry"
)

// TestN21RetryAfterForms holds every form of the field that was met.
func TestN21RetryAfterForms(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		field string
		want  time.Duration
		ok    bool
	}{
		{"7", 7 * time.Second, true},
		{" 7 ", 7 * time.Second, true},
		{"Fri, 20 Nov 2026 12:00:30 GMT", 30 * time.Second, true},
		{"Fri, 20 Nov 2026 11:00:00 GMT", 0, true},
		{"0", 0, true},
		{"-1", 0, false},
		{"1.5", 1500 * time.Millisecond, true},
		{"99999999999", retry.MaxDelay, true},
		{"1e400", 0, false},
		{"NaN", 0, false},
		{"soon", 0, false},
		{"", 0, false},
	} {
		if got, ok := retry.After(row.field, now); got != row.want || ok != row.ok {
			t.Errorf("%q: got %v %v, want %v %v", row.field, got, ok, row.want, row.ok)
		}
	}
}

func TestInMessage(t *testing.T) {
	for message, want := range map[string]time.Duration{
		"Rate limit reached. Please try again in 1.5s.": 1500 * time.Millisecond,
		"Try again in 200ms":                            200 * time.Millisecond,
		"try again in 12 seconds please":                12 * time.Second,
	} {
		if got, ok := retry.InMessage(message); !ok || got != want {
			t.Errorf("%q: got %v %v, want %v", message, got, ok, want)
		}
	}
	for _, message := range []string{"", "try again in a while", "try again in 5 minutes"} {
		if got, ok := retry.InMessage(message); ok {
			t.Errorf("%q: found %v", message, got)
		}
	}
}

func TestBackoffGrowsAndIsBounded(t *testing.T) {
	base := 200 * time.Millisecond
	for n, middle := range map[int]time.Duration{1: base, 2: 2 * base, 3: 4 * base, 60: 30 * time.Second} {
		got := retry.Backoff(n, base)
		if got < middle*9/10-time.Millisecond || got > middle*11/10+time.Millisecond {
			t.Errorf("try %d: %v, want about %v", n, got, middle)
		}
	}
}

func TestSleepEndsWithTheContextsCause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cause := errors.New("interrupted")
		ctx, cancel := context.WithCancelCause(t.Context())
		go func() {
			<-time.After(time.Second)
			cancel(cause)
		}()
		if err := retry.Sleep(ctx, time.Hour); !errors.Is(err, cause) {
			t.Errorf("got %v, want the cause", err)
		}
		if err := retry.Sleep(t.Context(), time.Hour); err != nil {
			t.Errorf("a whole wait returned %v", err)
		}
	})
}
