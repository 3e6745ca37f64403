package batch

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"
)

// Options say how a batch runs.
type Options struct {
	Journal      *Journal // nil keeps none
	Concurrency  int      // most jobs at once; 0 is 1
	RetryUnknown bool     // ask again for what may have been paid for
	Wait         bool     // wait for a usage limit to end
	// Adopt is given a picture that an earlier run has made but not
	// journalled, with its imagefile.Info as Facts, before the journal calls
	// it done; what it returns is told. It is called from several goroutines
	// at once, and may be nil.
	Adopt func(Job, Image) Image
	// Waiting is told that nothing starts until a limit ends; it may be nil.
	Waiting func(until time.Time, why error)
	// Stop ends the batch gently once it is closed: nothing more starts, and
	// what is under way, which may cost an image each, comes to its end. Then
	// the error is ErrStopped. Stopping is told how many those are. Both may
	// be nil.
	Stop     <-chan struct{}
	Stopping func(running int)
	Now      func() time.Time // nil is time.Now
}

// ErrStopped is the end of a batch by Options.Stop.
var ErrStopped = errors.New("stopped before all jobs were started")

// Run makes the images of jobs and yields their outcomes as they come, in no
// order. An error is the last that it yields, after the jobs under way have
// ended: that of jobs, the context's cause, a *JournalError, or a *StopError.
// Who stops reading ends the jobs under way. jobs is read by another goroutine,
// one job ahead; where it waits for a queue, it has to end with the context.
func Run(ctx context.Context, jobs iter.Seq2[Job, error], generator Generator, o Options) iter.Seq2[Outcome, error] {
	o.Concurrency = max(o.Concurrency, 1)
	if o.Now == nil {
		o.Now = time.Now
	}
	return func(yield func(Outcome, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		b := &batch{o: o, generator: generator, pace: newPace(o.Concurrency), source: make(chan next), ended: make(chan attempt)}
		var feeding sync.WaitGroup
		feeding.Go(func() { feed(ctx, jobs, b.source) })
		defer func() {
			cancel()
			for ; b.running > 0; b.running-- {
				<-b.ended
			}
			feeding.Wait()
		}()
		b.run(ctx, yield)
	}
}

// next is what jobs yields.
type next struct {
	job Job
	err error
}

func feed(ctx context.Context, jobs iter.Seq2[Job, error], source chan<- next) {
	defer close(source)
	for job, err := range jobs {
		select {
		case source <- next{job, err}:
		case <-ctx.Done():
			return
		}
	}
}

// A batch is a Run under way. One goroutine owns it; each job under way has
// another, which reports to ended.
type batch struct {
	o         Options
	generator Generator
	pace      *pace
	source    chan next // nil once it is used up
	ended     chan attempt
	running   int
	again     []attempt // put back: not refused for good
	alike     int       // failures in a row that concern all jobs
	end       error     // why no more is started
}

func (b *batch) run(ctx context.Context, yield func(Outcome, error) bool) {
	for b.restart(ctx); !b.over(); b.restart(ctx) {
		select {
		case try := <-b.ended:
			b.running--
			if !b.takeBack(try) && !yield(try.outcome, nil) {
				return
			}
		case next, ok := <-b.wanted():
			b.take(ctx, next, ok)
		case <-b.rested():
		case <-b.given(ctx):
			b.end = context.Cause(ctx)
		case <-b.stop():
			b.end = ErrStopped
			if b.o.Stopping != nil {
				b.o.Stopping(b.running)
			}
		}
	}
	if b.end != nil {
		yield(Outcome{}, b.end)
	}
}

func (b *batch) over() bool {
	return b.running == 0 && (b.end != nil || b.source == nil && len(b.again) == 0)
}

func (b *batch) room() bool { return b.end == nil && b.pace.room(b.running, b.o.Now()) }

// restart starts what was put back, which goes before what is new.
func (b *batch) restart(ctx context.Context) {
	for len(b.again) > 0 && b.room() {
		b.start(ctx, b.again[0])
		b.again = b.again[1:]
	}
}

// wanted gives a job where there is room for one.
func (b *batch) wanted() <-chan next {
	if !b.room() {
		return nil
	}
	return b.source
}

func (b *batch) take(ctx context.Context, next next, ok bool) {
	switch {
	case !ok:
		b.source = nil
	case next.err != nil:
		b.end = next.err
	default:
		b.start(ctx, attempt{job: next.job})
	}
}

func (b *batch) start(ctx context.Context, try attempt) {
	b.running++
	go func() { b.ended <- b.attempt(ctx, try) }()
}

// rested fires when a pause is over.
func (b *batch) rested() <-chan time.Time {
	if pause := b.pace.rest.Sub(b.o.Now()); b.end == nil && pause > 0 {
		return time.After(pause)
	}
	return nil
}

// stop fires when the batch is to end gently, once.
func (b *batch) stop() <-chan struct{} {
	if b.end != nil {
		return nil
	}
	return b.o.Stop
}

// given fires when the batch is given up, once.
func (b *batch) given(ctx context.Context) <-chan struct{} {
	if b.end != nil {
		return nil
	}
	return ctx.Done()
}
