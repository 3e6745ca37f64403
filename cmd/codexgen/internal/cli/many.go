package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"sync"
	"time"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/progress"
	"github.com/codexgen/codexgen/pkg/batch"
)

// A run of many images: `gen -n` and `batch`.
type many struct {
	env    Env
	o      genOptions
	start  time.Time
	report progress.Reporter
	tally  tally
	name   func(batch.Job) string // what a line on stderr calls a job
	images []result               // those of `gen -n`, for --json
	keep   bool                   // keep them
	goOn   string                 // what to do after an early end; "" says what ended it
	shown  *generation            // shows previews; nil for none
}

func newMany(env Env, o genOptions, total int) *many {
	global := o.backend.global
	return &many{env: env, o: o, start: env.Now(), tally: newTally(total),
		report: progress.New(env.Stderr, progress.Options{TTY: env.StderrTTY && !global.Plain, Quiet: global.Quiet, Many: true, Now: env.Now})}
}

// run makes the images of jobs and tells each outcome; the error is the
// whole's.
func (m *many) run(ctx context.Context, jobs iter.Seq2[batch.Job, error], generator batch.Generator, o batch.Options) error {
	o.Now = m.env.Now
	o.Waiting = func(until time.Time, why error) {
		m.report.Line(fmt.Sprintf("waiting until %s: %v", until.Local().Format("15:04:05, 2 Jan"), why))
	}
	o.Stopping = func(running int) {
		if running > 0 {
			m.report.Line(fmt.Sprintf("finishing %d, which may be paid for; Ctrl-C again gives them up", running))
		}
	}
	finishing, giveUp := context.WithCancelCause(context.WithoutCancel(ctx))
	defer giveUp(nil)
	gently := make(chan struct{})
	o.Stop = gently
	stop := sync.OnceFunc(func() { close(gently) })
	defer context.AfterFunc(ctx, func() {
		if cause := context.Cause(ctx); errors.Is(cause, ErrTerminated) {
			giveUp(cause) // there is no time to finish
			return
		}
		stop()
	})()
	var stopped, untold error
	m.status()
	for outcome, err := range batch.Run(finishing, jobs, generator, o) {
		if err != nil {
			stopped = err
			break
		}
		m.tally.add(outcome)
		if err := m.tell(outcome); err != nil && untold == nil {
			untold = err
			stop() // nobody reads the paths; what is under way may be paid for
		}
		m.status()
	}
	if errors.Is(stopped, batch.ErrStopped) {
		stopped = context.Cause(ctx)
	}
	m.report.Done()
	return m.finish(cmp.Or(stopped, untold))
}

// tell gives an outcome its line.
func (m *many) tell(outcome batch.Outcome) error {
	facts, _ := outcome.Image.Facts.(made)
	for _, warning := range facts.Warnings {
		m.report.Line(m.name(outcome.Job) + ": " + warning)
	}
	if m.goOn == "" || m.o.backend.global.Verbose { // a long batch is quiet
		for _, step := range facts.Steps {
			m.report.Line(m.name(outcome.Job) + ": on this machine: " + step)
		}
	}
	if outcome.Err != nil {
		m.report.Line(m.name(outcome.Job) + ": " + outcome.Err.Error())
	} else if facts.differs != "" && m.o.backend.global.Verbose {
		m.report.Line(m.name(outcome.Job) + ": " + facts.differs)
	}
	if m.keep {
		m.images = append(m.images, m.document(outcome))
	}
	if m.shown != nil && outcome.Image.Path != "" {
		m.shown.show(outcome.Image.Path)
	}
	var err error
	m.report.Aside(func(io.Writer) { err = m.print(outcome) }) // stdout may be the same terminal
	return err
}

func (m *many) print(outcome batch.Outcome) error {
	var err error
	switch {
	case m.o.events:
		err = printJSON(m.env.Stdout, outcomeLine{"outcome", outcome.Kind, outcome.Job.Number, outcome.Job.Line, m.document(outcome)})
	case m.o.json:
	case outcome.Kind == batch.Done || outcome.Kind == batch.Adopted:
		_, err = fmt.Fprintln(m.env.Stdout, outcome.Image.Path)
	}
	return outputFailed(err)
}

// An outcomeLine is one job among the events.
type outcomeLine struct {
	Event  string     `json:"event"`
	Kind   batch.Kind `json:"outcome"`
	Number int        `json:"number"`
	Line   int        `json:"line,omitempty"`
	result
}

// document is an outcome in the terms of one `gen`. Of an image that an
// earlier run has made only the file is known.
func (m *many) document(outcome batch.Outcome) result {
	if facts, ok := outcome.Image.Facts.(made); ok {
		return facts.result
	}
	r := result{Schema: schemaVersion, OK: outcome.Err == nil, Path: outcome.Image.Path, SHA256: outcome.Image.SHA256, Bytes: outcome.Image.Bytes, Sandbox: m.o.backend.global.SandboxSet}
	if prompt := outcome.Job.Fields["prompt"]; len(prompt) > 0 {
		r.Prompt = prompt[0]
	}
	if outcome.Err != nil {
		r.fail(outcome.Err)
	}
	return r
}

// status is the line that redraws itself.
func (m *many) status() { m.report.Phase(m.tally.status(m.env.Now().Sub(m.start))) }
