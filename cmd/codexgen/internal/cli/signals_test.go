//go:build unix

package cli

import (
	"context"
	"errors"
	"syscall"
	"testing"
)

func TestSignalEndsTheContextWithItsCause(t *testing.T) {
	for name, test := range map[string]struct {
		signal syscall.Signal
		cause  error
	}{
		"interrupt": {syscall.SIGINT, ErrInterrupted},
		"terminate": {syscall.SIGTERM, ErrTerminated},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, stop := withSignals(context.Background())
			defer stop()
			if err := syscall.Kill(syscall.Getpid(), test.signal); err != nil {
				t.Fatal(err)
			}
			<-ctx.Done()
			if !errors.Is(context.Cause(ctx), test.cause) {
				t.Errorf("cause %v, want %v", context.Cause(ctx), test.cause)
			}
		})
	}
}
