package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// withSignals ends the context with a cause at the first signal. After that
// the system's own handling is back, so a second signal ends the process at
// once. The function it returns must be called; it waits.
func withSignals(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		select {
		case s := <-signals:
			signal.Stop(signals)
			cancel(causeOf(s))
		case <-quit:
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(quit)
		<-done
		cancel(nil)
	}
}

// outlivePipes keeps a reader that has left ("| head -1") from ending the
// process in the middle of a run that costs an image, or of a token's renewal:
// what is written to it fails instead. The function it returns must be called.
func outlivePipes() func() {
	pipes := make(chan os.Signal, 1) // nobody reads it
	signal.Notify(pipes, syscall.SIGPIPE)
	return func() { signal.Stop(pipes) }
}

func causeOf(s os.Signal) error {
	if s == syscall.SIGTERM {
		return ErrTerminated
	}
	return ErrInterrupted
}
