// Package progress tells a person on stderr how a run is going: a line that
// redraws itself on a terminal, one line a phase elsewhere, and only what must
// be said when quiet. It is the only user of the progress bar library, whose
// own ticker cannot be stopped; the one here is waited for by Done.
package progress

import (
	"fmt"
	"io"
	"time"

	"github.com/codexgen/codexgen/cmd/codexgen/internal/termtext"
)

// usual is how long an image takes, seen on both routes in 2026.
const usual = "usually 20 to 90 s"

// usual is what to expect of the time.
func (o Options) usual() string {
	if o.Many {
		return usual + " each"
	}
	return usual
}

// A Reporter is told what happens. Its methods may be called from one
// goroutine at a time; after Done only Line and Aside do something.
type Reporter interface {
	Phase(text string)       // what is going on from now on
	Step(n int, text string) // the n-th of Options.Steps, from 1, is going on from now on
	Bytes(n int64)           // received so far, for display only
	Line(text string)        // a line that stays: a resend, a warning; also when quiet

	// Aside lets draw write something else, from the start of a line to the
	// start of another.
	Aside(draw func(w io.Writer))

	Done() // removes what is not to stay, and waits
}

// Options choose how a Reporter shows itself.
type Options struct {
	TTY   bool
	Quiet bool
	Steps int              // 0: the end is not known
	Many  bool             // images: what is usual is the time of each
	Width int              // of the terminal in columns; 0: ask w, else 80
	Now   func() time.Time // nil: time.Now
}

// New returns a Reporter that writes to w and never fails: progress that
// cannot be shown is no reason to lose an image.
func New(w io.Writer, o Options) Reporter {
	if o.Now == nil {
		o.Now = time.Now
	}
	switch {
	case o.Quiet:
		return quiet{w}
	case o.TTY:
		return &live{w: w, now: o.Now, start: o.Now(), width: width(w, o.Width), steps: o.Steps, usual: o.usual()}
	}
	return &plain{quiet: quiet{w}, now: o.Now, start: o.Now(), steps: o.Steps, usual: o.usual()}
}

// quiet says only what must be said.
type quiet struct{ w io.Writer }

func (quiet) Phase(string)       {}
func (quiet) Step(int, string)   {}
func (quiet) Bytes(int64)        {}
func (quiet) Done()              {}
func (q quiet) Line(text string) { fmt.Fprintln(q.w, termtext.Line(text)) }

func (q quiet) Aside(draw func(io.Writer)) { draw(q.w) }

// plain is for logs and pipes: a line a phase, no carriage return.
type plain struct {
	quiet
	now   func() time.Time
	start time.Time
	phase string
	steps int
	usual string
	done  bool
}

func (p *plain) Phase(text string) {
	if p.done || text == p.phase {
		return
	}
	note := seconds(p.now().Sub(p.start))
	if p.phase == "" {
		note = p.usual
	}
	p.phase = text
	p.Line(text + " (" + note + ")")
}

func (p *plain) Step(n int, text string) {
	if !p.done {
		p.Line(fmt.Sprintf("%d of %d: %s (%s)", n, p.steps, text, seconds(p.now().Sub(p.start))))
	}
}

func (p *plain) Done() { p.done = true }

func seconds(d time.Duration) string { return fmt.Sprintf("%d s", int(d.Seconds())) }
