package probe

import (
	"net/http"
	"time"

	"github.com/codexgen/codexgen/pkg/codex"
	"github.com/codexgen/codexgen/pkg/internal/redact"
	"github.com/codexgen/codexgen/pkg/internal/safetext"
)

// Bounds of what is kept of a server's words.
const (
	maxWord     = 80
	maxWords    = 400
	maxWarnings = 8
	maxModels   = 64
)

func clean(text string) string { return safetext.Line(redact.Scrub(text), maxWords) }

// word is clean for what should be a name.
func word(text string) string { return safetext.Line(redact.Scrub(text), maxWord) }

// words are at most maxModels of them.
func words(texts []string) []string {
	var out []string
	for _, text := range texts[:min(len(texts), maxModels)] {
		out = append(out, word(text))
	}
	return out
}

// A recorder fills the evidence of one request while its answer comes.
type recorder struct {
	*Evidence
	now     func() time.Time
	watch   func(event string) // may be nil
	shelf   *shelf
	abort   func()        // ends a request that must not draw; nil lets it
	charged codex.Charged // what the fault says
}

func (r *run) recorder(e *Evidence) *recorder {
	rec := &recorder{Evidence: e, now: r.options.Now, watch: r.observer.Event, charged: codex.ChargedUnknown}
	e.Sent = rec.now()
	return rec
}

// sinceSent is in milliseconds, and at least one: 0 is what did not happen.
func (r *recorder) sinceSent() int64 { return max(1, r.now().Sub(r.Sent).Milliseconds()) }

func (r *recorder) trace() *codex.Trace {
	return &codex.Trace{Once: true, Answered: r.answered, Event: r.event}
}

func (r *recorder) answered(status int, header http.Header) {
	r.Status, r.ContentType = status, word(header.Get("Content-Type"))
	r.Timing.Header = r.sinceSent()
	if windows := codex.ParseLimits(header, r.now()); len(windows) > 0 {
		r.LimitsAfter = windows
	}
	r.ActiveLimit = word(header.Get("x-codex-active-limit"))
	r.Plan = word(header.Get("x-codex-plan-type"))
}

// event notes one event of a stream in the timeline.
func (r *recorder) event(kind, item, status string) {
	if r.Timing.FirstEvent == 0 {
		r.Timing.FirstEvent = r.sinceSent()
	}
	if item == "image_generation_call" {
		r.Called, r.ItemStatus = true, status
	}
	if item != "" {
		kind += " " + item
	}
	if r.watch != nil {
		r.watch(kind)
	}
	if last := len(r.Timeline) - 1; last >= 0 && r.Timeline[last].Event == kind {
		r.Timeline[last].Count = max(1, r.Timeline[last].Count) + 1
	} else if len(r.Timeline) < MaxMoments {
		r.Timeline = append(r.Timeline, Moment{Event: kind, At: r.sinceSent()})
	}
}
