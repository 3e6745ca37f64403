package batch_test

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/codexgen/codexgen/pkg/batch"
	"github.com/codexgen/codexgen/pkg/codex"
)

func failure(kind codex.Kind, charged codex.Charged, resets time.Time) *codex.Error {
	return &codex.Error{Kind: kind, Charged: charged, Status: http.StatusTooManyRequests, Resets: resets}
}

func TestEveryJobHasOneOutcome(t *testing.T) {
	m := &maker{folder: t.TempDir(), fail: func(job batch.Job, _ int) error {
		if job.Line%10 == 0 {
			return failure(codex.KindModeration, codex.ChargedUnknown, time.Time{})
		}
		return nil
	}}
	got, err := run(t.Context(), prompts(many(200)...), m, batch.Options{Concurrency: 8})
	if want := map[batch.Kind]int{batch.Done: 180, batch.Failed: 20}; err != nil || !maps.Equal(kinds(got), want) {
		t.Errorf("%v, %v", kinds(got), err)
	}
	if m.most > 8 {
		t.Errorf("%d at once", m.most)
	}
}

// TestAsManyAtOnceAsAskedFor times the batch in fake time: 100 jobs of a
// second, ten at once.
func TestAsManyAtOnceAsAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &maker{folder: t.TempDir(), block: func(context.Context, batch.Job) { time.Sleep(time.Second) }}
		start := time.Now()
		if _, err := run(t.Context(), prompts(many(100)...), m, batch.Options{Concurrency: 10}); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != 10*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

// TestPaceBacksOffAndRecovers has a backend that bears three at once.
func TestPaceBacksOffAndRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &maker{folder: t.TempDir()}
		refused := 0
		m.fail = func(batch.Job, int) error {
			m.mu.Lock()
			defer m.mu.Unlock()
			if m.now > 3 {
				refused++
				return failure(codex.KindRateLimit, codex.ChargedNo, time.Time{})
			}
			return nil
		}
		m.block = func(context.Context, batch.Job) { time.Sleep(time.Second) }
		got, err := run(t.Context(), prompts(many(100)...), m, batch.Options{Concurrency: 16})
		if err != nil || kinds(got)[batch.Done] != 100 {
			t.Errorf("%v, %v", kinds(got), err)
		}
		if refused == 0 || refused > 60 {
			t.Errorf("refused %d times", refused)
		}
	})
}

func TestRefusedForHasteTooOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &maker{folder: t.TempDir(), fail: func(batch.Job, int) error {
			return failure(codex.KindRateLimit, codex.ChargedNo, time.Time{})
		}}
		got, err := run(t.Context(), prompts("a cat"), m, batch.Options{})
		if err != nil || got["a cat"].Kind != batch.Failed || m.asked["a cat"] != 8 {
			t.Errorf("%v, %v, asked %d times", got, err, m.asked["a cat"])
		}
	})
}

func TestUsageLimitStopsTheBatch(t *testing.T) {
	resets := time.Now().Add(time.Hour)
	m := &maker{folder: t.TempDir(), fail: func(job batch.Job, _ int) error {
		if job.Line > 5 {
			return failure(codex.KindUsageLimit, codex.ChargedNo, resets)
		}
		return nil
	}}
	got, err := run(t.Context(), prompts(many(20)...), m, batch.Options{})
	var stop *batch.StopError
	if !errors.As(err, &stop) || !stop.Resets.Equal(resets) || kinds(got)[batch.Done] != 5 || len(got) != 5 {
		t.Errorf("%v, %v", kinds(got), err)
	}
}

func TestWaitForTheLimitToEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		resets := time.Now().Add(time.Hour)
		var waits []time.Time
		m := &maker{folder: t.TempDir(), fail: func(job batch.Job, _ int) error {
			if job.Line > 5 && time.Now().Before(resets) {
				return failure(codex.KindUsageLimit, codex.ChargedNo, resets)
			}
			return nil
		}}
		got, err := run(t.Context(), prompts(many(20)...), m, batch.Options{Concurrency: 4, Wait: true,
			Waiting: func(until time.Time, _ error) { waits = append(waits, until) }})
		if err != nil || kinds(got)[batch.Done] != 20 || len(waits) != 1 || !waits[0].Equal(resets) {
			t.Errorf("%v, %v, waits %v", kinds(got), err, waits)
		}
	})
}

// TestFailuresOfTheAccountEndTheBatch: nine thousand more requests with a
// login that is over help nobody. Those of single jobs do not end it.
func TestFailuresOfTheAccountEndTheBatch(t *testing.T) {
	for kind, want := range map[codex.Kind]int{codex.KindUnauthorized: 10, codex.KindModeration: 50} {
		m := &maker{folder: t.TempDir(), fail: func(batch.Job, int) error { return failure(kind, codex.ChargedNo, time.Time{}) }}
		got, err := run(t.Context(), prompts(many(50)...), m, batch.Options{})
		var stop *batch.StopError
		if len(got) != want || errors.As(err, &stop) != (want < 50) {
			t.Errorf("%s: %d outcomes, %v", kind, len(got), err)
		}
	}
}

func TestAnErrorOfTheJobsIsTheLastYield(t *testing.T) {
	broken := errors.New("broken")
	jobs := func(yield func(batch.Job, error) bool) {
		for job := range prompts("a", "b") {
			if !yield(job, nil) {
				return
			}
		}
		yield(batch.Job{}, broken)
	}
	got, err := run(t.Context(), jobs, &maker{folder: t.TempDir()}, batch.Options{})
	if !errors.Is(err, broken) || kinds(got)[batch.Done] != 2 {
		t.Errorf("%v, %v", kinds(got), err)
	}
}

func TestGivenUp(t *testing.T) {
	given := errors.New("given up")
	ctx, cancel := context.WithCancelCause(t.Context())
	m := &maker{folder: t.TempDir(), block: func(ctx context.Context, job batch.Job) {
		if job.Line == 3 {
			cancel(given)
			<-ctx.Done()
		}
	}, fail: func(job batch.Job, _ int) error {
		if job.Line == 3 {
			return context.Cause(ctx)
		}
		return nil
	}}
	got, err := run(ctx, prompts(many(100)...), m, batch.Options{})
	if !errors.Is(err, given) || got["prompt 2"].Kind != batch.Failed || kinds(got)[batch.Done] != 2 {
		t.Errorf("%v, %v", kinds(got), err)
	}
}

// TestStoppedGently has three jobs under way that come to their end.
func TestStoppedGently(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stop, running := make(chan struct{}), 0
		m := &maker{folder: t.TempDir(), block: func(_ context.Context, job batch.Job) {
			if job.Line == 3 {
				close(stop)
			}
			time.Sleep(time.Second)
		}}
		got, err := run(t.Context(), prompts(many(100)...), m, batch.Options{Concurrency: 3, Stop: stop, Stopping: func(n int) { running = n }})
		if !errors.Is(err, batch.ErrStopped) || kinds(got)[batch.Done] != 3 || running != 3 {
			t.Errorf("%v, %v, %d were under way", kinds(got), err, running)
		}
	})
}

// TestWhoStopsReadingWaitsForNobody: goleak sees what stays behind.
func TestWhoStopsReadingWaitsForNobody(t *testing.T) {
	m := &maker{folder: t.TempDir(), block: func(ctx context.Context, job batch.Job) {
		if job.Line > 1 {
			<-ctx.Done()
		}
	}}
	for range batch.Run(t.Context(), prompts(many(100)...), m, batch.Options{Concurrency: 5}) {
		break
	}
}
