package codex

import (
	"io"
	"sync"
	"time"
)

// A watch calls silent when it was not touched for a while.
type watch struct {
	mu      sync.Mutex
	timer   *time.Timer
	limit   time.Duration
	silent  func()
	stopped bool
}

func newWatch(limit time.Duration, silent func()) *watch {
	return &watch{limit: limit, silent: silent}
}

func (w *watch) start() {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.stopped:
	case w.timer == nil:
		w.timer = time.AfterFunc(w.limit, w.silent)
	default:
		w.timer.Reset(w.limit)
	}
}

// shorten lowers the limit from now on.
func (w *watch) shorten(limit time.Duration) {
	w.mu.Lock()
	w.limit = min(w.limit, limit)
	w.mu.Unlock()
	w.start()
}

func (w *watch) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped = true
	if w.timer != nil {
		w.timer.Stop()
	}
}

// watchedBody starts the clock anew with each byte that arrives.
type watchedBody struct {
	io.ReadCloser
	watch *watch
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		b.watch.start()
	}
	return n, err
}
