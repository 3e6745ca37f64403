package auth

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestOutlive: a refresh that is under way gets a little longer than the user
// wants to wait, and no more.
func TestOutlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reason := errors.New("Ctrl-C")
		parent, cancel := context.WithCancelCause(t.Context())
		ctx, stop := outlive(parent, answerGrace)
		defer stop()
		cancel(reason)
		start := time.Now()
		<-ctx.Done()
		if !errors.Is(context.Cause(ctx), reason) || time.Since(start) != answerGrace {
			t.Errorf("%v after %v", context.Cause(ctx), time.Since(start))
		}
	})
}
