package codex

import (
	"encoding/json"
	"errors"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/codexgen/codexgen/pkg/internal/jsonlift"
	"github.com/codexgen/codexgen/pkg/internal/safetext"
	"github.com/codexgen/codexgen/pkg/sse"
)

// finishGrace is how long the terminal event may take once the image is
// there: nobody waits out the stall limit for a picture that is on disk.
const finishGrace = 10 * time.Second

// Bounds of one answer, whatever arrives.
const (
	maxEvents        = 50_000 // a picture takes a dozen, an answer in words one a word
	maxPartialEvents = 16     // drafts that are looked at
	maxFinalEvents   = 8      // images that are handed on
)

// maxText bounds what is kept of an answer in words.
const maxText = 2000

// A responsesStream reads the events of one answer of the responses route.
type responsesStream struct {
	*exchange
	client *Client
	*lifter
	taken    map[string]bool // item ids whose image was handed on
	finals   int
	partials int
	damaged  int // drafts
	said     strings.Builder
	terminal bool
}

// events yields what the stream says, and at most one error, last.
func (s *responsesStream) events() iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		next := s.messages()
		for read := 0; !s.terminal; read++ {
			event, err := next()
			if err == nil && read == maxEvents {
				err = tooMuch("more than %d events", maxEvents)
			}
			if err == nil {
				err = s.one(event, func(e Event) bool { return yield(e, nil) })
			}
			if errors.Is(err, errDone) {
				return
			}
			if err != nil {
				s.end(err, yield)
				return
			}
		}
		if s.socket != nil {
			s.socket.done = true
		}
	}
}

// messages reads the stream's events one after the other, as JSON text.
func (s *responsesStream) messages() func() (io.Reader, error) {
	if s.socket != nil {
		return s.socket.message
	}
	decoder := sse.NewDecoder(s.Body)
	return func() (io.Reader, error) { return decoder.Next() }
}

// errDone is how a consumer's leaving travels up to events.
var errDone = errors.New("the consumer is done")

// end reports how a stream stopped before its terminal event. A finished
// image is worth more than the goodbye: the fault becomes a warning.
func (s *responsesStream) end(err error, yield func(Event, error) bool) {
	var output *Error
	if !errors.As(err, &output) {
		if errors.Is(err, io.EOF) { // of an event stream only
			err = errors.New("it closed before its last event")
		}
		err = s.readError(err)
	}
	if s.finals > 0 && errors.As(err, &output) && output.Kind != KindOutput {
		yield(Warning{"the image is complete, but then: " + output.Error()}, nil)
		return
	}
	yield(nil, err)
}

// one reads one event, images included, and yields what it means.
func (s *responsesStream) one(event io.Reader, yield func(Event) bool) error {
	lifted, err := s.liftEvent(event)
	if err != nil {
		return err
	}
	defer lifted.discardRest()
	var wire wireEvent
	if err := json.Unmarshal(lifted.doc.JSON, &wire); err != nil && !isTypeError(err) {
		if lifted.plain {
			return sayIf(yield(Unknown{"not JSON"}))
		}
		return newError(KindMalformed, err)
	}
	s.trace.event(wire)
	return s.dispatch(wire, lifted, yield)
}

func sayIf(more bool) error {
	if more {
		return nil
	}
	return errDone
}

func (s *responsesStream) dispatch(wire wireEvent, lifted *lifted, yield func(Event) bool) error {
	switch wire.Type {
	case "response.created":
		return sayIf(yield(s.started(wire.Response)))
	case "response.image_generation_call.in_progress", "response.image_generation_call.generating":
		return sayIf(yield(Drawing{}))
	case "response.image_generation_call.partial_image":
		return s.partial(wire, lifted, yield)
	case "response.output_item.done":
		return s.item(wire.Item, lifted, yield)
	case "response.output_text.delta":
		s.say(string(wire.Delta))
		return nil
	case "response.completed":
		return s.completed(wire.Response, lifted, yield)
	case "response.incomplete":
		s.terminal = true
		reason := ""
		if wire.Response != nil {
			reason = short(string(wire.Response.Incomplete.Reason))
		}
		return sayIf(yield(Incomplete{reason}))
	case "codex.rate_limits":
		if limits := s.limits(lifted.doc.JSON); s.socket != nil && len(limits.Windows) > 0 {
			return sayIf(yield(limits))
		}
	case "response.failed", "error":
		return s.failed(wire, lifted.doc.JSON, yield)
	}
	return sayIf(yield(Unknown{short(wire.Type)}))
}

func (s *responsesStream) started(response *wireResponse) Started {
	started := Started{IDs: requestIDs(s.Header)}
	if response == nil {
		return started
	}
	started.ResponseID, started.Model = short(response.ID), short(string(response.Model))
	started.Tool, started.Stripped = response.echo()
	return started
}

// echo is the hosted tool as it stands in the echoed list of tools; stripped
// is a list without it. Without a list nothing is known.
func (r *wireResponse) echo() (tool *ToolEcho, stripped bool) {
	if r.Tools == nil {
		return nil, false
	}
	for _, entry := range *r.Tools {
		if entry.Type == "image_generation" {
			tool = &entry.ToolEcho
		}
	}
	return tool, tool == nil
}

func (s *responsesStream) partial(wire wireEvent, lifted *lifted, yield func(Event) bool) error {
	if s.partials+s.damaged == maxPartialEvents {
		return nil
	}
	blob, size, err := lifted.take(wire.Partial)
	if err != nil || blob == nil {
		s.damaged++
		return sayOr(yield, "a draft came damaged and was dropped", err)
	}
	s.partials++
	return sayIf(yield(Partial{Index: wire.Index, Image: blob, Bytes: size}))
}

// sayOr passes a write error on and turns any other into a warning.
func sayOr(yield func(Event) bool, warning string, err error) error {
	var output *Error
	if errors.As(err, &output) && output.Kind == KindOutput {
		return err
	}
	return sayIf(yield(Warning{warning}))
}

// item hands on the image of an image_generation_call, once per id. The
// status is not asked: it may still say "generating" (CLI#5014, NUKO).
func (s *responsesStream) item(item *wireItem, lifted *lifted, yield func(Event) bool) error {
	if item == nil {
		return nil
	}
	if item.Type == "message" {
		for _, content := range item.Content {
			if s.said.Len() == 0 {
				s.say(string(content.Text) + string(content.Refusal))
			}
		}
		return nil
	}
	id := short(item.ID)
	if item.Type != "image_generation_call" || s.taken[id] || (id == "" && s.finals > 0) || s.finals == maxFinalEvents {
		return nil
	}
	if item.Status == "failed" || item.Result.State != jsonlift.Inline && item.Result.State != jsonlift.Lifted {
		failure := newError(KindEmpty, nil)
		failure.IDs, failure.Message = requestIDs(s.Header), "the image call ended as "+short(orElse(item.Status, "unnamed"))+" with no image"
		return sayIf(yield(Failed{failure}))
	}
	blob, size, err := lifted.take(item.Result)
	if err != nil {
		return err
	}
	s.taken[id] = true
	s.finals++
	s.watch.shorten(finishGrace)
	return sayIf(yield(Final{ID: id, Image: blob, Bytes: size, RevisedPrompt: string(item.RevisedPrompt),
		Size: short(string(item.Size)), Quality: short(string(item.Quality)), Background: short(string(item.Background)), Format: short(string(item.OutputFormat))}))
}

func (s *responsesStream) completed(response *wireResponse, lifted *lifted, yield func(Event) bool) error {
	s.terminal = true
	var end Completed
	if response != nil {
		end.Tool, end.Stripped = response.echo()
		for i := range response.Output {
			if err := s.item(&response.Output[i], lifted, yield); err != nil {
				return err
			}
		}
		if response.Usage != nil && !yield(response.usage()) {
			return errDone
		}
	}
	if s.said.Len() > 0 && !yield(Text{safetext.Block(s.said.String(), maxText)}) {
		return errDone
	}
	return sayIf(yield(end))
}

func (s *responsesStream) failed(wire wireEvent, body []byte, yield func(Event) bool) error {
	s.terminal = true
	f := parseFailure(withoutToken(body, s.Request))
	if wire.Response != nil {
		f = f.over(withoutToken(wire.Response.Error, s.Request))
	}
	if f.errType == wire.Type {
		f.errType = ""
	}
	f.header = s.Header
	if s.socket != nil {
		f.status, f.header = wire.status(), wire.headers(s.Header)
	}
	failure := f.error(s.client.now())
	if failure.Charged == ChargedNo && s.partials > 0 {
		failure.Charged = ChargedUnknown
	}
	return sayIf(yield(Failed{failure}))
}

func (s *responsesStream) say(text string) {
	if room := 4*maxText - s.said.Len(); room > 0 {
		s.said.WriteString(text[:min(len(text), room)])
	}
}
